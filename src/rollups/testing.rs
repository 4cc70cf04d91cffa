//! A small portfolio in memory for the tests of roll-ups and pages.

use crate::Checked;
use crate::config::Config;
use crate::date;
use crate::table::{Cell, Group, Row, Table};
use crate::tree::MemoryTree;
use std::sync::Arc;

/// Two projects on 27 March 2026: `crm`, with every register and two reports,
/// and `bare`, whose card says nothing but its kind.
pub const FILES: &str = include_str!("testing/portfolio.txt");

/// Check files written one after the other: `=== path` begins a file.
pub fn check(text: &str) -> Checked {
    check_with(text, "")
}

/// The same with a `book.toml`.
///
/// # Panics
/// The files or the configuration are unsound.
pub fn check_with(text: &str, config: &str) -> Checked {
    let mut tree = MemoryTree::new();
    for file in text.split("=== ").skip(1) {
        let (path, body) = file.split_once('\n').unwrap();
        tree = tree.with(path.trim(), body);
    }
    let config = Arc::new(Config::parse(config).unwrap());
    crate::check(&tree, config, date::parse("2026-03-27").unwrap(), &[]).unwrap()
}

/// The table of a roll-up.
///
/// # Panics
/// There is none of that name.
pub fn table(checked: &Checked, name: &str) -> Table {
    let rollup = super::ROLLUPS.iter().find(|r| r.name == name).unwrap();
    (rollup.table)(&context(checked))
}

/// What a roll-up looks at.
pub fn context(checked: &Checked) -> super::Context<'_> {
    super::Context::of(checked)
}

/// The words of a table's sentence.
pub fn said(table: &Table) -> String {
    table.sentence.iter().map(|w| w.text.as_str()).collect()
}

/// The group of that key.
///
/// # Panics
/// There is none.
pub fn group<'a>(table: &'a Table, key: &str) -> &'a Group {
    table.groups.iter().find(|g| g.key == key).unwrap_or_else(|| panic!("no group {key}"))
}

/// The cells of a row as one line of words.
pub fn line(row: &Row) -> String {
    row.cells.iter().map(words).collect::<Vec<_>>().join(" | ")
}

fn words(cell: &Cell) -> String {
    match cell {
        Cell::Text(text) | Cell::Link(text, _) | Cell::State(_, text) => text.clone(),
        Cell::Date(date) => date.to_string(),
        Cell::Count(n) => n.to_string(),
        Cell::Days(n) => format!("{n:+} d"),
        Cell::Percent(n) => format!("{} %", n.show(1)),
        Cell::Money(n, currency) => format!("{currency} {}", n.money()),
        Cell::Rag(rag) => rag.name().into(),
        Cell::Missing(missing) => format!("{missing:?}"),
        Cell::Due { date, note, .. } => format!("{date} {note}"),
        Cell::Detail(inner, small) => format!("{} ({small})", words(inner)),
        Cell::Many(cells) => cells.iter().map(words).collect::<Vec<_>>().join(", "),
        Cell::Empty => String::new(),
    }
}
