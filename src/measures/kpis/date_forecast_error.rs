//! K06, forecast accuracy of dates: how far forecasts of milestones four weeks
//! ahead were from the day they were reached.

use crate::date::{days, plus};
use crate::measures::kpi::{Counted, Figure, Kpi, Of, Pool, Reading, Scope, Unit};
use crate::ratio::Ratio;
use crate::table::Missing;

/// K06.
pub static KPI: Kpi = Kpi {
    id: "K06",
    name: "date-forecast-error",
    title: "Forecast accuracy, dates",
    question: "Can a date be believed four weeks ahead?",
    formula: "The mean, over the milestones reached in the window, of |actual − forecast| ÷ lead × \
              100. The forecast is the one of the newest report at least 28 days before the \
              milestone was reached; the lead is the time from that report to its forecast, at \
              least a day.",
    missing: "Not reported without a milestone register; not yet where no milestone reached has a \
              forecast from 28 days before.",
    benchmark: "within 10 % on the next milestone",
    of: Of::Things("milestones"),
    unit: Unit::Percent,
    window: 365,
    closed: false,
    undated: None,
    pool: Pool::Mean,
    read,
};

/// How many days before it is reached a milestone's forecast is judged.
const AHEAD: i64 = 28;

fn read(s: &Scope<'_>) -> Reading {
    let items = s.project.items("milestones");
    if s.project.milestones.is_empty() {
        return Reading::missing(Missing::NotReported);
    }
    let (mut errors, mut bias, mut near) = (Vec::new(), Vec::new(), 0);
    let (mut counted, mut excluded) = (Vec::new(), Vec::new());
    for m in &s.project.milestones {
        let Some(actual) = s.past(m.actual).filter(|a| s.window.holds(*a)) else { continue };
        let item = items.get(m.item).filter(|_| s.detail);
        let known = m.history.partition_point(|(report, _)| *report <= plus(actual, -AHEAD));
        let told = known.checked_sub(1).and_then(|i| m.history.get(i));
        let Some((report, forecast)) = told else {
            let why = format!("reached {actual}, no forecast {AHEAD} days before");
            excluded.extend(item.map(|item| Counted::item(s, item, "actual", why)));
            continue;
        };
        let lead = days(*report, *forecast).max(1);
        let late = days(*forecast, actual);
        let of_lead = Ratio::whole(late.abs().into()).percent_of(Ratio::whole(lead.into()));
        let Some(error) = of_lead else { continue };
        near += i128::from(error <= Ratio::whole(10));
        errors.push(error);
        bias.push(Ratio::whole(late.into()));
        let note = format!(
            "report {report} said {forecast}, reached {actual}: {late:+} days on a lead of {lead}, \
             {} %",
            error.show(1)
        );
        counted.extend(item.map(|item| Counted::item(s, item, "actual", note)));
    }
    let all = Ratio::whole(i128::try_from(errors.len()).unwrap_or_default());
    let reading = Reading::mean(errors, Missing::NotYet);
    let reading = Reading { counted, excluded, ..reading };
    if all.is_zero() {
        return reading;
    }
    reading.with("within 10 %", Unit::Percent, Figure::Ratio(Ratio::whole(near), all)).with(
        "later than forecast, on average",
        Unit::Lateness,
        Figure::Mean(bias),
    )
}

#[cfg(test)]
mod tests {
    use crate::measures::kpi::testing::{card, line, measure, side};

    fn example(tier: u8) -> String {
        let report = |day: &str, said: &str| {
            format!(
                "=== crm/status/2026-{day}.md\n---\nkind: status\nproject: crm\nas_of: \
                 2026-{day}\nauthor: Ana\nmilestones: {{{said}}}\n---\n# Status\n"
            )
        };
        [
            card("crm", tier, ""),
            "=== crm/milestones.yaml\nmilestones:\n  - {id: M1, name: a, baseline: 2026-01-15, \
             actual: 2026-01-20}\n  - {id: M2, name: b, baseline: 2026-02-27, actual: \
             2026-03-03}\n  - {id: M3, name: c, baseline: 2026-03-20, actual: 2026-04-10}\n  - \
             {id: M4, name: d, baseline: 2026-04-30, actual: 2026-04-28}\n"
                .to_owned(),
            report("01-30", "M2: {forecast: 2026-02-27}"),
            report("02-13", "M2: {forecast: 2026-03-03}"),
            report("03-13", "M3: {forecast: 2026-04-03}"),
            report("03-27", "M4: {forecast: 2026-04-30}"),
        ]
        .concat()
    }

    #[test]
    fn the_mean_error_of_three_milestones() {
        for tier in 1..=3 {
            let k = measure("K06", &example(tier), "2026-05-01");
            assert_eq!(line(&k), "17.8 % amber, 3 milestones");
            assert_eq!(side(&k, "within 10 %"), "33.3 % (1 of 3)");
            assert_eq!(side(&k, "later than forecast, on average"), "+3.0 d");
        }
        let k = measure("K06", &example(1), "2026-05-01");
        let reading = &k.projects[0].as_ref().unwrap().reading;
        let errors: Vec<String> = reading.observations.iter().map(|e| e.show(1)).collect();
        assert_eq!(errors, ["14.3", "33.3", "5.9"]);
        assert_eq!(reading.excluded[0].note, "reached 2026-01-20, no forecast 28 days before");
        assert_eq!(
            reading.counted[1].note,
            "report 2026-03-13 said 2026-04-03, reached 2026-04-10: +7 days on a lead of 21, 33.3 %"
        );
    }

    #[test]
    fn without_a_forecast_four_weeks_before_it_is_not_yet() {
        assert_eq!(line(&measure("K06", &example(1), "2026-02-01")), "Err(NotYet)");
        assert_eq!(line(&measure("K06", &card("crm", 1, ""), "2026-02-01")), "Err(NotReported)");
        // One day of lead at least, however late the forecast already was.
        let late = example(1).replace("M4: {forecast: 2026-04-30}", "M4: {forecast: 2026-03-20}");
        let k = measure("K06", &late, "2026-05-01");
        let reading = &k.projects[0].as_ref().unwrap().reading;
        assert_eq!(reading.observations[2].show(0), "3900");
    }
}
