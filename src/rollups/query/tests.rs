//! Answers over the portfolio of the tests.

use super::super::testing::{FILES, check, context, line, said};
use super::*;
use crate::Checked;

/// The portfolio of the tests with a page that asks.
fn asked(yaml: &str) -> (Checked, usize) {
    let page = format!("=== projects/crm/asks.md\n# Asks\n\n```query\n{yaml}\n```\n");
    let checked = check(&format!("{FILES}{page}"));
    let found = checked.findings.iter().find(|f| &*f.path == "projects/crm/asks.md");
    assert!(found.is_none(), "{found:?}");
    let at = checked.portfolio.index_of("projects/crm/asks.md").unwrap();
    (checked, at)
}

fn answered(yaml: &str) -> Table {
    let (checked, at) = asked(yaml);
    let query = &checked.portfolio.documents[at].queries[0];
    answer(&context(&checked), at, 0, query)
}

fn rows(yaml: &str) -> Vec<String> {
    answered(yaml).groups.iter().flat_map(|g| &g.rows).map(line).collect()
}

#[test]
fn items_are_found_sorted_and_shown() {
    let all = rows("from: risks\ncolumns: [id, score]\nsort: -score");
    assert!(all.len() > 1, "{all:?}");
    let scores: Vec<i64> =
        all.iter().filter_map(|l| l.rsplit(" | ").next()?.parse().ok()).collect();
    assert!(scores.is_sorted_by(|a, b| a >= b), "{all:?}");
    let high = rows(&format!("from: risks\nwhere: {{score: at least {}}}", scores[0]));
    assert!(!high.is_empty() && high.len() < all.len(), "{high:?}");
    let none = answered("from: risks\nwhere: {score: above 25}");
    assert_eq!((none.groups[0].rows.len(), none.groups[0].empty.as_str()), (0, "No risks."));
}

#[test]
fn this_is_the_project_of_the_page() {
    let mine = rows("from: milestones\nwhere: {project: this}");
    let all = rows("from: milestones");
    assert!(!mine.is_empty());
    assert_eq!(mine.len(), all.iter().filter(|l| l.contains("CRM")).count());
    assert_eq!(rows("from: milestones\nwhere: {project: not this}").len(), all.len() - mine.len());
    assert_eq!(rows("from: milestones\nwhere: {project: crm}").len(), mine.len());
}

#[test]
fn projects_say_what_is_derived() {
    let all = rows("from: projects\ncolumns: [id, state, health, slip]");
    assert_eq!(all.len(), 2, "{all:?}");
    assert!(all.iter().any(|l| l.starts_with("bare | active | not-reported")), "{all:?}");
    let missing = rows("from: projects\nwhere: {slip: missing}\ncolumns: [id]");
    assert_eq!(missing, ["bare"]);
}

#[test]
fn groups_counts_and_charts_agree() {
    let grouped = answered("from: milestones\ngroup: project");
    let rows: usize = grouped.groups.iter().map(|g| g.rows.len()).sum();
    let chart = answered("from: milestones\ngroup: project\nshow: chart");
    let Shape::Bars(bars) = &chart.plots[0].shape else { panic!("no bars") };
    assert_eq!(bars.len(), grouped.groups.len());
    assert_eq!(bars[0].value, Ok(Ratio::whole(grouped.groups[0].rows.len() as i128)));
    let counted = said(&answered("from: milestones\nshow: count\ntitle: To come"));
    assert_eq!(counted, format!("To come: {}.", number(rows)));
}

#[test]
fn a_limit_says_what_it_left_out() {
    let table = answered("from: milestones\nlimit: 1");
    assert_eq!(table.groups[0].rows.len(), 1);
    assert!(table.groups[0].note.contains("more; 1 of"), "{}", table.groups[0].note);
}

#[test]
fn money_of_several_currencies_is_not_added() {
    let page = "=== projects/usd/project.md\n---\nkind: project\nid: usd\ntitle: Dollars\n\
        currency: USD\nbudget: {currency: USD, baseline: 100}\n---\n=== asks.md\n# Asks\n\n\
        ```query\nfrom: projects\nshow: count\nsum: budget\n```\n";
    let checked = check(&format!("{FILES}{page}"));
    let at = checked.portfolio.index_of("asks.md").unwrap();
    let query = &checked.portfolio.documents[at].queries[0];
    let text = said(&answer(&context(&checked), at, 0, query));
    let currencies: std::collections::BTreeSet<_> = checked
        .portfolio
        .projects
        .iter()
        .filter(|p| p.budget.is_some())
        .filter_map(|p| p.currency.clone())
        .collect();
    assert_eq!(text.contains("several currencies"), currencies.len() > 1, "{text}");
}

#[test]
fn every_derived_field_has_a_value_somewhere() {
    use crate::document::query::DERIVED;
    let (checked, _) = asked("from: risks");
    let c = context(&checked);
    let kinds = crate::kinds::Kinds::load(&checked.portfolio.config);
    let kind = |name: &str| From::Kind(kinds.find(name).unwrap().clone());
    for derived in DERIVED {
        let from = match derived.of {
            [] | ["projects"] => From::Projects,
            ["documents"] => From::Documents,
            ["milestones", ..] => kind("milestone"),
            _ => kind("risk"),
        };
        let any = subjects(&c, &from).into_iter().any(|s| value(&c, s, derived.name).is_some());
        assert!(any || derived.name == "programme", "{}", derived.name);
    }
}

#[test]
fn a_milestone_is_open_until_it_is_reached() {
    let open = rows("from: milestones\nwhere: {open: yes}\ncolumns: [id, actual]");
    let over = rows("from: milestones\nwhere: {open: no}\ncolumns: [id, actual]");
    assert!(!open.is_empty() && !over.is_empty(), "{open:?} {over:?}");
    let reached = |line: &String| line.contains("20");
    assert!(over.iter().all(reached) && !open.iter().any(reached), "{open:?} {over:?}");
}
