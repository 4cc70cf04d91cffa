//! Releases of a project as they stood on a day: what was to go live when, what
//! became of it, and the documents that speak of one.

use super::kpi::{Counted, Scope};
use super::release_window::{launches, window};
use crate::data::record::Record;
use crate::date::{Date, days, plus};
use crate::document::Document;
use crate::portfolio::{Milestone, Portfolio, Project};

/// One release on a day.
#[derive(Debug, Clone, Copy)]
pub struct Release<'a> {
    /// Its plan.
    pub plan: Option<&'a Document>,
    /// Its milestone.
    pub milestone: Option<&'a Milestone>,
    /// The day it was expected to go live.
    pub expected: Option<Date>,
    /// The day it went live, when that was by the day asked about.
    pub actual: Option<Date>,
}

/// All releases of a project that are not called off, by the day they went live
/// or were expected to.
#[must_use]
pub fn releases<'a>(p: &'a Portfolio, project: &'a Project, on: Date) -> Vec<Release<'a>> {
    let mut all: Vec<Release<'a>> = launches(p, project)
        .into_iter()
        .map(|launch| Release {
            plan: launch.release.and_then(|i| p.documents.get(i)),
            milestone: launch.milestone.and_then(|i| project.milestones.get(i)),
            expected: launch.actual.or(launch.expected),
            actual: launch.actual.filter(|d| *d <= on),
        })
        .collect();
    all.sort_by_key(|r| (r.expected.is_none(), r.expected));
    all
}

/// Whether a release was to come within the project's release window, or should
/// have come and had not.
#[must_use]
pub fn in_window(p: &Portfolio, project: &Project, on: Date) -> bool {
    let waiting = releases(p, project, on).into_iter().filter(|r| r.actual.is_none());
    let mut left = waiting.filter_map(|r| Some(days(on, r.expected?)));
    left.any(|left| left <= window(p, project))
}

/// Documents of a project that are in use and no drafts, and were not changed
/// after the day asked about.
pub fn documents<'a>(s: &Scope<'a>) -> impl Iterator<Item = &'a Document> + use<'a> {
    let (p, on) = (s.portfolio, s.on());
    let all = s.project.documents.iter().filter_map(move |i| p.documents.get(*i));
    all.filter(move |d| in_use(d, on))
}

/// Whether a document is in use and no draft, and was not changed after a day.
pub(super) fn in_use(document: &Document, on: Date) -> bool {
    let fields = &document.fields;
    document.typed
        && !matches!(fields.text("state"), Some("draft" | "superseded" | "archived"))
        && fields.date("updated").is_none_or(|updated| updated <= on)
}

impl<'a> Release<'a> {
    /// Its id: what its plan says.
    #[must_use]
    pub fn id(&self) -> Option<&'a str> {
        self.plan?.fields.text("release")
    }

    /// How it went, as its plan says after the launch.
    #[must_use]
    pub fn results(&self) -> Option<&'a Record> {
        self.plan?.fields.record("results")
    }

    /// A part of how it went.
    #[must_use]
    pub fn result(&self, part: &str) -> Option<&'a Record> {
        self.results()?.record(part)
    }

    /// Days until so many days have passed since it went live; zero and less
    /// when they have. `None` before it went live.
    #[must_use]
    pub fn left(&self, on: Date, length: i64) -> Option<i64> {
        Some(days(on, plus(self.actual?, length)))
    }

    /// It among the things behind a value, at a part of its results, else at its
    /// plan, else at its milestone. `None` where it has neither.
    #[must_use]
    pub fn counted(&self, s: &Scope<'a>, part: &str, note: String) -> Option<Counted> {
        let Some(plan) = self.plan else {
            let item = s.project.items("milestones").get(self.milestone?.item)?;
            return Some(Counted::item(s, item, "go_live", note));
        };
        let span = self.results().and_then(|r| r.span(part));
        let span = span.or_else(|| plan.fields.span("go_live"));
        let label = self.id().map_or_else(|| plan.title.to_string(), str::to_owned);
        Some(Counted::document(plan, label, span, note))
    }
}

/// `1 day left`, `12 days left`.
#[must_use]
pub fn days_left(n: i64) -> String {
    crate::text::figure(n, "day left", "days left")
}

/// Why there is no value where none of a project's releases has one: what is to
/// come is not due yet, and without any release nothing ever is.
#[must_use]
pub fn none_yet(releases: &[Release<'_>]) -> crate::table::Missing {
    use crate::table::Missing;
    if releases.is_empty() {
        Missing::NotApplicable("no release is planned".into())
    } else if releases.iter().any(|r| r.actual.is_none()) {
        Missing::NotYet
    } else {
        Missing::NotApplicable("no release went live in the time looked at".into())
    }
}
