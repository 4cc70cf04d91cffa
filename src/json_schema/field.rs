//! The schema of one field, by its type.

use crate::data::adapt::Move;
use crate::data::field::{Field, Fields, Level, Levels, Type};
use crate::data::spellings::{RAGS, TRENDS};
use crate::ratio::Ratio;
use serde_json::{Map, Value, json};

/// Deepest nesting that is described; below it anything goes.
const DEPTH: usize = 12;
/// Tiers that are looked at to know what all of them require.
const TIERS: usize = 8;

/// A date with time of day and offset.
const TIMED: &str = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:.*(Z|.[+-].*)$";

/// A mapping in the making.
#[derive(Debug, Default)]
pub(super) struct Shape {
    /// What may stand under each key.
    pub(super) properties: Map<String, Value>,
    /// Canonical names of what must be there.
    pub(super) required: Vec<String>,
    /// Keys that are not known are kept.
    pub(super) any_keys: bool,
    /// Canonical name and every other name it is read under.
    names: Vec<(String, Vec<String>)>,
}

impl Shape {
    /// The mapping of these fields, under each of their names.
    pub(super) fn of_fields(fields: &Fields) -> Self {
        Self::nested(fields, 0)
    }

    fn nested(fields: &Fields, depth: usize) -> Self {
        let mut shape = Self { any_keys: fields.any_keys, ..Self::default() };
        for field in &fields.list {
            let schema = schema(field, depth);
            let mut names: Vec<String> = Vec::new();
            for name in std::iter::once(&*field.name).chain(field.aliases.iter().map(|a| &**a)) {
                for name in [name.to_owned(), name.replace('_', "-")] {
                    let means = fields.find(&name).is_some_and(|f| f.name == field.name);
                    if means && *name != *field.name && !names.contains(&name) {
                        names.push(name);
                    }
                }
            }
            for name in &names {
                let mut other = schema.clone();
                other["description"] = json!(format!("The same as `{}`.", field.name));
                other["doNotSuggest"] = json!(true);
                shape.properties.insert(name.clone(), other);
            }
            shape.properties.insert(field.name.to_string(), schema);
            if always(field) {
                shape.required.push(field.name.to_string());
            }
            shape.names.push((field.name.to_string(), names));
        }
        shape
    }

    /// Values may stand where `book.toml` says the organisation keeps them.
    pub(super) fn lay_moves(&mut self, moves: &[Move], fields: &Fields) {
        for step in moves {
            let Some(top) = step.to.first() else { continue };
            let target = target(fields, &step.to);
            for from in &step.from {
                let Some(first) = from.first() else { continue };
                let mut value = match target.filter(|_| from.len() == 1) {
                    Some(field) => schema(field, 0),
                    None => json!({}),
                };
                value["description"] = json!(format!("Read as `{}`.", step.to.join(".")));
                self.properties.insert(first.to_string(), value);
                match self.names.iter_mut().find(|(name, _)| **name == **top) {
                    Some((_, names)) => names.push(first.to_string()),
                    None => self.names.push((top.to_string(), vec![first.to_string()])),
                }
            }
        }
    }

    /// The mapping as a schema.
    pub(super) fn finish(self) -> Value {
        let (mut plain, mut one_of) = (Vec::new(), Vec::new());
        for name in self.required {
            match self.names.iter().find(|(n, _)| *n == name).map(|(_, others)| others) {
                Some(others) if !others.is_empty() => {
                    let names = std::iter::once(&name).chain(others);
                    let each: Vec<Value> = names.map(|n| json!({"required": [n]})).collect();
                    one_of.push(json!({"anyOf": each}));
                }
                _ => plain.push(name),
            }
        }
        let mut schema = json!({"type": "object", "properties": self.properties});
        if !self.any_keys {
            // The reader knows a key in any case; to complete and to check one,
            // it has to be written as ours are.
            let known: Vec<String> = self.names.iter().map(|(name, _)| spelled(name)).collect();
            let mut others = json!({"^x[-_]": true});
            // YAML, as which JSON is read too, has no long keys.
            for some in known.chunks(8) {
                others[format!("^({})$", some.join("|"))] = json!(true);
            }
            schema["patternProperties"] = others;
            schema["additionalProperties"] = json!(false);
        }
        let mut wanted = Map::new();
        if !plain.is_empty() {
            wanted.insert("required".into(), json!(plain));
        }
        if !one_of.is_empty() {
            wanted.insert("allOf".into(), json!(one_of));
        }
        if !wanted.is_empty() {
            schema["if"] = json!({"propertyNames": {"pattern": "^[^A-Z ]*$"}});
            schema["then"] = json!(wanted);
        }
        schema
    }
}

/// The field a path leads to.
fn target<'a>(fields: &'a Fields, path: &[Box<str>]) -> Option<&'a Field> {
    let (first, rest) = path.split_first()?;
    let field = fields.find(first)?;
    match (&field.kind, rest) {
        (_, []) => Some(field),
        (Type::Record(inner), rest) => target(inner, rest),
        (Type::Map(of), [_]) => Some(of),
        _ => None,
    }
}

/// Whether a field is required whatever tier, phase and model.
fn always(field: &Field) -> bool {
    let required = |word: Option<&str>| {
        (0..TIERS).all(|tier| field.levels.within(tier, word, None) == Level::Required)
    };
    field.phases.is_empty()
        && field.when.is_none()
        && required(None)
        && Levels::WORDS.iter().all(|word| required(Some(word)))
}

/// The schema of a field: what it may hold, or nothing.
pub(super) fn schema(field: &Field, depth: usize) -> Value {
    let mut forms = forms(field, depth);
    if !field.not_applicable.is_empty() {
        let starts: Vec<String> = field.not_applicable.iter().map(|s| spelled(s)).collect();
        forms.push(json!({"type": "string", "pattern": format!("^({})", starts.join("|"))}));
        let plain = field.not_applicable.iter().filter_map(|word| unquoted(word));
        let plain: Vec<Value> = plain.collect();
        if !plain.is_empty() {
            forms.push(json!({"enum": plain}));
        }
    }
    // A key without a value is what `new` writes for its author to fill in.
    let mut schema = or_nothing(forms);
    if !field.about.is_empty() {
        schema["description"] = json!(field.about);
    }
    schema
}

fn either(mut forms: Vec<Value>) -> Value {
    if forms.len() == 1 { forms.remove(0) } else { json!({"anyOf": forms}) }
}

fn or_nothing(mut forms: Vec<Value>) -> Value {
    match forms.as_mut_slice() {
        [Value::Object(only)] if only.is_empty() => json!({}),
        [Value::Object(only)] if only.contains_key("type") && !only.contains_key("enum") => {
            let mut types = match only.get("type") {
                Some(Value::Array(types)) => types.clone(),
                Some(one) => vec![one.clone()],
                None => Vec::new(),
            };
            types.push(json!("null"));
            only.insert("type".into(), json!(types));
            Value::Object(std::mem::take(only))
        }
        _ => {
            forms.push(json!({"type": "null"}));
            either(forms)
        }
    }
}

/// The forms in which a value may be written.
fn forms(field: &Field, depth: usize) -> Vec<Value> {
    if depth > DEPTH {
        return vec![json!({})];
    }
    let text = |pattern: &str| json!({"type": "string", "pattern": pattern});
    let loose =
        |pattern: &str| json!({"type": ["string", "number", "boolean"], "pattern": pattern});
    match &field.kind {
        Type::Any => vec![json!({})],
        Type::Text => vec![json!({"type": ["string", "number"]})],
        Type::Role => vec![json!({"type": ["string", "number", "boolean"]})],
        Type::Line | Type::Unit => {
            vec![json!({"type": ["string", "number"], "pattern": r"^[^\r\n]*$"})]
        }
        Type::Date if field.time_of_day => vec![date(), text(TIMED)],
        Type::Date => vec![date()],
        Type::DateOrRange => vec![
            date(),
            json!({"type": "object", "required": ["p50", "p85"], "properties": {"p50": date(), "p85": date()}}),
        ],
        Type::DateTime => {
            vec![date(), text(TIMED)]
        }
        Type::Month => vec![text(r"^(19|2[01])[0-9]{2}-(0[1-9]|1[0-2])$")],
        Type::Duration => vec![text(r"^[0-9]{1,5}(d|w|bd|h|m|min)$")],
        Type::Money | Type::Number => vec![number(field, "number", None)],
        Type::Percent => vec![number(field, "number", Some((0, 100)))],
        Type::Integer => vec![number(field, "integer", None)],
        Type::Flag => {
            let spelt = ["true", "false", "yes", "no"].map(spelled).join("|");
            vec![json!({"type": "boolean"}), text(&format!("^({spelt})$"))]
        }
        Type::Id => vec![json!({"type": ["string", "number"], "pattern": r"^\S+$"})],
        Type::Slug => vec![json!({
            "type": ["string", "integer"],
            "pattern": "^[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?$",
            "maxLength": 100,
        })],
        Type::Currency => vec![text("^[A-Z]{3}$")],
        Type::Person => vec![text(r"^[^\r\n]*\S[^\r\n]*$")],
        Type::Version | Type::Link => vec![loose(r"^[^\r\n]*\S[^\r\n]*$")],
        Type::Rag => {
            let own: Vec<&str> = RAGS.iter().map(|(rag, _)| rag.name()).collect();
            let others = RAGS.iter().flat_map(|(_, others)| others.iter().copied());
            vec![words(&own, &with_synonyms(field, others))]
        }
        Type::Trend => {
            let own: Vec<&str> = TRENDS.iter().map(|(trend, _)| *trend).collect();
            let others = TRENDS.iter().flat_map(|(_, others)| others.iter().copied());
            vec![words(&own, &with_synonyms(field, others))]
        }
        Type::Choice if field.values.is_empty() => vec![json!({"type": ["string", "number"]})],
        Type::Choice => {
            let own: Vec<&str> = field.values.iter().map(|v| &**v).collect();
            vec![words(&own, &with_synonyms(field, std::iter::empty()))]
        }
        Type::List(of) => {
            let mut forms = vec![json!({"type": "array", "items": schema(of, depth + 1)})];
            if field.one_or_many {
                forms.extend(self::forms(of, depth + 1));
            }
            forms
        }
        Type::Map(of) => map(field, of, depth),
        Type::Record(fields) => {
            let mut forms = vec![Shape::nested(fields, depth + 1).finish()];
            let short = field.shorthand.as_deref().and_then(|name| fields.find(name));
            if let Some(short) = short {
                let mut short = short.clone();
                short.synonyms.extend(field.synonyms.iter().cloned());
                short.unit = short.unit.or(field.unit);
                forms.extend(self::forms(&short, depth + 1));
            }
            forms
        }
    }
}

fn map(field: &Field, of: &Field, depth: usize) -> Vec<Value> {
    let value = schema(of, depth + 1);
    if field.keys.is_empty() {
        let listed = json!({"type": "array", "items": {"type": "object", "required": ["id"]}});
        return vec![json!({"type": "object", "additionalProperties": value}), listed];
    }
    let mut properties = Map::new();
    for key in &field.keys {
        properties.insert(key.replace('_', "-"), value.clone());
        properties.insert(key.to_string(), value.clone());
    }
    let mut map =
        json!({"type": "object", "properties": properties, "additionalProperties": false});
    let required: Vec<&str> =
        field.wanted_keys.iter().filter(|key| always(key)).map(|key| &*key.name).collect();
    if !required.is_empty() {
        map["required"] = json!(required);
    }
    vec![map]
}

fn date() -> Value {
    json!({
        "type": "string",
        "format": "date",
        "pattern": "^(19|2[01])[0-9]{2}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$",
    })
}

/// A number, which may stand in quotes.
fn number(field: &Field, kind: &str, range: Option<(i128, i128)>) -> Value {
    let fraction = if kind == "integer" { r"(\.0+)?" } else { r"(\.[0-9]{1,12})?" };
    let mut schema =
        json!({"type": [kind, "string"], "pattern": format!("^[+-]?[0-9]{{1,24}}{fraction}$")});
    let limit = |own: Option<Ratio>, other: Option<i128>| {
        own.filter(|n| n.denominator() == 1)
            .map(Ratio::numerator)
            .or(other.filter(|_| own.is_none()))
            .and_then(|n| i64::try_from(n).ok())
    };
    // A unit changes the number before its range is looked at.
    if field.unit.is_none() {
        if let Some(min) = limit(field.min, range.map(|r| r.0)) {
            schema["minimum"] = json!(min);
        }
        if let Some(max) = limit(field.max, range.map(|r| r.1)) {
            schema["maximum"] = json!(max);
        }
    }
    schema
}

fn with_synonyms<'a>(field: &'a Field, others: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
    others.chain(field.synonyms.iter().map(|(from, _)| &**from)).collect()
}

/// Words of a closed list: ours to be completed, other spellings accepted.
pub(super) fn words(own: &[&str], others: &[&str]) -> Value {
    let all: Vec<String> = own.iter().chain(others).map(|word| spelled(word)).collect();
    let accepted = json!({"type": "string", "pattern": format!(r"^\s*({})\s*$", all.join("|"))});
    let plain: Vec<Value> = own.iter().chain(others).filter_map(|word| unquoted(word)).collect();
    let mut forms = vec![json!({"enum": own}), accepted];
    if !plain.is_empty() {
        forms.push(json!({"enum": plain}));
    }
    json!({"anyOf": forms})
}

/// What YAML takes a word for without quotes, where that is no text.
fn unquoted(word: &str) -> Option<Value> {
    match word {
        "true" => Some(json!(true)),
        "false" => Some(json!(false)),
        word => word.parse::<i64>().ok().map(|n| json!(n)),
    }
}

/// A pattern for a word in any case, with `-`, `_` or a space between its parts.
fn spelled(word: &str) -> String {
    let mut pattern = String::with_capacity(word.len() * 4);
    for c in word.chars() {
        match c {
            '-' | '_' | ' ' => pattern.push_str("[-_ ]"),
            c if c.is_ascii_alphabetic() => {
                let (low, high) = (c.to_ascii_lowercase(), c.to_ascii_uppercase());
                pattern.extend(['[', low, high, ']']);
            }
            c if c.is_ascii_punctuation() && c != '/' => pattern.extend(['\\', c]),
            c => pattern.push(c),
        }
    }
    pattern
}
