//! When something is due: conditions of a project or record, phases that have
//! passed, and how bad it is when something required is not there.

use crate::data::field::{Condition, Given, Level, fold};
use crate::data::record::{Datum, Record};
use crate::document::Document;
use crate::finding::Severity;
use crate::kinds::Role;
use crate::lifecycles::{Class, Need, Phase, Wanted};
use crate::measures::bands::Thresholds;
use crate::measures::cost_variance;
pub use crate::measures::release_window::in_release_window;
use crate::measures::{breach, release_window};
use crate::portfolio::{Portfolio, Project, State};
use crate::ratio::Ratio;
use crate::table::Rag;

/// Whether a thing is wanted by a phase that is over, or by the present one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Due {
    /// By the phase the project is in.
    Now,
    /// By a phase the project has left.
    Passed,
}

/// How bad it is that something wanted at that level is not there; `None` is
/// silence. Required: deny once the phase has passed, warn in the current
/// phase, note while initiating. Expected: one less. A project that does not
/// run has notes only.
pub(super) fn severity(project: &Project, due: Due, level: Level) -> Option<Severity> {
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

/// The class of the project's phase.
pub(super) fn class(project: &Project) -> Option<Class> {
    project.phase().map(|p| p.class)
}

/// When a class of phases is due for a project: passed, now, or not yet. A
/// class the lifecycle does not have is never due.
pub(super) fn due(project: &Project, wanted: Class) -> Option<Due> {
    let has = project.lifecycle.as_ref()?.phases.iter().any(|p| p.class == wanted);
    let current = class(project)?;
    match wanted.cmp(&current) {
        std::cmp::Ordering::Less if has => Some(Due::Passed),
        std::cmp::Ordering::Equal => Some(Due::Now),
        _ => None,
    }
}

/// The delivery model of a project, as its card says.
pub(super) fn model<'a>(p: &'a Portfolio, project: &Project) -> Option<&'a str> {
    p.documents.get(project.card)?.fields.text("delivery_model")
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

/// Whether a list of phase classes (empty: all) holds that class.
pub(super) fn in_phases(phases: &[Box<str>], class: Class) -> bool {
    phases.is_empty() || phases.iter().any(|p| **p == *class.name())
}

/// Whether a list of phases (classes or ids; empty: all) names that class, or a
/// phase of the project's lifecycle that is of it.
pub(super) fn in_phases_of(project: &Project, phases: &[Box<str>], class: Class) -> bool {
    let all = project.lifecycle.as_ref().map(|l| l.phases.as_slice()).unwrap_or_default();
    in_phases(phases, class)
        || all.iter().filter(|phase| phase.class == class).any(|phase| phase.named_in(phases))
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

/// The need that asks for more.
#[must_use]
pub fn stricter(a: Need, b: Need) -> Need {
    if b.level > a.level { b } else { a }
}

/// Whether a condition holds for a project, or for a record of it.
#[must_use]
pub fn holds(
    p: &Portfolio,
    project: &Project,
    condition: Condition,
    record: Option<&Record>,
) -> bool {
    let empty = Record::default();
    let card = p.documents.get(project.card).map_or(&empty, |d| &d.fields);
    let model = card.text("delivery_model");
    match condition {
        Condition::TrackedBudget => project.tracked,
        Condition::Regulated => card.flag("regulated").unwrap_or(false),
        Condition::UsersAffected => card.number("users_affected").is_some_and(|n| n > Ratio::ZERO),
        Condition::Agile => matches!(model, Some("agile" | "hybrid")),
        Condition::Waterfall => matches!(model, Some("waterfall" | "hybrid")),
        Condition::AmberOrRed => record.is_some_and(|r| poor(r).next().is_some()),
        Condition::Decided => record.is_some_and(decided),
        Condition::OnHold => project.state == State::OnHold,
        Condition::ReleaseWindow => in_release_window(p, project),
        Condition::OpenChanges => {
            project.items("changes").iter().any(|c| matches!(c.status(), "submitted" | "assessing"))
        }
        Condition::HasConditions => record.is_some_and(|r| r.has("conditions")),
        Condition::AnyVendor => {
            project.items.values().flatten().any(|i| i.fields.has("vendor"))
                || !project.items("vendors").is_empty()
        }
        Condition::AnyRelease => !release_window::launches(p, project).is_empty(),
        Condition::AfterBaseline => matches!(class(project), Some(Class::Execute | Class::Close)),
        Condition::Open => record.is_some_and(|r| matches!(r.text("status"), None | Some("open"))),
        Condition::CostVariance => project.tracked && outside_green(p, project),
        Condition::RedBudget => project.latest().is_some_and(|report| {
            let declared = p.documents.get(report.document).map(|d| poor(&d.fields));
            declared.is_some_and(|mut d| {
                d.any(|(name, rag, _)| name == "budget" && rag.colour() == Some(Rag::Red))
            })
        }),
        Condition::AfterRelease => project
            .milestones
            .iter()
            .any(|m| m.go_live && m.actual.is_some_and(|day| day <= p.as_of)),
        Condition::HeavyCutover => documents(p, project).any(|d| heavy(&d.fields)),
        Condition::Breach => breach::is_due(p, project),
    }
}

/// Whether the cost at completion lies beyond the limit of green.
fn outside_green(p: &Portfolio, project: &Project) -> bool {
    cost_variance::measure(p, project).is_ok_and(|cost| {
        let limits = Thresholds::load(&p.config).0.of("cost-variance");
        cost.percent.abs() > limits.green(project.tier)
    })
}

fn documents<'p>(
    p: &'p Portfolio,
    project: &'p Project,
) -> impl Iterator<Item = &'p Document> + 'p {
    project.documents.iter().filter_map(|i| p.documents.get(*i)).filter(|d| d.typed && !retired(d))
}

/// Whether a release plan speaks of downtime, of moving data, or of several
/// teams.
fn heavy(release: &Record) -> bool {
    release.number("downtime_minutes").is_some_and(|n| n > Ratio::ZERO)
        || release.flag("data_migration") == Some(true)
        || release.list("teams").len() > 1
}

/// The dimensions a report declares amber or red.
pub(super) fn poor(report: &Record) -> impl Iterator<Item = (&str, Rag, &Record)> {
    let slots = report.record("health").map(|h| h.slots.as_slice()).unwrap_or_default();
    slots.iter().filter_map(|slot| {
        let said = slot.datum.record()?;
        let rag = said.rag("rag")?;
        matches!(rag.colour(), Some(Rag::Amber | Rag::Red)).then_some((&*slot.name, rag, said))
    })
}

fn decided(record: &Record) -> bool {
    record.has("decided")
        || record.text("decision").is_some_and(|said| said != "pending")
        || matches!(
            record.text("status"),
            Some("decided" | "superseded" | "approved" | "rejected" | "implemented")
        )
}

/// Whether a document is out of use, so that nothing is asked of it any more.
pub(super) fn retired(document: &Document) -> bool {
    matches!(document.fields.text("state"), Some("superseded" | "archived"))
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

/// Whether a value is there and says something; a null is no value.
pub(super) fn given(record: &Record, name: &str) -> bool {
    record.get(name).is_some_and(Datum::says_something)
}
