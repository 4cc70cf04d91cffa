//! Tests of new books, documents and items, read back through the pipeline.

use super::*;
use crate::Checked;
use crate::config::Config;
use crate::finding::Finding;
use crate::tree::MemoryTree;

fn day(text: &str) -> Date {
    crate::date::parse(text).unwrap()
}

fn new_book() -> MemoryTree {
    let mut tree = MemoryTree::new();
    for (path, text) in book("Our PMO", day("2026-03-27")) {
        if let Some(path) = path.strip_prefix("src/") {
            tree.insert(path, text);
        }
    }
    tree
}

fn check(tree: &MemoryTree, as_of: &str) -> Checked {
    let files = book("Our PMO", day("2026-03-27"));
    let config = Config::parse(&files[0].1).unwrap();
    crate::check(tree, Arc::new(config), day(as_of), &[]).unwrap()
}

fn shown(findings: &[Finding]) -> Vec<String> {
    findings.iter().map(|f| format!("{}:{} {} {}", f.path, f.at, f.rule, f.message)).collect()
}

#[test]
fn a_new_book_is_clean() {
    let checked = check(&new_book(), "2026-03-27");
    assert_eq!(shown(&checked.findings), Vec::<String>::new());
    assert_eq!(checked.config_problems, []);
}

#[test]
fn a_title_of_any_sort_is_a_title() {
    let title = "A \"quoted\" \\ title: {date}";
    let files = book(title, day("2026-03-27"));
    assert_eq!(Config::parse(&files[0].1).unwrap().title, title);
}

#[test]
fn the_next_report_carries_the_last_one_forward() {
    let mut tree = new_book();
    let checked = check(&tree, "2026-04-24");
    let wish = Wish { kind: "status", ..Wish::default() };
    let draft = new(&checked.portfolio, &tree, &wish).unwrap();
    assert_eq!(draft.path, "projects/intranet-search/status/2026-04-24.md");
    for part in [
        "author: \"@sam\"\n",
        "as_of: 2026-04-24\n",
        "period: {from: 2026-03-28, to: 2026-04-24}\n",
        "  overall: green\n",
        "  M1: {forecast: 2026-04-10}\n",
        "top_risks: [R-001]\n",
        "asks: [D-001]\n",
        "## Summary\n\n<!-- ",
    ] {
        assert!(draft.text.contains(part), "{part}\n{}", draft.text);
    }
    tree.insert(&draft.path, &draft.text);
    let again = check(&tree, "2026-04-24");
    let of_report: Vec<Finding> = again
        .findings
        .into_iter()
        .filter(|f| *f.path == *draft.path && f.rule != "placeholder-section")
        .collect();
    assert_eq!(shown(&of_report), Vec::<String>::new());
}

#[test]
fn items_go_to_the_end_of_their_list_and_touch_nothing_else() {
    let tree = new_book();
    let checked = check(&tree, "2026-03-27");
    for (kind, id) in [
        ("risk", "R-002"),
        ("assumption", "A-002"),
        ("issue", "I-001"),
        ("decision", "D-002"),
        ("milestone", "M4"),
    ] {
        let wish = Wish { kind, title: Some("New: one"), ..Wish::default() };
        let draft = new(&checked.portfolio, &tree, &wish).unwrap();
        assert_eq!(draft.id.as_deref(), Some(id));
        assert!(
            draft.text.contains(&format!("  - id: {id}\n    title: \"New: one\"\n")),
            "{}",
            draft.text
        );
        let before = draft.before.unwrap();
        let kept = before.lines().filter(|line| *line != "issues: []");
        let mut lines = draft.text.lines();
        assert!(kept.clone().all(|old| lines.any(|new| new == old)), "{}", draft.text);
    }
    let wish = Wish { kind: "change", title: Some("More"), ..Wish::default() };
    let draft = new(&checked.portfolio, &tree, &wish).unwrap();
    assert_eq!(draft.path, "projects/intranet-search/changes.yaml");
    assert!(draft.before.is_none() && draft.text.contains("  - id: CR-001\n"), "{}", draft.text);
}

#[test]
fn every_kind_can_be_begun() {
    let tree = new_book();
    let checked = check(&tree, "2026-03-27");
    let mut wrong = Vec::new();
    for kind in checked.portfolio.kinds.iter() {
        let wish = Wish { kind: &kind.name, title: Some("A title"), id: None, ..Wish::default() };
        let draft = new(&checked.portfolio, &tree, &wish).unwrap();
        let mut with = tree.clone();
        with.insert(&draft.path, &draft.text);
        // What is still to be written is asked for, and nothing else is wrong;
        // a new project owes its charter.
        let mut bad = check(&with, "2026-03-27").findings;
        bad.retain(|f| match f.rule {
            "placeholder-section"
            | "missing-field"
            | "unowned-item"
            | "undated-item"
            | "toothless-lesson"
            // A new release is dated today: what a launch needs is due at once.
            | "unready-operations" => false,
            "missing-document" => kind.role != Role::Card && kind.fields.find("go_live").is_none(),
            _ => true,
        });
        wrong.extend(shown(&bad));
        assert!(!draft.path.contains(['{', '}']) && !draft.path.contains("//"), "{}", draft.path);
    }
    assert_eq!(wrong, Vec::<String>::new());
}

#[test]
fn what_is_begun_is_well_formed_in_every_phase_and_tier() {
    let reading = [
        "invalid-value",
        "invalid-yaml",
        "unknown-field",
        "unknown-kind",
        "unknown-role",
        "duplicate-key",
        "duplicate-id",
        "dangling-id",
        "date-order",
        "broken-link",
        "unpublished-file",
        "conflicting-facts",
    ];
    for (phase, tier) in [("planning", 2), ("execution", 1), ("close-out", 1)] {
        let mut tree = MemoryTree::new();
        for (path, text) in book("Our PMO", day("2026-03-27")) {
            let text = text
                .replace("phase: initiation", &format!("phase: {phase}"))
                .replace("tier: 3", &format!("tier: {tier}"));
            if let Some(path) = path.strip_prefix("src/") {
                tree.insert(path, text);
            }
        }
        let checked = check(&tree, "2026-03-27");
        let mut all = tree.clone();
        for kind in checked.portfolio.kinds.iter().filter(|k| k.role != Role::Charter) {
            let (title, project) = (Some("A title"), Some("intranet-search"));
            let wish = Wish { kind: &kind.name, title, project, ..Wish::default() };
            let now = check(&all, "2026-03-27");
            let draft = new(&now.portfolio, &all, &wish).unwrap();
            all.insert(&draft.path, &draft.text);
        }
        let mut bad = check(&all, "2026-03-27").findings;
        bad.retain(|f| reading.contains(&f.rule));
        assert_eq!(shown(&bad), Vec::<String>::new(), "{phase}, tier {tier}");
    }
}

#[test]
fn a_name_comes_from_the_gate_or_the_release() {
    let mut tree = new_book();
    let draft = |tree: &MemoryTree, kind: &str, title: Option<&str>| {
        let wish = Wish { kind, title, ..Wish::default() };
        new(&check(tree, "2026-03-27").portfolio, tree, &wish)
    };
    let gate = draft(&tree, "gate", None).unwrap();
    assert_eq!(gate.path, "projects/intranet-search/gates/G1.md");
    assert!(gate.text.contains("\ngate: G1\n") && gate.text.contains("\napprovals:  # "));
    let error = draft(&tree, "cutover", None).unwrap_err();
    assert!(error.message.contains("what the new cutover plan is to be called"));
    let release = draft(&tree, "release", Some("First release")).unwrap();
    assert_eq!(release.path, "projects/intranet-search/releases/first-release/release.md");
    tree.insert(&release.path, &release.text);
    let cutover = draft(&tree, "cutover", None).unwrap();
    assert_eq!(cutover.path, "projects/intranet-search/releases/first-release/cutover.md");
    assert!(cutover.text.contains("\nrelease: first-release\n"), "{}", cutover.text);
    assert!(!cutover.text.contains("\nid:"), "{}", cutover.text);
    let resource = draft(&tree, "resource", Some("Network engineer")).unwrap();
    assert!(resource.text.contains("    role: Network engineer\n"), "{}", resource.text);
    assert!(!resource.text.contains("owner"), "{}", resource.text);
}

#[test]
fn what_is_not_known_is_said() {
    let tree = new_book();
    let checked = check(&tree, "2026-03-27");
    let wrong = |wish: Wish<'_>| new(&checked.portfolio, &tree, &wish).unwrap_err();
    let error = wrong(Wish { kind: "chater", ..Wish::default() });
    assert_eq!(error.help.as_deref(), Some("did you mean `charter`?"));
    let error = wrong(Wish { kind: "risk", project: Some("intranet"), ..Wish::default() });
    assert!(error.message.contains("unknown project `intranet`"));
    let error = wrong(Wish { kind: "risk", id: Some("../x"), ..Wish::default() });
    assert!(error.message.contains("cannot be an id"));
    let error = wrong(Wish { kind: "risk", id: Some("R-001"), ..Wish::default() });
    assert!(error.message.contains("already"));
}

#[test]
fn a_lesson_has_an_owner_and_a_milestone_its_first_date() {
    let tree = new_book();
    let checked = check(&tree, "2026-03-27");
    let draft = |kind| {
        let wish = Wish { kind, title: Some("New"), ..Wish::default() };
        new(&checked.portfolio, &tree, &wish).unwrap().text
    };
    assert!(draft("lesson").contains("\nowner:  # "), "{}", draft("lesson"));
    let milestone = draft("milestone");
    let dates = "    original: 2026-03-27\n    baseline: 2026-03-27\n";
    assert!(milestone.contains(dates) && !milestone.contains("due:"), "{milestone}");
    assert!(draft("action").contains("    due:  # "), "{}", draft("action"));
}

/// What `new` makes of a wish in a new book with these lines in `book.toml`.
fn wished(config: &str, wish: &Wish<'_>) -> Result<Draft> {
    let tree = new_book();
    let text = format!("{}{config}", book("Our PMO", day("2026-03-27"))[0].1);
    let config = Arc::new(Config::parse(&text).unwrap());
    let checked = crate::check(&tree, config, day("2026-03-27"), &[]).unwrap();
    new(&checked.portfolio, &tree, wish)
}

#[test]
fn the_id_of_a_project_is_one_that_check_accepts() {
    let titled = |title| {
        wished("", &Wish { kind: "project", title: Some(title), ..Wish::default() }).unwrap()
    };
    let draft = titled("Zwei Übel: \"x\"");
    assert_eq!(draft.path, "projects/zwei-ubel-x/project.md");
    assert!(draft.text.contains("\nid: zwei-ubel-x\n"), "{}", draft.text);
    let draft = titled("日本語");
    assert_eq!(draft.path, "projects/project-1/project.md");
    assert!(draft.text.contains("\nid: project-1\n"), "{}", draft.text);
    let wish = Wish { kind: "project", title: Some("X"), id: Some("Übel"), ..Wish::default() };
    assert!(wished("", &wish).unwrap_err().to_string().contains("cannot be the id"));
}

#[test]
fn a_kind_that_says_no_file_goes_where_its_pattern_looks() {
    let place = |lines: &str, id| {
        let config = format!("\n[kinds.protocol]\nrole = \"document\"\n{lines}\n");
        wished(&config, &Wish { kind: "protocol", id, ..Wish::default() }).unwrap().path
    };
    let folder = "projects/intranet-search";
    let by_folder = "match = \"**/protocols/*.md\"";
    assert_eq!(place(by_folder, Some("b")), format!("{folder}/protocols/b.md"));
    assert_eq!(place(by_folder, None), format!("{folder}/protocols/protocol.md"));
    let long = "match = \"projects/*/log/pr-*.md\"";
    assert_eq!(place(long, Some("7")), format!("{folder}/log/pr-7.md"));
    let own = "match = \"projects/intranet-search/log/*.md\"";
    assert_eq!(place(own, Some("7")), format!("{folder}/log/7.md"));
    assert_eq!(place("match = \"else/*.md\"", Some("b")), format!("{folder}/protocols/b.md"));
    assert_eq!(place("", Some("b")), format!("{folder}/protocols/b.md"));
    assert_eq!(place("", None), format!("{folder}/protocol.md"));
}

#[test]
fn raid_leads_to_its_kinds() {
    let error = wished("", &Wish { kind: "raid", ..Wish::default() }).unwrap_err();
    let text = format!("{error:?}");
    for kind in ["risk", "assumption", "issue", "dependency"] {
        assert!(text.contains(&format!("`milepost new {kind}`")), "{text}");
    }
}
