//! Earned value: what the work done is worth against what was planned and
//! paid, and what that says of the cost in the end. Indices below 1 are bad;
//! nothing is rounded before it is shown.

use super::{freshness, hindsight};
use crate::data::record::Record;
use crate::lifecycles::Class;
use crate::portfolio::{Portfolio, Project};
use crate::ratio::Ratio;
use crate::table::Missing;

/// The earned value a report gives, with what follows from it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct EarnedValue {
    /// Budget at completion (BAC).
    pub bac: Option<Ratio>,
    /// Planned value (PV).
    pub pv: Option<Ratio>,
    /// Earned value (EV).
    pub ev: Option<Ratio>,
    /// Actual cost (AC).
    pub ac: Option<Ratio>,
    /// Estimate at completion as reported (EAC).
    pub eac: Option<Ratio>,
    /// Percent complete as reported, else EV of BAC.
    pub percent: Option<Ratio>,
    /// EV was not given, but follows from percent complete.
    pub derived: bool,
}

impl EarnedValue {
    /// What a report says, against a budget. Where it gives only percentages,
    /// planned and earned value are that share of the budget.
    #[must_use]
    pub fn of(report: &Record, bac: Option<Ratio>) -> Self {
        let (progress, money) = (report.record("progress"), report.record("budget"));
        let said = |name: &str| progress.and_then(|r| r.number(name));
        let paid = |name: &str| money.and_then(|r| r.number(name));
        let share = |percent: Option<Ratio>| bac?.mul(percent?)?.div(Ratio::whole(100));
        let ev = said("ev");
        let done = said("percent_complete").or_else(|| points(report));
        Self {
            bac,
            pv: said("pv").or_else(|| share(said("planned_percent"))),
            ev: ev.or_else(|| share(done)),
            ac: paid("actual"),
            eac: paid("eac"),
            percent: done.or_else(|| ev?.percent_of(bac?)),
            derived: ev.is_none(),
        }
    }

    /// Only what a report states, nothing derived from percentages.
    #[must_use]
    pub fn given(report: &Record) -> Self {
        Self::of(report, None)
    }

    /// Schedule variance: EV − PV.
    #[must_use]
    pub fn sv(&self) -> Option<Ratio> {
        self.ev?.sub(self.pv?)
    }

    /// Cost variance: EV − AC.
    #[must_use]
    pub fn cv(&self) -> Option<Ratio> {
        self.ev?.sub(self.ac?)
    }

    /// Cost variance in percent of EV.
    #[must_use]
    pub fn cv_percent(&self) -> Option<Ratio> {
        self.cv()?.percent_of(self.ev?)
    }

    /// Schedule performance index: EV ÷ PV; `None` unless PV is above zero.
    #[must_use]
    pub fn spi(&self) -> Option<Ratio> {
        index(self.ev?, self.pv?)
    }

    /// Cost performance index: EV ÷ AC; `None` unless AC is above zero.
    #[must_use]
    pub fn cpi(&self) -> Option<Ratio> {
        index(self.ev?, self.ac?)
    }

    /// Estimate at completion if work goes on as it went: BAC × AC ÷ EV.
    #[must_use]
    pub fn eac_typical(&self) -> Option<Ratio> {
        self.bac?.mul(self.ac?)?.div(self.ev?)
    }

    /// Estimate at completion if the rest costs what was planned for it:
    /// AC + (BAC − EV).
    #[must_use]
    pub fn eac_atypical(&self) -> Option<Ratio> {
        self.ac?.add(self.left()?)
    }

    /// Estimate at completion if cost and lateness both go on:
    /// AC + (BAC − EV) ÷ (CPI × SPI).
    #[must_use]
    pub fn eac_combined(&self) -> Option<Ratio> {
        self.ac?.add(self.left()?.div(self.cpi()?.mul(self.spi()?)?)?)
    }

    /// What is left to pay for an estimate at completion: EAC − AC.
    #[must_use]
    pub fn etc(&self, eac: Ratio) -> Option<Ratio> {
        eac.sub(self.ac?)
    }

    /// Variance at completion: BAC − EAC.
    #[must_use]
    pub fn vac(&self, eac: Ratio) -> Option<Ratio> {
        self.bac?.sub(eac)
    }

    /// Variance at completion in percent of BAC.
    #[must_use]
    pub fn vac_percent(&self, eac: Ratio) -> Option<Ratio> {
        self.vac(eac)?.percent_of(self.bac?)
    }

    /// How well the rest must be worked to keep the budget:
    /// (BAC − EV) ÷ (BAC − AC). `None` when the budget is spent.
    #[must_use]
    pub fn tcpi_to_budget(&self) -> Option<Ratio> {
        self.tcpi(self.bac?)
    }

    /// How well the rest must be worked to keep an amount:
    /// (BAC − EV) ÷ (amount − AC). `None` when the amount is spent.
    #[must_use]
    pub fn tcpi(&self, amount: Ratio) -> Option<Ratio> {
        let money = amount.sub(self.ac?)?;
        if money > Ratio::ZERO { self.left()?.div(money) } else { None }
    }

    /// Work left: BAC − EV.
    fn left(&self) -> Option<Ratio> {
        self.bac?.sub(self.ev?)
    }
}

/// What was earned of an amount; amounts at or below zero say nothing.
fn index(earned: Ratio, of: Ratio) -> Option<Ratio> {
    if earned.is_negative() || of <= Ratio::ZERO { None } else { earned.div(of) }
}

/// Percent complete by points accepted of those of the release, where the
/// report measures by points.
fn points(report: &Record) -> Option<Ratio> {
    let by_points = report.record("progress")?.text("method") == Some("points");
    let scope = report.record("scope").filter(|_| by_points)?;
    scope.number("accepted")?.percent_of(scope.number("committed").or(scope.number("current"))?)
}

/// The earned value of a project's newest report.
///
/// # Errors
/// Does not apply where the budget is not tracked; not yet before execution;
/// not reported without budget, earned value or spend, or while reports are
/// silent.
pub fn of_project(p: &Portfolio, project: &Project) -> Result<EarnedValue, Missing> {
    if project.untracked {
        return Err(Missing::NotApplicable("the budget is not tracked".into()));
    }
    let early = project.phase().is_some_and(|phase| phase.class < Class::Execute);
    let none = if early { Missing::NotYet } else { Missing::NotReported };
    let report = project.latest().and_then(|r| p.documents.get(r.document));
    let Some(report) = report.filter(|_| freshness::measure(p, project).counts()) else {
        return Err(none);
    };
    let bac = hindsight::bac(p, project, p.as_of).filter(|bac| *bac > Ratio::ZERO);
    let value = EarnedValue::of(&report.fields, bac);
    let complete = value.bac.is_some() && value.ev.is_some() && value.ac.is_some();
    if complete { Ok(value) } else { Err(none) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(bac: i128, pv: i128, ev: i128, ac: i128) -> EarnedValue {
        let of = |n| Some(Ratio::whole(n));
        EarnedValue { bac: of(bac), pv: of(pv), ev: of(ev), ac: of(ac), ..EarnedValue::default() }
    }

    fn show(value: Option<Ratio>) -> String {
        value.map_or("none".into(), |r| r.show(2))
    }

    #[test]
    fn amounts_at_or_below_zero_have_no_index() {
        assert_eq!((show(value(4, 0, 2, 0).spi()), show(value(4, 0, 2, 0).cpi())), {
            ("none".into(), "none".into())
        });
        let credits = value(-4, -3, -2, -1);
        assert_eq!((show(credits.spi()), show(credits.cpi())), ("none".into(), "none".into()));
        assert_eq!(show(value(4, 3, 0, 2).cpi()), "0.00");
    }

    #[test]
    fn the_fence_of_the_textbooks() {
        let e = value(4000, 3000, 2500, 2800);
        assert_eq!((show(e.sv()), show(e.cv())), ("-500.00".into(), "-300.00".into()));
        assert_eq!((show(e.spi()), show(e.cpi())), ("0.83".into(), "0.89".into()));
        // Books that round the index first print 4,479.
        let eac = e.eac_typical().unwrap();
        assert_eq!(eac, Ratio::whole(4480));
        assert_eq!((show(e.etc(eac)), show(e.vac(eac))), ("1680.00".into(), "-480.00".into()));
        assert_eq!(show(e.eac_atypical()), "4300.00");
        assert_eq!(show(e.eac_combined()), "4816.00");
        assert_eq!((show(e.tcpi_to_budget()), show(e.tcpi(eac))), ("1.25".into(), "0.89".into()));
    }

    #[test]
    fn the_second_oracle() {
        let e = value(500_000, 250_000, 225_000, 240_000);
        assert_eq!((show(e.sv()), show(e.cv())), ("-25000.00".into(), "-15000.00".into()));
        assert_eq!((show(e.spi()), e.cpi().unwrap().show(4)), ("0.90".into(), "0.9375".into()));
        let eac = e.eac_typical().unwrap();
        assert_eq!(eac.show(2), "533333.33");
        assert_eq!((show(e.etc(eac)), show(e.vac(eac))), ("293333.33".into(), "-33333.33".into()));
        assert_eq!(show(e.eac_atypical()), "515000.00");
        assert_eq!(show(e.eac_combined()), "565925.93");
        assert_eq!(e.tcpi_to_budget().unwrap().show(4), "1.0577");
        // Typical cost keeps the variance of today.
        assert_eq!(e.vac_percent(eac), e.cv_percent());
    }

    #[test]
    fn points_become_money() {
        let e = value(175_000, 70_000, 35_000, 65_000);
        assert_eq!((show(e.spi()), show(e.cpi())), ("0.50".into(), "0.54".into()));
        let eac = e.eac_typical().unwrap();
        assert_eq!((show(Some(eac)), show(e.vac(eac))), ("325000.00".into(), "-150000.00".into()));
    }

    #[test]
    fn points_accepted_are_earned_value() {
        use crate::measures::kpi::testing::{card, check};
        let report = |rest: &str| {
            format!(
                "{}=== app/status/2026-03-27.md\n---\nkind: status\nproject: app\nas_of: \
                 2026-03-27\nauthor: Ana\nbudget: {{actual: 65000}}\n{rest}---\n# Status\n",
                card("app", 2, "budget: {tracked: true, currency: CAD, baseline: 175000}\n")
            )
        };
        let of = |rest: &str| {
            let checked = check(&report(rest), "2026-03-27", "");
            of_project(&checked.portfolio, &checked.portfolio.projects[0])
        };
        // 40 of 200 points after the fourth of ten sprints.
        let e = of("progress: {planned_percent: 40, method: points}\nscope: {unit: points, \
                    current: 200, accepted: 40}\n")
        .unwrap();
        assert!(e.derived);
        assert_eq!((show(e.ev), show(e.pv)), ("35000.00".into(), "70000.00".into()));
        assert_eq!((show(e.spi()), show(e.cpi())), ("0.50".into(), "0.54".into()));
        assert_eq!(e.cpi().unwrap().show(5), "0.53846");
        assert_eq!(e.eac_typical(), Some(Ratio::whole(325_000)));
        // Percentages say the same; without either nothing is made up.
        let same = of("progress: {percent_complete: 20, planned_percent: 40}\n").unwrap();
        assert_eq!((same.ev, same.pv), (e.ev, e.pv));
        assert_eq!(of("").unwrap_err(), Missing::NotReported);
    }

    #[test]
    fn what_divides_by_nothing_is_not_computed() {
        let e = value(100, 0, 0, 0);
        assert_eq!((e.spi(), e.cpi(), e.eac_typical(), e.eac_combined()), (None, None, None, None));
        let spent = value(100, 50, 50, 100);
        assert_eq!(spent.tcpi_to_budget(), None);
        assert_eq!(spent.tcpi(Ratio::whole(100)), None);
    }
}
