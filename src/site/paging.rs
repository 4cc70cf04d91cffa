//! Long roll-ups in pages: a page shows the first rows of its long tables, and
//! further pages beside it hold the rest, so that no page grows with the book.
//! Tables say what is shown of how many; their CSV and JSON hold every row.

use super::view::rollup::{Cell, Column, RollupPage, Row, Table};
use super::view::{Link, Segment};
use crate::output::Route;
use crate::ratio::Ratio;
use crate::text::slug;
use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::{Mutex, PoisonError};

/// What the rows of one page may weigh, in bytes of HTML. Charts, bar and foot
/// come on top; together a page stays below 300 KB.
const ROWS: usize = 230_000;

/// What a table is left at least, however many tables a page has.
const LEAST: usize = 10;

/// A table with more rows that others link to is not cut: they must be there.
const ANCHORS: usize = 50;

/// A row of the table of projects: its weight is not estimated.
const PROJECT: usize = 1_400;

/// Routes of the further pages of all roll-ups.
#[derive(Debug, Default)]
pub struct Parts(Mutex<Vec<Route>>);

impl Parts {
    /// Note a further page.
    pub fn add(&self, route: Route) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(route);
    }

    /// All that were noted.
    #[must_use]
    pub fn routes(&self) -> Vec<Route> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// How a table of a page is parted: which rows stand on which page.
#[derive(Debug, Clone)]
struct Cut {
    table: usize,
    name: String,
    ranges: Vec<Range<usize>>,
}

/// How the tables of a page are parted.
#[derive(Debug, Clone, Default)]
pub struct Cuts {
    cuts: Vec<Cut>,
    /// Whether rows that others link to move to further pages with the others.
    moved: bool,
}

impl Cuts {
    /// How to part a page whose rows others link to: links are made with
    /// [`Cuts::moved`].
    #[must_use]
    pub fn of(view: &RollupPage) -> Self {
        Self { cuts: plan(view, true), moved: true }
    }

    /// The rows that stand on further pages: their anchors, and where.
    #[must_use]
    pub fn moved(&self, page: &Route, view: &RollupPage) -> Vec<(String, Route)> {
        let mut all = Vec::new();
        for cut in &self.cuts {
            let Some(table) = view.groups.get(cut.table) else { continue };
            let routes = routes(page, &cut.name, cut.ranges.len());
            for (route, range) in routes.iter().zip(&cut.ranges).skip(1) {
                let rows = table.rows.get(range.clone()).unwrap_or_default();
                let named = rows.iter().filter(|row| !row.id.is_empty());
                all.extend(named.map(|row| (row.id.clone(), route.clone())));
            }
        }
        all
    }
}

/// Leave on a page what it can carry; the further pages of its tables, which
/// stand in the same folder, so that links hold on them too.
#[must_use]
pub fn split(page: &Route, view: &mut RollupPage) -> Vec<(Route, RollupPage)> {
    let cuts = Cuts { cuts: plan(view, false), moved: false };
    split_as(page, view, &cuts)
}

/// Which rows stand on which page, of the tables that are too long.
fn plan(view: &RollupPage, moved: bool) -> Vec<Cut> {
    let projects = view.projects.as_ref().map_or(0, |t| PROJECT * t.rows.len());
    let weights: Vec<Vec<usize>> = view.groups.iter().map(row_weights).collect();
    let sums: Vec<usize> = weights.iter().map(|rows| rows.iter().sum()).collect();
    let most = level(&sums, ROWS.saturating_sub(projects));
    let mut names = BTreeSet::new();
    let mut cuts: Vec<Cut> = Vec::new();
    for (i, (group, rows)) in view.groups.iter().zip(&weights).enumerate() {
        let anchored = group.rows.iter().filter(|r| !r.id.is_empty()).count();
        let first = fitting(rows, most);
        if first >= rows.len() || (!moved && anchored > ANCHORS) {
            continue;
        }
        let (mut ranges, mut at) = (Vec::new(), 0);
        while let Some(rest) = rows.get(at..).filter(|rest| !rest.is_empty()) {
            let next = if at == 0 { first } else { at + fitting(rest, ROWS) };
            ranges.push(at..next);
            at = next;
        }
        let mut name = slug(&group.id);
        if name.is_empty() || !names.insert(name.clone()) {
            name = format!("{name}-{i}");
            names.insert(name.clone());
        }
        cuts.push(Cut { table: i, name, ranges });
    }
    cuts
}

/// The same, parted as was planned before.
#[must_use]
pub fn split_as(page: &Route, view: &mut RollupPage, cuts: &Cuts) -> Vec<(Route, RollupPage)> {
    let mut further = Vec::new();
    for Cut { table, name, ranges } in &cuts.cuts {
        let Some(group) = view.groups.get_mut(*table) else { continue };
        let mut all = std::mem::take(&mut group.rows).into_iter();
        let routes = routes(page, name, ranges.len());
        let frame = group.clone();
        for (n, range) in ranges.iter().enumerate() {
            let mut rows: Vec<Row> = all.by_ref().take(range.len()).collect();
            if n == 0 {
                // What the page itself points to stays on it.
                let later = all.as_slice().iter();
                let kept = later.filter(|r| !cuts.moved && !r.id.is_empty());
                group.rows = rows;
                group.rows.extend(kept.cloned());
                let more = group.rows.len() - range.len();
                group.rest = pager(page, &routes, ranges, (n, more), &frame);
                continue;
            }
            let Some(route) = routes.get(n) else { continue };
            if !cuts.moved {
                // Rows that are pointed to stand on the first page too.
                rows.iter_mut().for_each(|row| row.id.clear());
            }
            let rest = pager(page, &routes, ranges, (n, 0), &frame);
            let table = Table { rows, rest, ..frame.clone() };
            further.push((route.clone(), n, table));
        }
    }
    further.into_iter().map(|(route, n, table)| (route, part(page, view, n, table))).collect()
}

/// Where the pages of a table stand: `raid.html`, `raid.risks.2.html`.
fn routes(page: &Route, name: &str, pages: usize) -> Vec<Route> {
    let stem = page.as_str().strip_suffix(".html").unwrap_or(page.as_str());
    let further = (2..=pages).map(|n| Route::new(format!("{stem}.{name}.{n}.html")));
    std::iter::once(page.clone()).chain(further).collect()
}

/// A further page of a table.
fn part(page: &Route, of: &RollupPage, n: usize, table: Table) -> RollupPage {
    let mut frame = of.frame.clone();
    let name = if table.title.is_empty() { &table.caption } else { &table.title };
    let title = format!("{}: {name}, page {}", of.title, n + 1);
    frame.title.clone_from(&title);
    frame.json = None;
    if let Some(last) = frame.breadcrumbs.last_mut() {
        last.href = Some(page.link(page));
    }
    frame.breadcrumbs.push(Link::text(format!("{name}, page {}", n + 1)));
    RollupPage {
        frame,
        title,
        terms: of.terms.clone(),
        groups: vec![table],
        ..RollupPage::default()
    }
}

/// What is shown of how many, with `more` that the page itself points to, and
/// the way to the rest.
fn pager(
    page: &Route,
    routes: &[Route],
    ranges: &[Range<usize>],
    (now, more): (usize, usize),
    table: &Table,
) -> Vec<Segment> {
    let total = ranges.last().map_or(0, |r| r.end);
    let words = |range: &Range<usize>| format!("{}–{}", figure(range.start + 1), figure(range.end));
    let shown = ranges.get(now).map(words).unwrap_or_default();
    let more = match more {
        0 => String::new(),
        1 => " and 1 that the page points to".to_owned(),
        n => format!(" and {n} that the page points to"),
    };
    let total = figure(total);
    let mut out =
        vec![Segment::text(format!("Rows {shown} of {total}{more} are shown; the rest: "))];
    let mut first = true;
    for (n, (route, range)) in routes.iter().zip(ranges).enumerate() {
        if n == now {
            continue;
        }
        if !first {
            out.push(Segment::text(", "));
        }
        first = false;
        let mut href = page.link(route);
        if !table.id.is_empty() && n == 0 {
            href = format!("{href}#{}", table.id);
        }
        out.push(Segment::link(words(range), href));
    }
    out.push(Segment::text(if table.downloads.is_empty() {
        "."
    } else {
        ". CSV and JSON hold all of them."
    }));
    out
}

/// A count with its thousands parted.
fn figure(n: usize) -> String {
    Ratio::whole(i128::try_from(n).unwrap_or_default()).money()
}

/// What each table may weigh so that all of them weigh `budget`: light ones
/// whole, heavy ones alike.
fn level(sums: &[usize], budget: usize) -> usize {
    let mut sorted = sums.to_vec();
    sorted.sort_unstable();
    let mut left = budget;
    for (i, sum) in sorted.iter().enumerate() {
        let share = left / (sorted.len() - i);
        if *sum > share {
            return share;
        }
        left -= sum;
    }
    usize::MAX
}

/// How many rows weigh no more than that, in a round number.
fn fitting(rows: &[usize], most: usize) -> usize {
    let mut sum = 0_usize;
    let fit = rows.iter().take_while(|row| {
        sum = sum.saturating_add(**row);
        sum <= most
    });
    let fit = fit.count();
    if fit >= rows.len() {
        return fit;
    }
    let round = match fit {
        0..20 => fit,
        20..100 => fit - fit % 10,
        _ => fit - fit % 50,
    };
    round.max(LEAST).min(rows.len())
}

fn row_weights(table: &Table) -> Vec<usize> {
    table.rows.iter().map(|row| row_weight(row, &table.columns)).collect()
}

/// What a row weighs as HTML, near enough.
fn row_weight(row: &Row, columns: &[Column]) -> usize {
    let label = |i: usize| columns.get(i).map_or(0, |c: &Column| c.label.len());
    let cells = row.cells.iter().enumerate().map(|(i, c)| 42 + label(i) + cell_weight(c));
    30 + row.id.len() + cells.sum::<usize>()
}

fn cell_weight(cell: &Cell) -> usize {
    let small = |text: &str| if text.is_empty() { 0 } else { text.len() + 29 };
    let href = |href: &Option<String>| href.as_ref().map_or(0, |h| h.len() + 15);
    match cell {
        Cell::Empty => 40,
        Cell::Text { text, href: to, detail, .. } => text.len() + href(to) + small(detail),
        Cell::Number { text, rag, .. } => 2 * text.len() + 12 + usize::from(rag.is_some()) * 36,
        Cell::Date { note, .. } => 110 + small(note),
        Cell::Chip(chip) => 60 + chip.note.len() + chip.why.len(),
        Cell::State { text, .. } => 50 + text.len(),
        Cell::Slip(_) => 150,
        Cell::Links { links } => links.iter().map(|l| l.label.len() + href(&l.href) + 2).sum(),
        Cell::Missing { why, .. } => 50 + why.len(),
        Cell::Many { cells } => cells.iter().map(|c| 11 + cell_weight(c)).sum(),
        Cell::Marks(_) => 300,
        Cell::Html { html } => 30 + html.as_str().len(),
    }
}

mod turning;

pub use turning::turn;

#[cfg(test)]
mod tests;
