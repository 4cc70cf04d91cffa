//! How a list or a mapping is written, for the help of messages.

use super::field::{Field, Type};

/// The most fields of an item that are shown, unless more are required.
const SHOWN: usize = 4;

/// What to write where a list belongs: the shape of one item.
pub(super) fn list(field: &Field, of: &Field) -> String {
    let Type::Record(fields) = &of.kind else {
        return format!("write `{}:` and below it one line `- …` for each", field.name);
    };
    let required = |f: &Field| f.levels.at(0) == super::field::Level::Required;
    let shown = fields.list.iter().enumerate();
    let shown = shown.filter(|(i, f)| *i < SHOWN || required(f));
    let keys: Vec<String> = shown.map(|(_, f)| format!("{}: …", f.name)).collect();
    format!("write one `- {{{}}}` for each", keys.join(", "))
}

/// What to write where a mapping belongs.
pub(super) fn mapping() -> String {
    "write one `key: value` in each line, indented below it".into()
}
