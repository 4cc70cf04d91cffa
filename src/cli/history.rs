//! Who changed which file last: the repository of a book asked once, for pages.

mod approved;

use super::book::Book;
use super::terminal::Terminal;
use crate::Checked;
use crate::error::Result;
use crate::output::{Route, Sink};
use crate::portfolio::Portfolio;
use crate::portfolio::history::{Change, History, Last};
use crate::publish::Publisher;
use crate::tree::Tree;
use crate::tree::git::{self, BlobId, Commit, Repository, blob_id};
use rayon::prelude::*;
use std::collections::BTreeSet;
use std::path::{Component, Path};
use std::sync::Arc;

/// Most commits that are looked at.
const MOST: usize = 200_000;

/// Where a site keeps what its history came to, so that the next build looks at
/// new commits alone. It is believed only as far as it is what was published,
/// and only of commits that the repository has.
const KEPT: &str = ".milepost-history.json";

/// Most bytes of it.
const MOST_KEPT: u64 = 64 << 20;

/// What a former run found, to be handed in again.
pub(super) type Known = Option<git::History>;

/// What the site published before knows.
pub(super) fn known(publisher: &Publisher) -> Known {
    let bytes = publisher.before(&Route::new(KEPT), MOST_KEPT)?;
    serde_json::from_slice(&bytes).ok()
}

/// Keep with the site what is known, of the documents and registers that it
/// shows: names of other files are nobody's business there.
///
/// # Errors
/// The site cannot take it.
pub(super) fn keep(publisher: &Publisher, known: &Known, p: &Portfolio) -> Result<()> {
    let Some(mut value) = known.as_ref().and_then(|known| serde_json::to_value(known).ok()) else {
        return Ok(());
    };
    let shown: BTreeSet<&str> = paths(p).map(|path| &**path).collect();
    if let Some(files) = value.get_mut("files").and_then(serde_json::Value::as_object_mut) {
        files.retain(|path, _| shown.contains(path.as_str()));
    }
    publisher.put(&Route::new(KEPT), None, value.to_string().as_bytes())
}

/// The files that history is told of.
fn paths(p: &Portfolio) -> impl Iterator<Item = &Arc<str>> {
    p.documents.iter().map(|d| &d.path).chain(p.registers.iter().map(|r| &r.path))
}

/// Put what the repository tells into the portfolio, unless `book.toml` does
/// not want it. A repository that cannot be read is told and leaves nothing
/// out but history.
pub(super) fn read(book: &Book, checked: &mut Checked, known: &mut Known, terminal: Terminal) {
    let before = known.take();
    if checked.portfolio.config.html.no_history {
        return;
    }
    match ask(book, &checked.portfolio, before.as_ref(), known) {
        Ok(history) => checked.portfolio.history = history,
        Err(error) => terminal.warning(&format!("pages say nothing of history: {error}")),
    }
}

fn ask(
    book: &Book,
    p: &Portfolio,
    before: Option<&git::History>,
    known: &mut Known,
) -> Result<History> {
    let none = History::default();
    let Some(repository) = Repository::around(&book.root)? else { return Ok(none) };
    // Without a commit there is nothing to tell.
    let Ok(head) = repository.resolve("HEAD") else { return Ok(none) };
    let Some(sub) = inside(repository.folder(), &book.config.src) else { return Ok(none) };
    let mut found = repository.last_changes(head, &sub, MOST, before)?;
    let paths: Vec<&Arc<str>> = paths(p).collect();
    // What was kept may know less than the repository does.
    let lost = |path: &&Arc<str>| found.blob(path).is_some() && found.last(path).is_none();
    if before.is_some() && !repository.is_shallow() && paths.iter().any(lost) {
        found = repository.last_changes(head, &sub, MOST, None)?;
    }
    let last = paths.par_iter().filter_map(|path| {
        let last = standing(&found, path, &book.tree)?;
        Some(((*path).clone(), last))
    });
    let last = last.collect();
    let touched = approved::versions(&repository, head, &sub, p, &last, &book.tree)?;
    *known = Some(found);
    Ok(History { known: true, last, touched, shallow: repository.is_shallow() })
}

/// The way of the sources from the root of the repository; `None` where they lie
/// outside.
pub(super) fn inside(folder: &str, src: &str) -> Option<String> {
    let mut way: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in Path::new(src).components() {
        match part {
            Component::CurDir => {}
            Component::Normal(name) => way.push(name.to_str()?),
            Component::ParentDir => {
                way.pop()?;
            }
            _ => return None,
        }
    }
    Some(way.into_iter().flat_map(|part| [part, "/"]).collect())
}

/// How a file on disk stands against the head.
fn standing(found: &git::History, path: &str, tree: &dyn Tree) -> Option<Last> {
    let Some(blob) = found.blob(path) else { return Some(Last::Uncommitted) };
    let change = change(found.last(path)?)?;
    let bytes = tree.read(path).ok()?;
    Some(if is(&bytes, blob) { Last::Committed(change) } else { Last::Edited(change) })
}

/// Whether bytes are those of a blob, as they are or with the line ends that a
/// repository keeps.
fn is(bytes: &[u8], blob: BlobId) -> bool {
    if blob_id(bytes) == Some(blob) {
        return true;
    }
    let windows = bytes.windows(2).any(|pair| pair == b"\r\n");
    windows && {
        let mut plain = Vec::with_capacity(bytes.len());
        for (at, byte) in bytes.iter().enumerate() {
            if *byte != b'\r' || bytes.get(at + 1) != Some(&b'\n') {
                plain.push(*byte);
            }
        }
        blob_id(&plain) == Some(blob)
    }
}

fn change(commit: &Commit) -> Option<Change> {
    let time = commit.authored;
    let local = git::Time { seconds: time.seconds.checked_add(time.offset.into())?, offset: 0 };
    Some(Change {
        commit: commit.id.to_string().into(),
        on: local.date()?,
        at: commit.committed.seconds,
        author: commit.author.name.as_str().into(),
        summary: commit.summary.as_str().into(),
    })
}
