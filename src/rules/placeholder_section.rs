//! `placeholder-section`: a required section stands there and says nothing.

use super::wanted;
use super::{Context, Defaults, Rule};
use crate::finding::Finding;
use crate::kinds::Role;
use crate::markdown::SectionFill;

pub(super) static RULE: Rule = Rule {
    name: "placeholder-section",
    summary: "A required section holds only placeholder or template text, or nothing.",
    why: "`TBD` under a heading passes every glance at the table of contents. The reader who needs the answer finds out that nobody has given one, usually after the gate that should have asked. A section that truly does not apply says so with its reason and is content with that.",
    defaults: Defaults::Due,
    example: "=== projects/crm/charter.md\n---\nkind: charter\nversion: \"1.0\"\nstate: approved\nauthor: \"@mlopez\"\nupdated: 2026-01-10\n---\n# CRM replacement: charter\n\n## Problem statement\n\nThe old system is out of support and fails once a week.\n\n## Objectives\n\nTBD\n",
    remedy: "=== projects/crm/charter.md\n---\nkind: charter\nversion: \"1.0\"\nstate: approved\nauthor: \"@mlopez\"\nupdated: 2026-01-10\n---\n# CRM replacement: charter\n\n## Problem statement\n\nThe old system is out of support and fails once a week.\n\n## Objectives\n\nHalf the handling time of a call by the end of the year.\n",
    check: Some(check),
};

fn check(context: &Context<'_>, out: &mut Vec<Finding>) {
    let p = context.portfolio;
    for (index, document) in p.documents.iter().enumerate() {
        for (i, severity, _) in wanted::sections(p, index) {
            let (Some(section), Some(found)) =
                (document.kind.sections.get(i), document.sections.get(i))
            else {
                continue;
            };
            let (span, message) = match &found.fill {
                SectionFill::Placeholder(text, _)
                    if document.kind.role == Role::Report && answers(text) =>
                {
                    continue;
                }
                SectionFill::Placeholder(text, span) => {
                    (*span, format!("section `{}` holds only `{}`", section.name, text.trim()))
                }
                SectionFill::Empty => (
                    found.span.unwrap_or(document.head()),
                    format!("section `{}` is empty", section.name),
                ),
                _ => continue,
            };
            let help = if section.prompt.is_empty() {
                "write it, or `Not applicable — ` and the reason".to_owned()
            } else {
                format!("{} Or write `Not applicable — ` and the reason", section.prompt)
            };
            out.push(document.finding(RULE.name, span, message).help(help).severity(severity));
        }
    }
}

/// A report may have nothing to tell under a heading, and say so.
fn answers(text: &str) -> bool {
    let text = text.trim().to_lowercase();
    let mut words = text.split_whitespace();
    matches!(words.next(), Some("none" | "no" | "nothing")) && words.next().is_some()
}

#[cfg(test)]
mod tests {
    use crate::finding::Severity;
    use crate::rules::testing::portfolio;

    const CHARTER: &str = "projects/crm/charter.md";
    const SCOPE: &str = "All sales staff and the support desk.";

    #[test]
    fn the_placeholder_itself_is_underlined() {
        let found = portfolio()
            .replace(CHARTER, SCOPE, "To be written: TBD")
            .replace(CHARTER, "To be written: TBD", "TBD")
            .finds("placeholder-section", CHARTER, 22);
        assert_eq!(found.message, "section `Scope` holds only `TBD`");
        assert_eq!((found.severity, found.span.end - found.span.start), (Severity::Deny, 3));
    }

    #[test]
    fn an_empty_section_is_found_at_its_heading() {
        let found =
            portfolio().replace(CHARTER, SCOPE, "").finds("placeholder-section", CHARTER, 20);
        assert_eq!(found.message, "section `Scope` is empty");
    }

    #[test]
    fn a_reason_is_content_and_a_template_prompt_is_not() {
        portfolio()
            .replace(CHARTER, SCOPE, "Not applicable — the parent programme sets it.")
            .silent("placeholder-section");
        portfolio().replace(CHARTER, SCOPE, "<Name systems, units and results>").finds(
            "placeholder-section",
            CHARTER,
            22,
        );
    }

    #[test]
    fn none_this_period_answers_a_report_and_none_alone_does_not() {
        let report = "projects/crm/status/2026-03-27.md";
        portfolio()
            .replace(report, "None this period.", "Nothing new.")
            .silent("placeholder-section");
        portfolio().replace(report, "None this period.", "None").finds(
            "placeholder-section",
            report,
            30,
        );
    }

    #[test]
    fn a_section_nobody_asks_for_may_stay_open() {
        portfolio()
            .replace(CHARTER, "## Milestones", "## Deliverables\n\nTBD\n\n## Milestones")
            .silent("placeholder-section");
    }
}
