//! `build`: check everything and put the site in place of the old one.

use super::arguments::Build;
use super::book::{Book, Furniture, Place};
use super::history;
use super::progress::Bar;
use super::signals::Signals;
use super::stop::{Outcome, Stop};
use super::terminal::Terminal;
use crate::finding::Severity;
use crate::publish::{Published, Publisher};
use crate::site::{self, Built};
use crate::text::visible;
use std::path::Path;

pub(super) fn run(args: &Build, levels: &[(String, Severity)], terminal: Terminal) -> Outcome {
    let signals = Signals::listen()?;
    let outcome = once(args, levels, terminal, &signals);
    match signals.status() {
        Some(status) if matches!(outcome, Err(Stop::Error(_))) => {
            signals.tell(terminal, "the output is as it was");
            Err(Stop::Status(status))
        }
        _ => outcome,
    }
}

/// One build from beginning to end.
pub(super) fn once(
    args: &Build,
    levels: &[(String, Severity)],
    terminal: Terminal,
    signals: &Signals,
) -> Outcome {
    let mut book = Book::open_or_show(&args.reading, terminal, Place::Talk)?;
    terminal.detail(&format!("as of {}", book.as_of));
    if let Some(theme) = &args.theme {
        book.use_theme(theme);
    }
    let Furniture { theme, extra } = book.furnish_or_show(&args.reading, terminal, Place::Talk)?;
    let out = book.output(args.dest_dir.as_deref());
    let publisher = Publisher::open(&out, &book.protected())?.cancel(signals.cancel.clone());
    let mut checked = book.check(levels)?;
    let status = book.show(&checked, &args.reading, terminal, Place::Talk)?;
    if status > 1 {
        return Ok(status);
    }
    let mut known = history::known(&publisher);
    history::read(&book, &mut checked, &mut known, terminal);
    history::keep(&publisher, &known, &checked.portfolio)?;
    let bar = Bar::new(terminal);
    let progress = |done, all| bar.at(done, all);
    let built = site::build(&checked, &book.tree, &theme, &publisher, &extra, &progress);
    bar.clear();
    let built = built?;
    let published = publisher.finish()?;
    for note in &published.notes {
        terminal.warning(note);
    }
    terminal.say(&summary(&out, built, &published));
    // The operating system takes the memory back faster than we give it.
    std::mem::forget(checked);
    if args.open {
        open(&out, terminal)?;
    }
    Ok(status)
}

/// `built 48 pages in `book`: 3 files new, 2 changed, 1 removed`.
fn summary(out: &Path, built: Built, published: &Published) -> String {
    let out = visible(&out.display().to_string());
    let pages = if built.pages == 1 { "1 page".into() } else { format!("{} pages", built.pages) };
    let counts =
        [(published.added, "new"), (published.changed, "changed"), (published.removed, "removed")];
    let mut changes: Vec<String> = Vec::new();
    for (n, what) in counts.into_iter().filter(|(n, _)| *n > 0) {
        let noun = match (changes.is_empty(), n) {
            (true, 1) => " file",
            (true, _) => " files",
            (false, _) => "",
        };
        changes.push(format!("{n}{noun} {what}"));
    }
    let changes = if changes.is_empty() { "nothing changed".into() } else { changes.join(", ") };
    format!("built {pages} in `{out}`: {changes}")
}

/// Milepost starts no program: it prints the address to open.
fn open(out: &Path, terminal: Terminal) -> Result<(), Stop> {
    let index = std::path::absolute(out.join("index.html")).unwrap_or_else(|_| out.to_path_buf());
    let parts: Vec<String> = index
        .components()
        .filter_map(|part| match part {
            std::path::Component::Normal(name) => {
                Some(crate::output::encode(&name.to_string_lossy()))
            }
            _ => None,
        })
        .collect();
    terminal.result(|to| writeln!(to, "file:///{}", parts.join("/")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_changed_is_counted_in_files() {
        let said = |added, changed, removed| {
            let published = Published { added, changed, removed, ..Published::default() };
            summary(Path::new("book"), Built { pages: 48, ..Built::default() }, &published)
        };
        assert_eq!(said(0, 0, 0), "built 48 pages in `book`: nothing changed");
        assert_eq!(said(3, 2, 1), "built 48 pages in `book`: 3 files new, 2 changed, 1 removed");
        assert_eq!(said(0, 1, 0), "built 48 pages in `book`: 1 file changed");
    }
}
