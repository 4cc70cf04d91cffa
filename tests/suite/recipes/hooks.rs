//! `.pre-commit-hooks.yaml`: valid, and of use in a real commit.

use super::workshop::{Workshop, available, of, skipped, text};
use crate::repository::Repo;
use serde_json::Value;
use std::fs;
use std::path::Path;
use std::process::{Command, Output};

fn manifest() -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(".pre-commit-hooks.yaml");
    fs::read_to_string(path).unwrap()
}

/// Whether pre-commit is at hand; where it must be and is not, the test fails.
fn pre_commit() -> bool {
    if available("pre-commit") {
        return true;
    }
    let required = std::env::var_os("MILEPOST_REQUIRE_TOOLS").is_some();
    assert!(!required, "pre-commit is not installed");
    skipped("pre-commit is not installed (tests/run installs it)");
    false
}

#[test]
fn one_hook_needs_rust_and_one_does_not() {
    let hooks: serde_yaml::Value = serde_yaml::from_str(&manifest()).unwrap();
    let hooks = hooks.as_sequence().unwrap();
    let said: Vec<_> = hooks.iter().map(|h| (text(&h["id"]), text(&h["language"]))).collect();
    assert_eq!(said, [("milepost", "system"), ("milepost-from-source", "rust")]);
    for hook in hooks {
        assert_eq!(text(&hook["entry"]), "milepost check");
        assert_eq!(hook["pass_filenames"].as_bool(), Some(false));
    }
}

#[test]
fn a_commit_that_brings_a_finding_in_is_stopped() {
    if !pre_commit() {
        return;
    }
    // The hooks as a repository of their own, without the sources.
    let hooks = Repo::new();
    hooks.file(".pre-commit-hooks.yaml", manifest());
    let revision = hooks.commit("Hooks");
    let valid = Command::new("pre-commit")
        .args(["validate-manifest", ".pre-commit-hooks.yaml"])
        .current_dir(hooks.root())
        .output()
        .unwrap();
    assert!(valid.status.success(), "{}", said(&valid));

    let Some(workshop) = Workshop::new() else { return };
    let config = format!(
        "repos:\n  - repo: {}\n    rev: {revision}\n    hooks:\n      - id: milepost\n",
        hooks.root().display()
    );
    let clone = workshop.at("clone");
    fs::write(clone.join(".pre-commit-config.yaml"), config).unwrap();
    // What is there already stops nobody; a page that links nowhere does.
    let commit = |page: &str| {
        fs::write(clone.join("src/page.md"), page).unwrap();
        run(&workshop, &["git", "add", "--all"]);
        run(&workshop, &["pre-commit", "run"])
    };
    let good = commit("# Page\n\nGood.\n");
    assert!(good.status.success(), "{}", said(&good));
    let bad = commit("# Page\n\nSee [it](nowhere.md).\n");
    assert_eq!(bad.status.code(), Some(1), "{}", said(&bad));
    assert!(said(&bad).contains("src/page.md:3"), "{}", said(&bad));
    assert!(!said(&bad).contains("src/old.md:3"), "{}", said(&bad));
    // Only what is staged counts: pre-commit puts the rest aside.
    fs::write(clone.join("src/page.md"), "# Page\n\nGood.\n").unwrap();
    run(&workshop, &["git", "add", "--all"]);
    fs::write(clone.join("src/page.md"), "# Page\n\nSee [it](nowhere.md).\n").unwrap();
    let good = run(&workshop, &["pre-commit", "run"]);
    assert!(good.status.success(), "{}", said(&good));
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

/// Run a program in the clone, with `milepost` at hand.
fn run(workshop: &Workshop, words: &[&str]) -> Output {
    let path = std::env::var("PATH").unwrap();
    let path = format!("{}:{path}", workshop.at("archive").display());
    Command::new(words[0])
        .args(&words[1..])
        .current_dir(workshop.at("clone"))
        .env("PATH", path)
        .env("HOME", workshop.at("home"))
        .env("PRE_COMMIT_HOME", workshop.at("home/pre-commit"))
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_AUTHOR_NAME", "Ana Ruiz")
        .env("GIT_AUTHOR_EMAIL", "ana@example.org")
        .env("GIT_COMMITTER_NAME", "Ana Ruiz")
        .env("GIT_COMMITTER_EMAIL", "ana@example.org")
        .output()
        .unwrap()
}

#[test]
fn reviewdog_gets_what_the_pull_request_brings_in() {
    let Some(mut workshop) = Workshop::new() else { return };
    let program = workshop.at("archive").display().to_string();
    workshop.prepend_path(&program);
    let script = "milepost check --changed-since origin/main --format rdjsonl > findings\n\
                  true | reviewdog -f=rdjsonl\n";
    workshop.run(&["bash"], script).exits(0);
    assert_eq!(of("reviewdog", &workshop.calls()), ["-f=rdjsonl"]);
    let findings = workshop.read("findings");
    let first: Value = serde_json::from_str(findings.lines().next().unwrap()).unwrap();
    assert_eq!(first["location"]["path"], "src/new.md");
}
