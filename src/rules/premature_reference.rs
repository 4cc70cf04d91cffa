//! `premature-reference`: a document depends on one that is less far along.

use super::common::join;
use super::due::retired;
use super::{Context, Defaults, Rule};
use crate::data::record::Datum;
use crate::document::Document;
use crate::finding::{Finding, Severity};
use crate::lifecycles::{Lifecycle, Phase};
use crate::portfolio::Portfolio;
use crate::target::Target;
use crate::text::Span;
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;

pub(super) static RULE: Rule = Rule {
    name: "premature-reference",
    summary: "A document depends on another one that is less far along in its lifecycle, or on itself, directly or in a circle.",
    why: "A final standard that rests on a draft is not final: the draft can still change or be given up. Fields that `book.toml` marks with `ordered = true` name what a document depends on.",
    defaults: Defaults::Flat(Severity::Warn),
    example: "=== book.toml\n[[lifecycle.phases]]\nid = \"draft\"\nclass = \"initiate\"\n[[lifecycle.phases]]\nid = \"final\"\nclass = \"close\"\n[kinds.norm]\nrole = \"document\"\nmatch = \"norms/*.md\"\nphase-field = \"status\"\n[kinds.norm.fields]\nid = { type = \"id\" }\nstatus = { type = \"choice\", values = [\"draft\", \"final\"] }\nrequires = { type = \"list\", of = { type = \"link\" }, separator = \",\", ordered = true }\n=== norms/1.md\n---\nid: N1\nstatus: final\nrequires: N2\n---\n# One\n=== norms/2.md\n---\nid: N2\nstatus: draft\n---\n# Two\n",
    remedy: "=== book.toml\n[[lifecycle.phases]]\nid = \"draft\"\nclass = \"initiate\"\n[[lifecycle.phases]]\nid = \"final\"\nclass = \"close\"\n[kinds.norm]\nrole = \"document\"\nmatch = \"norms/*.md\"\nphase-field = \"status\"\n[kinds.norm.fields]\nid = { type = \"id\" }\nstatus = { type = \"choice\", values = [\"draft\", \"final\"] }\nrequires = { type = \"list\", of = { type = \"link\" }, separator = \",\", ordered = true }\n=== norms/1.md\n---\nid: N1\nstatus: final\nrequires: N2\n---\n# One\n=== norms/2.md\n---\nid: N2\nstatus: final\n---\n# Two\n",
    check: Some(check),
};

fn check(context: &Context<'_>, out: &mut Vec<Finding>) {
    let p = context.portfolio;
    circles(p, out);
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

/// A reference: to which document, in which words, and where.
type Edge<'a> = (usize, &'a str, Span);

/// Documents that depend on themselves: each circle is told once, at the first
/// of its documents.
fn circles(p: &Portfolio, out: &mut Vec<Finding>) {
    let mut edges: BTreeMap<usize, Vec<Edge<'_>>> = BTreeMap::new();
    for (index, document) in p.documents.iter().enumerate() {
        if document.broken || retired(document) {
            continue;
        }
        for (word, span) in references(document) {
            let target = p.resolve(word, &document.path, p.project_of(index));
            if let Some((to, _)) = target.and_then(|target| named(p, &target)) {
                edges.entry(index).or_default().push((to, word, span));
            }
        }
    }
    let forth: Vec<(usize, usize)> =
        edges.iter().flat_map(|(from, all)| all.iter().map(|(to, ..)| (*from, *to))).collect();
    let back: Vec<(usize, usize)> = forth.iter().map(|(from, to)| (*to, *from)).collect();
    let (leading, led) = (endless(&forth), endless(&back));
    edges.retain(|from, _| leading.contains(from) && led.contains(from));
    let mut told: BTreeSet<usize> = BTreeSet::new();
    for start in edges.keys() {
        if told.contains(start) {
            continue;
        }
        let Some(circle) = circle(&edges, *start) else { continue };
        told.extend(circle.iter().map(|(from, _)| *from));
        out.extend(tell(p, &circle));
    }
}

/// The nodes from which a way never has to end: those in a circle, and those
/// that lead to one.
fn endless(links: &[(usize, usize)]) -> BTreeSet<usize> {
    let mut ways: BTreeMap<usize, usize> = BTreeMap::new();
    let mut back: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (from, to) in links {
        *ways.entry(*from).or_default() += 1;
        ways.entry(*to).or_default();
        back.entry(*to).or_default().push(*from);
    }
    let mut ended: Vec<usize> = ways.iter().filter(|(_, n)| **n == 0).map(|(i, _)| *i).collect();
    while let Some(node) = ended.pop() {
        ways.remove(&node);
        for from in back.get(&node).into_iter().flatten() {
            if let Some(left) = ways.get_mut(from) {
                *left -= 1;
                if *left == 0 {
                    ended.push(*from);
                }
            }
        }
    }
    ways.into_keys().collect()
}

/// The shortest way from a document back to itself: each document on it with
/// the reference that leads on.
fn circle<'a>(
    edges: &BTreeMap<usize, Vec<Edge<'a>>>,
    start: usize,
) -> Option<Vec<(usize, Edge<'a>)>> {
    let mut came: BTreeMap<usize, (usize, Edge<'a>)> = BTreeMap::new();
    let mut next = VecDeque::from([start]);
    while let Some(from) = next.pop_front() {
        for edge in edges.get(&from).into_iter().flatten() {
            if came.contains_key(&edge.0) {
                continue;
            }
            came.insert(edge.0, (from, *edge));
            if edge.0 != start {
                next.push_back(edge.0);
                continue;
            }
            let mut way = vec![(from, *edge)];
            let mut at = from;
            while at != start {
                let step = *came.get(&at)?;
                way.push(step);
                at = step.0;
            }
            way.reverse();
            return Some(way);
        }
    }
    None
}

fn tell(p: &Portfolio, circle: &[(usize, Edge<'_>)]) -> Option<Finding> {
    let ((first, (_, word, span)), rest) = circle.split_first()?;
    let document = p.documents.get(*first)?;
    let through: Vec<String> = rest
        .iter()
        .filter_map(|(from, _)| Some(format!("`{}`", p.documents.get(*from)?.path)))
        .collect();
    let message = if through.is_empty() {
        format!("`{word}` is this document itself, which cannot depend on itself")
    } else {
        format!("this document depends on itself through {}", join(&through))
    };
    let mut finding =
        document.finding(RULE.name, *span, message).help("remove the dependency that is not one");
    for (from, (_, word, span)) in rest {
        if let Some(other) = p.documents.get(*from) {
            let label = format!("`{word}` leads on");
            finding = finding.related(other.path.clone(), *span, other.at(*span), label);
        }
    }
    Some(finding)
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
    fn a_document_does_not_depend_on_itself() {
        let requires = |one: &str, two: &str| {
            let norm = |id: &str, to: &str| {
                format!("---\nnumber: {id}\nstatus: final\nrequires: {to}\n---\n# N\n")
            };
            portfolio()
                .config(BOOK)
                .file("norms/1.md", &norm("1", one))
                .file("norms/2.md", &norm("2", two))
                .file("norms/3.md", "---\nnumber: 3\nstatus: final\n---\n# Three\n")
        };
        let found = requires("3, 1", "3").finds("premature-reference", "norms/1.md", 4);
        assert_eq!(found.message, "`1` is this document itself, which cannot depend on itself");
        assert_eq!(found.at.column, 14);
        let found = requires("2", "3, 1").finds("premature-reference", "norms/1.md", 4);
        assert_eq!(found.message, "this document depends on itself through `norms/2.md`");
        assert_eq!((&*found.related[0].path, found.related[0].at.line), ("norms/2.md", 4));
        let all = requires("2", "1").findings();
        assert_eq!(all.iter().filter(|f| f.rule == "premature-reference").count(), 1);
        requires("2", "3").silent("premature-reference");
    }

    #[test]
    fn what_is_not_known_is_not_judged() {
        norms("final", "finl").silent("premature-reference");
        norms("final", "finl").finds("invalid-value", "norms/2.md", 3);
    }
}
