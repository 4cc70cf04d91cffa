//! Pages of projects from a small portfolio in memory.

use super::{tables, view};
use crate::Checked;
use crate::rollups::Library;
use crate::rollups::testing::{FILES, check};
use crate::site::links::Links;
use crate::site::portfolio;
use crate::site::view::project::{ProjectPage, StepState};
use crate::site::view::rollup::StateMark;
use crate::site::view::{Rag, Segment, Trend};

fn page(checked: &Checked, id: &str) -> ProjectPage {
    let links = Links::new(&checked.portfolio);
    let index = checked.portfolio.projects.iter().position(|p| &*p.id == id).unwrap();
    let route = links.project(id).unwrap();
    let tables = tables(checked, &Library::of(&checked.portfolio), index);
    view(checked, &links, index, &route, &tables)
}

fn words(segments: &[Segment]) -> String {
    segments.iter().map(|s| s.text.as_str()).collect()
}

#[test]
fn a_project_says_where_it_stands() {
    let page = page(&check(FILES), "crm");
    // 28 of 268 days are 10.4 %: beyond green, inside tolerance in tier 1.
    assert_eq!(
        words(&page.sentence),
        "Replace the 2009 CRM. Finish is 28 days late (10.4 %), inside tolerance; one decision \
         waits on the sponsor; budget is worse in the data than in the report."
    );
    assert_eq!((page.health.rag, page.health.computed), (Rag::Amber, None));
    let facts: Vec<(String, &str)> =
        page.facts.iter().map(|f| (words(&f.value), f.delta.text.as_str())).collect();
    assert_eq!(facts[2], ("30 Sep → 28 Oct".to_owned(), "+28 d"));
    assert_eq!(facts[3], ("533,000 of 500,000".to_owned(), "+6.6 %"));
}

#[test]
fn phases_carry_their_gate_records() {
    let page = page(&check(FILES), "crm");
    let steps: Vec<(StepState, &str)> =
        page.phases.iter().map(|p| (p.state, p.gate.text.as_str())).collect();
    assert_eq!(steps[0], (StepState::Done, "G1 charter approved 30 Jan, one condition open"));
    assert_eq!(steps[1], (StepState::Skipped, "G2 baseline approved: no record"));
    assert_eq!(steps[2], (StepState::Current, "next gate: G3 accepted into operations"));
    assert_eq!(steps[3].0, StepState::Ahead);
}

#[test]
fn health_is_declared_and_computed_side_by_side() {
    let grid = page(&check(FILES), "crm").history.unwrap();
    assert_eq!(grid.title, "Health, 2 reports");
    let row = |label: &str| grid.rows.iter().find(|r| r.label == label).unwrap();
    let overall = row("Overall");
    assert_eq!(overall.trend, Trend::Worse);
    assert_eq!(
        overall.why.as_str(),
        "UAT environment late (<a href=\"-/raid.html#I-007\">I-007</a>) &lt;now&gt;"
    );
    assert_eq!(overall.path.as_str(), "Parallel load; back to green 24 Apr");
    let budget = row("Budget");
    assert_eq!((budget.chip.rag, budget.chip.computed), (Rag::Green, Some(Rag::Amber)));
    assert!(budget.data.as_str().contains("6.6 % over the budget of 500,000"));
    assert!(grid.rows.iter().all(|r| r.label != "Quality"), "never declared, not shown");
}

#[test]
fn documents_have_states_by_phase() {
    let page = page(&check(FILES), "crm");
    let line = |name: &str| {
        let all = page.documents.iter().flat_map(|g| &g.documents);
        let line = all.into_iter().find(|d| d.document.label == name);
        line.map_or_else(|| panic!("no {name}"), |d| (d.mark, d.state.as_str()))
    };
    let (mark, charter) = line("Charter");
    assert_eq!(mark, StateMark::Partial);
    assert!(charter.ends_with("approved for 1.0, now 1.1"), "{charter}");
    assert_eq!(line("Project plan"), (StateMark::Bad, "missing"));
    assert_eq!(line("Closure report"), (StateMark::Open, "due in close-out"));
    assert_eq!(line("Status reports"), (StateMark::Done, "2, latest today"));
    assert_eq!(line("Milestones"), (StateMark::Done, "4 items, updated 27 Mar"));
    assert_eq!(line("Gate G1").0, StateMark::Partial);
    assert_eq!(line("Gate G2"), (StateMark::Bad, "no record"));
}

#[test]
fn what_waits_and_what_comes_is_told() {
    let page = page(&check(FILES), "crm");
    assert_eq!(page.asks.len(), 1);
    let ask = &page.asks[0];
    assert_eq!(ask.id.href.as_deref(), Some("-/registers.html#D-014"));
    assert_eq!((ask.who.as_str(), ask.late), ("Sponsor (Dana Okafor)", true));
    assert_eq!(ask.age, "waits 9 business days");
    let risks: Vec<(Option<u32>, &str, &str)> =
        page.risks.iter().map(|r| (r.score, r.level, r.before.as_str())).collect();
    assert_eq!(risks, [(Some(20), "extreme", ""), (Some(12), "high", "was 16")]);
    let states: Vec<&str> = page.milestones.iter().map(|m| m.state.as_str()).collect();
    assert_eq!(states, ["done", "7 days overdue", "late", "late"]);
    assert!(page.trend.is_some() && page.budget.is_some());
    let money = &page.money[0];
    let lines: Vec<(&str, &str)> =
        money.lines.iter().map(|l| (l.amount.text.as_str(), l.share.text.as_str())).collect();
    assert_eq!(lines[1], ("240,000", "48.0 % of budget"));
    assert_eq!(lines[4], ("33,000", "+6.6 %"));
}

#[test]
fn a_card_that_says_nothing_gives_a_readable_page() {
    let page = page(&check(FILES), "bare");
    assert_eq!(page.health.rag, Rag::NotReported);
    assert_eq!(words(&page.sentence), "The finish has no baseline; it has never reported.");
    assert!(page.history.is_none() && page.trend.is_none() && page.budget.is_none());
    assert_eq!(words(&page.facts[0].value), "not reported");
    assert_eq!(words(&page.facts[2].value), "not reported");
    assert!(page.phases.iter().all(|p| p.state == StepState::Ahead));
    assert!(page.asks.is_empty() && page.milestones.is_empty() && page.money.is_empty());
}

#[test]
fn the_portfolio_counts_and_orders_by_attention() {
    let checked = check(FILES);
    let links = Links::new(&checked.portfolio);
    let page = portfolio::view(&checked, &links, &crate::output::Route::new("index.html"));
    assert_eq!(
        words(&page.sentence),
        "Of 2 active projects, 1 is amber and 1 has not reported. One decision waits, for 9 \
         business days."
    );
    let figures: Vec<(&str, &str)> =
        page.figures.iter().map(|f| (f.value.as_str(), f.share.as_str())).collect();
    // One of two projects reports: below the coverage of 60 %.
    assert_eq!(figures[0], ("1 of 2", "50 %"));
    // M1 on time, M3 missed.
    assert_eq!(figures[2], ("1 of 2 (partial)", "50.0 %"));
    assert_eq!(page.figures[2].rag, None);
    let order: Vec<&str> = page.projects.rows.iter().map(|r| r.project.label.as_str()).collect();
    assert_eq!(order.len(), 2);
    assert_eq!(page.projects.rows[1].cost.text, "+6.6 %");
    assert_eq!(page.projects.rows[1].asks_age, "9 business days");
    assert_eq!(page.projects.rows[0].cost.text, "not reported");
    assert!(page.attention.iter().any(|a| a.text == "has never reported"));
    assert!(page.attention.iter().any(|a| a.text.starts_with("moved the baseline of M4")));
    assert!(page.attention.len() <= 8);
}

#[test]
fn an_empty_portfolio_is_said() {
    let checked = check("=== index.md\n# Nothing\n");
    let links = Links::new(&checked.portfolio);
    let page = portfolio::view(&checked, &links, &crate::output::Route::new("index.html"));
    assert_eq!(words(&page.sentence), "No project is active.");
    assert!(page.figures.is_empty() && page.attention.is_empty() && page.timeline.is_none());
}

#[test]
fn a_programme_tells_of_its_own_projects() {
    let checked = check(FILES);
    let links = Links::new(&checked.portfolio);
    let route = crate::output::Route::new("portfolio/programmes/customer.html");
    let (page, _) = portfolio::programme(&checked, &links, &route, "customer");
    assert_eq!(page.title, "Customer");
    assert_eq!(page.projects.unwrap().rows.len(), 1);
    assert!(words(&page.sentence).starts_with("Of 1 active project, 1 is amber."));
    assert_eq!(page.groups[0].rows.len(), 1);
}

/// Three projects of tier 2 with a report each; what differs is in the pieces.
fn three(reports: [&str; 3], budgets: [&str; 3]) -> Checked {
    let mut files = String::new();
    for ((id, report), budget) in ["a", "b", "c"].iter().zip(reports).zip(budgets) {
        files.push_str(&format!(
            "=== {id}/project.md\n---\nkind: project\nid: {id}\ntitle: {id}\ntier: 2\nphase: \
             execution\nstate: active\nstart: {{actual: 2025-10-01}}\nbudget: \
             {budget}\n---\n=== {id}/status/r.md\n---\nkind: status\n{report}\n---\n# S\n"
        ));
    }
    check(&files)
}

#[test]
fn silence_and_a_report_without_a_rating_are_told_apart() {
    let sentence = |reports| {
        let tracked = "{tracked: true, currency: CAD, baseline: 100}";
        let checked = three(reports, [tracked; 3]);
        let links = Links::new(&checked.portfolio);
        words(&portfolio::view(&checked, &links, &crate::output::Route::new("index.html")).sentence)
    };
    let old = "as_of: 2025-11-01\nhealth: {overall: green}";
    let new = "as_of: 2026-03-20\nhealth: {overall: green}";
    let unrated = "as_of: 2026-03-20\nhealth: {schedule: green}";
    // Nobody keeps a register of decisions, so nothing is said of them.
    assert_eq!(
        sentence([old, new, unrated]),
        "Of 3 active projects, 1 has not reported and 1 gives no rating."
    );
    assert_eq!(sentence([old; 3]), "None of 3 active projects has reported.");
}

#[test]
fn money_of_a_silent_project_is_neither_added_nor_coloured() {
    let money = "{tracked: true, currency: CAD, baseline: 100}";
    let euros = "{tracked: true, currency: EUR, baseline: 70}";
    let told = |day: &str| {
        format!("as_of: {day}\nhealth: {{overall: green}}\nbudget: {{actual: 50, eac: 130}}")
    };
    let (old, new) = (told("2025-11-01"), told("2026-03-20"));
    let checked = three([&new, &old, &old], [money, money, euros]);
    let links = Links::new(&checked.portfolio);
    let page = portfolio::view(&checked, &links, &crate::output::Route::new("index.html"));
    let figures: Vec<(&str, &str)> =
        page.figures.iter().map(|f| (f.value.as_str(), f.share.as_str())).collect();
    assert_eq!(figures[3..], [("CAD 130 of 100 (partial)", "+30.0 %"), ("EUR 70", "1 of 1")]);
    let row = |title: &str| page.projects.rows.iter().find(|r| r.project.label == title).unwrap();
    assert_eq!((row("a").cost.rag, row("b").cost.rag), (Some(Rag::Red), None));
    assert_eq!(row("b").cost.text, "+30.0 %");
}

#[test]
fn a_title_cannot_turn_the_words_beside_it_around() {
    let files = "=== a/project.md\n---\nkind: project\nid: a\ntitle: \"\u{5e4} \u{202e}gnp.exe\"\n\
                 tier: 2\nphase: execution\nstate: active\n---\n";
    let checked = check(files);
    assert_eq!(&*checked.portfolio.projects[0].title, "\u{5e4} gnp.exe");
    assert_eq!(page(&checked, "a").title, "\u{5e4} gnp.exe");
}
