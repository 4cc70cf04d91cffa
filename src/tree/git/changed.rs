//! What changed between two commits: whole files, by the ids of their content.

use super::folders::{Entry, Mode};
use super::raw::Differing;
use super::{CommitId, Id, MOST_ENTRIES, Repository};
use crate::error::{Error, Result};
use crate::tree::names::shown;
use std::collections::HashMap;

/// Most folders, one inside the other.
const MOST_DEPTH: usize = 512;

/// Files with the same content that are looked at for one that was moved, as
/// git does.
const MOST_ALIKE: usize = 100;

/// A file that changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Changed {
    /// Its path now, or the one it had when it was removed.
    pub path: String,
    /// Where it was, when it was moved.
    pub was: Option<String>,
    /// How it changed.
    pub how: How,
}

/// How a file changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum How {
    /// It is new.
    Added,
    /// It has other content, or may now be run as a program or no longer.
    Modified,
    /// It is gone.
    Removed,
    /// It stands elsewhere with the same content.
    Moved,
    /// It became a link or a submodule, or was one.
    Retyped,
}

impl How {
    /// The letter that git gives it.
    #[must_use]
    pub fn letter(self) -> char {
        match self {
            Self::Added => 'A',
            Self::Modified => 'M',
            Self::Removed => 'D',
            Self::Moved => 'R',
            Self::Retyped => 'T',
        }
    }
}

impl Repository {
    /// What changed in the folder `sub` from one commit to another, by path; a
    /// folder that is not there counts as empty. Paths are relative to `sub`, a
    /// name that is not UTF-8 is shown as in messages. A file counts as moved
    /// when its content stayed the same.
    ///
    /// # Errors
    /// There are too many changes, or an object is missing or damaged (usage).
    pub fn changed(&self, from: CommitId, to: CommitId, sub: &str) -> Result<Vec<Changed>> {
        let folder = |commit| Ok(self.node(commit, sub)?.sub);
        Ok(told(&self.found(folder(from)?, folder(to)?)?))
    }

    /// The paths that differ between two folders, by path.
    pub(super) fn found(&self, before: Option<Id>, after: Option<Id>) -> Result<Vec<Found>> {
        let mut difference = Difference { repository: self, found: Vec::new() };
        difference.folders(before, after)?;
        Ok(difference.found)
    }
}

/// One side of a change.
pub(super) type Side = Option<(Mode, Id)>;

/// A path that differs, and what stood there before and stands there after.
pub(super) struct Found {
    pub(super) path: Vec<u8>,
    pub(super) before: Side,
    after: Side,
}

struct Difference<'a> {
    repository: &'a Repository,
    found: Vec<Found>,
}

impl Difference<'_> {
    fn folders(&mut self, before: Option<Id>, after: Option<Id>) -> Result<()> {
        let mut todo = vec![(Vec::new(), 0, before, after)];
        while let Some((path, depth, before, after)) = todo.pop() {
            if before == after {
                continue;
            }
            if depth > MOST_DEPTH {
                let path = shown(&path);
                let message = format!("`{path}` is deeper than the limit of {MOST_DEPTH} folders");
                return Err(Error::usage(message));
            }
            let inner = &self.repository.0;
            let raw = |id: Option<Id>| {
                let raw = id.map(|id| inner.folders.raw(&inner.objects, id));
                Ok((id.unwrap_or_default(), raw.transpose()?.unwrap_or_default()))
            };
            let (before, after) = (raw(before)?, raw(after)?);
            for two in Differing::new((before.0, &before.1), (after.0, &after.1)) {
                let (old, new) = two?;
                let entry = old.or(new);
                let name = entry.map(|entry| entry.name).unwrap_or_default();
                let mut path: Vec<u8> = path.clone();
                crate::tree::disk::join_bytes(&mut path, name);
                let side = |entry: Option<Entry<'_>>| {
                    let file = entry.filter(|entry| entry.mode != Mode::Folder);
                    file.map(|entry| (entry.mode, entry.id))
                };
                let below = |entry: Option<Entry<'_>>| {
                    entry.filter(|entry| entry.mode == Mode::Folder).map(|entry| entry.id)
                };
                let (before, after) = (side(old), side(new));
                if before != after {
                    self.found.push(Found { path: path.clone(), before, after });
                }
                let (before, after) = (below(old), below(new));
                if before != after {
                    todo.push((path, depth + 1, before, after));
                }
                if self.found.len() + todo.len() > MOST_ENTRIES {
                    return Err(Error::usage(format!(
                        "the two commits differ in more files than the limit of {MOST_ENTRIES}"
                    )));
                }
            }
        }
        self.found.sort_by(|a, b| a.path.cmp(&b.path));
        Ok(())
    }
}

/// What became of a path that differs.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Fate {
    /// The one it was moved from.
    pub(super) from: Option<usize>,
    /// Whether it was moved elsewhere.
    moved: bool,
}

/// Find the files that were moved: for each new one, in the order of paths, a
/// removed one with the same content, rather one with the same name.
pub(super) fn pair(found: &[Found]) -> Vec<Fate> {
    let mut removed: HashMap<Id, Vec<usize>> = HashMap::new();
    for (at, change) in found.iter().enumerate() {
        if let (Some((_, id)), None) = (change.before, change.after) {
            removed.entry(id).or_default().push(at);
        }
    }
    let name = |at: usize| {
        let path = found.get(at).map(|change| change.path.as_slice()).unwrap_or_default();
        path.rsplit(|b| *b == b'/').next().unwrap_or_default()
    };
    let mode = |at: usize| found.get(at).and_then(|change| change.before).map(|(mode, _)| mode);
    let mut fates = vec![Fate::default(); found.len()];
    for (at, change) in found.iter().enumerate() {
        let (None, Some((after, id))) = (change.before, change.after) else { continue };
        let Some(alike) = removed.get_mut(&id) else { continue };
        let fits = |from: &usize| {
            let both = after.is_file() && mode(*from).is_some_and(Mode::is_file);
            both || mode(*from) == Some(after)
        };
        let fitting = |(_, from): &(usize, &usize)| fits(from);
        let mut few = alike.iter().enumerate().filter(fitting).take(MOST_ALIKE).peekable();
        let first = few.peek().map(|(n, _)| *n);
        let best = few.find(|(_, from)| name(**from) == name(at)).map(|(n, _)| n).or(first);
        let Some(from) = best.map(|n| alike.remove(n)) else { continue };
        if let Some(fate) = fates.get_mut(at) {
            fate.from = Some(from);
        }
        if let Some(fate) = fates.get_mut(from) {
            fate.moved = true;
        }
    }
    fates
}

/// The changes in words, by path.
fn told(found: &[Found]) -> Vec<Changed> {
    let told = found.iter().zip(pair(found)).filter(|(_, fate)| !fate.moved);
    told.map(|(change, fate)| {
        let was = fate.from.and_then(|from| found.get(from)).map(|from| written(&from.path));
        let how = match (change.before, change.after) {
            (None, _) if was.is_some() => How::Moved,
            (None, _) => How::Added,
            (_, None) => How::Removed,
            (Some((a, _)), Some((b, _))) if a == b || a.is_file() && b.is_file() => How::Modified,
            _ => How::Retyped,
        };
        Changed { path: written(&change.path), was, how }
    })
    .collect()
}

/// A path as text.
fn written(path: &[u8]) -> String {
    std::str::from_utf8(path).map_or_else(|_| shown(path), str::to_owned)
}
