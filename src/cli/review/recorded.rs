//! Who wrote the approvals that a review tells: the commits of the range that
//! changed the file they stand in, as git has them.

use super::super::history::inside;
use super::Opened;
use crate::error::Result;
use crate::review::Review;
use crate::text::visible;
use crate::tree::git::{CommitId, Repository};
use std::collections::BTreeMap;

/// Most files whose commits are asked for.
const FILES: usize = 200;

/// Most commits that are looked at for one file.
const EACH: usize = 20;

/// Most commits that are looked at in all.
const MOST: usize = 20_000;

/// Most commits that are named for one file.
const NAMED: usize = 2;

/// Say beside each new approval who recorded it, where both sides are commits.
///
/// # Errors
/// A commit or folder is missing or damaged.
pub(super) fn recorded(review: &mut Review, base: &Opened, head: &Opened) -> Result<()> {
    let (Some((_, from)), Some((repository, to))) = (&base.commit, &head.commit) else {
        return Ok(());
    };
    let Some(sub) = inside(repository.folder(), &head.book.config.src) else { return Ok(()) };
    let paths = review.approved_files();
    if paths.is_empty() {
        return Ok(());
    }
    let asked = paths.iter().take(FILES).map(|path| &**path);
    let found = repository.touching(*to, &sub, asked, EACH, MOST)?;
    let mut who = BTreeMap::new();
    for (path, commits) in found {
        let mut fresh = Vec::new();
        for id in commits.iter().map(|touch| touch.commit) {
            if !before(repository, id, *from)? {
                fresh.push(id);
            }
        }
        let mut words = Vec::new();
        for id in fresh.iter().take(NAMED) {
            let author = visible(&repository.commit(*id)?.author.name);
            words.push((author, id.short()));
        }
        if !words.is_empty() {
            who.insert(path, (words, fresh.len().saturating_sub(NAMED)));
        }
    }
    review.recorded(&who);
    Ok(())
}

/// Whether a commit is the base or stood before it.
fn before(repository: &Repository, commit: CommitId, base: CommitId) -> Result<bool> {
    Ok(commit == base || repository.merge_base(commit, base)? == Some(commit))
}
