//! Words of sections and fields in `[kinds]` that mean nothing: more or fewer
//! levels than tiers, stand-ins that are neither field nor register, values
//! that no field has, delivery models and registers that are not there.

use super::{config, locate, named, texts};
use crate::data::field::{Field, Type, fold};
use crate::data::{Entry, Node, Problem, Value, read};
use crate::kinds::{Kind, Kinds, Role};
use crate::text::nearest;

/// Levels for more tiers than there are, or for some of them.
pub(super) fn levels(entry: &Entry, tiers: usize, problems: &mut Vec<Problem>) {
    for (_, _, node) in named(entry, "sections").into_iter().chain(named(entry, "fields")) {
        let Some(level) = node.get("level") else { continue };
        let one = std::slice::from_ref(level);
        let entries = if let Value::Map(by) = &level.value.value { by } else { one };
        for Entry { value, .. } in entries {
            let Some(text) = value.as_str() else { continue };
            let count = text.split('/').count();
            if count != 1 && count != tiers {
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

/// What values of one's own stand for is a value of the field.
pub(super) fn values(kind: &Kind, entry: &Entry, problems: &mut Vec<Problem>) {
    for (name, _, node) in named(entry, "fields") {
        let Some(field) = locate(&kind.fields, name) else { continue };
        // A word that stands for another word of the table stands for nothing.
        let plain = Field { synonyms: Vec::new(), ..field.clone() };
        let tables = [node.get("values"), node.get("synonyms")];
        for target in tables.into_iter().flatten().flat_map(|table| table.value.entries()) {
            let mut found = Vec::new();
            let _ = read::value(&target.value, &plain, &mut found);
            let (Some(first), Some(text)) = (found.first(), target.value.as_str()) else {
                continue;
            };
            let help = first.help.clone();
            let help = help.unwrap_or_else(|| "name a value the field may have".into());
            let message = format!("`{text}` is no value of `{name}`");
            problems.push(config(target.value.span, message, help));
        }
    }
}

/// A value a condition asks for that its field, a choice, never has.
pub(super) fn no_choice(field: &Field, value: &Node) -> Option<Problem> {
    let choice = match &field.kind {
        Type::List(of) => of,
        _ => field,
    };
    let text = value.as_str().filter(|_| matches!(choice.kind, Type::Choice))?;
    let known = || {
        let also = choice.synonyms.iter().flat_map(|(from, to)| [from, to]);
        choice.values.iter().chain(&choice.not_applicable).chain(&field.not_applicable).chain(also)
    };
    if known().any(|word| fold(word) == fold(text)) {
        return None;
    }
    let help = match nearest(text, known().map(|word| &**word)) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("values are {}", choice.values.join(", ")),
    };
    let message = format!("`{text}` is no value of `{}`", field.name);
    Some(config(value.span, message, help))
}

/// Delivery models that no card may name.
pub(super) fn models(kinds: &Kinds, entry: &Entry, problems: &mut Vec<Problem>) {
    let card = kinds.of_role(Role::Card).and_then(|card| card.fields.find("delivery_model"));
    let Some(known) = card.map(|field| &field.values).filter(|values| !values.is_empty()) else {
        return;
    };
    for (_, _, node) in named(entry, "sections") {
        for (text, span) in texts(node, "models") {
            if known.iter().any(|model| **model == *text) {
                continue;
            }
            let help = match nearest(text, known.iter().map(|model| &**model)) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("models are {}", known.join(", ")),
            };
            problems.push(config(span, format!("`{text}` is no delivery model"), help));
        }
    }
}

/// A register nobody knows, named almost as one that is there. Any other name
/// is a register of one's own.
pub(super) fn register(kinds: &Kinds, kind: &Kind, entry: &Entry, problems: &mut Vec<Problem>) {
    let Some(named) = entry.value.get("register") else { return };
    let Some(text) = named.value.as_str() else { return };
    let others = || {
        let others = kinds.iter().filter(|other| other.name != kind.name);
        others.filter_map(|other| other.register.as_deref())
    };
    if let Some(near) = nearest(text, others()).filter(|near| *near != text) {
        let help = format!("did you mean `{near}`? a register of one's own needs another name");
        problems.push(config(named.value.span, format!("there is no register `{text}`"), help));
    }
}
