//! The projects that touch a unit: how they stand, what comes into operations,
//! what changes there, where they are in each other's way.

use super::{Unit, keys_of, owned, running};
use crate::data::record::Record;
use crate::date::Date;
use crate::document::Document;
use crate::markdown::SectionFill;
use crate::measures::commitments::person_key;
use crate::measures::conflicts;
use crate::measures::health::DIMENSIONS;
use crate::measures::release_window::launches;
use crate::portfolio::{Portfolio, Project, State, declared};
use crate::rollups::Context;
use crate::rollups::words::{self, capital, item_target, number, project};
use crate::table::{Cell, Column, Group, Mark, Missing, Rag, Row, Set, Words};
use crate::target::Target;

/// Projects that the unit owns, supplies, or will have to run.
pub(super) fn projects<'a>(p: &'a Portfolio, unit: &Unit<'a>) -> Vec<&'a Project> {
    running(p).filter(|pr| !ties(p, unit, pr).is_empty()).collect()
}

/// What ties a project to a unit, in words.
fn ties(p: &Portfolio, unit: &Unit<'_>, project: &Project) -> Vec<&'static str> {
    let empty = Record::default();
    let card = p.documents.get(project.card).map_or(&empty, |d| &d.fields);
    let manages = card
        .list("functional_managers")
        .iter()
        .any(|m| unit.is(m.datum.record().and_then(|r| r.text("unit"))));
    let supplies = project.items("resources").iter().any(|item| {
        unit.is(item.fields.text("unit")) && !matches!(item.status(), "released" | "withdrawn")
    });
    let receives = unit.is(card.text("receiving_unit"))
        || handovers(p, project).any(|d| unit.is(d.fields.text("receiving_unit")));
    [
        (unit.is(card.text("unit")), "owns"),
        (supplies || manages, "supplies"),
        (receives, "receives"),
    ]
    .into_iter()
    .filter_map(|(is, word)| is.then_some(word))
    .collect()
}

/// Handovers of a project, whatever their kind is called.
fn handovers<'a>(p: &'a Portfolio, project: &'a Project) -> impl Iterator<Item = &'a Document> {
    let all = project.documents.iter().filter_map(|i| p.documents.get(*i));
    all.filter(|d| d.typed && d.kind.fields.find("monitoring_confirmed").is_some())
}

/// Declared health of a project while it counts, and what its data says where
/// that is worse.
fn standing(c: &Context<'_>, project: &Project) -> Option<(Rag, Option<Rag>)> {
    let at = c.portfolio.projects.iter().position(|pr| pr.id == project.id)?;
    let m = c.measures.of(at)?;
    let Some(overall) = m.health.of("overall").filter(|_| m.freshness.counts()) else {
        return Some((Rag::NotReported, None));
    };
    let worse = overall.flattery().is_some_and(|steps| steps > 0);
    let data = overall.computed.as_ref().ok().map(|computed| computed.rag).filter(|_| worse);
    Some((overall.declared.unwrap_or(Rag::NotReported), data))
}

fn health(c: &Context<'_>, project: &Project) -> Cell {
    match standing(c, project) {
        Some((said, Some(data))) => Cell::Detail(
            Box::new(Cell::Rag(said)),
            format!("data says {}", data.label().to_lowercase()),
        ),
        Some((said, None)) => Cell::Rag(said),
        None => Cell::Empty,
    }
}

/// How the projects that touch the unit stand, in a sentence.
pub(super) fn sentence(c: &Context<'_>, projects: &[&Project]) -> Vec<Words> {
    let active: Vec<&&Project> = projects.iter().filter(|pr| pr.state == State::Active).collect();
    let all: Vec<(Rag, Option<Rag>)> = active.iter().filter_map(|pr| standing(c, pr)).collect();
    let count = |of: fn(&(Rag, Option<Rag>)) -> bool| all.iter().filter(|s| of(s)).count();
    let is = |n: usize| if n == 1 { "is" } else { "are" };
    let (red, amber) = (
        count(|(said, _)| said.colour() == Some(Rag::Red)),
        count(|(said, _)| said.colour() == Some(Rag::Amber)),
    );
    let silent = count(|(said, _)| said.colour().is_none());
    let better = count(|(_, data)| data.is_some());
    let mut parts = Vec::new();
    for (n, rag) in [(red, Rag::Red), (amber, Rag::Amber)] {
        let text = format!("{} {} {}", number(n), is(n), rag.label().to_lowercase());
        parts.extend((n > 0).then(|| Words::rag(text, rag)));
    }
    let has = if silent == 1 { "has" } else { "have" };
    let text = format!("{} {has} not reported", number(silent));
    parts.extend((silent > 0).then(|| Words::plain(text)));
    let verb = if better == 1 { "says" } else { "say" };
    let text = format!("{} {verb} better than the data", number(better));
    parts.extend((better > 0).then(|| Words::rag(text, Rag::Red)));
    let last = parts.len().saturating_sub(1);
    let mut out = vec![Words::plain(match (all.len(), parts.is_empty()) {
        (0, _) => return Vec::new(),
        (1, true) => " The one project that touches it is green.".to_owned(),
        (n, true) => format!(" All {n} projects that touch it are green."),
        (1, false) => " Of the projects that touch it, ".to_owned(),
        (n, false) => format!(" Of {n} projects that touch it, "),
    })];
    for (i, part) in parts.into_iter().enumerate() {
        let join = if i == last { " and " } else { ", " };
        out.extend((i > 0).then(|| Words::plain(join)));
        out.push(part);
        out.extend((i == last).then(|| Words::plain(".")));
    }
    out
}

pub(super) fn touching(c: &Context<'_>, unit: &Unit<'_>, projects: &[&Project]) -> Group {
    let p = c.portfolio;
    let keys = keys_of(p, unit);
    let items = owned(p, |w| keys.contains(&person_key(p, w)));
    let row = |pr: &&Project| {
        let next = pr
            .milestones
            .iter()
            .filter(|m| m.actual.is_none() && !m.cancelled)
            .filter_map(|m| Some((m.forecast.or(m.baseline)?, m)))
            .min_by_key(|(day, m)| (*day, m.item));
        let milestone = match next {
            Some((_, m)) => {
                let target = Target::Item(pr.id.clone(), (*m.id).into());
                Cell::Link(format!("{} {}", m.id, m.name), target)
            }
            None => Cell::Missing(Missing::NotReported),
        };
        let mine = items.iter().filter(|o| o.project.id == pr.id).count();
        Row {
            anchor: None,
            cells: vec![
                project(pr),
                Cell::Text(ties(p, unit, pr).join(", ")),
                health(c, pr),
                milestone,
                words::due(next.map(|(day, _)| day), p.as_of, true),
                words::date(pr.finish.current().or(pr.finish.baseline)),
                Cell::Count(i64::try_from(mine).unwrap_or(0)),
            ],
            muted: false,
        }
    };
    Group {
        key: "projects".into(),
        title: "Projects touching the unit".into(),
        note: "Those it owns, supplies with people, or will have to run.".into(),
        caption: "Projects that touch the unit".into(),
        empty: "No project touches the unit.".into(),
        columns: vec![
            Column::new("project", "Project", Set::Text),
            Column::new("tie", "The unit", Set::Filter),
            Column::new("health", "Health", Set::Short),
            Column::new("milestone", "Next milestone", Set::Wide),
            Column::new("due", "Expected", Set::Short),
            Column::new("finish", "Finish", Set::Short),
            Column::new("items", "Its open items", Set::Number),
        ],
        rows: projects.iter().map(row).collect(),
    }
}

/// What is worse than in the report before, and how it gets green again.
pub(super) fn turning(c: &Context<'_>, projects: &[&Project]) -> Group {
    let p = c.portfolio;
    let mut rows = Vec::new();
    for pr in projects {
        let mut newest = pr.reports.iter().rev().filter_map(|r| p.documents.get(r.document));
        let Some(now) = newest.next() else { continue };
        let before = newest.next();
        for dimension in DIMENSIONS {
            let Some(said) = declared(&now.fields, dimension) else { continue };
            if !said.rag.rank().is_some_and(|rank| rank < 2) {
                continue;
            }
            let was = before.and_then(|d| declared(&d.fields, dimension)).map(|d| d.rag);
            let worse = was.and_then(Rag::rank) > said.rag.rank();
            if !worse && dimension == "overall" {
                continue;
            }
            let text = |name: &str| said.said.text(name);
            rows.push((
                !worse,
                Row {
                    anchor: None,
                    cells: vec![
                        Cell::Link(pr.title.to_string(), Target::Document(now.path.clone())),
                        Cell::Text(capital(dimension)),
                        Cell::Rag(said.rag),
                        was.map_or(Cell::Missing(Missing::NotReported), Cell::Rag),
                        text("why")
                            .map_or(Cell::Missing(Missing::NotReported), |t| Cell::Text(t.into())),
                        text("path").map_or_else(
                            || Cell::State(Mark::Partial, "no path written".into()),
                            |t| Cell::Text(t.into()),
                        ),
                        words::due(said.said.date("back_to_green"), p.as_of, true),
                    ],
                    muted: false,
                },
            ));
        }
    }
    rows.sort_by_key(|(steady, _)| *steady);
    Group {
        key: "turning".into(),
        title: "Not green".into(),
        note: "What these projects report as amber or red, the newly worse first, and what helps."
            .into(),
        caption: "Health that is not green, with the path back".into(),
        empty: "Everything these projects report is green.".into(),
        columns: vec![
            Column::new("project", "Project", Set::Filter),
            Column::new("dimension", "What", Set::Filter),
            Column::new("health", "Now", Set::Short),
            Column::new("before", "Before", Set::Short),
            Column::new("why", "Why", Set::Wide),
            Column::new("path", "Path to green", Set::Wide),
            Column::new("back_to_green", "Green by", Set::Short),
        ],
        rows: rows.into_iter().map(|(_, row)| row).collect(),
    }
}

/// Whether a section of a document whose name holds a word is written.
fn section(document: &Document, word: &str) -> Cell {
    let kinds = document.kind.sections.iter().zip(&document.sections);
    let found = kinds.filter(|(s, _)| s.name.to_lowercase().contains(word)).map(|(_, m)| &m.fill);
    match found.into_iter().next() {
        Some(SectionFill::Filled) => Cell::State(Mark::Done, "written".into()),
        Some(SectionFill::NotApplicable(_)) => Cell::State(Mark::None, "n/a".into()),
        Some(SectionFill::Placeholder(..) | SectionFill::Empty) => {
            Cell::State(Mark::Partial, "begun".into())
        }
        Some(SectionFill::Missing) | None => Cell::State(Mark::Bad, "missing".into()),
    }
}

/// What will be handed over to the unit.
pub(super) fn operations(c: &Context<'_>, unit: &Unit<'_>) -> Group {
    let p = c.portfolio;
    let mut rows: Vec<(Option<Date>, Row)> = Vec::new();
    for pr in running(p).filter(|pr| ties(p, unit, pr).contains(&"receives")) {
        let next = launches(p, pr).into_iter().filter(|l| l.actual.is_none());
        let day = next.filter_map(|l| l.expected).min();
        let gaps = c.findings.iter().filter(|f| {
            f.rule == "unready-operations" && p.project_at(&f.path).is_some_and(|o| o.id == pr.id)
        });
        let gaps = gaps.count();
        let mine: Vec<&Document> = handovers(p, pr).collect();
        let open = if gaps == 0 {
            Cell::Empty
        } else {
            Cell::Link(gaps.to_string(), Target::Rule("unready-operations"))
        };
        let mut push = |handover: Cell, state: Cell, support: Cell, books: Cell, from: Cell| {
            let cells = vec![
                project(pr),
                words::date(day),
                handover,
                state,
                support,
                books,
                from,
                open.clone(),
            ];
            rows.push((day, Row { anchor: None, cells, muted: false }));
        };
        for d in &mine {
            let books = d.fields.texts("runbooks").count();
            let books = match books {
                0 => Cell::State(Mark::Bad, "none named".into()),
                1 => Cell::State(Mark::Done, "1 runbook".into()),
                n => Cell::State(Mark::Done, format!("{n} runbooks")),
            };
            push(
                Cell::Link(d.title.to_string(), Target::Document(d.path.clone())),
                d.fields.text("state").map_or(Cell::Missing(Missing::NotReported), words::status),
                section(d, "support"),
                books,
                words::date(d.fields.date("support_from")),
            );
        }
        if mine.is_empty() {
            let missing = || Cell::Missing(Missing::NotYet);
            let none = Cell::State(Mark::Open, "no handover yet".into());
            push(none, missing(), missing(), missing(), missing());
        }
    }
    rows.sort_by_key(|(day, _)| (day.is_none(), *day));
    Group {
        key: "operations".into(),
        title: "Coming into operations".into(),
        note: "What the unit will have to run, by the day it goes live.".into(),
        caption: "What comes into operations, and how ready its handover is".into(),
        empty: "No project will be handed over to the unit.".into(),
        columns: vec![
            Column::new("project", "Project", Set::Text),
            Column::new("go_live", "Goes live", Set::Short),
            Column::new("handover", "Handover", Set::Wide),
            Column::new("state", "State", Set::Short),
            Column::new("support_model", "Support model", Set::Short),
            Column::new("runbooks", "Runbooks", Set::Short),
            Column::new("support_from", "Support from", Set::Short),
            Column::new("gaps", "Findings", Set::Number),
        ],
        rows: rows.into_iter().map(|(_, row)| row).collect(),
    }
}

/// Change requests that say what they mean for operations.
pub(super) fn changes(projects: &[&Project]) -> Group {
    let says =
        |text: &&str| !matches!(text.trim().to_lowercase().as_str(), "none" | "no" | "n/a" | "-");
    let mut rows = Vec::new();
    for pr in projects {
        for item in pr.items("changes") {
            let impact = item.fields.record("impact");
            let Some(impact) = impact.and_then(|r| r.text("operations")).filter(says) else {
                continue;
            };
            let label = format!("{} {}", item.id, item.title()).trim().to_owned();
            let over = matches!(item.status(), "rejected" | "withdrawn" | "merged" | "implemented");
            rows.push(Row {
                anchor: None,
                cells: vec![
                    project(pr),
                    Cell::Link(label, item_target(pr, item)),
                    Cell::Text(impact.to_owned()),
                    words::status(item.status()),
                    words::date(item.fields.date("submitted")),
                ],
                muted: over,
            });
        }
    }
    rows.sort_by_key(|r| r.muted);
    Group {
        key: "changes".into(),
        title: "Changes with impact on operations".into(),
        note: "Change requests of these projects that say what they mean for operations.".into(),
        caption: "Change requests with impact on operations".into(),
        empty: "No change request names an impact on operations.".into(),
        columns: vec![
            Column::new("project", "Project", Set::Filter),
            Column::new("change", "Change request", Set::Wide),
            Column::new("operations", "What it means for operations", Set::Wide),
            Column::new("status", "State", Set::Short),
            Column::new("submitted", "Submitted", Set::Short),
        ],
        rows,
    }
}

/// Where these projects need each other's or others' milestones too early.
pub(super) fn conflicting(p: &Portfolio, projects: &[&Project]) -> Group {
    let touches = |pr: &Project| projects.iter().any(|o| o.id == pr.id);
    let running = p.projects.iter().filter(|pr| pr.state == State::Active);
    let mut all: Vec<conflicts::Conflict<'_>> =
        running.flat_map(|pr| conflicts::of(p, pr)).collect();
    all.sort_by_key(|c| (std::cmp::Reverse(c.late), c.project.id.clone(), c.item.id.clone()));
    let row = |c: conflicts::Conflict<'_>| {
        let need = format!("{} {}", c.item.id, c.item.title()).trim().to_owned();
        let milestone = format!("{} {}", c.milestone.id, c.milestone.name);
        Row {
            anchor: None,
            cells: vec![
                project(c.project),
                Cell::Link(need, item_target(c.project, c.item)),
                Cell::Date(c.need),
                project(c.giver),
                Cell::Link(milestone, Target::Item(c.giver.id.clone(), (*c.milestone.id).into())),
                Cell::Date(c.date),
                Cell::Days(c.late),
            ],
            muted: false,
        }
    };
    Group {
        key: "conflicts".into(),
        title: "Projects in each other's way".into(),
        note: "One needs a milestone before the other expects it.".into(),
        caption: "Conflicts between projects".into(),
        empty: "No project needs a milestone before it comes.".into(),
        columns: vec![
            Column::new("project", "Needs it", Set::Text),
            Column::new("need", "What", Set::Wide),
            Column::new("needed", "By", Set::Short),
            Column::new("giver", "Delivers it", Set::Text),
            Column::new("milestone", "Milestone", Set::Wide),
            Column::new("comes", "Comes", Set::Short),
            Column::new("late", "Too late by", Set::Short),
        ],
        rows: all.into_iter().filter(|c| touches(c.project) || touches(c.giver)).map(row).collect(),
    }
}
