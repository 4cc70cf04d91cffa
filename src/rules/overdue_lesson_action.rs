//! `overdue-lesson-action`: what a lesson promised is long overdue.

use super::common::{day_count, inside, running};
use super::{Context, Defaults, Rule};
use crate::date::days;
use crate::finding::{Finding, Severity};

pub(super) static RULE: Rule = Rule {
    name: "overdue-lesson-action",
    summary: "The action of a lesson is open and more than 90 days past its date.",
    why: "The action is the lesson: until the template, the checklist or the contract has changed, the next project will meet the same surprise. After a quarter nobody remembers what was meant.",
    defaults: Defaults::Flat(Severity::Warn),
    example: "=== projects/crm/lessons.yaml\nupdated: 2026-03-27\nlessons:\n  - {id: L-001, title: Environments late, date: 2025-10-20, polarity: improve, recommendation: Order environments early, owner: \"@mlopez\", action: {text: Add lead times to the plan template, due: 2025-12-01, status: open}}\n",
    remedy: "=== projects/crm/lessons.yaml\nupdated: 2026-03-27\nlessons:\n  - {id: L-001, title: Environments late, date: 2025-10-20, polarity: improve, recommendation: Order environments early, owner: \"@mlopez\", action: {text: Add lead times to the plan template, due: 2025-12-01, status: done}}\n",
    check: Some(check),
};

/// Days after which an open action counts as forgotten.
const GRACE: i64 = 90;

fn check(context: &Context<'_>, out: &mut Vec<Finding>) {
    let p = context.portfolio;
    for project in running(p) {
        for item in project.items("lessons").iter().filter(|i| i.status() != "retired") {
            let Some(action) = item.fields.record("action") else { continue };
            let open = !matches!(action.text("status"), Some("done" | "declined"));
            let Some(due) = action.date("due").filter(|_| open) else { continue };
            let late = days(due, p.as_of);
            if late <= GRACE {
                continue;
            }
            let message = format!(
                "the action of lesson `{}` was due on {due} and is {} late",
                item.id,
                day_count(late)
            );
            let help = "do it and write `status: done`, or write `status: declined` and say why in the lesson";
            let span = action.span("due");
            out.push(inside(item, RULE.name, "action", span, message).help(help));
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::{Fixture, portfolio};

    const PATH: &str = "projects/crm/lessons.yaml";
    const RULE: &str = "overdue-lesson-action";

    fn due(day: &str, status: &str) -> Fixture {
        portfolio().file(
            PATH,
            &format!("lessons:\n  - id: L-001\n    title: Late\n    action:\n      text: Change it\n      due: {day}\n      status: {status}\n"),
        )
    }

    #[test]
    fn ninety_days_are_silent_and_ninety_one_are_found() {
        due("2025-12-27", "open").silent(RULE);
        let found = due("2025-12-26", "open").finds(RULE, PATH, 6);
        assert_eq!(
            found.message,
            "the action of lesson `L-001` was due on 2025-12-26 and is 91 days late"
        );
    }

    #[test]
    fn done_and_declined_actions_and_resting_projects_are_silent() {
        due("2025-06-01", "done").silent(RULE);
        due("2025-06-01", "declined").silent(RULE);
        due("2025-06-01", "open")
            .replace("projects/crm/project.md", "state: active", "state: on-hold")
            .silent(RULE);
    }

    #[test]
    fn an_action_in_a_file_of_its_own_is_found_there() {
        portfolio()
            .file(
                "projects/crm/lessons/L-001.md",
                "---\nkind: lesson\nid: L-001\naction:\n  text: Change it\n  due: 2025-12-01\n---\n# L\n",
            )
            .finds(RULE, "projects/crm/lessons/L-001.md", 6);
    }
}
