//! `cross-project-conflict`: one project's milestone comes later than another
//! project needs it.

use super::common::{day_count, running};
use super::{Context, Defaults, Rule};
use crate::finding::Finding;
use crate::finding::Severity::{Deny, Warn};
use crate::measures::conflicts;

pub(super) static RULE: Rule = Rule {
    name: "cross-project-conflict",
    summary: "A milestone of another project is forecast later than this project needs it.",
    why: "Each project's plan is sound by itself and the two together are not: one waits for what the other delivers weeks later. Neither sees it from inside. The finding stands at the need and names the milestone, so that both projects can talk before the day comes. Of a forecast given as a range, the safe date counts.",
    defaults: Defaults::Graded([Deny, Deny, Warn], [Deny, Deny, Warn]),
    example: EXAMPLE,
    remedy: "=== projects/crm/dependencies.yaml\nupdated: 2026-03-27\ndependencies:\n  - {id: DEP-3, title: Firewall rules, direction: inbound, on: network-refresh/M2, owner: \"@mlopez\", raised: 2026-02-01, need_by: 2026-05-15, status: confirmed}\n",
    check: Some(check),
};

const EXAMPLE: &str = "=== projects/crm/dependencies.yaml\nupdated: 2026-03-27\ndependencies:\n  - {id: DEP-3, title: Firewall rules, direction: inbound, on: network-refresh/M2, owner: \"@mlopez\", raised: 2026-02-01, need_by: 2026-04-20, status: confirmed}\n=== projects/network-refresh/project.md\n---\nkind: project\nid: network-refresh\ntitle: Network refresh\ntier: 3\nphase: execution\nstate: active\nsponsor: Dana Okafor\nproject_manager: Maria Lopez\n---\n=== projects/network-refresh/milestones.yaml\nupdated: 2026-03-27\nmilestones:\n  - {id: M2, name: Firewall live, original: 2026-04-17, baseline: 2026-04-17, forecast: 2026-05-06, owner: \"@mlopez\"}\n";

fn check(context: &Context<'_>, out: &mut Vec<Finding>) {
    let p = context.portfolio;
    for c in running(p).flat_map(|project| conflicts::of(p, project)) {
        let late = day_count(c.late);
        let message = format!("`{}` {} {}, needed {} ({late})", c.on, c.how, c.date, c.need);
        let help = format!(
            "agree on a date with `{}`: an earlier milestone there, or a later `need_by` and what follows from it here",
            c.giver.id
        );
        let mut finding = c.item.finding(RULE.name, "need_by", message).help(help);
        if let Some(there) = c.giver.items("milestones").get(c.milestone.item) {
            let span = there.fields.span("id").unwrap_or(there.span);
            let at = there.lines.position(span.start);
            let label = format!("{} {}", c.how, c.date);
            finding = finding.related(there.path.clone(), span, at, label);
        }
        out.push(finding);
    }
}

#[cfg(test)]
mod tests {
    use super::EXAMPLE;
    use crate::finding::Severity;
    use crate::rules::testing::{Fixture, portfolio};

    const PATH: &str = "projects/crm/dependencies.yaml";
    const THERE: &str = "projects/network-refresh/milestones.yaml";
    const CARD: &str = "projects/crm/project.md";
    const RULE: &str = "cross-project-conflict";

    fn conflict() -> Fixture {
        portfolio().files(EXAMPLE)
    }

    fn forecast(text: &str) -> Fixture {
        conflict().replace(THERE, "forecast: 2026-05-06, ", text)
    }

    #[test]
    fn sixteen_days_are_found_with_both_places() {
        let found = conflict().replace(CARD, "tier: 3", "tier: 2").finds(RULE, PATH, 3);
        assert_eq!(
            found.message,
            "`network-refresh/M2` is now forecast 2026-05-06, needed 2026-04-20 (16 days)"
        );
        assert_eq!(found.severity, Severity::Deny);
        assert_eq!((&*found.related[0].path, found.related[0].at.line), (THERE, 3));
        assert_eq!(conflict().finds(RULE, PATH, 3).severity, Severity::Warn);
    }

    #[test]
    fn the_day_needed_is_silent_and_the_day_after_is_found() {
        forecast("forecast: 2026-04-20, ").silent(RULE);
        forecast("forecast: 2026-04-21, ").finds(RULE, PATH, 3);
        forecast("").silent(RULE);
        forecast("forecast: {p50: 2026-04-10, p85: 2026-04-24}, ").finds(RULE, PATH, 3);
        forecast("forecast: {p50: 2026-04-10, p85: 2026-04-20}, ").silent(RULE);
    }

    #[test]
    fn the_newest_report_of_the_giver_counts() {
        conflict()
            .file(
                "projects/network-refresh/status/2026-03-27.md",
                "---\nkind: status\nas_of: 2026-03-27\nmilestones: {M2: {forecast: 2026-04-18}}\n---\n# S\n",
            )
            .silent(RULE);
    }

    #[test]
    fn settled_outbound_and_unknown_ones_and_resting_projects_are_silent() {
        for status in ["delivered", "cancelled"] {
            conflict().replace(PATH, "confirmed", status).silent(RULE);
        }
        conflict().replace(PATH, "inbound", "outbound").silent(RULE);
        conflict().replace(PATH, "network-refresh/M2", "network-refresh/M9").silent(RULE);
        conflict().replace(THERE, "owner", "cancelled: CR-001, owner").silent(RULE);
        conflict().replace(CARD, "state: active", "state: on-hold").silent(RULE);
    }
}
