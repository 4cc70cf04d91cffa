//! `serial-slip`: the due date of an open item was moved again and again.

use super::history::young;
use super::{Context, Defaults, Rule};
use crate::finding::{Finding, Severity};
use crate::measures::open_items::{DATED, name};
use crate::portfolio::State;

pub(super) static RULE: Rule = Rule {
    name: "serial-slip",
    summary: "The due date of an open item was moved later three times or more.",
    why: "A date moved once was a wrong estimate. Moved three times it was never a date: the work is not understood, nobody works on it, or it waits for something that is not written down. Another new date will not help; a smaller step, another owner or a decision may.",
    defaults: Defaults::Flat(Severity::Warn),
    example: "=== projects/crm/raid.yaml\nupdated: 2026-03-27\nissues:\n  - id: I-001\n    title: Test room too small\n    severity: 3\n    owner: \"@mlopez\"\n    raised: 2026-01-10\n    due: 2026-04-15\n    due_history: [2026-02-10, 2026-03-01, 2026-03-20]\n    status: open\n",
    remedy: "=== projects/crm/raid.yaml\nupdated: 2026-03-27\nissues:\n  - id: I-001\n    title: Test room too small\n    severity: 3\n    owner: \"@mlopez\"\n    raised: 2026-01-10\n    due: 2026-02-10\n    due_history: []\n    status: resolved\n    resolved: 2026-03-27\n    resolution: Moved to the training centre\n",
    check: Some(check),
};

/// Moves from which on a date means nothing.
const MOVES: usize = 3;

fn check(context: &Context<'_>, out: &mut Vec<Finding>) {
    let p = context.portfolio;
    let projects = p.projects.iter().filter(|pr| pr.state == State::Active);
    for project in projects.filter(|pr| !young(pr, p.as_of)) {
        for dated in DATED {
            for item in dated.items(project) {
                let history = item.fields.list("due_history");
                let mut dates: Vec<_> = history.iter().filter_map(|i| i.datum.date()).collect();
                let field = match dated.of(item) {
                    Some((now, field)) => {
                        dates.push(now);
                        field
                    }
                    None => "due_history",
                };
                let moves = dates.windows(2).filter(|w| w.last() > w.first()).count();
                if moves < MOVES {
                    continue;
                }
                let (Some(first), Some(now)) = (dates.first(), dates.last()) else { continue };
                let message = format!(
                    "the date of {} was moved later {moves} times (first {first}, now {now})",
                    name(item)
                );
                out.push(item.finding(RULE.name, field, message).help(
                    "say what it waits for, cut it into steps that can be dated, or give it to somebody who can solve it",
                ));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::{Fixture, portfolio};

    const RULE: &str = "serial-slip";
    const RAID: &str = "projects/crm/raid.yaml";

    fn moved(history: &str) -> Fixture {
        portfolio().replace(
            RAID,
            "    due: 2026-04-01\n",
            &format!("    due: 2026-05-30\n    due_history: [{history}]\n"),
        )
    }

    #[test]
    fn three_later_moves_fire_and_two_do_not() {
        moved("2026-03-10, 2026-04-10").silent(RULE);
        let found = moved("2026-02-10, 2026-03-10, 2026-04-10").finds(RULE, RAID, 20);
        assert_eq!(
            found.message,
            "the date of issue `I-001` was moved later 3 times (first 2026-02-10, now 2026-05-30)"
        );
        let four = moved("2026-02-10, 2026-03-10, 2026-04-10, 2026-04-20").finds(RULE, RAID, 20);
        assert!(four.message.contains("4 times (first 2026-02-10, now 2026-05-30)"));
    }

    #[test]
    fn moves_to_an_earlier_day_and_repeats_do_not_count() {
        moved("2026-04-10, 2026-03-10, 2026-04-20").silent(RULE);
        moved("2026-03-10, 2026-04-10, 2026-05-30").silent(RULE);
    }

    #[test]
    fn closed_items_young_and_resting_projects_are_left_alone() {
        let slips = || moved("2026-02-10, 2026-03-10, 2026-04-10");
        slips()
            .replace(RAID, "04-10]\n    status: open", "04-10]\n    status: closed")
            .silent(RULE);
        let card = "projects/crm/project.md";
        slips().replace(card, "state: active", "state: proposed").silent(RULE);
        slips()
            .replace(card, "start: {baseline: 2026-01-05}", "start: {baseline: 2026-02-01}")
            .silent(RULE);
    }
}
