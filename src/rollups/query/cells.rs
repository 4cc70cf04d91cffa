//! Columns of an answer and what stands in their cells.

use super::super::Context;
use super::super::words::{due, project as project_cell, status, who};
use super::values::{self, Subject, value};
use crate::data::field::{Field, Type};
use crate::data::record::Datum;
use crate::document::query::{Filter, From, Query, Show, Test};
use crate::ratio::Ratio;
use crate::table::{Cell, Column, Missing, Set};
use crate::target::Target;

/// Whether a field names people.
pub(super) fn is_person(c: &Context<'_>, s: Subject<'_>, field: &str) -> bool {
    s.field(c, field).is_some_and(|f| matches!(f.kind, Type::Person | Type::Role))
}

/// The fields shown, with their schema where a kind has it.
pub(super) fn columns<'a>(
    c: &Context<'a>,
    query: &'a Query,
    this: Option<usize>,
) -> Vec<(Box<str>, Option<Field>)> {
    let kind = match &query.from {
        From::Kind(kind) => Some(kind.clone()),
        _ => None,
    };
    let card = c.portfolio.projects.first().and_then(|p| c.portfolio.documents.get(p.card));
    let kind = kind.or_else(|| {
        matches!(query.from, From::Projects).then(|| card.map(|d| d.kind.clone())).flatten()
    });
    let known = |name: &str| kind.as_ref().and_then(|k| k.fields.find(name)).cloned();
    let with = |name: &str| (name.into(), known(name));
    if !query.columns.is_empty() {
        return query.columns.iter().map(|name| with(name)).collect();
    }
    let usual: &[&str] = match (&query.from, query.show) {
        (_, Show::List) => &["title"],
        (From::Projects, _) => {
            &["title", "programme", "phase", "health", "finish_forecast", "slip", "report_age"]
        }
        (From::Documents, _) => &["title", "kind", "project", "state", "date"],
        (From::Kind(kind), _) if kind.register.as_deref() == Some("milestones") => {
            &["id", "title", "project", "baseline", "forecast", "slip"]
        }
        (From::Kind(kind), _) if kind.register.is_some() => {
            &["id", "title", "project", "owner", "score", "severity", "due", "needed_by", "status"]
        }
        (From::Kind(_), _) => &["title", "project", "date", "category", "state", "outcome"],
    };
    let scoped =
        |f: &Filter| this.is_some() && &*f.field == "project" && f.any == [Test::Is("this".into())];
    let one = query.filters.iter().any(scoped);
    let there = |name: &&&str| match **name {
        "project" => !one,
        "score" => matches!(&query.from, From::Kind(k) if k.register.as_deref() == Some("risks")),
        "id" | "title" | "programme" | "phase" | "health" | "kind" | "slip" | "forecast"
        | "finish_forecast" | "report_age" => true,
        "date" => !matches!(&query.from, From::Kind(k) if k.register.is_some()),
        name => kind.is_none() || known(name).is_some(),
    };
    usual.iter().filter(there).map(|name| ((*name).into(), known(name))).collect()
}

/// How the column of a field is set.
pub(super) fn column(name: &str, field: Option<&Field>) -> Column {
    let (key, label) = (name.to_owned().into(), values::heading(name).into());
    let set = match (name, field.map(|f| &f.kind)) {
        ("title", _) => Set::Wide,
        ("score" | "slip" | "report_age" | "budget" | "eac", _)
        | (_, Some(Type::Money | Type::Percent | Type::Number | Type::Integer)) => Set::Number,
        ("id" | "health" | "computed" | "date" | "forecast" | "finish_forecast", _)
        | (_, Some(Type::Date | Type::DateOrRange | Type::Rag | Type::Id)) => Set::Short,
        (_, Some(Type::Text)) => Set::Wide,
        _ => Set::Text,
    };
    Column { key, label, set }
}

/// The value of a field as a cell that leads where it can.
pub(super) fn cell(c: &Context<'_>, s: Subject<'_>, name: &str) -> Cell {
    let p = c.portfolio;
    match name {
        "title" => return link(c, s, s.title(c)),
        "id" => return link(c, s, s.id()),
        "project" => {
            let project = s.project(c).and_then(|i| p.projects.get(i));
            return project.map_or(Cell::Empty, project_cell);
        }
        "programme" => {
            return match value(c, s, name) {
                Some(Datum::Text(slug)) => {
                    let title = p.programme_title(&slug);
                    Cell::Link(title, Target::Programme((*slug).into()))
                }
                _ => Cell::Empty,
            };
        }
        _ => {}
    }
    let Some(datum) = value(c, s, name).filter(Datum::says_something) else {
        return Cell::Empty;
    };
    match datum {
        Datum::Rag(rag) => Cell::Rag(rag),
        Datum::Date(date) | Datum::Range(_, date) => {
            let watched = matches!(name, "due" | "needed_by") && s.is_open(c);
            if watched { due(Some(date), p.as_of, true) } else { Cell::Date(date) }
        }
        Datum::Number(n) => amount_cell(c, s, name, *n),
        Datum::Flag(flag) => Cell::Text(if flag { "yes" } else { "no" }.into()),
        Datum::NotApplicable(why) => Cell::Missing(Missing::NotApplicable(why.to_string())),
        Datum::List(items) => {
            let shown: Vec<String> = items.iter().map(|i| person(c, s, name, &i.datum)).collect();
            Cell::Text(shown.join(", "))
        }
        datum if name == "status" => status(&datum.show()),
        datum => Cell::Text(person(c, s, name, &datum)),
    }
}

/// A value in words; people by name.
fn person(c: &Context<'_>, s: Subject<'_>, name: &str, datum: &Datum) -> String {
    let shown = datum.show();
    let named = shown.starts_with('@') || is_person(c, s, name);
    if named { who(c.portfolio, &shown) } else { shown }
}

fn amount_cell(c: &Context<'_>, s: Subject<'_>, name: &str, n: Ratio) -> Cell {
    let days = i64::try_from(n.rounded(0)).ok();
    if let ("slip", Some(days)) = (name, days) {
        return Cell::Days(days);
    }
    let kind = s.field(c, name).map(|f| &f.kind);
    if matches!(name, "budget" | "eac") || matches!(kind, Some(Type::Money)) {
        let project = s.project(c).and_then(|i| c.portfolio.projects.get(i));
        let currency = project.and_then(|p| p.currency.as_deref()).unwrap_or_default();
        return Cell::Money(n, currency.to_owned());
    }
    match (kind, days) {
        (Some(Type::Percent), _) => Cell::Percent(n),
        (_, Some(count)) if n.denominator() == 1 => Cell::Count(count),
        _ => Cell::Text(n.show(2)),
    }
}

fn link(c: &Context<'_>, s: Subject<'_>, label: String) -> Cell {
    match s.target(c) {
        Some(target) => Cell::Link(label, target),
        None => Cell::Text(label),
    }
}
