//! `check`: read and check everything, write nothing.

use super::arguments::Check;
use super::book::{Book, Place};
use super::stop::Outcome;
use super::terminal::Terminal;
use crate::finding::Severity;

pub(super) fn run(args: &Check, levels: &[(String, Severity)], terminal: Terminal) -> Outcome {
    let mut book = Book::open_or_show(&args.reading, terminal, Place::Output)?;
    terminal.detail(&format!("as of {}", book.as_of));
    book.furnish_or_show(&args.reading, terminal, Place::Output)?.theme.check()?;
    let checked = book.check(levels)?;
    book.show(&checked, &args.reading, terminal, Place::Output)
}
