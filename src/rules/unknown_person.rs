//! `unknown-person`: a handle that is not in `people.yaml`.

use super::typed::{Word, words};
use super::{Context, Defaults, Rule, unowned_item};
use crate::data::field::{Fields, Type};
use crate::data::record::Record;
use crate::finding::Finding;
use crate::finding::Severity::Warn;
use crate::kinds::Role;
use crate::portfolio::{Project, State};
use crate::text::{LineIndex, nearest};
use std::sync::Arc;

pub(super) static RULE: Rule = Rule {
    name: "unknown-person",
    summary: "A handle is not in `people.yaml`.",
    why: "A handle says who is meant only if somebody can look it up. One letter wrong, and the sponsor of the card is nobody: no name stands on the page, no load is counted, and nobody is told. Reports older than the newest and projects that are over are left alone, since people leave. Owners of open items are the business of `unowned-item`, approvals of `unauthorised-approver`, and without `people.yaml` nothing is found.",
    defaults: Defaults::Flat(Warn),
    example: "=== projects/crm/charter.md\n---\nkind: charter\nversion: \"1.0\"\nstate: approved\nauthor: \"@mlopes\"\nupdated: 2026-01-10\napprovals:\n  - {role: sponsor, name: \"@dokafor\", decision: approved, date: 2026-01-12, of: \"1.0\"}\n---\n# CRM replacement: charter\n",
    remedy: "=== projects/crm/charter.md\n---\nkind: charter\nversion: \"1.0\"\nstate: approved\nauthor: \"@mlopez\"\nupdated: 2026-01-10\napprovals:\n  - {role: sponsor, name: \"@dokafor\", decision: approved, date: 2026-01-12, of: \"1.0\"}\n---\n# CRM replacement: charter\n",
    check: Some(check),
};

/// Fields whose names are the business of rules of their own.
const ELSEWHERE: &[&str] = &["approvals", "allow"];

fn check(context: &Context<'_>, out: &mut Vec<Finding>) {
    let p = context.portfolio;
    let Some(handles) = p.handles() else { return };
    for (index, document) in p.documents.iter().enumerate().filter(|(_, d)| d.typed && !d.broken) {
        let project = p.project_of(index);
        let old = document.kind.role == Role::Report
            && project.is_some_and(|pr| pr.latest().is_none_or(|r| r.document != index));
        if old || project.is_some_and(over) {
            continue;
        }
        let mut words = people(&document.kind.fields, &document.fields);
        // An item in a file of its own is judged among the items.
        if let (Some(pr), Some(register)) = (project, &document.kind.register) {
            let item = pr.items(register).iter().find(|i| i.document == Some(index));
            words.retain(|(_, span)| {
                item.and_then(|i| unowned_item::names(p, pr, register, i)) != Some(*span)
            });
        }
        tell(&handles, &document.path, &document.lines, words, out);
    }
    for register in p.registers.iter().filter(|r| !r.broken) {
        let project = p.project_at(&register.path);
        if project.is_some_and(over) {
            continue;
        }
        let mut words = Vec::new();
        for (name, _, items) in &register.lists {
            for item in items {
                let spoken = project.and_then(|pr| unowned_item::names(p, pr, name, item));
                let own = people(&item.kind.fields, &item.fields);
                words.extend(own.into_iter().filter(|(_, span)| Some(*span) != spoken));
            }
        }
        tell(&handles, &register.path, &register.lines, words, out);
    }
    if let Some(units) = p.units().filter(|names| !names.broken) {
        let said = units.entries.slots.iter().filter_map(|s| s.datum.record());
        let managers = said.filter_map(|r| Some((r.text("manager")?, r.span("manager")?)));
        tell(&handles, &units.path, &units.lines, managers.collect(), out);
    }
}

/// Nobody asks any more who was meant.
fn over(project: &Project) -> bool {
    matches!(project.state, State::Complete | State::Cancelled)
}

/// The words in every field that names a person or a role.
fn people<'a>(fields: &Fields, from: &'a Record) -> Vec<Word<'a>> {
    words(fields, from, |kind| matches!(kind, Type::Person | Type::Role), ELSEWHERE)
}

fn tell(
    handles: &[String],
    path: &Arc<str>,
    lines: &LineIndex,
    words: Vec<Word<'_>>,
    out: &mut Vec<Finding>,
) {
    for (word, span) in words {
        if let Some(help) = unknown(handles, word) {
            let message = format!("`{}` is not in `people.yaml`", word.trim());
            let at = lines.position(span.start);
            let finding = Finding::new(RULE.name, path.clone(), span, at, message).help(help);
            out.push(match nearest(word.trim(), handles.iter().map(String::as_str)) {
                Some(near) => finding.meant(near),
                None => finding,
            });
        }
    }
}

/// What to do about a handle that is not among those, which are sorted; `None`
/// for one that is, and for what is no handle.
pub(super) fn unknown(handles: &[String], word: &str) -> Option<String> {
    let word = word.trim();
    if !word.starts_with('@') || handles.binary_search_by(|h| (**h).cmp(word)).is_ok() {
        return None;
    }
    Some(match nearest(word, handles.iter().map(String::as_str)) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("add `{word}` to `people.yaml`, or name somebody who is there"),
    })
}

#[cfg(test)]
mod tests {
    use crate::finding::Severity;
    use crate::rules::testing::portfolio;

    const RULE: &str = "unknown-person";
    const CARD: &str = "projects/crm/project.md";
    const LAST: &str = "projects/crm/status/2026-03-27.md";
    const RAID: &str = "projects/crm/raid.yaml";
    const MILESTONES: &str = "projects/crm/milestones.yaml";

    #[test]
    fn every_field_of_a_person_is_looked_up() {
        let sponsor = |who: &str| {
            portfolio().replace(CARD, "sponsor: Dana Okafor", &format!("sponsor: {who}"))
        };
        let found = sponsor("\"@dokafr\"").finds(RULE, CARD, 10);
        assert_eq!(found.message, "`@dokafr` is not in `people.yaml`");
        assert_eq!(found.help.as_deref(), Some("did you mean `@dokafor`?"));
        assert_eq!(found.severity, Severity::Warn);
        sponsor("\"@dokafor\"").silent(RULE);
        sponsor("Somebody Else").silent(RULE);
        sponsor("\"@dokafr\"").without("people.yaml").silent(RULE);
        portfolio().replace(LAST, "@mlopez", "@mlopes").finds(RULE, LAST, 3);
        portfolio().replace(MILESTONES, "@mlopez", "@ghost").finds(RULE, MILESTONES, 11);
        let path = "projects/crm/resources.yaml";
        let text = "updated: 2026-03-27\nresources:\n  - {id: RS-001, role: architect, person: \"@ghost\", status: requested}\n";
        portfolio().file(path, text).finds(RULE, path, 3);
        let path = "projects/crm/decisions.yaml";
        portfolio().replace(path, "decider: sponsor", "decider: \"@ghost\"").finds(RULE, path, 8);
        let path = "projects/crm/governance.md";
        let text = "---\nkind: governance\nforums:\n  - {name: Steering, chair: \"@ghost\", members: [\"@mlopez\", \"@gost\"]}\n---\n# Governance\n";
        let all = portfolio().file(path, text).findings();
        assert_eq!(all.iter().filter(|f| f.rule == RULE && &*f.path == path).count(), 2);
    }

    #[test]
    fn managers_of_units_are_looked_up() {
        let text = "ops: {name: Operations, manager: \"@dokafr\"}\nit: {manager: \"@mlopez\"}\n";
        let book = portfolio().file("units.yaml", text);
        let found = book.finds(RULE, "units.yaml", 1);
        assert_eq!(found.help.as_deref(), Some("did you mean `@dokafor`?"));
        assert_eq!(book.findings().iter().filter(|f| f.rule == RULE).count(), 1);
    }

    #[test]
    fn what_others_say_is_not_said_twice() {
        let raid = portfolio().replace(RAID, "@mlopez", "@mlopes");
        raid.finds("unowned-item", RAID, 5);
        raid.silent(RULE);
        raid.replace(RAID, "status: open", "status: closed").finds(RULE, RAID, 5);
        portfolio()
            .replace("projects/crm/charter.md", "name: \"@dokafor\"", "name: \"@ghost\"")
            .silent(RULE);
    }

    #[test]
    fn people_that_cannot_be_read_are_not_missed() {
        let broken = portfolio().replace("people.yaml", "mlopez:", "@mlopez:");
        let found = broken.finds("invalid-yaml", "people.yaml", 1);
        assert_eq!(
            found.help.as_deref(),
            Some("put the name in quotes, before the colon: `\"@mlopez\":`")
        );
        broken.silent(RULE);
        broken.silent("unowned-item");
        broken.silent("unauthorised-approver");
    }

    #[test]
    fn the_past_is_left_alone() {
        portfolio().replace("projects/crm/status/2026-02-27.md", "@mlopez", "@gone").silent(RULE);
        portfolio()
            .replace(MILESTONES, "@mlopez", "@gone")
            .replace(CARD, "state: active", "state: cancelled")
            .silent(RULE);
    }
}
