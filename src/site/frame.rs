//! What every page shares: bar, breadcrumbs, links to the source.

use super::Site;
use super::links::folder_route;
use super::view::{BarItem, Day, Frame, Link, Shared};
use crate::date::long;
use crate::document::folder;
use crate::output::Route;
use crate::portfolio::within;
use crate::rollups::{Bar, OVERVIEW, ROLLUPS};
use crate::target::Target;
use crate::text::figure;
use ahash::HashMap;
use std::sync::{Mutex, PoisonError};

/// What a page is, for the bar and the path above it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place<'a> {
    /// The portfolio page.
    Home,
    /// A roll-up, by name.
    Rollup(&'a str),
    /// Something of a project, by its position.
    Project(usize),
    /// A wiki page or folder, by its folder.
    Folder(&'a str),
}

/// The frame of a page. Roll-up pages alone carry what changes from day to day.
#[must_use]
pub fn frame(site: &Site<'_>, page: &Route, title: &str, place: Place<'_>) -> Frame {
    let mut frame = site.shells.get(page, place, || shell(site, page, place));
    title.clone_into(&mut frame.title);
    frame.breadcrumbs = crumbs(site, page, title, place);
    frame.description = described(site, &frame);
    frame
}

/// What a page is in one line: the book's own words for its first page, else
/// where the page stands.
fn described(site: &Site<'_>, frame: &Frame) -> String {
    let about = &site.p().config.description;
    if frame.breadcrumbs.len() < 2 && !about.is_empty() {
        return about.clone();
    }
    let path: Vec<&str> = frame.breadcrumbs.iter().map(|step| &*step.label).collect();
    if path.is_empty() {
        return format!("{}: {}", frame.book_title, frame.title);
    }
    format!("{}: {}", frame.book_title, path.join(", "))
}

/// Frames without what is a page's own, made once for the pages of a folder.
#[derive(Debug, Default)]
pub struct Shells(Mutex<HashMap<String, Frame>>);

impl Shells {
    fn get(&self, page: &Route, place: Place<'_>, make: impl FnOnce() -> Frame) -> Frame {
        let mut key = String::with_capacity(96);
        key.push_str(folder(page.as_str()));
        // Neither stands in a path, and the bar shows no more of a place.
        match place {
            Place::Home => key.push_str("\0home"),
            Place::Project(_) => key.push_str("\0project"),
            Place::Rollup(name) => key.extend(["\0rollup\0", name]),
            Place::Folder(path) => key.extend(["\0folder\0", path]),
        }
        let known = || self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(frame) = known().get(&key) {
            return frame.clone();
        }
        let frame = make();
        known().insert(key, frame.clone());
        frame
    }
}

/// What the frames of many pages have in common.
fn shell(site: &Site<'_>, page: &Route, place: Place<'_>) -> Frame {
    let p = site.p();
    let config = &p.config;
    let daily = matches!(place, Place::Home | Place::Rollup(_));
    let html = &config.html;
    let root = page.root();
    let extra = |names: &[String]| {
        Shared::new(names.iter().map(|n| format!("{root}{n}")).collect::<Vec<_>>())
    };
    let mut frame = Frame {
        lang: config.language.clone(),
        dir: config.text_direction.clone(),
        book_title: if config.title.is_empty() { "Portfolio".into() } else { config.title.clone() },
        home: page.link(&Route::new("index.html")),
        search: if html.search.enable {
            page.link(&Route::new(super::search::PAGE))
        } else {
            String::new()
        },
        bar: Shared::new(bar(site, page, place, daily)),
        css: extra(&html.additional_css),
        js: extra(&html.additional_js),
        repository: html.git_repository_url.clone().unwrap_or_default(),
        default_theme: html.default_theme.clone().filter(|t| t != "auto").unwrap_or_default(),
        as_of: daily.then(|| Day::full(p.as_of)),
        rewound: if daily || matches!(place, Place::Project(_)) {
            rewound(site)
        } else {
            String::new()
        },
        root,
        ..Frame::default()
    };
    if !p.projects.is_empty() {
        frame.data = page.link(&Route::new(super::data::INDEX));
        if html.site_url.as_deref().is_some_and(|url| url.starts_with("http")) {
            frame.feed = page.link(&Route::new("data/feeds/reports.xml"));
        }
    }
    site.theme.furnish(&mut frame);
    frame
}

/// What a page says where a past day is shown.
fn rewound(site: &Site<'_>) -> String {
    let p = site.p();
    let Some(gone) = &p.rewound else { return String::new() };
    let documents = figure(count(gone.later.len()), "document", "documents");
    let facts = figure(count(gone.items + gone.facts), "fact", "facts");
    format!(
        "Rebuilt as of {} from what carries a date: {documents} and {facts} of later days are \
         left out. What carries no date shows today's value: texts, owners, due dates, tiers, \
         people, units, forecasts and statuses that do not say since when.",
        long(p.as_of)
    )
}

/// What the page of a document says that is dated after the past day shown.
#[must_use]
pub fn later(site: &Site<'_>, document: usize) -> String {
    let p = site.p();
    let dated = p.documents.get(document).and_then(|d| d.date());
    match dated.filter(|_| p.is_later(document)) {
        Some(day) => format!(
            "Dated {}, after {}, the day this site shows: it counts nowhere on it.",
            long(day),
            long(p.as_of)
        ),
        None if p.is_later(document) => {
            format!("Dated after {}, the day this site shows: it counts nowhere.", long(p.as_of))
        }
        None => String::new(),
    }
}

fn count(n: usize) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}

/// The link to change a page's source, where `book.toml` says where that is.
#[must_use]
pub fn source(site: &Site<'_>, path: &str) -> Option<Link> {
    let config = &site.p().config;
    let template = config.html.edit_url_template.as_ref()?;
    let path = in_repository(&config.src, path);
    let encoded = path.split('/').map(crate::output::encode).collect::<Vec<_>>().join("/");
    Some(Link::to("Edit this page", template.replace("{path}", &encoded)))
}

/// The path of a source relative to the folder of `book.toml`, which a template
/// takes for the repository's.
fn in_repository(src: &str, path: &str) -> String {
    let folders = src.split('/').filter(|part| !part.is_empty() && *part != ".");
    folders.chain([path]).collect::<Vec<_>>().join("/")
}

fn bar(site: &Site<'_>, page: &Route, place: Place<'_>, daily: bool) -> Vec<BarItem> {
    let p = site.p();
    let mut bar = Vec::new();
    let home = if p.projects.is_empty() { "Home" } else { "Portfolio" };
    let within_part = |inside: bool| if inside { "true" } else { "" };
    let current = match place {
        Place::Home => "page",
        Place::Project(_) => within_part(!p.projects.is_empty()),
        _ => "",
    };
    bar.push(BarItem {
        label: home.into(),
        spoken: "",
        href: page.link(&Route::new("index.html")),
        current,
        count: None,
    });
    if !p.projects.is_empty() {
        let shown = ROLLUPS.iter().zip(&site.counts).filter(|(r, _)| r.bar == Bar::Shown);
        for (rollup, count) in shown {
            let href = site.links.href(page, &Target::Rollup(rollup.name)).unwrap_or_default();
            let count = Some(*count).filter(|c| daily && *c > 0);
            bar.push(BarItem {
                label: rollup.title.into(),
                spoken: "",
                href,
                current: within_part(place == Place::Rollup(rollup.name)),
                count,
            });
        }
        bar.push(BarItem {
            label: "More".into(),
            spoken: "pages of the portfolio",
            href: page.link(&Route::new("portfolio/index.html")),
            current: within_part(more(place)),
            count: None,
        });
    }
    for top in &site.tops {
        let inside = matches!(place, Place::Folder(f) if *f == **top || within(f, top));
        bar.push(BarItem {
            label: site.folder_title(top),
            spoken: "",
            href: page.link(&folder_route(top)),
            current: within_part(inside),
            count: None,
        });
    }
    bar
}

/// Whether a page stands under "More".
fn more(place: Place<'_>) -> bool {
    let Place::Rollup(name) = place else { return false };
    name == "index" || ROLLUPS.iter().any(|r| r.name == name && r.bar == Bar::More)
}

/// The way up from a roll-up page: the overview for what stands under "More",
/// the roll-up above for a page of a family.
fn above(site: &Site<'_>, page: &Route, name: &str) -> Vec<Link> {
    let mut up = Vec::new();
    if more(Place::Rollup(name)) && name != "index" {
        up.push(Link::to(OVERVIEW, page.link(&Route::new("portfolio/index.html"))));
    }
    if let Some(rollup) = ROLLUPS.iter().find(|r| r.name == name) {
        let route = Route::new(format!("portfolio/{}.html", rollup.name));
        if route != *page && site.links.href(page, &Target::Rollup(rollup.name)).is_some() {
            up.push(Link::to(rollup.title, page.link(&route)));
        }
    }
    up
}

fn crumbs(site: &Site<'_>, page: &Route, title: &str, place: Place<'_>) -> Vec<Link> {
    let p = site.p();
    if page.as_str() == "index.html" {
        return Vec::new();
    }
    let mut crumbs = vec![Link::to(
        if p.projects.is_empty() { "Home" } else { "Portfolio" },
        page.link(&Route::new("index.html")),
    )];
    match place {
        Place::Project(i) => {
            if let Some(project) = p.projects.get(i) {
                if let Some(slug) = &project.programme {
                    let href = site.links.href(page, &Target::Programme(slug.as_ref().into()));
                    crumbs.push(Link { label: p.programme_title(slug), href });
                }
                let route = folder_route(&project.folder);
                if route != *page {
                    crumbs.push(Link::to(project.title.to_string(), page.link(&route)));
                }
            }
        }
        Place::Folder(folder_path) => {
            let mut path = folder_path;
            let mut up = Vec::new();
            while !path.is_empty() {
                let route = folder_route(path);
                if route != *page {
                    up.push(Link::to(site.folder_title(path), page.link(&route)));
                }
                path = folder(path);
            }
            crumbs.extend(up.into_iter().rev());
        }
        Place::Rollup(name) => crumbs.extend(above(site, page, name)),
        Place::Home => {}
    }
    crumbs.push(Link::text(title));
    crumbs
}
