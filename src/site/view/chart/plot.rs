//! Lines, bars and stacked columns of any roll-up, ready to draw.

use super::{About, Num, Rule, TrendPoint};
use serde::Serialize;

/// Lines, bars or stacked columns with their limits, ready to draw.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize)]
pub struct Plot {
    /// What stands around it.
    #[serde(flatten)]
    pub about: About,
    /// `lines`, `bars` or `columns`.
    pub shape: &'static str,
    /// Width of the view box.
    pub width: Num,
    /// Height of the view box.
    pub height: Num,
    /// Left edge of the plot.
    pub left: Num,
    /// Tenths of the width the plot takes without the words at its right end:
    /// 7, 8 or 10.
    pub fit: u8,
    /// Right edge of the plot.
    pub right: Num,
    /// Upper edge of the plot.
    pub top: Num,
    /// Base of the plot.
    pub base: Num,
    /// Rules of the value axis: across for lines and columns, upright for bars.
    pub rules: Vec<Rule>,
    /// What stands along the other axis.
    pub ticks: Vec<Rule>,
    /// Named limits on the value axis.
    pub limits: Vec<Rule>,
    /// Bars and pieces of columns.
    pub bars: Vec<PlotBar>,
    /// Lines with their points.
    pub lines: Vec<PlotLine>,
    /// Names of the stacks with their places, under the plot.
    pub keys: Vec<PlotKey>,
}

/// A bar, or a piece of a column.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize)]
pub struct PlotBar {
    /// Left edge.
    pub x: Num,
    /// Upper edge.
    pub y: Num,
    /// Width.
    pub width: Num,
    /// Height.
    pub height: Num,
    /// `b-red`, `s1` to `s8`: how it is filled.
    pub class: String,
    /// The pattern over the filling, 2 to 8; `None` for a plain one.
    pub texture: Option<u32>,
    /// Before a bar: its name; empty in columns.
    pub label: String,
    /// The name in full, for the list that stands for the bars on a phone.
    pub full: String,
    /// Length in percent of the longest; 0 in columns.
    pub share: Num,
    /// After a bar: its value; empty in columns.
    pub text: String,
    /// Baseline of the words.
    pub text_y: Num,
    /// Tooltip.
    pub title: String,
}

/// A line of a plot.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize)]
pub struct PlotLine {
    /// Which line style, 1 to 8; 0 is a limit.
    pub series: u32,
    /// Path data.
    pub d: String,
    /// A point per value.
    pub points: Vec<TrendPoint>,
    /// Name and last value.
    pub label: String,
    /// Baseline of the label.
    pub label_y: Num,
}

/// The name of a stack beside a square of its filling.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize)]
pub struct PlotKey {
    /// `s1` to `s8`.
    pub class: String,
    /// The pattern over the filling, 2 to 8; `None` for a plain one.
    pub texture: Option<u32>,
    /// The name.
    pub label: String,
}
