//! `check --changed-since` and `--new-only`: only what a change brings in.

use crate::book::{Ran, milepost};
use crate::repository::Repo;
use serde_json::Value;

const CONFIG: &str = "[book]\ntitle = \"T\"\n\n[portfolio]\nas-of = \"2026-03-27\"\n";
const OLD: &str = "# Old\n\nSee [it](gone.md).\n\nMore.\n\nMore again.\n";

/// A repository whose commit `main` has one finding, on a branch `update`.
fn repo() -> Repo {
    let repo = Repo::new();
    repo.file("book.toml", CONFIG)
        .file("src/index.md", "# Home\n\nA page.\n")
        .file("src/old.md", OLD)
        .file("src/target.md", "# Target\n\nA page.\n");
    repo.commit("Begin");
    repo.git(&["checkout", "-q", "-b", "update"]);
    repo
}

fn check_in(repo: &Repo, folder: &str, words: &str) -> Ran {
    let mut command = milepost();
    command.current_dir(repo.at(folder)).arg("check").args(words.split_whitespace());
    Ran::of(words, command.env("HOME", repo.root()).output().unwrap())
}

fn check(repo: &Repo, words: &str) -> Ran {
    check_in(repo, "", words)
}

#[test]
fn what_was_there_before_does_not_count() {
    let repo = repo();
    check(&repo, "").exits(1).says("src/old.md:3");
    let ran = check(&repo, "--changed-since main");
    ran.exits(0).says("no new findings in 3 documents of 0 projects; 1 from before `main`");
    assert!(!ran.all().contains("gone.md"), "{}", ran.all());
    // Lines above it, other words around it, a name of its own: still the same.
    repo.file("src/old.md", format!("{}\nAbove.\n", OLD.replace("# Old", "# Old\n\nNew.\n")));
    check(&repo, "--changed-since main").exits(0);
    repo.commit("Edit above");
    check(&repo, "--changed-since main").exits(0);
    check(&repo, "--changed-since HEAD~1").exits(0);
}

#[test]
fn a_new_finding_fails_whether_committed_or_not() {
    let repo = repo();
    repo.file("src/new.md", "# New\n\nSee [it](nowhere.md).\n");
    let ran = check(&repo, "--changed-since main --format short");
    ran.exits(1).finds("broken-link", 3);
    assert!(!ran.out.contains("src/old.md"), "{}", ran.out);
    repo.commit("Add");
    check(&repo, "--changed-since main").exits(1);
    // What is accepted or a warning does not fail.
    check(&repo, "--changed-since main -W broken-link").exits(0).says("1 warning in");
    // Since the branch itself nothing is new.
    check(&repo, "--changed-since update").exits(0);
    // A second one like one that was there is new.
    repo.file("src/old.md", format!("{OLD}\nSee [it](gone.md).\n"));
    check(&repo, "--changed-since HEAD --format short").exits(1).finds("broken-link", 9);
}

#[test]
fn a_finding_in_a_file_that_nobody_touched_counts() {
    let repo = repo();
    repo.file("src/index.md", "# Home\n\nSee [target](target.md).\n");
    repo.commit("Link");
    std::fs::remove_file(repo.at("src/target.md")).unwrap();
    let ran = check(&repo, "--changed-since HEAD --format short");
    ran.exits(1).says("src/index.md:3:").finds("broken-link", 3);
}

#[test]
fn what_main_has_won_meanwhile_is_not_asked_of_the_branch() {
    let repo = repo();
    repo.file("src/new.md", "# New\n\nA page.\n");
    repo.commit("Add");
    repo.git(&["checkout", "-q", "main"]);
    repo.file("src/old.md", "# Old\n\nMended.\n");
    repo.commit("Mend");
    repo.git(&["checkout", "-q", "update"]);
    // As `git diff main...`: compared with where the two parted.
    check(&repo, "--changed-since main").exits(0).says("1 from before `main`");
    let ran = check(&repo, "--changed-since main -v");
    ran.says(&format!("compared with `main` at {}", repo.git(&["rev-parse", "main~1"])));
}

#[test]
fn a_file_that_moved_takes_its_findings_along() {
    let repo = repo();
    repo.git(&["mv", "src/old.md", "src/older.md"]);
    check(&repo, "--changed-since main").exits(0).says("1 from before `main`");
    repo.file("src/older.md", OLD.replace("More again", "Much more"));
    check(&repo, "--changed-since main").exits(0).says("1 from before `main`");
    repo.file("src/older.md", "# Another\n\nSee [it](gone.md).\n\nNothing alike.\n\nAt all.\n");
    check(&repo, "--changed-since main").exits(1).says("1 mended since `main`");
}

#[test]
fn every_format_knows_what_is_new() {
    let repo = repo();
    repo.file("src/old.md", "# Old\n\nMended.\n").file("src/twice.md", OLD);
    repo.commit("Move on");
    repo.file("src/new.md", "# New\n\nSee [it](nowhere.md).\n");
    std::fs::remove_file(repo.at("src/index.md")).unwrap();
    repo.file("src/index.md", "# Home\n");
    let since = "--changed-since main~0";
    let json: Value =
        serde_json::from_str(&check(&repo, &format!("{since} --format json")).out).unwrap();
    assert_eq!(json["since"]["revision"], "main~0");
    assert_eq!(json["since"]["commit"], repo.git(&["rev-parse", "main"]).as_str());
    assert_eq!(json["mended"].as_array().unwrap().len(), 1);
    for (format, yes) in [
        ("text", "nowhere.md"),
        ("short", "src/new.md:3:"),
        ("github", "::error file=src/new.md,line=3"),
        ("gitlab", "\"path\":\"src/new.md\""),
        ("rdjsonl", "src/new.md"),
        ("junit", "<failure type=\"broken-link\""),
        ("sarif", "src/new.md"),
    ] {
        check(&repo, &format!("{since} --format {format}")).exits(1).says(yes);
    }
}

#[test]
fn new_only_says_nothing_of_what_is_known_or_mended() {
    let repo = repo();
    repo.file("src/twice.md", "# Twice\n\nSee [a](a.md) and [b](b.md).\n");
    repo.commit("Add");
    repo.file("src/twice.md", "# Twice\n\nSee [a](a.md) and nothing.\n");
    let told = check(&repo, "--changed-since HEAD");
    told.exits(0).says("mended[broken-link]").says("2 from before `HEAD`, 1 mended since `HEAD`");
    let ran = check(&repo, "--changed-since HEAD --new-only");
    assert_eq!(ran.exits(0).all(), "no new findings in 4 documents of 0 projects\n");
    for format in ["json", "sarif", "junit", "gitlab"] {
        let words = format!("--changed-since HEAD --format {format}");
        assert!(!check(&repo, &format!("{words} --new-only")).exits(0).out.contains("broken-link"));
        let known = check(&repo, &words).exits(0).out.contains("broken-link");
        assert_eq!(known, format != "gitlab", "{format}");
    }
    // Beside a baseline it is the same.
    check(&repo, "--write-baseline").exits(0);
    let ran = check(&repo, "--baseline --new-only");
    assert_eq!(ran.exits(0).all(), "no new findings in 4 documents of 0 projects\n");
    check(&repo, "--baseline --changed-since main --new-only").exits(0);
    check(&repo, "--new-only").exits(2).says("--changed-since");
}

#[test]
fn what_is_mended_is_told_as_it_was_said_with_its_place_then() {
    let repo = repo();
    let card = "---\nkind: project\nid: p\ntitle: P\nstate: active\n---\n# P\n\nText.\n";
    let report = |date: &str| {
        format!(
            "---\nkind: status\nproject: p\nas_of: {date}\nstate: published\n---\n# Status\n\n\
             See [it](gone.md).\n"
        )
    };
    repo.file("src/p/project.md", card).file("src/p/status/2026-01-02.md", report("2026-01-02"));
    let base = repo.commit("Add a project");
    let then = check(&repo, "--format short");
    let stale = then.out.lines().find(|line| line.contains("[stale-status]"));
    let message = stale.expect("an old report is stale").split("]: ").nth(1).unwrap();
    let message = message.split(" (help").next().unwrap();
    assert!(message.chars().any(|c| c.is_ascii_digit()), "{message}");
    // The link moves down and is mended in a file with another name.
    repo.git(&["mv", "src/old.md", "src/renamed.md"]);
    let edited = OLD.replace("[it](gone.md)", "nothing").replace("More.", "See [x](lost.md).");
    repo.file("src/renamed.md", edited);
    repo.file("src/p/status/2026-03-27.md", report("2026-03-27").replace("gone", "2026-01-02"));
    let ran = check(&repo, "--changed-since HEAD --format short");
    ran.says(&format!("mended[stale-status]: {message}"));
    ran.says("src/renamed.md: mended[broken-link]").says("gone.md");
    ran.says(&format!("(src/old.md:3 at {})", &base[..7]));
    let mended: Vec<&str> = ran.out.lines().filter(|line| line.contains(": mended[")).collect();
    assert!(mended.len() > 2 && !mended.concat().contains('#'), "{mended:?}");
    let json = check(&repo, "--changed-since HEAD --format json");
    let json: Value = serde_json::from_str(&json.out).unwrap();
    let mended = json["mended"].as_array().unwrap();
    let link = mended.iter().find(|m| m["rule"] == "broken-link").unwrap();
    assert_eq!(link["path"], "src/renamed.md");
    assert_eq!((&link["was"]["path"], &link["was"]["line"]), (&"src/old.md".into(), &3.into()));
    let sarif = check(&repo, "--changed-since HEAD --format sarif").out;
    assert!(sarif.contains(message), "{sarif}");
}

#[test]
fn a_baseline_and_a_revision_go_together() {
    let repo = repo();
    check(&repo, "--write-baseline").exits(0);
    repo.file("src/between.md", "# Between\n\nSee [it](a.md).\n");
    repo.commit("Add");
    repo.file("src/new.md", "# New\n\nSee [it](b.md).\n");
    let ran = check(&repo, "--baseline --changed-since HEAD --format short");
    ran.exits(1).says("src/new.md:3:");
    ran.says("1 known from the baseline, 1 from before `HEAD`");
    for words in ["--changed-since HEAD --fix", "--changed-since HEAD --write-baseline"] {
        check(&repo, words).exits(2).says("cannot be used with");
    }
}

#[test]
fn the_book_of_the_branch_judges_both_and_says_where_it_differs() {
    let repo = repo();
    repo.file("book.toml", format!("{CONFIG}\n[rules]\nbroken-link = \"warn\"\n"));
    repo.file("src/new.md", "# New\n\nSee [it](nowhere.md).\n");
    let ran = check(&repo, "--changed-since main");
    ran.exits(0).says("1 warning in").says("1 from before `main`");
    ran.says("`book.toml` differs from that of `main` in `[rules]`");
    // It is said beside reports for programs too, where it breaks nothing.
    let json = check(&repo, "--changed-since main --format json");
    assert!(json.err.contains("`[rules]`") && serde_json::from_str::<Value>(&json.out).is_ok());
    // Titles and days are nobody's business.
    repo.file("book.toml", CONFIG.replace("\"T\"", "\"U\"").replace("03-27", "03-28"));
    assert!(!check(&repo, "--changed-since main").exits(1).all().contains("differs"));
    // A day set back would hide what came since.
    repo.file("book.toml", CONFIG.replace("03-27", "03-01"));
    let back = check(&repo, "--changed-since main");
    back.exits(1).says("`[portfolio] as-of` is set back from that of `main`");
    back.says("as of 2026-03-27");
    // A mistake of then does not keep from checking now.
    repo.file("book.toml", "[book\n").file("src/new.md", "# New\n");
    repo.commit("Break");
    repo.file("book.toml", CONFIG);
    check(&repo, "--changed-since HEAD").exits(0);
    repo.file("book.toml", "[book\n");
    check(&repo, "--changed-since main").exits(2).says("book.toml:1");
}

#[test]
fn both_sides_are_seen_on_one_day() {
    let repo = Repo::new();
    repo.file("book.toml", "[book]\ntitle = \"T\"\n").file("src/index.md", "# Home\n\nA page.\n");
    repo.file("src/p/project.md", "---\nkind: project\nid: p\ntitle: P\nstate: active\n---\n");
    repo.file(
        "src/p/status/2026-01-02.md",
        "---\nkind: status\nproject: p\nas_of: 2026-01-02\nstate: published\n---\n# Status\n",
    );
    repo.commit("Begin");
    // Nothing changed, so nothing is new, however much time has gone by.
    for day in ["2026-01-05", "2026-02-20", "2027-03-01"] {
        check(&repo, &format!("--changed-since HEAD --as-of {day}"))
            .exits(0)
            .says("no new findings");
    }
}

#[test]
fn a_book_in_a_folder_of_the_repository() {
    let repo = Repo::new();
    repo.file("README.md", "# Not in the book\n");
    let first = repo.commit("Begin");
    repo.file("docs/pmo/book.toml", CONFIG)
        .file("docs/pmo/src/index.md", "# Home\n\nA page.\n")
        .file("docs/pmo/src/old.md", OLD);
    repo.commit("Add the book");
    repo.file("docs/pmo/src/new.md", "# New\n\nSee [it](nowhere.md).\n");
    let ran = check_in(&repo, "docs/pmo", "--changed-since HEAD --format github");
    ran.exits(1).says("::error file=docs/pmo/src/new.md,line=3");
    assert!(!ran.out.contains("old.md"), "{}", ran.out);
    check_in(&repo, "docs", "pmo --changed-since main --format short").says("pmo/src/new.md:3:");
    // Before there was a book, nothing was known.
    let ran = check_in(&repo, "docs/pmo", &format!("--changed-since {first}"));
    ran.exits(1).says("holds no book here; every finding is new").says("old.md").says("new.md");
    // The sources had another name then.
    repo.git(&["mv", "docs/pmo/src", "docs/pmo/pages"]);
    repo.file("docs/pmo/book.toml", CONFIG.replace("title", "src = \"pages\"\ntitle"));
    let ran = check_in(&repo, "docs/pmo", "--changed-since HEAD --format short");
    ran.exits(1).says("pages/new.md").says("1 from before `HEAD`").says("`[book]`");
}

#[test]
fn what_is_no_revision_is_told() {
    let repo = repo();
    check(&repo, "--changed-since mian").exits(2).says("mian").says("main");
    check(&repo, "--changed-since=--upload-pack=touch").exits(2);
    check(&repo, "--changed-since --help=x").exits(2);
    check(&repo, "--changed-since=main..HEAD").exits(2);
    check(&repo, "--changed-since=").exits(2);
    check(&repo, "--changed-since=HEAD~99").exits(2).says("HEAD~99");
    let none = Repo::bare_folder();
    none.file("book.toml", CONFIG).file("src/index.md", "# Home\n");
    check(&none, "--changed-since main").exits(2).says("git repository");
    none.git(&["init", "-q", "-b", "main"]);
    check(&none, "--changed-since main").exits(2);
}

#[test]
fn a_shallow_clone_says_what_to_fetch() {
    let repo = repo();
    repo.file("src/index.md", "# Home\n\nAnother.\n");
    repo.commit("Edit");
    let url = format!("file://{}", repo.root().display());
    repo.git(&["clone", "-q", "--depth", "1", "--branch", "update", &url, "shallow"]);
    let ran = check_in(&repo, "shallow", "--changed-since origin/main");
    ran.exits(2).says("fetch");
    let ran = check_in(&repo, "shallow", "--changed-since HEAD~1");
    ran.exits(2).says("shallow");
    check_in(&repo, "shallow", "--changed-since HEAD").exits(0);
}

#[test]
fn unrelated_histories_are_compared_as_they_are() {
    let repo = repo();
    repo.git(&["checkout", "-q", "--orphan", "other"]);
    repo.commit("Begin again");
    check(&repo, "--changed-since main").exits(0).says("1 from before `main`");
}
