//! The money of every project, and its totals by currency. Amounts of two
//! currencies are never added up; a total in one currency is converted at the
//! rates of `[fx]` and says so.

use super::cost_variance::{self, Money, money};
use super::{Missing, absent_baseline, freshness};
use crate::data::record::Record;
use crate::date::{Date, days};
use crate::document::Document;
use crate::kinds::Role;
use crate::portfolio::{Portfolio, Project, State};
use crate::ratio::Ratio;
use std::collections::BTreeMap;

/// Days for which the money of a finished project is still of interest.
const YEAR: i64 = 365;

/// The money of one project.
#[derive(Debug, Clone)]
pub struct Account<'a> {
    /// The project.
    pub project: &'a Project,
    /// The budget document, where there is one.
    pub budget: Option<&'a Document>,
    /// The report whose money block is the newest, where there is one.
    pub report: Option<&'a Document>,
    /// Three letters; empty where nobody says.
    pub currency: &'a str,
    /// The budget first approved.
    pub original: Result<Ratio, Missing>,
    /// The budget approved now (BAC), contingency included.
    pub bac: Result<Ratio, Missing>,
    /// Spent, ordered, expected.
    pub money: Money,
    /// Whether reports are silent: then `money` is the last that was said, and
    /// its estimate stands in no total.
    pub silent: bool,
    /// Estimate less budget, and that in percent of the budget.
    pub variance: Result<(Ratio, Ratio), Missing>,
    /// What was set aside for risks, and what of it has been used.
    pub contingency: Result<(Ratio, Ratio), Missing>,
    /// The parts that are invested and that are running cost.
    pub capex: Option<Ratio>,
    /// See `capex`.
    pub opex: Option<Ratio>,
}

impl Account<'_> {
    /// What is left of the contingency; below zero when more was used.
    ///
    /// # Errors
    /// Why it cannot be said.
    pub fn contingency_left(&self) -> Result<Ratio, Missing> {
        let (set_aside, used) = self.contingency.clone()?;
        set_aside.sub(used).ok_or(Missing::NotReported)
    }
}

/// Whether a project's money belongs into the totals: it runs or rests.
#[must_use]
pub fn counts(project: &Project) -> bool {
    matches!(project.state, State::Active | State::OnHold) && !project.untracked
}

/// Whether a project is proposed, or was finished or given up in the last year.
#[must_use]
pub fn lately(p: &Portfolio, project: &Project) -> bool {
    let ended = project.finish.actual.or(project.latest().map(|r| r.date));
    match project.state {
        State::Proposed => true,
        State::Complete | State::Cancelled => {
            ended.is_none_or(|d| (0..=YEAR).contains(&days(d, p.as_of)))
        }
        State::Active | State::OnHold => false,
    }
}

/// The money of a project.
#[must_use]
pub fn account<'a>(p: &'a Portfolio, project: &'a Project) -> Account<'a> {
    let na = || Missing::NotApplicable("the budget is not tracked".into());
    let documents = || project.documents.iter().filter_map(|i| p.documents.get(*i));
    let budget = documents()
        .filter(|d| d.kind.role == Role::Document && d.typed)
        .find(|d| d.fields.number("bac").is_some() || d.fields.slot("lines").is_some());
    let report = project
        .reports
        .iter()
        .rev()
        .filter_map(|r| p.documents.get(r.document))
        .find(|d| d.fields.record("budget").is_some());
    let absent = || if project.untracked { na() } else { absent_baseline(project) };
    let bac = project.budget.filter(|_| !project.untracked).ok_or_else(absent);
    // A budget below zero would be taken from those of others.
    let bac = bac.and_then(|n| if n.is_negative() { cost_variance::comparable(n) } else { Ok(n) });
    let first = budget.and_then(|d| {
        d.fields.list("rebaselines").iter().find_map(|e| e.datum.record()?.number("from"))
    });
    let variance = cost_variance::measure(p, project)
        .and_then(|k| Ok((k.eac.sub(k.bac).ok_or(Missing::NotReported)?, k.percent)));
    let said = |name: &str| budget.and_then(|d| d.fields.number(name));
    let contingency = match said("contingency") {
        _ if project.untracked => Err(na()),
        None => Err(Missing::NotReported),
        Some(set_aside) => {
            Ok((set_aside, used(p, project, budget.map(|d| &d.fields)).unwrap_or(Ratio::ZERO)))
        }
    };
    Account {
        project,
        budget,
        report,
        currency: project.currency.as_deref().unwrap_or(""),
        original: first.map_or_else(|| bac.clone(), Ok),
        bac,
        money: if project.untracked { Money::default() } else { money(p, project) },
        silent: !freshness::measure(p, project).counts(),
        variance,
        contingency,
        capex: said("capex"),
        opex: said("opex"),
    }
}

/// What has been taken from contingency: approved change requests that are
/// paid from it, or what its own lines have spent and ordered, whichever is more.
fn used(p: &Portfolio, project: &Project, budget: Option<&Record>) -> Option<Ratio> {
    let paid = project.items("changes").iter().filter(|c| {
        let decided = c.fields.record("decision").and_then(|d| d.date("date"));
        matches!(c.status(), "approved" | "implemented")
            && c.fields.text("paid_from") == Some("contingency")
            && decided.is_none_or(|d| d <= p.as_of)
    });
    let changes = Ratio::sum(paid.filter_map(|c| c.fields.record("impact")?.number("cost")))?;
    let lines = budget.map(|b| b.list("lines")).unwrap_or_default();
    let own = lines
        .iter()
        .filter_map(|l| l.datum.record())
        .filter(|l| l.text("category") == Some("contingency"))
        .flat_map(|l| [l.number("actual"), l.number("committed")])
        .flatten();
    Ratio::sum(own).map(|own| own.max(changes))
}

/// The totals of one currency.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Total {
    /// Three letters; empty where nobody says.
    pub currency: String,
    /// Projects whose budget is tracked.
    pub projects: u32,
    /// Those with an approved budget.
    pub budgets: u32,
    /// Sum of the approved budgets; `None` when it is too large to compute.
    pub bac: Option<Ratio>,
    /// Those with a budget and an estimate that is not too old to count.
    pub reporting: u32,
    /// Sum of their approved budgets.
    pub bac_reporting: Option<Ratio>,
    /// Sum of their estimates.
    pub eac: Option<Ratio>,
    /// Sum of what has been spent, of those that say.
    pub actual: Option<Ratio>,
    /// Sum of what is ordered and not paid, of those that say.
    pub committed: Option<Ratio>,
}

impl Total {
    /// Estimates less budgets of those that report, and that in percent of
    /// their budgets; `None` when none reports.
    #[must_use]
    pub fn variance(&self) -> Option<(Ratio, Ratio)> {
        if self.reporting == 0 {
            return None;
        }
        let over = self.eac?.sub(self.bac_reporting?)?;
        Some((over, over.percent_of(self.bac_reporting?)?))
    }

    fn add(&mut self, account: &Account<'_>) {
        let plus = |sum: &mut Option<Ratio>, n: Option<Ratio>| {
            if let Some(n) = n {
                *sum = sum.and_then(|s| s.add(n));
            }
        };
        self.projects += 1;
        plus(&mut self.actual, account.money.actual);
        plus(&mut self.committed, account.money.committed);
        let Ok(bac) = account.bac else { return };
        self.budgets += 1;
        plus(&mut self.bac, Some(bac));
        if let Some(eac) = account.money.eac.filter(|_| !account.silent) {
            self.reporting += 1;
            plus(&mut self.bac_reporting, Some(bac));
            plus(&mut self.eac, Some(eac));
        }
    }
}

/// The totals of accounts, by currency: the one with most projects first.
#[must_use]
pub fn totals(accounts: &[Account<'_>]) -> Vec<Total> {
    let mut by: BTreeMap<&str, Total> = BTreeMap::new();
    for account in accounts {
        let zero = Some(Ratio::ZERO);
        let total = by.entry(account.currency).or_insert_with(|| Total {
            currency: account.currency.to_owned(),
            bac: zero,
            bac_reporting: zero,
            eac: zero,
            actual: zero,
            committed: zero,
            ..Total::default()
        });
        total.add(account);
    }
    let mut all: Vec<Total> = by.into_values().collect();
    all.sort_by_key(|t| std::cmp::Reverse(t.projects));
    all
}

/// All totals in the portfolio's currency at the rates of `[fx]`; `None` where
/// there is but one currency, or a rate is missing.
#[must_use]
pub fn converted(p: &Portfolio, totals: &[Total]) -> Option<Total> {
    let into = p.config.currency.as_deref()?;
    if p.config.fx.is_empty() || totals.len() < 2 {
        return None;
    }
    let rate = |currency: &str| {
        if currency == into {
            return Some(Ratio::whole(1));
        }
        p.config.fx.iter().find(|(c, _)| c == currency).map(|(_, rate)| *rate)
    };
    let sum = |of: fn(&Total) -> Option<Ratio>| {
        totals.iter().try_fold(Ratio::ZERO, |sum, t| sum.add(of(t)?.mul(rate(&t.currency)?)?))
    };
    let count = |of: fn(&Total) -> u32| totals.iter().map(of).fold(0, u32::saturating_add);
    Some(Total {
        currency: into.to_owned(),
        projects: count(|t| t.projects),
        budgets: count(|t| t.budgets),
        bac: Some(sum(|t| t.bac)?),
        reporting: count(|t| t.reporting),
        bac_reporting: Some(sum(|t| t.bac_reporting)?),
        eac: Some(sum(|t| t.eac)?),
        actual: sum(|t| t.actual),
        committed: sum(|t| t.committed),
    })
}

/// The plan of spending of a budget, added up by month: what should have been
/// spent on each month's first day after it.
#[must_use]
pub fn planned(budget: &Record) -> Vec<(Date, Ratio)> {
    let mut months: Vec<(Date, Ratio)> = budget
        .list("planned_spend")
        .iter()
        .filter_map(|e| {
            let record = e.datum.record()?;
            Some((month(record)?, record.number("amount")?))
        })
        .collect();
    months.sort_by_key(|(day, _)| *day);
    let mut sum = Ratio::ZERO;
    months
        .into_iter()
        .map_while(|(day, amount)| {
            sum = sum.add(amount)?;
            Some((day.checked_add_months(chrono::Months::new(1))?, sum))
        })
        .collect()
}

/// The first day of a record's month.
fn month(record: &Record) -> Option<Date> {
    use chrono::Datelike;
    let day = record
        .date("month")
        .or_else(|| crate::date::parse(&format!("{}-01", record.text("month")?.trim())))?;
    day.with_day(1)
}
