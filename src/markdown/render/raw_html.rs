//! Raw HTML in the writer: allowed tags are printed in canonical form, their
//! attributes from a list and escaped; open elements never outlive the markdown
//! around them.

use super::super::{escape, raw};
use super::writer::{Stop, Writer};
use super::{MAX_RAW_NESTING, Problem, RawHtml};
use crate::text::Span;

/// An element that an author opened.
#[derive(Debug, Clone, Copy)]
pub(super) struct Open {
    /// The element's name as the author closes it.
    name: raw::Name,
    /// The name it was printed with.
    printed: &'static str,
    /// Whether it is a link.
    link: bool,
}

impl Writer<'_> {
    /// One tag within a line.
    pub(super) fn inline_html(&mut self, html: &str, span: Span) -> Result<(), Stop> {
        for token in raw::tokens(html) {
            match token {
                raw::Token::Comment(_) => {}
                raw::Token::Text(text) => self.text_run(text),
                raw::Token::Tag(tag) => self.inline_tag(&tag, span)?,
            }
        }
        Ok(())
    }

    fn inline_tag(&mut self, tag: &raw::Tag<'_>, span: Span) -> Result<(), Stop> {
        if tag.element() == raw::Element::Unknown {
            self.heading_text(tag.text);
            if self.image.is_some() {
                self.alt(tag.text);
            } else if self.dropping.is_none() {
                escape::text(&mut self.out, tag.text);
            }
            return Ok(());
        }
        if self.image.is_some() || self.dropping.is_some() {
            let ends = self.dropping.as_deref().is_some_and(|n| n.eq_ignore_ascii_case(tag.name));
            if tag.close && ends {
                self.dropping = None;
            }
            if raw::link(tag).is_some() {
                self.next_link();
            }
            return Ok(());
        }
        if tag.element() == raw::Element::Dropped && !tag.close && self.raw == RawHtml::Safe {
            self.dropping = Some(tag.name.to_ascii_lowercase());
            return Ok(());
        }
        self.tag(tag, span)
    }

    /// A block of raw HTML.
    pub(super) fn html_block(&mut self, span: Span) -> Result<(), Stop> {
        let html = std::mem::take(&mut self.html);
        let known = |token| matches!(token, raw::Token::Tag(tag) if matches!(tag.element(), raw::Element::Allowed(_)));
        let plain = self.raw == RawHtml::Text || !raw::tokens(&html).any(known);
        let start = self.out.len();
        let mut dropped: Option<&str> = None;
        for token in raw::tokens(&html) {
            match token {
                raw::Token::Comment(_) => {}
                raw::Token::Text(_) if dropped.is_some() => {}
                raw::Token::Text(text) => escape::html_text(&mut self.out, text),
                raw::Token::Tag(tag) if dropped.is_some() => {
                    if tag.close && dropped.is_some_and(|name| tag.name.eq_ignore_ascii_case(name))
                    {
                        dropped = None;
                        if self.raw == RawHtml::Text {
                            self.tag(&tag, span)?;
                        }
                    }
                }
                raw::Token::Tag(tag) => {
                    if tag.element() == raw::Element::Dropped && !tag.close {
                        dropped = Some(tag.name);
                    }
                    self.tag(&tag, span)?;
                }
            }
        }
        while self.raw_open.len() > self.base() {
            let block = self.raw_open.last().is_some_and(|open| raw::is_block(open.name));
            if block {
                break;
            }
            self.close_last();
        }
        let blank = self.out.get(start..).unwrap_or("").trim().is_empty();
        if blank {
            self.out.truncate(start);
        } else if plain {
            self.out.insert_str(start, "<p>");
            let end = self.out.trim_end().len();
            self.out.truncate(end);
            self.out.push_str("</p>\n");
        }
        html.clone_into(&mut self.html);
        self.html.clear();
        Ok(())
    }

    /// One tag, in a line or a block.
    fn tag(&mut self, tag: &raw::Tag<'_>, span: Span) -> Result<(), Stop> {
        let link = raw::link(tag).map(|(dest, _)| (dest, self.next_link()));
        let element = tag.element();
        if self.raw == RawHtml::Text || element == raw::Element::Unknown {
            escape::text(&mut self.out, tag.text);
            return Ok(());
        }
        let raw::Element::Allowed(name) = element else { return Ok(()) };
        self.raw_seen |= !raw::is_plain(name);
        if tag.close {
            self.close_named(name);
            return Ok(());
        }
        if name == "img" {
            let (dest, index) = link.unwrap_or_default();
            let mut alt = String::new();
            let mut rest = String::new();
            for (key, value) in raw::attributes(tag.attributes) {
                let key = key.to_ascii_lowercase();
                if key == "alt" {
                    alt = raw::decode(value);
                } else if raw::attribute(name, &key) == raw::Attribute::Plain {
                    attribute(&mut rest, &key, value);
                }
            }
            self.write_image(&dest, index, &alt, "", &rest);
            return Ok(());
        }
        if self.raw_open.len() >= MAX_RAW_NESTING {
            let message =
                format!("raw HTML is nested more than {MAX_RAW_NESTING} deep and shown as text");
            let problem = Problem::new("over-limit", span, message)
                .help("close what is opened, or use fewer levels");
            return Err(Stop { problem: Some(problem) });
        }
        let is_link = link.is_some();
        let printed = self.open_tag(name, tag, link);
        if !raw::is_void(name) {
            self.raw_open.push(Open { name, printed, link: is_link });
        }
        Ok(())
    }

    /// Print a start tag; gives the name it was printed with.
    fn open_tag(
        &mut self,
        name: raw::Name,
        tag: &raw::Tag<'_>,
        link: Option<(String, usize)>,
    ) -> &'static str {
        if let Some((dest, index)) = link {
            // An `</a>` is printed as what the link turned out to be.
            let title = raw::attributes(tag.attributes)
                .find(|(key, _)| key.eq_ignore_ascii_case("title"))
                .map(|(_, value)| raw::decode(value))
                .unwrap_or_default();
            let end = self.open_link(&dest, index, &title, raw::id(tag).as_deref());
            self.links += 1;
            return if end == "</a>" { "a" } else { "span" };
        }
        self.out.push('<');
        self.out.push_str(name);
        let mut seen: Vec<String> = Vec::new();
        for (key, value) in raw::attributes(tag.attributes) {
            let key = key.to_ascii_lowercase();
            if seen.contains(&key) {
                continue;
            }
            match raw::attribute(name, &key) {
                raw::Attribute::Plain => attribute(&mut self.out, &key, value),
                raw::Attribute::Id if !seen.iter().any(|k| k == "id" || k == "name") => {
                    self.out.push_str(" id=\"u-");
                    escape::html_attribute(&mut self.out, value);
                    self.out.push('"');
                }
                _ => {}
            }
            seen.push(key);
        }
        self.out.push('>');
        name
    }

    /// Close the nearest open element of a name, and what was opened in it.
    fn close_named(&mut self, name: raw::Name) {
        let base = self.base();
        let here = self.raw_open.get(base..).unwrap_or(&[]);
        if let Some(at) = here.iter().rposition(|open| open.name == name) {
            self.close_raw(base + at);
        }
    }

    /// Close open raw elements until `keep` are left.
    pub(super) fn close_raw(&mut self, keep: usize) {
        while self.raw_open.len() > keep {
            self.close_last();
        }
    }

    fn close_last(&mut self) {
        if let Some(open) = self.raw_open.pop() {
            self.links -= usize::from(open.link);
            self.out.push_str("</");
            self.out.push_str(open.printed);
            self.out.push('>');
        }
    }
}

fn attribute(out: &mut String, key: &str, value: &str) {
    out.push(' ');
    out.push_str(key);
    out.push_str("=\"");
    escape::html_attribute(out, value);
    out.push('"');
}
