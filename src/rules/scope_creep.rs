//! `scope-creep`: the scope is bigger than what was approved.

use super::history::join;
use super::{Context, Defaults, Rule};
use crate::finding::Finding;
use crate::finding::Severity::{Deny, Note, Warn};
use crate::measures::scope;
use crate::portfolio::State;

pub(super) static RULE: Rule = Rule {
    name: "scope-creep",
    summary: "The reported scope is above the approved baseline with all approved changes.",
    why: "Scope that nobody approved has no money and no time, and takes both from what was approved. It rarely comes as one big thing: five small favours are a month of work. A change request for each makes the price visible and the answer somebody's own. When approved changes do not say how much they add, the sum is only a hint.",
    defaults: Defaults::Graded([Deny, Warn, Warn], [Note, Note, Note]),
    example: "=== projects/crm/plan.md\n---\nkind: plan\nversion: \"1.0\"\nstate: baselined\nauthor: \"@mlopez\"\nupdated: 2026-01-25\nbaseline_date: 2026-01-26\nscope_baseline: {unit: requirements, size: 120, date: 2026-01-26}\n---\n# Plan\n=== projects/crm/status/2026-03-27.md\n---\nkind: status\nauthor: \"@mlopez\"\nas_of: 2026-03-27\nphase: execution\nhealth: {overall: green, schedule: green}\nmilestones: {M1: 2026-10-05}\nscope: {unit: requirements, current: 131}\n---\n# Status\n",
    remedy: "=== projects/crm/plan.md\n---\nkind: plan\nversion: \"1.0\"\nstate: baselined\nauthor: \"@mlopez\"\nupdated: 2026-01-25\nbaseline_date: 2026-01-26\nscope_baseline: {unit: requirements, size: 120, date: 2026-01-26}\n---\n# Plan\n=== projects/crm/changes.yaml\nupdated: 2026-03-27\nchanges:\n  - id: CR-001\n    title: Partner accounts\n    types: [scope]\n    requested_by: \"@mlopez\"\n    submitted: 2026-03-10\n    status: approved\n    impact: {scope: {unit: requirements, added: 11}}\n    decision: {date: 2026-03-13, by: [\"@dokafor\"]}\n=== projects/crm/status/2026-03-27.md\n---\nkind: status\nauthor: \"@mlopez\"\nas_of: 2026-03-27\nphase: execution\nhealth: {overall: green, schedule: green}\nmilestones: {M1: 2026-10-05}\nscope: {unit: requirements, current: 131}\n---\n# Status\n",
    check: Some(check),
};

fn check(context: &Context<'_>, out: &mut Vec<Finding>) {
    let p = context.portfolio;
    for project in p.projects.iter().filter(|pr| pr.state == State::Active) {
        let Some(scope) = scope::measure(p, project) else { continue };
        let (Some(over), Some(expected)) = (scope.above(), scope.expected()) else { continue };
        let changes = if scope.approved.is_zero() {
            "no approved change adds to it".to_owned()
        } else {
            let sign = if scope.approved.is_negative() { "−" } else { "+" };
            format!("approved changes {sign}{}", scope.approved.abs())
        };
        let mut message = format!(
            "{} above approved scope: {} now, {expected} approved (baseline {}, {changes})",
            scope.counted(over),
            scope.current,
            scope.baseline
        );
        if !scope.unsized_changes.is_empty() {
            let ids: Vec<String> =
                scope.unsized_changes.iter().map(|id| format!("`{id}`")).collect();
            let verb = if ids.len() == 1 { "does" } else { "do" };
            message.push_str(&format!("; {} {verb} not say how much", join(&ids)));
        }
        let given = scope.report.fields.record("scope");
        let span = given.and_then(|g| g.span(scope.field)).unwrap_or(scope.report.head());
        let help = if scope.unsized_changes.is_empty() {
            "bring what was added to change control, or take it out again"
        } else {
            "give the approved changes their size: `impact: {scope: {unit, added, changed, removed}}`"
        };
        let finding = scope.report.finding(RULE.name, span, message).help(help);
        let sized = scope.unsized_changes.is_empty();
        out.push(if sized { finding } else { finding.small() });
    }
}

#[cfg(test)]
mod tests {
    use crate::finding::Severity;
    use crate::rules::testing::{Fixture, portfolio};

    const RULE: &str = "scope-creep";
    const CARD: &str = "projects/crm/project.md";
    const PLAN: &str = "projects/crm/plan.md";
    const LAST: &str = "projects/crm/status/2026-03-27.md";

    /// Baseline 120; CR-001 adds 9, CR-002 removes 4.
    fn current(scope: &str) -> Fixture {
        portfolio()
            .replace(CARD, "tier: 3", "tier: 1")
            .replace(
                PLAN,
                "baseline_date: 2026-01-26\n",
                "baseline_date: 2026-01-26\nscope_baseline: {unit: requirements, size: 120, date: 2026-01-26}\n",
            )
            .file(
                "projects/crm/changes.yaml",
                "changes:\n  - {id: CR-001, title: A, status: approved, impact: {scope: {unit: requirements, added: 9}}, decision: {date: 2026-02-10}}\n  - {id: CR-002, title: B, status: implemented, impact: {scope: {unit: requirements, changed: 3, removed: 4}}, decision: {date: 2026-02-11}}\n  - {id: CR-003, title: C, status: submitted, impact: {scope: {unit: requirements, added: 6}}}\n",
            )
            .says(LAST, &format!("scope: {{{scope}}}"))
    }

    #[test]
    fn six_above_the_approved_125_fire_and_125_do_not() {
        let found = current("unit: requirements, current: 131").finds(RULE, LAST, 7);
        assert_eq!(
            found.message,
            "6 requirements above approved scope: 131 now, 125 approved (baseline 120, approved changes +5)"
        );
        assert_eq!(found.severity, Severity::Deny);
        current("unit: requirements, current: 125").silent(RULE);
        current("unit: requirements, current: 110").silent(RULE);
        let light = current("unit: requirements, current: 126").replace(CARD, "tier: 1", "tier: 3");
        assert_eq!(light.finds(RULE, LAST, 7).severity, Severity::Warn);
    }

    #[test]
    fn other_units_are_not_compared() {
        current("unit: points, current: 131").silent(RULE);
        current("current: 131").finds(RULE, LAST, 7);
    }

    #[test]
    fn an_approved_change_without_a_size_makes_it_a_note() {
        let changes = "projects/crm/changes.yaml";
        let unsized_one = |more: &str| {
            current("unit: requirements, current: 131").replace(
                changes,
                "  - {id: CR-003",
                &format!("  - {{id: CR-004, title: D, status: approved, decision: {{date: 2026-03-01}}, {more}}}\n  - {{id: CR-003"),
            )
        };
        let found = unsized_one("types: [scope]").finds(RULE, LAST, 7);
        assert_eq!(found.severity, Severity::Note);
        assert!(found.message.ends_with("; `CR-004` does not say how much"), "{}", found.message);
        assert_eq!(unsized_one("types: [schedule]").finds(RULE, LAST, 7).severity, Severity::Deny);
    }

    #[test]
    fn changes_before_the_baseline_are_in_it() {
        current("unit: requirements, current: 125")
            .replace(
                "projects/crm/changes.yaml",
                "decision: {date: 2026-02-10}",
                "decision: {date: 2026-01-25}",
            )
            .finds(RULE, LAST, 7);
        current("unit: requirements, current: 125")
            .replace(
                "projects/crm/changes.yaml",
                "decision: {date: 2026-02-10}",
                "decision: {date: 2026-01-26}",
            )
            .silent(RULE);
    }

    #[test]
    fn a_backlog_beyond_the_committed_release_is_no_scope() {
        current("unit: requirements, current: 180, committed: 125").silent(RULE);
        current("unit: requirements, current: 180, committed: 126").finds(RULE, LAST, 7);
    }

    #[test]
    fn without_a_baseline_or_at_rest_nothing_is_said() {
        portfolio().says(LAST, "scope: {current: 131}").silent(RULE);
        current("unit: requirements, current: 131")
            .replace(CARD, "state: active", "state: on-hold")
            .silent(RULE);
    }

    #[test]
    fn unapproved_scope_is_at_least_amber() {
        let green = |n: &str| {
            let f = current(&format!("unit: requirements, current: {n}"));
            let checked = f.checked();
            let health = &checked.measures.of(0).unwrap().health;
            health.of("scope").unwrap().computed.clone().unwrap().rag.name()
        };
        // 9 + 7 of 120 moved: 13.3 %, amber in tier 1 by itself.
        assert_eq!(green("125"), "amber");
        let two = |n: &str| {
            let f = current(&format!("unit: requirements, current: {n}"))
                .replace(CARD, "tier: 1", "tier: 2");
            let checked = f.checked();
            checked.measures.of(0).unwrap().health.of("scope").unwrap().computed.clone().unwrap()
        };
        assert_eq!(two("125").rag.name(), "green");
        assert_eq!(two("126").rag.name(), "amber");
        assert_eq!(two("126").fact, "1 requirement above approved scope");
    }
}
