//! The tables of pages as data: the columns of the page with their stable
//! keys, typed values, what is missing said in words, small print in a column
//! of its own, and where the row leads.

use super::csv::{self, Style};
use super::json::Writer;
use super::names::Names;
use super::sheet::{Value, state};
use super::{Export, File, Input, Published, Take, fronts, hand_on};
use crate::error::Result;
use crate::portfolio::Project;
use crate::rollups::{FAMILIES, Member, ROLLUPS, Rollup, overview};
use crate::table::{Cell, Group, Missing, Row, Table, Words};
use crate::target::Target;
use rayon::prelude::*;
use std::borrow::Cow;

pub(super) static EXPORT: Export = Export {
    name: "tables",
    about: "every table of every roll-up page as CSV and JSON",
    // The site writes them with their pages, from the same tables.
    published: Published::Never,
    write: |input, take| {
        let context = input.context();
        let p = input.p();
        if !p.projects.is_empty() {
            one(input, take, "portfolio", fronts::projects(input.checked, |_| true))?;
        }
        for (slug, _) in p.programmes() {
            let mine = |pr: &Project| pr.programme.as_deref() == Some(&*slug);
            let group = fronts::projects(input.checked, mine);
            one(input, take, &format!("programmes/{slug}"), group)?;
        }
        if !p.projects.is_empty() {
            let overview = files(input, "overview", &overview(&context));
            overview.iter().try_for_each(|file| hand_on(take, file))?;
        }
        let each =
            |made: Vec<Vec<File>>| made.iter().flatten().try_for_each(|file| hand_on(take, file));
        let of = |r: &&Rollup| files(input, r.name, &(r.table)(&context));
        each(ROLLUPS.par_iter().map(of).collect())?;
        for family in FAMILIES {
            let of = |member: &Member| {
                let table = (family.table)(&context, &member.slug);
                files(input, &format!("{}/{}", family.name, member.slug), &table)
            };
            each((family.pages)(&context).par_iter().map(of).collect())?;
        }
        Ok(())
    },
};

fn one(input: &Input<'_>, take: &dyn Take, page: &str, group: Group) -> Result<()> {
    let table = Table { groups: vec![group], ..Table::default() };
    files(input, page, &table).iter().try_for_each(|file| hand_on(take, file))
}

/// Where a table is found in the site's `data` folder: its page's name, then
/// its group's.
#[must_use]
pub fn places(page: &str, table: &Table) -> Vec<String> {
    let mut names = Names::default();
    let page: Vec<String> = page.split('/').map(super::names::safe).collect();
    let page = page.join("/");
    table
        .groups
        .iter()
        .map(|g| format!("{page}/{}", names.name(if g.key.is_empty() { "table" } else { &g.key })))
        .collect()
}

/// The tables of a page with their rows as JSON, which stand in the page's file
/// and in their own.
#[derive(Debug)]
pub struct Told<'t> {
    table: &'t Table,
    rows: Vec<Vec<String>>,
}

impl<'t> Told<'t> {
    /// The tables of a page.
    #[must_use]
    pub fn new(input: &Input<'_>, table: &'t Table) -> Self {
        let rows = |group: &Group| group.rows.iter().map(|r| row_json(input, group, r)).collect();
        Self { table, rows: table.groups.iter().map(rows).collect() }
    }

    fn groups(&self) -> impl Iterator<Item = (&'t Group, &[String])> {
        self.table.groups.iter().zip(self.rows.iter().map(Vec::as_slice))
    }

    /// How many there are.
    #[must_use]
    pub fn count(&self) -> usize {
        self.table.groups.len()
    }

    /// All of them as CSV and JSON, one file after the other, each with the place
    /// of its table among them.
    ///
    /// # Errors
    /// A file could not be taken.
    pub fn files<E>(
        &self,
        input: &Input<'_>,
        page: &str,
        mut take: impl FnMut(usize, File) -> std::result::Result<(), E>,
    ) -> std::result::Result<(), E> {
        let places = places(page, self.table).into_iter().enumerate();
        for ((at, place), (group, rows)) in places.zip(self.groups()) {
            let about = if group.caption.is_empty() { &group.title } else { &group.caption };
            let csv = group_csv(input, group, input.style);
            take(at, File::new(format!("{place}.csv"), about.as_str(), csv))?;
            let mut writer = Writer::new(3);
            writer.map(|w| {
                w.key("schema").text("milepost-table-1");
                w.key("as_of").date(input.p().as_of);
                w.key("page").text(page);
                group_json(group, rows, w.key("table"));
            });
            take(at, File::new(format!("{place}.json"), about.as_str(), writer.bytes()))?;
        }
        Ok(())
    }

    /// The whole page as JSON: its sentence and its tables.
    #[must_use]
    pub fn page(&self, input: &Input<'_>, title: &str) -> Vec<u8> {
        let mut writer = Writer::new(3);
        writer.map(|w| {
            w.key("schema").text("milepost-page-1");
            w.key("kind").text("roll-up");
            w.key("title").text(title);
            w.key("as_of").date(input.p().as_of);
            w.key("sentence").text(&sentence(&self.table.sentence));
            w.key("tables").list(|w| {
                for (group, rows) in self.groups() {
                    group_json(group, rows, w.item());
                }
            });
        });
        writer.bytes()
    }
}

/// All tables of a page as CSV and JSON.
#[must_use]
pub fn files(input: &Input<'_>, page: &str, table: &Table) -> Vec<File> {
    let mut files = Vec::new();
    let taken = Told::new(input, table).files(input, page, |_, file| {
        files.push(file);
        Ok::<(), std::convert::Infallible>(())
    });
    match taken {
        Ok(()) => files,
    }
}

/// One table as CSV.
#[must_use]
pub fn group_csv(input: &Input<'_>, group: &Group, style: Style) -> Vec<u8> {
    // A table that names the currency in a column of its own needs no other.
    let named = group.columns.iter().any(|c| c.key == "currency");
    let mut cells = group.rows.iter().flat_map(|r| &r.cells);
    let money = !named && cells.any(|c| currency(c).is_some());
    let own = group.columns.iter().map(|c| &*c.key);
    let mut out = String::with_capacity(128 + 128 * group.rows.len());
    csv::head(own.chain(money.then_some("currency")).chain(["notes", "link"]), style, &mut out);
    for row in &group.rows {
        let one = one_currency(row);
        for n in 0..group.columns.len() {
            if let Some(cell) = row.cells.get(n) {
                csv_cell(cell, one.is_some(), &mut out);
            }
            out.push(',');
        }
        if money {
            csv::text(one.unwrap_or_default(), &mut out);
            out.push(',');
        }
        csv::text(&notes(group, row), &mut out);
        out.push(',');
        // The first of its links; whole where the site's address is known.
        let target = row.cells.iter().find_map(target);
        csv::text(&target.map(|t| link(input, t)).unwrap_or_default(), &mut out);
        out.push_str("\r\n");
    }
    out.into_bytes()
}

/// A cell as a field of CSV, as [`plain`] takes it.
fn csv_cell(cell: &Cell, one_currency: bool, out: &mut String) {
    match cell {
        Cell::Text(text) | Cell::Link(text, _) | Cell::State(_, text) => csv::text(text, out),
        Cell::Rag(rag) => csv::text(rag.name(), out),
        Cell::Detail(inner, _) => csv_cell(inner, one_currency, out),
        other => csv::cell(&plain(other, one_currency), out),
    }
}

/// A cell as one value; of amounts the number alone where the row has one
/// currency.
fn plain(cell: &Cell, one_currency: bool) -> Value {
    match cell {
        Cell::Text(text) | Cell::Link(text, _) | Cell::State(_, text) => Value::text(text.as_str()),
        Cell::Date(date) | Cell::Due { date, .. } => Value::Date(*date),
        Cell::Count(n) | Cell::Days(n) => Value::Integer(*n),
        Cell::Percent(n) => Value::number(*n),
        Cell::Money(n, currency) if one_currency || currency.is_empty() => Value::number(*n),
        Cell::Money(n, currency) => Value::Text(format!("{currency} {n}")),
        Cell::Rag(rag) => Value::rag(*rag),
        Cell::Missing(missing) => Value::text(missing_words(missing)),
        Cell::Detail(inner, _) => plain(inner, one_currency),
        Cell::Many(cells) => match cells.as_slice() {
            [one] => plain(one, one_currency),
            many => {
                let words: Vec<String> = many.iter().map(|c| words(c, one_currency)).collect();
                Value::text(words.join("; "))
            }
        },
        Cell::Empty => Value::Null,
    }
}

fn words(cell: &Cell, one_currency: bool) -> String {
    let small = match cell {
        Cell::Detail(_, small) => format!(" ({small})"),
        Cell::Due { note, .. } if !note.is_empty() => format!(" ({note})"),
        _ => String::new(),
    };
    let value = match plain(cell, one_currency) {
        Value::Text(text) => text,
        Value::Date(date) => date.to_string(),
        Value::Integer(n) => n.to_string(),
        Value::Decimal(n) => n.to_string(),
        Value::Flag(flag) => flag.to_string(),
        Value::Null => String::new(),
    };
    format!("{value}{small}")
}

/// A missing value is said, never blank.
fn missing_words(missing: &Missing) -> Cow<'static, str> {
    match missing {
        Missing::NotApplicable(why) | Missing::Withheld(why) if !why.is_empty() => {
            format!("{}: {why}", state(missing)).into()
        }
        missing => state(missing).into(),
    }
}

fn currency(cell: &Cell) -> Option<&str> {
    match cell {
        Cell::Money(_, currency) => Some(currency).filter(|c| !c.is_empty()).map(String::as_str),
        Cell::Detail(inner, _) => currency(inner),
        Cell::Many(cells) => cells.iter().find_map(currency),
        _ => None,
    }
}

/// The currency of all amounts of a row, where it is one.
fn one_currency(row: &Row) -> Option<&str> {
    let mut all = row.cells.iter().filter_map(currency);
    let first = all.next()?;
    all.all(|c| c == first).then_some(first)
}

/// The small print of a row, each with the heading of its column.
fn notes(group: &Group, row: &Row) -> String {
    let mut notes = String::new();
    for (i, cell) in row.cells.iter().enumerate() {
        let Some(small) = small(cell) else { continue };
        if !notes.is_empty() {
            notes.push_str("; ");
        }
        match group.columns.get(i).map_or("", |c| &*c.label) {
            "" => notes.push_str(small),
            label => notes.extend([label, ": ", small]),
        }
    }
    notes
}

fn small(cell: &Cell) -> Option<&str> {
    match cell {
        Cell::Detail(_, small) => Some(small),
        Cell::Due { note, .. } if !note.is_empty() => Some(note),
        Cell::Many(cells) => match cells.as_slice() {
            [one] => small(one),
            // Of several the small print stands with the words.
            _ => None,
        },
        _ => None,
    }
}

fn target(cell: &Cell) -> Option<&Target> {
    match cell {
        Cell::Link(_, target) => Some(target),
        Cell::Detail(inner, _) => target(inner),
        Cell::Many(cells) => cells.iter().find_map(target),
        _ => None,
    }
}

fn link(input: &Input<'_>, target: &Target) -> String {
    match target {
        Target::Url(url) => url.to_string(),
        target => {
            let route = input.route(target);
            if route.is_empty() { route } else { input.absolute(&route) }
        }
    }
}

/// The words of a sentence.
#[must_use]
pub fn sentence(words: &[Words]) -> String {
    words.iter().map(|w| w.text.as_str()).collect()
}

/// One table as JSON with its rows, which are written already.
fn group_json(group: &Group, rows: &[String], w: &mut Writer) {
    w.map(|w| {
        w.key("key").text(&group.key);
        w.key("title").text(&group.title);
        w.key("caption").text(&group.caption);
        w.key("note").text(&group.note);
        w.key("columns").list(|w| {
            for column in &group.columns {
                w.item().map(|w| {
                    w.key("key").text(&column.key);
                    w.key("label").text(&column.label);
                });
            }
        });
        // A long table grows once, not by moving to ever larger places.
        w.reserve(rows.iter().map(|row| row.len() + 16).sum());
        w.key("rows").list(|w| rows.iter().for_each(|row| w.item().written(row)));
    });
}

/// A row on one line: its values by key, and beside them what is missing, the
/// small print and the links, by key too.
fn row_json(input: &Input<'_>, group: &Group, row: &Row) -> String {
    let keyed = || group.columns.iter().map(|c| &*c.key).zip(&row.cells);
    let mut writer = Writer::of(32 * row.cells.len(), 0);
    let entries =
        |w: &mut Writer, name: &'static str, of: &dyn Fn(&Cell) -> Option<Cow<'_, str>>| {
            let mut some = keyed().filter_map(|(key, cell)| Some((key, of(cell)?))).peekable();
            if some.peek().is_some() {
                w.key(name).map(|w| some.for_each(|(key, text)| w.named(key).text(&text)));
            }
        };
    writer.map(|w| {
        w.key("values").map(|w| keyed().for_each(|(key, cell)| cell_json(cell, w.named(key))));
        entries(w, "missing", &|cell| match inner(cell) {
            Cell::Missing(missing) => Some(missing_words(missing)),
            _ => None,
        });
        entries(w, "notes", &|cell| small(cell).map(Cow::Borrowed));
        entries(w, "links", &|cell| {
            Some(link(input, target(cell)?)).filter(|link| !link.is_empty()).map(Cow::Owned)
        });
        if let Some(anchor) = &row.anchor {
            w.key("anchor").text(anchor);
        }
    });
    writer.done()
}

fn inner(cell: &Cell) -> &Cell {
    match cell {
        Cell::Detail(inside, _) => inner(inside),
        other => other,
    }
}

fn cell_json(cell: &Cell, w: &mut Writer) {
    match cell {
        Cell::Missing(_) | Cell::Empty => w.null(),
        Cell::Detail(inner, _) => cell_json(inner, w),
        Cell::Many(cells) => {
            w.list(|w| cells.iter().for_each(|cell| cell_json(cell, w.item())));
        }
        Cell::Money(n, currency) => w.map(|w| {
            w.key("amount").number(*n);
            w.key("currency").text(currency);
        }),
        Cell::Text(text) | Cell::Link(text, _) | Cell::State(_, text) => {
            w.words(Some(&**text).filter(|text| !text.is_empty()));
        }
        Cell::Date(date) | Cell::Due { date, .. } => w.date(*date),
        Cell::Count(n) | Cell::Days(n) => w.integer(*n),
        Cell::Percent(n) => w.number(*n),
        Cell::Rag(rag) => w.text(rag.name()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ratio::Ratio;
    use crate::rollups::testing::{FILES, check};
    use crate::table::{Column, Rag, Set};

    fn address(target: &Target) -> Option<String> {
        match target {
            Target::Project(id) => Some(format!("projects/{id}/index.html")),
            Target::Item(project, id) => Some(format!("projects/{project}/-/raid.html#{id}")),
            _ => None,
        }
    }

    fn group(cells: Vec<Cell>) -> Group {
        const KEYS: [&str; 4] = ["a", "b", "c", "d"];
        Group {
            key: "x".into(),
            columns: KEYS[..cells.len()]
                .iter()
                .map(|k| Column::new(k, "Head", Set::Text))
                .collect(),
            rows: vec![Row { anchor: None, cells, muted: false }],
            ..Group::default()
        }
    }

    fn line(cells: Vec<Cell>) -> String {
        let checked = check(FILES);
        let input = Input::new(&checked, &address);
        let csv = String::from_utf8(group_csv(&input, &group(cells), Style::default())).unwrap();
        csv.replace("\r\n", "|")
    }

    #[test]
    fn values_are_typed_and_missing_ones_are_said() {
        let day = crate::date::parse("2026-03-27").unwrap();
        let due = Cell::Due { date: day, late: true, note: "2 days overdue".into() };
        assert_eq!(
            line(vec![
                Cell::Days(-5),
                due,
                Cell::Rag(Rag::AmberRed),
                Cell::Missing(Missing::NotYet)
            ]),
            "a,b,c,d,notes,link|-5,2026-03-27,amber-red,not-yet,Head: 2 days overdue,|"
        );
        let money = |n, c: &str| Cell::Money(Ratio::whole(n), c.into());
        assert_eq!(
            line(vec![money(1000, "CAD"), money(-2, "CAD")]),
            "a,b,currency,notes,link|1000,-2,CAD,,|"
        );
        assert_eq!(
            line(vec![money(1, "CAD"), money(2, "EUR")]),
            "a,b,currency,notes,link|CAD 1,EUR 2,,,|"
        );
        let link = Cell::Link("=1".into(), Target::Project("crm".into()));
        let none = Cell::Missing(Missing::NotApplicable("not tracked".into()));
        assert_eq!(
            line(vec![Cell::Detail(Box::new(link), "-x".into()), none]),
            "a,b,notes,link|'=1,not-applicable: not tracked,Head: -x,projects/crm/index.html|"
        );
    }

    #[test]
    fn every_roll_up_gives_a_file_for_each_table_and_rows_as_wide_as_the_header() {
        let checked = check(FILES);
        let input = Input::new(&checked, &address);
        let files = EXPORT.files(&input).unwrap();
        assert!(files.iter().any(|f| f.name == "milestones/overdue.csv"));
        assert!(files.iter().any(|f| f.name == "raid/risks.json"));
        let mut names: Vec<String> = files.iter().map(|f| f.name.to_lowercase()).collect();
        names.sort();
        names.dedup();
        assert_eq!(names.len(), files.len());
        for file in files {
            if file.name.ends_with(".json") {
                let json: serde_json::Value = serde_json::from_slice(&file.bytes).unwrap();
                assert_eq!(json["schema"], "milepost-table-1");
            } else {
                let text = String::from_utf8(file.bytes).unwrap();
                let widths = crate::exports::testing::widths(&text);
                assert!(widths.windows(2).all(|w| w[0] == w[1]), "{} {widths:?}", file.name);
            }
        }
    }

    #[test]
    fn hostile_keys_stay_in_their_folder() {
        let mut table = Table::default();
        for key in ["../../x", "a/b", "a:b", "", "CON"] {
            table.groups.push(Group { key: key.into(), ..Group::default() });
        }
        for place in places("../up/x", &table) {
            assert!(!place.contains("..") && !place.starts_with('/'), "{place}");
            assert_eq!(place.matches('/').count(), 3, "{place}");
        }
    }
}
