//! Who changed which file last, as the repository of the book tells it. Nothing
//! here is needed to read a book: without a repository all of it is empty.

use crate::date::Date;
use std::collections::BTreeMap;
use std::ops::Bound;
use std::sync::Arc;

/// A commit that changed a file.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Change {
    /// Its id, forty hexadecimal digits.
    pub commit: Arc<str>,
    /// The day the change was made, by its author's clock.
    pub on: Date,
    /// When it was put into the repository, in seconds since 1970 in UTC.
    pub at: i64,
    /// The author's name, by the `.mailmap`.
    pub author: Arc<str>,
    /// The first line of the commit's message.
    pub summary: Arc<str>,
}

impl Change {
    /// The first seven digits of the commit, for people.
    #[must_use]
    pub fn short(&self) -> &str {
        self.commit.get(..7).unwrap_or(&self.commit)
    }
}

/// How a file stands against the repository.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Last {
    /// It is as the commit left it that changed it last.
    Committed(Change),
    /// It was changed since that commit, and that is not committed.
    Edited(Change),
    /// The repository has no such file yet.
    Uncommitted,
}

/// What one approval is known by, from version to version of a file.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Signature {
    /// The role and the name, as they are read.
    pub who: (Option<Box<str>>, Option<Box<str>>),
    /// The version that was approved.
    pub of: Option<Box<str>>,
    /// The day.
    pub on: Option<Date>,
}

/// A file with approvals as a commit left it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Version {
    /// The commit; `None` for what is not committed.
    pub change: Option<Change>,
    /// The approvals that stood in it.
    pub approvals: Vec<Signature>,
    /// The hash of all else in it, spaces and line ends apart.
    pub rest: u128,
}

/// What the repository tells of a book's files.
#[derive(Debug, Clone, Default)]
pub struct History {
    /// Whether there is a repository to tell anything.
    pub known: bool,
    /// How each file stands, by path; not there where older history is missing.
    pub last: BTreeMap<Arc<str>, Last>,
    /// The versions of a file with approvals, newest first.
    pub touched: BTreeMap<Arc<str>, Vec<Version>>,
    /// Where older history is missing: what is not found may have been.
    pub shallow: bool,
}

impl History {
    /// How a file stands.
    #[must_use]
    pub fn of(&self, path: &str) -> Option<&Last> {
        self.last.get(path)
    }

    /// The newest commit that changed a document or register below a folder, and
    /// whether something there is not committed.
    #[must_use]
    pub fn below(&self, folder: &str) -> (Option<&Change>, bool) {
        let (mut newest, mut open) = (None, false);
        let first = if folder.is_empty() { String::new() } else { format!("{folder}/") };
        let from = (Bound::Included(&*first), Bound::Unbounded);
        let files =
            self.last.range::<str, _>(from).take_while(|(path, _)| path.starts_with(&first));
        for (_, last) in files {
            open |= !matches!(last, Last::Committed(_));
            if let Last::Committed(change) | Last::Edited(change) = last {
                let key = |change: &&Change| (change.at, change.commit.clone());
                newest = newest.into_iter().chain([change]).max_by_key(key);
            }
        }
        (newest, open)
    }

    /// The versions of a file that changed what was approved, newest first. An
    /// approval covers the text as the commit left it that recorded it, whatever
    /// day it names; of several approvals the first that was recorded counts. A
    /// version that changes nothing but approvals is none.
    #[must_use]
    pub fn after(&self, path: &str, approvals: &[Signature]) -> Vec<&Version> {
        let versions = self.touched.get(path).map(Vec::as_slice).unwrap_or_default();
        let holds = |v: &Version| v.approvals.iter().any(|a| approvals.contains(a));
        // What was taken away and put back has been there all the time.
        let Some(recorded) = versions.iter().rposition(holds) else { return Vec::new() };
        let pairs = versions.iter().zip(versions.iter().skip(1)).take(recorded);
        pairs.filter(|(v, before)| v.rest != before.rest).map(|(v, _)| v).collect()
    }
}

/// The address of a commit's page, where the address of the repository is one
/// of a forge whose pages are known.
#[must_use]
pub fn address(repository: &str, commit: &str) -> Option<String> {
    let (scheme, rest) = repository.split_once("://")?;
    let host = rest.split(['/', ':', '?', '#']).next().unwrap_or_default().to_ascii_lowercase();
    let way = match host.as_str() {
        "github.com" | "codeberg.org" | "gitea.com" | "dev.azure.com" => "commit",
        "bitbucket.org" => "commits",
        host if host.ends_with(".visualstudio.com") || host.starts_with("github.") => "commit",
        host if host == "gitlab.com" || host.starts_with("gitlab.") => "-/commit",
        _ => return None,
    };
    let plain = repository.split(['?', '#']).next()?.trim_end_matches('/');
    let plain = plain.strip_suffix(".git").unwrap_or(plain);
    matches!(&*scheme.to_ascii_lowercase(), "http" | "https")
        .then(|| format!("{plain}/{way}/{commit}"))
}

#[cfg(test)]
mod tests {
    use super::{Arc, BTreeMap, History, Signature, Version, address};

    /// Versions as `(rest, approvals)`, newest first, and which of them came after.
    fn after(versions: &[(u128, &str)], approvals: &str) -> Vec<u128> {
        let sign = |letter: char| Signature {
            who: (None, Some(letter.to_string().into())),
            of: None,
            on: None,
        };
        let version = |(rest, signed): &(u128, &str)| Version {
            change: None,
            approvals: signed.chars().map(sign).collect(),
            rest: *rest,
        };
        let touched = BTreeMap::from([(Arc::from("a"), versions.iter().map(version).collect())]);
        let history = History { touched, ..History::default() };
        let signed: Vec<Signature> = approvals.chars().map(sign).collect();
        history.after("a", &signed).into_iter().map(|v| v.rest).collect()
    }

    #[test]
    fn an_approval_covers_the_text_of_the_commit_that_recorded_it() {
        assert_eq!(after(&[(3, "a"), (2, "a"), (1, "")], "a"), [3]);
        // Approved and edited at once: the text is that of the approval.
        assert_eq!(after(&[(2, "a"), (1, "")], "a"), []);
        // A second approval, or one that is older, is no change of the text.
        assert_eq!(after(&[(2, "ab"), (2, "a"), (1, "")], "a"), []);
        assert_eq!(after(&[(3, "ab"), (2, "ab"), (2, "a"), (1, "")], "a"), [3]);
        assert_eq!(after(&[(4, "ab"), (3, "a"), (2, "a"), (1, "")], "ab"), [4, 3]);
        // Taken away for the time of an edit.
        assert_eq!(after(&[(3, "a"), (3, ""), (2, "a"), (1, "")], "a"), [3]);
        // Not recorded in any version that is known; in all of them.
        assert_eq!(after(&[(2, ""), (1, "")], "a"), []);
        assert_eq!(after(&[(2, "a"), (1, "a")], "a"), [2]);
        assert_eq!(after(&[], "a"), []);
    }

    #[test]
    fn commits_have_pages_on_known_forges_alone() {
        let of = |url| address(url, "1a2b");
        let some = |url: &str| Some(url.to_owned());
        assert_eq!(of("https://github.com/a/b/"), some("https://github.com/a/b/commit/1a2b"));
        assert_eq!(of("https://github.com/a/b.git"), some("https://github.com/a/b/commit/1a2b"));
        assert_eq!(
            of("https://gitlab.city.example/a/b"),
            some("https://gitlab.city.example/a/b/-/commit/1a2b")
        );
        assert_eq!(of("https://bitbucket.org/a/b"), some("https://bitbucket.org/a/b/commits/1a2b"));
        assert_eq!(
            of("https://dev.azure.com/o/p/_git/r"),
            some("https://dev.azure.com/o/p/_git/r/commit/1a2b")
        );
        assert_eq!(of("https://git.example/a/b"), None);
        assert_eq!(of("ssh://github.com/a/b"), None);
    }
}
