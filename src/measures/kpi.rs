//! What a key performance indicator is: how one project's value is read on a
//! day, and how the values of many are brought together. The indicators
//! themselves are in [`super::kpis`], one file each.

mod reading;
mod reference;
mod result;
#[cfg(test)]
pub mod testing;

pub use reading::{Colour, Counted, Figure, Reading, Side, mean, median};
pub use reference::reference;
pub use result::{Change, Coverage, Kpis, Measured, Part, Point, Pooled, Standing, nothing, sides};

use super::bands::{Limits, Thresholds};
use crate::date::{Date, days, plus};
use crate::document::Item;
use crate::portfolio::{Portfolio, Project, Report};
use crate::ratio::Ratio;

/// One indicator: plain data and the function that reads it.
#[derive(Debug)]
pub struct Kpi {
    /// Number readers know it by: `K05`.
    pub id: &'static str,
    /// Its name, under which its limits stand in `thresholds.toml` and `[kpis]`.
    pub name: &'static str,
    /// For readers: `Change request cycle time`.
    pub title: &'static str,
    /// The question it answers, as a question.
    pub question: &'static str,
    /// How it is computed, in words.
    pub formula: &'static str,
    /// When there is no value, in words.
    pub missing: &'static str,
    /// Where the default limits come from.
    pub benchmark: &'static str,
    /// What the denominator or the observations are.
    pub of: Of,
    /// How the value is shown.
    pub unit: Unit,
    /// Days that count, ending on the day asked about.
    pub window: i64,
    /// Projects completed inside the window count too, not only active ones.
    pub closed: bool,
    /// Why its value on an earlier day cannot be told, as a sentence: it rests on
    /// what registers say only of today, and has neither trend nor history.
    /// `None` where it follows from dated facts.
    pub undated: Option<&'static str>,
    /// How the values of several projects make one.
    pub pool: Pool,
    /// The value of one project.
    pub read: fn(&Scope<'_>) -> Reading,
}

/// What stands below the line of a division.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Of {
    /// Things that are counted (`milestones`): five or fewer are few.
    Things(&'static str),
    /// An amount (`days`).
    Amount(&'static str),
    /// Money, in the currency of the project.
    Money,
}

impl Of {
    /// The noun; empty for money.
    #[must_use]
    pub fn noun(self) -> &'static str {
        match self {
            Self::Things(what) | Self::Amount(what) => what,
            Self::Money => "",
        }
    }
}

/// How a value is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// `62.5 %`.
    Percent,
    /// `+6.6 %`: a difference in percent.
    Change,
    /// `6.0 bd`: business days.
    BusinessDays,
    /// `28 d`: calendar days.
    Days,
    /// `+3.0 d`: a difference in days.
    Lateness,
    /// `4.17`: the mean of a survey.
    Score,
    /// `-0.2`: a difference in points.
    Points,
    /// `3`, or `3.5` for a mean: things counted.
    Count,
    /// `0.94`: an index.
    Index,
}

impl Unit {
    /// A value with its unit, rounded for display.
    #[must_use]
    pub fn show(self, value: Ratio) -> String {
        let plus = |places| {
            let text = value.show(places);
            let up = !value.is_negative() && value.rounded(places) != 0;
            if up { format!("+{text}") } else { text }
        };
        match self {
            Self::Percent => format!("{} %", value.show(1)),
            Self::Change => format!("{} %", plus(1)),
            Self::BusinessDays => format!("{} bd", value.show(1)),
            Self::Days => format!("{} d", value.show(0)),
            Self::Lateness => format!("{} d", plus(1)),
            Self::Score | Self::Index => value.show(2),
            Self::Points => plus(1),
            Self::Count if value.denominator() == 1 => value.show(0),
            Self::Count => value.show(1),
        }
    }

    /// Its stable name in exports.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Percent | Self::Change => "percent",
            Self::BusinessDays => "business-days",
            Self::Days | Self::Lateness => "days",
            Self::Score => "score",
            Self::Points => "points",
            Self::Count => "count",
            Self::Index => "index",
        }
    }
}

/// How the values of several projects make one; never the mean of their
/// percentages.
#[derive(Debug, Clone, Copy)]
pub enum Pool {
    /// Sum of the numerators ÷ sum of the denominators × 100.
    Ratio,
    /// The median of all observations.
    Median,
    /// The mean of all observations.
    Mean,
    /// A way of its own: it makes the whole reading.
    Own(fn(&Pooling<'_>) -> Reading),
}

/// What [`Pool::Own`] looks at.
#[derive(Debug)]
pub struct Pooling<'a> {
    /// The portfolio.
    pub portfolio: &'a Portfolio,
    /// All limits.
    pub thresholds: &'a Thresholds,
    /// The strictest tier among the projects: its limits hold.
    pub tier: usize,
    /// The days that count.
    pub window: Window,
    /// Every project in scope with its reading, in the portfolio's order; those
    /// without a value too.
    pub readings: &'a [(&'a Project, &'a Reading)],
}

impl Pooling<'_> {
    /// Why there is no value of all together.
    #[must_use]
    pub fn nothing(&self) -> crate::table::Missing {
        result::nothing(self.readings)
    }
}

/// The days that count: after `from`, up to and with `to`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    /// The last day before it.
    pub from: Date,
    /// Its last day, the day asked about: nothing dated later is known.
    pub to: Date,
}

impl Window {
    /// The days up to a day.
    #[must_use]
    pub fn ending(to: Date, days: i64) -> Self {
        Self { from: plus(to, -days), to }
    }

    /// The window of the same length before it.
    #[must_use]
    pub fn before(self) -> Self {
        Self::ending(self.from, days(self.from, self.to))
    }

    /// Whether a day lies in it.
    #[must_use]
    pub fn holds(self, date: Date) -> bool {
        date > self.from && date <= self.to
    }
}

/// What an indicator of one project looks at.
#[derive(Debug, Clone, Copy)]
pub struct Scope<'a> {
    /// The portfolio. Its as-of date is the latest day; ask [`Scope::on`].
    pub portfolio: &'a Portfolio,
    /// The project.
    pub project: &'a Project,
    /// All limits.
    pub thresholds: &'a Thresholds,
    /// The days that count.
    pub window: Window,
    /// Whether the items behind the value are wanted, not only the value.
    pub detail: bool,
}

impl<'a> Scope<'a> {
    /// The day asked about: a fact counts when it is dated by then.
    #[must_use]
    pub fn on(&self) -> Date {
        self.window.to
    }

    /// Limits by name, with the days of service levels.
    #[must_use]
    pub fn limits(&self, name: &str) -> Limits {
        self.thresholds.of(name)
    }

    /// Whether a fact of that day is known on the day asked about.
    #[must_use]
    pub fn known(&self, date: Option<Date>) -> bool {
        date.is_some_and(|d| d <= self.on())
    }

    /// A date that is not in the future of the day asked about.
    #[must_use]
    pub fn past(&self, date: Option<Date>) -> Option<Date> {
        date.filter(|d| *d <= self.on())
    }

    /// Published reports up to the day asked about, oldest first.
    #[must_use]
    pub fn reports(&self) -> &'a [Report] {
        let reports = &self.project.reports;
        let known = reports.partition_point(|r| r.date <= self.on());
        reports.get(..known).unwrap_or_default()
    }

    /// Business days between two days, by the portfolio's calendar.
    #[must_use]
    pub fn business_days(&self, a: Date, b: Date) -> Ratio {
        Ratio::whole(self.portfolio.config.calendar.business_days(a, b).into())
    }

    /// Whether an item is open on the day asked about: raised by then, and not
    /// over (in one of the `open` states, or over only later by one of the dates
    /// named in `ends`).
    #[must_use]
    pub fn open(&self, item: &Item, open: &[&str], ends: &[&str]) -> bool {
        let raised = ["raised", "submitted", "requested"].iter().find_map(|f| item.fields.date(f));
        if raised.is_some_and(|d| d > self.on()) {
            return false;
        }
        let end = ends.iter().find_map(|f| item.fields.date(f));
        open.contains(&item.status()) || end.is_some_and(|d| d > self.on())
    }
}
