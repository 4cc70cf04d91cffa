//! `unreasoned-waiver`: a criterion set aside, and nobody says why or by whom.

use super::common::{in_force, join, running};
use super::{Context, Defaults, Rule};
use crate::finding::Finding;
use crate::finding::Severity::{Deny, Warn};
use crate::portfolio::{Portfolio, Project};

pub(super) static RULE: Rule = Rule {
    name: "unreasoned-waiver",
    summary: "A criterion of a go/no-go is waived without who and why, or does not apply without a reason.",
    why: "A waiver is a decision to go live with a known gap. Whoever answers for it has to be named, and the reason is what the next incident report will ask for. A criterion that does not apply needs one line that says why, or it was only left out.",
    defaults: Defaults::Graded([Deny, Deny, Deny], [Warn, Warn, Warn]),
    example: "=== projects/crm/releases/live/go-no-go.md\n---\nkind: go-no-go\nversion: \"0.2\"\nstate: in-review\nauthor: \"@mlopez\"\nupdated: 2026-03-20\nrelease: live\nmeeting: 2026-04-02\nrecommendation: no-go\ndecision: pending\ncriteria:\n  - {id: T1, area: test, text: All severe defects closed, must: true, status: met, owner: \"@mlopez\"}\n  - {id: O1, area: ops, text: Alerts verified, must: true, status: waived, owner: \"@mlopez\"}\n---\n# Go / no-go\n",
    remedy: "=== projects/crm/releases/live/go-no-go.md\n---\nkind: go-no-go\nversion: \"0.2\"\nstate: in-review\nauthor: \"@mlopez\"\nupdated: 2026-03-20\nrelease: live\nmeeting: 2026-04-02\nrecommendation: no-go\ndecision: pending\ncriteria:\n  - {id: T1, area: test, text: All severe defects closed, must: true, status: met, owner: \"@mlopez\"}\n  - {id: O1, area: ops, text: Alerts verified, must: true, status: waived, owner: \"@mlopez\", waived_by: \"@dokafor\", reason: Watched by hand in the first week}\n---\n# Go / no-go\n",
    check: Some(check),
};

fn check(context: &Context<'_>, out: &mut Vec<Finding>) {
    let p = context.portfolio;
    for project in running(p) {
        let live = launched(p, project);
        for document in in_force(p, project) {
            for slot in document.fields.list("criteria") {
                let Some(criterion) = slot.datum.record() else { continue };
                let (wanted, words): (&[&str], _) = match criterion.text("status") {
                    Some("waived") => (&["waived_by", "reason"], "is waived"),
                    Some("na") => (&["reason"], "is `na`"),
                    _ => continue,
                };
                // After the launch, `unready-operations` speaks of must-haves.
                if live && criterion.flag("must") == Some(true) && wanted.len() > 1 {
                    continue;
                }
                let lacks: Vec<String> =
                    wanted.iter().filter(|f| !criterion.has(f)).map(|f| format!("`{f}`")).collect();
                if lacks.is_empty() {
                    continue;
                }
                let name = criterion
                    .text("id")
                    .map_or("a criterion".to_owned(), |id| format!("criterion `{id}`"));
                let message = format!("{name} {words} without {}", join(&lacks));
                let span = criterion.span("status").unwrap_or(slot.span);
                let help = "write `reason`, and for a waiver `waived_by` with the one who answers for it; or meet the criterion";
                let finding = document.finding(RULE.name, span, message).help(help);
                out.push(if wanted.len() > 1 { finding } else { finding.small() });
            }
        }
    }
}

/// Whether the project has gone live.
fn launched(p: &Portfolio, project: &Project) -> bool {
    let mut release = in_force(p, project).filter_map(|d| d.fields.record("go_live"));
    project.milestones.iter().any(|m| m.go_live && m.actual.is_some())
        || release.any(|g| g.has("actual"))
}

#[cfg(test)]
mod tests {
    use crate::finding::Severity;
    use crate::rules::testing::{Fixture, portfolio};

    const PATH: &str = "projects/crm/releases/live/go-no-go.md";
    const RULE: &str = "unreasoned-waiver";

    fn criterion(rest: &str) -> Fixture {
        portfolio().file(
            PATH,
            &format!("---\nkind: go-no-go\nstate: in-review\nrelease: live\ncriteria:\n  - {{id: O1, area: ops, text: Alerts, {rest}}}\n---\n# G\n"),
        )
    }

    #[test]
    fn a_waiver_needs_who_and_why() {
        let found = criterion("status: waived").finds(RULE, PATH, 6);
        assert_eq!(found.message, "criterion `O1` is waived without `waived_by` and `reason`");
        assert_eq!(found.severity, Severity::Deny);
        criterion("status: waived, reason: Watched by hand").finds(RULE, PATH, 6);
        criterion("status: waived, waived_by: \"@dokafor\"").finds(RULE, PATH, 6);
        criterion("status: waived, waived_by: \"@dokafor\", reason: Watched by hand").silent(RULE);
    }

    #[test]
    fn what_does_not_apply_needs_why() {
        let found = criterion("status: na").finds(RULE, PATH, 6);
        assert_eq!(found.message, "criterion `O1` is `na` without `reason`");
        assert_eq!(found.severity, Severity::Warn);
        criterion("status: na, reason: There is no data to move").silent(RULE);
    }

    #[test]
    fn after_the_launch_another_rule_speaks_of_must_haves() {
        let live = |rest: &str| {
            criterion(rest).replace(
                "projects/crm/milestones.yaml",
                "    finish: true",
                "    finish: true\n  - {id: M2, name: Live, baseline: 2026-03-20, actual: 2026-03-20, go_live: true}",
            )
        };
        live("must: true, status: waived").silent(RULE);
        live("must: false, status: waived").finds(RULE, PATH, 6);
    }

    #[test]
    fn other_states_drafts_and_resting_projects_are_silent() {
        criterion("status: met").silent(RULE);
        criterion("status: not-met").silent(RULE);
        criterion("status: waived").replace(PATH, "state: in-review", "state: draft").silent(RULE);
        criterion("status: waived")
            .replace("projects/crm/project.md", "state: active", "state: on-hold")
            .silent(RULE);
    }
}
