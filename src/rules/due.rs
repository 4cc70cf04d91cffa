//! When something is due: conditions of a project or record, phases that have
//! passed, and how bad it is when something required is not there.

use crate::data::field::{Given, Level, fold};
use crate::data::record::Record;
use crate::finding::Severity;
use crate::kinds::Role;
use crate::lifecycles::{Class, Need, Phase, Wanted};
pub(super) use crate::measures::due::{Due, class, due, given, in_phases_of, model, poor, retired};
pub use crate::measures::due::{holds, in_release_window, stricter};
use crate::portfolio::{Portfolio, Project, State};

/// How bad it is that something wanted at that level is not there; `None` is
/// silence. Required: deny once the phase has passed, warn in the current
/// phase, note while initiating. Expected: one less. A project that does not
/// run has notes only. While tier or phase are misspelt, nobody knows what is
/// wanted.
pub(super) fn severity(project: &Project, due: Due, level: Level) -> Option<Severity> {
    if project.misplaced {
        return None;
    }
    let required = match (project.state, due) {
        (State::Active, Due::Passed) => Severity::Deny,
        (State::Active, Due::Now) if class(project) == Some(Class::Initiate) => Severity::Note,
        (State::Active, Due::Now) => Severity::Warn,
        _ => Severity::Note,
    };
    match level {
        Level::Required => Some(required),
        Level::Expected => match required {
            Severity::Deny => Some(Severity::Warn),
            Severity::Warn => Some(Severity::Note),
            _ => None,
        },
        _ => None,
    }
}

/// When something asked for in these phases (ids or classes; none: always) is
/// due for a document that states its own phase; `None` is not yet.
pub(super) fn due_by_itself(p: &Portfolio, document: usize, phases: &[Box<str>]) -> Option<Due> {
    if phases.is_empty() {
        return Some(Due::Now);
    }
    let stated = p.stated_phase(document)?;
    let (now, all) = (stated.phase?, &stated.lifecycle.phases);
    let named = |phase: &Phase| {
        phases.iter().any(|n| **n == *phase.class.name() || fold(n) == fold(&phase.id))
    };
    let due = |(i, phase): (usize, &Phase)| match i {
        _ if !named(phase) => None,
        i if i == now => Some(Due::Now),
        i => (stated.lifecycle.rank(i) < stated.lifecycle.rank(now)).then_some(Due::Passed),
    };
    all.iter().enumerate().filter_map(due).max()
}

/// How bad it is that something wanted of a document by itself is not there.
pub(super) fn severity_by_itself(
    p: &Portfolio,
    document: usize,
    phases: &[Box<str>],
    due: Due,
    level: Level,
) -> Option<Severity> {
    let class = p.stated_phase(document).and_then(|s| s.phase()).map(|phase| phase.class);
    let required = match due {
        Due::Passed => Severity::Deny,
        Due::Now if class == Some(Class::Initiate) && !phases.is_empty() => Severity::Note,
        Due::Now => Severity::Warn,
    };
    match level {
        Level::Required => Some(required),
        Level::Expected if required == Severity::Deny => Some(Severity::Warn),
        Level::Expected if required == Severity::Warn => Some(Severity::Note),
        _ => None,
    }
}

/// Whether a field or section is required by what other fields say.
pub(super) fn forced(conditions: &[Given], record: &Record) -> bool {
    !conditions.is_empty() && conditions.iter().all(|given| given.holds(record))
}

/// What the matrix asks of documents of a kind in a phase class: the strictest
/// row whose condition holds; `None` when the matrix does not name the kind.
pub(super) fn need(p: &Portfolio, project: &Project, kind: &str, class: Class) -> Option<Need> {
    let rows = p.requirements(project).iter().filter(|row| match &row.wanted {
        Wanted::Kind(name) => **name == *kind,
        Wanted::Registers(_) => false,
    });
    rows.filter(|row| row.when.is_none_or(|c| holds(p, project, c, None)))
        .map(|row| stricter(row.need(class, project.tier), window_need(p, project, row, class)))
        .reduce(stricter)
}

/// What a release window adds while the project is in one.
fn window_need(
    p: &Portfolio,
    project: &Project,
    row: &crate::lifecycles::Requirement,
    wanted: Class,
) -> Need {
    let open = class(project) == Some(wanted) && in_release_window(p, project);
    if open { row.window(project.tier) } else { Need { level: Level::Unused, ..Need::default() } }
}

/// Whether a file of the project has a syntax error, so that what seems to be
/// absent may only be unread.
pub(super) fn has_broken_file(p: &Portfolio, project: &Project) -> bool {
    project.documents.iter().any(|i| p.documents.get(*i).is_some_and(|d| d.broken))
        || project.registers.iter().any(|i| p.registers.get(*i).is_some_and(|r| r.broken))
}

/// A document's place among the phases: one-off documents belong to phases,
/// reports, items and records are judged when they are written.
pub(super) fn is_dated(role: Role) -> bool {
    matches!(role, Role::Report | Role::Item | Role::Lesson | Role::Gate)
}
