//! `dangling-id`: a field names something that does not exist.

use super::due::has_broken_file;
use super::typed::holds_words;
use super::{Context, Defaults, Rule};
use crate::data::field::{Field, Fields, Type};
use crate::data::record::{Datum, Record};
use crate::finding::{Finding, Severity};
use crate::kinds::{Kind, Role};
use crate::portfolio::{Portfolio, Project};
use crate::text::{Span, nearest};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

pub(super) static RULE: Rule = Rule {
    name: "dangling-id",
    summary: "A field names an id, a document or a file that does not exist.",
    why: "`top_risks: [R-014]` tells the reader nothing when there is no R-014, and a re-baseline that rests on a change request nobody can open rests on nothing. Usually it is a slip of the pen, or the item was removed instead of closed.",
    defaults: Defaults::Flat(Severity::Deny),
    example: "=== projects/crm/status/2026-03-27.md\n---\nkind: status\nauthor: \"@mlopez\"\nas_of: 2026-03-27\nphase: execution\nhealth: {overall: green, schedule: green}\nmilestones:\n  M1: {forecast: 2026-10-05}\ntop_risks: [R-010]\n---\n# Status\n",
    remedy: "=== projects/crm/status/2026-03-27.md\n---\nkind: status\nauthor: \"@mlopez\"\nas_of: 2026-03-27\nphase: execution\nhealth: {overall: green, schedule: green}\nmilestones:\n  M1: {forecast: 2026-10-05}\ntop_risks: [R-001]\n---\n# Status\n",
    check: Some(check),
};

const DEPTH: usize = 6;

fn check(context: &Context<'_>, out: &mut Vec<Finding>) {
    let p = context.portfolio;
    let mut named = Named::new();
    let torn: Vec<bool> = p.projects.iter().map(|pr| has_broken_file(p, pr)).collect();
    let is_torn = |project: Option<usize>| project.and_then(|i| torn.get(i)) == Some(&true);
    for (index, document) in p.documents.iter().enumerate().filter(|(_, d)| !d.broken) {
        let project = p.project_of(index);
        if is_torn(p.project_index(index)) {
            continue;
        }
        let mut words = Vec::new();
        links(&document.kind.fields, &document.fields, &mut words, 0);
        if document.kind.role == Role::Report {
            for (field, registers) in FITTING {
                for (word, span) in document.fields.texts(field) {
                    words.retain(|(_, other, _)| *other != span);
                    words.push((word, span, Means::Item(registers)));
                }
            }
            snapshots(project, &document.fields, &mut words);
        }
        if matches!(document.kind.role, Role::Card | Role::Charter)
            && let Some(finish) = document.fields.record("finish")
            && let (Some(id), Some(span)) = (finish.text("milestone"), finish.span("milestone"))
        {
            words.push((id, span, Means::Milestone));
        }
        words.retain(|(word, _, means)| !project.is_some_and(|pr| stands(pr, word, *means)));
        for (word, span, means) in words {
            if let Some((project, kind)) = unlisted(p, project, word, &document.path, means) {
                named.entry((&project.id, kind)).or_default().push((&document.path, span));
            } else if let Some((message, mend)) = missing(p, project, word, &document.path, means) {
                out.push(mend.of(document.finding(RULE.name, span, message)));
            }
        }
    }
    for register in p.registers.iter().filter(|r| !r.broken) {
        let project = p.project_at(&register.path);
        if is_torn(project.and_then(|pr| p.project_in(&pr.folder))) {
            continue;
        }
        let mut evidence = Vec::new();
        for approval in register.head.list("approvals").iter().filter_map(|a| a.datum.record()) {
            if let (Some(word), Some(span)) = (approval.text("evidence"), approval.span("evidence"))
            {
                evidence.push((word, span, Means::Anything));
            }
        }
        let items = register.lists.iter().flat_map(|(_, _, items)| items).map(|item| {
            let mut words = Vec::new();
            links(&item.kind.fields, &item.fields, &mut words, 0);
            words
        });
        for words in std::iter::once(evidence).chain(items) {
            for (word, span, means) in words {
                if project.is_some_and(|pr| stands(pr, word, means)) {
                    continue;
                }
                if let Some((project, kind)) = unlisted(p, project, word, &register.path, means) {
                    named.entry((&project.id, kind)).or_default().push((&register.path, span));
                } else if let Some((message, mend)) =
                    missing(p, project, word, &register.path, means)
                {
                    let at = register.lines.position(span.start);
                    let finding = Finding::new(RULE.name, register.path.clone(), span, at, message);
                    out.push(mend.of(finding));
                }
            }
        }
    }
    out.extend(
        named.iter().filter_map(|((id, kind), places)| {
            absent(p, p.project(id)?, p.kinds.find(kind)?, places)
        }),
    );
}

/// Whether a word is plainly an id of the project where it should be one: nearly
/// every word is, and needs no closer look.
fn stands(project: &Project, word: &str, means: Means) -> bool {
    let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_');
    word.bytes().all(plain)
        && match means {
            Means::Anything => project.knows(word),
            Means::Item(registers) => {
                project.item_in(word).is_some_and(|(register, _)| registers.contains(&register))
            }
            Means::Milestone => false,
        }
}

/// By project and kind: where items are named of a register that is not there.
type Named<'a> = BTreeMap<(&'a str, &'a str), Vec<(&'a Arc<str>, Span)>>;

/// The project and the kind of item that a word names by its prefix or its
/// field, where the project has no register of that kind at all.
fn unlisted<'a>(
    p: &'a Portfolio,
    project: Option<&'a Project>,
    word: &str,
    path: &str,
    means: Means,
) -> Option<(&'a Project, &'a str)> {
    let (project, word) = (project?, word.trim());
    let registers = match means {
        Means::Anything => None,
        Means::Item(registers) => Some(registers),
        Means::Milestone => return None,
    };
    let kind = p.kinds.iter().find(|kind| {
        let held = kind.register.as_deref();
        let fits = |of: &[&str]| held.is_some_and(|register| of.contains(&register));
        held.is_some() && registers.is_none_or(fits) && numbered(word, &kind.id_prefix)
    })?;
    let absent = !project.has_register(kind.register.as_deref()?);
    let known = |word: &str| p.resolve(word, path, Some(project)).is_some();
    (absent && !known(word) && !part(p, project, word)).then_some((project, &*kind.name))
}

/// Whether an id is that prefix and a number: `R-004`, `R4`.
fn numbered(word: &str, prefix: &str) -> bool {
    let number = word.strip_prefix(prefix).filter(|_| !prefix.is_empty());
    let number = number.map(|rest| rest.strip_prefix(['-', '_']).unwrap_or(rest));
    number.is_some_and(|n| !n.is_empty() && n.bytes().all(|b| b.is_ascii_digit()))
}

/// A register that is not there, said once: where the last file names one of
/// its items.
fn absent(
    p: &Portfolio,
    project: &Project,
    kind: &Kind,
    places: &[(&Arc<str>, Span)],
) -> Option<Finding> {
    let (path, _) = places.iter().max_by_key(|(path, _)| path)?;
    let (_, span) = places.iter().filter(|(other, _)| other == path).min()?;
    let lines = p.document(path).map(|d| &d.lines);
    let lines =
        lines.or_else(|| p.registers.iter().find(|r| r.path == **path).map(|r| &r.lines))?;
    let files: BTreeSet<&str> = places.iter().map(|(path, _)| &***path).collect();
    let what = kind.plural.to_lowercase();
    let who = match files.len() {
        1 => "this file names".to_owned(),
        n => format!("{n} files name"),
    };
    let message = format!("{who} {what}, but project `{}` has no register of them", project.id);
    let home = kind.file.split('/').next().unwrap_or(&kind.name);
    let home = format!("{}/{home}.yaml", project.folder);
    let home = p.in_book(home.trim_start_matches('/'));
    let help = format!(
        "list them under `{}:` in `{}`; `milepost new {} --project {}` writes the first",
        kind.register.as_deref()?,
        home,
        kind.name,
        project.id
    );
    let at = lines.position(span.start);
    Some(Finding::new(RULE.name, (*path).clone(), *span, at, message).help(help))
}

/// Fields of a report, and the registers their ids are of.
const FITTING: &[(&str, &[&str])] = &[
    ("top_risks", &["risks"]),
    ("top_issues", &["issues"]),
    ("critical_path", &["milestones"]),
    ("asks", &["decisions", "changes"]),
];

/// What a word must name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Means {
    Anything,
    /// An item of one of these registers.
    Item(&'static [&'static str]),
    Milestone,
}

type Word<'a> = (&'a str, Span, Means);

/// The words in every field of the type `link`.
fn links<'a>(fields: &Fields, record: &'a Record, out: &mut Vec<Word<'a>>, depth: usize) {
    if depth > DEPTH {
        return;
    }
    for slot in record.slots.iter().filter(|s| holds_words(&s.datum)) {
        if let Some(field) = fields.find(&slot.name) {
            value(field, &slot.datum, slot.span, out, depth);
        }
    }
}

fn value<'a>(field: &Field, datum: &'a Datum, span: Span, out: &mut Vec<Word<'a>>, depth: usize) {
    match (&field.kind, datum) {
        (Type::Link, Datum::Text(word)) => out.push((word, span, Means::Anything)),
        (Type::List(of), Datum::List(items)) => {
            for item in items {
                value(of, &item.datum, item.span, out, depth + 1);
            }
        }
        (Type::Record(fields), Datum::Record(inner)) => links(fields, inner, out, depth + 1),
        (Type::Map(of), Datum::Record(inner)) if depth < DEPTH => {
            for slot in &inner.slots {
                value(of, &slot.datum, slot.span, out, depth + 1);
            }
        }
        _ => {}
    }
}

/// The ids under which a report gives its forecasts.
fn snapshots<'a>(project: Option<&Project>, report: &'a Record, out: &mut Vec<Word<'a>>) {
    let register = project.is_some_and(|pr| pr.has_register("milestones"));
    if let Some(Datum::Record(given)) = report.get("milestones").filter(|_| register) {
        out.extend(given.slots.iter().map(|s| (&*s.name, s.key_span, Means::Milestone)));
    }
}

fn missing(
    p: &Portfolio,
    project: Option<&Project>,
    word: &str,
    path: &str,
    means: Means,
) -> Option<(String, Mend)> {
    let word = word.trim();
    if means == Means::Milestone {
        let project = project?;
        if project.milestones.iter().any(|m| *m.id == *word) {
            return None;
        }
        let ids = project.milestones.iter().map(|m| &*m.id);
        return Some((format!("there is no milestone `{word}`"), guess(word, ids)));
    }
    if let (Means::Item(_), true) = (means, word.contains(',')) {
        let message = format!("`{word}` is one text, not a list of ids");
        return Some((message, Mend::Help(format!("put it in brackets: `[{word}]`"))));
    }
    // Free text, such as `mail of 3 February`, names nothing by id.
    if word.is_empty() || word.contains(char::is_whitespace) || word.contains("://") {
        return None;
    }
    let registers = match means {
        Means::Item(registers) => registers,
        _ => &[],
    };
    if let Some(found) = project.and_then(|project| misplaced(project, word, registers)) {
        return Some(found);
    }
    if p.resolve(word, path, project).is_some() || project.is_some_and(|pr| part(p, pr, word)) {
        return None;
    }
    if let Some((other, id)) = word.split_once('/')
        && let Some(other) = p.project(other)
    {
        if has_broken_file(p, other) {
            return None;
        }
        let message = format!("project `{}` has no `{id}`", other.id);
        let ids: Vec<String> =
            other.known_ids().iter().map(|id| format!("{}/{id}", other.id)).collect();
        return Some((message, guess(word, ids.iter().map(String::as_str))));
    }
    let file = word.rsplit('/').next().is_some_and(|name| name.contains('.'));
    if file {
        return Some((
            format!("`{word}` is not a file of the book"),
            Mend::Help("correct the path; it counts from this file's folder".into()),
        ));
    }
    let ids = project.map(Project::known_ids).unwrap_or_default();
    let message = match project {
        Some(project) => format!("`{word}` names nothing in project `{}`", project.id),
        None => format!("`{word}` names nothing in the book"),
    };
    let fitting = |id: &&str| {
        let of = |register: &&str| {
            project.is_some_and(|pr| pr.items(register).iter().any(|i| *i.id == **id))
        };
        registers.is_empty() || registers.iter().any(of)
    };
    Some((message, guess(word, ids.into_iter().filter(fitting))))
}

/// An id of the project that is there, but in none of these registers.
fn misplaced(project: &Project, word: &str, registers: &[&str]) -> Option<(String, Mend)> {
    let held = |name: &str| project.items(name).iter().any(|i| *i.id == *word);
    if registers.is_empty() || registers.iter().any(|name| held(name)) {
        return None;
    }
    let (other, _) = project.items.iter().find(|(name, _)| held(name))?;
    let wanted = registers.join(" or ");
    let ids = registers.iter().flat_map(|name| project.items(name)).map(|i| &*i.id);
    let mend = match nearest(word, ids) {
        Some(near) => Mend::Meant(near.into()),
        None => Mend::Help(format!("write ids of {wanted} here")),
    };
    Some((format!("`{word}` is one of the {other}, not of the {wanted}"), mend))
}

/// Whether a document of the project lists a part of that id: an objective, a
/// budget line, a criterion.
fn part(p: &Portfolio, project: &Project, word: &str) -> bool {
    let documents = project.documents.iter().filter_map(|i| p.documents.get(*i));
    let mut lists = documents.flat_map(|d| &d.fields.slots).filter_map(|slot| match &slot.datum {
        Datum::List(items) => Some(items),
        _ => None,
    });
    lists.any(|items| {
        let ids = items.iter().filter_map(|i| i.datum.record()?.text("id"));
        ids.into_iter().any(|id| id == word)
    })
}

/// Ids differ in few characters: the nearest one may be off by one only.
fn guess<'a>(word: &str, ids: impl Iterator<Item = &'a str>) -> Mend {
    match nearest(word, ids) {
        Some(near) => Mend::Meant(near.into()),
        None => Mend::Help(
            "correct the id, or add what it names; another project's items are written `project/id`"
                .into(),
        ),
    }
}

/// What to do about a word that names nothing.
enum Mend {
    /// The word that was probably meant.
    Meant(String),
    Help(String),
}

impl Mend {
    fn of(self, finding: Finding) -> Finding {
        match self {
            Self::Meant(word) => finding.meant(&word),
            Self::Help(help) => finding.help(help),
        }
    }
}

#[cfg(test)]
mod tests;
