//! Decisions: what waits for whom since when, then what was decided lately.

use super::asks::{self, Ask};
use super::words::{capital, date, decider, due, home, item_target, number, several, who};
use super::{Bar, Context, Rollup};
use crate::date::{Date, plus};
use crate::document::Item;
use crate::portfolio::{Portfolio, Project};
use crate::ratio::Ratio;
use crate::table::{Cell, Column, Group, Mark, Missing, Rag, Row, Set, Table, Words};
use crate::target::Target;
use crate::text::counted;

/// Days a decision counts as lately decided.
const LATELY: i64 = 90;

/// The roll-up.
pub(super) static ROLLUP: Rollup = Rollup {
    bar: Bar::Shown,
    name: "decisions",
    title: "Decisions",
    about: "Decisions that wait: for whom, since when, what waiting costs",
    count: |c| u32::try_from(asks::all(c.portfolio).len()).unwrap_or(u32::MAX),
    table,
};

fn table(c: &Context<'_>) -> Table {
    let p = c.portfolio;
    let waiting = asks::all(p);
    let decided = decided_lately(p);
    Table {
        sentence: sentence(p, &waiting, &decided),
        plots: Vec::new(),
        groups: vec![waiting_group(p, &waiting), decided_group(p, &decided)],
    }
}

/// A decision taken in the last 90 days, with its day.
struct Decided<'a> {
    project: Option<&'a Project>,
    item: &'a Item,
    day: Date,
}

impl Decided<'_> {
    /// Where it is written, as far as there is a page for it.
    fn target(&self, p: &Portfolio) -> Option<Target> {
        let of_document =
            || Some(Target::Document(p.documents.get(self.item.document?)?.path.clone()));
        self.project.map(|pr| item_target(pr, self.item)).or_else(of_document)
    }

    /// Business days between request and decision.
    fn latency(&self, p: &Portfolio) -> Option<i64> {
        let requested = self.item.fields.date("requested")?;
        Some(p.config.calendar.business_days(requested, self.day))
    }
}

/// Newest first.
fn decided_lately(p: &Portfolio) -> Vec<Decided<'_>> {
    let from = plus(p.as_of, -LATELY);
    let loose = p.loose.iter().filter(|i| i.kind.register.as_deref() == Some("decisions"));
    let items = p
        .projects
        .iter()
        .flat_map(|pr| pr.items("decisions").iter().map(move |i| (Some(pr), i)))
        .chain(loose.map(|i| (None, i)));
    let mut all: Vec<Decided<'_>> = items
        .filter_map(|(project, item)| {
            let day = item.fields.date("decided").filter(|d| *d > from && *d <= p.as_of)?;
            Some(Decided { project, item, day })
        })
        .collect();
    all.sort_by_key(|d| {
        let project = d.project.map(|pr| pr.id.clone());
        (std::cmp::Reverse(d.day), project, d.item.id.clone())
    });
    all
}

/// The middle of the latencies, the mean of the two in the middle of an even
/// count.
fn median(mut values: Vec<i64>) -> Option<Ratio> {
    values.sort_unstable();
    let n = values.len();
    let at = |i: usize| values.get(i).copied().map(i128::from);
    if n == 0 {
        return None;
    }
    if n % 2 == 1 {
        at(n / 2).map(Ratio::whole)
    } else {
        Ratio::new(at(n / 2 - 1)? + at(n / 2)?, 2)
    }
}

fn sentence(p: &Portfolio, waiting: &[Ask<'_>], decided: &[Decided<'_>]) -> Vec<Words> {
    let mut words = Vec::new();
    if waiting.is_empty() {
        words.push(Words::plain("No decision waits."));
    } else {
        let verb = if waiting.len() == 1 { "waits" } else { "wait" };
        let count = several(waiting.len(), "decision", "decisions");
        words.push(Words::plain(capital(&format!("{count} {verb}"))));
        if let Some(age) = asks::oldest(waiting) {
            let age = asks::business_days(age);
            words.push(Words::plain(if waiting.len() == 1 {
                format!(", for {age}")
            } else {
                format!(", the oldest for {age}")
            }));
        }
        let late = waiting.iter().filter(|a| a.late).count();
        if late > 0 {
            let verb = if late == 1 { "is" } else { "are" };
            words.push(Words::plain("; "));
            words.push(Words::rag(format!("{} {verb} overdue", number(late)), Rag::Red));
        }
        words.push(Words::plain("."));
    }
    let latencies: Vec<i64> = decided.iter().filter_map(|d| d.latency(p)).collect();
    let count = latencies.len();
    if let Some(median) = median(latencies) {
        let verb = if count == 1 { "was" } else { "were" };
        let took = if count == 1 { "in" } else { "the middle one in" };
        words.push(Words::plain(format!(
            " {} {verb} taken in the last {LATELY} days, {took} {}.",
            capital(&number(count)),
            counted(median.show(1).trim_end_matches(".0"), "business day")
        )));
    }
    words
}

fn waiting_group(p: &Portfolio, waiting: &[Ask<'_>]) -> Group {
    Group {
        key: "waiting".into(),
        title: "Waiting".into(),
        note: "Overdue first, then by the day the decision is needed.".into(),
        caption: "Decisions that wait".into(),
        empty: "No decision waits.".into(),
        columns: vec![
            Column::new("age", "Business days", Set::Number),
            Column::new("needed", "Needed", Set::Short),
            Column::new("who", "Who decides", Set::Filter),
            Column::new("project", "Project", Set::Filter),
            Column::new("decision", "Decision", Set::Wide),
            Column::new("if_late", "If late", Set::Wide),
            Column::new("recommendation", "Recommendation", Set::Wide),
        ],
        rows: waiting.iter().map(|ask| waiting_row(p, ask)).collect(),
    }
}

fn waiting_row(p: &Portfolio, ask: &Ask<'_>) -> Row {
    let said = |name: &str| {
        ask.text(name).map_or(Cell::Missing(Missing::NotReported), |t| Cell::Text(t.to_owned()))
    };
    Row {
        anchor: None,
        cells: vec![
            ask.age.map_or(Cell::Missing(Missing::NotReported), Cell::Count),
            due(ask.needed, p.as_of, true),
            decides(p, ask.project, ask.decider()),
            home(p, ask.project, ask.path),
            titled(ask.label(), ask.target.clone(), ask.options().join(" · ")),
            said("if_late"),
            said("recommendation"),
        ],
        muted: false,
    }
}

/// Who decides; outside a project nobody holds a role.
fn decides(p: &Portfolio, project: Option<&Project>, written: Option<&str>) -> Cell {
    match (project, written) {
        (None, Some(written)) => Cell::Text(who(p, written)),
        (None, None) => Cell::State(Mark::Partial, "nobody named".into()),
        (Some(project), written) => decider(p, project, written),
    }
}

/// Id and title, as a link where there is something to open; something in
/// small print.
fn titled(label: String, target: Option<Target>, small: String) -> Cell {
    let title = match target {
        Some(target) => Cell::Link(label, target),
        None => Cell::Text(label),
    };
    if small.is_empty() { title } else { Cell::Detail(Box::new(title), small) }
}

fn decided_group(p: &Portfolio, decided: &[Decided<'_>]) -> Group {
    Group {
        key: "decided".into(),
        title: "Decided lately".into(),
        note: format!("In the last {LATELY} days, newest first."),
        caption: format!("Decisions taken in the last {LATELY} days"),
        empty: format!("Nothing was decided in the last {LATELY} days."),
        columns: vec![
            Column::new("decided", "Decided", Set::Short),
            Column::new("who", "Who decided", Set::Filter),
            Column::new("project", "Project", Set::Filter),
            Column::new("decision", "Decision", Set::Wide),
            Column::new("outcome", "Outcome", Set::Wide),
            Column::new("latency", "Business days", Set::Number),
            Column::new("needed", "Needed", Set::Short),
        ],
        rows: decided.iter().map(|d| decided_row(p, d)).collect(),
    }
}

fn decided_row(p: &Portfolio, d: &Decided<'_>) -> Row {
    let fields = &d.item.fields;
    let needed = fields.date("needed_by");
    let rationale = fields.text("rationale").unwrap_or_default().to_owned();
    let outcome = match fields.text("outcome") {
        Some(outcome) if rationale.is_empty() => Cell::Text(outcome.to_owned()),
        Some(outcome) => Cell::Detail(Box::new(Cell::Text(outcome.to_owned())), rationale),
        None => Cell::Missing(Missing::NotReported),
    };
    Row {
        anchor: None,
        cells: vec![
            Cell::Date(d.day),
            decides(p, d.project, fields.text("decider")),
            home(p, d.project, &d.item.path),
            titled(
                format!("{} {}", d.item.id, d.item.title()).trim().to_owned(),
                d.target(p),
                String::new(),
            ),
            outcome,
            d.latency(p).map_or(Cell::Missing(Missing::NotReported), Cell::Count),
            match needed {
                Some(date) if date < d.day => {
                    Cell::Due { date, late: true, note: "decided late".into() }
                }
                needed => date(needed),
            },
        ],
        muted: false,
    }
}
