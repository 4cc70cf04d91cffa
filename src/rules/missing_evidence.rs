//! `missing-evidence`: an approval nobody can look up.

use super::approving::{running, speaker};
use super::{Context, Defaults, Rule};
use crate::finding::{Finding, Severity};
use crate::portfolio::approvals::apart;

pub(super) static RULE: Rule = Rule {
    name: "missing-evidence",
    summary: "In the tier with most control, or in a regulated project, an approval names no evidence.",
    why: "A line in a file that says somebody approved was written by whoever keeps the file. Minutes, a signed page or a review that can be opened show it. Large and regulated projects are asked for it by auditors, years later; the others may do without.",
    defaults: Defaults::Flat(Severity::Warn),
    example: "=== projects/crm/project.md\n---\nkind: project\nid: crm\ntitle: CRM replacement\nsummary: Replace the old CRM.\ntier: 3\nregulated: true\ndelivery_model: hybrid\nphase: execution\nstate: active\nsponsor: Dana Okafor\nproject_manager: Maria Lopez\nstart: {baseline: 2026-01-05}\nfinish: {milestone: M1}\nbudget: {tracked: false}\n---\n",
    remedy: "=== projects/crm/project.md\n---\nkind: project\nid: crm\ntitle: CRM replacement\nsummary: Replace the old CRM.\ntier: 3\nregulated: false\ndelivery_model: hybrid\nphase: execution\nstate: active\nsponsor: Dana Okafor\nproject_manager: Maria Lopez\nstart: {baseline: 2026-01-05}\nfinish: {milestone: M1}\nbudget: {tracked: false}\n---\n",
    check: Some(check),
};

fn check(context: &Context<'_>, out: &mut Vec<Finding>) {
    let p = context.portfolio;
    for s in running(p).filter(|s| apart(p, s.project)) {
        for entry in s.valid(p).filter(|e| e.evidence.is_none()) {
            let message = format!(
                "the approval of the {} by {} names no evidence",
                s.subject.title(),
                speaker(p, entry)
            );
            let help = "add `evidence`: the minutes or the review where it was given";
            out.push(s.subject.finding(RULE.name, entry.span, message).help(help));
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::portfolio;

    const RULE: &str = "missing-evidence";
    const CARD: &str = "projects/crm/project.md";
    const CHARTER: &str = "projects/crm/charter.md";

    #[test]
    fn the_strict_show_their_evidence() {
        portfolio().silent(RULE);
        portfolio().replace(CARD, "tier: 3", "tier: 2").silent(RULE);
        let one = || portfolio().replace(CARD, "tier: 3", "tier: 1");
        let found = one().finds(RULE, CHARTER, 8);
        assert_eq!(found.message, "the approval of the charter by the sponsor names no evidence");
        let with = one().replace(CHARTER, "of: \"1.0\"}", "of: \"1.0\", evidence: project.md}");
        assert!(!with.findings().iter().any(|f| f.rule == RULE && &*f.path == CHARTER));
        let pending = one().replace(CHARTER, "decision: approved", "decision: pending");
        assert!(!pending.findings().iter().any(|f| f.rule == RULE && &*f.path == CHARTER));
        one().replace(CARD, "state: active", "state: on-hold").silent(RULE);
    }
}
