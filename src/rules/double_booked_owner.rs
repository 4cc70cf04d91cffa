//! `double-booked-owner`: one person, two steps, one moment.

use super::common::{person_key, running};
use super::cutover::{Step, length, plans, steps};
use super::{Context, Defaults, Rule};
use crate::finding::{Finding, Severity};
use std::collections::BTreeMap;

pub(super) static RULE: Rule = Rule {
    name: "double-booked-owner",
    summary: "Two steps of a cutover that belong to the same person overlap.",
    why: "On paper both take half an hour; on the night the second begins when the first is done. If one of the two only has to be watched, let somebody else watch it, or plan them one after the other.",
    defaults: Defaults::Flat(Severity::Warn),
    example: EXAMPLE,
    remedy: "=== projects/crm/releases/live/cutover.md\n---\nkind: cutover\nversion: \"1.0\"\nstate: in-review\nauthor: \"@mlopez\"\nupdated: 2026-03-20\nrelease: live\nlead: \"@mlopez\"\nwindow: {start: 2026-06-13T22:00:00-04:00, end: 2026-06-14T06:00:00-04:00}\nsteps:\n  - {id: S1, at: 2026-06-13T22:00:00-04:00, duration: 30m, owner: \"@mlopez\", task: Freeze the old system}\n  - {id: S2, at: 2026-06-13T22:30:00-04:00, duration: 150m, owner: \"@mlopez\", task: Load the data}\n---\n# Cutover\n",
    check: Some(check),
};

const EXAMPLE: &str = "=== projects/crm/releases/live/cutover.md\n---\nkind: cutover\nversion: \"1.0\"\nstate: in-review\nauthor: \"@mlopez\"\nupdated: 2026-03-20\nrelease: live\nlead: \"@mlopez\"\nwindow: {start: 2026-06-13T22:00:00-04:00, end: 2026-06-14T06:00:00-04:00}\nsteps:\n  - {id: S1, at: 2026-06-13T22:00:00-04:00, duration: 30m, owner: \"@mlopez\", task: Freeze the old system}\n  - {id: S2, at: 2026-06-13T22:15:00-04:00, duration: 150m, owner: \"@mlopez\", task: Load the data}\n---\n# Cutover\n";

fn check(context: &Context<'_>, out: &mut Vec<Finding>) {
    let p = context.portfolio;
    for project in running(p) {
        for plan in plans(p, project) {
            let mut by_owner: BTreeMap<String, Vec<Step<'_>>> = BTreeMap::new();
            for step in steps(plan).filter(|s| s.time.is_some()) {
                if let Some(owner) = step.fields.text("owner") {
                    by_owner.entry(person_key(p, owner)).or_default().push(step);
                }
            }
            for mut mine in by_owner.into_values() {
                mine.sort_by_key(|s| (s.time, s.span));
                // The step before it that ends last.
                let mut busy: Option<&Step<'_>> = None;
                for step in &mine {
                    if let Some(before) = busy
                        && let (Some((at, _)), Some(until)) = (step.time, before.end())
                        && at < until
                    {
                        let who = step.fields.text("owner").map_or("", |o| p.person(o));
                        let overlap =
                            length(until.min(step.end().unwrap_or(until).max(at + 1)) - at);
                        let message = format!(
                            "{who} is busy with {} for {overlap} of {}",
                            before.name, step.name
                        );
                        let help = "give one of them to somebody else, or let it begin when the other is done";
                        let place = before.at("owner");
                        out.push(
                            plan.finding(RULE.name, step.at("owner"), message).help(help).related(
                                plan.path.clone(),
                                place,
                                plan.at(place),
                                "the other step",
                            ),
                        );
                    }
                    if busy.and_then(Step::end) < step.end() {
                        busy = Some(step);
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::EXAMPLE;
    use crate::finding::Severity;
    use crate::rules::testing::{Fixture, portfolio};

    const PATH: &str = "projects/crm/releases/live/cutover.md";
    const RULE: &str = "double-booked-owner";

    /// The second step begins at that minute past ten; the first ends at 22:30.
    fn second(minute: &str) -> Fixture {
        portfolio().files(EXAMPLE).replace(PATH, "T22:15:00", &format!("T22:{minute}:00"))
    }

    #[test]
    fn one_after_the_other_is_silent_and_a_minute_earlier_is_found() {
        second("30").silent(RULE);
        let found = second("29").finds(RULE, PATH, 12);
        assert_eq!(found.message, "Maria Lopez is busy with step `S1` for 1 minute of step `S2`");
        assert_eq!(found.severity, Severity::Warn);
        assert_eq!(found.related[0].at.line, 11);
        assert!(second("00").finds(RULE, PATH, 12).message.contains("for 30 minutes of"));
    }

    #[test]
    fn another_person_another_name_and_another_offset() {
        second("15")
            .replace(PATH, "150m, owner: \"@mlopez\"", "150m, owner: \"@dokafor\"")
            .silent(RULE);
        second("15")
            .replace(PATH, "150m, owner: \"@mlopez\"", "150m, owner: Maria Lopez")
            .finds(RULE, PATH, 12);
        second("15")
            .replace(PATH, "2026-06-13T22:15:00-04:00", "2026-06-14T02:30:00Z")
            .silent(RULE);
        second("15")
            .replace(PATH, "2026-06-13T22:15:00-04:00", "2026-06-14T02:29:00Z")
            .finds(RULE, PATH, 12);
    }

    #[test]
    fn drafts_and_resting_projects_are_silent() {
        second("15").replace(PATH, "state: in-review", "state: draft").silent(RULE);
        second("15")
            .replace("projects/crm/project.md", "state: active", "state: on-hold")
            .silent(RULE);
    }
}
