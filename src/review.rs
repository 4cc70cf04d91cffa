//! Review: two trees of one portfolio compared in the words of a PMO, not of a
//! text: which rating turned, which date moved, what came, went or was removed,
//! which baseline or published report was edited, what is asked of whom.
//!
//! [`compare`] is a pure function of what was checked on both sides. Its
//! [`Review`] is plain data; [`parts`] makes its words once, and every format
//! shows the same. To add a format: its file in `review/` and its line in
//! [`FORMATS`].

mod baselines;
mod dates;
mod documents;
mod edited;
mod fields;
mod findings;
mod health;
mod items;
mod json;
mod markdown;
mod money;
mod pairs;
pub mod parts;
mod phrase;
mod project;
mod risks;
mod settings;
mod signed;
mod standing;
mod terminal;
#[cfg(test)]
mod tests;

pub use dates::Moved;
pub use documents::{DocumentChange, SectionChange};
pub use edited::Edited;
pub use fields::Difference;
pub use findings::{Accepted, Found, Level};
pub use health::{Direction, Rating};
pub use items::{ItemChange, Sort};
pub use markdown::MARKER;
pub use money::{Amount, ScopeChange};
pub use parts::{Body, Part, Table};
pub use phrase::{Bit, Phrase, Style};
pub use project::{Alert, AlertKind, Presence, ProjectReview, Waiting};
pub use settings::{Loosened, judge_otherwise, judged_by};
pub use standing::{GateChange, Turn};

use crate::Checked;
use crate::date::Date;
use crate::finding::{Finding, Severity};
use crate::portfolio::Project;
use crate::target::Target;
use crate::text::counted;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};
use std::sync::Arc;

/// One side of a comparison.
#[derive(Clone, Copy)]
pub struct Side<'a> {
    /// What was checked, on the same as-of date as the other side.
    pub checked: &'a Checked,
    /// What it is called: a revision, a folder.
    pub name: &'a str,
    /// The text of its `book.toml`.
    pub book: &'a str,
    /// The text of one of its files, by path.
    pub read: &'a (dyn Fn(&str) -> Option<String> + Sync),
}

impl std::fmt::Debug for Side<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Side").field("name", &self.name).finish_non_exhaustive()
    }
}

/// What to compare, and by what.
#[derive(Debug, Clone, Copy, Default)]
pub struct Options<'a> {
    /// Ids or folders of the projects to compare; empty for all.
    pub projects: &'a [String],
    /// The base was rebuilt as of this day.
    pub since: Option<Date>,
    /// What the settings of the base find in the head, where the head is judged
    /// by others.
    pub by_base: Option<&'a [Finding]>,
}

/// What changed from one tree to another.
#[derive(Debug, Clone, Serialize)]
pub struct Review {
    /// The title of the book.
    pub title: String,
    /// What the base is called.
    pub base: String,
    /// What the head is called.
    pub head: String,
    /// The as-of date of both sides.
    pub as_of: Date,
    /// The day the base was rebuilt for, where that was asked.
    pub since: Option<Date>,
    /// What changed in `book.toml`, loosened rules first.
    pub settings: Vec<Loosened>,
    /// Findings that the base's rules would report and the head's do not.
    pub silenced: Vec<Found>,
    /// Projects in which something changed, what needs a look first.
    pub projects: Vec<ProjectReview>,
    /// What changed outside projects.
    pub elsewhere: Option<ProjectReview>,
    /// Projects in which nothing changed.
    pub unchanged: usize,
}

/// Who changed a file: author and commit, the last first, and how many more.
pub type Writers = (Vec<(String, String)>, usize);

impl Review {
    /// The files in which new approvals stand, relative to the book's `src`.
    #[must_use]
    pub fn approved_files(&self) -> BTreeSet<Arc<str>> {
        self.all().flat_map(|p| &p.approvals).filter_map(Phrase::file).cloned().collect()
    }

    /// Say beside each new approval who wrote the file it stands in, by path.
    pub fn recorded(&mut self, who: &BTreeMap<String, Writers>) {
        let projects = self.projects.iter_mut().chain(&mut self.elsewhere);
        for line in projects.flat_map(|p| &mut p.approvals) {
            let found = line.file().and_then(|path| who.get(&**path));
            let Some((writers, more)) = found else { continue };
            let mut words = std::mem::take(line).plain(" — recorded by ");
            for (i, (author, commit)) in writers.iter().enumerate() {
                let or = if i > 0 { " or " } else { "" };
                words = words.plain(format!("{or}{author} in ")).code(commit.clone());
            }
            if *more > 0 {
                words = words.plain(format!(" or in {}", counted(*more, "earlier commit")));
            }
            *line = words;
        }
    }

    /// Everything that changed: the projects, then what lies outside them.
    pub fn all(&self) -> impl Iterator<Item = &ProjectReview> {
        self.projects.iter().chain(&self.elsewhere)
    }

    /// New findings of a severity.
    #[must_use]
    pub fn count(&self, severity: Severity) -> usize {
        let found = self.all().flat_map(|p| &p.findings);
        found.filter(|f| f.severity.severity() == severity).count()
    }

    /// Whether nothing changed at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.projects.is_empty() && self.elsewhere.is_none() && self.settings.is_empty()
    }
}

/// What a side is called: the folder one stands in has no name of its own.
fn named(name: &str) -> String {
    match name {
        "." | "" => "this folder".to_owned(),
        name => name.to_owned(),
    }
}

/// Compare two sides.
#[must_use]
pub fn compare(base: &Side<'_>, head: &Side<'_>, options: &Options<'_>) -> Review {
    let all = pairs::projects(base, head);
    let files = pairs::Files::new(base, head, &all);
    let found = findings::Compared::new(base, head, &files);
    let wanted = |pr: &Project| {
        let named = |w: &String| {
            let bare = w.trim_end_matches('/');
            *pr.id == *bare || *pr.folder == *bare
        };
        options.projects.is_empty() || options.projects.iter().any(named)
    };
    let chosen = all.iter().filter(|pair| {
        pair.was.is_some_and(|h| wanted(h.project)) || pair.now.is_some_and(|h| wanted(h.project))
    });
    let context = Context { base, head, files: &files, found: &found, all: &all };
    let chosen: Vec<_> = chosen.collect();
    let mut projects: Vec<ProjectReview> =
        chosen.iter().filter_map(|pair| project::review(&context, pair)).collect();
    let unchanged = chosen.len() - projects.len();
    projects.sort_by_key(ProjectReview::order);
    let elsewhere = options.projects.is_empty().then(|| project::elsewhere(&context)).flatten();
    let (settings, silenced) = settings::compare(base, head, options.by_base);
    let title = &head.checked.portfolio.config.title;
    Review {
        title: if title.is_empty() { "Portfolio".into() } else { title.clone() },
        base: named(base.name),
        head: named(head.name),
        as_of: head.checked.portfolio.as_of,
        since: options.since,
        settings,
        silenced,
        projects,
        elsewhere,
        unchanged,
    }
}

/// What the parts of a comparison look at.
#[derive(Clone, Copy)]
struct Context<'a> {
    base: &'a Side<'a>,
    head: &'a Side<'a>,
    files: &'a pairs::Files,
    found: &'a findings::Compared,
    all: &'a [pairs::Pair<'a>],
}

impl Context<'_> {
    /// Whether a file moved with its project's folder and not by itself.
    fn moved_along(&self, was: &str, now: &str) -> bool {
        let inner = |side: &Side<'_>, path: &str| {
            let folder = side.checked.portfolio.project_at(path).map(|pr| pr.folder.clone());
            folder.and_then(|f| path.strip_prefix(&*f).map(str::to_owned))
        };
        let (was, now) = (inner(self.base, was), inner(self.head, now));
        was.is_some() && was == now
    }
}

/// What a format needs beside the review.
pub struct Look<'a> {
    /// The address of what a target names on a preview of the head; `None`
    /// where there is no preview or no page.
    pub address: &'a dyn Fn(&Target) -> Option<String>,
    /// Whether the output may hold colour sequences.
    pub colour: bool,
    /// Say less: nothing of notes and of what was fixed.
    pub quiet: bool,
    /// How the whole is seen, for those who see a part: a command.
    pub more: &'a str,
}

impl std::fmt::Debug for Look<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Look").field("more", &self.more).finish_non_exhaustive()
    }
}

/// One way of showing a review.
#[derive(Debug)]
pub struct Format {
    /// The value of `--format`.
    pub name: &'static str,
    /// What it is, in one phrase.
    pub about: &'static str,
    /// Write the whole.
    pub write: fn(&Review, &Look<'_>, &mut dyn Write) -> io::Result<()>,
}

/// Every format but the page, which is the site's, sorted by name.
pub static FORMATS: &[Format] = &[
    Format { name: "json", about: "one versioned JSON object, for programs", write: json::write },
    Format {
        name: "md",
        about: "a comment for GitHub, GitLab, Azure DevOps or Bitbucket",
        write: markdown::write,
    },
    Format { name: "text", about: "for the terminal", write: terminal::write },
];

/// The format of that name.
#[must_use]
pub fn find(name: &str) -> Option<&'static Format> {
    FORMATS.iter().find(|format| format.name == name)
}

/// What a run can be told to fail on.
#[derive(Debug, Clone, Copy)]
pub struct FailOn {
    /// The value of `--fail-on`.
    pub name: &'static str,
    /// What it is, in one phrase.
    pub about: &'static str,
    /// Whether it is the case.
    pub holds: fn(&Review) -> bool,
}

/// Everything a run can be told to fail on, sorted by name.
pub static FAIL_ON: &[FailOn] = &[
    FailOn {
        name: "baseline",
        about: "a baseline changed without an approved change request",
        holds: |r| r.has(AlertKind::Baseline),
    },
    FailOn { name: "deny", about: "a new finding at deny", holds: |r| r.count(Severity::Deny) > 0 },
    FailOn {
        name: "edited-report",
        about: "a published report was edited or removed",
        holds: |r| r.has(AlertKind::EditedReport) || r.has(AlertKind::RemovedProject),
    },
    FailOn {
        name: "loosened",
        about: "`book.toml` reports less than before",
        holds: |r| !r.silenced.is_empty() || r.settings.iter().any(|s| s.looser),
    },
    FailOn {
        name: "red",
        about: "a rating turned red, as reported or by the data",
        holds: |r| r.all().any(|p| p.health.iter().any(Rating::turned_red)),
    },
    FailOn {
        name: "removed-item",
        about: "an item of a register was removed",
        holds: |r| r.has(AlertKind::RemovedItem) || r.has(AlertKind::RemovedProject),
    },
    FailOn {
        name: "warn",
        about: "a new finding at warn or deny",
        holds: |r| r.count(Severity::Deny) + r.count(Severity::Warn) > 0,
    },
];

impl Review {
    fn has(&self, kind: AlertKind) -> bool {
        self.all().flat_map(|p| &p.alerts).any(|alert| alert.kind == kind && alert.bad)
    }
}
