//! `optimistic-eac`: the estimate stays at the budget while work costs more.

use super::{Context, Defaults, Rule};
use crate::finding::Finding;
use crate::finding::Severity::Warn;
use crate::measures::earned_value::EarnedValue;
use crate::portfolio::Portfolio;
use crate::ratio::Ratio;
use crate::rules::reported::{Reported, reported};

pub(super) static RULE: Rule = Rule {
    name: "optimistic-eac",
    summary: "In two reports in a row the estimate at completion equals the budget while work costs far more than it earns.",
    why: "A cost performance index below 0.90 means that every hundred earned cost more than 111. An estimate that nevertheless equals the budget to the last unit was not made, it was copied. Before 15 % of the work is done the index says little, and the rule is silent.",
    defaults: Defaults::Flat(Warn),
    example: "=== projects/crm/project.md\n---\nkind: project\nid: crm\ntitle: CRM replacement\nsummary: Replace the old CRM.\ntier: 3\ndelivery_model: hybrid\nphase: execution\nstate: active\nsponsor: Dana Okafor\nproject_manager: Maria Lopez\nstart: {baseline: 2026-01-05}\nfinish: {milestone: M1}\nbudget: {tracked: true, baseline: 500000}\n---\n=== projects/crm/status/2026-02-27.md\n---\nkind: status\nauthor: \"@mlopez\"\nas_of: 2026-02-27\nphase: execution\nhealth: {overall: amber, schedule: green, budget: amber}\nmilestones:\n  M1: {forecast: 2026-09-30}\nbudget: {actual: 180000, eac: 500000}\nprogress: {ev: 150000}\n---\n# Status\n=== projects/crm/status/2026-03-27.md\n---\nkind: status\nauthor: \"@mlopez\"\nas_of: 2026-03-27\nphase: execution\nhealth: {overall: amber, schedule: green, budget: amber}\nmilestones:\n  M1: {forecast: 2026-10-05}\nbudget: {actual: 240000, eac: 500000}\nprogress: {ev: 205000}\n---\n# Status\n",
    remedy: "=== projects/crm/status/2026-03-27.md\n---\nkind: status\nauthor: \"@mlopez\"\nas_of: 2026-03-27\nphase: execution\nhealth: {overall: amber, schedule: green, budget: amber}\nmilestones:\n  M1: {forecast: 2026-10-05}\nbudget: {actual: 240000, eac: 580000}\nprogress: {ev: 205000}\n---\n# Status\n",
    check: Some(check),
};

fn check(context: &Context<'_>, out: &mut Vec<Finding>) {
    let p = context.portfolio;
    for it in reported(context) {
        let Some((before, now)) = copied(p, &it) else { continue };
        let (Some(eac), Some(typical)) = (now.eac, now.eac_typical()) else { continue };
        let index = |e: &EarnedValue| e.cpi().map_or_else(String::new, |i| i.show(2));
        let message = format!(
            "estimate at completion {} equals the budget, with a cost performance index of {} after {}",
            eac.money(),
            index(&now),
            index(&before)
        );
        let help = format!(
            "estimate the rest anew; if it costs what the work so far did, the end is {}",
            typical.show(0)
        );
        out.push(it.document.finding(RULE.name, place(&it), message).help(help));
    }
}

/// Where the report's estimate stands.
pub(super) fn place(it: &Reported<'_>) -> crate::text::Span {
    let money = it.document.fields.record("budget");
    money.and_then(|m| m.span("eac")).unwrap_or(it.document.head())
}

/// The last two reports' earned value, when both copy the budget as estimate.
pub(super) fn copied(p: &Portfolio, it: &Reported<'_>) -> Option<(EarnedValue, EarnedValue)> {
    let bac = it.project.budget?;
    let reports = it.newest_first(p);
    let [now, before, ..] = reports.as_slice() else { return None };
    let of = |d: &crate::document::Document| EarnedValue::of(&d.fields, Some(bac));
    let (now, before) = (of(now.1), of(before.1));
    let poor = Ratio::new(90, 100)?;
    let bad = |e: &EarnedValue| e.eac == Some(bac) && e.cpi().is_some_and(|i| i < poor);
    (bad(&now) && bad(&before) && begun(&now)).then_some((before, now))
}

/// Whether enough of the work is done for an index to say something: 15 %.
pub(super) fn begun(e: &EarnedValue) -> bool {
    e.percent.is_some_and(|percent| percent >= Ratio::whole(15))
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::{Fixture, portfolio};

    const RULE: &str = "optimistic-eac";
    const FIRST: &str = "projects/crm/status/2026-02-27.md";
    const LAST: &str = "projects/crm/status/2026-03-27.md";

    fn with(first: &str, last: &str) -> Fixture {
        let text = |t: &str| format!("{t}\nmilestones:");
        portfolio().tracked(500_000).replace(FIRST, "milestones:", &text(first)).replace(
            LAST,
            "milestones:",
            &text(last),
        )
    }

    fn report(actual: &str, eac: &str, ev: &str) -> String {
        format!("budget: {{actual: {actual}, eac: {eac}}}\nprogress: {{ev: {ev}}}")
    }

    #[test]
    fn twice_below_ninety_with_the_budget_as_estimate() {
        let bad = report("100000", "500000", "89999");
        let found = with(&bad, &report("200000", "500000", "170000")).finds(RULE, LAST, 7);
        assert_eq!(
            found.message,
            "estimate at completion 500,000 equals the budget, with a cost performance index of 0.85 after 0.90"
        );
        assert!(found.help.unwrap().ends_with("the end is 588235"));
        // 0.90 itself is not below 0.90.
        with(&report("100000", "500000", "90000"), &report("200000", "500000", "170000"))
            .silent(RULE);
        with(&bad, &report("200000", "500000", "180000")).silent(RULE);
        with(&bad, &report("200000", "500001", "170000")).silent(RULE);
    }

    #[test]
    fn early_numbers_say_little() {
        // 75,000 of 500,000 are 15 %.
        let bad = report("90000", "500000", "70000");
        with(&bad, &report("100000", "500000", "74999")).silent(RULE);
        with(&bad, &report("100000", "500000", "75000")).finds(RULE, LAST, 7);
    }

    #[test]
    fn percent_complete_stands_for_earned_value() {
        let bad = report("200000", "500000", "170000");
        with(&bad, "budget: {actual: 240000, eac: 500000}\nprogress: {percent_complete: 40}")
            .finds(RULE, LAST, 7);
    }
}
