//! Whether a gate may be passed: what its phase asks for, row by row, with the
//! place of everything that is missing.

use super::coming::coming;
use super::rows::{condition, document, issues};
use crate::lifecycles::{Class, Gate};
use crate::measures::evidence::duties;
pub use crate::measures::evidence::{Area, Requirement};
use crate::portfolio::Project;
use crate::portfolio::gates::{Decided, Promise, decided, promises};
use crate::ratio::Ratio;
use crate::rollups::Context;
use crate::table::Mark;

/// How a gate stands.
#[derive(Debug, Clone)]
pub struct Readiness<'a> {
    /// The project.
    pub project: &'a Project,
    /// Index of the phase the gate ends.
    pub phase: usize,
    /// The gate.
    pub gate: &'a Gate,
    /// What is asked, the worst first.
    pub rows: Vec<Requirement>,
    /// Open conditions of earlier gates that are not overdue yet.
    pub promises: Vec<Promise<'a>>,
    /// The newest decision about this gate.
    pub decided: Option<Decided<'a>>,
    /// Why what a release asks for is not asked for yet; `None` where nothing
    /// of it is still to come.
    pub coming: Option<String>,
}

/// The answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Everything is there.
    Ready,
    /// What is required is there, something expected is not.
    WithConditions,
    /// Something required is missing.
    NotReady,
}

impl Readiness<'_> {
    /// Rows that are met of those that count.
    #[must_use]
    pub fn counted(&self) -> (usize, usize) {
        let counted = || self.rows.iter().filter(|r| r.counts());
        (counted().filter(|r| r.met).count(), counted().count())
    }

    /// The share of rows that are met; all of them where none is asked for.
    #[must_use]
    pub fn percent(&self) -> Ratio {
        let (met, all) = self.counted();
        let whole = |n: usize| Ratio::whole(i128::try_from(n).unwrap_or(i128::MAX));
        whole(met).percent_of(whole(all)).unwrap_or(Ratio::whole(100))
    }

    /// The answer.
    #[must_use]
    pub fn verdict(&self) -> Verdict {
        if self.rows.iter().any(Requirement::fails) {
            Verdict::NotReady
        } else if self.rows.iter().any(|r| !r.met || r.mark == Mark::Partial) {
            Verdict::WithConditions
        } else {
            Verdict::Ready
        }
    }

    /// Rows that keep the gate shut, in order.
    pub fn failing(&self) -> impl Iterator<Item = &Requirement> {
        self.rows.iter().filter(|r| r.fails())
    }
}

impl Verdict {
    /// In words.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Ready => "ready",
            Self::WithConditions => "ready with conditions",
            Self::NotReady => "not ready",
        }
    }
}

/// How a project stands before the gate that ends the phase at an index;
/// `None` where that phase has no gate.
#[must_use]
pub fn readiness<'a>(c: &Context<'a>, project: &'a Project, phase: usize) -> Option<Readiness<'a>> {
    let p = c.portfolio;
    let lifecycle = project.lifecycle.as_ref()?;
    let gate = lifecycle.phases.get(phase)?.gate.as_ref()?;
    // Phases without a gate of their own lead up to the next one.
    let from = lifecycle.gates().map(|(i, _)| i + 1).filter(|i| *i <= phase).max().unwrap_or(0);
    let classes: Vec<Class> =
        (from..=phase).filter_map(|i| lifecycle.phases.get(i)).map(|ph| ph.class).collect();
    let decided = decided(p, project).into_iter().rev().find(|d| d.phase == phase);
    let mut rows = Vec::new();
    for duty in duties(p, project, &classes) {
        document(c, project, &duty, &mut rows);
    }
    let coming = coming(p, project, &classes, &mut rows);
    issues(p, project, decided.as_ref(), &mut rows);
    let mut open = Vec::new();
    for promise in promises(p, project).into_iter().filter(|c| c.phase < phase) {
        match promise.overdue(p.as_of) {
            Some(late) => rows.push(condition(p, project, &promise, late)),
            None if promise.is_open(p.as_of) => open.push(promise),
            None => {}
        }
    }
    // The sort is stable: within a rank rows stay in the order of the matrix.
    rows.sort_by_key(|r| match (r.fails(), r.met, r.mark) {
        (true, _, _) => 0,
        (_, false, _) => 1,
        (_, _, Mark::Partial) => 2,
        _ => 3,
    });
    Some(Readiness { project, phase, gate, rows, promises: open, decided, coming })
}
