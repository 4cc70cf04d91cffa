//! `single-owner-critical-path`: the whole critical path hangs on one person.

use super::common::{person_key, running};
use super::{Context, Defaults, Rule};
use crate::finding::Finding;
use crate::finding::Severity::{Allow, Warn};
use crate::portfolio::{Milestone, Portfolio, Project};

pub(super) static RULE: Rule = Rule {
    name: "single-owner-critical-path",
    summary: "Every open milestone on the critical path belongs to the same person.",
    why: "When one person holds the whole chain that decides the finish, one absence moves the finish by as many days. The finding names nobody: the remedy is a second pair of hands, not a better person. One critical milestone alone is no chain. `[privacy] person-findings = false` turns the rule off for the whole portfolio.",
    defaults: Defaults::Graded([Warn, Allow, Allow], [Warn, Allow, Allow]),
    example: "=== projects/crm/project.md\n---\nkind: project\nid: crm\ntitle: CRM replacement\ntier: 1\nphase: execution\nstate: active\nsponsor: Dana Okafor\nproject_manager: Maria Lopez\n---\n=== projects/crm/milestones.yaml\nupdated: 2026-03-27\nmilestones:\n  - {id: M1, name: Finish, original: 2026-09-30, baseline: 2026-09-30, owner: \"@mlopez\", finish: true, critical: true}\n  - {id: M2, name: Data loaded, original: 2026-06-30, baseline: 2026-06-30, owner: \"@mlopez\", critical: true}\n",
    remedy: "=== projects/crm/project.md\n---\nkind: project\nid: crm\ntitle: CRM replacement\ntier: 1\nphase: execution\nstate: active\nsponsor: Dana Okafor\nproject_manager: Maria Lopez\n---\n=== projects/crm/milestones.yaml\nupdated: 2026-03-27\nmilestones:\n  - {id: M1, name: Finish, original: 2026-09-30, baseline: 2026-09-30, owner: \"@mlopez\", finish: true, critical: true}\n  - {id: M2, name: Data loaded, original: 2026-06-30, baseline: 2026-06-30, owner: Ana Petrov, critical: true}\n",
    check: Some(check),
};

/// Critical milestones that make a chain.
const FEWEST: usize = 2;

fn check(context: &Context<'_>, out: &mut Vec<Finding>) {
    let p = context.portfolio;
    if !p.config.person_findings {
        return;
    }
    for project in running(p) {
        let chain = critical(p, project);
        let Some(first) = chain.first().filter(|_| chain.len() >= FEWEST) else { continue };
        let Some(owner) = first.owner.as_deref().map(|o| person_key(p, o)) else { continue };
        let all =
            chain.iter().all(|m| m.owner.as_deref().is_some_and(|o| person_key(p, o) == owner));
        let Some(item) = project.items("milestones").get(first.item).filter(|_| all) else {
            continue;
        };
        let message = format!(
            "all {} open milestones of the critical path belong to one person",
            chain.len()
        );
        let help = "give one of them another owner, or name a deputy who can take over";
        let mut finding = item.finding(RULE.name, "owner", message).help(help);
        for other in chain.iter().skip(1).filter_map(|m| project.items("milestones").get(m.item)) {
            let span = other.fields.span("owner").unwrap_or(other.span);
            let at = other.lines.position(span.start);
            finding = finding.related(other.path.clone(), span, at, "the same owner");
        }
        out.push(finding);
    }
}

/// Open milestones that are marked critical, or that the newest report puts on
/// the critical path.
fn critical<'a>(p: &Portfolio, project: &'a Project) -> Vec<&'a Milestone> {
    let report = project.latest().and_then(|r| p.documents.get(r.document));
    let named: Vec<&str> = report
        .map(|r| r.fields.texts("critical_path").map(|(id, _)| id).collect())
        .unwrap_or_default();
    let open = project.milestones.iter().filter(|m| m.actual.is_none() && !m.cancelled);
    open.filter(|m| {
        let item = project.items("milestones").get(m.item);
        item.and_then(|i| i.fields.flag("critical")).unwrap_or(false) || named.contains(&&*m.id)
    })
    .collect()
}

#[cfg(test)]
mod tests {
    use crate::finding::Severity;
    use crate::rules::testing::{Fixture, portfolio};

    const PATH: &str = "projects/crm/milestones.yaml";
    const CARD: &str = "projects/crm/project.md";
    const RULE: &str = "single-owner-critical-path";

    fn chain(second: &str) -> Fixture {
        portfolio().files(super::RULE.example).replace(
            PATH,
            "owner: \"@mlopez\", critical: true}",
            &format!("owner: {second}, critical: true}}"),
        )
    }

    #[test]
    fn a_chain_of_two_with_one_owner_is_found_without_a_name() {
        let found = chain("Maria Lopez").finds(RULE, PATH, 3);
        assert_eq!(
            found.message,
            "all 2 open milestones of the critical path belong to one person"
        );
        assert_eq!(found.severity, Severity::Warn);
        assert_eq!(found.related.len(), 1);
    }

    #[test]
    fn a_second_owner_an_achieved_or_a_single_milestone_is_silent() {
        chain("Ana Petrov").silent(RULE);
        chain("Maria Lopez")
            .replace(PATH, "2026-06-30, owner", "2026-06-30, actual: 2026-03-20, owner")
            .silent(RULE);
        chain("Maria Lopez")
            .replace(PATH, "Lopez, critical: true", "Lopez, critical: false")
            .silent(RULE);
    }

    #[test]
    fn a_report_may_name_the_critical_path() {
        let last = "projects/crm/status/2026-03-27.md";
        chain("Maria Lopez")
            .replace(PATH, "Lopez, critical: true", "Lopez")
            .replace(last, "phase: execution", "phase: execution\ncritical_path: [M2, M1]")
            .finds(RULE, PATH, 3);
    }

    #[test]
    fn lighter_tiers_resting_projects_and_the_switch_are_silent() {
        chain("Maria Lopez").replace(CARD, "tier: 1", "tier: 2").silent(RULE);
        chain("Maria Lopez").replace(CARD, "state: active", "state: on-hold").silent(RULE);
        chain("Maria Lopez").config("[privacy]\nperson-findings = false\n").silent(RULE);
    }
}
