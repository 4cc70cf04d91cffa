//! Getting files onto the disk while more are made: a site must be stored
//! before it is put in place, and waiting for all of it at the end would double
//! the time of a large build.

use super::staging::open_folder;
use rustix::fd::OwnedFd;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread::JoinHandle;

/// Bytes written between one round of storing and the next.
const ROUND: u64 = 24 << 20;

/// Starts storing what was written so far, one round at a time.
#[derive(Debug, Default)]
pub(super) struct Storing {
    written: AtomicU64,
    round: Mutex<Option<JoinHandle<()>>>,
}

impl Storing {
    /// Count bytes that were written to the file system of `folder`; when a
    /// round is full, and the round before is done, store them in the
    /// background. Whether that works is told by the sync that follows the last
    /// file, so failures are left to it.
    pub(super) fn add(&self, bytes: usize, folder: &OwnedFd) {
        let bytes = bytes as u64;
        let before = self.written.fetch_add(bytes, Ordering::Relaxed);
        if before / ROUND == (before + bytes) / ROUND {
            return;
        }
        let Ok(mut round) = self.round.try_lock() else { return };
        if round.as_ref().is_some_and(|thread| !thread.is_finished()) {
            return;
        }
        // A handle of its own: each is told of a failure once, and the sync
        // that follows must still be told.
        let Ok(folder) = open_folder(folder, Path::new(".")) else { return };
        let thread = std::thread::Builder::new().name("storing".into());
        *round = thread.spawn(move || sync(&folder)).ok();
    }

    /// Wait for the round that runs.
    pub(super) fn wait(&self) {
        let round = self.round.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(thread) = round {
            let _ = thread.join();
        }
    }
}

impl Drop for Storing {
    fn drop(&mut self) {
        self.wait();
    }
}

fn sync(folder: &OwnedFd) {
    #[cfg(target_os = "linux")]
    let _ = rustix::fs::syncfs(folder);
    #[cfg(not(target_os = "linux"))]
    let _ = folder;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_round_is_stored_in_the_background() {
        let dir = tempfile::tempdir().unwrap();
        let folder = open_folder(rustix::fs::CWD, dir.path()).unwrap();
        let storing = Storing::default();
        storing.add(1, &folder);
        assert!(storing.round.lock().unwrap().is_none());
        storing.add(usize::try_from(ROUND).unwrap(), &folder);
        assert!(storing.round.lock().unwrap().is_some());
        storing.wait();
        assert!(storing.round.lock().unwrap().is_none());
    }
}
