//! One project: its card's facts with what registers and reports say newer.

use super::milestone::{Milestone, milestones};
use super::{Items, Portfolio, items};
use crate::data::record::{Datum, Record};
use crate::date::{Date, Duration};
use crate::document::{Item, folder};
use crate::kinds::Role;
use crate::lifecycles::{Lifecycle, Phase};
use crate::ratio::Ratio;
use ahash::HashMap;
use std::sync::Arc;

/// Whether a project runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum State {
    /// Asked for, not begun.
    Proposed,
    /// Under way.
    #[default]
    Active,
    /// Paused.
    OnHold,
    /// Finished.
    Complete,
    /// Given up.
    Cancelled,
}

impl State {
    /// The word as written.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Proposed => "proposed",
            Self::Active => "active",
            Self::OnHold => "on-hold",
            Self::Complete => "complete",
            Self::Cancelled => "cancelled",
        }
    }

    fn parse(text: &str) -> Option<Self> {
        [Self::Proposed, Self::Active, Self::OnHold, Self::Complete, Self::Cancelled]
            .into_iter()
            .find(|s| s.name() == text)
    }
}

/// Baseline, forecast and actual of one date.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Dates {
    /// Agreed.
    pub baseline: Option<Date>,
    /// Expected.
    pub forecast: Option<Date>,
    /// Achieved.
    pub actual: Option<Date>,
}

impl Dates {
    /// Achieved, else expected.
    #[must_use]
    pub fn current(&self) -> Option<Date> {
        self.actual.or(self.forecast)
    }
}

/// A published status report, dated by its as-of date.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Report {
    /// Index of the document.
    pub document: usize,
    /// Status date.
    pub date: Date,
}

/// One project and its facts.
#[derive(Debug, Clone)]
pub struct Project {
    /// Id: the card's, else the `project` field, else the folder's name.
    pub id: Arc<str>,
    /// Its folder.
    pub folder: Arc<str>,
    /// Title.
    pub title: Box<str>,
    /// Index of its card, or of the charter that carries the card's fields.
    pub card: usize,
    /// Indexes of all its documents, in path order.
    pub documents: Vec<usize>,
    /// Published reports up to the as-of date, oldest first.
    pub reports: Vec<Report>,
    /// Indexes of its documents that plan a launch, in path order.
    pub releases: Vec<usize>,
    /// Reports that do not roll up: drafts, later than the as-of date, undated.
    pub other_reports: Vec<usize>,
    /// Indexes of its registers.
    pub registers: Vec<usize>,
    /// Items by register key; files that are items included.
    pub items: Items,
    /// Index of its tier (0 = most control).
    pub tier: usize,
    /// The tier as written is one of the portfolio's.
    pub tier_known: bool,
    /// The card names a tier or a phase that there is not: what they would ask
    /// for is not known.
    pub misplaced: bool,
    /// Its lifecycle.
    pub lifecycle: Option<Arc<Lifecycle>>,
    /// Index of its phase; `None` when missing or unknown.
    pub phase: Option<usize>,
    /// Which of them, for a phase that comes several times: 2 in `stage-2`.
    pub stage: Option<u32>,
    /// Whether it runs.
    pub state: State,
    /// Programme's slug.
    pub programme: Option<Box<str>>,
    /// Days between reports.
    pub cadence: i64,
    /// Currency of its money.
    pub currency: Option<Box<str>>,
    /// Whether its budget is tracked.
    pub tracked: bool,
    /// The card says that its budget is not tracked.
    pub untracked: bool,
    /// Approved budget (BAC), contingency included.
    pub budget: Option<Ratio>,
    /// Start.
    pub start: Dates,
    /// Finish: the milestone that is the finish, else the card's.
    pub finish: Dates,
    /// Milestones in register order.
    pub milestones: Vec<Milestone>,
    /// What an id of the project names: an item or a document.
    pub(super) ids: HashMap<Arc<str>, Id>,
}

/// What an id names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Id {
    /// An item: which of the registers, which of its items.
    Item(usize, usize),
    /// A document.
    Document(usize),
}

impl Project {
    /// The current phase.
    #[must_use]
    pub fn phase(&self) -> Option<&Phase> {
        self.lifecycle.as_ref()?.phases.get(self.phase?)
    }

    /// The current phase's title, with its number where it comes several times.
    #[must_use]
    pub fn phase_title(&self) -> Option<String> {
        self.phase().map(|phase| phase.title_of(self.stage))
    }

    /// The newest published report.
    #[must_use]
    pub fn latest(&self) -> Option<Report> {
        self.reports.last().copied()
    }

    /// Items of a register, none when there is no such register.
    #[must_use]
    pub fn items(&self, register: &str) -> &[Item] {
        self.items.get(register).map(Vec::as_slice).unwrap_or_default()
    }

    /// Whether the project has that register, empty or not.
    #[must_use]
    pub fn has_register(&self, register: &str) -> bool {
        self.items.contains_key(register)
    }

    /// The item of that id.
    #[must_use]
    pub fn item(&self, id: &str) -> Option<&Item> {
        self.item_in(id).map(|(_, item)| item)
    }

    /// The item of that id, with the key of the register it stands in.
    #[must_use]
    pub fn item_in(&self, id: &str) -> Option<(&str, &Item)> {
        let Some(Id::Item(register, at)) = self.ids.get(id) else { return None };
        let (key, items) = self.items.at(*register)?;
        Some((key, items.get(*at)?))
    }

    /// Whether an id of the project names something.
    #[must_use]
    pub fn knows(&self, id: &str) -> bool {
        self.ids.contains_key(id)
    }

    /// All ids of the project, for "did you mean", sorted.
    #[must_use]
    pub fn known_ids(&self) -> Vec<&str> {
        let mut ids: Vec<&str> = self.ids.keys().map(|k| &**k).collect();
        ids.sort_unstable();
        ids
    }

    /// Date its age runs from: actual start, else baseline, else first report.
    #[must_use]
    pub fn began(&self) -> Option<Date> {
        self.start.actual.or(self.start.baseline).or_else(|| self.reports.first().map(|r| r.date))
    }

    /// The milestone that is the finish.
    #[must_use]
    pub fn finish_milestone(&self) -> Option<&Milestone> {
        self.milestones.iter().find(|m| m.finish)
    }
}

/// Gather a project's facts.
pub(super) fn build(
    p: &Portfolio,
    place: Arc<str>,
    card: usize,
    documents: Vec<usize>,
    registers: Vec<usize>,
) -> Project {
    let empty = Record::default();
    let facts = p.documents.get(card).map_or(&empty, |d| &d.fields);
    let is_card = p.documents.get(card).is_some_and(|d| d.kind.role == Role::Card);
    let name = place.rsplit('/').next().unwrap_or_default();
    let id = if is_card {
        facts.text("id").or(facts.text("project"))
    } else {
        facts.text("project").or(facts.text("id"))
    };
    let title = p.documents.get(card).map_or("", |d| &d.title);
    let named = |t: &str| {
        p.config.tiers.iter().position(|tier| tier.id == t || tier.label.eq_ignore_ascii_case(t))
    };
    // An unknown tier is treated as a missing one is.
    let fallback = p.config.default_tier.as_deref().and_then(named);
    let tier = match facts.text("tier") {
        Some(written) => named(written),
        None => fallback,
    };
    let index = tier.or(fallback).unwrap_or(0);
    let lifecycle = facts
        .text("lifecycle")
        .and_then(|l| p.lifecycles.find(l))
        .or(p.lifecycles.default())
        .cloned();
    let phase = facts.text("phase").and_then(|id| lifecycle.as_ref()?.locate(id));
    let budget = facts.record("budget");
    let governance = documents
        .iter()
        .filter_map(|i| p.documents.get(*i))
        .find_map(|d| d.fields.duration("report_every").filter(|_| d.kind.role == Role::Document));
    let every = governance.or(facts.duration("report_every")).map(Duration::in_days);
    let default_every = p.config.tiers.get(index).map_or(14, |t| t.report_every);
    let mut project = Project {
        id: id.unwrap_or(if name.is_empty() { "book" } else { name }).into(),
        folder: place,
        title: title.into(),
        card,
        reports: Vec::new(),
        other_reports: Vec::new(),
        releases: documents.iter().copied().filter(|i| plans_launch(p, *i)).collect(),
        items: items::gather(p, &documents, &registers),
        tier: index,
        tier_known: tier.is_some(),
        misplaced: (tier.is_none() && facts.has("tier"))
            || (phase.is_none() && lifecycle.is_some() && facts.has("phase")),
        lifecycle,
        phase: phase.map(|(index, _)| index),
        stage: phase.and_then(|(_, number)| number),
        state: facts.text("state").and_then(State::parse).unwrap_or_default(),
        programme: facts.text("programme").map(Into::into),
        cadence: every.unwrap_or(default_every).max(1),
        currency: budget
            .and_then(|b| b.text("currency"))
            .or(facts.text("currency"))
            .or(p.config.currency.as_deref())
            .map(Into::into),
        tracked: budget.and_then(|b| b.flag("tracked")).unwrap_or(budget.is_some()),
        untracked: budget.and_then(|b| b.flag("tracked")) == Some(false),
        budget: budget.and_then(|b| b.number("baseline")),
        start: dates(facts.get("start")),
        finish: dates(facts.get("finish")),
        milestones: Vec::new(),
        ids: HashMap::default(),
        documents,
        registers,
    };
    project.reports(p);
    project.money(p);
    project.milestones = milestones(p, &project);
    // Where the register marks none, the card may name the milestone.
    let named = facts.record("finish").and_then(|f| f.text("milestone"));
    let open = |m: &&mut Milestone| !m.cancelled && named == Some(&*m.id);
    if !project.milestones.iter().any(|m| m.finish)
        && let Some(finish) = project.milestones.iter_mut().find(open)
    {
        (finish.finish, finish.key) = (true, true);
    }
    if let Some(finish) = project.milestones.iter().find(|m| m.finish) {
        project.finish =
            Dates { baseline: finish.baseline, forecast: finish.forecast, actual: finish.actual };
    }
    if p.rewound.is_some() {
        rewind(p, &mut project);
    }
    project.identify(p);
    project
}

/// Phase and state of a past day: the phase the newest report or gate before it
/// tells; a project that reported later was not over, one that had not begun
/// was proposed.
fn rewind(p: &Portfolio, project: &mut Project) {
    let documents = || project.documents.iter().filter_map(|i| p.documents.get(*i));
    let report = project.reports.iter().rev().find_map(|r| {
        let phase = p.documents.get(r.document)?.fields.text("phase")?;
        Some((r.date, phase.to_owned()))
    });
    let gates = documents().filter(|d| d.typed && d.kind.role == Role::Gate).filter_map(|d| {
        let go = matches!(d.fields.text("decision"), Some("go" | "go-with-conditions"));
        let next = d.fields.text("next_phase").filter(|_| go)?;
        Some((d.date()?, next.to_owned()))
    });
    let told = gates.chain(report).max_by_key(|(day, _)| *day);
    let located = told.and_then(|(_, phase)| project.lifecycle.as_ref()?.locate(&phase));
    if let Some((phase, stage)) = located {
        (project.phase, project.stage) = (Some(phase), stage);
    }
    let reported_later = p.documents.iter().enumerate().any(|(i, d)| {
        d.kind.role == Role::Report && p.is_later(i) && super::within(&d.path, &project.folder)
    });
    let over = matches!(project.state, State::Complete | State::Cancelled);
    if over && reported_later {
        project.state = State::Active;
    }
    let card = p.documents.get(project.card).map(|d| &d.path);
    let unbegun = p.rewound.as_ref().zip(card).is_some_and(|(r, path)| r.unbegun.contains(path));
    let to_begin = unbegun || project.began().is_some_and(|day| day > p.as_of);
    if to_begin && project.reports.is_empty() && project.state == State::Active {
        project.state = State::Proposed;
    }
}

fn plans_launch(p: &Portfolio, index: usize) -> bool {
    p.documents.get(index).is_some_and(|d| d.typed && d.fields.record("go_live").is_some())
}

/// A date written plainly, or as baseline, forecast and actual.
fn dates(datum: Option<&Datum>) -> Dates {
    match datum {
        Some(Datum::Record(r)) => Dates {
            baseline: r.date("baseline"),
            forecast: r.date("forecast"),
            actual: r.date("actual"),
        },
        Some(d) => Dates { baseline: d.date(), ..Dates::default() },
        None => Dates::default(),
    }
}

impl Project {
    fn reports(&mut self, p: &Portfolio) {
        for i in &self.documents {
            let Some(document) =
                p.documents.get(*i).filter(|d| d.kind.role == Role::Report && d.typed)
            else {
                continue;
            };
            let draft = document.fields.text("state").is_some_and(|s| s != "published");
            match document.date() {
                Some(date) if !draft && date <= p.as_of => {
                    self.reports.push(Report { document: *i, date })
                }
                _ => self.other_reports.push(*i),
            }
        }
        self.reports.sort_by_key(|r| (r.date, r.document));
        let mut last: Option<Date> = None;
        let mut kept: Vec<Report> = Vec::new();
        for report in std::mem::take(&mut self.reports) {
            if last == Some(report.date)
                && let Some(earlier) = kept.pop()
            {
                self.other_reports.push(earlier.document);
            }
            last = Some(report.date);
            kept.push(report);
        }
        self.reports = kept;
    }

    /// The specific document beats the card: `bac` and currency of the budget.
    fn money(&mut self, p: &Portfolio) {
        for i in &self.documents {
            let Some(document) = p.documents.get(*i).filter(|d| d.kind.role == Role::Document)
            else {
                continue;
            };
            if let Some(bac) = document.fields.number("bac") {
                self.budget = Some(bac);
                self.tracked = true;
                if let Some(currency) = document.fields.text("currency") {
                    self.currency = Some(currency.into());
                }
            }
        }
    }

    fn identify(&mut self, p: &Portfolio) {
        for (register, items) in self.items.values().enumerate() {
            for (at, item) in items.iter().enumerate().filter(|(_, i)| !i.id.is_empty()) {
                self.ids.entry((*item.id).into()).or_insert(Id::Item(register, at));
            }
        }
        for i in &self.documents {
            let Some(document) = p.documents.get(*i) else { continue };
            let id = match document.fields.text("id") {
                Some(id) => id.into(),
                None => {
                    let path = document
                        .path
                        .strip_prefix(&*self.folder)
                        .unwrap_or(&document.path)
                        .trim_start_matches('/');
                    let inner = folder(path);
                    let stem = document.stem();
                    if inner.is_empty() { stem.into() } else { format!("{inner}/{stem}").into() }
                }
            };
            self.ids.entry(id).or_insert(Id::Document(*i));
            if document.kind.role == Role::Gate
                && let Some(gate) = document.fields.text("gate")
            {
                self.ids.entry(gate.into()).or_insert(Id::Document(*i));
            }
        }
    }
}
