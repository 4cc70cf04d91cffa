//! K07, forecast accuracy of money: what a period cost against what the report
//! before it expected; once closed, what half-time expected of the end.

use crate::data::record::Record;
use crate::date::{Date, days, plus};
use crate::document::Document;
use crate::lifecycles::Class;
use crate::measures::kpi::{Counted, Kpi, Of, Pool, Reading, Scope, Unit};
use crate::portfolio::State;
use crate::ratio::Ratio;
use crate::table::Missing;

/// K07.
pub static KPI: Kpi = Kpi {
    id: "K07",
    name: "cost-forecast-error",
    title: "Forecast accuracy, money",
    question: "Do we spend what we said we would spend next?",
    formula: "The mean over the last three periods of |spent in the period − expected by the \
              report before| ÷ expected × 100, for periods between consecutive reports. For a \
              project closed in the window: |estimate at completion at half-time − final cost| ÷ \
              final cost × 100, half-time being the last report before half the planned duration.",
    missing: "Does not apply where the budget is not tracked; not yet before execution; not \
              reported without two consecutive reports that say what was spent and what comes \
              next.",
    benchmark: "within 5 to 10 %",
    of: Of::Things("periods"),
    unit: Unit::Percent,
    window: 90,
    closed: true,
    undated: None,
    pool: Pool::Mean,
    read,
};

/// How many periods count.
const PERIODS: usize = 3;

fn read(s: &Scope<'_>) -> Reading {
    let project = s.project;
    if project.untracked {
        return Reading::not_applicable("the budget is not tracked");
    }
    let ended = project.state == State::Complete && s.known(project.finish.actual);
    if ended {
        return at_half_time(s);
    }
    let reports: Vec<(Date, &Document, &Record)> = s
        .reports()
        .iter()
        .filter_map(|r| {
            let report = s.portfolio.documents.get(r.document)?;
            Some((r.date, report, &report.fields))
        })
        .collect();
    let money = |r: &Record, name: &str| r.record("budget").and_then(|b| b.number(name));
    let (mut errors, mut counted, mut excluded) = (Vec::new(), Vec::new(), Vec::new());
    for pair in reports.windows(2).rev() {
        let [(_, _, before), (on, report, now)] = pair else { continue };
        if errors.len() == PERIODS || !s.window.holds(*on) {
            break;
        }
        let span = now.record("budget").and_then(|b| b.span("actual"));
        let mut leave = |why: &str| {
            if s.detail {
                let label = format!("Report {on}");
                excluded.push(Counted::document(report, label, span, why.into()));
            }
        };
        let (Some(was), Some(is)) = (money(before, "actual"), money(now, "actual")) else {
            leave("this report or the one before does not say what was spent");
            continue;
        };
        let Some(expected) = money(before, "next_period_spend") else {
            leave("the report before does not say what it expected to be spent");
            continue;
        };
        let Some(spent) = is.sub(was) else { continue };
        let above = Some(expected).filter(|n| *n > Ratio::ZERO);
        let Some(error) = above.and_then(|of| spent.sub(of)?.abs().percent_of(of)) else {
            leave("the report before expected no spend");
            continue;
        };
        errors.push(error);
        if s.detail {
            let note = format!(
                "spent {}, expected {}: {} %",
                spent.money(),
                expected.money(),
                error.show(1)
            );
            counted.push(Counted::document(report, format!("Report {on}"), span, note));
        }
    }
    let early = project.phase().is_some_and(|p| p.class < Class::Execute);
    let none = if early { Missing::NotYet } else { Missing::NotReported };
    Reading { counted, excluded, ..Reading::mean(errors, none) }
}

/// The estimate of the last report before half the planned duration against
/// the final cost.
fn at_half_time(s: &Scope<'_>) -> Reading {
    let missing = || Reading::missing(Missing::NotReported);
    let project = s.project;
    let documents = || project.documents.iter().filter_map(|i| s.portfolio.documents.get(*i));
    let closing = documents().find_map(|d| Some((d, d.fields.number("final_cost")?)));
    let Some((closure, cost)) = closing else { return missing() };
    let Some((start, finish)) = project.began().zip(project.finish.baseline) else {
        return missing();
    };
    let half = plus(start, days(start, finish) / 2);
    let told = s.reports().iter().rev().filter(|r| r.date <= half).find_map(|r| {
        let report = s.portfolio.documents.get(r.document)?;
        Some((r.date, report.fields.record("budget")?.number("eac")?))
    });
    let Some((on, eac)) = told else { return missing() };
    let error = eac.sub(cost).and_then(|e| e.abs().percent_of(cost.abs()));
    let mut reading = Reading::mean(error.into_iter().collect(), Missing::NotReported);
    if s.detail {
        let note = format!("report {on} expected {}, it cost {}", eac.money(), cost.money());
        let span = closure.fields.span("final_cost");
        reading.counted.push(Counted::document(closure, "Final cost".into(), span, note));
        reading.notes.push("Closed: the estimate at half-time against the final cost.".into());
    }
    reading
}

#[cfg(test)]
mod tests {
    use crate::measures::kpi::testing::{card, line, measure};

    fn report(day: &str, budget: &str) -> String {
        format!(
            "=== crm/status/2026-{day}.md\n---\nkind: status\nproject: crm\nas_of: 2026-{day}\n\
             author: Ana\nbudget: {{{budget}}}\n---\n# Status\n"
        )
    }

    fn example(tier: u8) -> String {
        [
            card("crm", tier, "budget: {tracked: true, currency: CAD, baseline: 500000}\n"),
            report("02-13", "actual: 100000, next_period_spend: 45000"),
            report("02-27", "actual: 148000, next_period_spend: 50000"),
            report("03-13", "actual: 195000, next_period_spend: 40000"),
            report("03-27", "actual: 240000"),
        ]
        .concat()
    }

    #[test]
    fn the_mean_error_of_the_last_three_periods() {
        let tier = |t| line(&measure("K07", &example(t), "2026-03-31"));
        assert_eq!(tier(1), "8.4 % amber, 3 periods");
        assert_eq!(tier(2), "8.4 % amber, 3 periods");
        assert_eq!(tier(3), "8.4 % green, 3 periods");
        let k = measure("K07", &example(1), "2026-03-31");
        let reading = &k.projects[0].as_ref().unwrap().reading;
        let errors: Vec<String> = reading.observations.iter().map(|e| e.show(3)).collect();
        assert_eq!(errors, ["12.500", "6.000", "6.667"]);
        assert_eq!(reading.counted[2].note, "spent 48,000, expected 45,000: 6.7 %");
    }

    #[test]
    fn a_closed_project_is_judged_by_its_estimate_at_half_time() {
        let card = card(
            "crm",
            1,
            "start: {baseline: 2025-09-01}\nfinish: {baseline: 2026-03-01, actual: 2026-03-20}\n\
             budget: {tracked: true, currency: CAD, baseline: 500000}\n",
        );
        let closed = card.replace("state: active", "state: complete");
        let files = [
            closed,
            report("01-15", "actual: 1, eac: 600000"),
            report("01-15", "")
                .replace("2026-01-15", "2025-11-20")
                .replace("budget: {}", "budget: {actual: 1, eac: 510000}"),
            "=== crm/closure.md\n---\nkind: closure\nproject: crm\nfinal_cost: 540000\n---\n# \
             Closure\n"
                .to_owned(),
        ]
        .concat();
        let k = measure("K07", &files, "2026-03-31");
        assert_eq!(line(&k), "5.6 % amber, 1 period");
    }

    #[test]
    fn without_a_pair_it_is_not_reported_and_untracked_it_does_not_apply() {
        assert_eq!(line(&measure("K07", &example(1), "2026-02-20")), "Err(NotReported)");
        let planning = example(1).replace("phase: execution", "phase: planning");
        assert_eq!(line(&measure("K07", &planning, "2026-02-20")), "Err(NotYet)");
        let free = card("crm", 1, "budget: {tracked: false}\n");
        assert!(line(&measure("K07", &free, "2026-02-20")).contains("not tracked"));
        let zero = example(1).replace("next_period_spend: 40000", "next_period_spend: 0");
        let k = measure("K07", &zero, "2026-03-31");
        assert_eq!(line(&k), "6.3 % amber, 2 periods");
        let excluded = &k.projects[0].as_ref().unwrap().reading.excluded;
        assert_eq!(excluded[0].note, "the report before expected no spend");
        let credit = example(1).replace("next_period_spend: 40000", "next_period_spend: -10");
        assert_eq!(line(&measure("K07", &credit, "2026-03-31")), "6.3 % amber, 2 periods");
    }
}
