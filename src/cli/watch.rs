//! `watch`: build on every change.

use super::arguments::Build;
use super::book::Book;
use super::build;
use super::signals::Signals;
use super::stop::{Outcome, Stop};
use super::terminal::Terminal;
use crate::finding::Severity;
use crate::server::{Watched, watch};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

pub(super) fn run(args: &Build, levels: &[(String, Severity)], terminal: Terminal) -> Outcome {
    let signals = Signals::listen()?;
    let build = || {
        if let Err(Stop::Error(error)) = build::once(args, levels, terminal, &signals)
            && signals.status().is_none()
        {
            terminal.error(&error);
        }
    };
    follow(&args.reading.dir, &signals, terminal, &build);
    terminal.say("stopped watching");
    Err(Stop::Status(signals.status().unwrap_or(0)))
}

/// Run `make` now and after every change to the book in `root`, until told to
/// end.
pub(super) fn follow(root: &Path, signals: &Signals, terminal: Terminal, make: &dyn Fn()) {
    while !signals.cancel.load(Ordering::Relaxed) {
        let paths = paths(root);
        // Set when what is to be watched has changed, or the run is to end.
        let stop = AtomicBool::new(false);
        std::thread::scope(|scope| {
            scope.spawn(|| {
                while !stop.load(Ordering::Relaxed) {
                    stop.fetch_or(signals.cancel.load(Ordering::Relaxed), Ordering::Relaxed);
                    std::thread::sleep(Duration::from_millis(20));
                }
            });
            watch(&paths, &stop, make, |watched| match watched {
                Watched::Changed(_) => {
                    make();
                    if self::paths(root) != paths {
                        stop.store(true, Ordering::Relaxed);
                    }
                }
                Watched::Polling(why) => {
                    terminal.warning(&format!("{why}; looking for changes every two seconds"));
                }
            });
            stop.store(true, Ordering::Relaxed);
        });
    }
}

/// What a site is made from; only `book.toml` while that cannot be read.
fn paths(root: &Path) -> Vec<PathBuf> {
    let mut paths = vec![root.join("book.toml")];
    if let Ok(book) = Book::open(root, None) {
        paths.extend(book.inputs());
    } else {
        paths.extend(Book::named_inputs(root));
    }
    paths
}
