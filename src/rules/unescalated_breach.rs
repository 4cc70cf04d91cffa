//! `unescalated-breach`: a tolerance is broken and nobody above was told.

use super::{Context, Defaults, Rule};
use crate::data::record::Record;
use crate::date::Date;
use crate::document::Document;
use crate::finding::Finding;
use crate::finding::Severity::{Deny, Warn};
use crate::measures::ProjectMeasures;
use crate::measures::breach::{Breach, breaches, grace_is_over};
use crate::portfolio::{Portfolio, Project};
use crate::rules::reported::running;

pub(super) static RULE: Rule = Rule {
    name: "unescalated-breach",
    summary: "Something the project may not settle alone has not been taken to those above it.",
    why: "A tolerance is what the project may use without asking. Beyond it, and with anything red, a severity-1 issue or an unmet security criterion just before a launch, somebody else has to decide, and can only do so if told. An entry under `escalations`, an exception report or a decision asked of the right role says that they were. There are five business days, or one reporting period if that is shorter, to do it. While the dimension is still reported green, `watermelon-health` speaks first; this rule takes the place of `red-without-ask` and of a missing exception report.",
    defaults: Defaults::Graded([Deny, Warn, Warn], [Deny, Warn, Warn]),
    example: "=== projects/crm/status/2026-02-27.md\n---\nkind: status\nauthor: \"@mlopez\"\nas_of: 2026-02-27\nphase: execution\nhealth:\n  overall: red\n  schedule: {rag: red, why: The vendor delivers in December, path: Two weekend shifts and fewer reports, back_to_green: 2026-05-29}\nmilestones:\n  M1: {forecast: 2026-12-18}\n---\n# Status\n=== projects/crm/status/2026-03-27.md\n---\nkind: status\nauthor: \"@mlopez\"\nas_of: 2026-03-27\nphase: execution\nhealth:\n  overall: red\n  schedule: {rag: red, why: The vendor delivers in December, path: Two weekend shifts and fewer reports, back_to_green: 2026-05-29}\nmilestones:\n  M1: {forecast: 2026-12-18}\n---\n# Status\n",
    remedy: "=== projects/crm/status/2026-02-27.md\n---\nkind: status\nauthor: \"@mlopez\"\nas_of: 2026-02-27\nphase: execution\nhealth:\n  overall: red\n  schedule: {rag: red, why: The vendor delivers in December, path: Two weekend shifts and fewer reports, back_to_green: 2026-05-29}\nmilestones:\n  M1: {forecast: 2026-12-18}\nescalations:\n  - {dimension: schedule, to: [sponsor], on: 2026-03-02}\n---\n# Status\n",
    check: Some(check),
};

fn check(context: &Context<'_>, out: &mut Vec<Finding>) {
    let p = context.portfolio;
    for (index, project) in running(p) {
        for breach in unanswered(context, index, project) {
            let roles = right_roles(&breach.area);
            let message = format!(
                "{}; since {} nobody above the project was told",
                breach.fact, breach.since
            );
            let help = format!(
                "add `{{dimension: {}, to: [{}], on: …}}` to `escalations` of the next report, or write an exception report, or ask them for a decision",
                breach.area,
                roles.iter().take(2).copied().collect::<Vec<_>>().join(", "),
            );
            let place = breach.place;
            out.push(Finding::new(RULE.name, place.path, place.span, place.at, message).help(help));
        }
    }
}

/// The breaches of a project that nobody above it was told of in time.
pub(super) fn unanswered(context: &Context<'_>, index: usize, project: &Project) -> Vec<Breach> {
    let p = context.portfolio;
    let Some(measures) = context.measures.of(index) else { return Vec::new() };
    let mut all = breaches(p, project, measures, &context.measures.thresholds);
    all.retain(|breach| {
        !hidden(measures, breach)
            && grace_is_over(p, project, breach.since)
            && !answered(p, project, breach)
    });
    all
}

/// Whether there is a finding on a breach already, so that a missing exception
/// report needs no other.
pub(super) fn is_told(context: &Context<'_>, index: usize, project: &Project) -> bool {
    let (p, thresholds) = (context.portfolio, &context.measures.thresholds);
    context.measures.of(index).is_some_and(|measures| {
        breaches(p, project, measures, thresholds).iter().any(|b| hidden(measures, b))
    }) || !unanswered(context, index, project).is_empty()
}

/// Two steps too good is the business of `watermelon-health`.
fn hidden(measures: &ProjectMeasures, breach: &Breach) -> bool {
    measures.health.of(&breach.area).and_then(|d| d.flattery()).is_some_and(|n| n >= 2)
}

/// Those who may decide on a breach, the first to be told first.
fn right_roles(area: &str) -> &'static [&'static str] {
    match area {
        "schedule" => &["sponsor", "pmo-director", "engineering-manager", ABOVE[0], ABOVE[1]],
        "budget" => &["sponsor", "finance-partner", "pmo-director", ABOVE[0], ABOVE[1]],
        "resources" => &["functional-manager", "sponsor", "pmo-director", ABOVE[0], ABOVE[1]],
        "readiness" | "quality" | "issue" => &[
            "ops-lead",
            "sponsor",
            "engineering-manager",
            "functional-manager",
            "pmo-director",
            "release-manager",
            ABOVE[0],
            ABOVE[1],
        ],
        "security" | "compliance" => {
            &["security-lead", "sponsor", "compliance-owner", "pmo-director", ABOVE[0], ABOVE[1]]
        }
        _ => &["sponsor", "pmo-director", "business-owner", ABOVE[0], ABOVE[1]],
    }
}

/// Roles that may be told of anything.
const ABOVE: [&str; 2] = ["steering-committee", "programme-manager"];

/// Whether an escalation, an exception report or a decision asked of the right
/// role answers a breach since it first showed.
fn answered(p: &Portfolio, project: &Project, breach: &Breach) -> bool {
    let roles = right_roles(&breach.area);
    let told = |who: &str| holds_role(p, project, who, roles);
    let in_time = |day: Option<Date>| day.is_some_and(|d| d >= breach.answers_from);
    let reports =
        project.reports.iter().filter_map(|r| Some((r.date, p.documents.get(r.document)?)));
    let escalated = reports
        .flat_map(|(date, d)| {
            let entries = d.fields.list("escalations").iter().filter_map(|e| e.datum.record());
            entries.map(move |e| (e.date("on").unwrap_or(date), e))
        })
        .any(|(on, entry)| {
            in_time(Some(on))
                && concerns(entry.text("dimension"), breach)
                && entry.texts("to").any(|(who, _)| told(who))
        });
    let asked = || {
        project.items("decisions").iter().any(|d| {
            d.status() != "withdrawn"
                && in_time(d.fields.date("requested"))
                && d.fields.text("decider").is_some_and(told)
        })
    };
    let excepted = || {
        exceptions(p, project).any(|d| {
            let breached: Vec<&str> = d.fields.texts("breached").map(|(t, _)| t).collect();
            let to: Vec<&str> = d.fields.texts("to").map(|(t, _)| t).collect();
            in_time(d.fields.date("raised").or(d.date()))
                && (breached.is_empty() || breached.iter().any(|b| concerns(Some(b), breach)))
                && (to.is_empty() || to.into_iter().any(told))
        })
    };
    escalated || asked() || excepted()
}

/// Exception reports of a project: documents of a kind that says what was breached.
pub(super) fn exceptions<'a>(
    p: &'a Portfolio,
    project: &'a Project,
) -> impl Iterator<Item = &'a Document> {
    let documents = project.documents.iter().filter_map(|i| p.documents.get(*i));
    documents.filter(|d| {
        d.kind.fields.find("breached").is_some() && d.fields.text("state") != Some("draft")
    })
}

/// Whether what was escalated is what is breached: the same dimension, or none
/// in particular; an issue or a criterion is no dimension of its own.
fn concerns(dimension: Option<&str>, breach: &Breach) -> bool {
    let area = &*breach.area;
    match dimension.map(|d| d.trim().to_lowercase()).as_deref() {
        None | Some("" | "overall") => true,
        Some("cost") => matches!(area, "budget" | "overall" | "issue"),
        Some("time") => matches!(area, "schedule" | "overall" | "issue"),
        Some(other) => {
            other == area || matches!(area, "overall" | "issue" | "security" | "compliance")
        }
    }
}

/// Whether a word is one of the roles, or a person who holds one of them.
fn holds_role(p: &Portfolio, project: &Project, who: &str, roles: &[&str]) -> bool {
    let is_role = |word: &str| roles.contains(&p.kinds.roles.canonical(word));
    let same = |other: &str| {
        let plain = |w: &str| p.person(w.trim()).trim_start_matches('@').to_lowercase();
        plain(other) == plain(who)
    };
    let empty = Record::default();
    let card = p.documents.get(project.card).map_or(&empty, |d| &d.fields);
    let people = card.record("people").map(|r| r.slots.as_slice()).unwrap_or_default();
    is_role(who)
        || (roles.contains(&"sponsor") && card.text("sponsor").is_some_and(same))
        || people.iter().any(|slot| {
            is_role(&slot.name)
                && card
                    .record("people")
                    .is_some_and(|r| r.texts(&slot.name).any(|(person, _)| same(person)))
        })
        || (roles.contains(&"functional-manager")
            && card
                .list("functional_managers")
                .iter()
                .filter_map(|m| m.datum.record()?.text("manager"))
                .any(same))
        || p.person_record(who).is_some_and(|r| r.texts("roles").any(|(role, _)| is_role(role)))
}

#[cfg(test)]
mod tests {
    use crate::finding::Severity;
    use crate::rules::testing::{Fixture, portfolio};

    const RULE: &str = "unescalated-breach";
    const CARD: &str = "projects/crm/project.md";
    const FIRST: &str = "projects/crm/status/2026-02-27.md";
    const LAST: &str = "projects/crm/status/2026-03-27.md";
    const GREEN: &str = "health: {overall: green, schedule: green}";
    const DECISIONS: &str = "projects/crm/decisions.yaml";

    /// Red in the report of 27 March, green in that of 27 February.
    fn red() -> Fixture {
        portfolio().replace(LAST, GREEN, "health: {overall: red, schedule: red}")
    }

    #[test]
    fn five_business_days_are_left_to_tell_somebody() {
        // 27 March 2026 is a Friday.
        red().as_of("2026-04-03").silent(RULE);
        let found = red().as_of("2026-04-06").finds(RULE, LAST, 6);
        assert_eq!(
            found.message,
            "schedule: reported red since 2026-03-27; since 2026-03-27 nobody above the project was told"
        );
        assert_eq!(found.severity, Severity::Warn);
        let strict = red().as_of("2026-04-06").replace(CARD, "tier: 3", "tier: 1");
        assert_eq!(strict.finds(RULE, LAST, 6).severity, Severity::Deny);
        // Nobody works on the holidays.
        red()
            .as_of("2026-04-06")
            .config("[calendar]\nholidays = [\"2026-04-03\", \"2026-04-06\"]\n")
            .silent(RULE);
        // One reporting period is shorter.
        red()
            .as_of("2026-04-01")
            .replace(CARD, "budget:", "report_every: 4d\nbudget:")
            .finds(RULE, LAST, 6);
    }

    #[test]
    fn one_finding_for_a_part_and_the_overall_behind_it() {
        let all = red().as_of("2026-04-06").findings();
        assert_eq!(all.iter().filter(|f| f.rule == RULE).count(), 1);
        let alone = portfolio().replace(LAST, GREEN, "health: {overall: red, schedule: green}");
        alone.as_of("2026-04-06").finds(RULE, LAST, 6);
    }

    #[test]
    fn an_escalation_since_it_showed_to_the_right_role_answers() {
        let told = |entry: &str| {
            red().as_of("2026-04-06").says(LAST, &format!("escalations:\n  - {{{entry}}}"))
        };
        told("dimension: schedule, to: [sponsor], on: 2026-03-28").silent(RULE);
        told("dimension: schedule, to: [executive], on: 2026-03-28").silent(RULE);
        told("dimension: schedule, to: [\"@dokafor\"], on: 2026-02-28").silent(RULE);
        // Before the breach, to somebody beside the project, on something else.
        told("dimension: schedule, to: [sponsor], on: 2026-02-27").finds(RULE, LAST, 6);
        told("dimension: schedule, to: [qa-lead], on: 2026-03-28").finds(RULE, LAST, 6);
        told("dimension: budget, to: [sponsor], on: 2026-03-28").finds(RULE, LAST, 6);
    }

    #[test]
    fn a_decision_asked_or_an_exception_answers_too() {
        let asked = |decider: &str, day: &str| {
            red().as_of("2026-04-06").replace(
                DECISIONS,
                "decisions:\n",
                &format!("decisions:\n  - {{id: D-002, title: T, status: requested, requested: {day}, needed_by: 2026-05-01, decider: {decider}}}\n"),
            )
        };
        asked("sponsor", "2026-03-30").silent(RULE);
        asked("Dana Okafor", "2026-03-30").silent(RULE);
        asked("sponsor", "2026-02-27").finds(RULE, LAST, 6);
        asked("\"@mlopez\"", "2026-03-30").finds(RULE, LAST, 6);
        let raised = |breached: &str| {
            red().as_of("2026-04-06").file(
                "projects/crm/exceptions/EX-001.md",
                &format!("---\nkind: exception\nid: EX-001\nraised: 2026-03-30\nbreached: [{breached}]\nto: [sponsor]\n---\n# EX-001\n"),
            )
        };
        raised("schedule").silent(RULE);
        raised("cost").finds(RULE, LAST, 6);
    }

    /// Start 5 January, baseline 30 September: 268 days; tier 3 may use 20 %.
    fn late(day: &str, rag: &str) -> Fixture {
        let health = format!("health: {{overall: green, schedule: {rag}}}");
        portfolio()
            .as_of("2026-04-06")
            .replace(LAST, "2026-10-05", day)
            .replace(LAST, GREEN, &health)
    }

    #[test]
    fn the_finish_beyond_its_tolerance_is_found_whatever_the_colour() {
        // 53 days are 19.8 %, 54 are 20.1 %.
        late("2026-11-22", "amber").silent(RULE);
        let found = late("2026-11-23", "amber").finds(RULE, LAST, 6);
        assert_eq!(
            found.message,
            "schedule: finish is forecast 2026-11-23, 54 days (20.1 %) after its baseline 2026-09-30; the tolerance is 20 %; since 2026-03-27 nobody above the project was told"
        );
        late("2026-11-23", "green").silent(RULE);
        late("2026-11-23", "green").finds("watermelon-health", LAST, 6);
    }

    #[test]
    fn a_tolerance_of_the_card_or_the_governance_plan_is_held() {
        let agreed = |percent: &str| {
            late("2026-10-20", "amber").replace(
                CARD,
                "budget:",
                &format!("tolerances: {{schedule_pct: {percent}}}\nbudget:"),
            )
        };
        // 20 days are 7.5 %.
        agreed("8").silent(RULE);
        agreed("7").finds(RULE, LAST, 6);
        agreed("7")
            .file(
                "projects/crm/governance.md",
                "---\nkind: governance\nversion: \"1.0\"\nstate: approved\nauthor: \"@mlopez\"\nupdated: 2026-01-20\ntolerances: {schedule_pct: 10}\n---\n# G\n",
            )
            .silent(RULE);
    }

    #[test]
    fn a_broken_tolerance_asks_for_an_exception_report() {
        let told = |tier: &str| {
            late("2026-11-23", "amber").replace(CARD, "tier: 3", tier).says(
                LAST,
                "escalations:\n  - {dimension: schedule, to: [sponsor], on: 2026-03-28}",
            )
        };
        let lacks = |f: &Fixture| {
            f.findings()
                .iter()
                .any(|f| f.rule == "missing-document" && f.message.contains("exception"))
        };
        assert!(lacks(&told("tier: 2\nreport_every: 28d")));
        assert!(!lacks(&late("2026-11-13", "amber").replace(CARD, "tier: 3", "tier: 3")));
        // While nobody was told, that is the one finding.
        let silent =
            late("2026-11-23", "amber").replace(CARD, "tier: 3", "tier: 2\nreport_every: 28d");
        silent.finds(RULE, LAST, 6);
        assert!(!lacks(&silent));
    }

    #[test]
    fn cost_and_scope_have_tolerances_too() {
        let cost = |eac: &str| {
            portfolio()
                .as_of("2026-04-06")
                .replace(CARD, "{tracked: false}", "{tracked: true, currency: CAD, baseline: 500000}")
                .replace(
                    LAST,
                    GREEN,
                    &format!("health: {{overall: amber, schedule: green, budget: amber}}\nbudget: {{actual: 100000, eac: {eac}}}"),
                )
        };
        cost("575000").silent(RULE);
        let found = cost("575001").finds(RULE, LAST, 6);
        assert!(found.message.starts_with(
            "budget: estimate at completion 575,001 is 15.0 % over the budget of 500,000; the tolerance is 15 %"
        ));
        let scope = |added: &str| {
            portfolio()
                .as_of("2026-04-06")
                .replace("projects/crm/plan.md", "baseline_date:", "scope_baseline: {unit: requirements, size: 100}\nbaseline_date:")
                .file(
                    "projects/crm/changes.yaml",
                    &format!("changes:\n  - {{id: CR-001, title: T, status: approved, decision: {{date: 2026-03-20, by: [\"@dokafor\"]}}, impact: {{scope: {{unit: requirements, added: {added}}}}}}}\n"),
                )
        };
        scope("30").silent(RULE);
        scope("31").finds(RULE, LAST, 2);
    }

    const RAID: &str = "projects/crm/raid.yaml";

    #[test]
    fn a_severity_1_issue_is_taken_up_within_the_week() {
        let severe = |raised: &str| {
            portfolio().replace(RAID, "severity: 3", "severity: 1").replace(
                RAID,
                "raised: 2026-03-01",
                &format!("raised: {raised}"),
            )
        };
        let found = severe("2026-03-17").finds(RULE, RAID, 17);
        assert_eq!(
            found.message,
            "issue `I-001` of severity 1 is open for 10 days; since 2026-03-19 nobody above the project was told"
        );
        // Two days to solve it, then five business days.
        severe("2026-03-18").silent(RULE);
        severe("2026-03-17")
            .replace(
                RAID,
                "due: 2026-04-01\n    status: open",
                "due: 2026-04-01\n    status: resolved",
            )
            .silent(RULE);
        portfolio().replace(RAID, "severity: 3", "severity: 2").silent(RULE);
    }

    #[test]
    fn security_is_settled_ten_business_days_before_the_launch() {
        let launch = |status: &str, day: &str| {
            portfolio()
                .replace(
                    "projects/crm/milestones.yaml",
                    "    finish: true",
                    &format!("    finish: true\n  - id: M2\n    name: Live\n    baseline: {day}\n    owner: \"@mlopez\"\n    go_live: true"),
                )
                .file(
                    "projects/crm/releases/r1/go-no-go.md",
                    &format!("---\nkind: go-no-go\nversion: \"1.0\"\nstate: draft\nauthor: \"@mlopez\"\nupdated: 2026-03-20\ncriteria:\n  - {{id: S2, area: security, text: Pen test, status: {status}}}\n---\n# G\n"),
                )
        };
        let path = "projects/crm/releases/r1/go-no-go.md";
        let found = launch("not-met", "2026-04-02").finds(RULE, path, 8);
        assert!(found.message.starts_with(
            "security criterion `S2` is not met 4 business days before the launch on 2026-04-02"
        ));
        launch("met", "2026-04-02").silent(RULE);
        // Grace: ten business days before 10 April was 27 March.
        launch("not-met", "2026-04-10").silent(RULE);
    }

    #[test]
    fn old_reports_and_resting_projects_are_left_alone() {
        red().as_of("2026-06-30").silent(RULE);
        red().as_of("2026-04-06").replace(CARD, "state: active", "state: on-hold").silent(RULE);
        // Red once, green since.
        portfolio().replace(FIRST, GREEN, "health: {overall: red, schedule: red}").silent(RULE);
    }
}
