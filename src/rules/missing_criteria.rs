//! `missing-criteria`: a go/no-go that leaves an area out.

use super::common::{at_field, in_force, join, records, running};
use super::due::in_release_window;
use super::{Context, Defaults, Rule};
use crate::finding::Finding;
use crate::finding::Severity::{Deny, Warn};

pub(super) static RULE: Rule = Rule {
    name: "missing-criteria",
    summary: "A go/no-go has no criterion in an area that the tier must look at.",
    why: "What is not on the list is not asked in the meeting. Tests and operations are asked about for every launch, the way back in the two tiers with more control, security and the business in the first. A criterion that does not apply stays on the list as `na` with its reason. Once it is decided to go, the gap is an error.",
    defaults: Defaults::Graded([Deny, Deny, Deny], [Warn, Warn, Warn]),
    example: "=== projects/crm/releases/live/go-no-go.md\n---\nkind: go-no-go\nversion: \"0.2\"\nstate: in-review\nauthor: \"@mlopez\"\nupdated: 2026-03-20\nrelease: live\nmeeting: 2026-04-02\nrecommendation: no-go\ndecision: pending\ncriteria:\n  - {id: T1, area: test, text: All severe defects closed, must: true, status: met, owner: \"@mlopez\"}\n---\n# Go / no-go\n",
    remedy: "=== projects/crm/releases/live/go-no-go.md\n---\nkind: go-no-go\nversion: \"0.2\"\nstate: in-review\nauthor: \"@mlopez\"\nupdated: 2026-03-20\nrelease: live\nmeeting: 2026-04-02\nrecommendation: no-go\ndecision: pending\ncriteria:\n  - {id: T1, area: test, text: All severe defects closed, must: true, status: met, owner: \"@mlopez\"}\n  - {id: O1, area: ops, text: Alerts verified, must: true, status: not-met, owner: \"@mlopez\"}\n---\n# Go / no-go\n",
    check: Some(check),
};

/// Areas that must have a criterion, by tier from most to least control.
const AREAS: [&[&str]; 3] = [
    &["test", "ops", "security", "business", "rollback"],
    &["test", "ops", "rollback"],
    &["test", "ops"],
];

fn check(context: &Context<'_>, out: &mut Vec<Finding>) {
    let p = context.portfolio;
    for project in running(p) {
        for document in in_force(p, project) {
            let fields = &document.fields;
            if fields.list("criteria").is_empty() {
                continue;
            }
            let wanted = AREAS[project.tier.min(2)];
            // Shortly before a launch, `unready-operations` speaks of operations.
            let near = in_release_window(p, project);
            let has =
                |area: &&&str| records(fields, "criteria").any(|c| c.text("area") == Some(**area));
            let lacks: Vec<String> = wanted
                .iter()
                .filter(|area| !has(area) && !(near && **area == "ops"))
                .map(|area| format!("`{area}`"))
                .collect();
            if lacks.is_empty() {
                continue;
            }
            let message = format!(
                "no criterion for {}; the tier asks for {}",
                join(&lacks),
                wanted.join(", ")
            );
            let help = "add a criterion for each, or one with `status: na` and the reason";
            let slot = fields.slot("criteria");
            let finding = match slot {
                Some(slot) => document.finding(RULE.name, slot.key_span, message),
                None => at_field(document, RULE.name, "criteria", message),
            };
            let going = matches!(fields.text("decision"), Some("go" | "go-with-conditions"));
            out.push(if going { finding.help(help) } else { finding.help(help).small() });
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::finding::Severity;
    use crate::rules::testing::{Fixture, portfolio};

    const PATH: &str = "projects/crm/releases/live/go-no-go.md";
    const CARD: &str = "projects/crm/project.md";
    const RULE: &str = "missing-criteria";

    fn with(tier: u8, decision: &str, areas: &[&str]) -> Fixture {
        let list: Vec<String> = areas
            .iter()
            .map(|a| format!("  - {{id: {a}1, area: {a}, text: Done, status: met}}\n"))
            .collect();
        let list = list.concat();
        portfolio().replace(CARD, "tier: 3", &format!("tier: {tier}")).file(
            PATH,
            &format!("---\nkind: go-no-go\nstate: in-review\nrelease: live\ndecision: {decision}\ncriteria:\n{list}---\n# G\n"),
        )
    }

    #[test]
    fn each_tier_has_its_areas() {
        let all = ["test", "ops", "security", "business", "rollback"];
        with(1, "pending", &all).silent(RULE);
        with(2, "pending", &["test", "ops", "rollback"]).silent(RULE);
        with(3, "pending", &["test", "ops"]).silent(RULE);
        for gone in all {
            let rest: Vec<&str> = all.into_iter().filter(|a| *a != gone).collect();
            let found = with(1, "pending", &rest).finds(RULE, PATH, 6);
            assert_eq!(
                found.message,
                format!(
                    "no criterion for `{gone}`; the tier asks for test, ops, security, business, rollback"
                )
            );
        }
        let found = with(2, "pending", &["test"]).finds(RULE, PATH, 6);
        assert!(found.message.starts_with("no criterion for `ops` and `rollback`"));
        with(3, "pending", &["ops"]).finds(RULE, PATH, 6);
    }

    #[test]
    fn near_a_launch_another_rule_speaks_of_operations() {
        let near = |areas: &[&str]| {
            with(3, "pending", areas).replace(
                "projects/crm/milestones.yaml",
                "    finish: true",
                "    finish: true\n  - {id: M2, name: Live, baseline: 2026-04-20, go_live: true}",
            )
        };
        near(&["test"]).silent(RULE);
        near(&["ops"]).finds(RULE, PATH, 6);
    }

    #[test]
    fn going_all_the_same_is_denied() {
        assert_eq!(with(3, "pending", &["ops"]).finds(RULE, PATH, 6).severity, Severity::Warn);
        assert_eq!(with(3, "no-go", &["ops"]).finds(RULE, PATH, 6).severity, Severity::Warn);
        assert_eq!(with(3, "go", &["ops"]).finds(RULE, PATH, 6).severity, Severity::Deny);
    }

    #[test]
    fn drafts_and_resting_projects_are_silent() {
        with(3, "go", &["ops"]).replace(PATH, "state: in-review", "state: draft").silent(RULE);
        with(3, "go", &["ops"]).replace(CARD, "state: active", "state: on-hold").silent(RULE);
    }
}
