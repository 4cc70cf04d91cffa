//! JSON whose numbers keep every digit: money and ratios are written as they
//! are, never through binary floating point. Keys stay in the order given.

use super::sheet::{Sheet, Value};
use crate::date::Date;
use crate::ratio::Ratio;

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
    Map(Vec<(String, Json)>),
}

impl Json {
    /// An object.
    #[must_use]
    pub fn map<K: Into<String>>(entries: impl IntoIterator<Item = (K, Json)>) -> Self {
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

/// A string in quotes.
fn string(text: &str, out: &mut String) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            // Also what would end a script, should someone paste it there.
            '<' | '\u{2028}' | '\u{2029}' => out.push_str(&format!("\\u{:04x}", c as u32)),
            c if c.is_control() => out.push_str(&format!("\\u{:04x}", c as u32)),
            c => out.push(c),
        }
    }
    out.push('"');
}

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
        Self::Text(date.to_string())
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

/// A sheet as an array of objects, one on each line. Rows are written one by
/// one: a sheet may have hundreds of thousands of them.
#[must_use]
pub fn sheet(sheet: &Sheet) -> Vec<u8> {
    let mut out = String::from("[");
    for (i, row) in sheet.rows.iter().enumerate() {
        next(i, 1, 0, &mut out);
        let cells = sheet.columns.iter().zip(row);
        Json::map(cells.map(|(c, v)| (c.name, Json::from(v)))).write(1, 1, &mut out);
    }
    end(sheet.rows.is_empty(), 1, 0, &mut out);
    out.push_str("]\n");
    out.into_bytes()
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
    fn any_words_are_read_back_as_they_were() {
        let words = "\"a\\b\" </script> \u{1}\u{2028}\tzeilen\n変更 🚢";
        let bytes = Json::map([("k", Json::list([Json::from(words)]))]).bytes(9);
        let read: serde_json::Value = serde_json::from_slice(&bytes).unwrap();
        assert_eq!(read["k"][0], words);
        assert!(!String::from_utf8(bytes).unwrap().contains("</script"));
    }

    #[test]
    fn what_lies_deep_stands_on_one_line() {
        let json = Json::list([Json::map([("a", Json::from(1i64)), ("b", Json::Null)])]);
        assert_eq!(json.bytes(1), b"[\n {\"a\":1,\"b\":null}\n]\n");
        assert_eq!(Json::List(Vec::new()).bytes(3), b"[]\n");
    }
}
