//! A past day shows nothing of later ones.

use crate::Checked;
use crate::config::Config;
use crate::date::parse;
use crate::portfolio::State;
use crate::rollups::testing::context;
use crate::rollups::{ROLLUPS, members, project_raid, project_registers};
use crate::tree::MemoryTree;
use std::sync::Arc;

/// A project of which everything called LATER happened after 15 February 2026.
const FILES: &str = "=== crm/project.md
---
kind: project
id: crm
title: CRM
tier: 2
phase: execution
state: complete
sponsor: Dana
project_manager: Maria
start: {actual: 2026-01-05}
finish: {milestone: M7}
budget: {tracked: true, currency: CAD}
---
=== crm/budget.md
---
kind: budget
version: \"1.0\"
state: approved
updated: 2026-03-01
as_of: 2026-03-20
bac: 777000
rebaselines: [{date: 2026-03-02, from: 500000, to: 777000, note: LATER}]
lines: [{id: BL1, baseline: 777000, actual: 333000, eac: 888000}]
approvals: [{role: sponsor, name: Dana, decision: approved, date: 2026-03-03, of: \"1.0\", evidence: LATER.md}]
---
# Budget
=== crm/status/2026-02-06.md
---
kind: status
as_of: 2026-02-06
phase: planning
health: {overall: green, schedule: green}
milestones: {M3: {forecast: 2026-04-10}}
budget: {actual: 100000, eac: 500000}
---
# February
=== crm/status/2026-03-27.md
---
kind: status
as_of: 2026-03-27
phase: execution
health: {overall: red, schedule: {rag: red, why: LATER}}
milestones: {M3: {forecast: 2026-06-30}, M7: {actual: 2026-03-26}}
budget: {actual: 333000, eac: 888000}
asks: [LATER decision in a report]
---
# LATER report
=== crm/gates/G2.md
---
kind: gate
gate: G2
date: 2026-02-27
decision: go
next_phase: execution
conditions: [{text: LATER condition, owner: Maria, due: 2026-03-10}]
---
# LATER gate
=== crm/milestones.yaml
updated: 2026-03-27
milestones:
  - {id: M3, name: UAT, original: 2026-03-20, baseline: 2026-05-20, forecast: 2026-06-30, key: true, rebaselines: [{date: 2026-03-05, from: 2026-03-20, to: 2026-05-20, change: CR-1}]}
  - {id: M7, name: Finish, original: 2026-09-30, baseline: 2026-09-30, actual: 2026-03-26, finish: true}
=== crm/raid.yaml
updated: 2026-03-27
risks:
  - {id: R-1, title: Old, owner: Maria, raised: 2026-01-20, reviewed: 2026-03-24, assessments: [{date: 2026-01-20, p: 4, i: 4}, {date: 2026-03-24, p: 1, i: 1, note: LATER}], status: closed, closed: 2026-03-25, closed_reason: LATER}
  - {id: R-2, title: LATER risk, owner: Maria, raised: 2026-02-16, p: 5, i: 5, status: open}
issues:
  - {id: I-1, title: Room, severity: 3, owner: Maria, raised: 2026-02-01, due: 2026-02-10, status: resolved, resolved: 2026-02-16, resolution: LATER}
dependencies:
  - {id: DEP-1, title: Rules, direction: inbound, owner: Maria, raised: 2026-02-01, need_by: 2026-04-20, committed: 2026-02-10, delivered: 2026-03-01, status: delivered}
=== crm/decisions.yaml
decisions:
  - {id: D-1, title: Asked, requested: 2026-02-02, decider: sponsor, status: decided, decided: 2026-02-20, outcome: LATER, rationale: LATER}
  - {id: D-2, title: LATER question, requested: 2026-02-20, decider: sponsor, status: requested}
  - {id: D-3, title: Same day, requested: 2026-02-01, decider: sponsor, status: decided, decided: 2026-02-15, outcome: Yes}
=== crm/changes.yaml
changes:
  - {id: CR-1, title: Move, submitted: 2026-02-10, status: implemented, decision: {date: 2026-03-05, by: [Dana], rationale: LATER}, implemented: 2026-03-06, rebaselines: [M3]}
  - {id: CR-2, title: LATER change, submitted: 2026-03-02, status: submitted}
=== crm/resources.yaml
resources:
  - {id: RS-1, unit: infrastructure, manager: Tam, role: Engineer, required_fte: 0.5, committed_fte: 0.5, original_fte: 0.5, requested_on: 2026-02-02, committed_on: 2026-03-02, status: committed}
=== crm/lessons/2026-03-26.md
---
kind: lesson
id: L-1
title: LATER lesson
date: 2026-03-26
polarity: improve
category: testing
recommendation: LATER
---
=== crm/raid/R-1.md
---
kind: risk
id: R-1
---
# Old
=== crm/raid/R-2.md
---
kind: risk
id: R-2
title: LATER risk
status: open
---
# LATER risk
=== crm/minutes/2026-03-06.md
---
kind: minutes
date: 2026-03-06
---
# LATER minutes

D-1 and R-1 were LATER spoken of.
";

fn on(day: &str, rewind: bool) -> Checked {
    let mut tree = MemoryTree::new();
    for file in FILES.split("=== ").skip(1) {
        let (path, body) = file.split_once('\n').unwrap();
        tree = tree.with(path.trim(), body);
    }
    let config = Config { rewind, ..Config::parse("").unwrap() };
    crate::check(&tree, Arc::new(config), parse(day).unwrap(), &[]).unwrap()
}

/// Every table of the portfolio and of its projects, as text.
fn tables(checked: &Checked) -> Vec<(String, String)> {
    let c = context(checked);
    let mut all: Vec<(String, String)> =
        ROLLUPS.iter().map(|r| (r.name.to_owned(), format!("{:?}", (r.table)(&c)))).collect();
    for (family, member) in members(&c) {
        let table = (family.table)(&c, &member.slug);
        all.push((format!("{}/{}", family.name, member.slug), format!("{table:?}")));
    }
    for project in &checked.portfolio.projects {
        all.push((
            format!("{} raid", project.id),
            format!("{:?}", project_raid(c.portfolio, project)),
        ));
        let registers = format!("{:?}", project_registers(c.portfolio, project));
        all.push((format!("{} registers", project.id), registers));
    }
    all
}

#[test]
fn nothing_of_a_later_day_shows_on_any_table() {
    let checked = on("2026-02-15", true);
    for (name, text) in tables(&checked) {
        for word in ["LATER", "777", "333000", "888", "2026-03-26", "2026-06-30"] {
            let at =
                text.find(word).map(|i| &text[i.saturating_sub(160)..(i + 40).min(text.len())]);
            assert!(at.is_none(), "{name} shows {word}: {at:?}");
        }
    }
    for finding in &checked.findings {
        assert!(!finding.message.contains("LATER"), "{finding:?}");
    }
    // With today's eyes all of it shows.
    let today = on("2026-03-27", false);
    assert!(today.portfolio.rewound.is_none());
    let text: String = tables(&today).into_iter().map(|(_, text)| text).collect();
    assert!(text.contains("LATER question") && text.contains("LATER lesson"));
}

#[test]
fn the_project_stands_as_it_stood() {
    let checked = on("2026-02-15", true);
    let project = checked.portfolio.project("crm").unwrap();
    assert_eq!(project.state, State::Active);
    assert_eq!(project.phase_title().as_deref(), Some("Planning"));
    assert_eq!(project.reports.len(), 1);
    assert_eq!(project.budget.map(|n| n.money()), Some("500,000".into()));
    let milestone = |id: &str| project.milestones.iter().find(|m| *m.id == *id).unwrap();
    assert_eq!(milestone("M3").baseline, parse("2026-03-20"));
    assert_eq!(milestone("M3").forecast, parse("2026-04-10"), "the register is younger");
    assert_eq!(milestone("M7").actual, None);
    let status = |id: &str| project.item(id).unwrap().status().to_owned();
    let all = ["R-1", "I-1", "DEP-1", "D-1", "D-3", "CR-1", "RS-1"].map(status);
    assert_eq!(
        all,
        ["open", "open", "confirmed", "requested", "decided", "submitted", "requested"]
    );
    assert_eq!(project.item("R-1").unwrap().fields.date("reviewed"), parse("2026-01-20"));
    let rewound = checked.portfolio.rewound.as_ref().unwrap();
    assert_eq!(rewound.later.len(), 5, "{:?}", rewound.later);
    assert_eq!(rewound.items, 3);
    assert!(rewound.facts > 10);
}

#[test]
fn an_item_with_a_file_of_its_own_comes_when_its_register_says() {
    let checked = on("2026-02-15", true);
    let own = "crm/raid/R-2.md";
    assert!(checked.portfolio.rewound.as_ref().unwrap().later.contains(own));
    let project = checked.portfolio.project("crm").unwrap();
    assert!(project.item("R-2").is_none());
    assert!(project.item("R-1").unwrap().document.is_some(), "its file is there");
    assert!(checked.findings.iter().all(|f| *f.path != *own), "{:?}", checked.findings);
    let today = on("2026-03-27", false);
    assert!(today.portfolio.project("crm").unwrap().item("R-2").unwrap().document.is_some());
}

#[test]
fn what_was_taken_away_is_not_missing() {
    let missing = |checked: &Checked, word: &str| {
        checked.findings.iter().any(|f| f.rule == "missing-field" && f.message.contains(word))
    };
    let checked = on("2026-02-15", true);
    assert!(!missing(&checked, "committed_fte"), "{:?}", checked.findings);
    // What nobody wrote is.
    assert!(missing(&checked, "`summary`"), "{:?}", checked.findings);
    assert!(missing(&on("2026-03-27", false), "`summary`"));
}

#[test]
fn a_day_in_between_shows_what_had_happened_by_then() {
    let checked = on("2026-03-02", true);
    let project = checked.portfolio.project("crm").unwrap();
    assert_eq!(project.phase_title().as_deref(), Some("Execution"), "the gate of 27 February");
    assert_eq!(project.item("D-1").unwrap().status(), "decided");
    assert_eq!(project.item("RS-1").unwrap().status(), "committed");
    assert_eq!(project.item("CR-1").unwrap().status(), "submitted");
    assert_eq!(project.budget.map(|n| n.money()), Some("777,000".into()));
    // Long before the project nothing had begun.
    let checked = on("2025-12-01", true);
    assert_eq!(checked.portfolio.projects[0].state, State::Proposed);
    assert!(checked.portfolio.projects[0].items("risks").is_empty());
}
