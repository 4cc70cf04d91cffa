//! `init` and `new`, and the commands the README promises.

use crate::book::{Book, Ran};

#[test]
fn a_new_book_builds_clean_and_grows() {
    let book = Book::empty();
    book.run("init").exits(0).says("milepost serve");
    book.run("check").clean();
    book.run("build -D note").exits(0).says("built ");
    book.run("init").exits(3).says("is there already");

    let ran = book.run("new status --date 2099-01-01");
    ran.exits(0).says("created src/projects/intranet-search/status/2099-01-01.md");
    book.run("new status --date 2099-01-01").exits(3).says("is there already");
    let raid = book.read("src/projects/intranet-search/raid.yaml");
    book.run("new risk --title Fire").exits(0).says("added R-002 to src/projects/");
    let grown = book.read("src/projects/intranet-search/raid.yaml");
    assert!(grown.contains("id: R-002") && grown.len() > raid.len());
    assert!(raid.lines().all(|line| grown.contains(line)));
    book.run("new project --title Payroll")
        .exits(0)
        .says("created src/projects/payroll/project.md");
    book.run("new charter").exits(2).says("--project");
    book.run("new charter --project payroll").exits(0).says("src/projects/payroll/charter.md");
    book.run("new charter --project payrol").exits(2).says("did you mean `payroll`?");
    book.run("new chater --project payroll").exits(2).says("did you mean `charter`?");
    book.run("build").says("built ");
}

#[test]
fn a_new_report_is_clean_but_for_what_is_to_be_written() {
    let book = Book::empty();
    book.run("init pmo --title Ours").exits(0);
    book.run("new status pmo").exits(0);
    let ran = book.run("check pmo --format short");
    let other: Vec<&str> = ran
        .out
        .lines()
        .filter(|line| line.contains("/status/") && !line.contains("[placeholder-section]"))
        .collect();
    assert_eq!(other, Vec::<&str>::new());
}

#[test]
fn the_commands_of_the_readme_are_commands() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let files = ["README.md", "docs/src/quick-start.md", "docs/src/commands.md"];
    let mut seen = 0;
    for file in files {
        let Ok(text) = std::fs::read_to_string(root.join(file)) else { continue };
        for line in text.lines().map(str::trim) {
            let Some(words) = line.strip_prefix("milepost ") else { continue };
            let Some(command) = words.split_whitespace().next() else { continue };
            let mut help = crate::book::milepost();
            help.args([command, "--help"]);
            Ran::of(line, help.output().unwrap()).exits(0);
            seen += 1;
        }
    }
    assert!(seen >= 4, "{seen}");
}
