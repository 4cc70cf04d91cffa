//! The walk and the reader against a folder full of traps.

use super::super::{read_file, read_folder};
use super::*;
use std::fs;
use std::os::unix::fs::{FileExt, PermissionsExt, symlink};
use std::os::unix::net::UnixListener;

struct Book(tempfile::TempDir);

impl Book {
    fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        fs::create_dir(dir.path().join("src")).unwrap();
        put(&dir.path().join("secret.md"), b"SECRET");
        Self(dir).file("index.md", "# Home")
    }

    fn at(&self, path: &str) -> PathBuf {
        self.0.path().join("src").join(path)
    }

    fn file(self, path: &str, text: &str) -> Self {
        put(&self.at(path), text.as_bytes());
        self
    }

    fn link(self, path: &str, target: &str) -> Self {
        fs::create_dir_all(self.at(path).parent().unwrap()).unwrap();
        symlink(target, self.at(path)).unwrap();
        self
    }

    fn tree(&self) -> DiskTree {
        DiskTree::open(&self.at(""), &Limits::default()).unwrap()
    }

    fn paths(&self) -> Vec<String> {
        self.tree().list().unwrap().files.iter().map(|f| f.path.to_string()).collect()
    }

    fn rules(&self) -> Vec<(String, &'static str)> {
        let listing = self.tree().list().unwrap();
        listing.findings.iter().map(|f| (f.path.to_string(), f.rule)).collect()
    }

    /// The one finding about a trap, which must leave only the index.
    fn only(&self) -> (String, &'static str) {
        assert_eq!(self.paths(), ["index.md"]);
        let rules = self.rules();
        assert_eq!(rules.len(), 1, "{rules:?}");
        rules.into_iter().next().unwrap()
    }
}

fn put(path: &Path, bytes: &[u8]) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    let file = fs::File::create(path).unwrap();
    file.write_all_at(bytes, 0).unwrap();
}

fn finding_of(result: std::result::Result<Vec<u8>, ReadError>) -> Finding {
    match result {
        Err(ReadError::Finding(finding)) => *finding,
        other => panic!("{other:?}"),
    }
}

#[test]
fn files_are_listed_in_byte_order_without_hidden_ones_and_droppings() {
    let book = Book::new()
        .file("a-b.md", "")
        .file("a/c.md", "text")
        .file("Z.md", "")
        .file(".git/config", "")
        .file(".env", "KEY")
        .file("a/.#c.md", "")
        .file("a/c.md~", "")
        .file("a/4913", "")
        .file("x.md/y.md", "")
        .link(".#lock.md", "user@host.1234");
    assert_eq!(book.paths(), ["Z.md", "a-b.md", "a/c.md", "index.md", "x.md/y.md"]);
    assert_eq!(book.rules(), []);
    assert_eq!(book.tree().read("a/c.md").unwrap(), b"text");
    assert_eq!(book.tree().list().unwrap().files[2].size, 4);
}

#[test]
fn links_that_stay_inside_are_followed() {
    let book = Book::new()
        .file("crm/charter.md", "C")
        .link("copy.md", "index.md")
        .link("deep/copy.md", "../crm/charter.md")
        .link("again", "crm");
    let paths = ["again/charter.md", "copy.md", "crm/charter.md", "deep/copy.md", "index.md"];
    assert_eq!(book.paths(), paths);
    assert_eq!(book.rules(), []);
    assert_eq!(book.tree().read("copy.md").unwrap(), b"# Home");
    assert_eq!(book.tree().read("deep/copy.md").unwrap(), b"C");
    assert_eq!(book.tree().read("again/charter.md").unwrap(), b"C");
}

#[test]
fn links_that_leave_are_found_and_never_read() {
    for target in ["../secret.md", "/etc/hostname", "/dev/zero", "/proc/self/environ", "..", "/"] {
        let book = Book::new().link("case.md", target);
        assert_eq!(book.only(), ("case.md".into(), "outside-link"), "{target}");
        assert_eq!(finding_of(book.tree().read("case.md")).rule, "outside-link", "{target}");
    }
    let book = Book::new().link("b.png", "../secret.md").link("a.md", "b.png");
    assert_eq!(book.rules(), [("a.md".into(), "outside-link"), ("b.png".into(), "outside-link")]);
    let book = Book::new().link("sub", "../src/../").link("other.md", "sub/secret.md");
    assert_eq!(book.rules().len(), 2);
    assert_eq!(finding_of(book.tree().read("sub/secret.md")).rule, "outside-link");
    assert_eq!(finding_of(book.tree().read("../secret.md")).rule, "outside-link");
    let absolute = book.0.path().join("secret.md");
    let read = book.tree().read(absolute.to_str().unwrap());
    assert_eq!(finding_of(read).rule, "outside-link");
    let book = Book::new().file(".env", "KEY=1").link("notes.md", ".env");
    assert_eq!(book.only(), ("notes.md".into(), "outside-link"));
    assert_eq!(finding_of(book.tree().read("notes.md")).rule, "outside-link");
}

#[test]
fn loops_and_dangling_links_are_found() {
    let book = Book::new().link("case.md", "case.md");
    assert_eq!(book.only(), ("case.md".into(), "link-loop"));
    let book = Book::new().link("sub/up", "..");
    assert_eq!(book.only(), ("sub/up".into(), "link-loop"));
    let book = Book::new().link("a/x", "../b").link("b/y", "../a");
    assert_eq!(book.rules(), [("a/x/y".into(), "link-loop"), ("b/y/x".into(), "link-loop")]);
    let book = Book::new().link("case.md", "gone.md");
    assert_eq!(book.only(), ("case.md".into(), "dangling-link"));
    assert!(book.tree().list().unwrap().findings[0].message.contains("`gone.md`"));
}

#[test]
fn pipes_sockets_and_devices_are_not_opened() {
    let book = Book::new();
    rustix::fs::mknodat(
        rustix::fs::CWD,
        book.at("case.md"),
        FileType::Fifo,
        rustix::fs::Mode::RUSR,
        0,
    )
    .unwrap();
    assert_eq!(book.only(), ("case.md".into(), "not-a-file"));
    assert_eq!(finding_of(book.tree().read("case.md")).rule, "not-a-file");
    let book = Book::new();
    let _socket = UnixListener::bind(book.at("case.yaml")).unwrap();
    let _other = UnixListener::bind(book.at("control")).unwrap();
    assert_eq!(book.only(), ("case.yaml".into(), "not-a-file"));
    assert_eq!(finding_of(book.tree().read("case.yaml")).rule, "not-a-file");
}

#[test]
fn names_are_judged() {
    let book = Book::new().file("a\nb.md", "").file("d\n/x.md", "");
    put(&book.at("").join(std::ffi::OsStr::from_bytes(b"\xff\xfe.md")), b"");
    assert_eq!(book.paths(), ["index.md"]);
    let bad = [r"\xFF\xFE.md", r"a\nb.md", r"d\n"].map(|p| (p.to_string(), "unusable-name"));
    assert_eq!(book.rules(), bad);

    let book = Book::new().file("aux/index.md", "").file("Alpha.md", "").file("alpha.md", "");
    assert_eq!(book.paths().len(), 4);
    let bad = [("alpha.md".to_string(), "name-collision"), ("aux".into(), "unportable-name")];
    assert_eq!(book.rules(), bad);
}

#[test]
fn long_names_deep_folders_and_large_files_are_over_the_limit() {
    let book = Book::new().file(&format!("{}.md", "a".repeat(250)), "");
    assert_eq!(book.only().1, "over-limit");
    let book = Book::new().file(&format!("{}x.md", "d/".repeat(300)), "");
    assert_eq!(book.only().1, "over-limit");
    assert!(book.tree().list().unwrap().findings[0].message.contains("deep"));

    let book = Book::new();
    let file = fs::File::create(book.at("case.md")).unwrap();
    file.set_len(2 << 30).unwrap();
    let finding = finding_of(book.tree().read("case.md"));
    assert_eq!(finding.rule, "over-limit");
    assert!(finding.message.contains("limit of 4194304"), "{}", finding.message);

    let book = Book::new().file("a.md", "").file("b.md", "");
    let few = Limits { files: 2, ..Limits::default() };
    let listing = DiskTree::open(&book.at(""), &few).unwrap().list().unwrap();
    assert_eq!(listing.findings[0].rule, "over-limit");
}

#[test]
fn what_cannot_be_read_is_an_error_not_a_smaller_site() {
    let book = Book::new().file("sub/a.md", "text");
    // The tests may run as root, for whom nothing is forbidden.
    if rustix::process::geteuid().is_root() {
        return;
    }
    let sub = book.at("sub");
    fs::set_permissions(sub.join("a.md"), fs::Permissions::from_mode(0o000)).unwrap();
    assert!(matches!(book.tree().read("sub/a.md"), Err(ReadError::Io(e)) if e.status() == 3));
    fs::set_permissions(&sub, fs::Permissions::from_mode(0o000)).unwrap();
    let error = book.tree().list().unwrap_err();
    fs::set_permissions(&sub, fs::Permissions::from_mode(0o755)).unwrap();
    assert!(error.status() == 3 && error.message.contains("sub"));
}

#[test]
fn what_changed_since_the_listing_is_a_finding() {
    let book = Book::new().file("a.md", "");
    let tree = book.tree();
    fs::remove_file(book.at("a.md")).unwrap();
    assert_eq!(finding_of(tree.read("a.md")).rule, "changing-file");
    symlink("../secret.md", book.at("a.md")).unwrap();
    assert_eq!(finding_of(tree.read("a.md")).rule, "outside-link");
}

#[test]
fn a_file_rewritten_in_a_loop_is_read_whole() {
    let book = Book::new();
    let (old, new) = ("o".repeat(200_000), "n".repeat(300_000));
    put(&book.at("a.md"), old.as_bytes());
    let tree = book.tree();
    let (done, path) = (std::sync::atomic::AtomicBool::new(false), book.at("a.md"));
    std::thread::scope(|scope| {
        scope.spawn(|| {
            while !done.load(std::sync::atomic::Ordering::Relaxed) {
                for text in [&new, &old] {
                    let beside = path.with_extension("tmp");
                    put(&beside, text.as_bytes());
                    fs::rename(&beside, &path).unwrap();
                }
            }
        });
        for _ in 0..50 {
            let bytes = tree.read("a.md").unwrap();
            assert!(bytes == old.as_bytes() || bytes == new.as_bytes());
        }
        done.store(true, std::sync::atomic::Ordering::Relaxed);
    });
}

#[test]
fn configuration_is_read_beneath_the_books_folder() {
    let book = Book::new();
    let root = book.0.path();
    put(&root.join("book.toml"), b"[book]");
    put(&root.join("theme/page.html"), b"<p>");
    put(&root.join("theme/css/a.css"), b"a{}");
    put(&root.join("theme/.DS_Store"), b"");
    assert_eq!(read_file(root, "book.toml").unwrap().unwrap(), b"[book]");
    assert!(read_file(root, "gone.toml").unwrap().is_none());
    for outside in ["../x.css", "/etc/hostname"] {
        assert_eq!(read_file(root, outside).unwrap_err().status(), 2, "{outside}");
    }
    assert_eq!(read_file(root, "src").unwrap_err().status(), 2);
    let files = read_folder(root, "theme").unwrap();
    let names: Vec<&str> = files.iter().map(|(n, _)| n.as_str()).collect();
    assert_eq!(names, ["css/a.css", "page.html"]);
    assert_eq!(read_folder(root, "nope").unwrap_err().status(), 2);
    assert_eq!(read_folder(root, "../..").unwrap_err().status(), 2);
    symlink("../../secret.md", root.join("theme/out.html")).unwrap();
    let error = read_folder(root, "theme").unwrap_err();
    assert!(error.status() == 2 && error.message.contains("theme/out.html"));
    symlink("/tmp", root.join("linked")).unwrap();
    let beneath = |sub: &str| DiskTree::open_beneath(root, Path::new(sub), &Limits::default());
    assert!(beneath("src").is_ok());
    for bad in ["nope", "book.toml", "../..", "linked", "/tmp"] {
        assert_eq!(beneath(bad).unwrap_err().status(), 2, "{bad}");
    }
}
