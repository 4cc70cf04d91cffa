//! The portfolio page: the sentence, the shape, what needs someone, the table.

use serde::Serialize;

use super::chart::{Chart, HealthBar, Marks, SlipBar, Timeline};
use super::rollup::Table;
use super::{Chip, Day, Frame, Html, Link, Rag, Segment, Trend};

/// `index.html`: what a director reads first. Template `portfolio.html`.
#[derive(Clone, Debug, Default, PartialEq, Hash, Serialize)]
pub struct PortfolioPage {
    /// What every page shares.
    pub frame: Frame,
    /// The heading of the page.
    pub title: String,
    /// After the as-of date: `11 projects`, `built from 4f2a91c`.
    pub notes: Vec<Link>,
    /// How many, how bad, what waits.
    pub sentence: Vec<Segment>,
    /// Active projects per rating.
    pub health: HealthBar,
    /// A few figures beside it.
    pub figures: Vec<Figure>,
    /// What needs someone, worst first.
    pub attention: Vec<Attention>,
    /// Where the rest of it stands.
    pub attention_more: Option<Link>,
    /// The active projects.
    pub projects: ProjectTable,
    /// On hold, proposed, and ended in the last twelve months.
    pub others: Vec<Table>,
    /// Key milestones of the next eight weeks.
    pub timeline: Option<Timeline>,
    /// Charts below the tables: health per month.
    pub charts: Vec<Chart>,
    /// The body of the root `index.md`.
    pub intro: Html,
}

/// One line of small figures: `Reporting · 7 of 8 · 88 %`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize)]
pub struct Figure {
    /// What is counted.
    pub label: Link,
    /// `7 of 8`.
    pub value: String,
    /// `88 %`; empty for none.
    pub share: String,
    /// How good that is, where a band says so.
    pub rag: Option<Rag>,
}

/// One thing that needs someone.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize)]
pub struct Attention {
    /// The rating it is about.
    pub rag: Rag,
    /// Whether the point is that report and data differ: the mark is `≠`.
    pub differs: bool,
    /// The project.
    pub project: Link,
    /// The rest of the sentence, beginning after the project's name: `has been
    /// silent for 41 days`.
    pub text: String,
    /// One line of facts under it; empty for none.
    pub detail: String,
    /// Where the fact stands: the item, the report; `None` for none.
    pub href: Option<String>,
}

/// The table of projects, on the portfolio and on programme pages.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize)]
pub struct ProjectTable {
    /// The heading above it: `Projects`.
    pub title: String,
    /// What the table shows, for those who do not see it.
    pub caption: String,
    /// The columns of the dimensions, in order.
    pub dimensions: Vec<DimensionHead>,
    /// Head of the history column: `12 reports`.
    pub history_label: String,
    /// Rows, in order of attention.
    pub rows: Vec<ProjectRow>,
    /// What stands under the table: how it is sorted, what `≠` means.
    pub footnote: Vec<Segment>,
    /// The same as data: CSV, JSON.
    pub downloads: Vec<Link>,
    /// What is said where there is no row.
    pub empty: String,
}

/// Head of a dimension's column.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize)]
pub struct DimensionHead {
    /// `Schedule`.
    pub label: String,
    /// `Sch`.
    pub short: String,
}

/// One project.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize)]
pub struct ProjectRow {
    /// The project.
    pub project: Link,
    /// Its programme; an empty label for none.
    pub programme: Link,
    /// The project manager's name; empty for none.
    pub manager: String,
    /// `1 – high`.
    pub tier: String,
    /// Position of the tier, most control first, for sorting.
    pub tier_rank: u32,
    /// `Execution`, and what is special about it: `Execution · release`.
    pub phase: String,
    /// Position of the phase, for sorting and filtering.
    pub phase_rank: u32,
    /// The phase's plain name, for filtering.
    pub phase_name: String,
    /// What the report says and what the data says.
    pub health: Chip,
    /// Position by attention, 0 first: the order of the rows.
    pub rank: u32,
    /// The last reports.
    pub history: Marks,
    /// The dimensions, in the order of the heads.
    pub dimensions: Vec<DimensionMark>,
    /// How the overall rating moved.
    pub trend: Trend,
    /// When it ends.
    pub finish: Finish,
    /// Estimate at completion against budget.
    pub cost: Cost,
    /// Open asks; `None` where nothing was reported.
    pub asks: Option<u32>,
    /// The oldest of them: `9 business days`; empty for none.
    pub asks_age: String,
    /// The latest report, its age as label: `3 d`, `none`.
    pub report: Link,
    /// Age of the latest report in days, for sorting.
    pub report_days: Option<i64>,
    /// Whether the report is older than it should be.
    pub stale: bool,
}

/// One dimension of one project.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize)]
pub struct DimensionMark {
    /// What the report says.
    pub rag: Rag,
    /// What the data says; `None` where it agrees or says nothing.
    pub computed: Option<Rag>,
    /// The facts behind: `EAC 533,000 is 6.6 % over; tier 1 allows 5 %`; empty
    /// for none.
    pub why: String,
}

/// Finish or milestone: baseline, forecast or actual, and the slip between.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize)]
pub struct Finish {
    /// The agreed date.
    pub baseline: Option<Day>,
    /// The expected date, or the actual one.
    pub forecast: Option<Day>,
    /// Whether `forecast` is an actual date.
    pub actual: bool,
    /// The slip; `None` where one of the dates is missing.
    pub slip: Option<Slip>,
}

/// A slip in days.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize)]
pub struct Slip {
    /// Days late, negative when early, for sorting.
    pub days: i64,
    /// `+28 d`, `−2 d`, `on date`.
    pub text: String,
    /// How bad it is.
    pub rag: Rag,
    /// The bar, scaled to the worst on the page.
    pub bar: SlipBar,
}

/// Estimate at completion against the budget, in one currency.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize)]
pub struct Cost {
    /// `+6.6 %`; `not reported` where there is nothing to compare.
    pub text: String,
    /// `CAD`; empty for none.
    pub currency: String,
    /// Tooltip: `EAC 533,000 of 500,000 CAD`.
    pub title: String,
    /// How bad it is.
    pub rag: Option<Rag>,
    /// For sorting: tenths of a percent; `None` for not reported.
    pub sort: Option<i64>,
}
