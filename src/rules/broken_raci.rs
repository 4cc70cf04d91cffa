//! `broken-raci`: an activity with two heads, or with none.

use super::common::{in_force, records, running};
use super::{Context, Defaults, Rule};
use crate::document::Document;
use crate::finding::{Finding, Severity};
use crate::markdown::letters;
use crate::text::Span;

pub(super) static RULE: Rule = Rule {
    name: "broken-raci",
    summary: "A row of the RACI has not exactly one A, has no R, or has a mark that is no letter of it.",
    why: "The table answers two questions: who does it, and who answers for it. Two who answer means that each waits for the other; none means that nobody does. The rule reads `raci` in the front matter, and the table under the heading RACI. Letters are R, A, S, C and I; one cell may hold several: `R/A`.",
    defaults: Defaults::Flat(Severity::Deny),
    example: "=== projects/crm/stakeholders.md\n---\nkind: stakeholders\nraci:\n  columns: [sponsor, project-manager, ops-lead]\n  rows:\n    - {activity: Approve baseline, sponsor: A, project-manager: A, ops-lead: I}\n---\n# Stakeholders\n",
    remedy: "=== projects/crm/stakeholders.md\n---\nkind: stakeholders\nraci:\n  columns: [sponsor, project-manager, ops-lead]\n  rows:\n    - {activity: Approve baseline, sponsor: A, project-manager: R, ops-lead: I}\n---\n# Stakeholders\n",
    check: Some(check),
};

const HELP: &str = "give each activity one A, who answers for it, and at least one R, who does it; the others are S, C or I";

/// One row, from the front matter or from a table.
struct Row {
    name: String,
    span: Span,
    marks: Vec<(String, Span)>,
}

fn check(context: &Context<'_>, out: &mut Vec<Finding>) {
    let p = context.portfolio;
    for project in running(p) {
        for document in in_force(p, project).filter(|d| d.kind.fields.find("raci").is_some()) {
            for row in rows(document).chain(tables(document)) {
                judge(document, &row, out);
            }
        }
    }
}

/// The rows of `raci` in the front matter.
fn rows(document: &Document) -> impl Iterator<Item = Row> {
    let raci = document.fields.record("raci").into_iter();
    raci.flat_map(|raci| records(raci, "rows")).filter_map(|row| {
        let span = row.span("activity").or(row.slots.first().map(|s| s.span))?;
        let marks =
            row.slots.iter().filter(|s| &*s.name != "activity" && !s.name.starts_with("x_"));
        Some(Row {
            name: row.text("activity").unwrap_or("a row").to_owned(),
            span,
            marks: marks.map(|s| (s.datum.show(), s.span)).collect(),
        })
    })
}

/// The rows of the tables in the section that may stand for `raci`. A row
/// without marks is a heading within the table.
fn tables(document: &Document) -> impl Iterator<Item = Row> {
    let outline = &document.outline;
    let of_raci = document
        .kind
        .sections
        .iter()
        .zip(&document.sections)
        .filter(|(section, _)| section.satisfied_by.iter().any(|f| **f == *"raci"));
    let headings: Vec<usize> = of_raci.flat_map(|(_, found)| found.headings.clone()).collect();
    // The heading itself or one that it holds.
    let below = move |heading: Option<usize>| {
        let Some(heading) = heading else { return false };
        headings.iter().any(|top| {
            let Some(level) = outline.headings.get(*top).map(|h| h.level) else { return false };
            let between = outline.headings.get(*top + 1..=heading).unwrap_or_default();
            *top == heading || (*top < heading && between.iter().all(|h| h.level > level))
        })
    };
    let tables = outline.marks.iter().filter(move |t| below(t.heading));
    tables.flat_map(|t| &t.rows).filter(|r| r.marks.iter().any(|(m, _)| !m.is_empty())).map(|row| {
        Row {
            name: if row.name.is_empty() { "a row".to_owned() } else { row.name.to_string() },
            span: row.span,
            marks: row.marks.iter().map(|(m, span)| (m.to_string(), *span)).collect(),
        }
    })
}

fn judge(document: &Document, row: &Row, out: &mut Vec<Finding>) {
    let mut all = Vec::new();
    for (mark, span) in &row.marks {
        match letters(mark) {
            Some(found) => all.extend(found),
            None => {
                let message = format!("`{}` of `{}` is no mark of a RACI", mark.trim(), row.name);
                out.push(document.finding(RULE.name, *span, message).help(HELP));
                return;
            }
        }
    }
    let count = |letter: char| all.iter().filter(|c| **c == letter).count();
    let mut wrong = Vec::new();
    match count('A') {
        1 => {}
        0 => wrong.push("no A".to_owned()),
        n => wrong.push(format!("{n} A, not 1")),
    }
    if count('R') == 0 {
        wrong.push("no R".to_owned());
    }
    if !wrong.is_empty() {
        let message = format!("`{}` has {}", row.name, wrong.join(" and "));
        out.push(document.finding(RULE.name, row.span, message).help(HELP));
    }
}

#[cfg(test)]
mod tests {
    use crate::finding::Severity;
    use crate::rules::testing::{Fixture, portfolio};

    const PATH: &str = "projects/crm/stakeholders.md";
    const RULE: &str = "broken-raci";

    fn row(marks: &str) -> Fixture {
        portfolio().file(
            PATH,
            &format!("---\nkind: stakeholders\nraci:\n  rows:\n    - {{activity: Sign-off, {marks}}}\n---\n# S\n"),
        )
    }

    fn table(rows: &str) -> Fixture {
        portfolio().file(
            PATH,
            &format!("---\nkind: stakeholders\n---\n# S\n\n## RACI\n\n| Activity | Sponsor | PM | Ops |\n|---|---|---|---|\n{rows}\n## Engagement\n\nWeekly calls with all of them.\n"),
        )
    }

    #[test]
    fn exactly_one_a_and_at_least_one_r() {
        row("sponsor: A, project-manager: R").silent(RULE);
        row("sponsor: R/A").silent(RULE);
        row("sponsor: A, project-manager: R, ops-lead: R, qa-lead: S, product-owner: C")
            .silent(RULE);
        for (marks, says) in [
            ("sponsor: A, project-manager: A, ops-lead: R", "`Sign-off` has 2 A, not 1"),
            ("sponsor: I, project-manager: R", "`Sign-off` has no A"),
            ("sponsor: A, project-manager: C", "`Sign-off` has no R"),
            ("sponsor: I, project-manager: C", "`Sign-off` has no A and no R"),
        ] {
            let found = row(marks).finds(RULE, PATH, 5);
            assert_eq!(found.message, says);
            assert_eq!(found.severity, Severity::Deny);
        }
    }

    #[test]
    fn other_letters_are_none() {
        let found = row("sponsor: A, project-manager: X").finds(RULE, PATH, 5);
        assert_eq!(found.message, "`X` of `Sign-off` is no mark of a RACI");
        row("sponsor: A, project-manager: R, ops-lead: \"-\"").silent(RULE);
    }

    #[test]
    fn a_table_under_the_heading_is_read() {
        table("| Approve | A | R | I |\n").silent(RULE);
        table("| Approve | A | **R** | - |\n| Build | R/A | | C |\n").silent(RULE);
        let found =
            table("| Approve | A | R | I |\n| Accept | A | R | A |\n").finds(RULE, PATH, 11);
        assert_eq!(found.message, "`Accept` has 2 A, not 1");
        let found =
            table("| Approve | A | R | I |\n| Accept | A | R | Q |\n").finds(RULE, PATH, 11);
        assert_eq!(found.message, "`Q` of `Accept` is no mark of a RACI");
        assert_eq!(found.at.column, 20);
        table("| Planning | | | |\n| Approve | A | R | I |\n").silent(RULE);
        table("### Build\n\nSee below.\n").silent(RULE);
    }

    #[test]
    fn other_tables_other_headings_drafts_and_resting_projects_are_silent() {
        table("| Approve | A | A | very often |\n").silent(RULE);
        table("| Approve | A | A | I |\n").replace(PATH, "## RACI", "## Stakeholders").silent(RULE);
        row("sponsor: I")
            .replace(PATH, "kind: stakeholders", "kind: stakeholders\nstate: draft")
            .silent(RULE);
        row("sponsor: I")
            .replace("projects/crm/project.md", "state: active", "state: on-hold")
            .silent(RULE);
    }
}
