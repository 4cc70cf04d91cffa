//! `missed-back-to-green`: the day it was to be green again has passed, or
//! keeps moving.

use super::{Context, Defaults, Rule};
use crate::date::{Date, days};
use crate::finding::Finding;
use crate::finding::Severity::Warn;
use crate::portfolio::{Portfolio, declared};
use crate::rules::common::day_count;
use crate::rules::due::poor;
use crate::rules::reported::{Reported, reported};
use crate::table::Rag;

pub(super) static RULE: Rule = Rule {
    name: "missed-back-to-green",
    summary: "A rating was to be green again by a day that has passed, or that has been moved twice.",
    why: "The path to green has a date so that somebody looks when it comes. When it passes and the rating stays, the path did not work and needs to be another one; when the date is moved with every report, it is no promise but a figure of speech. One move is allowed: plans learn.",
    defaults: Defaults::Flat(Warn),
    example: "=== projects/crm/status/2026-03-27.md\n---\nkind: status\nauthor: \"@mlopez\"\nas_of: 2026-03-27\nphase: execution\nhealth:\n  overall: amber\n  schedule: {rag: amber, why: Test room is too small, path: Move the tests to the training centre, back_to_green: 2026-03-20}\nmilestones:\n  M1: {forecast: 2026-10-05}\n---\n# Status\n",
    remedy: "=== projects/crm/status/2026-03-27.md\n---\nkind: status\nauthor: \"@mlopez\"\nas_of: 2026-03-27\nphase: execution\nhealth:\n  overall: amber\n  schedule: {rag: amber, why: The training centre has no network, path: The network team lays a line by 14 April, back_to_green: 2026-04-17}\nmilestones:\n  M1: {forecast: 2026-10-05}\n---\n# Status\n",
    check: Some(check),
};

fn check(context: &Context<'_>, out: &mut Vec<Finding>) {
    let p = context.portfolio;
    for it in reported(context).filter(|it| !it.is_young()) {
        for (name, rag, said) in poor(&it.document.fields) {
            let Some(now) = said.date("back_to_green") else { continue };
            let promised = promises(p, &it, name);
            let passed = now < p.as_of;
            let moves = promised.windows(2).filter(|w| matches!(w, [a, b] if b > a)).count();
            if !passed && moves < 2 {
                continue;
            }
            let earlier: Vec<String> =
                promised.iter().take(promised.len() - 1).map(Date::to_string).collect();
            let message = match (earlier.is_empty(), passed) {
                (true, _) => format!(
                    "{name} was to be green by {now}, {} ago, and is {}",
                    day_count(days(now, p.as_of)),
                    rag.name()
                ),
                (false, true) => format!(
                    "{name} was to be green by {}, then by {now}, and is {}",
                    earlier.join(", then by "),
                    rag.name()
                ),
                (false, false) => format!(
                    "{name} is {} and was to be green by {}, now by {now}",
                    rag.name(),
                    earlier.join(", then by ")
                ),
            };
            let span = said.span("back_to_green").unwrap_or(it.document.head());
            let help =
                "write what went wrong with the path, another one, and a date somebody stands for";
            out.push(it.document.finding(RULE.name, span, message).help(help));
        }
    }
}

/// The days promised in the reports since it was last not amber or red, oldest
/// first, the newest last; repeats are left out.
fn promises(p: &Portfolio, it: &Reported<'_>, name: &str) -> Vec<Date> {
    let mut promised = Vec::new();
    for (_, report) in it.newest_first(p) {
        let Some(said) = declared(&report.fields, name) else { break };
        if !matches!(said.rag.colour(), Some(Rag::Amber | Rag::Red)) {
            break;
        }
        promised.extend(said.said.date("back_to_green"));
    }
    promised.reverse();
    promised.dedup();
    promised
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::{Fixture, portfolio};

    const RULE: &str = "missed-back-to-green";
    const FIRST: &str = "projects/crm/status/2026-02-27.md";
    const LAST: &str = "projects/crm/status/2026-03-27.md";
    const GREEN: &str = "health: {overall: green, schedule: green}";

    fn health(day: &str) -> String {
        format!(
            "health: {{overall: amber, schedule: {{rag: amber, why: w, path: Move the tests to another room, back_to_green: {day}}}}}"
        )
    }

    fn last(day: &str) -> Fixture {
        portfolio().replace(LAST, GREEN, &health(day))
    }

    #[test]
    fn the_day_itself_has_not_passed() {
        last("2026-03-27").silent(RULE);
        let found = last("2026-03-26").finds(RULE, LAST, 6);
        assert_eq!(
            found.message,
            "schedule was to be green by 2026-03-26, 1 day ago, and is amber"
        );
    }

    #[test]
    fn the_second_move_is_told_with_its_history() {
        let early = |day: &str, promise: &str| {
            let text = format!(
                "---\nkind: status\nauthor: \"@mlopez\"\nas_of: {day}\nphase: execution\n{}\nmilestones:\n  M1: {{forecast: 2026-09-30}}\n---\n# S\n",
                health(promise)
            );
            (format!("projects/crm/status/{day}.md"), text)
        };
        let (path, text) = early("2026-01-30", "2026-03-13");
        let twice = last("2026-05-08").replace(FIRST, GREEN, &health("2026-04-10"));
        twice.silent(RULE);
        let found = twice.file(&path, &text).finds(RULE, LAST, 6);
        assert_eq!(
            found.message,
            "schedule is amber and was to be green by 2026-03-13, then by 2026-04-10, now by 2026-05-08"
        );
        // Earlier than promised is no broken promise, green between ends the run.
        let (_, sooner) = early("2026-01-30", "2026-05-29");
        last("2026-05-08")
            .replace(FIRST, GREEN, &health("2026-05-15"))
            .file(&path, &sooner)
            .silent(RULE);
        last("2026-05-08").file(&path, &text).silent(RULE);
    }

    #[test]
    fn a_passed_day_that_was_moved_before_is_one_finding() {
        let found = last("2026-03-20").replace(FIRST, GREEN, &health("2026-03-06"));
        let all = found.findings();
        let of: Vec<_> = all.iter().filter(|f| f.rule == RULE).collect();
        assert_eq!(of.len(), 1);
        assert_eq!(
            of[0].message,
            "schedule was to be green by 2026-03-06, then by 2026-03-20, and is amber"
        );
    }

    #[test]
    fn old_reports_and_resting_projects_are_left_alone() {
        last("2026-04-10").as_of("2026-06-30").silent(RULE);
        last("2026-03-20")
            .replace("projects/crm/project.md", "state: active", "state: on-hold")
            .silent(RULE);
    }
}
