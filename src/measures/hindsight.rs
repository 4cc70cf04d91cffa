//! What the data already said on an earlier day: baselines, forecasts, money,
//! scope and risks as they were known then, and the colour they gave.

use super::bands::Thresholds;
use crate::data::record::Record;
use crate::date::{Date, days};
use crate::document::Item;
use crate::portfolio::{Portfolio, Project};
use crate::ratio::Ratio;
use crate::table::Rag;

/// The baseline of a milestone as it stood on a day: the last re-baseline up
/// to it, else the first baseline.
#[must_use]
pub fn baseline(milestone: &Record, on: Date) -> Option<Date> {
    let entries = || milestone.list("rebaselines").iter().filter_map(|e| e.datum.record());
    let moved = entries().rfind(|e| e.date("date").is_some_and(|d| d <= on));
    moved
        .and_then(|e| e.date("to"))
        .or_else(|| milestone.date("original").filter(|_| entries().next().is_some()))
        .or_else(|| entries().next().and_then(|e| e.date("from")))
        .or_else(|| milestone.date("baseline"))
        .or_else(|| milestone.date("original"))
}

/// The score of a risk (probability × impact) by its assessments up to a day;
/// `None` when it was not yet raised, or closed by then.
#[must_use]
pub fn score(risk: &Item, on: Date) -> Option<Ratio> {
    let fields = &risk.fields;
    if fields.date("raised").is_some_and(|d| d > on)
        || fields.date("closed").is_some_and(|d| d <= on)
    {
        return None;
    }
    let assessments = fields.list("assessments");
    let dated = assessments.iter().filter_map(|e| e.datum.record()).filter_map(|r| {
        let date = r.date("date").filter(|d| *d <= on)?;
        Some((date, r))
    });
    let newest = dated.max_by_key(|(d, _)| *d).map(|(_, r)| r);
    // Undated scores count from the day the risk was raised.
    let from = newest.or_else(|| assessments.is_empty().then_some(fields))?;
    from.number("p")?.mul(from.number("i")?)
}

/// The colour that the data known on a day gave to a dimension; `None` where it
/// gave none. Overall is the worst of schedule, budget and scope.
#[must_use]
pub fn colour(
    p: &Portfolio,
    project: &Project,
    t: &Thresholds,
    dimension: &str,
    on: Date,
) -> Option<Rag> {
    match dimension {
        "schedule" => schedule(p, project, t, on),
        "budget" => budget(p, project, t, on),
        "scope" => scope(p, project, t, on),
        "risk" => risk(project, on),
        "overall" => ["schedule", "budget", "scope"]
            .iter()
            .filter_map(|d| colour(p, project, t, d, on))
            .min_by_key(|r| r.rank()),
        _ => None,
    }
}

/// Records of the published reports up to a day, newest first.
fn reports<'a>(
    p: &'a Portfolio,
    project: &'a Project,
    on: Date,
) -> impl Iterator<Item = &'a Record> {
    let until = project.reports.iter().rev().filter(move |r| r.date <= on);
    until.filter_map(|r| p.documents.get(r.document)).map(|d| &d.fields)
}

fn schedule(p: &Portfolio, project: &Project, t: &Thresholds, on: Date) -> Option<Rag> {
    let finish = project.finish_milestone()?;
    let item = project.items("milestones").get(finish.item)?;
    let agreed = baseline(&item.fields, on)?;
    let expected = reports(p, project, on).find_map(|report| {
        let given = report.record("milestones")?.get(&finish.id)?;
        match given.record() {
            Some(r) => r.date("actual").or(r.date("forecast")).or(r.date("p85")),
            None => given.date(),
        }
    })?;
    let start = project.start.baseline.or(project.start.actual)?;
    let duration = Some(days(start, agreed)).filter(|d| *d > 0)?;
    let late = Ratio::whole(days(agreed, expected).into());
    let percent = late.percent_of(Ratio::whole(duration.into()))?;
    Some(t.of("schedule-variance").band(percent, project.tier))
}

fn budget(p: &Portfolio, project: &Project, t: &Thresholds, on: Date) -> Option<Rag> {
    if project.untracked {
        return None;
    }
    let eac = eac(p, project, on)?;
    let bac = bac(p, project, on)?;
    let percent = eac.sub(bac)?.percent_of(bac)?;
    Some(t.of("cost-variance").band(percent, project.tier))
}

/// The estimate at completion of the newest report up to a day that gives one.
#[must_use]
pub fn eac(p: &Portfolio, project: &Project, on: Date) -> Option<Ratio> {
    reports(p, project, on).find_map(|r| r.record("budget")?.number("eac"))
}

/// The approved budget as it stood on a day: the last re-baseline up to it,
/// else the first budget.
#[must_use]
pub fn bac(p: &Portfolio, project: &Project, on: Date) -> Option<Ratio> {
    let documents = project.documents.iter().filter_map(|i| p.documents.get(*i));
    let moves: Vec<&Record> = documents
        .filter(|d| d.fields.number("bac").is_some())
        .flat_map(|d| d.fields.list("rebaselines"))
        .filter_map(|e| e.datum.record())
        .collect();
    let then = moves.iter().rev().find(|e| e.date("date").is_some_and(|d| d <= on));
    let agreed = match then {
        Some(entry) => entry.number("to"),
        None => moves.first().and_then(|e| e.number("from")),
    };
    agreed.or(project.budget)
}

fn scope(p: &Portfolio, project: &Project, t: &Thresholds, on: Date) -> Option<Rag> {
    let mut documents = project.documents.iter().filter_map(|i| p.documents.get(*i));
    let agreed = documents.find_map(|d| d.fields.record("scope_baseline"))?;
    let size = agreed.number("size")?;
    let moved = project.items("changes").iter().filter_map(|change| {
        let approved = matches!(change.status(), "approved" | "implemented");
        let decided = change.fields.record("decision")?.date("date")?;
        let scope = change.fields.record("impact")?.record("scope")?;
        let part = |name: &str| scope.number(name).unwrap_or(Ratio::ZERO).abs();
        (approved && decided <= on)
            .then(|| Ratio::sum([part("added"), part("changed"), part("removed")]))?
    });
    let churn = Ratio::sum(moved)?.percent_of(size)?;
    Some(t.of("scope-churn").band(churn, project.tier))
}

/// An open threat of 15 or more is amber.
fn risk(project: &Project, on: Date) -> Option<Rag> {
    if !project.has_register("risks") {
        return None;
    }
    let high = project
        .items("risks")
        .iter()
        .filter(|r| r.fields.text("type") != Some("opportunity"))
        .any(|r| score(r, on).is_some_and(|s| s >= Ratio::whole(15)));
    Some(if high { Rag::Amber } else { Rag::Green })
}
