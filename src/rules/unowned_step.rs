//! `unowned-step`: nobody in particular does it on the night.

use super::common::running;
use super::cutover::{plans, steps};
use super::{Context, Defaults, Rule};
use crate::finding::Finding;
use crate::finding::Severity::{Deny, Warn};

pub(super) static RULE: Rule = Rule {
    name: "unowned-step",
    summary: "A step of a cutover has no owner.",
    why: "At two in the morning nobody looks for volunteers. Each step has one person who knows that it is theirs, is awake, and says when it is done.",
    defaults: Defaults::Graded([Deny, Warn, Warn], [Deny, Warn, Warn]),
    example: EXAMPLE,
    remedy: "=== projects/crm/releases/live/cutover.md\n---\nkind: cutover\nversion: \"1.0\"\nstate: in-review\nauthor: \"@mlopez\"\nupdated: 2026-03-20\nrelease: live\nlead: \"@mlopez\"\nwindow: {start: 2026-06-13T22:00:00-04:00, end: 2026-06-14T06:00:00-04:00}\nsteps:\n  - {id: S1, at: 2026-06-13T22:00:00-04:00, duration: 30m, owner: \"@mlopez\", task: Freeze the old system, verify: write test rejected, status: planned}\n---\n# Cutover\n",
    check: Some(check),
};

const EXAMPLE: &str = "=== projects/crm/releases/live/cutover.md\n---\nkind: cutover\nversion: \"1.0\"\nstate: in-review\nauthor: \"@mlopez\"\nupdated: 2026-03-20\nrelease: live\nlead: \"@mlopez\"\nwindow: {start: 2026-06-13T22:00:00-04:00, end: 2026-06-14T06:00:00-04:00}\nsteps:\n  - {id: S1, at: 2026-06-13T22:00:00-04:00, duration: 30m, task: Freeze the old system, verify: write test rejected, status: planned}\n---\n# Cutover\n";

fn check(context: &Context<'_>, out: &mut Vec<Finding>) {
    let p = context.portfolio;
    for project in running(p) {
        for plan in plans(p, project) {
            for step in steps(plan).filter(|s| !s.fields.has("owner")) {
                if step.fields.text("status") == Some("done") {
                    continue;
                }
                let message = format!("{} has no owner", step.name);
                let help = "name the one person who does it: `owner: \"@handle\"`";
                out.push(plan.finding(RULE.name, step.at("id"), message).help(help));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::EXAMPLE;
    use crate::finding::Severity;
    use crate::rules::testing::portfolio;

    const PATH: &str = "projects/crm/releases/live/cutover.md";
    const CARD: &str = "projects/crm/project.md";
    const RULE: &str = "unowned-step";

    #[test]
    fn a_step_without_an_owner_is_found_by_tier() {
        let found = portfolio().files(EXAMPLE).finds(RULE, PATH, 11);
        assert_eq!(found.message, "step `S1` has no owner");
        assert_eq!(found.severity, Severity::Warn);
        let strict = portfolio().files(EXAMPLE).replace(CARD, "tier: 3", "tier: 1");
        assert_eq!(strict.finds(RULE, PATH, 11).severity, Severity::Deny);
    }

    #[test]
    fn done_and_skipped_steps_drafts_and_resting_projects_are_silent() {
        let bare = || portfolio().files(EXAMPLE);
        bare().replace(PATH, "duration: 30m", "duration: 30m, owner: \"@mlopez\"").silent(RULE);
        bare().replace(PATH, "status: planned", "status: done").silent(RULE);
        bare().replace(PATH, "status: planned", "status: skipped").silent(RULE);
        bare().replace(PATH, "state: in-review", "state: draft").silent(RULE);
        bare().replace(CARD, "state: active", "state: on-hold").silent(RULE);
    }
}
