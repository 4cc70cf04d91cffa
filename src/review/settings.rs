//! `book.toml` of both sides: what is reported less than before, and other
//! settings that change what a page says.

use super::Side;
use super::findings::{Found, told};
use crate::config::Config;
use crate::data::field::{Level, Levels};
use crate::data::{Node, Value, toml};
use crate::finding::{Finding, Severity};
use crate::rules::levels::Change;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// A setting of `book.toml` that is not what it was.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Loosened {
    /// Its name: `rules.stale-status`, `tiers`.
    pub setting: String,
    /// What it was.
    pub was: Option<String>,
    /// What it is.
    pub now: Option<String>,
    /// It reports less, or asks for less, than before.
    pub looser: bool,
}

/// Tables whose changes matter to a reviewer; what only dresses pages does not.
const MATTERS: &[&str] = &[
    "rules",
    "kinds",
    "kpis",
    "lifecycle",
    "tiers",
    "portfolio",
    "calendar",
    "roles",
    "limits",
    "privacy",
    "sensitivity",
    "fx",
    "review",
];

/// Settings that differ, and findings of the head that the base's own `[rules]`
/// and `[kpis]` would report and the head's do not.
pub(super) fn compare(
    base: &Side<'_>,
    head: &Side<'_>,
    by_base: Option<&[Finding]>,
) -> (Vec<Loosened>, Vec<Found>) {
    let mut out = rules(base, head);
    let less = asking_less(base, head);
    let (was, now) = (values(base.book), values(head.book));
    let keys: BTreeSet<&String> = was.keys().chain(now.keys()).collect();
    for key in keys {
        let (a, b) = (was.get(key), now.get(key));
        if a != b && !key.starts_with("rules.") {
            let of = |kind: &&String| key.strip_prefix("kinds.").is_some_and(|k| named(k, kind));
            out.push(Loosened {
                setting: key.clone(),
                was: a.map(|v| super::fields::clip(v)),
                now: b.map(|v| super::fields::clip(v)),
                looser: key == "portfolio.as-of" && set_back(head, a, b)
                    || less.iter().any(|kind| of(&kind)),
            });
        }
    }
    out.sort_by_key(|s| (!s.looser, s.setting.clone()));
    (out, silenced(head, by_base))
}

/// Whether the day of the portfolio is earlier than it was: less is due then,
/// and what is dated later is not looked at.
fn set_back(head: &Side<'_>, was: Option<&String>, now: Option<&String>) -> bool {
    let day = |text: Option<&String>| text.and_then(|t| crate::date::parse(t));
    let before = day(was).unwrap_or(head.checked.portfolio.as_of);
    day(now).is_some_and(|now| now < before)
}

/// Whether a key below `[kinds]` is one of that kind.
fn named(key: &str, kind: &str) -> bool {
    key.strip_prefix(kind).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}

/// Kinds that ask for less than they did: a field or a section that is gone, or
/// is wanted less at some tier.
fn asking_less(base: &Side<'_>, head: &Side<'_>) -> Vec<String> {
    let (was, now) = (&base.checked.portfolio, &head.checked.portfolio);
    let tiers = was.config.tiers.len().max(now.config.tiers.len()).max(1);
    let less = |a: &Levels, b: Option<&Levels>| {
        (0..tiers)
            .any(|tier| a.at(tier) >= Level::Expected && b.is_none_or(|b| b.at(tier) < a.at(tier)))
    };
    let mut out = Vec::new();
    for kind in was.kinds.iter() {
        let Some(after) = now.kinds.find(&kind.name) else {
            out.push(kind.name.to_string());
            continue;
        };
        let section = kind.sections.iter().any(|s| {
            let same = after.sections.iter().find(|o| o.name == s.name);
            less(&s.levels, same.map(|o| &o.levels))
        });
        let field = kind.fields.list.iter().any(|f| {
            let same = after.fields.list.iter().find(|o| o.name == f.name);
            less(&f.levels, same.map(|o| &o.levels))
        });
        if section || field {
            out.push(kind.name.to_string());
        }
    }
    out
}

/// A message without the numbers that stand outside of backticks, and without
/// what is plural by them.
fn without_numbers(message: &str) -> String {
    let pieces = message.split('`').enumerate().map(|(i, piece)| match i % 2 {
        0 => {
            let words = piece.chars().filter(|c| !c.is_ascii_digit()).collect::<String>();
            words.replace("days", "day")
        }
        _ => piece.to_owned(),
    });
    pieces.collect::<Vec<String>>().join("`")
}

/// Rules that find what settings do not know.
const UNKNOWN: &str = "unknown-";

fn silenced(head: &Side<'_>, by_base: Option<&[Finding]>) -> Vec<Found> {
    let Some(theirs) = by_base else { return Vec::new() };
    let p = &head.checked.portfolio;
    // What new settings bring, the old ones cannot know.
    let lowered = |f: &Finding| head.checked.settings.severity(p, f) < f.severity;
    let theirs = theirs.iter().filter(|f| !f.rule.starts_with(UNKNOWN) || lowered(f));
    // A finding with another number is still reported.
    let key = |f: &Finding| (f.rule, f.path.clone(), without_numbers(&f.message));
    let mut own = BTreeMap::new();
    for f in &head.checked.findings {
        let worst = own.entry(key(f)).or_insert(f.severity);
        *worst = f.severity.max(*worst);
    }
    let less = |f: &&Finding| own.get(&key(f)).is_none_or(|severity| *severity < f.severity);
    theirs.filter(less).filter_map(|f| told(p, f)).collect()
}

/// Severities that differ, by rule and scope.
fn rules(base: &Side<'_>, head: &Side<'_>) -> Vec<Loosened> {
    let of = |side: &Side<'_>| -> BTreeMap<(String, String), Severity> {
        let own = |c: &&Change| !c.command_line;
        let changes = side.checked.changes.iter().filter(own);
        changes.map(|c| ((c.rule.clone(), c.scope.clone()), c.to)).collect()
    };
    let (was, now) = (of(base), of(head));
    let keys: BTreeSet<&(String, String)> = was.keys().chain(now.keys()).collect();
    let mut out = Vec::new();
    for key in keys {
        let (a, b) = (was.get(key).copied(), now.get(key).copied());
        if a == b {
            continue;
        }
        let usual =
            || crate::rules::find(&key.0).map(|r| crate::rules::reference::defaults(r.defaults));
        let named = |s: Option<Severity>| s.map(|s| s.name().to_owned()).or_else(usual);
        let looser = match (a, b) {
            (Some(a), Some(b)) => b < a,
            // Against the rule's own severity, which differs by case and tier.
            (None, Some(b)) => b < own_severity(&key.0),
            (Some(a), None) => own_severity(&key.0) < a,
            (None, None) => false,
        };
        let scope = if key.1 == "everywhere" { String::new() } else { format!(" ({})", key.1) };
        out.push(Loosened {
            setting: format!("rules.{}{scope}", key.0),
            was: named(a),
            now: named(b),
            looser,
        });
    }
    out
}

/// The worst severity a rule reports by itself.
fn own_severity(rule: &str) -> Severity {
    use crate::rules::Defaults;
    match crate::rules::find(rule).map(|r| r.defaults) {
        Some(Defaults::Flat(severity)) => severity,
        Some(Defaults::Graded(big, small)) => {
            big.into_iter().chain(small).max().unwrap_or(Severity::Deny)
        }
        _ => Severity::Deny,
    }
}

/// The values of the tables that matter, by dotted name.
fn values(text: &str) -> BTreeMap<String, String> {
    let mut out = BTreeMap::new();
    if let Ok(root) = toml::parse(text) {
        for entry in root.entries().iter().filter(|e| MATTERS.contains(&&*e.key)) {
            flatten(&entry.key, &entry.value, 0, &mut out);
        }
    }
    out
}

/// Tables nested deeper than this count as one value.
const DEEP: usize = 8;

fn flatten(name: &str, node: &Node, depth: usize, out: &mut BTreeMap<String, String>) {
    match &node.value {
        Value::Map(entries) if depth < DEEP => {
            for entry in entries {
                flatten(&format!("{name}.{}", entry.key), &entry.value, depth + 1, out);
            }
        }
        _ => {
            out.insert(name.to_owned(), plain(node, depth));
        }
    }
}

fn plain(node: &Node, depth: usize) -> String {
    match &node.value {
        Value::List(items) if depth < DEEP => {
            let parts: Vec<String> = items.iter().map(|n| plain(n, depth + 1)).collect();
            parts.join(", ")
        }
        Value::Map(entries) if depth < DEEP => {
            let parts: Vec<String> = entries
                .iter()
                .map(|e| format!("{} {}", e.key, plain(&e.value, depth + 1)))
                .collect();
            parts.join(", ")
        }
        _ => node.as_str().unwrap_or("…").to_owned(),
    }
}

/// Tables of `book.toml` by which documents are judged.
const JUDGED: &[&str] = &["rules", "kpis", "kinds", "lifecycle", "tiers", "roles", "calendar"];

/// Whether the head is judged by other settings than the base, so that the
/// base's must be asked too. Both are the text of a `book.toml`.
#[must_use]
pub fn judge_otherwise(was: &str, now: &str) -> bool {
    let part = |text: &str| -> Vec<(String, String)> {
        let judged = |k: &str| {
            let table = k.split('.').next().unwrap_or(k);
            JUDGED.contains(&table) || k == "portfolio.default-tier"
        };
        values(text).into_iter().filter(|(k, _)| judged(k)).collect()
    };
    part(was) != part(now)
}

/// The settings of the head with those of the base by which documents are
/// judged. Kinds and lifecycles are to be taken from the base too.
#[must_use]
pub fn judged_by(base: &Config, head: &Config) -> Config {
    let mut config = head.clone();
    config.rules.clone_from(&base.rules);
    config.kpis.clone_from(&base.kpis);
    config.kinds.clone_from(&base.kinds);
    config.lifecycle.clone_from(&base.lifecycle);
    config.roles.clone_from(&base.roles);
    config.tiers.clone_from(&base.tiers);
    config.default_tier.clone_from(&base.default_tier);
    config.calendar.clone_from(&base.calendar);
    config.person_findings = base.person_findings;
    config
}
