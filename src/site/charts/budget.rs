//! Cost over time: planned, actual and forecast, the budget as a rule.

use super::{DateScale, day_text, month_ticks, round_step, spread};
use crate::site::view::chart::{About, BudgetChart, BudgetLine, DataTable, Num, Point, Rule};
use chrono::NaiveDate;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

/// An amount: its size for the drawing, its text for the reader.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Amount {
    /// In the currency's main unit.
    pub value: f64,
    /// `533,000`.
    pub text: String,
}

/// What the budget chart shows.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct BudgetInput<'a> {
    /// Unique on the page.
    pub id: &'a str,
    /// `CAD`.
    pub currency: &'a str,
    /// The approved budget.
    pub budget: Option<Amount>,
    /// The as-of date.
    pub today: NaiveDate,
    /// The lines, each cumulative.
    pub lines: &'a [CostLine],
}

/// One cumulative line.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CostLine {
    /// `planned`, `actual` or `forecast`.
    pub class: &'static str,
    /// `Actual`.
    pub label: String,
    /// Amounts to date, oldest first.
    pub points: Vec<(NaiveDate, Amount)>,
}

const WIDTH: f64 = 760.0;
const HEIGHT: f64 = 280.0;
const LEFT: f64 = 78.0;
const RIGHT: f64 = 548.0;
const TOP: f64 = 16.0;
const BASE: f64 = 246.0;
/// A line that ends before this is labelled at its end, not at the right edge.
const SHORT: f64 = RIGHT - 120.0;

/// Cumulative cost; `None` where no line has two points.
#[must_use]
pub fn budget(input: &BudgetInput<'_>) -> Option<BudgetChart> {
    let lines: Vec<&CostLine> = input.lines.iter().filter(|line| !line.points.is_empty()).collect();
    if !lines.iter().any(|line| line.points.len() > 1) {
        return None;
    }
    let points = || lines.iter().flat_map(|line| &line.points);
    let (from, to) = (points().map(|p| p.0).min()?, points().map(|p| p.0).max()?);
    let budget = input.budget.as_ref().map_or(0.0, |amount| amount.value);
    let top = points().map(|p| p.1.value).fold(budget, f64::max);
    if !top.is_finite() || top <= 0.0 {
        return None;
    }
    let xs = DateScale::new(from, to, LEFT, RIGHT);
    let y = |value: f64| BASE - (BASE - TOP) * (value / (top * 1.06)).clamp(0.0, 1.0);
    let step = round_step(top, 5.0);
    let rules = (0..=5)
        .map(|i| f64::from(i) * step)
        .filter(|value| *value <= top * 1.04)
        .map(|value| Rule { at: Num::of(y(value)), label: amount_text(value) })
        .collect();

    let label_ys = label_heights(&lines, xs, y);
    let drawn = lines
        .iter()
        .zip(&label_ys)
        .map(|(line, label_y)| {
            let mut d = String::new();
            let mut end = Point::default();
            for (date, amount) in &line.points {
                end = Point { x: Num::of(xs.at(*date)), y: Num::of(y(amount.value)) };
                let letter = if d.is_empty() { 'M' } else { 'L' };
                let _ = write!(d, "{letter}{} {}", end.x, end.y);
            }
            let last = line.points.last().map(|p| p.1.text.as_str()).unwrap_or_default();
            let label = format!("{} {last}", line.label);
            let end_x = line.points.last().map_or(RIGHT, |p| xs.at(p.0));
            let (label_x, label_y) = if end_x < SHORT {
                (end_x + 8.0, label_y + 14.0)
            } else {
                (RIGHT + 10.0, label_y + 4.0)
            };
            let (label_x, label_y) = (Num::of(label_x), Num::of(label_y));
            BudgetLine { class: line.class, d, label, label_x, label_y, end }
        })
        .collect();
    let about = About {
        id: input.id.to_owned(),
        title: format!("Cost over time ({})", input.currency),
        description: describe(input, &lines),
        caption: "Cumulative. The dashed rule is the approved budget.".to_owned(),
        table: table(&lines),
    };
    Some(BudgetChart {
        about,
        width: Num::of(WIDTH),
        height: Num::of(HEIGHT),
        left: Num::of(LEFT),
        right: Num::of(RIGHT),
        base: Num::of(BASE),
        rules,
        ticks: month_ticks(from, to, 7)
            .into_iter()
            .map(|(month, label)| Rule { at: Num::of(xs.at(month)), label })
            .collect(),
        budget: input.budget.as_ref().map(|amount| Rule {
            at: Num::of(y(amount.value)),
            label: format!("Budget {}", amount.text),
        }),
        today: (from..=to).contains(&input.today).then(|| Num::of(xs.at(input.today))),
        lines: drawn,
    })
}

/// Heights of the labels: those at the right edge are moved apart, those at
/// the end of a short line stay there.
fn label_heights(lines: &[&CostLine], xs: DateScale, y: impl Fn(f64) -> f64) -> Vec<f64> {
    let ends: Vec<(bool, f64)> = lines
        .iter()
        .filter_map(|line| line.points.last())
        .map(|(date, amount)| (xs.at(*date) < SHORT, y(amount.value)))
        .collect();
    let edge: Vec<f64> = ends.iter().filter(|end| !end.0).map(|end| end.1).collect();
    let mut edge = spread(&edge, 17.0, TOP - 4.0, BASE).into_iter();
    ends.into_iter().map(|(short, y)| if short { y } else { edge.next().unwrap_or(y) }).collect()
}

/// A round amount on the axis: `200k`, `1.5M`.
fn amount_text(value: f64) -> String {
    let (value, unit) = match value {
        v if v >= 1e9 => (v / 1e9, "bn"),
        v if v >= 1e6 => (v / 1e6, "M"),
        v if v >= 1e3 => (v / 1e3, "k"),
        v => (v, ""),
    };
    format!("{}{unit}", Num::of(value))
}

fn describe(input: &BudgetInput<'_>, lines: &[&CostLine]) -> String {
    let mut said: Vec<String> = lines
        .iter()
        .filter_map(|line| line.points.last().map(|p| format!("{} {}", line.label, p.1.text)))
        .collect();
    if let Some(amount) = &input.budget {
        said.push(format!("budget {}", amount.text));
    }
    format!("Cumulative cost in {}: {}", input.currency, said.join(", "))
}

fn table(lines: &[&CostLine]) -> DataTable {
    let dates: BTreeSet<NaiveDate> =
        lines.iter().flat_map(|line| line.points.iter().map(|p| p.0)).collect();
    let mut head = vec!["Date".to_owned()];
    head.extend(lines.iter().map(|line| line.label.clone()));
    // Backwards, so that of one day the first stays.
    let points = lines.iter().map(|line| line.points.iter().rev());
    let by_day: Vec<BTreeMap<NaiveDate, &Amount>> =
        points.map(|points| points.map(|(day, amount)| (*day, amount)).collect()).collect();
    let rows =
        dates
            .iter()
            .map(|date| {
                let mut row = vec![day_text(*date)];
                row.extend(by_day.iter().map(|line| {
                    line.get(date).map_or("–".to_owned(), |amount| amount.text.clone())
                }));
                row
            })
            .collect();
    DataTable { head, rows }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::site::charts::tests::day;

    #[test]
    fn cost_needs_two_points() {
        let amount = |value: f64| Amount { value, text: format!("{value:.0}") };
        let mut line = CostLine {
            class: "actual",
            label: "Actual".to_owned(),
            points: vec![(day("2026-01-09"), amount(100.0))],
        };
        let draw = |lines: &[CostLine]| {
            budget(&BudgetInput { currency: "CAD", lines, ..BudgetInput::default() })
        };
        assert_eq!(draw(&[line.clone()]), None);
        line.points.push((day("2026-02-09"), amount(200_000.0)));
        let chart = draw(&[line]).unwrap();
        assert_eq!(chart.lines[0].label, "Actual 200000");
        assert_eq!(chart.rules[1].label, "50k");
    }
}
