//! `schema.json`: what every table and column of the star schema means, from
//! the same definitions the files are written by.

use super::File;
use super::json::Json;
use super::sheet::Column;
use super::star::{Star, TABLES};

/// The version of the schema. Tables and columns are only added, never renamed
/// or removed; a change of meaning would be a new version.
pub const VERSION: usize = 1;

/// The file.
#[must_use]
pub fn file() -> File {
    let about = "what every table and column of the star schema means";
    File::new("schema.json", about, json().bytes(4))
}

fn json() -> Json {
    Json::map([
        ("schema", "milepost-data".into()),
        ("version", VERSION.into()),
        ("promise", "tables and columns are never renamed or removed, only added".into()),
        ("encoding", "UTF-8; CSV by RFC 4180 with CRLF and a header; words that begin like a formula have an apostrophe before them in CSV".into()),
        ("null", "an empty field in CSV, null in JSON; a column ending in _state says why".into()),
        ("tables", Json::list(TABLES.iter().map(|star| table(star)))),
    ])
}

fn table(star: &Star) -> Json {
    Json::map([
        ("name", star.name.into()),
        ("about", star.about.into()),
        ("csv", format!("{}.csv", star.name).into()),
        ("json", format!("{}.json", star.name).into()),
        ("key", Json::list(star.key.iter().map(|k| Json::from(*k)))),
        ("columns", Json::list(star.columns.iter().map(column))),
    ])
}

fn column(column: &Column) -> Json {
    let text = |text: &str| if text.is_empty() { Json::Null } else { text.into() };
    let references = column.references.map(|(table, column)| format!("{table}.{column}"));
    Json::map([
        ("name", column.name.into()),
        ("type", column.kind.name().into()),
        ("unit", text(column.unit)),
        ("meaning", column.about.into()),
        ("null", text(column.null)),
        ("references", Json::or_null(references)),
    ])
}
