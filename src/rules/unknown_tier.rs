//! `unknown-tier`: a card names a tier the portfolio does not have.

use super::{Context, Defaults, Rule};
use crate::config::Tier;
use crate::finding::{Finding, Severity};
use crate::text::nearest;

pub(super) static RULE: Rule = Rule {
    name: "unknown-tier",
    summary: "A project names a tier that the portfolio does not have.",
    why: "The tier decides which documents, sections and limits apply. Under an unknown one the project is treated as `default-tier` of `book.toml` says, else as one of the tier with most control, which is rarely what its author meant.",
    defaults: Defaults::Flat(Severity::Deny),
    example: "=== projects/erp/project.md\n---\nkind: project\nid: erp\ntitle: ERP renewal\nsummary: Renew the ERP.\ntier: small\ndelivery_model: agile\nphase: initiation\nstate: proposed\nsponsor: Dana Okafor\nproject_manager: Maria Lopez\nfunctional_managers: []\nbudget: {tracked: false}\n---\n",
    remedy: "=== projects/erp/project.md\n---\nkind: project\nid: erp\ntitle: ERP renewal\nsummary: Renew the ERP.\ntier: 3\ndelivery_model: agile\nphase: initiation\nstate: proposed\nsponsor: Dana Okafor\nproject_manager: Maria Lopez\nfunctional_managers: []\nbudget: {tracked: false}\n---\n",
    check: Some(check),
};

fn check(context: &Context<'_>, out: &mut Vec<Finding>) {
    let p = context.portfolio;
    for project in &p.projects {
        let Some(card) = p.documents.get(project.card) else { continue };
        let (Some(written), Some(span)) = (card.fields.text("tier"), card.fields.span("tier"))
        else {
            continue;
        };
        let tiers = &p.config.tiers;
        if tiers.iter().any(|t| t.id == written || t.label.eq_ignore_ascii_case(written)) {
            continue;
        }
        let known = tiers.iter().flat_map(|t| [t.id.as_str(), t.label.as_str()]);
        let message = format!(
            "unknown tier `{written}`; the project is treated as tier {}",
            p.tier_label(project.tier)
        );
        let finding = card.finding(RULE.name, span, message);
        out.push(match nearest(written, known.filter(|_| written.len() > 2)) {
            Some(near) => finding.meant(near),
            None => {
                let list: Vec<String> = tiers.iter().map(Tier::show).collect();
                finding.help(format!("tiers are {}", list.join(", ")))
            }
        });
    }
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::portfolio;

    const CARD: &str = "projects/crm/project.md";

    #[test]
    fn a_tier_is_known_by_id_or_label() {
        let of = |tier: &str| portfolio().replace(CARD, "tier: 3", &format!("tier: {tier}"));
        let found = of("4").finds("unknown-tier", CARD, 6);
        assert!(found.message.starts_with("unknown tier `4`; the project is treated as tier 1"));
        assert!(found.help.unwrap().starts_with("tiers are 1"));
        let light = of("5").config("[portfolio]\ndefault-tier = \"light\"\n");
        let found = light.finds("unknown-tier", CARD, 6);
        assert_eq!(found.message, "unknown tier `5`; the project is treated as tier 3 – light");
        of("High").silent("unknown-tier");
        of("hihg").finds("unknown-tier", CARD, 6);
        portfolio().replace(CARD, "tier: 3\n", "").silent("unknown-tier");
    }
}
