//! `future-report`: a report dated later than the build's own date.

use super::{Context, Defaults, Rule};
use crate::finding::{Finding, Severity};

pub(super) static RULE: Rule = Rule {
    name: "future-report",
    summary: "A published status report is dated after the as-of date and does not count yet.",
    why: "Every page speaks of one day. What is dated later is left out until that day comes, so that a report written ahead of the meeting does not change today's portfolio.",
    defaults: Defaults::Flat(Severity::Note),
    example: "=== projects/crm/status/2026-04-24.md\n---\nkind: status\nauthor: \"@mlopez\"\nas_of: 2026-04-24\nphase: execution\nhealth: {overall: green, schedule: green}\n---\n# Status\n",
    remedy: "=== projects/crm/status/2026-04-24.md\n---\nkind: status\nauthor: \"@mlopez\"\nas_of: 2026-04-24\nstate: draft\nphase: execution\nhealth: {overall: green, schedule: green}\n---\n# Status\n",
    check: Some(check),
};

fn check(context: &Context<'_>, out: &mut Vec<Finding>) {
    let p = context.portfolio;
    for project in &p.projects {
        for document in project.other_reports.iter().filter_map(|i| p.documents.get(*i)) {
            let draft = document.fields.text("state").is_some_and(|s| s != "published");
            let Some(date) = document.date().filter(|d| !draft && *d > p.as_of) else { continue };
            let span = document.fields.span("as_of").unwrap_or(document.head());
            let message = format!("dated {date}, after {}: left out until then", p.as_of);
            out.push(
                document
                    .finding(RULE.name, span, message)
                    .help("set `state: draft` until it is given, or build with a later `--as-of`"),
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::finding::Severity;
    use crate::rules::testing::portfolio;

    #[test]
    fn the_day_before_is_too_early_and_the_day_itself_is_not() {
        let last = "projects/crm/status/2026-03-27.md";
        let early = portfolio().as_of("2026-03-26").finds("future-report", last, 4);
        assert_eq!(early.severity, Severity::Note);
        portfolio().silent("future-report");
    }
}
