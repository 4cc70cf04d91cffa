//! Tree objects compared and searched as they are stored, without taking apart
//! what both have alike: walking through history does little else.

use super::Id;
use super::folders::{Entry, Mode, bad, is_forbidden};
use crate::error::Result;
use crate::tree::names::shown;
use gix_object::tree::name_order;
use std::cmp::Ordering;

/// The entries of two tree objects that differ, in git's order of names.
pub(super) struct Differing<'a> {
    before: Raw<'a>,
    after: Raw<'a>,
}

/// What is left of a tree object.
#[derive(Clone, Copy)]
struct Raw<'a> {
    id: Id,
    rest: &'a [u8],
}

type Two<'a> = (Option<Entry<'a>>, Option<Entry<'a>>);

impl<'a> Differing<'a> {
    /// Each side is a tree object with its id.
    pub(super) fn new(before: (Id, &'a [u8]), after: (Id, &'a [u8])) -> Self {
        let raw = |(id, rest)| Raw { id, rest };
        Self { before: raw(before), after: raw(after) }
    }

    fn step(&mut self) -> Result<Option<Two<'a>>> {
        let alike = alike(self.before.rest, self.after.rest);
        let whole = self.before.whole(alike);
        self.before.rest = self.before.rest.get(whole..).unwrap_or_default();
        self.after.rest = self.after.rest.get(whole..).unwrap_or_default();
        let (mut before, mut after) = (self.before, self.after);
        let (old, new) = (before.next()?, after.next()?);
        let order = match (&old, &new) {
            (None, None) => return Ok(None),
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (Some(a), Some(b)) => {
                let folder = |entry: &Entry<'_>| entry.mode == Mode::Folder;
                name_order(a.name, folder(a), b.name, folder(b))
            }
        };
        if order != Ordering::Greater {
            self.before = before;
        }
        if order != Ordering::Less {
            self.after = after;
        }
        Ok(Some(match order {
            Ordering::Less => (old, None),
            Ordering::Greater => (None, new),
            Ordering::Equal => (old, new),
        }))
    }
}

impl<'a> Iterator for Differing<'a> {
    type Item = Result<Two<'a>>;

    fn next(&mut self) -> Option<Self::Item> {
        let step = self.step().transpose();
        if matches!(step, Some(Err(_))) {
            (self.before.rest, self.after.rest) = (&[], &[]);
        }
        step
    }
}

impl<'a> Raw<'a> {
    /// Take the next entry.
    fn next(&mut self) -> Result<Option<Entry<'a>>> {
        if self.rest.is_empty() {
            return Ok(None);
        }
        let cut = || bad(self.id, "", "is cut off or no tree");
        let end = end(self.rest).ok_or_else(cut)?;
        let (entry, rest) = self.rest.split_at_checked(end).ok_or_else(cut)?;
        let (head, id) = entry.split_at_checked(end - 20).ok_or_else(cut)?;
        let space = head.iter().position(|b| *b == b' ').ok_or_else(cut)?;
        let name = head.get(space + 1..head.len() - 1).ok_or_else(cut)?;
        if is_forbidden(name) {
            let what = format!("holds the forbidden name `{}`", shown(name));
            return Err(bad(self.id, "", &what));
        }
        let digits = std::str::from_utf8(head.get(..space).unwrap_or_default()).ok();
        let mode = digits.and_then(|d| u32::from_str_radix(d, 8).ok()).and_then(Mode::of);
        let mode = mode.ok_or_else(|| {
            bad(self.id, "", &format!("holds `{}` with an unknown mode", shown(name)))
        })?;
        let id = Id::of(id).ok_or_else(cut)?;
        self.rest = rest;
        Ok(Some(Entry { name, mode, id }))
    }

    /// Length of the whole entries among the first `most` bytes.
    fn whole(&self, most: usize) -> usize {
        let mut at = 0;
        while let Some(end) = self.rest.get(at..).and_then(end)
            && at + end <= most
        {
            at += end;
        }
        at
    }
}

/// Length of the first entry: mode, space, name, NUL and the id.
fn end(raw: &[u8]) -> Option<usize> {
    let end = memchr::memchr(0, raw)? + 21;
    (end <= raw.len()).then_some(end)
}

/// How many bytes both begin with.
fn alike(a: &[u8], b: &[u8]) -> usize {
    const STEP: usize = 64;
    let (one, two) = (a.chunks_exact(STEP), b.chunks_exact(STEP));
    let whole = STEP * one.zip(two).take_while(|(a, b)| a == b).count();
    let (a, b) = (a.get(whole..).unwrap_or_default(), b.get(whole..).unwrap_or_default());
    whole + a.iter().zip(b).take_while(|(a, b)| a == b).count()
}

/// The entry of this name.
pub(super) fn find(id: Id, raw: &[u8], name: &[u8]) -> Result<Option<(Mode, Id)>> {
    let mut entries = Raw { id, rest: raw };
    while let Some(length) = end(entries.rest) {
        let head = entries.rest.get(..length - 21).unwrap_or_default();
        if head.ends_with(name) {
            let mut here = entries;
            let entry = here.next()?;
            if let Some(entry) = entry.filter(|entry| entry.name == name) {
                return Ok(Some((entry.mode, entry.id)));
            }
        }
        entries.rest = entries.rest.get(length..).unwrap_or_default();
    }
    Ok(None)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tree(entries: &[(&str, &str, u8)]) -> Vec<u8> {
        let one = |(mode, name, id): &(&str, &str, u8)| {
            [format!("{mode} {name}\0").as_bytes(), &[*id; 20]].concat()
        };
        entries.iter().flat_map(one).collect()
    }

    fn told(before: &[u8], after: &[u8]) -> Vec<String> {
        let name = |entry: Option<Entry<'_>>| {
            entry.map_or("-".into(), |entry| String::from_utf8_lossy(entry.name).into_owned())
        };
        Differing::new((Id::default(), before), (Id::default(), after))
            .map(|two| two.map_or("bad".into(), |(a, b)| format!("{} {}", name(a), name(b))))
            .collect()
    }

    #[test]
    fn only_entries_that_differ_are_taken_apart() {
        let many: Vec<(String, u8)> = (0..200).map(|n| (format!("f{n:03}"), n)).collect();
        let of = |many: &[(String, u8)]| {
            let all: Vec<_> = many.iter().map(|(name, id)| ("100644", &**name, *id)).collect();
            tree(&all)
        };
        let mut other = many.clone();
        other[0].1 = 250;
        other[77].1 = 250;
        other.remove(150);
        other.push(("g".into(), 1));
        let all = ["f000 f000", "f077 f077", "f150 -", "- g"];
        assert_eq!(told(&of(&many), &of(&other)), all);
        assert_eq!(told(&of(&many), &of(&many)), Vec::<String>::new());
        assert_eq!(told(&of(&many[..2]), &[]), ["f000 -", "f001 -"]);
    }

    #[test]
    fn a_file_that_became_a_folder_is_both() {
        let file = tree(&[("100644", "a", 1), ("100644", "a-b", 2)]);
        let folder = tree(&[("100644", "a-b", 2), ("40000", "a", 1)]);
        assert_eq!(told(&file, &folder), ["a -", "- a"]);
    }

    #[test]
    fn an_entry_is_found_by_its_whole_name() {
        let raw = tree(&[("40000", " y", 1), ("100644", "x y", 2), ("100644", "y", 3)]);
        let at = |name: &str| {
            let found = find(Id::default(), &raw, name.as_bytes()).unwrap();
            found.map(|(_, id)| id.bytes()[0])
        };
        assert_eq!((at("y"), at(" y"), at("x y"), at("")), (Some(3), Some(1), Some(2), None));
        assert_eq!(at("z"), None);
    }

    #[test]
    fn what_is_no_tree_is_told() {
        let bad = tree(&[("100644", "..", 1)]);
        assert_eq!(told(&bad, &[]), ["bad"]);
        let mut cut = tree(&[("100644", "a", 1)]);
        cut.pop();
        assert_eq!(told(&[], &cut), ["bad"]);
        assert_eq!(told(&tree(&[("9", "a", 1)]), &[]), ["bad"]);
        assert_eq!(told(&tree(&[("60000", "a", 1)]), &[]), ["bad"]);
    }
}
