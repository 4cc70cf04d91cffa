//! Roll-up pages: a sentence, charts, and tables of any columns.

use serde::Serialize;

use super::chart::{Chart, Marks, Plot};
use super::portfolio::{Figure, ProjectTable, Slip};
use super::{Chip, Day, Frame, Html, Link, Rag, Segment};

/// Milestones, RAID, decisions, lessons, findings, a programme, a project's
/// register page. Template `rollup.html`.
#[derive(Clone, Debug, Default, PartialEq, Hash, Serialize)]
pub struct RollupPage {
    /// What every page shares.
    pub frame: Frame,
    /// The heading of the page.
    pub title: String,
    /// A rating beside the heading (a project's own page).
    pub health: Option<Chip>,
    /// After the as-of date.
    pub notes: Vec<Link>,
    /// How many, how bad, what waits.
    pub sentence: Vec<Segment>,
    /// Small figures under it; empty for none.
    pub figures: Vec<Figure>,
    /// Charts above the tables.
    pub charts: Vec<Chart>,
    /// A table of projects (programme pages).
    pub projects: Option<ProjectTable>,
    /// Words of headings and captions, with where they are explained.
    pub terms: Vec<Link>,
    /// The tables.
    pub groups: Vec<Table>,
    /// Words under them.
    pub body: Html,
}

/// A heading and a table under it.
#[derive(Clone, Debug, Default, PartialEq, Hash, Serialize)]
pub struct Table {
    /// Anchor of the heading, unique on the page.
    pub id: String,
    /// The heading; empty for none (then `caption` names the table).
    pub title: String,
    /// How many rows, beside the heading; `None` for none.
    pub count: Option<u32>,
    /// One line under the heading; empty for none.
    pub intro: Vec<Segment>,
    /// What the table shows, for those who do not see it.
    pub caption: String,
    /// The columns.
    pub columns: Vec<Column>,
    /// The rows, in the order that is useful without sorting.
    pub rows: Vec<Row>,
    /// Heads and rows as HTML, in place of `rows`, where the theme leaves them
    /// as they are.
    pub set: Option<Html>,
    /// All of it as HTML, in place of everything else it holds, where the theme
    /// leaves tables as they are.
    pub whole: Option<Html>,
    /// What is said where there is no row: `No open risks.`
    pub empty: String,
    /// Which rows of how many are shown, and the way to the rest; empty where
    /// all of them are.
    pub rest: Vec<Segment>,
    /// The same as data: CSV, JSON.
    pub downloads: Vec<Link>,
}

/// One column.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize)]
pub struct Column {
    /// The head.
    pub label: String,
    /// How its cells are set.
    pub align: Align,
    /// Whether readers may sort by it.
    pub sortable: bool,
    /// Whether a filter offers its values (by each cell's text).
    pub filter: bool,
    /// Whether it is there for the filter alone; several values of a cell are
    /// then parted by a comma.
    pub aside: bool,
}

impl Column {
    /// A sortable column of words.
    #[must_use]
    pub fn text(label: impl Into<String>) -> Self {
        Self { label: label.into(), sortable: true, ..Self::default() }
    }

    /// A sortable column of words that readers may filter by.
    #[must_use]
    pub fn filter(label: impl Into<String>) -> Self {
        Self { filter: true, ..Self::text(label) }
    }

    /// A column that is there for the filter alone.
    #[must_use]
    pub fn aside(label: impl Into<String>) -> Self {
        Self { filter: true, aside: true, sortable: false, ..Self::text(label) }
    }

    /// A sortable column of figures, right-aligned.
    #[must_use]
    pub fn number(label: impl Into<String>) -> Self {
        Self { align: Align::Number, ..Self::text(label) }
    }

    /// A sortable column of dates, chips or marks, never broken.
    #[must_use]
    pub fn short(label: impl Into<String>) -> Self {
        Self { align: Align::Short, ..Self::text(label) }
    }

    /// A column of sentences, which takes the room that is left.
    #[must_use]
    pub fn wide(label: impl Into<String>) -> Self {
        Self { align: Align::Wide, sortable: false, ..Self::text(label) }
    }
}

/// How the cells of a column are set.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Align {
    /// Words.
    #[default]
    Text,
    /// Figures, to the right.
    Number,
    /// Dates, chips, marks: never broken.
    Short,
    /// Sentences.
    Wide,
}

/// One row.
#[derive(Clone, Debug, Default, PartialEq, Hash, Serialize)]
pub struct Row {
    /// Anchor of the row, such as `R-004`; empty for none.
    pub id: String,
    /// One cell per column.
    pub cells: Vec<Cell>,
    /// Whether the row is done or void and set back.
    pub muted: bool,
}

/// One cell, told apart by `kind`.
#[derive(Clone, Debug, PartialEq, Hash, Serialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Cell {
    /// Nothing to say; prints an en dash that is not read out.
    Empty,
    /// Words, perhaps a link, perhaps a line of small print under them.
    Text {
        /// The words.
        text: String,
        /// Where they lead.
        href: Option<String>,
        /// Small print; empty for none.
        detail: String,
        /// Whether they name the row.
        strong: bool,
    },
    /// A figure with its unit.
    Number {
        /// `1,240`, `62.5 %`.
        text: String,
        /// For sorting, in any unit the column shares.
        sort: i64,
        /// Colours the figure; the words of the page say it too.
        rag: Option<Rag>,
    },
    /// A date.
    Date {
        /// The day.
        day: Day,
        /// Whether it is past and still open.
        late: bool,
        /// After the date: `overdue`, `moved 3 times`; empty for none.
        note: String,
    },
    /// A rating as a chip.
    Chip(
        /// The rating.
        Chip,
    ),
    /// A state in words, with a mark.
    State {
        /// How good it is.
        mark: StateMark,
        /// `open`, `late`, `approved`.
        text: String,
    },
    /// A slip with its bar.
    Slip(
        /// The slip.
        Slip,
    ),
    /// Several links, one beside the other.
    Links {
        /// The links.
        links: Vec<Link>,
    },
    /// A value that is missing, never blank: `not reported`, `not yet`, `n/a`.
    Missing {
        /// The words.
        text: String,
        /// Why, as a tooltip; empty for none.
        why: String,
    },
    /// Several cells, one under the other.
    Many {
        /// The cells.
        cells: Vec<Cell>,
    },
    /// A row of marks.
    Marks(
        /// The marks.
        Marks,
    ),
    /// Safe HTML: prose in which ids are linked.
    Html {
        /// The HTML.
        html: Html,
    },
}

impl Cell {
    /// Words.
    #[must_use]
    pub fn text(text: impl Into<String>) -> Self {
        let text = text.into();
        if text.is_empty() {
            return Self::Empty;
        }
        Self::Text { text, href: None, detail: String::new(), strong: false }
    }

    /// Words that lead somewhere.
    #[must_use]
    pub fn link(text: impl Into<String>, href: impl Into<String>) -> Self {
        Self::Text {
            text: text.into(),
            href: Some(href.into()),
            detail: String::new(),
            strong: false,
        }
    }

    /// A date.
    #[must_use]
    pub fn date(day: Day) -> Self {
        Self::Date { day, late: false, note: String::new() }
    }
}

/// How good a state is: a shape that stands before its words.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum StateMark {
    /// `✔` done, approved, filled.
    Done,
    /// `▲` begun, partly, needs a look.
    Partial,
    /// `✖` missing, late, refused.
    Bad,
    /// `○` not due yet.
    #[default]
    Open,
    /// `–` does not apply.
    None,
}

/// What a query in a page is answered: stands within the page's text. Template
/// `query.html`.
#[derive(Clone, Debug, Default, PartialEq, Hash, Serialize)]
pub struct AnswerView {
    /// Its title, or how many there are; empty for none.
    pub sentence: Vec<Segment>,
    /// Whether the rows are a plain list.
    pub list: bool,
    /// The rows.
    pub groups: Vec<Table>,
    /// The answer as data; of several tables the first.
    pub downloads: Vec<Link>,
    /// A chart, without a heading of its own.
    pub charts: Vec<Plot>,
    /// Whether there is nothing to show at all.
    pub empty: bool,
}
