//! The keys of front matter in their kind's order, each with its comments.

use super::front_matter;
use crate::data::Node;
use crate::data::front_matter::split;
use crate::kinds::Kind;

/// The text with the keys of its front matter in the order in which `new`
/// writes them; `None` if they are, or if they cannot be moved safely.
pub(super) fn ordered(text: &str, kind: &Kind) -> Option<String> {
    let root = front_matter(text)?;
    let range = split(text).yaml?;
    let yaml = text.get(range.clone())?;
    let mut starts = Vec::with_capacity(root.entries().len());
    for entry in root.entries() {
        let at = (entry.key_span.start as usize).checked_sub(range.start)?;
        // Each key begins a line of its own.
        let begins = at == 0 || yaml.as_bytes().get(at - 1) == Some(&b'\n');
        if !begins || starts.last().is_some_and(|last| *last >= at) {
            return None;
        }
        starts.push(at);
    }
    let ranks: Vec<usize> = root.entries().iter().map(|e| rank(&e.key, kind)).collect();
    if ranks.is_sorted() || !yaml.ends_with('\n') {
        return None;
    }
    let leads: Vec<usize> = (0..starts.len()).map(|i| lead(yaml, &starts, i)).collect();
    let tail = tail(yaml, *starts.last()?);
    let mut parts = Vec::with_capacity(starts.len());
    for (i, from) in leads.iter().enumerate() {
        let to = leads.get(i + 1).copied().unwrap_or(tail);
        parts.push((ranks.get(i).copied()?, yaml.get(*from..to)?));
    }
    parts.sort_by_key(|(rank, _)| *rank);
    let mut out = String::with_capacity(text.len());
    out.push_str(text.get(..range.start)?);
    out.push_str(yaml.get(..*leads.first()?)?);
    for (_, part) in parts {
        out.push_str(part);
    }
    out.push_str(yaml.get(tail..)?);
    out.push_str(text.get(range.end..)?);
    (same_lines(text, &out) && holds_all(&root, &out)).then_some(out)
}

/// The place of a key: `kind` and `project` first, then the kind's fields,
/// `approvals` after them, then what we do not know.
fn rank(key: &str, kind: &Kind) -> usize {
    let moved = || {
        let from = |m: &&crate::data::adapt::Move| {
            m.from.iter().any(|path| path.first().is_some_and(|first| **first == *key))
        };
        let to = kind.moves.iter().find(from)?.to.first()?;
        kind.fields.find(to)
    };
    let Some(field) = kind.fields.find(key).or_else(moved) else { return usize::MAX };
    match &*field.name {
        "kind" => 0,
        "project" => 1,
        "approvals" => usize::MAX - 1,
        name => {
            kind.fields.list.iter().position(|f| *f.name == *name).map_or(usize::MAX, |i| i + 2)
        }
    }
}

/// Where what belongs to a key begins: with the comment lines directly above
/// it, and the empty lines above these.
fn lead(yaml: &str, starts: &[usize], i: usize) -> usize {
    let floor = i.checked_sub(1).and_then(|i| starts.get(i)).copied();
    let mut at = starts.get(i).copied().unwrap_or(0);
    let mut blank = false;
    while let Some((from, line)) = line_before(yaml, at) {
        let empty = line.trim().is_empty();
        let comment = line.starts_with('#') && !blank;
        // A first comment set off by an empty line heads the whole block.
        if floor.is_some_and(|floor| from <= floor) || !(empty || comment) {
            break;
        }
        if floor.is_none() && empty {
            break;
        }
        blank |= empty;
        at = from;
    }
    at
}

/// Where comments and empty lines after the last value begin.
fn tail(yaml: &str, last: usize) -> usize {
    let mut at = yaml.len();
    while let Some((from, line)) = line_before(yaml, at) {
        if from <= last || !(line.trim().is_empty() || line.starts_with('#')) {
            break;
        }
        at = from;
    }
    at
}

/// The line that ends at `at`, and where it begins.
fn line_before(text: &str, at: usize) -> Option<(usize, &str)> {
    let before = text.get(..at)?.strip_suffix('\n')?;
    let from = before.rfind('\n').map_or(0, |n| n + 1);
    Some((from, before.get(from..)?))
}

/// No line was added, lost or changed.
fn same_lines(before: &str, after: &str) -> bool {
    let sorted = |text: &str| {
        let mut lines: Vec<String> = text.split_inclusive('\n').map(Into::into).collect();
        lines.sort_unstable();
        lines
    };
    sorted(before) == sorted(after)
}

/// Every key of the old tree is there still, once.
fn holds_all(old: &Node, after: &str) -> bool {
    let Some(new) = front_matter(after) else { return false };
    new.entries().len() == old.entries().len()
        && old.entries().iter().all(|entry| new.get(&entry.key).is_some())
}
