//! `test-miscount`: numbers of an acceptance test that cannot be true together.

use super::common::{in_force, running};
use super::{Context, Defaults, Rule};
use crate::finding::{Finding, Severity};
use crate::measures::kpis::uat_progress::contradictions;

pub(super) static RULE: Rule = Rule {
    name: "test-miscount",
    summary: "The numbers of an acceptance test cannot be true together.",
    why: "A case that was run has passed or failed; one that was run or is blocked was planned. Where the sums differ, one of the numbers is wrong, and so is the progress that the go/no-go looks at.",
    defaults: Defaults::Flat(Severity::Deny),
    example: "=== projects/crm/releases/r1/test.md\n---\nkind: test\nrelease: r1\nversion: \"0.1\"\nstate: in-review\nauthor: \"@mlopez\"\nupdated: 2026-03-20\nuat: {planned_total: 120, planned_to_date: 90, executed: 84, passed: 78, failed: 5, blocked: 2, as_of: 2026-03-20}\n---\n# Test readiness\n",
    remedy: "=== projects/crm/releases/r1/test.md\n---\nkind: test\nrelease: r1\nversion: \"0.1\"\nstate: in-review\nauthor: \"@mlopez\"\nupdated: 2026-03-20\nuat: {planned_total: 120, planned_to_date: 90, executed: 84, passed: 78, failed: 6, blocked: 2, as_of: 2026-03-20}\n---\n# Test readiness\n",
    check: Some(check),
};

fn check(context: &Context<'_>, out: &mut Vec<Finding>) {
    let p = context.portfolio;
    for project in running(p) {
        // Of the reports only the newest can still be mended.
        let report = project.latest().and_then(|r| p.documents.get(r.document));
        for document in in_force(p, project).chain(report) {
            let Some(uat) = document.fields.record("uat") else { continue };
            for (field, message) in contradictions(uat) {
                let span = uat.span(field).unwrap_or_else(|| document.head());
                let help = "correct the number that is wrong; passed and failed are what was run";
                out.push(document.finding(RULE.name, span, message).help(help));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::{Fixture, portfolio};

    const PATH: &str = "projects/crm/test.md";
    const RULE: &str = "test-miscount";

    fn uat(numbers: &str) -> Fixture {
        portfolio().file(
            PATH,
            &format!("---\nkind: test\nrelease: r1\nversion: \"0.1\"\nstate: in-review\nauthor: \"@mlopez\"\nupdated: 2026-03-20\nuat: {{{numbers}}}\n---\n# T\n"),
        )
    }

    #[test]
    fn passed_and_failed_are_what_was_run() {
        uat("planned_total: 120, executed: 84, passed: 78, failed: 6").silent(RULE);
        let found =
            uat("planned_total: 120, executed: 84, passed: 78, failed: 5").finds(RULE, PATH, 8);
        assert_eq!(found.message, "78 passed and 5 failed are 83 cases, but 84 were run");
        // What is not said is not compared.
        uat("planned_total: 120, executed: 84, passed: 78").silent(RULE);
    }

    #[test]
    fn no_more_are_run_or_planned_by_now_than_planned_in_all() {
        uat("planned_total: 86, planned_to_date: 86, executed: 84, blocked: 2").silent(RULE);
        let found = uat("planned_total: 85, executed: 84, blocked: 2").finds(RULE, PATH, 8);
        assert_eq!(
            found.message,
            "84 run and 2 blocked are 86 cases, but only 85 are planned in all"
        );
        let found = uat("planned_total: 85, planned_to_date: 86").finds(RULE, PATH, 8);
        assert_eq!(found.message, "86 cases are planned by now, but only 85 in all");
    }

    #[test]
    fn the_newest_report_is_looked_at_and_older_ones_are_history() {
        let lines = "uat: {planned_total: 10, executed: 8, passed: 5, failed: 2}";
        let newest = "projects/crm/status/2026-03-27.md";
        portfolio().says(newest, lines).finds(RULE, newest, 7);
        portfolio().says("projects/crm/status/2026-02-27.md", lines).silent(RULE);
    }
}
