//! Where a source's page will stand: routes mirror the source, so that two
//! sources that want one route can be found before anything is written.

use super::{Portfolio, join};
use crate::config::Redirect;
use crate::document::folder;
use crate::kinds::Role;
use crate::output::Route;

/// Route of a folder's page.
#[must_use]
pub fn folder_route(folder: &str) -> Route {
    Route::new(if folder.is_empty() {
        "index.html".to_owned()
    } else {
        format!("{folder}/index.html")
    })
}

/// Route of a document's page. A card stands on its project's page, a page
/// of a folder on that folder's.
#[must_use]
pub fn document_route(p: &Portfolio, index: usize) -> Route {
    let Some(document) = p.documents.get(index) else { return Route::new("") };
    let is_card = p.project_of(index).is_some_and(|pr| pr.card == index);
    if is_folder_page(&document.path) || (is_card && document.kind.role == Role::Card) {
        return folder_route(folder(&document.path));
    }
    let stem =
        document.path.rfind('.').and_then(|i| document.path.get(..i)).unwrap_or(&document.path);
    Route::new(format!("{stem}.html"))
}

/// Whether a file is the page of its folder.
#[must_use]
pub fn is_folder_page(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    matches!(name, "index.md" | "README.md" | "_index.md")
}

/// Where the page of a redirect stands; `None` for a place on a page, which no
/// server is told of.
#[must_use]
pub fn redirected(redirect: &Redirect) -> Option<Route> {
    join("", &redirect.from).filter(|path| !path.is_empty() && !path.contains('#')).map(page)
}

/// The page of the site that a redirect at `from` leads to; `None` where it
/// leads to another site.
#[must_use]
pub fn redirects(redirect: &Redirect, from: &Route) -> Option<Route> {
    if redirect.leaves() {
        return None;
    }
    let path = redirect.to.split(['#', '?']).next().unwrap_or_default();
    if path.is_empty() {
        return Some(from.clone());
    }
    // What leads above the root is no page; it keeps its words.
    let Some(joined) = join(folder(from.as_str()), path) else { return Some(Route::new(path)) };
    Some(page(if joined.is_empty() { "/".into() } else { joined }))
}

fn page(path: String) -> Route {
    let path = if path.ends_with('/') { format!("{path}index.html") } else { path };
    Route::new(path.trim_start_matches('/').to_owned())
}

/// Names of the roll-up pages: `portfolio/<name>.html`.
pub const ROLLUPS: &[&str] = &[
    "decisions",
    "milestones",
    "gates",
    "raid",
    "finance",
    "kpis",
    "lessons",
    "findings",
    "releases",
    "honesty",
    "library",
    "vendors",
    "programmes",
    "units",
    "changes",
    "registers",
    "audit",
];

/// Names of the families of roll-up pages: `portfolio/<name>/<slug>.html`.
pub const FAMILIES: &[&str] = &["kpis", "library", "units", "people"];

/// Names of a project's derived pages: `<folder>/-/<name>.html`.
const DERIVED: &[&str] = &["raid", "registers"];

/// Whether the site makes a file of that name in its `data` folder.
fn data(name: &str) -> bool {
    const FOLDERS: &[&str] = &["tables", "calendar", "feeds"];
    const FILES: &[&str] = &["index.html", "schema.json", "portfolio.json", "gmpp.csv"];
    match name.split_once('/') {
        Some((folder, _)) => FOLDERS.contains(&folder),
        None => {
            let ending = name.rsplit_once('.').map(|(_, ending)| ending);
            let table = name.starts_with("dim_") || name.starts_with("fact_");
            FILES.contains(&name)
                || (table && matches!(ending, Some("csv" | "json")))
                || ending == Some("xlsx")
        }
    }
}

/// The roll-up a further page belongs to: `raid` of `raid.risks.2`.
fn first_page(name: &str) -> &str {
    let numbered = |n: &str| !n.is_empty() && n.bytes().all(|b| b.is_ascii_digit());
    let table = name.rsplit_once('.').filter(|(_, n)| numbered(n)).map(|(table, _)| table);
    table.and_then(|table| table.rsplit_once('.')).map_or(name, |(first, _)| first)
}

/// What the site itself makes at a route, for readers; `None` where a source
/// may stand.
#[must_use]
pub fn made_by_site(p: &Portfolio, route: &Route) -> Option<&'static str> {
    let path = route.as_str();
    match path {
        "404.html" => return Some("the page for what is not there"),
        "build.json" => return Some("what the site says of its build"),
        "search.html" if p.config.html.search.enable => return Some("the page that searches"),
        "sitemap.xml" if p.config.html.site_url.is_some() => return Some("the sitemap"),
        _ => {}
    }
    let index = path.strip_prefix("search/").is_some_and(|name| name.ends_with(".js"));
    if index && p.config.html.search.enable {
        return Some("the index of the search");
    }
    if let Some(name) = path.strip_prefix("data/").filter(|_| !p.projects.is_empty())
        && data(name)
    {
        return Some("data of the portfolio");
    }
    let stem = path.strip_suffix(".html")?;
    if let Some(name) = stem.strip_prefix("portfolio/").filter(|_| !p.projects.is_empty()) {
        let programme = name.strip_prefix("programmes/");
        if programme
            .is_some_and(|slug| p.projects.iter().any(|pr| pr.programme.as_deref() == Some(slug)))
        {
            return Some("the page of a programme");
        }
        let family = name.split_once('/').is_some_and(|(family, _)| {
            FAMILIES.contains(&family) && (family != "people" || p.config.person_pages)
        });
        let own = family || name == "index" || ROLLUPS.contains(&first_page(name));
        return own.then_some("a page of the portfolio");
    }
    let (folder, name) = match stem.strip_prefix("-/") {
        Some(name) => ("", name),
        None => stem.rsplit_once("/-/")?,
    };
    let of_folder = || p.projects.iter().find(|pr| *pr.folder == *folder);
    if name == "gate" {
        return of_folder().and_then(super::gates::shown).map(|_| "the gate page of the project");
    }
    if name == "log" {
        return of_folder().map(|_| "the log of the project");
    }
    let derived = DERIVED.contains(&name)
        && p.projects.iter().any(|pr| *pr.folder == *folder && !pr.items.is_empty());
    derived.then_some("a page of the project")
}
