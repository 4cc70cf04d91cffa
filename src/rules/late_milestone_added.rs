//! `late-milestone-added`: a milestone joined the plan after the baseline, and
//! no change request says so.

use super::due::has_broken_file;
use super::history::{baseline_date, count, reports, said};
use super::{Context, Defaults, Rule};
use crate::date::{Date, days};
use crate::document::Document;
use crate::finding::{Finding, Severity};
use crate::portfolio::{Milestone, Portfolio, Project, State};

pub(super) static RULE: Rule = Rule {
    name: "late-milestone-added",
    summary: "A milestone was added after the plan's baseline, and no change request names it.",
    why: "A new milestone is new scope with a date of its own, so it is always on time. Added without a change request it hides work that nobody approved, or a date that was moved by making a new one. A milestone tells the day it joined the plan by `added`; a key milestone that two reports after the baseline left out, although they named all others, is taken to have come later.",
    defaults: Defaults::Flat(Severity::Warn),
    example: "=== projects/crm/milestones.yaml\nupdated: 2026-03-27\nmilestones:\n  - id: M1\n    name: Finish\n    original: 2026-09-30\n    baseline: 2026-09-30\n    owner: \"@mlopez\"\n    finish: true\n  - id: M2\n    name: Partner accounts live\n    original: 2026-08-14\n    baseline: 2026-08-14\n    added: 2026-03-13\n    owner: \"@mlopez\"\n",
    remedy: "=== projects/crm/milestones.yaml\nupdated: 2026-03-27\nmilestones:\n  - id: M1\n    name: Finish\n    original: 2026-09-30\n    baseline: 2026-09-30\n    owner: \"@mlopez\"\n    finish: true\n  - id: M2\n    name: Partner accounts live\n    original: 2026-08-14\n    baseline: 2026-08-14\n    added: 2026-03-13\n    owner: \"@mlopez\"\n=== projects/crm/changes.yaml\nupdated: 2026-03-27\nchanges:\n  - id: CR-001\n    title: Partner accounts\n    types: [scope]\n    requested_by: \"@mlopez\"\n    submitted: 2026-03-10\n    status: approved\n    impact: {schedule_days: 0}\n    decision: {date: 2026-03-13, by: [\"@dokafor\"]}\n    links: [M2]\n",
    check: Some(check),
};

/// Reports that must have left a milestone out.
const WITHOUT: usize = 2;

fn check(context: &Context<'_>, out: &mut Vec<Finding>) {
    let p = context.portfolio;
    for project in p.projects.iter().filter(|pr| pr.state == State::Active) {
        let Some((baseline, _)) = baseline_date(p, project) else { continue };
        if has_broken_file(p, project) {
            continue;
        }
        for milestone in project.milestones.iter().filter(|m| !m.cancelled) {
            if named(project, &milestone.id) {
                continue;
            }
            let Some(item) = project.items("milestones").get(milestone.item) else { continue };
            let help = format!(
                "name it in the approved change request it came with: `links: [{}]`",
                milestone.id
            );
            if let Some(added) = item.fields.date("added") {
                if added > baseline {
                    let message = format!(
                        "`{}` was added on {added}, {} after the baseline of {baseline}, and no change request names it",
                        milestone.id,
                        count(days(baseline, added), "day")
                    );
                    out.push(item.finding(RULE.name, "added", message).help(help));
                }
            } else if let Some((first, report)) = appears(p, project, milestone, baseline) {
                let message = format!(
                    "`{}` first appears in the report of {first}, after the baseline of {baseline}, and no change request names it",
                    milestone.id
                );
                let span = said(&report.fields, &milestone.id).map_or(report.head(), |s| s.at);
                out.push(
                    item.finding(RULE.name, "original", message)
                        .help(format!(
                            "{help}; if it was in the baseline, say so: `added: {baseline}`"
                        ))
                        .related(report.path.clone(), span, report.at(span), "named here first"),
                );
            }
        }
    }
}

/// Whether a change request that was not refused names the milestone.
fn named(project: &Project, id: &str) -> bool {
    let alive = |status: &str| !matches!(status, "draft" | "rejected" | "withdrawn");
    project.items("changes").iter().filter(|c| alive(c.status())).any(|change| {
        let fields = &change.fields;
        fields
            .texts("rebaselines")
            .chain(fields.texts("links"))
            .any(|(word, _)| word == id || word.rsplit('/').next() == Some(id))
    })
}

/// The report in which a key milestone appears first, when reports since the
/// baseline named every other key milestone then open, and not this one.
fn appears<'a>(
    p: &'a Portfolio,
    project: &'a Project,
    milestone: &Milestone,
    baseline: Date,
) -> Option<(Date, &'a Document)> {
    if !milestone.key || milestone.finish {
        return None;
    }
    let names = |report: &Document, id: &str| said(&report.fields, id).is_some();
    let (first, report) = reports(p, project).find(|(_, r)| names(r, &milestone.id))?;
    let before: Vec<_> = reports(p, project)
        .filter(|(date, r)| *date >= baseline && *date < first && r.fields.has("milestones"))
        .collect();
    let whole = before.iter().all(|(date, r)| {
        let others = project.milestones.iter().filter(|m| m.key && m.id != milestone.id);
        let mut open =
            others.filter(|m| !m.cancelled && m.actual.is_none_or(|a| a > *date)).peekable();
        open.peek().is_some() && open.all(|m| names(r, &m.id))
    });
    (before.len() >= WITHOUT && whole).then_some((first, report))
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::{Fixture, portfolio};

    const RULE: &str = "late-milestone-added";
    const PATH: &str = "projects/crm/milestones.yaml";
    const LAST: &str = "projects/crm/status/2026-03-27.md";
    const MIDDLE: &str = "projects/crm/status/2026-03-13.md";

    fn with(lines: &str) -> Fixture {
        portfolio().replace(
            PATH,
            "    finish: true",
            &format!("    finish: true\n  - id: M2\n    name: Partners\n    original: 2026-08-14\n    baseline: 2026-08-14\n    owner: \"@mlopez\"\n{lines}"),
        )
    }

    fn change(fixture: Fixture, more: &str) -> Fixture {
        fixture.file(
            "projects/crm/changes.yaml",
            &format!("changes:\n  - {{id: CR-001, title: P, {more}}}\n"),
        )
    }

    // The plan's baseline date is 26 January.
    #[test]
    fn a_day_after_the_baseline_fires_and_the_day_itself_does_not() {
        with("    added: 2026-01-26").silent(RULE);
        let found = with("    added: 2026-01-27").finds(RULE, PATH, 18);
        assert_eq!(
            found.message,
            "`M2` was added on 2026-01-27, 1 day after the baseline of 2026-01-26, and no change request names it"
        );
    }

    #[test]
    fn a_change_request_that_names_it_explains_it() {
        let late = || with("    added: 2026-03-13");
        change(late(), "status: approved, links: [M2]").silent(RULE);
        change(late(), "status: submitted, rebaselines: [M2]").silent(RULE);
        change(late(), "status: approved, links: [M1]").finds(RULE, PATH, 18);
        change(late(), "status: rejected, links: [M2]").finds(RULE, PATH, 18);
    }

    /// Reports of 27 February and 13 March name the finish only, that of
    /// 27 March both.
    fn appears(lines: &str) -> Fixture {
        with(lines)
            .file(MIDDLE, "---\nkind: status\nas_of: 2026-03-13\nphase: execution\nmilestones: {M1: 2026-09-30}\n---\n# S\n")
            .replace(LAST, "milestones:\n", "milestones:\n  M2: {forecast: 2026-08-14}\n")
    }

    #[test]
    fn a_key_milestone_that_two_full_reports_left_out_came_later() {
        let found = appears("    key: true").finds(RULE, PATH, 15);
        assert!(found.message.starts_with("`M2` first appears in the report of 2026-03-27, after"));
        assert_eq!(&*found.related[0].path, LAST);
        appears("    key: false").silent(RULE);
        appears("    key: true").without(MIDDLE).silent(RULE);
        appears("    key: true")
            .replace(MIDDLE, "{M1: 2026-09-30}", "{M2: 2026-08-14}")
            .silent(RULE);
        appears("    key: true\n    added: 2026-01-26").silent(RULE);
        change(appears("    key: true"), "status: approved, links: [M2]").silent(RULE);
    }

    #[test]
    fn without_a_baseline_date_cancelled_or_at_rest_nothing_is_said() {
        let late = || with("    added: 2026-03-13");
        late().replace("projects/crm/plan.md", "baseline_date: 2026-01-26\n", "").silent(RULE);
        late().replace(PATH, "    added", "    cancelled: CR-001\n    added").silent(RULE);
        late().replace("projects/crm/project.md", "state: active", "state: on-hold").silent(RULE);
    }
}
