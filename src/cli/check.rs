//! `check`: read and check everything; write nothing but a baseline and what
//! `--fix` mends.

use super::arguments::Check;
use super::baseline;
use super::book::{Beside, Book, Place};
use super::fix;
use super::since::Since;
use super::stop::Outcome;
use super::terminal::Terminal;
use crate::finding::Severity;
use crate::reports::baseline::Baseline;
use crate::text::visible;
use std::path::Path;

pub(super) fn run(args: &Check, levels: &[(String, Severity)], terminal: Terminal) -> Outcome {
    let mut book = Book::open_or_show(&args.reading, terminal, Place::Output)?;
    terminal.detail(&format!("as of {}", book.as_of));
    let read = args.reading.baseline.as_ref().and_then(Option::as_ref);
    let file = match &args.write_baseline {
        Some(named) => Some(baseline::place(named.as_ref().or(read), &book.root)?),
        None => None,
    };
    if let Some(file) = &file {
        baseline::guard(file, &book.root.join(&book.config.src))?;
    }
    book.furnish_or_show(&args.reading, terminal, Place::Output)?.theme.check()?;
    if args.fix {
        fix::run(&book, levels, args.dry_run, terminal)?;
    }
    if args.dry_run {
        return Ok(0);
    }
    // First, so that one portfolio is held at a time.
    let since = match &args.changed_since {
        Some(revision) => {
            let named = args.reading.as_of.is_some();
            Some(Since::read(&mut book, named, revision, levels, terminal)?)
        }
        None => None,
    };
    let checked = book.check(levels)?;
    let Some(file) = file else {
        let beside = Beside { since, new_only: args.new_only };
        return book.show_beside(&checked, &args.reading, terminal, Place::Output, &beside);
    };
    // Beside a baseline the report shows what is mended before the file forgets it.
    let told = args.reading.baseline.is_some() || !checked.config_problems.is_empty();
    let status =
        if told { book.show(&checked, &args.reading, terminal, Place::Output)? } else { 0 };
    if status > 1 {
        return Ok(status);
    }
    let (mut findings, mut unseen) = (checked.findings.clone(), Vec::new());
    if let Some(named) = &args.reading.baseline {
        let known = baseline::read(&baseline::place(named.as_ref(), &book.root)?)?;
        let compared = known.compare(&mut findings, |key| baseline::unseen(&checked, key));
        (findings, unseen) = (compared.known, compared.unseen);
    }
    let known = Baseline::of(&findings).and(unseen);
    baseline::write(&file, &known)?;
    say(terminal, &file, known.len());
    Ok(status)
}

fn say(terminal: Terminal, file: &Path, known: usize) {
    let shown = file.strip_prefix(".").unwrap_or(file).display().to_string();
    let findings = if known == 1 { "1 finding".into() } else { format!("{known} findings") };
    terminal.say(&format!("`{}` knows {findings}", visible(&shown)));
}
