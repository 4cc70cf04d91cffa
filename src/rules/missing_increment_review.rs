//! `missing-increment-review`: increments are not shown to anybody.

use super::{Context, Defaults, Rule};
use crate::date::{Date, days};
use crate::document::Document;
use crate::finding::Finding;
use crate::finding::Severity::Warn;
use crate::lifecycles::Class;
use crate::markdown::SectionFill;
use crate::portfolio::{Portfolio, Project};
use crate::ratio::Ratio;
use crate::rules::reported::{Reported, executing, reported};

pub(super) static RULE: Rule = Rule {
    name: "missing-increment-review",
    summary: "An agile or hybrid project has reported no increment review and no newly accepted scope for more than 60 days.",
    why: "Working in increments pays when somebody looks at them: what was shown, to whom, and what they said. A project that for two months neither reports a review nor accepts anything works in increments in name only, and learns as late as any other.",
    defaults: Defaults::Flat(Warn),
    example: "=== projects/crm/status/2026-01-23.md\n---\nkind: status\nauthor: \"@mlopez\"\nas_of: 2026-01-23\nphase: execution\nhealth: {overall: green, schedule: green}\nmilestones:\n  M1: {forecast: 2026-09-30}\n---\n# Status\n",
    remedy: "=== projects/crm/status/2026-03-27.md\n---\nkind: status\nauthor: \"@mlopez\"\nas_of: 2026-03-27\nphase: execution\nhealth: {overall: green, schedule: green}\nmilestones:\n  M1: {forecast: 2026-10-05}\n---\n# Status\n\n## Increment review\n\nThe call screen was shown to twelve agents on 24 March; they asked for a shorter form.\n",
    check: Some(check),
};

/// Days without a review that are allowed.
const ALLOWED: i64 = 60;

fn check(context: &Context<'_>, out: &mut Vec<Finding>) {
    let p = context.portfolio;
    for it in reported(context) {
        let card = p.documents.get(it.project.card);
        let model = card.and_then(|c| c.fields.text("delivery_model"));
        if !matches!(model, Some("agile" | "hybrid")) || !executing(it.project) {
            continue;
        }
        let Some((last, seen)) = last_review(p, &it) else { continue };
        let gone = days(last, p.as_of);
        if gone <= ALLOWED {
            continue;
        }
        let since = if seen { "since the last one" } else { "since the work began" };
        let message = format!(
            "no increment review and no newly accepted scope in the {gone} days {since} on {last}"
        );
        let help = "write below `## Increment review` what was shown, to whom, and what they said, or count what was accepted in `scope: {accepted: …}`";
        out.push(it.document.finding(RULE.name, it.span("as_of"), message).help(help));
    }
}

/// The last report with a review or newly accepted scope, and whether there is
/// one; else the first report of the work being done.
fn last_review(p: &Portfolio, it: &Reported<'_>) -> Option<(Date, bool)> {
    let reports = it.newest_first(p);
    for (i, (report, document)) in reports.iter().enumerate() {
        let now = accepted(document);
        let before = reports.iter().skip(i + 1).find_map(|(_, d)| accepted(d));
        let grew = now.is_some_and(|n| n > before.unwrap_or(Ratio::ZERO));
        if grew || reviewed(document) {
            return Some((report.date, true));
        }
    }
    let works = |d: &Document| class(it.project, d) == Some(Class::Execute);
    let first = reports.iter().rev().find(|(_, d)| works(d));
    first.map(|(report, _)| (report.date, false))
}

/// The class of the phase a report names.
fn class(project: &Project, report: &Document) -> Option<Class> {
    let lifecycle = project.lifecycle.as_ref()?;
    let index = lifecycle.phase(report.fields.text("phase")?)?;
    lifecycle.phases.get(index).map(|phase| phase.class)
}

fn accepted(report: &Document) -> Option<Ratio> {
    report.fields.record("scope")?.number("accepted")
}

/// Whether the report tells of a review: a section meant for projects that
/// work in increments only.
fn reviewed(report: &Document) -> bool {
    report.kind.sections.iter().zip(&report.sections).any(|(section, found)| {
        let theirs = section.models.iter().any(|m| **m == *"agile")
            && !section.models.iter().any(|m| **m == *"waterfall");
        theirs && matches!(found.fill, SectionFill::Filled)
    })
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::{Fixture, portfolio};

    const RULE: &str = "missing-increment-review";
    const CARD: &str = "projects/crm/project.md";
    const FIRST: &str = "projects/crm/status/2026-02-27.md";
    const LAST: &str = "projects/crm/status/2026-03-27.md";

    /// The work began with the report of 27 February.
    fn on(day: &'static str) -> Fixture {
        portfolio().as_of(day)
    }

    #[test]
    fn sixty_days_are_allowed() {
        on("2026-04-28").silent(RULE);
        let found = on("2026-04-29").finds(RULE, LAST, 4);
        assert_eq!(
            found.message,
            "no increment review and no newly accepted scope in the 61 days since the work began on 2026-02-27"
        );
    }

    #[test]
    fn a_review_or_accepted_scope_begins_anew() {
        let review = "\n## Demo\n\nThe call screen was shown to twelve agents on 24 February.\n\n## Next steps";
        on("2026-04-29").replace(LAST, "\n## Next steps", review).silent(RULE);
        let found = on("2026-04-29").replace(FIRST, "\n## Next steps", review).finds(RULE, LAST, 4);
        assert!(found.message.ends_with("in the 61 days since the last one on 2026-02-27"));
        let accepted = |first: &str, last: &str| {
            let scope = |n: &str| format!("scope: {{unit: stories, accepted: {n}}}\nmilestones:");
            on("2026-04-29").replace(FIRST, "milestones:", &scope(first)).replace(
                LAST,
                "milestones:",
                &scope(last),
            )
        };
        accepted("3", "4").silent(RULE);
        accepted("3", "3").finds(RULE, LAST, 4);
    }

    #[test]
    fn a_heading_with_nothing_below_is_no_review() {
        on("2026-04-29")
            .replace(LAST, "\n## Next steps", "\n## Increment review\n\nTBD\n\n## Next steps")
            .finds(RULE, LAST, 4);
    }

    #[test]
    fn other_models_phases_and_states_are_left_alone() {
        let other = |from: &str, to: &str| on("2026-04-29").replace(CARD, from, to).silent(RULE);
        other("delivery_model: hybrid", "delivery_model: waterfall");
        other("phase: execution", "phase: planning");
        other("state: active", "state: on-hold");
    }
}
