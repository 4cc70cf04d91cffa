//! Who changed which file last, and all who changed a few: history walked once
//! for all files together.
//!
//! Every file is followed on its own way: where a commit holds it as one of its
//! parents does, on to that parent, as `git log` does. A commit that only moved
//! a file did not change it; the file is followed under its former name. Where a
//! shallow clone ends nothing is known, and nothing is said.

use super::changed::{Found, pair};
use super::commits::Node;
use super::folders::Mode;
use super::{BlobId, Commit, CommitId, Id, MOST_ENTRIES, Repository};
use crate::error::Result;
use crate::tree::names;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet, BinaryHeap, HashMap};
use std::sync::Arc;

/// Commits that are compared with their parents at a time, on all processors.
const BATCH: usize = 512;

/// The last change of every file of a folder, as of one commit. It can be kept
/// and handed in again: what it knows is not looked up twice.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct History {
    head: CommitId,
    sub: String,
    files: BTreeMap<String, File>,
    #[serde(skip)]
    commits: BTreeMap<CommitId, Commit>,
}

/// A file at the head of a history.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
struct File {
    blob: BlobId,
    /// The commit that changed it last, where that is known.
    commit: Option<CommitId>,
}

/// A commit that changed a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Touch {
    /// The commit.
    pub commit: CommitId,
    /// The file's content as the commit left it, under whatever name; `None` where
    /// it is a link.
    pub blob: Option<BlobId>,
}

impl History {
    /// The commit as of which it holds.
    #[must_use]
    pub fn head(&self) -> CommitId {
        self.head
    }

    /// The commit that changed a file last, by its path in the folder. `None`
    /// for a file that is not there at the head, or whose last change lies
    /// before what is known.
    #[must_use]
    pub fn last(&self, path: &str) -> Option<&Commit> {
        self.commits.get(&self.files.get(path)?.commit?)
    }

    /// The id of a file's content at the head: [`super::blob_id`] of the file on
    /// disk says whether that is still the same.
    #[must_use]
    pub fn blob(&self, path: &str) -> Option<BlobId> {
        self.files.get(path).map(|file| file.blob)
    }
}

impl Repository {
    /// The last change of every file in the folder `sub` at `head`. At most
    /// `most` commits are looked at; files not changed in these have no last
    /// change. `known` is what an earlier call gave.
    ///
    /// # Errors
    /// A commit or folder is missing or damaged (usage).
    pub fn last_changes(
        &self,
        head: CommitId,
        sub: &str,
        most: usize,
        known: Option<&History>,
    ) -> Result<History> {
        let known = known.filter(|known| known.sub == sub);
        let files = self.files(head, sub)?;
        let mut walk = Walk::new(self, sub, 1);
        walk.known = known;
        let ways = files.iter().map(|(path, _)| path.as_bytes());
        walk.start(head, ways)?;
        walk.run(most)?;
        let last = walk.found.iter().map(|found| found.first().map(|(id, _)| *id));
        let files: BTreeMap<String, File> = files
            .iter()
            .zip(last)
            .map(|((path, blob), commit)| (path.clone(), File { blob: *blob, commit }))
            .collect();
        let ids: BTreeSet<Id> = files.values().filter_map(|file| file.commit).collect();
        let ids: Vec<Id> = ids.into_iter().collect();
        let commits: Result<BTreeMap<_, _>> =
            ids.into_par_iter().map(|id| Ok((id, self.commit(id)?))).collect();
        match commits {
            Ok(commits) => Ok(History { head, sub: sub.to_owned(), files, commits }),
            // What was known is of no use: it names commits that are not here.
            Err(_) if known.is_some() => self.last_changes(head, sub, most, None),
            Err(error) => Err(error),
        }
    }

    /// The commits that changed each of a few files in the folder `sub`, newest
    /// first, at most `each` for a file; `most` as above. A file that is not there
    /// at `head` has none.
    ///
    /// # Errors
    /// As [`Self::last_changes`].
    pub fn touching<'p>(
        &self,
        head: CommitId,
        sub: &str,
        paths: impl IntoIterator<Item = &'p str>,
        each: usize,
        most: usize,
    ) -> Result<BTreeMap<String, Vec<Touch>>> {
        let paths: BTreeSet<&str> = paths.into_iter().collect();
        let mut walk = Walk::new(self, sub, each);
        let top = self.node(head, sub)?.sub;
        let mut there = Vec::new();
        for path in &paths {
            if self.stands(top, path.as_bytes())? {
                there.push(*path);
            }
        }
        walk.start(head, there.iter().map(|path| path.as_bytes()))?;
        walk.run(most)?;
        let mut found: BTreeMap<String, Vec<Touch>> =
            paths.into_iter().map(|path| (path.to_owned(), Vec::new())).collect();
        for (path, commits) in there.into_iter().zip(std::mem::take(&mut walk.found)) {
            let mut touches = Vec::with_capacity(commits.len());
            for (commit, was) in commits {
                let blob = self.file_at(walk.node(commit)?.sub, &was)?;
                touches.push(Touch { commit, blob });
            }
            found.insert(path.to_owned(), touches);
        }
        Ok(found)
    }

    /// Every file of a folder at a commit that may be read, by path.
    fn files(&self, commit: CommitId, sub: &str) -> Result<Vec<(String, BlobId)>> {
        let mut files = Vec::new();
        let mut todo = Vec::from_iter(self.node(commit, sub)?.sub.map(|id| (String::new(), id)));
        let mut seen = 0;
        while let Some((way, id)) = todo.pop() {
            let folder = self.0.folders.get(&self.0.objects, id, "")?;
            seen += folder.len();
            if seen > MOST_ENTRIES {
                return Err(super::folders::over_limit(sub));
            }
            for entry in folder.iter().filter(|entry| !names::is_junk(entry.name)) {
                let Ok(name) = std::str::from_utf8(entry.name) else { continue };
                let mut path = way.clone();
                crate::tree::disk::join(&mut path, name);
                match entry.mode {
                    Mode::Folder => todo.push((path, entry.id)),
                    Mode::Module => {}
                    _ => files.push((path, entry.id)),
                }
            }
        }
        files.sort_unstable();
        Ok(files)
    }
}

/// Files followed to one commit: by their paths there, which of the wanted.
type Set = HashMap<Arc<[u8]>, Vec<u32>, ahash::RandomState>;

struct Walk<'a> {
    repository: &'a Repository,
    sub: &'a str,
    /// Changes wanted for each file.
    each: usize,
    /// The commits found for each file, newest first, and its path there.
    found: Vec<Vec<(Id, Arc<[u8]>)>>,
    known: Option<&'a History>,
    /// Commits to look at, the youngest first.
    queue: BinaryHeap<(i64, Id)>,
    sets: HashMap<Id, Set>,
    nodes: HashMap<Id, Arc<Node>, ahash::RandomState>,
    /// What commits changed, for each parent.
    ready: HashMap<Id, Vec<Vec<Found>>>,
}

impl<'a> Walk<'a> {
    fn new(repository: &'a Repository, sub: &'a str, each: usize) -> Self {
        Self {
            repository,
            sub,
            each,
            found: Vec::new(),
            known: None,
            queue: BinaryHeap::new(),
            sets: HashMap::new(),
            nodes: HashMap::default(),
            ready: HashMap::new(),
        }
    }

    fn start<'p>(&mut self, head: Id, paths: impl Iterator<Item = &'p [u8]>) -> Result<()> {
        let set: Set = (0..).zip(paths).map(|(n, path)| (path.into(), vec![n])).collect();
        self.found = vec![Vec::new(); set.len()];
        self.send(head, set)
    }

    fn node(&mut self, id: Id) -> Result<Arc<Node>> {
        if let Some(node) = self.nodes.get(&id) {
            return Ok(node.clone());
        }
        let node = Arc::new(self.repository.node(id, self.sub)?);
        self.nodes.insert(id, node.clone());
        Ok(node)
    }

    /// Follow files on to a commit.
    fn send(&mut self, id: Id, mut set: Set) -> Result<()> {
        if set.is_empty() {
            return Ok(());
        }
        let time = self.node(id)?.time;
        self.queue.push((time, id));
        let there = self.sets.entry(id).or_default();
        if there.len() < set.len() {
            std::mem::swap(there, &mut set);
        }
        #[allow(clippy::iter_over_hash_type, reason = "a map is added to a map")]
        for (path, files) in set {
            let slot = there.entry(path).or_default();
            for file in files {
                if !slot.contains(&file) {
                    slot.push(file);
                }
            }
        }
        Ok(())
    }

    fn run(&mut self, most: usize) -> Result<()> {
        let mut looked = 0;
        while let Some((_, id)) = self.queue.pop() {
            let Some(set) = self.sets.remove(&id) else { continue };
            looked += 1;
            if looked > most {
                break;
            }
            self.commit(id, set)?;
        }
        Ok(())
    }

    fn commit(&mut self, id: Id, mut set: Set) -> Result<()> {
        let known = self.known;
        if let Some(known) = known.filter(|known| known.head == id) {
            #[allow(clippy::iter_over_hash_type, reason = "every file is noted on its own")]
            for (path, files) in set {
                let name = std::str::from_utf8(&path).ok();
                let last = name.and_then(|name| known.files.get(name)?.commit);
                for file in files {
                    self.note(file, last, &path);
                }
            }
            return Ok(());
        }
        let node = self.node(id)?;
        let Some((last, others)) = node.parents.split_last() else {
            if !self.repository.0.shallow.contains(&id) {
                #[allow(clippy::iter_over_hash_type, reason = "every file is noted on its own")]
                for (path, files) in set {
                    for file in files {
                        self.note(file, Some(id), &path);
                    }
                }
            }
            return Ok(());
        };
        let mut changes = self.changes(id)?;
        let final_change = changes.pop().unwrap_or_default();
        for (parent, change) in others.iter().zip(changes) {
            let mut rest = Set::default();
            for found in &change {
                if let Some((path, files)) = set.remove_entry(found.path.as_slice()) {
                    rest.insert(path, files);
                }
            }
            self.send(*parent, std::mem::replace(&mut set, rest))?;
        }
        self.changed(id, &node.parents, set, &final_change, *last)
    }

    /// Note what a commit changed from all its parents, and follow the rest to
    /// the last of them.
    fn changed(
        &mut self,
        id: Id,
        parents: &[Id],
        mut set: Set,
        change: &[Found],
        last: Id,
    ) -> Result<()> {
        let mut touched = Vec::new();
        for found in change {
            if let Some((path, files)) = set.remove_entry(found.path.as_slice()) {
                touched.push((path, files, found.before.is_some()));
            }
        }
        let moves = if parents.len() == 1 && touched.iter().any(|(_, _, before)| !before) {
            moves(change)
        } else {
            HashMap::new()
        };
        for (path, files, before) in touched {
            if let Some(was) = moves.get(&path[..]).filter(|_| !before) {
                set.entry(was.clone()).or_default().extend(files);
                continue;
            }
            let more: Vec<u32> =
                files.into_iter().filter(|file| self.note(*file, Some(id), &path)).collect();
            if more.is_empty() {
                continue;
            }
            for parent in parents {
                let at = self.repository.stands(self.node(*parent)?.sub, &path)?;
                if at && *parent == last {
                    set.entry(path.clone()).or_default().extend(&more);
                } else if at {
                    self.send(*parent, Set::from_iter([(path.clone(), more.clone())]))?;
                }
            }
        }
        self.send(last, set)
    }

    /// Note that a commit changed a file; whether more changes are wanted.
    fn note(&mut self, file: u32, commit: Option<Id>, path: &Arc<[u8]>) -> bool {
        let Some(found) = self.found.get_mut(file as usize) else { return false };
        if let Some(commit) = commit.filter(|commit| !found.iter().any(|(id, _)| id == commit))
            && found.len() < self.each
        {
            found.push((commit, path.clone()));
        }
        found.len() < self.each
    }

    /// What a commit changed, for each parent: compared together with those that
    /// will be looked at next.
    fn changes(&mut self, id: Id) -> Result<Vec<Vec<Found>>> {
        if let Some(ready) = self.ready.remove(&id) {
            return Ok(ready);
        }
        let mut batch = Vec::new();
        let mut ahead = self.queue.clone();
        ahead.push((self.node(id)?.time, id));
        let mut seen = BTreeSet::default();
        // This one comes first, whatever the clocks say.
        let mut next = Some(id);
        while let Some(at) = next.take().or_else(|| ahead.pop().map(|(_, id)| id)) {
            if !seen.insert(at) {
                continue;
            }
            let node = self.node(at)?;
            let mut pairs = Vec::with_capacity(node.parents.len());
            for parent in &node.parents {
                let parent = self.node(*parent)?;
                pairs.push((parent.sub, node.sub));
            }
            for parent in &node.parents {
                ahead.push((self.node(*parent)?.time, *parent));
            }
            if !self.ready.contains_key(&at) {
                batch.push((at, pairs));
            }
            if batch.len() >= BATCH {
                break;
            }
        }
        let repository = self.repository;
        let compared: Result<Vec<(Id, Vec<Vec<Found>>)>> = batch
            .into_par_iter()
            .map(|(id, pairs)| {
                let each = pairs.into_iter().map(|(before, after)| repository.found(before, after));
                Ok((id, each.collect::<Result<_>>()?))
            })
            .collect();
        self.ready.extend(compared?);
        Ok(self.ready.remove(&id).unwrap_or_default())
    }
}

/// Where files that were only moved stood before, by their paths now.
fn moves(change: &[Found]) -> HashMap<Vec<u8>, Arc<[u8]>> {
    let was = pair(change);
    let moved = change.iter().zip(was).filter_map(|(found, was)| {
        let was = change.get(was.from?)?;
        Some((found.path.clone(), Arc::from(was.path.as_slice())))
    });
    moved.collect()
}
