//! The columns of the next gates: when each is expected, and what is still to
//! come where nothing is missing.

use super::readiness::Readiness;
use crate::portfolio::{Milestone, Portfolio};
use crate::rollups::words::{capital, due};
use crate::table::{Cell, Column, Missing, Set};

/// The columns of a table of next gates.
pub(super) fn columns() -> Vec<Column> {
    vec![
        Column::new("project", "Project", Set::Filter),
        Column::new("phase", "Phase", Set::Filter),
        Column::new("gate", "Next gate", Set::Text),
        Column::new("expected", "Expected", Set::Short),
        Column::new("readiness", "Ready", Set::Number),
        Column::new("state", "State", Set::Filter),
        Column::new("missing", "What is missing", Set::Wide),
    ]
}

/// The day the milestone of the gate is expected.
pub(super) fn expected(p: &Portfolio, r: &Readiness<'_>) -> Cell {
    let register = r.project.items("milestones");
    let of_gate = |m: &&Milestone| {
        let named = register.get(m.item).and_then(|item| item.fields.text("gate"));
        !m.cancelled && named == Some(&*r.gate.id)
    };
    match r.project.milestones.iter().find(of_gate) {
        Some(m) => due(m.actual.or(m.forecast).or(m.baseline), p.as_of, m.actual.is_none()),
        None => Cell::Missing(Missing::NotReported),
    }
}

/// What the release will ask for, where nothing that is due is missing.
pub(super) fn open(r: &Readiness<'_>) -> Cell {
    match &r.coming {
        Some(coming) => Cell::Text(capital(coming)),
        None => Cell::Empty,
    }
}
