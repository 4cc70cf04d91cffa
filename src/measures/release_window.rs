//! Launches of a project and its release window: the 60, 45 or 30 days before
//! a forecast go-live, by tier, in which more documents are due.

use crate::date::{Date, days};
use crate::document::Document;
use crate::portfolio::{Milestone, Portfolio, Project};

/// A production launch: a milestone marked `go_live`, a release plan with its
/// dates, or both.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Launch {
    /// Index among the project's milestones.
    pub milestone: Option<usize>,
    /// Index of the release plan among all documents.
    pub release: Option<usize>,
    /// The date expected: the forecast, else the baseline.
    pub expected: Option<Date>,
    /// The day it went live.
    pub actual: Option<Date>,
}

/// All launches of a project that are not called off, milestones first. A
/// milestone and a release plan are one launch when their baselines are the
/// same day, or when the project has one of each; the milestone's dates, told
/// anew in each report, are taken.
#[must_use]
pub fn launches(p: &Portfolio, project: &Project) -> Vec<Launch> {
    let mut releases: Vec<(usize, &Document)> = project
        .releases
        .iter()
        .filter_map(|i| Some((*i, p.documents.get(*i)?)))
        .filter(|(_, d)| !matches!(d.fields.text("state"), Some("superseded" | "archived")))
        .collect();
    let live = |m: &&Milestone| m.go_live && !m.cancelled;
    let one_each = releases.len() == 1 && project.milestones.iter().filter(live).count() == 1;
    let mut out = Vec::new();
    for (index, m) in project.milestones.iter().enumerate().filter(|(_, m)| live(m)) {
        let same = |d: &Document| {
            let baseline = d.fields.record("go_live").and_then(|g| g.date("baseline"));
            one_each || (baseline.is_some() && baseline == m.baseline)
        };
        let found = releases.iter().position(|(_, d)| same(d)).map(|i| releases.remove(i));
        let dates = found.and_then(|(_, d)| d.fields.record("go_live"));
        out.push(Launch {
            milestone: Some(index),
            release: found.map(|(i, _)| i),
            expected: m.forecast.or_else(|| dates.and_then(|g| g.date("forecast"))).or(m.baseline),
            actual: m.actual.or_else(|| done(p, dates?.date("actual"))),
        });
    }
    for (index, document) in releases {
        let Some(dates) = document.fields.record("go_live") else { continue };
        out.push(Launch {
            milestone: None,
            release: Some(index),
            expected: dates.date("forecast").or_else(|| dates.date("baseline")),
            actual: done(p, dates.date("actual")),
        });
    }
    out
}

/// What is dated after the as-of date has not happened.
fn done(p: &Portfolio, actual: Option<Date>) -> Option<Date> {
    actual.filter(|d| *d <= p.as_of)
}

/// Days before a launch that are its window, by the project's tier.
#[must_use]
pub fn window(p: &Portfolio, project: &Project) -> i64 {
    p.config.tiers.get(project.tier).map_or(30, |t| t.release_window)
}

/// The next launch that has not happened, when it is expected within the
/// project's release window or its day has passed; with the days to go.
#[must_use]
pub fn open(p: &Portfolio, project: &Project) -> Option<(Launch, i64)> {
    let waiting = launches(p, project).into_iter().filter(|l| l.actual.is_none());
    let next = waiting.filter_map(|l| Some((l, days(p.as_of, l.expected?))));
    next.min_by_key(|(_, left)| *left).filter(|(_, left)| *left <= window(p, project))
}

/// Whether a launch is expected within the project's release window.
#[must_use]
pub fn in_release_window(p: &Portfolio, project: &Project) -> bool {
    open(p, project).is_some()
}
