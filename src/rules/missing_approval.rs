//! `missing-approval`: a document or register lacks an approval its phase asks for.

use super::approving::{Signed, list, seat, signed, since};
use super::due::{Due, has_broken_file, severity};
use super::{Context, Defaults, Rule};
use crate::data::field::Level;
use crate::finding::Finding;
use crate::portfolio::Portfolio;
use crate::portfolio::approvals::{Approval, Seat, Validity, Wanting, taken};

pub(super) static RULE: Rule = Rule {
    name: "missing-approval",
    summary: "A document that must be approved to leave a phase lacks the approval of a role that must give it.",
    why: "A charter nobody signed binds nobody, and a baseline that only the team knows is no baseline. Which roles must approve depends on the kind of document and the tier. An approval counts when it is given, dated, and of the present version; one that a passed phase required is an error, one that the present phase requires a warning. An approval of another version is `outdated-approval`, one by somebody who may not give it `unauthorised-approver`, `self-approval` or `sole-approver`, and none of these is told twice.",
    defaults: Defaults::Due,
    example: "=== projects/crm/charter.md\n---\nkind: charter\nversion: \"1.0\"\nstate: in-review\nauthor: \"@mlopez\"\nupdated: 2026-01-10\napprovals:\n  - {role: sponsor, name: \"@dokafor\", decision: pending}\n---\n# CRM replacement: charter\n",
    remedy: "=== projects/crm/charter.md\n---\nkind: charter\nversion: \"1.0\"\nstate: approved\nauthor: \"@mlopez\"\nupdated: 2026-01-10\napprovals:\n  - {role: sponsor, name: \"@dokafor\", decision: approved, date: 2026-01-12, of: \"1.0\"}\n---\n# CRM replacement: charter\n",
    check: Some(check),
};

fn check(context: &Context<'_>, out: &mut Vec<Finding>) {
    let p = context.portfolio;
    for project in p.projects.iter().filter(|pr| !has_broken_file(p, pr)) {
        for s in signed(p, project).filter(|s| !s.seats.is_empty()) {
            let Some((when, class)) = s.due(p) else { continue };
            // What is still being written is not up for approval yet.
            if (when == Due::Now && s.subject.is_draft()) || s.sole(p).is_some() {
                continue;
            }
            let Some(severity) = severity(project, when, Level::Required) else { continue };
            let since = since(project, when, class);
            let mut nobody: Vec<&Seat> = Vec::new();
            for wanted in &s.seats {
                match taken(p, project, s.subject, &s.entries, wanted) {
                    Err((Wanting::Nobody, _)) if !misspelt(p, &s, wanted) => nobody.push(wanted),
                    // A decision that could not be read is told where it stands.
                    Err((Wanting::NotValid(Validity::Pending), Some(entry)))
                        if entry.record.invalid.iter().any(|name| **name == *"decision") => {}
                    Err((Wanting::NotValid(why), Some(entry))) => {
                        if let Some((message, help)) = told(p, &s, wanted, why, entry) {
                            let span = entry.place(if why == Validity::Future {
                                "date"
                            } else {
                                "decision"
                            });
                            let finding = s.subject.finding(RULE.name, span, message + &since);
                            out.push(finding.help(help).severity(severity));
                        }
                    }
                    _ => {}
                }
            }
            if !nobody.is_empty() {
                out.push(absent(p, &s, &nobody, &since).severity(severity));
            }
        }
    }
}

/// Approvals without any entry, as one finding.
fn absent(p: &Portfolio, s: &Signed<'_>, seats: &[&Seat], since: &str) -> Finding {
    let who: Vec<String> = seats.iter().map(|s| seat(p, s)).collect();
    let title = s.subject.title();
    let message = format!("the {title} has no approval by {}{since}", list(&who, "and"));
    let role = seats.first().and_then(|s| s.roles.first()).map_or("", |r| &**r);
    let of = s.subject.version().map_or(String::new(), |v| format!(", of: \"{v}\""));
    s.subject.finding(RULE.name, s.subject.head(), message).help(format!(
        "add to `approvals`: `{{role: {role}, name: \"@…\", decision: approved, date: …{of}}}`"
    ))
}

/// Whether an entry misspells a role of the seat: the business of
/// `unknown-role`.
fn misspelt(p: &Portfolio, s: &Signed<'_>, seat: &Seat) -> bool {
    let words = s.entries.iter().filter_map(|entry| entry.record.text("role"));
    let mut unknown = words.filter(|word| p.kinds.roles.find(word).is_none());
    unknown.any(|word| {
        p.kinds.roles.like(word).is_some_and(|near| seat.roles.iter().any(|r| **r == *near))
    })
}

/// What is wrong with the entry of a role, and what to do; `None` where another
/// rule says so.
fn told(
    p: &Portfolio,
    s: &Signed<'_>,
    wanted: &Seat,
    why: Validity,
    entry: &Approval<'_>,
) -> Option<(String, String)> {
    let (who, title) = (seat(p, wanted), s.subject.title());
    Some(match why {
        Validity::Pending => (
            format!("the approval of the {title} by {who} is pending"),
            "when it is given, write `decision: approved` with `date` and `of`".into(),
        ),
        Validity::Rejected => (
            format!("{who} rejected the {title}"),
            "mend what was refused and have the new version approved".into(),
        ),
        Validity::NoDate => (
            format!("the approval of the {title} by {who} has no date"),
            "add `date`: the day it was given".into(),
        ),
        Validity::Future => {
            let date = entry.date.map_or(String::new(), |d| d.to_string());
            (
                format!("the approval of the {title} by {who} is dated {date}, after {}", p.as_of),
                "until then write `decision: pending`".into(),
            )
        }
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use crate::finding::Severity;
    use crate::rules::testing::{Fixture, portfolio};

    const RULE: &str = "missing-approval";
    const CARD: &str = "projects/crm/project.md";
    const CHARTER: &str = "projects/crm/charter.md";
    const ENTRY: &str = "  - {role: sponsor, name: \"@dokafor\", decision: approved, date: 2026-01-12, of: \"1.0\"}\n";

    fn entry(text: &str) -> Fixture {
        portfolio().replace(CHARTER, ENTRY, text)
    }

    #[test]
    fn severity_follows_the_phase() {
        let none = || entry("").replace(CHARTER, "approvals:\n", "");
        let found = none().finds(RULE, CHARTER, 3);
        assert_eq!(found.severity, Severity::Deny);
        assert_eq!(
            found.message,
            "the charter has no approval by the sponsor, which initiation required"
        );
        let early = || none().replace(CARD, "phase: execution", "phase: initiation");
        let found = early().finds(RULE, CHARTER, 3);
        assert_eq!(found.severity, Severity::Note);
        assert!(found.message.ends_with("which initiation requires"), "{}", found.message);
        early().replace(CHARTER, "state: approved", "state: draft").silent(RULE);
        none().replace(CHARTER, "state: approved", "state: draft").finds(RULE, CHARTER, 3);
        let held = none().replace(CARD, "state: active", "state: on-hold");
        assert_eq!(held.finds(RULE, CHARTER, 3).severity, Severity::Note);
        portfolio().silent(RULE);
    }

    #[test]
    fn entries_that_do_not_count_say_why() {
        for (text, message) in [
            (
                "decision: pending",
                "the approval of the charter by the sponsor is pending, which initiation required",
            ),
            (
                "decision: rejected, date: 2026-01-12",
                "the sponsor rejected the charter, which initiation required",
            ),
            (
                "decision: approved, of: \"1.0\"",
                "the approval of the charter by the sponsor has no date, which initiation required",
            ),
            (
                "decision: approved, date: 2026-03-28, of: \"1.0\"",
                "the approval of the charter by the sponsor is dated 2026-03-28, after 2026-03-27, which initiation required",
            ),
        ] {
            let found = entry(&format!("  - {{role: sponsor, name: \"@dokafor\", {text}}}\n"))
                .finds(RULE, CHARTER, 8);
            assert_eq!(found.message, message);
        }
        entry(&ENTRY.replace("2026-01-12", "2026-03-27")).silent(RULE);
    }

    #[test]
    fn tiers_want_different_approvers() {
        let plan = "projects/crm/plan.md";
        // Tier 3 need not have its plan approved, tier 1 by three.
        portfolio().silent(RULE);
        let one = portfolio().replace(CARD, "tier: 3", "tier: 1").finds(RULE, plan, 8);
        assert_eq!(
            one.message,
            "the project plan has no approval by the PMO director and the steering committee, which planning required"
        );
        let two = portfolio().replace(CARD, "tier: 3", "tier: 2").finds(RULE, plan, 8);
        assert!(two.message.contains("by the PMO director, which"), "{}", two.message);
    }

    #[test]
    fn what_another_rule_tells_is_not_told_twice() {
        entry(&ENTRY.replace("role: sponsor", "role: sponser")).silent(RULE);
        entry(&ENTRY.replace("1.0", "0.9")).silent(RULE);
        entry(&ENTRY.replace("@dokafor", "@mlopez")).silent(RULE);
        portfolio().replace(CHARTER, "author: \"@mlopez\"", "author: @mlopez").silent(RULE);
    }

    #[test]
    fn a_decision_that_cannot_be_read_is_told_once() {
        let book = portfolio().replace(CHARTER, "decision: approved", "decision: aprooved");
        let found = book.finds("invalid-value", CHARTER, 8);
        assert!(found.help.unwrap().starts_with("did you mean `approved`?"));
        book.silent(RULE);
    }
}
