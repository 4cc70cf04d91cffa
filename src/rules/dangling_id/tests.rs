//! Tests of the rule.

use crate::rules::testing::portfolio;

const RULE: &str = "dangling-id";
const LAST: &str = "projects/crm/status/2026-03-27.md";
const MILESTONES: &str = "projects/crm/milestones.yaml";

#[test]
fn ids_of_reports_are_looked_up() {
    let with = |line: &str| portfolio().says(LAST, line);
    let found = with("top_issues: [I-010]").finds(RULE, LAST, 7);
    assert_eq!(found.message, "`I-010` names nothing in project `crm`");
    assert_eq!(found.help.as_deref(), Some("did you mean `I-001`?"));
    with("asks: [D-009]").finds(RULE, LAST, 7);
    with("critical_path: [M9]").finds(RULE, LAST, 7);
    with("links: [R-001, crm/D-001, charter.md, status/2026-02-27.md, https://example.org]")
        .silent(RULE);
    let found = with("links: [crm/D-002]").finds(RULE, LAST, 7);
    assert_eq!(found.message, "project `crm` has no `D-002`");
    let found = with("links: [minutes/none.md]").finds(RULE, LAST, 7);
    assert_eq!(found.message, "`minutes/none.md` is not a file of the book");
}

#[test]
fn ids_of_another_register_do_not_fit() {
    let with = |line: &str| portfolio().says(LAST, line);
    let found = with("top_risks: [I-001]").finds(RULE, LAST, 7);
    assert_eq!(found.message, "`I-001` is one of the issues, not of the risks");
    assert_eq!(found.help.as_deref(), Some("did you mean `R-001`?"));
    with("top_issues: [R-001]").finds(RULE, LAST, 7);
    let path = with("critical_path: [R-001]").finds(RULE, LAST, 7);
    assert_eq!(path.help.as_deref(), Some("write ids of milestones here"));
    let ask = with("asks: [M1]").finds(RULE, LAST, 7);
    assert_eq!(ask.message, "`M1` is one of the milestones, not of the decisions or changes");
    // Nothing but risks is guessed for a risk.
    let none = with("top_risks: [I-002]").finds(RULE, LAST, 7);
    assert_ne!(none.help.as_deref(), Some("did you mean `I-001`?"));
    let text = with("top_risks: R-001, R-002").finds(RULE, LAST, 7);
    assert_eq!(text.message, "`R-001, R-002` is one text, not a list of ids");
    assert_eq!(text.help.as_deref(), Some("put it in brackets: `[R-001, R-002]`"));
    with("top_risks: [R-001]").silent(RULE);
    with("top_issues: [I-001]").silent(RULE);
    with("critical_path: [M1]").silent(RULE);
    with("asks: [D-001]").silent(RULE);
}

#[test]
fn snapshot_keys_and_the_finish_name_milestones() {
    let found = portfolio().replace(LAST, "  M1:", "  M11:").finds(RULE, LAST, 8);
    assert_eq!(
        (&*found.message, found.help.as_deref()),
        ("there is no milestone `M11`", Some("did you mean `M1`?"))
    );
    let card = "projects/crm/project.md";
    portfolio().replace(card, "{milestone: M1}", "{milestone: R-001}").finds(RULE, card, 13);
}

#[test]
fn registers_are_looked_up_too() {
    let with = |line: &str| {
        portfolio().replace(
            MILESTONES,
            "    finish: true",
            &format!("    {line}\n    finish: true"),
        )
    };
    with("depends_on: [M0]").finds(RULE, MILESTONES, 12);
    with("cancelled: CR-009").finds(RULE, MILESTONES, 12);
    with("rebaselines: [{date: 2026-03-01, from: 2026-09-30, to: 2026-09-30, change: CR-009}]")
        .finds(RULE, MILESTONES, 12);
    let raid = "projects/crm/raid.yaml";
    portfolio()
        .replace(raid, "    status: open", "    status: occurred\n    became: I-009")
        .finds(RULE, raid, 14);
}

#[test]
fn evidence_of_an_approval_exists() {
    let with = |path: &str, to: &str| {
        portfolio().replace(path, "of: \"1.0\"}", &format!("of: \"1.0\", evidence: {to}}}"))
    };
    with("projects/crm/charter.md", "plan.md").silent(RULE);
    with("projects/crm/charter.md", "minutes/none.md").finds(RULE, "projects/crm/charter.md", 8);
    with(MILESTONES, "charter.md").silent(RULE);
    with(MILESTONES, "minutes/none.md").finds(RULE, MILESTONES, 5);
}

#[test]
fn a_closure_may_name_an_objective_of_the_charter() {
    let closure = |id: &str| {
        let text =
            format!("---\nkind: closure\nsuccess: [{{objective: {id}, result: met}}]\n---\n# C\n");
        portfolio()
            .replace(
                "projects/crm/charter.md",
                "approvals:",
                "objectives: [{id: O1, text: Half the handling time}]\napprovals:",
            )
            .file("projects/crm/closure.md", &text)
    };
    closure("O1").silent(RULE);
    closure("O2").finds(RULE, "projects/crm/closure.md", 3);
}

#[test]
fn a_register_that_is_not_there_is_said_once() {
    let earlier = "projects/crm/status/2026-02-27.md";
    let book = portfolio()
        .without("projects/crm/raid.yaml")
        .says(LAST, "top_risks: [R-001, R-002]\nlinks: [R-003, I-001]")
        .says(earlier, "top_risks: [R-001]");
    let all = book.findings();
    let said: Vec<_> = all
        .iter()
        .filter(|f| f.rule == RULE)
        .map(|f| (&*f.path, f.at.line, &*f.message, f.help.as_deref().unwrap_or_default()))
        .collect();
    let risks = "2 files name risks, but project `crm` has no register of them";
    let issues = "this file names issues, but project `crm` has no register of them";
    let help = |key: &str, kind: &str| {
        format!(
            "list them under `{key}:` in `src/projects/crm/raid.yaml`; `milepost new {kind} --project crm` writes the first"
        )
    };
    let (first, second) = (help("risks", "risk"), help("issues", "issue"));
    assert_eq!(said, [(LAST, 7, risks, &*first), (LAST, 8, issues, &*second)]);
    // Where the register is, each item that is not is said by itself.
    portfolio().says(LAST, "top_risks: [R-008]\nlinks: [R-009]").finds(RULE, LAST, 8);
    // What is not the number of an item is looked up as ever.
    let odd = portfolio().without("projects/crm/raid.yaml").says(LAST, "top_risks: [fire]");
    assert_eq!(odd.finds(RULE, LAST, 7).message, "`fire` names nothing in project `crm`");
}

#[test]
fn free_text_and_projects_with_an_unread_file_are_left_alone() {
    portfolio()
        .replace(
            "projects/crm/charter.md",
            "of: \"1.0\"}",
            "of: \"1.0\", evidence: mail of 12 January}",
        )
        .silent(RULE);
    portfolio()
        .says(LAST, "top_issues: [I-010]")
        .replace("projects/crm/raid.yaml", "updated: 2026-03-27", "updated: @x")
        .silent(RULE);
}
