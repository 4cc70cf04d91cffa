//! What CI and reviewers act on: formats, accepted findings, baselines.

use crate::book::Book;
use serde_json::Value;

const BROKEN: &str = "# A\n\nSee [b](b.md).\n";

/// A page with a broken link that its front matter accepts.
fn accepting(until: &str) -> String {
    format!(
        "---\nallow:\n  - {{rule: broken-link, reason: The page comes with phase two, by: \"@mlopez\", until: {until}}}\n---\n{BROKEN}"
    )
}

#[test]
fn an_accepted_finding_is_silent_but_listed_everywhere() {
    let project = "---\nkind: project\nid: crm\ntitle: CRM\nstate: proposed\n---\n# CRM\n";
    let book =
        Book::new().file("src/a.md", accepting("2026-04-30")).file("src/crm/project.md", project);
    let short = book.run("check --format short");
    short.says("; 1 suppressed");
    assert!(!short.all().contains("[broken-link]"), "{}", short.all());
    let json: Value = serde_json::from_str(&book.run("check --format json").out).unwrap();
    assert_eq!(json["suppressed"][0]["rule"], "broken-link");
    assert_eq!(json["suppressed"][0]["suppression"]["by"], "@mlopez");
    let sarif: Value = serde_json::from_str(&book.run("check --format sarif").out).unwrap();
    let results = sarif["runs"][0]["results"].as_array().unwrap();
    let result = results.iter().find(|r| r["ruleId"] == "broken-link").unwrap();
    assert_eq!(result["suppressions"][0]["kind"], "inSource");
    book.run("build");
    let page = book.page("portfolio/audit.html");
    for part in ["broken-link", "The page comes with phase two", "@mlopez", "a.md:3", "in force"] {
        assert!(page.contains(part), "no {part} in {page}");
    }
}

#[test]
fn an_ended_acceptance_fails_and_points_at_its_end() {
    let book = Book::new().file("src/a.md", accepting("2026-03-01"));
    let ran = book.run("check");
    ran.exits(1).says("error[broken-link]").says("accepted until 2026-03-01, and no longer");
}

#[test]
fn a_baseline_lets_old_findings_be_and_new_ones_fail() {
    let book = Book::new().file("src/a.md", BROKEN);
    book.run("check --baseline").exits(2).says("there is no baseline");
    book.run("check --write-baseline").exits(0).says("`.milepost-baseline.json` knows 1 finding");
    book.run("check").exits(1);
    book.run("check --baseline").exits(0).says("no new findings").says("1 known from the baseline");
    book.run("build --baseline").exits(0);
    // An edit above it changes nothing; a second of its kind is new.
    let book = book.file("src/a.md", BROKEN.replace("# A\n", "# A\n\nMore words.\n"));
    book.run("check --baseline").exits(0);
    let book = book.file("src/a.md", format!("{BROKEN}\n[c](c.md)\n"));
    book.run("check --baseline --format short").exits(1).finds("broken-link", 5);
    // What is mended is told, and taken out of the file without taking in the new.
    let book = book.file("src/a.md", "# A\n\n[c](c.md)\n");
    let ran = book.run("check --baseline --write-baseline --format short");
    ran.exits(1).says("a.md: mended[broken-link]").says("knows 0 findings");
    book.run("check --baseline").exits(1).says("broken-link");
    let text = book.read(".milepost-baseline.json");
    assert_eq!(text, "[{\"schema\":\"milepost-baseline-1\"}\n]\n");
}

#[test]
fn a_baseline_may_lie_anywhere_and_says_what_is_wrong_with_it() {
    let book = Book::new().file("src/a.md", BROKEN).file("ci/keep", "");
    book.run("check --write-baseline ci/known.json").exits(0);
    book.run("check --baseline ci/known.json").exits(0);
    book.run("check --baseline ci").exits(2).says("is a folder");
    let book = book.file("ci/known.json", "[{\"schema\":\"milepost-baseline-1\"}\n<<<<<<< HEAD\n");
    book.run("check --baseline ci/known.json")
        .exits(2)
        .says("ci/known.json:2: an unresolved merge conflict begins here");
    let book = book.file("ci/known.json", b"\xff");
    book.run("check --baseline ci/known.json").exits(2).says("UTF-8");
    let book = book.file("book.toml", "[rules]\nnonsense = \"deny\"\n");
    book.run("check --write-baseline ci/known.json").exits(2).says("nonsense");
}

#[test]
fn a_baseline_is_written_over_nothing_but_a_baseline() {
    let book = Book::new().file("src/a.md", BROKEN).file("empty", "");
    for file in ["book.toml", "src/a.md", "src/new.md", "src/new.yaml", "empty"] {
        let before = book.tree(".");
        let ran = book.run(&format!("check --write-baseline {file}"));
        ran.exits(2).says(file).says("help: name another file");
        assert_eq!(book.tree("."), before, "{file}");
    }
    let book = book.file("b.json", "[{\"schema\":\"milepost-baseline-1\"}\n<<<<<<< HEAD\n");
    book.run("check --write-baseline b.json").exits(0);
    book.run("check --baseline b.json").exits(0);
}

#[test]
fn what_was_not_looked_for_is_not_mended() {
    let book = Book::new().file("src/a.md", BROKEN);
    book.run("check --write-baseline").exits(0);
    let file = book.read(".milepost-baseline.json");
    let stays = |book: &Book, words: &str| {
        let ran = book.run(&format!("check --baseline --write-baseline {words}"));
        assert!(!ran.all().contains("mended"), "{}", ran.all());
        assert_eq!(book.read(".milepost-baseline.json"), file, "{words}");
    };
    stays(&book, "-A broken-link");
    let toml = book.read("book.toml");
    let book = book.file("book.toml", format!("{toml}\n[rules]\nbroken-link = \"allow\"\n"));
    stays(&book, "");
    let book = book.file("book.toml", toml).file("src/a.md", "---\na: [\n---\n# A\n");
    stays(&book, "");
    let book = book.file("src/a.md", "# A\n");
    book.run("check --baseline").exits(0).says("mended[broken-link]");
}

#[test]
fn a_value_that_can_be_written_anew_is_suggested() {
    let page = "---\nkind: status\nas_of: \"27/03/2026\"\n---\n# S\n";
    let raid = "risks:\n  - {id: R-1, title: T, raised: 20/03/2026, closed: 03/04/2026}\n";
    let book = Book::new().file("src/s.md", page).file("src/raid.yaml", raid);
    let out = book.run("check --format rdjsonl").out;
    let lines = out.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    let suggested: Vec<(String, String)> = lines
        .filter_map(|l| {
            let text = l["suggestions"][0]["text"].as_str()?.to_owned();
            Some((l["location"]["path"].as_str()?.to_owned(), text))
        })
        .collect();
    let expected = [("src/raid.yaml", "2026-03-20"), ("src/s.md", "\"2026-03-27\"")];
    assert_eq!(suggested, expected.map(|(a, b)| (a.to_owned(), b.to_owned())), "{out}");
}

#[test]
fn words_that_were_probably_meant_are_suggested() {
    let people = "\"@mlopez\": {name: Maria Lopez}\n";
    let card = "---\nkind: project\nid: crm\ntitle: CRM\ntier: 3\nphase: excution\nsponsor: \"@mlopes\"\nproject_manger: \"@mlopez\"\nstate: 'actve'\n---\n# CRM\n";
    let charter = "---\nkind: chartr\n---\n# C\n";
    let plan = "---\nkind: plan\nversion: \"1.0\"\nstate: baselined\nauthor: \"@mlopez\"\nupdated: 2026-03-01\n---\n# P\n\n## Scope basline\n\nAll of it, from the first day to the last.\n";
    let raid = "updated: 2026-03-20\nriskss:\n  - {id: R-1, title: T}\n";
    let toml = "+++\nkind = \"minutes\"\ntags = [\"a\"]\nforrum = \"x\"\nsensitivity = \"publc\"\n+++\n# M\n";
    let book = Book::new()
        .file("src/people.yaml", people)
        .file("src/crm/project.md", card)
        .file("src/crm/charter.md", charter)
        .file("src/erp/project.md", card.replace("crm", "erp").replace("excution", "execution"))
        .file("src/erp/plan.md", plan)
        .file("src/crm/raid.yaml", raid)
        .file("src/crm/m.md", toml);
    let out = book.run("check --format rdjsonl").out;
    let lines = out.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    let mut suggested: Vec<String> = lines
        .filter_map(|l| {
            let text = l["suggestions"][0]["text"].as_str()?.to_owned();
            let place = &l["location"];
            let line = &place["range"]["start"]["line"];
            Some(format!("{}:{line} {text}", place["path"].as_str()?))
        })
        .collect();
    suggested.dedup();
    let expected = [
        "src/crm/charter.md:2 charter",
        "src/crm/m.md:4 forum",
        "src/crm/m.md:5 \"public\"",
        "src/crm/project.md:6 execution",
        "src/crm/project.md:7 \"@mlopez\"",
        "src/crm/project.md:8 project_manager",
        "src/crm/project.md:9 'active'",
        "src/crm/raid.yaml:2 risks",
        "src/erp/plan.md:10 ## Scope baseline",
        "src/erp/project.md:7 \"@mlopez\"",
        "src/erp/project.md:8 project_manager",
        "src/erp/project.md:9 'active'",
    ];
    assert_eq!(suggested, expected, "{out}");
    let sarif = book.run("check --format sarif").out;
    assert_eq!(sarif.matches("\"insertedContent\"").count(), expected.len(), "{sarif}");
}

#[test]
fn mistakes_in_the_configuration_have_a_summary_of_their_own() {
    let book = Book::new().file("book.toml", "[book]\nsrc = 5\n");
    let ran = book.run("check");
    ran.exits(2).says("1 error in `book.toml`; no document was checked");
    assert!(!ran.all().contains("0 documents"), "{}", ran.all());
}

#[test]
fn paths_for_ci_begin_at_the_repository() {
    let book = Book::new()
        .file(".git/HEAD", "ref: refs/heads/main\n")
        .file("docs/book.toml", "[portfolio]\nas-of = \"2026-03-27\"\n")
        .file("docs/src/a.md", BROKEN);
    let path = |words: &str| {
        let value: Value = serde_json::from_str(&book.run(words).out).unwrap();
        value[0]["location"]["path"].as_str().unwrap_or_default().to_owned()
    };
    assert_eq!(path("check docs --format gitlab"), "docs/src/a.md");
    let mut inside = book.command("check --format github");
    let out = inside.current_dir(book.at("docs")).output().unwrap().stdout;
    let out = String::from_utf8(out).unwrap();
    assert!(out.starts_with("::error file=docs/src/a.md,line=3,"), "{out}");
    // reviewdog looks from where it runs.
    let mut inside = book.command("check --format rdjsonl");
    let out = inside.current_dir(book.at("docs")).output().unwrap().stdout;
    let line: Value = serde_json::from_slice(&out).unwrap();
    assert_eq!(line["location"]["path"], "src/a.md");
}

#[test]
fn a_conflict_left_in_a_text_is_one_finding_with_both_sides() {
    let text = "# A\n\n<<<<<<< HEAD\nOne.\n=======\nTwo.\n>>>>>>> other\n";
    let ran = Book::new().file("src/a.md", text).run("check --format short");
    ran.exits(1).finds("conflict-marker", 3).says("between `HEAD` and `other`");
    ran.says("(the other side begins here: src/a.md:5:1)").says("1 error in");
}

#[test]
fn the_guide_explains_the_rules_as_they_are() {
    let made = Book::empty().run("explain --reference").exits(0).out.clone();
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/src/rules.md");
    let kept = std::fs::read_to_string(path).unwrap_or_default();
    assert!(
        made == kept,
        "docs/src/rules.md is not what the rules say; make it anew:\n\n    \
         cargo run -- explain --reference > docs/src/rules.md\n"
    );
}
