//! `people.yaml` and `units.yaml`: who is behind a handle, who manages a unit.

use super::{Names, findings};
use crate::data::field::{Field, Fields, SchemaReader, Type};
use crate::data::record::{Datum, Record, Slot};
use crate::data::{Node, Problem, Value, read, toml, yaml};
use crate::text::{LineIndex, Source, Span};
use std::collections::HashMap;
use std::sync::Arc;

const SCHEMA: &str = include_str!("people.toml");

/// Parse one of the two files; `key` is `people` or `units`, under which the
/// names may also stand.
pub(super) fn names(source: &Source, key: &str) -> Names {
    let lines = Arc::new(LineIndex::new(&source.text));
    let start = if source.text.starts_with('\u{feff}') { 3 } else { 0 };
    let parsed = yaml::parse(&source.text, start..source.text.len(), &yaml::Limits::REGISTER);
    let (mut problems, broken) = (parsed.problems, parsed.broken);
    let root = parsed.root.unwrap_or(Node { span: Span::at(0), value: Value::Null });
    let inner = root.get(key).map_or(&root, |e| &e.value);
    let fields = fields(key);
    // Handles and units are names: kept as written, hyphens and capitals included.
    let mut entries = Record::default();
    for entry in inner.entries() {
        let datum = match entry.value.value {
            Value::Map(_) => Datum::Record(read::record(&entry.value, &fields, &mut problems)),
            _ => read::value(&entry.value, &Field::new("", Type::Any), &mut problems)
                .unwrap_or(Datum::Text("".into())),
        };
        entries.slots.push(Slot {
            name: entry.key.as_ref().into(),
            key_span: entry.key_span,
            span: entry.value.span,
            datum,
        });
    }
    for node in inner.items() {
        let handle = ["handle", "id", "unit"].iter().find_map(|k| node.get(k));
        if handle.is_none() {
            let (noun, name, example) = match key {
                "people" => ("a person", "handle", "\"@mlopez\""),
                _ => ("a unit", "id", "finance"),
            };
            let message = format!("{noun} in the list has no `{name}`, so nobody can name it");
            let help = format!("add `{name}: {example}`");
            problems.push(Problem::new("invalid-value", node.span, message).help(help));
        }
        if let Some(entry) = handle
            && let Some(handle) = entry.value.as_str()
        {
            let datum = Datum::Record(read::record(node, &fields, &mut problems));
            let (key_span, span) = (entry.value.span, node.span);
            entries.slots.push(Slot { name: handle.into(), key_span, span, datum });
        }
    }
    twice(&entries, &mut problems);
    let findings = findings(&source.path, &lines, problems).collect();
    Names { path: source.path.clone(), entries, lines, broken, findings }
}

/// What may be said of a name: `key` is `people` or `units`.
#[must_use]
pub fn fields(key: &str) -> Fields {
    let mut reader = SchemaReader::default();
    let list = toml::parse(SCHEMA)
        .ok()
        .and_then(|node| node.get(key).map(|entry| reader.fields(&entry.value, 0)));
    let mut fields = Fields::new(list.unwrap_or_default());
    fields.any_keys = true;
    fields
}

/// A handle with its `@` and without is one handle.
fn twice(entries: &Record, problems: &mut Vec<Problem>) {
    let mut seen: HashMap<&str, Span> = HashMap::new();
    for slot in &entries.slots {
        let bare = slot.name.strip_prefix('@').unwrap_or(&slot.name);
        if let Some(first) = seen.insert(bare, slot.key_span) {
            problems.push(
                Problem::new("duplicate-key", slot.key_span, format!("`{bare}` stands twice"))
                    .help("keep one of the two")
                    .related(first, "first here"),
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str, key: &str) -> (Names, Vec<String>) {
        let source = Source::decode("people.yaml".into(), text.as_bytes().to_vec()).unwrap();
        let names = names(&source, key);
        let said = names.findings.iter().map(|f| format!("{} {}", f.at.line, f.message)).collect();
        (names, said)
    }

    #[test]
    fn people_have_names_roles_and_capacity() {
        let (names, said) = read(
            "\"@eva\": {name: Eva Costa, role: product-owner, capacity_fte: 0.5, phone: 17}\nbob: Bob\n",
            "people",
        );
        assert_eq!(said, Vec::<String>::new());
        let eva = names.entries.record("@eva").unwrap();
        assert_eq!(eva.texts("roles").next().map(|(role, _)| role), Some("product-owner"));
        assert!(eva.number("capacity_fte").is_some());
        assert_eq!(names.entries.text("bob"), Some("Bob"));
    }

    #[test]
    fn what_is_wrong_is_found_where_it_stands() {
        let (_, said) = read("eva: {capacity_fte: lots}\n\"@eva\": {name: Eva}\n", "people");
        assert!(said[0].starts_with("1 `capacity_fte`"), "{said:?}");
        assert_eq!(said[1], "2 `eva` stands twice");
    }

    #[test]
    fn units_may_have_a_capacity_by_month() {
        let (names, said) = read(
            "units:\n  - unit: ops\n    functional_manager: \"@tom\"\n    capacity: {2026-05: 3.5}\n",
            "units",
        );
        assert_eq!(said, Vec::<String>::new());
        let ops = names.entries.record("ops").unwrap();
        assert_eq!(ops.text("manager"), Some("@tom"));
        assert!(ops.record("capacity").unwrap().number("2026-05").is_some());
    }
}
