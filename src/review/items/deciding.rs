//! Words of change requests and decisions.

use super::{is_decided, is_over};
use crate::data::record::Record;
use crate::document::Item;
use crate::portfolio::Portfolio;
use crate::ratio::Ratio;
use crate::review::Phrase;
use crate::review::fields::shorten;
use crate::rollups::words::who;

/// `approved 2026-03-13 by Dana Okafor (+21 d, +12,000, +9 requirements)`.
pub(in crate::review) fn change_words(item: &Item, p: &Portfolio) -> Phrase {
    let f = &item.fields;
    let mut words = f.text("status").unwrap_or("submitted").replace('-', " ");
    let decision = f.record("decision");
    let day = match decision.and_then(|d| d.date("date")) {
        Some(day) if is_decided(item) || is_over(item) => Some(day),
        _ => f.date("submitted"),
    };
    if item.status() == "implemented"
        && let Some(day) = f.date("implemented")
    {
        words.push_str(&format!(" {day}"));
    } else if let Some(day) = day {
        words.push_str(&format!(" {day}"));
    }
    // Before somebody decided, it is the one who asked that counts.
    let by: Vec<String> = if is_decided(item) || is_over(item) || item.status() == "deferred" {
        decision.map(|d| d.texts("by").map(|(w, _)| who(p, w)).collect()).unwrap_or_default()
    } else {
        f.text("requested_by").map(|w| who(p, w)).into_iter().collect()
    };
    if !by.is_empty() {
        words.push_str(&format!(" by {}", by.join(", ")));
    }
    let effect = impact(f);
    if !effect.is_empty() {
        words.push_str(&format!(" ({effect})"));
    }
    Phrase::new(words)
}

/// `+21 d, +12,000, +9 requirements`.
fn impact(change: &Record) -> String {
    let Some(impact) = change.record("impact") else { return String::new() };
    let mut parts = Vec::new();
    let nonzero = |n: Option<Ratio>| n.filter(|n| !n.is_zero());
    parts.extend(nonzero(impact.number("schedule_days")).map(|n| format!("{} d", signed(n))));
    parts.extend(nonzero(impact.number("cost")).map(signed));
    if let Some(scope) = impact.record("scope") {
        let part = |name: &str| scope.number(name).unwrap_or(Ratio::ZERO).abs();
        let unit = scope.text("unit").unwrap_or("units");
        let net = nonzero(part("added").sub(part("removed")));
        parts.extend(net.map(|n| format!("{} {unit}", signed(n))));
    }
    parts.join(", ")
}

/// `+18,000`, `−5`: a signed amount.
pub(in crate::review) fn signed(n: Ratio) -> String {
    let shown = if n.denominator() == 1 { n.abs().money() } else { n.abs().to_string() };
    if n.is_negative() { format!("−{shown}") } else { format!("+{shown}") }
}

/// `decided 2026-03-20 by Dana Okafor: descope`.
pub(super) fn decision_words(item: &Item, p: &Portfolio) -> Phrase {
    let f = &item.fields;
    let mut words = item.status().replace('-', " ");
    if let Some(day) = f.date("decided") {
        words.push_str(&format!(" {day}"));
    }
    if let Some(by) = f.text("decided_by").or(f.text("decider")) {
        words.push_str(&format!(" by {}", who(p, by)));
    }
    if let Some(outcome) = f.text("outcome") {
        words.push_str(&format!(": {}", shorten(outcome, 80)));
    }
    Phrase::new(words)
}
