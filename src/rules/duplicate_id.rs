//! `duplicate-id`: two things of one project, or two projects, have one id.

use super::{Context, Defaults, Rule};
use crate::data::record::Datum;
use crate::document::{Document, Item};
use crate::finding::{Finding, Severity};
use crate::kinds::Role;
use crate::portfolio::{Portfolio, Project};
use crate::text::Span;
use std::collections::HashMap;

pub(super) static RULE: Rule = Rule {
    name: "duplicate-id",
    summary: "Two projects, two items or documents of a project, two finishes, or two reports of one day.",
    why: "An id is how reports, decisions and change requests point at a thing. When two things answer to it, links lead to the wrong one and a roll-up counts one of them or neither.",
    defaults: Defaults::Flat(Severity::Deny),
    example: "=== projects/crm/changes.yaml\nupdated: 2026-03-27\nchanges:\n  - {id: CR-001, title: Single sign-on, types: [scope], requested_by: \"@mlopez\", submitted: 2026-03-10, status: submitted, impact: {cost: 1}}\n  - {id: CR-001, title: Second rehearsal, types: [scope], requested_by: \"@mlopez\", submitted: 2026-03-12, status: submitted, impact: {cost: 1}}\n",
    remedy: "=== projects/crm/changes.yaml\nupdated: 2026-03-27\nchanges:\n  - {id: CR-001, title: Single sign-on, types: [scope], requested_by: \"@mlopez\", submitted: 2026-03-10, status: submitted, impact: {cost: 1}}\n  - {id: CR-002, title: Second rehearsal, types: [scope], requested_by: \"@mlopez\", submitted: 2026-03-12, status: submitted, impact: {cost: 1}}\n",
    check: Some(check),
};

fn check(context: &Context<'_>, out: &mut Vec<Finding>) {
    let p = context.portfolio;
    for document in &p.documents {
        parts(document, out);
    }
    let mut first: Option<&Project> = None;
    for project in &p.projects {
        match first.filter(|f| f.id == project.id) {
            Some(other) => same_project(p, other, project, out),
            None => first = Some(project),
        }
        let mut seen: HashMap<&str, Place<'_>> = HashMap::new();
        for item in project.items.values().flatten().filter(|i| !i.id.is_empty()) {
            meet(&mut seen, &item.id, Place::Item(item), out);
        }
        for document in project.documents.iter().filter_map(|i| p.documents.get(*i)) {
            let id = document.fields.text("id").filter(|_| document.kind.register.is_none());
            let whole = matches!(document.kind.role, Role::Card | Role::Charter);
            if let Some(id) = id.filter(|_| !whole) {
                meet(&mut seen, id, Place::Document(document), out);
            }
        }
        finishes(project, out);
        reports(p, project, out);
    }
}

/// Objectives, budget lines, criteria, steps: the ids in one list of a
/// document.
fn parts(document: &Document, out: &mut Vec<Finding>) {
    for slot in &document.fields.slots {
        let Datum::List(items) = &slot.datum else { continue };
        let mut seen: HashMap<&str, Span> = HashMap::new();
        for record in items.iter().filter_map(|i| i.datum.record()) {
            let (Some(id), Some(span)) = (record.text("id"), record.span("id")) else { continue };
            let Some(first) = seen.get(id).copied() else {
                seen.insert(id, span);
                continue;
            };
            let message = format!("`{id}` stands twice in `{}`", slot.name);
            out.push(
                document
                    .finding(RULE.name, span, message)
                    .help("give one of them an id of its own")
                    .related(document.path.clone(), first, document.at(first), "first given here"),
            );
        }
    }
}

/// Where an id stands.
#[derive(Clone, Copy)]
enum Place<'a> {
    Item(&'a Item),
    Document(&'a Document),
}

impl Place<'_> {
    fn finding(self, message: String) -> Finding {
        match self {
            Self::Item(item) => item.finding(RULE.name, "id", message),
            Self::Document(d) => {
                let span = d.fields.span("id").unwrap_or(d.head());
                d.finding(RULE.name, span, message)
            }
        }
    }

    fn what(self) -> String {
        match self {
            Self::Item(item) => item.kind.title.to_lowercase(),
            Self::Document(d) => d.kind.title.to_lowercase(),
        }
    }
}

/// Report the second holder of an id, with the first beside it.
fn meet<'a>(
    seen: &mut HashMap<&'a str, Place<'a>>,
    id: &'a str,
    place: Place<'a>,
    out: &mut Vec<Finding>,
) {
    let Some(earlier) = seen.get(id) else {
        seen.insert(id, place);
        return;
    };
    let message = format!("{} `{id}` has the id of another {}", place.what(), earlier.what());
    out.push(
        beside(place.finding(message), &earlier.finding(String::new()), "first given here")
            .help("give one of them an id of its own"),
    );
}

/// The finding with the place of another as a related one.
fn beside(finding: Finding, other: &Finding, label: &str) -> Finding {
    finding.related(other.path.clone(), other.span, other.at, label)
}

fn same_project(p: &Portfolio, a: &Project, b: &Project, out: &mut Vec<Finding>) {
    let (Some(first), Some(second)) = (p.documents.get(a.card), p.documents.get(b.card)) else {
        return;
    };
    let span = |d: &Document| -> Span {
        d.fields.span("id").or(d.fields.span("project")).unwrap_or(d.head())
    };
    let message = format!("two projects have the id `{}`", b.id);
    let finding = second.finding(RULE.name, span(second), message);
    let other = first.finding(RULE.name, span(first), "");
    out.push(
        beside(finding, &other, "the other project").help("give one of them an id of its own"),
    );
}

fn finishes(project: &Project, out: &mut Vec<Finding>) {
    let all = project
        .items("milestones")
        .iter()
        .filter(|i| i.fields.flag("finish").unwrap_or(false) && !i.fields.has("cancelled"));
    let mut first: Option<&Item> = None;
    for item in all {
        match first {
            None => first = Some(item),
            Some(other) => {
                let message = format!("`{}` and `{}` are both the finish", other.id, item.id);
                let finding = item.finding(RULE.name, "finish", message);
                let other = other.finding(RULE.name, "finish", "");
                out.push(
                    beside(finding, &other, "the other finish")
                        .help("keep `finish: true` on the last milestone only"),
                );
            }
        }
    }
}

/// Two published reports of one day: the last path counts, the other is told.
fn reports(p: &Portfolio, project: &Project, out: &mut Vec<Finding>) {
    for other in project.other_reports.iter().filter_map(|i| p.documents.get(*i)) {
        let draft = other.fields.text("state").is_some_and(|s| s != "published");
        let Some(date) = other.date().filter(|_| !draft) else { continue };
        let Some(kept) = project
            .reports
            .iter()
            .find(|r| r.date == date)
            .and_then(|r| p.documents.get(r.document))
        else {
            continue;
        };
        let span = |d: &Document| d.fields.span("as_of").unwrap_or(d.head());
        let message = format!("two reports speak of {date}; this one does not count");
        let finding = other.finding(RULE.name, span(other), message);
        let kept = kept.finding(RULE.name, span(kept), "");
        out.push(
            beside(finding, &kept, "the report that counts")
                .help("correct the date, set `state: draft`, or remove one of them"),
        );
    }
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::portfolio;

    const RULE: &str = "duplicate-id";
    const RAID: &str = "projects/crm/raid.yaml";

    #[test]
    fn ids_are_unique_across_the_registers_of_a_project() {
        let found = portfolio().replace(RAID, "id: I-001", "id: R-001").findings();
        let found = found.iter().find(|f| f.rule == RULE).cloned().unwrap();
        assert!(found.message.contains("`R-001` has the id of another"), "{}", found.message);
        assert_eq!(found.related.len(), 1);
    }

    #[test]
    fn a_file_that_adds_its_text_to_an_item_is_no_second_one() {
        let file = |id: &str| {
            format!(
                "---\nkind: decision\nid: {id}\n---\n# D\n\n## Context\n\nWhich of the two vendors it will be.\n"
            )
        };
        portfolio().file("projects/crm/decisions/D-001.md", &file("D-001")).silent(RULE);
        portfolio()
            .file("projects/crm/decisions/D-001.md", &file("D-001"))
            .file("projects/crm/decisions/D-001b.md", &file("D-001"))
            .finds(RULE, "projects/crm/decisions/D-001b.md", 3);
    }

    #[test]
    fn ids_are_unique_in_a_list_of_a_document() {
        let charter = |second: &str| {
            portfolio().replace(
                "projects/crm/charter.md",
                "approvals:",
                &format!("objectives: [{{id: O1, text: Half the time}}, {{id: {second}, text: Fewer calls}}]\napprovals:"),
            )
        };
        let found = charter("O1").finds(RULE, "projects/crm/charter.md", 7);
        assert_eq!(found.message, "`O1` stands twice in `objectives`");
        charter("O2").silent(RULE);
    }

    #[test]
    fn two_projects_with_one_id_are_found() {
        let card = "---\nkind: project\nid: crm\ntitle: Other\nstate: proposed\n---\n";
        let found = portfolio().file("projects/zcrm/project.md", card).finds(
            RULE,
            "projects/zcrm/project.md",
            3,
        );
        assert_eq!(found.message, "two projects have the id `crm`");
        assert_eq!(&*found.related[0].path, "projects/crm/project.md");
    }

    #[test]
    fn two_finishes_and_two_reports_of_one_day_are_found() {
        portfolio()
            .replace(
                "projects/crm/milestones.yaml",
                "    finish: true\n",
                "    finish: true\n  - id: M2\n    name: Two\n    baseline: 2026-09-30\n    finish: true\n",
            )
            .finds(RULE, "projects/crm/milestones.yaml", 16);
        let found = portfolio()
            .replace("projects/crm/status/2026-02-27.md", "as_of: 2026-02-27", "as_of: 2026-03-27")
            .finds(RULE, "projects/crm/status/2026-02-27.md", 4);
        assert_eq!(&*found.related[0].path, "projects/crm/status/2026-03-27.md");
        portfolio()
            .replace(
                "projects/crm/status/2026-02-27.md",
                "as_of: 2026-02-27",
                "as_of: 2026-03-27\nstate: draft",
            )
            .silent(RULE);
    }
}
