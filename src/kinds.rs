//! Document kinds as data: what each kind is for, its fields, its sections,
//! and where it stands in the lifecycle. Built in from `kinds/*.toml`; a PMO
//! changes them or adds its own under `[kinds]` in `book.toml`, through the
//! same reader. This is the only module that knows kinds by name.

use crate::config::Config;
use crate::data::adapt::{Move, path};
use crate::data::field::{Condition, Field, Fields, Level, Levels, SchemaReader, Type, snake};
use crate::data::record::{Datum, Slot};
use crate::data::{Entry, Node, Problem, read, toml};
use crate::markdown::{SectionSpec, Sections, normalise_heading};
use crate::text::nearest;
use std::collections::HashMap;
use std::sync::Arc;

macro_rules! embed {
    ($($name:literal),* $(,)?) => { &[$(($name, include_str!(concat!("kinds/", $name, ".toml")))),*] };
}

/// Every built-in kind, sorted by name. To add one: its file and its line here.
const BUILT_IN: &[(&str, &str)] = embed![
    "action",
    "adoption",
    "assumption",
    "benefit",
    "budget",
    "business-case",
    "change",
    "charter",
    "closure",
    "control",
    "cutover",
    "decision",
    "dependency",
    "exception",
    "gate",
    "go-no-go",
    "governance",
    "handover",
    "issue",
    "lesson",
    "milestone",
    "minutes",
    "page",
    "plan",
    "project",
    "release",
    "resource",
    "risk",
    "rollback",
    "stakeholders",
    "status",
    "survey",
    "test",
    "vendor",
];

/// What a kind is to the program: how code finds "the status reports" without
/// knowing a kind by name. A closed list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Role {
    /// The project's identity and current facts.
    Card,
    /// Authorises the project; carries the card's fields where there is no card.
    Charter,
    /// A dated statement of health.
    Report,
    /// One item of a register.
    Item,
    /// A lesson learned.
    Lesson,
    /// A gate decision record.
    Gate,
    /// Any other typed document.
    Document,
    /// A wiki page.
    Page,
}

const ROLES: &[(&str, Role)] = &[
    ("card", Role::Card),
    ("charter", Role::Charter),
    ("report", Role::Report),
    ("item", Role::Item),
    ("lesson", Role::Lesson),
    ("gate", Role::Gate),
    ("document", Role::Document),
    ("page", Role::Page),
];

/// A section a kind asks for.
#[derive(Debug, Clone, PartialEq)]
pub struct Section {
    /// Canonical heading.
    pub name: Box<str>,
    /// Other headings that mean the same.
    pub synonyms: Vec<Box<str>>,
    /// How much it is wanted, by tier.
    pub levels: Levels,
    /// Phase classes in which the level holds; empty means all.
    pub phases: Vec<Box<str>>,
    /// Delivery models it applies to; empty means all.
    pub models: Vec<Box<str>>,
    /// A condition under which the level holds.
    pub when: Option<Condition>,
    /// Front-matter fields or registers that satisfy it when not empty.
    pub satisfied_by: Vec<Box<str>>,
    /// What to write there, for the scaffold.
    pub prompt: Box<str>,
}

/// How files without a matching `kind:` are given this kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Match {
    /// The path matches a glob (`**/status-*.md`).
    Path(Box<str>),
    /// A front-matter field has a value.
    Field(Box<str>, Box<str>),
}

/// A document kind.
#[derive(Debug, Clone)]
pub struct Kind {
    /// Value of `kind:`.
    pub name: Arc<str>,
    /// For readers, singular.
    pub title: Box<str>,
    /// For readers, plural.
    pub plural: Box<str>,
    /// What it is to the program.
    pub role: Role,
    /// Other values of `kind:` that mean it.
    pub aliases: Vec<Box<str>>,
    /// What it is for, in one sentence.
    pub purpose: Box<str>,
    /// Version, state, author and updated are required.
    pub approvable: bool,
    /// Roles that must approve, by tier; the last holds for all tiers beyond.
    pub approvers: Vec<Vec<Box<str>>>,
    /// Where `new` puts it, with `{date}` or `{id}`.
    pub file: Box<str>,
    /// Top-level key of the register that holds such items.
    pub register: Option<Box<str>>,
    /// Prefix of new ids.
    pub id_prefix: Box<str>,
    /// Phase classes it is normally written in.
    pub phases: Vec<Box<str>>,
    /// Front matter.
    pub fields: Arc<Fields>,
    /// Sections in their order.
    pub sections: Vec<Section>,
    /// The sections' names prepared for matching.
    pub headings: Sections,
    /// How files are given this kind by path or field.
    pub matches: Vec<Match>,
    /// Values moved to where the kind expects them, before reading.
    pub moves: Vec<Move>,
    /// Fields a whole collection never states.
    pub defaults: Vec<Slot>,
}

impl Kind {
    /// A bare wiki page, for a book that has lost its page kind.
    #[must_use]
    pub fn page() -> Self {
        let mut kind = Builder::default().finish();
        (kind.name, kind.title, kind.role) = ("page".into(), "Page".into(), Role::Page);
        kind
    }

    /// Roles that must approve a document of this kind in that tier.
    #[must_use]
    pub fn approvers_at(&self, tier: usize) -> &[Box<str>] {
        self.approvers.get(tier).or(self.approvers.last()).map(Vec::as_slice).unwrap_or_default()
    }
}

/// All kinds of a book, built-in and its own.
#[derive(Debug, Clone)]
pub struct Kinds {
    list: Vec<Arc<Kind>>,
    by_name: HashMap<Box<str>, usize>,
    /// What was wrong in `[kinds]`, each at its place in `book.toml`.
    pub problems: Vec<Problem>,
}

impl Kinds {
    /// The built-in kinds with the changes and additions of `[kinds]`.
    #[must_use]
    pub fn load(config: &Config) -> Self {
        let mut kinds = Self { list: Vec::new(), by_name: HashMap::new(), problems: Vec::new() };
        for (name, text) in BUILT_IN {
            match toml::parse(text) {
                Ok(node) => {
                    let mut reader = SchemaReader::default();
                    let kind = Builder::default().lay(&node, name, &mut reader, false).finish();
                    kinds.list.push(Arc::new(kind));
                    kinds
                        .problems
                        .extend(reader.problems.into_iter().map(|p| in_built_in(p, name)));
                }
                Err(problem) => kinds.problems.push(in_built_in(problem, name)),
            }
        }
        kinds.index();
        kinds.charter_as_card();
        for entry in config.kinds.as_ref().map(Node::entries).unwrap_or_default() {
            kinds.configure(entry);
        }
        kinds.index();
        kinds.conflicts(config);
        kinds
    }

    /// A small project's charter carries the card's fields: they are read there
    /// too, and asked for only where it is the card.
    fn charter_as_card(&mut self) {
        let Some(card) = self.of_role(Role::Card).cloned() else { return };
        for kind in self.list.iter_mut().filter(|k| k.role == Role::Charter) {
            let mut charter = Kind::clone(kind);
            let fields = Arc::make_mut(&mut charter.fields);
            for field in &card.fields.list {
                if !fields.list.iter().any(|f| f.name == field.name) {
                    let levels = Levels::default();
                    fields.list.push(Field { levels, ..field.clone() });
                }
            }
            fields.reindex();
            *kind = Arc::new(charter);
        }
    }

    fn configure(&mut self, entry: &Entry) {
        let mut reader = SchemaReader::default();
        let known = self.find(&entry.key).cloned();
        let parent = entry.value.get("extends").and_then(|e| {
            let name = reader.text(e)?;
            let parent = self.find(name).cloned();
            if parent.is_none() {
                let help = nearest(name, self.names()).map_or_else(
                    || "name a built-in kind or one defined above".into(),
                    |n| format!("did you mean `{n}`?"),
                );
                reader.fail(e.value.span, format!("unknown kind `{name}`"), help);
            }
            parent
        });
        if known.is_none()
            && parent.is_none()
            && entry.value.get("role").is_none()
            && entry.value.get("extends").is_none()
        {
            let help = match nearest(&entry.key, self.names()) {
                Some(name) => {
                    format!("did you mean `{name}`? a new kind needs `extends` or `role`")
                }
                None => "a new kind needs `extends = \"status\"` or `role = \"document\"`".into(),
            };
            reader.fail(entry.key_span, format!("`{}` is not a kind", entry.key), help);
        }
        let new = known.is_none();
        let builder = match known.or(parent) {
            Some(base) => Builder::from(&base, new.then_some(&*entry.key)),
            None => Builder::default(),
        };
        let kind = Arc::new(builder.lay(&entry.value, &entry.key, &mut reader, true).finish());
        match self.list.iter().position(|k| k.name == kind.name) {
            Some(i) => self.list[i] = kind,
            None => self.list.push(kind),
        }
        self.index();
        self.problems.extend(reader.problems);
    }

    fn index(&mut self) {
        self.by_name.clear();
        for (i, kind) in self.list.iter().enumerate() {
            for alias in &kind.aliases {
                self.by_name.insert(alias.clone(), i);
            }
        }
        for (i, kind) in self.list.iter().enumerate() {
            self.by_name.insert(kind.name.as_ref().into(), i);
        }
    }

    /// A heading that belongs to two sections of one kind can satisfy neither
    /// for certain: say so, at the kind's place in `book.toml`.
    fn conflicts(&mut self, config: &Config) {
        for entry in config.kinds.as_ref().map(Node::entries).unwrap_or_default() {
            let Some(kind) = self.find(&entry.key).cloned() else { continue };
            let mut seen: HashMap<String, &str> = HashMap::new();
            for section in &kind.sections {
                for name in std::iter::once(&section.name).chain(&section.synonyms) {
                    let other = seen.insert(normalise_heading(name), &section.name);
                    if let Some(other) = other.filter(|o| **o != *section.name) {
                        let message = format!(
                            "`{name}` stands for two sections of `{}`: `{other}` and `{}`",
                            kind.name, section.name
                        );
                        self.problems.push(Problem {
                            rule: "invalid-config",
                            span: entry.key_span,
                            message,
                            help: Some("remove the synonym from one of them".into()),
                            related: Vec::new(),
                        });
                    }
                }
            }
        }
    }

    /// The kind a value of `kind:` means, aliases included.
    #[must_use]
    pub fn find(&self, name: &str) -> Option<&Arc<Kind>> {
        let i = match self.by_name.get(name) {
            Some(i) => *i,
            None => {
                *self.by_name.get(name.trim().to_lowercase().replace([' ', '_'], "-").as_str())?
            }
        };
        self.list.get(i)
    }

    /// The first kind of a role: built-in kinds come first.
    #[must_use]
    pub fn of_role(&self, role: Role) -> Option<&Arc<Kind>> {
        self.list.iter().find(|k| k.role == role)
    }

    /// The kind whose items stand under that top-level key of a register.
    #[must_use]
    pub fn of_register(&self, key: &str) -> Option<&Arc<Kind>> {
        self.list.iter().find(|k| k.register.as_deref() == Some(key))
    }

    /// All kinds, built-in ones first, by name.
    pub fn iter(&self) -> impl Iterator<Item = &Arc<Kind>> {
        self.list.iter()
    }

    /// All names and aliases.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.list
            .iter()
            .flat_map(|k| std::iter::once(&*k.name).chain(k.aliases.iter().map(|a| &**a)))
    }
}

fn in_built_in(mut problem: Problem, name: &str) -> Problem {
    problem.message = format!("built-in kind `{name}`: {}", problem.message);
    problem
}

const KEYS: &[&str] = &[
    "name",
    "title",
    "plural",
    "role",
    "aliases",
    "purpose",
    "approvable",
    "approvers",
    "file",
    "register",
    "id-prefix",
    "common",
    "phases",
    "fields",
    "sections",
    "extends",
    "match",
    "defaults",
];

struct Builder {
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
            purpose: "".into(),
            approvable: false,
            approvers: Vec::new(),
            file: "".into(),
            register: None,
            id_prefix: "".into(),
            phases: Vec::new(),
            fields: Arc::default(),
            sections: Vec::new(),
            headings: Sections::default(),
            matches: Vec::new(),
            moves: Vec::new(),
            defaults: Vec::new(),
        };
        Self { kind, common: true, fields: Vec::new() }
    }
}

impl Builder {
    /// Start from a kind; a new one of another name loses what may exist once.
    fn from(base: &Kind, new: Option<&str>) -> Self {
        let mut kind = base.clone();
        if new.is_some() {
            kind.aliases.clear();
            kind.matches.clear();
            kind.register = None;
        }
        Self { fields: base.fields.list.clone(), kind, common: false }
    }

    fn lay(
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
                "aliases" => kind.aliases.extend(reader.texts(entry)),
                "purpose" => kind.purpose = reader.text(entry).unwrap_or_default().into(),
                "approvable" => kind.approvable = reader.flag(entry),
                "approvers" => {
                    let tiers =
                        entry.value.get("tiers").map(|e| reader.texts(e)).unwrap_or_default();
                    let split = |roles: &str| {
                        roles
                            .split(',')
                            .map(str::trim)
                            .filter(|r| !r.is_empty())
                            .map(Into::into)
                            .collect()
                    };
                    kind.approvers = tiers.iter().map(|roles| split(roles)).collect();
                }
                "file" => kind.file = reader.text(entry).unwrap_or_default().into(),
                "register" => kind.register = reader.text(entry).map(Into::into),
                "id-prefix" => kind.id_prefix = reader.text(entry).unwrap_or_default().into(),
                "common" => self.common = reader.flag(entry),
                "phases" => kind.phases = reader.texts(entry),
                "fields" => self.lay_fields(entry, reader, from_config),
                "sections" => {
                    let sections = sections(&entry.value, reader);
                    for section in sections {
                        match kind.sections.iter_mut().find(|s| s.name == section.name) {
                            Some(old) => lay_section(old, section),
                            None => kind.sections.push(section),
                        }
                    }
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

    fn finish(mut self) -> Kind {
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
        self.kind.headings = Sections::new(&specs);
        self.kind
    }
}

/// The front matter every document may carry (the loader sets what is required).
const COMMON: &str = include_str!("kinds/common.toml");

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

fn sections(node: &Node, reader: &mut SchemaReader) -> Vec<Section> {
    let named: Vec<(Option<&str>, &Node)> = match node.entries() {
        [] => node.items().iter().map(|n| (None, n)).collect(),
        entries => entries.iter().map(|e| (Some(&*e.key), &e.value)).collect(),
    };
    named.into_iter().filter_map(|(name, node)| section(name, node, reader)).collect()
}

fn section(name: Option<&str>, node: &Node, reader: &mut SchemaReader) -> Option<Section> {
    let mut section = Section {
        name: name.unwrap_or_default().into(),
        synonyms: Vec::new(),
        levels: Levels::default(),
        phases: Vec::new(),
        models: Vec::new(),
        when: None,
        satisfied_by: Vec::new(),
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
            "satisfied-by" => section.satisfied_by = reader.texts(entry),
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
                    "satisfied-by",
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
    if !new.satisfied_by.is_empty() {
        old.satisfied_by = new.satisfied_by;
    }
    if !new.prompt.is_empty() {
        old.prompt = new.prompt;
    }
}

fn matches(entry: &Entry, reader: &mut SchemaReader) -> Vec<Match> {
    let one = |node: &Node, reader: &mut SchemaReader| -> Option<Match> {
        if let Some(glob) = node.as_str() {
            return Some(Match::Path(glob.into()));
        }
        let get = |key: &str| node.get(key).and_then(|e| e.value.as_str());
        match (get("path"), get("field"), get("value")) {
            (Some(glob), None, _) => Some(Match::Path(glob.into())),
            (None, Some(field), Some(value)) => Some(Match::Field(field.into(), value.into())),
            _ => {
                reader.fail(node.span, "`match` needs a glob, or `field` and `value`", "write `match = \"**/status-*.md\"` or `match = { field = \"type\", value = \"status\" }`");
                None
            }
        }
    };
    match entry.value.items() {
        [] => one(&entry.value, reader).into_iter().collect(),
        items => items.iter().filter_map(|n| one(n, reader)).collect(),
    }
}

/// Whether a path matches a glob: `*` within a folder, `**` across folders, `?`.
#[must_use]
pub fn glob(pattern: &str, path: &str) -> bool {
    let (p, t): (Vec<&str>, Vec<&str>) = (pattern.split('/').collect(), path.split('/').collect());
    glob_parts(&p, &t, 64)
}

fn glob_parts(pattern: &[&str], path: &[&str], depth: usize) -> bool {
    let Some((first, rest)) = pattern.split_first() else { return path.is_empty() };
    if *first == "**" {
        return depth > 0
            && (0..=path.len()).any(|n| glob_parts(rest, path.get(n..).unwrap_or(&[]), depth - 1));
    }
    path.split_first()
        .is_some_and(|(name, tail)| wild(first, name) && glob_parts(rest, tail, depth))
}

/// `*` and `?` within one name, in linear time by remembering the last star.
fn wild(pattern: &str, name: &str) -> bool {
    let (p, n): (Vec<char>, Vec<char>) = (pattern.chars().collect(), name.chars().collect());
    let (mut i, mut j, mut star) = (0, 0, None);
    while j < n.len() {
        match p.get(i) {
            Some('*') => {
                star = Some((i, j));
                i += 1;
            }
            Some('?') => (i, j) = (i + 1, j + 1),
            Some(c) if *c == n[j] => (i, j) = (i + 1, j + 1),
            _ => match &mut star {
                Some((at, from)) => {
                    *from += 1;
                    (i, j) = (*at + 1, *from);
                }
                None => return false,
            },
        }
    }
    p.get(i..).unwrap_or(&[]).iter().all(|c| *c == '*')
}

/// A default as a slot, for documents that lack the field.
#[must_use]
pub fn default_slot(kind: &Kind, name: &str) -> Option<Datum> {
    kind.defaults.iter().find(|s| &*s.name == name).map(|s| s.datum.clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_built_in_kind_reads_without_a_problem() {
        let kinds = Kinds::load(&Config::default());
        let messages: Vec<_> = kinds.problems.iter().map(|p| &p.message).collect();
        assert!(messages.is_empty(), "{messages:#?}");
        assert_eq!(kinds.iter().count(), BUILT_IN.len());
        assert!(BUILT_IN.is_sorted());
        for role in ROLES {
            assert!(kinds.of_role(role.1).is_some(), "no kind has the role {}", role.0);
        }
    }

    #[test]
    fn a_portfolio_changes_and_adds_kinds_without_rust() {
        let text = "[kinds.status]\naliases = [\"status-report\"]\nsections.Summary.synonyms = [\"Lage\"]\n[kinds.status.fields.\"health.overall\"]\naliases = [\"status\"]\nvalues = { Exempt = \"not-reported\" }\n[kinds.weekly]\nextends = \"status\"\n";
        let kinds = Kinds::load(&Config::parse(text).unwrap());
        assert!(kinds.problems.is_empty(), "{:#?}", kinds.problems);
        assert_eq!(&*kinds.find("status-report").unwrap().name, "status");
        assert_eq!(kinds.find("weekly").unwrap().role, Role::Report);
        assert_eq!(kinds.find("status").unwrap().moves.len(), 1);
    }

    #[test]
    fn mistakes_in_kinds_are_found_with_a_guess() {
        let text = "[kinds.statsu]\ntitle = \"x\"\n[kinds.mine]\nextends = \"chrater\"\n[kinds.charter]\nsectoins = []\nsections.Objectives.synonyms = [\"Scope\"]\n";
        let kinds = Kinds::load(&Config::parse(text).unwrap());
        let text: Vec<_> = kinds
            .problems
            .iter()
            .map(|p| format!("{} / {}", p.message, p.help.as_deref().unwrap_or("")))
            .collect();
        assert!(
            text.iter().any(|t| t.contains("`statsu` is not a kind") && t.contains("`status`")),
            "{text:#?}"
        );
        assert!(
            text.iter().any(|t| t.contains("`chrater`") && t.contains("`charter`")),
            "{text:#?}"
        );
        assert!(text.iter().any(|t| t.contains("`sectoins`")), "{text:#?}");
        assert!(text.iter().any(|t| t.contains("two sections")), "{text:#?}");
    }

    #[test]
    fn globs_match_within_and_across_folders() {
        assert!(glob("**/status-*.md", "a/b/status-1.md"));
        assert!(glob("projects/*/charter.md", "projects/x/charter.md"));
        assert!(!glob("projects/*/charter.md", "projects/x/y/charter.md"));
        assert!(glob("eip-?.md", "eip-1.md"));
        assert!(!glob("*.md", "a/b.md"));
    }
}
