//! A repository's objects, read in this process: revisions and the trees,
//! commits and changes they name.
//!
//! No program is started and no setting obeyed. Objects come from loose files
//! and packs beneath `objects`, names from `refs` and `packed-refs`; alternates,
//! replacements, filters, hooks and remotes have nothing here that would follow
//! or run them. Everything a repository says is made printable on its way out.

mod changed;
mod commits;
mod folders;
mod history;
mod id;
mod objects;
mod place;
mod raw;
mod refs;
mod revision;
mod snapshot;

pub use changed::{Changed, How};
pub use commits::{Commit, Person, Time};
pub use history::{History, Touch};
pub use id::{BlobId, CommitId, Id, blob_id};
pub use revision::Range;
pub use snapshot::GitTree;

use super::Limits;
use crate::error::{Error, Result};
use folders::Folders;
use objects::Objects;
use place::Place;
use refs::Refs;
use std::collections::BTreeSet;
use std::path::Path;
use std::sync::{Arc, OnceLock};

/// Most files and folders in the tree of a revision, and most changes between
/// two.
pub const MOST_ENTRIES: usize = 100_000;

/// Most bytes of the files in the tree of a revision, all together.
pub const MOST_BYTES: u64 = 1 << 30;

/// Largest commit, tag or list of names that is read, in bytes.
const MOST_META: u64 = 16 << 20;

/// A repository, open for reading. Clones share what was read.
#[derive(Debug, Clone)]
pub struct Repository(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    /// The way from the root of the repository to the folder it was found from.
    folder: String,
    objects: Objects,
    folders: Folders,
    refs: Refs,
    /// Commits whose parents a shallow clone left out.
    shallow: BTreeSet<Id>,
    mailmap: OnceLock<gix_mailmap::Snapshot>,
}

impl Repository {
    /// The repository that holds `folder`: its own, or the nearest above. A bare
    /// repository is found only when `folder` is it. `None` where there is none.
    ///
    /// # Errors
    /// The repository cannot be read by Milepost, or a `.git` file leads to one
    /// that is not this folder's (usage).
    pub fn around(folder: &Path) -> Result<Option<Self>> {
        let Some(place) = Place::find(folder)? else { return Ok(None) };
        let Place { own, common, common_path, folder } = place;
        let partial = place::format(&common)?;
        let shallow = refs::shallow(&common)?;
        let objects = Objects::open(&common, &common_path, partial, !shallow.is_empty())?;
        let refs = Refs::new(own, common, common_path);
        let folders = Folders::default();
        let mailmap = OnceLock::new();
        let inner = Inner { folder, objects, folders, refs, shallow, mailmap };
        Ok(Some(Self(Arc::new(inner))))
    }

    /// As [`Self::around`], where a repository is needed.
    ///
    /// # Errors
    /// As [`Self::around`]; there is no repository (usage).
    pub fn needed(folder: &Path) -> Result<Self> {
        Self::around(folder)?.ok_or_else(|| {
            let shown = crate::text::visible(&folder.display().to_string());
            let place = if shown == "." { "this folder".into() } else { format!("`{shown}`") };
            Error::usage(format!("{place} lies in no git repository"))
                .help("name a folder inside a repository, or compare two folders")
        })
    }

    /// The way from the root of the repository to the folder it was found from,
    /// empty or with `/` at its end.
    #[must_use]
    pub fn folder(&self) -> &str {
        &self.0.folder
    }

    /// Whether older history was left out when the repository was cloned.
    #[must_use]
    pub fn is_shallow(&self) -> bool {
        !self.0.shallow.is_empty()
    }

    /// The folder `sub` (such as [`Self::folder`]) as it stood at a commit, with
    /// the rules of a folder on disk.
    ///
    /// # Errors
    /// There is no such folder at that commit (usage), or an object is missing
    /// or damaged (usage).
    pub fn tree(&self, commit: CommitId, sub: &str, limits: &Limits) -> Result<GitTree> {
        self.tree_if_there(commit, sub, limits)?.ok_or_else(|| {
            let (sub, commit) = (crate::text::visible(sub), commit.short());
            Error::usage(format!("there is no folder `{sub}` in the commit `{commit}`"))
                .help("compare with a revision that holds the book in the same folder")
        })
    }

    /// The content of a file; `None` where it has more than `most` bytes.
    ///
    /// # Errors
    /// It is missing, damaged or no file's content (usage).
    pub fn content(&self, id: BlobId, most: u64) -> Result<Option<Vec<u8>>> {
        if self.0.objects.size(id)?.1 > most {
            return Ok(None);
        }
        self.0.objects.expect(id, objects::Kind::Blob, most).map(Some)
    }

    /// As [`Self::tree`]: `None` where there is no such folder at that commit.
    ///
    /// # Errors
    /// An object is missing or damaged (usage).
    pub fn tree_if_there(
        &self,
        commit: CommitId,
        sub: &str,
        limits: &Limits,
    ) -> Result<Option<GitTree>> {
        GitTree::open(self.clone(), commit, sub, limits)
    }
}
