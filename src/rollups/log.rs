//! The log of one project: everything that happened and carries a date, newest
//! first, by month. Not a roll-up of the portfolio: each project has its own.

#[cfg(test)]
mod tests;

use super::words::several;
use crate::date::{Date, long};
use crate::measures::changed::Value;
use crate::measures::story::{Event, Kind};
use crate::portfolio::{Portfolio, Project};
use crate::table::{Cell, Column, Group, Mark, Rag, Row, Set, Table, Words};
use crate::target::Target;
use chrono::Datelike;

/// Most events on a page; the terminal has no such bound.
pub const MOST: usize = 20_000;

/// Milestones that moved alike on one day and stand on one line.
const FOLDED: usize = 3;

/// The log as tables, one for each month, of events that are newest first.
#[must_use]
pub fn table(p: &Portfolio, project: &Project, events: &[Event<'_>]) -> Table {
    let mut groups: Vec<Group> = Vec::new();
    let shown = events.get(..MOST).unwrap_or(events);
    for alike in shown.chunk_by(|a, b| together(project, a, b)) {
        let Some(first) = alike.first() else { continue };
        let key = format!("{}-{:02}", first.on.year(), first.on.month());
        let open = groups.last().is_some_and(|g| g.key == key);
        if !open {
            groups.push(month(key, first.on));
        }
        let Some(group) = groups.last_mut() else { continue };
        if alike.len() < FOLDED {
            group.rows.extend(alike.iter().map(|event| row(p, event)));
        } else {
            group.rows.push(folded(p, first, alike));
        }
    }
    if groups.is_empty() {
        groups.push(Group {
            empty: "Nothing that carries a date has happened yet.".into(),
            caption: format!("What happened in {}", project.title),
            columns: columns(),
            ..Group::default()
        });
    }
    if let Some(last) = groups.last_mut().filter(|_| events.len() > MOST) {
        last.note = format!(
            "Only the newest {MOST} of {} events stand here; `milepost log {}` tells all.",
            events.len(),
            project.id
        );
    }
    Table { sentence: sentence(events), plots: Vec::new(), groups }
}

/// The story in one sentence.
#[must_use]
pub fn sentence(events: &[Event<'_>]) -> Vec<Words> {
    let Some(first) = events.iter().map(|e| e.on).min() else {
        return vec![Words::plain("Nothing that carries a date has happened yet.")];
    };
    let count = |keep: &dyn Fn(&Event<'_>) -> bool| events.iter().filter(|e| keep(e)).count();
    let of = |kind: Kind| count(&|e| e.kind == kind);
    let worse = |e: &Event<'_>| e.change.better == Some(false);
    let mut parts: Vec<Words> = Vec::new();
    let mut say = |n: usize, one: &str, many: &str, rag: Option<Rag>| {
        if n > 0 {
            parts.push(Words { text: several(n, one, many), rag, target: None });
        }
    };
    let down = count(&|e| e.overall().is_some() && worse(e));
    say(
        down,
        "turn of overall health to the worse",
        "turns of overall health to the worse",
        Some(Rag::Red),
    );
    let up = count(&|e| e.overall().is_some() && e.change.better == Some(true));
    say(up, "to the better", "to the better", Some(Rag::Green));
    let later = count(&|e| e.kind == Kind::Milestone && e.change.moved().is_some_and(|n| n > 0));
    say(
        later,
        "move of a milestone to a later day",
        "moves of milestones to a later day",
        Some(Rag::Amber),
    );
    say(of(Kind::Baseline), "new baseline", "new baselines", None);
    say(of(Kind::Gate), "gate decided", "gates decided", None);
    say(
        count(&|e| e.kind == Kind::Report && !worse(e)),
        "report published",
        "reports published",
        None,
    );
    let missing = count(&|e| e.kind == Kind::Report && worse(e));
    say(missing, "gap in reporting", "gaps in reporting", Some(Rag::Red));
    let mut words = vec![Words::plain(format!("Since {}: ", long(first)))];
    if parts.is_empty() {
        let n = several(events.len(), "event", "events");
        words.push(Words::plain(format!("{n}, no turn of health and no moved date.")));
        return words;
    }
    let last = parts.len() - 1;
    for (i, part) in parts.into_iter().enumerate() {
        if i > 0 {
            words.push(Words::plain(if i == last { " and " } else { ", " }));
        }
        words.push(part);
    }
    words.push(Words::plain("."));
    words
}

fn columns() -> Vec<Column> {
    vec![
        Column::new("on", "Day", Set::Short),
        Column::new("kind", "Kind", Set::Filter),
        Column::new("what", "What", Set::Wide),
        Column::new("before", "Before", Set::Short),
        Column::new("after", "After", Set::Short),
        Column::new("by", "How far, by whom", Set::Short),
        Column::new("why", "Why", Set::Wide),
    ]
}

fn month(key: String, on: Date) -> Group {
    let title = on.format("%B %Y").to_string();
    Group {
        caption: format!("What happened in {title}"),
        key,
        title,
        columns: columns(),
        ..Group::default()
    }
}

/// Whether two events are milestones that moved by as many days on one day. The
/// finish stands for itself.
fn together(project: &Project, a: &Event<'_>, b: &Event<'_>) -> bool {
    let moved = |e: &Event<'_>| e.change.moved().filter(|_| e.kind == Kind::Milestone);
    let finish = project.finish_milestone();
    let ends = |e: &Event<'_>| match &e.change.target {
        Some(Target::Item(_, id)) => finish.is_some_and(|m| *m.id == **id),
        _ => false,
    };
    a.on == b.on && moved(a).is_some() && moved(a) == moved(b) && !ends(a) && !ends(b)
}

/// Milestones that moved alike, on one line.
fn folded(p: &Portfolio, first: &Event<'_>, alike: &[Event<'_>]) -> Row {
    let mut one = row(p, first);
    if let [_, _, what, before, after, ..] = one.cells.as_mut_slice() {
        *what = Cell::Many(alike.iter().map(|e| label(p, e)).collect());
        (*before, *after) = (Cell::Empty, Cell::Empty);
    }
    one
}

/// What it is called, as a link to where it is written.
fn label(p: &Portfolio, event: &Event<'_>) -> Cell {
    let change = &event.change;
    match &change.target {
        Some(target) if there(p, target) => Cell::Link(change.label.clone(), target.clone()),
        _ => Cell::Text(change.label.clone()),
    }
}

fn row(p: &Portfolio, event: &Event<'_>) -> Row {
    let change = &event.change;
    let by = match (event.kind, change.moved()) {
        (Kind::Milestone | Kind::Baseline, Some(days)) => Cell::Days(days),
        _ => text(event.measure()),
    };
    Row {
        anchor: None,
        cells: vec![
            Cell::Date(event.on),
            Cell::Text(event.sort()),
            label(p, event),
            change.before.as_ref().map_or(Cell::Empty, cell),
            after(event),
            by,
            text(&event.why),
        ],
        muted: event.kind == Kind::Report && change.better == Some(true) && event.why.is_empty(),
    }
}

fn text(words: &str) -> Cell {
    if words.is_empty() { Cell::Empty } else { Cell::Text(words.to_owned()) }
}

/// A register that shows nothing is no place to lead to.
fn there(p: &Portfolio, target: &Target) -> bool {
    match target {
        Target::Register(path) => {
            let found = p.registers.iter().find(|r| r.path == *path);
            found.is_some_and(|r| r.lists.iter().any(|(_, _, items)| !items.is_empty()))
        }
        _ => true,
    }
}

/// What stands after: a word that is good or bad has its mark.
fn after(event: &Event<'_>) -> Cell {
    match (&event.change.after, event.change.better) {
        (Value::Words(word), Some(true)) => Cell::State(Mark::Done, word.clone()),
        (Value::Words(word), Some(false)) => Cell::State(Mark::Bad, word.clone()),
        (value, _) => cell(value),
    }
}

/// A value as a cell.
pub(super) fn cell(value: &Value) -> Cell {
    match value {
        Value::Rag(rag) => Cell::Rag(*rag),
        Value::Date(date) => Cell::Date(*date),
        Value::Money(n, currency) => Cell::Money(*n, currency.clone()),
        Value::Score(n) => Cell::Text(n.show(0)),
        Value::Words(text) => Cell::Text(text.clone()),
    }
}
