//! Tests of the report formats, with their whole output.

mod machines;

use super::*;
use crate::text::{LineIndex, Span};

const REPORT: &str =
    "---\nkind: status\nowner: @mlopez\nstatus: green\ntitle: 日本 x\nstatus: red\n---\n";

fn finding(rule: &'static str, path: &str, text: &str, part: &str, message: &str) -> Finding {
    let start = text.find(part).unwrap();
    let span = Span::new(start, start + part.len());
    let at = LineIndex::new(text).position(span.start);
    Finding::new(rule, path.into(), span, at, message)
}

fn findings() -> Vec<Finding> {
    let again = REPORT.rfind("status").unwrap();
    let span = Span::new(again, again + 6);
    let index = LineIndex::new(REPORT);
    let first = REPORT.find("status: g").unwrap();
    let duplicate = Finding::new(
        "duplicate-key",
        "a.md".into(),
        span,
        index.position(span.start),
        "duplicate key `status`",
    )
    .help("keep one of the two")
    .related(
        "a.md".into(),
        Span::new(first, first + 6),
        index.position(Span::at(first).start),
        "first given here",
    )
    .related(
        "gone.md".into(),
        Span::at(4),
        crate::text::Position { line: 2, column: 1 },
        "as in the charter",
    );
    vec![
        finding("invalid-yaml", "a.md", REPORT, "@mlopez", "`@` cannot begin an unquoted value")
            .help("put the value in quotes: `owner: \"@mlopez\"`"),
        finding("invalid-value", "a.md", REPORT, "x\n", "no\u{1b}[31m such value")
            .severity(Severity::Warn)
            .replace_with("y"),
        duplicate,
        finding("unknown-field", "gone.md", "a: b", "b", "the field is not known")
            .severity(Severity::Note),
        finding(
            "unknown-field",
            "book.toml",
            "[books]\n",
            "books",
            "the table `books` is not known",
        )
        .help("did you mean `book`?"),
        finding("silent", "a.md", REPORT, "kind", "not shown").severity(Severity::Allow),
    ]
}

fn read(path: &str) -> Option<String> {
    match path {
        "a.md" => Some(REPORT.into()),
        "book.toml" => Some("[books]\n".into()),
        _ => None,
    }
}

fn shown(
    name: &str,
    findings: &[Finding],
    prefix: &str,
    read: &dyn Fn(&str) -> Option<String>,
) -> String {
    let way = Way { src: prefix.into(), book: String::new() };
    written(name, &Report { findings, here: &way, repository: &way, ..report(read) })
}

/// A report without findings.
fn report(read: &dyn Fn(&str) -> Option<String>) -> Report<'_> {
    static HERE: Way = Way { src: String::new(), book: String::new() };
    Report {
        findings: &[],
        suppressed: &[],
        compared: &[],
        here: &HERE,
        repository: &HERE,
        read,
        colour: false,
        as_of: crate::date::parse("2026-03-27").unwrap(),
        checked: Some((48, 8)),
    }
}

fn written(name: &str, report: &Report<'_>) -> String {
    let mut out = Vec::new();
    (find(name).unwrap().write)(report, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

#[test]
fn text_underlines_the_exact_value() {
    insta::assert_snapshot!(shown("text", &findings(), "src/", &read), @r##"
error[invalid-yaml]: `@` cannot begin an unquoted value
 --> src/a.md:3:8
  |
3 | owner: @mlopez
  |        ^^^^^^^
  |
  = help: put the value in quotes: `owner: "@mlopez"`

warning[invalid-value]: no\u{1b}[31m such value
 --> src/a.md:5:11
  |
5 | title: 日本 x
  |             ^
  |
  = help: write `y`

error[duplicate-key]: duplicate key `status`
 --> src/a.md:6:1
  |
4 | status: green
  | ------ first given here
5 | title: 日本 x
6 | status: red
  | ^^^^^^
  |
  = note: as in the charter: src/gone.md:2:1
  = help: keep one of the two

src/gone.md:1:4: note[unknown-field]: the field is not known

error[unknown-field]: the table `books` is not known
 --> book.toml:1:2
  |
1 | [books]
  |  ^^^^^
  |
  = help: did you mean `book`?

3 errors, 1 warning and 1 note in 48 documents of 8 projects
"##);
}

#[test]
fn short_is_one_line_for_each() {
    insta::assert_snapshot!(shown("short", &findings(), "src/", &read), @r##"
src/a.md:3:8: error[invalid-yaml]: `@` cannot begin an unquoted value (help: put the value in quotes: `owner: "@mlopez"`)
src/a.md:5:11: warning[invalid-value]: no\u{1b}[31m such value (help: write `y`)
src/a.md:6:1: error[duplicate-key]: duplicate key `status` (help: keep one of the two) (first given here: src/a.md:4:1) (as in the charter: src/gone.md:2:1)
src/gone.md:1:4: note[unknown-field]: the field is not known
book.toml:1:2: error[unknown-field]: the table `books` is not known (help: did you mean `book`?)
3 errors, 1 warning and 1 note in 48 documents of 8 projects
"##);
}

#[test]
fn json_is_valid_and_complete() {
    let out = shown("json", &findings(), "src/", &read);
    let value: serde_json::Value = serde_json::from_str(&out).unwrap();
    assert_eq!(value["findings"][1]["message"], "no\u{1b}[31m such value");
    insta::assert_snapshot!(out, @r##"
{"schema":"milepost-findings-1","as_of":"2026-03-27",
"documents":48,"projects":8,
"counts":{"deny":3,"warn":1,"note":1},
"findings":[
{"path":"src/a.md","line":3,"column":8,"end":{"line":3,"column":15},"rule":"invalid-yaml","severity":"deny","message":"`@` cannot begin an unquoted value","help":"put the value in quotes: `owner: \"@mlopez\"`","replacement":null,"related":[]},
{"path":"src/a.md","line":5,"column":11,"end":{"line":6,"column":1},"rule":"invalid-value","severity":"warn","message":"no\u001b[31m such value","help":null,"replacement":"y","related":[]},
{"path":"src/a.md","line":6,"column":1,"end":{"line":6,"column":7},"rule":"duplicate-key","severity":"deny","message":"duplicate key `status`","help":"keep one of the two","replacement":null,"related":[{"path":"src/a.md","line":4,"column":1,"label":"first given here"},{"path":"src/gone.md","line":2,"column":1,"label":"as in the charter"}]},
{"path":"src/gone.md","line":1,"column":4,"end":null,"rule":"unknown-field","severity":"note","message":"the field is not known","help":null,"replacement":null,"related":[]},
{"path":"book.toml","line":1,"column":2,"end":{"line":1,"column":7},"rule":"unknown-field","severity":"deny","message":"the table `books` is not known","help":"did you mean `book`?","replacement":null,"related":[]}
]}
"##);
}

#[test]
fn without_findings_only_the_summary_is_written() {
    for format in ["text", "short"] {
        assert_eq!(shown(format, &[], "", &read), "no findings in 48 documents of 8 projects\n");
    }
    let out = shown("json", &[], "", &read);
    assert!(serde_json::from_str::<serde_json::Value>(&out).is_ok());
}

#[test]
fn every_kind_of_text_can_be_shown() {
    let long = format!("{}y", "x ".repeat(50_000));
    let texts = [
        "a\r\nb: c\r\n",
        "a\rb: c\r",
        "\u{feff}b: c",
        "b:\tc\n",
        "b: \u{202e}\u{200b}c\u{7}\u{e9}",
        "",
        "é",
        "\n\n",
        "日: 本",
        long.as_str(),
        "\u{1f600}\u{200d}x",
        "\t",
        "\r",
    ];
    for text in texts {
        for start in 0..=text.len().min(40) {
            for end in [start, start + 1, start + 3, text.len(), usize::MAX] {
                let span = Span::new(start, end);
                let at = LineIndex::new(text).position(span.start);
                let one = Finding::new("invalid-value", "a.md".into(), span, at, "wrong").related(
                    "a.md".into(),
                    Span::new(0, end),
                    LineIndex::new(text).position(0),
                    "here",
                );
                let out = shown("text", &[one], "", &|_| Some(text.to_owned()));
                let odd = !text.is_char_boundary(start);
                let within_line_end = text.get(..start).is_some_and(|t| t.ends_with('\r'))
                    && text.get(start..).is_some_and(|t| t.starts_with('\n'));
                assert!(
                    odd || within_line_end || out.contains(&format!("a.md:{at}")),
                    "{text:?} {start}..{end} {out}"
                );
                assert!(
                    !out.contains(['\u{1b}', '\u{202e}', '\u{200b}', '\u{7}', '\r']),
                    "{out:?}"
                );
            }
        }
    }
}

#[test]
fn a_changed_file_is_not_underlined() {
    let out = shown("text", &findings()[..1], "src/", &|_| Some("other\n".into()));
    assert!(out.starts_with("src/a.md:3:8: error[invalid-yaml]: `@` cannot"), "{out}");
}

#[test]
fn no_line_begins_with_a_command_to_a_log_reader() {
    let mut one =
        finding("unknown-field", "::add-mask::x.md", "a\n::error::x\n", "::error", "\n::error::y")
            .help("##[z]\n::w");
    one.replacement = Some("\n::v".into());
    for format in FORMATS {
        for text in ["a\n::error::x\n", "changed"] {
            let out = shown(format.name, &[one.clone()], "", &|_| Some(text.to_owned()));
            for line in out.lines() {
                // The format is made of commands: exactly its own.
                if format.name == "github" && line.starts_with("::error file=") {
                    continue;
                }
                let line = line.trim_start();
                assert!(
                    !line.starts_with("::add")
                        && !line.starts_with("::e")
                        && !line.starts_with('#'),
                    "{out}"
                );
            }
        }
    }
}

#[test]
fn very_many_findings_are_cut_with_a_count_and_the_worst_are_kept() {
    let mut many: Vec<Finding> = Vec::new();
    for _ in 0..1_500 {
        many.push(finding("stale-status", "a.md", REPORT, "kind", "old").severity(Severity::Warn));
    }
    many.push(finding("invalid-value", "a.md", REPORT, "kind", "the error"));
    let out = shown("text", &many, "", &read);
    assert!(out.contains("the error"));
    assert_eq!(out.matches("warning[stale-status]").count(), 999);
    assert!(out.ends_with("501 findings not shown; `--format short` lists all\n1 error and 1500 warnings in 48 documents of 8 projects\n"));
}

#[test]
fn formats_are_sorted_and_found_by_name() {
    assert!(FORMATS.is_sorted_by_key(|format| format.name));
    assert!(find("text").is_some() && find("html").is_none());
}

#[test]
fn colour_is_an_option() {
    let findings = findings();
    let report =
        Report { findings: &findings, colour: true, checked: Some((1, 1)), ..report(&read) };
    for name in ["text", "short"] {
        let out = written(name, &report);
        assert!(out.contains("\u{1b}["));
        assert!(out.ends_with("in 1 document of 1 project\n"));
    }
}
