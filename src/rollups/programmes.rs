//! Programmes: the projects of each together, with what waits and their money
//! by currency.

use super::words::{capital, list, several};
use super::{Bar, Context, Rollup, asks};
use crate::date::Date;
use crate::measures::accounts::{Account, account, counts, totals};
use crate::portfolio::{Milestone, Project, State};
use crate::rollups::raid::{is_high, is_open};
use crate::table::{Cell, Column, Group, Missing, Rag, Row, Set, Table, Words};
use crate::target::Target;

/// The roll-up.
pub(super) static ROLLUP: Rollup = Rollup {
    bar: Bar::More,
    name: "programmes",
    title: "Programmes",
    about: "The projects of each programme together: health, milestones, risks, decisions, money",
    count: |_| 0,
    table,
};

fn table(c: &Context<'_>) -> Table {
    let p = c.portfolio;
    let programmes = p.programmes();
    let alone = p.projects.iter().filter(|pr| pr.programme.is_none() && runs(pr)).count();
    let mut words = match programmes.len() {
        0 => vec![Words::plain("No project names a programme")],
        n => {
            let all = programmes.iter().flat_map(|(_, list)| list);
            let projects = all.filter(|pr| runs(pr)).count();
            let verb = if n == 1 { "holds" } else { "hold" };
            let text = format!(
                "{} {verb} {} that run",
                capital(&several(n, "programme", "programmes")),
                several(projects, "project", "projects")
            );
            vec![Words::plain(text.replace("project that run", "project that runs"))]
        }
    };
    let red: Vec<String> = programmes
        .iter()
        .filter(|(_, list)| list.iter().any(|pr| health(c, pr) == Some(Rag::Red)))
        .map(|(slug, _)| p.programme_title(slug))
        .collect();
    if !red.is_empty() {
        words.push(Words::plain("; "));
        words.push(Words::rag(format!("red projects are in {}", list(&red)), Rag::Red));
    }
    if alone > 0 {
        let verb = if alone == 1 { "stands" } else { "stand" };
        let count = several(alone, "project", "projects");
        words.push(Words::plain(format!("; {count} {verb} in none")));
    }
    words.push(Words::plain("."));
    Table { sentence: words, plots: Vec::new(), groups: vec![group(c, &programmes)] }
}

fn runs(project: &Project) -> bool {
    matches!(project.state, State::Active | State::OnHold)
}

/// The colour a running project declares, while it counts.
fn health(c: &Context<'_>, project: &Project) -> Option<Rag> {
    let at = c.portfolio.projects.iter().position(|pr| pr.id == project.id)?;
    let m = c.measures.of(at).filter(|m| m.freshness.counts())?;
    m.health.of("overall")?.declared.filter(|_| project.state == State::Active)
}

/// The next milestone that should be reached.
fn next<'a>(projects: &[&'a Project]) -> Option<(Date, &'a Project, &'a Milestone)> {
    let running = projects.iter().filter(|pr| pr.state == State::Active);
    let open = running.flat_map(|pr| pr.milestones.iter().map(move |m| (*pr, m)));
    open.filter(|(_, m)| m.key && m.actual.is_none() && !m.cancelled)
        .filter_map(|(pr, m)| Some((m.forecast.or(m.baseline)?, pr, m)))
        .min_by_key(|(day, pr, m)| (*day, pr.id.clone(), m.item))
}

fn group(c: &Context<'_>, programmes: &[(String, Vec<&Project>)]) -> Group {
    Group {
        key: "programmes".into(),
        title: String::new(),
        note: "Money is added up by currency, of projects that run; the estimate counts those \
               that report one."
            .into(),
        caption: "Programmes with their projects, health, milestones, risks and money".into(),
        empty: "No project names a programme; write `programme:` on its card.".replace('`', ""),
        columns: vec![
            Column::new("programme", "Programme", Set::Text),
            Column::new("projects", "Projects", Set::Number),
            Column::new("health", "Health", Set::Short),
            Column::new("milestone", "Next key milestone", Set::Wide),
            Column::new("due", "Expected", Set::Short),
            Column::new("risks", "High risks", Set::Number),
            Column::new("asks", "Decisions waiting", Set::Number),
            Column::new("budget", "Budget", Set::Number),
            Column::new("eac", "Estimate", Set::Number),
        ],
        rows: programmes.iter().map(|(slug, list)| row(c, slug, list)).collect(),
    }
}

/// How many projects have a colour, with the mark it has everywhere.
fn coloured(rag: Rag, n: usize) -> Cell {
    Cell::Text(format!("{} {n} {}", rag.mark(), rag.label().to_lowercase()))
}

fn row(c: &Context<'_>, slug: &str, projects: &[&Project]) -> Row {
    let p = c.portfolio;
    let running: Vec<&Project> = projects.iter().copied().filter(|pr| runs(pr)).collect();
    let number = |n: usize| Cell::Count(i64::try_from(n).unwrap_or(i64::MAX));
    let counts_of = |rag: Rag| {
        running.iter().filter(move |pr| health(c, pr).and_then(Rag::colour) == Some(rag))
    };
    let active = running.iter().filter(|pr| pr.state == State::Active).count();
    let colours = [Rag::Red, Rag::Amber, Rag::Green];
    let mut health: Vec<Cell> = Vec::new();
    let mut told = 0;
    for rag in colours {
        let n = counts_of(rag).count();
        told += n;
        if n > 0 {
            health.push(coloured(rag, n));
        }
    }
    if active > told {
        health.push(coloured(Rag::NotReported, active - told));
    }
    let next = next(projects);
    let risks = running.iter().flat_map(|pr| pr.items("risks"));
    let asks: usize = running.iter().map(|pr| asks::of(p, pr).len()).sum();
    let accounts: Vec<Account<'_>> =
        running.iter().filter(|pr| counts(pr)).map(|pr| account(p, pr)).collect();
    let totals = totals(&accounts);
    let budgets = totals.iter().filter(|t| t.budgets > 0);
    let budget = budgets.filter_map(|t| Some(Cell::Money(t.bac?, t.currency.clone())));
    let estimates = totals.iter().filter(|t| t.reporting > 0);
    let estimate = estimates.filter_map(|t| {
        let sum = Cell::Money(t.eac?, t.currency.clone());
        // Beside the budgets of all of them it must not look like a saving.
        let part = t.reporting < t.projects;
        let of = || format!("{} of {} projects", t.reporting, t.projects);
        Some(if part { Cell::Detail(Box::new(sum), of()) } else { sum })
    });
    let many = |cells: Vec<Cell>| match cells.len() {
        0 => Cell::Missing(Missing::NotReported),
        1 => cells.into_iter().next().unwrap_or(Cell::Empty),
        _ => Cell::Many(cells),
    };
    Row {
        anchor: None,
        cells: vec![
            Cell::Link(p.programme_title(slug), Target::Programme(slug.into())),
            number(running.len()),
            if health.is_empty() { Cell::Empty } else { Cell::Many(health) },
            match &next {
                Some((_, pr, m)) => {
                    let link = Cell::Link(
                        format!("{} {}", m.id, m.name),
                        Target::Item(pr.id.clone(), (*m.id).into()),
                    );
                    Cell::Detail(Box::new(link), pr.title.to_string())
                }
                None => Cell::Missing(Missing::NotReported),
            },
            super::words::due(next.map(|(day, ..)| day), p.as_of, true),
            number(risks.filter(|r| is_open(r) && is_high(r)).count()),
            number(asks),
            many(budget.collect()),
            many(estimate.collect()),
        ],
        muted: running.is_empty(),
    }
}
