//! Ctrl-C and its kin: the run stops where it can do so cleanly.

use crate::error::{Error, Result};
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM, SIGXFSZ};
use signal_hook::flag;
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
    ///
    /// # Errors
    /// The system does not let us.
    pub(super) fn listen() -> Result<Self> {
        let signals = Self::default();
        signals.register().map_err(|error| Error {
            source: Some(error.into()),
            ..Error::io("could not listen to signals")
        })?;
        Ok(signals)
    }

    fn register(&self) -> std::io::Result<()> {
        for signal in [SIGINT, SIGTERM, SIGHUP] {
            flag::register_conditional_default(signal, self.cancel.clone())?;
            flag::register_usize(
                signal,
                self.number.clone(),
                usize::try_from(signal).unwrap_or(0),
            )?;
            flag::register(signal, self.cancel.clone())?;
        }
        // A file grown beyond the limit is then an error like any other.
        flag::register(SIGXFSZ, Arc::default())?;
        Ok(())
    }

    /// End the run as if told to.
    pub(super) fn end(&self) {
        self.cancel.store(true, Ordering::Relaxed);
    }

    /// The exit status of a run that a signal ended: 128 and its number.
    pub(super) fn status(&self) -> Option<u8> {
        match self.number.load(Ordering::Relaxed) {
            0 => None,
            n => Some(128 + u8::try_from(n & 0x7f).unwrap_or(0)),
        }
    }
}
