//! What the first pass reads: outlines, fills, sections, problems.

use super::*;
use crate::text::Span;

fn fills(text: &str) -> Vec<String> {
    outline(text, 0)
        .headings
        .iter()
        .map(|h| match &h.fill {
            Fill::Filled => "filled".into(),
            Fill::Empty => "empty".into(),
            Fill::Placeholder(text, _) => format!("placeholder {text}"),
            Fill::NotApplicable(reason) => format!("n/a {reason}"),
        })
        .collect()
}

fn fill_of(content: &str) -> String {
    fills(&format!("## Scope\n\n{content}\n")).remove(0)
}

fn problems(text: &str) -> Vec<(&'static str, String, String)> {
    let outline = outline(text, 0);
    outline.problems.into_iter().map(|p| (p.rule, p.span.of(text).to_owned(), p.message)).collect()
}

fn spec(name: &str, synonyms: &[&str]) -> SectionSpec {
    SectionSpec { name: name.into(), synonyms: synonyms.iter().map(|s| (*s).to_owned()).collect() }
}

#[test]
fn the_outline_of_a_charter() {
    let text = "---\nkind: charter\n---\n# CRM *migration*\n\nIntro with a [link](plan.md \"t\").\n\n\
        ## Scope\n\n- **In scope:** all regions\n- **Out of scope**: TBD\n\nRisks\n-----\n\nSee R-004 and crm/R-005a, not `R-006`.\n\n## Scope\n";
    let body = text.find("# CRM").unwrap();
    let o = outline(text, body);
    let (title, span) = o.title.clone().unwrap();
    assert_eq!((&*title, span.of(text)), ("CRM migration", "# CRM *migration*"));
    let ids: Vec<_> = o.headings.iter().map(|h| (h.level, &*h.id, h.span.of(text))).collect();
    assert_eq!(
        ids,
        [
            (1, "crm-migration", "# CRM *migration*"),
            (2, "scope", "## Scope"),
            (2, "risks", "Risks\n-----"),
            (2, "scope-1", "## Scope")
        ]
    );
    let leads: Vec<_> = o.lead_ins.iter().map(|l| (&*l.text, l.fill.clone())).collect();
    assert_eq!(leads.len(), 2);
    assert_eq!(leads[0], ("In scope", Fill::Filled));
    assert_eq!(leads[1].0, "Out of scope");
    assert!(
        matches!(&leads[1].1, Fill::Placeholder(t, s) if &**t == "TBD" && s.of(text).contains("TBD"))
    );
    assert_eq!((&*o.links[0].dest, o.links[0].span.of(text)), ("plan.md", "plan.md"));
    let mentions: Vec<_> = o.mentions.iter().map(|(s, id)| (s.of(text), &**id)).collect();
    assert_eq!(mentions, [("R-004", "R-004"), ("crm/R-005a", "crm/R-005a")]);
    assert!(!o.raw_html);
    assert!(o.problems.is_empty());
}

#[test]
fn headings_in_code_quotes_and_comments_are_no_sections() {
    let text = "```\n# a\n```\n\n> ## b\n\n<!--\n## c\n-->\n\n- ## d\n\n## e\n";
    let o = outline(text, 0);
    assert_eq!(o.headings.iter().map(|h| &*h.text).collect::<Vec<_>>(), ["e"]);
}

#[test]
fn what_fills_a_section() {
    for filled in [
        "The scope covers all of Europe.",
        "- Europe",
        "1. Europe",
        "| a |\n|---|\n| Europe |",
        "![map of Europe](map.png)",
        "> The scope covers all of Europe.",
        "```\nsome code that is long enough\n```",
        "<details><summary>More</summary>All of the scope is here.</details>",
        "Short one.\n\nAnd another.",
        "<Describe the scope>\n\nThe scope covers all of Europe.",
        "Not applicable to us are the rules of Europe.",
    ] {
        assert_eq!(fill_of(filled), "filled", "{filled}");
    }
    for empty in [
        "",
        "<!-- describe the scope, in two sentences -->",
        "![](map.png)",
        "-",
        "| a |\n|---|\n|   |",
        "---",
    ] {
        assert_eq!(fill_of(empty), "empty", "{empty}");
    }
    for text in [
        "TBD",
        "tbc.",
        "*TODO*",
        "N/A",
        "NA",
        "none",
        "…",
        "XXX",
        "- TBD",
        "- TBD\n- TBC",
        "Not applicable",
        "See below.",
        "| a | b |\n|---|---|\n| TBD | TBD |",
        "Lorem ipsum dolor sit amet, consectetur",
        "<Describe the scope>",
        "<what is in, and what is out>",
        "[Insert the scope of the project here]",
        "{{ scope_of_the_project }}",
        "- <one line for each thing in scope>",
        "TODO: describe the scope of this",
        "Not applicable — none",
    ] {
        assert!(fill_of(text).starts_with("placeholder "), "{text}: {}", fill_of(text));
    }
    assert_eq!(fill_of("Not applicable — no data is moved"), "n/a no data is moved");
    assert_eq!(fill_of("None identified -- first sprint only"), "n/a first sprint only");
    assert_eq!(fill_of("- N/A: nothing is bought here"), "n/a nothing is bought here");
}

#[test]
fn headings_are_compared_without_dress() {
    for (heading, normal) in [
        ("1. Scope", "scope"),
        ("2.1 Risks & Issues:", "risks and issues"),
        ("A) Go–no-go", "go no go"),
        ("🎯 **Ziele**", "ziele"),
        ("Évaluation  du   périmètre.", "evaluation du perimetre"),
        ("👩\u{200d}💻 Team", "team"),
        ("Ri\u{200b}sks", "ri\u{200b}sks"),
        ("2027 plan", "2027 plan"),
    ] {
        assert_eq!(normalise_heading(heading), normal);
    }
    let parts = heading_parts("Risks, assumptions and constraints");
    for part in ["risks", "assumptions and constraints", "constraints"] {
        assert!(parts.iter().any(|p| p == part), "{parts:?}");
    }
    assert!(heading_parts("Scope").is_empty());
    assert_eq!(heading_parts("In scope / out of scope"), ["in scope", "out of scope"]);
}

#[test]
fn sections_are_found_joined_and_missed() {
    let wanted = Sections::new(
        &[
            spec("Objectives", &["Goals"]),
            spec("Scope", &[]),
            spec("Out of scope", &[]),
            spec("Risks", &[]),
            spec("Assumptions and constraints", &[]),
            spec("Stakeholders", &[]),
            spec("Benefits", &[]),
        ],
        Headings::default(),
    );
    let text = "# T\n\n## 1. Goals\n\n### First\n\nShort one.\n\n### Second\n\nAnd another.\n\n## Scope\n\n\
        **Out of scope:** Asia and the Americas\n\n## Risks, assumptions and constraints\n\nTBD\n\n\
        ## Stakholders\n\nThe sponsor and all of the users\n";
    let o = outline(text, 0);
    let found = match_sections(&o, &wanted);
    assert_eq!(found[0].fill, SectionFill::Filled);
    assert_eq!(found[0].headings, [1]);
    assert_eq!(found[1].fill, SectionFill::Filled);
    assert_eq!((found[2].fill.clone(), found[2].lead_ins.clone()), (SectionFill::Filled, vec![0]));
    assert!(matches!(found[3].fill, SectionFill::Placeholder(..)));
    assert_eq!(found[3].headings, found[4].headings);
    assert_eq!(found[5].fill, SectionFill::Missing);
    assert_eq!(slip(&o, &wanted, 5), Some(6));
    assert_eq!(found[5].insert_at, o.end);
    let missing = match_sections(&outline("## Scope\n\n## Benefits\n", 0), &wanted);
    assert_eq!((missing[0].fill.clone(), missing[0].insert_at), (SectionFill::Missing, 0));
    assert_eq!((missing[3].fill.clone(), missing[3].insert_at), (SectionFill::Missing, 10));
    let hidden = match_sections(&outline("## Ri\u{200b}sks\n\n- one\n", 0), &wanted);
    assert_eq!(hidden[3].fill, SectionFill::Missing);
}

#[test]
fn hidden_characters_and_conflicts_are_named() {
    let found = problems("## Ri\u{200b}sks\n\n`a\u{202e}b` 👩\u{200d}💻 می\u{200c}خواهم\n");
    assert_eq!(found.len(), 2);
    assert_eq!((found[0].0, &*found[0].1), ("hidden-character", "\u{200b}"));
    assert!(found[0].2.contains("U+200B"));
    assert!(found[1].2.contains("U+202E") && found[1].2.contains("direction"));
    let conflict = problems("a\n<<<<<<< HEAD\nb\n=======\nc\n>>>>>>> other\n");
    assert_eq!(conflict.len(), 1);
    assert_eq!((conflict[0].0, &*conflict[0].1), ("conflict-marker", "<<<<<<< HEAD"));
    assert!(conflict[0].2.contains("between `HEAD` and `other`"), "{}", conflict[0].2);
    let two =
        "<<<<<<< a\n=======\n>>>>>>> b\n<<<<<<< a\n||||||| c\n=======\nTitle\n=======\n>>>>>>> b";
    assert_eq!(problems(two).len(), 2);
    assert!(problems("<<<<<<< a\n=======\n").is_empty());
    assert!(problems("Title\n=======\n\ntext\n").is_empty());
}

#[test]
fn links_that_are_not_safe_are_problems() {
    let found = |text: &str| {
        let p = problems(text);
        assert_eq!(p.len(), 1, "{text}: {p:?}");
        (p[0].0, p[0].1.clone(), p[0].2.clone())
    };
    assert_eq!(found("[x](javascript:alert(1))").0, "unsafe-link");
    assert!(found("[x](jav&#x09;ascript:alert(1))").2.contains("javascript"));
    assert!(found("[x](data:text/html,a)").2.contains("data"));
    assert!(found("[x](file:///etc/passwd)").2.contains("file:"));
    assert!(found("[x](//evil.example/a)").2.contains("evil.example"));
    assert!(found("[x](/\\evil.example)").2.contains("evil.example"));
    assert_eq!(found("![x](https://evil.example/p.gif)").0, "remote-image");
    assert_eq!(found("<a href='javascript:a'>x</a>").0, "unsafe-link");
    assert_eq!(found("text <img src=x onerror=alert(1)>").0, "unsafe-html");
    assert_eq!(found("<script>alert(1)</script>").0, "unsafe-html");
    for good in [
        "[x](https://a.b)",
        "<me@a.b>",
        "[x](../a.md#b)",
        "[x](#c)",
        "![x](a.png)",
        "[x](tel:+1)",
        "Vec<String>",
    ] {
        assert!(problems(good).is_empty(), "{good}");
    }
}

#[test]
fn raw_html_gives_links_text_and_words() {
    let text =
        "<div>\n<a href=\"a.md\">A</a> <img src='b.png' alt=b>\n</div>\n\nand <b>c</b> [d](d.md)\n";
    let o = outline(text, 0);
    assert!(o.raw_html);
    let links: Vec<_> = o.links.iter().map(|l| (&*l.dest, l.image)).collect();
    assert_eq!(links, [("a.md", false), ("b.png", true), ("d.md", false)]);
    assert_eq!(o.words, 4);
    let mails = outline("<me@a.b>", 0);
    assert_eq!(&*mails.links[0].dest, "mailto:me@a.b");
}

#[test]
fn mentions_stand_alone() {
    let mentions = |text: &str| -> Vec<String> {
        outline(text, 0).mentions.iter().map(|(s, _)| s.of(text).to_owned()).collect()
    };
    assert_eq!(
        mentions("R-001/R-002, (CR9) D-014: R-1’s"),
        ["R-001", "R-002", "CR9", "D-014", "R-1"]
    );
    assert_eq!(mentions("a/b/R-001 xR-001 R-001-2 R-001.md/x ABCDE-1 R-123456 é"), ["R-001"]);
    assert!(mentions("[R-001](a.md) `R-001`\n\n    R-001\n").is_empty());
}

#[test]
fn deep_nesting_is_one_problem() {
    for bomb in [
        "<div>".repeat(500),
        "<div>\n\n".repeat(500),
        "a <b>".repeat(500),
        ">".repeat(500) + "a",
        "- ".repeat(500) + "a",
        "*a **a ".repeat(300) + &"a** a*".repeat(300),
    ] {
        let p = problems(&bomb);
        assert_eq!(p.iter().filter(|p| p.0 == "over-limit").count(), 1);
    }
}

#[test]
fn ids_are_unique_in_linear_time() {
    let text = "# a\n".repeat(20_000) + "# a 1\n# !\n";
    let o = outline(&text, 0);
    let mut ids: Vec<_> = o.headings.iter().map(|h| &h.id).collect();
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), 20_002);
}

#[test]
fn every_line_end_gives_the_same_outline() {
    let text = "# T\n\n## Scope\n\ntext of some length here\nR-001\n\n- a\n- b\n\n```\ncode\n```\n\n## Next\n";
    let normal = outline(text, 0);
    for ending in ["\r\n", "\r"] {
        let twin = text.replace('\n', ending);
        let o = outline(&twin, 0);
        assert_eq!(o.words, normal.words);
        let heads = |o: &Outline| {
            o.headings.iter().map(|h| (h.text.clone(), h.fill.clone())).collect::<Vec<_>>()
        };
        assert_eq!(heads(&o), heads(&normal));
    }
}

proptest::proptest! {
    #[test]
    fn any_text_has_an_outline(text in soup()) {
        let o = outline(&text, 3);
        let good = |span: Span| {
            span.start <= span.end
                && text.is_char_boundary(span.start as usize)
                && text.is_char_boundary(span.end as usize)
        };
        proptest::prop_assert!(o.headings.iter().all(|h| good(h.span)));
        proptest::prop_assert!(o.lead_ins.iter().all(|h| good(h.span)));
        proptest::prop_assert!(o.links.iter().all(|l| good(l.span)));
        proptest::prop_assert!(o.mentions.iter().all(|(s, id)| good(*s) && s.of(&text) == &**id));
        proptest::prop_assert!(o.problems.iter().all(|p| good(p.span)), "{:?}", o.problems);
    }
}

/// Text made of the pieces that markdown and HTML give a meaning.
pub(super) fn soup() -> impl proptest::strategy::Strategy<Value = String> {
    use proptest::prelude::*;
    let piece = proptest::sample::select(vec![
        "\n",
        "\n\n",
        " ",
        "# ",
        "## ",
        "- ",
        "1. ",
        "> ",
        "**",
        "*",
        "_",
        "`",
        "```\n",
        "[",
        "](",
        ")",
        "![",
        "<",
        ">",
        "</",
        "<b>",
        "</b>",
        "<script>",
        "</script>",
        "<div>",
        "</div>",
        "<details>",
        "<summary>",
        "<table>",
        "<td>",
        "<img src=x onerror=alert(1)>",
        "<a href=\"javascript:x\">",
        "<svg><style>",
        "<p>",
        "</p>",
        "javascript:alert(1)",
        "https://e.example",
        "a.md",
        "R-001",
        "crm/R-2",
        "é",
        "日",
        "\u{200b}",
        "\u{202e}",
        "word",
        "TBD",
        ":",
        "|",
        "|---|",
        "| a |\n|---|\n| b |\n",
        "[^1]",
        "[^1]: ",
        "[ ] ",
        "> [!NOTE]\n",
        "&lt;",
        "&",
        "\"",
        "'",
        "=",
        "<!--",
        "-->",
        "\r\n",
        "\r",
        "\t",
        "    ",
        "~~",
        "\\",
        "onclick=x",
        "<li>",
        "<a id=x name=y>",
        "<pre>",
        "<ul>",
        "<h2>",
        "{",
        "}",
        "style='x'",
        "<b ",
        "title=\"a>b\"",
        "<math>",
        "<textarea>",
        "<title>",
    ]);
    prop_oneof![
        4 => proptest::collection::vec(piece.prop_map(str::to_owned), 0..60).prop_map(|v| v.concat()),
        1 => "\\PC{0,80}",
    ]
}

#[test]
fn lists_of_names_are_sorted() {
    for list in [raw::ALLOWED, raw::REMOVED, raw::VOID, raw::BLOCKS, raw::PLAIN] {
        assert!(list.is_sorted(), "{list:?}");
    }
    assert!(raw::PLAIN.iter().chain(raw::BLOCKS).all(|name| raw::ALLOWED.contains(name)));
}

#[test]
fn raw_html_that_is_closed_is_not_deep() {
    assert!(
        problems(&"<div><b>a</b></div>\n\na <kbd>b</kbd><br>\n\n- <b>c\n\n".repeat(300)).is_empty()
    );
}
