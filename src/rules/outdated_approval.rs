//! `outdated-approval`: what was approved is another version.

use super::approving::{running, speaker};
use super::{Context, Defaults, Rule};
use crate::finding::Finding;
use crate::finding::Severity::{Deny, Warn};
use crate::portfolio::approvals::{Seat, Validity, Wanting, taken};

pub(super) static RULE: Rule = Rule {
    name: "outdated-approval",
    summary: "An approval is of another version than the document has now.",
    why: "An approval is a promise about one text. When the text goes on and the approval stays behind, everybody believes that the new text was agreed. Approving an earlier version is no approval of this one: the budget that was signed as 1.0 and stands at 1.1 has been signed by nobody. Where a role is asked again, the open question is told as `missing-approval` instead.",
    defaults: Defaults::Graded([Deny, Deny, Deny], [Deny, Warn, Warn]),
    example: "=== projects/crm/charter.md\n---\nkind: charter\nversion: \"1.1\"\nstate: approved\nauthor: \"@mlopez\"\nupdated: 2026-01-10\napprovals:\n  - {role: sponsor, name: \"@dokafor\", decision: approved, date: 2026-01-12, of: \"1.0\"}\n---\n# CRM replacement: charter\n",
    remedy: "=== projects/crm/charter.md\n---\nkind: charter\nversion: \"1.1\"\nstate: approved\nauthor: \"@mlopez\"\nupdated: 2026-01-10\napprovals:\n  - {role: sponsor, name: \"@dokafor\", decision: approved, date: 2026-01-12, of: \"1.0\"}\n  - {role: sponsor, name: \"@dokafor\", decision: approved, date: 2026-02-20, of: \"1.1\"}\n---\n# CRM replacement: charter\n",
    check: Some(check),
};

fn check(context: &Context<'_>, out: &mut Vec<Finding>) {
    let p = context.portfolio;
    for s in running(p) {
        let Some(version) = s.subject.version() else { continue };
        let mut told: Vec<&str> = Vec::new();
        for entry in &s.entries {
            let Some(role) = entry.role.as_deref().filter(|r| !told.contains(r)) else { continue };
            told.push(role);
            // Where one of several roles will do, another may have approved.
            let seat = s.seats.iter().find(|seat| seat.roles.iter().any(|r| **r == *role)).cloned();
            let seat = seat.unwrap_or_else(|| Seat { roles: vec![role.into()] });
            let Err((Wanting::NotValid(why), Some(newest))) =
                taken(p, s.project, s.subject, &s.entries, &seat)
            else {
                continue;
            };
            if newest.role.as_deref() != Some(role) {
                continue;
            }
            let (who, title) = (speaker(p, newest), s.subject.title());
            let (message, help) = match (why, newest.of) {
                (Validity::OtherVersion, Some(of)) => (
                    format!("{who} approved version {of}, and the {title} is {version}"),
                    format!(
                        "have {version} approved and add the approval, or put the version back"
                    ),
                ),
                (Validity::NoVersion, _) => (
                    format!(
                        "the approval by {who} does not say of which version; the {title} is {version}"
                    ),
                    format!("add `of: \"{version}\"` if that is what was approved"),
                ),
                _ => continue,
            };
            let mut finding = s.subject.finding(RULE.name, newest.place("of"), message).help(help);
            if let Some(span) = s.subject.fields().span("version") {
                let (path, at) = (s.subject.path().clone(), s.subject.at(span));
                finding = finding.related(path, span, at, "the present version");
            }
            out.push(s.weigh(p, finding));
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::finding::Severity;
    use crate::rules::testing::portfolio;

    const RULE: &str = "outdated-approval";
    const CARD: &str = "projects/crm/project.md";
    const CHARTER: &str = "projects/crm/charter.md";

    #[test]
    fn the_present_version_counts() {
        portfolio().silent(RULE);
        let newer = || portfolio().replace(CHARTER, "version: \"1.0\"", "version: \"1.1\"");
        let found = newer().finds(RULE, CHARTER, 8);
        assert_eq!(found.message, "the sponsor approved version 1.0, and the charter is 1.1");
        assert_eq!((found.severity, found.related[0].at.line), (Severity::Warn, 3));
        let one = newer().replace(CARD, "tier: 3", "tier: 1").finds(RULE, CHARTER, 8);
        assert_eq!(one.severity, Severity::Deny);
        let regulated = newer().replace(CARD, "tier: 3", "tier: 3\nregulated: true");
        assert_eq!(regulated.finds(RULE, CHARTER, 8).severity, Severity::Deny);
        newer().replace(CARD, "state: active", "state: on-hold").silent(RULE);
        newer().replace(CHARTER, "state: approved", "state: draft").silent(RULE);
    }

    #[test]
    fn an_approval_says_of_which_version() {
        let bare = portfolio().replace(CHARTER, ", of: \"1.0\"", "");
        let found = bare.finds(RULE, CHARTER, 8);
        assert_eq!(found.help.as_deref(), Some("add `of: \"1.0\"` if that is what was approved"));
        bare.replace(CHARTER, "version: \"1.0\"\n", "").silent(RULE);
    }

    #[test]
    fn a_register_has_a_version_too() {
        let path = "projects/crm/milestones.yaml";
        let found = portfolio().replace(path, "version: \"1.0\"", "version: \"1.1\"");
        let found = found.finds(RULE, path, 5);
        assert_eq!(
            found.message,
            "the sponsor approved version 1.0, and the milestones register is 1.1"
        );
    }

    #[test]
    fn a_role_that_is_asked_again_is_pending() {
        let again = portfolio()
            .replace(CHARTER, "version: \"1.0\"", "version: \"1.1\"")
            .replace(
                CHARTER,
                "of: \"1.0\"}\n",
                "of: \"1.0\"}\n  - {role: sponsor, name: \"@dokafor\", decision: pending, of: \"1.1\"}\n",
            );
        again.silent(RULE);
        again.finds("missing-approval", CHARTER, 9);
    }
}
