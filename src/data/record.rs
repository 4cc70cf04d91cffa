//! Typed values as read from a spanned tree, each with the bytes it came from.

use crate::date::{Date, Duration, iso};
use crate::ratio::Ratio;
use crate::table::Rag;
use crate::text::{Span, counted};
use std::sync::Arc;

/// One typed value.
#[derive(Debug, Clone, PartialEq)]
pub enum Datum {
    /// Words of any sort: text, ids, links, people, choices (in their
    /// canonical spelling).
    Text(Box<str>),
    /// A calendar day.
    Date(Date),
    /// A forecast given as a range: even chance, and safe (85 %). Every rule
    /// that needs one date uses the safe one.
    Range(Date, Date),
    /// A number: money, percent, count, FTE; boxed, since it is four times as
    /// large as most values.
    Number(Box<Ratio>),
    /// Yes or no.
    Flag(bool),
    /// A health.
    Rag(Rag),
    /// A length of time.
    Duration(Duration),
    /// Several values.
    List(Box<[Item]>),
    /// Named values; a map of ids is a record too.
    Record(Record),
    /// Said not to apply, with the reason as written.
    NotApplicable(Box<str>),
}

/// A value in a list, with its bytes.
#[derive(Debug, Clone, PartialEq)]
pub struct Item {
    /// Where it stands.
    pub span: Span,
    /// What it is.
    pub datum: Datum,
}

/// A named value, with the bytes of name and value.
#[derive(Debug, Clone, PartialEq)]
pub struct Slot {
    /// Canonical name.
    pub name: Arc<str>,
    /// Where the name stands as written.
    pub key_span: Span,
    /// Where the value stands.
    pub span: Span,
    /// What it is.
    pub datum: Datum,
}

/// Named values in the order written.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Record {
    /// The values; names are unique.
    pub slots: Vec<Slot>,
    /// Names of fields whose value is there and could not be read.
    pub invalid: Few<Arc<str>>,
    /// Fields whose key is there without a value, with the key's place.
    pub empty: Few<(Arc<str>, Span)>,
}

/// A list that nearly always is empty: it then takes one word.
#[derive(Debug, Clone, PartialEq)]
#[allow(clippy::box_collection, reason = "there are millions of these, and few are filled")]
pub struct Few<T>(Option<Box<Vec<T>>>);

impl<T> Default for Few<T> {
    fn default() -> Self {
        Self(None)
    }
}

impl<T> Few<T> {
    /// Add one.
    pub fn push(&mut self, value: T) {
        self.0.get_or_insert_default().push(value);
    }

    /// Add some.
    pub fn extend(&mut self, values: impl IntoIterator<Item = T>) {
        values.into_iter().for_each(|value| self.push(value));
    }
}

impl<T> std::ops::Deref for Few<T> {
    type Target = [T];

    fn deref(&self) -> &[T] {
        self.0.as_deref().map_or(&[], Vec::as_slice)
    }
}

impl Record {
    /// The slot of that name.
    #[must_use]
    pub fn slot(&self, name: &str) -> Option<&Slot> {
        self.slots.iter().find(|s| &*s.name == name)
    }

    /// The value of that name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Datum> {
        self.slot(name).map(|s| &s.datum)
    }

    /// The value at a path of names.
    #[must_use]
    pub fn at(&self, path: &[Box<str>]) -> Option<&Datum> {
        Some(&self.slot_at(path)?.datum)
    }

    /// The slot at a path of names.
    #[must_use]
    pub fn slot_at(&self, path: &[Box<str>]) -> Option<&Slot> {
        let (first, rest) = path.split_first()?;
        let slot = self.slot(first)?;
        if rest.is_empty() { Some(slot) } else { slot.datum.record()?.slot_at(rest) }
    }

    /// Where the value stands, or `None` when there is none.
    #[must_use]
    pub fn span(&self, name: &str) -> Option<Span> {
        self.slot(name).map(|s| s.span)
    }

    /// Where a key of that name stands that has no value.
    #[must_use]
    pub fn empty_key(&self, name: &str) -> Option<Span> {
        self.empty.iter().find(|(key, _)| **key == *name).map(|(_, span)| *span)
    }

    /// Whether a key without a value stands there, at any depth.
    #[must_use]
    pub fn is_empty_key(&self, at: Span) -> bool {
        fn within(datum: &Datum, at: Span) -> bool {
            match datum {
                Datum::Record(inner) => inner.is_empty_key(at),
                Datum::List(items) => items.iter().any(|item| within(&item.datum, at)),
                _ => false,
            }
        }
        self.empty.iter().any(|(_, key)| *key == at)
            || self.slots.iter().any(|slot| within(&slot.datum, at))
    }

    /// The words of that name; absent when empty.
    #[must_use]
    pub fn text(&self, name: &str) -> Option<&str> {
        match self.get(name)? {
            Datum::Text(text) => Some(&**text).filter(|t| says_something(t)),
            _ => None,
        }
    }

    /// The date of that name; of a range the safe one.
    #[must_use]
    pub fn date(&self, name: &str) -> Option<Date> {
        self.get(name)?.date()
    }

    /// The number of that name.
    #[must_use]
    pub fn number(&self, name: &str) -> Option<Ratio> {
        match self.get(name)? {
            Datum::Number(n) => Some(**n),
            _ => None,
        }
    }

    /// The yes or no of that name.
    #[must_use]
    pub fn flag(&self, name: &str) -> Option<bool> {
        match self.get(name)? {
            Datum::Flag(flag) => Some(*flag),
            _ => None,
        }
    }

    /// The health of that name.
    #[must_use]
    pub fn rag(&self, name: &str) -> Option<Rag> {
        match self.get(name)? {
            Datum::Rag(rag) => Some(*rag),
            _ => None,
        }
    }

    /// The duration of that name.
    #[must_use]
    pub fn duration(&self, name: &str) -> Option<Duration> {
        match self.get(name)? {
            Datum::Duration(d) => Some(*d),
            _ => None,
        }
    }

    /// The record of that name.
    #[must_use]
    pub fn record(&self, name: &str) -> Option<&Record> {
        self.get(name)?.record()
    }

    /// The list of that name; empty when there is none.
    #[must_use]
    pub fn list(&self, name: &str) -> &[Item] {
        match self.get(name) {
            Some(Datum::List(items)) => items,
            _ => &[],
        }
    }

    /// The words in the list of that name.
    pub fn texts<'a>(&'a self, name: &str) -> impl Iterator<Item = (&'a str, Span)> + use<'a> {
        self.list(name).iter().filter_map(|i| i.datum.text().map(|t| (t, i.span)))
    }

    /// Whether a value of that name says something: not empty, no empty list.
    #[must_use]
    pub fn has(&self, name: &str) -> bool {
        self.get(name).is_some_and(Datum::says_something)
    }
}

/// Whether a text holds more than white space; the first letter tells it of
/// nearly all.
fn says_something(text: &str) -> bool {
    text.contains(|c: char| !c.is_whitespace())
}

impl Datum {
    /// A number.
    #[must_use]
    pub fn number(n: Ratio) -> Self {
        Self::Number(Box::new(n))
    }

    /// The words, if it is words.
    #[must_use]
    pub fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The date, if it is one; of a range the safe one.
    #[must_use]
    pub fn date(&self) -> Option<Date> {
        match self {
            Self::Date(date) | Self::Range(_, date) => Some(*date),
            _ => None,
        }
    }

    /// The record, if it is one.
    #[must_use]
    pub fn record(&self) -> Option<&Record> {
        match self {
            Self::Record(record) => Some(record),
            _ => None,
        }
    }

    /// Whether there is anything in it.
    #[must_use]
    pub fn says_something(&self) -> bool {
        match self {
            Self::Text(text) => says_something(text),
            Self::List(items) => !items.is_empty(),
            Self::Record(record) => !record.slots.is_empty(),
            _ => true,
        }
    }

    /// The value as a reader sees it, in one line.
    #[must_use]
    pub fn show(&self) -> String {
        match self {
            Self::Text(text) | Self::NotApplicable(text) => text.to_string(),
            Self::Date(date) => iso(*date),
            Self::Range(a, b) => format!("{a} to {b}"),
            Self::Number(n) => n.money(),
            Self::Flag(flag) => if *flag { "yes" } else { "no" }.into(),
            Self::Rag(rag) => rag.label().into(),
            Self::Duration(Duration::Days(n)) => counted(n, "day"),
            Self::Duration(Duration::BusinessDays(n)) => counted(n, "business day"),
            Self::Duration(Duration::Hours(n)) => counted(n, "hour"),
            Self::Duration(Duration::Minutes(n)) => counted(n, "minute"),
            Self::List(items) => {
                items.iter().map(|i| i.datum.show()).collect::<Vec<_>>().join(", ")
            }
            Self::Record(record) => {
                let parts: Vec<_> = record
                    .slots
                    .iter()
                    .map(|s| format!("{}: {}", s.name, s.datum.show()))
                    .collect();
                parts.join("; ")
            }
        }
    }
}
