//! `conflicting-facts`: two places say different things of one fact.

mod files;

use super::history::{documents, register, reports, said};
use super::{Context, Defaults, Rule, silent_rebaseline};
use crate::data::record::{Datum, Record};
use crate::date::Date;
use crate::document::{Document, Item};
use crate::finding::Finding;
use crate::finding::Severity::{Deny, Warn};
use crate::kinds::Role;
use crate::measures::cost_variance::column;
use crate::portfolio::{Portfolio, Project};
use crate::text::{Position, Span};
use std::sync::Arc;

pub(super) static RULE: Rule = Rule {
    name: "conflicting-facts",
    summary: "Two places of a project say different things of one fact, or a file names another project than it lies in.",
    why: "A fact that stands twice is soon two facts, and each reader believes the one he has seen. Registers and the specific document beat the card, and what is dated later beats what is older; where both claim the same day, nobody can say which is right. Keep each fact in one place, or correct the other.",
    defaults: Defaults::Graded([Deny, Deny, Deny], [Warn, Warn, Warn]),
    example: "=== projects/crm/milestones.yaml\nupdated: 2026-03-27\nmilestones:\n  - id: M1\n    name: Finish\n    original: 2026-09-30\n    baseline: 2026-09-30\n    forecast: 2026-10-12\n    owner: \"@mlopez\"\n    finish: true\n",
    remedy: "=== projects/crm/milestones.yaml\nupdated: 2026-03-27\nmilestones:\n  - id: M1\n    name: Finish\n    original: 2026-09-30\n    baseline: 2026-09-30\n    forecast: 2026-10-05\n    owner: \"@mlopez\"\n    finish: true\n",
    check: Some(check),
};

fn check(context: &Context<'_>, out: &mut Vec<Finding>) {
    let p = context.portfolio;
    files::membership(p, out);
    for project in &p.projects {
        for item in project.items("milestones") {
            milestone(p, project, item, out);
        }
        money(p, project, out);
        if let Some(card) = p.documents.get(project.card) {
            finish(project, card, out);
            budget(p, project, card, out);
            governance(p, project, card, out);
        }
        launch(p, project, out);
        files::items(p, project, out);
    }
}

/// The other place of a fact.
struct Other {
    path: Arc<str>,
    span: Span,
    at: Position,
}

impl Other {
    fn document(document: &Document, span: Span) -> Self {
        Self { path: document.path.clone(), span, at: document.at(span) }
    }

    fn item(item: &Item, field: &str) -> Self {
        let finding = item.finding(RULE.name, field, "");
        Self { path: finding.path, span: finding.span, at: finding.at }
    }

    /// A finding with this as its other place.
    fn against(&self, finding: Finding) -> Finding {
        finding.related(self.path.clone(), self.span, self.at, "the other one")
    }
}

/// A path as the project's people know it.
fn short<'a>(project: &Project, path: &'a str) -> &'a str {
    path.strip_prefix(&*project.folder).unwrap_or(path).trim_start_matches('/')
}

/// A milestone of the register against a report of the same day, and its
/// actual date against the newest report that gives one.
fn milestone(p: &Portfolio, project: &Project, item: &Item, out: &mut Vec<Finding>) {
    let place = short(project, &item.path);
    let updated =
        item.fields.date("updated").or_else(|| register(p, project, item)?.head.date("updated"));
    let (forecast, actual) = (item.fields.date("forecast"), item.fields.date("actual"));
    let same_day = reports(p, project).find(|(date, _)| Some(*date) == updated);
    if let Some((_, report)) = same_day
        && let Some(told) = said(&report.fields, &item.id)
        && let Some(here) = told.forecast.filter(|_| told.actual.is_none())
    {
        let there = match (actual, forecast) {
            (Some(actual), _) => Some((format!("reached {actual} by `{place}`"), "actual")),
            (None, Some(f)) if f != here => Some((format!("{f} in `{place}`"), "forecast")),
            _ => None,
        };
        if let Some((there, field)) = there {
            let message =
                format!("`{}` is forecast {here} here and {there}, both of the same day", item.id);
            let finding = report
                .finding(RULE.name, told.at, message)
                .help("correct one of them, or leave the forecast to the reports");
            out.push(Other::item(item, field).against(finding));
        }
    }
    let reached = reports(p, project).rev().find_map(|(_, r)| {
        Some((r, said(&r.fields, &item.id)?)).filter(|(_, s)| s.actual.is_some())
    });
    if let (Some((report, told)), Some(there)) = (reached, actual)
        && let Some(here) = told.actual.filter(|here| *here != there)
    {
        let message =
            format!("`{}` was reached {here} by this report and {there} by `{place}`", item.id);
        let finding =
            report.finding(RULE.name, told.actual_at, message).help("correct one of them");
        out.push(Other::item(item, "actual").against(finding));
    }
}

/// The budget's lines against a report's money of the same day.
fn money(p: &Portfolio, project: &Project, out: &mut Vec<Finding>) {
    for budget in documents(p, project).filter(|d| d.kind.role == Role::Document) {
        if budget.fields.list("lines").is_empty() {
            continue;
        }
        let Some(day) = budget.fields.date("as_of").or(budget.fields.date("updated")) else {
            continue;
        };
        for (date, report) in reports(p, project) {
            let Some(told) = report.fields.record("budget") else { continue };
            if told.date("as_of").unwrap_or(date) != day {
                continue;
            }
            for (name, what) in [
                ("actual", "actual cost"),
                ("committed", "committed cost"),
                ("eac", "estimate at completion"),
            ] {
                let (Some(here), Some(there)) = (told.number(name), column(&budget.fields, name))
                else {
                    continue;
                };
                if here == there {
                    continue;
                }
                let place = short(project, &budget.path);
                let message = format!(
                    "{what} is {} here and {} by the lines of `{place}`, both of {day}",
                    here.money(),
                    there.money()
                );
                let span = told.span(name).unwrap_or(report.head());
                let finding = report.finding(RULE.name, span, message).help("correct one of them");
                let lines = budget.fields.slot("lines").map_or(budget.head(), |s| s.key_span);
                out.push(Other::document(budget, lines).against(finding));
            }
        }
    }
}

/// One field of the card that another place says otherwise.
fn differs(
    card: &Document,
    span: Span,
    what: &str,
    here: &str,
    there: &str,
    other: &Other,
    place: &str,
) -> Finding {
    let message = format!("{what} is {here} on the card and {there} in `{place}`");
    let help = format!("write {there} on the card, or leave it to `{place}`");
    other.against(card.finding(RULE.name, span, message).help(help))
}

/// The card's finish against the milestone that is the finish.
fn finish(project: &Project, card: &Document, out: &mut Vec<Finding>) {
    let (Some(given), Some(milestone)) = (card.fields.record("finish"), project.finish_milestone())
    else {
        return;
    };
    let Some(item) = project.items("milestones").get(milestone.item) else { return };
    if let (Some(named), Some(span)) = (given.text("milestone"), given.span("milestone"))
        && named != &*milestone.id
        && project.milestones.iter().any(|m| *m.id == *named)
    {
        let place = quoted(short(project, &item.path));
        let message =
            format!("the finish is `{named}` on the card and `{}` in {place}", milestone.id);
        let help = format!("write `{}` on the card, or mark `{named}` in {place}", milestone.id);
        let finding = card.finding(RULE.name, span, message).help(help);
        out.push(Other::item(item, "finish").against(finding));
    }
    let moved_silently = item.fields.list("rebaselines").is_empty()
        && milestone.original != milestone.baseline
        && given.date("baseline") == milestone.original;
    let register = |name: &str| item.fields.date(name);
    let facts: [(&str, Option<Date>); 4] = [
        ("original", register("original")),
        // A baseline moved without a change request is told by that name.
        ("baseline", milestone.baseline.filter(|_| !moved_silently)),
        ("forecast", milestone.forecast.filter(|_| milestone.actual.is_none())),
        ("actual", milestone.actual),
    ];
    for (name, there) in facts {
        let (Some(here), Some(there), Some(span)) = (given.date(name), there, given.span(name))
        else {
            continue;
        };
        if here == there {
            continue;
        }
        let place = if register(name) == Some(there) {
            short(project, &item.path)
        } else {
            "the newest report"
        };
        let what = format!("{name} of the finish");
        let other = Other::item(item, name);
        let message = format!("{what} is {here} on the card and {there} in {}", quoted(place));
        let help = format!(
            "write {there} on the card, or let it name the milestone only: `finish: {{milestone: {}}}`",
            item.id
        );
        let finding = other.against(card.finding(RULE.name, span, message).help(help));
        // A forecast has no day on the card: it is old, not contradicted.
        out.push(if name == "forecast" { finding.small() } else { finding });
    }
}

fn quoted(place: &str) -> String {
    if place.contains(' ') { place.to_owned() } else { format!("`{place}`") }
}

/// The card's budget against the budget document.
fn budget(p: &Portfolio, project: &Project, card: &Document, out: &mut Vec<Finding>) {
    let Some(given) = card.fields.record("budget") else { return };
    for document in documents(p, project).filter(|d| d.kind.role == Role::Document) {
        let Some(there) = document.fields.number("bac") else { continue };
        let place = short(project, &document.path);
        if let (Some(here), Some(span)) = (given.number("baseline"), given.span("baseline"))
            && here != there
            && !silent_rebaseline::speaks_of_budget(p, project)
        {
            let other = Other::document(document, document.fields.span("bac").unwrap_or_default());
            let (here, there) = (here.money(), there.money());
            out.push(differs(card, span, "the budget", &here, &there, &other, place));
        }
        if let (Some(here), Some(span), Some(there)) =
            (given.text("currency"), given.span("currency"), document.fields.text("currency"))
            && here != there
        {
            let at = document.fields.span("currency").unwrap_or_default();
            let other = Other::document(document, at);
            out.push(differs(card, span, "the currency", here, there, &other, place));
        }
    }
}

/// The card's rhythm and tolerances against the governance document.
fn governance(p: &Portfolio, project: &Project, card: &Document, out: &mut Vec<Finding>) {
    for document in documents(p, project).filter(|d| d.kind.role == Role::Document) {
        let place = short(project, &document.path);
        let mut pairs: Vec<(String, &Record, &Record, Arc<str>)> = Vec::new();
        let own = |name: &str| card.fields.slot(name).map(|s| s.name.clone());
        if let Some(name) = own("report_every") {
            pairs.push(("`report_every`".into(), &card.fields, &document.fields, name));
        }
        if let (Some(here), Some(there)) =
            (card.fields.record("tolerances"), document.fields.record("tolerances"))
        {
            for slot in &here.slots {
                pairs.push((format!("tolerance `{}`", slot.name), here, there, slot.name.clone()));
            }
        }
        for (what, here, there, name) in pairs {
            let (Some(a), Some(b)) = (here.slot(&name), there.slot(&name)) else { continue };
            if a.datum == b.datum || !comparable(&a.datum, &b.datum) {
                continue;
            }
            let other = Other::document(document, b.span);
            let (here, there) = (a.datum.show(), b.datum.show());
            out.push(differs(card, a.span, &what, &here, &there, &other, place));
        }
    }
}

/// Two values of one sort that are not both lengths of the same time.
fn comparable(a: &Datum, b: &Datum) -> bool {
    match (a, b) {
        (Datum::Duration(a), Datum::Duration(b)) => a.in_days() != b.in_days(),
        (Datum::Number(_), Datum::Number(_)) => true,
        _ => false,
    }
}

/// The one release against the one launch among the milestones.
fn launch(p: &Portfolio, project: &Project, out: &mut Vec<Finding>) {
    let mut launches = project.milestones.iter().filter(|m| m.go_live && !m.cancelled);
    let mut releases = documents(p, project).filter(|d| d.fields.record("go_live").is_some());
    let (Some(milestone), None, Some(release), None) =
        (launches.next(), launches.next(), releases.next(), releases.next())
    else {
        return;
    };
    let (Some(item), Some(given)) =
        (project.items("milestones").get(milestone.item), release.fields.record("go_live"))
    else {
        return;
    };
    for name in ["baseline", "actual"] {
        let (Some(here), Some(span), Some(there)) =
            (given.date(name), given.span(name), item.fields.date(name))
        else {
            continue;
        };
        if here != there {
            let message = format!(
                "{name} of the launch is {here} here and {there} for `{}` in `{}`",
                item.id,
                short(project, &item.path)
            );
            let finding = release.finding(RULE.name, span, message).help("correct one of them");
            out.push(Other::item(item, name).against(finding));
        }
    }
}

#[cfg(test)]
mod tests;
