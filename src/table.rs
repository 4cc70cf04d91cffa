//! A roll-up's result: rows of typed cells. Page, CSV and JSON come from it.

use crate::date::Date;
use crate::ratio::Ratio;
use crate::target::Target;
use std::borrow::Cow;

/// RAG health, the five-point scale included, and the states beside it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Rag {
    /// Outside tolerance, or needs someone above the project manager.
    Red,
    /// Between red and amber (five-point scale); counts as amber.
    AmberRed,
    /// Off the baseline, inside tolerance or recoverable.
    Amber,
    /// Between amber and green (five-point scale); counts as amber.
    AmberGreen,
    /// On or better than the baseline.
    Green,
    /// Nobody has told us, or the last report is too old.
    NotReported,
    /// The project or dimension is finished.
    Complete,
    /// The project is on hold.
    OnHold,
}

impl Rag {
    /// The word as written in front matter.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Red => "red",
            Self::AmberRed => "amber-red",
            Self::Amber => "amber",
            Self::AmberGreen => "amber-green",
            Self::Green => "green",
            Self::NotReported => "not-reported",
            Self::Complete => "complete",
            Self::OnHold => "on-hold",
        }
    }

    /// The word as shown to readers.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Red => "Red",
            Self::AmberRed => "Amber-red",
            Self::Amber => "Amber",
            Self::AmberGreen => "Amber-green",
            Self::Green => "Green",
            Self::NotReported => "Not reported",
            Self::Complete => "Complete",
            Self::OnHold => "On hold",
        }
    }

    /// The shape that carries the meaning without colour.
    #[must_use]
    pub fn mark(self) -> &'static str {
        match self {
            Self::Red => "■",
            Self::AmberRed | Self::Amber | Self::AmberGreen => "▲",
            Self::Green => "●",
            Self::NotReported => "○",
            Self::Complete => "✔",
            Self::OnHold => "‖",
        }
    }

    /// The three-point colour (amber for the two between), `None` for states
    /// that are no colour.
    #[must_use]
    pub fn colour(self) -> Option<Self> {
        match self {
            Self::AmberRed | Self::Amber | Self::AmberGreen => Some(Self::Amber),
            Self::Red | Self::Green => Some(self),
            Self::NotReported | Self::Complete | Self::OnHold => None,
        }
    }

    /// Rank for arithmetic: red 0, amber 1, green 2.
    #[must_use]
    pub fn rank(self) -> Option<u8> {
        self.colour().map(|c| match c {
            Self::Red => 0,
            Self::Amber => 1,
            _ => 2,
        })
    }
}

/// Why a value is missing: never shown as zero or blank.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Missing {
    /// Expected, but absent or stale.
    NotReported,
    /// Not expected in this phase or before its window.
    NotYet,
    /// Does not apply, with the reason.
    NotApplicable(String),
    /// Known and hidden, with the reason: too few answers to keep people
    /// unnamed.
    Withheld(String),
}

/// One cell of a table.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell {
    /// Words.
    Text(String),
    /// Words that lead somewhere.
    Link(String, Target),
    /// A calendar day.
    Date(Date),
    /// A whole number.
    Count(i64),
    /// A signed number of days (late is positive).
    Days(i64),
    /// A percentage, shown with one decimal.
    Percent(Ratio),
    /// An amount and its currency.
    Money(Ratio, String),
    /// A health, declared or computed.
    Rag(Rag),
    /// A missing value and why.
    Missing(Missing),
    /// A date with what is to be said of it (`overdue`), late or not.
    Due {
        /// The day.
        date: Date,
        /// Whether it is past and still open.
        late: bool,
        /// Words after the date; may be empty.
        note: String,
    },
    /// A state in words with its mark.
    State(Mark, String),
    /// A cell with a line of small print under it.
    Detail(Box<Cell>, String),
    /// Several cells shown one under the other.
    Many(Vec<Cell>),
    /// Nothing to say.
    Empty,
}

/// How good a state is: the shape that stands before its words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mark {
    /// Done, approved, filled.
    Done,
    /// Begun, partly, needs a look.
    Partial,
    /// Missing, late, refused.
    Bad,
    /// Not due yet, open.
    Open,
    /// Does not apply.
    None,
}

/// How a column is set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Set {
    /// Words.
    #[default]
    Text,
    /// Words of few values, that readers may filter by.
    Filter,
    /// Figures, to the right.
    Number,
    /// Dates, chips, marks: never broken.
    Short,
    /// Sentences, which take the room that is left.
    Wide,
    /// Words that readers may filter by and that exports have, not shown in the
    /// table; several are parted by a comma and a blank.
    Aside,
}

/// A column: its stable key, its heading, and how it is set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// Stable name for exports.
    pub key: Cow<'static, str>,
    /// Heading shown to readers.
    pub label: Cow<'static, str>,
    /// How it is set.
    pub set: Set,
}

impl Column {
    /// A column.
    #[must_use]
    pub const fn new(key: &'static str, label: &'static str, set: Set) -> Self {
        Self { key: Cow::Borrowed(key), label: Cow::Borrowed(label), set }
    }
}

/// A row: its cells in column order, and an anchor to link to it.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Row {
    /// Fragment id (`R-004`), unique on the page when given.
    pub anchor: Option<String>,
    /// One cell for each column.
    pub cells: Vec<Cell>,
    /// Done or void: set back.
    pub muted: bool,
}

/// Rows under one heading.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Group {
    /// Stable name: anchor on the page, file name of an export.
    pub key: String,
    /// Heading; empty for the only group.
    pub title: String,
    /// One sentence under the heading; may be empty.
    pub note: String,
    /// What the table shows, for those who do not see it.
    pub caption: String,
    /// What is said where there is no row.
    pub empty: String,
    /// The columns.
    pub columns: Vec<Column>,
    /// The rows, in reading order.
    pub rows: Vec<Row>,
}

/// Some words of a sentence made from data; they carry their own spaces.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Words {
    /// The words.
    pub text: String,
    /// A rating that colours them.
    pub rag: Option<Rag>,
    /// Where they lead.
    pub target: Option<Target>,
}

impl Words {
    /// Plain words.
    #[must_use]
    pub fn plain(text: impl Into<String>) -> Self {
        Self { text: text.into(), rag: None, target: None }
    }

    /// Words that say a rating.
    #[must_use]
    pub fn rag(text: impl Into<String>, rag: Rag) -> Self {
        Self { text: text.into(), rag: Some(rag), target: None }
    }
}

/// What the numbers of a chart are, and so how they are written.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Unit {
    /// Whole things: `12`.
    #[default]
    Count,
    /// Percent, one decimal: `62.5 %`.
    Percent,
    /// Calendar days: `+28 d`.
    Days,
    /// Business days, one decimal: `6.0 bd`.
    BusinessDays,
    /// A score or index, two decimals: `4.17`.
    Score,
    /// Full-time equivalents, one decimal: `1.5 FTE`.
    Fte,
    /// An amount of that currency: `533,000`.
    Money(String),
}

/// A named limit across a chart.
#[derive(Debug, Clone, PartialEq)]
pub struct Limit {
    /// What it is: `green`, `capacity`.
    pub label: String,
    /// Where it stands.
    pub at: Ratio,
}

/// A chart as data: what it shows, not how it is drawn. Each answers one
/// question and says it in its caption.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Plot {
    /// Anchor on the page, unique there.
    pub key: String,
    /// Heading.
    pub title: String,
    /// How to read it, in one or two sentences.
    pub caption: String,
    /// What the numbers are.
    pub unit: Unit,
    /// Limits drawn across.
    pub limits: Vec<Limit>,
    /// The numbers.
    pub shape: Shape,
}

/// The numbers of a [`Plot`].
#[derive(Debug, Clone, PartialEq)]
pub enum Shape {
    /// Values over time, one line each; at most eight are drawn.
    Lines(Vec<Line>),
    /// One bar for each thing, in the order given.
    Bars(Vec<Bar>),
    /// Stacks over time: names of the columns, and the stacks, each with one
    /// value for each column. A `line` beside them is drawn over the stacks.
    Columns {
        /// What stands under the columns, such as months.
        names: Vec<String>,
        /// The pieces of the columns, from the base up.
        stacks: Vec<Stack>,
        /// A limit that changes with the column, such as capacity.
        line: Option<Stack>,
    },
}

impl Default for Shape {
    fn default() -> Self {
        Self::Lines(Vec::new())
    }
}

/// One line of a chart.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Line {
    /// Its name.
    pub label: String,
    /// Values by day, oldest first.
    pub points: Vec<(Date, Ratio)>,
}

/// One bar of a chart.
#[derive(Debug, Clone, PartialEq)]
pub struct Bar {
    /// Its name.
    pub label: String,
    /// How long it is, or why there is none.
    pub value: Result<Ratio, Missing>,
    /// Its rating; without one it takes the accent.
    pub rag: Option<Rag>,
    /// After the value, such as `5 of 8`; may be empty.
    pub note: String,
}

/// One kind of piece of stacked columns.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Stack {
    /// Its name.
    pub label: String,
    /// One value for each column; `None` where nothing is known.
    pub values: Vec<Option<Ratio>>,
}

/// A roll-up's result.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Table {
    /// The answer in one sentence of words, made from the data.
    pub sentence: Vec<Words>,
    /// The shape of it: charts above the tables.
    pub plots: Vec<Plot>,
    /// The rows, grouped.
    pub groups: Vec<Group>,
}
