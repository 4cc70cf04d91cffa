//! K01, milestones on time: achieved within tolerance, of those achieved or
//! overdue. A milestone's tolerance is a tenth of its lead from the project's
//! start, at most 5, 10 or 15 days by tier.

use super::Missing;
use crate::date::{Date, days, plus};
use crate::portfolio::{Milestone, Portfolio, Project};
use crate::ratio::Ratio;

/// Where a milestone stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Class {
    /// Achieved within tolerance.
    OnTime,
    /// Achieved later, or overdue beyond tolerance.
    Missed,
    /// Overdue, still inside tolerance.
    Pending,
    /// Baseline lies ahead.
    NotDue,
    /// Cancelled or without a baseline.
    Excluded,
}

/// K01 of a project.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OnTime {
    /// Milestones on time.
    pub on_time: u32,
    /// Milestones missed.
    pub missed: u32,
}

/// Days by which a milestone may be late and still count as on time.
#[must_use]
pub fn tolerance(project: &Project, milestone: &Milestone) -> Ratio {
    tolerance_of(project, milestone.baseline)
}

/// The same for a milestone of that baseline.
#[must_use]
pub fn tolerance_of(project: &Project, baseline: Option<Date>) -> Ratio {
    let cap = Ratio::whole(match project.tier {
        0 => 5,
        1 => 10,
        _ => 15,
    });
    let lead = project.start.baseline.zip(baseline).map(|(s, b)| days(s, b).max(0));
    lead.and_then(|d| Ratio::new(d.into(), 10)).map_or(cap, |t| t.min(cap))
}

/// Where a milestone stands on the as-of date.
#[must_use]
pub fn class(p: &Portfolio, project: &Project, m: &Milestone) -> Class {
    class_on(project, m.baseline.filter(|_| !m.cancelled), m.actual, p.as_of)
}

/// Where a milestone of that baseline, achieved or not, stood on a day.
#[must_use]
pub fn class_on(
    project: &Project,
    baseline: Option<Date>,
    actual: Option<Date>,
    on: Date,
) -> Class {
    let Some(baseline) = baseline else { return Class::Excluded };
    let tolerance = tolerance_of(project, Some(baseline));
    match actual {
        Some(actual) if Ratio::whole(days(baseline, actual).into()) <= tolerance => Class::OnTime,
        Some(_) => Class::Missed,
        None if Ratio::whole(days(baseline, on).into()) > tolerance => Class::Missed,
        None if baseline <= on => Class::Pending,
        None => Class::NotDue,
    }
}

/// On time and missed over the trailing year.
///
/// # Errors
/// Not reported without a register, not yet when nothing was due.
pub fn measure(p: &Portfolio, project: &Project) -> Result<OnTime, Missing> {
    if project.milestones.is_empty() {
        return Err(Missing::NotReported);
    }
    let from = plus(p.as_of, -365);
    let mut count = OnTime { on_time: 0, missed: 0 };
    for m in project.milestones.iter().filter(|m| m.actual.or(m.baseline).is_some_and(|d| d > from))
    {
        match class(p, project, m) {
            Class::OnTime => count.on_time += 1,
            Class::Missed => count.missed += 1,
            _ => {}
        }
    }
    if count.on_time + count.missed == 0 { Err(Missing::NotYet) } else { Ok(count) }
}
