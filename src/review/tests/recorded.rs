//! What backs a change and who wrote it down: approved records that are edited,
//! approvals and their commits, settings that ask for less, findings alike.

use super::{Files, fails, part, review, shown};
use std::collections::BTreeMap;

#[test]
fn what_an_approved_change_request_allows_is_not_edited_afterwards() {
    let base = Files::head();
    for (from, to, said) in [
        ("schedule_days: 21", "schedule_days: 90", "impact.schedule days 21 → 90"),
        ("schedule_days: 21, ", "", "impact.schedule days gone (was 21)"),
        ("priority: 2,", "priority: 2, rebaselines: [M7],", "rebaselines M7 (was not said)"),
    ] {
        let review = review(&base, &base.clone().edit("changes.yaml", from, to));
        let look = part(&review, "Look first");
        assert!(
            look.contains("CR-007 Single sign-on for partners: rewritten after it was approved: "),
            "{look}"
        );
        assert!(look.contains(said), "{said} in {look}");
    }
    // A size that comes after the approval was approved by nobody.
    let unsized_one = base.clone().edit("changes.yaml", "schedule_days: 21, ", "");
    let look = part(&review(&unsized_one, &base), "Look first");
    assert!(look.contains("impact.schedule days 21 (was not said)"), "{look}");
}

const DECIDED: &str = "=== projects/crm-replacement/decisions/D-001.md\n---\nkind: decision\nid: D-001\ntitle: Buy or build\nraised: 2026-02-01\nstatus: decided\ndecided: 2026-02-10\ndecider: sponsor\noutcome: Buy the suite\n---\n## Rationale\n\nIt is cheaper over five years and known to the staff.\n";

#[test]
fn the_text_of_a_decision_may_grow_and_is_not_rewritten() {
    let base = Files::base().lay(DECIDED);
    let file = "decisions/D-001.md";
    let head = base.clone().edit(file, "known to the staff", "liked by nobody");
    let look = part(&review(&base, &head), "Look first");
    assert!(look.contains("D-001 Buy or build: after it was decided: text rewritten ("), "{look}");
    let head = base.clone().edit(file, "to the staff.", "to the staff.\n\nDone in March.");
    let more = review(&base, &head);
    assert!(!super::has_part(&more, "Look first"));
    assert!(part(&more, "Decisions").contains("text added to ("));
}

#[test]
fn who_asked_is_told_until_somebody_decided() {
    let change = "  - {id: CR-9, title: Later, types: [schedule], requested_by: \"@tnguyen\", submitted: 2026-03-20, status: submitted, decision: {by: [\"@dokafor\"]}}\n";
    let mut head = Files::base();
    head.0.get_mut(&Files::path("changes.yaml")).unwrap().push_str(change);
    let said = part(&review(&Files::base(), &head), "Change requests");
    assert!(said.contains("submitted 2026-03-20 by Thuy Nguyen"), "{said}");
}

#[test]
fn a_risk_assessed_again_with_the_same_score_is_told() {
    let head = Files::base().edit(
        "raid.yaml",
        "{date: 2026-01-20, p: 4, i: 4}",
        "{date: 2026-01-20, p: 4, i: 4}\n      - {date: 2026-03-24, p: 4, i: 4}",
    );
    let risks = part(&review(&Files::base(), &head), "Risks");
    assert!(
        risks.contains("R-004 Data migration quality: assessed again 2026-03-24, still 16"),
        "{risks}"
    );
}

#[test]
fn kinds_that_ask_for_less_are_told_as_loosened() {
    let kinds = "[kinds.plan]\nsections = [{ name = \"Work breakdown\", level = \"O\" }]\n";
    let head =
        Files::base().lay("").edit("book.toml", "[portfolio]", &format!("{kinds}\n[portfolio]"));
    let less = review(&Files::base(), &head);
    assert!(
        less.settings.iter().any(|s| s.setting.starts_with("kinds.plan") && s.looser),
        "{:?}",
        less.settings
    );
    assert!(fails(&less, "loosened"));
    // And back is stricter.
    let more = review(&head, &Files::base());
    assert!(!fails(&more, "loosened"), "{:?} {:?}", more.settings, more.silenced);
    // What documents miss is listed, though no single key says so.
    let bare = Files::base().edit(
        "plan.md",
        "## Work breakdown\n\nEleven packages, each with an owner.\n",
        "",
    );
    let head = bare.clone().edit("book.toml", "[portfolio]", &format!("{kinds}\n[portfolio]"));
    let less = review(&bare, &head);
    assert!(
        less.silenced.iter().any(|f| f.message.contains("Work breakdown")),
        "{:?}",
        less.silenced
    );
    // A new kind is no loosening.
    let new = Files::base()
        .edit(
            "book.toml",
            "[portfolio]",
            "[kinds.experiment]\npurpose = \"A trial.\"\n\n[portfolio]",
        )
        .lay("=== projects/crm-replacement/trial.md\n---\nkind: experiment\n---\n# Trial\n");
    let new = review(&Files::base(), &new);
    assert!(!fails(&new, "loosened"), "{:?} {:?}", new.settings, new.silenced);
}

#[test]
fn tiers_that_ask_for_fewer_reports_are_told_as_loosened() {
    let tiers = |first: &str| {
        format!(
            "[[tiers]]\nid = \"1\"\nlabel = \"high\"\nreport-every = \"{first}\"\n\n[[tiers]]\nid = \"2\"\nlabel = \"low\"\nreport-every = \"30d\"\n\n[portfolio]"
        )
    };
    let book = |first: &str| {
        Files::base().edit("project.md", "report_every: 14d\n", "").edit(
            "book.toml",
            "[portfolio]",
            &tiers(first),
        )
    };
    let less = review(&book("3d"), &book("60d"));
    assert!(less.silenced.iter().any(|f| f.rule == "stale-status"), "{:?}", less.silenced);
    assert!(fails(&less, "loosened"));
}

#[test]
fn findings_that_are_alike_share_a_line() {
    let mut head = Files::base();
    let mut risks = head.0[&Files::path("raid.yaml")].clone();
    for n in 20..28 {
        risks.push_str(&format!("  - {{id: R-{n}, title: Risk number {n} of the list, raised: 2026-03-20, links: [M{n}], status: open}}\n"));
    }
    head.0.insert(Files::path("raid.yaml"), risks);
    let review = review(&Files::base(), &head);
    let all = review.projects[0].findings.iter().filter(|f| f.rule == "dangling-id").count();
    assert_eq!(all, 8);
    let md = shown(&review, "md");
    let lines: Vec<&str> = md.lines().filter(|l| l.contains("(`dangling-id`")).collect();
    assert_eq!(lines.len(), 1, "{md}");
    assert!(lines[0].contains("**error** × 8: ") && lines[0].contains(", and 7 like it"), "{md}");
    assert!(lines[0].ends_with("and 5 more places)"), "{md}");
}

#[test]
fn a_new_approval_says_who_recorded_it() {
    let head = Files::base().edit(
        "plan.md",
        "updated: 2026-01-20",
        "updated: 2026-01-20\napprovals:\n  - {role: sponsor, name: \"@dokafor\", of: \"1.0\", date: 2026-03-20, decision: approved}",
    );
    let mut review = review(&Files::base(), &head);
    let files: Vec<String> = review.approved_files().iter().map(ToString::to_string).collect();
    assert_eq!(files, [Files::path("plan.md")]);
    let writers = vec![
        ("Maria Lopez".to_owned(), "abc1234".to_owned()),
        ("@ceo".to_owned(), "def5678".to_owned()),
    ];
    review.recorded(&BTreeMap::from([(files[0].clone(), (writers, 1))]));
    let said = part(&review, "Approvals");
    assert!(said.ends_with("sponsor Dana Okafor approved version 1.0 on 2026-03-20 — recorded by Maria Lopez in abc1234 or @ceo in def5678 or in 1 earlier commit"), "{said}");
    let md = shown(&review, "md");
    assert!(
        md.contains("recorded by Maria Lopez in `abc1234` or @\u{200b}ceo in `def5678`"),
        "{md}"
    );
}

#[test]
fn a_later_approval_of_a_new_version_replaces_the_earlier_one() {
    let entry = "  - {role: sponsor, name: \"@dokafor\", of: \"1.0\", date: 2026-01-22, decision: approved}";
    let base = Files::base().edit(
        "plan.md",
        "updated: 2026-01-20",
        &format!("updated: 2026-01-20\napprovals:\n{entry}"),
    );
    let next = |day: &str| {
        base.clone().edit("plan.md", "version: \"1.0\"", "version: \"1.1\"").edit(
            "plan.md",
            "of: \"1.0\", date: 2026-01-22",
            &format!("of: \"1.1\", date: {day}"),
        )
    };
    let later = review(&base, &next("2026-03-20"));
    assert!(!super::has_part(&later, "Look first"));
    assert!(part(&later, "Approvals").contains("approved version 1.1 on 2026-03-20"));
    // With the day of the earlier one it is that one with another number.
    let look = part(&review(&base, &next("2026-01-22")), "Look first");
    assert!(look.contains("plan: an approval was taken away"), "{look}");
}

#[test]
fn other_line_ends_are_no_edit() {
    let mut head = Files::base();
    let plan = head.0.get_mut(&Files::path("plan.md")).unwrap();
    *plan = plan.replace('\n', "\r\n");
    assert!(review(&Files::base(), &head).is_empty());
}

#[test]
fn a_report_taken_back_is_no_new_report() {
    let head = Files::head().edit(
        "status/2026-03-27.md",
        "as_of: 2026-03-27\n",
        "as_of: 2026-03-27\nstate: draft\n",
    );
    let review = review(&Files::head(), &head);
    assert_eq!(
        super::super::parts::heading(&review.projects[0]),
        "no new report (last 2026-03-13)"
    );
    assert!(!super::has_part(&review, "Text"));
}

#[test]
fn projects_of_one_id_keep_their_own_findings() {
    let twin = "projects/twin/";
    let mut head = Files::base();
    let copies: Vec<(String, String)> = head
        .0
        .iter()
        .filter(|(p, _)| p.starts_with("projects/crm-replacement/"))
        .map(|(p, t)| (p.replacen("projects/crm-replacement/", twin, 1), t.clone()))
        .collect();
    head.0.extend(copies);
    let review = review(&Files::base(), &head);
    let all: Vec<&super::super::Found> = review.all().flat_map(|p| &p.findings).collect();
    let mut once: Vec<_> = all.iter().map(|f| (f.rule, &f.path, f.line, &f.message)).collect();
    once.sort();
    let told = once.len();
    once.dedup();
    assert!(told == once.len() && told > 0, "{told} told, {} found", once.len());
}

#[test]
fn a_finding_with_another_number_is_still_reported() {
    let weekend = |days: &str| format!("[calendar]\nweekend = [{days}]\n\n[portfolio]");
    let book = |days: &str| Files::head().edit("book.toml", "[portfolio]", &weekend(days));
    let review = review(&book("\"sat\", \"sun\""), &book("\"sat\", \"sun\", \"mon\""));
    assert!(review.settings.iter().any(|s| s.setting == "calendar.weekend"));
    assert!(!review.silenced.iter().any(|f| f.rule == "late-decision"), "{:?}", review.silenced);
}
