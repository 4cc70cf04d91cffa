//! Text into HTML: the only functions that put an author's characters on a page.

use super::hidden;
use crate::text::bytes::ByteSet;

/// Append text as the content of an element. Characters that hide or reorder
/// text are shown as their code point.
pub(super) fn text(out: &mut String, text: &str) {
    walk(out, text, Place::Text);
}

/// Append text as the content of an attribute in double quotes; hidden
/// characters are left out.
pub(super) fn attribute(out: &mut String, text: &str) {
    walk(out, text, Place::Attribute);
}

/// Append the text of raw HTML: like [`text`], but character references the
/// author wrote stay references.
pub(super) fn html_text(out: &mut String, text: &str) {
    walk(out, text, Place::Html);
}

/// Append raw HTML's attribute value as written, references kept.
pub(super) fn html_attribute(out: &mut String, text: &str) {
    walk(out, text, Place::HtmlAttribute);
}

/// Append text in which parts in backticks are code.
pub(super) fn message(out: &mut String, message: &str) {
    let mut parts = message.split('`');
    if let Some(first) = parts.next() {
        text(out, first);
    }
    while let Some(code) = parts.next() {
        let Some(after) = parts.next() else {
            out.push('`');
            text(out, code);
            break;
        };
        out.push_str("<code>");
        text(out, code);
        out.push_str("</code>");
        text(out, after);
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Text,
    Attribute,
    Html,
    HtmlAttribute,
}

/// What may have to be written in another way: markup, control characters but
/// white space, and the bytes that every hidden character begins with.
const SPECIAL: &[u8] =
    b"&<>\x00\x01\x02\x03\x04\x05\x06\x07\x08\x0b\x0c\x0e\x0f\x10\x11\x12\x13\x14\x15\x16\
      \x17\x18\x19\x1a\x1b\x1c\x1d\x1e\x1f\x7f\xc2\xe1\xe2\xef\xf3";

static TEXT: ByteSet = ByteSet::of(SPECIAL);
static QUOTED: ByteSet = ByteSet::of(SPECIAL).and(b'"');

fn walk(out: &mut String, text: &str, place: Place) {
    let bytes = text.as_bytes();
    let quoted = matches!(place, Place::Attribute | Place::HtmlAttribute);
    let special = if quoted { &QUOTED } else { &TEXT };
    let mut done = 0;
    let mut i = 0;
    while let Some(next) = bytes.get(i..).and_then(|rest| special.find(rest)) {
        i += next;
        let replacement = match bytes.get(i) {
            Some(b'&')
                if matches!(place, Place::Html | Place::HtmlAttribute) && reference(bytes, i) =>
            {
                i += 1;
                continue;
            }
            Some(b'&') => "&amp;",
            Some(b'<') => "&lt;",
            Some(b'>') => "&gt;",
            Some(b'"') => "&quot;",
            _ => {
                let Some(c) = text.get(i..).and_then(|t| t.chars().next()) else { break };
                let next = i + c.len_utf8();
                if hidden::is_hidden(c) && !hidden::belongs(text, i, c) {
                    out.push_str(text.get(done..i).unwrap_or(""));
                    done = next;
                    if !quoted {
                        let code = c as u32;
                        out.push_str(&format!(
                            "<span class=\"hidden-character\">U+{code:04X}</span>"
                        ));
                    }
                }
                i = next;
                continue;
            }
        };
        out.push_str(text.get(done..i).unwrap_or(""));
        out.push_str(replacement);
        i += 1;
        done = i;
    }
    out.push_str(text.get(done..).unwrap_or(""));
}

/// Whether the `&` at `at` begins a character reference that ends properly.
fn reference(bytes: &[u8], at: usize) -> bool {
    let rest = bytes.get(at + 1..).unwrap_or(&[]);
    let length = rest.iter().take(32).position(|&b| b == b';').unwrap_or(0);
    let name = rest.get(..length).unwrap_or(&[]);
    let (name, number) = match name {
        [b'#', digits @ ..] => (digits, true),
        name => (name, false),
    };
    let fits = |b: &u8| {
        if number {
            b.is_ascii_hexdigit() || matches!(b, b'x' | b'X')
        } else {
            b.is_ascii_alphanumeric()
        }
    };
    !name.is_empty() && name.iter().all(fits)
}
