//! Health: a row of marks, one stacked bar, one column a month.

use super::{as_f64, day_text, round_step};
use crate::site::view::chart::{
    About, BarPart, DataTable, HealthBar, Mark, Marks, MonthColumn, MonthPart, Months, Num, Rule,
    Run,
};
use crate::site::view::{Rag, month_name, month_short};
use chrono::{Datelike, NaiveDate};

/// One mark per report, oldest first.
#[must_use]
pub fn marks(reports: &[(NaiveDate, Rag)]) -> Marks {
    const PITCH: f64 = 11.5;
    let mut x = 0.0;
    let marks = reports
        .iter()
        .map(|(date, rag)| {
            let mark = Mark {
                x: Num::of(x),
                rag: *rag,
                title: format!("{}: {}", day_text(*date), rag.word().to_lowercase()),
            };
            x += PITCH;
            mark
        })
        .collect();
    let mut runs: Vec<(Rag, usize)> = Vec::new();
    for (_, rag) in reports {
        match runs.last_mut() {
            Some((last, count)) if last == rag => *count += 1,
            _ => runs.push((*rag, 1)),
        }
    }
    let said: Vec<String> =
        runs.iter().map(|(rag, n)| format!("{n} {}", rag.word().to_lowercase())).collect();
    let noun = if reports.len() == 1 { "report" } else { "reports" };
    let label = format!("{} {noun}, oldest first: {}", reports.len(), said.join(", then "));
    let width = Num::of((x - PITCH + 10.0).max(10.0));
    Marks { width, label, marks, runs: in_runs(&runs) }
}

/// Runs of at most a dozen, which is what the style sheet draws as one.
fn in_runs(runs: &[(Rag, usize)]) -> Vec<Run> {
    const MOST: usize = 12;
    let mut out = Vec::new();
    for (rag, count) in runs {
        let mut left = *count;
        while left > 0 {
            let count = left.min(MOST);
            left -= count;
            let text = format!("{count} {}", rag.word().to_lowercase());
            out.push(Run { class: rag.class(), count, text });
        }
    }
    out
}

/// Active projects per rating as one bar, in the order given; the third part
/// of an entry is where its filtered list stands.
#[must_use]
pub fn health_bar(id: &str, counts: &[(Rag, u32, Option<String>)]) -> HealthBar {
    const WIDTH: f64 = 1000.0;
    const GAP: f64 = 4.0;
    let present: Vec<_> = counts.iter().filter(|(_, count, _)| *count > 0).collect();
    let total: u32 = present.iter().map(|(_, count, _)| count).sum();
    let room = WIDTH - GAP * as_f64(i64::try_from(present.len()).unwrap_or(1) - 1).max(0.0);
    let mut x = 0.0;
    let parts = present
        .iter()
        .map(|(rag, count, href)| {
            let width = room * f64::from(*count) / f64::from(total.max(1));
            let part = BarPart {
                rag: *rag,
                count: *count,
                href: href.clone(),
                x: Num::of(x),
                width: Num::of(width),
                middle: Num::of(x + width / 2.0),
            };
            x += width + GAP;
            part
        })
        .collect();
    let said: Vec<String> = present
        .iter()
        .map(|(rag, count, _)| format!("{count} {}", rag.word().to_lowercase()))
        .collect();
    let about = About {
        id: id.to_owned(),
        title: "Health".to_owned(),
        description: format!("Of {total} active projects: {}", said.join(", ")),
        caption: String::new(),
        table: DataTable {
            head: vec!["Health".to_owned(), "Projects".to_owned()],
            rows: counts
                .iter()
                .map(|(rag, count, _)| vec![rag.word().to_owned(), count.to_string()])
                .collect(),
        },
    };
    HealthBar { about, total, parts }
}

/// How many projects stood at which rating at the end of each month, oldest
/// first; `None` where there is nothing to show.
#[must_use]
pub fn months(id: &str, data: &[(NaiveDate, Vec<(Rag, u32)>)]) -> Option<Months> {
    const ORDER: [Rag; 6] =
        [Rag::Green, Rag::AmberGreen, Rag::Amber, Rag::AmberRed, Rag::Red, Rag::NotReported];
    const LEFT: f64 = 28.0;
    const TOP: f64 = 12.0;
    const BASE: f64 = 172.0;
    const WIDTH: f64 = 720.0;
    let count = |parts: &[(Rag, u32)], rag: Rag| -> u32 {
        parts.iter().filter(|(r, _)| *r == rag).map(|(_, n)| n).sum()
    };
    let top = data
        .iter()
        .map(|(_, parts)| ORDER.iter().map(|rag| count(parts, *rag)).sum::<u32>())
        .max()
        .filter(|top| *top > 0)?;
    let pitch = (WIDTH - LEFT) / as_f64(i64::try_from(data.len()).ok()?);
    let width = (pitch * 0.64).min(44.0);
    let scale = (BASE - TOP) / f64::from(top);
    let step = round_step(f64::from(top), 4.0);
    let rules = (0..=4)
        .map(|i| f64::from(i) * step)
        .filter(|value| *value <= f64::from(top))
        .map(|value| Rule { at: Num::of(BASE - value * scale), label: format!("{value:.0}") })
        .collect();
    let every = data.len().div_ceil(12).max(1);
    let mut x = LEFT + pitch / 2.0;
    let mut columns = Vec::with_capacity(data.len());
    for (i, (month, parts)) in data.iter().enumerate() {
        let (name, year) = (month_name(month.month()), month.year());
        let mut base = BASE;
        let mut pieces = Vec::new();
        for rag in ORDER {
            let n = count(parts, rag);
            if n == 0 {
                continue;
            }
            let height = f64::from(n) * scale;
            let y = base - height;
            pieces.push(MonthPart {
                rag,
                title: format!("{name} {year}: {n} {}", rag.word().to_lowercase()),
                count: (height >= 15.0 && width >= 16.0).then_some(n),
                x: Num::of(x - width / 2.0),
                y: Num::of(y + 0.5),
                width: Num::of(width),
                height: Num::of((height - 1.0).max(1.0)),
                text_y: Num::of(y + height / 2.0 + 4.0),
            });
            base = y;
        }
        let short = month_short(month.month());
        let label = match (i % every, i == 0 || month.month() == 1) {
            (0, true) => format!("{short} {year}"),
            (0, false) => short.to_owned(),
            _ => String::new(),
        };
        columns.push(MonthColumn { x: Num::of(x), label, parts: pieces });
        x += pitch;
    }
    let shown: Vec<Rag> = ORDER
        .into_iter()
        .filter(|rag| data.iter().any(|(_, parts)| count(parts, *rag) > 0))
        .collect();
    let mut head = vec!["Month".to_owned()];
    head.extend(shown.iter().map(|rag| rag.word().to_owned()));
    let rows = data
        .iter()
        .map(|(month, parts)| {
            let mut row = vec![format!("{} {}", month_name(month.month()), month.year())];
            row.extend(shown.iter().map(|rag| count(parts, *rag).to_string()));
            row
        })
        .collect();
    let about = About {
        id: id.to_owned(),
        title: "Health by month".to_owned(),
        description: format!("Projects per rating at the end of each of {} months", data.len()),
        caption: "Projects per rating at the end of each month, as reported.".to_owned(),
        table: DataTable { head, rows },
    };
    Some(Months { about, width: Num::of(WIDTH), height: Num::of(BASE + 24.0), rules, columns })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::site::charts::tests::day;

    #[test]
    fn marks_say_their_runs() {
        let reports = [
            (day("2026-03-13"), Rag::Green),
            (day("2026-03-20"), Rag::Green),
            (day("2026-03-27"), Rag::Amber),
        ];
        let marks = marks(&reports);
        assert_eq!(marks.label, "3 reports, oldest first: 2 green, then 1 amber");
        assert_eq!(marks.width.to_string(), "33");
        assert_eq!(marks.marks[2].title, "27 Mar 2026: amber");
    }

    #[test]
    fn a_bar_fills_its_width_without_empty_parts() {
        let counts = [(Rag::Green, 4, None), (Rag::Amber, 0, None), (Rag::Red, 4, None)];
        let bar = health_bar("health", &counts);
        let widths: Vec<_> = bar.parts.iter().map(|part| part.width.to_string()).collect();
        assert_eq!((bar.total, widths), (8, vec!["498".to_owned(), "498".to_owned()]));
        assert_eq!(health_bar("health", &[]).total, 0);
    }

    #[test]
    fn months_need_a_project() {
        assert_eq!(months("months", &[(day("2026-03-01"), vec![])]), None);
        let chart = months("months", &[(day("2026-03-01"), vec![(Rag::Red, 2)])]).unwrap();
        assert_eq!(chart.columns[0].label, "Mar 2026");
        assert_eq!(chart.columns[0].parts[0].count, Some(2));
    }
}
