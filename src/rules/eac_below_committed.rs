//! `eac-below-committed`: less is expected in the end than is spent and ordered.

use super::{Context, Defaults, Rule};
use crate::finding::Finding;
use crate::finding::Severity::Warn;
use crate::rules::eac_below_actual::statements;
use crate::rules::reported::running;

pub(super) static RULE: Rule = Rule {
    name: "eac-below-committed",
    summary: "The estimate at completion is below what has been spent and ordered together.",
    why: "An order is money promised. An estimate below actual and committed cost leaves nothing for the work that is still to come, and assumes that orders are cancelled. When it is below the actual cost alone, `eac-below-actual` speaks.",
    defaults: Defaults::Flat(Warn),
    example: "=== projects/crm/status/2026-03-27.md\n---\nkind: status\nauthor: \"@mlopez\"\nas_of: 2026-03-27\nphase: execution\nhealth: {overall: green, schedule: green}\nmilestones:\n  M1: {forecast: 2026-10-05}\nbudget: {actual: 240000, committed: 60000, eac: 290000}\n---\n# Status\n",
    remedy: "=== projects/crm/status/2026-03-27.md\n---\nkind: status\nauthor: \"@mlopez\"\nas_of: 2026-03-27\nphase: execution\nhealth: {overall: green, schedule: green}\nmilestones:\n  M1: {forecast: 2026-10-05}\nbudget: {actual: 240000, committed: 60000, eac: 310000}\n---\n# Status\n",
    check: Some(check),
};

fn check(context: &Context<'_>, out: &mut Vec<Finding>) {
    for (_, project) in running(context.portfolio) {
        for it in statements(context.portfolio, project) {
            let Some(committed) = it.committed else { continue };
            let Some(both) = it.actual.add(committed) else { continue };
            if it.eac < it.actual || it.eac >= both {
                continue;
            }
            let message = format!(
                "{}estimate at completion {} is below the {} spent and ordered ({} + {})",
                it.line(),
                it.eac.money(),
                both.money(),
                it.actual.money(),
                committed.money()
            );
            let help = "raise the estimate, or take cancelled orders out of `committed`";
            out.push(it.document.finding(RULE.name, it.span, message).help(help));
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::{Fixture, portfolio};

    const RULE: &str = "eac-below-committed";
    const LAST: &str = "projects/crm/status/2026-03-27.md";

    fn budget(text: &str) -> Fixture {
        portfolio().says(LAST, &format!("budget: {{{text}}}"))
    }

    #[test]
    fn orders_are_money_promised() {
        let found = budget("actual: 240000, committed: 60000, eac: 299999").finds(RULE, LAST, 7);
        assert_eq!(
            found.message,
            "estimate at completion 299,999 is below the 300,000 spent and ordered (240,000 + 60,000)"
        );
        budget("actual: 240000, committed: 60000, eac: 300000").silent(RULE);
        budget("actual: 240000, eac: 250000").silent(RULE);
    }

    #[test]
    fn below_the_actual_cost_another_rule_speaks() {
        let worse = budget("actual: 240000, committed: 60000, eac: 200000");
        worse.silent(RULE);
        worse.finds("eac-below-actual", LAST, 7);
    }

    #[test]
    fn projects_that_rest_are_left_alone() {
        budget("actual: 240000, committed: 60000, eac: 290000")
            .replace("projects/crm/project.md", "state: active", "state: complete")
            .silent(RULE);
    }
}
