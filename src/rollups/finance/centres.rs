//! Budget lines by cost centre.

use super::maybe;
use crate::data::record::Record;
use crate::measures::accounts::Account;
use crate::portfolio::Portfolio;
use crate::ratio::Ratio;
use crate::table::{Cell, Column, Group, Mark, Row, Set};
use crate::target::Target;
use std::collections::BTreeMap;

/// The lines of one cost centre in one currency.
#[derive(Default)]
struct Centre<'a> {
    lines: Vec<&'a Record>,
    budgets: Vec<(&'a str, Target)>,
}

impl Centre<'_> {
    /// The sum of a column; `None` where no line gives it.
    fn sum(&self, name: &str) -> Option<Ratio> {
        let values: Vec<Ratio> = self.lines.iter().filter_map(|l| l.number(name)).collect();
        if values.is_empty() { None } else { Ratio::sum(values) }
    }
}

/// Budget lines by cost centre and currency; lines that name none come last.
pub(super) fn group(_p: &Portfolio, accounts: &[Account<'_>]) -> Group {
    let mut centres: BTreeMap<(bool, &str, &str), Centre<'_>> = BTreeMap::new();
    for account in accounts {
        let Some(budget) = account.budget else { continue };
        for line in budget.fields.list("lines").iter().filter_map(|l| l.datum.record()) {
            let name = line.text("cost_centre").unwrap_or("");
            let centre = centres.entry((name.is_empty(), name, account.currency)).or_default();
            centre.lines.push(line);
            let target = Target::Document(budget.path.clone());
            if !centre.budgets.iter().any(|(_, t)| *t == target) {
                centre.budgets.push((&account.project.title, target));
            }
        }
    }
    Group {
        key: "cost-centres".into(),
        title: "Cost centres".into(),
        note: "The lines of the budget documents, added up by cost centre and currency. \
               Estimates of the lines are as old as the budget document."
            .into(),
        caption: "Budget lines by cost centre".into(),
        empty: "No budget document has lines.".into(),
        columns: vec![
            Column::new("cost_centre", "Cost centre", Set::Text),
            Column::new("currency", "Currency", Set::Filter),
            Column::new("budgets", "Budgets", Set::Text),
            Column::new("lines", "Lines", Set::Number),
            Column::new("baseline", "Approved", Set::Number),
            Column::new("actual", "Spent", Set::Number),
            Column::new("committed", "Ordered", Set::Number),
            Column::new("eac", "Estimate", Set::Number),
        ],
        rows: centres.iter().map(|((_, name, code), centre)| row(name, code, centre)).collect(),
    }
}

fn row(name: &str, currency: &str, centre: &Centre<'_>) -> Row {
    let link = |(title, target): &(&str, Target)| Cell::Link((*title).to_owned(), target.clone());
    let first = match name {
        "" => Cell::State(Mark::Partial, "none named".into()),
        name => Cell::Text(name.to_owned()),
    };
    Row {
        anchor: None,
        cells: vec![
            first,
            Cell::Text(currency.to_owned()),
            Cell::Many(centre.budgets.iter().map(link).collect()),
            Cell::Count(i64::try_from(centre.lines.len()).unwrap_or(i64::MAX)),
            maybe(centre.sum("baseline"), currency),
            maybe(centre.sum("actual"), currency),
            maybe(centre.sum("committed"), currency),
            maybe(centre.sum("eac"), currency),
        ],
        muted: false,
    }
}
