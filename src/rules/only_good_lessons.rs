//! `only-good-lessons`: nothing was worth doing better.

use super::common::running;
use super::{Context, Defaults, Rule};
use crate::document::Item;
use crate::finding::{Finding, Severity};

pub(super) static RULE: Rule = Rule {
    name: "only-good-lessons",
    summary: "A project has three lessons or more, and all of them say to keep doing what was done.",
    why: "No project goes well from end to end. Where every lesson praises, the ones that cost something were not written down, and those are the ones the next project needs.",
    defaults: Defaults::Flat(Severity::Note),
    example: "=== projects/crm/lessons.yaml\nupdated: 2026-03-27\nlessons:\n  - {id: L-001, title: Weekly demo, polarity: keep, recommendation: Show it weekly, owner: \"@mlopez\"}\n  - {id: L-002, title: One room, polarity: keep, recommendation: Sit together, owner: \"@mlopez\"}\n  - {id: L-003, title: Early data, polarity: keep, recommendation: Load early, owner: \"@mlopez\"}\n",
    remedy: "=== projects/crm/lessons.yaml\nupdated: 2026-03-27\nlessons:\n  - {id: L-001, title: Weekly demo, polarity: keep, recommendation: Show it weekly, owner: \"@mlopez\"}\n  - {id: L-002, title: One room, polarity: keep, recommendation: Sit together, owner: \"@mlopez\"}\n  - {id: L-003, title: Late data, polarity: improve, recommendation: Load early, owner: \"@mlopez\"}\n",
    check: Some(check),
};

/// Fewer lessons than this prove nothing.
const ENOUGH: usize = 3;

fn check(context: &Context<'_>, out: &mut Vec<Finding>) {
    for project in running(context.portfolio) {
        let lessons: Vec<&Item> =
            project.items("lessons").iter().filter(|i| i.status() != "retired").collect();
        let keeps = |item: &&Item| item.fields.text("polarity") == Some("keep");
        let Some(first) = lessons.first() else { continue };
        if lessons.len() < ENOUGH || !lessons.iter().all(keeps) {
            continue;
        }
        let message =
            format!("all {} lessons say `keep`: none says what to do better", lessons.len());
        let help =
            "add what cost days, money or nerves, with `polarity: improve` or `polarity: avoid`";
        out.push(first.finding(RULE.name, "polarity", message).help(help));
    }
}

#[cfg(test)]
mod tests {
    use crate::finding::Severity;
    use crate::rules::testing::{Fixture, portfolio};

    const PATH: &str = "projects/crm/lessons.yaml";
    const RULE: &str = "only-good-lessons";

    fn lessons(polarities: &[&str]) -> Fixture {
        let line = |(n, p): (usize, &&str)| format!("  - {{id: L-{n}, title: T, {p}}}\n");
        let list: String = polarities.iter().enumerate().map(line).collect();
        portfolio().file(PATH, &format!("lessons:\n{list}"))
    }

    #[test]
    fn three_that_keep_are_found_and_two_are_silent() {
        let found = lessons(&["polarity: keep"; 3]).finds(RULE, PATH, 2);
        assert_eq!(found.message, "all 3 lessons say `keep`: none says what to do better");
        assert_eq!(found.severity, Severity::Note);
        lessons(&["polarity: keep"; 2]).silent(RULE);
        lessons(&["polarity: keep", "polarity: keep", "polarity: avoid"]).silent(RULE);
        lessons(&["polarity: keep", "polarity: keep", "date: 2026-03-20"]).silent(RULE);
    }

    #[test]
    fn retired_lessons_and_resting_projects_do_not_count() {
        lessons(&["polarity: keep", "polarity: keep", "polarity: keep, status: retired"])
            .silent(RULE);
        lessons(&["polarity: keep"; 3])
            .replace("projects/crm/project.md", "state: active", "state: on-hold")
            .silent(RULE);
    }
}
