//! Raw HTML as the first pass reads it: its text, links and what is unsafe.

use super::super::MAX_RAW_NESTING;
use super::{Reader, raw};
use crate::text::Span;

impl Reader<'_> {
    /// Raw HTML: its text counts as text, its links as links, what is not
    /// allowed is named; `place` gives the span of a part.
    pub(super) fn html(&mut self, html: &str, place: impl Fn(usize, usize) -> Span) {
        let mut at = 0;
        let mut dropped = None;
        for token in raw::tokens(html) {
            match token {
                raw::Token::Text(text) => {
                    let span = place(at, at + text.len());
                    if dropped.is_none() {
                        self.words.read(text, None::<fn(usize, usize)>);
                        self.push(text, span);
                    }
                    at += text.len();
                }
                raw::Token::Comment(length) => at += length,
                raw::Token::Tag(tag) => {
                    let span = place(at, at + tag.text.len());
                    at += tag.text.len();
                    self.tag(&tag, span, &mut dropped);
                }
            }
        }
    }

    fn tag<'h>(&mut self, tag: &raw::Tag<'h>, span: Span, dropped: &mut Option<&'h str>) {
        if let Some(name) = dropped {
            if tag.close && tag.name.eq_ignore_ascii_case(name) {
                *dropped = None;
            }
            return;
        }
        let element = tag.element();
        if element == raw::Element::Unknown {
            self.push(tag.text, span);
            return;
        }
        self.out.raw_html = true;
        self.words.inside = false;
        self.out.problems.extend(raw::unsafe_parts(tag, span));
        if element == raw::Element::Dropped && !tag.close {
            *dropped = Some(tag.name);
        }
        if let raw::Element::Allowed(name) = element
            && !raw::is_void(name)
        {
            let open =
                if raw::is_block(name) { &mut self.raw_blocks } else { &mut self.raw_inline };
            *open = if tag.close { open.saturating_sub(1) } else { *open + 1 };
            if self.raw_blocks + self.raw_inline == MAX_RAW_NESTING + 1 && !tag.close {
                let message = format!("raw HTML is nested more than {MAX_RAW_NESTING} deep");
                let help = "close what is opened, or use fewer levels: all HTML of this document is shown as text";
                self.too_deep(span, message, help);
            }
        }
        if let Some(id) = raw::id(tag) {
            self.anchors.push(id.into());
        }
        if let Some((dest, image)) = raw::link(tag) {
            self.add_link(dest.into(), image, span);
        }
    }
}

/// The place in the file of a part of a block's raw HTML; `parts` are the
/// offsets in the HTML and in the file at which its lines begin.
pub(super) fn place(parts: &[(usize, usize)], from: usize, to: usize) -> Span {
    let find = |offset: usize| {
        let line = parts.partition_point(|(start, _)| *start <= offset).saturating_sub(1);
        parts.get(line).map_or(0, |(start, place)| place + offset.saturating_sub(*start))
    };
    Span::new(find(from), find(to.saturating_sub(1).max(from)) + usize::from(to > from))
}
