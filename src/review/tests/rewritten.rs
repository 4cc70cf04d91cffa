//! What is written anew: fields of items that were decided or closed, texts of
//! items, ids that stand twice, items that moved.

use super::{Files, has_part, part, review};

const DECIDED: &str = "=== projects/crm-replacement/decisions.yaml\nupdated: 2026-03-13\ndecisions:\n  - {id: D-001, title: Buy or build, raised: 2026-02-01, status: decided, decided: 2026-02-10, decider: sponsor, outcome: Buy the suite, rationale: Cheaper over five years}\n";

#[test]
fn a_decided_outcome_that_is_rewritten_is_looked_at_first() {
    let base = Files::base().lay(DECIDED);
    let head = base.clone().edit("decisions.yaml", "Buy the suite", "Build it").edit(
        "decisions.yaml",
        "Cheaper over five years",
        "Faster",
    );
    let look = part(&review(&base, &head), "Look first");
    for said in [
        "D-001 Buy or build",
        "rewritten after it was decided",
        "outcome Buy the suite → Build it",
        "rationale Cheaper over five years → Faster",
    ] {
        assert!(look.contains(said), "{said} in {look}");
    }
}

#[test]
fn an_approved_change_request_that_is_rewritten_is_looked_at_first() {
    let base = Files::base().lay(include_str!("head.txt"));
    let head = base.clone().edit("changes.yaml", "date: 2026-03-13", "date: 2026-03-12");
    let look = part(&review(&base, &head), "Look first");
    assert!(
        look.contains("rewritten after it was approved: decision.date 2026-03-13 → 2026-03-12"),
        "{look}"
    );
}

#[test]
fn what_a_closed_risk_says_is_compared() {
    let head = Files::head();
    let again = head.clone().edit("raid.yaml", "contract signed", "forged");
    let risks = part(&review(&head, &again), "Risks");
    assert!(risks.contains("closed reason contract signed → forged"), "{risks}");
}

#[test]
fn the_date_and_the_note_of_an_assessment_are_history() {
    let noted = Files::base().edit(
        "raid.yaml",
        "{date: 2026-01-20, p: 4, i: 4}",
        "{date: 2026-01-20, p: 4, i: 4, note: first look}",
    );
    let note = noted.clone().edit("raid.yaml", "note: first look", "note: forged");
    let look = part(&review(&noted, &note), "Look first");
    assert!(
        look.contains("the note of the assessment of 2026-01-20 was first look, now forged"),
        "{look}"
    );
    let date =
        noted.clone().edit("raid.yaml", "{date: 2026-01-20, p: 4", "{date: 2026-02-20, p: 4");
    let look = part(&review(&noted, &date), "Look first");
    assert!(look.contains("assessment of 2026-01-20 (4 × 4) is dated 2026-02-20 now"), "{look}");
}

const OWN: &str = "=== projects/crm-replacement/raid/I-002.md\n---\nkind: issue\nid: I-002\ntitle: Refunds are missing\nseverity: 2\nowner: \"@rsingh\"\nraised: 2026-03-09\ndue: 2026-04-10\nstatus: open\n---\nThe sandbox of the vendor answers no refund calls at all.\n";

#[test]
fn the_text_of_an_item_with_its_own_file_is_compared() {
    let base = Files::base().lay(OWN);
    let head = base.clone().edit("raid/I-002.md", "no refund calls at all", "every call we make");
    let issues = part(&review(&base, &head), "Issues");
    assert!(
        issues.contains("text rewritten (")
            && issues.contains("projects/crm-replacement/raid/I-002.md"),
        "{issues}"
    );
    assert!(review(&base, &base).is_empty());
}

#[test]
fn ids_that_stand_twice_are_told_apart() {
    let twin = |files: Files| {
        let copies: Vec<(String, String)> = files
            .0
            .iter()
            .filter(|(path, _)| path.starts_with("projects/crm-replacement/"))
            .map(|(path, text)| {
                (path.replace("crm-replacement", "twin"), text.replace("CRM replacement", "Twin"))
            })
            .collect();
        let mut files = files;
        files.0.extend(copies);
        files
    };
    let both = twin(Files::base()).edit("raid.yaml", "p: 4, i: 4", "p: 1, i: 1");
    assert!(review(&both, &both).is_empty());
    let items = Files::base().edit("raid.yaml", "id: R-009", "id: R-008");
    assert!(review(&items, &items).is_empty());
}

#[test]
fn a_risk_that_moved_to_another_project_keeps_its_history() {
    let risk = |p: &str| {
        format!(
            "  - {{id: R-077, title: Sandbox is late, owner: \"@rsingh\", raised: 2026-02-02, reviewed: 2026-03-10, assessments: [{{date: 2026-02-02, p: {p}, i: 3}}], response: reduce, mitigation: Ask weekly, due: 2026-06-01, status: open}}\n"
        )
    };
    let other = "=== projects/payroll/project.md\n---\nkind: project\nid: payroll\ntitle: Payroll\nsummary: Pay everybody.\ntier: 1\nphase: execution\nstate: active\n---\n=== projects/payroll/raid.yaml\nupdated: 2026-03-13\nrisks:\n";
    let first = risk("3");
    let base = Files::base().lay(&format!(
        "{other}  - {{id: R-001, title: Rates change, raised: 2026-02-02, status: open}}\n"
    ));
    let mut base = base;
    base.0.get_mut("projects/crm-replacement/raid.yaml").unwrap().push_str(&first);
    let mut head = base.clone().cut("raid.yaml", "id: R-077");
    head.0.get_mut("projects/payroll/raid.yaml").unwrap().push_str(&risk("1"));
    let review = review(&base, &head);
    let payroll = review.projects.iter().find(|p| p.id == "payroll").unwrap();
    let item = payroll.items.iter().find(|i| i.id == "R-077").unwrap();
    let words = item.words.text();
    assert!(
        words.contains("moved here from CRM replacement") && words.contains("9 → 3"),
        "{words}"
    );
    assert_eq!(item.rewritten, ["assessment of 2026-02-02 was 3 × 3, now 1 × 3"]);
}

#[test]
fn a_critical_path_that_changed_is_told() {
    let head = Files::head().edit(
        "status/2026-03-27.md",
        "critical_path: [M3, M7]",
        "critical_path: [M4, M7]",
    );
    let project = part(&review(&Files::base(), &head), "Project");
    assert_eq!(project, "critical path M3, M7 → M4, M7");
}

#[test]
fn a_plan_set_back_to_draft_is_looked_at_first() {
    let head = Files::base().edit("plan.md", "state: approved", "state: draft");
    let look = part(&review(&Files::base(), &head), "Look first");
    assert!(look.contains("was set back in the same version: approved → draft"), "{look}");
}

#[test]
fn a_forecast_of_a_period_is_for_the_next_report_alone() {
    let mut head = Files::head();
    let text =
        head.0["projects/crm-replacement/status/2026-03-13.md"].replace("2026-03-13", "2026-03-20");
    head.0.insert("projects/crm-replacement/status/2026-03-20.md".into(), text);
    assert!(
        part(&review(&Files::base(), &Files::head()), "Money (CAD)")
            .contains("forecast for the period was 40,000")
    );
    assert!(
        !part(&review(&Files::base(), &head), "Money (CAD)").contains("forecast for the period")
    );
    assert!(
        !part(&review(&Files::head(), &Files::base()), "Money (CAD)")
            .contains("forecast for the period")
    );
}

#[test]
fn a_project_with_another_id_does_not_edit_its_reports() {
    let told = |f: Files, id: &str| {
        f.edit("project.md", "id: crm-replacement", &format!("id: {id}")).edit(
            "status/2026-03-13.md",
            "kind: status\n",
            &format!("kind: status\nproject: {id}\n"),
        )
    };
    let review = review(&told(Files::base(), "crm-old"), &told(Files::base(), "crm-new"));
    assert!(part(&review, "Project").contains("id crm-old → crm-new"));
    assert!(!has_part(&review, "Look first"), "{:?}", review.projects[0].alerts);
}

#[test]
fn a_baseline_that_changed_shows_the_milestone() {
    let head = Files::base().edit(
        "milestones.yaml",
        "original: 2026-09-30, baseline: 2026-09-30",
        "original: 2026-09-30, baseline: 2026-10-28",
    );
    let review = review(&Files::base(), &head);
    let [project] = review.projects.as_slice() else { panic!() };
    assert!(!project.unchanged.contains(&"milestones".to_owned()));
    assert!(project.milestones.iter().any(|m| m.id == "M7" && m.days == Some(0)));
}
