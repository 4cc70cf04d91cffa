//! `budget-lines-off`: the budget's lines do not add up to the budget.

use super::common::{at_field, in_force, records, running};
use super::{Context, Defaults, Rule};
use crate::finding::{Finding, Severity};
use crate::ratio::Ratio;

pub(super) static RULE: Rule = Rule {
    name: "budget-lines-off",
    summary: "The baselines of the budget's lines and the contingency do not add up to the approved budget.",
    why: "What was approved is one number; what is spent is watched line by line. If the lines add up to less, money is hidden; if to more, it is spent twice. The contingency is part of the budget and counts once, in `contingency`.",
    defaults: Defaults::Flat(Severity::Deny),
    example: "=== projects/crm/budget.md\n---\nkind: budget\nversion: \"1.0\"\nstate: approved\nauthor: \"@mlopez\"\nupdated: 2026-03-20\nbac: 500000\ncontingency: 50000\nlines:\n  - {id: BL1, category: labour, baseline: 260000}\n  - {id: BL2, category: vendor, baseline: 120000}\n---\n# Budget\n",
    remedy: "=== projects/crm/budget.md\n---\nkind: budget\nversion: \"1.0\"\nstate: approved\nauthor: \"@mlopez\"\nupdated: 2026-03-20\nbac: 500000\ncontingency: 50000\nlines:\n  - {id: BL1, category: labour, baseline: 260000}\n  - {id: BL2, category: vendor, baseline: 120000}\n  - {id: BL3, category: licence, baseline: 70000}\n---\n# Budget\n",
    check: Some(check),
};

fn check(context: &Context<'_>, out: &mut Vec<Finding>) {
    let p = context.portfolio;
    for project in running(p) {
        for document in in_force(p, project) {
            let fields = &document.fields;
            let Some(bac) = fields.number("bac") else { continue };
            // A line that cannot be read is told of where it stands.
            if records(fields, "lines").any(|l| !l.invalid.is_empty()) {
                continue;
            }
            let baselines: Vec<Ratio> =
                records(fields, "lines").filter_map(|l| l.number("baseline")).collect();
            if baselines.is_empty() {
                continue;
            }
            let reserve = fields.number("contingency").unwrap_or(Ratio::ZERO);
            let lines = Ratio::sum(baselines);
            let Some(sum) = lines.and_then(|l| l.add(reserve)) else { continue };
            let Some(off) = sum.sub(bac) else { continue };
            if Some(off.abs()) <= Ratio::new(1, 100) {
                continue;
            }
            let way = if off.is_negative() { "less" } else { "more" };
            let message = format!(
                "the lines and the contingency add up to {}, {} {way} than the budget of {}",
                sum.money(),
                off.abs().money(),
                bac.money()
            );
            let help = "correct a `baseline`, the `contingency` or `bac`: the lines and the contingency make the budget";
            let mut finding = at_field(document, RULE.name, "bac", message).help(help);
            if let Some(slot) = fields.slot("lines") {
                let at = document.at(slot.key_span);
                finding = finding.related(document.path.clone(), slot.key_span, at, "the lines");
            }
            out.push(finding);
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::finding::Severity;
    use crate::rules::testing::{Fixture, portfolio};

    const PATH: &str = "projects/crm/budget.md";
    const RULE: &str = "budget-lines-off";

    /// Lines of 450,000 and a contingency of 50,000.
    fn budget(bac: &str) -> Fixture {
        portfolio().file(
            PATH,
            &format!("---\nkind: budget\nstate: approved\nbac: {bac}\ncontingency: 50000\nlines:\n  - {{id: BL1, baseline: 260000}}\n  - {{id: BL2, baseline: 120000}}\n  - {{id: BL3, baseline: 70000}}\n  - {{id: BL4, category: contingency, baseline: 0}}\n---\n# B\n"),
        )
    }

    #[test]
    fn a_cent_is_rounding_and_two_are_a_difference() {
        budget("500000").silent(RULE);
        budget("500000.01").silent(RULE);
        budget("499999.99").silent(RULE);
        let found = budget("500000.02").finds(RULE, PATH, 4);
        assert_eq!(
            found.message,
            "the lines and the contingency add up to 500,000, 0.02 less than the budget of 500,000.02"
        );
        assert_eq!(found.severity, Severity::Deny);
        let found = budget("480000").finds(RULE, PATH, 4);
        assert!(found.message.contains("20,000 more than the budget of 480,000"));
    }

    #[test]
    fn budgets_without_lines_drafts_and_resting_projects_are_silent() {
        portfolio().file(PATH, "---\nkind: budget\nbac: 500000\n---\n# B\n").silent(RULE);
        budget("480000").replace(PATH, "state: approved", "state: draft").silent(RULE);
        budget("480000")
            .replace("projects/crm/project.md", "state: active", "state: on-hold")
            .silent(RULE);
        // A line that cannot be read has its own finding.
        budget("480000").replace(PATH, "baseline: 70000", "baseline: 70k").silent(RULE);
    }
}
