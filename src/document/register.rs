//! YAML files beside the documents: registers.

use super::{Item, Register, findings, stem};
use crate::data::field::{Field, Fields, Type};
use crate::data::{Node, Problem, Value, adapt, read, yaml};
use crate::kinds::{Kind, Kinds, Role};
use crate::text::{LineIndex, Source, Span, nearest};
use std::sync::Arc;

/// Parse a YAML file as a register; `None` if none of its keys is a register's.
pub(super) fn register(source: &Source, kinds: &Kinds) -> Option<Register> {
    let lines = Arc::new(LineIndex::new(&source.text));
    let start = if source.text.starts_with('\u{feff}') { 3 } else { 0 };
    let parsed = yaml::parse(&source.text, start..source.text.len(), &yaml::Limits::REGISTER);
    let mut problems = parsed.problems;
    let root = parsed.root.unwrap_or(Node { span: Span::at(0), value: Value::Null });
    let known = root.entries().iter().any(|e| kinds.of_register(&e.key).is_some());
    let registers = || kinds.iter().filter_map(|k| k.register.as_deref());
    let near = root.entries().iter().any(|e| nearest(&e.key, registers()).is_some());
    let named = stem(&source.path) == "raid" || registers().any(|r| r == stem(&source.path));
    let flat = !matches!(root.value, Value::Map(_) | Value::Null);
    if !known && !near && !(named && (parsed.broken || flat)) {
        return None;
    }
    if flat && !parsed.broken {
        problems.push(Problem {
            rule: "not-a-mapping",
            span: root.span,
            message: format!("the file is {}, not a mapping of registers", root.what()),
            help: Some("begin it with the register's name: `risks:` and below it `- id: …`".into()),
            replacement: None,
            related: Vec::new(),
        });
    }
    let head_fields = head_fields(kinds);
    let mut unread = false;
    let (mut head, mut lists) =
        (Node { span: root.span, value: Value::Map(Vec::new()) }, Vec::new());
    for entry in root.entries() {
        let Some(kind) = kinds.of_register(&entry.key) else {
            match nearest(&entry.key, registers())
                .filter(|_| head_fields.find(&entry.key).is_none())
            {
                Some(name) => {
                    let message = format!("unknown register `{}`", entry.key);
                    let problem = Problem::new("unknown-field", entry.key_span, message);
                    problems.push(problem.meant(name));
                }
                None => {
                    if let Value::Map(entries) = &mut head.value {
                        entries.push(entry.clone());
                    }
                }
            }
            continue;
        };
        unread |= !matches!(entry.value.value, Value::List(_) | Value::Null);
        let items = items(&entry.value, kind, &source.path, &lines, &entry.key, &mut problems);
        lists.push((entry.key.clone(), entry.key_span, items));
    }
    let head = read::record(&head, &head_fields, &mut problems);
    let findings = findings(&source.path, &lines, problems).collect();
    Some(Register {
        path: source.path.clone(),
        head,
        lists,
        lines,
        digest: source.digest,
        broken: parsed.broken || flat || unread,
        findings,
    })
}

fn items(
    node: &Node,
    kind: &Arc<Kind>,
    path: &Arc<str>,
    lines: &Arc<LineIndex>,
    key: &str,
    problems: &mut Vec<Problem>,
) -> Vec<Item> {
    if !matches!(node.value, Value::List(_) | Value::Null) {
        problems.push(Problem {
            rule: "invalid-value",
            span: node.span,
            message: format!("`{key}` must be a list, not {}", node.what()),
            help: Some(format!("write `{key}:` and below it one block `- id: …` for each")),
            replacement: None,
            related: Vec::new(),
        });
    }
    let mut items = Vec::with_capacity(node.items().len());
    for node in node.items() {
        if !matches!(node.value, Value::Map(_)) {
            problems.push(Problem {
                rule: "invalid-value",
                span: node.span,
                message: format!("an item of `{key}` must be a mapping, not {}", node.what()),
                help: Some("write it as `- id: …` with its fields below".into()),
                replacement: None,
                related: Vec::new(),
            });
            continue;
        }
        let mut node = node.clone();
        if !kind.moves.is_empty() {
            adapt::apply(&mut node, &kind.moves);
        }
        let fields = read::record(&node, &kind.fields, problems);
        let id = fields.text("id").unwrap_or_default().into();
        items.push(Item {
            kind: kind.clone(),
            id,
            fields,
            span: node.span,
            path: path.clone(),
            lines: lines.clone(),
            document: None,
        });
    }
    items
}

/// What may stand at the top of a register beside its lists.
#[must_use]
pub fn head_fields(kinds: &Kinds) -> Fields {
    // What every document may accept, a register may, and approvals are written
    // and read as in documents.
    let page = kinds.of_role(Role::Page);
    let common = |name: &str| page.and_then(|page| page.fields.find(name).cloned());
    let mut list = vec![
        Field::new("project", Type::Line),
        Field::new("version", Type::Version),
        Field::new("state", Type::Line),
        Field::new("updated", Type::Date),
        Field::new("author", Type::Person),
        Field::new("owner", Type::Person),
        common("approvals").unwrap_or_else(|| Field::new("approvals", Type::Any)),
        Field::new("schema", Type::Any),
        Field::new("review_by", Type::Date),
        Field::new("sensitivity", Type::Line),
    ];
    list.extend(common("allow"));
    let mut fields = Fields::new(list);
    fields.reindex();
    fields
}
