//! What the first pass keeps of a document.

use super::super::{Fill, Problem};
use super::marks::MarkTable;
use crate::text::Span;

/// What a document's body says.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Outline {
    /// The first heading of level 1: its text and its line.
    pub title: Option<(Box<str>, Span)>,
    /// All top-level headings, in order.
    pub headings: Box<[Heading]>,
    /// Bold words with a colon that begin a paragraph or a list item
    /// (`**Out of scope:** …`), in order.
    pub lead_ins: Box<[LeadIn]>,
    /// Tables of marks, such as RACI, in order.
    pub marks: Box<[MarkTable]>,
    /// Every link and image, in order, those in raw HTML included.
    pub links: Box<[Link]>,
    /// Ids of raw HTML, as links name them; on the page they begin with `u-`.
    pub anchors: Box<[Box<str>]>,
    /// Words that may name an item (`R-004`, `crm/R-004`), outside code and
    /// links; none once the portfolio has resolved them.
    pub mentions: Box<[(Span, Box<str>)]>,
    /// Queries: fenced blocks at the margin whose language is `query`, in order.
    pub queries: Box<[Fence]>,
    /// Words of prose: code blocks do not count.
    pub words: u32,
    /// Whether the body holds tags of HTML.
    pub raw_html: bool,
    /// Where the body ends, trailing blank lines not counted: the place for a
    /// section that is missing at the end.
    pub end: u32,
    /// A comment or a code block that is never closed.
    pub open: Option<Span>,
    /// What is wrong with the text itself.
    pub problems: Vec<Problem>,
}

/// A heading at the top level of a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Heading {
    /// 1 to 6.
    pub level: u8,
    /// Its words, without markup.
    pub text: Box<str>,
    /// Its id on the page, unique there.
    pub id: Box<str>,
    /// The heading's line or lines.
    pub span: Span,
    /// What it holds up to the next heading of any level.
    pub fill: Fill,
    /// Characters of prose behind `fill`, counted only until there are enough.
    pub chars: u16,
    /// List items at the top level and rows of tables.
    pub points: u16,
}

/// Bold words with a colon, which count as a heading of the lowest level.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeadIn {
    /// The bold words without the colon.
    pub text: Box<str>,
    /// The bold words.
    pub span: Span,
    /// What follows, up to the next lead-in or heading.
    pub fill: Fill,
    /// Characters of prose behind `fill`, counted only until there are enough.
    pub chars: u16,
}

/// A fenced block that is read as data.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fence {
    /// The whole block, fences included.
    pub block: Span,
    /// What stands between the fences.
    pub text: Span,
}

/// A link or an image.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// The destination as written, character references resolved.
    pub dest: Box<str>,
    /// The destination where it stands in the file, else the whole link.
    pub span: Span,
    /// Whether it is an image.
    pub image: bool,
}
