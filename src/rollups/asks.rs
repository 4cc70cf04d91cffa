//! Decisions that wait: who must decide what by when, and for how long the
//! question has stood. Shared by the decisions page, the portfolio page and
//! the page of a project.

use super::words::item_target;
use crate::data::record::{Datum, Record};
use crate::date::{Date, days, parse};
use crate::document::Item;
use crate::portfolio::{Portfolio, Project, State};
use crate::target::Target;

/// A decision that waits: an item of a register, or one written in a report.
#[derive(Debug, Clone)]
pub struct Ask<'a> {
    /// The project that asks; `None` for a decision of the whole portfolio.
    pub project: Option<&'a Project>,
    /// Its id; empty where it has none.
    pub id: &'a str,
    /// What is to be decided.
    pub title: &'a str,
    /// Everything said of it.
    fields: Option<&'a Record>,
    /// Where it is written.
    pub target: Option<Target>,
    /// File it is written in.
    pub path: &'a str,
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
        self.text("decider")
    }

    /// The words of one of its fields.
    #[must_use]
    pub fn text(&self, name: &str) -> Option<&'a str> {
        self.fields?.text(name)
    }

    /// What can be chosen.
    #[must_use]
    pub fn options(&self) -> Vec<&'a str> {
        let fields = self.fields.map(|f| f.texts("options").map(|(text, _)| text).collect());
        fields.unwrap_or_default()
    }

    /// Id and title in one line.
    #[must_use]
    pub fn label(&self) -> String {
        format!("{} {}", self.id, self.title).trim().to_owned()
    }

    fn dated(mut self, p: &Portfolio, requested: Option<Date>) -> Self {
        self.age = requested.map(|d| p.config.calendar.business_days(d, p.as_of));
        self.needed = self.fields.and_then(|f| day(f, "needed_by"));
        self.late = self.needed.is_some_and(|d| days(d, p.as_of) > 0);
        self
    }
}

/// Whether a decision waits on the as-of date.
#[must_use]
pub fn waits(item: &Item, as_of: Date) -> bool {
    let asked = item.fields.date("requested").is_none_or(|d| d <= as_of);
    let later = item.fields.date("decided").is_some_and(|d| d > as_of);
    asked && (item.status() == "requested" || (item.status() == "decided" && later))
}

/// The decisions a project waits for, in its register or in its newest report:
/// overdue first, then the earliest need, then the longest wait. A project
/// that is over waits for nothing.
#[must_use]
pub fn of<'a>(p: &'a Portfolio, project: &'a Project) -> Vec<Ask<'a>> {
    if matches!(project.state, State::Complete | State::Cancelled) {
        return Vec::new();
    }
    let waiting = project.items("decisions").iter().filter(|i| waits(i, p.as_of));
    let mut asks: Vec<Ask<'a>> = waiting.map(|item| ask(p, Some(project), item)).collect();
    asks.extend(inline(p, project));
    sort(&mut asks);
    asks
}

/// The decisions the portfolio itself waits for: those in no project.
#[must_use]
pub fn loose(p: &Portfolio) -> Vec<Ask<'_>> {
    let items = p.loose.iter().filter(|i| i.kind.register.as_deref() == Some("decisions"));
    items.filter(|i| waits(i, p.as_of)).map(|item| ask(p, None, item)).collect()
}

/// All decisions that wait, in the same order over all projects.
#[must_use]
pub fn all(p: &Portfolio) -> Vec<Ask<'_>> {
    let mut asks: Vec<Ask<'_>> = p.projects.iter().flat_map(|project| of(p, project)).collect();
    asks.extend(loose(p));
    sort(&mut asks);
    asks
}

fn ask<'a>(p: &'a Portfolio, project: Option<&'a Project>, item: &'a Item) -> Ask<'a> {
    let of_document = || Some(Target::Document(p.documents.get(item.document?)?.path.clone()));
    Ask {
        project,
        id: &item.id,
        title: item.title(),
        fields: Some(&item.fields),
        target: project.map(|pr| item_target(pr, item)).or_else(of_document),
        path: &item.path,
        age: None,
        needed: None,
        late: false,
    }
    .dated(p, item.fields.date("requested"))
}

/// Decisions written in the newest report itself, as a record or a sentence.
fn inline<'a>(p: &'a Portfolio, project: &'a Project) -> Vec<Ask<'a>> {
    let newest = project.latest().and_then(|r| p.documents.get(r.document));
    let Some(report) = newest else { return Vec::new() };
    let written = report.fields.list("asks").iter().filter_map(|item| said(&item.datum));
    let known =
        |id: &str| !id.is_empty() && project.items("decisions").iter().any(|i| *i.id == *id);
    let written = written.filter(|(id, _, fields)| {
        let open = fields
            .and_then(|f| f.text("status"))
            .is_none_or(|s| matches!(s, "requested" | "open" | "pending" | "proposed"));
        open && !known(id)
    });
    written
        .map(|(id, title, fields)| {
            let requested = fields.and_then(|f| day(f, "requested"));
            Ask {
                project: Some(project),
                id,
                title,
                fields,
                target: Some(Target::Document(report.path.clone())),
                path: &report.path,
                age: None,
                needed: None,
                late: false,
            }
            .dated(p, requested.or_else(|| first_told(p, project, title)))
        })
        .collect()
}

/// Id, title and fields of an ask that is a decision and not the id of one.
fn said(datum: &Datum) -> Option<(&str, &str, Option<&Record>)> {
    match datum {
        Datum::Text(text) => {
            let text = text.trim();
            text.contains(char::is_whitespace).then_some(("", text, None))
        }
        Datum::Record(record) => {
            let title =
                ["title", "text", "name", "decision"].iter().find_map(|k| record.text(k))?;
            Some((record.text("id").unwrap_or_default(), title, Some(record)))
        }
        _ => None,
    }
}

/// The first report in which a decision of that title is asked for.
fn first_told(p: &Portfolio, project: &Project, title: &str) -> Option<Date> {
    let told = project.reports.iter().find(|r| {
        let asks = p.documents.get(r.document).map(|d| d.fields.list("asks")).unwrap_or_default();
        asks.iter().any(|a| said(&a.datum).is_some_and(|(_, other, _)| other == title))
    });
    told.map(|r| r.date)
}

/// A day of a record whose values were kept as written.
fn day(record: &Record, name: &str) -> Option<Date> {
    record.date(name).or_else(|| parse(record.text(name)?))
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
