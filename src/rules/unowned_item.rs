//! `unowned-item`: an open item belongs to nobody in particular.

use super::{Context, Defaults, Rule};
use crate::document::Item;
use crate::finding::Finding;
use crate::finding::Severity::{Deny, Warn};
use crate::portfolio::{Portfolio, Project, State};
use crate::rules::unknown_person::unknown;
use crate::text::Span;
use std::collections::HashSet;

pub(super) static RULE: Rule = Rule {
    name: "unowned-item",
    summary: "An open risk, issue, dependency, assumption, action or decision has no owner, a collective one, or one who is unknown.",
    why: "What belongs to the team belongs to nobody: nobody is asked, nobody follows up, and the item ages in the register until it happens. One name is enough; several people may help.",
    defaults: Defaults::Graded([Deny, Warn, Warn], [Deny, Warn, Warn]),
    example: "=== projects/crm/raid.yaml\nupdated: 2026-03-27\nrisks:\n  - id: R-001\n    title: Data migration quality\n    owner: IT\n    raised: 2026-01-20\n    assessments:\n      - {date: 2026-01-20, p: 2, i: 3}\n    status: open\n",
    remedy: "=== projects/crm/raid.yaml\nupdated: 2026-03-27\nrisks:\n  - id: R-001\n    title: Data migration quality\n    owner: \"@mlopez\"\n    raised: 2026-01-20\n    assessments:\n      - {date: 2026-01-20, p: 2, i: 3}\n    status: open\n",
    check: Some(check),
};

/// Registers with the field that names who answers for an item, and the states
/// in which nobody has to any more.
const REGISTERS: &[(&str, &str, &[&str])] = &[
    ("actions", "owner", &["done", "cancelled"]),
    ("assumptions", "owner", &["validated", "invalidated"]),
    ("decisions", "decider", &["decided", "withdrawn", "superseded"]),
    ("dependencies", "owner", &["delivered", "declined", "cancelled"]),
    ("issues", "owner", &["resolved", "closed"]),
    ("risks", "owner", &["closed", "occurred", "rejected"]),
];

/// Words that name no one person.
const COLLECTIVE: &[&str] = &[
    "all",
    "business",
    "everybody",
    "everyone",
    "it",
    "n/a",
    "na",
    "none",
    "nobody",
    "ops",
    "pmo",
    "project team",
    "tba",
    "tbc",
    "tbd",
    "team",
    "the team",
    "unassigned",
    "unknown",
    "various",
    "vendor",
];

fn check(context: &Context<'_>, out: &mut Vec<Finding>) {
    let p = context.portfolio;
    let handles = p.handles();
    let broken: HashSet<&str> = p.registers.iter().filter(|r| r.broken).map(|r| &*r.path).collect();
    for project in p.projects.iter().filter(|pr| pr.state == State::Active) {
        for (register, field, over) in REGISTERS {
            let open = project.items(register).iter().filter(|i| !over.contains(&i.status()));
            // What a file with a syntax error says of an item is not all there.
            let whole = |i: &&Item| !broken.contains(&*i.path);
            for item in open.filter(|i| !just_raised(p, i)).filter(whole) {
                if let Some((message, help)) = wrong(item, field, handles.as_deref()) {
                    out.push(item.finding(RULE.name, field, message).help(help));
                }
            }
        }
    }
}

/// An item raised less than two business days ago may still look for its owner.
fn just_raised(p: &Portfolio, item: &Item) -> bool {
    let raised = item.fields.date("raised").or(item.fields.date("requested"));
    raised.is_some_and(|d| p.config.calendar.business_days(d, p.as_of) < 2)
}

fn wrong(item: &Item, field: &str, handles: Option<&[String]>) -> Option<(String, String)> {
    let kind = item.kind.title.to_lowercase();
    let name = if item.id.is_empty() { kind } else { format!("{kind} `{}`", item.id) };
    let verb = if field == "decider" { "nobody to decide it" } else { "no owner" };
    let Some(who) = item.fields.text(field) else {
        let help = match item.fields.empty_key(field) {
            Some(_) => format!("write one person after the colon: `{field}: \"@handle\"`"),
            None => format!("name one person: `{field}: \"@handle\"`"),
        };
        return Some((format!("{name} is {} and has {verb}", item.status()), help));
    };
    let low = who.trim().to_lowercase();
    if COLLECTIVE.contains(&low.as_str()) {
        return Some((
            format!("{name} is {} and belongs to `{who}`, which is no one person", item.status()),
            format!("name the one who answers for it: `{field}: \"@handle\"`"),
        ));
    }
    let help = unknown(handles?, who)?;
    Some((format!("{name} belongs to `{who}`, who is not in `people.yaml`"), help))
}

/// Where an open item names the person this rule looks up, so that others need
/// not.
pub(super) fn names(p: &Portfolio, project: &Project, register: &str, item: &Item) -> Option<Span> {
    let (_, field, over) = REGISTERS.iter().find(|(name, ..)| *name == register)?;
    let judged =
        project.state == State::Active && !over.contains(&item.status()) && !just_raised(p, item);
    item.fields.span(field).filter(|_| judged)
}

#[cfg(test)]
mod tests {
    use crate::finding::Severity;
    use crate::rules::testing::portfolio;

    const RAID: &str = "projects/crm/raid.yaml";
    const RISK: &str = "quality\n    owner: \"@mlopez\"\n";

    #[test]
    fn collective_words_fire_and_a_duty_handle_does_not() {
        let of = |owner: &str| {
            portfolio().replace(RAID, RISK, &format!("quality\n    owner: {owner}\n"))
        };
        let found = of("\"IT\"").finds("unowned-item", RAID, 5);
        assert_eq!(
            found.message,
            "risk `R-001` is open and belongs to `IT`, which is no one person"
        );
        assert_eq!(found.severity, Severity::Warn);
        of("\"@it-duty\"")
            .replace("people.yaml", "mlopez:", "it-duty: {name: Duty}\nmlopez:")
            .silent("unowned-item");
        of("Pat Ito").silent("unowned-item");
    }

    #[test]
    fn an_unknown_handle_is_guessed() {
        let found = portfolio().replace(RAID, RISK, "quality\n    owner: \"@mlopes\"\n").finds(
            "unowned-item",
            RAID,
            5,
        );
        assert_eq!(found.help.as_deref(), Some("did you mean `@mlopez`?"));
        portfolio()
            .without("people.yaml")
            .replace(RAID, RISK, "quality\n    owner: \"@anyone\"\n")
            .silent("unowned-item");
    }

    #[test]
    fn nobody_at_all_is_found_at_the_id_unless_just_raised_or_closed() {
        let bare = || portfolio().replace(RAID, RISK, "quality\n");
        bare().finds("unowned-item", RAID, 3);
        bare().replace(RAID, "raised: 2026-01-20", "raised: 2026-03-26").silent("unowned-item");
        // Friday 27 March: Wednesday was two business days ago.
        bare().replace(RAID, "raised: 2026-01-20", "raised: 2026-03-25").finds(
            "unowned-item",
            RAID,
            3,
        );
        bare().replace(RAID, "status: open", "status: closed").silent("unowned-item");
    }

    #[test]
    fn a_key_without_a_value_is_where_the_name_belongs() {
        let bare = portfolio().replace(RAID, RISK, "quality\n    owner:\n");
        let found = bare.finds("unowned-item", RAID, 5);
        let help = "write one person after the colon: `owner: \"@handle\"`";
        assert_eq!(found.help.as_deref(), Some(help));
    }

    #[test]
    fn a_decision_that_is_asked_for_needs_one_who_decides() {
        let path = "projects/crm/decisions.yaml";
        let found = portfolio()
            .replace(path, "status: decided", "status: requested")
            .replace(path, "    decider: sponsor\n", "")
            .finds("unowned-item", path, 3);
        assert_eq!(found.message, "decision `D-001` is requested and has nobody to decide it");
        assert_eq!(
            portfolio()
                .replace(RAID, RISK, "quality\n")
                .replace("projects/crm/project.md", "tier: 3", "tier: 1")
                .finds("unowned-item", RAID, 3)
                .severity,
            Severity::Deny
        );
    }
}
