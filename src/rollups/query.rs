//! Answers to queries in pages: what holds is found, sorted, grouped, and
//! handed on as tables, a sentence and a chart.

mod cells;
mod values;

use super::Context;
use super::words::{capital, item_target, number, several, who};
use crate::data::field::{Type, fold};
use crate::data::record::Datum;
use crate::document::query::{Cmp, Filter, From, Operand, Query, Show, Test};
use crate::kinds::Role;
use crate::portfolio::State;
use crate::ratio::Ratio;
use crate::table::{Bar, Cell, Column, Group, Missing, Plot, Row, Set, Shape, Table, Unit, Words};
use cells::{cell, column, columns, is_person};
use std::cmp::Ordering;
use std::collections::BTreeMap;
use values::{Subject, subjects, value};

/// The answer to the query with that position on a document's page.
///
/// With `show: table` or `list` the groups hold the rows; with `count` the
/// sentence says it all, with `chart` a plot does, and the one group holds
/// their numbers for other programs.
#[must_use]
pub fn answer(c: &Context<'_>, document: usize, at: usize, query: &Query) -> Table {
    let this = c.portfolio.project_index(document);
    let mut found: Vec<Subject<'_>> = subjects(c, &query.from)
        .into_iter()
        .filter(|s| query.filters.iter().all(|f| holds(c, *s, f, this)))
        .collect();
    sort(c, &mut found, query);
    let sections = grouped(c, &found, query);
    let key = format!("query-{}", at + 1);
    match query.show {
        Show::Count => {
            let sentence = vec![Words::plain(counted(c, &found, query))];
            let groups = vec![numbers(c, &key, &sections, query)];
            Table { sentence, plots: Vec::new(), groups }
        }
        Show::Chart => {
            let sentence = vec![Words::plain(title(query))];
            let groups = vec![numbers(c, &key, &sections, query)];
            Table { sentence, plots: vec![plot(c, &key, &sections, query)], groups }
        }
        Show::Table | Show::List => tables(c, &key, &sections, query, this),
    }
}

/// What the answer is called.
fn title(query: &Query) -> String {
    query.title.as_deref().map_or_else(|| plural(&query.from), str::to_owned)
}

fn plural(from: &From) -> String {
    match from {
        From::Projects => "Projects".into(),
        From::Documents => "Documents".into(),
        From::Kind(kind) => kind.plural.to_string(),
    }
}

fn holds(c: &Context<'_>, s: Subject<'_>, filter: &Filter, this: Option<usize>) -> bool {
    let datum = value(c, s, &filter.field);
    let own = |test: &Test| match test {
        // `this` is the project of the page.
        Test::Is(word) if &*filter.field == "project" && **word == *"this" => {
            this.is_some() && s.project(c) == this
        }
        Test::Not(word) if &*filter.field == "project" && **word == *"this" => s.project(c) != this,
        Test::Is(word) if &*filter.field == "project" => is_project(c, s, word),
        Test::Not(word) if &*filter.field == "project" => !is_project(c, s, word),
        test => meets(c, datum.as_ref(), test),
    };
    filter.any.iter().any(own)
}

/// A project is named by its id or its title.
fn is_project(c: &Context<'_>, s: Subject<'_>, word: &str) -> bool {
    let Some(project) = s.project(c).and_then(|i| c.portfolio.projects.get(i)) else {
        return false;
    };
    fold(&project.id) == fold(word) || fold(&project.title) == fold(word)
}

fn meets(c: &Context<'_>, datum: Option<&Datum>, test: &Test) -> bool {
    let said = datum.filter(|d| d.says_something());
    match test {
        Test::Present => said.is_some(),
        Test::Missing => said.is_none(),
        Test::Is(word) => said.is_some_and(|d| says(d, word)),
        Test::Not(word) => said.is_none_or(|d| !says(d, word)),
        Test::Contains(part) => {
            said.is_some_and(|d| d.show().to_lowercase().contains(&part.to_lowercase()))
        }
        Test::Compares(cmp, operand) => match said.and_then(|d| order(c, d, operand)) {
            Some(order) => match cmp {
                Cmp::Less => order.is_lt(),
                Cmp::AtMost => order.is_le(),
                Cmp::AtLeast => order.is_ge(),
                Cmp::More => order.is_gt(),
                Cmp::Equal => order.is_eq(),
                Cmp::Differs => order.is_ne(),
            },
            None => *cmp == Cmp::Differs,
        },
        Test::Between(low, high) => said.is_some_and(|d| {
            order(c, d, low).is_some_and(Ordering::is_ge)
                && order(c, d, high).is_some_and(Ordering::is_le)
        }),
    }
}

/// Whether a value says a word; a list says each of its values.
fn says(datum: &Datum, word: &str) -> bool {
    let plain = |text: &str| fold(text.trim_start_matches('@'));
    match datum {
        Datum::List(items) => items.iter().any(|i| says(&i.datum, word)),
        Datum::Flag(flag) => flag.to_string() == word,
        Datum::Rag(rag) => rag.name() == fold(word),
        datum => plain(&datum.show()) == plain(word),
    }
}

fn order(c: &Context<'_>, datum: &Datum, operand: &Operand) -> Option<Ordering> {
    match operand {
        Operand::Number(n) => match datum {
            Datum::Number(own) => Some((**own).cmp(n)),
            _ => None,
        },
        Operand::Day(day) => Some(datum.date()?.cmp(&day.on(c.portfolio.as_of))),
    }
}

/// By the fields asked for, what says nothing last; else as it was found.
fn sort(c: &Context<'_>, found: &mut [Subject<'_>], query: &Query) {
    if query.sort.is_empty() {
        return;
    }
    found.sort_by_cached_key(|s| {
        let keys = query.sort.iter().map(|(field, down)| Key {
            value: value(c, *s, field).filter(Datum::says_something),
            down: *down,
        });
        keys.collect::<Vec<_>>()
    });
}

struct Key {
    value: Option<Datum>,
    down: bool,
}

impl PartialEq for Key {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Key {}

impl PartialOrd for Key {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Key {
    fn cmp(&self, other: &Self) -> Ordering {
        match (&self.value, &other.value) {
            (None, None) => Ordering::Equal,
            (None, _) => Ordering::Greater,
            (_, None) => Ordering::Less,
            (Some(a), Some(b)) => {
                let order = compare(a, b);
                if self.down { order.reverse() } else { order }
            }
        }
    }
}

fn compare(a: &Datum, b: &Datum) -> Ordering {
    match (a, b) {
        (Datum::Number(a), Datum::Number(b)) => a.cmp(b),
        (Datum::Rag(a), Datum::Rag(b)) => a.cmp(b),
        (Datum::Flag(a), Datum::Flag(b)) => a.cmp(b),
        _ => match (a.date(), b.date()) {
            (Some(a), Some(b)) => a.cmp(&b),
            _ => a.show().to_lowercase().cmp(&b.show().to_lowercase()),
        },
    }
}

/// One section of an answer: what it is grouped by, and what belongs to it.
struct Section<'a> {
    name: String,
    rows: Vec<Subject<'a>>,
}

/// Sections by the value grouped by, in the order of the values; what says
/// nothing comes last.
fn grouped<'a>(c: &Context<'_>, found: &[Subject<'a>], query: &Query) -> Vec<Section<'a>> {
    let Some(field) = &query.group else {
        return vec![Section { name: String::new(), rows: found.to_vec() }];
    };
    let mut by: BTreeMap<(bool, Option<crate::table::Rag>, String), Vec<Subject<'a>>> =
        BTreeMap::new();
    for s in found {
        let datum = value(c, *s, field).filter(Datum::says_something);
        let rag = match &datum {
            Some(Datum::Rag(rag)) => Some(*rag),
            _ => None,
        };
        let name = datum.map(|d| words_of(c, *s, field, &d));
        let key = (name.is_none(), rag, name.unwrap_or_else(|| "not stated".into()));
        by.entry(key).or_default().push(*s);
    }
    by.into_iter().map(|((_, _, name), rows)| Section { name, rows }).collect()
}

/// A value as readers see it where it names a group.
fn words_of(c: &Context<'_>, s: Subject<'_>, field: &str, datum: &Datum) -> String {
    match datum {
        Datum::Rag(rag) => rag.label().to_owned(),
        Datum::Date(date) => crate::date::long(*date),
        Datum::Number(n) => n.show(if n.denominator() == 1 { 0 } else { 2 }),
        _ if field == "project" => {
            let project = s.project(c).and_then(|i| c.portfolio.projects.get(i));
            project.map_or_else(String::new, |p| p.title.to_string())
        }
        _ if field == "programme" => c.portfolio.programme_title(&datum.show()),
        _ if is_person(c, s, field) => who(c.portfolio, &datum.show()),
        datum => capital(&datum.show().replace('-', " ")),
    }
}

/// A number for a section: how many, or the sum asked for.
fn amount(c: &Context<'_>, rows: &[Subject<'_>], query: &Query) -> Option<Ratio> {
    let Some(field) = &query.sum else { return Some(Ratio::whole(rows.len() as i128)) };
    let numbers = rows.iter().filter_map(|s| match value(c, *s, field) {
        Some(Datum::Number(n)) => Some(*n),
        _ => None,
    });
    Ratio::sum(numbers)
}

/// Money of several currencies is never added.
fn currency(c: &Context<'_>, rows: &[Subject<'_>], query: &Query) -> Result<Option<String>, ()> {
    let Some(field) = &query.sum else { return Ok(None) };
    let money = matches!(&**field, "budget" | "eac")
        || rows.iter().any(|s| s.field(c, field).is_some_and(|f| matches!(f.kind, Type::Money)));
    if !money {
        return Ok(None);
    }
    let mut all: Vec<String> = rows
        .iter()
        .filter(|s| value(c, **s, field).is_some())
        .filter_map(|s| s.project(c).and_then(|i| c.portfolio.projects.get(i)))
        .map(|p| p.currency.as_deref().unwrap_or_default().to_owned())
        .collect();
    all.sort_unstable();
    all.dedup();
    match all.as_slice() {
        [] => Ok(None),
        [one] => Ok(Some(one.clone())),
        _ => Err(()),
    }
}

fn counted(c: &Context<'_>, found: &[Subject<'_>], query: &Query) -> String {
    let (one, many) = match &query.from {
        From::Projects => ("project".to_owned(), "projects".to_owned()),
        From::Documents => ("document".to_owned(), "documents".to_owned()),
        From::Kind(kind) => (kind.title.to_lowercase(), kind.plural.to_lowercase()),
    };
    let count = capital(&several(found.len(), &one, &many));
    let Some(field) = &query.sum else {
        return match &query.title {
            Some(title) => format!("{title}: {}.", number(found.len())),
            None => format!("{count}."),
        };
    };
    let label = field.replace('_', " ");
    match (amount(c, found, query), currency(c, found, query)) {
        (_, Err(())) => {
            format!("{count}; their {label} is in several currencies and is not added.")
        }
        (Some(sum), Ok(Some(currency))) => {
            format!("{count}, {label} {}.", format!("{currency} {}", sum.money()).trim_start())
        }
        (Some(sum), Ok(None)) => {
            format!("{count}, {label} {}.", sum.show(if sum.denominator() == 1 { 0 } else { 2 }))
        }
        (None, _) => format!("{count}."),
    }
}

/// The numbers behind a count or a chart: one row for each section.
fn numbers(c: &Context<'_>, key: &str, sections: &[Section<'_>], query: &Query) -> Group {
    let mut columns = vec![Column::new("count", "Count", Set::Number)];
    if let Some(by) = &query.group {
        let column = column(by, None);
        columns.insert(0, Column { set: Set::Text, ..column });
    }
    if let Some(sum) = &query.sum {
        columns.push(column(sum, None));
    }
    let row = |s: &Section<'_>| {
        let count = i64::try_from(s.rows.len()).unwrap_or(i64::MAX);
        let mut cells = vec![Cell::Count(count)];
        if query.group.is_some() {
            cells.insert(0, Cell::Text(s.name.clone()));
        }
        if query.sum.is_some() {
            cells.push(match (currency(c, &s.rows, query), amount(c, &s.rows, query)) {
                (Err(()), _) => Cell::Missing(Missing::NotApplicable("several currencies".into())),
                (_, None) => Cell::Missing(Missing::NotReported),
                (Ok(Some(currency)), Some(n)) => Cell::Money(n, currency),
                (Ok(None), Some(n)) => Cell::Text(n.show(if n.denominator() == 1 { 0 } else { 2 })),
            });
        }
        Row { anchor: None, cells, muted: false }
    };
    Group {
        key: key.to_owned(),
        caption: title(query),
        columns,
        rows: sections.iter().map(row).collect(),
        ..Group::default()
    }
}

fn plot(c: &Context<'_>, key: &str, sections: &[Section<'_>], query: &Query) -> Plot {
    let bar = |s: &Section<'_>| Bar {
        label: s.name.clone(),
        value: match currency(c, &s.rows, query) {
            Err(()) => Err(Missing::NotApplicable("several currencies".into())),
            Ok(_) => amount(c, &s.rows, query).ok_or(Missing::NotReported),
        },
        rag: None,
        note: String::new(),
    };
    let by = query.group.as_deref().unwrap_or_default().replace('_', " ");
    let what =
        query.sum.as_deref().map_or("How many".to_owned(), |f| capital(&f.replace('_', " ")));
    let all: Vec<Subject<'_>> = sections.iter().flat_map(|s| s.rows.iter().copied()).collect();
    let unit = match currency(c, &all, query) {
        Ok(Some(currency)) => Unit::Money(currency),
        _ => Unit::Count,
    };
    Plot {
        key: key.to_owned(),
        title: title(query),
        caption: format!("{what} by {by}."),
        unit,
        limits: Vec::new(),
        shape: Shape::Bars(sections.iter().map(bar).collect()),
    }
}

fn tables(
    c: &Context<'_>,
    key: &str,
    sections: &[Section<'_>],
    query: &Query,
    this: Option<usize>,
) -> Table {
    let fields = columns(c, query, this);
    let columns: Vec<Column> = fields.iter().map(|(name, f)| column(name, f.as_ref())).collect();
    let mut left = query.limit;
    let all: usize = sections.iter().map(|s| s.rows.len()).sum();
    let mut groups = Vec::new();
    for (i, section) in sections.iter().enumerate() {
        if left == 0 && i > 0 {
            break;
        }
        let rows: Vec<Row> = section
            .rows
            .iter()
            .take(left)
            .map(|s| Row {
                anchor: None,
                cells: fields.iter().map(|(name, _)| cell(c, *s, name)).collect(),
                muted: false,
            })
            .collect();
        left -= rows.len();
        let name = title(query);
        groups.push(Group {
            key: if i == 0 { key.to_owned() } else { format!("{key}-{}", i + 1) },
            title: section.name.clone(),
            note: String::new(),
            caption: if section.name.is_empty() {
                name
            } else {
                format!("{name}: {}", section.name)
            },
            empty: format!("No {}.", plural(&query.from).to_lowercase()),
            columns: columns.clone(),
            rows,
        });
    }
    let more = all.saturating_sub(query.limit);
    if let Some(last) = groups.last_mut().filter(|_| more > 0) {
        last.note = format!("{more} more; {} of {all} are shown.", query.limit);
    }
    let sentence = query.title.iter().map(|t| Words::plain(&**t)).collect();
    Table { sentence, plots: Vec::new(), groups }
}

#[cfg(test)]
mod tests;
