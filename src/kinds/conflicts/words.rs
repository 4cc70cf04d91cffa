//! Words of sections and fields in `[kinds]` that mean nothing: more levels
//! than tiers, and stand-ins that are neither field nor register.

use super::{config, named, texts};
use crate::data::{Entry, Node, Problem, Value};
use crate::kinds::{Kind, Kinds};
use crate::text::nearest;

/// Levels for more tiers than there are.
pub(super) fn levels(entry: &Entry, tiers: usize, problems: &mut Vec<Problem>) {
    for (_, _, node) in named(entry, "sections").into_iter().chain(named(entry, "fields")) {
        let Some(level) = node.get("level") else { continue };
        let one = std::slice::from_ref(level);
        let entries = if let Value::Map(by) = &level.value.value { by } else { one };
        for Entry { value, .. } in entries {
            let Some(text) = value.as_str() else { continue };
            let count = text.split('/').count();
            if count > tiers.max(1) {
                let some = if tiers == 1 { "tier" } else { "tiers" };
                let message = format!("`{text}` gives {count} levels, for {tiers} {some}");
                let help = "write one level for each tier, or one for all";
                problems.push(config(value.span, message, help));
            }
        }
    }
}

/// What stands in for a section is a field of the kind or a register.
pub(super) fn stand_ins(kinds: &Kinds, kind: &Kind, entry: &Entry, problems: &mut Vec<Problem>) {
    let registers = || kinds.iter().filter_map(|k| k.register.as_deref());
    let names = || kind.fields.list.iter().map(|f| &*f.name).chain(registers());
    let one = |node: &Node, problems: &mut Vec<Problem>| {
        for (name, span) in texts(node, "satisfied-by") {
            if names().any(|known| known == name) {
                continue;
            }
            let help = match nearest(name, names()) {
                Some(near) => format!("did you mean `{near}`?"),
                None => "name a field of the kind, or a register such as `risks`".into(),
            };
            let message = format!("`{name}` is neither a field of `{}` nor a register", kind.name);
            problems.push(config(span, message, help));
        }
    };
    for (_, _, node) in named(entry, "sections") {
        one(node, problems);
    }
}
