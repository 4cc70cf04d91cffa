//! JSON Schemas (2020-12) of what Milepost reads: a kind's front matter,
//! registers, people and units, made from the book's own kinds. An editor
//! completes and checks with them while one types.
//!
//! A schema accepts what the reader accepts, other spellings and names
//! included, and no key the reader does not know. What depends on tier, phase
//! or other files is asked for by `check` alone.

mod field;

use crate::document::{names_fields, register_head};
use crate::kinds::{Kind, Kinds};
use field::Shape;
use serde_json::{Map, Value, json};

/// Which dialect the schemas are written in.
pub const DIALECT: &str = "https://json-schema.org/draft/2020-12/schema";

/// What every schema says of itself, by which `schema --all` knows its files.
pub const COMMENT: &str = "Written by `milepost schema`; do not edit.";

/// Files beside the documents that have a schema but are no register.
pub const NAMES: [&str; 2] = ["people", "units"];

/// The schema of a kind's front matter.
#[must_use]
pub fn of_kind(kind: &Kind) -> Value {
    let mut shape = Shape::of_fields(&kind.fields);
    let stated = |name: &str| kind.defaults.iter().any(|slot| *slot.name == *name);
    shape.required.retain(|name| !stated(name) && name != "kind");
    if kind.matches.is_empty() {
        let own = kind.own_aliases.iter().map(|a| &**a);
        let words: Vec<&str> = std::iter::once(&*kind.name).chain(own).collect();
        let others: Vec<&str> = kind.aliases.iter().map(|a| &**a).collect();
        let mut value = field::words(&words, &others);
        value["description"] = json!("What the document is.");
        shape.properties.insert("kind".into(), value);
        shape.required.push("kind".into());
    } else {
        // The path or another field says which kind it is.
        shape.properties.insert("kind".into(), json!(true));
    }
    shape.lay_moves(&kind.moves, &kind.fields);
    with_head(shape.finish(), &kind.title, &kind.purpose)
}

/// The schema of a register file: its lists and what stands beside them. With
/// a name only that list is described; the others may stand in the file too.
#[must_use]
pub fn of_register(kinds: &Kinds, name: Option<&str>) -> Value {
    let mut shape = Shape::of_fields(&register_head(kinds));
    let mut purpose = "Registers of a project.".to_owned();
    for kind in kinds.iter() {
        let Some(key) = kind.register.as_deref() else { continue };
        let mut list = json!({"type": ["array", "null"]});
        if name.is_none_or(|name| name == key) {
            list["items"] = item(kind);
        }
        list["description"] = json!(kind.purpose);
        if name == Some(key) {
            purpose = kind.purpose.to_string();
        }
        shape.properties.insert(key.into(), list);
    }
    with_head(shape.finish(), name.unwrap_or("Registers"), &purpose)
}

/// The schema of one item of a register.
fn item(kind: &Kind) -> Value {
    let mut shape = Shape::of_fields(&kind.fields);
    let stated = |name: &str| kind.defaults.iter().any(|slot| *slot.name == *name);
    shape.required.retain(|name| !stated(name) && name != "kind");
    shape.lay_moves(&kind.moves, &kind.fields);
    let mut item = shape.finish();
    item["title"] = json!(kind.title);
    item
}

/// The schema of `people.yaml` or `units.yaml`: names with what is said of
/// each, as a mapping or a list, on their own or under the file's key.
#[must_use]
pub fn of_names(key: &str) -> Value {
    let mut one = Shape::of_fields(&names_fields(key));
    one.any_keys = true;
    let one = one.finish();
    let words = json!({"type": ["string", "null"]});
    let mapping = json!({"type": "object", "additionalProperties": {"anyOf": [one, words]}});
    let named = ["handle", "id", "unit"].map(|name| json!({"required": [name]}));
    let list = json!({"type": "array", "items": {"allOf": [one, {"anyOf": named}]}});
    let schema = json!({"anyOf": [
        {"type": "object", "required": [key], "properties": {key: {"anyOf": [mapping, list]}}},
        {"allOf": [mapping, {"not": {"required": [key]}}]},
        list,
    ]});
    let (title, about) = match key {
        "people" => ("People", "Who is behind each handle."),
        _ => ("Units", "Who manages each unit, and how many people it has."),
    };
    with_head(schema, title, about)
}

/// Names of the registers there are.
pub fn registers(kinds: &Kinds) -> impl Iterator<Item = &str> {
    kinds.iter().filter_map(|kind| kind.register.as_deref())
}

/// Every schema of a book, each with the name of its file.
#[must_use]
pub fn all(kinds: &Kinds) -> Vec<(String, Value)> {
    let mut all: Vec<(String, Value)> = kinds
        .iter()
        .map(|kind| (format!("kind-{}.schema.json", kind.name), of_kind(kind)))
        .collect();
    all.push(("registers.schema.json".into(), of_register(kinds, None)));
    all.extend(NAMES.map(|key| (format!("{key}.schema.json"), of_names(key))));
    all
}

/// A schema as text, ending in a line end.
#[must_use]
pub fn text(schema: &Value) -> String {
    format!("{schema:#}\n")
}

fn with_head(schema: Value, title: &str, description: &str) -> Value {
    let mut head = Map::new();
    head.insert("$schema".into(), json!(DIALECT));
    head.insert("$comment".into(), json!(COMMENT));
    head.insert("title".into(), json!(title));
    head.insert("description".into(), json!(description));
    if let Value::Object(rest) = schema {
        head.extend(rest);
    }
    Value::Object(head)
}

#[cfg(test)]
mod tests;
