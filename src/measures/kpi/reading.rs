//! The value of an indicator with everything behind it.

use super::{Scope, Unit};
use crate::document::{Document, Item};
use crate::ratio::Ratio;
use crate::table::{Missing, Rag};
use crate::target::Target;
use crate::text::Span;
use std::borrow::Cow;
use std::sync::Arc;

/// One thing behind a value: counted, or left out and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Counted {
    /// What it is, in words: `M3 UAT environment accepted`.
    pub label: String,
    /// Where it leads, when it has a page.
    pub target: Option<Target>,
    /// What it adds, or why it is left out: `21 days late, tolerance 7.4`.
    pub note: String,
    /// For what is counted: whether it is as it should be; `None` where it is
    /// neither.
    pub good: Option<bool>,
    /// File it stands in.
    pub path: Arc<str>,
    /// Line in that file, from 1.
    pub line: u32,
}

/// A figure beside the value, pooled like it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Figure {
    /// Numerator and denominator of a percentage.
    Ratio(Ratio, Ratio),
    /// Observations whose mean is shown.
    Mean(Vec<Ratio>),
    /// Observations whose 90th percentile (nearest rank) is shown.
    Percentile90(Vec<Ratio>),
    /// A sum.
    Total(Ratio),
    /// Words, which are shown for one project only.
    Text(String),
}

impl Figure {
    /// The number, when there is one.
    #[must_use]
    pub fn value(&self) -> Option<Ratio> {
        match self {
            Self::Ratio(n, d) => n.percent_of(*d),
            Self::Mean(list) => mean(list),
            Self::Percentile90(list) => percentile(list, 90),
            Self::Total(n) => Some(*n),
            Self::Text(_) => None,
        }
    }
}

/// A figure with its words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Side {
    /// What it says: `against the original baseline`.
    pub label: Cow<'static, str>,
    /// How it is shown.
    pub unit: Unit,
    /// The figure.
    pub figure: Figure,
}

impl Side {
    /// The figure in words, with what a percentage is made of.
    #[must_use]
    pub fn show(&self) -> String {
        match (&self.figure, self.figure.value()) {
            (Figure::Text(text), _) => text.clone(),
            (Figure::Ratio(n, d), Some(value)) => {
                format!("{} ({} of {})", self.unit.show(value), n.money(), d.money())
            }
            (_, Some(value)) => self.unit.show(value),
            (_, None) => "not reported".into(),
        }
    }
}

/// How the colour of a value comes about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Colour {
    /// By the limits of its tier.
    #[default]
    ByLimits,
    /// This one, by a comparison of the indicator's own.
    Is(Rag),
    /// It has none.
    None,
}

/// What an indicator says of one project, or of many together.
#[derive(Debug, Clone, PartialEq)]
pub struct Reading {
    /// The value, unrounded, or why there is none.
    pub value: Result<Ratio, Missing>,
    /// Numerator; zero where the value is none of a division.
    pub n: Ratio,
    /// Denominator; the number of observations for medians and means.
    pub d: Ratio,
    /// The observations of medians and means.
    pub observations: Vec<Ratio>,
    /// The observations of the period the value is compared with, for
    /// indicators that are a change.
    pub earlier: Vec<Ratio>,
    /// What was counted, when asked for.
    pub counted: Vec<Counted>,
    /// What was left out, and why, when asked for.
    pub excluded: Vec<Counted>,
    /// Figures beside it.
    pub sides: Vec<Side>,
    /// Where the value falls into parts that must not be added up, one for each
    /// currency: its name, numerator and denominator.
    pub parts: Vec<(String, Ratio, Ratio)>,
    /// How it is shown, when other than its indicator says.
    pub unit: Option<Unit>,
    /// The limits it is judged by, when other than its indicator's.
    pub limits: Option<&'static str>,
    /// The age of the oldest that still waits, and the limits that judge it:
    /// beyond amber the colour is one step worse.
    pub waiting: Option<(Ratio, &'static str)>,
    /// No colour is better than this.
    pub at_best: Option<Rag>,
    /// How its colour comes about.
    pub colour: Colour,
    /// Something that should count could not be counted.
    pub partial: bool,
    /// What is to be said beside the value, one sentence each.
    pub notes: Vec<String>,
}

impl Reading {
    fn of(value: Result<Ratio, Missing>, n: Ratio, d: Ratio) -> Self {
        Self {
            value,
            n,
            d,
            observations: Vec::new(),
            earlier: Vec::new(),
            counted: Vec::new(),
            excluded: Vec::new(),
            sides: Vec::new(),
            parts: Vec::new(),
            unit: None,
            limits: None,
            waiting: None,
            at_best: None,
            colour: Colour::ByLimits,
            partial: false,
            notes: Vec::new(),
        }
    }

    /// No value, and why.
    #[must_use]
    pub fn missing(why: Missing) -> Self {
        Self::of(Err(why), Ratio::ZERO, Ratio::ZERO)
    }

    /// No value because the indicator does not apply.
    #[must_use]
    pub fn not_applicable(why: &str) -> Self {
        Self::missing(Missing::NotApplicable(why.into()))
    }

    /// `n ÷ d × 100`; `none` where `d` is zero.
    #[must_use]
    pub fn ratio(n: Ratio, d: Ratio, none: Missing) -> Self {
        Self::of(n.percent_of(d).ok_or(none), n, d)
    }

    /// `n ÷ d × 100` of things counted; `none` where there are none.
    #[must_use]
    pub fn share(n: usize, d: usize, none: Missing) -> Self {
        let whole = |n: usize| Ratio::whole(i128::try_from(n).unwrap_or(i128::MAX));
        Self::ratio(whole(n), whole(d), none)
    }

    /// The median of observations; `none` where there are none.
    #[must_use]
    pub fn median(observations: Vec<Ratio>, none: Missing) -> Self {
        let d = count(&observations);
        let value = median(&observations).ok_or(none);
        Self { observations, ..Self::of(value, Ratio::ZERO, d) }
    }

    /// The mean of observations; `none` where there are none.
    #[must_use]
    pub fn mean(observations: Vec<Ratio>, none: Missing) -> Self {
        let d = count(&observations);
        let n = Ratio::sum(observations.iter().copied()).unwrap_or(Ratio::ZERO);
        let value = mean(&observations).ok_or(none);
        Self { observations, ..Self::of(value, n, d) }
    }

    /// A value that is no division and no average.
    #[must_use]
    pub fn plain(value: Ratio) -> Self {
        Self::of(Ok(value), value, Ratio::whole(1))
    }

    /// The same with a figure beside it.
    #[must_use]
    pub fn with(mut self, label: impl Into<Cow<'static, str>>, unit: Unit, figure: Figure) -> Self {
        self.sides.push(Side { label: label.into(), unit, figure });
        self
    }
}

impl Counted {
    /// An item of a register, at a field of it, else at its id.
    #[must_use]
    pub fn item(scope: &Scope<'_>, item: &Item, field: &str, note: String) -> Self {
        let span = item.fields.span(field).or(item.fields.span("id")).unwrap_or(item.span);
        let title = item.title();
        Self {
            label: if *title == *item.id { title.into() } else { format!("{} {title}", item.id) },
            target: Some(Target::Item(scope.project.id.clone(), (&*item.id).into())),
            note,
            good: None,
            path: item.path.clone(),
            line: item.lines.position(span.start).line,
        }
    }

    /// A document, at a place in it, else at its head.
    #[must_use]
    pub fn document(document: &Document, label: String, span: Option<Span>, note: String) -> Self {
        let span = span.unwrap_or_else(|| document.head());
        Self {
            label,
            target: Some(Target::Document(document.path.clone())),
            note,
            good: None,
            path: document.path.clone(),
            line: document.lines.position(span.start).line,
        }
    }

    /// The same with what is to be thought of it.
    #[must_use]
    pub fn good(mut self, good: bool) -> Self {
        self.good = Some(good);
        self
    }
}

fn count(list: &[Ratio]) -> Ratio {
    Ratio::whole(i128::try_from(list.len()).unwrap_or(i128::MAX))
}

/// The mean; `None` of nothing.
#[must_use]
pub fn mean(list: &[Ratio]) -> Option<Ratio> {
    Ratio::sum(list.iter().copied())?.div(count(list))
}

/// The median: the mean of the two in the middle where their number is even;
/// `None` of nothing.
#[must_use]
pub fn median(list: &[Ratio]) -> Option<Ratio> {
    let mut sorted = list.to_vec();
    sorted.sort_unstable();
    let middle = sorted.len() / 2;
    let upper = *sorted.get(middle)?;
    if sorted.len() % 2 == 1 {
        return Some(upper);
    }
    sorted.get(middle.checked_sub(1)?)?.add(upper)?.div(Ratio::whole(2))
}

/// A percentile by nearest rank; `None` of nothing.
#[must_use]
pub fn percentile(list: &[Ratio], percent: usize) -> Option<Ratio> {
    let mut sorted = list.to_vec();
    sorted.sort_unstable();
    let rank = (sorted.len() * percent).div_ceil(100).max(1);
    sorted.get(rank - 1).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbers(list: &[i128]) -> Vec<Ratio> {
        list.iter().map(|n| Ratio::whole(*n)).collect()
    }

    #[test]
    fn medians_means_and_percentiles_are_exact() {
        let list = numbers(&[10, 3, 7, 5]);
        assert_eq!(median(&list), Some(Ratio::whole(6)));
        assert_eq!(mean(&list).unwrap().show(2), "6.25");
        assert_eq!(percentile(&list, 90), Some(Ratio::whole(10)));
        assert_eq!(median(&numbers(&[4, 9, 6])), Some(Ratio::whole(6)));
        assert_eq!((median(&[]), mean(&[]), percentile(&[], 90)), (None, None, None));
    }

    #[test]
    fn nothing_to_divide_by_is_missing_and_never_zero() {
        assert_eq!(Reading::share(0, 0, Missing::NotYet).value, Err(Missing::NotYet));
        assert_eq!(Reading::share(0, 4, Missing::NotYet).value, Ok(Ratio::ZERO));
        assert_eq!(Reading::mean(Vec::new(), Missing::NotYet).value, Err(Missing::NotYet));
    }
}
