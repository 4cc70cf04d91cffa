//! Tree objects: one folder of a revision each, its entries checked.

use super::objects::{Kind, Objects};
use super::{Id, MOST_ENTRIES};
use crate::error::{Error, Result};
use crate::tree::names::shown;
use std::collections::HashMap;
use std::sync::{Arc, Mutex};

/// Largest tree object, in bytes.
const MOST_BYTES: u64 = 32 << 20;

/// Bytes of tree objects, and of folders, that are kept.
const KEPT_BYTES: usize = 32 << 20;

/// What an entry of a folder is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Mode {
    File,
    Program,
    Link,
    Folder,
    /// A commit of another repository: a submodule.
    Module,
}

impl Mode {
    pub(super) fn of(mode: u32) -> Option<Self> {
        Some(match mode & 0o170_000 {
            0o100_000 if mode & 0o100 != 0 => Self::Program,
            0o100_000 => Self::File,
            0o120_000 => Self::Link,
            0o040_000 => Self::Folder,
            0o160_000 => Self::Module,
            _ => return None,
        })
    }

    pub(super) fn is_file(self) -> bool {
        matches!(self, Self::File | Self::Program)
    }
}

/// An entry of a folder.
#[derive(Debug, Clone, Copy)]
pub(super) struct Entry<'a> {
    pub(super) name: &'a [u8],
    pub(super) mode: Mode,
    pub(super) id: Id,
}

/// A folder: its entries in the order of the bytes of their names.
#[derive(Debug, Default)]
pub(super) struct Folder {
    data: Arc<Vec<u8>>,
    slots: Vec<Slot>,
}

#[derive(Debug, Clone, Copy)]
struct Slot {
    start: u32,
    end: u32,
    mode: Mode,
}

impl Folder {
    /// Check and order the entries of a tree object; `place` names it in
    /// messages.
    fn new(id: Id, data: Arc<Vec<u8>>, place: &str) -> Result<Self> {
        let mut slots: Vec<Slot> = Vec::new();
        let bad = |what: String| bad(id, place, &what);
        let mut at = 0;
        for entry in gix_object::TreeRefIter::from_bytes(&data, gix_hash::Kind::Sha1) {
            let entry = entry.map_err(|_| bad("is cut off or no tree".into()))?;
            let name: &[u8] = entry.filename;
            let value = entry.mode.value();
            let mode = Mode::of(value.into()).ok_or_else(|| {
                bad(format!("holds `{}` with the unknown mode {value:o}", shown(name)))
            })?;
            if is_forbidden(name) {
                return Err(bad(format!("holds the forbidden name `{}`", shown(name))));
            }
            if slots.len() >= MOST_ENTRIES {
                return Err(over_limit(place));
            }
            // A mode of five or six digits, a space, the name, NUL and the id.
            let digits = data.get(at..).and_then(|rest| rest.iter().position(|b| *b == b' '));
            let start = at + digits.unwrap_or(0) + 1;
            let end = start + name.len();
            at = end + 1 + 20;
            let (Ok(start), Ok(end)) = (u32::try_from(start), u32::try_from(end)) else {
                return Err(over_limit(place));
            };
            slots.push(Slot { start, end, mode });
        }
        let name = |slot: &Slot| data.get(slot.start as usize..slot.end as usize);
        if !slots.is_sorted_by(|a, b| name(a) < name(b)) {
            slots.sort_by(|a, b| name(a).cmp(&name(b)));
            if let Some(twice) = slots.windows(2).find(|two| match two {
                [a, b] => name(a) == name(b),
                _ => false,
            }) {
                let twice = twice.first().and_then(name).unwrap_or_default();
                return Err(bad(format!("holds the name `{}` twice", shown(twice))));
            }
        }
        Ok(Self { data, slots })
    }

    pub(super) fn len(&self) -> usize {
        self.slots.len()
    }

    pub(super) fn get(&self, at: usize) -> Option<Entry<'_>> {
        let slot = self.slots.get(at)?;
        let end = slot.end as usize;
        let name = self.data.get(slot.start as usize..end)?;
        let id = Id::of(self.data.get(end + 1..end + 21)?)?;
        Some(Entry { name, mode: slot.mode, id })
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = Entry<'_>> {
        (0..self.slots.len()).filter_map(|at| self.get(at))
    }

    pub(super) fn find(&self, name: &[u8]) -> Option<Entry<'_>> {
        let of = |slot: &Slot| self.data.get(slot.start as usize..slot.end as usize);
        let at = self.slots.binary_search_by(|slot| of(slot).cmp(&Some(name))).ok()?;
        self.get(at)
    }
}

/// That a tree object cannot be used.
pub(super) fn bad(id: Id, place: &str, what: &str) -> Error {
    let place = if place.is_empty() { String::new() } else { format!(" in `{place}`") };
    Error::usage(format!("the git tree `{id}`{place} {what}"))
        .help("git would not check it out either: look at it with `git fsck`")
}

/// Names that no checkout may hold.
pub(super) fn is_forbidden(name: &[u8]) -> bool {
    name.is_empty()
        || name.contains(&b'/')
        || matches!(name, b"." | b"..")
        || name.eq_ignore_ascii_case(b".git")
}

/// That a tree has too many entries.
pub(super) fn over_limit(place: &str) -> Error {
    let place = if place.is_empty() { "the revision".into() } else { format!("`{place}`") };
    Error::usage(format!(
        "{place} holds more files and folders than the limit of {MOST_ENTRIES} for a revision"
    ))
    .help("name a folder that holds only the book, or keep large data outside the repository")
}

/// Tree objects and folders read lately.
#[derive(Debug, Default)]
pub(super) struct Folders {
    raw: Mutex<Kept<Vec<u8>>>,
    checked: Mutex<Kept<Folder>>,
}

/// What was read lately, in two generations.
#[derive(Debug)]
struct Kept<T> {
    young: HashMap<Id, Arc<T>, ahash::RandomState>,
    old: HashMap<Id, Arc<T>, ahash::RandomState>,
    bytes: usize,
}

impl Folders {
    /// The bytes of a tree object.
    pub(super) fn raw(&self, objects: &Objects, id: Id) -> Result<Arc<Vec<u8>>> {
        if let Some(data) = self.raw.lock().ok().and_then(|mut kept| kept.get(id, Vec::len)) {
            return Ok(data);
        }
        let data = Arc::new(objects.expect(id, Kind::Tree, MOST_BYTES)?);
        if let Ok(mut kept) = self.raw.lock() {
            kept.put(id, data.clone(), data.len());
        }
        Ok(data)
    }

    /// The folder whose tree object is `id`; `place` names it in messages.
    pub(super) fn get(&self, objects: &Objects, id: Id, place: &str) -> Result<Arc<Folder>> {
        let size = |folder: &Folder| folder.slots.len() * size_of::<Slot>() + folder.data.len();
        if let Some(folder) = self.checked.lock().ok().and_then(|mut kept| kept.get(id, size)) {
            return Ok(folder);
        }
        let folder = Arc::new(Folder::new(id, self.raw(objects, id)?, place)?);
        if let Ok(mut kept) = self.checked.lock() {
            kept.put(id, folder.clone(), size(&folder));
        }
        Ok(folder)
    }
}

impl<T> Default for Kept<T> {
    fn default() -> Self {
        Self { young: HashMap::default(), old: HashMap::default(), bytes: 0 }
    }
}

impl<T> Kept<T> {
    fn get(&mut self, id: Id, size: impl Fn(&T) -> usize) -> Option<Arc<T>> {
        if let Some(found) = self.young.get(&id) {
            return Some(found.clone());
        }
        let found = self.old.remove(&id)?;
        self.put(id, found.clone(), size(&found));
        Some(found)
    }

    fn put(&mut self, id: Id, what: Arc<T>, size: usize) {
        if self.bytes > KEPT_BYTES / 2 {
            self.old = std::mem::take(&mut self.young);
            self.bytes = 0;
        }
        self.bytes += size + 128;
        self.young.insert(id, what);
    }
}
