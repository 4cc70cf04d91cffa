//! A new book: a small portfolio that checks clean, to be made one's own.

use super::yaml;
use crate::date::{Date, plus};

macro_rules! files {
    ($($path:literal from $file:literal),* $(,)?) => {
        &[$(($path, include_str!(concat!("book/", $file)))),*]
    };
}

/// Path in the new book, and text with `{date}`, `{+28}` (so many days later)
/// and `{title}` to be filled in.
const FILES: &[(&str, &str)] = files![
    "book.toml" from "book.toml",
    ".gitignore" from "gitignore",
    "src/index.md" from "index.md",
    "src/people.yaml" from "people.yaml",
    "src/handbook/status-reports.md" from "status-reports.md",
    "src/projects/intranet-search/project.md" from "project.md",
    "src/projects/intranet-search/charter.md" from "charter.md",
    "src/projects/intranet-search/milestones.yaml" from "milestones.yaml",
    "src/projects/intranet-search/raid.yaml" from "raid.yaml",
    "src/projects/intranet-search/decisions.yaml" from "decisions.yaml",
    "src/projects/intranet-search/status/{date}.md" from "status.md",
];

/// The files of a new book, relative to its folder.
#[must_use]
pub fn book(title: &str, date: Date) -> Vec<(String, String)> {
    FILES.iter().map(|(path, text)| (fill(path, title, date), fill(text, title, date))).collect()
}

fn fill(text: &str, title: &str, date: Date) -> String {
    // A JSON string is a TOML string, and a YAML one.
    let quoted = serde_json::to_string(title).unwrap_or_else(|_| yaml::text(title));
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        out.push_str(before);
        let (name, behind) = after.split_once('}').unwrap_or((after, ""));
        let days = name.strip_prefix('+').or(name.strip_prefix('-').and(Some(name)));
        match (name, days.and_then(|days| days.parse::<i64>().ok())) {
            ("date", _) => out.push_str(&date.to_string()),
            ("day", _) => out.push_str(&crate::date::long(date)),
            ("title", _) => out.push_str(&quoted),
            (_, Some(days)) => out.push_str(&plus(date, days).to_string()),
            _ => {
                out.push('{');
                rest = after;
                continue;
            }
        }
        rest = behind;
    }
    out.push_str(rest);
    out
}
