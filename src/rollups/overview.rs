//! The list of all roll-ups, with the question each answers.

use super::{Context, ROLLUPS};
use crate::table::{Cell, Column, Group, Row, Set, Table, Words};
use crate::target::Target;

/// The title of the page.
pub const OVERVIEW: &str = "All roll-ups";

/// Every roll-up with its question and how many wait there.
#[must_use]
pub fn overview(c: &Context<'_>) -> Table {
    let row = |r: &&'static super::Rollup| {
        let waiting = match (r.count)(c) {
            0 => Cell::Empty,
            n => Cell::Count(n.into()),
        };
        Row {
            anchor: None,
            cells: vec![
                Cell::Link(r.title.into(), Target::Rollup(r.name)),
                Cell::Text(r.about.into()),
                waiting,
            ],
            muted: false,
        }
    };
    Table {
        sentence: vec![Words::plain("Every page that is computed over the whole portfolio.")],
        plots: Vec::new(),
        groups: vec![Group {
            key: "pages".into(),
            caption: "Roll-up pages".into(),
            columns: vec![
                Column::new("page", "Page", Set::Text),
                Column::new("about", "What it answers", Set::Wide),
                Column::new("waiting", "Waiting", Set::Number),
            ],
            rows: ROLLUPS.iter().map(row).collect(),
            ..Group::default()
        }],
    }
}
