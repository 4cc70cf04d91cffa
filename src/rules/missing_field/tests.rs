//! What is missing, when, and what is left alone.

use crate::finding::{Finding, Severity};
use crate::rules::testing::{Fixture, portfolio};

const CARD: &str = "projects/crm/project.md";

#[test]
fn the_card_must_say_what_the_tables_hang_on() {
    let light = || portfolio().config("[portfolio]\ndefault-tier = \"3\"\n");
    let found = light().replace(CARD, "tier: 3\n", "").finds("missing-field", CARD, 2);
    assert_eq!(
        (found.severity, &*found.message),
        (Severity::Deny, "the project card has no `tier`")
    );
    let found = light().replace(CARD, "tier: 3", "tier:").finds("missing-field", CARD, 6);
    assert_eq!(found.message, "the project card has no `tier`");
}

#[test]
fn a_report_owes_the_dimensions_of_its_tier() {
    const REPORT: &str = "projects/crm/status/2026-03-27.md";
    let gaps = |tier: &str, health: &str| -> Vec<String> {
        let at = portfolio().replace(CARD, "tier: 3", &format!("tier: {tier}")).replace(
            REPORT,
            "{overall: green, schedule: green}",
            health,
        );
        let all = at.findings();
        let of_report = all.iter().filter(|f| *f.path == *REPORT && f.rule == "missing-field");
        of_report.filter(|f| f.at.line == 6).map(|f| f.message.clone()).collect()
    };
    let two = "{overall: green, schedule: green}";
    assert_eq!(gaps("3", two), Vec::<String>::new());
    assert_eq!(gaps("3", "{overall: green}"), ["the status report has no `health.schedule`"]);
    let of_two =
        ["the status report has no `health.resources`", "the status report has no `health.scope`"];
    assert_eq!(gaps("2", two), of_two);
    assert_eq!(gaps("1", two).len(), 3);
    // What is there and wrong is not missing.
    assert_eq!(gaps("3", "{overall: green, schedule: grene}"), Vec::<String>::new());
}

#[test]
fn a_level_follows_phase_and_model() {
    const REPORT: &str = "projects/crm/status/2026-03-27.md";
    let path = |model: &str| {
        let book = portfolio().replace(CARD, "tier: 3", "tier: 2").replace(
            CARD,
            "delivery_model: hybrid",
            &format!("delivery_model: {model}"),
        );
        let all = book.findings();
        all.iter().any(|f| *f.path == *REPORT && f.message.ends_with("no `critical_path`"))
    };
    assert!(path("waterfall") && !path("hybrid") && !path("agile"));
    const RAID: &str = "projects/crm/raid.yaml";
    let bare = || {
        portfolio().replace(CARD, "tier: 3", "tier: 2").replace(
            RAID,
            "    assessments:\n      - {date: 2026-01-20, p: 2, i: 3}\n",
            "",
        )
    };
    assert!(bare().finds("missing-field", RAID, 3).message.ends_with("no `assessments`"));
    let closed = bare().replace(RAID, "    status: open\nissues", "    status: closed\nissues");
    assert!(!closed.findings().iter().any(|f| *f.path == *RAID && f.rule == "missing-field"));
    let early = bare().replace(CARD, "phase: execution", "phase: initiation");
    assert!(!early.findings().iter().any(|f| *f.path == *RAID && f.rule == "missing-field"));
}

#[test]
fn what_is_there_and_wrong_is_not_missing() {
    portfolio().replace(CARD, "id: crm", "id: ../x").silent("missing-field");
}

#[test]
fn what_the_plan_gate_settles_is_asked_for_after_it() {
    portfolio().replace(CARD, "start: {baseline: 2026-01-05}\n", "").finds(
        "missing-field",
        CARD,
        2,
    );
    portfolio()
        .replace(CARD, "start: {baseline: 2026-01-05}\n", "")
        .replace(CARD, "phase: execution", "phase: planning")
        .silent("missing-field");
}

#[test]
fn common_fields_of_approvable_kinds_are_required() {
    let charter = "projects/crm/charter.md";
    let found = portfolio().replace(charter, "updated: 2026-01-10\n", "").finds(
        "missing-field",
        charter,
        2,
    );
    assert_eq!((found.severity, &*found.message), (Severity::Deny, "the charter has no `updated`"));
}

#[test]
fn a_charter_that_is_the_card_carries_its_fields() {
    let found = portfolio()
        .without(CARD)
        .replace(
            "projects/crm/charter.md",
            "author:",
            "project: crm\nsummary: S\ntier: 3\ndelivery_model: agile\nphase: initiation\nstart: 2026-01-05\nauthor:",
        )
        .findings();
    let gaps: Vec<_> = found
        .iter()
        .filter(|f| f.rule == "missing-field" && &*f.path == "projects/crm/charter.md")
        .map(|f| f.message.as_str())
        .collect();
    assert!(gaps.contains(&"the project card has no `sponsor`"), "{gaps:?}");
    assert!(!gaps.contains(&"the project card has no `tier`"), "{gaps:?}");
    assert!(!gaps.contains(&"the project card has no `id`"), "{gaps:?}");
}

#[test]
fn a_card_that_is_not_there_is_one_finding() {
    let charter = "projects/crm/charter.md";
    let bare = portfolio().without(CARD);
    let found = bare.finds("missing-field", charter, 2);
    assert_eq!(
        found.message,
        "the project card is missing: `src/projects/crm/project.md` is not there"
    );
    assert_eq!(
        found.help.as_deref(),
        Some("create `src/projects/crm/project.md` with `milepost new project`")
    );
    let all = bare.findings();
    let of_card = all.iter().filter(|f| f.message.starts_with("the project card "));
    assert_eq!(of_card.count(), 1, "{all:?}");
}

#[test]
fn an_item_is_found_where_it_stands() {
    let raid = "projects/crm/raid.yaml";
    let found = portfolio().replace(raid, "    severity: 3\n", "").finds("missing-field", raid, 15);
    assert_eq!((found.severity, &*found.message), (Severity::Warn, "the issue has no `severity`"));
}

#[test]
fn records_inside_are_looked_into() {
    let found = portfolio()
        .replace(CARD, "state: active", "state: on-hold\nhold: {since: 2026-03-01, reason: Funds}")
        .finds("missing-field", CARD, 10);
    assert_eq!(
        (found.severity, &*found.message),
        (Severity::Note, "the project card has no `hold.review_by`")
    );
}

#[test]
fn a_broken_document_and_an_earlier_report_are_left_alone() {
    portfolio().replace(CARD, "sponsor: Dana Okafor", "sponsor: @x").silent("missing-field");
    portfolio()
        .replace("projects/crm/status/2026-02-27.md", "author: \"@mlopez\"\n", "")
        .silent("missing-field");
}

#[test]
fn prince2_wants_tolerances_on_the_card() {
    let card = "projects/crm/project.md";
    let at = |tier: u8, phase: &str| {
        portfolio()
            .config("[lifecycle]\npreset = \"prince2\"\n")
            .replace(card, "tier: 3", &format!("tier: {tier}"))
            .replace(card, "phase: execution", &format!("phase: {phase}"))
    };
    let says = |f: &Finding| f.message == "the project card has no `tolerances`";
    let told = |fixture: Fixture| fixture.findings().iter().any(says);
    assert!(told(at(1, "stage-1")));
    assert!(told(at(2, "initiating")));
    assert!(!told(at(3, "stage-1")));
    assert!(!told(at(1, "starting-up")));
    let given = "tier: 1\ntolerances: {schedule_pct: 10}";
    assert!(!told(at(1, "stage-1").replace(card, "tier: 1", given)));
    assert!(!told(portfolio().replace(card, "tier: 3", "tier: 1")));
    let own = "[lifecycle]\nphases = [{id = \"execution\", title = \"E\", class = \"execute\"}]\ncard-fields = { tolerances = \"R\" }\n";
    assert!(told(portfolio().config(own)));
}

#[test]
fn an_empty_key_is_found_at_the_key() {
    let found = portfolio().replace(CARD, "sponsor: Dana Okafor", "sponsor:").finds(
        "missing-field",
        CARD,
        10,
    );
    assert_eq!(found.message, "the project card has no `sponsor`");
    assert_eq!(found.help.as_deref(), Some("write its value after the colon"));
}

#[test]
fn while_tier_or_phase_are_misspelt_only_what_all_want_is_missed() {
    let count = |from: &str, to: &str| {
        let all = portfolio().replace(CARD, from, to).findings();
        let rules = ["missing-field", "missing-section", "missing-document"];
        all.iter().filter(|f| rules.contains(&f.rule)).count()
    };
    assert_eq!(count("tier: 3", "tier: 4"), 0);
    assert_ne!(count("tier: 3", "tier: 1"), 0);
    assert_eq!(count("phase: execution", "phase: exection"), 0);
    let both = portfolio().replace(CARD, "tier: 3", "tier: 4");
    both.replace(CARD, "sponsor: Dana Okafor\n", "").finds("missing-field", CARD, 2);
}

#[test]
fn a_card_that_is_not_read_as_one_is_told_where_it_stands() {
    let told = |from: &str, to: &str, rule: &str, line: u32| {
        let book = portfolio().replace(CARD, from, to);
        let found = book.finds(rule, CARD, line);
        let all = book.findings();
        let of_card: Vec<_> = all.iter().filter(|f| &*f.path == CARD).collect();
        assert_eq!(of_card.len(), 1, "{of_card:?}");
        assert!(!all.iter().any(|f| f.message.contains("is not there")), "{all:?}");
        found.help.unwrap()
    };
    let help = told("kind: project\n", "", "unknown-kind", 2);
    assert_eq!(help, "write `kind: project` at its top");
    let help = told("kind: project", "kind: projct", "unknown-kind", 2);
    assert_eq!(help, "did you mean `project`?");
    let help = told("kind: project", "kind:project", "invalid-yaml", 2);
    assert_eq!(help, "put a space after the colon: `kind: project`");
    let help = told("kind: project", "kid: project", "unknown-field", 2);
    assert_eq!(help, "did you mean `kind`?");
    let page = portfolio().file(CARD, "---\nkind: page\ntitle: CRM\n---\n# CRM\n");
    let found = page.finds("missing-field", CARD, 2);
    assert_eq!(found.message, "`projects/crm/project.md` is no project card");
}

#[test]
fn a_key_without_a_value_is_where_the_value_belongs() {
    let raid = "projects/crm/raid.yaml";
    let bare = portfolio().replace(raid, "title: Test room too small", "title:");
    let found = bare.finds("missing-field", raid, 16);
    assert_eq!(found.help.as_deref(), Some("write its value after the colon"));
    let report = "projects/crm/status/2026-03-27.md";
    let bare = portfolio().replace(report, "author: \"@mlopez\"", "author:");
    let found = bare.finds("missing-field", report, 3);
    assert_eq!(found.help.as_deref(), Some("write its value after the colon"));
}
