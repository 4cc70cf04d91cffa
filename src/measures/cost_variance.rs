//! K03, cost variance at completion: how far the estimate at completion lies
//! above the approved budget. Positive is over.

use super::{Missing, absent_baseline};
use crate::data::record::Record;
use crate::date::Date;
use crate::kinds::Role;
use crate::portfolio::{Portfolio, Project};
use crate::ratio::Ratio;

/// The newest dated statement of a project's money.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Money {
    /// The day the statement speaks of.
    pub as_of: Option<Date>,
    /// Spent so far.
    pub actual: Option<Ratio>,
    /// Ordered, not yet spent.
    pub committed: Option<Ratio>,
    /// Estimate at completion.
    pub eac: Option<Ratio>,
}

/// K03 of a project.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CostVariance {
    /// Budget at completion, contingency included.
    pub bac: Ratio,
    /// Estimate at completion, or the final cost.
    pub eac: Ratio,
    /// `(eac − bac) ÷ bac × 100`, unrounded.
    pub percent: Ratio,
    /// Currency of both.
    pub currency: Option<Box<str>>,
}

/// `(eac − bac) ÷ bac × 100`. An absent estimate is never replaced.
///
/// # Errors
/// Says why it cannot be computed: not tracked, no budget, no estimate.
pub fn measure(p: &Portfolio, project: &Project) -> Result<CostVariance, Missing> {
    if project.untracked {
        return Err(Missing::NotApplicable("the budget is not tracked".into()));
    }
    let bac = comparable(project.budget.ok_or_else(|| absent_baseline(project))?)?;
    let eac = money(p, project).eac.ok_or(Missing::NotReported)?;
    let percent = eac.sub(bac).and_then(|over| over.percent_of(bac)).ok_or(Missing::NotReported)?;
    Ok(CostVariance { bac, eac, percent, currency: project.currency.clone() })
}

/// A budget that an estimate can be compared with.
///
/// # Errors
/// Of nothing, or of less, there is no percentage.
pub fn comparable(bac: Ratio) -> Result<Ratio, Missing> {
    let why = match bac {
        n if n.is_negative() => "the budget is below zero",
        n if n.is_zero() => "the budget is zero",
        n => return Ok(n),
    };
    Err(Missing::NotApplicable(why.into()))
}

/// What the newest dated statement says: a report's money block, the budget
/// document, or, once closed, the final cost.
#[must_use]
pub fn money(p: &Portfolio, project: &Project) -> Money {
    let documents = || project.documents.iter().filter_map(|i| p.documents.get(*i));
    if let Some(cost) = documents().find_map(|d| d.fields.number("final_cost")) {
        return Money { as_of: None, actual: Some(cost), committed: None, eac: Some(cost) };
    }
    let mut best = Money::default();
    for document in
        documents().filter(|d| d.kind.role == Role::Document && d.fields.slot("lines").is_some())
    {
        let as_of = document
            .fields
            .date("as_of")
            .or(document.fields.date("updated"))
            .filter(|d| *d <= p.as_of);
        best = Money {
            as_of,
            actual: column(&document.fields, "actual"),
            committed: column(&document.fields, "committed"),
            eac: column(&document.fields, "eac"),
        };
    }
    let report = project.reports.iter().rev().find_map(|r| {
        let money = p.documents.get(r.document)?.fields.record("budget")?;
        Some((money.date("as_of").unwrap_or(r.date).max(r.date), money))
    });
    if let Some((date, money)) = report
        && best.as_of.is_none_or(|b| date >= b || best.eac.is_none())
    {
        best = Money {
            as_of: Some(date),
            actual: money.number("actual").or(best.actual),
            committed: money.number("committed").or(best.committed),
            eac: money.number("eac"),
        };
    }
    best
}

/// The sum of one column of the budget's lines; `None` unless a line gives it.
#[must_use]
pub fn column(budget: &Record, name: &str) -> Option<Ratio> {
    let values: Vec<Ratio> =
        budget.list("lines").iter().filter_map(|l| l.datum.record()?.number(name)).collect();
    if values.is_empty() { None } else { Ratio::sum(values) }
}
