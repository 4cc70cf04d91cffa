//! What reports said one after the other: whether there is a past to judge by,
//! and what each report says of a milestone.

use crate::data::record::{Datum, Record};
use crate::date::{Date, days};
use crate::document::{Document, Item, Register};
use crate::portfolio::{Portfolio, Project};
use crate::text::Span;

/// Whether on that day the project was in its first two reporting periods, in
/// which it is left to find its feet.
pub(super) fn young(project: &Project, on: Date) -> bool {
    project.began().is_some_and(|b| days(b, on) < project.cadence * 2)
}

/// The published reports up to the as-of date, oldest first.
pub(super) fn reports<'a>(
    p: &'a Portfolio,
    project: &'a Project,
) -> impl DoubleEndedIterator<Item = (Date, &'a Document)> {
    project.reports.iter().filter_map(|r| Some((r.date, p.documents.get(r.document)?)))
}

/// All documents of a project.
pub(super) fn documents<'a>(
    p: &'a Portfolio,
    project: &'a Project,
) -> impl Iterator<Item = &'a Document> {
    project.documents.iter().filter_map(|i| p.documents.get(*i))
}

/// The register file an item stands in; `None` for an item with a file of its
/// own.
pub(super) fn register<'a>(
    p: &'a Portfolio,
    project: &Project,
    item: &Item,
) -> Option<&'a Register> {
    project.registers.iter().filter_map(|i| p.registers.get(*i)).find(|r| r.path == item.path)
}

/// The day on which the plan's baseline was approved, and the document that
/// says so.
pub(super) fn baseline_date<'a>(
    p: &'a Portfolio,
    project: &'a Project,
) -> Option<(Date, &'a Document)> {
    documents(p, project).find_map(|d| Some((d.fields.date("baseline_date")?, d)))
}

/// What one report says of a milestone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Said {
    /// The date expected; of a range the safe one.
    pub(super) forecast: Option<Date>,
    /// The date reached.
    pub(super) actual: Option<Date>,
    /// Where the forecast stands, else the whole statement.
    pub(super) at: Span,
    /// Where the actual date stands, else the whole statement.
    pub(super) actual_at: Span,
}

/// What a report says of a milestone, if it names it.
pub(super) fn said(report: &Record, id: &str) -> Option<Said> {
    let slot = report.record("milestones")?.slot(id)?;
    let Datum::Record(given) = &slot.datum else {
        let forecast = slot.datum.date();
        return Some(Said { forecast, actual: None, at: slot.span, actual_at: slot.span });
    };
    let forecast = given.slot("forecast").or_else(|| given.slot("p85"));
    let at = |s: Option<Span>| s.unwrap_or(slot.span);
    Some(Said {
        forecast: forecast.and_then(|s| s.datum.date()),
        actual: given.date("actual"),
        at: at(forecast.map(|s| s.span)),
        actual_at: at(given.span("actual")),
    })
}

/// `1 day`, `12 days`; the number without its sign.
pub(super) fn count(n: i64, word: &str) -> String {
    let n = n.abs();
    if n == 1 { format!("1 {word}") } else { format!("{n} {word}s") }
}

/// A list in a sentence: `a, b and c`.
pub(super) fn join<S: AsRef<str>>(words: &[S]) -> String {
    let words: Vec<&str> = words.iter().map(AsRef::as_ref).collect();
    match words.as_slice() {
        [] => String::new(),
        [one] => (*one).to_owned(),
        [rest @ .., last] => format!("{} and {last}", rest.join(", ")),
    }
}
