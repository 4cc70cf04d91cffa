//! Roll-ups: tables computed over the whole portfolio, one file each. Page,
//! navigation entry and data come from the table.
//!
//! To add a roll-up: its file in `rollups/` and its line in [`ROLLUPS`].

pub mod asks;
mod audit;
mod changes;
mod decisions;
pub mod finance;
pub mod findings;
pub mod gates;
pub mod honesty;
pub mod kpis;
mod lessons;
pub mod library;
pub mod log;
mod loose;
pub mod milestones;
mod overview;
mod programmes;
pub mod query;
pub mod raid;
pub mod registers;
pub mod releases;
mod scorecard;
#[cfg(test)]
pub mod testing;
#[cfg(test)]
mod tests;
mod units;
mod vendors;
pub mod words;

pub use lessons::{Library, advice};
pub use overview::{OVERVIEW, overview};
pub use registers::{project_raid, project_registers};
pub use scorecard::scorecard;

use crate::Checked;
use crate::finding::{Finding, Suppressed};
use crate::measures::Measures;
use crate::portfolio::Portfolio;
use crate::rules::levels::Change;
use crate::table::Table;

/// What a roll-up looks at.
#[derive(Debug, Clone, Copy)]
pub struct Context<'a> {
    /// The portfolio.
    pub portfolio: &'a Portfolio,
    /// Its measures.
    pub measures: &'a Measures,
    /// What was found.
    pub findings: &'a [Finding],
    /// What was found and is accepted by its document.
    pub suppressed: &'a [Suppressed],
    /// Severities that are not the rules' own.
    pub changes: &'a [Change],
}

impl<'a> Context<'a> {
    /// What roll-ups see of what was checked.
    #[must_use]
    pub fn of(checked: &'a Checked) -> Self {
        Self {
            portfolio: &checked.portfolio,
            measures: &checked.measures,
            findings: &checked.findings,
            suppressed: &checked.suppressed,
            changes: &checked.changes,
        }
    }
}

/// Where a page's entry stands in the bar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bar {
    /// In the bar.
    Shown,
    /// Under "More".
    More,
}

/// A family of roll-ups: one page for each of many things, such as units or
/// measures. The overview is a [`Rollup`] that links to them with
/// [`Target::Member`](crate::target::Target::Member).
#[derive(Debug)]
pub struct Family {
    /// Its name: the routes are `portfolio/<name>/<slug>.html`.
    pub name: &'static str,
    /// The roll-up that stands above the pages in the path, by name.
    pub of: &'static str,
    /// Its pages, in reading order.
    pub pages: fn(&Context<'_>) -> Vec<Member>,
    /// The table of a page, by its slug.
    pub table: fn(&Context<'_>, &str) -> Table,
}

/// One page of a family.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// Its name in the route: lower case letters, digits and hyphens.
    pub slug: String,
    /// For readers.
    pub title: String,
    /// The page's answer in one line.
    pub about: String,
}

/// Every family of pages.
pub static FAMILIES: &[&Family] = &[&kpis::FAMILY, &library::FAMILY, &units::UNITS, &units::PEOPLE];

/// One roll-up.
#[derive(Debug)]
pub struct Rollup {
    /// Where its entry stands.
    pub bar: Bar,
    /// Its name: the route is `portfolio/<name>.html`.
    pub name: &'static str,
    /// For readers.
    pub title: &'static str,
    /// The page's answer in one line, for search results and the bar's tooltip.
    pub about: &'static str,
    /// How many wait there, shown in the bar; 0 shows nothing.
    pub count: fn(&Context<'_>) -> u32,
    /// The table.
    pub table: fn(&Context<'_>) -> Table,
}

/// All pages of all families, with the family of each.
#[must_use]
pub fn members(c: &Context<'_>) -> Vec<(&'static Family, Member)> {
    FAMILIES.iter().flat_map(|f| (f.pages)(c).into_iter().map(|m| (*f, m))).collect()
}

/// Every roll-up, in the order of the bar.
pub static ROLLUPS: &[&Rollup] = &[
    &decisions::ROLLUP,
    &milestones::ROLLUP,
    &gates::ROLLUP,
    &raid::ROLLUP,
    &kpis::ROLLUP,
    &finance::ROLLUP,
    &lessons::ROLLUP,
    &releases::ROLLUP,
    &honesty::ROLLUP,
    &library::ROLLUP,
    &vendors::ROLLUP,
    &findings::ROLLUP,
    &programmes::ROLLUP,
    &units::ROLLUP,
    &changes::ROLLUP,
    &loose::ROLLUP,
    &audit::ROLLUP,
];
