//! The hidden folder a site is written to before it is published, and the lock
//! that keeps two builds from one output.
//!
//! The lock lies on the staging folder itself and dies with its process, so
//! nothing stale can stand in the way: a staging folder whose lock is free is
//! what a dead build left behind, and is removed.

use super::manifest::{MANIFEST, Manifest};
use super::place::remove_site;
use super::shown;
use super::storing::Storing;
use crate::error::{Error, Result};
use rustix::fd::OwnedFd;
use rustix::fs::{CWD, FlockOperation, Mode, OFlags, RawMode};
use rustix::io::Errno;
use std::collections::HashSet;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{PoisonError, RwLock};
use std::time::Duration;

/// How long to wait for another build that is just starting, in steps of 10 ms.
const PATIENCE: u32 = 500;

const FILE_MODE: RawMode = 0o644;
const FOLDER_MODE: RawMode = 0o755;

/// A staging folder; removed when dropped, unless it was published.
#[derive(Debug)]
pub(super) struct Staging {
    /// The folder that holds it: the output's parent, or the output itself.
    pub(super) holder: OwnedFd,
    pub(super) folder: OwnedFd,
    pub(super) name: String,
    /// Staging lies in the output, so files are moved one by one.
    pub(super) inside: Option<&'static str>,
    path: PathBuf,
    made: RwLock<HashSet<String>>,
    /// The umask takes rights away that a web server needs.
    set_modes: bool,
    /// Largest file this process may write, in bytes.
    most: u64,
    /// Brings files onto the disk as they are written.
    pub(super) storing: Storing,
    /// What stands under this name is no longer the new site.
    pub(super) done: AtomicBool,
}

impl Staging {
    /// Make and lock a staging folder for the output `out`.
    pub(super) fn create(out: &Path) -> Result<Self> {
        let parent = out.parent().unwrap_or(out);
        std::fs::create_dir_all(parent)
            .map_err(|error| Error::path("make the folder", parent, error))?;
        if is_mount_point(out) {
            return Self::create_in(out, out, Some("the output folder is a mount point"));
        }
        match Self::create_in(parent, out, None) {
            Err(error) if out.is_dir() && is_forbidden(&error) => {
                Self::create_in(out, out, Some("nothing can be made beside the output folder"))
                    .map_err(|_| error)
            }
            other => other,
        }
    }

    fn create_in(holder: &Path, out: &Path, inside: Option<&'static str>) -> Result<Self> {
        let name = name(out, std::process::id());
        let path = holder.join(&name);
        let failed = |errno: Errno| Error::path("make the folder", &path, errno);
        let handle = open_folder(CWD, holder).map_err(failed)?;
        // Held only while the folder is made and others are looked at.
        let _mutex = wait(&handle, holder)?;
        sweep_in(holder, out)?;
        rustix::fs::mkdirat(&handle, &*name, Mode::from_raw_mode(FOLDER_MODE)).map_err(failed)?;
        let folder = open_folder(&handle, Path::new(&name)).map_err(failed)?;
        rustix::fs::flock(&folder, FlockOperation::NonBlockingLockExclusive).map_err(failed)?;
        let mode = rustix::fs::fstat(&folder).map_err(failed)?.st_mode;
        let set_modes = mode & 0o777 != FOLDER_MODE;
        if set_modes {
            rustix::fs::fchmod(&folder, Mode::from_raw_mode(FOLDER_MODE)).map_err(failed)?;
        }
        let most = rustix::process::getrlimit(rustix::process::Resource::Fsize).current;
        Ok(Self {
            holder: handle,
            folder,
            name,
            inside,
            path,
            made: RwLock::default(),
            set_modes,
            most: most.unwrap_or(u64::MAX),
            storing: Storing::default(),
            done: AtomicBool::new(false),
        })
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Remove what dead builds of this output left behind.
    pub(super) fn sweep(out: &Path) -> Result<()> {
        let parent = out.parent().unwrap_or(out);
        if !parent.is_dir() {
            return Ok(());
        }
        let failed = |errno: Errno| Error::path("open the folder", parent, errno);
        let handle = open_folder(CWD, parent).map_err(failed)?;
        let _mutex = wait(&handle, parent)?;
        sweep_in(parent, out)
    }

    /// Write a new file; `out` is where messages say it goes.
    pub(super) fn write(&self, route: &str, bytes: &[u8], out: &Path) -> Result<()> {
        let mut file = self.begin(route, out)?;
        file.add(bytes)
    }

    /// Begin a new file that comes piece by piece.
    pub(super) fn begin<'s>(&'s self, route: &str, out: &'s Path) -> Result<Begun<'s>> {
        let failed = |error: std::io::Error| Error::path("write", &out.join(route), error);
        if let Some((folder, _)) = route.rsplit_once('/') {
            self.make_folder(folder).map_err(|errno| failed(errno.into()))?;
        }
        let flags =
            OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        let mode = Mode::from_raw_mode(FILE_MODE);
        let file = match rustix::fs::openat(&self.folder, route, flags, mode) {
            Err(Errno::EXIST) => return Err(Error::io(format!("`{route}` was made twice"))),
            other => other.map_err(|errno| failed(errno.into()))?,
        };
        if self.set_modes {
            rustix::fs::fchmod(&file, mode).map_err(|errno| failed(errno.into()))?;
        }
        Ok(Begun { staging: self, route: route.into(), out, file: file.into(), size: 0 })
    }

    /// Remove a file that was written and is not wanted after all.
    pub(super) fn remove(&self, route: &str) -> std::result::Result<(), Errno> {
        rustix::fs::unlinkat(&self.folder, route, rustix::fs::AtFlags::empty())
    }

    /// Make a folder and those above it, once.
    pub(super) fn make_folder(&self, folder: &str) -> std::result::Result<(), Errno> {
        if self.made.read().unwrap_or_else(PoisonError::into_inner).contains(folder) {
            return Ok(());
        }
        make_folders(&self.folder, folder, self.set_modes)?;
        self.made.write().unwrap_or_else(PoisonError::into_inner).insert(folder.to_owned());
        Ok(())
    }
}

/// A file of a staging folder in the making.
#[derive(Debug)]
pub(super) struct Begun<'s> {
    staging: &'s Staging,
    route: Box<str>,
    out: &'s Path,
    file: std::fs::File,
    /// Bytes written so far.
    pub(super) size: u64,
}

impl Begun<'_> {
    /// Write the next bytes.
    pub(super) fn add(&mut self, bytes: &[u8]) -> Result<()> {
        self.size += bytes.len() as u64;
        // Beyond its limit a process would be killed rather than told.
        let written = if self.size > self.staging.most {
            Err(Errno::FBIG.into())
        } else {
            self.file.write_all(bytes)
        };
        written.map_err(|error| Error::path("write", &self.out.join(&*self.route), error))?;
        self.staging.storing.add(bytes.len(), &self.staging.folder);
        Ok(())
    }
}

#[cfg(test)]
impl Staging {
    /// As if no file could be larger than `most` bytes.
    pub(super) fn limit(&mut self, most: u64) {
        self.most = most;
    }

    /// As if the umask had been strict from the start.
    pub(super) fn strict(&mut self) {
        self.set_modes = true;
    }
}

impl Drop for Staging {
    fn drop(&mut self) {
        if !self.done.load(Ordering::Relaxed) {
            // Nobody is left to tell; the next build tries again.
            let _ = remove_tree(&self.path);
        }
    }
}

/// Make `folder` and the folders above it beneath `base`.
pub(super) fn make_folders(
    base: &OwnedFd,
    folder: &str,
    set_modes: bool,
) -> std::result::Result<(), Errno> {
    let mode = Mode::from_raw_mode(FOLDER_MODE);
    let ends = folder.match_indices('/').map(|(at, _)| at).chain([folder.len()]);
    for end in ends {
        let Some(part) = folder.get(..end) else { continue };
        match rustix::fs::mkdirat(base, part, mode) {
            Ok(()) if set_modes => {
                rustix::fs::chmodat(base, part, mode, rustix::fs::AtFlags::empty())?;
            }
            Ok(()) | Err(Errno::EXIST) => {}
            Err(errno) => return Err(errno),
        }
    }
    Ok(())
}

/// The name of a staging folder for `out`.
fn name(out: &Path, pid: u32) -> String {
    format!("{}{pid}", prefix(out))
}

fn prefix(out: &Path) -> String {
    let name = out.file_name().unwrap_or_default().to_string_lossy();
    format!(".{name}.milepost-")
}

/// The process that made a staging folder for `out`, if `name` is one's.
pub(super) fn owner(out: &Path, name: &str) -> Option<u32> {
    let digits = name.strip_prefix(&prefix(out))?;
    digits.bytes().all(|b| b.is_ascii_digit()).then(|| digits.parse().ok())?
}

/// Remove staging folders whose builds are dead; refuse to go on beside one
/// that lives.
fn sweep_in(holder: &Path, out: &Path) -> Result<()> {
    let failed = |error: std::io::Error| Error::path("read the folder", holder, error);
    for entry in std::fs::read_dir(holder).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        let name = entry.file_name();
        let Some(pid) = name.to_str().and_then(|name| owner(out, name)) else { continue };
        let path = entry.path();
        let folder = match open_folder(CWD, &path) {
            Ok(folder) => folder,
            Err(Errno::NOENT | Errno::NOTDIR | Errno::LOOP) => continue,
            Err(errno) => return Err(Error::path("open the folder", &path, errno)),
        };
        match rustix::fs::flock(&folder, FlockOperation::NonBlockingLockExclusive) {
            Ok(()) => discard(&folder, &path)?,
            Err(Errno::WOULDBLOCK) => {
                let out = shown(out);
                let message = format!("another build is running (pid {pid}) into `{out}`");
                return Err(Error::io(message).help("wait until it is done, or stop it"));
            }
            Err(errno) => return Err(Error::path("lock the folder", &path, errno)),
        }
    }
    Ok(())
}

/// Remove what a dead build left: a half-written site, or the old site if it
/// died just after the exchange. The old site may hold what others put there.
fn discard(folder: &OwnedFd, path: &Path) -> Result<()> {
    if let Ok(Some((manifest, _))) = Manifest::read(folder, path) {
        return remove_site(folder, path, &manifest).map(|_| ());
    }
    remove_tree(path).map_err(|error| Error::path("remove the folder", path, error))
}

/// Hold the folder that outputs lie in, for the moment in which a build looks
/// around and makes its staging folder.
fn wait(holder: &OwnedFd, path: &Path) -> Result<OwnedFd> {
    let failed = |errno: Errno| Error::path("lock the folder", path, errno);
    let handle = open_folder(holder, Path::new(".")).map_err(failed)?;
    for _ in 0..PATIENCE {
        match rustix::fs::flock(&handle, FlockOperation::NonBlockingLockExclusive) {
            Ok(()) => return Ok(handle),
            Err(Errno::WOULDBLOCK) => std::thread::sleep(Duration::from_millis(10)),
            Err(errno) => return Err(failed(errno)),
        }
    }
    Err(Error::io(format!("another process holds a lock on `{}`", shown(path))))
}

pub(super) fn open_folder(
    at: impl rustix::fd::AsFd,
    path: &Path,
) -> std::result::Result<OwnedFd, Errno> {
    let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    rustix::fs::openat(at, path, flags, Mode::empty())
}

/// Remove a staging folder with all that is in it.
#[allow(clippy::disallowed_methods, reason = "only staging folders, which Milepost made")]
fn remove_tree(path: &Path) -> std::io::Result<()> {
    match std::fs::remove_dir_all(path) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(()),
        other => other,
    }
}

fn is_forbidden(error: &Error) -> bool {
    let cause = error.source.as_ref().and_then(|s| s.downcast_ref::<Errno>());
    matches!(cause, Some(&(Errno::ACCESS | Errno::PERM | Errno::ROFS)))
}

fn is_mount_point(path: &Path) -> bool {
    #[cfg(target_os = "linux")]
    {
        use rustix::fs::{AtFlags, StatxAttributes, StatxFlags, statx};
        if let Ok(stat) = statx(CWD, path, AtFlags::SYMLINK_NOFOLLOW, StatxFlags::empty())
            && stat.stx_attributes_mask.contains(StatxAttributes::MOUNT_ROOT)
        {
            return stat.stx_attributes.contains(StatxAttributes::MOUNT_ROOT);
        }
    }
    let device = |path: &Path| {
        rustix::fs::statat(CWD, path, rustix::fs::AtFlags::empty()).map(|s| s.st_dev).ok()
    };
    let own = device(path);
    own.is_some() && own != path.parent().and_then(device)
}

/// A route that stays in the site and is not the manifest's.
pub(super) fn check_route(route: &str) -> Result<()> {
    let climbs = route.split('/').any(|part| matches!(part, "" | "." | "..") || part.len() > 255);
    if climbs || route.contains('\0') || route == MANIFEST {
        return Err(Error::io(format!("`{}` is no place in a site", crate::text::visible(route))));
    }
    Ok(())
}
