//! The sentence of a project: what it is, how it stands, what waits.

use crate::measures::Missing;
use crate::portfolio::State;
use crate::rollups::asks;
use crate::rollups::words::{figure, holder, list, several, who};
use crate::site::standing::Standing;
use crate::site::tables::{Place, percent};
use crate::site::view::{Rag, Segment};
use crate::target::Target;

/// The sentence.
pub(super) fn sentence(place: &Place<'_>, s: &Standing<'_>) -> Vec<Segment> {
    let mut out = Vec::new();
    if let Some(summary) = s.card().and_then(|c| c.text("summary")) {
        let summary = summary.trim();
        let stop = if summary.ends_with(['.', '!', '?']) { " " } else { ". " };
        out.push(Segment::text(format!("{summary}{stop}")));
    }
    match s.project.state {
        State::Active => active(place, s, &mut out),
        State::OnHold => on_hold(s, &mut out),
        State::Proposed => out.push(Segment::text("Proposed, not started.")),
        State::Complete => ended(s, &mut out, "Complete"),
        State::Cancelled => ended(s, &mut out, "Cancelled"),
    }
    out
}

fn active(place: &Place<'_>, s: &Standing<'_>, out: &mut Vec<Segment>) {
    finish(s, out);
    waiting(place, s, out);
    if s.counts() {
        flattering(s, out);
    } else {
        let silence = s.measures.freshness.age.filter(|_| s.project.latest().is_some());
        out.push(Segment::text("; "));
        out.push(Segment::rag(
            match silence {
                Some(age) => format!("no report for {}", figure(age, "day", "days")),
                None => "it has never reported".to_owned(),
            },
            Rag::NotReported,
        ));
    }
    out.push(Segment::text("."));
}

fn finish(s: &Standing<'_>, out: &mut Vec<Segment>) {
    let k = match &s.measures.schedule {
        Ok(k) => k,
        Err(missing) => {
            out.push(Segment::text(match (missing, s.project.finish.baseline) {
                (Missing::NotReported, Some(_)) => "The forecast of the finish is not reported",
                (Missing::NotYet, _) => "The finish has no baseline yet",
                _ => "The finish has no baseline",
            }));
            return;
        }
    };
    let verb = if k.achieved { "Finish was" } else { "Finish is" };
    let share = k.percent.map(|n| format!(" ({})", percent(n.abs()))).unwrap_or_default();
    let days = figure(k.days.abs(), "day", "days");
    match k.days {
        0 => out.push(Segment::text(format!("{verb} on its baseline"))),
        ..0 => out.push(Segment::text(format!("{verb} {days} early"))),
        _ => {
            let rag = s.slip_rag();
            out.push(Segment::text(format!("{verb} ")));
            out.push(Segment::rag(format!("{days} late{share}"), rag));
            if k.percent.is_some() {
                let side = if rag == Rag::Red { "outside" } else { "inside" };
                out.push(Segment::text(format!(", {side} tolerance")));
            }
        }
    }
}

fn waiting(place: &Place<'_>, s: &Standing<'_>, out: &mut Vec<Segment>) {
    let p = s.portfolio();
    let asks = asks::of(p, s.project);
    let Some(first) = asks.first() else { return };
    let verb = if asks.len() == 1 { "waits" } else { "wait" };
    let decider = first.decider();
    let same = decider.filter(|d| asks.iter().all(|a| a.decider() == Some(d)));
    let on = same.map_or_else(String::new, |written| {
        let name = who(p, written);
        let role = written.starts_with(|c: char| c.is_ascii_lowercase());
        if role && (holder(p, s.project, written).is_some() || name.eq_ignore_ascii_case(written)) {
            format!(" on the {}", name.replacen(|c: char| c.is_uppercase(), &lower(&name), 1))
        } else {
            format!(" on {name}")
        }
    });
    let text = format!("{} {verb}{on}", several(asks.len(), "decision", "decisions"));
    out.push(Segment::text("; "));
    let own = || Target::Item(s.project.id.clone(), first.id.into());
    let target = first.target.clone().unwrap_or_else(own);
    out.push(match place.href(&target).filter(|_| asks.len() == 1) {
        Some(href) => Segment::link(text, href),
        None => Segment::text(text),
    });
}

/// The first letter of a role small, unless it is an abbreviation.
fn lower(name: &str) -> String {
    let mut chars = name.chars();
    match (chars.next(), chars.next()) {
        (Some(first), Some(second)) if !second.is_uppercase() => first.to_lowercase().collect(),
        (Some(first), _) => first.to_string(),
        _ => String::new(),
    }
}

/// Dimensions that the report says are better than the data does.
fn flattering(s: &Standing<'_>, out: &mut Vec<Segment>) {
    let worse: Vec<&str> = s
        .measures
        .health
        .dimensions
        .iter()
        .filter(|d| d.name != "overall" && d.flattery().is_some_and(|n| n > 0))
        .map(|d| d.name)
        .collect();
    if worse.is_empty() {
        return;
    }
    let verb = if worse.len() == 1 { "is" } else { "are" };
    out.push(Segment::text("; "));
    out.push(Segment::rag(
        format!("{} {verb} worse in the data than in the report", list(&worse)),
        Rag::Red,
    ));
}

fn on_hold(s: &Standing<'_>, out: &mut Vec<Segment>) {
    let hold = s.card().and_then(|c| c.record("hold"));
    let since = hold.and_then(|h| h.date("since"));
    let mut text = match since {
        Some(since) => format!("On hold since {}", crate::date::long(since)),
        None => "On hold".to_owned(),
    };
    if let Some(reason) = hold.and_then(|h| h.text("reason")) {
        text.push_str(&format!(": {}", reason.trim_end_matches('.')));
    }
    if let Some(review) = hold.and_then(|h| h.date("review_by")) {
        text.push_str(&format!("; to be looked at again on {}", crate::date::long(review)));
    }
    text.push('.');
    out.push(Segment::text(text));
}

fn ended(s: &Standing<'_>, out: &mut Vec<Segment>, word: &str) {
    out.push(Segment::text(match s.project.finish.actual {
        Some(date) => format!("{word} on {}", crate::date::long(date)),
        None => word.to_owned(),
    }));
    if let (Ok(k), Some(_)) = (&s.measures.schedule, s.project.finish.actual) {
        let days = figure(k.days.abs(), "day", "days");
        let share = k.percent.map(|n| format!(" ({})", percent(n.abs()))).unwrap_or_default();
        out.push(Segment::text(match k.days {
            0 => ", on its baseline".to_owned(),
            ..0 => format!(", {days} early"),
            _ => format!(", {days} late{share}"),
        }));
    }
    if s.measures.cost.is_ok() {
        out.push(Segment::text(format!("; cost {} against the budget", s.cost().text)));
    }
    out.push(Segment::text("."));
}
