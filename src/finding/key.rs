//! What a finding is known by from one run to the next: not its line, which
//! every edit above it moves, and not the numbers in its message, which change
//! from day to day.

use super::Finding;
use std::collections::HashMap;
use std::fmt::Write as _;

/// The identity of a finding.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Key {
    /// File, relative to the book's `src`.
    pub path: String,
    /// The rule's name.
    pub rule: String,
    /// The message without what changes, see [`subject`].
    pub subject: String,
    /// Which one of those that are alike, from 1.
    pub nth: u32,
}

impl Key {
    /// 32 hexadecimal digits that stand for the key.
    #[must_use]
    pub fn digest(&self) -> String {
        let nth = self.nth.to_string();
        // Lengths first, so that no two keys read the same.
        let mut whole = String::new();
        for part in [&self.rule, &self.path, &self.subject, &nth] {
            let _ = write!(whole, "{}:{part}", part.len());
        }
        format!("{:032x}", xxhash_rust::xxh3::xxh3_128(whole.as_bytes()))
    }
}

impl Finding {
    /// What the finding is known by.
    #[must_use]
    pub fn key(&self) -> Key {
        Key {
            path: self.path.to_string(),
            rule: self.rule.to_owned(),
            subject: subject(&self.message),
            nth: self.nth.max(1),
        }
    }
}

/// Count the findings with the same rule, path and subject, in their order.
pub(super) fn count(findings: &mut [Finding]) {
    let mut seen: HashMap<(&'static str, std::sync::Arc<str>, String), u32> = HashMap::new();
    for finding in findings {
        let key = (finding.rule, finding.path.clone(), subject(&finding.message));
        let nth = seen.entry(key).or_default();
        *nth += 1;
        finding.nth = *nth;
    }
}

/// A message without the numbers, dates and amounts in it, each `#`; ids
/// (`R-004`, `M5`), names and everything in backticks stay.
///
/// `72 days (18.9 %) after 2026-09-30` and `1 day (0.3 %) after 2026-10-01`
/// are both `# day (# %) after #`.
#[must_use]
pub fn subject(message: &str) -> String {
    let mut out = String::with_capacity(message.len());
    let mut chars = message.chars().peekable();
    let (mut literal, mut counted) = (false, false);
    let (mut before, mut last) = (' ', ' ');
    while let Some(c) = chars.next() {
        if c == '`' {
            literal = !literal;
        }
        let joined = last.is_alphanumeric() || last == '_';
        let begins = !joined && !(last == '-' && before.is_alphanumeric());
        if literal || !c.is_ascii_digit() || !begins {
            out.push(c);
            (before, last) = (last, c);
            if counted && !c.is_alphanumeric() && c != ' ' {
                counted = false;
            }
            // `days` and `day` say the same of different numbers.
            let ends = chars.peek().is_none_or(|next| !next.is_alphanumeric());
            if counted && c.is_alphabetic() && ends {
                if c == 's' {
                    out.pop();
                }
                counted = false;
            }
            continue;
        }
        // A number with its groups and decimals, or a date.
        while let Some(next) = chars.peek().copied() {
            let mut after = chars.clone();
            after.next();
            let joins = matches!(next, '.' | ',' | '-' | ':')
                && after.peek().is_some_and(char::is_ascii_digit);
            if !next.is_ascii_digit() && !joins {
                break;
            }
            chars.next();
        }
        out.push('#');
        (before, last, counted) = (last, '#', true);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::sort;
    use crate::text::{Position, Span};

    #[test]
    fn numbers_go_and_names_stay() {
        for (message, expected) in [
            ("72 days (18.9 %) after 2026-09-30", "# day (# %) after #"),
            ("1 day (0.3 %) after 2026-10-01", "# day (# %) after #"),
            ("R-004 and M5 of `v1.2` cost 12,500.50", "R-004 and M5 of `v1.2` cost #"),
            ("duplicate key `status`", "duplicate key `status`"),
            ("-5 days, 1e9", "-# day, #e9"),
            ("9:30 – 10", "# – #"),
            ("日本 12日", "日本 #日"),
            ("`unclosed 12", "`unclosed 12"),
            ("", ""),
        ] {
            assert_eq!(subject(message), expected);
        }
    }

    #[test]
    fn what_is_alike_is_counted_and_an_edit_above_changes_nothing() {
        let at = |place: usize, message: &str| {
            Finding::new("a-rule", "a.md".into(), Span::at(place), Position::default(), message)
        };
        let mut before = vec![at(50, "2 days late"), at(10, "1 day late"), at(20, "other")];
        let mut after = vec![at(10, "new"), at(80, "9 days late"), at(40, "3 days late")];
        sort(&mut before);
        sort(&mut after);
        let key = |f: &Finding| (f.key().subject, f.key().nth);
        let of = |all: &[Finding], text: &str| {
            all.iter().filter(|f| f.message.contains(text)).map(key).collect::<Vec<_>>()
        };
        assert_eq!(of(&before, "late"), of(&after, "late"));
        assert_eq!(of(&before, "late"), [("# day late".into(), 1), ("# day late".into(), 2)]);
        let digests: std::collections::BTreeSet<String> =
            before.iter().map(|f| f.key().digest()).collect();
        assert_eq!(digests.len(), 3);
    }

    #[test]
    fn parts_of_a_key_cannot_be_moved_from_one_to_the_other() {
        let key = |path: &str, subject: &str| Key {
            path: path.into(),
            rule: "r".into(),
            subject: subject.into(),
            nth: 1,
        };
        assert_ne!(key("a", "bc").digest(), key("ab", "c").digest());
    }
}
