//! `unauthorised-approver`: who approved does not hold the role, or is nobody known.

use super::approving::{Signed, person, running, the};
use super::{Context, Defaults, Rule};
use crate::data::field::fold;
use crate::data::record::Slot;
use crate::finding::Finding;
use crate::finding::Severity::{Deny, Warn};
use crate::kinds::Role;
use crate::portfolio::Portfolio;
use crate::portfolio::approvals::{Approval, Decision, Subject, holds, known, same_person};
use crate::text::{Position, Span, nearest};

pub(super) static RULE: Rule = Rule {
    name: "unauthorised-approver",
    summary: "An approval is given in a role that the person does not hold, or by a person whom `people.yaml` does not know.",
    why: "The weight of an approval is the weight of who gives it. A sponsor's line signed by somebody else binds no sponsor, and a name nobody can look up binds nobody. Who holds a role is said on the project's card and in `people.yaml`, managers of units also in `units.yaml`; where nothing is said of a person nothing is found.",
    defaults: Defaults::Graded([Deny, Deny, Deny], [Deny, Warn, Warn]),
    example: "=== projects/crm/charter.md\n---\nkind: charter\nversion: \"1.0\"\nstate: approved\nauthor: \"@mlopez\"\nupdated: 2026-01-10\napprovals:\n  - {role: sponsor, name: \"@ghost\", decision: approved, date: 2026-01-12, of: \"1.0\"}\n---\n# CRM replacement: charter\n",
    remedy: "=== projects/crm/charter.md\n---\nkind: charter\nversion: \"1.0\"\nstate: approved\nauthor: \"@mlopez\"\nupdated: 2026-01-10\napprovals:\n  - {role: sponsor, name: \"@dokafor\", decision: approved, date: 2026-01-12, of: \"1.0\"}\n---\n# CRM replacement: charter\n",
    check: Some(check),
};

fn check(context: &Context<'_>, out: &mut Vec<Finding>) {
    let p = context.portfolio;
    for s in running(p) {
        let sole = s.sole(p).is_some();
        for entry in &s.entries {
            let Some(name) = entry.name else { continue };
            if !known(p, s.project, name) {
                let finding = stranger(p, &s, entry, name);
                out.push(s.weigh(p, finding));
                continue;
            }
            let Some(role) = entry.role.as_deref().filter(|_| !sole) else { continue };
            let valid = s.valid(p).any(|e| e.span == entry.span);
            if valid && let Some((unit, manager)) = manager(p, &s, role, name) {
                let finding = elsewhere(p, &s, entry, name, unit, manager);
                out.push(s.weigh(p, finding));
            } else if valid && holds(p, s.project, name, role) == Some(false) {
                let finding = wrong(p, &s, entry, name, role);
                out.push(s.weigh(p, finding));
            }
        }
    }
}

/// The unit that receives the result, and its manager, where `units.yaml` says
/// that this is somebody else than the person who signed as functional manager.
fn manager<'a>(
    p: &'a Portfolio,
    s: &Signed<'a>,
    role: &str,
    name: &str,
) -> Option<(&'a str, &'a Slot)> {
    let Subject::Document(document) = s.subject else { return None };
    let received = document.kind.role == Role::Document
        && document.kind.fields.find("receiving_unit").is_some();
    if role != "functional-manager" || !received {
        return None;
    }
    let card = p.documents.get(s.project.card);
    let unit = document.fields.text("receiving_unit");
    let unit = unit.or_else(|| card?.fields.text("receiving_unit"))?;
    let same = |word: &str| fold(word) == fold(unit);
    let known = p.units()?.entries.slots.iter().find(|slot| {
        let title = slot.datum.record().and_then(|r| r.text("name"));
        same(&slot.name) || title.is_some_and(same)
    })?;
    let manager = known.datum.record()?.slot("manager")?;
    let other = !same_person(p, manager.datum.text()?, name);
    other.then_some((unit, manager))
}

/// Somebody who manages another unit than the one that receives the result.
fn elsewhere(
    p: &Portfolio,
    s: &Signed<'_>,
    entry: &Approval<'_>,
    name: &str,
    unit: &str,
    manager: &Slot,
) -> Finding {
    let who = p.person(manager.datum.text().unwrap_or_default());
    let message = format!(
        "{} approved the {} as functional manager, and `{unit}` is managed by {who}",
        person(p, Some(name)),
        s.subject.title()
    );
    let finding = s.subject.finding(RULE.name, entry.place("name"), message);
    let finding = finding.help(format!("have {who} approve it, or correct `receiving_unit`"));
    match p.units() {
        Some(units) => {
            let at = units.lines.position(manager.span.start);
            finding.related(units.path.clone(), manager.span, at, "who manages the unit")
        }
        None => finding,
    }
}

/// A person who is not in `people.yaml`, with both places.
fn stranger(p: &Portfolio, s: &Signed<'_>, entry: &Approval<'_>, name: &str) -> Finding {
    let title = s.subject.title();
    let message = match entry.decision {
        Decision::Approved => {
            format!("`{name}` approved the {title} and is not in `people.yaml`")
        }
        _ => format!("`{name}` is to approve the {title} and is not in `people.yaml`"),
    };
    let handles = p.handles().unwrap_or_default();
    let finding = s.subject.finding(RULE.name, entry.place("name"), message);
    let finding = match nearest(name, handles.iter().map(String::as_str)) {
        Some(near) => finding.meant(near),
        None => {
            finding.help(format!("add `{name}` to `people.yaml`, or name somebody who is there"))
        }
    };
    match p.people().map(|people| &people.path) {
        Some(path) => finding.related(
            path.clone(),
            Span::at(0),
            Position::default(),
            "the people who are known",
        ),
        None => finding,
    }
}

/// Somebody known who does not hold the role, with the place that gives it to
/// another.
fn wrong(p: &Portfolio, s: &Signed<'_>, entry: &Approval<'_>, name: &str, role: &str) -> Finding {
    let card = p.documents.get(s.project.card);
    let given = card.and_then(|card| {
        let field = role.replace('-', "_");
        let span = card.fields.span(&field);
        let people = card.fields.record("people");
        let span = span.or_else(|| people.and_then(|r| r.span(role).or(r.span(&field))))?;
        let holder = card.fields.text(&field).or_else(|| people.and_then(|r| r.text(role)));
        Some((card, span, holder))
    });
    let message = format!(
        "{} approved the {} as {}, and does not hold that role",
        person(p, Some(name)),
        s.subject.title(),
        the(p, role).trim_start_matches("the ")
    );
    let holder = given.and_then(|(_, _, holder)| holder).map(|h| format!(", {},", p.person(h)));
    let help = format!(
        "have {}{} approve it, or give `{name}` the role in `people.yaml`",
        the(p, role),
        holder.unwrap_or_default()
    );
    let finding = s.subject.finding(RULE.name, entry.place("name"), message).help(help);
    match given {
        Some((card, span, _)) => {
            finding.related(card.path.clone(), span, card.at(span), "who holds the role")
        }
        None => finding,
    }
}

#[cfg(test)]
mod tests {
    use crate::finding::Severity;
    use crate::rules::testing::{Fixture, portfolio};

    const RULE: &str = "unauthorised-approver";
    const CHARTER: &str = "projects/crm/charter.md";

    fn by(who: &str) -> Fixture {
        // Somebody else has approved as well, so that the manager is not alone.
        portfolio().file("people.yaml", "mlopez: {name: Maria Lopez, roles: [project-manager]}\ndokafor: {name: Dana Okafor, roles: [sponsor]}\nann: {name: Ann Oh, roles: [auditor]}\nbo: {name: Bo Ek}\n")
            .replace(CHARTER, "{role: sponsor, name: \"@dokafor\"", &format!("{{role: sponsor, name: \"{who}\""))
    }

    #[test]
    fn a_role_held_by_another_is_found() {
        by("@dokafor").silent(RULE);
        by("Dana Okafor").silent(RULE);
        let found = by("@ann").finds(RULE, CHARTER, 8);
        assert_eq!(
            found.message,
            "Ann Oh approved the charter as sponsor, and does not hold that role"
        );
        assert_eq!(found.severity, Severity::Warn);
        assert_eq!(&*found.related[0].path, "projects/crm/project.md");
        assert!(found.help.unwrap().starts_with("have the sponsor, Dana Okafor, approve it"));
        let card = "projects/crm/project.md";
        let one = by("@ann").replace(card, "tier: 3", "tier: 1");
        assert_eq!(one.finds(RULE, CHARTER, 8).severity, Severity::Deny);
        by("@ann").replace(card, "state: active", "state: on-hold").silent(RULE);
        // The card says who the sponsor is, so that Bo is not.
        by("@bo").finds(RULE, CHARTER, 8);
        by("@bo").replace(card, "sponsor: Dana Okafor\n", "sponsor: Bo Ek\n").silent(RULE);
    }

    #[test]
    fn a_person_who_is_nowhere_is_told_with_both_places() {
        let found = by("@dokafr").finds(RULE, CHARTER, 8);
        assert_eq!(found.message, "`@dokafr` approved the charter and is not in `people.yaml`");
        assert_eq!(found.help.as_deref(), Some("did you mean `@dokafor`?"));
        assert_eq!((&*found.related[0].path, found.related[0].at.line), ("people.yaml", 1));
        by("Some One").finds(RULE, CHARTER, 8);
        by("@dokafr").without("people.yaml").silent(RULE);
    }

    #[test]
    fn an_approval_that_does_not_count_anyway_is_left_alone() {
        by("@ann").replace(CHARTER, "decision: approved", "decision: pending").silent(RULE);
    }

    #[test]
    fn the_manager_of_the_receiving_unit_takes_over() {
        const HANDOVER: &str = "projects/crm/handover.md";
        let signed = |who: &str, unit: &str| {
            let text = format!(
                "---\nkind: handover\nversion: \"1.0\"\nstate: approved\nauthor: \"@mlopez\"\nupdated: 2026-03-20\nreceiving_unit: {unit}\napprovals:\n  - {{role: functional-manager, name: \"{who}\", decision: approved, date: 2026-03-21, of: \"1.0\"}}\n  - {{role: ops-lead, name: \"@bo\", decision: approved, date: 2026-03-21, of: \"1.0\"}}\n---\n# Handover\n"
            );
            portfolio()
                .file("people.yaml", "mlopez: {name: Maria Lopez}\ndokafor: {name: Dana Okafor}\nann: {name: Ann Oh}\nbo: {name: Bo Ek, roles: [ops-lead]}\n")
                .file("units.yaml", "apps: {name: Business apps, manager: \"@ann\"}\nnetwork: {manager: \"@bo\"}\n")
                .file(HANDOVER, &text)
        };
        signed("@ann", "apps").silent(RULE);
        signed("Ann Oh", "Business apps").silent(RULE);
        let found = signed("@bo", "apps").finds(RULE, HANDOVER, 9);
        assert_eq!(
            found.message,
            "Bo Ek approved the operations handover as functional manager, and `apps` is managed by Ann Oh"
        );
        assert_eq!((&*found.related[0].path, found.related[0].at.line), ("units.yaml", 1));
        signed("@bo", "network").silent(RULE);
        // Of a unit nobody describes, nobody can say who manages it.
        signed("@bo", "helpdesk").silent(RULE);
        signed("@ann", "apps").without("units.yaml").silent(RULE);
    }
}
