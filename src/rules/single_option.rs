//! `single-option`: asked to decide, with nothing to choose from.

use super::common::{in_force, running};
use super::{Context, Defaults, Rule};
use crate::document::Document;
use crate::finding::{Finding, Severity};
use crate::portfolio::{Portfolio, Project};
use crate::text::Span;

pub(super) static RULE: Rule = Rule {
    name: "single-option",
    summary: "An exception report, or a decision in a file of its own, shows only one option.",
    why: "Whoever is asked to decide can only say yes, or send it back. Doing nothing is an option too, and often the honest one to compare with. Options are counted in `options`, or in the section: sub-headings, bold lead-ins, list items or table rows; running text is not counted.",
    defaults: Defaults::Flat(Severity::Warn),
    example: "=== projects/crm/exceptions/EX-001.md\n---\nkind: exception\nid: EX-001\nraised: 2026-03-26\nbreached: [schedule]\nto: [sponsor]\ndecision: pending\n---\n# Finish 19 % late\n\n## Cause\n\nThe vendor's interface came in November.\n\n## Consequences\n\nThe old system runs for another quarter.\n\n## Options\n\n- Move the finish to November\n\n## Recommendation\n\nMove the finish.\n",
    remedy: "=== projects/crm/exceptions/EX-001.md\n---\nkind: exception\nid: EX-001\nraised: 2026-03-26\nbreached: [schedule]\nto: [sponsor]\ndecision: pending\n---\n# Finish 19 % late\n\n## Cause\n\nThe vendor's interface came in November.\n\n## Consequences\n\nThe old system runs for another quarter.\n\n## Options\n\n- Move the finish to November\n- Leave call recordings out and keep September\n\n## Recommendation\n\nLeave them out.\n",
    check: Some(check),
};

fn check(context: &Context<'_>, out: &mut Vec<Finding>) {
    let p = context.portfolio;
    for project in running(p) {
        let reports = in_force(p, project).filter(|d| d.kind.fields.find("breached").is_some());
        for document in reports.chain(decisions(p, project)) {
            let Some(span) = only_one(document) else { continue };
            let kind = document.kind.title.to_lowercase();
            let message = format!("the {kind} shows 1 option of at least 2");
            let help = "add the other ways, doing nothing among them, with what each costs";
            out.push(document.finding(RULE.name, span, message).help(help));
        }
    }
}

/// Decisions that are files of their own, in the two tiers with more control; a
/// list in the front matter is the business of `unreasoned-decision`.
fn decisions<'a>(p: &'a Portfolio, project: &'a Project) -> impl Iterator<Item = &'a Document> {
    let items = project.items("decisions").iter().filter(|_| project.tier < 2);
    items
        .filter(|i| !i.fields.has("options") && matches!(i.status(), "requested" | "decided"))
        .filter_map(|i| p.documents.get(i.document?))
        .filter(|d| !d.broken && d.fields.text("state") != Some("draft"))
}

/// Where the only option stands; `None` where there are more, or none that can
/// be counted.
fn only_one(document: &Document) -> Option<Span> {
    if document.fields.has("options") {
        let slot = document.fields.slot("options")?;
        return (document.fields.list("options").len() == 1).then_some(slot.span);
    }
    let outline = &document.outline;
    let (_, found) = document
        .kind
        .sections
        .iter()
        .zip(&document.sections)
        .find(|(s, _)| s.satisfied_by.iter().any(|f| **f == *"options"))?;
    let [heading] = found.headings.as_slice() else { return None };
    let top = outline.headings.get(*heading)?;
    let rest = outline.headings.get(heading + 1..)?;
    let inner: Vec<_> = rest.iter().take_while(|h| h.level > top.level).collect();
    let end = rest.get(inner.len()).map_or(outline.end, |h| h.span.start);
    let bold =
        outline.lead_ins.iter().filter(|l| l.span.start > top.span.start && l.span.start < end);
    let level = inner.iter().map(|h| h.level).min();
    let subs = inner.iter().filter(|h| Some(h.level) == level).count();
    let count = match (subs, bold.count(), top.points) {
        (0, 0, points) => usize::from(points),
        (0, bold, points) => bold.max(usize::from(points)),
        (subs, ..) => subs,
    };
    (count == 1).then_some(top.span)
}

#[cfg(test)]
mod tests {
    use crate::finding::Severity;
    use crate::rules::testing::{Fixture, portfolio};

    const PATH: &str = "projects/crm/exceptions/EX-001.md";
    const CARD: &str = "projects/crm/project.md";
    const RULE: &str = "single-option";

    fn options(text: &str) -> Fixture {
        portfolio().files(super::RULE.example).replace(
            PATH,
            "- Move the finish to November\n",
            text,
        )
    }

    #[test]
    fn one_item_heading_row_or_lead_in_is_one_option() {
        let found = options("- Move it\n").finds(RULE, PATH, 19);
        assert_eq!(found.message, "the exception report shows 1 option of at least 2");
        assert_eq!(found.severity, Severity::Warn);
        options("### Move it\n\n- costs 20,000\n- takes two weeks\n").finds(RULE, PATH, 19);
        options("| Option | Cost |\n|---|---|\n| Move it | 20,000 |\n").finds(RULE, PATH, 19);
        options("**Move it:** costs 20,000.\n").finds(RULE, PATH, 19);
    }

    #[test]
    fn two_of_them_and_running_text_are_silent() {
        options("- Move it\n- Leave it\n").silent(RULE);
        options("### Move it\n\nText.\n\n### Leave it\n\nText.\n").silent(RULE);
        options("**Move it:** costs 20,000.\n\n**Leave it:** costs nothing.\n").silent(RULE);
        options("Either the finish moves to November or recordings are left out.\n").silent(RULE);
    }

    #[test]
    fn the_front_matter_may_list_them() {
        let with = |list: &str| {
            options("See above.\n").replace(PATH, "decision: pending", &format!("options: {list}"))
        };
        with("[Move it]").finds(RULE, PATH, 7);
        with("[Move it, Leave it]").silent(RULE);
    }

    #[test]
    fn decisions_in_files_count_in_the_tiers_with_more_control() {
        let path = "projects/crm/decisions/D-009.md";
        let file = portfolio().file(
            path,
            "---\nkind: decision\nid: D-009\ntitle: Vendor\nstatus: requested\n---\n# Vendor\n\n## Options\n\n- A\n",
        );
        file.silent(RULE);
        file.replace(CARD, "tier: 3", "tier: 2").finds(RULE, path, 9);
    }

    #[test]
    fn drafts_and_resting_projects_are_silent() {
        options("- Move it\n").replace(PATH, "id: EX-001", "id: EX-001\nstate: draft").silent(RULE);
        options("- Move it\n").replace(CARD, "state: active", "state: on-hold").silent(RULE);
    }
}
