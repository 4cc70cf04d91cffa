//! Ctrl-C and its kin: the run stops where it can do so cleanly.

use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM, SIGXFSZ};
use signal_hook::flag;
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

/// Whether the run was told to end, and by what.
#[derive(Debug, Clone, Default)]
pub(super) struct Signals {
    /// Set when the run is to end.
    pub(super) cancel: Arc<AtomicBool>,
    number: Arc<AtomicUsize>,
}

impl Signals {
    /// Take note of SIGINT, SIGTERM and SIGHUP from now on. A second one ends
    /// the program at once.
    pub(super) fn listen() -> io::Result<Self> {
        let signals = Self::default();
        for signal in [SIGINT, SIGTERM, SIGHUP] {
            flag::register_conditional_default(signal, signals.cancel.clone())?;
            flag::register_usize(
                signal,
                signals.number.clone(),
                usize::try_from(signal).unwrap_or(0),
            )?;
            flag::register(signal, signals.cancel.clone())?;
        }
        // A file grown beyond the limit is then an error like any other.
        flag::register(SIGXFSZ, Arc::default())?;
        Ok(signals)
    }

    /// The exit status of a run that a signal ended: 128 and its number.
    pub(super) fn status(&self) -> Option<u8> {
        match self.number.load(Ordering::Relaxed) {
            0 => None,
            n => Some(128 + u8::try_from(n & 0x7f).unwrap_or(0)),
        }
    }
}
