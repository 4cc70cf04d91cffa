//! `unanswered-request`: people were asked for and nobody answered.

use super::common::{plain, running};
use super::{Context, Defaults, Rule};
use crate::finding::{Finding, Severity};
use crate::measures::commitments::waited;
use crate::text::counted;

pub(super) static RULE: Rule = Rule {
    name: "unanswered-request",
    summary: "A unit has not answered a request for people for more than ten business days.",
    why: "No answer is the worst answer: the plan counts on people who may never come, and nobody looks for others. Ten business days are enough for a yes, a no, or half of it.",
    defaults: Defaults::Flat(Severity::Warn),
    example: "=== projects/crm/resources.yaml\nupdated: 2026-03-27\nresources:\n  - {id: RS-01, unit: infrastructure, manager: \"@dokafor\", role: Network engineer, required_fte: 0.5, committed_fte: 0, from: 2026-05-01, to: 2026-06-30, status: requested, requested_on: 2026-03-02}\n",
    remedy: "=== projects/crm/resources.yaml\nupdated: 2026-03-27\nresources:\n  - {id: RS-01, unit: infrastructure, manager: \"@dokafor\", role: Network engineer, required_fte: 0.5, committed_fte: 0.5, original_fte: 0.5, from: 2026-05-01, to: 2026-06-30, status: committed, requested_on: 2026-03-02, committed_on: 2026-03-12}\n",
    check: Some(check),
};

/// Business days in which a unit answers.
const ANSWER: i64 = 10;

fn check(context: &Context<'_>, out: &mut Vec<Finding>) {
    let p = context.portfolio;
    for project in running(p) {
        for item in project.items("resources") {
            let (Some(asked), Some(waited)) = (item.fields.date("requested_on"), waited(p, item))
            else {
                continue;
            };
            if waited <= ANSWER {
                continue;
            }
            let who = item.fields.text("manager").map(|m| p.person(m));
            let whom = who.or(item.fields.text("unit")).unwrap_or("the unit");
            let needed = item
                .fields
                .number("required_fte")
                .map_or_else(String::new, |n| format!("{} FTE ", plain(n)));
            let message = format!(
                "{needed}asked of {whom} on {asked} (`{}`) has waited {} for an answer",
                item.id,
                counted(waited, "business day")
            );
            let help = "ask again, or take it to the sponsor; then write `status: committed` with `committed_on`, or `status: withdrawn`";
            out.push(item.finding(RULE.name, "requested_on", message).help(help));
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::{Fixture, portfolio};

    const PATH: &str = "projects/crm/resources.yaml";
    const RULE: &str = "unanswered-request";

    fn asked(day: &str, status: &str) -> Fixture {
        portfolio().file(
            PATH,
            &format!("resources:\n  - id: RS-01\n    unit: infrastructure\n    manager: \"@dokafor\"\n    role: Engineer\n    required_fte: 0.5\n    requested_on: {day}\n    status: {status}\n"),
        )
    }

    #[test]
    fn ten_business_days_are_silent_and_eleven_are_found() {
        asked("2026-03-13", "requested").silent(RULE);
        let found = asked("2026-03-12", "requested").finds(RULE, PATH, 7);
        assert_eq!(
            found.message,
            "0.5 FTE asked of Dana Okafor on 2026-03-12 (`RS-01`) has waited 11 business days for an answer"
        );
        asked("2026-03-12", "requested")
            .config("[calendar]\nholidays = [\"2026-03-20\"]\n")
            .silent(RULE);
    }

    #[test]
    fn answered_requests_and_resting_projects_are_silent() {
        asked("2026-03-02", "committed").silent(RULE);
        asked("2026-03-02", "withdrawn").silent(RULE);
        asked("2026-03-02", "requested")
            .replace("projects/crm/project.md", "state: active", "state: on-hold")
            .silent(RULE);
    }
}
