//! `improving-forecast`: the end is forecast better than the work so far.

use super::{Context, Defaults, Rule};
use crate::finding::Finding;
use crate::finding::Severity::Note;
use crate::measures::earned_value::EarnedValue;
use crate::ratio::Ratio;
use crate::rules::optimistic_eac::{begun, copied, place};
use crate::rules::reported::reported;
use crate::rules::unrealistic_eac::{below, gap, spent};

pub(super) static RULE: Rule = Rule {
    name: "improving-forecast",
    summary: "The project is over cost so far and forecasts a smaller overrun at its end.",
    why: "Work that cost too much so far seldom makes the money good later; the overrun at completion is rarely smaller in percent than the overrun to date. It can be, when the rest is of another kind, and then a sentence in the report says so. Differences below one percentage point are rounding. `optimistic-eac`, `unrealistic-eac`, `eac-below-actual` and `eac-below-committed` speak instead where they apply.",
    defaults: Defaults::Flat(Note),
    example: "=== projects/crm/project.md\n---\nkind: project\nid: crm\ntitle: CRM replacement\nsummary: Replace the old CRM.\ntier: 3\ndelivery_model: hybrid\nphase: execution\nstate: active\nsponsor: Dana Okafor\nproject_manager: Maria Lopez\nstart: {baseline: 2026-01-05}\nfinish: {milestone: M1}\nbudget: {tracked: true, baseline: 500000}\n---\n=== projects/crm/status/2026-03-27.md\n---\nkind: status\nauthor: \"@mlopez\"\nas_of: 2026-03-27\nphase: execution\nhealth: {overall: green, schedule: green, budget: green}\nmilestones:\n  M1: {forecast: 2026-10-05}\nbudget: {actual: 240000, eac: 510000}\nprogress: {ev: 225000}\n---\n# Status\n",
    remedy: "=== projects/crm/status/2026-03-27.md\n---\nkind: status\nauthor: \"@mlopez\"\nas_of: 2026-03-27\nphase: execution\nhealth: {overall: green, schedule: green, budget: green}\nmilestones:\n  M1: {forecast: 2026-10-05}\nbudget: {actual: 240000, eac: 533000}\nprogress: {ev: 225000}\n---\n# Status\n",
    check: Some(check),
};

fn check(context: &Context<'_>, out: &mut Vec<Finding>) {
    let p = context.portfolio;
    for it in reported(context) {
        let e = EarnedValue::of(&it.document.fields, it.project.budget);
        if !begun(&e) || gap(&e).is_some() || spent(&e) || copied(p, &it).is_some() || below(p, &it)
        {
            continue;
        }
        let (Some(eac), Some(now)) = (e.eac, e.cv_percent().filter(|n| n.is_negative())) else {
            continue;
        };
        let Some(end) = e.vac_percent(eac) else { continue };
        if end.sub(now).is_none_or(|better| better < Ratio::whole(1)) {
            continue;
        }
        let at_end = if end.is_negative() {
            format!("an overrun of {} %", end.abs().show(1))
        } else {
            "no overrun".to_owned()
        };
        let message = format!(
            "work so far cost {} % more than it earned, and {at_end} is forecast at completion ({})",
            now.abs().show(1),
            eac.money()
        );
        let help = "say in the report what makes the rest cheaper, or raise the estimate";
        out.push(it.document.finding(RULE.name, place(&it), message).help(help));
    }
}

#[cfg(test)]
mod tests {
    use crate::finding::Severity;
    use crate::rules::testing::{Fixture, portfolio};

    const RULE: &str = "improving-forecast";
    const LAST: &str = "projects/crm/status/2026-03-27.md";

    fn with(actual: &str, eac: &str, ev: &str) -> Fixture {
        portfolio().tracked(500_000).says(
            LAST,
            &format!("budget: {{actual: {actual}, eac: {eac}}}\nprogress: {{ev: {ev}}}"),
        )
    }

    #[test]
    fn an_overrun_does_not_shrink_by_itself() {
        // 6.7 % over so far, 1.2 % over at the end.
        let found = with("240000", "506000", "225000").finds(RULE, LAST, 7);
        assert_eq!(
            found.message,
            "work so far cost 6.7 % more than it earned, and an overrun of 1.2 % is forecast at completion (506,000)"
        );
        assert_eq!(found.severity, Severity::Note);
        // 5 % over so far: an end 4 % over is one point better.
        with("210000", "520000", "200000").finds(RULE, LAST, 7);
        with("210000", "520001", "200000").silent(RULE);
    }

    #[test]
    fn rounding_is_no_improvement_and_underspend_no_overrun() {
        with("240000", "533000", "225000").silent(RULE);
        with("200000", "480000", "225000").silent(RULE);
    }

    #[test]
    fn an_unrealistic_estimate_is_told_once() {
        let one = with("240000", "505000", "225000");
        one.finds("unrealistic-eac", LAST, 7);
        one.silent(RULE);
    }

    #[test]
    fn early_numbers_say_little() {
        with("80000", "505000", "74999").silent(RULE);
        with("80000", "505000", "75000").finds(RULE, LAST, 7);
    }
}
