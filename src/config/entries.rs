//! Entries of `book.toml` that are of the wrong type or do nothing here.

use super::{fail, note};
use crate::data::field::{Field, Type};
use crate::data::{Node, Problem, Value};

/// TOML knows strings from numbers: a number where a string belongs is a slip.
pub(super) fn strings(node: &Node, field: &Field, out: &mut Vec<Problem>) {
    match (&node.value, &field.kind) {
        (Value::Map(entries), Type::Record(fields)) => {
            for entry in entries {
                if let Some(inner) = fields.find(&entry.key) {
                    strings(&entry.value, inner, out);
                }
            }
        }
        (Value::List(items), Type::List(of)) => items.iter().for_each(|n| strings(n, of, out)),
        (Value::Scalar(scalar), Type::Line | Type::Text) if scalar.plain => {
            let message = format!(
                "`{}` must be a string, not `{}`",
                field.name.replace('_', "-"),
                scalar.text
            );
            out.push(fail(
                node.span,
                message,
                format!("write it in quotes: `\"{}\"`", scalar.text),
            ));
        }
        _ => {}
    }
}

/// Note the keys of mdBook below a table that do nothing here.
pub(super) fn notes(node: &Node, field: &Field, out: &mut Vec<Problem>) {
    let (Value::Map(entries), Type::Record(fields)) = (&node.value, &field.kind) else { return };
    for entry in entries {
        match fields.find(&entry.key) {
            Some(inner) if inner.about.as_ref() == "mdbook" => {
                out.push(note(entry.key_span, &entry.key))
            }
            Some(inner) => notes(&entry.value, inner, out),
            None if fields.any_keys => out.push(note(entry.key_span, &entry.key)),
            None => {}
        }
    }
}
