//! The timeline: baseline and forecast of milestones on a calendar.

use super::{DateScale, as_f64, day_text, days_text, month_ticks, plus_days, trend::shorten};
use crate::site::view::chart::{About, DataTable, Num, Rule, Timeline, TimelineRow, TimelineShade};
use crate::site::view::{Rag, month_short};
use crate::text::counted;
use chrono::{Datelike, NaiveDate};

/// What a timeline shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TimelineInput<'a> {
    /// Unique on the page.
    pub id: &'a str,
    /// `Next eight weeks`.
    pub title: &'a str,
    /// First day in sight.
    pub from: NaiveDate,
    /// Last day in sight.
    pub to: NaiveDate,
    /// The as-of date.
    pub today: NaiveDate,
    /// The milestones, in order.
    pub items: &'a [TimelineItem],
    /// Times that are shaded, with their names.
    pub shades: &'a [(NaiveDate, NaiveDate, String)],
}

/// One milestone.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TimelineItem {
    /// The project's name; empty on a project's own page.
    pub project: String,
    /// `M3 UAT environment`.
    pub label: String,
    /// Where the milestone stands.
    pub href: Option<String>,
    /// The agreed date.
    pub baseline: Option<NaiveDate>,
    /// The expected date, or the actual one.
    pub forecast: Option<NaiveDate>,
    /// How late it is; [`Rag::NotReported`] without a forecast, and
    /// [`Rag::Complete`] when it is achieved.
    pub rag: Rag,
}

const WIDTH: f64 = 1300.0;
const LEFT: f64 = 370.0;
const RIGHT: f64 = 1160.0;
const TOP: f64 = 26.0;
const ROW: f64 = 30.0;

/// The milestones on a calendar; `None` where there are none.
#[must_use]
pub fn timeline(input: &TimelineInput<'_>) -> Option<Timeline> {
    if input.items.is_empty() || input.to <= input.from {
        return None;
    }
    let xs = DateScale::new(input.from, input.to, LEFT, RIGHT);
    let seen = |date: &NaiveDate| (input.from..=input.to).contains(date);
    let mut y = TOP + ROW / 2.0;
    let mut rows = Vec::with_capacity(input.items.len());
    for item in input.items {
        rows.push(row(item, y, xs, seen));
        y += ROW;
    }
    let shades: Vec<&(NaiveDate, NaiveDate, String)> =
        input.shades.iter().filter(|(a, b, _)| *b >= input.from && *a <= input.to).collect();
    // The names of shaded times stand below the last row.
    let base = y - ROW / 2.0 + if shades.is_empty() { 0.0 } else { 16.0 };
    let caption = if shades.is_empty() {
        "Hollow is the baseline, filled the forecast; the dashed line is today."
    } else {
        "Hollow is the baseline, filled the forecast; the dashed line is today; nothing is to go \
         live in what is shaded."
    };
    let late = input.items.iter().filter(|item| matches!(item.rag, Rag::Red | Rag::Amber)).count();
    let about = About {
        id: input.id.to_owned(),
        title: input.title.to_owned(),
        description: format!(
            "{} from {} to {}, {late} of them late",
            counted(input.items.len(), "milestone"),
            day_text(input.from),
            day_text(input.to)
        ),
        caption: caption.to_owned(),
        table: table(input),
    };
    let shades = shades.iter().map(|(from, to, label)| {
        let (a, b) = (xs.at(*from).max(LEFT), xs.at(plus_days(*to, 1)).min(RIGHT));
        let room = ((b - a) / 6.5).max(0.0);
        let name = if label.is_empty() { "freeze".to_owned() } else { label.clone() };
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a width")]
        let label = if room < 4.0 { String::new() } else { shorten(&name, room as usize) };
        let (width, height) = (Num::of((b - a).max(1.0)), Num::of(base - 20.0));
        let days = format!("{} to {}", short(*from), short(*to));
        TimelineShade { x: Num::of(a), width, height, label, name, days }
    });
    Some(Timeline {
        about,
        width: Num::of(WIDTH),
        height: Num::of(base + 6.0),
        left: Num::of(LEFT),
        base: Num::of(base),
        ticks: ticks(input, xs),
        shades: shades.collect(),
        today: seen(&input.today).then(|| Num::of(xs.at(input.today))),
        rows,
    })
}

fn row(
    item: &TimelineItem,
    y: f64,
    xs: DateScale,
    seen: impl Fn(&NaiveDate) -> bool,
) -> TimelineRow {
    let slip = item.baseline.zip(item.forecast).map(|(b, f)| (f - b).num_days());
    let clamp = |date: NaiveDate| xs.at(date).clamp(LEFT, RIGHT);
    let ends = item.baseline.or(item.forecast).zip(item.forecast.or(item.baseline));
    let (from, to) =
        ends.map_or((LEFT, LEFT), |(a, b)| (clamp(a).min(clamp(b)), clamp(a).max(clamp(b))));
    let shown = item.forecast.or(item.baseline);
    let date = match (shown, slip) {
        (None, _) => "no date".to_owned(),
        (Some(date), None | Some(0)) => short(date),
        (Some(date), Some(days)) => format!("{} {}", short(date), days_text(days)),
    };
    let said = |date: Option<NaiveDate>| date.map_or("not reported".to_owned(), day_text);
    TimelineRow {
        y: Num::of(y),
        text_y: Num::of(y + 4.0),
        project: shorten(&item.project, 22),
        label: shorten(&item.label, 30),
        of: item.project.clone(),
        full: item.label.clone(),
        href: item.href.clone(),
        rag: item.rag,
        baseline: item.baseline.filter(&seen).map(|date| Num::of(xs.at(date))),
        forecast: item.forecast.filter(&seen).map(|date| Num::of(xs.at(date))),
        beyond: item.forecast.is_some_and(|date| xs.at(date) > RIGHT),
        from: Num::of(from),
        to: Num::of(to),
        date,
        // Right of `RIGHT` there is room for a date and its slip.
        date_x: Num::of(to + 12.0),
        anchor: "start",
        title: format!(
            "{} {}: baseline {}, forecast {}",
            item.project,
            item.label,
            said(item.baseline),
            said(item.forecast)
        ),
    }
}

/// Weeks where they fit, months where they do not.
fn ticks(input: &TimelineInput<'_>, xs: DateScale) -> Vec<Rule> {
    let days = (input.to - input.from).num_days();
    if as_f64(days) > 15.0 * 7.0 {
        return month_ticks(input.from, input.to, 13)
            .into_iter()
            .map(|(date, label)| Rule { at: Num::of(xs.at(date)), label })
            .collect();
    }
    let monday = u64::from((7 - input.from.weekday().num_days_from_monday()) % 7);
    std::iter::successors(Some(plus_days(input.from, monday)), |date| Some(plus_days(*date, 7)))
        .take_while(|date| *date <= input.to)
        .take(16)
        .map(|date| Rule { at: Num::of(xs.at(date)), label: short(date) })
        .collect()
}

fn short(date: NaiveDate) -> String {
    format!("{} {}", date.day(), month_short(date.month()))
}

fn table(input: &TimelineInput<'_>) -> DataTable {
    let said = |date: Option<NaiveDate>| date.map_or("not reported".to_owned(), day_text);
    let items = input.items.iter().map(|item| {
        let (baseline, forecast) = (said(item.baseline), said(item.forecast));
        vec![item.label.clone(), item.project.clone(), baseline, forecast]
    });
    let shades = input.shades.iter().map(|(from, to, label)| {
        let days = format!("{} to {}", day_text(*from), day_text(*to));
        vec![label.clone(), "freeze".to_owned(), days.clone(), days]
    });
    DataTable {
        head: ["Milestone", "Project", "Baseline", "Forecast"].map(str::to_owned).to_vec(),
        rows: items.chain(shades).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::site::charts::tests::day;

    #[test]
    fn what_is_out_of_sight_is_clamped() {
        let items = [TimelineItem {
            label: "M3".to_owned(),
            baseline: Some(day("2026-03-20")),
            forecast: Some(day("2026-04-10")),
            rag: Rag::Amber,
            ..TimelineItem::default()
        }];
        let chart = timeline(&TimelineInput {
            id: "next",
            title: "Next eight weeks",
            from: day("2026-03-27"),
            to: day("2026-05-22"),
            today: day("2026-03-27"),
            items: &items,
            shades: &[(day("2026-05-18"), day("2026-06-30"), "Year end of finance".to_owned())],
        })
        .unwrap();
        let shade = &chart.shades[0];
        assert_eq!(
            (shade.x.to_string(), shade.width.to_string()),
            ("1103.6".into(), "56.4".into())
        );
        assert_eq!(chart.about.table.rows[1][1], "freeze");
        let row = &chart.rows[0];
        assert_eq!((row.baseline, row.from.to_string().as_str()), (None, "370"));
        assert_eq!(row.date, "10 Apr +21 d");
        assert_eq!(chart.ticks[0].label, "30 Mar");
    }

    #[test]
    fn a_list_beside_it_has_the_whole_names() {
        let items = [TimelineItem {
            project: "Fare gates at the ferry terminals".to_owned(),
            label: "M3 Factory acceptance of the gate line".to_owned(),
            forecast: Some(day("2026-04-10")),
            ..TimelineItem::default()
        }];
        let chart = timeline(&TimelineInput {
            id: "next",
            title: "Next eight weeks",
            from: day("2026-03-27"),
            to: day("2026-05-22"),
            today: day("2026-03-27"),
            items: &items,
            shades: &[],
        })
        .unwrap();
        let row = &chart.rows[0];
        assert!(row.label.ends_with('…') && row.project.ends_with('…'));
        assert_eq!((&row.of, &row.full), (&items[0].project, &items[0].label));
    }
}
