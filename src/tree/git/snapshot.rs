//! A folder as it stood at a commit, read by the rules of a folder on disk.

use super::folders::{Entry, Folder, Mode, over_limit};
use super::objects::{Kind, Object};
use super::{CommitId, Id, MOST_BYTES, MOST_ENTRIES, Repository};
use crate::error::{Error, Result};
use crate::finding::Finding;
use crate::tree::beneath::{self, Fault};
use crate::tree::book::{as_error, unresolved};
use crate::tree::disk::{join, join_bytes, lies_in, link_finding, not_a_file, over_limit as limit};
use crate::tree::names::{self, Collisions};
use crate::tree::{FileEntry, Limits, Listing, ReadError, Stamp, Tree, too_large, vanished};
use rayon::prelude::*;
use rustix::io::Errno;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;
use std::sync::Arc;

/// Longest text of a link, in bytes, as on disk.
const MOST_LINK: u64 = 4095;

/// A folder of a revision. Submodules hold nothing here: their files belong to
/// another repository.
#[derive(Debug, Clone)]
pub struct GitTree {
    repository: Repository,
    top: Id,
    /// The commit and the way to the folder, for messages.
    place: String,
    limits: Limits,
}

/// What stands at a path.
#[derive(Clone, Copy)]
enum Found {
    Nothing,
    /// A part of the path before its end is no folder, or is a link.
    NotThere {
        link: bool,
    },
    Entry(Mode, Id),
}

impl GitTree {
    pub(super) fn open(
        repository: Repository,
        commit: CommitId,
        sub: &str,
        limits: &Limits,
    ) -> Result<Option<Self>> {
        let top = repository.header(commit)?.tree;
        let whole = Self { repository, top, place: commit.short(), limits: *limits };
        whole.below(sub.trim_matches('/').as_bytes())
    }

    /// The folder at a path without links.
    fn below(&self, path: &[u8]) -> Result<Option<Self>> {
        if path.is_empty() {
            return Ok(Some(self.clone()));
        }
        let Found::Entry(Mode::Folder, top) = self.look(path)? else { return Ok(None) };
        let separator = if self.place.contains(':') { '/' } else { ':' };
        let place = format!("{}{separator}{}", self.place, names::shown(path));
        Ok(Some(Self { top, place, ..self.clone() }))
    }

    /// The folder `sub` of this one, as `book.toml` names it, with limits of its
    /// own; no link on the way may lead out of this one.
    ///
    /// # Errors
    /// `sub` leads out or is no folder (usage), or could not be read.
    pub fn beneath(&self, sub: &Path, limits: &Limits) -> Result<Self> {
        if sub.is_absolute() {
            return Err(unresolved(sub, Fault::Outside(Vec::new())));
        }
        let path = self.resolve(sub.as_os_str().as_bytes())?;
        let path = path.map_err(|fault| unresolved(sub, fault))?;
        let tree = self.below(&path)?.ok_or_else(|| {
            let shown = names::shown(sub.as_os_str().as_bytes());
            Error::usage(format!("`{shown}` is no folder"))
        })?;
        Ok(Self { limits: *limits, ..tree })
    }

    /// As [`Self::beneath`]: `None` where no such folder is there.
    ///
    /// # Errors
    /// A folder on the way could not be read.
    pub fn there(&self, sub: &Path, limits: &Limits) -> Result<Option<Self>> {
        let Ok(path) = self.resolve(sub.as_os_str().as_bytes())? else { return Ok(None) };
        let tree = self.below(&path)?.filter(|_| !sub.is_absolute());
        Ok(tree.map(|tree| Self { limits: *limits, ..tree }))
    }

    /// One file of the book's folder, such as `book.toml`: `None` where there is
    /// none.
    ///
    /// # Errors
    /// It leads out of the folder, is no file or is too large (usage), or it
    /// could not be read.
    pub fn file(&self, name: &str) -> Result<Option<Vec<u8>>> {
        match self.resolve(name.as_bytes())? {
            Err(Fault::Missing) => return Ok(None),
            other => other.map_err(|fault| unresolved(Path::new(name), fault))?,
        };
        self.read(name).map(Some).map_err(as_error)
    }

    /// The id of the content of every file that [`Tree::list`] lists is part of
    /// its stamp; this gives it whole, links followed. `None` where there is no
    /// file.
    ///
    /// # Errors
    /// A folder on the way could not be read.
    pub fn blob(&self, path: &str) -> Result<Option<super::BlobId>> {
        let path = match self.look(path.as_bytes())? {
            Found::Entry(mode, id) if mode.is_file() => return Ok(Some(id)),
            Found::Entry(Mode::Link, _) | Found::NotThere { link: true } => {
                self.resolve(path.as_bytes())?.ok()
            }
            _ => None,
        };
        let Some(path) = path else { return Ok(None) };
        match self.look(&path)? {
            Found::Entry(mode, id) if mode.is_file() => Ok(Some(id)),
            _ => Ok(None),
        }
    }

    fn folder(&self, id: Id, way: &str) -> Result<Arc<Folder>> {
        let separator = if self.place.contains(':') { '/' } else { ':' };
        let place = if way.is_empty() {
            self.place.clone()
        } else {
            format!("{}{separator}{}", self.place, names::shown(way.as_bytes()))
        };
        let inner = &self.repository.0;
        inner.folders.get(&inner.objects, id, &place)
    }

    /// What stands at a path, no link followed.
    fn look(&self, path: &[u8]) -> Result<Found> {
        let mut at = (Mode::Folder, self.top);
        for part in path.split(|&b| b == b'/').filter(|p| !p.is_empty() && *p != b".") {
            if at.0 != Mode::Folder {
                return Ok(Found::NotThere { link: at.0 == Mode::Link });
            }
            let folder = self.folder(at.1, "")?;
            let Some(entry) = folder.find(part) else { return Ok(Found::Nothing) };
            at = (entry.mode, entry.id);
        }
        Ok(Found::Entry(at.0, at.1))
    }

    /// The path without links that a path leads to.
    fn resolve(&self, path: &[u8]) -> Result<std::result::Result<Vec<u8>, Fault>> {
        let mut failed = None;
        let resolved = beneath::resolve(path, |at| match self.link(at) {
            Ok(target) => target,
            Err(error) => {
                failed = Some(error);
                Err(Errno::IO)
            }
        });
        failed.map_or(Ok(resolved), Err)
    }

    /// The text of a link, as the system call gives it on disk.
    fn link(&self, path: &[u8]) -> Result<std::result::Result<Vec<u8>, Errno>> {
        let id = match self.look(path)? {
            Found::Entry(Mode::Link, id) => id,
            Found::Entry(..) => return Ok(Err(Errno::INVAL)),
            Found::Nothing => return Ok(Err(Errno::NOENT)),
            Found::NotThere { .. } => return Ok(Err(Errno::NOTDIR)),
        };
        match self.repository.0.objects.get(id, MOST_LINK)? {
            Object::Whole(Kind::Blob, text) if !text.is_empty() => Ok(Ok(text)),
            // No checkout could make such a link.
            _ => Ok(Err(Errno::NOENT)),
        }
    }
}

impl Tree for GitTree {
    fn keeps_pointers(&self) -> bool {
        true
    }

    fn list(&self) -> Result<Listing> {
        let mut walk = Walk {
            tree: self,
            listing: Listing::default(),
            files: Vec::new(),
            folders: vec![Part { id: self.top, ..Part::default() }],
            seen: 0,
        };
        while let Some(part) = walk.folders.pop() {
            walk.part(&part)?;
        }
        let Walk { mut listing, files, .. } = walk;
        let objects = &self.repository.0.objects;
        let files: Result<Vec<FileEntry>> = files
            .into_par_iter()
            .map(|(path, id)| {
                let size = objects.size(id)?.1;
                Ok(FileEntry { path: path.into(), size, stamp: stamp(id) })
            })
            .collect();
        listing.files = files?;
        let all = listing.files.iter().try_fold(0_u64, |sum, file| sum.checked_add(file.size));
        if all.is_none_or(|all| all > MOST_BYTES) {
            return Err(Error::usage(format!(
                "the files of `{}` have more bytes than the limit of {MOST_BYTES} for a revision",
                self.place
            ))
            .help("keep large data outside the book and link to it"));
        }
        listing.files.sort_unstable_by(|a, b| a.path.cmp(&b.path));
        crate::finding::sort(&mut listing.findings);
        Ok(listing)
    }

    fn read(&self, path: &str) -> std::result::Result<Vec<u8>, ReadError> {
        let found = |finding: Finding| ReadError::Finding(Box::new(finding));
        let mut at = self.look(path.as_bytes()).map_err(ReadError::Io)?;
        if let Found::Entry(Mode::Link, _) | Found::NotThere { link: true } = at {
            let real = self.resolve(path.as_bytes()).map_err(ReadError::Io)?;
            let real = real.map_err(|fault| found(link_finding(path, &fault)))?;
            at = self.look(&real).map_err(ReadError::Io)?;
        }
        let id = match at {
            Found::Entry(mode, id) if mode.is_file() => id,
            Found::Entry(..) => return Err(found(not_a_file(path))),
            Found::Nothing | Found::NotThere { .. } => return Err(found(vanished(path))),
        };
        let most = self.limits.bytes(path);
        match self.repository.0.objects.get(id, most).map_err(ReadError::Io)? {
            Object::Whole(Kind::Blob, data) => Ok(data),
            Object::Whole(kind, _) => {
                let why = format!("it is a {kind} where a file should be");
                Err(ReadError::Io(super::objects::broken(id, &why)))
            }
            Object::Large(size) => Err(found(too_large(path, size, most))),
        }
    }
}

/// The stamp of a file's content: from its id, so that equal stamps mean the
/// same bytes.
fn stamp(id: Id) -> Stamp {
    let bytes = id.bytes();
    let number = |from: usize, to: usize| {
        bytes.get(from..to).unwrap_or_default().iter().fold(0_u64, |n, b| n << 8 | u64::from(*b))
    };
    Stamp {
        modified: i128::from(number(0, 8)),
        changed: i128::from(number(8, 12)),
        inode: number(12, 20),
    }
}

/// A folder to walk, as on disk: where it appears, where it really is, and the
/// folders in which the links stand that led here.
#[derive(Default)]
struct Part {
    id: Id,
    shown: String,
    real: Vec<u8>,
    depth: usize,
    sites: Vec<Vec<u8>>,
}

/// A folder on the way of a walk.
struct Open {
    folder: Arc<Folder>,
    next: usize,
    /// Length of the path to it, below the part.
    length: usize,
}

struct Walk<'a> {
    tree: &'a GitTree,
    listing: Listing,
    files: Vec<(String, Id)>,
    folders: Vec<Part>,
    seen: usize,
}

impl Walk<'_> {
    fn part(&mut self, part: &Part) -> Result<()> {
        let mut collisions = Collisions::default();
        let mut way = String::new();
        let mut open = vec![self.enter(part.id, &part.shown, 0)?];
        while let Some(level) = open.last_mut() {
            let folder = level.folder.clone();
            way.truncate(level.length);
            let Some(entry) = folder.get(level.next) else {
                open.pop();
                continue;
            };
            level.next += 1;
            let depth = open.len();
            let Some((path, name)) = self.usable(part, &way, &entry, depth) else { continue };
            let found = names::unportable(&path, name);
            let collides = collisions.check(&path, name, depth);
            self.listing.findings.extend(found.into_iter().chain(collides));
            match entry.mode {
                Mode::File | Mode::Program => self.files.push((path, entry.id)),
                Mode::Link => self.link(part, path, &way, name, part.depth + depth)?,
                Mode::Folder => {
                    join(&mut way, name);
                    open.push(self.enter(entry.id, &path, way.len())?);
                }
                Mode::Module => {}
            }
        }
        Ok(())
    }

    fn enter(&mut self, id: Id, path: &str, length: usize) -> Result<Open> {
        let folder = self.tree.folder(id, path)?;
        self.seen += folder.len();
        if self.seen > MOST_ENTRIES.min(self.tree.limits.files) {
            return Err(over_limit(&self.tree.place));
        }
        Ok(Open { folder, next: 0, length })
    }

    /// The path and name of an entry that is read; what is wrong with the others
    /// is noted.
    fn usable<'e>(
        &mut self,
        part: &Part,
        way: &str,
        entry: &Entry<'e>,
        depth: usize,
    ) -> Option<(String, &'e str)> {
        if names::is_junk(entry.name) {
            return None;
        }
        let mut holder = part.shown.clone();
        join(&mut holder, way);
        if !holder.is_empty() {
            holder.push('/');
        }
        let name = match names::usable(&holder, entry.name) {
            Ok(name) => name,
            Err(finding) => {
                self.listing.findings.push(*finding);
                return None;
            }
        };
        let path = format!("{holder}{name}");
        let is_folder = entry.mode == Mode::Folder;
        if let Some(found) = limit(&path, name, part.depth + depth, is_folder, &self.tree.limits) {
            self.listing.findings.push(found);
            return None;
        }
        Some((path, name))
    }

    fn link(
        &mut self,
        part: &Part,
        path: String,
        way: &str,
        name: &str,
        depth: usize,
    ) -> Result<()> {
        let mut holder = part.real.clone();
        join_bytes(&mut holder, way.as_bytes());
        let mut at = holder.clone();
        join_bytes(&mut at, name.as_bytes());
        let real = match self.tree.resolve(&at)? {
            Ok(real) => real,
            Err(Fault::Missing) => return Ok(()),
            Err(fault) => {
                self.listing.findings.push(link_finding(&path, &fault));
                return Ok(());
            }
        };
        match self.tree.look(&real)? {
            Found::Entry(Mode::Folder, id) => {
                let mut sites = part.sites.clone();
                sites.push(holder);
                if sites.iter().any(|site| lies_in(site, &real)) {
                    self.listing.findings.push(link_finding(&path, &Fault::Loop));
                } else {
                    self.folders.push(Part { id, shown: path, real, depth, sites });
                }
            }
            Found::Entry(mode, id) if mode.is_file() => self.files.push((path, id)),
            _ => {}
        }
        Ok(())
    }
}
