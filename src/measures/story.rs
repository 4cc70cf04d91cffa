//! The story of one project, told by what carries a date: phases, gates,
//! health turns, baselines, milestones, estimates, decisions, changes,
//! approvals, risks and the like, reports. Each thing is told once, on its day.

mod events;
#[cfg(test)]
mod tests;

use super::changed::{Change, Value, What};
use crate::date::Date;
use crate::portfolio::{Portfolio, Project};
use crate::table::Rag;

/// What sort of thing happened, in the order in which a day tells them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// The project entered another phase.
    Phase,
    /// A gate was decided.
    Gate,
    /// A dimension of the declared health turned.
    Health,
    /// An agreed date or budget was changed.
    Baseline,
    /// A milestone is expected on another day, was reached or called off.
    Milestone,
    /// The estimate at completion moved.
    Estimate,
    /// A decision was asked for or taken.
    Decision,
    /// A change request was submitted, decided or carried out.
    Change,
    /// A version was approved or refused.
    Approval,
    /// A risk, issue, assumption, dependency or action came, went or has
    /// another score.
    Raid,
    /// A report was published, or was due and did not come.
    Report,
}

impl Kind {
    /// Its name for programs.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Phase => "phase",
            Self::Gate => "gate",
            Self::Health => "health",
            Self::Baseline => "baseline",
            Self::Milestone => "milestone",
            Self::Estimate => "estimate",
            Self::Decision => "decision",
            Self::Change => "change",
            Self::Approval => "approval",
            Self::Raid => "raid",
            Self::Report => "report",
        }
    }
}

/// One thing that happened.
#[derive(Debug, Clone)]
pub struct Event<'a> {
    /// The day.
    pub on: Date,
    /// What sort of thing.
    pub kind: Kind,
    /// What changed, with its values; its `note` says how much.
    pub change: Change<'a>,
    /// The reason given; empty where none is.
    pub why: String,
}

impl Event<'_> {
    /// What sort of thing, for readers: `Health`, `Change request`, `Issue`.
    #[must_use]
    pub fn sort(&self) -> String {
        match self.kind {
            Kind::Raid => crate::text::capital(&self.change.note),
            Kind::Change => "Change request".into(),
            kind => crate::text::capital(kind.name()),
        }
    }

    /// How much, beside the values: `+14 days`; empty where nothing is to be
    /// said.
    #[must_use]
    pub fn measure(&self) -> &str {
        if self.kind == Kind::Raid { "" } else { &self.change.note }
    }

    /// What happened in words: `Schedule: green → amber`.
    #[must_use]
    pub fn words(&self) -> String {
        Change { note: self.measure().to_owned(), ..self.change.clone() }.words()
    }

    /// The overall rating before and after, where that is what turned.
    #[must_use]
    pub fn overall(&self) -> Option<(Option<Rag>, Rag)> {
        let overall = self.change.what == What::Health && self.change.label == "Overall";
        match (&self.change.before, &self.change.after) {
            (Some(Value::Rag(was)), Value::Rag(is)) if overall => Some((Some(*was), *is)),
            (_, Value::Rag(is)) if overall => Some((None, *is)),
            _ => None,
        }
    }
}

/// Everything that happened to a project up to the as-of date, newest first.
#[must_use]
pub fn of<'a>(p: &'a Portfolio, project: &'a Project) -> Vec<Event<'a>> {
    let mut all = events::all(p, project);
    all.retain(|e| e.on <= p.as_of);
    // Stable: what is alike keeps the order of its files.
    all.sort_by_key(|e| (std::cmp::Reverse(e.on), e.kind));
    all
}
