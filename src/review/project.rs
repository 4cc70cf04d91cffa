//! One project compared: every part of it, and whether there is anything to tell.

mod alerts;

use super::findings::{self, Accepted, Found};
use super::health::{self, Rating};
use super::items::{self, ItemChange};
use super::pairs::{Here, Pair};
use super::{
    Amount, Context, DocumentChange, Edited, GateChange, Level, Moved, Phrase, ScopeChange,
};
use super::{
    SectionChange, Turn, baselines, dates, documents, edited, money, risks, signed, standing,
};
use crate::date::Date;
use crate::document::Document;
use crate::finding::{Finding, Severity, sort};
use crate::portfolio::within;
use crate::ratio::Ratio;
use crate::rollups::asks;
use crate::rollups::words::{holder, who};
use crate::table::Rag;
use crate::target::Target;
use alerts::alerts;
use serde::Serialize;

/// Whether a project is on both sides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Presence {
    /// In the base alone.
    Removed,
    /// On both.
    Changed,
    /// In the head alone.
    Added,
}

/// What an alert is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum AlertKind {
    /// A baseline changed.
    Baseline,
    /// A published report was edited or removed.
    EditedReport,
    /// An item was removed.
    RemovedItem,
    /// History of an item was written anew.
    RewrittenHistory,
    /// An approval was taken away.
    RemovedApproval,
    /// An approved text changed in the same version.
    ApprovedText,
    /// A document or gate record was removed.
    RemovedDocument,
    /// A finding is accepted from now on.
    Accepted,
    /// The project asks for less control: another tier, a longer cadence.
    LessControl,
    /// The project itself is gone.
    RemovedProject,
}

/// What to look at before anything else.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Alert {
    /// What it is about.
    pub kind: AlertKind,
    /// Nothing backs it; `false` where it is in order and still to be seen.
    pub bad: bool,
    /// It in words.
    pub words: Phrase,
    /// Where it is shown.
    #[serde(skip)]
    pub target: Option<Target>,
}

/// A decision the project waits for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Waiting {
    /// Its id; empty where it has none.
    pub id: String,
    /// What is to be decided.
    pub title: String,
    /// Who decides: a role in words, or a name.
    pub decider: Option<String>,
    /// Who holds that role.
    pub holder: Option<String>,
    /// When it is needed.
    pub needed: Option<Date>,
    /// Business days it has waited.
    pub business_days: Option<i64>,
    /// That day has passed.
    pub late: bool,
    /// It was not asked in the base.
    pub new: bool,
    /// Where it is written.
    #[serde(skip)]
    pub target: Option<Target>,
}

/// What changed in one project.
#[derive(Debug, Clone, Serialize)]
pub struct ProjectReview {
    /// Its id; empty for what lies outside projects.
    pub id: String,
    /// Its title.
    pub title: String,
    /// Whether it is on both sides.
    pub presence: Presence,
    /// The date of its newest report in the head.
    pub report: Option<Date>,
    /// The date of its newest report in the base.
    pub previous: Option<Date>,
    /// What to look at first.
    pub alerts: Vec<Alert>,
    /// New findings, worst first.
    pub findings: Vec<Found>,
    /// Findings that are mended.
    pub mended: Vec<Found>,
    /// Findings that documents accept and did not before.
    pub accepted: Vec<Accepted>,
    /// What it waits for.
    pub asks: Vec<Waiting>,
    /// Phase, state, tier and the card.
    pub turns: Vec<Turn>,
    /// Gates won and lost.
    pub gates: Vec<GateChange>,
    /// Its ratings.
    pub health: Vec<Rating>,
    /// Dates that moved.
    pub milestones: Vec<Moved>,
    /// Its money.
    pub money: Vec<Amount>,
    /// How much is done.
    pub progress: Vec<Amount>,
    /// How big it is.
    pub scope: Option<ScopeChange>,
    /// Items of its registers.
    pub items: Vec<ItemChange>,
    /// Open risks and issues nobody looked at lately, and the limit in days.
    pub stale: (usize, usize, i128),
    /// Published reports that say something else.
    pub edited: Vec<Edited>,
    /// Approvals.
    pub approvals: Vec<Phrase>,
    /// Its documents.
    pub documents: Vec<DocumentChange>,
    /// Sections filled and lost.
    pub sections: Vec<SectionChange>,
    /// How alike the newest report is to the one before, in percent with one
    /// decimal; `None` where there are not two.
    pub alike: Option<String>,
    /// What is as it was.
    pub unchanged: Vec<String>,
    /// Its page.
    #[serde(skip)]
    pub target: Option<Target>,
}

impl ProjectReview {
    fn empty(id: &str, title: &str, presence: Presence) -> Self {
        Self {
            id: id.to_owned(),
            title: title.to_owned(),
            presence,
            report: None,
            previous: None,
            alerts: Vec::new(),
            findings: Vec::new(),
            mended: Vec::new(),
            accepted: Vec::new(),
            asks: Vec::new(),
            turns: Vec::new(),
            gates: Vec::new(),
            health: Vec::new(),
            milestones: Vec::new(),
            money: Vec::new(),
            progress: Vec::new(),
            scope: None,
            items: Vec::new(),
            stale: (0, 0, 0),
            edited: Vec::new(),
            approvals: Vec::new(),
            documents: Vec::new(),
            sections: Vec::new(),
            alike: None,
            unchanged: Vec::new(),
            target: None,
        }
    }

    /// Whether a newer report is in the head.
    #[must_use]
    pub fn has_new_report(&self) -> bool {
        self.report > self.previous
    }

    /// Whether nothing is to be told.
    fn is_quiet(&self) -> bool {
        self.presence == Presence::Changed
            && self.alerts.is_empty()
            && self.findings.is_empty()
            && self.mended.is_empty()
            && self.accepted.is_empty()
            && self.turns.is_empty()
            && self.gates.is_empty()
            && !self.health.iter().any(Rating::changed)
            && self.milestones.is_empty()
            && !self.money.iter().chain(&self.progress).any(Amount::changed)
            && self.scope.as_ref().is_none_or(|s| s.was == s.now)
            && self.items.is_empty()
            && self.approvals.is_empty()
            && self.documents.is_empty()
            && self.sections.is_empty()
            && self.report == self.previous
    }

    /// What needs a look comes first: alerts, errors, red, warnings.
    pub(super) fn order(&self) -> (bool, bool, bool, bool, bool, String, String) {
        let level = |l| self.findings.iter().any(|f| f.severity == l);
        let red = self.health.iter().any(|r| r.now == Some(Rag::Red));
        (
            self.presence != Presence::Removed,
            !self.alerts.iter().any(|a| a.bad),
            !level(Level::Deny),
            !red,
            !level(Level::Warn),
            self.title.to_lowercase(),
            self.id.clone(),
        )
    }
}

/// Compare one project; `None` where nothing changed.
pub(super) fn review(context: &Context<'_>, pair: &Pair<'_>) -> Option<ProjectReview> {
    let Some(now) = pair.now else { return pair.was.map(removed) };
    let presence = if pair.was.is_some() { Presence::Changed } else { Presence::Added };
    let mut out = ProjectReview::empty(&now.project.id, &now.project.title, presence);
    out.target = Some(Target::Project(now.project.id.clone()));
    out.report = now.project.latest().map(|r| r.date);
    out.previous = pair.was.and_then(|w| w.project.latest()).map(|r| r.date);
    let mut agreed = baselines::compare(pair);
    let mut reports = edited::reports(context, pair);
    let mut own: Vec<Finding> = std::mem::take(&mut agreed.findings);
    own.append(&mut reports.findings);
    own.extend(edited::grown(context, pair));
    let here = |f: &Found| f.home.as_ref() == Some(&now.project.folder);
    let was_here = |f: &Found| f.home.as_ref() == pair.was.map(|w| &w.project.folder);
    out.findings = found(context, own, here);
    out.mended = context.found.mended.iter().filter(|f| was_here(f)).cloned().collect();
    out.mended.sort_by_key(|f| std::cmp::Reverse(f.severity));
    out.accepted = context.found.accepted.iter().filter(|a| here(&a.finding)).cloned().collect();
    out.turns = standing::turns(pair);
    out.gates = standing::gates(context, pair);
    let watermelon = |dimension: &str| {
        let all = context.head.checked.findings.iter();
        let mut own =
            all.filter(|f| f.rule == "watermelon-health" && within(&f.path, &now.project.folder));
        own.find(|f| f.message.starts_with(dimension)).map(|f| f.rule)
    };
    out.health = health::ratings(pair.was, now, watermelon);
    let (moved, dates_still) = dates::moved(pair.was, now);
    out.milestones = moved;
    out.money = money::amounts(pair.was, now);
    out.progress = money::progress(pair.was, now);
    out.scope = money::scope_change(pair.was, now);
    let (changes, registers_still) = items::changes(context, pair, &out.milestones);
    out.items = changes;
    let limit =
        context.head.checked.measures.thresholds.of("raid-freshness").days(now.project.tier);
    out.stale =
        (risks::stale(now, "risks", limit), risks::stale(now, "issues", limit), limit.rounded(0));
    let signatures = signed::compare(context, pair);
    out.approvals = signatures.lines;
    out.documents = documents::documents(context, pair);
    out.sections = documents::sections(context, pair);
    out.edited = reports.reports;
    out.alike = documents::alike(pair).ok().filter(|_| out.has_new_report()).map(shown);
    out.alerts = agreed.alerts;
    out.alerts.append(&mut reports.alerts);
    out.alerts.extend(signatures.alerts);
    alerts(&mut out, pair);
    out.alerts.sort_by_key(|a| (!a.bad, a.kind));
    if out.is_quiet() {
        return None;
    }
    out.asks = waiting(pair.was, now);
    out.unchanged = unchanged(&out, pair, dates_still, registers_still);
    Some(out)
}

/// A share below the whole is never shown as the whole.
fn shown(share: Ratio) -> String {
    let text = share.show(0);
    if text == "100" && share < Ratio::whole(100) { "99".into() } else { text }
}

fn removed(was: Here<'_>) -> ProjectReview {
    let mut out = ProjectReview::empty(&was.project.id, &was.project.title, Presence::Removed);
    out.previous = was.project.latest().map(|r| r.date);
    let documents = crate::text::counted(was.documents().count(), "document");
    let reports = crate::text::counted(was.project.reports.len(), "published report");
    let items = crate::text::counted(
        was.registers().flat_map(|r| &r.lists).map(|(_, _, items)| items.len()).sum::<usize>(),
        "item",
    );
    out.alerts.push(Alert {
        kind: AlertKind::RemovedProject,
        bad: true,
        words: Phrase::new("the project was ").strong("removed").plain(
            format!(" with {documents}, {reports} among them, and {items}: a finished project stays, as `complete` or `cancelled`")
                .replace('`', ""),
        ),
        target: None,
    });
    out
}

/// New findings of a project, those that two trees alone show included.
fn found(
    context: &Context<'_>,
    mut own: Vec<Finding>,
    here: impl Fn(&Found) -> bool,
) -> Vec<Found> {
    let head = context.head.checked;
    let p = &head.portfolio;
    let mut out: Vec<Found> = context.found.new.iter().filter(|f| here(f)).cloned().collect();
    for finding in &mut own {
        finding.severity = head.settings.severity(p, finding);
    }
    sort(&mut own);
    // One fact, one finding: the rule that sees it in one tree comes first.
    let told = |f: &Finding| {
        head.findings
            .iter()
            .any(|o| o.rule == "silent-rebaseline" && o.path == f.path && o.at.line == f.at.line)
    };
    out.extend(
        own.iter()
            .filter(|f| f.severity > Severity::Allow && !told(f))
            .filter_map(|f| findings::told(p, f)),
    );
    out.sort_by_key(|f| std::cmp::Reverse(f.severity));
    out
}

/// What the project waits for.
fn waiting(was: Option<Here<'_>>, now: Here<'_>) -> Vec<Waiting> {
    let before = was.map(|w| asks::of(w.p, w.project)).unwrap_or_default();
    asks::of(now.p, now.project)
        .into_iter()
        .map(|ask| Waiting {
            id: ask.id.to_owned(),
            title: super::fields::shorten(ask.title, 120),
            decider: ask.decider().map(|d| who(now.p, d)),
            holder: ask.decider().and_then(|d| holder(now.p, now.project, d)).map(str::to_owned),
            needed: ask.needed,
            business_days: ask.age,
            late: ask.late,
            new: was.is_some()
                && !before
                    .iter()
                    .any(|b| b.id == ask.id && (!b.id.is_empty() || b.title == ask.title)),
            target: ask.target.clone(),
        })
        .collect()
}

/// What is as it was, in the order of the parts.
fn unchanged(
    out: &ProjectReview,
    pair: &Pair<'_>,
    dates: bool,
    registers: Vec<String>,
) -> Vec<String> {
    let (Some(was), Some(now)) = (pair.was, pair.now) else { return Vec::new() };
    let mut all = Vec::new();
    let sized = out.scope.as_ref().is_some_and(|s| s.was != s.now);
    for rating in out.health.iter().filter(|r| !r.changed() && !r.differs && r.now.is_some()) {
        if rating.dimension != "scope" || !sized {
            all.push(format!("{} health", rating.dimension));
        }
    }
    let path = standing::critical_path(was);
    if path.is_some() && path == standing::critical_path(now) {
        all.push("critical path".into());
    }
    let agreed = !out.alerts.iter().any(|a| a.kind == AlertKind::Baseline);
    if dates && agreed && out.milestones.is_empty() {
        all.push("milestones".into());
    }
    if !out.money.is_empty() && !out.money.iter().any(Amount::changed) {
        all.push("money".into());
    }
    if out.scope.as_ref().is_some_and(|s| s.was == s.now && s.now.is_some()) {
        all.push("size of the scope".into());
    }
    all.extend(registers);
    if agreed {
        all.push("baselines".into());
    }
    all
}

/// What changed outside projects; `None` where nothing did.
pub(super) fn elsewhere(context: &Context<'_>) -> Option<ProjectReview> {
    let (was, now) = (&context.base.checked.portfolio, &context.head.checked.portfolio);
    let mut out = ProjectReview::empty("", "Outside projects", Presence::Changed);
    let free = |f: &Found| f.home.is_none();
    out.findings = found(context, Vec::new(), free);
    out.mended = context.found.mended.iter().filter(|f| free(f)).cloned().collect();
    out.accepted = context.found.accepted.iter().filter(|a| free(&a.finding)).cloned().collect();
    out.items = items::loose(context);
    fn outside(p: &crate::portfolio::Portfolio) -> Vec<&Document> {
        let all = p.documents.iter().enumerate();
        all.filter(|(i, _)| p.project_index(*i).is_none() && !p.is_later(*i))
            .map(|(_, d)| d)
            .collect()
    }
    out.documents = documents::files(context, &outside(was), &outside(now));
    // What moved into a project or out of it is told there.
    out.documents.retain(|d| d.how != "renamed" || within(&d.path, ""));
    alerts(&mut out, &Pair { was: None, now: None });
    (!out.is_quiet()).then_some(out)
}
