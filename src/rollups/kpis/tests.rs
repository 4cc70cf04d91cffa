//! The pages of indicators on a small portfolio, and the portfolio oracle.

use crate::measures::kpi::testing::{card, check};
use crate::measures::kpis::KPIS;
use crate::rollups::testing::{FILES, context, group, line, said, table};

#[test]
fn every_indicator_has_a_row_and_a_page() {
    let checked = crate::rollups::testing::check(FILES);
    let table = table(&checked, "kpis");
    let rows = &group(&table, "kpis").rows;
    assert_eq!(rows.len(), KPIS.len() + 1, "one for each, and earned value");
    let pages = (super::FAMILY.pages)(&context(&checked));
    assert_eq!(pages.len(), rows.len());
    for page in pages {
        let detail = (super::FAMILY.table)(&context(&checked), &page.slug);
        assert!(said(&detail).ends_with('.'), "{}", said(&detail));
        assert!(detail.groups.iter().all(|g| g.key != "definition" || !g.rows.is_empty()));
    }
}

fn milestones(id: &str, done: usize, all: usize) -> String {
    let mut text = format!("=== {id}/milestones.yaml\nmilestones:\n");
    for n in 0..all {
        let actual = if n < done { ", actual: 2026-02-01" } else { "" };
        text.push_str(&format!("  - {{id: M{n}, name: m, baseline: 2026-02-01{actual}}}\n"));
    }
    text
}

fn report(id: &str, on: &str, rest: &str) -> String {
    format!(
        "=== {id}/status/{on}.md\n---\nkind: status\nproject: {id}\nas_of: {on}\nauthor: Ana\n\
         {rest}---\n# Status\n"
    )
}

/// Six projects of tier 2: three report, one never did, one went silent, one
/// is on hold.
fn portfolio() -> String {
    let of = |id: &str, currency: &str, bac: u32| {
        card(id, 2, &format!("budget: {{tracked: true, currency: {currency}, baseline: {bac}}}\n"))
    };
    let plain = |id: &str| card(id, 2, "start: {actual: 2025-06-01}\n");
    [
        of("a", "CAD", 500_000),
        milestones("a", 4, 5),
        report("a", "2026-03-20", "health: {overall: green}\nbudget: {actual: 1, eac: 533000}\n"),
        of("b", "CAD", 300_000),
        milestones("b", 1, 2),
        report("b", "2026-03-20", "health: {overall: amber}\n"),
        of("c", "EUR", 200_000),
        milestones("c", 0, 1),
        report("c", "2026-03-20", "health: {overall: red}\nbudget: {actual: 1, eac: 210000}\n"),
        plain("d"),
        plain("e"),
        report("e", "2026-01-10", "health: {overall: green}\n"),
        plain("f").replace("state: active", "state: on-hold"),
        milestones("f", 0, 3),
    ]
    .concat()
}

#[test]
fn values_are_pooled_and_sixty_percent_is_enough() {
    let checked = check(&portfolio(), "2026-03-27", "");
    let kpis = checked.measures.kpis(&checked.portfolio);
    let k01 = &kpis.of("K01").unwrap().portfolio;
    assert_eq!(k01.standing.basis(kpis.of("K01").unwrap().kpi).unwrap(), "5 of 8 milestones");
    assert_eq!(k01.standing.reading.value.as_ref().unwrap().show(1), "62.5");
    assert_eq!((k01.coverage.reporting, k01.coverage.expected), (3, 5));
    assert_eq!(k01.coverage.percent().unwrap().show(1), "60.0");
    assert!(!k01.partial, "60.0 is not below 60");
    assert_eq!(k01.standing.band, Some(crate::table::Rag::Red));
    // At 61 the same coverage is too little: the number stays, the colour goes.
    let strict = check(&portfolio(), "2026-03-27", "[portfolio]\nmin-coverage = 61\n");
    let k01 = &strict.measures.kpis(&strict.portfolio).of("K01").unwrap().portfolio;
    assert!(k01.partial && k01.standing.band.is_none() && k01.standing.reading.value.is_ok());
}

#[test]
fn money_is_pooled_for_each_currency_over_those_that_report() {
    let checked = check(&portfolio(), "2026-03-27", "");
    let k03 = checked.measures.kpis(&checked.portfolio).of("K03").unwrap();
    let parts: Vec<String> = super::words::parts(k03.kpi, &k03.portfolio.standing);
    assert_eq!(parts, ["CAD +6.6 %", "EUR +5.0 %"], "two of five report: no colour");
    let alone = portfolio().replace("currency: EUR", "currency: CAD");
    let checked = check(&alone, "2026-03-27", "");
    let k03 = checked.measures.kpis(&checked.portfolio).of("K03").unwrap();
    assert_eq!(k03.portfolio.standing.basis(k03.kpi).unwrap(), "CAD 43,000 of 700,000");
}

#[test]
fn the_overview_says_values_missing_states_and_tiers() {
    let checked = check(&portfolio(), "2026-03-27", "");
    let table = table(&checked, "kpis");
    let row = |id: &str| {
        let rows = &group(&table, "kpis").rows;
        line(rows.iter().find(|r| r.anchor.as_deref() == Some(id)).unwrap())
    };
    assert_eq!(
        row("K01"),
        "K01 Milestones on time (Do we reach what we promised when we promised it?) | 62.5 % | \
         red |  | 5 of 8 milestones | 3 of 5 report (not reported (2 projects)) | Tier 2: 62.5 % ■ \
         red"
    );
    assert!(row("K08").contains("| NotReported |"), "{}", row("K08"));
    assert!(row("K08").contains("0 of 5 report"), "{}", row("K08"));
    assert!(said(&table).starts_with("Of "), "{}", said(&table));
}

#[test]
fn the_page_of_an_indicator_lists_what_counts_and_what_does_not() {
    let checked = check(&portfolio(), "2026-03-27", "");
    let detail = (super::FAMILY.table)(&context(&checked), "k01");
    assert_eq!(
        said(&detail),
        "Milestones on time: 62.5 % (5 of 8 milestones), red. 3 of 5 projects report it."
    );
    let first = line(&group(&detail, "counted").rows[0]);
    assert!(first.starts_with("a | M4 m | 54 days late so far"), "{first}");
    assert!(first.ends_with("a/milestones.yaml:6"), "{first}");
    let projects: Vec<String> = group(&detail, "projects").rows.iter().map(line).collect();
    assert!(projects[5].contains("not counted: on hold"), "{}", projects[5]);
    let limits = &group(&detail, "limits").rows;
    assert_eq!(limits.len(), 3);
    assert!(
        line(&limits[1]).contains("62.5 % | red | 5 of 8 milestones | from 85.0 % | from 75.0 %")
    );
}

#[test]
fn earned_value_has_a_page_with_what_cannot_be_divided() {
    let budget = "budget: {tracked: true, currency: CAD, baseline: 500000}\n";
    let files = card("crm", 2, budget)
        + &report(
            "crm",
            "2026-03-20",
            "budget: {actual: 240000, eac: 533000}\nprogress: {pv: 250000, ev: 225000}\n",
        )
        + &card("app", 2, budget);
    let checked = check(&files, "2026-03-27", "");
    let page = (super::FAMILY.table)(&context(&checked), "earned-value");
    assert_eq!(
        said(&page),
        "1 of 2 active projects reports earned value. Work worth CAD 225,000 was done for 240,000: \
         each CAD 1.00 paid earned 0.94."
    );
    let today: Vec<String> = group(&page, "today").rows.iter().map(line).collect();
    assert!(today[0].starts_with("app | CAD | NotReported"), "{}", today[0]);
    assert_eq!(
        today[1],
        "crm | CAD | 45.0 % |  250,000 |  225,000 |  240,000 |  -25,000 |  -15,000 | 0.90, amber | \
         0.94, amber"
    );
    let end: Vec<String> = group(&page, "end").rows.iter().map(line).collect();
    assert!(
        end[1].contains(" 533,333.33 |  515,000 |  565,925.93 |  293,333.33 |  -33,333.33 | 1.06"),
        "{}",
        end[1]
    );
}
