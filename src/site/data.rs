//! Data on the site: every export that has its place there, CSV and JSON of
//! every table, one JSON file beside each page, and the page that lists them.

use super::Site;
use super::frame::{Place, frame};
use super::tables;
use super::view::Link;
use super::view::rollup::{self as shown, RollupPage};
use crate::error::Result;
use crate::exports::names::safe;
use crate::exports::star::{self, Form, TABLES};
use crate::exports::{
    Input, Take, calendars, csv, fronts, pages, portfolio, published, standing, tables as data,
};
use crate::output::{Fingerprint, Pieces, Route, Sink, begin};
use crate::portfolio::Project;
use crate::portfolio::routes::made_by_site;
use crate::table::{Cell, Column, Group, Row, Set, Table, Words};
use crate::target::Target;
use std::cell::RefCell;
use std::collections::{BTreeSet, HashSet};
use xxhash_rust::xxh3::xxh3_128;

/// Where the page that lists everything stands.
pub(super) const INDEX: &str = "data/index.html";

/// What data is made from.
pub(super) struct Data<'a> {
    input: Input<'a>,
    /// Addresses at which a file of the book or a redirect stands.
    taken: HashSet<&'a str>,
    /// For each project its calendar, below `data/`.
    calendars: Vec<String>,
}

/// Where the data of a page stands, as links from it.
pub(super) struct Ways {
    /// To the files of each of its tables.
    tables: Vec<Vec<Link>>,
    /// To the page as JSON.
    json: Option<String>,
}

impl Ways {
    /// Put them beside what is shown.
    pub(super) fn set(self, view: &mut RollupPage) {
        for (shown, ways) in view.groups.iter_mut().zip(self.tables) {
            shown.downloads = ways;
        }
        view.frame.json = self.json;
    }
}

/// Take a file, unless the published one is the same.
fn put(sink: &dyn Sink, route: &Route, bytes: &[u8]) -> Result<()> {
    let fingerprint = Fingerprint(xxh3_128(bytes));
    if sink.keep(route, fingerprint)? {
        return Ok(());
    }
    sink.put(route, Some(fingerprint), bytes)
}

impl<'a> Data<'a> {
    /// Data of a site, with where targets stand relative to its root.
    pub(super) fn new(
        site: &Site<'a>,
        address: &'a (dyn Fn(&Target) -> Option<String> + Sync),
    ) -> Self {
        let p = site.p();
        let redirects = p.config.html.redirect.iter().map(|r| &*r.from);
        Self {
            // People open the tables of pages by a double click; without the mark
            // a spreadsheet takes them for the alphabet of the house.
            input: Input::new(site.checked, address).styled(csv::Style { bom: true }),
            taken: p.assets.iter().map(|a| &*a.path).chain(redirects).collect(),
            calendars: calendars(p),
        }
    }

    /// The JSON file beside a document's page, where the book wants it.
    pub(super) fn beside_document(&self, page: &Route) -> Option<Route> {
        if self.input.p().config.html.lean_json { None } else { self.beside(page) }
    }

    /// Whether there is a portfolio at all.
    fn any(&self) -> bool {
        !self.input.p().projects.is_empty()
    }

    /// The JSON file beside a page; `None` where something else has its place.
    pub(super) fn beside(&self, page: &Route) -> Option<Route> {
        let stem = page.as_str().strip_suffix(".html")?;
        let route = Route::new(format!("{stem}.json"));
        let free = self.any()
            && !stem.starts_with("data/")
            && !self.taken.contains(route.as_str())
            && made_by_site(self.input.p(), &route).is_none();
        free.then_some(route)
    }

    /// The data of a roll-up page of that name and title: its tables below
    /// `data/tables/`, and itself beside it.
    pub(super) fn rollup(
        &self,
        sink: &dyn Sink,
        page: &Route,
        (name, title): (&str, &str),
        table: &Table,
    ) -> Result<Ways> {
        let told = data::Told::new(&self.input, table);
        let tables = self.told(sink, page, name, &told)?;
        let json = self.page(sink, page, &told.page(&self.input, title))?;
        Ok(Ways { tables, json })
    }

    /// The tables of a page below `data/tables/`: the ways to each.
    pub(super) fn groups(
        &self,
        sink: &dyn Sink,
        page: &Route,
        name: &str,
        table: &Table,
    ) -> Result<Vec<Vec<Link>>> {
        self.told(sink, page, name, &data::Told::new(&self.input, table))
    }

    fn told(
        &self,
        sink: &dyn Sink,
        page: &Route,
        name: &str,
        told: &data::Told<'_>,
    ) -> Result<Vec<Vec<Link>>> {
        let mut ways = vec![Vec::new(); told.count()];
        told.files(&self.input, name, |at, file| {
            let route = Route::new(format!("data/tables/{}", file.name));
            put(sink, &route, &file.bytes)?;
            let label = if file.name.ends_with(".csv") { "CSV" } else { "JSON" };
            if let Some(ways) = ways.get_mut(at) {
                ways.push(Link::to(label, page.link(&route)));
            }
            Ok(())
        })?;
        Ok(ways)
    }

    /// The projects of a page, as CSV and JSON below `data/tables/`: the ways
    /// to them.
    pub(super) fn projects(
        &self,
        sink: &dyn Sink,
        page: &Route,
        name: &str,
        keep: impl Fn(&Project) -> bool,
    ) -> Result<Vec<Link>> {
        let groups = vec![fronts::projects(self.input.checked, keep)];
        let table = Table { groups, ..Table::default() };
        Ok(self.groups(sink, page, name, &table)?.into_iter().flatten().collect())
    }

    /// The tables of a project's first page as CSV beside it: the milestones,
    /// drawn by hand, and the others. The way to the milestones.
    pub(super) fn project_tables(
        &self,
        sink: &dyn Sink,
        page: &Route,
        index: usize,
        others: &[Group],
        shown: &mut [shown::Table],
    ) -> Result<Vec<Link>> {
        let Some(s) = standing::all(self.input.checked).nth(index) else { return Ok(Vec::new()) };
        let groups = std::iter::once(fronts::milestones(&s)).chain(others.iter().cloned());
        let table = Table { groups: groups.collect(), ..Table::default() };
        let mut all = self.beside_tables(sink, page, &table)?.into_iter();
        let milestones = all.next().unwrap_or_default();
        for (table, downloads) in shown.iter_mut().zip(all) {
            table.downloads = downloads;
        }
        Ok(milestones)
    }

    /// The data of a project's own page: CSV of its tables and the page as JSON
    /// beside it.
    pub(super) fn project_table(
        &self,
        sink: &dyn Sink,
        page: &Route,
        title: &str,
        table: &Table,
    ) -> Result<Ways> {
        let tables = self.beside_tables(sink, page, table)?;
        let json = self.page(sink, page, &self.page_json(title, table))?;
        Ok(Ways { tables, json })
    }

    /// CSV of tables beside their page; the page's JSON holds them too. The ways
    /// to each.
    fn beside_tables(
        &self,
        sink: &dyn Sink,
        page: &Route,
        table: &Table,
    ) -> Result<Vec<Vec<Link>>> {
        let mut ways = vec![Vec::new(); table.groups.len()];
        let stem = page.as_str().strip_suffix(".html").unwrap_or_default();
        let json = self.beside(page);
        let mut seen = BTreeSet::new();
        for (group, ways) in table.groups.iter().zip(&mut ways) {
            let key = safe(if group.key.is_empty() { "table" } else { &group.key });
            let route = Route::new(format!("{stem}.{key}.csv"));
            if group.rows.is_empty()
                || self.taken.contains(route.as_str())
                || !seen.insert(key.to_lowercase())
            {
                continue;
            }
            put(sink, &route, &data::group_csv(&self.input, group, self.input.style))?;
            ways.push(Link::to("CSV", page.link(&route)));
            ways.extend(json.as_ref().map(|r| Link::to("JSON", page.link(r))));
        }
        Ok(ways)
    }

    /// A page whose tables are parts of one list: the list as one CSV and the
    /// page as JSON beside it, the way to the latter and the ways to both.
    pub(super) fn list(
        &self,
        sink: &dyn Sink,
        page: &Route,
        title: &str,
        table: &Table,
    ) -> Result<(Option<String>, Vec<Link>)> {
        let json = self.page(sink, page, &self.page_json(title, table))?;
        let mut ways = Vec::new();
        let stem = page.as_str().strip_suffix(".html").unwrap_or_default();
        let route = Route::new(format!("{stem}.csv"));
        let rows: Vec<Row> = table.groups.iter().flat_map(|g| &g.rows).cloned().collect();
        if let Some(first) = table.groups.first()
            && !rows.is_empty()
            && !self.taken.contains(route.as_str())
            && made_by_site(self.input.p(), &route).is_none()
        {
            let whole = Group { rows, ..first.clone() };
            put(sink, &route, &data::group_csv(&self.input, &whole, self.input.style))?;
            ways.push(Link::to("All as CSV", page.link(&route)));
        }
        ways.extend(json.iter().map(|json| Link::to("all as JSON", json.clone())));
        Ok((json, ways))
    }

    /// The portfolio's page as JSON beside it: its projects, then its others.
    pub(super) fn front(
        &self,
        sink: &dyn Sink,
        page: &Route,
        title: &str,
        others: Table,
    ) -> Result<Option<String>> {
        let projects = fronts::projects(self.input.checked, |_| true);
        let groups = std::iter::once(projects).chain(others.groups).collect();
        let table = Table { groups, ..others };
        self.page(sink, page, &self.page_json(title, &table))
    }

    fn page_json(&self, title: &str, table: &Table) -> Vec<u8> {
        data::Told::new(&self.input, table).page(&self.input, title)
    }

    /// A page as JSON beside it, and the way to it.
    fn page(&self, sink: &dyn Sink, page: &Route, json: &[u8]) -> Result<Option<String>> {
        let Some(route) = self.beside(page) else { return Ok(None) };
        put(sink, &route, json)?;
        Ok(Some(page.link(&route)))
    }

    /// A project's page as JSON beside it; the address of it, and of the
    /// project's calendar.
    pub(super) fn project(
        &self,
        sink: &dyn Sink,
        page: &Route,
        index: usize,
    ) -> Result<(Option<String>, Option<String>)> {
        let calendar = self.calendars.get(index);
        let calendar = calendar.map(|name| page.link(&Route::new(format!("data/{name}"))));
        let (Some(route), Some(s)) =
            (self.beside(page), standing::all(self.input.checked).nth(index))
        else {
            return Ok((None, calendar));
        };
        put(sink, &route, &portfolio::project(&self.input, &s).bytes(3))?;
        Ok((Some(page.link(&route)), calendar))
    }

    /// A document's page as JSON beside it, unless the published one stands on
    /// the same fingerprint as its page.
    pub(super) fn document(
        &self,
        sink: &dyn Sink,
        route: &Route,
        fingerprint: Fingerprint,
        index: usize,
    ) -> Result<()> {
        let fingerprint = Fingerprint(fingerprint.0 ^ pages::FORMAT);
        if sink.keep(route, fingerprint)? {
            return Ok(());
        }
        sink.put(route, Some(fingerprint), &pages::document(&self.input, index))
    }

    /// Write every export that has its place on the site, and the page that
    /// lists them.
    pub(super) fn index(
        &self,
        site: &Site<'_>,
        sink: &dyn Sink,
        page: &Route,
    ) -> Result<RollupPage> {
        let writing = Writing { sink, written: RefCell::default() };
        // One look at every fact is enough for both forms.
        // Programs read the star schema, and few of them look for a mark.
        let plain = self.input.styled(csv::Style::default());
        star::write(&plain, &[Form::Csv, Form::Json], &writing)?;
        let both = ["csv", "json"];
        for export in published(site.p()).filter(|e| !both.contains(&e.name)) {
            (export.write)(&self.input, &writing)?;
        }
        let mut written = writing.written.into_inner();
        // Dimensions first, as the tables are told below.
        written.sort_by_key(|w| {
            let stem = w.name.split('.').next().unwrap_or_default();
            TABLES.iter().position(|star| star.name == stem).unwrap_or(TABLES.len())
        });
        let (mut tables, mut calendars): (Vec<Listed>, Vec<Listed>) = (Vec::new(), Vec::new());
        for file in &written {
            let route = Route::new(format!("data/{}", file.name));
            let of_one = file.name.matches('/').count() > 1;
            list(if of_one { &mut calendars } else { &mut tables }, file, page.link(&route));
        }
        let note = "UTF-8, ISO dates, decimals with a dot; names stay as they are.";
        let mut groups = vec![files("files", "Files", note, tables)];
        groups.extend(TABLES.iter().map(|star| columns_of(star)));
        let note = "Subscribe to one by its address; it changes with every build.";
        groups.push(files("calendars", "Calendars of projects and units", note, calendars));
        let words = "Everything the pages say, for spreadsheets, calendars and programs. \
                     Each table of a page has its CSV and JSON at its heading, \
                     and each page has a JSON file of the same name beside it.";
        let table = Table { sentence: vec![Words::plain(words)], groups, ..Table::default() };
        let mut view = tables::page_of(&site.links, page, table);
        view.title = "Data".into();
        view.frame = frame(site, page, "Data", Place::Rollup("data"));
        view.frame.description = "The portfolio as data: every file and every column".into();
        Ok(view)
    }
}

/// Writes the files of exports to their places on the site.
struct Writing<'s> {
    sink: &'s dyn Sink,
    written: RefCell<Vec<Written>>,
}

/// A file that was written.
#[derive(Debug, Default)]
struct Written {
    name: String,
    about: String,
    size: usize,
}

impl Take for Writing<'_> {
    fn begin(&self, name: &str, about: &str) -> Result<Box<dyn Pieces + '_>> {
        let file = begin(self.sink, &Route::new(format!("data/{name}")))?;
        let written = Written { name: name.to_owned(), about: about.to_owned(), size: 0 };
        Ok(Box::new(Counted { all: &self.written, file, written }))
    }
}

/// One of them, its bytes counted.
struct Counted<'s> {
    all: &'s RefCell<Vec<Written>>,
    file: Box<dyn Pieces + 's>,
    written: Written,
}

impl Pieces for Counted<'_> {
    fn add(&mut self, bytes: &[u8]) -> Result<()> {
        self.written.size += bytes.len();
        self.file.add(bytes)
    }

    fn done(self: Box<Self>) -> Result<()> {
        self.file.done()?;
        self.all.borrow_mut().push(self.written);
        Ok(())
    }
}

/// What is listed on one line: a name, what it is, its files.
struct Listed {
    name: String,
    about: String,
    links: Vec<Cell>,
}

/// The forms of one thing stand on one line.
fn list(all: &mut Vec<Listed>, file: &Written, href: String) {
    let (name, ending) = file.name.rsplit_once('.').unwrap_or((&file.name, ""));
    let kilobytes = file.size.div_ceil(1000);
    let label = format!("{} ({kilobytes} kB)", ending.to_uppercase());
    let link = Cell::Link(label, Target::Url(href.into()));
    match all.iter_mut().find(|l| l.name == name && l.about == file.about) {
        Some(listed) => listed.links.push(link),
        None => {
            all.push(Listed { name: name.to_owned(), about: file.about.clone(), links: vec![link] })
        }
    }
}

/// A list of files.
fn files(key: &str, title: &str, note: &str, list: Vec<Listed>) -> Group {
    let row = |l: Listed| Row {
        cells: vec![
            Cell::Text(l.name),
            Cell::Text(crate::rollups::words::capital(&l.about)),
            Cell::Many(l.links),
        ],
        ..Row::default()
    };
    let rows = list.into_iter().map(row).collect();
    Group {
        key: key.into(),
        title: title.into(),
        note: note.into(),
        caption: title.into(),
        columns: vec![
            Column::new("name", "Name", Set::Text),
            Column::new("about", "What it is", Set::Wide),
            Column::new("files", "Files", Set::Short),
        ],
        rows,
        ..Group::default()
    }
}

/// The columns of a table of the star schema.
fn columns_of(star: &star::Star) -> Group {
    let row = |c: &crate::exports::sheet::Column| {
        let kind = match c.unit {
            "" => c.kind.name().to_owned(),
            unit => format!("{}, {unit}", c.kind.name()),
        };
        let mut about = Cell::Text(c.about.to_owned());
        if !c.null.is_empty() {
            about = Cell::Detail(Box::new(about), format!("empty: {}", c.null));
        }
        Row {
            cells: vec![Cell::Text(c.name.to_owned()), Cell::Text(kind), about],
            ..Row::default()
        }
    };
    Group {
        key: star.name.into(),
        title: star.name.into(),
        note: crate::rollups::words::capital(&format!("{}.", star.about)),
        caption: format!("Columns of {}", star.name),
        columns: vec![
            Column::new("column", "Column", Set::Text),
            Column::new("type", "Type", Set::Text),
            Column::new("meaning", "Meaning", Set::Wide),
        ],
        rows: star.columns.iter().map(row).collect(),
        ..Group::default()
    }
}
