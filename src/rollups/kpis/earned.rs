//! The page of earned value: what the work done is worth against plan and
//! spend, project by project.

use crate::measures::earned_value::{EarnedValue, of_project};
use crate::portfolio::{Project, State};
use crate::ratio::Ratio;
use crate::rollups::words::{figure, project as project_cell};
use crate::rollups::{Context, Member};
use crate::table::{
    Bar, Cell, Column, Group, Limit, Missing, Plot, Row, Set, Shape, Table, Unit, Words,
};
use crate::target::Target;
use std::collections::BTreeMap;

/// The name of the page in its address.
const SLUG: &str = "earned-value";

/// From this percentage on the schedule index says little.
const NEARLY: i128 = 80;

/// A project with its earned value, or why there is none.
type Of<'a> = (&'a Project, Result<EarnedValue, Missing>);

/// The page in its family.
pub(super) fn member() -> Member {
    Member {
        slug: SLUG.into(),
        title: "Earned value".into(),
        about: "What is the work done worth, against what was planned and what was paid?".into(),
    }
}

fn all<'a>(c: &Context<'a>) -> Vec<Of<'a>> {
    let p = c.portfolio;
    let active = p.projects.iter().filter(|project| project.state == State::Active);
    active.map(|project| (project, of_project(p, project))).collect()
}

/// Its row on the overview.
pub(super) fn row(c: &Context<'_>) -> Row {
    let all = all(c);
    let with = all.iter().filter(|(_, e)| e.is_ok()).count();
    let due = all.iter().filter(|(_, e)| matches!(e, Ok(_) | Err(Missing::NotReported))).count();
    let indices = totals(&all)
        .into_iter()
        .filter_map(|(currency, sum)| {
            let text = format!("CPI {}", sum.cpi()?.show(2));
            Some(Cell::Text(if currency.is_empty() { text } else { format!("{currency} {text}") }))
        })
        .collect::<Vec<_>>();
    let value = if indices.is_empty() {
        Cell::Missing(if due > 0 { Missing::NotReported } else { Missing::NotYet })
    } else {
        Cell::Many(indices)
    };
    let member = member();
    let name = Cell::Link(member.title, Target::Member("kpis", SLUG.into()));
    Row {
        anchor: Some(SLUG.into()),
        cells: vec![
            Cell::Detail(Box::new(name), member.about),
            value,
            Cell::Empty,
            Cell::Empty,
            Cell::Text("earned of paid, each currency apart".into()),
            if due == 0 { Cell::Empty } else { Cell::Text(format!("{with} of {due} report")) },
            Cell::Empty,
        ],
        muted: false,
    }
}

/// Sums over the projects that report, by currency.
fn totals(all: &[Of<'_>]) -> BTreeMap<String, EarnedValue> {
    let mut sums: BTreeMap<String, EarnedValue> = BTreeMap::new();
    for (project, value) in all {
        let Ok(e) = value else { continue };
        let currency = project.currency.as_deref().unwrap_or_default().to_owned();
        let sum = sums.entry(currency).or_default();
        let add = |a: Option<Ratio>, b: Option<Ratio>| match (a, b) {
            (Some(a), Some(b)) => a.add(b),
            (a, b) => a.or(b),
        };
        (sum.bac, sum.ev, sum.ac) = (add(sum.bac, e.bac), add(sum.ev, e.ev), add(sum.ac, e.ac));
    }
    sums
}

/// The page.
pub(super) fn table(c: &Context<'_>) -> Table {
    let all = all(c);
    Table {
        sentence: sentence(&all),
        plots: [plot(c, &all)].into_iter().flatten().collect(),
        groups: vec![today(c, &all), end(c, &all), definition(&all)],
    }
}

fn sentence(all: &[Of<'_>]) -> Vec<Words> {
    let with = all.iter().filter(|(_, e)| e.is_ok()).count();
    if with == 0 {
        return vec![Words::plain("No active project reports earned value.")];
    }
    let of =
        figure(i64::try_from(all.len()).unwrap_or(i64::MAX), "active project", "active projects");
    let verb = if with == 1 { "reports" } else { "report" };
    let mut text = format!("{with} of {of} {verb} earned value.");
    for (currency, sum) in totals(all) {
        let (Some(ev), Some(ac), Some(cpi)) = (sum.ev, sum.ac, sum.cpi()) else { continue };
        text.push_str(&format!(
            " Work worth {currency} {} was done for {}: each {currency} 1.00 paid earned {}.",
            ev.money(),
            ac.money(),
            cpi.show(2)
        ));
    }
    vec![Words::plain(text.replace("  ", " "))]
}

fn plot(c: &Context<'_>, all: &[Of<'_>]) -> Option<Plot> {
    let limits = c.measures.thresholds.of("cost-index");
    let mut bars: Vec<Bar> = all
        .iter()
        .filter_map(|(project, e)| {
            let index = e.as_ref().ok()?.cpi()?;
            Some(Bar {
                label: project.title.to_string(),
                value: Ok(index),
                rag: Some(limits.band(index, project.tier)),
                note: String::new(),
            })
        })
        .collect();
    bars.sort_by_key(|b| b.value.clone().ok());
    (!bars.is_empty()).then(|| Plot {
        key: "cost-index".into(),
        title: "Cost performance index".into(),
        caption: "Earned for each unit paid, the lowest first: below 1 work costs more than \
                  planned for it."
            .into(),
        unit: Unit::Score,
        limits: vec![Limit { label: "as planned".into(), at: Ratio::whole(1) }],
        shape: Shape::Bars(bars),
    })
}

fn money(value: Option<Ratio>, why: &str) -> Cell {
    match value {
        Some(value) => Cell::Money(value, String::new()),
        None => Cell::Missing(Missing::NotApplicable(why.into())),
    }
}

/// An index with the colour of its limits.
fn index(c: &Context<'_>, project: &Project, name: &str, value: Option<Ratio>, why: &str) -> Cell {
    let Some(value) = value else { return Cell::Missing(Missing::NotApplicable(why.into())) };
    let rag = c.measures.thresholds.of(name).band(value, project.tier);
    Cell::Many(vec![Cell::Text(value.show(2)), Cell::Rag(rag)])
}

/// The currency of a row's amounts.
fn currency(project: &Project) -> Cell {
    match project.currency.as_deref() {
        _ if project.untracked => {
            Cell::Missing(Missing::NotApplicable("the budget is not tracked".into()))
        }
        Some(currency) => Cell::Text(currency.to_owned()),
        None => Cell::Missing(Missing::NotReported),
    }
}

/// A row, or the reason for all its cells.
fn line(
    project: &Project,
    value: &Result<EarnedValue, Missing>,
    width: usize,
    cells: impl Fn(&EarnedValue) -> Vec<Cell>,
) -> Row {
    let mut row = vec![project_cell(project), currency(project)];
    match value {
        Ok(e) => row.extend(cells(e)),
        Err(why) => {
            row.push(Cell::Missing(why.clone()));
            row.resize(width, Cell::Empty);
        }
    }
    Row { anchor: None, cells: row, muted: value.is_err() }
}

fn today(c: &Context<'_>, all: &[Of<'_>]) -> Group {
    let columns = vec![
        Column::new("project", "Project", Set::Text),
        Column::new("currency", "Currency", Set::Filter),
        Column::new("percent", "Complete", Set::Number),
        Column::new("pv", "Planned (PV)", Set::Number),
        Column::new("ev", "Earned (EV)", Set::Number),
        Column::new("ac", "Paid (AC)", Set::Number),
        Column::new("sv", "EV − PV", Set::Number),
        Column::new("cv", "EV − AC", Set::Number),
        Column::new("spi", "SPI", Set::Short),
        Column::new("cpi", "CPI", Set::Short),
    ];
    let width = columns.len();
    let row = |(project, e): &Of<'_>| {
        line(project, e, width, |e| {
            let nearly = e.percent.is_some_and(|n| n >= Ratio::whole(NEARLY));
            let spi = match e.spi().filter(|_| nearly) {
                Some(spi) => Cell::Detail(Box::new(Cell::Text(spi.show(2))), "use K02".into()),
                None => index(c, project, "schedule-index", e.spi(), "nothing was planned yet"),
            };
            let ev = money(e.ev, "");
            vec![
                e.percent.map_or(Cell::Empty, Cell::Percent),
                money(e.pv, "no planned value"),
                if e.derived { Cell::Detail(Box::new(ev), "derived".into()) } else { ev },
                money(e.ac, ""),
                money(e.sv(), "no planned value"),
                money(e.cv(), ""),
                spi,
                index(c, project, "cost-index", e.cpi(), "nothing was paid yet"),
            ]
        })
    };
    Group {
        key: "today".into(),
        title: "Where the work stands".into(),
        note: "Negative differences and indices below 1 are bad. The schedule index drifts to 1 \
               near the end: from 80 % complete K02 says more."
            .into(),
        caption: "Earned value by project".into(),
        empty: "No project is active.".into(),
        rows: all.iter().map(row).collect(),
        columns,
    }
}

fn end(c: &Context<'_>, all: &[Of<'_>]) -> Group {
    let columns = vec![
        Column::new("project", "Project", Set::Text),
        Column::new("currency", "Currency", Set::Filter),
        Column::new("bac", "Budget (BAC)", Set::Number),
        Column::new("eac", "Reported", Set::Number),
        Column::new("typical", "As so far", Set::Number),
        Column::new("atypical", "Rest as planned", Set::Number),
        Column::new("combined", "Cost and lateness", Set::Number),
        Column::new("etc", "Left to pay", Set::Number),
        Column::new("vac", "Budget − as so far", Set::Number),
        Column::new("tcpi", "TCPI, budget", Set::Short),
        Column::new("tcpi_eac", "TCPI, reported", Set::Short),
    ];
    let width = columns.len();
    let row = |(project, e): &Of<'_>| {
        line(project, e, width, |e| {
            let typical = e.eac_typical();
            let reported = e
                .eac
                .map_or(Cell::Missing(Missing::NotReported), |eac| Cell::Money(eac, String::new()));
            let tcpi = |value, why| index(c, project, "to-complete-index", value, why);
            vec![
                money(e.bac, ""),
                reported,
                money(typical, "nothing was earned yet"),
                money(e.eac_atypical(), ""),
                money(e.eac_combined(), "nothing was earned or planned yet"),
                money(typical.and_then(|eac| e.etc(eac)), "nothing was earned yet"),
                money(typical.and_then(|eac| e.vac(eac)), "nothing was earned yet"),
                tcpi(e.tcpi_to_budget(), "the budget is spent"),
                tcpi(e.eac.and_then(|eac| e.tcpi(eac)), "no estimate above what was paid"),
            ]
        })
    };
    Group {
        key: "end".into(),
        title: "Where the cost ends".into(),
        note:
            "Estimates from the work done so far stand beside the one reported and never replace \
               it. The to-complete index (TCPI) says how well the rest must be worked to keep an \
               amount: above 1.10 is red."
                .into(),
        caption: "Estimates at completion by project".into(),
        empty: "No project is active.".into(),
        rows: all.iter().map(row).collect(),
        columns,
    }
}

fn definition(all: &[Of<'_>]) -> Group {
    let lines = [
        (
            "Planned value (PV)",
            "what the work planned by now is worth: given, else planned percent of the budget",
        ),
        (
            "Earned value (EV)",
            "what the work done by now is worth: given, else percent complete of the budget (derived), else points accepted of those of the release",
        ),
        ("Schedule performance index (SPI)", "EV ÷ PV"),
        ("Cost performance index (CPI)", "EV ÷ AC"),
        ("As so far", "budget × AC ÷ EV: the work goes on as it went"),
        ("Rest as planned", "AC + (budget − EV): the rest costs what was planned for it"),
        ("Cost and lateness", "AC + (budget − EV) ÷ (CPI × SPI): both go on"),
        ("Left to pay", "as so far − AC"),
        ("To-complete index (TCPI)", "(budget − EV) ÷ (amount − AC)"),
    ];
    let row = |(what, text): (&str, &str)| Row {
        anchor: None,
        cells: vec![Cell::Text(what.into()), Cell::Text(text.into())],
        muted: false,
    };
    Group {
        key: "definition".into(),
        title: "Definition".into(),
        caption: "How earned value is computed".into(),
        columns: vec![
            Column::new("what", "Part", Set::Text),
            Column::new("text", "What it says", Set::Wide),
        ],
        rows: lines.into_iter().filter(|_| !all.is_empty()).map(row).collect(),
        ..Group::default()
    }
}
