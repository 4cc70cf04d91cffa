//! `empty-risk-register`: a large project sees no risk.

use super::{Context, Defaults, Rule};
use crate::document::Item;
use crate::finding::Finding;
use crate::finding::Severity::{Allow, Warn};
use crate::portfolio::Project;
use crate::rules::reported::{at_register, executing, running};

pub(super) static RULE: Rule = Rule {
    name: "empty-risk-register",
    summary: "While the work is being done, a project of the first two tiers has a risk register without an open risk.",
    why: "A project of this size that is being built has risks; a register without an open one says that nobody looks, or that nobody dares to write them down. Small projects may have none.",
    defaults: Defaults::Graded([Warn, Warn, Allow], [Warn, Warn, Allow]),
    example: "=== projects/crm/project.md\n---\nkind: project\nid: crm\ntitle: CRM replacement\nsummary: Replace the old CRM.\ntier: 2\ndelivery_model: hybrid\nphase: execution\nstate: active\nsponsor: Dana Okafor\nproject_manager: Maria Lopez\nstart: {baseline: 2026-01-05}\nfinish: {milestone: M1}\nbudget: {tracked: false}\n---\n=== projects/crm/raid.yaml\nupdated: 2026-03-27\nrisks: []\n",
    remedy: "=== projects/crm/raid.yaml\nupdated: 2026-03-27\nrisks:\n  - id: R-001\n    title: Data migration quality\n    owner: \"@mlopez\"\n    raised: 2026-03-20\n    assessments:\n      - {date: 2026-03-20, p: 2, i: 3}\n    response: reduce\n    mitigation: Two rehearsals with reconciliation\n    due: 2026-04-15\n    status: open\n",
    check: Some(check),
};

fn check(context: &Context<'_>, out: &mut Vec<Finding>) {
    let p = context.portfolio;
    for (_, project) in running(p).filter(|(_, pr)| executing(pr) && without_open(pr)) {
        let risks = project.items("risks").len();
        let message = match risks {
            0 => "the risk register is empty while the work is being done".to_owned(),
            1 => "the only risk of the register is no longer open".to_owned(),
            n => format!("none of the {n} risks of the register is open"),
        };
        let help = "ask the team what could still go wrong, and write it down with an owner and an assessment";
        out.extend(at_register(p, project, "risks", RULE.name, message).map(|f| f.help(help)));
    }
}

/// Whether a project of the first two tiers has a risk register without an
/// open risk.
pub(super) fn without_open(project: &Project) -> bool {
    project.tier < 2 && project.has_register("risks") && !project.items("risks").iter().any(is_open)
}

/// Whether a risk is open.
pub(super) fn is_open(risk: &Item) -> bool {
    !matches!(risk.status(), "closed" | "occurred" | "rejected")
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::{Fixture, portfolio};

    const RULE: &str = "empty-risk-register";
    const CARD: &str = "projects/crm/project.md";
    const RAID: &str = "projects/crm/raid.yaml";

    fn tier(tier: &str) -> Fixture {
        portfolio().replace(CARD, "tier: 3", tier)
    }

    #[test]
    fn no_open_risk_is_found_in_the_first_two_tiers() {
        let closed = "due: 2026-04-15\n    status: closed";
        let of = |t: &str| tier(t).replace(RAID, "due: 2026-04-15\n    status: open", closed);
        let found = of("tier: 1").finds(RULE, RAID, 2);
        assert_eq!(found.message, "the only risk of the register is no longer open");
        of("tier: 2").finds(RULE, RAID, 2);
        of("tier: 3").silent(RULE);
        tier("tier: 1").silent(RULE);
        let empty = tier("tier: 1").file(RAID, "risks: []\n").finds(RULE, RAID, 1);
        assert_eq!(empty.message, "the risk register is empty while the work is being done");
    }

    #[test]
    fn one_that_is_not_there_is_another_matter() {
        tier("tier: 1").without(RAID).silent(RULE);
        tier("tier: 1").without(RAID).finds("missing-document", CARD, 8);
    }

    #[test]
    fn resting_and_planning_projects_are_left_alone() {
        let empty = || tier("tier: 1").file(RAID, "risks: []\n");
        empty().replace(CARD, "phase: execution", "phase: planning").silent(RULE);
        empty().replace(CARD, "state: active", "state: complete").silent(RULE);
    }
}
