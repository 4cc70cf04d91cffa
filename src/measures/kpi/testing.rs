//! One project in memory, for the tests of indicators.

use super::{Kpi, Kpis, Measured};
use crate::Checked;
use crate::config::Config;
use crate::date;
use crate::measures::kpis::KPIS;
use crate::tree::MemoryTree;
use std::sync::Arc;

/// Check files written one after the other (`=== path` begins a file) on a day.
///
/// # Panics
/// The files or the configuration are unsound.
pub fn check(files: &str, as_of: &str, config: &str) -> Checked {
    let mut tree = MemoryTree::new();
    for file in files.split("=== ").skip(1) {
        let (path, body) = file.split_once('\n').unwrap();
        tree = tree.with(path.trim(), body);
    }
    let config = Arc::new(Config::parse(config).unwrap());
    let checked = crate::check(&tree, config, date::parse(as_of).unwrap(), &[]).unwrap();
    assert!(checked.config_problems.is_empty(), "{:?}", checked.config_problems);
    checked
}

/// The card of an active project in execution: a folder's `project.md`.
pub fn card(id: &str, tier: u8, more: &str) -> String {
    format!(
        "=== {id}/project.md\n---\nkind: project\nid: {id}\ntitle: {id}\ntier: {tier}\n\
         phase: execution\nstate: active\n{more}---\n\n# {id}\n"
    )
}

/// The indicator of that number.
///
/// # Panics
/// There is none.
pub fn kpi(id: &str) -> &'static Kpi {
    KPIS.iter().find(|k| k.id == id).unwrap_or_else(|| panic!("no indicator {id}"))
}

/// An indicator of a portfolio, from files, on a day.
pub fn measure(id: &str, files: &str, as_of: &str) -> Measured {
    measure_with(id, files, as_of, "")
}

/// The same with a `book.toml`.
///
/// # Panics
/// The files or the configuration are unsound.
pub fn measure_with(id: &str, files: &str, as_of: &str, config: &str) -> Measured {
    let checked = check(files, as_of, config);
    let mut kpis = Kpis::measure(&checked.portfolio, &checked.measures.thresholds, &[kpi(id)]);
    kpis.list.remove(0)
}

/// The first project's value, band and basis in one line:
/// `60.0 % red, 3 of 5 milestones`; the missing state where there is no value.
///
/// # Panics
/// There is no project in scope.
pub fn line(measured: &Measured) -> String {
    let standing = measured.projects.first().unwrap().as_ref().unwrap();
    let band = standing.band.map_or("no colour", crate::table::Rag::name);
    match (&standing.reading.value, standing.basis(measured.kpi)) {
        (Ok(value), Some(basis)) => {
            format!("{} {band}, {basis}", standing.unit(measured.kpi).show(*value))
        }
        (missing, _) => format!("{missing:?}"),
    }
}

/// A figure beside the first project's value.
///
/// # Panics
/// There is none of that name.
pub fn side(measured: &Measured, label: &str) -> String {
    let standing = measured.projects.first().unwrap().as_ref().unwrap();
    let side = standing.reading.sides.iter().find(|s| s.label == label);
    side.unwrap_or_else(|| panic!("no figure {label} in {:?}", standing.reading.sides)).show()
}
