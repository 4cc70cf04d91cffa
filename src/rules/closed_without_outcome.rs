//! `closed-without-outcome`: settled, and nobody can say how.

use super::common::running;
use super::{Context, Defaults, Rule};
use crate::document::Item;
use crate::finding::Finding;
use crate::finding::Severity::{Note, Warn};
use crate::markdown::SectionFill;
use crate::portfolio::{Portfolio, Project};
use crate::target::Target;

pub(super) static RULE: Rule = Rule {
    name: "closed-without-outcome",
    summary: "A risk, issue or assumption was closed without saying how it ended.",
    why: "A closed item is worth something only with its end: the next project asks what was done about it, and an auditor asks who may say so. A risk that occurred is an issue now; where that issue is, is the first question.",
    defaults: Defaults::Graded([Warn, Note, Note], [Warn, Note, Note]),
    example: "=== projects/crm/raid.yaml\nupdated: 2026-03-27\nrisks:\n  - id: R-001\n    title: Data migration quality\n    owner: \"@mlopez\"\n    raised: 2026-01-20\n    status: closed\n    closed: 2026-03-20\n",
    remedy: "=== projects/crm/raid.yaml\nupdated: 2026-03-27\nrisks:\n  - id: R-001\n    title: Data migration quality\n    owner: \"@mlopez\"\n    raised: 2026-01-20\n    status: closed\n    closed: 2026-03-20\n    closed_reason: Two rehearsals were clean\n",
    check: Some(check),
};

/// Register, state, the field that says how it ended, and what is lacking.
const OUTCOMES: &[(&str, &str, &str, &str)] = &[
    ("risks", "closed", "closed_reason", "a reason"),
    ("issues", "resolved", "resolution", "a resolution"),
    ("issues", "closed", "resolution", "a resolution"),
    ("assumptions", "validated", "evidence", "evidence"),
    ("assumptions", "invalidated", "evidence", "evidence"),
];

fn check(context: &Context<'_>, out: &mut Vec<Finding>) {
    let p = context.portfolio;
    for project in running(p) {
        for (register, state, field, words) in OUTCOMES {
            for item in project.items(register).iter().filter(|i| i.status() == *state) {
                if item.fields.has(field) || in_section(p, item, field) {
                    continue;
                }
                let kind = item.kind.title.to_lowercase();
                let message = format!("{kind} `{}` is {state} without {words}", item.id);
                let help = format!("write `{field}` with how it ended");
                out.push(item.finding(RULE.name, "status", message).help(help));
            }
        }
        for item in project.items("risks").iter().filter(|i| i.status() == "occurred") {
            if !item.fields.has("became") && !names_issue(p, project, item) {
                let message = format!("risk `{}` occurred, and no issue is named for it", item.id);
                let help = "write `became` with the id of the issue it turned into";
                out.push(item.finding(RULE.name, "status", message).help(help));
            }
        }
    }
}

/// Whether the item's own document has the section that says it.
fn in_section(p: &Portfolio, item: &Item, field: &str) -> bool {
    let Some(document) = item.document.and_then(|i| p.documents.get(i)) else { return false };
    document.kind.sections.iter().zip(&document.sections).any(|(section, found)| {
        section.satisfied_by.iter().any(|f| **f == *field)
            && matches!(found.fill, SectionFill::Filled | SectionFill::NotApplicable(_))
    })
}

/// Whether the links of a risk lead to an issue.
fn names_issue(p: &Portfolio, project: &Project, item: &Item) -> bool {
    item.fields.texts("links").any(|(word, _)| {
        matches!(p.resolve(word, &item.path, Some(project)), Some(Target::Item(of, id))
            if p.project(&of).is_some_and(|pr| pr.items("issues").iter().any(|i| *i.id == *id)))
    })
}

#[cfg(test)]
mod tests {
    use crate::finding::Severity;
    use crate::rules::testing::{Fixture, portfolio};

    const PATH: &str = "projects/crm/raid.yaml";
    const CARD: &str = "projects/crm/project.md";
    const RULE: &str = "closed-without-outcome";

    fn raid(text: &str) -> Fixture {
        portfolio().replace(CARD, "tier: 3", "tier: 1").file(PATH, text)
    }

    #[test]
    fn each_register_has_its_own_word_for_the_end() {
        let found =
            raid("risks:\n  - id: R-001\n    title: T\n    status: closed\n").finds(RULE, PATH, 4);
        assert_eq!(found.message, "risk `R-001` is closed without a reason");
        assert_eq!(found.severity, Severity::Warn);
        let found =
            raid("issues:\n  - {id: I-001, title: T, status: resolved}\n").finds(RULE, PATH, 2);
        assert_eq!(found.message, "issue `I-001` is resolved without a resolution");
        let found = raid("assumptions:\n  - {id: A-001, title: T, status: validated}\n");
        let found = found.finds(RULE, PATH, 2);
        assert_eq!(found.message, "assumption `A-001` is validated without evidence");
        raid("risks:\n  - {id: R-001, title: T, status: closed, closed_reason: Gone}\n")
            .silent(RULE);
        raid("issues:\n  - {id: I-001, title: T, status: closed, resolution: Moved}\n")
            .silent(RULE);
        raid("assumptions:\n  - {id: A-001, title: T, status: validated, evidence: Mail}\n")
            .silent(RULE);
    }

    #[test]
    fn a_risk_that_occurred_names_its_issue() {
        let of = |rest: &str| {
            raid(&format!(
                "risks:\n  - {{id: R-001, title: T, status: occurred{rest}}}\nissues:\n  - {{id: I-001, title: T, status: open}}\n"
            ))
        };
        let found = of("").finds(RULE, PATH, 2);
        assert_eq!(found.message, "risk `R-001` occurred, and no issue is named for it");
        of(", links: [M1]").finds(RULE, PATH, 2);
        of(", became: I-001").silent(RULE);
        of(", links: [I-001]").silent(RULE);
    }

    #[test]
    fn open_items_resting_projects_and_filled_sections_are_silent() {
        raid("risks:\n  - {id: R-001, title: T, status: open}\n").silent(RULE);
        raid("risks:\n  - {id: R-001, title: T, status: closed}\n")
            .replace(CARD, "state: active", "state: complete")
            .silent(RULE);
        portfolio()
            .file(
                "projects/crm/raid/I-009.md",
                "---\nkind: issue\nid: I-009\ntitle: Room\nstatus: resolved\nseverity: 3\n---\n# Room\n\n## Resolution\n\nMoved to the training centre on Monday.\n",
            )
            .silent(RULE);
        let note = portfolio()
            .replace(PATH, "    due: 2026-04-01\n    status: open", "    status: closed")
            .finds(RULE, PATH, 20);
        assert_eq!(note.severity, Severity::Note);
    }
}
