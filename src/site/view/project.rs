//! The page of one project.

use serde::Serialize;

use super::chart::{BudgetChart, Marks, TrendChart};
use super::document::Note;
use super::portfolio::Slip;
use super::rollup::{StateMark, Table};
use super::{Chip, Day, Frame, Html, Link, Segment, Trend};

/// A project's `index.html`. Template `project.html`.
#[derive(Clone, Debug, Default, PartialEq, Hash, Serialize)]
pub struct ProjectPage {
    /// What every page shares.
    pub frame: Frame,
    /// The project's name.
    pub title: String,
    /// Overall health, or the project's state.
    pub health: Chip,
    /// What it is, how it stands, what waits.
    pub sentence: Vec<Segment>,
    /// After the as-of date: tier, model, `latest report 27 March 2026`.
    pub notes: Vec<Link>,
    /// The phases with their gates.
    pub phases: Vec<PhaseStep>,
    /// Four or so facts in large print: manager, sponsor, finish, cost.
    pub facts: Vec<KeyFact>,
    /// Health per dimension; `None` before the first report.
    pub history: Option<HealthGrid>,
    /// What waits for a decision.
    pub asks: Vec<Ask>,
    /// Where all of them stand; `None` where they are all shown.
    pub asks_more: Option<Link>,
    /// Milestones with their slip.
    pub milestones: Vec<Milestone>,
    /// Where all milestones stand.
    pub milestones_more: Option<Link>,
    /// The milestones as data.
    pub milestones_downloads: Vec<Link>,
    /// Forecasts over time.
    pub trend: Option<TrendChart>,
    /// Money, one entry per currency.
    pub money: Vec<Money>,
    /// Cost over time.
    pub budget: Option<BudgetChart>,
    /// The worst open risks.
    pub risks: Vec<TopRisk>,
    /// Where all of RAID stands.
    pub risks_more: Option<Link>,
    /// Documents by phase, with their state.
    pub documents: Vec<DocumentGroup>,
    /// What should be happening now.
    pub duties: Option<Duties>,
    /// Status reports, newest first.
    pub reports: Vec<ReportLine>,
    /// Findings in the project's files.
    pub findings: Vec<Note>,
    /// Where the rest of them stands.
    pub findings_more: Option<Link>,
    /// Further tables (releases, benefits, changes).
    pub tables: Vec<Table>,
    /// Heading above `body`; empty for none.
    pub body_title: String,
    /// The card's and the README's text.
    pub body: Html,
    /// Who changed one of its files last: a sentence, or nothing.
    pub changed: Vec<Segment>,
    /// Documents that name this project.
    pub backlinks: Vec<Link>,
}

/// One phase of the stepper.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize)]
pub struct PhaseStep {
    /// `Planning`.
    pub name: String,
    /// Where the project stands.
    pub state: StepState,
    /// The gate: `G2 baseline approved 27 Feb, 1 condition open`.
    pub gate: Segment,
}

/// Where the project stands with a phase.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum StepState {
    /// Behind.
    Done,
    /// The current phase.
    Current,
    /// Ahead.
    #[default]
    Ahead,
    /// Passed over without its gate.
    Skipped,
}

/// One fact in large print.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize)]
pub struct KeyFact {
    /// `Finish, baseline → forecast`.
    pub label: String,
    /// `30 Sep → 28 Oct`, perhaps a link; `not reported` where nobody says.
    pub value: Vec<Segment>,
    /// `+28 d`; its rating colours it; an empty text for none.
    pub delta: Segment,
}

/// Health per dimension over the last reports.
#[derive(Clone, Debug, Default, PartialEq, Hash, Serialize)]
pub struct HealthGrid {
    /// `Health, 12 reports`.
    pub title: String,
    /// The latest report; `None` where there is none.
    pub latest: Option<Link>,
    /// First and last report of the marks, for their two ends.
    pub from: Option<Day>,
    /// See `from`.
    pub to: Option<Day>,
    /// Overall first, then the dimensions.
    pub rows: Vec<HealthRow>,
    /// Line under it; empty for none.
    pub caption: String,
    /// All of it as HTML, in place of everything else it holds, where the theme
    /// leaves it as it is.
    pub whole: Option<Html>,
}

/// One dimension of the health grid.
#[derive(Clone, Debug, Default, PartialEq, Hash, Serialize)]
pub struct HealthRow {
    /// `Schedule`.
    pub label: String,
    /// One mark per report.
    pub marks: Marks,
    /// What the latest report says, and the data.
    pub chip: Chip,
    /// How it moved.
    pub trend: Trend,
    /// The reason, with ids linked.
    pub why: Html,
    /// The way back: `Vendor adds a weekend shift; back to green 24 Apr`.
    pub path: Html,
    /// What the data says, in numbers, where it differs.
    pub data: Html,
}

/// One ask that waits.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize)]
pub struct Ask {
    /// `D-014`.
    pub id: Link,
    /// What is to be decided.
    pub text: String,
    /// By whom.
    pub who: String,
    /// When it is needed.
    pub needed: Option<Day>,
    /// `waits 9 business days`; empty for none.
    pub age: String,
    /// Whether the date has passed.
    pub late: bool,
    /// What happens otherwise; empty for none.
    pub otherwise: String,
}

/// One milestone.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize)]
pub struct Milestone {
    /// `M3 UAT environment accepted`.
    pub name: Link,
    /// Whether it must appear in every report.
    pub key: bool,
    /// The first approved date.
    pub original: Option<Day>,
    /// The current approved date.
    pub baseline: Option<Day>,
    /// The expected date, or the actual one.
    pub forecast: Option<Day>,
    /// Whether `forecast` is an actual date.
    pub actual: bool,
    /// The slip against the baseline.
    pub slip: Option<Slip>,
    /// How good the state is.
    pub mark: StateMark,
    /// `done`, `late`, `not reported`.
    pub state: String,
    /// Whether it is cancelled and set back.
    pub muted: bool,
}

/// Money in one currency. Amounts are ready to print: `533,000`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize)]
pub struct Money {
    /// `CAD`.
    pub currency: String,
    /// Lines: budget, actual, committed, estimate at completion, variance.
    pub lines: Vec<MoneyLine>,
    /// The finance cut-off; empty for none.
    pub note: String,
}

/// One amount.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize)]
pub struct MoneyLine {
    /// `Estimate at completion`.
    pub label: String,
    /// `533,000`; `not reported` where nobody says.
    pub amount: Segment,
    /// `+6.6 %`, `48 % of budget`; empty for none.
    pub share: Segment,
}

/// One of the worst risks.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize)]
pub struct TopRisk {
    /// `R-004`.
    pub id: Link,
    /// What may happen.
    pub text: String,
    /// Probability × impact; `None` where it is not scored.
    pub score: Option<u32>,
    /// `low`, `middle`, `high`, `extreme`; empty where it is not scored.
    pub level: &'static str,
    /// `was 16`; empty for none.
    pub before: String,
    /// Who owns it; empty for nobody.
    pub owner: String,
    /// When the response is due.
    pub due: Option<Day>,
    /// Whether that has passed.
    pub late: bool,
}

/// The documents of one phase.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize)]
pub struct DocumentGroup {
    /// `Planning`.
    pub title: String,
    /// Whether it is the current phase.
    pub current: bool,
    /// The documents.
    pub documents: Vec<DocumentLine>,
}

/// One document, or one that is missing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize)]
pub struct DocumentLine {
    /// How good its state is.
    pub mark: StateMark,
    /// The document; a label alone where it is missing.
    pub document: Link,
    /// `1.2 approved by sponsor, 30 Jan`, `missing`, `due in Execution`.
    pub state: String,
}

/// What the lifecycle says about the current phase.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize)]
pub struct Duties {
    /// `Execution`.
    pub phase: String,
    /// Who does what.
    pub groups: Vec<DutyGroup>,
}

/// The duties of one role.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize)]
pub struct DutyGroup {
    /// `Project manager`.
    pub role: String,
    /// What it does in this phase.
    pub duties: Vec<String>,
}

/// One status report.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize)]
pub struct ReportLine {
    /// The report.
    pub report: Link,
    /// Its date.
    pub day: Day,
    /// Overall health.
    pub health: Chip,
    /// What changed, in one line; empty for none.
    pub text: String,
}
