//! `frozen-forecasts`: every forecast equals its baseline, report after report,
//! while a milestone was missed.

use super::history::{count, join, reports, said, young};
use super::{Context, Defaults, Rule};
use crate::date::{Date, days};
use crate::document::Document;
use crate::finding::{Finding, Severity};
use crate::measures::hindsight;
use crate::measures::milestones_on_time::{Class, class};
use crate::portfolio::{Milestone, Portfolio, Project, State};
use crate::text::Span;

pub(super) static RULE: Rule = Rule {
    name: "frozen-forecasts",
    summary: "In four reports or more every forecast equals its baseline, although a milestone was missed in that time.",
    why: "When one date slips, something behind it usually moves. Forecasts that stay on the baseline to the day are copied, not estimated: the plan is treated as a picture on the wall. A missed milestone that is not critical and has float noted is no sign of that.",
    defaults: Defaults::Flat(Severity::Warn),
    example: "=== projects/crm/milestones.yaml\nupdated: 2026-03-27\nmilestones:\n  - id: M1\n    name: Finish\n    original: 2026-09-30\n    baseline: 2026-09-30\n    owner: \"@mlopez\"\n    finish: true\n  - id: M2\n    name: First rehearsal\n    original: 2026-02-20\n    baseline: 2026-02-20\n    actual: 2026-03-20\n    owner: \"@mlopez\"\n=== projects/crm/status/2026-02-27.md\n---\nkind: status\nauthor: \"@mlopez\"\nas_of: 2026-02-27\nphase: execution\nhealth: {overall: green, schedule: green}\nmilestones: {M1: 2026-09-30}\n---\n# Status\n=== projects/crm/status/2026-03-06.md\n---\nkind: status\nauthor: \"@mlopez\"\nas_of: 2026-03-06\nphase: execution\nhealth: {overall: green, schedule: green}\nmilestones: {M1: 2026-09-30}\n---\n# Status\n=== projects/crm/status/2026-03-13.md\n---\nkind: status\nauthor: \"@mlopez\"\nas_of: 2026-03-13\nphase: execution\nhealth: {overall: green, schedule: green}\nmilestones: {M1: 2026-09-30}\n---\n# Status\n=== projects/crm/status/2026-03-27.md\n---\nkind: status\nauthor: \"@mlopez\"\nas_of: 2026-03-27\nphase: execution\nhealth: {overall: green, schedule: green}\nmilestones: {M1: 2026-09-30}\n---\n# Status\n",
    remedy: "=== projects/crm/milestones.yaml\nupdated: 2026-03-27\nmilestones:\n  - id: M1\n    name: Finish\n    original: 2026-09-30\n    baseline: 2026-09-30\n    owner: \"@mlopez\"\n    finish: true\n  - id: M2\n    name: First rehearsal\n    original: 2026-02-20\n    baseline: 2026-02-20\n    actual: 2026-03-20\n    owner: \"@mlopez\"\n=== projects/crm/status/2026-02-27.md\n---\nkind: status\nauthor: \"@mlopez\"\nas_of: 2026-02-27\nphase: execution\nhealth: {overall: green, schedule: green}\nmilestones: {M1: 2026-09-30}\n---\n# Status\n=== projects/crm/status/2026-03-06.md\n---\nkind: status\nauthor: \"@mlopez\"\nas_of: 2026-03-06\nphase: execution\nhealth: {overall: green, schedule: green}\nmilestones: {M1: 2026-09-30}\n---\n# Status\n=== projects/crm/status/2026-03-13.md\n---\nkind: status\nauthor: \"@mlopez\"\nas_of: 2026-03-13\nphase: execution\nhealth: {overall: green, schedule: green}\nmilestones: {M1: 2026-09-30}\n---\n# Status\n=== projects/crm/status/2026-03-27.md\n---\nkind: status\nauthor: \"@mlopez\"\nas_of: 2026-03-27\nphase: execution\nhealth: {overall: green, schedule: green}\nmilestones: {M1: 2026-10-12}\n---\n# Status\n",
    check: Some(check),
};

/// Reports in a row from which on it is no chance.
const REPORTS: usize = 4;

fn check(context: &Context<'_>, out: &mut Vec<Finding>) {
    let p = context.portfolio;
    for project in p.projects.iter().filter(|pr| pr.state == State::Active) {
        if young(project, p.as_of) {
            continue;
        }
        let frozen: Vec<(Date, &Document, Span)> = reports(p, project)
            .rev()
            .map_while(|(date, report)| Some((date, report, frozen(project, report, date)?)))
            .collect();
        let (Some((until, report, span)), Some((since, ..))) = (frozen.first(), frozen.last())
        else {
            continue;
        };
        if frozen.len() < REPORTS {
            continue;
        }
        let missed: Vec<String> = project
            .milestones
            .iter()
            .filter(|m| missed(p, project, m, *since, *until) && !floats(project, m))
            .filter_map(|m| {
                let by = days(m.baseline?, m.actual.unwrap_or(*until));
                Some(format!("`{}` by {}", m.id, count(by, "day")))
            })
            .collect();
        if missed.is_empty() {
            continue;
        }
        let message = format!(
            "every forecast has equalled its baseline in {} reports since {since}, although the project missed {}",
            frozen.len(),
            join(&missed)
        );
        out.push(
            report
                .finding(RULE.name, *span, message)
                .help("estimate each open milestone anew and write what you expect, early or late"),
        );
    }
}

/// Where the first forecast of a report stands when all that lie ahead of it
/// equal the baselines of that day, and there is one.
fn frozen(project: &Project, report: &Document, date: Date) -> Option<Span> {
    let mut first = None;
    for milestone in project.milestones.iter().filter(|m| !m.cancelled) {
        let Some(said) = said(&report.fields, &milestone.id) else { continue };
        let Some(forecast) = said.forecast.filter(|f| *f > date && said.actual.is_none()) else {
            continue;
        };
        let item = project.items("milestones").get(milestone.item)?;
        if hindsight::baseline(&item.fields, date) != Some(forecast) {
            return None;
        }
        first = first.or(Some(said.at));
    }
    first
}

/// Whether a milestone was late within the time of these reports.
fn missed(p: &Portfolio, project: &Project, m: &Milestone, since: Date, until: Date) -> bool {
    class(p, project, m) == Class::Missed
        && m.baseline.is_some_and(|b| b < until)
        && m.actual.is_none_or(|a| a >= since)
}

/// Whether a milestone may be late without moving anything, and says so.
fn floats(project: &Project, m: &Milestone) -> bool {
    let Some(item) = project.items("milestones").get(m.item) else { return false };
    let noted = item.fields.text("note").is_some_and(|n| {
        let n = n.to_lowercase();
        n.contains("float") || n.contains("slack")
    });
    item.fields.flag("critical") == Some(false) && (item.fields.has("float") || noted)
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::{Fixture, portfolio};

    const RULE: &str = "frozen-forecasts";
    const PATH: &str = "projects/crm/milestones.yaml";
    const LAST: &str = "projects/crm/status/2026-03-27.md";

    /// Reports of these days, each with the finish on its baseline, and a
    /// milestone due on 20 February.
    fn frozen(days: &[&str], second: &str) -> Fixture {
        let mut f = portfolio()
            .replace(LAST, "2026-10-05", "2026-09-30")
            .replace(
                PATH,
                "    finish: true",
                &format!("    finish: true\n  - id: M2\n    name: Rehearsal\n    baseline: 2026-02-20\n    owner: \"@mlopez\"\n    {second}"),
            );
        for day in days {
            f = f.file(
                &format!("projects/crm/status/{day}.md"),
                &format!("---\nkind: status\nas_of: {day}\nphase: execution\nhealth: {{overall: green, schedule: green}}\nmilestones: {{M1: 2026-09-30}}\n---\n# S\n"),
            );
        }
        f
    }

    #[test]
    fn the_fourth_report_in_a_row_fires() {
        frozen(&["2026-03-06"], "key: false").silent(RULE);
        let found = frozen(&["2026-03-06", "2026-03-13"], "key: false").finds(RULE, LAST, 8);
        assert_eq!(
            found.message,
            "every forecast has equalled its baseline in 4 reports since 2026-02-27, although the project missed `M2` by 35 days"
        );
    }

    #[test]
    fn one_other_forecast_breaks_the_row() {
        let four = || frozen(&["2026-03-06", "2026-03-13"], "key: false");
        four().replace(LAST, "2026-09-30", "2026-10-01").silent(RULE);
        four()
            .replace("projects/crm/status/2026-03-13.md", "{M1: 2026-09-30}", "{M1: 2026-09-29}")
            .silent(RULE);
        four().replace("projects/crm/status/2026-03-13.md", "{M1: 2026-09-30}", "{}").silent(RULE);
    }

    #[test]
    fn a_milestone_within_tolerance_or_before_that_time_is_not_missed() {
        let four = |second: &str| frozen(&["2026-03-06", "2026-03-13"], second);
        // A tenth of the 46 days from the start.
        four("actual: 2026-02-24").silent(RULE);
        four("actual: 2026-03-02").finds(RULE, LAST, 8);
        four("actual: 2026-02-26").silent(RULE);
        four("cancelled: CR-001").silent(RULE);
    }

    #[test]
    fn float_that_is_noted_excuses_what_is_not_critical() {
        let four = |second: &str| frozen(&["2026-03-06", "2026-03-13"], second);
        four("critical: false").finds(RULE, LAST, 8);
        four("critical: false\n    float: 60d").silent(RULE);
        four("critical: false\n    note: Eight weeks of float").silent(RULE);
        four("critical: true\n    float: 60d").finds(RULE, LAST, 8);
    }

    #[test]
    fn a_new_baseline_is_compared_from_its_day() {
        frozen(&["2026-03-06", "2026-03-13"], "key: false")
            .replace(PATH, "    finish: true", "    rebaselines: [{date: 2026-03-10, from: 2026-08-31, to: 2026-09-30}]\n    finish: true")
            .replace(PATH, "    original: 2026-09-30", "    original: 2026-08-31")
            .silent(RULE);
    }

    #[test]
    fn young_and_resting_projects_are_left_alone() {
        let card = "projects/crm/project.md";
        let four = || frozen(&["2026-03-06", "2026-03-13"], "key: false");
        four()
            .replace(card, "start: {baseline: 2026-01-05}", "start: {baseline: 2026-02-01}")
            .silent(RULE);
        four().replace(card, "state: active", "state: on-hold").silent(RULE);
    }
}
