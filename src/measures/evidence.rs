//! What the requirement matrix asks of a project, and how it stands: documents
//! and registers, the sections in them, and the approvals of them.

mod signing;

pub use signing::{refusal, roles};

use super::due::{Due, class, due, holds, in_release_window};
use super::owed::wanted_by;
use super::release_window::launches;
use crate::data::field::{Condition, Level};
use crate::document::Document;
use crate::kinds::Role;
use crate::lifecycles::{Class, Need, Wanted};
use crate::markdown::SectionFill;
use crate::portfolio::approvals::{self, Seat, Subject, seats, subjects};
use crate::portfolio::people::{holder, who};
use crate::portfolio::{Portfolio, Project, State};
use crate::table::Mark;
use crate::target::Target;
use crate::text::{Position, Span, figure};
use signing::signed;
use std::sync::Arc;

/// Registers in which nothing may stand: no decision was asked for, no change.
const MAY_BE_EMPTY: &[&str] = &["decisions", "changes"];

/// What sort of thing is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Area {
    /// A document or register.
    Document,
    /// An approval.
    Approval,
    /// An issue that stops delivery.
    Issue,
    /// A condition of an earlier gate.
    Condition,
}

/// One row: a thing that is asked for and how it stands.
#[derive(Debug, Clone)]
pub struct Requirement {
    /// What sort of thing.
    pub area: Area,
    /// What is asked for, in words.
    pub what: String,
    /// How much; only what is required counts.
    pub level: Level,
    /// `R`, `R@`, `E`.
    pub needed: &'static str,
    /// Whether it is there.
    pub met: bool,
    /// The shape that stands for it.
    pub mark: Mark,
    /// How it stands, in a few words.
    pub state: String,
    /// Who sees to it; empty where nobody is named.
    pub who: String,
    /// What is wrong and what to do; empty where nothing is.
    pub why: String,
    /// File and place.
    pub path: Arc<str>,
    /// Where in the file.
    pub at: Position,
    /// Where a page leads.
    pub target: Target,
}

impl Requirement {
    /// Whether it counts towards the readiness.
    #[must_use]
    pub fn counts(&self) -> bool {
        self.level == Level::Required
    }

    /// Whether it keeps the gate shut.
    #[must_use]
    pub fn fails(&self) -> bool {
        self.counts() && !self.met
    }

    /// `projects/crm/plan.md:11`.
    #[must_use]
    pub fn place(&self) -> String {
        format!("{}:{}", self.path, self.at.line)
    }
}

/// A document or register that is asked for.
#[derive(Debug, Clone, Copy)]
pub struct Duty<'a> {
    /// What it is called.
    pub title: &'a str,
    /// The kind or the registers that answer it.
    pub wanted: &'a Wanted,
    /// How much it is asked for.
    pub need: Need,
    /// The class of phases that asks most.
    pub class: Class,
    /// How many there must be at least.
    pub fewest: usize,
}

impl Duty<'_> {
    /// The mark of a duty that is not met.
    fn bad(&self) -> Mark {
        if self.need.level == Level::Required { Mark::Bad } else { Mark::Partial }
    }
}

/// What phases of these classes ask for; of several rows about one thing the
/// strictest.
#[must_use]
pub fn duties<'a>(p: &'a Portfolio, project: &'a Project, classes: &[Class]) -> Vec<Duty<'a>> {
    let window = classes.contains(&Class::Execute) && in_release_window(p, project);
    let late = classes.iter().any(|c| *c >= Class::Execute);
    gather(p, project, late, |row| {
        let mut needs: Vec<(Need, Class)> =
            classes.iter().map(|class| (row.need(*class, project.tier), *class)).collect();
        if window {
            needs.push((row.window(project.tier), Class::Execute));
        }
        needs
    })
}

/// What must be there by now: all that the phases a project has left asked for,
/// approvals included; the documents and registers of its present phase, whose
/// approvals are due at its gate; and those of a release window. Nothing is due
/// before the end of the first phase.
#[must_use]
pub fn due_by_now<'a>(p: &'a Portfolio, project: &'a Project) -> Vec<Duty<'a>> {
    let finished = project.state == State::Complete;
    let launches = launches(p, project);
    let launched = launches.iter().any(|l| l.actual.is_some());
    let waiting = launches.iter().any(|l| l.actual.is_none());
    let late = class(project).is_some_and(|c| c >= Class::Execute);
    gather(p, project, late, |row| {
        let mut needs = Vec::new();
        for asked in Class::ALL {
            let need = row.need(asked, project.tier);
            match due(project, asked) {
                Some(Due::Passed) => needs.push((need, asked)),
                Some(Due::Now) if finished => needs.push((need, asked)),
                Some(Due::Now) if asked > Class::Initiate => {
                    needs.push((Need { approved: false, ..need }, asked));
                }
                _ => {}
            }
        }
        let need = row.window(project.tier);
        if launched && !waiting {
            needs.push((need, Class::Execute));
        } else if launched || in_release_window(p, project) {
            needs.push((Need { approved: false, ..need }, Class::Execute));
        }
        needs
    })
}

fn gather<'a>(
    p: &'a Portfolio,
    project: &'a Project,
    late: bool,
    needs: impl Fn(&crate::lifecycles::Requirement) -> Vec<(Need, Class)>,
) -> Vec<Duty<'a>> {
    let mut all: Vec<Duty<'a>> = Vec::new();
    for row in p.requirements(project) {
        let holds = row.when.is_none_or(|when| {
            (when == Condition::AfterBaseline && late) || holds(p, project, when, None)
        });
        // Card, reports and the gate's own record are not asked for.
        let asked = match &row.wanted {
            Wanted::Registers(_) => true,
            Wanted::Kind(name) => p
                .kinds
                .find(name)
                .is_some_and(|kind| !matches!(kind.role, Role::Card | Role::Report | Role::Gate)),
        };
        if !holds || !asked {
            continue;
        }
        let strictest = |a: (Need, Class), b: (Need, Class)| if more(a.0, b.0) { b } else { a };
        let Some((need, class)) = needs(row).into_iter().reduce(strictest) else { continue };
        if need.level < Level::Expected {
            continue;
        }
        let fewest = row.minimum.get(project.tier).or(row.minimum.last()).copied();
        let fewest = fewest.filter(|_| class == Class::Close).unwrap_or(1);
        let duty = Duty {
            title: &row.title,
            wanted: &row.wanted,
            need,
            class,
            fewest: usize::try_from(fewest).unwrap_or(1),
        };
        match all.iter_mut().find(|d| d.title == &*row.title) {
            Some(old) if more(old.need, need) => *old = duty,
            Some(_) => {}
            None => all.push(duty),
        }
    }
    all
}

/// Whether the second need asks for more than the first.
fn more(a: Need, b: Need) -> bool {
    (b.level, b.approved) > (a.level, a.approved)
}

/// The documents or registers that answer a duty.
#[derive(Debug)]
pub struct Found<'a> {
    /// Those that can be read, in path order.
    pub subjects: Vec<Subject<'a>>,
    /// How many documents, or items of the registers.
    pub count: usize,
    /// An item register that may be empty is there.
    there: bool,
    /// Nothing need stand in the registers that are asked for.
    may_be_empty: bool,
    broken: Option<&'a Document>,
}

impl<'a> Found<'a> {
    /// What a project has of what is asked for.
    #[must_use]
    pub fn of(p: &'a Portfolio, project: &'a Project, duty: &Duty<'_>) -> Self {
        let by_keys = |keys: &[&str]| {
            let has = |s: &Subject<'_>| match s {
                Subject::Register(r) => r.lists.iter().any(|(key, _, _)| keys.contains(&&**key)),
                Subject::Document(d) => {
                    d.kind.register.as_deref().is_some_and(|key| keys.contains(&key))
                }
            };
            Self {
                subjects: subjects(p, project).filter(has).collect(),
                count: keys.iter().map(|k| project.items(k).len()).sum(),
                there: keys.iter().any(|k| project.has_register(k)),
                may_be_empty: keys.iter().all(|k| MAY_BE_EMPTY.contains(k)),
                broken: None,
            }
        };
        match duty.wanted {
            Wanted::Registers(keys) => by_keys(&keys.iter().map(|k| &**k).collect::<Vec<_>>()),
            Wanted::Kind(name) => {
                let Some(kind) = p.kinds.find(name) else {
                    return Self {
                        subjects: Vec::new(),
                        count: 0,
                        there: false,
                        may_be_empty: false,
                        broken: None,
                    };
                };
                if let Some(key) = kind.register.as_deref() {
                    return by_keys(&[key]);
                }
                let same = |d: &Document| {
                    d.kind.name == kind.name
                        || (kind.role == Role::Charter && d.kind.role == Role::Charter)
                };
                let all: Vec<Subject<'a>> = subjects(p, project)
                    .filter(|s| matches!(s, Subject::Document(d) if same(d)))
                    .collect();
                let documents = project.documents.iter().filter_map(|i| p.documents.get(*i));
                let broken = documents.filter(|d| d.typed && d.broken).find(|d| same(d));
                let (count, there) = (all.len(), !all.is_empty());
                Self { subjects: all, count, there, may_be_empty: false, broken }
            }
        }
    }

    /// Whose approvals are wanted of what answers a duty.
    #[must_use]
    pub fn seats(p: &Portfolio, project: &Project, duty: &Duty<'_>) -> Vec<Seat> {
        match duty.wanted {
            Wanted::Kind(name) => {
                p.kinds.find(name).map(|kind| seats(p, project, kind)).unwrap_or_default()
            }
            Wanted::Registers(keys) => keys
                .iter()
                .filter_map(|key| p.kinds.of_register(key))
                .flat_map(|kind| seats(p, project, kind))
                .collect(),
        }
    }

    /// How the document or register stands, but for the findings in it.
    #[must_use]
    pub fn row(&self, p: &Portfolio, project: &Project, duty: &Duty<'_>) -> Requirement {
        let mut row = self.stands(p, project, duty);
        if row.met && self.count == 0 && !self.may_be_empty && row.counts() {
            row.met = false;
            row.state = items(0);
            row.why = format!("it is empty; {}", help(p, project, duty));
            row.mark = duty.bad();
        } else if self.count > 0 && self.count < duty.fewest {
            row.met = false;
            row.state = format!("{} of at least {}", self.count, duty.fewest);
            row.why = format!("{} are asked for before the gate", duty.fewest);
            row.mark = duty.bad();
        }
        row
    }

    /// The rows of the approvals that are wanted of it, `of` being its own row.
    #[must_use]
    pub fn approvals(
        &self,
        p: &Portfolio,
        project: &Project,
        duty: &Duty<'_>,
        of: &Requirement,
    ) -> Vec<Requirement> {
        if !(duty.need.approved && duty.need.level == Level::Required) {
            return Vec::new();
        }
        let seats = Self::seats(p, project, duty).into_iter();
        seats
            .map(|seat| {
                let holder = seat.roles.iter().find_map(|role| approvals::holder(p, project, role));
                let mut row = Requirement {
                    area: Area::Approval,
                    what: format!("{}: {}", duty.title, roles(p, &seat)),
                    level: Level::Required,
                    needed: "R@",
                    met: false,
                    mark: Mark::Bad,
                    state: "no document to approve".into(),
                    who: holder.map_or_else(String::new, |name| who(p, &name)),
                    why: format!("the {} is not there", duty.title.to_lowercase()),
                    path: of.path.clone(),
                    at: of.at,
                    target: of.target.clone(),
                };
                for subject in &self.subjects {
                    signed(p, project, *subject, &seat, &mut row);
                    if !row.met {
                        break;
                    }
                }
                row
            })
            .collect()
    }

    /// How the thing itself stands.
    fn stands(&self, p: &Portfolio, project: &Project, duty: &Duty<'_>) -> Requirement {
        let required = duty.need.level == Level::Required;
        let bad = duty.bad();
        let mut row = Requirement {
            area: Area::Document,
            what: duty.title.to_owned(),
            level: duty.need.level,
            needed: match (required, duty.need.approved) {
                (true, true) => "R@",
                (true, false) => "R",
                _ => "E",
            },
            met: false,
            mark: bad,
            state: "missing".into(),
            who: manager(p, project),
            why: help(p, project, duty),
            path: "".into(),
            at: Position::default(),
            target: Target::Project(project.id.clone()),
        };
        on_card(p, project, &mut row);
        if let Some(document) = self.broken {
            row.state = "cannot be read in full".into();
            row.why = "mend the front matter first".into();
            put(Subject::Document(document), document.head(), &mut row);
            return row;
        }
        let Some(first) = self.subjects.first() else {
            // Items that are files of their own are there without a register.
            if self.there {
                (row.met, row.mark) = (true, Mark::Done);
                (row.state, row.why) = (items(self.count), String::new());
            }
            return row;
        };
        (row.met, row.mark) = (true, Mark::Done);
        row.why = String::new();
        row.state = match first {
            Subject::Register(_) => items(self.count),
            Subject::Document(d) => match d.fields.text("version") {
                Some(version) => format!("{version}, complete"),
                None => "complete".into(),
            },
        };
        if let Some(owner) = first.fields().text("owner").or(first.fields().text("author")) {
            row.who = who(p, owner);
        }
        put(*first, first.head(), &mut row);
        row.at = Position::default();
        for subject in &self.subjects {
            if let Subject::Document(document) = subject
                && sections(p, project, document, duty, &mut row, bad)
            {
                return row;
            }
        }
        row
    }
}

/// The sections of a document: whether a required one is not filled.
fn sections(
    p: &Portfolio,
    project: &Project,
    document: &Document,
    duty: &Duty<'_>,
    row: &mut Requirement,
    bad: Mark,
) -> bool {
    let mut gaps: Vec<(Level, &str, &'static str, Span)> = Vec::new();
    for (i, level) in wanted_by(p, project, document, duty.need, duty.class) {
        let (Some(section), Some(found)) =
            (document.kind.sections.get(i), document.sections.get(i))
        else {
            continue;
        };
        let (state, span) = match &found.fill {
            SectionFill::Filled | SectionFill::NotApplicable(_) => continue,
            SectionFill::Missing => {
                let headings = &document.outline.headings;
                let next = headings.iter().find(|h| h.span.start == found.insert_at);
                ("missing", next.map_or(document.head(), |h| h.span))
            }
            SectionFill::Placeholder(_, span) => ("placeholder", *span),
            SectionFill::Empty => ("empty", found.span.unwrap_or(document.head())),
        };
        gaps.push((level, &section.name, state, span));
    }
    let required = gaps.iter().any(|(level, ..)| *level == Level::Required);
    let told = if required { Level::Required } else { Level::Expected };
    gaps.retain(|(level, ..)| *level >= told);
    let Some((_, _, _, span)) = gaps.first() else { return false };
    put(Subject::Document(document), *span, row);
    let names: Vec<String> =
        gaps.iter().map(|(_, name, state, _)| format!("`{name}` {state}")).collect();
    row.why = names.join(", ");
    row.state = figure(i64::try_from(gaps.len()).unwrap_or(0), "section", "sections") + " to write";
    row.mark = if required { bad } else { Mark::Partial };
    row.met = !required;
    required
}

/// Say where a row's matter stands.
pub(super) fn put(subject: Subject<'_>, span: Span, row: &mut Requirement) {
    row.path = subject.path().clone();
    row.at = subject.at(span);
    row.target = match subject {
        Subject::Document(document) => Target::Document(document.path.clone()),
        Subject::Register(register) => Target::Register(register.path.clone()),
    };
}

/// What is not there is told at the phase of the card.
fn on_card(p: &Portfolio, project: &Project, row: &mut Requirement) {
    if let Some(card) = p.documents.get(project.card) {
        row.path = card.path.clone();
        row.at = card.at(card.fields.span("phase").unwrap_or(card.head()));
    }
}

/// The project manager's name; empty where the card does not say.
#[must_use]
pub fn manager(p: &Portfolio, project: &Project) -> String {
    holder(p, project, "project-manager").unwrap_or_default().to_owned()
}

fn items(n: usize) -> String {
    figure(i64::try_from(n).unwrap_or(i64::MAX), "item", "items")
}

/// How to begin what is missing.
fn help(p: &Portfolio, project: &Project, duty: &Duty<'_>) -> String {
    match duty.wanted {
        Wanted::Kind(name) => format!("run `milepost new {name} --project {}`", project.id),
        Wanted::Registers(keys) => {
            let key = keys.first().map_or("", |k| k);
            let kind = p.kinds.of_register(key).map_or(key, |k| &*k.name);
            format!("run `milepost new {kind} --project {}`", project.id)
        }
    }
}
