//! Each pair of places, agreeing and not.

use crate::finding::Severity;
use crate::rules::testing::{Fixture, portfolio};

const RULE: &str = "conflicting-facts";
const CARD: &str = "projects/crm/project.md";
const PATH: &str = "projects/crm/milestones.yaml";
const LAST: &str = "projects/crm/status/2026-03-27.md";

fn item(line: &str) -> Fixture {
    portfolio().replace(PATH, "    finish: true", &format!("    {line}\n    finish: true"))
}

#[test]
fn a_forecast_of_the_same_day_must_be_the_same() {
    item("forecast: 2026-10-05").silent(RULE);
    let found = item("forecast: 2026-10-12").finds(RULE, LAST, 8);
    assert_eq!(
        found.message,
        "`M1` is forecast 2026-10-05 here and 2026-10-12 in `milestones.yaml`, both of the same day"
    );
    assert_eq!(found.severity, Severity::Deny);
    assert_eq!((&*found.related[0].path, found.related[0].at.line), (PATH, 12));
    // Of another day the newer one counts.
    item("forecast: 2026-10-12")
        .replace(PATH, "updated: 2026-03-27", "updated: 2026-03-26")
        .silent(RULE);
}

#[test]
fn what_the_register_says_was_reached_is_not_forecast_on_that_day() {
    let found = item("actual: 2026-03-25").finds(RULE, LAST, 8);
    assert_eq!(
        found.message,
        "`M1` is forecast 2026-10-05 here and reached 2026-03-25 by `milestones.yaml`, both of the same day"
    );
}

#[test]
fn a_milestone_is_reached_on_one_day_only() {
    let reached = |day: &str| {
        item(&format!("actual: {day}")).replace(
            LAST,
            "{forecast: 2026-10-05}",
            "{actual: 2026-03-20}",
        )
    };
    reached("2026-03-20").silent(RULE);
    let found = reached("2026-03-19").finds(RULE, LAST, 8);
    assert_eq!(
        found.message,
        "`M1` was reached 2026-03-20 by this report and 2026-03-19 by `milestones.yaml`"
    );
    reached("2026-03-19")
        .replace(PATH, "updated: 2026-03-27", "updated: 2026-03-30")
        .finds(RULE, LAST, 8);
}

fn budget(report: &str) -> Fixture {
    portfolio()
        .replace(CARD, "{tracked: false}", "{tracked: true, currency: CAD, baseline: 500000}")
        .file(
            "projects/crm/budget.md",
            "---\nkind: budget\ncurrency: CAD\nbac: 500000\nas_of: 2026-03-20\nlines:\n  - {id: BL1, actual: 150000, eac: 283000}\n  - {id: BL2, actual: 90000, eac: 250000}\n---\n# B\n",
        )
        .says(LAST, &format!("budget: {{{report}}}"))
}

#[test]
fn money_of_the_same_day_must_add_up() {
    budget("as_of: 2026-03-20, actual: 240000, eac: 533000").silent(RULE);
    let found = budget("as_of: 2026-03-20, actual: 240000, eac: 530000").finds(RULE, LAST, 7);
    assert_eq!(
        found.message,
        "estimate at completion is 530,000 here and 533,000 by the lines of `budget.md`, both of 2026-03-20"
    );
    assert_eq!(found.related[0].at.line, 6);
    budget("as_of: 2026-03-25, actual: 250000").silent(RULE);
    budget("actual: 250000").silent(RULE);
}

#[test]
fn the_card_must_agree_with_the_budget() {
    let card =
        |from: &str, to: &str| budget("as_of: 2026-03-25, actual: 250000").replace(CARD, from, to);
    let found = card("currency: CAD", "currency: USD").finds(RULE, CARD, 14);
    assert_eq!(found.message, "the currency is USD on the card and CAD in `budget.md`");
    // Without a change request it is told as a silent re-baseline only.
    let silent = card("baseline: 500000", "baseline: 480000");
    silent.silent(RULE);
    silent.finds("silent-rebaseline", "projects/crm/budget.md", 4);
    let explained = silent.file(
        "projects/crm/changes.yaml",
        "changes:\n  - {id: CR-001, title: T, status: approved, impact: {cost: 20000}}\n",
    );
    let found = explained.finds(RULE, CARD, 14);
    assert_eq!(found.message, "the budget is 480,000 on the card and 500,000 in `budget.md`");
    assert_eq!(
        found.help.as_deref(),
        Some("write 500,000 on the card, or leave it to `budget.md`")
    );
}

#[test]
fn the_card_must_agree_with_the_finish() {
    let card = |text: &str| {
        portfolio().replace(CARD, "{milestone: M1}", &format!("{{milestone: M1, {text}}}"))
    };
    card("baseline: 2026-09-30, original: 2026-09-30, forecast: 2026-10-05").silent(RULE);
    let found = card("baseline: 2026-10-30").finds(RULE, CARD, 13);
    assert_eq!(
        found.message,
        "baseline of the finish is 2026-10-30 on the card and 2026-09-30 in `milestones.yaml`"
    );
    assert_eq!(found.severity, Severity::Deny);
    let found = card("forecast: 2026-09-30").finds(RULE, CARD, 13);
    assert_eq!(
        found.message,
        "forecast of the finish is 2026-09-30 on the card and 2026-10-05 in the newest report"
    );
    assert_eq!(found.severity, Severity::Warn);
    // A baseline moved without a change request is one fault, not two.
    let moved = card("baseline: 2026-09-30").replace(
        PATH,
        "    baseline: 2026-09-30",
        "    baseline: 2026-10-30",
    );
    moved.silent(RULE);
    moved.finds("silent-rebaseline", PATH, 10);
}

#[test]
fn the_card_must_agree_with_governance() {
    let with = |card: &str| {
        portfolio().replace(CARD, "state: active", &format!("{card}\nstate: active")).file(
            "projects/crm/governance.md",
            "---\nkind: governance\nreport_every: 28d\ntolerances: {schedule_pct: 15}\n---\n# G\n",
        )
    };
    with("report_every: 4w").silent(RULE);
    let found = with("report_every: 14d").finds(RULE, CARD, 9);
    assert_eq!(
        found.message,
        "`report_every` is 14 days on the card and 28 days in `governance.md`"
    );
    with("tolerances: {schedule_pct: 15, cost_pct: 5}").silent(RULE);
    let found = with("tolerances: {schedule_pct: 20}").finds(RULE, CARD, 9);
    assert_eq!(
        found.message,
        "tolerance `schedule_pct` is 20 on the card and 15 in `governance.md`"
    );
}

#[test]
fn one_release_and_one_launch_have_one_date() {
    let release = |day: &str| {
        item("go_live: true").file(
            "projects/crm/releases/r1/release.md",
            &format!("---\nkind: release\nrelease: r1\ngo_live: {{baseline: {day}}}\n---\n# R\n"),
        )
    };
    release("2026-09-30").silent(RULE);
    let found = release("2026-09-29").finds(RULE, "projects/crm/releases/r1/release.md", 4);
    assert_eq!(
        found.message,
        "baseline of the launch is 2026-09-29 here and 2026-09-30 for `M1` in `milestones.yaml`"
    );
}

#[test]
fn a_file_belongs_to_the_project_of_its_folder() {
    let notes = |project: &str| {
        portfolio().file("projects/crm/notes.md", &format!("---\nproject: {project}\n---\n# N\n"))
    };
    notes("crm").silent(RULE);
    let found = notes("erp").finds(RULE, "projects/crm/notes.md", 2);
    assert_eq!(found.message, "`project` says `erp`, but the file lies in project `crm`");
    // The folder's name will do where the id is another.
    notes("crm").replace(CARD, "id: crm", "id: crm-replacement").silent(RULE);
    portfolio()
        .replace(
            "projects/crm/raid.yaml",
            "updated: 2026-03-27",
            "updated: 2026-03-27\nproject: erp",
        )
        .finds(RULE, "projects/crm/raid.yaml", 2);
    portfolio().file("handbook/notes.md", "---\nproject: erp\n---\n# N\n").silent(RULE);
}

#[test]
fn an_item_and_its_file_say_the_same() {
    let path = "projects/crm/decisions/D-001.md";
    let file = |line: &str| {
        portfolio().file(path, &format!("---\nkind: decision\nid: D-001\n{line}\n---\n# D\n"))
    };
    file("status: decided\ndecided: 2026-01-20\ntitle: Which vendor").silent(RULE);
    let found = file("decided: 2026-01-21").finds(RULE, path, 4);
    assert_eq!(
        found.message,
        "`decided` of `D-001` is 2026-01-21 here and 2026-01-20 in `decisions.yaml`"
    );
    assert_eq!(found.related[0].at.line, 10);
    file("status: requested").finds(RULE, path, 4);
    file("decider: Dana Okafor").finds(RULE, path, 4);
    file("rationale: Told in other words").silent(RULE);
    file("requested_by: \"@mlopez\"").silent(RULE);
}

#[test]
fn a_person_may_be_named_by_handle_or_name() {
    let change = "projects/crm/changes/CR-001.md";
    let file = |who: &str| {
        portfolio()
            .file("projects/crm/changes.yaml", "changes:\n  - {id: CR-001, title: T, status: submitted, requested_by: \"@mlopez\", impact: {cost: 12000}}\n")
            .file(change, &format!("---\nkind: change\nid: CR-001\nrequested_by: {who}\nimpact: {{cost: 12000}}\n---\n# C\n"))
    };
    file("Maria Lopez").silent(RULE);
    file("Dana Okafor").finds(RULE, change, 4);
    let found =
        file("Maria Lopez").replace(change, "cost: 12000", "cost: 21000").finds(RULE, change, 5);
    assert_eq!(
        found.message,
        "`impact.cost` of `CR-001` is 21,000 here and 12,000 in `changes.yaml`"
    );
}

#[test]
fn card_and_register_name_one_finish() {
    let two = |id: &str| {
        portfolio()
            .replace(PATH, "    finish: true\n", "    finish: true\n  - {id: M2, name: Review, original: 2026-08-30, baseline: 2026-08-30, owner: \"@mlopez\", key: true}\n")
            .replace(CARD, "{milestone: M1}", &format!("{{milestone: {id}}}"))
    };
    two("M1").silent(RULE);
    let found = two("M2").finds(RULE, CARD, 13);
    assert_eq!(found.message, "the finish is `M2` on the card and `M1` in `milestones.yaml`");
    assert_eq!(
        found.help.as_deref(),
        Some("write `M1` on the card, or mark `M2` in `milestones.yaml`")
    );
    assert_eq!((&*found.related[0].path, found.related[0].at.line), (PATH, 12));
}
