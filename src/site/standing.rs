//! How one project stands, as pages say it: what the report says while it
//! counts, what the data says beside it, finish, cost, trend, age.

use super::charts::slip;
use super::tables::{Place, missing_words, money, signed_percent};
use super::view::portfolio::{Cost, DimensionMark, Finish};
use super::view::{Chip, Rag, Trend, dates_in_words};
use crate::Checked;
use crate::data::record::Datum;
use crate::data::record::Record;
use crate::date::Date;
use crate::measures::freshness::Level;
use crate::measures::health::{Computed, Dimension};
use crate::measures::{ProjectMeasures, trend};
use crate::portfolio::{Portfolio, Project, State, declared};
use crate::rollups::words::figure;
use crate::table::Rag as Known;

/// A project with its measures.
#[derive(Debug, Clone, Copy)]
pub struct Standing<'a> {
    /// What was checked.
    pub checked: &'a Checked,
    /// The project's position.
    pub index: usize,
    /// The project.
    pub project: &'a Project,
    /// Its measures.
    pub measures: &'a ProjectMeasures,
}

impl<'a> Standing<'a> {
    /// The project at a position.
    #[must_use]
    pub fn of(checked: &'a Checked, index: usize) -> Option<Self> {
        let project = checked.portfolio.projects.get(index)?;
        Some(Self { checked, index, project, measures: checked.measures.of(index)? })
    }

    /// The portfolio.
    #[must_use]
    pub fn portfolio(&self) -> &'a Portfolio {
        &self.checked.portfolio
    }

    /// The card's fields.
    #[must_use]
    pub fn card(&self) -> Option<&'a Record> {
        self.portfolio().documents.get(self.project.card).map(|d| &d.fields)
    }

    /// The newest report's fields.
    #[must_use]
    pub fn report(&self) -> Option<&'a Record> {
        let report = self.project.latest()?;
        self.portfolio().documents.get(report.document).map(|d| &d.fields)
    }

    /// Whether what the newest report declares still counts.
    #[must_use]
    pub fn counts(&self) -> bool {
        self.measures.freshness.counts()
    }

    /// The overall colour the newest report declares, while it counts.
    #[must_use]
    pub fn overall(&self) -> Option<Known> {
        self.measures.health.of("overall").and_then(|d| d.declared).filter(|_| self.counts())
    }

    /// The rating that is shown: the report's while it counts, else the
    /// project's state or that nobody says.
    #[must_use]
    pub fn rating(&self) -> Rag {
        match self.project.state {
            State::Active => self.overall().map_or(Rag::NotReported, Rag::from),
            State::OnHold => Rag::OnHold,
            State::Proposed => Rag::Proposed,
            State::Complete => Rag::Complete,
            State::Cancelled => Rag::Cancelled,
        }
    }

    /// The chip of the overall rating.
    #[must_use]
    pub fn chip(&self) -> Chip {
        let rag = self.rating();
        if self.project.state != State::Active {
            return Chip::of(rag);
        }
        let Some(declared) = self.overall() else {
            return Chip { note: self.silence(), ..Chip::of(rag) };
        };
        let overall = self.measures.health.of("overall");
        let computed = overall.and_then(|d| differing(declared, d));
        Chip {
            rag,
            computed: computed.map(|c| c.rag.into()),
            note: String::new(),
            why: computed.map(why).unwrap_or_default(),
        }
    }

    /// Why there is no rating: `was green, 41 days ago`, `no report yet`.
    #[must_use]
    pub fn silence(&self) -> String {
        let was = self.measures.health.of("overall").and_then(|d| d.declared);
        match (self.measures.freshness.level, was, self.measures.freshness.age) {
            (Level::Silent, Some(was), Some(age)) => {
                format!("was {}, {} ago", was.label().to_lowercase(), figure(age, "day", "days"))
            }
            (Level::Silent, None, Some(age)) => {
                format!("last report {} ago", figure(age, "day", "days"))
            }
            (Level::Never, ..) => "never reported".to_owned(),
            _ if self.project.latest().is_none() => "no report yet".to_owned(),
            _ => match self.exempt() {
                Some(reason) => format!("n/a: {reason}"),
                None => "overall is not rated".to_owned(),
            },
        }
    }

    /// Why the newest report's overall rating is said not to apply.
    fn exempt(&self) -> Option<&str> {
        let report = self.portfolio().documents.get(self.project.latest()?.document)?;
        let overall = report.fields.record("health")?.get("overall")?;
        let said = overall.record().and_then(|r| r.get("rag")).unwrap_or(overall);
        match said {
            Datum::NotApplicable(reason) => Some(reason),
            _ => None,
        }
    }

    /// By how many steps the overall rating is better than the data; 0 when it
    /// is not.
    #[must_use]
    pub fn flattery(&self) -> i8 {
        let steps = self.measures.health.of("overall").and_then(Dimension::flattery);
        if self.overall().is_some() { steps.unwrap_or(0).max(0) } else { 0 }
    }

    /// The mark of one dimension.
    #[must_use]
    pub fn dimension(&self, name: &str) -> DimensionMark {
        let dimension = self.measures.health.of(name);
        let declared = dimension.and_then(|d| d.declared).filter(|_| self.counts());
        let Some((dimension, declared)) = dimension.zip(declared) else {
            return DimensionMark::default();
        };
        let computed = differing(declared, dimension);
        DimensionMark {
            rag: declared.into(),
            computed: computed.map(|c| c.rag.into()),
            why: computed.map(why).unwrap_or_default(),
        }
    }

    /// How the overall rating moved.
    #[must_use]
    pub fn trend(&self) -> Trend {
        if self.counts() { trend_view(self.measures.trend) } else { Trend::Unknown }
    }

    /// Baseline, forecast or actual, and the slip between them.
    #[must_use]
    pub fn finish(&self, place: &Place<'_>, worst: i64) -> Finish {
        let dates = &self.project.finish;
        Finish {
            baseline: dates.baseline.map(|d| place.day(d)),
            forecast: dates.current().map(|d| place.day(d)),
            actual: dates.actual.is_some(),
            // What a silent project once expected is shown, and not judged.
            slip: self.slip_days().map(|days| {
                let rag = if self.counts() { self.slip_rag() } else { Rag::NotReported };
                slip(days, worst, rag)
            }),
        }
    }

    /// Days the finish is late; negative when early.
    #[must_use]
    pub fn slip_days(&self) -> Option<i64> {
        self.measures.schedule.as_ref().ok().map(|k| k.days)
    }

    /// How bad the slip of the finish is.
    #[must_use]
    pub fn slip_rag(&self) -> Rag {
        let Ok(k) = &self.measures.schedule else { return Rag::NotReported };
        match k.percent {
            _ if k.days <= 0 => Rag::Green,
            Some(percent) => {
                let limits = self.checked.measures.thresholds.of("schedule-variance");
                limits.band(percent, self.project.tier).into()
            }
            None => Rag::Amber,
        }
    }

    /// Estimate at completion against the budget.
    #[must_use]
    pub fn cost(&self) -> Cost {
        match &self.measures.cost {
            Ok(k) => {
                let currency = k.currency.as_deref().unwrap_or_default().to_owned();
                Cost {
                    text: signed_percent(k.percent),
                    title: format!("EAC {} of {} {currency}", money(k.eac), money(k.bac))
                        .trim_end()
                        .to_owned(),
                    currency,
                    rag: Some(self.cost_rag()).filter(|r| *r != Rag::Green && self.counts()),
                    sort: Some(i64::try_from(k.percent.rounded(1)).unwrap_or(0)),
                }
            }
            Err(missing) => {
                let (text, why) = missing_words(missing);
                Cost { text: text.to_owned(), title: why.to_owned(), ..Cost::default() }
            }
        }
    }

    /// How bad the cost at completion is.
    #[must_use]
    pub fn cost_rag(&self) -> Rag {
        let Ok(k) = &self.measures.cost else { return Rag::NotReported };
        let limits = self.checked.measures.thresholds.of("cost-variance");
        let tier = self.project.tier;
        if k.percent.is_negative() && k.percent.neg() > limits.amber(tier) {
            return Rag::Amber;
        }
        limits.band(k.percent, tier).into()
    }

    /// The ratings of a dimension in the last reports, oldest first.
    #[must_use]
    pub fn history(&self, dimension: &str, most: usize) -> Vec<(Date, Rag)> {
        let reports = &self.project.reports;
        let from = reports.len().saturating_sub(most);
        reports
            .iter()
            .skip(from)
            .map(|report| {
                let document = self.portfolio().documents.get(report.document);
                let said = document.and_then(|d| declared(&d.fields, dimension));
                (report.date, said.map_or(Rag::NotReported, |d| d.rag.into()))
            })
            .collect()
    }

    /// The project manager's name; empty for none.
    #[must_use]
    pub fn manager(&self) -> String {
        self.person("project_manager").unwrap_or_default().to_owned()
    }

    /// A person the card names.
    #[must_use]
    pub fn person(&self, field: &str) -> Option<&'a str> {
        Some(self.portfolio().person(self.card()?.text(field)?))
    }
}

/// What the data says where it says another colour.
fn differing(declared: Known, dimension: &Dimension) -> Option<&Computed> {
    let computed = dimension.computed.as_ref().ok()?;
    let differs = declared.rank()? != computed.rag.rank()?;
    differs.then_some(computed)
}

/// Fact and limit in one line.
#[must_use]
pub fn why(computed: &Computed) -> String {
    if computed.limit.is_empty() {
        dates_in_words(&computed.fact)
    } else {
        format!("{}; {}", dates_in_words(&computed.fact), computed.limit)
    }
}

/// A trend as pages say it.
#[must_use]
pub fn trend_view(trend: trend::Trend) -> Trend {
    match trend {
        trend::Trend::New => Trend::New,
        trend::Trend::Improving => Trend::Better,
        trend::Trend::Stable => Trend::Same,
        trend::Trend::Worsening => Trend::Worse,
        trend::Trend::Unknown => Trend::Unknown,
    }
}
