//! `eac-below-actual`: less is expected in the end than is spent already.

use super::{Context, Defaults, Rule};
use crate::data::record::Record;
use crate::document::Document;
use crate::finding::Finding;
use crate::finding::Severity::Deny;
use crate::portfolio::{Portfolio, Project};
use crate::ratio::Ratio;
use crate::rules::reported::running;
use crate::text::Span;

pub(super) static RULE: Rule = Rule {
    name: "eac-below-actual",
    summary: "The estimate at completion is below what has been spent already.",
    why: "What is spent does not come back, so the end cannot cost less than today. Either the actual cost holds what does not belong to the project, or the estimate was not touched since the money went out. Every figure made from the two is wrong until one is mended.",
    defaults: Defaults::Flat(Deny),
    example: "=== projects/crm/status/2026-03-27.md\n---\nkind: status\nauthor: \"@mlopez\"\nas_of: 2026-03-27\nphase: execution\nhealth: {overall: green, schedule: green}\nmilestones:\n  M1: {forecast: 2026-10-05}\nbudget: {actual: 240000, committed: 60000, eac: 235000}\n---\n# Status\n",
    remedy: "=== projects/crm/status/2026-03-27.md\n---\nkind: status\nauthor: \"@mlopez\"\nas_of: 2026-03-27\nphase: execution\nhealth: {overall: green, schedule: green}\nmilestones:\n  M1: {forecast: 2026-10-05}\nbudget: {actual: 240000, committed: 60000, eac: 310000}\n---\n# Status\n",
    check: Some(check),
};

fn check(context: &Context<'_>, out: &mut Vec<Finding>) {
    for (_, project) in running(context.portfolio) {
        for it in statements(context.portfolio, project).iter().filter(|s| s.eac < s.actual) {
            let message = format!(
                "{}estimate at completion {} is below the {} spent already",
                it.line(),
                it.eac.money(),
                it.actual.money()
            );
            let help = "estimate the end anew: what is spent plus what is still to come";
            out.push(it.document.finding(RULE.name, it.span, message).help(help));
        }
    }
}

/// Cost as one place states it: the newest report's totals, or a line of the budget.
#[derive(Debug, Clone, Copy)]
pub(super) struct Statement<'a> {
    pub(super) document: &'a Document,
    /// The budget line's id.
    pub(super) id: Option<&'a str>,
    pub(super) actual: Ratio,
    pub(super) committed: Option<Ratio>,
    pub(super) eac: Ratio,
    /// Where the estimate stands.
    pub(super) span: Span,
}

impl<'a> Statement<'a> {
    fn read(document: &'a Document, id: Option<&'a str>, money: &Record) -> Option<Self> {
        Some(Self {
            document,
            id,
            actual: money.number("actual")?,
            committed: money.number("committed"),
            eac: money.number("eac")?,
            span: money.span("eac")?,
        })
    }

    /// Whether the estimate is below what is spent and ordered.
    pub(super) fn is_below(&self) -> bool {
        let ordered = self.committed.and_then(|c| self.actual.add(c)).unwrap_or(self.actual);
        ordered.max(self.actual) > self.eac
    }

    /// The beginning of a message about a line.
    pub(super) fn line(&self) -> String {
        self.id.map_or_else(String::new, |id| format!("line `{id}`: "))
    }
}

/// What a project says of its cost: the newest report that gives money and, as
/// long as its totals hold, the lines of the budget.
pub(super) fn statements<'a>(p: &'a Portfolio, project: &'a Project) -> Vec<Statement<'a>> {
    let newest = project.reports.iter().rev().find_map(|r| {
        let document = p.documents.get(r.document)?;
        Statement::read(document, None, document.fields.record("budget")?)
    });
    let mut out: Vec<Statement<'a>> = newest.into_iter().collect();
    if out.iter().any(Statement::is_below) {
        return out;
    }
    let documents = project.documents.iter().filter_map(|i| p.documents.get(*i));
    for document in
        documents.filter(|d| !matches!(d.fields.text("state"), Some("superseded" | "archived")))
    {
        let lines = document.fields.list("lines").iter().filter_map(|l| l.datum.record());
        out.extend(lines.filter_map(|l| Statement::read(document, l.text("id"), l)));
    }
    out
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::{Fixture, portfolio};

    const RULE: &str = "eac-below-actual";
    const LAST: &str = "projects/crm/status/2026-03-27.md";

    fn budget(path: &str, text: &str) -> Fixture {
        portfolio().says(path, &format!("budget: {{{text}}}"))
    }

    #[test]
    fn spent_money_does_not_come_back() {
        let found = budget(LAST, "actual: 240000, eac: 239999.99").finds(RULE, LAST, 7);
        assert_eq!(
            found.message,
            "estimate at completion 239,999.99 is below the 240,000 spent already"
        );
        assert_eq!(found.at.column, 31);
        budget(LAST, "actual: 240000, eac: 240000").silent(RULE);
        budget(LAST, "actual: 240000").silent(RULE);
    }

    #[test]
    fn only_the_newest_statement_is_judged() {
        budget("projects/crm/status/2026-02-27.md", "actual: 240000, eac: 1").finds(
            RULE,
            "projects/crm/status/2026-02-27.md",
            7,
        );
        budget("projects/crm/status/2026-02-27.md", "actual: 240000, eac: 1")
            .says(LAST, "budget: {actual: 250000, eac: 300000}")
            .silent(RULE);
    }

    #[test]
    fn a_line_of_the_budget_is_judged_unless_the_totals_are_wrong() {
        let path = "projects/crm/budget.md";
        let text = "---\nkind: budget\nbac: 100\nlines:\n  - {id: BL1, baseline: 60, actual: 50, eac: 49}\n  - {id: BL2, baseline: 40, actual: 10, eac: 40}\n---\n# B\n";
        let found = portfolio().file(path, text).finds(RULE, path, 5);
        assert_eq!(
            found.message,
            "line `BL1`: estimate at completion 49 is below the 50 spent already"
        );
        let both = budget(LAST, "actual: 60, eac: 59").file(path, text);
        assert_eq!(both.findings().iter().filter(|f| f.rule == RULE).count(), 1);
        both.finds(RULE, LAST, 7);
    }

    #[test]
    fn projects_that_rest_are_left_alone() {
        budget(LAST, "actual: 240000, eac: 1")
            .replace("projects/crm/project.md", "state: active", "state: on-hold")
            .silent(RULE);
    }
}
