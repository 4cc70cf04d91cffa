//! Changes are noticed, whatever an editor does.

use super::*;
use std::fs;
use std::io::Write;

fn put(path: &Path, text: &str) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::File::create(path).unwrap().write_all(text.as_bytes()).unwrap();
}

/// Ends the watcher even when a test fails.
struct Stop<'a>(&'a AtomicBool);

impl Drop for Stop<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// Run `script` beside a watcher; it gets what was told so far.
fn watching(polling: bool, script: impl FnOnce(&Path, &dyn Fn(bool) -> Vec<PathBuf>)) {
    let dir = tempfile::tempdir().unwrap();
    let root = dir.path().canonicalize().unwrap();
    put(&root.join("src/a/page.md"), "one");
    put(&root.join("book.toml"), "");
    let paths = [root.join("src"), root.join("book.toml"), root.join("theme")];
    let cancel = AtomicBool::new(false);
    let (sender, told) = mpsc::channel();
    std::thread::scope(|scope| {
        let watcher = scope.spawn(|| {
            if !polling {
                return watch(&paths, &cancel, || {}, |w| sender.send(w).unwrap());
            }
            let (events, _received) = mpsc::channel();
            let mut watcher = Watching::start(&paths, events, &mut |_| {});
            watcher.poll(&paths, LIMIT, &mut |_| {});
            while !cancel.load(Ordering::Relaxed) {
                let mut batch = Batch::default();
                watcher.look_at_all(&paths, &mut batch);
                if batch.counts {
                    sender.send(Watched::Changed(batch.paths.into_iter().collect())).unwrap();
                }
                std::thread::sleep(QUIET);
            }
        });
        let _stop = Stop(&cancel);
        std::thread::sleep(Duration::from_millis(200));
        let next = |expected: bool| {
            let wait = Duration::from_secs(if expected { 10 } else { 1 });
            loop {
                match told.recv_timeout(wait) {
                    Ok(Watched::Changed(paths)) => {
                        assert!(expected, "{paths:?}");
                        return paths;
                    }
                    Ok(Watched::Polling(_)) => {}
                    Err(_) => {
                        assert!(!expected, "nothing was told");
                        return Vec::new();
                    }
                }
            }
        };
        script(&root, &next);
        cancel.store(true, Ordering::Relaxed);
        watcher.join().unwrap();
    });
}

#[test]
fn saves_of_every_kind_are_told_once() {
    watching(false, |root, next| {
        let page = root.join("src/a/page.md");
        put(&page, "two");
        assert_eq!(next(true), std::slice::from_ref(&page));
        // By renaming, with the droppings that editors leave on the way.
        put(&root.join("src/a/4913"), "");
        put(&root.join("src/a/.page.md.swp"), "");
        put(&root.join("src/a/new.tmp"), "three");
        fs::rename(root.join("src/a/new.tmp"), &page).unwrap();
        put(&root.join("src/a/page.md~"), "two");
        assert!(next(true).contains(&page));
        next(false);
        put(&root.join("book.toml"), "[book]");
        assert_eq!(next(true), [root.join("book.toml")]);
        fs::rename(root.join("book.toml"), root.join("old.toml")).unwrap();
        put(&root.join("book.toml"), "[book]");
        assert_eq!(next(true), [root.join("book.toml")]);
        next(false);
    });
}

#[test]
fn droppings_readers_and_strangers_do_not_count() {
    watching(false, |root, next| {
        put(&root.join("src/.git/index"), "");
        put(&root.join("src/a/.#page.md"), "");
        put(&root.join("book/index.html"), "");
        put(&root.join("notes.txt"), "");
        let mut text = String::new();
        let mut file = fs::OpenOptions::new().read(true).open(root.join("src/a/page.md")).unwrap();
        std::io::Read::read_to_string(&mut file, &mut text).unwrap();
        next(false);
    });
}

#[test]
fn a_storm_is_told_in_few_words() {
    watching(false, |root, next| {
        for n in 0..500 {
            put(&root.join(format!("src/new/{}/{n}.md", n % 50)), "text");
        }
        next(true);
        std::thread::sleep(Duration::from_millis(800));
        put(&root.join("src/new/7/7.md"), "last");
        let mut told = 0;
        while !next(true).contains(&root.join("src/new/7/7.md")) {
            told += 1;
            assert!(told < 5);
        }
    });
}

#[test]
fn folders_may_vanish_and_come_back() {
    watching(false, |root, next| {
        fs::rename(root.join("src"), root.join("x")).unwrap();
        next(true);
        fs::rename(root.join("x"), root.join("src")).unwrap();
        next(true);
        std::thread::sleep(Duration::from_millis(1200));
        put(&root.join("src/a/page.md"), "again");
        while !next(true).contains(&root.join("src/a/page.md")) {}
        // A folder that was not there at first.
        put(&root.join("theme/page.html"), "");
        next(true);
    });
}

#[test]
fn polling_tells_changes_too() {
    watching(true, |root, next| {
        put(&root.join("src/a/page.md"), "another length");
        while !next(true).contains(&root.join("src/a/page.md")) {}
    });
}
