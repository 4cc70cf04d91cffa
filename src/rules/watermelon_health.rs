//! `watermelon-health`: reported better than the report's own data says.

use super::{Context, Defaults, Rule};
use crate::date::{Date, days};
use crate::document::Register;
use crate::finding::Finding;
use crate::finding::Severity::{Deny, Note, Warn};
use crate::measures::ProjectMeasures;
use crate::measures::cost_variance::money;
use crate::measures::health::Dimension;
use crate::portfolio::{Declared, Portfolio, Project, Report, State, declared};

pub(super) static RULE: Rule = Rule {
    name: "watermelon-health",
    summary: "Health is reported better than the project's own dates, money and registers say.",
    why: "Green outside, red inside. The author of the report also wrote the forecasts, so the two can be compared: here the colour and the numbers disagree. Nobody can help a project that reports green. The remedy is the honest colour, which costs less the earlier it comes. Where the colour is right and the numbers mislead, the sponsor or the PMO director may agree to an `override` with a reason and an end.",
    defaults: Defaults::Graded([Deny, Deny, Warn], [Warn, Warn, Note]),
    example: "=== projects/crm/status/2026-03-27.md\n---\nkind: status\nauthor: \"@mlopez\"\nas_of: 2026-03-27\nphase: execution\nhealth: {overall: green, schedule: green}\nmilestones:\n  M1: {forecast: 2026-12-18}\n---\n# Status\n",
    remedy: "=== projects/crm/status/2026-03-27.md\n---\nkind: status\nauthor: \"@mlopez\"\nas_of: 2026-03-27\nphase: execution\nhealth:\n  overall: red\n  schedule: {rag: red, why: The vendor delivers in November, path: Descope recordings as asked in D-001, back_to_green: 2026-06-30}\nmilestones:\n  M1: {forecast: 2026-12-18}\n---\n# Status\n",
    check: Some(check),
};

fn check(context: &Context<'_>, out: &mut Vec<Finding>) {
    let p = context.portfolio;
    for (i, project) in p.projects.iter().enumerate() {
        let (Some(measures), Some(report)) = (context.measures.of(i), project.latest()) else {
            continue;
        };
        if project.state == State::Active && measures.freshness.counts() && !young(project, report)
        {
            examine(p, project, measures, report, out);
        }
    }
}

/// In its first two reporting periods a project is left to find its feet.
fn young(project: &Project, report: Report) -> bool {
    project.began().is_some_and(|b| days(b, report.date) < project.cadence * 2)
}

fn examine(
    p: &Portfolio,
    project: &Project,
    measures: &ProjectMeasures,
    report: Report,
    out: &mut Vec<Finding>,
) {
    let Some(document) = p.documents.get(report.document) else { return };
    // Overall comes last: it is silent when the part behind it has spoken or is
    // excused, or when `inconsistent-overall` says the same.
    let mut settled: Vec<&str> = Vec::new();
    let all = &measures.health.dimensions;
    let parts = all.iter().filter(|d| d.name != "overall");
    for dimension in parts.chain(measures.health.of("overall")) {
        let name = dimension.name;
        let Some(said) = declared(&document.fields, name) else { continue };
        let (Some(steps @ 1..), Ok(computed)) = (dimension.flattery(), &dimension.computed) else {
            continue;
        };
        let cause = cause(dimension, &computed.fact);
        if name == "overall"
            && (settled.contains(&cause) || super::inconsistent_overall::speaks(&document.fields))
        {
            continue;
        }
        // Scope that nobody approved is told as `scope-creep`.
        let creep = cause == "scope" && computed.fact.ends_with("above approved scope");
        if excused(p, project, &said, report) || creep {
            settled.push(name);
            continue;
        }
        if old(p, project, dimension, report) {
            continue;
        }
        settled.push(name);
        let limit =
            if computed.limit.is_empty() { String::new() } else { format!("; {}", computed.limit) };
        let message = format!("{name} reported {}; {}{limit}", said.rag.name(), computed.fact);
        let colour = computed.rag.name();
        let help = format!(
            "report it {colour} with `why`, `path` and `back_to_green`, correct the forecast, or have the sponsor agree to an `override: {{reason, approved_by, until}}`"
        );
        let finding = document.finding(RULE.name, said.span, message).help(help);
        out.push(if steps >= 2 { finding } else { finding.small() });
    }
}

/// An override with its reason, agreed by the sponsor or the PMO director, that
/// still holds on the report's date.
fn excused(p: &Portfolio, project: &Project, said: &Declared<'_>, report: Report) -> bool {
    let Some(agreed) = said.said.record("override") else { return false };
    let (Some(by), Some(until)) = (agreed.text("approved_by"), agreed.date("until")) else {
        return false;
    };
    let card = p.documents.get(project.card).map(|d| &d.fields);
    let same = |a: &str, b: &str| {
        a.trim_start_matches('@') == b.trim_start_matches('@') || p.person(a) == p.person(b)
    };
    let role = |word: &str| matches!(word, "sponsor" | "pmo-director");
    let sponsor = card.and_then(|c| c.text("sponsor")).is_some_and(|s| same(s, by));
    let listed = p
        .person_record(by)
        .is_some_and(|r| r.texts("roles").any(|(word, _)| word == "pmo-director"));
    let held = card
        .and_then(|c| c.record("people"))
        .map(|people| people.texts("pmo-director").any(|(who, _)| same(who, by)));
    agreed.has("reason")
        && until >= report.date
        && (role(by) || sponsor || listed || held == Some(true))
}

/// The part a colour comes from: the overall fact begins with it.
fn cause<'a>(dimension: &Dimension, fact: &'a str) -> &'a str {
    let name = dimension.name;
    if name == "overall" { fact.split(':').next().unwrap_or("") } else { name }
}

/// What was said longer ago than one reporting period is no evidence against
/// this report.
fn old(p: &Portfolio, project: &Project, dimension: &Dimension, report: Report) -> bool {
    let stale = |date: Date| days(date, report.date) > project.cadence;
    let finish = || {
        let milestone = project.finish_milestone()?;
        if milestone.actual.is_some() {
            return None;
        }
        let register = project
            .item(&milestone.id)
            .and_then(|item| {
                project
                    .registers
                    .iter()
                    .filter_map(|i| p.registers.get(*i))
                    .find(|r| r.path == item.path)
            })
            .and_then(|r| r.head.date("updated"))
            .filter(|_| {
                milestone.history.last().is_none_or(|(_, said)| Some(*said) != milestone.forecast)
            });
        milestone.history.last().map(|(date, _)| *date).max(register)
    };
    let updated = |key: &str| {
        let holds = |r: &&Register| r.lists.iter().any(|(k, ..)| **k == *key);
        let registers = project.registers.iter().filter_map(|i| p.registers.get(*i));
        registers.filter(holds).filter_map(|r| r.head.date("updated")).max()
    };
    let fact = dimension.computed.as_ref().map_or("", |c| &c.fact);
    match cause(dimension, fact) {
        // Overdue milestones are measured by the calendar.
        "schedule" => !fact.contains("overdue") && finish().is_some_and(stale),
        "budget" => money(p, project).as_of.is_some_and(stale),
        "scope" => updated("changes").is_some_and(stale),
        "resources" => updated("resources").is_some_and(stale),
        "risk" => updated("risks").is_some_and(stale),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use crate::finding::Severity;
    use crate::rules::testing::{Fixture, portfolio};

    const CARD: &str = "projects/crm/project.md";
    const LAST: &str = "projects/crm/status/2026-03-27.md";
    const RULE: &str = "watermelon-health";

    /// Start 5 January, baseline 30 September: 268 days.
    fn forecast(tier: &str, day: &str) -> Fixture {
        portfolio().replace(CARD, "tier: 3", &format!("tier: {tier}")).replace(
            LAST,
            "2026-10-05",
            day,
        )
    }

    #[test]
    fn forty_four_days_of_268_are_denied_in_tier_1() {
        let found = forecast("1", "2026-11-13").finds(RULE, LAST, 6);
        assert_eq!(found.severity, Severity::Deny);
        assert_eq!(
            found.message,
            "schedule reported green; finish is forecast 2026-11-13, 44 days (16.4 %) after its baseline 2026-09-30; the red line of tier 1 – high is 15 %"
        );
    }

    #[test]
    fn forty_days_warn_and_twenty_six_are_silent() {
        assert_eq!(forecast("1", "2026-11-09").finds(RULE, LAST, 6).severity, Severity::Warn);
        forecast("1", "2026-10-26").silent(RULE);
        // One step is a note in tier 3, two steps a warning.
        assert_eq!(forecast("3", "2026-11-13").finds(RULE, LAST, 6).severity, Severity::Note);
        assert_eq!(forecast("3", "2026-12-18").finds(RULE, LAST, 6).severity, Severity::Warn);
    }

    #[test]
    fn overall_is_silent_when_the_part_behind_it_spoke() {
        let all = forecast("1", "2026-11-13").findings();
        assert_eq!(all.iter().filter(|f| f.rule == RULE).count(), 1);
        let alone = forecast("1", "2026-11-13").replace(
            LAST,
            "health: {overall: green, schedule: green}",
            "health: {overall: green}",
        );
        let found = alone.finds(RULE, LAST, 6);
        assert!(found.message.starts_with("overall reported green; schedule: finish is forecast"));
    }

    #[test]
    fn money_is_compared_too() {
        let over = |eac: &str| {
            portfolio()
                .replace(CARD, "tier: 3", "tier: 1")
                .replace(CARD, "{tracked: false}", "{tracked: true, currency: CAD, baseline: 500000}")
                .replace(
                    LAST,
                    "health: {overall: green, schedule: green}",
                    &format!("health: {{overall: green, schedule: green, budget: green}}\nbudget: {{eac: {eac}}}"),
                )
        };
        let found = over("533000").finds(RULE, LAST, 6);
        assert_eq!(found.severity, Severity::Warn);
        assert!(
            found.message.contains("estimate at completion CAD 533,000 is 6.6 % over")
                || found.message.contains("6.6 % over"),
            "{}",
            found.message
        );
        over("525000").silent(RULE);
    }

    #[test]
    fn scope_people_and_risks_are_compared_too() {
        let raid = "projects/crm/raid.yaml";
        let green = |part: &str| {
            portfolio().replace(
                LAST,
                "schedule: green}",
                &format!("schedule: green, {part}: green}}"),
            )
        };
        let risky = green("risk").replace(raid, "p: 2, i: 3", "p: 5, i: 3");
        let found = risky.finds(RULE, LAST, 6);
        assert_eq!(found.message, "risk reported green; open threats of 15 or more: R-001");
        green("risk").silent(RULE);
        // Tier 3 reports every 28 days: a register from before that is old.
        let aged = |day: &str| {
            green("risk").replace(raid, "p: 2, i: 3", "p: 5, i: 3").replace(
                raid,
                "updated: 2026-03-27",
                &format!("updated: {day}"),
            )
        };
        aged("2026-02-27").finds(RULE, LAST, 6);
        aged("2026-02-26").silent(RULE);
        let people = |committed: &str| {
            green("resources").file(
                "projects/crm/resources.yaml",
                &format!("updated: 2026-03-27\nresources:\n  - {{id: RES-1, role: tester, required_fte: 2.0, committed_fte: {committed}}}\n"),
            )
        };
        assert_eq!(people("1.5").finds(RULE, LAST, 6).severity, Severity::Warn);
        people("1.9").silent(RULE);
    }

    #[test]
    fn an_excused_part_excuses_the_whole() {
        forecast("1", "2026-11-13")
            .replace(
                LAST,
                "schedule: green",
                "schedule: {rag: green, override: {reason: The new baseline is with the board, approved_by: sponsor, until: 2026-04-30}}",
            )
            .silent(RULE);
    }

    #[test]
    fn only_the_sponsor_or_the_pmo_director_may_override() {
        let with = |by: &str, until: &str| {
            forecast("1", "2026-11-13").replace(
                LAST,
                "health: {overall: green, schedule: green}",
                &format!("health: {{overall: amber, schedule: {{rag: green, override: {{reason: The new baseline is with the board, approved_by: {by}, until: {until}}}}}}}"),
            )
        };
        let of = |f: Fixture| {
            f.findings().iter().any(|f| f.rule == RULE && f.message.starts_with("schedule"))
        };
        assert!(!of(with("\"@dokafor\"", "2026-03-27")));
        assert!(!of(with("pmo-director", "2026-04-30")));
        assert!(of(with("\"@dokafor\"", "2026-03-26")));
        assert!(of(with("\"@mlopez\"", "2026-04-30")));
    }

    #[test]
    fn old_numbers_young_and_resting_projects_are_no_evidence() {
        // The forecast was last given in the report of 27 February; tier 1
        // reports every 7 days.
        forecast("1", "2026-10-05")
            .replace("projects/crm/status/2026-02-27.md", "2026-09-30", "2026-11-13")
            .replace(LAST, "milestones:\n  M1: {forecast: 2026-10-05}\n", "")
            .silent(RULE);
        forecast("1", "2026-11-13").replace(CARD, "state: active", "state: on-hold").silent(RULE);
        forecast("3", "2026-12-18")
            .replace(CARD, "start: {baseline: 2026-01-05}", "start: {baseline: 2026-02-27}")
            .silent(RULE);
    }
}
