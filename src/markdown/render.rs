//! The second pass: a page's HTML from a document's body and the values that
//! the rest of the program has resolved for it.

#[cfg(test)]
mod bombs;
mod furniture;
mod raw_html;
mod sanitise;
mod spans;
#[cfg(test)]
mod tests;
mod writer;

use super::{Highlighter, Problem, line_ends, parser};
use crate::finding::Severity;
use crate::text::Span;
use writer::{Stop, Writer};

/// Largest HTML of one page, in bytes.
pub const MAX_OUTPUT: usize = 16 * 1024 * 1024;

/// Deepest nesting of raw HTML; beyond, it is shown as text.
pub const MAX_RAW_NESTING: usize = 64;

/// What a page is made of besides its text.
#[derive(Debug, Clone, Copy, Default)]
pub struct RenderInput<'a> {
    /// Where the links lead, in the order of [`Outline::links`](super::Outline::links). Links
    /// beyond the list lead where they say.
    pub links: &'a [LinkTo],
    /// The mentions that name something, in the order of the text.
    pub mentions: &'a [MentionTo<'a>],
    /// Findings to show where they are.
    pub notes: &'a [Note],
    /// What stands in the place of queries, in the order of the text.
    pub answers: &'a [Answer],
    /// What to do with raw HTML.
    pub raw_html: RawHtml,
    /// The page's title: a first heading of level 1 that says the same is left out.
    pub skip_title: Option<&'a str>,
    /// Colours code blocks.
    pub highlighter: Option<&'a Highlighter>,
}

/// What to do with raw HTML in documents.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum RawHtml {
    /// Elements and attributes of a list are kept, the rest is removed.
    #[default]
    Safe,
    /// All tags are shown as text.
    Text,
}

/// Where one link or image leads.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct LinkTo {
    /// The address on this page; none for the destination as written.
    pub href: Option<String>,
    /// What the link names, for readers who wonder before they follow it.
    pub title: Option<String>,
    /// It leads nowhere: shown as text that says so, `title` telling why.
    pub broken: bool,
}

/// A mention that names something.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct MentionTo<'a> {
    /// The mention's bytes, as in [`Outline::mentions`](super::Outline::mentions).
    pub span: Span,
    /// The address of what it names.
    pub href: String,
    /// The title of what it names.
    pub title: &'a str,
}

/// What a query was answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// Where its block begins in the file.
    pub offset: u32,
    /// HTML, safe as it is.
    pub html: String,
}

/// A finding shown on the page before the block it concerns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// Byte offset in the file.
    pub offset: u32,
    /// How bad it is.
    pub severity: Severity,
    /// The fact; parts in backticks are shown as code.
    pub message: String,
    /// How to mend it.
    pub help: Option<String>,
    /// The rule's name.
    pub rule: String,
    /// Address of the rule's explanation or of the findings page.
    pub href: Option<String>,
}

/// A page's content.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Rendered {
    /// HTML, safe to put on a page as it is.
    pub html: String,
    /// The headings, for the table of contents.
    pub toc: Vec<TocEntry>,
    /// Limits that were reached; what is unsafe is in the outline's problems.
    pub problems: Vec<Problem>,
}

/// One line of a table of contents.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TocEntry {
    /// 1 to 6.
    pub level: u8,
    /// The heading's id on the page.
    pub id: String,
    /// Its words.
    pub text: String,
}

/// Make a page's HTML; `body` is the offset at which the body of `text` begins.
#[must_use]
pub fn render(text: &str, body: usize, input: &RenderInput<'_>) -> Rendered {
    match run(text, body, input, input.raw_html) {
        Ok(page) => page,
        Err(stop) => {
            let mut page = run(text, body, input, RawHtml::Text).unwrap_or_default();
            page.problems.extend(stop.problem);
            page
        }
    }
}

fn run(text: &str, body: usize, input: &RenderInput<'_>, raw: RawHtml) -> Result<Rendered, Stop> {
    let text = &line_ends(text);
    let (parser, body) = parser(text, body);
    let mut writer = Writer::new(text, body, input, raw);
    for (event, range) in parser.into_offset_iter() {
        writer.event(event, range.start + body..range.end + body)?;
    }
    writer.finish()
}
