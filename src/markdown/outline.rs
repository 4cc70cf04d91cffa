//! The first pass: what a document says, in a form small enough to keep for
//! every document of a portfolio.

mod html;
mod marks;
mod shape;
mod unclosed;

pub use marks::{MarkRow, MarkTable, letters};
pub use shape::{Fence, Heading, LeadIn, Link, Outline};

use super::tally::{Kind, Tally};
use super::{Fill, Ids, MAX_NESTING, Problem, hidden, links, offset_in, raw};
use crate::text::Span;
use pulldown_cmark::{CodeBlockKind, CowStr, Event, LinkType, Tag, TagEnd};
use std::ops::Range;

/// Read what the body of `text` says; `body` is the offset at which the body
/// begins. All spans are in bytes of the whole text.
#[must_use]
pub fn outline(text: &str, body: usize) -> Outline {
    let text = &super::line_ends(text);
    let (parser, body) = super::parser(text, body);
    let mut reader = Reader::new(text, body);
    for (event, range) in parser.into_offset_iter() {
        reader.event(&event, range.start + body..range.end + body);
    }
    reader.finish()
}

/// Bytes most headings have at most.
const HEADING: usize = 40;
/// Headings most documents have at most.
const HEADINGS: usize = 16;

struct Reader<'a> {
    text: &'a str,
    out: Outline,
    headings: Vec<Heading>,
    lead_ins: Vec<LeadIn>,
    marks: marks::Marks,
    links: Vec<Link>,
    anchors: Vec<Box<str>>,
    mentions: Vec<(Span, Box<str>)>,
    queries: Vec<Fence>,
    /// The query being read.
    query: Option<Fence>,
    ids: Ids,
    words: links::Words,
    depth: usize,
    /// Open elements within which something is special.
    quotes: usize,
    items: usize,
    link: usize,
    image: usize,
    code: bool,
    table: bool,
    head: bool,
    /// The top-level heading being read: level, text, span.
    heading: Option<(u8, String, Span)>,
    /// Text of the block being read, and where it stands.
    piece: String,
    piece_span: Option<Span>,
    /// Tallies of the current heading and of the current lead-in.
    own: Tally,
    lead: Option<(Box<str>, Span, Tally)>,
    /// A paragraph or item has begun and nothing was read of it.
    fresh: bool,
    /// Bold words at the start of a block, which may become a lead-in.
    bold: Option<(String, Span, bool)>,
    /// A lead-in's colon follows its bold words and is still to be skipped.
    colon: bool,
    /// Raw HTML of the block being read, and where its lines stand.
    html: String,
    html_parts: Vec<(usize, usize)>,
    /// Raw elements that are open: blocks, and those within a line.
    raw_blocks: usize,
    raw_inline: usize,
}

impl<'a> Reader<'a> {
    fn new(text: &'a str, body: usize) -> Self {
        let end = body + text.get(body..).unwrap_or("").trim_end().len();
        let problems = hidden::hidden_characters(text, body, text.len());
        Self {
            text,
            out: Outline { end: Span::at(end).start, problems, ..Outline::default() },
            headings: Vec::with_capacity(HEADINGS),
            lead_ins: Vec::new(),
            marks: marks::Marks::default(),
            links: Vec::new(),
            anchors: Vec::new(),
            mentions: Vec::new(),
            queries: Vec::new(),
            query: None,
            ids: Ids::default(),
            words: links::Words { count: 0, inside: false },
            depth: 0,
            quotes: 0,
            items: 0,
            link: 0,
            image: 0,
            code: false,
            table: false,
            head: false,
            heading: None,
            piece: String::new(),
            piece_span: None,
            own: Tally::default(),
            lead: None,
            fresh: false,
            bold: None,
            colon: false,
            html: String::new(),
            html_parts: Vec::new(),
            raw_blocks: 0,
            raw_inline: 0,
        }
    }

    fn event(&mut self, event: &Event<'a>, range: Range<usize>) {
        let span = Span::new(range.start, range.end);
        if self.bold.as_ref().is_some_and(|(_, _, closed)| *closed) {
            self.close_bold(event);
        }
        match event {
            Event::Start(tag) => self.start(tag, span),
            Event::End(tag) => self.end(*tag),
            Event::Text(text) => self.prose(text, span),
            Event::Code(text) | Event::InlineMath(text) | Event::DisplayMath(text) => {
                self.words.read(text, None::<fn(usize, usize)>);
                self.push(text, span);
            }
            Event::SoftBreak | Event::HardBreak => {
                self.words.inside = false;
                self.push(" ", span);
            }
            Event::Html(html) => {
                self.html_parts.push((self.html.len(), range.start));
                self.html.push_str(html);
            }
            Event::InlineHtml(html) => {
                self.html(html, |_, _| span);
            }
            Event::FootnoteReference(_) | Event::Rule | Event::TaskListMarker(_) => {}
        }
    }

    fn start(&mut self, tag: &Tag<'a>, span: Span) {
        self.depth += 1;
        if self.depth == MAX_NESTING + 1 {
            let message = format!("markdown is nested more than {MAX_NESTING} deep");
            let start = span.start as usize;
            let at = Span::new(start, (start + 1).min(span.end as usize));
            let help = "use fewer levels of quotes and lists; deeper levels are shown flat";
            self.too_deep(at, message, help);
        }
        match tag {
            Tag::Paragraph => self.block(self.quotes == 0 && !self.table),
            Tag::Heading { level, .. } if self.depth == 1 => {
                self.block(false);
                self.close_heading();
                let text = String::with_capacity(HEADING);
                self.heading = Some((*level as u8, text, trimmed(self.text, span)));
            }
            Tag::Item => {
                self.block(self.quotes == 0);
                if self.items == 0 {
                    self.point();
                }
                self.items += 1;
            }
            Tag::BlockQuote(_) => {
                self.block(false);
                self.quotes += 1;
            }
            Tag::HtmlBlock => {
                self.block(false);
                self.never_closed(unclosed::comment(self.text, span));
            }
            Tag::CodeBlock(kind) => {
                self.block(false);
                self.code = true;
                if matches!(kind, CodeBlockKind::Fenced(_)) {
                    self.never_closed(unclosed::code(self.text, span));
                }
                if is_query(kind) {
                    self.open_query(span);
                }
            }
            Tag::Table(_) => {
                self.block(false);
                self.table = true;
                if self.depth == 1 {
                    self.marks.open(self.headings.len().checked_sub(1));
                }
            }
            Tag::TableHead => self.head = true,
            Tag::TableCell => {
                self.words.inside = false;
                self.push(" ", span);
                self.marks.cell(span);
            }
            Tag::Strong if self.fresh && self.heading.is_none() => {
                self.bold = Some((String::new(), span, false));
            }
            Tag::Link { link_type, dest_url, .. } => {
                self.link(*link_type, dest_url, false, span);
                self.link += 1;
            }
            Tag::Image { link_type, dest_url, .. } => {
                self.link(*link_type, dest_url, true, span);
                self.image += 1;
            }
            Tag::Emphasis | Tag::Strong | Tag::Strikethrough => {}
            _ => self.block(false),
        }
    }

    fn never_closed(&mut self, problem: Option<Problem>) {
        self.out.open = self.out.open.or(problem.as_ref().map(|p| p.span));
        self.out.problems.extend(problem);
    }

    fn end(&mut self, tag: TagEnd) {
        self.depth = self.depth.saturating_sub(1);
        match tag {
            TagEnd::Heading(_) if self.depth == 0 => {
                if let Some((level, text, span)) = self.heading.take() {
                    self.open_heading(level, text, span);
                }
            }
            TagEnd::Item => {
                self.block(false);
                self.items = self.items.saturating_sub(1);
            }
            TagEnd::BlockQuote(_) => {
                self.block(false);
                self.quotes = self.quotes.saturating_sub(1);
            }
            TagEnd::CodeBlock => {
                self.flush(Kind::Code);
                self.code = false;
                self.queries.extend(self.query.take());
            }
            TagEnd::HtmlBlock => {
                let html = std::mem::take(&mut self.html);
                let parts = std::mem::take(&mut self.html_parts);
                self.html(&html, |from, to| html::place(&parts, from, to));
                self.block(false);
            }
            TagEnd::TableHead => {
                self.marks.end_row();
                self.piece.clear();
                self.piece_span = None;
                self.head = false;
            }
            TagEnd::TableRow => {
                self.marks.end_row();
                self.point();
                self.flush(Kind::Item);
            }
            TagEnd::Table => {
                self.marks.close();
                self.table = false;
            }
            TagEnd::TableCell | TagEnd::Emphasis | TagEnd::Strikethrough => {}
            TagEnd::Strong => {
                if let Some((_, _, closed)) = &mut self.bold {
                    *closed = true;
                }
            }
            TagEnd::Link => self.link = self.link.saturating_sub(1),
            TagEnd::Image => self.image = self.image.saturating_sub(1),
            _ => self.block(false),
        }
    }

    /// A run of text.
    fn prose(&mut self, text: &CowStr<'a>, span: Span) {
        if self.code {
            if let Some(query) = &mut self.query {
                query.text = if query.text == Span::at(0) { span } else { query.text.to(span) };
            }
            self.push(text, span);
            return;
        }
        let place = match text {
            CowStr::Borrowed(part) if self.link + self.image == 0 => offset_in(self.text, part),
            _ => None,
        };
        let mentions = &mut self.mentions;
        self.words.read(
            text,
            place.map(|at| {
                move |from: usize, to: usize| {
                    let id = text.get(from..to).unwrap_or("").into();
                    mentions.push((Span::new(at + from, at + to), id));
                }
            }),
        );
        if self.image > 0 && text.chars().any(char::is_alphanumeric) {
            self.keep();
        }
        self.push(text, span);
    }

    /// Add to the text of whatever is being read.
    fn push(&mut self, text: &str, span: Span) {
        let text =
            if std::mem::take(&mut self.colon) { text.trim_start_matches(':') } else { text };
        self.marks.text(text, span);
        if let Some((bold, _, _)) = &mut self.bold {
            bold.push_str(text);
        } else if let Some((_, heading, _)) = &mut self.heading {
            heading.push_str(text);
        } else if !self.done() {
            self.piece.push_str(text);
            self.piece_span = Some(self.piece_span.map_or(span, |s| s.to(span)));
        }
        self.fresh = self.fresh && text.trim_ascii().is_empty();
    }

    /// Whether further text changes nothing.
    fn done(&self) -> bool {
        self.own.is_filled() && self.lead.as_ref().is_none_or(|(_, _, tally)| tally.is_filled())
    }

    fn keep(&mut self) {
        if self.heading.is_none() {
            self.own.keep();
            if let Some((_, _, tally)) = &mut self.lead {
                tally.keep();
            }
        }
    }

    /// A block begins or ends: what was read so far is one piece.
    fn block(&mut self, fresh: bool) {
        if self.table {
            return;
        }
        self.words.inside = false;
        self.raw_inline = 0;
        let kind = if self.items > 0 { Kind::Item } else { Kind::Prose };
        self.flush(kind);
        self.fresh = fresh;
    }

    fn flush(&mut self, kind: Kind) {
        if let Some((bold, span, _)) = self.bold.take() {
            self.push(&bold, span);
        }
        if let Some(span) = self.piece_span.take() {
            let span = trimmed(self.text, span);
            self.own.add(&self.piece, kind, span);
            if let Some((_, _, tally)) = &mut self.lead {
                tally.add(&self.piece, kind, span);
            }
            self.piece.clear();
        }
        self.words.inside = false;
    }

    /// The bold words have ended: with a colon they are a lead-in, else they
    /// are text like any other.
    fn close_bold(&mut self, next: &Event<'_>) {
        let Some((bold, span, _)) = self.bold.take() else { return };
        let colon = |text: &str| text.trim_end().ends_with([':', '：']);
        let after = matches!(next, Event::Text(text) if text.starts_with(':'));
        if colon(&bold) || after {
            let name = bold.trim().trim_end_matches([':', '：']).trim_end();
            if !name.is_empty() {
                self.close_lead();
                self.colon = after;
                self.lead = Some((name.into(), span, Tally::default()));
                return;
            }
        }
        self.push(&bold, span);
    }

    fn close_lead(&mut self) {
        if let Some((text, span, tally)) = self.lead.take() {
            let (fill, chars) = tally.finish();
            self.lead_ins.push(LeadIn { text, span, fill, chars });
        }
    }

    fn close_heading(&mut self) {
        self.close_lead();
        let (fill, chars) = std::mem::take(&mut self.own).finish();
        if let Some(heading) = self.headings.last_mut() {
            heading.fill = fill;
            heading.chars = chars;
        }
    }

    fn open_heading(&mut self, level: u8, text: String, span: Span) {
        self.words.inside = false;
        let text: Box<str> = text.trim().into();
        if level == 1 && self.out.title.is_none() {
            self.out.title = Some((text.clone(), span));
        }
        let id = self.ids.id(&text);
        self.headings.push(Heading {
            level,
            text,
            id,
            span,
            fill: Fill::Empty,
            chars: 0,
            points: 0,
        });
    }

    fn link(&mut self, kind: LinkType, dest: &CowStr<'a>, image: bool, span: Span) {
        let place = match dest {
            CowStr::Borrowed(part) if !part.is_empty() => offset_in(self.text, part),
            _ => None,
        };
        let place = place.map_or(span, |at| Span::new(at, at + dest.len()));
        let dest: Box<str> =
            if kind == LinkType::Email { format!("mailto:{dest}").into() } else { (**dest).into() };
        self.add_link(dest, image, place);
    }

    fn add_link(&mut self, dest: Box<str>, image: bool, span: Span) {
        self.out.problems.extend(links::problem(&dest, image, span));
        self.links.push(Link { dest, span, image });
    }

    /// A query stands at the margin: within a list or a quote its lines are not
    /// one piece of the file.
    fn open_query(&mut self, span: Span) {
        let block = trimmed(self.text, span);
        if self.depth == 1 {
            self.query = Some(Fence { block, text: Span::at(0) });
            return;
        }
        let start = block.start as usize;
        let at = Span::new(start, (start + 3).min(block.end as usize));
        let message = "a query stands inside a list or a quote";
        let problem = Problem::new("invalid-query", at, message);
        self.out.problems.push(problem.help("move it to the margin, as a block of its own"));
    }

    /// Nesting beyond a limit, said once for a document.
    fn too_deep(&mut self, span: Span, message: String, help: &str) {
        if self.out.problems.iter().all(|problem| problem.rule != "over-limit") {
            self.out.problems.push(Problem::new("over-limit", span, message).help(help));
        }
    }

    fn finish(mut self) -> Outline {
        self.flush(Kind::Prose);
        self.close_heading();
        self.out.headings = self.headings.into();
        self.out.lead_ins = self.lead_ins.into();
        self.out.links = self.links.into();
        self.out.anchors = self.anchors.into();
        self.out.marks = self.marks.done.into();
        self.out.mentions = self.mentions.into();
        self.out.queries = self.queries.into();
        self.out.words = self.words.count;
        self.out.problems.sort_by_key(|p| p.span);
        self.out
    }
}

/// Whether a block of code is a query.
pub(super) fn is_query(kind: &CodeBlockKind<'_>) -> bool {
    let CodeBlockKind::Fenced(info) = kind else { return false };
    info.split([' ', '\t', ',']).next() == Some("query")
}

/// A span without the line ends and blanks at its end.
fn trimmed(text: &str, span: Span) -> Span {
    let length = span.of(text).trim_end().len();
    Span::new(span.start as usize, span.start as usize + length)
}
