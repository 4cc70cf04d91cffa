//! `unreflected-change`: approved with days or money, and the baseline stands.

use super::common::{day_count, inside, join, records, running};
use super::due::{class, has_broken_file};
use super::{Context, Defaults, Rule};
use crate::data::record::Record;
use crate::document::Item;
use crate::finding::{Finding, Severity};
use crate::lifecycles::Class;
use crate::portfolio::{Portfolio, Project};
use crate::ratio::Ratio;
use std::collections::HashSet;

pub(super) static RULE: Rule = Rule {
    name: "unreflected-change",
    summary: "A change was approved with days or cost, a report has come out since, and neither baseline nor budget has moved.",
    why: "The sponsor agreed to a later date or more money, and the plan still measures against the old ones: the project looks late or over when it is neither, or the change was agreed in words only. Add the step to `rebaselines` of the milestones and of the budget, or say that its cost is paid from the contingency.",
    defaults: Defaults::Flat(Severity::Warn),
    example: "=== projects/crm/changes.yaml\nupdated: 2026-03-27\nchanges:\n  - id: CR-001\n    title: Single sign-on for partners\n    types: [schedule]\n    requested_by: \"@mlopez\"\n    submitted: 2026-03-10\n    status: approved\n    impact: {schedule_days: 21}\n    decision: {date: 2026-03-13, by: [\"@dokafor\"]}\n    rebaselines: [M1]\n",
    remedy: "=== projects/crm/changes.yaml\nupdated: 2026-03-27\nchanges:\n  - id: CR-001\n    title: Single sign-on for partners\n    types: [schedule]\n    requested_by: \"@mlopez\"\n    submitted: 2026-03-10\n    status: approved\n    impact: {schedule_days: 21}\n    decision: {date: 2026-03-13, by: [\"@dokafor\"]}\n    rebaselines: [M1]\n=== projects/crm/milestones.yaml\nupdated: 2026-03-27\nmilestones:\n  - id: M1\n    name: Finish\n    original: 2026-09-30\n    baseline: 2026-10-21\n    owner: \"@mlopez\"\n    finish: true\n    rebaselines:\n      - {date: 2026-03-13, from: 2026-09-30, to: 2026-10-21, change: CR-001}\n",
    check: Some(check),
};

fn check(context: &Context<'_>, out: &mut Vec<Finding>) {
    let p = context.portfolio;
    for project in running(p) {
        // Before the plan gate there is no baseline to move.
        if matches!(class(project), Some(Class::Initiate | Class::Plan))
            || has_broken_file(p, project)
        {
            continue;
        }
        let moved = moved(project);
        let changes = project.items("changes").iter();
        for item in changes.filter(|i| matches!(i.status(), "approved" | "implemented")) {
            let Some(decided) = item.fields.record("decision").and_then(|d| d.date("date")) else {
                continue;
            };
            let Some(report) = project.reports.iter().find(|r| r.date > decided) else { continue };
            let stands = stands(p, project, item, &moved);
            if stands.is_empty() {
                continue;
            }
            let message = format!(
                "`{}` was approved on {decided} with {}, and by the report of {} {}",
                item.id,
                join(&stands.iter().map(|(with, _)| with.clone()).collect::<Vec<_>>()),
                report.date,
                join(&stands.iter().map(|(_, what)| what.clone()).collect::<Vec<_>>())
            );
            let help = "add the step to `rebaselines` (`{date, from, to, change}`) of the milestones it moves and of the budget, or write `paid_from: contingency`";
            let span =
                item.fields.record("impact").and_then(|i| i.slots.first()).map(|s| s.key_span);
            out.push(inside(item, RULE.name, "impact", span, message).help(help));
        }
    }
}

/// What the change was to move and did not: the impact, and what still stands.
fn stands(
    p: &Portfolio,
    project: &Project,
    change: &Item,
    moved: &HashSet<&str>,
) -> Vec<(String, String)> {
    let mut stands = Vec::new();
    let Some(impact) = change.fields.record("impact") else { return stands };
    // Days won back bring the forecast to the baseline; only where milestones are
    // named was the baseline to move.
    let names = !change.fields.list("rebaselines").is_empty();
    let days =
        impact.number("schedule_days").filter(|d| !d.is_zero() && (names || !d.is_negative()));
    if let Some(days) = days
        && !project.items("milestones").is_empty()
        && !moved.contains(&*change.id)
    {
        let n = i64::try_from(days.rounded(0)).unwrap_or(0);
        stands.push((day_count(n), "no baseline has moved".to_owned()));
    }
    let cost = impact.number("cost").filter(|c| !c.is_zero());
    if let Some(cost) = cost
        && !project.untracked
        && let Some(bac) = project.budget
        && !from_contingency(change)
        && !budget_moved(p, project, change, cost, bac)
    {
        stands.push((
            format!("a cost of {}", cost.money()),
            format!("the budget is still {}", bac.money()),
        ));
    }
    stands
}

/// The changes that the steps of a re-baselining name.
fn steps(record: &Record) -> impl Iterator<Item = &str> {
    records(record, "rebaselines").filter_map(|e| e.text("change"))
}

/// The changes that have moved or dropped a milestone.
fn moved(project: &Project) -> HashSet<&str> {
    let milestones = project.items("milestones").iter().map(|m| &m.fields);
    milestones.flat_map(|m| steps(m).chain(m.text("cancelled"))).collect()
}

/// Contingency lies inside the budget: what it pays does not raise it.
fn from_contingency(change: &Item) -> bool {
    let decision = change.fields.record("decision");
    change.fields.text("paid_from") == Some("contingency")
        || decision
            .and_then(|d| d.text("rationale"))
            .is_some_and(|r| r.to_lowercase().contains("contingency"))
}

fn budget_moved(p: &Portfolio, project: &Project, change: &Item, cost: Ratio, bac: Ratio) -> bool {
    let documents = || project.documents.iter().filter_map(|i| p.documents.get(*i));
    if documents()
        .any(|d| d.fields.slot("bac").is_some() && steps(&d.fields).any(|id| *id == *change.id))
    {
        return true;
    }
    // Without steps on record: the difference to the first budget holds it.
    let original =
        documents().filter_map(|d| d.fields.record("budget")).find_map(|b| b.number("original"));
    original.is_some_and(|first| {
        bac.sub(first).is_some_and(|moved| {
            moved.abs() >= cost.abs() && moved.is_negative() == cost.is_negative()
        })
    })
}

#[cfg(test)]
mod tests {
    use crate::finding::Severity;
    use crate::rules::testing::{Fixture, portfolio};

    const PATH: &str = "projects/crm/changes.yaml";
    const CARD: &str = "projects/crm/project.md";
    const MILESTONES: &str = "projects/crm/milestones.yaml";
    const RULE: &str = "unreflected-change";

    /// Approved on a day, with an impact; the newest report is of 27 March.
    fn change(day: &str, impact: &str) -> Fixture {
        portfolio().file(
            PATH,
            &format!("changes:\n  - id: CR-007\n    title: Sign-on\n    status: approved\n    impact: {{{impact}}}\n    decision: {{date: {day}, by: [\"@dokafor\"]}}\n    rebaselines: [M1]\n"),
        )
    }

    fn tracked(impact: &str) -> Fixture {
        change("2026-03-13", impact).replace(
            CARD,
            "{tracked: false}",
            "{tracked: true, currency: CAD, baseline: 500000}",
        )
    }

    #[test]
    fn it_is_asked_for_after_the_next_report() {
        change("2026-03-27", "schedule_days: 21").silent(RULE);
        let found = change("2026-03-26", "schedule_days: 21").finds(RULE, PATH, 5);
        assert_eq!(
            found.message,
            "`CR-007` was approved on 2026-03-26 with 21 days, and by the report of 2026-03-27 no baseline has moved"
        );
        assert_eq!(found.severity, Severity::Warn);
    }

    #[test]
    fn a_step_that_names_the_change_is_enough() {
        change("2026-03-13", "schedule_days: 21")
            .replace(
                MILESTONES,
                "    baseline: 2026-09-30\n",
                "    baseline: 2026-10-21\n    rebaselines: [{date: 2026-03-13, from: 2026-09-30, to: 2026-10-21, change: CR-007}]\n",
            )
            .silent(RULE);
    }

    #[test]
    fn money_moves_the_budget_unless_it_is_not_tracked_or_held_in_reserve() {
        let found = tracked("cost: 12000").finds(RULE, PATH, 5);
        assert!(found.message.contains("with a cost of 12,000"), "{}", found.message);
        assert!(found.message.ends_with("the budget is still 500,000"), "{}", found.message);
        change("2026-03-13", "cost: 12000").silent(RULE);
        tracked("cost: 12000")
            .replace(PATH, "    rebaselines", "    paid_from: contingency\n    rebaselines")
            .silent(RULE);
        tracked("cost: 12000")
            .replace(
                PATH,
                "by: [\"@dokafor\"]",
                "by: [\"@dokafor\"], rationale: Paid from contingency",
            )
            .silent(RULE);
        tracked("cost: 12000")
            .replace(CARD, "baseline: 500000", "original: 500000, baseline: 512000")
            .silent(RULE);
        tracked("cost: 12000")
            .file(
                "projects/crm/budget.md",
                "---\nkind: budget\nbac: 512000\nrebaselines: [{date: 2026-03-13, from: 500000, to: 512000, change: CR-007}]\n---\n# B\n",
            )
            .silent(RULE);
    }

    #[test]
    fn no_impact_early_phases_and_resting_projects_are_silent() {
        tracked("schedule_days: 0, cost: 0").silent(RULE);
        change("2026-03-13", "schedule_days: -14").finds(RULE, PATH, 5);
        change("2026-03-13", "schedule_days: -14")
            .replace(PATH, "    rebaselines: [M1]\n", "")
            .silent(RULE);
        change("2026-03-13", "schedule_days: 21")
            .replace(PATH, "approved", "submitted")
            .silent(RULE);
        change("2026-03-13", "schedule_days: 21")
            .replace(CARD, "phase: execution", "phase: planning")
            .silent(RULE);
        change("2026-03-13", "schedule_days: 21")
            .replace(CARD, "state: active", "state: on-hold")
            .silent(RULE);
    }
}
