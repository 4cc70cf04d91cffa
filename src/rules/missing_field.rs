//! `missing-field`: front matter or a register item lacks a required field.

use super::due::{
    Due, class, due, due_by_itself, forced, given, holds, in_phases_of, is_dated, model, retired,
    severity, severity_by_itself,
};
use super::{Context, Defaults, Rule};
use crate::data::field::{Field, Fields, Given, Level, Levels, Type};
use crate::data::record::{Datum, Record};
use crate::document::Document;
use crate::finding::{Finding, Severity};
use crate::kinds::{Kind, Role};
use crate::lifecycles::Class;
use crate::portfolio::{Portfolio, Project};
use crate::text::Span;
use std::collections::HashSet;
use std::sync::Arc;

pub(super) static RULE: Rule = Rule {
    name: "missing-field",
    summary: "Front matter or a register item lacks a field that its kind requires.",
    why: "Every table and every check is computed from these fields. A project without a tier, a report without health or a risk without a state does not show up as wrong: it does not show up at all, and the roll-up looks better than the portfolio is.",
    defaults: Defaults::Due,
    example: "=== projects/crm/status/2026-03-27.md\n---\nkind: status\nas_of: 2026-03-27\nphase: execution\nhealth: {overall: green, schedule: green}\nmilestones:\n  M1: {forecast: 2026-10-05}\n---\n# Status\n",
    remedy: "=== projects/crm/status/2026-03-27.md\n---\nkind: status\nauthor: \"@mlopez\"\nas_of: 2026-03-27\nphase: execution\nhealth: {overall: green, schedule: green}\nmilestones:\n  M1: {forecast: 2026-10-05}\n---\n# Status\n",
    check: Some(check),
};

/// Deepest nesting of records that is looked into.
const DEPTH: usize = 6;

/// How one record is judged.
struct Judge<'a> {
    p: &'a Portfolio,
    project: Option<&'a Project>,
    kind: &'a Kind,
    /// The file it stands in.
    path: &'a Arc<str>,
    /// The document; none for an item of a register.
    index: Option<usize>,
    /// The whole document or item, for conditions.
    whole: &'a Record,
    /// The phase class the document speaks of, for dated ones.
    now: Option<Class>,
    found: Vec<(Span, String, Severity)>,
}

/// What to do about a key that has no value.
const BARE: &str = "write its value after the colon";

fn check(context: &Context<'_>, out: &mut Vec<Finding>) {
    let p = context.portfolio;
    let elsewhere = added_to_registers(p);
    for (index, document) in p.documents.iter().enumerate() {
        if document.broken || !document.typed || retired(document) {
            continue;
        }
        let project = p.project_of(index);
        if document.kind.role == Role::Report && project.is_some_and(|pr| is_history(p, pr, index))
        {
            continue;
        }
        // A file that adds its text to a register's item is judged there.
        if document.kind.register.is_some() && elsewhere.contains(&index) {
            continue;
        }
        let mut judge = Judge::new(p, project, &document.kind, (&document.path, &document.fields));
        judge.index = Some(index);
        judge.record(&document.kind.fields, &document.fields, document.head(), "", 0);
        if project.is_some_and(|pr| pr.card == index)
            && document.kind.role != Role::Card
            && let Some(card) = p.kinds.of_role(Role::Card)
        {
            judge.kind = card;
            // Id and title of a charter are its folder's and its heading's; what
            // the charter itself requires was asked for above.
            let own = &document.kind.fields;
            let fields = card.fields.list.iter().filter(|f| {
                !matches!(&*f.name, "id" | "title" | "kind")
                    && own.find(&f.name).is_none_or(|o| o.levels.at(0) != Level::Required)
                    && !given(&document.fields, &f.name)
            });
            let before = judge.found.len();
            let bare = !card.fields.list.iter().any(|f| {
                !matches!(&*f.name, "id" | "title" | "kind" | "state")
                    && f.levels.at(0) == Level::Required
                    && given(&document.fields, &f.name)
            });
            for field in fields {
                judge.field(field, &document.fields, document.head(), "", 0);
            }
            let missing = judge.found.split_off(before);
            if let (true, Some(worst)) = (bare, missing.iter().map(|(_, _, s)| *s).max()) {
                let place = match document.folder() {
                    "" => "project.md".to_owned(),
                    folder => format!("{folder}/project.md"),
                };
                if let Some(there) = p.document(&place) {
                    out.extend(no_card(there, card).map(|f| f.severity(worst)));
                    continue;
                }
                let title = card.title.to_lowercase();
                let place = p.in_book(&place);
                let message = format!("the {title} is missing: `{place}` is not there");
                let help = format!("create `{place}` with `milepost new project`");
                let finding = document.finding(RULE.name, document.head(), message);
                out.push(finding.help(help).severity(worst));
            } else {
                judge.found.extend(missing);
            }
        }
        for (span, message, severity) in judge.found {
            let help = if document.fields.is_empty_key(span) {
                BARE
            } else {
                "add it; `milepost new` writes each kind with the fields it asks for"
            };
            out.push(document.finding(RULE.name, span, message).help(help).severity(severity));
        }
    }
    for project in &p.projects {
        let registers: Vec<_> =
            project.registers.iter().filter_map(|i| p.registers.get(*i)).collect();
        for item in project.items.values().flatten() {
            if !registers.iter().any(|r| r.path == item.path && !r.broken) {
                continue;
            }
            let head = item.fields.slots.first().map_or(item.span, |s| s.span);
            let mut judge = Judge::new(p, Some(project), &item.kind, (&item.path, &item.fields));
            judge.record(&item.kind.fields, &item.fields, head, "", 0);
            for (span, message, severity) in judge.found {
                let at = item.lines.position(span.start);
                let finding = Finding::new(RULE.name, item.path.clone(), span, at, message);
                let help = if item.fields.is_empty_key(span) { BARE } else { "add it" };
                out.push(finding.help(help).severity(severity));
            }
        }
    }
}

/// The documents that add their text to an item of a register.
fn added_to_registers(p: &Portfolio) -> HashSet<usize> {
    let items = p.projects.iter().flat_map(|pr| pr.items.values().flatten());
    let added = items.filter_map(|item| {
        let index = item.document?;
        (p.documents.get(index)?.path != item.path).then_some(index)
    });
    added.collect()
}

/// What is wrong with a file that stands where the card should be; `None` where
/// reading has said it.
fn no_card(there: &Document, card: &Kind) -> Option<Finding> {
    // A file without a kind it knows was told so, or is a page on purpose.
    if there.broken || !there.typed {
        return None;
    }
    let message = format!("`{}` is no {}", there.path, card.title.to_lowercase());
    let help = format!("write `kind: {}` in its front matter", card.name);
    Some(there.finding(RULE.name, there.head(), message).help(help))
}

/// Whether every tier requires a field.
fn always(field: &Field) -> bool {
    (0..3).all(|tier| field.levels.at(tier) == Level::Required)
}

/// Whether a report is neither the newest nor one that lacks its date.
fn is_history(p: &Portfolio, project: &Project, index: usize) -> bool {
    let dated = p.documents.get(index).is_some_and(|d| d.date().is_some());
    dated && project.latest().is_none_or(|r| r.document != index)
}

impl<'a> Judge<'a> {
    fn new(
        p: &'a Portfolio,
        project: Option<&'a Project>,
        kind: &'a Kind,
        (path, whole): (&'a Arc<str>, &'a Record),
    ) -> Self {
        let stated = whole.text("phase").filter(|_| kind.role == Role::Report);
        let lifecycle = project.and_then(|pr| pr.lifecycle.as_ref());
        let now = stated
            .and_then(|id| lifecycle?.phases.get(lifecycle?.phase(id)?).map(|ph| ph.class))
            .or_else(|| class(project?));
        Self { p, project, kind, path, index: None, whole, now, found: Vec::new() }
    }

    fn record(&mut self, fields: &Fields, record: &Record, head: Span, inside: &str, depth: usize) {
        // A kind may be given by the path; without one there is nothing to ask.
        for field in fields.list.iter().filter(|f| &*f.name != "kind") {
            self.field(field, record, head, inside, depth);
        }
    }

    fn field(&mut self, field: &Field, record: &Record, head: Span, inside: &str, depth: usize) {
        let name = || match inside {
            "" => field.name.to_string(),
            inside => format!("{inside}.{}", field.name),
        };
        // What is there and wrong is not missing.
        if record.invalid.contains(&field.name)
            || self.p.rewound.as_ref().is_some_and(|r| r.took(self.path, &field.name))
            || super::unapproved_change::speaks_of(self.project, self.kind, self.whole, field)
        {
            return;
        }
        if !given(record, &field.name) {
            // An empty list says that there is none.
            if let Some(severity) = self.wanted(field, depth)
                && !matches!(record.get(&field.name), Some(Datum::List(_)))
            {
                let kind = self.kind.title.to_lowercase();
                let name = if depth == 0 { self.kind.shown(field) } else { name() };
                let mut message = format!("the {kind} has no `{name}`");
                if forced(&field.required_if, self.whole) {
                    message.push_str(&because(self.kind, field, self.whole));
                }
                // A key without a value is where the value belongs.
                let empty = record.empty.iter().find(|(name, _)| *name == field.name);
                self.found.push((empty.map_or(head, |(_, key)| *key), message, severity));
            }
            return;
        }
        if depth >= DEPTH {
            return;
        }
        let Some(slot) = record.slot(&field.name) else { return };
        match (&field.kind, &slot.datum) {
            (Type::Record(fields), Datum::Record(inner)) => {
                self.record(fields, inner, slot.span, &name(), depth + 1);
            }
            (Type::List(of), Datum::List(items)) => {
                if let Type::Record(fields) = &of.kind {
                    let name = name();
                    for item in items {
                        if let Datum::Record(inner) = &item.datum {
                            self.record(fields, inner, item.span, &name, depth + 1);
                        }
                    }
                }
            }
            (Type::Map(of), Datum::Record(entries)) => {
                let name = name();
                for key in &field.wanted_keys {
                    let there =
                        entries.slot(&key.name).is_some() || entries.invalid.contains(&key.name);
                    if let Some(severity) = self.wanted(key, depth + 1).filter(|_| !there) {
                        let kind = self.kind.title.to_lowercase();
                        let message = format!("the {kind} has no `{name}.{}`", key.name);
                        self.found.push((slot.key_span, message, severity));
                    }
                }
                if let Type::Record(fields) = &of.kind {
                    for entry in &entries.slots {
                        if let Datum::Record(inner) = &entry.datum {
                            let name = format!("{name}.{}", entry.name);
                            self.record(fields, inner, entry.span, &name, depth + 1);
                        }
                    }
                }
            }
            _ => {}
        }
    }

    /// How much the project's lifecycle wants a field of the card.
    fn by_lifecycle(&self, project: &'a Project, field: &Field) -> Option<&'a Levels> {
        let asks =
            &project.lifecycle.as_ref().filter(|_| self.kind.role == Role::Card)?.card_fields;
        asks.iter().find(|(name, _)| **name == *field.name).map(|(_, levels)| levels)
    }

    /// How bad the absence of a field is; `None` when it is not required today.
    fn wanted(&self, field: &Field, depth: usize) -> Option<Severity> {
        let forced = forced(&field.required_if, self.whole);
        let Some(project) = self.project.filter(|_| self.kind.phase_field.is_none()) else {
            let tiers = 0..self.p.config.tiers.len().max(1);
            let every = tiers.into_iter().all(|t| field.levels.at(t) == Level::Required);
            if !forced && (!every || field.when.is_some()) {
                return None;
            }
            let Some(index) = self.index else {
                return field.phases.is_empty().then_some(Severity::Warn);
            };
            let due = due_by_itself(self.p, index, &field.phases)?;
            return severity_by_itself(self.p, index, &field.phases, due, Level::Required);
        };
        if forced {
            return severity(project, Due::Now, Level::Required);
        }
        if field.when.is_some_and(|c| !holds(self.p, project, c, Some(self.whole))) {
            return None;
        }
        if let Some(levels) = self.by_lifecycle(project, field).filter(|_| depth == 0) {
            let asked = levels.within(project.tier, self.now.map(Class::name), None);
            return if asked == Level::Required {
                severity(project, Due::Now, Level::Required)
            } else {
                None
            };
        }
        let model = model(self.p, project);
        let required = |class: Option<Class>| {
            let level = field.levels.within(project.tier, class.map(Class::name), model);
            level == Level::Required
        };
        if self.kind.role == Role::Card && field.phases.is_empty() && depth == 0 {
            // What every table hangs on.
            let sure = !project.misplaced || always(field);
            return (required(self.now) && sure).then_some(Severity::Deny);
        }
        if is_dated(self.kind.role) || depth > 0 || self.kind.role == Role::Card {
            let now = self.now.is_none_or(|c| in_phases_of(project, &field.phases, c));
            return if now && required(self.now) {
                severity(project, Due::Now, Level::Required)
            } else {
                None
            };
        }
        let phases = if field.phases.is_empty() { &self.kind.phases[..] } else { &field.phases };
        Class::ALL
            .into_iter()
            .filter(|c| in_phases_of(project, phases, *c) && required(Some(*c)))
            .filter_map(|c| severity(project, due(project, c)?, Level::Required))
            .max()
    }
}

/// Which values of other fields require the field.
fn because(kind: &Kind, field: &Field, record: &Record) -> String {
    let reason = |condition: &Given| {
        let (first, rest) = condition.field.split_first()?;
        let shown = kind.fields.find(first).map_or_else(|| first.to_string(), |f| kind.shown(f));
        let name = rest.iter().fold(shown, |name, part| format!("{name}.{part}"));
        Some(format!("`{name}: {}`", record.at(&condition.field)?.show()))
    };
    let reasons: Vec<String> = field.required_if.iter().filter_map(reason).collect();
    format!(", which {} asks for", reasons.join(" with "))
}

#[cfg(test)]
mod tests;
