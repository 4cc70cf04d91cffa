//! Two days compared.

use super::{What, between};
use crate::date::parse;
use crate::measures::kpi::testing::{card, check};

/// Reports of 13 and 27 March, and registers in between.
fn files() -> String {
    let report = |day: &str, rest: &str| {
        format!("=== crm/status/{day}.md\n---\nkind: status\nas_of: {day}\n{rest}---\n# S\n")
    };
    [
        card("crm", 2, "start: {actual: 2026-01-05}\nbudget: {tracked: true, currency: CAD, baseline: 500000}\n"),
        report("2026-03-13", "phase: planning\nhealth: {overall: green, schedule: green}\nmilestones: {M3: {forecast: 2026-04-10}}\nbudget: {eac: 500000}\n"),
        report("2026-03-27", "phase: execution\nhealth: {overall: amber, schedule: {rag: amber, why: Late}}\nmilestones: {M3: {forecast: 2026-04-24}, M1: {actual: 2026-03-20}}\nbudget: {eac: 533000}\n"),
        "=== crm/milestones.yaml\nmilestones:\n  - {id: M1, name: Done, baseline: 2026-03-18}\n  - {id: M3, name: UAT, baseline: 2026-03-25}\n".into(),
        "=== crm/raid.yaml\nrisks:\n  - {id: R-1, title: Old, raised: 2026-01-20, assessments: [{date: 2026-01-20, p: 4, i: 4}, {date: 2026-03-24, p: 3, i: 4}], status: open}\n  - {id: R-2, title: New, raised: 2026-03-21, p: 1, i: 1, status: open, due: 2026-03-26}\n  - {id: R-3, title: Gone, raised: 2026-01-21, p: 1, i: 1, status: closed, closed: 2026-03-22}\n".into(),
        "=== crm/decisions.yaml\ndecisions:\n  - {id: D-1, title: Asked, status: requested, requested: 2026-03-23, decider: sponsor}\n  - {id: D-2, title: Taken, status: decided, requested: 2026-03-01, decided: 2026-03-24, outcome: Yes}\n".into(),
        "=== crm/changes.yaml\nchanges:\n  - {id: CR-1, title: More, status: approved, submitted: 2026-03-02, decision: {date: 2026-03-25}}\n".into(),
    ]
    .concat()
}

fn words(from: &str, to: &str) -> Vec<String> {
    let checked = check(&files(), "2026-03-27", "");
    let changes = between(&checked.portfolio, parse(from).unwrap(), parse(to).unwrap());
    changes.iter().map(super::Change::words).collect()
}

#[test]
fn what_carries_a_date_is_compared() {
    let said = words("2026-03-20", "2026-03-27");
    for line in [
        "Overall: green → amber",
        "Schedule: green → amber (Late)",
        "M3 UAT: 10 Apr → 24 Apr (+14 days)",
        "Estimate at completion: CAD 500,000 → CAD 533,000 (+33,000)",
        "M3 UAT: 25 Mar (milestone)",
        "R-2 New: 26 Mar (risk)",
        "R-1 Old: 16 → 12 (score)",
        "R-2 New: new (risk)",
        "R-3 Gone: closed (risk)",
        "D-1 Asked: asked for (of Sponsor)",
        "D-2 Taken: decided (Yes)",
        "CR-1 More: approved",
        "Phase: Planning → Execution",
    ] {
        assert!(said.iter().any(|s| s == line), "{line} in {said:#?}");
    }
    assert!(said.iter().any(|s| s.ends_with(": published")), "{said:#?}");
    assert!(!said.iter().any(|s| s.starts_with("M1")), "reached on the first day: {said:#?}");
}

#[test]
fn the_first_day_is_not_in_between_and_the_last_is() {
    assert!(
        words("2026-03-19", "2026-03-20")
            .iter()
            .any(|s| s == "M1 Done: 20 Mar (reached, +2 days against its baseline)")
    );
    assert!(!words("2026-03-27", "2026-03-27").iter().any(|s| s.contains("→")));
    assert_eq!(words("2026-03-14", "2026-03-18"), Vec::<String>::new());
    // Due on the 25th: on that day it is not over, on the next it is.
    assert!(!words("2026-03-24", "2026-03-25").iter().any(|s| s.contains("(milestone)")));
    assert!(words("2026-03-25", "2026-03-26").iter().any(|s| s.contains("(milestone)")));
}

#[test]
fn a_report_that_was_due_and_is_not_there_is_missing() {
    let text = files()
        .replace("2026-03-27.md", "draft.md")
        .replace("as_of: 2026-03-27\n", "as_of: 2026-03-27\nstate: draft\n");
    let checked = check(&text, "2026-03-28", "");
    let day = |d: &str| parse(d).unwrap();
    let changes = between(&checked.portfolio, day("2026-03-21"), day("2026-03-28"));
    let reports: Vec<_> = changes.iter().filter(|c| c.what == What::Report).collect();
    assert_eq!(reports.len(), 1);
    assert_eq!(reports[0].words(), "Report: missing (the last is of 13 Mar)");
    assert_eq!(reports[0].better, Some(false));
}
