//! The facts on top of a document's page, from its front matter.

use super::super::Site;
use super::super::prose::escape_into;
use super::super::rows::{anchor, under};
use super::super::view::document::Fact as View;
use super::super::view::{Chip, Day, Html};
use crate::data::record::{Datum, Record, Slot};
use crate::date::Date;
use crate::document::Document;
use crate::output::Route;
use crate::portfolio::Project;
use crate::target::Target;
use std::borrow::Cow;

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

/// One fact in the making.
#[derive(Default)]
struct Fact {
    label: String,
    /// The values as HTML, and how many they are.
    html: String,
    values: usize,
    chip: Option<Chip>,
}

impl Fact {
    fn new(label: impl Into<String>) -> Self {
        Self { label: label.into(), html: String::with_capacity(120), ..Self::default() }
    }

    /// Where the next value goes.
    fn next(&mut self) -> &mut String {
        if self.values > 0 {
            self.html.push_str(", ");
        }
        self.values += 1;
        &mut self.html
    }

    /// A value as plain text.
    fn text(&mut self, text: &str) {
        escape_into(text, self.next());
    }

    /// A value that leads somewhere, if it does.
    fn link(&mut self, label: &str, href: Option<String>) {
        anchor(label, href.as_deref(), self.next());
    }

    /// A date, for machines as well.
    fn day(&mut self, date: Date) {
        let day = Day::full(date);
        let out = self.next();
        out.push_str("<time datetime=\"");
        escape_into(&day.iso, out);
        out.push_str("\">");
        escape_into(&day.text, out);
        out.push_str("</time>");
    }

    /// After the values, set back: `approved by the sponsor`.
    fn note(&mut self, note: &str) {
        under(note, &mut self.html);
    }

    fn view(self) -> View {
        View { label: self.label, value: Html::new(&self.html), chip: self.chip }
    }
}

/// What facts of one document are made from.
struct Words<'a> {
    site: &'a Site<'a>,
    document: &'a Document,
    project: Option<&'a Project>,
    page: &'a Route,
}

pub(super) fn facts(site: &Site<'_>, index: usize, document: &Document, page: &Route) -> Vec<View> {
    let p = site.p();
    let words = Words { site, document, project: p.project_of(index), page };
    let fields = &document.fields;
    let mut facts = Vec::with_capacity(fields.slots.len() + 4);
    let mut kind = Fact::new("Kind");
    kind.text(&document.kind.title);
    facts.push(kind.view());
    if let Some(project) = words.project {
        let mut fact = Fact::new("Project");
        let href = site.links.href(page, &Target::Project(project.id.clone()));
        fact.link(&project.title, href);
        facts.push(fact.view());
    }
    for slot in fields.slots.iter().filter(|s| !HIDDEN.contains(&&*s.name)) {
        facts.extend(words.fact(slot).map(Fact::view));
    }
    for approval in fields.list("approvals").iter().filter_map(|a| a.datum.record()) {
        facts.push(words.approval(approval).view());
    }
    if let Some(links) = fields.get("links") {
        let mut fact = Fact::new("Refers to");
        each(links, |word| words.link(word, &mut fact));
        facts.push(fact.view());
    }
    if let Some(tags) = fields.get("tags").filter(|t| t.says_something()) {
        let mut fact = Fact::new("Tags");
        each(tags, |word| fact.text(word));
        facts.push(fact.view());
    }
    facts
}

/// Each word of a list, or the only one.
fn each(datum: &Datum, mut tell: impl FnMut(&str)) {
    match datum {
        Datum::List(items) => items.iter().for_each(|i| tell(&shown(&i.datum))),
        other => tell(&shown(other)),
    }
}

/// A datum in words.
fn shown(datum: &Datum) -> Cow<'_, str> {
    match datum {
        Datum::Text(text) => Cow::Borrowed(text),
        other => Cow::Owned(other.show()),
    }
}

impl Words<'_> {
    /// A field as a fact: scalars, people, dates, lists of words; records in
    /// one line of small print.
    fn fact(&self, slot: &Slot) -> Option<Fact> {
        let mut fact = Fact::new(label(&slot.name));
        match &slot.datum {
            Datum::Date(date) => fact.day(*date),
            Datum::Rag(rag) => fact.chip = Some(Chip::of((*rag).into())),
            Datum::Text(text) if text.trim().is_empty() => return None,
            Datum::Text(text) => self.word(text, &mut fact),
            Datum::NotApplicable(why) => {
                fact.text("n/a");
                fact.note(why);
            }
            Datum::List(items) if items.is_empty() => return None,
            Datum::List(items) if items.iter().all(|i| matches!(i.datum, Datum::Text(_))) => {
                for word in items.iter().filter_map(|i| i.datum.text()) {
                    self.word(word, &mut fact);
                }
            }
            Datum::List(items) if items.len() == 1 => fact.text("1 entry"),
            Datum::List(items) => fact.text(&format!("{} entries", items.len())),
            Datum::Record(record) => {
                let single = |s: &&Slot| !matches!(s.datum, Datum::List(_) | Datum::Record(_));
                for slot in record.slots.iter().filter(single) {
                    let part = fact.next();
                    name(&slot.name, part);
                    part.push(' ');
                    escape_into(&self.show(&slot.datum), part);
                }
                if fact.values == 0 {
                    return None;
                }
            }
            other => fact.text(&other.show()),
        }
        Some(fact)
    }

    /// A person's name, or a word that may lead somewhere.
    fn word(&self, word: &str, fact: &mut Fact) {
        if word.starts_with('@') {
            fact.text(self.site.p().person(word));
        } else {
            self.link(word, fact);
        }
    }

    fn link(&self, word: &str, fact: &mut Fact) {
        fact.link(word, self.href(word));
    }

    fn href(&self, word: &str) -> Option<String> {
        let target = self.site.p().resolve(word, &self.document.path, self.project)?;
        self.site.links.href(self.page, &target)
    }

    fn show<'d>(&'d self, datum: &'d Datum) -> Cow<'d, str> {
        match datum {
            Datum::Text(text) if text.starts_with('@') => Cow::Borrowed(self.site.p().person(text)),
            Datum::Date(date) => Cow::Owned(Day::words(*date)),
            other => shown(other),
        }
    }

    fn approval(&self, approval: &Record) -> Fact {
        let role = approval.text("role").unwrap_or("role not given").replace('-', " ");
        let mut fact = Fact::new(format!("Approval: {role}"));
        if let Some(name) = approval.text("name") {
            fact.text(self.site.p().person(name));
        }
        if let Some(evidence) = approval.text("evidence") {
            fact.link("evidence", self.href(evidence));
        }
        let decision = approval.text("decision").unwrap_or("pending").replace('-', " ");
        let of = approval.text("of").map(|v| format!(" version {v}")).unwrap_or_default();
        let date = approval.date("date").map(Day::words);
        let date = date.map(|day| format!(", {day}")).unwrap_or_default();
        fact.note(&format!("{decision}{of}{date}"));
        fact
    }
}

/// Abbreviations of the field, in capitals.
const CAPITALS: &[&str] =
    &["bac", "eac", "etc", "pv", "ev", "ac", "fte", "uat", "id", "po", "raci", "capex", "opex"];

/// `Back_to-green` as `back to green`, `eac` as `EAC`, escaped at the end of
/// `out`.
fn name(name: &str, out: &mut String) {
    if CAPITALS.contains(&name) {
        return escape_into(&name.to_uppercase(), out);
    }
    for c in name.chars() {
        match c {
            '_' | '-' => out.push(' '),
            c if c.is_ascii_alphanumeric() => out.push(c.to_ascii_lowercase()),
            c if c.is_ascii() => escape_into(c.encode_utf8(&mut [0; 4]), out),
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
