//! Dates in sentences.

use super::Day;

/// Text in which ISO dates are said as tables say them: `11 Dec 2026`, never
/// broken across lines.
#[must_use]
pub fn dates_in_words(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let date = rest.get(..10).and_then(crate::date::parse);
        let alone = !out.ends_with(|c: char| c.is_alphanumeric() || c == '-' || c == '/');
        match date.filter(|_| alone) {
            Some(date) => {
                out.push_str(&Day::words(date).replace(' ', "\u{a0}"));
                rest = rest.get(10..).unwrap_or("");
            }
            None => {
                out.push(c);
                rest = rest.get(c.len_utf8()..).unwrap_or("");
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn iso_dates_in_sentences_are_said_in_words() {
        assert_eq!(dates_in_words("late: 2026-12-11, é"), "late: 11\u{a0}Dec\u{a0}2026, é");
        assert_eq!(dates_in_words("status/2026-12-11.md"), "status/2026-12-11.md");
    }
}
