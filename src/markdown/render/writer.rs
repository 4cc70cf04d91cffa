//! The writer: parser events in, HTML out. Every tag on a page that is not raw
//! HTML is written here or in its sibling modules.

use super::super::highlight::MAX_BLOCK;
use super::super::{Ids, MAX_NESTING, escape};
use super::furniture::callout;
use super::raw_html::Open;
use super::sanitise;
use super::spans::{Footnote, Image};
use super::{Answer, MAX_OUTPUT, Note, Problem, RawHtml, RenderInput, Rendered, TocEntry};
use crate::text::Span;
use pulldown_cmark::{
    Alignment, CodeBlockKind, CowStr, Event, HeadingLevel, LinkType, Tag, TagEnd,
};
use std::collections::HashMap;
use std::ops::Range;

/// Why a page has to be written again with raw HTML as text.
pub(super) struct Stop {
    /// What was wrong.
    pub problem: Option<Problem>,
}

/// A markdown element that is open.
struct Element {
    /// What closes it; empty when nothing was printed.
    end: &'static str,
    /// Raw elements that were open before it.
    raw: usize,
    /// Whether it was printed.
    shown: bool,
}

/// The heading being written.
struct Heading {
    level: HeadingLevel,
    text: String,
    /// Where its HTML begins.
    start: usize,
}

pub(super) struct Writer<'a> {
    pub(super) text: &'a str,
    pub(super) input: &'a RenderInput<'a>,
    pub(super) out: String,
    pub(super) raw: RawHtml,
    /// Raw elements that are open, and whether any needs the second fence.
    pub(super) raw_open: Vec<Open>,
    pub(super) raw_seen: bool,
    /// Raw HTML of the block being read.
    pub(super) html: String,
    /// The element whose content is being dropped (`script`, `style`).
    pub(super) dropping: Option<String>,
    pub(super) image: Option<Image>,
    /// Open links.
    pub(super) links: usize,
    pub(super) link_index: usize,
    pub(super) footnotes: Vec<Footnote>,
    pub(super) footnote_index: HashMap<String, usize>,
    /// Pages put aside while a footnote is written.
    aside: Vec<(usize, String)>,
    open: Vec<Element>,
    pub(super) notes: Vec<&'a Note>,
    ids: Ids,
    heading: Option<Heading>,
    title_seen: bool,
    toc: Vec<TocEntry>,
    code: Option<(String, String)>,
    /// Bytes of code in colour so far.
    coloured: usize,
    alignments: Vec<Alignment>,
    cell: usize,
    in_head: bool,
    tables: usize,
    full: bool,
    problems: Vec<Problem>,
}

impl<'a> Writer<'a> {
    pub(super) fn new(
        text: &'a str,
        body: usize,
        input: &'a RenderInput<'a>,
        raw: RawHtml,
    ) -> Self {
        let mut notes: Vec<&Note> = input.notes.iter().collect();
        notes.sort_by_key(|note| std::cmp::Reverse(note.offset));
        let size = text.len().saturating_sub(body);
        Self {
            text,
            input,
            out: String::with_capacity(size + size / 2 + 64),
            raw,
            raw_open: Vec::new(),
            raw_seen: false,
            html: String::new(),
            dropping: None,
            image: None,
            links: 0,
            link_index: 0,
            footnotes: Vec::new(),
            footnote_index: HashMap::new(),
            aside: Vec::new(),
            open: Vec::new(),
            notes,
            ids: Ids::default(),
            heading: None,
            title_seen: false,
            toc: Vec::new(),
            code: None,
            coloured: 0,
            alignments: Vec::new(),
            cell: 0,
            in_head: false,
            tables: 0,
            full: false,
            problems: Vec::new(),
        }
    }

    pub(super) fn event(&mut self, event: Event<'a>, range: Range<usize>) -> Result<(), Stop> {
        let top = self.open.is_empty();
        if top && self.aside.is_empty() && !matches!(event, Event::End(_)) {
            self.notes_before(range.end);
        }
        if self.out.len() > MAX_OUTPUT {
            self.over_limit(range.start);
        }
        match event {
            Event::Start(tag) => self.start(tag),
            Event::End(tag) => self.end(tag, &range)?,
            _ if self.full => {}
            Event::Text(text) => match &mut self.code {
                Some((_, code)) => code.extend(text.split('\r')),
                None => self.text(&text),
            },
            Event::Code(code) | Event::InlineMath(code) | Event::DisplayMath(code) => {
                self.code_span(&code);
            }
            Event::SoftBreak => self.line_break("\n"),
            Event::HardBreak => self.line_break("<br>\n"),
            Event::Html(html) => self.html.push_str(&html),
            Event::InlineHtml(html) => {
                self.inline_html(&html, Span::new(range.start, range.end))?;
            }
            Event::FootnoteReference(label) => self.footnote_reference(&label),
            Event::Rule => self.out.push_str("<hr>\n"),
            Event::TaskListMarker(done) => {
                let (checked, label) = if done { (" checked=\"\"", "done") } else { ("", "to do") };
                self.out.push_str(&format!(
                    "<input type=\"checkbox\" disabled=\"\"{checked} aria-label=\"{label}\"> "
                ));
            }
        }
        Ok(())
    }

    /// The page is full: nothing more is written.
    pub(super) fn over_limit(&mut self, at: usize) {
        if !std::mem::replace(&mut self.full, true) {
            let limit = MAX_OUTPUT >> 20;
            let message = format!("the page is larger than {limit} MiB; the rest is left out");
            let problem = Problem::new("over-limit", Span::at(at), message);
            self.problems.push(problem.help("split the document into several"));
        }
    }

    fn code_span(&mut self, code: &str) {
        self.heading_text(code);
        if self.image.is_some() {
            self.alt(code);
        } else if self.dropping.is_none() {
            self.out.push_str("<code>");
            escape::text(&mut self.out, code);
            self.out.push_str("</code>");
        }
    }

    fn line_break(&mut self, html: &str) {
        self.heading_text(" ");
        if self.image.is_some() {
            self.alt(" ");
        } else if self.dropping.is_none() {
            self.out.push_str(html);
        }
    }

    /// Add to the words of the heading being written.
    pub(super) fn heading_text(&mut self, text: &str) {
        if let Some(heading) = &mut self.heading {
            heading.text.push_str(text);
        }
    }

    /// Raw elements that the innermost open element found open.
    pub(super) fn base(&self) -> usize {
        self.open.last().map_or(0, |element| element.raw)
    }

    fn start(&mut self, tag: Tag<'a>) {
        // An HTML block is no element of its own: what it opens may stay open.
        if matches!(tag, Tag::HtmlBlock) {
            let base = self.base();
            self.open.push(Element { end: "", raw: base, shown: false });
            return;
        }
        let raw = self.raw_open.len();
        let inner = if matches!(tag, Tag::Table(_)) { 3 } else { 0 };
        let shown = self.open.len() + inner < MAX_NESTING && !self.full;
        let end = if shown { self.start_shown(tag) } else { self.start_hidden(&tag) };
        self.open.push(Element { end, raw, shown });
    }

    /// An element that is too deep or on a page that is full: only what later
    /// events depend on is kept.
    fn start_hidden(&mut self, tag: &Tag<'_>) -> &'static str {
        if matches!(tag, Tag::Link { .. } | Tag::Image { .. }) {
            self.next_link();
        }
        if !self.full && !self.out.ends_with(['\n', ' ', '>']) {
            self.out.push(' ');
        }
        ""
    }

    fn start_shown(&mut self, tag: Tag<'a>) -> &'static str {
        let (start, end) = match tag {
            Tag::Paragraph => ("<p>", "</p>\n"),
            Tag::Heading { level, .. } => return self.start_heading(level),
            Tag::BlockQuote(None) => ("<blockquote>\n", "</blockquote>\n"),
            Tag::BlockQuote(Some(kind)) => (callout(kind), "</div>\n"),
            Tag::CodeBlock(kind) => {
                let language = match &kind {
                    CodeBlockKind::Fenced(info) => language(info),
                    CodeBlockKind::Indented => "",
                };
                self.code = Some((language.into(), String::new()));
                return "";
            }
            Tag::List(None) => ("<ul>\n", "</ul>\n"),
            Tag::List(Some(1)) => ("<ol>\n", "</ol>\n"),
            Tag::List(Some(first)) => {
                self.out.push_str(&format!("<ol start=\"{first}\">\n"));
                return "</ol>\n";
            }
            Tag::Item => ("<li>", "</li>\n"),
            Tag::FootnoteDefinition(label) => {
                let index = self.footnote(&label);
                self.aside.push((index, std::mem::take(&mut self.out)));
                return "";
            }
            Tag::Table(alignments) => {
                self.alignments = alignments;
                self.tables += 1;
                self.out.push_str(&format!(
                    "<div class=\"table\" tabindex=\"0\" role=\"region\" aria-label=\"Table {}\"><table>\n",
                    self.tables
                ));
                return "</tbody></table></div>\n";
            }
            Tag::TableHead => {
                self.cell = 0;
                self.in_head = true;
                ("<thead><tr>", "</tr></thead><tbody>\n")
            }
            Tag::TableRow => {
                self.cell = 0;
                ("<tr>", "</tr>\n")
            }
            Tag::TableCell => return self.start_cell(),
            Tag::Emphasis => self.inline("<em>", "</em>"),
            Tag::Strong => self.inline("<strong>", "</strong>"),
            Tag::Strikethrough => self.inline("<del>", "</del>"),
            Tag::Link { link_type, dest_url, title, .. } => {
                return self.start_link(link_type, &dest_url, &title);
            }
            Tag::Image { dest_url, title, .. } => {
                let index = self.next_link();
                if self.image.is_none() {
                    self.image = Some(Image {
                        depth: self.open.len(),
                        dest: dest_url.into_string(),
                        index,
                        title: title.into_string(),
                        alt: String::new(),
                    });
                }
                return "";
            }
            _ => ("", ""),
        };
        self.out.push_str(start);
        end
    }

    /// Markup within a line, which an image's description does not keep.
    fn inline(&self, start: &'static str, end: &'static str) -> (&'static str, &'static str) {
        if self.image.is_some() || self.dropping.is_some() { ("", "") } else { (start, end) }
    }

    fn start_heading(&mut self, level: HeadingLevel) -> &'static str {
        let (_, end) = tags(level);
        if self.open.is_empty() {
            self.heading = Some(Heading { level, text: String::new(), start: self.out.len() });
        } else {
            self.out.push_str(&format!("<{level}>"));
        }
        end
    }

    fn end_heading(&mut self) {
        let Some(Heading { level, text, start }) = self.heading.take() else { return };
        let text = text.trim();
        let id = self.ids.id(text);
        let first = level == HeadingLevel::H1 && !self.title_seen;
        self.title_seen |= first;
        if first && self.input.skip_title.is_some_and(|title| says(text, title.trim())) {
            self.out.truncate(start);
            return;
        }
        // A page has one heading of level 1: its title.
        let level = match level {
            HeadingLevel::H1 if self.input.skip_title.is_some() => HeadingLevel::H2,
            level => level,
        };
        let (start_tag, end_tag) = tags(level);
        let mut opening = String::with_capacity(id.len() + 16);
        opening.push_str(start_tag);
        escape::attribute(&mut opening, &id);
        opening.push_str("\">");
        self.out.insert_str(start, &opening);
        self.out.push_str(" <a class=\"anchor\" href=\"#");
        escape::attribute(&mut self.out, &id);
        self.out.push_str("\" aria-label=\"Link to this section: ");
        escape::attribute(&mut self.out, text);
        self.out.extend(["\">#</a>", end_tag]);
        self.toc.push(TocEntry { level: level as u8, id: id.into(), text: text.into() });
    }

    fn start_cell(&mut self) -> &'static str {
        let align = match self.alignments.get(self.cell) {
            Some(Alignment::Left) => " align=\"left\"",
            Some(Alignment::Center) => " align=\"center\"",
            Some(Alignment::Right) => " align=\"right\"",
            Some(Alignment::None) | None => "",
        };
        self.cell += 1;
        self.out.push_str(if self.in_head { "<th scope=\"col\"" } else { "<td" });
        self.out.push_str(align);
        self.out.push('>');
        if self.in_head { "</th>" } else { "</td>" }
    }

    fn start_link(&mut self, kind: LinkType, dest: &CowStr<'_>, title: &str) -> &'static str {
        let index = self.next_link();
        if self.image.is_some() || self.dropping.is_some() {
            return "";
        }
        self.links += 1;
        if kind == LinkType::Email {
            self.open_link(&format!("mailto:{dest}"), index, title, None)
        } else {
            self.open_link(dest, index, title, None)
        }
    }

    fn end(&mut self, tag: TagEnd, range: &Range<usize>) -> Result<(), Stop> {
        if tag == TagEnd::HtmlBlock {
            let done =
                if self.full { Ok(()) } else { self.html_block(Span::new(range.start, range.end)) };
            self.open.pop();
            return done;
        }
        let Some(Element { end, raw, shown }) = self.open.pop() else { return Ok(()) };
        if !matches!(
            tag,
            TagEnd::Emphasis
                | TagEnd::Strong
                | TagEnd::Strikethrough
                | TagEnd::Link
                | TagEnd::Image
        ) {
            self.dropping = None;
        }
        self.close_raw(raw);
        if !shown {
            return Ok(());
        }
        match tag {
            TagEnd::Heading(_) if self.open.is_empty() => {
                self.end_heading();
                return Ok(());
            }
            TagEnd::CodeBlock => self.end_code(range.start),
            TagEnd::TableHead => self.in_head = false,
            TagEnd::FootnoteDefinition => {
                if let Some((index, page)) = self.aside.pop() {
                    let html = std::mem::replace(&mut self.out, page);
                    if let Some(footnote) = self.footnotes.get_mut(index) {
                        footnote.html.push_str(&html);
                    }
                }
            }
            TagEnd::Link => self.links -= usize::from(!end.is_empty()),
            TagEnd::Image if self.image.as_ref().is_some_and(|i| i.depth == self.open.len()) => {
                if let Some(image) = self.image.take().filter(|_| self.dropping.is_none()) {
                    self.write_image(&image.dest, image.index, &image.alt, &image.title, "");
                }
            }
            _ => {}
        }
        self.out.push_str(end);
        Ok(())
    }

    fn end_code(&mut self, start: usize) {
        let Some((language, code)) = self.code.take() else { return };
        let answered = |a: &Answer| a.offset as usize == start;
        if let Some(at) = self.input.answers.iter().position(answered) {
            self.out.push_str(&placeholder(at));
            return;
        }
        self.out.push_str("<pre tabindex=\"0\"><code");
        if !language.is_empty() {
            self.out.push_str(" class=\"language-");
            escape::attribute(&mut self.out, &language);
            self.out.push('"');
        }
        self.out.push('>');
        // A page has so much code in colour, however many blocks it is in.
        let colour = self.input.highlighter.filter(|_| self.coloured + code.len() <= MAX_BLOCK);
        match colour.and_then(|h| h.highlight(&language, &code)) {
            Some(html) => {
                self.coloured += code.len();
                self.out.push_str(&html);
            }
            None => escape::text(&mut self.out, &code),
        }
        self.out.push_str("</code></pre>\n");
    }

    pub(super) fn finish(mut self) -> Result<Rendered, Stop> {
        self.close_raw(0);
        self.notes_before(usize::MAX);
        self.write_footnotes();
        let mut html = self.out;
        if self.raw_seen {
            html = sanitise::clean(html).map_err(|message| {
                let problem = Problem::new("over-limit", Span::default(), message);
                let help = "split the document, or write it without HTML";
                Stop { problem: Some(problem.help(help)) }
            })?;
        }
        for (at, answer) in self.input.answers.iter().enumerate() {
            html = html.replacen(&placeholder(at), &answer.html, 1);
        }
        Ok(Rendered { html, toc: self.toc, problems: self.problems })
    }
}

/// How a heading begins, up to the value of its id, and ends.
fn tags(level: HeadingLevel) -> (&'static str, &'static str) {
    match level {
        HeadingLevel::H1 => ("<h1 id=\"", "</h1>\n"),
        HeadingLevel::H2 => ("<h2 id=\"", "</h2>\n"),
        HeadingLevel::H3 => ("<h3 id=\"", "</h3>\n"),
        HeadingLevel::H4 => ("<h4 id=\"", "</h4>\n"),
        HeadingLevel::H5 => ("<h5 id=\"", "</h5>\n"),
        HeadingLevel::H6 => ("<h6 id=\"", "</h6>\n"),
    }
}

/// What stands for an answer until the page is whole: an element that no
/// author can write, since ids of raw HTML begin with `u-`.
fn placeholder(at: usize) -> String {
    format!("<div id=\"milepost-answer-{at}\"></div>\n")
}

/// The language a code block names: the first word, when it is a plain name.
fn language(info: &str) -> &str {
    let word = info.split([' ', '\t', ',', '{']).next().unwrap_or("");
    let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'-' | b'_' | b'#' | b'.');
    if word.len() <= 32 && word.bytes().all(plain) { word } else { "" }
}

/// Whether a heading says the title, alone or after an id: `R-004 The title`.
fn says(heading: &str, title: &str) -> bool {
    heading.strip_suffix(title).is_some_and(|before| {
        let id: &str = before.trim_end_matches([' ', ':', '\u{2013}', '\u{2014}']);
        let after_id = id.len() < before.len()
            && !id.contains(char::is_whitespace)
            && id.contains(|c: char| c.is_ascii_digit());
        before.is_empty() || after_id
    })
}
