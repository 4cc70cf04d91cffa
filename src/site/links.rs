//! Where everything is: routes of documents, folders and derived pages, and
//! hrefs from one page to any target.

use super::paging::Cuts;
use crate::assets::published;
use crate::document::Register;
use crate::output::{Route, encode_into};
use crate::portfolio::gates::shown;
use crate::portfolio::routes::document_route;
pub use crate::portfolio::routes::{folder_route, is_folder_page};
use crate::portfolio::{Portfolio, Project};
use crate::rollups::{project_raid, project_registers};
use crate::target::Target;
use ahash::HashMap;
use rayon::prelude::*;
use std::borrow::Cow;
use std::sync::Arc;

/// Routes of a portfolio's pages.
#[derive(Debug)]
pub struct Links<'a> {
    p: &'a Portfolio,
    documents: Vec<Route>,
    folders: HashMap<Arc<str>, Route>,
    projects: Vec<Pages>,
}

/// Routes of the pages of one project.
#[derive(Debug)]
struct Pages {
    own: Route,
    gate: Option<Route>,
    log: Route,
    raid: Lists,
    registers: Lists,
}

impl Pages {
    /// The page that shows the items of a register.
    fn of(&self, register: &str) -> &Lists {
        if page_of(register) == "raid" { &self.raid } else { &self.registers }
    }
}

/// A page of registers: long ones go on over further pages.
#[derive(Debug)]
struct Lists {
    own: Route,
    cuts: Cuts,
    /// Where the items stand that are on further pages, by their ids.
    further: HashMap<String, Route>,
}

impl Lists {
    fn new(own: Route) -> Self {
        Self { own, cuts: Cuts::default(), further: HashMap::default() }
    }

    /// The page on which an item stands.
    fn at(&self, id: &str) -> &Route {
        self.further.get(id).unwrap_or(&self.own)
    }
}

/// A project's page of registers with no more items than this is one page
/// however long their words are.
const FEW: usize = 60;

impl<'a> Links<'a> {
    /// Work out every route once.
    #[must_use]
    pub fn new(p: &'a Portfolio) -> Self {
        let documents = (0..p.documents.len()).map(|i| document_route(p, i)).collect();
        let folders = p.folders.iter().map(|f| (f.clone(), folder_route(f))).collect();
        let pages = |project: &Project| Pages {
            own: folder_route(&project.folder),
            gate: shown(project).map(|_| derived(&project.folder, "gate")),
            log: derived(&project.folder, "log"),
            raid: Lists::new(derived(&project.folder, "raid")),
            registers: Lists::new(derived(&project.folder, "registers")),
        };
        let mut links =
            Self { p, documents, folders, projects: p.projects.iter().map(pages).collect() };
        let parted: Vec<[Option<Lists>; 2]> = (0..p.projects.len())
            .into_par_iter()
            .map(|i| [links.parted(i, "raid"), links.parted(i, "registers")])
            .collect();
        for (pages, [raid, registers]) in links.projects.iter_mut().zip(parted) {
            pages.raid = raid.unwrap_or_else(|| Lists::new(pages.raid.own.clone()));
            pages.registers = registers.unwrap_or_else(|| Lists::new(pages.registers.own.clone()));
        }
        links
    }

    /// Which items of a project's page of registers stand on which further
    /// page; `None` where all of them fit on one.
    fn parted(&self, project: usize, name: &str) -> Option<Lists> {
        let pr = self.p.projects.get(project)?;
        let mine = pr.items.iter().filter(|(key, _)| page_of(key) == name);
        if mine.map(|(_, items)| items.len()).sum::<usize>() <= FEW {
            return None;
        }
        let pages = self.projects.get(project)?;
        let (own, table) = match name {
            "raid" => (&pages.raid.own, project_raid(self.p, pr)),
            _ => (&pages.registers.own, project_registers(self.p, pr)),
        };
        let view = super::tables::page(self, own, &table);
        let cuts = Cuts::of(&view);
        let further = cuts.moved(own, &view).into_iter().collect();
        Some(Lists { own: own.clone(), cuts, further })
    }

    /// How the RAID page of a project is parted, or its page of other
    /// registers.
    #[must_use]
    pub fn cuts(&self, project: usize, raid: bool) -> Option<&Cuts> {
        let pages = self.projects.get(project)?;
        Some(if raid { &pages.raid.cuts } else { &pages.registers.cuts })
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

    /// Route of a project's page, by its id.
    #[must_use]
    pub fn project(&self, id: &str) -> Option<Route> {
        self.pages(id).map(|pages| pages.own.clone())
    }

    fn pages(&self, id: &str) -> Option<&Pages> {
        self.projects.get(self.p.position(id)?)
    }

    /// Route and fragment of a target; `None` for addresses outside the site
    /// and for what is not there.
    #[must_use]
    pub fn route(&self, target: &Target) -> Option<(Route, Option<Arc<str>>)> {
        let (route, fragment) = self.place(target)?;
        Some((route.into_owned(), fragment.map(Into::into)))
    }

    /// Roll-ups are made where there is a project.
    fn rolls_up(&self) -> bool {
        !self.p.projects.is_empty()
    }

    fn place<'t>(&'t self, target: &'t Target) -> Option<(Cow<'t, Route>, Option<&'t str>)> {
        let known = |route: &'t Route| Some((Cow::Borrowed(route), None));
        let made = |route: Route| Some((Cow::Owned(route), None));
        match target {
            Target::Project(id) => known(&self.pages(id)?.own),
            Target::Gate(id) => known(self.pages(id)?.gate.as_ref()?),
            Target::Log(id) => known(&self.pages(id)?.log),
            Target::Document(path) => known(self.document(self.p.index_of(path)?)?),
            Target::Heading(path, id) => {
                Some((Cow::Borrowed(self.document(self.p.index_of(path)?)?), Some(id)))
            }
            Target::Item(project, id) => {
                let at = self.p.position(project)?;
                let (register, _) = self.p.projects.get(at)?.item_in(id)?;
                Some((Cow::Borrowed(self.projects.get(at)?.of(register).at(id)), Some(id)))
            }
            Target::Asset(path) => {
                published(path, &self.p.config).then(|| Route::new(path.clone())).and_then(made)
            }
            Target::Register(path) => self.shown(self.register(path)?),
            Target::Folder(path) => known(self.folders.get(path)?),
            Target::Rollup(_) | Target::Member(..) | Target::Rule(_) if !self.rolls_up() => None,
            Target::Rollup(name) => made(Route::new(format!("portfolio/{name}.html"))),
            Target::Member(family, slug) => {
                made(Route::new(format!("portfolio/{family}/{slug}.html")))
            }
            Target::Rule(name) => {
                Some((Cow::Owned(Route::new("portfolio/findings.html")), Some(*name)))
            }
            Target::Programme(slug) => {
                made(Route::new(format!("portfolio/programmes/{slug}.html")))
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
    fn shown(&self, register: &'a Register) -> Option<(Cow<'_, Route>, Option<&str>)> {
        let (key, ..) = register.lists.iter().find(|(_, _, items)| !items.is_empty())?;
        let page = match self.p.project_at(&register.path) {
            Some(project) => Cow::Borrowed(&self.pages(&project.id)?.of(key).own),
            None => Cow::Owned(Route::new("portfolio/registers.html")),
        };
        Some((page, Some(key)))
    }

    /// The address of a target as a link on the page `from`.
    #[must_use]
    pub fn href(&self, from: &Route, target: &Target) -> Option<String> {
        if let Target::Url(url) = target {
            return Some(url.to_string());
        }
        let (route, fragment) = self.place(target)?;
        let mut href = from.link(&route);
        if let Some(fragment) = fragment {
            href.push('#');
            encode_into(fragment, &mut href);
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
