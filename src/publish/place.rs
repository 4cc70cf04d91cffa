//! Putting a finished site in place of the old one.

use super::manifest::{Entry, MANIFEST, Manifest};
use super::{Published, Publisher, shown, staging};
use crate::error::{Error, Result};
use rayon::prelude::*;
use rustix::fd::{AsFd, OwnedFd};
use rustix::fs::{AtFlags, CWD, Mode, OFlags, RenameFlags};
use rustix::io::Errno;
use std::collections::BTreeSet;
use std::path::Path;
use std::sync::atomic::Ordering;

/// Publish what was written and what was kept, by exchange where that is
/// possible, else file by file.
pub(super) fn publish(
    publisher: &Publisher,
    written: &[Entry],
    kept: &[Entry],
    manifest: &Manifest,
    published: &mut Published,
) -> Result<()> {
    let (site, out) = (&publisher.staging, &*publisher.out);
    if site.inside.is_none() && !publisher.piecemeal {
        if let Some(live) = &publisher.live {
            kept.par_iter().try_for_each(|entry| carry(publisher, &live.folder, entry))?;
        }
        site.write(MANIFEST, &manifest.to_bytes()?, out)?;
        flush(&site.folder, out)?;
        publisher.interrupted()?;
        if exchange(publisher, published)? {
            return Ok(());
        }
    }
    let why = site.inside.unwrap_or("the file system cannot exchange folders");
    published.notes.push(format!("{why}, so each file was replaced on its own"));
    piecemeal(publisher, written, manifest)
}

/// Take an unchanged file over into staging: a second name for the same file,
/// or a copy where there can be none.
fn carry(publisher: &Publisher, live: &OwnedFd, entry: &Entry) -> Result<()> {
    publisher.interrupted()?;
    let (site, route) = (&publisher.staging, &*entry.route);
    let path = publisher.out.join(route);
    let failed = |error: std::io::Error| Error::path("carry over", &path, error);
    if let Some((folder, _)) = route.rsplit_once('/') {
        site.make_folder(folder).map_err(|errno| failed(errno.into()))?;
    }
    match rustix::fs::linkat(live, route, &site.folder, route, AtFlags::empty()) {
        Ok(()) => Ok(()),
        Err(Errno::EXIST) => Err(Error::io(format!("`{route}` was made twice"))),
        Err(Errno::PERM | Errno::MLINK | Errno::OPNOTSUPP | Errno::XDEV | Errno::ACCESS) => {
            let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
            let from = rustix::fs::openat(live, route, flags, Mode::empty())
                .map_err(|errno| failed(errno.into()))?;
            let mut bytes = Vec::new();
            std::io::Read::read_to_end(&mut std::fs::File::from(from), &mut bytes)
                .map_err(failed)?;
            site.write(route, &bytes, &publisher.out)
        }
        Err(errno) => Err(failed(errno.into())),
    }
}

/// Bring everything that was written to the disk, in one go.
fn flush(folder: &OwnedFd, out: &Path) -> Result<()> {
    #[cfg(target_os = "linux")]
    rustix::fs::syncfs(folder).map_err(|errno| Error::path("write", out, errno))?;
    #[cfg(not(target_os = "linux"))]
    {
        let _ = (folder, out);
        rustix::fs::sync();
    }
    Ok(())
}

/// Let staging and output change places and remove the old site; `false` where
/// the file system cannot.
fn exchange(publisher: &Publisher, published: &mut Published) -> Result<bool> {
    let (site, out) = (&publisher.staging, &*publisher.out);
    let failed = |errno: Errno| Error::path("put the site in place at", out, errno);
    let name = out.file_name().unwrap_or_default();
    let holder = site.holder.as_fd();
    let Ok(old) = staging::open_folder(holder, Path::new(name)) else {
        // Fails if anything but an empty folder has appeared there.
        rustix::fs::renameat(holder, &*site.name, holder, name).map_err(failed)?;
        return settle(publisher).map(|()| true);
    };
    unchanged_since(publisher, &old)?;
    let swap = RenameFlags::EXCHANGE;
    match rustix::fs::renameat_with(holder, &*site.name, holder, name, swap) {
        Ok(()) => {}
        Err(
            Errno::INVAL
            | Errno::NOSYS
            | Errno::OPNOTSUPP
            | Errno::XDEV
            | Errno::BUSY
            | Errno::PERM,
        ) => {
            rustix::fs::unlinkat(&site.folder, MANIFEST, AtFlags::empty()).map_err(failed)?;
            return Ok(false);
        }
        Err(errno) => return Err(failed(errno)),
    }
    settle(publisher)?;
    // The old site now stands under the name of the staging folder.
    let none = Manifest::default();
    let listed = publisher.live.as_ref().map_or(&none, |live| &live.manifest);
    if let Some(name) = remove_site(&old, site.path(), listed)? {
        published.notes.push(format!(
            "files that Milepost did not make were found in `{}`; they stand in `{name}` beside it",
            shown(out)
        ));
    }
    Ok(true)
}

/// Whether the output is still the folder that was looked at.
fn unchanged_since(publisher: &Publisher, old: &OwnedFd) -> Result<()> {
    let out = &*publisher.out;
    let id = |fd: &OwnedFd| {
        rustix::fs::fstat(fd)
            .map(|s| (s.st_dev, s.st_ino))
            .map_err(|errno| Error::path("look at", out, errno))
    };
    let same = match &publisher.live {
        Some(live) => id(&live.folder)? == id(old)?,
        // It was empty or absent; it must be empty now.
        None => super::guard::foreign(out, &Manifest::default())?.is_none(),
    };
    if same {
        return Ok(());
    }
    let message = format!("the output folder `{}` was replaced during the build", shown(out));
    Err(Error::io(message).help("build again"))
}

/// Make the renaming last.
fn settle(publisher: &Publisher) -> Result<()> {
    publisher.staging.done.store(true, Ordering::Relaxed);
    rustix::fs::fsync(&publisher.staging.holder)
        .map_err(|errno| Error::path("write", &publisher.out, errno))
}

/// Move each new file over the old one; index pages last, since they lead to
/// the others, then the manifest; then remove what is no longer in the site.
fn piecemeal(publisher: &Publisher, written: &[Entry], manifest: &Manifest) -> Result<()> {
    let (site, out) = (&publisher.staging, &*publisher.out);
    let failed = |errno: Errno| Error::path("put the site in place at", out, errno);
    match rustix::fs::mkdirat(CWD, out, Mode::from_raw_mode(0o755)) {
        Ok(()) | Err(Errno::EXIST) => {}
        Err(errno) => return Err(failed(errno)),
    }
    let target = staging::open_folder(CWD, out).map_err(failed)?;
    let none = Manifest::default();
    let old = publisher.live.as_ref().map_or(&none, |live| &live.manifest);
    // Until all is in place the manifest lists both sites, so that a build
    // that dies half-way leaves nothing that looks foreign.
    let mut both: Vec<Entry> = manifest.files().to_vec();
    both.extend(old.files().iter().filter(|e| manifest.get(&e.route).is_none()).cloned());
    for entry in both.iter_mut().filter(|e| old.get(&e.route) != Some(e)) {
        entry.fingerprint = None;
    }
    let moved = |name: &str| -> Result<()> {
        rustix::fs::renameat(&site.folder, name, &target, name)
            .map_err(|errno| Error::path("write", &out.join(name), errno))
    };
    flush(&site.folder, out)?;
    site.write(MANIFEST, &Manifest::new(both)?.to_bytes()?, out)?;
    publisher.interrupted()?;
    moved(MANIFEST)?;
    let mut order: Vec<&str> = written.iter().map(|e| &*e.route).collect();
    order.sort_unstable_by_key(|route| (rank(route), *route));
    for route in order {
        if let Some((folder, _)) = route.rsplit_once('/') {
            staging::make_folders(&target, folder, true)
                .map_err(|errno| Error::path("write", &out.join(route), errno))?;
        }
        moved(route)?;
    }
    site.write(MANIFEST, &manifest.to_bytes()?, out)?;
    moved(MANIFEST)?;
    let gone = old.files().iter().filter(|e| manifest.get(&e.route).is_none()).cloned().collect();
    remove_entries(&target, out, &Manifest::new(gone)?)?;
    flush(&target, out)
}

/// Assets, then pages, then the pages that lead to them.
fn rank(route: &str) -> u8 {
    let is_page = route.ends_with(".html");
    let is_index = route.ends_with("index.html") || route.starts_with("search/");
    u8::from(is_page) + 2 * u8::from(is_index)
}

/// Remove an old site that stands at `path`. If somebody put files into it, it
/// gets a name that no build removes, which is returned.
pub(super) fn remove_site(
    folder: &OwnedFd,
    path: &Path,
    manifest: &Manifest,
) -> Result<Option<String>> {
    remove_listed(folder, path, manifest)?;
    let failed = |error: std::io::Error| Error::path("remove the folder", path, error);
    let id = |stat: rustix::fs::Stat| (stat.st_dev, stat.st_ino);
    let there = rustix::fs::statat(CWD, path, AtFlags::SYMLINK_NOFOLLOW).map(id);
    if there != rustix::fs::fstat(folder).map(id) {
        // Another build has removed it, and may have begun its own there.
        return Ok(None);
    }
    match std::fs::remove_dir(path) {
        Err(error) if error.kind() == std::io::ErrorKind::DirectoryNotEmpty => {}
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        other => return other.map(|()| None).map_err(failed),
    }
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let name = name.trim_start_matches('.').replacen(".milepost-", ".kept-", 1);
    let aside = path.with_file_name(&name);
    rustix::fs::renameat_with(CWD, path, CWD, &aside, RenameFlags::NOREPLACE)
        .map_err(|errno| failed(errno.into()))?;
    Ok(Some(name))
}

/// Remove the files a manifest lists, the manifest, and the folders that are
/// empty then; `path` is what messages call the folder.
pub(super) fn remove_listed(folder: &OwnedFd, path: &Path, manifest: &Manifest) -> Result<()> {
    remove_entries(folder, path, manifest)?;
    unlink(folder, path, MANIFEST)
}

fn remove_entries(folder: &OwnedFd, path: &Path, manifest: &Manifest) -> Result<()> {
    let mut folders = BTreeSet::new();
    for entry in manifest.files() {
        staging::check_route(&entry.route)?;
        unlink(folder, path, &entry.route)?;
        let mut above = &*entry.route;
        while let Some((holder, _)) = above.rsplit_once('/') {
            if !folders.insert(holder) {
                break;
            }
            above = holder;
        }
    }
    for holder in folders.into_iter().rev() {
        match rustix::fs::unlinkat(folder, holder, AtFlags::REMOVEDIR) {
            Ok(()) | Err(Errno::NOENT | Errno::NOTEMPTY | Errno::EXIST | Errno::NOTDIR) => {}
            Err(errno) => {
                return Err(Error::path("remove the folder", &path.join(holder), errno));
            }
        }
    }
    Ok(())
}

fn unlink(folder: &OwnedFd, path: &Path, name: &str) -> Result<()> {
    match rustix::fs::unlinkat(folder, name, AtFlags::empty()) {
        // A folder in a file's place is not ours.
        Ok(()) | Err(Errno::NOENT | Errno::NOTDIR | Errno::ISDIR) => Ok(()),
        Err(errno) => Err(Error::path("remove", &path.join(name), errno)),
    }
}
