//! `check --fix`: mend what needs no asking, or show what would be mended.

use super::book::Book;
use super::stop::Stop;
use super::terminal::Terminal;
use crate::finding::Severity;
use crate::fix::{self, Mend};
use crate::publish;
use crate::text::visible;
use similar::{Algorithm, TextDiff};
use std::io::{self, IsTerminal, Write};

/// Mend the book, or show the mends as a unified diff on standard output.
pub(super) fn run(
    book: &Book,
    levels: &[(String, Severity)],
    dry: bool,
    terminal: Terminal,
) -> Result<(), Stop> {
    let src = book.root.join(&book.config.src);
    let alone = |path: &str| publish::left_alone(&src, path).is_some();
    let mends = fix::mends(&book.tree, &book.config, book.as_of, levels, &alone)?;
    for (path, done) in &mends.alone {
        let (shown, why) = (visible(&book.shown(path)), publish::left_alone(&src, path));
        let why = why.unwrap_or_default();
        terminal.warning(&format!("`{shown}` is left as it is ({done}): {why}"));
    }
    for kept in &mends.kept {
        let shown = visible(&book.shown(&kept.path));
        let in_part = mends.files.iter().any(|mend| mend.path == kept.path);
        let part = if in_part { " in part" } else { "" };
        let (left, why) = (kept.left, &kept.why);
        terminal.warning(&format!("`{shown}` is left as it is{part} ({left}): {why}"));
    }
    let mends = mends.files;
    if dry {
        let raw = !io::stdout().is_terminal();
        terminal.result(|out| mends.iter().try_for_each(|mend| show(book, mend, raw, out)))?;
        terminal.say(&format!("{} to mend, nothing written", files(mends.len())));
        return Ok(());
    }
    for mend in &mends {
        publish::replace(&src, &mend.path, mend.before.as_bytes(), mend.after.as_bytes())?;
        terminal.say(&format!("mended {}: {}", visible(&book.shown(&mend.path)), mend.done));
    }
    if mends.is_empty() {
        terminal.say("nothing to mend");
    }
    Ok(())
}

fn files(n: usize) -> String {
    if n == 1 { "1 file".into() } else { format!("{n} files") }
}

/// One file as a unified diff; on a terminal nothing of it may move the cursor.
fn show(book: &Book, mend: &Mend, raw: bool, out: &mut dyn Write) -> io::Result<()> {
    let name = visible(&book.shown(&mend.path));
    let diff = TextDiff::configure()
        .algorithm(Algorithm::Patience)
        .diff_lines(&*mend.before, &*mend.after);
    let text = diff.unified_diff().context_radius(3).header(&name, &name).to_string();
    if raw {
        return out.write_all(text.as_bytes());
    }
    text.split_inclusive('\n').try_for_each(|line| {
        let bare = line.trim_end_matches(['\n', '\r']);
        writeln!(out, "{}", bare.split('\t').map(visible).collect::<Vec<_>>().join("\t"))
    })
}
