//! `survey-miscount`: more answers than people asked.

use super::common::{in_force, records, running};
use super::{Context, Defaults, Rule};
use crate::data::record::{Datum, Record};
use crate::finding::{Finding, Severity};
use crate::ratio::Ratio;
use crate::text::Span;

pub(super) static RULE: Rule = Rule {
    name: "survey-miscount",
    summary: "A survey counts more responses than people were invited.",
    why: "One of the two numbers is wrong, and the satisfaction shown from it with it. Most often answers of two rounds were added up.",
    defaults: Defaults::Flat(Severity::Deny),
    example: "=== projects/crm/surveys/2026-q1.md\n---\nkind: survey\naudience: stakeholders\ndate: 2026-03-20\nscale_max: 5\ninvited: 10\nresponses: {5: 5, 4: 5, 3: 1, 2: 0, 1: 0}\n---\n# Survey\n",
    remedy: "=== projects/crm/surveys/2026-q1.md\n---\nkind: survey\naudience: stakeholders\ndate: 2026-03-20\nscale_max: 5\ninvited: 20\nresponses: {5: 5, 4: 5, 3: 1, 2: 0, 1: 0}\n---\n# Survey\n",
    check: Some(check),
};

fn check(context: &Context<'_>, out: &mut Vec<Finding>) {
    let p = context.portfolio;
    for project in running(p) {
        for document in in_force(p, project) {
            let Some(invited) = document.fields.number("invited") else { continue };
            let whole = std::iter::once((&document.fields, ""));
            let each = records(&document.fields, "questions").map(|q| (q, " to a question"));
            for (record, which) in whole.chain(each) {
                let Some((sum, span)) = responses(record).filter(|(sum, _)| *sum > invited) else {
                    continue;
                };
                let message = format!(
                    "{} responses{which}, but only {} were invited",
                    sum.show(0),
                    invited.show(0)
                );
                let help = "correct the count of a mark or `invited`";
                out.push(document.finding(RULE.name, span, message).help(help));
            }
        }
    }
}

/// The sum of all marks, and where they stand.
fn responses(record: &Record) -> Option<(Ratio, Span)> {
    let slot = record.slot("responses")?;
    let counts = slot.datum.record()?.slots.iter().filter_map(|s| match &s.datum {
        Datum::Number(n) => Some(**n),
        _ => None,
    });
    Some((Ratio::sum(counts)?, slot.span))
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::{Fixture, portfolio};

    const PATH: &str = "projects/crm/surveys/2026-q1.md";
    const RULE: &str = "survey-miscount";

    fn survey(invited: u8) -> Fixture {
        portfolio().file(
            PATH,
            &format!("---\nkind: survey\naudience: team\ndate: 2026-03-20\ninvited: {invited}\nresponses: {{5: 5, 4: 5, 3: 1, 2: 1, 1: 0}}\n---\n# S\n"),
        )
    }

    #[test]
    fn as_many_as_invited_are_silent_and_one_more_is_found() {
        survey(12).silent(RULE);
        let found = survey(11).finds(RULE, PATH, 6);
        assert_eq!(found.message, "12 responses, but only 11 were invited");
    }

    #[test]
    fn each_question_counts_by_itself() {
        portfolio()
            .file(
                PATH,
                "---\nkind: survey\naudience: team\ndate: 2026-03-20\ninvited: 2\nresponses: {5: 2}\nquestions:\n  - {text: Clear goals?, responses: {5: 1, 4: 1}}\n  - {text: Enough time?, responses: {5: 2, 1: 1}}\n---\n# S\n",
            )
            .finds(RULE, PATH, 9);
    }

    #[test]
    fn without_a_number_invited_drafts_and_resting_projects_are_silent() {
        survey(11).replace(PATH, "invited: 11\n", "").silent(RULE);
        survey(11).replace(PATH, "invited: 11", "invited: 11\nstate: draft").silent(RULE);
        survey(11)
            .replace("projects/crm/project.md", "state: active", "state: on-hold")
            .silent(RULE);
    }
}
