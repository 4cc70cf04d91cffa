//! What went live lately, and how it went.

use super::super::words::{date, project};
use super::{GoLive, decision, name};
use crate::portfolio::Portfolio;
use crate::table::{Cell, Column, Group, Mark, Missing, Row, Set};

pub(super) fn live_group(p: &Portfolio, live: &[GoLive<'_>]) -> Group {
    let row = |g: &GoLive<'_>| {
        let results = g.plan.and_then(|d| d.fields.record("results"));
        let outcome = results.and_then(|r| r.record("cutover")).and_then(|c| c.text("outcome"));
        let outcome = match outcome {
            Some(text) => {
                let mark = match text {
                    "success" => Mark::Done,
                    "rolled-back-unplanned" => Mark::Bad,
                    _ => Mark::Partial,
                };
                Cell::State(mark, text.replace('-', " "))
            }
            None => Cell::Missing(Missing::NotReported),
        };
        let incidents = results.filter(|r| r.slot("incidents").is_some());
        let incidents = incidents.map_or(Cell::Missing(Missing::NotReported), |r| {
            Cell::Count(i64::try_from(r.list("incidents").len()).unwrap_or(i64::MAX))
        });
        let go = decision(p, g).and_then(|d| d.fields.text("decision"));
        Row {
            anchor: None,
            cells: vec![
                date(g.launch.actual),
                g.slip().map_or(Cell::Missing(Missing::NotReported), Cell::Days),
                project(g.project),
                name(g),
                go.map_or(Cell::State(Mark::Bad, "no go/no-go".into()), |go| {
                    let mark = if go.starts_with("go") { Mark::Done } else { Mark::Bad };
                    Cell::State(mark, go.replace('-', " "))
                }),
                outcome,
                incidents,
            ],
            muted: false,
        }
    };
    Group {
        key: "live".into(),
        title: "Went live".into(),
        note: "In the last twelve months, newest first.".into(),
        caption: "Launches of the last twelve months".into(),
        empty: "Nothing went live in the last twelve months.".into(),
        columns: vec![
            Column::new("went_live", "Went live", Set::Short),
            Column::new("slip", "Slip", Set::Short),
            Column::new("project", "Project", Set::Filter),
            Column::new("release", "Release", Set::Text),
            Column::new("decision", "Decision", Set::Filter),
            Column::new("cutover", "Cutover", Set::Filter),
            Column::new("incidents", "Incidents", Set::Number),
        ],
        rows: live.iter().map(row).collect(),
    }
}
