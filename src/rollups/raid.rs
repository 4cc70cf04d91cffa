//! RAID: open risks, issues, assumptions and dependencies of all projects.

mod shape;

use super::words::{age, capital, covered, due, home, id, number, owner, several, status};
use super::{Bar, Context, Rollup};
use crate::date::Date;
use crate::document::Item;
use crate::measures::health::score;
use crate::portfolio::{Portfolio, Project, State};
use crate::ratio::Ratio;
use crate::table::{Cell, Column, Group, Mark, Missing, Rag, Row, Set, Table, Words};
use std::collections::BTreeSet;
use std::sync::Arc;

/// Score from which a risk needs a response now.
const HIGH: i128 = 15;

/// The roll-up.
pub(super) static ROLLUP: Rollup = Rollup {
    bar: Bar::Shown,
    name: "raid",
    title: "RAID",
    about: "Open risks, assumptions, issues and dependencies, the worst first",
    count: |c| {
        let high = open_of(c.portfolio, "risks").filter(|(_, item)| is_high(item)).count();
        let stops = open_of(c.portfolio, "issues").filter(|(_, item)| severity(item) == 1).count();
        u32::try_from(high + stops).unwrap_or(u32::MAX)
    },
    table,
};

/// An item and its project; one of the whole portfolio has none.
type Of<'a> = (Option<&'a Project>, &'a Item);

fn table(c: &Context<'_>) -> Table {
    let p = c.portfolio;
    let mut risks: Vec<Of<'_>> = open_of(p, "risks").collect();
    risks.sort_by_cached_key(|(pr, i)| {
        (std::cmp::Reverse((score(i), position(i))), date_of(i), order(*pr), i.id.clone())
    });
    let mut issues: Vec<Of<'_>> = open_of(p, "issues").collect();
    issues.sort_by_key(|(pr, i)| (severity(i), date_of(i), order(*pr), i.id.clone()));
    let by_date = |register| {
        let mut items: Vec<Of<'_>> = open_of(p, register).collect();
        items.sort_by_key(|(pr, i)| (date_of(i).is_none(), date_of(i), order(*pr), i.id.clone()));
        items
    };
    let (assumptions, dependencies) = (by_date("assumptions"), by_date("dependencies"));
    let mut table = Table {
        sentence: sentence(p, &risks, &issues, &assumptions, &dependencies),
        plots: shape::plots(p, [&risks, &issues, &assumptions, &dependencies]),
        groups: vec![
            group(
                ("risks", "Risks", "Highest score first; 15 and more needs a response now."),
                risk_columns(),
                risk_rows(p, &risks),
            ),
            group(
                (
                    "issues",
                    "Issues",
                    "Worst severity first: 1 stops delivery, 2 threatens a key milestone.",
                ),
                columns("Issue", Some(("severity", "Severity"))),
                issues.iter().map(|of| issue_row(p, *of)).collect(),
            ),
            group(
                ("assumptions", "Assumptions", "By the day it must be known whether they hold."),
                columns("Assumption", None),
                assumptions.iter().map(|of| plain_row(p, *of, "if_wrong")).collect(),
            ),
            group(
                ("dependencies", "Dependencies", "By the day they are needed."),
                columns("Dependency", None),
                dependencies.iter().map(|of| plain_row(p, *of, "on")).collect(),
            ),
            shape::owners(p, [&risks, &issues, &assumptions, &dependencies]),
            shape::projects(p, [&risks, &issues, &assumptions, &dependencies]),
        ],
    };
    let registers = ["risks", "issues", "assumptions", "dependencies"];
    covered(p, &registers, "risks and issues", &mut table);
    table
}

/// Whether an item of the four registers is still open.
#[must_use]
pub fn is_open(item: &Item) -> bool {
    matches!(
        item.status(),
        "open" | "in-progress" | "identified" | "requested" | "confirmed" | "at-risk"
    )
}

/// Whether a risk would hurt.
#[must_use]
pub fn is_threat(item: &Item) -> bool {
    item.fields.text("type") != Some("opportunity")
}

/// Whether a threat scores 15 or more.
#[must_use]
pub fn is_high(item: &Item) -> bool {
    is_threat(item) && score(item).is_some_and(|s| s >= Ratio::whole(HIGH))
}

/// The score a risk had in the assessment before its last one.
#[must_use]
pub fn score_before(risk: &Item) -> Option<Ratio> {
    let mut assessed: Vec<_> =
        risk.fields.list("assessments").iter().filter_map(|a| a.datum.record()).collect();
    assessed.sort_by_key(|a| a.date("date"));
    let before = assessed.iter().rev().nth(1)?;
    before.number("p")?.mul(before.number("i")?)
}

/// 1 to 4, and 5 where it is not given.
fn severity(issue: &Item) -> i64 {
    issue.fields.number("severity").map_or(5, |n| i64::try_from(n.rounded(0)).unwrap_or(5))
}

/// The day by which something must happen: due, valid by, needed by.
#[must_use]
pub fn date_of(item: &Item) -> Option<Date> {
    ["due", "validate_by", "need_by"].iter().find_map(|name| item.fields.date(name))
}

/// Projects by id, before what belongs to none.
fn order(project: Option<&Project>) -> (bool, Option<Arc<str>>) {
    (project.is_none(), project.map(|pr| pr.id.clone()))
}

/// Open items of a register in projects that are not over, and in none.
fn open_of<'a>(p: &'a Portfolio, register: &'static str) -> impl Iterator<Item = Of<'a>> {
    let loose = p.loose.iter().filter(move |i| i.kind.register.as_deref() == Some(register));
    p.projects
        .iter()
        .filter(|project| !matches!(project.state, State::Complete | State::Cancelled))
        .flat_map(move |project| project.items(register).iter().map(move |i| (Some(project), i)))
        .chain(loose.map(|i| (None, i)))
        .filter(|(_, item)| is_open(item))
}

fn sentence(
    p: &Portfolio,
    risks: &[Of<'_>],
    issues: &[Of<'_>],
    assumptions: &[Of<'_>],
    dependencies: &[Of<'_>],
) -> Vec<Words> {
    let mut words = Vec::new();
    let high: Vec<&Of<'_>> = risks.iter().filter(|(_, i)| is_high(i)).collect();
    let bare = high.iter().filter(|(_, i)| !i.fields.has("response")).count();
    words.push(Words::plain(match risks.len() {
        0 => "No risk is open".to_owned(),
        1 => "One risk is open".to_owned(),
        n => format!("Of {n} open risks"),
    }));
    if risks.len() == 1 && high.len() == 1 {
        words.push(Words::plain(" and "));
        words.push(Words::rag("scores 15 or more", Rag::Red));
    } else if risks.len() > 1 {
        words.push(Words::plain(", "));
        words.push(match high.len() {
            0 => Words::plain("none scores 15 or more"),
            1 => Words::rag("one scores 15 or more", Rag::Red),
            n => Words::rag(format!("{} score 15 or more", number(n)), Rag::Red),
        });
    }
    match (bare, high.len()) {
        (0, _) => {}
        (1, 1) => words.push(Words::plain(" and has no response")),
        (1, _) => words.push(Words::plain(", one of which has no response")),
        (n, _) => {
            words.push(Words::plain(format!(", {} of which have no response", number(n))));
        }
    }
    let stops = issues.iter().filter(|(_, i)| severity(i) == 1).count();
    let verb = if issues.len() < 2 { "is" } else { "are" };
    let count = several(issues.len(), "issue", "issues");
    words.push(Words::plain(format!(". {} {verb} open", capital(&count))));
    match (stops, issues.len()) {
        (0, _) => {}
        (1, 1) => {
            words.push(Words::plain(" and "));
            words.push(Words::rag("stops delivery", Rag::Red));
        }
        (n, _) => {
            words.push(Words::plain(", "));
            let stop = if n == 1 { "stops" } else { "stop" };
            words.push(Words::rag(format!("{} {stop} delivery", number(n)), Rag::Red));
        }
    }
    let late = [risks, issues, assumptions, dependencies]
        .iter()
        .flat_map(|list| list.iter())
        .filter(|(_, i)| date_of(i).is_some_and(|d| d < p.as_of))
        .count();
    if late > 0 {
        let verb = if late == 1 { "date has" } else { "dates have" };
        words.push(Words::plain("; "));
        words.push(Words::rag(format!("{} {verb} passed", number(late)), Rag::Amber));
    }
    words.push(Words::plain("."));
    if let Some(days) = shape::oldest(p, [risks, issues, assumptions, dependencies]) {
        let days = super::words::figure(days, "day", "days");
        words.push(Words::plain(format!(" The oldest has been open for {days}.")));
    }
    words
}

fn columns(what: &'static str, measure: Option<(&'static str, &'static str)>) -> Vec<Column> {
    let mut columns = vec![
        Column::new("id", "Id", Set::Short),
        Column::new("project", "Project", Set::Filter),
        Column::new("title", what, Set::Wide),
    ];
    if let Some((key, label)) = measure {
        columns.push(Column::new(key, label, Set::Number));
    }
    columns.extend([
        Column::new("owner", "Owner", Set::Filter),
        Column::new("due", "Due", Set::Short),
        Column::new("reviewed", "Reviewed", Set::Short),
        Column::new("status", "State", Set::Filter),
    ]);
    columns
}

fn group((key, title, note): (&str, &str, &str), columns: Vec<Column>, rows: Vec<Row>) -> Group {
    let lower = title.to_lowercase();
    Group {
        key: key.into(),
        title: title.into(),
        note: if rows.is_empty() { String::new() } else { note.to_owned() },
        caption: format!("Open {lower} of all projects"),
        empty: format!("No open {lower}."),
        columns,
        rows,
    }
}

/// The title, with what is done or what follows in small print.
fn titled(item: &Item, small: Option<String>) -> Cell {
    let title = Cell::Text(item.title().to_owned());
    small.map_or(title.clone(), |small| Cell::Detail(Box::new(title), small))
}

fn row(p: &Portfolio, (pr, item): Of<'_>, title: Cell, measure: Option<Cell>) -> Row {
    let written = |i: &Item| Cell::Text(i.id.to_string());
    let id = pr.map_or_else(|| written(item), |pr| id(pr, item));
    let mut cells = vec![id, home(p, pr, &item.path), title];
    cells.extend(measure);
    cells.extend([
        owner(p, &item.fields),
        due(date_of(item), p.as_of, true),
        age(item.fields.date("reviewed"), p.as_of),
        status(item.status()),
    ]);
    Row { anchor: None, cells, muted: pr.is_some_and(|pr| pr.state != State::Active) }
}

fn risk_columns() -> Vec<Column> {
    let mut columns = columns("Risk", Some(("score", "Score")));
    columns.insert(4, Column::new("p_i", "P × I", Set::Aside));
    columns
}

/// The first risk of each field of the matrix can be led to.
fn risk_rows(p: &Portfolio, risks: &[Of<'_>]) -> Vec<Row> {
    let mut seen = BTreeSet::new();
    let one = |of: &Of<'_>| {
        let mut row = risk_row(p, *of);
        let at = position(of.1);
        let first = at.filter(|at| is_threat(of.1) && seen.insert(*at));
        row.anchor = first.map(|(p, i)| field_anchor(p, i));
        let said = at.map_or(Cell::Empty, |(p, i)| Cell::Text(format!("{p} × {i}")));
        row.cells.insert(4, said);
        row
    };
    risks.iter().map(one).collect()
}

/// Probability and impact of a risk's last assessment, 1 to 5 each; `None`
/// where it is not scored or beyond the scale.
#[must_use]
pub fn position(risk: &Item) -> Option<(u32, u32)> {
    score(risk)?;
    let assessed = risk
        .fields
        .list("assessments")
        .iter()
        .filter_map(|a| a.datum.record())
        .max_by_key(|a| a.date("date"));
    let from = assessed.unwrap_or(&risk.fields);
    let at = |name: &str| u32::try_from(from.number(name)?.rounded(0)).ok();
    Some((at("p")?, at("i")?)).filter(|(p, i)| (1..=5).contains(p) && (1..=5).contains(i))
}

/// The anchor of the first risk of a field of the matrix.
#[must_use]
pub fn field_anchor(probability: u32, impact: u32) -> String {
    format!("p{probability}i{impact}")
}

fn risk_row(p: &Portfolio, of: Of<'_>) -> Row {
    let risk = of.1;
    let response = risk.fields.text("response").map(str::to_owned);
    let mitigation = risk.fields.text("mitigation").map(str::to_owned);
    let small = match (response, mitigation) {
        (Some(response), Some(text)) => Some(format!("{response}: {text}")),
        (one, other) => one.or(other),
    };
    let small = small.or_else(|| is_high(risk).then(|| "no response".to_owned()));
    let title = if is_threat(risk) {
        titled(risk, small)
    } else {
        let title = Cell::Text(format!("{} (opportunity)", risk.title()));
        small.map_or(title.clone(), |small| Cell::Detail(Box::new(title), small))
    };
    row(p, of, title, Some(score_cell(risk)))
}

/// The score with the one before where it was another.
#[must_use]
pub fn score_cell(risk: &Item) -> Cell {
    let whole = |r: Ratio| i64::try_from(r.rounded(0)).unwrap_or(0);
    let Some(now) = score(risk) else { return Cell::State(Mark::Partial, "not scored".into()) };
    match score_before(risk).filter(|before| *before != now) {
        Some(before) => {
            Cell::Detail(Box::new(Cell::Count(whole(now))), format!("was {}", whole(before)))
        }
        None => Cell::Count(whole(now)),
    }
}

fn issue_row(p: &Portfolio, of: Of<'_>) -> Row {
    let severity = match severity(of.1) {
        5 => Cell::Missing(Missing::NotReported),
        n => Cell::Count(n),
    };
    let small = of.1.fields.text("description").map(str::to_owned);
    row(p, of, titled(of.1, small), Some(severity))
}

fn plain_row(p: &Portfolio, of: Of<'_>, small: &str) -> Row {
    let fields = &of.1.fields;
    let said = match small {
        "if_wrong" => fields.text("if_wrong").map(|t| format!("if wrong: {t}")),
        _ => match (fields.text("direction"), fields.text("on").or(fields.text("party"))) {
            (Some("outbound"), Some(to)) => Some(format!("gives to {to}")),
            (_, Some(from)) => Some(format!("from {from}")),
            (direction, None) => direction.map(str::to_owned),
        },
    };
    row(p, of, titled(of.1, said), None)
}
