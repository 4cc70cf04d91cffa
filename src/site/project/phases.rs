//! The phases with their gates, and what the current phase asks people to do.

use crate::data::record::Record;
use crate::date::short;
use crate::document::Document;
use crate::kinds::Role;
use crate::lifecycles::{Gate, Phase};
use crate::portfolio::State;
use crate::rollups::words::several;
use crate::site::standing::Standing;
use crate::site::tables::Place;
use crate::site::view::project::{Duties, DutyGroup, PhaseStep, StepState};
use crate::site::view::{Rag, Segment};
use crate::target::Target;

/// The phases in order.
pub(super) fn stepper(place: &Place<'_>, s: &Standing<'_>) -> Vec<PhaseStep> {
    let Some(lifecycle) = s.project.lifecycle.as_ref() else { return Vec::new() };
    let over = s.project.state == State::Complete;
    lifecycle
        .phases
        .iter()
        .enumerate()
        .map(|(i, phase)| {
            let place_of = |current: usize| match i.cmp(&current) {
                std::cmp::Ordering::Less => StepState::Done,
                std::cmp::Ordering::Equal if over => StepState::Done,
                std::cmp::Ordering::Equal => StepState::Current,
                std::cmp::Ordering::Greater => StepState::Ahead,
            };
            let state = s.project.phase.map_or(StepState::Ahead, place_of);
            let record = phase.gate.as_ref().and_then(|g| gate_record(s, g));
            let skipped = state == StepState::Done && phase.gate.is_some() && record.is_none();
            PhaseStep {
                name: if s.project.phase == Some(i) {
                    phase.title_of(s.project.stage)
                } else {
                    phase.title.to_string()
                },
                state: if skipped { StepState::Skipped } else { state },
                gate: gate(place, s, phase, state, record),
            }
        })
        .collect()
}

/// The newest record of a gate.
pub(super) fn gate_record<'a>(s: &Standing<'a>, gate: &Gate) -> Option<&'a Document> {
    let p = s.portfolio();
    let documents = s.project.documents.iter().filter_map(|i| p.documents.get(*i));
    documents
        .filter(|d| d.kind.role == Role::Gate && d.fields.text("gate") == Some(&*gate.id))
        .filter(|d| d.date().is_none_or(|day| day <= p.as_of))
        .max_by_key(|d| d.date())
}

/// What a gate decided, in words, and how that counts.
pub(super) fn decided(record: &Record) -> (String, Option<Rag>) {
    let day = record.date("date").map(|d| format!(" {}", short(d))).unwrap_or_default();
    let open = record
        .list("conditions")
        .iter()
        .filter(|c| c.datum.record().is_none_or(|r| !r.has("closed")))
        .count();
    let conditions = if open > 0 {
        format!(", {} open", several(open, "condition", "conditions"))
    } else {
        String::new()
    };
    match record.text("decision") {
        Some("go" | "go-with-conditions") => {
            (format!("go{day}{conditions}"), (open > 0).then_some(Rag::Amber))
        }
        Some(word @ ("hold" | "rework" | "stop")) => (format!("{word}{day}"), Some(Rag::Red)),
        Some(word) => (format!("{word}{day}"), None),
        None => (format!("not decided{day}"), Some(Rag::Amber)),
    }
}

fn gate(
    place: &Place<'_>,
    s: &Standing<'_>,
    phase: &Phase,
    state: StepState,
    record: Option<&Document>,
) -> Segment {
    let Some(gate) = phase.gate.as_ref() else { return Segment::default() };
    let title = sentence_case(&gate.title);
    if let Some(record) = record {
        let (said, rag) = decided(&record.fields);
        let text = match said.strip_prefix("go") {
            Some(rest) => format!("{} {title}{rest}", gate.id),
            None => format!("{} {title}: {said}", gate.id),
        };
        let href = place.href(&Target::Document(record.path.clone()));
        return Segment { text, rag, href };
    }
    match state {
        StepState::Done | StepState::Skipped => {
            Segment::rag(format!("{} {title}: no record", gate.id), Rag::Amber)
        }
        StepState::Current => Segment {
            text: format!("next gate: {} {title}", gate.id),
            rag: None,
            href: place.href(&Target::Gate(s.project.id.clone())),
        },
        StepState::Ahead => Segment::text(format!("{} {title}", gate.id)),
    }
}

/// A title inside a sentence.
fn sentence_case(title: &str) -> String {
    let mut chars = title.chars();
    match (chars.next(), chars.next()) {
        (Some(a), Some(b)) if !b.is_uppercase() => {
            a.to_lowercase().chain(title.chars().skip(1)).collect()
        }
        _ => title.to_owned(),
    }
}

/// The duties of the current phase, while the project runs.
pub(super) fn duties(s: &Standing<'_>) -> Option<Duties> {
    if matches!(s.project.state, State::Complete | State::Cancelled) {
        return None;
    }
    let phase = s.project.phase()?;
    let group = |role: &str, duties: &[Box<str>]| DutyGroup {
        role: role.to_owned(),
        duties: duties.iter().map(ToString::to_string).collect(),
    };
    let groups: Vec<DutyGroup> = [
        group("Project manager", &phase.manager_duties),
        group("Functional manager", &phase.functional_duties),
    ]
    .into_iter()
    .filter(|g| !g.duties.is_empty())
    .collect();
    (!groups.is_empty()).then(|| Duties { phase: phase.title_of(s.project.stage), groups })
}
