//! Key performance indicators: one row each, with a page behind it that shows
//! its history, every project, and every item counted or left out.

mod detail;
mod earned;
#[cfg(test)]
mod tests;
mod words;

use super::words::{list, number};
use super::{Bar, Context, Family, Member, Rollup};
use crate::measures::Measures;
use crate::measures::kpi::{Measured, Pooled, Standing};
use crate::portfolio::Portfolio;
use crate::table::{Cell, Column, Group, Missing, Rag, Row, Set, Table, Words};
use crate::target::Target;
use std::sync::Arc;

pub use words::{band, missing, trend, value};

/// The roll-up.
pub(super) static ROLLUP: Rollup = Rollup {
    bar: Bar::Shown,
    name: "kpis",
    title: "KPIs",
    about: "How projects deliver, measured the same way for all of them, with what stands behind \
            each number",
    count: |c| {
        let red = |m: &&Measured| m.portfolio.standing.band == Some(Rag::Red);
        u32::try_from(all(c).iter().filter(red).count()).unwrap_or(u32::MAX)
    },
    table,
};

/// A page for each indicator, and one for earned value.
pub(super) static FAMILY: Family = Family {
    name: "kpis",
    of: "kpis",
    pages: |c| {
        let page = |m: &Measured| Member {
            slug: slug(m),
            title: format!("{} {}", m.kpi.id, m.kpi.title),
            about: m.kpi.question.into(),
        };
        all(c).iter().map(page).chain([earned::member()]).collect()
    },
    table: |c, slug| match find(c, slug) {
        Some(measured) => detail::table(c, measured),
        None => earned::table(c),
    },
};

/// Every indicator, measured; none in a book without projects.
fn all<'a>(c: &Context<'a>) -> &'a [Measured] {
    &c.measures.kpis(c.portfolio).list
}

fn find<'a>(c: &Context<'a>, slug: &str) -> Option<&'a Measured> {
    all(c).iter().find(|m| m.kpi.id.eq_ignore_ascii_case(slug))
}

fn slug(m: &Measured) -> String {
    m.kpi.id.to_ascii_lowercase()
}

/// The page of an indicator.
#[must_use]
pub fn target(m: &Measured) -> Target {
    Target::Member("kpis", Arc::from(slug(m)))
}

fn table(c: &Context<'_>) -> Table {
    let none = c.portfolio.projects.is_empty();
    let list = if none { &[] } else { all(c) };
    let mut rows: Vec<Row> = list.iter().map(|m| row(c, m)).collect();
    rows.extend((!none).then(|| earned::row(c)));
    Table {
        sentence: sentence(list),
        plots: Vec::new(),
        groups: vec![Group {
            key: "kpis".into(),
            note: "Values of several projects are pooled from what was counted, never averaged \
                   from percentages. The colour is that of the strictest tier among them; with \
                   too few projects reporting there is none."
                .into(),
            caption: "Key performance indicators".into(),
            empty: "There is no project to measure.".into(),
            columns: vec![
                Column::new("kpi", "Indicator", Set::Text),
                Column::new("value", "Value", Set::Number),
                Column::new("band", "Rating", Set::Short),
                Column::new("trend", "Before", Set::Short),
                Column::new("basis", "Made of", Set::Text),
                Column::new("coverage", "Projects", Set::Text),
                Column::new("tiers", "By tier", Set::Short),
            ],
            rows,
            ..Group::default()
        }],
    }
}

fn sentence(list: &[Measured]) -> Vec<Words> {
    let of = |rag: Rag| list.iter().filter(move |m| m.portfolio.standing.band == Some(rag));
    let with = list.iter().filter(|m| m.portfolio.has_value()).count();
    if with == 0 {
        return vec![Words::plain("No indicator has a value yet.")];
    }
    let mut words = vec![Words::plain(format!(
        "Of {} indicators, {} {} a value: ",
        list.len(),
        number(with),
        if with == 1 { "has" } else { "have" }
    ))];
    let counts = [(Rag::Green, "green"), (Rag::Amber, "amber"), (Rag::Red, "red")];
    for (i, (rag, name)) in counts.into_iter().enumerate() {
        let lead = ["", ", ", " and "].get(i).copied().unwrap_or_default();
        words.push(Words::plain(lead));
        let n = of(rag).count();
        let text = format!("{} {name}", number(n));
        words.push(if n == 0 { Words::plain(text) } else { Words::rag(text, rag) });
    }
    let plain = with - counts.iter().map(|(rag, _)| of(*rag).count()).sum::<usize>();
    if plain > 0 {
        words.push(Words::plain(format!("; {} without a colour", number(plain))));
    }
    words.push(Words::plain("."));
    let fell: Vec<&str> = list
        .iter()
        .filter(|m| m.portfolio.standing.band == Some(Rag::Red))
        .filter(|m| m.portfolio.standing.change.is_some_and(|c| c.better == Some(false)))
        .map(|m| m.kpi.title)
        .collect();
    if !fell.is_empty() {
        words.push(Words::plain(format!(" Red and getting worse: {}.", list_of(&fell))));
    }
    words
}

/// Names in a sentence, the first three of many.
fn list_of(names: &[&str]) -> String {
    let (shown, rest) = names.split_at(names.len().min(3));
    let mut parts: Vec<String> = shown.iter().map(|n| n.to_lowercase()).collect();
    if !rest.is_empty() {
        parts.push(format!("{} more", number(rest.len())));
    }
    list(&parts)
}

fn row(c: &Context<'_>, m: &Measured) -> Row {
    let pooled = &m.portfolio;
    let name = Cell::Link(format!("{} {}", m.kpi.id, m.kpi.title), target(m));
    Row {
        anchor: Some(m.kpi.id.into()),
        cells: vec![
            Cell::Detail(Box::new(name), m.kpi.question.into()),
            value(m.kpi, &pooled.standing),
            band(&pooled.standing),
            trend(m.kpi, &pooled.standing),
            basis(m, pooled),
            coverage(pooled),
            tiers(c, m),
        ],
        muted: false,
    }
}

/// What the value is made of, with what is to be said of it.
fn basis(m: &Measured, pooled: &Pooled) -> Cell {
    let mut small = Vec::new();
    if pooled.standing.reading.partial {
        small.push("something could not be counted".to_owned());
    }
    small.extend(words::waiting(&pooled.standing.reading));
    words::basis(m.kpi, &pooled.standing, small)
}

/// How many projects report, and why the others do not.
fn coverage(pooled: &Pooled) -> Cell {
    let c = pooled.coverage;
    let why = missing(&pooled.missing);
    if c.expected == 0 {
        let none = Cell::Text("none due".into());
        return if why.is_empty() { Cell::Empty } else { Cell::Detail(Box::new(none), why) };
    }
    let partial = if pooled.partial && c.reporting > 0 { ", partial" } else { "" };
    let text = Cell::Text(format!("{} of {} report{partial}", c.reporting, c.expected));
    if why.is_empty() { text } else { Cell::Detail(Box::new(text), why) }
}

/// The value of each tier in a line.
fn tiers(c: &Context<'_>, m: &Measured) -> Cell {
    let line = |(tier, pooled): &(usize, Pooled)| {
        let shown = words::line(m.kpi, &pooled.standing)?;
        let id = c.portfolio.config.tiers.get(*tier).map_or("?", |t| t.id.as_str());
        let valued = pooled.standing.reading.value.is_ok();
        let partial = if pooled.partial && valued { ", partial" } else { "" };
        Some(Cell::Text(format!("Tier {id}: {shown}{partial}")))
    };
    let lines: Vec<Cell> = m.tiers.iter().filter_map(line).collect();
    if lines.is_empty() { Cell::Empty } else { Cell::Many(lines) }
}

/// The indicators of one project that have a value, the others in the note;
/// `None` where none has one.
#[must_use]
pub fn of_project(p: &Portfolio, measures: &Measures, project: usize) -> Option<Group> {
    let list = measures.kpis(p).list.iter();
    let all: Vec<(&Measured, &Standing)> =
        list.filter_map(|m| Some((m, m.projects.get(project)?.as_ref().ok()?))).collect();
    let row = |(m, s): &(&Measured, &Standing)| Row {
        anchor: None,
        cells: vec![
            Cell::Link(format!("{} {}", m.kpi.id, m.kpi.title), target(m)),
            value(m.kpi, s),
            band(s),
            trend(m.kpi, s),
            words::basis(m.kpi, s, Vec::new()),
        ],
        muted: false,
    };
    let rows: Vec<Row> = all.iter().filter(|(_, s)| s.reading.value.is_ok()).map(row).collect();
    let without = |why: &Missing| {
        let same = all.iter().filter(|(_, s)| s.reading.value.as_ref().err() == Some(why));
        same.map(|(m, _)| m.kpi.id).collect::<Vec<_>>().join(", ")
    };
    let states = [("Not reported", Missing::NotReported), ("Not yet", Missing::NotYet)];
    let states = states.iter().map(|(word, why)| (word, without(why)));
    let note: Vec<String> = states
        .filter(|(_, ids)| !ids.is_empty())
        .map(|(word, ids)| format!("{word}: {ids}."))
        .collect();
    (!rows.is_empty()).then(|| Group {
        key: "kpis".into(),
        title: "KPIs".into(),
        note: note.join(" "),
        caption: "Key performance indicators of the project".into(),
        columns: vec![
            Column::new("kpi", "Indicator", Set::Text),
            Column::new("value", "Value", Set::Number),
            Column::new("band", "Rating", Set::Short),
            Column::new("trend", "Before", Set::Short),
            Column::new("basis", "Made of", Set::Text),
        ],
        rows,
        ..Group::default()
    })
}
