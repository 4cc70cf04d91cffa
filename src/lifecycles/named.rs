//! Phases as kinds of `book.toml` name them: by class, or by the id of a phase
//! of some lifecycle.

use super::{Class, Lifecycle};
use crate::config::Config;
use crate::data::field::fold;
use crate::data::{Node, Problem, Value};
use crate::text::nearest;
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
