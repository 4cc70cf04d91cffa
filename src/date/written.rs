//! Dates as people write them, where they can be read in one way only.

use super::{Date, parse, readings};

const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];

/// The date a text stands for, if it can be read in one way only: the year
/// first (`2026/1/30`), a day that can be no month (`30.01.2026`), or the
/// month as an English word (`Jan 30, 2026`). Day and month are never guessed.
#[must_use]
pub fn unambiguous(text: &str) -> Option<Date> {
    let text = text.trim();
    numbers(text).or_else(|| words(text))
}

fn numbers(text: &str) -> Option<Date> {
    if text.len() == 8 && text.bytes().all(|b| b.is_ascii_digit()) {
        return day(text.get(..4)?, text.get(4..6)?, text.get(6..)?);
    }
    let separator = text.chars().find(|c| matches!(c, '/' | '.' | '-'))?;
    let parts: Vec<&str> = text.split(separator).collect();
    let [first, second, third] = parts[..] else { return None };
    let digits = |part: &str, most: usize| {
        (1..=most).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit())
    };
    if !digits(second, 2) {
        return None;
    }
    if first.len() == 4 && digits(first, 4) && digits(third, 2) {
        return day(first, second, third);
    }
    if third.len() != 4 || !digits(first, 2) || !digits(third, 4) {
        return None;
    }
    match readings(text)? {
        (Some(a), Some(b)) if a != b => None,
        (a, b) => a.or(b),
    }
}

fn words(text: &str) -> Option<Date> {
    let parts: Vec<&str> = text
        .split(|c: char| c.is_whitespace() || matches!(c, ',' | '.' | '-' | '/'))
        .filter(|part| !part.is_empty())
        .collect();
    let [a, b, c] = parts[..] else { return None };
    let (month, number, year) = match (month(a), month(b)) {
        (Some(month), None) => (month, b, c),
        (None, Some(month)) if a.len() == 4 && a.parse::<u32>().is_ok() => (month, c, a),
        (None, Some(month)) => (month, a, c),
        _ => return None,
    };
    let number =
        ["st", "nd", "rd", "th"].iter().find_map(|s| number.strip_suffix(s)).unwrap_or(number);
    day(year, &month.to_string(), number)
}

fn month(word: &str) -> Option<usize> {
    let word = word.to_ascii_lowercase();
    let named = |name: &str| name == word || name.get(..3) == Some(&word);
    let index =
        MONTHS.iter().position(|name| named(name) || (word == "sept" && *name == MONTHS[8]));
    index.map(|i| i + 1)
}

/// A day of a year of four digits.
fn day(year: &str, month: &str, day: &str) -> Option<Date> {
    parse(&format!("{year}-{month:0>2}-{day:0>2}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_can_be_read_in_one_way_is_read() {
        for text in [
            "30.01.2026",
            "30/1/2026",
            "01/30/2026",
            "2026/1/30",
            "2026-1-30",
            "2026.01.30",
            "20260130",
            "Jan 30 2026",
            "January 30, 2026",
            "30 Jan 2026",
            "30. January 2026",
            "30-Jan-2026",
            "30th january 2026",
            "2026 Jan 30",
            " 2026-01-30 ",
        ] {
            assert_eq!(unambiguous(text), parse("2026-01-30"), "{text}");
        }
        assert_eq!(unambiguous("05/05/2026"), parse("2026-05-05"));
        assert_eq!(unambiguous("Sept 1 2026"), parse("2026-09-01"));
    }

    #[test]
    fn what_could_be_two_days_or_none_is_left() {
        for text in [
            "06/03/2026",
            "06.03.2026",
            "1-2-2026",
            "30.01.26",
            "Jan 2026",
            "Q1 2026",
            "30.02.2026",
            "2026/30/01",
            "Jan 30 26",
            "Jan Feb 2026",
            "30 Janvier 2026",
            "2026-01-30T10:00:00Z",
            "tomorrow",
            "1.2.3",
            "",
            "é.é.2026",
            "30.01/2026",
            "Ja 30 2026",
        ] {
            assert_eq!(unambiguous(text), None, "{text}");
        }
    }
}
