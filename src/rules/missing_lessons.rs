//! `missing-lessons`: a project closes with fewer lessons than its tier owes.

use super::common::{at_field, in_force, running};
use super::due::{class, has_broken_file};
use super::{Context, Defaults, Rule};
use crate::document::Document;
use crate::finding::{Finding, Severity};
use crate::kinds::Role;
use crate::lifecycles::{Class, Requirement, Wanted};
use crate::portfolio::{Portfolio, Project};

pub(super) static RULE: Rule = Rule {
    name: "missing-lessons",
    summary: "A closure report is there, but the project has fewer lessons than its tier must leave behind.",
    why: "A project is paid for twice when the next one repeats its mistakes. Whoever closes it knows what they were; a month later nobody does. The requirement matrix asks for at least three lessons in the tier with most control, two in the middle and one in the lightest.",
    defaults: Defaults::Flat(Severity::Deny),
    example: EXAMPLE,
    remedy: "=== projects/crm/lessons.yaml\nupdated: 2026-03-27\nlessons:\n  - {id: L-001, title: Book rooms early, date: 2026-03-20, polarity: improve, category: planning, recommendation: Book test rooms at the plan gate, owner: \"@mlopez\", status: captured}\n",
    check: Some(check),
};

const EXAMPLE: &str = "=== projects/crm/project.md\n---\nkind: project\nid: crm\ntitle: CRM replacement\ntier: 3\nphase: close-out\nstate: active\nsponsor: Dana Okafor\nproject_manager: Maria Lopez\n---\n=== projects/crm/closure.md\n---\nkind: closure\nversion: \"1.0\"\nstate: in-review\nauthor: \"@mlopez\"\nupdated: 2026-03-25\noutcome: delivered\nfinish_actual: 2026-03-20\nacceptance_date: 2026-03-20\n---\n# CRM replacement: closure\n";

fn check(context: &Context<'_>, out: &mut Vec<Finding>) {
    let p = context.portfolio;
    for project in running(p).filter(|pr| !has_broken_file(p, pr)) {
        let Some(closure) = closure(p, project) else { continue };
        for row in p.lifecycles.requirements.iter().filter(|row| of_lessons(p, row)) {
            let fewest = row.minimum.get(project.tier).or(row.minimum.last()).copied().unwrap_or(1);
            let has = project.items("lessons").len();
            if has >= usize::try_from(fewest).unwrap_or(1) {
                continue;
            }
            let message = format!("the project closes with {has} of at least {fewest} lessons");
            let help = format!(
                "write down what the next project should know: `milepost new lesson --project {}`",
                project.id
            );
            out.push(at_field(closure, RULE.name, "outcome", message).help(help));
        }
    }
}

/// The closure report in force of a project that closes.
fn closure<'a>(p: &'a Portfolio, project: &'a Project) -> Option<&'a Document> {
    let closing = class(project) == Some(Class::Close);
    in_force(p, project)
        .find(|d| d.kind.role == Role::Document && d.kind.fields.find("finish_actual").is_some())
        .filter(|_| closing)
}

/// The row of the matrix that asks for a number of lessons.
fn of_lessons(p: &Portfolio, row: &Requirement) -> bool {
    let Wanted::Kind(name) = &row.wanted else { return false };
    !row.minimum.is_empty() && p.kinds.find(name).is_some_and(|k| k.role == Role::Lesson)
}

/// Whether this rule speaks of a row of the matrix, so that no other does.
pub(super) fn speaks_of(p: &Portfolio, project: &Project, row: &Requirement) -> bool {
    of_lessons(p, row)
        && project.state == crate::portfolio::State::Active
        && closure(p, project).is_some()
}

#[cfg(test)]
mod tests {
    use super::EXAMPLE;
    use crate::finding::Severity;
    use crate::rules::testing::{Fixture, portfolio};

    const PATH: &str = "projects/crm/closure.md";
    const CARD: &str = "projects/crm/project.md";
    const RULE: &str = "missing-lessons";

    fn closing(tier: u8, lessons: u8) -> Fixture {
        let list: Vec<String> = (0..lessons)
            .map(|n| format!("  - {{id: L-{n}, title: Lesson {n}, recommendation: Book rooms early, owner: \"@mlopez\", polarity: improve}}\n"))
            .collect();
        let list = list.concat();
        portfolio()
            .files(EXAMPLE)
            .replace(CARD, "tier: 3", &format!("tier: {tier}"))
            .file("projects/crm/lessons.yaml", &format!("updated: 2026-03-27\nlessons:\n{list}"))
    }

    #[test]
    fn three_two_and_one_are_the_least_by_tier() {
        for (tier, least) in [(1, 3), (2, 2), (3, 1)] {
            closing(tier, least).silent(RULE);
            let found = closing(tier, least - 1).finds(RULE, PATH, 7);
            assert_eq!(
                found.message,
                format!("the project closes with {} of at least {least} lessons", least - 1)
            );
            assert_eq!(found.severity, Severity::Deny);
        }
    }

    #[test]
    fn the_count_is_not_told_twice() {
        let all = closing(1, 2).findings();
        assert!(
            !all.iter().any(|f| f.rule == "missing-document" && f.message.contains("lesson")),
            "{all:#?}"
        );
    }

    #[test]
    fn drafts_other_phases_and_finished_projects_are_silent() {
        closing(3, 0).replace(PATH, "state: in-review", "state: draft").silent(RULE);
        closing(3, 0).replace(CARD, "phase: close-out", "phase: execution").silent(RULE);
        closing(3, 0).replace(CARD, "state: active", "state: complete").silent(RULE);
    }
}
