//! `unknown-unit`: a unit that is not in `units.yaml`.

use super::typed::{Word, words};
use super::{Context, Defaults, Rule};
use crate::data::field::{Type, fold};
use crate::document::Names;
use crate::finding::Finding;
use crate::finding::Severity::Warn;
use crate::portfolio::{Project, State};
use crate::text::{LineIndex, nearest};
use std::collections::HashSet;
use std::sync::Arc;

pub(super) static RULE: Rule = Rule {
    name: "unknown-unit",
    summary: "A unit is not in `units.yaml`, though it is nearly one that is, or looks like an id.",
    why: "Units are found by their id or name: with one letter wrong the people of a unit, what it promised and what it is to receive are counted for another unit of that spelling, and its manager is not asked. Names of other houses are left alone, and so are projects that are over. Without `units.yaml` nothing is found.",
    defaults: Defaults::Flat(Warn),
    example: "=== units.yaml\nfinance: {name: Finance, manager: \"@dokafor\"}\n=== people.yaml\nmlopez: {name: Maria Lopez, unit: finanse}\ndokafor: {name: Dana Okafor, unit: finance}\n",
    remedy: "=== units.yaml\nfinance: {name: Finance, manager: \"@dokafor\"}\n=== people.yaml\nmlopez: {name: Maria Lopez, unit: finance}\ndokafor: {name: Dana Okafor, unit: finance}\n",
    check: Some(check),
};

/// The units there are.
struct Units<'a> {
    /// Ids and names as `units.yaml` writes them.
    written: Vec<&'a str>,
    /// The same without regard to capitals, spaces and hyphens.
    folded: HashSet<String>,
}

fn check(context: &Context<'_>, out: &mut Vec<Finding>) {
    let p = context.portfolio;
    let Some(units) = p.units().filter(|names| !names.broken).map(Units::of) else { return };
    let unit = |kind: &Type| matches!(kind, Type::Unit);
    for (index, document) in p.documents.iter().enumerate().filter(|(_, d)| d.typed && !d.broken) {
        if p.project_of(index).is_some_and(over) {
            continue;
        }
        let found = words(&document.kind.fields, &document.fields, unit, &[]);
        units.tell(&document.path, &document.lines, found, out);
    }
    for register in p.registers.iter().filter(|r| !r.broken) {
        if p.project_at(&register.path).is_some_and(over) {
            continue;
        }
        let items = register.lists.iter().flat_map(|(_, _, items)| items);
        let found = items.flat_map(|i| words(&i.kind.fields, &i.fields, unit, &[])).collect();
        units.tell(&register.path, &register.lines, found, out);
    }
    if let Some(people) = p.people() {
        let records = people.entries.slots.iter().filter_map(|s| s.datum.record());
        let found = records.filter_map(|r| Some((r.text("unit")?, r.span("unit")?))).collect();
        units.tell(&people.path, &people.lines, found, out);
    }
}

/// Nobody asks any more who was meant.
fn over(project: &Project) -> bool {
    matches!(project.state, State::Complete | State::Cancelled)
}

impl<'a> Units<'a> {
    fn of(names: &'a Names) -> Self {
        let named = names.entries.slots.iter().flat_map(|slot| {
            let title = slot.datum.record().and_then(|r| r.text("name")).or(slot.datum.text());
            std::iter::once(&*slot.name).chain(title)
        });
        let written: Vec<&str> = named.filter(|name| !name.trim().is_empty()).collect();
        let folded = written.iter().map(|name| fold(name)).collect();
        Self { written, folded }
    }

    fn tell(
        &self,
        path: &Arc<str>,
        lines: &LineIndex,
        found: Vec<Word<'_>>,
        out: &mut Vec<Finding>,
    ) {
        for (word, span) in found {
            let word = word.trim();
            if word.is_empty() || self.folded.contains(&fold(word)) {
                continue;
            }
            let near = nearest(word, self.written.iter().copied());
            // Words with spaces and capitals may name a unit of another house.
            let id =
                word.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
            let help = match near {
                Some(near) => format!("did you mean `{near}`?"),
                None if id => format!("add `{word}` to `units.yaml`, or name a unit that is there"),
                None => continue,
            };
            let message = format!("unit `{word}` is not in `units.yaml`");
            let at = lines.position(span.start);
            let finding = Finding::new(RULE.name, path.clone(), span, at, message).help(help);
            out.push(match near {
                Some(near) => finding.meant(near),
                None => finding,
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::{Fixture, portfolio};

    const RULE: &str = "unknown-unit";
    const CARD: &str = "projects/crm/project.md";

    fn card(unit: &str) -> Fixture {
        let id = "id: crm\n";
        portfolio()
            .file("units.yaml", "it-ops: {name: IT Operations}\nfinance: Finance and Control\n")
            .replace(CARD, id, &format!("{id}unit: {unit}\n"))
    }

    #[test]
    fn slips_are_guessed_and_ids_that_nobody_has_are_told() {
        let found = card("it-opps").finds(RULE, CARD, 4);
        assert_eq!(found.help.as_deref(), Some("did you mean `it-ops`?"));
        assert_eq!(found.replacement.as_deref(), Some("it-ops"));
        let help = card("IT Operatoins").finds(RULE, CARD, 4).help;
        assert_eq!(help.as_deref(), Some("did you mean `IT Operations`?"));
        let help = card("harbour").finds(RULE, CARD, 4).help.unwrap();
        assert!(help.starts_with("add `harbour` to `units.yaml`"), "{help}");
    }

    #[test]
    fn units_that_are_there_and_those_of_other_houses_are_left_alone() {
        for unit in ["it-ops", "IT Operations", "it operations", "Finance and Control", "Acme Ltd"]
        {
            card(unit).silent(RULE);
        }
        card("harbour").without("units.yaml").silent(RULE);
        card("harbour").replace(CARD, "state: active", "state: cancelled").silent(RULE);
    }

    #[test]
    fn registers_lists_of_documents_and_people_are_looked_through() {
        let path = "projects/crm/resources.yaml";
        let text = "updated: 2026-03-27\nresources:\n  - {id: RS-001, role: architect, unit: finanse, status: requested}\n";
        card("finance").file(path, text).finds(RULE, path, 3);
        let text = "mlopez: {name: Maria Lopez, unit: it-opps}\ndokafor: {name: Dana Okafor}\n";
        card("finance").file("people.yaml", text).finds(RULE, "people.yaml", 1);
        let managers = "functional_managers:\n  - {unit: finanse, manager: \"@dokafor\"}\n";
        card("finance")
            .replace(CARD, "id: crm\n", &format!("id: crm\n{managers}"))
            .finds(RULE, CARD, 5);
    }
}
