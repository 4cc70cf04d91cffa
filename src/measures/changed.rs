//! What changed between two days, from facts that carry a date: health,
//! milestones, estimates, RAID items, decisions, change requests, gates,
//! phases, reports, and what became overdue. A fact without a date shows
//! today's value and cannot be compared; [`undated`] counts such items.

pub(super) mod items;
#[cfg(test)]
mod tests;

use super::health::DIMENSIONS;
use super::hindsight;
use crate::data::record::Record;
use crate::date::{Date, days, plus, short};
use crate::document::{Document, Item};
use crate::portfolio::gates::decided;
use crate::portfolio::{Declared, Milestone, Portfolio, Project, Report, State, declared};
use crate::ratio::Ratio;
use crate::table::Rag;
use crate::target::Target;
pub use items::{Undated, undated, undated_of};

/// What sort of thing changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum What {
    /// A dimension of the declared health.
    Health,
    /// A milestone moved, was reached, or has a new baseline.
    Milestone,
    /// The estimate at completion.
    Estimate,
    /// Something became overdue.
    Overdue,
    /// A risk, issue, assumption, dependency or action came, went or has
    /// another score.
    Raid,
    /// A decision was asked for or taken.
    Decision,
    /// A change request was submitted, decided or carried out.
    Change,
    /// A gate was decided.
    Gate,
    /// The phase.
    Phase,
    /// A report was published, or was due and is not there.
    Report,
}

/// A value before or after.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// A colour.
    Rag(Rag),
    /// A day.
    Date(Date),
    /// An amount and its currency.
    Money(Ratio, String),
    /// A score.
    Score(Ratio),
    /// A word.
    Words(String),
}

impl Value {
    /// The value in words.
    #[must_use]
    pub fn show(&self) -> String {
        match self {
            Self::Rag(rag) => rag.label().to_lowercase(),
            Self::Date(date) => short(*date),
            Self::Money(n, currency) => format!("{currency} {}", n.money()).trim_start().to_owned(),
            Self::Score(n) => n.show(0),
            Self::Words(text) => text.clone(),
        }
    }
}

/// One change.
#[derive(Debug, Clone)]
pub struct Change<'a> {
    /// The project; `None` for what belongs to the whole portfolio.
    pub project: Option<&'a Project>,
    /// What sort of thing.
    pub what: What,
    /// What it is called: `M3 UAT environment`, `Schedule`.
    pub label: String,
    /// The value on the earlier day, where there was one.
    pub before: Option<Value>,
    /// The value on the later day.
    pub after: Value,
    /// Whether it is better (`true`) or worse; `None` where it is neither.
    pub better: Option<bool>,
    /// What to say beside it: `+14 days`, a reason.
    pub note: String,
    /// The day it happened, where one is known.
    pub on: Option<Date>,
    /// Where it is written.
    pub target: Option<Target>,
}

impl Change<'_> {
    /// The change in words: `M3 UAT environment: 10 Apr → 24 Apr (+14 days)`.
    #[must_use]
    pub fn words(&self) -> String {
        let mut text = format!("{}: ", self.label);
        if let Some(before) = &self.before {
            text.push_str(&before.show());
            text.push_str(" → ");
        }
        text.push_str(&self.after.show());
        if !self.note.is_empty() {
            text.push_str(&format!(" ({})", self.note));
        }
        text
    }

    /// Days by which a milestone moved; late is positive.
    #[must_use]
    pub fn moved(&self) -> Option<i64> {
        match (&self.before, &self.after) {
            (Some(Value::Date(a)), Value::Date(b)) => Some(days(*a, *b)),
            _ => None,
        }
    }
}

/// Everything that changed after the day `from` up to the day `to`, by what
/// changed, then by project. Neither day may lie after the as-of date; facts
/// later than it are not known.
#[must_use]
pub fn between(p: &Portfolio, from: Date, to: Date) -> Vec<Change<'_>> {
    let span = Span { from, to };
    let mut all = Vec::new();
    for project in &p.projects {
        span.health(p, project, &mut all);
        span.milestones(project, &mut all);
        span.estimate(p, project, &mut all);
        span.phase(p, project, &mut all);
        span.gates(p, project, &mut all);
        span.reports(p, project, &mut all);
        items::of_project(p, project, span, &mut all);
    }
    items::loose(p, span, &mut all);
    all.sort_by_key(|c| {
        let project = c.project.map(|pr| pr.id.clone());
        (c.what, c.better != Some(false), project, c.on)
    });
    all
}

/// The days between which is compared.
#[derive(Debug, Clone, Copy)]
pub(super) struct Span {
    /// The earlier day; what happened on it is not in between.
    pub(super) from: Date,
    /// The later day; what happened on it is.
    pub(super) to: Date,
}

impl Span {
    /// Whether something dated on a day happened in between.
    fn holds(self, day: Date) -> bool {
        day > self.from && day <= self.to
    }

    /// A date of a record, when it lies in between.
    fn date(self, record: &Record, name: &str) -> Option<Date> {
        record.date(name).filter(|d| self.holds(*d))
    }

    fn health<'a>(self, p: &'a Portfolio, project: &'a Project, out: &mut Vec<Change<'a>>) {
        let (Some(then), Some(now)) = (report(p, project, self.from), report(p, project, self.to))
        else {
            return;
        };
        for dimension in DIMENSIONS {
            let (Some(was), Some(is)) =
                (declared(&then.fields, dimension), declared(&now.fields, dimension))
            else {
                continue;
            };
            if was.rag == is.rag {
                continue;
            }
            out.push(turned(project, dimension, was.rag, is, now));
        }
    }

    fn milestones<'a>(self, project: &'a Project, out: &mut Vec<Change<'a>>) {
        for m in project.milestones.iter().filter(|m| !m.cancelled) {
            let Some(item) = project.items("milestones").get(m.item) else { continue };
            let agreed = |day| hindsight::baseline(&item.fields, day);
            if let (Some(was), Some(is)) = (agreed(self.from), agreed(self.to))
                && was != is
            {
                let note = format!("new baseline, {}", signed(days(was, is)));
                let (was, is) = (Value::Date(was), Value::Date(is));
                out.push(of_milestone(project, m, (Some(was), is), None, note, None));
            }
            self.expected(project, m, item, out);
        }
        // What became overdue against its baseline.
        for m in project.milestones.iter().filter(|m| !m.cancelled) {
            let due = project
                .items("milestones")
                .get(m.item)
                .and_then(|item| hindsight::baseline(&item.fields, self.to));
            let Some(due) = due.filter(|d| project.state == State::Active && self.passed(*d))
            else {
                continue;
            };
            if m.actual.is_some_and(|d| d <= self.to) {
                continue;
            }
            out.push(Change {
                project: Some(project),
                what: What::Overdue,
                label: format!("{} {}", m.id, m.name).trim().to_owned(),
                before: None,
                after: Value::Date(due),
                better: Some(false),
                note: "milestone".into(),
                on: Some(plus(due, 1)),
                target: Some(Target::Item(project.id.clone(), (*m.id).into())),
            });
        }
    }

    /// What became of a milestone: reached, or expected on another day.
    pub(super) fn expected<'a>(
        self,
        project: &'a Project,
        m: &Milestone,
        item: &Item,
        out: &mut Vec<Change<'a>>,
    ) {
        if m.actual.is_some_and(|d| d <= self.from) {
            return;
        }
        let agreed = |day| hindsight::baseline(&item.fields, day);
        if let Some(actual) = m.actual.filter(|d| self.holds(*d)) {
            let late = agreed(self.to).map(|b| days(b, actual));
            let note = match late {
                Some(0) => "reached on its baseline".to_owned(),
                Some(n) => format!("reached, {} against its baseline", signed(n)),
                None => "reached".to_owned(),
            };
            let better = Some(late.is_none_or(|n| n <= 0));
            let values = (None, Value::Date(actual));
            out.push(of_milestone(project, m, values, better, note, Some(actual)));
            return;
        }
        let was = told(m, self.from).or_else(|| agreed(self.from));
        let (Some(was), Some(now)) = (was, told(m, self.to)) else { return };
        if was != now {
            let by = days(was, now);
            let on = m.history.iter().rev().find(|(d, _)| *d <= self.to).map(|(d, _)| *d);
            let values = (Some(Value::Date(was)), Value::Date(now));
            out.push(of_milestone(project, m, values, Some(by < 0), signed(by), on));
        }
    }

    /// Whether a due day passed in between: it was not over on the first day
    /// and is on the second.
    fn passed(self, due: Date) -> bool {
        due >= self.from && due < self.to
    }

    pub(super) fn estimate<'a>(
        self,
        p: &'a Portfolio,
        project: &'a Project,
        out: &mut Vec<Change<'a>>,
    ) {
        let told = |day| {
            until(project, day)
                .filter_map(|r| p.documents.get(r.document))
                .find_map(|d| Some((d, d.fields.record("budget")?.number("eac")?)))
        };
        let (Some((_, was)), Some((report, is))) = (told(self.from), told(self.to)) else { return };
        let Some(by) = is.sub(was).filter(|n| !n.is_zero()) else { return };
        let currency = project.currency.as_deref().unwrap_or("");
        let amount = |n: Ratio| Value::Money(n, currency.to_owned());
        let sign = if by.is_negative() { "" } else { "+" };
        out.push(Change {
            project: Some(project),
            what: What::Estimate,
            label: "Estimate at completion".into(),
            before: Some(amount(was)),
            after: amount(is),
            better: Some(by.is_negative()),
            note: format!("{sign}{}", by.money()).replacen('-', "−", 1),
            on: report.date(),
            target: Some(Target::Document(report.path.clone())),
        });
    }

    pub(super) fn phase<'a>(
        self,
        p: &'a Portfolio,
        project: &'a Project,
        out: &mut Vec<Change<'a>>,
    ) {
        let told = |day| {
            until(project, day)
                .filter_map(|r| p.documents.get(r.document))
                .find_map(|d| Some((d, d.fields.text("phase")?)))
        };
        let (Some((_, was)), Some((report, is))) = (told(self.from), told(self.to)) else { return };
        if was == is {
            return;
        }
        let title = |written: &str| {
            let lifecycle = project.lifecycle.as_ref();
            let found = lifecycle.and_then(|l| Some((l, l.locate(written)?)));
            let phase = found.and_then(|(l, (i, stage))| Some(l.phases.get(i)?.title_of(stage)));
            Value::Words(phase.unwrap_or_else(|| written.to_owned()))
        };
        out.push(Change {
            project: Some(project),
            what: What::Phase,
            label: "Phase".into(),
            before: Some(title(was)),
            after: title(is),
            better: None,
            note: String::new(),
            on: report.date(),
            target: Some(Target::Document(report.path.clone())),
        });
    }

    pub(super) fn gates<'a>(
        self,
        p: &'a Portfolio,
        project: &'a Project,
        out: &mut Vec<Change<'a>>,
    ) {
        for gate in decided(p, project) {
            let Some(day) = gate.date.filter(|d| self.holds(*d)) else { continue };
            let decision = gate.document.fields.text("decision").unwrap_or("decided");
            out.push(Change {
                project: Some(project),
                what: What::Gate,
                label: gate.document.fields.text("gate").unwrap_or("Gate").to_owned(),
                before: None,
                after: Value::Words(decision.replace('-', " ")),
                better: Some(decision.starts_with("go")),
                note: String::new(),
                on: Some(day),
                target: Some(Target::Document(gate.document.path.clone())),
            });
        }
    }

    fn reports<'a>(self, p: &'a Portfolio, project: &'a Project, out: &mut Vec<Change<'a>>) {
        let change = |label: String, after: Value, better, note: String, on, target| Change {
            project: Some(project),
            what: What::Report,
            label,
            before: None,
            after,
            better,
            note,
            on,
            target,
        };
        let published: Vec<_> = project.reports.iter().filter(|r| self.holds(r.date)).collect();
        for report in &published {
            let Some(document) = p.documents.get(report.document) else { continue };
            let said = document.fields.text("what_changed").unwrap_or_default().to_owned();
            let target = Some(Target::Document(document.path.clone()));
            let after = Value::Words("published".into());
            out.push(change(
                document.title.to_string(),
                after,
                Some(true),
                said,
                Some(report.date),
                target,
            ));
        }
        let last = project.reports.iter().rev().find(|r| r.date <= self.to);
        let due = last.map(|r| plus(r.date, project.cadence)).or(project.began());
        let runs = project.state == State::Active;
        if let Some(due) = due.filter(|d| runs && published.is_empty() && self.passed(*d)) {
            let note = last.map_or("never reported".to_owned(), |r| {
                format!("the last is of {}", short(r.date))
            });
            out.push(change(
                "Report".into(),
                Value::Words("missing".into()),
                Some(false),
                note,
                Some(due),
                Some(Target::Project(project.id.clone())),
            ));
        }
    }
}

/// A dimension of the declared health that turned with a report.
pub(super) fn turned<'a>(
    project: &'a Project,
    dimension: &str,
    was: Rag,
    is: Declared<'_>,
    report: &Document,
) -> Change<'a> {
    Change {
        project: Some(project),
        what: What::Health,
        label: crate::text::capital(dimension),
        before: Some(Value::Rag(was)),
        after: Value::Rag(is.rag),
        better: was.colour().and(is.rag.colour()).map(|_| is.rag > was),
        note: is.said.text("why").unwrap_or_default().to_owned(),
        on: report.date(),
        target: Some(Target::Document(report.path.clone())),
    }
}

/// Something that happened to a milestone: its values before and after.
pub(super) fn of_milestone<'a>(
    project: &'a Project,
    m: &Milestone,
    (before, after): (Option<Value>, Value),
    better: Option<bool>,
    note: String,
    on: Option<Date>,
) -> Change<'a> {
    Change {
        project: Some(project),
        what: What::Milestone,
        label: format!("{} {}", m.id, m.name).trim().to_owned(),
        before,
        after,
        better,
        note,
        on,
        target: Some(Target::Item(project.id.clone(), (*m.id).into())),
    }
}

/// The published reports of a project up to a day, newest first.
fn until(project: &Project, day: Date) -> impl Iterator<Item = &Report> {
    let end = project.reports.partition_point(|r| r.date <= day);
    project.reports.get(..end).unwrap_or_default().iter().rev()
}

/// The newest published report of a project up to a day.
fn report<'a>(p: &'a Portfolio, project: &Project, day: Date) -> Option<&'a Document> {
    p.documents.get(until(project, day).next()?.document)
}

/// What reports up to a day expect of a milestone.
fn told(m: &Milestone, day: Date) -> Option<Date> {
    let said = m.history.partition_point(|(on, _)| *on <= day);
    m.history.get(said.checked_sub(1)?).map(|(_, expected)| *expected)
}

/// `+14 days`, `−1 day`.
pub(super) fn signed(n: i64) -> String {
    let text = crate::text::figure(n.abs(), "day", "days");
    if n < 0 { format!("−{text}") } else { format!("+{text}") }
}
