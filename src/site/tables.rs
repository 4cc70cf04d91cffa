//! Tables of roll-ups as views: cells become words and marks, targets become
//! links on the page, slips become bars scaled to the worst on the page.

mod drawn;

pub use drawn::{charts, key_milestones, milestone_trend, risks, threats, timeline_of};

use super::charts::{plot, slip};
use super::links::Links;
use super::prose::literals;
use super::view::chart::Chart;
use super::view::rollup::{self as view, StateMark};
use super::view::{Chip, Day, Html, Link, Rag, Segment};
use crate::date::Date;
use crate::output::Route;
use crate::portfolio::Portfolio;
use crate::ratio::Ratio;
use crate::rollups::library;
use crate::table::{Cell, Column, Group, Mark, Missing, Row, Set, Table, Words};
use crate::target::Target;
use crate::text::slug;
use std::borrow::Borrow;

/// Where a table stands: what its links and dates are relative to.
#[derive(Debug, Clone, Copy)]
pub struct Place<'a> {
    /// Routes.
    pub links: &'a Links<'a>,
    /// The page.
    pub page: &'a Route,
}

impl<'a> Place<'a> {
    /// A place on a page.
    #[must_use]
    pub fn new(links: &'a Links<'a>, page: &'a Route) -> Self {
        Self { links, page }
    }

    /// The portfolio.
    #[must_use]
    pub fn portfolio(&self) -> &'a Portfolio {
        self.links.portfolio()
    }

    /// The as-of date.
    #[must_use]
    pub fn as_of(&self) -> Date {
        self.portfolio().as_of
    }

    /// A day as the page says it.
    #[must_use]
    pub fn day(&self, date: Date) -> Day {
        Day::near(date, self.as_of())
    }

    /// The address of a target.
    #[must_use]
    pub fn href(&self, target: &Target) -> Option<String> {
        self.links.href(self.page, target)
    }

    /// Words that lead to a target; the words alone where it is not there.
    #[must_use]
    pub fn link(&self, label: impl Into<String>, target: &Target) -> Link {
        Link { label: label.into(), href: self.href(target) }
    }
}

/// The page of a roll-up: its sentence and its tables; the caller adds frame,
/// title and charts.
#[must_use]
pub fn page(links: &Links<'_>, page: &Route, table: &Table) -> view::RollupPage {
    let place = Place::new(links, page);
    view::RollupPage { groups: groups(&place, table), ..around(&place, table) }
}

/// The same of a table that is not wanted any more: each row goes as it is shown,
/// so that a long one is not held twice.
#[must_use]
pub fn page_of(links: &Links<'_>, page: &Route, mut table: Table) -> view::RollupPage {
    let place = Place::new(links, page);
    let (mut view, worst) = (around(&place, &table), worst(&table));
    for group in &mut table.groups {
        let rows = std::mem::take(&mut group.rows);
        view.groups.push(self::group(&place, group, rows.into_iter(), worst));
    }
    view
}

/// A page without its tables.
fn around(place: &Place<'_>, table: &Table) -> view::RollupPage {
    view::RollupPage {
        sentence: sentence(place, &table.sentence),
        charts: table.plots.iter().filter_map(plot).map(Chart::Plot).collect(),
        terms: terms(place, table),
        ..view::RollupPage::default()
    }
}

/// Words in headings and captions that the glossary explains, with the way to
/// each.
fn terms(place: &Place<'_>, table: &Table) -> Vec<Link> {
    let glossary = Target::Member("library", library::GLOSSARY.into());
    let Some(href) = place.href(&glossary).filter(|href| !href.is_empty()) else {
        return Vec::new();
    };
    if place.page.as_str().ends_with("/library/glossary.html") {
        return Vec::new();
    }
    let plots = table.plots.iter().flat_map(|p| [&*p.title, &*p.caption]);
    let groups = table.groups.iter().filter(|g| !g.rows.is_empty());
    let heads = groups.flat_map(|g| {
        [&*g.title, &*g.note, &*g.caption].into_iter().chain(g.columns.iter().map(|c| &*c.label))
    });
    let mut texts: Vec<&str> = plots.chain(heads).collect();
    // Groups of a page have their columns in common.
    texts.sort_unstable();
    texts.dedup();
    let link = |word: &str| Link::to(word, format!("{href}#{}", slug(word)));
    library::meant(&texts).into_iter().map(link).collect()
}

/// The sentence of a roll-up.
#[must_use]
pub fn sentence(place: &Place<'_>, words: &[Words]) -> Vec<Segment> {
    let segment = |w: &Words| Segment {
        text: w.text.clone(),
        rag: w.rag.map(Rag::from),
        href: w.target.as_ref().and_then(|t| place.href(t)),
    };
    words.iter().map(segment).collect()
}

/// All groups of a roll-up; slips are scaled to the worst of them.
#[must_use]
pub fn groups(place: &Place<'_>, table: &Table) -> Vec<view::Table> {
    let worst = worst(table);
    table.groups.iter().map(|g| group(place, g, g.rows.iter(), worst)).collect()
}

/// The largest slip of a table in days, early or late.
fn worst(table: &Table) -> i64 {
    let cells = table.groups.iter().flat_map(|g| &g.rows).flat_map(|r| &r.cells);
    let days = cells.filter_map(|c| if let Cell::Days(n) = c { Some(n.abs()) } else { None });
    days.max().unwrap_or(0)
}

/// One table of a page that is not a roll-up's.
#[must_use]
pub fn one(place: &Place<'_>, table: &Group) -> view::Table {
    group(place, table, table.rows.iter(), 0)
}

fn group(
    place: &Place<'_>,
    group: &Group,
    rows: impl ExactSizeIterator<Item: Borrow<Row>>,
    worst: i64,
) -> view::Table {
    let rule = crate::rules::all().find(|r| r.name == group.key && group.title == group.key);
    let summary = rule.map(|r| r.summary.to_owned());
    let note = Some(group.note.clone()).filter(|n| !n.is_empty()).or(summary);
    view::Table {
        id: group.key.clone(),
        title: group.title.clone(),
        count: (!group.title.is_empty()).then(|| u32::try_from(rows.len()).unwrap_or(0)),
        intro: note.map(|n| vec![Segment::text(n)]).unwrap_or_default(),
        caption: group.caption.clone(),
        columns: group.columns.iter().map(column).collect(),
        rows: rows.map(|r| row(place, r.borrow(), &group.columns, worst)).collect(),
        set: None,
        whole: None,
        empty: group.empty.clone(),
        rest: Vec::new(),
        downloads: Vec::new(),
    }
}

fn column(column: &Column) -> view::Column {
    match column.set {
        Set::Text => view::Column::text(&*column.label),
        Set::Filter => view::Column::filter(&*column.label),
        Set::Number => view::Column::number(&*column.label),
        Set::Short => view::Column::short(&*column.label),
        Set::Wide => view::Column::wide(&*column.label),
        Set::Aside => view::Column::aside(&*column.label),
    }
}

fn row(place: &Place<'_>, row: &Row, columns: &[Column], worst: i64) -> view::Row {
    let context = InRow { place, worst, tone: tone(row) };
    let key = |i: usize| columns.get(i).map_or("", |c| &*c.key);
    view::Row {
        id: row.anchor.clone().unwrap_or_default(),
        cells: row.cells.iter().enumerate().map(|(i, c)| context.cell(c, key(i))).collect(),
        muted: row.muted,
    }
}

/// How bad a late slip of the row is: as its state says.
fn tone(row: &Row) -> Rag {
    let marks = row.cells.iter().filter_map(|c| match c {
        Cell::State(mark, _) => Some(*mark),
        _ => None,
    });
    if marks.into_iter().any(|m| m == Mark::Bad) { Rag::Red } else { Rag::Amber }
}

struct InRow<'a> {
    place: &'a Place<'a>,
    worst: i64,
    tone: Rag,
}

impl InRow<'_> {
    fn cell(&self, cell: &Cell, key: &str) -> view::Cell {
        match cell {
            // Findings set literals in backticks.
            Cell::Text(text) if key == "message" => {
                view::Cell::Html { html: Html::new(&literals(text)) }
            }
            Cell::Detail(inner, small) if key == "message" => {
                let Cell::Text(text) = &**inner else { return self.cell(inner, "") };
                let (text, small) = (literals(text), literals(small));
                let html = format!("{text} <span class=\"under\">{small}</span>");
                view::Cell::Html { html: Html::new(&html) }
            }
            // What the data says of dates is said as the other cells say them.
            Cell::Text(text) if matches!(key, "fact" | "note") => {
                view::Cell::text(super::view::dates_in_words(text))
            }
            Cell::Text(text) => view::Cell::text(text.as_str()),
            Cell::Link(text, target) => view::Cell::Text {
                text: text.clone(),
                href: self.place.href(target),
                detail: String::new(),
                strong: false,
            },
            Cell::Date(date) => view::Cell::date(self.place.day(*date)),
            Cell::Count(n) => count(*n, key),
            Cell::Days(n) => {
                let rag = if *n > 0 { self.tone } else { Rag::Green };
                view::Cell::Slip(slip(*n, self.worst, rag))
            }
            Cell::Percent(n) => view::Cell::Number {
                text: percent(*n),
                sort: i64::try_from(n.rounded(1)).unwrap_or(0),
                rag: None,
            },
            Cell::Money(n, currency) => view::Cell::Number {
                text: format!("{currency} {}", money(*n)).trim_start().to_owned(),
                sort: i64::try_from(n.rounded(0)).unwrap_or(0),
                rag: None,
            },
            Cell::Rag(rag) => view::Cell::Chip(Chip::of((*rag).into())),
            Cell::Missing(missing) => {
                let (text, why) = missing_words(missing);
                view::Cell::Missing { text: text.to_owned(), why: why.to_owned() }
            }
            Cell::Due { date, late, note } => {
                view::Cell::Date { day: self.place.day(*date), late: *late, note: note.clone() }
            }
            Cell::State(mark, text) => {
                view::Cell::State { mark: state_mark(*mark), text: text.clone() }
            }
            Cell::Detail(inner, small) => self.detail(inner, small, key),
            Cell::Many(cells) => self.many(cells, key),
            Cell::Empty => view::Cell::Empty,
        }
    }

    fn detail(&self, inner: &Cell, small: &str, key: &str) -> view::Cell {
        let under = |text: String, href, strong| view::Cell::Text {
            text,
            href,
            detail: small.to_owned(),
            strong,
        };
        match self.cell(inner, key) {
            view::Cell::Text { text, href, strong, .. } => under(text, href, strong),
            view::Cell::Empty => under(String::new(), None, false),
            other => view::Cell::Many { cells: vec![other, under(String::new(), None, false)] },
        }
    }

    /// Plain links stand beside each other, anything else one under the other.
    fn many(&self, cells: &[Cell], key: &str) -> view::Cell {
        let plain = cells.iter().all(|c| matches!(c, Cell::Link(..) | Cell::Text(_)));
        if plain && cells.iter().any(|c| matches!(c, Cell::Link(..))) {
            let link = |c: &Cell| match c {
                Cell::Link(text, target) => self.place.link(text.as_str(), target),
                Cell::Text(text) => Link::text(text.as_str()),
                _ => Link::default(),
            };
            return view::Cell::Links { links: cells.iter().map(link).collect() };
        }
        view::Cell::Many { cells: cells.iter().map(|c| self.cell(c, key)).collect() }
    }
}

/// A count; risk scores and severities take the colour of their band.
fn count(n: i64, key: &str) -> view::Cell {
    let rag = match (key, n) {
        ("score", 15..) | ("severity", 1) => Some(Rag::Red),
        ("score", 5..15) | ("severity", 2) => Some(Rag::Amber),
        _ => None,
    };
    view::Cell::Number { text: n.to_string(), sort: n, rag }
}

/// `12.5 %`, with a true minus sign.
#[must_use]
pub fn percent(n: Ratio) -> String {
    format!("{} %", minus(&n.show(1)))
}

/// `+6.6 %`, `−3.0 %`, `0.0 %`.
#[must_use]
pub fn signed_percent(n: Ratio) -> String {
    let shown = percent(n);
    if n.rounded(1) > 0 { format!("+{shown}") } else { shown }
}

/// An amount with thousands separated and a true minus sign.
#[must_use]
pub fn money(n: Ratio) -> String {
    minus(&n.money())
}

fn minus(text: &str) -> String {
    text.replacen('-', "−", 1)
}

/// Words for a missing value, and why it is missing.
#[must_use]
pub fn missing_words(missing: &Missing) -> (&'static str, &str) {
    match missing {
        Missing::NotReported => ("not reported", ""),
        Missing::NotYet => ("not yet", ""),
        Missing::NotApplicable(why) => ("n/a", why),
        Missing::Withheld(why) => ("withheld", why),
    }
}

/// The mark of a state.
#[must_use]
pub fn state_mark(mark: Mark) -> StateMark {
    match mark {
        Mark::Done => StateMark::Done,
        Mark::Partial => StateMark::Partial,
        Mark::Bad => StateMark::Bad,
        Mark::Open => StateMark::Open,
        Mark::None => StateMark::None,
    }
}
