//! The story of a project, in the terminal and on its page.

use crate::book::{Book, Ran, milepost};
use std::path::Path;

fn log(words: &str) -> Ran {
    let mut command = milepost();
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    command.current_dir(root).arg("log").args(words.split_whitespace());
    Ran::of(words, command.output().unwrap())
}

#[test]
fn the_example_tells_a_week_of_the_water_project() {
    let told = log("water-telemetry --since 2026-03-18 --until 2026-03-20");
    assert_eq!(
        told.exits(0).out,
        "Water network telemetry (water-telemetry)

March 2026
 20  Health     Overall: ▲ amber → ● green
 20  Health     Schedule: ▲ amber → ● green
 20  Milestone  M4 First 40 outstations accepted: 20 Mar (reached, +7 days against its baseline)
 20  Milestone  M5 All 118 outstations installed: 18 Sep → 11 Sep (−7 days)
 20  Milestone  M6 Control room cut-over: 27 Nov → 13 Nov (−14 days)
 20  Milestone  M7 Accepted by Water Operations: 15 Jan 2027 → 25 Dec (−21 days)
 20  Estimate   Estimate at completion: CAD 6,425,000 → CAD 6,418,000 (−7,000)
 20  Action     AC-03 Place the order for the third lot: new
 20  Report     Water network telemetry: status 20 March 2026: published
                Green a week before the promised date
 18  Decision   D-004 Order the third lot before Crane Hill is accepted: decided
                Order on acceptance of M4
"
    );
}

#[test]
fn programs_get_one_object_in_the_order_asked_for() {
    let ran = log("library-kiosks --since 2026-03-20 --reverse --format json");
    let value: serde_json::Value = serde_json::from_str(&ran.exits(0).out).unwrap();
    assert_eq!(value["schema"], "milepost-log-1");
    assert_eq!(value["project"], "library-kiosks");
    let first = &value["events"][0];
    assert_eq!(first["date"], "2026-03-20");
    let overall =
        value["events"].as_array().unwrap().iter().find(|e| e["what"] == "Overall").unwrap();
    assert_eq!(overall["kind"], "health");
    assert_eq!(overall["before"]["health"], "green");
    assert_eq!(overall["after"]["health"], "amber");
    assert_eq!(overall["why"], "The survey of the floor in Old Port is late");
    assert_eq!(overall["better"], false);
}

#[test]
fn a_wrong_project_or_day_is_told() {
    log("water-telemetri").exits(2).says("did you mean `water-telemetry`?");
    log("water-telemetry --since March").exits(2).says("2026-03-27");
    let told = log("water-telemetry --since 2027-01-01");
    told.exits(0).says("nothing that carries a date happened in these days");
}

#[test]
fn each_project_has_a_page_of_it_that_its_own_page_leads_to() {
    let book = Book::new()
        .file(
            "src/projects/crm/project.md",
            "---\nkind: project\ntitle: CRM\ntier: 2\nphase: execution\nstate: active\n---\n# CRM\n",
        )
        .file(
            "src/projects/crm/status/2026-03-13.md",
            "---\nkind: status\nas_of: 2026-03-13\nhealth: {overall: green}\n---\n# S\n",
        )
        .file(
            "src/projects/crm/status/2026-03-27.md",
            "---\nkind: status\nas_of: 2026-03-27\nhealth: {overall: {rag: red, why: No <b>vendor</b>}}\n---\n# S\n",
        );
    book.run("build");
    assert!(book.page("projects/crm/index.html").contains("href=\"-/log.html\""));
    let page = book.page("projects/crm/-/log.html");
    for part in ["<h2>March 2026", "No &lt;b&gt;vendor&lt;", "../status/2026-03-27.html"] {
        assert!(page.contains(part), "{part} in {page}");
    }
    assert!(book.read("book/projects/crm/-/log.json").contains("2026-03-27"));
}
