//! `fixed-everything`: agile in name, with nothing left to adapt.

use super::{Context, Defaults, Rule};
use crate::finding::Finding;
use crate::finding::Severity::Warn;
use crate::rules::reported::running;

pub(super) static RULE: Rule = Rule {
    name: "fixed-everything",
    summary: "An agile project has fixed scope, fixed date and fixed budget.",
    why: "Agile delivery learns on the way and pays with scope, time or money. With all three fixed there is nothing to pay with: what is left is a plan-driven contract without its plan. Where law or contract truly fixes all three, a `note` says so.",
    defaults: Defaults::Flat(Warn),
    example: "=== projects/crm/project.md\n---\nkind: project\nid: crm\ntitle: CRM replacement\nsummary: Replace the old CRM.\ntier: 3\ndelivery_model: agile\nphase: execution\nstate: active\nsponsor: Dana Okafor\nproject_manager: Maria Lopez\nstart: {baseline: 2026-01-05}\nfinish: {milestone: M1}\nbudget: {tracked: false}\nconstraints: {scope: fixed, date: fixed, budget: fixed}\n---\n",
    remedy: "=== projects/crm/project.md\n---\nkind: project\nid: crm\ntitle: CRM replacement\nsummary: Replace the old CRM.\ntier: 3\ndelivery_model: agile\nphase: execution\nstate: active\nsponsor: Dana Okafor\nproject_manager: Maria Lopez\nstart: {baseline: 2026-01-05}\nfinish: {milestone: M1}\nbudget: {tracked: false}\nconstraints: {scope: flexible, date: fixed, budget: fixed}\n---\n",
    check: Some(check),
};

fn check(context: &Context<'_>, out: &mut Vec<Finding>) {
    for (_, project) in running(context.portfolio) {
        let Some(card) = context.portfolio.documents.get(project.card) else { continue };
        let agile = card.fields.text("delivery_model") == Some("agile");
        let Some(fixed) = card.fields.record("constraints").filter(|c| agile && !c.has("note"))
        else {
            continue;
        };
        if ["scope", "date", "budget"].iter().any(|name| fixed.text(name) != Some("fixed")) {
            continue;
        }
        let span = card.fields.span("constraints").unwrap_or(card.head());
        let message = "delivery is agile, but scope, date and budget are all fixed";
        let help = "say which of the three gives way (`scope: flexible`), or add a `note` to `constraints` on who fixed them";
        out.push(card.finding(RULE.name, span, message).help(help));
    }
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::{Fixture, portfolio};

    const RULE: &str = "fixed-everything";
    const CARD: &str = "projects/crm/project.md";

    fn with(model: &str, constraints: &str) -> Fixture {
        portfolio()
            .replace(CARD, "delivery_model: hybrid", &format!("delivery_model: {model}"))
            .replace(CARD, "budget:", &format!("constraints: {{{constraints}}}\nbudget:"))
    }

    #[test]
    fn all_three_fixed_is_found_and_two_are_not() {
        let found = with("agile", "scope: fixed, date: fixed, budget: fixed").finds(RULE, CARD, 14);
        assert_eq!(found.message, "delivery is agile, but scope, date and budget are all fixed");
        with("agile", "scope: flexible, date: fixed, budget: fixed").silent(RULE);
        with("agile", "scope: fixed, date: fixed").silent(RULE);
    }

    #[test]
    fn other_models_a_note_and_resting_projects_are_left_alone() {
        with("hybrid", "scope: fixed, date: fixed, budget: fixed").silent(RULE);
        with("waterfall", "scope: fixed, date: fixed, budget: fixed").silent(RULE);
        with("agile", "scope: fixed, date: fixed, budget: fixed, note: Set by the Payments Act")
            .silent(RULE);
        with("agile", "scope: fixed, date: fixed, budget: fixed")
            .replace(CARD, "state: active", "state: on-hold")
            .silent(RULE);
    }
}
