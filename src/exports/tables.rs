//! The tables of pages as data: the columns of the page with their stable
//! keys, typed values, what is missing said in words, small print in a column
//! of its own, and where the row leads.

use super::csv::{self, Style};
use super::json::Json;
use super::names::Names;
use super::sheet::{Value, state};
use super::{Export, File, Input, Published, Take, fronts, hand_on};
use crate::error::Result;
use crate::portfolio::Project;
use crate::rollups::{FAMILIES, Member, ROLLUPS, Rollup, overview};
use crate::table::{Cell, Group, Missing, Row, Table, Words};
use crate::target::Target;
use rayon::prelude::*;

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

/// All tables of a page as CSV and JSON.
#[must_use]
pub fn files(input: &Input<'_>, page: &str, table: &Table) -> Vec<File> {
    let mut files = Vec::new();
    for (place, group) in places(page, table).into_iter().zip(&table.groups) {
        let about = if group.caption.is_empty() { &group.title } else { &group.caption };
        let csv = group_csv(input, group, input.style);
        files.push(File::new(format!("{place}.csv"), about.as_str(), csv));
        let json = Json::map([
            ("schema", "milepost-table-1".into()),
            ("as_of", input.p().as_of.into()),
            ("page", page.into()),
            ("table", group_json(input, group)),
        ]);
        files.push(File::new(format!("{place}.json"), about.as_str(), json.bytes(3)));
    }
    files
}

/// One table as CSV.
#[must_use]
pub fn group_csv(input: &Input<'_>, group: &Group, style: Style) -> Vec<u8> {
    let rows = group.rows.iter();
    // A table that names the currency in a column of its own needs no other.
    let named = group.columns.iter().any(|c| c.key == "currency");
    let money = !named && rows.clone().flat_map(|r| &r.cells).any(|c| currency(c).is_some());
    let mut header: Vec<&str> = group.columns.iter().map(|c| &*c.key).collect();
    if money {
        header.push("currency");
    }
    header.extend(["notes", "link"]);
    let rows: Vec<Vec<Value>> = rows
        .map(|row| {
            let one = one_currency(row);
            let value = |cell: &Cell| plain(cell, one.is_some());
            let mut values: Vec<Value> = row.cells.iter().map(value).collect();
            values.resize(group.columns.len(), Value::Null);
            if money {
                values.push(Value::words(one));
            }
            values.push(Value::text(notes(group, row)));
            values.push(row_link(input, row));
            values
        })
        .collect();
    csv::table(&header, rows.iter().map(Vec::as_slice), style)
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
fn missing_words(missing: &Missing) -> String {
    match missing {
        Missing::NotReported | Missing::NotYet => state(missing).to_owned(),
        Missing::NotApplicable(why) | Missing::Withheld(why) if why.is_empty() => {
            state(missing).to_owned()
        }
        Missing::NotApplicable(why) | Missing::Withheld(why) => {
            format!("{}: {why}", state(missing))
        }
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
    let note = |(i, cell): (usize, &Cell)| {
        let small = small(cell)?;
        let label = group.columns.get(i).map_or("", |c| &*c.label);
        Some(if label.is_empty() { small } else { format!("{label}: {small}") })
    };
    row.cells.iter().enumerate().filter_map(note).collect::<Vec<_>>().join("; ")
}

fn small(cell: &Cell) -> Option<String> {
    match cell {
        Cell::Detail(_, small) => Some(small.clone()),
        Cell::Due { note, .. } if !note.is_empty() => Some(note.clone()),
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

/// The first of a row's links; whole where the site's address is known.
fn row_link(input: &Input<'_>, row: &Row) -> Value {
    let route = row.cells.iter().find_map(|c| target(c).map(|t| link(input, t)));
    Value::text(route.unwrap_or_default())
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

/// A whole page: its sentence and its tables.
#[must_use]
pub fn page(input: &Input<'_>, title: &str, table: &Table) -> Json {
    Json::map([
        ("schema", "milepost-page-1".into()),
        ("kind", "roll-up".into()),
        ("title", title.into()),
        ("as_of", input.p().as_of.into()),
        ("sentence", sentence(&table.sentence).into()),
        ("tables", Json::list(table.groups.iter().map(|g| group_json(input, g)))),
    ])
}

/// The words of a sentence.
#[must_use]
pub fn sentence(words: &[Words]) -> String {
    words.iter().map(|w| w.text.as_str()).collect()
}

/// One table as JSON: each row with its values by key, and beside them what is
/// missing, the small print and the links, by key too.
#[must_use]
pub fn group_json(input: &Input<'_>, group: &Group) -> Json {
    let columns = group
        .columns
        .iter()
        .map(|c| Json::map([("key", Json::from(&*c.key)), ("label", Json::from(&*c.label))]));
    Json::map([
        ("key", group.key.as_str().into()),
        ("title", group.title.as_str().into()),
        ("caption", group.caption.as_str().into()),
        ("note", group.note.as_str().into()),
        ("columns", Json::list(columns)),
        ("rows", Json::list(group.rows.iter().map(|r| row_json(input, group, r)))),
    ])
}

fn row_json(input: &Input<'_>, group: &Group, row: &Row) -> Json {
    let keyed = || group.columns.iter().map(|c| c.key.clone()).zip(&row.cells);
    let values = keyed().map(|(key, cell)| (key, cell_json(cell)));
    let mut map = vec![("values", Json::map(values))];
    let missing = keyed().filter_map(|(key, cell)| match inner(cell) {
        Cell::Missing(missing) => Some((key, Json::from(missing_words(missing)))),
        _ => None,
    });
    let notes = keyed().filter_map(|(key, cell)| Some((key, small(cell)?.into())));
    let links = keyed().filter_map(|(key, cell)| {
        Some((key, link(input, target(cell)?))).filter(|(_, l)| !l.is_empty())
    });
    let links = links.map(|(key, link)| (key, Json::from(link)));
    for (name, part) in [
        ("missing", missing.collect::<Vec<_>>()),
        ("notes", notes.collect()),
        ("links", links.collect()),
    ] {
        if !part.is_empty() {
            map.push((name, Json::map(part)));
        }
    }
    if let Some(anchor) = &row.anchor {
        map.push(("anchor", anchor.as_str().into()));
    }
    Json::map(map)
}

fn inner(cell: &Cell) -> &Cell {
    match cell {
        Cell::Detail(inside, _) => inner(inside),
        other => other,
    }
}

fn cell_json(cell: &Cell) -> Json {
    match cell {
        Cell::Missing(_) => Json::Null,
        Cell::Detail(inner, _) => cell_json(inner),
        Cell::Many(cells) => Json::list(cells.iter().map(cell_json)),
        Cell::Money(n, currency) => {
            Json::map([("amount", Json::from(*n)), ("currency", currency.as_str().into())])
        }
        other => Json::from(&plain(other, true)),
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
