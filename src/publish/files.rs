//! New sources: a file is made where there is none, or replaced whole by
//! someone who knows what it holds.

use crate::error::{Error, Result};
use std::fs::{File, OpenOptions};
use std::io::{Read, Write};
use std::path::{Path, PathBuf};

/// Create the file `path` (relative, `/` separated) below the folder `root`,
/// with the folders on the way. Returns where it is.
///
/// # Errors
/// There is something of that name, a folder on the way is a link, or it could
/// not be written.
pub fn create(root: &Path, path: &str, bytes: &[u8]) -> Result<PathBuf> {
    let whole = folders(root, path)?;
    let mut file = match OpenOptions::new().write(true).create_new(true).open(&whole) {
        Ok(file) => file,
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {
            let shown = super::shown(&whole);
            return Err(Error::io(format!("`{shown}` is there already"))
                .help("nothing is written over; remove it first, or choose another name"));
        }
        Err(error) => return Err(Error::path("create", &whole, error)),
    };
    let written = file.write_all(bytes).and_then(|()| file.sync_all());
    written.map_err(|error| {
        let _ = std::fs::remove_file(&whole);
        Error::path("write", &whole, error)
    })?;
    Ok(whole)
}

/// Replace the file `path` below `root`, which holds `before`, in one step.
///
/// # Errors
/// It is a link, no longer holds `before`, or could not be written.
pub fn replace(root: &Path, path: &str, before: &[u8], bytes: &[u8]) -> Result<PathBuf> {
    let whole = folders(root, path)?;
    let failed = |error: std::io::Error| Error::path("write", &whole, error);
    let about = std::fs::symlink_metadata(&whole).map_err(failed)?;
    if about.is_symlink() {
        let shown = super::shown(&whole);
        return Err(Error::io(format!("`{shown}` is a link")).help("add to the file it leads to"));
    }
    let name = whole.file_name().map(|name| name.to_string_lossy().into_owned());
    let beside = format!(".{}.milepost-{}", name.unwrap_or_default(), std::process::id());
    let beside = whole.with_file_name(beside);
    let mut file = OpenOptions::new().write(true).create_new(true).open(&beside).map_err(failed)?;
    let written = (|| {
        file.set_permissions(about.permissions())?;
        file.write_all(bytes)?;
        file.sync_all()?;
        if read(&whole)? != before {
            return Err(std::io::Error::other("it was changed meanwhile"));
        }
        std::fs::rename(&beside, &whole)
    })();
    written.map_err(|error| {
        let _ = std::fs::remove_file(&beside);
        failed(error)
    })?;
    Ok(whole)
}

/// Write the file `path` below `root`, in place of what is there. Whether
/// anything changed.
///
/// # Errors
/// It is a link or a folder, or could not be written.
pub fn put(root: &Path, path: &str, bytes: &[u8]) -> Result<bool> {
    let whole = root.join(path);
    match std::fs::symlink_metadata(&whole) {
        Err(_) => create(root, path, bytes).map(|_| true),
        Ok(about) if about.is_file() => {
            let before = read(&whole).map_err(|error| Error::path("read", &whole, error))?;
            if before == bytes {
                return Ok(false);
            }
            replace(root, path, &before, bytes).map(|_| true)
        }
        Ok(_) => {
            let shown = super::shown(&whole);
            Err(Error::io(format!("`{shown}` is not a plain file")).help("name another place"))
        }
    }
}

/// Why a file below `root` is not to be replaced: it is reached through a
/// symbolic link, or nobody may write it. `None` where it may be, or is not
/// there.
#[must_use]
pub fn left_alone(root: &Path, path: &str) -> Option<&'static str> {
    let mut whole = root.to_path_buf();
    for part in path.split('/') {
        whole.push(part);
        let about = std::fs::symlink_metadata(&whole).ok()?;
        if about.is_symlink() {
            return Some("it is reached through a symbolic link");
        }
        if about.is_file() && about.permissions().readonly() {
            return Some("it is read-only");
        }
    }
    None
}

fn read(path: &Path) -> std::io::Result<Vec<u8>> {
    let mut file: File = OpenOptions::new().read(true).open(path)?;
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Make the folders on the way to `path`; none of them may be a link.
fn folders(root: &Path, path: &str) -> Result<PathBuf> {
    std::fs::create_dir_all(root).map_err(|error| Error::path("create the folder", root, error))?;
    let mut whole = root.to_path_buf();
    let (folders, name) = path.rsplit_once('/').unwrap_or(("", path));
    for part in folders.split('/').filter(|part| !part.is_empty()) {
        whole.push(part);
        match std::fs::symlink_metadata(&whole) {
            Ok(about) if about.is_dir() => {}
            Ok(_) => {
                let shown = super::shown(&whole);
                return Err(Error::io(format!("`{shown}` is not a folder")));
            }
            Err(_) => std::fs::create_dir(&whole)
                .map_err(|error| Error::path("create the folder", &whole, error))?,
        }
    }
    Ok(whole.join(name))
}
