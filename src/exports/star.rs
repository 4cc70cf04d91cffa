//! The star schema: tables of facts around tables of what they speak of, as
//! CSV and JSON, described by `schema.json`.

mod dimensions;
mod facts;
mod items;
mod kpis;
#[cfg(test)]
mod tests;

use super::sheet::{Column, Sheet, Type, Value};
use super::{Export, Input, Published, Take, csv, hand_on, json, schema};
use crate::error::Result;
use crate::output::Pieces;
use chrono::Datelike;
use std::collections::BTreeSet;

/// A table of the star schema.
#[derive(Debug)]
pub struct Star {
    /// Its name.
    pub name: &'static str,
    /// What one row is.
    pub about: &'static str,
    /// The columns that tell its rows apart.
    pub key: &'static [&'static str],
    /// Its columns.
    pub columns: &'static [Column],
    /// Hands on its rows one by one, in a fixed order.
    rows: fn(&Input<'_>, &Named, &mut dyn FnMut(Vec<Value>)),
}

/// Every table, dimensions first. Never renamed, only added to.
pub static TABLES: &[&Star] = &[
    &dimensions::PROJECT,
    &dimensions::PERSON,
    &dimensions::UNIT,
    &dimensions::DATE,
    &facts::HEALTH,
    &facts::MILESTONE,
    &facts::BUDGET,
    &items::RISK,
    &items::ISSUE,
    &items::CHANGE,
    &items::DECISION,
    &kpis::KPI,
];

/// The tables as CSV.
pub(super) static CSV: Export = Export {
    name: "csv",
    about: "the star schema for Power BI, Tableau and spreadsheets: one CSV file for each table",
    published: Published::Always,
    write: |input, take| write(input, &[Form::Csv], take),
};

/// The tables as JSON.
pub(super) static JSON: Export = Export {
    name: "json",
    about: "the star schema as JSON: for each table an array of objects",
    published: Published::Always,
    write: |input, take| write(input, &[Form::Json], take),
};

/// What a table is written as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// CSV.
    Csv,
    /// JSON.
    Json,
}

/// Bytes gathered before they are handed on.
const PIECE: usize = 64 << 10;

/// A table as a file of one form, in the making.
struct Writing<'t> {
    form: Form,
    /// The names of the columns as JSON writes them.
    names: Vec<String>,
    file: Box<dyn Pieces + 't>,
    text: String,
    rows: usize,
}

impl<'t> Writing<'t> {
    fn begin(input: &Input<'_>, star: &Star, form: Form, take: &'t dyn Take) -> Result<Self> {
        let mut text = String::with_capacity(PIECE + PIECE / 8);
        let ending = match form {
            Form::Csv => {
                csv::head(star.columns.iter().map(|c| c.name), input.style, &mut text);
                "csv"
            }
            Form::Json => "json",
        };
        let file = take.begin(&format!("{}.{ending}", star.name), star.about)?;
        Ok(Self { form, names: json::names(star.columns), file, text, rows: 0 })
    }

    fn row(&mut self, row: &[Value]) -> Result<()> {
        match self.form {
            Form::Csv => csv::row(row, &mut self.text),
            Form::Json => json::row(&self.names, row, self.rows, &mut self.text),
        }
        self.rows += 1;
        if self.text.len() < PIECE {
            return Ok(());
        }
        self.file.add(self.text.as_bytes())?;
        self.text.clear();
        Ok(())
    }

    fn done(mut self) -> Result<()> {
        if self.form == Form::Json {
            self.text.push_str(json::end_of_rows(self.rows));
        }
        self.file.add(self.text.as_bytes())?;
        self.file.done()
    }
}

/// Write every table in each of the forms, and the schema. No more than a few
/// rows are held.
///
/// # Errors
/// A file could not be written.
pub fn write(input: &Input<'_>, forms: &[Form], take: &dyn Take) -> Result<()> {
    let mut named = Named::default();
    for star in in_order() {
        let begin = |form: &Form| Writing::begin(input, star, *form, take);
        let mut files: Vec<Writing<'_>> = forms.iter().map(begin).collect::<Result<_>>()?;
        let mut written = Ok(());
        each(input, star, &mut named, &mut |row| {
            if written.is_ok() {
                written = files.iter_mut().try_for_each(|file| file.row(&row));
            }
        });
        written?;
        files.into_iter().try_for_each(Writing::done)?;
    }
    hand_on(take, &schema::file())
}

/// What tables of facts name: the rows of persons, units and days.
#[derive(Debug, Default)]
struct Named {
    persons: BTreeSet<String>,
    units: BTreeSet<String>,
    /// The first and the last year of any date.
    years: Option<(i32, i32)>,
}

impl Named {
    fn join(&mut self, other: Self) {
        self.persons.extend(other.persons);
        self.units.extend(other.units);
        for (from, to) in [self.years, other.years].into_iter().flatten() {
            let (first, last) = self.years.unwrap_or((from, to));
            self.years = Some((first.min(from), last.max(to)));
        }
    }

    fn take(&mut self, columns: &[Column], row: &[Value]) {
        for (column, value) in columns.iter().zip(row) {
            let keys = match column.references {
                Some(("dim_person", _)) => Some(&mut self.persons),
                Some(("dim_unit", _)) => Some(&mut self.units),
                _ => None,
            };
            match (keys, value) {
                (Some(keys), Value::Text(key)) if !keys.contains(key) => {
                    keys.insert(key.clone());
                }
                (None, Value::Date(date)) if column.kind == Type::Date => {
                    let year = date.year();
                    let (from, to) = self.years.unwrap_or((year, year));
                    self.years = Some((from.min(year), to.max(year)));
                }
                _ => {}
            }
        }
    }
}

/// Whether a table holds what the others name, and so comes after them.
fn is_late(star: &Star) -> bool {
    ["dim_person", "dim_unit", "dim_date"].contains(&star.name)
}

/// The tables in the order in which they are made.
fn in_order() -> impl Iterator<Item = &'static Star> {
    let tables = || TABLES.iter().copied();
    tables().filter(|star| !is_late(star)).chain(tables().filter(|star| is_late(star)))
}

/// Look at the rows of a table, one by one.
fn each(input: &Input<'_>, star: &Star, named: &mut Named, look: &mut dyn FnMut(Vec<Value>)) {
    if is_late(star) {
        return (star.rows)(input, named, look);
    }
    let mut found = Named::default();
    (star.rows)(input, named, &mut |row| {
        found.take(star.columns, &row);
        look(row);
    });
    named.join(found);
}

/// All tables with their rows, held at once.
#[must_use]
pub fn sheets(input: &Input<'_>) -> Vec<Sheet> {
    let mut named = Named::default();
    let mut sheets: Vec<Sheet> = in_order()
        .map(|star| {
            let mut rows = Vec::new();
            each(input, star, &mut named, &mut |row| rows.push(row));
            let (name, about) = (star.name.to_owned(), star.about.to_owned());
            Sheet { name, about, columns: star.columns, rows }
        })
        .collect();
    sheets.sort_by_key(|sheet| TABLES.iter().position(|star| star.name == sheet.name));
    sheets
}
