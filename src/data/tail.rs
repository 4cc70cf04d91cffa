//! Values as people write them: other spellings of a known word, words after
//! it (`superseded by 0012`), and a list in one line (`2718, 2930`).

use super::field::{Field, Type};
use super::{Node, Scalar, Value};
use crate::text::Span;

const COLOURS: &[&str] =
    &["green", "amber", "red", "amber-red", "amber-green", "not-reported", "complete", "on-hold"];

/// The longest of the field's values that a text begins with, where free words
/// may follow it; else the text itself.
pub(super) fn without_tail<'a>(text: &'a str, field: &Field) -> &'a str {
    if !field.tail {
        return text;
    }
    let text = text.trim();
    let colours = if matches!(field.kind, Type::Rag) { COLOURS } else { &[] };
    let words = field.values.iter().chain(field.synonyms.iter().map(|(from, _)| from));
    let ends = words.map(|w| &**w).chain(colours.iter().copied()).filter_map(|w| head(text, w));
    ends.max().and_then(|end| text.get(..end)).unwrap_or(text)
}

/// Where `word` ends as the beginning of `text`, when a new word or a mark
/// follows: case, and spaces for hyphens, make no difference.
fn head(text: &str, word: &str) -> Option<usize> {
    let mut rest = text.char_indices();
    for c in word.chars() {
        let (_, found) = rest.next()?;
        let same = found.to_lowercase().eq(c.to_lowercase());
        if !same && !(matches!(c, ' ' | '-' | '_') && matches!(found, ' ' | '-' | '_')) {
            return None;
        }
    }
    match rest.next() {
        None => Some(text.len()),
        Some((at, c)) if c.is_whitespace() || "(,;:.–—[".contains(c) => Some(at),
        Some(_) => None,
    }
}

/// The schema of a list's elements; messages about one name the list.
pub(super) fn named(of: &Field, list: &Field) -> Field {
    let name = if of.name.is_empty() { &list.name } else { &of.name };
    Field { name: name.clone(), ..of.clone() }
}

/// The canonical spelling a synonym stands for.
pub(super) fn mapped<'a>(text: &str, field: &'a Field) -> Option<&'a str> {
    if field.synonyms.is_empty() {
        return None;
    }
    let low = text.trim().to_lowercase();
    field.synonyms.iter().find(|(from, _)| **from == low).map(|(_, to)| &**to)
}

/// The value of a choice that a text spells.
pub(super) fn choice<'a>(text: &'a str, field: &'a Field) -> Option<&'a str> {
    if field.values.is_empty() {
        return Some(text);
    }
    if let Some(value) = field.values.iter().find(|v| ***v == *text) {
        return Some(value);
    }
    let low = text.trim().to_lowercase().replace([' ', '_'], "-");
    field.values.iter().find(|v| v.to_lowercase().replace([' ', '_'], "-") == low).map(|v| &**v)
}

/// The elements of a list written in one line, each at its own place where the
/// text stands in the file as it reads.
pub(super) fn split(node: &Node, scalar: &Scalar, field: &Field) -> Vec<Node> {
    let separator = field.separator.as_deref().filter(|s| !s.is_empty()).unwrap_or(",");
    let length = node.span.end.saturating_sub(node.span.start) as usize;
    let as_written = scalar.plain && length == scalar.text.len();
    let mut at = 0;
    let mut parts = Vec::new();
    for part in scalar.text.split(separator) {
        let lead = part.len() - part.trim_start().len();
        let text = part.trim();
        let start = node.span.start as usize + at + lead;
        let span = if as_written { Span::new(start, start + text.len()) } else { node.span };
        at += part.len() + separator.len();
        if !text.is_empty() {
            let value = Value::Scalar(Scalar { text: text.into(), plain: scalar.plain });
            parts.push(Node { span, value });
        }
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_may_follow_a_known_value() {
        let mut field = Field::new("status", Type::Choice);
        field.values = vec!["inactive".into(), "in-review".into(), "in".into()];
        field.synonyms = vec![("superseded".into(), "inactive".into())];
        assert_eq!(without_tail("Inactive (see 12)", &field), "Inactive (see 12)");
        field.tail = true;
        for (text, head) in [
            ("Inactive (superseded by 12)", "Inactive"),
            ("superseded by [12](12.md)", "superseded"),
            ("in review, since May", "in review"),
            ("Inactive", "Inactive"),
            ("inactively", "inactively"),
            ("Inctive (x)", "Inctive (x)"),
        ] {
            assert_eq!(without_tail(text, &field), head);
        }
        let mut field = Field::new("health", Type::Rag);
        field.tail = true;
        assert_eq!(without_tail("Amber – the vendor is late", &field), "Amber");
        assert_eq!(without_tail("amber-red: late", &field), "amber-red");
    }

    #[test]
    fn elements_of_a_line_keep_their_places() {
        let scalar = Scalar { text: "2718,  2930, ".into(), plain: true };
        let node = Node { span: Span::new(10, 23), value: Value::Scalar(scalar.clone()) };
        let mut field = Field::new("requires", Type::Any);
        field.separator = Some(",".into());
        let parts = split(&node, &scalar, &field);
        let found: Vec<_> =
            parts.iter().map(|n| (n.as_str().unwrap_or(""), n.span.start)).collect();
        assert_eq!(found, [("2718", 10), ("2930", 17)]);
    }
}
