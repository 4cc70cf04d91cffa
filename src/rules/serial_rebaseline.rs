//! `serial-rebaseline`: the finish got a new baseline again and again.

use super::history::count;
use super::{Context, Defaults, Rule};
use crate::data::record::Record;
use crate::date::days;
use crate::finding::{Finding, Severity};
use crate::portfolio::State;

pub(super) static RULE: Rule = Rule {
    name: "serial-rebaseline",
    summary: "The baseline of the finish was moved three times or more in twelve months.",
    why: "Each new baseline may be approved and right, and together they still say that the project does not know when it ends. Measured against the newest baseline it is always nearly on time; the original date beside it shows the truth. After the third move the plan should be made again from the ground, or the question asked whether to go on.",
    defaults: Defaults::Flat(Severity::Warn),
    example: "=== projects/crm/milestones.yaml\nupdated: 2026-03-27\nmilestones:\n  - id: M1\n    name: Finish\n    original: 2026-06-30\n    baseline: 2026-09-30\n    owner: \"@mlopez\"\n    finish: true\n    rebaselines:\n      - {date: 2025-09-12, from: 2026-06-30, to: 2026-07-31, change: CR-001}\n      - {date: 2025-12-12, from: 2026-07-31, to: 2026-08-31, change: CR-001}\n      - {date: 2026-02-13, from: 2026-08-31, to: 2026-09-30, change: CR-001}\n=== projects/crm/changes.yaml\nupdated: 2026-03-27\nchanges:\n  - id: CR-001\n    title: Later finish\n    types: [schedule]\n    requested_by: \"@mlopez\"\n    submitted: 2025-09-01\n    status: approved\n    impact: {schedule_days: 92}\n    decision: {date: 2025-09-12, by: [\"@dokafor\"]}\n    rebaselines: [M1]\n",
    remedy: "=== projects/crm/milestones.yaml\nupdated: 2026-03-27\nmilestones:\n  - id: M1\n    name: Finish\n    original: 2026-06-30\n    baseline: 2026-09-30\n    owner: \"@mlopez\"\n    finish: true\n    rebaselines:\n      - {date: 2025-09-12, from: 2026-06-30, to: 2026-09-30, change: CR-001}\n=== projects/crm/changes.yaml\nupdated: 2026-03-27\nchanges:\n  - id: CR-001\n    title: Later finish\n    types: [schedule]\n    requested_by: \"@mlopez\"\n    submitted: 2025-09-01\n    status: approved\n    impact: {schedule_days: 92}\n    decision: {date: 2025-09-12, by: [\"@dokafor\"]}\n    rebaselines: [M1]\n",
    check: Some(check),
};

/// Moves from which on the baseline means little.
const MOVES: usize = 3;

fn check(context: &Context<'_>, out: &mut Vec<Finding>) {
    let p = context.portfolio;
    for project in p.projects.iter().filter(|pr| pr.state == State::Active) {
        let Some(finish) = project.finish_milestone() else { continue };
        let Some(item) = project.items("milestones").get(finish.item) else { continue };
        let since = super::history::baseline_date(p, project).map(|(d, _)| d);
        let entries: Vec<(&Record, _)> = item
            .fields
            .list("rebaselines")
            .iter()
            .filter_map(|e| Some((e.datum.record()?, e.span)))
            .filter(|(e, _)| !super::silent_rebaseline::correction(e, since))
            .filter(|(e, _)| e.date("date").is_some_and(|d| (0..=365).contains(&days(d, p.as_of))))
            .collect();
        if entries.len() < MOVES {
            continue;
        }
        let (Some((_, span)), Some(original), Some(baseline)) =
            (entries.last(), finish.original, finish.baseline)
        else {
            continue;
        };
        let by = days(original, baseline);
        let place = match by {
            0 => "back on its original date".to_owned(),
            n if n > 0 => format!("{} after its original {original}", count(n, "day")),
            n => format!("{} before its original {original}", count(n, "day")),
        };
        let message = format!(
            "the baseline of the finish `{}` was moved {} times in twelve months and is now {baseline}, {place}",
            item.id,
            entries.len()
        );
        let at = item.lines.position(span.start);
        out.push(Finding::new(RULE.name, item.path.clone(), *span, at, message).help(
            "let the forecast show the slip and plan the rest anew, or bring to the sponsor whether to go on",
        ));
    }
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::{Fixture, portfolio};

    const RULE: &str = "serial-rebaseline";
    const PATH: &str = "projects/crm/milestones.yaml";

    fn moved(days: &[&str]) -> Fixture {
        let entry = |d: &&str| {
            format!("      - {{date: {d}, from: 2026-08-31, to: 2026-09-30, change: CR-001}}\n")
        };
        let entries: String = days.iter().map(entry).collect();
        portfolio().replace(
            PATH,
            "    original: 2026-09-30\n",
            &format!("    original: 2026-06-30\n    rebaselines:\n{entries}"),
        )
    }

    #[test]
    fn three_moves_in_twelve_months_fire_and_two_do_not() {
        moved(&["2025-09-12", "2026-02-13"]).silent(RULE);
        let found = moved(&["2025-09-12", "2025-12-12", "2026-02-13"]).finds(RULE, PATH, 13);
        assert_eq!(
            found.message,
            "the baseline of the finish `M1` was moved 3 times in twelve months and is now 2026-09-30, 92 days after its original 2026-06-30"
        );
    }

    #[test]
    fn a_move_a_year_ago_counts_and_an_older_one_does_not() {
        moved(&["2025-03-27", "2025-12-12", "2026-02-13"]).finds(RULE, PATH, 13);
        moved(&["2025-03-26", "2025-12-12", "2026-02-13"]).silent(RULE);
    }

    #[test]
    fn other_milestones_corrections_and_resting_projects_are_left_alone() {
        let three = || moved(&["2025-09-12", "2025-12-12", "2026-02-13"]);
        three()
            .replace(PATH, "    finish: true\n", "")
            .replace("projects/crm/project.md", "finish: {milestone: M1}\n", "")
            .silent(RULE);
        three()
            .replace("projects/crm/project.md", "state: active", "state: cancelled")
            .silent(RULE);
        // The plan's baseline date is 26 January.
        moved(&["2025-09-12", "2025-12-12", "2026-01-30"])
            .replace(PATH, "{date: 2026-01-30,", "{date: 2026-01-30, note: typo,")
            .silent(RULE);
    }
}
