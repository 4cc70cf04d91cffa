//! Tests of gate readiness: the oracle of a tier 2 project leaving planning,
//! and each way a gate stays shut.

use super::readiness::{Area, Readiness, Requirement, Verdict, readiness};
use crate::Checked;
use crate::rollups::testing::{context, group, line, said, table};
use crate::rules::testing::{Fixture, portfolio};

const CARD: &str = "projects/crm/project.md";
const PLAN: &str = "projects/crm/plan.md";
const BUDGET: &str = "projects/crm/budget.md";

fn document(kind: &str, front: &str, sections: &[&str]) -> String {
    let mut text = format!(
        "---\nkind: {kind}\nversion: \"1.0\"\nstate: approved\nauthor: \"@mlopez\"\nupdated: 2026-01-25\n{front}---\n# CRM: {kind}\n"
    );
    for section in sections {
        text += &format!("\n## {section}\n\nWhat is to be said here is said in full.\n");
    }
    text
}

const BY_SPONSOR: &str =
    "{role: sponsor, name: \"@dokafor\", decision: approved, date: 2026-01-28, of: \"1.0\"}";

/// Tier 2, in planning, with all eight documents.
fn oracle() -> Fixture {
    let sponsor = format!("approvals:\n  - {BY_SPONSOR}\n");
    let plan = "baseline_date: 2026-01-26\nscope_baseline: {unit: requirements, size: 40, date: 2026-01-26}\napprovals:\n  - {role: sponsor, name: \"@dokafor\", decision: approved, date: 2026-01-28, of: \"1.0\"}\n  - {role: pmo-director, name: \"@ybauer\", decision: pending}\n";
    let budget = "currency: CAD\nbac: 500000\nas_of: 2026-03-20\napprovals:\n  - {role: sponsor, name: \"@dokafor\", decision: approved, date: 2026-01-28, of: \"1.0\"}\n  - {role: finance-partner, name: \"@lchen\", decision: approved, date: 2026-01-28, of: \"1.0\"}\n";
    let sections = |kind: &str| -> Vec<String> {
        let kinds = crate::kinds::Kinds::load(&crate::config::Config::default());
        let kind = kinds.find(kind).unwrap();
        kind.sections.iter().map(|s| s.name.to_string()).collect()
    };
    let full = |kind: &str, front: &str| {
        let sections = sections(kind);
        document(kind, front, &sections.iter().map(String::as_str).collect::<Vec<_>>())
    };
    portfolio()
        .replace(CARD, "tier: 3", "tier: 2\nfunctional_managers: []")
        .replace(CARD, "phase: execution", "phase: planning")
        .replace(CARD, "{tracked: false}", "{tracked: true, currency: CAD, baseline: 500000}")
        .file("people.yaml", "mlopez: {name: Maria Lopez, roles: [project-manager]}\ndokafor: {name: Dana Okafor, roles: [sponsor]}\nybauer: {name: Y Bauer, roles: [pmo-director]}\nlchen: {name: L Chen, roles: [finance-partner]}\n")
        .file("projects/crm/stakeholders.md", &full("stakeholders", ""))
        .file(PLAN, &full("plan", plan))
        .file("projects/crm/governance.md", &full("governance", &sponsor))
        .file(BUDGET, &full("budget", budget).replacen("version: \"1.0\"", "version: \"1.1\"", 1))
        .file("projects/crm/resources.yaml", "updated: 2026-03-20\nresources:\n  - {id: RS-1, unit: sales, manager: \"@mlopez\", role: Tester, required_fte: 0.5, committed_fte: 0.5, original_fte: 0.5, from: 2026-02-01, to: 2026-06-30, status: committed}\n")
        .without("projects/crm/gates/G2-baseline.md")
}

fn at<'a>(checked: &'a Checked, gate: &str) -> Readiness<'a> {
    let project = checked.portfolio.project("crm").unwrap();
    let phase = project.lifecycle.as_ref().unwrap().gate(gate).unwrap();
    readiness(&context(checked), project, phase).unwrap()
}

fn failing(r: &Readiness<'_>) -> Vec<String> {
    r.failing().map(|row| format!("{} {} {}", row.what, row.state, row.place())).collect()
}

#[test]
fn the_oracle_is_ten_of_thirteen() {
    let checked = oracle().checked();
    let r = at(&checked, "G2");
    assert_eq!(r.counted(), (10, 13), "{:#?}", r.rows);
    assert_eq!(r.percent().show(1), "76.9");
    assert_eq!(r.verdict(), Verdict::NotReady);
    assert_eq!(
        failing(&r),
        [
            "Project plan: PMO director pending projects/crm/plan.md:11",
            "Budget and forecast: Sponsor approved 1.0, now 1.1 projects/crm/budget.md:11",
            "Budget and forecast: Finance partner approved 1.0, now 1.1 projects/crm/budget.md:12",
        ]
    );
    let documents = r.rows.iter().filter(|row| row.counts() && row.area == Area::Document);
    assert_eq!(documents.count(), 8);
    let table = super::project_gate(&context(&checked), &r);
    assert!(
        said(&table).starts_with(
            "Not ready: 10 of 13 requirements are met (76.9 %); three approvals stand in the way."
        ),
        "{}",
        said(&table)
    );
}

fn signed() -> Fixture {
    oracle()
        .replace(PLAN, "decision: pending}", "decision: approved, date: 2026-01-28, of: \"1.0\"}")
        .replace(BUDGET, "version: \"1.1\"", "version: \"1.0\"")
}

#[test]
fn an_approval_said_not_to_be_required_counts_and_is_shown() {
    let waived = oracle()
        .replace(
            PLAN,
            "name: \"@ybauer\", decision: pending",
            "name: \"@ybauer\", decision: not-required",
        )
        .replace(BUDGET, "version: \"1.1\"", "version: \"1.0\"");
    let checked = waived.checked();
    let r = at(&checked, "G2");
    assert_eq!((r.counted(), r.verdict()), ((13, 13), Verdict::WithConditions));
    assert!(r.rows.iter().any(|row| row.state == "said not to be required"));
}

#[test]
fn what_is_expected_makes_conditions_and_what_is_required_shuts() {
    let checked = signed().checked();
    let r = at(&checked, "G2");
    assert_eq!(failing(&r), Vec::<String>::new());
    // Benefits are expected of tier 2 and are not there.
    assert_eq!((r.counted(), r.verdict()), ((13, 13), Verdict::WithConditions));
    let benefits: Vec<&Requirement> = r.rows.iter().filter(|row| !row.met).collect();
    assert_eq!((&*benefits[0].what, benefits[0].needed), ("Benefits", "E"));

    let bare = signed().without("projects/crm/governance.md").checked();
    let r = at(&bare, "G2");
    // The document is gone, and its approval with it.
    assert_eq!((r.counted(), r.verdict()), ((11, 13), Verdict::NotReady));
    assert_eq!(r.rows[0].why, "run `milepost new governance --project crm`");
    assert_eq!(r.rows[0].place(), "projects/crm/project.md:9");
}

#[test]
fn a_required_section_that_is_not_written_fails_its_document() {
    let gap = signed().replace(
        PLAN,
        "## Key decision points\n\nWhat is to be said here is said in full.\n",
        "## Key decision points\n\nTBD\n",
    );
    let checked = gap.checked();
    let r = at(&checked, "G2");
    let missing = r.rows.iter().find(|row| row.what == "Project plan").unwrap();
    // Expected of tier 2: said, and no bar to the gate.
    assert!(missing.met && missing.why == "`Key decision points` placeholder", "{missing:?}");
    let gap =
        signed().replace("projects/crm/governance.md", "## Change control\n", "## Controls\n");
    let checked = gap.checked();
    let r = at(&checked, "G2");
    assert_eq!((r.counted(), r.rows[0].what.as_str()), ((12, 13), "Governance plan"));
    assert_eq!(
        (&*r.rows[0].why, &*r.rows[0].state),
        ("`Change control` missing", "1 section to write")
    );
}

#[test]
fn a_required_register_with_nothing_in_it_is_not_there() {
    let row = |path: &str, text: &str, what: &str| {
        let checked = signed().file(path, text).checked();
        let r = at(&checked, "G2");
        let row = r.rows.iter().find(|row| row.what == what).unwrap();
        assert_eq!(row.fails(), r.verdict() == Verdict::NotReady, "{:#?}", failing(&r));
        (row.met, row.state.clone(), row.why.clone())
    };
    let empty = |path: &str, key: &str, what: &str| {
        row(path, &format!("updated: 2026-03-20\n{key}: []\n"), what)
    };
    let (met, state, why) = empty("projects/crm/milestones.yaml", "milestones", "Milestones");
    assert_eq!((met, &*state), (false, "0 items"));
    assert_eq!(why, "it is empty; run `milepost new milestone --project crm`");
    assert!(!empty("projects/crm/raid.yaml", "risks", "RAID").0);
    assert!(!empty("projects/crm/resources.yaml", "resources", "Resource commitments").0);
    // That nothing is to be decided may be so.
    let decisions = empty("projects/crm/decisions.yaml", "decisions", "Decisions");
    assert_eq!((decisions.0, &*decisions.1), (true, "0 items"));
}

#[test]
fn a_required_field_that_is_not_there_fails_its_document() {
    let bare = signed().replace(BUDGET, "bac: 500000\n", "").checked();
    let r = at(&bare, "G2");
    let row = &r.rows[0];
    assert_eq!((&*row.what, &*row.state), ("Budget and forecast", "not complete"));
    assert_eq!(row.why, "the budget and forecast has no `bac` [missing-field]");
    assert_eq!((r.counted(), r.verdict()), ((12, 13), Verdict::NotReady));
}

#[test]
fn issues_and_conditions_shut_the_gate() {
    let stop = signed().replace("projects/crm/raid.yaml", "severity: 3", "severity: 1");
    let checked = stop.checked();
    let r = at(&checked, "G2");
    assert_eq!((r.counted(), r.verdict()), ((13, 14), Verdict::NotReady));
    assert_eq!(
        failing(&r),
        ["No open issue of severity 1: I-001 Test room too small open projects/crm/raid.yaml:17"]
    );
    let g1 = "projects/crm/gates/G1-charter.md";
    let due = |day: &str| {
        let conditions = format!(
            "decision: go-with-conditions\nconditions:\n  - {{text: Say more, due: {day}}}\n"
        );
        signed().replace(g1, "decision: go\n", &conditions).checked()
    };
    let late = due("2026-03-26");
    assert_eq!(
        failing(&at(&late, "G2")),
        ["Condition of G1: Say more overdue 1 day projects/crm/gates/G1-charter.md:7"]
    );
    let today = due("2026-03-27");
    let r = at(&today, "G2");
    assert_eq!((r.verdict(), r.promises.len()), (Verdict::WithConditions, 1));
}

#[test]
fn an_issue_taken_on_as_a_condition_is_no_bar() {
    let record = "---\nkind: gate\ngate: G2\ndate: 2026-03-26\ndecision: go-with-conditions\nconditions:\n  - {text: \"Mend I-001 before the first test\", due: 2026-05-01}\napprovals:\n  - {role: sponsor, name: \"@dokafor\", decision: approved, date: 2026-03-26}\n---\n# G2\n";
    let taken = signed()
        .replace("projects/crm/raid.yaml", "severity: 3", "severity: 1")
        .file("projects/crm/gates/G2-baseline.md", record)
        .checked();
    let r = at(&taken, "G2");
    assert_eq!((r.counted(), r.verdict()), ((14, 14), Verdict::WithConditions));
}

#[test]
fn a_release_window_counts_in_the_gate_of_execution() {
    let launch = "    finish: true\n  - id: M2\n    name: Live\n    baseline: 2026-04-20\n    owner: \"@mlopez\"\n    go_live: true\n";
    let rows = |fixture: Fixture| {
        let checked = fixture.checked();
        let r = at(&checked, "G3");
        r.rows.iter().filter(|row| row.counts()).map(|row| row.what.clone()).collect::<Vec<_>>()
    };
    let far = rows(portfolio());
    assert!(!far.iter().any(|what| what.starts_with("Go / no-go")), "{far:?}");
    let near =
        rows(portfolio().replace("projects/crm/milestones.yaml", "    finish: true\n", launch));
    assert!(near.contains(&"Go / no-go".to_owned()), "{near:?}");
    assert!(near.contains(&"Go / no-go: Operations lead".to_owned()), "{near:?}");
    // The window has no part in other gates.
    let checked =
        portfolio().replace("projects/crm/milestones.yaml", "    finish: true\n", launch).checked();
    assert!(!at(&checked, "G4").rows.iter().any(|row| row.what.starts_with("Go / no-go")));
}

#[test]
fn what_a_release_will_ask_for_is_told_before_its_window_opens() {
    let checked = portfolio().checked();
    let r = at(&checked, "G3");
    assert_eq!(
        r.coming.as_deref(),
        Some("release documents are not asked for yet: no go-live date is known")
    );
    assert_ne!(r.verdict(), Verdict::Ready);
    let row = r.rows.iter().find(|row| row.what == "Go / no-go").unwrap();
    assert_eq!((row.counts(), row.met, row.needed), (false, false, "R@"));
    let table = super::project_gate(&context(&checked), &r);
    assert!(
        said(&table)
            .ends_with("Release documents are not asked for yet: no go-live date is known.")
    );
    let launch = |day: &str| {
        let text = format!(
            "    finish: true\n  - id: M2\n    name: Live\n    baseline: {day}\n    owner: \"@mlopez\"\n    go_live: true\n"
        );
        portfolio().replace("projects/crm/milestones.yaml", "    finish: true\n", &text).checked()
    };
    // Tier 3: 30 days before.
    let far = launch("2026-04-27");
    assert_eq!(
        at(&far, "G3").coming.as_deref(),
        Some("release documents are not asked for yet: the window opens on 2026-03-28")
    );
    assert_eq!(at(&far, "G4").coming, None);
    assert_eq!(at(&launch("2026-04-26"), "G3").coming, None);
}

#[test]
fn the_portfolio_page_groups_by_class_and_names_what_is_missing() {
    let checked = oracle().checked();
    let gates = table(&checked, "gates");
    assert_eq!(said(&gates), "One project stands before a gate: one not ready.");
    let plan = group(&gates, "plan");
    assert!(
        line(&plan.rows[0]).starts_with("CRM replacement | Planning | G2 Baseline approved | NotReported | 76.9 % (10 of 13) | not ready | Project plan: PMO director (pending)"),
        "{}",
        line(&plan.rows[0])
    );
    assert_eq!(group(&gates, "decisions").rows.len(), 1);
    let mixed = oracle().replace(CARD, "phase: planning", "phase: initiating\nlifecycle: prince2");
    let checked = mixed.checked();
    let gates = table(&checked, "gates");
    assert!(line(&group(&gates, "plan").rows[0]).contains("| Initiating (PRINCE2) |"));
}

#[test]
fn the_list_of_gates_says_when_each_is_expected_and_what_is_to_come() {
    let files = "=== crm/project.md\n---\nkind: project\nid: crm\ntitle: CRM\ntier: 2\nphase: \
                 execution\nstate: active\n---\n=== crm/milestones.yaml\nmilestones:\n  - {id: M3, \
                 name: Live, baseline: 2026-10-30, forecast: 2026-11-13, gate: G3, key: true}\n\
                 === app/project.md\n---\nkind: project\nid: app\ntitle: App\ntier: 2\nphase: \
                 execution\nstate: active\n---\n";
    let table = crate::rollups::testing::table(&crate::rollups::testing::check(files), "gates");
    let rows: Vec<String> = crate::rollups::testing::group(&table, "execute")
        .rows
        .iter()
        .map(crate::rollups::testing::line)
        .collect();
    let of = |title: &str| rows.iter().find(|r| r.starts_with(title)).unwrap().clone();
    assert!(of("CRM").contains("| 2026-11-13 |"), "{rows:?}");
    assert!(of("App").contains("| NotReported |"), "{rows:?}");
}
