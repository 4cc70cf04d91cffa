//! The keys of front matter in their kind's order, each with its comments.
//!
//! What was approved or sent out stays as it is, and so do keys among which a
//! comment stands that need not belong to the key below it.

use super::front_matter;
use crate::data::Node;
use crate::data::front_matter::split;
use crate::document::Document;
use crate::kinds::{Kind, Role};

/// States in which a document is a record: nothing in it changes places.
const RECORDS: &[&str] = &["published", "approved", "baselined", "superseded", "archived"];

/// Whether a document is still worked on, so that its keys may change places.
/// A report without a state is out; a state we cannot read may be anything.
pub(super) fn may_move(text: &str, document: &Document) -> bool {
    let fields = &document.kind.fields;
    let is_state = |key: &str| fields.find(key).is_some_and(|field| &*field.name == "state");
    match document.fields.text("state") {
        Some(state) => !RECORDS.contains(&state),
        None if document.kind.role == Role::Report => false,
        None => front_matter(text).is_some_and(|root| {
            !root.entries().iter().any(|e| is_state(&e.key) || &*e.key == "state")
        }),
    }
}

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
    if !comments_are_sure(yaml, &starts, &ranks) {
        return None;
    }
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

/// Whether each comment among the keys that change places surely belongs to
/// the key right below it.
fn comments_are_sure(yaml: &str, starts: &[usize], ranks: &[usize]) -> bool {
    let mut order: Vec<usize> = (0..ranks.len()).collect();
    order.sort_by_key(|i| ranks.get(*i));
    let moves = |i: &usize| order.get(*i) != Some(i);
    let Some(first) = (0..order.len()).find(moves) else { return true };
    let last = (0..order.len()).rfind(moves).unwrap_or(first);
    let from = first.checked_sub(1).and_then(|i| starts.get(i)).copied().unwrap_or(0);
    let to = starts.get(last + 1).copied().unwrap_or(yaml.len());
    let lines: Vec<&str> = yaml.get(from..to).unwrap_or("").lines().collect();
    let comment = |line: &&str| line.trim_start().starts_with('#');
    let blank = |line: &&str| line.trim().is_empty();
    // Above the first key, it may be about all of them; below the last, about
    // the one above it.
    let at_edge = (first == 0 && lines.first().is_some_and(comment))
        || (last + 1 == order.len() && lines.last().is_some_and(comment));
    let doubtful = lines.windows(2).any(|pair| {
        let [above, below] = pair else { return false };
        let set_off = (comment(above) && blank(below)) || (blank(above) && comment(below));
        // Indented, it goes on from the line above it.
        let goes_on = comment(above) && !above.starts_with('#') && !below.starts_with(' ');
        set_off || goes_on
    });
    let goes_on = lines.last().is_some_and(|line| comment(line) && !line.starts_with('#'));
    !(at_edge || doubtful || goes_on)
}

/// The place of a key: `kind` and `project` first, then the kind's fields,
/// `approvals` of what is approved after them, then what we do not know.
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
        "approvals" if kind.approvable => usize::MAX - 1,
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
