//! `overdue-item`: an open item should have been done by now.

use super::history::count;
use super::{Context, Defaults, Rule};
use crate::date::days;
use crate::finding::Finding;
use crate::finding::Severity::{Deny, Warn};
use crate::measures::open_items::{DATED, name};
use crate::portfolio::State;

pub(super) static RULE: Rule = Rule {
    name: "overdue-item",
    summary: "An open risk, issue, action or dependency is past the day it was due.",
    why: "A date that passes without a word teaches everybody that dates in this register mean nothing. Either it was done and not closed, or it was not done and somebody should hear why and when. More than thirty days late it weighs more. Decisions that are waited for and assumptions past their day have rules of their own.",
    defaults: Defaults::Graded([Deny, Warn, Warn], [Warn, Warn, Warn]),
    example: "=== projects/crm/raid.yaml\nupdated: 2026-03-27\nissues:\n  - id: I-001\n    title: Test room too small\n    severity: 3\n    owner: \"@mlopez\"\n    raised: 2026-03-01\n    due: 2026-03-20\n    status: open\n",
    remedy: "=== projects/crm/raid.yaml\nupdated: 2026-03-27\nissues:\n  - id: I-001\n    title: Test room too small\n    severity: 3\n    owner: \"@mlopez\"\n    raised: 2026-03-01\n    due: 2026-03-20\n    status: resolved\n    resolved: 2026-03-19\n    resolution: Moved to the training centre\n",
    check: Some(check),
};

/// Days after which an overdue item weighs more.
const LONG: i64 = 30;

fn check(context: &Context<'_>, out: &mut Vec<Finding>) {
    let p = context.portfolio;
    for project in p.projects.iter().filter(|pr| pr.state == State::Active) {
        let own_rule = ["assumptions", "decisions"];
        for dated in DATED.iter().filter(|d| !own_rule.contains(&d.register)) {
            for item in dated.items(project) {
                let Some((due, field)) = dated.of(item) else { continue };
                let late = days(due, p.as_of);
                // An accepted risk is only watched.
                let accepted = item.fields.text("response") == Some("accept");
                if late <= 0 || accepted {
                    continue;
                }
                let message = format!(
                    "{} is {} and was due on {due}, {} ago",
                    name(item),
                    item.status(),
                    count(late, "day")
                );
                let finding = item.finding(RULE.name, field, message).help(
                    "close it with what came of it, or give it a new date and keep the old one in `due_history`",
                );
                out.push(if late > LONG { finding } else { finding.small() });
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::finding::Severity;
    use crate::rules::testing::{Fixture, portfolio};

    const RULE: &str = "overdue-item";
    const CARD: &str = "projects/crm/project.md";
    const RAID: &str = "projects/crm/raid.yaml";

    fn due(day: &str) -> Fixture {
        portfolio().replace(RAID, "due: 2026-04-01", &format!("due: {day}"))
    }

    #[test]
    fn the_day_itself_is_still_in_time() {
        due("2026-03-27").silent(RULE);
        let found = due("2026-03-26").finds(RULE, RAID, 20);
        assert_eq!(found.message, "issue `I-001` is open and was due on 2026-03-26, 1 day ago");
        assert_eq!(found.severity, Severity::Warn);
    }

    #[test]
    fn beyond_thirty_days_it_is_an_error_in_the_highest_tier() {
        let strict = |day: &str| due(day).replace(CARD, "tier: 3", "tier: 1");
        assert_eq!(strict("2026-02-25").finds(RULE, RAID, 20).severity, Severity::Warn);
        assert_eq!(strict("2026-02-24").finds(RULE, RAID, 20).severity, Severity::Deny);
        assert_eq!(due("2026-02-24").finds(RULE, RAID, 20).severity, Severity::Warn);
    }

    #[test]
    fn a_risk_is_judged_by_its_next_step_else_by_its_target() {
        let risk = |due: &str| {
            portfolio().replace(
                RAID,
                "    due: 2026-04-15\n",
                &format!("{due}    target: {{score: 4, date: 2026-03-01}}\n"),
            )
        };
        risk("    due: 2026-04-15\n").silent(RULE);
        risk("").finds(RULE, RAID, 12);
        risk("").replace(RAID, "response: reduce", "response: accept").silent(RULE);
    }

    #[test]
    fn dependencies_count_and_decisions_and_assumptions_have_their_own_rules() {
        let with = |text: &str| portfolio().file("projects/crm/more.yaml", text);
        with("dependencies:\n  - {id: DEP-1, title: T, owner: \"@mlopez\", need_by: 2026-03-01, status: confirmed}\n")
            .finds(RULE, "projects/crm/more.yaml", 2);
        with("assumptions:\n  - {id: A-1, title: T, owner: \"@mlopez\", validate_by: 2026-03-01, status: open}\n").silent(RULE);
        with("decisions:\n  - {id: D-9, title: T, decider: sponsor, requested: 2026-02-01, needed_by: 2026-03-01, status: requested}\n").silent(RULE);
    }

    #[test]
    fn what_is_over_or_resting_is_left_alone() {
        due("2026-03-01").replace(CARD, "state: active", "state: on-hold").silent(RULE);
        due("2026-03-01")
            .replace(RAID, "2026-03-01\n    status: open", "2026-03-01\n    status: resolved")
            .silent(RULE);
    }
}
