//! `inconsistent-overall`: the overall colour is better than a part that the
//! same report declares.

use super::history::join;
use super::{Context, Defaults, Rule};
use crate::data::record::Record;
use crate::finding::Finding;
use crate::finding::Severity::{Deny, Note, Warn};
use crate::portfolio::{State, declared};
use crate::table::Rag;

pub(super) static RULE: Rule = Rule {
    name: "inconsistent-overall",
    summary: "Overall health is reported better than one of its own parts, and the report does not say why.",
    why: "Most readers see one colour. When a part is red and the whole is green, the report contradicts itself and the one colour that travels is the wrong one. The whole may be better than a part, when somebody says why: the part is small, or already being mended.",
    defaults: Defaults::Graded([Deny, Deny, Warn], [Warn, Warn, Note]),
    example: "=== projects/crm/status/2026-03-27.md\n---\nkind: status\nauthor: \"@mlopez\"\nas_of: 2026-03-27\nphase: execution\nhealth:\n  overall: green\n  schedule: {rag: red, why: The vendor is late, path: Weekend shifts until the end of May, back_to_green: 2026-05-29}\nmilestones:\n  M1: {forecast: 2026-10-05}\n---\n# Status\n",
    remedy: "=== projects/crm/status/2026-03-27.md\n---\nkind: status\nauthor: \"@mlopez\"\nas_of: 2026-03-27\nphase: execution\nhealth:\n  overall: red\n  schedule: {rag: red, why: The vendor is late, path: Weekend shifts until the end of May, back_to_green: 2026-05-29}\nmilestones:\n  M1: {forecast: 2026-10-05}\n---\n# Status\n",
    check: Some(check),
};

/// The parts whose amber the whole has to explain.
const CORE: [&str; 3] = ["scope", "schedule", "budget"];

/// How the whole contradicts its parts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fault {
    /// A part is red and the whole is green.
    GreenOverRed,
    /// A part is red and the whole is amber, without a word.
    AmberOverRed,
    /// Scope, schedule or budget is amber and the whole is green, without a word.
    GreenOverAmber,
}

fn check(context: &Context<'_>, out: &mut Vec<Finding>) {
    let p = context.portfolio;
    for project in p.projects.iter().filter(|pr| pr.state == State::Active) {
        let Some(report) = project.latest().and_then(|r| p.documents.get(r.document)) else {
            continue;
        };
        let Some((fault, parts)) = fault(&report.fields) else { continue };
        let Some(overall) = declared(&report.fields, "overall") else { continue };
        let verb = if parts.len() == 1 { "is" } else { "are" };
        let (worst, without) = match fault {
            Fault::GreenOverRed => ("red", ""),
            Fault::AmberOverRed => ("red", " without `why`"),
            Fault::GreenOverAmber => ("amber", " without `why`"),
        };
        let message = format!(
            "overall reported {}{without}, but {} {verb} {worst}",
            overall.rag.name(),
            join(&parts)
        );
        let help = match fault {
            Fault::GreenOverRed => "report overall as red, or amber with `why`".to_owned(),
            _ => format!(
                "report overall as {worst}, or say why the whole is better: `overall: {{rag: {}, why: …}}`",
                overall.rag.name()
            ),
        };
        let finding = report.finding(RULE.name, overall.span, message).help(help);
        // Red under amber warns in every tier: in the lightest that is the
        // severity of the big case.
        let small = match fault {
            Fault::GreenOverRed => false,
            Fault::AmberOverRed => project.tier < 2,
            Fault::GreenOverAmber => true,
        };
        out.push(if small { finding.small() } else { finding });
    }
}

/// Whether this rule speaks of a report, so that others need not say that the
/// whole is too good.
pub(super) fn speaks(report: &Record) -> bool {
    fault(report).is_some()
}

fn fault(report: &Record) -> Option<(Fault, Vec<&str>)> {
    let overall = declared(report, "overall")?;
    let whole = overall.rag.colour()?;
    let of = |colour: Rag| -> Vec<&str> {
        let slots = report.record("health").map(|h| h.slots.as_slice()).unwrap_or_default();
        let parts = slots.iter().filter(|s| &*s.name != "overall");
        parts
            .filter(|s| declared(report, &s.name).and_then(|d| d.rag.colour()) == Some(colour))
            .map(|s| &*s.name)
            .collect()
    };
    let red = of(Rag::Red);
    let explained = overall.said.has("why");
    match whole {
        Rag::Green if !red.is_empty() => Some((Fault::GreenOverRed, red)),
        Rag::Amber if !red.is_empty() && !explained => Some((Fault::AmberOverRed, red)),
        Rag::Green if !explained => {
            let mut amber = of(Rag::Amber);
            amber.retain(|name| CORE.contains(name));
            (!amber.is_empty()).then_some((Fault::GreenOverAmber, amber))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use crate::finding::Severity;
    use crate::rules::testing::{Fixture, portfolio};

    const RULE: &str = "inconsistent-overall";
    const CARD: &str = "projects/crm/project.md";
    const LAST: &str = "projects/crm/status/2026-03-27.md";

    fn health(tier: &str, parts: &str) -> Fixture {
        portfolio().replace(CARD, "tier: 3", &format!("tier: {tier}")).replace(
            LAST,
            "{overall: green, schedule: green}",
            &format!("{{{parts}}}"),
        )
    }

    #[test]
    fn green_over_red_is_an_error_except_in_the_lightest_tier() {
        let parts = "overall: green, schedule: red, quality: red";
        let found = health("1", parts).finds(RULE, LAST, 6);
        assert_eq!(found.message, "overall reported green, but schedule and quality are red");
        assert_eq!(found.at.column, 19);
        assert_eq!(found.severity, Severity::Deny);
        assert_eq!(health("2", parts).finds(RULE, LAST, 6).severity, Severity::Deny);
        assert_eq!(health("3", parts).finds(RULE, LAST, 6).severity, Severity::Warn);
        // A word does not make green of red.
        health("1", "overall: {rag: green, why: Small part}, schedule: red").finds(RULE, LAST, 6);
    }

    #[test]
    fn amber_over_red_warns_in_every_tier_unless_it_says_why() {
        for tier in ["1", "2", "3"] {
            let found = health(tier, "overall: amber, risk: red").finds(RULE, LAST, 6);
            assert_eq!(found.severity, Severity::Warn);
            assert_eq!(found.message, "overall reported amber without `why`, but risk is red");
        }
        health("1", "overall: {rag: amber, why: Half the risk is gone}, risk: red").silent(RULE);
    }

    #[test]
    fn green_over_amber_counts_for_scope_schedule_and_budget_only() {
        let found = health("1", "overall: green, scope: amber").finds(RULE, LAST, 6);
        assert_eq!(found.severity, Severity::Warn);
        assert_eq!(
            health("3", "overall: green, schedule: amber-red").finds(RULE, LAST, 6).severity,
            Severity::Note
        );
        health("1", "overall: green, quality: amber").silent(RULE);
        health("1", "overall: {rag: green, why: One week in a year}, scope: amber").silent(RULE);
        health("1", "overall: amber, scope: amber").silent(RULE);
        health("1", "overall: red, scope: red").silent(RULE);
    }

    #[test]
    fn earlier_reports_and_resting_projects_are_left_alone() {
        portfolio()
            .replace(
                "projects/crm/status/2026-02-27.md",
                "{overall: green, schedule: green}",
                "{overall: green, schedule: red}",
            )
            .silent(RULE);
        health("1", "overall: green, schedule: red")
            .replace(CARD, "state: active", "state: on-hold")
            .silent(RULE);
    }

    #[test]
    fn the_watermelon_says_nothing_more_about_the_whole() {
        health("1", "overall: green, schedule: red")
            .replace(LAST, "2026-10-05", "2026-11-13")
            .silent("watermelon-health");
    }
}
