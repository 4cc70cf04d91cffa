//! The book's own order: wiki pages in reading order, top folders for the bar,
//! and the list of a section's pages shown beside them.

use super::Site;
use super::links::{derived, folder_route, is_folder_page};
use super::prose::escape_into as escape;
use super::view::Html;
use crate::document::folder;
use crate::kinds::Role;
use crate::output::Route;
use crate::portfolio::Portfolio;
use crate::portfolio::gates::shown;
use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

/// Indexes of the documents that are wiki pages, in reading order: as
/// `SUMMARY.md` lists them, then the rest by folder, a folder's page first.
#[must_use]
pub fn reading_order(p: &Portfolio) -> Vec<usize> {
    let wiki = |i: &usize| {
        p.documents.get(*i).is_some_and(|d| d.kind.role == Role::Page)
            && p.project_of(*i).is_none()
            && !p.is_later(*i)
    };
    let mut rest: Vec<usize> = (0..p.documents.len()).filter(wiki).collect();
    rest.sort_by_key(|i| {
        let path = p.documents.get(*i).map_or("", |d| &d.path);
        (folder(path).to_owned(), !is_folder_page(path), path.to_owned())
    });
    let Some((_, text)) = &p.summary else { return rest };
    let outline = crate::markdown::outline(text, 0);
    let (mut order, mut listed) = (Vec::new(), BTreeSet::new());
    for link in &outline.links {
        let path = link.dest.split('#').next().unwrap_or("").trim_start_matches("./");
        if let Some(i) = p.index_of(path).filter(|i| wiki(i) && listed.insert(*i)) {
            order.push(i);
        }
    }
    order.extend(rest.into_iter().filter(|i| !listed.contains(i)));
    order
}

/// Folders at the top of the book that hold wiki pages of their own, in
/// reading order.
#[must_use]
pub fn top_folders(p: &Portfolio, order: &[usize]) -> Vec<Arc<str>> {
    let mut tops: Vec<Arc<str>> = Vec::new();
    for document in order.iter().filter_map(|i| p.documents.get(*i)) {
        let Some(top) = document.path.split_once('/').map(|(top, _)| top) else { continue };
        if !tops.iter().any(|t| **t == *top) {
            tops.push(top.into());
        }
    }
    tops
}

/// The wiki pages below each top folder, in reading order; those at the root
/// of the book under the empty name.
#[must_use]
pub fn pages_of_tops<'a>(p: &'a Portfolio, order: &[usize]) -> HashMap<&'a str, Vec<usize>> {
    let mut tops: HashMap<&str, Vec<usize>> = HashMap::new();
    for i in order {
        let Some(document) = p.documents.get(*i) else { continue };
        let top = document.path.split_once('/').map_or("", |(top, _)| top);
        tops.entry(top).or_default().push(*i);
    }
    tops
}

/// The list beside the pages of a folder, as HTML whose links hold for every
/// page of that folder; empty where there is nothing to list.
#[must_use]
pub fn section(site: &Site<'_>, tops: &HashMap<&str, Vec<usize>>, place: &str) -> Html {
    let p = site.p();
    let inside = if place.is_empty() { String::new() } else { format!("{place}/") };
    let here = Route::new(format!("{inside}_.html"));
    if let Some(project) = p.project_at(&here.to_string()) {
        return project_section(site, project, &here);
    }
    let top = place.split('/').next().unwrap_or("");
    let Some(pages) = tops.get(top).filter(|pages| pages.len() > 1) else {
        return Html::default();
    };
    let mut list = List::new();
    let mut last = String::new();
    for i in pages.iter().take(300) {
        let (Some(document), Some(route)) = (p.documents.get(*i), site.links.document(*i)) else {
            continue;
        };
        let folder = document.folder();
        if folder != last && folder != top && !is_folder_page(&document.path) {
            list.head(&site.folder_title(folder));
        }
        folder.clone_into(&mut last);
        list.item(&document.title, &here.link(route));
    }
    list.finish()
}

fn project_section(site: &Site<'_>, project: &crate::portfolio::Project, here: &Route) -> Html {
    let p = site.p();
    let mut list = List::new();
    list.item("Overview", &here.link(&folder_route(&project.folder)));
    if shown(project).is_some() {
        list.item("Gate", &here.link(&derived(&project.folder, "gate")));
    }
    if !project.items.is_empty() {
        list.item("RAID", &here.link(&derived(&project.folder, "raid")));
        list.item("Registers", &here.link(&derived(&project.folder, "registers")));
    }
    let mut more: BTreeSet<(String, Route)> = BTreeSet::new();
    let mut last = "";
    for i in &project.documents {
        let (Some(document), Some(route)) = (p.documents.get(*i), site.links.document(*i)) else {
            continue;
        };
        if *route == folder_route(&project.folder) {
            continue;
        }
        if document.folder() == &*project.folder {
            list.item(
                if document.typed { &document.kind.title } else { &document.title },
                &here.link(route),
            );
        } else {
            let rest = document
                .folder()
                .strip_prefix(&*project.folder)
                .unwrap_or_default()
                .trim_start_matches('/');
            let first = rest.split('/').next().unwrap_or(rest);
            // Documents of a folder come one after the other.
            if first == std::mem::replace(&mut last, first) {
                continue;
            }
            let full = if project.folder.is_empty() {
                first.to_owned()
            } else {
                format!("{}/{first}", project.folder)
            };
            more.insert((site.folder_title(&full), folder_route(&full)));
        }
    }
    for (title, route) in more {
        list.item(&title, &here.link(&route));
    }
    list.finish()
}

/// A list of links under construction.
struct List(String);

impl List {
    fn new() -> Self {
        Self("<ul>".into())
    }

    fn item(&mut self, label: &str, href: &str) {
        self.0.push_str("<li><a href=\"");
        escape(href, &mut self.0);
        self.0.push_str("\">");
        escape(label, &mut self.0);
        self.0.push_str("</a></li>");
    }

    fn head(&mut self, label: &str) {
        self.0.push_str("</ul><h2>");
        escape(label, &mut self.0);
        self.0.push_str("</h2><ul>");
    }

    fn finish(mut self) -> Html {
        self.0.push_str("</ul>");
        Html::new(&self.0)
    }
}
