//! `stuck-percent-complete`: nearly done, report after report.

use super::{Context, Defaults, Rule};
use crate::finding::Finding;
use crate::finding::Severity::Warn;
use crate::ratio::Ratio;
use crate::rules::reported::reported;
use crate::text::Span;

pub(super) static RULE: Rule = Rule {
    name: "stuck-percent-complete",
    summary: "Three or more reports in a row give 90 percent complete or more while key milestones are open.",
    why: "The last tenth takes as long as the first nine: what is called ninety percent is often the part that was easy to see. The open key milestones say what is missing, so progress measured by them is the better number.",
    defaults: Defaults::Flat(Warn),
    example: "=== projects/crm/status/2026-02-13.md\n---\nkind: status\nauthor: \"@mlopez\"\nas_of: 2026-02-13\nphase: execution\nhealth: {overall: green, schedule: green}\nmilestones:\n  M1: {forecast: 2026-09-30}\nprogress: {percent_complete: 90}\n---\n# Status\n=== projects/crm/status/2026-02-27.md\n---\nkind: status\nauthor: \"@mlopez\"\nas_of: 2026-02-27\nphase: execution\nhealth: {overall: green, schedule: green}\nmilestones:\n  M1: {forecast: 2026-09-30}\nprogress: {percent_complete: 92}\n---\n# Status\n=== projects/crm/status/2026-03-27.md\n---\nkind: status\nauthor: \"@mlopez\"\nas_of: 2026-03-27\nphase: execution\nhealth: {overall: green, schedule: green}\nmilestones:\n  M1: {forecast: 2026-10-05}\nprogress: {percent_complete: 93}\n---\n# Status\n",
    remedy: "=== projects/crm/status/2026-03-27.md\n---\nkind: status\nauthor: \"@mlopez\"\nas_of: 2026-03-27\nphase: execution\nhealth: {overall: green, schedule: green}\nmilestones:\n  M1: {forecast: 2026-10-05}\nprogress: {percent_complete: 70, method: milestones, note: Counted by milestones from now on}\n---\n# Status\n",
    check: Some(check),
};

fn check(context: &Context<'_>, out: &mut Vec<Finding>) {
    let p = context.portfolio;
    for it in reported(context).filter(|it| !it.is_young()) {
        let Some((now, span)) = percent(&it.document.fields) else { continue };
        let reports = it.newest_first(p);
        let high: Vec<Ratio> = reports
            .iter()
            .map_while(|(_, d)| percent(&d.fields).map(|(n, _)| n))
            .take_while(|n| *n >= Ratio::whole(90))
            .collect();
        let open: Vec<&str> = it
            .project
            .milestones
            .iter()
            .filter(|m| m.key && !m.cancelled && m.actual.is_none())
            .map(|m| &*m.id)
            .collect();
        // At 100 percent `complete-with-open-work` speaks.
        if high.len() < 3 || open.is_empty() || now >= Ratio::whole(100) {
            continue;
        }
        let verb = if open.len() == 1 { "is" } else { "are" };
        let message = format!(
            "percent complete is {now} and has been 90 or more in {} reports, while `{}` {verb} open",
            high.len(),
            open.join("`, `")
        );
        let help = "measure progress by milestones reached (`method: milestones`), and say what the rest consists of";
        out.push(it.document.finding(RULE.name, span, message).help(help));
    }
}

/// Percent complete as a report gives it, and where.
pub(super) fn percent(report: &crate::data::record::Record) -> Option<(Ratio, Span)> {
    let progress = report.record("progress")?;
    Some((progress.number("percent_complete")?, progress.span("percent_complete")?))
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::{Fixture, portfolio};

    const RULE: &str = "stuck-percent-complete";
    const LAST: &str = "projects/crm/status/2026-03-27.md";

    fn with(numbers: [&str; 3]) -> Fixture {
        let [first, second, third] =
            numbers.map(|n| format!("progress: {{percent_complete: {n}}}\nmilestones:"));
        portfolio()
            .file(
                "projects/crm/status/2026-02-13.md",
                &format!("---\nkind: status\nauthor: \"@mlopez\"\nas_of: 2026-02-13\nphase: execution\nhealth: {{overall: green, schedule: green}}\n{first}\n  M1: {{forecast: 2026-09-30}}\n---\n# S\n"),
            )
            .replace("projects/crm/status/2026-02-27.md", "milestones:", &second)
            .replace(LAST, "milestones:", &third)
    }

    #[test]
    fn three_reports_of_ninety_with_an_open_key_milestone() {
        let found = with(["90", "91", "92"]).finds(RULE, LAST, 7);
        assert_eq!(
            found.message,
            "percent complete is 92 and has been 90 or more in 3 reports, while `M1` is open"
        );
        with(["89", "91", "92"]).silent(RULE);
        with(["90", "89", "92"]).silent(RULE);
    }

    #[test]
    fn with_nothing_open_it_is_true() {
        with(["90", "91", "92"])
            .replace(LAST, "forecast: 2026-10-05", "actual: 2026-03-26")
            .silent(RULE);
    }

    #[test]
    fn at_a_hundred_another_rule_speaks() {
        let done = with(["90", "91", "100"]);
        done.silent(RULE);
        done.finds("complete-with-open-work", LAST, 7);
    }
}
