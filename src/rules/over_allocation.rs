//! `over-allocation`: a person is promised for more than there is.

use super::common::{person_key, plain, running};
use super::{Context, Defaults, Rule};
use crate::data::record::{Datum, Record};
use crate::date::{Date, plus};
use crate::document::Item;
use crate::finding::{Finding, Severity};
use crate::portfolio::{Portfolio, Project};
use crate::ratio::Ratio;
use std::collections::BTreeMap;

pub(super) static RULE: Rule = Rule {
    name: "over-allocation",
    summary: "A person is promised to projects for more than their capacity in some month.",
    why: "Every promise was kept by itself, and together they cannot be. Nobody sees it from inside one project; the person sees it and works at night. Capacity is 1 FTE unless `people.yaml` gives `capacity_fte`. Promises that have ended are not counted.",
    defaults: Defaults::Flat(Severity::Warn),
    example: "=== projects/crm/resources.yaml\nupdated: 2026-03-27\nresources:\n  - {id: RS-01, unit: infrastructure, role: Network engineer, person: Tomas Berg, required_fte: 0.8, committed_fte: 0.8, original_fte: 0.8, from: 2026-02-01, to: 2026-06-30, status: committed}\n  - {id: RS-02, unit: infrastructure, role: Trainer, person: Tomas Berg, required_fte: 0.4, committed_fte: 0.4, original_fte: 0.4, from: 2026-05-01, to: 2026-06-30, status: committed}\n",
    remedy: "=== projects/crm/resources.yaml\nupdated: 2026-03-27\nresources:\n  - {id: RS-01, unit: infrastructure, role: Network engineer, person: Tomas Berg, required_fte: 0.8, committed_fte: 0.8, original_fte: 0.8, from: 2026-02-01, to: 2026-06-30, status: committed}\n  - {id: RS-02, unit: infrastructure, role: Trainer, person: Tomas Berg, required_fte: 0.4, committed_fte: 0.4, original_fte: 0.4, from: 2026-07-01, to: 2026-08-31, status: committed}\n",
    check: Some(check),
};

/// One promise of a person's time.
struct Promise<'a> {
    project: &'a Project,
    item: &'a Item,
    fte: Ratio,
}

impl Promise<'_> {
    fn holds_on(&self, day: Date) -> bool {
        self.item.fields.date("from").is_none_or(|from| from <= day)
            && self.item.fields.date("to").is_none_or(|to| to >= day)
    }
}

fn check(context: &Context<'_>, out: &mut Vec<Finding>) {
    let p = context.portfolio;
    let mut people: BTreeMap<String, Vec<Promise<'_>>> = BTreeMap::new();
    for project in running(p) {
        for item in project.items("resources") {
            if !matches!(item.status(), "committed" | "reduced" | "open")
                || item.fields.date("to").is_some_and(|to| to < p.as_of)
            {
                continue;
            }
            // Dates in the wrong order are another rule's.
            if item.fields.date("from") > item.fields.date("to").or(Some(Date::MAX)) {
                continue;
            }
            let (Some(person), Some(fte)) =
                (item.fields.text("person"), item.fields.number("committed_fte"))
            else {
                continue;
            };
            people.entry(person_key(p, person)).or_default().push(Promise { project, item, fte });
        }
    }
    for promises in people.values() {
        out.extend(too_much(p, promises));
    }
}

/// What is to be said of one person's promises.
fn too_much(p: &Portfolio, promises: &[Promise<'_>]) -> Option<Finding> {
    let written = promises.first()?.item.fields.text("person")?;
    let capacity = capacity(p.person_record(written)).unwrap_or(Ratio::whole(1));
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

/// The first day from `now` on at which the promises add up to more than there
/// is. Only where a promise begins can it become too much.
fn first_over(now: Date, promises: &[Promise<'_>], capacity: Ratio) -> Option<Date> {
    let mut steps: Vec<(Date, Ratio)> = Vec::with_capacity(promises.len() * 2);
    for promise in promises {
        let fields = &promise.item.fields;
        steps.push((fields.date("from").map_or(now, |from| from.max(now)), promise.fte));
        if let Some(to) = fields.date("to") {
            steps.push((plus(to, 1), promise.fte.neg()));
        }
    }
    steps.sort_unstable();
    let mut sum = Ratio::ZERO;
    for day in steps.chunk_by(|a, b| a.0 == b.0) {
        sum = day.iter().try_fold(sum, |sum, (_, fte)| sum.add(*fte))?;
        if sum > capacity {
            return day.first().map(|(day, _)| *day);
        }
    }
    None
}

/// `capacity_fte` of a person, as number or as written.
fn capacity(person: Option<&Record>) -> Option<Ratio> {
    match person?.get("capacity_fte")? {
        Datum::Number(n) => Some(*n),
        Datum::Text(text) => Ratio::parse(text.trim()),
        _ => None,
    }
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
