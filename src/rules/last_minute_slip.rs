//! `last-minute-slip`: a forecast held for weeks moves days before it is due.

use super::history::{count, reports, said, young};
use super::{Context, Defaults, Rule};
use crate::date::{Date, days};
use crate::document::Document;
use crate::finding::Finding;
use crate::finding::Severity::{Allow, Note};
use crate::portfolio::State;
use crate::ratio::Ratio;
use crate::text::Span;

pub(super) static RULE: Rule = Rule {
    name: "last-minute-slip",
    summary: "A forecast that had stood still in three reports moves later within the last fourteen days before it.",
    why: "Work that is four weeks late was not on time last week. A date that holds until the end and then jumps was not estimated, it was repeated, and those who wait for it lose the time in which they could have done something. Single cases happen; the rule says that this is one.",
    defaults: Defaults::Graded([Note, Note, Allow], [Note, Note, Allow]),
    example: "=== projects/crm/project.md\n---\nkind: project\nid: crm\ntitle: CRM replacement\nsummary: Replace the old CRM.\ntier: 2\ndelivery_model: hybrid\nphase: execution\nstate: active\nsponsor: Dana Okafor\nproject_manager: Maria Lopez\nstart: {baseline: 2026-01-05}\nfinish: {milestone: M1}\nbudget: {tracked: false}\n---\n=== projects/crm/status/2026-02-27.md\n---\nkind: status\nauthor: \"@mlopez\"\nas_of: 2026-02-27\nphase: execution\nmilestones: {M1: 2026-04-03}\n---\n# Status\n=== projects/crm/status/2026-03-06.md\n---\nkind: status\nauthor: \"@mlopez\"\nas_of: 2026-03-06\nphase: execution\nmilestones: {M1: 2026-04-03}\n---\n# Status\n=== projects/crm/status/2026-03-13.md\n---\nkind: status\nauthor: \"@mlopez\"\nas_of: 2026-03-13\nphase: execution\nmilestones: {M1: 2026-04-03}\n---\n# Status\n=== projects/crm/status/2026-03-27.md\n---\nkind: status\nauthor: \"@mlopez\"\nas_of: 2026-03-27\nphase: execution\nmilestones: {M1: 2026-05-08}\n---\n# Status\n",
    remedy: "=== projects/crm/project.md\n---\nkind: project\nid: crm\ntitle: CRM replacement\nsummary: Replace the old CRM.\ntier: 2\ndelivery_model: hybrid\nphase: execution\nstate: active\nsponsor: Dana Okafor\nproject_manager: Maria Lopez\nstart: {baseline: 2026-01-05}\nfinish: {milestone: M1}\nbudget: {tracked: false}\n---\n=== projects/crm/status/2026-02-27.md\n---\nkind: status\nauthor: \"@mlopez\"\nas_of: 2026-02-27\nphase: execution\nmilestones: {M1: 2026-04-03}\n---\n# Status\n=== projects/crm/status/2026-03-06.md\n---\nkind: status\nauthor: \"@mlopez\"\nas_of: 2026-03-06\nphase: execution\nmilestones: {M1: 2026-04-17}\n---\n# Status\n=== projects/crm/status/2026-03-13.md\n---\nkind: status\nauthor: \"@mlopez\"\nas_of: 2026-03-13\nphase: execution\nmilestones: {M1: 2026-04-30}\n---\n# Status\n=== projects/crm/status/2026-03-27.md\n---\nkind: status\nauthor: \"@mlopez\"\nas_of: 2026-03-27\nphase: execution\nmilestones: {M1: 2026-05-08}\n---\n# Status\n",
    check: Some(check),
};

/// Days before the forecast in which a move is late.
const LAST_DAYS: i64 = 14;
/// Reports in which it must have stood still.
const STILL: usize = 3;
/// Percent of the days left that a date may move.
const SHARE: i128 = 10;

fn check(context: &Context<'_>, out: &mut Vec<Finding>) {
    let p = context.portfolio;
    for project in p.projects.iter().filter(|pr| pr.state == State::Active) {
        if young(project, p.as_of) {
            continue;
        }
        let newest = project.latest().map(|r| r.date);
        for milestone in project.milestones.iter().filter(|m| !m.cancelled) {
            let told: Vec<(Date, &Document, Date, Span)> = reports(p, project)
                .rev()
                .filter_map(|(date, report)| {
                    let said = said(&report.fields, &milestone.id)?;
                    Some((date, report, said.forecast.filter(|_| said.actual.is_none())?, said.at))
                })
                .take(STILL + 1)
                .collect();
            let [(date, report, now, span), before @ ..] = told.as_slice() else { continue };
            let Some((_, _, was, _)) = before.first().copied() else { continue };
            let still = before.len() == STILL && before.iter().all(|(_, _, f, _)| *f == was);
            let (left, moved) = (days(*date, was), days(was, *now));
            if Some(*date) != newest
                || !still
                || !(0..=LAST_DAYS).contains(&left)
                || Ratio::whole(moved.into())
                    <= Ratio::new(i128::from(left) * SHARE, 100).unwrap_or(Ratio::ZERO)
            {
                continue;
            }
            let message = format!(
                "forecast of `{}` moved {} to {now} with {} left, after {STILL} reports on {was}",
                milestone.id,
                count(moved, "day"),
                count(left, "day")
            );
            out.push(report.finding(RULE.name, *span, message).help(
                "say in the report since when this was known; estimate the next dates anew instead of repeating them",
            ));
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::finding::Severity;
    use crate::rules::testing::{Fixture, portfolio};

    const RULE: &str = "last-minute-slip";
    const LAST: &str = "projects/crm/status/2026-04-24.md";

    /// Reports on the Fridays of April with these forecasts of the finish.
    fn told(forecasts: [&str; 4]) -> Fixture {
        let mut f = portfolio()
            .as_of("2026-04-24")
            .replace("projects/crm/project.md", "tier: 3", "tier: 2")
            .without("projects/crm/status/2026-02-27.md")
            .without("projects/crm/status/2026-03-27.md");
        for (day, forecast) in
            ["2026-04-03", "2026-04-10", "2026-04-17", "2026-04-24"].iter().zip(forecasts)
        {
            f = f.file(
                &format!("projects/crm/status/{day}.md"),
                &format!("---\nkind: status\nas_of: {day}\nphase: execution\nmilestones:\n  M1: {forecast}\n---\n# S\n"),
            );
        }
        f
    }

    const HELD: &str = "2026-04-30";

    #[test]
    fn twenty_nine_days_with_six_left_fire() {
        let found = told([HELD, HELD, HELD, "2026-05-29"]).finds(RULE, LAST, 6);
        assert_eq!(
            found.message,
            "forecast of `M1` moved 29 days to 2026-05-29 with 6 days left, after 3 reports on 2026-04-30"
        );
        assert_eq!(found.severity, Severity::Note);
    }

    #[test]
    fn a_tenth_of_the_days_left_is_the_border() {
        // Six days left: more than 0.6 days. Fourteen left: more than 1.4.
        told([HELD, HELD, HELD, "2026-05-01"]).finds(RULE, LAST, 6);
        told([HELD, HELD, HELD, HELD]).silent(RULE);
        let held = "2026-05-08";
        told([held, held, held, "2026-05-09"]).silent(RULE);
        told([held, held, held, "2026-05-10"]).finds(RULE, LAST, 6);
        let held = "2026-05-09";
        told([held, held, held, "2026-05-29"]).silent(RULE);
    }

    #[test]
    fn a_move_on_the_day_counts_and_one_after_it_does_not() {
        let held = "2026-04-24";
        told([held, held, held, "2026-04-25"]).finds(RULE, LAST, 6);
        let held = "2026-04-23";
        told([held, held, held, "2026-05-29"]).silent(RULE);
    }

    #[test]
    fn it_must_have_stood_still_in_three_reports() {
        told(["2026-04-29", HELD, HELD, "2026-05-29"]).silent(RULE);
        told([HELD, HELD, HELD, "2026-04-28"]).silent(RULE);
        told(["{note: none}", HELD, HELD, "2026-05-29"]).silent(RULE);
    }

    #[test]
    fn the_lightest_tier_young_and_resting_projects_are_left_alone() {
        let card = "projects/crm/project.md";
        let late = || told([HELD, HELD, HELD, "2026-05-29"]);
        late().replace(card, "tier: 2", "tier: 3").silent(RULE);
        late().replace(card, "state: active", "state: on-hold").silent(RULE);
        late()
            .replace(card, "start: {baseline: 2026-01-05}", "start: {baseline: 2026-04-01}")
            .silent(RULE);
    }
}
