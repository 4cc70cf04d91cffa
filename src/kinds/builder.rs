//! Lays a kind's TOML, ours or that of `book.toml`, over what is there.

use super::matching::matches;
use super::{Kind, ROLES, Role, Section};
use crate::data::adapt::{Move, path};
use crate::data::field::{Field, Fields, Level, Levels, SchemaReader, Type, snake};
use crate::data::{Entry, Node, Value, read, toml};
use crate::markdown::{Headings, SectionSpec, Sections};
use std::sync::Arc;

const KEYS: &[&str] = &[
    "name",
    "title",
    "plural",
    "role",
    "aliases",
    "purpose",
    "front-matter-only",
    "approvable",
    "approvers",
    "file",
    "register",
    "id-prefix",
    "common",
    "phases",
    "fields",
    "sections",
    "headings",
    "only-listed-sections",
    "header-lines",
    "phase-field",
    "extends",
    "match",
    "defaults",
];

pub(super) struct Builder {
    kind: Kind,
    common: bool,
    fields: Vec<Field>,
}

impl Default for Builder {
    fn default() -> Self {
        let kind = Kind {
            name: "".into(),
            title: "".into(),
            plural: "".into(),
            role: Role::Document,
            aliases: Vec::new(),
            own_aliases: Vec::new(),
            purpose: "".into(),
            front_matter_only: false,
            approvable: false,
            approvers: Vec::new(),
            file: "".into(),
            register: None,
            id_prefix: "".into(),
            phases: Vec::new(),
            fields: Arc::default(),
            sections: Vec::new(),
            headings: Sections::default(),
            only_sections: false,
            header_lines: false,
            phase_field: None,
            matches: Vec::new(),
            moves: Vec::new(),
            defaults: Vec::new(),
        };
        Self { kind, common: true, fields: Vec::new() }
    }
}

impl Builder {
    /// Start from a kind; a new one of another name loses what may exist once.
    pub(super) fn from(base: &Kind, new: Option<&str>) -> Self {
        let mut kind = base.clone();
        if new.is_some() {
            kind.aliases.clear();
            kind.own_aliases.clear();
            kind.matches.clear();
            kind.register = None;
        }
        Self { fields: base.fields.list.clone(), kind, common: false }
    }

    pub(super) fn lay(
        mut self,
        node: &Node,
        name: &str,
        reader: &mut SchemaReader,
        from_config: bool,
    ) -> Self {
        self.kind.name = name.into();
        if self.kind.title.is_empty() {
            self.kind.title = name.into();
        }
        let mut defaults = None;
        for entry in node.entries() {
            let kind = &mut self.kind;
            match &*entry.key {
                "name" | "extends" => {}
                "title" => kind.title = reader.text(entry).unwrap_or(name).into(),
                "plural" => kind.plural = reader.text(entry).unwrap_or(name).into(),
                "role" => {
                    let text = reader.text(entry).unwrap_or_default();
                    match ROLES.iter().find(|(n, _)| *n == text) {
                        Some((_, role)) => kind.role = *role,
                        None => {
                            let names = ROLES.iter().map(|r| r.0).collect::<Vec<_>>().join(", ");
                            reader.fail(
                                entry.value.span,
                                format!("unknown role `{text}`"),
                                format!("roles are {names}"),
                            );
                        }
                    }
                }
                "aliases" => {
                    let aliases = reader.texts(entry);
                    if from_config {
                        kind.own_aliases.extend(aliases.iter().cloned());
                    }
                    kind.aliases.extend(aliases);
                }
                "front-matter-only" => kind.front_matter_only = reader.flag(entry),
                "purpose" => kind.purpose = reader.text(entry).unwrap_or_default().into(),
                "approvable" => kind.approvable = reader.flag(entry),
                "approvers" => {
                    if let Some(approvers) = approvers(entry, reader) {
                        kind.approvers = approvers;
                    }
                }
                "file" => kind.file = reader.text(entry).unwrap_or_default().into(),
                "register" => kind.register = reader.text(entry).map(Into::into),
                "id-prefix" => kind.id_prefix = reader.text(entry).unwrap_or_default().into(),
                "common" => self.common = reader.flag(entry),
                "phases" => kind.phases = reader.texts(entry),
                "fields" => self.lay_fields(entry, reader, from_config),
                "sections" => {
                    let sections = sections(&entry.value, reader);
                    for (section, before) in sections {
                        put_section(&mut kind.sections, section, before.as_deref());
                    }
                }
                "headings" => kind.headings.headings = headings(entry, reader),
                "header-lines" => kind.header_lines = reader.flag(entry),
                "only-listed-sections" => kind.only_sections = reader.flag(entry),
                "phase-field" => {
                    let path = |text: &str| path(text).iter().map(|p| snake(p).into()).collect();
                    kind.phase_field = reader.text(entry).map(path);
                }
                "match" => kind.matches.extend(matches(entry, reader)),
                "defaults" => defaults = Some(entry),
                _ => reader.unknown(entry, KEYS),
            }
        }
        if self.kind.plural.is_empty() {
            self.kind.plural = format!("{}s", self.kind.title).into();
        }
        if self.common {
            self.common_fields(reader);
        }
        if let Some(entry) = defaults {
            let fields = Fields::new(self.fields.clone());
            self.kind.defaults = read::record(&entry.value, &fields, &mut reader.problems).slots;
        }
        self
    }

    /// Fields of our own files are new; those of `book.toml` change what is
    /// there, add to it, or say where a value stands in the user's files.
    fn lay_fields(&mut self, entry: &Entry, reader: &mut SchemaReader, from_config: bool) {
        if !from_config {
            self.fields.extend(reader.fields(&entry.value, 0));
            return;
        }
        let named: Vec<(String, &Node, crate::text::Span)> = match entry.value.entries() {
            [] => entry
                .value
                .items()
                .iter()
                .filter_map(|n| Some((n.get("name")?.value.as_str()?.to_owned(), n, n.span)))
                .collect(),
            entries => entries.iter().map(|e| (e.key.to_string(), &e.value, e.key_span)).collect(),
        };
        for (name, node, span) in named {
            let to: Vec<Box<str>> = path(&name).iter().map(|p| snake(p).into()).collect();
            let target = find_nested(&mut self.fields, &to);
            let existed = target.is_some();
            let mut changed = Field::new(to.last().map_or("", |p| p), Type::Any);
            match target {
                Some(field) => {
                    let before = field.aliases.clone();
                    reader.change(field, node, 0);
                    changed = field.clone();
                    let new = std::mem::replace(&mut field.aliases, before);
                    changed.aliases = new;
                }
                None => reader.change(&mut changed, node, 0),
            }
            let aliases = if node.get("aliases").is_some() {
                std::mem::take(&mut changed.aliases)
            } else {
                Vec::new()
            };
            if !aliases.is_empty() {
                self.kind
                    .moves
                    .push(Move { to: to.clone(), from: aliases.iter().map(|a| path(a)).collect() });
            }
            if existed {
                continue;
            }
            if to.len() == 1 {
                changed.written = (*name != *changed.name).then(|| name.as_str().into());
                changed.aliases.clear();
                self.fields.push(changed);
            } else {
                reader.fail(
                    span,
                    format!("`{name}` is not a field of `{}`", self.kind.name),
                    "a dotted name changes a field inside one of the kind's records",
                );
            }
        }
    }

    fn common_fields(&mut self, reader: &mut SchemaReader) {
        let Ok(node) = toml::parse(COMMON) else { return };
        let Some(entry) = node.get("fields") else { return };
        let mut common = reader.fields(&entry.value, 0);
        let required = Levels::all(Level::Required);
        for field in &mut common {
            let name = &*field.name;
            if name == "kind"
                || (self.kind.approvable
                    && matches!(name, "version" | "state" | "author" | "updated"))
                || (self.kind.role == Role::Report && name == "author")
            {
                field.levels = required.clone();
            }
        }
        common.retain(|c| !self.fields.iter().any(|f| f.name == c.name));
        self.fields.extend(common);
    }

    pub(super) fn finish(mut self) -> Kind {
        self.kind.fields = Arc::new(Fields::new(self.fields));
        let specs: Vec<SectionSpec> = self
            .kind
            .sections
            .iter()
            .map(|s| SectionSpec {
                name: s.name.to_string(),
                synonyms: s.synonyms.iter().map(ToString::to_string).collect(),
            })
            .collect();
        self.kind.headings = Sections::new(&specs, self.kind.headings.headings);
        self.kind
    }
}

/// The front matter every document may carry (the loader sets what is required).
const COMMON: &str = include_str!("common.toml");

fn find_nested<'a>(fields: &'a mut [Field], to: &[Box<str>]) -> Option<&'a mut Field> {
    let (first, rest) = to.split_first()?;
    let field = fields.iter_mut().find(|f| *f.name == **first)?;
    if rest.is_empty() {
        return Some(field);
    }
    match &mut field.kind {
        Type::Record(inner) => {
            let inner = Arc::make_mut(inner);
            find_nested(&mut inner.list, rest)
        }
        Type::Map(of) if rest.len() == 1 && (of_keys(&field.keys, &rest[0])) => Some(of),
        _ => None,
    }
}

fn of_keys(keys: &[Box<str>], key: &str) -> bool {
    keys.is_empty() || keys.iter().any(|k| **k == *key)
}

/// Who approves: `{ tiers = ["sponsor, pmo-director", "sponsor", "sponsor"] }`,
/// or a word or a list of words for every tier. What cannot be read leaves the
/// approvers as they are.
fn approvers(entry: &Entry, reader: &mut SchemaReader) -> Option<Vec<Vec<Box<str>>>> {
    let split = |roles: &str| -> Vec<Box<str>> {
        roles.split(',').map(str::trim).filter(|r| !r.is_empty()).map(Into::into).collect()
    };
    let before = reader.problems.len();
    let approvers = match &entry.value.value {
        Value::Map(keys) => {
            for key in keys.iter().filter(|key| &*key.key != "tiers") {
                reader.unknown(key, &["tiers"]);
            }
            match entry.value.get("tiers") {
                Some(tiers) => reader.texts(tiers).iter().map(|roles| split(roles)).collect(),
                None => {
                    if reader.problems.len() == before {
                        reader.fail(
                            entry.value.span,
                            "`approvers` names nobody",
                            "write `approvers = [\"sponsor\"]`, or `{ tiers = [\"sponsor, pmo-director\", \"sponsor\", \"sponsor\"] }`",
                        );
                    }
                    return None;
                }
            }
        }
        _ => vec![reader.texts(entry).iter().flat_map(|roles| split(roles)).collect()],
    };
    (reader.problems.len() == before).then_some(approvers)
}

/// The sections as given, each with the section it is to stand before.
fn sections(node: &Node, reader: &mut SchemaReader) -> Vec<(Section, Option<Box<str>>)> {
    let named: Vec<(Option<&str>, &Node)> = match node.entries() {
        [] => node.items().iter().map(|n| (None, n)).collect(),
        entries => entries.iter().map(|e| (Some(&*e.key), &e.value)).collect(),
    };
    let before = |node: &Node| Some(node.get("before")?.value.as_str()?.into());
    named
        .into_iter()
        .filter_map(|(name, node)| Some((section(name, node, reader)?, before(node))))
        .collect()
}

/// `headings = { levels = "2", lead-ins = false, compounds = false, exact = true }`.
fn headings(entry: &Entry, reader: &mut SchemaReader) -> Headings {
    let mut headings = Headings::default();
    for key in entry.value.entries() {
        match &*key.key {
            "levels" => {
                let text = reader.text(key).unwrap_or_default();
                let (from, to) = text.split_once('-').unwrap_or((text, text));
                let level = |text: &str| text.trim().parse().ok().filter(|n| (1..=6).contains(n));
                match (level(from), level(to)) {
                    (Some(from), Some(to)) if from <= to => {
                        (headings.from, headings.to) = (from, to)
                    }
                    _ => reader.fail(
                        key.value.span,
                        format!("`{text}` is not a range of heading levels"),
                        "write one level from 1 to 6, or two as `\"2-4\"`",
                    ),
                }
            }
            "lead-ins" => headings.lead_ins = reader.flag(key),
            "compounds" => headings.compounds = reader.flag(key),
            "exact" => headings.exact = reader.flag(key),
            _ => reader.unknown(key, &["levels", "lead-ins", "compounds", "exact"]),
        }
    }
    headings
}

fn section(name: Option<&str>, node: &Node, reader: &mut SchemaReader) -> Option<Section> {
    let mut section = Section {
        name: name.unwrap_or_default().into(),
        synonyms: Vec::new(),
        levels: Levels::default(),
        phases: Vec::new(),
        models: Vec::new(),
        when: None,
        required_if: Vec::new(),
        satisfied_by: Vec::new(),
        fresh: false,
        prompt: "".into(),
    };
    for entry in node.entries() {
        match &*entry.key {
            "name" => section.name = reader.text(entry)?.into(),
            "synonyms" => section.synonyms = reader.texts(entry),
            "level" => section.levels = reader.levels(entry),
            "phases" => section.phases = reader.texts(entry),
            "models" => section.models = reader.texts(entry),
            "when" => section.when = reader.condition(entry),
            "required-if" => section.required_if = reader.given(entry),
            "before" => {}
            "satisfied-by" => section.satisfied_by = reader.texts(entry),
            "fresh" => section.fresh = reader.flag(entry),
            "prompt" => section.prompt = reader.text(entry)?.into(),
            _ => reader.unknown(
                entry,
                &[
                    "name",
                    "synonyms",
                    "level",
                    "phases",
                    "models",
                    "when",
                    "required-if",
                    "before",
                    "satisfied-by",
                    "fresh",
                    "prompt",
                ],
            ),
        }
    }
    if section.name.is_empty() {
        reader.fail(node.span, "a section has no name", "add `name = \"…\"`");
        return None;
    }
    Some(section)
}

/// Lay a section over the one of its name, or add it; `before` says where in
/// the order it stands.
fn put_section(sections: &mut Vec<Section>, section: Section, before: Option<&str>) {
    let old = sections.iter().position(|s| s.name == section.name);
    let section = match old {
        Some(i) if before.is_none() => {
            if let Some(old) = sections.get_mut(i) {
                lay_section(old, section);
            }
            return;
        }
        Some(i) => {
            let mut old = sections.remove(i);
            lay_section(&mut old, section);
            old
        }
        None => section,
    };
    let place = sections.iter().position(|s| before.is_some_and(|before| *s.name == *before));
    sections.insert(place.unwrap_or(sections.len()), section);
}

/// Lay a section of `book.toml` over one of ours: synonyms are added, what is
/// given replaces.
fn lay_section(old: &mut Section, new: Section) {
    old.synonyms.extend(new.synonyms);
    if new.levels != Levels::default() {
        old.levels = new.levels;
    }
    if !new.phases.is_empty() {
        old.phases = new.phases;
    }
    if !new.models.is_empty() {
        old.models = new.models;
    }
    if new.when.is_some() {
        old.when = new.when;
    }
    old.fresh |= new.fresh;
    if !new.required_if.is_empty() {
        old.required_if = new.required_if;
    }
    if !new.satisfied_by.is_empty() {
        old.satisfied_by = new.satisfied_by;
    }
    if !new.prompt.is_empty() {
        old.prompt = new.prompt;
    }
}
