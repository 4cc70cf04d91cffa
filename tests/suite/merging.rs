//! Branches that are merged: what git merges line by line stays sound, what it
//! could not merge is one finding that names both sides.

use crate::book::{Book, Ran};
use std::path::Path;
use std::process::Command;

const CARD: &str =
    "---\nkind: project\ntitle: CRM\ntier: 2\nphase: initiation\nstate: proposed\n---\n# CRM\n";

/// Run git in a folder, by none but these settings; whether it succeeded.
fn git(folder: &Path, words: &[&str]) -> bool {
    let output = Command::new("git")
        .current_dir(folder)
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap_or_default())
        .env("HOME", folder)
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .args(["-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false"])
        .args(words)
        .output()
        .unwrap();
    output.status.success()
}

/// A book in which two branches wrote other texts of one file, merged; whether
/// git merged it by itself.
fn merged(book: Book, path: &str, ours: &str, theirs: &str) -> (Book, bool) {
    let run = |words: &[&str]| assert!(git(book.root(), words), "git {words:?}");
    run(&["init", "-q", "-b", "main"]);
    run(&["add", "."]);
    run(&["commit", "-qm", "base"]);
    run(&["checkout", "-qb", "other"]);
    std::fs::write(book.at(path), theirs).unwrap();
    run(&["commit", "-qam", "theirs"]);
    run(&["checkout", "-q", "main"]);
    std::fs::write(book.at(path), ours).unwrap();
    run(&["commit", "-qam", "ours"]);
    let clean = git(book.root(), &["merge", "-q", "other", "-m", "merge"]);
    (book, clean)
}

fn registers(items: &str) -> String {
    format!("risks:\n{items}")
}

fn risk(id: &str) -> String {
    format!(
        "  - {{id: {id}, title: Risk {id}, raised: 2026-03-01, owner: A, p: 2, i: 2, status: open}}\n"
    )
}

fn book(register: &str) -> Book {
    Book::new()
        .file("src/crm/project.md", CARD)
        .file("src/crm/raid.yaml", register)
        .file(".gitattributes", "raid.yaml merge=union\n")
}

/// The register reads: nothing is told of how it is written.
fn reads(ran: &Ran) {
    for rule in ["conflict-marker", "invalid-yaml", "duplicate-id", "duplicate-key"] {
        assert!(!ran.out.contains(rule), "{}", ran.out);
    }
}

#[test]
fn items_of_one_line_added_by_two_branches_are_both_there() {
    let base = registers(&risk("R-001"));
    let ours = base.clone() + &risk("R-002");
    let theirs = base.clone() + &risk("R-003");
    let (book, clean) = merged(book(&base), "src/crm/raid.yaml", &ours, &theirs);
    assert!(clean);
    reads(&book.run("check --format short"));
    let text = book.read("src/crm/raid.yaml");
    for id in ["R-001", "R-002", "R-003"] {
        assert_eq!(text.matches(&format!("id: {id}")).count(), 1, "{text}");
    }
    book.run("build");
    let page = book.page("crm/-/raid.html");
    for id in ["R-001", "R-002", "R-003"] {
        assert!(page.contains(&format!("id=\"{id}\"")), "{id}");
    }
}

#[test]
fn changes_to_different_items_merge_without_help() {
    let item = |id: &str, p: u8| {
        format!(
            "  - id: {id}\n    title: Risk {id}\n    raised: 2026-03-01\n    owner: A\n    p: {p}\n    i: 2\n    status: open\n"
        )
    };
    let base = registers(&(item("R-001", 1) + &item("R-002", 1)));
    let ours = registers(&(item("R-001", 4) + &item("R-002", 1)));
    let theirs = registers(&(item("R-001", 1) + &item("R-002", 1) + &item("R-003", 3)));
    let plain = book(&base).without(".gitattributes");
    let (book, clean) = merged(plain, "src/crm/raid.yaml", &ours, &theirs);
    assert!(clean);
    let text = book.read("src/crm/raid.yaml");
    assert_eq!(text, registers(&(item("R-001", 4) + &item("R-002", 1) + &item("R-003", 3))));
    reads(&book.run("check --format short"));
}

#[test]
fn what_git_could_not_merge_is_one_finding_with_both_sides() {
    for style in ["merge", "diff3", "zdiff3"] {
        let base = registers(&risk("R-001"));
        let ours = base.clone() + &risk("R-002");
        let theirs = base.clone() + &risk("R-003");
        let plain = book(&base).without(".gitattributes");
        assert!(git(plain.root(), &["init", "-q", "-b", "main"]));
        assert!(git(plain.root(), &["config", "merge.conflictstyle", style]));
        let (book, clean) = merged(plain, "src/crm/raid.yaml", &ours, &theirs);
        assert!(!clean);
        let ran = book.run("check --format short");
        ran.exits(1).says("conflict between `HEAD` and `other` begins here");
        assert_eq!(ran.out.matches("[conflict-marker]").count(), 1, "{}", ran.out);
        assert!(!ran.out.contains("invalid-yaml") && !ran.out.contains("duplicate"), "{}", ran.out);
    }
}

const CONFLICTS: [&str; 2] = [
    "<<<<<<< HEAD\nOURS\n=======\nTHEIRS\n>>>>>>> other\n",
    "<<<<<<< HEAD\nOURS\n||||||| 1a2b3c4\nBASE\n=======\nTHEIRS\n>>>>>>> other\n",
];

#[test]
fn a_conflict_in_any_kind_of_file_is_one_finding() {
    let kinds = [
        ("src/a.md", "# A\n\nCONFLICT\ntext\n", "One.", 3),
        ("src/b.md", "---\nkind: page\nCONFLICT---\n# A\n", "title: B", 3),
        ("src/c.md", "+++\nCONFLICT+++\n# A\n", "title = \"B\"", 2),
        ("src/d.md", "CONFLICT# A\n", "# B", 1),
        ("src/crm/raid.yaml", "risks:\nCONFLICT", "  - {id: R-1, title: A}", 2),
        ("src/people.yaml", "people:\nCONFLICT", "  - {handle: a, name: A}", 2),
        ("src/units.yaml", "units:\nCONFLICT", "  - {id: a, name: A}", 2),
        ("src/SUMMARY.md", "# Summary\n\nCONFLICT", "- [Home](index.md)", 3),
        ("book.toml", "[book]\nCONFLICT[portfolio]\nas-of = \"2026-03-27\"\n", "title = \"T\"", 2),
    ];
    for (path, frame, line, at) in kinds {
        for conflict in CONFLICTS {
            let conflict = ["OURS", "THEIRS", "BASE"]
                .iter()
                .fold(conflict.to_owned(), |c, w| c.replace(w, line));
            let book = Book::new().file(path, frame.replace("CONFLICT", &conflict));
            let ran = book.run("check --format short");
            let place = format!("{path}:{at}:1: ");
            assert!(ran.out.contains(&place), "{path}: {}{}", ran.out, ran.err);
            assert_eq!(ran.out.matches("[conflict-marker]").count(), 1, "{path}: {}", ran.out);
            ran.says("between `HEAD` and `other`");
        }
    }
}

#[test]
fn a_text_about_git_may_show_a_conflict() {
    let shown = "# Merging\n\nA conflict looks like this:\n\n```\n<<<<<<< HEAD\na\n||||||| base\n=======\nb\n>>>>>>> other\n```\n";
    Book::new().file("src/a.md", shown).run("check").clean();
    Book::new().file("src/a.md", shown.replace("```", "~~~~")).run("check").clean();
    // Elsewhere the lines are what they look like.
    for text in [
        shown.replace("Merging", "Notes").replace("A conflict looks like this:", "Text."),
        shown.replace("```\n", ""),
        shown.replace(">>>>>>> other\n```\n", "```\n>>>>>>> other\n"),
    ] {
        let ran = Book::new().file("src/a.md", text).run("check --format short");
        assert_eq!(ran.out.matches("[conflict-marker]").count(), 1, "{}", ran.out);
    }
}
