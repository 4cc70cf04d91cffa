//! `contradicted-trend`: the trend in words is not the one of the colours.

use super::{Context, Defaults, Rule};
use crate::finding::Finding;
use crate::finding::Severity::Warn;
use crate::measures::trend::{self, Trend};
use crate::portfolio::declared;
use crate::rules::reported::reported;

pub(super) static RULE: Rule = Rule {
    name: "contradicted-trend",
    summary: "A rating is said to be improving, stable or worsening, and the previous report says otherwise.",
    why: "The trend follows from two reports, so a declared one can only agree or be wrong. Inside one colour things may still get better or worse; with a `why` that says how, the word stands.",
    defaults: Defaults::Flat(Warn),
    example: "=== projects/crm/status/2026-03-27.md\n---\nkind: status\nauthor: \"@mlopez\"\nas_of: 2026-03-27\nphase: execution\nhealth:\n  overall: amber\n  schedule: {rag: amber, trend: improving, why: Test room is too small, path: Move the tests to the training centre, back_to_green: 2026-04-24}\nmilestones:\n  M1: {forecast: 2026-10-05}\n---\n# Status\n",
    remedy: "=== projects/crm/status/2026-03-27.md\n---\nkind: status\nauthor: \"@mlopez\"\nas_of: 2026-03-27\nphase: execution\nhealth:\n  overall: amber\n  schedule: {rag: amber, trend: worsening, why: Test room is too small, path: Move the tests to the training centre, back_to_green: 2026-04-24}\nmilestones:\n  M1: {forecast: 2026-10-05}\n---\n# Status\n",
    check: Some(check),
};

fn check(context: &Context<'_>, out: &mut Vec<Finding>) {
    let p = context.portfolio;
    for it in reported(context).filter(|it| !it.is_young()) {
        let reports = it.newest_first(p);
        let Some((_, before)) = reports.get(1) else { continue };
        let health = it.document.fields.record("health");
        for slot in health.map(|h| h.slots.as_slice()).unwrap_or_default() {
            let Some(said) = slot.datum.record() else { continue };
            let (Some(word), Some(now)) = (said.text("trend"), said.rag("rag")) else { continue };
            let computed = trend::of(p, it.project, &slot.name);
            if !matches!(computed, Trend::Improving | Trend::Stable | Trend::Worsening)
                || computed.label() == word
                || (computed == Trend::Stable && said.has("why"))
            {
                continue;
            }
            let Some(was) = declared(&before.fields, &slot.name) else { continue };
            let span = said.span("trend").unwrap_or(slot.span);
            let message = format!(
                "{} is said to be {word}, but was {} and is {}: {}",
                slot.name,
                was.rag.name(),
                now.name(),
                computed.label()
            );
            let help = if computed == Trend::Stable {
                "add a `why` that says what moves inside the colour, or leave `trend` out"
            } else {
                "leave `trend` out: it is shown from the two reports"
            };
            let finding = it.document.finding(RULE.name, span, message).help(help).related(
                before.path.clone(),
                was.span,
                before.at(was.span),
                "the previous report",
            );
            out.push(finding);
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::{Fixture, portfolio};

    const RULE: &str = "contradicted-trend";
    const FIRST: &str = "projects/crm/status/2026-02-27.md";
    const LAST: &str = "projects/crm/status/2026-03-27.md";
    const GREEN: &str = "health: {overall: green, schedule: green}";

    fn with(before: &str, now: &str) -> Fixture {
        let health = |text: &str| format!("health: {{overall: amber, schedule: {text}}}");
        portfolio().replace(FIRST, GREEN, &health(before)).replace(LAST, GREEN, &health(now))
    }

    #[test]
    fn the_colours_say_the_trend() {
        let found = with("green", "{rag: amber, trend: improving}").finds(RULE, LAST, 6);
        assert_eq!(
            found.message,
            "schedule is said to be improving, but was green and is amber: worsening"
        );
        assert_eq!(&*found.related[0].path, FIRST);
        with("green", "{rag: amber, trend: stable, why: w}").finds(RULE, LAST, 6);
        with("green", "{rag: amber, trend: down}").silent(RULE);
        with("red", "{rag: amber, trend: improving}").silent(RULE);
        with("amber", "{rag: amber, trend: stable}").silent(RULE);
        with("amber", "amber").silent(RULE);
    }

    #[test]
    fn inside_a_colour_a_reason_is_enough() {
        let found = with("amber", "{rag: amber, trend: improving}").finds(RULE, LAST, 6);
        assert!(found.message.ends_with("was amber and is amber: stable"));
        with("amber", "{rag: amber, trend: improving, why: Two of three tests pass}").silent(RULE);
    }

    #[test]
    fn without_a_previous_rating_any_word_stands() {
        with("not-reported", "{rag: amber, trend: improving}").silent(RULE);
        portfolio()
            .without(FIRST)
            .replace(
                LAST,
                GREEN,
                "health: {overall: green, schedule: {rag: green, trend: improving}}",
            )
            .silent(RULE);
        // More than two reporting periods lie between.
        with("green", "{rag: amber, trend: improving}")
            .replace("projects/crm/project.md", "budget:", "report_every: 13d\nbudget:")
            .silent(RULE);
        with("green", "{rag: amber, trend: improving}")
            .replace("projects/crm/project.md", "budget:", "report_every: 14d\nbudget:")
            .finds(RULE, LAST, 6);
    }

    #[test]
    fn resting_projects_are_left_alone() {
        with("green", "{rag: amber, trend: improving}")
            .replace("projects/crm/project.md", "state: active", "state: on-hold")
            .silent(RULE);
    }
}
