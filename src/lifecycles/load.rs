//! Reads lifecycles and the requirement matrix from their spanned trees, and
//! finds what contradicts itself in them.

use super::{Alias, Class, Gate, Lifecycle, Need, Phase, Requirement, Wanted, slug};
use crate::data::field::{Level, Levels, SchemaReader, snake};
use crate::data::{Entry, Node, Problem, Value};
use crate::text::{Span, nearest};
use std::collections::HashMap;

/// Keys of a lifecycle.
pub(super) const KEYS: &[&str] = &[
    "name",
    "title",
    "about",
    "phases",
    "overlays",
    "role-aliases",
    "card-fields",
    "requirements",
];

/// Read one lifecycle; what contradicts itself in it is reported.
pub(super) fn lifecycle(node: &Node, name: &str, reader: &mut SchemaReader) -> Lifecycle {
    let text = |key: &str| node.get(key).and_then(|e| e.value.as_str()).unwrap_or(name);
    let nodes = node.get("phases").map(|e| e.value.items()).unwrap_or_default();
    let read: Vec<(&Node, Phase)> =
        nodes.iter().filter_map(|n| Some((n, phase(n, reader)?))).collect();
    conflicts(node, &read, reader);
    let overlay = |n: &Node| {
        Some((n.get("id")?.value.as_str()?.into(), n.get("message")?.value.as_str()?.into()))
    };
    let overlays = node.get("overlays").map(|e| e.value.items()).unwrap_or_default();
    Lifecycle {
        name: text("name").into(),
        title: text("title").into(),
        phases: read.into_iter().map(|(_, phase)| phase).collect(),
        overlays: overlays.iter().filter_map(overlay).collect(),
        role_aliases: role_aliases(node, reader),
        card_fields: card_fields(node, reader),
        requirements: Vec::new(),
    }
}

/// Names that mean two phases, gates of two phases, classes that go backwards,
/// activities that are phases as well: each with both places.
fn conflicts(node: &Node, phases: &[(&Node, Phase)], reader: &mut SchemaReader) {
    let mut names: HashMap<&str, (usize, Span)> = HashMap::new();
    let mut gates: HashMap<&str, Span> = HashMap::new();
    let mut before: Option<(&Phase, Span)> = None;
    for (i, (node, phase)) in phases.iter().enumerate() {
        let at = |key: &str| node.get(key).map_or(node.span, |e| e.value.span);
        for (name, span) in std::iter::once((&phase.id, at("id")))
            .chain(phase.aliases.iter().map(|a| (a, at("aliases"))))
        {
            if let Some((other, first)) = names.insert(name, (i, span))
                && other != i
            {
                reader.problems.push(
                    Problem::new(
                        "invalid-config",
                        span,
                        format!("phase `{name}` is defined twice"),
                    )
                    .help("give each phase names of its own")
                    .related(first, "first defined here"),
                );
            }
        }
        if let Some(gate) = &phase.gate
            && let Some(first) = gates.insert(&gate.id, at("gate"))
        {
            reader.problems.push(
                Problem::new(
                    "invalid-config",
                    at("gate"),
                    format!("gate `{}` ends two phases", gate.id),
                )
                .help("give each gate an id of its own")
                .related(first, "first defined here"),
            );
        }
        if let Some((earlier, span)) = before.filter(|(e, _)| e.class > phase.class) {
            let message = format!(
                "phase `{}` has the class {} and follows `{}` of the class {}",
                phase.id,
                phase.class.name(),
                earlier.id,
                earlier.class.name()
            );
            reader.problems.push(
                Problem::new("invalid-config", at("class"), message)
                    .help("put the phases in the order initiate, plan, execute, close")
                    .related(span, "the earlier phase"),
            );
        }
        before = Some((phase, at("class")));
    }
    for (node, phase) in phases {
        let Some((level, entry)) = phase.level_with.as_ref().zip(node.get("level-with")) else {
            continue;
        };
        let mut others = phases.iter().map(|(_, p)| p).filter(|p| p.id != phase.id);
        if !others.any(|p| p.id == *level && p.level_with.is_none()) {
            let names = phases.iter().map(|(_, p)| &*p.id).filter(|id| *id != &*phase.id);
            let help = nearest(level, names).map_or_else(
                || "name another phase that is not itself level with one".to_owned(),
                |near| format!("did you mean `{near}`?"),
            );
            let message = format!("`{}` cannot be level with `{level}`", phase.id);
            reader.fail(entry.value.span, message, help);
        }
    }
    for overlay in node.get("overlays").map(|e| e.value.items()).unwrap_or_default() {
        match overlay.get("id").and_then(|e| Some((e.value.as_str()?, e.value.span))) {
            Some((id, span)) => {
                if let Some((_, first)) = names.get(id) {
                    let message = format!("`{id}` is a phase and an activity beside the phases");
                    reader.problems.push(
                        Problem::new("invalid-config", span, message)
                            .help("remove it from the phases or from `overlays`")
                            .related(*first, "the phase"),
                    );
                }
            }
            None => reader.fail(
                overlay.span,
                "an overlay has no id",
                "write `{ id = \"monitoring\", message = \"…\" }`",
            ),
        }
    }
}

/// The `role-aliases` of a table: a word, and the role it means. A word that
/// means another word of the table is reported.
pub(super) fn role_aliases(node: &Node, reader: &mut SchemaReader) -> Vec<Alias> {
    let entries = node.get("role-aliases").map(|e| e.value.entries()).unwrap_or_default();
    let mut all = Vec::with_capacity(entries.len());
    for entry in entries {
        let Some(role) = reader.text(entry) else { continue };
        match entries.iter().find(|e| slug(&e.key) == slug(role)) {
            Some(other) => reader.problems.push(
                Problem::new(
                    "invalid-config",
                    entry.value.span,
                    format!("`{role}` is itself another word for a role"),
                )
                .help("name the role itself")
                .related(other.key_span, "said here"),
            ),
            None => all.push((slug(&entry.key).into(), slug(role).into())),
        }
    }
    all
}

/// The `card-fields` of a table: how much the lifecycle wants fields of the card.
fn card_fields(node: &Node, reader: &mut SchemaReader) -> Vec<(Box<str>, Levels)> {
    let entries = node.get("card-fields").map(|e| e.value.entries()).unwrap_or_default();
    entries.iter().map(|e| (snake(&e.key).into(), reader.levels(e))).collect()
}

/// The rows of a requirement matrix.
pub(super) fn requirements(node: &Node, key: &str, reader: &mut SchemaReader) -> Vec<Requirement> {
    let rows = node.get(key).map(|e| e.value.items()).unwrap_or_default();
    rows.iter().filter_map(|n| requirement(n, reader)).collect()
}

/// A matrix with rows laid over it: what a row says replaces what the row of
/// the same document and condition said.
pub(super) fn laid_over(mut base: Vec<Requirement>, rows: &[Requirement]) -> Vec<Requirement> {
    for row in rows {
        let same = |r: &&mut Requirement| r.when == row.when && same_wanted(&r.wanted, &row.wanted);
        let Some(old) = base.iter_mut().find(same) else {
            let mut row = row.clone();
            if row.title.is_empty() {
                row.title = match &row.wanted {
                    Wanted::Kind(name) => title(name),
                    Wanted::Registers(keys) => keys.first().map_or_else(|| "".into(), |k| title(k)),
                };
            }
            base.push(row);
            continue;
        };
        for (old, new) in old.cells.iter_mut().zip(&row.cells).filter(|(_, new)| !new.is_empty()) {
            old.clone_from(new);
        }
        if !row.window.is_empty() {
            old.window.clone_from(&row.window);
        }
        if !row.minimum.is_empty() {
            old.minimum.clone_from(&row.minimum);
        }
        if !row.title.is_empty() {
            old.title.clone_from(&row.title);
        }
    }
    base
}

fn same_wanted(a: &Wanted, b: &Wanted) -> bool {
    match (a, b) {
        (Wanted::Kind(a), Wanted::Kind(b)) => a == b,
        (Wanted::Registers(a), Wanted::Registers(b)) => a.iter().any(|key| b.contains(key)),
        _ => false,
    }
}

/// A name in words with a capital letter.
/// Give rows that are called after their kind's name the kind's title.
pub(super) fn titled(rows: &mut [Requirement], title_of: &dyn Fn(&str) -> Option<Box<str>>) {
    for row in rows {
        if let Wanted::Kind(name) = &row.wanted
            && row.title == title(name)
            && let Some(said) = title_of(name)
        {
            row.title = said;
        }
    }
}

fn title(name: &str) -> Box<str> {
    let words = name.replace('-', " ");
    let mut chars = words.chars();
    chars.next().map_or_else(String::new, |c| c.to_uppercase().chain(chars).collect()).into()
}

fn phase(node: &Node, reader: &mut SchemaReader) -> Option<Phase> {
    let mut phase = Phase {
        id: "".into(),
        title: "".into(),
        class: Class::Execute,
        aliases: Vec::new(),
        gate: None,
        repeatable: false,
        level_with: None,
        optional: false,
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
            "level-with" => phase.level_with = reader.text(entry).map(Into::into),
            "repeatable" => phase.repeatable = reader.flag(entry),
            "optional" => phase.optional = reader.flag(entry),
            _ => reader.unknown(
                entry,
                &[
                    "id",
                    "title",
                    "class",
                    "aliases",
                    "gate",
                    "duties",
                    "level-with",
                    "repeatable",
                    "optional",
                ],
            ),
        }
    }
    if phase.id.is_empty() {
        let span = node.entries().first().map_or(node.span, |e| e.key_span);
        reader.fail(span, "a phase has no id", "add `id = \"planning\"`");
        return None;
    }
    if phase.title.is_empty() {
        phase.title = phase.id.clone();
    }
    match class {
        Some(class) => phase.class = class,
        None => {
            if node.get("class").is_none() {
                reader.fail(
                    node.get("id").map_or(node.span, |e| e.value.span),
                    format!("the phase `{}` has no class", phase.id),
                    "add `class`: one of initiate, plan, execute, close",
                );
            }
            return None;
        }
    }
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
