//! Tests of the YAML reader.
#![allow(clippy::format_collect, reason = "tests build texts")]

use super::super::{Node, Problem, Scalar, Value};
use super::{Limits, Parsed, parse};
use crate::text::{LineIndex, Span};
use proptest::prelude::*;

fn front(text: &str) -> Parsed {
    parse(text, 0..text.len(), &Limits::FRONT_MATTER)
}

/// The root of a text without mistakes.
fn clean(text: &str) -> Node {
    let parsed = front(text);
    assert_eq!(parsed.problems, [], "{text:?}");
    assert!(!parsed.broken);
    parsed.root.unwrap()
}

/// `line:column rule: what is underlined: message (help) [related]`, for each problem.
fn told(text: &str) -> Vec<String> {
    let index = LineIndex::new(text);
    let at = |span: Span| index.position(span.start);
    let tell = |p: &Problem| {
        let help = p.help.as_deref().unwrap_or("");
        let mut out =
            format!("{} {}: {:?}: {} ({help})", at(p.span), p.rule, p.span.of(text), p.message);
        for (span, label) in &p.related {
            out += &format!(" [{} {label}]", at(*span));
        }
        out
    };
    front(text).problems.iter().map(tell).collect()
}

/// Every key and scalar must be what its span covers, quotes aside.
fn check_spans(text: &str, node: &Node) {
    match &node.value {
        Value::Null => assert!(matches!(node.span.of(text), "" | "~" | "null"), "{node:?}"),
        Value::Scalar(Scalar { text: value, .. }) => {
            let written = node.span.of(text).trim_matches(['"', '\'']);
            assert_eq!(
                written.split_whitespace().collect::<Vec<_>>(),
                value.split_whitespace().collect::<Vec<_>>()
            );
        }
        Value::List(items) => items.iter().for_each(|item| {
            assert!(node.span.start <= item.span.start && item.span.end <= node.span.end);
            check_spans(text, item);
        }),
        Value::Map(entries) => entries.iter().for_each(|entry| {
            assert_eq!(entry.key_span.of(text).trim_matches('"'), &*entry.key);
            assert!(node.span.start <= entry.key_span.start, "{entry:?}");
            assert!(entry.value.span.end <= node.span.end, "{entry:?} {:?}", node.span);
            check_spans(text, &entry.value);
        }),
    }
}

const GOOD: &str = "title: Größe → ok\nowner: \"@mlopez\"\nempty:\nnil: ~\n\"quoted key\": 'x'\nnote: |\n  two\n  lines\n\nplain: runs\n  over two # c\nteam: [a, é, {k: v, w: \"日本\"}]\nrisks:\n- id: R-001\n  p: 3\n-   id: R-002\n  \nnested:\n  list:\n    - - 1\n      - 2\n    -\n  last: 2026-03-27\n";

#[test]
fn spans_are_exact_in_every_kind_of_text() {
    for text in [
        GOOD.to_owned(),
        GOOD.replace('\n', "\r\n"),
        GOOD.replace('\n', "\r"),
        format!("\u{feff}{GOOD}"),
        format!("# Größe\n{GOOD}"),
    ] {
        let root = clean(&text);
        check_spans(&text, &root);
        let risks = root.get("risks").unwrap();
        assert_eq!(risks.value.span.of(&text).get(..5), Some("- id:"));
        assert_eq!(risks.value.items()[1].get("id").unwrap().value.as_str(), Some("R-002"));
        assert_eq!(root.get("team").unwrap().value.span.of(&text), "[a, é, {k: v, w: \"日本\"}]");
        assert_eq!(root.get("note").unwrap().value.as_str(), Some("two\nlines\n"));
        assert_eq!(root.get("empty").unwrap().value.what(), "nothing");
    }
}

#[test]
fn a_range_within_a_file_keeps_the_files_offsets() {
    let text = "---\ntitle: é x\n---\nbody";
    let parsed = parse(text, 4..16, &Limits::FRONT_MATTER);
    assert_eq!(parsed.root.unwrap().get("title").unwrap().value.span.of(text), "é x");
}

#[test]
fn scalars_stay_as_written_and_know_their_quotes() {
    let root = clean("a: no\nb: 010\nc: 12:30:45\nd: \"1.10\"\ne: 'it''s'\nf: \"a\\tb\"\n");
    let values: Vec<_> = root
        .entries()
        .iter()
        .map(|e| match &e.value.value {
            Value::Scalar(s) => (&*s.text, s.plain),
            _ => ("", false),
        })
        .collect();
    assert_eq!(
        values,
        [
            ("no", true),
            ("010", true),
            ("12:30:45", true),
            ("1.10", false),
            ("it's", false),
            ("a\tb", false)
        ]
    );
}

#[test]
fn nothing_is_no_mistake() {
    for text in ["", "\n\n", "# todo\n", "---\n", "~"] {
        assert_eq!(front(text), Parsed { root: None, problems: vec![], broken: false }, "{text:?}");
    }
}

#[test]
fn each_mistake_says_where_and_how_to_mend_it() {
    for (text, expected) in [
        (
            "title: Phase 2: pilot\n",
            "1:8 invalid-yaml: \"Phase 2: pilot\": the value of `title` holds a colon and has no quotes (put the value in quotes: `title: \"Phase 2: pilot\"`)",
        ),
        (
            "- x\n",
            "1:1 not-a-mapping: \"- x\": the front matter is a list, not a mapping (write a `key: value` on each line)",
        ),
        (
            "hello\n",
            "1:1 not-a-mapping: \"hello\": the front matter is text, not a mapping (write a `key: value` on each line)",
        ),
        (
            "owner: @mlopez # me\n",
            "1:8 invalid-yaml: \"@mlopez\": `@` cannot begin an unquoted value (put the value in quotes: `owner: \"@mlopez\"`)",
        ),
        (
            "by: [@a, @b]\n",
            "1:6 invalid-yaml: \"@a\": `@` cannot begin an unquoted value (put the value in quotes: `\"@a\"`)",
        ),
        (
            "team:\n\tlead: x\n",
            "2:1 invalid-yaml: \"\\t\": a tab indents this line (indent with spaces: YAML does not allow tabs)",
        ),
        (
            "a: 1\nstatus: green\nstatus: red\n",
            "3:1 duplicate-key: \"status\": duplicate key `status` (keep one of the two) [2:1 first given here]",
        ),
        (
            "a: {b: 1, b: 2}\n",
            "1:11 duplicate-key: \"b\": duplicate key `b` (keep one of the two) [1:5 first given here]",
        ),
        (
            "title: \"Case\nkind: x\n",
            "1:8 invalid-yaml: \"\\\"Case\": the quote is never closed (put a `\"` at the end of the value)",
        ),
        (
            "kind: y\n title: x\n",
            "2:2 invalid-yaml: \"title: x\": this line is indented as if it continued the value above (align it with the keys it belongs to)",
        ),
        (
            "a:\n  b: 1\n c: 2\n",
            "3:2 invalid-yaml: \"c: 2\": the indentation of this line matches no line above (align it with the other keys of its mapping or items of its list)",
        ),
        (
            "a: 1\n::add-mask::x\nb: 2\n",
            "2:1 invalid-yaml: \"::add-mask::x\": this line is no `key: value` (write a colon and a space behind the key; indent the line if it continues the value above)",
        ),
        (
            "a: [1, 2\nb: c\n",
            "1:4 invalid-yaml: \"[\": `[` is never closed (put a `]` behind the last value)",
        ),
        (
            "a: {b: 1\nc: 2\n",
            "1:4 invalid-yaml: \"{\": `{` is never closed (put a `}` behind the last value)",
        ),
        ("a: {b: 1]\n", "1:4 invalid-yaml: \"{\": `{` is closed by `]` (close it with `}`)"),
        (
            "a: 'x' y\n",
            "1:8 invalid-yaml: \"y\": text stands behind the closing quote (put the whole value in quotes, and write a quote within single quotes twice: `''`)",
        ),
        (
            "a: - b\n",
            "1:4 invalid-yaml: \"-\": a list item cannot begin here (put each `- ` on a line of its own, below the key; put text that begins with `-` in quotes)",
        ),
        (
            "a: \"C:\\q\"\n",
            "1:7 invalid-yaml: \"\\\\q\": `\\q` is no escape that YAML knows (write `\\\\` for a backslash, or put the value in single quotes)",
        ),
        (
            "owner: *nobody\n",
            "1:8 unsupported-yaml: \"*nobody\": the alias `*nobody` has no anchor (put the value in quotes if the text begins with `*`: `\"*nobody\"`)",
        ),
        (
            "a: &a [*a]\n",
            "1:8 unsupported-yaml: \"*a\": an alias stands within the value it repeats (write the value out instead of the alias)",
        ),
        (
            "title: !!binary aGVsbG8=\n",
            "1:8 unsupported-yaml: \"!!binary\": the tag `!!binary` is not supported (remove the tag, or put the whole value in quotes if it is text)",
        ),
        (
            "a: !include /etc/passwd\n",
            "1:4 unsupported-yaml: \"!include\": the tag `!include` is not supported (remove the tag, or put the whole value in quotes if it is text)",
        ),
        (
            "b: &b {x: 1}\na:\n  <<: *b\n",
            "3:3 unsupported-yaml: \"<<\": merge keys (`<<`) are not supported (write the fields out here)",
        ),
        (
            "title: x\n...\n---\nkind: y\n",
            "2:1 unsupported-yaml: \"...\": several YAML documents in one text (remove this line, or keep one document for each file)",
        ),
        (
            "title: x\n---\nkind: y\n",
            "2:1 unsupported-yaml: \"---\": several YAML documents in one text (remove this line, or keep one document for each file)",
        ),
        (
            "%YAML 1.2\n---\na: b\n",
            "1:1 unsupported-yaml: \"%YAML 1.2\": YAML directives (`%`) are not supported (remove the line)",
        ),
        (
            "1.5: x\n",
            "1:1 unsupported-yaml: \"1.5\": the key `1.5` is not text (put the key in quotes: `\"1.5\":`)",
        ),
        (
            "? [a, b]\n: c\n",
            "1:3 unsupported-yaml: \"[a, b]\": a list cannot be a key (use a word as key; put text with brackets in quotes)",
        ),
        (
            "a: 1\n: b\n",
            "2:1 unsupported-yaml: \"\": a value without a key (write a key before the colon)",
        ),
        (
            "a: 1\n<<<<<<< HEAD\nb: 2\n=======\nb: 3\n>>>>>>> x\nc: 4\n",
            "2:1 conflict-marker: \"<<<<<<< HEAD\": an unresolved merge conflict between `HEAD` and `x` begins here (keep what is right and remove the lines `<<<<<<<`, `=======` and `>>>>>>>`) [4:1 the other side begins here] [6:1 the conflict ends here]",
        ),
    ] {
        let told = told(text);
        assert_eq!(told, [expected], "{text:?}");
        for line in [text.replace('\n', "\r\n"), text.replace('\n', "\r")] {
            let crlf = super::tests::told(&line);
            assert_eq!(crlf.len(), 1, "{line:?} {crlf:?}");
            assert_eq!(crlf[0].split(' ').next(), expected.split(' ').next(), "{line:?}");
        }
    }
}

#[test]
fn one_error_for_each_key_and_the_rest_is_kept() {
    let text = "title: Phase 2: x\nkind: status\nowner: @a\nteam: [a, b\nas_of: 2026-03-27\nrisks:\n  - id: R-1\n  - id: R-2\n    title: a: b\nlast: \"open\nend: x\n";
    let parsed = front(text);
    assert!(parsed.broken);
    let lines: Vec<_> =
        told(text).iter().map(|t| t.split(' ').next().unwrap().to_owned()).collect();
    assert_eq!(lines, ["1:8", "3:8", "4:7", "9:12", "10:7"]);
    let root = parsed.root.unwrap();
    let keys: Vec<_> = root.entries().iter().map(|e| &*e.key).collect();
    assert_eq!(keys, ["kind", "as_of", "risks", "end"]);
    assert_eq!(root.get("risks").unwrap().value.items().len(), 1);
    check_spans(text, &root);
}

#[test]
fn duplicates_are_found_across_broken_pieces_and_in_long_mappings() {
    let told_here = told("a: 1\nb: @x\na: 2\n");
    assert_eq!(told_here.len(), 2);
    assert!(told_here[1].starts_with("3:1 duplicate-key"), "{told_here:?}");
    let mut long: String = (0..100).map(|i| format!("k{i}: {i}\n")).collect();
    long += "k7: again\n";
    let parsed = front(&long);
    assert_eq!(parsed.problems.len(), 1);
    let root = parsed.root.unwrap();
    assert_eq!(root.entries().len(), 100);
    assert_eq!(root.get("k7").unwrap().value.as_str(), Some("7"));
}

#[test]
fn a_conflict_leaves_the_rest_readable() {
    let parsed = front("a: 1\n<<<<<<< HEAD\nb: 2\n=======\nb: 3\n>>>>>>> x\nc: 4\n");
    assert!(parsed.broken);
    let keys: Vec<_> = parsed.root.as_ref().unwrap().entries().iter().map(|e| &*e.key).collect();
    assert_eq!(keys, ["a", "b", "c"]);
}

#[test]
fn registers_may_be_lists_and_broken_items_leave_the_others() {
    let text = "- id: A\n- id: B: x\n  y: 1\n- id: C\n";
    let parsed = parse(text, 0..text.len(), &Limits::REGISTER);
    assert_eq!(parsed.problems.len(), 1);
    let root = parsed.root.unwrap();
    let ids: Vec<_> = root.items().iter().filter_map(|i| i.get("id")?.value.as_str()).collect();
    assert_eq!(ids, ["A", "C"]);
}

#[test]
fn aliases_work_within_their_budget() {
    let root = clean("a: &x {b: 1}\nc: *x\nd: *x\n");
    assert_eq!(root.get("d").unwrap().value.get("b").unwrap().value.as_str(), Some("1"));
}

/// The only problem's rule and message.
fn refused(text: &str, limits: &Limits) -> (&'static str, String) {
    let parsed = parse(text, 0..text.len(), limits);
    assert!(parsed.broken);
    assert_eq!(parsed.problems.len(), 1, "{:?}", parsed.problems);
    (parsed.problems[0].rule, parsed.problems[0].message.clone())
}

#[test]
fn bombs_are_refused_fast() {
    let fm = &Limits::FRONT_MATTER;
    let register = &Limits::REGISTER;
    let mut laughs = String::from("a0: &a0 [x, x, x, x, x, x, x, x, x]\n");
    let mut chain = String::from("a0: &a0 [x]\n");
    for i in 1..10 {
        let nine = vec![format!("*a{}", i - 1); 9].join(", ");
        laughs += &format!("a{i}: &a{i} [{nine}]\n");
        chain += &format!("a{i}: &a{i} {}*a{}{}\n", "[".repeat(5), i - 1, "]".repeat(5));
    }
    assert_eq!(
        refused(&laughs, fm),
        ("unsupported-yaml", "the aliases repeat more than the limit of 1000 values".into())
    );
    let quadratic = format!("a: &a {}\nb: [{}]\n", "x".repeat(100_000), "*a,".repeat(2_000));
    assert_eq!(refused(&quadratic, register).0, "unsupported-yaml");
    assert_eq!(refused(&quadratic, fm).0, "over-limit");
    assert!(
        front(&chain).problems.iter().all(|p| p.rule == "over-limit" && p.message.contains("deep"))
    );
    assert!(front(&chain).broken);
    assert!(refused(&format!("a: {}", "[".repeat(60_000)), fm).1.contains("deep"));
    assert!(refused(&format!("a: {}", "[".repeat(1_000_000)), register).1.contains("deep"));
    let mixed = format!("a: {}1{}", "[{b: ".repeat(20), "}]".repeat(20));
    assert!(refused(&mixed, fm).1.contains("deep"));
    let block: String = (0..300).map(|n| format!("{}k:\n", " ".repeat(n))).collect();
    assert!(refused(&block, fm).1.contains("deep"));
    let keys: String = (0..100_000).map(|n| format!("k{n}: 1\n")).collect();
    assert!(refused(&keys, fm).1.contains("over the limit of 64 KiB"));
    let short = format!("a: [{}]", "1,".repeat(20_000));
    assert_eq!(
        refused(&short, fm),
        ("over-limit", "more than 10000 values, which is the limit".into())
    );
    assert_eq!(refused(&format!("{}: 1\n", "k".repeat(60_000)), fm).0, "over-limit");
    assert_eq!(refused(&format!("{}: 1\n", "k".repeat(1_000_000)), register).0, "over-limit");
}

#[test]
fn large_broken_registers_are_read_to_their_end() {
    for piece in [
        "k: @x\n",
        "- a: b: c\n",
        "k: \"x\n",
        "k: [\n",
        "\tx: 1\n",
        "k:\n  - 'x\n",
        "k: &a *a\n",
        "? \n",
        "{",
        "k: {a: [\n",
    ] {
        let text = piece.repeat(2_000_000 / piece.len());
        let parsed = parse(&text, 0..text.len(), &Limits::REGISTER);
        assert!(parsed.problems.len() <= super::MOST && parsed.broken, "{piece:?}");
    }
}

fn soup() -> impl Strategy<Value = String> {
    let token = prop::sample::select(vec![
        "a",
        "b: ",
        ": ",
        ":",
        "- ",
        "-",
        "\n",
        "\n",
        "\r\n",
        "\r",
        " ",
        "  ",
        "\t",
        "[",
        "]",
        "{",
        "}",
        ",",
        "\"",
        "'",
        "|",
        ">",
        "&x ",
        "*x",
        "!t ",
        "!!",
        "@",
        "`",
        "%",
        "#",
        " #",
        "? ",
        "<<: ",
        "<<<<<<< H\n",
        "=======\n",
        ">>>>>>>\n",
        "---\n",
        "...\n",
        "é",
        "日",
        "\u{feff}",
        "\u{85}",
        "\u{2028}",
        "\\",
        "~",
        "1",
        "x: y\n",
        "\u{1f600}",
    ]);
    prop::collection::vec(token, 0..40).prop_map(|tokens| tokens.concat())
}

fn spans(node: &Node, out: &mut Vec<Span>) {
    out.push(node.span);
    node.items().iter().for_each(|item| spans(item, out));
    for entry in node.entries() {
        out.push(entry.key_span);
        spans(&entry.value, out);
    }
}

fn holds(text: &str) {
    for limits in [Limits::FRONT_MATTER, Limits::REGISTER] {
        let parsed = parse(text, 0..text.len(), &limits);
        let mut all: Vec<Span> = parsed.problems.iter().map(|p| p.span).collect();
        if let Some(root) = &parsed.root {
            spans(root, &mut all);
        }
        for span in all {
            assert!(
                text.get(span.start as usize..span.end as usize).is_some(),
                "{span:?} in {text:?}"
            );
        }
    }
    let split = super::super::front_matter::split(text);
    assert!(text.is_char_boundary(split.body));
    if let Some(range) = split.yaml {
        assert!(text.get(range.clone()).is_some());
        let _ = parse(text, range, &Limits::FRONT_MATTER);
    }
    let _ = super::super::toml::parse(text);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn no_text_panics_and_spans_fall_on_character_borders(text in soup()) {
        holds(&text);
        holds(&format!("---\n{text}\n---\n"));
    }

    #[test]
    fn neither_do_arbitrary_characters(text in "\\PC{0,60}") {
        holds(&text);
    }
}
