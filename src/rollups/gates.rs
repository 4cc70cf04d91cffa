//! Gates: which project stands before which gate, how far it is, what is
//! missing; and what was decided at the gates.

mod coming;
mod next;
pub mod readiness;
mod rows;
mod signing;
#[cfg(test)]
mod tests;

use super::words::{capital, due, figure, list, number, project as of_project, several, who};
use super::{Bar, Context, Rollup};
use crate::date::plus;
use crate::lifecycles::Class;
use crate::portfolio::gates::{Decided, decided, next, promises, unpassed};
use crate::portfolio::{Portfolio, Project, State};
use crate::table::{Cell, Column, Group, Mark, Rag, Row, Set, Table, Words};
use crate::target::Target;
use readiness::{Area, Readiness, Verdict, readiness};
pub use signing::approvers;

/// Days a gate counts as decided lately.
const LATELY: i64 = 365;

/// Missing things named in the portfolio's table.
const NAMED: usize = 3;

/// The roll-up.
pub(super) static ROLLUP: Rollup = Rollup {
    bar: Bar::Shown,
    name: "gates",
    title: "Gates",
    about: "The next gate of every project: how ready it is, what is missing, what was decided",
    count: |c| {
        let p = c.portfolio;
        let running = || p.projects.iter().filter(|pr| pr.state == State::Active);
        let skipped = running().filter(|pr| !unpassed(p, pr).is_empty()).count();
        let late = running().flat_map(|pr| promises(p, pr));
        let late = late.filter(|promise| promise.overdue(p.as_of).is_some()).count();
        u32::try_from(skipped + late).unwrap_or(u32::MAX)
    },
    table,
};

fn table(c: &Context<'_>) -> Table {
    let p = c.portfolio;
    let waiting: Vec<Readiness<'_>> = p
        .projects
        .iter()
        .filter(|pr| !matches!(pr.state, State::Complete | State::Cancelled))
        .filter_map(|pr| readiness(c, pr, next(pr)?))
        .collect();
    let mut groups: Vec<Group> =
        Class::ALL.into_iter().filter_map(|class| next_group(p, &waiting, class)).collect();
    if groups.is_empty() {
        groups.push(Group {
            key: "next".into(),
            title: "Next gates".into(),
            caption: "The next gate of every project".into(),
            empty: "No project stands before a gate.".into(),
            columns: next::columns(),
            ..Group::default()
        });
    }
    groups.push(conditions(p));
    groups.push(decisions(p));
    Table { sentence: sentence(p, &waiting), groups, ..Table::default() }
}

fn sentence(p: &Portfolio, waiting: &[Readiness<'_>]) -> Vec<Words> {
    let active: Vec<&Readiness<'_>> =
        waiting.iter().filter(|r| r.project.state == State::Active).collect();
    if active.is_empty() {
        return vec![Words::plain("No project stands before a gate.")];
    }
    let of = |verdict| active.iter().filter(|r| r.verdict() == verdict).count();
    let (ready, conditions, not) =
        (of(Verdict::Ready), of(Verdict::WithConditions), of(Verdict::NotReady));
    let stand = if active.len() == 1 { "stands" } else { "stand" };
    let mut words = vec![Words::plain(capital(&format!(
        "{} {stand} before a gate: ",
        several(active.len(), "project", "projects")
    )))];
    let mut parts: Vec<Words> = Vec::new();
    if ready > 0 {
        parts.push(Words::rag(format!("{} ready", number(ready)), Rag::Green));
    }
    if conditions > 0 {
        parts.push(Words::rag(format!("{} ready with conditions", number(conditions)), Rag::Amber));
    }
    if not > 0 {
        parts.push(Words::rag(format!("{} not ready", number(not)), Rag::Red));
    }
    let last = parts.len().saturating_sub(1);
    for (i, part) in parts.into_iter().enumerate() {
        match i {
            0 => {}
            i if i == last => words.push(Words::plain(" and ")),
            _ => words.push(Words::plain(", ")),
        }
        words.push(part);
    }
    let skipped: Vec<&Project> = p
        .projects
        .iter()
        .filter(|pr| pr.state == State::Active && !unpassed(p, pr).is_empty())
        .collect();
    if !skipped.is_empty() {
        let went = if skipped.len() == 1 { "has gone" } else { "have gone" };
        words.push(Words::plain("; "));
        words.push(Words::rag(
            format!(
                "{} {went} on without a gate record",
                several(skipped.len(), "project", "projects")
            ),
            Rag::Red,
        ));
    }
    words.push(Words::plain("."));
    words
}

/// The projects in phases of a class, the least ready first.
fn next_group(p: &Portfolio, all: &[Readiness<'_>], class: Class) -> Option<Group> {
    let in_class = |r: &&Readiness<'_>| r.project.phase().map(|ph| ph.class) == Some(class);
    let mut mine: Vec<&Readiness<'_>> = all.iter().filter(in_class).collect();
    if mine.is_empty() {
        return None;
    }
    mine.sort_by_key(|r| {
        let rank = match r.verdict() {
            Verdict::NotReady => 0,
            Verdict::WithConditions => 1,
            Verdict::Ready => 2,
        };
        (r.project.state != State::Active, rank, r.percent(), r.project.id.clone())
    });
    let title = match class {
        Class::Initiate => "Initiating",
        Class::Plan => "Planning",
        Class::Execute => "Executing",
        Class::Close => "Closing",
    };
    Some(Group {
        key: class.name().into(),
        title: title.into(),
        note: "Ready is what is there of what is due by now.".into(),
        caption: format!("Next gates of projects that are {}", title.to_lowercase()),
        empty: String::new(),
        columns: next::columns(),
        rows: mine.into_iter().map(|r| next_row(p, r)).collect(),
    })
}

fn next_row(p: &Portfolio, r: &Readiness<'_>) -> Row {
    let (met, all) = r.counted();
    let mut missing: Vec<Cell> = r
        .failing()
        .take(NAMED)
        .map(|row| Cell::Link(format!("{} ({})", row.what, row.state), row.target.clone()))
        .collect();
    let more = r.failing().count().saturating_sub(missing.len());
    if more > 0 {
        missing.push(Cell::Link(format!("and {more} more"), Target::Gate(r.project.id.clone())));
    }
    let gate = format!("{} {}", r.gate.id, r.gate.title);
    let rests = r.project.state != State::Active;
    let state = if rests {
        Cell::State(Mark::None, r.project.state.name().replace('-', " "))
    } else {
        verdict(r.verdict())
    };
    Row {
        anchor: None,
        cells: vec![
            of_project(r.project),
            Cell::Text(local_phase(p, r.project)),
            Cell::Link(gate, Target::Gate(r.project.id.clone())),
            next::expected(p, r),
            Cell::Detail(Box::new(Cell::Percent(r.percent())), format!("{met} of {all}")),
            state,
            if missing.is_empty() { next::open(r) } else { lines(missing) },
        ],
        muted: rests,
    }
}

/// One thing under the other, each a line of its own.
fn lines(cells: Vec<Cell>) -> Cell {
    Cell::Many(cells.into_iter().map(|cell| Cell::Many(vec![cell])).collect())
}

/// The answer as a state.
#[must_use]
pub fn verdict(verdict: Verdict) -> Cell {
    let mark = match verdict {
        Verdict::Ready => Mark::Done,
        Verdict::WithConditions => Mark::Partial,
        Verdict::NotReady => Mark::Bad,
    };
    Cell::State(mark, verdict.words().into())
}

/// The phase as the project calls it; with the lifecycle where that is not the
/// portfolio's.
#[must_use]
pub fn local_phase(p: &Portfolio, project: &Project) -> String {
    let phase = project.phase_title().unwrap_or_else(|| "not reported".to_owned());
    let own = project.lifecycle.as_ref().map(|l| &l.name);
    match (&project.lifecycle, p.lifecycles.default().map(|l| &l.name)) {
        (Some(lifecycle), usual) if own != usual => format!("{phase} ({})", lifecycle.title),
        _ => phase,
    }
}

/// Open conditions of gates that were passed.
fn conditions(p: &Portfolio) -> Group {
    let running =
        p.projects.iter().filter(|pr| !matches!(pr.state, State::Complete | State::Cancelled));
    let mut open: Vec<_> = running
        .flat_map(|pr| promises(p, pr).into_iter().map(move |promise| (pr, promise)))
        .filter(|(_, promise)| promise.is_open(p.as_of))
        .collect();
    open.sort_by_key(|(pr, promise)| {
        (promise.due.is_none(), promise.due, pr.id.clone(), promise.span)
    });
    let row = |(pr, promise): &(&Project, crate::portfolio::gates::Promise<'_>)| {
        let text = promise.said.text("text").unwrap_or("a condition");
        let owner = promise
            .said
            .text("owner")
            .map_or(Cell::State(Mark::Partial, "no owner".into()), |owner| {
                Cell::Text(who(p, owner))
            });
        Row {
            anchor: None,
            cells: vec![
                of_project(pr),
                Cell::Link(
                    promise.record.fields.text("gate").unwrap_or_default().to_owned(),
                    Target::Document(promise.record.path.clone()),
                ),
                Cell::Text(text.to_owned()),
                owner,
                due(promise.due, p.as_of, true),
            ],
            muted: false,
        }
    };
    Group {
        key: "conditions".into(),
        title: "Open conditions".into(),
        note: "What was promised when a gate was passed, the earliest first.".into(),
        caption: "Open conditions of gates".into(),
        empty: "No condition is open.".into(),
        columns: vec![
            Column::new("project", "Project", Set::Filter),
            Column::new("gate", "Gate", Set::Text),
            Column::new("condition", "Condition", Set::Wide),
            Column::new("owner", "Owner", Set::Filter),
            Column::new("due", "Due", Set::Short),
        ],
        rows: open.iter().map(row).collect(),
    }
}

/// What was decided at gates in the last year, the newest first.
fn decisions(p: &Portfolio) -> Group {
    let from = plus(p.as_of, -LATELY);
    let mut all: Vec<(&Project, Decided<'_>)> = p
        .projects
        .iter()
        .flat_map(|pr| decided(p, pr).into_iter().map(move |d| (pr, d)))
        .filter(|(_, d)| d.date.is_none_or(|date| date > from))
        .collect();
    all.sort_by_key(|(pr, d)| (std::cmp::Reverse(d.date), pr.id.clone(), d.document.path.clone()));
    let mut columns = decided_columns();
    columns.insert(0, Column::new("project", "Project", Set::Filter));
    Group {
        key: "decisions".into(),
        title: "Decided in the last year".into(),
        note: String::new(),
        caption: "Gate decisions of the last year, the newest first".into(),
        empty: "No gate was decided in the last year.".into(),
        columns,
        rows: all
            .iter()
            .map(|(pr, d)| {
                let mut cells = decided_cells(p, pr, d);
                cells.insert(0, of_project(pr));
                Row { anchor: None, cells, muted: false }
            })
            .collect(),
    }
}

fn decided_columns() -> Vec<Column> {
    vec![
        Column::new("date", "Date", Set::Short),
        Column::new("gate", "Gate", Set::Text),
        Column::new("decision", "Decision", Set::Filter),
        Column::new("by", "Approved by", Set::Text),
        Column::new("conditions", "Conditions", Set::Text),
    ]
}

fn decided_cells(p: &Portfolio, project: &Project, d: &Decided<'_>) -> Vec<Cell> {
    let gate = project
        .lifecycle
        .as_ref()
        .and_then(|l| l.phases.get(d.phase)?.gate.as_ref())
        .map_or(String::new(), |g| format!("{} {}", g.id, g.title));
    let word = d.document.fields.text("decision").unwrap_or("not decided");
    let mark = match (word, d.go) {
        ("go", true) => Mark::Done,
        ("go-with-conditions", true) => Mark::Partial,
        _ => Mark::Bad,
    };
    let by = approvers(p, project, d);
    let conditions = d.document.fields.list("conditions").len();
    let open = promises(p, project)
        .iter()
        .filter(|promise| promise.record.path == d.document.path && promise.is_open(p.as_of))
        .count();
    vec![
        super::words::date(d.date),
        Cell::Link(gate, Target::Document(d.document.path.clone())),
        Cell::State(mark, word.replace('-', " ")),
        if by.is_empty() { Cell::State(Mark::Bad, "nobody".into()) } else { Cell::Text(list(&by)) },
        match (conditions, open) {
            (0, _) => Cell::Empty,
            (n, 0) => Cell::Text(format!("{n}, all closed")),
            (n, open) => Cell::Text(format!("{n}, {open} open")),
        },
    ]
}

/// The tables of a gate's page: what is asked, what is promised, what was
/// decided before.
#[must_use]
pub fn project_gate(c: &Context<'_>, r: &Readiness<'_>) -> Table {
    let p = c.portfolio;
    let mut groups = vec![requirements(r)];
    if !r.promises.is_empty() {
        groups.push(promised(p, r));
    }
    groups.push(Group {
        key: "history".into(),
        title: "Gates so far".into(),
        note: String::new(),
        caption: "Gate decisions of the project, the oldest first".into(),
        empty: "No gate has been decided yet.".into(),
        columns: decided_columns(),
        rows: decided(p, r.project)
            .iter()
            .map(|d| Row { anchor: None, cells: decided_cells(p, r.project, d), muted: false })
            .collect(),
    });
    Table { sentence: said(p, r), groups, ..Table::default() }
}

/// The answer in a sentence.
#[must_use]
pub fn said(p: &Portfolio, r: &Readiness<'_>) -> Vec<Words> {
    let (met, all) = r.counted();
    let rag = match r.verdict() {
        Verdict::Ready => Rag::Green,
        Verdict::WithConditions => Rag::Amber,
        Verdict::NotReady => Rag::Red,
    };
    let mut words = vec![Words::rag(capital(r.verdict().words()), rag)];
    words.push(Words::plain(format!(
        ": {met} of {} met ({} %)",
        figure(i64::try_from(all).unwrap_or(0), "requirement is", "requirements are"),
        r.percent().show(1)
    )));
    let of = |area| r.failing().filter(|row| row.area == area).count();
    let parts: Vec<String> = [
        (Area::Document, "document or register", "documents or registers"),
        (Area::Approval, "approval", "approvals"),
        (Area::Issue, "issue of severity 1", "issues of severity 1"),
        (Area::Condition, "overdue condition", "overdue conditions"),
    ]
    .into_iter()
    .filter(|(area, ..)| of(*area) > 0)
    .map(|(area, one, many)| several(of(area), one, many))
    .collect();
    if !parts.is_empty() {
        let verb = if r.failing().count() == 1 { "stands" } else { "stand" };
        words.push(Words::plain(format!("; {} {verb} in the way", list(&parts))));
    }
    words.push(Words::plain("."));
    let earlier: Vec<String> = unpassed(p, r.project)
        .iter()
        .filter(|gate| gate.phase < r.phase)
        .map(|gate| gate.gate.id.to_string())
        .collect();
    if !earlier.is_empty() {
        words.push(Words::plain(" "));
        words.push(Words::rag(format!("{} was never passed.", list(&earlier)), Rag::Red));
    }
    if let Some(d) = &r.decided {
        let word = d.document.fields.text("decision").unwrap_or("nothing").replace('-', " ");
        let day = d.date.map_or(String::new(), |day| format!(" on {}", crate::date::long(day)));
        words.push(Words::plain(" The gate decided "));
        words.push(Words {
            text: format!("{word}{day}"),
            rag: None,
            target: Some(Target::Document(d.document.path.clone())),
        });
        let by = approvers(p, r.project, d);
        if !by.is_empty() {
            words.push(Words::plain(format!(", approved by {}", list(&by))));
        }
        words.push(Words::plain("."));
    }
    if let Some(coming) = &r.coming {
        words.push(Words::plain(format!(" {}.", capital(coming))));
    }
    words
}

fn requirements(r: &Readiness<'_>) -> Group {
    Group {
        key: "requirements".into(),
        title: "What the gate asks".into(),
        note: "R is required, R@ required and approved, E expected. What is missing comes first; only what is required counts.".into(),
        caption: "Requirements of the gate and how each stands".into(),
        empty: "This gate asks for nothing.".into(),
        columns: vec![
            Column::new("state", "State", Set::Filter),
            Column::new("requirement", "Requirement", Set::Text),
            Column::new("needed", "Needed", Set::Short),
            Column::new("who", "Who", Set::Filter),
            Column::new("message", "Why", Set::Wide),
            Column::new("place", "Place", Set::Text),
        ],
        rows: r
            .rows
            .iter()
            .map(|row| Row {
                anchor: None,
                cells: vec![
                    Cell::State(row.mark, row.state.clone()),
                    Cell::Link(row.what.clone(), row.target.clone()),
                    Cell::Text(row.needed.into()),
                    if row.who.is_empty() { Cell::Empty } else { Cell::Text(row.who.clone()) },
                    if row.why.is_empty() { Cell::Empty } else { Cell::Text(row.why.clone()) },
                    Cell::Link(row.place(), row.target.clone()),
                ],
                muted: false,
            })
            .collect(),
    }
}

fn promised(p: &Portfolio, r: &Readiness<'_>) -> Group {
    Group {
        key: "conditions".into(),
        title: "Open conditions of earlier gates".into(),
        note: "In time so far; an overdue one would stand above.".into(),
        caption: "Open conditions of earlier gates".into(),
        empty: String::new(),
        columns: vec![
            Column::new("gate", "Gate", Set::Text),
            Column::new("condition", "Condition", Set::Wide),
            Column::new("owner", "Owner", Set::Text),
            Column::new("due", "Due", Set::Short),
        ],
        rows: r
            .promises
            .iter()
            .map(|promise| {
                let text = |field: &str| promise.said.text(field).unwrap_or_default().to_owned();
                let record = Target::Document(promise.record.path.clone());
                let gate = promise.record.fields.text("gate").unwrap_or_default();
                Row {
                    anchor: None,
                    cells: vec![
                        Cell::Link(gate.to_owned(), record),
                        Cell::Text(text("text")),
                        Cell::Text(who(p, &text("owner"))),
                        due(promise.due, p.as_of, true),
                    ],
                    muted: false,
                }
            })
            .collect(),
    }
}
