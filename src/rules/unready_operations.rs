//! `unready-operations`: a launch is near, and those who will run the result
//! are not ready; or it went live without a decision.

use super::{Context, Defaults, Rule};
use crate::data::record::Datum;
use crate::date::Date;
use crate::document::Document;
use crate::finding::{Finding, Severity};
use crate::lifecycles::{Requirement, Wanted};
use crate::markdown::SectionFill;
use crate::measures::release_window::{Launch, launches, open};
use crate::portfolio::approvals::{self, Subject, Validity};
use crate::portfolio::{Portfolio, Project, State};
use crate::ratio::Ratio;
use crate::text::{Span, counted};

pub(super) static RULE: Rule = Rule {
    name: "unready-operations",
    summary: "Inside the release window operations lacks a handover, a rollback plan, a runbook, monitoring, a rollback test or a say in the go decision; or a launch took place without a valid go.",
    why: "What is thrown over the wall lands on those who answer the phone at night. In the weeks before a launch they need the handover with its runbooks, monitoring that somebody has seen working, and a way back that was tried in the first tier. The closer the day, the worse the gap. A launch that took place without an approved go, or with a must-have criterion neither met nor waived, stays on record. A small pilot is judged one step milder, continuous releases with a standing approval are not judged. While this rule speaks of a missing handover or rollback plan, `missing-document` does not, and `missing-criteria` leaves the criteria of operations to it.",
    defaults: Defaults::Told(
        "deny from 10 days before the launch and after it, warn from 30 days, note before; one step milder in the tier with least control until the launch; note once the project is complete",
    ),
    example: "=== projects/crm/milestones.yaml\nupdated: 2026-03-27\nmilestones:\n  - {id: M1, name: Finish, original: 2026-09-30, baseline: 2026-09-30, owner: \"@mlopez\", finish: true}\n  - {id: M2, name: Live, original: 2026-04-14, baseline: 2026-04-14, owner: \"@mlopez\", go_live: true}\n=== projects/crm/handover.md\n---\nkind: handover\nversion: \"0.9\"\nstate: in-review\nauthor: \"@mlopez\"\nupdated: 2026-03-20\nreceiving_unit: business-apps\nservice_owner: \"@dokafor\"\nsupport_from: 2026-04-15\nmonitoring_confirmed: false\nrunbooks: [../../runbook.md]\n---\n# Handover\n\n## Support model\n\nThe service desk takes calls, the vendor the second line.\n=== runbook.md\n# Runbook\n\nRestart the service.\n",
    remedy: "=== projects/crm/handover.md\n---\nkind: handover\nversion: \"0.9\"\nstate: in-review\nauthor: \"@mlopez\"\nupdated: 2026-03-20\nreceiving_unit: business-apps\nservice_owner: \"@dokafor\"\nsupport_from: 2026-04-15\nmonitoring_confirmed: 2026-03-24\nrunbooks: [../../runbook.md]\n---\n# Handover\n\n## Support model\n\nThe service desk takes calls, the vendor the second line.\n=== runbook.md\n# Runbook\n\nRestart the service.\n",
    check: Some(check),
};

/// Most users of a pilot that is judged one step milder.
const SMALL_PILOT: i128 = 25;

fn check(context: &Context<'_>, out: &mut Vec<Finding>) {
    let p = context.portfolio;
    for project in &p.projects {
        if project.state == State::Active {
            before(p, project, out);
        }
        if matches!(project.state, State::Active | State::Complete) {
            for launch in launches(p, project).into_iter().filter(|l| l.actual.is_some()) {
                after(p, project, launch, out);
            }
        }
    }
}

/// Whether the absence of what a row asks for is told by this rule.
pub(super) fn speaks_of(p: &Portfolio, project: &Project, row: &Requirement) -> bool {
    let Wanted::Kind(name) = &row.wanted else { return false };
    let Some(kind) = p.kinds.find(name) else { return false };
    let Some((launch, days)) = open(p, project).filter(|_| project.state == State::Active) else {
        return false;
    };
    let has = |field: &str| kind.fields.find(field).is_some();
    level(p, project, launch, days).is_some()
        && (has(HANDOVER) || (has(ROLLBACK) && project.tier < 2))
}

/// Fields by which the documents are known, whatever their kinds are called.
const HANDOVER: &str = "monitoring_confirmed";
const ROLLBACK: &str = "tested";
const CRITERIA: &str = "criteria";

/// Documents of a kind that has a field and belongs to a launch: named by its
/// release, or by none.
fn documents<'a>(
    p: &'a Portfolio,
    project: &'a Project,
    launch: Launch,
    field: &str,
) -> Vec<&'a Document> {
    let plan = launch.release.and_then(|i| p.documents.get(i));
    let release = plan.and_then(|d| d.fields.text("release"));
    let all = project.documents.iter().filter_map(|i| p.documents.get(*i)).filter(|d| {
        d.typed
            && d.kind.fields.find(field).is_some()
            && !matches!(d.fields.text("state"), Some("superseded" | "archived"))
    });
    all.filter(|d| match (release, d.fields.text("release")) {
        (Some(ours), Some(theirs)) => ours == theirs,
        _ => true,
    })
    .collect()
}

/// How bad a gap is so many days before a launch; `None` when it is not judged.
fn level(p: &Portfolio, project: &Project, launch: Launch, days: i64) -> Option<Severity> {
    let mut severity = match days {
        31.. => Severity::Note,
        11..=30 => Severity::Warn,
        _ => Severity::Deny,
    };
    let plan = launch.release.and_then(|i| p.documents.get(i));
    let kind = plan.and_then(|d| d.fields.text("type"));
    if kind == Some("continuous") && plan.is_some_and(|d| approved(p, project, d, p.as_of)) {
        return None;
    }
    let users = p.documents.get(project.card).and_then(|c| c.fields.number("users_affected"));
    let pilot = kind == Some("pilot") && users.is_some_and(|n| n <= Ratio::whole(SMALL_PILOT));
    for _ in 0..usize::from(project.tier >= 2) + usize::from(pilot) {
        severity = match severity {
            Severity::Deny => Severity::Warn,
            Severity::Warn => Severity::Note,
            _ => return None,
        };
    }
    Some(severity)
}

/// Whether the version a document has was approved by a day, and not refused.
fn approved(p: &Portfolio, project: &Project, document: &Document, on: Date) -> bool {
    let subject = Subject::Document(document);
    let said: Vec<Validity> =
        approvals::of(p, project, subject).iter().map(|a| a.validity(subject, on)).collect();
    said.contains(&Validity::Valid) && !said.contains(&Validity::Rejected)
}

/// What operations lacks before a launch.
fn before(p: &Portfolio, project: &Project, out: &mut Vec<Finding>) {
    let Some((launch, days)) = open(p, project) else { return };
    let Some(severity) = level(p, project, launch, days) else { return };
    let Some(day) = launch.expected else { return };
    let when = match days {
        0 => format!("the launch is today, {day}"),
        1 => format!("the launch is tomorrow, {day}"),
        2.. => format!("the launch on {day} is {days} days away"),
        _ => format!("the launch was expected on {day}, {} ago", counted(-days, "day")),
    };
    let mut tell = |finding: Option<Finding>, help: &str| {
        out.extend(finding.map(|f| f.help(help).severity(severity)));
    };
    let of = |field: &str| documents(p, project, launch, field);
    let broken = project.documents.iter().any(|i| p.documents.get(*i).is_some_and(|d| d.broken));
    let handovers = of(HANDOVER);
    if handovers.is_empty() && !broken {
        let message = format!("{when}, and there is no handover to operations");
        tell(
            at_launch(p, project, launch, message),
            "write the handover with the unit that will run the result",
        );
    }
    for handover in handovers.iter().filter(|d| !d.broken) {
        if hollow(handover) {
            let message = format!("{when}, and no section of the handover is written");
            tell(
                Some(handover.finding(RULE.name, handover.head(), message)),
                "write it with those who will run the result",
            );
        }
        if !handover.fields.has("runbooks") {
            let span = handover.fields.span("runbooks").unwrap_or(handover.head());
            let message = format!("{when}, and the handover names no runbook");
            tell(
                Some(handover.finding(RULE.name, span, message)),
                "add `runbooks: [path/to/runbook.md]`",
            );
        }
        if let Some(span) = refused(handover, HANDOVER) {
            let message = format!("{when}, and monitoring is not confirmed");
            tell(
                Some(handover.finding(RULE.name, span, message)),
                "have operations see an alert arrive, then write the day: `monitoring_confirmed: 2026-03-24`",
            );
        }
    }
    let rollbacks = of(ROLLBACK);
    if rollbacks.is_empty() && project.tier < 2 && !broken {
        let message = format!("{when}, and there is no rollback plan");
        tell(
            at_launch(p, project, launch, message),
            "write down how to get back, who decides, and until when it is possible",
        );
    }
    for rollback in rollbacks.iter().filter(|_| project.tier == 0) {
        if let Some(span) = refused(rollback, ROLLBACK) {
            let message = format!("{when}, and the rollback was never tried");
            tell(
                Some(rollback.finding(RULE.name, span, message)),
                "rehearse it, then write the day: `tested: 2026-03-24`",
            );
        }
    }
    for decision in of(CRITERIA) {
        let criteria: Vec<_> =
            decision.fields.list(CRITERIA).iter().filter_map(|c| c.datum.record()).collect();
        if !criteria.is_empty() && !criteria.iter().any(|c| c.text("area") == Some("ops")) {
            let span = decision.fields.slot(CRITERIA).map_or(decision.head(), |s| s.key_span);
            let message = format!(
                "{when}, and none of the {} criteria for the go is about operations",
                criteria.len()
            );
            tell(
                Some(decision.finding(RULE.name, span, message)),
                "ask operations what must be true, and add it: `{id: O1, area: ops, text: …, must: true, status: not-met}`",
            );
        }
    }
}

/// A launch that took place without an approved go, or with a must-have open.
fn after(p: &Portfolio, project: &Project, launch: Launch, out: &mut Vec<Finding>) {
    let Some(day) = launch.actual else { return };
    let severity = if project.state == State::Active { Severity::Deny } else { Severity::Note };
    let mut tell = |finding: Option<Finding>, help: &str| {
        out.extend(finding.map(|f| f.help(help).severity(severity)));
    };
    let plan = launch.release.and_then(|i| p.documents.get(i));
    let standing = plan.and_then(|d| d.fields.text("type")) == Some("continuous");
    let decisions = documents(p, project, launch, CRITERIA);
    if decisions.is_empty() {
        let broken =
            project.documents.iter().any(|i| p.documents.get(*i).is_some_and(|d| d.broken));
        if broken || (standing && plan.is_some_and(|d| approved(p, project, d, day))) {
            return;
        }
        let message = format!("it went live on {day} without a go / no-go decision");
        tell(
            at_launch(p, project, launch, message),
            "record who decided, when and on which criteria, even afterwards",
        );
        return;
    }
    for decision in decisions.into_iter().filter(|d| !d.broken) {
        let go = decision.fields.text("decision");
        let span = decision.fields.span("decision").unwrap_or(decision.head());
        if !matches!(go, Some("go" | "go-with-conditions")) {
            let message =
                format!("it went live on {day}, and the decision is `{}`", go.unwrap_or("pending"));
            tell(
                Some(decision.finding(RULE.name, span, message)),
                "record the decision that was made, and by whom",
            );
        } else if !approved(p, project, decision, day) {
            let span = decision.fields.slot("approvals").map_or(decision.head(), |s| s.key_span);
            let message = format!("it went live on {day}, and nobody had approved the go by then");
            tell(
                Some(decision.finding(RULE.name, span, message)),
                "add the `approvals` of those who decided, with date and version",
            );
        }
        let criteria = decision.fields.list(CRITERIA).iter().filter_map(|c| c.datum.record());
        for criterion in criteria.filter(|c| c.flag("must") == Some(true)) {
            let waived = criterion.has("waived_by") && criterion.has("reason");
            let state = match criterion.text("status") {
                Some("not-met") => "is not met",
                Some("waived") if !waived => "is waived without `waived_by` and `reason`",
                _ => continue,
            };
            let id = criterion.text("id").unwrap_or_default();
            let span = criterion.span("status").unwrap_or(span);
            let message = format!("it went live on {day}, and must-have criterion `{id}` {state}");
            tell(
                Some(decision.finding(RULE.name, span, message)),
                "write what was done about it, or who waived it and why",
            );
        }
    }
}

/// A finding where the launch is named: the milestone, else the release plan.
fn at_launch(p: &Portfolio, project: &Project, launch: Launch, message: String) -> Option<Finding> {
    let milestone = launch.milestone.and_then(|i| project.milestones.get(i));
    let item = milestone.and_then(|m| project.items("milestones").get(m.item));
    if let Some(item) = item {
        return Some(item.finding(RULE.name, "go_live", message));
    }
    let plan = launch.release.and_then(|i| p.documents.get(i))?;
    let span = plan.fields.span("go_live").unwrap_or(plan.head());
    Some(plan.finding(RULE.name, span, message))
}

/// Where a field says `false`.
fn refused(document: &Document, field: &str) -> Option<Span> {
    let slot = document.fields.slot(field)?;
    matches!(slot.datum, Datum::NotApplicable(_) | Datum::Flag(false)).then_some(slot.span)
}

/// Whether nothing is written under any of a document's sections.
fn hollow(document: &Document) -> bool {
    !document.sections.is_empty()
        && !document
            .sections
            .iter()
            .any(|s| matches!(s.fill, SectionFill::Filled | SectionFill::NotApplicable(_)))
}

#[cfg(test)]
mod tests {
    use crate::finding::{Finding, Severity};
    use crate::rules::testing::{Fixture, portfolio};

    const RULE: &str = "unready-operations";
    const CARD: &str = "projects/crm/project.md";
    const REGISTER: &str = "projects/crm/milestones.yaml";
    const HANDOVER: &str = "projects/crm/handover.md";
    const ROLLBACK: &str = "projects/crm/releases/r1/rollback.md";
    const GO: &str = "projects/crm/releases/r1/go-no-go.md";

    /// A launch on a day (the as-of date is 27 March), with all that is due.
    fn launch(tier: &str, dates: &str) -> Fixture {
        portfolio()
            .replace(CARD, "tier: 3", tier)
            .replace(
                REGISTER,
                "milestones:\n",
                &format!("milestones:\n  - id: M2\n    name: Live\n    {dates}\n    owner: \"@mlopez\"\n    go_live: true\n"),
            )
            .file(
                HANDOVER,
                "---\nkind: handover\nmonitoring_confirmed: 2026-03-20\nrunbooks: [../../people.yaml]\n---\n# H\n\n## Support model\n\nThe service desk takes calls, the vendor the rest.\n",
            )
            .file(ROLLBACK, "---\nkind: rollback\ntested: 2026-03-20\n---\n# R\n")
            .file(
                GO,
                "---\nkind: go-no-go\nversion: \"1.0\"\ndecision: go\ncriteria:\n  - {id: O1, area: ops, text: Alerts arrive, must: true, status: met}\napprovals:\n  - {role: sponsor, name: \"@dokafor\", decision: approved, date: 2026-03-26, of: \"1.0\"}\n---\n# G\n",
            )
    }

    fn near(tier: &str) -> Fixture {
        launch(tier, "baseline: 2026-04-20")
    }

    fn of(fixture: &Fixture) -> Vec<Finding> {
        fixture.findings().into_iter().filter(|f| f.rule == RULE).collect()
    }

    #[test]
    fn all_that_is_due_is_there() {
        near("tier: 1").silent(RULE);
        near("tier: 2").silent(RULE);
        near("tier: 3").silent(RULE);
    }

    #[test]
    fn no_handover_is_worse_the_closer_the_day() {
        let at = |tier: &str, day: &str| {
            let gap = launch(tier, &format!("baseline: {day}")).without(HANDOVER);
            of(&gap).first().map(|f| f.severity)
        };
        // 60, 45 and 30 days before, by tier.
        assert_eq!(at("tier: 1", "2026-05-27"), None);
        assert_eq!(at("tier: 1", "2026-05-26"), Some(Severity::Note));
        assert_eq!(at("tier: 2", "2026-05-12"), None);
        assert_eq!(at("tier: 2", "2026-05-11"), Some(Severity::Note));
        assert_eq!(at("tier: 2", "2026-04-27"), Some(Severity::Note));
        assert_eq!(at("tier: 2", "2026-04-26"), Some(Severity::Warn));
        assert_eq!(at("tier: 2", "2026-04-07"), Some(Severity::Warn));
        assert_eq!(at("tier: 2", "2026-04-06"), Some(Severity::Deny));
        assert_eq!(at("tier: 3", "2026-04-27"), None);
        assert_eq!(at("tier: 3", "2026-04-26"), Some(Severity::Note));
        assert_eq!(at("tier: 3", "2026-04-06"), Some(Severity::Warn));
        // A portfolio's own window.
        let own = |window: &str| {
            let tiers = format!("[[tiers]]\nid = \"1\"\nrelease-window = \"{window}\"\n");
            of(&launch("tier: 1", "baseline: 2026-06-30").without(HANDOVER).config(&tiers)).len()
        };
        assert_eq!((own("94d"), own("95d")), (0, 1));
        // Late and not live.
        assert_eq!(at("tier: 2", "2026-03-20"), Some(Severity::Deny));
    }

    #[test]
    fn the_launch_is_named_and_no_other_rule_tells_the_same() {
        let gap = near("tier: 2").without(HANDOVER);
        let found = gap.finds(RULE, REGISTER, 11);
        assert_eq!(
            found.message,
            "the launch on 2026-04-20 is 24 days away, and there is no handover to operations"
        );
        let all = gap.findings();
        assert!(
            !all.iter().any(|f| f.rule == "missing-document" && f.message.contains("handover"))
        );
        let gap = near("tier: 2").without(ROLLBACK);
        assert!(gap.finds(RULE, REGISTER, 11).message.ends_with("there is no rollback plan"));
        near("tier: 3").without(ROLLBACK).silent(RULE);
    }

    #[test]
    fn a_hollow_handover_monitoring_and_runbooks() {
        let found = near("tier: 2")
            .replace(HANDOVER, "The service desk takes calls, the vendor the rest.", "TBD")
            .finds(RULE, HANDOVER, 2);
        assert!(found.message.ends_with("and no section of the handover is written"));
        let found =
            near("tier: 2").replace(HANDOVER, "2026-03-20", "false").finds(RULE, HANDOVER, 3);
        assert!(found.message.ends_with("and monitoring is not confirmed"));
        near("tier: 2").replace(HANDOVER, "[../../people.yaml]", "[]").finds(RULE, HANDOVER, 4);
    }

    #[test]
    fn the_rollback_is_tried_in_the_first_tier() {
        let untried = |tier: &str| near(tier).replace(ROLLBACK, "2026-03-20", "false");
        assert!(untried("tier: 1").finds(RULE, ROLLBACK, 3).message.ends_with("was never tried"));
        untried("tier: 2").silent(RULE);
    }

    #[test]
    fn operations_has_a_criterion() {
        let found = near("tier: 2").replace(GO, "area: ops", "area: test").finds(RULE, GO, 5);
        assert!(found.message.ends_with("none of the 1 criteria for the go is about operations"));
    }

    const PLAN: &str = "projects/crm/releases/r1/release.md";

    #[test]
    fn a_small_pilot_is_judged_milder_and_standing_approvals_not() {
        let with = |users: &str, plan: &str| {
            near("tier: 2")
                .without(HANDOVER)
                .replace(CARD, "budget:", &format!("users_affected: {users}\nbudget:"))
                .file(PLAN, &format!("---\nkind: release\nrelease: r1\ngo_live: {{baseline: 2026-04-20}}\n{plan}\n---\n# R\n"))
        };
        assert_eq!(of(&with("25", "type: pilot"))[0].severity, Severity::Note);
        assert_eq!(of(&with("26", "type: pilot"))[0].severity, Severity::Warn);
        assert_eq!(of(&with("25", "type: phased"))[0].severity, Severity::Warn);
        let standing = "type: continuous\nversion: \"1.0\"\napprovals: [{role: ops-lead, name: \"@omar\", decision: approved, date: 2026-01-30, of: \"1.0\"}]";
        assert!(of(&with("400", standing)).is_empty());
        assert!(!of(&with("400", &standing.replace("of: \"1.0\"", "of: \"0.9\""))).is_empty());
    }

    #[test]
    fn a_release_plan_alone_is_a_launch() {
        let found = portfolio()
            .file(PLAN, "---\nkind: release\nrelease: r1\ngo_live: {baseline: 2026-03-31, forecast: 2026-04-20}\n---\n# R\n")
            .finds(RULE, PLAN, 4);
        assert_eq!(found.severity, Severity::Note);
    }

    #[test]
    fn a_launch_without_an_approved_go_stays_on_record() {
        let live = |tier: &str| launch(tier, "baseline: 2026-03-20\n    actual: 2026-03-27");
        live("tier: 3").silent(RULE);
        let found = live("tier: 3").without(GO).finds(RULE, REGISTER, 12);
        assert_eq!(
            (found.severity, &*found.message),
            (Severity::Deny, "it went live on 2026-03-27 without a go / no-go decision")
        );
        let found =
            live("tier: 3").replace(GO, "decision: go", "decision: no-go").finds(RULE, GO, 4);
        assert_eq!(found.message, "it went live on 2026-03-27, and the decision is `no-go`");
        // The approval is of an earlier version, or came after the launch.
        live("tier: 3").replace(GO, "of: \"1.0\"", "of: \"0.9\"").finds(RULE, GO, 7);
        let late = live("tier: 3").as_of("2026-03-31").replace(GO, "2026-03-26", "2026-03-28");
        let found = late.finds(RULE, GO, 7);
        assert_eq!(
            found.message,
            "it went live on 2026-03-27, and nobody had approved the go by then"
        );
        let must = |text: &str| live("tier: 3").replace(GO, "status: met", text);
        let found = must("status: not-met").finds(RULE, GO, 6);
        assert_eq!(
            found.message,
            "it went live on 2026-03-27, and must-have criterion `O1` is not met"
        );
        must("status: waived").finds(RULE, GO, 6);
        must("status: waived, waived_by: \"@dokafor\", reason: Second wave").silent(RULE);
        let done = live("tier: 3").without(GO).replace(CARD, "state: active", "state: complete");
        assert_eq!(done.finds(RULE, REGISTER, 12).severity, Severity::Note);
    }

    #[test]
    fn resting_projects_are_left_alone() {
        near("tier: 2")
            .without(HANDOVER)
            .replace(CARD, "state: active", "state: on-hold")
            .silent(RULE);
    }
}
