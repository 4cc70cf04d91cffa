//! Views of charts: geometry ready to print, words for those who do not see
//! it, and the same numbers as a table.
//!
//! They are made by the functions of [`charts`](crate::site::charts) and by
//! nothing else. Lengths are in the units of the chart's own view box, rounded
//! to a tenth.

mod plot;

pub use plot::{Plot, PlotBar, PlotKey, PlotLine};
use serde::Serialize;
use serde::ser::{SerializeStruct, Serializer};

use super::Rag;

/// A coordinate or length, kept in tenths so that it prints the same on every
/// machine: `12.5`, `12`, `-0.5`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Num(i32);

impl Num {
    /// Rounds a length to a tenth; what is not finite becomes 0.
    #[must_use]
    pub fn of(value: f64) -> Self {
        let tenths = (value * 10.0).round().clamp(-9_999_999.0, 9_999_999.0);
        #[allow(clippy::cast_possible_truncation, reason = "clamped to seven digits above")]
        Self(if tenths.is_finite() { tenths as i32 } else { 0 })
    }
}

impl std::fmt::Display for Num {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        let (whole, tenth) = (self.0.unsigned_abs() / 10, self.0.unsigned_abs() % 10);
        if tenth == 0 { write!(f, "{sign}{whole}") } else { write!(f, "{sign}{whole}.{tenth}") }
    }
}

impl Serialize for Num {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// What stands around the drawing of every chart.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize)]
pub struct About {
    /// Unique on the page: the `id` of the figure.
    pub id: String,
    /// The heading of the chart.
    pub title: String,
    /// What the drawing shows, in one sentence, for those who do not see it.
    pub description: String,
    /// The line under the chart: how to read it.
    pub caption: String,
    /// The same numbers as a table.
    pub table: DataTable,
}

/// The numbers of a chart as a table.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize)]
pub struct DataTable {
    /// Column heads.
    pub head: Vec<String>,
    /// Rows; the first cell names the row.
    pub rows: Vec<Vec<String>>,
}

/// Any chart of a page, told apart by `kind`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Chart {
    /// Counts per rating as one bar.
    HealthBar(HealthBar),
    /// Counts per rating, one column a month.
    Months(Months),
    /// Forecasts over time.
    Trend(TrendChart),
    /// Baseline to forecast on a calendar.
    Timeline(Timeline),
    /// Open threats by probability and impact.
    RiskMatrix(RiskMatrix),
    /// Planned, actual and forecast cost.
    Budget(BudgetChart),
    /// Any lines, bars or columns.
    Plot(Plot),
}

/// A row of marks, one per report, oldest first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize)]
pub struct Marks {
    /// Width of the view box; the height is 10.
    pub width: Num,
    /// What the marks say: `12 reports: 5 green, then 3 amber, …`.
    pub label: String,
    /// The marks.
    pub marks: Vec<Mark>,
    /// The same as `marks`, equal ones after each other as one.
    pub runs: Vec<Run>,
}

/// Equal marks after each other.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize)]
pub struct Run {
    /// CSS class of the rating.
    pub class: &'static str,
    /// How many; 1 to 12, a longer run goes on in the next one.
    pub count: usize,
    /// `5 green`.
    pub text: String,
}

/// One mark of a row. Serialises flat, as `x`, `class`, `d` and `title`: pages
/// hold hundreds of them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Mark {
    /// Left edge of its 10 × 10 box.
    pub x: Num,
    /// The rating.
    pub rag: Rag,
    /// Tooltip: `27 Mar 2026: amber`.
    pub title: String,
}

impl Serialize for Mark {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_struct("Mark", 4)?;
        map.serialize_field("x", &self.x)?;
        map.serialize_field("class", self.rag.class())?;
        map.serialize_field("d", self.rag.shape())?;
        map.serialize_field("title", &self.title)?;
        map.end()
    }
}

/// Counts per rating as one stacked bar.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize)]
pub struct HealthBar {
    /// What stands around it.
    #[serde(flatten)]
    pub about: About,
    /// How many in all.
    pub total: u32,
    /// Pieces in order, ratings without projects left out. The view box is
    /// 1000 × 24.
    pub parts: Vec<BarPart>,
}

/// One piece of a stacked bar.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize)]
pub struct BarPart {
    /// The rating.
    pub rag: Rag,
    /// How many.
    pub count: u32,
    /// Where the filtered list is; `None` for plain text.
    pub href: Option<String>,
    /// Left edge.
    pub x: Num,
    /// Width.
    pub width: Num,
    /// Middle, where the count stands.
    pub middle: Num,
}

/// Counts per rating, one column a month.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize)]
pub struct Months {
    /// What stands around it.
    #[serde(flatten)]
    pub about: About,
    /// Width of the view box.
    pub width: Num,
    /// Height of the view box.
    pub height: Num,
    /// Horizontal rules with their numbers.
    pub rules: Vec<Rule>,
    /// The columns, oldest first.
    pub columns: Vec<MonthColumn>,
}

/// One month.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize)]
pub struct MonthColumn {
    /// Middle of the column.
    pub x: Num,
    /// Name under it; empty where every second one is left out.
    pub label: String,
    /// Pieces from the base up.
    pub parts: Vec<MonthPart>,
}

/// One piece of a month's column.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize)]
pub struct MonthPart {
    /// The rating.
    pub rag: Rag,
    /// Tooltip: `March 2026: 2 amber`.
    pub title: String,
    /// The number inside, where there is room for it.
    pub count: Option<u32>,
    /// Left edge.
    pub x: Num,
    /// Upper edge.
    pub y: Num,
    /// Width.
    pub width: Num,
    /// Height.
    pub height: Num,
    /// Baseline of the number.
    pub text_y: Num,
}

/// A rule across a chart, horizontal or vertical, with its label.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize)]
pub struct Rule {
    /// Position on the axis it crosses.
    pub at: Num,
    /// What stands at its end.
    pub label: String,
}

/// Forecasts over time: x is the report, y the date it forecast.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize)]
pub struct TrendChart {
    /// What stands around it.
    #[serde(flatten)]
    pub about: About,
    /// Width of the view box.
    pub width: Num,
    /// Height of the view box.
    pub height: Num,
    /// Left edge of the plot.
    pub left: Num,
    /// Right edge of the plot.
    pub right: Num,
    /// Base of the plot.
    pub base: Num,
    /// Dates forecast (y).
    pub rules: Vec<Rule>,
    /// Dates of reports (x).
    pub ticks: Vec<Rule>,
    /// The line on which a milestone is due; empty where it is out of sight.
    pub due: String,
    /// Where the words at the due line stand, `(x, y)`.
    pub due_label: Option<Point>,
    /// One line per milestone, at most eight.
    pub lines: Vec<TrendLine>,
}

/// A place in a chart.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize)]
pub struct Point {
    /// From the left.
    pub x: Num,
    /// From the top.
    pub y: Num,
}

/// One milestone of the trend chart.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize)]
pub struct TrendLine {
    /// Which line style, 1 to 8.
    pub series: u32,
    /// Path data.
    pub d: String,
    /// A point per report.
    pub points: Vec<TrendPoint>,
    /// `M7 Finish`.
    pub label: String,
    /// `+28 d`; empty for on date.
    pub slip: String,
    /// Baseline of the label.
    pub label_y: Num,
    /// Where the milestone stands; for themes that link it (a link inside a
    /// drawing is not announced, so the default theme does not).
    pub href: Option<String>,
}

/// One forecast of the trend chart.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize)]
pub struct TrendPoint {
    /// From the left.
    pub x: Num,
    /// From the top.
    pub y: Num,
    /// Tooltip: `M7 Finish, report of 13 Mar 2026: 28 Oct 2026`.
    pub title: String,
}

/// A slip as a bar in a table cell.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize)]
pub struct SlipBar {
    /// Width in percent of the cell's bar, 0 for on date.
    pub width: Num,
    /// `late`, `early` or `none`.
    pub class: &'static str,
}

/// Baseline to forecast on a calendar.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize)]
pub struct Timeline {
    /// What stands around it.
    #[serde(flatten)]
    pub about: About,
    /// Width of the view box.
    pub width: Num,
    /// Height of the view box.
    pub height: Num,
    /// Left edge of the calendar; names stand before it.
    pub left: Num,
    /// Base of the calendar.
    pub base: Num,
    /// Weeks or months.
    pub ticks: Vec<Rule>,
    /// Times in which nothing is to happen.
    pub shades: Vec<TimelineShade>,
    /// Today, where it is in sight.
    pub today: Option<Num>,
    /// The milestones.
    pub rows: Vec<TimelineRow>,
}

/// A shaded time of a timeline.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize)]
pub struct TimelineShade {
    /// Left edge.
    pub x: Num,
    /// Width.
    pub width: Num,
    /// Height.
    pub height: Num,
    /// Its name as far as there is room; may be empty.
    pub label: String,
    /// Its whole name.
    pub name: String,
    /// `12 Jun to 21 Jun`.
    pub days: String,
}

/// One milestone of a timeline.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize)]
pub struct TimelineRow {
    /// Middle of the row.
    pub y: Num,
    /// Baseline of its name.
    pub text_y: Num,
    /// `CRM replacement`, as much of it as fits beside the name.
    pub project: String,
    /// `M3 UAT environment`, as much of it as fits.
    pub label: String,
    /// The project's whole name.
    pub of: String,
    /// The milestone's whole name.
    pub full: String,
    /// Where the milestone stands; `None` for plain text.
    pub href: Option<String>,
    /// How late it is: green on date, amber, red; not reported without forecast.
    pub rag: Rag,
    /// The baseline, where it is in sight.
    pub baseline: Option<Num>,
    /// The forecast or actual date, where there is one in sight.
    pub forecast: Option<Num>,
    /// Left end of the line between them.
    pub from: Num,
    /// Right end of the line between them.
    pub to: Num,
    /// Whether the forecast lies beyond the right end.
    pub beyond: bool,
    /// `10 Apr +21 d`.
    pub date: String,
    /// Where the date stands.
    pub date_x: Num,
    /// `start` or `end`: on which side of `date_x` the date stands.
    pub anchor: &'static str,
    /// Tooltip with every date.
    pub title: String,
}

/// Open threats by probability (rows) and impact (columns).
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize)]
pub struct RiskMatrix {
    /// What stands around it.
    #[serde(flatten)]
    pub about: About,
    /// Rows from probability 5 down to 1.
    pub rows: Vec<RiskRow>,
    /// Threats without a probability or an impact.
    pub unscored: u32,
}

/// One probability of the risk matrix.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize)]
pub struct RiskRow {
    /// 5 to 1.
    pub probability: u32,
    /// Impacts 1 to 5.
    pub cells: Vec<RiskCell>,
}

/// One field of the risk matrix.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize)]
pub struct RiskCell {
    /// 1 to 5.
    pub impact: u32,
    /// Probability × impact.
    pub score: u32,
    /// `low` (below 5), `middle` (below 10), `high` (below 15) or `extreme`.
    pub level: &'static str,
    /// How many open threats.
    pub count: u32,
    /// The list of them; `None` for plain text.
    pub href: Option<String>,
}

/// Cumulative cost: planned, actual, forecast, and the budget as a rule.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize)]
pub struct BudgetChart {
    /// What stands around it.
    #[serde(flatten)]
    pub about: About,
    /// Width of the view box.
    pub width: Num,
    /// Height of the view box.
    pub height: Num,
    /// Left edge of the plot.
    pub left: Num,
    /// Right edge of the plot.
    pub right: Num,
    /// Base of the plot.
    pub base: Num,
    /// Amounts (y).
    pub rules: Vec<Rule>,
    /// Dates (x).
    pub ticks: Vec<Rule>,
    /// Height and words of the budget.
    pub budget: Option<Rule>,
    /// Today, where it is in sight.
    pub today: Option<Num>,
    /// The lines.
    pub lines: Vec<BudgetLine>,
}

/// One line of the budget chart.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize)]
pub struct BudgetLine {
    /// `planned`, `actual` or `forecast`.
    pub class: &'static str,
    /// Path data.
    pub d: String,
    /// `Actual 240,000`.
    pub label: String,
    /// Left edge of the label.
    pub label_x: Num,
    /// Baseline of the label.
    pub label_y: Num,
    /// The last point.
    pub end: Point,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_print_the_same_everywhere() {
        let shown: Vec<_> =
            [0.0, 12.0, 12.46, -0.5, 1e12, f64::NAN].map(|n| Num::of(n).to_string()).into();
        assert_eq!(shown, ["0", "12", "12.5", "-0.5", "999999.9", "0"]);
    }
}
