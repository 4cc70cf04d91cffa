//! Ctrl-C and its kin: the run stops where it can do so cleanly, and says so.

use super::terminal::Terminal;
use crate::error::{Error, Result};
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM, SIGXFSZ};
use signal_hook::{flag, low_level};
use std::io::Read;
use std::os::unix::net::UnixStream;
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

    /// Say that a signal ended the run, and what that means.
    pub(super) fn tell(&self, terminal: Terminal, outcome: &str) {
        let what = name(self.number.load(Ordering::Relaxed));
        terminal.talk(|out| writeln!(out, "{what}; {outcome}"));
    }
}

/// From now on a run that a signal ends at once says so. Nothing is undone and
/// nothing waited for: these are commands that leave nothing half-written.
pub(super) fn say_goodbye(terminal: Terminal) {
    let number = Arc::new(AtomicUsize::new(0));
    let Ok((mut ear, mouth)) = UnixStream::pair() else { return };
    let heard = number.clone();
    let listen = move || {
        if ear.read_exact(&mut [0]).is_err() {
            return;
        }
        let number = heard.load(Ordering::Relaxed);
        terminal.last_line(name(number));
        // Whoever started us sees what ended the run.
        let _ = low_level::emulate_default_handler(i32::try_from(number).unwrap_or(SIGTERM));
    };
    let listener = std::thread::Builder::new().name("milepost-signals".into());
    // Where no thread is to be had, signals do what they always did.
    if listener.spawn(listen).is_ok() {
        let _ = register_goodbye(&number, &mouth);
    }
}

fn register_goodbye(number: &Arc<AtomicUsize>, mouth: &UnixStream) -> std::io::Result<()> {
    let told = Arc::new(AtomicBool::new(false));
    for signal in [SIGINT, SIGTERM] {
        let mouth = mouth.try_clone()?;
        // A second one ends the program even where nothing can be said.
        flag::register_conditional_default(signal, told.clone())?;
        flag::register_usize(signal, number.clone(), usize::try_from(signal).unwrap_or(0))?;
        flag::register(signal, told.clone())?;
        low_level::pipe::register(signal, mouth)?;
    }
    Ok(())
}

/// What a signal did to the run.
fn name(number: usize) -> &'static str {
    match i32::try_from(number) {
        Ok(SIGINT) => "interrupted",
        Ok(SIGTERM) => "ended by SIGTERM",
        Ok(SIGHUP) => "ended by SIGHUP",
        _ => "ended by a signal",
    }
}
