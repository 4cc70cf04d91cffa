//! `unmeasured-benefit`: the day to measure passed, and nobody measured.

use super::common::records;
use super::{Context, Defaults, Rule};
use crate::date::days;
use crate::finding::{Finding, Severity};
use crate::portfolio::State;

pub(super) static RULE: Rule = Rule {
    name: "unmeasured-benefit",
    summary: "The day on which a benefit was to be measured has passed without a measurement.",
    why: "The project is over, the money is spent, and whether it was worth it is known only if somebody looks. This is the one rule that keeps asking after the project has closed. A measurement of the last 90 days before the date counts.",
    defaults: Defaults::Flat(Severity::Warn),
    example: "=== projects/crm/benefits.yaml\nupdated: 2026-03-27\nbenefits:\n  - {id: B-1, title: Shorter calls, owner: Eva Costa, metric: Handling time, baseline: {value: 12, date: 2025-12-31}, target: {value: 8, date: 2026-03-01}, review_by: 2026-03-15, status: tracking}\n",
    remedy: "=== projects/crm/benefits.yaml\nupdated: 2026-03-27\nbenefits:\n  - {id: B-1, title: Shorter calls, owner: Eva Costa, metric: Handling time, baseline: {value: 12, date: 2025-12-31}, target: {value: 8, date: 2026-03-01}, measurements: [{date: 2026-03-10, value: 9.5}], review_by: 2026-03-15, status: tracking}\n",
    check: Some(check),
};

/// A measurement this many days before the review date is the one it asked for.
const BEFORE: i64 = 90;

fn check(context: &Context<'_>, out: &mut Vec<Finding>) {
    let p = context.portfolio;
    let with = p.projects.iter().filter(|pr| matches!(pr.state, State::Active | State::Complete));
    for project in with {
        for item in project.items("benefits") {
            if matches!(item.status(), "realised" | "missed" | "dropped") {
                continue;
            }
            let Some(by) = item.fields.date("review_by").filter(|by| *by < p.as_of) else {
                continue;
            };
            let last = records(&item.fields, "measurements")
                .filter_map(|m| m.date("date"))
                .filter(|d| *d <= p.as_of)
                .max();
            if last.is_some_and(|d| days(d, by) <= BEFORE) {
                continue;
            }
            let since = match last {
                Some(d) => format!("was last measured on {d}"),
                None => "was never measured".to_owned(),
            };
            let message = format!("benefit `{}` was to be measured by {by} and {since}", item.id);
            let help = "add the value to `measurements`: `{date, value, source}`, and set the next `review_by`";
            out.push(item.finding(RULE.name, "review_by", message).help(help));
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::{Fixture, portfolio};

    const PATH: &str = "projects/crm/benefits.yaml";
    const CARD: &str = "projects/crm/project.md";
    const RULE: &str = "unmeasured-benefit";

    fn benefit(rest: &str) -> Fixture {
        portfolio().file(
            PATH,
            &format!("benefits:\n  - id: B-1\n    title: Calls\n    owner: Eva Costa\n    metric: Time\n    baseline: 12\n    target: 8\n{rest}"),
        )
    }

    #[test]
    fn the_day_itself_is_silent_and_the_day_after_is_found() {
        benefit("    review_by: 2026-03-27\n").silent(RULE);
        let found = benefit("    review_by: 2026-03-26\n").finds(RULE, PATH, 8);
        assert_eq!(
            found.message,
            "benefit `B-1` was to be measured by 2026-03-26 and was never measured"
        );
    }

    #[test]
    fn a_measurement_near_the_date_counts_and_an_old_one_does_not() {
        let with = |day: &str| {
            benefit(&format!(
                "    measurements: [{{date: {day}, value: 9.5}}]\n    review_by: 2026-03-26\n"
            ))
        };
        with("2025-12-26").silent(RULE);
        with("2025-12-25").finds(RULE, PATH, 9);
        with("2026-03-27").silent(RULE);
    }

    #[test]
    fn settled_benefits_are_silent_and_finished_projects_still_ask() {
        benefit("    review_by: 2026-03-01\n    status: realised\n").silent(RULE);
        benefit("    review_by: 2026-03-01\n    status: dropped\n").silent(RULE);
        let of = |state: &str| {
            benefit("    review_by: 2026-03-01\n").replace(
                CARD,
                "state: active",
                &format!("state: {state}"),
            )
        };
        of("complete").finds(RULE, PATH, 8);
        of("cancelled").silent(RULE);
        of("on-hold").silent(RULE);
    }
}
