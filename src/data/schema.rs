//! Reads field schemas (those of kinds, registers and configuration) from a
//! spanned tree.

use super::field::{CONDITIONS, Condition, Field, Fields, Given, Levels, Type, snake};
use super::{Entry, Node, Problem, Value};
use crate::ratio::Ratio;
use crate::text::{Span, nearest};
use std::sync::Arc;

/// Reads a schema from a spanned tree, collecting what is wrong with it.
#[derive(Debug, Default)]
pub struct SchemaReader {
    /// What was wrong, each at its place.
    pub problems: Vec<Problem>,
}

const DEPTH: usize = 8;

impl SchemaReader {
    /// Report one mistake.
    pub fn fail(&mut self, span: Span, message: impl Into<String>, help: impl Into<String>) {
        let help = Some(help.into());
        self.problems.push(Problem {
            rule: "invalid-config",
            span,
            message: message.into(),
            help,
            replacement: None,
            related: Vec::new(),
        });
    }

    /// The words of an entry, or a mistake.
    pub fn text<'a>(&mut self, entry: &'a Entry) -> Option<&'a str> {
        let text = entry.value.as_str();
        if text.is_none() {
            self.fail(
                entry.value.span,
                format!("`{}` must be text, not {}", entry.key, entry.value.what()),
                "write it in quotes",
            );
        }
        text
    }

    /// A list of words (one word is read as a list of one).
    pub fn texts(&mut self, entry: &Entry) -> Vec<Box<str>> {
        match &entry.value.value {
            Value::Scalar(s) => vec![s.text.clone()],
            Value::List(items) => items
                .iter()
                .filter_map(|node| {
                    let text = node.as_str();
                    if text.is_none() {
                        self.fail(
                            node.span,
                            format!("`{}` holds {}, not text", entry.key, node.what()),
                            "write words in quotes",
                        );
                    }
                    text.map(Into::into)
                })
                .collect(),
            _ => {
                let message =
                    format!("`{}` must be a list of texts, not {}", entry.key, entry.value.what());
                self.fail(entry.value.span, message, "write it as `[\"…\", \"…\"]`");
                Vec::new()
            }
        }
    }

    /// Yes or no.
    pub fn flag(&mut self, entry: &Entry) -> bool {
        match entry.value.as_str() {
            Some("true") => true,
            Some("false") => false,
            _ => {
                self.fail(
                    entry.value.span,
                    format!("`{}` must be true or false", entry.key),
                    "write `true` or `false`",
                );
                false
            }
        }
    }

    /// An exact number.
    pub fn number(&mut self, entry: &Entry) -> Option<Ratio> {
        let number = entry.value.as_str().and_then(Ratio::parse);
        if number.is_none() {
            self.fail(
                entry.value.span,
                format!("`{}` must be a number", entry.key),
                "write digits, with a point for decimals",
            );
        }
        number
    }

    /// Levels by tier; as a table, by phase class or delivery model, with
    /// `else` for all others.
    pub fn levels(&mut self, entry: &Entry) -> Levels {
        if let Value::Map(entries) = &entry.value.value {
            let base = entry.value.get("else").map(|e| self.tiers(e)).unwrap_or_default();
            return entries.iter().filter(|e| &*e.key != "else").fold(base, |levels, e| {
                if !Levels::WORDS.contains(&&*e.key) {
                    self.unknown(e, &Levels::WORDS);
                }
                levels.but(&e.key, self.tiers(e))
            });
        }
        self.tiers(entry)
    }

    fn tiers(&mut self, entry: &Entry) -> Levels {
        let levels = entry.value.as_str().and_then(Levels::parse);
        if levels.is_none() {
            self.fail(
                entry.value.span,
                format!("`{}` is not a level", entry.key),
                "write `R`, `E`, `O` or `-`, or one for each tier as `R/E/O`",
            );
        }
        levels.unwrap_or_default()
    }

    /// A condition of the closed list.
    pub fn condition(&mut self, entry: &Entry) -> Option<Condition> {
        let text = self.text(entry)?;
        let found = CONDITIONS.iter().find(|(name, _)| *name == text).map(|(_, c)| *c);
        if found.is_none() {
            let names = CONDITIONS.iter().map(|(n, _)| *n).collect::<Vec<_>>().join(", ");
            self.fail(
                entry.value.span,
                format!("unknown condition `{text}`"),
                format!("conditions are {names}"),
            );
        }
        found
    }

    /// Conditions on other fields: `{ status = "final" }`, several values as a
    /// list, and a list of nothing for "says anything".
    pub fn given(&mut self, entry: &Entry) -> Vec<Given> {
        if entry.value.entries().is_empty() {
            self.fail(
                entry.value.span,
                format!("`{}` must name a field and its values", entry.key),
                format!("write `{} = {{ status = \"final\" }}`", entry.key),
            );
        }
        let one = |e: &Entry| {
            let field = e.key.split('.').map(|part| snake(part).into()).collect();
            Given { field, values: self.texts(e) }
        };
        entry.value.entries().iter().map(one).collect()
    }

    /// A key that this table does not have.
    pub fn unknown(&mut self, entry: &Entry, known: &[&str]) {
        let help = match nearest(&entry.key, known.iter().copied()) {
            Some(name) => format!("did you mean `{name}`?"),
            None => format!("keys here are {}", known.join(", ")),
        };
        self.fail(entry.key_span, format!("unknown key `{}`", entry.key), help);
    }

    /// A list of `[[fields]]`, or a table of fields by name.
    pub fn fields(&mut self, node: &Node, depth: usize) -> Vec<Field> {
        match &node.value {
            Value::List(items) => items.iter().filter_map(|n| self.field(n, None, depth)).collect(),
            Value::Map(entries) => {
                entries.iter().filter_map(|e| self.field(&e.value, Some(&e.key), depth)).collect()
            }
            _ => {
                self.fail(
                    node.span,
                    format!("fields must be a list, not {}", node.what()),
                    "write `[[fields]]` with `name` and `type`",
                );
                Vec::new()
            }
        }
    }

    /// One field; its name is the `name` key, or the key it stands under.
    pub fn field(&mut self, node: &Node, name: Option<&str>, depth: usize) -> Option<Field> {
        let name = match (name, node.get("name")) {
            (Some(name), _) => name.to_owned(),
            (None, Some(entry)) => self.text(entry)?.to_owned(),
            (None, None) => String::new(),
        };
        let mut field = Field::new(&snake(&name), Type::Any);
        self.change(&mut field, node, depth);
        Some(field)
    }

    /// The keys a map may have: a list, or a table that says how much each is
    /// wanted.
    fn keys(&mut self, field: &mut Field, entry: &Entry) {
        let Value::Map(entries) = &entry.value.value else {
            field.keys = self.texts(entry);
            return;
        };
        field.keys = entries.iter().map(|e| e.key.clone()).collect();
        field.wanted_keys.clear();
        for e in entries {
            let mut key = Field::new(&e.key, Type::Any);
            match e.value.value {
                Value::Map(_) => self.change(&mut key, &e.value, DEPTH),
                _ => key.levels = self.levels(e),
            }
            field.wanted_keys.push(key);
        }
    }

    /// Lay the keys of `node` over a field: how a PMO changes one of ours.
    pub fn change(&mut self, field: &mut Field, node: &Node, depth: usize) {
        if depth > DEPTH {
            self.fail(node.span, "fields are nested too deep", "nest records at most eight deep");
            return;
        }
        let (mut of, mut inner, mut any_keys, mut kind) = (None, None, false, None);
        for entry in node.entries() {
            match &*entry.key {
                "name" => {}
                "type" => kind = self.text(entry),
                "about" => field.about = self.text(entry).unwrap_or_default().into(),
                "level" => field.levels = self.levels(entry),
                "phases" => field.phases = self.texts(entry).into(),
                "when" => field.when = self.condition(entry),
                "required-if" => field.required_if = self.given(entry),
                "tail" => field.tail = self.flag(entry),
                "separator" => field.separator = self.text(entry).map(Into::into),
                "section" => field.section = self.text(entry).map(Into::into),
                "ordered" => field.ordered = self.flag(entry),
                "aliases" => field.aliases = self.texts(entry),
                "example" => field.example = entry.value.as_str().map(Into::into),
                "values" => match &entry.value.value {
                    Value::Map(map) => {
                        for e in map {
                            if let Some(to) = self.text(e) {
                                field.synonyms.push((e.key.to_lowercase().into(), to.into()));
                            }
                        }
                    }
                    _ => field.values = self.texts(entry),
                },
                "synonyms" => {
                    for e in entry.value.entries() {
                        if let Some(to) = self.text(e) {
                            field.synonyms.push((e.key.to_lowercase().into(), to.into()));
                        }
                    }
                }
                "not-applicable" => field.not_applicable = self.texts(entry),
                "unit" => field.unit = self.number(entry),
                "min" => field.min = self.number(entry),
                "max" => field.max = self.number(entry),
                "keys" => self.keys(field, entry),
                "one-or-many" => field.one_or_many = self.flag(entry),
                "time-of-day" => field.time_of_day = self.flag(entry),
                "shorthand" => field.shorthand = self.text(entry).map(Into::into),
                "any-keys" => any_keys = self.flag(entry),
                "of" => of = self.field(&entry.value, Some(""), depth + 1),
                "fields" => inner = Some(self.fields(&entry.value, depth + 1)),
                _ => self.unknown(
                    entry,
                    &[
                        "name",
                        "type",
                        "about",
                        "level",
                        "phases",
                        "when",
                        "required-if",
                        "tail",
                        "separator",
                        "section",
                        "ordered",
                        "aliases",
                        "example",
                        "values",
                        "synonyms",
                        "not-applicable",
                        "unit",
                        "min",
                        "max",
                        "keys",
                        "one-or-many",
                        "time-of-day",
                        "shorthand",
                        "any-keys",
                        "of",
                        "fields",
                    ],
                ),
            }
        }
        if let (Some(min), Some(max)) = (field.min, field.max)
            && min > max
            && let Some(entry) = node.get("max").or_else(|| node.get("min"))
        {
            let message = format!("`min` is {min} and `max` is {max}: no number is both");
            self.fail(entry.value.span, message, "write the lesser of the two as `min`");
        }
        let element = || Box::new(of.clone().unwrap_or_else(|| Field::new("", Type::Any)));
        if let Some(name) = kind {
            field.kind = match name {
                "list" => Type::List(element()),
                "map" => Type::Map(element()),
                "record" => {
                    let mut fields = Fields::new(inner.unwrap_or_default());
                    fields.any_keys = any_keys;
                    Type::Record(Arc::new(fields))
                }
                _ => match TYPES.iter().find(|(n, _)| *n == name) {
                    Some((_, kind)) => kind.clone(),
                    None => {
                        let span = node.get("type").map_or(node.span, |e| e.value.span);
                        let help = nearest(
                            name,
                            TYPES.iter().map(|t| t.0).chain(["list", "map", "record"]),
                        )
                        .map_or_else(
                            || "see the guide for the list of types".to_owned(),
                            |n| format!("did you mean `{n}`?"),
                        );
                        self.fail(span, format!("unknown type `{name}`"), help);
                        Type::Any
                    }
                },
            };
            if matches!(field.kind, Type::Choice) && field.values.is_empty() {
                let span = node.get("type").map_or(node.span, |e| e.value.span);
                let help = "add `values = [\"…\", \"…\"]`, or write `type = \"text\"`";
                self.fail(span, "a choice has no `values`", help);
            }
        } else if let (Some(changes), Type::Record(fields)) = (inner, &field.kind) {
            let mut fields = Fields::clone(fields);
            changes.into_iter().for_each(|f| fields.put(f));
            field.kind = Type::Record(Arc::new(fields));
        }
    }
}

/// The scalar types by name.
const TYPES: &[(&str, Type)] = &[
    ("text", Type::Text),
    ("line", Type::Line),
    ("date", Type::Date),
    ("datetime", Type::DateTime),
    ("month", Type::Month),
    ("date-or-range", Type::DateOrRange),
    ("duration", Type::Duration),
    ("money", Type::Money),
    ("percent", Type::Percent),
    ("fte", Type::Number),
    ("number", Type::Number),
    ("integer", Type::Integer),
    ("boolean", Type::Flag),
    ("id", Type::Id),
    ("slug", Type::Slug),
    ("version", Type::Version),
    ("currency", Type::Currency),
    ("person", Type::Person),
    ("role", Type::Role),
    ("unit", Type::Unit),
    ("link", Type::Link),
    ("rag", Type::Rag),
    ("trend", Type::Trend),
    ("choice", Type::Choice),
    ("any", Type::Any),
];
