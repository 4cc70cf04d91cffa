//! Money: budgets, spending and estimates by currency, never added up across
//! currencies; who is outside tolerance; contingency; cost centres.

mod burn;
mod centres;
#[cfg(test)]
mod tests;

use super::words::{capital, list, project, several, who};
use super::{Bar as Place, Context, Rollup};
use crate::date;
use crate::document::Document;
use crate::measures::accounts::{Account, Total, account, converted, counts, lately, totals};
use crate::portfolio::{Project, declared};
use crate::ratio::Ratio;
use crate::table::{
    Bar, Cell, Column, Group, Mark, Missing, Plot, Rag, Row, Set, Shape, Table, Unit, Words,
};
use crate::target::Target;

/// The roll-up.
pub(super) static ROLLUP: Rollup = Rollup {
    bar: Place::Shown,
    name: "finance",
    title: "Money",
    about: "Budgets, spending and estimates by currency, and which projects are outside tolerance",
    count: |c| {
        let red = accounts(c).iter().filter(|a| colour(c, a.project) == Some(Rag::Red)).count();
        u32::try_from(red).unwrap_or(u32::MAX)
    },
    table,
};

/// The accounts that count, the largest deviation from budget first.
fn accounts<'a>(c: &Context<'a>) -> Vec<Account<'a>> {
    let p = c.portfolio;
    let mut all: Vec<Account<'a>> =
        p.projects.iter().filter(|pr| counts(pr)).map(|pr| account(p, pr)).collect();
    all.sort_by_key(|a| {
        let percent = a.variance.as_ref().ok().map(|(_, percent)| percent.abs());
        (std::cmp::Reverse(percent), a.project.id.clone())
    });
    all
}

/// Totals and projects by currency of some projects: for a programme.
#[must_use]
pub fn of(c: &Context<'_>, keep: impl Fn(&Project) -> bool) -> Vec<Group> {
    let mut accounts = accounts(c);
    accounts.retain(|a| keep(a.project));
    let totals = totals(&accounts);
    if totals.is_empty() {
        return Vec::new();
    }
    let together = converted(c.portfolio, &totals);
    let mut groups = vec![Group { title: "Money".into(), ..summary(&totals, together.as_ref()) }];
    groups.extend(totals.iter().map(|t| by_project(t, &accounts)));
    groups
}

fn table(c: &Context<'_>) -> Table {
    let p = c.portfolio;
    let accounts = accounts(c);
    let totals = totals(&accounts);
    let together = converted(p, &totals);
    let mut groups = vec![outside(c, &accounts), summary(&totals, together.as_ref())];
    for total in &totals {
        groups.push(by_project(total, &accounts));
    }
    groups.push(contingency(c, &accounts));
    groups.push(centres::group(p, &accounts));
    groups.push(others(c));
    let mut plots: Vec<Plot> = variances(c, &accounts).into_iter().collect();
    plots.extend(totals.iter().filter_map(|t| burn::plot(p, &t.currency, &accounts)));
    Table { sentence: sentence(&totals, together.as_ref()), plots, groups }
}

/// An amount and its currency: `CAD 800,000`.
pub(super) fn amount(n: Ratio, currency: &str) -> String {
    format!("{currency} {}", n.money().replacen('-', "−", 1)).trim_start().to_owned()
}

/// `6.6 % over`, `3.0 % under`, `on budget`.
pub(super) fn over(percent: Ratio) -> String {
    match percent.rounded(1) {
        0 => "on budget".to_owned(),
        1.. => format!("{} % over", percent.show(1)),
        _ => format!("{} % under", percent.abs().show(1)),
    }
}

/// `1 of 2 projects report`.
fn coverage(total: &Total) -> String {
    match total.projects {
        1 => format!("{} of 1 project reports", total.reporting),
        n => format!("{} of {n} projects report", total.reporting),
    }
}

fn sentence(totals: &[Total], together: Option<&Total>) -> Vec<Words> {
    let known: Vec<&Total> = totals.iter().filter(|t| t.budgets > 0).collect();
    if known.is_empty() {
        return vec![Words::plain("No project that runs tells its budget.")];
    }
    let budgets: Vec<String> = known.iter().filter_map(|t| approved(t)).collect();
    let mut words = vec![Words::plain(format!("Approved: {}. ", budgets.join(" · ")))];
    for (i, total) in known.iter().enumerate() {
        if i > 0 {
            words.push(Words::plain("; "));
        }
        words.extend(forecast(total));
    }
    words.push(Words::plain("."));
    if let Some(total) = together
        && let (Some(bac), Some((_, percent))) = (total.bac, total.variance())
    {
        let text = format!(
            " Together {}, forecast {} (converted).",
            amount(bac, &total.currency),
            over(percent)
        );
        words.push(Words::plain(text));
    }
    words
}

/// `CAD 800,000`, and of how many projects where not all tell their budget.
fn approved(total: &Total) -> Option<String> {
    let sum = amount(total.bac?, &total.currency);
    Some(match total.projects {
        n if n > total.budgets => format!("{sum} ({} of {n} projects)", total.budgets),
        _ => sum,
    })
}

/// `CAD forecast 533,000 of 500,000, 6.6 % over (1 of 2 projects report)`.
fn forecast(total: &Total) -> Vec<Words> {
    let covered = coverage(total);
    let (Some((_, percent)), Some(eac), Some(bac)) =
        (total.variance(), total.eac, total.bac_reporting)
    else {
        return vec![Words::plain(format!("{} forecast not reported ({covered})", total.currency))];
    };
    let text = format!("{} forecast {} of {}, ", total.currency, eac.money(), bac.money());
    let mut words = vec![Words::plain(text.trim_start().to_owned()), Words::plain(over(percent))];
    words.push(Words::plain(format!(" ({covered})")));
    words
}

/// The colour that the data gives a project's budget.
fn colour(c: &Context<'_>, project: &Project) -> Option<Rag> {
    let at = c.portfolio.projects.iter().position(|pr| pr.id == project.id)?;
    let health = &c.measures.of(at)?.health;
    Some(health.of("budget")?.computed.as_ref().ok()?.rag)
}

/// How far each project's estimate lies from its budget.
fn variances(c: &Context<'_>, accounts: &[Account<'_>]) -> Option<Plot> {
    let bar = |a: &Account<'_>| Bar {
        label: a.project.title.to_string(),
        value: a.variance.clone().map(|(_, percent)| percent),
        rag: colour(c, a.project).filter(|_| !a.silent),
        note: match a.report.and_then(Document::date) {
            Some(day) if a.silent => date::short(day),
            _ => String::new(),
        },
    };
    let bars: Vec<Bar> = accounts.iter().map(bar).collect();
    if bars.is_empty() {
        return None;
    }
    Some(Plot {
        key: "variance".into(),
        title: "Estimate against budget".into(),
        caption: "How far each project's estimate at completion lies above its approved budget, \
                  in percent of the budget. The colour is the one its tier gives; a project \
                  without an estimate is not on budget, it is not reported."
            .into(),
        unit: Unit::Percent,
        limits: Vec::new(),
        shape: Shape::Bars(bars),
    })
}

/// An amount or why there is none.
pub(super) fn money(n: Result<Ratio, Missing>, currency: &str) -> Cell {
    n.map_or_else(Cell::Missing, |n| Cell::Money(n, currency.to_owned()))
}

/// When a silent project last reported.
fn last(account: &Account<'_>) -> String {
    match account.report.and_then(Document::date) {
        Some(day) => format!("last report {}, too old to count", date::short(day)),
        None => "no report".to_owned(),
    }
}

/// The estimate; of a silent project the last one, which stands in no total.
fn estimate(account: &Account<'_>) -> Cell {
    match maybe(account.money.eac, account.currency) {
        Cell::Missing(why) => Cell::Missing(why),
        cell if account.silent => Cell::Detail(Box::new(cell), last(account)),
        cell => cell,
    }
}

/// An amount, or that it is not reported.
pub(super) fn maybe(n: Option<Ratio>, currency: &str) -> Cell {
    money(n.ok_or(Missing::NotReported), currency)
}

/// Where the figures of an account stand.
fn source(account: &Account<'_>) -> Cell {
    let mut links = Vec::new();
    if let Some(budget) = account.budget {
        links.push(Cell::Link("budget".into(), Target::Document(budget.path.clone())));
    }
    if let Some(report) = account.report {
        let day = report.date().map(date::short).unwrap_or_default();
        let label = format!("report {day}").trim_end().to_owned();
        links.push(Cell::Link(label, Target::Document(report.path.clone())));
    }
    if links.is_empty() {
        return Cell::Link("card".into(), Target::Project(account.project.id.clone()));
    }
    Cell::Many(links)
}

/// Projects whose budget asks for somebody: outside tolerance, or declared so,
/// or without an estimate where one is due.
fn outside(c: &Context<'_>, accounts: &[Account<'_>]) -> Group {
    Group {
        key: "outside".into(),
        title: "Who must act".into(),
        note: "Projects whose estimate leaves the budget further than their tier allows, is not \
               reported, or is too old to count."
            .into(),
        caption: "Projects whose budget needs somebody".into(),
        empty: "Every estimate is reported and inside tolerance.".into(),
        columns: vec![
            Column::new("project", "Project", Set::Text),
            Column::new("declared", "Report says", Set::Short),
            Column::new("computed", "Data says", Set::Short),
            Column::new("variance_percent", "Over budget", Set::Number),
            Column::new("path", "Path to green", Set::Wide),
            Column::new("back_to_green", "Green by", Set::Short),
            Column::new("owner", "Who", Set::Filter),
        ],
        rows: accounts.iter().filter_map(|a| act(c, a)).collect(),
    }
}

fn act(c: &Context<'_>, account: &Account<'_>) -> Option<Row> {
    let p = c.portfolio;
    let pr = account.project;
    let report = pr.latest().and_then(|r| p.documents.get(r.document));
    let said = report.and_then(|d| declared(&d.fields, "budget")).filter(|_| !account.silent);
    let computed = colour(c, pr).filter(|_| !account.silent);
    let bad = |rag: Option<Rag>| rag.and_then(Rag::rank).is_some_and(|rank| rank < 2);
    let due = account.bac.is_ok() && (account.money.eac.is_none() || account.silent);
    if !bad(computed) && !bad(said.map(|s| s.rag)) && !due {
        return None;
    }
    let field = |name: &str| said.and_then(|s| s.said.text(name));
    let manager = p.documents.get(pr.card).and_then(|d| d.fields.text("project_manager"));
    let rag = |rag: Option<Rag>| rag.map_or(Cell::Missing(Missing::NotReported), Cell::Rag);
    Some(Row {
        anchor: None,
        cells: vec![
            project(pr),
            rag(said.map(|s| s.rag)),
            rag(computed),
            account
                .variance
                .as_ref()
                .map_or_else(|m| Cell::Missing(m.clone()), |(_, n)| Cell::Percent(*n)),
            field("path").map_or_else(
                || {
                    let text =
                        if account.silent { last(account) } else { "no path written".into() };
                    Cell::State(Mark::Partial, text)
                },
                |t| Cell::Text(t.to_owned()),
            ),
            match said.and_then(|s| s.said.date("back_to_green")) {
                Some(day) => super::words::due(Some(day), p.as_of, true),
                None => Cell::State(Mark::Partial, "no date".into()),
            },
            field("owner")
                .or(manager)
                .map_or(Cell::Missing(Missing::NotReported), |w| Cell::Text(who(p, w))),
        ],
        muted: false,
    })
}

/// One row for each currency, and the converted one.
fn summary(totals: &[Total], together: Option<&Total>) -> Group {
    let row = |t: &Total, label: String| {
        let sum = |n: Option<Ratio>, of: u32| if of == 0 { None } else { n };
        Row {
            anchor: None,
            cells: vec![
                Cell::Text(label),
                Cell::Text(coverage(t)),
                maybe(sum(t.bac, t.budgets), &t.currency),
                maybe(sum(t.bac_reporting, t.reporting), &t.currency),
                maybe(sum(t.eac, t.reporting), &t.currency),
                maybe(t.variance().map(|(by, _)| by), &t.currency),
                t.variance().map_or(Cell::Missing(Missing::NotReported), |(_, n)| Cell::Percent(n)),
            ],
            muted: false,
        }
    };
    let label = |t: &Total| match &*t.currency {
        "" => "no currency".to_owned(),
        code => code.to_owned(),
    };
    let mut rows: Vec<Row> = totals.iter().map(|t| row(t, label(t))).collect();
    rows.extend(together.map(|t| row(t, format!("all, in {} (converted)", t.currency))));
    let note = match together {
        Some(_) => "Converted at the rates of `[fx]` in book.toml; no rate is looked up.",
        None => "Amounts of different currencies are not added up.",
    };
    Group {
        key: "totals".into(),
        title: "Totals".into(),
        note: note.replace('`', ""),
        caption: "Budgets and estimates by currency".into(),
        empty: "No project that runs tells its budget.".into(),
        columns: vec![
            Column::new("currency", "Currency", Set::Text),
            Column::new("coverage", "Reporting", Set::Text),
            Column::new("bac", "Budget", Set::Number),
            Column::new("bac_reporting", "of those reporting", Set::Number),
            Column::new("eac", "Estimate", Set::Number),
            Column::new("variance", "Difference", Set::Number),
            Column::new("variance_percent", "Over budget", Set::Number),
        ],
        rows,
    }
}

fn columns() -> Vec<Column> {
    vec![
        Column::new("project", "Project", Set::Text),
        Column::new("bac_original", "First budget", Set::Number),
        Column::new("bac", "Budget", Set::Number),
        Column::new("actual", "Spent", Set::Number),
        Column::new("committed", "Ordered", Set::Number),
        Column::new("eac", "Estimate", Set::Number),
        Column::new("variance", "Difference", Set::Number),
        Column::new("variance_percent", "Over budget", Set::Number),
        Column::new("source", "Source", Set::Short),
    ]
}

fn row(account: &Account<'_>, first: Cell, muted: bool) -> Row {
    let code = account.currency;
    let variance = |of: fn(&(Ratio, Ratio)) -> Cell| match &account.variance {
        Ok(pair) => of(pair),
        Err(why) => Cell::Missing(why.clone()),
    };
    let by = match &account.variance {
        Ok((by, _)) => Cell::Money(*by, code.to_owned()),
        Err(why) => Cell::Missing(why.clone()),
    };
    Row {
        anchor: None,
        cells: vec![
            first,
            money(account.original.clone(), code),
            money(account.bac.clone(), code),
            maybe(account.money.actual, code),
            maybe(account.money.committed, code),
            estimate(account),
            by,
            variance(|(_, percent)| Cell::Percent(*percent)),
            source(account),
        ],
        muted,
    }
}

fn by_project(total: &Total, accounts: &[Account<'_>]) -> Group {
    let (key, title) = match &*total.currency {
        "" => ("no-currency".to_owned(), "Without a currency".to_owned()),
        code => (code.to_lowercase(), code.to_owned()),
    };
    let mine = accounts.iter().filter(|a| a.currency == total.currency);
    Group {
        key,
        note: format!("{}. The largest deviation first.", capital(&coverage(total))),
        caption: format!("Money of the projects in {title}"),
        title,
        empty: String::new(),
        columns: columns(),
        rows: mine.map(|a| row(a, project(a.project), false)).collect(),
    }
}

/// Contingency, the error of the monthly forecasts, capital and running cost.
fn contingency(c: &Context<'_>, accounts: &[Account<'_>]) -> Group {
    let kpis = c.measures.kpis(c.portfolio);
    let error = |project: &Project| {
        let at = c.portfolio.projects.iter().position(|pr| pr.id == project.id)?;
        let standing = kpis.of("K07")?.projects.get(at)?;
        Some(match standing {
            Ok(standing) => match &standing.reading.value {
                Ok(n) => Cell::Percent(*n),
                Err(why) => Cell::Missing(why.clone()),
            },
            Err(why) => Cell::Missing(Missing::NotApplicable((*why).to_owned())),
        })
    };
    let row = |a: &Account<'_>| Row {
        anchor: None,
        cells: vec![
            project(a.project),
            money(a.contingency.clone().map(|(set_aside, _)| set_aside), a.currency),
            money(a.contingency.clone().map(|(_, used)| used), a.currency),
            left(a),
            error(a.project).unwrap_or(Cell::Missing(Missing::NotReported)),
            maybe(a.capex, a.currency),
            maybe(a.opex, a.currency),
            source(a),
        ],
        muted: false,
    };
    Group {
        key: "contingency".into(),
        title: "Contingency, forecasts, kinds of cost".into(),
        note: "Used is what approved change requests take from contingency, or what its own \
               budget lines have spent and ordered, whichever is more. The forecast error is \
               how far each month's spending lay from the forecast of the month before (K07)."
            .into(),
        caption: "Contingency, forecast error, capital and running cost by project".into(),
        empty: "No project that runs tells its budget.".into(),
        columns: vec![
            Column::new("project", "Project", Set::Text),
            Column::new("contingency", "Contingency", Set::Number),
            Column::new("contingency_used", "Used", Set::Number),
            Column::new("contingency_left", "Left", Set::Number),
            Column::new("period_error", "Forecast error", Set::Number),
            Column::new("capex", "Capital", Set::Number),
            Column::new("opex", "Running", Set::Number),
            Column::new("source", "Source", Set::Short),
        ],
        rows: accounts.iter().map(row).collect(),
    }
}

/// What is left of the contingency; spent is said.
fn left(account: &Account<'_>) -> Cell {
    match account.contingency_left() {
        Ok(n) if n.is_negative() => {
            Cell::Detail(Box::new(Cell::Money(n, account.currency.into())), "overdrawn".into())
        }
        other => money(other, account.currency),
    }
}

/// Proposed projects and those that ended in the last year.
fn others(c: &Context<'_>) -> Group {
    let p = c.portfolio;
    let all = p.projects.iter().filter(|pr| lately(p, pr) && !pr.untracked);
    let rows = all.map(|pr| account(p, pr)).map(|a| {
        let first = Cell::Detail(Box::new(project(a.project)), a.project.state.name().into());
        row(&a, first, true)
    });
    let untracked: Vec<&str> =
        p.projects.iter().filter(|pr| pr.untracked).map(|pr| &*pr.title).collect();
    let mut note = "Proposed, or ended in the last twelve months; not in the totals.".to_owned();
    if !untracked.is_empty() {
        let verb = if untracked.len() == 1 { "does" } else { "do" };
        let said = format!(
            " {} {verb} not track a budget: {}.",
            capital(&several(untracked.len(), "project", "projects")),
            list(&untracked)
        );
        note.push_str(&said);
    }
    Group {
        key: "others".into(),
        title: "Not running".into(),
        note,
        caption: "Money of projects that are proposed or ended".into(),
        empty: "No project is proposed or ended in the last twelve months.".into(),
        columns: columns(),
        rows: rows.collect(),
    }
}
