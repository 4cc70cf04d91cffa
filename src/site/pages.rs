//! Pages of single documents: facts on top, the text with its notes, contents,
//! who mentions it, and what comes before and after.

pub(super) mod changed;
mod facts;
pub(super) mod queries;

use super::frame::{Place, frame, later, source};
use super::links::Links;
use super::prose::escape_into;
use super::view::document::{
    DocumentPage, FolderEntry, FolderPage, Heading, Note as NoteView, NoteSeverity,
};
use super::view::project::{HealthGrid, HealthRow};
use super::view::{Chip, Day, Html, Link, Trend, dates_in_words};
use super::{Contents, Site};
use crate::document::{Document, Item};
use crate::error::Result;
use crate::finding::{Finding, Severity};
use crate::kinds::Role;
use crate::markdown::{LinkTo, MentionTo, Note, RawHtml, RenderInput, Rendered, TocEntry, render};
use crate::measures::health::DIMENSIONS;
use crate::output::Route;
use crate::portfolio::{Resolved, declared};
use crate::table::Rag;
use crate::target::Target;
use facts::{facts, label};

/// Where the links and mentions of a document lead on one page.
#[derive(Debug, Default, Hash)]
pub struct Leads<'a> {
    links: Vec<LinkTo>,
    mentions: Vec<MentionTo<'a>>,
}

impl<'a> Leads<'a> {
    /// Those of a document, by its index, on the page `page`.
    #[must_use]
    pub fn new(site: &Site<'a>, index: usize, page: &Route) -> Self {
        let p = site.p();
        let Some(document) = p.documents.get(index) else { return Self::default() };
        let resolved = p.links.get(index).map(Vec::as_slice).unwrap_or_default();
        let links = resolved
            .iter()
            .zip(&document.outline.links)
            .map(|(to, link)| link_to(&site.links, page, to, &link.dest))
            .collect();
        let named = p.mentions.get(index).map(Vec::as_slice).unwrap_or_default();
        let mentions = named
            .iter()
            .filter_map(|(span, target)| {
                Some(MentionTo {
                    span: *span,
                    href: site.links.href(page, target)?,
                    title: target_title(site, target),
                })
            })
            .collect();
        Self { links, mentions }
    }
}

/// A document's body as HTML for the page `page`, its notes in place.
///
/// # Errors
/// The file can no longer be read, or changed since it was.
pub fn body(site: &Site<'_>, index: usize, page: &Route, title: Option<&str>) -> Result<Rendered> {
    body_with(site, index, page, title, &Leads::new(site, index, page))
}

/// The same, where it is known already where its links lead.
///
/// # Errors
/// As [`body`].
pub fn body_with(
    site: &Site<'_>,
    index: usize,
    page: &Route,
    title: Option<&str>,
    leads: &Leads<'_>,
) -> Result<Rendered> {
    let p = site.p();
    let Some(document) = p.documents.get(index) else { return Ok(Rendered::default()) };
    let text = site.text(document)?;
    site.search.take(site, index, document, &text);
    let notes: Vec<Note> = site
        .findings_of(&document.path)
        .filter(|f| f.span.start as usize >= document.body && f.severity >= Severity::Note)
        .map(|f| note(site, page, f))
        .collect();
    let raw_html = match p.config.html.raw_html {
        crate::config::RawHtml::Safe => RawHtml::Safe,
        crate::config::RawHtml::Text => RawHtml::Text,
    };
    let answers = queries::answers(site, index, page)?;
    let input = RenderInput {
        links: &leads.links,
        mentions: &leads.mentions,
        notes: &notes,
        answers: &answers,
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
fn target_title<'a>(site: &Site<'a>, target: &Target) -> &'a str {
    let p = site.p();
    match target {
        Target::Item(project, id) => {
            p.project(project).and_then(|pr| pr.item(id)).map_or("", Item::title)
        }
        Target::Document(path) => p.document(path).map_or("", |d| &d.title),
        _ => "",
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
    frame.rewound = later(site, index);
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
        changed: changed::changed(p, &document.path),
        backlinks: backlinks(site, index, page),
        previous,
        next,
        frame,
    }
}

/// Table of contents from the rendered headings.
#[must_use]
pub fn contents(headings: Vec<TocEntry>) -> Vec<Heading> {
    let wanted = headings.into_iter().filter(|h| (2..=3).contains(&h.level));
    wanted.map(|h| Heading { level: h.level.into(), id: h.id, text: h.text }).collect()
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
        let reports = &project.reports;
        let Some(at) = reports.iter().position(|r| r.document == index) else {
            return (None, None);
        };
        let document = |at: usize| reports.get(at).map(|r| &r.document);
        return (link(at.checked_sub(1).and_then(document)), link(document(at + 1)));
    }
    let Some(at) = site.places.get(&index) else { return (None, None) };
    (link(at.checked_sub(1).and_then(|i| site.order.get(i))), link(site.order.get(at + 1)))
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
    let position = project.and_then(|pr| p.position(&pr.id));
    let measured = position.filter(|_| newest).and_then(|i| site.checked.measures.of(i));
    let row = |dimension: &&str| {
        let said = declared(&document.fields, dimension)?;
        let back =
            said.said.date("back_to_green").map(|d| format!("back to green {}", Day::words(d)));
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
    if text.is_empty() {
        return Html::default();
    }
    let mut out = String::with_capacity(text.len() + 64);
    let project = site.p().project_of(index);
    let (mut at, mut done) = (0, 0);
    for word in text.split(' ') {
        let start = at;
        at += word.len() + 1;
        // Every id has a number.
        if !word.bytes().any(|b| b.is_ascii_digit()) {
            continue;
        }
        let core = word.trim_matches(|c: char| !c.is_alphanumeric());
        let id = core.contains(|c: char| c.is_ascii_digit())
            && core.starts_with(|c: char| c.is_ascii_uppercase());
        let href = id
            .then(|| site.p().resolve(core, &document.path, project))
            .flatten()
            .and_then(|t| site.links.href(page, &t));
        let Some((href, within)) = href.and_then(|href| Some((href, word.find(core)?))) else {
            continue;
        };
        escape_into(text.get(done..start + within).unwrap_or_default(), &mut out);
        out.push_str("<a href=\"");
        escape_into(&href, &mut out);
        out.push_str("\">");
        escape_into(core, &mut out);
        out.push_str("</a>");
        done = start + within + core.len();
    }
    escape_into(text.get(done..).unwrap_or_default(), &mut out);
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
