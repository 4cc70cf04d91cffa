//! Who approved a gate record.

use crate::portfolio::approvals::{Decision, Subject, of};
use crate::portfolio::gates::Decided;
use crate::portfolio::{Portfolio, Project};
use crate::rollups::words::who;

/// Who approved a gate record, by name.
#[must_use]
pub fn approvers(p: &Portfolio, project: &Project, d: &Decided<'_>) -> Vec<String> {
    of(p, project, Subject::Document(d.document))
        .iter()
        .filter(|e| e.decision == Decision::Approved)
        .filter_map(|e| e.name)
        .map(|name| who(p, name))
        .collect()
}
