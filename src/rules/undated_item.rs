//! `undated-item`: an open item is due on no day.

use super::due::has_broken_file;
use super::{Context, Defaults, Rule};
use crate::document::Item;
use crate::finding::Finding;
use crate::finding::Severity::{Note, Warn};
use crate::measures::open_items::{DATED, Dated, name};
use crate::portfolio::State;

pub(super) static RULE: Rule = Rule {
    name: "undated-item",
    summary: "An open risk, issue, action, assumption, dependency or decision does not say by when, or a decision that was made does not say on which day.",
    why: "An item without a date is never late, so it is never asked about. The date is what brings it back to somebody's desk: the next step of a risk, the solution of an issue, the day an assumption must be known to hold. A risk that was accepted needs only the day it was last looked at.",
    defaults: Defaults::Graded([Warn, Warn, Note], [Warn, Warn, Note]),
    example: "=== projects/crm/raid.yaml\nupdated: 2026-03-27\nissues:\n  - id: I-001\n    title: Test room too small\n    severity: 3\n    owner: \"@mlopez\"\n    raised: 2026-03-01\n    status: open\n",
    remedy: "=== projects/crm/raid.yaml\nupdated: 2026-03-27\nissues:\n  - id: I-001\n    title: Test room too small\n    severity: 3\n    owner: \"@mlopez\"\n    raised: 2026-03-01\n    due: 2026-04-01\n    status: open\n",
    check: Some(check),
};

fn check(context: &Context<'_>, out: &mut Vec<Finding>) {
    let p = context.portfolio;
    for project in p.projects.iter().filter(|pr| pr.state == State::Active) {
        if has_broken_file(p, project) {
            continue;
        }
        for item in project.items("decisions") {
            let fields = &item.fields;
            let unread = fields.invalid.iter().any(|n| matches!(&**n, "decided" | "date"));
            if item.status() == "decided"
                && !fields.has("decided")
                && !fields.has("date")
                && !unread
            {
                let message = format!("{} is decided and has no `decided`", name(item));
                let (at, help) = match fields.empty_key("decided") {
                    Some(_) => ("decided", "write the day it was decided after the colon"),
                    None => ("status", "add `decided: …` with the day it was decided"),
                };
                out.push(item.finding(RULE.name, at, message).help(help));
            }
        }
        for dated in DATED {
            for item in dated.items(project).filter(|i| !has_date(dated, i)) {
                let accepted = item.fields.text("response") == Some("accept");
                let (field, day) = if accepted {
                    ("reviewed", "the day it was last looked at")
                } else {
                    (dated.due, "the day by which something must have happened")
                };
                let message = if accepted {
                    format!("{} was accepted and has no `reviewed`", name(item))
                } else {
                    format!("{} is {} and has no `{field}`", name(item), item.status())
                };
                let (at, help) = match item.fields.empty_key(field) {
                    Some(_) => (field, format!("write {day} after the colon")),
                    None => ("id", format!("add `{field}: …`, {day}")),
                };
                out.push(item.finding(RULE.name, at, message).help(help));
            }
        }
    }
}

/// Whether it has its date, or one that could not be read, which is said
/// elsewhere.
fn has_date(dated: &Dated, item: &Item) -> bool {
    let fields = &item.fields;
    if fields.text("response") == Some("accept") {
        return fields.slot("reviewed").is_some()
            || fields.invalid.iter().any(|n| &**n == "reviewed");
    }
    dated.of(item).is_some()
        || fields.slot(dated.due).is_some_and(|s| s.datum.says_something())
        || fields.invalid.iter().any(|n| &**n == dated.due || &**n == "target")
}

#[cfg(test)]
mod tests {
    use crate::finding::Severity;
    use crate::rules::testing::{Fixture, portfolio};

    const RULE: &str = "undated-item";
    const CARD: &str = "projects/crm/project.md";
    const RAID: &str = "projects/crm/raid.yaml";

    fn issue() -> Fixture {
        portfolio().replace(RAID, "    due: 2026-04-01\n", "")
    }

    fn risk() -> Fixture {
        portfolio().replace(RAID, "    due: 2026-04-15\n", "")
    }

    #[test]
    fn it_is_found_at_the_id_and_weighs_less_in_the_lightest_tier() {
        let found = issue().finds(RULE, RAID, 15);
        assert_eq!(found.message, "issue `I-001` is open and has no `due`");
        assert_eq!(found.severity, Severity::Note);
        let strict = issue().replace(CARD, "tier: 3", "tier: 1");
        assert_eq!(strict.finds(RULE, RAID, 15).severity, Severity::Warn);
    }

    #[test]
    fn a_key_without_a_value_is_where_the_day_belongs() {
        let bare = portfolio().replace(RAID, "due: 2026-04-01\n", "due:\n");
        let found = bare.finds(RULE, RAID, 20);
        let help = "write the day by which something must have happened after the colon";
        assert_eq!(found.help.as_deref(), Some(help));
        let accepted = portfolio()
            .replace(RAID, "    due: 2026-04-15\n", "")
            .replace(RAID, "response: reduce", "response: accept")
            .replace(RAID, "reviewed: 2026-03-24\n", "reviewed:\n");
        let help = accepted.finds(RULE, RAID, 7).help;
        let wanted = "write the day it was last looked at after the colon";
        assert_eq!(help.as_deref(), Some(wanted));
        let text = "decisions:\n  - {id: D-9, title: T, status: decided, outcome: A, decided: }\n";
        let path = "projects/crm/decisions.yaml";
        let found = portfolio().file(path, text).finds(RULE, path, 2);
        assert_eq!(found.help.as_deref(), Some("write the day it was decided after the colon"));
    }

    #[test]
    fn a_decision_that_was_made_has_its_day() {
        let made = |text: &str| {
            let text = format!(
                "decisions:\n  - {{id: D-9, title: T, decider: sponsor, status: decided, outcome: A{text}}}\n"
            );
            portfolio().file("projects/crm/more.yaml", &text)
        };
        let found = made("").finds(RULE, "projects/crm/more.yaml", 2);
        assert_eq!(found.message, "decision `D-9` is decided and has no `decided`");
        made(", decided: 2026-03-02").silent(RULE);
        made(", date: 2026-03-02").silent(RULE);
        made(", decided: soon").silent(RULE);
    }

    #[test]
    fn the_target_date_of_a_risk_will_do() {
        risk().finds(RULE, RAID, 3);
        risk()
            .replace(
                RAID,
                "    status: open",
                "    target: {score: 4, date: 2026-05-15}\n    status: open",
            )
            .silent(RULE);
        risk()
            .replace(RAID, "    status: open", "    target: {score: 4}\n    status: open")
            .finds(RULE, RAID, 3);
    }

    #[test]
    fn an_accepted_risk_needs_only_a_review() {
        risk().replace(RAID, "response: reduce", "response: accept").silent(RULE);
        let found = risk()
            .replace(RAID, "response: reduce", "response: accept")
            .replace(RAID, "    reviewed: 2026-03-24\n", "")
            .finds(RULE, RAID, 3);
        assert_eq!(found.message, "risk `R-001` was accepted and has no `reviewed`");
    }

    #[test]
    fn every_register_has_its_own_field() {
        let with = |text: &str| portfolio().file("projects/crm/more.yaml", text);
        for (text, field) in [
            ("actions:\n  - {id: AC-1, title: T, owner: \"@mlopez\", status: open}\n", "due"),
            (
                "assumptions:\n  - {id: A-1, title: T, owner: \"@mlopez\", status: open}\n",
                "validate_by",
            ),
            (
                "dependencies:\n  - {id: DEP-1, title: T, owner: \"@mlopez\", status: requested}\n",
                "need_by",
            ),
            (
                "decisions:\n  - {id: D-9, title: T, decider: sponsor, status: requested}\n",
                "needed_by",
            ),
        ] {
            let found = with(text).finds(RULE, "projects/crm/more.yaml", 2);
            assert!(found.message.ends_with(&format!("has no `{field}`")), "{}", found.message);
            let dated = text.replace(", status", &format!(", {field}: 2026-05-01, status"));
            with(&dated).silent(RULE);
        }
    }

    #[test]
    fn what_is_over_unreadable_or_resting_is_left_alone() {
        issue()
            .replace(RAID, "2026-03-01\n    status: open", "2026-03-01\n    status: closed")
            .silent(RULE);
        portfolio().replace(RAID, "due: 2026-04-01", "due: soon").silent(RULE);
        issue().replace(CARD, "state: active", "state: on-hold").silent(RULE);
        issue().replace(RAID, "updated: 2026-03-27", "updated: @x").silent(RULE);
    }
}
