//! Where the events of a story come from: each source is walked once.

use super::{Event, Kind};
use crate::data::record::{Datum, Record};
use crate::date::{Date, days, plus, short};
use crate::document::{Document, Item};
use crate::kinds::Role;
use crate::measures::changed::{Change, Span, Value, What, items, of_milestone, signed, turned};
use crate::measures::freshness::{self, Level};
use crate::measures::health::DIMENSIONS;
use crate::portfolio::approvals::{Decision, Subject, of as approvals, subjects};
use crate::portfolio::people::{role, who};
use crate::portfolio::{Milestone, Portfolio, Project, State, declared};
use crate::table::Rag;
use crate::target::Target;

/// Every event of a project, in no order of days.
pub(super) fn all<'a>(p: &'a Portfolio, project: &'a Project) -> Vec<Event<'a>> {
    let mut out = Vec::new();
    told_by_reports(p, project, &mut out);
    let whole = Span { from: Date::MIN, to: p.as_of };
    let mut changes = Vec::new();
    whole.gates(p, project, &mut changes);
    out.extend(changes.drain(..).filter_map(|c| event(Kind::Gate, c)));
    milestones(project, &mut out);
    budgets(p, project, &mut out);
    items::of_project(p, project, whole, &mut changes);
    out.extend(changes.into_iter().filter_map(|c| item(p, project, c)));
    risks(project, &mut out);
    for subject in subjects(p, project) {
        approved(p, project, subject, &mut out);
    }
    reports(p, project, &mut out);
    missing(p, project, &mut out);
    out
}

/// A change with its day, if it has one.
fn event(kind: Kind, change: Change<'_>) -> Option<Event<'_>> {
    Some(Event { on: change.on?, kind, change, why: String::new() })
}

/// The same, whose note is a reason.
fn reasoned(kind: Kind, mut change: Change<'_>) -> Option<Event<'_>> {
    let why = std::mem::take(&mut change.note);
    Some(Event { on: change.on?, kind, change, why })
}

/// The published reports, the one that counts of each day, oldest first.
fn counted<'a>(p: &'a Portfolio, project: &'a Project) -> Vec<(Date, &'a Document)> {
    let mut all: Vec<(Date, &Document)> = Vec::new();
    for report in &project.reports {
        let Some(document) = p.documents.get(report.document) else { continue };
        match all.last_mut().filter(|(day, _)| *day == report.date) {
            Some(last) => last.1 = document,
            None => all.push((report.date, document)),
        }
    }
    all
}

/// What one report says otherwise than those before it.
fn told_by_reports<'a>(p: &'a Portfolio, project: &'a Project, out: &mut Vec<Event<'a>>) {
    let reports = counted(p, project);
    let mut last: [Option<Rag>; DIMENSIONS.len()] = [None; DIMENSIONS.len()];
    for (day, report) in &reports {
        for (dimension, last) in DIMENSIONS.iter().zip(&mut last) {
            let Some(is) = declared(&report.fields, dimension) else { continue };
            if let Some(was) = last.filter(|was| *was != is.rag) {
                let change =
                    Change { on: Some(*day), ..turned(project, dimension, was, is, report) };
                out.extend(reasoned(Kind::Health, change));
            }
            *last = Some(is.rag);
        }
    }
    let mut changes = Vec::new();
    for pair in reports.windows(2) {
        let [(from, _), (to, _)] = pair else { continue };
        let span = Span { from: *from, to: *to };
        span.phase(p, project, &mut changes);
        out.extend(changes.drain(..).filter_map(|c| event(Kind::Phase, c)));
        span.estimate(p, project, &mut changes);
        out.extend(changes.drain(..).filter_map(|c| event(Kind::Estimate, c)));
    }
}

fn milestones<'a>(project: &'a Project, out: &mut Vec<Event<'a>>) {
    for m in &project.milestones {
        let Some(item) = project.items("milestones").get(m.item) else { continue };
        rebaselined(project, m, item, out);
        called_off(project, m, item, out);
        // Each day on which something was said of it, and the day it was reached.
        let mut said: Vec<Date> = m.history.iter().map(|(day, _)| *day).collect();
        said.extend(m.actual);
        said.sort_unstable();
        said.dedup();
        // What was agreed on the eve of the first of them is what it moved from.
        let mut from = said.first().map_or(Date::MIN, |day| plus(*day, -1));
        let mut changes = Vec::new();
        for to in said {
            Span { from, to }.expected(project, m, item, &mut changes);
            from = to;
        }
        out.extend(changes.into_iter().filter_map(|c| event(Kind::Milestone, c)));
    }
}

/// Entries of `rebaselines`, each with its day.
fn entries(fields: &Record) -> impl Iterator<Item = (Date, &Record)> {
    let records = fields.list("rebaselines").iter().filter_map(|e| e.datum.record());
    records.filter_map(|e| Some((e.date("date")?, e)))
}

/// Why a baseline was moved: the change request, else that none is named, and
/// what the entry says.
fn grounds(project: &Project, entry: &Record) -> String {
    let change = entry.text("change").map(|id| named(project, id));
    let note = entry.text("note").map(|n| n.trim().to_owned());
    match (change, note) {
        (Some(change), Some(note)) => format!("{change}: {note}"),
        (Some(change), None) => change,
        (None, Some(note)) => format!("no change request: {note}"),
        (None, None) => "no change request".into(),
    }
}

/// An item's id with its title, where the project has it.
fn named(project: &Project, id: &str) -> String {
    let title = project.item(id).map(Item::title).filter(|t| !t.is_empty());
    title.map_or_else(|| id.to_owned(), |title| format!("{id} {title}"))
}

fn rebaselined<'a>(project: &'a Project, m: &Milestone, item: &Item, out: &mut Vec<Event<'a>>) {
    for (day, entry) in entries(&item.fields) {
        let (Some(from), Some(to)) = (entry.date("from"), entry.date("to")) else { continue };
        let values = (Some(Value::Date(from)), Value::Date(to));
        let note = signed(days(from, to));
        out.push(Event {
            on: day,
            kind: Kind::Baseline,
            change: of_milestone(project, m, values, None, note, Some(day)),
            why: grounds(project, entry),
        });
    }
}

/// A milestone that a change request called off, on the day that was decided.
fn called_off<'a>(project: &'a Project, m: &Milestone, item: &Item, out: &mut Vec<Event<'a>>) {
    let Some(id) = item.fields.text("cancelled") else { return };
    let decision = project.item(id).and_then(|c| c.fields.record("decision"));
    let Some(day) = decision.and_then(|d| d.date("date")) else { return };
    let values = (None, Value::Words("cancelled".into()));
    out.push(Event {
        on: day,
        kind: Kind::Milestone,
        change: of_milestone(project, m, values, None, String::new(), Some(day)),
        why: named(project, id),
    });
}

/// Approved budgets that were changed.
fn budgets<'a>(p: &'a Portfolio, project: &'a Project, out: &mut Vec<Event<'a>>) {
    let documents = project.documents.iter().filter_map(|i| p.documents.get(*i));
    for document in documents.filter(|d| d.fields.number("bac").is_some()) {
        for (day, entry) in entries(&document.fields) {
            let (Some(from), Some(to)) = (entry.number("from"), entry.number("to")) else {
                continue;
            };
            let Some(by) = to.sub(from) else { continue };
            let currency = project.currency.as_deref().unwrap_or("");
            let amount = |n| Value::Money(n, currency.to_owned());
            let sign = if by.is_negative() { "" } else { "+" };
            let change = Change {
                project: Some(project),
                what: What::Estimate,
                label: "Approved budget".into(),
                before: Some(amount(from)),
                after: amount(to),
                better: None,
                note: format!("{sign}{}", by.money()).replacen('-', "−", 1),
                on: Some(day),
                target: Some(Target::Document(document.path.clone())),
            };
            let why = grounds(project, entry);
            out.push(Event { on: day, kind: Kind::Baseline, change, why });
        }
    }
}

/// What happened to an item; what became overdue is no event, since it is told
/// by what did not happen.
fn item<'a>(p: &Portfolio, project: &Project, mut change: Change<'a>) -> Option<Event<'a>> {
    match change.what {
        What::Raid if matches!(change.after, Value::Score(_)) => None,
        What::Raid => event(Kind::Raid, change),
        What::Decision if change.better.is_none() => event(Kind::Decision, change),
        What::Decision => reasoned(Kind::Decision, change),
        What::Change => {
            change.note.clear();
            let decided =
                change.better.is_none() && change.after != Value::Words("submitted".into());
            let said = match &change.target {
                Some(Target::Item(_, id)) if decided => project.item(id),
                _ => None,
            };
            let decision = said.and_then(|i| i.fields.record("decision"));
            let why = decision.map(|d| rationale(p, d)).unwrap_or_default();
            Some(Event { on: change.on?, kind: Kind::Change, change, why })
        }
        _ => None,
    }
}

/// Who decided a change request, and why.
fn rationale(p: &Portfolio, decision: &Record) -> String {
    let by: Vec<String> = decision.texts("by").map(|(name, _)| who(p, name)).collect();
    let by = if by.is_empty() { String::new() } else { format!("by {}", by.join(", ")) };
    match decision.text("rationale").map(str::trim) {
        Some(why) if by.is_empty() => why.to_owned(),
        Some(why) => format!("{by}: {why}"),
        None => by,
    }
}

/// Risks that were scored anew, by each of their assessments.
fn risks<'a>(project: &'a Project, out: &mut Vec<Event<'a>>) {
    for risk in project.items("risks") {
        let assessed = risk.fields.list("assessments").iter().filter_map(|a| a.datum.record());
        let mut dates: Vec<Date> = assessed.filter_map(|a| a.date("date")).collect();
        dates.sort_unstable();
        dates.dedup();
        for pair in dates.windows(2) {
            let [from, to] = pair else { continue };
            let span = Span { from: *from, to: *to };
            let Some(mut change) = items::rescored(project, risk, span) else { continue };
            let why = Some(change.note).filter(|n| n != "score").unwrap_or_default();
            change.note = risk.kind.title.to_lowercase();
            out.push(Event { on: *to, kind: Kind::Raid, change, why });
        }
    }
}

/// Versions that somebody approved or refused. A gate's approvals are told by
/// its decision.
fn approved<'a>(
    p: &Portfolio,
    project: &'a Project,
    subject: Subject<'a>,
    out: &mut Vec<Event<'a>>,
) {
    let target = match subject {
        Subject::Document(d) if d.kind.role == Role::Gate => return,
        Subject::Document(d) => Target::Document(d.path.clone()),
        Subject::Register(r) => Target::Register(r.path.clone()),
    };
    for entry in approvals(p, project, subject) {
        let (word, better) = match entry.decision {
            Decision::Approved => ("approved", true),
            Decision::Rejected => ("rejected", false),
            Decision::Pending | Decision::NotRequired => continue,
        };
        let Some(day) = entry.date else { continue };
        let name = entry.name.map(|n| who(p, n));
        let seat = entry.role.as_deref().map(role);
        let by = match (name, seat) {
            (Some(name), Some(seat)) if name != seat => format!("by {name}, {seat}"),
            (Some(name), _) => format!("by {name}"),
            (None, Some(seat)) => format!("by {seat}"),
            (None, None) => String::new(),
        };
        let of = entry.of.map(|of| format!(" {of}")).unwrap_or_default();
        let change = Change {
            project: Some(project),
            what: What::Decision,
            label: format!("{}{of}", crate::text::capital(&subject.title())),
            before: None,
            after: Value::Words(word.into()),
            better: Some(better),
            note: by,
            on: Some(day),
            target: Some(target.clone()),
        };
        let said = entry.record.get("conditions").filter(|d| d.says_something());
        let why = said.map(Datum::show).unwrap_or_default();
        out.push(Event { on: day, kind: Kind::Approval, change, why });
    }
}

fn report<'a>(
    project: &'a Project,
    label: String,
    word: &str,
    on: Date,
    target: Target,
) -> Change<'a> {
    Change {
        project: Some(project),
        what: What::Report,
        label,
        before: None,
        after: Value::Words(word.into()),
        better: Some(word == "published"),
        note: String::new(),
        on: Some(on),
        target: Some(target),
    }
}

/// Reports that were published.
fn reports<'a>(p: &'a Portfolio, project: &'a Project, out: &mut Vec<Event<'a>>) {
    for published in &project.reports {
        let Some(document) = p.documents.get(published.document) else { continue };
        let target = Target::Document(document.path.clone());
        let change =
            report(project, document.title.to_string(), "published", published.date, target);
        let why = document.fields.text("what_changed").unwrap_or_default().trim().to_owned();
        out.push(Event { on: published.date, kind: Kind::Report, change, why });
    }
}

/// Reports that did not come: where two lie at least two cadences apart, and
/// where the newest is due.
fn missing<'a>(p: &'a Portfolio, project: &'a Project, out: &mut Vec<Event<'a>>) {
    let mut push = |on: Date, why: String| {
        let target = Target::Project(project.id.clone());
        let change = report(project, "Report".into(), "missing", on, target);
        out.push(Event { on, kind: Kind::Report, change, why });
    };
    let freshness = freshness::measure(p, project);
    let reports = counted(p, project);
    for pair in reports.windows(2) {
        let [(from, _), (to, _)] = pair else { continue };
        let gap = days(*from, *to);
        if gap >= freshness.cadence.saturating_mul(2) {
            let (gap, every) = (figure(gap), figure(freshness.cadence));
            let why = format!("the next came {gap} later, on {}; due every {every}", short(*to));
            push(plus(*from, freshness.cadence), why);
        }
    }
    let Some((last, _)) = reports.last() else {
        if let Some(began) = project.began().filter(|_| freshness.level == Level::Never) {
            push(plus(began, freshness.cadence), "never reported".into());
        }
        return;
    };
    let due = plus(*last, freshness.cadence);
    let card = p.documents.get(project.card);
    let agreed = card.and_then(|c| c.fields.date("next_report")).is_some_and(|d| d >= p.as_of);
    if project.state == State::Active && due < p.as_of && !agreed {
        push(due, format!("the last is of {}", short(*last)));
    }
}

fn figure(n: i64) -> String {
    crate::text::figure(n, "day", "days")
}
