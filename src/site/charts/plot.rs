//! Lines, bars and stacked columns of a roll-up, from its data.

use super::{DateScale, day_text, month_ticks, round_step, spread};
use crate::date::Date;
use crate::ratio::Ratio;
use crate::site::tables::missing_words;
use crate::site::view::Rag;
use crate::site::view::chart::{
    About, DataTable, Num, Plot as View, PlotBar, PlotKey, PlotLine, Rule, TrendPoint,
};
use crate::table::{Bar, Line, Plot, Shape, Stack, Unit};
use std::collections::BTreeSet;
use std::fmt::Write as _;

/// Lines and bars shown; more would not be told apart.
const MOST_LINES: usize = 8;
const MOST_BARS: usize = 40;
/// A panel is about as wide: words keep their size.
const WIDTH: f64 = 560.0;
const HEIGHT: f64 = 240.0;
const LEFT: f64 = 52.0;
const TOP: f64 = 18.0;
const BASE: f64 = 206.0;
/// Left edge and height of bars lying on their side; the template sets their
/// names before it.
const BARS_LEFT: f64 = 180.0;
const BAR: f64 = 26.0;
/// Room for names, in characters, and about how wide one is.
const NAME: usize = 24;
const CHARACTER: f64 = 6.5;
/// Most characters of the words at the end of a line or bar.
const WORDS: usize = 26;
/// Most bars told in the description; all are in the table.
const TOLD: usize = 12;

/// The drawing of a plot; `None` where there is nothing to draw.
#[must_use]
pub fn plot(plot: &Plot) -> Option<View> {
    match &plot.shape {
        Shape::Lines(lines) => drawn_lines(plot, lines),
        Shape::Bars(bars) => drawn_bars(plot, bars),
        Shape::Columns { names, stacks, line } => drawn_columns(plot, names, stacks, line.as_ref()),
    }
}

/// How much of the width is left when the words at the right end are not drawn.
fn fit(right: f64) -> u8 {
    match right / WIDTH {
        share if share < 0.72 => 7,
        share if share < 0.84 => 8,
        _ => 10,
    }
}

/// A value as a reader sees it, with its unit.
#[must_use]
pub fn value_text(value: Ratio, unit: &Unit) -> String {
    let shown = |places| value.show(places).replacen('-', "−", 1);
    match unit {
        Unit::Count => {
            if value.denominator() == 1 {
                shown(0)
            } else {
                shown(1)
            }
        }
        Unit::Percent => format!("{} %", shown(1)),
        Unit::Days => format!("{} d", shown(0)),
        Unit::BusinessDays => format!("{} bd", shown(1)),
        Unit::Score => shown(2),
        Unit::Fte => format!("{} FTE", shown(1)),
        Unit::Money(_) => value.money().replacen('-', "−", 1),
    }
}

/// The size of a value for the drawing.
#[allow(clippy::cast_precision_loss, reason = "a drawing needs three digits")]
fn size(value: Ratio) -> f64 {
    value.numerator() as f64 / value.denominator() as f64
}

/// From a little under the lowest to a little over the highest value, zero
/// among them.
#[derive(Clone, Copy)]
struct Axis {
    low: f64,
    high: f64,
    from: f64,
    to: f64,
}

impl Axis {
    fn over(values: impl Iterator<Item = f64>, from: f64, to: f64) -> Option<Self> {
        let (mut low, mut high) = (0.0_f64, 0.0_f64);
        for value in values {
            (low, high) = (low.min(value), high.max(value));
        }
        let room = (high - low) * 0.06;
        let sound = low.is_finite() && high.is_finite();
        let high = if high > 0.0 { high + room } else { high };
        let low = if low < 0.0 { low - room } else { low };
        let high = if high - low > 0.0 { high } else { low + 1.0 };
        sound.then_some(Self { low, high, from, to })
    }

    fn at(self, value: f64) -> f64 {
        let part = ((value - self.low) / (self.high - self.low)).clamp(0.0, 1.0);
        self.from + (self.to - self.from) * part
    }

    /// Round values on the axis with their places.
    fn rules(self, unit: &Unit) -> Vec<Rule> {
        let step = round_step((self.high - self.low).max(f64::MIN_POSITIVE), 5.0);
        let first = (self.low / step).ceil();
        (0..=8)
            .map(|i| (first + f64::from(i)) * step)
            .filter(|value| *value <= self.high)
            .map(|value| Rule { at: Num::of(self.at(value)), label: axis_text(value, step, unit) })
            .collect()
    }
}

/// A round value on an axis: `200k`, `1.5M`, `60 %`, `0.5`.
fn axis_text(value: f64, step: f64, unit: &Unit) -> String {
    let (value, suffix) = match value.abs() {
        v if v >= 1e9 => (value / 1e9, "bn"),
        v if v >= 1e6 => (value / 1e6, "M"),
        v if v >= 1e4 => (value / 1e3, "k"),
        _ => (value, ""),
    };
    let text = if suffix.is_empty() && step < 0.1 {
        format!("{value:.2}")
    } else {
        Num::of(value).to_string()
    };
    let unit = if matches!(unit, Unit::Percent) { " %" } else { "" };
    format!("{}{suffix}{unit}", text.replacen('-', "−", 1))
}

fn about(plot: &Plot, description: String, table: DataTable) -> About {
    About {
        id: plot.key.clone(),
        title: plot.title.clone(),
        description,
        caption: plot.caption.clone(),
        table,
    }
}

fn limits(plot: &Plot, axis: Axis) -> Vec<Rule> {
    let one = |l: &crate::table::Limit| Rule {
        at: Num::of(axis.at(size(l.at))),
        label: format!("{} {}", l.label, value_text(l.at, &plot.unit)),
    };
    plot.limits.iter().map(one).collect()
}

fn drawn_lines(plot: &Plot, lines: &[Line]) -> Option<View> {
    let lines: Vec<&Line> =
        lines.iter().filter(|l| !l.points.is_empty()).take(MOST_LINES).collect();
    let days: BTreeSet<Date> = lines.iter().flat_map(|l| l.points.iter().map(|p| p.0)).collect();
    let (first, last) = (*days.first()?, *days.last()?);
    if first == last {
        return None;
    }
    let values = lines.iter().flat_map(|l| l.points.iter().map(|p| size(p.1)));
    let axis = Axis::over(values.chain(plot.limits.iter().map(|l| size(l.at))), BASE, TOP)?;
    let labels: Vec<String> = lines.iter().map(|l| end_label(l, plot)).collect();
    let right = right_of(labels.iter(), LEFT);
    let xs = DateScale::new(first, last, LEFT, right);
    let ends: Vec<f64> =
        lines.iter().filter_map(|l| l.points.last()).map(|p| axis.at(size(p.1))).collect();
    let label_ys = spread(&ends, 17.0, TOP, BASE);
    let ends = labels.iter().zip(&label_ys);
    let drawn = (1u32..).zip(&lines).zip(ends).map(|((series, l), (label, label_y))| {
        let mut line = PlotLine { series, ..PlotLine::default() };
        for (day, value) in &l.points {
            let (x, y) = (Num::of(xs.at(*day)), Num::of(axis.at(size(*value))));
            let letter = if line.d.is_empty() { 'M' } else { 'L' };
            let _ = write!(line.d, "{letter}{x} {y}");
            let text = value_text(*value, &plot.unit);
            let title = format!("{}, {}: {text}", l.label, day_text(*day));
            line.points.push(TrendPoint { x, y, title });
        }
        line.label.clone_from(label);
        line.label_y = Num::of(label_y + 4.0);
        line
    });
    let said: Vec<String> = lines
        .iter()
        .filter_map(|l| {
            let ((_, from), (_, to)) = (l.points.first()?, l.points.last()?);
            let (from, to) = (value_text(*from, &plot.unit), value_text(*to, &plot.unit));
            Some(format!("{} from {from} to {to}", l.label))
        })
        .collect();
    let mut head = vec!["Date".to_owned()];
    head.extend(lines.iter().map(|l| l.label.clone()));
    let rows = days.iter().map(|day| {
        let mut row = vec![day_text(*day)];
        row.extend(lines.iter().map(|l| {
            let found = l.points.iter().find(|p| p.0 == *day);
            found.map_or("–".to_owned(), |p| value_text(p.1, &plot.unit))
        }));
        row
    });
    let table = DataTable { head, rows: rows.collect() };
    Some(View {
        about: about(plot, format!("{}: {}", plot.title, said.join(", ")), table),
        shape: "lines",
        width: Num::of(WIDTH),
        height: Num::of(HEIGHT),
        left: Num::of(LEFT),
        fit: fit(right),
        right: Num::of(right),
        top: Num::of(TOP),
        base: Num::of(BASE),
        rules: axis.rules(&plot.unit),
        ticks: month_ticks(first, last, 6)
            .into_iter()
            .map(|(month, label)| Rule { at: Num::of(xs.at(month)), label })
            .collect(),
        limits: limits(plot, axis),
        lines: drawn.collect(),
        ..View::default()
    })
}

fn drawn_bars(plot: &Plot, bars: &[Bar]) -> Option<View> {
    let shown: Vec<&Bar> = bars.iter().take(MOST_BARS).collect();
    if !shown.iter().any(|b| b.value.is_ok()) {
        return None;
    }
    let values = shown.iter().filter_map(|b| b.value.as_ref().ok()).map(|v| size(*v));
    let all = values.chain(plot.limits.iter().map(|l| size(l.at)));
    let words: Vec<String> = shown.iter().map(|b| shorten(&said(b, &plot.unit), WORDS)).collect();
    let right = right_of(words.iter(), BARS_LEFT);
    let axis = Axis::over(all, BARS_LEFT, right)?;
    let top = if plot.limits.is_empty() { 4.0 } else { 24.0 };
    let zero = axis.at(0.0);
    let longest = (right - zero).max(zero - BARS_LEFT).max(1.0);
    let mut y = top;
    let mut drawn = Vec::with_capacity(shown.len());
    let mut rows = Vec::with_capacity(bars.len());
    for bar in bars {
        let said = said(bar, &plot.unit);
        rows.push(vec![bar.label.clone(), said.clone()]);
        if drawn.len() == MOST_BARS {
            continue;
        }
        let end = bar.value.as_ref().map_or(zero, |v| axis.at(size(*v)));
        drawn.push(PlotBar {
            x: Num::of(zero.min(end)),
            y: Num::of(y + 4.0),
            width: Num::of((end - zero).abs()),
            height: Num::of(BAR - 8.0),
            class: bar.rag.map_or("s1".to_owned(), |r| format!("b-{}", Rag::from(r).class())),
            label: shorten(&bar.label, NAME),
            full: bar.label.clone(),
            share: Num::of((end - zero).abs() / longest * 100.0),
            title: format!("{}: {said}", bar.label),
            text: shorten(&said, WORDS),
            text_y: Num::of(y + BAR / 2.0 + 4.0),
            texture: None,
        });
        y += BAR;
    }
    let head = vec![String::new(), plot.title.clone()];
    let description = told(plot, &rows);
    Some(View {
        about: about(plot, description, DataTable { head, rows }),
        shape: "bars",
        width: Num::of(WIDTH),
        height: Num::of(y + 6.0),
        left: Num::of(zero),
        fit: fit(right),
        right: Num::of(right),
        top: Num::of(top),
        base: Num::of(y),
        limits: limits(plot, axis),
        bars: drawn,
        ..View::default()
    })
}

fn drawn_columns(
    plot: &Plot,
    names: &[String],
    stacks: &[Stack],
    line: Option<&Stack>,
) -> Option<View> {
    let known = |stack: &Stack| stack.values.iter().any(Option::is_some);
    if names.is_empty() || !stacks.iter().any(known) && !line.is_some_and(known) {
        return None;
    }
    let at = |stack: &Stack, i: usize| stack.values.get(i).copied().flatten();
    let total =
        |i: usize| stacks.iter().filter_map(|s| at(s, i)).map(|v| size(v).max(0.0)).sum::<f64>();
    let tops = (0..names.len()).map(total);
    let line_values = line.into_iter().flat_map(|l| l.values.iter().flatten().map(|v| size(*v)));
    let others = plot.limits.iter().map(|l| size(l.at)).chain(line_values);
    let axis = Axis::over(tops.chain(others), BASE, TOP)?;
    let limit_label = line.map(|l| line_label(plot, l)).unwrap_or_default();
    let right =
        if limit_label.is_empty() { WIDTH - 12.0 } else { right_of([limit_label].iter(), LEFT) };
    let step = (right - LEFT) / super::as_f64(i64::try_from(names.len()).unwrap_or(1).max(1));
    let mut bars = Vec::new();
    let mut x = LEFT;
    let mut centres = Vec::with_capacity(names.len());
    for (i, name) in names.iter().enumerate() {
        let mut low = 0.0;
        for (number, stack) in stacks.iter().enumerate() {
            let Some(value) = at(stack, i).filter(|v| size(*v) > 0.0) else { continue };
            let (from, to) = (axis.at(low), axis.at(low + size(value)));
            low += size(value);
            bars.push(PlotBar {
                x: Num::of(x + step * 0.15),
                y: Num::of(to),
                width: Num::of(step * 0.7),
                height: Num::of(from - to),
                class: format!("s{}", number % MOST_LINES + 1),
                texture: texture(number),
                title: format!("{name}, {}: {}", stack.label, value_text(value, &plot.unit)),
                ..PlotBar::default()
            });
        }
        centres.push(x + step / 2.0);
        x += step;
    }
    // Names are not to run into each other.
    let longest = names.iter().map(|n| n.chars().count()).max().unwrap_or(1).max(1);
    let room =
        ((right - LEFT) / CHARACTER / (super::as_f64(i64::try_from(longest).unwrap_or(9)) + 1.5))
            .floor();
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a few at most")]
    let every = names.len().div_ceil((room.clamp(1.0, 24.0)) as usize).max(1);
    let ticks = names.iter().zip(&centres).enumerate().filter(|(i, _)| i % every == 0);
    let ticks = ticks.map(|(_, (name, x))| Rule { at: Num::of(*x), label: name.clone() });
    let lines = line.map(|l| steps(plot, l, axis, step)).into_iter().collect();
    let keys = stacks.iter().enumerate().map(|(i, s)| PlotKey {
        class: format!("s{}", i % MOST_LINES + 1),
        texture: texture(i),
        label: s.label.clone(),
    });
    let all: Vec<&Stack> = stacks.iter().chain(line).collect();
    let mut head = vec![String::new()];
    head.extend(all.iter().map(|s| s.label.clone()));
    let rows: Vec<Vec<String>> = names
        .iter()
        .enumerate()
        .map(|(i, name)| {
            let mut row = vec![name.clone()];
            let text =
                |s: &&Stack| at(s, i).map_or("–".to_owned(), |v| value_text(v, &plot.unit));
            row.extend(all.iter().map(text));
            row
        })
        .collect();
    let described = described(&head, &rows);
    Some(View {
        about: about(plot, format!("{}: {described}", plot.title), DataTable { head, rows }),
        shape: "columns",
        width: Num::of(WIDTH),
        height: Num::of(HEIGHT),
        left: Num::of(LEFT),
        fit: fit(right),
        right: Num::of(right),
        top: Num::of(TOP),
        base: Num::of(BASE),
        rules: axis.rules(&plot.unit),
        ticks: ticks.collect(),
        limits: limits(plot, axis),
        bars,
        lines,
        keys: keys.collect(),
    })
}

/// A limit that changes with the column, as steps over the columns.
fn steps(plot: &Plot, line: &Stack, axis: Axis, step: f64) -> PlotLine {
    let mut drawn = PlotLine::default();
    let mut x = LEFT;
    let mut joined = false;
    let mut last = None;
    for value in &line.values {
        if let Some(value) = value {
            let y = Num::of(axis.at(size(*value)));
            let letter = if joined { 'L' } else { 'M' };
            let _ = write!(drawn.d, "{letter}{} {y}H{}", Num::of(x), Num::of(x + step));
            last = Some(axis.at(size(*value)));
        }
        joined = value.is_some();
        x += step;
    }
    if let Some(y) = last {
        drawn.label = line_label(plot, line);
        drawn.label_y = Num::of(y + 4.0);
    }
    drawn
}

/// The words at the end of a bar: its value, or why there is none, and a note.
fn said(bar: &Bar, unit: &Unit) -> String {
    let text = match &bar.value {
        Ok(value) => value_text(*value, unit),
        Err(missing) => missing_words(missing).0.to_owned(),
    };
    if bar.note.is_empty() { text } else { format!("{text} ({})", bar.note) }
}

/// Name and last value at the end of a line; the name gives way.
fn end_label(line: &Line, plot: &Plot) -> String {
    let last = line.points.last().map(|p| value_text(p.1, &plot.unit)).unwrap_or_default();
    let room = WORDS.saturating_sub(last.chars().count() + 1).max(6);
    format!("{} {last}", shorten(&line.label, room)).trim_start().to_owned()
}

/// The same for a limit that changes with the column.
fn line_label(plot: &Plot, line: &Stack) -> String {
    let last = line.values.iter().rev().flatten().next();
    let last = last.map(|v| value_text(*v, &plot.unit)).unwrap_or_default();
    let room = WORDS.saturating_sub(last.chars().count() + 1).max(6);
    format!("{} {last}", shorten(&line.label, room))
}

/// The right edge of a plot that leaves room for the words after it.
fn right_of<'a>(words: impl Iterator<Item = &'a String>, left: f64) -> f64 {
    let longest = words.map(|w| w.chars().count().min(WORDS)).max().unwrap_or(0);
    let room = super::as_f64(i64::try_from(longest).unwrap_or(0)) * CHARACTER + 18.0;
    (WIDTH - room).max(left + 120.0)
}

/// Which pattern lies over a stack: without colour stacks are told apart by it.
fn texture(number: usize) -> Option<u32> {
    let texture = u32::try_from(number % MOST_LINES + 1).ok()?;
    (texture > 1).then_some(texture)
}

/// The first bars in words.
fn told(plot: &Plot, rows: &[Vec<String>]) -> String {
    let first: Vec<String> = rows.iter().take(TOLD).map(|r| r.join(" ")).collect();
    let more = rows.len().saturating_sub(TOLD);
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    format!("{}: {}{more}", plot.title, first.join(", "))
}

/// The first columns in words, each value with the name of its stack.
fn described(head: &[String], rows: &[Vec<String>]) -> String {
    let cell = |(name, value): (&String, &String)| format!("{name} {value}");
    let column = |row: &Vec<String>| {
        let cells: Vec<String> = head.iter().zip(row).skip(1).map(cell).collect();
        format!("{}: {}", row.first().map_or("", String::as_str), cells.join(", "))
    };
    let mut all: Vec<String> = rows.iter().take(TOLD).map(column).collect();
    if rows.len() > TOLD {
        all.push(format!("and {} more", rows.len() - TOLD));
    }
    all.join("; ")
}

/// A name cut to `most` characters.
fn shorten(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.to_owned();
    }
    let cut: String = text.chars().take(most.saturating_sub(1)).collect();
    format!("{}…", cut.trim_end())
}

#[cfg(test)]
mod tests;
