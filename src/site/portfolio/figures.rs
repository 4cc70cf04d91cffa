//! The sentence, the small figures, and health by month.

use super::Scope;
use crate::date::{Date, days, plus};
use crate::measures::health::Dimension;
use crate::portfolio::{State, declared};
use crate::ratio::Ratio;
use crate::rollups::asks;
use crate::rollups::words::{capital, number, several};
use crate::site::standing::Standing;
use crate::site::tables::{money, percent, signed_percent};
use crate::site::view::portfolio::Figure;
use crate::site::view::{Link, Rag, Segment};
use crate::table::{Missing, Rag as Known};
use crate::target::Target;
use chrono::{Datelike, Months};

/// How many, how bad, what waits.
pub(super) fn sentence(scope: &Scope<'_>) -> Vec<Segment> {
    let active = scope.active();
    let mut out = Vec::new();
    let colours: Vec<Option<Known>> =
        active.iter().map(|s| s.overall().and_then(Known::colour)).collect();
    let count = |rag: Option<Known>| colours.iter().filter(|c| **c == rag).count();
    let (red, amber) = (count(Some(Known::Red)), count(Some(Known::Amber)));
    // A report that gives no rating is not silence: its owner may be exempt.
    let unrated =
        |s: &&Standing<'_>| s.overall().is_none() && s.counts() && s.project.latest().is_some();
    let unrated = active.iter().filter(unrated).count();
    let silent = count(None).saturating_sub(unrated);
    if silent == active.len() && silent > 1 {
        let text = format!("None of {silent} active projects has reported");
        out.push(Segment::rag(text, Rag::NotReported));
        out.push(Segment::text("."));
        waiting(scope, &mut out);
        return out;
    }
    let mut parts = Vec::new();
    let is = |n: usize, word: &str| format!("{n} {} {word}", if n == 1 { "is" } else { "are" });
    if red > 0 {
        parts.push(Segment::rag(is(red, "red"), Rag::Red));
    }
    if amber > 0 {
        parts.push(Segment::rag(is(amber, "amber"), Rag::Amber));
    }
    if silent > 0 {
        let has = if silent == 1 { "has" } else { "have" };
        parts.push(Segment::rag(format!("{silent} {has} not reported"), Rag::NotReported));
    }
    if unrated > 0 {
        let give = if unrated == 1 { "gives" } else { "give" };
        parts.push(Segment::rag(format!("{unrated} {give} no rating"), Rag::NotReported));
    }
    match (active.len(), parts.is_empty()) {
        (0, _) => out.push(Segment::text("No project is active.")),
        (1, true) => out.push(Segment::text("The one active project is green.")),
        (n, true) => out.push(Segment::text(format!("All {n} active projects are green."))),
        (n, false) => {
            let noun = if n == 1 { "Of 1 active project, " } else { "" };
            out.push(Segment::text(if noun.is_empty() {
                format!("Of {n} active projects, ")
            } else {
                noun.to_owned()
            }));
            join(&mut out, parts);
            out.push(Segment::text("."));
        }
    }
    if let Some(text) = flattery(&active) {
        out.push(Segment::text(" "));
        out.push(Segment::rag(text, Rag::Red));
        out.push(Segment::text("."));
    }
    waiting(scope, &mut out);
    out
}

/// Pieces with commas and a last `and`.
fn join(out: &mut Vec<Segment>, parts: Vec<Segment>) {
    let last = parts.len().saturating_sub(1);
    for (i, part) in parts.into_iter().enumerate() {
        if i > 0 {
            out.push(Segment::text(if i == last { " and " } else { ", " }));
        }
        out.push(part);
    }
}

/// `One says green where its data says red`.
fn flattery(active: &[Standing<'_>]) -> Option<String> {
    let worse: Vec<(Known, Known)> = active
        .iter()
        .filter(|s| s.flattery() > 0)
        .filter_map(|s| {
            let computed = s.measures.health.of("overall")?.computed.as_ref().ok()?.rag;
            Some((s.overall()?, computed))
        })
        .collect();
    let (said, data) = *worse.first()?;
    let (said, data) = (said.label().to_lowercase(), data.label().to_lowercase());
    let same = worse.iter().all(|pair| Some(pair) == worse.first());
    Some(match (worse.len(), same) {
        (1, _) => format!("One says {said} where its data says {data}"),
        (n, true) => format!("{} say {said} where their data says {data}", capital(&number(n))),
        (n, false) => format!("{} say better than their data does", capital(&number(n))),
    })
}

fn waiting(scope: &Scope<'_>, out: &mut Vec<Segment>) {
    let asks = scope.asks();
    if asks.is_empty() {
        let kept = scope.all.iter().any(|s| s.project.has_register("decisions"));
        if kept && !scope.active().is_empty() {
            out.push(Segment::text(" No decision waits."));
        }
        return;
    }
    let verb = if asks.len() == 1 { "waits" } else { "wait" };
    let count = several(asks.len(), "decision", "decisions");
    let text = format!("{} {verb}", capital(&count));
    out.push(Segment::text(" "));
    out.push(match scope.place.href(&Target::Rollup("decisions")) {
        Some(href) => Segment::link(text, href),
        None => Segment::text(text),
    });
    let age = asks::oldest(&asks).map(asks::business_days);
    out.push(Segment::text(match (age, asks.len()) {
        (Some(age), 1) => format!(", for {age}."),
        (Some(age), _) => format!(", the oldest for {age}."),
        (None, _) => ".".to_owned(),
    }));
}

/// Reporting, agreement, milestones, cost; a value that too few projects
/// stand behind says `partial` and takes no colour.
pub(super) fn figures(scope: &Scope<'_>) -> Vec<Figure> {
    let active = scope.active();
    if active.is_empty() {
        return Vec::new();
    }
    let mut figures = vec![reporting(scope, &active), agreement(scope, &active)];
    figures.push(on_time(scope, &active));
    figures.extend(cost(scope, &active));
    figures.extend(budget(&active));
    let held = scope.all.iter().filter(|s| s.project.state == State::OnHold).count();
    if held > 0 {
        let value = several(held, "project", "projects");
        figures.push(figure(Link::to("On hold", "#resting"), value, String::new(), None));
    }
    figures
}

/// What was approved, for each currency in which no project gives a cost at
/// completion to compare it with.
fn budget(active: &[Standing<'_>]) -> Vec<Figure> {
    let mut by_currency: std::collections::BTreeMap<&str, (Vec<Ratio>, bool, usize)> =
        std::collections::BTreeMap::new();
    for standing in active.iter().filter(|s| !s.project.untracked) {
        let currency = standing.project.currency.as_deref().unwrap_or_default();
        let entry = by_currency.entry(currency).or_default();
        entry.0.extend(standing.project.budget.filter(|n| !n.is_negative()));
        entry.1 |= standing.measures.cost.is_ok() && standing.counts();
        entry.2 += 1;
    }
    by_currency
        .iter()
        .filter(|(_, (budgets, compared, _))| !budgets.is_empty() && !compared)
        .filter_map(|(currency, (budgets, _, asked))| {
            let total = Ratio::sum(budgets.iter().copied())?;
            let value = format!("{currency} {}", total.money());
            let share = format!("{} of {asked}", budgets.len());
            Some(figure(Link::text("Approved budget"), value.trim_start().to_owned(), share, None))
        })
        .collect()
}

fn figure(label: Link, value: String, share: String, rag: Option<Rag>) -> Figure {
    Figure { label, value, share, rag }
}

fn share(part: usize, of: usize) -> Option<Ratio> {
    Ratio::whole(i128::try_from(part).ok()?).percent_of(Ratio::whole(i128::try_from(of).ok()?))
}

/// `88 %`, whole.
fn whole_percent(part: usize, of: usize) -> String {
    share(part, of).map_or_else(String::new, |s| format!("{} %", s.rounded(0)))
}

fn reporting(scope: &Scope<'_>, active: &[Standing<'_>]) -> Figure {
    let reporting = active.iter().filter(|s| s.overall().is_some()).count();
    let covered = covers(scope, reporting, active.len());
    let rag = match (reporting == active.len(), covered) {
        (true, _) => Rag::Green,
        (_, true) => Rag::Amber,
        _ => Rag::Red,
    };
    figure(
        Link::text("Reporting"),
        format!("{reporting} of {}", active.len()),
        whole_percent(reporting, active.len()),
        Some(rag),
    )
}

/// Whether enough projects stand behind a value.
fn covers(scope: &Scope<'_>, with: usize, all: usize) -> bool {
    share(with, all).is_some_and(|s| s >= scope.checked.portfolio.config.min_coverage)
}

/// Over pairs of project and dimension that have both colours.
fn agreement(scope: &Scope<'_>, active: &[Standing<'_>]) -> Figure {
    let pairs: Vec<i8> = active
        .iter()
        .filter(|s| s.counts())
        .flat_map(|s| s.measures.health.dimensions.iter())
        .filter_map(Dimension::flattery)
        .collect();
    let same = pairs.iter().filter(|steps| **steps == 0).count();
    let label = scope.place.link("Declared = computed", &Target::Rollup("honesty"));
    if pairs.is_empty() {
        return figure(label, "not reported".to_owned(), String::new(), None);
    }
    let value = format!("{same} of {}", pairs.len());
    figure(label, value, whole_percent(same, pairs.len()), None)
}

/// Pooled over projects, judged by the strictest tier among them.
fn on_time(scope: &Scope<'_>, active: &[Standing<'_>]) -> Figure {
    let known: Vec<_> = active.iter().filter_map(|s| s.measures.on_time.as_ref().ok()).collect();
    let on_time: usize = known.iter().map(|k| k.on_time as usize).sum();
    let missed: usize = known.iter().map(|k| k.missed as usize).sum();
    let label = scope.place.link("Milestones on time", &Target::Rollup("milestones"));
    let all = on_time + missed;
    let Some(percentage) = share(on_time, all) else {
        let due = active.iter().any(|s| matches!(s.measures.on_time, Err(Missing::NotReported)));
        let why = if due { "not reported" } else { "not yet" };
        return figure(label, why.to_owned(), String::new(), None);
    };
    let tier = active.iter().map(|s| s.project.tier).min().unwrap_or(0);
    let band = scope.checked.measures.thresholds.of("milestones-on-time").band(percentage, tier);
    let covered = covers(scope, known.len(), active.len());
    let mut value = format!("{on_time} of {all}");
    if !covered {
        value.push_str(" (partial)");
    }
    figure(label, value, percent(percentage), covered.then(|| band.into()))
}

/// Pooled for each currency, never across.
fn cost(scope: &Scope<'_>, active: &[Standing<'_>]) -> Vec<Figure> {
    let mut by_currency: std::collections::BTreeMap<String, Vec<&Standing<'_>>> =
        std::collections::BTreeMap::new();
    for standing in active.iter().filter(|s| s.measures.cost.is_ok() && s.counts()) {
        let currency = standing.project.currency.as_deref().unwrap_or_default().to_owned();
        by_currency.entry(currency).or_default().push(standing);
    }
    let tracked = active.iter().filter(|s| s.project.tracked || s.project.budget.is_some()).count();
    let known: usize = by_currency.values().map(Vec::len).sum();
    let covered = covers(scope, known, tracked);
    by_currency
        .iter()
        .filter_map(|(currency, list)| {
            let costs = || list.iter().filter_map(|s| s.measures.cost.as_ref().ok());
            let eac = Ratio::sum(costs().map(|k| k.eac))?;
            let bac = Ratio::sum(costs().map(|k| k.bac))?;
            let over = eac.sub(bac)?.percent_of(bac)?;
            let tier = list.iter().map(|s| s.project.tier).min().unwrap_or(0);
            let limits = scope.checked.measures.thresholds.of("cost-variance");
            let mut value = format!("{currency} {} of {}", short(eac), short(bac));
            if !covered {
                value.push_str(" (partial)");
            }
            Some(figure(
                Link::text("Cost at completion"),
                value.trim_start().to_owned(),
                signed_percent(over),
                covered.then(|| limits.band(over, tier).into()),
            ))
        })
        .collect()
}

/// An amount in few characters: `1.64 M`, `533 k` from a million, else whole.
fn short(n: Ratio) -> String {
    let million = Ratio::whole(1_000_000);
    if n.abs() < million {
        return money(Ratio::whole(n.rounded(0)));
    }
    let shown = n.div(million).map_or_else(String::new, |m| m.show(2));
    format!("{} M", shown.replacen('-', "−", 1))
}

/// Months of the chart.
const MONTHS: u32 = 12;

/// How many projects stood at each rating at the end of each of the last
/// twelve months, as reported then; it begins with the first report.
pub(super) fn by_month(scope: &Scope<'_>) -> Vec<(Date, Vec<(Rag, u32)>)> {
    let as_of = scope.place.as_of();
    let Some(this) = as_of.with_day(1) else { return Vec::new() };
    (0..MONTHS)
        .rev()
        .filter_map(|back| {
            let first = this.checked_sub_months(Months::new(back))?;
            let next = first.checked_add_months(Months::new(1))?;
            let end = plus(next, -1).min(as_of);
            let mut counts: Vec<(Rag, u32)> = Vec::new();
            for rag in scope.all.iter().filter_map(|s| at(s, end)) {
                match counts.iter_mut().find(|(r, _)| *r == rag) {
                    Some((_, n)) => *n += 1,
                    None => counts.push((rag, 1)),
                }
            }
            Some((first, counts))
        })
        .skip_while(|(_, counts)| counts.iter().all(|(rag, _)| *rag == Rag::NotReported))
        .collect()
}

/// What a project's newest report said on a day; `None` when it did not run.
fn at(s: &Standing<'_>, day: Date) -> Option<Rag> {
    let project = s.project;
    let began = project.began().is_some_and(|b| b <= day);
    let ended = match project.state {
        State::Proposed => true,
        State::Complete | State::Cancelled => {
            let end = project.finish.actual.or_else(|| project.latest().map(|r| r.date));
            end.is_none_or(|e| e <= day)
        }
        State::OnHold => {
            let since = s.card().and_then(|c| c.record("hold")).and_then(|h| h.date("since"));
            since.is_none_or(|since| since <= day)
        }
        State::Active => false,
    };
    if !began || ended {
        return None;
    }
    let report = project.reports.iter().rev().find(|r| r.date <= day);
    let fresh = report.filter(|r| days(r.date, day) <= s.measures.freshness.cadence * 2);
    let said =
        fresh.and_then(|r| declared(&s.portfolio().documents.get(r.document)?.fields, "overall"));
    Some(said.map_or(Rag::NotReported, |d| d.rag.into()))
}
