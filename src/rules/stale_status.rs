//! `stale-status`: a running project has not reported for too long.

use super::{Context, Defaults, Rule};
use crate::finding::Finding;
use crate::finding::Severity::{Deny, Warn};
use crate::measures::freshness::Level;
use crate::table::Rag;
use crate::text::counted;

pub(super) static RULE: Rule = Rule {
    name: "stale-status",
    summary: "A running project's newest status report is older than its reporting rhythm allows.",
    why: "A colour grows old: what was green six weeks ago is not green, it is unknown. Beyond one and a half reporting periods the report is shown with its age; beyond two its health counts as not reported, since a portfolio that adds up old greens reports the past. Projects on hold, proposed or finished are not asked, a closing project has twice the time, and `next_report` on the card announces a break.",
    defaults: Defaults::Graded([Deny, Deny, Warn], [Warn, Warn, Warn]),
    example: "=== projects/crm/project.md\n---\nkind: project\nid: crm\ntitle: CRM replacement\nsummary: Replace the old CRM.\ntier: 3\ndelivery_model: hybrid\nphase: execution\nstate: active\nsponsor: Dana Okafor\nproject_manager: Maria Lopez\nreport_every: 1d\nstart: {baseline: 2026-01-05}\nfinish: {milestone: M1}\nbudget: {tracked: false}\n---\n=== projects/crm/status/2026-03-27.md\n---\nkind: status\nauthor: \"@mlopez\"\nas_of: 2026-03-25\nphase: execution\nhealth: {overall: green, schedule: green}\nmilestones:\n  M1: {forecast: 2026-10-05}\n---\n# Status\n",
    remedy: "=== projects/crm/project.md\n---\nkind: project\nid: crm\ntitle: CRM replacement\nsummary: Replace the old CRM.\ntier: 3\ndelivery_model: hybrid\nphase: execution\nstate: active\nsponsor: Dana Okafor\nproject_manager: Maria Lopez\nreport_every: 1d\nstart: {baseline: 2026-01-05}\nfinish: {milestone: M1}\nbudget: {tracked: false}\n---\n=== projects/crm/status/2026-03-27.md\n---\nkind: status\nauthor: \"@mlopez\"\nas_of: 2026-03-27\nphase: execution\nhealth: {overall: green, schedule: green}\nmilestones:\n  M1: {forecast: 2026-10-05}\n---\n# Status\n",
    check: Some(check),
};

fn check(context: &Context<'_>, out: &mut Vec<Finding>) {
    let p = context.portfolio;
    for (i, project) in p.projects.iter().enumerate() {
        let Some(fresh) = context.measures.of(i).map(|m| m.freshness) else { continue };
        let help = format!("run `milepost new status --project {}`", project.id);
        let rhythm = format!("a report is due every {}", counted(fresh.cadence, "day"));
        if fresh.level == Level::Never {
            let Some(card) = p.documents.get(project.card) else { continue };
            let span = card.fields.span("phase").unwrap_or(card.head());
            let since = match fresh.age {
                Some(age) if age > 0 => {
                    format!("no status report in the {} since the start", counted(age, "day"))
                }
                _ => "no status report".into(),
            };
            out.push(card.finding(RULE.name, span, format!("{since}; {rhythm}")).help(help));
            continue;
        }
        let silent = match fresh.level {
            Level::Silent => true,
            Level::Stale => false,
            _ => continue,
        };
        let (Some(age), Some(report)) = (fresh.age, project.latest()) else { continue };
        let Some(document) = p.documents.get(report.document) else { continue };
        let span = document.fields.span("as_of").unwrap_or(document.head());
        let mut message =
            format!("the newest status report is {} old; {rhythm}", counted(age, "day"));
        if silent {
            let rag = crate::portfolio::declared(&document.fields, "overall").map(|d| d.rag);
            let was = rag.filter(|r| r.colour().is_some()).map_or("its health", Rag::name);
            message.push_str(&if was == "its health" {
                format!(", so {was} counts as not reported")
            } else {
                format!(", so its {was} counts as not reported")
            });
        }
        let finding = document.finding(RULE.name, span, message).help(help);
        out.push(if silent { finding } else { finding.small() });
    }
}

#[cfg(test)]
mod tests {
    use crate::finding::Severity;
    use crate::rules::testing::portfolio;

    const LAST: &str = "projects/crm/status/2026-03-27.md";
    const CARD: &str = "projects/crm/project.md";

    // Tier 3 reports every 28 days: stale after 42, silent after 56.
    #[test]
    fn one_and_a_half_and_two_periods_are_the_borders() {
        let on = |day| portfolio().as_of(day);
        on("2026-05-08").silent("stale-status");
        let stale = on("2026-05-09").finds("stale-status", LAST, 4);
        assert_eq!(
            stale.message,
            "the newest status report is 43 days old; a report is due every 28 days"
        );
        assert_eq!(stale.severity, Severity::Warn);
        on("2026-05-22").finds("stale-status", LAST, 4);
        let silent = on("2026-05-23").finds("stale-status", LAST, 4);
        assert!(silent.message.ends_with(
            "57 days old; a report is due every 28 days, so its green counts as not reported"
        ));
        let strict =
            on("2026-05-23").config("[rules]\nstale-status = { tiers = { \"3\" = \"deny\" } }\n");
        assert_eq!(strict.finds("stale-status", LAST, 4).severity, Severity::Deny);
    }

    #[test]
    fn who_never_reported_is_found_at_the_card() {
        let found = portfolio().without(LAST).without("projects/crm/status/2026-02-27.md").finds(
            "stale-status",
            CARD,
            8,
        );
        assert_eq!(
            found.message,
            "no status report in the 81 days since the start; a report is due every 28 days"
        );
    }

    #[test]
    fn drafts_do_not_count_and_rest_leave_and_closing_do() {
        portfolio()
            .as_of("2026-05-23")
            .file(
                "projects/crm/status/2026-05-22.md",
                "---\nkind: status\nas_of: 2026-05-22\nstate: draft\n---\n# S\n",
            )
            .finds("stale-status", LAST, 4);
        let late = |from: &str, to: &str| portfolio().as_of("2026-05-23").replace(CARD, from, to);
        late("state: active", "state: on-hold").silent("stale-status");
        late("state: active", "state: active\nnext_report: 2026-06-01").silent("stale-status");
        late("phase: execution", "phase: close-out").silent("stale-status");
    }
}
