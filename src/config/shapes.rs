//! What is to be a table and what a list in the parts of `book.toml` that stay
//! spanned nodes. Their readers look for keys and items; what has neither would
//! be passed over in silence.

use super::fail;
use crate::data::{Entry, Node, Problem, Value};

#[derive(Debug, Clone, Copy, PartialEq)]
enum Shape {
    Table,
    /// A list of tables: `[[…]]`.
    Tables,
    /// Either of them.
    Both,
}

/// Path, what stands there, and how it is written. `*` is any key or item.
const SHAPES: &[(&str, Shape, &str)] = &[
    ("kinds", Shape::Table, "`[kinds.charter]` and below it what is to change"),
    ("kinds.*", Shape::Table, "`[kinds.{}]` and below it `title = \"…\"` or other keys"),
    (
        "kinds.*.fields",
        Shape::Both,
        "`[kinds.{of}.fields]` and below it `vendor = { type = \"line\" }`",
    ),
    ("kinds.*.fields.*", Shape::Table, "`{} = { type = \"line\" }`"),
    (
        "kinds.*.sections",
        Shape::Both,
        "`[kinds.{of}.sections]` and below it `Scope = { level = \"R\" }`",
    ),
    ("kinds.*.sections.*", Shape::Table, "`{} = { level = \"R\" }`"),
    ("kinds.*.headings", Shape::Table, "`headings = { levels = \"2-3\" }`"),
    ("kinds.*.defaults", Shape::Table, "`defaults = { tier = \"2\" }`"),
    ("rules", Shape::Table, "`[rules]` and below it `stale-status = \"deny\"`"),
    ("kpis", Shape::Table, "`[kpis]` and below it `cost-variance = { green = 5, amber = 10 }`"),
    ("kpis.*", Shape::Table, "`{} = { green = 5, amber = 10 }`"),
    ("lifecycle", Shape::Table, "`[lifecycle]` and below it `preset = \"four-phase\"`"),
    ("lifecycle.phases", Shape::Tables, PHASES),
    ("lifecycle.phases.*.duties", Shape::Table, DUTIES),
    ("lifecycle.overlays", Shape::Tables, OVERLAYS),
    ("lifecycle.role-aliases", Shape::Table, ALIASES),
    ("lifecycle.card-fields", Shape::Table, CARD),
    ("lifecycle.requirements", Shape::Tables, REQUIREMENTS),
    ("lifecycle.presets", Shape::Table, "`[lifecycle.presets.own]` and below it `phases`"),
    ("lifecycle.presets.*", Shape::Table, "`[lifecycle.presets.own]` and below it `phases`"),
    ("lifecycle.presets.*.phases", Shape::Tables, PHASES),
    ("lifecycle.presets.*.phases.*.duties", Shape::Table, DUTIES),
    ("lifecycle.presets.*.overlays", Shape::Tables, OVERLAYS),
    ("lifecycle.presets.*.role-aliases", Shape::Table, ALIASES),
    ("lifecycle.presets.*.card-fields", Shape::Table, CARD),
    ("lifecycle.presets.*.requirements", Shape::Tables, REQUIREMENTS),
];

const PHASES: &str = "`phases = [{ id = \"planning\", title = \"Planning\", class = \"plan\" }]`, or a `[[…phases]]` for each";
const DUTIES: &str = "`duties = { project-manager = [\"…\"], functional-manager = [\"…\"] }`";
const OVERLAYS: &str = "`overlays = [{ id = \"monitoring\", message = \"…\" }]`";
const ALIASES: &str = "`role-aliases = { \"project lead\" = \"project-manager\" }`";
const CARD: &str = "`card-fields = { budget = \"R/E/O\" }`";
const REQUIREMENTS: &str = "`requirements = [{ kind = \"plan\", plan = \"R\" }]`";

/// Report what has another shape than it must have, and take it out, so that
/// nobody reads half of it. `entry` is a table of `book.toml`; whether it stays.
pub(super) fn keep(entry: &mut Entry, problems: &mut Vec<Problem>) -> bool {
    kept(&mut Vec::new(), entry, problems)
}

fn kept(path: &mut Vec<Box<str>>, entry: &mut Entry, problems: &mut Vec<Problem>) -> bool {
    path.push(entry.key.clone());
    let wrong = SHAPES.iter().find(|(of, ..)| same(of, path)).and_then(|(_, shape, write)| {
        let (span, what) = match (&entry.value.value, shape) {
            (Value::Map(_), Shape::Tables) => (entry.key_span, "a table"),
            (Value::Map(_), _) => return None,
            (Value::List(_), Shape::Table) => (entry.key_span, "a list"),
            (Value::List(items), _) => {
                let odd = items.iter().find(|item| !matches!(item.value, Value::Map(_)))?;
                (odd.span, "a list with other values")
            }
            _ => (entry.value.span, "one value"),
        };
        let wanted = match shape {
            Shape::Table => "a table",
            Shape::Tables => "a list of tables",
            Shape::Both => "a table or a list of tables",
        };
        let message = format!("`{}` must be {wanted}, not {what}", entry.key);
        let of = path.get(1).map_or("", |name| name);
        Some(fail(
            span,
            message,
            format!("write {}", write.replace("{of}", of).replace("{}", &entry.key)),
        ))
    });
    let sound = wrong.is_none();
    match wrong {
        Some(problem) => problems.push(problem),
        None => below(path, &mut entry.value, problems),
    }
    path.pop();
    sound
}

fn below(path: &mut Vec<Box<str>>, node: &mut Node, problems: &mut Vec<Problem>) {
    match &mut node.value {
        Value::Map(entries) => entries.retain_mut(|entry| kept(path, entry, problems)),
        Value::List(items) => {
            path.push("".into());
            items.iter_mut().for_each(|item| below(path, item, problems));
            path.pop();
        }
        _ => {}
    }
}

fn same(pattern: &str, path: &[Box<str>]) -> bool {
    let parts = pattern.split('.');
    parts.clone().count() == path.len()
        && parts.zip(path).all(|(part, key)| part == "*" || *part == **key)
}

#[cfg(test)]
mod tests {
    use crate::config::Config;

    /// What is said of a text: the text it points at, the message and the help.
    fn said(text: &str) -> Vec<(String, String, String)> {
        let (_, problems) = Config::read(text);
        let at =
            |p: &crate::data::Problem| text[p.span.start as usize..p.span.end as usize].to_owned();
        problems.iter().map(|p| (at(p), p.message.clone(), p.help.clone().unwrap())).collect()
    }

    #[test]
    fn tables_lists_and_values_in_the_place_of_each_other_are_told_once() {
        for (text, at, message, help) in [
            ("kinds = 1\n", "1", "`kinds` must be a table, not one value", "`[kinds.charter]`"),
            (
                "[[kinds]]\nname = \"x\"\n",
                "kinds",
                "`kinds` must be a table, not a list",
                "`[kinds.charter]`",
            ),
            (
                "[[rules]]\nbroken-link = \"warn\"\n",
                "rules",
                "`rules` must be a table, not a list",
                "`[rules]`",
            ),
            ("[[kpis]]\nx = 1\n", "kpis", "`kpis` must be a table, not a list", "`[kpis]`"),
            (
                "[kpis]\ncost-variance = 5\n",
                "5",
                "`cost-variance` must be a table, not one value",
                "`cost-variance = { green",
            ),
            (
                "lifecycle = \"pm2\"\n",
                "\"pm2\"",
                "`lifecycle` must be a table, not one value",
                "`preset = \"four-phase\"`",
            ),
            (
                "[kinds]\ncharter = \"x\"\n",
                "\"x\"",
                "`charter` must be a table, not one value",
                "`[kinds.charter]`",
            ),
            (
                "[kinds.charter]\nsections = \"Scope\"\n",
                "\"Scope\"",
                "`sections` must be a table or a list of tables, not one value",
                "`[kinds.charter.sections]`",
            ),
            (
                "[kinds.charter]\nsections = [\"Scope\"]\n",
                "\"Scope\"",
                "`sections` must be a table or a list of tables, not a list with other values",
                "`[kinds.charter.sections]`",
            ),
            (
                "[kinds.charter.sections]\nScope = \"R\"\n",
                "\"R\"",
                "`Scope` must be a table, not one value",
                "`Scope = { level = \"R\" }`",
            ),
            (
                "[kinds.charter.fields]\nvendor = 3\n",
                "3",
                "`vendor` must be a table, not one value",
                "`vendor = { type",
            ),
            (
                "[lifecycle.phases]\nx = 1\n",
                "phases",
                "`phases` must be a list of tables, not a table",
                "`phases = [{",
            ),
            (
                "[lifecycle.presets.ours]\nphases = [\"a\"]\n",
                "\"a\"",
                "`phases` must be a list of tables, not a list with other values",
                "`phases = [{",
            ),
            (
                "[lifecycle]\nphases = [{ id = \"a\", class = \"plan\", duties = \"b\" }]\n",
                "\"b\"",
                "`duties` must be a table, not one value",
                "`duties = {",
            ),
        ] {
            let [(where_, what, how)] = &said(text)[..] else { panic!("{text}: {:?}", said(text)) };
            assert_eq!((&**where_, &**what), (at, message), "{text}");
            assert!(how.contains(help), "{text}: {how}");
        }
    }

    #[test]
    fn what_has_its_shape_is_left_alone() {
        for text in [
            "[kinds.charter]\nsections = [{ name = \"Scope\" }]\n",
            "[kinds.charter.sections]\nScope = { level = \"R\" }\n",
            "[[kinds.charter.fields]]\nname = \"vendor\"\n",
            "[rules]\nbroken-link = \"warn\"\nbroken-anchor = { default = \"warn\" }\n",
            "[[lifecycle.phases]]\nid = \"a\"\nclass = \"plan\"\nduties = { project-manager = [\"b\"] }\n",
        ] {
            assert_eq!(said(text), [], "{text}");
        }
    }
}
