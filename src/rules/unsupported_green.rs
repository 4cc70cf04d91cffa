//! `unsupported-green`: reported green, while nothing was given that shows it.

use super::due::{class, has_broken_file};
use super::history::{documents, reports, said, young};
use super::{Context, Defaults, Rule};
use crate::date::{Date, days};
use crate::document::Document;
use crate::finding::Finding;
use crate::finding::Severity::{Note, Warn};
use crate::lifecycles::Class;
use crate::measures::{Missing, ProjectMeasures};
use crate::portfolio::{Portfolio, Project, State, declared};
use crate::table::Rag;

pub(super) static RULE: Rule = Rule {
    name: "unsupported-green",
    summary: "A dimension is reported green in execution, and the numbers behind it are not reported.",
    why: "Green without a number is a mood. It may be true, but nobody can tell, and it is how trouble begins: first the estimate stops being updated, then the colour stops being right. Give the number, or report the dimension as `not-reported`. The first report after the baseline is let off.",
    defaults: Defaults::Graded([Warn, Warn, Note], [Warn, Warn, Note]),
    example: "=== projects/crm/status/2026-03-27.md\n---\nkind: status\nauthor: \"@mlopez\"\nas_of: 2026-03-27\nphase: execution\nhealth: {overall: green, schedule: green, scope: green}\nmilestones:\n  M1: {forecast: 2026-10-05}\n---\n# Status\n",
    remedy: "=== projects/crm/plan.md\n---\nkind: plan\nversion: \"1.0\"\nstate: baselined\nauthor: \"@mlopez\"\nupdated: 2026-01-25\nbaseline_date: 2026-01-26\nscope_baseline: {unit: requirements, size: 120, date: 2026-01-26}\n---\n# Plan\n=== projects/crm/status/2026-03-27.md\n---\nkind: status\nauthor: \"@mlopez\"\nas_of: 2026-03-27\nphase: execution\nhealth: {overall: green, schedule: green, scope: green}\nmilestones:\n  M1: {forecast: 2026-10-05}\n---\n# Status\n",
    check: Some(check),
};

fn check(context: &Context<'_>, out: &mut Vec<Finding>) {
    let p = context.portfolio;
    for (i, project) in p.projects.iter().enumerate() {
        let (Some(measures), Some(latest)) = (context.measures.of(i), project.latest()) else {
            continue;
        };
        let Some(report) = p.documents.get(latest.document) else { continue };
        let asked = project.state == State::Active
            && class(project) == Some(Class::Execute)
            && measures.freshness.counts()
            && !young(project, latest.date)
            && !first_after_baseline(p, project)
            && !has_broken_file(p, project);
        if asked {
            examine(p, project, measures, report, latest.date, out);
        }
    }
}

/// The first report after the baseline may still lack the numbers.
fn first_after_baseline(p: &Portfolio, project: &Project) -> bool {
    let since = super::history::baseline_date(p, project).map(|(d, _)| d);
    project.reports.iter().filter(|r| since.is_none_or(|s| r.date >= s)).count() <= 1
}

fn examine(
    p: &Portfolio,
    project: &Project,
    measures: &ProjectMeasures,
    report: &Document,
    date: Date,
    out: &mut Vec<Finding>,
) {
    let mut told = false;
    // Overall comes last: it is silent when one of its parts has spoken.
    for name in ["scope", "schedule", "budget", "resources", "risk", "overall"] {
        let Some(said) = declared(&report.fields, name).filter(|s| s.rag == Rag::Green) else {
            continue;
        };
        let Some(dimension) = measures.health.of(name) else { continue };
        let fault = match &dimension.computed {
            Err(Missing::NotReported) => lacking(p, project, name),
            Ok(_) => old(p, project, name, date),
            Err(_) => None,
        };
        let Some((fact, help)) = fault.filter(|_| name != "overall" || !told) else { continue };
        told = true;
        let message = format!("{name} reported green, but {fact}");
        out.push(
            report
                .finding(RULE.name, said.span, message)
                .help(format!("{help}, or report {name} as `not-reported`")),
        );
    }
}

/// What is missing behind a dimension that cannot be computed.
fn lacking(p: &Portfolio, project: &Project, name: &str) -> Option<(String, &'static str)> {
    let plain = |fact: &str, help: &'static str| Some((fact.to_owned(), help));
    match name {
        "schedule" if project.finish.baseline.is_none() => {
            plain("the finish has no baseline", "give the finish its approved `baseline`")
        }
        "schedule" => plain(
            "no forecast of the finish has been given",
            "give the finish its `forecast` in the report",
        ),
        "budget" if !project.tracked => None,
        "budget" if project.budget.is_none() => {
            plain("there is no approved budget", "give the approved budget as `bac`")
        }
        "budget" => match last_estimate(p, project) {
            Some(on) => Some((
                format!("no estimate at completion has been given since {on}"),
                "give `budget: {eac: …}`",
            )),
            None => plain(
                "no estimate at completion has been given",
                "give `budget: {eac: …}` in the report",
            ),
        },
        "scope" if documents(p, project).any(|d| d.fields.has("scope_baseline")) => {
            plain("there is no register of change requests", "keep `changes.yaml`, even if empty")
        }
        "scope" => plain(
            "the plan has no `scope_baseline`",
            "say in the plan how big the approved scope is: `scope_baseline: {unit, size}`",
        ),
        "resources" if project.has_register("resources") => plain(
            "the resource register gives no required and committed FTE",
            "give `required_fte` and `committed_fte`",
        ),
        "resources" => plain(
            "there is no register of resources",
            "keep `resources.yaml` with what was promised",
        ),
        "risk" => plain("there is no risk register", "keep the risks in `raid.yaml`"),
        "overall" => plain(
            "none of schedule, budget and scope can be computed",
            "give the forecast of the finish",
        ),
        _ => None,
    }
}

/// A number that was given once and not for two reporting periods says as
/// little as none.
fn old(p: &Portfolio, project: &Project, name: &str, date: Date) -> Option<(String, &'static str)> {
    let stale = |on: Date| days(on, date) > project.cadence * 2;
    match name {
        "budget" => last_estimate(p, project).filter(|on| stale(*on)).map(|on| {
            let fact = format!("no estimate at completion has been given since {on}");
            (fact, "give `budget: {eac: …}` in the report")
        }),
        "schedule" => {
            let finish = project.finish_milestone().filter(|m| m.actual.is_none())?;
            let item = project.items("milestones").get(finish.item)?;
            if item.fields.has("forecast") {
                return None;
            }
            let told = reports(p, project)
                .rev()
                .find(|(_, r)| said(&r.fields, &finish.id).is_some_and(|s| s.forecast.is_some()));
            told.map(|(on, _)| on).filter(|on| stale(*on)).map(|on| {
                let fact = format!("no forecast of the finish has been given since {on}");
                (fact, "give the finish its `forecast` in the report")
            })
        }
        _ => None,
    }
}

/// The last day an estimate at completion was given: in a report, or by the
/// budget document. `None` when it never was, or on no known day.
fn last_estimate(p: &Portfolio, project: &Project) -> Option<Date> {
    let reported = reports(p, project)
        .rev()
        .find(|(_, r)| r.fields.record("budget").is_some_and(|b| b.number("eac").is_some()))
        .map(|(on, _)| on);
    let lines = documents(p, project)
        .filter(|d| {
            d.fields
                .list("lines")
                .iter()
                .any(|l| l.datum.record().is_some_and(|l| l.number("eac").is_some()))
        })
        .filter_map(|d| d.fields.date("as_of").or(d.fields.date("updated")))
        .filter(|on| *on <= p.as_of)
        .max();
    reported.max(lines)
}

#[cfg(test)]
mod tests {
    use crate::finding::Severity;
    use crate::rules::testing::{Fixture, portfolio};

    const RULE: &str = "unsupported-green";
    const CARD: &str = "projects/crm/project.md";
    const FIRST: &str = "projects/crm/status/2026-02-27.md";
    const LAST: &str = "projects/crm/status/2026-03-27.md";
    const GREEN: &str = "{overall: green, schedule: green}";

    fn green(part: &str) -> Fixture {
        portfolio().replace(LAST, GREEN, &format!("{{overall: green, schedule: green, {part}}}"))
    }

    fn tracked() -> Fixture {
        green("budget: green").replace(
            CARD,
            "{tracked: false}",
            "{tracked: true, currency: CAD, baseline: 500000}",
        )
    }

    fn estimate(fixture: Fixture, report: &str) -> Fixture {
        fixture.says(report, "budget: {eac: 505000}")
    }

    #[test]
    fn a_green_budget_needs_an_estimate() {
        let found = tracked().finds(RULE, LAST, 6);
        assert_eq!(
            found.message,
            "budget reported green, but no estimate at completion has been given"
        );
        assert_eq!(found.severity, Severity::Note);
        let strict = tracked().replace(CARD, "tier: 3", "tier: 2");
        assert_eq!(strict.finds(RULE, LAST, 6).severity, Severity::Warn);
        estimate(tracked(), LAST).silent(RULE);
    }

    #[test]
    fn an_estimate_lasts_two_reporting_periods() {
        // Tier 3 reports every 28 days: 27 February is 28 days ago.
        estimate(tracked(), FIRST).silent(RULE);
        let weekly = |every: &str| {
            estimate(tracked(), FIRST).replace(
                CARD,
                "state:",
                &format!("report_every: {every}\nstate:"),
            )
        };
        weekly("14d").silent(RULE);
        let found = weekly("13d").finds(RULE, LAST, 6);
        assert_eq!(
            found.message,
            "budget reported green, but no estimate at completion has been given since 2026-02-27"
        );
    }

    #[test]
    fn a_report_that_leaves_the_estimate_out_is_dated_by_the_last_one() {
        let found =
            estimate(tracked(), FIRST).says(LAST, "budget: {actual: 240000}").finds(RULE, LAST, 6);
        assert!(found.message.ends_with("since 2026-02-27"), "{}", found.message);
    }

    #[test]
    fn every_dimension_says_what_it_lacks() {
        let found = green("scope: green").finds(RULE, LAST, 6);
        assert_eq!(found.message, "scope reported green, but the plan has no `scope_baseline`");
        let found = green("resources: green").finds(RULE, LAST, 6);
        assert_eq!(
            found.message,
            "resources reported green, but there is no register of resources"
        );
        green("risk: green").silent(RULE);
        let none = portfolio()
            .replace(FIRST, "milestones:\n  M1: {forecast: 2026-09-30}\n", "")
            .replace(LAST, "milestones:\n  M1: {forecast: 2026-10-05}\n", "");
        let found = none.finds(RULE, LAST, 6);
        assert_eq!(
            found.message,
            "schedule reported green, but no forecast of the finish has been given"
        );
        assert_eq!(none.findings().iter().filter(|f| f.rule == RULE).count(), 1);
    }

    #[test]
    fn what_is_not_due_not_tracked_or_not_green_is_silent() {
        green("quality: green, benefits: green, readiness: green").silent(RULE);
        green("budget: green").silent(RULE);
        green("scope: not-reported").silent(RULE);
        green("scope: amber").silent(RULE);
    }

    #[test]
    fn other_phases_young_projects_and_the_first_report_after_the_baseline_are_left_alone() {
        let scope = || green("scope: green");
        scope().replace(CARD, "phase: execution", "phase: planning").silent(RULE);
        scope().replace(CARD, "state: active", "state: on-hold").silent(RULE);
        scope()
            .replace(CARD, "start: {baseline: 2026-01-05}", "start: {baseline: 2026-02-01}")
            .silent(RULE);
        scope().without(FIRST).silent(RULE);
        let plan = "projects/crm/plan.md";
        scope()
            .replace(plan, "baseline_date: 2026-01-26", "baseline_date: 2026-02-28")
            .silent(RULE);
        scope()
            .replace(plan, "baseline_date: 2026-01-26", "baseline_date: 2026-02-27")
            .finds(RULE, LAST, 6);
    }
}
