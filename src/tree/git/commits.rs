//! Commits: who changed what and when, and where two lines of history part.

use super::folders::Mode;
use super::objects::{Kind, Object, broken};
use super::{CommitId, Id, MOST_META, Repository};
use crate::date::Date;
use crate::error::{Error, Result};
use crate::text::visible;
use std::collections::{BTreeMap, BTreeSet, BinaryHeap};

/// Largest `.mailmap`, in bytes.
const MOST_MAILMAP: u64 = 1 << 20;

/// Most commits that are looked at to find where two lines part.
const MOST_BETWEEN: usize = 1_000_000;

/// Most common commits of two lines of which the best is looked for.
const MOST_COMMON: usize = 32;

/// What to do where a shallow clone ends too early.
pub(super) const FETCH: &str =
    "fetch the base first: in CI set `fetch-depth: 0`, elsewhere `git fetch --unshallow`";

/// Longest summary of a commit that is kept, in characters.
const MOST_SUMMARY: usize = 200;

/// A commit. Its texts hold no control character; whoever puts them on a page
/// escapes them for that page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Commit {
    /// Its id.
    pub id: CommitId,
    /// The commits it follows; none at the beginning of history, and where a
    /// shallow clone ends.
    pub parents: Vec<CommitId>,
    /// Who made the change, by the `.mailmap` of `HEAD`.
    pub author: Person,
    /// When the change was made.
    pub authored: Time,
    /// Who put it into the repository, likewise.
    pub committer: Person,
    /// When it was put there.
    pub committed: Time,
    /// The first line of its message.
    pub summary: String,
}

/// A person as a commit names them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// The name.
    pub name: String,
    /// The e-mail address.
    pub email: String,
}

/// A moment, and the clock it was read from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Time {
    /// Seconds since 1970 in UTC.
    pub seconds: i64,
    /// Seconds that the clock was ahead of UTC.
    pub offset: i32,
}

impl Time {
    /// The day in UTC.
    #[must_use]
    pub fn date(self) -> Option<Date> {
        chrono::DateTime::from_timestamp(self.seconds, 0).map(|time| time.date_naive())
    }
}

/// What walking through history needs of a commit.
#[derive(Debug, Clone)]
pub(super) struct Header {
    pub(super) tree: Id,
    pub(super) parents: Vec<Id>,
    /// When it was committed, in seconds since 1970.
    pub(super) time: i64,
}

/// A commit on the way through the history of a folder.
#[derive(Debug, Clone)]
pub(super) struct Node {
    /// The tree object of the folder, where it is there.
    pub(super) sub: Option<Id>,
    pub(super) parents: Vec<Id>,
    /// As in [`Header`].
    pub(super) time: i64,
}

impl Repository {
    /// A commit.
    ///
    /// # Errors
    /// It is missing or damaged (usage).
    pub fn commit(&self, id: CommitId) -> Result<Commit> {
        let data = self.0.objects.expect(id, Kind::Commit, MOST_META)?;
        let commit = gix_object::CommitRef::from_bytes(&data, gix_hash::Kind::Sha1)
            .map_err(|cause| broken(id, &cause.to_string()))?;
        let author = commit.author().map_err(|cause| broken(id, &cause.to_string()))?;
        let committer = commit.committer().map_err(|cause| broken(id, &cause.to_string()))?;
        let time = |signature: &str| {
            let mut parts = signature.split_ascii_whitespace();
            let seconds = parts.next().and_then(|n| n.parse().ok()).unwrap_or_default();
            Time { seconds, offset: parts.next().and_then(offset).unwrap_or_default() }
        };
        let map = self.mailmap();
        let named = |name: &[u8], email: &[u8]| Person { name: text(name), email: text(email) };
        let mapped = |signature| map.resolve(signature);
        let (by, with) = (mapped(author), mapped(committer));
        let summary = commit.message.split(|b| *b == b'\n').map(text).find(|line| !line.is_empty());
        Ok(Commit {
            id,
            parents: self.header_of(id, &data)?.parents,
            author: named(&by.name, &by.email),
            authored: time(author.time),
            committer: named(&with.name, &with.email),
            committed: time(committer.time),
            summary: summary.unwrap_or_default().chars().take(MOST_SUMMARY).collect(),
        })
    }

    /// The newest commit that both have in their history: where their lines
    /// part. `None` where they have none in common.
    ///
    /// # Errors
    /// A shallow clone ends before it (usage), or a commit is missing or damaged
    /// (usage).
    pub fn merge_base(&self, a: CommitId, b: CommitId) -> Result<Option<CommitId>> {
        const A: u8 = 1;
        const B: u8 = 2;
        const BOTH: u8 = A | B;
        const STALE: u8 = 4;
        if a == b {
            return Ok(Some(a));
        }
        let mut flags: BTreeMap<Id, u8> = BTreeMap::new();
        let mut queue = BinaryHeap::new();
        // How often a commit waits in the queue, and how many wait there that are
        // not below a common one: with none left the search is over.
        let mut waits: BTreeMap<Id, usize> = BTreeMap::new();
        let (mut fresh, mut looked) = (0_usize, 0_usize);
        let mut found = Vec::new();
        let mut cut = false;
        for (id, flag) in [(a, A), (b, B)] {
            *flags.entry(id).or_default() |= flag;
            queue.push((self.header(id)?.time, id));
            *waits.entry(id).or_default() += 1;
            fresh += 1;
        }
        while fresh > 0 {
            let Some((time, id)) = queue.pop() else { break };
            looked += 1;
            if looked > MOST_BETWEEN {
                let message = format!(
                    "`{}` and `{}` have no commit in common among the newest {MOST_BETWEEN}",
                    a.short(),
                    b.short()
                );
                let help = "compare them as they are with two dots: `BASE..HEAD`";
                return Err(Error::usage(message).help(help));
            }
            let mut flag = flags.get(&id).copied().unwrap_or_default();
            if let Some(n) = waits.get_mut(&id) {
                *n = n.saturating_sub(1);
            }
            if flag & STALE == 0 {
                fresh = fresh.saturating_sub(1);
            }
            if flag & (BOTH | STALE) == BOTH {
                found.push((time, id));
                flag |= STALE;
            }
            cut |= self.0.shallow.contains(&id);
            for parent in self.header(id)?.parents {
                let known = flags.entry(parent).or_default();
                if *known & flag == flag {
                    continue;
                }
                let waiting = waits.entry(parent).or_default();
                if *known & STALE == 0 && flag & STALE != 0 {
                    fresh = fresh.saturating_sub(*waiting);
                }
                *known |= flag;
                *waiting += 1;
                if *known & STALE == 0 {
                    fresh += 1;
                }
                queue.push((self.header(parent)?.time, parent));
            }
        }
        found.retain(|(_, id)| flags.get(id).is_some_and(|f| f & STALE == 0));
        let best = self.best(&found)?;
        if best.is_none() && cut {
            let (a, b) = (a.short(), b.short());
            return Err(Error::usage(format!(
                "the clone is shallow: the history ends before `{a}` and `{b}` meet"
            ))
            .help(FETCH));
        }
        Ok(best)
    }

    /// Of common commits, the newest that no other of them follows.
    fn best(&self, found: &[(i64, Id)]) -> Result<Option<Id>> {
        let mut found = found.to_vec();
        found.sort_by(|a, b| b.cmp(a));
        found.dedup();
        match found.as_slice() {
            [(_, only)] => return Ok(Some(*only)),
            // To tell them apart takes as many looks at the whole history.
            [(_, newest), ..] if found.len() > MOST_COMMON => return Ok(Some(*newest)),
            _ => {}
        }
        for (_, id) in &found {
            let others: Vec<Id> = found.iter().map(|(_, id)| *id).filter(|o| o != id).collect();
            if !self.is_below(*id, &others)? {
                return Ok(Some(*id));
            }
        }
        Ok(None)
    }

    /// Whether `id` is in the history of one of `heads`.
    fn is_below(&self, id: Id, heads: &[Id]) -> Result<bool> {
        let mut seen: BTreeSet<Id> = heads.iter().copied().collect();
        let mut todo = heads.to_vec();
        while let Some(next) = todo.pop() {
            if next == id {
                return Ok(true);
            }
            todo.extend(self.header(next)?.parents.into_iter().filter(|p| seen.insert(*p)));
        }
        Ok(false)
    }

    /// The commit that an object is, tags followed.
    pub(super) fn peel(&self, mut id: Id) -> Result<std::result::Result<CommitId, Kind>> {
        for _ in 0..10 {
            let data = match self.0.objects.get(id, MOST_META)? {
                Object::Whole(Kind::Commit, _) => return Ok(Ok(id)),
                Object::Whole(Kind::Tag, data) => data,
                Object::Whole(kind, _) => return Ok(Err(kind)),
                Object::Large(_) => return Ok(Err(self.0.objects.size(id)?.0)),
            };
            let target = data.strip_prefix(b"object ").and_then(|rest| rest.get(..40));
            id = target.and_then(Id::hex).ok_or_else(|| broken(id, "the tag names nothing"))?;
        }
        Err(broken(id, "tags of tags lead too far"))
    }

    pub(super) fn header(&self, id: Id) -> Result<Header> {
        let data = self.0.objects.expect(id, Kind::Commit, MOST_META)?;
        self.header_of(id, &data)
    }

    /// A commit and the folder `sub` at it.
    pub(super) fn node(&self, id: Id, sub: &str) -> Result<Node> {
        let Header { tree, parents, time } = self.header(id)?;
        let mut at = Some(tree);
        for part in sub.split('/').filter(|part| !part.is_empty()) {
            let Some(id) = at else { break };
            let raw = self.0.folders.raw(&self.0.objects, id)?;
            let entry = super::raw::find(id, &raw, part.as_bytes())?;
            at = entry.filter(|(mode, _)| *mode == Mode::Folder).map(|(_, id)| id);
        }
        Ok(Node { sub: at, parents, time })
    }

    /// Whether something stands at a path of a folder.
    pub(super) fn stands(&self, folder: Option<Id>, path: &[u8]) -> Result<bool> {
        Ok(self.at(folder, path)?.is_some_and(|(mode, _)| mode != Mode::Folder))
    }

    /// The content of the file at a path of a folder, where it is one.
    pub(super) fn file_at(&self, folder: Option<Id>, path: &[u8]) -> Result<Option<Id>> {
        Ok(self.at(folder, path)?.filter(|(mode, _)| mode.is_file()).map(|(_, id)| id))
    }

    fn at(&self, folder: Option<Id>, path: &[u8]) -> Result<Option<(Mode, Id)>> {
        let mut at = folder.map(|id| (Mode::Folder, id));
        for part in path.split(|b| *b == b'/') {
            let Some((Mode::Folder, id)) = at else { return Ok(None) };
            let raw = self.0.folders.raw(&self.0.objects, id)?;
            at = super::raw::find(id, &raw, part)?;
        }
        Ok(at)
    }

    fn header_of(&self, id: Id, data: &[u8]) -> Result<Header> {
        let mut lines = data.split(|b| *b == b'\n');
        let tree = lines.next().and_then(|line| Id::hex(line.strip_prefix(b"tree ")?));
        let tree = tree.ok_or_else(|| broken(id, "the commit names no tree"))?;
        let mut header = Header { tree, parents: Vec::new(), time: 0 };
        for line in lines {
            if let Some(parent) = line.strip_prefix(b"parent ") {
                let parent = Id::hex(parent);
                header.parents.push(parent.ok_or_else(|| broken(id, "a parent is no commit"))?);
            } else if let Some(who) = line.strip_prefix(b"committer ") {
                let after = who.rsplit(|b| *b == b'>').next().unwrap_or_default();
                let seconds = String::from_utf8_lossy(after);
                let seconds = seconds.split_ascii_whitespace().next().and_then(|n| n.parse().ok());
                header.time = seconds.unwrap_or_default();
                break;
            } else if line.is_empty() {
                break;
            }
        }
        if self.0.shallow.contains(&id) {
            header.parents.clear();
        }
        Ok(header)
    }

    /// The `.mailmap` of `HEAD`; none where it cannot be read.
    fn mailmap(&self) -> &gix_mailmap::Snapshot {
        self.0.mailmap.get_or_init(|| {
            let read = || {
                let head = self.0.refs.find("HEAD").ok()?.first()?.1;
                let tree = self.header(head).ok()?.tree;
                let root = self.0.folders.get(&self.0.objects, tree, "").ok()?;
                let entry = root.find(b".mailmap").filter(|entry| entry.mode.is_file())?;
                self.0.objects.expect(entry.id, Kind::Blob, MOST_MAILMAP).ok()
            };
            gix_mailmap::Snapshot::from_bytes(&read().unwrap_or_default())
        })
    }
}

/// `+0100` in seconds.
fn offset(text: &str) -> Option<i32> {
    let digits = text.strip_prefix(['+', '-'])?;
    let number: i32 = digits.parse().ok().filter(|_| digits.len() == 4)?;
    let seconds = (number / 100 * 60 + number % 100) * 60;
    Some(if text.starts_with('-') { -seconds } else { seconds })
}

/// A text of a commit, made printable.
fn text(bytes: &[u8]) -> String {
    visible(String::from_utf8_lossy(bytes).trim())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clocks_ahead_and_behind_are_read() {
        assert_eq!(offset("+0130"), Some(5400));
        assert_eq!(offset("-0800"), Some(-28_800));
        assert_eq!(offset("0800"), None);
        assert_eq!(offset("+8"), None);
        let time = Time { seconds: 1_774_569_600, offset: 3600 };
        assert_eq!(time.date().unwrap().to_string(), "2026-03-27");
        assert_eq!(text(b"a\x1b[31m \xff"), "a\\u{1b}[31m \u{fffd}");
    }
}
