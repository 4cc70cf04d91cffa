//! The page of a review: the parts of each project, ready to print.

use super::Rag;
use serde::Serialize;

/// Some words and how they look.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Piece {
    /// The words; what stands in backticks is code where `prose` is set.
    pub text: String,
    /// They matter most.
    pub strong: bool,
    /// They are a name of ours.
    pub code: bool,
    /// They are a message with literals in backticks.
    pub prose: bool,
    /// The rating they say.
    pub rag: Option<Rag>,
    /// Where they lead; empty where nowhere.
    pub href: String,
}

/// One part.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct PartView {
    /// Its name, for stylesheets.
    pub key: String,
    /// Its heading.
    pub title: String,
    /// It is to be looked at first.
    pub alert: bool,
    /// Lines, each on its own; empty for a table.
    pub lines: Vec<Vec<Piece>>,
    /// Heads of the columns; empty where it is no table.
    pub heads: Vec<String>,
    /// Rows of a table.
    pub rows: Vec<Vec<Vec<Piece>>>,
}

/// One project.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct ReviewedProject {
    /// Fragment id.
    pub anchor: String,
    /// Its title.
    pub title: String,
    /// Its page; empty where there is none.
    pub href: String,
    /// What follows the title: the dates of the reports.
    pub about: String,
    /// New and mended findings, counted.
    pub counts: String,
    /// Its parts in reading order.
    pub parts: Vec<PartView>,
}

/// The page.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct ReviewPage {
    /// Language tag.
    pub lang: String,
    /// `ltr` or `rtl`.
    pub dir: String,
    /// `light`, `dark` or empty.
    pub theme: String,
    /// Address of the stylesheet: within the page itself.
    pub stylesheet: String,
    /// Title of the book.
    pub book_title: String,
    /// Both sides and the as-of date.
    pub about: String,
    /// The one sentence on top.
    pub sentence: Vec<Piece>,
    /// What changed in `book.toml`.
    pub settings: Vec<PartView>,
    /// Heads and rows of the table of projects; empty for one project.
    pub heads: Vec<String>,
    /// Its rows, with the fragment each leads to.
    pub rows: Vec<(String, Vec<Vec<Piece>>)>,
    /// What changed.
    pub projects: Vec<ReviewedProject>,
    /// What did not, in words; empty where there is nothing.
    pub unchanged: String,
}
