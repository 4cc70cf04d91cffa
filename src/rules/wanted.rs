//! Which sections a document owes, and how bad it is when one is not written.

use super::due::{
    Due, due, due_by_itself, forced, given, in_phases_of, is_dated, model, need, retired, severity,
    severity_by_itself,
};
use crate::data::field::Level;
use crate::document::Document;
use crate::finding::Severity;
use crate::kinds::{Role, Section};
use crate::lifecycles::Class;
use crate::measures::owed::applies;
use crate::portfolio::{Portfolio, Project};

/// The sections a document owes today: position among the kind's sections, how
/// bad its absence is, and since when it is due.
pub(super) fn sections(p: &Portfolio, index: usize) -> Vec<(usize, Severity, Option<Due>)> {
    let Some(document) = p.documents.get(index).filter(|d| d.typed && !retired(d)) else {
        return Vec::new();
    };
    let wanted = document.kind.sections.iter().enumerate();
    let by_itself = document.kind.phase_field.is_some();
    match p.project_of(index).filter(|_| !by_itself) {
        Some(project) => {
            if document.kind.role == Role::Report && !is_latest(project, index) {
                return Vec::new();
            }
            wanted
                .filter_map(|(i, section)| {
                    let (severity, due) = in_project(p, project, document, section)?;
                    Some((i, severity, Some(due)))
                })
                .collect()
        }
        None => wanted
            .filter_map(|(i, section)| {
                let (severity, due) = outside(p, index, document, section)?;
                let due = Some(due).filter(|_| !section.phases.is_empty());
                Some((i, severity, due))
            })
            .collect(),
    }
}

/// Earlier reports are history: only the newest is asked for its sections.
fn is_latest(project: &Project, index: usize) -> bool {
    project.latest().is_some_and(|r| r.document == index)
}

/// Without a project nothing is known of tier and delivery model: only what
/// every tier requires counts, in the phase the document itself is in.
fn outside(
    p: &Portfolio,
    index: usize,
    document: &Document,
    section: &Section,
) -> Option<(Severity, Due)> {
    let forced = forced(&section.required_if, &document.fields);
    let named = |name: &str| given(&document.fields, name);
    if !section.models.is_empty()
        || section.when.is_some()
        || section.satisfied_by.iter().any(|name| named(name))
    {
        return None;
    }
    let tiers = 0..p.config.tiers.len().max(1);
    let least = tiers.map(|t| section.levels.at(t)).min().unwrap_or_default();
    let level = if forced { Level::Required } else { least };
    if level != Level::Required && document.kind.phase_field.is_none() {
        return None;
    }
    let due = due_by_itself(p, index, &section.phases)?;
    Some((severity_by_itself(p, index, &section.phases, due, level)?, due))
}

fn in_project(
    p: &Portfolio,
    project: &Project,
    document: &Document,
    section: &Section,
) -> Option<(Severity, Due)> {
    if !applies(p, project, document, section) {
        return None;
    }
    let model = model(p, project);
    if forced(&section.required_if, &document.fields) {
        return Some((severity(project, Due::Now, Level::Required)?, Due::Now));
    }
    if is_dated(document.kind.role) {
        let stated = document
            .fields
            .text("phase")
            .and_then(|id| {
                project.lifecycle.as_ref()?.phases.get(project.lifecycle.as_ref()?.phase(id)?)
            })
            .or(project.phase());
        if stated.is_some_and(|phase| !phase.named_in(&section.phases)) {
            return None;
        }
        let now = stated.map(|phase| phase.class);
        let level = section.levels.within(project.tier, now.map(Class::name), model);
        let severity = severity(project, Due::Now, level)?;
        return Some((severity, Due::Now));
    }
    let lightest = p.config.tiers.len().saturating_sub(1);
    let classes = Class::ALL.into_iter().filter(|c| in_phases_of(project, &section.phases, *c));
    classes
        .filter_map(|c| {
            let due = due(project, c)?;
            let (level, tier) = match need(p, project, &document.kind.name, c) {
                Some(need) => (need.level, if need.lite { lightest } else { project.tier }),
                None if in_phases_of(project, &document.kind.phases, c) => {
                    (Level::Required, project.tier)
                }
                None => return None,
            };
            if level == Level::Unused {
                return None;
            }
            // A section is never wanted more than its document.
            let level =
                section.levels.within(tier, Some(c.name()), model).min(level.max(Level::Expected));
            Some((severity(project, due, level)?, due))
        })
        .max()
}
