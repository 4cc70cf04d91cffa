//! The facts on top of a document's page, from its front matter.

use super::super::Site;
use super::super::prose::escape_into;
use super::super::view::document::Fact as View;
use super::super::view::{Chip, Day, Html, Link};
use crate::data::record::{Datum, Record, Slot};
use crate::document::Document;
use crate::output::Route;
use crate::target::Target;

/// Fields that are shown elsewhere or say nothing to a reader.
const HIDDEN: &[&str] = &[
    "kind",
    "title",
    "allow",
    "health",
    "links",
    "tags",
    "sensitivity",
    "project",
    "approvals",
    "milestones",
    "what_changed",
];

/// One fact before it is marked up.
#[derive(Default)]
struct Fact {
    label: String,
    values: Vec<Link>,
    chip: Option<Chip>,
    /// A machine-readable date where the value is one; empty for none.
    iso: String,
    /// After the values, set back: `approved by the sponsor`; empty for none.
    note: String,
}

impl Fact {
    fn view(self) -> View {
        let mut html = String::with_capacity(64);
        if !self.iso.is_empty() {
            html.push_str("<time datetime=\"");
            escape_into(&self.iso, &mut html);
            html.push_str("\">");
        }
        for (i, value) in self.values.iter().enumerate() {
            if i > 0 {
                html.push_str(", ");
            }
            value.write(&mut html);
        }
        if !self.iso.is_empty() {
            html.push_str("</time>");
        }
        if !self.note.is_empty() {
            html.push_str(" <span class=\"under\">");
            escape_into(&self.note, &mut html);
            html.push_str("</span>");
        }
        View { label: self.label, value: Html::new(&html), chip: self.chip }
    }
}

pub(super) fn facts(site: &Site<'_>, index: usize, document: &Document, page: &Route) -> Vec<View> {
    gather(site, index, document, page).into_iter().map(Fact::view).collect()
}

fn gather(site: &Site<'_>, index: usize, document: &Document, page: &Route) -> Vec<Fact> {
    let p = site.p();
    let mut facts = vec![Fact {
        label: "Kind".into(),
        values: vec![Link::text(document.kind.title.to_string())],
        ..Fact::default()
    }];
    if let Some(project) = p.project_of(index) {
        let href = site.links.href(page, &Target::Project(project.id.clone()));
        facts.push(Fact {
            label: "Project".into(),
            values: vec![Link { label: project.title.to_string(), href }],
            ..Fact::default()
        });
    }
    for slot in document.fields.slots.iter().filter(|s| !HIDDEN.contains(&&*s.name)) {
        facts.extend(fact(site, index, document, slot, page));
    }
    for approval in document.fields.list("approvals").iter().filter_map(|a| a.datum.record()) {
        facts.push(approval_fact(site, index, document, approval, page));
    }
    if let Some(links) = document.fields.get("links") {
        let values =
            words(links).iter().map(|w| word_link(site, index, document, w, page)).collect();
        facts.push(Fact { label: "Refers to".into(), values, ..Fact::default() });
    }
    if let Some(tags) = document.fields.get("tags").filter(|t| t.says_something()) {
        facts.push(Fact {
            label: "Tags".into(),
            values: words(tags).into_iter().map(Link::text).collect(),
            ..Fact::default()
        });
    }
    facts
}

fn words(datum: &Datum) -> Vec<String> {
    match datum {
        Datum::List(items) => items.iter().map(|i| i.datum.show()).collect(),
        other => vec![other.show()],
    }
}

fn word_link(site: &Site<'_>, index: usize, document: &Document, word: &str, page: &Route) -> Link {
    let target = site.p().resolve(word, &document.path, site.p().project_of(index));
    Link { label: word.to_owned(), href: target.and_then(|t| site.links.href(page, &t)) }
}

/// A field as a fact: scalars, people, dates, lists of words; records in one
/// line of small print.
fn fact(
    site: &Site<'_>,
    index: usize,
    document: &Document,
    slot: &Slot,
    page: &Route,
) -> Option<Fact> {
    let label = label(&slot.name);
    let mut fact = Fact { label, ..Fact::default() };
    match &slot.datum {
        Datum::Date(date) => {
            let day = Day::full(*date);
            fact.iso = day.iso;
            fact.values = vec![Link::text(day.text)];
        }
        Datum::Rag(rag) => fact.chip = Some(Chip::of((*rag).into())),
        Datum::Text(text) if text.trim().is_empty() => return None,
        Datum::Text(text) if text.starts_with('@') => {
            fact.values = vec![Link::text(site.p().person(text))]
        }
        Datum::Text(text) => fact.values = vec![word_link(site, index, document, text, page)],
        Datum::NotApplicable(why) => {
            fact.values = vec![Link::text("n/a")];
            fact.note = why.to_string();
        }
        Datum::List(items)
            if items.iter().all(|i| matches!(i.datum, Datum::Text(_))) && !items.is_empty() =>
        {
            fact.values = items
                .iter()
                .filter_map(|i| i.datum.text())
                .map(|w| {
                    if w.starts_with('@') {
                        Link::text(site.p().person(w))
                    } else {
                        word_link(site, index, document, w, page)
                    }
                })
                .collect();
        }
        Datum::List(items) if items.is_empty() => return None,
        Datum::List(items) => {
            fact.values = vec![Link::text(if items.len() == 1 {
                "1 entry".to_owned()
            } else {
                format!("{} entries", items.len())
            })]
        }
        Datum::Record(record) => {
            let parts: Vec<String> = record
                .slots
                .iter()
                .filter(|s| !matches!(s.datum, Datum::List(_) | Datum::Record(_)))
                .map(|s| {
                    let mut part = String::with_capacity(48);
                    if CAPITALS.contains(&&*s.name) {
                        part.push_str(&s.name.to_uppercase());
                    } else {
                        lower(&s.name, &mut part);
                    }
                    part.push(' ');
                    part.push_str(&show(site, &s.datum));
                    part
                })
                .collect();
            if parts.is_empty() {
                return None;
            }
            fact.values = parts.into_iter().map(Link::text).collect();
        }
        other => fact.values = vec![Link::text(other.show())],
    }
    Some(fact)
}

fn show(site: &Site<'_>, datum: &Datum) -> String {
    match datum {
        Datum::Text(text) if text.starts_with('@') => site.p().person(text).to_owned(),
        Datum::Date(date) => Day::words(*date),
        other => other.show(),
    }
}

fn approval_fact(
    site: &Site<'_>,
    index: usize,
    document: &Document,
    approval: &Record,
    page: &Route,
) -> Fact {
    let mut values: Vec<Link> =
        approval.text("name").map(|n| Link::text(site.p().person(n))).into_iter().collect();
    if let Some(evidence) = approval.text("evidence") {
        values.push(Link {
            label: "evidence".into(),
            ..word_link(site, index, document, evidence, page)
        });
    }
    let decision = approval.text("decision").unwrap_or("pending").replace('-', " ");
    let of = approval.text("of").map(|v| format!(" version {v}")).unwrap_or_default();
    let date = approval.date("date").map(|d| format!(", {}", Day::words(d))).unwrap_or_default();
    Fact {
        label: format!(
            "Approval: {}",
            approval.text("role").unwrap_or("role not given").replace('-', " ")
        ),
        values,
        note: format!("{decision}{of}{date}"),
        ..Fact::default()
    }
}

/// Abbreviations of the field, in capitals.
const CAPITALS: &[&str] =
    &["bac", "eac", "etc", "pv", "ev", "ac", "fte", "uat", "id", "po", "raci", "capex", "opex"];

/// `Back_to-green` as `back to green`, at the end of `out`.
fn lower(name: &str, out: &mut String) {
    for c in name.chars() {
        match c {
            '_' | '-' => out.push(' '),
            c if c.is_ascii() => out.push(c.to_ascii_lowercase()),
            c => out.extend(c.to_lowercase()),
        }
    }
}

/// `report_every` as `Report every`, `eac` as `EAC`.
pub(super) fn label(name: &str) -> String {
    if CAPITALS.contains(&name) {
        return name.to_uppercase();
    }
    let mut label = String::with_capacity(name.len());
    for c in name.chars() {
        match c {
            '_' | '-' => label.push(' '),
            c if label.is_empty() && c.is_ascii() => label.push(c.to_ascii_uppercase()),
            c if label.is_empty() => label.extend(c.to_uppercase()),
            c => label.push(c),
        }
    }
    label
}
