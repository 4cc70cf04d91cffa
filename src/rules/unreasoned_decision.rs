//! `unreasoned-decision`: decided without a reason or without a choice.

use super::common::{join, running};
use super::{Context, Defaults, Rule};
use crate::document::Item;
use crate::finding::Finding;
use crate::finding::Severity::{Allow, Note, Warn};

pub(super) static RULE: Rule = Rule {
    name: "unreasoned-decision",
    summary: "A decision was made without a rationale, or, in tiers with more control, between fewer than two options.",
    why: "A decision without its reason is taken again every time somebody new asks. And where there was one option there was nothing to decide: the other ways were not looked at, or not written down. Two lines are enough.",
    defaults: Defaults::Graded([Warn, Note, Allow], [Warn, Note, Allow]),
    example: "=== projects/crm/project.md\n---\nkind: project\nid: crm\ntitle: CRM replacement\ntier: 2\nphase: execution\nstate: active\nsponsor: Dana Okafor\nproject_manager: Maria Lopez\n---\n=== projects/crm/decisions.yaml\nupdated: 2026-03-27\ndecisions:\n  - {id: D-001, title: Choose the vendor, status: decided, requested: 2026-01-10, decider: sponsor, options: [A], decided: 2026-01-20, outcome: A}\n",
    remedy: "=== projects/crm/project.md\n---\nkind: project\nid: crm\ntitle: CRM replacement\ntier: 2\nphase: execution\nstate: active\nsponsor: Dana Okafor\nproject_manager: Maria Lopez\n---\n=== projects/crm/decisions.yaml\nupdated: 2026-03-27\ndecisions:\n  - {id: D-001, title: Choose the vendor, status: decided, requested: 2026-01-10, decider: sponsor, options: [A, B], decided: 2026-01-20, outcome: A, rationale: Cheaper over five years}\n",
    check: Some(check),
};

/// A choice is between at least this many.
const OPTIONS: usize = 2;

fn check(context: &Context<'_>, out: &mut Vec<Finding>) {
    for project in running(context.portfolio) {
        for item in project.items("decisions").iter().filter(|i| i.status() == "decided") {
            let mut lacks = Vec::new();
            let mut place = "";
            // In a file of its own, empty sections are found as sections.
            let own_file = item.document.is_some();
            if !own_file && !item.fields.has("rationale") {
                lacks.push("without a rationale".to_owned());
                place = "rationale";
            }
            if project.tier < 2
                && let Some(few) = few_options(item, own_file)
            {
                lacks.push(few);
                place = if item.fields.slot("options").is_some() { "options" } else { place };
            }
            if lacks.is_empty() {
                continue;
            }
            let message = format!("decision `{}` was decided {}", item.id, join(&lacks));
            let help = "write `options` with what could have been chosen and `rationale` with what spoke for the one that was";
            out.push(item.finding(RULE.name, place, message).help(help));
        }
    }
}

fn few_options(item: &Item, own_file: bool) -> Option<String> {
    match item.fields.list("options").len() {
        0 if own_file => None,
        0 => Some(format!("with none of at least {OPTIONS} options written down")),
        1 => Some(format!("with 1 of at least {OPTIONS} options")),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use crate::finding::Severity;
    use crate::rules::testing::{Fixture, portfolio};

    const PATH: &str = "projects/crm/decisions.yaml";
    const CARD: &str = "projects/crm/project.md";
    const RULE: &str = "unreasoned-decision";

    fn tier(tier: &str) -> Fixture {
        portfolio().replace(CARD, "tier: 3", &format!("tier: {tier}"))
    }

    #[test]
    fn an_empty_rationale_is_found_where_it_should_stand() {
        let found = tier("1").replace(PATH, "rationale: Cheaper over five years", "rationale: ");
        let found = found.finds(RULE, PATH, 12);
        assert_eq!(found.message, "decision `D-001` was decided without a rationale");
        assert_eq!(found.severity, Severity::Warn);
        let note = tier("2").replace(PATH, "rationale: Cheaper over five years", "rationale: ");
        assert_eq!(note.finds(RULE, PATH, 12).severity, Severity::Note);
        portfolio().replace(PATH, "    rationale: Cheaper over five years\n", "").silent(RULE);
    }

    #[test]
    fn one_option_is_found_and_two_are_silent() {
        let found = tier("1").replace(PATH, "[A, B]", "[A]").finds(RULE, PATH, 9);
        assert_eq!(found.message, "decision `D-001` was decided with 1 of at least 2 options");
        tier("1").replace(PATH, "    options: [A, B]\n", "").finds(RULE, PATH, 3);
        tier("1").silent(RULE);
    }

    #[test]
    fn what_is_only_asked_for_and_resting_projects_are_silent() {
        let bare = || tier("1").replace(PATH, "[A, B]", "[A]");
        bare().replace(PATH, "status: decided", "status: requested").silent(RULE);
        bare().replace(PATH, "status: decided", "status: withdrawn").silent(RULE);
        bare().replace(CARD, "state: active", "state: on-hold").silent(RULE);
    }

    #[test]
    fn a_file_of_its_own_may_reason_in_sections() {
        tier("1")
            .without(PATH)
            .file(
                "projects/crm/decisions/D-001.md",
                "---\nkind: decision\nid: D-001\ntitle: Vendor\nstatus: decided\nrequested: 2026-01-10\ndecided: 2026-01-20\n---\n# Vendor\n\n## Options\n\n- A\n- B\n\n## Rationale\n\nCheaper over five years.\n",
            )
            .silent(RULE);
    }
}
