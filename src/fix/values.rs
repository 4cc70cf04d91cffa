//! Values to be written anew: dates that can be read in one way only, and
//! words of closed lists in another spelling than ours.

use super::Edit;
use crate::data::adapt::{self, Move};
use crate::data::field::{Field, Fields, Type};
use crate::data::{Node, Scalar, Value, read};
use crate::date::written::unambiguous;
use crate::document::register_head;
use crate::kinds::{Kind, Kinds};
use crate::text::Span;

/// Deepest nesting that is looked into.
const DEPTH: usize = 16;

/// Edits of a document's front matter or a register's item, in the order of
/// the text. `original` is the kind before `book.toml` changed it: words that
/// the book taught us are its own, and stay.
pub(super) fn of_record(
    text: &str,
    root: &Node,
    kind: &Kind,
    original: Option<&std::sync::Arc<Kind>>,
) -> Vec<Edit> {
    let mut walk = Walk { text, words: true, edits: Vec::new() };
    let base = original.map(|kind| &*kind.fields);
    // Under a name of the book's own stand the book's own words; of these only
    // dates are ours to write.
    let own = |key: &str| kind.moves.iter().any(|m| comes_from(m, key));
    for entry in root.entries().iter().filter(|e| !own(&e.key)) {
        if let Some(field) = kind.fields.find(&entry.key) {
            walk.value(&entry.value, field, base.and_then(|b| b.find(&field.name)), 0);
        }
    }
    if !kind.moves.is_empty() {
        let mut moved = root.clone();
        adapt::apply(&mut moved, &kind.moves);
        walk.words = false;
        walk.record(&moved, &kind.fields, None, 0);
    }
    walk.finish()
}

fn comes_from(step: &Move, key: &str) -> bool {
    step.from.iter().any(|from| from.first().is_some_and(|first| **first == *key))
}

/// Edits of a register, in the order of the text.
pub(super) fn of_register(text: &str, root: &Node, kinds: &Kinds, original: &Kinds) -> Vec<Edit> {
    let mut edits = Vec::new();
    let head = register_head(kinds);
    for entry in root.entries() {
        match kinds.of_register(&entry.key) {
            Some(kind) => {
                let base = original.find(&kind.name);
                for item in entry.value.items() {
                    edits.extend(of_record(text, item, kind, base));
                }
            }
            None => {
                let mut walk = Walk { text, words: true, edits: Vec::new() };
                if let Some(field) = head.find(&entry.key) {
                    walk.value(&entry.value, field, None, 0);
                }
                edits.extend(walk.finish());
            }
        }
    }
    edits.sort_by_key(|edit| edit.span);
    edits
}

struct Walk<'t> {
    text: &'t str,
    /// Whether words of closed lists are written anew, or dates only.
    words: bool,
    edits: Vec<Edit>,
}

impl Walk<'_> {
    fn finish(mut self) -> Vec<Edit> {
        self.edits.sort_by_key(|edit| edit.span);
        self.edits.dedup();
        self.edits
    }

    fn record(&mut self, node: &Node, fields: &Fields, base: Option<&Fields>, depth: usize) {
        for entry in node.entries() {
            if let Some(field) = fields.find(&entry.key) {
                self.value(&entry.value, field, base.and_then(|b| b.find(&field.name)), depth);
            }
        }
    }

    fn value(&mut self, node: &Node, field: &Field, base: Option<&Field>, depth: usize) {
        if depth > DEPTH {
            return;
        }
        let of = |field: &Field| match &field.kind {
            Type::List(of) | Type::Map(of) => Some((**of).clone()),
            _ => None,
        };
        match (&node.value, &field.kind) {
            // `- {id: M1, …}` says the same as `M1: {…}`.
            (Value::List(items), Type::List(element) | Type::Map(element)) => {
                let base = base.and_then(of);
                for item in items {
                    self.value(item, element, base.as_ref(), depth + 1);
                }
            }
            (_, Type::List(element)) if field.one_or_many => {
                let base = base.and_then(of);
                self.value(node, element, base.as_ref(), depth + 1);
            }
            (Value::Map(entries), Type::Map(element)) => {
                let base = base.and_then(of);
                let known = |key: &str| {
                    let same = |k: &str| k == key || k == crate::data::field::snake(key);
                    field.keys.is_empty() || field.keys.iter().any(|k| same(k))
                };
                for entry in entries.iter().filter(|e| known(&e.key)) {
                    self.value(&entry.value, element, base.as_ref(), depth + 1);
                }
            }
            (Value::Map(_), Type::Record(fields)) => {
                let base = match base.map(|b| &b.kind) {
                    Some(Type::Record(fields)) => Some(&**fields),
                    _ => None,
                };
                self.record(node, fields, base, depth + 1);
            }
            (Value::Scalar(_), Type::Record(fields)) => {
                let short = field.shorthand.as_deref().and_then(|name| fields.find(name));
                // Words the field itself knows go before those of the short form.
                let Some(short) = short.filter(|_| field.synonyms.is_empty()) else { return };
                let base = match base.map(|b| &b.kind) {
                    Some(Type::Record(fields)) => fields.find(&short.name),
                    _ => None,
                };
                self.value(node, short, base, depth + 1);
            }
            (Value::Map(entries), Type::DateOrRange) => {
                let day = Field::new("", Type::Date);
                for entry in entries.iter().filter(|e| matches!(&*e.key, "p50" | "p85")) {
                    self.value(&entry.value, &day, None, depth + 1);
                }
            }
            (Value::Scalar(scalar), _) => self.scalar(node.span, scalar, field, base),
            _ => {}
        }
    }

    fn scalar(&mut self, whole: Span, scalar: &Scalar, field: &Field, base: Option<&Field>) {
        let low = scalar.text.to_lowercase();
        if field.not_applicable.iter().any(|start| low.starts_with(&start.to_lowercase())) {
            return;
        }
        let text = match &field.kind {
            Type::Date | Type::DateOrRange if field.day(&scalar.text).is_none() => {
                unambiguous(&scalar.text).map(|day| day.to_string())
            }
            _ if self.words => word(&scalar.text, field, base),
            _ => None,
        };
        let Some(text) = text.filter(|text| **text != *scalar.text) else { return };
        let written = whole.of(self.text);
        let quoted = |quote: char| {
            written.strip_prefix(quote).and_then(|w| w.strip_suffix(quote)) == Some(&*scalar.text)
        };
        // Only what stands there as it is read: no escapes, no folded lines.
        let (span, plain) = if written == &*scalar.text && scalar.plain && is_plain(&text) {
            (whole, true)
        } else if quoted('"') || quoted('\'') {
            (Span { start: whole.start + 1, end: whole.end - 1 }, true)
        } else {
            (whole, false)
        };
        self.edits.push(Edit { whole, span, text, plain });
    }
}

/// A word of ours that needs no quotes.
fn is_plain(text: &str) -> bool {
    let sound = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    text.starts_with(|c: char| c.is_ascii_alphanumeric()) && text.chars().all(sound)
}

/// Our spelling of a word of a closed list, if the text is that word but for
/// case, spaces, `_` and `-`: another word of the same meaning says more than
/// ours, and stays.
fn word(text: &str, field: &Field, base: Option<&Field>) -> Option<String> {
    meant(text, field, base).filter(|ours| letters(ours) == letters(text))
}

/// A word without what may be spelt differently.
fn letters(word: &str) -> String {
    let kept = word.chars().filter(|c| !(c.is_whitespace() || matches!(c, '_' | '-')));
    kept.flat_map(char::to_lowercase).collect()
}

/// The word of a closed list a text is read as, if it is for certain.
fn meant(text: &str, field: &Field, base: Option<&Field>) -> Option<String> {
    let low = text.trim().to_lowercase();
    let of = |field: &Field| {
        let synonym = field.synonyms.iter().find(|(from, _)| **from == low);
        synonym.map(|(_, to)| to.to_string())
    };
    match (of(field), base.and_then(of)) {
        (None, _) => {}
        (Some(ours), Some(before)) if ours == before => return Some(ours),
        // The book gave the word its meaning.
        _ => return None,
    }
    match field.kind {
        Type::Rag => read::rag(text).map(|rag| rag.name().into()),
        Type::Trend => read::trend(text).map(Into::into),
        Type::Choice => {
            let plain = |word: &str| word.trim().to_lowercase().replace([' ', '_'], "-");
            field.values.iter().find(|v| plain(v) == plain(text)).map(ToString::to_string)
        }
        _ => None,
    }
}
