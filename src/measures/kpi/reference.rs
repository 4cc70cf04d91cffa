//! The guide's page of indicators, made from their list.

use super::{Kpi, Pool};
use crate::config::Config;
use crate::measures::bands::{Limits, Thresholds};
use crate::measures::kpis::KPIS;

/// The page in markdown: every indicator with its formula and its limits.
#[must_use]
pub fn reference() -> String {
    let (thresholds, _) = Thresholds::load(&Config::default());
    let mut out = String::from(INTRODUCTION);
    out.push_str("| number | indicator | answers |\n|---|---|---|\n");
    for kpi in KPIS {
        let anchor = anchor(kpi);
        let line = format!("| {} | [{}](#{anchor}) | {} |\n", kpi.id, kpi.title, kpi.question);
        out.push_str(&line);
    }
    for kpi in KPIS {
        out.push_str(&section(kpi, &thresholds.of(kpi.name)));
    }
    out
}

const INTRODUCTION: &str = "\
# Indicators

The page *KPIs* of the site measures how projects deliver, the same way for all of them. Each \
indicator has a page of its own with its history, every project, every item that was counted, every \
item that was left out and why, its limits and its definition. A project's page shows its own.

<!-- Made from src/measures/kpis; `cargo test --lib -- --ignored write_the_guide` makes it anew. -->

- Values are computed exactly and judged before they are rounded. Limits are inclusive.
- Several projects are pooled from what was counted: the sum of the numerators ÷ the sum of the \
denominators, or the median or mean of all observations. Percentages are never averaged, money of \
different currencies is never added up.
- All projects together are judged by the limits of the strictest tier among them.
- When fewer than 60 % of the projects that should have a value have one, the number is shown without \
a colour and called partial (`min-coverage` in [`[portfolio]`](configuration.md#portfolio)).
- A value that is missing says why: not reported, not yet, n/a with the reason, or withheld. It is \
never 0.
- A value that rests on five things or fewer is shown as `3 of 4 (75.0 %)` and marked few.
- *Before* compares with the window of the same length before. The history holds the ends of the last \
twelve months. Both are told from what was dated by then.
- The limits can be changed for each tier under [`[kpis]`](configuration.md#kpis).

";

fn anchor(kpi: &Kpi) -> String {
    let title = format!("{} {}", kpi.id, kpi.title).to_lowercase();
    let plain = title.chars().filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-'));
    plain.collect::<String>().replace(' ', "-")
}

fn section(kpi: &Kpi, limits: &Limits) -> String {
    let word = if limits.higher { "from" } else { "up to" };
    let three = |at: fn(&Limits, usize) -> crate::ratio::Ratio| {
        [0, 1, 2].map(|tier| at(limits, tier).to_string()).join(" / ")
    };
    let days = if limits.days(0).is_zero() {
        String::new()
    } else {
        format!(" Days, tier 1 / 2 / 3: {}.", three(Limits::days))
    };
    let pool = match kpi.pool {
        Pool::Ratio => "sums ÷ sums",
        Pool::Median => "the median of all observations",
        Pool::Mean => "the mean of all observations",
        Pool::Own(_) => "by the same formula over all of them",
    };
    let who =
        if kpi.closed { "active ones, and those completed in the window" } else { "active ones" };
    let past = kpi.undated.map(|why| format!(" No history. {why}")).unwrap_or_default();
    format!(
        "\n## {} {}\n\n*{}*\n\n{}\n\n- Without a value: {}\n- Limits (`[kpis.{}]`), tier 1 / 2 / 3: \
         green {word} {}, amber {word} {}.{days} Usual target: {}.\n- Window: {} days.{past}\n- \
         Projects: {who}; several together: {pool}.\n",
        kpi.id,
        kpi.title,
        kpi.question,
        kpi.formula,
        lower(kpi.missing),
        kpi.name,
        three(Limits::green),
        three(Limits::amber),
        kpi.benchmark,
        kpi.window,
    )
}

/// With a small first letter, to follow a colon.
fn lower(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |c| c.to_lowercase().chain(chars).collect())
}
