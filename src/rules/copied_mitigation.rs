//! `copied-mitigation`: one mitigation for many risks.

use super::{Context, Defaults, Rule};
use crate::document::Item;
use crate::finding::Finding;
use crate::finding::Severity::Note;
use crate::rules::empty_risk_register::is_open;
use crate::rules::reported::{executing, running};
use std::collections::BTreeMap;

pub(super) static RULE: Rule = Rule {
    name: "copied-mitigation",
    summary: "Four or more open risks have the same words as their mitigation.",
    why: "What helps against every risk alike helps against none in particular: `regular meetings`, `close monitoring`. When one measure truly answers several risks, name in each what it does there.",
    defaults: Defaults::Flat(Note),
    example: "=== projects/crm/raid.yaml\nupdated: 2026-03-27\nrisks:\n  - {id: R-001, title: Data quality, owner: \"@mlopez\", raised: 2026-03-20, due: 2026-05-01, p: 3, i: 3, status: open, mitigation: Close monitoring by the project team}\n  - {id: R-002, title: Late vendor, owner: \"@mlopez\", raised: 2026-03-20, due: 2026-05-01, p: 2, i: 3, status: open, mitigation: Close monitoring by the project team}\n  - {id: R-003, title: Key person leaves, owner: \"@mlopez\", raised: 2026-03-20, due: 2026-05-01, p: 2, i: 4, status: open, mitigation: Close monitoring by the project team}\n  - {id: R-004, title: New rules, owner: \"@mlopez\", raised: 2026-03-20, due: 2026-05-01, p: 1, i: 4, status: open, mitigation: Close monitoring by the project team}\n",
    remedy: "=== projects/crm/raid.yaml\nupdated: 2026-03-27\nrisks:\n  - {id: R-001, title: Data quality, owner: \"@mlopez\", raised: 2026-03-20, due: 2026-05-01, p: 3, i: 3, status: open, mitigation: Three rehearsals with reconciliation}\n  - {id: R-002, title: Late vendor, owner: \"@mlopez\", raised: 2026-03-20, due: 2026-05-01, p: 2, i: 3, status: open, mitigation: Weekly delivery check with the vendor}\n  - {id: R-003, title: Key person leaves, owner: \"@mlopez\", raised: 2026-03-20, due: 2026-05-01, p: 2, i: 4, status: open, mitigation: Ana learns the interface by May}\n  - {id: R-004, title: New rules, owner: \"@mlopez\", raised: 2026-03-20, due: 2026-05-01, p: 1, i: 4, status: open, mitigation: Legal reads the draft in April}\n",
    check: Some(check),
};

/// Risks from which one text is no answer to each.
const MANY: usize = 4;

fn check(context: &Context<'_>, out: &mut Vec<Finding>) {
    for (_, project) in running(context.portfolio).filter(|(_, pr)| executing(pr)) {
        let mut texts: BTreeMap<String, Vec<&Item>> = BTreeMap::new();
        for risk in project.items("risks").iter().filter(|r| is_open(r)) {
            if let Some(text) = risk.fields.text("mitigation") {
                texts.entry(plain(text)).or_default().push(risk);
            }
        }
        for risks in texts.values().filter(|risks| risks.len() >= MANY) {
            let Some((first, others)) = risks.split_first() else { continue };
            let ids: Vec<&str> = risks.iter().map(|r| &*r.id).collect();
            let message =
                format!("{} risks have one mitigation: `{}`", risks.len(), ids.join("`, `"));
            let help = "say for each risk what is done against this one";
            let mut finding = first.finding(RULE.name, "mitigation", message).help(help);
            for other in others {
                let span = other.fields.span("mitigation").unwrap_or(other.span);
                let at = other.lines.position(span.start);
                finding = finding.related(other.path.clone(), span, at, "the same words");
            }
            out.push(finding);
        }
    }
}

/// A text without what makes no difference: case, spaces, a full stop.
fn plain(text: &str) -> String {
    let words: Vec<String> = text.split_whitespace().map(str::to_lowercase).collect();
    words.join(" ").trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::{Fixture, portfolio};

    const RULE: &str = "copied-mitigation";
    const RAID: &str = "projects/crm/raid.yaml";

    fn risks(texts: &[&str]) -> Fixture {
        let line = |(i, text): (usize, &&str)| {
            format!(
                "  - {{id: R-{i}, title: T, owner: \"@mlopez\", raised: 2026-03-20, due: 2026-05-01, p: 1, i: 2, status: open{text}}}\n"
            )
        };
        let text: String = texts.iter().enumerate().map(line).collect();
        portfolio().file(RAID, &format!("risks:\n{text}"))
    }

    #[test]
    fn four_alike_are_found_at_the_first_and_three_are_not() {
        let same = ", mitigation: Close monitoring";
        let found = risks(&[
            ", mitigation: Vendor check",
            same,
            ", mitigation: close  monitoring.",
            same,
            same,
        ])
        .finds(RULE, RAID, 3);
        assert_eq!(found.message, "4 risks have one mitigation: `R-1`, `R-2`, `R-3`, `R-4`");
        assert_eq!(found.related.len(), 3);
        risks(&[same, same, same, ", mitigation: Vendor check"]).silent(RULE);
        risks(&["", "", "", ""]).silent(RULE);
    }

    #[test]
    fn closed_risks_and_other_phases_do_not_count() {
        let same = [", mitigation: Close monitoring"; 4];
        risks(&same).replace(RAID, "status: open", "status: closed").silent(RULE);
        risks(&same)
            .replace("projects/crm/project.md", "state: active", "state: on-hold")
            .silent(RULE);
    }
}
