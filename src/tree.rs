//! The only reader of input: a folder on disk, a revision of a repository, or
//! files in memory.
//!
//! A tree lists its files once and hands out their bytes. Everything it opens
//! lies beneath its root: the kernel decides, not a comparison of strings. What
//! an author got wrong (a link that leads out, two names that differ only in
//! case) is a finding; what the machine got wrong (no permission, a read error)
//! is an error, so that a site is never silently smaller than its source.

mod beneath;
mod book;
mod disk;
pub mod git;
mod names;

pub use book::{in_repository, read_file, read_folder};
pub use disk::DiskTree;
pub use names::is_junk;

use crate::error::{Error, Result};
use crate::finding::Finding;
use crate::text::{Position, Span};
use std::collections::BTreeMap;
use std::sync::Arc;

/// The rules a tree reports, each with what it finds; sorted by name.
pub const RULES: [(&str, &str); 9] = [
    ("changing-file", "a file kept changing while it was read"),
    ("dangling-link", "a symbolic link leads to nothing"),
    ("link-loop", "a symbolic link leads back to itself or to a folder that holds it"),
    ("name-collision", "two names in a folder differ only in case or Unicode normalisation"),
    ("not-a-file", "a document's name belongs to a pipe, socket or device"),
    ("outside-link", "a symbolic link leads out of the source folder or to a hidden file"),
    ("over-limit", "a file is too large, or a name or path too long or deep"),
    ("unportable-name", "a name cannot be used on every system, or hides characters"),
    ("unusable-name", "a name holds control characters or is not UTF-8"),
];

/// A source of files.
pub trait Tree: Send + Sync {
    /// Every file, sorted by the bytes of its path, and what is wrong with the
    /// names and links met on the way.
    ///
    /// # Errors
    /// A folder could not be read.
    fn list(&self) -> Result<Listing>;

    /// The bytes of one file, by its path relative to the root.
    ///
    /// # Errors
    /// The file is not one Milepost reads, or could not be read.
    fn read(&self, path: &str) -> std::result::Result<Vec<u8>, ReadError>;

    /// Whether files that Git LFS keeps are pointers here, always: so they are in
    /// the objects of a repository.
    fn keeps_pointers(&self) -> bool {
        false
    }
}

/// What a tree holds.
#[derive(Debug, Clone, Default)]
pub struct Listing {
    /// The files, sorted by the bytes of their paths.
    pub files: Vec<FileEntry>,
    /// What is wrong with names and links.
    pub findings: Vec<Finding>,
}

/// One file of a tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileEntry {
    /// Path relative to the root, `/` between folders.
    pub path: Arc<str>,
    /// Size in bytes.
    pub size: u64,
    /// Changes when the file is likely to have changed.
    pub stamp: Stamp,
}

/// What tells an unchanged file from a changed one without reading it. Equal
/// stamps mean the same bytes, save for a clock that was set back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Stamp {
    /// Time of the last change of content, in nanoseconds since 1970.
    pub modified: i128,
    /// Time of the last change of content or attributes, likewise.
    pub changed: i128,
    /// Number of the file in its file system.
    pub inode: u64,
}

/// Why a file was not read.
#[derive(Debug)]
pub enum ReadError {
    /// The author's to mend: too large, a link out, gone, not a regular file.
    Finding(Box<Finding>),
    /// The machine's: a read error, no permission.
    Io(Error),
}

/// Bounds on what is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Largest markdown file, in bytes.
    pub file_bytes: u64,
    /// Largest YAML register, in bytes.
    pub register_bytes: u64,
    /// Largest other file, in bytes.
    pub asset_bytes: u64,
    /// Most files and folders.
    pub files: usize,
    /// Most folders in a path, one inside the other.
    pub depth: usize,
    /// Longest file or folder name, in bytes.
    pub name_bytes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            file_bytes: 4 << 20,
            register_bytes: 16 << 20,
            asset_bytes: 64 << 20,
            files: 2_000_000,
            depth: 64,
            name_bytes: 200,
        }
    }
}

impl Limits {
    /// The size limit of a file in bytes, by the ending of its name.
    #[must_use]
    pub fn bytes(&self, path: &str) -> u64 {
        if is_markdown(path) {
            self.file_bytes
        } else if is_yaml(path) {
            self.register_bytes
        } else {
            self.asset_bytes
        }
    }
}

/// Whether a name is that of a markdown file.
#[must_use]
pub fn is_markdown(path: &str) -> bool {
    ends_with(path, &["md", "markdown"])
}

/// Whether a name is that of a YAML file.
#[must_use]
pub fn is_yaml(path: &str) -> bool {
    ends_with(path, &["yaml", "yml"])
}

fn ends_with(path: &str, endings: &[&str]) -> bool {
    path.rsplit_once('.').is_some_and(|(stem, ending)| {
        !stem.is_empty() && endings.iter().any(|e| ending.eq_ignore_ascii_case(e))
    })
}

/// A finding about a file as a whole, placed at its beginning.
fn finding(rule: &'static str, path: &str, message: impl Into<String>) -> Finding {
    Finding::new(rule, path.into(), Span::at(0), Position::default(), message)
}

/// A finding that `size` is above the limit for `path`.
fn too_large(path: &str, size: u64, limit: u64) -> Finding {
    let shown = if size == u64::MAX { String::new() } else { format!(" {size} bytes,") };
    finding("over-limit", path, format!("the file has{shown} more than the limit of {limit}"))
        .help("split the file, or keep large data outside the book and link to it")
}

/// A finding that the file was listed but is no longer there.
fn vanished(path: &str) -> Finding {
    finding("changing-file", path, "the file was removed while it was read")
        .help("run the command again when nothing else changes the folder")
}

/// Files in memory: for tests, and for what comes from elsewhere than disk.
#[derive(Debug, Clone, Default)]
pub struct MemoryTree {
    files: BTreeMap<Arc<str>, Arc<[u8]>>,
    limits: Limits,
}

impl MemoryTree {
    /// A tree without files.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The same tree with one more file.
    #[must_use]
    pub fn with(mut self, path: &str, bytes: impl AsRef<[u8]>) -> Self {
        self.insert(path, bytes);
        self
    }

    /// Add or replace a file.
    pub fn insert(&mut self, path: &str, bytes: impl AsRef<[u8]>) {
        self.files.insert(path.into(), bytes.as_ref().into());
    }

    /// Remove a file; a file that is not there is no mistake.
    pub fn remove(&mut self, path: &str) {
        self.files.remove(path);
    }
}

impl Tree for MemoryTree {
    fn list(&self) -> Result<Listing> {
        let mut listing = Listing::default();
        for (path, bytes) in &self.files {
            let digest = xxhash_rust::xxh3::xxh3_64(bytes);
            listing.files.push(FileEntry {
                path: path.clone(),
                size: bytes.len() as u64,
                stamp: Stamp { inode: digest, ..Stamp::default() },
            });
        }
        Ok(listing)
    }

    fn read(&self, path: &str) -> std::result::Result<Vec<u8>, ReadError> {
        let Some(bytes) = self.files.get(path) else {
            return Err(ReadError::Finding(Box::new(vanished(path))));
        };
        let (size, limit) = (bytes.len() as u64, self.limits.bytes(path));
        if size > limit {
            return Err(ReadError::Finding(Box::new(too_large(path, size, limit))));
        }
        Ok(bytes.to_vec())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_lists_in_byte_order_and_reads_back() {
        let tree = MemoryTree::new().with("b.md", "two").with("a/c.md", "one").with("B.md", "x");
        let listing = tree.list().unwrap();
        let paths: Vec<&str> = listing.files.iter().map(|f| &*f.path).collect();
        assert_eq!(paths, ["B.md", "a/c.md", "b.md"]);
        assert_eq!(tree.read("b.md").unwrap(), b"two");
        assert!(
            matches!(tree.read("gone.md"), Err(ReadError::Finding(f)) if f.rule == "changing-file")
        );
    }

    #[test]
    fn limits_follow_the_ending() {
        let limits = Limits::default();
        assert_eq!(limits.bytes("a/B.MD"), 4 << 20);
        assert_eq!(limits.bytes("risks.yml"), 16 << 20);
        assert_eq!(limits.bytes("photo.png"), 64 << 20);
        assert_eq!(limits.bytes("md"), 64 << 20);
    }

    #[test]
    fn the_list_of_rules_is_sorted() {
        assert!(RULES.is_sorted());
    }
}
