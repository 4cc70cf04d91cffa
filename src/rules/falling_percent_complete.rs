//! `falling-percent-complete`: less is done than in the last report, without a word.

use super::{Context, Defaults, Rule};
use crate::finding::Finding;
use crate::finding::Severity::Warn;
use crate::rules::reported::reported;
use crate::rules::stuck_percent_complete::percent;

pub(super) static RULE: Rule = Rule {
    name: "falling-percent-complete",
    summary: "Percent complete is lower than in the previous report, and no note says why.",
    why: "Work that was done does not become undone. When the number falls, the scope grew, something was rejected, or the earlier number was a guess; each is worth knowing, and one sentence in `note` tells it.",
    defaults: Defaults::Flat(Warn),
    example: "=== projects/crm/status/2026-02-27.md\n---\nkind: status\nauthor: \"@mlopez\"\nas_of: 2026-02-27\nphase: execution\nhealth: {overall: green, schedule: green}\nmilestones:\n  M1: {forecast: 2026-09-30}\nprogress: {percent_complete: 40}\n---\n# Status\n=== projects/crm/status/2026-03-27.md\n---\nkind: status\nauthor: \"@mlopez\"\nas_of: 2026-03-27\nphase: execution\nhealth: {overall: green, schedule: green}\nmilestones:\n  M1: {forecast: 2026-10-05}\nprogress: {percent_complete: 35}\n---\n# Status\n",
    remedy: "=== projects/crm/status/2026-03-27.md\n---\nkind: status\nauthor: \"@mlopez\"\nas_of: 2026-03-27\nphase: execution\nhealth: {overall: green, schedule: green}\nmilestones:\n  M1: {forecast: 2026-10-05}\nprogress: {percent_complete: 35, note: Nine requirements were added by CR-001}\n---\n# Status\n",
    check: Some(check),
};

fn check(context: &Context<'_>, out: &mut Vec<Finding>) {
    let p = context.portfolio;
    for it in reported(context).filter(|it| !it.is_young()) {
        let Some((now, span)) = percent(&it.document.fields) else { continue };
        let reports = it.newest_first(p);
        let mut earlier = reports.iter().skip(1);
        let Some((report, before)) = earlier.find_map(|(r, d)| Some((r, percent(&d.fields)?.0)))
        else {
            continue;
        };
        let noted = it.document.fields.record("progress").is_some_and(|r| r.has("note"));
        if now >= before || noted {
            continue;
        }
        let message = format!("percent complete fell from {before} on {} to {now}", report.date);
        let help = "add a `note` to `progress` that says why, or correct the number";
        out.push(it.document.finding(RULE.name, span, message).help(help));
    }
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::{Fixture, portfolio};

    const RULE: &str = "falling-percent-complete";
    const FIRST: &str = "projects/crm/status/2026-02-27.md";
    const LAST: &str = "projects/crm/status/2026-03-27.md";

    fn with(first: &str, last: &str) -> Fixture {
        let progress = |text: &str| format!("progress: {{{text}}}\nmilestones:");
        portfolio().replace(FIRST, "milestones:", &progress(first)).replace(
            LAST,
            "milestones:",
            &progress(last),
        )
    }

    #[test]
    fn a_fall_needs_a_note() {
        let found = with("percent_complete: 40", "percent_complete: 39").finds(RULE, LAST, 7);
        assert_eq!(found.message, "percent complete fell from 40 on 2026-02-27 to 39");
        with("percent_complete: 40", "percent_complete: 40").silent(RULE);
        with("percent_complete: 40", "percent_complete: 39, note: Scope grew").silent(RULE);
        with("percent_complete: 40", "percent_complete: 39, note: ''").finds(RULE, LAST, 7);
    }

    #[test]
    fn a_report_without_a_number_is_passed_over() {
        with("method: points", "percent_complete: 39").silent(RULE);
        with("percent_complete: 40", "method: points").silent(RULE);
    }

    #[test]
    fn resting_projects_are_left_alone() {
        with("percent_complete: 40", "percent_complete: 39")
            .replace("projects/crm/project.md", "state: active", "state: on-hold")
            .silent(RULE);
    }
}
