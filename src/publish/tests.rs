//! Publishing: whole or not at all, and nobody else's files.

use super::*;
use std::fs;
use std::io::Write;
use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};

struct Place(tempfile::TempDir);

type Files<'a> = &'a [(&'a str, &'a str)];

impl Place {
    fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        for folder in ["src/a", "theme", ".git"] {
            fs::create_dir_all(dir.path().join(folder)).unwrap();
        }
        Self(dir)
    }

    fn at(&self, path: &str) -> PathBuf {
        self.0.path().join(path)
    }

    fn protected(&self) -> Protected {
        let root = self.0.path();
        Protected::book(root, &root.join("src"), Some(&root.join("theme")), None)
    }

    fn open(&self) -> Result<Publisher> {
        Publisher::open(&self.at("book"), &self.protected())
    }

    fn publish(&self, files: Files<'_>) -> Published {
        let publisher = self.open().unwrap();
        fill(&publisher, files);
        publisher.finish().unwrap()
    }

    fn tree(&self) -> Vec<(String, String)> {
        listing(&self.at("book"))
    }

    /// Everything in the book's folder that a build may have left.
    fn around(&self) -> Vec<String> {
        let mut names: Vec<String> = fs::read_dir(self.0.path())
            .unwrap()
            .map(|e| e.unwrap().file_name().into_string().unwrap())
            .filter(|n| !["src", "theme", ".git"].contains(&n.as_str()))
            .collect();
        names.sort();
        names
    }
}

fn put(path: &Path, text: &str) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::File::create(path).unwrap().write_all(text.as_bytes()).unwrap();
}

fn text(path: &Path) -> String {
    std::io::read_to_string(fs::OpenOptions::new().read(true).open(path).unwrap()).unwrap()
}

fn fill(publisher: &Publisher, files: Files<'_>) {
    for (route, text) in files {
        let fingerprint = Fingerprint(text.len() as u128);
        publisher.put(&Route::new(*route), Some(fingerprint), text.as_bytes()).unwrap();
    }
}

/// Files and their text, the manifest left out.
fn listing(folder: &Path) -> Vec<(String, String)> {
    walkdir::WalkDir::new(folder)
        .sort_by_file_name()
        .into_iter()
        .map(|e| e.unwrap())
        .filter(|e| e.file_type().is_file() && e.file_name() != MANIFEST)
        .map(|e| {
            let route = e.path().strip_prefix(folder).unwrap().to_str().unwrap().to_owned();
            (route, text(e.path()))
        })
        .collect()
}

fn owned(files: Files<'_>) -> Vec<(String, String)> {
    files.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect()
}

const FIRST: Files<'_> = &[("a/b.html", "one"), ("a/c.html", "two"), ("index.html", "home")];
const SECOND: Files<'_> = &[("a/b.html", "one"), ("d/e.html", "new"), ("index.html", "home 2")];

#[test]
fn a_site_is_published_and_replaced_whole() {
    let place = Place::new();
    let first = place.publish(FIRST);
    assert_eq!((first.added, first.changed, first.removed, first.kept), (3, 0, 0, 0));
    assert_eq!(place.tree(), owned(FIRST));
    let inode = fs::metadata(place.at("book/a/b.html")).unwrap().ino();
    let second = place.publish(SECOND);
    assert_eq!((second.added, second.changed, second.removed, second.kept), (1, 1, 1, 1));
    assert_eq!(place.tree(), owned(SECOND));
    assert_eq!(fs::metadata(place.at("book/a/b.html")).unwrap().ino(), inode);
    assert_eq!(second.notes, Vec::<String>::new());
    assert_eq!(place.around(), ["book"]);
}

#[test]
fn a_site_without_changes_is_not_touched() {
    let place = Place::new();
    place.publish(FIRST);
    let folder = fs::metadata(place.at("book")).unwrap().ino();
    let again = place.publish(FIRST);
    assert_eq!((again.added, again.changed, again.removed, again.kept), (0, 0, 0, 3));
    assert_eq!(fs::metadata(place.at("book")).unwrap().ino(), folder);
}

#[test]
fn the_same_site_has_the_same_bytes() {
    let (one, two) = (Place::new(), Place::new());
    one.publish(FIRST);
    two.publish(SECOND);
    let mut reversed = FIRST.to_vec();
    reversed.reverse();
    two.publish(&reversed);
    let manifest = |place: &Place| text(&place.at("book").join(MANIFEST));
    assert_eq!(manifest(&one), manifest(&two));
}

#[test]
fn pages_with_the_same_fingerprint_are_kept_unless_somebody_touched_them() {
    let place = Place::new();
    place.publish(FIRST);
    let keep = |publisher: &Publisher, route: &str, fingerprint: u128| {
        publisher.keep(&Route::new(route), Fingerprint(fingerprint)).unwrap()
    };
    let publisher = place.open().unwrap();
    assert!(keep(&publisher, "a/b.html", 3));
    assert!(!keep(&publisher, "a/c.html", 4));
    assert!(!keep(&publisher, "new.html", 3));
    fill(&publisher, &[("a/c.html", "three"), ("new.html", "new")]);
    let published = publisher.finish().unwrap();
    assert_eq!((published.added, published.changed, published.removed), (1, 1, 1));
    assert_eq!(
        place.tree(),
        owned(&[("a/b.html", "one"), ("a/c.html", "three"), ("new.html", "new")])
    );

    std::thread::sleep(std::time::Duration::from_millis(20));
    put(&place.at("book/a/b.html"), "ONE");
    let publisher = place.open().unwrap();
    assert!(!keep(&publisher, "a/b.html", 3));
    fill(&publisher, &[("a/b.html", "one")]);
    assert!(keep(&publisher, "new.html", 3));
    publisher.finish().unwrap();
    assert_eq!(text(&place.at("book/a/b.html")), "one");
}

#[test]
fn a_build_that_ends_early_leaves_the_old_site_and_no_trace() {
    let place = Place::new();
    place.publish(FIRST);
    let publisher = place.open().unwrap();
    fill(&publisher, SECOND);
    assert_eq!(place.around().len(), 2);
    assert!(publisher.staging_path().is_dir());
    drop(publisher);
    assert_eq!(place.around(), ["book"]);
    assert_eq!(place.tree(), owned(FIRST));

    let flag = Arc::new(AtomicBool::new(false));
    let publisher = place.open().unwrap().cancel(flag.clone());
    fill(&publisher, SECOND);
    flag.store(true, Ordering::Relaxed);
    assert!(publisher.put(&Route::new("x.html"), None, b"").is_err());
    assert!(publisher.keep(&Route::new("a/b.html"), Fingerprint(3)).is_err());
    let error = publisher.finish().unwrap_err();
    assert_eq!((error.status(), error.message.as_str()), (3, "interrupted"));
    assert_eq!(place.around(), ["book"]);
    assert_eq!(place.tree(), owned(FIRST));
}

#[test]
fn what_dead_builds_left_is_removed() {
    let place = Place::new();
    place.publish(FIRST);
    put(&place.at(".book.milepost-999999/a/half.html"), "half");
    put(&place.at(".other.milepost-999999/mine"), "mine");
    put(&place.at(".book.milepost-notes/mine"), "mine");
    place.publish(SECOND);
    assert_eq!(place.around(), [".book.milepost-notes", ".other.milepost-999999", "book"]);
    // Killed right after the exchange: the old site stands under that name,
    // with a file that somebody put there.
    fs::rename(place.at("book"), place.at(".book.milepost-999998")).unwrap();
    put(&place.at(".book.milepost-999998/thesis.doc"), "precious");
    place.publish(FIRST);
    assert_eq!(place.tree(), owned(FIRST));
    assert_eq!(text(&place.at("book.kept-999998/thesis.doc")), "precious");
}

#[test]
fn two_builds_cannot_write_one_output() {
    let place = Place::new();
    let first = place.open().unwrap();
    let error = place.open().unwrap_err();
    assert_eq!(error.status(), 3);
    let pid = format!("pid {}", std::process::id());
    assert!(error.message.contains("another build is running") && error.message.contains(&pid));
    fill(&first, FIRST);
    first.finish().unwrap();
    assert_eq!(place.publish(SECOND).added, 1);
    let other = Publisher::open(&place.at("elsewhere/site"), &place.protected()).unwrap();
    fill(&other, FIRST);
    other.finish().unwrap();
    assert_eq!(listing(&place.at("elsewhere/site")), owned(FIRST));
}

#[test]
fn many_builds_at_once_leave_one_whole_site() {
    let place = Place::new();
    let sites: Vec<Vec<(String, String)>> = (0..8)
        .map(|n| (0..50).map(|i| (format!("p/{i:02}.html"), format!("build {n}"))).collect())
        .collect();
    let won = std::thread::scope(|scope| {
        let runs: Vec<_> = sites
            .iter()
            .map(|site| {
                let place = &place;
                scope.spawn(move || {
                    let Ok(publisher) = place.open() else { return false };
                    for (route, text) in site {
                        publisher.put(&Route::new(route.as_str()), None, text.as_bytes()).unwrap();
                    }
                    publisher.finish().is_ok()
                })
            })
            .collect();
        runs.into_iter().map(|r| r.join().unwrap()).filter(|won| *won).count()
    });
    assert!(won >= 1);
    assert!(sites.contains(&place.tree()));
    assert_eq!(place.around(), ["book"]);
}

#[test]
fn folders_that_are_not_ours_are_refused_and_untouched() {
    let place = Place::new();
    put(&place.at("book/thesis.doc"), "precious");
    let error = place.open().unwrap_err();
    assert_eq!(error.status(), 2);
    assert!(error.message.contains("not created by Milepost"), "{error}");
    assert!(error.message.contains("thesis.doc"));
    assert!(clean(&place.at("book"), &place.protected()).is_err());
    assert_eq!(text(&place.at("book/thesis.doc")), "precious");
    assert_eq!(place.around(), ["book"]);

    let place = Place::new();
    place.publish(FIRST);
    put(&place.at("book/a/notes.txt"), "mine");
    let error = place.open().unwrap_err();
    assert!(error.status() == 2 && error.message.contains("a/notes.txt"), "{error}");
    assert!(clean(&place.at("book"), &place.protected()).is_err());
    assert_eq!(place.tree().len(), 4);

    let place = Place::new();
    put(&place.at("book"), "a file");
    assert_eq!(place.open().unwrap_err().status(), 2);
    assert_eq!(text(&place.at("book")), "a file");
    for bad in ["{", "{\"format\":99,\"files\":[]}"] {
        let place = Place::new();
        put(&place.at("book").join(MANIFEST), bad);
        assert_eq!(place.open().unwrap_err().status(), 2);
    }
}

#[test]
fn a_file_put_into_the_old_site_during_a_build_survives() {
    let place = Place::new();
    place.publish(FIRST);
    let publisher = place.open().unwrap();
    fill(&publisher, SECOND);
    put(&place.at("book/thesis.doc"), "precious");
    let published = publisher.finish().unwrap();
    assert_eq!(place.tree(), owned(SECOND));
    let kept = format!("book.kept-{}", std::process::id());
    assert_eq!(text(&place.at(&kept).join("thesis.doc")), "precious");
    assert!(published.notes[0].contains(&kept));
}

#[test]
fn protected_folders_are_refused() {
    let place = Place::new();
    put(&place.at("src/a/page.md"), "precious");
    let home = tempfile::tempdir_in(place.at("")).unwrap();
    let mut protected = place.protected();
    protected.above.push(("the home folder".into(), home.path().to_path_buf()));
    let root = place.0.path();
    let parent = root.parent().unwrap();
    let cases = [
        Path::new("/"),
        root,
        &root.join("."),
        &root.join("book/.."),
        parent,
        &root.join("src"),
        &root.join("src/"),
        &root.join("src/a"),
        &root.join("src/out"),
        &root.join("theme/out/deep"),
        &root.join(".git"),
        &root.join(".git/book"),
        home.path(),
    ];
    for out in cases {
        let error = Publisher::open(out, &protected).unwrap_err();
        assert!(error.status() == 2 && error.help.is_some(), "{}: {error}", out.display());
        assert!(clean(out, &protected).is_err(), "{}", out.display());
    }
    assert!(Publisher::open(&home.path().join("site"), &protected).is_ok());
    symlink(root.join("src"), root.join("book")).unwrap();
    assert!(place.open().is_err());
    fs::remove_file(root.join("book")).unwrap();
    fs::create_dir(root.join("www")).unwrap();
    symlink(root.join("www"), root.join("book")).unwrap();
    assert!(place.open().unwrap_err().message.contains("is a link"));
    fs::remove_dir(root.join("www")).unwrap();
    assert!(place.open().unwrap_err().message.contains("link to nothing"));
    assert_eq!(text(&root.join("src/a/page.md")), "precious");
}

#[test]
fn links_planted_in_the_site_are_not_followed() {
    let place = Place::new();
    place.publish(FIRST);
    put(&place.at("victim"), "precious");
    fs::remove_file(place.at("book/index.html")).unwrap();
    symlink(place.at("victim"), place.at("book/index.html")).unwrap();
    place.publish(FIRST);
    assert_eq!(text(&place.at("victim")), "precious");
    assert_eq!(place.tree(), owned(FIRST));
    fs::rename(place.at("book/a"), place.at("elsewhere")).unwrap();
    symlink(place.at("elsewhere"), place.at("book/a")).unwrap();
    assert_eq!(place.open().unwrap_err().status(), 2);
    assert_eq!(listing(&place.at("elsewhere")).len(), 2);
}

#[test]
fn routes_stay_in_the_site_and_are_given_once() {
    let place = Place::new();
    let publisher = place.open().unwrap();
    for route in ["", "/etc/x", "../x", "a/../x", "a//b", "a/.", "x\0y", MANIFEST] {
        assert!(publisher.put(&Route::new(route), None, b"").is_err(), "{route:?}");
    }
    fill(&publisher, FIRST);
    let error = publisher.put(&Route::new("index.html"), None, b"").unwrap_err();
    assert!(error.message.contains("twice"));
    assert!(publisher.put(&Route::new("index.html/x"), None, b"").is_err());
}

#[test]
fn a_full_disk_costs_nothing() {
    let place = Place::new();
    place.publish(FIRST);
    let mut publisher = place.open().unwrap();
    publisher.staging.limit(10);
    let error = publisher.put(&Route::new("big.html"), None, &[b'x'; 100]).unwrap_err();
    assert!(error.status() == 3 && error.message.contains("book/big.html"), "{error}");
    fill(&publisher, &[("index.html", "home 2")]);
    assert!(publisher.finish().is_err());
    assert_eq!(place.tree(), owned(FIRST));
    assert_eq!(place.around(), ["book"]);
}

#[test]
fn file_by_file_where_folders_cannot_change_places() {
    let place = Place::new();
    for (files, end) in [(FIRST, 1), (SECOND, 2)] {
        let mut publisher = place.open().unwrap();
        publisher.piecemeal = true;
        fill(&publisher, files);
        let published = publisher.finish().unwrap();
        assert!(published.notes[0].contains("on its own"), "{end}");
        assert_eq!(place.tree(), owned(files));
        assert_eq!(place.around(), ["book"]);
    }
    assert!(!place.at("book/d/c.html").exists());
    let again = place.publish(SECOND);
    assert_eq!(again.kept, 3);
    assert_eq!(again.notes, Vec::<String>::new());
}

#[test]
fn files_are_readable_whatever_the_umask() {
    let place = Place::new();
    let mut publisher = place.open().unwrap();
    publisher.staging.strict();
    let before = rustix::process::umask(rustix::fs::Mode::from_raw_mode(0o077));
    fill(&publisher, FIRST);
    rustix::process::umask(before);
    publisher.finish().unwrap();
    let mode = |path: &str| fs::metadata(place.at(path)).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode("book/a/b.html"), 0o644);
    assert_eq!((mode("book"), mode("book/a")), (0o755, 0o755));
}

#[test]
fn clean_removes_what_was_published_and_nothing_else() {
    let place = Place::new();
    assert_eq!(clean(&place.at("book"), &place.protected()).unwrap(), 0);
    place.publish(FIRST);
    put(&place.at(".book.milepost-999999/half.html"), "");
    assert_eq!(clean(&place.at("book"), &place.protected()).unwrap(), 3);
    assert_eq!(place.around(), Vec::<String>::new());
}

#[test]
fn a_file_that_comes_piece_by_piece_is_the_same_file() {
    let place = Place::new();
    let build = |text: &str| {
        let publisher = place.open().unwrap();
        let mut file = crate::output::begin(&publisher, &Route::new("data/a.csv")).unwrap();
        for piece in text.as_bytes().chunks(3) {
            file.add(piece).unwrap();
        }
        file.done().unwrap();
        fill(&publisher, &[("index.html", "home")]);
        publisher.finish().unwrap()
    };
    assert_eq!(build("one,two").added, 2);
    let inode = || fs::metadata(place.at("book/data/a.csv")).unwrap().ino();
    let before = inode();
    assert_eq!(place.tree(), owned(&[("data/a.csv", "one,two"), ("index.html", "home")]));
    let again = build("one,two");
    assert_eq!((again.kept, again.changed, inode()), (2, 0, before));
    assert_eq!(build("one,three").changed, 1);
    assert_eq!(place.tree(), owned(&[("data/a.csv", "one,three"), ("index.html", "home")]));
    assert_eq!(place.around(), ["book"]);
}

#[test]
fn a_file_that_grows_beyond_the_limit_fails() {
    let place = Place::new();
    let mut publisher = place.open().unwrap();
    publisher.staging.limit(10);
    let mut file = crate::output::begin(&publisher, &Route::new("big.csv")).unwrap();
    file.add(b"12345678").unwrap();
    let error = file.add(b"12345678").unwrap_err();
    assert!(error.message.contains("book/big.csv"), "{error}");
}
