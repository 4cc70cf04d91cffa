//! K03, cost variance at completion: how far the estimate at completion lies
//! above the approved budget, for each currency apart.

use crate::data::record::Record;
use crate::date::Date;
use crate::measures::earned_value::EarnedValue;
use crate::measures::kpi::{Counted, Figure, Kpi, Of, Pool, Pooling, Reading, Scope, Unit};
use crate::measures::{absent_baseline, cost_variance, freshness, hindsight};
use crate::portfolio::State;
use crate::ratio::Ratio;
use crate::table::Missing;
use std::collections::BTreeMap;

/// K03.
pub static KPI: Kpi = Kpi {
    id: "K03",
    name: "cost-variance",
    title: "Cost variance at completion",
    question: "How much more than approved will it cost?",
    formula: "(estimate at completion − approved budget) ÷ approved budget × 100; once closed the \
              final cost. An estimate that is missing is never replaced by what was spent. Below \
              the budget by more than the limit of amber is amber: money held that others could \
              use. Currencies are never added up.",
    missing: "Does not apply where the budget is not tracked; not yet without an approved budget \
              before the plan is approved, not reported after; not reported without an estimate or \
              while reports are silent.",
    benchmark: "within 5 to 10 % of the budget",
    of: Of::Money,
    unit: Unit::Change,
    window: 90,
    closed: true,
    undated: None,
    pool: Pool::Own(pool),
    read,
};

fn read(s: &Scope<'_>) -> Reading {
    let (p, project) = (s.portfolio, s.project);
    if project.untracked {
        return Reading::not_applicable("the budget is not tracked");
    }
    let Some(bac) = hindsight::bac(p, project, s.on()) else {
        return Reading::missing(absent_baseline(project));
    };
    if let Err(why) = cost_variance::comparable(bac) {
        return Reading::missing(why);
    }
    let now = s.on() == p.as_of;
    let ended = project.state == State::Complete && s.known(project.finish.actual);
    let eac = if now || ended {
        cost_variance::money(p, project).eac
    } else {
        hindsight::eac(p, project, s.on())
    };
    let silent = !ended && !freshness::measure_on(p, project, s.on()).counts();
    let Some(eac) = eac.filter(|_| !silent) else {
        let mut reading = Reading::missing(Missing::NotReported);
        if silent {
            reading.notes.push("The newest report is too old to count.".into());
        }
        return estimates(s, reading, bac);
    };
    let Some(over) = eac.sub(bac) else { return Reading::missing(Missing::NotReported) };
    let mut reading = Reading::ratio(over, bac, Missing::NotReported);
    let currency = project.currency.as_deref().unwrap_or_default();
    reading.parts = vec![(currency.to_owned(), over, bac)];
    held(&mut reading, s.limits(KPI.name).amber(project.tier));
    if s.detail {
        let what = if ended { "final cost" } else { "estimate" };
        let note = format!("{what} {currency} {} of {}", eac.money(), bac.money());
        let report = s.reports().iter().rev().find_map(|r| {
            let report = p.documents.get(r.document)?;
            Some((report, report.fields.record("budget")?.span("eac")?))
        });
        let place = report.map(|(d, span)| (d, Some(span)));
        let place = place.or_else(|| p.documents.get(project.card).map(|card| (card, None)));
        let label = || "Estimate at completion".into();
        reading.counted.extend(place.map(|(d, span)| Counted::document(d, label(), span, note)));
    }
    estimates(s, reading, bac)
}

/// Says of an underspend beyond amber what it is.
fn held(reading: &mut Reading, amber: Ratio) {
    if reading.value.as_ref().is_ok_and(|v| *v < amber.neg()) {
        reading.notes.push("Money is held that others could use.".into());
    }
}

/// What was planned to be spent by a day: planned value, else the months of
/// the budget that are over.
fn planned(s: &Scope<'_>, report: &Record) -> Option<Ratio> {
    if let Some(pv) = report.record("progress").and_then(|r| r.number("pv")) {
        return Some(pv);
    }
    let documents = s.project.documents.iter().filter_map(|i| s.portfolio.documents.get(*i));
    let mut months = documents
        .flat_map(|d| d.fields.list("planned_spend"))
        .filter_map(|entry| entry.datum.record())
        .filter(|r| over(r, s.on()))
        .filter_map(|r| r.number("amount"))
        .peekable();
    months.peek()?;
    Ratio::sum(months)
}

/// Whether the month of an entry has ended by a day.
fn over(entry: &Record, on: Date) -> bool {
    let next = crate::date::plus(on, 1).format("%Y-%m").to_string();
    match entry.get("month").map(|m| (m.text(), m.date())) {
        Some((Some(text), _)) => text.get(..7).is_some_and(|month| month < &*next),
        Some((_, Some(date))) => date.format("%Y-%m").to_string() < next,
        _ => false,
    }
}

/// The figures beside: spend to date, the first budget, what earned value says.
fn estimates(s: &Scope<'_>, mut reading: Reading, bac: Ratio) -> Reading {
    if !s.detail {
        return reading;
    }
    let p = s.portfolio;
    let fields = |r: &crate::portfolio::Report| p.documents.get(r.document).map(|d| &d.fields);
    let Some(report) = s.reports().last().and_then(fields) else { return reading };
    let actual = report.record("budget").and_then(|b| b.number("actual"));
    if let Some((actual, planned)) = actual.zip(planned(s, report))
        && let Some(more) = actual.sub(planned)
    {
        reading = reading.with("to date", Unit::Change, Figure::Ratio(more, planned));
    }
    let currency = s.project.currency.as_deref().unwrap_or_default();
    let money = |n: Ratio| Figure::Text(format!("{currency} {}", n.money()));
    let first = s
        .project
        .documents
        .iter()
        .filter_map(|i| p.documents.get(*i))
        .flat_map(|d| d.fields.list("rebaselines"))
        .find_map(|e| e.datum.record()?.number("from"));
    if let Some(first) = first.filter(|first| *first != bac) {
        reading = reading.with("first approved budget", Unit::Count, money(first));
    }
    if let Some(eac) = EarnedValue::of(report, Some(bac)).eac_typical() {
        reading = reading.with("estimate from earned value", Unit::Count, money(eac));
    }
    reading
}

/// For each currency apart; one value where there is only one.
fn pool(all: &Pooling<'_>) -> Reading {
    let mut parts: BTreeMap<&str, (Ratio, Ratio)> = BTreeMap::new();
    for (project, reading) in all.readings.iter().filter(|(_, r)| r.value.is_ok()) {
        let currency = project.currency.as_deref().unwrap_or_default();
        let sum = parts.entry(currency).or_insert((Ratio::ZERO, Ratio::ZERO));
        if let (Some(n), Some(d)) = (sum.0.add(reading.n), sum.1.add(reading.d)) {
            *sum = (n, d);
        }
    }
    let listed = || parts.iter().map(|(c, (n, d))| ((*c).to_owned(), *n, *d)).collect();
    let mut reading = match parts.values().next() {
        None => Reading::missing(all.nothing()),
        Some((n, d)) if parts.len() == 1 => {
            Reading { parts: listed(), ..Reading::ratio(*n, *d, all.nothing()) }
        }
        Some(_) => Reading {
            parts: listed(),
            ..Reading::not_applicable("currencies are not added up: see each")
        },
    };
    held(&mut reading, all.thresholds.of(KPI.name).amber(all.tier));
    reading
}

#[cfg(test)]
mod tests {
    use crate::measures::kpi::testing::{card, line, measure, side};

    fn example(id: &str, tier: u8, currency: &str, bac: u32, eac: &str) -> String {
        let budget = format!("budget: {{tracked: true, currency: {currency}, baseline: {bac}}}\n");
        format!(
            "{}=== {id}/status/2026-03-27.md\n---\nkind: status\nproject: {id}\nas_of: \
             2026-03-27\nauthor: Ana\nbudget: {{actual: 240000, committed: 60000, eac: {eac}}}\n\
             progress: {{pv: 250000, ev: 225000}}\n---\n# Status\n",
            card(id, tier, &budget)
        )
    }

    #[test]
    fn thirty_three_of_five_hundred_thousand_over() {
        let tier =
            |t| line(&measure("K03", &example("crm", t, "CAD", 500_000, "533000"), "2026-03-27"));
        assert_eq!(tier(1), "+6.6 % amber, CAD 33,000 of 500,000");
        assert_eq!(tier(2), "+6.6 % green, CAD 33,000 of 500,000");
        assert_eq!(tier(3), "+6.6 % green, CAD 33,000 of 500,000");
        let k = measure("K03", &example("crm", 1, "CAD", 500_000, "533000"), "2026-03-27");
        assert_eq!(side(&k, "to date"), "-4.0 % (-10,000 of 250,000)");
        assert_eq!(side(&k, "estimate from earned value"), "CAD 533,333.33");
    }

    #[test]
    fn an_underspend_beyond_amber_is_amber_at_best() {
        let of = |eac| line(&measure("K03", &example("crm", 1, "CAD", 500_000, eac), "2026-03-27"));
        assert_eq!(of("440000"), "-12.0 % amber, CAD -60,000 of 500,000");
        assert_eq!(of("450000"), "-10.0 % green, CAD -50,000 of 500,000");
    }

    #[test]
    fn an_estimate_is_never_made_up() {
        let without = example("crm", 2, "CAD", 500_000, "533000").replace(", eac: 533000", "");
        let k = measure("K03", &without, "2026-03-27");
        assert_eq!(line(&k), "Err(NotReported)");
        assert_eq!(side(&k, "estimate from earned value"), "CAD 533,333.33");
        let free = card("crm", 2, "budget: {tracked: false}\n");
        assert!(line(&measure("K03", &free, "2026-03-27")).contains("not tracked"));
        let planning = card("crm", 2, "").replace("execution", "planning");
        assert_eq!(line(&measure("K03", &planning, "2026-03-27")), "Err(NotYet)");
    }

    #[test]
    fn of_nothing_or_less_there_is_no_percentage() {
        for (bac, why) in [("0", "the budget is zero"), ("-500000", "the budget is below zero")] {
            let text = example("crm", 1, "CAD", 500_000, "533000");
            let text = text.replace("baseline: 500000", &format!("baseline: {bac}"));
            let said = line(&measure("K03", &text, "2026-03-27"));
            assert!(said.contains(why), "{said}");
        }
    }

    #[test]
    fn currencies_stay_apart() {
        let files =
            example("a", 2, "CAD", 500_000, "533000") + &example("c", 2, "EUR", 200_000, "210000");
        let k = measure("K03", &files, "2026-03-27");
        let pooled = &k.portfolio.standing.reading;
        let parts: Vec<String> = pooled
            .parts
            .iter()
            .map(|(c, n, d)| format!("{c} {}", n.percent_of(*d).unwrap().show(1)))
            .collect();
        assert!(pooled.value.is_err());
        assert_eq!(parts, ["CAD 6.6", "EUR 5.0"]);
    }
}
