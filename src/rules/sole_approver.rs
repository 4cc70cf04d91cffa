//! `sole-approver`: nobody but the project manager has approved.

use super::approving::{list, person, running, seat};
use super::{Context, Defaults, Rule};
use crate::finding::Finding;
use crate::finding::Severity::{Deny, Warn};

pub(super) static RULE: Rule = Rule {
    name: "sole-approver",
    summary: "The project manager is the only one who approved a document that others must approve.",
    why: "The project manager delivers what others decide. When charter, baseline, go-live, handover or closure rest on the manager's word alone, the project has authorised itself, and the manager stands alone when it goes wrong. The manager may sign as well, never only. While somebody else is asked and has not answered, that is `missing-approval`; this finding stands for the missing ones.",
    defaults: Defaults::Graded([Deny, Deny, Deny], [Deny, Warn, Warn]),
    example: "=== projects/crm/charter.md\n---\nkind: charter\nversion: \"1.0\"\nstate: approved\nauthor: \"@mlopez\"\nupdated: 2026-01-10\napprovals:\n  - {role: project-manager, name: \"@mlopez\", decision: approved, date: 2026-01-12, of: \"1.0\"}\n---\n# CRM replacement: charter\n",
    remedy: "=== projects/crm/charter.md\n---\nkind: charter\nversion: \"1.0\"\nstate: approved\nauthor: \"@mlopez\"\nupdated: 2026-01-10\napprovals:\n  - {role: project-manager, name: \"@mlopez\", decision: approved, date: 2026-01-12, of: \"1.0\"}\n  - {role: sponsor, name: \"@dokafor\", decision: approved, date: 2026-01-12, of: \"1.0\"}\n---\n# CRM replacement: charter\n",
    check: Some(check),
};

fn check(context: &Context<'_>, out: &mut Vec<Finding>) {
    let p = context.portfolio;
    for s in running(p) {
        let Some(entry) = s.sole(p) else { continue };
        let title = s.subject.title();
        let who = match entry.name {
            Some(name) => format!("{}, the project manager,", person(p, Some(name))),
            None => "the project manager".to_owned(),
        };
        let message = format!("only {who} has approved the {title}");
        let seats: Vec<String> = s.seats.iter().map(|wanted| seat(p, wanted)).collect();
        let help = if seats.is_empty() {
            "have whoever decides approve it, and add the approval".to_owned()
        } else {
            format!("have it approved by {} and add the approval", list(&seats, "and"))
        };
        let finding = s.subject.finding(RULE.name, entry.place("name"), message).help(help);
        out.push(s.weigh(p, finding));
    }
}

#[cfg(test)]
mod tests {
    use crate::finding::Severity;
    use crate::rules::testing::{Fixture, portfolio};

    const RULE: &str = "sole-approver";
    const CARD: &str = "projects/crm/project.md";
    const CHARTER: &str = "projects/crm/charter.md";

    fn approvals(text: &str) -> Fixture {
        let old = "  - {role: sponsor, name: \"@dokafor\", decision: approved, date: 2026-01-12, of: \"1.0\"}\n";
        portfolio().replace(CHARTER, old, text)
    }

    const OWN: &str = "  - {role: sponsor, name: \"@mlopez\", decision: approved, date: 2026-01-12, of: \"1.0\"}\n";

    #[test]
    fn the_manager_alone_is_found_in_whatever_role() {
        let found = approvals(OWN).finds(RULE, CHARTER, 8);
        assert_eq!(
            found.message,
            "only Maria Lopez, the project manager, has approved the charter"
        );
        assert_eq!(found.severity, Severity::Warn);
        for other in ["missing-approval", "unauthorised-approver", "self-approval"] {
            approvals(OWN).silent(other);
        }
        let one = approvals(OWN).replace(CARD, "tier: 3", "tier: 1");
        assert_eq!(one.finds(RULE, CHARTER, 8).severity, Severity::Deny);
        one.silent("self-approval");
        approvals(OWN).replace(CARD, "state: active", "state: on-hold").silent(RULE);
    }

    #[test]
    fn somebody_else_who_approved_or_is_asked_ends_it() {
        portfolio().silent(RULE);
        let asked = "  - {role: sponsor, name: \"@dokafor\", decision: pending}\n";
        let manager = OWN.replace("role: sponsor", "role: project-manager");
        let both = approvals(&format!("{manager}{asked}"));
        both.silent(RULE);
        both.finds("missing-approval", CHARTER, 9);
        approvals("").replace(CHARTER, "approvals:\n", "").silent(RULE);
    }
}
