//! K02, schedule variance: how late the finish is forecast.

use crate::date::{Date, days};
use crate::measures::kpi::{Counted, Kpi, Of, Pool, Reading, Scope, Unit};
use crate::measures::{absent_baseline, freshness, hindsight};
use crate::ratio::Ratio;
use crate::table::Missing;

/// K02.
pub static KPI: Kpi = Kpi {
    id: "K02",
    name: "schedule-variance",
    title: "Schedule variance",
    question: "How late will we finish?",
    formula: "(finish forecast − finish baseline) ÷ (finish baseline − start baseline) × 100, in \
              calendar days. The finish is the milestone marked as such, once reached its actual \
              date. Days late are positive here; the schedule variance of earned value is \
              negative when behind.",
    missing: "Not yet without a baseline before the plan is approved, not reported after; not \
              reported without a forecast or while reports are silent.",
    benchmark: "within 10 to 15 % of the plan",
    of: Of::Amount("days"),
    unit: Unit::Percent,
    window: 90,
    closed: false,
    undated: None,
    pool: Pool::Ratio,
    read,
};

/// Early by more than this share of the time planned: the plan may be padded.
const PADDED: i128 = -15;

fn read(s: &Scope<'_>) -> Reading {
    let project = s.project;
    let now = s.on() == s.portfolio.as_of;
    let finish = project.finish_milestone();
    let item = finish.and_then(|m| project.items("milestones").get(m.item));
    let baseline = match item {
        Some(item) => hindsight::baseline(&item.fields, s.on()),
        None => project.finish.baseline,
    };
    let Some(baseline) = baseline else { return Reading::missing(absent_baseline(project)) };
    let told = finish.and_then(|m| m.history.iter().rev().find(|(on, _)| *on <= s.on()));
    let today = project.finish.current().filter(|_| now);
    let actual = s.past(project.finish.actual);
    let Some(forecast) = actual.or(today).or(told.map(|(_, day)| *day)) else {
        return Reading::missing(Missing::NotReported);
    };
    let silent = !freshness::measure_on(s.portfolio, project, s.on()).counts();
    if silent && actual.is_none() {
        let mut reading = Reading::missing(Missing::NotReported);
        reading.notes.push("The newest report is too old to count.".into());
        return reading;
    }
    let late = days(baseline, forecast);
    let start = project.start.baseline.or(project.start.actual);
    let lasts = start.map_or(0, |start: Date| days(start, baseline).max(0));
    let whole = |n: i64| Ratio::whole(n.into());
    let mut reading = Reading::ratio(whole(late), whole(lasts), Missing::NotReported);
    match &reading.value {
        Ok(value) if *value < Ratio::whole(PADDED) => {
            reading.notes.push("Early: the baseline may be padded.".into());
        }
        Ok(value) if value.is_negative() => reading.notes.push("Early.".into()),
        Ok(_) => {}
        Err(_) => reading.notes.push("The start has no date before the finish.".into()),
    }
    if s.detail {
        let verb = if actual.is_some() { "reached" } else { "forecast" };
        let note = format!("baseline {baseline}, {verb} {forecast}, {late:+} days");
        reading.counted.extend(match item {
            Some(item) => Some(Counted::item(s, item, "baseline", note)),
            None => s.portfolio.documents.get(project.card).map(|card| {
                Counted::document(card, "Finish".into(), card.fields.span("finish"), note)
            }),
        });
    }
    reading
}

#[cfg(test)]
mod tests {
    use crate::measures::kpi::testing::{card, line, measure};
    use crate::measures::kpi::{Measured, Standing};

    fn example(tier: u8, forecast: &str) -> String {
        format!(
            "{}=== crm/milestones.yaml\nmilestones:\n  - {{id: M7, name: Live, baseline: \
             2026-09-30, finish: true}}\n=== crm/status/2026-03-27.md\n---\nkind: status\n\
             project: crm\nas_of: 2026-03-27\nauthor: Ana\nmilestones: {{M7: {{forecast: \
             {forecast}}}}}\n---\n# Status\n",
            card("crm", tier, "start: {baseline: 2026-01-05}\n")
        )
    }

    fn standing(k: &Measured) -> &Standing {
        k.projects[0].as_ref().unwrap()
    }

    #[test]
    fn twenty_eight_of_268_days_late() {
        let tier = |t| line(&measure("K02", &example(t, "2026-10-28"), "2026-03-27"));
        assert_eq!(tier(1), "10.4 % amber, 28 of 268 days");
        assert_eq!(tier(2), "10.4 % amber, 28 of 268 days");
        assert_eq!(tier(3), "10.4 % green, 28 of 268 days");
        let k = measure("K02", &example(1, "2026-10-28"), "2026-03-27");
        assert_eq!(
            standing(&k).reading.counted[0].note,
            "baseline 2026-09-30, forecast 2026-10-28, +28 days"
        );
        assert!(!standing(&k).few);
    }

    #[test]
    fn early_is_green_and_said_and_very_early_questioned() {
        let k = measure("K02", &example(1, "2026-09-20"), "2026-03-27");
        assert_eq!(line(&k), "-3.7 % green, -10 of 268 days");
        assert_eq!(standing(&k).reading.notes, ["Early."]);
        let k = measure("K02", &example(1, "2026-08-01"), "2026-03-27");
        assert_eq!(standing(&k).reading.notes, ["Early: the baseline may be padded."]);
    }

    #[test]
    fn without_forecast_baseline_or_fresh_report_it_is_missing() {
        let bare = card("crm", 2, "");
        assert_eq!(line(&measure("K02", &bare, "2026-03-27")), "Err(NotReported)");
        let early = bare.replace("execution", "initiation");
        assert_eq!(line(&measure("K02", &early, "2026-03-27")), "Err(NotYet)");
        let silent = example(2, "2026-10-28");
        assert_eq!(line(&measure("K02", &silent, "2026-06-30")), "Err(NotReported)");
    }
}
