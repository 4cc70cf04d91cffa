//! A git repository in a temporary folder, made by the `git` program: the tests
//! may start it, Milepost never does.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use tempfile::TempDir;

/// A repository with a work tree.
pub struct Repo {
    folder: TempDir,
    /// Commits so far: each is an hour younger than the one before.
    hours: std::cell::Cell<u32>,
}

impl Repo {
    /// An empty repository whose branch is `main`.
    pub fn new() -> Self {
        let repo = Self::bare_folder();
        repo.git(&["init", "-q", "-b", "main"]);
        repo
    }

    /// A folder that is no repository yet.
    pub fn bare_folder() -> Self {
        Self { folder: tempfile::tempdir().unwrap(), hours: std::cell::Cell::new(0) }
    }

    pub fn root(&self) -> &Path {
        self.folder.path()
    }

    pub fn at(&self, path: &str) -> PathBuf {
        self.root().join(path)
    }

    /// Write a file; folders are made.
    pub fn file(&self, path: &str, bytes: impl AsRef<[u8]>) -> &Self {
        let path = self.at(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
        self
    }

    /// Commit everything; the id of the commit.
    pub fn commit(&self, message: &str) -> String {
        self.git(&["add", "-A"]);
        self.git(&["commit", "-q", "--allow-empty", "-m", message]);
        self.git(&["rev-parse", "HEAD"])
    }

    /// Run git in the repository; what it says, without the last line end.
    pub fn git(&self, arguments: &[&str]) -> String {
        self.git_in("", arguments, b"")
    }

    /// What git says, whether or not it finds something.
    pub fn git_says(&self, arguments: &[&str]) -> String {
        let out = git(self.root(), 0).args(arguments).output().unwrap();
        String::from_utf8(out.stdout).unwrap().trim_end().to_owned()
    }

    /// Run git in a folder below, with this on its standard input.
    pub fn git_in(&self, folder: &str, arguments: &[&str], input: &[u8]) -> String {
        self.hours.set(self.hours.get() + 1);
        let mut child = git(&self.at(folder), self.hours.get())
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        child.stdin.take().unwrap().write_all(input).unwrap();
        let out = child.wait_with_output().unwrap();
        let said = String::from_utf8_lossy(&out.stderr);
        assert!(out.status.success(), "git {arguments:?}: {said}");
        String::from_utf8_lossy(&out.stdout).trim_end_matches('\n').to_owned()
    }
}

/// The git program with nobody's settings, and a clock of its own.
fn git(folder: &Path, hours: u32) -> Command {
    let mut git = Command::new("git");
    let date = format!("{} +0100", 1_767_225_600 + 3600 * u64::from(hours));
    git.current_dir(folder)
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("HOME", folder)
        .env("LC_ALL", "C")
        .env("GIT_AUTHOR_NAME", "Ana Ruiz")
        .env("GIT_AUTHOR_EMAIL", "ana@example.org")
        .env("GIT_COMMITTER_NAME", "Ben Okri")
        .env("GIT_COMMITTER_EMAIL", "ben@example.org")
        .env("GIT_AUTHOR_DATE", &date)
        .env("GIT_COMMITTER_DATE", &date)
        .env_remove("GIT_DIR")
        .env_remove("GIT_WORK_TREE")
        .env_remove("GIT_INDEX_FILE")
        .args(["-c", "protocol.file.allow=always", "-c", "advice.detachedHead=false"]);
    git
}
