//! `sudden-red`: a dimension went from green to red, and the data had warned.

use super::history::{join, reports, young};
use super::{Context, Defaults, Rule};
use crate::date::{Date, plus};
use crate::document::Document;
use crate::finding::Finding;
use crate::finding::Severity::{Note, Warn};
use crate::measures::hindsight;
use crate::portfolio::{Declared, Project, State, declared};
use crate::ratio::Ratio;
use crate::table::Rag;

pub(super) static RULE: Rule = Rule {
    name: "sudden-red",
    summary: "A dimension went from green to red in one report, although the data or a high risk showed it before.",
    why: "Amber exists so that somebody can help in time. A jump from green to red means that the time was lost; when the forecasts had shown it for weeks, the colour was the last to know. Nothing in the report is wrong now, and it should stay as it is. What helps is a lesson on why the numbers were not heeded, and a talk with the PMO. An issue that came up in the period and is named in `why` explains the jump.",
    defaults: Defaults::Graded([Warn, Warn, Note], [Note, Note, Note]),
    example: "=== projects/crm/status/2026-02-27.md\n---\nkind: status\nauthor: \"@mlopez\"\nas_of: 2026-02-27\nphase: execution\nhealth: {overall: green, schedule: green}\nmilestones:\n  M1: {forecast: 2026-12-18}\n---\n# Status\n=== projects/crm/status/2026-03-27.md\n---\nkind: status\nauthor: \"@mlopez\"\nas_of: 2026-03-27\nphase: execution\nhealth:\n  overall: red\n  schedule: {rag: red, why: The vendor delivers in November, path: Descope recordings as asked in D-001, back_to_green: 2026-06-30}\nmilestones:\n  M1: {forecast: 2026-12-18}\n---\n# Status\n",
    remedy: "=== projects/crm/status/2026-02-27.md\n---\nkind: status\nauthor: \"@mlopez\"\nas_of: 2026-02-27\nphase: execution\nhealth:\n  overall: amber\n  schedule: {rag: amber, why: The vendor may be late, path: Weekly talks with the vendor, back_to_green: 2026-03-27}\nmilestones:\n  M1: {forecast: 2026-12-18}\n---\n# Status\n=== projects/crm/status/2026-03-27.md\n---\nkind: status\nauthor: \"@mlopez\"\nas_of: 2026-03-27\nphase: execution\nhealth:\n  overall: red\n  schedule: {rag: red, why: The vendor delivers in November, path: Descope recordings as asked in D-001, back_to_green: 2026-06-30}\nmilestones:\n  M1: {forecast: 2026-12-18}\n---\n# Status\n",
    check: Some(check),
};

/// Reports before this one in which the data may have warned.
const BACK: usize = 3;
/// Days a high risk must have been open to count as a warning.
const LEAD: i64 = 14;

fn check(context: &Context<'_>, out: &mut Vec<Finding>) {
    let p = context.portfolio;
    for project in p.projects.iter().filter(|pr| pr.state == State::Active) {
        let mut last = reports(p, project).rev();
        let (Some((date, report)), before) = (last.next(), last.take(BACK).collect::<Vec<_>>())
        else {
            continue;
        };
        let Some((previous, earlier)) = before.first().copied() else { continue };
        if young(project, date) {
            continue;
        }
        let slots = report.fields.record("health").map(|h| h.slots.as_slice()).unwrap_or_default();
        let mut names: Vec<&str> = slots.iter().map(|s| &*s.name).collect();
        // Overall comes last: it is silent when one of its parts has spoken.
        names.sort_by_key(|n| *n == "overall");
        let mut told = false;
        for name in names {
            let Some(now) = declared(&report.fields, name).filter(|d| d.rag == Rag::Red) else {
                continue;
            };
            let was = declared(&earlier.fields, name).map(|d| d.rag);
            if was != Some(Rag::Green) || (name == "overall" && told) {
                continue;
            }
            let shown: Vec<(Date, Rag)> = before
                .iter()
                .rev()
                .filter_map(|(on, _)| {
                    let rag =
                        hindsight::colour(p, project, &context.measures.thresholds, name, *on)?;
                    (rag != Rag::Green).then_some((*on, rag))
                })
                .collect();
            let risk = warned(project, report, &now, date);
            let fact = match (shown.is_empty(), risk) {
                (false, _) => format!("the data already showed {}", list(&shown)),
                (true, Some(risk)) => risk,
                _ => continue,
            };
            told = true;
            let message = format!("{name} went from green to red; {fact}");
            let finding = report.finding(RULE.name, now.span, message).help(
                "leave the report as it is; write a lesson on why the warning was not heeded, and report amber as soon as the numbers show it",
            );
            let excused = explained(project, &now, previous, date);
            out.push(if excused { finding.small() } else { finding });
        }
    }
}

fn list(shown: &[(Date, Rag)]) -> String {
    let mut parts = Vec::new();
    for colour in [Rag::Amber, Rag::Red] {
        let on: Vec<String> =
            shown.iter().filter(|(_, r)| *r == colour).map(|(d, _)| d.to_string()).collect();
        if !on.is_empty() {
            parts.push(format!("{} on {}", colour.name(), join(&on)));
        }
    }
    join(&parts)
}

/// Whether a text names an id as a word of its own.
fn names(text: &str, id: &str) -> bool {
    let part = |c: char| !(c.is_alphanumeric() || matches!(c, '-' | '_' | '/'));
    text.split(part).any(|word| word == id || word.rsplit('/').next() == Some(id))
}

/// A risk that the report links to the colour and that was high two weeks
/// before.
fn warned(project: &Project, report: &Document, now: &Declared<'_>, date: Date) -> Option<String> {
    let day = plus(date, -LEAD);
    let linked = |id: &str| {
        ["why", "path"].iter().any(|f| now.said.text(f).is_some_and(|t| names(t, id)))
            || report.fields.texts("top_risks").any(|(word, _)| word == id)
    };
    project.items("risks").iter().find_map(|risk| {
        let score = hindsight::score(risk, day)?;
        let threat = risk.fields.text("type") != Some("opportunity");
        (threat && score >= Ratio::whole(15) && linked(&risk.id))
            .then(|| format!("risk `{}` already had the score {score} on {day}", risk.id))
    })
}

/// An issue raised since the previous report and named in `why`.
fn explained(project: &Project, now: &Declared<'_>, previous: Date, date: Date) -> bool {
    let Some(why) = now.said.text("why") else { return false };
    project.items("issues").iter().any(|issue| {
        let raised = issue.fields.date("raised");
        raised.is_some_and(|d| previous < d && d <= date) && names(why, &issue.id)
    })
}

#[cfg(test)]
mod tests {
    use crate::date::Date;
    use crate::finding::Severity;
    use crate::measures::hindsight;
    use crate::ratio::Ratio;
    use crate::rules::testing::{Fixture, portfolio};

    const RULE: &str = "sudden-red";
    const CARD: &str = "projects/crm/project.md";
    const RAID: &str = "projects/crm/raid.yaml";
    const FIRST: &str = "projects/crm/status/2026-02-27.md";
    const LAST: &str = "projects/crm/status/2026-03-27.md";
    const GREEN: &str = "{overall: green, schedule: green}";

    fn red(why: &str) -> Fixture {
        portfolio().replace(CARD, "tier: 3", "tier: 1").replace(
            LAST,
            GREEN,
            &format!("{{overall: red, schedule: {{rag: red, why: {why}}}}}"),
        )
    }

    /// Start 5 January, baseline 30 September: 268 days; 26 days are 9.7 %.
    fn told_before(day: &str) -> Fixture {
        red("Late").replace(FIRST, "2026-09-30", day)
    }

    #[test]
    fn the_data_of_an_earlier_report_had_shown_it() {
        told_before("2026-10-26").silent(RULE);
        let found = told_before("2026-10-28").finds(RULE, LAST, 6);
        assert_eq!(
            found.message,
            "schedule went from green to red; the data already showed amber on 2026-02-27"
        );
        assert_eq!(found.severity, Severity::Warn);
        let found = told_before("2026-11-13").finds(RULE, LAST, 6);
        assert!(found.message.ends_with("red on 2026-02-27"));
        let light = told_before("2026-12-18").replace(CARD, "tier: 1", "tier: 3");
        assert_eq!(light.finds(RULE, LAST, 6).severity, Severity::Note);
    }

    #[test]
    fn three_reports_back_count_and_a_fourth_does_not() {
        let report = |day: &str, forecast: &str| {
            (
                format!("projects/crm/status/{day}.md"),
                format!(
                    "---\nkind: status\nas_of: {day}\nphase: execution\nhealth: {{overall: green, schedule: green}}\nmilestones:\n  M1: {{forecast: {forecast}}}\n---\n# S\n"
                ),
            )
        };
        let with = |days: [&str; 2]| {
            let mut f = told_before("2026-10-28");
            for day in days {
                let (path, text) = report(day, "2026-09-30");
                f = f.file(&path, &text);
            }
            f
        };
        with(["2026-03-06", "2026-03-13"]).finds(RULE, LAST, 6);
        let (path, text) = report("2026-03-20", "2026-09-30");
        with(["2026-03-06", "2026-03-13"]).file(&path, &text).silent(RULE);
    }

    #[test]
    fn a_high_risk_open_for_two_weeks_had_shown_it() {
        let risk = |day: &str, why: &str| {
            red(why).replace(
                RAID,
                "{date: 2026-01-20, p: 2, i: 3}",
                &format!("{{date: {day}, p: 3, i: 5}}"),
            )
        };
        let found = risk("2026-03-13", "R-001 came true").finds(RULE, LAST, 6);
        assert_eq!(
            found.message,
            "schedule went from green to red; risk `R-001` already had the score 15 on 2026-03-13"
        );
        risk("2026-03-14", "R-001 came true").silent(RULE);
        risk("2026-03-13", "R-0012 came true").silent(RULE);
        risk("2026-03-13", "Late").says(LAST, "top_risks: [R-001]").finds(RULE, LAST, 6);
    }

    #[test]
    fn an_issue_of_the_period_named_in_why_explains_it() {
        let named = |why: &str| red(why).replace(FIRST, "2026-09-30", "2026-10-28");
        assert_eq!(
            named("Fire in the test room (I-001)").finds(RULE, LAST, 6).severity,
            Severity::Note
        );
        let old = named("I-001").replace(RAID, "raised: 2026-03-01", "raised: 2026-02-27");
        assert_eq!(old.finds(RULE, LAST, 6).severity, Severity::Warn);
    }

    #[test]
    fn amber_before_young_and_resting_projects_are_left_alone() {
        told_before("2026-10-28")
            .replace(FIRST, "schedule: green", "schedule: amber")
            .replace(FIRST, "overall: green", "overall: amber")
            .silent(RULE);
        told_before("2026-10-28").replace(CARD, "state: active", "state: on-hold").silent(RULE);
        told_before("2026-10-28")
            .replace(CARD, "start: {baseline: 2026-01-05}", "start: {baseline: 2026-03-20}")
            .silent(RULE);
        told_before("2026-10-28").without(FIRST).silent(RULE);
    }

    fn d(text: &str) -> Date {
        crate::date::parse(text).unwrap()
    }

    #[test]
    fn a_baseline_is_the_one_of_that_day() {
        let p = portfolio()
            .replace(
                "projects/crm/milestones.yaml",
                "    baseline: 2026-09-30\n",
                "    baseline: 2026-11-30\n    rebaselines:\n      - {date: 2026-02-13, from: 2026-09-30, to: 2026-10-30}\n      - {date: 2026-03-13, from: 2026-10-30, to: 2026-11-30}\n",
            )
            .portfolio();
        let item = &p.projects[0].items("milestones")[0].fields;
        assert_eq!(hindsight::baseline(item, d("2026-02-12")), Some(d("2026-09-30")));
        assert_eq!(hindsight::baseline(item, d("2026-02-13")), Some(d("2026-10-30")));
        assert_eq!(hindsight::baseline(item, d("2026-03-27")), Some(d("2026-11-30")));
    }

    #[test]
    fn a_score_is_the_one_of_that_day() {
        let p = portfolio()
            .replace(
                RAID,
                "      - {date: 2026-01-20, p: 2, i: 3}\n",
                "      - {date: 2026-01-20, p: 2, i: 3}\n      - {date: 2026-02-20, p: 4, i: 4}\n",
            )
            .portfolio();
        let risk = &p.projects[0].items("risks")[0];
        assert_eq!(hindsight::score(risk, d("2026-01-19")), None);
        assert_eq!(hindsight::score(risk, d("2026-02-19")), Some(Ratio::whole(6)));
        assert_eq!(hindsight::score(risk, d("2026-02-20")), Some(Ratio::whole(16)));
    }
}
