//! `overdue-gate-condition`: a condition under which a gate was passed is not met in time.

use super::{Context, Defaults, Rule};
use crate::finding::Finding;
use crate::finding::Severity::{Deny, Warn};
use crate::portfolio::State;
use crate::portfolio::gates::promises;

/// Days after which the lesser case becomes the greater.
const GRACE: i64 = 30;

pub(super) static RULE: Rule = Rule {
    name: "overdue-gate-condition",
    summary: "A gate was passed under a condition that is overdue and not closed.",
    why: "Going on with conditions is a loan: the committee let the project pass because somebody promised to mend something by a day. When the day passes and nobody looks, the condition was never one, and the next committee will not believe the next promise. Overdue it warns; after 30 days it is an error.",
    defaults: Defaults::Graded([Deny, Deny, Deny], [Warn, Warn, Warn]),
    example: "=== projects/crm/gates/G2-baseline.md\n---\nkind: gate\ngate: G2\ndate: 2026-01-30\ndecision: go-with-conditions\nconditions:\n  - {text: Order the test environment, owner: \"@mlopez\", due: 2026-03-20}\napprovals:\n  - {role: sponsor, name: \"@dokafor\", decision: approved-with-conditions, date: 2026-01-30}\n---\n# G2 Baseline approved\n",
    remedy: "=== projects/crm/gates/G2-baseline.md\n---\nkind: gate\ngate: G2\ndate: 2026-01-30\ndecision: go-with-conditions\nconditions:\n  - {text: Order the test environment, owner: \"@mlopez\", due: 2026-03-20, closed: 2026-03-18}\napprovals:\n  - {role: sponsor, name: \"@dokafor\", decision: approved-with-conditions, date: 2026-01-30}\n---\n# G2 Baseline approved\n",
    check: Some(check),
};

fn check(context: &Context<'_>, out: &mut Vec<Finding>) {
    let p = context.portfolio;
    for project in p.projects.iter().filter(|pr| pr.state == State::Active) {
        for promise in promises(p, project) {
            let (Some(late), Some(due)) = (promise.overdue(p.as_of), promise.due) else { continue };
            let gate = promise.record.fields.text("gate").unwrap_or_default();
            let text = promise.said.text("text").unwrap_or("a condition");
            let days = if late == 1 { "day" } else { "days" };
            let message =
                format!("a condition of gate `{gate}` was due on {due}, {late} {days} ago: {text}");
            let span = promise.said.span("due").unwrap_or(promise.span);
            let finding = promise
                .record
                .finding(RULE.name, span, message)
                .help("meet it and write `closed: YYYY-MM-DD`, or bring it back to who decided");
            out.push(if late > GRACE { finding } else { finding.small() });
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::finding::Severity;
    use crate::rules::testing::{Fixture, portfolio};

    const RULE: &str = "overdue-gate-condition";
    const G2: &str = "projects/crm/gates/G2-baseline.md";

    fn due(day: &str) -> Fixture {
        let conditions = format!(
            "decision: go-with-conditions\nconditions:\n  - {{text: Order it, due: {day}}}\n"
        );
        portfolio().replace(G2, "decision: go\n", &conditions)
    }

    #[test]
    fn it_warns_from_the_next_day_and_denies_after_thirty() {
        due("2026-03-27").silent(RULE);
        let found = due("2026-03-26").finds(RULE, G2, 7);
        assert_eq!(
            found.message,
            "a condition of gate `G2` was due on 2026-03-26, 1 day ago: Order it"
        );
        assert_eq!(found.severity, Severity::Warn);
        assert_eq!(due("2026-02-25").finds(RULE, G2, 7).severity, Severity::Warn);
        assert_eq!(due("2026-02-24").finds(RULE, G2, 7).severity, Severity::Deny);
    }

    #[test]
    fn met_conditions_and_resting_projects_are_left_alone() {
        let closed = |day: &str| {
            due("2026-02-24").replace(
                G2,
                "due: 2026-02-24",
                &format!("due: 2026-02-24, closed: {day}"),
            )
        };
        closed("2026-03-27").silent(RULE);
        // A day to come has not closed anything yet.
        closed("2026-03-28").finds(RULE, G2, 7);
        due("2026-02-24")
            .replace("projects/crm/project.md", "state: active", "state: on-hold")
            .silent(RULE);
        due("2026-02-24").replace(G2, "go-with-conditions", "hold").silent(RULE);
    }
}
