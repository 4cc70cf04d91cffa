//! Charts that lead somewhere: the risk matrix, timelines, the milestone trend.

use super::Place;
use crate::date::{Date, plus};
use crate::document::Item;
use crate::portfolio::{Milestone, Portfolio, Project, State};
use crate::rollups::milestones::slip_rag;
use crate::rollups::raid::{field_anchor, is_open, is_threat, position};
use crate::rollups::releases::{GoLive, coming};
use crate::site::charts::{Series, TimelineInput, TimelineItem, risk_matrix, timeline, trend};
use crate::site::view::Rag;
use crate::site::view::chart::Chart;
use crate::table::Table;
use crate::target::Target;
use std::collections::BTreeSet;

/// The charts above a roll-up's tables, by its name.
#[must_use]
pub fn charts(place: &Place<'_>, rollup: &str, table: &Table) -> Vec<Chart> {
    let p = place.portfolio();
    match rollup {
        "raid" => vec![matrix(p, table)],
        "releases" => calendar(place).into_iter().collect(),
        "milestones" => {
            let all: Vec<&Project> = p.projects.iter().collect();
            key_milestones(place, &all, 90).into_iter().collect()
        }
        _ => Vec::new(),
    }
}

/// The matrix above the list of all risks: a field leads to its rows, by the
/// page's own filter, and without a script to the first of them.
fn matrix(p: &Portfolio, table: &Table) -> Chart {
    let listed: BTreeSet<&str> =
        table.groups.iter().flat_map(|g| &g.rows).filter_map(|r| r.anchor.as_deref()).collect();
    let loose = p.loose.iter().filter(|i| i.kind.register.as_deref() == Some("risks"));
    risks(threats(p.projects.iter()).chain(loose), |probability, impact| {
        let first = field_anchor(probability, impact);
        Some(if listed.contains(&*first) {
            format!("?p-i={probability}-{impact}#{first}")
        } else {
            "#risks".to_owned()
        })
    })
}

/// Risks of projects that are not over.
pub fn threats<'a>(projects: impl Iterator<Item = &'a Project>) -> impl Iterator<Item = &'a Item> {
    let over = |project: &Project| matches!(project.state, State::Complete | State::Cancelled);
    projects.filter(move |project| !over(project)).flat_map(|pr| pr.items("risks"))
}

/// The risk matrix of the open threats among risks; `href` says where the list
/// of a field stands.
#[must_use]
pub fn risks<'a>(
    risks: impl Iterator<Item = &'a Item>,
    href: impl Fn(u32, u32) -> Option<String>,
) -> Chart {
    let mut counts = [[0u32; 5]; 5];
    let mut unscored = 0;
    for risk in risks.filter(|r| is_open(r) && is_threat(r)) {
        let cell = position(risk).and_then(|(p, i)| {
            let at = |n: u32| usize::try_from(n).ok()?.checked_sub(1);
            counts.get_mut(at(p)?)?.get_mut(at(i)?)
        });
        match cell {
            Some(cell) => *cell += 1,
            None => unscored += 1,
        }
    }
    Chart::RiskMatrix(risk_matrix("matrix", counts, unscored, href))
}

/// Go-lives of the year to come on a calendar, with the times in which nothing
/// is to go live.
fn calendar(place: &Place<'_>) -> Option<Chart> {
    let p = place.portfolio();
    let today = place.as_of();
    let (from, furthest) = (plus(today, -14), plus(today, 366));
    let ahead = coming(p);
    let shown: Vec<&GoLive<'_>> = ahead
        .iter()
        .filter(|g| g.launch.expected.is_some_and(|d| d >= from && d <= furthest))
        .take(MOST)
        .collect();
    let dates = shown.iter().flat_map(|g| [g.launch.expected, g.baseline()]).flatten();
    let freezes = &p.config.calendar.freezes;
    let last = dates.chain(freezes.iter().map(|f| f.to)).filter(|d| *d <= furthest).max()?;
    let items: Vec<TimelineItem> = shown
        .iter()
        .map(|g| TimelineItem {
            project: g.project.title.to_string(),
            label: g.label(),
            href: place.href(&g.target()),
            baseline: g.baseline(),
            forecast: g.launch.expected,
            rag: g.milestone.map_or(Rag::NotReported, |m| slip_rag(g.project, m).into()),
        })
        .collect();
    let shades: Vec<(Date, Date, String)> =
        freezes.iter().map(|f| (f.from, f.to, f.label.clone())).collect();
    let chart = timeline(&TimelineInput {
        id: "calendar",
        title: "Release calendar",
        from,
        to: plus(last, 14),
        today,
        items: &items,
        shades: &shades,
    });
    chart.map(Chart::Timeline)
}

/// The open key milestones of the coming days on a calendar; the ones that
/// should have been reached are among them.
#[must_use]
pub fn key_milestones(place: &Place<'_>, projects: &[&Project], ahead: i64) -> Option<Chart> {
    timeline_of(place, projects, ahead).map(Chart::Timeline)
}

/// Most rows of a timeline.
const MOST: usize = 24;

/// See [`key_milestones`].
#[must_use]
pub fn timeline_of(
    place: &Place<'_>,
    projects: &[&Project],
    ahead: i64,
) -> Option<crate::site::view::chart::Timeline> {
    let today = place.as_of();
    let (from, to) = (plus(today, -14), plus(today, ahead));
    // Room after the last day for the words beside a mark.
    let edge = plus(to, (ahead + 14) / 5);
    let expected = |m: &Milestone| m.forecast.or(m.baseline);
    let mut shown: Vec<(&Project, &Milestone)> = projects
        .iter()
        .filter(|project| project.state == State::Active)
        .flat_map(|project| project.milestones.iter().map(|m| (*project, m)))
        .filter(|(_, m)| m.key && !m.cancelled && m.actual.is_none())
        .filter(|(_, m)| expected(m).is_some_and(|d| d <= to))
        .collect();
    shown.sort_by_key(|(project, m)| (expected(m), project.id.clone(), m.item));
    shown.truncate(MOST);
    let items: Vec<TimelineItem> = shown
        .iter()
        .map(|(project, m)| TimelineItem {
            project: project.title.to_string(),
            label: format!("{} {}", m.id, m.name),
            href: place.href(&Target::Item(project.id.clone(), (*m.id).into())),
            baseline: m.baseline,
            forecast: m.forecast,
            rag: slip_rag(project, m).into(),
        })
        .collect();
    let title =
        if ahead == 56 { "Next eight weeks".to_owned() } else { format!("Next {ahead} days") };
    timeline(&TimelineInput {
        id: "next-weeks",
        title: &title,
        from,
        to: edge,
        today,
        items: &items,
        shades: &[],
    })
}

/// The milestone trend of a project: its key milestones that reports speak of,
/// the latest finish first.
#[must_use]
pub fn milestone_trend(
    place: &Place<'_>,
    project: &Project,
) -> Option<crate::site::view::chart::TrendChart> {
    let mut key: Vec<&Milestone> =
        project.milestones.iter().filter(|m| m.key && !m.history.is_empty()).collect();
    // Open milestones matter most; achieved ones fill what room is left.
    key.sort_by_key(|m| (m.actual.is_some(), std::cmp::Reverse(m.baseline)));
    let series: Vec<Series> = key
        .iter()
        .map(|m| Series {
            label: format!("{} {}", m.id, m.name),
            href: place.href(&Target::Item(project.id.clone(), (*m.id).into())),
            points: m.history.clone(),
            slip: m.slip(),
        })
        .collect();
    trend("trend", &series)
}
