//! `step-outside-window`: a step of the cutover the window has no room for.

use super::common::running;
use super::cutover::{length, plans, steps};
use super::{Context, Defaults, Rule};
use crate::date::minute;
use crate::finding::{Finding, Severity};

pub(super) static RULE: Rule = Rule {
    name: "step-outside-window",
    summary: "A step of a cutover begins before the window opens or ends after it closes.",
    why: "The window is what the business agreed to: before and after it, people work with the system. A step outside it is either a surprise for them or a sign that the night is too short. The times are compared with their offsets, the length of a step included.",
    defaults: Defaults::Flat(Severity::Deny),
    example: EXAMPLE,
    remedy: "=== projects/crm/releases/live/cutover.md\n---\nkind: cutover\nversion: \"1.0\"\nstate: in-review\nauthor: \"@mlopez\"\nupdated: 2026-03-20\nrelease: live\nlead: \"@mlopez\"\nwindow: {start: 2026-06-13T22:00:00-04:00, end: 2026-06-14T06:00:00-04:00}\nsteps:\n  - {id: S1, at: 2026-06-13T22:00:00-04:00, duration: 30m, owner: \"@mlopez\", task: Freeze the old system, verify: write test rejected, status: planned}\n---\n# Cutover\n",
    check: Some(check),
};

const EXAMPLE: &str = "=== projects/crm/releases/live/cutover.md\n---\nkind: cutover\nversion: \"1.0\"\nstate: in-review\nauthor: \"@mlopez\"\nupdated: 2026-03-20\nrelease: live\nlead: \"@mlopez\"\nwindow: {start: 2026-06-13T22:00:00-04:00, end: 2026-06-14T06:00:00-04:00}\nsteps:\n  - {id: S1, at: 2026-06-13T21:30:00-04:00, duration: 30m, owner: \"@mlopez\", task: Freeze the old system, verify: write test rejected, status: planned}\n---\n# Cutover\n";

fn check(context: &Context<'_>, out: &mut Vec<Finding>) {
    let p = context.portfolio;
    for project in running(p) {
        for plan in plans(p, project) {
            let Some(window) = plan.fields.record("window") else { continue };
            let (start, end) = (window.text("start"), window.text("end"));
            let (opens, closes) = (start.and_then(minute), end.and_then(minute));
            for step in steps(plan) {
                let (Some((at, takes)), Some(ends)) = (step.time, step.end()) else { continue };
                let (field, fact) = if let Some(o) = opens.filter(|o| at < *o) {
                    let early = length(o - at);
                    ("at", format!("begins {early} before the window opens"))
                } else if let Some(c) = closes.filter(|c| ends > *c) {
                    let late = length(ends - c);
                    let field = if at > c || takes == 0 { "at" } else { "duration" };
                    (field, format!("ends {late} after the window closes"))
                } else {
                    continue;
                };
                let hours = match (start, end) {
                    (Some(start), Some(end)) => format!(" ({start} to {end})"),
                    _ => String::new(),
                };
                let message = format!("{} {fact}{hours}", step.name);
                let help =
                    "move or shorten the step, or agree on a longer window with the business";
                let span = plan.fields.span("window").unwrap_or(plan.head());
                let finding = plan.finding(RULE.name, step.at(field), message).help(help);
                out.push(finding.related(plan.path.clone(), span, plan.at(span), "the window"));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::EXAMPLE;
    use crate::finding::Severity;
    use crate::rules::testing::{Fixture, portfolio};

    const PATH: &str = "projects/crm/releases/live/cutover.md";
    const RULE: &str = "step-outside-window";

    fn step(at: &str, duration: &str) -> Fixture {
        portfolio()
            .files(EXAMPLE)
            .replace(PATH, "at: 2026-06-13T21:30:00-04:00", &format!("at: {at}"))
            .replace(PATH, "duration: 30m", &format!("duration: {duration}"))
    }

    #[test]
    fn the_first_minute_and_the_last_are_inside() {
        step("2026-06-13T22:00:00-04:00", "8h").silent(RULE);
        step("2026-06-14T05:30:00-04:00", "30m").silent(RULE);
        let found = step("2026-06-13T21:59:00-04:00", "30m").finds(RULE, PATH, 11);
        assert_eq!(
            found.message,
            "step `S1` begins 1 minute before the window opens (2026-06-13T22:00:00-04:00 to 2026-06-14T06:00:00-04:00)"
        );
        assert_eq!(found.severity, Severity::Deny);
        let found = step("2026-06-14T05:30:00-04:00", "150m").finds(RULE, PATH, 11);
        assert!(found.message.starts_with("step `S1` ends 2 h after the window closes"));
    }

    #[test]
    fn offsets_are_reckoned_with() {
        // 22:00 in Toronto is 02:00 of the next day in UTC, 04:00 in Berlin.
        step("2026-06-14T02:00:00Z", "30m").silent(RULE);
        step("2026-06-14T04:00:00+02:00", "30m").silent(RULE);
        step("2026-06-14T01:59:00Z", "30m").finds(RULE, PATH, 11);
        step("2026-06-14T04:00:00+03:00", "30m").finds(RULE, PATH, 11);
    }

    #[test]
    fn skipped_steps_untimed_ones_drafts_and_resting_projects_are_silent() {
        let early = || step("2026-06-13T20:00:00-04:00", "30m");
        early().replace(PATH, "status: planned", "status: skipped").silent(RULE);
        early().replace(PATH, "at: 2026-06-13T20:00:00-04:00, ", "").silent(RULE);
        early().replace(PATH, "state: in-review", "state: draft").silent(RULE);
        early()
            .replace(
                PATH,
                "{start: 2026-06-13T22:00:00-04:00, end: 2026-06-14T06:00:00-04:00}",
                "{}",
            )
            .silent(RULE);
        early().replace("projects/crm/project.md", "state: active", "state: on-hold").silent(RULE);
    }
}
