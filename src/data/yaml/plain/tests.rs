//! The short way against the general parser.

use super::super::{Limits, Parsed, general};
use super::read;
use proptest::prelude::*;

const REPORT: &str = r#"kind: status
project: oak-archive
author: "@nwolf"
as_of: 2025-08-28   # a Thursday
period: {from: 2025-08-22, to: 2025-08-28}
empty:
nothing: ~
note: 'in quotes: yes'
what_changed: Finance finished the second load test (18 of 60), see CR-001.
health:
  overall: {rag: green, trend: improving, why: after a second look at the numbers}
  scope: {rag: amber, nested: {a: [1, -2], b: []}}

  # a note
  schedule:
    rag: red
milestones:
  M2: {forecast: 2025-09-04, note: "the training plan, again"}
budget: {}
critical_path: [M2, M3, "M4"]
links:
- https://example.com/a?b=1#c
- café, naive and 日本
risks:
  - id: R-001
    title: Freeze at year end
    due: 10:30

    steps:
      - one
      - two
  - id: R-002
    title: ""
    owner:
last: null"#;

const REGISTER: &str = "- id: A-1\n  text: first\n- id: A-2\n  tags: [a, b]\n- plain words\n- 5\n";

/// Whether the short way read the text; what it read must be what the general
/// parser reads, without a mistake.
fn same(text: &str) -> bool {
    let mut read_any = false;
    for limits in [Limits::FRONT_MATTER, Limits::REGISTER] {
        let Some(root) = read(text, 0, text.len(), &limits) else { continue };
        let parsed = Parsed { root: Some(root), problems: Vec::new(), broken: false };
        assert_eq!(general(text, 0, text.len(), &limits), parsed, "{text:?}");
        read_any = true;
    }
    read_any
}

#[test]
fn what_is_written_plainly_is_read_the_short_way() {
    assert!(same(REPORT));
    assert!(same(REGISTER));
    for text in [
        "a: 1",
        "a:",
        "\n\n# note\na: 1\n\n",
        "a: -5\nb: 1.5\nc: .5\nd: +1\n",
        "a:   b   \nc: d",
        "a: x#y # z\nb: #\n  - 1 # x\n",
        "a:\n  b:\n    c:\n      - d: 1\n        e: 2\n",
        "a:\n- b\nc: 1\n",
        "a b: 1\n1: x\nc/d: 2",
        "a: [ x , [ ] , { } , 'y' ]\n",
        "a: http://b:80/c\n",
        "a: \u{e9}",
    ] {
        assert!(same(text), "{text:?}");
    }
}

#[test]
fn whatever_may_mean_more_is_left_to_the_general_parser() {
    for text in [
        "",
        "a",
        "# note",
        " a: 1",
        "a: 1\n b: 2",
        "a: b\n  c",
        "a: |\n  b",
        "a: >-\n  b",
        "a: &b c",
        "a: *b",
        "a: !t c",
        "a: b: c",
        "a: b:",
        "a: \"b\\n\"",
        "a: 'b''c'",
        "a: \"b",
        "a: \"b\" c",
        "a: [b",
        "a: [b,\n c]",
        "a: [b, ]",
        "a: {b}",
        "a: {b: }",
        "a: {b:1}",
        "a: [b: c]",
        "a: - b",
        "a: 1\na: 2",
        "a: {b: 1, b: 2}",
        "a\t: 1",
        "a: 1\r\n",
        "\u{e9}: x",
        "a: \u{7}",
        "a: b\u{a0}",
        "? a",
        "---\na: 1",
        "a: 1\n---\nb: 1",
        "a: 1\n...",
        "%YAML 1.2\n",
        "<<: a",
        "true: 1",
        "null: 1",
        "1.5: a",
        "- - a",
        "-\n  a: 1",
        "a: @b",
        "a: `b`",
        "a: %b",
        "a: ,b",
        "a: [[[[[[[[[[[[[[x]]]]]]]]]]]]]]",
    ] {
        assert!(!same(text), "{text:?}");
    }
}

/// Pieces of which lines are made.
fn piece() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec![
        "a",
        "b",
        "key",
        "1",
        "-5",
        "2025-01-01",
        " ",
        "  ",
        "    ",
        ": ",
        ":",
        ":\n",
        "\n",
        "\n\n",
        "\n  ",
        "\n    ",
        "\n- ",
        "\n  - ",
        "- ",
        "-",
        "[",
        "]",
        "{",
        "}",
        ", ",
        ",",
        "\"",
        "'",
        "#",
        " # x",
        "null",
        "~",
        "\u{e9}",
        "a: 1\n",
        "b: {x: 1}\n",
        "c: [1, 2]\n",
        "d:\n",
        "  e: f\n",
        "    g: h\n",
        "  - i\n",
        "  - j: k\n",
        "    l: m\n",
        "'q'",
        "\"r\"",
        "|",
        ">",
        "&x",
        "*x",
        "!y",
        "?",
        "%",
        "@",
        "`",
        "...",
        "---",
        "<<",
        "true",
        "\\",
        "/",
        ".",
        "(",
        "$",
        "=",
        "\u{a0}",
        "\u{2028}",
        "x y",
        "://",
        "a.b",
        "^",
        ";",
    ])
}

fn edited(text: &str, edits: &[(prop::sample::Index, usize, &str)]) -> String {
    let mut out: Vec<char> = text.chars().collect();
    for (at, remove, insert) in edits {
        let at = at.index(out.len() + 1);
        let to = (at + remove).min(out.len());
        out.splice(at..to, insert.chars());
    }
    out.into_iter().collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4000))]

    #[test]
    fn both_read_the_same_from_pieces(pieces in prop::collection::vec(piece(), 0..24)) {
        same(&pieces.concat());
    }

    #[test]
    fn both_read_the_same_after_edits(
        edits in prop::collection::vec((any::<prop::sample::Index>(), 0..4usize, piece()), 1..4),
        register in any::<bool>(),
    ) {
        same(&edited(if register { REGISTER } else { REPORT }, &edits));
    }
}
