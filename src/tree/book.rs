//! What belongs to the book itself: `book.toml`, the source folder, the theme. A
//! fault in these is the configuration's, not an author's.

use super::beneath::{Fault, Root};
use super::disk::{DiskTree, opening};
use super::{Limits, ReadError, Tree, names};
use crate::error::{Error, Result};
use crate::finding::{Finding, Severity};
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

impl DiskTree {
    /// Open the folder `sub` of the folder `root`; no link on the way may lead
    /// out of `root`.
    ///
    /// # Errors
    /// `sub` leads out of `root` or is no folder (usage), or it could not be
    /// opened.
    pub fn open_beneath(root: &Path, sub: &Path, limits: &Limits) -> Result<Self> {
        let parent = Root::open(root).map_err(|errno| opening(root, errno))?;
        let (path, resolved) = (root.join(sub), resolve(&parent, sub)?);
        let handle = parent.folder(&resolved).map_err(|errno| opening(&path, errno))?;
        Ok(Self { root: handle, path, limits: *limits })
    }
}

/// A path given in the configuration, resolved beneath `root`.
fn resolve(root: &Root, path: &Path) -> Result<Vec<u8>> {
    if path.is_absolute() {
        return Err(unresolved(path, Fault::Outside(Vec::new())));
    }
    root.resolve(path.as_os_str().as_bytes()).map_err(|fault| unresolved(path, fault))
}

/// Why a path given in the configuration leads nowhere.
pub(super) fn unresolved(path: &Path, fault: Fault) -> Error {
    let shown = names::shown(path.as_os_str().as_bytes());
    match fault {
        Fault::Outside(_) => Error::usage(format!("`{shown}` leads outside the book's folder"))
            .help("name a folder or file inside it, relative to `book.toml`"),
        Fault::Hidden(_) => Error::usage(format!("`{shown}` is a link to a hidden file or folder")),
        Fault::Loop => Error::usage(format!("`{shown}` is a link that leads in a loop")),
        Fault::Dangling(_) => Error::usage(format!("`{shown}` is a link that leads to nothing")),
        Fault::Missing => Error::usage(format!("`{shown}` does not exist")),
        Fault::Io(errno) => Error::path("open", path, errno),
    }
}

/// Where a folder lies in its repository (the nearest folder above with
/// `.git`), relative to that; `None` where there is none.
#[must_use]
pub fn in_repository(folder: &Path) -> Option<PathBuf> {
    let whole = folder.canonicalize().ok()?;
    let root = whole.ancestors().find(|above| above.join(".git").symlink_metadata().is_ok())?;
    whole.strip_prefix(root).ok().map(Path::to_path_buf)
}

/// One file of the book's folder (`book.toml`, an additional style sheet):
/// `None` where there is none.
///
/// # Errors
/// It leads out of `root`, is no regular file or is too large (usage), or it
/// could not be read.
pub fn read_file(root: &Path, name: &str) -> Result<Option<Vec<u8>>> {
    let tree = DiskTree::open(root, &Limits::default())?;
    if Path::new(name).is_absolute() {
        return resolve(&tree.root, Path::new(name)).map(|_| None);
    }
    match tree.root.resolve(name.as_bytes()) {
        Err(Fault::Missing) => return Ok(None),
        _ => resolve(&tree.root, Path::new(name))?,
    };
    tree.read(name).map(Some).map_err(as_error)
}

/// Every file of the folder `sub` of `root`, with its path relative to `sub`,
/// sorted by the bytes of the paths; hidden files are left out.
///
/// # Errors
/// The folder is not there, or something in it leads out or has a name that
/// cannot be used (usage), or it could not be read.
pub fn read_folder(root: &Path, sub: &str) -> Result<Vec<(String, Vec<u8>)>> {
    let tree = DiskTree::open_beneath(root, Path::new(sub), &Limits::default())?;
    let listing = tree.list()?;
    let broken = listing.findings.into_iter().find(|f| f.severity == Severity::Deny);
    if let Some(finding) = broken {
        let path = format!("{sub}/{}", finding.path).into();
        return Err(as_error(ReadError::Finding(Box::new(Finding { path, ..finding }))));
    }
    let mut files = Vec::with_capacity(listing.files.len());
    for file in listing.files {
        let bytes = tree.read(&file.path).map_err(as_error)?;
        files.push((file.path.to_string(), bytes));
    }
    Ok(files)
}

pub(super) fn as_error(error: ReadError) -> Error {
    match error {
        ReadError::Io(error) => error,
        ReadError::Finding(finding) => {
            let error = Error::usage(format!("`{}`: {}", finding.path, finding.message));
            Error { help: finding.help, ..error }
        }
    }
}
