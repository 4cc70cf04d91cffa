//! `immature-register`: a register is there and holds less than the phase
//! expects of it.

use super::due::{Due, class, due, has_broken_file, in_release_window, severity};
use super::{Context, Defaults, Rule};
use crate::data::field::Level;
use crate::date::{Date, days};
use crate::document::Item;
use crate::finding::Finding;
use crate::lifecycles::Class;
use crate::measures::health::score;
use crate::portfolio::{Dates, Milestone, Portfolio, Project, State};
use crate::ratio::Ratio;

pub(super) static RULE: Rule = Rule {
    name: "immature-register",
    summary: "A register is there and holds less than this phase expects of it.",
    why: "What filled means grows with the project. Rough dates do at the start; the plan names the dates that every report must speak of; shortly before a launch its forecast is fresh and the sponsor knows the high risks that remain; at the end what is open has somebody who takes it over. A register that was good enough for the last phase hides what the present one must know. What other rules say of single items (a past forecast, a risk without a response) is left to them.",
    defaults: Defaults::Due,
    example: "=== projects/crm/project.md\n---\nkind: project\nid: crm\ntitle: CRM replacement\nsummary: Replace the old CRM.\ntier: 3\ndelivery_model: hybrid\nphase: close-out\nstate: active\nsponsor: Dana Okafor\nproject_manager: Maria Lopez\nstart: {baseline: 2026-01-05}\nfinish: {milestone: M1}\nbudget: {tracked: false}\n---\n",
    remedy: "=== projects/crm/raid.yaml\nupdated: 2026-03-27\nrisks:\n  - {id: R-001, title: Data migration quality, owner: \"@mlopez\", raised: 2026-01-20, status: closed, closed: 2026-03-20}\nissues:\n  - {id: I-001, title: Test room too small, severity: 3, owner: \"@mlopez\", raised: 2026-03-01, due: 2026-04-01, status: open, transferred_to: facilities}\n",
    check: Some(check),
};

/// Days after which the forecast of a near launch is no longer fresh.
const FRESH: i64 = 7;
/// Score from which a risk is high.
const HIGH: i128 = 15;

fn check(context: &Context<'_>, out: &mut Vec<Finding>) {
    let p = context.portfolio;
    let running = p.projects.iter().filter(|pr| pr.state == State::Active);
    for project in running.filter(|pr| !has_broken_file(p, pr)) {
        unmarked(project, out);
        if in_release_window(p, project) {
            unaccepted(project, out);
            stale_launch(p, project, out);
        }
        if class(project) == Some(Class::Close) {
            left_open(project, out);
            unreached(p, project, out);
            unreviewed(project, out);
        }
    }
}

/// From planning on somebody has said which milestones every report speaks of.
fn unmarked(project: &Project, out: &mut Vec<Finding>) {
    let Some(when) = due(project, Class::Plan) else { return };
    let Some(severity) = severity(project, when, Level::Required) else { return };
    let open: Vec<&Milestone> = project.milestones.iter().filter(|m| !m.cancelled).collect();
    let first = open.first().and_then(|m| project.items("milestones").get(m.item));
    let Some(first) = first else { return };
    let all = several(open.len(), "milestone", "milestones");
    let (message, help) = if !open.iter().any(|m| m.key) {
        (
            format!("none of {all} is key or the finish"),
            "mark the ones every report must speak of with `key: true`, and one with `finish: true`",
        )
    } else if !project.milestones.iter().any(|m| m.finish) && undated(&project.finish) {
        (
            format!("none of {all} is the finish, so nothing says whether the project is late"),
            "mark the milestone that ends the project with `finish: true`",
        )
    } else {
        return;
    };
    out.push(first.finding(RULE.name, "id", message).help(help).severity(severity));
}

/// Whether nothing says when the project is to end.
fn undated(finish: &Dates) -> bool {
    finish.baseline.is_none() && finish.forecast.is_none() && finish.actual.is_none()
}

/// Before a launch the sponsor has accepted every high risk that is still open.
/// A risk without any mitigation is another rule's.
fn unaccepted(project: &Project, out: &mut Vec<Finding>) {
    let Some(severity) = severity(project, Due::Now, Level::Required) else { return };
    for risk in project.items("risks").iter().filter(|r| r.status() == "open") {
        let high = score(risk).filter(|s| *s >= Ratio::whole(HIGH));
        let treated = risk.fields.text("mitigation").is_some_and(|m| m.chars().count() >= 20)
            && risk.fields.text("response") != Some("accept");
        let threat = risk.fields.text("type") != Some("opportunity");
        let Some(high) = high.filter(|_| treated && threat && !risk.fields.has("accepted_by"))
        else {
            continue;
        };
        let message = format!(
            "risk `{}` scores {} shortly before a launch, and nobody has accepted it",
            risk.id,
            high.show(0)
        );
        let help =
            format!("bring it below {HIGH}, or have the sponsor accept it: `accepted_by: …`");
        let at = ["assessments", "p", "id"].into_iter().find(|f| risk.fields.has(f));
        out.push(
            risk.finding(RULE.name, at.unwrap_or("id"), message).help(help).severity(severity),
        );
    }
}

/// The forecast of a near launch is at most seven days old.
fn stale_launch(p: &Portfolio, project: &Project, out: &mut Vec<Finding>) {
    let Some(severity) = severity(project, Due::Now, Level::Required) else { return };
    let near = |m: &&Milestone| m.go_live && !m.cancelled && m.actual.is_none();
    for milestone in project.milestones.iter().filter(near) {
        let Some(item) = project.items("milestones").get(milestone.item) else { continue };
        let Some(expected) = milestone.forecast.filter(|d| days(p.as_of, *d) >= 0) else {
            continue;
        };
        let Some(said) = stated(p, project, milestone, item) else { continue };
        let age = days(said, p.as_of);
        if age > FRESH {
            let message = format!(
                "launch `{}` is forecast for {expected}, and that was said {age} days ago",
                milestone.id
            );
            let help = format!(
                "look at it again and give `forecast` in a report; before a launch it is at most {FRESH} days old"
            );
            out.push(item.finding(RULE.name, "go_live", message).help(help).severity(severity));
        }
    }
}

/// The day of the newest statement of a milestone's forecast.
fn stated(p: &Portfolio, project: &Project, milestone: &Milestone, item: &Item) -> Option<Date> {
    let reported = milestone.history.last().map(|(day, _)| *day);
    let register = project.registers.iter().filter_map(|i| p.registers.get(*i));
    let kept = register
        .filter(|r| r.path == item.path && item.fields.has("forecast"))
        .find_map(|r| item.fields.date("updated").or(r.head.date("updated")));
    reported.max(kept.filter(|day| *day <= p.as_of))
}

/// In closing, what is open is closed or handed to somebody.
fn left_open(project: &Project, out: &mut Vec<Finding>) {
    let Some(severity) = severity(project, Due::Now, Level::Required) else { return };
    let over = |item: &Item| {
        matches!(
            item.status(),
            "closed"
                | "occurred"
                | "rejected"
                | "resolved"
                | "validated"
                | "invalidated"
                | "delivered"
                | "declined"
                | "cancelled"
        )
    };
    let words = [("risks", "risk", "risks"), ("issues", "issue", "issues")];
    let mut parts = Vec::new();
    let mut open = Vec::new();
    for (register, one, many) in words {
        let items = project.items(register).iter();
        let left: Vec<&Item> =
            items.filter(|i| !over(i) && !i.fields.has("transferred_to")).collect();
        if !left.is_empty() {
            parts.push(several(left.len(), one, many));
            open.extend(left);
        }
    }
    let [first, rest @ ..] = open.as_slice() else { return };
    let verb = if rest.is_empty() { "is" } else { "are" };
    let message = format!("{} {verb} still open in close-out", parts.join(" and "));
    let mut finding = first.finding(RULE.name, "status", message).severity(severity);
    for item in rest {
        let span = item.fields.span("status").unwrap_or(item.span);
        let at = item.lines.position(span.start);
        finding = finding.related(item.path.clone(), span, at, "open too");
    }
    out.push(
        finding.help("close it, or say who takes it over: `transferred_to` and the new `owner`"),
    );
}

/// In closing, no milestone but the finish lies ahead.
fn unreached(p: &Portfolio, project: &Project, out: &mut Vec<Finding>) {
    let Some(severity) = severity(project, Due::Now, Level::Required) else { return };
    for milestone in project.milestones.iter().filter(|m| !m.cancelled && m.actual.is_none()) {
        let Some(item) = project.items("milestones").get(milestone.item) else { continue };
        let ahead = milestone.forecast.or(milestone.baseline).filter(|d| *d >= p.as_of);
        let Some(ahead) = ahead.filter(|_| !milestone.finish && !item.fields.has("gate")) else {
            continue;
        };
        let message = format!(
            "milestone `{}` is expected on {ahead}, and the project is closing",
            milestone.id
        );
        let help = "give `actual`, or name the change request that dropped it: `cancelled: CR-…`";
        out.push(item.finding(RULE.name, "id", message).help(help).severity(severity));
    }
}

/// In closing, every benefit that is still to come has its next review.
fn unreviewed(project: &Project, out: &mut Vec<Finding>) {
    let level = if project.tier < 2 { Level::Required } else { Level::Optional };
    let Some(severity) = severity(project, Due::Now, level) else { return };
    for benefit in project.items("benefits") {
        let over = matches!(benefit.status(), "realised" | "missed" | "dropped");
        if !over && !benefit.fields.has("review_by") {
            let message = format!("benefit `{}` has no date for its next review", benefit.id);
            let help = "agree with its owner when it is measured again: `review_by: …`";
            out.push(benefit.finding(RULE.name, "id", message).help(help).severity(severity));
        }
    }
}

fn several(n: usize, one: &str, many: &str) -> String {
    format!("{n} {}", if n == 1 { one } else { many })
}

#[cfg(test)]
mod tests {
    use crate::finding::Severity;
    use crate::rules::testing::{Fixture, portfolio};

    const CARD: &str = "projects/crm/project.md";
    const RAID: &str = "projects/crm/raid.yaml";
    const PLAN: &str = "projects/crm/milestones.yaml";
    const RULE: &str = "immature-register";

    fn closing() -> Fixture {
        portfolio().replace(CARD, "phase: execution", "phase: close-out")
    }

    /// A launch in three weeks, said in the report of the as-of date.
    fn near() -> Fixture {
        portfolio()
            .replace(
                PLAN,
                "    finish: true",
                "    finish: true\n  - {id: M2, name: Live, baseline: 2026-04-17, owner: \"@mlopez\", go_live: true}",
            )
            .replace(
                "projects/crm/status/2026-03-27.md",
                "2026-10-05}",
                "2026-10-05}\n  M2: {forecast: 2026-04-17}",
            )
    }

    #[test]
    fn closing_leaves_nothing_open() {
        let found = closing().finds(RULE, RAID, 13);
        assert_eq!(found.message, "1 risk and 1 issue are still open in close-out");
        assert_eq!((found.severity, found.related.len()), (Severity::Warn, 1));
        let handed = closing()
            .replace(RAID, "    status: open\nissues", "    status: closed\nissues")
            .replace(RAID, "    severity: 3", "    severity: 3\n    transferred_to: facilities");
        handed.silent(RULE);
        portfolio().silent(RULE);
        closing().replace(CARD, "state: active", "state: on-hold").silent(RULE);
    }

    #[test]
    fn some_milestone_is_key() {
        let named = || portfolio().replace(PLAN, "    finish: true\n", "");
        // The card names it: that is enough.
        named().silent(RULE);
        let bare = || named().replace(CARD, "finish: {milestone: M1}\n", "");
        let found = bare().finds(RULE, PLAN, 7);
        assert_eq!(found.message, "none of 1 milestone is key or the finish");
        assert_eq!(found.severity, Severity::Deny);
        bare().replace(CARD, "phase: execution", "phase: initiation").silent(RULE);
    }

    #[test]
    fn some_milestone_is_the_finish() {
        let key = |finish: &str| {
            portfolio().replace(PLAN, "    finish: true", "    key: true").replace(
                CARD,
                "finish: {milestone: M1}\n",
                finish,
            )
        };
        let found = key("").finds(RULE, PLAN, 7);
        assert_eq!(
            found.message,
            "none of 1 milestone is the finish, so nothing says whether the project is late"
        );
        key("finish: {milestone: M1}\n").silent(RULE);
        key("finish: {baseline: 2026-09-30, forecast: 2026-10-05}\n").silent(RULE);
    }

    #[test]
    fn a_near_launch_is_looked_at_every_week() {
        near().silent(RULE);
        near().as_of("2026-04-03").silent(RULE);
        let found = near().as_of("2026-04-04").finds(RULE, PLAN, 13);
        assert_eq!(
            found.message,
            "launch `M2` is forecast for 2026-04-17, and that was said 8 days ago"
        );
        // Outside the window nobody asks.
        near()
            .replace(PLAN, "2026-04-17", "2026-06-30")
            .replace("projects/crm/status/2026-03-27.md", "2026-04-17", "2026-06-30")
            .as_of("2026-04-24")
            .silent(RULE);
    }

    #[test]
    fn the_sponsor_knows_what_is_risked() {
        let high = |score: &str| near().replace(RAID, "p: 2, i: 3", score);
        let found = high("p: 3, i: 5").finds(RULE, RAID, 9);
        assert!(found.message.contains("`R-001` scores 15"), "{}", found.message);
        high("p: 3, i: 4").silent(RULE);
        high("p: 3, i: 5")
            .replace(
                RAID,
                "    response: reduce",
                "    response: reduce\n    accepted_by: Dana Okafor",
            )
            .silent(RULE);
        // Without mitigation it is another rule's.
        high("p: 3, i: 5")
            .replace(RAID, "mitigation: Two rehearsals with reconciliation", "mitigation: Watch")
            .silent(RULE);
    }

    #[test]
    fn closing_has_no_milestone_ahead_and_reviews_its_benefits() {
        let quiet = || {
            closing()
                .replace(RAID, "    status: open\nissues", "    status: closed\nissues")
                .replace(RAID, "    severity: 3", "    severity: 3\n    transferred_to: facilities")
        };
        let ahead = quiet().replace(
            PLAN,
            "    finish: true",
            "    finish: true\n  - {id: M2, name: Training done, baseline: 2026-05-29, owner: \"@mlopez\"}",
        );
        let found = ahead.finds(RULE, PLAN, 13);
        assert!(found.message.contains("`M2` is expected on 2026-05-29"), "{}", found.message);
        let benefits = "benefits:\n  - {id: B-1, title: Shorter calls, owner: \"@dokafor\", metric: minutes, status: planned}\n";
        let path = "projects/crm/benefits.yaml";
        let two = quiet().file(path, benefits).replace(CARD, "tier: 3", "tier: 2");
        assert!(two.finds(RULE, path, 2).message.contains("`B-1` has no date"));
        quiet().file(path, benefits).silent(RULE);
    }
}
