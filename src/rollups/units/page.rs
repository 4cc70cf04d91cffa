//! The page of one unit.

use super::{Unit, fte, fte_cell, keys_of, load, owned, owned_columns, owned_row, touched, who};
use crate::document::Item;
use crate::measures::commitments::{
    cut, fill, months, person_key, told, unanswered, unit_capacity, waited,
};
use crate::portfolio::{Portfolio, Project};
use crate::rollups::Context;
use crate::rollups::words::{self, capital, figure, item_target, project, several};
use crate::table::{Cell, Column, Group, Mark, Missing, Rag, Row, Set, Table, Words};

/// Everything a functional manager asks.
pub(super) fn table(c: &Context<'_>, unit: &Unit<'_>) -> Table {
    let p = c.portfolio;
    let keys = keys_of(p, unit);
    let mine = |w: &str| keys.contains(&person_key(p, w));
    let rows = unit.rows(p);
    let requests: Vec<(&Project, &Item)> = super::requests(p)
        .into_iter()
        .filter(|(_, item)| unit.is(item.fields.text("unit")))
        .collect();
    let items = owned(p, mine);
    let projects = touched::projects(p, unit);
    let mut groups = vec![waiting(p, &requests, false), load::over(p, mine)];
    groups.push(Group {
        key: "items".into(),
        title: "Items of its people".into(),
        note: "Open items whose owner belongs to the unit by people.yaml, overdue first.".into(),
        caption: "Open items of the unit's people".into(),
        empty: "Nobody of the unit owns an open item.".into(),
        columns: owned_columns(),
        rows: items.iter().map(|o| owned_row(p, o)).collect(),
    });
    groups.push(promises(p, &rows));
    groups.push(touched::touching(c, unit, &projects));
    groups.push(touched::turning(c, &projects));
    groups.push(touched::operations(c, unit));
    groups.push(touched::changes(&projects));
    groups.push(touched::conflicting(p, &projects));
    groups.extend(super::people::members(p, unit));
    let overdue = items.iter().filter(|o| o.due.is_some_and(|d| d < p.as_of)).count();
    let mut said = sentence(p, unit, &rows, &requests, overdue);
    said.extend(touched::sentence(c, &projects));
    Table { sentence: said, plots: load::columns(p, unit).into_iter().collect(), groups }
}

fn sentence(
    p: &Portfolio,
    unit: &Unit<'_>,
    rows: &[(&Project, &Item)],
    requests: &[(&Project, &Item)],
    overdue: usize,
) -> Vec<Words> {
    let mut words = Vec::new();
    if let Some(manager) = unit.manager(p) {
        words.push(Words::plain(format!("Managed by {manager}. ")));
    }
    let month = months(p.as_of, 1).first().copied().unwrap_or(p.as_of);
    let promised = load::in_month(&unit.promises(p), month);
    let capacity = unit.said.and_then(|r| unit_capacity(r, month));
    words.push(match (promised, capacity) {
        (Some(n), _) if n.is_zero() => Words::plain("Nobody is promised to a project this month"),
        (Some(n), Some(of)) => {
            let said = format!(
                "{} of {} are promised this month",
                fte(n).trim_end_matches(" FTE"),
                fte(of)
            );
            if n > of { Words::rag(said, Rag::Red) } else { Words::plain(said) }
        }
        (Some(n), None) => Words::plain(format!(
            "{} are promised this month, and the unit's capacity is not reported",
            fte(n)
        )),
        (None, _) => Words::plain("What is promised cannot be added up"),
    });
    if let Some(fill) = fill(rows.iter().map(|(_, item)| *item), p.as_of)
        && let Some(percent) = fill.percent()
    {
        let kept = fill.kept().map(|k| format!(", {} % of what was promised first", k.show(1)));
        let said = format!(
            ": {} % of what projects asked for{}",
            percent.show(1),
            kept.unwrap_or_default()
        );
        words.push(Words::plain(said));
    }
    words.push(Words::plain("."));
    if let Some((_, item)) = requests.first() {
        let verb = if requests.len() == 1 { "waits" } else { "wait" };
        let count = capital(&several(requests.len(), "request", "requests"));
        words.push(Words::plain(" "));
        words.push(Words::rag(format!("{count} {verb} for an answer"), Rag::Amber));
        let age = waited(p, item).map(|n| {
            let lead = if requests.len() == 1 { "for" } else { "the oldest for" };
            format!(", {lead} {}", figure(n, "business day", "business days"))
        });
        words.push(Words::plain(age.unwrap_or_default() + "."));
    }
    if overdue > 0 {
        let verb = if overdue == 1 { "is" } else { "are" };
        let count = capital(&several(overdue, "item", "items"));
        words.push(Words::plain(" "));
        words.push(Words::rag(format!("{count} of its people {verb} overdue"), Rag::Red));
        words.push(Words::plain("."));
    }
    words
}

/// Requests nobody has answered.
pub(super) fn waiting(p: &Portfolio, requests: &[(&Project, &Item)], with_unit: bool) -> Group {
    let row = |(pr, item): &(&Project, &Item)| {
        let fields = &item.fields;
        let label = format!("{} {}", item.id, item.title()).trim().to_owned();
        let label = match fields.text("role") {
            Some(role) if *item.title() == *item.id => format!("{} {role}", item.id),
            _ => label,
        };
        let mut cells = vec![
            waited(p, item).map_or(Cell::Missing(Missing::NotReported), Cell::Count),
            words::date(fields.date("requested_on")),
            Cell::Link(label, item_target(pr, item)),
            project(pr),
            fte_cell(fields.number("required_fte")),
            words::date(fields.date("from")),
            words::date(fields.date("to")),
            fields.text("manager").map_or(Cell::State(Mark::Partial, "nobody named".into()), |m| {
                Cell::Text(who(p, m))
            }),
        ];
        if with_unit {
            cells.push(fields.text("unit").map_or(Cell::Empty, |u| Cell::Text(named(p, u))));
        }
        Row { anchor: None, cells, muted: false }
    };
    let mut columns = vec![
        Column::new("age", "Business days", Set::Number),
        Column::new("requested_on", "Asked", Set::Short),
        Column::new("role", "For", Set::Wide),
        Column::new("project", "Project", Set::Filter),
        Column::new("required_fte", "How much", Set::Number),
        Column::new("from", "From", Set::Short),
        Column::new("to", "To", Set::Short),
        Column::new("manager", "Who answers", Set::Filter),
    ];
    if with_unit {
        columns.push(Column::new("unit", "Unit", Set::Filter));
    }
    Group {
        key: "requests".into(),
        title: "Requests waiting for an answer".into(),
        note: "The longest wait first; after ten business days the check speaks up.".into(),
        caption: "Requests for people that nobody has answered".into(),
        empty: "No request waits for an answer.".into(),
        columns,
        rows: requests.iter().map(row).collect(),
    }
}

/// A unit's name for readers.
fn named(p: &Portfolio, written: &str) -> String {
    let unit = super::units(p).into_iter().find(|u| u.is(Some(written)));
    unit.map_or(written.to_owned(), |u| u.title.to_owned())
}

/// What the unit has promised, row by row, against the first promise.
fn promises(p: &Portfolio, rows: &[(&Project, &Item)]) -> Group {
    let current = |item: &Item| {
        !matches!(item.status(), "released" | "withdrawn")
            && !unanswered(item)
            && item.fields.date("to").is_none_or(|to| to >= p.as_of)
    };
    let row = |(pr, item): &(&Project, &Item)| {
        let fields = &item.fields;
        let kept = match cut(p, item) {
            Some((now, first)) => {
                let mark = if told(p, pr, item) { Mark::Partial } else { Mark::Bad };
                let first = fte(first);
                let now = fte(now);
                let said = format!("{} of {first}", now.trim_end_matches(" FTE"));
                let silent = if mark == Mark::Bad { ", not told" } else { "" };
                Cell::State(mark, format!("{said}{silent}"))
            }
            None if fields.number("original_fte").is_none() => Cell::Missing(Missing::NotReported),
            None => Cell::State(Mark::Done, "kept".into()),
        };
        let role = fields.text("role").unwrap_or(item.title());
        Row {
            anchor: None,
            cells: vec![
                project(pr),
                Cell::Link(format!("{} {role}", item.id).trim().to_owned(), item_target(pr, item)),
                match fields.text("person") {
                    Some(person) => Cell::Text(who(p, person)),
                    None => Cell::State(Mark::Open, "nobody named".into()),
                },
                fte_cell(fields.number("required_fte")),
                fte_cell(fields.number("committed_fte")),
                kept,
                words::date(fields.date("from")),
                words::date(fields.date("to")),
            ],
            muted: fields.date("from").is_some_and(|from| from > p.as_of),
        }
    };
    Group {
        key: "promises".into(),
        title: "Promises".into(),
        note: "Every promise that has not ended, against the one first made.".into(),
        caption: "What the unit has promised to projects".into(),
        empty: "The unit has promised nobody.".into(),
        columns: vec![
            Column::new("project", "Project", Set::Filter),
            Column::new("role", "For", Set::Wide),
            Column::new("person", "Who", Set::Filter),
            Column::new("required_fte", "Asked", Set::Number),
            Column::new("committed_fte", "Promised", Set::Number),
            Column::new("kept", "Against the first promise", Set::Short),
            Column::new("from", "From", Set::Short),
            Column::new("to", "To", Set::Short),
        ],
        rows: rows.iter().filter(|(_, item)| current(item)).map(row).collect(),
    }
}
