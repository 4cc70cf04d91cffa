//! Releases: what goes live when, whether it is ready, who supports it, and
//! where go-lives get into each other's way.

mod launch;
mod live;
#[cfg(test)]
mod tests;

pub use launch::{Clash, Conflict, Criteria, GoLive, Moment, coming, conflicts, criteria};

use super::words::{capital, date, due, number, project, several, who};
use super::{Bar, Context, Rollup};
use crate::data::record::{Datum, Record};
use crate::date::{Date, days, long, plus, short};
use crate::document::Document;
use crate::measures::evidence::roles;
use crate::measures::release_window::window;
use crate::portfolio::Portfolio;
use crate::portfolio::approvals::seats;
use crate::table::{Cell, Column, Group, Mark, Missing, Rag, Row, Set, Table, Words};
use crate::target::Target;
use launch::{absent, all, live_since};
use live::live_group;

/// Days a launch counts as lately live.
const LATELY: i64 = 365;

/// The roll-up.
pub(super) static ROLLUP: Rollup = Rollup {
    bar: Bar::More,
    name: "releases",
    title: "Releases",
    about: "What goes live when, whether it is ready, and who supports it",
    count: |c| {
        let p = c.portfolio;
        u32::try_from(conflicts(p, &coming(p)).len()).unwrap_or(u32::MAX)
    },
    table,
};

fn table(c: &Context<'_>) -> Table {
    let p = c.portfolio;
    let ahead = coming(p);
    let clashes = conflicts(p, &ahead);
    let live = live_since(p, plus(p.as_of, -LATELY));
    Table {
        sentence: sentence(p, &ahead, &clashes),
        groups: vec![
            conflict_group(&clashes),
            ahead_group(p, &ahead),
            preparation_group(p, &ahead),
            environment_group(p, &ahead),
            freeze_group(p, &ahead),
            live_group(p, &live),
        ],
        ..Table::default()
    }
}

/// Whether a go-live is so near that its documents are due.
fn inside(p: &Portfolio, g: &GoLive<'_>) -> bool {
    g.launch.expected.is_some_and(|d| days(p.as_of, d) <= window(p, g.project))
}

fn sentence(p: &Portfolio, ahead: &[GoLive<'_>], clashes: &[Conflict<'_>]) -> Vec<Words> {
    if ahead.is_empty() {
        let told = all(p).next().is_some() || p.projects.is_empty();
        let text = if told {
            "Nothing is to go live."
        } else {
            "No project tells of anything that goes live."
        };
        return vec![Words::plain(text)];
    }
    let verb = if ahead.len() == 1 { "is" } else { "are" };
    let count = several(ahead.len(), "go-live", "go-lives");
    let mut words = vec![Words::plain(format!("{} {verb} ahead", capital(&count)))];
    if let Some((next, day)) = ahead.iter().find_map(|g| Some((g, g.launch.expected?))) {
        let lead = match (ahead.len(), day < p.as_of) {
            (1, false) => ", on",
            (1, true) => ", which was to be on",
            (_, false) => ", the next on",
            (_, true) => ", the first was to be on",
        };
        words.push(Words::plain(format!("{lead} {} (", long(day))));
        words.push(Words {
            text: next.project.title.to_string(),
            rag: None,
            target: Some(Target::Project(next.project.id.clone())),
        });
        words.push(Words::plain(")"));
    }
    let near: Vec<&GoLive<'_>> = ahead.iter().filter(|g| inside(p, g)).collect();
    let open = |g: &&&GoLive<'_>| decision(p, g).is_none_or(|d| criteria(d).must_open > 0);
    let unready = near.iter().filter(open).count();
    words.push(match (near.len(), unready) {
        (0, _) => Words::plain("; none is in its release window"),
        (1, 0) => Words::plain("; the one in its release window has every must-have met"),
        (1, _) => Words::rag("; the one in its release window is not ready", Rag::Amber),
        (n, 0) => Words::plain(format!("; the {} in their release window are ready", number(n))),
        (n, u) => {
            let verb = if u == 1 { "is" } else { "are" };
            let (u, n) = (number(u), number(n));
            let text = format!("; {u} of {n} in their release window {verb} not ready");
            Words::rag(text, Rag::Amber)
        }
    });
    let frozen = clashes.iter().filter(|c| matches!(c.with, Clash::Frozen(_))).count();
    let together = clashes.len() - frozen;
    if frozen > 0 {
        let fall = if frozen == 1 { "falls" } else { "fall" };
        words.push(Words::plain("; "));
        words.push(Words::rag(format!("{} {fall} into a freeze", number(frozen)), Rag::Red));
    }
    if together > 0 {
        let pairs = if together == 1 { "two are" } else { "several are" };
        words.push(Words::plain("; "));
        words.push(Words::rag(format!("{pairs} within two days of each other"), Rag::Amber));
    }
    words.push(Words::plain("."));
    words
}

/// The go/no-go of a launch.
fn decision<'a>(p: &'a Portfolio, g: &GoLive<'a>) -> Option<&'a Document> {
    g.documents(p, "criteria").into_iter().max_by_key(|d| d.fields.date("meeting"))
}

/// The release as a link, with its id and manner.
fn name(g: &GoLive<'_>) -> Cell {
    let link = Cell::Link(g.label(), g.target());
    let manner = g.plan.and_then(|d| d.fields.text("type"));
    let parts: Vec<&str> = g.release().into_iter().chain(manner).collect();
    if parts.is_empty() { link } else { Cell::Detail(Box::new(link), parts.join(", ")) }
}

fn conflict_group(clashes: &[Conflict<'_>]) -> Group {
    let row = |c: &Conflict<'_>| {
        let (state, other, advice) = match c.with {
            Clash::Frozen(freeze) => {
                let label = if freeze.label.is_empty() { "freeze" } else { &freeze.label };
                let days = format!("{} to {}", short(freeze.from), short(freeze.to));
                (
                    Cell::State(Mark::Bad, "falls into a freeze".into()),
                    Cell::Detail(Box::new(Cell::Text(label.to_owned())), days),
                    "Move it, or have the freeze lifted for it",
                )
            }
            Clash::More(n) => (
                Cell::State(Mark::Partial, "within two days".into()),
                Cell::Text(format!("{n} more go-lives")),
                "Agree on who is on call, or spread them",
            ),
            Clash::Near(other, apart) => {
                let said = match apart {
                    0 => "same days".to_owned(),
                    1 => "a day apart".to_owned(),
                    n => format!("{n} days apart"),
                };
                let link = Cell::Detail(
                    Box::new(Cell::Link(other.label(), other.target())),
                    other.project.title.to_string(),
                );
                (Cell::State(Mark::Partial, said), link, "Agree on who is on call, or move one")
            }
        };
        Row {
            anchor: None,
            cells: vec![
                Cell::Date(c.day),
                project(c.of.project),
                name(&c.of),
                state,
                other,
                Cell::Text(advice.into()),
            ],
            muted: false,
        }
    };
    Group {
        key: "conflicts".into(),
        title: "Conflicts".into(),
        note:
            "Go-lives within two days of each other, cutovers included, and go-lives in a freeze; of each the five nearest."
                .into(),
        caption: "Go-lives that get into each other's way or fall into a freeze".into(),
        empty: "No two go-lives are near each other, and none falls into a freeze.".into(),
        columns: vec![
            Column::new("day", "Day", Set::Short),
            Column::new("project", "Project", Set::Filter),
            Column::new("release", "Release", Set::Text),
            Column::new("conflict", "Conflict", Set::Filter),
            Column::new("with", "With", Set::Text),
            Column::new("advice", "What to do", Set::Wide),
        ],
        rows: clashes.iter().map(row).collect(),
    }
}

fn ahead_group(p: &Portfolio, ahead: &[GoLive<'_>]) -> Group {
    Group {
        key: "ahead".into(),
        title: "Going live".into(),
        note: "By the day expected. Readiness is criteria met of those that apply.".into(),
        caption: "Go-lives to come with their readiness and who decides".into(),
        empty: "Nothing is to go live.".into(),
        columns: vec![
            Column::new("go_live", "Go-live", Set::Short),
            Column::new("slip", "Slip", Set::Short),
            Column::new("state", "Stands", Set::Filter),
            Column::new("project", "Project", Set::Filter),
            Column::new("release", "Release", Set::Text),
            Column::new("readiness", "Readiness", Set::Short),
            Column::new("must_open", "Must-haves", Set::Short),
            Column::new("decides", "Who decides", Set::Wide),
            Column::new("meeting", "Meeting", Set::Short),
        ],
        rows: ahead.iter().map(|g| ahead_row(p, g)).collect(),
    }
}

fn ahead_row(p: &Portfolio, g: &GoLive<'_>) -> Row {
    let decision = decision(p, g);
    let counted = decision.map(criteria);
    let none = || Cell::Missing(absent(inside(p, g)));
    let readiness = counted.and_then(|c| Some((c, c.percent()?))).map(|(c, percent)| {
        Cell::Detail(Box::new(Cell::Percent(percent)), format!("{} of {}", c.met, c.asked))
    });
    let must = counted.map(|c| match c.must_open {
        0 => Cell::State(Mark::Done, "none open".into()),
        n => Cell::State(Mark::Bad, format!("{n} open")),
    });
    Row {
        anchor: None,
        cells: vec![
            due(g.launch.expected, p.as_of, true),
            g.slip().map_or(Cell::Missing(Missing::NotReported), Cell::Days),
            stands(p, g),
            project(g.project),
            name(g),
            readiness.unwrap_or_else(none),
            must.unwrap_or_else(none),
            deciders(p, g, decision),
            decision.map_or_else(none, |d| date(d.fields.date("meeting"))),
        ],
        muted: g.project.state != crate::portfolio::State::Active,
    }
}

/// How the date of a go-live stands: as its milestone does, else by its slip.
fn stands(p: &Portfolio, g: &GoLive<'_>) -> Cell {
    let (mark, text) = match (g.milestone, g.slip()) {
        (Some(m), _) => super::milestones::state(p, g.project, m),
        (None, Some(1..)) => (Mark::Partial, "slipping".to_owned()),
        (None, Some(_)) => (Mark::Open, "to come".to_owned()),
        (None, None) => (Mark::Open, "no baseline".to_owned()),
    };
    Cell::State(mark, text)
}

/// Who signs the go/no-go: the names in it, else the roles its kind asks for.
fn deciders(p: &Portfolio, g: &GoLive<'_>, decision: Option<&Document>) -> Cell {
    let entries = decision.map(|d| d.fields.list("approvals")).unwrap_or_default();
    let names: Vec<String> = entries
        .iter()
        .filter_map(|e| e.datum.record())
        .filter_map(|r| r.text("name").or(r.text("role")))
        .map(|n| who(p, n))
        .collect();
    if !names.is_empty() {
        return Cell::Text(super::words::list(&names));
    }
    let kind = p.kinds.iter().find(|k| k.fields.find("criteria").is_some());
    let asked: Vec<String> = kind
        .map(|k| seats(p, g.project, k).iter().map(|s| roles(p, s)).collect())
        .unwrap_or_default();
    if asked.is_empty() {
        Cell::Missing(Missing::NotReported)
    } else {
        Cell::Text(asked.join(", "))
    }
}

fn preparation_group(p: &Portfolio, ahead: &[GoLive<'_>]) -> Group {
    Group {
        key: "preparation".into(),
        title: "Preparation".into(),
        note:
            "What the night needs, and those who answer the phone afterwards. What is not there is \
               not yet due until the release window of the project's tier."
                .into(),
        caption: "Cutover, rollback, handover and support of go-lives to come".into(),
        empty: "Nothing is to be prepared.".into(),
        columns: vec![
            Column::new("project", "Project", Set::Filter),
            Column::new("release", "Release", Set::Text),
            Column::new("environments", "Environments", Set::Short),
            Column::new("cutover", "Cutover window", Set::Text),
            Column::new("rehearsals", "Rehearsals", Set::Short),
            Column::new("rollback", "Rollback tried", Set::Short),
            Column::new("handover", "Handover", Set::Short),
            Column::new("receiving_unit", "Receiving unit", Set::Filter),
            Column::new("support_from", "Support from", Set::Short),
        ],
        rows: ahead.iter().map(|g| preparation_row(p, g)).collect(),
    }
}

fn preparation_row(p: &Portfolio, g: &GoLive<'_>) -> Row {
    let none = || Cell::Missing(absent(inside(p, g)));
    let environments = g.environments(p.as_of);
    let ready = environments.iter().filter(|e| matches!(e.ready, Ok(Some(_)))).count();
    let environments = match environments.len() {
        0 => Cell::Missing(Missing::NotReported),
        n if n == ready => Cell::State(Mark::Done, format!("{ready} of {n} ready")),
        n => Cell::State(Mark::Partial, format!("{ready} of {n} ready")),
    };
    let cutover = g.window(p);
    let window = cutover
        .as_ref()
        .map(|(d, from, to)| Cell::Link(span(from, to), Target::Document(d.path.clone())));
    let rehearsals = cutover.map(|(d, ..)| rehearsals(d, p.as_of));
    let rollback =
        g.documents(p, "max_minutes").into_iter().next().map(|d| match d.fields.get("tested") {
            Some(Datum::Date(day)) if *day <= p.as_of => Cell::Date(*day),
            Some(Datum::NotApplicable(_) | Datum::Flag(false)) => {
                Cell::State(if inside(p, g) { Mark::Bad } else { Mark::Open }, "not tried".into())
            }
            _ => Cell::Missing(Missing::NotReported),
        });
    let handover = g.documents(p, "support_from").into_iter().next();
    let state = handover.map(|d| {
        let state = d.fields.text("state").unwrap_or("draft");
        let mark = if state == "approved" { Mark::Done } else { Mark::Partial };
        let state = Cell::State(mark, state.replace('-', " "));
        let link = Cell::Link("handover".into(), Target::Document(d.path.clone()));
        Cell::Many(vec![state, link])
    });
    let unit = handover.and_then(|d| d.fields.text("receiving_unit"));
    Row {
        anchor: None,
        cells: vec![
            project(g.project),
            name(g),
            environments,
            window.unwrap_or_else(none),
            rehearsals.unwrap_or_else(none),
            rollback.unwrap_or_else(none),
            state.unwrap_or_else(none),
            unit.map_or_else(none, |u| super::units::named(p, u)),
            handover.map_or_else(none, |d| date(d.fields.date("support_from"))),
        ],
        muted: g.project.state != crate::portfolio::State::Active,
    }
}

/// `2 May 18:00 to 3 May 06:00`.
fn span(from: &Moment, to: &Moment) -> String {
    let said = |m: &Moment| format!("{} {}", short(m.day), m.hour).trim().to_owned();
    if from.day == to.day {
        format!("{} to {}", said(from), to.hour)
    } else {
        format!("{} to {}", said(from), said(to))
    }
}

fn rehearsals(cutover: &Document, as_of: Date) -> Cell {
    let held: Vec<&Record> = cutover
        .fields
        .list("rehearsals")
        .iter()
        .filter_map(|r| r.datum.record())
        .filter(|r| r.date("date").is_none_or(|d| d <= as_of))
        .collect();
    let passed = held.iter().filter(|r| r.text("outcome") == Some("pass")).count();
    match held.last() {
        None => Cell::State(Mark::Open, "none yet".into()),
        Some(last) => {
            let mark = if last.text("outcome") == Some("pass") { Mark::Done } else { Mark::Bad };
            Cell::State(mark, format!("{passed} of {} passed", held.len()))
        }
    }
}

fn environment_group(p: &Portfolio, ahead: &[GoLive<'_>]) -> Group {
    let mut rows: Vec<(Option<Date>, Row)> = Vec::new();
    for g in ahead {
        for e in g.environments(p.as_of) {
            if matches!(e.ready, Ok(Some(_))) {
                continue;
            }
            let needed = e.fields.date("needed_by");
            let state = match e.ready {
                Ok(_) => Cell::State(Mark::Partial, "not ready".into()),
                Err(()) => Cell::Missing(Missing::NotReported),
            };
            let owner = super::words::owner(p, e.fields);
            let row = Row {
                anchor: None,
                cells: vec![
                    due(needed, p.as_of, true),
                    Cell::Text(e.fields.text("name").unwrap_or("unnamed").to_owned()),
                    project(g.project),
                    name(g),
                    owner,
                    state,
                ],
                muted: false,
            };
            rows.push((needed, row));
        }
    }
    rows.sort_by_key(|(needed, _)| (needed.is_none(), *needed));
    Group {
        key: "environments".into(),
        title: "Environments not ready".into(),
        note: if rows.is_empty() { String::new() } else { "By the day they are needed.".into() },
        caption: "Environments that releases need and that are not ready".into(),
        empty: "Every environment that is listed is ready.".into(),
        columns: vec![
            Column::new("needed_by", "Needed", Set::Short),
            Column::new("environment", "Environment", Set::Wide),
            Column::new("project", "Project", Set::Filter),
            Column::new("release", "Release", Set::Text),
            Column::new("owner", "Owner", Set::Filter),
            Column::new("state", "State", Set::Filter),
        ],
        rows: rows.into_iter().map(|(_, row)| row).collect(),
    }
}

fn freeze_group(p: &Portfolio, ahead: &[GoLive<'_>]) -> Group {
    let freezes = p.config.calendar.freezes.iter().filter(|f| f.to >= p.as_of);
    let row = |f: &crate::date::Freeze| {
        let inside =
            ahead.iter().filter(|g| g.launch.expected.is_some_and(|d| d >= f.from && d <= f.to));
        let links: Vec<Cell> =
            inside.map(|g| Cell::Link(g.project.title.to_string(), g.target())).collect();
        let now = f.from <= p.as_of;
        Row {
            anchor: None,
            cells: vec![
                Cell::Date(f.from),
                Cell::Date(f.to),
                if f.label.is_empty() { Cell::Empty } else { Cell::Text(f.label.clone()) },
                if now {
                    Cell::State(Mark::Bad, "in force".into())
                } else {
                    Cell::State(Mark::Open, "to come".into())
                },
                if links.is_empty() { Cell::Text("none".into()) } else { Cell::Many(links) },
            ],
            muted: false,
        }
    };
    Group {
        key: "freezes".into(),
        title: "Freeze windows".into(),
        note: "Set as `freezes` under `[calendar]` in `book.toml`.".into(),
        caption: "Times in which nothing is to go live".into(),
        empty: "No freeze window is ahead.".into(),
        columns: vec![
            Column::new("from", "From", Set::Short),
            Column::new("to", "To", Set::Short),
            Column::new("label", "What for", Set::Wide),
            Column::new("state", "State", Set::Short),
            Column::new("go_lives", "Go-lives in it", Set::Text),
        ],
        rows: freezes.map(row).collect(),
    }
}
