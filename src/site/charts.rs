//! Charts: typed numbers and dates in, geometry ready to print out.
//!
//! Every function is pure. Lengths are computed in floating point and leave as
//! [`Num`](crate::site::view::chart::Num), rounded to a tenth, so that a page
//! is the same on every machine. Each chart answers one question and says it
//! in its caption; the numbers behind it go into its table.

mod budget;
mod health;
mod plot;
mod risk;
mod slip;
mod timeline;
mod trend;

pub use budget::{Amount, BudgetInput, CostLine, budget};
pub use health::{health_bar, marks, months};
pub use plot::plot;
pub use risk::risk_matrix;
pub use slip::{days_text, slip};
pub use timeline::{TimelineInput, TimelineItem, timeline};
pub use trend::{Series, trend};

use crate::site::view::{Day, month_short};
use chrono::{Datelike, Days, Months, NaiveDate};

/// A linear scale from days to lengths.
#[derive(Clone, Copy, Debug)]
struct DateScale {
    from: NaiveDate,
    days: f64,
    start: f64,
    length: f64,
}

impl DateScale {
    /// Maps `from` to `start` and `to` to `end`; equal dates map to the start.
    fn new(from: NaiveDate, to: NaiveDate, start: f64, end: f64) -> Self {
        let days = as_f64((to - from).num_days().max(1));
        Self { from, days, start, length: end - start }
    }

    fn at(self, date: NaiveDate) -> f64 {
        as_f64((date - self.from).num_days()) / self.days * self.length + self.start
    }
}

#[allow(clippy::cast_precision_loss, reason = "counts and days are far below 2^52")]
fn as_f64(n: i64) -> f64 {
    n as f64
}

/// First days of months from `from` to `to`, every 1, 2, 3, 6 or 12 months so
/// that at most `most` remain, with names; a name says its year when it is the
/// first of the axis or a new one.
fn month_ticks(from: NaiveDate, to: NaiveDate, most: usize) -> Vec<(NaiveDate, String)> {
    let all: Vec<NaiveDate> =
        std::iter::successors(from.with_day(1), |month| month.checked_add_months(Months::new(1)))
            .take_while(|month| *month <= to)
            .take(1200)
            .filter(|month| *month >= from)
            .collect();
    let step = [1, 2, 3, 6, 12, 24, 60]
        .into_iter()
        .find(|step| all.iter().filter(|m| m.month0() % step.min(&12) == 0).count() <= most)
        .unwrap_or(120);
    let mut year = None;
    all.into_iter()
        .filter(|month| {
            month.month0() % step.min(12) == 0
                && (step <= 12
                    || month.year().rem_euclid(i32::try_from(step / 12).unwrap_or(1)) == 0)
        })
        .map(|month| {
            let new_year = year.replace(month.year()) != Some(month.year());
            let name = month_short(month.month());
            let label = if new_year { format!("{name} {}", month.year()) } else { name.to_owned() };
            (month, label)
        })
        .collect()
}

/// Moves label positions apart so that no two are nearer than `gap`, keeping
/// their order and, where there is room, staying between `top` and `bottom`.
fn spread(positions: &[f64], gap: f64, top: f64, bottom: f64) -> Vec<f64> {
    let mut order: Vec<usize> = (0..positions.len()).collect();
    let at = |i: usize| positions.get(i).copied().unwrap_or_default();
    order.sort_by(|a, b| at(*a).total_cmp(&at(*b)).then(a.cmp(b)));
    let mut out = positions.to_vec();
    let mut low = top;
    for i in &order {
        let y = at(*i).max(low);
        if let Some(place) = out.get_mut(*i) {
            *place = y;
        }
        low = y + gap;
    }
    let mut high = bottom;
    for i in order.iter().rev() {
        if let Some(place) = out.get_mut(*i) {
            *place = place.min(high);
            high = *place - gap;
        }
    }
    out
}

/// A round step for an axis from 0 to `top` with at most `most` rules: 1, 2 or
/// 5 times a power of ten.
fn round_step(top: f64, most: f64) -> f64 {
    let mut power = 1.0;
    for _ in 0..18 {
        for factor in [1.0, 2.0, 5.0] {
            if top / (factor * power) <= most {
                return factor * power;
            }
        }
        power *= 10.0;
    }
    top.max(1.0)
}

fn day_text(date: NaiveDate) -> String {
    Day::words(date)
}

fn plus_days(date: NaiveDate, days: u64) -> NaiveDate {
    date.checked_add_days(Days::new(days)).unwrap_or(date)
}

fn minus_days(date: NaiveDate, days: u64) -> NaiveDate {
    date.checked_sub_days(Days::new(days)).unwrap_or(date)
}

#[cfg(test)]
mod tests {
    use super::*;

    pub(super) fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn labels_keep_their_order_and_a_gap() {
        assert_eq!(spread(&[10.0, 12.0, 11.0], 14.0, 0.0, 100.0), [10.0, 38.0, 24.0]);
        assert_eq!(spread(&[95.0, 96.0], 14.0, 0.0, 100.0), [86.0, 100.0]);
    }

    #[test]
    fn an_axis_has_few_months_and_says_the_year_once() {
        let ticks = month_ticks(day("2025-11-09"), day("2026-10-28"), 7);
        let names: Vec<_> = ticks.iter().map(|tick| tick.1.as_str()).collect();
        assert_eq!(names, ["Jan 2026", "Mar", "May", "Jul", "Sep"]);
        assert!(month_ticks(day("1990-01-01"), day("2090-01-01"), 7).len() <= 12);
    }

    #[test]
    fn steps_are_round() {
        assert!((round_step(533_000.0, 5.0) - 200_000.0).abs() < 1e-6);
        assert!((round_step(8.0, 4.0) - 2.0).abs() < 1e-6);
    }
}
