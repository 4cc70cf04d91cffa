//! Items and baselines: removed, re-scored, moved, edited in silence.

use super::{Files, fails, has_part, part, review, rules};

#[test]
fn a_removed_item_is_highlighted_and_no_closing() {
    let head = Files::base().cut("raid.yaml", "id: R-009");
    let review = review(&Files::base(), &head);
    let look = part(&review, "Look first");
    assert!(look.contains("R-009 Licence price rises was removed (was open, score 8, owner Maria Lopez): items are closed, not deleted"), "{look}");
    assert!(fails(&review, "removed-item"));
}

#[test]
fn a_score_without_a_new_assessment_is_history_rewritten() {
    let head = Files::base().edit(
        "raid.yaml",
        "{date: 2026-01-20, p: 4, i: 4}",
        "{date: 2026-01-20, p: 2, i: 4}",
    );
    let review = review(&Files::base(), &head);
    assert!(part(&review, "Risks").contains("16 → 8 (high → medium)"));
    let look = part(&review, "Look first");
    assert!(
        look.contains(
            "R-004 Data migration quality: assessment of 2026-01-20 was 4 × 4, now 2 × 4"
        ),
        "{look}"
    );
    assert!(!fails(&review, "removed-item"));
}

#[test]
fn an_item_that_moved_to_a_file_of_its_own_with_another_score_is_a_re_score() {
    let file = "=== projects/crm-replacement/risks/R-008.md\n---\nkind: risk\nid: R-008\ntitle: Test staff leave in summer\nowner: \"@tnguyen\"\nraised: 2026-02-02\nreviewed: 2026-03-26\nassessments: [{date: 2026-02-02, p: 2, i: 3}, {date: 2026-03-26, p: 4, i: 4}]\nresponse: reduce\nmitigation: Train two stand-ins by June\ndue: 2026-06-01\nstatus: open\n---\n";
    let head = Files::base().cut("raid.yaml", "id: R-008").lay(file);
    let once = review(&Files::base(), &head);
    let risks = part(&once, "Risks");
    assert!(
        risks.contains(
            "R-008 Test staff leave in summer: 6 → 16 (medium → high), assessed 2026-03-26"
        ),
        "{risks}"
    );
    assert!(!risks.contains("new") && !risks.contains("removed"));
    assert!(!has_part(&once, "Look first"));
    // And from one folder to another.
    let again = head.clone().rename(
        "projects/crm-replacement/risks/R-008.md",
        "projects/crm-replacement/raid/summer.md",
    );
    let again =
        again.edit("raid/summer.md", "p: 4, i: 4}", "p: 4, i: 4}, {date: 2026-03-27, p: 5, i: 5}");
    let moved = review(&head, &again);
    let risks = part(&moved, "Risks");
    assert!(risks.contains("16 → 25"), "{risks}");
    assert!(!fails(&moved, "removed-item"));
}

#[test]
fn an_item_under_another_id_is_told_as_such() {
    let head = Files::base().edit("raid.yaml", "id: R-009", "id: R-019");
    let review = review(&Files::base(), &head);
    assert!(part(&review, "Risks").contains("R-019 Licence price rises: was R-009"));
    assert!(!fails(&review, "removed-item"));
}

#[test]
fn a_baseline_edited_in_silence_stands_on_top() {
    let head = Files::base().edit(
        "milestones.yaml",
        "original: 2026-09-30, baseline: 2026-09-30",
        "original: 2026-10-28, baseline: 2026-10-28",
    );
    let review = review(&Files::base(), &head);
    let look = part(&review, "Look first");
    assert!(look.contains("M7 Finish: original baseline 2026-09-30 → 2026-10-28 (+28 d), an original baseline is never edited"), "{look}");
    assert!(
        look.contains(
            "M7 Finish: baseline 2026-09-30 → 2026-10-28 (+28 d), no approved change request"
        ),
        "{look}"
    );
    assert!(fails(&review, "baseline") && fails(&review, "deny"));
    let found = &review.projects[0].findings;
    let edited: Vec<_> = found.iter().filter(|f| f.rule == "edited-baseline").collect();
    assert_eq!(edited.len(), 2);
    assert_eq!((&*edited[0].path, edited[0].line), ("projects/crm-replacement/milestones.yaml", 5));
}

#[test]
fn an_approved_change_explains_a_baseline() {
    let step = "baseline: 2026-10-21, rebaselines: [{date: 2026-03-20, from: 2026-09-30, to: 2026-10-21, change: CR-007}]";
    let head = Files::head()
        .edit(
            "milestones.yaml",
            "original: 2026-09-30, baseline: 2026-09-30",
            &format!("original: 2026-09-30, {step}"),
        )
        .edit("changes.yaml", "status: approved", "rebaselines: [M7], status: approved");
    let good = review(&Files::base(), &head);
    let said = part(&good, "Changed by approval");
    assert!(
        said.contains(
            "M7 Finish: baseline 2026-09-30 → 2026-10-21 (+21 d), CR-007, approved 2026-03-13"
        ),
        "{said}"
    );
    assert!(!fails(&good, "baseline") && !rules(&good).contains(&"edited-baseline"));
    // A change that does not name the milestone, or is not approved, does not.
    for (from, to, why) in [
        ("rebaselines: [M7], ", "", "CR-007 was approved without naming M7"),
        ("status: approved", "status: submitted", "CR-007 is submitted"),
    ] {
        let bad = review(&Files::base(), &head.clone().edit("changes.yaml", from, to));
        assert!(part(&bad, "Look first").contains(why));
        assert!(fails(&bad, "baseline"));
    }
}

#[test]
fn a_budget_without_a_change_request_is_an_edited_baseline() {
    let head = Files::base().edit("project.md", "baseline: 500000", "baseline: 540000");
    let review = review(&Files::base(), &head);
    let look = part(&review, "Look first");
    assert!(
        look.contains("approved budget 500,000 → 540,000 (+40,000), no approved change request"),
        "{look}"
    );
    assert!(rules(&review).contains(&"edited-baseline"));
}

#[test]
fn before_the_plan_gate_a_baseline_may_move() {
    let base = Files::base().edit("project.md", "phase: execution", "phase: planning");
    let head = base.clone().edit(
        "milestones.yaml",
        "original: 2026-09-30, baseline: 2026-09-30",
        "original: 2026-10-28, baseline: 2026-10-28",
    );
    let review = review(&base, &head);
    assert!(part(&review, "Changed by approval").contains("before the plan gate"));
    assert!(!fails(&review, "baseline") && !rules(&review).contains(&"edited-baseline"));
}

#[test]
fn scope_that_no_change_request_explains_is_said() {
    let head = Files::head().edit("status/2026-03-27.md", "current: 129", "current: 135");
    let scope = part(&review(&Files::base(), &head), "Scope");
    assert_eq!(
        scope,
        "120 → 135 requirements (CR-007 +9, approved 2026-03-13), +6 by no approved change request"
    );
}

#[test]
fn other_registers_are_told_field_by_field() {
    let review = review(&Files::base(), &Files::head());
    assert_eq!(part(&review, "Resources"), "RES-2: committed fte 0.5 → 0.3");
    let head = Files::base().edit(
        "milestones.yaml",
        "owner: \"@tnguyen\", key: true",
        "owner: \"@rsingh\", key: true",
    );
    let review = super::review(&Files::base(), &head);
    assert_eq!(
        part(&review, "Milestone register"),
        "M3 UAT environment: owner Thuy Nguyen → Ravi Singh"
    );
}
