//! `overloaded-owner`: one person owns most of what is open.

use super::common::{is_manager, is_open, person_key, running};
use super::{Context, Defaults, Rule};
use crate::finding::Finding;
use crate::finding::Severity::{Allow, Note};
use crate::portfolio::{Portfolio, Project};
use crate::ratio::Ratio;
use std::collections::BTreeMap;

pub(super) static RULE: Rule = Rule {
    name: "overloaded-owner",
    summary: "One person owns more than half of a project's open items and milestones.",
    why: "Whoever owns everything finishes nothing on time, and the project stops on the day that person is ill. The finding counts and names nobody: it is about the spread of the work. A project with fewer than eight open items is left alone, and so are the project manager's own actions. `[privacy] person-findings = false` turns the rule off for the whole portfolio.",
    defaults: Defaults::Graded([Note, Note, Allow], [Note, Note, Allow]),
    example: EXAMPLE,
    remedy: "=== projects/crm/actions.yaml\nupdated: 2026-03-27\nactions:\n  - {id: AC-1, title: Book the room, owner: Ana Petrov, raised: 2026-03-20, due: 2026-04-10, status: open}\n",
    check: Some(check),
};

const EXAMPLE: &str = "=== projects/crm/project.md\n---\nkind: project\nid: crm\ntitle: CRM replacement\ntier: 1\nphase: execution\nstate: active\nsponsor: Dana Okafor\nproject_manager: Maria Lopez\n---\n=== projects/crm/raid.yaml\nupdated: 2026-03-27\nrisks:\n  - {id: R-001, title: Data quality, owner: Ana Petrov, raised: 2026-03-20, reviewed: 2026-03-24, assessments: [{date: 2026-03-20, p: 2, i: 3}], response: reduce, mitigation: Two rehearsals with reconciliation, due: 2026-04-15, status: open}\nissues:\n  - {id: I-001, title: Room, severity: 3, owner: Ana Petrov, raised: 2026-03-20, due: 2026-04-10, status: open}\n  - {id: I-002, title: Printer, severity: 4, owner: Ana Petrov, raised: 2026-03-20, due: 2026-04-10, status: open}\n  - {id: I-003, title: Badge, severity: 4, owner: Ana Petrov, raised: 2026-03-20, due: 2026-04-10, status: open}\n  - {id: I-004, title: Licence, severity: 4, owner: Ana Petrov, raised: 2026-03-20, due: 2026-04-10, status: open}\n  - {id: I-005, title: Mirror, severity: 4, owner: Tomas Berg, raised: 2026-03-20, due: 2026-04-10, status: open}\n  - {id: I-006, title: Export, severity: 4, owner: Hugo Lamb, raised: 2026-03-20, due: 2026-04-10, status: open}\n";

/// Registers whose items have an owner.
const REGISTERS: &[&str] = &["actions", "assumptions", "dependencies", "issues", "risks"];
/// Below this many open things, the share says nothing.
const FEWEST: usize = 8;

fn check(context: &Context<'_>, out: &mut Vec<Finding>) {
    let p = context.portfolio;
    if !p.config.person_findings {
        return;
    }
    for project in running(p) {
        let Some((most, all)) = share(p, project) else { continue };
        let Some(card) = p.documents.get(project.card) else { continue };
        let span = card.fields.span("id").unwrap_or(card.head());
        let percent = Ratio::whole(most).percent_of(Ratio::whole(all));
        let percent = percent.map_or_else(String::new, |r| format!(" ({} %)", r.show(1)));
        let message = format!("one person owns {most} of {all} open items and milestones{percent}");
        let help = "give some of them to others, or name deputies who can take over";
        out.push(card.finding(RULE.name, span, message).help(help));
    }
}

/// How many open things the busiest owner has, and of how many, when that is
/// more than half of enough.
fn share(p: &Portfolio, project: &Project) -> Option<(i128, i128)> {
    let mut all = 0_usize;
    let mut owned: BTreeMap<String, usize> = BTreeMap::new();
    let mut count = |owner: Option<&str>| {
        all += 1;
        if let Some(owner) = owner {
            *owned.entry(person_key(p, owner)).or_default() += 1;
        }
    };
    for register in REGISTERS {
        for item in project.items(register).iter().filter(|i| is_open(i)) {
            let owner = item.fields.text("owner");
            // Actions of governance fall to the project manager by nature.
            if *register == "actions" && owner.is_some_and(|o| is_manager(p, project, o)) {
                continue;
            }
            count(owner);
        }
    }
    for milestone in project.milestones.iter().filter(|m| m.actual.is_none() && !m.cancelled) {
        count(milestone.owner.as_deref());
    }
    let most = owned.values().copied().max()?;
    (all >= FEWEST && most * 2 > all)
        .then(|| (i128::try_from(most).unwrap_or(0), i128::try_from(all).unwrap_or(0)))
}

#[cfg(test)]
mod tests {
    use super::EXAMPLE;
    use crate::finding::Severity;
    use crate::rules::testing::{Fixture, portfolio};

    const CARD: &str = "projects/crm/project.md";
    const RAID: &str = "projects/crm/raid.yaml";
    const RULE: &str = "overloaded-owner";

    /// Seven items, five of them of one person, and a milestone of another.
    fn busy() -> Fixture {
        portfolio().files(EXAMPLE)
    }

    #[test]
    fn more_than_half_of_eight_is_found_and_names_nobody() {
        let found = busy().finds(RULE, CARD, 3);
        assert_eq!(found.message, "one person owns 5 of 8 open items and milestones (62.5 %)");
        assert_eq!(found.severity, Severity::Note);
        assert!(!format!("{found:?}").contains("Petrov"));
    }

    #[test]
    fn half_of_eight_and_most_of_seven_are_silent() {
        busy()
            .replace(
                RAID,
                "Licence, severity: 4, owner: Ana Petrov",
                "Licence, severity: 4, owner: Hugo Lamb",
            )
            .silent(RULE);
        busy()
            .replace(
                RAID,
                "due: 2026-04-10, status: open}\n  - {id: I-006",
                "due: 2026-04-10, status: closed, resolution: Bought}\n  - {id: I-006",
            )
            .silent(RULE);
    }

    #[test]
    fn the_lightest_tier_resting_projects_and_the_switch_are_silent() {
        busy().replace(CARD, "tier: 1", "tier: 3").silent(RULE);
        busy().replace(CARD, "state: active", "state: on-hold").silent(RULE);
        busy().config("[privacy]\nperson-findings = false\n").silent(RULE);
    }

    #[test]
    fn the_managers_own_actions_do_not_count() {
        let action = |n: u8, owner: &str| {
            format!(
                "  - {{id: AC-{n}, title: Minutes, owner: {owner}, raised: 2026-03-20, due: 2026-04-10, status: open}}\n"
            )
        };
        let with = |owner: &str| {
            let list: String = (0..9).map(|n| action(n, owner)).collect();
            portfolio().replace(CARD, "tier: 3", "tier: 1").file(
                "projects/crm/actions.yaml",
                &format!("updated: 2026-03-27\nactions:\n{list}"),
            )
        };
        with("\"@mlopez\"").silent(RULE);
        with("Maria Lopez").silent(RULE);
        with("Ana Petrov").finds(RULE, CARD, 3);
    }
}
