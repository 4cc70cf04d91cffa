//! The site: a checked portfolio in, pages out, each straight into the sink.
//!
//! [`build`] lays out what every page needs once (routes, reading order, the
//! lists beside pages), then makes all pages in parallel. A body is read and
//! rendered when its page is made and not kept.

pub mod charts;
pub mod frame;
pub mod gate;
pub mod library;
pub mod links;
pub mod nav;
pub mod pages;
pub mod paging;
pub mod theme;
pub mod view;

pub mod portfolio;
pub mod project;
pub mod prose;
pub mod review;
pub mod search;
pub mod standing;
pub mod tables;

mod data;
mod extras;
mod jobs;
mod rows;
mod written;

use crate::Checked;
use crate::document::{Document, folder};
use crate::error::{Error, Result};
use crate::finding::Finding;
use crate::markdown::Highlighter;
use crate::output::Sink;
use crate::portfolio::Portfolio;
use crate::rollups::{Context, Library, ROLLUPS};
use crate::text::Source;
use crate::tree::{ReadError, Tree};
use ahash::HashMap;
use links::Links;
use rayon::prelude::*;
use std::sync::Arc;
use theme::Theme;
use view::Html;

/// Everything pages are made from.
pub struct Site<'a> {
    /// What was checked.
    pub checked: &'a Checked,
    /// Where bodies are read again.
    pub tree: &'a dyn Tree,
    /// How pages look.
    pub theme: &'a Theme,
    /// Where everything is.
    pub links: Links<'a>,
    /// Wiki pages in reading order.
    pub order: Vec<usize>,
    /// Where in `order` a wiki page stands.
    pub places: HashMap<usize, usize>,
    /// What each folder holds.
    pub folders: HashMap<Arc<str>, Contents>,
    /// Folders of the bar.
    pub tops: Vec<Arc<str>>,
    /// How many wait on each roll-up, in their order.
    pub counts: Vec<u32>,
    /// Colours code blocks.
    pub highlighter: Highlighter,
    /// Words of documents, for the index.
    pub search: search::Gathered,
    /// Lessons that projects are offered.
    pub lessons: Library<'a>,
    /// Frames of pages, as far as they are alike.
    pub shells: frame::Shells,
    /// Further pages of long roll-ups.
    pub parts: paging::Parts,
    findings: HashMap<Arc<str>, Vec<&'a Finding>>,
    sections: HashMap<Arc<str>, Html>,
}

/// What a folder holds.
#[derive(Debug, Clone, Default)]
pub struct Contents {
    /// Folders directly in it, in path order.
    pub folders: Vec<Arc<str>>,
    /// Documents directly in it, by index.
    pub documents: Vec<usize>,
    /// How many documents it and the folders in it hold.
    pub pages: usize,
}

/// What was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Built {
    /// HTML pages of the site, those carried over included.
    pub pages: usize,
    /// Pages that were rendered.
    pub rendered: usize,
    /// Files that were copied.
    pub assets: usize,
}

/// Called as pages are made, with how many are done and how many there are.
pub type Progress<'p> = &'p (dyn Fn(usize, usize) + Sync);

/// Make every page and copy every asset into the sink.
///
/// # Errors
/// A template fails, a source can no longer be read, or the sink cannot take a
/// page. Nothing is published then.
pub fn build(
    checked: &Checked,
    tree: &dyn Tree,
    theme: &Theme,
    sink: &dyn Sink,
    extra: &[(String, Vec<u8>)],
    progress: Progress<'_>,
) -> Result<Built> {
    theme.check()?;
    let site = Site::new(checked, tree, theme);
    jobs::run(&site, sink, extra, progress)
}

impl<'a> Site<'a> {
    /// Lay out what every page needs.
    #[must_use]
    pub fn new(checked: &'a Checked, tree: &'a dyn Tree, theme: &'a Theme) -> Self {
        let p = &checked.portfolio;
        let mut findings: HashMap<Arc<str>, Vec<&Finding>> = HashMap::default();
        for finding in &checked.findings {
            findings.entry(finding.path.clone()).or_default().push(finding);
        }
        let order = nav::reading_order(p);
        let context = Context::of(checked);
        let counts = || ROLLUPS.par_iter().with_max_len(1).map(|r| (r.count)(&context)).collect();
        let ((links, folders), counts) =
            rayon::join(|| rayon::join(|| Links::new(p), || contents(p)), counts);
        let mut site = Self {
            checked,
            tree,
            theme,
            links,
            tops: nav::top_folders(p, &order),
            places: order.iter().enumerate().map(|(at, i)| (*i, at)).collect(),
            folders,
            order,
            counts,
            highlighter: Highlighter::new(),
            search: search::Gathered::new(if p.config.html.search.enable {
                p.documents.len()
            } else {
                0
            }),
            lessons: Library::of(p),
            shells: frame::Shells::default(),
            parts: paging::Parts::default(),
            findings,
            sections: HashMap::default(),
        };
        let tops = nav::pages_of_tops(p, &site.order);
        let folders: Vec<&Arc<str>> = p.folders.iter().collect();
        let sections =
            folders.into_par_iter().map(|f| (f.clone(), nav::section(&site, &tops, f))).collect();
        site.sections = sections;
        site
    }

    /// The portfolio.
    #[must_use]
    pub fn p(&self) -> &'a Portfolio {
        &self.checked.portfolio
    }

    /// What rules and roll-ups look at.
    #[must_use]
    pub fn context(&self) -> Context<'a> {
        Context::of(self.checked)
    }

    /// Findings of one file, in report order.
    pub fn findings_of(&self, path: &str) -> impl Iterator<Item = &'a Finding> + '_ {
        self.findings.get(path).into_iter().flatten().copied()
    }

    /// The list beside the pages of a folder.
    #[must_use]
    pub fn section(&self, folder: &str) -> Html {
        self.sections.get(folder).cloned().unwrap_or_default()
    }

    /// A folder's title: its page's, its project's, else its name in words.
    #[must_use]
    pub fn folder_title(&self, path: &str) -> String {
        let p = self.p();
        if let Some(project) = p.project_in(path).and_then(|i| p.projects.get(i)) {
            return project.title.to_string();
        }
        let page = ["index.md", "README.md", "_index.md"]
            .iter()
            .find_map(|name| p.document(&format!("{path}/{name}")));
        if let Some(page) = page {
            return page.title.to_string();
        }
        let name = path.rsplit('/').next().unwrap_or(path).replace(['-', '_'], " ");
        let mut chars = name.chars();
        chars.next().map_or_else(String::new, |c| c.to_uppercase().chain(chars).collect())
    }

    /// A document's text, read again.
    ///
    /// # Errors
    /// The file can no longer be read, or changed since it was checked.
    pub fn text(&self, document: &Document) -> Result<String> {
        let changed = || {
            Error::io(format!("`{}` changed while the site was built", document.path))
                .help("run the build again")
        };
        let bytes = match self.tree.read(&document.path) {
            Ok(bytes) => bytes,
            Err(ReadError::Io(error)) => return Err(error),
            Err(ReadError::Finding(_)) => return Err(changed()),
        };
        match Source::decode(document.path.clone(), bytes) {
            Ok(source) if source.digest == document.digest => Ok(source.text),
            _ => Err(changed()),
        }
    }
}

/// What every folder of a portfolio holds.
fn contents(p: &Portfolio) -> HashMap<Arc<str>, Contents> {
    let mut all: HashMap<Arc<str>, Contents> =
        p.folders.iter().map(|f| (f.clone(), Contents::default())).collect();
    for inner in p.folders.iter().filter(|f| !f.is_empty()) {
        if let Some(outer) = all.get_mut(folder(inner)) {
            outer.folders.push(inner.clone());
        }
    }
    for (i, document) in p.documents.iter().enumerate().filter(|(i, _)| !p.is_later(*i)) {
        let mut place = document.folder();
        if let Some(own) = all.get_mut(place) {
            own.documents.push(i);
        }
        while let Some(outer) = all.get_mut(place) {
            outer.pages += 1;
            if place.is_empty() {
                break;
            }
            place = folder(place);
        }
    }
    all
}
