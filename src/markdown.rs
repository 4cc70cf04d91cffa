//! One markdown text, read in two passes over the same parser events.
//!
//! The first pass ([`outline`]) tells what a document says: title, headings
//! and how they are filled, links, mentions, mistakes. It is small and kept for
//! every document. The second pass ([`render`]) makes a page's HTML when the
//! page is made, with resolved links and notes handed in as values. HTML is
//! made by our own writer only, so nothing an author wrote reaches a page
//! without being escaped or found on a list of what is allowed.

mod escape;
mod hidden;
mod highlight;
mod links;
mod outline;
mod raw;
mod render;
mod sections;
mod tally;
#[cfg(test)]
mod tests;

pub use hidden::hidden_characters;
pub use highlight::Highlighter;
pub use links::{Href, classify};
pub use outline::{Fence, Heading, LeadIn, Link, MarkRow, MarkTable, Outline, letters, outline};
pub use render::{
    Answer, LinkTo, MAX_OUTPUT, MAX_RAW_NESTING, MentionTo, Note, RawHtml, RenderInput, Rendered,
    TocEntry, render,
};
pub use sections::{
    Headings, SectionFill, SectionMatch, SectionSpec, Sections, heading_parts, match_sections,
    normalise_heading, slip,
};
pub use tally::Fill;

use crate::data::Problem;
use crate::text::slug;
use ahash::HashMap;
use pulldown_cmark::{Options, Parser};
use std::borrow::Cow;

/// Deepest nesting of markdown (quotes, lists, emphasis) that is followed.
pub const MAX_NESTING: usize = 100;

/// The rules of the problems that a text alone can have.
pub const RULES: &[&str] = &[
    "conflict-marker",
    "hidden-character",
    "invalid-query",
    "over-limit",
    "remote-image",
    "unsafe-html",
    "unsafe-link",
];

/// The parser both passes use; `body` is clamped to the text and to a
/// character border.
fn parser(text: &str, body: usize) -> (Parser<'_>, usize) {
    let options = Options::ENABLE_TABLES
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_GFM;
    let mut body = body.min(text.len());
    while !text.is_char_boundary(body) {
        body -= 1;
    }
    (Parser::new_ext(text.get(body..).unwrap_or(""), options), body)
}

/// The text with line ends the parser knows: a lone CR becomes LF, which moves
/// nothing.
fn line_ends(text: &str) -> Cow<'_, str> {
    let bytes = text.as_bytes();
    let lone = |i: usize| bytes.get(i) == Some(&b'\r') && bytes.get(i + 1) != Some(&b'\n');
    let Some(first) =
        memchr::memchr(b'\r', bytes).filter(|_| text.match_indices('\r').any(|(i, _)| lone(i)))
    else {
        return text.into();
    };
    let mut out = String::with_capacity(text.len());
    out.push_str(text.get(..first).unwrap_or(""));
    for (i, c) in text.char_indices().skip_while(|(i, _)| *i < first) {
        out.push(if lone(i) { '\n' } else { c });
    }
    out.into()
}

/// Where `part` begins in `text`, when it is a part of it and not a copy.
fn offset_in(text: &str, part: &str) -> Option<usize> {
    let start = (part.as_ptr() as usize).checked_sub(text.as_ptr() as usize)?;
    (start + part.len() <= text.len()).then_some(start)
}

/// Gives headings ids that are unique on their page, in time linear in the
/// number of headings however equal they are.
struct Ids {
    next: HashMap<Box<str>, u32>,
}

impl Default for Ids {
    fn default() -> Self {
        // Enough for the headings of most pages.
        Self { next: HashMap::with_capacity_and_hasher(14, ahash::RandomState::default()) }
    }
}

impl Ids {
    fn id(&mut self, heading: &str) -> Box<str> {
        let mut base = slug(heading);
        if base.is_empty() {
            base.push_str("section");
        }
        let Some(count) = self.next.get_mut(base.as_str()) else {
            let id: Box<str> = base.into();
            self.next.insert(id.clone(), 0);
            return id;
        };
        let mut n = *count;
        let id = loop {
            n += 1;
            let id = format!("{base}-{n}");
            if !self.next.contains_key(id.as_str()) {
                break id.into_boxed_str();
            }
        };
        self.next.insert(base.into(), n);
        self.next.insert(id.clone(), 0);
        id
    }
}
