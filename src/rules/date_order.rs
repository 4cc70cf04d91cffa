//! `date-order`: two dates that cannot stand in this order.

use super::history::{reports, said};
use super::{Context, Defaults, Rule};
use crate::data::record::{Datum, Record};
use crate::date::Date;
use crate::finding::{Finding, Severity};
use crate::kinds::Role;
use crate::portfolio::{Portfolio, Project};
use crate::text::Span;

pub(super) static RULE: Rule = Rule {
    name: "date-order",
    summary: "Two dates stand in an order that cannot be: resolved before raised, a finish before its start.",
    why: "One of the two is wrong, and ages, durations and delays computed from them are wrong with it. Most often a year was not changed in January.",
    defaults: Defaults::Flat(Severity::Deny),
    example: "=== projects/crm/decisions.yaml\nupdated: 2026-03-27\ndecisions:\n  - id: D-001\n    title: Choose the vendor\n    status: decided\n    requested: 2026-01-10\n    decider: sponsor\n    options: [A, B]\n    decided: 2025-01-20\n    outcome: A\n    rationale: Cheaper over five years\n",
    remedy: "=== projects/crm/decisions.yaml\nupdated: 2026-03-27\ndecisions:\n  - id: D-001\n    title: Choose the vendor\n    status: decided\n    requested: 2026-01-10\n    decider: sponsor\n    options: [A, B]\n    decided: 2026-01-20\n    outcome: A\n    rationale: Cheaper over five years\n",
    check: Some(check),
};

/// Names of dates in one record, the earlier first.
const PAIRS: &[(&str, &str)] = &[
    ("from", "to"),
    ("p50", "p85"),
    ("raised", "closed"),
    ("raised", "delivered"),
    ("raised", "done"),
    ("raised", "resolved"),
    ("raised", "reviewed"),
    ("requested", "decided"),
    ("since", "review_by"),
    ("start", "end"),
    ("submitted", "implemented"),
];

const DEPTH: usize = 6;

/// A pair found out of order: the earlier name with its place, the later one
/// with its place, and both dates.
struct Wrong {
    earlier: (String, Span, Date),
    later: (String, Span, Date),
}

fn check(context: &Context<'_>, out: &mut Vec<Finding>) {
    let p = context.portfolio;
    for document in &p.documents {
        let mut wrong = Vec::new();
        walk(&document.fields, &mut wrong, 0);
        match document.kind.role {
            Role::Report => report(&document.fields, &mut wrong),
            Role::Item => change(&document.fields, &mut wrong),
            _ => {}
        }
        if matches!(document.kind.role, Role::Card | Role::Charter) {
            span_of_project(&document.fields, &mut wrong);
        }
        for w in wrong {
            let at = document.at(w.earlier.1);
            out.push(
                document
                    .finding(RULE.name, w.later.1, message(&w))
                    .help("correct one of the two")
                    .related(document.path.clone(), w.earlier.1, at, "the earlier one"),
            );
        }
    }
    for project in &p.projects {
        finish_milestone(p, project, out);
    }
    for register in &p.registers {
        for item in register.lists.iter().flat_map(|(_, _, items)| items) {
            let mut wrong = Vec::new();
            walk(&item.fields, &mut wrong, 0);
            change(&item.fields, &mut wrong);
            for w in wrong {
                let position = |span: Span| register.lines.position(span.start);
                out.push(
                    Finding::new(
                        RULE.name,
                        register.path.clone(),
                        w.later.1,
                        position(w.later.1),
                        message(&w),
                    )
                    .help("correct one of the two")
                    .related(
                        register.path.clone(),
                        w.earlier.1,
                        position(w.earlier.1),
                        "the earlier one",
                    ),
                );
            }
        }
    }
}

fn message(w: &Wrong) -> String {
    format!("`{}` {} is before `{}` {}", w.later.0, w.later.2, w.earlier.0, w.earlier.2)
}

fn walk(record: &Record, out: &mut Vec<Wrong>, depth: usize) {
    if depth > DEPTH {
        return;
    }
    // Most records hold none of the names.
    for slot in record.slots.iter().filter(|slot| slot.datum.date().is_some()) {
        for (earlier, later) in PAIRS.iter().filter(|(earlier, _)| *earlier == &*slot.name) {
            pair(record, earlier, record, later, out);
        }
    }
    for slot in &record.slots {
        // A re-baseline may move a date forward.
        if &*slot.name == "rebaselines" {
            continue;
        }
        inside(&slot.datum, slot.span, &slot.name, out, depth);
    }
}

fn inside(datum: &Datum, span: Span, name: &str, out: &mut Vec<Wrong>, depth: usize) {
    match datum {
        Datum::Record(inner) => walk(inner, out, depth + 1),
        Datum::Range(a, b) if b < a => out.push(Wrong {
            earlier: (format!("{name}.p50"), span, *a),
            later: (format!("{name}.p85"), span, *b),
        }),
        Datum::List(items) if depth < DEPTH => {
            items.iter().for_each(|i| inside(&i.datum, i.span, name, out, depth + 1));
        }
        _ => {}
    }
}

fn pair(a: &Record, earlier: &str, b: &Record, later: &str, out: &mut Vec<Wrong>) {
    let (Some(first), Some(second)) = (a.date(earlier), b.date(later)) else { return };
    if second < first
        && let (Some(one), Some(two)) = (a.span(earlier), b.span(later))
    {
        out.push(Wrong {
            earlier: (earlier.into(), one, first),
            later: (later.into(), two, second),
        });
    }
}

/// Money booked and tests run after the day of the report cannot be in it.
fn report(fields: &Record, out: &mut Vec<Wrong>) {
    for name in ["budget", "uat"] {
        let Some(part) = fields.record(name) else { continue };
        let before = out.len();
        pair(part, "as_of", fields, "as_of", out);
        if let Some(w) = out.get_mut(before) {
            w.earlier.0 = format!("{name}.as_of");
        }
    }
}

/// The milestone that is the finish lies after the start, in the register and
/// in every report.
fn finish_milestone(p: &Portfolio, project: &Project, out: &mut Vec<Finding>) {
    let Some(start) = project.start.actual.or(project.start.baseline) else { return };
    let Some(finish) = project.finish_milestone() else { return };
    let Some(item) = project.items("milestones").get(finish.item) else { return };
    let wrong = |what: &str, date: Date| {
        format!("{what} of the finish `{}` is {date}, before the start {start}", item.id)
    };
    for name in ["original", "baseline", "forecast", "actual"] {
        let since = if matches!(name, "original" | "baseline") {
            project.start.baseline.unwrap_or(start)
        } else {
            start
        };
        if let Some(date) = item.fields.date(name).filter(|d| *d < since) {
            out.push(
                item.finding(RULE.name, name, wrong(name, date)).help("correct one of the two"),
            );
        }
    }
    for (_, report) in reports(p, project) {
        let Some(told) = said(&report.fields, &finish.id) else { continue };
        for (name, date, at) in
            [("forecast", told.forecast, told.at), ("actual", told.actual, told.actual_at)]
        {
            if let Some(date) = date.filter(|d| *d < start) {
                let finding = report.finding(RULE.name, at, wrong(name, date));
                out.push(finding.help("correct one of the two"));
            }
        }
    }
}

/// A project cannot finish before it starts, in any of its dates.
fn span_of_project(fields: &Record, out: &mut Vec<Wrong>) {
    let (Some(start), Some(finish)) = (fields.record("start"), fields.record("finish")) else {
        return;
    };
    let began = ["actual", "baseline"].into_iter().find(|n| start.date(n).is_some());
    for name in ["baseline", "forecast", "actual"] {
        let from = if name == "baseline" { "baseline" } else { began.unwrap_or("baseline") };
        let before = out.len();
        pair(start, from, finish, name, out);
        if let Some(w) = out.get_mut(before) {
            w.earlier.0 = format!("start.{from}");
            w.later.0 = format!("finish.{name}");
        }
    }
}

/// A change request is decided after it was submitted.
fn change(fields: &Record, out: &mut Vec<Wrong>) {
    if let Some(decision) = fields.record("decision") {
        let before = out.len();
        pair(fields, "submitted", decision, "date", out);
        if let Some(w) = out.get_mut(before) {
            w.later.0 = "decision.date".into();
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::portfolio;

    const RULE: &str = "date-order";
    const RAID: &str = "projects/crm/raid.yaml";
    const CARD: &str = "projects/crm/project.md";
    const LAST: &str = "projects/crm/status/2026-03-27.md";

    #[test]
    fn an_issue_is_resolved_after_it_was_raised_or_on_that_day() {
        let resolved = |day: &str| {
            portfolio().replace(
                RAID,
                "    due: 2026-04-01\n    status: open",
                &format!("    status: resolved\n    resolved: {day}"),
            )
        };
        let found = resolved("2026-02-28").finds(RULE, RAID, 21);
        assert_eq!(found.message, "`resolved` 2026-02-28 is before `raised` 2026-03-01");
        assert_eq!(found.related[0].at.line, 19);
        resolved("2026-03-01").silent(RULE);
    }

    #[test]
    fn periods_projects_and_money_run_forward() {
        portfolio()
            .replace(LAST, "phase:", "period: {from: 2026-03-27, to: 2026-03-14}\nphase:")
            .finds(RULE, LAST, 5);
        let found = portfolio()
            .replace(CARD, "{milestone: M1}", "{baseline: 2025-12-01}")
            .finds(RULE, CARD, 13);
        assert_eq!(
            found.message,
            "`finish.baseline` 2025-12-01 is before `start.baseline` 2026-01-05"
        );
        let found = portfolio()
            .replace(LAST, "phase:", "budget: {as_of: 2026-03-28}\nphase:")
            .finds(RULE, LAST, 4);
        assert_eq!(found.message, "`as_of` 2026-03-27 is before `budget.as_of` 2026-03-28");
        portfolio().replace(LAST, "phase:", "budget: {as_of: 2026-03-27}\nphase:").silent(RULE);
    }

    #[test]
    fn ranges_and_changes_run_forward_and_rebaselines_need_not() {
        portfolio()
            .replace(
                LAST,
                "{forecast: 2026-10-05}",
                "{forecast: {p50: 2026-10-05, p85: 2026-10-01}}",
            )
            .finds(RULE, LAST, 8);
        let changes = "projects/crm/changes.yaml";
        portfolio()
            .file(changes, "changes:\n  - id: CR-001\n    submitted: 2026-03-10\n    decision: {date: 2026-03-09}\n")
            .finds(RULE, changes, 4);
        portfolio()
            .replace("projects/crm/milestones.yaml", "    finish: true", "    rebaselines: [{date: 2026-03-01, from: 2026-10-30, to: 2026-09-30}]\n    finish: true")
            .silent(RULE);
    }

    #[test]
    fn the_finish_is_not_forecast_before_the_start() {
        let found = portfolio().replace(LAST, "2026-10-05", "2025-10-05").finds(RULE, LAST, 8);
        assert_eq!(
            found.message,
            "forecast of the finish `M1` is 2025-10-05, before the start 2026-01-05"
        );
        portfolio().replace(LAST, "2026-10-05", "2026-01-05").silent(RULE);
        let path = "projects/crm/milestones.yaml";
        portfolio()
            .replace(path, "    baseline: 2026-09-30", "    baseline: 2025-09-30")
            .finds(RULE, path, 10);
    }

    #[test]
    fn every_pair_of_the_registers_is_looked_at() {
        for (text, line) in [
            ("actions:\n  - {id: AC-1, raised: 2026-03-02, done: 2026-03-01}\n", 2),
            ("dependencies:\n  - {id: DEP-1, raised: 2026-03-02, delivered: 2026-03-01}\n", 2),
            ("decisions:\n  - {id: D-9, requested: 2026-03-02, decided: 2026-03-01}\n", 2),
            ("changes:\n  - {id: CR-9, submitted: 2026-03-02, implemented: 2026-03-01}\n", 2),
            ("risks:\n  - {id: R-9, raised: 2026-03-02, closed: 2026-03-01}\n", 2),
            ("risks:\n  - {id: R-9, raised: 2026-03-02, reviewed: 2026-03-01}\n", 2),
            ("resources:\n  - {id: RES-9, from: 2026-03-02, to: 2026-03-01}\n", 2),
            ("vendors:\n  - {id: V-9, start: 2026-03-02, end: 2026-03-01}\n", 2),
        ] {
            portfolio().file("projects/crm/more.yaml", text).finds(
                RULE,
                "projects/crm/more.yaml",
                line,
            );
            portfolio()
                .file("projects/crm/more.yaml", &text.replace("03-01", "03-02"))
                .silent(RULE);
        }
        let change = "projects/crm/changes/CR-009.md";
        portfolio()
            .file(change, "---\nkind: change\nid: CR-009\nsubmitted: 2026-03-02\ndecision: {date: 2026-03-01}\n---\n# C\n")
            .finds(RULE, change, 5);
        portfolio()
            .replace(LAST, "phase:", "uat: {as_of: 2026-03-28}\nphase:")
            .finds(RULE, LAST, 4);
    }
}
