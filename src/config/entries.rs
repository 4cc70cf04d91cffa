//! Entries of `book.toml` that are of the wrong type or do nothing here.

use super::{fail, note};
use crate::data::field::{Field, Type};
use crate::data::{Entry, Node, Problem, Value};

/// TOML knows strings from numbers: a number where a string belongs is a slip.
pub(super) fn strings(node: &Node, field: &Field, out: &mut Vec<Problem>) {
    match (&node.value, &field.kind) {
        (Value::Map(entries), Type::Record(fields)) => {
            for entry in entries {
                if let Some(inner) = fields.find(&entry.key) {
                    strings(&entry.value, inner, out);
                }
            }
        }
        (Value::Map(entries), Type::Map(of)) => {
            for entry in entries {
                let of = Field { name: (*entry.key).into(), ..(**of).clone() };
                strings(&entry.value, &of, out);
            }
        }
        (Value::List(items), Type::List(of)) => items.iter().for_each(|n| strings(n, of, out)),
        (Value::Scalar(scalar), Type::Line | Type::Text) if scalar.plain => {
            let message = format!(
                "`{}` must be a string, not `{}`",
                field.name.replace('_', "-"),
                scalar.text
            );
            out.push(fail(
                node.span,
                message,
                format!("write it in quotes: `\"{}\"`", scalar.text),
            ));
        }
        _ => {}
    }
}

/// Note the keys of mdBook below a table that do nothing here.
pub(super) fn notes(node: &Node, field: &Field, out: &mut Vec<Problem>) {
    let (Value::Map(entries), Type::Record(fields)) = (&node.value, &field.kind) else { return };
    for entry in entries {
        match fields.find(&entry.key) {
            Some(inner) if inner.about.as_ref() == "mdbook" => {
                out.push(note(entry.key_span, &entry.key))
            }
            Some(inner) => notes(&entry.value, inner, out),
            None if fields.any_keys => out.push(note(entry.key_span, &entry.key)),
            None => {}
        }
    }
}

/// Report what has another shape than its field below a table of `book.toml`,
/// in the words of TOML, and take it out. `path` leads to the entry; whether it
/// stays.
pub(super) fn keep(entry: &mut Entry, field: &Field, path: &str, out: &mut Vec<Problem>) -> bool {
    let path =
        if path.is_empty() { entry.key.to_string() } else { format!("{path}.{}", entry.key) };
    let help = match (&mut entry.value.value, &field.kind) {
        (Value::Map(entries), Type::Record(fields)) => {
            entries.retain_mut(|e| fields.find(&e.key).is_none_or(|f| keep(e, f, &path, out)));
            return true;
        }
        (Value::Map(entries), Type::Map(of)) => {
            entries.retain_mut(|e| keep(e, of, &path, out));
            return true;
        }
        (Value::List(items), Type::List(of)) => {
            let record = matches!(of.kind, Type::Record(_));
            items.retain_mut(|item| {
                let sound = match (&mut item.value, &of.kind) {
                    (Value::Map(entries), Type::Record(fields)) => {
                        entries.retain_mut(|e| {
                            fields.find(&e.key).is_none_or(|f| keep(e, f, &path, out))
                        });
                        true
                    }
                    (Value::Scalar(_), _) => !record,
                    _ => false,
                };
                if !sound {
                    let wanted = if record { "tables" } else { "single values" };
                    let message = format!("`{}` must be a list of {wanted}", entry.key);
                    out.push(fail(item.span, message, list(&entry.key, of)));
                }
                sound
            });
            return true;
        }
        (Value::Scalar(_), Type::List(_)) if field.one_or_many => return true,
        (Value::Scalar(_) | Value::List(_), Type::Record(_) | Type::Map(_)) => {
            format!("write `[{path}]` and its keys below it")
        }
        (Value::Scalar(_) | Value::Map(_), Type::List(of)) => list(&entry.key, of),
        (_, Type::Any) | (Value::Scalar(_) | Value::Null, _) => return true,
        _ => format!("write `{} = …` with one value", entry.key),
    };
    let wanted = match &field.kind {
        Type::Record(_) | Type::Map(_) => "a table",
        Type::List(of) if matches!(of.kind, Type::Record(_)) => "a list of tables",
        Type::List(_) => "a list",
        _ => "one value",
    };
    let (what, span) = match &entry.value.value {
        Value::Map(_) => ("a table", entry.key_span),
        Value::List(_) => ("a list", entry.key_span),
        _ => ("one value", entry.value.span),
    };
    out.push(fail(span, format!("`{}` must be {wanted}, not {what}", entry.key), help));
    false
}

/// How a list is written.
fn list(key: &str, of: &Field) -> String {
    let Type::Record(fields) = &of.kind else {
        return format!("write `{key} = [\"…\"]`, the values with commas between them");
    };
    let keys: Vec<String> =
        fields.list.iter().map(|f| format!("{} = …", f.name.replace('_', "-"))).collect();
    format!("write `{key} = [{{ {} }}]`, one pair of braces for each", keys.join(", "))
}

#[cfg(test)]
mod tests {
    use crate::config::Config;

    #[test]
    fn what_has_another_shape_is_told_once_in_words_of_toml() {
        for (text, at, message, help) in [
            (
                "portfolio = \"x\"\n",
                "\"x\"",
                "`portfolio` must be a table, not one value",
                "write `[portfolio]` and its keys below it",
            ),
            (
                "[[portfolio]]\ncurrency = \"CAD\"\n",
                "portfolio",
                "`portfolio` must be a table, not a list",
                "write `[portfolio]` and its keys below it",
            ),
            (
                "[[portfolio.programmes]]\na = \"x\"\n",
                "programmes",
                "`programmes` must be a table, not a list",
                "write `[portfolio.programmes]` and its keys below it",
            ),
            (
                "[portfolio.programmes]\na = 1\n",
                "1",
                "`a` must be a string, not `1`",
                "write it in quotes: `\"1\"`",
            ),
            (
                "[calendar.freezes]\nfrom = 2026-01-01\n",
                "freezes",
                "`freezes` must be a list of tables, not a table",
                "write `freezes = [{ from = …, to = …, label = … }]`, one pair of braces for each",
            ),
            (
                "[calendar]\nfreezes = [\"2026\"]\n",
                "\"2026\"",
                "`freezes` must be a list of tables",
                "write `freezes = [{ from = …, to = …, label = … }]`, one pair of braces for each",
            ),
            (
                "[calendar]\nholidays = 2026-01-01\n",
                "2026-01-01",
                "`holidays` must be a list, not one value",
                "write `holidays = [\"…\"]`, the values with commas between them",
            ),
            (
                "[tiers]\nid = \"1\"\n",
                "tiers",
                "`tiers` must be a list of tables, not a table",
                "write `tiers = [{ id = …, label = …, report-every = …, release-window = … }]`, one pair of braces for each",
            ),
            (
                "[assets]\nallow = { a = 1 }\n",
                "allow",
                "`allow` must be a list, not a table",
                "write `allow = [\"…\"]`, the values with commas between them",
            ),
            (
                "[output]\nhtml = \"x\"\n",
                "\"x\"",
                "`html` must be a table, not one value",
                "write `[output.html]` and its keys below it",
            ),
            (
                "[book]\ntitle = [\"x\"]\n",
                "title",
                "`title` must be one value, not a list",
                "write `title = …` with one value",
            ),
        ] {
            let (_, problems) = Config::read(text);
            let [problem] = &problems[..] else { panic!("{text}: {problems:?}") };
            let shown = &text[problem.span.start as usize..problem.span.end as usize];
            let said = (shown, &*problem.message, problem.help.as_deref().unwrap());
            assert_eq!(said, (at, message, help), "{text}");
        }
        let text = "[assets]\nallow = \"html\"\n[calendar]\nfreezes = [{ from = 2026-01-01, to = 2026-01-02 }]\n";
        assert_eq!(Config::read(text).1, []);
    }
}
