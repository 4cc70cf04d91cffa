//! Repositories made to do harm, and `milepost review` on each: the status, the
//! words, the time, and that nothing was started or left behind.

use crate::repository::Repo;
use std::fs;
use std::process::{Command, Output};
use std::time::{Duration, Instant};

const BOOK: &str = "[book]\ntitle = \"T\"\n\n[portfolio]\nas-of = \"2026-03-27\"\n";

/// A book of one page that changed once.
fn book() -> Repo {
    let repo = Repo::new();
    repo.file("book.toml", BOOK).file("src/index.md", "# Home\n\nA page.\n");
    repo.commit("First");
    repo.file("src/index.md", "# Home\n\nA page that changed.\n");
    repo.commit("Second");
    repo
}

/// Whether `strace` is here and may trace; where it may not, that is said.
#[allow(clippy::print_stdout, reason = "a test that sees less says so")]
pub fn traces() -> bool {
    let out = Command::new("strace").args(["-o", "/dev/null", "true"]).output();
    let can = out.is_ok_and(|out| out.status.success());
    if !can {
        println!("not traced: strace is not installed or may not trace here");
    }
    can
}

/// Run `review` with these arguments in the repository, traced where that can
/// be done.
fn review(repo: &Repo, arguments: &[&str]) -> Output {
    let log = tempfile::NamedTempFile::new().unwrap();
    let program = env!("CARGO_BIN_EXE_milepost");
    let traced = traces();
    let mut command = if traced {
        let mut command = Command::new("strace");
        command.args(["-f", "-e", "trace=execve,connect,socket,fork,vfork", "-o"]);
        command.arg(log.path()).arg(program);
        command
    } else {
        Command::new(program)
    };
    let before = Instant::now();
    let out = command.arg("review").args(arguments).current_dir(repo.root()).output().unwrap();
    assert!(before.elapsed() < Duration::from_secs(20), "{arguments:?}: {:?}", before.elapsed());
    let calls = fs::read_to_string(log.path()).unwrap();
    if traced {
        assert_eq!(calls.matches("execve(").count(), 1, "{arguments:?}: {calls}");
        for call in ["connect(", "fork(", "socket("] {
            assert!(!calls.contains(call), "{arguments:?}: {calls}");
        }
    }
    assert!(!repo.at("pwned").exists(), "{arguments:?}");
    out
}

/// Review, and look at the status and for words in what is said.
#[track_caller]
fn says(repo: &Repo, arguments: &[&str], status: i32, words: &[&str]) -> String {
    let out = review(repo, arguments);
    let said = [out.stdout, out.stderr].concat();
    let said = String::from_utf8(said).expect("what is said is UTF-8");
    assert_eq!(out.status.code(), Some(status), "{arguments:?}: {said}");
    for word in words {
        assert!(said.contains(word), "{arguments:?}: `{word}` is not in: {said}");
    }
    let raw = |c: char| c.is_control() && c != '\n';
    assert!(!said.contains(raw), "{arguments:?}: {said:?}");
    said
}

/// Catalogue 197 to 202.
#[test]
fn a_revision_is_a_name_and_nothing_else() {
    let repo = book();
    says(&repo, &["HEAD~1..HEAD"], 0, &[]);
    says(&repo, &["--upload-pack=touch pwned"], 2, &["--upload-pack"]);
    says(&repo, &["--output=pwned"], 2, &["--output"]);
    says(&repo, &["--", "--output=pwned"], 2, &["--output"]);
    says(&repo, &["main..--output=pwned"], 2, &["--output"]);
    says(&repo, &["nope"], 2, &["nope"]);
    says(&repo, &["nope..main"], 2, &["nope"]);
    says(&repo, &["main\n--output=x"], 2, &["no revision"]);
    says(&repo, &["main..side..x"], 2, &["no revision"]);
    let none = Repo::bare_folder();
    none.file("book.toml", BOOK).file("src/index.md", "# Home\n");
    says(&none, &["main"], 2, &["git"]);
    none.git(&["init", "-q", "-b", "main"]);
    says(&none, &["main"], 2, &["main"]);
}

#[test]
fn what_git_would_read_otherwise_is_told_in_its_own_words() {
    let repo = book();
    says(&repo, &["@~1..@"], 0, &[]);
    says(&repo, &["@^"], 0, &[]);
    says(&repo, &["@{upstream}"], 2, &["`@{upstream}` asks the settings", "origin/main"]);
    says(&repo, &["main@{1}..main"], 2, &["or the log of a clone", "`main~1`"]);
    says(&repo, &["main:book.toml"], 2, &["names a file or folder", "`main`"]);
    says(&repo, &["main..HEAD:src"], 2, &["`HEAD:src` names a file or folder"]);
    says(&repo, &[":/Second"], 2, &["searches messages"]);
    says(&repo, &[""], 2, &["the revision is empty", "variable"]);
    says(&repo, &["", "."], 2, &["the revision is empty"]);
    says(&repo, &["..."], 2, &["`...` names neither"]);
    // `..` is a folder too, where nothing else is said of it.
    says(&repo, &[".."], 2, &["no `book.toml` in the folder `..`", "main..HEAD"]);
    says(&repo, &["main~1", "main"], 2, &["`main~1..main`"]);
    // Digits: at least four, of one commit.
    let id = repo.git(&["rev-parse", "HEAD~1"]);
    says(&repo, &[&format!("{}..@", &id[..7])], 0, &[]);
    says(&repo, &[&format!("{}..@", id[..9].to_uppercase())], 0, &[]);
    says(&repo, &["0000"], 2, &["no branch, tag or commit"]);
    // A tag of the same name as a branch decides nothing, unless it is the same.
    repo.git(&["tag", "main"]);
    says(&repo, &["HEAD~1..main"], 0, &[]);
    repo.git(&["tag", "-f", "main", "HEAD~1"]);
    let words = ["`main` is ambiguous", "`refs/tags/main` and `refs/heads/main`"];
    says(&repo, &["HEAD~1..main"], 2, &words);
    says(&repo, &["heads/main~1..refs/heads/main"], 0, &[]);
}

#[test]
fn digits_that_begin_several_commits_are_ambiguous() {
    let repo = book();
    let tree = repo.git(&["rev-parse", "HEAD^{tree}"]);
    let mut seen = std::collections::BTreeMap::new();
    for n in 0..2000 {
        let id = repo.git(&["commit-tree", "-m", &n.to_string(), &tree]);
        let short = id[..4].to_owned();
        if let Some(other) = seen.insert(short.clone(), id.clone()) {
            let words = ["several commits", &*other, &*id, "write more digits"];
            says(&repo, &[&short], 2, &words);
            return;
        }
    }
    panic!("no two of 2000 commits begin alike");
}

/// Catalogue 203 to 206.
#[test]
fn a_repository_decides_nothing() {
    let repo = book();
    let pwn = format!("touch {}", repo.at("pwned").display());
    for key in ["core.fsmonitor", "core.pager", "diff.external", "filter.x.smudge"] {
        repo.git(&["config", key, &pwn]);
    }
    repo.file(".gitattributes", "*.md filter=x diff=x\n");
    repo.git(&["config", "diff.x.textconv", &pwn]);
    repo.file(".git/objects/info/alternates", "/nowhere/objects\n");
    says(&repo, &["HEAD~1..HEAD"], 0, &[]);
    // A clone that left out an object, with a remote that is a program.
    let blob = repo.git(&["rev-parse", "HEAD~1:src/index.md"]);
    fs::remove_file(repo.at(&format!(".git/objects/{}/{}", &blob[..2], &blob[2..]))).unwrap();
    fs::remove_file(repo.at(".git/objects/info/alternates")).unwrap();
    repo.file(
        ".git/config",
        format!("[extensions]\n\tpartialClone = o\n[remote \"o\"]\n\turl = ext::sh -c {pwn}\n"),
    );
    says(&repo, &["HEAD~1..HEAD"], 2, &["object", &blob]);
    // A `.git` that is a file and points at a repository of someone else.
    let other = Repo::bare_folder();
    other.file("book.toml", BOOK).file("src/index.md", "# Home\n");
    other.file(".git", format!("gitdir: {}\n", repo.at(".git").display()));
    says(&other, &["main"], 2, &["git"]);
}

/// Catalogue 207, 208.
#[test]
fn what_is_missing_or_damaged_is_said() {
    let repo = book();
    let clone = Repo::bare_folder();
    let url = format!("file://{}", repo.root().display());
    clone.git(&["clone", "-q", "--depth", "1", &url, "."]);
    says(&clone, &["main~1..main"], 2, &["main~1", "fetch", "fetch-depth: 0"]);
    says(&clone, &["release..main"], 2, &["release", "shallow", "fetch"]);
    let base = ["`origin/trunk` is no", "shallow", "git fetch --unshallow origin trunk:"];
    says(&clone, &["origin/trunk..HEAD"], 2, &base);
    let gone = repo.git(&["rev-parse", "HEAD~1"]);
    says(&clone, &[&format!("{gone}..HEAD")], 2, &["shallow", "git fetch --unshallow"]);
    let tree = repo.git(&["rev-parse", "HEAD~1:src"]);
    let file = repo.at(&format!(".git/objects/{}/{}", &tree[..2], &tree[2..]));
    fs::remove_file(&file).unwrap();
    fs::write(&file, "rubbish").unwrap();
    says(&repo, &["HEAD~1..HEAD"], 2, &["object", &tree]);
}

/// A commit of a book whose source folder is this tree.
fn commit(repo: &Repo, src: &str) -> String {
    let toml = repo.git(&["rev-parse", "HEAD:book.toml"]);
    let entries = format!("100644 blob {toml}\tbook.toml\n040000 tree {src}\tsrc\n");
    let tree = repo.git_in("", &["mktree"], entries.as_bytes());
    repo.git(&["commit-tree", "-m", "x", &tree])
}

/// Catalogue 209, 210.
#[test]
fn trees_that_explode_or_lead_out_are_refused() {
    let repo = book();
    let blob = repo.git(&["rev-parse", "HEAD:src/index.md"]);
    let ten = |what: &str, id: &str| -> String {
        (0..10).map(|n| format!("{what} {id}\tf{n}.md\n")).collect::<Vec<_>>().concat()
    };
    let mut id = repo.git_in("", &["mktree"], ten("100644 blob", &blob).as_bytes());
    for _ in 0..9 {
        id = repo.git_in("", &["mktree"], ten("040000 tree", &id).as_bytes());
    }
    let bomb = commit(&repo, &id);
    says(&repo, &[&format!("HEAD..{bomb}")], 2, &["limit"]);
    says(&repo, &[&format!("{bomb}..HEAD")], 2, &["limit"]);
    let raw: Vec<u8> = blob
        .as_bytes()
        .chunks(2)
        .map(|two| u8::from_str_radix(std::str::from_utf8(two).unwrap(), 16).unwrap())
        .collect();
    for name in ["..", ".git", "x/../../y"] {
        let tree = [format!("100644 {name}\0").as_bytes(), &raw].concat();
        let how = ["hash-object", "-w", "-t", "tree", "--literally", "--stdin"];
        let id = repo.git_in("", &how, &tree);
        let bad = commit(&repo, &id);
        says(&repo, &[&format!("HEAD..{bad}")], 2, &[name]);
    }
}

/// Catalogue 211, 212.
#[test]
fn evil_messages_and_many_renames_do_no_harm() {
    let repo = book();
    repo.file("src/index.md", "# Home\n\nOnce more.\n");
    repo.commit("\u{1b}[31m<script>alert(1)</script>\n\n::error::no @all");
    for format in ["text", "md", "html", "json"] {
        let said = says(&repo, &["HEAD~1..HEAD", "--format", format], 0, &[]);
        assert!(!said.contains("<script>alert"), "{said}");
        assert!(!said.lines().any(|line| line.starts_with("::")), "{said}");
    }
    for n in 0..2000 {
        repo.file(&format!("src/d/{n:04}.md"), format!("# Page {n}\n\nText of page {n}.\n"));
    }
    repo.commit("Many");
    repo.git(&["mv", "src/d", "src/e"]);
    repo.commit("Moved");
    says(&repo, &["HEAD~1..HEAD"], 0, &[]);
}
