//! `future-actual`: something is recorded as reached on a day that has not come.

use super::history::{count, documents, reports, said};
use super::{Context, Defaults, Rule};
use crate::data::record::Datum;
use crate::date::{Date, days};
use crate::document::{Document, Item};
use crate::finding::{Finding, Severity};
use crate::portfolio::{Portfolio, Project};

pub(super) static RULE: Rule = Rule {
    name: "future-actual",
    summary: "An `actual` date lies after the day of the report that gives it, or in the future; so does the day an item of a register was raised, reviewed, decided or closed.",
    why: "What has an actual date counts as achieved: the milestone leaves the list of what is still to come and is on time for good. Nobody can know today that something was reached next week; that is a forecast.",
    defaults: Defaults::Flat(Severity::Deny),
    example: "=== projects/crm/status/2026-03-27.md\n---\nkind: status\nauthor: \"@mlopez\"\nas_of: 2026-03-27\nphase: execution\nhealth: {overall: green, schedule: green}\nmilestones:\n  M1: {actual: 2026-03-30}\n---\n# Status\n",
    remedy: "=== projects/crm/status/2026-03-27.md\n---\nkind: status\nauthor: \"@mlopez\"\nas_of: 2026-03-27\nphase: execution\nhealth: {overall: green, schedule: green}\nmilestones:\n  M1: {forecast: 2026-03-30}\n---\n# Status\n",
    check: Some(check),
};

fn check(context: &Context<'_>, out: &mut Vec<Finding>) {
    let p = context.portfolio;
    for project in &p.projects {
        for (date, report) in reports(p, project) {
            in_report(report, date, out);
        }
        let today = latest_known(p, project);
        for item in project.items("milestones") {
            if let Some(actual) = item.fields.date("actual").filter(|a| *a > today) {
                let message = late(&format!("`{}` is", item.id), actual, today);
                out.push(item.finding(RULE.name, "actual", message).help(help("forecast", actual)));
            }
        }
        for item in project.items.values().flatten() {
            in_item(item, today, out);
        }
        for document in documents(p, project) {
            for (name, what) in [
                ("start", "the start is"),
                ("finish", "the finish is"),
                ("go_live", "the launch is"),
            ] {
                let Some(dates) = document.fields.record(name) else { continue };
                if let Some(actual) = dates.date("actual").filter(|a| *a > today) {
                    let span = dates.span("actual").unwrap_or(document.head());
                    let message = late(what, actual, today);
                    out.push(
                        document.finding(RULE.name, span, message).help(help("forecast", actual)),
                    );
                }
            }
        }
    }
}

fn in_report(report: &Document, date: Date, out: &mut Vec<Finding>) {
    let Some(given) = report.fields.record("milestones") else { return };
    for slot in &given.slots {
        let Some(words) = said(&report.fields, &slot.name) else { continue };
        if let Some(actual) = words.actual.filter(|a| *a > date) {
            let message = format!(
                "`{}` is reported as reached on {actual}, {} after the report of {date}",
                slot.name,
                count(days(date, actual), "day")
            );
            out.push(
                report.finding(RULE.name, words.actual_at, message).help(help("forecast", actual)),
            );
        }
    }
}

/// What is said to have been done with an item, on days that may not have come.
const DONE: &[(&str, &str)] = &[
    ("raised", "was raised"),
    ("requested", "was asked for"),
    ("submitted", "was submitted"),
    ("reviewed", "was reviewed"),
    ("decided", "was decided"),
    ("resolved", "was resolved"),
    ("delivered", "was delivered"),
    ("done", "was done"),
    ("implemented", "was implemented"),
    ("closed", "was closed"),
];

fn in_item(item: &Item, today: Date, out: &mut Vec<Finding>) {
    let message = |what: &str, day: Date| {
        let by = count(days(today, day), "day");
        format!("`{}` {what} on {day}, {by} after {today}", item.id)
    };
    for (name, what) in DONE {
        if let Some(day) = item.fields.date(name).filter(|day| *day > today) {
            out.push(item.finding(RULE.name, name, message(what, day)).help("correct the date"));
        }
    }
    if let Some(decision) = item.fields.record("decision")
        && let Some(day) = decision.date("date").filter(|day| *day > today)
        && let Some(span) = decision.span("date")
    {
        let at = item.lines.position(span.start);
        let message = message("was decided", day);
        let finding = Finding::new(RULE.name, item.path.clone(), span, at, message);
        out.push(finding.help("correct the date"));
    }
    let Some(Datum::List(assessed)) = item.fields.get("assessments") else { return };
    let dates = assessed.iter().filter_map(|a| match &a.datum {
        Datum::Record(record) => record.date("date"),
        _ => None,
    });
    if let Some(day) = dates.filter(|day| *day > today).max() {
        let finding = item.finding(RULE.name, "assessments", message("was assessed", day));
        out.push(finding.help("correct the date"));
    }
}

fn late(what: &str, actual: Date, today: Date) -> String {
    let by = count(days(today, actual), "day");
    format!("{what} recorded as reached on {actual}, {by} after {today}")
}

fn help(field: &str, actual: Date) -> String {
    format!("write `{field}: {actual}` until the day has come, or correct the date")
}

/// The last day the files know of: a book looked at as of an earlier day holds
/// what came later, and that is no mistake.
fn latest_known(p: &Portfolio, project: &Project) -> Date {
    let reports = project.reports.iter().map(|r| r.date);
    let later = project.other_reports.iter().filter_map(|i| p.documents.get(*i)?.date());
    let kept = documents(p, project).filter_map(|d| d.fields.date("updated"));
    let registers = project.registers.iter().filter_map(|i| p.registers.get(*i));
    let registers = registers.filter_map(|r| r.head.date("updated"));
    reports.chain(later).chain(kept).chain(registers).fold(p.as_of, Date::max)
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::{Fixture, portfolio};

    const RULE: &str = "future-actual";
    const LAST: &str = "projects/crm/status/2026-03-27.md";
    const PATH: &str = "projects/crm/milestones.yaml";

    fn reached(day: &str) -> Fixture {
        portfolio().replace(LAST, "{forecast: 2026-10-05}", &format!("{{actual: {day}}}"))
    }

    #[test]
    fn a_change_is_not_decided_tomorrow() {
        let change = |day: &str| {
            let text = format!(
                "changes:\n  - {{id: CR-9, title: T, submitted: 2026-03-01, status: approved, decision: {{date: {day}, by: sponsor}}}}\n"
            );
            portfolio().file("projects/crm/more.yaml", &text)
        };
        let found = change("2099-01-01").finds(RULE, "projects/crm/more.yaml", 2);
        assert!(
            found.message.starts_with("`CR-9` was decided on 2099-01-01, "),
            "{}",
            found.message
        );
        assert_eq!(found.at.column, 84);
        change("2026-03-02").silent(RULE);
    }

    #[test]
    fn the_day_of_the_report_is_the_last_one_it_can_know() {
        reached("2026-03-27").silent(RULE);
        let found = reached("2026-03-28").finds(RULE, LAST, 8);
        assert_eq!(
            found.message,
            "`M1` is reported as reached on 2026-03-28, 1 day after the report of 2026-03-27"
        );
        assert_eq!(found.at.column, 16);
    }

    #[test]
    fn an_earlier_report_is_judged_by_its_own_day() {
        portfolio()
            .replace(
                "projects/crm/status/2026-02-27.md",
                "{forecast: 2026-09-30}",
                "{actual: 2026-03-02}",
            )
            .finds(RULE, "projects/crm/status/2026-02-27.md", 8);
    }

    #[test]
    fn registers_and_the_card_are_judged_by_today() {
        let item = |day: &str| {
            portfolio().replace(
                PATH,
                "    finish: true",
                &format!("    actual: {day}\n    finish: true"),
            )
        };
        item("2026-03-27").silent(RULE);
        let found = item("2026-04-02").finds(RULE, PATH, 12);
        assert_eq!(
            found.message,
            "`M1` is recorded as reached on 2026-04-02, 6 days after 2026-03-27"
        );
        let card = "projects/crm/project.md";
        portfolio()
            .replace(
                card,
                "start: {baseline: 2026-01-05}",
                "start: {baseline: 2026-01-05, actual: 2027-01-05}",
            )
            .finds(RULE, card, 12);
    }

    #[test]
    fn what_was_done_with_an_item_was_done_by_today() {
        for (list, field, said) in [
            ("risks", "raised: DAY", "was raised"),
            ("risks", "reviewed: DAY", "was reviewed"),
            (
                "risks",
                "assessments: [{date: 2026-01-09, p: 1, i: 2}, {date: DAY, p: 1, i: 2}]",
                "was assessed",
            ),
            ("issues", "resolved: DAY", "was resolved"),
            ("decisions", "decided: DAY", "was decided"),
            ("actions", "done: DAY", "was done"),
            ("changes", "submitted: DAY", "was submitted"),
        ] {
            let path = "projects/crm/more.yaml";
            let on = |day: &str| {
                let field = field.replace("DAY", day);
                portfolio().file(path, &format!("{list}:\n  - {{id: X-9, {field}}}\n"))
            };
            on("2026-03-27").silent(RULE);
            let found = on("2026-03-28").finds(RULE, path, 2);
            assert_eq!(
                found.message,
                format!("`X-9` {said} on 2026-03-28, 1 day after 2026-03-27")
            );
        }
    }

    #[test]
    fn a_look_at_an_earlier_day_finds_no_future() {
        portfolio()
            .replace(PATH, "    finish: true", "    actual: 2026-03-20\n    finish: true")
            .as_of("2026-03-01")
            .silent(RULE);
    }

    #[test]
    fn drafts_are_left_alone() {
        reached("2026-03-30").replace(LAST, "phase:", "state: draft\nphase:").silent(RULE);
    }
}
