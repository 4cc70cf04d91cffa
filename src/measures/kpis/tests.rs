//! The list of indicators holds together.

#![allow(
    clippy::disallowed_methods,
    reason = "the guide is compared with what the program says, and written on request"
)]

use super::KPIS;
use crate::config::Config;
use crate::measures::bands::Thresholds;
use crate::measures::kpi::reference;

#[test]
fn indicators_are_sorted_complete_and_have_limits() {
    let ids: Vec<&str> = KPIS.iter().map(|k| k.id).collect();
    let mut sorted = ids.clone();
    sorted.sort_unstable();
    sorted.dedup();
    assert_eq!(ids, sorted);
    let (thresholds, problems) = Thresholds::load(&Config::default());
    assert!(problems.is_empty(), "{problems:?}");
    for kpi in KPIS {
        for (what, text) in [
            ("formula", kpi.formula),
            ("missing", kpi.missing),
            ("benchmark", kpi.benchmark),
            ("title", kpi.title),
        ] {
            assert!(!text.is_empty(), "{}: no {what}", kpi.id);
        }
        assert!(kpi.question.ends_with('?'), "{}: {}", kpi.id, kpi.question);
        assert!(kpi.missing.ends_with('.') && kpi.formula.ends_with('.'), "{}", kpi.id);
        assert!(thresholds.names().any(|n| n == kpi.name), "{}: no limits {}", kpi.id, kpi.name);
    }
}

#[test]
fn every_file_is_in_the_list() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src/measures/kpis");
    let files = std::fs::read_dir(folder).unwrap().map(|f| f.unwrap().file_name());
    let files: Vec<String> = files
        .filter_map(|f| Some(f.to_str()?.strip_suffix(".rs")?.replace('_', "-")))
        .filter(|name| name != "tests")
        .collect();
    for kpi in KPIS {
        assert!(files.iter().any(|f| f == kpi.name), "no file for {}", kpi.name);
    }
    assert_eq!(files.len(), KPIS.len());
}

fn guide() -> std::path::PathBuf {
    std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/src/kpis.md")
}

#[test]
fn the_guide_explains_the_indicators_as_they_are() {
    let kept = std::fs::read_to_string(guide()).unwrap_or_default();
    assert!(
        kept == reference(),
        "docs/src/kpis.md is not what the indicators say; make it anew:\n\n    cargo test --lib -- \
         --ignored write_the_guide\n"
    );
}

#[test]
#[ignore = "writes docs/src/kpis.md"]
fn write_the_guide_of_indicators() {
    std::fs::write(guide(), reference()).unwrap();
}
