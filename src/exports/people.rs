//! Persons as keys: a handle without its `@` (which a spreadsheet would take
//! for a formula) where `people.yaml` knows it, else the words as written.

use super::sheet::Value;
use crate::portfolio::Portfolio;

/// The key of a person as written in a document.
#[must_use]
pub fn person(p: &Portfolio, written: Option<&str>) -> Value {
    let Some(written) = written.map(str::trim).filter(|w| !w.is_empty()) else {
        return Value::Null;
    };
    if p.person_record(written).is_some() {
        let bare = written.strip_prefix('@').unwrap_or(written);
        return Value::text(bare);
    }
    Value::text(written)
}

/// Several words in one value.
#[must_use]
pub fn joined<'a>(words: impl Iterator<Item = &'a str>) -> Value {
    Value::text(words.collect::<Vec<_>>().join("; "))
}
