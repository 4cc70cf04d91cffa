//! `serve`: the site in memory, made anew whenever something changes.

use super::arguments::{Reading, Serve};
use super::book::{Book, Furniture, Place, Refusal};
use super::history::{self, Known};
use super::signals::Signals;
use super::stop::{Outcome, Stop};
use super::terminal::Terminal;
use super::watch::follow;
use crate::error::Result;
use crate::finding::Severity;
use crate::server::{Server, SiteTable, TableHandle};
use crate::site;
use crate::text::counted;
use std::sync::{Mutex, PoisonError};

pub(super) fn run(args: &Serve, levels: &[(String, Severity)], terminal: Terminal) -> Outcome {
    let signals = Signals::listen()?;
    let server = Server::bind(args.hostname.as_deref(), args.port, &args.allow_host)?;
    if let Some(warning) = server.warning() {
        terminal.warning(&warning);
    }
    let (url, table) = (server.url(), server.table());
    let served: Result<()> = std::thread::scope(|scope| {
        let running = scope.spawn(|| {
            let served = server.run(&signals.cancel);
            signals.end();
            served
        });
        let known = Mutex::new(None);
        let make = || make(&args.reading, levels, terminal, &table, &signals, &known);
        let told = terminal.result(|out| writeln!(out, "serving {url} until Ctrl-C"));
        if told.is_ok() {
            follow(&args.reading.dir, &signals, terminal, &make);
        }
        signals.end();
        running.join().unwrap_or(Ok(()))
    });
    served?;
    terminal.say("stopped serving");
    Err(Stop::Status(signals.status().unwrap_or(0)))
}

/// Make the site and show it; where that cannot be done, the last good one
/// stays and every page says why.
fn make(
    reading: &Reading,
    levels: &[(String, Severity)],
    terminal: Terminal,
    table: &TableHandle,
    signals: &Signals,
    known: &Mutex<Known>,
) {
    let mut book = match Book::open(&reading.dir, reading.as_of) {
        Ok(book) => book,
        Err(refusal) => return refuse(refusal, reading, terminal, table),
    };
    let mut made = || -> std::result::Result<(), Refusal> {
        let Furniture { theme, extra } = book.furnish()?;
        let mut checked = book.check(levels)?;
        if !checked.config_problems.is_empty() {
            return Err(book.mistakes(&checked));
        }
        if let Err(Stop::Error(error)) = book.show(&checked, reading, terminal, Place::Talk) {
            terminal.error(&error);
        }
        let mut known = known.lock().unwrap_or_else(PoisonError::into_inner);
        history::read(&book, &mut checked, &mut known, terminal);
        drop(known);
        let draft = SiteTable::next(table.current()).cancel(signals.cancel.clone());
        let built = site::build(&checked, &book.tree, &theme, &draft, &extra, &|_, _| ())?;
        table.swap(draft.finish());
        terminal.say(&format!("made {}", counted(built.pages, "page")));
        Ok(())
    };
    if let Err(refusal) = made()
        && signals.status().is_none()
    {
        refuse(refusal, reading, terminal, table);
    }
}

fn refuse(refusal: Refusal, reading: &Reading, terminal: Terminal, table: &TableHandle) {
    match refusal {
        Refusal::Error(error) => {
            let help = error.help.as_ref().map(|help| format!("\nhelp: {help}"));
            table.error(format!("{error}{}", help.unwrap_or_default()));
            terminal.error(&error);
        }
        Refusal::Mistakes(mistakes, text) => {
            let report = |colour, out: &mut dyn std::io::Write| {
                super::book::report_mistakes(&mistakes, &text, reading, colour, out)
            };
            let mut shown = Vec::new();
            let _ = report(false, &mut shown);
            table.error(String::from_utf8_lossy(&shown).into_owned());
            terminal.talk(|out| report(terminal.colour_talk, out));
        }
    }
}
