//! The published example of the portfolio's money, and its missing states.

use crate::rollups::testing::{check_with, group, line, said, table};
use crate::table::{Shape, Table};

/// A: CAD 500,000 forecast at 533,000. B: CAD 300,000 without an estimate.
/// C: EUR 200,000 forecast at 210,000. F: on hold.
fn files() -> String {
    let project = |id: &str, state: &str, currency: &str, bac: i64, eac: &str| {
        format!(
            "=== {id}/project.md\n---\nkind: project\nid: {id}\ntitle: {id}\ntier: 2\n\
             phase: execution\nstate: {state}\nbudget: {{tracked: true, currency: {currency}, \
             baseline: {bac}}}\n---\n=== {id}/status/2026-03-20.md\n---\nkind: status\n\
             as_of: 2026-03-20\nhealth: {{overall: green, budget: green}}\n{eac}---\n# S\n"
        )
    };
    [
        project(
            "a",
            "active",
            "CAD",
            500_000,
            "budget: {actual: 240000, committed: 60000, eac: 533000}\n",
        ),
        project("b", "active", "CAD", 300_000, ""),
        project("c", "active", "EUR", 200_000, "budget: {actual: 90000, eac: 210000}\n"),
        project("z", "complete", "CAD", 70_000, "budget: {actual: 68000, eac: 68000}\n"),
    ]
    .concat()
}

fn money(config: &str) -> Table {
    table(&check_with(&files(), config), "finance")
}

#[test]
fn currencies_are_never_added_up_and_only_those_reporting_are_compared() {
    let table = money("");
    assert_eq!(
        said(&table),
        "Approved: CAD 800,000 · EUR 200,000. CAD forecast 533,000 of 500,000, 6.6 % over (1 of 2 \
         projects report); EUR forecast 210,000 of 200,000, 5.0 % over (1 of 1 project reports)."
    );
    let totals: Vec<String> = group(&table, "totals").rows.iter().map(line).collect();
    assert_eq!(
        totals,
        [
            "CAD | 1 of 2 projects report | CAD 800,000 | CAD 500,000 | CAD 533,000 | CAD 33,000 \
             | 6.6 %",
            "EUR | 1 of 1 project reports | EUR 200,000 | EUR 200,000 | EUR 210,000 | EUR 10,000 | \
             5.0 %",
        ]
    );
}

#[test]
fn the_largest_deviation_comes_first_and_what_is_missing_says_so() {
    let table = money("");
    let rows: Vec<String> = group(&table, "cad").rows.iter().map(line).collect();
    assert_eq!(
        rows,
        [
            "a | CAD 500,000 | CAD 500,000 | CAD 240,000 | CAD 60,000 | CAD 533,000 | CAD 33,000 | \
             6.6 % | report 20 Mar",
            "b | CAD 300,000 | CAD 300,000 | NotReported | NotReported | NotReported | NotReported \
             | NotReported | card",
        ]
    );
    let act: Vec<String> = group(&table, "outside").rows.iter().map(line).collect();
    assert!(act.iter().any(|r| r.starts_with("b | green | NotReported")), "{act:?}");
    let Shape::Bars(bars) = &table.plots[0].shape else { panic!("no bars") };
    assert_eq!(bars.iter().filter(|b| b.value.is_err()).count(), 1);
    assert!(line(&group(&table, "others").rows[0]).starts_with("z (complete) | CAD 70,000"));
}

#[test]
fn a_total_in_one_currency_needs_every_rate_and_says_that_it_is_converted() {
    let base = "[portfolio]\ncurrency = \"CAD\"\n[fx]\n";
    let table = money(&format!("{base}EUR = 1.5\n"));
    assert!(
        said(&table).ends_with("Together CAD 1,100,000, forecast 6.0 % over (converted)."),
        "{}",
        said(&table)
    );
    assert_eq!(
        line(&group(&table, "totals").rows[2]),
        "all, in CAD (converted) | 2 of 3 projects report | CAD 1,100,000 | CAD 800,000 | CAD \
         848,000 | CAD 48,000 | 6.0 %"
    );
    assert!(!said(&money(&format!("{base}USD = 1.3\n"))).contains("converted"));
}

#[test]
fn zero_budgets_untracked_ones_and_an_empty_portfolio_divide_by_nothing() {
    let zero = files().replace("baseline: 500000", "baseline: 0");
    let table = super::super::testing::table(&check_with(&zero, ""), "finance");
    assert!(said(&table).starts_with("Approved: CAD 300,000 · EUR 200,000."), "{}", said(&table));
    let untracked = files().replace("tracked: true", "tracked: false");
    let table = super::super::testing::table(&check_with(&untracked, ""), "finance");
    assert_eq!(said(&table), "No project that runs tells its budget.");
    assert!(group(&table, "others").note.contains("Four projects do not track a budget"));
}

#[test]
fn contingency_is_what_changes_took_and_cost_centres_are_added_up() {
    let files = files()
        + "=== a/budget.md\n---\nkind: budget\ncurrency: CAD\nbac: 500000\ncontingency: 50000\ncapex: \
           400000\nopex: 100000\nlines:\n  - {id: BL1, category: labour, baseline: 260000, actual: \
           150000, eac: 283000, cost_centre: \"4410\"}\n  - {id: BL2, category: vendor, baseline: \
           190000, eac: 200000}\n  - {id: BL3, category: contingency, baseline: 0, actual: 4000}\n\
           planned_spend:\n  - {month: 2026-02, amount: 200000}\n  - {month: 2026-03, amount: \
           300000}\nrebaselines:\n  - {date: 2026-01-10, from: 480000, to: 500000}\n---\n# B\n\
           === a/changes.yaml\nchanges:\n  - {id: CR-1, title: More, status: approved, paid_from: \
           contingency, impact: {cost: 12000}, decision: {date: 2026-02-01}}\n  - {id: CR-2, title: \
           Later, status: submitted, paid_from: contingency, impact: {cost: 9000}}\n";
    let table = super::super::testing::table(&check_with(&files, ""), "finance");
    let rows: Vec<String> = group(&table, "contingency").rows.iter().map(line).collect();
    assert!(
        rows[0].starts_with("a | CAD 50,000 | CAD 12,000 | CAD 38,000 |")
            && rows[0].contains("CAD 400,000 | CAD 100,000"),
        "{rows:?}"
    );
    assert!(line(&group(&table, "cad").rows[0]).starts_with("a | CAD 480,000 | CAD 500,000"));
    let centres: Vec<String> = group(&table, "cost-centres").rows.iter().map(line).collect();
    assert_eq!(
        centres,
        [
            "4410 | CAD | a | 1 | CAD 260,000 | CAD 150,000 | NotReported | CAD 283,000",
            "none named | CAD | a | 2 | CAD 190,000 | CAD 4,000 | NotReported | CAD 200,000",
        ]
    );
    let burn = table.plots.iter().find(|p| p.key == "burn-cad").unwrap();
    let Shape::Lines(lines) = &burn.shape else { panic!("no lines") };
    let last = |n: usize| lines[n].points.last().unwrap().1.show(0);
    assert_eq!((last(0), last(1), last(2)), ("500000".into(), "240000".into(), "533000".into()));
    assert!(burn.caption.contains("Projects in CAD: the 1 of 2 that plan"));
}

#[test]
fn an_estimate_of_a_silent_project_is_shown_and_stands_in_no_total() {
    // Tier 2 reports every 14 days: on 20 March the last report is 42 days old.
    let old = files().replace("as_of: 2026-03-20", "as_of: 2026-02-06");
    let old = old.replacen("as_of: 2026-02-06", "as_of: 2026-03-20", 2);
    let table = super::super::testing::table(&check_with(&old, ""), "finance");
    assert_eq!(
        said(&table),
        "Approved: CAD 800,000 · EUR 200,000. CAD forecast 533,000 of 500,000, 6.6 % over (1 of 2 \
         projects report); EUR forecast not reported (0 of 1 project reports)."
    );
    let row = line(&group(&table, "eur").rows[0]);
    assert!(row.contains("EUR 210,000 (last report 6 Feb, too old to count)"), "{row}");
    let act: Vec<String> = group(&table, "outside").rows.iter().map(line).collect();
    assert!(act.iter().any(|r| r.contains("last report 6 Feb, too old to count")), "{act:?}");
    let Shape::Bars(bars) = &table.plots[0].shape else { panic!("no bars") };
    let bar = bars.iter().find(|b| b.label == "c").unwrap();
    assert_eq!((bar.rag, &*bar.note), (None, "6 Feb"));
}

#[test]
fn what_was_approved_says_of_how_many_projects() {
    let none = files().replacen(", baseline: 300000", "", 1);
    let table = super::super::testing::table(&check_with(&none, ""), "finance");
    assert!(
        said(&table).starts_with("Approved: CAD 500,000 (1 of 2 projects) · EUR 200,000."),
        "{}",
        said(&table)
    );
}

#[test]
fn a_budget_below_zero_is_taken_from_nobody() {
    let below = files().replacen("baseline: 300000", "baseline: -300000", 1);
    let table = super::super::testing::table(&check_with(&below, ""), "finance");
    assert!(
        said(&table).starts_with("Approved: CAD 500,000 (1 of 2 projects) · EUR 200,000."),
        "{}",
        said(&table)
    );
    let row = line(&group(&table, "cad").rows[1]);
    assert!(row.contains("the budget is below zero"), "{row}");
}
