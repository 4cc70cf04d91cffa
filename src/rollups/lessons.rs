//! Lessons: the library, by what they are about, and which of them a project
//! should read.

mod advice;

pub use advice::{Library, advice};

use super::words::{capital, due, number, project, role, several, who};
use super::{Bar, Context, Rollup};
use crate::data::record::Record;
use crate::document::Item;
use crate::kinds::Role;
use crate::portfolio::{Portfolio, Project};
use crate::ratio::Ratio;
use crate::table::{
    Bar as Plotted, Cell, Column, Group, Mark, Plot, Rag, Row, Set, Shape, Table, Unit, Words,
};
use crate::target::Target;
use std::collections::{BTreeMap, HashSet};

/// The roll-up.
pub(super) static ROLLUP: Rollup = Rollup {
    bar: Bar::Shown,
    name: "lessons",
    title: "Lessons",
    about: "What projects learned: what to keep, to do better, to avoid",
    count: |c| {
        let late = actions(c.portfolio, &all(c.portfolio)).1;
        u32::try_from(late).unwrap_or(u32::MAX)
    },
    table,
};

/// One lesson, from a register or a file, in a project or beside them.
struct Lesson<'a> {
    project: Option<&'a Project>,
    title: &'a str,
    fields: &'a Record,
    target: Option<Target>,
}

fn table(c: &Context<'_>) -> Table {
    let p = c.portfolio;
    let mut by: BTreeMap<String, Vec<Lesson<'_>>> = BTreeMap::new();
    let lessons = all(p);
    let count = lessons.len();
    let (open, late) = actions(p, &lessons);
    let actions = open_actions(p, &lessons);
    for lesson in lessons {
        by.entry(lesson.fields.text("category").unwrap_or_default().to_owned())
            .or_default()
            .push(lesson);
    }
    let mut groups: Vec<(String, Vec<Lesson<'_>>)> = by.into_iter().collect();
    groups.sort_by_key(|(category, list)| {
        (category.is_empty(), std::cmp::Reverse(list.len()), category.clone())
    });
    let mut tables: Vec<Group> = Vec::new();
    tables.extend((!actions.rows.is_empty()).then_some(actions));
    let plots = repeated(&groups).into_iter().collect();
    let sentence = sentence(count, &groups, open, late);
    tables.extend(groups.iter_mut().map(|(category, list)| group(p, category, list)));
    Table { sentence, plots, groups: tables }
}

/// How many lessons there are on each subject, and how many of them say what to
/// avoid: what is learned again and again was not built in.
fn repeated(groups: &[(String, Vec<Lesson<'_>>)]) -> Option<Plot> {
    let bar = |(category, list): &(String, Vec<Lesson<'_>>)| {
        let avoid = list.iter().filter(|l| l.fields.text("polarity") == Some("avoid")).count();
        let title = title(category);
        Plotted {
            label: title,
            value: Ok(Ratio::whole(i128::try_from(list.len()).unwrap_or(i128::MAX))),
            rag: None,
            note: if avoid == 0 { String::new() } else { format!("{avoid} to avoid") },
        }
    };
    (groups.len() > 1).then(|| Plot {
        key: "repeated".into(),
        title: "Most repeated".into(),
        caption: "Lessons by subject. What is learned again and again has not been built in."
            .into(),
        unit: Unit::Count,
        limits: Vec::new(),
        shape: Shape::Bars(groups.iter().map(bar).collect()),
    })
}

fn title(category: &str) -> String {
    if category.is_empty() { "Without a subject".to_owned() } else { role(category) }
}

/// Actions that are open, by the day they are due.
fn open_actions(p: &Portfolio, lessons: &[Lesson<'_>]) -> Group {
    let mut open: Vec<(&Lesson<'_>, &Record)> = lessons
        .iter()
        .filter_map(|l| Some((l, l.fields.record("action").filter(|a| is_open(a))?)))
        .collect();
    open.sort_by_key(|(l, a)| (a.date("due").is_none(), a.date("due"), l.title.to_owned()));
    let row = |(l, action): &(&Lesson<'_>, &Record)| {
        let owner = action.text("owner").or(l.fields.text("owner"));
        Row {
            anchor: None,
            cells: vec![
                due(action.date("due"), p.as_of, true),
                Cell::Text(action.text("text").unwrap_or("not described").to_owned()),
                owner.map_or(Cell::State(Mark::Partial, "no owner".into()), |o| {
                    Cell::Text(who(p, o))
                }),
                named(l),
                l.project.map_or(Cell::Empty, project),
            ],
            muted: false,
        }
    };
    Group {
        key: "actions".into(),
        title: "Open actions".into(),
        note: "By the day they are due.".into(),
        caption: "Actions that follow from lessons and are not done".into(),
        empty: "No action is open.".into(),
        columns: vec![
            Column::new("due", "Due", Set::Short),
            Column::new("action", "Action", Set::Wide),
            Column::new("owner", "Owner", Set::Filter),
            Column::new("lesson", "Lesson", Set::Wide),
            Column::new("project", "From", Set::Filter),
        ],
        rows: open.iter().map(row).collect(),
    }
}

/// A lesson's title as a link to it.
fn named(l: &Lesson<'_>) -> Cell {
    match &l.target {
        Some(target) => Cell::Link(l.title.to_owned(), target.clone()),
        None => Cell::Text(l.title.to_owned()),
    }
}

fn all(p: &Portfolio) -> Vec<Lesson<'_>> {
    let mut out = Vec::new();
    for project in &p.projects {
        let items = project.items.values().flatten().filter(|i| i.kind.role == Role::Lesson);
        out.extend(items.map(|item| of_item(p, project, item)));
    }
    let loose = p.loose.iter().filter(|i| i.kind.role == Role::Lesson && i.document.is_none());
    out.extend(loose.map(|item| Lesson {
        project: None,
        title: item.title(),
        fields: &item.fields,
        target: None,
    }));
    let items = p.projects.iter().flat_map(|pr| pr.items.values().flatten());
    let listed: HashSet<usize> = items.filter_map(|item| item.document).collect();
    for (i, document) in p.documents.iter().enumerate() {
        if !document.typed || document.kind.role != Role::Lesson || p.is_later(i) {
            continue;
        }
        if !listed.contains(&i) {
            out.push(Lesson {
                project: p.project_of(i),
                title: &document.title,
                fields: &document.fields,
                target: Some(Target::Document(document.path.clone())),
            });
        }
    }
    out
}

fn of_item<'a>(p: &'a Portfolio, project: &'a Project, item: &'a Item) -> Lesson<'a> {
    let document = item.document.and_then(|i| p.documents.get(i));
    let target = match document {
        Some(d) => Some(Target::Document(d.path.clone())),
        None if item.id.is_empty() => None,
        None => Some(Target::Item(project.id.clone(), (*item.id).into())),
    };
    let title = document.map_or_else(|| item.title(), |d| &d.title);
    Lesson { project: Some(project), title, fields: &item.fields, target }
}

/// Open actions, and those of them that are overdue.
fn actions(p: &Portfolio, lessons: &[Lesson<'_>]) -> (usize, usize) {
    let open: Vec<&Record> =
        lessons.iter().filter_map(|l| l.fields.record("action")).filter(|a| is_open(a)).collect();
    let late = open.iter().filter(|a| a.date("due").is_some_and(|d| d < p.as_of)).count();
    (open.len(), late)
}

fn is_open(action: &Record) -> bool {
    !matches!(action.text("status"), Some("done" | "declined"))
}

fn sentence(
    count: usize,
    groups: &[(String, Vec<Lesson<'_>>)],
    open: usize,
    late: usize,
) -> Vec<Words> {
    if count == 0 {
        return vec![Words::plain("No lesson has been written yet.")];
    }
    let subjects = several(groups.len(), "subject", "subjects");
    let mut words = vec![Words::plain(format!(
        "{} on {subjects}",
        capital(&several(count, "lesson", "lessons"))
    ))];
    let most: Vec<String> = groups
        .iter()
        .filter(|(category, list)| !category.is_empty() && list.len() > 1)
        .take(3)
        .map(|(category, list)| format!("{category} ({})", list.len()))
        .collect();
    if !most.is_empty() {
        words.push(Words::plain(format!(", most on {}", super::words::list(&most))));
    }
    words.push(Words::plain(". "));
    let verb = if open < 2 { "is" } else { "are" };
    let actions = several(open, "action", "actions");
    words.push(Words::plain(capital(&format!("{actions} {verb} open"))));
    if late > 0 {
        words.push(Words::plain(if open == 1 { " and " } else { ", " }));
        let said = if open == 1 { String::new() } else { format!("{} ", number(late)) };
        words.push(Words::rag(format!("{said}overdue"), Rag::Red));
    }
    words.push(Words::plain("."));
    words
}

fn group(p: &Portfolio, category: &str, list: &mut [Lesson<'_>]) -> Group {
    let polarity = |l: &Lesson<'_>| match l.fields.text("polarity") {
        Some("avoid") => 0,
        Some("improve") => 1,
        Some("keep") => 2,
        _ => 3,
    };
    list.sort_by_key(|l| {
        (polarity(l), std::cmp::Reverse(l.fields.date("date")), l.title.to_owned())
    });
    let title = title(category);
    Group {
        key: if category.is_empty() { "other".into() } else { category.into() },
        caption: format!("Lessons: {}", title.to_lowercase()),
        title,
        note: String::new(),
        empty: String::new(),
        columns: vec![
            Column::new("polarity", "Advice", Set::Filter),
            Column::new("lesson", "Lesson", Set::Wide),
            Column::new("recommendation", "Recommendation", Set::Wide),
            Column::new("impact", "What it did", Set::Short),
            Column::new("project", "From", Set::Filter),
            Column::new("action", "Action", Set::Wide),
            Column::new("category", "Subject", Set::Aside),
            Column::new("phase", "Phase", Set::Aside),
            Column::new("tier", "Tier", Set::Aside),
            Column::new("model", "Delivery model", Set::Aside),
            Column::new("tags", "Tag", Set::Aside),
            Column::new("status", "State", Set::Aside),
        ],
        rows: list.iter().map(|l| row(p, l)).collect(),
    }
}

fn row(p: &Portfolio, l: &Lesson<'_>) -> Row {
    let title = named(l);
    let when: Vec<String> = l
        .fields
        .text("phase")
        .map(role)
        .into_iter()
        .chain(l.fields.date("date").map(crate::date::long))
        .collect();
    let title =
        if when.is_empty() { title } else { Cell::Detail(Box::new(title), when.join(", ")) };
    let advice = match l.fields.text("polarity") {
        Some("keep") => Cell::State(Mark::Done, "keep".into()),
        Some("improve") => Cell::State(Mark::Partial, "improve".into()),
        Some("avoid") => Cell::State(Mark::Bad, "avoid".into()),
        _ => Cell::State(Mark::None, "not stated".into()),
    };
    let recommendation = match l.fields.text("recommendation") {
        Some(text) => Cell::Text(text.to_owned()),
        None => Cell::State(Mark::Partial, "no recommendation".into()),
    };
    Row {
        anchor: None,
        cells: vec![
            advice,
            title,
            recommendation,
            impact(l),
            l.project.map_or(Cell::Empty, project),
            action(p, l.fields),
            words([l.fields.text("category").map(role)]),
            words([l.fields.text("phase").map(role)]),
            words(advice::tiers(p, l)),
            words(advice::models(p, l)),
            words(advice::tags(p, l)),
            words([Some(role(l.fields.text("status").unwrap_or("captured")))]),
        ],
        muted: l.fields.text("status") == Some("retired"),
    }
}

/// Words for the filters; nothing where there are none.
fn words(parts: impl IntoIterator<Item = Option<String>>) -> Cell {
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    if parts.is_empty() { Cell::Empty } else { Cell::Text(parts.join(", ")) }
}

/// Days and money, lost or saved.
fn impact(l: &Lesson<'_>) -> Cell {
    let Some(impact) = l.fields.record("impact") else { return Cell::Empty };
    let mut parts = Vec::new();
    let side = |n: Ratio, lost: &str, won: &str| {
        if n.is_negative() { won.to_owned() } else { lost.to_owned() }
    };
    if let Some(days) = impact.number("days").filter(|n| !n.is_zero()) {
        parts.push(format!("{} d {}", days.abs(), side(days, "lost", "won")));
    }
    if let Some(cost) = impact.number("cost").filter(|n| !n.is_zero()) {
        let currency = l.project.and_then(|pr| pr.currency.as_deref());
        let currency = currency.map(|c| format!("{c} ")).unwrap_or_default();
        parts.push(format!("{currency}{} {}", cost.abs().money(), side(cost, "lost", "saved")));
    }
    if parts.is_empty() { Cell::Empty } else { Cell::Text(parts.join(" · ")) }
}

fn action(p: &Portfolio, fields: &Record) -> Cell {
    let Some(action) = fields.record("action") else {
        return Cell::State(Mark::None, "none".into());
    };
    let text = Cell::Text(action.text("text").unwrap_or("not described").to_owned());
    let owner = action.text("owner").or(fields.text("owner")).map(|o| who(p, o));
    let text = owner.map_or(text.clone(), |owner| Cell::Detail(Box::new(text), owner));
    let state = match action.text("status") {
        Some("done") => Cell::State(Mark::Done, "done".into()),
        Some("declined") => Cell::State(Mark::None, "declined".into()),
        _ => due(action.date("due"), p.as_of, true),
    };
    Cell::Many(vec![text, state])
}
