//! `self-approval`: the author approved, where duties must be kept apart.

use super::approving::{person, running};
use super::{Context, Defaults, Rule};
use crate::finding::{Finding, Severity};
use crate::portfolio::approvals::{apart, by_author};

pub(super) static RULE: Rule = Rule {
    name: "self-approval",
    summary: "In the tier with most control, or in a regulated project, the author of a document approved it.",
    why: "Auditors call it segregation of duties: who writes a control, a plan or a budget must not be who accepts it, or one person's error, or worse, passes every gate. Smaller projects may combine the two. Where nobody but the project manager approved, that is `sole-approver`.",
    defaults: Defaults::Flat(Severity::Deny),
    example: "=== projects/crm/project.md\n---\nkind: project\nid: crm\ntitle: CRM replacement\nsummary: Replace the old CRM.\ntier: 3\nregulated: true\ndelivery_model: hybrid\nphase: execution\nstate: active\nsponsor: Dana Okafor\nproject_manager: Maria Lopez\nstart: {baseline: 2026-01-05}\nfinish: {milestone: M1}\nbudget: {tracked: false}\n---\n=== projects/crm/charter.md\n---\nkind: charter\nversion: \"1.0\"\nstate: approved\nauthor: \"@dokafor\"\nupdated: 2026-01-10\napprovals:\n  - {role: sponsor, name: \"@dokafor\", decision: approved, date: 2026-01-12, of: \"1.0\", evidence: project.md}\n---\n# CRM replacement: charter\n",
    remedy: "=== projects/crm/charter.md\n---\nkind: charter\nversion: \"1.0\"\nstate: approved\nauthor: \"@mlopez\"\nupdated: 2026-01-10\napprovals:\n  - {role: sponsor, name: \"@dokafor\", decision: approved, date: 2026-01-12, of: \"1.0\", evidence: project.md}\n---\n# CRM replacement: charter\n",
    check: Some(check),
};

fn check(context: &Context<'_>, out: &mut Vec<Finding>) {
    let p = context.portfolio;
    for s in running(p).filter(|s| apart(p, s.project)) {
        if s.sole(p).is_some() {
            continue;
        }
        for entry in s.valid(p).filter(|e| by_author(p, s.subject, e)) {
            let message = format!(
                "{} wrote the {} and approved it",
                person(p, entry.name),
                s.subject.title()
            );
            let mut finding = s
                .subject
                .finding(RULE.name, entry.place("name"), message)
                .help("have somebody approve it who did not write it");
            if let Some(span) = s.subject.fields().span("author") {
                let (path, at) = (s.subject.path().clone(), s.subject.at(span));
                finding = finding.related(path, span, at, "the author");
            }
            out.push(finding);
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::{Fixture, portfolio};

    const RULE: &str = "self-approval";
    const CARD: &str = "projects/crm/project.md";
    const CHARTER: &str = "projects/crm/charter.md";

    fn own(author: &str) -> Fixture {
        portfolio().replace(CHARTER, "author: \"@mlopez\"", &format!("author: {author}"))
    }

    #[test]
    fn only_the_strict_keep_author_and_approver_apart() {
        own("\"@dokafor\"").silent(RULE);
        own("\"@dokafor\"").replace(CARD, "tier: 3", "tier: 2").silent(RULE);
        let one = own("\"@dokafor\"").replace(CARD, "tier: 3", "tier: 1");
        let found = one.finds(RULE, CHARTER, 8);
        assert_eq!(found.message, "Dana Okafor wrote the charter and approved it");
        assert_eq!(found.related[0].at.line, 5);
        own("Dana Okafor").replace(CARD, "tier: 3", "tier: 1").finds(RULE, CHARTER, 8);
        own("\"@dokafor\"")
            .replace(CARD, "tier: 3", "tier: 3\nregulated: true")
            .finds(RULE, CHARTER, 8);
        one.replace(CARD, "state: active", "state: complete").silent(RULE);
        own("\"@mlopez\"").replace(CARD, "tier: 3", "tier: 1").silent(RULE);
    }
}
