//! How old the newest report is against the project's cadence.

use crate::date::{Date, days};
use crate::lifecycles::Class;
use crate::portfolio::{Portfolio, Project, State};

/// How fresh a project's reporting is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Level {
    /// Reporting is not expected (on hold, proposed, finished).
    Exempt,
    /// Within one and a half cadences, or too young to have reported.
    Fresh,
    /// Older than one and a half cadences.
    Stale,
    /// Older than two cadences: what was declared no longer counts.
    Silent,
    /// No report at all where one is due.
    Never,
}

/// A project's freshness.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Freshness {
    /// How fresh.
    pub level: Level,
    /// Days since the newest report; since the start where there is none.
    pub age: Option<i64>,
    /// Days between reports, doubled while closing.
    pub cadence: i64,
}

impl Freshness {
    /// Whether declared health still counts.
    #[must_use]
    pub fn counts(&self) -> bool {
        matches!(self.level, Level::Exempt | Level::Fresh | Level::Stale)
    }
}

/// Measure a project's freshness on the as-of date.
#[must_use]
pub fn measure(p: &Portfolio, project: &Project) -> Freshness {
    measure_on(p, project, p.as_of)
}

/// The same on an earlier day, by the reports known then.
#[must_use]
pub fn measure_on(p: &Portfolio, project: &Project, on: Date) -> Freshness {
    let closing = project.phase().is_some_and(|ph| ph.class == Class::Close);
    let cadence = if closing { project.cadence * 2 } else { project.cadence };
    let latest = project.reports.iter().rev().find(|r| r.date <= on).map(|r| days(r.date, on));
    let exempt = matches!(
        project.state,
        State::OnHold | State::Complete | State::Cancelled | State::Proposed
    );
    let leave = p
        .documents
        .get(project.card)
        .and_then(|c| c.fields.date("next_report"))
        .is_some_and(|next| next >= on && latest.is_some_and(|age| age <= cadence * 3));
    let level = match latest {
        _ if exempt => Level::Exempt,
        Some(_) if leave => Level::Fresh,
        Some(age) if age > cadence * 2 => Level::Silent,
        Some(age) if age * 2 > cadence * 3 => Level::Stale,
        Some(_) => Level::Fresh,
        None => match project.began() {
            Some(start) if days(start, on) <= cadence * 2 => Level::Fresh,
            _ if project.phase().is_some_and(|ph| ph.class == Class::Initiate) => Level::Fresh,
            _ => Level::Never,
        },
    };
    let age = latest.or_else(|| project.began().map(|b| days(b, on)));
    Freshness { level, age, cadence }
}
