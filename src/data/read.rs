//! Reads typed values from a spanned tree by their schema. The only reader of
//! each type, and the only source of `invalid-value` and `unknown-field`.

use super::field::{Field, Fields, Type, snake};
use super::record::{Datum, Item, Record, Slot};
pub use super::spellings::{rag, trend};
use super::strange;
use super::tail::{choice, mapped, named, split, without_tail};
use super::{Entry, Node, Problem, Value, shape};
use crate::date::{self, Duration};
use crate::ratio::Ratio;
use crate::text::{Span, nearest};
use std::borrow::Cow;

/// Read a mapping by its fields. Every bad value and every unknown key becomes
/// a problem at its own place; what could be read is kept.
#[must_use]
pub fn record(node: &Node, fields: &Fields, problems: &mut Vec<Problem>) -> Record {
    Reader { problems }.record(node, fields)
}

/// Read one value by its field.
#[must_use]
pub fn value(node: &Node, field: &Field, problems: &mut Vec<Problem>) -> Option<Datum> {
    Reader { problems }.value(node, field)
}

struct Reader<'p> {
    problems: &'p mut Vec<Problem>,
}

impl Reader<'_> {
    fn fail(&mut self, rule: &'static str, span: Span, message: String, help: impl Into<String>) {
        self.problems.push(Problem::new(rule, span, message).help(help));
    }

    fn invalid(&mut self, node: &Node, field: &Field, help: impl Into<String>) {
        self.problems.push(invalid(node, field).help(help));
    }

    fn record(&mut self, node: &Node, fields: &Fields) -> Record {
        let mut record =
            Record { slots: Vec::with_capacity(node.entries().len()), ..Record::default() };
        let mut cut = 0;
        for (i, entry) in node.entries().iter().enumerate() {
            if cut > 0 {
                cut -= 1;
                continue;
            }
            let Some(field) = fields.find(&entry.key) else {
                self.unknown(entry, fields, &mut record);
                continue;
            };
            if let Some(earlier) = record.slot(&field.name) {
                let message =
                    format!("`{}` is given twice: `{}` means the same", field.name, entry.key);
                let related = vec![(earlier.key_span, "first given here".to_owned())];
                self.problems.push(Problem {
                    rule: "duplicate-key",
                    span: entry.key_span,
                    message,
                    help: Some("keep one of the two".into()),
                    replacement: None,
                    related,
                });
                continue;
            }
            let rest = node.entries().get(i + 1..).unwrap_or_default();
            if let Some((problem, keys)) = strange::cut_amount(entry, rest) {
                self.problems.push(problem);
                record.invalid.push(field.name.clone());
                cut = keys;
                continue;
            }
            if let Some(datum) = self.value(&entry.value, field) {
                record.slots.push(Slot {
                    name: field.name.clone(),
                    key_span: entry.key_span,
                    span: entry.value.span,
                    datum,
                });
            } else if matches!(entry.value.value, Value::Null) {
                record.empty.push((field.name.clone(), entry.key_span));
            } else {
                record.invalid.push(field.name.clone());
            }
        }
        // Keys without a value are common in forms that were begun.
        record.slots.shrink_to_fit();
        record
    }

    fn unknown(&mut self, entry: &Entry, fields: &Fields, record: &mut Record) {
        if fields.any_keys || entry.key.starts_with("x-") || entry.key.starts_with("x_") {
            let datum = any(&entry.value);
            record.slots.push(Slot {
                name: snake(&entry.key).into(),
                key_span: entry.key_span,
                span: entry.value.span,
                datum,
            });
            return;
        }
        let message = format!("unknown field `{}`", shorten(&entry.key));
        let problem = Problem::new("unknown-field", entry.key_span, message);
        self.problems.push(match nearest(&snake(&entry.key), fields.names()) {
            Some(name) => {
                let field = fields.find(name);
                // What is there under a misspelt key is not missing.
                record.invalid.extend(field.map(|f| f.name.clone()));
                let written = field.filter(|f| *f.name == *name).and_then(|f| f.written.as_deref());
                problem.meant(written.unwrap_or(name))
            }
            None if strange::is_cut_number(entry) => problem.help(
                "a comma ends the value before it: write numbers without one, such as `500000`",
            ),
            None => problem.help(format!("remove it, or keep it as `x-{}`", entry.key)),
        });
    }

    fn value(&mut self, node: &Node, field: &Field) -> Option<Datum> {
        if let (Some(text), false) = (node.as_str(), field.not_applicable.is_empty())
            && field
                .not_applicable
                .iter()
                .any(|start| text.to_lowercase().starts_with(&start.to_lowercase()))
        {
            return Some(Datum::NotApplicable(text.into()));
        }
        match (&node.value, &field.kind) {
            (Value::Null, _) => None,
            (_, Type::Any) => Some(any(node)),
            (Value::List(items), Type::List(of)) => Some(self.list(items, of)),
            (Value::Scalar(scalar), Type::List(of)) if field.separator.is_some() => {
                Some(self.list(&split(node, scalar, field), &named(of, field)))
            }
            (_, Type::List(of)) if field.one_or_many => {
                let datum = self.value(node, of)?;
                Some(Datum::List([Item { span: node.span, datum }].into()))
            }
            (Value::Map(_), Type::Record(fields)) => Some(Datum::Record(self.record(node, fields))),
            (Value::Scalar(_), Type::Record(fields)) => {
                let short = field.shorthand.as_deref().and_then(|name| fields.find(name));
                let Some(short) = short else {
                    let keys = fields.list.iter().map(|f| &*f.name).collect::<Vec<_>>().join(", ");
                    self.invalid(node, field, format!("write it as keys and values: {keys}"));
                    return None;
                };
                let (name, unit) = (short.name.clone(), short.unit.or(field.unit));
                // A message names the key that stands in the file.
                let told = if field.name.is_empty() { &name } else { &field.name };
                let datum = if field.synonyms.is_empty() && unit == short.unit {
                    self.named(node, short, told)
                } else {
                    let mut short = Field { unit, ..short.clone() };
                    short.synonyms.extend(field.synonyms.iter().cloned());
                    self.named(node, &short, told)
                };
                let slot = Slot { name, key_span: node.span, span: node.span, datum: datum? };
                Some(Datum::Record(Record { slots: vec![slot], ..Record::default() }))
            }
            (Value::Map(entries), Type::Map(of)) => Some(self.map(entries, field, of)),
            (Value::List(items), Type::Map(of)) if let Some(entries) = by_id(items) => {
                Some(self.map(&entries, field, of))
            }
            (Value::Map(_), Type::DateOrRange) => self.range(node, field),
            (Value::Scalar(scalar), _) => self.scalar(node, &scalar.text, field),
            (_, Type::List(of)) => {
                self.invalid(node, field, shape::list(field, of));
                None
            }
            (_, Type::Map(_) | Type::Record(_)) => {
                self.invalid(node, field, shape::mapping());
                None
            }
            _ => {
                self.invalid(node, field, "write one plain value");
                None
            }
        }
    }

    /// Read a value by a field that messages call by another name.
    fn named(&mut self, node: &Node, field: &Field, name: &str) -> Option<Datum> {
        let known = self.problems.len();
        let datum = self.value(node, field);
        if self.problems.len() == known || *field.name == *name {
            return datum;
        }
        self.problems.truncate(known);
        self.value(node, &Field { name: name.into(), ..field.clone() })
    }

    fn list(&mut self, items: &[Node], of: &Field) -> Datum {
        let mut list = Vec::with_capacity(items.len());
        list.extend(
            items.iter().filter_map(|node| {
                self.value(node, of).map(|datum| Item { span: node.span, datum })
            }),
        );
        Datum::List(list.into())
    }

    fn map(&mut self, entries: &[Entry], field: &Field, of: &Field) -> Datum {
        let mut record = Record { slots: Vec::with_capacity(entries.len()), ..Record::default() };
        for entry in entries {
            let known = field.keys.is_empty() || field.keys.contains(&entry.key);
            let name: Cow<'_, str> =
                if known { (&*entry.key).into() } else { snake(&entry.key).into() };
            if !known && !field.keys.iter().any(|key| **key == *name) {
                let message = format!("unknown key `{}` in `{}`", shorten(&entry.key), field.name);
                let problem = Problem::new("unknown-field", entry.key_span, message);
                self.problems.push(match nearest(&name, field.keys.iter().map(|k| &**k)) {
                    Some(key) => problem.meant(key),
                    None => problem.help(format!("keys here are {}", field.keys.join(", "))),
                });
                continue;
            }
            match self.named(&entry.value, of, &name) {
                Some(datum) => record.slots.push(Slot {
                    name: name.as_ref().into(),
                    key_span: entry.key_span,
                    span: entry.value.span,
                    datum,
                }),
                None => record.invalid.push(name.as_ref().into()),
            }
        }
        Datum::Record(record)
    }

    fn range(&mut self, node: &Node, field: &Field) -> Option<Datum> {
        let mut day = |key: &str| {
            let entry = node.get(key)?;
            self.value(&entry.value, &Field::new(key, Type::Date))?.date()
        };
        match (day("p50"), day("p85")) {
            (Some(a), Some(b)) => Some(Datum::Range(a, b)),
            _ => {
                self.invalid(node, field, "write one date, or both `p50` and `p85`");
                None
            }
        }
    }

    fn scalar(&mut self, node: &Node, text: &str, field: &Field) -> Option<Datum> {
        if let Some(help) = strange::unquoted(node, field) {
            self.invalid(node, field, help);
            return None;
        }
        let text = without_tail(text, field);
        let mapped = mapped(text, field);
        let text = mapped.unwrap_or(text);
        let datum = match &field.kind {
            Type::Text | Type::Any | Type::Role => Some(Datum::Text(text.into())),
            Type::Line | Type::Unit => {
                (!text.contains(['\n', '\r'])).then(|| Datum::Text(text.into()))
            }
            Type::Date | Type::DateOrRange => field.day(text).map(Datum::Date),
            Type::DateTime => is_datetime(text).then(|| Datum::Text(text.into())),
            Type::Month => date::parse(&format!("{text}-01")).map(|_| Datum::Text(text.into())),
            Type::Duration => Duration::parse(text).map(Datum::Duration),
            Type::Money | Type::Percent | Type::Number | Type::Integer => {
                return self.number(node, text, field);
            }
            Type::Flag => match text.to_ascii_lowercase().as_str() {
                "true" | "yes" => Some(Datum::Flag(true)),
                "false" | "no" => Some(Datum::Flag(false)),
                _ => None,
            },
            Type::Id | Type::Link | Type::Person | Type::Version => {
                let spaces = matches!(field.kind, Type::Id) && text.contains(char::is_whitespace);
                (!spaces && !text.trim().is_empty() && !text.contains(['\n', '\r']))
                    .then(|| Datum::Text(text.into()))
            }
            Type::Slug => is_slug(text).then(|| Datum::Text(text.into())),
            Type::Currency => (text.len() == 3 && text.bytes().all(|b| b.is_ascii_uppercase()))
                .then(|| Datum::Text(text.into())),
            Type::Rag => rag(text).map(Datum::Rag),
            Type::Trend => trend(text).map(|t| Datum::Text(t.into())),
            Type::Choice => choice(text, field).map(|t| Datum::Text(t.into())),
            Type::List(_) | Type::Map(_) | Type::Record(_) => None,
        };
        if datum.is_none() {
            let mut problem = invalid(node, field).help(help(text, field));
            problem.replacement = guess(text, field).filter(|_| !field.tail).map(Into::into);
            self.problems.push(problem);
        }
        datum
    }

    fn number(&mut self, node: &Node, text: &str, field: &Field) -> Option<Datum> {
        let Some(n) = Ratio::parse(text) else {
            self.invalid(node, field, help(text, field));
            return None;
        };
        let n = match field.unit {
            Some(unit) => n.mul(unit).unwrap_or(n),
            None => n,
        };
        let (min, max) = match field.kind {
            Type::Percent => (
                Some(field.min.unwrap_or(Ratio::ZERO)),
                Some(field.max.unwrap_or(Ratio::whole(100))),
            ),
            _ => (field.min, field.max),
        };
        if matches!(field.kind, Type::Integer) && n.denominator() != 1 {
            self.invalid(node, field, "write digits without a point");
            return None;
        }
        if min.is_some_and(|m| n < m) || max.is_some_and(|m| n > m) {
            let range = match (min, max) {
                (Some(a), Some(b)) => format!("from {a} to {b}"),
                (Some(a), None) => format!("at least {a}"),
                (_, b) => format!("at most {}", b.unwrap_or(Ratio::ZERO)),
            };
            let message = format!("`{}` is {}, outside its range", field.name, shorten(text));
            self.fail("invalid-value", node.span, message, format!("write a number {range}"));
            return None;
        }
        self.problems.extend(strange::fraction(node, text, field));
        Some(Datum::number(n))
    }
}

/// A value that its field cannot take.
fn invalid(node: &Node, field: &Field) -> Problem {
    let name = if field.name.is_empty() { "the value" } else { &*field.name };
    let found = match node.as_str() {
        Some(text) => format!("`{}`", shorten(text)),
        None => node.what().to_owned(),
    };
    let tick = if field.name.is_empty() { "" } else { "`" };
    let message = format!("{tick}{name}{tick} must be {}, not {found}", field.what());
    Problem::new("invalid-value", node.span, message)
}

/// A list of mappings that each have an `id`, as the mapping it stands for:
/// `- {id: M1, forecast: …}` says the same as `M1: {forecast: …}`. `None` where
/// an item has no id, or two have the same.
fn by_id(items: &[Node]) -> Option<Vec<Entry>> {
    let mut entries: Vec<Entry> = Vec::with_capacity(items.len());
    for item in items {
        let id = item.get("id")?;
        let (key, key_span) = (Box::from(id.value.as_str()?), id.value.span);
        if entries.iter().any(|e| e.key == key) {
            return None;
        }
        let rest = item.entries().iter().filter(|e| &*e.key != "id").cloned().collect();
        let value = Node { span: item.span, value: Value::Map(rest) };
        entries.push(Entry { key, key_span, value });
    }
    (!entries.is_empty()).then_some(entries)
}

/// A value of any shape, kept as words where it is words.
fn any(node: &Node) -> Datum {
    match &node.value {
        Value::Null => Datum::Text("".into()),
        Value::Scalar(s) => Datum::Text(s.text.clone()),
        Value::List(items) => {
            Datum::List(items.iter().map(|n| Item { span: n.span, datum: any(n) }).collect())
        }
        Value::Map(entries) => Datum::Record(Record {
            slots: entries
                .iter()
                .map(|e| Slot {
                    name: e.key.as_ref().into(),
                    key_span: e.key_span,
                    span: e.value.span,
                    datum: any(&e.value),
                })
                .collect(),
            ..Record::default()
        }),
    }
}

/// Lower-case letters, digits and hyphens, neither first nor last a hyphen.
#[must_use]
pub fn is_slug(text: &str) -> bool {
    let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-' || b == b'_';
    !text.is_empty()
        && text.len() <= 100
        && text.bytes().all(plain)
        && !text.starts_with('-')
        && !text.ends_with('-')
}

fn is_datetime(text: &str) -> bool {
    let (day, time) = match text.split_once(['T', ' ']) {
        Some((day, time)) => (day, time),
        None => return date::parse(text).is_some(),
    };
    let offset = time.ends_with('Z') || time.get(1..).is_some_and(|t| t.contains(['+', '-']));
    date::parse(day).is_some() && offset && time.as_bytes().get(2) == Some(&b':')
}

fn help(text: &str, field: &Field) -> String {
    match &field.kind {
        Type::Date | Type::DateOrRange => match date::readings(text) {
            Some((Some(a), Some(b))) if a != b => {
                format!("write `{a}` or `{b}`: dates are YYYY-MM-DD")
            }
            Some((a, b)) => {
                a.or(b).map_or_else(String::new, |d| format!("write `{d}`: dates are YYYY-MM-DD"))
            }
            None => date::written::unambiguous(text).map_or_else(
                || "write the date as YYYY-MM-DD, for example `2026-03-27`".into(),
                |day| format!("write `{day}`, or run `milepost check --fix`"),
            ),
        },
        Type::DateTime => {
            "write date, time and offset, for example `2026-06-13T22:00:00-04:00`".into()
        }
        Type::Month => "write the month as YYYY-MM, for example `2026-03`".into(),
        Type::Duration => {
            "write days, business days, weeks, hours or minutes: `14d`, `5bd`, `6w`, `48h`, `30m`"
                .into()
        }
        Type::Money => "write digits only, with a point for cents: `500000` or `500000.50`".into(),
        Type::Percent => "write a number from 0 to 100 without a sign: `45`".into(),
        Type::Number | Type::Integer => "write a plain number: `3`".into(),
        Type::Flag => "write `true` or `false`".into(),
        Type::Id => "write an id without spaces, for example `R-004`".into(),
        Type::Slug => {
            "write lower-case letters, digits and hyphens, for example `crm-replacement`".into()
        }
        Type::Currency => "write the three capital letters of ISO 4217, for example `CAD`".into(),
        Type::Line | Type::Unit => "write it in one line".into(),
        Type::Trend => "write `improving`, `stable` or `worsening`".into(),
        Type::Rag => with_guess(text, COLOURS),
        Type::Choice => with_guess(text, &field.values.iter().map(|v| &**v).collect::<Vec<_>>()),
        Type::List(of) => shape::list(field, of),
        Type::Map(_) | Type::Record(_) => shape::mapping(),
        _ => "write some text".into(),
    }
}

/// The colours a report may have, for messages.
const COLOURS: &[&str] = &["green", "amber", "red", "not-reported", "complete", "on-hold"];

/// The word of a closed list that was probably meant.
fn guess<'a>(text: &str, field: &'a Field) -> Option<&'a str> {
    match &field.kind {
        Type::Rag => nearest(text, COLOURS.iter().copied()),
        Type::Choice => nearest(text, field.values.iter().map(|v| &**v)),
        _ => None,
    }
}

fn with_guess(text: &str, values: &[&str]) -> String {
    let list = values.join(", ");
    let strange: Vec<String> = text
        .chars()
        .filter(|c| !c.is_ascii() && c.is_alphabetic())
        .map(|c| format!("U+{:04X}", u32::from(c)))
        .collect();
    let hint = if strange.is_empty() {
        String::new()
    } else {
        format!(" (it holds {}, which only looks like a plain letter)", strange.join(", "))
    };
    match nearest(text, values.iter().copied()) {
        Some(value) => format!("did you mean `{value}`? values are {list}{hint}"),
        None => format!("values are {list}{hint}"),
    }
}

/// A value for a message: at most 60 characters.
fn shorten(text: &str) -> String {
    let text = text.trim();
    if text.chars().count() <= 60 {
        text.into()
    } else {
        text.chars().take(57).chain("…".chars()).collect()
    }
}

#[cfg(test)]
mod tests;
