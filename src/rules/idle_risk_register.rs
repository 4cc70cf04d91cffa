//! `idle-risk-register`: nobody has touched a risk for weeks.

use super::{Context, Defaults, Rule};
use crate::date::{Date, days};
use crate::document::Item;
use crate::finding::Finding;
use crate::finding::Severity::{Note, Warn};
use crate::portfolio::Project;
use crate::rules::empty_risk_register::{is_open, without_open};
use crate::rules::reported::{at_register, executing, running};
use crate::text::counted;

pub(super) static RULE: Rule = Rule {
    name: "idle-risk-register",
    summary: "While the work is being done, no risk was added, assessed anew or closed for 45, 60 or 90 days, by tier.",
    why: "Risks change as the work goes on: some pass, some grow, new ones come. A register in which nothing moves for weeks was written for a gate and then left. A new `reviewed` date alone does not count; a new assessment does, and takes one line. Where no risk is open, `empty-risk-register` speaks instead.",
    defaults: Defaults::Graded([Warn, Warn, Note], [Warn, Warn, Note]),
    example: "=== projects/crm/project.md\n---\nkind: project\nid: crm\ntitle: CRM replacement\nsummary: Replace the old CRM.\ntier: 3\ndelivery_model: hybrid\nphase: execution\nstate: active\nsponsor: Dana Okafor\nproject_manager: Maria Lopez\nstart: {baseline: 2025-10-01}\nfinish: {milestone: M1}\nbudget: {tracked: false}\n---\n=== projects/crm/raid.yaml\nupdated: 2026-03-27\nrisks:\n  - id: R-001\n    title: Data migration quality\n    owner: \"@mlopez\"\n    raised: 2025-11-20\n    reviewed: 2026-03-24\n    assessments:\n      - {date: 2025-11-20, p: 2, i: 3}\n    response: reduce\n    mitigation: Two rehearsals with reconciliation\n    due: 2026-04-15\n    status: open\n",
    remedy: "=== projects/crm/raid.yaml\nupdated: 2026-03-27\nrisks:\n  - id: R-001\n    title: Data migration quality\n    owner: \"@mlopez\"\n    raised: 2025-11-20\n    reviewed: 2026-03-24\n    assessments:\n      - {date: 2025-11-20, p: 2, i: 3}\n      - {date: 2026-03-24, p: 2, i: 3, note: no change after the first rehearsal}\n    response: reduce\n    mitigation: Two rehearsals with reconciliation\n    due: 2026-04-15\n    status: open\n",
    check: Some(check),
};

/// Days without a change that are allowed, by tier.
const ALLOWED: [i64; 3] = [45, 60, 90];

fn check(context: &Context<'_>, out: &mut Vec<Finding>) {
    let p = context.portfolio;
    for (_, project) in running(p).filter(|(_, pr)| executing(pr)) {
        let risks = project.items("risks");
        let allowed = ALLOWED[project.tier.min(2)];
        let began = project.began();
        if risks.is_empty()
            || without_open(project)
            || began.is_none_or(|b| days(b, p.as_of) <= allowed)
        {
            continue;
        }
        let Some(last) = last_change(project, p.as_of).filter(|d| days(*d, p.as_of) > allowed)
        else {
            continue;
        };
        let open = risks.iter().filter(|r| is_open(r)).count();
        let word = if open == 1 { "risk is" } else { "risks are" };
        let message = format!(
            "{open} {word} open and none was added, assessed or closed since {last}, {} ago; the tier allows {allowed}",
            counted(days(last, p.as_of), "day")
        );
        let help = "go through the open risks and add an entry to `assessments` of each, even if the score stays";
        out.extend(at_register(p, project, "risks", RULE.name, message).map(|f| f.help(help)));
    }
}

/// The last day up to `on` on which a risk was added, assessed or closed.
fn last_change(project: &Project, on: Date) -> Option<Date> {
    let of = |risk: &Item| {
        let assessed = risk.fields.list("assessments").iter().filter_map(|a| a.datum.record());
        let dates = assessed.filter_map(|a| a.date("date"));
        let others = ["raised", "closed"].into_iter().filter_map(|name| risk.fields.date(name));
        dates.chain(others).filter(|d| *d <= on).max()
    };
    project.items("risks").iter().filter_map(of).max()
}

#[cfg(test)]
mod tests {
    use crate::finding::Severity;
    use crate::rules::testing::{Fixture, portfolio};

    const RULE: &str = "idle-risk-register";
    const CARD: &str = "projects/crm/project.md";
    const RAID: &str = "projects/crm/raid.yaml";

    fn old(tier: &str) -> Fixture {
        portfolio().replace(CARD, "tier: 3", tier).replace(CARD, "2026-01-05", "2025-06-02")
    }

    #[test]
    fn forty_five_sixty_and_ninety_days_by_tier() {
        // The last assessment is of 20 January.
        for (tier, last, first) in [
            ("tier: 1", "2026-03-06", "2026-03-07"),
            ("tier: 2", "2026-03-21", "2026-03-22"),
            ("tier: 3", "2026-04-20", "2026-04-21"),
        ] {
            old(tier).as_of(last).silent(RULE);
            old(tier).as_of(first).finds(RULE, RAID, 2);
        }
        let found = old("tier: 3").as_of("2026-04-21").finds(RULE, RAID, 2);
        assert_eq!(
            found.message,
            "1 risk is open and none was added, assessed or closed since 2026-01-20, 91 days ago; the tier allows 90"
        );
        assert_eq!(found.severity, Severity::Note);
        assert_eq!(old("tier: 2").finds(RULE, RAID, 2).severity, Severity::Warn);
    }

    #[test]
    fn an_assessment_a_new_or_a_closed_risk_is_a_change_and_a_review_is_none() {
        let with = |risk: &str| {
            old("tier: 3").as_of("2026-04-21").replace(
                RAID,
                "risks:\n",
                &format!("risks:\n  - {{id: R-002, title: T, owner: \"@mlopez\", {risk}}}\n"),
            )
        };
        with("raised: 2026-02-20, status: open").silent(RULE);
        with("raised: 2025-10-01, closed: 2026-02-20, status: closed").silent(RULE);
        with("raised: 2025-10-01, assessments: [{date: 2026-02-20, p: 1, i: 1}], status: open")
            .silent(RULE);
        with("raised: 2025-10-01, reviewed: 2026-04-20, status: open").finds(RULE, RAID, 2);
    }

    #[test]
    fn young_resting_and_planning_projects_are_left_alone() {
        let late = old("tier: 3").as_of("2026-04-21");
        let other = |from: &str, to: &str| {
            old("tier: 3").as_of("2026-04-21").replace(CARD, from, to).silent(RULE);
        };
        late.finds(RULE, RAID, 2);
        other("2025-06-02", "2026-01-21");
        other("state: active", "state: on-hold");
        other("phase: execution", "phase: planning");
    }
}
