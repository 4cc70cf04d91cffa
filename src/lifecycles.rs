//! Lifecycles as data: phases in their order, the gates between them, what the
//! project manager and the functional manager do in each, and, once for all
//! presets, which documents each phase class requires of each tier.

use crate::config::Config;
use crate::data::field::{Condition, Level, SchemaReader};
use crate::data::{Entry, Node, Problem, Value, toml};
use crate::text::{Span, nearest};
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
    /// What the project manager does now.
    pub manager_duties: Vec<Box<str>>,
    /// What the functional manager does now.
    pub functional_duties: Vec<Box<str>>,
}

/// A lifecycle: phases in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lifecycle {
    /// Preset id.
    pub name: Box<str>,
    /// For readers.
    pub title: Box<str>,
    /// The phases, first to last.
    pub phases: Vec<Phase>,
    /// Words that are activities beside the phases, and what to write instead.
    pub overlays: Vec<(Box<str>, Box<str>)>,
}

impl Lifecycle {
    /// The index of the phase with that id or alias.
    #[must_use]
    pub fn phase(&self, id: &str) -> Option<usize> {
        let same = |p: &Phase| *p.id == *id || p.aliases.iter().any(|a| **a == *id);
        self.phases.iter().position(same).or_else(|| {
            let id = id.trim().to_lowercase().replace([' ', '_'], "-");
            let like = |p: &Phase| {
                *p.id == *id
                    || p.aliases.iter().any(|a| **a == *id)
                    || p.title.to_lowercase().replace(' ', "-") == id
            };
            self.phases.iter().position(like)
        })
    }
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
    /// The matrix.
    pub requirements: Vec<Requirement>,
    /// What was wrong in `[lifecycle]`, each at its place in `book.toml`.
    pub problems: Vec<Problem>,
}

impl Lifecycles {
    /// The built-in presets and the portfolio's own lifecycle.
    #[must_use]
    pub fn load(config: &Config) -> Self {
        let mut all =
            Self { list: Vec::new(), default: 0, requirements: Vec::new(), problems: Vec::new() };
        let mut reader = SchemaReader::default();
        for (name, text) in PRESETS {
            match toml::parse(text) {
                Ok(node) => all.list.push(Arc::new(lifecycle(&node, name, &mut reader))),
                Err(problem) => reader.problems.push(problem),
            }
        }
        match toml::parse(REQUIREMENTS) {
            Ok(node) => {
                let rows = node.get("rows").map(|e| e.value.items()).unwrap_or_default();
                all.requirements =
                    rows.iter().filter_map(|n| requirement(n, &mut reader)).collect();
            }
            Err(problem) => reader.problems.push(problem),
        }
        all.default = all.list.iter().position(|l| &*l.name == "four-phase").unwrap_or(0);
        if let Some(node) = &config.lifecycle {
            all.configure(node, &mut reader);
        }
        all.problems = reader.problems;
        all
    }

    fn configure(&mut self, node: &Node, reader: &mut SchemaReader) {
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
        }
        if let Some(entry) = node.get("phases") {
            let own = lifecycle(node, "own", reader);
            if own.phases.is_empty() {
                reader.fail(
                    entry.value.span,
                    "the lifecycle has no phases",
                    "add `[[lifecycle.phases]]` with `id`, `title` and `class`",
                );
            } else {
                self.default = self.list.len();
                self.list.push(Arc::new(own));
            }
        }
        for entry in node.entries() {
            if !["preset", "phases", "title", "name", "about", "overlays", "role-aliases"]
                .contains(&&*entry.key)
            {
                reader.unknown(entry, &["preset", "phases", "title", "overlays"]);
            }
        }
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

fn lifecycle(node: &Node, name: &str, reader: &mut SchemaReader) -> Lifecycle {
    let text = |key: &str| node.get(key).and_then(|e| e.value.as_str()).unwrap_or(name);
    let phases: Vec<Phase> = node
        .get("phases")
        .map(|e| e.value.items())
        .unwrap_or_default()
        .iter()
        .filter_map(|n| phase(n, reader))
        .collect();
    for (i, later) in phases.iter().enumerate() {
        if phases.iter().take(i).any(|p| p.id == later.id) {
            reader.fail(
                node.span,
                format!("phase `{}` is defined twice", later.id),
                "give each phase an id of its own",
            );
        }
    }
    let overlay = |n: &Node| {
        Some((n.get("id")?.value.as_str()?.into(), n.get("message")?.value.as_str()?.into()))
    };
    let overlays = node
        .get("overlays")
        .map(|e| e.value.items())
        .unwrap_or_default()
        .iter()
        .filter_map(overlay)
        .collect();
    Lifecycle { name: text("name").into(), title: text("title").into(), phases, overlays }
}

fn phase(node: &Node, reader: &mut SchemaReader) -> Option<Phase> {
    let mut phase = Phase {
        id: "".into(),
        title: "".into(),
        class: Class::Execute,
        aliases: Vec::new(),
        gate: None,
        manager_duties: Vec::new(),
        functional_duties: Vec::new(),
    };
    let mut class = None;
    for entry in node.entries() {
        match &*entry.key {
            "id" => phase.id = reader.text(entry)?.into(),
            "title" => phase.title = reader.text(entry)?.into(),
            "class" => {
                let text = reader.text(entry)?;
                class = Class::parse(text);
                if class.is_none() {
                    reader.fail(
                        entry.value.span,
                        format!("unknown phase class `{text}`"),
                        "classes are initiate, plan, execute, close",
                    );
                }
            }
            "aliases" => phase.aliases = reader.texts(entry),
            "gate" => {
                let get = |key: &str| entry.value.get(key).and_then(|e| e.value.as_str());
                match get("id") {
                    Some(id) => {
                        phase.gate =
                            Some(Gate { id: id.into(), title: get("title").unwrap_or(id).into() })
                    }
                    None => reader.fail(
                        entry.value.span,
                        "a gate has no id",
                        "write `gate = { id = \"G1\", title = \"…\" }`",
                    ),
                }
            }
            "duties" => {
                let get = |key: &str, reader: &mut SchemaReader| {
                    entry.value.get(key).map(|e| reader.texts(e)).unwrap_or_default()
                };
                phase.manager_duties = get("project-manager", reader);
                phase.functional_duties = get("functional-manager", reader);
            }
            "repeatable" | "optional" => {}
            _ => reader.unknown(
                entry,
                &["id", "title", "class", "aliases", "gate", "duties", "repeatable", "optional"],
            ),
        }
    }
    if phase.id.is_empty() {
        reader.fail(node.span, "a phase has no id", "add `id = \"planning\"`");
        return None;
    }
    if phase.title.is_empty() {
        phase.title = phase.id.clone();
    }
    phase.class = class?;
    Some(phase)
}

fn requirement(node: &Node, reader: &mut SchemaReader) -> Option<Requirement> {
    let mut row = Requirement {
        wanted: Wanted::Kind("".into()),
        title: "".into(),
        cells: Default::default(),
        window: Vec::new(),
        minimum: Vec::new(),
        when: None,
    };
    for entry in node.entries() {
        match &*entry.key {
            "kind" => row.wanted = Wanted::Kind(reader.text(entry)?.into()),
            "register" | "registers" => row.wanted = Wanted::Registers(reader.texts(entry)),
            "title" => row.title = reader.text(entry)?.into(),
            "initiate" => row.cells[0] = needs(entry, reader),
            "plan" => row.cells[1] = needs(entry, reader),
            "execute" => row.cells[2] = needs(entry, reader),
            "close" => row.cells[3] = needs(entry, reader),
            "release-window" => row.window = needs(entry, reader),
            "minimum" => {
                row.minimum =
                    reader.text(entry)?.split('/').filter_map(|n| n.trim().parse().ok()).collect()
            }
            "when" => row.when = reader.condition(entry),
            _ => reader.unknown(
                entry,
                &[
                    "kind",
                    "register",
                    "registers",
                    "title",
                    "initiate",
                    "plan",
                    "execute",
                    "close",
                    "release-window",
                    "minimum",
                    "when",
                ],
            ),
        }
    }
    Some(row)
}

fn needs(entry: &Entry, reader: &mut SchemaReader) -> Vec<Need> {
    let Value::Scalar(scalar) = &entry.value.value else { return Vec::new() };
    let cells: Option<Vec<Need>> = scalar.text.split('/').map(need).collect();
    cells.unwrap_or_else(|| {
        fail_cell(entry.value.span, &scalar.text, reader);
        Vec::new()
    })
}

fn fail_cell(span: Span, text: &str, reader: &mut SchemaReader) {
    reader.fail(
        span,
        format!("`{text}` is not a requirement"),
        "write one of R@, R, E, O, - for each tier, as `R@/R/O`, with ` lite` where meant",
    );
}

fn need(text: &str) -> Option<Need> {
    let text = text.trim();
    let (text, lite) = match text.strip_suffix("lite") {
        Some(rest) => (rest.trim(), true),
        None => (text, false),
    };
    let (level, approved) = match text {
        "R@" => (Level::Required, true),
        "R" => (Level::Required, false),
        "E" => (Level::Expected, false),
        "O" => (Level::Optional, false),
        "-" | "–" | "" => (Level::Unused, false),
        _ => return None,
    };
    Some(Need { level, approved, lite })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_preset_and_the_matrix_read_without_a_problem() {
        let all = Lifecycles::load(&Config::default());
        assert!(all.problems.is_empty(), "{:#?}", all.problems);
        assert!(PRESETS.is_sorted());
        assert_eq!(all.iter().count(), PRESETS.len());
        let four = all.default().unwrap();
        assert_eq!(four.phases.len(), 4);
        assert!(four.phases.iter().all(|p| p.gate.is_some()
            && !p.manager_duties.is_empty()
            && !p.functional_duties.is_empty()));
        let charter =
            all.requirements.iter().find(|r| r.wanted == Wanted::Kind("charter".into())).unwrap();
        let need = charter.need(Class::Initiate, 2);
        assert!(need.approved && need.lite && need.level == Level::Required);
        assert_eq!(charter.need(Class::Execute, 0).level, Level::Unused);
    }

    #[test]
    fn a_lifecycle_of_ones_own_needs_phases() {
        let config = Config::parse("[lifecycle]\npreset = \"fourphase\"\n").unwrap();
        assert!(
            Lifecycles::load(&config).problems[0].help.as_deref().unwrap().contains("four-phase")
        );
        let config =
            Config::parse("[[lifecycle.phases]]\nid = \"a\"\ntitle = \"A\"\nclass = \"plan\"\n")
                .unwrap();
        let all = Lifecycles::load(&config);
        assert_eq!((all.problems.len(), all.default().unwrap().phases.len()), (0, 1));
    }
}
