//! One go-live with everything its release says of it, and where go-lives get
//! into each other's way or fall into a freeze.

use crate::data::record::{Datum, Record};
use crate::date::{Date, Freeze, days, parse};
use crate::document::Document;
use crate::measures::release_window::{Launch, launches};
use crate::portfolio::{Milestone, Portfolio, Project, State};
use crate::ratio::Ratio;
use crate::table::Missing;
use crate::target::Target;

/// Days within which two go-lives share the people who are on call.
pub const NEAR: i64 = 2;

/// A launch of a project.
#[derive(Debug, Clone, Copy)]
pub struct GoLive<'a> {
    /// The project.
    pub project: &'a Project,
    /// Its dates.
    pub launch: Launch,
    /// Its milestone.
    pub milestone: Option<&'a Milestone>,
    /// Its release plan.
    pub plan: Option<&'a Document>,
}

/// Launches of all projects, those to come by the day they are expected, those
/// behind by the day they took place.
pub(super) fn all(p: &Portfolio) -> impl Iterator<Item = GoLive<'_>> {
    p.projects.iter().filter(|pr| pr.state != State::Cancelled).flat_map(move |project| {
        launches(p, project).into_iter().map(move |launch| GoLive {
            project,
            launch,
            milestone: launch.milestone.and_then(|i| project.milestones.get(i)),
            plan: launch.release.and_then(|i| p.documents.get(i)),
        })
    })
}

/// Launches that have not happened, the next first, those without a date last.
#[must_use]
pub fn coming(p: &Portfolio) -> Vec<GoLive<'_>> {
    let open = |g: &GoLive<'_>| g.launch.actual.is_none() && g.project.state != State::Complete;
    let mut list: Vec<GoLive<'_>> = all(p).filter(open).collect();
    list.sort_by_key(|g| {
        (g.launch.expected.is_none(), g.launch.expected, g.project.id.clone(), g.launch.milestone)
    });
    list
}

/// Launches since a day, the newest first.
#[must_use]
pub fn live_since(p: &Portfolio, from: Date) -> Vec<GoLive<'_>> {
    let mut list: Vec<GoLive<'_>> =
        all(p).filter(|g| g.launch.actual.is_some_and(|d| d >= from)).collect();
    list.sort_by_key(|g| {
        (std::cmp::Reverse(g.launch.actual), g.project.id.clone(), g.launch.milestone)
    });
    list
}

/// Criteria of a go/no-go: what is met of what applies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Criteria {
    /// Met.
    pub met: i64,
    /// Met, not met, or waived.
    pub asked: i64,
    /// Those that cannot be done without and are neither met nor waived by
    /// somebody with a reason.
    pub must_open: i64,
}

impl Criteria {
    /// Percent; `None` without criteria.
    #[must_use]
    pub fn percent(self) -> Option<Ratio> {
        Ratio::whole(self.met.into()).percent_of(Ratio::whole(self.asked.into()))
    }
}

/// The criteria of a go/no-go. A criterion that does not apply, with a reason,
/// is left out.
#[must_use]
pub fn criteria(document: &Document) -> Criteria {
    let mut sum = Criteria::default();
    for criterion in document.fields.list("criteria").iter().filter_map(|c| c.datum.record()) {
        let waived = criterion.has("waived_by") && criterion.has("reason");
        match criterion.text("status") {
            Some("na") if criterion.has("reason") => continue,
            Some("met") => sum.met += 1,
            Some("waived") if waived => {}
            _ => sum.must_open += i64::from(criterion.flag("must") == Some(true)),
        }
        sum.asked += 1;
    }
    sum
}

/// An environment of a release.
#[derive(Debug, Clone, Copy)]
pub struct Environment<'a> {
    /// What is written of it.
    pub fields: &'a Record,
    /// The day it was ready, where it is.
    pub ready: Result<Option<Date>, ()>,
}

impl<'a> GoLive<'a> {
    /// Its name: the milestone's, else the plan's title.
    #[must_use]
    pub fn label(&self) -> String {
        match (self.milestone, self.plan) {
            (Some(m), _) => format!("{} {}", m.id, m.name).trim().to_owned(),
            (None, Some(plan)) => plan.title.to_string(),
            (None, None) => "Go-live".into(),
        }
    }

    /// Where it is written: the release plan, else the milestone.
    #[must_use]
    pub fn target(&self) -> Target {
        let milestone = || {
            let m = self.milestone?;
            Some(Target::Item(self.project.id.clone(), (*m.id).into()))
        };
        let plan = self.plan.map(|d| Target::Document(d.path.clone()));
        plan.or_else(milestone).unwrap_or(Target::Project(self.project.id.clone()))
    }

    /// The agreed day.
    #[must_use]
    pub fn baseline(&self) -> Option<Date> {
        let planned = || self.plan?.fields.record("go_live")?.date("baseline");
        self.milestone.and_then(|m| m.baseline).or_else(planned)
    }

    /// Days later than agreed.
    #[must_use]
    pub fn slip(&self) -> Option<i64> {
        Some(days(self.baseline()?, self.launch.actual.or(self.launch.expected)?))
    }

    /// The release's id.
    #[must_use]
    pub fn release(&self) -> Option<&'a str> {
        self.plan?.fields.text("release")
    }

    /// The documents of a kind that has a field: of this release, or of none.
    pub fn documents(&self, p: &'a Portfolio, field: &'static str) -> Vec<&'a Document> {
        let ours = self.release();
        let all = self.project.documents.iter().filter_map(|i| p.documents.get(*i));
        all.filter(|d| d.typed && d.kind.fields.find(field).is_some())
            .filter(|d| !matches!(d.fields.text("state"), Some("superseded" | "archived")))
            .filter(|d| match (ours, d.fields.text("release")) {
                (Some(ours), Some(theirs)) => ours == theirs,
                _ => true,
            })
            .collect()
    }

    /// The environments it needs.
    #[must_use]
    pub fn environments(&self, as_of: Date) -> Vec<Environment<'a>> {
        let listed = self.plan.map(|d| d.fields.list("environments")).unwrap_or_default();
        let record = |item: &'a crate::data::record::Item| item.datum.record();
        let ready = |fields: &Record| match fields.get("ready") {
            Some(Datum::NotApplicable(_) | Datum::Flag(false)) => Ok(None),
            Some(datum) => datum.date().map(|d| Some(d).filter(|d| *d <= as_of)).ok_or(()),
            None => Err(()),
        };
        listed
            .iter()
            .filter_map(record)
            .map(|fields| Environment { fields, ready: ready(fields) })
            .collect()
    }

    /// The cutover plan, and its window as days with their hours.
    #[must_use]
    pub fn window(&self, p: &'a Portfolio) -> Option<(&'a Document, Moment, Moment)> {
        self.documents(p, "rehearsals").into_iter().find_map(|d| {
            let window = d.fields.record("window")?;
            Some((d, moment(window.text("start")?)?, moment(window.text("end")?)?))
        })
    }

    /// The days on which it takes place: its cutover, its go-live.
    fn spans(&self, p: &Portfolio) -> Vec<(Date, Date)> {
        let cutover = self.window(p).map(|(_, a, b)| (a.day, b.day));
        let day = self.launch.expected.map(|d| (d, d));
        cutover.into_iter().chain(day).filter(|(a, b)| a <= b && *b >= p.as_of).collect()
    }
}

/// A day and an hour as written, with what follows the hour.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moment {
    /// The day.
    pub day: Date,
    /// `22:00`; empty where only the day is given.
    pub hour: String,
}

fn moment(text: &str) -> Option<Moment> {
    let day = parse(text.get(..10)?)?;
    let hour = text.get(11..16).unwrap_or_default().to_owned();
    Some(Moment { day, hour })
}

/// Why a go-live is in somebody's way.
#[derive(Debug, Clone, Copy)]
pub enum Clash<'a> {
    /// Another one is on the same days, or so many days from it.
    Near(GoLive<'a>, i64),
    /// So many others are near it besides those that are told.
    More(usize),
    /// It falls into a freeze.
    Frozen(&'a Freeze),
}

/// A go-live in the way of another, or in a freeze, with the first day of it.
#[derive(Debug, Clone, Copy)]
pub struct Conflict<'a> {
    /// The day.
    pub day: Date,
    /// The go-live.
    pub of: GoLive<'a>,
    /// What it meets.
    pub with: Clash<'a>,
}

/// How many others are told of a go-live, the nearest first; a portfolio of
/// thousands of projects would have more pairs than anybody reads.
const TOLD: usize = 5;

/// The conflicts of the go-lives to come, by day.
#[must_use]
pub fn conflicts<'a>(p: &'a Portfolio, coming: &[GoLive<'a>]) -> Vec<Conflict<'a>> {
    let mut found = Vec::new();
    let mut spans: Vec<(Date, Date, usize)> = Vec::new();
    for (i, of) in coming.iter().enumerate() {
        for (from, to) in of.spans(p) {
            for freeze in p.config.calendar.freezes.iter().filter(|f| f.from <= to && f.to >= from)
            {
                let day = from.max(freeze.from);
                found.push((i, usize::MAX, Conflict { day, of: *of, with: Clash::Frozen(freeze) }));
            }
            spans.push((from, to, i));
        }
    }
    spans.sort_unstable();
    for (n, (from, to, i)) in spans.iter().enumerate() {
        let Some(of) = coming.get(*i) else { continue };
        let near = spans.iter().skip(n + 1).take_while(|(next, ..)| days(*to, *next) <= NEAR);
        let mut near: Vec<_> = near
            .filter(|(.., j)| i != j)
            .map(|(next, _, j)| (*j, days(*to, *next).max(0), *next))
            .collect();
        near.sort_unstable();
        near.dedup_by_key(|(j, ..)| *j);
        near.sort_by_key(|(_, apart, next)| (*apart, *next));
        for (j, apart, next) in near.iter().take(TOLD) {
            let Some(other) = coming.get(*j) else { continue };
            let conflict = Conflict { day: *next, of: *of, with: Clash::Near(*other, *apart) };
            found.push((*i.min(j), *i.max(j), conflict));
        }
        if let Some(more) = near.len().checked_sub(TOLD).filter(|more| *more > 0) {
            let conflict = Conflict { day: *from, of: *of, with: Clash::More(more) };
            found.push((*i, usize::MAX - 1, conflict));
        }
    }
    // The same two are told once, where they are nearest.
    let apart = |c: &Conflict<'_>| if let Clash::Near(_, n) = c.with { n } else { 0 };
    found.sort_by_key(|(i, j, c)| (*i, *j, apart(c), c.day));
    found.dedup_by_key(|(i, j, c)| (*i, *j, matches!(c.with, Clash::Frozen(_)).then_some(c.day)));
    let mut found: Vec<Conflict<'_>> = found.into_iter().map(|(.., c)| c).collect();
    found.sort_by_key(|c| c.day);
    found
}

/// What is missing where a document is not there: not due outside the release
/// window, not reported inside it.
#[must_use]
pub fn absent(inside: bool) -> Missing {
    if inside { Missing::NotReported } else { Missing::NotYet }
}
