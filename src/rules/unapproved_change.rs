//! `unapproved-change`: built before anybody said yes.

use super::common::running;
use super::{Context, Defaults, Rule};
use crate::data::field::Field;
use crate::data::record::Record;
use crate::finding::{Finding, Severity};
use crate::kinds::Kind;
use crate::portfolio::{Project, State};

pub(super) static RULE: Rule = Rule {
    name: "unapproved-change",
    summary: "A change request was implemented without an approval.",
    why: "Whoever pays and whoever promised the dates have not agreed to it, and it is done. Even a good change needs its approval on record, with the day and the names: after the fact if it must be, so that the baseline it moved can be explained.",
    defaults: Defaults::Flat(Severity::Deny),
    example: "=== projects/crm/changes.yaml\nupdated: 2026-03-27\nchanges:\n  - id: CR-001\n    title: Single sign-on for partners\n    types: [scope]\n    requested_by: \"@mlopez\"\n    submitted: 2026-03-10\n    status: submitted\n    impact: {cost: 0}\n    implemented: 2026-03-20\n",
    remedy: "=== projects/crm/changes.yaml\nupdated: 2026-03-27\nchanges:\n  - id: CR-001\n    title: Single sign-on for partners\n    types: [scope]\n    requested_by: \"@mlopez\"\n    submitted: 2026-03-10\n    status: implemented\n    impact: {cost: 0}\n    decision: {date: 2026-03-13, by: [\"@dokafor\"], rationale: Asked for by the auditors}\n    implemented: 2026-03-20\n",
    check: Some(check),
};

fn check(context: &Context<'_>, out: &mut Vec<Finding>) {
    for project in running(context.portfolio) {
        for item in project.items("changes") {
            let done = item.fields.date("implemented");
            let on = done.map_or_else(String::new, |d| format!(" on {d}"));
            let (field, message) = match item.status() {
                "implemented" if decided(&item.fields) => continue,
                "implemented" => (
                    "status",
                    format!("`{}` was implemented{on} and no decision is recorded", item.id),
                ),
                "approved" | "merged" => continue,
                other if done.is_some() => {
                    ("implemented", format!("`{}` was implemented{on}, but it is {other}", item.id))
                }
                _ => continue,
            };
            let help = "have it decided by those who may, and write `decision: {date, by, rationale}`; or take the change back";
            out.push(item.finding(RULE.name, field, message).help(help));
        }
    }
}

fn decided(change: &Record) -> bool {
    change.has("decision") || change.invalid.iter().any(|i| **i == *"decision")
}

/// Whether this rule speaks of a missing field, so that no other does.
pub(super) fn speaks_of(
    project: Option<&Project>,
    kind: &Kind,
    whole: &Record,
    field: &Field,
) -> bool {
    &*field.name == "decision"
        && kind.register.as_deref() == Some("changes")
        && whole.text("status") == Some("implemented")
        && project.is_some_and(|pr| pr.state == State::Active)
}

#[cfg(test)]
mod tests {
    use crate::finding::Severity;
    use crate::rules::testing::{Fixture, portfolio};

    const PATH: &str = "projects/crm/changes.yaml";
    const RULE: &str = "unapproved-change";
    const YES: &str = "    decision: {date: 2026-03-13, by: [\"@dokafor\"]}\n";

    fn change(status: &str, rest: &str) -> Fixture {
        portfolio().file(
            PATH,
            &format!("changes:\n  - id: CR-001\n    title: Sign-on\n    status: {status}\n{rest}"),
        )
    }

    #[test]
    fn implemented_without_a_decision_is_denied_and_told_once() {
        let without = change("implemented", "    implemented: 2026-03-20\n");
        let found = without.finds(RULE, PATH, 4);
        assert_eq!(
            found.message,
            "`CR-001` was implemented on 2026-03-20 and no decision is recorded"
        );
        assert_eq!(found.severity, Severity::Deny);
        without.silent("missing-field");
        change("implemented", YES).silent(RULE);
    }

    #[test]
    fn implemented_although_refused_or_still_open_is_found_at_its_date() {
        for status in ["draft", "submitted", "assessing", "rejected", "deferred", "withdrawn"] {
            let found = change(status, &format!("{YES}    implemented: 2026-03-20\n"));
            let found = found.finds(RULE, PATH, 6);
            assert_eq!(
                found.message,
                format!("`CR-001` was implemented on 2026-03-20, but it is {status}")
            );
            change(status, YES).silent(RULE);
        }
    }

    #[test]
    fn approved_changes_and_resting_projects_are_silent() {
        change("approved", &format!("{YES}    implemented: 2026-03-20\n")).silent(RULE);
        change("implemented", "")
            .replace("projects/crm/project.md", "state: active", "state: complete")
            .silent(RULE);
    }
}
