//! What people write to name a commit, and ranges of two.
//!
//! The grammar is small on purpose: a name or hexadecimal digits, then steps
//! back (`~2`, `^`, `^2`). Anything else is refused before it is looked up.

use super::commits::FETCH;
use super::refs::is_name;
use super::{CommitId, Id, Repository};
use crate::error::{Error, Result};
use crate::text::{likest, nearest, visible};

/// Longest revision, in bytes.
const MOST_BYTES: usize = 400;

/// What a review is asked to compare.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Range {
    /// `BASE..HEAD`: two revisions. An end left out is `HEAD`.
    Two {
        /// Compared with.
        base: String,
        /// What is looked at.
        head: String,
    },
    /// `BASE...HEAD`: the second, and where both lines of history part.
    SinceParting {
        /// The other line of history.
        base: String,
        /// What is looked at.
        head: String,
    },
    /// One revision, with which the work tree is compared.
    Since(String),
}

impl Range {
    /// Read `A..B`, `A...B` or one revision.
    ///
    /// # Errors
    /// It is none of these (usage).
    pub fn read(text: &str) -> Result<Self> {
        let end = |text: &str| {
            let text = if text.is_empty() { "HEAD" } else { text };
            check(text).map(|()| text.to_owned())
        };
        if text.starts_with('-') {
            check(text)?;
        }
        let bare = |a: &str, b: &str| a.is_empty() && b.is_empty();
        match (text.split_once("..."), text.split_once("..")) {
            (Some((a, b)), _) if !bare(a, b) => {
                Ok(Self::SinceParting { base: end(a)?, head: end(b)? })
            }
            (None, Some((a, b))) if !bare(a, b) => Ok(Self::Two { base: end(a)?, head: end(b)? }),
            (None, None) => {
                check(text)?;
                Ok(Self::Since(text.to_owned()))
            }
            _ => {
                Err(Error::usage(format!("`{}` names neither of its two revisions", visible(text)))
                    .help("name both, such as `main..HEAD`, or one: `main..`"))
            }
        }
    }
}

/// A revision in its parts.
#[derive(Debug, PartialEq, Eq)]
struct Parts<'a> {
    name: &'a str,
    steps: Vec<Step>,
}

/// A step back in history.
#[derive(Debug, PartialEq, Eq, Clone, Copy)]
enum Step {
    /// So many times to the first parent.
    Back(u32),
    /// To the parent of this number, from 1; 0 stays.
    Parent(u32),
}

fn check(text: &str) -> Result<()> {
    parse(text).map(|_| ())
}

fn parse(text: &str) -> Result<Parts<'_>> {
    let shown = visible(&text.chars().take(80).collect::<String>());
    let refused = |why: &str| {
        Error::usage(format!("`{shown}` is no revision: {why}"))
            .help("name a branch, a tag or a commit, such as `main`, `v1.0`, `HEAD~2` or `1a2b3c4`")
    };
    if text.is_empty() {
        return Err(Error::usage("the revision is empty").help(
            "name a branch, a tag or a commit; in a pipeline, look whether its variable is set",
        ));
    }
    let why = if text.starts_with('-') {
        "it begins like an option"
    } else if text.len() > MOST_BYTES {
        "it is too long"
    } else if text.chars().any(|c| c.is_control() || c.is_whitespace()) {
        "it holds white space or a control character"
    } else if text.contains("..") {
        "it holds `..`"
    } else {
        ""
    };
    if !why.is_empty() {
        return Err(refused(why));
    }
    let end = text.find(['~', '^']).unwrap_or(text.len());
    let (name, mut rest) = text.split_at(end);
    refuse_syntax(text, &shown)?;
    if !is_name(name) {
        return Err(refused("only names, hexadecimal digits, `~N` and `^N` are read"));
    }
    let mut steps = Vec::new();
    while let Some(sign) = rest.chars().next() {
        rest = rest.get(1..).unwrap_or_default();
        let digits = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
        let (number, after) = rest.split_at(digits);
        let number = match number {
            "" => 1,
            number => number.parse().map_err(|_| refused("it steps back too far"))?,
        };
        steps.push(match sign {
            '~' => Step::Back(number),
            '^' => Step::Parent(number),
            _ => return Err(refused("after `~` or `^` only a number may stand")),
        });
        rest = after;
    }
    Ok(Parts { name, steps })
}

/// Refuse what git would read and Milepost does not, in words of its own.
fn refuse_syntax(text: &str, shown: &str) -> Result<()> {
    let before = |mark: &str| text.split_once(mark).map(|(name, _)| visible(name));
    if text.starts_with(":/") || text.contains("^{/") {
        return Err(Error::usage(format!("`{shown}` searches messages, which is not done here"))
            .help("name the commit: `git log` shows its digits"));
    }
    if let Some(name) = before("@{") {
        let message = format!(
            "`{shown}` asks the settings or the log of a clone, which other clones do not have"
        );
        let other = if name.is_empty() { "HEAD" } else { &name };
        return Err(Error::usage(message).help(format!(
            "name the branch itself, such as `origin/main`, or count commits: `{other}~1`"
        )));
    }
    if let Some(name) = before(":") {
        let message = format!("`{shown}` names a file or folder in a commit, not a commit");
        return Err(Error::usage(message).help(match name.as_str() {
            "" => "name a branch, a tag or a commit".to_owned(),
            name => format!("name the commit alone: `{name}`"),
        }));
    }
    Ok(())
}

impl Repository {
    /// The commit that a revision names: `HEAD`, a branch, tag, remote branch or
    /// full reference, or the digits of an id (at least 4), each with steps back
    /// (`~2`, `^`, `^2`).
    ///
    /// # Errors
    /// It is no revision, or there is no such commit here (usage).
    pub fn resolve(&self, revision: &str) -> Result<CommitId> {
        let Parts { name, steps } = parse(revision)?;
        let mut id = self.named(name)?;
        for step in steps {
            match step {
                Step::Parent(0) => {}
                Step::Parent(number) => id = self.parent(revision, id, number)?,
                Step::Back(number) => {
                    for _ in 0..number {
                        id = self.parent(revision, id, 1)?;
                    }
                }
            }
        }
        Ok(id)
    }

    fn parent(&self, revision: &str, id: CommitId, number: u32) -> Result<CommitId> {
        let parents = self.header(id)?.parents;
        let at = usize::try_from(number).unwrap_or(usize::MAX).saturating_sub(1);
        if let Some(parent) = parents.get(at) {
            return Ok(*parent);
        }
        let (shown, short) = (visible(revision), id.short());
        if self.0.shallow.contains(&id) {
            let message =
                format!("`{shown}` is not in this clone: it is shallow and ends at `{short}`");
            return Err(Error::usage(message).help(FETCH));
        }
        let count = crate::text::counted(parents.len(), "parent");
        Err(Error::usage(format!("there is no `{shown}`: the commit `{short}` has {count}")))
    }

    fn named(&self, name: &str) -> Result<CommitId> {
        let whole = name.parse().ok();
        let id = match whole {
            Some(id) => Some(id),
            None => self.refer(name)?,
        };
        let shown = visible(name);
        let Some(id) = id else { return self.abbreviated(name) };
        if whole.is_some() && !self.0.objects.holds(id)? {
            return Err(self.unknown(name));
        }
        self.peel(id)?.map_err(|kind| {
            Error::usage(format!("`{shown}` names a {kind}, not a commit"))
                .help("name a branch, a tag or a commit")
        })
    }

    /// The object that a name stands for. Where it stands for several commits,
    /// whoever may push a tag could choose: that is refused.
    fn refer(&self, name: &str) -> Result<Option<Id>> {
        let all = self.0.refs.find(name)?;
        let [(full, id), others @ ..] = all.as_slice() else { return Ok(None) };
        if full == name {
            return Ok(Some(*id));
        }
        let commit = |id: Id| self.peel(id).ok().and_then(std::result::Result::ok);
        let Some((other, _)) = others.iter().find(|(_, other)| {
            other != id && commit(*other).is_some() && commit(*other) != commit(*id)
        }) else {
            return Ok(Some(*id));
        };
        let (shown, full, other) = (visible(name), visible(full), visible(other));
        Err(Error::usage(format!("`{shown}` is ambiguous: it names `{full}` and `{other}`"))
            .help("write the one that is meant in full"))
    }

    /// A commit by its first digits.
    fn abbreviated(&self, digits: &str) -> Result<CommitId> {
        let is_hex = digits.len() >= 4 && digits.chars().all(|c| c.is_ascii_hexdigit());
        if !is_hex {
            return Err(self.unknown(digits));
        }
        let mut commits = Vec::new();
        for id in self.0.objects.with_prefix(digits)? {
            if let Ok(commit) = self.peel(id)? {
                commits.push(commit);
            }
        }
        commits.sort_unstable();
        commits.dedup();
        match commits.as_slice() {
            [] => Err(self.unknown(digits)),
            [id] => Ok(*id),
            many => {
                let many: Vec<String> = many.iter().take(3).map(ToString::to_string).collect();
                let list = many.join("`, `");
                Err(Error::usage(format!("`{digits}` begins the ids of several commits: `{list}`"))
                    .help("write more digits"))
            }
        }
    }

    fn unknown(&self, name: &str) -> Error {
        let shown = visible(name);
        let names = self.0.refs.names();
        let remote = names.iter().find(|n| n.split_once('/').is_some_and(|(_, rest)| rest == name));
        if self.is_shallow() && remote.is_none() {
            // A shallow clone has one branch as a rule: another is not misspelt.
            let message =
                format!("`{shown}` is no branch, tag or commit of this clone, which is shallow");
            return Error::usage(message).help(fetch(name));
        }
        let error =
            Error::usage(format!("`{shown}` is no branch, tag or commit of this repository"));
        if names.is_empty() {
            return error.help("the repository has no commit yet, or no branch was fetched");
        }
        let near = remote.map(String::as_str).or_else(|| nearest(name, names.iter().map(|n| &**n)));
        if let Some(near) = near {
            let near = visible(near);
            return error.help(format!("did you mean `{near}`?"));
        }
        let few: Vec<String> =
            likest(name, names.iter().map(|n| &**n), 3).into_iter().map(visible).collect();
        error.help(format!("there are, among others: `{}`", few.join("`, `")))
    }
}

/// How to fetch what a shallow clone does not have. A branch of a remote is named
/// in the command, since such clones follow one branch only.
fn fetch(name: &str) -> String {
    let plain = name.chars().all(|c| c.is_ascii_alphanumeric() || "._-/".contains(c));
    match name.split_once('/').filter(|(remote, _)| plain && *remote == "origin") {
        Some((remote, branch)) => format!(
            "fetch the base first: in CI set `fetch-depth: 0`, elsewhere `git fetch --unshallow \
             {remote} {branch}:refs/remotes/{name}`"
        ),
        None => FETCH.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_back_are_read() {
        let steps = |text| parse(text).unwrap().steps;
        assert_eq!(steps("main"), []);
        assert_eq!(steps("HEAD~"), [Step::Back(1)]);
        assert_eq!(steps("HEAD~3^2^"), [Step::Back(3), Step::Parent(2), Step::Parent(1)]);
        assert_eq!(parse("v1.0~2").unwrap().name, "v1.0");
    }

    #[test]
    fn what_is_no_revision_is_refused() {
        for text in [
            "",
            "-",
            "--output=x",
            "--upload-pack=touch pwned",
            "main\n--output=x",
            "a b",
            "a\0b",
            "a..b",
            "HEAD^{commit}",
            "HEAD@{1}",
            ":/fix",
            "HEAD:book.toml",
            "@{upstream}",
            "main^{/fix}",
            "@@{u}",
            "~1",
            "^main",
            "a~99999999999",
            "a^x",
            "a\u{a0}b",
        ] {
            let error = parse(text).unwrap_err();
            assert_eq!(error.status(), 2, "{text:?}");
            assert!(!error.message.chars().any(char::is_control), "{text:?}");
        }
    }

    #[test]
    fn ranges_are_read() {
        let two = |base: &str, head: &str| Range::Two { base: base.into(), head: head.into() };
        assert_eq!(Range::read("a..b").unwrap(), two("a", "b"));
        assert_eq!(Range::read("a..").unwrap(), two("a", "HEAD"));
        assert_eq!(Range::read("..b").unwrap(), two("HEAD", "b"));
        assert_eq!(Range::read("v1.0").unwrap(), Range::Since("v1.0".into()));
        let parting = Range::SinceParting { base: "a".into(), head: "b~2".into() };
        assert_eq!(Range::read("a...b~2").unwrap(), parting);
        assert_eq!(Range::read("@~1..@").unwrap(), two("@~1", "@"));
        for text in ["..", "...", "", "a....b", "a..b..c", "-a..b", "a..-b", "--output=a..b"] {
            assert!(Range::read(text).is_err(), "{text:?}");
        }
    }
}
