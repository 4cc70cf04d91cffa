//! Arguments, outputs and exit statuses of the commands that read.

use crate::book::{Book, Ran, milepost};
use std::process::Stdio;

const BROKEN: &str = "# A\n\nSee [b](b.md).\n";

#[test]
fn findings_go_to_standard_output_in_three_formats() {
    let book = Book::new().file("src/a.md", BROKEN);
    let text = book.run("check");
    text.exits(1).says("error[broken-link]").says("--> src/a.md:3:").says("^^");
    assert!(text.err.is_empty(), "{}", text.err);
    book.run("check --format short").exits(1).finds("broken-link", 3);
    let json = book.run("check --format json");
    let value: serde_json::Value = serde_json::from_str(&json.exits(1).out).unwrap();
    assert_eq!(value["findings"][0]["path"], "src/a.md");
    assert_eq!(value["as_of"], "2026-03-27");
    book.run("check --format xml").exits(2).says("json");
}

#[test]
fn severities_of_the_command_line_win_in_order() {
    let book = Book::new().file("src/a.md", BROKEN);
    book.run("check -A broken-link").clean();
    book.run("check -W broken-link").exits(0).says("warning[broken-link]");
    book.run("check -A broken-link -D broken-link").exits(1);
    book.run("check -W broken-link -D warn").exits(1);
    book.run("check -D broken-lnk").exits(2).says("did you mean `broken-link`?");
    let book = book.file("book.toml", "[book]\n[rules]\nbroken-link = \"note\"\n");
    book.run("check").exits(0).says("note[broken-link]");
    let quiet = book.run("check -q");
    assert!(!quiet.exits(0).out.contains("broken-link"));
}

#[test]
fn the_book_may_lie_elsewhere() {
    let book = Book::new().file("src/a.md", BROKEN);
    let ran = |dir: &str| {
        let mut command = milepost();
        command.current_dir("/").args(["check", "--format", "short"]).arg(book.at(dir));
        Ran::of("check", command.output().unwrap())
    };
    ran("").exits(1).says(&format!("{}/src/a.md:3:", book.root().display()));
    ran("gone").exits(2);
    ran("src").exits(2).says("there is no `book.toml`");
}

#[test]
fn today_comes_from_the_first_that_says_it() {
    let json = |book: &Book, words: &str, epoch: &str| {
        let mut command = book.command(&format!("check --format json {words}"));
        let output = command.env("SOURCE_DATE_EPOCH", epoch).output().unwrap();
        let ran = Ran::of(words, output);
        let value: serde_json::Value = serde_json::from_str(&ran.exits(0).out).unwrap();
        value["as_of"].as_str().unwrap().to_owned()
    };
    let book = Book::new();
    assert_eq!(json(&book, "--as-of 2026-01-31", "0"), "2026-01-31");
    assert_eq!(json(&book, "", "0"), "2026-03-27");
    let book = book.file("book.toml", "[book]\n");
    assert_eq!(json(&book, "", "86400"), "1970-01-02");
    for bad in ["banana", "-1", "100000000000000000000", "1e9"] {
        let mut command = book.command("check");
        let ran = Ran::of(bad, command.env("SOURCE_DATE_EPOCH", bad).output().unwrap());
        ran.exits(2).says("SOURCE_DATE_EPOCH").says(bad);
    }
    book.run("check --as-of 2026-02-30").exits(2).says("2026-02-30");
    book.run("check --as-of 27/03/2026").exits(2);
}

#[test]
fn colour_follows_the_user() {
    let book = Book::new().file("src/a.md", BROKEN);
    let coloured = |words: &str| book.run(words).out.contains('\u{1b}');
    assert!(!coloured("check"));
    assert!(!coloured("check --color never"));
    assert!(coloured("check --color always"));
}

#[test]
fn output_that_cannot_be_written_is_an_error_and_a_reader_gone_is_none() {
    let book = Book::new().file("src/a.md", BROKEN.repeat(500));
    let full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let mut command = book.command("check --format json");
    let ran = Ran::of("check", command.stdout(full).output().unwrap());
    ran.exits(3).says("standard output");

    let mut command = book.command("check --format short");
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    let ran = Ran::of("check | true", child.wait_with_output().unwrap());
    assert_eq!((ran.exits(0).err.as_str(), ran.out.as_str()), ("", ""));
}

#[test]
fn arguments_of_any_bytes_are_refused_calmly() {
    use std::os::unix::ffi::OsStrExt;
    let odd = std::ffi::OsStr::from_bytes(b"\xff\x1b[31m");
    for command in ["check", "build", "explain", "new", "init"] {
        let ran = Ran::of(command, {
            let mut child = milepost();
            let folder = tempfile::tempdir().unwrap();
            child.current_dir(folder.path()).arg(command).arg(odd);
            if command == "init" {
                child.arg("--no-such-option");
            }
            child.output().unwrap()
        });
        assert_eq!(ran.status, Some(2), "{command}: {}", ran.all());
        assert!(!ran.all().contains('\u{1b}'), "{command}");
    }
}

#[test]
fn rules_are_explained() {
    let book = Book::empty();
    book.run("explain broken-link").exits(0).says("Mended:");
    book.run("explain broken-lnk").exits(2).says("did you mean `broken-link`?");
    book.run("explain h01")
        .exits(0)
        .says("watermelon-health (H01)")
        .says("inconsistent-overall (H01)");
    book.run("explain MP-D07").exits(0).says("falling-actual-cost (D07)");
    book.run("explain K05").exits(0).says("Change request cycle time").says("[kpis.");
    book.run("explain H99").exits(2).says("did you mean `H");
    let list = book.run("explain");
    let names: Vec<&str> = list.exits(0).out.lines().filter_map(|l| l.split(' ').next()).collect();
    assert!(names.is_sorted() && names.len() > 10, "{names:?}");
    for name in names {
        book.run(&format!("explain {name}")).exits(0).says("Severity: ");
    }
}

#[test]
fn help_version_and_completions_are_there() {
    let book = Book::empty();
    book.run("--version").exits(0).says("milepost ");
    for command in ["check", "build", "serve", "watch", "init", "new", "explain", "schema", "clean"]
    {
        book.run("--help").exits(0).says(command);
        book.run(&format!("{command} --help")).exits(0).says("Usage: milepost");
    }
    for shell in ["bash", "zsh", "fish"] {
        book.run(&format!("completions {shell}")).exits(0).says("milepost");
    }
    book.run("").exits(2);
    book.run("chekc").exits(2).says("check");
}
