//! What the user sees: results on standard output, talk on standard error.

use super::arguments::{Colour, Say};
use super::stop::Stop;
use crate::error::Error;
use std::io::{self, BufWriter, IsTerminal, Write};

/// The two outputs and how much to say on them.
#[derive(Debug, Clone, Copy)]
pub(super) struct Terminal {
    /// Standard output may hold colour sequences.
    pub(super) colour: bool,
    /// Standard error may hold colour sequences.
    pub(super) colour_talk: bool,
    /// Say no more than needed.
    pub(super) quiet: bool,
    /// Say how things were done.
    pub(super) verbose: bool,
    /// Columns of standard output, where it is a terminal that says so.
    pub(super) width: Option<usize>,
    /// Standard error is a terminal, so a progress bar makes sense.
    pub(super) progress: bool,
}

impl Terminal {
    pub(super) fn new(say: &Say) -> Self {
        let set = |name: &str| variable(name).is_some_and(|value| !value.is_empty());
        let zero = |name: &str| variable(name).is_some_and(|value| value == "0");
        let colour = |terminal: bool| match say.color {
            Colour::Always => true,
            Colour::Never => false,
            Colour::Auto => !set("NO_COLOR") && !zero("CLICOLOR") && terminal,
        };
        let talk = io::stderr().is_terminal();
        Self {
            colour: colour(io::stdout().is_terminal()),
            colour_talk: colour(talk),
            quiet: say.quiet,
            verbose: say.verbose,
            width: io::stdout().is_terminal().then(columns).flatten(),
            progress: talk && !say.quiet && variable("TERM").is_none_or(|t| t != "dumb"),
        }
    }

    /// Write a result to standard output.
    #[allow(clippy::unused_self, reason = "commands print through the terminal they were given")]
    pub(super) fn result(
        self,
        write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
    ) -> Result<(), Stop> {
        let mut out = BufWriter::with_capacity(1 << 16, io::stdout().lock());
        write(&mut out).and_then(|()| out.flush()).map_err(Stop::output)
    }

    /// Write to standard error; what cannot be said there is not said.
    #[allow(clippy::unused_self, reason = "commands print through the terminal they were given")]
    pub(super) fn talk(self, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) {
        let mut out = BufWriter::new(io::stderr().lock());
        let _ = write(&mut out).and_then(|()| out.flush());
    }

    /// One line on standard error without waiting for whoever else writes there.
    #[allow(clippy::unused_self, reason = "commands print through the terminal they were given")]
    pub(super) fn last_line(self, line: &str) {
        let _ = rustix::io::write(io::stderr(), format!("{line}\n").as_bytes());
    }

    /// One line of talk, unless the user wants it quiet.
    pub(super) fn say(self, line: &str) {
        if !self.quiet {
            self.talk(|out| writeln!(out, "{line}"));
        }
    }

    /// One line for users who want to know how things were done.
    pub(super) fn detail(self, line: &str) {
        if self.verbose {
            self.talk(|out| writeln!(out, "{line}"));
        }
    }

    /// Say what stopped the run.
    pub(super) fn error(self, error: &Error) {
        self.labelled("error", "1;91", &error.to_string(), error.help.as_deref());
    }

    /// Say what the user should know though the run goes on.
    pub(super) fn warning(self, message: &str) {
        if !self.quiet {
            self.labelled("warning", "1;33", message, None);
        }
    }

    fn labelled(self, label: &str, colour: &str, message: &str, help: Option<&str>) {
        let (on, off) = if self.colour_talk {
            (format!("\u{1b}[{colour}m"), "\u{1b}[0m")
        } else {
            (String::new(), "")
        };
        self.talk(|out| {
            writeln!(out, "{on}{label}{off}: {message}")?;
            help.map_or(Ok(()), |help| writeln!(out, "  = help: {help}"))
        });
    }
}

/// How wide the terminal is: as the environment says, else as it says itself.
fn columns() -> Option<usize> {
    let said = variable("COLUMNS").and_then(|n| n.trim().parse().ok());
    let own = || rustix::termios::tcgetwinsize(io::stdout()).ok().map(|w| usize::from(w.ws_col));
    said.or_else(own).filter(|n| *n > 0)
}

/// What the panic hook says; nothing else may be relied on by then.
pub(super) fn last_words(text: &str) {
    let _ = writeln!(io::stderr(), "error: {text}");
}

/// A variable of the environment; what is not UTF-8 is shown with `�`.
#[allow(clippy::disallowed_methods, reason = "the command line is where the environment is read")]
pub(super) fn variable(name: &str) -> Option<String> {
    std::env::var_os(name).map(|value| value.to_string_lossy().into_owned())
}
