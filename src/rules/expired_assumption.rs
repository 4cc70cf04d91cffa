//! `expired-assumption`: nobody checked, or it was wrong and nothing followed.

use super::common::{day_count, running};
use super::{Context, Defaults, Rule};
use crate::date::days;
use crate::document::Item;
use crate::finding::{Finding, Severity};
use crate::portfolio::{Portfolio, Project};
use crate::target::Target;

pub(super) static RULE: Rule = Rule {
    name: "expired-assumption",
    summary: "An assumption is open past the day it had to be checked, or was proved wrong and nothing follows from it.",
    why: "An assumption is a bet the plan has made. The date says when it must be known how the bet went; after that the plan goes on with something nobody knows. And a bet that was lost is an issue, or a change to the plan, and should lead to it.",
    defaults: Defaults::Flat(Severity::Warn),
    example: "=== projects/crm/assumptions.yaml\nupdated: 2026-03-27\nassumptions:\n  - {id: A-001, text: The interface allows 100 calls a second, owner: \"@mlopez\", raised: 2026-02-01, validate_by: 2026-03-20, status: open}\n",
    remedy: "=== projects/crm/assumptions.yaml\nupdated: 2026-03-27\nassumptions:\n  - {id: A-001, text: The interface allows 100 calls a second, owner: \"@mlopez\", raised: 2026-02-01, validate_by: 2026-03-20, status: validated, evidence: Load test of 18 March}\n",
    check: Some(check),
};

fn check(context: &Context<'_>, out: &mut Vec<Finding>) {
    let p = context.portfolio;
    for project in running(p) {
        for item in project.items("assumptions") {
            match item.status() {
                "open" => {
                    let Some(by) = item.fields.date("validate_by") else { continue };
                    let late = days(by, p.as_of);
                    if late > 0 {
                        let message = format!(
                            "assumption `{}` was to be checked by {by} and is still open {} later",
                            item.id,
                            day_count(late)
                        );
                        let help = "find out, and write `status: validated` or `status: invalidated` with `evidence`";
                        out.push(item.finding(RULE.name, "validate_by", message).help(help));
                    }
                }
                "invalidated" if !followed(p, project, item) => {
                    let message = format!(
                        "assumption `{}` was proved wrong, and no issue or change request follows from it",
                        item.id
                    );
                    let help =
                        "write `became` with the id of the issue or change request it turned into";
                    out.push(item.finding(RULE.name, "status", message).help(help));
                }
                _ => {}
            }
        }
    }
}

/// Whether it leads to an issue or a change request.
fn followed(p: &Portfolio, project: &Project, item: &Item) -> bool {
    let words = item.fields.text("became").into_iter();
    words.chain(item.fields.texts("links").map(|(word, _)| word)).any(|word| {
        match p.resolve(word, &item.path, Some(project)) {
            Some(Target::Item(of, id)) => p.project(&of).is_some_and(|pr| {
                ["issues", "changes"]
                    .iter()
                    .any(|register| pr.items(register).iter().any(|i| *i.id == *id))
            }),
            // An issue may be kept elsewhere.
            _ => word.contains("://"),
        }
    })
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::{Fixture, portfolio};

    const PATH: &str = "projects/crm/assumptions.yaml";
    const RULE: &str = "expired-assumption";

    fn assumption(rest: &str) -> Fixture {
        portfolio().file(
            PATH,
            &format!("assumptions:\n  - id: A-002\n    text: The limit stays\n    owner: \"@mlopez\"\n    {rest}\n"),
        )
    }

    #[test]
    fn the_day_itself_is_silent_and_the_day_after_is_found() {
        assumption("validate_by: 2026-03-27").silent(RULE);
        let found = assumption("validate_by: 2026-03-26").finds(RULE, PATH, 5);
        assert_eq!(
            found.message,
            "assumption `A-002` was to be checked by 2026-03-26 and is still open 1 day later"
        );
    }

    #[test]
    fn what_was_wrong_leads_somewhere() {
        let found = assumption("status: invalidated").finds(RULE, PATH, 5);
        assert!(found.message.ends_with("no issue or change request follows from it"));
        assumption("status: invalidated\n    became: I-001").silent(RULE);
        assumption("status: invalidated\n    links: [I-001]").silent(RULE);
        assumption("status: invalidated\n    became: https://tracker.example/77").silent(RULE);
        assumption("status: invalidated\n    links: [R-001]").finds(RULE, PATH, 5);
    }

    #[test]
    fn checked_ones_undated_ones_and_resting_projects_are_silent() {
        assumption("validate_by: 2026-01-26\n    status: validated").silent(RULE);
        assumption("status: open").silent(RULE);
        assumption("validate_by: 2026-01-26")
            .replace("projects/crm/project.md", "state: active", "state: on-hold")
            .silent(RULE);
    }
}
