//! Decisions that wait: who must decide what by when, and for how long the
//! question has stood. Shared by the decisions page, the portfolio page and
//! the page of a project.

use crate::date::{Date, days};
use crate::document::Item;
use crate::portfolio::{Portfolio, Project, State};

/// A decision that waits.
#[derive(Debug, Clone, Copy)]
pub struct Ask<'a> {
    /// The project that asks.
    pub project: &'a Project,
    /// The decision.
    pub item: &'a Item,
    /// Business days since it was asked for; `None` when nobody says.
    pub age: Option<i64>,
    /// When it is needed.
    pub needed: Option<Date>,
    /// Whether that day has passed.
    pub late: bool,
}

impl<'a> Ask<'a> {
    /// Who decides, as written.
    #[must_use]
    pub fn decider(&self) -> Option<&'a str> {
        self.item.fields.text("decider")
    }
}

/// Whether a decision waits on the as-of date.
#[must_use]
pub fn waits(item: &Item, as_of: Date) -> bool {
    let asked = item.fields.date("requested").is_none_or(|d| d <= as_of);
    let later = item.fields.date("decided").is_some_and(|d| d > as_of);
    asked && (item.status() == "requested" || (item.status() == "decided" && later))
}

/// The decisions a project waits for: overdue first, then the earliest need,
/// then the longest wait. A project that is over waits for nothing.
#[must_use]
pub fn of<'a>(p: &Portfolio, project: &'a Project) -> Vec<Ask<'a>> {
    if matches!(project.state, State::Complete | State::Cancelled) {
        return Vec::new();
    }
    let waiting = project.items("decisions").iter().filter(|i| waits(i, p.as_of));
    let mut asks: Vec<Ask<'a>> = waiting.map(|item| ask(p, project, item)).collect();
    sort(&mut asks);
    asks
}

/// All decisions that wait, in the same order over all projects.
#[must_use]
pub fn all(p: &Portfolio) -> Vec<Ask<'_>> {
    let mut asks: Vec<Ask<'_>> = p.projects.iter().flat_map(|project| of(p, project)).collect();
    sort(&mut asks);
    asks
}

fn ask<'a>(p: &Portfolio, project: &'a Project, item: &'a Item) -> Ask<'a> {
    let requested = item.fields.date("requested");
    let needed = item.fields.date("needed_by");
    Ask {
        project,
        item,
        age: requested.map(|d| p.config.calendar.business_days(d, p.as_of)),
        needed,
        late: needed.is_some_and(|d| days(d, p.as_of) > 0),
    }
}

/// Overdue first, then the earliest need, then the longest wait.
pub fn sort(asks: &mut [Ask<'_>]) {
    asks.sort_by_key(|a| {
        (!a.late, a.needed.is_none(), a.needed, std::cmp::Reverse(a.age.unwrap_or(0)))
    });
}

/// The longest wait in business days.
#[must_use]
pub fn oldest(asks: &[Ask<'_>]) -> Option<i64> {
    asks.iter().filter_map(|a| a.age).max()
}

/// `9 business days`.
#[must_use]
pub fn business_days(n: i64) -> String {
    super::words::figure(n, "business day", "business days")
}
