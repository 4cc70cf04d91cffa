//! `no-path-to-green`: an amber or red rating without a way back.

use super::{Context, Defaults, Rule};
use crate::finding::Finding;
use crate::finding::Severity::{Deny, Warn};
use crate::portfolio::State;
use crate::rules::due::poor;
use crate::table::Rag;

pub(super) static RULE: Rule = Rule {
    name: "no-path-to-green",
    summary: "A rating is amber or red and the report does not say why, what brings it back to green, and by when.",
    why: "Amber without a path is a complaint; with a path it is a plan that somebody can help with or check. The date makes the promise visible: when it passes and the rating has not changed, the next report has to say so.",
    defaults: Defaults::Graded([Deny, Deny, Deny], [Warn, Warn, Warn]),
    example: "=== projects/crm/status/2026-03-27.md\n---\nkind: status\nauthor: \"@mlopez\"\nas_of: 2026-03-27\nphase: execution\nhealth:\n  overall: amber\n  schedule: {rag: amber, why: Test room is too small}\nmilestones:\n  M1: {forecast: 2026-10-05}\n---\n# Status\n",
    remedy: "=== projects/crm/status/2026-03-27.md\n---\nkind: status\nauthor: \"@mlopez\"\nas_of: 2026-03-27\nphase: execution\nhealth:\n  overall: amber\n  schedule: {rag: amber, why: Test room is too small, path: Move the tests to the training centre in April, back_to_green: 2026-04-24}\nmilestones:\n  M1: {forecast: 2026-10-05}\n---\n# Status\n",
    check: Some(check),
};

/// Characters below which a path says too little.
const ENOUGH: usize = 20;

fn check(context: &Context<'_>, out: &mut Vec<Finding>) {
    let p = context.portfolio;
    for project in p.projects.iter().filter(|pr| pr.state == State::Active) {
        let Some(report) = project.latest().and_then(|r| p.documents.get(r.document)) else {
            continue;
        };
        if report.broken {
            continue;
        }
        let parts = poor(&report.fields).filter(|(name, ..)| *name != "overall").count();
        for (name, rag, said) in poor(&report.fields) {
            // The overall rating is explained by the parts that are not green.
            if name == "overall" && parts > 0 {
                continue;
            }
            let mut lacks = Vec::new();
            for (field, words) in
                [("why", "`why`"), ("path", "`path`"), ("back_to_green", "`back_to_green`")]
            {
                if !said.has(field) {
                    lacks.push(words);
                }
            }
            if project.tier == 0 && !said.has("owner") {
                lacks.push("`owner`");
            }
            let span = said.span("rag").unwrap_or(report.head());
            let (span, message) = match (lacks.is_empty(), said.text("path")) {
                (false, _) => (span, format!("{name} is {} without {}", rag.name(), join(&lacks))),
                (true, Some(path)) if says_little(path) => (
                    said.span("path").unwrap_or(span),
                    format!("the path to green of {name} says only `{}`", path.trim()),
                ),
                _ => continue,
            };
            let help = "say what made it so, what is done about it, and when it will be green: `{rag: …, why: …, path: …, back_to_green: …}`";
            let finding = report.finding(RULE.name, span, message).help(help);
            let red = matches!(rag, Rag::Red) && !lacks.is_empty();
            out.push(if red { finding } else { finding.small() });
        }
    }
}

fn join(words: &[&str]) -> String {
    match words {
        [] => String::new(),
        [one] => (*one).to_owned(),
        [rest @ .., last] => format!("{} and {last}", rest.join(", ")),
    }
}

fn says_little(path: &str) -> bool {
    let text = path.trim().trim_end_matches('.').to_lowercase();
    text.chars().count() < ENOUGH
        || text.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()).all(|w| {
            matches!(
                w,
                "monitor"
                    | "monitoring"
                    | "continue"
                    | "continued"
                    | "to"
                    | "and"
                    | "closely"
                    | "we"
            )
        })
}

#[cfg(test)]
mod tests {
    use crate::finding::Severity;
    use crate::rules::testing::{Fixture, portfolio};

    const LAST: &str = "projects/crm/status/2026-03-27.md";
    const GREEN: &str = "health: {overall: green, schedule: green}";

    fn with(schedule: &str) -> Fixture {
        portfolio().replace(
            LAST,
            GREEN,
            &format!("health:\n  overall: amber\n  schedule: {schedule}"),
        )
    }

    #[test]
    fn red_denies_and_amber_warns() {
        let red = with("red").finds("no-path-to-green", LAST, 8);
        assert_eq!(red.message, "schedule is red without `why`, `path` and `back_to_green`");
        assert_eq!(red.severity, Severity::Deny);
        let amber = with("{rag: amber, why: w, path: Move the tests to another room}");
        let amber = amber.finds("no-path-to-green", LAST, 8);
        assert_eq!(
            (amber.severity, &*amber.message),
            (Severity::Warn, "schedule is amber without `back_to_green`")
        );
    }

    #[test]
    fn a_path_of_nineteen_characters_or_of_watching_is_none() {
        let path = |path: &str| {
            with(&format!("{{rag: amber, why: w, path: {path}, back_to_green: 2026-05-01}}"))
        };
        path("Nineteen characters").finds("no-path-to-green", LAST, 8);
        path("Twenty characters ok").silent("no-path-to-green");
        path("Continue to monitor closely").finds("no-path-to-green", LAST, 8);
    }

    #[test]
    fn the_highest_tier_also_names_who() {
        let card = "projects/crm/project.md";
        let found = with(
            "{rag: amber, why: w, path: Move the tests to another room, back_to_green: 2026-05-01}",
        )
        .replace(card, "tier: 3", "tier: 1")
        .finds("no-path-to-green", LAST, 8);
        assert_eq!(found.message, "schedule is amber without `owner`");
    }

    #[test]
    fn overall_needs_its_own_path_only_when_nothing_below_is_amber() {
        portfolio().replace(LAST, GREEN, "health: {overall: amber, schedule: green}").finds(
            "no-path-to-green",
            LAST,
            6,
        );
    }

    #[test]
    fn earlier_reports_and_resting_projects_are_left_alone() {
        portfolio()
            .replace(
                "projects/crm/status/2026-02-27.md",
                GREEN,
                "health: {overall: red, schedule: red}",
            )
            .silent("no-path-to-green");
        with("red")
            .replace("projects/crm/project.md", "state: active", "state: on-hold")
            .silent("no-path-to-green");
    }
}
