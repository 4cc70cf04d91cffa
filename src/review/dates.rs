//! Milestones: which dates moved, by how many days, and how far they are from
//! their baselines.

use super::pairs::Here;
use crate::date::{Date, days};
use crate::portfolio::Milestone;
use crate::ratio::Ratio;
use crate::target::Target;
use serde::Serialize;

/// A milestone whose date is not what it was.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Moved {
    /// Its id; empty for a finish that is no milestone.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its baseline in the head.
    pub baseline: Option<Date>,
    /// The date expected or achieved, as the base said.
    pub was: Option<Date>,
    /// The date expected or achieved, as the head says.
    pub now: Option<Date>,
    /// Calendar days it moved; later is positive.
    pub days: Option<i64>,
    /// Calendar days after the baseline; before it is negative.
    pub against_baseline: Option<i64>,
    /// For the finish: that in percent of the baseline's duration, one decimal.
    pub percent: Option<String>,
    /// It is the project's finish.
    pub finish: bool,
    /// It was achieved in between.
    pub achieved: bool,
    /// Anything else: `new`, `cancelled`, `note` of the report.
    pub note: String,
    /// Where it is shown.
    #[serde(skip)]
    pub target: Option<Target>,
}

fn expected(m: &Milestone) -> Option<Date> {
    m.actual.or(m.forecast)
}

/// The milestones that moved, in the register's order, and whether there are
/// others that did not.
pub(super) fn moved(was: Option<Here<'_>>, now: Here<'_>) -> (Vec<Moved>, bool) {
    let mut out = Vec::new();
    let mut still = false;
    let earlier = |id: &str| was.and_then(|h| h.project.milestones.iter().find(|m| *m.id == *id));
    let percent = |finish: bool| {
        let share = now.measures.schedule.as_ref().ok()?.percent?;
        finish.then(|| share.show(1))
    };
    for m in &now.project.milestones {
        let before = earlier(&m.id);
        let (then, today) = (before.and_then(expected), expected(m));
        let note = match before {
            None if was.is_some() => "new",
            Some(b) if !b.cancelled && m.cancelled => "cancelled",
            Some(b) if b.cancelled && !m.cancelled => "no longer cancelled",
            _ => "",
        };
        let achieved = m.actual.is_some() && before.is_some_and(|b| b.actual.is_none());
        let undone = m.actual.is_none() && before.is_some_and(|b| b.actual.is_some());
        let agreed = before.is_some_and(|b| b.baseline != m.baseline);
        if was.is_none() || then == today && note.is_empty() && !achieved && !undone && !agreed {
            still = true;
            continue;
        }
        let note = if undone { "no longer achieved" } else { note };
        let said = now.told("milestones").and_then(|all| all.record(&m.id)?.text("note"));
        let notes: Vec<&str> =
            [note, said.unwrap_or_default()].into_iter().filter(|n| !n.is_empty()).collect();
        out.push(Moved {
            id: m.id.to_string(),
            name: if m.name == m.id { String::new() } else { m.name.to_string() },
            baseline: m.baseline,
            was: then,
            now: today,
            days: then.zip(today).map(|(a, b)| days(a, b)),
            against_baseline: m.baseline.zip(today).map(|(a, b)| days(a, b)),
            percent: percent(m.finish).filter(|_| today.is_some()),
            finish: m.finish,
            achieved,
            note: notes.join("; "),
            target: now.project.items("milestones").get(m.item).and_then(|i| now.item(i)),
        });
    }
    if now.project.finish_milestone().is_none()
        && let Some(row) = finish(was, now)
    {
        out.push(row);
    }
    (out, still)
}

/// The finish of a project without a milestone for it.
fn finish(was: Option<Here<'_>>, now: Here<'_>) -> Option<Moved> {
    let before = &was?.project.finish;
    let then = before.current();
    let (today, baseline) = (now.project.finish.current(), now.project.finish.baseline);
    if then == today && before.baseline == baseline {
        return None;
    }
    let share: Option<Ratio> = now.measures.schedule.as_ref().ok().and_then(|k| k.percent);
    Some(Moved {
        id: String::new(),
        name: "Finish".into(),
        baseline,
        was: then,
        now: today,
        days: then.zip(today).map(|(a, b)| days(a, b)),
        against_baseline: baseline.zip(today).map(|(a, b)| days(a, b)),
        percent: share.filter(|_| today.is_some()).map(|n| n.show(1)),
        finish: true,
        achieved: now.project.finish.actual.is_some(),
        note: String::new(),
        target: Some(Target::Project(now.project.id.clone())),
    })
}
