//! Promised people against capacity: by month, by person.

use super::{Unit, fte};
use crate::date::Date;
use crate::measures::commitments::{Promise, by_person, capacity, months, most_in, unit_capacity};
use crate::portfolio::{Portfolio, Project};
use crate::ratio::Ratio;
use crate::rollups::words::project;
use crate::table::{
    Bar, Cell, Column, Group, Limit, Plot, Rag, Row, Set, Shape, Stack, Unit as Measure,
};

/// Months ahead that are shown, the present one among them.
const MONTHS: u32 = 6;
/// Projects told apart in the columns; the rest are one piece.
const PIECES: usize = 6;

/// `Apr 2026`.
fn name(month: Date) -> String {
    month.format("%b %Y").to_string()
}

/// The sum of promises that touch a month.
pub(super) fn in_month(promises: &[Promise<'_>], month: Date) -> Option<Ratio> {
    Ratio::sum(promises.iter().filter(|p| p.holds_in(month)).map(|p| p.fte))
}

/// What each unit promises this month, of its capacity.
pub(super) fn shares(p: &Portfolio, units: &[Unit<'_>]) -> Option<Plot> {
    let month = months(p.as_of, 1).first().copied()?;
    let bar = |unit: &Unit<'_>| {
        let capacity = unit_capacity(unit.said?, month)?;
        let promised = in_month(&unit.promises(p), month)?;
        let percent = promised.percent_of(capacity)?;
        let over = promised > capacity;
        Some(Bar {
            label: unit.title.to_owned(),
            value: Ok(percent),
            rag: over.then_some(Rag::Red),
            note: format!("{} of {}", fte(promised).trim_end_matches(" FTE"), fte(capacity)),
        })
    };
    let bars: Vec<Bar> = units.iter().filter_map(bar).collect();
    if bars.is_empty() {
        return None;
    }
    Some(Plot {
        key: "load".into(),
        title: format!("Promised in {}", name(month)),
        caption: "What each unit has promised to projects this month, in percent of the people \
                  it has for them. Only units with a capacity in units.yaml are shown."
            .into(),
        unit: Measure::Percent,
        limits: vec![Limit { label: "all it has".into(), at: Ratio::whole(100) }],
        shape: Shape::Bars(bars),
    })
}

/// A unit's promises by month and project, with its capacity.
pub(super) fn columns(p: &Portfolio, unit: &Unit<'_>) -> Option<Plot> {
    let promises = unit.promises(p);
    if promises.is_empty() {
        return None;
    }
    let months = months(p.as_of, MONTHS);
    let mut projects: Vec<&Project> = Vec::new();
    for promise in &promises {
        if !projects.iter().any(|pr| pr.id == promise.project.id) {
            projects.push(promise.project);
        }
    }
    let of = |keep: &dyn Fn(&Promise<'_>) -> bool| -> Vec<Option<Ratio>> {
        months
            .iter()
            .map(|m| {
                let held = promises.iter().filter(|pr| keep(pr) && pr.holds_in(*m));
                Ratio::sum(held.map(|pr| pr.fte))
            })
            .collect()
    };
    let (shown, rest) = projects.split_at(projects.len().min(PIECES));
    let mut stacks: Vec<Stack> = shown
        .iter()
        .map(|project| Stack {
            label: project.title.to_string(),
            values: of(&|pr| pr.project.id == project.id),
        })
        .collect();
    if !rest.is_empty() {
        stacks.push(Stack {
            label: "other projects".into(),
            values: of(&|pr| rest.iter().any(|r| r.id == pr.project.id)),
        });
    }
    let capacity: Vec<Option<Ratio>> =
        months.iter().map(|m| unit_capacity(unit.said?, *m)).collect();
    let line = capacity.iter().any(Option::is_some);
    let mut caption =
        "People promised to projects; a promise counts in every month it touches.".to_owned();
    if !line {
        caption.push_str(" The capacity of the unit is not reported (units.yaml).");
    }
    Some(Plot {
        key: "promises-by-month".into(),
        title: "Promised by month".into(),
        caption,
        unit: Measure::Fte,
        limits: Vec::new(),
        shape: Shape::Columns {
            names: months.iter().map(|m| name(*m)).collect(),
            stacks,
            line: line.then(|| Stack { label: "capacity".into(), values: capacity }),
        },
    })
}

/// One month in which a person is promised more than there is.
pub(super) struct Over<'a> {
    pub(super) person: &'a str,
    month: Date,
    most: Ratio,
    capacity: Ratio,
    held: Vec<Promise<'a>>,
}

/// People promised more than there is on some day of the coming months, with
/// the promises of each such month.
pub(super) fn overloaded<'a>(p: &'a Portfolio, mine: impl Fn(&str) -> bool) -> Vec<Vec<Over<'a>>> {
    let months = months(p.as_of, MONTHS);
    by_person(p)
        .into_iter()
        .filter_map(|promises| {
            let written = promises.first()?.item.fields.text("person").filter(|w| mine(w))?;
            let capacity = capacity(p, written);
            let over: Vec<Over<'a>> = months
                .iter()
                .map(|month| Over {
                    person: p.person(written),
                    month: *month,
                    most: most_in(p.as_of, &promises, *month),
                    capacity,
                    held: promises.iter().copied().filter(|pr| pr.holds_in(*month)).collect(),
                })
                .filter(|over| over.most > over.capacity)
                .collect();
            (!over.is_empty()).then_some(over)
        })
        .collect()
}

/// Who is promised more than there is, month by month.
pub(super) fn over(p: &Portfolio, mine: impl Fn(&str) -> bool) -> Group {
    let row = |o: &Over<'_>| Row {
        anchor: None,
        cells: vec![
            Cell::Text(name(o.month)),
            Cell::Text(o.person.to_owned()),
            Cell::Text(fte(o.most)),
            Cell::Text(fte(o.capacity)),
            Cell::Many(
                o.held
                    .iter()
                    .map(|pr| Cell::Detail(Box::new(project(pr.project)), fte(pr.fte)))
                    .collect(),
            ),
        ],
        muted: false,
    };
    let all = overloaded(p, mine);
    Group {
        key: "over".into(),
        title: "Promised more than there is".into(),
        note: "The most of any day in the month, against the person's capacity: 1 FTE unless \
               people.yaml says otherwise."
            .into(),
        caption: "People promised for more than their capacity, by month".into(),
        empty: "Nobody is promised for more than there is.".into(),
        columns: vec![
            Column::new("month", "Month", Set::Short),
            Column::new("person", "Person", Set::Filter),
            Column::new("promised", "Promised", Set::Number),
            Column::new("capacity", "Capacity", Set::Number),
            Column::new("projects", "To", Set::Wide),
        ],
        rows: all.iter().flatten().map(row).collect(),
    }
}
