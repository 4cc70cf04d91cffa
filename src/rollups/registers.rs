//! The registers of one project: every item in a row of its own, with its id
//! as anchor, so that links and mentions lead there.

use super::milestones;
use super::raid::{date_of, is_open, score_cell};
use super::words::{age, capital, date, decider, due, figure, list, owner, several, status, who};
use crate::data::record::Datum;
use crate::document::{Document, Item};
use crate::kinds::Role;
use crate::portfolio::{Portfolio, Project};
use crate::table::{Cell, Column, Group, Missing, Row, Set, Table, Words};
use crate::target::Target;

/// The registers of the RAID page, in its order.
const RAID: [&str; 4] = ["risks", "assumptions", "issues", "dependencies"];

/// The other registers, in reading order; a book's own follow by name.
const OTHERS: [&str; 6] =
    ["milestones", "decisions", "changes", "actions", "resources", "benefits"];

/// Risks, assumptions, issues and dependencies of a project, open and closed.
#[must_use]
pub fn project_raid(p: &Portfolio, project: &Project) -> Table {
    table(p, project, RAID.to_vec())
}

/// All other registers of a project, open and closed.
#[must_use]
pub fn project_registers(p: &Portfolio, project: &Project) -> Table {
    let mut keys = OTHERS.to_vec();
    keys.extend(
        project.items.keys().map(|k| &**k).filter(|k| !OTHERS.contains(k) && !RAID.contains(k)),
    );
    table(p, project, keys)
}

fn table(p: &Portfolio, project: &Project, keys: Vec<&str>) -> Table {
    let present: Vec<&str> = keys.into_iter().filter(|k| project.has_register(k)).collect();
    let groups = present.iter().map(|key| group(p, project, key)).collect();
    Table { sentence: sentence(p, project, &present), groups, ..Table::default() }
}

fn sentence(p: &Portfolio, project: &Project, keys: &[&str]) -> Vec<Words> {
    let open = |item: &&Item| is_open(item);
    let counts: Vec<String> = keys
        .iter()
        .filter_map(|key| {
            let kind = p.kinds.of_register(key);
            let one = kind.map_or_else(|| "item".to_owned(), |k| k.title.to_lowercase());
            let many = kind.map_or_else(|| (*key).to_owned(), |k| k.plural.to_lowercase());
            let items = project.items(key);
            (!items.is_empty()).then(|| {
                let count = several(items.len(), &one, &many);
                let still = items.iter().filter(open).count();
                if RAID.contains(key) && still < items.len() {
                    format!("{count} ({still} open)")
                } else {
                    count
                }
            })
        })
        .collect();
    let text = if counts.is_empty() {
        "Nothing is written here yet.".to_owned()
    } else {
        let late = keys
            .iter()
            .flat_map(|key| project.items(key))
            .filter(|i| is_open(i) && date_of(i).is_some_and(|d| d < p.as_of))
            .count();
        let late = match late {
            0 => String::new(),
            n => format!("; {} overdue", super::words::number(n)),
        };
        format!("{}{late}.", capital(&list(&counts)))
    };
    vec![Words::plain(text)]
}

fn group(p: &Portfolio, project: &Project, key: &str) -> Group {
    let kind = p.kinds.of_register(key);
    let title = kind.map_or_else(|| capital(key), |k| k.plural.to_string());
    let columns = columns(key);
    let items = project.items(key);
    let mut order: Vec<usize> = (0..items.len()).collect();
    if key != "milestones" {
        order.sort_by_key(|i| items.get(*i).is_some_and(|item| closed(key, item)));
    }
    let rows = order
        .into_iter()
        .filter_map(|i| items.get(i).map(|item| row(p, project, key, i, item)))
        .collect();
    Group {
        key: key.into(),
        caption: format!("{title} of {}", project.title),
        empty: "Nothing is written here yet.".into(),
        note: updated(p, project, key),
        title,
        columns,
        rows,
    }
}

/// When the register was last updated, as its head says.
fn updated(p: &Portfolio, project: &Project, key: &str) -> String {
    let registers = project.registers.iter().filter_map(|i| p.registers.get(*i));
    let mine = registers.filter(|r| r.lists.iter().any(|(k, _, _)| **k == *key));
    let newest = mine.filter_map(|r| r.head.date("updated")).filter(|d| *d <= p.as_of).max();
    newest.map_or_else(String::new, |d| format!("Updated {}.", crate::date::long(d)))
}

/// Done or void: set back and shown last.
pub(super) fn closed(key: &str, item: &Item) -> bool {
    match key {
        "milestones" => item.fields.has("cancelled"),
        "resources" => matches!(item.status(), "released" | "withdrawn"),
        "benefits" => matches!(item.status(), "realised" | "missed" | "dropped"),
        "decisions" => item.status() != "requested",
        "changes" => matches!(
            item.status(),
            "rejected" | "withdrawn" | "merged" | "implemented" | "deferred"
        ),
        _ => !is_open(item),
    }
}

fn columns(key: &str) -> Vec<Column> {
    let c = Column::new;
    let mut columns = vec![c("id", "Id", Set::Short)];
    let wide = |label| c("title", label, Set::Wide);
    columns.extend(match key {
        "risks" => vec![
            wide("Risk"),
            c("score", "Score", Set::Number),
            c("owner", "Owner", Set::Text),
            c("due", "Due", Set::Short),
            c("reviewed", "Reviewed", Set::Short),
        ],
        "issues" => vec![
            wide("Issue"),
            c("severity", "Severity", Set::Number),
            c("owner", "Owner", Set::Text),
            c("due", "Due", Set::Short),
            c("reviewed", "Reviewed", Set::Short),
        ],
        "milestones" => vec![
            wide("Milestone"),
            c("original", "First approved", Set::Short),
            c("baseline", "Baseline", Set::Short),
            c("forecast", "Forecast", Set::Short),
            c("slip", "Slip", Set::Short),
            c("owner", "Owner", Set::Text),
        ],
        "decisions" => vec![
            wide("Decision"),
            c("who", "Who decides", Set::Text),
            c("requested", "Requested", Set::Short),
            c("needed", "Needed", Set::Short),
            c("decided", "Decided", Set::Short),
        ],
        "changes" => vec![
            wide("Change request"),
            c("impact", "Impact", Set::Wide),
            c("submitted", "Submitted", Set::Short),
            c("decided", "Decided", Set::Short),
        ],
        "resources" => vec![
            wide("Role"),
            c("unit", "Unit", Set::Text),
            c("required_fte", "Required", Set::Number),
            c("committed_fte", "Committed", Set::Number),
            c("from", "From", Set::Short),
            c("to", "To", Set::Short),
        ],
        "benefits" => vec![
            wide("Benefit"),
            c("owner", "Owner", Set::Text),
            c("baseline", "Before", Set::Number),
            c("latest", "Latest", Set::Number),
            c("target", "Target", Set::Number),
            c("realised", "Realised", Set::Number),
            c("review_by", "Review by", Set::Short),
        ],
        _ => vec![
            wide("What"),
            c("owner", "Owner", Set::Text),
            c("due", "Due", Set::Short),
            c("reviewed", "Reviewed", Set::Short),
        ],
    });
    columns.push(c("status", "State", Set::Filter));
    columns.push(c("mentions", "Mentioned in", Set::Text));
    columns
}

fn row(p: &Portfolio, project: &Project, key: &str, index: usize, item: &Item) -> Row {
    let fields = &item.fields;
    let open = !closed(key, item);
    let id = match (&*item.id, item.document.and_then(|i| p.documents.get(i))) {
        ("", _) => Cell::Missing(Missing::NotReported),
        (id, Some(d)) => Cell::Link(id.to_owned(), Target::Document(d.path.clone())),
        (id, None) => Cell::Text(id.to_owned()),
    };
    let mut cells = vec![id, titled(p, project, key, item)];
    let number = |name: &str| match fields.number(name) {
        Some(n) => Cell::Text(n.to_string()),
        None => Cell::Missing(Missing::NotReported),
    };
    let mut state = status(item.status());
    match key {
        "risks" => cells.extend([
            score_cell(item),
            owner(p, fields),
            due(date_of(item), p.as_of, open),
            age(fields.date("reviewed"), p.as_of),
        ]),
        "issues" => cells.extend([
            number("severity"),
            owner(p, fields),
            due(date_of(item), p.as_of, open),
            age(fields.date("reviewed"), p.as_of),
        ]),
        "milestones" => {
            if let Some(m) = project.milestones.get(index).filter(|m| m.item == index) {
                let (mark, said) = milestones::state(p, project, m);
                state = Cell::State(mark, said);
                let now = match (m.actual, m.forecast) {
                    (Some(actual), _) => Cell::Detail(Box::new(Cell::Date(actual)), "done".into()),
                    (None, forecast) => date(forecast),
                };
                let slip = m.slip().map_or(Cell::Missing(Missing::NotReported), Cell::Days);
                cells.extend([date(m.original), date(m.baseline), now, slip]);
            } else {
                cells.extend([Cell::Empty, Cell::Empty, Cell::Empty, Cell::Empty]);
            }
            cells.push(owner(p, fields));
        }
        "decisions" => cells.extend([
            decider(p, project, fields.text("decider")),
            date(fields.date("requested")),
            due(fields.date("needed_by"), p.as_of, open),
            fields.date("decided").map_or(Cell::Empty, Cell::Date),
        ]),
        "changes" => cells.extend([
            Cell::Text(impact(fields, project)),
            date(fields.date("submitted")),
            fields.record("decision").and_then(|d| d.date("date")).map_or(Cell::Empty, Cell::Date),
        ]),
        "resources" => cells.extend([
            fields
                .text("unit")
                .map_or(Cell::Missing(Missing::NotReported), |u| Cell::Text(unit(p, u))),
            number("required_fte"),
            number("committed_fte"),
            date(fields.date("from")),
            date(fields.date("to")),
        ]),
        "benefits" => cells.extend(benefit(p, item)),
        _ => cells.extend([
            owner(p, fields),
            due(date_of(item), p.as_of, open),
            age(fields.date("reviewed"), p.as_of),
        ]),
    }
    cells.push(state);
    cells.push(mentions(p, project, item));
    let anchor = (!item.id.is_empty()).then(|| item.id.to_string());
    Row { anchor, cells, muted: !open }
}

fn unit(p: &Portfolio, id: &str) -> String {
    let named = p.units().and_then(|u| u.entries.get(id));
    let name = named.and_then(|d| match d {
        Datum::Record(r) => r.text("name").or(r.text("title")),
        other => other.text(),
    });
    name.map_or_else(|| super::words::role(id), str::to_owned)
}

/// The title with what the item says in full, and what it is linked to.
fn titled(p: &Portfolio, project: &Project, key: &str, item: &Item) -> Cell {
    let fields = &item.fields;
    let title = match key {
        "resources" => {
            let role = fields.text("role").unwrap_or(&item.id).to_owned();
            match fields.text("person") {
                Some(person) => format!("{role}: {}", who(p, person)),
                None => format!("{role}: nobody named yet"),
            }
        }
        _ => item.title().to_owned(),
    };
    let mut lines = vec![Cell::Text(title)];
    for (name, label) in DETAILS {
        let Some(datum) = fields.get(name).filter(|d| d.says_something()) else { continue };
        if fields.text("title").or(fields.text("name")).is_none()
            && fields.text("text") == datum.text()
        {
            continue;
        }
        let said = match datum {
            Datum::List(items) => {
                items.iter().map(|i| i.datum.show()).collect::<Vec<_>>().join(" · ")
            }
            other => other.show(),
        };
        lines.push(Cell::Detail(Box::new(Cell::Empty), format!("{label}: {said}")));
    }
    let named = ["on", "became", "change", "source", "evidence"];
    let words = named.iter().filter_map(|name| fields.text(name)).chain(
        ["links", "supersedes", "depends_on", "rebaselines"]
            .iter()
            .flat_map(|name| fields.texts(name).map(|(text, _)| text)),
    );
    let links: Vec<Cell> = words
        .filter_map(|word| {
            Some(Cell::Link(word.to_owned(), p.resolve(word, &item.path, Some(project))?))
        })
        .collect();
    if !links.is_empty() {
        lines.push(Cell::Many(links));
    }
    match (lines.len(), lines.pop()) {
        (1, Some(only)) => only,
        (_, last) => {
            lines.extend(last);
            Cell::Many(lines)
        }
    }
}

/// What is said under a title, in reading order.
const DETAILS: [(&str, &str); 19] = [
    ("description", "In full"),
    ("cause", "Cause"),
    ("event", "Event"),
    ("effect", "Effect"),
    ("response", "Response"),
    ("mitigation", "Mitigation"),
    ("contingency", "Contingency"),
    ("trigger", "Trigger"),
    ("if_wrong", "If wrong"),
    ("reason", "Reason"),
    ("if_not", "If not done"),
    ("options", "Options"),
    ("recommendation", "Recommendation"),
    ("if_late", "If late"),
    ("outcome", "Outcome"),
    ("rationale", "Rationale"),
    ("resolution", "Resolution"),
    ("closed_reason", "Closed because"),
    ("note", "Note"),
];

/// What a change does: days, money, scope, people.
fn impact(fields: &crate::data::record::Record, project: &Project) -> String {
    let Some(impact) = fields.record("impact") else { return "not reported".into() };
    let mut parts = Vec::new();
    if let Some(days) = impact.number("schedule_days") {
        let n = i64::try_from(days.rounded(0)).unwrap_or(0);
        parts.push(if n == 0 { "no delay".to_owned() } else { figure(n, "day", "days") });
    }
    if let Some(cost) = impact.number("cost") {
        let currency = project.currency.as_deref().map(|c| format!("{c} ")).unwrap_or_default();
        parts.push(format!("{currency}{}", cost.money()));
    }
    if let Some(scope) = impact.record("scope") {
        let unit = scope.text("unit").unwrap_or("units");
        for (name, word) in [("added", "added"), ("changed", "changed"), ("removed", "removed")] {
            if let Some(n) = scope.number(name).filter(|n| !n.is_zero()) {
                parts.push(format!("{n} {unit} {word}"));
            }
        }
    }
    if let Some(fte) = impact.number("fte") {
        parts.push(format!("{fte} FTE"));
    }
    if parts.is_empty() { "not reported".into() } else { parts.join(" · ") }
}

/// Owner, value before, latest and wanted, share realised, next review.
fn benefit(p: &Portfolio, item: &Item) -> [Cell; 6] {
    let fields = &item.fields;
    let unit = fields.text("unit").unwrap_or_default();
    let value = |n: Option<crate::ratio::Ratio>| match n {
        Some(n) => Cell::Text(format!("{n} {unit}").trim_end().to_owned()),
        None => Cell::Missing(Missing::NotReported),
    };
    let of = |name: &str| fields.record(name).and_then(|r| r.number("value"));
    let measured = fields.list("measurements").iter().filter_map(|m| m.datum.record());
    let latest = measured
        .filter(|m| m.date("date").is_none_or(|d| d <= p.as_of))
        .max_by_key(|m| m.date("date"))
        .and_then(|m| m.number("value"));
    let realised = (|| {
        let (base, target) = (of("baseline")?, of("target")?);
        latest?.sub(base)?.percent_of(target.sub(base)?)
    })();
    [
        owner(p, fields),
        value(of("baseline")),
        latest.map_or(Cell::Missing(Missing::NotYet), |n| value(Some(n))),
        value(of("target")),
        realised.map_or(Cell::Missing(Missing::NotYet), Cell::Percent),
        due(fields.date("review_by"), p.as_of, !closed("benefits", item)),
    ]
}

/// Documents named beside an item.
const MOST: usize = 3;

/// Documents that name the item, the last first.
fn mentions(p: &Portfolio, project: &Project, item: &Item) -> Cell {
    let target = Target::Item(project.id.clone(), (*item.id).into());
    let named = p.item_backlinks.get(&target).map(Vec::as_slice).unwrap_or_default();
    let label = |d: &Document| match d.title.rsplit_once(": ") {
        Some((_, short)) if d.kind.role == Role::Report => capital(short),
        _ => d.title.to_string(),
    };
    let mut links: Vec<Cell> = named
        .iter()
        .rev()
        .filter(|i| Some(**i) != item.document)
        .filter_map(|i| p.documents.get(*i))
        .take(MOST)
        .map(|d| Cell::Link(label(d), Target::Document(d.path.clone())))
        .collect();
    if named.len() > MOST {
        links.push(Cell::Text(format!("and {} more", named.len() - MOST)));
    }
    match links.len() {
        0 => Cell::Empty,
        _ => Cell::Many(links),
    }
}
