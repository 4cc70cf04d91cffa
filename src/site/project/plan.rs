//! What waits and what comes: asks, milestones, the worst risks.

use crate::document::Item;
use crate::measures::health::score;
use crate::ratio::Ratio;
use crate::rollups::asks as waiting;
use crate::rollups::milestones::{slip_rag, state};
use crate::rollups::raid::{date_of, is_open, is_threat, score_before};
use crate::rollups::words::{figure, holder, who};
use crate::site::charts::slip;
use crate::site::links::derived;
use crate::site::standing::Standing;
use crate::site::tables::{Place, state_mark};
use crate::site::view::Link;
use crate::site::view::project::{Ask, Milestone, TopRisk};
use crate::target::Target;

/// Milestones shown without the way to more.
const MILESTONES: usize = 12;
/// Milestones shown at most, however many are key or late.
const MOST: usize = 60;
/// Asks shown.
const ASKS: usize = 20;
/// Risks shown.
const RISKS: usize = 5;

/// A count with its thousands parted.
fn grouped(n: usize) -> String {
    Ratio::whole(i128::try_from(n).unwrap_or_default()).money()
}

fn item(place: &Place<'_>, s: &Standing<'_>, label: &str, id: &str) -> Link {
    place.link(label, &Target::Item(s.project.id.clone(), id.into()))
}

/// The decisions that wait.
pub(super) fn asks(place: &Place<'_>, s: &Standing<'_>) -> Vec<Ask> {
    let p = s.portfolio();
    waiting::of(p, s.project)
        .iter()
        .take(ASKS)
        .map(|ask| Ask {
            id: match &ask.target {
                Some(target) => {
                    place.link(if ask.id.is_empty() { "Report" } else { ask.id }, target)
                }
                None => item(place, s, ask.id, ask.id),
            },
            text: ask.title.to_owned(),
            who: ask.decider().map_or_else(
                || "nobody is named to decide".to_owned(),
                |d| match holder(p, s.project, d) {
                    Some(name) => format!("{} ({name})", who(p, d)),
                    None => who(p, d),
                },
            ),
            needed: ask.needed.map(|d| place.day(d)),
            age: match ask.age {
                Some(n) => format!("waits {}", figure(n, "business day", "business days")),
                None => "nobody says since when".to_owned(),
            },
            late: ask.late,
            otherwise: ask.text("if_late").unwrap_or_default().to_owned(),
        })
        .collect()
}

/// The way to all asks, where not all of them are shown.
pub(super) fn asks_more(place: &Place<'_>, s: &Standing<'_>) -> Option<Link> {
    let n = waiting::of(s.portfolio(), s.project).len();
    let all = || place.link(format!("All {}", grouped(n)), &Target::Rollup("decisions"));
    (n > ASKS).then(all)
}

/// The milestones in the register's order; of many, the key and the late ones.
pub(super) fn milestones(place: &Place<'_>, s: &Standing<'_>) -> Vec<Milestone> {
    let p = s.portfolio();
    let all = &s.project.milestones;
    let worst =
        all.iter().filter_map(crate::portfolio::Milestone::slip).map(i64::abs).max().unwrap_or(0);
    let many = all.len() > MILESTONES;
    all.iter()
        .filter(|m| {
            !many || m.key || (m.actual.is_none() && m.baseline.is_some_and(|d| d < p.as_of))
        })
        .take(MOST)
        .map(|m| {
            let (mark, said) = state(p, s.project, m);
            let label = format!("{} {}", m.id, m.name);
            Milestone {
                name: item(place, s, label.trim(), &m.id),
                key: m.key,
                original: m.original.map(|d| place.day(d)),
                baseline: m.baseline.map(|d| place.day(d)),
                forecast: m.actual.or(m.forecast).map(|d| place.day(d)),
                actual: m.actual.is_some(),
                slip: m.slip().map(|days| slip(days, worst, slip_rag(s.project, m).into())),
                mark: state_mark(mark),
                state: said,
                muted: m.cancelled,
            }
        })
        .collect()
}

/// The way to all milestones.
pub(super) fn milestones_more(place: &Place<'_>, s: &Standing<'_>) -> Option<Link> {
    let n = s.project.milestones.len();
    (n > 0).then(|| {
        let route = derived(&s.project.folder, "registers");
        let label =
            if n > MILESTONES { format!("All {}", grouped(n)) } else { "In detail".to_owned() };
        Link::to(label, format!("{}#milestones", place.page.link(&route)))
    })
}

/// The worst open threats.
pub(super) fn risks(place: &Place<'_>, s: &Standing<'_>) -> Vec<TopRisk> {
    let mut open: Vec<&Item> =
        s.project.items("risks").iter().filter(|r| is_open(r) && is_threat(r)).collect();
    open.sort_by_key(|r| (std::cmp::Reverse(score(r)), date_of(r), r.id.clone()));
    open.into_iter().take(RISKS).map(|r| risk(place, s, r)).collect()
}

fn risk(place: &Place<'_>, s: &Standing<'_>, r: &Item) -> TopRisk {
    let p = s.portfolio();
    let whole = |n: Ratio| u32::try_from(n.rounded(0)).unwrap_or(0);
    let now = score(r).map(whole);
    let before = score_before(r).map(whole).filter(|b| Some(*b) != now);
    let due = date_of(r);
    TopRisk {
        id: item(place, s, &r.id, &r.id),
        text: r.title().to_owned(),
        score: now,
        level: match now {
            None => "",
            Some(0..5) => "low",
            Some(5..10) => "middle",
            Some(10..15) => "high",
            Some(_) => "extreme",
        },
        before: before.map(|b| format!("was {b}")).unwrap_or_default(),
        owner: r.fields.text("owner").map(|o| who(p, o)).unwrap_or_default(),
        due: due.map(|d| place.day(d)),
        late: due.is_some_and(|d| d < p.as_of),
    }
}

/// The way to all of RAID.
pub(super) fn risks_more(place: &Place<'_>, s: &Standing<'_>) -> Option<Link> {
    s.project.has_register("risks").then(|| {
        let route = derived(&s.project.folder, "raid");
        Link::to("All of RAID", place.page.link(&route))
    })
}
