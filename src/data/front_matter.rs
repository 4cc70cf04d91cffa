//! Finds the YAML or TOML block on top of a markdown text.
//!
//! Front matter begins when the first line is exactly `---` and ends at the
//! next such line; between two lines `+++` it is TOML. What looks like a slip
//! (never closed, not on the first line, JSON, a merge conflict, a Git LFS
//! pointer) is named as such.

use super::conflict::{Conflict, conflicts};
use super::{Line, Problem, is_key_line, lines};
use crate::text::Span;
use std::ops::Range;

/// Where front matter and body stand in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Split {
    /// Bytes of the YAML, without the `---` lines; `None` where there is none.
    pub yaml: Option<Range<usize>>,
    /// Bytes of TOML between two `+++` lines; `None` where there is none.
    pub toml: Option<Range<usize>>,
    /// Offset where the body begins.
    pub body: usize,
    /// What is wrong with the block as a whole.
    pub problem: Option<Problem>,
}

/// How a Git LFS pointer begins.
pub const LFS: &str = "version https://git-lfs.github.com/spec/";

/// What to do about one.
pub const LFS_HELP: &str = "run `git lfs pull`, or keep text files out of LFS";

/// A text without front matter, whose body begins there.
#[must_use]
pub fn none(body: usize) -> Split {
    Split { yaml: None, toml: None, body, problem: None }
}

/// Split a markdown text; a byte-order mark, CRLF and CR are accepted.
#[must_use]
pub fn split(text: &str) -> Split {
    let start = if text.starts_with('\u{feff}') { 3 } else { 0 };
    let plain = |problem| Split { problem, ..none(start) };
    let Some(first) = lines(text, start, text.len()).next() else { return plain(None) };
    let line = part(text, first);
    if is_fence(line, "---") {
        return fenced(text, first);
    }
    let span = Span::new(first.start, first.end);
    if line.starts_with("<<<<<<< ") {
        // One that has an end is told with the text it stands in.
        let ends = !conflicts(text, start, text.len(), 1).is_empty();
        let problem = Conflict { start: span, middle: None, end: None }.problem(text);
        return plain(Some(problem).filter(|_| !ends));
    }
    if line.starts_with(LFS) {
        let message = "the file is a Git LFS pointer, not the document itself";
        return plain(Some(Problem::new("lfs-pointer", span, message).help(LFS_HELP)));
    }
    let foreign = |what: &str| {
        Problem::new("unsupported-yaml", span, format!("front matter is {what}, not YAML"))
            .help("write it as YAML between two `---` lines")
    };
    if is_fence(line, "+++") {
        let close = lines(text, first.next, text.len()).find(|l| is_fence(part(text, *l), "+++"));
        let Some(close) = close else {
            return plain(Some(unclosed(first, "+++")));
        };
        return Split { toml: Some(first.next..close.start), ..none(close.next) };
    }
    let rest = text.get(start..).unwrap_or("");
    if rest.strip_prefix('{').is_some_and(|rest| rest.trim_start().starts_with('"')) {
        return plain(Some(foreign("JSON")));
    }
    if line.trim().is_empty() {
        return plain(misplaced(text, first));
    }
    plain(misfenced(text, first))
}

fn part(text: &str, line: Line) -> &str {
    text.get(line.start..line.end).unwrap_or("")
}

fn is_fence(line: &str, fence: &str) -> bool {
    line.strip_prefix(fence).is_some_and(|rest| rest.trim_start().is_empty())
}

fn fenced(text: &str, first: Line) -> Split {
    let mut stop = None;
    let mut keys = false;
    for line in lines(text, first.next, text.len()) {
        let content = part(text, line);
        if is_fence(content, "---") {
            return Split { yaml: Some(first.next..line.start), ..none(line.next) };
        }
        if stop.is_none() {
            let heading = content.starts_with("## ") || (keys && content.starts_with("# "));
            let empty = content.trim_start().is_empty();
            if heading || (keys && empty) {
                stop = Some(line.start);
            } else if !keys && !empty && !content.starts_with('#') {
                keys = is_key_line(content);
                if !keys {
                    stop = Some(line.start);
                }
            }
        }
    }
    // Without a field below it, the line is a thematic break of a plain page.
    if !keys {
        return none(first.start);
    }
    let stop = stop.unwrap_or(text.len());
    let problem = Some(unclosed(first, "---"));
    Split { yaml: Some(first.next..stop), problem, ..none(stop) }
}

fn unclosed(first: Line, fence: &str) -> Problem {
    let span = Span::new(first.start, first.start + 3);
    Problem::new("unclosed-front-matter", span, "the front matter is never closed")
        .help(format!("put a line `{fence}` after its last field"))
}

fn misplaced(text: &str, first: Line) -> Option<Problem> {
    let mut rest = lines(text, first.next, text.len());
    let fence = rest.find(|line| !part(text, *line).trim().is_empty())?;
    let next = rest.next()?;
    let looks = is_fence(part(text, fence), "---") && is_key_line(part(text, next));
    looks.then(|| {
        let message = "front matter must begin on the first line; here `---` is a thematic break";
        Problem::new("misplaced-front-matter", Span::new(fence.start, fence.start + 3), message)
            .help("remove the empty lines above it")
    })
}

/// A first line that is nearly a fence, with fields below it and a line that
/// closes them: `----`, ` ---`, or a dash that an editor made of it.
fn misfenced(text: &str, first: Line) -> Option<Problem> {
    let dashes = |line: Line| {
        let words = part(text, line).trim();
        !words.is_empty() && words.chars().all(|c| matches!(c, '-' | '–' | '—'))
    };
    let mut rest = lines(text, first.next, text.len());
    let fields = dashes(first) && is_key_line(part(text, rest.next()?));
    (fields && rest.any(dashes)).then(|| {
        let message = "front matter must begin with a line `---`, and this one is not quite it";
        Problem::new("misplaced-front-matter", Span::new(first.start, first.end), message)
            .meant("---")
            .help("write exactly `---`, without a space before it")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn yaml(text: &str) -> Option<&str> {
        split(text).yaml.map(|range| &text[range])
    }

    fn problem(text: &str) -> (&'static str, u32, String) {
        let problem = split(text).problem.unwrap();
        (problem.rule, problem.span.start, problem.message)
    }

    #[test]
    fn every_line_end_and_a_byte_order_mark_are_accepted() {
        for text in [
            "---\na: 1\n---\nb",
            "\u{feff}---\r\na: 1\r\n---\r\nb",
            "---\ra: 1\r---\rb",
            "---  \na: 1\n--- \nb",
        ] {
            let split = split(text);
            assert_eq!(text[split.yaml.unwrap()].trim_end(), "a: 1", "{text:?}");
            assert_eq!(&text[split.body..], "b");
            assert_eq!(split.problem, None);
        }
        assert_eq!(yaml("---\n---\n"), Some(""));
        assert_eq!(yaml("---\ntitle: x\n---"), Some("title: x\n"));
        assert_eq!(yaml("----\na: 1\n---\n"), None);
        assert_eq!(yaml(""), None);
    }

    #[test]
    fn an_unclosed_block_is_named_and_still_read() {
        let text = "---\ntitle: x\nkind: y\n\n# Heading\n";
        assert_eq!(
            problem(text),
            ("unclosed-front-matter", 0, "the front matter is never closed".into())
        );
        assert_eq!(yaml(text), Some("title: x\nkind: y\n"));
        assert_eq!(&text[split(text).body..], "\n# Heading\n");
        assert_eq!(yaml("---\n# note\ntitle: x"), Some("# note\ntitle: x"));
    }

    #[test]
    fn toml_stands_between_plus_signs() {
        let text = "+++\ntitle = 'x'\n+++\n# T\n";
        let split = split(text);
        assert_eq!(&text[split.toml.unwrap()], "title = 'x'\n");
        assert_eq!((&text[split.body..], split.yaml, split.problem), ("# T\n", None, None));
    }

    #[test]
    fn a_thematic_break_on_top_is_no_front_matter() {
        assert_eq!(split("---\n\nSome prose.\n"), none(0));
        assert_eq!(split("---\n# Title\n\nText\n").problem, None);
    }

    #[test]
    fn slips_are_named() {
        assert_eq!(problem("<<<<<<< HEAD\n---\n").0, "conflict-marker");
        assert_eq!(problem("version https://git-lfs.github.com/spec/v1\noid x\n").0, "lfs-pointer");
        assert_eq!(problem("+++\ntitle='x'\n").0, "unclosed-front-matter");
        assert!(problem("{\"title\": 1}").2.contains("JSON"));
        let (rule, at, message) = problem("\n---\ntitle: x\n---\n");
        assert_eq!((rule, at), ("misplaced-front-matter", 1));
        assert!(message.contains("first line"));
        assert_eq!(split("\n\n---\n\ntext").problem, None);
        for first in ["----", " ---", "--", "—", "———", "–––"] {
            let text = format!("{first}\ntitle: x\n---\n# X\n");
            let problem = split(&text).problem.unwrap();
            assert_eq!(problem.rule, "misplaced-front-matter", "{text}");
            assert_eq!(problem.replacement.as_deref(), Some("---"));
            assert_eq!((problem.span.start, problem.span.end as usize), (0, first.len()));
        }
        for text in
            ["----\n\nText.\n", "- a: b\n---\n", "----\ntitle: x\n", "Text\ntitle: x\n---\n"]
        {
            assert_eq!(split(text).problem, None, "{text}");
        }
    }
}
