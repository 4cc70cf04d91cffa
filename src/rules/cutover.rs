//! The steps of a cutover plan as three rules read them: when each begins and
//! ends, within which window, by whom.

use super::common::in_force;
use crate::data::record::Record;
use crate::date::minute;
use crate::document::Document;
use crate::portfolio::{Portfolio, Project};
use crate::text::Span;

/// One step of a cutover.
pub(super) struct Step<'a> {
    /// What it is called in a message.
    pub name: String,
    /// Everything said of it.
    pub fields: &'a Record,
    /// Where it stands.
    pub span: Span,
    /// Its begin in minutes since 1970, and how long it takes, 0 when nothing
    /// is said.
    pub time: Option<(i64, i64)>,
}

impl Step<'_> {
    /// Its end in minutes since 1970.
    pub fn end(&self) -> Option<i64> {
        self.time.map(|(at, takes)| at + takes)
    }

    /// Where one of its fields stands, else the step.
    pub fn at(&self, field: &str) -> Span {
        self.fields.span(field).unwrap_or(self.span)
    }
}

/// The cutover plans of a project that count.
pub(super) fn plans<'a>(
    p: &'a Portfolio,
    project: &'a Project,
) -> impl Iterator<Item = &'a Document> {
    in_force(p, project)
        .filter(|d| ["window", "steps"].iter().all(|f| d.kind.fields.find(f).is_some()))
}

/// The steps that are still to be done or were: skipped ones are not.
pub(super) fn steps(plan: &Document) -> impl Iterator<Item = Step<'_>> {
    plan.fields.list("steps").iter().filter_map(|item| {
        let fields = item.datum.record()?;
        let id = fields.text("id").or(fields.text("task"));
        let name = id.map_or("a step".to_owned(), |id| format!("step `{id}`"));
        let takes = fields.duration("duration").map_or(0, |d| d.in_minutes());
        let time = fields.text("at").and_then(minute).map(|at| (at, takes));
        let step = Step { name, fields, span: item.span, time };
        (fields.text("status") != Some("skipped")).then_some(step)
    })
}

/// Minutes as people say them: `45 minutes`, `2 h 30 min`.
pub(super) fn length(minutes: i64) -> String {
    match (minutes / 60, minutes % 60) {
        (0, 1) => "1 minute".to_owned(),
        (0, m) => format!("{m} minutes"),
        (h, 0) => format!("{h} h"),
        (h, m) => format!("{h} h {m} min"),
    }
}
