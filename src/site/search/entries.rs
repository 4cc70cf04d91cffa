//! What can be found: projects, documents, register items, roll-ups with their
//! families (indicators, units, persons) and programmes, each with where it leads and what its result shows.

use super::super::Site;
use super::super::links::folder_route;
use super::super::standing::Standing;
use super::super::view::Rag;
use crate::data::record::{Datum, Record};
use crate::date::Date;
use crate::document::Item;
use crate::kinds::Role;
use crate::output::Route;
use crate::portfolio::{Portfolio, declared};
use crate::rollups::{self, ROLLUPS};
use crate::target::Target;
use std::borrow::Cow;
use std::sync::Arc;

/// Deepest nesting of front matter that is looked into.
const DEPTH: usize = 8;

/// One thing that can be found.
#[derive(Debug, Clone)]
pub struct Entry<'a> {
    /// What it is called.
    pub title: Cow<'a, str>,
    /// Its id; empty for none.
    pub id: Cow<'a, str>,
    /// What it is, for readers.
    pub kind: &'a str,
    /// The position of its project.
    pub project: Option<usize>,
    /// The day it speaks of.
    pub date: Option<Date>,
    /// Its page.
    pub route: Route,
    /// Where on the page.
    pub fragment: Option<Arc<str>>,
    /// The health it states itself: projects and reports.
    pub health: Option<Rag>,
    /// What else it says.
    pub text: Text<'a>,
}

/// Where the words of an entry come from, its title aside.
#[derive(Debug, Clone)]
pub enum Text<'a> {
    /// A document's body and front matter.
    Document(usize),
    /// The fields of an item.
    Fields(&'a Record),
    /// One sentence.
    Sentence(Cow<'a, str>),
}

/// All entries, in the order of the index: by project, kind, date (newest
/// first) and title, what belongs to no project last.
#[must_use]
pub fn entries<'a>(site: &Site<'a>) -> Vec<Entry<'a>> {
    let p = site.p();
    let mut all = Vec::with_capacity(p.documents.len() * 2);
    for i in (0..p.documents.len()).filter(|i| !p.is_later(*i)) {
        all.extend(document(site, i));
    }
    for (i, project) in p.projects.iter().enumerate() {
        let standing = Standing::of(site.checked, i);
        all.push(Entry {
            title: Cow::Borrowed(&*project.title),
            id: Cow::Borrowed(&*project.id),
            kind: "Project",
            project: Some(i),
            date: project.latest().map(|r| r.date),
            route: folder_route(&project.folder),
            fragment: None,
            health: standing.map(|s| s.rating()),
            text: Text::Document(project.card),
        });
        for item in project.items.values().flatten().filter(|item| item.document.is_none()) {
            if item.id.is_empty() {
                continue;
            }
            let target = Target::Item(project.id.clone(), (&*item.id).into());
            let Some((route, fragment)) = site.links.route(&target) else { continue };
            all.push(of_item(item, Some(i), route, fragment));
        }
    }
    for item in p.loose.iter().filter(|item| item.document.is_none()) {
        let rollup = match item.kind.register.as_deref() {
            Some("decisions") => "decisions",
            Some("risks" | "issues" | "assumptions" | "dependencies") => "raid",
            _ if item.kind.role == Role::Lesson => "lessons",
            _ => continue,
        };
        if !p.projects.is_empty() {
            let route = Route::new(format!("portfolio/{rollup}.html"));
            all.push(of_item(item, None, route, None));
        }
    }
    if !p.projects.is_empty() {
        all.extend(ROLLUPS.iter().map(|rollup| Entry {
            text: Text::Sentence(Cow::Borrowed(rollup.about)),
            ..page(rollup.title, "Portfolio page", format!("portfolio/{}.html", rollup.name))
        }));
        // Persons are found where the book wants pages of persons.
        all.extend(rollups::members(&site.context()).into_iter().map(|(family, member)| {
            let kind = match family.name {
                "people" => "Person",
                "units" => "Unit",
                "kpis" => "Indicator",
                _ => "Portfolio page",
            };
            Entry {
                title: Cow::Owned(member.title),
                text: Text::Sentence(Cow::Owned(member.about)),
                ..page("", kind, format!("portfolio/{}/{}.html", family.name, member.slug))
            }
        }));
        all.extend(p.programmes().into_iter().map(|(slug, _)| Entry {
            title: Cow::Owned(p.programme_title(&slug)),
            ..page("", "Programme", format!("portfolio/programmes/{slug}.html"))
        }));
    }
    // What leads nowhere cannot be found, and a title is the least to show.
    all.retain(|entry| !entry.route.as_str().is_empty());
    all.sort_by(|a, b| {
        let place = |e: &Entry<'_>| e.project.unwrap_or(usize::MAX);
        (place(a), a.kind, b.date, &a.title, &a.id, &a.route, &a.fragment).cmp(&(
            place(b),
            b.kind,
            a.date,
            &b.title,
            &b.id,
            &b.route,
            &b.fragment,
        ))
    });
    all
}

fn page<'a>(title: &'a str, kind: &'a str, route: String) -> Entry<'a> {
    Entry {
        title: Cow::Borrowed(title),
        id: Cow::Borrowed(""),
        kind,
        project: None,
        date: None,
        route: Route::new(route),
        fragment: None,
        health: None,
        text: Text::Sentence(Cow::Borrowed("")),
    }
}

/// A document with a page of its own; a card stands on its project's.
fn document<'a>(site: &Site<'a>, index: usize) -> Option<Entry<'a>> {
    let p = site.p();
    let document = p.documents.get(index)?;
    let project = p.project_index(index);
    let card = project.and_then(|i| p.projects.get(i)).is_some_and(|pr| pr.card == index);
    if card && document.kind.role == Role::Card {
        return None;
    }
    let report = document.typed && document.kind.role == Role::Report;
    let health = || declared(&document.fields, "overall").map(|d| d.rag.into());
    Some(Entry {
        title: Cow::Borrowed(&*document.title),
        id: Cow::Borrowed(document.fields.text("id").filter(|_| document.typed).unwrap_or("")),
        kind: if document.typed { &document.kind.title } else { "Page" },
        project,
        date: document.date().or_else(|| dated(&document.fields)),
        route: site.links.document(index)?.clone(),
        fragment: None,
        health: if report { health() } else { None },
        text: Text::Document(index),
    })
}

fn of_item(
    item: &Item,
    project: Option<usize>,
    route: Route,
    fragment: Option<Arc<str>>,
) -> Entry<'_> {
    Entry {
        title: Cow::Borrowed(item.title()),
        id: Cow::Borrowed(&*item.id),
        kind: &item.kind.title,
        project,
        date: dated(&item.fields),
        route,
        fragment,
        health: None,
        text: Text::Fields(&item.fields),
    }
}

/// The day something was written down, by the names such days have.
fn dated(fields: &Record) -> Option<Date> {
    const NAMES: [&str; 8] =
        ["date", "decided", "requested", "raised", "identified", "captured", "created", "updated"];
    NAMES.iter().find_map(|name| fields.date(name))
}

/// What fields say in words, with the names of people who are named by handle.
#[must_use]
pub fn words_of<'a>(p: &'a Portfolio, fields: &'a Record) -> Vec<&'a str> {
    let mut out = Vec::new();
    gather(p, fields, DEPTH, &mut out);
    out
}

fn gather<'a>(p: &'a Portfolio, fields: &'a Record, depth: usize, out: &mut Vec<&'a str>) {
    for slot in &fields.slots {
        value(p, &slot.datum, depth, out);
    }
}

fn value<'a>(p: &'a Portfolio, datum: &'a Datum, depth: usize, out: &mut Vec<&'a str>) {
    match datum {
        Datum::Text(text) | Datum::NotApplicable(text) => {
            out.push(text);
            if text.starts_with('@') {
                let name = p.person(text);
                if name != &**text {
                    out.push(name);
                }
            }
        }
        Datum::List(items) if depth > 0 => {
            items.iter().for_each(|item| value(p, &item.datum, depth - 1, out));
        }
        Datum::Record(record) if depth > 0 => gather(p, record, depth - 1, out),
        _ => {}
    }
}
