//! The table of active projects, and the small tables of all others.

use super::Scope;
use crate::date::{Date, days, plus};
use crate::kinds::Role;
use crate::measures::freshness::Level;
use crate::portfolio::{Milestone, Project, State};
use crate::rollups::asks::{self, Ask};
use crate::rollups::milestones::state;
use crate::rollups::words::{capital, several, who};
use crate::site::charts::marks;
use crate::site::standing::Standing;
use crate::site::view::portfolio::{DimensionHead, ProjectRow, ProjectTable};
use crate::site::view::{Link, Rag, Segment, Trend};
use crate::table::{Cell, Column, Group, Mark, Missing, Rag as Known, Row, Set};
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
pub(super) fn others(scope: &Scope<'_>) -> Vec<Group> {
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
        let rows = resting.iter().map(|s| rest_row(s)).collect();
        tables.push(small("resting", "On hold and proposed", "Since", rows));
    }
    if !ended.is_empty() {
        let rows = ended.iter().map(|(end, s)| end_row(s, *end)).collect();
        tables.push(small("ended", "Ended in the last twelve months", "Ended", rows));
    }
    tables
}

/// The decisions the projects of a scope wait for.
pub(super) fn waiting(scope: &Scope<'_>) -> Vec<Group> {
    let asks = scope.asks();
    if asks.is_empty() {
        return Vec::new();
    }
    vec![Group {
        key: "asks".to_owned(),
        title: "Waiting for a decision".to_owned(),
        caption: "Decisions the projects of this programme wait for".to_owned(),
        columns: vec![
            Column::new("decision", "Decision", Set::Wide),
            Column::new("project", "Project", Set::Text),
            Column::new("decider", "Who decides", Set::Text),
            Column::new("needed_by", "Needed", Set::Short),
            Column::new("age", "Business days", Set::Number),
        ],
        rows: asks.iter().map(|ask| ask_row(scope, ask)).collect(),
        ..Group::default()
    }]
}

/// The open key milestones of the coming days, and those that should have been
/// reached.
pub(super) fn upcoming(scope: &Scope<'_>, ahead: i64) -> Vec<Group> {
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
    vec![Group {
        key: "next".to_owned(),
        title: "Key milestones of the next eight weeks".to_owned(),
        caption: "Open key milestones of the next eight weeks".to_owned(),
        columns: vec![
            Column::new("milestone", "Milestone", Set::Wide),
            Column::new("project", "Project", Set::Text),
            Column::new("baseline", "Baseline", Set::Short),
            Column::new("forecast", "Forecast", Set::Short),
            Column::new("slip", "Slip", Set::Short),
            Column::new("state", "State", Set::Text),
        ],
        rows: open.iter().map(|(pr, m)| milestone_row(scope, pr, m)).collect(),
        ..Group::default()
    }]
}

fn milestone_row(scope: &Scope<'_>, pr: &Project, m: &Milestone) -> Row {
    let label = format!("{} {}", m.id, m.name);
    let target = Target::Item(pr.id.clone(), (*m.id).into());
    let day = |d: Option<Date>| d.map_or_else(not_reported, Cell::Date);
    let (mark, said) = state(scope.place.portfolio(), pr, m);
    Row {
        cells: vec![
            Cell::Link(label.trim().to_owned(), target),
            Cell::Link(pr.title.to_string(), Target::Project(pr.id.clone())),
            day(m.baseline),
            day(m.forecast),
            m.slip().map_or(Cell::Empty, Cell::Days),
            Cell::State(mark, said),
        ],
        ..Row::default()
    }
}

fn not_reported() -> Cell {
    Cell::Missing(Missing::NotReported)
}

fn ask_row(scope: &Scope<'_>, ask: &Ask<'_>) -> Row {
    let label = ask.label();
    let project =
        ask.project.map(|pr| Cell::Link(pr.title.to_string(), Target::Project(pr.id.clone())));
    let decider = ask.decider().map(|d| Cell::Text(who(scope.place.portfolio(), d)));
    Row {
        cells: vec![
            match &ask.target {
                Some(target) => Cell::Link(label, target.clone()),
                None => Cell::Text(label),
            },
            project.unwrap_or_else(|| Cell::Text("Portfolio".to_owned())),
            decider.unwrap_or_else(not_reported),
            ask.needed.map_or_else(not_reported, |date| Cell::Due {
                date,
                late: ask.late,
                note: String::new(),
            }),
            ask.age.map_or_else(not_reported, Cell::Count),
        ],
        ..Row::default()
    }
}

fn small(key: &str, title: &str, when: &'static str, rows: Vec<Row>) -> Group {
    Group {
        key: key.to_owned(),
        title: title.to_owned(),
        caption: title.to_owned(),
        columns: vec![
            Column::new("project", "Project", Set::Text),
            Column::new("state", "State", Set::Short),
            Column::new("on", when, Set::Short),
            Column::new("note", "Note", Set::Wide),
        ],
        rows,
        ..Group::default()
    }
}

fn named(s: &Standing<'_>) -> Cell {
    let name = Cell::Link(s.project.title.to_string(), Target::Project(s.project.id.clone()));
    match s.project.programme.as_deref() {
        Some(slug) => Cell::Detail(Box::new(name), s.portfolio().programme_title(slug)),
        None => name,
    }
}

/// The state of a project that does not run.
fn rest(s: &Standing<'_>) -> Cell {
    match s.project.state {
        State::OnHold => Cell::Rag(Known::OnHold),
        State::Complete => Cell::Rag(Known::Complete),
        State::Proposed => Cell::State(Mark::Open, "Proposed".to_owned()),
        _ => Cell::State(Mark::None, "Cancelled".to_owned()),
    }
}

fn rest_row(s: &Standing<'_>) -> Row {
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
    let since = since.map_or_else(not_reported, Cell::Date);
    Row {
        cells: vec![
            named(s),
            rest(s),
            if s.project.state == State::Proposed { Cell::Empty } else { since },
            Cell::Text(note.join("; ")),
        ],
        ..Row::default()
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

fn end_row(s: &Standing<'_>, end: Option<Date>) -> Row {
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
        cells: vec![
            named(s),
            rest(s),
            end.map_or_else(not_reported, Cell::Date),
            Cell::Text(note.join(" · ")),
        ],
        muted: s.rating() == Rag::Cancelled,
        ..Row::default()
    }
}
