//! CSV by RFC 4180: commas, CRLF, quotes where needed, UTF-8, dot decimals,
//! ISO dates. Words that a spreadsheet would run as a formula are disarmed.

use super::sheet::{Sheet, Value};
use crate::date;
use crate::ratio::integer;
use crate::text::bytes::ByteSet;

/// How CSV is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Style {
    /// Begin with a byte order mark, by which spreadsheets know UTF-8.
    pub bom: bool,
}

/// A sheet as CSV.
#[must_use]
pub fn sheet(sheet: &Sheet, style: Style) -> Vec<u8> {
    let header: Vec<&str> = sheet.columns.iter().map(|c| c.name).collect();
    table(&header, sheet.rows.iter().map(Vec::as_slice), style)
}

/// A header and rows as CSV.
#[must_use]
pub fn table<'a>(
    header: &[&str],
    rows: impl Iterator<Item = &'a [Value]>,
    style: Style,
) -> Vec<u8> {
    let mut out = String::new();
    head(header.iter().copied(), style, &mut out);
    for one in rows {
        row(one, &mut out);
    }
    out.into_bytes()
}

/// The line of names, and what stands before it.
pub fn head<'a>(names: impl Iterator<Item = &'a str>, style: Style, out: &mut String) {
    if style.bom {
        out.push('\u{feff}');
    }
    for (i, name) in names.enumerate() {
        if i > 0 {
            out.push(',');
        }
        text(name, out);
    }
    out.push_str("\r\n");
}

/// The line of a row.
pub fn row(row: &[Value], out: &mut String) {
    let start = out.len();
    for (i, value) in row.iter().enumerate() {
        if i > 0 {
            out.push(',');
        }
        cell(value, out);
    }
    // A row of one empty value would read as no row.
    if out.len() == start {
        out.push_str("\"\"");
    }
    out.push_str("\r\n");
}

/// One field.
pub fn cell(value: &Value, out: &mut String) {
    match value {
        Value::Text(words) => text(words, out),
        Value::Date(date) => date::write(*date, out),
        Value::Integer(n) => integer(*n, out),
        Value::Decimal(n) => n.write(out),
        Value::Flag(flag) => out.push_str(if *flag { "true" } else { "false" }),
        Value::Null => {}
    }
}

/// What puts words in quotes.
static SEPARATORS: ByteSet = ByteSet::of(b"\",\r\n");

/// Words as one field, disarmed, in quotes where they need them.
pub fn text(words: &str, out: &mut String) {
    // Most words begin with a letter or a digit, end with a sign that is seen and
    // hold nothing to hide.
    let bytes = words.as_bytes();
    let begins = bytes.first().is_none_or(u8::is_ascii_alphanumeric);
    let ends = bytes.last().is_none_or(u8::is_ascii_graphic);
    if begins && ends && SEPARATORS.find(bytes).is_none() {
        return out.push_str(words);
    }
    let armed = armed(words);
    let quoted = words.contains(['"', ',', '\r', '\n'])
        || words.starts_with(char::is_whitespace)
        || words.ends_with(char::is_whitespace);
    if quoted {
        out.push('"');
    }
    if armed {
        out.push('\'');
    }
    if quoted {
        out.push_str(&words.replace('"', "\"\""));
        out.push('"');
    } else {
        out.push_str(words);
    }
}

/// Whether a spreadsheet could take the words for a formula: they begin with
/// one of its signs, in its wide form too, after any white space.
#[must_use]
pub fn armed(words: &str) -> bool {
    let signs = ['=', '+', '-', '@', '＝', '＋', '－', '＠', '|', '%'];
    words.starts_with(['\t', '\r', '\n'])
        || words
            .trim_start_matches(|c: char| c.is_whitespace() || c.is_control() || c == '\u{feff}')
            .starts_with(|c| signs.contains(&c))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ratio::Ratio;

    fn line(values: &[Value]) -> String {
        let bytes = table(&["a"], std::iter::once(values), Style::default());
        String::from_utf8(bytes).unwrap().strip_prefix("a\r\n").unwrap().to_owned()
    }

    fn words(text: &str) -> String {
        line(&[Value::text(text)])
    }

    #[test]
    fn words_that_begin_like_a_formula_are_disarmed_and_numbers_are_not() {
        assert_eq!(words("=1+1"), "'=1+1\r\n");
        assert_eq!(words("+49 30"), "'+49 30\r\n");
        assert_eq!(words("-cmd|' /C calc'!A0"), "'-cmd|' /C calc'!A0\r\n");
        assert_eq!(words("@SUM(A1)"), "'@SUM(A1)\r\n");
        assert_eq!(words("\t=1"), "\"'\t=1\"\r\n");
        assert_eq!(words("\r=1"), "\"'\r=1\"\r\n");
        assert_eq!(words(" =1"), "\"' =1\"\r\n");
        assert_eq!(words("＝1"), "'＝1\r\n");
        assert_eq!(words("=HYPERLINK(\"x\",\"y\")"), "\"'=HYPERLINK(\"\"x\"\",\"\"y\"\")\"\r\n");
        assert_eq!(words("a=1"), "a=1\r\n");
        let minus = Ratio::parse("-12.5").unwrap();
        assert_eq!(line(&[Value::Integer(-5), Value::number(minus)]), "-5,-12.5\r\n");
    }

    #[test]
    fn what_needs_quotes_gets_them() {
        assert_eq!(words("a,b"), "\"a,b\"\r\n");
        assert_eq!(words("say \"no\""), "\"say \"\"no\"\"\"\r\n");
        assert_eq!(words("two\nlines"), "\"two\nlines\"\r\n");
        assert_eq!(words(" room "), "\" room \"\r\n");
        assert_eq!(words("変更 مرحبا 🚢"), "変更 مرحبا 🚢\r\n");
        assert_eq!(line(&[Value::Null, Value::Null]), ",\r\n");
        assert_eq!(line(&[Value::Null]), "\"\"\r\n");
    }

    #[test]
    fn the_mark_of_utf_8_stands_first_where_it_is_wanted() {
        let bytes = table(&["a"], std::iter::empty(), Style { bom: true });
        assert_eq!(bytes, b"\xef\xbb\xbfa\r\n");
    }
}
