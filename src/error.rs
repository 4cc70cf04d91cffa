//! A broken machine: what stops a run, with the path and the chain of causes.
//!
//! An author's mistake is never an [`Error`]; it is a
//! [`Finding`](crate::finding::Finding), and the run goes on.

use std::fmt;
use std::path::{Path, PathBuf};

/// What sort of failure it is: decides the exit status.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ErrorKind {
    /// Arguments, `book.toml`, theme or revision are wrong: exit status 2.
    Usage,
    /// Could not read, write, lock or bind, or an internal fault: exit status 3.
    Io,
}

/// A failure that stops the run; nothing is published.
#[derive(Debug)]
pub struct Error {
    /// What sort of failure it is.
    pub kind: ErrorKind,
    /// The fact, in lower case without a full stop; may hold several lines
    /// when several mistakes are reported together.
    pub message: String,
    /// How to mend it.
    pub help: Option<String>,
    /// What caused it.
    pub source: Option<Box<dyn std::error::Error + Send + Sync>>,
}

/// The result of anything that touches the world.
pub type Result<T> = std::result::Result<T, Error>;

impl Error {
    /// A mistake in arguments, configuration or theme.
    #[must_use]
    pub fn usage(message: impl Into<String>) -> Self {
        Self { kind: ErrorKind::Usage, message: message.into(), help: None, source: None }
    }

    /// A failure of the machine.
    #[must_use]
    pub fn io(message: impl Into<String>) -> Self {
        Self { kind: ErrorKind::Io, message: message.into(), help: None, source: None }
    }

    /// A failed operation on a path, with its cause: `could not {what} {path}`.
    pub fn path(
        what: &str,
        path: &Path,
        source: impl Into<Box<dyn std::error::Error + Send + Sync>>,
    ) -> Self {
        let path = crate::text::visible(&path.display().to_string());
        Self { source: Some(source.into()), ..Self::io(format!("could not {what} `{path}`")) }
    }

    /// The same error with a line that says how to mend it.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// The exit status the error ends the program with.
    #[must_use]
    pub fn status(&self) -> u8 {
        match self.kind {
            ErrorKind::Usage => 2,
            ErrorKind::Io => 3,
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)?;
        let mut cause = self.source.as_deref().map(|s| s as &dyn std::error::Error);
        while let Some(error) = cause {
            write!(f, ": {error}")?;
            cause = error.source();
        }
        Ok(())
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.source.as_deref().map(|s| s as _)
    }
}

/// A path for messages: relative to `base` where it lies beneath it.
#[must_use]
pub fn relative(path: &Path, base: &Path) -> PathBuf {
    path.strip_prefix(base).unwrap_or(path).to_path_buf()
}
