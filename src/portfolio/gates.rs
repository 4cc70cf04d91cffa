//! Gates: which records let a project into its phase, which are wanting, and
//! what was promised when a gate was passed.

use super::approvals::{Subject, Validity, of};
use super::{Portfolio, Project};
use crate::data::record::Record;
use crate::date::{Date, days};
use crate::document::Document;
use crate::kinds::Role;
use crate::lifecycles::Gate;
use crate::text::Span;

/// A gate decision, dated by the as-of date.
#[derive(Debug, Clone, Copy)]
pub struct Decided<'a> {
    /// The record.
    pub document: &'a Document,
    /// Index of the phase the gate ends.
    pub phase: usize,
    /// The day of the decision; `None` when the record does not say.
    pub date: Option<Date>,
    /// It lets the project go on, with conditions or without, and somebody
    /// approved it.
    pub go: bool,
    /// Index of the phase the record names as the next one.
    pub next: Option<usize>,
}

/// The gate decisions of a project, oldest first; drafts and later ones are
/// left out, and so are records of gates the lifecycle does not have.
#[must_use]
pub fn decided<'a>(p: &'a Portfolio, project: &'a Project) -> Vec<Decided<'a>> {
    let Some(lifecycle) = project.lifecycle.as_ref() else { return Vec::new() };
    let mut all: Vec<Decided<'a>> = records(p, project)
        .filter(|d| d.fields.text("state") != Some("draft"))
        .filter(|d| d.date().is_none_or(|day| day <= p.as_of))
        .filter_map(|document| {
            let fields = &document.fields;
            Some(Decided {
                document,
                phase: lifecycle.gate(fields.text("gate")?)?,
                date: document.date(),
                go: matches!(fields.text("decision"), Some("go" | "go-with-conditions"))
                    && is_approved(p, project, document),
                next: fields.text("next_phase").and_then(|id| lifecycle.phase(id)),
            })
        })
        .collect();
    all.sort_by_key(|d| (d.date, d.document.path.clone()));
    all
}

/// All gate records of a project, in path order.
pub fn records<'a>(p: &'a Portfolio, project: &'a Project) -> impl Iterator<Item = &'a Document> {
    let documents = project.documents.iter().filter_map(|i| p.documents.get(*i));
    documents.filter(|d| d.typed && d.kind.role == Role::Gate)
}

/// Whether somebody approved a gate record.
#[must_use]
pub fn is_approved(p: &Portfolio, project: &Project, record: &Document) -> bool {
    let subject = Subject::Document(record);
    of(p, project, subject).iter().any(|e| e.validity(subject, p.as_of) == Validity::Valid)
}

/// A gate the project has gone through without a record that lets it.
#[derive(Debug, Clone, Copy)]
pub struct Unpassed<'a> {
    /// Index of the phase the gate ends.
    pub phase: usize,
    /// The gate.
    pub gate: &'a Gate,
    /// The newest record of it that does not let the project on.
    pub record: Option<&'a Document>,
}

/// The gates before the project's phase that no record lets it through. A
/// record that names a later phase as the next lets the project skip what lies
/// between; phases that may be left out count only when a report was written
/// in them.
#[must_use]
pub fn unpassed<'a>(p: &'a Portfolio, project: &'a Project) -> Vec<Unpassed<'a>> {
    let (Some(lifecycle), Some(current)) = (project.lifecycle.as_ref(), project.phase) else {
        return Vec::new();
    };
    let decided = decided(p, project);
    let jumped = |phase: usize| {
        // A refused gate may still send the project to a later phase, to close it.
        let beyond = |d: &Decided<'_>| d.next.is_some_and(|next| next > phase);
        let sends = |d: &Decided<'_>| d.go || d.next.is_some_and(|next| next > d.phase + 1);
        decided.iter().any(|d| d.phase <= phase && beyond(d) && sends(d))
    };
    let mut out = Vec::new();
    for (i, gate) in lifecycle.gates() {
        let Some(phase) = lifecycle.phases.get(i) else { continue };
        let times = match i.cmp(&current) {
            std::cmp::Ordering::Less => {
                let least = u32::from(!phase.optional);
                if phase.repeatable {
                    seen(p, project, i).max(least)
                } else {
                    least.max(seen(p, project, i).min(1))
                }
            }
            std::cmp::Ordering::Equal if phase.repeatable => {
                project.stage.unwrap_or(1).saturating_sub(1)
            }
            _ => 0,
        };
        let goes = decided.iter().filter(|d| d.phase == i && d.go).count();
        if usize::try_from(times).is_ok_and(|n| goes >= n) || jumped(i) {
            continue;
        }
        let record = decided.iter().rev().find(|d| d.phase == i && !d.go).map(|d| d.document);
        out.push(Unpassed { phase: i, gate, record });
    }
    out
}

/// How often a phase came, as the reports say: the highest number, 1 for a
/// phase without numbers, 0 where none was written in it.
fn seen(p: &Portfolio, project: &Project, phase: usize) -> u32 {
    let Some(lifecycle) = project.lifecycle.as_ref() else { return 0 };
    let reports = project.reports.iter().filter_map(|r| p.documents.get(r.document));
    reports
        .filter_map(|d| lifecycle.locate(d.fields.text("phase")?))
        .filter(|(index, _)| *index == phase)
        .map(|(_, number)| number.unwrap_or(1))
        .max()
        .unwrap_or(0)
}

/// What must still be done for a gate that was passed.
#[derive(Debug, Clone, Copy)]
pub struct Promise<'a> {
    /// The gate record that holds it.
    pub record: &'a Document,
    /// Index of the phase the gate ends.
    pub phase: usize,
    /// What was said.
    pub said: &'a Record,
    /// Where it stands.
    pub span: Span,
    /// When it is due.
    pub due: Option<Date>,
    /// The day it was met, if it has been.
    pub closed: Option<Date>,
}

impl Promise<'_> {
    /// Days since it was due; `None` while it is not overdue or has been met.
    #[must_use]
    pub fn overdue(&self, as_of: Date) -> Option<i64> {
        let late = days(self.due?, as_of);
        (self.is_open(as_of) && late > 0).then_some(late)
    }

    /// Whether it has not been met by a day.
    #[must_use]
    pub fn is_open(&self, as_of: Date) -> bool {
        self.closed.is_none_or(|day| day > as_of)
            && !self.said.invalid.iter().any(|f| &**f == "closed")
    }
}

/// The conditions under which gates were passed, in the order of the decisions.
#[must_use]
pub fn promises<'a>(p: &'a Portfolio, project: &'a Project) -> Vec<Promise<'a>> {
    let passed = decided(p, project).into_iter().filter(|d| {
        matches!(d.document.fields.text("decision"), Some("go" | "go-with-conditions"))
    });
    passed
        .flat_map(|d| {
            let conditions = d.document.fields.list("conditions").iter();
            conditions.filter_map(move |item| {
                let said = item.datum.record()?;
                Some(Promise {
                    record: d.document,
                    phase: d.phase,
                    said,
                    span: item.span,
                    due: said.date("due"),
                    closed: said.date("closed"),
                })
            })
        })
        .collect()
}

/// Index of the phase whose gate the project's gate page shows: the next one,
/// else the last; `None` where the lifecycle has no gates or the phase is not
/// known.
#[must_use]
pub fn shown(project: &Project) -> Option<usize> {
    project.phase?;
    let last = || project.lifecycle.as_ref()?.gates().map(|(i, _)| i).last();
    next(project).or_else(last)
}

/// The gate a project stands before: out of its phase, or the first later one
/// where its phase has none.
#[must_use]
pub fn next(project: &Project) -> Option<usize> {
    let current = project.phase?;
    project.lifecycle.as_ref()?.gates().map(|(i, _)| i).find(|i| *i >= current)
}
