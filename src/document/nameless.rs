//! Slips at `kind`: left out, misspelt, or given by another word.

use crate::data::{Entry, Node, Problem};
use crate::kinds::{Kind, Kinds, Role};
use crate::text::Span;
use std::sync::Arc;

/// The kind of card a file without `kind` was meant to be: it has the card's
/// name and fields that only a card has.
pub(super) fn misses_kind<'k>(path: &str, root: &Node, kinds: &'k Kinds) -> Option<&'k Arc<Kind>> {
    let (card, page) = (kinds.of_role(Role::Card)?, kinds.of_role(Role::Page)?);
    let named = path.rsplit('/').next() == card.file.rsplit('/').next();
    if !named || root.get("kind").is_some() {
        return None;
    }
    let own = |key: &str| card.fields.find(key).is_some() && page.fields.find(key).is_none();
    let fields = root.entries().iter().filter(|e| own(&e.key)).count();
    (fields > 1).then_some(card)
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
