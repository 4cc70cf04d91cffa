//! Words for tables and sentences: counts, names, roles, cells that recur.

use crate::data::record::Record;
use crate::date::{Date, days};
use crate::document::Item;
use crate::portfolio::people::is_role;
pub use crate::portfolio::people::{holder, role, who};
use crate::portfolio::{Portfolio, Project, State};
use crate::table::{Cell, Mark, Missing, Table, Words};
use crate::target::Target;
pub use crate::text::{capital, figure};

const NUMBERS: [&str; 13] = [
    "no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven",
    "twelve",
];

/// A count in words up to twelve, then in figures.
#[must_use]
pub fn number(n: usize) -> String {
    NUMBERS.get(n).map_or_else(|| n.to_string(), |w| (*w).to_owned())
}

/// A count with its noun: `three decisions`, `no decision`, `one decision`.
#[must_use]
pub fn several(n: usize, one: &str, many: &str) -> String {
    format!("{} {}", number(n), if n < 2 { one } else { many })
}

/// `a`, `a and b`, `a, b and c`.
#[must_use]
pub fn list<S: AsRef<str>>(parts: &[S]) -> String {
    match parts {
        [] => String::new(),
        [one] => one.as_ref().to_owned(),
        [rest @ .., last] => {
            let rest: Vec<&str> = rest.iter().map(AsRef::as_ref).collect();
            format!("{} and {}", rest.join(", "), last.as_ref())
        }
    }
}

/// A sentence of one piece of plain words.
#[must_use]
pub fn sentence(text: impl Into<String>) -> Vec<Words> {
    vec![Words::plain(text)]
}

/// Says on a page made of registers which active projects keep none of them,
/// so that nobody takes what is not written for what is not there.
pub fn covered(p: &Portfolio, registers: &[&str], kept: &str, table: &mut Table) {
    let active = p.projects.iter().filter(|project| project.state == State::Active);
    let (with, without): (Vec<&Project>, Vec<&Project>) =
        active.partition(|project| registers.iter().any(|name| project.has_register(name)));
    let bare = table.groups.iter().all(|group| group.rows.is_empty());
    if with.is_empty() && bare && !without.is_empty() {
        let text = match without.len() {
            1 => format!("The one active project keeps no register of {kept}."),
            n => format!("None of {n} active projects keeps a register of {kept}."),
        };
        table.sentence = sentence(text);
        for group in &mut table.groups {
            group.empty = "Not reported.".into();
        }
        return;
    }
    let text = match without.as_slice() {
        [] => return,
        [one] => format!(" {} keeps no register of {kept}.", one.title),
        many => {
            let of = with.len() + many.len();
            format!(
                " {} of {of} active projects keep no such register.",
                capital(&number(many.len()))
            )
        }
    };
    table.sentence.push(Words::plain(text));
}

/// Who decides or owns: a name, or a role with its holder in small print.
#[must_use]
pub fn decider(p: &Portfolio, project: &Project, written: Option<&str>) -> Cell {
    let Some(written) = written else {
        return Cell::State(Mark::Partial, "nobody named".into());
    };
    let shown = Cell::Text(who(p, written));
    match holder(p, project, written) {
        Some(name) if is_role(written) => Cell::Detail(Box::new(shown), name.to_owned()),
        _ => shown,
    }
}

/// The owner of an item; a missing one is said.
#[must_use]
pub fn owner(p: &Portfolio, fields: &Record) -> Cell {
    match fields.text("owner") {
        Some(owner) => Cell::Text(who(p, owner)),
        None => Cell::State(Mark::Partial, "no owner".into()),
    }
}

/// A project as a link.
#[must_use]
pub fn project(project: &Project) -> Cell {
    Cell::Link(project.title.to_string(), Target::Project(project.id.clone()))
}

/// Where something belongs: its project as a link, else the document that
/// opens its folder, else the portfolio.
#[must_use]
pub fn home(p: &Portfolio, of: Option<&Project>, path: &str) -> Cell {
    if let Some(of) = of {
        return project(of);
    }
    let folder = crate::document::folder(path);
    let own = ["index.md", "README.md", "_index.md"].iter().find_map(|name| {
        let path = if folder.is_empty() { return None } else { format!("{folder}/{name}") };
        p.document(&path)
    });
    match own {
        Some(page) => Cell::Link(page.title.to_string(), Target::Document(page.path.clone())),
        None => Cell::Text("Portfolio".into()),
    }
}

/// Where an item stands.
#[must_use]
pub fn item_target(project: &Project, item: &Item) -> Target {
    Target::Item(project.id.clone(), (*item.id).into())
}

/// An item's id as a link; its title where it has no id.
#[must_use]
pub fn id(project: &Project, item: &Item) -> Cell {
    if item.id.is_empty() {
        return Cell::Missing(Missing::NotReported);
    }
    Cell::Link(item.id.to_string(), item_target(project, item))
}

/// A date that must not pass while something is open.
#[must_use]
pub fn due(date: Option<Date>, as_of: Date, open: bool) -> Cell {
    match date {
        Some(date) if open && date < as_of => {
            let late = figure(days(date, as_of), "day", "days");
            Cell::Due { date, late: true, note: format!("{late} overdue") }
        }
        Some(date) => Cell::Date(date),
        None if open => Cell::State(Mark::Partial, "no date".into()),
        None => Cell::Empty,
    }
}

/// A date, or that it is not reported.
#[must_use]
pub fn date(date: Option<Date>) -> Cell {
    date.map_or(Cell::Missing(Missing::NotReported), Cell::Date)
}

/// How long ago something was looked at: `12 d`, or that nobody says.
#[must_use]
pub fn age(date: Option<Date>, as_of: Date) -> Cell {
    match date {
        Some(date) if date <= as_of => Cell::Text(match days(date, as_of) {
            0 => "today".to_owned(),
            n => format!("{n} d ago"),
        }),
        Some(date) => Cell::Date(date),
        None => Cell::Missing(Missing::NotReported),
    }
}

/// Words, or nothing where there are none.
#[must_use]
pub fn text(fields: &Record, name: &str) -> Cell {
    match fields.get(name) {
        Some(datum) if datum.says_something() => Cell::Text(datum.show()),
        _ => Cell::Empty,
    }
}

/// A status in words with its mark: what is done is done, what is refused or
/// late is bad, the rest is open.
#[must_use]
pub fn status(status: &str) -> Cell {
    let mark = match status {
        "closed" | "resolved" | "done" | "decided" | "implemented" | "approved" | "validated"
        | "delivered" | "realised" | "committed" | "confirmed" => Mark::Done,
        "in-progress" | "assessing" | "submitted" | "requested" | "tracking" | "at-risk"
        | "reduced" | "draft" => Mark::Partial,
        "occurred" | "invalidated" | "rejected" | "declined" | "missed" | "withdrawn" => Mark::Bad,
        "cancelled" | "superseded" | "dropped" | "merged" | "deferred" | "released" => Mark::None,
        _ => Mark::Open,
    };
    Cell::State(mark, status.replace('-', " "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_are_words_up_to_twelve() {
        assert_eq!(several(0, "risk", "risks"), "no risk");
        assert_eq!(several(1, "risk", "risks"), "one risk");
        assert_eq!(several(13, "risk", "risks"), "13 risks");
        assert_eq!(list(&["a", "b", "c"]), "a, b and c");
        assert_eq!(role("pmo-director"), "PMO director");
    }
}
