//! Findings in words: those that say the same of many places in one line.

use crate::review::findings::{Found, Level};
use crate::review::phrase::Phrase;
use crate::text::counted;
use std::collections::BTreeMap;

/// This many findings that differ in a name or a number alone share a line;
/// two that say the very same do.
const MANY: usize = 4;

/// Most places that a shared line names.
const PLACES: usize = 3;

/// One line for each finding, and one for all that are alike, where the first
/// of them stands.
pub(super) fn findings(all: &[Found]) -> Vec<Phrase> {
    let mut same: BTreeMap<Key<'_>, Vec<usize>> = BTreeMap::new();
    let mut alike: BTreeMap<Key<'_>, Vec<usize>> = BTreeMap::new();
    for (i, f) in all.iter().enumerate() {
        same.entry(key(f, f.message.clone())).or_default().push(i);
    }
    // What is said once may be like what else is said once.
    for list in same.values().filter(|list| list.len() == 1) {
        for (i, f) in list.iter().filter_map(|i| Some((*i, all.get(*i)?))) {
            alike.entry(key(f, shape(&f.message))).or_default().push(i);
        }
    }
    for list in alike.values_mut() {
        list.sort_unstable();
    }
    let mut told = vec![false; all.len()];
    let mut out = Vec::new();
    for (i, f) in all.iter().enumerate() {
        if told.get(i).copied().unwrap_or(true) {
            continue;
        }
        let one = vec![i];
        let near = alike.get(&key(f, shape(&f.message)));
        let near = near.filter(|list| list.len() >= MANY && list.contains(&i));
        let group = near.or_else(|| same.get(&key(f, f.message.clone()))).unwrap_or(&one);
        for at in group {
            if let Some(told) = told.get_mut(*at) {
                *told = true;
            }
        }
        let places: Vec<&Found> = group.iter().filter_map(|at| all.get(*at)).collect();
        out.push(line(f, &places));
    }
    out
}

/// What findings that share a line have in common.
type Key<'f> = (&'f str, Level, Option<Level>, String);

fn key(f: &Found, words: String) -> Key<'_> {
    (f.rule, f.severity, f.was, words)
}

/// A message without what stands in backticks and without numbers.
fn shape(message: &str) -> String {
    let mut out = String::new();
    for (i, piece) in message.split('`').enumerate() {
        if i % 2 == 1 {
            out.push('`');
            continue;
        }
        for c in piece.chars() {
            match c {
                c if c.is_ascii_digit() && out.ends_with('0') => {}
                c if c.is_ascii_digit() => out.push('0'),
                c => out.push(c),
            }
        }
    }
    out
}

fn line(f: &Found, places: &[&Found]) -> Phrase {
    let worse = f.was.map_or(String::new(), |was| format!(" (was a {})", was.called()));
    let others = places.len().saturating_sub(1);
    let differ = places.iter().filter(|o| o.message != f.message).count();
    let mut out = Phrase::default().strong(f.severity.called()).plain(worse);
    if others > 0 {
        out = out.plain(format!(" × {}", places.len()));
    }
    out = out.plain(": ").prose(f.message.clone());
    if differ > 0 {
        out = out.plain(format!(", and {differ} like it"));
    }
    out = out.plain(" (").code(f.rule);
    for place in places.iter().take(PLACES) {
        out = out.plain(", ").link(format!("{}:{}", place.path, place.line), place.target.clone());
    }
    match places.len().saturating_sub(PLACES) {
        0 => out.plain(")"),
        more => out.plain(format!(" and {})", counted(more, "more place"))),
    }
}
