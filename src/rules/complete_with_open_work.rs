//! `complete-with-open-work`: all done, with milestones or severe issues open.

use super::{Context, Defaults, Rule};
use crate::finding::Finding;
use crate::finding::Severity::Deny;
use crate::ratio::Ratio;
use crate::rules::reported::reported;
use crate::rules::stuck_percent_complete::percent;

pub(super) static RULE: Rule = Rule {
    name: "complete-with-open-work",
    summary: "A report gives 100 percent complete while milestones or issues of severity 1 or 2 are open.",
    why: "Complete means that nothing is left. An open milestone is something left, and so is an issue that stops the delivery or threatens a milestone. One of the two statements is wrong, and readers plan with both.",
    defaults: Defaults::Flat(Deny),
    example: "=== projects/crm/status/2026-03-27.md\n---\nkind: status\nauthor: \"@mlopez\"\nas_of: 2026-03-27\nphase: execution\nhealth: {overall: green, schedule: green}\nmilestones:\n  M1: {forecast: 2026-10-05}\nprogress: {percent_complete: 100}\n---\n# Status\n",
    remedy: "=== projects/crm/status/2026-03-27.md\n---\nkind: status\nauthor: \"@mlopez\"\nas_of: 2026-03-27\nphase: execution\nhealth: {overall: green, schedule: green}\nmilestones:\n  M1: {actual: 2026-03-26}\nprogress: {percent_complete: 100}\n---\n# Status\n",
    check: Some(check),
};

fn check(context: &Context<'_>, out: &mut Vec<Finding>) {
    for it in reported(context) {
        let Some((now, span)) = percent(&it.document.fields) else { continue };
        if now < Ratio::whole(100) {
            continue;
        }
        let milestones: Vec<&str> = it
            .project
            .milestones
            .iter()
            .filter(|m| !m.cancelled && m.actual.is_none())
            .map(|m| &*m.id)
            .collect();
        let issues: Vec<&str> = it
            .project
            .items("issues")
            .iter()
            .filter(|i| !matches!(i.status(), "resolved" | "closed"))
            .filter(|i| i.fields.number("severity").is_some_and(|n| n <= Ratio::whole(2)))
            .map(|i| &*i.id)
            .collect();
        let mut open = Vec::new();
        for (one, many, ids) in
            [("milestone", "milestones", milestones), ("issue", "issues", issues)]
        {
            if !ids.is_empty() {
                let word = if ids.len() == 1 { one } else { many };
                open.push(format!("{} {word} (`{}`)", ids.len(), ids.join("`, `")));
            }
        }
        if open.is_empty() {
            continue;
        }
        let message = format!("percent complete is {now} with {} open", open.join(" and "));
        let help = "give the real number, or close what is done: `actual` for milestones, `resolved` for issues";
        out.push(it.document.finding(RULE.name, span, message).help(help));
    }
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::{Fixture, portfolio};

    const RULE: &str = "complete-with-open-work";
    const LAST: &str = "projects/crm/status/2026-03-27.md";
    const RAID: &str = "projects/crm/raid.yaml";

    fn with(percent: &str, milestone: &str) -> Fixture {
        portfolio().says(LAST, &format!("progress: {{percent_complete: {percent}}}")).replace(
            LAST,
            "forecast: 2026-10-05",
            milestone,
        )
    }

    #[test]
    fn an_open_milestone_is_work_left() {
        let found = with("100", "forecast: 2026-10-05").finds(RULE, LAST, 7);
        assert_eq!(found.message, "percent complete is 100 with 1 milestone (`M1`) open");
        with("99", "forecast: 2026-10-05").silent(RULE);
        with("100", "actual: 2026-03-26").silent(RULE);
    }

    #[test]
    fn issues_of_severity_1_and_2_are_work_left() {
        let issue = |severity: &str| {
            with("100", "actual: 2026-03-26").replace(
                RAID,
                "severity: 3",
                &format!("severity: {severity}"),
            )
        };
        let found = issue("2").finds(RULE, LAST, 7);
        assert_eq!(found.message, "percent complete is 100 with 1 issue (`I-001`) open");
        issue("3").silent(RULE);
        issue("2")
            .replace(
                RAID,
                "due: 2026-04-01\n    status: open",
                "due: 2026-04-01\n    status: resolved",
            )
            .silent(RULE);
    }

    #[test]
    fn resting_projects_are_left_alone() {
        with("100", "forecast: 2026-10-05")
            .replace("projects/crm/project.md", "state: active", "state: on-hold")
            .silent(RULE);
    }
}
