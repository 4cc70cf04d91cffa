//! Every page as a job: what it is made from, its fingerprint, its view, its
//! template. Jobs run in parallel; each hands its bytes to the sink.

use super::data::{self, Data};
use super::frame::{Place, frame};
use super::links::{derived, folder_route, is_folder_page};
use super::pages::queries;
use super::pages::{Leads, body, body_with, contents, document_view, folder_view};
use super::rows::Tables;
use super::view::portfolio::PortfolioPage;
use super::view::rollup::RollupPage;
use super::view::{Html, Link};
use super::{
    Built, Progress, Site, extras, gate, library, paging, portfolio, project, search, tables,
};
use crate::error::Result;
use crate::finding::Finding;
use crate::kinds::Role;
use crate::measures::story;
use crate::output::{Fingerprint, Route, Sink};
use crate::portfolio::Project;
use crate::portfolio::gates::shown;
use crate::portfolio::routes::made_by_site;
use crate::rollups::{self, Family, Member, ROLLUPS, Rollup, log};
use crate::table::Table;
use crate::target::Target;
use rayon::prelude::*;
use serde::Serialize;
use std::collections::BTreeMap;
use std::hash::{Hash, Hasher};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use xxhash_rust::xxh3::{xxh3_64, xxh3_128};

/// One page to make.
enum Job {
    Portfolio,
    Document(usize),
    Folder(Arc<str>),
    Project(usize),
    Raid(usize),
    Registers(usize),
    Gate(usize),
    Log(usize),
    Rollup(&'static Rollup),
    Search,
    Member(&'static Family, Member),
    Overview,
    Data,
    Programme(String),
}

pub(super) fn run(
    site: &Site<'_>,
    sink: &dyn Sink,
    extra: &[(String, Vec<u8>)],
    progress: Progress<'_>,
) -> Result<Built> {
    let jobs = plan(site);
    let (done, rendered) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let total = jobs.len();
    let setup = setup(site);
    let root = Route::new("index.html");
    let address = |target: &Target| site.links.href(&root, target);
    let data = Data::new(site, &address);
    // What brings many documents together takes longest and comes first, so
    // that no thread is left alone with it at the end.
    let (documents, others): (Vec<_>, Vec<_>) =
        jobs.iter().partition(|(_, job)| matches!(job, Job::Document(_)));
    let longest_first: Vec<_> = others.into_iter().chain(documents).collect();
    longest_first.into_par_iter().with_max_len(8).try_for_each(|(route, job)| {
        if make(site, sink, &data, setup, route, job)? {
            rendered.fetch_add(1, Ordering::Relaxed);
        }
        progress(done.fetch_add(1, Ordering::Relaxed) + 1, total);
        Ok(())
    })?;
    search::write(site, sink)?;
    let parts = site.parts.routes();
    let mut routes: Vec<&Route> = jobs.keys().chain(&parts).collect();
    routes.sort_unstable();
    let assets = extras::write(site, sink, &routes, extra)?;
    Ok(Built { pages: routes.len(), rendered: rendered.into_inner(), assets })
}

/// All pages by route: the first source of a route has it.
fn plan(site: &Site<'_>) -> BTreeMap<Route, Job> {
    let p = site.p();
    let mut jobs = BTreeMap::new();
    let mut put = |route: Route, job: Job| {
        jobs.entry(route).or_insert(job);
    };
    if !p.projects.is_empty() {
        put(Route::new("index.html"), Job::Portfolio);
        for rollup in ROLLUPS {
            put(Route::new(format!("portfolio/{}.html", rollup.name)), Job::Rollup(rollup));
        }
        put(Route::new("portfolio/index.html"), Job::Overview);
        put(Route::new(data::INDEX), Job::Data);
        for (family, member) in rollups::members(&site.context()) {
            let route = Route::new(format!("portfolio/{}/{}.html", family.name, member.slug));
            put(route, Job::Member(family, member));
        }
        for (slug, _) in p.programmes() {
            put(Route::new(format!("portfolio/programmes/{slug}.html")), Job::Programme(slug));
        }
    }
    if p.config.html.search.enable {
        put(Route::new(search::PAGE), Job::Search);
    }
    for (i, project) in p.projects.iter().enumerate() {
        put(folder_route(&project.folder), Job::Project(i));
        put(derived(&project.folder, "log"), Job::Log(i));
        if shown(project).is_some() {
            put(derived(&project.folder, "gate"), Job::Gate(i));
        }
        if !project.items.is_empty() {
            put(derived(&project.folder, "raid"), Job::Raid(i));
            put(derived(&project.folder, "registers"), Job::Registers(i));
        }
    }
    for i in 0..p.documents.len() {
        if let Some(route) = site.links.document(i)
            && made_by_site(p, route).is_none()
        {
            put(route.clone(), Job::Document(i));
        }
    }
    for folder in &p.folders {
        put(folder_route(folder), Job::Folder(folder.clone()));
    }
    jobs
}

/// What a page is made from, gathered as bytes and hashed once.
struct Ingredients(Vec<u8>);

impl Ingredients {
    fn new(setup: u128) -> Self {
        let mut bytes = Vec::with_capacity(8192);
        bytes.extend_from_slice(&setup.to_le_bytes());
        Self(bytes)
    }

    fn fingerprint(&self) -> Fingerprint {
        Fingerprint(xxh3_128(&self.0))
    }
}

impl Hasher for Ingredients {
    fn write(&mut self, bytes: &[u8]) {
        self.0.extend_from_slice(bytes);
    }

    fn finish(&self) -> u64 {
        xxh3_64(&self.0)
    }
}

/// Hash of what all pages share: theme, bar, settings.
fn setup(site: &Site<'_>) -> u128 {
    let frame = frame(site, &Route::new("x.html"), "", Place::Folder(""));
    let mut made_from = Ingredients::new(site.theme.digest());
    (env!("CARGO_PKG_VERSION"), frame).hash(&mut made_from);
    format!("{:?}", site.p().config.html).hash(&mut made_from);
    made_from.fingerprint().0
}

/// Make one page, unless the published one stands on the same fingerprint.
fn make(
    site: &Site<'_>,
    sink: &dyn Sink,
    data: &Data<'_>,
    setup: u128,
    route: &Route,
    job: &Job,
) -> Result<bool> {
    match job {
        Job::Document(i) => document(site, sink, data, setup, route, *i),
        Job::Portfolio => {
            let mut view: PortfolioPage = portfolio::view(site.checked, &site.links, route);
            view.frame = frame(site, route, &view.title.clone(), Place::Home);
            view.intro = folder_page(site, "", route)?;
            view.projects.downloads = data.projects(sink, route, "portfolio", |_| true)?;
            let others = portfolio::others(site.checked, &site.links, route);
            let others = Table { groups: others, ..Table::default() };
            let ways = data.groups(sink, route, "portfolio", &others)?;
            for (shown, ways) in view.others.iter_mut().zip(ways) {
                shown.downloads = ways;
            }
            view.frame.json = data.front(sink, route, &view.title, others)?;
            finish(site, sink, setup, route, "portfolio.html", &mut view)
        }
        Job::Project(i) => {
            let tables = project::tables(site.checked, &site.lessons, *i);
            let mut view = project::view(site.checked, &site.links, *i, route, &tables);
            view.frame = frame(site, route, &view.title.clone(), Place::Project(*i));
            view.frame.as_of = Some(super::view::Day::full(site.p().as_of));
            if let Some(pr) = site.p().projects.get(*i) {
                if let Some(card) =
                    site.p().documents.get(pr.card).filter(|d| d.kind.role == Role::Card)
                {
                    view.frame.source = super::frame::source(site, &card.path);
                    let rendered = body(site, pr.card, route, Some(&card.title))?;
                    view.body = Html::new(&rendered.html);
                }
                let readme = folder_page(site, &pr.folder, route)?;
                if !readme.is_empty() {
                    view.body = Html::new(&format!("{}{}", view.body.as_str(), readme.as_str()));
                }
                if !view.body.is_empty() && view.body_title.is_empty() {
                    view.body_title = "About".into();
                }
            }
            view.milestones_downloads =
                data.project_tables(sink, route, *i, &tables, &mut view.tables)?;
            let (json, calendar) = data.project(sink, route, *i)?;
            view.frame.json = json;
            view.notes.extend(calendar.map(|href| Link::to("calendar", href)));
            finish(site, sink, setup, route, "project.html", &mut view)
        }
        Job::Raid(i) | Job::Registers(i) => {
            let Some(pr) = site.p().projects.get(*i) else { return Ok(false) };
            let raid = matches!(job, Job::Raid(_));
            let (title, table) = if raid {
                ("RAID", rollups::project_raid(site.p(), pr))
            } else {
                ("Registers", rollups::project_registers(site.p(), pr))
            };
            let whole = format!("{}: {title}", pr.title);
            let ways = data.project_table(sink, route, &whole, &table)?;
            let mut view = tables::page_of(&site.links, route, table);
            view.title = whole;
            view.frame = frame(site, route, title, Place::Project(*i));
            view.frame.title.clone_from(&view.title);
            view.frame.as_of = Some(super::view::Day::full(site.p().as_of));
            ways.set(&mut view);
            // Links were made with these: an item stands where they lead.
            let cuts = site.links.cuts(*i, raid).cloned().unwrap_or_default();
            let further = paging::split_as(route, &mut view, &cuts);
            with_parts(site, sink, setup, route, view, further)
        }
        Job::Gate(i) => {
            let made = gate::view(&site.context(), &site.links, *i, route);
            let Some((mut view, table)) = made else { return Ok(false) };
            view.frame = frame(site, route, "Gate", Place::Project(*i));
            view.frame.title.clone_from(&view.title);
            view.frame.as_of = Some(super::view::Day::full(site.p().as_of));
            data.project_table(sink, route, &view.title, &table)?.set(&mut view);
            drop(table);
            in_parts(site, sink, setup, route, view)
        }
        Job::Log(i) => {
            let Some(pr) = site.p().projects.get(*i) else { return Ok(false) };
            let table = log::table(site.p(), pr, &story::of(site.p(), pr));
            let title = format!("{}: log", pr.title);
            let (json, whole) = data.list(sink, route, &title, &table)?;
            let mut view = tables::page_of(&site.links, route, table);
            view.title = title;
            view.frame = frame(site, route, "Log", Place::Project(*i));
            view.frame.title.clone_from(&view.title);
            view.frame.json = json;
            let mut further = paging::turn(route, &mut view);
            for part in further.iter_mut().map(|(_, part)| part).chain([&mut view]) {
                // The months are one list, which its files hold whole.
                if let Some(first) = part.groups.first_mut() {
                    first.downloads.clone_from(&whole);
                }
            }
            with_parts(site, sink, setup, route, view, further)
        }
        Job::Rollup(entry) => {
            let table = (entry.table)(&site.context());
            let ways = data.rollup(sink, route, (entry.name, entry.title), &table)?;
            let place = tables::Place::new(&site.links, route);
            let charts = tables::charts(&place, entry.name, &table);
            let mut view = tables::page_of(&site.links, route, table);
            view.title = entry.title.into();
            view.charts.splice(0..0, charts);
            view.frame = frame(site, route, entry.title, Place::Rollup(entry.name));
            view.frame.description = entry.about.into();
            ways.set(&mut view);
            view.notes.extend(dates(entry.name).map(|file| {
                let file = Route::new(format!("data/calendar/{file}.ics"));
                Link::to("calendar to subscribe to", route.link(&file))
            }));
            in_parts(site, sink, setup, route, view)
        }
        Job::Member(family, member) => {
            let table = (family.table)(&site.context(), &member.slug);
            let name = format!("{}/{}", family.name, member.slug);
            let ways = data.rollup(sink, route, (&name, &member.title), &table)?;
            let mut view = tables::page_of(&site.links, route, table);
            view.title.clone_from(&member.title);
            if family.of == "library" {
                view.body = library::text(site.p(), &member.slug);
            }
            view.frame = frame(site, route, &member.title, Place::Rollup(family.of));
            view.frame.description.clone_from(&member.about);
            ways.set(&mut view);
            in_parts(site, sink, setup, route, view)
        }
        Job::Overview => {
            let table = rollups::overview(&site.context());
            let ways = data.rollup(sink, route, ("overview", rollups::OVERVIEW), &table)?;
            let mut view = tables::page_of(&site.links, route, table);
            view.title = rollups::OVERVIEW.into();
            view.frame = frame(site, route, rollups::OVERVIEW, Place::Rollup("index"));
            ways.set(&mut view);
            finish(site, sink, setup, route, "rollup.html", &mut view)
        }
        Job::Data => {
            let mut view = data.index(site, sink, route)?;
            finish(site, sink, setup, route, "rollup.html", &mut view)
        }
        Job::Programme(slug) => {
            let (mut view, table) = portfolio::programme(site.checked, &site.links, route, slug);
            view.frame = frame(site, route, &view.title.clone(), Place::Rollup("programmes"));
            let name = format!("programmes/{slug}");
            let mine = |pr: &Project| pr.programme.as_deref() == Some(slug);
            let downloads = data.projects(sink, route, &name, mine)?;
            if let Some(projects) = &mut view.projects {
                projects.downloads = downloads;
            }
            data.rollup(sink, route, (&name, &view.title), &table)?.set(&mut view);
            drop(table);
            in_parts(site, sink, setup, route, view)
        }
        Job::Search => {
            let mut view = search::page(site, route);
            finish(site, sink, setup, route, "search.html", &mut view)
        }
        Job::Folder(place) => {
            let mut view = folder_view(site, place, route);
            finish(site, sink, setup, route, "folder.html", &mut view)
        }
    }
}

/// The calendar file of a roll-up that is about dates.
fn dates(rollup: &str) -> Option<&'static str> {
    match rollup {
        "milestones" => Some("portfolio"),
        "releases" => Some("go-lives"),
        _ => None,
    }
}

/// A roll-up's page, and further pages where its tables are long.
fn in_parts(
    site: &Site<'_>,
    sink: &dyn Sink,
    setup: u128,
    route: &Route,
    mut view: RollupPage,
) -> Result<bool> {
    let further = paging::split(route, &mut view);
    with_parts(site, sink, setup, route, view, further)
}

/// A page and its further pages.
fn with_parts(
    site: &Site<'_>,
    sink: &dyn Sink,
    setup: u128,
    route: &Route,
    mut view: RollupPage,
    further: Vec<(Route, RollupPage)>,
) -> Result<bool> {
    let mut rendered = false;
    for (part, mut view) in further {
        rendered |= finish(site, sink, setup, &part, "rollup.html", &mut view)?;
        site.parts.add(part);
    }
    Ok(finish(site, sink, setup, route, "rollup.html", &mut view)? || rendered)
}

/// A document's page. Its fingerprint covers everything that makes it, so that
/// an unchanged page is carried over without reading its body.
fn document(
    site: &Site<'_>,
    sink: &dyn Sink,
    data: &Data<'_>,
    setup: u128,
    route: &Route,
    index: usize,
) -> Result<bool> {
    let p = site.p();
    let Some(document) = p.documents.get(index) else { return Ok(false) };
    let mut view = document_view(site, index, route);
    let json = data.beside_document(route);
    view.frame.json = json.as_ref().map(|json| route.link(json));
    let mut made_from = Ingredients::new(setup);
    (document.digest, &view).hash(&mut made_from);
    let leads = Leads::new(site, index, route);
    leads.hash(&mut made_from);
    if !document.queries.is_empty() {
        queries::views(site, index, route).hash(&mut made_from);
    }
    for finding in site.findings_of(&document.path) {
        let Finding { rule, severity, span, message, help, .. } = finding;
        (rule, severity.name(), span, message, help).hash(&mut made_from);
    }
    let fingerprint = made_from.fingerprint();
    if let Some(json) = json {
        data.document(sink, &json, fingerprint, index)?;
    }
    if sink.keep(route, fingerprint)? {
        return Ok(false);
    }
    let rendered = body_with(site, index, route, Some(&document.title), &leads)?;
    view.contents = contents(rendered.toc);
    let out = site.theme.document(view, &rendered.html)?;
    sink.put(route, Some(fingerprint), &out)?;
    Ok(true)
}

/// Any other page: its view is its fingerprint.
fn finish<V: Serialize + Hash + Tables>(
    site: &Site<'_>,
    sink: &dyn Sink,
    setup: u128,
    route: &Route,
    template: &str,
    view: &mut V,
) -> Result<bool> {
    let mut made_from = Ingredients::new(setup);
    (template, &*view).hash(&mut made_from);
    let fingerprint = made_from.fingerprint();
    if sink.keep(route, fingerprint)? {
        return Ok(false);
    }
    if site.theme.leaves_tables() {
        view.set_tables();
    } else if site.theme.leaves_rows() {
        view.set_rows();
    }
    let mut out = Vec::with_capacity(32 * 1024);
    site.theme.render(template, view, &mut out)?;
    sink.put(route, Some(fingerprint), &out)?;
    Ok(true)
}

/// The text of a folder's own page, shown on the page that has its route.
fn folder_page(site: &Site<'_>, folder: &str, route: &Route) -> Result<Html> {
    let p = site.p();
    let mine = |i: &&usize| p.documents.get(**i).is_some_and(|d| is_folder_page(&d.path));
    let documents = site.folders.get(folder).map(|c| c.documents.as_slice()).unwrap_or_default();
    let Some(&index) = documents.iter().find(mine) else { return Ok(Html::default()) };
    let title = p.documents.get(index).map(|d| d.title.to_string());
    Ok(Html::new(&body(site, index, route, title.as_deref())?.html))
}
