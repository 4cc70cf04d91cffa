//! What is mended, what is not, and that prose stays as it is.

use super::*;
use crate::date;
use crate::tree::MemoryTree;
use proptest::prelude::*;
use similar::{ChangeTag, TextDiff};

type Files = BTreeMap<String, String>;

/// The sound portfolio of the rules' tests, file by file.
fn sound_files() -> Files {
    let mut files = Files::new();
    let mut path = String::new();
    for line in include_str!("../rules/testing/sound.txt").split_inclusive('\n') {
        match line.strip_prefix("=== ") {
            Some(name) => {
                path = name.trim_end().to_owned();
                files.insert(path.clone(), String::new());
            }
            None => files.entry(path.clone()).or_default().push_str(line),
        }
    }
    files
}

fn tree(files: &Files) -> MemoryTree {
    files.iter().fold(MemoryTree::new(), |tree, (path, text)| tree.with(path, text))
}

fn config(text: &str) -> Arc<Config> {
    Arc::new(Config::parse(text).expect("a sound book.toml"))
}

fn today() -> Date {
    date::parse("2026-03-27").unwrap()
}

fn fixed(files: &Files, book: &str) -> Files {
    let mends = mends(&tree(files), &config(book), today(), &[], &|_| false).unwrap();
    let mut after = files.clone();
    for mend in mends.files {
        assert_eq!(files.get(&*mend.path), Some(&mend.before));
        assert_ne!(mend.done, Done::default(), "{}", mend.path);
        after.insert(mend.path.to_string(), mend.after);
    }
    after
}

fn findings(files: &Files) -> Vec<Finding> {
    crate::check(&tree(files), config(""), today(), &[]).unwrap().findings
}

/// The text of one more file after mending.
fn one(path: &str, text: &str) -> String {
    with_book("", path, text)
}

fn with_book(book: &str, path: &str, text: &str) -> String {
    let mut files = sound_files();
    files.insert(path.into(), text.into());
    let after = fixed(&files, book);
    assert_eq!(fixed(&after, book), after, "a second run changes something");
    after.get(path).unwrap().clone()
}

const CHARTER: &str = "projects/crm/charter.md";
const REPORT: &str = "projects/crm/status/2026-03-27.md";

fn charter() -> String {
    sound_files().get(CHARTER).unwrap().clone()
}

#[test]
fn a_sound_portfolio_stays_but_for_the_order_of_its_keys() {
    let files = sound_files();
    let once = fixed(&files, "");
    assert_eq!(fixed(&once, ""), once);
    assert!(findings(&once).is_empty());
}

#[test]
fn dates_and_words_are_written_our_way_with_their_quotes_and_comments() {
    let text = "---\nkind: status\nas_of: 2026/3/26  # Thursday\nauthor: \"@mlopez\"\nperiod: {from: 'Mar 1, 2026', to: \"26.03.2026\"}\nphase: execution\nhealth:\n  overall: Green\n  schedule: {rag: \"AMBER\", trend: Worsening}\n---\n# S\n\nDue 26.03.2026, Green.\n";
    let after = one("projects/crm/status/2026-03-26.md", text);
    assert!(after.contains("as_of: 2026-03-26  # Thursday\n"), "{after}");
    assert!(after.contains("period: {from: '2026-03-01', to: \"2026-03-26\"}\n"), "{after}");
    assert!(after.contains("  overall: green\n  schedule: {rag: \"amber\", trend: worsening}\n"));
    assert!(after.contains("# S\n\nDue 26.03.2026, Green.\n"), "{after}");
}

#[test]
fn registers_are_mended_too() {
    let text = "updated: 20.03.2026\nissues:\n  - id: I-7\n    title: In Progress\n    status: In Progress\n    raised: 06/03/2026\n    owner: \"@mlopez\"\n";
    let after = one("projects/crm/more.yaml", text);
    assert!(after.starts_with("updated: 2026-03-20\n"), "{after}");
    assert!(after.contains("    title: In Progress\n    status: in-progress\n"), "{after}");
    assert!(after.contains("    raised: 06/03/2026\n"), "day and month are guessed: {after}");
}

#[test]
fn keys_take_their_comments_along() {
    let text = "---\nkind: charter\n# who wrote it\nauthor: \"@mlopez\"\nx-ours: |\n  # no comment\n  text\n# how far\nversion: \"1.0\" # drafted\nstate: Draft\nupdated: 2026-01-10\n---\n";
    let body = charter();
    let body = body.split("---\n").nth(2).unwrap();
    let after = one(CHARTER, &format!("{text}{body}"));
    let expected = "---\nkind: charter\nstate: draft\n# how far\nversion: \"1.0\" # drafted\n# who wrote it\nauthor: \"@mlopez\"\nupdated: 2026-01-10\nx-ours: |\n  # no comment\n  text\n---\n";
    assert_eq!(after.split(body).next().unwrap(), expected);
}

#[test]
fn keys_stay_where_a_comment_need_not_belong_to_the_key_below_it() {
    for front in [
        "# about all of it\nauthor: \"@mlopez\"\nkind: page\n",
        "author: \"@mlopez\"\n\n# set off\nkind: page\n",
        "author: \"@mlopez\"\n# set off\n\nkind: page\n",
        "author: \"@mlopez\"\n  # goes on\nkind: page\n",
        "author: \"@mlopez\"\nkind: page\n# of the last\n",
        "# head\n\nauthor: \"@mlopez\"\nkind: page\n",
    ] {
        let text = format!("---\n{front}---\n# A\n");
        assert_eq!(one("a.md", &text), text);
        let text = text.replace('\n', "\r\n");
        assert_eq!(one("a.md", &text), text);
    }
    // Among keys that stay, a comment may stand anywhere.
    let text = "---\nkind: page\n\n# set off\n\ntitle: A\nx-b: 1\nupdated: 2026-01-10\n---\n# A\n";
    assert!(one("a.md", text).contains("title: A\nupdated: 2026-01-10\nx-b: 1\n"));
}

#[test]
fn keys_of_what_was_sent_out_or_approved_stay() {
    for state in
        ["published", "Approved", "baselined", "superseded", "archived", "signed", "nonsense"]
    {
        let text =
            charter().replacen("---\n", &format!("---\nupdated: 2026-01-10\nstate: {state}\n"), 1);
        let text = text.replacen("\nstate: approved", "", 1).replacen(
            "\nupdated: 2026-01-10\n",
            "\nx-a: 1\n",
            1,
        );
        let after = one(CHARTER, &text);
        assert_eq!(after.to_lowercase(), text.to_lowercase());
    }
    let report = |state: &str| {
        format!("---\nas_of: 2026-03-26\nkind: status\n{state}author: \"@mlopez\"\n---\n# S\n")
    };
    let path = "projects/crm/status/2026-03-26.md";
    assert!(one(path, &report("")).starts_with("---\nas_of: 2026-03-26\nkind: status\n"));
    assert!(one(path, &report("state: draft\n")).starts_with("---\nkind: status\nas_of:"));
}

#[test]
fn only_spelling_is_mended_never_another_word() {
    let stay = |path: &str, text: &str| assert_eq!(one(path, text), text);
    stay("projects/crm/a.yaml", "decisions:\n  - id: D-7\n    title: x\n    status: rejected\n");
    stay("projects/crm/b.yaml", "changes:\n  - id: CR-7\n    title: x\n    status: Closed\n");
    stay("projects/crm/c.yaml", "actions:\n  - id: A-7\n    title: x\n    status: In-Progress\n");
    stay("projects/crm/d.yaml", "lessons:\n  - id: L-7\n    title: x\n    polarity: Stop\n");
    stay(
        "projects/crm/status/2026-03-26.md",
        "---\nkind: status\nas_of: 2026-03-26\nstate: Final\nhealth: {overall: YELLOW, schedule: G}\n---\n# S\n",
    );
    // Every word of every list, however it is spelt, keeps its letters.
    let kinds = Kinds::load(&Config::default());
    for kind in kinds.iter() {
        for field in &kind.fields.list {
            for (from, to) in &field.synonyms {
                let text = format!("{}: {}\n", field.name, from.to_uppercase());
                let Some(root) = whole(&text) else { continue };
                for edit in values::of_record(&text, &root, kind, Some(kind)) {
                    let bare = |word: &str| word.to_lowercase().replace([' ', '-', '_'], "");
                    assert_eq!(bare(from), bare(&edit.text), "{} {from} {to}", kind.name);
                }
            }
        }
    }
}

#[test]
fn stubs_leave_every_byte_around_them_in_its_place() {
    let roles =
        "## Roles and responsibilities\n\nThe sponsor decides, the project manager delivers.\n";
    let metrics = "## Success metrics\n\nMinutes per call, measured every month.\n\n";
    let last = charter().replace(roles, "");
    let last = last.trim_end();
    for end in ["", "\n", "  ", "  \n", "\n\n\n", "\n \t\n", "\n\t", "\n\n   \n\n"] {
        for eol in ["\n", "\r\n"] {
            let text = format!("{last}{end}").replace('\n', eol);
            let after = one(CHARTER, &text);
            let stub = after.strip_prefix(&text).unwrap_or_else(|| panic!("{end:?}: {after:?}"));
            assert!(stub.trim_start().starts_with("## Roles"), "{stub:?}");
            assert_eq!(stub.ends_with('\n'), text.ends_with('\n'), "{end:?}");
        }
    }
    for gap in ["\n\n", "  \n\n", "\n\n\n\n", "\n \n\t\n", "\n"] {
        for eol in ["\n", "\r\n"] {
            let text = charter().replace(metrics, "");
            let (before, behind) = text.split_once("## Milestones").unwrap();
            let before = format!("{}{gap}", before.trim_end()).replace('\n', eol);
            let behind = format!("## Milestones{behind}").replace('\n', eol);
            let after = one(CHARTER, &format!("{before}{behind}"));
            let rest = after.strip_prefix(&before).unwrap_or_else(|| panic!("{gap:?}: {after:?}"));
            let stub = rest.strip_suffix(&behind).unwrap_or_else(|| panic!("{gap:?}: {after:?}"));
            assert!(stub.trim_start().starts_with("## Success metrics"), "{stub:?}");
        }
    }
}

#[test]
fn what_cannot_be_mended_is_named_with_the_reason() {
    let kept = |path: &str, text: &str| {
        let mut files = sound_files();
        files.insert(path.into(), text.into());
        let mends = mends(&tree(&files), &config(""), today(), &[], &|_| false).unwrap();
        let all: Vec<_> = mends.kept.into_iter().filter(|k| *k.path == *path).collect();
        all.into_iter().map(|k| format!("{}: {}", k.left, k.why)).collect::<Vec<_>>()
    };
    let toml = "+++\nkind = \"page\"\nupdated = \"2026/1/10\"\n+++\n# A\n";
    assert_eq!(kept("a.md", toml), ["1 value: its front matter is TOML"]);
    let anchor = "---\nkind: page\nupdated: &t 2026/1/10\nx-more: *t\n---\n# A\n";
    assert!(kept("a.md", anchor)[0].starts_with("1 value: "), "{:?}", kept("a.md", anchor));
    let open = "---\nkind: page\nupdated: 2026/1/10\n\n# A\n";
    assert_eq!(kept("a.md", open), ["1 value: the front matter is never closed"]);
    let register = "updated: &d 2026/1/10\nx-more: *d\nissues: []\n";
    let found = kept("projects/crm/more.yaml", register);
    assert!(found.len() == 1 && found[0].starts_with("1 value: "), "{found:?}");
    let roles =
        "## Roles and responsibilities\n\nThe sponsor decides, the project manager delivers.\n";
    let fenced = format!("{}\n```\nnever closed\n", charter().replace(roles, ""));
    assert!(kept(CHARTER, &fenced)[0].starts_with("1 section stub: a heading added there"));
    assert_eq!(kept("a.md", "---\nkind: page\nupdated: 2026/1/10\n---\n# A\n"), [""; 0]);
    assert_eq!(kept("a.md", "---\nkind: page\ntags: &t [a]\n---\n# A\n"), [""; 0]);
}

#[test]
fn a_front_matter_whose_last_line_has_no_end_gets_its_stubs() {
    let text = charter();
    let front = text.match_indices("---").nth(1).map(|(at, _)| &text[..at + 3]).unwrap();
    for front in [front.to_owned(), front.replace('\n', "\r\n")] {
        let after = one(CHARTER, &front);
        let eol = if front.contains('\r') { "\r\n" } else { "\n" };
        assert!(after.starts_with(&format!("{front}{eol}## ")), "{after}");
    }
}

#[test]
fn what_init_and_new_write_needs_no_mending() {
    let day = date::parse("2026-03-27").unwrap();
    let files: Files = crate::scaffold::book("Our PMO", day).into_iter().collect();
    let config = config(&files["book.toml"]);
    let of_src = |files: &Files| {
        let src = files.iter().filter_map(|(path, text)| Some((path.strip_prefix("src/")?, text)));
        src.fold(MemoryTree::new(), |tree, (path, text)| tree.with(path, text))
    };
    let mut wrong = Vec::new();
    // Reports that are out keep their order; here it is the draft that counts.
    let drafts: Files = files
        .iter()
        .map(|(path, text)| (path.clone(), text.replace("state: published", "state: draft")))
        .collect();
    let begun = mends(&of_src(&drafts), &config, day, &[], &|_| false).unwrap();
    wrong.extend(begun.files.iter().map(|m| format!("init {}: {}\n{}", m.path, m.done, m.after)));
    assert_eq!(begun.kept, []);
    for (phase, tier) in [("initiation", 3), ("execution", 1)] {
        let files = files.iter().map(|(path, text)| {
            let text = text.replace("phase: initiation", &format!("phase: {phase}"));
            (path.clone(), text.replace("tier: 3", &format!("tier: {tier}")))
        });
        let tree = of_src(&files.collect());
        let p = crate::check(&tree, config.clone(), day, &[]).unwrap().portfolio;
        let (mut with, mut new) = (tree.clone(), Vec::new());
        for kind in p.kinds.names() {
            let wish = crate::scaffold::Wish { kind, title: Some("A title"), ..Default::default() };
            let draft = crate::scaffold::new(&p, &tree, &wish).unwrap();
            with.insert(&draft.path, &draft.text);
            new.push(draft.path);
        }
        let mends = mends(&with, &config, day, &[], &|_| false).unwrap();
        let found = mends.files.iter().filter(|m| new.iter().any(|path| **path == *m.path));
        wrong.extend(found.map(|m| format!("{phase} {}: {}\n{}", m.path, m.done, m.after)));
    }
    assert_eq!(wrong, Vec::<String>::new());
}

#[test]
fn keys_that_cannot_be_moved_safely_stay() {
    let flow = "---\n{author: \"@m\", kind: page}\n---\n# A\n";
    assert_eq!(one("a.md", flow), flow);
    let anchors = "---\ntags: &t [a]\nkind: page\nx-more: *t\n---\n# A\n";
    let after = one("a.md", anchors);
    assert!(after.contains("tags: &t [a]\n"), "{after}");
    let kept = "---\nx-a: |+\n  text\n\nkind: page\n---\n# A\n";
    let after = one("a.md", kept);
    assert!(after == kept || after.contains("x-a: |+\n  text\n\n---"), "{after}");
}

#[test]
fn a_stub_stands_where_the_section_belongs_and_is_still_to_be_written() {
    let metrics = "## Success metrics\n\nMinutes per call, measured every month.\n\n";
    let mut files = sound_files();
    files.insert(CHARTER.into(), charter().replace(metrics, ""));
    let after = fixed(&files, "");
    let text = &after[CHARTER];
    assert!(
        text.contains("later.\n\n## Success metrics\n\n<!-- Which numbers will show that the objectives were met, and who measures them? -->\n\n## Milestones\n"),
        "{text}"
    );
    let found = findings(&after);
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(found[0].rule, "placeholder-section");
    assert_eq!(fixed(&after, ""), after);
}

#[test]
fn line_ends_marks_and_a_missing_last_line_end_stay() {
    let roles =
        "## Roles and responsibilities\n\nThe sponsor decides, the project manager delivers.\n";
    let text = charter().replace(roles, "");
    let text = format!("\u{feff}{}", text.trim_end().replace('\n', "\r\n"));
    let after = one(CHARTER, &text);
    assert!(after.starts_with("\u{feff}---\r\n"));
    assert!(!after.replace("\r\n", "").contains(['\n', '\r']));
    assert!(after.ends_with("September.\r\n\r\n## Roles and responsibilities\r\n\r\n<!-- Who sponsors, who manages, who supplies people, and who decides what? -->"), "{after:?}");
}

#[test]
fn a_heading_keeps_its_anchor_and_its_depth_is_that_of_its_neighbours() {
    let metrics = "## Success metrics\n\nMinutes per call, measured every month.\n\n";
    let text = charter()
        .replace(metrics, "")
        .replace("## Milestones", "<a id=\"dates\"></a>\n\n## Milestones")
        .replace("## ", "### ");
    let after = one(CHARTER, &text);
    assert!(after.contains("-->\n\n<a id=\"dates\"></a>\n\n### Milestones"), "{after}");
    assert!(after.contains("\n### Success metrics\n"), "{after}");
}

#[test]
fn no_stub_where_the_heading_is_misspelt_or_the_text_would_read_otherwise() {
    let misspelt = charter().replace("## Success metrics", "## Sucess metrics");
    assert!(!one(CHARTER, &misspelt).contains("<!--"));
    let roles =
        "## Roles and responsibilities\n\nThe sponsor decides, the project manager delivers.\n";
    let fenced = format!("{}\n```\nnever closed\n", charter().replace(roles, ""));
    assert!(!one(CHARTER, &fenced).contains("<!--"));
}

#[test]
fn a_broken_document_is_left_alone() {
    for spoilt in [
        charter().replace("author: \"@mlopez\"", "author: @mlopez\nupdated: 2026/1/10"),
        charter().replace("kind: charter", "kind: chater\nreview_by: 2026/1/10"),
        charter().replace("kind: charter", "kind: charter\nstate: Draft"),
        charter().replace("kind: charter", "kind: charter\n<<<<<<< HEAD\n=======\n>>>>>>> x"),
        charter().replacen("---\n", "---\nowner: x: y\n", 1),
        charter().replacen("---\n", "\n---\n", 1),
        charter().replace("kind: charter", "kind: charter\nreview_by: 2026/1/10"),
    ] {
        let text = spoilt.replace("updated: 2026-01-10", "review_by: 10 Jan 2026");
        assert_eq!(one(CHARTER, &text), text);
    }
}

#[test]
fn words_that_the_book_gave_a_meaning_stay() {
    let book = "[kinds.status]\n[kinds.status.fields.state]\nvalues = { out = \"published\" }\n[kinds.status.fields.\"health.overall\"]\naliases = [\"lamp\"]\n";
    let text = "---\nkind: status\nas_of: 2026-03-26\nauthor: \"@mlopez\"\nstate: Out\nphase: execution\nlamp: Green\nhealth: {schedule: Green}\n---\n# S\n";
    let after = with_book(book, "projects/crm/status/2026-03-26.md", text);
    assert!(after.contains("state: Out\n"), "{after}");
    assert!(after.contains("lamp: Green\n"), "{after}");
    assert!(after.contains("{schedule: green}"), "{after}");
}

#[test]
fn a_date_that_can_be_read_again_may_show_what_else_is_missing() {
    let report = sound_files().get(REPORT).unwrap().clone();
    let text = report
        .replace("as_of: 2026-03-27", "as_of: 27 Mar 2026")
        .replace("## Summary\n\nThe first rehearsal went well and the second is booked.\n", "");
    let after = one(REPORT, &text);
    assert!(after.contains("as_of: 2026-03-27"), "{after}");
    assert!(after.contains("## Summary\n\n<!--"), "{after}");
}

#[test]
fn files_that_may_not_be_touched_are_named_and_left() {
    let mut files = sound_files();
    files.insert(CHARTER.into(), charter().replace("2026-01-10", "2026/1/10"));
    let mends = mends(&tree(&files), &config(""), today(), &[], &|_| true).unwrap();
    assert!(mends.files.is_empty());
    let (_, done) = mends.alone.iter().find(|(path, _)| **path == *CHARTER).unwrap();
    assert_eq!(done.values, 1);
    assert!(done.to_string().starts_with("1 value"));
}

/// What of a text is prose: the body, front matter aside.
fn body(text: &str) -> &str {
    &text[front_matter::split(text).body..]
}

/// One way to spoil a portfolio that can be mended.
fn spoil(files: &mut Files, pick: usize, how: usize) {
    let markdown: Vec<String> = files.keys().filter(|p| p.ends_with(".md")).cloned().collect();
    let path = markdown[pick % markdown.len()].clone();
    let text = files[&path].clone();
    let after = match how % 9 {
        0 => text.replacen("updated: 2026-01-", "updated: 2026/1/", 1),
        1 => text.replacen(": green", ": Green", 1),
        2 => text.replacen("state: approved", "state: Approved", 1),
        3 => text.replace('\n', "\r\n").replace("\r\r\n", "\r\n"),
        4 if !text.starts_with('\u{feff}') => format!("\u{feff}{text}"),
        5 => text.trim_end().to_owned(),
        6 => {
            // The first key goes last, with a comment.
            let Some((head, rest)) = text.split_once("kind: ") else { return };
            let Some((line, rest)) = rest.split_once('\n') else { return };
            let Some((front, body)) = rest.split_once("---") else { return };
            let end = if line.ends_with('\r') { "\r\n" } else { "\n" };
            format!("{head}{front}# a note{end}kind: {line}\n---{body}")
        }
        7 => {
            // A section goes.
            let headings: Vec<usize> = text.match_indices("\n## ").map(|(at, _)| at + 1).collect();
            let Some(&from) = headings.get(pick % headings.len().max(1)) else { return };
            let to = headings.iter().find(|at| **at > from).copied().unwrap_or(text.len());
            format!("{}{}", &text[..from], &text[to..])
        }
        _ => format!("{text}\n<div>\n\nSome *prose* on 30.01.2026: Green\n"),
    };
    files.insert(path, after);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(20))]

    #[test]
    fn prose_stays_a_second_run_changes_nothing_and_findings_never_grow(
        spoils in prop::collection::vec((0usize..40, 0usize..9), 0..8)
    ) {
        let mut files = sound_files();
        for (pick, how) in spoils {
            spoil(&mut files, pick, how);
        }
        let after = fixed(&files, "");
        prop_assert_eq!(&fixed(&after, ""), &after);
        prop_assert!(findings(&after).len() <= findings(&files).len());
        for (path, text) in &files {
            let new = &after[path];
            if path.ends_with(".md") {
                for change in TextDiff::from_lines(body(text), body(new)).iter_all_changes() {
                    let line = change.value().trim();
                    let stub = line.is_empty()
                        || line.starts_with('#')
                        || (line.starts_with("<!--") && line.ends_with("-->"));
                    match change.tag() {
                        ChangeTag::Equal => {}
                        ChangeTag::Insert => prop_assert!(stub, "{path}: {line}"),
                        // Only a last line that had no end gets one.
                        ChangeTag::Delete => prop_assert!(!change.value().ends_with('\n') || line.is_empty(), "{path}: {line}"),
                    }
                }
            }
            prop_assert_eq!(text.starts_with('\u{feff}'), new.starts_with('\u{feff}'));
            prop_assert_eq!(text.contains("\r\n"), new.contains("\r\n"));
        }
    }

    #[test]
    fn any_text_is_left_or_mended_the_same_way_twice(text in "\\PC{0,200}|(---\n)?(kind: (charter|page)\n)?([a-z_]{1,8}: [^\n]{0,12}\n){0,5}(---\n)?(## [A-Za-z ]{1,20}\n|\\PC{0,40}\n){0,6}") {
        let after = one("projects/crm/any.md", &text);
        prop_assert!(after.len() >= text.len() / 2);
    }
}
