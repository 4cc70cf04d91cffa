//! Replacements that a program may apply: values written anew, and words that
//! were probably meant, in the quotes their places need.

use super::{Edit, alike, apply, doubt, front_matter, same, values, whole};
use crate::Checked;
use crate::config::Config;
use crate::kinds::Kinds;
use crate::portfolio::Portfolio;
use crate::text::{Source, Span};
use crate::tree::Tree;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Give the findings about values that can be written anew for certain the
/// text that would mend them, and write the words that were probably meant as
/// the place of each asks for.
pub fn suggest(checked: &mut Checked, tree: &dyn Tree) {
    if !checked.config_problems.is_empty() {
        checked.findings.iter_mut().for_each(|finding| finding.replacement = None);
        return;
    }
    let p = &checked.portfolio;
    let mut known: BTreeMap<Arc<str>, Vec<(Span, String)>> = BTreeMap::new();
    let mut original = None;
    let mut guesses: BTreeMap<Arc<str>, Option<Source>> = BTreeMap::new();
    for finding in checked.findings.iter_mut().filter(|f| f.replacement.is_some()) {
        let source = guesses
            .entry(finding.path.clone())
            .or_insert_with_key(|path| Source::decode(path.clone(), tree.read(path).ok()?).ok());
        let word = finding.replacement.take();
        finding.replacement = word.zip(source.as_ref()).and_then(|(word, source)| {
            let known = p
                .document(&finding.path)
                .map(|d| d.digest)
                .or_else(|| p.registers.iter().find(|r| r.path == finding.path).map(|r| r.digest));
            let same = known.is_none_or(|digest| digest == source.digest);
            let written = finding.span.of(&source.text);
            let body = p.document(&finding.path).map(|d| d.body);
            let prose = body.is_some_and(|body| finding.span.start as usize >= body);
            same.then(|| if prose { in_prose(written, &word) } else { as_value(written, &word) })?
        });
    }
    for finding in checked.findings.iter_mut().filter(|f| f.rule == "invalid-value") {
        let texts = known.entry(finding.path.clone()).or_insert_with(|| {
            let original = original.get_or_insert_with(|| Kinds::load(&Config::default()));
            suggestions(p, tree, &finding.path, original).unwrap_or_default()
        });
        if let Some((_, text)) = texts.iter().find(|(span, _)| *span == finding.span) {
            finding.replacement = Some(text.clone());
        }
    }
}

/// The scalars of a file that can be written anew, and how.
fn suggestions(
    p: &Portfolio,
    tree: &dyn Tree,
    path: &Arc<str>,
    original: &Kinds,
) -> Option<Vec<(Span, String)>> {
    let source = Source::decode(path.clone(), tree.read(path).ok()?).ok()?;
    let text = &source.text;
    let edits = match p.document(path) {
        Some(known) if known.digest == source.digest && !known.broken && doubt(known).is_none() => {
            let root = front_matter(text)?;
            let mut edits =
                values::of_record(text, &root, &known.kind, original.find(&known.kind.name));
            edits.retain(|edit| edit.plain);
            apply(text, &edits).filter(|after| same(text, after, Some(&edits)))?;
            edits
        }
        Some(_) => return None,
        None => {
            let known = p.registers.iter().find(|r| r.path == *path && !r.broken)?;
            let root = whole(text).filter(|_| known.digest == source.digest)?;
            let mut edits = values::of_register(text, &root, &p.kinds, original);
            edits.retain(|edit| edit.plain);
            let after = whole(&apply(text, &edits)?)?;
            alike(&root, &after, &mut edits.iter()).then_some(edits)?
        }
    };
    let one = |edit: Edit| {
        let before = text.get(edit.whole.start as usize..edit.span.start as usize)?;
        let after = text.get(edit.span.end as usize..edit.whole.end as usize)?;
        Some((edit.whole, format!("{before}{}{after}", edit.text)))
    };
    Some(edits.into_iter().filter_map(one).collect())
}

/// A word in place of a scalar or a key as written there; `None` where it
/// cannot be put for certain.
fn as_value(written: &str, word: &str) -> Option<String> {
    if word.is_empty() || word.contains(['"', '\'', '\\']) || word.chars().any(char::is_control) {
        return None;
    }
    let first = written.chars().next()?;
    if matches!(first, '"' | '\'') {
        let closed = written.len() > 1 && written.ends_with(first);
        return closed.then(|| format!("{first}{word}{first}"));
    }
    let inside = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.' | '/' | ' ');
    if written.contains(['\n', '\r']) {
        return None;
    }
    let plain = word.starts_with(char::is_alphabetic)
        && word.chars().all(inside)
        && !word.ends_with(' ')
        && !["true", "false", "yes", "no", "on", "off", "null", "y", "n"]
            .contains(&&*word.to_lowercase());
    Some(if plain { word.to_owned() } else { format!("\"{word}\"") })
}

/// A word in place of a heading's text, its marks kept, or of a value in text.
fn in_prose(written: &str, word: &str) -> Option<String> {
    if word.contains(['\n', '\r', '`', '*', '_', '[', '<', '\\']) {
        return None;
    }
    let line = written.split(['\n', '\r']).next()?;
    let marks = line.len() - line.trim_start_matches('#').len();
    let text = line.get(marks..)?.trim();
    if text.is_empty() || (marks > 0 && text.ends_with('#')) {
        return None;
    }
    Some(written.replacen(text, word, 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_quoted_as_their_places_need() {
        let cases = [
            ("gren", "green", Some("green")),
            ("\"gren\"", "green", Some("\"green\"")),
            ("'gren'", "green", Some("'green'")),
            ("\"@eve\"", "@eva", Some("\"@eva\"")),
            ("eva", "@eva", Some("\"@eva\"")),
            ("2", "3", Some("\"3\"")),
            ("nx", "no", Some("\"no\"")),
            ("a\n  b", "ab", None),
            ("x", "a\"b", None),
            ("", "a", None),
        ];
        for (written, word, expected) in cases {
            assert_eq!(as_value(written, word).as_deref(), expected, "{written:?} {word:?}");
        }
    }

    #[test]
    fn headings_keep_their_marks() {
        assert_eq!(in_prose("## Sucess", "Success").as_deref(), Some("## Success"));
        assert_eq!(in_prose("Sucess\n------", "Success").as_deref(), Some("Success\n------"));
        assert_eq!(in_prose("acepted", "accepted").as_deref(), Some("accepted"));
        assert_eq!(in_prose("## Sucess ##", "Success"), None);
        assert_eq!(in_prose("##", "Success"), None);
    }
}
