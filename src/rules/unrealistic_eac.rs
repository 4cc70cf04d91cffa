//! `unrealistic-eac`: the rest would have to go much better than the work so far.

use super::{Context, Defaults, Rule};
use crate::finding::Finding;
use crate::finding::Severity::Warn;
use crate::measures::earned_value::EarnedValue;
use crate::portfolio::Portfolio;
use crate::ratio::Ratio;
use crate::rules::eac_below_actual::{Statement, statements};
use crate::rules::optimistic_eac::{begun, copied, place};
use crate::rules::reported::{Reported, reported};

pub(super) static RULE: Rule = Rule {
    name: "unrealistic-eac",
    summary: "To keep the estimate at completion, the rest of the work would have to cost far less than the work so far.",
    why: "The to-complete index says how much must be earned for each unit still to be spent if the estimate is to hold. When it lies more than 0.10 above the cost performance index so far, the project would have to become a tenth better overnight, which hardly ever happens. Before 15 % and after 85 % of the work the comparison says little. When the estimate is simply the budget, `optimistic-eac` speaks instead, and when it is below what is spent or ordered, `eac-below-actual` or `eac-below-committed`.",
    defaults: Defaults::Flat(Warn),
    example: "=== projects/crm/project.md\n---\nkind: project\nid: crm\ntitle: CRM replacement\nsummary: Replace the old CRM.\ntier: 3\ndelivery_model: hybrid\nphase: execution\nstate: active\nsponsor: Dana Okafor\nproject_manager: Maria Lopez\nstart: {baseline: 2026-01-05}\nfinish: {milestone: M1}\nbudget: {tracked: true, baseline: 500000}\n---\n=== projects/crm/status/2026-03-27.md\n---\nkind: status\nauthor: \"@mlopez\"\nas_of: 2026-03-27\nphase: execution\nhealth: {overall: green, schedule: green, budget: green}\nmilestones:\n  M1: {forecast: 2026-10-05}\nbudget: {actual: 240000, eac: 505000}\nprogress: {ev: 225000}\n---\n# Status\n",
    remedy: "=== projects/crm/status/2026-03-27.md\n---\nkind: status\nauthor: \"@mlopez\"\nas_of: 2026-03-27\nphase: execution\nhealth: {overall: green, schedule: green, budget: green}\nmilestones:\n  M1: {forecast: 2026-10-05}\nbudget: {actual: 240000, eac: 533000}\nprogress: {ev: 225000}\n---\n# Status\n",
    check: Some(check),
};

fn check(context: &Context<'_>, out: &mut Vec<Finding>) {
    let p = context.portfolio;
    for it in reported(context) {
        let e = EarnedValue::of(&it.document.fields, it.project.budget);
        if copied(p, &it).is_some() || below(p, &it) {
            continue;
        }
        if spent(&e) {
            let (Some(eac), Some(typical)) = (e.eac, e.eac_typical()) else { continue };
            let percent = e.percent.map_or_else(String::new, |n| n.show(1));
            let message = format!(
                "all of the {} expected at completion is spent, and {percent} % of the work is done",
                eac.money()
            );
            let help = format!(
                "raise the estimate by what is still to come; as the work went so far the end is {}",
                typical.show(0)
            );
            out.push(it.document.finding(RULE.name, place(&it), message).help(help));
            continue;
        }
        let Some((needed, so_far)) = gap(&e) else { continue };
        let (Some(eac), Some(typical)) = (e.eac, e.eac_typical()) else { continue };
        let message = format!(
            "to end at {} the rest needs a cost performance index of {}; so far it is {}",
            eac.money(),
            needed.show(4),
            so_far.show(4)
        );
        let help = format!(
            "say in the report what makes the rest cheaper, or raise the estimate; as the work went so far the end is {}",
            typical.show(0)
        );
        out.push(it.document.finding(RULE.name, place(&it), message).help(help));
    }
}

/// The index the rest needs and the index so far, when they lie too far apart.
pub(super) fn gap(e: &EarnedValue) -> Option<(Ratio, Ratio)> {
    let (needed, so_far) = (e.tcpi(e.eac?)?, e.cpi()?);
    let apart = needed.sub(so_far)? > Ratio::new(10, 100)?;
    (apart && begun(e) && e.percent? <= Ratio::whole(85)).then_some((needed, so_far))
}

/// Whether nothing is left of the estimate, and work is.
pub(super) fn spent(e: &EarnedValue) -> bool {
    let open = e.percent.is_some_and(|percent| percent <= Ratio::whole(85));
    e.eac.is_some() && e.eac == e.ac && e.cpi().is_some() && begun(e) && open
}

/// Whether `eac-below-actual` or `eac-below-committed` speaks of the report.
pub(super) fn below(p: &Portfolio, it: &Reported<'_>) -> bool {
    let of = |s: &Statement<'_>| s.id.is_none() && s.document.path == it.document.path;
    statements(p, it.project).iter().any(|s| of(s) && s.is_below())
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::{Fixture, portfolio};

    const RULE: &str = "unrealistic-eac";
    const CARD: &str = "projects/crm/project.md";
    const LAST: &str = "projects/crm/status/2026-03-27.md";

    fn with(actual: &str, eac: &str, progress: &str) -> Fixture {
        portfolio().tracked(500_000).says(
            LAST,
            &format!("budget: {{actual: {actual}, eac: {eac}}}\nprogress: {{{progress}}}"),
        )
    }

    #[test]
    fn the_gap_of_a_tenth_is_the_border() {
        let found = with("240000", "505000", "ev: 225000").finds(RULE, LAST, 7);
        assert_eq!(
            found.message,
            "to end at 505,000 the rest needs a cost performance index of 1.0377; so far it is 0.9375"
        );
        with("240000", "506000", "ev: 225000").silent(RULE);
        // Half earned at cost: the gap is 0.10 when 227,272.727… is left.
        with("250000", "477272.72", "ev: 250000").finds(RULE, LAST, 7);
        with("250000", "477272.73", "ev: 250000").silent(RULE);
    }

    #[test]
    fn early_and_late_the_comparison_says_little() {
        with("80000", "400000", "ev: 225000, percent_complete: 14").silent(RULE);
        with("240000", "505000", "ev: 225000, percent_complete: 15").finds(RULE, LAST, 7);
        with("240000", "505000", "ev: 225000, percent_complete: 85").finds(RULE, LAST, 7);
        with("240000", "505000", "ev: 225000, percent_complete: 86").silent(RULE);
    }

    #[test]
    fn an_estimate_that_is_spent_leaves_nothing_for_the_rest() {
        let found = with("240000", "240000", "ev: 225000").finds(RULE, LAST, 7);
        assert_eq!(
            found.message,
            "all of the 240,000 expected at completion is spent, and 45.0 % of the work is done"
        );
        assert!(found.help.unwrap().ends_with("the end is 533333"));
        with("240000", "240000", "ev: 225000, percent_complete: 86").silent(RULE);
        with("240000", "240000", "ev: 225000, percent_complete: 14").silent(RULE);
    }

    #[test]
    fn an_estimate_below_what_is_spent_or_ordered_is_told_by_others() {
        let less = with("240000", "239999", "ev: 225000");
        less.finds("eac-below-actual", LAST, 7);
        less.silent(RULE);
        less.silent("improving-forecast");
        let ordered = with("240000, committed: 270000", "505000", "ev: 225000");
        ordered.finds("eac-below-committed", LAST, 7);
        ordered.silent(RULE);
        ordered.silent("improving-forecast");
    }

    #[test]
    fn what_cannot_be_computed_is_not_judged() {
        with("0", "505000", "ev: 225000").silent(RULE);
        with("240000", "505000", "method: points").silent(RULE);
        with("240000", "505000", "ev: 225000")
            .replace(CARD, "state: active", "state: on-hold")
            .silent(RULE);
    }
}
