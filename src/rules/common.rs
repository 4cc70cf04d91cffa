//! What several rules ask: which projects run, which documents are in force,
//! whether two spellings are one person, where a value inside an item stands.

use crate::data::record::Record;
use crate::document::{Document, Item};
use crate::finding::Finding;
use crate::kinds::Role;
use crate::portfolio::{Portfolio, Project, State};
use crate::text::Span;

/// Projects that run: all others are left alone by most rules.
pub(super) fn running(p: &Portfolio) -> impl Iterator<Item = &Project> {
    p.projects.iter().filter(|pr| pr.state == State::Active)
}

/// Documents of a project that count: of a stated kind, readable, neither a
/// draft nor out of use. Reports and the card are not among them.
pub(super) fn in_force<'a>(
    p: &'a Portfolio,
    project: &'a Project,
) -> impl Iterator<Item = &'a Document> {
    project.documents.iter().filter_map(|i| p.documents.get(*i)).filter(|d| {
        d.typed
            && !d.broken
            && matches!(d.kind.role, Role::Document | Role::Charter | Role::Gate)
            && !matches!(d.fields.text("state"), Some("draft" | "superseded" | "archived"))
    })
}

pub(super) use crate::measures::commitments::person_key;

/// Whether two words name one person, as handle or by name.
pub(super) fn same_person(p: &Portfolio, a: &str, b: &str) -> bool {
    person_key(p, a) == person_key(p, b)
}

/// Whether a person is the project's manager.
pub(super) fn is_manager(p: &Portfolio, project: &Project, who: &str) -> bool {
    let card = p.documents.get(project.card).map(|d| &d.fields);
    who.trim().trim_start_matches('@') == "project-manager"
        || card
            .and_then(|c| c.text("project_manager"))
            .is_some_and(|manager| same_person(p, manager, who))
}

/// Whether an item of any register is not settled yet.
pub(super) fn is_open(item: &Item) -> bool {
    !matches!(
        item.status(),
        "closed"
            | "occurred"
            | "rejected"
            | "resolved"
            | "validated"
            | "invalidated"
            | "done"
            | "cancelled"
            | "delivered"
            | "declined"
            | "decided"
            | "withdrawn"
            | "superseded"
    )
}

/// A finding at a value inside a field of an item; where the field came from
/// the item's own document, at the place that stands for it.
pub(super) fn inside(
    item: &Item,
    rule: &'static str,
    field: &str,
    span: Option<Span>,
    message: impl Into<String>,
) -> Finding {
    let outer = item.fields.slot(field).map_or(item.span, |s| s.key_span.to(s.span));
    match span.filter(|s| s.start >= outer.start && s.end <= outer.end) {
        Some(span) => {
            Finding::new(rule, item.path.clone(), span, item.lines.position(span.start), message)
        }
        None => item.finding(rule, field, message),
    }
}

/// A finding at a field of a document, else at its kind.
pub(super) fn at_field(
    document: &Document,
    rule: &'static str,
    field: &str,
    message: impl Into<String>,
) -> Finding {
    let span = document.fields.span(field).unwrap_or(document.head());
    document.finding(rule, span, message)
}

/// The records in the list of that name.
pub(super) fn records<'a>(record: &'a Record, name: &str) -> impl Iterator<Item = &'a Record> {
    record.list(name).iter().filter_map(|i| i.datum.record())
}

/// A number with its noun: `1 day`, `30 days`.
pub(super) fn counted(n: i64, one: &str, many: &str) -> String {
    format!("{n} {}", if n == 1 { one } else { many })
}

/// Days with their noun.
pub(super) fn day_count(n: i64) -> String {
    counted(n, "day", "days")
}

/// Words in a sentence: `a, b and c`.
pub(super) fn join(words: &[String]) -> String {
    match words {
        [] => String::new(),
        [one] => one.clone(),
        [rest @ .., last] => format!("{} and {last}", rest.join(", ")),
    }
}

/// A plain number as written: `0.5`, `12`.
pub(super) fn plain(n: crate::ratio::Ratio) -> String {
    (0..=3)
        .map(|places| n.show(places))
        .find(|t| crate::ratio::Ratio::parse(t) == Some(n))
        .unwrap_or_else(|| n.show(2))
}
