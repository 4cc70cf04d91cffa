//! `thin-risk-register`: a plan that sees fewer risks than any plan has.

use super::common::running;
use super::due::{class, due, has_broken_file, severity};
use super::{Context, Defaults, Rule};
use crate::data::field::Level;
use crate::document::Register;
use crate::finding::Finding;
use crate::lifecycles::Class;
use crate::portfolio::{Portfolio, Project};

pub(super) static RULE: Rule = Rule {
    name: "thin-risk-register",
    summary: "By the end of planning the risk register holds fewer risks than the tier must have looked at.",
    why: "A plan with no risks is a plan nobody has questioned. Three risks, open or closed, in the two tiers with more control, and one in the lightest, are the least that shows somebody asked what could go wrong.",
    defaults: Defaults::Due,
    example: "=== projects/crm/raid.yaml\nupdated: 2026-03-27\nrisks: []\nissues: []\n",
    remedy: "=== projects/crm/raid.yaml\nupdated: 2026-03-27\nrisks:\n  - {id: R-001, title: Data migration quality, owner: \"@mlopez\", raised: 2026-03-20, reviewed: 2026-03-24, assessments: [{date: 2026-03-20, p: 2, i: 3}], response: reduce, mitigation: Two rehearsals with reconciliation, due: 2026-04-15, status: open}\nissues: []\n",
    check: Some(check),
};

/// Fewest risks, open or closed, by tier.
const FEWEST: [usize; 3] = [3, 3, 1];

fn check(context: &Context<'_>, out: &mut Vec<Finding>) {
    let p = context.portfolio;
    for project in running(p).filter(|pr| !has_broken_file(p, pr)) {
        let Some(when) = due(project, Class::Plan) else { continue };
        let Some(severity) = severity(project, when, Level::Required) else { continue };
        let count = project.items("risks").len();
        let fewest = FEWEST[project.tier.min(2)];
        if count < fewest && !said_elsewhere(project, count) {
            let message = format!(
                "{count} of at least {fewest} {} by the end of planning",
                if fewest == 1 { "risk" } else { "risks" }
            );
            let help = "ask the team what could go wrong, and write the answers down, those already settled too";
            out.extend(at_register(p, project, message).map(|f| f.help(help).severity(severity)));
        }
    }
}

/// Without any register, and without one open risk once the work has begun,
/// other rules speak.
fn said_elsewhere(project: &Project, count: usize) -> bool {
    let raid = ["risks", "assumptions", "issues", "dependencies"];
    !raid.iter().any(|key| project.has_register(key))
        || (count == 0 && project.tier < 2 && class(project) == Some(Class::Execute))
}

/// At the register of risks, else where it belongs: at any RAID register.
fn at_register(p: &Portfolio, project: &Project, message: String) -> Option<Finding> {
    let registers = || project.registers.iter().filter_map(|i| p.registers.get(*i));
    let place = |wanted: &[&str]| {
        registers().find_map(|r: &Register| {
            let list = r.lists.iter().find(|(key, ..)| wanted.contains(&&**key))?;
            let at = r.lines.position(list.1.start);
            Some(Finding::new(RULE.name, r.path.clone(), list.1, at, message.clone()))
        })
    };
    place(&["risks"])
        .or_else(|| place(&["assumptions", "issues", "dependencies"]))
        .or_else(|| Some(project.items("risks").first()?.finding(RULE.name, "id", message.clone())))
}

#[cfg(test)]
mod tests {
    use crate::finding::Severity;
    use crate::rules::testing::{Fixture, portfolio};

    const RAID: &str = "projects/crm/raid.yaml";
    const CARD: &str = "projects/crm/project.md";
    const RULE: &str = "thin-risk-register";

    fn with(tier: u8, phase: &str, risks: u8) -> Fixture {
        let list: Vec<String> = (0..risks)
            .map(|n| format!("  - {{id: R-00{n}, title: T, owner: \"@mlopez\", response: reduce, status: closed}}\n"))
            .collect();
        let list = list.concat();
        portfolio()
            .replace(CARD, "tier: 3", &format!("tier: {tier}"))
            .replace(CARD, "phase: execution", &format!("phase: {phase}"))
            .file(RAID, &format!("updated: 2026-03-27\nrisks:\n{list}issues: []\n"))
    }

    #[test]
    fn three_three_and_one_are_the_least() {
        for (tier, least) in [(1, 3), (2, 3), (3, 1)] {
            with(tier, "planning", least).silent(RULE);
            let found = with(tier, "planning", least - 1).finds(RULE, RAID, 2);
            let words = if least == 1 { "risk" } else { "risks" };
            assert_eq!(
                found.message,
                format!("{} of at least {least} {words} by the end of planning", least - 1)
            );
            assert_eq!(found.severity, Severity::Warn);
        }
        assert_eq!(with(1, "execution", 2).finds(RULE, RAID, 2).severity, Severity::Deny);
    }

    #[test]
    fn initiation_resting_projects_and_what_others_say_are_silent() {
        with(1, "initiation", 0).silent(RULE);
        with(1, "planning", 0).replace(CARD, "state: active", "state: on-hold").silent(RULE);
        with(1, "planning", 0).without(RAID).silent(RULE);
        // Without one open risk in execution, `empty-risk-register` speaks.
        with(1, "execution", 0).silent(RULE);
    }
}
