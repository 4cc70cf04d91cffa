//! `duplicate-section`: one section stands twice in a document.

use super::due::retired;
use super::{Context, Defaults, Rule};
use crate::document::Document;
use crate::finding::{Finding, Severity};
use crate::markdown::normalise_heading;
use std::collections::HashMap;

pub(super) static RULE: Rule = Rule {
    name: "duplicate-section",
    summary: "A section of the kind stands twice under the same heading.",
    why: "The reader who finds the first `Scope` stops there and never learns what the second one says; after two edits they contradict each other. It is mostly left over from a merge or a copied template.",
    defaults: Defaults::Flat(Severity::Warn),
    example: "=== projects/crm/lessons/L-900.md\n---\nkind: charter\nversion: \"1.0\"\nstate: draft\nauthor: \"@mlopez\"\nupdated: 2026-01-10\n---\n# Second charter\n\n## Scope\n\nAll sales staff.\n\n## Scope\n\nThe support desk.\n",
    remedy: "=== projects/crm/lessons/L-900.md\n---\nkind: charter\nversion: \"1.0\"\nstate: draft\nauthor: \"@mlopez\"\nupdated: 2026-01-10\n---\n# Second charter\n\n## Scope\n\nAll sales staff and the support desk.\n",
    check: Some(check),
};

fn check(context: &Context<'_>, out: &mut Vec<Finding>) {
    for document in &context.portfolio.documents {
        if document.typed && !document.broken && !retired(document) {
            out.extend(repeated(document));
        }
    }
}

/// Headings that repeat the words of an earlier one of the same section, of
/// the same level and under the same heading above.
fn repeated(document: &Document) -> Vec<Finding> {
    let headings = &document.outline.headings;
    let mut out = Vec::new();
    for (section, found) in document.kind.sections.iter().zip(&document.sections) {
        if found.headings.len() < 2 {
            continue;
        }
        let mut seen: HashMap<(String, u8, Option<usize>), usize> = HashMap::new();
        for &i in &found.headings {
            let Some(heading) = headings.get(i) else { continue };
            let above =
                headings.get(..i).and_then(|h| h.iter().rposition(|h| h.level < heading.level));
            let key = (normalise_heading(&heading.text), heading.level, above);
            let Some(first) = seen.get(&key).and_then(|first| headings.get(*first)) else {
                seen.insert(key, i);
                continue;
            };
            let line = document.at(first.span).line;
            let message = format!("section `{}` stands twice, first in line {line}", section.name);
            let help = "join the two, or give one of them a heading of its own";
            out.push(document.finding(RULE.name, heading.span, message).help(help).related(
                document.path.clone(),
                first.span,
                document.at(first.span),
                "it stands here first",
            ));
        }
    }
    out.sort_by_key(|finding| finding.span);
    out.dedup_by_key(|finding| finding.span);
    out
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::portfolio;

    const CHARTER: &str = "projects/crm/charter.md";

    #[test]
    fn the_second_of_two_is_found() {
        let twice = portfolio().replace(
            CHARTER,
            "## Objectives",
            "## Scope\n\nEverything.\n\n## Objectives",
        );
        let all = twice.findings();
        let found: Vec<_> = all.iter().filter(|f| f.rule == "duplicate-section").collect();
        assert_eq!(found.len(), 1, "{found:#?}");
        assert!(found[0].at.line > found[0].related[0].at.line);
        portfolio().silent("duplicate-section");
    }

    #[test]
    fn two_names_of_one_section_and_the_same_name_in_two_chapters_are_no_duplicates() {
        portfolio()
            .replace(
                CHARTER,
                "## Milestones",
                "## Success criteria\n\nFewer calls.\n\n## Milestones",
            )
            .silent("duplicate-section");
        portfolio()
            .replace(
                CHARTER,
                "## Milestones",
                "## Stage one\n\n### Deliverables\n\nA list.\n\n## Stage two\n\n### Deliverables\n\nA list.\n\n## Milestones",
            )
            .silent("duplicate-section");
    }
}
