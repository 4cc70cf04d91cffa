//! `falling-actual-cost`: the money spent so far got less.

use super::history::reports;
use super::{Context, Defaults, Rule};
use crate::data::record::Record;
use crate::date::Date;
use crate::document::Document;
use crate::finding::{Finding, Severity};
use crate::ratio::Ratio;

pub(super) static RULE: Rule = Rule {
    name: "falling-actual-cost",
    summary: "A report gives a lower cumulative actual cost than the report before it, without a `credit` note.",
    why: "Money that was spent stays spent. When the total falls, an invoice was credited, costs were booked to another project, or one of the two numbers is wrong. Each is worth a sentence, because every forecast of the cost rests on this number.",
    defaults: Defaults::Flat(Severity::Warn),
    example: "=== projects/crm/status/2026-02-27.md\n---\nkind: status\nauthor: \"@mlopez\"\nas_of: 2026-02-27\nphase: execution\nhealth: {overall: green, schedule: green}\nmilestones:\n  M1: {forecast: 2026-09-30}\nbudget: {actual: 100000}\n---\n# Status\n=== projects/crm/status/2026-03-27.md\n---\nkind: status\nauthor: \"@mlopez\"\nas_of: 2026-03-27\nphase: execution\nhealth: {overall: green, schedule: green}\nmilestones:\n  M1: {forecast: 2026-10-05}\nbudget: {actual: 90000}\n---\n# Status\n",
    remedy: "=== projects/crm/status/2026-02-27.md\n---\nkind: status\nauthor: \"@mlopez\"\nas_of: 2026-02-27\nphase: execution\nhealth: {overall: green, schedule: green}\nmilestones:\n  M1: {forecast: 2026-09-30}\nbudget: {actual: 100000}\n---\n# Status\n=== projects/crm/status/2026-03-27.md\n---\nkind: status\nauthor: \"@mlopez\"\nas_of: 2026-03-27\nphase: execution\nhealth: {overall: green, schedule: green}\nmilestones:\n  M1: {forecast: 2026-10-05}\nbudget: {actual: 90000, credit: Licences returned in February}\n---\n# Status\n",
    check: Some(check),
};

fn check(context: &Context<'_>, out: &mut Vec<Finding>) {
    let p = context.portfolio;
    for project in &p.projects {
        let mut before: Option<(Date, &Document, &Record, Ratio)> = None;
        for (date, report) in reports(p, project) {
            let Some(money) = report.fields.record("budget") else { continue };
            let Some(actual) = money.number("actual") else { continue };
            if let Some((earlier, other, there, was)) = before
                && actual < was
                && !money.has("credit")
            {
                let span = money.span("actual").unwrap_or(report.head());
                let message = format!(
                    "actual cost is {}, less than the {} of {earlier}",
                    actual.money(),
                    was.money()
                );
                let mut finding = report.finding(RULE.name, span, message).help(
                    "correct the number, or say why it fell: `budget: {…, credit: the reason}`",
                );
                if let Some(span) = there.span("actual") {
                    finding = finding.related(
                        other.path.clone(),
                        span,
                        other.at(span),
                        "reported before",
                    );
                }
                out.push(finding);
            }
            before = Some((date, report, money, actual));
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::finding::Severity;
    use crate::rules::testing::{Fixture, portfolio};

    const RULE: &str = "falling-actual-cost";
    const FIRST: &str = "projects/crm/status/2026-02-27.md";
    const LAST: &str = "projects/crm/status/2026-03-27.md";

    fn spent(before: &str, now: &str) -> Fixture {
        portfolio()
            .says(FIRST, &format!("budget: {{{before}}}"))
            .says(LAST, &format!("budget: {{{now}}}"))
    }

    #[test]
    fn less_than_before_is_found_and_the_same_is_not() {
        let found = spent("actual: 240000", "actual: 239999.99").finds(RULE, LAST, 7);
        assert_eq!(found.message, "actual cost is 239,999.99, less than the 240,000 of 2026-02-27");
        assert_eq!(found.severity, Severity::Warn);
        assert_eq!(&*found.related[0].path, FIRST);
        spent("actual: 240000", "actual: 240000").silent(RULE);
    }

    #[test]
    fn a_credit_note_explains_it_and_an_empty_one_does_not() {
        spent("actual: 240000", "actual: 1, credit: Two invoices were booked twice").silent(RULE);
        spent("actual: 240000", "actual: 1, credit: \"\"").finds(RULE, LAST, 7);
    }

    #[test]
    fn a_report_without_the_number_is_passed_over() {
        spent("actual: 240000", "eac: 500000").silent(RULE);
        spent("eac: 500000", "actual: 1").silent(RULE);
        spent("actual: 240000", "eac: 500000")
            .file(
                "projects/crm/status/2026-03-13.md",
                "---\nkind: status\nas_of: 2026-03-13\nbudget: {actual: 200000}\n---\n# S\n",
            )
            .finds(RULE, "projects/crm/status/2026-03-13.md", 4);
    }
}
