//! Stories of portfolios in memory.

use super::of;
use crate::measures::kpi::testing::{card, check};

fn report(name: &str, day: &str, rest: &str) -> String {
    format!(
        "=== crm/status/{name}.md\n---\nkind: status\nas_of: {day}\ntitle: R {name}\n{rest}---\n# S\n"
    )
}

/// One line for each event: day, kind, words, reason.
fn lines(files: &str, as_of: &str) -> Vec<String> {
    let checked = check(files, as_of, "");
    let p = &checked.portfolio;
    let all = of(p, &p.projects[0]);
    let line = |e: &super::Event<'_>| {
        let why = if e.why.is_empty() { String::new() } else { format!(" | {}", e.why) };
        format!("{} {}: {}{why}", e.on, e.kind.name(), e.words())
    };
    all.iter().map(line).collect()
}

/// A project of three months with everything in it.
fn full() -> String {
    [
        card("crm", 2, "start: {actual: 2026-01-05}\nreport_every: 14d\nlifecycle: four-phase\nbudget: {tracked: true, currency: CAD, baseline: 500000}\n"),
        report("2026-02-27", "2026-02-27", "phase: planning\nhealth: {overall: green, schedule: green}\nmilestones: {M3: {forecast: 2026-03-27}}\nbudget: {eac: 515000}\n"),
        // Says nothing of the schedule: what was said before still stands.
        report("2026-03-13", "2026-03-13", "phase: execution\nhealth: {overall: green}\nmilestones: {M3: {forecast: 2026-03-27}}\n"),
        report("2026-03-27", "2026-03-27", "phase: execution\nhealth: {overall: amber, schedule: {rag: amber, why: UAT late}}\nwhat_changed: UAT moved\nmilestones: {M3: {forecast: 2026-04-10}}\nbudget: {eac: 533000}\n"),
        "=== crm/milestones.yaml\nmilestones:\n  - {id: M1, name: Charter, baseline: 2026-01-30, actual: 2026-02-02}\n  - id: M3\n    name: UAT\n    original: 2026-03-06\n    baseline: 2026-03-20\n    rebaselines:\n      - {date: 2026-02-10, from: 2026-03-06, to: 2026-03-20, change: CR-1, note: more tests}\n  - {id: M5, name: Gone, baseline: 2026-05-01, cancelled: CR-1}\n".into(),
        "=== crm/raid.yaml\nrisks:\n  - {id: R-1, title: Data, raised: 2026-01-20, assessments: [{date: 2026-01-20, p: 4, i: 4}, {date: 2026-03-24, p: 3, i: 4, note: cleaned}], status: open}\n  - {id: R-3, title: Gone, raised: 2026-01-21, p: 1, i: 1, status: closed, closed: 2026-03-22}\n".into(),
        "=== crm/decisions.yaml\ndecisions:\n  - {id: D-1, title: Descope, status: decided, requested: 2026-03-01, decided: 2026-03-24, decider: sponsor, outcome: Yes}\n".into(),
        "=== crm/changes.yaml\nchanges:\n  - {id: CR-1, title: More tests, status: approved, submitted: 2026-02-02, decision: {date: 2026-02-09, by: D. Okafor, rationale: Needed}}\n".into(),
        "=== crm/charter.md\n---\nkind: charter\nversion: \"1.0\"\napprovals:\n  - {role: sponsor, name: D. Okafor, decision: approved, date: 2026-01-30, of: \"1.0\"}\n  - {role: pmo-director, decision: pending}\n---\n# Charter\n".into(),
    ]
    .concat()
}

#[test]
fn everything_that_carries_a_date_is_told_once_newest_first() {
    assert_eq!(
        lines(&full(), "2026-03-27"),
        [
            "2026-03-27 health: Overall: green → amber",
            "2026-03-27 health: Schedule: green → amber | UAT late",
            "2026-03-27 milestone: M3 UAT: 27 Mar → 10 Apr (+14 days)",
            "2026-03-27 estimate: Estimate at completion: CAD 515,000 → CAD 533,000 (+18,000)",
            "2026-03-27 report: R 2026-03-27: published | UAT moved",
            "2026-03-24 decision: D-1 Descope: decided | Yes",
            "2026-03-24 raid: R-1 Data: 16 → 12 | cleaned",
            "2026-03-22 raid: R-3 Gone: closed",
            "2026-03-13 phase: Phase: Planning → Execution",
            "2026-03-13 report: R 2026-03-13: published",
            "2026-03-01 decision: D-1 Descope: asked for (of Sponsor)",
            "2026-02-27 milestone: M3 UAT: 20 Mar → 27 Mar (+7 days)",
            "2026-02-27 report: R 2026-02-27: published",
            "2026-02-10 baseline: M3 UAT: 6 Mar → 20 Mar (+14 days) | CR-1 More tests: more tests",
            "2026-02-09 milestone: M5 Gone: cancelled | CR-1 More tests",
            "2026-02-09 change: CR-1 More tests: approved | by D. Okafor: Needed",
            "2026-02-02 milestone: M1 Charter: 2 Feb (reached, +3 days against its baseline)",
            "2026-02-02 change: CR-1 More tests: submitted",
            "2026-01-30 approval: Charter 1.0: approved (by D. Okafor, Sponsor)",
            "2026-01-21 raid: R-3 Gone: new",
            "2026-01-20 raid: R-1 Data: new",
        ]
    );
}

#[test]
fn a_past_day_knows_nothing_of_what_came_later() {
    let told = lines(&full(), "2026-03-13");
    assert_eq!(told[0], "2026-03-13 phase: Phase: Planning → Execution");
    assert!(!told.iter().any(|l| l.as_str() >= "2026-03-14"), "{told:#?}");
    assert!(told.contains(&"2026-02-27 milestone: M3 UAT: 20 Mar → 27 Mar (+7 days)".to_owned()));
}

#[test]
fn a_project_without_anything_has_no_story_and_an_old_silent_one_says_so() {
    assert!(lines(&card("crm", 2, ""), "2026-03-27").is_empty());
    let silent = card("crm", 2, "start: {actual: 2026-01-05}\nreport_every: 14d\n");
    assert_eq!(
        lines(&silent, "2026-03-27"),
        ["2026-01-19 report: Report: missing | never reported"]
    );
}

#[test]
fn of_two_reports_of_one_day_the_last_counts() {
    let files = [
        card("crm", 2, "start: {actual: 2026-01-05}\nreport_every: 14d\n"),
        report("2026-03-13", "2026-03-13", "health: {overall: green}\n"),
        report("2026-03-20-a", "2026-03-20", "health: {overall: red}\n"),
        report("2026-03-20-b", "2026-03-20", "health: {overall: amber}\n"),
    ]
    .concat();
    assert_eq!(
        lines(&files, "2026-03-27"),
        [
            "2026-03-20 health: Overall: green → amber",
            "2026-03-20 report: R 2026-03-20-b: published",
            "2026-03-13 report: R 2026-03-13: published",
        ]
    );
}

#[test]
fn a_report_is_missing_where_two_cadences_lie_between_and_where_the_next_is_due() {
    let files = |second: &str| {
        [
            card("crm", 2, "start: {actual: 2026-01-05}\nreport_every: 14d\n"),
            report("a", "2026-02-06", ""),
            report("b", second, ""),
        ]
        .concat()
    };
    let missing = |second, as_of| -> Vec<String> {
        lines(&files(second), as_of).into_iter().filter(|l| l.contains("missing")).collect()
    };
    assert!(missing("2026-03-05", "2026-03-05").is_empty(), "27 days");
    assert_eq!(
        missing("2026-03-06", "2026-03-20"),
        [
            "2026-02-20 report: Report: missing | the next came 28 days later, on 6 Mar; due every 14 days"
        ]
    );
    // Due on the 20th: on that day it may still come.
    assert_eq!(
        missing("2026-03-06", "2026-03-21")[0],
        "2026-03-20 report: Report: missing | the last is of 6 Mar"
    );
}

#[test]
fn a_budget_that_was_moved_without_a_change_request_says_so() {
    let files = [
        card("crm", 2, "budget: {tracked: true, currency: CAD, baseline: 500000}\n"),
        "=== crm/budget.md\n---\nkind: budget\nbac: 520000\nrebaselines:\n  - {date: 2026-02-10, from: 500000, to: 520000}\n---\n# B\n".into(),
    ]
    .concat();
    assert_eq!(
        lines(&files, "2026-03-27"),
        [
            "2026-02-10 baseline: Approved budget: CAD 500,000 → CAD 520,000 (+20,000) | no change request"
        ]
    );
}
