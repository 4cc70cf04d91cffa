//! Money: budget, spent, ordered, expected; and cost over time.

use crate::data::record::Record;
use crate::date::{Date, long, parse, plus};
use crate::measures::cost_variance::money as stated;
use crate::ratio::Ratio;
use crate::site::charts::{Amount, BudgetInput, CostLine, budget};
use crate::site::standing::Standing;
use crate::site::tables::{money, percent, signed_percent};
use crate::site::view::Segment;
use crate::site::view::chart::BudgetChart;
use crate::site::view::project::{Money, MoneyLine};
use chrono::Months;

/// The project's money; nothing where it is not tracked.
pub(super) fn lines(s: &Standing<'_>) -> Vec<Money> {
    let p = s.portfolio();
    let project = s.project;
    let now = stated(p, project);
    let nothing = project.budget.is_none() && now.actual.is_none() && now.eac.is_none();
    if nothing && !project.tracked {
        return Vec::new();
    }
    let bac = project.budget;
    let of_budget = |n: Option<Ratio>| {
        let share = n.zip(bac).and_then(|(n, b)| n.percent_of(b));
        share.map_or_else(Segment::default, |n| Segment::text(format!("{} of budget", percent(n))))
    };
    let mut lines = vec![
        line("Budget at completion", bac, Segment::default()),
        line("Actual to date", now.actual, of_budget(now.actual)),
        line("Committed", now.committed, of_budget(now.committed)),
        line("Estimate at completion", now.eac, earned(s)),
    ];
    let over = bac.zip(now.eac).and_then(|(b, e)| e.sub(b));
    let share = match &s.measures.cost {
        Ok(k) => {
            let rag = s.cost_rag();
            Segment { text: signed_percent(k.percent), rag: Some(rag), href: None }
        }
        Err(_) => Segment::default(),
    };
    if let Some(over) = over {
        let side = if over.is_negative() { "Under" } else { "Over" };
        let label = &format!("{side} the budget at completion");
        lines.push(line(label, Some(over.abs()), share));
    }
    if let Some(contingency) = budget_document(s).and_then(|b| b.number("contingency")) {
        lines.push(line("Contingency, inside the budget", Some(contingency), Segment::default()));
    }
    let note = match now.as_of {
        Some(day) => format!("As stated on {}.", long(day)),
        None if now.eac.is_some() => "Final cost.".to_owned(),
        None => "Nothing was reported yet.".to_owned(),
    };
    vec![Money {
        currency: project.currency.as_deref().unwrap_or("Currency not reported").to_owned(),
        lines,
        note,
    }]
}

fn line(label: &str, amount: Option<Ratio>, share: Segment) -> MoneyLine {
    let text = amount.map_or_else(|| "not reported".to_owned(), money);
    MoneyLine { label: label.to_owned(), amount: Segment::text(text), share }
}

/// What earned value says the end will cost: budget × actual ÷ earned.
fn earned(s: &Standing<'_>) -> Segment {
    let estimate = (|| {
        let report = s.report()?;
        let ev = report.record("progress")?.number("ev")?;
        let actual = report.record("budget")?.number("actual")?;
        s.project.budget?.mul(actual)?.div(ev)
    })();
    estimate.map_or_else(Segment::default, |n| {
        Segment::text(format!("EV says {}", money(Ratio::whole(n.rounded(0)))))
    })
}

/// The document that holds the budget's lines.
fn budget_document<'a>(s: &Standing<'a>) -> Option<&'a Record> {
    let p = s.portfolio();
    let documents = s.project.documents.iter().filter_map(|i| p.documents.get(*i));
    documents.map(|d| &d.fields).find(|f| f.has("bac") || f.has("planned_spend"))
}

/// Planned, actual and forecast cost, where there is a history of them.
pub(super) fn chart(s: &Standing<'_>) -> Option<BudgetChart> {
    let p = s.portfolio();
    let actual = actual(s);
    let mut lines = Vec::new();
    let planned = planned(s);
    if planned.len() > 1 {
        lines.push(cost_line("planned", "Planned", &planned));
    }
    if actual.len() > 1 {
        lines.push(cost_line("actual", "Actual", &actual));
    }
    let eac = stated(p, s.project).eac;
    let end = s.project.finish.current();
    if let (Some((day, spent)), Some(eac), Some(end)) = (actual.last(), eac, end)
        && end > *day
    {
        lines.push(cost_line("forecast", "Forecast", &[(*day, *spent), (end, eac)]));
    }
    if lines.is_empty() {
        return None;
    }
    budget(&BudgetInput {
        id: "cost",
        currency: s.project.currency.as_deref().unwrap_or_default(),
        budget: s.project.budget.map(amount),
        today: p.as_of,
        lines: &lines,
    })
}

fn cost_line(class: &'static str, label: &str, points: &[(Date, Ratio)]) -> CostLine {
    CostLine {
        class,
        label: label.to_owned(),
        points: points.iter().map(|(day, n)| (*day, amount(*n))).collect(),
    }
}

/// Exact for printing, rounded for drawing.
fn amount(n: Ratio) -> Amount {
    #[allow(clippy::cast_precision_loss, reason = "a length on a chart")]
    let value = n.rounded(0) as f64;
    Amount { value, text: money(n) }
}

/// Spent to date in each report, by the day finance had booked.
fn actual(s: &Standing<'_>) -> Vec<(Date, Ratio)> {
    let p = s.portfolio();
    let mut points: Vec<(Date, Ratio)> = Vec::new();
    for report in &s.project.reports {
        let stated = p.documents.get(report.document).and_then(|d| {
            let money = d.fields.record("budget")?;
            Some((money.date("as_of").unwrap_or(report.date), money.number("actual")?))
        });
        if let Some((day, spent)) = stated {
            match points.last_mut() {
                Some(last) if last.0 >= day => last.1 = spent,
                _ => points.push((day, spent)),
            }
        }
    }
    points
}

/// The planned spend added up, at the end of each month.
fn planned(s: &Standing<'_>) -> Vec<(Date, Ratio)> {
    let Some(document) = budget_document(s) else { return Vec::new() };
    let mut months: Vec<(Date, Ratio)> = document
        .list("planned_spend")
        .iter()
        .filter_map(|entry| {
            let entry = entry.datum.record()?;
            let first = parse(&format!("{}-01", entry.text("month")?))?;
            Some((first, entry.number("amount")?))
        })
        .collect();
    months.sort_by_key(|(first, _)| *first);
    let mut total = Ratio::ZERO;
    months
        .into_iter()
        .filter_map(|(first, spend)| {
            total = total.add(spend)?;
            Some((plus(first.checked_add_months(Months::new(1))?, -1), total))
        })
        .collect()
}
