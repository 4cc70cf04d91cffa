//! The star schema: tables of facts around tables of what they speak of, as
//! CSV and JSON, described by `schema.json`.

mod dimensions;
mod facts;
mod items;
mod kpis;
#[cfg(test)]
mod tests;

use super::sheet::{Column, Sheet, Type, Value};
use super::{Export, File, Input, Published, csv, json, schema};
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
    /// Its rows, in a fixed order.
    rows: fn(&Input<'_>, &Named) -> Vec<Vec<Value>>,
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
    files: |input| {
        let file = |sheet: &Sheet| {
            File::new(format!("{}.csv", sheet.name), &*sheet.about, csv::sheet(sheet, input.style))
        };
        let mut files = each(input, file);
        files.push(schema::file());
        files
    },
};

/// The tables as JSON.
pub(super) static JSON: Export = Export {
    name: "json",
    about: "the star schema as JSON: for each table an array of objects",
    published: Published::Always,
    files: |input| {
        let file = |sheet: &Sheet| {
            File::new(format!("{}.json", sheet.name), &*sheet.about, json::sheet(sheet))
        };
        let mut files = each(input, file);
        files.push(schema::file());
        files
    },
};

/// What tables of facts name: the rows of persons, units and days.
#[derive(Debug, Default)]
struct Named {
    persons: BTreeSet<String>,
    units: BTreeSet<String>,
    /// The first and the last year of any date.
    years: Option<(i32, i32)>,
}

impl Named {
    fn take(&mut self, sheet: &Sheet) {
        for (i, column) in sheet.columns.iter().enumerate() {
            let keys = match column.references {
                Some(("dim_person", _)) => Some(&mut self.persons),
                Some(("dim_unit", _)) => Some(&mut self.units),
                _ => None,
            };
            let values = sheet.rows.iter().filter_map(|row| row.get(i));
            if let Some(keys) = keys {
                for value in values {
                    if let Value::Text(key) = value
                        && !keys.contains(key)
                    {
                        keys.insert(key.clone());
                    }
                }
            } else if column.kind == Type::Date {
                for value in values {
                    if let Value::Date(date) = value {
                        let year = date.year();
                        let (from, to) = self.years.unwrap_or((year, year));
                        self.years = Some((from.min(year), to.max(year)));
                    }
                }
            }
        }
    }
}

/// Look at every table, one after the other: the rows of one are let go before
/// the next is made. Persons, units and days are those that the others name.
fn each<T>(input: &Input<'_>, look: impl Fn(&Sheet) -> T) -> Vec<T> {
    let late = |star: &Star| ["dim_person", "dim_unit", "dim_date"].contains(&star.name);
    let mut named = Named::default();
    let mut made: Vec<(usize, T)> = Vec::new();
    let tables = || TABLES.iter().enumerate();
    let facts = tables().filter(|(_, star)| !late(star));
    for (at, star) in facts.chain(tables().filter(|(_, star)| late(star))) {
        let sheet = Sheet {
            name: star.name.to_owned(),
            about: star.about.to_owned(),
            columns: star.columns,
            rows: (star.rows)(input, &named),
        };
        if !late(star) {
            named.take(&sheet);
        }
        made.push((at, look(&sheet)));
    }
    made.sort_by_key(|(at, _)| *at);
    made.into_iter().map(|(_, made)| made).collect()
}

/// All tables with their rows.
#[must_use]
pub fn sheets(input: &Input<'_>) -> Vec<Sheet> {
    each(input, Sheet::clone)
}
