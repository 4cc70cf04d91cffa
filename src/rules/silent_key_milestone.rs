//! `silent-key-milestone`: the report leaves out a key milestone.

use super::{Context, Defaults, Rule};
use crate::finding::Finding;
use crate::finding::Severity::{Allow, Warn};
use crate::rules::reported::reported;

pub(super) static RULE: Rule = Rule {
    name: "silent-key-milestone",
    summary: "A key milestone that is not reached is missing among the milestones of the newest report.",
    why: "What is left out of a report is often what should be in it, and left out does not mean unchanged: the milestone counts as not reported. Finish, launches, gate milestones and those marked `key` belong in every report until they are reached. A report that gives no milestones at all is the business of `missing-field`.",
    defaults: Defaults::Graded([Warn, Warn, Allow], [Warn, Warn, Allow]),
    example: "=== projects/crm/project.md\n---\nkind: project\nid: crm\ntitle: CRM replacement\nsummary: Replace the old CRM.\ntier: 2\ndelivery_model: hybrid\nphase: execution\nstate: active\nsponsor: Dana Okafor\nproject_manager: Maria Lopez\nstart: {baseline: 2026-01-05}\nfinish: {milestone: M1}\nbudget: {tracked: false}\n---\n=== projects/crm/milestones.yaml\nupdated: 2026-03-27\nmilestones:\n  - {id: M1, name: Finish, original: 2026-09-30, baseline: 2026-09-30, owner: \"@mlopez\", finish: true}\n  - {id: M2, name: Test accepted, original: 2026-06-30, baseline: 2026-06-30, owner: \"@mlopez\", key: true}\n",
    remedy: "=== projects/crm/status/2026-03-27.md\n---\nkind: status\nauthor: \"@mlopez\"\nas_of: 2026-03-27\nphase: execution\nhealth: {overall: green, schedule: green}\nmilestones:\n  M1: {forecast: 2026-10-05}\n  M2: {forecast: 2026-07-03}\n---\n# Status\n",
    check: Some(check),
};

fn check(context: &Context<'_>, out: &mut Vec<Finding>) {
    for it in reported(context) {
        let fields = &it.document.fields;
        let Some(said) = fields.record("milestones").filter(|m| !m.slots.is_empty()) else {
            continue;
        };
        let silent =
            |name: &str| said.slot(name).is_none() && !said.invalid.iter().any(|i| **i == *name);
        for milestone in &it.project.milestones {
            if !milestone.key
                || milestone.cancelled
                || milestone.actual.is_some()
                || !silent(&milestone.id)
            {
                continue;
            }
            let span = fields.slot("milestones").map_or(it.document.head(), |s| s.key_span);
            let last = milestone.history.last().map_or_else(String::new, |(date, said)| {
                format!("; on {date} it was expected on {said}")
            });
            let message = format!(
                "the report says nothing of key milestone `{}` ({}){last}",
                milestone.id, milestone.name
            );
            let help = format!("add `{}: {{forecast: …}}` to `milestones`", milestone.id);
            let mut finding = it.document.finding(RULE.name, span, message).help(help);
            if let Some(item) = it.project.items("milestones").get(milestone.item) {
                let at = item.fields.span("id").unwrap_or(item.span);
                let position = item.lines.position(at.start);
                finding = finding.related(item.path.clone(), at, position, "the milestone");
            }
            out.push(finding);
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::{Fixture, portfolio};

    const RULE: &str = "silent-key-milestone";
    const CARD: &str = "projects/crm/project.md";
    const LAST: &str = "projects/crm/status/2026-03-27.md";
    const REGISTER: &str = "projects/crm/milestones.yaml";

    fn with(tier: &str, milestone: &str) -> Fixture {
        portfolio().replace(CARD, "tier: 3", tier).replace(
            REGISTER,
            "milestones:\n",
            &format!("milestones:\n  - {{id: M2, name: Test accepted, baseline: 2026-06-30, owner: \"@mlopez\", {milestone}}}\n"),
        )
    }

    #[test]
    fn a_key_milestone_belongs_in_every_report() {
        let found = with("tier: 2", "key: true").finds(RULE, LAST, 7);
        assert_eq!(found.message, "the report says nothing of key milestone `M2` (Test accepted)");
        assert_eq!(found.related.len(), 1);
        with("tier: 2", "go_live: true").finds(RULE, LAST, 7);
        with("tier: 2", "gate: G3").finds(RULE, LAST, 7);
        with("tier: 2", "critical: true").silent(RULE);
        with("tier: 3", "key: true").silent(RULE);
    }

    #[test]
    fn reached_cancelled_and_told_ones_are_fine() {
        with("tier: 2", "key: true, actual: 2026-03-20").silent(RULE);
        with("tier: 2", "key: true, cancelled: CR-001").silent(RULE);
        with("tier: 2", "key: true").replace(LAST, "  M1:", "  M2: 2026-07-03\n  M1:").silent(RULE);
        // Unreadable is not silent: the value has a finding of its own.
        with("tier: 2", "key: true").replace(LAST, "  M1:", "  M2: soon\n  M1:").silent(RULE);
    }

    #[test]
    fn what_it_said_before_is_told() {
        let found = with("tier: 2", "key: true")
            .replace(
                "projects/crm/status/2026-02-27.md",
                "  M1:",
                "  M2: {forecast: 2026-07-03}\n  M1:",
            )
            .finds(RULE, LAST, 7);
        assert!(found.message.ends_with("; on 2026-02-27 it was expected on 2026-07-03"));
    }

    #[test]
    fn a_report_without_milestones_and_a_resting_project_are_left_alone() {
        with("tier: 2", "key: true")
            .replace(LAST, "milestones:\n  M1: {forecast: 2026-10-05}\n", "")
            .silent(RULE);
        with("tier: 2", "key: true").replace(CARD, "state: active", "state: on-hold").silent(RULE);
    }
}
