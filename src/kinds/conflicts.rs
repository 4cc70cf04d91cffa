//! What cannot hold together in `[kinds]`: each is told at its place in
//! `book.toml`, with the other place it contradicts.

use super::{Kind, Kinds};
use crate::data::field::{Field, Fields, Type, snake};
use crate::data::{Entry, Node, Problem, Value};
use crate::markdown::normalise_heading;
use crate::text::{Span, nearest};
use std::collections::HashMap;

mod words;

/// Everything contradictory in `[kinds]`.
pub(super) fn conflicts(kinds: &Kinds, table: &Node, tiers: usize) -> Vec<Problem> {
    let mut problems = Vec::new();
    for entry in table.entries() {
        let Some(kind) = kinds.find(&entry.key) else { continue };
        sections(kind, entry, &mut problems);
        fields(kind, entry, &mut problems);
        phase_field(kind, entry, &mut problems);
        words::levels(entry, tiers, &mut problems);
        words::stand_ins(kinds, kind, entry, &mut problems);
        words::values(kind, entry, &mut problems);
        words::models(kinds, entry, &mut problems);
        words::register(kinds, kind, entry, &mut problems);
        circles(kind, entry, &mut problems);
    }
    names(kinds, table, &mut problems);
    patterns(kinds, &mut problems);
    problems
}

/// The entries of `[kinds]` so that a kind comes after the one it extends;
/// kinds that extend themselves, directly or through others, are left out and
/// reported.
pub(super) fn in_order<'a>(table: &'a Node, problems: &mut Vec<Problem>) -> Vec<&'a Entry> {
    let entries = table.entries();
    let parent = |entry: &Entry| -> Option<usize> {
        let name = entry.value.get("extends")?.value.as_str()?;
        entries.iter().position(|other| *other.key == *name)
    };
    let parents: Vec<Option<usize>> = entries.iter().map(parent).collect();
    let mut placed: Vec<bool> = vec![false; entries.len()];
    let mut order = Vec::with_capacity(entries.len());
    loop {
        let before = order.len();
        for (i, entry) in entries.iter().enumerate() {
            let ready = parents[i].is_none_or(|p| placed[p]);
            if ready && !placed[i] {
                placed[i] = true;
                order.push(entry);
            }
        }
        if order.len() == before {
            break;
        }
    }
    for first in 0..entries.len() {
        if placed[first] {
            continue;
        }
        // Follow the chain until it comes back, or runs into another circle.
        let mut chain = vec![first];
        let mut at = first;
        while let Some(next) = parents[at].filter(|next| !chain.contains(next)) {
            chain.push(next);
            at = next;
        }
        let closes = parents[at] == Some(first) && !placed[first];
        chain.iter().for_each(|i| placed[*i] |= closes);
        let Some(extends) = entries[first].value.get("extends").filter(|_| closes) else {
            continue;
        };
        let name = &entries[first].key;
        let through: Vec<String> =
            chain.iter().skip(1).map(|i| format!("`{}`", entries[*i].key)).collect();
        let message = if through.is_empty() {
            format!("`{name}` extends itself")
        } else {
            format!("`{name}` extends itself through {}", through.join(" and "))
        };
        let mut problem = config(extends.value.span, message, "remove `extends` from one of them");
        for i in chain.iter().skip(1) {
            if let Some(other) = entries[*i].value.get("extends") {
                let label = format!("`{}` extends it here", entries[*i].key);
                problem = problem.related(other.value.span, label);
            }
        }
        problems.push(problem);
    }
    order
}

fn config(span: Span, message: String, help: impl Into<String>) -> Problem {
    Problem::new("invalid-config", span, message).help(help)
}

/// The items of `[kinds.X.NAME]`, a table by name or a list with `name`, with
/// the place of each name.
fn named<'a>(entry: &'a Entry, table: &str) -> Vec<(&'a str, Span, &'a Node)> {
    let Some(table) = entry.value.get(table) else { return Vec::new() };
    let list = |node: &'a Node| {
        let name = node.get("name")?;
        Some((name.value.as_str()?, name.value.span, node))
    };
    match &table.value.value {
        Value::List(items) => items.iter().filter_map(list).collect(),
        _ => table.value.entries().iter().map(|e| (&*e.key, e.key_span, &e.value)).collect(),
    }
}

/// The texts of a list with the place of each.
fn texts<'a>(node: &'a Node, key: &str) -> Vec<(&'a str, Span)> {
    let Some(entry) = node.get(key) else { return Vec::new() };
    let one = |node: &'a Node| node.as_str().map(|text| (text, node.span));
    match &entry.value.value {
        Value::List(items) => items.iter().filter_map(one).collect(),
        _ => one(&entry.value).into_iter().collect(),
    }
}

/// A heading that belongs to two sections of one kind can satisfy neither for
/// certain.
fn sections(kind: &Kind, entry: &Entry, problems: &mut Vec<Problem>) {
    let mut places: HashMap<(&str, String), Span> = HashMap::new();
    let mut listed: HashMap<&str, Span> = HashMap::new();
    for (section, span, node) in named(entry, "sections") {
        if let Some(first) = listed.insert(section, span) {
            let message = format!("section `{section}` of `{}` is listed twice", kind.name);
            let help = "keep one of the two";
            problems.push(config(span, message, help).related(first, "first listed here"));
        }
        places.entry((section, normalise_heading(section))).or_insert(span);
        for (synonym, span) in texts(node, "synonyms") {
            places.entry((section, normalise_heading(synonym))).or_insert(span);
        }
    }
    for (section, _, node) in named(entry, "sections") {
        let Some(before) = node.get("before") else { continue };
        let names = || kind.sections.iter().map(|s| &*s.name).filter(|name| *name != section);
        let Some(name) = before.value.as_str() else { continue };
        if !names().any(|other| other == name) {
            let help = nearest(name, names()).map_or_else(
                || "name another of its sections".to_owned(),
                |near| format!("did you mean `{near}`?"),
            );
            let message = format!("`{}` has no other section `{name}`", kind.name);
            problems.push(config(before.value.span, message, help));
        }
    }
    let mut seen: HashMap<String, &str> = HashMap::new();
    for section in &kind.sections {
        for name in std::iter::once(&section.name).chain(&section.synonyms) {
            let key = normalise_heading(name);
            let Some(other) = seen.insert(key.clone(), &section.name) else { continue };
            if *other == *section.name {
                continue;
            }
            let message = format!(
                "`{name}` stands for two sections of `{}`: `{other}` and `{}`",
                kind.name, section.name
            );
            let (a, b) = (
                places.get(&(&*section.name, key.clone())).copied(),
                places.get(&(other, key)).copied(),
            );
            let span = a.or(b).unwrap_or(entry.key_span);
            let mut problem = config(span, message, "remove it from one of them");
            if let (Some(_), Some(b)) = (a, b) {
                problem = problem.related(b, format!("it stands for `{other}` here"));
            }
            problems.push(problem);
        }
    }
}

/// Sections each of which is to stand before the next, and the last before the
/// first.
fn circles(kind: &Kind, entry: &Entry, problems: &mut Vec<Problem>) {
    let all: Vec<(&str, &str, Span)> = named(entry, "sections")
        .into_iter()
        .filter_map(|(section, _, node)| {
            let before = &node.get("before")?.value;
            Some((section, before.as_str()?, before.span))
        })
        .collect();
    let mut told: Vec<&str> = Vec::new();
    for (section, before, span) in &all {
        let (mut at, mut way) = (*before, vec![*section]);
        while !way.contains(&at)
            && let Some((_, next, _)) = all.iter().find(|(name, ..)| *name == at)
        {
            way.push(at);
            at = next;
        }
        // A section before itself is told where the names are judged.
        if at != *section || way.len() < 2 || way.iter().any(|name| told.contains(name)) {
            continue;
        }
        let last = way.last().copied().unwrap_or_default();
        let message =
            format!("`{section}` of `{}` is to stand before `{before}` and after it", kind.name);
        let mut problem = config(*span, message, "remove one of the two `before`");
        if let Some((.., other)) = all.iter().find(|(name, ..)| *name == last) {
            problem = problem.related(*other, format!("`{last}` is to stand before `{section}`"));
        }
        problems.push(problem);
        told.extend(way);
    }
}

fn fields(kind: &Kind, entry: &Entry, problems: &mut Vec<Problem>) {
    let mut seen: HashMap<String, (&str, Span)> = HashMap::new();
    let all = named(entry, "fields");
    for (field, span, node) in &all {
        let (field, span) = (*field, *span);
        for (alias, at) in texts(node, "aliases") {
            let same = |name: &str| snake(name) == snake(alias) && snake(name) != snake(field);
            if let Some((other, place, _)) = all.iter().find(|(name, ..)| same(name)) {
                let message = format!(
                    "`{alias}` is an alias of `{field}` and a field of `{}` itself",
                    kind.name
                );
                let problem = config(at, message, "remove the alias, or rename the field");
                problems.push(problem.related(*place, format!("the field `{other}`")));
            }
            let Some((other, first)) = seen.insert(snake(alias), (field, at)) else { continue };
            let message = if *other == *field {
                format!("`{alias}` stands twice among the aliases of `{field}`")
            } else {
                format!(
                    "`{alias}` is an alias of two fields of `{}`: `{other}` and `{field}`",
                    kind.name
                )
            };
            let problem = config(at, message, "remove it from one of them");
            problems.push(problem.related(first, "first used here"));
        }
        required_if(kind, field, node, span, problems);
    }
    for (_, span, node) in named(entry, "sections") {
        required_if(kind, "", node, span, problems);
    }
}

/// A condition must look at another field, one that the kind has.
fn required_if(kind: &Kind, field: &str, node: &Node, _: Span, problems: &mut Vec<Problem>) {
    let conditions = node.get("required-if").map(|e| e.value.entries()).unwrap_or_default();
    for condition in conditions {
        let help = "name another field of the kind";
        if !field.is_empty() && snake(&condition.key) == snake(field) {
            let message = format!("`{field}` is required if `{field}` itself is given");
            problems.push(config(condition.key_span, message, help));
        } else if !has(&kind.fields, &condition.key) {
            let names = kind.fields.list.iter().map(|f| &*f.name);
            let help = nearest(&snake(&condition.key), names)
                .map_or_else(|| help.to_owned(), |near| format!("did you mean `{near}`?"));
            let message = format!("`{}` is not a field of `{}`", condition.key, kind.name);
            problems.push(config(condition.key_span, message, help));
        } else if let Some(field) = locate(&kind.fields, &condition.key) {
            let one = std::slice::from_ref(&condition.value);
            let list = &condition.value.value;
            for value in if let Value::List(items) = list { items } else { one } {
                problems.extend(words::no_choice(field, value));
            }
        }
    }
}

fn phase_field(kind: &Kind, entry: &Entry, problems: &mut Vec<Problem>) {
    let Some(named) = entry.value.get("phase-field") else { return };
    let Some(field) = named.value.as_str().filter(|field| !has(&kind.fields, field)) else {
        return;
    };
    let names = kind.fields.list.iter().map(|f| &*f.name);
    let help = match nearest(&snake(field), names) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("define it under `[kinds.{}.fields]`", entry.key),
    };
    let message = format!("`{field}` is not a field of `{}`", kind.name);
    problems.push(config(named.value.span, message, help));
}

/// The field of that dotted path, through records.
fn locate<'a>(fields: &'a Fields, path: &str) -> Option<&'a Field> {
    let (first, rest) = path.split_once('.').map_or((path, None), |(f, r)| (f, Some(r)));
    let field = fields.find(&snake(first))?;
    match (rest, &field.kind) {
        (None, _) => Some(field),
        (Some(rest), Type::Record(inner)) => locate(inner, rest),
        (Some(rest), Type::Map(of)) if !rest.contains('.') => Some(of),
        _ => None,
    }
}

/// Whether a kind has a field of that dotted path.
fn has(fields: &Fields, path: &str) -> bool {
    let (first, rest) = path.split_once('.').map_or((path, None), |(f, r)| (f, Some(r)));
    let Some(field) = fields.find(first) else { return fields.any_keys };
    match (rest, &field.kind) {
        (None, _) | (_, Type::Map(_) | Type::Any) => true,
        (Some(rest), Type::Record(inner)) => has(inner, rest),
        _ => false,
    }
}

/// A value of `kind:` that means two kinds.
fn names(kinds: &Kinds, table: &Node, problems: &mut Vec<Problem>) {
    let mut seen: HashMap<String, (&str, Span)> = HashMap::new();
    for entry in table.entries() {
        let own = std::iter::once((&*entry.key, entry.key_span));
        for (name, span) in own.chain(texts(&entry.value, "aliases")) {
            let key = name.to_lowercase().replace([' ', '_'], "-");
            let built_in = kinds
                .iter()
                .find(|k| *k.name == *key && !table.entries().iter().any(|e| *e.key == *key))
                .filter(|k| kinds.find(&entry.key).is_none_or(|own| own.name != k.name));
            let taken = kinds.iter().find(|k| {
                name != &*entry.key
                    && kinds.find(&entry.key).is_none_or(|own| own.name != k.name)
                    && k.aliases.iter().any(|a| **a == *key && !k.own_aliases.contains(a))
            });
            let problem = match (seen.insert(key, (&entry.key, span)), built_in.or(taken)) {
                (Some((other, first)), _) => {
                    let message =
                        format!("`{name}` means two kinds: `{other}` and `{}`", entry.key);
                    config(span, message, "remove it from one of them")
                        .related(first, format!("it means `{other}` here"))
                }
                (None, Some(other)) if built_in.is_none() => {
                    let message =
                        format!("`{name}` is another word for the kind `{}` already", other.name);
                    config(span, message, "choose another alias, or change that kind itself")
                }
                (None, Some(built_in)) => {
                    let message =
                        format!("`{name}` is the name of another kind, `{}`", built_in.name);
                    config(span, message, "choose another alias, or change the kind itself")
                }
                (None, None) => continue,
            };
            problems.push(problem);
        }
    }
}

/// The same pattern for two kinds gives the file to the first for no reason.
fn patterns(kinds: &Kinds, problems: &mut Vec<Problem>) {
    let all: Vec<_> = kinds.iter().flat_map(|k| k.matches.iter().map(move |m| (k, m))).collect();
    for (i, (kind, pattern)) in all.iter().enumerate() {
        if let Some((other, first)) = all.iter().take(i).find(|(_, m)| m.same(pattern)) {
            let message = if other.name == kind.name {
                format!("pattern `{}` stands twice in `{}`", pattern.show(), kind.name)
            } else {
                format!(
                    "pattern `{}` gives two kinds: `{}` and `{}`",
                    pattern.show(),
                    other.name,
                    kind.name
                )
            };
            let problem = config(pattern.span, message, "remove it from one of them");
            problems.push(problem.related(first.span, "the same pattern stands here"));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;

    /// Message, where it stands, and where its other place stands.
    fn found(text: &str) -> Vec<(String, String, Option<String>)> {
        let problems = Kinds::load(&Config::parse(text).unwrap()).problems;
        let at = |span: Span| span.of(text).to_owned();
        let one =
            |p: Problem| (p.message, at(p.span), p.related.first().map(|(span, _)| at(*span)));
        problems.into_iter().map(one).collect()
    }

    #[track_caller]
    fn finds(text: &str, message: &str, place: &str, other: Option<&str>) {
        let found = found(text);
        assert!(
            found
                .iter()
                .any(|(m, p, o)| m.contains(message) && p == place && o.as_deref() == other),
            "{found:#?}"
        );
    }

    #[test]
    fn a_synonym_of_two_sections_is_shown_at_both_places() {
        let text = "[kinds.charter.sections]\nObjectives = { synonyms = [\"Aims\"] }\nScope = { synonyms = [\"aims:\"] }\n";
        finds(
            text,
            "two sections of `charter`: `Objectives` and `Scope`",
            "\"aims:\"",
            Some("\"Aims\""),
        );
        let text = "[kinds.charter.sections]\nObjectives.synonyms = [\"Scope\"]\n";
        finds(text, "`Scope` stands for two sections", "\"Scope\"", None);
    }

    #[test]
    fn an_alias_of_two_fields_is_shown_at_both_places() {
        let text = "[kinds.status.fields]\nphase = { aliases = [\"stage\"] }\ntitle = { aliases = [\"Stage\"] }\n";
        finds(text, "`Stage` is an alias of two fields", "\"Stage\"", Some("\"stage\""));
    }

    #[test]
    fn a_kind_that_extends_itself_is_refused() {
        finds("[kinds.a]\nextends = \"a\"\n", "`a` extends itself", "\"a\"", None);
        let text =
            "[kinds.a]\nextends = \"b\"\n[kinds.b]\nextends = \"c\"\n[kinds.c]\nextends = \"b\"\n";
        finds(text, "`b` extends itself through `c`", "\"c\"", Some("\"b\""));
        let text = "[kinds.a]\nextends = \"b\"\n[kinds.b]\nrole = \"document\"\n";
        assert_eq!(found(text), []);
    }

    #[test]
    fn conditions_look_at_another_field_of_the_kind() {
        let text = "[kinds.charter.fields]\nreason = { type = \"text\", required-if = { reason = \"x\" } }\n";
        finds(text, "`reason` is required if `reason` itself is given", "reason", None);
        let text = "[kinds.charter.fields]\nreason = { type = \"text\", required-if = { stat = \"x\" } }\n";
        finds(text, "`stat` is not a field of `charter`", "stat", None);
        let text =
            "[kinds.memo]\nrole = \"document\"\nphase-field = \"stats\"\nfields.status = {}\n";
        finds(text, "`stats` is not a field of `memo`", "\"stats\"", None);
    }

    #[test]
    fn words_that_mean_nothing_are_refused() {
        let text = "[kinds.charter.sections]\nScope.level = \"R/R/R/R\"\n";
        finds(text, "gives 4 levels, for 3 tiers", "\"R/R/R/R\"", None);
        let text = "[kinds.charter.sections]\nScope.level = { plan = \"R/R/E/O\" }\n";
        finds(text, "gives 4 levels", "\"R/R/E/O\"", None);
        let text = "[kinds.charter.fields]\nx = { type = \"choice\" }\n";
        finds(text, "a choice has no `values`", "\"choice\"", None);
        let text = "[kinds.charter.fields]\nx = { type = \"number\", min = 5, max = 3 }\n";
        finds(text, "`min` is 5 and `max` is 3", "3", None);
        let text = "[kinds.charter.sections]\nScope.satisfied-by = [\"risk\"]\n";
        finds(text, "`risk` is neither a field", "\"risk\"", None);
        let text = "[kinds.charter.sections]\nScope.satisfied-by = [\"risks\"]\n";
        assert_eq!(found(text), []);
        let text = "[kinds.memo]\nrole = \"document\"\naliases = [\"project-charter\"]\n";
        finds(text, "another word for the kind `charter`", "\"project-charter\"", None);
    }

    #[test]
    fn values_that_no_choice_has_are_refused() {
        let text = "[kinds.status.fields]\n\"health.overall\" = { values = { Bad = \"rd\", Good = \"green\" } }\n";
        finds(text, "`rd` is no value of `health.overall`", "\"rd\"", None);
        let text = "[kinds.project.fields]\ndelivery_model = { values = { Sprints = \"agil\" } }\n";
        finds(text, "`agil` is no value of `delivery_model`", "\"agil\"", None);
        assert_eq!(found(&text.replace("agil\"", "agile\"")), []);
        let text = "[kinds.memo]\nrole = \"document\"\n[kinds.memo.fields]\nsubjects = { type = \"list\", of = { type = \"choice\", values = [\"human\", \"animal\"] } }\nethics = { type = \"text\", required-if = { subjects = [\"human\", \"robot\"] } }\n";
        finds(text, "`robot` is no value of `subjects`", "\"robot\"", None);
        assert_eq!(found(&text.replace("robot", "Animal")), []);
    }

    #[test]
    fn words_out_of_place_are_refused() {
        let text = "[kinds.charter.sections]\nScope.level = \"R/R\"\n";
        finds(text, "`R/R` gives 2 levels, for 3 tiers", "\"R/R\"", None);
        let text = "[kinds.charter.sections]\nScope.models = [\"agile\", \"scrumm\"]\n";
        finds(text, "`scrumm` is no delivery model", "\"scrumm\"", None);
        let text = "[kinds.hazard]\nextends = \"risk\"\nregister = \"rsks\"\n";
        finds(text, "there is no register `rsks`", "\"rsks\"", None);
        assert_eq!(found(&text.replace("rsks", "hazards")), []);
        let text = "[kinds.memo]\nrole = \"document\"\n[kinds.memo.sections]\nA.before = \"B\"\nB.before = \"A\"\n";
        finds(text, "`A` of `memo` is to stand before `B` and after it", "\"B\"", Some("\"A\""));
        assert_eq!(found(text).len(), 1);
        assert_eq!(found(&text.replace("B.before = \"A\"", "B = {}")), []);
        let text = "[kinds.memo]\nrole = \"document\"\n[kinds.memo.fields]\na = { type = \"line\", aliases = [\"b\"] }\nb = { type = \"line\" }\n";
        finds(text, "`b` is an alias of `a` and a field of `memo`", "\"b\"", Some("b"));
    }

    #[test]
    fn a_name_or_a_pattern_of_two_kinds_is_shown_at_both_places() {
        let text = "[kinds.charter]\naliases = [\"pid\"]\n[kinds.plan]\naliases = [\"PID\"]\n";
        finds(text, "`PID` means two kinds: `charter` and `plan`", "\"PID\"", Some("\"pid\""));
        finds(
            "[kinds.charter]\naliases = [\"plan\"]\n",
            "the name of another kind, `plan`",
            "\"plan\"",
            None,
        );
        let text = "[kinds.charter]\nmatch = \"a.md\"\n[kinds.plan]\nmatch = [\"a.md\"]\n";
        finds(text, "`a.md` gives two kinds: `charter` and `plan`", "\"a.md\"", Some("\"a.md\""));
    }
}
