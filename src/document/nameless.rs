//! Slips at `kind`: left out, misspelt, or given by another word.

use crate::data::{Entry, Node, Problem};
use crate::kinds::{Kind, Kinds, Role};
use crate::text::Span;
use std::sync::Arc;

/// Fields of a kind that tell which one a file without `kind` was meant to be.
const TELLING: usize = 4;

/// The kind a file without `kind` was meant to be: a card, where it has the
/// card's name and fields that only a card has; else the kind that most of its
/// fields are of.
pub(super) fn misses_kind<'k>(path: &str, root: &Node, kinds: &'k Kinds) -> Option<&'k Arc<Kind>> {
    let (card, page) = (kinds.of_role(Role::Card)?, kinds.of_role(Role::Page)?);
    if root.get("kind").is_some() {
        return None;
    }
    let strange: Vec<&str> = root
        .entries()
        .iter()
        .map(|e| &*e.key)
        .filter(|key| page.fields.find(key).is_none())
        .collect();
    let of = |kind: &Kind| strange.iter().filter(|key| kind.fields.find(key).is_some()).count();
    let named = path.rsplit('/').next() == card.file.rsplit('/').next();
    if named && of(card) > 1 {
        return Some(card);
    }
    if strange.len() < TELLING {
        return None;
    }
    let mut best: Option<(usize, &Arc<Kind>)> = None;
    for kind in kinds.iter().filter(|kind| kind.role != Role::Page) {
        let count = of(kind);
        if best.is_none_or(|(most, _)| count > most) {
            best = Some((count, kind));
        }
    }
    let (count, kind) = best?;
    (count >= TELLING && 4 * count >= 3 * strange.len()).then_some(kind)
}

/// Whether `kind` itself is misspelt.
pub(super) fn is_kind_key(problem: &Problem) -> bool {
    problem.rule == "unknown-field" && problem.replacement.as_deref() == Some("kind")
}

/// A kind by another word than its own is read, and said; a portfolio's own
/// words need no remark.
pub(super) fn other_word(name: &str, kind: &Kind, span: Span) -> Option<Problem> {
    let plain = name.trim().to_lowercase().replace([' ', '_'], "-");
    if plain == *kind.name || kind.own_aliases.iter().any(|a| **a == *name || **a == *plain) {
        return None;
    }
    let message = format!("kind `{name}` is read as `{}`", kind.name);
    let problem = Problem::new("kind-alias", span, message).meant(&kind.name);
    Some(problem.help(format!("write `kind: {}`", kind.name)))
}

pub(super) fn unknown_kind_key(slip: &Entry) -> Problem {
    let message = format!("unknown field `{}`", slip.key);
    Problem::new("unknown-field", slip.key_span, message).meant("kind")
}
