//! A progress bar for work that takes longer than a moment.

use super::terminal::Terminal;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::time::{Duration, Instant};

/// Work that is done sooner shows no bar.
const MOMENT: Duration = Duration::from_millis(400);

/// A bar on standard error, where that is a terminal.
pub(super) struct Bar {
    bar: Option<ProgressBar>,
    since: Instant,
}

impl Bar {
    pub(super) fn new(terminal: Terminal) -> Self {
        let bar = terminal.progress.then(|| {
            let bar =
                ProgressBar::with_draw_target(Some(0), ProgressDrawTarget::stderr_with_hz(10));
            let template = "{pos} of {len} pages [{bar:40}]";
            let style = ProgressStyle::with_template(template);
            bar.with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
        });
        Self { bar, since: Instant::now() }
    }

    /// So many are done of so many.
    pub(super) fn at(&self, done: usize, all: usize) {
        let Some(bar) = self.bar.as_ref().filter(|_| self.since.elapsed() > MOMENT) else { return };
        bar.set_length(all as u64);
        bar.set_position(done as u64);
    }

    /// Take the bar away.
    pub(super) fn clear(&self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}
