//! `past-forecast`: a milestone was expected by now and nothing says that it
//! was reached.

use super::history::{count, reports, said};
use super::{Context, Defaults, Rule};
use crate::date::Date;
use crate::finding::Finding;
use crate::finding::Severity::{Deny, Warn};
use crate::measures::freshness::Level;
use crate::portfolio::{Milestone, Portfolio, Project, State};

pub(super) static RULE: Rule = Rule {
    name: "past-forecast",
    summary: "An open milestone was forecast for a day that has passed, and it has no actual date.",
    why: "A forecast in the past is no forecast. Either the milestone was reached and nobody wrote it down, or it slipped and nobody said so; in both cases the plan was not looked at. Two business days are left to write it down, and a project that has stopped reporting altogether is told that instead.",
    defaults: Defaults::Graded([Deny, Deny, Warn], [Deny, Deny, Warn]),
    example: "=== projects/crm/milestones.yaml\nupdated: 2026-03-27\nmilestones:\n  - id: M1\n    name: Finish\n    original: 2026-09-30\n    baseline: 2026-09-30\n    owner: \"@mlopez\"\n    finish: true\n  - id: M2\n    name: First rehearsal\n    original: 2026-03-13\n    baseline: 2026-03-13\n    forecast: 2026-03-20\n    owner: \"@mlopez\"\n",
    remedy: "=== projects/crm/milestones.yaml\nupdated: 2026-03-27\nmilestones:\n  - id: M1\n    name: Finish\n    original: 2026-09-30\n    baseline: 2026-09-30\n    owner: \"@mlopez\"\n    finish: true\n  - id: M2\n    name: First rehearsal\n    original: 2026-03-13\n    baseline: 2026-03-13\n    actual: 2026-03-20\n    owner: \"@mlopez\"\n",
    check: Some(check),
};

/// Business days left to write down what happened.
const GRACE: i64 = 2;

fn check(context: &Context<'_>, out: &mut Vec<Finding>) {
    let p = context.portfolio;
    for (i, project) in p.projects.iter().enumerate() {
        let silent = context.measures.of(i).is_some_and(|m| m.freshness.level == Level::Silent);
        if project.state != State::Active || silent {
            continue;
        }
        for milestone in project.milestones.iter().filter(|m| m.actual.is_none() && !m.cancelled) {
            let Some(forecast) = milestone.forecast else { continue };
            let late = p.config.calendar.business_days(forecast, p.as_of);
            if late > GRACE {
                out.extend(found(p, project, milestone, forecast, late));
            }
        }
    }
}

/// The finding, where the forecast stands: in the newest report that gives it,
/// else in the register.
fn found(
    p: &Portfolio,
    project: &Project,
    milestone: &Milestone,
    forecast: Date,
    late: i64,
) -> Option<Finding> {
    let message = format!(
        "`{}` was forecast for {forecast}, {} ago, and has no actual date",
        milestone.id,
        count(late, "business day")
    );
    let told = reports(p, project).rev().find_map(|(_, report)| {
        let said = said(&report.fields, &milestone.id)?;
        (said.forecast == Some(forecast)).then_some((report, said.at))
    });
    let finding = match told {
        Some((report, span)) => report.finding(RULE.name, span, message),
        None => {
            project.items("milestones").get(milestone.item)?.finding(RULE.name, "forecast", message)
        }
    };
    Some(finding.help(format!(
        "add `actual: …` to `{}` if it was reached, else write the date now expected in the next report",
        milestone.id
    )))
}

#[cfg(test)]
mod tests {
    use crate::finding::Severity;
    use crate::rules::testing::{Fixture, portfolio};

    const RULE: &str = "past-forecast";
    const CARD: &str = "projects/crm/project.md";
    const LAST: &str = "projects/crm/status/2026-03-27.md";
    const PATH: &str = "projects/crm/milestones.yaml";

    fn told(day: &str) -> Fixture {
        portfolio().replace(LAST, "2026-10-05", day)
    }

    fn item(line: &str) -> Fixture {
        portfolio().replace(
            PATH,
            "    finish: true",
            &format!("    finish: true\n  - id: M3\n    name: Room ready\n    baseline: 2026-03-20\n    owner: \"@mlopez\"\n    {line}"),
        )
    }

    // Friday 27 March: two business days ago was Wednesday the 25th.
    #[test]
    fn two_business_days_are_left_to_write_it_down() {
        told("2026-03-25").silent(RULE);
        let found = told("2026-03-24").finds(RULE, LAST, 8);
        assert_eq!(
            found.message,
            "`M1` was forecast for 2026-03-24, 3 business days ago, and has no actual date"
        );
        assert_eq!(found.severity, Severity::Warn);
        assert_eq!(found.at.column, 18);
        let strict = told("2026-03-24").replace(CARD, "tier: 3", "tier: 1");
        assert_eq!(strict.finds(RULE, LAST, 8).severity, Severity::Deny);
    }

    #[test]
    fn a_holiday_lengthens_the_grace() {
        told("2026-03-24").config("[calendar]\nholidays = [\"2026-03-26\"]\n").silent(RULE);
    }

    #[test]
    fn a_forecast_of_the_register_is_found_there() {
        let found = item("forecast: 2026-03-20").finds(RULE, PATH, 17);
        assert_eq!(
            found.message,
            "`M3` was forecast for 2026-03-20, 5 business days ago, and has no actual date"
        );
    }

    #[test]
    fn what_was_reached_called_off_or_never_forecast_is_silent() {
        item("actual: 2026-03-24\n    forecast: 2026-03-20").silent(RULE);
        item("forecast: 2026-03-20\n    cancelled: CR-001").silent(RULE);
        item("key: false").silent(RULE);
        told("2026-03-13")
            .replace(LAST, "{forecast: 2026-03-13}", "{p50: 2026-03-13, p85: 2026-04-17}")
            .silent(RULE);
    }

    #[test]
    fn resting_projects_and_those_that_stopped_reporting_are_left_alone() {
        told("2026-03-20").replace(CARD, "state: active", "state: on-hold").silent(RULE);
        // 28 days twice after 27 March is 22 May.
        told("2026-03-20").as_of("2026-05-22").finds(RULE, LAST, 8);
        told("2026-03-20").as_of("2026-05-23").silent(RULE);
    }
}
