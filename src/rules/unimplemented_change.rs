//! `unimplemented-change`: agreed, and nothing happened.

use super::common::{day_count, running};
use super::{Context, Defaults, Rule};
use crate::date::days;
use crate::finding::{Finding, Severity};

pub(super) static RULE: Rule = Rule {
    name: "unimplemented-change",
    summary: "An approved change request is not implemented 30 days after its target date.",
    why: "Somebody was promised the change and waits for it, and the plan holds its days and money. Either it is late and the new date should stand there, or nobody wants it any more and it should be withdrawn.",
    defaults: Defaults::Flat(Severity::Note),
    example: "=== projects/crm/changes.yaml\nupdated: 2026-03-27\nchanges:\n  - id: CR-001\n    title: Single sign-on for partners\n    types: [scope]\n    requested_by: \"@mlopez\"\n    submitted: 2026-01-10\n    status: approved\n    impact: {cost: 0}\n    decision: {date: 2026-01-13, by: [\"@dokafor\"]}\n    target: 2026-02-01\n",
    remedy: "=== projects/crm/changes.yaml\nupdated: 2026-03-27\nchanges:\n  - id: CR-001\n    title: Single sign-on for partners\n    types: [scope]\n    requested_by: \"@mlopez\"\n    submitted: 2026-01-10\n    status: implemented\n    impact: {cost: 0}\n    decision: {date: 2026-01-13, by: [\"@dokafor\"]}\n    target: 2026-02-01\n    implemented: 2026-02-03\n",
    check: Some(check),
};

/// Days after the target in which it may still come.
const GRACE: i64 = 30;

fn check(context: &Context<'_>, out: &mut Vec<Finding>) {
    let p = context.portfolio;
    for project in running(p) {
        for item in project.items("changes").iter().filter(|i| i.status() == "approved") {
            let Some(target) = item.fields.date("target") else { continue };
            let late = days(target, p.as_of);
            if late <= GRACE || item.fields.has("implemented") {
                continue;
            }
            let message = format!(
                "`{}` was approved for {target} and is not implemented {} later",
                item.id,
                day_count(late)
            );
            let help =
                "write `implemented` with the day it was done, set a new `target`, or withdraw it";
            out.push(item.finding(RULE.name, "target", message).help(help));
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::finding::Severity;
    use crate::rules::testing::{Fixture, portfolio};

    const PATH: &str = "projects/crm/changes.yaml";
    const RULE: &str = "unimplemented-change";

    fn change(target: &str, status: &str) -> Fixture {
        portfolio().file(
            PATH,
            &format!("changes:\n  - id: CR-001\n    title: Sign-on\n    status: {status}\n    decision: {{date: 2026-01-13, by: [\"@dokafor\"]}}\n    target: {target}\n"),
        )
    }

    #[test]
    fn thirty_days_are_silent_and_thirty_one_are_found() {
        change("2026-02-25", "approved").silent(RULE);
        let found = change("2026-02-24", "approved").finds(RULE, PATH, 6);
        assert_eq!(
            found.message,
            "`CR-001` was approved for 2026-02-24 and is not implemented 31 days later"
        );
        assert_eq!(found.severity, Severity::Note);
    }

    #[test]
    fn what_is_done_or_not_agreed_and_resting_projects_are_silent() {
        change("2026-01-20", "implemented").silent(RULE);
        change("2026-01-20", "submitted").silent(RULE);
        change("2026-01-20\n    implemented: 2026-03-01", "approved").silent(RULE);
        change("2026-01-20", "approved")
            .replace("projects/crm/project.md", "state: active", "state: on-hold")
            .silent(RULE);
    }
}
