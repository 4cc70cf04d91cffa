//! Money, progress and scope, with signed differences; amounts of different
//! currencies are never compared.

use super::pairs::Here;
use crate::data::record::Record;
use crate::date::Date;
use crate::document::Item;
use crate::measures::cost_variance::money;
use crate::measures::scope;
use crate::ratio::Ratio;
use serde::{Serialize, Serializer};

/// A number on both sides.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Amount {
    /// What it is: `EAC`, `actual`, `percent complete`.
    pub name: &'static str,
    /// What it was.
    #[serde(serialize_with = "exact")]
    pub was: Option<Ratio>,
    /// What it is.
    #[serde(serialize_with = "exact")]
    pub now: Option<Ratio>,
    /// What the base's report expected it to grow by until now.
    #[serde(serialize_with = "exact")]
    pub forecast: Option<Ratio>,
    /// Three letters, `%`, or nothing.
    pub unit: String,
}

impl Amount {
    /// What it grew by.
    #[must_use]
    pub fn by(&self) -> Option<Ratio> {
        self.now?.sub(self.was?)
    }

    /// Whether it is not what it was.
    #[must_use]
    pub fn changed(&self) -> bool {
        self.was != self.now
    }
}

/// An exact decimal as text, as the site's data does.
#[allow(clippy::ref_option, reason = "serde hands it over so")]
fn exact<S: Serializer>(n: &Option<Ratio>, serializer: S) -> Result<S::Ok, S::Error> {
    match n {
        Some(n) => serializer.serialize_str(&n.to_string()),
        None => serializer.serialize_none(),
    }
}

/// The project's money on both sides: estimate, actual, committed, budget;
/// nothing where the budget is not tracked.
pub(super) fn amounts(was: Option<Here<'_>>, now: Here<'_>) -> Vec<Amount> {
    if now.project.untracked {
        return Vec::new();
    }
    let currency = |h: Here<'_>| h.project.currency.as_deref().unwrap_or_default().to_owned();
    let unit = currency(now);
    let was = was.filter(|h| !h.project.untracked && currency(*h) == unit);
    let (then, today) = (was.map(|h| money(h.p, h.project)), money(now.p, now.project));
    // A forecast for the period holds from one report to the next alone.
    let previous = now.project.reports.iter().rev().nth(1).map(|r| r.date);
    let base = was.and_then(|h| h.project.latest()).map(|r| r.date);
    let next = base.is_some() && base == previous && now.project.latest().map(|r| r.date) > base;
    let expected = was
        .and_then(|h| h.told("budget"))
        .and_then(|b| b.number("next_period_spend"))
        .filter(|_| next);
    let amount = |name, was: Option<Ratio>, now: Option<Ratio>, forecast| Amount {
        name,
        was,
        now,
        forecast,
        unit: unit.clone(),
    };
    let all = [
        amount("EAC", then.and_then(|m| m.eac), today.eac, None),
        amount("actual", then.and_then(|m| m.actual), today.actual, expected),
        amount("committed", then.and_then(|m| m.committed), today.committed, None),
        amount("BAC", was.and_then(|h| h.project.budget), now.project.budget, None),
    ];
    all.into_iter().filter(|a| a.was.is_some() || a.now.is_some()).collect()
}

/// How much of the work is done, as reports say.
pub(super) fn progress(was: Option<Here<'_>>, now: Here<'_>) -> Vec<Amount> {
    let of = |h: Option<Here<'_>>, name: &str| h?.told("progress")?.number(name);
    let currency = now.project.currency.as_deref().unwrap_or_default();
    [
        ("percent complete", "percent_complete", "%"),
        ("planned", "planned_percent", "%"),
        ("planned value", "pv", currency),
        ("earned value", "ev", currency),
    ]
    .into_iter()
    .map(|(name, field, unit)| Amount {
        name,
        was: of(was, field),
        now: of(Some(now), field),
        forecast: None,
        unit: unit.to_owned(),
    })
    .filter(|a| a.now.is_some() || a.was.is_some())
    .collect()
}

/// Change of the size of the scope.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ScopeChange {
    /// What is counted.
    pub unit: String,
    /// The size the base reported, or what was approved there.
    #[serde(serialize_with = "exact")]
    pub was: Option<Ratio>,
    /// The size the head reports.
    #[serde(serialize_with = "exact")]
    pub now: Option<Ratio>,
    /// The approved changes that explain it: id, net size, day of approval.
    pub by: Vec<Approved>,
    /// What no approved change request explains, where all are sized.
    #[serde(serialize_with = "exact")]
    pub unexplained: Option<Ratio>,
}

/// An approved change of the scope.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Approved {
    /// Its id.
    pub id: String,
    /// Added less removed.
    #[serde(serialize_with = "exact")]
    pub net: Option<Ratio>,
    /// When it was approved.
    pub on: Option<Date>,
}

/// What changed in the size of the scope; `None` where neither side says one.
pub(super) fn scope_change(was: Option<Here<'_>>, now: Here<'_>) -> Option<ScopeChange> {
    let told = |h: Here<'_>| {
        let said = h.told("scope").and_then(|s| s.number("committed").or(s.number("current")));
        said.or_else(|| scope::measure(h.p, h.project).map(|s| s.current))
    };
    let agreed = |h: Here<'_>| {
        let size = |r: &Record| r.number("size");
        h.documents().find_map(|d| size(d.fields.record("scope_baseline")?))
    };
    let (then, today) = (was.and_then(|h| told(h).or(agreed(h))), told(now));
    if then.is_none() && today.is_none() {
        return None;
    }
    let measured = scope::measure(now.p, now.project);
    let unit = measured.as_ref().map_or("units", |s| s.unit).to_owned();
    let grown = then.zip(today).and_then(|(a, b)| b.sub(a));
    let reported = was.and_then(|h| h.project.latest()).map(|r| r.date);
    let known = |id: &str| was.is_some_and(|h| approved(h, id));
    let fresh = |c: &&Item| {
        let on = decided(c);
        is_approved(c) && (!known(&c.id) || on.zip(reported).is_some_and(|(on, r)| on >= r))
    };
    let by: Vec<Approved> = now
        .project
        .items("changes")
        .iter()
        .filter(fresh)
        .filter_map(|c| {
            let scope = c.fields.record("impact")?.record("scope")?;
            let part = |name: &str| scope.number(name).unwrap_or(Ratio::ZERO).abs();
            Some(Approved {
                id: c.id.to_string(),
                net: part("added").sub(part("removed")),
                on: decided(c),
            })
        })
        .collect();
    let explained = Ratio::sum(by.iter().filter_map(|a| a.net));
    let unexplained = grown
        .zip(explained)
        .and_then(|(g, e)| g.sub(e))
        .filter(|n| !n.is_zero() && grown != Some(Ratio::ZERO));
    let by = if grown.is_none_or(Ratio::is_zero) { Vec::new() } else { by };
    Some(ScopeChange { unit, was: then, now: today, by, unexplained })
}

fn decided(change: &Item) -> Option<Date> {
    change.fields.record("decision").and_then(|d| d.date("date"))
}

/// Whether a change request is approved.
pub(super) fn is_approved(change: &Item) -> bool {
    matches!(change.status(), "approved" | "implemented")
}

fn approved(here: Here<'_>, id: &str) -> bool {
    here.project.items("changes").iter().any(|c| *c.id == *id && is_approved(c))
}
