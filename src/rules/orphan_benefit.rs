//! `orphan-benefit`: nobody can say later whether the benefit came.

use super::common::{is_manager, join};
use super::due::{class, in_release_window};
use super::{Context, Defaults, Rule};
use crate::data::record::Datum;
use crate::document::Item;
use crate::finding::Finding;
use crate::finding::Severity::{Deny, Warn};
use crate::lifecycles::Class;
use crate::portfolio::{Portfolio, Project, State};

pub(super) static RULE: Rule = Rule {
    name: "orphan-benefit",
    summary: "A benefit lacks its owner, metric, baseline or target, or is owned by the project manager.",
    why: "The benefit is why the project was paid for, and it comes when the project is gone. It needs somebody who is still there, a number from before, a number to reach and a way to measure: without the baseline nobody can ever say what changed. The project manager leaves with the project and cannot own it.",
    defaults: Defaults::Graded([Deny, Deny, Warn], [Warn, Warn, Warn]),
    example: "=== projects/crm/benefits.yaml\nupdated: 2026-03-27\nbenefits:\n  - {id: B-1, title: Shorter calls, owner: \"@mlopez\", metric: Handling time, target: 8, status: planned}\n",
    remedy: "=== projects/crm/benefits.yaml\nupdated: 2026-03-27\nbenefits:\n  - {id: B-1, title: Shorter calls, owner: Eva Costa, metric: Handling time, unit: minutes, baseline: {value: 12, date: 2025-12-31}, target: {value: 8, date: 2027-01-31}, status: planned}\n",
    check: Some(check),
};

fn check(context: &Context<'_>, out: &mut Vec<Finding>) {
    let p = context.portfolio;
    // Benefits outlive the project.
    let with = p.projects.iter().filter(|pr| matches!(pr.state, State::Active | State::Complete));
    for project in with {
        let late = at_the_gate(p, project);
        for item in project.items("benefits").iter().filter(|i| i.status() != "dropped") {
            let lacks = lacks(project, item);
            if !lacks.is_empty() {
                let message = format!("benefit `{}` has {}", item.id, join(&lacks));
                let help = "ask the sponsor who owns the benefit afterwards, and write `owner`, `metric`, `baseline` and `target` with that person";
                let finding = item.finding(RULE.name, "id", message).help(help);
                out.push(if late { finding } else { finding.small() });
            }
            if let Some(owner) = item.fields.text("owner").filter(|o| is_manager(p, project, o)) {
                let message = format!(
                    "benefit `{}` belongs to `{owner}`, the project manager, who leaves with the project",
                    item.id
                );
                let help = "name somebody of the business who stays: `owner: \"@handle\"`";
                out.push(item.finding(RULE.name, "owner", message).help(help).small());
            }
        }
    }
}

/// What the benefit lacks by now: titles are enough while initiating, owner and
/// metric while planning.
fn lacks(project: &Project, item: &Item) -> Vec<String> {
    let fields = &item.fields;
    let now = class(project).unwrap_or(Class::Execute);
    let soft = fields.text("type") == Some("qualitative");
    let mut lacks = Vec::new();
    let mut want = |given: bool, name: &str| {
        if !given && !fields.invalid.iter().any(|i| **i == *name) {
            lacks.push(format!("no {name}"));
        }
    };
    if now > Class::Initiate || project.state == State::Complete {
        want(fields.has("owner"), "owner");
        want(fields.has("metric"), "metric");
    }
    if (now > Class::Plan || project.state == State::Complete) && !soft {
        want(valued(fields.get("baseline")), "baseline");
        want(valued(fields.get("target")), "target");
    }
    lacks
}

/// A value with or without its date; a date alone is no value.
fn valued(datum: Option<&Datum>) -> bool {
    match datum {
        Some(Datum::Record(r)) => r.has("value"),
        Some(other) => other.says_something(),
        None => false,
    }
}

/// Whether a release or the close is near or past, so that what is lacking
/// holds up a gate. For a project that is over there is no gate left.
fn at_the_gate(p: &Portfolio, project: &Project) -> bool {
    project.state == State::Active
        && (class(project) == Some(Class::Close)
            || in_release_window(p, project)
            || project.milestones.iter().any(|m| m.go_live && m.actual.is_some()))
}

#[cfg(test)]
mod tests {
    use crate::finding::Severity;
    use crate::rules::testing::{Fixture, portfolio};

    const PATH: &str = "projects/crm/benefits.yaml";
    const CARD: &str = "projects/crm/project.md";
    const MILESTONES: &str = "projects/crm/milestones.yaml";
    const RULE: &str = "orphan-benefit";
    const FULL: &str = "owner: Eva Costa, metric: Time, baseline: {value: 12, date: 2025-12-31}, target: {value: 8, date: 2027-01-31}, status: planned";

    fn benefit(text: &str) -> Fixture {
        portfolio()
            .replace(CARD, "tier: 3", "tier: 1")
            .file(PATH, &format!("benefits:\n  - {{id: B-1, title: Calls, {text}}}\n"))
    }

    #[test]
    fn each_of_the_four_is_missed() {
        benefit(FULL).silent(RULE);
        for (field, text) in [
            ("owner", "owner: Eva Costa, "),
            ("metric", "metric: Time, "),
            ("baseline", "baseline: {value: 12, date: 2025-12-31}, "),
            ("target", "target: {value: 8, date: 2027-01-31}, "),
        ] {
            let found = benefit(&FULL.replace(text, "")).finds(RULE, PATH, 2);
            assert_eq!(found.message, format!("benefit `B-1` has no {field}"));
            assert_eq!(found.severity, Severity::Warn);
        }
        benefit(&FULL.replace("value: 12, ", "")).finds(RULE, PATH, 2);
        benefit(&FULL.replace("planned", "dropped").replace("metric: Time, ", "")).silent(RULE);
    }

    #[test]
    fn near_a_launch_and_at_the_close_it_is_denied() {
        let bare = || benefit(&FULL.replace("metric: Time, ", ""));
        let live = |day: &str| {
            bare().replace(
                MILESTONES,
                "    finish: true",
                &format!(
                    "    finish: true\n  - {{id: M2, name: Live, baseline: {day}, go_live: true}}"
                ),
            )
        };
        // Tier 1: the window opens 60 days before, on 27 March for 26 May.
        assert_eq!(live("2026-05-26").finds(RULE, PATH, 2).severity, Severity::Deny);
        assert_eq!(live("2026-05-27").finds(RULE, PATH, 2).severity, Severity::Warn);
        let closing = bare().replace(CARD, "phase: execution", "phase: close-out");
        assert_eq!(closing.finds(RULE, PATH, 2).severity, Severity::Deny);
        assert_eq!(
            closing.replace(CARD, "tier: 1", "tier: 3").finds(RULE, PATH, 2).severity,
            Severity::Warn
        );
    }

    #[test]
    fn the_project_manager_cannot_own_it() {
        for who in ["\"@mlopez\"", "Maria Lopez", "project-manager"] {
            let found = benefit(&FULL.replace("Eva Costa", who)).finds(RULE, PATH, 2);
            assert!(found.message.ends_with("the project manager, who leaves with the project"));
            assert_eq!(found.severity, Severity::Warn);
        }
    }

    #[test]
    fn early_phases_ask_less_and_finished_projects_still_ask() {
        let bare = |phase: &str, text: &str| {
            benefit(text).replace(CARD, "phase: execution", &format!("phase: {phase}"))
        };
        bare("initiation", "status: planned").silent(RULE);
        bare("planning", "owner: Eva Costa, metric: Time, status: planned").silent(RULE);
        bare("planning", "owner: Eva Costa, status: planned").finds(RULE, PATH, 2);
        let over = benefit(&FULL.replace("metric: Time, ", ""))
            .replace(CARD, "state: active", "state: complete")
            .replace(CARD, "phase: execution", "phase: close-out");
        assert_eq!(over.finds(RULE, PATH, 2).severity, Severity::Warn);
        benefit(&FULL.replace("metric: Time, ", ""))
            .replace(CARD, "state: active", "state: on-hold")
            .silent(RULE);
    }
}
