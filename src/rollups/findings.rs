//! Findings: everything the check found, by rule, the worst first.

use super::words::{capital, number, project, several};
use super::{Bar, Context, Rollup};
use crate::finding::{Finding, Severity};
use crate::portfolio::{Portfolio, Project};
use crate::table::{Cell, Column, Group, Mark, Rag, Row, Set, Table, Words};
use crate::target::Target;
use std::collections::{BTreeMap, BTreeSet};

/// The roll-up.
pub(super) static ROLLUP: Rollup = Rollup {
    bar: Bar::More,
    name: "findings",
    title: "Findings",
    about: "What the checks found in the documents and registers, by rule",
    count: |c| {
        let bad = c.findings.iter().filter(|f| f.severity >= Severity::Warn).count();
        u32::try_from(bad).unwrap_or(u32::MAX)
    },
    table,
};

fn table(c: &Context<'_>) -> Table {
    let p = c.portfolio;
    let mut by_rule: BTreeMap<&'static str, Vec<&Finding>> = BTreeMap::new();
    for finding in c.findings.iter().filter(|f| f.severity > Severity::Allow) {
        by_rule.entry(finding.rule).or_default().push(finding);
    }
    let worst = |list: &[&Finding]| list.iter().map(|f| f.severity).max();
    let mut rules: Vec<(&'static str, Vec<&Finding>)> = by_rule.into_iter().collect();
    rules.sort_by_key(|(rule, list)| (std::cmp::Reverse(worst(list)), *rule));
    Table {
        sentence: sentence(p, c.findings),
        plots: Vec::new(),
        groups: rules.into_iter().map(|(rule, list)| group(p, rule, list)).collect(),
    }
}

fn sentence(p: &Portfolio, findings: &[Finding]) -> Vec<Words> {
    let of = |severity| findings.iter().filter(move |f| f.severity == severity);
    let (deny, warn, note) =
        (of(Severity::Deny).count(), of(Severity::Warn).count(), of(Severity::Note).count());
    if deny + warn + note == 0 {
        return vec![Words::plain("Nothing was found.")];
    }
    let mut words = Vec::new();
    match deny {
        0 => words.push(Words::plain("Nothing must be mended")),
        n => words.push(Words::rag(
            capital(&format!("{} must be mended", several(n, "finding", "findings"))),
            Rag::Red,
        )),
    }
    if warn > 0 {
        words.push(Words::plain(", "));
        words.push(Words::rag(format!("{} should be", number(warn)), Rag::Amber));
    }
    if note > 0 {
        let are = if note == 1 { "is" } else { "are" };
        words.push(Words::plain(format!(", {} {are} worth knowing", number(note))));
    }
    let projects: BTreeSet<&str> = findings
        .iter()
        .filter(|f| f.severity >= Severity::Warn)
        .filter_map(|f| of_finding(p, f))
        .map(|pr| &*pr.id)
        .collect();
    let clean = p.projects.len().saturating_sub(projects.len());
    if p.projects.is_empty() {
        words.push(Words::plain("."));
    } else {
        let of = several(p.projects.len(), "project", "projects");
        words.push(Words::plain(match clean {
            0 => "; no project is without one.".to_owned(),
            1 => format!("; one of {of} has none."),
            n => format!("; {} of {of} have none.", number(n)),
        }));
    }
    words
}

/// The project a finding is about.
#[must_use]
pub fn of_finding<'a>(p: &'a Portfolio, finding: &Finding) -> Option<&'a Project> {
    match p.index_of(&finding.path) {
        Some(i) => p.project_of(i),
        None => p.project_at(&finding.path),
    }
}

/// Where a finding leads: the item it stands in, else the document, else the
/// file.
#[must_use]
pub fn target(p: &Portfolio, finding: &Finding) -> Target {
    if p.index_of(&finding.path).is_some() {
        return Target::Document(finding.path.clone());
    }
    let item = p.project_at(&finding.path).and_then(|project| {
        let inside = |i: &&crate::document::Item| {
            i.path == finding.path
                && !i.id.is_empty()
                && i.span.start <= finding.span.start
                && finding.span.start <= i.span.end
        };
        let item = project.items.values().flatten().find(inside)?;
        Some(Target::Item(project.id.clone(), (*item.id).into()))
    });
    item.unwrap_or_else(|| Target::Asset(finding.path.clone()))
}

fn group(p: &Portfolio, rule: &'static str, mut list: Vec<&Finding>) -> Group {
    list.sort_by(|a, b| {
        let name = |f: &Finding| of_finding(p, f).map(|pr| pr.title.clone());
        (b.severity, name(a), &a.path, a.span).cmp(&(a.severity, name(b), &b.path, b.span))
    });
    Group {
        key: rule.into(),
        title: rule.into(),
        note: String::new(),
        caption: format!("Findings of the rule {rule}"),
        empty: String::new(),
        columns: vec![
            Column::new("severity", "Severity", Set::Filter),
            Column::new("project", "Project", Set::Filter),
            Column::new("message", "Finding", Set::Wide),
            Column::new("place", "Place", Set::Text),
        ],
        rows: list.into_iter().map(|f| row(p, f)).collect(),
    }
}

fn row(p: &Portfolio, finding: &Finding) -> Row {
    let (mark, word) = match finding.severity {
        Severity::Deny => (Mark::Bad, "must be mended"),
        Severity::Warn => (Mark::Partial, "should be mended"),
        _ => (Mark::Open, "worth knowing"),
    };
    let message = Cell::Text(finding.message.clone());
    let place = format!("{}:{}", finding.path, finding.at.line);
    Row {
        anchor: None,
        cells: vec![
            Cell::State(mark, word.into()),
            of_finding(p, finding).map_or(Cell::Empty, project),
            match &finding.help {
                Some(help) => Cell::Detail(Box::new(message), help.clone()),
                None => message,
            },
            Cell::Link(place, target(p, finding)),
        ],
        muted: false,
    }
}
