//! Files that contradict where they lie, or the register's item they are.

use super::{Other, RULE, short};
use crate::data::field::{Fields, Type};
use crate::data::record::{Datum, Record};
use crate::document::Document;
use crate::finding::Finding;
use crate::portfolio::{Portfolio, Project};

const DEPTH: usize = 3;

/// A `project` field that names neither the id nor the folder of the project
/// the file lies in.
pub(super) fn membership(p: &Portfolio, out: &mut Vec<Finding>) {
    for (i, document) in p.documents.iter().enumerate() {
        let Some(project) = p.project_of(i) else { continue };
        if let Some((message, help, span)) = astray(project, &document.fields) {
            out.push(document.finding(RULE.name, span, message).help(help));
        }
    }
    for register in &p.registers {
        let Some(project) = p.project_at(&register.path) else { continue };
        if let Some((message, help, span)) = astray(project, &register.head) {
            let at = register.lines.position(span.start);
            let finding = Finding::new(RULE.name, register.path.clone(), span, at, message);
            out.push(finding.help(help));
        }
    }
}

fn astray(project: &Project, fields: &Record) -> Option<(String, String, crate::text::Span)> {
    let said = fields.text("project")?.trim();
    let folder = project.folder.rsplit('/').next().unwrap_or_default();
    if said == &*project.id || said == folder {
        return None;
    }
    let message = format!("`project` says `{said}`, but the file lies in project `{}`", project.id);
    let help = format!(
        "write `project: {}` or leave it out; a file belongs to the project whose folder holds it",
        project.id
    );
    Some((message, help, fields.span("project")?))
}

/// Items of a register that have a file of their own, field by field.
pub(super) fn items(p: &Portfolio, project: &Project, out: &mut Vec<Finding>) {
    for item in project.items.values().flatten() {
        let Some(file) = item.document.and_then(|i| p.documents.get(i)) else { continue };
        if file.path == item.path {
            continue;
        }
        let mut found = Vec::new();
        compare(p, &item.kind.fields, &file.fields, &item.fields, "", &mut found, 0);
        for (name, here, there) in found {
            let message = format!(
                "`{name}` of `{}` is {} here and {} in `{}`",
                item.id,
                here.datum.show(),
                there.datum.show(),
                short(project, &item.path)
            );
            let help = "correct one of them, or keep the field in one place: the file may hold the text only";
            let other = Other {
                path: item.path.clone(),
                span: there.span,
                at: item.lines.position(there.span.start),
            };
            out.push(other.against(finding(file, here.span, message).help(help)));
        }
    }
}

fn finding(file: &Document, span: crate::text::Span, message: String) -> Finding {
    file.finding(RULE.name, span, message)
}

type Pair<'a> = (String, &'a crate::data::record::Slot, &'a crate::data::record::Slot);

/// Values of two records that contradict each other. Prose and lists may be
/// told in other words, and what only one of them has is no contradiction.
fn compare<'a>(
    p: &Portfolio,
    fields: &Fields,
    file: &'a Record,
    register: &'a Record,
    prefix: &str,
    out: &mut Vec<Pair<'a>>,
    depth: usize,
) {
    for here in &file.slots {
        let (Some(field), Some(there)) = (fields.find(&here.name), register.slot(&here.name))
        else {
            continue;
        };
        let name = format!("{prefix}{}", here.name);
        let differ = match (&field.kind, &here.datum, &there.datum) {
            (Type::Record(inner), Datum::Record(a), Datum::Record(b)) if depth < DEPTH => {
                compare(p, inner, a, b, &format!("{name}."), out, depth + 1);
                false
            }
            (Type::Person, Datum::Text(a), Datum::Text(b)) => {
                a.trim_start_matches('@') != b.trim_start_matches('@') && p.person(a) != p.person(b)
            }
            (
                Type::Choice | Type::Id | Type::Slug | Type::Month | Type::Role | Type::DateTime,
                Datum::Text(a),
                Datum::Text(b),
            ) => a.trim() != b.trim(),
            (_, Datum::Text(_) | Datum::List(_) | Datum::Record(_), _) => false,
            (_, a, b) => std::mem::discriminant(a) == std::mem::discriminant(b) && a != b,
        };
        // The state of a document is not that of its item.
        if differ && !matches!(&*name, "state" | "updated" | "version" | "date" | "kind") {
            out.push((name, here, there));
        }
    }
}
