//! Revisions of a repository, read without the git program: names, trees,
//! changes, and repositories made to do harm.

use crate::repository::Repo;
use milepost::error::Error;
use milepost::tree::git::{Range, Repository, blob_id};
use milepost::tree::{DiskTree, Limits, Tree};
use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::time::Instant;

fn open(repo: &Repo) -> Repository {
    open_at(repo.root())
}

fn open_at(path: &Path) -> Repository {
    Repository::around(path).unwrap().unwrap()
}

/// A repository with a commit on `main` and one more on `side`.
fn small() -> Repo {
    let repo = Repo::new();
    repo.file("a.md", "one\n").file("d/b.md", "two\n");
    repo.commit("First");
    repo.git(&["checkout", "-q", "-b", "side"]);
    repo.file("a.md", "three\n");
    repo.commit("Second");
    repo.git(&["checkout", "-q", "main"]);
    repo
}

/// That this is a usage error and holds these words, and no raw control
/// character.
#[track_caller]
fn refused<T>(result: Result<T, Error>, words: &[&str]) {
    let Err(error) = result else { panic!("no error") };
    let said = format!("{error}\n{}", error.help.clone().unwrap_or_default());
    assert_eq!(error.status(), 2, "{said}");
    for word in words {
        assert!(said.contains(word), "`{word}` is not in: {said}");
    }
    assert!(!said.replace('\n', "").chars().any(char::is_control), "{said:?}");
}

#[test]
fn names_of_all_sorts_lead_to_their_commit() {
    let repo = small();
    let (main, side) = (repo.git(&["rev-parse", "main"]), repo.git(&["rev-parse", "side"]));
    repo.git(&["tag", "light", "side"]);
    repo.git(&["tag", "-a", "-m", "Release", "v1.0", "main"]);
    repo.git(&["tag", "-a", "-m", "Tag of a tag", "v1.0-again", "v1.0"]);
    repo.git(&["update-ref", "refs/remotes/origin/topic", "side"]);
    repo.git(&["symbolic-ref", "refs/remotes/origin/HEAD", "refs/remotes/origin/topic"]);
    let check = |repo: &Repo| {
        let opened = open(repo);
        let is = |revision: &str, id: &str| {
            assert_eq!(opened.resolve(revision).unwrap().to_string(), id, "{revision}");
        };
        for name in ["HEAD", "main", "refs/heads/main", "heads/main", "v1.0", "v1.0-again"] {
            is(name, &main);
        }
        for name in ["side", "light", "tags/light", "origin/topic", "origin", "origin/HEAD"] {
            is(name, &side);
        }
        is("side~1", &main);
        is("side^", &main);
        is("side^0", &side);
        is(&side, &side);
        is(&side[..4], &side);
        is(&side[..12].to_uppercase(), &side);
        refused(opened.resolve("side~2"), &["side~2", "0 parents"]);
        refused(opened.resolve("side^2"), &["side^2", "1 parent"]);
        refused(opened.resolve("mian"), &["mian", "did you mean `main`"]);
        refused(opened.resolve("topic"), &["did you mean `origin/topic`"]);
        refused(opened.resolve("0000000000000000000000000000000000000001"), &["00000001"]);
    };
    check(&repo);
    repo.git(&["pack-refs", "--all"]);
    repo.git(&["gc", "-q", "--aggressive"]);
    check(&repo);
    repo.git(&["tag", "-a", "-m", "Of a file", "file", "HEAD:a.md"]);
    refused(open(&repo).resolve("file"), &["names a blob"]);
}

#[test]
fn an_abbreviation_of_several_commits_is_refused() {
    let repo = Repo::new();
    let mut stream = String::new();
    for n in 0..600 {
        stream += &format!("commit refs/heads/branch-{n}\nmark :{}\n", n + 1);
        stream += &format!("committer A <a@example.org> {} +0000\ndata 1\nx\n", 1_767_225_600 + n);
    }
    stream += "done\n";
    repo.git_in("", &["fast-import", "--quiet", "--done"], stream.as_bytes());
    let ids = repo.git(&["for-each-ref", "--format=%(objectname)"]);
    let mut ids: Vec<&str> = ids.lines().collect();
    ids.sort_unstable();
    let opened = open(&repo);
    let mut both = 0;
    for two in ids.windows(2) {
        let short = &two[0][..4];
        let alike = ids.iter().filter(|id| id.starts_with(short)).count();
        if alike == 1 {
            assert_eq!(opened.resolve(short).unwrap().to_string(), two[0]);
        } else {
            refused(opened.resolve(short), &["several commits", two[0]]);
            both += 1;
        }
    }
    assert!(both > 0, "no two ids begin alike");
}

/// Catalogue 197, 198, 200.
#[test]
fn a_revision_that_looks_like_an_option_is_refused_unseen() {
    let repo = small();
    let opened = open(&repo);
    let long = "a".repeat(500);
    for text in [
        "--upload-pack=touch pwned",
        "--output=pwned",
        "-p",
        "main\n--output=x",
        "main\0",
        "main --output=x",
        "main^{tree}",
        "../../outside",
        "refs/../../outside",
        long.as_str(),
    ] {
        refused(opened.resolve(text), &["is no revision"]);
    }
    refused(opened.resolve("main:../../etc/passwd"), &["is no revision"]);
    refused(opened.resolve("main:etc/passwd"), &["names a file or folder"]);
    refused(opened.resolve("HEAD@{upstream}"), &["asks the settings or the log"]);
    refused(opened.resolve(""), &["the revision is empty"]);
    for text in ["--output=x..main", "main..--output=x", "a b...c", "a....b"] {
        refused(Range::read(text), &["is no revision"]);
    }
    assert!(!repo.at("pwned").exists());
}

/// Catalogue 199, 201, 202.
#[test]
fn what_is_not_there_is_said() {
    refused(open(&small()).resolve("nope"), &["nope", "main"]);
    let none = Repo::bare_folder();
    assert!(Repository::around(none.root()).unwrap().is_none());
    refused(Repository::needed(none.root()), &["git"]);
    refused(open(&Repo::new()).resolve("main"), &["main", "no commit yet"]);
    refused(open(&Repo::new()).resolve("HEAD"), &["HEAD", "no commit yet"]);
}

/// Catalogue 203.
#[test]
fn a_configuration_that_names_programs_starts_none() {
    let repo = small();
    let pwn = format!("touch {}", repo.at("pwned").display());
    for key in [
        "core.fsmonitor",
        "core.sshCommand",
        "core.pager",
        "core.editor",
        "core.askPass",
        "core.gitProxy",
        "diff.external",
        "diff.evil.textconv",
        "diff.evil.command",
        "filter.evil.smudge",
        "filter.evil.clean",
        "filter.evil.process",
        "gpg.program",
        "merge.evil.driver",
        "uploadpack.packObjectsHook",
        "remote.origin.url",
        "alias.log",
        "credential.helper",
        "extensions.worktreeConfig",
    ] {
        repo.git(&["config", key, if key.starts_with("ext") { "true" } else { &pwn }]);
    }
    repo.git(&["config", "core.hooksPath", "hooks"]);
    repo.file(".gitattributes", "*.md diff=evil filter=evil merge=evil\n");
    repo.file(".git/info/attributes", "*.md diff=evil filter=evil\n");
    repo.file(".git/hooks/post-checkout", format!("#!/bin/sh\n{pwn}\n"));
    let opened = open(&repo);
    let (a, b) = (opened.resolve("main").unwrap(), opened.resolve("side").unwrap());
    assert_eq!(opened.changed(a, b, "").unwrap().len(), 1);
    let tree = opened.tree(b, "", &Limits::default()).unwrap();
    assert_eq!(tree.list().unwrap().files.len(), 2);
    assert_eq!(tree.read("a.md").unwrap(), b"three\n");
    assert!(!repo.at("pwned").exists());
}

/// The file of a loose object.
fn loose(repo: &Repo, id: &str) -> std::path::PathBuf {
    repo.at(&format!(".git/objects/{}/{}", &id[..2], &id[2..]))
}

/// Catalogue 204.
#[test]
fn a_missing_object_is_never_fetched() {
    let repo = small();
    let pwn = format!("ext::sh -c touch% {}", repo.at("pwned").display());
    repo.git(&["config", "remote.o.url", &pwn]);
    repo.git(&["config", "remote.o.promisor", "true"]);
    repo.git(&["config", "extensions.partialClone", "o"]);
    repo.git(&["config", "core.repositoryformatversion", "1"]);
    let id = repo.git(&["rev-parse", "main:a.md"]);
    fs::remove_file(loose(&repo, &id)).unwrap();
    let opened = open(&repo);
    let commit = opened.resolve("main").unwrap();
    let tree = opened.tree(commit, "", &Limits::default()).unwrap();
    refused(tree.list(), &["object", &id, "git fetch"]);
    assert!(!repo.at("pwned").exists());
}

/// Catalogue 205.
#[test]
fn a_git_file_that_points_elsewhere_is_refused() {
    let outside = small();
    let book = Repo::bare_folder();
    for to in [outside.at(".git").display().to_string(), "nowhere".into()] {
        book.file(".git", format!("gitdir: {to}\n"));
        refused(Repository::around(book.root()), &["git"]);
    }
    book.file(".git", "rubbish\n");
    refused(Repository::around(book.root()), &["git"]);
    fs::remove_file(book.at(".git")).unwrap();
    symlink(outside.at(".git"), book.at(".git")).unwrap();
    refused(Repository::around(book.root()), &["link"]);
}

/// Catalogue 206.
#[test]
fn alternates_are_not_followed() {
    let lender = small();
    let repo = Repo::bare_folder();
    let from = lender.root().display().to_string();
    repo.git(&["clone", "-q", "--shared", &from, "."]);
    let opened = open(&repo);
    refused(opened.resolve("main"), &["object", "alternates", "repack"]);
    repo.git(&["repack", "-q", "-a", "-d"]);
    repo.file(".git/objects/info/alternates", "/nowhere/objects\n");
    assert!(open(&repo).resolve("main").is_ok());
}

/// Catalogue 207.
#[test]
fn a_shallow_clone_says_to_fetch_the_base() {
    let repo = small();
    repo.git(&["merge", "-q", "--no-ff", "-m", "Merge", "side"]);
    let url = format!("file://{}", repo.root().display());
    let clone = Repo::bare_folder();
    clone.git(&["clone", "-q", "--depth", "1", "-b", "main", &url, "."]);
    let opened = open(&clone);
    assert!(opened.is_shallow());
    let head = opened.resolve("HEAD").unwrap();
    assert_eq!(opened.tree(head, "", &Limits::default()).unwrap().list().unwrap().files.len(), 2);
    assert_eq!(opened.commit(head).unwrap().parents, []);
    refused(opened.resolve("main~1"), &["main~1", "fetch", "fetch-depth: 0"]);
    refused(opened.resolve("release"), &["release", "fetch-depth: 0"]);
    let base = repo.git(&["rev-parse", "side"]);
    refused(opened.resolve(&base), &[&base, "fetch-depth: 0"]);
    // Two lines whose common past was cut off.
    clone.git(&["fetch", "-q", "--depth", "1", "origin", "side:side"]);
    let opened = open(&clone);
    let side = opened.resolve("side").unwrap();
    refused(opened.merge_base(head, side), &["shallow", "fetch-depth: 0"]);
}

/// Catalogue 208.
#[test]
fn a_damaged_object_is_named() {
    let repo = small();
    let id = repo.git(&["rev-parse", "main:a.md"]);
    let file = loose(&repo, &id);
    let whole = fs::read(&file).unwrap();
    let mut permissions = fs::metadata(&file).unwrap().permissions();
    #[allow(clippy::permissions_set_readonly_false, reason = "a test folder")]
    permissions.set_readonly(false);
    fs::set_permissions(&file, permissions).unwrap();
    let mut caught = 0;
    for at in 0..whole.len() {
        let mut bytes = whole.clone();
        bytes[at] ^= 0x55;
        fs::write(&file, bytes).unwrap();
        let opened = open(&repo);
        let commit = opened.resolve("main").unwrap();
        let tree = opened.tree(commit, "", &Limits::default()).unwrap();
        let read = match tree.list() {
            Err(error) => Err(error),
            Ok(_) => tree.read("a.md").map_err(|e| match e {
                milepost::tree::ReadError::Io(error) => error,
                milepost::tree::ReadError::Finding(f) => Error::usage(f.message).help("object"),
            }),
        };
        match read {
            // A level of compression in the header says nothing of the content.
            Ok(bytes) => assert_eq!(bytes, b"one\n"),
            Err(error) => {
                refused::<()>(Err(error), &["object"]);
                caught += 1;
            }
        }
    }
    assert!(caught + 2 >= whole.len(), "{caught} of {}", whole.len());
    for short in [0, 1, 5, whole.len() - 1] {
        fs::write(&file, &whole[..short]).unwrap();
        let opened = open(&repo);
        let commit = opened.resolve("main").unwrap();
        let tree = opened.tree(commit, "", &Limits::default()).unwrap();
        let read = tree.read("a.md").ok();
        // A byte of the checksum may be cut off, and nothing else.
        assert!(read.is_none() || read.as_deref() == Some(b"one\n"), "{short}");
    }
    // The same in a pack: found, or the object is whole.
    fs::write(&file, &whole).unwrap();
    repo.git(&["gc", "-q"]);
    let pack = fs::read_dir(repo.at(".git/objects/pack"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .find(|path| path.extension().is_some_and(|e| e == "pack"))
        .unwrap();
    let whole = fs::read(&pack).unwrap();
    for at in 0..whole.len() {
        let mut bytes = whole.clone();
        bytes[at] ^= 0x55;
        fs::remove_file(&pack).unwrap();
        fs::write(&pack, bytes).unwrap();
        let read = || {
            let opened = Repository::around(repo.root())?.unwrap();
            let commit = opened.resolve("main")?;
            let tree = opened.tree(commit, "", &Limits::default())?;
            tree.list()?;
            opened.changed(commit, opened.resolve("side")?, "")?;
            Ok(())
        };
        match read() {
            Ok(()) => {}
            Err(error) => refused::<()>(Err(error), &["object"]),
        }
    }
}

/// Catalogue 209, and a single tree of a million entries.
#[test]
fn trees_that_explode_meet_the_limit() {
    let repo = small();
    let blob = repo.git_in("", &["hash-object", "-w", "--stdin"], b"boom\n");
    let lines = |kind: &str, id: &str| -> String {
        let mode = if kind == "blob" { "100644" } else { "040000" };
        (0..10).map(|n| format!("{mode} {kind} {id}\tf{n}.md\n")).collect::<Vec<_>>().concat()
    };
    let mut id = repo.git_in("", &["mktree"], lines("blob", &blob).as_bytes());
    for _ in 0..9 {
        id = repo.git_in("", &["mktree"], lines("tree", &id).as_bytes());
    }
    let bomb = repo.git(&["commit-tree", "-m", "Bomb", &id]);
    let mut wide = Vec::new();
    let raw = raw(&blob);
    for n in 0..1_000_000 {
        wide.extend_from_slice(format!("100644 f{n:07}.md\0").as_bytes());
        wide.extend_from_slice(&raw);
    }
    let id = repo.git_in("", &["hash-object", "-w", "-t", "tree", "--stdin"], &wide);
    let wide = repo.git(&["commit-tree", "-m", "Wide", &id]);
    let opened = open(&repo);
    let main = opened.resolve("main").unwrap();
    for commit in [bomb, wide] {
        let before = Instant::now();
        let commit = opened.resolve(&commit).unwrap();
        let list = || opened.tree(commit, "", &Limits::default())?.list();
        refused(list(), &["limit"]);
        refused(opened.changed(main, commit, ""), &["limit"]);
        refused(opened.last_changes(commit, "", 1000, None), &["limit"]);
        assert!(before.elapsed().as_secs() < 10, "{:?}", before.elapsed());
    }
}

/// The bytes of an id.
fn raw(id: &str) -> Vec<u8> {
    let two = |two: &[u8]| u8::from_str_radix(std::str::from_utf8(two).unwrap(), 16).unwrap();
    id.as_bytes().chunks(2).map(two).collect()
}

/// Catalogue 210.
#[test]
fn entries_that_no_checkout_may_hold_are_named() {
    let repo = small();
    let blob = raw(&repo.git_in("", &["hash-object", "-w", "--stdin"], b"x"));
    let entry =
        |mode: &str, name: &str| [format!("{mode} {name}\0").as_bytes(), blob.as_slice()].concat();
    for (bytes, word) in [
        (entry("100644", ".."), "`..`"),
        (entry("100644", "."), "`.`"),
        (entry("40000", ".git"), "`.git`"),
        (entry("40000", ".GIT"), "`.GIT`"),
        (entry("100644", "x/../../y"), "`x/../../y`"),
        (entry("100644", ""), "``"),
        (entry("10644", "a.md"), "unknown mode"),
        (entry("60000", "a.md"), "unknown mode"),
        ([entry("100644", "a.md"), entry("100644", "a.md")].concat(), "`a.md` twice"),
        ([entry("100644", "a"), entry("40000", "a")].concat(), "`a` twice"),
        ([entry("100644", "a\u{1b}[31m"), b"cut".to_vec()].concat(), "cut off"),
        (b"100644 a".to_vec(), "cut off"),
    ] {
        let how = ["hash-object", "-w", "-t", "tree", "--literally", "--stdin"];
        let id = repo.git_in("", &how, &bytes);
        let commit = format!("tree {id}\nauthor A <a> 1 +0000\ncommitter A <a> 1 +0000\n\nx\n");
        let how = ["hash-object", "-w", "-t", "commit", "--literally", "--stdin"];
        let commit = repo.git_in("", &how, commit.as_bytes());
        let opened = open(&repo);
        let commit = opened.resolve(&commit).unwrap();
        let list = || opened.tree(commit, "", &Limits::default())?.list();
        refused(list(), &[word, "fsck"]);
    }
}

/// Catalogue 211.
#[test]
fn what_a_commit_says_is_made_printable() {
    let repo = Repo::new();
    repo.file("a.md", "x");
    repo.git(&["add", "-A"]);
    let message = "\u{1b}[31m<script>\u{202e} @all\r\n::error::no\n";
    repo.git_in("", &["-c", "user.name=x", "commit", "-q", "-F", "-"], message.as_bytes());
    let opened = open(&repo);
    let commit = opened.commit(opened.resolve("HEAD").unwrap()).unwrap();
    assert_eq!(commit.summary, "\\u{1b}[31m<script>\\u{202e} @all");
    assert_eq!(commit.authored.offset, 3600);
    assert_eq!(commit.committer.name, "Ben Okri");
}

/// Catalogue 212.
#[test]
fn thousands_of_renames_are_found_at_once() {
    let repo = Repo::new();
    for n in 0..2000 {
        repo.file(&format!("d/{n:04}.md"), format!("file {n}\n"));
    }
    repo.commit("First");
    repo.git(&["mv", "d", "e"]);
    repo.commit("Second");
    let opened = open(&repo);
    let before = Instant::now();
    let of = |name| opened.resolve(name).unwrap();
    let changed = opened.changed(of("HEAD~1"), of("HEAD"), "").unwrap();
    assert_eq!(changed.len(), 2000);
    assert!(changed.iter().all(|c| c.how.letter() == 'R'));
    assert_eq!(changed[7].was.as_deref(), Some("d/0007.md"));
    let history = opened.last_changes(of("HEAD"), "", 1000, None).unwrap();
    assert_eq!(history.last("e/0007.md").unwrap().summary, "First");
    assert!(before.elapsed().as_secs() < 10);
}

#[test]
fn a_linked_work_tree_and_a_submodule_are_repositories() {
    let repo = small();
    let inner = small();
    let url = inner.root().display().to_string();
    repo.git(&["submodule", "--quiet", "add", &url, "books/crm"]);
    repo.commit("Take in a submodule");
    let place = Repo::bare_folder();
    let tree = place.at("tree").display().to_string();
    repo.git(&["worktree", "add", "-q", "-b", "third", &tree]);
    let linked = open_at(&place.at("tree/d"));
    assert_eq!(linked.folder(), "d/");
    let head = linked.resolve("HEAD").unwrap();
    assert_eq!(head, linked.resolve("third").unwrap());
    assert_eq!(head, open(&repo).resolve("main").unwrap());
    let module = open_at(&repo.at("books/crm/d"));
    assert_eq!(module.folder(), "d/");
    assert_eq!(module.resolve("HEAD").unwrap().to_string(), inner.git(&["rev-parse", "main"]));
    // The submodule's files are not the outer repository's.
    let outer = open(&repo);
    let tree = outer.tree(head, "", &Limits::default()).unwrap();
    let paths: Vec<String> =
        tree.list().unwrap().files.iter().map(|f| f.path.to_string()).collect();
    assert_eq!(paths, ["a.md", "d/b.md"]);
    // A work tree that its repository does not know.
    fs::remove_dir_all(repo.at(".git/worktrees/tree/")).unwrap();
    refused(Repository::around(&place.at("tree")), &["git"]);
}

#[test]
fn a_bare_repository_is_read_where_it_is_named() {
    let repo = small();
    let bare = Repo::bare_folder();
    let from = repo.root().display().to_string();
    bare.git(&["clone", "-q", "--bare", &from, "x.git"]);
    let opened = open_at(&bare.at("x.git"));
    assert_eq!(opened.folder(), "");
    let commit = opened.resolve("side").unwrap();
    assert_eq!(opened.tree(commit, "", &Limits::default()).unwrap().list().unwrap().files.len(), 2);
    assert!(Repository::around(bare.root()).unwrap().is_none());
    assert!(Repository::around(&bare.at("x.git/refs")).unwrap().is_none());
}

#[test]
fn formats_that_are_not_read_are_named() {
    let repo = Repo::bare_folder();
    repo.git(&["init", "-q", "--object-format=sha256"]);
    refused(Repository::around(repo.root()), &["sha256"]);
    let repo = small();
    repo.git(&["config", "extensions.refStorage", "reftable"]);
    refused(Repository::around(repo.root()), &["reftable"]);
    let repo = small();
    fs::rename(repo.at(".git/objects"), repo.at(".git/elsewhere")).unwrap();
    symlink("elsewhere", repo.at(".git/objects")).unwrap();
    refused(Repository::around(repo.root()), &["link"]);
    let repo = small();
    fs::remove_file(repo.at(".git/refs/heads/main")).unwrap();
    symlink("side", repo.at(".git/refs/heads/main")).unwrap();
    refused(open(&repo).resolve("main"), &["link"]);
    fs::remove_file(repo.at(".git/refs/heads/main")).unwrap();
    repo.file(".git/refs/heads/main", "ref: refs/heads/main\n");
    refused(open(&repo).resolve("main"), &["loop"]);
    repo.file(".git/refs/heads/main", "rubbish\n");
    refused(open(&repo).resolve("main"), &["damaged"]);
}

/// A work tree and its commit are listed and read alike: links, hidden files,
/// bad names, limits.
#[test]
fn a_commit_is_read_like_a_folder_on_disk() {
    let repo = Repo::new();
    repo.file("src/a.md", "one\n").file("src/d/e/b.md", "two\n").file("src/.hidden/key", "k");
    repo.file("src/CON.md", "x").file("src/A.md", "y").file("src/x~", "z").file("out.md", "o");
    repo.file(&format!("src/{}.md", "n".repeat(220)), "long");
    repo.file(&format!("src/{}deep.md", "d/".repeat(70)), "deep");
    repo.file("src/big.md", vec![b'x'; 5 << 20]);
    for (name, to) in [
        ("dir", "d/e"),
        ("d/e/in.md", "../../a.md"),
        ("up", "d/e/.."),
        ("out", "../out.md"),
        ("outdir", "../"),
        ("abs", "/etc/hostname"),
        ("dangling", "gone"),
        ("self", "self"),
        ("key", ".hidden/key"),
        ("d/loop", "../d"),
        ("chain", "dir/in.md"),
    ] {
        symlink(to, repo.at("src").join(name)).unwrap();
    }
    let odd = std::os::unix::ffi::OsStringExt::from_vec(b"\xff\xfe.md".to_vec());
    let odd: std::ffi::OsString = odd;
    fs::write(repo.at("src").join(odd), "odd").unwrap();
    fs::write(repo.at("src/line\nbreak.md"), "odd").unwrap();
    repo.commit("First");
    let limits = Limits::default();
    let disk = DiskTree::open_beneath(repo.root(), Path::new("src"), &limits).unwrap();
    let opened = open(&repo);
    let commit = opened.resolve("HEAD").unwrap();
    let whole = opened.tree(commit, opened.folder(), &limits).unwrap();
    for git in [
        whole.beneath(Path::new("./src/"), &limits).unwrap(),
        opened.tree(commit, "src/", &limits).unwrap(),
    ] {
        let (one, two) = (disk.list().unwrap(), git.list().unwrap());
        let files = |listing: &milepost::tree::Listing| -> Vec<(String, u64)> {
            listing.files.iter().map(|f| (f.path.to_string(), f.size)).collect()
        };
        assert_eq!(files(&one), files(&two));
        let findings = |listing: &milepost::tree::Listing| -> Vec<String> {
            listing.findings.iter().map(|f| format!("{f:?}")).collect()
        };
        assert_eq!(findings(&one), findings(&two));
        assert!(one.findings.len() > 8, "{:#?}", findings(&one));
        let read = |tree: &dyn Tree, path: &str| match tree.read(path) {
            Ok(bytes) => Ok(bytes.len()),
            Err(milepost::tree::ReadError::Finding(finding)) => Err(format!("{finding:?}")),
            Err(milepost::tree::ReadError::Io(error)) => Err(error.to_string()),
        };
        for path in one.files.iter().map(|f| &*f.path).chain([
            "gone.md",
            "out",
            "dangling",
            "self",
            "key",
            "d",
            "a.md/b",
            "dir/in.md",
            "up/e/b.md",
        ]) {
            assert_eq!(read(&disk, path), read(&git, path), "{path}");
        }
        for file in &two.files {
            let bytes = fs::read(repo.at("src").join(&*file.path)).unwrap();
            assert_eq!(git.blob(&file.path).unwrap(), blob_id(&bytes), "{}", file.path);
        }
    }
    assert_eq!(whole.file("out.md").unwrap().as_deref(), Some(b"o".as_slice()));
    assert_eq!(whole.file("gone.toml").unwrap(), None);
    refused(whole.file("src/abs"), &["outside"]);
    refused(whole.beneath(Path::new("../x"), &limits).map(drop), &["outside"]);
    refused(whole.beneath(Path::new("nope"), &limits).map(drop), &["does not exist"]);
    refused(opened.tree(commit, "nope/", &limits).map(drop), &["no folder `nope/`"]);
    assert!(opened.tree_if_there(commit, "out.md", &limits).unwrap().is_none());
    assert!(whole.there(Path::new("src/out"), &limits).unwrap().is_none());
    assert!(whole.there(Path::new("src/dir"), &limits).unwrap().is_some());
}

/// The program starts nothing and connects to nothing, whatever the repository
/// says; `strace` is the witness.
#[test]
fn no_program_is_started_and_no_connection_made() {
    let repo = Repo::new();
    repo.file("book.toml", "[book]\ntitle = \"T\"\n\n[portfolio]\nas-of = \"2026-03-27\"\n");
    repo.file("src/index.md", "# Home\n\nA page.\n");
    repo.commit("First");
    repo.file("src/index.md", "# Home\n\nA page with a [link](gone.md).\n");
    let pwn = format!("touch {}", repo.at("pwned").display());
    for key in ["core.fsmonitor", "diff.external", "core.sshCommand", "core.pager"] {
        repo.git(&["config", key, &pwn]);
    }
    let log = repo.at("strace");
    let traced = std::process::Command::new("strace")
        .args(["-f", "-e", "trace=execve,connect,socket,fork,vfork", "-o"])
        .arg(&log)
        .arg(env!("CARGO_BIN_EXE_milepost"))
        .args(["check", "--changed-since", "HEAD"])
        .arg(repo.root())
        .output();
    if !crate::hostile::traces() {
        return;
    }
    let out = traced.unwrap();
    let calls = fs::read_to_string(&log).unwrap();
    let said = String::from_utf8_lossy(&out.stdout);
    assert!(said.contains("broken-link"), "{said}{}", String::from_utf8_lossy(&out.stderr));
    assert_eq!(calls.matches("execve(").count(), 1, "{calls}");
    for call in ["connect(", "fork(", "socket("] {
        assert!(!calls.contains(call), "{calls}");
    }
    assert!(!repo.at("pwned").exists());
}

#[test]
fn a_mailmap_gives_people_their_names() {
    let repo = small();
    repo.file(".mailmap", "Ana Maria Ruiz <am@example.org> <ana@example.org>\n");
    repo.commit("Name people");
    let opened = open(&repo);
    let commit = opened.commit(opened.resolve("side").unwrap()).unwrap();
    assert_eq!(commit.author.name, "Ana Maria Ruiz");
    assert_eq!(commit.author.email, "am@example.org");
    assert_eq!(commit.committer.name, "Ben Okri");
}

const POINTER: &str = "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n";

/// Run Milepost in a repository.
fn run(repo: &Repo, words: &str) -> crate::book::Ran {
    let mut command = crate::book::milepost();
    command.current_dir(repo.root()).args(words.split_whitespace()).env("HOME", repo.root());
    crate::book::Ran::of(words, command.output().unwrap())
}

const BOOK: &str = "[book]\ntitle = \"T\"\n\n[portfolio]\nas-of = \"2026-03-27\"\n";

#[test]
fn pointers_of_large_files_are_told_where_the_file_was_not_fetched() {
    let repo = Repo::new();
    repo.file("book.toml", BOOK).file("src/index.md", "# Home\n\n![Plan](plan.png)\n");
    repo.file("src/plan.png", POINTER).file("src/notes.md", POINTER);
    repo.file("src/p/project.md", "---\nkind: project\nid: p\ntitle: P\nstate: active\n---\n");
    repo.file("src/p/risks.yaml", POINTER).file("src/units.yaml", POINTER);
    repo.commit("Begin");
    let ran = run(&repo, "check --format short");
    for path in ["src/plan.png", "src/notes.md", "src/p/risks.yaml", "src/units.yaml"] {
        ran.exits(1).says(&format!("{path}:1:1: error[lfs-pointer]"));
    }
    ran.says("git lfs pull");
    // A revision holds the pointer of a picture whether it was fetched or not.
    repo.file("src/plan.png", b"\x89PNG\r\n\x1a\n");
    let ran = run(&repo, "review HEAD --format json");
    assert!(!ran.exits(0).out.contains("plan.png"), "{}", ran.out);
    let ran = run(&repo, "check --changed-since HEAD");
    assert!(!ran.exits(0).says("no new findings").all().contains("mended"), "{}", ran.all());
}

#[test]
fn the_folder_of_a_submodule_is_passed_over_in_revisions() {
    let inner = Repo::new();
    inner.file("page.md", "# Inner\n\nSee [it](gone.md).\n");
    inner.commit("Begin");
    let repo = Repo::new();
    repo.file("book.toml", BOOK).file("src/index.md", "# Home\n");
    repo.commit("Begin");
    let url = format!("file://{}", inner.root().display());
    repo.git(&["submodule", "--quiet", "add", &url, "src/inner"]);
    repo.commit("Take in a submodule");
    run(&repo, "check --format short").exits(1).says("src/inner/page.md:3");
    let ran = run(&repo, "review HEAD~1..HEAD");
    assert!(!ran.exits(0).all().contains("page.md"), "{}", ran.all());
}

#[test]
fn the_environment_and_the_owner_of_a_repository_decide_nothing() {
    let repo = Repo::new();
    repo.file("book.toml", BOOK).file("src/index.md", "# Home\n");
    repo.commit("Begin");
    let other = Repo::new();
    other.file("book.toml", BOOK).file("src/other.md", "# Other\n");
    other.commit("Other");
    let mut command = crate::book::milepost();
    command.current_dir(repo.root()).args(["review", "HEAD", "--format", "text"]);
    command.env("GIT_DIR", other.at(".git")).env("GIT_WORK_TREE", other.root());
    command.env("GIT_CEILING_DIRECTORIES", repo.root()).env("GIT_OBJECT_DIRECTORY", "/nowhere");
    command.env("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1");
    let output = command.env("HOME", repo.root()).output().unwrap();
    let ran = crate::book::Ran::of("review HEAD", output);
    assert!(!ran.exits(0).all().contains("other.md"), "{}", ran.all());
    // A work tree whose `.git` is a file, and one inside `.git` itself.
    let tree = Repo::bare_folder();
    repo.git(&["worktree", "add", "-q", "-b", "side", &tree.root().display().to_string()]);
    run(&tree, "review main..HEAD").exits(0);
    run(&tree, "check --changed-since main").exits(0);
    // Two revisions need no work tree, so a bare repository serves.
    let bare = Repo::bare_folder();
    let from = repo.root().display().to_string();
    bare.git(&["clone", "-q", "--bare", &from, "x.git"]);
    run(&bare, "review main..side x.git").exits(0);
    run(&bare, "review main x.git").exits(2).says("book.toml");
    run(&bare, "check x.git --changed-since main").exits(2);
}
