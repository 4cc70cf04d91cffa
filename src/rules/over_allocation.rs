//! `over-allocation`: a person is promised for more than there is.

use super::common::plain;
use super::{Context, Defaults, Rule};
use crate::finding::{Finding, Severity};
use crate::measures::commitments::{Promise, by_person, capacity, first_over};
use crate::portfolio::Portfolio;
use crate::ratio::Ratio;

pub(super) static RULE: Rule = Rule {
    name: "over-allocation",
    summary: "A person is promised to projects for more than their capacity in some month.",
    why: "Every promise was kept by itself, and together they cannot be. Nobody sees it from inside one project; the person sees it and works at night. Capacity is 1 FTE unless `people.yaml` gives `capacity_fte`. Promises that have ended are not counted.",
    defaults: Defaults::Flat(Severity::Warn),
    example: "=== projects/crm/resources.yaml\nupdated: 2026-03-27\nresources:\n  - {id: RS-01, unit: infrastructure, role: Network engineer, person: Tomas Berg, required_fte: 0.8, committed_fte: 0.8, original_fte: 0.8, from: 2026-02-01, to: 2026-06-30, status: committed}\n  - {id: RS-02, unit: infrastructure, role: Trainer, person: Tomas Berg, required_fte: 0.4, committed_fte: 0.4, original_fte: 0.4, from: 2026-05-01, to: 2026-06-30, status: committed}\n",
    remedy: "=== projects/crm/resources.yaml\nupdated: 2026-03-27\nresources:\n  - {id: RS-01, unit: infrastructure, role: Network engineer, person: Tomas Berg, required_fte: 0.8, committed_fte: 0.8, original_fte: 0.8, from: 2026-02-01, to: 2026-06-30, status: committed}\n  - {id: RS-02, unit: infrastructure, role: Trainer, person: Tomas Berg, required_fte: 0.4, committed_fte: 0.4, original_fte: 0.4, from: 2026-07-01, to: 2026-08-31, status: committed}\n",
    check: Some(check),
};

fn check(context: &Context<'_>, out: &mut Vec<Finding>) {
    let p = context.portfolio;
    out.extend(by_person(p).iter().filter_map(|promises| too_much(p, promises)));
}

/// What is to be said of one person's promises.
fn too_much(p: &Portfolio, promises: &[Promise<'_>]) -> Option<Finding> {
    let written = promises.first()?.item.fields.text("person")?;
    let capacity = capacity(p, written);
    let day = first_over(p.as_of, promises, capacity)?;
    let held: Vec<&Promise<'_>> = promises.iter().filter(|pr| pr.holds_on(day)).collect();
    let sum = Ratio::sum(held.iter().map(|pr| pr.fte))?;
    // The promise made last is the one that was too much.
    let made =
        |pr: &Promise<'_>| (pr.item.fields.date("committed_on"), pr.item.fields.date("from"));
    let last = held.iter().max_by_key(|pr| (made(pr), &pr.project.id, &pr.item.id))?;
    let message = format!(
        "{} is promised for {} FTE in {}; capacity is {}",
        p.person(written),
        plain(sum),
        day.format("%B %Y"),
        plain(capacity)
    );
    let help =
        "agree with the unit's manager which of the promises holds, and lower or move the other";
    let mut finding = last.item.finding(RULE.name, "committed_fte", message).help(help);
    for other in held.iter().filter(|pr| !std::ptr::eq(pr.item, last.item)) {
        let fields = &other.item.fields;
        let span = fields.span("committed_fte").unwrap_or(other.item.span);
        let at = other.item.lines.position(span.start);
        let label = format!("{} FTE for `{}`", plain(other.fte), other.project.id);
        finding = finding.related(other.item.path.clone(), span, at, label);
    }
    Some(finding)
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::{Fixture, portfolio};

    const PATH: &str = "projects/crm/resources.yaml";
    const ERP: &str = "projects/erp/resources.yaml";
    const RULE: &str = "over-allocation";

    /// `@mlopez` half in one project, and with `fte` from `from` in another.
    fn two(fte: &str, from: &str) -> Fixture {
        let row = |id: &str, fte: &str, from: &str, made: &str| {
            format!(
                "resources:\n  - id: {id}\n    unit: pmo\n    role: Lead\n    person: \"@mlopez\"\n    required_fte: {fte}\n    committed_fte: {fte}\n    from: {from}\n    to: 2026-06-30\n    status: committed\n    committed_on: {made}\n"
            )
        };
        portfolio()
            .file(PATH, &row("RS-01", "0.5", "2026-01-05", "2025-12-01"))
            .file(ERP, &row("RS-07", fte, from, "2026-02-01"))
            .file(
                "projects/erp/project.md",
                "---\nkind: project\nid: erp\ntitle: ERP\ntier: 3\nphase: execution\nstate: active\n---\n# ERP\n",
            )
    }

    #[test]
    fn one_is_enough_and_more_is_found_with_both_promises() {
        two("0.5", "2026-04-01").silent(RULE);
        let found = two("0.6", "2026-04-01").finds(RULE, ERP, 7);
        assert_eq!(
            found.message,
            "Maria Lopez is promised for 1.1 FTE in April 2026; capacity is 1"
        );
        assert_eq!(&*found.related[0].path, PATH);
        let all = two("0.6", "2026-04-01").findings();
        assert_eq!(all.iter().filter(|f| f.rule == RULE).count(), 1);
    }

    #[test]
    fn capacity_comes_from_people() {
        let part = |capacity: &str| {
            two("0.5", "2026-04-01").replace(
                "people.yaml",
                "name: Maria Lopez",
                &format!("name: Maria Lopez, capacity_fte: {capacity}"),
            )
        };
        part("0.8").finds(RULE, ERP, 7);
        part("1.0").silent(RULE);
    }

    #[test]
    fn promises_that_do_not_meet_ended_or_rest_are_silent() {
        two("1.0", "2026-07-01").replace(ERP, "to: 2026-06-30", "to: 2026-09-30").silent(RULE);
        two("1.0", "2026-01-05").replace(PATH, "to: 2026-06-30", "to: 2026-03-26").silent(RULE);
        two("1.0", "2026-04-01").replace(ERP, "status: committed", "status: released").silent(RULE);
        two("1.0", "2026-04-01")
            .replace(ERP, "status: committed", "status: requested")
            .silent(RULE);
        two("1.0", "2026-04-01")
            .replace("projects/erp/project.md", "state: active", "state: on-hold")
            .silent(RULE);
    }
}
