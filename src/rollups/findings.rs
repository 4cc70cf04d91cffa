//! Findings: everything the check found, by rule, the worst first.

use super::words::{capital, number, project, several};
use super::{Bar, Context, Rollup};
use crate::document::Item;
use crate::finding::{Finding, Severity};
use crate::portfolio::{Portfolio, Project};
use crate::table::{Cell, Column, Group, Mark, Rag, Row, Set, Table, Words};
use crate::target::Target;
use ahash::HashMap;
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
    let places = Places::of(p, c.findings);
    Table {
        sentence: sentence(p, c.findings),
        plots: Vec::new(),
        groups: rules.into_iter().map(|(rule, list)| group(&places, rule, list)).collect(),
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
    Places::of(p, [finding]).target(finding)
}

/// Where findings lead, for many of them.
struct Places<'a> {
    portfolio: &'a Portfolio,
    /// For the files that are registers of projects, their items as they stand.
    items: HashMap<&'a str, Vec<(&'a Project, &'a Item)>>,
}

impl<'a> Places<'a> {
    fn of(portfolio: &'a Portfolio, findings: impl IntoIterator<Item = &'a Finding>) -> Self {
        let mut items: HashMap<&str, Vec<(&Project, &Item)>> = HashMap::default();
        let mut projects = BTreeMap::new();
        for finding in findings {
            if portfolio.index_of(&finding.path).is_none()
                && !items.contains_key(&*finding.path)
                && let Some(project) = portfolio.project_at(&finding.path)
            {
                items.insert(&finding.path, Vec::new());
                projects.insert(&project.folder, project);
            }
        }
        for project in projects.into_values() {
            for item in project.items.values().flatten().filter(|i| !i.id.is_empty()) {
                if let Some(list) = items.get_mut(&*item.path) {
                    list.push((project, item));
                }
            }
        }
        items.values_mut().for_each(|list| list.sort_by_key(|(_, item)| item.span.start));
        Self { portfolio, items }
    }

    fn target(&self, finding: &Finding) -> Target {
        if self.portfolio.index_of(&finding.path).is_some() {
            return Target::Document(finding.path.clone());
        }
        let at = finding.span.start;
        let item = self.items.get(&*finding.path).and_then(|list| {
            let after = list.partition_point(|(_, item)| item.span.start <= at);
            let (project, item) = list.get(after.checked_sub(1)?)?;
            (at <= item.span.end).then(|| Target::Item(project.id.clone(), (*item.id).into()))
        });
        item.unwrap_or_else(|| Target::Asset(finding.path.clone()))
    }
}

fn group(places: &Places<'_>, rule: &'static str, list: Vec<&Finding>) -> Group {
    let mut list: Vec<(Option<&Project>, &Finding)> =
        list.into_iter().map(|f| (of_finding(places.portfolio, f), f)).collect();
    list.sort_by(|(of_a, a), (of_b, b)| {
        let (title_a, title_b) = (of_a.map(|pr| &pr.title), of_b.map(|pr| &pr.title));
        (b.severity, title_a, &a.path, a.span).cmp(&(a.severity, title_b, &b.path, b.span))
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
        rows: list.into_iter().map(|(of, f)| row(places, of, f)).collect(),
    }
}

fn row(places: &Places<'_>, of: Option<&Project>, finding: &Finding) -> Row {
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
            of.map_or(Cell::Empty, project),
            match &finding.help {
                Some(help) => Cell::Detail(Box::new(message), help.clone()),
                None => message,
            },
            Cell::Link(place, places.target(finding)),
        ],
        muted: false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::testing::portfolio;

    #[test]
    fn a_finding_leads_to_the_item_or_the_file_it_stands_in() {
        let checked = portfolio()
            .replace("projects/crm/raid.yaml", "owner: \"@mlopez\"", "owner: IT\n    foo: 1")
            .replace("projects/crm/raid.yaml", "risks:", "raids: []\nrisks:")
            .file("projects/crm2/raid.yaml", "risks:\n  - {id: R-9, title: Alone}\n")
            .checked();
        let p = &checked.portfolio;
        let item = Target::Item("crm".into(), "R-001".into());
        let file = Target::Asset("projects/crm/raid.yaml".into());
        let mut seen = BTreeSet::new();
        let places = Places::of(p, &checked.findings);
        for finding in checked.findings.iter().filter(|f| *f.path == *"projects/crm/raid.yaml") {
            let wanted = if finding.message.contains("raids") { &file } else { &item };
            assert_eq!(target(p, finding), *wanted, "{finding:?}");
            assert_eq!(places.target(finding), *wanted);
            seen.insert(finding.rule);
        }
        assert_eq!(seen, BTreeSet::from(["unknown-field", "unowned-item"]), "{seen:?}");
    }

    #[test]
    fn findings_of_a_folder_are_those_whose_path_lies_in_it() {
        let text = "---\nkind: nonsense\n---\n# X\n";
        let checked = ["a/b.md", "a-b/c.md", "a.md", "a/c/d.md", "ab/e.md", "projects/crm/x.md"]
            .iter()
            .fold(portfolio(), |book, path| book.file(path, text))
            .checked();
        for folder in ["", "a", "a/c", "a-b", "projects/crm", "nowhere"] {
            let inside = |f: &&Finding| crate::portfolio::within(&f.path, folder);
            let wanted: Vec<&Finding> = checked.findings.iter().filter(inside).collect();
            assert_eq!(checked.findings_in(folder).iter().collect::<Vec<_>>(), wanted, "{folder}");
            assert_eq!(wanted.is_empty(), folder == "nowhere", "{folder}");
        }
        assert_eq!(checked.findings_of("a/b.md").len(), 1);
        assert!(checked.findings_of("a").is_empty());
    }
}
