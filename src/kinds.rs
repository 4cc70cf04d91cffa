//! Document kinds as data: what each kind is for, its fields, its sections,
//! and where it stands in the lifecycle. Built in from `kinds/*.toml`; a PMO
//! changes them or adds its own under `[kinds]` in `book.toml`, through the
//! same reader. This is the only module that knows kinds by name.

mod builder;
mod conflicts;
mod glob;
mod matching;
pub mod roles;

pub use glob::glob;
pub use matching::Match;

use crate::config::Config;
use crate::data::adapt::Move;
use crate::data::field::{Condition, Field, Fields, Given, Levels, SchemaReader};
use crate::data::record::Slot;
use crate::data::{Entry, Node, Problem, toml};
use crate::markdown::Sections;
use crate::text::nearest;
use ahash::HashMap;
use builder::Builder;
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
    /// Required where all of these hold, whatever the level says.
    pub required_if: Vec<Given>,
    /// Front-matter fields or registers that satisfy it when not empty.
    pub satisfied_by: Vec<Box<str>>,
    /// What it says must be new each time: such sections of two reports in a
    /// row are compared.
    pub fresh: bool,
    /// What to write there, for the scaffold.
    pub prompt: Box<str>,
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
    /// Those of the aliases that `book.toml` gives.
    pub own_aliases: Vec<Box<str>>,
    /// What it is for, in one sentence.
    pub purpose: Box<str>,
    /// Everything it says stands in front matter; it asks for no section.
    pub front_matter_only: bool,
    /// Version, state, author and updated are required.
    pub approvable: bool,
    /// Roles that must approve, by tier; the last holds for all tiers beyond.
    /// `a|b` means that one of the two will do.
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
    /// The sections' names prepared for matching, and what counts as a heading.
    pub headings: Sections,
    /// A heading that is none of the sections is out of place.
    pub only_sections: bool,
    /// Lines `Name: value` above the first section are facts.
    pub header_lines: bool,
    /// The field that holds the phase of the document itself.
    pub phase_field: Option<Vec<Box<str>>>,
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

    /// A field's name as the portfolio's own files write it.
    #[must_use]
    pub fn shown(&self, field: &Field) -> String {
        let moved = self.moves.iter().find(|m| matches!(&*m.to, [name] if **name == *field.name));
        match moved.and_then(|m| m.from.first()) {
            Some(path) => path.join("."),
            None => field.written.as_deref().unwrap_or(&field.name).to_owned(),
        }
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
    /// The roles people hold, with their aliases.
    pub roles: roles::Posts,
    /// What was wrong in `[kinds]`, each at its place in `book.toml`.
    pub problems: Vec<Problem>,
}

impl Kinds {
    /// The built-in kinds with the changes and additions of `[kinds]`.
    #[must_use]
    pub fn load(config: &Config) -> Self {
        let mut kinds = Self {
            list: Vec::new(),
            by_name: HashMap::default(),
            roles: roles::Posts::default(),
            problems: Vec::new(),
        };
        kinds.roles = roles::Posts::load(config, &mut kinds.problems);
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
        if let Some(table) = &config.kinds {
            let order = conflicts::in_order(table, &mut kinds.problems);
            order.into_iter().for_each(|entry| kinds.configure(entry));
            kinds.index();
            let found = conflicts::conflicts(&kinds, table, config.tiers.len());
            kinds.problems.extend(found);
        }
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
        // Another word for a kind may be the name of a kind of one's own.
        let new = ["role", "extends"].iter().any(|key| entry.value.get(key).is_some());
        let known = self.find(&entry.key).filter(|k| !new || *k.name == *entry.key).cloned();
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
        if let (Some(known), Some(extends)) = (&known, entry.value.get("extends")) {
            reader.fail(
                extends.value.span,
                format!("`{}` is there already and extends no other kind", known.name),
                "give the kind a name of its own, or remove `extends`",
            );
        }
        let new = known.is_none();
        let name = known.as_ref().map_or(&*entry.key, |known| &*known.name).to_owned();
        let builder = match known.or(parent) {
            Some(base) => Builder::from(&base, new.then_some(&*entry.key)),
            None => Builder::default(),
        };
        let kind = Arc::new(builder.lay(&entry.value, &name, &mut reader, true).finish());
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

    /// The kind that a file's path and front matter give it, and which of the
    /// kind's patterns did. A field says more than a path, and both together
    /// say most; of equals the first counts.
    #[must_use]
    pub fn matching(&self, path: &str, root: &Node) -> Option<(&Arc<Kind>, usize)> {
        let mut best: Option<(usize, &Arc<Kind>, usize)> = None;
        for kind in &self.list {
            for (i, pattern) in kind.matches.iter().enumerate() {
                let says =
                    usize::from(pattern.path.is_some()) + 2 * usize::from(pattern.field.is_some());
                if best.is_none_or(|(most, ..)| says > most) && pattern.holds(path, root) {
                    best = Some((says, kind, i));
                }
            }
        }
        best.map(|(_, kind, i)| (kind, i))
    }

    /// Whether a pattern of `book.toml` that ends as YAML files do names that
    /// path.
    #[must_use]
    pub fn names_path(&self, path: &str) -> bool {
        let mut patterns =
            self.list.iter().flat_map(|k| &k.matches).filter_map(|m| m.path.as_ref());
        let yaml = |pattern: &str| pattern.ends_with(".yaml") || pattern.ends_with(".yml");
        patterns.any(|pattern| yaml(pattern) && glob(pattern, path))
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

    /// The canonical word of a role people hold (`executive` is `sponsor`), or
    /// the word as written when there is no such role.
    #[must_use]
    pub fn role<'a>(&'a self, written: &'a str) -> &'a str {
        self.roles.canonical(written)
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

#[cfg(test)]
mod tests;
