//! Reports, documents, sections, approvals, gates.

use super::{Files, fails, has_part, part, review, rules};

#[test]
fn a_published_report_that_was_edited_is_found() {
    let head = Files::head().edit("status/2026-03-13.md", "schedule: green", "schedule: amber");
    let once = review(&Files::base(), &head);
    let look = part(&once, "Look first");
    assert!(
        look.contains(
            "the published report of 2026-03-13 was edited: health.schedule green → amber"
        ),
        "{look}"
    );
    assert!(fails(&once, "edited-report") && rules(&once).contains(&"edited-report"));
    let found = once.projects[0].findings.iter().find(|f| f.rule == "edited-report").unwrap();
    assert_eq!((&*found.path, found.line), ("projects/crm-replacement/status/2026-03-13.md", 9));
    // The text alone.
    let head = Files::head().edit("status/2026-03-13.md", "is signed", "is not signed");
    assert!(
        part(&review(&Files::base(), &head), "Look first")
            .contains("was edited: text of Accomplishments")
    );
    // White space and the order of keys say nothing else.
    let head = Files::head().edit("status/2026-03-13.md", "is signed.", "is  signed.\n");
    assert!(!has_part(&review(&Files::base(), &head), "Look first"));
}

#[test]
fn a_week_and_a_correction_are_allowed() {
    let edited = |f: Files| f.edit("status/2026-03-13.md", "schedule: green", "schedule: amber");
    let on = |day: &str, f: Files| f.edit("book.toml", "2026-03-27", day);
    let at = |day: &str| review(&on(day, Files::base()), &on(day, edited(Files::base())));
    assert!(!rules(&at("2026-03-20")).contains(&"edited-report"), "the seventh day counts");
    assert!(fails(&at("2026-03-20"), "edited-report"), "it is told all the same");
    assert!(rules(&at("2026-03-21")).contains(&"edited-report"));
    let corrected = edited(Files::head()).edit(
        "status/2026-03-13.md",
        "## Accomplishments",
        "## Correction\n\nThe schedule was amber.\n\n## Accomplishments",
    );
    let review = review(&Files::base(), &corrected);
    assert!(!rules(&review).contains(&"edited-report") && !fails(&review, "edited-report"));
    assert!(part(&review, "Changed by approval").contains("it has a section on the correction"));
}

#[test]
fn a_published_report_that_is_gone_is_found() {
    let review = review(&Files::base(), &Files::head().without("status/2026-03-13.md"));
    assert!(part(&review, "Look first").contains("the published report of 2026-03-13 was removed"));
    assert!(fails(&review, "edited-report"));
}

#[test]
fn approvals_are_told_and_an_approved_text_is_watched() {
    let entry = "approvals:\n  - {role: sponsor, name: \"@dokafor\", decision: approved, date: 2026-01-21, of: \"1.0\"}\nbaseline_date";
    let signed = Files::base().edit("plan.md", "baseline_date", entry);
    let once = review(&Files::base(), &signed);
    assert_eq!(
        part(&once, "Approvals"),
        "project plan: sponsor Dana Okafor approved version 1.0 on 2026-01-21"
    );
    let gone = review(&signed, &Files::base());
    assert!(part(&gone, "Look first").contains("an approval was taken away"));
    let edited = signed.clone().edit("plan.md", "Eleven packages", "Twelve packages");
    let rewritten = review(&signed, &edited);
    let look = part(&rewritten, "Look first");
    assert!(look.contains("the approved project plan changed without a new version (still 1.0): text of Work breakdown"), "{look}");
    let raised = edited.edit("plan.md", "version: \"1.0\"", "version: \"1.1\"");
    let honest = review(&signed, &raised);
    assert!(!has_part(&honest, "Look first"));
    assert!(part(&honest, "Documents").contains("version 1.0 → 1.1"));
}

#[test]
fn a_list_that_grew_after_its_approval_is_a_note() {
    let entry = "approvals:\n  - {role: sponsor, name: \"@dokafor\", decision: approved, date: 2026-01-21, of: \"1.0\"}\nbaseline_date";
    let base = Files::base().edit("plan.md", "baseline_date", entry).edit(
        "plan.md",
        "## Work breakdown",
        "## Scope baseline\n\n- Accounts\n- Calls\n\n## Work breakdown",
    );
    let grown = base.clone().edit("plan.md", "- Calls\n", "- Calls\n- Partners\n");
    let found = review(&base, &grown);
    let note = found.projects[0].findings.iter().find(|f| f.rule == "grown-scope-list").unwrap();
    assert_eq!(
        note.message,
        "`Scope baseline` lists 3 entries, and 2 when version 1.0 was approved"
    );
    let fewer = review(&grown, &base);
    assert!(!rules(&fewer).contains(&"grown-scope-list"));
}

#[test]
fn sections_filled_and_lost_are_told() {
    let lost = Files::base().edit("plan.md", "Eleven packages, each with an owner.", "TBD");
    let review = review(&Files::base(), &lost);
    let sections = part(&review, "Sections");
    assert!(
        sections.starts_with("lost Work breakdown in projects/crm-replacement/plan.md (filled → "),
        "{sections}"
    );
    let filled = super::review(&lost, &Files::base());
    assert!(part(&filled, "Sections").starts_with("filled Work breakdown"));
}

#[test]
fn phases_and_gates_are_told() {
    let gate = "=== projects/crm-replacement/gates/G3.md\n---\nkind: gate\ngate: G3\ndecision: go\ndate: 2026-03-25\nnext_phase: closing\napprovals: [{role: sponsor, name: \"@dokafor\", decision: approved, date: 2026-03-25}]\n---\n# G3\n";
    let head = Files::head().lay(gate).edit("project.md", "phase: execution", "phase: close-out");
    let review = review(&Files::base(), &head);
    let project = part(&review, "Project");
    assert!(project.contains("phase Execution → "), "{project}");
    assert!(part(&review, "Gates").contains("G3: go on 2026-03-25"), "{}", part(&review, "Gates"));
}

#[test]
fn documents_come_go_and_move() {
    let head = Files::base()
        .rename("projects/crm-replacement/plan.md", "projects/crm-replacement/planning/plan.md")
        .lay("=== projects/crm-replacement/notes.md\n# Notes\n\nSome words.\n");
    let moved = review(&Files::base(), &head);
    let documents = part(&moved, "Documents");
    assert!(documents.contains("new projects/crm-replacement/notes.md"), "{documents}");
    assert!(documents.contains("renamed projects/crm-replacement/planning/plan.md (was projects/crm-replacement/plan.md)"), "{documents}");
    assert!(!has_part(&moved, "Look first"));
    let register = Files::base()
        .rename("projects/crm-replacement/raid.yaml", "projects/crm-replacement/risks.yaml")
        .edit("risks.yaml", "title: Data migration quality", "title: Quality of data");
    let moved = review(&Files::base(), &register);
    let documents = part(&moved, "Documents");
    assert!(
        documents.contains(
            "renamed projects/crm-replacement/risks.yaml (was projects/crm-replacement/raid.yaml)"
        ),
        "{documents}"
    );
    assert!(!has_part(&moved, "Look first"));
    let gone = review(&Files::base(), &Files::base().without("plan.md"));
    assert!(
        part(&gone, "Look first")
            .contains("project plan projects/crm-replacement/plan.md was removed")
    );
}

#[test]
fn a_finding_that_documents_accept_from_now_on_is_shown() {
    let head = Files::head().edit(
        "status/2026-03-27.md",
        "critical_path",
        "allow:\n  - {rule: missing-section, reason: Next steps are in the minutes of the board, by: \"@dokafor\", until: 2026-05-01}\ncritical_path",
    );
    let review = review(&Files::base(), &head);
    let said = part(&review, "Changed by approval");
    assert!(said.contains("missing-section is accepted until 2026-05-01 by Dana Okafor: Next steps are in the minutes"), "{said}");
}

#[test]
fn an_earlier_report_is_not_mended_by_a_newer_one() {
    let red = Files::base().edit(
        "status/2026-03-13.md",
        "budget: green",
        "budget: green\n  benefits: amber",
    );
    let before = review(&red, &red);
    assert!(before.is_empty());
    let after = review(
        &red,
        &Files::head().edit(
            "status/2026-03-13.md",
            "budget: green",
            "budget: green\n  benefits: amber",
        ),
    );
    let mended: Vec<_> = after.projects[0].mended.iter().map(|f| (&*f.path, f.rule)).collect();
    assert!(!mended.iter().any(|(path, _)| path.contains("/status/")), "{mended:?}");
}
