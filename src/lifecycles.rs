//! Lifecycles as data: phases in their order, the gates between them, what the
//! project manager and the functional manager do in each, and, once for all
//! presets, which documents each phase class requires of each tier.

mod load;
mod named;
#[cfg(test)]
mod tests;

use crate::config::Config;
use crate::data::field::{Condition, Level, Levels, SchemaReader};
use crate::data::{Entry, Node, Problem, toml};
use crate::text::nearest;
use std::sync::Arc;

macro_rules! embed {
    ($($name:literal),* $(,)?) => { &[$(($name, include_str!(concat!("lifecycles/", $name, ".toml")))),*] };
}

/// Every built-in preset, sorted by name. To add one: its file and its line here.
const PRESETS: &[(&str, &str)] = embed!["agile-light", "four-phase", "pm2", "pmbok", "prince2"];

const REQUIREMENTS: &str = include_str!("lifecycles/requirements.toml");

/// What sort of work a phase is: requirements hang on it, so that the matrix
/// is written once for all presets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Class {
    /// Deciding whether to do it.
    Initiate,
    /// Agreeing how.
    Plan,
    /// Doing it.
    Execute,
    /// Handing it over and learning.
    Close,
}

impl Class {
    /// All classes in order.
    pub const ALL: [Self; 4] = [Self::Initiate, Self::Plan, Self::Execute, Self::Close];

    /// Name as written in the data files.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Initiate => "initiate",
            Self::Plan => "plan",
            Self::Execute => "execute",
            Self::Close => "close",
        }
    }

    fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|c| c.name() == text)
    }
}

/// A formal go or no-go at the end of a phase.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gate {
    /// Id as gate records name it (`G2`).
    pub id: Box<str>,
    /// What passing it means.
    pub title: Box<str>,
}

/// One phase of a lifecycle.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Phase {
    /// Id as the card names it.
    pub id: Box<str>,
    /// For readers.
    pub title: Box<str>,
    /// What sort of work it is.
    pub class: Class,
    /// Other ids accepted.
    pub aliases: Vec<Box<str>>,
    /// The gate out of it.
    pub gate: Option<Gate>,
    /// It may come several times, numbered: `stage-1`, `stage-2`.
    pub repeatable: bool,
    /// The phase it is as far along as (`stagnant` as `draft`).
    pub level_with: Option<Box<str>>,
    /// A project may go without it.
    pub optional: bool,
    /// What the project manager does now.
    pub manager_duties: Vec<Box<str>>,
    /// What the functional manager does now.
    pub functional_duties: Vec<Box<str>>,
}

/// Another word for a role, and the role.
pub type Alias = (Box<str>, Box<str>);

/// A lifecycle: phases in order.
#[derive(Debug, Clone, PartialEq)]
pub struct Lifecycle {
    /// Preset id.
    pub name: Box<str>,
    /// For readers.
    pub title: Box<str>,
    /// The phases, first to last.
    pub phases: Vec<Phase>,
    /// Words that are activities beside the phases, and what to write instead.
    pub overlays: Vec<(Box<str>, Box<str>)>,
    /// Its own words for roles: the word, and the role it means.
    pub role_aliases: Vec<Alias>,
    /// Fields of the card that it asks for more than others do, by phase class
    /// and tier.
    pub card_fields: Vec<(Box<str>, Levels)>,
    /// The requirement matrix with what this lifecycle asks otherwise.
    pub requirements: Vec<Requirement>,
}

impl Lifecycle {
    /// How far along a phase is: its place in the order, or that of the phase
    /// it is level with.
    #[must_use]
    pub fn rank(&self, phase: usize) -> usize {
        let level = self.phases.get(phase).and_then(|p| p.level_with.as_deref());
        level.and_then(|id| self.phases.iter().position(|p| *p.id == *id)).unwrap_or(phase)
    }

    /// The index of the phase with that id or alias.
    #[must_use]
    pub fn phase(&self, id: &str) -> Option<usize> {
        self.locate(id).map(|(phase, _)| phase)
    }

    /// The index of the phase with that id or alias and, for a phase that may
    /// come several times, which of them: `stage-2` is the second `stage`.
    #[must_use]
    pub fn locate(&self, id: &str) -> Option<(usize, Option<u32>)> {
        if let Some(i) = self.phases.iter().position(|p| p.is(id)) {
            return Some((i, None));
        }
        let id = id.trim().to_lowercase().replace([' ', '_'], "-");
        if let Some(i) = self.phases.iter().position(|p| p.is(&id) || slug(&p.title) == id) {
            return Some((i, None));
        }
        let (name, number) = numbered(&id)?;
        let found = self
            .phases
            .iter()
            .position(|p| p.repeatable && (p.is(name) || slug(&p.title) == name))?;
        Some((found, Some(number)))
    }

    /// The gates with the index of the phase each ends, first to last.
    pub fn gates(&self) -> impl Iterator<Item = (usize, &Gate)> {
        self.phases.iter().enumerate().filter_map(|(i, p)| Some((i, p.gate.as_ref()?)))
    }

    /// The index of the phase that ends with the gate of that id; the gate of
    /// a phase that may come several times may carry its number.
    #[must_use]
    pub fn gate(&self, id: &str) -> Option<usize> {
        let same =
            |id: &str| self.gates().find(|(_, g)| g.id.eq_ignore_ascii_case(id)).map(|(i, _)| i);
        let id = id.trim();
        same(id).or_else(|| {
            let found = same(numbered(id)?.0)?;
            self.phases.get(found).filter(|p| p.repeatable).map(|_| found)
        })
    }

    /// The role one of its own words means.
    #[must_use]
    pub fn role(&self, word: &str) -> Option<&str> {
        let word = slug(word);
        self.role_aliases.iter().find(|(alias, _)| **alias == *word).map(|(_, role)| &**role)
    }

    /// What to write instead of a word that names an activity beside the
    /// phases.
    #[must_use]
    pub fn overlay(&self, word: &str) -> Option<&str> {
        let word = slug(word);
        self.overlays.iter().find(|(id, _)| **id == *word).map(|(_, message)| &**message)
    }
}

impl Phase {
    fn is(&self, id: &str) -> bool {
        *self.id == *id || self.aliases.iter().any(|a| **a == *id)
    }

    /// Whether a list of phases (classes, ids or aliases; empty: all) names it.
    #[must_use]
    pub fn named_in(&self, phases: &[Box<str>]) -> bool {
        let same = |word: &str| {
            let is = |id: &str| letters(id).eq(letters(word));
            word == self.class.name() || is(&self.id) || self.aliases.iter().any(|a| is(a))
        };
        phases.is_empty() || phases.iter().any(|word| same(word))
    }

    /// Its title; of a phase that comes several times, with its number.
    #[must_use]
    pub fn title_of(&self, number: Option<u32>) -> String {
        number.map_or_else(|| self.title.to_string(), |n| format!("{} {n}", self.title))
    }
}

fn slug(text: &str) -> String {
    text.trim().to_lowercase().replace([' ', '_'], "-")
}

/// The letters of a slug.
fn letters(text: &str) -> impl Iterator<Item = char> + '_ {
    let lower = text.trim().chars().flat_map(char::to_lowercase);
    lower.map(|c| if matches!(c, ' ' | '_') { '-' } else { c })
}

/// `stage-2` as its word and its number.
fn numbered(id: &str) -> Option<(&str, u32)> {
    let (name, number) = id.rsplit_once('-')?;
    Some((name, number.parse().ok().filter(|n| *n > 0)?))
}

/// One cell of the requirement matrix.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Need {
    /// How much the document is wanted.
    pub level: Level,
    /// It must be approved to pass the phase's gate.
    pub approved: bool,
    /// Only the sections required of the lightest tier are asked for.
    pub lite: bool,
}

/// What a requirement row asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wanted {
    /// A document of that kind.
    Kind(Box<str>),
    /// A register: any of these top-level keys.
    Registers(Vec<Box<str>>),
}

/// One row of the requirement matrix.
#[derive(Debug, Clone, PartialEq)]
pub struct Requirement {
    /// What is asked for.
    pub wanted: Wanted,
    /// For readers.
    pub title: Box<str>,
    /// By class (in the order of [`Class::ALL`]), then by tier.
    cells: [Vec<Need>; 4],
    /// In a release window, by tier.
    window: Vec<Need>,
    /// Fewest of them, by tier; 1 when empty.
    pub minimum: Vec<u32>,
    /// Asked for only when this holds.
    pub when: Option<Condition>,
}

impl Requirement {
    /// What a phase of that class asks of that tier.
    #[must_use]
    pub fn need(&self, class: Class, tier: usize) -> Need {
        let cells = &self.cells[class as usize];
        cells
            .get(tier)
            .or(cells.last())
            .copied()
            .unwrap_or(Need { level: Level::Unused, ..Need::default() })
    }

    /// What a release window asks of that tier.
    #[must_use]
    pub fn window(&self, tier: usize) -> Need {
        self.window
            .get(tier)
            .or(self.window.last())
            .copied()
            .unwrap_or(Need { level: Level::Unused, ..Need::default() })
    }
}

/// The lifecycles of a book and the requirement matrix.
#[derive(Debug, Clone)]
pub struct Lifecycles {
    list: Vec<Arc<Lifecycle>>,
    default: usize,
    /// The matrix; a lifecycle may ask otherwise, see
    /// [`Lifecycles::requirements_of`].
    pub requirements: Vec<Requirement>,
    /// What was wrong in `[lifecycle]`, each at its place in `book.toml`.
    pub problems: Vec<Problem>,
}

impl Lifecycles {
    /// The built-in presets and the portfolio's own lifecycles.
    #[must_use]
    pub fn load(config: &Config) -> Self {
        let mut all =
            Self { list: Vec::new(), default: 0, requirements: Vec::new(), problems: Vec::new() };
        let mut reader = SchemaReader::default();
        match toml::parse(REQUIREMENTS) {
            Ok(node) => all.requirements = load::requirements(&node, "rows", &mut reader),
            Err(problem) => reader.problems.push(problem),
        }
        let (mut rows, mut words) = (Vec::new(), Vec::new());
        if let Some(node) = &config.lifecycle {
            rows = load::requirements(node, "requirements", &mut reader);
            words = load::role_aliases(node, &mut reader);
        }
        let base = std::mem::take(&mut all.requirements);
        for (name, text) in PRESETS {
            match toml::parse(text) {
                Ok(node) => {
                    let mut preset = load::lifecycle(&node, name, &mut reader);
                    let changed = load::requirements(&node, "requirements", &mut reader);
                    preset.requirements =
                        load::laid_over(load::laid_over(base.clone(), &changed), &rows);
                    preset.role_aliases.splice(0..0, words.iter().cloned());
                    all.list.push(Arc::new(preset));
                }
                Err(problem) => reader.problems.push(problem),
            }
        }
        all.requirements = load::laid_over(base, &rows);
        all.default = all.list.iter().position(|l| &*l.name == "four-phase").unwrap_or(0);
        if let Some(node) = &config.lifecycle {
            all.configure(node, &words, &mut reader);
        }
        all.problems = reader.problems;
        let unknown = named::unknown(&all.list, config);
        all.problems.extend(unknown);
        all.problems.extend(named::cells(config));
        all
    }

    /// Report words of `book.toml` that are to be roles and are none. `known`
    /// says whether a word is a role, `like` which role is most like it.
    pub fn check_roles(
        &mut self,
        config: &Config,
        known: &dyn Fn(&str) -> bool,
        like: &dyn Fn(&str) -> Option<String>,
    ) {
        let found = named::roles(&self.list, config, known, like);
        self.problems.extend(found);
    }

    fn configure(&mut self, node: &Node, words: &[Alias], reader: &mut SchemaReader) {
        const KEYS: &[&str] = &[
            "preset",
            "phases",
            "title",
            "name",
            "about",
            "overlays",
            "role-aliases",
            "card-fields",
            "requirements",
            "presets",
        ];
        for entry in node.get("presets").map(|e| e.value.entries()).unwrap_or_default() {
            for inner in entry.value.entries().iter().filter(|e| !load::KEYS.contains(&&*e.key)) {
                reader.unknown(inner, load::KEYS);
            }
            self.add(&entry.value, &entry.key, entry, words, reader);
        }
        let phases = node.get("phases");
        if let Some(entry) = phases {
            let own = node.get("name").and_then(|e| e.value.as_str()).unwrap_or("own");
            if let Some(at) = self.add(node, own, node.get("name").unwrap_or(entry), &[], reader) {
                self.default = at;
            }
        }
        if phases.is_none() {
            const OF_PHASES: &[&str] = &["title", "name", "overlays", "card-fields"];
            for entry in node.entries().iter().filter(|e| OF_PHASES.contains(&&*e.key)) {
                let message = format!("`{}` belongs to phases, and there are none", entry.key);
                let help = "add `[[lifecycle.phases]]`, each with `id`, `title` and `class`; or remove it and name a `preset`";
                reader.fail(entry.key_span, message, help);
            }
        }
        if let Some(entry) = node.get("preset")
            && let Some(name) = reader.text(entry)
        {
            match self.list.iter().position(|l| &*l.name == name) {
                Some(i) => self.default = i,
                None => {
                    let names: Vec<&str> = self.list.iter().map(|l| &*l.name).collect();
                    let help = nearest(name, names.iter().copied()).map_or_else(
                        || format!("presets are {}", names.join(", ")),
                        |n| format!("did you mean `{n}`?"),
                    );
                    reader.fail(
                        entry.value.span,
                        format!("unknown lifecycle preset `{name}`"),
                        help,
                    );
                }
            }
            if let Some(own) = phases {
                let message = "`preset` and `phases` both say what the lifecycle is";
                reader.problems.push(
                    Problem::new("invalid-config", entry.value.span, message)
                        .help(
                            "keep one of them, or put the phases under `[lifecycle.presets.NAME]`",
                        )
                        .related(own.key_span, "phases of one's own"),
                );
            }
        }
        for entry in node.entries() {
            if !KEYS.contains(&&*entry.key) {
                reader.unknown(entry, KEYS);
            }
        }
    }

    /// Add a lifecycle of the portfolio's own; its position.
    fn add(
        &mut self,
        node: &Node,
        name: &str,
        entry: &Entry,
        words: &[Alias],
        reader: &mut SchemaReader,
    ) -> Option<usize> {
        let mut own = load::lifecycle(node, name, reader);
        if own.phases.is_empty() {
            // Phases that could not be read have been reported.
            if node.get("phases").is_none_or(|e| e.value.items().is_empty()) {
                let span = node.get("phases").map_or(entry.key_span, |e| e.value.span);
                reader.fail(
                    span,
                    format!("the lifecycle `{name}` has no phases"),
                    "add phases, each with `id`, `title` and `class`",
                );
            }
            return None;
        }
        if self.find(&own.name).is_some() {
            reader.fail(
                if *entry.key == *name { entry.key_span } else { entry.value.span },
                format!("there is a lifecycle `{}` already", own.name),
                "give this one another name",
            );
            return None;
        }
        let changed = load::requirements(node, "requirements", &mut SchemaReader::default());
        own.requirements = load::laid_over(self.requirements.clone(), &changed);
        own.role_aliases.extend(words.iter().cloned());
        self.list.push(Arc::new(own));
        Some(self.list.len() - 1)
    }

    /// The same with the titles of the kinds for rows that have none of their
    /// own.
    #[must_use]
    pub fn titled(mut self, title_of: &dyn Fn(&str) -> Option<Box<str>>) -> Self {
        load::titled(&mut self.requirements, title_of);
        for lifecycle in &mut self.list {
            load::titled(&mut Arc::make_mut(lifecycle).requirements, title_of);
        }
        self
    }

    /// The requirement matrix of a lifecycle.
    #[must_use]
    pub fn requirements_of<'a>(
        &'a self,
        lifecycle: Option<&'a Arc<Lifecycle>>,
    ) -> &'a [Requirement] {
        lifecycle.map_or(self.requirements.as_slice(), |l| l.requirements.as_slice())
    }

    /// The lifecycle of that name.
    #[must_use]
    pub fn find(&self, name: &str) -> Option<&Arc<Lifecycle>> {
        self.list.iter().find(|l| *l.name == *name)
    }

    /// The portfolio's lifecycle.
    #[must_use]
    pub fn default(&self) -> Option<&Arc<Lifecycle>> {
        self.list.get(self.default)
    }

    /// All lifecycles.
    pub fn iter(&self) -> impl Iterator<Item = &Arc<Lifecycle>> {
        self.list.iter()
    }
}
