//! `premature-reference`: a document depends on one that is less far along.

use super::due::retired;
use super::{Context, Defaults, Rule};
use crate::data::record::Datum;
use crate::document::Document;
use crate::finding::{Finding, Severity};
use crate::lifecycles::{Lifecycle, Phase};
use crate::portfolio::Portfolio;
use crate::target::Target;
use crate::text::Span;
use std::sync::Arc;

pub(super) static RULE: Rule = Rule {
    name: "premature-reference",
    summary: "A document depends on another one that is less far along in its lifecycle.",
    why: "A final standard that rests on a draft is not final: the draft can still change or be given up. Fields that `book.toml` marks with `ordered = true` name what a document depends on.",
    defaults: Defaults::Flat(Severity::Warn),
    example: "=== book.toml\n[[lifecycle.phases]]\nid = \"draft\"\nclass = \"initiate\"\n[[lifecycle.phases]]\nid = \"final\"\nclass = \"close\"\n[kinds.norm]\nrole = \"document\"\nmatch = \"norms/*.md\"\nphase-field = \"status\"\n[kinds.norm.fields]\nid = { type = \"id\" }\nstatus = { type = \"choice\", values = [\"draft\", \"final\"] }\nrequires = { type = \"list\", of = { type = \"link\" }, separator = \",\", ordered = true }\n=== norms/1.md\n---\nid: N1\nstatus: final\nrequires: N2\n---\n# One\n=== norms/2.md\n---\nid: N2\nstatus: draft\n---\n# Two\n",
    remedy: "=== book.toml\n[[lifecycle.phases]]\nid = \"draft\"\nclass = \"initiate\"\n[[lifecycle.phases]]\nid = \"final\"\nclass = \"close\"\n[kinds.norm]\nrole = \"document\"\nmatch = \"norms/*.md\"\nphase-field = \"status\"\n[kinds.norm.fields]\nid = { type = \"id\" }\nstatus = { type = \"choice\", values = [\"draft\", \"final\"] }\nrequires = { type = \"list\", of = { type = \"link\" }, separator = \",\", ordered = true }\n=== norms/1.md\n---\nid: N1\nstatus: final\nrequires: N2\n---\n# One\n=== norms/2.md\n---\nid: N2\nstatus: final\n---\n# Two\n",
    check: Some(check),
};

fn check(context: &Context<'_>, out: &mut Vec<Finding>) {
    let p = context.portfolio;
    for (index, document) in p.documents.iter().enumerate() {
        if document.broken || retired(document) {
            continue;
        }
        let words = references(document);
        if words.is_empty() {
            continue;
        }
        let Some((lifecycle, own)) = standing(p, index) else { continue };
        for (word, span) in words {
            let project = p.project_of(index);
            let Some(target) = p.resolve(word, &document.path, project) else { continue };
            let Some((to, other)) = named(p, &target).filter(|(to, _)| *to != index) else {
                continue;
            };
            let Some((theirs, other)) = other.filter(|(l, _)| l.name == lifecycle.name) else {
                continue;
            };
            if theirs.rank(other) >= lifecycle.rank(own) {
                continue;
            }
            let title =
                |phase: usize| lifecycle.phases.get(phase).map_or("", |ph: &Phase| &ph.title);
            let message = format!(
                "`{word}` is in phase {} while this document, in phase {}, depends on it",
                title(other),
                title(own)
            );
            let mut finding = document
                .finding(RULE.name, span, message)
                .help("wait until what it depends on is as far along, or remove the dependency");
            if let Some(found) = p.documents.get(to) {
                let at = p.stated_phase(to).map_or(found.head(), |s| s.span);
                finding =
                    finding.related(found.path.clone(), at, found.at(at), "its phase is said here");
            }
            out.push(finding);
        }
    }
}

type Standing<'a> = (&'a Arc<Lifecycle>, usize);

/// The lifecycle and phase a document is in by itself.
fn standing(p: &Portfolio, index: usize) -> Option<Standing<'_>> {
    let stated = p.stated_phase(index)?;
    Some((stated.lifecycle, stated.phase?))
}

/// The document a target means, and where that stands.
fn named<'a>(p: &'a Portfolio, target: &Target) -> Option<(usize, Option<Standing<'a>>)> {
    match target {
        Target::Document(path) | Target::Heading(path, _) => {
            let index = p.index_of(path)?;
            Some((index, standing(p, index)))
        }
        Target::Project(id) => {
            let project = p.project(id)?;
            Some((project.card, project.lifecycle.as_ref().zip(project.phase)))
        }
        _ => None,
    }
}

/// The words of every field that names what the document depends on.
fn references(document: &Document) -> Vec<(&str, Span)> {
    let fields = document.kind.fields.list.iter().filter(|f| f.ordered);
    let slots = fields.filter_map(|f| document.fields.slot(&f.name));
    slots
        .flat_map(|slot| match &slot.datum {
            Datum::Text(word) => vec![(&**word, slot.span)],
            Datum::List(items) => {
                items.iter().filter_map(|i| Some((i.datum.text()?, i.span))).collect()
            }
            _ => Vec::new(),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::{Fixture, portfolio};

    const BOOK: &str = r#"
[[lifecycle.phases]]
id = "draft"
class = "initiate"
[[lifecycle.phases]]
id = "stale"
class = "initiate"
level-with = "draft"
[[lifecycle.phases]]
id = "final"
class = "execute"
[[lifecycle.phases]]
id = "withdrawn"
class = "close"
level-with = "final"

[kinds.norm]
role = "document"
match = "norms/*.md"
phase-field = "status"
[kinds.norm.fields]
id = { type = "id", aliases = ["number"] }
status = { type = "choice", values = ["draft", "stale", "final", "withdrawn"] }
requires = { type = "list", of = { type = "link" }, separator = ",", ordered = true }
"#;

    fn norms(first: &str, second: &str) -> Fixture {
        portfolio()
            .config(BOOK)
            .file(
                "norms/1.md",
                &format!("---\nnumber: 1\nstatus: {first}\nrequires: 3, 2\n---\n# One\n"),
            )
            .file("norms/2.md", &format!("---\nnumber: 2\nstatus: {second}\n---\n# Two\n"))
            .file("norms/3.md", "---\nnumber: 3\nstatus: final\n---\n# Three\n")
    }

    #[test]
    fn a_final_document_must_not_rest_on_a_draft() {
        let found = norms("Final", "Draft").finds("premature-reference", "norms/1.md", 4);
        assert_eq!(found.at.column, 14);
        assert_eq!(
            found.message,
            "`2` is in phase draft while this document, in phase final, depends on it"
        );
        assert_eq!((&*found.related[0].path, found.related[0].at.line), ("norms/2.md", 3));
    }

    #[test]
    fn equally_far_is_far_enough() {
        norms("final", "final").silent("premature-reference");
        norms("final", "withdrawn").silent("premature-reference");
        norms("draft", "stale").silent("premature-reference");
        norms("stale", "draft").silent("premature-reference");
        norms("final", "stale").finds("premature-reference", "norms/1.md", 4);
    }

    #[test]
    fn what_is_not_known_is_not_judged() {
        norms("final", "finl").silent("premature-reference");
        norms("final", "finl").finds("invalid-value", "norms/2.md", 3);
    }
}
