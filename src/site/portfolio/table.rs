//! The table of active projects, and the small tables of all others.

use super::Scope;
use crate::date::{Date, days, plus};
use crate::kinds::Role;
use crate::measures::freshness::Level;
use crate::portfolio::{Milestone, Project, State};
use crate::rollups::asks::{self, Ask};
use crate::rollups::milestones::{slip_rag, state};
use crate::rollups::words::{capital, several, who};
use crate::site::charts::{marks, slip};
use crate::site::standing::Standing;
use crate::site::tables::state_mark;
use crate::site::view::portfolio::{DimensionHead, ProjectRow, ProjectTable};
use crate::site::view::rollup::{Cell, Column, Row, Table};
use crate::site::view::{Chip, Link, Rag, Segment, Trend};
use crate::table::Rag as Known;
use crate::target::Target;

/// The dimensions of the table.
const DIMENSIONS: [&str; 5] = ["scope", "schedule", "budget", "resources", "quality"];
/// Reports of the history column.
const HISTORY: usize = 12;

/// The active projects in order of attention.
pub(super) fn projects(scope: &Scope<'_>, title: &str) -> ProjectTable {
    let mut active = scope.active();
    active.sort_by_cached_key(|s| (order(s), s.project.tier, s.project.title.to_lowercase()));
    let worst = active.iter().filter_map(Standing::slip_days).map(i64::abs).max().unwrap_or(0);
    let head = |name: &&str| DimensionHead {
        label: capital(name),
        short: capital(name).chars().take(3).collect(),
    };
    let rows = (0u32..).zip(&active).map(|(rank, s)| row(scope, s, rank, worst)).collect();
    ProjectTable {
        title: title.to_owned(),
        caption: "Active projects with their health, dates, cost and open asks".to_owned(),
        dimensions: DIMENSIONS.iter().map(head).collect(),
        history_label: format!("{HISTORY} reports"),
        rows,
        footnote: vec![Segment::text(
            "Sorted by attention. A mark is what the report says; ≠ means the data says otherwise.",
        )],
        downloads: Vec::new(),
        empty: "No project is active.".to_owned(),
    }
}

/// Declared red, then mismatch, then silence, then amber that got worse, then
/// the oldest ask.
fn order(s: &Standing<'_>) -> (u8, i64) {
    let colour = s.overall().and_then(Known::colour);
    let stale = matches!(s.measures.freshness.level, Level::Stale | Level::Silent | Level::Never);
    let oldest = asks::oldest(&asks::of(s.portfolio(), s.project));
    let class = match colour {
        Some(Known::Red) => 0,
        _ if s.flattery() > 0 => 1,
        _ if stale || colour.is_none() => 2,
        Some(Known::Amber) if s.trend() == Trend::Worse => 3,
        _ if oldest.is_some() => 4,
        Some(Known::Amber) => 5,
        _ => 6,
    };
    (class, -oldest.unwrap_or(0))
}

fn row(scope: &Scope<'_>, s: &Standing<'_>, rank: u32, worst: i64) -> ProjectRow {
    let p = s.portfolio();
    let project = s.project;
    let place = &scope.place;
    let asks = asks::of(p, project);
    let (phase, phase_name) = phase(s);
    let tier = if project.tier_known {
        p.tier_label(project.tier)
    } else {
        format!("{} (assumed)", p.tier_label(project.tier))
    };
    ProjectRow {
        project: place.link(project.title.as_ref(), &Target::Project(project.id.clone())),
        programme: programme(scope, s),
        manager: s.manager(),
        tier,
        tier_rank: u32::try_from(project.tier).unwrap_or(u32::MAX),
        phase,
        phase_rank: phase_rank(project),
        phase_name,
        health: s.chip(),
        rank,
        history: marks(&s.history("overall", HISTORY)),
        dimensions: DIMENSIONS.iter().map(|d| s.dimension(d)).collect(),
        trend: s.trend(),
        finish: s.finish(place, worst),
        cost: s.cost(),
        asks: (project.has_register("decisions") || !asks.is_empty())
            .then(|| u32::try_from(asks.len()).unwrap_or(u32::MAX)),
        asks_age: asks::oldest(&asks).map(asks::business_days).unwrap_or_default(),
        report: report(scope, s),
        report_days: project.latest().map(|r| days(r.date, p.as_of)),
        stale: matches!(s.measures.freshness.level, Level::Stale | Level::Silent | Level::Never),
    }
}

fn programme(scope: &Scope<'_>, s: &Standing<'_>) -> Link {
    match s.project.programme.as_deref() {
        Some(slug) => {
            let title = scope.checked.portfolio.programme_title(slug);
            scope.place.link(title, &Target::Programme(slug.into()))
        }
        None => Link::default(),
    }
}

/// By class first, so that projects of several lifecycles stand in one order.
fn phase_rank(project: &crate::portfolio::Project) -> u32 {
    let (Some(phase), Some(index)) = (project.phase(), project.phase) else { return u32::MAX };
    let index = u32::try_from(index.min(99)).unwrap_or(99);
    phase.class as u32 * 100_000 + index * 1000 + project.stage.unwrap_or(0).min(999)
}

/// The phase with what is special about it, and its plain name.
fn phase(s: &Standing<'_>) -> (String, String) {
    let Some(phase) = s.project.phase() else {
        return ("not reported".to_owned(), String::new());
    };
    let p = s.portfolio();
    let window = p.config.tiers.get(s.project.tier).map_or(0, |t| t.release_window);
    let launch = s.project.milestones.iter().any(|m| {
        let expected = m.forecast.or(m.baseline);
        m.go_live
            && !m.cancelled
            && m.actual.is_none()
            && expected.is_some_and(|d| days(p.as_of, d) <= window)
    });
    let local = crate::rollups::gates::local_phase(p, s.project);
    // With several lifecycles beside each other the class is what compares.
    let mixed = p.projects.iter().any(|pr| {
        pr.lifecycle.as_ref().map(|l| &l.name) != s.project.lifecycle.as_ref().map(|l| &l.name)
    });
    if mixed {
        let class = phase.class.name();
        let title = format!("{class} · {local}");
        return (if launch { format!("{title} · release") } else { title }, class.to_owned());
    }
    let title = local;
    (if launch { format!("{title} · release") } else { title.clone() }, title)
}

fn report(scope: &Scope<'_>, s: &Standing<'_>) -> Link {
    let p = s.portfolio();
    let Some(report) = s.project.latest() else { return Link::text("none") };
    let label = format!("{} d", days(report.date, p.as_of));
    match p.documents.get(report.document) {
        Some(d) => scope.place.link(label, &Target::Document(d.path.clone())),
        None => Link::text(label),
    }
}

/// On hold and proposed; ended in the last twelve months.
pub(super) fn others(scope: &Scope<'_>) -> Vec<Table> {
    let resting: Vec<&Standing<'_>> = scope
        .all
        .iter()
        .filter(|s| matches!(s.project.state, State::OnHold | State::Proposed))
        .collect();
    let year = plus(scope.place.as_of(), -365);
    let mut ended: Vec<(Option<Date>, &Standing<'_>)> = scope
        .all
        .iter()
        .filter(|s| matches!(s.project.state, State::Complete | State::Cancelled))
        .map(|s| (end(s), s))
        .filter(|(end, _)| end.is_none_or(|d| d > year && d <= scope.place.as_of()))
        .collect();
    ended.sort_by_key(|(end, s)| (std::cmp::Reverse(*end), s.project.id.clone()));
    let mut tables = Vec::new();
    if !resting.is_empty() {
        let rows = resting.iter().map(|s| rest_row(scope, s)).collect();
        tables.push(small("resting", "On hold and proposed", "Since", rows));
    }
    if !ended.is_empty() {
        let rows = ended.iter().map(|(end, s)| end_row(scope, s, *end)).collect();
        tables.push(small("ended", "Ended in the last twelve months", "Ended", rows));
    }
    tables
}

/// The decisions the projects of a scope wait for.
pub(super) fn waiting(scope: &Scope<'_>) -> Vec<Table> {
    let asks = scope.asks();
    if asks.is_empty() {
        return Vec::new();
    }
    vec![Table {
        id: "asks".to_owned(),
        title: "Waiting for a decision".to_owned(),
        count: u32::try_from(asks.len()).ok(),
        caption: "Decisions the projects of this programme wait for".to_owned(),
        columns: vec![
            Column::wide("Decision"),
            Column::text("Project"),
            Column::text("Who decides"),
            Column::short("Needed"),
            Column::number("Business days"),
        ],
        rows: asks.iter().map(|ask| ask_row(scope, ask)).collect(),
        ..Table::default()
    }]
}

/// The open key milestones of the coming days, and those that should have been
/// reached.
pub(super) fn upcoming(scope: &Scope<'_>, ahead: i64) -> Vec<Table> {
    let place = &scope.place;
    let to = plus(place.as_of(), ahead);
    let mut open: Vec<(&Project, &Milestone)> = scope
        .active()
        .iter()
        .flat_map(|s| s.project.milestones.iter().map(move |m| (s.project, m)))
        .filter(|(_, m)| m.key && !m.cancelled && m.actual.is_none())
        .filter(|(_, m)| m.forecast.or(m.baseline).is_some_and(|d| d <= to))
        .collect();
    if open.is_empty() {
        return Vec::new();
    }
    open.sort_by_key(|(pr, m)| (m.forecast.or(m.baseline), pr.id.clone(), m.item));
    let worst = open.iter().filter_map(|(_, m)| m.slip()).map(i64::abs).max().unwrap_or(0);
    vec![Table {
        id: "next".to_owned(),
        title: "Key milestones of the next eight weeks".to_owned(),
        count: u32::try_from(open.len()).ok(),
        caption: "Open key milestones of the next eight weeks".to_owned(),
        columns: vec![
            Column::wide("Milestone"),
            Column::text("Project"),
            Column::short("Baseline"),
            Column::short("Forecast"),
            Column::short("Slip"),
            Column::text("State"),
        ],
        rows: open.iter().map(|(pr, m)| milestone_row(scope, pr, m, worst)).collect(),
        ..Table::default()
    }]
}

fn milestone_row(scope: &Scope<'_>, pr: &Project, m: &Milestone, worst: i64) -> Row {
    let place = &scope.place;
    let label = format!("{} {}", m.id, m.name);
    let target = Target::Item(pr.id.clone(), (*m.id).into());
    let day =
        |d: Option<Date>| d.map_or_else(|| missing("not reported"), |d| Cell::date(place.day(d)));
    let (mark, said) = state(place.portfolio(), pr, m);
    Row {
        id: String::new(),
        cells: vec![
            linked(place.link(label.trim(), &target)),
            linked(place.link(pr.title.as_ref(), &Target::Project(pr.id.clone()))),
            day(m.baseline),
            day(m.forecast),
            m.slip().map_or(Cell::Empty, |n| Cell::Slip(slip(n, worst, slip_rag(pr, m).into()))),
            Cell::State { mark: state_mark(mark), text: said },
        ],
        muted: false,
    }
}

fn missing(text: &str) -> Cell {
    Cell::Missing { text: text.to_owned(), why: String::new() }
}

fn linked(link: Link) -> Cell {
    Cell::Text { text: link.label, href: link.href, detail: String::new(), strong: false }
}

fn ask_row(scope: &Scope<'_>, ask: &Ask<'_>) -> Row {
    let place = &scope.place;
    let title = ask.target.as_ref().map(|target| place.link(ask.label(), target));
    let project =
        ask.project.map(|pr| place.link(pr.title.as_ref(), &Target::Project(pr.id.clone())));
    let decider = ask.decider().map(|d| who(place.portfolio(), d));
    Row {
        id: String::new(),
        cells: vec![
            title.map_or_else(|| Cell::text(ask.label()), linked),
            project.map_or_else(|| Cell::text("Portfolio"), linked),
            decider.map_or_else(|| missing("nobody named"), Cell::text),
            ask.needed.map_or_else(
                || missing("no date"),
                |d| Cell::Date { day: place.day(d), late: ask.late, note: String::new() },
            ),
            ask.age.map_or_else(
                || missing("not reported"),
                |n| Cell::Number { text: n.to_string(), sort: n, rag: None },
            ),
        ],
        muted: false,
    }
}

fn small(id: &str, title: &str, when: &str, rows: Vec<Row>) -> Table {
    Table {
        id: id.to_owned(),
        title: title.to_owned(),
        count: u32::try_from(rows.len()).ok(),
        caption: title.to_owned(),
        columns: vec![
            Column::text("Project"),
            Column::short("State"),
            Column::short(when),
            Column::wide("Note"),
        ],
        rows,
        ..Table::default()
    }
}

fn named(scope: &Scope<'_>, s: &Standing<'_>) -> Cell {
    let target = Target::Project(s.project.id.clone());
    let programme = s.project.programme.as_deref();
    Cell::Text {
        text: s.project.title.to_string(),
        href: scope.place.href(&target),
        detail: programme.map(|slug| s.portfolio().programme_title(slug)).unwrap_or_default(),
        strong: true,
    }
}

fn rest_row(scope: &Scope<'_>, s: &Standing<'_>) -> Row {
    let hold = s.card().and_then(|c| c.record("hold"));
    let since = hold.and_then(|h| h.date("since"));
    let planned = s.project.start.forecast.or(s.project.start.baseline);
    let mut note: Vec<String> =
        hold.and_then(|h| h.text("reason")).map(str::to_owned).into_iter().collect();
    if let Some(review) = hold.and_then(|h| h.date("review_by")) {
        note.push(format!("review {}", crate::date::long(review)));
    }
    if note.is_empty()
        && let (State::Proposed, Some(start)) = (s.project.state, planned)
    {
        note.push(format!("start planned for {}", crate::date::long(start)));
    }
    if note.is_empty() {
        note.extend(s.card().and_then(|c| c.text("summary")).map(str::to_owned));
    }
    let since = since.map_or_else(|| missing("not reported"), |d| Cell::date(scope.place.day(d)));
    Row {
        id: String::new(),
        cells: vec![
            named(scope, s),
            Cell::Chip(Chip::of(s.rating())),
            if s.project.state == State::Proposed { Cell::Empty } else { since },
            Cell::text(note.join("; ")),
        ],
        muted: false,
    }
}

/// The day a project ended: its finish, else what the closure report says.
fn end(s: &Standing<'_>) -> Option<Date> {
    s.project.finish.actual.or_else(|| closing(s, |d| d.date("finish_actual")))
}

/// A fact of the closure report.
fn closing<'a, T>(
    s: &Standing<'a>,
    fact: impl Fn(&'a crate::data::record::Record) -> Option<T>,
) -> Option<T> {
    let p = s.portfolio();
    s.project.documents.iter().filter_map(|i| p.documents.get(*i)).find_map(|d| fact(&d.fields))
}

fn end_row(scope: &Scope<'_>, s: &Standing<'_>, end: Option<Date>) -> Row {
    let mut note = Vec::new();
    if let Some(outcome) = closing(s, |d| d.text("outcome").filter(|_| d.has("finish_actual"))) {
        note.push(outcome.replace('-', " "));
    }
    if let Some(late) = s.slip_days().filter(|_| s.project.finish.actual.is_some()) {
        note.push(match late {
            0 => "on date".to_owned(),
            n => crate::site::charts::days_text(n),
        });
    }
    let cost = s.cost();
    if cost.sort.is_some() {
        note.push(format!("cost {}", cost.text));
    }
    let items = s.project.items.values().flatten();
    let lessons = items.filter(|i| i.kind.role == Role::Lesson).count();
    if lessons > 0 {
        note.push(several(lessons, "lesson", "lessons"));
    }
    Row {
        id: String::new(),
        cells: vec![
            named(scope, s),
            Cell::Chip(Chip::of(s.rating())),
            end.map_or_else(|| missing("not reported"), |d| Cell::date(scope.place.day(d))),
            Cell::text(note.join(" · ")),
        ],
        muted: s.rating() == Rag::Cancelled,
    }
}
