//! Which sections a class of phases asks of a document.

use super::due::{given, holds, in_phases_of, model};
use crate::data::field::Level;
use crate::data::record::Record;
use crate::document::Document;
use crate::kinds::{Role, Section};
use crate::lifecycles::{Class, Need};
use crate::portfolio::{Portfolio, Project};

/// How much each section of a document is wanted by a class of phases that
/// asks for the document: position among the kind's sections and level, from
/// expected upwards. What a field or register stands in for is left out.
#[must_use]
pub fn wanted_by(
    p: &Portfolio,
    project: &Project,
    document: &Document,
    need: Need,
    class: Class,
) -> Vec<(usize, Level)> {
    let model = model(p, project);
    let tier = if need.lite { p.config.tiers.len().saturating_sub(1) } else { project.tier };
    let sections = document.kind.sections.iter().enumerate();
    sections
        .filter(|(_, section)| in_phases_of(project, &section.phases, class))
        .filter(|(_, section)| applies(p, project, document, section))
        .map(|(i, section)| (i, section.levels.within(tier, Some(class.name()), model)))
        .filter(|(_, level)| *level >= Level::Expected)
        .collect()
}

/// Whether a section is asked of a document at all, and nothing stands in for
/// it.
#[must_use]
pub fn applies(p: &Portfolio, project: &Project, document: &Document, section: &Section) -> bool {
    let empty = Record::default();
    let card = p.documents.get(project.card).map_or(&empty, |d| &d.fields);
    let model = model(p, project);
    (section.models.is_empty() || section.models.iter().any(|m| model == Some(m)))
        && section.when.is_none_or(|c| holds(p, project, c, Some(&document.fields)))
        && !section.satisfied_by.iter().any(|name| satisfied(project, document, card, name))
}

/// Whether a field, the card's field (for a charter), or a register stands in
/// for the section.
fn satisfied(project: &Project, document: &Document, card: &Record, name: &str) -> bool {
    given(&document.fields, name)
        || (document.kind.role == Role::Charter && given(card, name))
        || !project.items(name).is_empty()
}
