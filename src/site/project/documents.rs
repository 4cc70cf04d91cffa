//! Documents by phase: what the matrix asks of the project, and how each
//! stands.

use super::phases::{decided, gate_record};
use crate::data::field::Level;
use crate::data::record::Record;
use crate::date::{days, short};
use crate::document::Document;
use crate::finding::Severity;
use crate::kinds::{Kind, Role};
use crate::lifecycles::{Class, Need, Phase, Requirement, Wanted};
use crate::portfolio::State;
use crate::rollups::words::{figure, role};
use crate::rules::due::{holds, in_release_window};
use crate::site::links::{derived, page_of};
use crate::site::standing::Standing;
use crate::site::tables::Place;
use crate::site::view::Link;
use crate::site::view::Rag;
use crate::site::view::project::{DocumentGroup, DocumentLine};
use crate::site::view::rollup::StateMark;
use crate::target::Target;

/// Where the project stands with a phase.
#[derive(Clone, Copy, PartialEq, Eq)]
enum When {
    Past,
    Now,
    Ahead,
}

/// One group for each phase of the lifecycle that asks for something.
pub(super) fn groups(place: &Place<'_>, s: &Standing<'_>) -> Vec<DocumentGroup> {
    let Some(lifecycle) = s.project.lifecycle.as_ref() else { return Vec::new() };
    let current = s.project.phase;
    let over = s.project.state == State::Complete;
    let rows: Vec<(&Requirement, usize)> = s
        .portfolio()
        .requirements(s.project)
        .iter()
        .filter_map(|row| Some((row, phase_of(s, row)?)))
        .collect();
    let mut told: Vec<&str> = Vec::new();
    let mut out = Vec::new();
    for (i, phase) in lifecycle.phases.iter().enumerate() {
        let when = match current.map(|c| i.cmp(&c)) {
            Some(std::cmp::Ordering::Less) => When::Past,
            Some(std::cmp::Ordering::Equal) => {
                if over {
                    When::Past
                } else {
                    When::Now
                }
            }
            _ => When::Ahead,
        };
        let mut documents: Vec<DocumentLine> = Vec::new();
        for (row, _) in rows.iter().filter(|(_, own)| *own == i) {
            if told.contains(&&*row.title) {
                continue;
            }
            if let Some(line) = line(place, s, row, phase, when) {
                told.push(&row.title);
                documents.push(line);
            }
        }
        documents.extend(gate_line(place, s, phase, when));
        if !documents.is_empty() {
            out.push(DocumentGroup {
                title: phase.title.to_string(),
                current: when == When::Now,
                documents,
            });
        }
    }
    out
}

/// What a row asks of the project in a class of phases; a release window adds
/// to the phase it lies in.
fn need(s: &Standing<'_>, row: &Requirement, class: Class) -> Need {
    let need = row.need(class, s.project.tier);
    let window = row.window(s.project.tier);
    let open = class == Class::Execute && in_release_window(s.portfolio(), s.project);
    if open && window.level > need.level { window } else { need }
}

/// The phase in which a row is told: the first that requires it, else the first
/// that expects it, else, where it is there, the first that allows it.
fn phase_of(s: &Standing<'_>, row: &Requirement) -> Option<usize> {
    let p = s.portfolio();
    if row.when.is_some_and(|c| !holds(p, s.project, c, None)) {
        return None;
    }
    if let Wanted::Kind(name) = &row.wanted
        && p.kinds.find(name).is_none_or(|k| matches!(k.role, Role::Card | Role::Gate))
    {
        return None;
    }
    let phases = s.project.lifecycle.as_ref().map(|l| l.phases.as_slice()).unwrap_or_default();
    let first = |level: Level| phases.iter().position(|ph| need(s, row, ph.class).level >= level);
    first(Level::Required)
        .or_else(|| first(Level::Expected))
        .or_else(|| first(Level::Optional).filter(|_| there(s, row)))
}

fn there(s: &Standing<'_>, row: &Requirement) -> bool {
    match &row.wanted {
        Wanted::Registers(keys) => keys.iter().any(|k| s.project.has_register(k)),
        Wanted::Kind(name) => {
            let kind = s.portfolio().kinds.find(name);
            kind.is_some_and(|k| match &k.register {
                Some(register) => !s.project.items(register).is_empty(),
                None => !of_kind(s, k).is_empty(),
            })
        }
    }
}

/// The project's documents of a kind, in path order.
fn of_kind<'a>(s: &Standing<'a>, kind: &Kind) -> Vec<&'a Document> {
    let p = s.portfolio();
    let charter = |d: &Document| kind.role == Role::Charter && d.kind.role == Role::Charter;
    s.project
        .documents
        .iter()
        .filter_map(|i| p.documents.get(*i))
        .filter(|d| d.typed && (d.kind.name == kind.name || charter(d)))
        .collect()
}

fn line(
    place: &Place<'_>,
    s: &Standing<'_>,
    row: &Requirement,
    phase: &Phase,
    when: When,
) -> Option<DocumentLine> {
    let need = need(s, row, phase.class);
    match &row.wanted {
        Wanted::Registers(keys) => {
            let keys: Vec<&str> = keys.iter().map(|k| &**k).collect();
            Some(registers(place, s, row, &keys, need, phase, when))
        }
        Wanted::Kind(name) => {
            let kind = s.portfolio().kinds.find(name)?;
            if let Some(register) = &kind.register {
                return Some(registers(place, s, row, &[register], need, phase, when));
            }
            if kind.role == Role::Report {
                return Some(reports(place, s, row, when, phase));
            }
            let documents = of_kind(s, kind);
            let Some(document) = documents.last() else {
                return Some(absent(&row.title, need.level, phase, when));
            };
            let (mark, mut state) = written(s, document, need);
            if documents.len() > 1 {
                state = format!("{}, latest {state}", documents.len());
            }
            let link = place.link(row.title.as_ref(), &Target::Document(document.path.clone()));
            Some(DocumentLine { mark, document: link, state })
        }
    }
}

/// What is not there: missing where it was due, open where it is not yet.
fn absent(title: &str, level: Level, phase: &Phase, when: When) -> DocumentLine {
    let due = phase.title.to_lowercase();
    let (mark, state) = match (when, level) {
        (When::Past, Level::Required) => (StateMark::Bad, "missing".to_owned()),
        (When::Now, Level::Required) => (StateMark::Bad, format!("missing, due in {due}")),
        (When::Past | When::Now, Level::Expected) => {
            (StateMark::Partial, "expected, not there".to_owned())
        }
        (When::Ahead, Level::Required | Level::Expected) => {
            (StateMark::Open, format!("due in {due}"))
        }
        _ => (StateMark::None, "optional".to_owned()),
    };
    DocumentLine { mark, document: Link::text(title), state }
}

/// How a document stands: findings about its sections, its state, approvals.
fn written(s: &Standing<'_>, document: &Document, need: Need) -> (StateMark, String) {
    let gaps = s
        .checked
        .findings_of(&document.path)
        .iter()
        .filter(|f| f.severity >= Severity::Warn)
        .filter(|f| matches!(f.rule, "missing-section" | "placeholder-section"))
        .count();
    let (mut mark, mut state) = approval(s, document, need);
    if gaps > 0 {
        let noun = if gaps == 1 { "section" } else { "sections" };
        state = format!("{gaps} {noun} to write; {state}");
        mark = StateMark::Partial;
    }
    if document.broken {
        return (StateMark::Bad, "cannot be read in full".to_owned());
    }
    (mark, state)
}

fn approval(s: &Standing<'_>, document: &Document, need: Need) -> (StateMark, String) {
    let fields = &document.fields;
    let version = fields.text("version");
    let updated = fields.date("updated").or(document.date()).map(short);
    let plain = updated.map_or_else(|| "there".to_owned(), |day| format!("updated {day}"));
    if !document.kind.approvable {
        return (StateMark::Done, plain);
    }
    let state = fields.text("state").unwrap_or("no state");
    let said = |word: &str| match version {
        Some(version) => format!("{version} {word}"),
        None => word.to_owned(),
    };
    match (state, approved(s, fields)) {
        ("superseded" | "archived", _) => (StateMark::None, said(state)),
        (_, Some((of, _))) if version.is_some_and(|v| !of.is_empty() && v != of) => {
            let now = version.unwrap_or_default();
            (StateMark::Partial, format!("approved for {of}, now {now}"))
        }
        (_, Some((_, by))) => (StateMark::Done, said(&format!("approved {by}"))),
        ("approved" | "baselined", None) if need.approved => {
            (StateMark::Partial, said(&format!("{state}, no approval recorded")))
        }
        ("approved" | "baselined" | "published", None) => (StateMark::Done, said(state)),
        ("no state", None) => (StateMark::Partial, plain),
        (state, None) => (StateMark::Partial, said(&state.replace('-', " "))),
    }
}

/// The version last approved and by whom: `by sponsor, 30 Jan`.
fn approved(s: &Standing<'_>, fields: &Record) -> Option<(String, String)> {
    let as_of = s.portfolio().as_of;
    let last = fields
        .list("approvals")
        .iter()
        .filter_map(|a| a.datum.record())
        .filter(|a| matches!(a.text("decision"), Some("approved" | "approved-with-conditions")))
        .filter(|a| a.date("date").is_none_or(|d| d <= as_of))
        .max_by_key(|a| a.date("date"))?;
    let by = last.text("role").map(|r| format!("by {}", lower(&role(r))));
    let day = last.date("date").map(short);
    let words: Vec<String> = by.into_iter().chain(day).collect();
    Some((last.text("of").unwrap_or_default().to_owned(), words.join(", ")))
}

/// A role inside a sentence.
fn lower(role: &str) -> String {
    if role.chars().nth(1).is_some_and(char::is_uppercase) {
        return role.to_owned();
    }
    role.to_lowercase()
}

fn registers(
    place: &Place<'_>,
    s: &Standing<'_>,
    row: &Requirement,
    keys: &[&str],
    need: Need,
    phase: &Phase,
    when: When,
) -> DocumentLine {
    let p = s.portfolio();
    let present: Vec<&str> = keys.iter().copied().filter(|k| s.project.has_register(k)).collect();
    let Some(first) = present.first() else {
        return absent(&row.title, need.level, phase, when);
    };
    let items: usize = present.iter().map(|k| s.project.items(k).len()).sum();
    let files = s.project.registers.iter().filter_map(|i| p.registers.get(*i));
    let updated = files
        .filter(|r| r.lists.iter().any(|(k, _, _)| present.contains(&&**k)))
        .filter_map(|r| r.head.date("updated"))
        .filter(|d| *d <= p.as_of)
        .max();
    let fewest = row.minimum.get(s.project.tier).or(row.minimum.last()).copied();
    let short_of =
        fewest.filter(|n| when == When::Past && usize::try_from(*n).is_ok_and(|n| items < n));
    let count = match (items, short_of) {
        (n, Some(fewest)) => format!("{n} of {fewest}"),
        (1, _) => "1 item".to_owned(),
        (n, _) => format!("{n} items"),
    };
    let state = match updated {
        Some(day) => format!("{count}, updated {}", short(day)),
        None => count,
    };
    let mark = match (items, short_of) {
        (_, Some(_)) => StateMark::Bad,
        (0, _) => StateMark::Partial,
        _ => StateMark::Done,
    };
    let route = derived(&s.project.folder, page_of(first));
    let href = format!("{}#{first}", place.page.link(&route));
    DocumentLine { mark, document: Link::to(row.title.as_ref(), href), state }
}

fn reports(
    place: &Place<'_>,
    s: &Standing<'_>,
    row: &Requirement,
    when: When,
    phase: &Phase,
) -> DocumentLine {
    let p = s.portfolio();
    let Some(latest) = s.project.latest() else {
        return match when {
            When::Ahead => absent(&row.title, Level::Required, phase, when),
            _ => DocumentLine {
                mark: if s.counts() { StateMark::Open } else { StateMark::Bad },
                document: Link::text(row.title.as_ref()),
                state: "none yet".to_owned(),
            },
        };
    };
    let age = match days(latest.date, p.as_of) {
        _ if s.project.state == State::Complete => format!("last {}", short(latest.date)),
        0 => "latest today".to_owned(),
        n => format!("latest {} ago", figure(n, "day", "days")),
    };
    let link = Link::to(row.title.as_ref(), "#reports");
    let _ = place;
    DocumentLine {
        mark: if s.counts() { StateMark::Done } else { StateMark::Bad },
        document: link,
        state: format!("{}, {age}", s.project.reports.len()),
    }
}

/// The gate out of a phase.
fn gate_line(
    place: &Place<'_>,
    s: &Standing<'_>,
    phase: &Phase,
    when: When,
) -> Option<DocumentLine> {
    let gate = phase.gate.as_ref()?;
    let title = format!("Gate {}", gate.id);
    if let Some(record) = gate_record(s, gate) {
        let (said, rag) = decided(&record.fields);
        let mark = match rag {
            None => StateMark::Done,
            Some(Rag::Red) => StateMark::Bad,
            Some(_) => StateMark::Partial,
        };
        let link = place.link(title, &Target::Document(record.path.clone()));
        return Some(DocumentLine { mark, document: link, state: said });
    }
    let rows = s.portfolio().requirements(s.project).iter();
    let level = rows
        .filter(|row| match &row.wanted {
            Wanted::Kind(name) => {
                s.portfolio().kinds.find(name).is_some_and(|k| k.role == Role::Gate)
            }
            Wanted::Registers(_) => false,
        })
        .map(|row| row.need(phase.class, s.project.tier).level)
        .max()
        .unwrap_or_default();
    let (mark, state) = match when {
        When::Past if level == Level::Required => (StateMark::Bad, "no record".to_owned()),
        When::Past => (StateMark::Partial, "no record".to_owned()),
        When::Now => (StateMark::Open, format!("ends {}", phase.title.to_lowercase())),
        When::Ahead => (StateMark::Open, "not yet".to_owned()),
    };
    Some(DocumentLine { mark, document: Link::text(title), state })
}
