//! A document of any kind: its fields with what is known of them, its sections
//! with what to write there.

use super::{Draft, Subject, of_release, place, report, yaml};
use crate::data::field::{Condition, Field, Level, Levels, Type};
use crate::data::record::Record;
use crate::kinds::{Role, Section};
use crate::lifecycles::Class;
use crate::rules::due;
use std::fmt::Write as _;

pub(super) fn draft(subject: &Subject<'_>) -> Draft {
    let kind = subject.kind;
    let mut text = format!("---\nkind: {}\n", yaml::text(&kind.name));
    if let Some(project) = subject.project {
        let _ = writeln!(text, "project: {}", yaml::text(&project.id));
    }
    let carried = match subject.project {
        Some(project) if kind.role == Role::Report => report::carry(subject, project),
        _ => Vec::new(),
    };
    for field in &kind.fields.list {
        let unasked = &*field.name == "approvals" && wanted(subject, field) < Level::Required;
        // What takes its name from a gate or a release has no id of its own.
        let named = &*field.name == "id" && (kind.role == Role::Gate || of_release(kind));
        if matches!(&*field.name, "kind" | "project") || unasked || named {
            continue;
        }
        let asked = kind.role == Role::Lesson && &*field.name == "owner";
        if let Some((_, value)) = carried.iter().find(|(name, _)| *name == &*field.name) {
            let _ = writeln!(text, "{}:{value}", field.name);
        } else if let Some(value) = known(subject, field) {
            let _ = writeln!(text, "{}: {value}", field.name);
        } else if wanted(subject, field) == Level::Required || asked {
            let _ = writeln!(text, "{}:  # {}", field.name, field.about);
        } else if wanted(subject, field) == Level::Expected {
            let _ = writeln!(text, "# {}:  {}", field.name, field.about);
        }
    }
    text.push_str(&approvals(subject));
    let _ = writeln!(text, "---\n# {}", heading(subject));
    let health = carried.iter().any(|(name, v)| *name == "health" && report::is_poor(v));
    for section in kind.sections.iter().filter(|section| asks(subject, section, health)) {
        let _ = write!(
            text,
            "\n## {}\n\n<!-- {} -->\n",
            section.name,
            section.prompt.replace("--", "–")
        );
    }
    if kind.sections.is_empty() {
        text.push_str("\n<!-- Write here. -->\n");
    }
    Draft { path: place(subject), text, before: None, id: subject.id.clone() }
}

fn heading(subject: &Subject<'_>) -> String {
    if !subject.title.is_empty() {
        return subject.title.clone();
    }
    let kind = subject.kind.title.to_lowercase();
    let kind = if subject.kind.role == Role::Report {
        format!("status {}", crate::date::long(subject.date))
    } else {
        subject.id.as_ref().map_or(kind.clone(), |id| format!("{kind} {id}"))
    };
    match subject.project {
        Some(project) => format!("{}: {kind}", project.title),
        None => subject.kind.title.to_string(),
    }
}

/// What a field can be filled with: what the user said, what the project says,
/// else the kind's example where it is no mere description.
pub(super) fn known(subject: &Subject<'_>, field: &Field) -> Option<String> {
    let card = subject.project.and_then(|project| subject.p.documents.get(project.card));
    let manager = || card.and_then(|card| card.fields.text("project_manager")).map(yaml::text);
    match &*field.name {
        "title" if subject.kind.role == Role::Item && named_otherwise(subject) => return None,
        "title" | "name" if !subject.title.is_empty() => return Some(yaml::text(&subject.title)),
        _ if !subject.title.is_empty() && is_name(field) => {
            return Some(yaml::text(&subject.title));
        }
        "id" => {
            let id = match (&subject.id, subject.kind.role) {
                (None, Role::Card) => Some(crate::text::slug(&subject.title)),
                (id, _) => id.clone(),
            };
            return id.map(|id| yaml::text(&id));
        }
        "author" => return manager(),
        "updated" if subject.kind.approvable => return Some(subject.date.to_string()),
        "version" | "state" if subject.kind.approvable => {
            return field.example.as_deref().map(Into::into);
        }
        "phase" => {
            let own = subject.project.and_then(crate::portfolio::Project::phase);
            let first = || subject.p.lifecycles.default()?.phases.first();
            return own.or_else(first).map(|phase| yaml::text(&phase.id));
        }
        "tier" => {
            let default = subject.p.config.default_tier.as_deref();
            let last = || subject.p.config.tiers.last().map(|tier| &*tier.id);
            return default.or_else(last).map(yaml::text);
        }
        // What is agreed for the first time.
        "original" if subject.kind.role == Role::Item => {
            return known(subject, subject.kind.fields.find("baseline")?);
        }
        _ => {}
    }
    if wanted(subject, field) < Level::Expected {
        return None;
    }
    let example = field.example.as_deref()?;
    let words =
        matches!(field.kind, Type::Line | Type::Unit | Type::Text | Type::Person | Type::Slug)
            || (matches!(field.kind, Type::List(_)) && example.contains(' '));
    (!words).then(|| {
        let example = example.replace("{date}", &subject.date.to_string());
        example.replace("{id}", subject.id.as_deref().unwrap_or_default())
    })
}

/// Whether the field is what an item is called, under another name.
fn is_name(field: &Field) -> bool {
    &*field.name != "title" && field.aliases.iter().any(|alias| **alias == *"name")
}

fn named_otherwise(subject: &Subject<'_>) -> bool {
    subject.kind.fields.list.iter().any(is_name)
}

fn class(subject: &Subject<'_>) -> Option<Class> {
    subject.project.and_then(|project| project.phase()).map(|phase| phase.class)
}

fn tier(subject: &Subject<'_>) -> usize {
    let last = subject.p.config.tiers.len().saturating_sub(1);
    subject.project.map_or(subject.tier.unwrap_or(last), |project| project.tier)
}

fn model<'a>(subject: &'a Subject<'_>) -> Option<&'a str> {
    let card = subject.project.and_then(|project| subject.p.documents.get(project.card));
    card.and_then(|card| card.fields.text("delivery_model"))
}

/// The level here; a document written ahead is begun as its own phase asks.
fn level(subject: &Subject<'_>, levels: &Levels) -> Level {
    let (tier, model) = (tier(subject), model(subject));
    let at = |class: &str| levels.within(tier, Some(class), model);
    match (subject.kind.role, class(subject)) {
        (Role::Report, Some(class)) => at(class.name()),
        _ => {
            let phases = subject.kind.phases.iter().map(|phase| at(phase));
            phases.max().unwrap_or_else(|| levels.within(tier, None, model))
        }
    }
}

/// How much a field is wanted now.
pub(super) fn wanted(subject: &Subject<'_>, field: &Field) -> Level {
    let now = in_phase(subject, &field.phases) && holds(subject, field.when, false);
    if now { level(subject, &field.levels) } else { Level::Optional }
}

/// Documents are written in the phase they are due in, or before it: only a
/// report follows the phase the project is in.
fn in_phase(subject: &Subject<'_>, phases: &[Box<str>]) -> bool {
    let now = subject.project.and_then(|project| project.phase());
    subject.kind.role != Role::Report || now.is_none_or(|phase| phase.named_in(phases))
}

fn holds(subject: &Subject<'_>, condition: Option<Condition>, poor: bool) -> bool {
    match (condition, subject.project) {
        (None, _) => true,
        (Some(Condition::AmberOrRed), _) => poor,
        (Some(condition), Some(project)) => {
            due::holds(subject.p, project, condition, Some(&Record::default()))
        }
        (Some(_), None) => false,
    }
}

fn asks(subject: &Subject<'_>, section: &Section, poor: bool) -> bool {
    let model = model(subject);
    let fits = section.models.is_empty()
        || section.models.iter().any(|name| model.is_some_and(|model| model == &**name));
    fits && level(subject, &section.levels) >= Level::Expected
        && in_phase(subject, &section.phases)
        && holds(subject, section.when, poor)
}

/// Who is to approve the document, each still pending.
fn approvals(subject: &Subject<'_>) -> String {
    let roles = subject.kind.approvers_at(tier(subject));
    if !subject.kind.approvable || roles.is_empty() {
        return String::new();
    }
    let card = subject.project.and_then(|project| subject.p.documents.get(project.card));
    let mut text = "approvals:\n".to_owned();
    let holder = |role: &str| {
        let card = card?;
        let own = card.fields.text(&role.replace('-', "_"));
        own.or_else(|| {
            let people = card.fields.record("people")?;
            people.text(role).or_else(|| people.texts(role).next().map(|(name, _)| name))
        })
    };
    for roles in roles {
        // Of several that will do, the first one that somebody holds.
        let of = || roles.split('|').map(str::trim);
        let Some(role) = of().find(|r| holder(r).is_some()).or(of().next()) else { continue };
        let name = holder(role);
        let name = name.map(|name| format!(", name: {}", yaml::text(name))).unwrap_or_default();
        let _ = writeln!(text, "  - {{role: {}{name}, decision: pending}}", yaml::text(role));
    }
    text
}
