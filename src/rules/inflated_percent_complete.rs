//! `inflated-percent-complete`: more is reported done than the milestones say.

use super::{Context, Defaults, Rule};
use crate::finding::Finding;
use crate::finding::Severity::Warn;
use crate::measures::progress::weighted_percent;
use crate::ratio::Ratio;
use crate::rules::reported::reported;
use crate::rules::stuck_percent_complete::percent;

pub(super) static RULE: Rule = Rule {
    name: "inflated-percent-complete",
    summary: "Percent complete lies more than 20 points above what the weighted milestones reached add up to.",
    why: "The weights were given when nobody had an interest in them. When the reported number runs far ahead of the milestones reached, either much is begun and little finished, or the number is a hope. Projects without weights on their milestones are not compared.",
    defaults: Defaults::Flat(Warn),
    example: "=== projects/crm/milestones.yaml\nupdated: 2026-03-27\nmilestones:\n  - {id: M1, name: Design, original: 2026-02-13, baseline: 2026-02-13, actual: 2026-02-13, owner: \"@mlopez\", weight: 30}\n  - {id: M2, name: Finish, original: 2026-09-30, baseline: 2026-09-30, owner: \"@mlopez\", weight: 70, finish: true}\n=== projects/crm/status/2026-03-27.md\n---\nkind: status\nauthor: \"@mlopez\"\nas_of: 2026-03-27\nphase: execution\nhealth: {overall: green, schedule: green}\nmilestones:\n  M2: {forecast: 2026-10-05}\nprogress: {percent_complete: 60}\n---\n# Status\n",
    remedy: "=== projects/crm/status/2026-03-27.md\n---\nkind: status\nauthor: \"@mlopez\"\nas_of: 2026-03-27\nphase: execution\nhealth: {overall: green, schedule: green}\nmilestones:\n  M1: {forecast: 2026-10-05}\nprogress: {percent_complete: 35}\n---\n# Status\n",
    check: Some(check),
};

fn check(context: &Context<'_>, out: &mut Vec<Finding>) {
    for it in reported(context) {
        let Some((said, span)) = percent(&it.document.fields) else { continue };
        let Some(reached) = weighted_percent(it.project, it.report.date) else { continue };
        // At 100 percent `complete-with-open-work` speaks.
        if said >= Ratio::whole(100) || said.sub(reached).is_none_or(|gap| gap <= Ratio::whole(20))
        {
            continue;
        }
        let message = format!(
            "percent complete is {said}, but the milestones reached weigh {} %",
            reached.show(1)
        );
        let help =
            "give the number the milestones support, or add the milestone that shows the work done";
        out.push(it.document.finding(RULE.name, span, message).help(help));
    }
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::{Fixture, portfolio};

    const RULE: &str = "inflated-percent-complete";
    const LAST: &str = "projects/crm/status/2026-03-27.md";

    /// Weights 10, 20, 30 and 40; the first two are reached: 30 percent.
    fn with(percent: &str, key: &str) -> Fixture {
        let milestone = |id: u8, weight: u8, dates: &str| {
            format!(
                "  - {{id: M{id}, name: N, original: 2026-09-30, baseline: 2026-09-30, {dates}owner: \"@mlopez\", {key}: {weight}}}\n"
            )
        };
        let text = [
            milestone(1, 10, "finish: true, actual: 2026-02-20, "),
            milestone(2, 20, "actual: 2026-03-27, "),
            milestone(3, 30, ""),
            milestone(4, 40, ""),
            "  - {id: M5, name: N, baseline: 2026-09-30, owner: \"@mlopez\", weight: 900, cancelled: CR-001}\n".into(),
        ];
        portfolio()
            .file("projects/crm/milestones.yaml", &format!("milestones:\n{}", text.concat()))
            .replace(
                LAST,
                "milestones:\n  M1: {forecast: 2026-10-05}",
                &format!("progress: {{percent_complete: {percent}}}"),
            )
    }

    #[test]
    fn twenty_points_are_the_border() {
        with("50", "weight").silent(RULE);
        let found = with("51", "weight").finds(RULE, LAST, 7);
        assert_eq!(
            found.message,
            "percent complete is 51, but the milestones reached weigh 30.0 %"
        );
    }

    #[test]
    fn without_weights_nothing_is_compared() {
        let plain =
            with("99", "x-weight").replace("projects/crm/milestones.yaml", "weight: 900, ", "");
        plain.silent(RULE);
    }

    #[test]
    fn only_what_was_reached_by_the_reports_day_counts() {
        with("45", "weight").silent(RULE);
        with("45", "weight")
            .as_of("2026-03-30")
            .replace("projects/crm/milestones.yaml", "actual: 2026-03-27", "actual: 2026-03-28")
            .finds(RULE, LAST, 7);
    }
}
