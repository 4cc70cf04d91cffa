//! When something is due: the conditions of the requirement matrix, and the
//! phases a project has passed.

use super::bands::Thresholds;
pub use super::release_window::in_release_window;
use super::{breach, cost_variance, release_window};
use crate::data::field::Condition;
use crate::data::record::{Datum, Record};
use crate::document::Document;
use crate::lifecycles::{Class, Need};
use crate::portfolio::{Portfolio, Project, State};
use crate::ratio::Ratio;
use crate::table::Rag;

/// Whether a thing is wanted by a phase that is over, or by the present one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Due {
    /// By the phase the project is in.
    Now,
    /// By a phase the project has left.
    Passed,
}

/// The class of the project's phase.
#[must_use]
pub fn class(project: &Project) -> Option<Class> {
    project.phase().map(|p| p.class)
}

/// When a class of phases is due for a project: passed, now, or not yet. A
/// class the lifecycle does not have is never due.
#[must_use]
pub fn due(project: &Project, wanted: Class) -> Option<Due> {
    let has = project.lifecycle.as_ref()?.phases.iter().any(|p| p.class == wanted);
    let current = class(project)?;
    match wanted.cmp(&current) {
        std::cmp::Ordering::Less if has => Some(Due::Passed),
        std::cmp::Ordering::Equal => Some(Due::Now),
        _ => None,
    }
}

/// The delivery model of a project, as its card says.
#[must_use]
pub fn model<'a>(p: &'a Portfolio, project: &Project) -> Option<&'a str> {
    p.documents.get(project.card)?.fields.text("delivery_model")
}

/// Whether a list of phase classes (empty: all) holds that class.
#[must_use]
pub fn in_phases(phases: &[Box<str>], class: Class) -> bool {
    phases.is_empty() || phases.iter().any(|p| **p == *class.name())
}

/// Whether a list of phases (classes or ids; empty: all) names that class, or a
/// phase of the project's lifecycle that is of it.
#[must_use]
pub fn in_phases_of(project: &Project, phases: &[Box<str>], class: Class) -> bool {
    let all = project.lifecycle.as_ref().map(|l| l.phases.as_slice()).unwrap_or_default();
    in_phases(phases, class)
        || all.iter().filter(|phase| phase.class == class).any(|phase| phase.named_in(phases))
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
pub fn poor(report: &Record) -> impl Iterator<Item = (&str, Rag, &Record)> {
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
#[must_use]
pub fn retired(document: &Document) -> bool {
    matches!(document.fields.text("state"), Some("superseded" | "archived"))
}

/// Whether a value is there and says something; a null is no value.
#[must_use]
pub fn given(record: &Record, name: &str) -> bool {
    record.get(name).is_some_and(Datum::says_something)
}
