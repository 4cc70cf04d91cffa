//! The spanned tree: what YAML and TOML texts hold, with the place of every
//! key and value in the original bytes of the file.
//!
//! Every reader of typed fields works on [`Node`]s, so that a finding can
//! underline the exact value, whichever language it was written in.

pub mod adapt;
pub mod conflict;
pub mod field;
pub mod front_matter;
pub mod read;
pub mod record;
pub mod schema;
mod shape;
pub mod spellings;
mod strange;
mod tail;
pub mod toml;
pub mod yaml;

use crate::text::Span;

/// The rules a [`Problem`] of this module can name, sorted.
pub const RULES: &[&str] = &[
    "conflict-marker",
    "duplicate-key",
    "fractional-percent",
    "invalid-toml",
    "invalid-yaml",
    "lfs-pointer",
    "misplaced-front-matter",
    "not-a-mapping",
    "over-limit",
    "unclosed-front-matter",
    "unsupported-yaml",
];

/// A value and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Node {
    /// Bytes of the original file. A block list or mapping reaches from its
    /// first child to its last; a value that is not there is an empty span.
    pub span: Span,
    /// What is written there.
    pub value: Value,
}

/// What a [`Node`] holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// Nothing, `~` or `null`.
    Null,
    /// One piece of text, number, date or truth value, as text.
    Scalar(Scalar),
    /// Values in order.
    List(Vec<Node>),
    /// Keys and values in source order; no key stands twice.
    Map(Vec<Entry>),
}

/// A single value as its author wrote it, escapes resolved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scalar {
    /// The text; numbers and dates are not converted (`1.10` stays `1.10`).
    pub text: Box<str>,
    /// Written without quotes (YAML), or a number, truth value or date (TOML).
    pub plain: bool,
}

/// One key of a mapping with its value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The key, without quotes.
    pub key: Box<str>,
    /// The key as written, its quotes included.
    pub key_span: Span,
    /// The value.
    pub value: Node,
}

impl Node {
    /// The entry of a mapping with this key; `None` for anything but a mapping.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Entry> {
        self.entries().iter().find(|entry| &*entry.key == key)
    }

    /// The text of a scalar; `None` for nothing, lists and mappings.
    #[must_use]
    pub fn as_str(&self) -> Option<&str> {
        match &self.value {
            Value::Scalar(scalar) => Some(&scalar.text),
            _ => None,
        }
    }

    /// The entries of a mapping; empty for anything else.
    #[must_use]
    pub fn entries(&self) -> &[Entry] {
        match &self.value {
            Value::Map(entries) => entries,
            _ => &[],
        }
    }

    /// The items of a list; empty for anything else.
    #[must_use]
    pub fn items(&self) -> &[Node] {
        match &self.value {
            Value::List(items) => items,
            _ => &[],
        }
    }

    /// Whether nothing is written here (`~` and `null` count as nothing).
    #[must_use]
    pub fn is_null(&self) -> bool {
        matches!(self.value, Value::Null)
    }

    /// What it is, for messages: `a list`, `a mapping`, `text`, `nothing`.
    #[must_use]
    pub fn what(&self) -> &'static str {
        match self.value {
            Value::Null => "nothing",
            Value::Scalar(_) => "text",
            Value::List(_) => "a list",
            Value::Map(_) => "a mapping",
        }
    }
}

/// What is wrong with a text: a finding that does not know its file yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// One of [`RULES`].
    pub rule: &'static str,
    /// The bytes that are wrong.
    pub span: Span,
    /// The fact, in lower case without a full stop.
    pub message: String,
    /// How to mend it.
    pub help: Option<String>,
    /// What to write there instead, where that is all it takes.
    pub replacement: Option<String>,
    /// Other places of the same file that belong to it, with what stands there.
    pub related: Vec<(Span, String)>,
}

impl Problem {
    /// A problem of `rule` at a place, without help.
    #[must_use]
    pub fn new(rule: &'static str, span: Span, message: impl Into<String>) -> Self {
        let (message, related) = (message.into(), Vec::new());
        Self { rule, span, message, help: None, replacement: None, related }
    }

    /// The same problem with a line that says how to mend it.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// The same problem with the word that was probably meant.
    #[must_use]
    pub fn meant(self, word: &str) -> Self {
        let help = format!("did you mean `{word}`?");
        Self { replacement: Some(word.to_owned()), ..self.help(help) }
    }

    /// The same problem with one more place of the same file.
    #[must_use]
    pub fn related(mut self, span: Span, label: impl Into<String>) -> Self {
        self.related.push((span, label.into()));
        self
    }
}

/// One line of a text: where it begins, ends (line end not counted), and where
/// the next begins.
#[derive(Debug, Clone, Copy)]
struct Line {
    start: usize,
    end: usize,
    next: usize,
}

/// The lines of `text` within `start..end`; LF, CRLF and CR each end a line.
fn lines(text: &str, start: usize, end: usize) -> impl Iterator<Item = Line> + '_ {
    let bytes = text.as_bytes().get(..end).unwrap_or(text.as_bytes());
    let mut at = start;
    std::iter::from_fn(move || {
        let rest = bytes.get(at..).filter(|rest| !rest.is_empty())?;
        let length = memchr::memchr2(b'\n', b'\r', rest).unwrap_or(rest.len());
        let ending = match rest.get(length..length + 2) {
            Some(b"\r\n") => 2,
            _ => usize::from(length < rest.len()),
        };
        let line = Line { start: at, end: at + length, next: at + length + ending };
        at = line.next;
        Some(line)
    })
}

/// Whether a line begins a `key: value` in column 0.
fn is_key_line(line: &str) -> bool {
    let Some(first) = line.chars().next() else { return false };
    if first == '"' || first == '\'' {
        let after = line.get(1..).and_then(|rest| rest.split_once(first)).map(|(_, after)| after);
        return after.is_some_and(|after| {
            let after = after.trim_start();
            after == ":" || after.starts_with(": ") || after.starts_with(":\t")
        });
    }
    if first.is_whitespace() || "#-?:,[]{}&*!|>%@`".contains(first) {
        return false;
    }
    let bytes = line.as_bytes();
    let colon = bytes.iter().enumerate().position(|(i, b)| {
        *b == b':' && matches!(bytes.get(i + 1), None | Some(b' ' | b'\t' | b'\r' | b'\n'))
    });
    colon.is_some_and(|colon| line.get(..colon).is_some_and(|key| !key.contains(" #")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_end_in_three_ways() {
        let text = "a\r\nb\rc\n\nd";
        let found: Vec<_> =
            lines(text, 0, text.len()).map(|line| &text[line.start..line.end]).collect();
        assert_eq!(found, ["a", "b", "c", "", "d"]);
    }

    #[test]
    fn key_lines_are_known_from_prose_and_items() {
        for key in ["a: 1", "a:", "\"a b\": 1", "a b: c", "x-y:\t1", "é: 1"] {
            assert!(is_key_line(key), "{key}");
        }
        for other in
            ["", " a: 1", "- a: 1", "# a: 1", "a", "http://x", "[a: 1]", "\"a: 1", "a # b: c"]
        {
            assert!(!is_key_line(other), "{other}");
        }
    }

    #[test]
    fn the_list_of_rules_is_sorted() {
        assert!(RULES.is_sorted());
    }
}
