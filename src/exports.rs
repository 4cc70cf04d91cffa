//! Exports: the checked portfolio as data for other programs, one file each.
//! An export is a pure function that hands on named files, large ones piece by
//! piece; the site publishes those that have a place on it, `milepost export`
//! writes any of them.
//!
//! To add an export: its file in `exports/` and its line in [`EXPORTS`].

mod calendar;
pub mod csv;
mod digest;
mod feed;
pub mod fronts;
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
use crate::error::Result;
use crate::output::Pieces;
use crate::portfolio::Portfolio;
use crate::rollups::Context;
use crate::target::Target;
use std::cell::RefCell;

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
        Self { checked, style: Style::default(), address }
    }

    /// The same with CSV written in another style.
    #[must_use]
    pub fn styled(&self, style: Style) -> Self {
        Self { checked: self.checked, style, address: self.address }
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
    /// Hands on its files, in a fixed order.
    pub write: fn(&Input<'_>, &dyn Take) -> Result<()>,
}

impl Export {
    /// All its files, held at once.
    ///
    /// # Errors
    /// None that holding them could cause.
    pub fn files(&self, input: &Input<'_>) -> Result<Vec<File>> {
        let held = Held::default();
        (self.write)(input, &held)?;
        Ok(held.0.into_inner())
    }
}

/// Takes the files of exports.
pub trait Take {
    /// Begin the next file: its name and what it is. More than one may be
    /// begun at a time.
    ///
    /// # Errors
    /// It could not be written.
    fn begin(&self, name: &str, about: &str) -> Result<Box<dyn Pieces + '_>>;
}

/// Hand on a file that is small enough to be held.
///
/// # Errors
/// It could not be written.
pub fn hand_on(take: &dyn Take, file: &File) -> Result<()> {
    let mut begun = take.begin(&file.name, &file.about)?;
    begun.add(&file.bytes)?;
    begun.done()
}

/// Files held in the order they were begun.
#[derive(Default)]
struct Held(RefCell<Vec<File>>);

impl Take for Held {
    fn begin(&self, name: &str, about: &str) -> Result<Box<dyn Pieces + '_>> {
        let mut files = self.0.borrow_mut();
        files.push(File::new(name, about, Vec::new()));
        Ok(Box::new(Holding { held: self, at: files.len() - 1 }))
    }
}

/// One of them in the making.
struct Holding<'h> {
    held: &'h Held,
    at: usize,
}

impl Pieces for Holding<'_> {
    fn add(&mut self, bytes: &[u8]) -> Result<()> {
        if let Some(file) = self.held.0.borrow_mut().get_mut(self.at) {
            file.bytes.extend_from_slice(bytes);
        }
        Ok(())
    }

    fn done(self: Box<Self>) -> Result<()> {
        Ok(())
    }
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
