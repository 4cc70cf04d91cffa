//! Decisions: what waits for whom since when, then what was decided lately.

use super::asks::{self, Ask};
use super::words::{
    capital, covered, date, decider, due, holder, home, item_target, number, several, who,
};
use super::{Bar, Context, Rollup};
use crate::date::{Date, plus};
use crate::document::Item;
use crate::portfolio::{Portfolio, Project};
use crate::ratio::Ratio;
use crate::table::{
    Bar as Plotted, Cell, Column, Group, Mark, Missing, Plot, Rag, Row, Set, Shape, Table, Unit,
    Words,
};
use crate::target::Target;
use crate::text::counted;

/// Days a decision counts as lately decided.
const LATELY: i64 = 90;
/// Days of a year, compared with those before, and how many decisions each must
/// have.
const YEAR: i64 = 365;
const ENOUGH: usize = 5;
/// Bars of the chart of what waits.
const BARS: usize = 12;

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
    let decided = decided_since(p, plus(p.as_of, -LATELY), p.as_of);
    let mut table = Table {
        sentence: sentence(p, &waiting, &decided),
        plots: waits(&waiting).into_iter().collect(),
        groups: vec![waiting_group(p, &waiting), decided_group(p, &decided)],
    };
    covered(p, &["decisions"], "decisions", &mut table);
    table
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

    /// Whether it was taken after the day it was needed.
    fn late(&self) -> bool {
        self.item.fields.date("needed_by").is_some_and(|needed| needed < self.day)
    }

    /// Business days between request and decision.
    fn latency(&self, p: &Portfolio) -> Option<i64> {
        let requested = self.item.fields.date("requested").filter(|day| *day <= self.day)?;
        Some(p.config.calendar.business_days(requested, self.day))
    }
}

/// Decided after one day and up to another, newest first.
fn decided_since(p: &Portfolio, from: Date, to: Date) -> Vec<Decided<'_>> {
    let loose = p.loose.iter().filter(|i| i.kind.register.as_deref() == Some("decisions"));
    let items = p
        .projects
        .iter()
        .flat_map(|pr| pr.items("decisions").iter().map(move |i| (Some(pr), i)))
        .chain(loose.map(|i| (None, i)));
    let mut all: Vec<Decided<'_>> = items
        .filter_map(|(project, item)| {
            let day = item.fields.date("decided").filter(|d| *d > from && *d <= to)?;
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
    words.extend(pace(p, decided));
    words
}

/// The median of the last year against that of the year before, in percent;
/// `None` where either has too few decisions to compare.
fn against_last_year(p: &Portfolio) -> Option<Ratio> {
    let median_of = |from: i64, to: i64| {
        let decided = decided_since(p, plus(p.as_of, -from), plus(p.as_of, -to));
        let all: Vec<i64> = decided.iter().filter_map(|d| d.latency(p)).collect();
        (all.len() >= ENOUGH).then(|| median(all))?
    };
    let (now, before) = (median_of(YEAR, 0)?, median_of(2 * YEAR, YEAR)?);
    now.sub(before)?.percent_of(before)
}

/// How fast decisions are taken, against last year, and how many came late.
fn pace(p: &Portfolio, decided: &[Decided<'_>]) -> Vec<Words> {
    let mut words = Vec::new();
    let latencies: Vec<i64> = decided.iter().filter_map(|d| d.latency(p)).collect();
    let count = latencies.len();
    let Some(median) = median(latencies) else { return words };
    let verb = if count == 1 { "was" } else { "were" };
    let took = if count == 1 { "in" } else { "the middle one in" };
    words.push(Words::plain(format!(
        " {} {verb} taken in the last {LATELY} days, {took} {}",
        capital(&number(count)),
        counted(median.show(1).trim_end_matches(".0"), "business day")
    )));
    if let Some(change) = against_last_year(p) {
        let shown = change.abs().show(1);
        let (said, rag) = match change.rounded(1) {
            0 => ("as quickly as in the year before".to_owned(), Rag::Green),
            1.. => (format!("{shown} % slower over the year than in the one before"), Rag::Amber),
            _ => (format!("{shown} % quicker over the year than in the one before"), Rag::Green),
        };
        words.push(Words::plain("; "));
        words.push(Words::rag(said, rag));
    }
    let needed: Vec<&Decided<'_>> =
        decided.iter().filter(|d| d.item.fields.date("needed_by").is_some()).collect();
    let late = needed.iter().filter(|d| d.late()).count();
    if late > 0 {
        let said = match needed.len() {
            1 => "it was late".to_owned(),
            n => format!("{} of {} came late", number(late), number(n)),
        };
        words.push(Words::plain("; "));
        words.push(Words::rag(said, Rag::Amber));
    }
    words.push(Words::plain("."));
    words
}

/// How long each decision has waited.
fn waits(waiting: &[Ask<'_>]) -> Option<Plot> {
    let mut longest: Vec<&Ask<'_>> = waiting.iter().filter(|a| a.age.is_some()).collect();
    longest.sort_by_key(|a| std::cmp::Reverse(a.age));
    let bar = |a: &&Ask<'_>| {
        let rag = a.late.then_some(Rag::Red);
        let of = a.project.map(|pr| format!(", {}", pr.title)).unwrap_or_default();
        Plotted {
            label: format!("{}{of}", if a.id.is_empty() { a.title } else { a.id }),
            value: a.age.map(|n| Ratio::whole(n.into())).ok_or(Missing::NotReported),
            rag,
            note: if a.late { "overdue".into() } else { String::new() },
        }
    };
    let more = match longest.len().saturating_sub(BARS) {
        0 => String::new(),
        n => format!(" The {BARS} longest; {n} more are in the table."),
    };
    (longest.len() > 1).then(|| Plot {
        key: "waits".into(),
        title: "How long they have waited".into(),
        caption: format!(
            "Business days since each decision was asked for; the overdue ones are marked.{more}"
        ),
        unit: Unit::Count,
        limits: Vec::new(),
        shape: Shape::Bars(longest.iter().take(BARS).map(bar).collect()),
    })
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
            Column::new("sponsor", "Sponsor", Set::Aside),
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
            sponsor(p, ask.project),
            titled(ask.label(), ask.target.clone(), ask.options().join(" · ")),
            said("if_late"),
            said("recommendation"),
        ],
        muted: false,
    }
}

/// The sponsor of the project that asks.
fn sponsor(p: &Portfolio, project: Option<&Project>) -> Cell {
    let Some(project) = project else { return Cell::Empty };
    match holder(p, project, "sponsor") {
        Some(name) => Cell::Text(name.to_owned()),
        None => Cell::Missing(Missing::NotReported),
    }
}

/// Who decides; outside a project nobody holds a role.
pub(super) fn decides(p: &Portfolio, project: Option<&Project>, written: Option<&str>) -> Cell {
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
                Some(date) if d.late() => {
                    Cell::Due { date, late: true, note: "decided late".into() }
                }
                needed => date(needed),
            },
        ],
        muted: false,
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{said, table};
    use crate::measures::kpi::testing::{card, check};
    use crate::table::Shape;
    use std::fmt::Write as _;

    fn register(items: &str) -> String {
        format!(
            "{}=== crm/decisions.yaml\nupdated: 2026-03-31\ndecisions:\n{items}",
            card("crm", 1, "")
        )
    }

    #[test]
    fn three_decisions_take_six_business_days_in_the_middle_and_one_of_them_is_late() {
        let items = "  - {id: D-1, title: A, status: decided, requested: 2026-03-02, needed_by: 2026-03-06, decided: 2026-03-06}\n  - {id: D-2, title: B, status: decided, requested: 2026-03-09, needed_by: 2026-03-19, decided: 2026-03-20}\n  - {id: D-3, title: C, status: decided, requested: 2026-03-16, needed_by: 2026-03-30, decided: 2026-03-24}\n  - {id: D-4, title: D, status: requested, requested: 2026-03-10}\n";
        let checked = check(&register(items), "2026-03-31", "");
        let table = table(&checked, "decisions");
        assert_eq!(
            said(&table),
            "One decision waits, for 15 business days. Three were taken in the last 90 days, the \
             middle one in 6 business days; one of three came late."
        );
        assert!(table.plots.is_empty(), "one bar says no more than the sentence");
    }

    /// Five decisions a year, of eight and of ten business days.
    #[test]
    fn a_year_is_compared_with_the_year_before_where_both_have_five() {
        let items = |last: usize| {
            let mut text = String::new();
            for n in 0..5 {
                let _ = writeln!(
                    text,
                    "  - {{id: D-{n}, title: A, status: decided, requested: 2026-03-02, decided: 2026-03-12}}"
                );
            }
            for n in 0..last {
                let _ = writeln!(
                    text,
                    "  - {{id: E-{n}, title: A, status: decided, requested: 2025-03-03, decided: 2025-03-17}}"
                );
            }
            register(&text)
        };
        let said = |last| said(&table(&check(&items(last), "2026-03-31", ""), "decisions"));
        assert!(
            said(5).contains("; 20.0 % quicker over the year than in the one before."),
            "{}",
            said(5)
        );
        assert!(!said(4).contains("year"));
    }

    #[test]
    fn what_waits_longest_has_the_first_bar() {
        let items = "  - {id: D-1, title: A, status: requested, requested: 2026-03-24, needed_by: 2026-03-30}\n  - {id: D-2, title: B, status: requested, requested: 2026-03-10}\n";
        let table = table(&check(&register(items), "2026-03-31", ""), "decisions");
        let Shape::Bars(bars) = &table.plots[0].shape else { panic!() };
        let labels: Vec<&str> = bars.iter().map(|b| b.label.as_str()).collect();
        assert_eq!(labels, ["D-2, crm", "D-1, crm"]);
        assert_eq!((bars[0].note.as_str(), bars[1].note.as_str()), ("", "overdue"));
    }
}
