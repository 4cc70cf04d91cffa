//! The tables that pages draw by hand, as data: the projects of the portfolio
//! and of a programme, and the milestones of a project.

use super::standing::{self, Standing};
use crate::Checked;
use crate::portfolio::{Milestone, Project, State};
use crate::rollups::asks;
use crate::rollups::milestones::state;
use crate::table::{Cell, Column, Group, Missing, Row, Set};
use crate::target::Target;

/// The dimensions that the table of projects shows.
const DIMENSIONS: [(&str, &str); 5] = [
    ("scope", "Scope"),
    ("schedule", "Schedule"),
    ("budget", "Budget"),
    ("resources", "Resources"),
    ("quality", "Quality"),
];

/// The active projects that `keep` takes, in order of attention.
#[must_use]
pub fn projects(checked: &Checked, keep: impl Fn(&Project) -> bool) -> Group {
    let mut columns = vec![
        Column::new("project", "Project", Set::Text),
        Column::new("id", "Id", Set::Text),
        Column::new("programme", "Programme", Set::Filter),
        Column::new("manager", "Project manager", Set::Text),
        Column::new("tier", "Tier", Set::Filter),
        Column::new("phase", "Phase", Set::Filter),
        Column::new("health", "Health", Set::Short),
        Column::new("computed", "The data says", Set::Short),
    ];
    columns.extend(DIMENSIONS.map(|(key, label)| Column::new(key, label, Set::Short)));
    columns.extend([
        Column::new("trend", "Trend", Set::Short),
        Column::new("finish_baseline", "Finish agreed", Set::Short),
        Column::new("finish", "Finish expected", Set::Short),
        Column::new("slip", "Days late", Set::Number),
        Column::new("budget_amount", "Budget", Set::Number),
        Column::new("eac", "Estimate at completion", Set::Number),
        Column::new("variance", "Cost against budget", Set::Number),
        Column::new("asks", "Decisions waited for", Set::Number),
        Column::new("asks_age", "Oldest, business days", Set::Number),
        Column::new("last_report", "Last report", Set::Short),
    ]);
    let active = |s: &Standing<'_>| s.project.state == State::Active && keep(s.project);
    let rows = standing::by_attention(checked).into_iter().filter(active).map(|s| project(&s));
    Group {
        key: "projects".into(),
        title: "Projects".into(),
        caption: "Active projects with their health, dates, cost and open asks".into(),
        empty: "No project is active.".into(),
        columns,
        rows: rows.collect(),
        ..Group::default()
    }
}

fn missing(missing: &Missing) -> Cell {
    Cell::Missing(missing.clone())
}

fn words(text: Option<String>) -> Cell {
    text.map_or(Cell::Missing(Missing::NotReported), Cell::Text)
}

fn project(s: &Standing<'_>) -> Row {
    let (p, pr) = (s.p(), s.project);
    let rag = |rag| Cell::Rag(rag);
    let dimension =
        |name: &str| s.declared(name).map_or_else(|| missing(&Missing::NotReported), rag);
    let day = |day| Cell::Date(day);
    let (schedule, cost) = (s.measures.schedule.as_ref(), s.measures.cost.as_ref());
    let money = |n| Cell::Money(n, pr.currency.as_deref().unwrap_or_default().to_owned());
    let waiting = s.asks();
    let asked = pr.has_register("decisions") || !waiting.is_empty();
    let count = i64::try_from(waiting.len()).unwrap_or(i64::MAX);
    let untracked = Missing::NotApplicable("the budget is not tracked".into());
    let mut cells = vec![
        Cell::Link(pr.title.to_string(), Target::Project(pr.id.clone())),
        Cell::Text(pr.id.to_string()),
        pr.programme.as_deref().map_or(Cell::Empty, |slug| Cell::Text(p.programme_title(slug))),
        words(s.person_name("project_manager").map(str::to_owned)),
        words(Some(p.tier_label(pr.tier)).filter(|t| !t.is_empty())),
        words(pr.phase_title()),
        dimension("overall"),
        s.computed().map_or_else(|why| missing(&why), rag),
    ];
    cells.extend(DIMENSIONS.map(|(name, _)| dimension(name)));
    cells.extend([
        Cell::Text(s.trend().label().into()),
        schedule.map_or_else(
            |why| pr.finish.baseline.map_or_else(|| missing(why), day),
            |k| day(k.baseline),
        ),
        schedule.map_or_else(missing, |k| day(k.forecast)),
        schedule.map_or_else(missing, |k| Cell::Days(k.days)),
        match pr.budget {
            _ if pr.untracked => missing(&untracked),
            Some(budget) => money(budget),
            None => missing(&Missing::NotReported),
        },
        cost.map_or_else(missing, |k| money(k.eac)),
        cost.map_or_else(missing, |k| Cell::Percent(k.percent)),
        if asked { Cell::Count(count) } else { missing(&Missing::NotReported) },
        asks::oldest(&waiting).map_or(Cell::Empty, Cell::Count),
        pr.latest().map_or_else(|| missing(&Missing::NotReported), |r| day(r.date)),
    ]);
    Row { anchor: Some(pr.id.to_string()), cells, muted: false }
}

/// All milestones of a project, in the register's order.
#[must_use]
pub fn milestones(s: &Standing<'_>) -> Group {
    let row = |m: &Milestone| {
        let day = |date: Option<_>| date.map_or_else(|| missing(&Missing::NotReported), Cell::Date);
        let (mark, said) = state(s.p(), s.project, m);
        let target = Target::Item(s.project.id.clone(), (*m.id).into());
        let flag = |flag: bool| Cell::Text(if flag { "yes" } else { "no" }.into());
        let cells = vec![
            Cell::Text(m.id.to_string()),
            Cell::Link(m.name.to_string(), target),
            day(m.original),
            day(m.baseline),
            m.actual.map_or_else(|| day(m.forecast), |_| Cell::Empty),
            m.actual.map_or(Cell::Empty, Cell::Date),
            m.slip().map_or(Cell::Empty, Cell::Days),
            Cell::State(mark, said),
            flag(m.key),
        ];
        Row { anchor: Some(m.id.to_string()), cells, muted: m.cancelled }
    };
    Group {
        key: "milestones".into(),
        title: "Milestones".into(),
        caption: "Milestones: original, baseline and forecast dates, slip and state".into(),
        columns: vec![
            Column::new("id", "Id", Set::Short),
            Column::new("milestone", "Milestone", Set::Text),
            Column::new("original", "Original", Set::Short),
            Column::new("baseline", "Baseline", Set::Short),
            Column::new("forecast", "Forecast", Set::Short),
            Column::new("actual", "Achieved", Set::Short),
            Column::new("slip", "Days late", Set::Number),
            Column::new("state", "State", Set::Text),
            Column::new("key", "Key milestone", Set::Short),
        ],
        rows: s.project.milestones.iter().map(row).collect(),
        ..Group::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exports::{Input, Style, tables};
    use crate::rollups::testing::{FILES, check};

    #[test]
    fn a_row_says_what_the_page_says_of_a_project() {
        let checked = check(FILES);
        let group = projects(&checked, |_| true);
        assert!(group.rows.iter().all(|row| row.cells.len() == group.columns.len()));
        let input = Input::new(&checked, &|_: &Target| None);
        let csv = String::from_utf8(tables::group_csv(&input, &group, Style::default())).unwrap();
        let crm = csv.lines().find(|l| l.contains(",crm,")).unwrap();
        for said in ["2026-09-30,2026-10-28,28", "500000,533000,6.6", ",CAD,"] {
            assert!(crm.contains(said), "{crm} lacks {said}");
        }
        let bare = csv.lines().find(|l| l.contains(",bare,")).unwrap();
        assert!(bare.contains("not-reported"), "{bare}");
        assert!(projects(&checked, |_| false).rows.is_empty());
    }

    #[test]
    fn milestones_have_their_dates_and_slip() {
        let checked = check(FILES);
        let crm = standing::all(&checked).find(|s| &*s.project.id == "crm").unwrap();
        let group = milestones(&crm);
        let m7 = group.rows.iter().find(|r| r.anchor.as_deref() == Some("M7")).unwrap();
        assert_eq!(m7.cells[6], Cell::Days(28));
        assert!(group.rows.iter().all(|row| row.cells.len() == group.columns.len()));
    }
}
