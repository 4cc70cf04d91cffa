//! Approvals: who approved which version of a document or register, whether
//! that counts, and whose approval is still wanted.

#[cfg(test)]
mod tests;

use super::history::Signature;
use super::{Portfolio, Project};
use crate::data::record::Record;
use crate::date::Date;
use crate::document::{Document, Register};
use crate::finding::Finding;
use crate::kinds::Kind;
use crate::text::{Position, Span};
use std::sync::Arc;

/// What carries approvals.
#[derive(Debug, Clone, Copy)]
pub enum Subject<'a> {
    /// A document.
    Document(&'a Document),
    /// The head of a register.
    Register(&'a Register),
}

impl<'a> Subject<'a> {
    /// Its file.
    #[must_use]
    pub fn path(self) -> &'a Arc<str> {
        match self {
            Self::Document(document) => &document.path,
            Self::Register(register) => &register.path,
        }
    }

    /// Version, state, approvals and the like.
    #[must_use]
    pub fn fields(self) -> &'a Record {
        match self {
            Self::Document(document) => &document.fields,
            Self::Register(register) => &register.head,
        }
    }

    /// Where a byte stands.
    #[must_use]
    pub fn at(self, span: Span) -> Position {
        match self {
            Self::Document(document) => document.at(span),
            Self::Register(register) => register.lines.position(span.start),
        }
    }

    /// What it is called inside a sentence: `charter`, `milestones register`.
    #[must_use]
    pub fn title(self) -> String {
        match self {
            Self::Document(document) => document.kind.title.to_lowercase(),
            Self::Register(register) => match register.lists.as_slice() {
                [(key, _, _)] => format!("{key} register"),
                _ => format!("{} register", crate::document::stem(&register.path)),
            },
        }
    }

    /// The version as written.
    #[must_use]
    pub fn version(self) -> Option<&'a str> {
        self.fields().text("version")
    }

    /// Whether it is still being written, or says how far it is in a word that
    /// nobody can read.
    #[must_use]
    pub fn is_draft(self) -> bool {
        let fields = self.fields();
        fields.text("state") == Some("draft") || fields.invalid.iter().any(|n| **n == *"state")
    }

    /// Where something that is not there would stand: the approvals, else the
    /// version, else what the file says it is.
    #[must_use]
    pub fn head(self) -> Span {
        let fields = self.fields();
        let span = fields.slot("approvals").map(|s| s.key_span).or_else(|| fields.span("version"));
        span.unwrap_or(match self {
            Self::Document(document) => document.head(),
            Self::Register(register) => {
                register.lists.first().map_or(Span::at(0), |(_, span, _)| *span)
            }
        })
    }

    /// A finding at a place of it.
    #[must_use]
    pub fn finding(self, rule: &'static str, span: Span, message: impl Into<String>) -> Finding {
        Finding::new(rule, self.path().clone(), span, self.at(span), message)
    }
}

/// What somebody decided about a version.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    /// Approved, with conditions or without.
    Approved,
    /// Refused.
    Rejected,
    /// Asked for and not given yet, or not said.
    Pending,
    /// Not needed here.
    NotRequired,
}

/// One entry of `approvals`.
#[derive(Debug, Clone)]
pub struct Approval<'a> {
    /// The role, other words for it resolved.
    pub role: Option<Box<str>>,
    /// Who, as written.
    pub name: Option<&'a str>,
    /// What was decided.
    pub decision: Decision,
    /// When.
    pub date: Option<Date>,
    /// The version that was looked at.
    pub of: Option<&'a str>,
    /// What proves it.
    pub evidence: Option<&'a str>,
    /// Everything said.
    pub record: &'a Record,
    /// Where the entry stands.
    pub span: Span,
}

/// Whether an entry approves the version at hand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Validity {
    /// It does.
    Valid,
    /// It approved another version.
    OtherVersion,
    /// It does not say which version.
    NoVersion,
    /// It does not say when.
    NoDate,
    /// It is dated later than the as-of date.
    Future,
    /// It is asked for.
    Pending,
    /// It was refused.
    Rejected,
    /// It is said not to be needed.
    NotRequired,
}

impl Approval<'_> {
    /// Whether the entry approves the version the subject has on a day.
    #[must_use]
    pub fn validity(&self, subject: Subject<'_>, as_of: Date) -> Validity {
        match (self.decision, self.date) {
            (Decision::Rejected, _) => Validity::Rejected,
            (Decision::Pending, _) => Validity::Pending,
            (Decision::NotRequired, _) => Validity::NotRequired,
            (Decision::Approved, Some(date)) if date > as_of => Validity::Future,
            (Decision::Approved, date) => match (subject.version(), self.of) {
                (Some(version), Some(of)) if !same_version(version, of) => Validity::OtherVersion,
                (Some(_), None) => Validity::NoVersion,
                _ if date.is_none() => Validity::NoDate,
                _ => Validity::Valid,
            },
        }
    }

    /// What it is known by in other versions of the file.
    #[must_use]
    pub fn signature(&self) -> Signature {
        Signature {
            who: (self.role.clone(), self.name.map(Into::into)),
            of: self.of.map(Into::into),
            on: self.date,
        }
    }

    /// Where a value of the entry stands, else the entry.
    #[must_use]
    pub fn place(&self, field: &str) -> Span {
        self.record.span(field).unwrap_or(self.span)
    }
}

/// `v1.2` and `1.2` are one version.
fn same_version(a: &str, b: &str) -> bool {
    let bare = |text: &str| text.trim().trim_start_matches(['v', 'V']).to_owned();
    bare(a) == bare(b)
}

/// The role a word means in a project: by the lifecycle's own words, then by
/// the portfolio's.
#[must_use]
pub fn role(p: &Portfolio, project: &Project, written: &str) -> Box<str> {
    let own = project.lifecycle.as_ref().and_then(|l| l.role(written));
    p.kinds.role(own.unwrap_or(written)).into()
}

/// The entries of a subject, in the order written.
#[must_use]
pub fn of<'a>(p: &Portfolio, project: &Project, subject: Subject<'a>) -> Vec<Approval<'a>> {
    let entries = subject.fields().list("approvals").iter();
    entries
        .filter_map(|item| {
            let record = item.datum.record()?;
            Some(Approval {
                role: record.text("role").map(|word| role(p, project, word)),
                name: record.text("name"),
                decision: match record.text("decision") {
                    Some("approved" | "approved-with-conditions") => Decision::Approved,
                    Some("rejected") => Decision::Rejected,
                    Some("not-required") => Decision::NotRequired,
                    _ => Decision::Pending,
                },
                date: record.date("date"),
                of: record.text("of"),
                evidence: record.text("evidence"),
                record,
                span: item.span,
            })
        })
        .collect()
}

/// Everything of a project that carries approvals or should: documents still in
/// use, then the heads of registers.
pub fn subjects<'a>(
    p: &'a Portfolio,
    project: &'a Project,
) -> impl Iterator<Item = Subject<'a>> + use<'a> {
    let documents = project.documents.iter().filter_map(|i| p.documents.get(*i));
    let documents = documents
        .filter(|d| d.typed && !d.broken)
        .filter(|d| !matches!(d.fields.text("state"), Some("superseded" | "archived")))
        .map(Subject::Document);
    let registers = project.registers.iter().filter_map(|i| p.registers.get(*i));
    documents.chain(registers.filter(|r| !r.broken).map(Subject::Register))
}

/// A place at the table: any of these roles may take it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seat {
    /// The roles.
    pub roles: Vec<Box<str>>,
}

/// Whose approval a document of that kind needs in a project.
#[must_use]
pub fn seats(p: &Portfolio, project: &Project, kind: &Kind) -> Vec<Seat> {
    let roles = |words: &str| words.split('|').map(|w| role(p, project, w.trim())).collect();
    kind.approvers_at(project.tier).iter().map(|words| Seat { roles: roles(words) }).collect()
}

/// How an approval that is wanted stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wanting {
    /// There is no entry for the role.
    Nobody,
    /// The newest entry does not approve this version.
    NotValid(Validity),
    /// Who approved is known not to hold the role.
    Unauthorised,
    /// Who approved wrote it, and duties must be kept apart.
    Author,
}

/// The entry that takes a seat; else what is wanting, with the entry that came
/// nearest.
pub fn taken<'e, 'a>(
    p: &Portfolio,
    project: &Project,
    subject: Subject<'_>,
    entries: &'e [Approval<'a>],
    seat: &Seat,
) -> Result<&'e Approval<'a>, (Wanting, Option<&'e Approval<'a>>)> {
    let mine =
        || entries.iter().filter(|e| e.role.as_ref().is_some_and(|role| seat.roles.contains(role)));
    let mut refused = None;
    for entry in mine() {
        match entry.validity(subject, p.as_of) {
            Validity::Valid => {}
            Validity::NotRequired => return Ok(entry),
            _ => continue,
        }
        let role = entry.role.as_deref().unwrap_or_default();
        let lacks = entry.name.is_some_and(|name| holds(p, project, name, role) == Some(false));
        if lacks {
            refused = Some((Wanting::Unauthorised, Some(entry)));
        } else if apart(p, project) && by_author(p, subject, entry) {
            refused = Some((Wanting::Author, Some(entry)));
        } else {
            return Ok(entry);
        }
    }
    // What is asked for now says more than what was given before.
    let asked = mine().find(|e| e.decision == Decision::Pending);
    let newest = asked.or_else(|| mine().max_by_key(|e| e.date));
    Err(refused.unwrap_or(match newest {
        Some(entry) => (Wanting::NotValid(entry.validity(subject, p.as_of)), Some(entry)),
        None => (Wanting::Nobody, None),
    }))
}

/// Whether whoever writes a document of the project may not approve it: in the
/// tier with most control and where the project is regulated.
#[must_use]
pub fn apart(p: &Portfolio, project: &Project) -> bool {
    project.tier == 0 || regulated(p, project)
}

/// Whether the card calls the project regulated.
#[must_use]
pub fn regulated(p: &Portfolio, project: &Project) -> bool {
    card(p, project).and_then(|c| c.flag("regulated")).unwrap_or(false)
}

/// Whether an entry is by the author of what it approves.
#[must_use]
pub fn by_author(p: &Portfolio, subject: Subject<'_>, entry: &Approval<'_>) -> bool {
    let author = subject.fields().text("author");
    author.zip(entry.name).is_some_and(|(author, name)| same_person(p, author, name))
}

/// Whether an entry is by the project manager, in whatever role.
#[must_use]
pub fn by_manager(p: &Portfolio, project: &Project, entry: &Approval<'_>) -> bool {
    let manager = card(p, project).and_then(|c| c.text("project_manager"));
    entry.role.as_deref() == Some("project-manager")
        || manager.zip(entry.name).is_some_and(|(manager, name)| same_person(p, manager, name))
}

fn card<'a>(p: &'a Portfolio, project: &Project) -> Option<&'a Record> {
    p.documents.get(project.card).map(|d| &d.fields)
}

/// Whether two words mean one person: the same handle, or the same name.
#[must_use]
pub fn same_person(p: &Portfolio, a: &str, b: &str) -> bool {
    let name = |word: &str| p.person(word).trim_start_matches('@').trim().to_lowercase();
    let handle = |word: &str| word.trim().trim_start_matches('@').to_lowercase();
    handle(a) == handle(b) || name(a) == name(b)
}

/// Whether a person holds a role in a project: by the card, by `people.yaml`,
/// or as the manager of a unit. `None` where nobody says.
#[must_use]
pub fn holds(p: &Portfolio, project: &Project, person: &str, wanted: &str) -> Option<bool> {
    let means = |word: &str| *role(p, project, word) == *wanted;
    let mut named = false;
    for (word, who) in on_card(p, project) {
        if means(word) {
            named |= comparable(p, who, person);
            if same_person(p, who, person) {
                return Some(true);
            }
        }
    }
    if wanted == "functional-manager" && manages_a_unit(p, person) {
        return Some(true);
    }
    let roles = record(p, person).map(|r| {
        let mut roles: Vec<&str> = r.texts("roles").map(|(word, _)| word).collect();
        roles.extend(r.text("roles"));
        roles.extend(r.text("role"));
        roles
    });
    match roles {
        Some(roles) if roles.iter().any(|word| means(word)) => Some(true),
        Some(roles) if !roles.is_empty() => Some(false),
        _ if named => Some(false),
        _ => None,
    }
}

/// Who holds a role in a project, as written: whom the card names, else the
/// only person to whom `people.yaml` gives the role.
#[must_use]
pub fn holder(p: &Portfolio, project: &Project, wanted: &str) -> Option<String> {
    let means = |word: &str| *role(p, project, word) == *wanted;
    if let Some((_, who)) = on_card(p, project).find(|(word, _)| means(word)) {
        return Some(who.to_owned());
    }
    let handles = p.handles().unwrap_or_default();
    let mut holders = handles.into_iter().filter(|handle| {
        p.person_record(handle).is_some_and(|r| r.texts("roles").any(|(word, _)| means(word)))
    });
    let only = holders.next()?;
    holders.next().is_none().then_some(only)
}

/// Whether two words can be told apart: a handle nobody explains may be anybody
/// who is named in full.
fn comparable(p: &Portfolio, a: &str, b: &str) -> bool {
    let handle = |word: &str| word.starts_with('@');
    let explained = |word: &str| !handle(word) || record(p, word).is_some();
    (handle(a) && handle(b)) || (explained(a) && explained(b))
}

/// What `people.yaml` says of a person, by handle or by name.
fn record<'a>(p: &'a Portfolio, person: &str) -> Option<&'a Record> {
    p.person_record(person).or_else(|| {
        let people = p.people().filter(|names| !names.broken)?;
        let records = people.entries.slots.iter().filter_map(|slot| slot.datum.record());
        let wanted = person.trim();
        let mut named = records.filter_map(|r| Some((r.text("name")?, r)));
        named.find(|(name, _)| name.eq_ignore_ascii_case(wanted)).map(|(_, record)| record)
    })
}

/// Whether `people.yaml` or the card knows a person; true without the file.
#[must_use]
pub fn known(p: &Portfolio, project: &Project, person: &str) -> bool {
    if p.people().is_none() || record(p, person).is_some() {
        return true;
    }
    // A bare name the card gives is that of somebody.
    !person.starts_with('@') && on_card(p, project).any(|(_, who)| same_person(p, who, person))
}

fn manages_a_unit(p: &Portfolio, person: &str) -> bool {
    let units = p.units().map(|u| u.entries.slots.as_slice()).unwrap_or_default();
    units
        .iter()
        .filter_map(|s| s.datum.record()?.text("manager"))
        .any(|m| same_person(p, m, person))
}

/// The roles the card gives, each with who holds it.
fn on_card<'a>(
    p: &'a Portfolio,
    project: &Project,
) -> impl Iterator<Item = (&'a str, &'a str)> + use<'a> {
    let card = card(p, project);
    let one =
        move |field: &str, role: &'static str| card.and_then(|c| c.text(field)).map(|w| (role, w));
    let sponsor = one("sponsor", "sponsor");
    let manager = one("project_manager", "project-manager");
    let functional = card.map(|c| c.list("functional_managers")).unwrap_or_default().iter();
    let functional =
        functional.filter_map(|i| Some(("functional-manager", i.datum.record()?.text("manager")?)));
    let people = card.and_then(|c| c.record("people")).map(|r| r.slots.as_slice());
    let people = people.unwrap_or_default().iter().flat_map(|slot| {
        let many = match &slot.datum {
            crate::data::record::Datum::List(items) => {
                items.iter().filter_map(|i| i.datum.text()).collect()
            }
            datum => datum.text().into_iter().collect::<Vec<_>>(),
        };
        many.into_iter().map(|who| (&*slot.name, who))
    });
    sponsor.into_iter().chain(manager).chain(functional).chain(people)
}
