//! Registers that lie in no project: of the whole portfolio or a programme.
//! Every item in a row, so that what nobody's project page shows has a place.

use super::decisions::decides;
use super::raid::is_open;
use super::registers::closed;
use super::words::{capital, due, figure, home, list, number, owner, several, status};
use super::{Bar, Context, Rollup};
use crate::date::Date;
use crate::document::Item;
use crate::portfolio::Portfolio;
use crate::table::{Cell, Column, Group, Missing, Rag, Row, Set, Table, Words};
use crate::target::Target;
use std::collections::HashSet;

/// Registers in reading order; others follow by name.
const ORDER: [&str; 9] = [
    "milestones",
    "actions",
    "benefits",
    "decisions",
    "changes",
    "risks",
    "issues",
    "assumptions",
    "dependencies",
];

/// The roll-up.
pub(super) static ROLLUP: Rollup = Rollup {
    bar: Bar::More,
    name: "registers",
    title: "Shared registers",
    about: "Items of registers that belong to no project: of the portfolio or a programme",
    count: |c| u32::try_from(late(c.portfolio)).unwrap_or(u32::MAX),
    table,
};

fn table(c: &Context<'_>) -> Table {
    let p = c.portfolio;
    let mut seen = HashSet::new();
    let groups = keys(p).into_iter().map(|key| group(p, key, &mut seen)).collect();
    Table { sentence: sentence(p), groups, ..Table::default() }
}

/// The registers that have items in no project.
fn keys(p: &Portfolio) -> Vec<&str> {
    let mut all: Vec<&str> =
        p.loose.iter().filter_map(|item| item.kind.register.as_deref()).collect();
    let place = |key: &str| ORDER.iter().position(|k| *k == key).unwrap_or(ORDER.len());
    all.sort_unstable_by_key(|key| (place(key), *key));
    all.dedup();
    all
}

fn items<'a>(p: &'a Portfolio, key: &'a str) -> impl Iterator<Item = &'a Item> {
    p.loose.iter().filter(move |item| item.kind.register.as_deref() == Some(key))
}

/// The day on which something is to be there.
fn date_of(item: &Item) -> Option<Date> {
    let plain = ["due", "validate_by", "need_by", "needed_by", "review_by", "forecast", "baseline"];
    plain.iter().find_map(|name| item.fields.date(name))
}

/// Whether an item waits for something still.
fn waits(key: &str, item: &Item) -> bool {
    let reached = key == "milestones" && item.fields.date("actual").is_some();
    !closed(key, item) && !reached
}

/// How many items wait past their day.
fn late(p: &Portfolio) -> usize {
    let past = |item: &&Item| {
        let key = item.kind.register.as_deref().unwrap_or_default();
        waits(key, item) && date_of(item).is_some_and(|day| day < p.as_of)
    };
    p.loose.iter().filter(past).count()
}

fn sentence(p: &Portfolio) -> Vec<Words> {
    let counts: Vec<String> = keys(p)
        .into_iter()
        .map(|key| {
            let kind = p.kinds.of_register(key);
            let one = kind.map_or_else(|| "item".to_owned(), |k| k.title.to_lowercase());
            let many = kind.map_or_else(|| key.to_owned(), |k| k.plural.to_lowercase());
            several(items(p, key).count(), &one, &many)
        })
        .collect();
    if counts.is_empty() {
        return vec![Words::plain("Every register lies in a project.")];
    }
    let mut words = vec![Words::plain(format!("{} in no project", capital(&list(&counts))))];
    match late(p) {
        0 => {}
        n => {
            words.push(Words::plain("; "));
            words.push(Words::rag(format!("{} overdue", number(n)), Rag::Amber));
        }
    }
    words.push(Words::plain("."));
    words
}

fn group<'a>(p: &'a Portfolio, key: &'a str, seen: &mut HashSet<&'a str>) -> Group {
    let kind = p.kinds.of_register(key);
    let title = kind.map_or_else(|| capital(key), |k| k.plural.to_string());
    let c = Column::new;
    let mut all: Vec<&Item> = items(p, key).collect();
    all.sort_by_key(|item| !waits(key, item));
    Group {
        key: key.into(),
        caption: format!("{title} that belong to no project"),
        empty: "Nothing is written here yet.".into(),
        note: String::new(),
        title,
        columns: vec![
            c("id", "Id", Set::Short),
            c("title", "What", Set::Wide),
            c("owner", if key == "decisions" { "Who decides" } else { "Owner" }, Set::Text),
            c("due", "Due", Set::Short),
            c("status", "State", Set::Filter),
            c("of", "Belongs to", Set::Text),
        ],
        rows: all.into_iter().map(|item| row(p, key, item, seen)).collect(),
    }
}

fn row<'a>(p: &'a Portfolio, key: &str, item: &'a Item, seen: &mut HashSet<&'a str>) -> Row {
    let open = waits(key, item);
    let page = item.document.and_then(|i| p.documents.get(i));
    let id = match (&*item.id, page) {
        ("", _) => Cell::Missing(Missing::NotReported),
        (id, Some(page)) => Cell::Link(id.to_owned(), Target::Document(page.path.clone())),
        (id, None) => Cell::Text(id.to_owned()),
    };
    let state = match key {
        "milestones" if item.fields.date("actual").is_some() => Cell::Text("done".into()),
        "milestones" if item.fields.has("cancelled") => Cell::Text("cancelled".into()),
        "milestones" => match date_of(item).filter(|day| *day < p.as_of) {
            Some(day) => {
                let by = figure(crate::date::days(day, p.as_of), "day", "days");
                Cell::Text(format!("{by} overdue"))
            }
            None => Cell::Text("to come".into()),
        },
        _ if is_open(item) && item.fields.text("status").is_none() => status("open"),
        _ => status(item.status()),
    };
    let cells = vec![
        id,
        Cell::Text(item.title().to_owned()),
        match key {
            "decisions" => decides(p, None, item.fields.text("decider")),
            _ => owner(p, &item.fields),
        },
        due(date_of(item), p.as_of, open),
        state,
        home(p, None, &item.path),
    ];
    // Registers of two programmes may number their items alike.
    let first = !item.id.is_empty() && seen.insert(&*item.id);
    Row { anchor: first.then(|| item.id.to_string()), cells, muted: !open }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rollups::testing::{check, table};

    const FILES: &str = "=== programmes/north/index.md\n# North\n\nThe programme.\n=== programmes/north/plan.yaml\nmilestones:\n  - {id: M1, name: Bridge open, baseline: 2026-03-01, owner: \"@eva\"}\n  - {id: M2, name: Kick-off, baseline: 2026-01-10, actual: 2026-01-10, owner: \"@eva\"}\nactions:\n  - {id: AC-001, title: Book the hall, owner: \"@eva\", due: 2026-04-01, status: open}\nbenefits:\n  - {id: B-001, title: Shorter way, status: planned}\n=== registers/plan.yaml\nactions:\n  - {id: AC-001, title: Ask the board, owner: \"@eva\", due: 2026-03-01, status: done}\n";

    #[test]
    fn what_lies_in_no_project_has_a_page() {
        let checked = check(FILES);
        let table = table(&checked, "registers");
        let said: String = table.sentence.iter().map(|w| &*w.text).collect();
        assert_eq!(said, "Two milestones, two actions and one benefit in no project; one overdue.");
        let keys: Vec<&str> = table.groups.iter().map(|g| &*g.key).collect();
        assert_eq!(keys, ["milestones", "actions", "benefits"]);
        let actions = &table.groups[1].rows;
        assert_eq!(actions[0].cells[1], Cell::Text("Book the hall".into()));
        assert_eq!((actions[0].muted, actions[1].muted), (false, true));
        // The page has each anchor once.
        assert_eq!(actions[0].anchor.as_deref(), Some("AC-001"));
        assert_eq!(actions[1].anchor, None);
        assert!(matches!(&actions[0].cells[5], Cell::Link(title, _) if title == "North"));
        assert_eq!(actions[1].cells[5], Cell::Text("Portfolio".into()));
        let milestones = &table.groups[0].rows;
        assert_eq!(milestones[0].cells[4], Cell::Text("26 days overdue".into()));
        assert_eq!(milestones[1].cells[4], Cell::Text("done".into()));
    }

    #[test]
    fn a_decision_says_who_decides_not_who_owns_it() {
        let checked = check(
            "=== programmes/north/index.md\n# North\n\nThe programme.\n=== programmes/north/decisions.yaml\ndecisions:\n  - {id: D-001, title: Which bank, status: open, decider: Steering committee}\n  - {id: D-002, title: Which bridge, status: open}\n",
        );
        let group = &table(&checked, "registers").groups[0];
        assert_eq!(group.columns[2].label, "Who decides");
        assert_eq!(group.rows[0].cells[2], Cell::Text("Steering committee".into()));
        let nobody = Cell::State(crate::table::Mark::Partial, "nobody named".into());
        assert_eq!(group.rows[1].cells[2], nobody);
    }

    #[test]
    fn a_book_without_them_says_so() {
        let checked = check("=== index.md\n# Home\n");
        let table = table(&checked, "registers");
        let said: String = table.sentence.iter().map(|w| &*w.text).collect();
        assert_eq!(said, "Every register lies in a project.");
        assert!(table.groups.is_empty());
    }
}
