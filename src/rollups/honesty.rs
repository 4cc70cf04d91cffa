//! Honesty: where reports and their own data agree, where they do not, what
//! the checks found, and what was accepted or set milder.

use super::findings::{of_finding, target};
use super::words::{capital, list, number, project, several};
use super::{Bar, Context, Rollup};
use crate::finding::{Finding, Severity};
use crate::measures::health::Dimension;
use crate::portfolio::{Project, State};
use crate::ratio::Ratio;
use crate::rules;
use crate::table::{
    Cell, Column, Group, Mark, Missing, Plot, Rag, Row, Set, Shape, Stack, Table, Unit, Words,
};
use crate::target::Target;
use std::collections::{BTreeMap, BTreeSet};

/// Names of projects in one cell.
const NAMES: usize = 4;

/// The roll-up.
pub(super) static ROLLUP: Rollup = Rollup {
    bar: Bar::More,
    name: "honesty",
    title: "Honesty",
    about: "Where reports and their own data agree, and where they do not",
    count: |c| u32::try_from(differences(c).iter().filter(|d| d.steps > 0).count()).unwrap_or(0),
    table,
};

/// How declared and computed health compare, over all dimensions of active
/// projects whose newest report still counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Index {
    /// The same.
    pub equal: i128,
    /// Declared better than the data says.
    pub better: i128,
    /// Declared worse than the data says.
    pub worse: i128,
    /// Declared, and the data says nothing.
    pub incomparable: i128,
}

impl Index {
    fn add(&mut self, dimension: &Dimension) {
        if dimension.declared.and_then(crate::table::Rag::rank).is_none() {
            return;
        }
        *match dimension.flattery() {
            Some(0) => &mut self.equal,
            Some(1..) => &mut self.better,
            Some(_) => &mut self.worse,
            None => &mut self.incomparable,
        } += 1;
    }

    /// Those that can be compared.
    #[must_use]
    pub fn compared(self) -> i128 {
        self.equal + self.better + self.worse
    }

    /// A part of those compared, in percent; `None` where none are.
    #[must_use]
    pub fn percent(self, part: i128) -> Option<Ratio> {
        Ratio::whole(part).percent_of(Ratio::whole(self.compared()))
    }
}

/// A dimension that is declared otherwise than the data says.
struct Difference<'a> {
    project: &'a Project,
    dimension: &'a Dimension,
    steps: i8,
}

/// Dimensions of active projects whose newest report still counts.
fn dimensions<'a>(c: &Context<'a>) -> impl Iterator<Item = (&'a Project, &'a Dimension)> {
    let (p, measures) = (c.portfolio, c.measures);
    p.projects
        .iter()
        .enumerate()
        .filter(|(_, pr)| pr.state == State::Active)
        .filter_map(|(i, pr)| Some((pr, measures.of(i).filter(|m| m.freshness.counts())?)))
        .flat_map(|(pr, m)| m.health.dimensions.iter().map(move |d| (pr, d)))
}

/// What differs: what is declared better first, by steps.
fn differences<'a>(c: &Context<'a>) -> Vec<Difference<'a>> {
    let differs = |(project, dimension): (&'a Project, &'a Dimension)| {
        let steps = dimension.flattery().filter(|n| *n != 0)?;
        Some(Difference { project, dimension, steps })
    };
    let mut all: Vec<Difference<'_>> = dimensions(c).filter_map(differs).collect();
    all.sort_by_key(|d| (std::cmp::Reverse(d.steps), d.project.id.clone()));
    all
}

/// The index of a portfolio.
#[must_use]
pub fn index(c: &Context<'_>) -> Index {
    let mut index = Index::default();
    dimensions(c).for_each(|(_, dimension)| index.add(dimension));
    index
}

fn table(c: &Context<'_>) -> Table {
    let differences = differences(c);
    Table {
        sentence: sentence(index(c), c),
        plots: by_dimension(c).into_iter().collect(),
        groups: vec![difference_group(c, &differences), rule_group(c), exception_group(c)],
    }
}

fn sentence(index: Index, c: &Context<'_>) -> Vec<Words> {
    let compared = index.compared();
    let mut words = Vec::new();
    match index.percent(index.equal) {
        None => words.push(Words::plain("No report can be compared with its data yet")),
        Some(percent) => words.push(Words::plain(format!(
            "Reports and their data agree on {} of {compared} ratings that can be compared ({} %)",
            index.equal,
            percent.show(1)
        ))),
    }
    let part = |n: i128, word: &str| {
        let percent = index.percent(n).map(|r| r.show(1)).unwrap_or_default();
        let verb = if n == 1 { "is" } else { "are" };
        let n = number(usize::try_from(n).unwrap_or(usize::MAX));
        format!("{n} {verb} {word} than the data says ({percent} %)")
    };
    if index.better > 0 {
        words.push(Words::plain("; "));
        words.push(Words::rag(part(index.better, "better"), Rag::Red));
        words.push(Words::plain(whose(c)));
    }
    if index.worse > 0 {
        let join = if index.better > 0 { ", " } else { "; " };
        words.push(Words::plain(format!("{join}{}", part(index.worse, "worse"))));
    }
    words.push(Words::plain("."));
    let told = |f: &&Finding| f.severity > Severity::Allow;
    let rules: BTreeSet<&str> = c.findings.iter().filter(told).map(|f| f.rule).collect();
    let count = several(c.findings.iter().filter(told).count(), "finding", "findings");
    if rules.is_empty() {
        words.push(Words::plain(" The checks found nothing."));
    } else {
        words.push(Words::plain(format!(
            " {} of {}.",
            capital(&count),
            several(rules.len(), "rule", "rules")
        )));
    }
    words
}

/// Whose ratings are better than the data says, of up to three projects.
fn whose(c: &Context<'_>) -> String {
    let better = dimensions(c).filter(|(_, d)| d.flattery().is_some_and(|steps| steps > 0));
    let mut titles: Vec<&str> = better.map(|(project, _)| &*project.title).collect();
    titles.dedup();
    match titles.len() {
        1..=3 => format!(", in {}", list(&titles)),
        n => format!(", in {n} projects"),
    }
}

/// How declared and computed compare, dimension by dimension.
fn by_dimension(c: &Context<'_>) -> Option<Plot> {
    let mut by: Vec<(&'static str, Index)> = Vec::new();
    for (_, dimension) in dimensions(c) {
        match by.iter_mut().find(|(name, _)| *name == dimension.name) {
            Some((_, index)) => index.add(dimension),
            None => {
                let mut index = Index::default();
                index.add(dimension);
                by.push((dimension.name, index));
            }
        }
    }
    by.retain(|(_, index)| index.compared() + index.incomparable > 0);
    if by.is_empty() {
        return None;
    }
    let stack = |label: &str, pick: fn(&Index) -> i128| Stack {
        label: label.into(),
        values: by.iter().map(|(_, index)| Some(Ratio::whole(pick(index)))).collect(),
    };
    Some(Plot {
        key: "dimensions".into(),
        title: "Declared against computed".into(),
        caption:
            "Ratings in the newest report of each active project, by dimension. What the data \
                  says nothing of cannot be compared."
                .into(),
        unit: Unit::Count,
        limits: Vec::new(),
        shape: Shape::Columns {
            names: by.iter().map(|(name, _)| capital(name)).collect(),
            stacks: vec![
                stack("the same", |i| i.equal),
                stack("declared better", |i| i.better),
                stack("declared worse", |i| i.worse),
                stack("cannot be compared", |i| i.incomparable),
            ],
            line: None,
        },
    })
}

fn difference_group(c: &Context<'_>, differences: &[Difference<'_>]) -> Group {
    let p = c.portfolio;
    let row = |d: &Difference<'_>| {
        let report = d.project.latest().and_then(|r| p.documents.get(r.document));
        // Overall is told with the dimension behind it.
        let cause = d.dimension.computed.as_ref().ok().and_then(|k| k.fact.split_once(": "));
        let cause = cause.filter(|_| d.dimension.name == "overall").map(|(cause, _)| cause);
        let told = c.findings.iter().any(|f| {
            report.is_some_and(|r| r.path == f.path)
                && matches!(f.rule, "watermelon-health" | "inconsistent-overall")
                && [Some(d.dimension.name), cause]
                    .into_iter()
                    .flatten()
                    .any(|name| f.message.starts_with(name))
        });
        let state = match (d.steps, told) {
            (..=0, _) => Cell::State(Mark::None, "declared worse".into()),
            (_, true) => Cell::State(Mark::Bad, "found".into()),
            (_, false) => Cell::State(Mark::Open, "not judged".into()),
        };
        let computed = d.dimension.computed.as_ref().ok();
        let fact = computed.map_or(Cell::Missing(Missing::NotReported), |computed| {
            let fact = Cell::Text(capital(&computed.fact));
            if computed.limit.is_empty() {
                fact
            } else {
                Cell::Detail(Box::new(fact), computed.limit.clone())
            }
        });
        let report = report.map_or(Cell::Missing(Missing::NotReported), |r| {
            Cell::Link(r.title.to_string(), Target::Document(r.path.clone()))
        });
        Row {
            anchor: None,
            cells: vec![
                project(d.project),
                Cell::Text(capital(d.dimension.name)),
                d.dimension.declared.map_or(Cell::Empty, Cell::Rag),
                computed.map_or(Cell::Empty, |computed| Cell::Rag(computed.rag)),
                fact,
                report,
                state,
            ],
            muted: d.steps < 0,
        }
    };
    Group {
        key: "differences".into(),
        title: "Reports and data that differ".into(),
        note: if differences.is_empty() {
            String::new()
        } else {
            "What is reported better than the data says comes first. A project in its first \
             two periods, an agreed override and data older than the report are not judged."
                .into()
        },
        caption: "Dimensions whose declared rating is not what the data says".into(),
        empty: "Every rating that can be compared is what the data says.".into(),
        columns: vec![
            Column::new("project", "Project", Set::Filter),
            Column::new("dimension", "Dimension", Set::Filter),
            Column::new("declared", "Declared", Set::Short),
            Column::new("computed", "Data", Set::Short),
            Column::new("fact", "What the data says", Set::Wide),
            Column::new("report", "Report", Set::Text),
            Column::new("state", "State", Set::Filter),
        ],
        rows: differences.iter().map(row).collect(),
    }
}

/// What the checks found, by rule.
fn rule_group(c: &Context<'_>) -> Group {
    let p = c.portfolio;
    let mut by: BTreeMap<&'static str, Vec<&Finding>> = BTreeMap::new();
    for finding in c.findings.iter().filter(|f| f.severity > Severity::Allow) {
        by.entry(finding.rule).or_default().push(finding);
    }
    let mut rules: Vec<(&'static str, Vec<&Finding>)> = by.into_iter().collect();
    let worst = |found: &[&Finding]| found.iter().map(|f| f.severity).max();
    rules.sort_by_key(|(rule, found)| (std::cmp::Reverse((worst(found), found.len())), *rule));
    let row = |(rule, found): &(&'static str, Vec<&Finding>)| {
        let of = |severity| {
            let n = found.iter().filter(|f| f.severity == severity).count();
            Cell::Count(i64::try_from(n).unwrap_or(i64::MAX))
        };
        let projects: BTreeMap<&str, &Project> =
            found.iter().filter_map(|f| of_finding(p, f)).map(|pr| (&*pr.id, pr)).collect();
        let mut links: Vec<Cell> = projects.values().take(NAMES).map(|pr| project(pr)).collect();
        if projects.len() > NAMES {
            links.push(Cell::Text(format!("and {} more", projects.len() - NAMES)));
        }
        let summary = rules::find(rule).map(|r| r.summary).unwrap_or_default();
        let first = found.first().map(|f| target(p, f));
        let place = match (first, found.as_slice()) {
            (Some(target), [only]) => Cell::Link(format!("{}:{}", only.path, only.at.line), target),
            _ => Cell::Link(format!("{} places", found.len()), Target::Rule(rule)),
        };
        Row {
            anchor: None,
            cells: vec![
                Cell::Detail(
                    Box::new(Cell::Link((*rule).into(), Target::Rule(rule))),
                    summary.to_owned(),
                ),
                of(Severity::Deny),
                of(Severity::Warn),
                of(Severity::Note),
                if links.is_empty() { Cell::Text("none".into()) } else { Cell::Many(links) },
                place,
            ],
            muted: false,
        }
    };
    Group {
        key: "rules".into(),
        title: "What the checks found".into(),
        note: if rules.is_empty() { String::new() } else { "The worst first.".into() },
        caption: "Findings by rule, with the projects they are in".into(),
        empty: "The checks found nothing.".into(),
        columns: vec![
            Column::new("rule", "Rule", Set::Wide),
            Column::new("deny", "Must be mended", Set::Number),
            Column::new("warn", "Should be", Set::Number),
            Column::new("note", "Worth knowing", Set::Number),
            Column::new("projects", "Projects", Set::Text),
            Column::new("place", "Where", Set::Text),
        ],
        rows: rules.iter().map(row).collect(),
    }
}

/// What is not said because somebody decided so.
fn exception_group(c: &Context<'_>) -> Group {
    let mut rows = Vec::new();
    let mut put = |what: &str, n: usize, of: Vec<&str>| {
        let of: BTreeSet<&str> = of.into_iter().collect();
        let of: Vec<&str> = of.into_iter().collect();
        rows.push(Row {
            anchor: None,
            cells: vec![
                Cell::Link(what.into(), Target::Rollup("audit")),
                Cell::Count(i64::try_from(n).unwrap_or(i64::MAX)),
                if of.is_empty() { Cell::Empty } else { Cell::Text(list(&of)) },
            ],
            muted: n == 0,
        });
    };
    let accepted: Vec<&str> = c.suppressed.iter().map(|s| s.finding.rule).collect();
    if !accepted.is_empty() {
        put("Findings accepted by their documents", accepted.len(), accepted);
    }
    let changed: Vec<&str> = c.changes.iter().map(|change| &*change.rule).collect();
    if !changed.is_empty() {
        put("Rules whose severity was changed", changed.len(), changed);
    }
    Group {
        key: "exceptions".into(),
        title: "Accepted and changed".into(),
        note: if rows.is_empty() {
            String::new()
        } else {
            "Every entry with reason, name and end stands on the audit page.".into()
        },
        caption: "Findings that were accepted and rules whose severity was changed".into(),
        empty: "No finding is accepted, and every rule has its own severity.".into(),
        columns: vec![
            Column::new("what", "What", Set::Wide),
            Column::new("count", "How many", Set::Number),
            Column::new("rules", "Rules", Set::Wide),
        ],
        rows,
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{FILES, check, context, group, line, said, table};
    use super::{Dimension, Index, ROLLUP};
    use crate::table::{Missing, Rag};

    fn dimension(declared: Rag, computed: Option<Rag>) -> Dimension {
        let computed = computed.ok_or(Missing::NotReported);
        Dimension {
            name: "schedule",
            declared: Some(declared),
            computed: computed.map(|rag| crate::measures::health::Computed {
                rag,
                fact: String::new(),
                limit: String::new(),
            }),
        }
    }

    /// Twenty pairs: three cannot be computed, fourteen are equal, two are
    /// declared better and one worse.
    #[test]
    fn fourteen_of_seventeen_agree() {
        let mut index = Index::default();
        let mut put = |n: usize, declared, computed| {
            (0..n).for_each(|_| index.add(&dimension(declared, computed)));
        };
        put(3, Rag::Green, None);
        put(14, Rag::AmberRed, Some(Rag::Amber));
        put(2, Rag::Green, Some(Rag::Red));
        put(1, Rag::Red, Some(Rag::Amber));
        put(4, Rag::NotReported, Some(Rag::Green));
        let shown = |n| index.percent(n).unwrap().show(1);
        assert_eq!((index.compared(), index.incomparable), (17, 3));
        assert_eq!(shown(index.equal), "82.4");
        assert_eq!((shown(index.better), shown(index.worse)), ("11.8".into(), "5.9".into()));
    }

    #[test]
    fn a_watermelon_is_named_with_its_numbers() {
        let text = FILES.replace("  schedule: {rag: amber, why: UAT environment late, path: Parallel load, back_to_green: 2026-04-24}\n  budget: green\nmilestones:\n  M3: {forecast: 2026-04-10}", "  schedule: green\n  budget: green\nmilestones:\n  M3: {forecast: 2026-04-10}");
        let checked = check(&text);
        let table = table(&checked, "honesty");
        assert!(said(&table).starts_with("Reports and their data agree on "), "{}", said(&table));
        let rows: Vec<String> = group(&table, "differences").rows.iter().map(line).collect();
        let schedule = rows.iter().find(|r| r.contains("| Schedule | green |")).unwrap();
        assert!(
            schedule.contains("| found") && schedule.contains("2026-10-28, 28 days"),
            "{rows:?}"
        );
        assert!(!group(&table, "rules").rows.is_empty());
        let listed = group(&table, "rules").rows.iter().map(line).collect::<String>();
        assert!(listed.contains("watermelon-health"), "{listed}");
        assert_eq!(
            (ROLLUP.count)(&context(&checked)) as usize,
            rows.iter().filter(|r| !r.contains("declared worse")).count()
        );
    }
}
