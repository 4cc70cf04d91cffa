//! Words and cells for the value of an indicator.

use crate::measures::kpi::{Kpi, Part, Reading, Standing, Unit};
use crate::ratio::Ratio;
use crate::table::{self, Cell, Missing, Rag};
use crate::text::figure;

/// A value with its unit and a true minus sign.
#[must_use]
pub fn shown(unit: Unit, value: Ratio) -> String {
    unit.show(value).replacen('-', "−", 1)
}

/// The value, one line for each part where it falls into parts, or why there
/// is none.
#[must_use]
pub fn value(kpi: &Kpi, standing: &Standing) -> Cell {
    if let Some(text) = standing.show(kpi) {
        return Cell::Text(text.replacen('-', "−", 1));
    }
    let parts = parts(kpi, standing);
    match &standing.reading.value {
        _ if !parts.is_empty() => Cell::Many(parts.into_iter().map(Cell::Text).collect()),
        Err(why) => Cell::Missing(why.clone()),
        Ok(_) => Cell::Empty,
    }
}

/// `CAD +6.6 % ▲ amber` for each part.
#[must_use]
pub fn parts(kpi: &Kpi, standing: &Standing) -> Vec<String> {
    if standing.reading.value.is_ok() {
        return Vec::new();
    }
    let part = |part: &Part| {
        let value = format!("{} {}", part.name, shown(kpi.unit, part.value));
        let mark = part.band.map_or_else(String::new, |b| format!(" {} {}", b.mark(), b.name()));
        format!("{}{mark}", value.trim_start())
    };
    standing.parts.iter().map(part).collect()
}

/// What the value is made of, with what is to be said of it in small print.
#[must_use]
pub fn basis(kpi: &Kpi, standing: &Standing, mut small: Vec<String>) -> Cell {
    if standing.few {
        small.insert(0, "few".into());
    }
    let text = match standing.basis(kpi) {
        Some(basis) => Cell::Text(basis.replacen('-', "−", 1)),
        None => {
            // Nothing stands behind a value that does not apply but the reason.
            if let Err(Missing::NotApplicable(why)) = &standing.reading.value {
                small.insert(0, why.clone());
            }
            small.dedup();
            return if small.is_empty() { Cell::Empty } else { Cell::Text(small.join("; ")) };
        }
    };
    if small.is_empty() { text } else { Cell::Detail(Box::new(text), small.join("; ")) }
}

/// Its colour; nothing where it has none.
#[must_use]
pub fn band(standing: &Standing) -> Cell {
    standing.band.map_or(Cell::Empty, Cell::Rag)
}

/// Against the window before: `↓ 5.1 worse`.
#[must_use]
pub fn trend(kpi: &Kpi, standing: &Standing) -> Cell {
    let Some(change) = standing.change else { return Cell::Empty };
    let Some(better) = change.better else { return Cell::Text("→ as before".into()) };
    let arrow = if change.by.is_negative() { "↓" } else { "↑" };
    let places = match standing.unit(kpi) {
        Unit::Score | Unit::Index => 2,
        Unit::Days => 0,
        _ => 1,
    };
    let by = change.by.abs().show(places);
    let word = if better { "better" } else { "worse" };
    let then = shown(standing.unit(kpi), change.before);
    Cell::Detail(Box::new(Cell::Text(format!("{arrow} {by} {word}"))), format!("was {then}"))
}

/// The value and its colour in a line: `62.5 % ■ red`; `None` where there is
/// nothing to show.
#[must_use]
pub fn line(kpi: &Kpi, standing: &Standing) -> Option<String> {
    let parts = parts(kpi, standing);
    if !parts.is_empty() {
        return Some(parts.join(", "));
    }
    let text = match (&standing.reading.value, standing.band) {
        (Ok(value), Some(rag)) => {
            format!("{} {} {}", shown(standing.unit(kpi), *value), rag.mark(), rag.name())
        }
        (Ok(value), None) => shown(standing.unit(kpi), *value),
        (Err(Missing::NotApplicable(_)), _) => return None,
        (Err(Missing::NotReported), _) => "not reported".into(),
        (Err(Missing::NotYet), _) => "not yet".into(),
        (Err(Missing::Withheld(_)), _) => "withheld".into(),
    };
    Some(text)
}

/// How many have no value, and why: `not reported (4 projects), not yet (1
/// project)`.
#[must_use]
pub fn missing(list: &[(Missing, u32)]) -> String {
    let part = |(why, n): &(Missing, u32)| {
        let projects = figure(i64::from(*n), "project", "projects");
        match why {
            Missing::NotReported => format!("not reported ({projects})"),
            Missing::NotYet => format!("not yet ({projects})"),
            Missing::NotApplicable(why) => format!("n/a ({projects}: {why})"),
            Missing::Withheld(why) => format!("withheld ({projects}: {why})"),
        }
    };
    list.iter().map(part).collect::<Vec<_>>().join(", ")
}

/// What still waits, in words.
#[must_use]
pub fn waiting(reading: &Reading) -> Option<String> {
    let (age, _) = reading.waiting?;
    Some(format!("the oldest open one waits {}", shown(Unit::BusinessDays, age)))
}

/// The unit of a chart of the values.
#[must_use]
pub fn plotted(unit: Unit) -> table::Unit {
    match unit {
        Unit::Percent | Unit::Change => table::Unit::Percent,
        Unit::BusinessDays => table::Unit::BusinessDays,
        Unit::Days | Unit::Lateness => table::Unit::Days,
        Unit::Score | Unit::Points | Unit::Index => table::Unit::Score,
        Unit::Count => table::Unit::Count,
    }
}

/// The word of a colour in a sentence.
#[must_use]
pub fn colour(rag: Option<Rag>) -> &'static str {
    rag.map_or("without a colour", Rag::name)
}
