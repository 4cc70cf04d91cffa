//! `check`: read and check everything; write nothing but a baseline and what
//! `--fix` mends.

use super::arguments::Check;
use super::baseline;
use super::book::{Book, Place};
use super::fix;
use super::stop::Outcome;
use super::terminal::Terminal;
use crate::finding::Severity;
use crate::reports::baseline::Baseline;
use crate::text::visible;
use std::path::Path;

pub(super) fn run(args: &Check, levels: &[(String, Severity)], terminal: Terminal) -> Outcome {
    let mut book = Book::open_or_show(&args.reading, terminal, Place::Output)?;
    terminal.detail(&format!("as of {}", book.as_of));
    book.furnish_or_show(&args.reading, terminal, Place::Output)?.theme.check()?;
    if args.fix {
        fix::run(&book, levels, args.dry_run, terminal)?;
    }
    if args.dry_run {
        return Ok(0);
    }
    let checked = book.check(levels)?;
    let Some(file) = &args.write_baseline else {
        return book.show(&checked, &args.reading, terminal, Place::Output);
    };
    let read = args.reading.baseline.as_ref().and_then(Option::as_ref);
    let file = baseline::place(file.as_ref().or(read), &book.root)?;
    // Beside a baseline the report shows what is mended before the file forgets it.
    let told = args.reading.baseline.is_some() || !checked.config_problems.is_empty();
    let status =
        if told { book.show(&checked, &args.reading, terminal, Place::Output)? } else { 0 };
    if status > 1 {
        return Ok(status);
    }
    let mut findings = checked.findings;
    if let Some(named) = &args.reading.baseline {
        let known = baseline::read(&baseline::place(named.as_ref(), &book.root)?)?;
        findings = known.compare(&mut findings).known;
    }
    let known = Baseline::of(&findings);
    baseline::write(&file, &known)?;
    say(terminal, &file, known.len());
    Ok(status)
}

fn say(terminal: Terminal, file: &Path, known: usize) {
    let shown = file.strip_prefix(".").unwrap_or(file).display().to_string();
    let findings = if known == 1 { "1 finding".into() } else { format!("{known} findings") };
    terminal.say(&format!("`{}` knows {findings}", visible(&shown)));
}
