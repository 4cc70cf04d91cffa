//! `red-without-ask`: red, and nobody is asked for anything.

use super::{Context, Defaults, Rule};
use crate::finding::Finding;
use crate::finding::Severity::{Note, Warn};
use crate::portfolio::declared;
use crate::rules::due::poor;
use crate::rules::reported::reported;
use crate::rules::unescalated_breach::{exceptions, unanswered};
use crate::table::Rag;

pub(super) static RULE: Rule = Rule {
    name: "red-without-ask",
    summary: "A rating is red and the report asks nobody for a decision or help.",
    why: "Red means that the project cannot recover with what it may do alone. A red report that asks for nothing leaves its readers worried and idle. When there is a breach that nobody was told of, `unescalated-breach` says so instead.",
    defaults: Defaults::Graded([Warn, Warn, Note], [Warn, Warn, Note]),
    example: "=== projects/crm/status/2026-03-27.md\n---\nkind: status\nauthor: \"@mlopez\"\nas_of: 2026-03-27\nphase: execution\nhealth:\n  overall: red\n  schedule: {rag: red, why: The vendor delivers in December, path: Two weekend shifts and fewer reports, back_to_green: 2026-05-29}\nmilestones:\n  M1: {forecast: 2026-12-18}\n---\n# Status\n",
    remedy: "=== projects/crm/status/2026-03-27.md\n---\nkind: status\nauthor: \"@mlopez\"\nas_of: 2026-03-27\nphase: execution\nhealth:\n  overall: red\n  schedule: {rag: red, why: The vendor delivers in December, path: Two weekend shifts and fewer reports, back_to_green: 2026-05-29}\nmilestones:\n  M1: {forecast: 2026-12-18}\nasks: [D-001]\n---\n# Status\n",
    check: Some(check),
};

fn check(context: &Context<'_>, out: &mut Vec<Finding>) {
    let p = context.portfolio;
    for it in reported(context) {
        let fields = &it.document.fields;
        let red: Vec<&str> =
            poor(fields).filter(|(_, r, _)| *r == Rag::Red).map(|(n, ..)| n).collect();
        // The overall rating is the sum of its parts.
        let part = red.iter().find(|n| **n != "overall");
        let Some(first) = part.or(red.first()).copied() else { continue };
        let open = exceptions(p, it.project).any(|d| !d.fields.has("decided"));
        if fields.has("asks")
            || fields.has("escalations")
            || open
            || !unanswered(context, it.index, it.project).is_empty()
        {
            continue;
        }
        let parts: Vec<&str> =
            if red.len() > 1 { red.into_iter().filter(|n| *n != "overall").collect() } else { red };
        let verb = if parts.len() == 1 { "is" } else { "are" };
        let span = declared(fields, first).map_or(it.document.head(), |d| d.span);
        let message = format!(
            "{} {verb} red, and the report has no `asks` and no `escalations`",
            parts.join(" and ")
        );
        let help = "write the decisions you need under `asks`, or whom you told under `escalations`; if you need nobody, the rating is amber";
        out.push(it.document.finding(RULE.name, span, message).help(help));
    }
}

#[cfg(test)]
mod tests {
    use crate::finding::Severity;
    use crate::rules::testing::{Fixture, portfolio};

    const RULE: &str = "red-without-ask";
    const LAST: &str = "projects/crm/status/2026-03-27.md";
    const GREEN: &str = "health: {overall: green, schedule: green}";

    fn health(text: &str) -> Fixture {
        portfolio().replace(LAST, GREEN, &format!("health: {{{text}}}"))
    }

    #[test]
    fn red_asks_and_amber_need_not() {
        let found = health("overall: red, schedule: red").finds(RULE, LAST, 6);
        assert_eq!(
            found.message,
            "schedule is red, and the report has no `asks` and no `escalations`"
        );
        assert_eq!(found.severity, Severity::Note);
        health("overall: amber, schedule: amber").silent(RULE);
        let found = health("overall: red, schedule: red, budget: red").finds(RULE, LAST, 6);
        assert!(found.message.starts_with("schedule and budget are red"));
    }

    #[test]
    fn an_ask_an_escalation_or_an_open_exception_is_enough() {
        let with = |line: &str| health("overall: red, schedule: red").says(LAST, line);
        with("asks: [D-001]").silent(RULE);
        with("escalations: [{dimension: schedule, to: [sponsor], on: 2026-03-26}]").silent(RULE);
        with("asks: []").finds(RULE, LAST, 6);
        health("overall: red, schedule: red")
            .file(
                "projects/crm/exceptions/EX-001.md",
                "---\nkind: exception\nid: EX-001\nraised: 2026-03-26\nbreached: [schedule]\n---\n# EX-001\n",
            )
            .silent(RULE);
    }

    #[test]
    fn a_breach_that_nobody_was_told_of_speaks_instead() {
        let late = health("overall: red, schedule: red").as_of("2026-04-06");
        late.finds("unescalated-breach", LAST, 6);
        late.silent(RULE);
    }

    #[test]
    fn resting_projects_are_left_alone() {
        health("overall: red, schedule: red")
            .replace("projects/crm/project.md", "state: active", "state: on-hold")
            .silent(RULE);
    }
}
