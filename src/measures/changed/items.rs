//! Items of registers that came, went or changed between two days.

use super::{Change, Span, Value, What};
use crate::date::{Date, plus};
use crate::document::Item;
use crate::measures::hindsight;
use crate::measures::open_items::DATED;
use crate::portfolio::{Portfolio, Project, State};
use crate::target::Target;

/// Registers whose items come and go, with the days that say when they went.
const RAID: [(&str, &[&str]); 5] = [
    ("risks", &["closed"]),
    ("issues", &["resolved", "closed"]),
    ("assumptions", &["closed"]),
    ("dependencies", &["delivered"]),
    ("actions", &["done"]),
];

/// What happened to the items of a project.
pub(in crate::measures) fn of_project<'a>(
    p: &'a Portfolio,
    project: &'a Project,
    span: Span,
    out: &mut Vec<Change<'a>>,
) {
    for (register, ends) in RAID {
        for item in project.items(register) {
            raid(project, item, ends, span, out);
        }
    }
    for item in project.items("decisions") {
        decision(p, Some(project), item, span, out);
    }
    for item in project.items("changes") {
        change(project, item, span, out);
    }
    if project.state == State::Active {
        overdue(project, span, out);
    }
}

/// Decisions of the portfolio itself.
pub(super) fn loose<'a>(p: &'a Portfolio, span: Span, out: &mut Vec<Change<'a>>) {
    for item in p.loose.iter().filter(|i| i.kind.register.as_deref() == Some("decisions")) {
        decision(p, None, item, span, out);
    }
}

fn label(item: &Item) -> String {
    format!("{} {}", item.id, item.title()).trim().to_owned()
}

fn happened<'a>(
    project: &'a Project,
    what: What,
    item: &Item,
    after: &str,
    better: Option<bool>,
    on: Date,
) -> Change<'a> {
    Change {
        project: Some(project),
        what,
        label: label(item),
        before: None,
        after: Value::Words(after.replace('-', " ")),
        better,
        note: item.kind.title.to_lowercase(),
        on: Some(on),
        target: Some(Target::Item(project.id.clone(), (*item.id).into())),
    }
}

fn raid<'a>(
    project: &'a Project,
    item: &'a Item,
    ends: &[&str],
    span: Span,
    out: &mut Vec<Change<'a>>,
) {
    if let Some(on) = span.date(&item.fields, "raised") {
        out.push(happened(project, What::Raid, item, "new", None, on));
    }
    if let Some(on) = ends.iter().find_map(|name| span.date(&item.fields, name)) {
        let bad = matches!(item.status(), "occurred" | "invalidated" | "declined");
        out.push(happened(project, What::Raid, item, item.status(), Some(!bad), on));
    }
    out.extend(rescored(project, item, span));
}

/// A risk whose score is another one, with what its assessment says of it.
pub(in crate::measures) fn rescored<'a>(
    project: &'a Project,
    item: &'a Item,
    span: Span,
) -> Option<Change<'a>> {
    let (was, is) = (hindsight::score(item, span.from)?, hindsight::score(item, span.to)?);
    if was == is || &*item.kind.name != "risk" {
        return None;
    }
    let assessed = item.fields.list("assessments").iter().rev();
    let newest = assessed
        .filter_map(|a| a.datum.record())
        .find(|a| a.date("date").is_some_and(|d| span.holds(d)));
    let threat = item.fields.text("type") != Some("opportunity");
    Some(Change {
        before: Some(Value::Score(was)),
        after: Value::Score(is),
        better: Some((is < was) == threat),
        note: newest.and_then(|a| a.text("note")).unwrap_or("score").to_owned(),
        on: newest.and_then(|a| a.date("date")),
        ..happened(project, What::Raid, item, "", None, span.to)
    })
}

fn decision<'a>(
    p: &'a Portfolio,
    project: Option<&'a Project>,
    item: &'a Item,
    span: Span,
    out: &mut Vec<Change<'a>>,
) {
    let of_document = || Some(Target::Document(p.documents.get(item.document?)?.path.clone()));
    let target =
        project.map(|pr| Target::Item(pr.id.clone(), (*item.id).into())).or_else(of_document);
    let mut push = |after: Value, better, note: String, on| {
        out.push(Change {
            project,
            what: What::Decision,
            label: label(item),
            before: None,
            after,
            better,
            note,
            on: Some(on),
            target: target.clone(),
        });
    };
    if let Some(on) = span.date(&item.fields, "requested") {
        let whom = item
            .fields
            .text("decider")
            .map(|w| format!("of {}", crate::portfolio::people::who(p, w)));
        push(Value::Words("asked for".into()), None, whom.unwrap_or_default(), on);
    }
    if let Some(on) = span.date(&item.fields, "decided") {
        let outcome = item.fields.text("outcome").unwrap_or_default().to_owned();
        push(Value::Words("decided".into()), Some(true), outcome, on);
    }
}

fn change<'a>(project: &'a Project, item: &'a Item, span: Span, out: &mut Vec<Change<'a>>) {
    let mut push = |after: &str, better, on| {
        let note = String::new();
        out.push(Change { note, ..happened(project, What::Change, item, after, better, on) });
    };
    if let Some(on) = span.date(&item.fields, "submitted") {
        push("submitted", None, on);
    }
    let decided = item.fields.record("decision").and_then(|d| span.date(d, "date"));
    if let Some(on) = decided {
        let word = match item.status() {
            "implemented" => "approved",
            status => status,
        };
        push(word, None, on);
    }
    if let Some(on) = span.date(&item.fields, "implemented") {
        push("implemented", Some(true), on);
    }
}

/// Items that were not yet due on the first day and are overdue on the second.
fn overdue<'a>(project: &'a Project, span: Span, out: &mut Vec<Change<'a>>) {
    for dated in DATED {
        for item in project.items(dated.register) {
            let Some((due, _)) = dated.of(item).filter(|(due, _)| span.passed(*due)) else {
                continue;
            };
            let accepted = item.fields.text("response") == Some("accept");
            if accepted || !open_on(dated.is_open(item), item, span.to) {
                continue;
            }
            let on = plus(due, 1);
            out.push(Change {
                after: Value::Date(due),
                ..happened(project, What::Overdue, item, "", Some(false), on)
            });
        }
    }
}

/// Whether an item was open on a day: it is still, or ended later.
fn open_on(open: bool, item: &Item, day: Date) -> bool {
    let ends = ["closed", "resolved", "done", "delivered", "decided"];
    let ended = ends.iter().filter_map(|name| item.fields.date(name)).min();
    open || ended.is_some_and(|d| d > day)
}

/// How many items of registers cannot be compared, because they do not say when.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Undated {
    /// Items without the day they were raised or asked for.
    pub born: usize,
    /// Items that are over, without the day they ended.
    pub ended: usize,
}

/// Count the items that do not say when they came or went.
#[must_use]
pub fn undated(p: &Portfolio) -> Undated {
    p.projects.iter().map(undated_of).fold(Undated::default(), |all, one| Undated {
        born: all.born + one.born,
        ended: all.ended + one.ended,
    })
}

/// The same for the items of one project.
#[must_use]
pub fn undated_of(project: &Project) -> Undated {
    let mut count = Undated::default();
    for (register, ends) in RAID {
        let open = DATED.iter().find(|d| d.register == register);
        for item in project.items(register) {
            count.born += usize::from(item.fields.date("raised").is_none());
            let is_open = open.is_some_and(|d| d.is_open(item));
            let says = ends.iter().any(|name| item.fields.date(name).is_some());
            count.ended += usize::from(!is_open && !says);
        }
    }
    for item in project.items("decisions") {
        count.born += usize::from(item.fields.date("requested").is_none());
        let over = item.status() == "decided" && item.fields.date("decided").is_none();
        count.ended += usize::from(over);
    }
    count
}
