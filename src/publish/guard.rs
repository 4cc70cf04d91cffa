//! Where a site must never be put, and whose folder an output folder is.

use super::manifest::{MANIFEST, Manifest};
use super::{shown, staging};
use crate::error::{Error, Result};
use rustix::fd::OwnedFd;
use rustix::fs::{CWD, Mode, OFlags};
use rustix::io::Errno;
use std::path::{Component, Path, PathBuf};
use walkdir::WalkDir;

/// Folders that a typing slip in `build-dir` must not cost anybody. Folders
/// that do not exist are ignored.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Protected {
    /// The output may not be one of these, lie in one, or hold one: the book's
    /// `src`, its theme, `.git`. Each with the name shown to the user.
    pub apart: Vec<(String, PathBuf)>,
    /// The output may lie in these, but not be one or hold one: the book's own
    /// folder, the user's home. The root of the file system is always one.
    pub above: Vec<(String, PathBuf)>,
}

impl Protected {
    /// What a book's output must not touch: its source, its theme, the
    /// repository it lies in, its own folder, and the user's home.
    #[must_use]
    pub fn book(root: &Path, src: &Path, theme: Option<&Path>, home: Option<&Path>) -> Self {
        let mut this = Self::default();
        let named = |name: &str, path: &Path| (name.to_owned(), path.to_path_buf());
        this.apart.push(named("the book's `src`", src));
        this.apart.extend(theme.map(|theme| named("the book's theme", theme)));
        this.above.push(named("the book's folder", root));
        this.above.extend(home.map(|home| named("the home folder", home)));
        let real = std::fs::canonicalize(root).unwrap_or_else(|_| root.to_path_buf());
        let repository = real.ancestors().find(|folder| folder.join(".git").exists());
        if let Some(repository) = repository {
            this.apart.push(named("the repository's `.git`", &repository.join(".git")));
            this.above.push(named("the repository's folder", repository));
        }
        this
    }

    /// The output's absolute path, without links in it, if a site may stand
    /// there as far as the protected folders go.
    pub(super) fn check(&self, out: &Path) -> Result<PathBuf> {
        let refuse = |what: &str, name: &str| {
            Error::usage(format!("the output folder `{}` {what} {name}", shown(out)))
                .help("name another folder with `build-dir` or `--dest-dir`, such as `book`")
        };
        let real = real(out)?;
        if real.parent().is_none() || real.file_name().is_none() {
            return Err(refuse("is", "the root of the file system"));
        }
        let link = std::fs::symlink_metadata(plain(out)).is_ok_and(|m| m.is_symlink());
        for (name, path) in self.apart.iter().chain(&self.above) {
            let Ok(path) = std::fs::canonicalize(path) else { continue };
            if real == path {
                return Err(refuse("is", name));
            }
            if path.starts_with(&real) {
                return Err(refuse("holds", name));
            }
        }
        for (name, path) in &self.apart {
            if std::fs::canonicalize(path).is_ok_and(|path| real.starts_with(path)) {
                return Err(refuse("lies in", name));
            }
        }
        if link {
            return Err(Error::usage(format!("the output folder `{}` is a link", shown(out)))
                .help(format!("name the folder it leads to, `{}`, as `build-dir`", shown(&real))));
        }
        Ok(real)
    }
}

/// The path without `.` and slashes at its end, which would follow a link.
fn plain(path: &Path) -> PathBuf {
    path.components().collect()
}

/// The absolute path without links; what does not exist yet is taken as named.
fn real(path: &Path) -> Result<PathBuf> {
    let absolute =
        std::path::absolute(path).map_err(|error| Error::path("find the folder", path, error))?;
    let mut rest: Vec<Component<'_>> = Vec::new();
    let mut at: &Path = &absolute;
    let mut real = loop {
        match std::fs::canonicalize(at) {
            Ok(real) => break real,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
            Err(error) => return Err(Error::path("find the folder", path, error)),
        }
        if std::fs::symlink_metadata(at).is_ok_and(|m| m.is_symlink()) {
            let message = format!("the output folder `{}` is a link to nothing", shown(path));
            return Err(Error::usage(message).help("remove the link"));
        }
        match (at.parent(), at.components().next_back()) {
            (Some(parent), Some(last)) => {
                rest.push(last);
                at = parent;
            }
            _ => break PathBuf::from("/"),
        }
    };
    for part in rest.into_iter().rev() {
        match part {
            Component::ParentDir => {
                real.pop();
            }
            part => real.push(part),
        }
    }
    Ok(real)
}

/// A handle of the output folder; `None` where there is none.
pub(super) fn open_output(out: &Path) -> Result<Option<OwnedFd>> {
    let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    match rustix::fs::openat(CWD, out, flags, Mode::empty()) {
        Ok(folder) => Ok(Some(folder)),
        Err(Errno::NOENT) => Ok(None),
        Err(Errno::NOTDIR | Errno::LOOP) => {
            let message = format!("the output `{}` is a file, not a folder", shown(out));
            Err(Error::usage(message).help("name another `build-dir`, or move the file elsewhere"))
        }
        Err(errno) => Err(Error::path("open the output folder", out, errno)),
    }
}

/// The first thing in the output folder that is not Milepost's.
pub(super) fn foreign(out: &Path, manifest: &Manifest) -> Result<Option<String>> {
    for entry in WalkDir::new(out).min_depth(1).sort_by_file_name() {
        let entry = entry.map_err(|error| Error::path("read the output folder", out, error))?;
        let path = entry.path().strip_prefix(out).unwrap_or(entry.path());
        let ours = path.to_str().is_some_and(|route| {
            // What a dead build left in an output that is a mount point.
            let top = route.split('/').next().unwrap_or_default();
            let listed = if entry.file_type().is_dir() {
                manifest.holds_folder(route)
            } else {
                manifest.get(route).is_some() || route == MANIFEST
            };
            listed || staging::owner(out, top).is_some()
        });
        if !ours {
            return Ok(Some(shown(path)));
        }
    }
    Ok(None)
}
