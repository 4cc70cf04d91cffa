//! `toothless-lesson`: a lesson that asks nothing of anybody.

use super::common::{join, running};
use super::{Context, Defaults, Rule};
use crate::document::Item;
use crate::finding::{Finding, Severity};

pub(super) static RULE: Rule = Rule {
    name: "toothless-lesson",
    summary: "A lesson has no recommendation, or nobody who sees to it.",
    why: "`Communication could have been better` changes nothing. A lesson is learned when somebody knows what to do differently next time, and one person makes it happen: a line in a template, an item on a checklist, a call at the next kick-off.",
    defaults: Defaults::Flat(Severity::Warn),
    example: "=== projects/crm/lessons.yaml\nupdated: 2026-03-27\nlessons:\n  - {id: L-001, title: Communication could have been better, date: 2026-03-20, polarity: improve, category: communication, status: captured}\n",
    remedy: "=== projects/crm/lessons.yaml\nupdated: 2026-03-27\nlessons:\n  - {id: L-001, title: Users heard of the freeze too late, date: 2026-03-20, polarity: improve, category: communication, recommendation: Announce a freeze ten business days ahead, owner: \"@mlopez\", status: captured}\n",
    check: Some(check),
};

fn check(context: &Context<'_>, out: &mut Vec<Finding>) {
    for project in running(context.portfolio) {
        for item in project.items("lessons").iter().filter(|i| i.status() != "retired") {
            let lacks = lacks(item);
            if lacks.is_empty() {
                continue;
            }
            let message = format!("lesson `{}` has {}", item.id, join(&lacks));
            let help = "write `recommendation` with what the next project should do, and `owner` with the one who makes it happen";
            out.push(item.finding(RULE.name, "id", message).help(help));
        }
    }
}

fn lacks(item: &Item) -> Vec<String> {
    let mut lacks = Vec::new();
    // In a file of its own, an empty section is found as a section.
    if item.document.is_none() && !item.fields.has("recommendation") {
        lacks.push("no recommendation".to_owned());
    }
    let action = item.fields.record("action");
    if !item.fields.has("owner") && !action.is_some_and(|a| a.has("owner")) {
        lacks.push("no owner".to_owned());
    }
    lacks
}

#[cfg(test)]
mod tests {
    use crate::finding::Severity;
    use crate::rules::testing::{Fixture, portfolio};

    const PATH: &str = "projects/crm/lessons.yaml";
    const RULE: &str = "toothless-lesson";

    fn lesson(rest: &str) -> Fixture {
        portfolio().file(PATH, &format!("lessons:\n  - {{id: L-001, title: Rooms{rest}}}\n"))
    }

    #[test]
    fn what_is_lacking_is_named() {
        let found = lesson("").finds(RULE, PATH, 2);
        assert_eq!(found.message, "lesson `L-001` has no recommendation and no owner");
        assert_eq!(found.severity, Severity::Warn);
        let found = lesson(", owner: \"@mlopez\"").finds(RULE, PATH, 2);
        assert_eq!(found.message, "lesson `L-001` has no recommendation");
        lesson(", recommendation: Book early").finds(RULE, PATH, 2);
        lesson(", recommendation: Book early, owner: \"@mlopez\"").silent(RULE);
        lesson(
            ", recommendation: Book early, action: {text: Change the template, owner: \"@mlopez\"}",
        )
        .silent(RULE);
    }

    #[test]
    fn a_file_may_recommend_in_a_section() {
        portfolio()
            .file(
                "projects/crm/lessons/L-001.md",
                "---\nkind: lesson\nid: L-001\nowner: \"@mlopez\"\n---\n# Rooms\n\n## Recommendation\n\nBook test rooms at the plan gate.\n",
            )
            .silent(RULE);
    }

    #[test]
    fn retired_lessons_and_resting_projects_are_silent() {
        lesson(", status: retired").silent(RULE);
        lesson("")
            .replace("projects/crm/project.md", "state: active", "state: on-hold")
            .silent(RULE);
    }
}
