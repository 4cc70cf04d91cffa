//! The only writer of output: puts a whole site in place of the old one.
//!
//! Pages are written to a hidden folder beside the output
//! (`.book.milepost-<pid>`) and the two folders change places in one step, so a
//! reader sees the old site or the new one and nothing in between. A build that
//! fails, is interrupted or dies leaves the old site untouched. A manifest in
//! the output says which files are Milepost's; only those are ever removed.
//!
//! Where folders cannot change places (the output is a mount point, or the file
//! system does not know how), each file is moved on its own, index pages last.

mod files;
mod guard;
mod manifest;
mod place;
mod staging;
mod storing;

pub use files::{create, left_alone, put, replace};
pub use guard::Protected;
pub use manifest::MANIFEST;

use crate::error::{Error, Result};
use crate::output::{Fingerprint, Pieces, Route, Sink};
use manifest::{Entry, Manifest};
use rustix::fd::OwnedFd;
use rustix::fs::{AtFlags, FileType, Mode, OFlags};
use rustix::io::Errno;
use staging::{Begun, Staging};
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use xxhash_rust::xxh3::Xxh3;

/// Writes one site; dropped before [`Publisher::finish`] it leaves no trace.
#[derive(Debug)]
pub struct Publisher {
    out: PathBuf,
    staging: Staging,
    live: Option<Live>,
    /// What was written to staging.
    written: Mutex<Vec<Entry>>,
    /// What stands unchanged in the live site.
    kept: Mutex<Vec<Entry>>,
    cancel: Option<Arc<AtomicBool>>,
    /// Move file by file even where folders could change places.
    piecemeal: bool,
}

/// The site published before.
#[derive(Debug)]
struct Live {
    folder: OwnedFd,
    manifest: Manifest,
    /// When the manifest was written: what changed later is not ours.
    at: (i64, i64),
}

impl Live {
    /// Whether the site holds what `entry` says, as far as can be told without
    /// reading it.
    fn stands(&self, entry: &Entry) -> bool {
        rustix::fs::statat(&self.folder, &*entry.route, AtFlags::SYMLINK_NOFOLLOW).is_ok_and(|s| {
            FileType::from_raw_mode(s.st_mode) == FileType::RegularFile
                && u64::try_from(s.st_size).is_ok_and(|size| size == entry.size)
                && modified(&s) <= self.at
        })
    }
}

/// What publishing came to.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Published {
    /// Files that were not there before.
    pub added: usize,
    /// Files with new content.
    pub changed: usize,
    /// Files that are gone.
    pub removed: usize,
    /// Files that are as they were.
    pub kept: usize,
    /// What the user should know about how it was done, one sentence each.
    pub notes: Vec<String>,
}

impl Publisher {
    /// Prepare to publish into the folder `out`: look at what is there, take
    /// the lock, clear what dead builds left behind, and make a staging folder.
    ///
    /// # Errors
    /// The output is one of the protected folders, a file, a link, or a folder
    /// with files that are not Milepost's (usage); another build is running, or
    /// the folder cannot be written (io).
    pub fn open(out: &Path, protected: &Protected) -> Result<Self> {
        let out = protected.check(out)?;
        let mut live = live(&out)?;
        let staging = Staging::create(&out)?;
        if !is_current(live.as_ref(), &out)? {
            // Another build was done just before this one got the lock.
            live = self::live(&out)?;
        }
        Ok(Self {
            out,
            staging,
            live,
            written: Mutex::default(),
            kept: Mutex::default(),
            cancel: None,
            piecemeal: false,
        })
    }

    /// Stop with the error `interrupted` once the flag is set.
    #[must_use]
    pub fn cancel(mut self, flag: Arc<AtomicBool>) -> Self {
        self.cancel = Some(flag);
        self
    }

    /// The folder that pages are written to before they are published.
    pub fn staging_path(&self) -> &Path {
        self.staging.path()
    }

    /// Put the site in place: everything given to the sink since the publisher
    /// was opened, and nothing else.
    ///
    /// # Errors
    /// Writing failed, a route was given twice, or the run was interrupted. The
    /// old site is untouched, except where it had to be replaced file by file.
    pub fn finish(mut self) -> Result<Published> {
        self.interrupted()?;
        self.staging.storing.wait();
        let take = |list: &mut Mutex<Vec<Entry>>| {
            std::mem::take(list.get_mut().unwrap_or_else(PoisonError::into_inner))
        };
        let (written, kept) = (take(&mut self.written), take(&mut self.kept));
        let none = Manifest::default();
        let old = self.live.as_ref().map_or(&none, |live| &live.manifest);
        let mut published = Published { kept: kept.len(), ..Published::default() };
        for entry in &written {
            match old.get(&entry.route) {
                Some(_) => published.changed += 1,
                None => published.added += 1,
            }
        }
        let manifest = Manifest::new(written.iter().chain(&kept).cloned().collect())?;
        published.removed = old.files().iter().filter(|e| manifest.get(&e.route).is_none()).count();
        if self.live.is_some() && written.is_empty() && manifest == *old {
            return Ok(published);
        }
        place::publish(&self, &written, &kept, &manifest, &mut published)?;
        Ok(published)
    }

    /// A file of the site published before, if it is still what was published
    /// then and holds no more than `most` bytes.
    #[must_use]
    pub fn before(&self, route: &Route, most: u64) -> Option<Vec<u8>> {
        let live = self.live.as_ref()?;
        let entry = live.manifest.get(route.as_str())?;
        if entry.size > most || !live.stands(entry) {
            return None;
        }
        let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
        let file = rustix::fs::openat(&live.folder, &*entry.route, flags, Mode::empty()).ok()?;
        let mut bytes = Vec::new();
        std::fs::File::from(file).take(most).read_to_end(&mut bytes).ok()?;
        (xxhash_rust::xxh3::xxh3_128(&bytes) == entry.hash).then_some(bytes)
    }

    fn interrupted(&self) -> Result<()> {
        match &self.cancel {
            Some(flag) if flag.load(Ordering::Relaxed) => Err(Error::io("interrupted")),
            _ => Ok(()),
        }
    }

    /// Whether the published site holds that very file.
    fn is_published(&self, entry: &Entry) -> bool {
        self.live.as_ref().is_some_and(|live| {
            let before = live.manifest.get(&entry.route);
            before.is_some_and(|b| (b.size, b.hash) == (entry.size, entry.hash))
                && live.stands(entry)
        })
    }

    fn written_entry(&self, entry: Entry) {
        self.written.lock().unwrap_or_else(PoisonError::into_inner).push(entry);
    }

    fn keep_entry(&self, entry: Entry) {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner).push(entry);
    }
}

impl Sink for Publisher {
    fn keep(&self, route: &Route, fingerprint: Fingerprint) -> Result<bool> {
        self.interrupted()?;
        let Some(live) = &self.live else { return Ok(false) };
        let Some(entry) = live.manifest.get(route.as_str()) else { return Ok(false) };
        let same = entry.fingerprint == Some(fingerprint.0) && live.stands(entry);
        if same {
            self.keep_entry(entry.clone());
        }
        Ok(same)
    }

    fn put(&self, route: &Route, fingerprint: Option<Fingerprint>, bytes: &[u8]) -> Result<()> {
        self.interrupted()?;
        staging::check_route(route.as_str())?;
        let entry = Entry {
            route: route.as_str().into(),
            size: bytes.len() as u64,
            hash: xxhash_rust::xxh3::xxh3_128(bytes),
            fingerprint: fingerprint.map(|f| f.0),
        };
        if self.is_published(&entry) {
            self.keep_entry(entry);
            return Ok(());
        }
        self.staging.write(route.as_str(), bytes, &self.out)?;
        self.written_entry(entry);
        Ok(())
    }

    fn open(&self, route: &Route) -> Result<Option<Box<dyn Pieces + '_>>> {
        self.interrupted()?;
        staging::check_route(route.as_str())?;
        let file = self.staging.begin(route.as_str(), &self.out)?;
        let (route, hash) = (route.clone(), Box::default());
        Ok(Some(Box::new(Taking { publisher: self, route, file, hash })))
    }
}

/// A file that is written as it comes. Whether it is the published one is known
/// at its end.
struct Taking<'p> {
    publisher: &'p Publisher,
    route: Route,
    file: Begun<'p>,
    hash: Box<Xxh3>,
}

impl Pieces for Taking<'_> {
    fn add(&mut self, bytes: &[u8]) -> Result<()> {
        self.publisher.interrupted()?;
        self.hash.update(bytes);
        self.file.add(bytes)
    }

    fn done(self: Box<Self>) -> Result<()> {
        let Self { publisher, route, file, hash } = *self;
        let (route, size, hash) = (route.as_str(), file.size, hash.digest128());
        let entry = Entry { route: route.into(), size, hash, fingerprint: None };
        drop(file);
        if publisher.is_published(&entry) {
            publisher.staging.remove(route).map_err(|errno| {
                Error::path("remove", &publisher.staging.path().join(route), errno)
            })?;
            publisher.keep_entry(entry);
        } else {
            publisher.written_entry(entry);
        }
        Ok(())
    }
}

/// The site at `out`, if there is one; refuses a folder that is not ours.
fn live(out: &Path) -> Result<Option<Live>> {
    let Some(folder) = guard::open_output(out)? else { return Ok(None) };
    let Some((manifest, at)) = Manifest::read(&folder, out)? else {
        return match guard::foreign(out, &Manifest::default())? {
            None => Ok(None),
            Some(name) => Err(not_ours(out, &name)),
        };
    };
    if let Some(name) = guard::foreign(out, &manifest)? {
        return Err(Error::usage(format!(
            "the output folder `{}` holds `{name}`, which Milepost did not make",
            shown(out)
        ))
        .help("move it elsewhere; what belongs to the site goes into the book's `src`"));
    }
    Ok(Some(Live { folder, manifest, at }))
}

/// Whether the output is still as it was when `live` was read.
fn is_current(live: Option<&Live>, out: &Path) -> Result<bool> {
    let Some(live) = live else { return Ok(false) };
    let Some(folder) = guard::open_output(out)? else { return Ok(false) };
    let id = |fd: &OwnedFd| rustix::fs::fstat(fd).map(|s| (s.st_dev, s.st_ino)).ok();
    let at = rustix::fs::statat(&folder, MANIFEST, AtFlags::SYMLINK_NOFOLLOW).ok();
    Ok(id(&live.folder) == id(&folder) && at.is_some_and(|s| modified(&s) == live.at))
}

fn not_ours(out: &Path, name: &str) -> Error {
    Error::usage(format!(
        "the output folder `{}` was not created by Milepost: it holds `{name}`",
        shown(out)
    ))
    .help("name another `build-dir`, or empty the folder yourself")
}

/// Remove a published site: the files its manifest lists, and the folders that
/// are empty then. Returns how many files were removed.
///
/// # Errors
/// The folder is protected or is not Milepost's (usage); another build is
/// running, or a file could not be removed (io).
pub fn clean(out: &Path, protected: &Protected) -> Result<usize> {
    let out = protected.check(out)?;
    let Some(live) = live(&out)? else {
        Staging::sweep(&out)?;
        return Ok(0);
    };
    let _lock = Staging::create(&out)?;
    place::remove_listed(&live.folder, &out, &live.manifest)?;
    match std::fs::remove_dir(&out) {
        // A mount point stays; so does a folder that someone just put a file in.
        Err(error) if !is_in_use(&error) => Err(Error::path("remove the folder", &out, error)),
        _ => Ok(live.manifest.files().len()),
    }
}

fn is_in_use(error: &std::io::Error) -> bool {
    let errno = Errno::from_io_error(error);
    matches!(errno, Some(Errno::BUSY | Errno::NOTEMPTY | Errno::EXIST | Errno::NOENT))
}

/// A path for messages.
fn shown(path: &Path) -> String {
    crate::text::visible(&path.display().to_string())
}

#[allow(clippy::useless_conversion, reason = "the fields' types differ between systems")]
fn modified(stat: &rustix::fs::Stat) -> (i64, i64) {
    (stat.st_mtime.into(), i64::try_from(stat.st_mtime_nsec).unwrap_or(0))
}

#[cfg(test)]
mod tests;
