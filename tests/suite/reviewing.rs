//! `review` from the command line: folders, revisions, formats, exit statuses.

use crate::book::{Ran, milepost};
use crate::repository::Repo;
use std::path::Path;

const BASE: &str = include_str!("../../src/review/tests/base.txt");
const HEAD: &str = include_str!("../../src/review/tests/head.txt");

/// Write files below a folder: `=== path` begins one.
fn lay(repo: &Repo, folder: &str, text: &str) {
    let mut file: Option<(String, String)> = None;
    for line in text.split_inclusive('\n') {
        if let Some(name) = line.strip_prefix("=== ") {
            put(repo, folder, file.take());
            file = Some((name.trim_end().to_owned(), String::new()));
        } else if let Some((_, text)) = &mut file {
            text.push_str(line);
        }
    }
    put(repo, folder, file);
}

fn put(repo: &Repo, folder: &str, file: Option<(String, String)>) {
    let Some((path, text)) = file else { return };
    let path = if path == "book.toml" { path } else { format!("src/{path}") };
    repo.file(&format!("{folder}{path}"), text);
}

/// A repository with the base on `main` and the head on `report`.
fn repository() -> Repo {
    let repo = Repo::new();
    lay(&repo, "", BASE);
    repo.commit("Report of 13 March");
    repo.git(&["checkout", "-q", "-b", "report"]);
    lay(&repo, "", HEAD);
    repo.commit("Report of 27 March");
    repo
}

fn run(root: &Path, words: &[&str]) -> Ran {
    let mut command = milepost();
    command.current_dir(root).arg("review").args(words);
    Ran::of(&words.join(" "), command.output().unwrap())
}

const SAID: &str = "M7 Finish";

#[test]
fn revisions_ranges_and_the_work_tree_say_the_same() {
    let repo = repository();
    for range in ["main..report", "main..", "main...report", "main", "HEAD~1", "HEAD^..HEAD"] {
        let ran = run(repo.root(), &[range]);
        ran.exits(0).says(SAID).says("+28 d (10.4 %)").says("16 → 12");
        assert!(ran.err.is_empty(), "{range}: {}", ran.err);
    }
    // From a folder above, and backwards.
    run(repo.root().parent().unwrap(), &["main..report", repo.root().to_str().unwrap()])
        .exits(0)
        .says(SAID);
    run(repo.root(), &["report..main"])
        .exits(0)
        .says("R-011 Certificates expire during rollout was removed");
}

#[test]
fn three_dots_leave_out_what_the_other_branch_did_since() {
    let repo = repository();
    repo.git(&["checkout", "-q", "main"]);
    repo.file("src/news.md", "# News\n\nSomething new.\n");
    repo.commit("News");
    run(repo.root(), &["main..report"]).exits(0).says("removed news.md");
    let ran = run(repo.root(), &["main...report"]);
    assert!(!ran.exits(0).out.contains("news.md"), "{}", ran.out);
}

#[test]
fn two_folders_need_no_repository() {
    let repo = Repo::bare_folder();
    lay(&repo, "old/", BASE);
    lay(&repo, "new/", BASE);
    lay(&repo, "new/", HEAD);
    run(repo.root(), &["old", "new"]).exits(0).says(SAID);
    run(repo.root(), &["old", "old"]).exits(0).says("Nothing changed.");
    run(repo.root(), &["old"]).exits(2).says("one folder");
    run(repo.root(), &["old", "none"]).exits(2).says("none");
    run(repo.root(), &["new", "--since", "2026-03-20"])
        .exits(0)
        .says("as it stood on 2026-03-20")
        .says(SAID);
    run(repo.root(), &["new", "--since", "2026-03-27"]).exits(2).says("not before");
    run(repo.root(), &[]).exits(2).says("nothing to compare");
    run(repo.root(), &["main"]).exits(2).says("git");
}

#[test]
fn revisions_that_are_none_are_refused() {
    let repo = repository();
    run(repo.root(), &["nope"]).exits(2).says("nope");
    run(repo.root(), &["nope..report"]).exits(2).says("nope");
    run(repo.root(), &["--output=pwned"]).exits(2).says("--output");
    run(repo.root(), &["--upload-pack=touch pwned"]).exits(2).says("--upload-pack");
    run(repo.root(), &["--", "--output=pwned"]).exits(2);
    run(repo.root(), &["main\n--output=x"]).exits(2);
    assert!(!repo.at("pwned").exists() && !repo.at("x").exists());
    run(repo.root(), &["main..report", "--project", "crm-replacment"])
        .exits(2)
        .says("did you mean `crm-replacement`?");
    repo.file("book.toml", "[book]\ntitle = 3\n");
    repo.commit("Break the book");
    run(repo.root(), &["main..HEAD"]).exits(2).says("HEAD");
}

#[test]
fn a_branch_that_sets_its_day_back_hides_nothing() {
    let repo = repository();
    let book = std::fs::read_to_string(repo.at("book.toml")).unwrap();
    repo.file("book.toml", book.replace("2026-03-27", "2026-01-09"));
    repo.commit("Set the day back");
    let range = "main..report";
    run(repo.root(), &[range]).exits(0).says(SAID).says("as of 2026-03-27").says("portfolio.as-of");
    run(repo.root(), &[range, "--fail-on", "loosened"]).exits(1);
    run(repo.root(), &[range, "--as-of", "2026-03-20"]).exits(0).says("as of 2026-03-20");
    let mut check = milepost();
    check.current_dir(repo.root()).args(["check", "--changed-since", "main"]);
    let ran = Ran::of("check", check.output().unwrap());
    assert!(ran.err.contains("both sides are judged as of 2026-03-27"), "{}", ran.err);
}

#[test]
fn exit_statuses_follow_what_is_asked() {
    let repo = repository();
    let fails = |what: &[&str]| {
        let mut words = vec!["main..report"];
        words.extend(what.iter().flat_map(|w| ["--fail-on", w]));
        run(repo.root(), &words)
    };
    fails(&[]).exits(0);
    fails(&["deny", "baseline", "removed-item", "edited-report", "loosened"]).exits(0);
    fails(&["deny", "warn"]).exits(1);
    fails(&["red"]).exits(1);
    fails(&["everything"]).exits(2).says("removed-item");
}

#[test]
fn every_format_tells_the_same() {
    let repo = repository();
    let format = |name: &str| {
        run(
            repo.root(),
            &["main..report", "--format", name, "--preview-url", "https://e.example/pr/7/"],
        )
    };
    let md = format("md").exits(0).out.clone();
    assert!(md.starts_with("[//]: # (milepost-review)\n"), "{md}");
    assert!(md.contains("[M7 Finish](<https://e.example/pr/7/projects/crm-replacement/"), "{md}");
    let json: serde_json::Value = serde_json::from_str(&format("json").exits(0).out).unwrap();
    assert_eq!(json["projects"][0]["milestones"][1]["days"], 23);
    assert_eq!(json["projects"][0]["milestones"][1]["percent"], "10.4");
    let html = format("html").exits(0).out.clone();
    assert!(
        html.contains("default-src 'none'")
            && !html.contains("<script")
            && !html.contains("style=\"")
    );
    for words in [
        "+14 d",
        "+21 d",
        "+23 d",
        "10.4 %",
        "+18,000",
        "+45,000",
        "16 → 12",
        "9 business days",
        "75.0 %",
    ] {
        assert!(md.contains(words) && html.contains(words), "{words}");
        format("text").says(words);
    }
}

#[test]
fn a_new_approval_names_the_commit_that_recorded_it() {
    let repo = repository();
    let plan = "src/projects/crm-replacement/plan.md";
    let text = std::fs::read_to_string(repo.root().join(plan)).unwrap();
    let approved = text.replace(
        "updated: 2026-01-20",
        "updated: 2026-01-20\napprovals:\n  - {role: sponsor, name: \"@dokafor\", of: \"1.0\", date: 2026-03-20, decision: approved}",
    );
    assert_ne!(text, approved);
    repo.file(plan, approved);
    repo.commit("Approve the plan");
    let ran = run(repo.root(), &["main..report"]);
    ran.exits(0).says("sponsor Dana Okafor approved version 1.0 on 2026-03-20 — recorded by ");
    // The work tree has no commit to name.
    let ran = run(repo.root(), &["main"]);
    assert!(!ran.exits(0).out.contains("recorded by"), "{}", ran.out);
}

#[test]
fn the_page_is_dressed_by_the_base_alone() {
    let repo = repository();
    let book = std::fs::read_to_string(repo.root().join("book.toml")).unwrap();
    repo.git(&["checkout", "-q", "main"]);
    let dressed =
        format!("{book}\n[output.html]\ntheme = \"look\"\nadditional-css = [\"own.css\"]\n");
    repo.file("book.toml", &dressed);
    repo.file(
        "look/review.html",
        "<p class=ours>{{ book_title }}</p><link href=\"{{ stylesheet }}\">",
    );
    repo.file("own.css", ".ours { color: teal }\n");
    repo.commit("Look");
    repo.git(&["checkout", "-q", "-b", "other"]);
    repo.file("look/review.html", "<p class=theirs></p>");
    repo.commit("Another look");
    let ran = run(repo.root(), &["main..other", "--format", "html"]);
    let out = &ran.exits(0).out;
    assert!(out.starts_with("<p class=ours>") && !out.contains("theirs"), "{out}");
    // The shapes of ratings are images of the stylesheet.
    run(repo.root(), &["report~1..report", "--format", "html"]).exits(0).says("img-src data:");
    // The stylesheet beside the book is in the page.
    let teal = ["Y29sb3I6IHRlYW", "NvbG9yOiB0ZWFs", "jb2xvcjogdGVhb"];
    assert!(teal.iter().any(|s| out.contains(s)), "no teal in the page");
}
