//! A page for each person: what they own and when. Only where `[privacy]`
//! `person-pages` asks for it; without it there is no page and no link.

use super::{Unit, fte_cell, owned, owned_columns, owned_row, running};
use crate::data::record::{Datum, Record};
use crate::measures::commitments::{person_key, promises};
use crate::portfolio::approvals::{self, Decision, Subject, Validity};
use crate::portfolio::{Portfolio, Project};
use crate::rollups::words::{self, capital, item_target, project, role, several};
use crate::rollups::{Context, Family, Member};
use crate::table::{Cell, Column, Group, Missing, Rag, Row, Set, Table, Words};
use crate::target::Target;
use crate::text::slug;

/// A page for each person of `people.yaml`.
pub static PEOPLE: Family = Family {
    name: "people",
    of: "units",
    pages: |c| people(c.portfolio).into_iter().map(|(member, _)| member).collect(),
    table: |c, slug| match people(c.portfolio).into_iter().find(|(m, _)| m.slug == slug) {
        Some((_, handle)) => table(c, handle),
        None => Table::default(),
    },
};

/// Everybody of `people.yaml` with their handle; nobody where it is not asked
/// for.
fn people(p: &Portfolio) -> Vec<(Member, &str)> {
    let slots = p.people().map(|names| names.entries.slots.as_slice()).unwrap_or_default();
    let mut all: Vec<(Member, &str)> = Vec::new();
    for slot in slots.iter().filter(|_| p.config.person_pages) {
        let slug = slug(slot.name.trim_start_matches('@'));
        if slug.is_empty() || all.iter().any(|(m, _)| m.slug == slug) {
            continue;
        }
        let title = p.person(&slot.name).to_owned();
        let about = format!("What {title} owns, and when");
        all.push((Member { slug, title, about }, &slot.name));
    }
    all
}

/// The people of a unit, as links to their pages; `None` where they have none.
pub(super) fn members(p: &Portfolio, unit: &Unit<'_>) -> Option<Group> {
    if !p.config.person_pages {
        return None;
    }
    let mine = unit.people(p);
    let row = |(handle, name): &(&str, &str)| {
        let target = Target::Member("people", slug(handle.trim_start_matches('@')).into());
        let roles: Vec<String> = p
            .person_record(handle)
            .map(|r| r.texts("roles").map(|(r, _)| role(r)).collect())
            .unwrap_or_default();
        Row {
            anchor: None,
            cells: vec![
                Cell::Link((*name).to_owned(), target),
                if roles.is_empty() { Cell::Empty } else { Cell::Text(roles.join(", ")) },
            ],
            muted: false,
        }
    };
    Some(Group {
        key: "people".into(),
        title: "People".into(),
        note: String::new(),
        caption: "People of the unit".into(),
        empty: "people.yaml names nobody of this unit.".into(),
        columns: vec![
            Column::new("person", "Person", Set::Text),
            Column::new("roles", "May be", Set::Wide),
        ],
        rows: mine.iter().map(row).collect(),
    })
}

fn table(c: &Context<'_>, handle: &str) -> Table {
    let p = c.portfolio;
    let key = person_key(p, handle);
    let me = |word: &str| person_key(p, word) == key;
    let items = owned(p, me);
    let overdue = items.iter().filter(|o| o.due.is_some_and(|d| d < p.as_of)).count();
    let sign = to_sign(p, &me);
    Table {
        sentence: sentence(items.len(), overdue, sign.rows.len()),
        plots: Vec::new(),
        groups: vec![
            Group {
                key: "items".into(),
                title: "Items".into(),
                note: "Risks, issues, actions, dependencies, assumptions and decisions, overdue \
                       first."
                    .into(),
                caption: "Open items".into(),
                empty: "No open item.".into(),
                columns: owned_columns(),
                rows: items.iter().map(|o| owned_row(p, o)).collect(),
            },
            sign,
            milestones(p, &me),
            time(p, &me),
            roles(p, &me),
        ],
    }
}

fn sentence(items: usize, overdue: usize, sign: usize) -> Vec<Words> {
    let mut words = Vec::new();
    let verb = if items < 2 { "is" } else { "are" };
    let count = capital(&several(items, "item", "items"));
    words.push(Words::plain(format!("{count} {verb} open")));
    if overdue > 0 {
        words.push(Words::plain(", "));
        words.push(Words::rag(format!("{} overdue", words::number(overdue)), Rag::Red));
    }
    if sign > 0 {
        let verb = if sign == 1 { "waits" } else { "wait" };
        let count = several(sign, "signature", "signatures");
        words.push(Words::plain(format!("; {count} {verb}")));
    }
    words.push(Words::plain("."));
    words
}

/// Documents whose approval by this person waits, or was of another version.
fn to_sign(p: &Portfolio, me: &impl Fn(&str) -> bool) -> Group {
    let mut rows = Vec::new();
    for pr in running(p) {
        for subject in approvals::subjects(p, pr) {
            for entry in approvals::of(p, pr, subject) {
                if !entry.name.is_some_and(me) {
                    continue;
                }
                let said = match entry.validity(subject, p.as_of) {
                    Validity::Pending | Validity::Future => "asked for".to_owned(),
                    Validity::OtherVersion if entry.decision == Decision::Approved => {
                        format!("approved {}", entry.of.unwrap_or("another version"))
                    }
                    _ => continue,
                };
                let target = match subject {
                    Subject::Document(d) => Target::Document(d.path.clone()),
                    Subject::Register(r) => Target::Register(r.path.clone()),
                };
                let version = subject
                    .version()
                    .map_or(Cell::Missing(Missing::NotReported), |v| Cell::Text(v.to_owned()));
                rows.push(Row {
                    anchor: None,
                    cells: vec![
                        Cell::Link(capital(&subject.title()), target),
                        project(pr),
                        version,
                        entry.role.as_deref().map_or(Cell::Empty, |r| Cell::Text(role(r))),
                        Cell::Text(said),
                    ],
                    muted: false,
                });
            }
        }
    }
    Group {
        key: "sign".into(),
        title: "Documents to sign".into(),
        note: String::new(),
        caption: "Approvals that wait".into(),
        empty: "No signature waits.".into(),
        columns: vec![
            Column::new("document", "Document", Set::Wide),
            Column::new("project", "Project", Set::Filter),
            Column::new("version", "Version", Set::Short),
            Column::new("role", "As", Set::Text),
            Column::new("state", "State", Set::Short),
        ],
        rows,
    }
}

fn milestones(p: &Portfolio, me: &impl Fn(&str) -> bool) -> Group {
    let mut open: Vec<(Option<crate::date::Date>, Row)> = Vec::new();
    for pr in running(p) {
        for m in pr.milestones.iter().filter(|m| m.actual.is_none() && !m.cancelled) {
            if !m.owner.as_deref().is_some_and(me) {
                continue;
            }
            let day = m.forecast.or(m.baseline);
            let target = Target::Item(pr.id.clone(), (*m.id).into());
            open.push((
                day,
                Row {
                    anchor: None,
                    cells: vec![
                        words::due(day, p.as_of, true),
                        Cell::Link(format!("{} {}", m.id, m.name), target),
                        project(pr),
                        words::date(m.baseline),
                    ],
                    muted: false,
                },
            ));
        }
    }
    open.sort_by_key(|(day, _)| (day.is_none(), *day));
    Group {
        key: "milestones".into(),
        title: "Milestones".into(),
        note: String::new(),
        caption: "Open milestones".into(),
        empty: "No open milestone.".into(),
        columns: vec![
            Column::new("due", "Expected", Set::Short),
            Column::new("milestone", "Milestone", Set::Wide),
            Column::new("project", "Project", Set::Filter),
            Column::new("baseline", "Baseline", Set::Short),
        ],
        rows: open.into_iter().map(|(_, row)| row).collect(),
    }
}

fn time(p: &Portfolio, me: &impl Fn(&str) -> bool) -> Group {
    let mine = promises(p).into_iter().filter(|pr| pr.item.fields.text("person").is_some_and(me));
    let row = |promise: crate::measures::commitments::Promise<'_>| {
        let fields = &promise.item.fields;
        let role = fields.text("role").unwrap_or(promise.item.title());
        Row {
            anchor: None,
            cells: vec![
                project(promise.project),
                Cell::Link(role.to_owned(), item_target(promise.project, promise.item)),
                fte_cell(Some(promise.fte)),
                words::date(fields.date("from")),
                words::date(fields.date("to")),
            ],
            muted: false,
        }
    };
    Group {
        key: "time".into(),
        title: "Promised time".into(),
        note: String::new(),
        caption: "Time promised to projects".into(),
        empty: "No time is promised to a project.".into(),
        columns: vec![
            Column::new("project", "Project", Set::Text),
            Column::new("role", "For", Set::Wide),
            Column::new("committed_fte", "How much", Set::Number),
            Column::new("from", "From", Set::Short),
            Column::new("to", "To", Set::Short),
        ],
        rows: mine.map(row).collect(),
    }
}

fn roles(p: &Portfolio, me: &impl Fn(&str) -> bool) -> Group {
    let mut rows = Vec::new();
    for pr in running(p) {
        for role in held(p, pr, me) {
            rows.push(Row {
                anchor: None,
                cells: vec![project(pr), Cell::Text(role)],
                muted: false,
            });
        }
    }
    Group {
        key: "roles".into(),
        title: "Roles".into(),
        note: String::new(),
        caption: "Roles in projects that run".into(),
        empty: "No role in a project that runs.".into(),
        columns: vec![
            Column::new("project", "Project", Set::Text),
            Column::new("role", "Role", Set::Wide),
        ],
        rows,
    }
}

/// The roles a card gives a person.
fn held(p: &Portfolio, project: &Project, me: &impl Fn(&str) -> bool) -> Vec<String> {
    let empty = Record::default();
    let card = p.documents.get(project.card).map_or(&empty, |d| &d.fields);
    let mut roles = Vec::new();
    for (field, name) in [("sponsor", "Sponsor"), ("project_manager", "Project manager")] {
        if card.text(field).is_some_and(me) {
            roles.push(name.to_owned());
        }
    }
    for slot in card.record("people").map(|r| r.slots.as_slice()).unwrap_or_default() {
        let mine = match &slot.datum {
            Datum::Text(name) => me(name),
            Datum::List(list) => list.iter().any(|i| i.datum.text().is_some_and(me)),
            _ => false,
        };
        if mine {
            roles.push(role(&slot.name));
        }
    }
    for manager in card.list("functional_managers").iter().filter_map(|m| m.datum.record()) {
        if manager.text("manager").is_some_and(me) {
            let unit = manager.text("unit").unwrap_or_default();
            roles.push(format!("Functional manager {unit}").trim().to_owned());
        }
    }
    roles
}
