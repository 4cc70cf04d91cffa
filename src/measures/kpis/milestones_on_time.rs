//! K01, milestones on time: achieved within tolerance, of those achieved or
//! overdue.

use crate::data::record::Record;
use crate::date::days;
use crate::measures::hindsight;
use crate::measures::kpi::{Counted, Figure, Kpi, Of, Pool, Reading, Scope, Unit};
use crate::measures::milestones_on_time::{Class, class_on, tolerance_of};
use crate::ratio::Ratio;
use crate::table::Missing;

/// K01.
pub static KPI: Kpi = Kpi {
    id: "K01",
    name: "milestones-on-time",
    title: "Milestones on time",
    question: "Do we reach what we promised when we promised it?",
    formula: "on time ÷ (on time + missed) × 100, of the milestones achieved or due in the \
              window. A milestone is on time when its actual date is at most its tolerance after \
              its baseline: a tenth of its lead from the start of the project, at most 5, 10 or 15 \
              days by tier. Cancelled ones, those not due and those overdue inside their tolerance \
              are left out.",
    missing: "Not reported without a milestone register, not yet when nothing was due.",
    benchmark: "80 to 90 % within a tenth of the plan",
    of: Of::Things("milestones"),
    unit: Unit::Percent,
    window: 365,
    closed: false,
    undated: None,
    pool: Pool::Ratio,
    read,
};

fn read(s: &Scope<'_>) -> Reading {
    let items = s.project.items("milestones");
    if s.project.milestones.is_empty() {
        return Reading::missing(Missing::NotReported);
    }
    let nothing = Record::default();
    let (mut on_time, mut all, mut first_on_time, mut first_all) = (0, 0, 0, 0);
    let (mut counted, mut excluded) = (Vec::new(), Vec::new());
    for m in &s.project.milestones {
        let item = items.get(m.item);
        let fields = item.map_or(&nothing, |i| &i.fields);
        if fields.date("added").is_some_and(|added| added > s.on()) {
            continue;
        }
        let actual = s.past(m.actual);
        let judge = |baseline| {
            let baseline = if m.cancelled { None } else { baseline };
            let in_window = actual.or(baseline).is_some_and(|d| d > s.window.from);
            (class_on(s.project, baseline, actual, s.on()), in_window)
        };
        let baseline = hindsight::baseline(fields, s.on());
        let (class, in_window) = judge(baseline);
        let counts = in_window && matches!(class, Class::OnTime | Class::Missed);
        all += usize::from(counts);
        on_time += usize::from(counts && class == Class::OnTime);
        let (first, in_window) = judge(m.original);
        let first_counts = in_window && matches!(first, Class::OnTime | Class::Missed);
        first_all += usize::from(first_counts);
        first_on_time += usize::from(first_counts && first == Class::OnTime);
        let Some(item) = item.filter(|_| s.detail) else { continue };
        let late = baseline.map(|b| days(b, actual.unwrap_or(s.on())));
        let lateness = match late {
            Some(0) => "on the day".into(),
            Some(late) if late < 0 => format!("{} days early", -late),
            Some(late) => {
                let tolerance = tolerance_of(s.project, baseline);
                let so_far = if actual.is_none() { " so far" } else { "" };
                format!("{late} days late{so_far}, tolerance {}", tolerance.show(1))
            }
            None => String::new(),
        };
        let why = match class {
            _ if counts => {
                let good = class == Class::OnTime;
                counted.push(Counted::item(s, item, "baseline", lateness).good(good));
                continue;
            }
            Class::Excluded if m.cancelled => "cancelled".into(),
            Class::Excluded => "no baseline".into(),
            Class::NotDue => format!("not due before {}", baseline.unwrap_or(s.on())),
            Class::Pending => format!("overdue inside its tolerance: {lateness}"),
            Class::OnTime | Class::Missed => format!("before {}", s.window.from),
        };
        excluded.push(Counted::item(s, item, "baseline", why));
    }
    let whole = |n: usize| Ratio::whole(i128::try_from(n).unwrap_or_default());
    let reading = Reading::share(on_time, all, Missing::NotYet);
    let reading = Reading { counted, excluded, ..reading };
    if first_all == 0 {
        return reading;
    }
    let original = Figure::Ratio(whole(first_on_time), whole(first_all));
    reading.with("against the original baseline", Unit::Percent, original)
}

#[cfg(test)]
mod tests {
    use crate::measures::kpi::testing::{card, line, measure, side};

    /// The worked example of the book, on 5 June 2026.
    fn example(tier: u8, third: &str) -> String {
        let milestones = format!(
            "milestones:\n  - {{id: M1, name: a, baseline: 2026-01-30, actual: 2026-01-30}}\n  \
             - {{id: M2, name: b, baseline: 2026-02-27, actual: 2026-03-03}}\n  {third}\n  \
             - {{id: M4, name: d, baseline: 2026-04-30, actual: 2026-04-28}}\n  \
             - {{id: M5, name: e, baseline: 2026-05-15}}\n  \
             - {{id: M6, name: f, baseline: 2026-06-03}}\n  \
             - {{id: M7, name: g, baseline: 2026-07-31, finish: true}}\n"
        );
        let card = card("crm", tier, "start: {baseline: 2026-01-05}\n");
        format!("{card}=== crm/milestones.yaml\n{milestones}")
    }

    const THIRD: &str = "- {id: M3, name: c, baseline: 2026-03-20, actual: 2026-04-10}";

    #[test]
    fn three_of_five_are_on_time() {
        let k = measure("K01", &example(2, THIRD), "2026-06-05");
        assert_eq!(line(&k), "60.0 % red, 3 of 5 milestones");
        let standing = k.projects[0].as_ref().unwrap();
        assert!(standing.few);
        assert_eq!(standing.show(k.kpi).unwrap(), "3 of 5 (60.0 %)");
        let said = |list: &[crate::measures::kpi::Counted]| -> Vec<String> {
            list.iter().map(|c| format!("{}: {}", c.label, c.note)).collect()
        };
        assert_eq!(
            said(&standing.reading.counted),
            [
                "M1 a: on the day",
                "M2 b: 4 days late, tolerance 5.3",
                "M3 c: 21 days late, tolerance 7.4",
                "M4 d: 2 days early",
                "M5 e: 21 days late so far, tolerance 10.0",
            ]
        );
        assert_eq!(
            said(&standing.reading.excluded),
            [
                "M6 f: overdue inside its tolerance: 2 days late so far, tolerance 10.0",
                "M7 g: not due before 2026-07-31"
            ]
        );
        assert_eq!(standing.reading.counted[2].line, 4);
    }

    #[test]
    fn a_new_baseline_helps_only_against_the_current_one() {
        let third = "- {id: M3, name: c, original: 2026-03-20, baseline: 2026-04-10, actual: \
                     2026-04-10, rebaselines: [{date: 2026-04-01, from: 2026-03-20, to: \
                     2026-04-10, change: CR-1}]}";
        let k = measure("K01", &example(2, third), "2026-06-05");
        assert_eq!(line(&k), "80.0 % amber, 4 of 5 milestones");
        assert_eq!(side(&k, "against the original baseline"), "60.0 % (3 of 5)");
    }

    #[test]
    fn the_cap_is_the_tiers() {
        // Tier 3 allows fifteen days: the tenths of the leads hold, M5 is still missed.
        let k = measure("K01", &example(3, THIRD), "2026-06-05");
        assert_eq!(line(&k), "60.0 % red, 3 of 5 milestones");
        let k = measure("K01", &example(1, THIRD), "2026-06-05");
        assert_eq!(line(&k), "60.0 % red, 3 of 5 milestones");
        // The tenth of 130 days lets a tier 3 milestone be thirteen days late.
        let k = measure("K01", &example(3, THIRD), "2026-05-28");
        assert_eq!(line(&k), "75.0 % amber, 3 of 4 milestones");
    }

    #[test]
    fn the_past_is_told_from_what_was_dated_by_then() {
        let k = measure("K01", &example(2, THIRD), "2026-06-05");
        let history = &k.projects[0].as_ref().unwrap().history;
        let on = |day: &str| {
            let point = history.iter().find(|p| p.on.to_string() == day).unwrap();
            point.value.as_ref().ok().map(|v| v.show(1))
        };
        assert_eq!(on("2026-01-31"), Some("100.0".into()));
        assert_eq!(on("2026-02-28"), Some("100.0".into()));
        assert_eq!(on("2026-03-31"), Some("66.7".into()));
        assert_eq!(history.last().unwrap().on.to_string(), "2026-06-05");
    }

    #[test]
    fn without_register_it_is_not_reported_and_before_the_first_not_yet() {
        let k = measure("K01", &card("crm", 2, ""), "2026-06-05");
        assert_eq!(line(&k), "Err(NotReported)");
        let k = measure("K01", &example(2, THIRD), "2026-01-10");
        assert_eq!(line(&k), "Err(NotYet)");
    }

    #[test]
    fn a_cancelled_milestone_does_not_count() {
        let third = "- {id: M3, name: c, baseline: 2026-03-20, cancelled: CR-9}";
        let k = measure("K01", &example(2, third), "2026-06-05");
        assert_eq!(line(&k), "75.0 % amber, 3 of 4 milestones");
    }
}
