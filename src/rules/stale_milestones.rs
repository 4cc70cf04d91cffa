//! `stale-milestones`: nobody has touched the milestones for weeks, and no
//! report gives forecasts either.

use super::due::class;
use super::history::{register, reports, said, young};
use super::{Context, Defaults, Rule};
use crate::date::days;
use crate::finding::{Finding, Severity};
use crate::lifecycles::Class;
use crate::portfolio::State;

pub(super) static RULE: Rule = Rule {
    name: "stale-milestones",
    summary: "In execution the milestones were last updated more than 45 days ago, and no report since gives a forecast.",
    why: "In execution every week tells something about the dates ahead. Milestones nobody has looked at for a month and a half are the plan of last quarter: what is on time and what is late can't be read from them.",
    defaults: Defaults::Flat(Severity::Warn),
    example: "=== projects/crm/milestones.yaml\nupdated: 2026-02-01\nmilestones:\n  - id: M1\n    name: Finish\n    original: 2026-09-30\n    baseline: 2026-09-30\n    forecast: 2026-09-30\n    owner: \"@mlopez\"\n    finish: true\n=== projects/crm/status/2026-02-27.md\n---\nkind: status\nauthor: \"@mlopez\"\nas_of: 2026-02-27\nphase: execution\nhealth: {overall: green, schedule: green}\n---\n# Status\n=== projects/crm/status/2026-03-27.md\n---\nkind: status\nauthor: \"@mlopez\"\nas_of: 2026-03-27\nphase: execution\nhealth: {overall: green, schedule: green}\n---\n# Status\n",
    remedy: "=== projects/crm/milestones.yaml\nupdated: 2026-03-27\nmilestones:\n  - id: M1\n    name: Finish\n    original: 2026-09-30\n    baseline: 2026-09-30\n    forecast: 2026-09-30\n    owner: \"@mlopez\"\n    finish: true\n=== projects/crm/status/2026-02-27.md\n---\nkind: status\nauthor: \"@mlopez\"\nas_of: 2026-02-27\nphase: execution\nhealth: {overall: green, schedule: green}\n---\n# Status\n=== projects/crm/status/2026-03-27.md\n---\nkind: status\nauthor: \"@mlopez\"\nas_of: 2026-03-27\nphase: execution\nhealth: {overall: green, schedule: green}\n---\n# Status\n",
    check: Some(check),
};

/// Days after which the register is too old.
const OLD: i64 = 45;

fn check(context: &Context<'_>, out: &mut Vec<Finding>) {
    let p = context.portfolio;
    for project in p.projects.iter().filter(|pr| pr.state == State::Active) {
        if class(project) != Some(Class::Execute) || young(project, p.as_of) {
            continue;
        }
        let open = project.milestones.iter().filter(|m| m.actual.is_none() && !m.cancelled);
        let Some(open) = open.map(|m| &m.id).next() else { continue };
        let item = project.items("milestones").iter().find(|i| i.id == *open);
        let Some(register) = item.and_then(|i| register(p, project, i)) else { continue };
        let (Some(updated), Some(span)) =
            (register.head.date("updated"), register.head.span("updated"))
        else {
            continue;
        };
        let age = days(updated, p.as_of);
        let told = reports(p, project).filter(|(date, _)| days(*date, p.as_of) <= OLD).any(
            |(_, report)| {
                project.milestones.iter().any(|m| {
                    said(&report.fields, &m.id)
                        .is_some_and(|s| s.forecast.is_some() || s.actual.is_some())
                })
            },
        );
        if age <= OLD || told {
            continue;
        }
        let message = format!(
            "the milestones were last updated {age} days ago, on {updated}, and no report of the last {OLD} days gives a forecast"
        );
        let at = register.lines.position(span.start);
        out.push(Finding::new(RULE.name, register.path.clone(), span, at, message).help(
            "go through the open milestones, write what you expect of each in the next report, and set `updated`",
        ));
    }
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::{Fixture, portfolio};

    const RULE: &str = "stale-milestones";
    const CARD: &str = "projects/crm/project.md";
    const PATH: &str = "projects/crm/milestones.yaml";
    const LAST: &str = "projects/crm/status/2026-03-27.md";

    fn updated(day: &str) -> Fixture {
        portfolio()
            .replace(PATH, "updated: 2026-03-27", &format!("updated: {day}"))
            .replace(LAST, "milestones:\n  M1: {forecast: 2026-10-05}\n", "")
            .replace(
                "projects/crm/status/2026-02-27.md",
                "milestones:\n  M1: {forecast: 2026-09-30}\n",
                "",
            )
    }

    // 45 days before 27 March is 10 February.
    #[test]
    fn forty_five_days_are_the_border() {
        updated("2026-02-10").silent(RULE);
        let found = updated("2026-02-09").finds(RULE, PATH, 1);
        assert_eq!(
            found.message,
            "the milestones were last updated 46 days ago, on 2026-02-09, and no report of the last 45 days gives a forecast"
        );
    }

    #[test]
    fn a_forecast_in_a_recent_report_will_do() {
        updated("2026-02-01")
            .replace(LAST, "phase:", "milestones: {M1: 2026-09-30}\nphase:")
            .silent(RULE);
        updated("2026-02-01")
            .file(
                "projects/crm/status/2026-02-06.md",
                "---\nkind: status\nas_of: 2026-02-06\nmilestones: {M1: 2026-09-30}\n---\n# S\n",
            )
            .finds(RULE, PATH, 1);
    }

    #[test]
    fn other_phases_resting_and_finished_work_are_left_alone() {
        let old = || updated("2026-02-01");
        old().replace(CARD, "phase: execution", "phase: planning").silent(RULE);
        old().replace(CARD, "state: active", "state: on-hold").silent(RULE);
        old()
            .replace(PATH, "    finish: true", "    actual: 2026-01-30\n    finish: true")
            .silent(RULE);
        old().replace(PATH, "updated: 2026-02-01\n", "").silent(RULE);
        old()
            .replace(CARD, "start: {baseline: 2026-01-05}", "start: {baseline: 2026-02-01}")
            .silent(RULE);
    }
}
