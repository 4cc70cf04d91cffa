//! How one project stands, for exports and the terminal: what the newest
//! report says while it counts, what the data says, dates, money, asks.

use super::Input;
use crate::Checked;
use crate::data::record::Record;
use crate::date::{Date, days};
use crate::document::Document;
use crate::finding::{Finding, Severity};
use crate::measures::ProjectMeasures;
use crate::measures::freshness::Level;
use crate::measures::trend::Trend;
use crate::portfolio::{Portfolio, Project, Report, State, declared, reason};
use crate::rollups::asks::{self, Ask};
use crate::table::{Missing, Rag};

/// A project with its measures.
#[derive(Debug, Clone, Copy)]
pub struct Standing<'a> {
    /// What was checked.
    pub checked: &'a Checked,
    /// The project.
    pub project: &'a Project,
    /// Its measures.
    pub measures: &'a ProjectMeasures,
}

/// All projects in the order of their ids.
pub fn all(checked: &Checked) -> impl Iterator<Item = Standing<'_>> {
    let measured = checked.portfolio.projects.iter().zip(&checked.measures.projects);
    measured.map(move |(project, measures)| Standing { checked, project, measures })
}

/// All projects, what needs someone first: red, then better than the data
/// says, then silent, amber that got worse, asks, amber, green; then those
/// that do not run.
#[must_use]
pub fn by_attention(checked: &Checked) -> Vec<Standing<'_>> {
    let mut list: Vec<Standing<'_>> = all(checked).collect();
    list.sort_by_cached_key(|s| {
        let rest = match s.project.state {
            State::Active => 0,
            State::OnHold => 1,
            State::Proposed => 2,
            State::Complete => 3,
            State::Cancelled => 4,
        };
        let (class, oldest) = if rest == 0 { s.attention() } else { (0, 0) };
        let title = s.project.title.to_lowercase();
        (rest, class, oldest, s.project.tier, title, s.project.id.clone())
    });
    list
}

impl<'a> Standing<'a> {
    /// The portfolio.
    #[must_use]
    pub fn p(&self) -> &'a Portfolio {
        &self.checked.portfolio
    }

    /// The card, or the charter that carries its fields.
    #[must_use]
    pub fn card(&self) -> Option<&'a Document> {
        self.p().documents.get(self.project.card)
    }

    /// The document of a report.
    #[must_use]
    pub fn document(&self, report: Report) -> Option<&'a Document> {
        self.p().documents.get(report.document)
    }

    /// The newest report's document.
    #[must_use]
    pub fn report(&self) -> Option<&'a Document> {
        self.document(self.project.latest()?)
    }

    /// The order of attention: how much a project needs someone, then the
    /// oldest ask.
    fn attention(&self) -> (u8, i64) {
        let colour = self.overall().and_then(Rag::colour);
        let oldest = asks::oldest(&self.asks());
        let steps = self.measures.health.of("overall").and_then(|d| d.flattery());
        let class = match colour {
            Some(Rag::Red) => 0,
            _ if self.overall().is_some() && steps.is_some_and(|n| n > 0) => 1,
            None => 2,
            _ if self.stale() => 2,
            Some(Rag::Amber) if self.trend() == Trend::Worsening => 3,
            _ if oldest.is_some() => 4,
            Some(Rag::Amber) => 5,
            _ => 6,
        };
        (class, -oldest.unwrap_or(0))
    }

    /// Whether what the newest report declares still counts.
    #[must_use]
    pub fn counts(&self) -> bool {
        self.measures.freshness.counts()
    }

    /// Whether reports are missing or too old.
    #[must_use]
    pub fn stale(&self) -> bool {
        matches!(self.measures.freshness.level, Level::Stale | Level::Silent | Level::Never)
    }

    /// What the newest report declares of a dimension, while it counts.
    #[must_use]
    pub fn declared(&self, dimension: &str) -> Option<Rag> {
        self.measures.health.of(dimension).and_then(|d| d.declared).filter(|_| self.counts())
    }

    /// The overall colour the newest report declares, while it counts.
    #[must_use]
    pub fn overall(&self) -> Option<Rag> {
        self.declared("overall")
    }

    /// What the data says of the whole, or why it says nothing.
    ///
    /// # Errors
    /// Says why there is no colour.
    pub fn computed(&self) -> Result<Rag, Missing> {
        match self.measures.health.of("overall").map(|d| &d.computed) {
            Some(Ok(computed)) => Ok(computed.rag),
            Some(Err(missing)) => Err(missing.clone()),
            None => Err(Missing::NotReported),
        }
    }

    /// The rating that is shown: the report's while it counts, else the
    /// project's state or that nobody says.
    #[must_use]
    pub fn rating(&self) -> &'static str {
        match self.project.state {
            State::Active => self.overall().map_or("not-reported", Rag::name),
            other => other.name(),
        }
    }

    /// How the overall rating moved, while reports count.
    #[must_use]
    pub fn trend(&self) -> Trend {
        if self.counts() { self.measures.trend } else { Trend::Unknown }
    }

    /// Days since the newest report.
    #[must_use]
    pub fn report_age(&self) -> Option<i64> {
        self.project.latest().map(|r| days(r.date, self.p().as_of))
    }

    /// The decisions it waits for.
    #[must_use]
    pub fn asks(&self) -> Vec<Ask<'a>> {
        asks::of(self.p(), self.project)
    }

    /// The reason the newest report gives for its colour: of the overall
    /// rating, else of the worst dimension that says one.
    #[must_use]
    pub fn why(&self) -> Option<&'a str> {
        reason(&self.report()?.fields)
    }

    /// What a report declared of the whole.
    #[must_use]
    pub fn said_on(&self, report: Report) -> Option<Rag> {
        declared(&self.document(report)?.fields, "overall").map(|d| d.rag)
    }

    /// A person the card names, as written.
    #[must_use]
    pub fn person(&self, field: &str) -> Option<&'a str> {
        self.fields()?.text(field)
    }

    /// A person the card names, by name.
    #[must_use]
    pub fn person_name(&self, field: &str) -> Option<&'a str> {
        self.person(field).map(|written| self.p().person(written))
    }

    /// The card's fields.
    #[must_use]
    pub fn fields(&self) -> Option<&'a Record> {
        self.card().map(|c| &c.fields)
    }

    /// Findings in its files, worst first within their order.
    pub fn findings(&self) -> impl Iterator<Item = &'a Finding> + use<'a> {
        let all = self.checked.findings_in(&self.project.folder).iter();
        all.filter(|f| f.severity > Severity::Allow)
    }

    /// When its next report is due: one cadence after the newest, or after its
    /// start; the card's `next_report` where that is later. `None` where no
    /// report is expected.
    #[must_use]
    pub fn next_report(&self) -> Option<Date> {
        if self.project.state != State::Active {
            return None;
        }
        let from = self.project.latest().map(|r| r.date).or(self.project.began())?;
        let due = crate::date::plus(from, self.measures.freshness.cadence);
        let said = self.fields().and_then(|f| f.date("next_report"));
        Some(said.map_or(due, |said| said.max(due)))
    }
}

/// How many projects stand at each rating, in the order they are told.
#[must_use]
pub fn counts(input: &Input<'_>) -> Vec<(Rag, usize)> {
    let order = [Rag::Red, Rag::Amber, Rag::Green, Rag::NotReported];
    let active = || all(input.checked).filter(|s| s.project.state == State::Active);
    let of = |rag| {
        active()
            .filter(|s| s.overall().and_then(Rag::colour).unwrap_or(Rag::NotReported) == rag)
            .count()
    };
    order.into_iter().map(|rag| (rag, of(rag))).collect()
}
