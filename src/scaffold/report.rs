//! A new status report begins where the last one ended: ratings with their
//! reasons, forecasts of what is not yet reached, risks, asks and money.

use super::{Subject, yaml};
use crate::data::record::{Datum, Record};
use crate::date::{Date, plus};
use crate::document::Item;
use crate::portfolio::Project;
use crate::table::Rag;

/// How many risks a report names.
const TOP: usize = 5;

/// When the next report is due: one cadence after the last one; today where
/// that is long past, or where there is none.
pub(super) fn next_date(project: &Project, as_of: Date) -> Date {
    match project.latest() {
        Some(last) => plus(last.date, project.cadence).max(as_of),
        None => as_of,
    }
}

/// Fields with what stands after their colon.
pub(super) fn carry<'a>(
    subject: &Subject<'a>,
    project: &'a Project,
) -> Vec<(&'static str, String)> {
    let empty = Record::default();
    let newest = project.reports.iter().rev().find(|report| report.date < subject.date);
    let last = newest
        .and_then(|report| subject.p.documents.get(report.document))
        .map_or(&empty, |document| &document.fields);
    let mut fields = vec![("as_of", format!(" {}", subject.date)), ("state", " draft".to_owned())];
    if let Some(author) = last.text("author") {
        fields.push(("author", format!(" {}", yaml::text(author))));
    }
    let from = newest.map_or(plus(subject.date, 1 - project.cadence), |last| plus(last.date, 1));
    fields.push(("period", format!(" {{from: {from}, to: {}}}", subject.date)));
    fields.push(("health", health(subject, project, last)));
    let milestones = milestones(project);
    if !milestones.is_empty() {
        fields.push(("milestones", milestones));
    }
    if project.tracked
        && let Some(budget) = last.record("budget")
    {
        fields.push(("budget", format!(" {}", yaml::record(&filled(budget)))));
    }
    for name in ["progress", "scope"] {
        if let Some(record) = last.record(name) {
            fields.push((
                if name == "scope" { "scope" } else { "progress" },
                format!(" {}", yaml::record(&filled(record))),
            ));
        }
    }
    if let Some(path) = last.get("critical_path") {
        fields.push(("critical_path", format!(" {}", yaml::datum(path))));
    }
    let lists = [
        ("top_risks", open(last, "top_risks", project, "risks")),
        ("top_issues", open(last, "top_issues", project, "issues")),
        ("asks", open(last, "asks", project, "decisions")),
    ];
    for (name, ids) in lists {
        if !ids.is_empty() {
            let ids: Vec<String> = ids.iter().map(|id| yaml::text(id)).collect();
            fields.push((name, format!(" [{}]", ids.join(", "))));
        }
    }
    fields
}

/// Whether a health block holds a rating that is amber or red.
pub(super) fn is_poor(health: &str) -> bool {
    health.contains("amber") || health.contains("red")
}

/// The ratings of the last report, with the reasons of those that are not
/// green; not reported where there is no report to go by.
fn health(subject: &Subject<'_>, project: &Project, last: &Record) -> String {
    let mut text = String::new();
    if let Some(health) = last.record("health") {
        for slot in &health.slots {
            let value = match &slot.datum {
                Datum::Record(rating) if rating.rag("rag") == Some(Rag::Green) => "green".into(),
                Datum::Record(rating) => {
                    let mut rating = filled(rating);
                    // The trend is computed from the reports.
                    rating.slots.retain(|slot| &*slot.name != "trend");
                    match rating.slots.as_slice() {
                        [only] if &*only.name == "rag" => yaml::datum(&only.datum),
                        _ => yaml::record(&rating),
                    }
                }
                other => yaml::datum(other),
            };
            text.push_str(&format!("\n  {}: {value}", slot.name));
        }
        return text;
    }
    let dimensions: &[&str] = match project.tier {
        0 => &["overall", "scope", "schedule", "budget", "resources", "quality"],
        n if n + 1 < subject.p.config.tiers.len() => {
            &["overall", "scope", "schedule", "budget", "resources"]
        }
        _ => &["overall", "schedule"],
    };
    for dimension in dimensions.iter().filter(|d| project.tracked || **d != "budget") {
        text.push_str(&format!("\n  {dimension}: not-reported"));
    }
    text
}

fn milestones(project: &Project) -> String {
    let mut text = String::new();
    for milestone in project.milestones.iter().filter(|m| m.actual.is_none() && !m.cancelled) {
        if let Some(date) = milestone.forecast.or(milestone.baseline) {
            text.push_str(&format!("\n  {}: {{forecast: {date}}}", yaml::text(&milestone.id)));
        }
    }
    text
}

/// Ids the last report named that are still open; where it named none, the
/// open items of the register, highest score first.
fn open(last: &Record, field: &str, project: &Project, register: &str) -> Vec<String> {
    let items = project.items(register);
    let is_open = |item: &Item| {
        matches!(item.status(), "open" | "in-progress" | "requested") && !item.id.is_empty()
    };
    let named: Vec<String> = last
        .texts(field)
        .filter(|(id, _)| items.iter().any(|item| &*item.id == *id && is_open(item)))
        .map(|(id, _)| id.to_owned())
        .collect();
    if !named.is_empty() && register != "decisions" {
        return named;
    }
    let mut all: Vec<&Item> = items.iter().filter(|item| is_open(item)).collect();
    all.sort_by_key(|item| std::cmp::Reverse(score(item)));
    all.into_iter().take(TOP).map(|item| item.id.to_string()).collect()
}

/// Probability times impact; for issues, how severe they are.
fn score(item: &Item) -> i128 {
    let of = |record: &Record, name: &str| record.number(name).map(|n| n.rounded(0));
    let last = item.fields.list("assessments").last().and_then(|a| a.datum.record());
    let record = last.unwrap_or(&item.fields);
    match (of(record, "p"), of(record, "i"), of(&item.fields, "severity")) {
        (Some(p), Some(i), _) => p * i,
        (_, _, Some(severity)) => -severity,
        _ => i128::MIN,
    }
}

/// A record without values that say nothing.
fn filled(record: &Record) -> Record {
    let mut record = record.clone();
    record.slots.retain(|slot| slot.datum.says_something());
    record
}
