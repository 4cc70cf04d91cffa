//! Where everything is: routes of documents, folders and derived pages, and
//! hrefs from one page to any target.

use crate::assets::published;
use crate::document::Register;
use crate::output::{Route, encode};
use crate::portfolio::Portfolio;
use crate::portfolio::gates::shown;
use crate::portfolio::routes::document_route;
pub use crate::portfolio::routes::{folder_route, is_folder_page};
use crate::target::Target;
use std::collections::HashMap;
use std::sync::Arc;

/// Routes of a portfolio's pages.
#[derive(Debug)]
pub struct Links<'a> {
    p: &'a Portfolio,
    documents: Vec<Route>,
    folders: HashMap<Arc<str>, Route>,
}

impl<'a> Links<'a> {
    /// Work out every route once.
    #[must_use]
    pub fn new(p: &'a Portfolio) -> Self {
        let documents = (0..p.documents.len()).map(|i| document_route(p, i)).collect();
        let folders = p.folders.iter().map(|f| (f.clone(), folder_route(f))).collect();
        Self { p, documents, folders }
    }

    /// The portfolio these routes belong to.
    #[must_use]
    pub fn portfolio(&self) -> &'a Portfolio {
        self.p
    }

    /// Route of a document, by its index.
    #[must_use]
    pub fn document(&self, index: usize) -> Option<&Route> {
        self.documents.get(index)
    }

    /// Route of a project's page, by its folder.
    #[must_use]
    pub fn project(&self, id: &str) -> Option<Route> {
        self.p.project(id).map(|pr| folder_route(&pr.folder))
    }

    /// Route and fragment of a target; `None` for addresses outside the site
    /// and for what is not there.
    #[must_use]
    pub fn route(&self, target: &Target) -> Option<(Route, Option<Arc<str>>)> {
        let plain = |route: Route| Some((route, None));
        match target {
            Target::Project(id) => plain(self.project(id)?),
            Target::Gate(id) => {
                let project = self.p.project(id)?;
                shown(project)?;
                plain(derived(&project.folder, "gate"))
            }
            Target::Document(path) => plain(self.document(self.p.index_of(path)?)?.clone()),
            Target::Heading(path, id) => {
                Some((self.document(self.p.index_of(path)?)?.clone(), Some(id.clone())))
            }
            Target::Item(project, id) => {
                let pr = self.p.project(project)?;
                let register = pr
                    .items
                    .iter()
                    .find(|(_, items)| items.iter().any(|i| *i.id == **id))
                    .map(|(k, _)| &**k)?;
                Some((derived(&pr.folder, page_of(register)), Some(id.clone())))
            }
            Target::Asset(path) => {
                published(path, &self.p.config).then(|| Route::new(path.clone())).and_then(plain)
            }
            Target::Register(path) => self.shown(self.register(path)?),
            Target::Folder(path) => plain(self.folders.get(path)?.clone()),
            Target::Rollup(name) => plain(Route::new(format!("portfolio/{name}.html"))),
            Target::Member(family, slug) => {
                plain(Route::new(format!("portfolio/{family}/{slug}.html")))
            }
            Target::Rule(name) => {
                Some((Route::new("portfolio/findings.html"), Some((*name).into())))
            }
            Target::Programme(slug) => {
                plain(Route::new(format!("portfolio/programmes/{slug}.html")))
            }
            Target::Url(_) => None,
        }
    }

    fn register(&self, path: &str) -> Option<&'a Register> {
        let at = self.p.registers.binary_search_by(|r| (*r.path).cmp(path)).ok()?;
        self.p.registers.get(at)
    }

    /// The page that shows a register, and where on it: the file itself is not
    /// published.
    fn shown(&self, register: &Register) -> Option<(Route, Option<Arc<str>>)> {
        let project = self.p.project_at(&register.path)?;
        let (key, ..) = register.lists.iter().find(|(_, _, items)| !items.is_empty())?;
        Some((derived(&project.folder, page_of(key)), Some((&**key).into())))
    }

    /// The address of a target as a link on the page `from`.
    #[must_use]
    pub fn href(&self, from: &Route, target: &Target) -> Option<String> {
        if let Target::Url(url) = target {
            return Some(url.to_string());
        }
        let (route, fragment) = self.route(target)?;
        let mut href = from.link(&route);
        if let Some(fragment) = fragment {
            href.push('#');
            href.push_str(&encode(&fragment));
        }
        Some(href)
    }
}

/// Which of a project's derived pages shows the items of a register.
#[must_use]
pub fn page_of(register: &str) -> &'static str {
    match register {
        "risks" | "assumptions" | "issues" | "dependencies" => "raid",
        _ => "registers",
    }
}

/// Route of a derived page of a project: `projects/crm/-/raid.html`.
#[must_use]
pub fn derived(folder: &str, name: &str) -> Route {
    Route::new(if folder.is_empty() {
        format!("-/{name}.html")
    } else {
        format!("{folder}/-/{name}.html")
    })
}
