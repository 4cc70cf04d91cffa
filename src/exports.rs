//! Exports: the checked portfolio as data for other programs, one file each.
//! An export is a pure function that returns named files; the site publishes
//! those that have a place on it, `milepost export` writes any of them.
//!
//! To add an export: its file in `exports/` and its line in [`EXPORTS`].

mod calendar;
pub mod csv;
mod digest;
mod feed;
mod gmpp;
pub mod json;
pub mod names;
pub mod pages;
mod people;
pub mod portfolio;
pub mod queries;
mod schema;
pub mod sheet;
pub mod standing;
pub mod star;
pub mod tables;
#[cfg(test)]
mod testing;
#[cfg(feature = "xlsx")]
mod xlsx;

use crate::Checked;
use crate::portfolio::Portfolio;
use crate::rollups::Context;
use crate::target::Target;
use sheet::Sheet;
use std::sync::OnceLock;

pub use calendar::calendars;
pub use csv::Style;
pub use digest::sentence;

/// What an export is made from.
pub struct Input<'a> {
    /// What was checked.
    pub checked: &'a Checked,
    /// How CSV is written.
    pub style: Style,
    address: &'a (dyn Fn(&Target) -> Option<String> + Sync),
    sheets: OnceLock<Vec<Sheet>>,
}

impl std::fmt::Debug for Input<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Input").field("style", &self.style).finish_non_exhaustive()
    }
}

impl<'a> Input<'a> {
    /// What was checked, and where a target stands relative to the root of the
    /// site (`None` where it has no page).
    #[must_use]
    pub fn new(
        checked: &'a Checked,
        address: &'a (dyn Fn(&Target) -> Option<String> + Sync),
    ) -> Self {
        Self { checked, style: Style::default(), address, sheets: OnceLock::new() }
    }

    /// The tables of the star schema, made once.
    #[must_use]
    pub fn sheets(&self) -> &[Sheet] {
        self.sheets.get_or_init(|| star::sheets(self))
    }

    /// The portfolio.
    #[must_use]
    pub fn p(&self) -> &'a Portfolio {
        &self.checked.portfolio
    }

    /// What roll-ups look at.
    #[must_use]
    pub fn context(&self) -> Context<'a> {
        Context::of(self.checked)
    }

    /// The address of a target on the site; empty where it has no page.
    #[must_use]
    pub fn route(&self, target: &Target) -> String {
        (self.address)(target).unwrap_or_default()
    }

    /// An address on the site with the site's own in front, where it is known.
    #[must_use]
    pub fn absolute(&self, route: &str) -> String {
        match self.site_url() {
            Some(base) => format!("{base}/{route}"),
            None => route.to_owned(),
        }
    }

    /// The address of the site without a slash at its end, where it is a web
    /// address.
    #[must_use]
    pub fn site_url(&self) -> Option<&'a str> {
        let url = self.p().config.html.site_url.as_deref()?;
        url.starts_with("http").then(|| url.trim_end_matches('/'))
    }
}

/// One file of an export.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    /// Its name, `/` separated, safe on every file system.
    pub name: String,
    /// What it is, in one line.
    pub about: String,
    /// Its content.
    pub bytes: Vec<u8>,
}

impl File {
    /// A file.
    #[must_use]
    pub fn new(name: impl Into<String>, about: impl Into<String>, bytes: Vec<u8>) -> Self {
        Self { name: name.into(), about: about.into(), bytes }
    }
}

/// Whether the site holds the files of an export.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Published {
    /// Below `data/`.
    Always,
    /// Below `data/`, where `[output.html] site-url` says the site's address.
    WithAddress,
    /// Not on the site: written by `milepost export`.
    Never,
}

/// One export.
#[derive(Debug)]
pub struct Export {
    /// Its name: `milepost export <name>`.
    pub name: &'static str,
    /// What it is, in one line.
    pub about: &'static str,
    /// Whether the site holds it.
    pub published: Published,
    /// Its files, in a fixed order.
    pub files: fn(&Input<'_>) -> Vec<File>,
}

/// Every export, in reading order.
pub static EXPORTS: &[&Export] = &[
    &star::CSV,
    &star::JSON,
    #[cfg(feature = "xlsx")]
    &xlsx::EXPORT,
    &portfolio::EXPORT,
    &tables::EXPORT,
    &queries::EXPORT,
    &calendar::EXPORT,
    &feed::EXPORT,
    &gmpp::EXPORT,
    &digest::TEAMS,
    &digest::SLACK,
    &digest::EMAIL,
];

/// The export of that name.
#[must_use]
pub fn find(name: &str) -> Option<&'static Export> {
    EXPORTS.iter().copied().find(|e| e.name == name)
}

/// The exports the site holds.
pub fn published(p: &Portfolio) -> impl Iterator<Item = &'static Export> {
    let address = p.config.html.site_url.as_deref().is_some_and(|u| u.starts_with("http"));
    EXPORTS.iter().copied().filter(move |e| match e.published {
        Published::Always => true,
        Published::WithAddress => address,
        Published::Never => false,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_unique_and_plain() {
        let mut names: Vec<&str> = EXPORTS.iter().map(|e| e.name).collect();
        assert!(names.iter().all(|n| n.bytes().all(|b| b.is_ascii_lowercase() || b == b'-')));
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), EXPORTS.len());
    }
}
