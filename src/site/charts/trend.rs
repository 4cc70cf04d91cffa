//! The milestone trend: what each report forecast for each milestone.

use super::{DateScale, day_text, days_text, minus_days, month_ticks, plus_days, spread};
use crate::site::view::chart::{
    About, DataTable, Num, Point, Rule, TrendChart, TrendLine, TrendPoint,
};
use crate::site::view::month_short;
use crate::text::counted;
use chrono::{Datelike, NaiveDate};
use std::collections::BTreeSet;
use std::fmt::Write as _;

/// The forecasts of one milestone.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Series {
    /// `M7 Finish`.
    pub label: String,
    /// Where the milestone stands.
    pub href: Option<String>,
    /// Date of report and date forecast (or achieved), oldest first.
    pub points: Vec<(NaiveDate, NaiveDate)>,
    /// Total slip in days; `None` where it cannot be said.
    pub slip: Option<i64>,
}

/// Lines shown; more would not be told apart.
const MOST: usize = 8;
const WIDTH: f64 = 760.0;
const HEIGHT: f64 = 320.0;
const LEFT: f64 = 78.0;
const RIGHT: f64 = 548.0;
const TOP: f64 = 14.0;
const BASE: f64 = 286.0;

/// The trend of the first eight milestones with forecasts; `None` with fewer
/// than two reports, since a trend needs two.
#[must_use]
pub fn trend(id: &str, series: &[Series]) -> Option<TrendChart> {
    let series: Vec<&Series> = series.iter().filter(|s| !s.points.is_empty()).take(MOST).collect();
    let reports: BTreeSet<NaiveDate> =
        series.iter().flat_map(|s| s.points.iter().map(|point| point.0)).collect();
    let (first, last) = (*reports.first()?, *reports.last()?);
    if reports.len() < 2 {
        return None;
    }
    let forecasts = || series.iter().flat_map(|s| s.points.iter().map(|point| point.1));
    let (low, high) = (forecasts().min()?, forecasts().max()?);
    let margin = u64::try_from((high - low).num_days() / 16).unwrap_or(0).max(4);
    let (low, high) = (minus_days(low, margin), plus_days(high, margin));
    let xs = DateScale::new(first, last, LEFT, RIGHT);
    let ys = DateScale::new(low, high, BASE, TOP);

    let ends: Vec<f64> =
        series.iter().filter_map(|s| s.points.last()).map(|point| ys.at(point.1)).collect();
    let label_ys = spread(&ends, 17.0, TOP, BASE);
    let lines = (1u32..)
        .zip(&series)
        .zip(&label_ys)
        .map(|((number, s), label_y)| line(number, s, xs, ys, *label_y))
        .collect();

    let (due, due_label) = due_line(first, last, low, high, xs, ys);
    let rules = month_ticks(low, high, 7)
        .into_iter()
        .map(|(month, label)| Rule { at: Num::of(ys.at(month)), label })
        .collect();
    let about = About {
        id: id.to_owned(),
        title: "Milestone trend".to_owned(),
        description: describe(&series, reports.len()),
        caption: "Flat is stable, rising is slipping. A point marks a report that moved the date."
            .to_owned(),
        table: table(&series, &reports),
    };
    Some(TrendChart {
        about,
        width: Num::of(WIDTH),
        height: Num::of(HEIGHT),
        left: Num::of(LEFT),
        right: Num::of(RIGHT),
        base: Num::of(BASE),
        rules,
        ticks: ticks(&reports, xs),
        due,
        due_label,
        lines,
    })
}

/// One milestone's line, with a point at its ends and where the date moved.
fn line(number: u32, s: &Series, xs: DateScale, ys: DateScale, label_y: f64) -> TrendLine {
    let mut d = String::new();
    let mut points = Vec::new();
    for (i, (report, forecast)) in s.points.iter().enumerate() {
        let said = |other: Option<&(NaiveDate, NaiveDate)>| other.map(|point| point.1);
        let before = said(i.checked_sub(1).and_then(|i| s.points.get(i)));
        let after = said(s.points.get(i + 1));
        let moved = before != Some(*forecast) || after.is_none();
        if !moved && after == Some(*forecast) {
            continue;
        }
        let (x, y) = (Num::of(xs.at(*report)), Num::of(ys.at(*forecast)));
        let letter = if d.is_empty() { 'M' } else { 'L' };
        let _ = write!(d, "{letter}{x} {y}");
        if !moved {
            continue;
        }
        let (report, forecast) = (day_text(*report), day_text(*forecast));
        let title = format!("{}, report of {report}: {forecast}", s.label);
        points.push(TrendPoint { x, y, title });
    }
    TrendLine {
        series: number,
        d,
        points,
        label: shorten(&s.label, 20),
        slip: s.slip.map(days_text).unwrap_or_default(),
        label_y: Num::of(label_y + 4.0),
        href: s.href.clone(),
    }
}

/// The line on which a forecast equals the date of its report, cut to the plot.
fn due_line(
    first: NaiveDate,
    last: NaiveDate,
    low: NaiveDate,
    high: NaiveDate,
    xs: DateScale,
    ys: DateScale,
) -> (String, Option<Point>) {
    let (from, to) = (first.max(low), last.min(high));
    if from >= to {
        return (String::new(), None);
    }
    let (x, y) = (Num::of(xs.at(to)), Num::of(ys.at(to)));
    let d = format!("M{} {}L{x} {y}", Num::of(xs.at(from)), Num::of(ys.at(from)));
    let label = (xs.at(to) - xs.at(from) > 150.0)
        .then(|| Point { x: Num::of(xs.at(to) - 6.0), y: Num::of(ys.at(to) + 16.0) });
    (d, label)
}

/// At most six dates of reports under the plot, the last one always.
fn ticks(reports: &BTreeSet<NaiveDate>, xs: DateScale) -> Vec<Rule> {
    let step = (reports.len() - 1).div_ceil(5).max(1);
    let mut dates: Vec<NaiveDate> = reports.iter().rev().step_by(step).copied().collect();
    dates.reverse();
    let mut right = f64::NEG_INFINITY;
    let mut ticks = Vec::new();
    for date in dates {
        let x = xs.at(date);
        if x - right >= 52.0 || Some(&date) == reports.last() {
            if x - right < 52.0 {
                ticks.pop();
            }
            let label = format!("{} {}", date.day(), month_short(date.month()));
            ticks.push(Rule { at: Num::of(x), label });
            right = x;
        }
    }
    ticks
}

fn describe(series: &[&Series], reports: usize) -> String {
    let said: Vec<String> = series
        .iter()
        .map(|s| format!("{} {}", s.label, s.slip.map_or("not reported".to_owned(), days_text)))
        .collect();
    format!("Forecast dates in {}: {}", counted(reports, "report"), said.join(", "))
}

fn table(series: &[&Series], reports: &BTreeSet<NaiveDate>) -> DataTable {
    let mut head = vec!["Report".to_owned()];
    head.extend(series.iter().map(|s| s.label.clone()));
    let rows = reports
        .iter()
        .map(|report| {
            let mut row = vec![day_text(*report)];
            row.extend(series.iter().map(|s| {
                let point = s.points.iter().rev().find(|point| point.0 == *report);
                point.map_or("not reported".to_owned(), |point| day_text(point.1))
            }));
            row
        })
        .collect();
    DataTable { head, rows }
}

/// At most `most` characters, with an ellipsis where it was cut.
pub(super) fn shorten(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.to_owned();
    }
    let cut: String = text.chars().take(most.saturating_sub(1)).collect();
    format!("{}…", cut.trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::site::charts::tests::day;

    fn series() -> Vec<Series> {
        vec![Series {
            label: "M7 Finish".to_owned(),
            href: None,
            points: vec![
                (day("2026-01-09"), day("2026-09-30")),
                (day("2026-03-27"), day("2026-10-28")),
            ],
            slip: Some(28),
        }]
    }

    #[test]
    fn a_later_forecast_stands_higher() {
        let chart = trend("trend", &series()).unwrap();
        let points = &chart.lines[0].points;
        assert!(points[1].y < points[0].y, "{points:?}");
        assert_eq!(chart.lines[0].slip, "+28 d");
        assert_eq!(chart.about.table.rows[1], ["27 Mar 2026", "28 Oct 2026"]);
        assert_eq!(chart.due, "", "the due line lies below what is shown");
    }

    #[test]
    fn a_date_that_stays_is_one_stroke() {
        let mut series = series();
        let (first, last) = (series[0].points[0], series[0].points[1]);
        let again = |date| (day(date), first.1);
        series[0].points =
            vec![first, again("2026-01-23"), again("2026-02-06"), again("2026-03-06"), last];
        let line = &trend("trend", &series).unwrap().lines[0];
        assert_eq!(line.points.len(), 2, "{:?}", line.points);
        assert_eq!(line.d.matches('L').count(), 2, "flat up to the report before it moved");
        series[0].points = vec![first, again("2026-01-23"), again("2026-02-06")];
        assert_eq!(trend("trend", &series).unwrap().lines[0].points.len(), 2, "both ends");
    }

    #[test]
    fn one_report_is_no_trend() {
        let mut series = series();
        series[0].points.pop();
        assert_eq!(trend("trend", &series), None);
    }
}
