//! Dates of two projects that do not go together: a milestone of one comes
//! later than another needs it.

use crate::date::{Date, days};
use crate::document::Item;
use crate::portfolio::{Milestone, Portfolio, Project, State};

/// A need and the milestone that comes too late for it.
#[derive(Debug, Clone, Copy)]
pub struct Conflict<'a> {
    /// The project that waits.
    pub project: &'a Project,
    /// Its dependency.
    pub item: &'a Item,
    /// What the dependency is on, as written: `network-refresh/M2`.
    pub on: &'a str,
    /// The project that delivers.
    pub giver: &'a Project,
    /// Its milestone.
    pub milestone: &'a Milestone,
    /// The day the milestone was reached, is forecast or is planned.
    pub date: Date,
    /// `was reached`, `is now forecast`, `is planned`.
    pub how: &'static str,
    /// The day it is needed.
    pub need: Date,
    /// Days too late, at least one.
    pub late: i64,
}

/// What a project waits for longer than it can, in the order of its register.
/// Of a forecast given as a range the safe date counts.
#[must_use]
pub fn of<'a>(p: &'a Portfolio, project: &'a Project) -> Vec<Conflict<'a>> {
    let settled = |item: &&Item| {
        matches!(item.status(), "delivered" | "cancelled" | "declined")
            || item.fields.text("direction") == Some("outbound")
    };
    let waiting = project.items("dependencies").iter().filter(|item| !settled(item));
    waiting.filter_map(|item| conflict(p, project, item)).collect()
}

fn conflict<'a>(p: &'a Portfolio, project: &'a Project, item: &'a Item) -> Option<Conflict<'a>> {
    let on = item.fields.text("on")?;
    let need = item.fields.date("need_by")?;
    let (other, id) = on.trim().split_once('/')?;
    let giver = p.project(other).filter(|pr| pr.id != project.id)?;
    let milestone = giver.milestones.iter().find(|m| *m.id == *id)?;
    let (date, how) = match (milestone.actual, milestone.forecast, milestone.baseline) {
        (Some(date), ..) => (date, "was reached"),
        (_, Some(date), _) => (date, "is now forecast"),
        (_, _, Some(date)) => (date, "is planned"),
        _ => return None,
    };
    let late = days(need, date);
    let off = milestone.cancelled || giver.state == State::Cancelled;
    (late > 0 && !off).then_some(Conflict {
        project,
        item,
        on,
        giver,
        milestone,
        date,
        how,
        need,
        late,
    })
}
