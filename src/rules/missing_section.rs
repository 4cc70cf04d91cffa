//! `missing-section`: a document lacks a section its kind requires by now.

use super::due::Due;
use super::wanted;
use super::{Context, Defaults, Rule};
use crate::document::Document;
use crate::finding::Finding;
use crate::kinds::Section;
use crate::markdown::{self, Heading, SectionFill};

pub(super) static RULE: Rule = Rule {
    name: "missing-section",
    summary: "A document lacks a section that its kind requires of this tier in this phase.",
    why: "Each section answers a question somebody will ask: what is out of scope, who accepts the result, how success is measured. A charter that passes its gate without the answer settles it by default, and the argument comes later. What a phase already passed required is an error; what the current phase requires is a warning.",
    defaults: Defaults::Due,
    example: "=== projects/crm/charter.md\n---\nkind: charter\nversion: \"1.0\"\nstate: approved\nauthor: \"@mlopez\"\nupdated: 2026-01-10\n---\n# CRM replacement: charter\n\n## Problem statement\n\nThe old system is out of support and fails once a week.\n\n## Objectives\n\nHalf the handling time of a call by the end of the year.\n\n## Scope\n\nAll sales staff and the support desk.\n\n## Out of scope\n\nMarketing automation is left for later.\n",
    remedy: "=== projects/crm/charter.md\n---\nkind: charter\nversion: \"1.0\"\nstate: approved\nauthor: \"@mlopez\"\nupdated: 2026-01-10\n---\n# CRM replacement: charter\n\n## Problem statement\n\nThe old system is out of support and fails once a week.\n\n## Objectives\n\nHalf the handling time of a call by the end of the year.\n\n## Scope\n\nAll sales staff and the support desk.\n\n## Out of scope\n\nMarketing automation is left for later.\n\n## Success criteria\n\nMinutes per call, measured every month.\n\n## Roles and responsibilities\n\nThe sponsor decides, the project manager delivers.\n",
    check: Some(check),
};

fn check(context: &Context<'_>, out: &mut Vec<Finding>) {
    let p = context.portfolio;
    for (index, document) in p.documents.iter().enumerate().filter(|(_, d)| !d.broken) {
        for (i, severity, due) in wanted::sections(p, index) {
            let (Some(section), Some(found)) =
                (document.kind.sections.get(i), document.sections.get(i))
            else {
                continue;
            };
            if found.fill != SectionFill::Missing {
                continue;
            }
            let phase = p.project_of(index).and_then(|pr| pr.phase());
            let since = match (due, phase) {
                (Some(Due::Passed), Some(phase)) => {
                    format!(", due before {}", phase.title.to_lowercase())
                }
                _ => String::new(),
            };
            let kind = document.kind.title.to_lowercase();
            let message = format!("the {kind} has no section `{}`{since}", section.name);
            let headings = &document.outline.headings;
            let slip = markdown::slip(&document.outline, &document.kind.headings, i);
            let slip = slip.and_then(|h| headings.get(h));
            let next = headings.iter().find(|h| h.span.start == found.insert_at);
            // At the heading misspelt, else at the one before which it belongs.
            let place = slip.or(next).map_or(document.head(), |h| h.span);
            let finding = document.finding(RULE.name, place, message).severity(severity);
            let finding = match slip {
                Some(heading) => finding
                    .replace_with(&*section.name)
                    .help(format!("did you mean `{}` for `{}`?", section.name, heading.text)),
                None => finding.help(help(document, section, next)),
            };
            out.push(finding);
        }
    }
}

fn help(document: &Document, section: &Section, next: Option<&Heading>) -> String {
    if let (Some(open), None) = (document.outline.open, next) {
        let line = document.at(open).line;
        return format!("close what begins in line {line}: below it no heading is read as one");
    }
    let place = match next {
        Some(next) => format!("before `{}` (line {})", next.text, document.at(next.span).line),
        None => "at the end".into(),
    };
    let also = match section.synonyms.first() {
        Some(name) => format!("; `{name}` is read as the same"),
        None => String::new(),
    };
    let marks = "#".repeat(usize::from(document.kind.headings.headings.from));
    format!(
        "add `{marks} {}` {place}{also}, or write there `Not applicable — ` and why",
        section.name
    )
}

#[cfg(test)]
mod tests {
    use crate::finding::Severity;
    use crate::rules::testing::portfolio;

    const CHARTER: &str = "projects/crm/charter.md";
    const METRICS: &str = "## Success metrics\n\nMinutes per call, measured every month.\n";

    #[test]
    fn severity_follows_the_phase() {
        let gap = || portfolio().replace(CHARTER, METRICS, "");
        let passed = gap().finds("missing-section", CHARTER, 29);
        assert_eq!(passed.severity, Severity::Deny);
        assert_eq!(
            passed.message,
            "the charter has no section `Success metrics`, due before execution"
        );
        assert!(passed.help.unwrap().contains("before `Milestones` (line 29)"));
        let card = "projects/crm/project.md";
        let early = gap().replace(card, "phase: execution", "phase: initiation");
        assert_eq!(early.finds("missing-section", CHARTER, 29).severity, Severity::Note);
        let held = gap().replace(card, "state: active", "state: on-hold");
        assert_eq!(held.finds("missing-section", CHARTER, 29).severity, Severity::Note);
    }

    #[test]
    fn an_expected_section_weighs_one_less() {
        let gap = portfolio().replace(
            CHARTER,
            "## Out of scope\n\nMarketing automation is left for later.\n",
            "",
        );
        assert_eq!(gap.finds("missing-section", CHARTER, 25).severity, Severity::Warn);
    }

    #[test]
    fn a_register_or_a_synonym_or_half_a_heading_satisfies() {
        let milestones = "## Milestones\n\nThe finish is planned for September.\n";
        portfolio().replace(CHARTER, milestones, "").silent("missing-section");
        portfolio()
            .replace(CHARTER, "## Success metrics", "## 4. Success criteria:")
            .silent("missing-section");
        portfolio()
            .replace(CHARTER, "## Out of scope\n\nMarketing", "Marketing")
            .replace(CHARTER, "## Scope", "## In scope / out of scope")
            .silent("missing-section");
    }

    #[test]
    fn a_slip_in_the_heading_is_pointed_at() {
        let found = portfolio().replace(CHARTER, "## Success metrics", "## Sucess metrics").finds(
            "missing-section",
            CHARTER,
            28,
        );
        assert_eq!(
            found.help.as_deref(),
            Some("did you mean `Success metrics` for `Sucess metrics`?")
        );
    }

    #[test]
    fn a_lite_document_owes_what_the_lightest_tier_requires() {
        let card = "projects/crm/project.md";
        // Tier 1 owes deliverables; tier 3 does not.
        let one = portfolio().replace(card, "tier: 3", "tier: 1");
        assert!(one.findings().iter().any(|f| f.message.contains("`Deliverables`")));
        portfolio().silent("missing-section");
    }

    #[test]
    fn superseded_and_broken_documents_are_left_alone() {
        portfolio()
            .replace(CHARTER, METRICS, "")
            .replace(CHARTER, "state: approved", "state: superseded")
            .silent("missing-section");
        portfolio()
            .replace(CHARTER, METRICS, "")
            .replace(CHARTER, "author: \"@mlopez\"", "author: @mlopez")
            .silent("missing-section");
    }

    #[test]
    fn only_the_newest_report_is_asked() {
        let summary = "## Summary\n\nWork goes to plan and the first rehearsal is booked.\n";
        portfolio()
            .replace("projects/crm/status/2026-02-27.md", summary, "")
            .silent("missing-section");
        let summary = "## Summary\n\nThe first rehearsal went well and the second is booked.\n";
        let path = "projects/crm/status/2026-03-27.md";
        let found = portfolio().replace(path, summary, "").finds("missing-section", path, 13);
        assert_eq!(found.severity, Severity::Warn);
    }

    #[test]
    fn outside_a_project_only_what_all_tiers_require_counts() {
        let found = portfolio().file("pool/plan.md", "---\nkind: plan\n---\n# Plan\n").findings();
        let gaps: Vec<_> = found.iter().filter(|f| f.rule == "missing-section").collect();
        assert!(gaps.iter().all(|f| f.severity == Severity::Warn));
        assert!(!gaps.is_empty() && gaps.len() < 4, "{gaps:?}");
    }

    #[test]
    fn it_is_anchored_at_the_heading_before_which_it_belongs_else_at_the_kind() {
        let gap = portfolio().replace(CHARTER, METRICS, "");
        let found = gap.finds("missing-section", CHARTER, 29);
        assert!(found.help.unwrap().contains("before `Milestones` (line 29)"));
        let roles =
            "## Roles and responsibilities\n\nThe sponsor decides, the project manager delivers.\n";
        let found = portfolio().replace(CHARTER, roles, "").finds("missing-section", CHARTER, 2);
        assert_eq!(found.at.column, 7);
        assert!(found.help.unwrap().contains(" at the end"));
    }

    #[test]
    fn a_section_hidden_in_a_fence_a_quote_or_a_comment_is_missing_at_its_place() {
        for (open, close) in [("```\n", "```\n"), ("<!--\n", "-->\n")] {
            portfolio().replace(CHARTER, METRICS, &format!("{open}{METRICS}{close}")).finds(
                "missing-section",
                CHARTER,
                34,
            );
            // Not closed, it takes all that follows with it.
            let found = portfolio()
                .replace(CHARTER, METRICS, &format!("{open}{METRICS}"))
                .findings()
                .into_iter()
                .filter(|f| f.rule == "missing-section")
                .collect::<Vec<_>>();
            let help = "close what begins in line 28: below it no heading is read as one";
            assert!(
                found.len() > 1 && found.iter().all(|f| f.help.as_deref() == Some(help)),
                "{found:?}"
            );
        }
        portfolio().replace(CHARTER, "## Success metrics", "> ## Success metrics").finds(
            "missing-section",
            CHARTER,
            32,
        );
    }
}
