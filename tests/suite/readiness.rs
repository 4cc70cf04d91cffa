//! `milepost gate`: readiness, its places, its exit status; and the pages.

use crate::book::Book;

const CARD: &str = "---\nkind: project\nid: crm\ntitle: CRM\nsummary: Replace the CRM.\ntier: 3\ndelivery_model: waterfall\nphase: initiation\nstate: active\nsponsor: Dana Okafor\nproject_manager: Maria Lopez\nbudget: {tracked: false}\n---\n";
const CHARTER: &str = "---\nkind: charter\nversion: \"1.0\"\nstate: approved\nauthor: Maria Lopez\nupdated: 2026-01-10\napprovals:\n  - {role: sponsor, name: Dana Okafor, decision: approved, date: 2026-01-12, of: \"1.0\"}\n---\n# Charter\n\n## Problem statement\n\nThe old system fails once a week.\n\n## Objectives\n\nHalf the handling time by the end of the year.\n\n## Scope\n\nAll sales staff and the support desk.\n\n## Out of scope\n\nMarketing automation is left for later.\n\n## Success metrics\n\nMinutes per call, measured every month.\n\n## Roles and responsibilities\n\nThe sponsor decides, the manager delivers.\n\n## Milestones\n\nThe finish is planned for September.\n";

fn book() -> Book {
    Book::new().file("src/projects/crm/project.md", CARD)
}

#[test]
fn a_gate_that_is_not_ready_exits_1_and_names_every_place() {
    let book = book();
    book.run("gate crm")
        .exits(1)
        .says("G1 Charter approved: CRM")
        .says("not ready: 0 of 2 requirements met, 0.0 %")
        .says("projects/crm/project.md:8:8: run `milepost new charter --project crm` (Maria Lopez)")
        .says("milepost new gate --project crm --id G1");
    let json = book.run("gate crm --format json");
    let value: serde_json::Value = serde_json::from_str(&json.exits(1).out).unwrap();
    assert_eq!((&value["ready"], &value["gate"]), (&false.into(), &"G1".into()));
    assert_eq!(value["requirements"][0]["line"], 8);
}

#[test]
fn a_gate_that_is_ready_exits_0_and_is_not_passed() {
    let book = book().file("src/projects/crm/charter.md", CHARTER);
    let ran = book.run("gate crm");
    ran.exits(0).says("2 of 2 requirements met, 100.0 %");
    // RAID and milestones are expected of tier 3.
    ran.says("ready with conditions");
    let before = book.tree("src");
    book.run("gate crm --gate G2").exits(1).says("G2 Baseline approved: CRM");
    assert_eq!(book.tree("src"), before);
    // On a day before the approval it is waited for.
    book.run("gate crm --as-of 2026-01-11").exits(1).says("the decision is waited for");
}

#[test]
fn a_gate_that_was_decided_says_so() {
    let record = "---\nkind: gate\ngate: G1\ndate: 2026-01-12\ndecision: go\napprovals:\n  - {role: sponsor, name: Dana Okafor, decision: approved, date: 2026-01-12}\n---\n# G1\n";
    let book = book()
        .file("src/projects/crm/charter.md", CHARTER)
        .file("src/projects/crm/gates/G1-charter.md", record);
    let ran = book.run("gate crm --gate G1");
    ran.exits(0).says("the gate decided `go` on 2026-01-12, approved by Dana Okafor: projects/crm/gates/G1-charter.md");
    assert!(!ran.all().contains("milepost new gate"), "{}", ran.all());
    let json = book.run("gate crm --gate G1 --format json");
    let value: serde_json::Value = serde_json::from_str(&json.exits(0).out).unwrap();
    assert_eq!(value["decision"]["by"][0], "Dana Okafor");
    let text = book.run("gate crm --gate G3");
    text.says("release documents are not asked for yet: no go-live date is known");
    let json = book.run("gate crm --gate G3 --format json");
    assert!(json.out.contains("\"coming\": \"release documents"), "{}", json.out);
}

#[test]
fn what_is_not_there_is_guessed() {
    let book = book();
    book.run("gate cmr").exits(2).says("did you mean `crm`?");
    book.run("gate crm --gate G11").exits(2).says("did you mean `G1`?");
    book.run("gate crm --gate nonsense").exits(2).says("gates of its lifecycle are G1, G2, G3, G4");
    let lost = book.file("src/projects/crm/project.md", CARD.replace("initiation", "nowhere"));
    lost.run("gate crm").exits(2).says("stands before no gate");
}

#[test]
fn every_project_has_a_gate_page_and_the_portfolio_one() {
    let book = book();
    book.run("build").exits(0);
    let page = book.page("projects/crm/-/gate.html");
    assert!(page.contains("CRM: gate G1 Charter approved"), "{page}");
    assert!(page.contains("projects/crm/project.md:8") && page.contains("Decision"), "{page}");
    let all = book.page("portfolio/gates.html");
    assert!(all.contains("../projects/crm/-/gate.html"), "{all}");
    assert!(book.page("projects/crm/index.html").contains("-/gate.html"));
}
