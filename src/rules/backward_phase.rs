//! `backward-phase`: a project went back to an earlier phase and no gate
//! decision says so.

use super::history::{documents, reports};
use super::{Context, Defaults, Rule};
use crate::date::Date;
use crate::document::Document;
use crate::finding::{Finding, Severity};
use crate::kinds::Role;
use crate::lifecycles::Lifecycle;
use crate::portfolio::{Portfolio, Project};
use crate::text::Span;

pub(super) static RULE: Rule = Rule {
    name: "backward-phase",
    summary: "The phase went back to an earlier one without a gate record that sends the project back.",
    why: "Going back to planning can be the best decision of a project; it is a decision all the same, and it belongs to those who opened the gate. Where nobody recorded it, either the phase was mistyped or the project left its approved baseline quietly. What the earlier phase asks for would also be judged by the wrong phase.",
    defaults: Defaults::Flat(Severity::Deny),
    example: "=== projects/crm/status/2026-03-27.md\n---\nkind: status\nauthor: \"@mlopez\"\nas_of: 2026-03-27\nphase: planning\nhealth: {overall: green, schedule: green}\nmilestones:\n  M1: {forecast: 2026-10-05}\n---\n# Status\n",
    remedy: "=== projects/crm/status/2026-03-27.md\n---\nkind: status\nauthor: \"@mlopez\"\nas_of: 2026-03-27\nphase: planning\nhealth: {overall: green, schedule: green}\nmilestones:\n  M1: {forecast: 2026-10-05}\n---\n# Status\n=== projects/crm/gates/G2-again.md\n---\nkind: gate\ngate: G2\ndate: 2026-03-20\ndecision: rework\nnext_phase: planning\n---\n# G2 opened again\n\n## Decision and rationale\n\nThe vendor went out of business; the plan is made anew.\n",
    check: Some(check),
};

/// A phase as stated on a day.
struct Stated<'a> {
    date: Date,
    index: usize,
    word: &'a str,
    document: &'a Document,
    span: Span,
    what: String,
}

fn check(context: &Context<'_>, out: &mut Vec<Finding>) {
    let p = context.portfolio;
    for project in &p.projects {
        let Some(lifecycle) = &project.lifecycle else { continue };
        let mut stated: Vec<Stated<'_>> = reports(p, project)
            .filter_map(|(date, d)| state(lifecycle, date, d, format!("the report of {date}")))
            .collect();
        let card = p.documents.get(project.card);
        stated.extend(card.and_then(|d| state(lifecycle, p.as_of, d, "the card".into())));
        for pair in stated.windows(2) {
            let [before, now] = pair else { continue };
            if now.index >= before.index || sent_back(p, project, lifecycle, before, now) {
                continue;
            }
            let message = format!(
                "phase went back from `{}` to `{}` without a gate record",
                before.word, now.word
            );
            let at = before.document.at(before.span);
            out.push(
                now.document
                    .finding(RULE.name, now.span, message)
                    .help(format!(
                        "correct the phase, or add the gate record of the decision, dated {}, with `decision: rework` and `next_phase: {}`",
                        range(before.date, now.date), now.word
                    ))
                    .related(
                        before.document.path.clone(),
                        before.span,
                        at,
                        format!("{} said `{}`", before.what, before.word),
                    ),
            );
        }
    }
}

/// When a record that explains the change may be dated; both days count.
fn range(from: Date, to: Date) -> String {
    if from == to { from.to_string() } else { format!("from {from} to {to}") }
}

fn state<'a>(
    lifecycle: &Lifecycle,
    date: Date,
    document: &'a Document,
    what: String,
) -> Option<Stated<'a>> {
    let word = document.fields.text("phase")?;
    let span = document.fields.span("phase")?;
    Some(Stated { date, index: lifecycle.phase(word)?, word, document, span, what })
}

/// Whether a gate decision between the two statements sends the project to
/// that phase, or says no without naming a phase.
fn sent_back(
    p: &Portfolio,
    project: &Project,
    lifecycle: &Lifecycle,
    before: &Stated<'_>,
    now: &Stated<'_>,
) -> bool {
    let gates = documents(p, project).filter(|d| d.kind.role == Role::Gate);
    gates.filter(|d| d.date().is_some_and(|on| (before.date..=now.date).contains(&on))).any(|d| {
        match d.fields.text("next_phase") {
            Some(next) => lifecycle.phase(next) == Some(now.index),
            None => matches!(d.fields.text("decision"), Some("hold" | "rework" | "stop")),
        }
    })
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::{Fixture, portfolio};

    const RULE: &str = "backward-phase";
    const CARD: &str = "projects/crm/project.md";
    const LAST: &str = "projects/crm/status/2026-03-27.md";

    fn back() -> Fixture {
        portfolio().replace(CARD, "phase: execution", "phase: planning")
    }

    fn gate(text: &str) -> Fixture {
        back().file(
            "projects/crm/gates/g.md",
            &format!("---\nkind: gate\ngate: G2\n{text}\n---\n# G\n"),
        )
    }

    #[test]
    fn the_card_is_compared_with_the_newest_report() {
        let found = back().finds(RULE, CARD, 8);
        assert_eq!(
            found.message,
            "phase went back from `execution` to `planning` without a gate record"
        );
        assert_eq!(&*found.related[0].path, LAST);
        assert_eq!(found.related[0].label, "the report of 2026-03-27 said `execution`");
        assert!(found.help.as_deref().unwrap().contains("dated 2026-03-27, with"));
        let later = back().as_of("2026-04-02").finds(RULE, CARD, 8).help.unwrap();
        assert!(later.contains("dated from 2026-03-27 to 2026-04-02, with"), "{later}");
    }

    #[test]
    fn reports_are_compared_with_each_other() {
        portfolio()
            .replace("projects/crm/status/2026-02-27.md", "phase: execution", "phase: close-out")
            .finds(RULE, LAST, 5);
        portfolio()
            .replace("projects/crm/status/2026-02-27.md", "phase: execution", "phase: planning")
            .silent(RULE);
    }

    #[test]
    fn a_gate_record_of_that_time_that_sends_it_back_explains_it() {
        gate("date: 2026-03-27\ndecision: rework").silent(RULE);
        gate("date: 2026-03-27\ndecision: go\nnext_phase: planning").silent(RULE);
        gate("date: 2026-03-27\ndecision: go\nnext_phase: execution").finds(RULE, CARD, 8);
        gate("date: 2026-03-26\ndecision: rework").finds(RULE, CARD, 8);
    }

    #[test]
    fn an_unknown_phase_is_another_rule() {
        portfolio().replace(CARD, "phase: execution", "phase: planing").silent(RULE);
    }
}
