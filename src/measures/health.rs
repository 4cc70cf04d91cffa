//! Computed health: the colour the data gives each dimension, beside the
//! colour the newest report declares. Neither overwrites the other.

use super::bands::Thresholds;
use super::cost_variance::CostVariance;
use super::earned_value::EarnedValue;
use super::milestones_on_time::{Class, class};
use super::schedule_variance::ScheduleVariance;
use crate::data::record::Record;
use crate::date::Date;
use crate::document::Item;
use crate::portfolio::{Portfolio, Project, declared};
use crate::ratio::Ratio;
use crate::table::{Missing, Rag};

/// The dimensions of a report's health, in reading order.
pub const DIMENSIONS: [&str; 9] = [
    "overall",
    "scope",
    "schedule",
    "budget",
    "resources",
    "quality",
    "risk",
    "benefits",
    "readiness",
];

/// What the data says of a dimension.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Computed {
    /// The colour.
    pub rag: Rag,
    /// The fact behind it, in words with its numbers.
    pub fact: String,
    /// The limit it was judged by, in words; empty where there is none.
    pub limit: String,
}

/// One dimension, both ways.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dimension {
    /// Its name.
    pub name: &'static str,
    /// What the newest report declares.
    pub declared: Option<Rag>,
    /// What the data says, or why it says nothing.
    pub computed: Result<Computed, Missing>,
}

impl Dimension {
    /// Steps by which the declared colour is better than the computed one;
    /// `None` when either is missing.
    #[must_use]
    pub fn flattery(&self) -> Option<i8> {
        let declared = self.declared?.rank()?;
        let computed = self.computed.as_ref().ok()?.rag.rank()?;
        Some(i8::try_from(declared).ok()? - i8::try_from(computed).ok()?)
    }
}

/// All dimensions of a project.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Health {
    /// In the order of [`DIMENSIONS`].
    pub dimensions: Vec<Dimension>,
}

impl Health {
    /// The dimension of that name.
    #[must_use]
    pub fn of(&self, name: &str) -> Option<&Dimension> {
        self.dimensions.iter().find(|d| d.name == name)
    }
}

/// Judge every dimension of a project.
#[must_use]
pub fn measure(
    p: &Portfolio,
    project: &Project,
    t: &Thresholds,
    k02: Option<&ScheduleVariance>,
    k03: Option<&CostVariance>,
) -> Health {
    let empty = Record::default();
    let report =
        project.latest().and_then(|r| p.documents.get(r.document)).map_or(&empty, |d| &d.fields);
    let parts = [
        ("scope", scope(p, project, t)),
        ("schedule", schedule(p, project, t, k02, report)),
        ("budget", budget(p, project, t, k03, report)),
        ("resources", resources(p, project, t)),
        ("risk", risk(project)),
    ];
    let worst = parts[..3]
        .iter()
        .filter_map(|(name, c)| Some((*name, c.as_ref().ok()?)))
        .min_by_key(|(_, c)| c.rag.rank());
    let overall = match worst {
        Some((name, c)) => {
            Ok(Computed { rag: c.rag, fact: format!("{name}: {}", c.fact), limit: c.limit.clone() })
        }
        None => Err(Missing::NotReported),
    };
    let dimensions = DIMENSIONS
        .iter()
        .map(|name| Dimension {
            name,
            declared: declared(report, name).map(|d| d.rag),
            computed: match *name {
                "overall" => overall.clone(),
                "quality" | "readiness" | "benefits" => Err(Missing::NotYet),
                name => parts
                    .iter()
                    .find(|(n, _)| *n == name)
                    .map_or(Err(Missing::NotReported), |(_, c)| c.clone()),
            },
        })
        .collect();
    Health { dimensions }
}

/// Worst of K02, overdue key milestones (one amber, two red) and, before 80 %
/// complete, the schedule performance index.
fn schedule(
    p: &Portfolio,
    project: &Project,
    t: &Thresholds,
    k02: Option<&ScheduleVariance>,
    report: &Record,
) -> Result<Computed, Missing> {
    let mut found = Vec::new();
    if let Some((k, percent)) = k02.and_then(|k| Some((k, k.percent?))) {
        let limits = t.of("schedule-variance");
        let rag = limits.band(percent, project.tier);
        let verb = if k.achieved { "was reached" } else { "is forecast" };
        let fact = match k.days {
            0 => format!("finish {verb} on its baseline {}", k.baseline),
            d if d > 0 => format!(
                "finish {verb} {}, {} ({} %) after its baseline {}",
                k.forecast,
                plural(d, "day"),
                percent.show(1),
                k.baseline
            ),
            d => format!(
                "finish {verb} {}, {} before its baseline {}",
                k.forecast,
                plural(-d, "day"),
                k.baseline
            ),
        };
        found.push(Computed { rag, fact, limit: limit(p, project, &limits, rag) });
    }
    let overdue: Vec<&str> = project
        .milestones
        .iter()
        .filter(|m| m.key && m.actual.is_none() && class(p, project, m) == Class::Missed)
        .map(|m| &*m.id)
        .collect();
    if !overdue.is_empty() {
        let rag = if overdue.len() > 1 { Rag::Red } else { Rag::Amber };
        let word = if overdue.len() > 1 { "key milestones are" } else { "key milestone is" };
        found.push(Computed {
            rag,
            fact: format!(
                "{} {word} overdue beyond tolerance: {}",
                overdue.len(),
                overdue.join(", ")
            ),
            limit: String::new(),
        });
    }
    if let Some(index) = EarnedValue::given(report).spi()
        && report
            .record("progress")
            .and_then(|r| r.number("percent_complete"))
            .is_none_or(|n| n < Ratio::whole(80))
    {
        let limits = t.of("schedule-index");
        found.push(Computed {
            rag: limits.band(index, project.tier),
            fact: format!("schedule performance index is {}", index.show(2)),
            limit: String::new(),
        });
    }
    worst(found)
}

/// Worst of K03 and the cost performance index. An underspend beyond the amber
/// limit is amber at most: money held that others could use.
fn budget(
    p: &Portfolio,
    project: &Project,
    t: &Thresholds,
    k03: Option<&CostVariance>,
    report: &Record,
) -> Result<Computed, Missing> {
    let mut found = Vec::new();
    if project.untracked {
        return Err(Missing::NotApplicable("the budget is not tracked".into()));
    }
    if let Some(k) = k03 {
        let limits = t.of("cost-variance");
        let under = k.percent.is_negative() && k.percent.neg() > limits.amber(project.tier);
        let rag = if under { Rag::Amber } else { limits.band(k.percent, project.tier) };
        let side = if k.percent.is_negative() { "under" } else { "over" };
        let currency = k.currency.as_deref().map(|c| format!("{c} ")).unwrap_or_default();
        let fact = if k.percent.is_zero() {
            format!("estimate at completion equals the budget of {currency}{}", k.bac.money())
        } else {
            format!(
                "estimate at completion {currency}{} is {} % {side} the budget of {}",
                k.eac.money(),
                k.percent.abs().show(1),
                k.bac.money()
            )
        };
        found.push(Computed { rag, fact, limit: limit(p, project, &limits, rag) });
    }
    if let Some(index) = EarnedValue::given(report).cpi() {
        let limits = t.of("cost-index");
        found.push(Computed {
            rag: limits.band(index, project.tier),
            fact: format!("cost performance index is {}", index.show(2)),
            limit: String::new(),
        });
    }
    worst(found)
}

/// Scope approved to move since the plan's baseline, in the baseline's unit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScopeMoves {
    /// Size of the baseline.
    pub size: Ratio,
    /// Its unit.
    pub unit: Option<Box<str>>,
    /// What each approved change adds, changes and removes, with the day it
    /// was decided, oldest first.
    pub moves: Vec<(Option<Date>, Ratio)>,
}

impl ScopeMoves {
    /// All moves together.
    #[must_use]
    pub fn moved(&self) -> Option<Ratio> {
        Ratio::sum(self.moves.iter().map(|(_, n)| *n))
    }

    /// K04: all moves in percent of the baseline.
    #[must_use]
    pub fn churn(&self) -> Option<Ratio> {
        self.moved()?.percent_of(self.size)
    }
}

/// What approved changes did to the scope.
///
/// # Errors
/// Not reported without a baseline size or a register of changes.
pub fn scope_moves(p: &Portfolio, project: &Project) -> Result<ScopeMoves, Missing> {
    let mut documents = project.documents.iter().filter_map(|i| p.documents.get(*i));
    let baseline =
        documents.find_map(|d| d.fields.record("scope_baseline")).ok_or(Missing::NotReported)?;
    let size = baseline.number("size").ok_or(Missing::NotReported)?;
    if !project.has_register("changes") {
        return Err(Missing::NotReported);
    }
    let unit = baseline.text("unit");
    let approved = |i: &&Item| matches!(i.status(), "approved" | "implemented");
    let mut moves: Vec<(Option<Date>, Ratio)> = project
        .items("changes")
        .iter()
        .filter(approved)
        .filter_map(|i| {
            let scope = i.fields.record("impact")?.record("scope")?;
            let same = scope.text("unit").is_none() || scope.text("unit") == unit;
            let part = |name: &str| scope.number(name).unwrap_or(Ratio::ZERO).abs();
            let sum = Ratio::sum([part("added"), part("changed"), part("removed")])?;
            same.then_some((i.fields.record("decision").and_then(|d| d.date("date")), sum))
        })
        .collect();
    moves.sort();
    Ok(ScopeMoves { size, unit: unit.map(Into::into), moves })
}

/// K04: change of scope approved since the plan's baseline, in its own unit.
fn scope(p: &Portfolio, project: &Project, t: &Thresholds) -> Result<Computed, Missing> {
    let scope = scope_moves(p, project)?;
    let (moved, churn) = scope.moved().zip(scope.churn()).ok_or(Missing::NotReported)?;
    let limits = t.of("scope-churn");
    let rag = limits.band(churn, project.tier);
    // Scope nobody approved is at least amber.
    let unapproved = super::scope::measure(p, project).and_then(|s| Some(s.counted(s.above()?)));
    if let Some(counted) = unapproved.filter(|_| rag == Rag::Green) {
        let fact = format!("{counted} above approved scope");
        return Ok(Computed { rag: Rag::Amber, fact, limit: String::new() });
    }
    let fact = format!(
        "approved changes move {moved} of {} {} ({} %)",
        scope.size,
        scope.unit.as_deref().unwrap_or("units"),
        churn.show(1)
    );
    Ok(Computed { rag, fact, limit: limit(p, project, &limits, rag) })
}

/// Committed of required FTE over rows active on the as-of date.
fn resources(p: &Portfolio, project: &Project, t: &Thresholds) -> Result<Computed, Missing> {
    if !project.has_register("resources") {
        return Err(Missing::NotReported);
    }
    let active = |i: &&Item| {
        i.fields.date("from").is_none_or(|d| d <= p.as_of)
            && i.fields.date("to").is_none_or(|d| d >= p.as_of)
            && !matches!(i.status(), "released" | "withdrawn")
    };
    let sum = |name: &str| {
        Ratio::sum(
            project.items("resources").iter().filter(active).filter_map(|i| i.fields.number(name)),
        )
    };
    let (required, committed) = (
        sum("required_fte").ok_or(Missing::NotReported)?,
        sum("committed_fte").ok_or(Missing::NotReported)?,
    );
    let fill = committed.percent_of(required).ok_or(Missing::NotYet)?;
    let limits = t.of("resource-fill");
    let rag = limits.band(fill, project.tier);
    let fact = format!("{committed} of {required} FTE are committed ({} %)", fill.show(1));
    Ok(Computed { rag, fact, limit: limit(p, project, &limits, rag) })
}

/// Any open threat of 15 or more: amber, red without a response.
fn risk(project: &Project) -> Result<Computed, Missing> {
    if !project.has_register("risks") {
        return Err(Missing::NotReported);
    }
    let high: Vec<&Item> = project
        .items("risks")
        .iter()
        .filter(|r| r.status() == "open" && r.fields.text("type") != Some("opportunity"))
        .filter(|r| score(r).is_some_and(|s| s >= Ratio::whole(15)))
        .collect();
    let bare = high.iter().any(|r| !r.fields.has("response"));
    let ids: Vec<&str> = high.iter().map(|r| &*r.id).collect();
    Ok(match (high.is_empty(), bare) {
        (true, _) => Computed {
            rag: Rag::Green,
            fact: "no open threat scores 15 or more".into(),
            limit: String::new(),
        },
        (_, true) => Computed {
            rag: Rag::Red,
            fact: format!("an open threat of 15 or more has no response: {}", ids.join(", ")),
            limit: String::new(),
        },
        _ => Computed {
            rag: Rag::Amber,
            fact: format!("open threats of 15 or more: {}", ids.join(", ")),
            limit: String::new(),
        },
    })
}

/// A risk's current score: probability × impact of its last assessment.
#[must_use]
pub fn score(risk: &Item) -> Option<Ratio> {
    let assessed = risk
        .fields
        .list("assessments")
        .iter()
        .filter_map(|a| a.datum.record())
        .max_by_key(|a| a.date("date"));
    let from = assessed.unwrap_or(&risk.fields);
    from.number("p")?.mul(from.number("i")?)
}

fn worst(found: Vec<Computed>) -> Result<Computed, Missing> {
    found.into_iter().min_by_key(|c| c.rag.rank()).ok_or(Missing::NotReported)
}

/// The limit a value went beyond, in words: `the red line of tier 1 – high is 15 %`.
fn limit(p: &Portfolio, project: &Project, limits: &super::bands::Limits, rag: Rag) -> String {
    let tier = p.tier_label(project.tier);
    match rag {
        Rag::Red => format!("the red line of tier {tier} is {} %", limits.amber(project.tier)),
        Rag::Amber => format!("the green limit of tier {tier} is {} %", limits.green(project.tier)),
        _ => String::new(),
    }
}

fn plural(n: i64, word: &str) -> String {
    if n == 1 { format!("1 {word}") } else { format!("{n} {word}s") }
}
