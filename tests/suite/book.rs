//! A book in a temporary folder, and what the program says about it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use tempfile::TempDir;

/// The program under test.
pub fn milepost() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_milepost"));
    command.env_remove("SOURCE_DATE_EPOCH").env_remove("NO_COLOR").env_remove("CLICOLOR");
    command
}

/// A book that grows file by file.
pub struct Book {
    folder: TempDir,
}

impl Book {
    /// A folder without anything.
    pub fn empty() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    /// A book of one page, as of 27 March 2026.
    pub fn new() -> Self {
        Self::empty()
            .file("book.toml", "[book]\ntitle = \"T\"\n\n[portfolio]\nas-of = \"2026-03-27\"\n")
            .file("src/index.md", "# Home\n\nA page.\n")
    }

    /// The same book with this file; what was there is replaced.
    pub fn file(self, path: &str, bytes: impl AsRef<[u8]>) -> Self {
        let path = self.at(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
        self
    }

    /// The same book with a symbolic link.
    pub fn link(self, path: &str, to: &str) -> Self {
        let path = self.at(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::os::unix::fs::symlink(to, path).unwrap();
        self
    }

    /// The same book without a file or folder.
    pub fn without(self, path: &str) -> Self {
        let path = self.at(path);
        if path.is_dir() { fs::remove_dir_all(path) } else { fs::remove_file(path) }.unwrap();
        self
    }

    pub fn root(&self) -> &Path {
        self.folder.path()
    }

    pub fn at(&self, path: &str) -> PathBuf {
        self.folder.path().join(path)
    }

    pub fn read(&self, path: &str) -> String {
        fs::read_to_string(self.at(path)).unwrap_or_else(|e| panic!("{path}: {e}"))
    }

    /// The page of that route in the output.
    pub fn page(&self, route: &str) -> String {
        self.read(&format!("book/{route}"))
    }

    /// The program with these words, to be run in the book's folder.
    pub fn command(&self, words: &str) -> Command {
        let mut command = milepost();
        command.current_dir(self.root()).args(words.split_whitespace());
        command
    }

    /// Run the program in the book's folder.
    pub fn run(&self, words: &str) -> Ran {
        Ran::of(words, self.command(words).output().unwrap())
    }

    /// Every file of a folder with its bytes, sorted.
    pub fn tree(&self, folder: &str) -> Vec<(PathBuf, Vec<u8>)> {
        tree(&self.at(folder))
    }

    /// Names in the book's folder, hidden ones too, sorted.
    pub fn names(&self) -> Vec<String> {
        let entries = fs::read_dir(self.root()).unwrap();
        let mut names: Vec<String> =
            entries.map(|e| e.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }
}

/// Every file below a folder with its bytes, sorted.
pub fn tree(folder: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    walkdir::WalkDir::new(folder)
        .sort_by_file_name()
        .into_iter()
        .filter_map(Result::ok)
        .filter(|entry| entry.file_type().is_file())
        .map(|entry| {
            let path = entry.path().strip_prefix(folder).unwrap().to_path_buf();
            (path, fs::read(entry.path()).unwrap())
        })
        .collect()
}

/// What a run came to.
#[derive(Debug)]
pub struct Ran {
    words: String,
    pub status: Option<i32>,
    pub out: String,
    pub err: String,
}

impl Ran {
    pub fn of(words: &str, output: Output) -> Self {
        Self {
            words: words.to_owned(),
            status: output.status.code(),
            out: String::from_utf8(output.stdout).expect("output is UTF-8"),
            err: String::from_utf8(output.stderr).expect("talk is UTF-8"),
        }
    }

    /// Everything that was said.
    pub fn all(&self) -> String {
        format!("{}{}", self.out, self.err)
    }

    #[track_caller]
    pub fn exits(&self, status: i32) -> &Self {
        assert_eq!(self.status, Some(status), "milepost {}\n{}", self.words, self.all());
        self
    }

    #[track_caller]
    pub fn says(&self, part: &str) -> &Self {
        assert!(
            self.all().contains(part),
            "milepost {}: no {part:?} in\n{}",
            self.words,
            self.all()
        );
        self
    }

    /// A finding of a rule on a line, in the format `short`.
    #[track_caller]
    pub fn finds(&self, rule: &str, line: u32) -> &Self {
        let found = self.all().lines().any(|said| {
            said.contains(&format!("[{rule}]")) && said.split(':').nth(1) == Some(&line.to_string())
        });
        assert!(found, "milepost {}: no {rule} on line {line} in\n{}", self.words, self.all());
        self
    }

    /// No finding at all.
    #[track_caller]
    pub fn clean(&self) -> &Self {
        self.exits(0).says("no findings in")
    }
}
