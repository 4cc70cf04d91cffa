//! Values written as YAML in one line, quoted where YAML would read something
//! else.

use crate::data::record::{Datum, Record};
use crate::date::Duration;
use crate::ratio::Ratio;

/// Text as a YAML value that can stand anywhere, in a flow list too.
#[must_use]
pub fn text(text: &str) -> String {
    let plain = serde_yaml::to_string(text).ok();
    let plain = plain.as_deref().map(|t| t.strip_suffix('\n').unwrap_or(t));
    match plain {
        Some(plain) if plain == text && !text.contains([',', '[', ']', '{', '}', '#', ':']) => {
            text.to_owned()
        }
        // Every JSON string is a YAML string.
        _ => serde_json::to_string(text).unwrap_or_default(),
    }
}

/// A plain decimal.
#[must_use]
pub fn number(n: Ratio) -> String {
    let shown = n.show(if n.denominator() == 1 { 0 } else { 4 });
    let digits: String =
        shown.chars().filter(|c| c.is_ascii_digit() || matches!(c, '.' | '-')).collect();
    if digits.contains('.') {
        return digits.trim_end_matches('0').trim_end_matches('.').to_owned();
    }
    digits
}

/// A typed value as its author would write it in one line.
#[must_use]
pub fn datum(value: &Datum) -> String {
    match value {
        Datum::Text(words) | Datum::NotApplicable(words) => text(words),
        Datum::Date(date) => date.to_string(),
        Datum::Range(even, safe) => format!("{{p50: {even}, p85: {safe}}}"),
        Datum::Number(n) => number(**n),
        Datum::Flag(flag) => flag.to_string(),
        Datum::Rag(rag) => rag.name().into(),
        Datum::Duration(Duration::Days(n)) => format!("{n}d"),
        Datum::Duration(Duration::BusinessDays(n)) => format!("{n}bd"),
        Datum::Duration(Duration::Hours(n)) => format!("{n}h"),
        Datum::Duration(Duration::Minutes(n)) => format!("{n}m"),
        Datum::List(items) => {
            let items: Vec<String> = items.iter().map(|item| datum(&item.datum)).collect();
            format!("[{}]", items.join(", "))
        }
        Datum::Record(fields) => record(fields),
    }
}

/// Named values in one line: `{forecast: 2026-04-10}`.
#[must_use]
pub fn record(record: &Record) -> String {
    let parts: Vec<String> = record
        .slots
        .iter()
        .map(|slot| format!("{}: {}", text(&slot.name), datum(&slot.datum)))
        .collect();
    format!("{{{}}}", parts.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_quoted_only_where_they_must_be() {
        for plain in ["amber", "Data migration quality", "R-004", "2 weeks late (I-007)"] {
            assert_eq!(text(plain), plain);
        }
        assert_eq!(text("@mlopez"), "\"@mlopez\"");
        assert_eq!(text("Phase 2: pilot"), "\"Phase 2: pilot\"");
        assert_eq!(text("true"), "\"true\"");
        assert_eq!(text("a, b"), "\"a, b\"");
        assert_eq!(text("two\nlines"), "\"two\\nlines\"");
        assert_eq!(text(""), "\"\"");
    }

    #[test]
    fn numbers_are_plain() {
        for plain in ["240000", "-3", "0.3", "12.25"] {
            assert_eq!(number(Ratio::parse(plain).unwrap()), plain);
        }
    }
}
