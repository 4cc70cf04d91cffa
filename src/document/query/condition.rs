//! What a query asks of a field: words a person would say, and the usual
//! signs in quotes.

use super::Class;
use crate::date::{self, Date, Duration, plus};
use crate::ratio::Ratio;

/// One condition on a field.
#[derive(Debug, Clone, PartialEq)]
pub enum Test {
    /// It says this (letter case, spaces and hyphens aside).
    Is(Box<str>),
    /// It does not say this.
    Not(Box<str>),
    /// These words are in it.
    Contains(Box<str>),
    /// It says anything.
    Present,
    /// It says nothing.
    Missing,
    /// It compares so.
    Compares(Cmp, Operand),
    /// It lies between the two, both included.
    Between(Operand, Operand),
}

/// A comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cmp {
    /// Below, before.
    Less,
    /// At most, by.
    AtMost,
    /// At least, from.
    AtLeast,
    /// Above, after.
    More,
    /// Exactly.
    Equal,
    /// Anything else.
    Differs,
}

/// What a field is compared with.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Operand {
    /// A number.
    Number(Ratio),
    /// A day.
    Day(Day),
}

impl Operand {
    /// Whether it is above another, whatever the as-of date is.
    fn is_above(self, other: Self) -> bool {
        match (self, other) {
            (Self::Number(low), Self::Number(high)) => low > high,
            (Self::Day(Day::On(low)), Self::Day(Day::On(high))) => low > high,
            (Self::Day(Day::Today(low)), Self::Day(Day::Today(high))) => low > high,
            _ => false,
        }
    }
}

/// A day, fixed or counted from the as-of date.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Day {
    /// That day.
    On(Date),
    /// So many days after the as-of date; before it when negative.
    Today(i64),
}

impl Day {
    /// The day, seen from the as-of date.
    #[must_use]
    pub fn on(self, as_of: Date) -> Date {
        match self {
            Self::On(date) => date,
            Self::Today(days) => plus(as_of, days),
        }
    }

    fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        if let Some(date) = date::parse(text) {
            return Some(Self::On(date));
        }
        let rest = text.strip_prefix("today")?.trim();
        if rest.is_empty() {
            return Some(Self::Today(0));
        }
        let (sign, rest) = match rest.strip_prefix('+') {
            Some(rest) => (1, rest),
            None => (-1, rest.strip_prefix(['-', '−'])?),
        };
        Some(Self::Today(sign * Duration::parse(rest.trim())?.in_days()))
    }
}

const WORDS: &[(&str, Cmp)] = &[
    ("at least ", Cmp::AtLeast),
    ("at most ", Cmp::AtMost),
    ("above ", Cmp::More),
    ("below ", Cmp::Less),
    ("over ", Cmp::More),
    ("under ", Cmp::Less),
    ("before ", Cmp::Less),
    ("after ", Cmp::More),
    ("by ", Cmp::AtMost),
    ("from ", Cmp::AtLeast),
    (">=", Cmp::AtLeast),
    ("<=", Cmp::AtMost),
    ("!=", Cmp::Differs),
    ("==", Cmp::Equal),
    (">", Cmp::More),
    ("<", Cmp::Less),
    ("=", Cmp::Equal),
];

impl Test {
    /// Read a condition on a field of that class.
    ///
    /// # Errors
    /// How to write one that can be understood.
    pub fn read(text: &str, class: Class) -> Result<Self, String> {
        let text = text.trim();
        match text {
            "present" | "any" => return Ok(Self::Present),
            "missing" | "none" => return Ok(Self::Missing),
            _ => {}
        }
        match class {
            Class::Number | Class::Date => ordered(text, class),
            Class::Flag => match text.to_lowercase().as_str() {
                "yes" | "true" => Ok(Self::Is("true".into())),
                "no" | "false" => Ok(Self::Is("false".into())),
                _ => Err("write `true` or `false`".into()),
            },
            Class::Text | Class::Health | Class::Other => Ok(words(text)),
        }
    }

    /// The word it looks for; empty where it looks for none.
    #[must_use]
    pub fn word(&self) -> &str {
        match self {
            Self::Is(word) | Self::Not(word) | Self::Contains(word) => word,
            _ => "",
        }
    }
}

fn words(text: &str) -> Test {
    let after = |lead: &str| text.strip_prefix(lead).map(|t| t.trim().into());
    if let Some(word) = after("not ").or_else(|| after("!=")) {
        return Test::Not(word);
    }
    if let Some(word) = after("contains ") {
        return Test::Contains(word);
    }
    Test::Is(after("is ").or_else(|| after("==")).or_else(|| after("=")).unwrap_or(text.into()))
}

fn ordered(text: &str, class: Class) -> Result<Test, String> {
    let help = || match class {
        Class::Date => "write `before 2026-06-30`, `within 30d`, `by today`, `after today - 2w`, \
                        `between 2026-04-01 and 2026-06-30`, `present` or `missing`"
            .to_owned(),
        _ => "write `at least 15`, `below 5`, `between 5 and 9`, `present` or `missing`".to_owned(),
    };
    let operand = |text: &str| match class {
        Class::Date => Day::parse(text).map(Operand::Day),
        _ => Ratio::parse(text.trim()).map(Operand::Number),
    };
    if let Some((low, high)) = text.strip_prefix("between ").and_then(|t| t.split_once(" and ")) {
        let (low, high) = operand(low).zip(operand(high)).ok_or_else(help)?;
        if low.is_above(high) {
            return Err("nothing lies between them: write the lower one first".into());
        }
        return Ok(Test::Between(low, high));
    }
    if let Some(length) = text.strip_prefix("within ").filter(|_| class == Class::Date) {
        let days = Duration::parse(length.trim()).ok_or_else(help)?.in_days();
        let (from, to) = (Operand::Day(Day::Today(0)), Operand::Day(Day::Today(days)));
        return Ok(Test::Between(from, to));
    }
    if let Some(rest) = text.strip_prefix("not ") {
        let operand = operand(rest).ok_or_else(help)?;
        return Ok(Test::Compares(Cmp::Differs, operand));
    }
    let (cmp, rest) = WORDS
        .iter()
        .find_map(|(lead, cmp)| Some((*cmp, text.strip_prefix(lead)?)))
        .unwrap_or((Cmp::Equal, text));
    operand(rest).map(|operand| Test::Compares(cmp, operand)).ok_or_else(help)
}
