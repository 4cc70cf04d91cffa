//! Who changed which file last, as the repository of the book tells it. Nothing
//! here is needed to read a book: without a repository all of it is empty.

use crate::date::Date;
use std::collections::BTreeMap;
use std::sync::Arc;

/// A commit that changed a file.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Change {
    /// Its id, forty hexadecimal digits.
    pub commit: Arc<str>,
    /// The day the change was made, by its author's clock.
    pub on: Date,
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

/// What the repository tells of a book's files.
#[derive(Debug, Clone, Default)]
pub struct History {
    /// Whether there is a repository to tell anything.
    pub known: bool,
    /// How each file stands, by path; not there where older history is missing.
    pub last: BTreeMap<Arc<str>, Last>,
    /// The commits that changed a file with approvals, newest first.
    pub touched: BTreeMap<Arc<str>, Vec<Change>>,
    /// Where older history is missing: what is not found may have been.
    pub shallow: bool,
}

impl History {
    /// How a file stands.
    #[must_use]
    pub fn of(&self, path: &str) -> Option<&Last> {
        self.last.get(path)
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
    use super::address;

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
