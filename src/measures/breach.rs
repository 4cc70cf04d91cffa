//! What the project may not settle alone: red health, a broken tolerance, a
//! severity-1 issue left open, a security or compliance criterion not met
//! shortly before a launch. Each with the fact, since when, and where it stands.

use super::bands::{Limits, Thresholds};
use super::health::{DIMENSIONS, scope_moves};
use super::{ProjectMeasures, cost_variance, hindsight, release_window, schedule_variance};
use crate::data::record::Record;
use crate::date::{Date, days, plus};
use crate::document::{Document, Item};
use crate::kinds::Role;
use crate::portfolio::{Portfolio, Project, declared};
use crate::ratio::Ratio;
use crate::table::Rag;
use crate::text::{Position, Span, counted};
use std::sync::Arc;

/// Where a breach shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// File, relative to the book's `src`.
    pub path: Arc<str>,
    /// Bytes in it.
    pub span: Span,
    /// Where they begin.
    pub at: Position,
}

/// One thing that must be taken to somebody above the project.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Breach {
    /// The health dimension, or `issue`, `security`, `compliance`.
    pub area: Box<str>,
    /// The issue or criterion.
    pub id: Option<Box<str>>,
    /// The fact in words, with its numbers.
    pub fact: String,
    /// The day it first showed.
    pub since: Date,
    /// What was done about it counts from this day: the day after it last did
    /// not show.
    pub answers_from: Date,
    /// Where it shows.
    pub place: Place,
}

/// A tolerance that is broken.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Beyond {
    area: &'static str,
    fact: String,
    run: Run,
}

/// A state that has lasted: since when, and the last day before it that was
/// different.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Run {
    since: Date,
    before: Option<Date>,
}

/// The last entries, as far back as all are bad.
fn run(entries: &[(Date, bool)]) -> Option<Run> {
    let length = entries.iter().rev().take_while(|(_, bad)| *bad).count();
    let first = entries.len() - length;
    let since = entries.get(first)?.0;
    let before = first.checked_sub(1).and_then(|i| entries.get(i)).map(|(date, _)| *date);
    Some(Run { since, before })
}

/// Whether the time to answer a breach is over: one reporting period or five
/// business days, whichever ends first.
#[must_use]
pub fn grace_is_over(p: &Portfolio, project: &Project, since: Date) -> bool {
    days(since, p.as_of) > project.cadence || p.config.calendar.business_days(since, p.as_of) > 5
}

/// Whether the finish, the cost or the scope is beyond its tolerance for longer
/// than the time to answer.
#[must_use]
pub fn is_due(p: &Portfolio, project: &Project) -> bool {
    beyond(p, project).iter().any(|b| grace_is_over(p, project, b.run.since))
}

/// Everything about a project that must be taken to somebody above it, in the
/// order of the health dimensions, then issues and criteria.
#[must_use]
pub fn breaches(
    p: &Portfolio,
    project: &Project,
    measures: &ProjectMeasures,
    thresholds: &Thresholds,
) -> Vec<Breach> {
    let mut out = Vec::new();
    if measures.freshness.counts() {
        out.extend(dimensions(p, project, measures, thresholds));
    }
    out.extend(project.items("issues").iter().filter_map(|i| issue(p, i)));
    out.extend(criteria(p, project));
    out
}

/// The newest reports as `(date, document)`, oldest first.
fn reports<'a>(p: &'a Portfolio, project: &'a Project) -> Vec<(Date, &'a Document)> {
    let of = |r: &crate::portfolio::Report| Some((r.date, p.documents.get(r.document)?));
    project.reports.iter().filter_map(of).collect()
}

fn dimensions(
    p: &Portfolio,
    project: &Project,
    measures: &ProjectMeasures,
    thresholds: &Thresholds,
) -> Vec<Breach> {
    let reports = reports(p, project);
    let broken = beyond(p, project);
    let mut out: Vec<Breach> = Vec::new();
    // Overall comes last: it needs no word of its own when a part has one.
    for name in DIMENSIONS.iter().copied().filter(|n| *n != "overall").chain(["overall"]) {
        if name == "overall" && !out.is_empty() {
            continue;
        }
        let red = |d: &Document| declared(&d.fields, name).is_some_and(|d| d.rag == Rag::Red);
        let said: Vec<(Date, bool)> = reports.iter().map(|(date, d)| (*date, red(d))).collect();
        let tolerance = broken.iter().find(|b| b.area == name);
        let computed = measures
            .health
            .of(name)
            .filter(|_| name != "overall")
            .and_then(|d| d.computed.as_ref().ok())
            .filter(|c| c.rag == Rag::Red);
        let runs = [
            tolerance.map(|b| b.run),
            run(&said),
            computed
                .filter(|_| tolerance.is_none())
                .and_then(|_| computed_run(p, project, name, thresholds, &reports)),
        ];
        let Some(first) = runs.into_iter().flatten().min() else { continue };
        let fact = match (tolerance, computed) {
            (Some(b), _) => b.fact.clone(),
            (None, Some(c)) => c.fact.clone(),
            (None, None) => format!("reported red since {}", first.since),
        };
        out.push(Breach {
            area: name.into(),
            id: None,
            fact: format!("{name}: {fact}"),
            since: first.since,
            answers_from: answers_from(project, first),
            place: place(p, project, name, reports.last().map(|(_, d)| *d)),
        });
    }
    out
}

/// A breach that stands in the first report may have shown, and been answered,
/// in the period before it.
fn answers_from(project: &Project, run: Run) -> Date {
    run.before.map_or_else(|| plus(run.since, -project.cadence), |day| plus(day, 1))
}

/// The dimension's rating in the newest report, else the report, else the card.
fn place(p: &Portfolio, project: &Project, name: &str, report: Option<&Document>) -> Place {
    let card = p.documents.get(project.card);
    let at = |d: &Document, span: Span| Place { path: d.path.clone(), span, at: d.at(span) };
    match (report, card) {
        (Some(d), _) => at(d, declared(&d.fields, name).map_or(d.head(), |s| s.span)),
        (None, Some(card)) => at(card, card.fields.span("finish").unwrap_or(card.head())),
        (None, None) => Place { path: "".into(), span: Span::at(0), at: Position::default() },
    }
}

/// Since when data makes a dimension red that is inside its tolerance.
fn computed_run(
    p: &Portfolio,
    project: &Project,
    name: &str,
    thresholds: &Thresholds,
    reports: &[(Date, &Document)],
) -> Option<Run> {
    let red = |day: Date| {
        hindsight::colour(p, project, thresholds, name, day).is_some_and(|rag| rag == Rag::Red)
    };
    let entries: Vec<(Date, bool)> = reports.iter().map(|(day, _)| (*day, red(*day))).collect();
    let newest = reports.last().map(|(day, _)| Run { since: *day, before: None });
    run(&entries).or_else(|| updated(p, project, name)).or(newest)
}

/// The day a register was brought up to date.
fn updated(p: &Portfolio, project: &Project, key: &str) -> Option<Run> {
    let registers = project.registers.iter().filter_map(|i| p.registers.get(*i));
    let of = registers.filter(|r| r.lists.iter().any(|(k, ..)| **k == *key));
    let date = of.filter_map(|r| r.head.date("updated")).filter(|d| *d <= p.as_of).max()?;
    Some(Run { since: date, before: None })
}

/// Finish, cost and scope against their tolerances: those of the governance
/// plan, else of the card, else the amber limits of the tier.
fn beyond(p: &Portfolio, project: &Project) -> Vec<Beyond> {
    let tolerances = [
        schedule(p, project)
            .map(|(v, run)| ("schedule", "schedule_pct", "schedule-variance", v, run)),
        cost(p, project).map(|(v, run)| ("budget", "cost_pct", "cost-variance", v, run)),
        scope(p, project).map(|(v, run)| ("scope", "scope_pct", "scope-churn", v, run)),
    ];
    let mut thresholds: Option<Thresholds> = None;
    let mut out = Vec::new();
    for (area, field, measure, value, run) in tolerances.into_iter().flatten() {
        if value.percent <= Ratio::ZERO {
            continue;
        }
        let allowed = agreed(p, project, field).unwrap_or_else(|| {
            let all = thresholds.get_or_insert_with(|| Thresholds::load(&p.config).0);
            Limits::amber(&all.of(measure), project.tier)
        });
        if value.percent > allowed {
            let fact = format!("{}; the tolerance is {allowed} %", value.fact);
            out.push(Beyond { area, fact, run: run(allowed) });
        }
    }
    out
}

/// A tolerance as agreed; the governance plan beats the card.
fn agreed(p: &Portfolio, project: &Project, field: &str) -> Option<Ratio> {
    let documents = project.documents.iter().filter_map(|i| p.documents.get(*i));
    let mut plan = documents.filter(|d| d.kind.role == Role::Document);
    let of = |d: &Document| d.fields.record("tolerances")?.number(field);
    plan.find_map(of).or_else(|| of(p.documents.get(project.card)?))
}

/// How far something is off, and in words.
struct Value {
    percent: Ratio,
    fact: String,
}

type Since<'a> = Box<dyn Fn(Ratio) -> Run + 'a>;

fn schedule<'a>(p: &'a Portfolio, project: &'a Project) -> Option<(Value, Since<'a>)> {
    let k = schedule_variance::measure(project).ok().filter(|k| !k.achieved)?;
    let (percent, duration) = (k.percent?, k.duration?);
    let word = if k.days == 1 { "day" } else { "days" };
    let fact = format!(
        "finish is forecast {}, {} {word} ({} %) after its baseline {}",
        k.forecast,
        k.days,
        percent.show(1),
        k.baseline
    );
    let since = move |allowed: Ratio| {
        let late = |said: Date| {
            let late = Ratio::whole(days(k.baseline, said).into());
            late.percent_of(Ratio::whole(duration.into())).is_some_and(|n| n > allowed)
        };
        let history = project.finish_milestone().map(|m| m.history.as_slice()).unwrap_or_default();
        let entries: Vec<(Date, bool)> =
            history.iter().map(|(d, said)| (*d, late(*said))).collect();
        run(&entries).or_else(|| updated(p, project, "milestones")).unwrap_or(newest(p, project))
    };
    Some((Value { percent, fact }, Box::new(since)))
}

fn cost<'a>(p: &'a Portfolio, project: &'a Project) -> Option<(Value, Since<'a>)> {
    let k = cost_variance::measure(p, project).ok()?;
    let money = cost_variance::money(p, project);
    let fact = format!(
        "estimate at completion {} is {} % over the budget of {}",
        k.eac.money(),
        k.percent.show(1),
        k.bac.money()
    );
    let bac = k.bac;
    let since = move |allowed: Ratio| {
        let entries: Vec<(Date, bool)> = reports(p, project)
            .iter()
            .filter_map(|(date, d)| Some((*date, d.fields.record("budget")?.number("eac")?)))
            .map(|(date, eac)| {
                let over = eac.sub(bac).and_then(|n| n.percent_of(bac));
                (date, over.is_some_and(|n| n > allowed))
            })
            .collect();
        let dated = money.as_of.map(|since| Run { since, before: None });
        run(&entries).or(dated).unwrap_or(newest(p, project))
    };
    Some((Value { percent: k.percent, fact }, Box::new(since)))
}

fn scope<'a>(p: &'a Portfolio, project: &'a Project) -> Option<(Value, Since<'a>)> {
    let scope = scope_moves(p, project).ok()?;
    let (moved, percent) = scope.moved().zip(scope.churn())?;
    let fact = format!(
        "approved changes move {moved} of {} {} ({} %)",
        scope.size,
        scope.unit.as_deref().unwrap_or("units"),
        percent.show(1)
    );
    let since = move |allowed: Ratio| {
        let mut sum = Ratio::ZERO;
        for (date, n) in &scope.moves {
            sum = sum.add(*n).unwrap_or(sum);
            if let Some(day) =
                date.filter(|_| sum.percent_of(scope.size).is_some_and(|percent| percent > allowed))
            {
                return Run { since: day, before: Some(plus(day, -1)) };
            }
        }
        newest(p, project)
    };
    Some((Value { percent, fact }, Box::new(since)))
}

/// Where nothing says since when: the newest report, else today.
fn newest(p: &Portfolio, project: &Project) -> Run {
    Run { since: project.latest().map_or(p.as_of, |r| r.date), before: None }
}

/// A severity-1 issue that is open for more than two days.
fn issue(p: &Portfolio, issue: &Item) -> Option<Breach> {
    let severe = issue.fields.number("severity") == Some(Ratio::whole(1));
    let raised = issue.fields.date("raised").filter(|_| severe)?;
    let open = days(raised, p.as_of);
    if matches!(issue.status(), "resolved" | "closed") || open <= 2 {
        return None;
    }
    let span = issue.fields.span("severity").unwrap_or(issue.span);
    Some(Breach {
        area: "issue".into(),
        id: Some(issue.id.clone()),
        fact: format!("issue `{}` of severity 1 is open for {}", issue.id, counted(open, "day")),
        since: plus(raised, 2),
        answers_from: raised,
        place: Place { path: issue.path.clone(), span, at: issue.lines.position(span.start) },
    })
}

/// Business days before a launch in which security and compliance must be settled.
const SETTLED: i64 = 10;

/// Criteria of security and compliance that are not met shortly before a launch.
fn criteria(p: &Portfolio, project: &Project) -> Vec<Breach> {
    let calendar = &p.config.calendar;
    let Some((launch, _)) = release_window::open(p, project) else { return Vec::new() };
    let Some(day) = launch.expected else { return Vec::new() };
    let left = calendar.business_days(p.as_of, day);
    if left > SETTLED {
        return Vec::new();
    }
    let mut since = day;
    while calendar.business_days(plus(since, -1), day) <= SETTLED && days(since, day) < 60 {
        since = plus(since, -1);
    }
    let mut out = Vec::new();
    for document in project.documents.iter().filter_map(|i| p.documents.get(*i)) {
        let criteria = document.fields.list("criteria").iter().filter_map(|c| c.datum.record());
        for criterion in criteria.filter(|c| c.text("status") == Some("not-met")) {
            let Some(area @ ("security" | "compliance")) = criterion.text("area") else { continue };
            let span = criterion.span("status").unwrap_or(document.head());
            let id = name(criterion);
            out.push(Breach {
                area: area.into(),
                fact: format!(
                    "{area} criterion `{id}` is not met {} before the launch on {day}",
                    counted(left, "business day")
                ),
                id: Some(id),
                since,
                answers_from: since,
                place: Place { path: document.path.clone(), span, at: document.at(span) },
            });
        }
    }
    out
}

fn name(criterion: &Record) -> Box<str> {
    criterion.text("id").or_else(|| criterion.text("text")).unwrap_or_default().into()
}
