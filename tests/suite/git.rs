//! Revisions of a repository, read without the git program.

use crate::repository::Repo;
use milepost::tree::git::{How, Repository};
use milepost::tree::{Limits, Tree};

fn open(repo: &Repo) -> Repository {
    Repository::around(repo.root()).unwrap().unwrap()
}

#[test]
fn a_revision_is_listed_and_read() {
    let repo = Repo::new();
    repo.file("book.toml", "[book]\n").file("src/a.md", "one\n").file("src/d/b.md", "two\n");
    let first = repo.commit("First");
    repo.file("src/a.md", "three\n");
    repo.commit("Second");
    for packed in [false, true] {
        if packed {
            repo.git(&["gc", "-q"]);
        }
        let opened = open(&repo);
        let id = opened.resolve("HEAD~1").unwrap();
        assert_eq!(id.to_string(), first);
        let tree = opened.tree(id, "src/", &Limits::default()).unwrap();
        let listing = tree.list().unwrap();
        let paths: Vec<&str> = listing.files.iter().map(|f| &*f.path).collect();
        assert_eq!(paths, ["a.md", "d/b.md"]);
        assert_eq!(tree.read("a.md").unwrap(), b"one\n");
        let changed = opened.changed(id, opened.resolve("main").unwrap(), "").unwrap();
        assert_eq!(changed.len(), 1);
        assert_eq!((&*changed[0].path, changed[0].how), ("src/a.md", How::Modified));
        let commit = opened.commit(id).unwrap();
        assert_eq!((&*commit.author.name, &*commit.summary), ("Ana Ruiz", "First"));
    }
}
