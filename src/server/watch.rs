//! Noticing that something has changed.
//!
//! Events are hints only: whoever is told looks at the files again. So lost
//! events, an editor that saves by renaming, and ten thousand files of a
//! checkout need no special care here.

use crate::tree::is_junk;
use notify::event::{AccessKind, AccessMode, EventKind};
use notify::{Config, ErrorKind, RecommendedWatcher, RecursiveMode, Watcher};
use std::collections::{BTreeMap, BTreeSet};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::time::{Duration, Instant};
use walkdir::WalkDir;

/// How long nothing must happen before changes are told.
const QUIET: Duration = Duration::from_millis(50);
/// How long changes are held back at most.
const LATEST: Duration = Duration::from_millis(500);
/// How often the watched paths themselves are looked at.
const LOOK: Duration = Duration::from_millis(500);
/// How often everything is looked at, where the system cannot tell.
const POLL: Duration = Duration::from_secs(2);

/// What [`watch`] tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Watched {
    /// Something changed: these paths among others, as far as is known.
    Changed(Vec<PathBuf>),
    /// The system cannot tell changes, with the reason; from now on the files
    /// are looked at every two seconds.
    Polling(String),
}

const LIMIT: &str =
    "the system's limit on watched files is reached (`fs.inotify.max_user_watches`)";

type Event = notify::Result<notify::Event>;

/// Tell of changes to files, and to folders and all that is in them, until
/// `cancel` is set. Hidden files and editors' droppings do not count. A path
/// that is not there, or that vanishes and comes back, is watched when it is.
///
/// `ready` is called once nothing can be missed any more: whoever reads the
/// files then, and again when told, has the newest.
pub fn watch(
    paths: &[PathBuf],
    cancel: &AtomicBool,
    ready: impl FnOnce(),
    mut tell: impl FnMut(Watched),
) {
    let absolute = |path: &PathBuf| std::path::absolute(path).unwrap_or_else(|_| path.clone());
    let paths: Vec<PathBuf> = paths.iter().map(absolute).collect();
    let (sender, events) = mpsc::channel();
    let mut watcher = Watching::start(&paths, sender, &mut tell);
    ready();
    let mut looked = Instant::now();
    while !cancel.load(Ordering::Relaxed) {
        let mut batch = Batch::default();
        if batch.collect(&events, &paths, QUIET * 2) {
            let first = Instant::now();
            while first.elapsed() < LATEST && batch.collect(&events, &paths, QUIET) {}
        }
        if batch.full {
            watcher.poll(&paths, LIMIT, &mut tell);
        }
        watcher.look_at_all(&paths, &mut batch);
        if looked.elapsed() >= LOOK || batch.counts {
            looked = Instant::now();
            watcher.look_again(&paths, &mut batch, &mut tell);
        }
        if batch.counts && !cancel.load(Ordering::Relaxed) {
            tell(Watched::Changed(batch.paths.into_iter().collect()));
        }
    }
}

/// What happened in one go.
#[derive(Debug, Default)]
struct Batch {
    /// Whether anything happened that counts.
    counts: bool,
    /// Whether the system can watch no more files.
    full: bool,
    paths: BTreeSet<PathBuf>,
}

impl Batch {
    /// Wait for one event, and take all that are there; `false` if none came.
    fn collect(&mut self, events: &Receiver<Event>, paths: &[PathBuf], wait: Duration) -> bool {
        match events.recv_timeout(wait) {
            Ok(event) => self.take(event, paths),
            Err(RecvTimeoutError::Timeout) => return false,
            Err(RecvTimeoutError::Disconnected) => {
                std::thread::sleep(wait);
                return false;
            }
        }
        while let Ok(event) = events.try_recv() {
            self.take(event, paths);
        }
        true
    }

    fn take(&mut self, event: Event, paths: &[PathBuf]) {
        let event = match event {
            Ok(event) => event,
            Err(error) => {
                self.counts = true;
                self.full |= matches!(error.kind, ErrorKind::MaxFilesWatch);
                return;
            }
        };
        let written = AccessKind::Close(AccessMode::Write);
        if matches!(event.kind, EventKind::Access(access) if access != written) {
            // Somebody read the file: most likely we did.
            return;
        }
        self.counts |= event.need_rescan();
        for path in event.paths.into_iter().filter(|path| concerns(path, paths)) {
            self.counts = true;
            self.paths.insert(path);
        }
    }
}

/// Whether an event at `path` matters to someone who watches `paths`.
fn concerns(path: &Path, paths: &[PathBuf]) -> bool {
    paths.iter().any(|watched| {
        path.strip_prefix(watched)
            .is_ok_and(|below| !below.components().any(|part| is_junk(part.as_os_str().as_bytes())))
    })
}

/// The watcher at work, and what it watches.
struct Watching {
    watcher: Option<RecommendedWatcher>,
    sender: Sender<Event>,
    /// Device and inode of each path when it was last looked at.
    known: Vec<Option<(u64, u64)>>,
    /// Where the system cannot tell: every file when it was last looked at.
    polled: Option<(Instant, Files)>,
}

/// What shows that a file has changed.
type Files = BTreeMap<PathBuf, (u64, u64, i64, i64)>;

impl Watching {
    fn start(paths: &[PathBuf], sender: Sender<Event>, tell: &mut impl FnMut(Watched)) -> Self {
        let known = vec![None; paths.len()];
        let mut this = Self { watcher: None, sender, known, polled: None };
        this.known = paths.iter().map(|path| id(path)).collect();
        this.watch_all(paths, tell);
        this
    }

    /// Watch the paths anew if one of them was replaced, removed or made.
    fn look_again(&mut self, paths: &[PathBuf], batch: &mut Batch, tell: &mut impl FnMut(Watched)) {
        let now: Vec<_> = paths.iter().map(|path| id(path)).collect();
        if now == self.known {
            return;
        }
        batch.counts = true;
        for ((path, before), after) in paths.iter().zip(&self.known).zip(&now) {
            if before != after {
                batch.paths.insert(path.clone());
            }
        }
        self.known = now;
        self.watch_all(paths, tell);
    }

    fn watch_all(&mut self, paths: &[PathBuf], tell: &mut impl FnMut(Watched)) {
        if self.polled.is_some() {
            return;
        }
        let config = Config::default().with_follow_symlinks(false);
        let started = RecommendedWatcher::new(self.sender.clone(), config)
            .and_then(|mut watcher| add_all(&mut watcher, paths).map(|()| watcher));
        match started {
            Ok(watcher) => self.watcher = Some(watcher),
            Err(error) if matches!(error.kind, ErrorKind::MaxFilesWatch) => {
                self.poll(paths, LIMIT, tell);
            }
            Err(error) => self.poll(paths, &format!("changes cannot be watched: {error}"), tell),
        }
    }

    /// From now on look at the files every now and then.
    fn poll(&mut self, paths: &[PathBuf], why: &str, tell: &mut impl FnMut(Watched)) {
        if self.polled.is_none() {
            self.watcher = None;
            self.polled = Some((Instant::now(), files(paths)));
            tell(Watched::Polling(why.to_owned()));
        }
    }

    /// Where the system cannot tell, see what has changed.
    fn look_at_all(&mut self, paths: &[PathBuf], batch: &mut Batch) {
        let Some((at, before)) = self.polled.as_mut() else { return };
        if at.elapsed() < POLL {
            return;
        }
        let now = files(paths);
        let (new, old) = (now.iter(), before.iter());
        let changed = new.filter(|(path, state)| before.get(*path) != Some(state));
        let gone = old.filter(|(path, _)| !now.contains_key(*path));
        let changed: Vec<PathBuf> = changed.chain(gone).map(|(path, _)| path.clone()).collect();
        batch.counts |= !changed.is_empty();
        batch.paths.extend(changed);
        (*at, *before) = (Instant::now(), now);
    }
}

/// Every file of the paths, as it is now.
fn files(paths: &[PathBuf]) -> Files {
    let mut files = Files::new();
    for path in paths {
        let entries = WalkDir::new(path)
            .into_iter()
            .filter_entry(|entry| entry.depth() == 0 || !is_junk(entry.file_name().as_bytes()));
        for entry in entries.filter_map(Result::ok) {
            if let Ok(meta) = entry.metadata() {
                let state = (meta.ino(), meta.len(), meta.mtime(), meta.mtime_nsec());
                files.insert(entry.into_path(), state);
            }
        }
    }
    files
}

/// Watch every path that is there; a file through its folder, since editors put
/// a new file in the place of the old one.
fn add_all(watcher: &mut dyn Watcher, paths: &[PathBuf]) -> notify::Result<()> {
    let mut holders = BTreeSet::new();
    for path in paths {
        if path.is_dir() {
            add(watcher, path, RecursiveMode::Recursive)?;
        } else {
            holders.extend(path.parent());
        }
    }
    for holder in holders {
        // A folder that is watched with all that is in it needs no more.
        if !paths.iter().any(|path| path.is_dir() && holder.starts_with(path)) {
            add(watcher, holder, RecursiveMode::NonRecursive)?;
        }
    }
    Ok(())
}

fn add(watcher: &mut dyn Watcher, path: &Path, mode: RecursiveMode) -> notify::Result<()> {
    match watcher.watch(path, mode) {
        // Vanished in between: it is looked for again.
        Err(error) if matches!(error.kind, ErrorKind::PathNotFound) => Ok(()),
        Err(error) if is_missing(&error) => Ok(()),
        other => other,
    }
}

fn is_missing(error: &notify::Error) -> bool {
    matches!(&error.kind, ErrorKind::Io(io) if io.kind() == std::io::ErrorKind::NotFound)
}

fn id(path: &Path) -> Option<(u64, u64)> {
    let meta = std::fs::metadata(path).ok()?;
    // An editor replaces a file at every save; that alone is no reason to
    // watch anew, since files are watched through their folder.
    meta.is_dir().then(|| (meta.dev(), meta.ino())).or(Some((0, 0)))
}

#[cfg(test)]
mod tests;
