//! `section-order`: sections stand in another order than their kind's.

use super::due::retired;
use super::{Context, Defaults, Rule};
use crate::document::Document;
use crate::finding::{Finding, Severity};
use crate::kinds::Role;
use crate::markdown::Heading;

pub(super) static RULE: Rule = Rule {
    name: "section-order",
    summary: "A section stands before or after another than its kind says.",
    why: "Who reads ten charters a week looks for the scope where the scope always stands. Sections in their usual order can be compared side by side, and one that was moved is soon taken for missing. Other sections may stand between them.",
    defaults: Defaults::Flat(Severity::Note),
    example: "=== projects/crm/lessons/L-900.md\n---\nkind: charter\nversion: \"1.0\"\nstate: draft\nauthor: \"@mlopez\"\nupdated: 2026-01-10\n---\n# Second charter\n\n## Scope\n\nAll sales staff and the support desk.\n\n## Objectives\n\nHalf the handling time of a call by the end of the year.\n",
    remedy: "=== projects/crm/lessons/L-900.md\n---\nkind: charter\nversion: \"1.0\"\nstate: draft\nauthor: \"@mlopez\"\nupdated: 2026-01-10\n---\n# Second charter\n\n## Objectives\n\nHalf the handling time of a call by the end of the year.\n\n## Scope\n\nAll sales staff and the support desk.\n",
    check: Some(check),
};

fn check(context: &Context<'_>, out: &mut Vec<Finding>) {
    let p = context.portfolio;
    for (index, document) in p.documents.iter().enumerate() {
        if document.broken || !document.typed || retired(document) {
            continue;
        }
        // Earlier reports are history.
        let latest = |pr: &crate::portfolio::Project| {
            pr.latest().is_none_or(|report| report.document == index)
        };
        if document.kind.role == Role::Report && !p.project_of(index).is_none_or(latest) {
            continue;
        }
        out.extend(misplaced(document));
    }
}

/// The fewest sections whose move puts all in order, each at its heading.
fn misplaced(document: &Document) -> Vec<Finding> {
    let found = headings(document);
    let places: Vec<usize> = found.iter().map(|(_, heading)| *heading).collect();
    let kept = longest_rise(&places);
    let heading = |i: usize| document.outline.headings.get(i);
    let mut out = Vec::new();
    for (n, (section, place)) in found.iter().enumerate().filter(|(n, _)| !kept.contains(n)) {
        let Some(at) = heading(*place) else { continue };
        let name = document.kind.sections.get(*section).map_or("", |s| &s.name);
        // The nearest sections in place, in the order of the kind.
        let before = kept.iter().rev().find(|k| **k < n).and_then(|k| found.get(*k));
        let after = kept.iter().find(|k| **k > n).and_then(|k| found.get(*k));
        let neighbour = |found: Option<&(usize, usize)>, wrong: fn(usize, usize) -> bool| {
            found.filter(|(_, other)| wrong(*other, *place)).and_then(|(_, other)| heading(*other))
        };
        let (other, stands, belongs) = match (
            neighbour(after, |other, place| other < place),
            neighbour(before, |other, place| other > place),
        ) {
            (Some(other), _) => (other, "after", "before"),
            (None, Some(other)) => (other, "before", "after"),
            (None, None) => continue,
        };
        let line = document.at(other.span).line;
        let message = format!("section `{name}` stands {stands} `{}`", other.text);
        let help = format!("move it {belongs} `{}` (line {line})", other.text);
        out.push(document.finding(RULE.name, at.span, message).help(help).related(
            document.path.clone(),
            other.span,
            document.at(other.span),
            format!("it belongs {belongs} this section"),
        ));
    }
    out
}

/// The sections that have a heading of the level most of them have, in the
/// kind's order, each with its first such heading.
fn headings(document: &Document) -> Vec<(usize, usize)> {
    let all: Vec<(usize, usize, &Heading)> = document
        .sections
        .iter()
        .enumerate()
        .filter_map(|(section, found)| {
            let heading = *found.headings.first()?;
            Some((section, heading, document.outline.headings.get(heading)?))
        })
        .collect();
    let count = |level: u8| all.iter().filter(|(_, _, h)| h.level == level).count();
    let level = (1..=6).rev().max_by_key(|level| count(*level)).unwrap_or(2);
    all.iter().filter(|(_, _, h)| h.level == level).map(|(s, i, _)| (*s, *i)).collect()
}

/// Positions of a longest part of the list that never falls. A heading that
/// stands for two sections is one place for both.
fn longest_rise(list: &[usize]) -> Vec<usize> {
    // Length of the best rise that ends at each position, and the one before.
    let mut best: Vec<(usize, Option<usize>)> = Vec::with_capacity(list.len());
    for (i, value) in list.iter().enumerate() {
        let before = best
            .iter()
            .enumerate()
            .take(i)
            .filter(|(j, _)| list.get(*j).is_some_and(|other| other <= value))
            .max_by_key(|(j, (length, _))| (*length, std::cmp::Reverse(*j)));
        best.push(match before {
            Some((j, (length, _))) => (length + 1, Some(j)),
            None => (1, None),
        });
    }
    let last = best.iter().enumerate().max_by_key(|(i, (length, _))| (*length, *i));
    let mut at = last.map(|(i, _)| i);
    let mut kept = Vec::new();
    while let Some(i) = at {
        kept.push(i);
        at = best.get(i).and_then(|(_, before)| *before);
    }
    kept.reverse();
    kept
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::testing::portfolio;

    const CHARTER: &str = "projects/crm/charter.md";
    const SCOPE: &str = "## Scope\n\nAll sales staff and the support desk.\n\n";

    #[test]
    fn the_section_that_was_moved_is_found_where_it_stands() {
        let moved = portfolio().replace(CHARTER, SCOPE, "").replace(
            CHARTER,
            "## Objectives",
            &format!("{SCOPE}## Objectives"),
        );
        let found = moved.finds("section-order", CHARTER, 16);
        assert_eq!(found.message, "section `Scope` stands before `Objectives`");
        assert_eq!(found.help.as_deref(), Some("move it after `Objectives` (line 20)"));
        assert_eq!((found.related[0].at.line, found.severity), (20, Severity::Note));
        portfolio().silent("section-order");
    }

    #[test]
    fn the_fewest_moves_are_asked_for() {
        assert_eq!(longest_rise(&[1, 2, 9, 3, 4]), [0, 1, 3, 4]);
        assert_eq!(longest_rise(&[5, 1, 2, 3]), [1, 2, 3]);
        assert_eq!(longest_rise(&[1, 1, 2]), [0, 1, 2]);
        assert_eq!(longest_rise(&[]), Vec::<usize>::new());
    }

    #[test]
    fn other_sections_may_stand_between_and_lower_headings_do_not_count() {
        portfolio()
            .replace(
                CHARTER,
                "## Objectives",
                "## Background\n\nIt grew over years.\n\n## Objectives",
            )
            .silent("section-order");
        portfolio()
            .replace(CHARTER, "## Objectives", "### Out of scope\n\nNothing.\n\n## Objectives")
            .silent("section-order");
    }

    #[test]
    fn superseded_documents_and_earlier_reports_are_left_alone() {
        let moved = || {
            portfolio().replace(CHARTER, SCOPE, "").replace(
                CHARTER,
                "## Objectives",
                &format!("{SCOPE}## Objectives"),
            )
        };
        moved().replace(CHARTER, "state: approved", "state: superseded").silent("section-order");
    }
}
