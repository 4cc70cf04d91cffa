//! Two records field by field, in words.

use crate::data::record::{Datum, Record};
use crate::portfolio::Portfolio;
use serde::Serialize;

/// Deepest record looked into.
const DEEP: usize = 6;

/// Most characters of a value that are shown.
const SHOWN: usize = 60;

/// A field that is not what it was.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Difference {
    /// Its name, with those of the records it stands in before it.
    pub field: String,
    /// What it was; `None` where it was not there.
    pub was: Option<String>,
    /// What it is; `None` where it is gone.
    pub now: Option<String>,
}

impl Difference {
    /// `owner Ana → Ben`.
    #[must_use]
    pub fn words(&self) -> String {
        let field = self.field.replace('_', " ");
        match (&self.was, &self.now) {
            (Some(was), Some(now)) => format!("{field} {was} → {now}"),
            (None, Some(now)) => format!("{field} {now} (was not said)"),
            (Some(was), None) => format!("{field} gone (was {was})"),
            (None, None) => field,
        }
    }
}

/// What two records say differently, in the order of the newer one; fields
/// that are left out of it are named.
pub(super) fn differences(
    p: &Portfolio,
    was: &Record,
    now: &Record,
    without: &[&str],
) -> Vec<Difference> {
    let mut out = Vec::new();
    walk(p, was, now, "", 0, &mut |field, was, now| {
        if !without.iter().any(|name| field == *name || field.starts_with(&format!("{name}."))) {
            out.push(Difference { field: field.to_owned(), was, now });
        }
    });
    out
}

/// Takes a field, what it was and what it is.
type Told<'t> = &'t mut dyn FnMut(&str, Option<String>, Option<String>);

fn walk(p: &Portfolio, was: &Record, now: &Record, above: &str, depth: usize, out: Told<'_>) {
    // A rating or a date in its long form is still called by the name of the whole.
    let name = |own: &str| match own {
        _ if above.is_empty() => own.to_owned(),
        "rag" | "forecast" => above.to_owned(),
        own => format!("{above}.{own}"),
    };
    let gone = was.slots.iter().filter(|s| now.slot(&s.name).is_none());
    for slot in &now.slots {
        let field = name(&slot.name);
        match (was.get(&slot.name), &slot.datum) {
            (Some(before), after) if before == after => {}
            (Some(Datum::Record(before)), Datum::Record(after)) if depth < DEEP => {
                walk(p, before, after, &field, depth + 1, out);
            }
            (before, after) => {
                let (was, now) = (before.map(|d| show(p, d)), show(p, after));
                // Spans differ where nothing else does.
                if was.as_ref() != Some(&now) {
                    let (was, now) = part(was, now);
                    out(&field, was.filter(|w| !w.is_empty()), now.filter(|n| !n.is_empty()));
                }
            }
        }
    }
    for slot in gone {
        let was = show(p, &slot.datum);
        if !was.is_empty() {
            out(&name(&slot.name), Some(clip(&was)), None);
        }
    }
}

/// Two long values from where they part.
fn part(was: Option<String>, now: String) -> (Option<String>, Option<String>) {
    let Some(was) = was else { return (None, Some(clip(&now))) };
    let long = was.chars().count() > SHOWN || now.chars().count() > SHOWN;
    if !long {
        return (Some(was), Some(now));
    }
    let same = was.chars().zip(now.chars()).take_while(|(a, b)| a == b).count();
    let from = |text: &str| {
        let skip = same.saturating_sub(12);
        let rest: String = text.chars().skip(skip).collect();
        clip(&if skip > 0 { format!("…{rest}") } else { rest })
    };
    (Some(from(&was)), Some(from(&now)))
}

/// At most so many characters of a text, in one line.
pub(super) fn clip(text: &str) -> String {
    shorten(text, SHOWN)
}

/// At most `most` characters of a text, in one line.
pub(super) fn shorten(text: &str, most: usize) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.chars().count() <= most {
        return line;
    }
    let kept: String = line.chars().take(most.saturating_sub(1)).collect();
    format!("{}…", kept.trim_end())
}

/// A value as a reader sees it: people by their names, small numbers exactly.
pub(super) fn show(p: &Portfolio, datum: &Datum) -> String {
    match datum {
        Datum::Text(text) if text.starts_with('@') => p.person(text).to_owned(),
        Datum::Number(n) if n.denominator() != 1 => n.to_string(),
        Datum::Rag(rag) => rag.label().to_lowercase(),
        Datum::List(items) if items.iter().all(|i| i.datum.text().is_some()) => {
            items.iter().map(|i| show(p, &i.datum)).collect::<Vec<_>>().join(", ")
        }
        // A record in short form says its rating or its date first.
        Datum::Record(record) => match record.slots.as_slice() {
            [only] if matches!(&*only.name, "rag" | "forecast") => show(p, &only.datum),
            _ => datum.show(),
        },
        other => other.show(),
    }
}
