//! A short way for YAML that is written plainly: one value on each line, lists
//! and mappings in brackets closed on their line.
//!
//! It reads a part of YAML whose meaning needs no parser with a memory, and
//! gives up (`None`) at the first byte that might mean more: whatever it reads,
//! the general parser reads as the same tree, and whatever is wrong is left to
//! the general parser to explain. A test holds the two against each other.

use super::super::{Entry, Node, Scalar, Value};
use super::Limits;
use super::build::is_not_text;
use crate::text::Span;
use crate::text::bytes::ByteSet;

/// Deepest nesting read here; below every limit of the general parser.
const DEPTH: usize = 12;
/// Longest key read here, in bytes; below the limit of YAML for keys on a line.
const KEY: usize = 128;

/// Bytes a key may hold besides blanks.
const IN_KEY: ByteSet =
    ByteSet::of(b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./()&%+");
/// Bytes that mean something within words in brackets.
const IN_BRACKETS: ByteSet = ByteSet::of(b"\n[{]}#:,");

/// The tree of the YAML between two offsets of `text`; `None` when it is not
/// written plainly, holds nothing, or something is wrong with it.
pub(super) fn read(text: &str, start: usize, end: usize, limits: &Limits) -> Option<Node> {
    let part = text.get(start..end)?;
    let odd = |b: &u8| matches!(*b, 0..=0x1f | 0x7f) && *b != b'\n';
    // Many bytes at once, without a decision for each.
    let holds_odd = |part: &[u8]| part.iter().fold(false, |any, b| any | odd(b));
    if part.as_bytes().chunks(64).any(holds_odd) || (!part.is_ascii() && part.chars().any(is_odd)) {
        return None;
    }
    let bytes = text.as_bytes().get(..end)?;
    let mut reader = Reader { text, bytes, at: start, indent: 0, left: limits.nodes };
    reader.next_line(start);
    if reader.indent > 0 || reader.at == end || (reader.on_item() && !limits.list) {
        return None;
    }
    let root = reader.block(0)?;
    (reader.at == end).then_some(root)
}

/// Characters beyond ASCII that YAML refuses or that may count as blank.
fn is_odd(c: char) -> bool {
    !c.is_ascii()
        && (c.is_control()
            || c.is_whitespace()
            || matches!(c, '\u{feff}' | '\u{fffe}' | '\u{ffff}'))
}

struct Reader<'t> {
    text: &'t str,
    /// The text up to the end of the YAML.
    bytes: &'t [u8],
    /// The next byte to read.
    at: usize,
    /// Column of the first byte of the line that holds `at`, when `at` stands
    /// on it.
    indent: usize,
    /// Values that may still be read.
    left: usize,
}

impl Reader<'_> {
    fn byte(&self, at: usize) -> Option<u8> {
        self.bytes.get(at).copied()
    }

    /// Whether a line ends at an offset.
    fn ends(&self, at: usize) -> bool {
        matches!(self.byte(at), None | Some(b'\n'))
    }

    fn skip_spaces(&mut self) {
        while self.byte(self.at) == Some(b' ') {
            self.at += 1;
        }
    }

    /// Go to the first line from `start` on, which begins a line, that says
    /// something.
    fn next_line(&mut self, start: usize) {
        let mut line = start;
        loop {
            self.at = line;
            self.skip_spaces();
            self.indent = self.at - line;
            match self.byte(self.at) {
                Some(b'\n') => line = self.at + 1,
                Some(b'#') => {
                    let rest = self.bytes.get(self.at..).unwrap_or_default();
                    let length = rest.iter().position(|b| *b == b'\n');
                    line = self.at + length.map_or(rest.len(), |n| n + 1);
                }
                _ => return,
            }
        }
    }

    /// Behind a value: nothing but blanks and a comment may follow on its line.
    fn end_line(&mut self) -> Option<()> {
        let value = self.at;
        self.skip_spaces();
        match self.byte(self.at) {
            None => {}
            Some(b'\n') => self.next_line(self.at + 1),
            Some(b'#') if self.at > value => self.next_line(self.at),
            Some(_) => return None,
        }
        Some(())
    }

    fn count(&mut self) -> Option<()> {
        self.left = self.left.checked_sub(1)?;
        Some(())
    }

    /// Whether an item of a list begins here.
    fn on_item(&self) -> bool {
        self.byte(self.at) == Some(b'-') && self.byte(self.at + 1) == Some(b' ')
    }

    /// The list or mapping that begins here and stands at `self.indent`.
    fn block(&mut self, depth: usize) -> Option<Node> {
        if depth > DEPTH {
            return None;
        }
        if self.on_item() { self.list(self.indent, depth) } else { self.map(self.indent, depth) }
    }

    fn map(&mut self, indent: usize, depth: usize) -> Option<Node> {
        self.count()?;
        let start = self.at;
        let mut entries: Vec<Entry> = Vec::with_capacity(8);
        loop {
            let (key, key_span) = self.key(false)?;
            let value = self.value(indent, depth)?;
            entries.push(Entry { key, key_span, value });
            if self.at == self.bytes.len() || self.indent < indent {
                break;
            }
            if self.indent > indent {
                return None;
            }
        }
        let end = entries.last()?.value.span.end as usize;
        distinct(&entries)
            .then_some(Node { span: Span::new(start, end), value: Value::Map(entries) })
    }

    fn list(&mut self, indent: usize, depth: usize) -> Option<Node> {
        self.count()?;
        let start = self.at;
        let mut items: Vec<Node> = Vec::new();
        loop {
            let dash = self.at;
            self.at += 1;
            self.skip_spaces();
            if self.ends(self.at) || matches!(self.byte(self.at), Some(b'-' | b'#')) {
                return None;
            }
            let item = if self.key_end(false).is_some() {
                if depth >= DEPTH {
                    return None;
                }
                self.map(indent + self.at - dash, depth + 1)?
            } else {
                let item = self.inline(false, depth)?;
                self.end_line()?;
                item
            };
            items.push(item);
            if self.at == self.bytes.len() || self.indent < indent {
                break;
            }
            if self.indent > indent {
                return None;
            }
            if !self.on_item() {
                break;
            }
        }
        let end = items.last()?.span.end as usize;
        Some(Node { span: Span::new(start, end), value: Value::List(items) })
    }

    /// The end of a key that begins here, at its colon.
    fn key_end(&self, flow: bool) -> Option<usize> {
        let mut at = self.at;
        if !self.byte(at).is_some_and(|b| b.is_ascii_alphanumeric() || b == b'_') {
            return None;
        }
        loop {
            match self.byte(at)? {
                b if IN_KEY.has(b) => {}
                b' ' if !matches!(self.byte(at + 1), Some(b' ' | b'#' | b':')) => {}
                b':' => break,
                _ => return None,
            }
            at += 1;
            if at - self.at > KEY {
                return None;
            }
        }
        let blank = self.byte(at + 1) == Some(b' ') || (!flow && self.ends(at + 1));
        blank.then_some(at)
    }

    /// A key with its colon.
    fn key(&mut self, flow: bool) -> Option<(Box<str>, Span)> {
        let colon = self.key_end(flow)?;
        let key = self.text.get(self.at..colon)?;
        // Most keys begin with a letter that begins no other kind of value.
        let plain =
            key.starts_with(|c: char| c.is_ascii_lowercase() && !matches!(c, 'n' | 't' | 'f'));
        let digits = || key.bytes().all(|b| b.is_ascii_digit());
        if !plain && (is_null(key) || (!digits() && is_not_text(key))) {
            return None;
        }
        self.count()?;
        let span = Span::new(self.at, colon);
        self.at = colon + 1;
        Some((key.into(), span))
    }

    /// The value behind the colon of a key that stands at `indent`.
    fn value(&mut self, indent: usize, depth: usize) -> Option<Node> {
        let colon = self.at;
        self.skip_spaces();
        if !self.ends(self.at) && self.byte(self.at) != Some(b'#') {
            let value = self.inline(false, depth)?;
            self.end_line()?;
            return Some(value);
        }
        self.at = colon;
        self.end_line()?;
        let more = self.at < self.bytes.len();
        if more && (self.indent > indent || (self.indent == indent && self.on_item())) {
            return self.block(depth + 1);
        }
        self.count()?;
        Some(Node { span: Span::at(colon), value: Value::Null })
    }

    /// A value that begins and ends on this line.
    fn inline(&mut self, flow: bool, depth: usize) -> Option<Node> {
        self.count()?;
        match self.byte(self.at)? {
            b'[' => self.flow_list(depth + 1),
            b'{' => self.flow_map(depth + 1),
            quote @ (b'"' | b'\'') => self.quoted(quote),
            _ => self.plain(flow),
        }
    }

    /// Words in quotes, without escapes.
    fn quoted(&mut self, quote: u8) -> Option<Node> {
        let start = self.at;
        let mut at = start + 1;
        loop {
            match self.byte(at)? {
                b'\n' => return None,
                b'\\' if quote == b'"' => return None,
                b if b == quote => break,
                _ => at += 1,
            }
        }
        if quote == b'\'' && self.byte(at + 1) == Some(b'\'') {
            return None;
        }
        self.at = at + 1;
        let text = self.text.get(start + 1..at)?.into();
        let span = Span::new(start, self.at);
        Some(Node { span, value: Value::Scalar(Scalar { text, plain: false }) })
    }

    /// Words without quotes.
    fn plain(&mut self, flow: bool) -> Option<Node> {
        let start = self.at;
        match self.byte(start)? {
            b'a'..=b'z'
            | b'A'..=b'Z'
            | b'0'..=b'9'
            | 0x80..
            | b'_'
            | b'('
            | b'$'
            | b'+'
            | b'.'
            | b'/'
            | b'~'
            | b'<'
            | b'='
            | b'^'
            | b';' => {}
            b'-' if self.byte(start + 1).is_some_and(|b| b.is_ascii_alphanumeric()) => {}
            _ => return None,
        }
        let mut at = start;
        loop {
            let rest = self.bytes.get(at..)?;
            let special = if flow {
                rest.iter().position(|b| IN_BRACKETS.has(*b))
            } else {
                memchr::memchr3(b'\n', b':', b'#', rest)
            };
            at += special.unwrap_or(rest.len());
            match self.byte(at) {
                None | Some(b'\n' | b'[' | b'{') if flow => return None,
                None | Some(b'\n') => break,
                Some(b'#') if self.byte(at - 1) == Some(b' ') => {
                    if flow {
                        return None;
                    }
                    break;
                }
                Some(b':') => match self.byte(at + 1) {
                    None | Some(b' ' | b'\n') => return None,
                    Some(b',' | b'[' | b']' | b'{' | b'}') if flow => return None,
                    Some(_) => {}
                },
                Some(b',' | b']' | b'}') if flow => break,
                Some(_) => {}
            }
            at += 1;
        }
        let text = self.text.get(start..at)?.trim_end_matches(' ');
        let end = start + text.len();
        self.at = end;
        let value = if is_null(text) {
            Value::Null
        } else {
            Value::Scalar(Scalar { text: text.into(), plain: true })
        };
        Some(Node { span: Span::new(start, end), value })
    }

    fn flow_list(&mut self, depth: usize) -> Option<Node> {
        let start = self.at;
        let mut items = Vec::new();
        self.at += 1;
        self.skip_spaces();
        if self.byte(self.at)? != b']' {
            loop {
                if depth > DEPTH {
                    return None;
                }
                items.push(self.inline(true, depth)?);
                if self.between(b']')? {
                    break;
                }
            }
        }
        self.at += 1;
        Some(Node { span: Span::new(start, self.at), value: Value::List(items) })
    }

    fn flow_map(&mut self, depth: usize) -> Option<Node> {
        let start = self.at;
        let mut entries = Vec::new();
        self.at += 1;
        self.skip_spaces();
        if self.byte(self.at)? != b'}' {
            loop {
                if depth > DEPTH {
                    return None;
                }
                let (key, key_span) = self.key(true)?;
                self.skip_spaces();
                let value = self.inline(true, depth)?;
                entries.push(Entry { key, key_span, value });
                if self.between(b'}')? {
                    break;
                }
            }
        }
        self.at += 1;
        let span = Span::new(start, self.at);
        distinct(&entries).then_some(Node { span, value: Value::Map(entries) })
    }

    /// Between two values in brackets: whether the bracket closes here, else
    /// behind the comma.
    fn between(&mut self, close: u8) -> Option<bool> {
        self.skip_spaces();
        match self.byte(self.at)? {
            b',' => {
                self.at += 1;
                self.skip_spaces();
                Some(false)
            }
            b if b == close => Some(true),
            _ => None,
        }
    }
}

fn is_null(text: &str) -> bool {
    matches!(text, "" | "~" | "null" | "Null" | "NULL")
}

/// Whether no key stands twice.
fn distinct(entries: &[Entry]) -> bool {
    if entries.len() <= 24 {
        // A bit for the first letter and length of each key: most have one of
        // their own, and need no comparison.
        let mut seen = 0_u64;
        let twice = |(i, entry): (usize, &Entry)| {
            let first = entry.key.as_bytes().first().copied().unwrap_or(0);
            let bit = 1 << ((usize::from(first) + 29 * entry.key.len()) % 64);
            let known = seen & bit != 0;
            seen |= bit;
            known && entries.iter().take(i).any(|e| e.key == entry.key)
        };
        return !entries.iter().enumerate().any(twice);
    }
    let mut keys: Vec<&str> = entries.iter().map(|e| &*e.key).collect();
    keys.sort_unstable();
    keys.windows(2).all(|pair| pair.first() != pair.last())
}

#[cfg(test)]
mod tests;
