//! Facts that stand in a document's text instead of its front matter: lines
//! such as `- Status: accepted` above the first section, and sections such as
//! `## Status` whose first line is a value.

use crate::data::field::{Field, snake};
use crate::data::{Entry, Node, Scalar, Value};
use crate::kinds::Kind;
use crate::markdown::{Outline, normalise_heading};
use crate::text::{Span, nearest};

/// Longest name of a fact in a line of text.
const NAME: usize = 40;

/// Add the facts of the text to what the front matter says, which counts first.
pub(super) fn add(kind: &Kind, text: &str, body: usize, outline: &Outline, root: &mut Node) {
    let mut found = Vec::new();
    if kind.header_lines {
        found = lines(kind, text, body, outline);
    }
    for field in &kind.fields.list {
        let Some(name) = &field.section else { continue };
        found.extend(section(field, name, text, outline));
    }
    let Value::Map(entries) = &mut root.value else { return };
    for entry in found {
        if !entries.iter().any(|e| snake(&e.key) == snake(&entry.key)) {
            entries.push(entry);
        }
    }
}

/// `Name: value` lines, plain or in a list, above the first section. Only names
/// of the kind's fields count, and what is nearly one: other lines are prose.
fn lines(kind: &Kind, text: &str, body: usize, outline: &Outline) -> Vec<Entry> {
    let title = outline.headings.first().filter(|h| h.level == 1);
    let title_first = title.filter(|h| {
        text.get(body..h.span.start as usize).is_some_and(|above| above.trim().is_empty())
    });
    let end = outline.headings.get(usize::from(title_first.is_some())).map(|h| h.span.start);
    let end = end.map_or(text.len(), |at| at as usize);
    let mut at = title_first.map_or(body, |h| h.span.end as usize);
    let mut found = Vec::new();
    for line in text.get(at..end).unwrap_or("").split_inclusive(['\n', '\r']) {
        found.extend(fact(line, at).filter(|e| known(kind, &e.key)));
        at += line.len();
    }
    found
}

fn known(kind: &Kind, key: &str) -> bool {
    let moved = kind.moves.iter().flat_map(|m| &m.from).filter_map(|path| path.first());
    kind.fields.find(key).is_some()
        || moved.into_iter().any(|name| snake(name) == snake(key))
        || nearest(&snake(key), kind.fields.names()).is_some()
}

/// A line `Name: value`, its list mark, bold type and code marks taken off.
fn fact(line: &str, start: usize) -> Option<Entry> {
    let mut rest = line.trim_start();
    for mark in ["- ", "* ", "+ "] {
        rest = rest.strip_prefix(mark).unwrap_or(rest).trim_start();
    }
    let (key, value) = rest.split_once(':')?;
    let bare = |text: &'_ str| text.trim().trim_matches(['*', '_', '`']).trim().len();
    let name = key.trim().trim_matches(['*', '_', '`']).trim();
    let plain = |c: char| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_' | '.');
    if name.is_empty() || name.len() > NAME || !name.chars().all(plain) {
        return None;
    }
    // `https://…` is a value, not a name.
    let value = value.strip_prefix("**").unwrap_or(value);
    if value.starts_with("//") || bare(value) == 0 {
        return None;
    }
    Some(Entry {
        key: name.into(),
        key_span: place(line, name, start),
        value: scalar(line, value.trim().trim_matches('`').trim(), start),
    })
}

/// The first line of words below a heading.
fn section(field: &Field, name: &str, text: &str, outline: &Outline) -> Option<Entry> {
    let wanted = normalise_heading(name);
    let i = outline.headings.iter().position(|h| normalise_heading(&h.text) == wanted)?;
    let heading = outline.headings.get(i)?;
    let end = outline.headings.get(i + 1).map_or(text.len(), |h| h.span.start as usize);
    let mut at = heading.span.end as usize;
    for line in text.get(at..end)?.split_inclusive(['\n', '\r']) {
        let words = line.trim().trim_start_matches(['-', '*', '>']).trim();
        let words = words.trim_matches(['*', '_', '`']).trim();
        if !words.is_empty() && !words.starts_with("<!--") {
            return Some(Entry {
                key: field.name.as_ref().into(),
                key_span: heading.span,
                value: scalar(line, words, at),
            });
        }
        at += line.len();
    }
    None
}

fn scalar(line: &str, words: &str, start: usize) -> Node {
    let value = Value::Scalar(Scalar { text: words.into(), plain: true });
    Node { span: place(line, words, start), value }
}

/// Where `part` stands, which is a part of `line`, which begins at `start`.
fn place(line: &str, part: &str, start: usize) -> Span {
    let from = start + (part.as_ptr() as usize).saturating_sub(line.as_ptr() as usize);
    Span::new(from, from + part.len())
}

/// A title without the marks that override the direction of what follows: on a
/// page they would turn the words beside it around.
pub(super) fn forward(title: &str) -> Box<str> {
    title.chars().filter(|c| !matches!(c, '\u{202a}'..='\u{202e}')).collect()
}

#[cfg(test)]
mod tests {
    use crate::config::Config;
    use crate::data::Problem;
    use crate::document::{Document, document};
    use crate::kinds::Kinds;
    use crate::text::Source;

    fn read(config: &str, text: &str) -> Document {
        let kinds = Kinds::load(&Config::parse(config).unwrap());
        assert_eq!(kinds.problems, Vec::<Problem>::new());
        let source = Source::decode("a.md".into(), text.as_bytes().to_vec()).unwrap();
        document(&source, &kinds)
    }

    const LINES: &str = "[kinds.rfc]\nrole = \"document\"\ncommon = false\nmatch = \"*.md\"\nheader-lines = true\n[kinds.rfc.fields]\nfeature-name = {}\nstart-date = { type = \"date\" }\nstatus = { aliases = [\"state\"] }\n";

    #[test]
    fn lines_above_the_first_section_are_facts() {
        let text = "# Title\n\n- Feature Name: `x`\n* **Start Date**: 2020-13-01\n\nNote: this is prose.\nState: open\n\n## Motivation\n\nStatus: not this\n";
        let found = read(LINES, text);
        assert_eq!(found.fields.text("feature_name"), Some("x"));
        assert_eq!(found.fields.text("status"), Some("open"));
        assert_eq!(found.findings.len(), 1, "{:#?}", found.findings);
        let wrong = &found.findings[0];
        assert_eq!((wrong.rule, wrong.at.line, wrong.at.column), ("invalid-value", 4, 19));
    }

    #[test]
    fn a_list_without_a_title_and_a_slip_of_the_pen_are_read_too() {
        let found =
            read(LINES, "- Feature Name: x\n- Start Dtae: 2020-01-01\n\n# Summary\n\nText.\n");
        assert_eq!(found.fields.text("feature_name"), Some("x"));
        assert_eq!(found.findings[0].rule, "unknown-field");
        assert_eq!(found.findings[0].at.line, 2);
    }

    #[test]
    fn the_first_line_of_a_section_is_a_value() {
        let book = "[kinds.adr]\nrole = \"document\"\ncommon = false\nmatch = \"*.md\"\n[kinds.adr.fields]\nstatus = { type = \"choice\", values = [\"accepted\", \"superseded\"], tail = true, section = \"Status\" }\n";
        let found =
            read(book, "# 5. Use X\n\n## Status\n\nSuperseded by [6](6.md)\n\n## Context\n");
        assert_eq!(found.fields.text("status"), Some("superseded"));
        let found = read(book, "# 5. Use X\n\n## Status\n\nAcepted\n");
        assert_eq!((found.findings[0].rule, found.findings[0].at.line), ("invalid-value", 5));
    }
}
