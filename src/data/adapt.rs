//! Lays a document with field names of its own over our fields: moves values
//! from where an organisation keeps them to where a kind expects them, each
//! value keeping its place in the file.

use super::field::snake;
use super::{Entry, Node, Value};

/// One move: the first of the sources that is present goes to the target.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Move {
    /// Path of the value as the kind knows it (`["health", "overall"]`).
    pub to: Vec<Box<str>>,
    /// Paths it may stand under in the file, in order of preference.
    pub from: Vec<Vec<Box<str>>>,
}

/// Split a dotted path.
#[must_use]
pub fn path(dotted: &str) -> Vec<Box<str>> {
    dotted.split('.').map(Into::into).collect()
}

/// Apply the moves to a mapping. All sources are taken away first, so that two
/// fields may change places; a source that is not there changes nothing.
pub fn apply(root: &mut Node, moves: &[Move]) {
    let mut taken: Vec<(&Move, Entry)> = Vec::new();
    for step in moves {
        // What stands where it belongs stays; what is elsewhere is then told.
        let leaves = moves.iter().flat_map(|m| &m.from).any(|from| step.to.starts_with(from));
        if !leaves && has(root, &step.to) {
            continue;
        }
        for from in &step.from {
            if let Some(entry) = take(root, from) {
                if taken.last().is_none_or(|(last, _)| *last != step) {
                    taken.push((step, entry));
                }
                break;
            }
        }
    }
    for (step, entry) in taken {
        place(root, &step.to, entry);
    }
}

fn has(node: &Node, path: &[Box<str>]) -> bool {
    let Some((first, rest)) = path.split_first() else { return true };
    let found = node.entries().iter().find(|e| snake(&e.key) == snake(first));
    found.is_some_and(|entry| has(&entry.value, rest))
}

fn take(node: &mut Node, path: &[Box<str>]) -> Option<Entry> {
    let (first, rest) = path.split_first()?;
    let Value::Map(entries) = &mut node.value else { return None };
    let same = |e: &Entry| e.key == *first || snake(&e.key) == snake(first);
    let i = entries.iter().position(same)?;
    if rest.is_empty() {
        return Some(entries.remove(i));
    }
    let inner = take(&mut entries[i].value, rest)?;
    if entries[i].value.entries().is_empty() {
        entries.remove(i);
    }
    Some(inner)
}

fn place(node: &mut Node, path: &[Box<str>], mut entry: Entry) {
    let Some((first, rest)) = path.split_first() else { return };
    let Value::Map(entries) = &mut node.value else { return };
    entry.key.clone_from(first);
    if rest.is_empty() {
        if !entries.iter().any(|e| e.key == *first) {
            entries.push(entry);
        }
        return;
    }
    let i = match entries.iter().position(|e| e.key == *first) {
        Some(i) => i,
        None => {
            let value = Node { span: entry.value.span, value: Value::Map(Vec::new()) };
            entries.push(Entry { key: first.clone(), key_span: entry.key_span, value });
            entries.len() - 1
        }
    };
    place(&mut entries[i].value, rest, entry);
}
