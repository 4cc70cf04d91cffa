//! `understated-tier`: less control than the scorecard asks for.

use super::common::running;
use super::{Context, Defaults, Rule};
use crate::finding::{Finding, Severity};
use crate::measures::tiering;

pub(super) static RULE: Rule = Rule {
    name: "understated-tier",
    summary: "The project's tier has less control than its own scorecard suggests.",
    why: "The tier decides how much has to be written and who has to agree, so a lighter one is tempting. The scorecard on the card adds up six marks from 1 to 3: 6 to 9 is the lightest tier, 10 to 13 the middle, 14 to 18 the one with most control, and outside customers within the scope of an audit belong there whatever the sum.",
    defaults: Defaults::Flat(Severity::Warn),
    example: "=== projects/crm/project.md\n---\nkind: project\nid: crm\ntitle: CRM replacement\ntier: 3\nphase: execution\nstate: active\nsponsor: Dana Okafor\nproject_manager: Maria Lopez\ntiering: {cost: 3, duration: 2, units: 3, users: 3, technology: 1, compliance: 2}\n---\n",
    remedy: "=== projects/crm/project.md\n---\nkind: project\nid: crm\ntitle: CRM replacement\ntier: 1\nphase: execution\nstate: active\nsponsor: Dana Okafor\nproject_manager: Maria Lopez\ntiering: {cost: 3, duration: 2, units: 3, users: 3, technology: 1, compliance: 2}\n---\n",
    check: Some(check),
};

fn check(context: &Context<'_>, out: &mut Vec<Finding>) {
    let p = context.portfolio;
    for project in running(p).filter(|pr| pr.tier_known) {
        let Some(scored) = tiering::measure(p, project) else { continue };
        let Some(card) = p.documents.get(project.card) else { continue };
        if project.tier <= scored.suggested {
            continue;
        }
        let because = if scored.decided_alone {
            "outside customers in the scope of an audit make it".to_owned()
        } else {
            format!("its scorecard adds up to {} of 18, which is", scored.sum)
        };
        let message = format!(
            "the tier is {}, but {because} {}",
            p.tier_label(project.tier),
            p.tier_label(scored.suggested)
        );
        let span = card.fields.span("tier").unwrap_or(card.head());
        let help = "raise the tier, or correct the marks in `tiering`";
        let mut finding = card.finding(RULE.name, span, message).help(help);
        if let Some(slot) = card.fields.slot("tiering") {
            let at = card.at(slot.key_span);
            finding = finding.related(card.path.clone(), slot.key_span, at, "the scorecard");
        }
        out.push(finding);
    }
}

#[cfg(test)]
mod tests {
    use crate::finding::Severity;
    use crate::rules::testing::{Fixture, portfolio};

    const CARD: &str = "projects/crm/project.md";
    const RULE: &str = "understated-tier";

    /// The marks in the order of the scorecard.
    fn card(tier: u8, marks: [u8; 6]) -> Fixture {
        let [cost, duration, units, users, technology, compliance] = marks;
        portfolio().replace(
            CARD,
            "tier: 3",
            &format!("tier: {tier}\ntiering: {{cost: {cost}, duration: {duration}, units: {units}, users: {users}, technology: {technology}, compliance: {compliance}}}"),
        )
    }

    #[test]
    fn the_three_scorecards() {
        let found = card(2, [3, 2, 3, 3, 1, 2]).finds(RULE, CARD, 6);
        assert_eq!(
            found.message,
            "the tier is 2 – standard, but its scorecard adds up to 14 of 18, which is 1 – high"
        );
        assert_eq!(found.severity, Severity::Warn);
        card(1, [3, 2, 3, 3, 1, 2]).silent(RULE);
        card(3, [1, 2, 2, 2, 2, 1]).finds(RULE, CARD, 6);
        card(2, [1, 2, 2, 2, 2, 1]).silent(RULE);
        card(3, [1, 1, 2, 2, 1, 1]).silent(RULE);
        // More control than asked for is nobody's mistake.
        card(1, [1, 1, 2, 2, 1, 1]).silent(RULE);
    }

    #[test]
    fn customers_in_an_audit_decide_alone() {
        let found = card(2, [1, 1, 1, 3, 1, 3]).finds(RULE, CARD, 6);
        assert!(found.message.contains("outside customers in the scope of an audit"));
    }

    #[test]
    fn half_a_scorecard_and_resting_projects_are_silent() {
        card(3, [3, 3, 3, 3, 3, 3]).replace(CARD, "cost: 3, ", "").silent(RULE);
        card(3, [3, 3, 3, 3, 3, 3]).replace(CARD, "state: active", "state: on-hold").silent(RULE);
    }
}
