//! A book as it stood at a commit: read by the same code as one on disk, with
//! the `book.toml` of that commit.

use super::{Book, CONFIG, Refusal, day, decoded, findings, limits, source_problem, tables};
use crate::Nouns;
use crate::config::Config;
use crate::date::Date;
use crate::error::{Error, ErrorKind, Result};
use crate::finding::{Finding, Severity};
use crate::text::visible;
use crate::tree::git::{CommitId, GitTree, Repository};
use crate::tree::{DiskTree, Limits, Listing, ReadError, Tree};
use std::path::Path;
use std::sync::Arc;

/// Where the sources of a book come from.
#[derive(Debug)]
pub(in crate::cli) enum Sources {
    /// A folder on disk.
    Folder(DiskTree),
    /// The folder as it stood at a commit.
    Revision(GitTree),
}

impl Tree for Sources {
    fn list(&self) -> Result<Listing> {
        match self {
            Self::Folder(tree) => tree.list(),
            Self::Revision(tree) => tree.list(),
        }
    }

    fn read(&self, path: &str) -> std::result::Result<Vec<u8>, ReadError> {
        match self {
            Self::Folder(tree) => tree.read(path),
            Self::Revision(tree) => tree.read(path),
        }
    }

    fn keeps_pointers(&self) -> bool {
        match self {
            Self::Folder(tree) => tree.keeps_pointers(),
            Self::Revision(tree) => tree.keeps_pointers(),
        }
    }
}

impl Book {
    /// The book as it stood at `commit`, in the folder that the repository was
    /// found from; `revision` is what the user calls the commit, `root` the
    /// folder. Its theme is not looked at: such a book is checked, not built.
    ///
    /// # Errors
    /// There was no book in that folder then, its `book.toml` has mistakes (their
    /// path names the revision), or an object is missing or damaged.
    pub(in crate::cli) fn at(
        repository: &Repository,
        commit: CommitId,
        revision: &str,
        root: &Path,
        as_of: Option<Date>,
    ) -> std::result::Result<Self, Refusal> {
        let name: Arc<str> = format!("{}:{CONFIG}", visible(revision)).into();
        let mistakes = |text: &str, problems| {
            let mistakes = findings(text, problems, Severity::Deny);
            Refusal::Mistakes(renamed(mistakes, &name), text.to_owned())
        };
        let whole = repository.tree(commit, repository.folder(), &Limits::default())?;
        let Some(bytes) = whole.file(CONFIG)? else {
            let (revision, folder) = (visible(revision), visible(repository.folder()));
            let message = format!("there is no `{folder}{CONFIG}` in the revision `{revision}`");
            let help = "compare with a revision that holds the book in the same folder";
            return Err(Error::usage(message).help(help).into());
        };
        let text = decoded(bytes).map_err(|refusal| match refusal {
            Refusal::Mistakes(all, text) => Refusal::Mistakes(renamed(all, &name), text),
            error @ Refusal::Error(_) => error,
        })?;
        let (mut config, mut problems) = Config::read(&text);
        let nouns = Nouns::load(&config);
        problems.extend(tables(&config, &nouns));
        let tree = match whole.beneath(Path::new(&config.src), &limits(&config)) {
            Ok(tree) => Some(tree),
            Err(error) if error.kind == ErrorKind::Usage => {
                let known = problems.iter().any(|p| p.message.contains("`src`"));
                problems.extend((!known).then(|| source_problem(&text, error)));
                None
            }
            Err(error) => return Err(error.into()),
        };
        let (Some(tree), true) = (tree, problems.is_empty()) else {
            return Err(mistakes(&text, problems));
        };
        let as_of = day(as_of, &mut config)?;
        Ok(Self {
            root: root.to_path_buf(),
            name,
            config: Arc::new(config),
            nouns,
            tree: Sources::Revision(tree),
            as_of,
            text,
            slips: Vec::new(),
        })
    }

    /// Look at it no earlier than on that day, or than today where there is none.
    ///
    /// # Errors
    /// Today is asked for and not known.
    pub(in crate::cli) fn not_before(&mut self, day: Option<Date>) -> Result<()> {
        let day = day.map_or_else(super::today, Ok)?;
        if day > self.as_of {
            self.as_of = day;
            Arc::make_mut(&mut self.config).rewind = false;
        }
        Ok(())
    }

    /// Take the day on which another book is looked at, so that both are
    /// compared as of the same.
    pub(in crate::cli) fn same_day_as(&mut self, other: &Self) {
        self.as_of = other.as_of;
        Arc::make_mut(&mut self.config).rewind = other.config.rewind;
    }
}

/// The same findings, placed in the file `name`.
pub(super) fn renamed(mut findings: Vec<Finding>, name: &Arc<str>) -> Vec<Finding> {
    for finding in &mut findings {
        finding.path = name.clone();
    }
    findings
}
