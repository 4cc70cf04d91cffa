//! `people.yaml` and `units.yaml`: who is behind a handle, who manages a unit.

use super::{Names, findings};
use crate::data::field::{Field, Fields, SchemaReader, Type, snake};
use crate::data::record::{Datum, Record, Slot};
use crate::data::{Entry, Node, Problem, Value, read, toml, yaml};
use crate::text::{LineIndex, Source, Span, nearest};
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
    // Of a file that is one value the reader has said so.
    if root.get(key).is_some() && matches!(inner.value, Value::Scalar(_)) {
        let message = format!("`{key}` must say who is meant, not one value");
        let problem = Problem::new("not-a-mapping", inner.span, message);
        problems.push(problem.help(format!("write `{}` in a line for each", example(key))));
    }
    // Handles and units are names: kept as written, hyphens and capitals included.
    let mut entries = Record::default();
    for entry in inner.entries() {
        if strange(entry, key, &mut problems) {
            continue;
        }
        let datum = match entry.value.value {
            Value::Map(_) => {
                slips(&entry.value, &fields, &mut problems);
                Datum::Record(read::record(&entry.value, &fields, &mut problems))
            }
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
            slips(node, &fields, &mut problems);
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

/// How a name is written in one line.
fn example(key: &str) -> &'static str {
    match key {
        "people" => "\"@mlopez\": {name: Maria Lopez, unit: finance}",
        _ => "finance: {name: Finance, manager: \"@mlopez\"}",
    }
}

/// Whether an entry is no name: a list, or the file's own key misspelt.
fn strange(entry: &Entry, key: &str, problems: &mut Vec<Problem>) -> bool {
    let (list, map) = match &entry.value.value {
        Value::List(_) => (true, false),
        Value::Map(entries) => {
            (false, entries.iter().all(|e| matches!(e.value.value, Value::Map(_))))
        }
        _ => (false, false),
    };
    if (list || map) && nearest(&entry.key, [key]).is_some() {
        let message = format!("unknown key `{}`", entry.key);
        problems.push(Problem::new("unknown-field", entry.key_span, message).meant(key));
        return true;
    }
    if list {
        let message = format!("`{}` is a list, and must say who is meant", entry.key);
        let problem = Problem::new("invalid-value", entry.value.span, message);
        problems.push(problem.help(format!("write it as `{}`", example(key))));
    }
    list
}

/// Keys that are nearly one that is read; others are kept as they are.
fn slips(node: &Node, fields: &Fields, problems: &mut Vec<Problem>) {
    for entry in node.entries() {
        let word = snake(&entry.key);
        let known = fields.find(&word).is_some()
            || matches!(&*word, "handle" | "id")
            || entry.key.starts_with("x-");
        if !known && let Some(name) = nearest(&word, fields.names()) {
            let message = format!("unknown field `{}`", entry.key);
            problems.push(Problem::new("unknown-field", entry.key_span, message).meant(name));
        }
    }
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
    fn slips_in_keys_and_values_of_another_shape_are_told() {
        let (_, said) = read(
            "\"@eva\": {nmae: Eva, phone: 17, mail: a@b, x-nick: E}\n\"@bob\": [Bob]\n\"@tom\": {name: [Tom], unit: {a: b}}\n",
            "people",
        );
        let starts = [
            "1 unknown field `nmae`",
            "1 unknown field `mail`",
            "2 `@bob` is a list",
            "3 `name` must be",
            "3 `unit` must be",
        ];
        assert_eq!(said.len(), starts.len(), "{said:?}");
        for (said, start) in said.iter().zip(starts) {
            assert!(said.starts_with(start), "{said}");
        }
        for text in ["poeple:\n  - {handle: \"@a\", name: A}\n", "peple:\n  \"@a\": {name: A}\n"] {
            let (names, said) = read(text, "people");
            assert_eq!((names.entries.slots.len(), said.len()), (0, 1), "{said:?}");
            assert_eq!(names.findings[0].help.as_deref(), Some("did you mean `people`?"));
        }
        assert_eq!(
            read("people: nobody\n", "people").1,
            ["1 `people` must say who is meant, not one value"]
        );
        let (_, said) = read("units:\n  - {id: ops, title: Operations, manger: \"@a\"}\n", "units");
        assert_eq!(said, ["1 unknown field `manger`"].map(|s| s.replace("1 ", "2 ")));
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
