//! Pages of single documents: facts on top, the text with its notes, contents,
//! who mentions it, and what comes before and after.

use super::frame::{Place, frame, source};
use super::links::Links;
use super::view::document::{
    DocumentPage, Fact, FolderEntry, FolderPage, Heading, Note as NoteView, NoteSeverity,
};
use super::view::project::{HealthGrid, HealthRow};
use super::view::{Chip, Day, Html, Link, Trend, dates_in_words};
use super::{Contents, Site, nav};
use crate::data::record::{Datum, Record, Slot};
use crate::document::Document;
use crate::error::Result;
use crate::finding::{Finding, Severity};
use crate::kinds::Role;
use crate::markdown::{LinkTo, MentionTo, Note, RawHtml, RenderInput, Rendered, render};
use crate::measures::health::DIMENSIONS;
use crate::output::Route;
use crate::portfolio::{Resolved, declared};
use crate::table::Rag;
use crate::target::Target;

/// A document's body as HTML for the page `page`, its notes in place.
///
/// # Errors
/// The file can no longer be read, or changed since it was.
pub fn body(site: &Site<'_>, index: usize, page: &Route, title: Option<&str>) -> Result<Rendered> {
    let p = site.p();
    let Some(document) = p.documents.get(index) else { return Ok(Rendered::default()) };
    let text = site.text(document)?;
    let empty = Vec::new();
    let links: Vec<LinkTo> = p
        .links
        .get(index)
        .unwrap_or(&empty)
        .iter()
        .zip(&document.outline.links)
        .map(|(to, link)| link_to(&site.links, page, to, &link.dest))
        .collect();
    let none = Vec::new();
    let mentions: Vec<MentionTo> = p
        .mentions
        .get(index)
        .unwrap_or(&none)
        .iter()
        .filter_map(|(span, target)| {
            Some(MentionTo {
                span: *span,
                href: site.links.href(page, target)?,
                title: target_title(site, target),
            })
        })
        .collect();
    let notes: Vec<Note> = site
        .findings_of(&document.path)
        .filter(|f| f.span.start as usize >= document.body && f.severity >= Severity::Note)
        .map(|f| note(site, page, f))
        .collect();
    let raw_html = match p.config.html.raw_html {
        crate::config::RawHtml::Safe => RawHtml::Safe,
        crate::config::RawHtml::Text => RawHtml::Text,
    };
    let input = RenderInput {
        links: &links,
        mentions: &mentions,
        notes: &notes,
        raw_html,
        skip_title: title,
        highlighter: Some(&site.highlighter),
    };
    Ok(render(&text, document.body, &input))
}

fn link_to(links: &Links<'_>, page: &Route, to: &Resolved, dest: &str) -> LinkTo {
    let broken = |why: &str| LinkTo { href: None, title: Some(why.to_owned()), broken: true };
    match to {
        Resolved::To(target) => match links.href(page, target) {
            Some(href) => LinkTo { href: Some(href), title: None, broken: false },
            None => broken("this link leads nowhere"),
        },
        Resolved::NoAnchor(target, _) => {
            LinkTo { href: links.href(page, target), title: None, broken: false }
        }
        Resolved::External => LinkTo { href: Some(dest.to_owned()), title: None, broken: false },
        Resolved::Broken(path) => broken(&format!("{path} is not in the book")),
        Resolved::Outside => broken("this link leads outside the book"),
        Resolved::Unsafe => broken("this address is not allowed"),
    }
}

/// What a target is called, for the tooltip of a mention.
fn target_title(site: &Site<'_>, target: &Target) -> String {
    match target {
        Target::Item(project, id) => site
            .p()
            .project(project)
            .and_then(|pr| pr.item(id))
            .map(|i| i.title().to_owned())
            .unwrap_or_default(),
        Target::Document(path) => {
            site.p().document(path).map(|d| d.title.to_string()).unwrap_or_default()
        }
        _ => String::new(),
    }
}

fn note(site: &Site<'_>, page: &Route, finding: &Finding) -> Note {
    Note {
        offset: finding.span.start,
        severity: finding.severity,
        message: finding.message.clone(),
        help: finding.help.clone(),
        rule: finding.rule.into(),
        href: site.links.href(page, &Target::Rule(finding.rule)),
    }
}

/// A finding as a note in a list, with its place.
#[must_use]
pub fn note_view(site: &Site<'_>, page: &Route, finding: &Finding) -> NoteView {
    let place = format!("{}:{}", finding.path, finding.at);
    let href = site.links.href(page, &Target::Document(finding.path.clone()));
    NoteView {
        severity: match finding.severity {
            Severity::Deny => NoteSeverity::Deny,
            Severity::Warn => NoteSeverity::Warn,
            _ => NoteSeverity::Note,
        },
        rule: Link {
            label: finding.rule.into(),
            href: site.links.href(page, &Target::Rule(finding.rule)),
        },
        message: finding.message.clone(),
        help: finding.help.clone().unwrap_or_default(),
        place: Link { label: place, href: href.filter(|h| !h.is_empty()) },
    }
}

/// The page of a document or wiki page, its body left out.
#[must_use]
pub fn document_view(site: &Site<'_>, index: usize, page: &Route) -> DocumentPage {
    let p = site.p();
    let Some(document) = p.documents.get(index) else { return DocumentPage::default() };
    let place = match p.project_index(index) {
        Some(project) => Place::Project(project),
        None if page.as_str() == "index.html" => Place::Home,
        None => Place::Folder(document.folder()),
    };
    let mut frame = frame(site, page, &document.title, place);
    frame.section_nav = site.section(document.folder());
    frame.source = source(site, &document.path);
    let report = document.kind.role == Role::Report && document.typed;
    let (previous, next) = neighbours(site, index, page);
    DocumentPage {
        title: document.title.to_string(),
        health: report
            .then(|| declared(&document.fields, "overall").map(|d| Chip::of(d.rag.into())))
            .flatten(),
        facts: if document.typed { facts(site, index, document, page) } else { Vec::new() },
        banner: if document.broken {
            "What could be read is shown; the finding below says where it breaks off.".into()
        } else {
            String::new()
        },
        findings: site
            .findings_of(&document.path)
            .filter(|f| (f.span.start as usize) < document.body)
            .map(|f| note_view(site, page, f))
            .collect(),
        history: report.then(|| health(site, index, document, page)).flatten(),
        body: Html::default(),
        contents: Vec::new(),
        backlinks: backlinks(site, index, page),
        previous,
        next,
        frame,
    }
}

/// Table of contents from the rendered headings.
#[must_use]
pub fn contents(rendered: &Rendered) -> Vec<Heading> {
    let wanted = rendered.toc.iter().filter(|h| (2..=3).contains(&h.level));
    wanted
        .map(|h| Heading { level: h.level.into(), id: h.id.clone(), text: h.text.clone() })
        .collect()
}

/// Documents that name this one.
#[must_use]
pub fn backlinks(site: &Site<'_>, index: usize, page: &Route) -> Vec<Link> {
    let p = site.p();
    let from = p.backlinks.get(index).map(Vec::as_slice).unwrap_or_default();
    from.iter()
        .take(50)
        .filter_map(|i| {
            let (document, route) = (p.documents.get(*i)?, site.links.document(*i)?);
            let other = p
                .project_of(*i)
                .filter(|pr| p.project_of(index).is_none_or(|mine| mine.id != pr.id));
            let label = other.map_or_else(
                || document.title.to_string(),
                |pr| format!("{}: {}", pr.title, document.title),
            );
            Some(Link::to(label, page.link(route)))
        })
        .collect()
}

fn neighbours(site: &Site<'_>, index: usize, page: &Route) -> (Option<Link>, Option<Link>) {
    let p = site.p();
    let link = |i: Option<&usize>| {
        let i = *i?;
        Some(Link::to(p.documents.get(i)?.title.to_string(), page.link(site.links.document(i)?)))
    };
    if let Some(project) = p.project_of(index) {
        let reports: Vec<usize> = project.reports.iter().map(|r| r.document).collect();
        let Some(at) = reports.iter().position(|i| *i == index) else { return (None, None) };
        return (link(at.checked_sub(1).and_then(|i| reports.get(i))), link(reports.get(at + 1)));
    }
    let Some(at) = site.places.get(&index) else { return (None, None) };
    (link(at.checked_sub(1).and_then(|i| site.order.get(i))), link(site.order.get(at + 1)))
}

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

fn facts(site: &Site<'_>, index: usize, document: &Document, page: &Route) -> Vec<Fact> {
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
                    let name = self::label(&s.name);
                    let name =
                        if CAPITALS.contains(&&*s.name) { name } else { name.to_lowercase() };
                    format!("{name} {}", show(site, &s.datum))
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
        Datum::Date(date) => Day::full(*date).text,
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
    let date =
        approval.date("date").map(|d| format!(", {}", Day::full(d).text)).unwrap_or_default();
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

/// `report_every` as `Report every`, `eac` as `EAC`.
fn label(name: &str) -> String {
    if CAPITALS.contains(&name) {
        return name.to_uppercase();
    }
    let words = name.replace(['_', '-'], " ");
    let mut chars = words.chars();
    chars.next().map_or_else(String::new, |c| c.to_uppercase().chain(chars).collect())
}

/// What one report declares, dimension by dimension, against the report before
/// it; the newest report beside what the data says.
fn health(site: &Site<'_>, index: usize, document: &Document, page: &Route) -> Option<HealthGrid> {
    let p = site.p();
    let project = p.project_of(index);
    let reports = project.map(|pr| pr.reports.as_slice()).unwrap_or_default();
    let at = reports.iter().position(|r| r.document == index);
    let before =
        at.and_then(|i| i.checked_sub(1)).and_then(|i| p.documents.get(reports.get(i)?.document));
    let newest = at.is_some_and(|i| i + 1 == reports.len());
    let position = project.and_then(|pr| p.projects.iter().position(|other| other.id == pr.id));
    let measured = position.filter(|_| newest).and_then(|i| site.checked.measures.of(i));
    let row = |dimension: &&str| {
        let said = declared(&document.fields, dimension)?;
        let back =
            said.said.date("back_to_green").map(|d| format!("back to green {}", Day::full(d).text));
        let path: Vec<String> =
            said.said.text("path").map(str::to_owned).into_iter().chain(back).collect();
        let judged = measured
            .and_then(|m| m.health.of(dimension))
            .filter(|d| d.flattery().is_some_and(|f| f != 0));
        let computed = judged.and_then(|d| d.computed.as_ref().ok());
        let earlier = before.and_then(|b| declared(&b.fields, dimension)).map(|d| d.rag);
        Some(HealthRow {
            label: label(dimension),
            chip: Chip {
                computed: computed.map(|c| c.rag.into()),
                why: computed.map(|c| dates_in_words(&c.fact)).unwrap_or_default(),
                ..Chip::of(said.rag.into())
            },
            trend: trend(earlier, said.rag, at == Some(0)),
            why: prose(site, index, document, said.said.text("why").unwrap_or_default(), page),
            path: prose(site, index, document, &path.join("; "), page),
            data: prose(
                site,
                index,
                document,
                &computed.map(|c| dates_in_words(&c.fact)).unwrap_or_default(),
                page,
            ),
            ..HealthRow::default()
        })
    };
    let rows: Vec<HealthRow> = DIMENSIONS.iter().filter_map(row).collect();
    (!rows.is_empty()).then(|| HealthGrid {
        title: "Health as reported".into(),
        rows,
        ..HealthGrid::default()
    })
}

fn trend(before: Option<Rag>, now: Rag, first: bool) -> Trend {
    match before.and_then(|b| Some((b.colour().map(|_| b)?, now.colour().map(|_| now)?))) {
        Some((before, now)) if now > before => Trend::Better,
        Some((before, now)) if now < before => Trend::Worse,
        Some(_) => Trend::Same,
        None if first => Trend::New,
        None => Trend::Unknown,
    }
}

/// Plain text of a field with the ids of the project linked.
#[must_use]
pub fn prose(site: &Site<'_>, index: usize, document: &Document, text: &str, page: &Route) -> Html {
    let mut out = String::new();
    let project = site.p().project_of(index);
    for (i, word) in text.split(' ').enumerate() {
        if i > 0 {
            out.push(' ');
        }
        let core = word.trim_matches(|c: char| !c.is_alphanumeric());
        let id = core.contains(|c: char| c.is_ascii_digit())
            && core.starts_with(|c: char| c.is_ascii_uppercase());
        let href = id
            .then(|| site.p().resolve(core, &document.path, project))
            .flatten()
            .and_then(|t| site.links.href(page, &t));
        match href.and_then(|href| Some((href, word.find(core)?))) {
            Some((href, at)) => {
                nav::escape(word.get(..at).unwrap_or(""), &mut out);
                out.push_str("<a href=\"");
                nav::escape(&href, &mut out);
                out.push_str("\">");
                nav::escape(core, &mut out);
                out.push_str("</a>");
                nav::escape(word.get(at + core.len()..).unwrap_or(""), &mut out);
            }
            None => nav::escape(word, &mut out),
        }
    }
    Html::new(&out)
}

/// The page of a folder without a page of its own.
#[must_use]
pub fn folder_view(site: &Site<'_>, folder: &str, page: &Route) -> FolderPage {
    let p = site.p();
    let title = if folder.is_empty() { p.config.title.clone() } else { site.folder_title(folder) };
    let project = p.project_at(&format!("{folder}/_")).and_then(|pr| p.project_in(&pr.folder));
    let place = match project {
        Some(project) => Place::Project(project),
        None => Place::Folder(folder),
    };
    let mut frame = frame(site, page, &title, place);
    frame.section_nav = site.section(folder);
    let mut entries = Vec::new();
    let none = Contents::default();
    let contents = site.folders.get(folder).unwrap_or(&none);
    for inner in &contents.folders {
        let count = site.folders.get(inner).map_or(0, |c| c.pages);
        let route = super::links::folder_route(inner);
        entries.push(FolderEntry {
            page: Link::to(site.folder_title(inner), page.link(&route)),
            folder: true,
            text: String::new(),
            note: if count == 1 { "1 page".into() } else { format!("{count} pages") },
        });
    }
    let mut files: Vec<(usize, &Document)> =
        contents.documents.iter().filter_map(|i| Some((*i, p.documents.get(*i)?))).collect();
    files.sort_by_key(|(_, d)| (std::cmp::Reverse(d.date()), d.path.clone()));
    for (i, document) in files {
        let Some(route) = site.links.document(i).filter(|r| *r != page) else { continue };
        let note = if document.typed { document.kind.title.to_string() } else { String::new() };
        entries.push(FolderEntry {
            page: Link::to(document.title.to_string(), page.link(route)),
            folder: false,
            text: document.fields.text("what_changed").unwrap_or_default().to_owned(),
            note,
        });
    }
    FolderPage { frame, title, body: Html::default(), entries }
}
