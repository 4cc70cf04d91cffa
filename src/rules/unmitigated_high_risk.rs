//! `unmitigated-high-risk`: a high threat that nothing is done about.

use super::{Context, Defaults, Rule};
use crate::document::Item;
use crate::finding::Finding;
use crate::finding::Severity::{Deny, Warn};
use crate::measures::health::score;
use crate::portfolio::{Portfolio, Project};
use crate::ratio::Ratio;
use crate::rules::empty_risk_register::is_open;
use crate::rules::reported::{executing, running};

pub(super) static RULE: Rule = Rule {
    name: "unmitigated-high-risk",
    summary: "An open threat that scores 15 or more has no mitigation to speak of, or is accepted without the sponsor.",
    why: "A score of 15 and more says that the project expects serious harm. Then either something is done, in words that can be checked, or somebody who may decide says that the harm is taken. The project manager alone may not: the harm is the sponsor's.",
    defaults: Defaults::Graded([Deny, Warn, Warn], [Deny, Warn, Warn]),
    example: "=== projects/crm/raid.yaml\nupdated: 2026-03-27\nrisks:\n  - id: R-001\n    title: Data migration quality\n    owner: \"@mlopez\"\n    raised: 2026-01-20\n    assessments:\n      - {date: 2026-03-20, p: 4, i: 4}\n    response: reduce\n    mitigation: Watch it\n    due: 2026-04-15\n    status: open\n",
    remedy: "=== projects/crm/raid.yaml\nupdated: 2026-03-27\nrisks:\n  - id: R-001\n    title: Data migration quality\n    owner: \"@mlopez\"\n    raised: 2026-01-20\n    assessments:\n      - {date: 2026-03-20, p: 4, i: 4}\n    response: reduce\n    mitigation: Three rehearsals with reconciliation\n    due: 2026-04-15\n    status: open\n",
    check: Some(check),
};

/// Characters below which a mitigation says too little.
const ENOUGH: usize = 20;

fn check(context: &Context<'_>, out: &mut Vec<Finding>) {
    let p = context.portfolio;
    for (_, project) in running(p).filter(|(_, pr)| executing(pr)) {
        for risk in project.items("risks").iter().filter(|r| is_open(r)) {
            let Some(score) = score(risk).filter(|s| *s >= Ratio::whole(15)) else { continue };
            if risk.fields.text("type") == Some("opportunity") {
                continue;
            }
            let Some((field, fact, help)) = lack(p, project, risk) else { continue };
            let message = format!("threat `{}` scores {score} and {fact}", risk.id);
            out.push(risk.finding(RULE.name, field, message).help(help));
        }
    }
}

/// What a high threat lacks: the field, the fact, what to do.
fn lack(
    p: &Portfolio,
    project: &Project,
    risk: &Item,
) -> Option<(&'static str, String, &'static str)> {
    if risk.fields.text("response") == Some("accept") {
        let help = "ask the sponsor, and write who accepted it: `accepted_by: \"@handle\"`";
        return match risk.fields.text("accepted_by") {
            None => Some(("response", "is accepted by nobody".into(), help)),
            Some(who) if is_sponsor(p, project, who) => None,
            Some(who) => Some((
                "accepted_by",
                format!("is accepted by `{who}`, who is not the sponsor"),
                help,
            )),
        };
    }
    let help = "write in `mitigation` what is done, by whom and by when, or have the sponsor accept the risk";
    match risk.fields.text("mitigation").map(str::trim) {
        None => Some(("mitigation", "has no mitigation".into(), help)),
        Some(text) if text.chars().count() < ENOUGH => {
            Some(("mitigation", format!("its mitigation says only `{text}`"), help))
        }
        Some(_) => None,
    }
}

fn is_sponsor(p: &Portfolio, project: &Project, who: &str) -> bool {
    let plain = |w: &str| p.person(w.trim()).trim_start_matches('@').to_lowercase();
    let card = p.documents.get(project.card).map(|d| &d.fields);
    p.kinds.roles.canonical(who) == "sponsor"
        || card.and_then(|c| c.text("sponsor")).is_some_and(|s| plain(s) == plain(who))
}

#[cfg(test)]
mod tests {
    use crate::finding::Severity;
    use crate::rules::testing::{Fixture, portfolio};

    const RULE: &str = "unmitigated-high-risk";
    const CARD: &str = "projects/crm/project.md";
    const RAID: &str = "projects/crm/raid.yaml";
    const TEXT: &str = "response: reduce\n    mitigation: Two rehearsals with reconciliation";

    fn risk(p: u8, i: u8, text: &str) -> Fixture {
        portfolio()
            .replace(RAID, "p: 2, i: 3", &format!("p: {p}, i: {i}"))
            .replace(RAID, TEXT, text)
    }

    #[test]
    fn fifteen_is_high_and_twelve_is_not() {
        let found = risk(3, 5, "response: reduce").finds(RULE, RAID, 3);
        assert_eq!(found.message, "threat `R-001` scores 15 and has no mitigation");
        assert_eq!(found.severity, Severity::Warn);
        risk(3, 4, "response: reduce").silent(RULE);
        let strict = risk(3, 5, "response: reduce").replace(CARD, "tier: 3", "tier: 1");
        assert_eq!(strict.finds(RULE, RAID, 3).severity, Severity::Deny);
        risk(5, 5, TEXT).silent(RULE);
    }

    #[test]
    fn nineteen_characters_say_too_little() {
        let found = risk(3, 5, "mitigation: Nineteen characters").finds(RULE, RAID, 10);
        assert_eq!(
            found.message,
            "threat `R-001` scores 15 and its mitigation says only `Nineteen characters`"
        );
        risk(3, 5, "mitigation: Twenty characters ok").silent(RULE);
    }

    #[test]
    fn only_the_sponsor_accepts() {
        let found = risk(4, 4, "response: accept").finds(RULE, RAID, 10);
        assert_eq!(found.message, "threat `R-001` scores 16 and is accepted by nobody");
        let by = |who: &str| risk(4, 4, &format!("response: accept\n    accepted_by: {who}"));
        let found = by("\"@mlopez\"").finds(RULE, RAID, 11);
        assert_eq!(
            found.message,
            "threat `R-001` scores 16 and is accepted by `@mlopez`, who is not the sponsor"
        );
        by("\"@dokafor\"").silent(RULE);
        by("sponsor").silent(RULE);
    }

    #[test]
    fn opportunities_closed_risks_and_other_phases_are_left_alone() {
        risk(4, 4, "type: opportunity").silent(RULE);
        risk(4, 4, "response: reduce")
            .replace(
                RAID,
                "due: 2026-04-15\n    status: open",
                "due: 2026-04-15\n    status: closed",
            )
            .silent(RULE);
        risk(4, 4, "response: reduce")
            .replace(CARD, "phase: execution", "phase: planning")
            .silent(RULE);
        risk(4, 4, "response: reduce")
            .replace(CARD, "state: active", "state: on-hold")
            .silent(RULE);
    }
}
