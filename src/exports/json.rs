//! JSON whose numbers keep every digit: money and ratios are written as they
//! are, never through binary floating point. Keys stay in the order given.

use super::sheet::{Column, Value};
use crate::date::{self, Date};
use crate::ratio::{Ratio, digits, integer};
use crate::text::bytes::ByteSet;
use std::borrow::Cow;

/// A JSON value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Json {
    /// `null`.
    Null,
    /// `true` or `false`.
    Flag(bool),
    /// A number as it is written.
    Number(String),
    /// A string.
    Text(String),
    /// An array.
    List(Vec<Json>),
    /// An object.
    Map(Vec<(Cow<'static, str>, Json)>),
}

impl Json {
    /// An object.
    #[must_use]
    pub fn map<K: Into<Cow<'static, str>>>(entries: impl IntoIterator<Item = (K, Json)>) -> Self {
        Self::Map(entries.into_iter().map(|(k, v)| (k.into(), v)).collect())
    }

    /// An array.
    #[must_use]
    pub fn list(items: impl IntoIterator<Item = Json>) -> Self {
        Self::List(items.into_iter().collect())
    }

    /// A value that may be missing.
    #[must_use]
    pub fn or_null<T: Into<Json>>(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }

    /// The text of a file: entries down to `depth` levels on lines of their
    /// own, what lies deeper on one line.
    #[must_use]
    pub fn bytes(&self, depth: usize) -> Vec<u8> {
        let mut out = String::new();
        self.write(depth, 0, &mut out);
        out.push('\n');
        out.into_bytes()
    }

    fn write(&self, depth: usize, level: usize, out: &mut String) {
        match self {
            Self::Null => out.push_str("null"),
            Self::Flag(flag) => out.push_str(if *flag { "true" } else { "false" }),
            Self::Number(number) => out.push_str(number),
            Self::Text(text) => string(text, out),
            Self::List(items) => {
                out.push('[');
                for (i, item) in items.iter().enumerate() {
                    next(i, depth, level, out);
                    item.write(depth, level + 1, out);
                }
                end(items.is_empty(), depth, level, out);
                out.push(']');
            }
            Self::Map(entries) => {
                out.push('{');
                for (i, (key, value)) in entries.iter().enumerate() {
                    next(i, depth, level, out);
                    string(key, out);
                    out.push(':');
                    if level < depth {
                        out.push(' ');
                    }
                    value.write(depth, level + 1, out);
                }
                end(entries.is_empty(), depth, level, out);
                out.push('}');
            }
        }
    }
}

/// Writes a value piece by piece, as [`Json::bytes`] writes it whole.
#[derive(Debug)]
pub struct Writer {
    out: String,
    depth: usize,
    /// The lists and objects that are open, and whether anything stands in them.
    open: Vec<bool>,
}

impl Writer {
    /// A value whose entries stand on lines of their own down to `depth` levels.
    #[must_use]
    pub fn new(depth: usize) -> Self {
        Self::of(8 << 10, depth)
    }

    /// The same for a value of about so many bytes.
    #[must_use]
    pub fn of(bytes: usize, depth: usize) -> Self {
        Self { out: String::with_capacity(bytes), depth, open: Vec::with_capacity(8) }
    }

    /// Make room for so many more bytes.
    pub fn reserve(&mut self, bytes: usize) {
        self.out.reserve(bytes);
    }

    /// The value, without the end of its line.
    #[must_use]
    pub fn done(self) -> String {
        self.out
    }

    /// The text of the file.
    #[must_use]
    pub fn bytes(mut self) -> Vec<u8> {
        self.out.push('\n');
        self.out.into_bytes()
    }

    /// An object, filled by `fill`.
    pub fn map(&mut self, fill: impl FnOnce(&mut Self)) {
        self.out.push('{');
        self.filled(fill);
        self.out.push('}');
    }

    /// An array, filled by `fill`.
    pub fn list(&mut self, fill: impl FnOnce(&mut Self)) {
        self.out.push('[');
        self.filled(fill);
        self.out.push(']');
    }

    fn filled(&mut self, fill: impl FnOnce(&mut Self)) {
        self.open.push(false);
        fill(self);
        let empty = self.open.pop() != Some(true);
        end(empty, self.depth, self.open.len(), &mut self.out);
    }

    /// The next item of an array; its value follows.
    pub fn item(&mut self) -> &mut Self {
        let level = self.open.len().saturating_sub(1);
        let before = self.open.last_mut().is_some_and(|any| std::mem::replace(any, true));
        next(usize::from(before), self.depth, level, &mut self.out);
        self
    }

    /// The next entry of an object; its value follows. The key is a word of our
    /// own: nothing in it is written otherwise.
    pub fn key(&mut self, key: &'static str) -> &mut Self {
        self.item().out.push('"');
        self.out.push_str(key);
        self.out.push_str(if self.open.len() <= self.depth { "\": " } else { "\":" });
        self
    }

    /// The next entry of an object under any name; its value follows.
    pub fn named(&mut self, name: &str) -> &mut Self {
        string(name, &mut self.item().out);
        self.out.push_str(if self.open.len() <= self.depth { ": " } else { ":" });
        self
    }

    /// A value that is written already.
    pub fn written(&mut self, value: &str) {
        self.out.push_str(value);
    }

    /// Words.
    pub fn text(&mut self, text: &str) {
        string(text, &mut self.out);
    }

    /// Words that may be missing.
    pub fn words(&mut self, text: Option<&str>) {
        match text {
            Some(text) => self.text(text),
            None => self.null(),
        }
    }

    /// A day.
    pub fn date(&mut self, date: Date) {
        self.out.push('"');
        date::write(date, &mut self.out);
        self.out.push('"');
    }

    /// A number.
    pub fn number(&mut self, number: Ratio) {
        number.write(&mut self.out);
    }

    /// A whole number.
    pub fn whole(&mut self, number: u32) {
        digits(number.into(), 1, &mut self.out);
    }

    /// A whole number that may be negative.
    pub fn integer(&mut self, number: i64) {
        integer(number, &mut self.out);
    }

    /// `true` or `false`.
    pub fn flag(&mut self, flag: bool) {
        self.out.push_str(if flag { "true" } else { "false" });
    }

    /// `null`.
    pub fn null(&mut self) {
        self.out.push_str("null");
    }
}

fn next(i: usize, depth: usize, level: usize, out: &mut String) {
    if i > 0 {
        out.push(',');
    }
    if level < depth {
        line(level + 1, out);
    }
}

fn end(empty: bool, depth: usize, level: usize, out: &mut String) {
    if !empty && level < depth {
        line(level, out);
    }
}

fn line(level: usize, out: &mut String) {
    out.push('\n');
    for _ in 0..level {
        out.push(' ');
    }
}

/// Words in quotes, such as may also stand in a script.
pub fn string(text: &str, out: &mut String) {
    out.push('"');
    // Most words hold nothing that must be written otherwise.
    let mut rest = text;
    while let Some(at) = SPECIAL.find(rest.as_bytes()) {
        out.push_str(rest.get(..at).unwrap_or_default());
        let mut chars = rest.get(at..).unwrap_or_default().chars();
        let c = chars.next().unwrap_or_default();
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            // Also what would end a script, should someone paste it there.
            '<' | '\u{2028}' | '\u{2029}' | '\u{feff}' => {
                out.push_str(&format!("\\u{:04x}", c as u32))
            }
            c if c.is_control() => out.push_str(&format!("\\u{:04x}", c as u32)),
            c => out.push(c),
        }
        rest = chars.as_str();
    }
    out.push_str(rest);
    out.push('"');
}

/// First bytes of characters that may have to be written otherwise: quotes,
/// signs of control, and what could end a script.
static SPECIAL: ByteSet = ByteSet::of(b"\"\\<\x7f\xc2\xe2\xef").and_control();

impl From<&str> for Json {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Json {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<bool> for Json {
    fn from(flag: bool) -> Self {
        Self::Flag(flag)
    }
}

impl From<i64> for Json {
    fn from(n: i64) -> Self {
        Self::Number(n.to_string())
    }
}

impl From<usize> for Json {
    fn from(n: usize) -> Self {
        Self::Number(n.to_string())
    }
}

impl From<Ratio> for Json {
    fn from(n: Ratio) -> Self {
        Self::Number(n.to_string())
    }
}

impl From<Date> for Json {
    fn from(date: Date) -> Self {
        Self::Text(date::iso(date))
    }
}

impl From<&Value> for Json {
    fn from(value: &Value) -> Self {
        match value {
            Value::Text(text) => text.as_str().into(),
            Value::Date(date) => (*date).into(),
            Value::Integer(n) => (*n).into(),
            Value::Decimal(n) => (**n).into(),
            Value::Flag(flag) => (*flag).into(),
            Value::Null => Self::Null,
        }
    }
}

/// The names of a table's columns as they stand before the values of a row.
#[must_use]
pub fn names(columns: &[Column]) -> Vec<String> {
    let mut names = Vec::with_capacity(columns.len());
    for column in columns {
        let mut name = String::from(if names.is_empty() { "{" } else { "," });
        string(column.name, &mut name);
        name.push(':');
        names.push(name);
    }
    names
}

/// A row of a table as an object, after `before` others of its array; `names`
/// are those of its columns.
pub fn row(names: &[String], row: &[Value], before: usize, out: &mut String) {
    out.push_str(if before == 0 { "[\n " } else { ",\n " });
    for (name, value) in names.iter().zip(row) {
        out.push_str(name);
        cell(value, out);
    }
    out.push('}');
}

/// The end of an array of that many rows.
#[must_use]
pub fn end_of_rows(rows: usize) -> &'static str {
    if rows == 0 { "[]\n" } else { "\n]\n" }
}

fn cell(value: &Value, out: &mut String) {
    match value {
        Value::Text(text) => string(text, out),
        Value::Date(date) => {
            out.push('"');
            date::write(*date, out);
            out.push('"');
        }
        Value::Integer(n) => integer(*n, out),
        Value::Decimal(n) => n.write(out),
        Value::Flag(flag) => out.push_str(if *flag { "true" } else { "false" }),
        Value::Null => out.push_str("null"),
    }
}

/// An object whose last entry is a long list, handed on item by item. Lines
/// break as in [`Json::bytes`] with that depth.
///
/// # Errors
/// A piece could not be taken.
pub fn with_list<E>(
    head: &Json,
    (key, items): (&str, impl Iterator<Item = Json>),
    depth: usize,
    mut take: impl FnMut(&[u8]) -> Result<(), E>,
) -> Result<(), E> {
    let mut out = String::new();
    head.write(depth, 0, &mut out);
    // Without what ends the object.
    let open = out.strip_suffix('}').unwrap_or(&out);
    let open = open.strip_suffix('\n').unwrap_or(open).len();
    out.truncate(open);
    next(usize::from(out.len() > 1), depth, 0, &mut out);
    string(key, &mut out);
    out.push_str(if depth > 0 { ": [" } else { ":[" });
    let mut none = true;
    for (i, item) in items.enumerate() {
        none = false;
        next(i, depth, 1, &mut out);
        item.write(depth, 2, &mut out);
        take(out.as_bytes())?;
        out.clear();
    }
    end(none, depth, 1, &mut out);
    out.push(']');
    end(false, depth, 0, &mut out);
    out.push_str("}\n");
    take(out.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_keep_every_digit() {
        let n = Ratio::parse("123456789012345678901.25").unwrap();
        assert_eq!(Json::from(n).bytes(0), b"123456789012345678901.25\n");
    }

    #[test]
    fn a_value_written_piece_by_piece_is_the_same() {
        for depth in 0..5 {
            let mut writer = Writer::new(depth);
            writer.map(|w| {
                w.key("a").list(|w| {
                    w.item().text("x\"<");
                    w.item().list(|_| {});
                    w.item().map(|w| w.key("n").whole(7));
                });
                w.key("b").map(|_| {});
                w.key("c").words(None);
                w.key("d").date(crate::date::parse("2026-03-27").unwrap());
                w.key("e").flag(true);
                w.key("f").number(Ratio::parse("-1.5").unwrap());
            });
            let inner = Json::map([("n", Json::from(7_i64))]);
            let list = [Json::from("x\"<"), Json::List(Vec::new()), inner];
            let whole = Json::map([
                ("a", Json::list(list)),
                ("b", Json::Map(Vec::new())),
                ("c", Json::Null),
                ("d", "2026-03-27".into()),
                ("e", true.into()),
                ("f", Json::from(Ratio::parse("-1.5").unwrap())),
            ]);
            assert_eq!(String::from_utf8(writer.bytes()), String::from_utf8(whole.bytes(depth)));
        }
    }

    #[test]
    fn any_words_are_read_back_as_they_were() {
        let words = "\"a\\b\" </script> \u{1}\u{2028}\tzeilen\n変更 🚢";
        let bytes = Json::map([("k", Json::list([Json::from(words)]))]).bytes(9);
        let read: serde_json::Value = serde_json::from_slice(&bytes).unwrap();
        assert_eq!(read["k"][0], words);
        assert!(!String::from_utf8(bytes).unwrap().contains("</script"));
    }

    #[test]
    fn a_list_handed_on_item_by_item_is_the_same() {
        let item = |n: i64| Json::map([("n", Json::from(n)), ("l", Json::list([Json::Null]))]);
        let head = |more: Option<Json>| {
            let entries = [("a", Json::from("}")), ("b", Json::map([("c", Json::Null)]))];
            Json::map(entries.into_iter().chain(more.map(|list| ("list", list))))
        };
        for depth in 0..5 {
            for count in [0, 1, 3] {
                let mut pieces = Vec::new();
                let take = |bytes: &[u8]| {
                    pieces.extend_from_slice(bytes);
                    Ok::<_, ()>(())
                };
                with_list(&head(None), ("list", (0..count).map(item)), depth, take).unwrap();
                let whole = head(Some(Json::list((0..count).map(item)))).bytes(depth);
                assert_eq!(String::from_utf8(pieces), String::from_utf8(whole));
            }
        }
    }

    #[test]
    fn what_lies_deep_stands_on_one_line() {
        let json = Json::list([Json::map([("a", Json::from(1i64)), ("b", Json::Null)])]);
        assert_eq!(json.bytes(1), b"[\n {\"a\":1,\"b\":null}\n]\n");
        assert_eq!(Json::List(Vec::new()).bytes(3), b"[]\n");
    }
}
