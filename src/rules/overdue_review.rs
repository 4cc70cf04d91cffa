//! `overdue-review`: a living document nobody has looked at.

use super::common::{counted, day_count, records, running};
use super::due::{class, retired};
use super::{Context, Defaults, Rule};
use crate::date::{Date, days};
use crate::document::{Document, Register};
use crate::finding::Finding;
use crate::finding::Severity::{Note, Warn};
use crate::lifecycles::Class;
use crate::portfolio::{Portfolio, Project, State};

pub(super) static RULE: Rule = Rule {
    name: "overdue-review",
    summary: "A document is past its review date, or a living document has not been updated for a quarter (tier with most control) or half a year.",
    why: "Plans, governance and the RAID register say how the project works now, not how it was meant to work. Nobody trusts a register that was last touched in spring. A `review_by` in the future says when it will be looked at, and keeps this rule silent until then. The first 30 days are a note.",
    defaults: Defaults::Graded([Warn, Warn, Warn], [Note, Note, Note]),
    example: "=== projects/crm/plan.md\n---\nkind: plan\nversion: \"1.0\"\nstate: baselined\nauthor: \"@mlopez\"\nupdated: 2026-01-25\nreview_by: 2026-03-01\nbaseline_date: 2026-01-26\napprovals:\n  - {role: sponsor, name: \"@dokafor\", decision: approved, date: 2026-01-26, of: \"1.0\"}\n---\n# CRM replacement: plan\n\n## Scope baseline\n\nAccounts, contacts and calls of all sales staff.\n",
    remedy: "=== projects/crm/plan.md\n---\nkind: plan\nversion: \"1.0\"\nstate: baselined\nauthor: \"@mlopez\"\nupdated: 2026-03-20\nreview_by: 2026-06-01\nbaseline_date: 2026-01-26\napprovals:\n  - {role: sponsor, name: \"@dokafor\", decision: approved, date: 2026-01-26, of: \"1.0\"}\n---\n# CRM replacement: plan\n\n## Scope baseline\n\nAccounts, contacts and calls of all sales staff.\n",
    check: Some(check),
};

/// Days a living document may stand unchanged, by tier; the lightest tiers
/// have no limit.
const UNCHANGED: &[i64] = &[90, 180];
/// Days after which a risk register is the business of `idle-risk-register`.
const IDLE: [i64; 3] = [45, 60, 90];
/// Days in which an overdue review is only a note.
const GRACE: i64 = 30;

fn check(context: &Context<'_>, out: &mut Vec<Finding>) {
    let p = context.portfolio;
    for (index, document) in p.documents.iter().enumerate() {
        let project = p.project_of(index);
        if document.broken
            || retired(document)
            || document.fields.text("state") == Some("draft")
            || project.is_some_and(|pr| pr.state != State::Active)
        {
            continue;
        }
        out.extend(of_document(p, project, document));
    }
    for project in running(p) {
        for register in project.registers.iter().filter_map(|i| p.registers.get(*i)) {
            if !register.broken {
                out.extend(of_register(p, project, register));
            }
        }
    }
}

fn of_document(p: &Portfolio, project: Option<&Project>, document: &Document) -> Option<Finding> {
    let fields = &document.fields;
    let living =
        ["forums", "scope_baseline"].iter().any(|f| document.kind.fields.find(f).is_some());
    let (field, late, message) = late(
        p,
        project.filter(|_| living),
        &document.kind.title.to_lowercase(),
        fields.date("review_by"),
        fields.date("updated"),
    )?;
    let span = fields.span(field)?;
    let finding = document.finding(RULE.name, span, message).help(HELP);
    Some(if late > GRACE { finding } else { finding.small() })
}

fn of_register(p: &Portfolio, project: &Project, register: &Register) -> Option<Finding> {
    let raid = ["risks", "assumptions", "issues", "dependencies"];
    let living = register.lists.iter().any(|(key, ..)| raid.contains(&&**key))
        && !idle(p, project, register);
    let (field, late, message) = late(
        p,
        Some(project).filter(|_| living),
        "register",
        register.head.date("review_by"),
        register.head.date("updated"),
    )?;
    let span = register.head.span(field)?;
    let at = register.lines.position(span.start);
    let finding = Finding::new(RULE.name, register.path.clone(), span, at, message).help(HELP);
    Some(if late > GRACE { finding } else { finding.small() })
}

const HELP: &str =
    "read it, correct what is no longer so, and set `updated` and the next `review_by`";

/// The field that is overdue, by how many days, and the words; `project` is
/// given where the document is one that lives.
fn late(
    p: &Portfolio,
    project: Option<&Project>,
    what: &str,
    review_by: Option<Date>,
    updated: Option<Date>,
) -> Option<(&'static str, i64, String)> {
    if let Some(by) = review_by {
        let late = days(by, p.as_of);
        return (late > 0).then(|| {
            let message =
                format!("the {what} was to be reviewed by {by} and is {} late", day_count(late));
            ("review_by", late, message)
        });
    }
    let project = project?;
    let limit = UNCHANGED.get(project.tier)?;
    if !matches!(class(project), Some(Class::Plan | Class::Execute)) {
        return None;
    }
    let age = days(updated?, p.as_of);
    (age > *limit).then(|| {
        let message = format!(
            "the {what} was last updated {} ago; a review is due every {limit}",
            counted(age, "day", "days")
        );
        ("updated", age - limit, message)
    })
}

/// Whether no risk of the register has moved for so long that the rule about
/// idle risks speaks.
fn idle(p: &Portfolio, project: &Project, register: &Register) -> bool {
    let limit = IDLE[project.tier.min(2)];
    let risks = register.lists.iter().filter(|(key, ..)| **key == *"risks");
    let moves: Vec<Date> = risks
        .flat_map(|(_, _, items)| items)
        .flat_map(|i| {
            let scored = records(&i.fields, "assessments").filter_map(|a| a.date("date"));
            scored.chain(i.fields.date("raised")).chain(i.fields.date("closed")).collect::<Vec<_>>()
        })
        .collect();
    moves.iter().max().is_some_and(|last| days(*last, p.as_of) > limit)
}

#[cfg(test)]
mod tests {
    use crate::finding::Severity;
    use crate::rules::testing::{Fixture, portfolio};

    const PLAN: &str = "projects/crm/plan.md";
    const RAID: &str = "projects/crm/raid.yaml";
    const CARD: &str = "projects/crm/project.md";
    const RULE: &str = "overdue-review";

    fn review(by: &str) -> Fixture {
        portfolio().replace(PLAN, "baseline_date", &format!("review_by: {by}\nbaseline_date"))
    }

    fn updated(tier: &str, day: &str) -> Fixture {
        portfolio().replace(CARD, "tier: 3", &format!("tier: {tier}")).replace(
            PLAN,
            "updated: 2026-01-25",
            &format!("updated: {day}"),
        )
    }

    #[test]
    fn the_day_is_silent_then_a_note_and_after_thirty_days_a_warning() {
        review("2026-03-27").silent(RULE);
        let note = review("2026-03-26").finds(RULE, PLAN, 7);
        assert_eq!(
            note.message,
            "the project plan was to be reviewed by 2026-03-26 and is 1 day late"
        );
        assert_eq!(note.severity, Severity::Note);
        assert_eq!(review("2026-02-25").finds(RULE, PLAN, 7).severity, Severity::Note);
        assert_eq!(review("2026-02-24").finds(RULE, PLAN, 7).severity, Severity::Warn);
    }

    #[test]
    fn living_documents_age_in_90_and_180_days_and_not_in_the_lightest_tier() {
        updated("1", "2025-12-27").silent(RULE);
        let found = updated("1", "2025-12-26").finds(RULE, PLAN, 6);
        assert_eq!(
            found.message,
            "the project plan was last updated 91 days ago; a review is due every 90"
        );
        assert_eq!(found.severity, Severity::Note);
        assert_eq!(updated("1", "2025-11-26").finds(RULE, PLAN, 6).severity, Severity::Warn);
        updated("2", "2025-09-28").silent(RULE);
        updated("2", "2025-09-27").finds(RULE, PLAN, 6);
        updated("3", "2024-01-01").silent(RULE);
        // Who has said when, is believed.
        updated("1", "2025-10-01")
            .replace(PLAN, "baseline_date", "review_by: 2026-04-30\nbaseline_date")
            .silent(RULE);
    }

    #[test]
    fn the_raid_register_lives_too_unless_its_risks_are_idle() {
        let of = |assessed: &str| {
            portfolio()
                .replace(CARD, "tier: 3", "tier: 1")
                .replace(RAID, "updated: 2026-03-27", "updated: 2025-12-01")
                .replace(RAID, "date: 2026-01-20, p", &format!("date: {assessed}, p"))
        };
        let found = of("2026-03-24").finds(RULE, RAID, 1);
        assert!(found.message.starts_with("the register was last updated 116 days ago"));
        of("2026-01-20").silent(RULE);
    }

    #[test]
    fn wiki_pages_may_be_reviewed_drafts_and_resting_projects_are_left_alone() {
        portfolio()
            .file("handbook/tiers.md", "---\nreview_by: 2026-01-01\n---\n# Tiers\n\nText.\n")
            .finds(RULE, "handbook/tiers.md", 2);
        review("2026-01-01").replace(PLAN, "state: baselined", "state: draft").silent(RULE);
        review("2026-01-01").replace(PLAN, "state: baselined", "state: superseded").silent(RULE);
        review("2026-01-01").replace(CARD, "state: active", "state: complete").silent(RULE);
    }
}
