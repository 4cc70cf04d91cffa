//! The documents of a commit, judged as those of another book are.

use super::revision::Sources;
use super::{Book, CONFIG, limits};
use crate::cli::since::Since;
use crate::config::Config;
use crate::date::Date;
use crate::error::Result;
use crate::text::Source;
use crate::tree::Limits;
use crate::tree::git::{CommitId, Repository};
use std::path::Path;
use std::sync::Arc;

/// What findings are shown beside.
#[derive(Default)]
pub(in crate::cli) struct Beside {
    /// What was found at a revision.
    pub(in crate::cli) since: Option<Since>,
    /// Say nothing of what is known, accepted or mended.
    pub(in crate::cli) new_only: bool,
}

/// A book as it was, and what its own `book.toml` said.
pub(in crate::cli) struct Before {
    /// Its documents, with the kinds, the severities and the day of the book it
    /// is compared with.
    pub(in crate::cli) book: Book,
    /// The day that its own `book.toml` names.
    pub(in crate::cli) as_of: Option<Date>,
    /// The text of its own `book.toml`.
    pub(in crate::cli) text: String,
}

impl Book {
    /// The documents of this book as they were at `commit`, read and judged as
    /// this book's are. `None` where there was no book in this folder then.
    ///
    /// # Errors
    /// An object is missing or damaged.
    pub(in crate::cli) fn before(
        &self,
        repository: &Repository,
        commit: CommitId,
    ) -> Result<Option<Before>> {
        let (way, usual) = (repository.folder(), Limits::default());
        let Some(folder) = repository.tree_if_there(commit, way, &usual)? else {
            return Ok(None);
        };
        let Some(bytes) = folder.file(CONFIG)? else { return Ok(None) };
        let text = Source::decode(CONFIG.into(), bytes).map(|s| s.text).unwrap_or_default();
        // Mistakes in it are told where it is checked; here it only says where
        // its documents lay.
        let own = Config::read(&text).0;
        let Some(tree) = folder.there(Path::new(&own.src), &limits(&self.config))? else {
            return Ok(None);
        };
        let mut config = (*self.config).clone();
        config.notes = own.notes;
        let book = Self {
            root: self.root.clone(),
            name: self.name.clone(),
            config: Arc::new(config),
            nouns: self.nouns.clone(),
            tree: Sources::Revision(tree),
            as_of: self.as_of,
            text: text.clone(),
            slips: self.slips.clone(),
        };
        Ok(Some(Before { book, as_of: own.as_of, text }))
    }

    /// What `book.toml` says.
    pub(in crate::cli) fn text(&self) -> &str {
        &self.text
    }
}
