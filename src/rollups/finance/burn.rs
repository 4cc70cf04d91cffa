//! Spending over time: what was planned, what was spent, what is expected in
//! the end, of the projects of one currency that plan their spending by month.

use crate::date::Date;
use crate::measures::accounts::{Account, planned};
use crate::portfolio::{Portfolio, Project};
use crate::ratio::Ratio;
use crate::table::{Limit, Line, Plot, Shape, Unit};
use std::collections::BTreeSet;

/// The chart of a currency; `None` where no project plans its spending.
pub(super) fn plot(p: &Portfolio, currency: &str, accounts: &[Account<'_>]) -> Option<Plot> {
    let of_currency = || accounts.iter().filter(|a| a.currency == currency);
    let plans: Vec<(&Account<'_>, Vec<(Date, Ratio)>)> = of_currency()
        .filter_map(|a| Some((a, planned(&a.budget?.fields))))
        .filter(|(_, plan)| !plan.is_empty())
        .collect();
    let days: BTreeSet<Date> =
        plans.iter().flat_map(|(_, plan)| plan.iter().map(|e| e.0)).collect();
    let last = days.last().copied()?;
    let mut lines = vec![Line {
        label: "planned".into(),
        points: days.iter().filter_map(|day| Some((*day, on_plan(&plans, *day)?))).collect(),
    }];
    let mut reported: BTreeSet<Date> = days.iter().copied().filter(|d| *d < p.as_of).collect();
    reported.insert(p.as_of);
    let actual: Vec<(Date, Ratio)> =
        reported.iter().filter_map(|day| Some((*day, spent(p, &plans, *day)?))).collect();
    let eac = plans.iter().try_fold(Ratio::ZERO, |sum, (a, _)| sum.add(a.money.eac?));
    let end = plans
        .iter()
        .filter_map(|(a, _)| a.project.finish.current())
        .max()
        .unwrap_or(last)
        .max(p.as_of);
    let forecast: Vec<(Date, Ratio)> =
        actual.last().copied().into_iter().chain(eac.map(|n| (end, n))).collect();
    lines.push(Line { label: "spent".into(), points: actual });
    if eac.is_some() && forecast.len() == 2 {
        lines.push(Line { label: "forecast".into(), points: forecast });
    }
    let bac = plans.iter().try_fold(Ratio::ZERO, |sum, (a, _)| sum.add(a.bac.clone().ok()?));
    let all = of_currency().count();
    let covered = match plans.len() {
        n if n == all => "all that run".to_owned(),
        n => format!("the {n} of {all} that plan it by month"),
    };
    let mut caption =
        format!("Spending added up over the months. Projects in {currency}: {covered}.");
    if eac.is_none() {
        caption.push_str(" One of them does not report an estimate, so there is no forecast.");
    }
    Some(Plot {
        key: format!("burn-{}", currency.to_lowercase()),
        title: format!("Spending in {currency}"),
        caption,
        unit: Unit::Money(currency.to_owned()),
        limits: bac.map(|at| Limit { label: "budget".into(), at }).into_iter().collect(),
        shape: Shape::Lines(lines),
    })
}

/// What should have been spent on a day.
fn on_plan(plans: &[(&Account<'_>, Vec<(Date, Ratio)>)], day: Date) -> Option<Ratio> {
    let on = |plan: &[(Date, Ratio)]| {
        plan.iter().rev().find(|(d, _)| *d <= day).map_or(Ratio::ZERO, |(_, n)| *n)
    };
    Ratio::sum(plans.iter().map(|(_, plan)| on(plan)))
}

/// What the newest reports up to a day say was spent; `None` until all of the
/// projects that should have spent something have said so.
fn spent(p: &Portfolio, plans: &[(&Account<'_>, Vec<(Date, Ratio)>)], day: Date) -> Option<Ratio> {
    plans.iter().try_fold(Ratio::ZERO, |sum, (a, plan)| {
        let begun = plan.first().is_some_and(|(d, _)| *d <= day);
        match told(p, a.project, day) {
            Some(n) => sum.add(n),
            None if begun => None,
            None => Some(sum),
        }
    })
}

fn told(p: &Portfolio, project: &Project, day: Date) -> Option<Ratio> {
    let until = project.reports.iter().rev().filter(|r| r.date <= day);
    until
        .filter_map(|r| p.documents.get(r.document))
        .find_map(|d| d.fields.record("budget")?.number("actual"))
}
