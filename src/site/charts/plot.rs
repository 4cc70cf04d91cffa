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
const WIDTH: f64 = 760.0;
const HEIGHT: f64 = 260.0;
const LEFT: f64 = 78.0;
const RIGHT: f64 = 570.0;
const TOP: f64 = 16.0;
const BASE: f64 = 226.0;
/// Left edge, right edge and height of bars lying on their side.
const BARS_LEFT: f64 = 220.0;
const BARS_RIGHT: f64 = 600.0;
const BAR: f64 = 26.0;

/// The drawing of a plot; `None` where there is nothing to draw.
#[must_use]
pub fn plot(plot: &Plot) -> Option<View> {
    match &plot.shape {
        Shape::Lines(lines) => drawn_lines(plot, lines),
        Shape::Bars(bars) => drawn_bars(plot, bars),
        Shape::Columns { names, stacks, line } => drawn_columns(plot, names, stacks, line.as_ref()),
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
    let xs = DateScale::new(first, last, LEFT, RIGHT);
    let ends: Vec<f64> =
        lines.iter().filter_map(|l| l.points.last()).map(|p| axis.at(size(p.1))).collect();
    let label_ys = spread(&ends, 17.0, TOP, BASE);
    let drawn = (1u32..).zip(&lines).zip(&label_ys).map(|((series, l), label_y)| {
        let mut line = PlotLine { series, ..PlotLine::default() };
        for (day, value) in &l.points {
            let (x, y) = (Num::of(xs.at(*day)), Num::of(axis.at(size(*value))));
            let letter = if line.d.is_empty() { 'M' } else { 'L' };
            let _ = write!(line.d, "{letter}{x} {y}");
            let text = value_text(*value, &plot.unit);
            let title = format!("{}, {}: {text}", l.label, day_text(*day));
            line.points.push(TrendPoint { x, y, title });
        }
        let last = l.points.last().map(|p| value_text(p.1, &plot.unit)).unwrap_or_default();
        line.label = format!("{} {last}", l.label).trim_start().to_owned();
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
        right: Num::of(RIGHT),
        top: Num::of(TOP),
        base: Num::of(BASE),
        rules: axis.rules(&plot.unit),
        ticks: month_ticks(first, last, 7)
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
    let axis = Axis::over(all, BARS_LEFT, BARS_RIGHT)?;
    let top = if plot.limits.is_empty() { 4.0 } else { 24.0 };
    let zero = axis.at(0.0);
    let mut y = top;
    let mut drawn = Vec::with_capacity(shown.len());
    let mut rows = Vec::with_capacity(bars.len());
    for bar in bars {
        let text = match &bar.value {
            Ok(value) => value_text(*value, &plot.unit),
            Err(missing) => missing_words(missing).0.to_owned(),
        };
        let said = if bar.note.is_empty() { text } else { format!("{text} ({})", bar.note) };
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
            label: shorten(&bar.label, 30),
            title: format!("{}: {said}", bar.label),
            text: said,
            text_y: Num::of(y + BAR / 2.0 + 4.0),
        });
        y += BAR;
    }
    let best: Vec<String> = rows.iter().take(MOST_BARS).map(|r| r.join(" ")).collect();
    let head = vec![String::new(), plot.title.clone()];
    let description = format!("{}: {}", plot.title, best.join(", "));
    Some(View {
        about: about(plot, description, DataTable { head, rows }),
        shape: "bars",
        width: Num::of(WIDTH),
        height: Num::of(y + 6.0),
        left: Num::of(zero),
        right: Num::of(BARS_RIGHT),
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
    let step = (RIGHT - LEFT) / super::as_f64(i64::try_from(names.len()).unwrap_or(1).max(1));
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
                title: format!("{name}, {}: {}", stack.label, value_text(value, &plot.unit)),
                ..PlotBar::default()
            });
        }
        centres.push(x + step / 2.0);
        x += step;
    }
    let every = names.len().div_ceil(12).max(1);
    let ticks = names.iter().zip(&centres).enumerate().filter(|(i, _)| i % every == 0);
    let ticks = ticks.map(|(_, (name, x))| Rule { at: Num::of(*x), label: name.clone() });
    let lines = line.map(|l| steps(plot, l, axis, step)).into_iter().collect();
    let keys = stacks.iter().enumerate().map(|(i, s)| PlotKey {
        class: format!("s{}", i % MOST_LINES + 1),
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
    let described = rows.iter().map(|r| r.join(" ")).collect::<Vec<_>>().join(", ");
    Some(View {
        about: about(plot, format!("{}: {described}", plot.title), DataTable { head, rows }),
        shape: "columns",
        width: Num::of(WIDTH),
        height: Num::of(HEIGHT),
        left: Num::of(LEFT),
        right: Num::of(RIGHT),
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
            last = Some((*value, axis.at(size(*value))));
        }
        joined = value.is_some();
        x += step;
    }
    if let Some((value, y)) = last {
        drawn.label = format!("{} {}", line.label, value_text(value, &plot.unit));
        drawn.label_y = Num::of(y + 4.0);
    }
    drawn
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
mod tests {
    use super::*;
    use crate::site::charts::tests::day;
    use crate::table::{Limit, Missing};

    fn some(shape: Shape) -> Plot {
        let limits = vec![Limit { label: "green".into(), at: Ratio::whole(90) }];
        let (key, title) = ("p".to_owned(), "On time".to_owned());
        Plot { key, title, unit: Unit::Percent, limits, shape, ..Plot::default() }
    }

    #[test]
    fn lines_need_two_days_and_say_where_they_end() {
        let line = |points| Line { label: "All".into(), points };
        let one = (day("2026-01-31"), Ratio::whole(80));
        assert!(plot(&some(Shape::Lines(vec![line(vec![one])]))).is_none());
        let two = (day("2026-02-28"), Ratio::new(125, 2).unwrap());
        let view = plot(&some(Shape::Lines(vec![line(vec![one, two])]))).unwrap();
        assert_eq!(view.lines[0].label, "All 62.5 %");
        assert_eq!(view.about.description, "On time: All from 80.0 % to 62.5 %");
        assert_eq!(view.limits[0].label, "green 90.0 %");
        assert_eq!(view.about.table.rows[1], ["28 Feb 2026", "62.5 %"]);
    }

    #[test]
    fn bars_say_what_is_missing_and_grow_both_ways() {
        let bar = |label: &str, value| Bar {
            label: label.into(),
            value,
            rag: None,
            note: "4 of 5".into(),
        };
        let view = plot(&some(Shape::Bars(vec![
            bar("CRM", Ok(Ratio::whole(-10))),
            bar("ERP", Err(Missing::NotReported)),
        ])))
        .unwrap();
        assert!(view.bars[0].x < view.left);
        assert_eq!(view.bars[1].text, "not reported (4 of 5)");
        assert_eq!(view.bars[1].width, Num::of(0.0));
        assert!(plot(&some(Shape::Bars(vec![bar("ERP", Err(Missing::NotYet))]))).is_none());
    }

    #[test]
    fn columns_stand_on_each_other() {
        let stack = |label: &str, n| Stack {
            label: label.into(),
            values: vec![Some(Ratio::whole(n)), None],
        };
        let shape = Shape::Columns {
            names: vec!["Apr".into(), "May".into()],
            stacks: vec![stack("CRM", 1), stack("ERP", 2)],
            line: Some(stack("capacity", 6)),
        };
        let view = plot(&Plot { unit: Unit::Fte, limits: Vec::new(), ..some(shape) }).unwrap();
        assert_eq!(view.bars.len(), 2);
        assert!(view.bars[1].y < view.bars[0].y);
        assert_eq!(view.about.table.rows[1], ["May", "–", "–", "–"]);
        assert_eq!(view.lines[0].label, "capacity 6.0 FTE");
    }

    #[test]
    fn absurd_numbers_draw_nothing_wild() {
        let huge = Ratio::whole(i128::MAX);
        let bar = Bar { label: "x".repeat(300), value: Ok(huge), rag: None, note: String::new() };
        let view = plot(&some(Shape::Bars(vec![bar]))).unwrap();
        assert!(view.bars[0].width <= Num::of(BARS_RIGHT));
        assert!(view.bars[0].label.chars().count() <= 30);
    }
}
