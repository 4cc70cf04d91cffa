//! `unknown-role`: a role that is none of the portfolio's.

use super::typed::{Word, words};
use super::{Context, Defaults, Rule};
use crate::data::field::{Fields, Type};
use crate::data::record::Record;
use crate::document::Document;
use crate::finding::Severity::{Note, Warn};
use crate::finding::{Finding, Grade};
use crate::kinds::Role;
use crate::portfolio::Portfolio;
use crate::text::LineIndex;
use std::sync::Arc;

pub(super) static RULE: Rule = Rule {
    name: "unknown-role",
    summary: "A role is none of those Milepost or the portfolio knows.",
    why: "Who must approve, who is told and who decides is asked for by role. An approval by the `sponser` counts for nobody, and an escalation to a role nobody holds reaches nobody. A word much like a known role is most likely a slip; any other may be a role of the house, to be named once under `[roles]` in `book.toml`.",
    defaults: Defaults::Graded([Warn, Warn, Warn], [Note, Note, Note]),
    example: "=== people.yaml\nmlopez: {name: Maria Lopez, roles: [project-manager]}\ndokafor: {name: Dana Okafor, roles: [sponser]}\n",
    remedy: "=== people.yaml\nmlopez: {name: Maria Lopez, roles: [project-manager]}\ndokafor: {name: Dana Okafor, roles: [sponsor]}\n",
    check: Some(check),
};

fn check(context: &Context<'_>, out: &mut Vec<Finding>) {
    let p = context.portfolio;
    for document in p.documents.iter().filter(|d| d.typed) {
        let mut words = roles(&document.kind.fields, &document.fields);
        held(document, &mut words);
        if document.kind.role == Role::Report {
            inline(&document.fields, &mut words);
        }
        decider(p, &document.fields, &mut words);
        tell(p, &document.path, &document.lines, words, out);
    }
    for register in &p.registers {
        let mut words = Vec::new();
        for approval in register.head.list("approvals") {
            let role =
                approval.datum.record().and_then(|a| Some((a.text("role")?, a.span("role")?)));
            words.extend(role);
        }
        for item in register.lists.iter().flat_map(|(_, _, items)| items) {
            words.extend(roles(&item.kind.fields, &item.fields));
            decider(p, &item.fields, &mut words);
        }
        tell(p, &register.path, &register.lines, words, out);
    }
    if let Some(people) = p.people() {
        let records = people.entries.slots.iter().filter_map(|s| s.datum.record());
        let words = records.flat_map(|r| r.texts("roles")).collect();
        tell(p, &people.path, &people.lines, words, out);
    }
}

fn tell(
    p: &Portfolio,
    path: &Arc<str>,
    lines: &LineIndex,
    words: Vec<Word<'_>>,
    out: &mut Vec<Finding>,
) {
    for (word, span) in words {
        // A person may stand where a role does.
        let own = || p.lifecycles.iter().any(|l| l.role(word).is_some());
        if word.trim().is_empty()
            || word.starts_with('@')
            || p.kinds.roles.find(word).is_some()
            || own()
        {
            continue;
        }
        let message = format!("`{word}` is no role of this portfolio");
        let mut finding =
            Finding::new(RULE.name, path.clone(), span, lines.position(span.start), message);
        finding = match p.kinds.roles.like(word) {
            Some(near) => finding.meant(near),
            None => {
                finding.grade = Grade::Small;
                finding
                    .help("name it under `[roles]` in `book.toml`, or write a role that is there")
            }
        };
        out.push(finding);
    }
}

/// The words in every field of the type `role`.
fn roles<'a>(fields: &Fields, from: &'a Record) -> Vec<Word<'a>> {
    words(fields, from, |kind| matches!(kind, Type::Role), &[])
}

/// The roles a card says who holds: the keys of `people`.
fn held<'a>(document: &'a Document, out: &mut Vec<Word<'a>>) {
    if !matches!(document.kind.role, Role::Card | Role::Charter) {
        return;
    }
    let people = document.fields.record("people").map(|people| people.slots.as_slice());
    out.extend(people.unwrap_or_default().iter().map(|slot| (&*slot.name, slot.key_span)));
}

/// Decisions written in a report itself.
fn inline<'a>(report: &'a Record, out: &mut Vec<Word<'a>>) {
    for ask in report.list("asks") {
        if let Some(ask) = ask.datum.record()
            && let (Some(word), Some(span)) = (ask.text("decider"), ask.span("decider"))
            && slip(word)
        {
            out.push((word, span));
        }
    }
}

/// A decider is a role or a person: only a word much like a role is one that
/// went wrong.
fn decider<'a>(p: &Portfolio, from: &'a Record, out: &mut Vec<Word<'a>>) {
    if let (Some(word), Some(span)) = (from.text("decider"), from.span("decider"))
        && slip(word)
        && p.kinds.roles.like(word).is_some()
    {
        out.push((word, span));
    }
}

/// Written like a role, not like a name.
fn slip(word: &str) -> bool {
    word.chars().all(|c| c.is_ascii_lowercase() || c == '-')
}

#[cfg(test)]
mod tests {
    use crate::finding::Severity;
    use crate::rules::testing::portfolio;

    const CARD: &str = "projects/crm/project.md";
    const CHARTER: &str = "projects/crm/charter.md";

    #[test]
    fn a_slip_is_guessed_and_an_own_role_is_noted() {
        let found = portfolio().replace(CHARTER, "role: sponsor", "role: sponser").finds(
            "unknown-role",
            CHARTER,
            8,
        );
        assert_eq!(found.severity, Severity::Warn);
        assert_eq!(found.message, "`sponser` is no role of this portfolio");
        assert_eq!(found.help.as_deref(), Some("did you mean `sponsor`?"));
        let own = || {
            portfolio().replace(
                CARD,
                "start:",
                "people: {data-steward: Eva, team-manager: Bob}\nstart:",
            )
        };
        let found = own().finds("unknown-role", CARD, 12);
        assert_eq!((found.severity, found.at.column), (Severity::Note, 10));
        own().config("[roles]\ndata-steward = \"Data steward\"\n").silent("unknown-role");
    }

    #[test]
    fn registers_are_looked_into() {
        let path = "projects/crm/milestones.yaml";
        portfolio().replace(path, "role: sponsor", "role: spnosor").finds("unknown-role", path, 5);
        let path = "projects/crm/decisions.yaml";
        portfolio().replace(path, "decider: sponsor", "decider: sponsr").finds(
            "unknown-role",
            path,
            8,
        );
    }

    #[test]
    fn other_words_and_people_are_no_slips() {
        let path = "projects/crm/decisions.yaml";
        for who in ["executive", "\"@dokafor\"", "Dana Okafor", "eva"] {
            portfolio()
                .replace(path, "decider: sponsor", &format!("decider: {who}"))
                .silent("unknown-role");
        }
        portfolio().replace(CHARTER, "role: sponsor", "role: Project Owner").silent("unknown-role");
    }
}
