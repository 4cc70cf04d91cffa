//! What changed this week: the as-of date against some days before, from facts
//! that carry a date.

#[cfg(test)]
mod tests;

use super::log::cell;
use super::words::{capital, home, list, number, several};
use super::{Bar as Place, Context, Rollup};
use crate::date::{Date, long, plus};
use crate::measures::changed::{Change, Value, What, between, undated};
use crate::portfolio::Portfolio;
use crate::ratio::Ratio;
use crate::table::{
    Bar, Cell, Column, Group, Mark, Plot, Rag, Row, Set, Shape, Table, Unit, Words,
};

/// The roll-up.
pub(super) static ROLLUP: Rollup = Rollup {
    bar: Place::More,
    name: "changes",
    title: "What changed",
    about: "What turned, moved, came, went and became overdue since the week before",
    count: |c| {
        let worse = all(c.portfolio).iter().filter(|c| urgent(c)).count();
        u32::try_from(worse).unwrap_or(u32::MAX)
    },
    table,
};

/// The day that is compared with.
fn since(p: &Portfolio) -> Date {
    plus(p.as_of, -p.config.compare)
}

fn all(p: &Portfolio) -> Vec<Change<'_>> {
    between(p, since(p), p.as_of)
}

/// What somebody must look at: worse health, a missing report, overdue.
fn urgent(c: &Change<'_>) -> bool {
    c.better == Some(false) && matches!(c.what, What::Health | What::Overdue | What::Report)
}

/// The parts of the page: what, key, title, what is said where there is none.
const PARTS: [(What, &str, &str, &str); 9] = [
    (What::Milestone, "milestones", "Milestones", "No milestone moved or was reached."),
    (What::Health, "health", "Health", "No reported colour changed."),
    (What::Estimate, "estimates", "Estimates", "No estimate at completion moved."),
    (What::Raid, "raid", "Risks, issues and the like", "No item came, went or was scored anew."),
    (What::Decision, "decisions", "Decisions", "No decision was asked for or taken."),
    (What::Change, "change-requests", "Change requests", "No change request moved."),
    (What::Gate, "gates", "Gates", "No gate was decided."),
    (What::Phase, "phases", "Phases", "No project entered another phase."),
    (What::Report, "reports", "Reports", "No report was published."),
];

fn table(c: &Context<'_>) -> Table {
    let p = c.portfolio;
    let changes = all(p);
    let mut groups = vec![group(
        p,
        (
            "act",
            "Who must look",
            "Nothing turned worse, no report is missing, nothing became overdue.",
        ),
        "Health that turned worse, reports that are missing, and what became overdue.".into(),
        changes.iter().filter(|c| urgent(c)),
    )];
    for (what, key, title, empty) in PARTS {
        let of = changes.iter().filter(|c| c.what == what);
        groups.push(group(p, (key, title, empty), String::new(), of));
    }
    if !p.projects.is_empty() {
        groups.push(not_compared(p));
    }
    Table { sentence: sentence(p, &changes), plots: moved(&changes).into_iter().collect(), groups }
}

fn sentence(p: &Portfolio, changes: &[Change<'_>]) -> Vec<Words> {
    let mut words = vec![Words::plain(format!("Since {}: ", long(since(p))))];
    let count = |keep: &dyn Fn(&Change<'_>) -> bool| changes.iter().filter(|c| keep(c)).count();
    let overall = |c: &Change<'_>, better| {
        c.what == What::Health && c.label == "Overall" && c.better == Some(better)
    };
    let late = |c: &Change<'_>| {
        c.what == What::Milestone && c.moved().is_some_and(|n| n > 0) && c.better == Some(false)
    };
    let mut parts: Vec<Words> = Vec::new();
    let mut say = |n: usize, one: &str, many: &str, rag: Option<Rag>| {
        if n > 0 {
            let text = format!("{} {}", number(n), if n == 1 { one } else { many });
            parts.push(Words { text, rag, target: None });
        }
    };
    say(
        count(&|c| overall(c, false)),
        "project turned worse",
        "projects turned worse",
        Some(Rag::Red),
    );
    say(
        count(&|c| overall(c, true)),
        "project turned better",
        "projects turned better",
        Some(Rag::Green),
    );
    say(count(&late), "milestone moved later", "milestones moved later", Some(Rag::Amber));
    say(
        count(&|c| c.what == What::Overdue),
        "thing became overdue",
        "things became overdue",
        Some(Rag::Red),
    );
    let taken = |c: &Change<'_>, word: &str| {
        c.what == What::Decision && c.after == Value::Words(word.into())
    };
    say(
        count(&|c| taken(c, "asked for")),
        "decision was asked for",
        "decisions were asked for",
        None,
    );
    say(count(&|c| taken(c, "decided")), "decision was taken", "decisions were taken", None);
    let reported =
        |c: &Change<'_>, there: bool| c.what == What::Report && (c.better == Some(true)) == there;
    say(count(&|c| reported(c, true)), "report was published", "reports were published", None);
    say(count(&|c| reported(c, false)), "report is missing", "reports are missing", Some(Rag::Red));
    if parts.is_empty() {
        words.push(Words::plain("nothing that carries a date changed."));
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

/// How far milestones moved.
fn moved(changes: &[Change<'_>]) -> Option<Plot> {
    let mut bars: Vec<(i64, Bar)> = changes
        .iter()
        .filter(|c| c.what == What::Milestone && c.better.is_some())
        .filter_map(|c| Some((c.moved()?, c)))
        .map(|(by, c)| {
            let project = c.project.map_or("", |pr| &pr.title);
            let bar = Bar {
                label: format!("{} · {project}", c.label),
                value: Ok(Ratio::whole(by.into())),
                rag: Some(if by > 0 { Rag::Red } else { Rag::Green }),
                note: String::new(),
            };
            (by, bar)
        })
        .collect();
    if bars.is_empty() {
        return None;
    }
    bars.sort_by_key(|(by, bar)| (std::cmp::Reverse(*by), bar.label.clone()));
    Some(Plot {
        key: "moved".into(),
        title: "Milestones that moved".into(),
        caption: "Days by which the expected date of a milestone moved; later is positive.".into(),
        unit: Unit::Days,
        limits: Vec::new(),
        shape: Shape::Bars(bars.into_iter().map(|(_, bar)| bar).collect()),
    })
}

fn group<'a, 'b: 'a>(
    p: &Portfolio,
    (key, title, empty): (&str, &str, &str),
    note: String,
    changes: impl Iterator<Item = &'a Change<'b>>,
) -> Group {
    let mut changes: Vec<&Change<'_>> = changes.collect();
    // What turned worse first.
    changes.sort_by_key(|c| c.better != Some(false));
    let row = |c: &Change<'_>| {
        let label = match &c.target {
            Some(target) => Cell::Link(c.label.clone(), target.clone()),
            None => Cell::Text(c.label.clone()),
        };
        let verdict = match c.better {
            Some(true) => Cell::State(Mark::Done, "better".into()),
            Some(false) => Cell::State(Mark::Bad, "worse".into()),
            None => Cell::State(Mark::Open, "neither".into()),
        };
        let after = match (&c.after, c.what) {
            (Value::Date(date), What::Overdue) => {
                Cell::Due { date: *date, late: true, note: "overdue".into() }
            }
            (value, _) => cell(value),
        };
        Row {
            anchor: None,
            cells: vec![
                home(p, c.project, ""),
                label,
                c.before.as_ref().map_or(Cell::Empty, cell),
                after,
                if c.note.is_empty() { Cell::Empty } else { Cell::Text(c.note.clone()) },
                verdict,
                c.on.map_or(Cell::Empty, Cell::Date),
            ],
            muted: false,
        }
    };
    Group {
        key: key.into(),
        title: title.into(),
        note,
        caption: format!("{title}: what changed"),
        empty: empty.into(),
        columns: vec![
            Column::new("project", "Project", Set::Filter),
            Column::new("what", "What", Set::Wide),
            Column::new("before", "Before", Set::Short),
            Column::new("after", "Now", Set::Short),
            Column::new("note", "Note", Set::Wide),
            Column::new("direction", "Better or worse", Set::Short),
            Column::new("on", "When", Set::Short),
        ],
        rows: changes.into_iter().map(row).collect(),
    }
}

/// What has no date and so shows today's value on both days.
fn not_compared(p: &Portfolio) -> Group {
    let undated = undated(p);
    let mut said = Vec::new();
    if undated.born > 0 {
        said.push(several(
            undated.born,
            "item does not say when it was raised",
            "items do not say when they were raised",
        ));
    }
    if undated.ended > 0 {
        said.push(several(
            undated.ended,
            "item is over and does not say since when",
            "items are over and do not say since when",
        ));
    }
    let items = if said.is_empty() {
        "Every item says when it came and went.".to_owned()
    } else {
        format!("{}.", capital(&list(&said)))
    };
    let row = |what: &str, why: &str| Row {
        anchor: None,
        cells: vec![Cell::Text(what.into()), Cell::Text(why.into())],
        muted: false,
    };
    Group {
        key: "not-compared".into(),
        title: "Not compared".into(),
        note: format!("These carry no date, so nobody can tell what they were before. {items}"),
        caption: "Facts without a date".into(),
        empty: String::new(),
        columns: vec![
            Column::new("fact", "Fact", Set::Text),
            Column::new("why", "What would date it", Set::Wide),
        ],
        rows: vec![
            row(
                "tier, programme, sponsor, people and units",
                "nothing: only the history of the files knows",
            ),
            row(
                "baselines and budgets",
                "an entry in `rebaselines` with its day".replace('`', "").as_str(),
            ),
            row("forecasts written in the register", "the milestones of a status report"),
            row("promises of people", "requested_on, committed_on, from and to"),
            row(
                "owners, due dates and texts of items",
                "due_history for the dates; the rest nothing",
            ),
            row("the text of documents", "nothing: only the history of the files knows"),
        ],
    }
}
