//! A tree on disk: the walk, and the reading of one file.
//!
//! The walk only collects names; what may be read is decided anew when a file is
//! opened, beneath the root's handle. So a link put in place between the two is
//! met by the same check.

use super::beneath::{Fault, Root};
use super::names::{self, Collisions};
use super::{FileEntry, Limits, Listing, ReadError, Stamp, Tree, finding, too_large, vanished};
use crate::error::{Error, Result};
use crate::finding::Finding;
use rayon::prelude::*;
use rustix::fd::OwnedFd;
use rustix::fs::{FileType, OFlags, Stat};
use rustix::io::Errno;
use std::io::Read;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::time::Duration;
use walkdir::WalkDir;

/// How often a file that changes under the reader is read again.
const ATTEMPTS: u32 = 5;

/// A folder on disk.
#[derive(Debug)]
pub struct DiskTree {
    pub(super) root: Root,
    pub(super) path: PathBuf,
    pub(super) limits: Limits,
}

impl DiskTree {
    /// Open the folder `root`. The tree stays with the folder opened here, even
    /// when another takes its name; open it again to see the other.
    ///
    /// # Errors
    /// There is no such folder (usage), or it could not be opened.
    pub fn open(root: &Path, limits: &Limits) -> Result<Self> {
        let handle = Root::open(root).map_err(|errno| opening(root, errno))?;
        Ok(Self { root: handle, path: root.to_path_buf(), limits: *limits })
    }

    /// Look at an entry that is no folder and no link.
    fn look(&self, path: String, real: &[u8]) -> Looked {
        match self.root.stat(real) {
            Ok(stat) if kind(&stat) == FileType::RegularFile => {
                let size = u64::try_from(stat.st_size).unwrap_or(u64::MAX);
                Looked::File(FileEntry { path: path.into(), size, stamp: stamp(&stat) })
            }
            // Became a folder or a link just now: the next walk sees it.
            Ok(stat) if matches!(kind(&stat), FileType::Directory | FileType::Symlink) => {
                Looked::Nothing
            }
            Ok(_) if super::is_markdown(&path) || super::is_yaml(&path) => {
                Looked::Found(Box::new(not_a_file(&path)))
            }
            Ok(_) | Err(Errno::NOENT | Errno::NOTDIR) => Looked::Nothing,
            Err(errno) => Looked::Failed(Error::path("read", &self.path.join(&path), errno)),
        }
    }

    fn read_once(&self, path: &str, real: &[u8], limit: u64) -> Once {
        let (file, before) = match self.root.open_plain(real, OFlags::empty()) {
            Ok(fd) => match rustix::fs::fstat(&fd) {
                Ok(stat) => (fd, stat),
                Err(errno) => return Once::Failed(errno.into()),
            },
            Err(errno) => return Once::NotOpened(errno),
        };
        if kind(&before) != FileType::RegularFile {
            return Once::Found(not_a_file(path));
        }
        let size = u64::try_from(before.st_size).unwrap_or(u64::MAX);
        if size > limit {
            return Once::Found(too_large(path, size, limit));
        }
        Self::read_whole(file, &before)
    }

    fn read_whole(file: OwnedFd, before: &Stat) -> Once {
        let size = usize::try_from(before.st_size).unwrap_or(0);
        let mut bytes = Vec::with_capacity(size + 1);
        let mut file = std::fs::File::from(file);
        // As many bytes as there were and no more: a file that has grown since
        // shows by its size below.
        if let Err(error) = (&mut file).take(before.st_size.unsigned_abs()).read_to_end(&mut bytes)
        {
            return Once::Failed(error);
        }
        let after = match rustix::fs::fstat(&file) {
            Ok(stat) => stat,
            Err(errno) => return Once::Failed(errno.into()),
        };
        let same = stamp(before).modified == stamp(&after).modified
            && i128::from(after.st_size) == bytes.len() as i128;
        if same { Once::Read(bytes) } else { Once::Changed }
    }
}

/// What a name of the walk turned out to be.
enum Looked {
    File(FileEntry),
    Found(Box<Finding>),
    Nothing,
    Failed(Error),
}

/// What one attempt at reading came to.
enum Once {
    Read(Vec<u8>),
    Changed,
    NotOpened(Errno),
    Found(Finding),
    Failed(std::io::Error),
}

impl Tree for DiskTree {
    fn list(&self) -> Result<Listing> {
        let mut walk = Walk {
            tree: self,
            listing: Listing::default(),
            files: Vec::new(),
            folders: vec![Folder::default()],
            seen: 0,
        };
        while let Some(folder) = walk.folders.pop() {
            walk.folder(&folder)?;
        }
        let Walk { mut listing, files, .. } = walk;
        let looked: Vec<Looked> =
            files.into_par_iter().map(|(path, real)| self.look(path, &real)).collect();
        for looked in looked {
            match looked {
                Looked::File(file) => listing.files.push(file),
                Looked::Found(finding) => listing.findings.push(*finding),
                Looked::Nothing => {}
                Looked::Failed(error) => return Err(error),
            }
        }
        listing.files.sort_unstable_by(|a, b| a.path.cmp(&b.path));
        crate::finding::sort(&mut listing.findings);
        Ok(listing)
    }

    fn read(&self, path: &str) -> std::result::Result<Vec<u8>, ReadError> {
        let found = |finding: Finding| ReadError::Finding(Box::new(finding));
        let failed = |error: std::io::Error| {
            ReadError::Io(Error::path("read", &self.path.join(path), error))
        };
        let limit = self.limits.bytes(path);
        let mut real = path.as_bytes().to_vec();
        for attempt in 0..ATTEMPTS {
            match self.read_once(path, &real, limit) {
                Once::Read(bytes) => return Ok(bytes),
                Once::Changed => std::thread::sleep(Duration::from_millis(1 << attempt)),
                Once::NotOpened(Errno::LOOP) => {
                    real = match self.root.resolve(path.as_bytes()) {
                        Ok(real) => real,
                        Err(Fault::Io(errno)) => return Err(failed(errno.into())),
                        Err(fault) => return Err(found(link_finding(path, &fault))),
                    }
                }
                Once::NotOpened(Errno::NOENT | Errno::NOTDIR) => return Err(found(vanished(path))),
                Once::NotOpened(Errno::XDEV) => {
                    return Err(found(link_finding(path, &Fault::Outside(Vec::new()))));
                }
                Once::NotOpened(Errno::NXIO) => return Err(found(not_a_file(path))),
                Once::NotOpened(errno) => return Err(failed(errno.into())),
                Once::Found(finding) => return Err(found(finding)),
                Once::Failed(error) => return Err(failed(error)),
            }
        }
        Err(found(
            finding("changing-file", path, "the file kept changing while it was read")
                .help("run the command again when nothing else writes to the file"),
        ))
    }
}

/// A folder to walk: where it appears, where it really is, and the folders in
/// which the links stand that led here.
#[derive(Debug, Default)]
struct Folder {
    shown: String,
    real: Vec<u8>,
    depth: usize,
    sites: Vec<Vec<u8>>,
}

struct Walk<'a> {
    tree: &'a DiskTree,
    listing: Listing,
    /// Files to look at: where each appears and where it really is.
    files: Vec<(String, Vec<u8>)>,
    folders: Vec<Folder>,
    seen: usize,
}

impl Walk<'_> {
    fn found(&mut self, finding: Finding) {
        self.listing.findings.push(finding);
    }

    fn folder(&mut self, folder: &Folder) -> Result<()> {
        let limits = self.tree.limits;
        let base = self.tree.path.join(std::ffi::OsStr::from_bytes(&folder.real));
        let mut collisions = Collisions::default();
        // A slash at the end, so that the walk starts in the folder even if its
        // own path is a link.
        let mut entries = WalkDir::new(base.join("")).min_depth(1).sort_by_file_name().into_iter();
        while let Some(entry) = entries.next() {
            let entry = match entry {
                Ok(entry) => entry,
                Err(error) => {
                    self.walk_error(error)?;
                    continue;
                }
            };
            let name = entry.file_name().as_bytes();
            let is_folder = entry.file_type().is_dir();
            let below = entry.path().strip_prefix(&base).unwrap_or(entry.path());
            let parent = below.parent().map_or(b"".as_slice(), |p| p.as_os_str().as_bytes());
            let (mut holder, mut real) = (folder.shown.clone(), folder.real.clone());
            // Folders above were found usable, else the walk would not be here.
            join(&mut holder, &String::from_utf8_lossy(parent));
            join_bytes(&mut real, parent);
            if !holder.is_empty() {
                holder.push('/');
            }
            let usable = if names::is_junk(name) {
                Err(None)
            } else {
                names::usable(&holder, name).map_err(Some)
            };
            let text = match usable {
                Ok(text) => text,
                Err(finding) => {
                    self.listing.findings.extend(finding.map(|f| *f));
                    if is_folder {
                        entries.skip_current_dir();
                    }
                    continue;
                }
            };
            self.seen += 1;
            if self.seen > limits.files {
                let most = format!("there are more than {} files and folders", limits.files);
                self.found(finding("over-limit", ".", most).help("raise `[limits] files`"));
                self.folders.clear();
                return Ok(());
            }
            let path = format!("{holder}{text}");
            let depth = folder.depth + entry.depth();
            if let Some(finding) = over_limit(&path, text, depth, is_folder, &limits) {
                self.found(finding);
                if is_folder {
                    entries.skip_current_dir();
                }
                continue;
            }
            self.listing.findings.extend(names::unportable(&path, text));
            self.listing.findings.extend(collisions.check(&path, text, entry.depth()));
            if entry.file_type().is_symlink() {
                self.link(folder, path, &real, name, depth)?;
            } else if !is_folder {
                join_bytes(&mut real, name);
                self.files.push((path, real));
            }
        }
        Ok(())
    }

    fn walk_error(&mut self, error: walkdir::Error) -> Result<()> {
        let path = error.path().unwrap_or(&self.tree.path).to_path_buf();
        let shown = crate::error::relative(&path, &self.tree.path);
        let cause = error.into_io_error().unwrap_or_else(|| Errno::IO.into());
        match Errno::from_io_error(&cause) {
            Some(Errno::NAMETOOLONG) => {
                let shown = names::shown(shown.as_os_str().as_bytes());
                self.found(finding("over-limit", &shown, "the path is too long"));
                Ok(())
            }
            // Gone since its folder was listed.
            Some(Errno::NOENT) if path != self.tree.path => Ok(()),
            _ => Err(Error::path("read", &path, cause)),
        }
    }

    fn link(
        &mut self,
        folder: &Folder,
        path: String,
        holder: &[u8],
        name: &[u8],
        depth: usize,
    ) -> Result<()> {
        let mut at = holder.to_vec();
        join_bytes(&mut at, name);
        let real = match self.tree.root.resolve(&at) {
            Ok(real) => real,
            Err(Fault::Missing) => return Ok(()),
            Err(Fault::Io(errno)) => {
                return Err(Error::path("follow the link", &self.tree.path.join(&path), errno));
            }
            Err(fault) => {
                self.found(link_finding(&path, &fault));
                return Ok(());
            }
        };
        match self.tree.root.stat(&real) {
            Ok(stat) if kind(&stat) == FileType::Directory => {
                let mut sites = folder.sites.clone();
                sites.push(holder.to_vec());
                if sites.iter().any(|site| lies_in(site, &real)) {
                    self.found(link_finding(&path, &Fault::Loop));
                } else {
                    self.folders.push(Folder { shown: path, real, depth, sites });
                }
                Ok(())
            }
            _ => {
                self.files.push((path, real));
                Ok(())
            }
        }
    }
}

pub(super) fn over_limit(
    path: &str,
    name: &str,
    depth: usize,
    is_folder: bool,
    limits: &Limits,
) -> Option<Finding> {
    if name.len() > limits.name_bytes {
        let shown: String = name.chars().take(24).collect();
        let message = format!(
            "the name `{shown}…` is too long: {} bytes, the limit is {}",
            name.len(),
            limits.name_bytes
        );
        return Some(finding("over-limit", path, message).help("give it a shorter name"));
    }
    (is_folder && depth > limits.depth).then(|| {
        let message = format!("the folder is too deep: the limit is {} levels", limits.depth);
        finding("over-limit", path, message).help("move it further up")
    })
}

pub(super) fn link_finding(path: &str, fault: &Fault) -> Finding {
    let to = |text: &[u8]| match text {
        b"" => String::new(),
        text => format!(", to `{}`", names::shown(text)),
    };
    match fault {
        Fault::Outside(text) => {
            let message = format!("the link leads outside the source folder{}", to(text));
            finding("outside-link", path, message).help(
                "copy the file into the source folder, or use a relative link that stays inside",
            )
        }
        Fault::Hidden(text) => {
            let message = format!("the link leads to a hidden file or folder{}", to(text));
            finding("outside-link", path, message).help("hidden files are never published")
        }
        Fault::Dangling(text) => {
            finding("dangling-link", path, format!("the link leads to nothing{}", to(text)))
                .help("mend or remove the link")
        }
        Fault::Loop => finding("link-loop", path, "the link leads in a loop")
            .help("remove the link, or let it name a folder that does not hold it"),
        Fault::Missing | Fault::Io(_) => vanished(path),
    }
}

pub(super) fn not_a_file(path: &str) -> Finding {
    finding("not-a-file", path, "this is a pipe, socket, device or folder, not a regular file")
        .help("remove it from the source folder")
}

pub(super) fn opening(path: &Path, errno: Errno) -> Error {
    let error = Error::path("open the folder", path, errno);
    match errno {
        Errno::NOENT | Errno::NOTDIR | Errno::LOOP | Errno::XDEV => {
            Error { kind: crate::error::ErrorKind::Usage, ..error }
        }
        _ => error,
    }
}

fn kind(stat: &Stat) -> FileType {
    FileType::from_raw_mode(stat.st_mode)
}

#[allow(clippy::useless_conversion, reason = "the fields' types differ between systems")]
fn stamp(stat: &Stat) -> Stamp {
    let nanos = |seconds: i64, nanos: i64| i128::from(seconds) * 1_000_000_000 + i128::from(nanos);
    Stamp {
        modified: nanos(stat.st_mtime.into(), i64::try_from(stat.st_mtime_nsec).unwrap_or(0)),
        changed: nanos(stat.st_ctime.into(), i64::try_from(stat.st_ctime_nsec).unwrap_or(0)),
        inode: stat.st_ino,
    }
}

/// Whether `path` is `folder` or lies in it.
pub(super) fn lies_in(path: &[u8], folder: &[u8]) -> bool {
    folder.is_empty()
        || path.strip_prefix(folder).is_some_and(|rest| rest.is_empty() || rest.starts_with(b"/"))
}

pub(super) fn join(path: &mut String, more: &str) {
    if !path.is_empty() && !more.is_empty() {
        path.push('/');
    }
    path.push_str(more);
}

pub(super) fn join_bytes(path: &mut Vec<u8>, more: &[u8]) {
    if !path.is_empty() && !more.is_empty() {
        path.push(b'/');
    }
    path.extend_from_slice(more);
}

#[cfg(test)]
mod tests;
