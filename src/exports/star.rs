//! The star schema: tables of facts around tables of what they speak of, as
//! CSV and JSON, described by `schema.json`.

mod dimensions;
mod facts;
mod items;
mod kpis;
#[cfg(test)]
mod tests;

use super::sheet::{Column, Sheet, Value};
use super::{Export, File, Input, Published, csv, json, schema};
use rayon::prelude::*;

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
    rows: fn(&Input<'_>, &[Sheet]) -> Vec<Vec<Value>>,
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
        let mut files: Vec<File> = input.sheets().iter().map(file).collect();
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
        let mut files: Vec<File> = input.sheets().iter().map(file).collect();
        files.push(schema::file());
        files
    },
};

/// All tables with their rows. Persons, units and days are those that the
/// other tables name, and come after them.
#[must_use]
pub fn sheets(input: &Input<'_>) -> Vec<Sheet> {
    let named = |star: &Star| ["dim_person", "dim_unit", "dim_date"].contains(&star.name);
    let make = |star: &Star, others: &[Sheet]| Sheet {
        name: star.name.to_owned(),
        about: star.about.to_owned(),
        columns: star.columns,
        rows: (star.rows)(input, others),
    };
    let facts: Vec<Sheet> =
        TABLES.par_iter().filter(|star| !named(star)).map(|star| make(star, &[])).collect();
    let mut named: Vec<Sheet> =
        TABLES.par_iter().filter(|star| named(star)).map(|star| make(star, &facts)).collect();
    named.extend(facts);
    let place = |sheet: &Sheet| TABLES.iter().position(|star| *star.name == *sheet.name);
    named.sort_by_key(place);
    named
}
