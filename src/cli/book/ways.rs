//! The ways to a book's files: from the working folder, and from the root of its
//! repository.

use crate::reports::Way;
use crate::tree;
use std::path::{Component, Path, PathBuf};

/// The ways to a book and its sources: from the working folder, and from the
/// root of the repository, which is the working folder's where there is none.
pub(super) fn ways(root: &Path, src: &str) -> (Way, Way) {
    let here = Way { src: prefix(root, src), book: prefix(root, "") };
    let inner = tree::in_repository(root);
    let repository = inner.map_or_else(
        || here.clone(),
        |inner| Way { src: prefix(&inner, src), book: prefix(&inner, "") },
    );
    (here, repository)
}

/// The way from the working folder to `sub` of the book's folder, empty or
/// ending in `/`.
pub(super) fn prefix(root: &Path, sub: &str) -> String {
    let path: PathBuf =
        root.join(sub).components().filter(|part| *part != Component::CurDir).collect();
    let mut shown = path.display().to_string();
    if !shown.is_empty() && !shown.ends_with('/') {
        shown.push('/');
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prefixes_lead_from_the_working_folder() {
        let of = |root: &str, sub: &str| prefix(Path::new(root), sub);
        assert_eq!(of(".", ""), "");
        assert_eq!(of(".", "src"), "src/");
        assert_eq!(of("./a/", "./src/"), "a/src/");
        assert_eq!(of("../a", "src"), "../a/src/");
        assert_eq!(of("/", ""), "/");
    }
}
