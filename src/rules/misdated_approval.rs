//! `misdated-approval`: the document changed after it was approved.

use super::approving::{running, speaker};
use super::{Context, Defaults, Rule};
use crate::finding::Finding;
use crate::finding::Severity::{Deny, Warn};
use crate::portfolio::approvals::Subject;

pub(super) static RULE: Rule = Rule {
    name: "misdated-approval",
    summary: "A document says it was changed after the day its present version was approved.",
    why: "Whoever approved on the thirtieth did not see what was changed on the fifth. Either the change is one of substance, then it needs a new version and a new approval, or it is none, then `updated` should not say otherwise. Registers are kept from day to day and are not asked.",
    defaults: Defaults::Graded([Deny, Deny, Deny], [Deny, Warn, Warn]),
    example: "=== projects/crm/charter.md\n---\nkind: charter\nversion: \"1.0\"\nstate: approved\nauthor: \"@mlopez\"\nupdated: 2026-02-05\napprovals:\n  - {role: sponsor, name: \"@dokafor\", decision: approved, date: 2026-01-12, of: \"1.0\"}\n---\n# CRM replacement: charter\n",
    remedy: "=== projects/crm/charter.md\n---\nkind: charter\nversion: \"1.1\"\nstate: approved\nauthor: \"@mlopez\"\nupdated: 2026-02-05\napprovals:\n  - {role: sponsor, name: \"@dokafor\", decision: approved, date: 2026-02-09, of: \"1.1\"}\n---\n# CRM replacement: charter\n",
    check: Some(check),
};

fn check(context: &Context<'_>, out: &mut Vec<Finding>) {
    let p = context.portfolio;
    for s in running(p).filter(|s| matches!(s.subject, Subject::Document(_))) {
        let fields = s.subject.fields();
        let (Some(updated), Some(changed)) = (fields.date("updated"), fields.span("updated"))
        else {
            continue;
        };
        for entry in s.valid(p) {
            let Some(date) = entry.date.filter(|d| *d < updated) else { continue };
            let message = format!(
                "{} approved the {} on {date}, and it was changed on {updated}",
                speaker(p, entry),
                s.subject.title()
            );
            let finding = s
                .subject
                .finding(RULE.name, entry.place("date"), message)
                .help("give the changed text a new version and have that approved")
                .related(
                    s.subject.path().clone(),
                    changed,
                    s.subject.at(changed),
                    "the last change",
                );
            out.push(s.weigh(p, finding));
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::finding::Severity;
    use crate::rules::testing::portfolio;

    const RULE: &str = "misdated-approval";
    const CHARTER: &str = "projects/crm/charter.md";

    #[test]
    fn a_change_on_the_day_itself_is_seen() {
        let changed = |day: &str| {
            portfolio().replace(CHARTER, "updated: 2026-01-10", &format!("updated: {day}"))
        };
        changed("2026-01-12").silent(RULE);
        let found = changed("2026-01-13").finds(RULE, CHARTER, 8);
        assert_eq!(
            found.message,
            "the sponsor approved the charter on 2026-01-12, and it was changed on 2026-01-13"
        );
        assert_eq!(found.severity, Severity::Warn);
        let card = "projects/crm/project.md";
        let one = changed("2026-01-13").replace(card, "tier: 3", "tier: 1");
        assert_eq!(one.finds(RULE, CHARTER, 8).severity, Severity::Deny);
        changed("2026-01-13").replace(card, "state: active", "state: complete").silent(RULE);
    }

    #[test]
    fn another_version_is_the_business_of_another_rule() {
        portfolio()
            .replace(CHARTER, "updated: 2026-01-10", "updated: 2026-02-13")
            .replace(CHARTER, "version: \"1.0\"", "version: \"1.1\"")
            .silent(RULE);
    }
}
