//! Vendors: what is due, late or refused, every contract with how its vendor
//! delivers, and what the contracts are worth in each currency.

#[cfg(test)]
mod tests;

use super::words::{capital, figure, item_target, number, owner, project, several};
use super::{Bar, Context, Rollup};
use crate::date::{Date, days, plus};
use crate::document::Item;
use crate::measures::bands::Limits;
use crate::measures::kpi::Window;
use crate::measures::kpis::vendor_delivery::{Delivery, delivery, due};
use crate::portfolio::{Portfolio, Project, State};
use crate::ratio::Ratio;
use crate::table::{
    self, Cell, Column, Group, Limit, Mark, Missing, Plot, Rag, Row, Set, Shape, Table, Unit, Words,
};
use std::collections::BTreeMap;

/// Days ahead that are shown, and days before its end a contract is told.
const AHEAD: i64 = 90;
/// Days looked back for what was delivered.
const BACK: i64 = 90;

/// The roll-up.
pub(super) static ROLLUP: Rollup = Rollup {
    bar: Bar::More,
    name: "vendors",
    title: "Vendors",
    about: "Contracts by currency, what vendors owe, and how well they deliver",
    count: |c| {
        let late = deliveries(c.portfolio).into_iter();
        let late = late.filter(|d| matches!(d.stand, Delivery::Overdue(_) | Delivery::Rejected));
        u32::try_from(late.count()).unwrap_or(u32::MAX)
    },
    table: build,
};

/// A milestone of a vendor.
struct Due<'a> {
    project: &'a Project,
    item: &'a Item,
    day: Date,
    stand: Delivery,
}

/// A vendor of a project, with its milestones.
struct Contract<'a> {
    project: &'a Project,
    item: &'a Item,
    currency: Option<&'a str>,
    value: Option<Ratio>,
    ends: Option<Date>,
}

/// Projects whose contracts bind the city: all but those that never ran.
fn bound(p: &Portfolio) -> impl Iterator<Item = &Project> {
    p.projects.iter().filter(|pr| !matches!(pr.state, State::Cancelled | State::Proposed))
}

fn deliveries(p: &Portfolio) -> Vec<Due<'_>> {
    let running = bound(p).flat_map(|pr| pr.items("milestones").iter().map(move |i| (pr, i)));
    running
        .filter_map(|(project, item)| {
            let day = due(item)?;
            let stand = delivery(item, day, p.as_of, &p.config.calendar);
            // A closed project owes nothing more.
            let over = project.state == State::Complete && matches!(stand, Delivery::Overdue(_));
            (!over).then_some(Due { project, item, day, stand })
        })
        .collect()
}

fn contracts(p: &Portfolio) -> Vec<Contract<'_>> {
    let all = bound(p).flat_map(|pr| pr.items("vendors").iter().map(move |i| (pr, i)));
    let mut all: Vec<Contract<'_>> = all
        .map(|(project, item)| Contract {
            project,
            item,
            currency: item.fields.text("currency").or(project.currency.as_deref()),
            value: item.fields.number("value"),
            ends: item.fields.date("end"),
        })
        .collect();
    all.sort_by_key(|c| {
        let ended = c.ends.is_some_and(|d| d < p.as_of);
        (ended, c.item.title().to_lowercase(), c.project.id.clone(), c.item.id.clone())
    });
    all
}

/// Whether a milestone names a vendor: by id, by `project/id`, or by name.
fn names(d: &Due<'_>, c: &Contract<'_>) -> bool {
    let Some(written) = d.item.fields.text("vendor") else { return false };
    let same = d.project.id == c.project.id;
    match written.split_once('/') {
        Some((project, id)) => *project == *c.project.id && *id == *c.item.id,
        None => same && (*written == *c.item.id || *written == *c.item.title()),
    }
}

/// On time and accepted, of those due in the window that count.
fn score<'a>(list: impl Iterator<Item = &'a Due<'a>>, window: Window) -> (usize, usize) {
    let counted: Vec<bool> =
        list.filter(|d| window.holds(d.day)).filter_map(|d| d.stand.good()).collect();
    (counted.iter().filter(|good| **good).count(), counted.len())
}

fn percent((ok, all): (usize, usize)) -> Option<Ratio> {
    let whole = |n: usize| Ratio::whole(i128::try_from(n).unwrap_or(i128::MAX));
    whole(ok).percent_of(whole(all))
}

fn build(c: &Context<'_>) -> Table {
    let p = c.portfolio;
    let (due, contracts) = (deliveries(p), contracts(p));
    let window = Window::ending(p.as_of, BACK);
    let limits = c.measures.thresholds.of("vendor-delivery");
    Table {
        sentence: sentence(p, &due, &contracts, window),
        plots: plot(p, &due, &contracts, window, &limits).into_iter().collect(),
        groups: vec![
            open_group(p, &due, &contracts),
            contracts_group(p, &due, &contracts, window, &limits),
            value_group(p, &contracts),
            done_group(p, &due, &contracts, window),
        ],
    }
}

/// Sums by currency of contracts that have not ended, by the currency's code.
fn sums(
    p: &Portfolio,
    contracts: &[Contract<'_>],
    ended: bool,
) -> BTreeMap<String, (Ratio, usize)> {
    let mut all: BTreeMap<String, (Ratio, usize)> = BTreeMap::new();
    for c in contracts.iter().filter(|c| c.ends.is_some_and(|d| d < p.as_of) == ended) {
        let Some(value) = c.value else { continue };
        let code = c.currency.unwrap_or("no currency").to_owned();
        let sum = all.entry(code).or_insert((Ratio::ZERO, 0));
        *sum = (sum.0.add(value).unwrap_or(sum.0), sum.1 + 1);
    }
    all
}

fn sentence(
    p: &Portfolio,
    due: &[Due<'_>],
    contracts: &[Contract<'_>],
    window: Window,
) -> Vec<Words> {
    if contracts.is_empty() && due.is_empty() {
        return vec![Words::plain("No project has a vendor.")];
    }
    let running = contracts.iter().filter(|c| c.ends.is_none_or(|d| d >= p.as_of)).count();
    let run = if running < 2 { "runs" } else { "run" };
    let contract = several(running, "contract", "contracts");
    let mut words = vec![Words::plain(capital(&format!("{contract} {run}")))];
    let amounts: Vec<String> =
        sums(p, contracts, false).iter().map(|(code, (sum, _))| money(code, *sum)).collect();
    if !amounts.is_empty() {
        words.push(Words::plain(format!(", worth {}", super::words::list(&amounts))));
    }
    let (ok, all) = score(due.iter(), window);
    if let Some(percent) = percent((ok, all)) {
        let was = if ok == 1 { "was" } else { "were" };
        words.push(Words::plain(format!(
            ". Of {} due in the last {BACK} days {} {was} delivered on time and accepted ({} %)",
            several(all, "vendor milestone", "vendor milestones"),
            number(ok),
            percent.show(1)
        )));
    }
    let overdue = due.iter().filter(|d| matches!(d.stand, Delivery::Overdue(_))).count();
    if overdue > 0 {
        let is = if overdue == 1 { "is" } else { "are" };
        words.push(Words::plain("; "));
        words.push(Words::rag(format!("{} {is} overdue", number(overdue)), Rag::Red));
    }
    words.push(Words::plain("."));
    words
}

fn money(code: &str, sum: Ratio) -> String {
    if code == "no currency" {
        format!("{} without a currency", sum.money())
    } else {
        format!("{code} {}", sum.money())
    }
}

fn plot(
    p: &Portfolio,
    due: &[Due<'_>],
    contracts: &[Contract<'_>],
    window: Window,
    limits: &Limits,
) -> Option<Plot> {
    let bars: Vec<table::Bar> = contracts
        .iter()
        .filter_map(|c| {
            let (ok, all) = score(due.iter().filter(|d| names(d, c)), window);
            let percent = percent((ok, all))?;
            Some(table::Bar {
                label: c.item.title().to_owned(),
                value: Ok(percent),
                rag: Some(limits.band(percent, c.project.tier)),
                note: format!("{ok} of {all}"),
            })
        })
        .collect();
    let tier = bound(p).map(|pr| pr.tier).min().unwrap_or(0);
    (bars.len() > 1).then(|| Plot {
        key: "delivery".into(),
        title: "On time and accepted".into(),
        caption: format!(
            "Share of the milestones due in the last {BACK} days that the vendor delivered by the \
             date of the contract and that were accepted."
        ),
        unit: Unit::Percent,
        limits: vec![Limit { label: "green".into(), at: limits.green(tier) }],
        shape: Shape::Bars(bars),
    })
}

fn state(d: &Due<'_>, as_of: Date) -> Cell {
    let mark = match d.stand {
        Delivery::Ok => Mark::Done,
        Delivery::Pending => Mark::Partial,
        Delivery::Ahead => Mark::Open,
        _ => Mark::Bad,
    };
    let words = match d.stand {
        Delivery::Ahead => match days(as_of, d.day) {
            0 => "due today".to_owned(),
            n => format!("in {}", figure(n, "day", "days")),
        },
        stand => stand.words(),
    };
    Cell::State(mark, words)
}

fn due_columns() -> Vec<Column> {
    vec![
        Column::new("state", "State", Set::Text),
        Column::new("vendor", "Vendor", Set::Filter),
        Column::new("milestone", "Milestone", Set::Wide),
        Column::new("project", "Project", Set::Filter),
        Column::new("due", "Due", Set::Short),
        Column::new("forecast", "Forecast", Set::Short),
        Column::new("delivered", "Delivered", Set::Short),
        Column::new("acceptance", "Acceptance", Set::Filter),
    ]
}

fn due_row(p: &Portfolio, d: &Due<'_>, contracts: &[Contract<'_>]) -> Row {
    let fields = &d.item.fields;
    let written = fields.text("vendor").unwrap_or_default();
    let vendor = contracts.iter().find(|c| names(d, c)).map_or_else(
        || Cell::Text(written.to_owned()),
        |c| Cell::Link(c.item.title().to_owned(), item_target(c.project, c.item)),
    );
    let milestone = d.project.milestones.iter().find(|m| m.id == d.item.id);
    let title = format!("{} {}", d.item.id, d.item.title());
    let delivered = fields.date("delivered").or_else(|| fields.date("actual"));
    let forecast = match (delivered, milestone.and_then(|m| m.forecast)) {
        (Some(_), _) => Cell::Empty,
        (None, Some(day)) => Cell::Date(day),
        (None, None) => Cell::Missing(Missing::NotReported),
    };
    let acceptance = match (fields.text("acceptance"), d.stand) {
        (Some(word), _) => {
            let mark = if word == "rejected" { Mark::Bad } else { Mark::Done };
            Cell::State(mark, word.replace('-', " "))
        }
        (None, Delivery::Overdue(_) | Delivery::Ahead) => Cell::Empty,
        (None, _) => Cell::Missing(Missing::NotReported),
    };
    Row {
        anchor: None,
        cells: vec![
            state(d, p.as_of),
            vendor,
            Cell::Link(title, item_target(d.project, d.item)),
            project(d.project),
            Cell::Date(d.day),
            forecast,
            delivered.map_or(Cell::Empty, Cell::Date),
            acceptance,
        ],
        muted: false,
    }
}

/// What is overdue, refused or waits, then what comes.
fn open_group(p: &Portfolio, due: &[Due<'_>], contracts: &[Contract<'_>]) -> Group {
    let until = plus(p.as_of, AHEAD);
    let mut open: Vec<&Due<'_>> = due
        .iter()
        .filter(|d| match d.stand {
            Delivery::Ahead => d.day <= until,
            Delivery::Ok | Delivery::Late(_) => false,
            _ => true,
        })
        .collect();
    open.sort_by_key(|d| {
        let rank = match d.stand {
            Delivery::Overdue(_) => 0,
            Delivery::Rejected => 1,
            Delivery::Unaccepted(_) => 2,
            Delivery::Pending => 3,
            _ => 4,
        };
        (rank, d.day, d.project.id.clone(), d.item.id.clone())
    });
    Group {
        key: "open".into(),
        title: "Owed".into(),
        note: format!(
            "Overdue first, then what was rejected or waits to be accepted, then what is due in \
             the next {AHEAD} days."
        ),
        caption: "Vendor milestones that are open".into(),
        empty: "No vendor owes anything.".into(),
        columns: due_columns(),
        rows: open.into_iter().map(|d| due_row(p, d, contracts)).collect(),
    }
}

/// What was delivered and accepted in the window, late or not.
fn done_group(p: &Portfolio, due: &[Due<'_>], contracts: &[Contract<'_>], window: Window) -> Group {
    let done = |d: &&Due<'_>| matches!(d.stand, Delivery::Ok | Delivery::Late(_));
    let mut done: Vec<&Due<'_>> = due.iter().filter(done).filter(|d| window.holds(d.day)).collect();
    done.sort_by_key(|d| (std::cmp::Reverse(d.day), d.project.id.clone(), d.item.id.clone()));
    Group {
        key: "delivered".into(),
        title: "Delivered lately".into(),
        note: format!("Due in the last {BACK} days, the newest first."),
        caption: "Vendor milestones delivered lately".into(),
        empty: format!("Nothing that was due in the last {BACK} days has been delivered."),
        columns: due_columns(),
        rows: done.into_iter().map(|d| due_row(p, d, contracts)).collect(),
    }
}

/// How a contract stands by its dates.
fn term(c: &Contract<'_>, as_of: Date) -> Cell {
    let starts = c.item.fields.date("start");
    match (starts, c.ends) {
        (_, Some(end)) if end < as_of => Cell::State(Mark::None, "ended".into()),
        (Some(start), _) if start > as_of => Cell::State(Mark::Open, "not begun".into()),
        (_, Some(end)) if days(as_of, end) <= AHEAD => {
            let left = figure(days(as_of, end), "day", "days");
            Cell::State(Mark::Partial, format!("ends in {left}"))
        }
        (_, None) => Cell::State(Mark::Partial, "no end".into()),
        _ => Cell::State(Mark::Done, "runs".into()),
    }
}

fn contracts_group(
    p: &Portfolio,
    due: &[Due<'_>],
    contracts: &[Contract<'_>],
    window: Window,
    limits: &Limits,
) -> Group {
    let row = |c: &Contract<'_>| {
        let mine = || due.iter().filter(|d| names(d, c));
        let counts = score(mine(), window);
        let share = match percent(counts) {
            Some(percent) => Cell::Many(vec![
                Cell::Rag(limits.band(percent, c.project.tier)),
                Cell::Detail(
                    Box::new(Cell::Percent(percent)),
                    format!("{} of {}", counts.0, counts.1),
                ),
            ]),
            None if mine().next().is_none() => {
                Cell::Missing(Missing::NotApplicable("no milestone names this vendor".into()))
            }
            None => Cell::Missing(Missing::NotYet),
        };
        let overdue = mine().filter(|d| matches!(d.stand, Delivery::Overdue(_))).count();
        let fields = &c.item.fields;
        let words = |field: &str| fields.text(field).map(str::to_owned);
        let number = [words("contract"), words("sow")].into_iter().flatten().collect::<Vec<_>>();
        let date =
            |field| fields.date(field).map_or(Cell::Missing(Missing::NotReported), Cell::Date);
        Row {
            anchor: None,
            cells: vec![
                Cell::Link(c.item.title().to_owned(), item_target(c.project, c.item)),
                project(c.project),
                if number.is_empty() {
                    Cell::Missing(Missing::NotReported)
                } else {
                    Cell::Text(number.join(", "))
                },
                owner(p, fields),
                date("start"),
                date("end"),
                term(c, p.as_of),
                match (c.value, c.currency) {
                    (Some(value), Some(code)) => Cell::Money(value, code.to_owned()),
                    (Some(value), None) => Cell::Text(money("no currency", value)),
                    (None, _) => Cell::Missing(Missing::NotReported),
                },
                Cell::Count(i64::try_from(overdue).unwrap_or(i64::MAX)),
                share,
            ],
            muted: c.ends.is_some_and(|d| d < p.as_of),
        }
    };
    Group {
        key: "contracts".into(),
        title: "Contracts".into(),
        note: format!(
            "On time: delivered by the date of the contract and accepted, of what was due in the \
             last {BACK} days (K23)."
        ),
        caption: "Contracts with vendors and how the vendors deliver".into(),
        empty: "No project has a register of vendors.".into(),
        columns: vec![
            Column::new("vendor", "Vendor", Set::Text),
            Column::new("project", "Project", Set::Filter),
            Column::new("contract", "Contract", Set::Short),
            Column::new("owner", "Looked after by", Set::Filter),
            Column::new("start", "From", Set::Short),
            Column::new("end", "To", Set::Short),
            Column::new("state", "State", Set::Filter),
            Column::new("value", "Value", Set::Number),
            Column::new("overdue", "Overdue", Set::Number),
            Column::new("delivery", "On time", Set::Short),
        ],
        rows: contracts.iter().map(row).collect(),
    }
}

/// Sums never cross currencies.
fn value_group(p: &Portfolio, contracts: &[Contract<'_>]) -> Group {
    let (running, ended) = (sums(p, contracts, false), sums(p, contracts, true));
    let mut codes: Vec<&String> = running.keys().chain(ended.keys()).collect();
    codes.sort_unstable();
    codes.dedup();
    let cell = |sums: &BTreeMap<String, (Ratio, usize)>, code: &String| match sums.get(code) {
        Some((sum, n)) => Cell::Detail(
            Box::new(Cell::Money(*sum, code.clone())),
            figure(i64::try_from(*n).unwrap_or(i64::MAX), "contract", "contracts"),
        ),
        None => Cell::Empty,
    };
    let silent = contracts.iter().filter(|c| c.value.is_none()).count();
    Group {
        key: "value".into(),
        title: "Value by currency".into(),
        note: match silent {
            0 => "Sums are never made across currencies.".into(),
            n => format!(
                "Sums are never made across currencies; {} no value.",
                if n == 1 { "one contract has".into() } else { several(n, "", "contracts have") }
            ),
        },
        caption: "Value of contracts by currency".into(),
        empty: "No contract has a value.".into(),
        columns: vec![
            Column::new("currency", "Currency", Set::Text),
            Column::new("running", "Running", Set::Number),
            Column::new("ended", "Ended", Set::Number),
        ],
        rows: codes
            .into_iter()
            .map(|code| Row {
                anchor: None,
                cells: vec![Cell::Text(code.clone()), cell(&running, code), cell(&ended, code)],
                muted: false,
            })
            .collect(),
    }
}
