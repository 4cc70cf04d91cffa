//! `check --fix`: what is written, what is only shown, what is left alone.

use crate::book::Book;
use std::fs;
use std::os::unix::fs::PermissionsExt;

const PAGE: &str =
    "---\nkind: page\ntitle: A\nupdated: 2026/1/30\n---\n# A\n\nDone on 2026/1/30.\n";
const MENDED: &str =
    "---\nkind: page\ntitle: A\nupdated: 2026-01-30\n---\n# A\n\nDone on 2026/1/30.\n";

#[test]
fn a_book_is_mended_checked_again_and_a_second_run_finds_nothing_to_mend() {
    let book = Book::new().file("src/a.md", PAGE);
    book.run("check --format short").exits(1).finds("invalid-value", 4);
    let mended = book.run("check --fix");
    mended.exits(0).says("mended src/a.md: 1 value").says("no findings");
    assert_eq!(book.read("src/a.md"), MENDED);
    let before = book.tree("src");
    book.run("check --fix").exits(0).says("nothing to mend");
    assert_eq!(book.tree("src"), before);
    assert_eq!(book.names(), ["book.toml", "src"]);
}

#[test]
fn a_dry_run_shows_a_diff_and_writes_nothing() {
    let book = Book::new().file("src/a.md", PAGE);
    let shown = book.run("check --fix --dry-run");
    shown.exits(0).says("1 file to mend, nothing written");
    assert_eq!(
        shown.out,
        "--- src/a.md\n+++ src/a.md\n@@ -1,7 +1,7 @@\n ---\n kind: page\n title: A\n-updated: 2026/1/30\n+updated: 2026-01-30\n ---\n # A\n \n"
    );
    assert_eq!(book.read("src/a.md"), PAGE);
    book.run("check --dry-run").exits(2).says("--fix");
}

#[test]
fn links_and_read_only_files_are_left_alone() {
    let book = Book::new().file("src/b.md", PAGE).file("src/c.md", PAGE).link("src/a.md", "b.md");
    fs::set_permissions(book.at("src/c.md"), fs::Permissions::from_mode(0o444)).unwrap();
    let ran = book.run("check --fix --format short");
    ran.exits(1).says("`src/c.md` is left as it is (1 value): it is read-only");
    assert_eq!(book.read("src/c.md"), PAGE);
    assert_eq!(book.read("src/b.md"), MENDED);
    assert!(fs::symlink_metadata(book.at("src/a.md")).unwrap().is_symlink());
    ran.finds("invalid-value", 4);
}

#[test]
fn permissions_stay_and_files_outside_the_sources_are_not_touched() {
    let book =
        Book::new().file("src/a.md", PAGE).file("other/a.md", PAGE).link("src/o", "../other");
    fs::set_permissions(book.at("src/a.md"), fs::Permissions::from_mode(0o640)).unwrap();
    book.run("check --fix").exits(1).says("mended src/a.md");
    assert_eq!(book.read("other/a.md"), PAGE);
    let mode = fs::metadata(book.at("src/a.md")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o640);
}

#[test]
fn what_new_writes_needs_no_mending() {
    let book = Book::new();
    book.run("new project --title Ferry").exits(0);
    for kind in ["charter", "status", "plan", "risk", "decision", "lesson", "budget", "gate"] {
        book.run(&format!("new {kind}")).exits(0);
    }
    let before = book.tree("src");
    let ran = book.run("check --fix --dry-run");
    assert_eq!(ran.exits(0).out, "");
    assert_eq!(book.tree("src"), before);
}
