//! `broken-commitment`: fewer people than first promised, and nobody said so.

use super::common::{inside, plain, running};
use super::{Context, Defaults, Rule};
use crate::finding::{Finding, Severity};
use crate::measures::commitments::{cut, told};

pub(super) static RULE: Rule = Rule {
    name: "broken-commitment",
    summary: "A unit promises less than it first promised, and no status report or change request says so.",
    why: "The plan was made with the first promise. When a unit needs its people elsewhere, that is its right, but somebody has to say it aloud: the finish was calculated with them. The first promise stays in `original_fte` and is never changed.",
    defaults: Defaults::Flat(Severity::Warn),
    example: "=== projects/crm/resources.yaml\nupdated: 2026-03-27\nresources:\n  - {id: RS-01, unit: infrastructure, manager: \"@dokafor\", role: Network engineer, required_fte: 0.5, committed_fte: 0.3, original_fte: 0.5, from: 2026-02-01, to: 2026-06-30, status: reduced}\n",
    remedy: "=== projects/crm/resources.yaml\nupdated: 2026-03-27\nresources:\n  - {id: RS-01, unit: infrastructure, manager: \"@dokafor\", role: Network engineer, required_fte: 0.5, committed_fte: 0.3, original_fte: 0.5, from: 2026-02-01, to: 2026-06-30, status: reduced, links: [D-001]}\n",
    check: Some(check),
};

fn check(context: &Context<'_>, out: &mut Vec<Finding>) {
    let p = context.portfolio;
    for project in running(p) {
        for item in project.items("resources") {
            let Some((now, first)) = cut(p, item).filter(|_| !told(p, project, item)) else {
                continue;
            };
            let unit = item.fields.text("unit").unwrap_or("the unit");
            let message = format!(
                "{unit} first promised {} FTE for `{}` and now promises {}; no report or change request says so",
                plain(first),
                item.id,
                plain(now)
            );
            let help = format!(
                "say it in the status report (`resources: {{rag, why, path}}`, naming `{}`), or add the change request or decision to `links`",
                item.id
            );
            out.push(inside(item, RULE.name, "committed_fte", None, message).help(help));
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::finding::Severity;
    use crate::rules::testing::{Fixture, portfolio};

    const PATH: &str = "projects/crm/resources.yaml";
    const CARD: &str = "projects/crm/project.md";
    const LAST: &str = "projects/crm/status/2026-03-27.md";
    const RULE: &str = "broken-commitment";

    fn row(rest: &str) -> Fixture {
        portfolio().file(
            PATH,
            &format!("resources:\n  - {{id: RS-02, unit: infrastructure, role: Engineer, required_fte: 0.5, original_fte: 0.5, from: 2026-02-01, {rest}}}\n"),
        )
    }

    #[test]
    fn less_than_first_promised_is_found_and_the_same_is_silent() {
        let found = row("committed_fte: 0.3, status: committed").finds(RULE, PATH, 2);
        assert_eq!(
            found.message,
            "infrastructure first promised 0.5 FTE for `RS-02` and now promises 0.3; no report or change request says so"
        );
        assert_eq!(found.severity, Severity::Warn);
        row("committed_fte: 0.5, status: committed").silent(RULE);
        row("committed_fte: 0.6, status: committed").silent(RULE);
    }

    #[test]
    fn a_report_a_change_or_a_decision_makes_it_known() {
        let cut = || row("committed_fte: 0.3, status: reduced");
        cut().replace(
            LAST,
            "schedule: green}",
            "schedule: green, resources: {rag: amber, why: Engineer cut to 0.3 FTE, path: Borrow from the service desk, back_to_green: 2026-04-10}}",
        )
        .silent(RULE);
        cut().replace(LAST, "- R-001 is watched", "- RS-02 was cut to 0.3").silent(RULE);
        row("committed_fte: 0.3, status: reduced, links: [D-001]").silent(RULE);
        cut().file(
            "projects/crm/changes.yaml",
            "changes:\n  - {id: CR-001, title: Less network, status: submitted, links: [RS-02]}\n",
        )
        .silent(RULE);
        // A report from before the promise says nothing of it.
        row("committed_fte: 0.3, status: reduced, committed_on: 2026-03-01")
            .replace(
                "projects/crm/status/2026-02-27.md",
                "schedule: green}",
                "schedule: green, resources: {rag: amber, why: Nobody named, path: Ask the unit again in March, back_to_green: 2026-03-20}}",
            )
            .finds(RULE, PATH, 2);
    }

    #[test]
    fn released_rows_past_rows_and_resting_projects_are_silent() {
        row("committed_fte: 0.3, status: released").silent(RULE);
        row("committed_fte: 0.3, status: committed, to: 2026-03-26").silent(RULE);
        row("committed_fte: 0.3, status: committed, to: 2026-03-27").finds(RULE, PATH, 2);
        row("committed_fte: 0.3, status: committed")
            .replace(CARD, "state: active", "state: on-hold")
            .silent(RULE);
    }
}
