//! Units: what their managers have promised to which projects, which requests
//! wait for their answer, and a page for each.

mod load;
mod page;
mod people;
#[cfg(test)]
mod tests;
mod touched;

pub use people::PEOPLE;

use super::words::{capital, figure, several, who};
use super::{Bar, Context, Family, Member, Rollup};
use crate::data::record::Record;
use crate::document::Item;
use crate::measures::commitments::{self, fill, unanswered, unit_capacity, waited};
use crate::measures::open_items::DATED;
use crate::portfolio::{Portfolio, Project, State};
use crate::ratio::Ratio;
use crate::table::{Cell, Column, Group, Missing, Rag, Row, Set, Table, Words};
use crate::target::Target;
use crate::text::slug;

/// The roll-up.
pub(super) static ROLLUP: Rollup = Rollup {
    bar: Bar::More,
    name: "units",
    title: "Units",
    about: "What functional managers have promised to projects, what waits for their answer and \
            what they will have to run",
    count: |c| u32::try_from(requests(c.portfolio).len()).unwrap_or(u32::MAX),
    table,
};

/// A page for each unit.
pub(super) static UNITS: Family = Family {
    name: "units",
    of: "units",
    pages: |c| units(c.portfolio).iter().map(|u| u.member(c.portfolio)).collect(),
    table: |c, slug| match units(c.portfolio).into_iter().find(|u| u.slug == slug) {
        Some(unit) => page::table(c, &unit),
        None => Table::default(),
    },
};

/// A unit: of `units.yaml`, or only named in the registers.
struct Unit<'a> {
    slug: String,
    title: &'a str,
    said: Option<&'a Record>,
}

impl<'a> Unit<'a> {
    fn member(&self, p: &Portfolio) -> Member {
        let about = match self.manager(p) {
            Some(manager) => format!("What {manager} has promised to projects, and what comes"),
            None => "What the unit has promised to projects, and what comes".to_owned(),
        };
        Member { slug: self.slug.clone(), title: self.title.to_owned(), about }
    }

    fn target(&self) -> Target {
        Target::Member("units", self.slug.as_str().into())
    }

    /// The functional manager, for readers.
    fn manager(&self, p: &'a Portfolio) -> Option<&'a str> {
        Some(p.person(self.said?.text("manager")?))
    }

    /// Whether words in a register mean this unit: its key or its name.
    fn is(&self, written: Option<&str>) -> bool {
        written.is_some_and(|w| slug(w) == self.slug || w.eq_ignore_ascii_case(self.title))
    }

    /// The rows of resources that ask the unit for people or promise them.
    fn rows(&self, p: &'a Portfolio) -> Vec<(&'a Project, &'a Item)> {
        running(p)
            .flat_map(|project| project.items("resources").iter().map(move |item| (project, item)))
            .filter(|(_, item)| self.is(item.fields.text("unit")))
            .collect()
    }

    /// What the unit promised, of rows that have not ended.
    fn promises(&self, p: &'a Portfolio) -> Vec<commitments::Promise<'a>> {
        let mine = commitments::promises(p).into_iter();
        mine.filter(|promise| self.is(promise.item.fields.text("unit"))).collect()
    }

    /// Its people by `people.yaml`: handle and name.
    fn people(&self, p: &'a Portfolio) -> Vec<(&'a str, &'a str)> {
        let slots = p.people().map(|names| names.entries.slots.as_slice()).unwrap_or_default();
        slots
            .iter()
            .filter(|s| self.is(s.datum.record().and_then(|r| r.text("unit"))))
            .map(|s| (&*s.name, p.person(&s.name)))
            .collect()
    }
}

/// Projects that run or rest.
fn running(p: &Portfolio) -> impl Iterator<Item = &Project> {
    p.projects.iter().filter(|pr| matches!(pr.state, State::Active | State::OnHold))
}

/// Every unit: those of `units.yaml` in their order, then those that only
/// registers name.
fn units(p: &Portfolio) -> Vec<Unit<'_>> {
    let mut units: Vec<Unit<'_>> = Vec::new();
    let listed = p.units().map(|names| names.entries.slots.as_slice()).unwrap_or_default();
    for slot in listed {
        let said = slot.datum.record();
        let title = said.and_then(|r| r.text("name")).or(slot.datum.text()).unwrap_or(&slot.name);
        units.push(Unit { slug: slug(&slot.name), title, said });
    }
    for project in running(p) {
        for item in project.items("resources") {
            let Some(written) = item.fields.text("unit") else { continue };
            if !units.iter().any(|u| u.is(Some(written))) {
                units.push(Unit { slug: slug(written), title: written, said: None });
            }
        }
    }
    let mut seen: Vec<String> = Vec::new();
    units.retain(|u| {
        let new = !u.slug.is_empty() && !seen.contains(&u.slug);
        seen.push(u.slug.clone());
        new
    });
    units
}

/// A unit by its name, with the way to its page; as it is written where nobody
/// lists it.
pub(super) fn named(p: &Portfolio, written: &str) -> Cell {
    match units(p).into_iter().find(|unit| unit.is(Some(written))) {
        Some(unit) => Cell::Link(unit.title.to_owned(), Target::Member("units", unit.slug.into())),
        None => Cell::Text(super::words::who(p, written)),
    }
}

/// Requests for people that nobody has answered, the longest wait first.
fn requests(p: &Portfolio) -> Vec<(&Project, &Item)> {
    let all = running(p)
        .flat_map(|project| project.items("resources").iter().map(move |item| (project, item)));
    let mut all: Vec<_> = all.filter(|(_, item)| unanswered(item)).collect();
    all.sort_by_key(|(project, item)| {
        (std::cmp::Reverse(waited(p, item)), project.id.clone(), item.id.clone())
    });
    all
}

/// A number of people: `0.5 FTE`.
fn fte(n: Ratio) -> String {
    let exact = (0..=2).map(|places| n.show(places)).find(|t| Ratio::parse(t) == Some(n));
    format!("{} FTE", exact.unwrap_or_else(|| n.show(1)))
}

fn fte_cell(n: Option<Ratio>) -> Cell {
    n.map_or(Cell::Missing(Missing::NotReported), |n| Cell::Text(fte(n)))
}

/// An open item of the unit's or a person's.
struct Owned<'a> {
    project: &'a Project,
    item: &'a Item,
    due: Option<crate::date::Date>,
}

/// Open items of projects that run whose owner is one of some people: overdue
/// first, then by the day they are due, undated last.
fn owned<'a>(p: &'a Portfolio, mine: impl Fn(&str) -> bool) -> Vec<Owned<'a>> {
    let mut all: Vec<Owned<'a>> = Vec::new();
    for project in running(p) {
        for dated in DATED {
            for item in dated.items(project) {
                let owner = item.fields.text("owner").or_else(|| item.fields.text("decider"));
                if owner.is_some_and(&mine) {
                    let due = dated.of(item).map(|(day, _)| day);
                    all.push(Owned { project, item, due });
                }
            }
        }
    }
    all.sort_by_key(|o| (o.due.is_none(), o.due, o.project.id.clone(), o.item.id.clone()));
    all
}

fn owned_columns() -> Vec<Column> {
    vec![
        Column::new("due", "Due", Set::Short),
        Column::new("item", "Item", Set::Wide),
        Column::new("kind", "Kind", Set::Filter),
        Column::new("project", "Project", Set::Filter),
        Column::new("owner", "Owner", Set::Filter),
        Column::new("status", "State", Set::Short),
    ]
}

fn owned_row(p: &Portfolio, o: &Owned<'_>) -> Row {
    let label = format!("{} {}", o.item.id, o.item.title()).trim().to_owned();
    let owner = o.item.fields.text("owner").or_else(|| o.item.fields.text("decider"));
    Row {
        anchor: None,
        cells: vec![
            super::words::due(o.due, p.as_of, true),
            Cell::Link(label, super::words::item_target(o.project, o.item)),
            Cell::Text(o.item.kind.title.clone().into()),
            super::words::project(o.project),
            owner.map_or(Cell::Empty, |w| Cell::Text(who(p, w))),
            super::words::status(o.item.status()),
        ],
        muted: false,
    }
}

fn table(c: &Context<'_>) -> Table {
    let p = c.portfolio;
    let units = units(p);
    Table {
        sentence: sentence(p, &units),
        plots: load::shares(p, &units).into_iter().collect(),
        groups: vec![
            page::waiting(p, &requests(p), true),
            load::over(p, |_| true),
            list(p, &units),
        ],
    }
}

fn sentence(p: &Portfolio, units: &[Unit<'_>]) -> Vec<Words> {
    if units.is_empty() {
        return vec![Words::plain("No unit is named, in units.yaml or where people are promised.")];
    }
    let holding = units.iter().filter(|u| !u.promises(p).is_empty()).count();
    let verb = if holding == 1 { "promises" } else { "promise" };
    let count = several(holding, "unit", "units");
    let mut words = vec![Words::plain(format!("{} {verb} people to projects", capital(&count)))];
    let requests = requests(p);
    match requests.first() {
        None => words.push(Words::plain("; no request waits for an answer")),
        Some((_, item)) => {
            let verb = if requests.len() == 1 { "waits" } else { "wait" };
            let count = several(requests.len(), "request", "requests");
            words.push(Words::plain("; "));
            words.push(Words::rag(format!("{count} {verb} for an answer"), Rag::Amber));
            if let Some(days) = waited(p, item) {
                let lead = if requests.len() == 1 { "for" } else { "the oldest for" };
                let days = figure(days, "business day", "business days");
                words.push(Words::plain(format!(", {lead} {days}")));
            }
        }
    }
    let over = load::overloaded(p, |_| true).len();
    if over > 0 {
        let verb = if over == 1 { "is" } else { "are" };
        words.push(Words::plain("; "));
        let count = several(over, "person", "people");
        words.push(Words::rag(format!("{count} {verb} promised more than there is"), Rag::Red));
    }
    words.push(Words::plain("."));
    words
}

/// Every unit with its numbers of this month.
fn list(p: &Portfolio, units: &[Unit<'_>]) -> Group {
    Group {
        key: "units".into(),
        title: "Units".into(),
        note: "Promises count in every month they touch; filled is what is promised of what \
               projects asked for, kept is what is promised of what was promised first."
            .into(),
        caption: "Units with what they promise this month".into(),
        empty: "No unit is named.".into(),
        columns: vec![
            Column::new("unit", "Unit", Set::Text),
            Column::new("manager", "Manager", Set::Text),
            Column::new("capacity", "Capacity", Set::Number),
            Column::new("promised", "Promised now", Set::Number),
            Column::new("filled", "Filled", Set::Number),
            Column::new("kept", "Kept", Set::Number),
            Column::new("requests", "Requests", Set::Number),
            Column::new("overdue", "Overdue items", Set::Number),
            Column::new("projects", "Projects", Set::Number),
        ],
        rows: units.iter().map(|u| row(p, u)).collect(),
    }
}

fn count(n: usize) -> Cell {
    Cell::Count(i64::try_from(n).unwrap_or(i64::MAX))
}

fn row(p: &Portfolio, unit: &Unit<'_>) -> Row {
    let month = commitments::months(p.as_of, 1).first().copied().unwrap_or(p.as_of);
    let capacity = unit.said.and_then(|r| unit_capacity(r, month));
    let promised = load::in_month(&unit.promises(p), month);
    let rows = unit.rows(p);
    let filled = fill(rows.iter().map(|(_, item)| *item), p.as_of);
    let none = || Cell::Missing(Missing::NotApplicable("no row holds today".into()));
    let keys = keys_of(p, unit);
    let overdue = owned(p, |w| keys.contains(&commitments::person_key(p, w)))
        .iter()
        .filter(|o| o.due.is_some_and(|d| d < p.as_of))
        .count();
    Row {
        anchor: None,
        cells: vec![
            Cell::Link(unit.title.to_owned(), unit.target()),
            unit.manager(p)
                .map_or(Cell::Missing(Missing::NotReported), |m| Cell::Text(m.to_owned())),
            fte_cell(capacity),
            fte_cell(promised),
            filled.and_then(|f| f.percent()).map_or_else(none, Cell::Percent),
            filled.and_then(|f| f.kept()).map_or_else(none, Cell::Percent),
            count(rows.iter().filter(|(_, item)| unanswered(item)).count()),
            count(overdue),
            count(touched::projects(p, unit).len()),
        ],
        muted: rows.is_empty(),
    }
}

/// The people of a unit, in the spelling they are compared by.
fn keys_of(p: &Portfolio, unit: &Unit<'_>) -> Vec<String> {
    unit.people(p).iter().map(|(handle, _)| commitments::person_key(p, handle)).collect()
}
