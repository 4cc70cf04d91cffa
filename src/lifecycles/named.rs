//! Phases and roles as `book.toml` names them: phases by class, or by the id of
//! a phase of some lifecycle; roles by their word or another word for it.

use super::{Class, Lifecycle, slug};
use crate::config::Config;
use crate::data::field::fold;
use crate::data::{Entry, Node, Problem, Value};
use crate::text::{Span, nearest};
use std::sync::Arc;

/// The words of `phases` in `[kinds]` that are neither a class nor a phase.
pub(super) fn unknown(lifecycles: &[Arc<Lifecycle>], config: &Config) -> Vec<Problem> {
    let mut problems = Vec::new();
    let kinds = config.kinds.as_ref().map(Node::entries).unwrap_or_default();
    for kind in kinds {
        check(lifecycles, &kind.value, &mut problems);
        for table in ["sections", "fields"] {
            let Some(table) = kind.value.get(table) else { continue };
            match &table.value.value {
                Value::List(items) => {
                    items.iter().for_each(|item| check(lifecycles, item, &mut problems));
                }
                Value::Map(entries) => {
                    entries.iter().for_each(|e| check(lifecycles, &e.value, &mut problems));
                }
                _ => {}
            }
        }
    }
    problems
}

fn check(lifecycles: &[Arc<Lifecycle>], node: &Node, problems: &mut Vec<Problem>) {
    let Some(entry) = node.get("phases") else { return };
    let one = std::slice::from_ref(&entry.value);
    let words = if let Value::List(items) = &entry.value.value { items } else { one };
    for word in words {
        let Some(text) = word.as_str() else { continue };
        let same = |id: &str| fold(id) == fold(text);
        let mut phases = lifecycles.iter().flat_map(|l| &l.phases);
        let phase = phases.any(|p| same(&p.id) || p.aliases.iter().any(|a| same(a)));
        if phase || Class::parse(text).is_some() {
            continue;
        }
        let phases = lifecycles.iter().flat_map(|l| &l.phases).map(|p| &*p.id);
        let mut known: Vec<&str> = Class::ALL.map(Class::name).into();
        known.extend(phases);
        let help = nearest(text, known).map_or_else(
            || {
                let classes = Class::ALL.map(Class::name).join(", ");
                format!("classes are {classes}; or name a phase of a lifecycle by its id")
            },
            |near| format!("did you mean `{near}`?"),
        );
        let message = format!("`{text}` is neither a class of phases nor a phase");
        problems.push(Problem::new("invalid-config", word.span, message).help(help));
    }
}

/// Words of `approvers` in `[kinds]` that are no role, and words of
/// `role-aliases` that mean none; and approvers of more tiers than there are.
/// `known` says whether a word is a role, `like` which role is most like it.
pub(super) fn roles(
    lifecycles: &[Arc<Lifecycle>],
    config: &Config,
    known: &dyn Fn(&str) -> bool,
    like: &dyn Fn(&str) -> Option<String>,
) -> Vec<Problem> {
    let mut problems = Vec::new();
    let table = config.lifecycle.iter();
    let presets = table.clone().filter_map(|node| node.get("presets"));
    let all = table.chain(presets.flat_map(|e| e.value.entries()).map(|e| &e.value));
    let tables: Vec<&[Entry]> =
        all.filter_map(|node| Some(node.get("role-aliases")?.value.entries())).collect();
    for entries in &tables {
        for entry in *entries {
            let Some(role) = entry.value.as_str() else { continue };
            let other = entries.iter().any(|e| slug(&e.key) == slug(role));
            if !other && !known(role) {
                problems.push(no_role(like(role), role, entry.value.span));
            }
        }
    }
    let own = |word: &str| {
        lifecycles.iter().any(|l| l.role(word).is_some())
            || tables.iter().any(|t| t.iter().any(|e| slug(&e.key) == slug(word)))
    };
    for kind in config.kinds.as_ref().map(Node::entries).unwrap_or_default() {
        let Some(approvers) = kind.value.get("approvers") else { continue };
        let given = match approvers.value.get("tiers") {
            Some(tiers) => &tiers.value,
            None => &approvers.value,
        };
        let (count, tiers) = (given.items().len(), config.tiers.len());
        if count > tiers && approvers.value.get("tiers").is_some() {
            let message = format!("`approvers` are given for {count} tiers, of {tiers}");
            let help = "write one text for each tier, or one for all";
            problems.push(Problem::new("invalid-config", given.span, message).help(help));
        }
        let one = std::slice::from_ref(given);
        for node in if let Value::List(items) = &given.value { items } else { one } {
            let words = node.as_str().unwrap_or_default().split([',', '|']).map(str::trim);
            for word in words.filter(|w| !w.is_empty()) {
                if !known(word) && !own(word) {
                    problems.push(no_role(like(word), word, node.span));
                }
            }
        }
    }
    problems
}

fn no_role(like: Option<String>, word: &str, span: Span) -> Problem {
    let help = match like {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("name a role, or add it: `[roles]` and below it `{} = \"…\"`", slug(word)),
    };
    Problem::new("invalid-config", span, format!("`{word}` is no role")).help(help)
}

/// Cells of `requirements` that speak of some tiers only, or of more than there
/// are.
pub(super) fn cells(config: &Config) -> Vec<Problem> {
    const CELLS: [&str; 6] = ["initiate", "plan", "execute", "close", "release-window", "minimum"];
    let tiers = config.tiers.len();
    let table = config.lifecycle.iter();
    let presets = table.clone().filter_map(|node| node.get("presets"));
    let all = table.chain(presets.flat_map(|e| e.value.entries()).map(|e| &e.value));
    let rows = all.filter_map(|node| node.get("requirements")).flat_map(|e| e.value.items());
    let mut problems = Vec::new();
    for cell in rows.flat_map(|row| CELLS.iter().filter_map(|key| row.get(key))) {
        let Some(text) = cell.value.as_str() else { continue };
        let count = text.split('/').count();
        if count != 1 && count != tiers {
            let some = if tiers == 1 { "tier" } else { "tiers" };
            let message = format!("`{text}` gives {count} cells, for {tiers} {some}");
            let help = "write one for each tier, or one for all";
            problems.push(Problem::new("invalid-config", cell.value.span, message).help(help));
        }
    }
    problems
}
