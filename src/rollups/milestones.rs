//! Milestones: overdue, next ninety days, achieved lately, moved baselines.

use super::words::{capital, covered, date, figure, item_target, number, owner, project, several};
use super::{Bar, Context, Rollup};
use crate::date::{Date, days, plus};
use crate::measures::conflicts::{Conflict, of};
use crate::measures::milestones_on_time::{Class, class, tolerance};
use crate::portfolio::{Milestone, Portfolio, Project, State};
use crate::ratio::Ratio;
use crate::table::{Cell, Column, Group, Mark, Missing, Rag, Row, Set, Table, Words};
use crate::target::Target;

/// Days ahead that are shown.
const AHEAD: i64 = 90;
/// Days an achievement counts as lately.
const LATELY: i64 = 60;

/// The roll-up.
pub(super) static ROLLUP: Rollup = Rollup {
    bar: Bar::Shown,
    name: "milestones",
    title: "Milestones",
    about: "What is overdue, what comes in the next ninety days, which baselines moved",
    count: |c| u32::try_from(overdue(c.portfolio).len()).unwrap_or(u32::MAX),
    table,
};

/// A milestone and its project.
type Of<'a> = (&'a Project, &'a Milestone);

fn table(c: &Context<'_>) -> Table {
    let p = c.portfolio;
    let (overdue, ahead) = (overdue(p), ahead(p));
    let (achieved, moved) = (achieved(p), moved(p));
    let conflicts = conflicts(p);
    let mut sentence = sentence(p, &overdue, &ahead, &moved);
    sentence.extend(in_conflict(&conflicts));
    let mut table = Table {
        sentence,
        plots: Vec::new(),
        groups: vec![
            conflict_group(p, &conflicts),
            open_group(p, "overdue", "Overdue", &overdue, "No milestone is overdue."),
            open_group(
                p,
                "next",
                "Next ninety days",
                &ahead,
                "No milestone is due in the next ninety days.",
            ),
            achieved_group(p, &achieved),
            moved_group(p, &moved),
        ],
    };
    covered(p, &["milestones"], "milestones", &mut table);
    table
}

/// Where a milestone stands, in words with a mark.
#[must_use]
pub fn state(p: &Portfolio, project: &Project, m: &Milestone) -> (Mark, String) {
    if m.cancelled {
        return (Mark::None, "cancelled".into());
    }
    if m.actual.is_some() {
        return match m.slip() {
            Some(slip) if slip > 0 && class(p, project, m) == Class::Missed => {
                (Mark::Partial, "done late".into())
            }
            _ => (Mark::Done, "done".into()),
        };
    }
    if project.state == State::OnHold {
        return (Mark::None, "on hold".into());
    }
    if let Some(baseline) = m.baseline.filter(|b| *b < p.as_of) {
        let by = figure(days(baseline, p.as_of), "day", "days");
        let missed = class(p, project, m) == Class::Missed;
        return (if missed { Mark::Bad } else { Mark::Partial }, format!("{by} overdue"));
    }
    match m.forecast {
        Some(forecast) if forecast < p.as_of => (Mark::Bad, "forecast has passed".into()),
        None => (Mark::Open, "not reported".into()),
        Some(_) => match m.slip() {
            None => (Mark::Open, "no baseline".into()),
            Some(slip) if Ratio::whole(slip.into()) > tolerance(project, m) => {
                (Mark::Bad, "late".into())
            }
            Some(1..) => (Mark::Partial, "slipping".into()),
            Some(0) => (Mark::Open, "to come".into()),
            Some(_) => (Mark::Open, "early".into()),
        },
    }
}

/// How bad a slip is: green on date, amber inside the milestone's tolerance,
/// red beyond.
#[must_use]
pub fn slip_rag(project: &Project, m: &Milestone) -> Rag {
    match m.slip() {
        None => Rag::NotReported,
        Some(..=0) => Rag::Green,
        Some(slip) if Ratio::whole(slip.into()) <= tolerance(project, m) => Rag::Amber,
        Some(_) => Rag::Red,
    }
}

/// Whether the baseline was moved without an approved change request that
/// names the milestone.
#[must_use]
pub fn silently_moved(project: &Project, m: &Milestone) -> bool {
    m.original.zip(m.baseline).is_some_and(|(a, b)| a != b) && approvals(project, m).is_empty()
}

/// The approved change requests that move a milestone's baseline.
fn approvals<'a>(project: &'a Project, m: &Milestone) -> Vec<&'a crate::document::Item> {
    let Some(item) = project.items("milestones").get(m.item) else { return Vec::new() };
    let named: Vec<&str> = item
        .fields
        .list("rebaselines")
        .iter()
        .filter_map(|r| r.datum.record()?.text("change"))
        .collect();
    let names = |c: &crate::document::Item| {
        named.contains(&&*c.id) || c.fields.texts("rebaselines").any(|(id, _)| *id == *m.id)
    };
    let approved =
        |c: &&crate::document::Item| matches!(c.status(), "approved" | "implemented") && names(c);
    project.items("changes").iter().filter(approved).collect()
}

fn expected(m: &Milestone) -> Option<Date> {
    m.forecast.or(m.baseline)
}

fn open(p: &Portfolio) -> impl Iterator<Item = Of<'_>> {
    p.projects
        .iter()
        .filter(|project| matches!(project.state, State::Active | State::OnHold | State::Proposed))
        .flat_map(|project| project.milestones.iter().map(move |m| (project, m)))
        .filter(|(_, m)| m.actual.is_none() && !m.cancelled)
}

fn is_overdue(p: &Portfolio, (project, m): &Of<'_>) -> bool {
    project.state == State::Active && m.baseline.or(m.forecast).is_some_and(|d| d < p.as_of)
}

/// Open milestones whose baseline has passed, the longest overdue first.
fn overdue(p: &Portfolio) -> Vec<Of<'_>> {
    let mut all: Vec<Of<'_>> = open(p).filter(|of| is_overdue(p, of)).collect();
    all.sort_by_key(|(project, m)| (m.baseline.or(m.forecast), project.id.clone(), m.item));
    all
}

/// Open milestones due in the next ninety days, by the day expected.
fn ahead(p: &Portfolio) -> Vec<Of<'_>> {
    let to = plus(p.as_of, AHEAD);
    let soon = |of: &Of<'_>| {
        !is_overdue(p, of)
            && (expected(of.1).is_some_and(|d| d <= to) || of.1.baseline.is_some_and(|d| d <= to))
    };
    let mut all: Vec<Of<'_>> = open(p).filter(soon).collect();
    all.sort_by_key(|(project, m)| (expected(m), project.id.clone(), m.item));
    all
}

/// Achieved in the last sixty days, newest first.
fn achieved(p: &Portfolio) -> Vec<Of<'_>> {
    let from = plus(p.as_of, -LATELY);
    let all = p.projects.iter().flat_map(|pr| pr.milestones.iter().map(move |m| (pr, m)));
    let mut all: Vec<Of<'_>> =
        all.filter(|(_, m)| m.actual.is_some_and(|d| d > from && d <= p.as_of)).collect();
    all.sort_by_key(|(project, m)| (std::cmp::Reverse(m.actual), project.id.clone(), m.item));
    all
}

/// Milestones measured against another date than the one first approved, the
/// silent ones first.
fn moved(p: &Portfolio) -> Vec<Of<'_>> {
    let mut all: Vec<Of<'_>> = p
        .projects
        .iter()
        .filter(|project| !matches!(project.state, State::Complete | State::Cancelled))
        .flat_map(|project| project.milestones.iter().map(move |m| (project, m)))
        .filter(|(_, m)| m.original.zip(m.baseline).is_some_and(|(a, b)| a != b))
        .collect();
    all.sort_by_key(|(project, m)| (!silently_moved(project, m), project.id.clone(), m.item));
    all
}

fn sentence(p: &Portfolio, overdue: &[Of<'_>], ahead: &[Of<'_>], moved: &[Of<'_>]) -> Vec<Words> {
    let mut words = Vec::new();
    let verb = if ahead.len() < 2 { "is" } else { "are" };
    let late = ahead.iter().filter(|(_, m)| m.slip().is_some_and(|s| s > 0)).count();
    let count = several(ahead.len(), "milestone", "milestones");
    words.push(Words::plain(format!("{} {verb} due in the next ninety days", capital(&count))));
    let said = match (late, ahead.len()) {
        (0, _) => None,
        (1, 1) => Some("later than its baseline".to_owned()),
        (1, _) => Some("one later than its baseline".to_owned()),
        (n, all) if n == all => Some("all later than their baseline".to_owned()),
        (n, _) => Some(format!("{} later than their baseline", number(n))),
    };
    if let Some(said) = said {
        words.push(Words::plain(", "));
        words.push(Words::rag(said, Rag::Amber));
    }
    words.push(Words::plain("; "));
    match overdue {
        [] => words.push(Words::plain("none is overdue.")),
        [(project, m), ..] => {
            let verb = if overdue.len() == 1 { "is" } else { "are" };
            let longest = m.baseline.or(m.forecast).map_or(0, |d| days(d, p.as_of));
            words.push(Words::rag(format!("{} {verb} overdue", number(overdue.len())), Rag::Red));
            let lead = if overdue.len() == 1 { "by" } else { "the longest by" };
            words.push(Words::plain(format!(
                ", {lead} {} ({}).",
                figure(longest, "day", "days"),
                project.title
            )));
        }
    }
    let silent = moved.iter().filter(|(project, m)| silently_moved(project, m)).count();
    if silent > 0 {
        let noun = if silent == 1 { "baseline was" } else { "baselines were" };
        words.push(Words::plain(" "));
        words.push(Words::rag(
            format!("{} {noun} moved without an approved change request", capital(&number(silent))),
            Rag::Red,
        ));
        words.push(Words::plain("."));
    }
    words
}

/// Milestones that come later than another project needs them, the worst first.
fn conflicts(p: &Portfolio) -> Vec<Conflict<'_>> {
    let running = p.projects.iter().filter(|pr| pr.state == State::Active);
    let mut all: Vec<Conflict<'_>> = running.flat_map(|pr| of(p, pr)).collect();
    all.sort_by_key(|c| (std::cmp::Reverse(c.late), c.project.id.clone(), c.item.id.clone()));
    all
}

fn in_conflict(conflicts: &[Conflict<'_>]) -> Vec<Words> {
    let Some(worst) = conflicts.first() else { return Vec::new() };
    let count = conflicts.len();
    let comes = if count == 1 { "milestone comes" } else { "milestones come" };
    let said = format!("{} {comes} later than another project needs", capital(&number(count)));
    let them = if count == 1 { " it" } else { " them" };
    let lead = if count == 1 { "" } else { "the worst " };
    let late = figure(worst.late, "day", "days");
    vec![
        Words::plain(" "),
        Words::rag(format!("{said}{them}"), Rag::Red),
        Words::plain(format!(": {lead}{} for {}, by {late}.", worst.on, worst.project.title)),
    ]
}

fn conflict_group(p: &Portfolio, list: &[Conflict<'_>]) -> Group {
    let row = |c: &Conflict<'_>| {
        let there = c.giver.items("milestones").get(c.milestone.item);
        Row {
            anchor: None,
            cells: vec![
                project(c.project),
                Cell::Link(
                    format!("{} {}", c.item.id, c.item.title()).trim().to_owned(),
                    item_target(c.project, c.item),
                ),
                Cell::Date(c.need),
                project(c.giver),
                name(c.giver, c.milestone),
                Cell::Detail(Box::new(Cell::Date(c.date)), c.how.to_owned()),
                Cell::Days(c.late),
                owner(p, &c.item.fields),
                there.map_or(Cell::Empty, |item| owner(p, &item.fields)),
            ],
            muted: false,
        }
    };
    Group {
        key: "conflicts".into(),
        title: "Conflicts between projects".into(),
        note: if list.is_empty() {
            String::new()
        } else {
            "A milestone comes later than another project needs it: both managers agree on a date."
                .into()
        },
        caption: "Milestones that come later than another project needs them".into(),
        empty: "No project waits longer than it can for another.".into(),
        columns: vec![
            Column::new("project", "Project", Set::Filter),
            Column::new("dependency", "Needs", Set::Wide),
            Column::new("needed", "By", Set::Short),
            Column::new("giver", "From", Set::Filter),
            Column::new("milestone", "Milestone", Set::Wide),
            Column::new("expected", "Comes", Set::Short),
            Column::new("late", "Too late", Set::Short),
            Column::new("owner", "Owner of the need", Set::Filter),
            Column::new("giver_owner", "Owner of the milestone", Set::Filter),
        ],
        rows: list.iter().map(row).collect(),
    }
}

fn open_group(p: &Portfolio, key: &str, title: &str, list: &[Of<'_>], empty: &str) -> Group {
    Group {
        key: key.into(),
        title: title.into(),
        note: String::new(),
        caption: format!("{title}: milestones of all projects"),
        empty: empty.into(),
        columns: vec![
            Column::new("project", "Project", Set::Filter),
            Column::new("milestone", "Milestone", Set::Wide),
            Column::new("baseline", "Baseline", Set::Short),
            Column::new("forecast", "Forecast", Set::Short),
            Column::new("slip", "Slip", Set::Short),
            Column::new("state", "State", Set::Filter),
            Column::new("owner", "Owner", Set::Filter),
        ],
        rows: list.iter().map(|of| open_row(p, *of)).collect(),
    }
}

fn open_row(p: &Portfolio, (pr, m): Of<'_>) -> Row {
    let (mark, said) = state(p, pr, m);
    Row {
        anchor: None,
        cells: vec![
            project(pr),
            name(pr, m),
            date(m.baseline),
            date(m.forecast),
            m.slip().map_or(Cell::Missing(Missing::NotReported), Cell::Days),
            Cell::State(mark, said),
            owned(p, pr, m),
        ],
        muted: pr.state != State::Active,
    }
}

fn owned(p: &Portfolio, pr: &Project, m: &Milestone) -> Cell {
    pr.items("milestones").get(m.item).map_or(Cell::Empty, |item| owner(p, &item.fields))
}

/// Id and name as a link; key milestones say so.
fn name(pr: &Project, m: &Milestone) -> Cell {
    let label = format!("{} {}", m.id, m.name);
    let link = match pr.items("milestones").get(m.item) {
        Some(item) => Cell::Link(label.trim().to_owned(), item_target(pr, item)),
        None => Cell::Text(label),
    };
    let small = match (m.finish, m.go_live, m.key) {
        (true, ..) => "finish of the project",
        (_, true, _) => "go-live",
        (.., true) => "key milestone",
        _ => return link,
    };
    Cell::Detail(Box::new(link), small.into())
}

fn achieved_group(p: &Portfolio, list: &[Of<'_>]) -> Group {
    let row = |(pr, m): &Of<'_>| Row {
        anchor: None,
        cells: vec![
            project(pr),
            name(pr, m),
            date(m.baseline),
            date(m.actual),
            m.slip().map_or(Cell::Missing(Missing::NotReported), Cell::Days),
            {
                let (mark, said) = state(p, pr, m);
                Cell::State(mark, said)
            },
        ],
        muted: false,
    };
    Group {
        key: "achieved".into(),
        title: "Achieved lately".into(),
        note: format!("In the last {LATELY} days, newest first."),
        caption: format!("Milestones achieved in the last {LATELY} days"),
        empty: format!("No milestone was achieved in the last {LATELY} days."),
        columns: vec![
            Column::new("project", "Project", Set::Filter),
            Column::new("milestone", "Milestone", Set::Wide),
            Column::new("baseline", "Baseline", Set::Short),
            Column::new("actual", "Achieved", Set::Short),
            Column::new("slip", "Slip", Set::Short),
            Column::new("state", "State", Set::Filter),
        ],
        rows: list.iter().map(row).collect(),
    }
}

fn moved_group(p: &Portfolio, list: &[Of<'_>]) -> Group {
    let row = |(pr, m): &Of<'_>| {
        let approved = approvals(pr, m);
        let by = if approved.is_empty() {
            Cell::State(Mark::Bad, "no approved change request".into())
        } else {
            let link = |c: &&crate::document::Item| {
                Cell::Link(c.id.to_string(), Target::Item(pr.id.clone(), (*c.id).into()))
            };
            Cell::Many(approved.iter().map(link).collect())
        };
        let moved = m.original.zip(m.baseline).map(|(a, b)| days(a, b));
        Row {
            anchor: None,
            cells: vec![
                project(pr),
                name(pr, m),
                date(m.original),
                date(m.baseline),
                moved.map_or(Cell::Empty, Cell::Days),
                by,
                owned(p, pr, m),
            ],
            muted: false,
        }
    };
    Group {
        key: "moved".into(),
        title: "Moved baselines".into(),
        note: "Measured against another date than the one first approved.".into(),
        caption: "Milestones whose baseline was moved".into(),
        empty: "No baseline was moved.".into(),
        columns: vec![
            Column::new("project", "Project", Set::Filter),
            Column::new("milestone", "Milestone", Set::Wide),
            Column::new("original", "First approved", Set::Short),
            Column::new("baseline", "Now", Set::Short),
            Column::new("moved", "Moved", Set::Short),
            Column::new("change", "Approved by", Set::Short),
            Column::new("owner", "Owner", Set::Filter),
        ],
        rows: list.iter().map(row).collect(),
    }
}
