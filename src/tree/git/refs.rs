//! Names of commits: `HEAD`, branches, tags and remote branches, in files of
//! their own or in `packed-refs`.

use super::Id;
use super::place::{self, read};
use crate::error::{Error, Result};
use crate::text::visible;
use crate::tree::beneath::Root;
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::OnceLock;
use walkdir::WalkDir;

/// Largest `packed-refs` or `shallow`, in bytes.
const MOST_PACKED: u64 = 64 << 20;

/// Largest file of one name, in bytes.
const MOST_LOOSE: u64 = 64 << 10;

/// Names followed, one after the other, before they count as a loop.
const MOST_STEPS: usize = 5;

/// Names in files of their own that are looked at for a hint.
const MOST_LISTED: usize = 10_000;

/// The names of a repository.
#[derive(Debug)]
pub(super) struct Refs {
    own: Root,
    common: Root,
    path: PathBuf,
    packed: OnceLock<BTreeMap<String, Id>>,
}

/// What a name stands for.
enum Target {
    Id(Id),
    Name(String),
}

impl Refs {
    pub(super) fn new(own: Root, common: Root, path: PathBuf) -> Self {
        Self { own, common, path, packed: OnceLock::new() }
    }

    /// The objects that a name may stand for with their names in full, looked up
    /// where git does; git takes the first.
    pub(super) fn find(&self, name: &str) -> Result<Vec<(String, Id)>> {
        let name = if name == "@" { "HEAD" } else { name };
        let full = if name == "HEAD" || name.ends_with("_HEAD") && !name.contains('/') {
            vec![name.to_owned()]
        } else {
            vec![
                format!("refs/{}", name.strip_prefix("refs/").unwrap_or(name)),
                format!("refs/tags/{name}"),
                format!("refs/heads/{name}"),
                format!("refs/remotes/{name}"),
                format!("refs/remotes/{name}/HEAD"),
            ]
        };
        let mut found = Vec::new();
        for full in full {
            if let Some(id) = self.follow(&full)? {
                found.push((full, id));
            }
        }
        Ok(found)
    }

    /// Follow a full name to an object.
    fn follow(&self, name: &str) -> Result<Option<Id>> {
        let mut name = name.to_owned();
        for _ in 0..MOST_STEPS {
            match self.target(&name)? {
                Some(Target::Id(id)) => return Ok(Some(id)),
                Some(Target::Name(next)) => name = next,
                None => return Ok(None),
            }
        }
        Err(Error::usage(format!("the git name `{}` leads in a loop", visible(&name))))
    }

    fn target(&self, name: &str) -> Result<Option<Target>> {
        if !is_name(name) {
            return Ok(None);
        }
        let root = if name.starts_with("refs/") { &self.common } else { &self.own };
        let Some(bytes) = read(root, name, MOST_LOOSE)? else {
            return Ok(self.packed()?.get(name).map(|id| Target::Id(*id)));
        };
        let damaged = || {
            Error::usage(format!("the git name `{}` is damaged: it names nothing", visible(name)))
                .help("look at it with `git fsck`")
        };
        if let Some(next) = bytes.strip_prefix(b"ref:") {
            let next = std::str::from_utf8(next).map_err(|_| damaged())?.trim();
            let sound = next.starts_with("refs/") && is_name(next);
            return sound.then(|| Some(Target::Name(next.to_owned()))).ok_or_else(damaged);
        }
        let end = bytes.iter().position(u8::is_ascii_whitespace).unwrap_or(bytes.len());
        let id = bytes.get(..end).and_then(Id::hex).ok_or_else(damaged)?;
        Ok(Some(Target::Id(id)))
    }

    fn packed(&self) -> Result<&BTreeMap<String, Id>> {
        if let Some(packed) = self.packed.get() {
            return Ok(packed);
        }
        let bytes = read(&self.common, "packed-refs", MOST_PACKED)?.unwrap_or_default();
        let mut packed = BTreeMap::new();
        for line in bytes.split(|byte| *byte == b'\n') {
            let Some((id, name)) = line.split_at_checked(41) else { continue };
            let (Some(id), Ok(name)) = (Id::hex(&id[..40]), std::str::from_utf8(name)) else {
                continue;
            };
            packed.insert(name.trim_end().to_owned(), id);
        }
        Ok(self.packed.get_or_init(|| packed))
    }

    /// Branches, tags and remote branches as people write them, for hints.
    pub(super) fn names(&self) -> BTreeSet<String> {
        let mut names: BTreeSet<String> =
            self.packed().map(|packed| packed.keys().cloned().collect()).unwrap_or_default();
        let walk = WalkDir::new(self.path.join("refs")).max_depth(16).into_iter();
        for entry in walk.flatten().take(MOST_LISTED).filter(|e| e.file_type().is_file()) {
            if let Some(name) = entry.path().strip_prefix(&self.path).ok().and_then(|p| p.to_str())
            {
                names.insert(name.to_owned());
            }
        }
        let short = |name: &String| {
            ["refs/heads/", "refs/tags/", "refs/remotes/"]
                .iter()
                .find_map(|kind| name.strip_prefix(kind))
                .map(str::to_owned)
        };
        names.iter().filter_map(short).collect()
    }
}

/// Whether git would allow this as the name of a branch or tag.
pub(super) fn is_name(name: &str) -> bool {
    let bad = |c: char| c.is_control() || " ~^:?*[\\".contains(c);
    !name.is_empty()
        && !name.starts_with('-')
        && !name.ends_with('.')
        && !name.contains("..")
        && !name.contains("@{")
        && !name.chars().any(bad)
        && name
            .split('/')
            .all(|part| !part.is_empty() && !part.starts_with('.') && !part.ends_with(".lock"))
}

/// The commits at which a shallow clone ends.
pub(super) fn shallow(common: &Root) -> Result<BTreeSet<Id>> {
    let bytes = place::read(common, "shallow", MOST_PACKED)?.unwrap_or_default();
    Ok(bytes.split(|byte| *byte == b'\n').filter_map(Id::hex).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_those_that_git_allows() {
        for name in ["main", "feature/a-b", "v1.0", "é", "refs/heads/x", "@"] {
            assert!(is_name(name), "{name}");
        }
        for name in [
            "", "-x", "a b", "a..b", "a~1", "a^", "a:b", "a?", "a*", "a[", "a\\b", "a//b", "/a",
            "a/", ".a", "a/.b", "a.lock", "a.lock/b", "a@{1}", "a\n", "a.",
        ] {
            assert!(!is_name(name), "{name:?}");
        }
    }
}
