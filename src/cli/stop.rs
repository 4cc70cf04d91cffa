//! How a command ends.

use crate::error::Error;
use std::io;

/// The exit status of a command that ran, or why it stopped.
pub(super) type Outcome = Result<u8, Stop>;

/// Why a command stopped before its end.
#[derive(Debug)]
pub(super) enum Stop {
    /// Something failed; the error is still to be shown.
    Error(Error),
    /// Everything was said; only the exit status is left.
    Status(u8),
    /// Whoever read the output went away: `milepost check | head -1`.
    Pipe,
}

impl From<Error> for Stop {
    fn from(error: Error) -> Self {
        Self::Error(error)
    }
}

impl Stop {
    /// A failure to write to standard output.
    pub(super) fn output(error: io::Error) -> Self {
        if error.kind() == io::ErrorKind::BrokenPipe {
            return Self::Pipe;
        }
        let message = "could not write to standard output";
        Self::Error(Error { source: Some(error.into()), ..Error::io(message) })
    }
}
