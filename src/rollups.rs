//! Roll-ups: tables computed over the whole portfolio, one file each. Page,
//! navigation entry and data come from the table.
//!
//! To add a roll-up: its file in `rollups/` and its line in [`ROLLUPS`].

pub mod asks;
mod audit;
mod decisions;
pub mod findings;
pub mod gates;
mod lessons;
pub mod milestones;
pub mod raid;
pub mod registers;
#[cfg(test)]
pub mod testing;
#[cfg(test)]
mod tests;
pub mod words;

pub use registers::{project_raid, project_registers};

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

/// One roll-up.
#[derive(Debug)]
pub struct Rollup {
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

/// Every roll-up, in the order of the bar.
pub static ROLLUPS: &[&Rollup] = &[
    &decisions::ROLLUP,
    &milestones::ROLLUP,
    &gates::ROLLUP,
    &raid::ROLLUP,
    &lessons::ROLLUP,
    &findings::ROLLUP,
    &audit::ROLLUP,
];
