//! The rows of a gate: documents and registers, approvals, issues, conditions,
//! each with its place.

use super::readiness::{Area, Requirement};
use super::signing::{roles, signed};
use crate::data::field::{Condition, Level};
use crate::document::Document;
use crate::finding::{Finding, Severity};
use crate::kinds::Role;
use crate::lifecycles::{Class, Need, Wanted};
use crate::markdown::SectionFill;
use crate::portfolio::approvals::{self, Seat, Subject, seats, subjects};
use crate::portfolio::gates::{Decided, Promise};
use crate::portfolio::{Portfolio, Project};
use crate::ratio::Ratio;
use crate::rollups::Context;
use crate::rollups::raid::is_open;
use crate::rollups::words::{figure, holder, who};
use crate::rules::due::{holds, in_release_window, stricter};
use crate::rules::wanted::wanted_by;
use crate::table::Mark;
use crate::target::Target;
use crate::text::{Position, Span};

/// A document or register that is asked for.
pub(super) struct Duty<'a> {
    title: &'a str,
    wanted: &'a Wanted,
    need: Need,
    /// The class that asks most.
    class: Class,
    fewest: usize,
}

/// What the phases ask for; of several rows about one thing the strictest.
pub(super) fn duties<'a>(
    p: &'a Portfolio,
    project: &'a Project,
    classes: &[Class],
) -> Vec<Duty<'a>> {
    let window = classes.contains(&Class::Execute) && in_release_window(p, project);
    let late = classes.iter().any(|c| *c >= Class::Execute);
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
        let tier = project.tier;
        let mut needs: Vec<(Need, Class)> =
            classes.iter().map(|class| (row.need(*class, tier), *class)).collect();
        if window {
            needs.push((row.window(tier), Class::Execute));
        }
        let Some((need, class)) =
            needs.into_iter().reduce(|a, b| if stricter(a.0, b.0) == a.0 { a } else { b })
        else {
            continue;
        };
        if need.level < Level::Expected {
            continue;
        }
        let fewest = row.minimum.get(tier).or(row.minimum.last()).copied();
        let fewest = fewest.filter(|_| class == Class::Close).unwrap_or(1);
        let duty = Duty {
            title: &row.title,
            wanted: &row.wanted,
            need,
            class,
            fewest: usize::try_from(fewest).unwrap_or(1),
        };
        match all.iter_mut().find(|d| d.title == &*row.title) {
            Some(old) if stricter(old.need, need) != old.need => *old = duty,
            Some(_) => {}
            None => all.push(duty),
        }
    }
    all
}

/// The row of a document or register, and the rows of its approvals.
pub(super) fn document(
    c: &Context<'_>,
    project: &Project,
    duty: &Duty<'_>,
    rows: &mut Vec<Requirement>,
) {
    let p = c.portfolio;
    let found = Found::of(p, project, duty);
    let mut row = found.row(c, project, duty);
    if found.count > 0 && found.count < duty.fewest {
        row.met = false;
        row.state = format!("{} of at least {}", found.count, duty.fewest);
        row.why = format!("{} are asked for before the gate", duty.fewest);
        row.mark = if row.counts() { Mark::Bad } else { Mark::Partial };
    }
    let (path, at, target) = (row.path.clone(), row.at, row.target.clone());
    rows.push(row);
    if !(duty.need.approved && duty.need.level == Level::Required) {
        return;
    }
    for seat in Found::seats(p, project, duty) {
        let mut row = Requirement {
            area: Area::Approval,
            what: format!("{}: {}", duty.title, roles(p, &seat)),
            level: Level::Required,
            needed: "R@",
            met: false,
            mark: Mark::Bad,
            state: "no document to approve".into(),
            who: seat
                .roles
                .iter()
                .find_map(|r| approvals::holder(p, project, r))
                .map_or_else(String::new, |name| who(p, &name)),
            why: format!("the {} is not there", duty.title.to_lowercase()),
            path: path.clone(),
            at,
            target: target.clone(),
        };
        for subject in &found.subjects {
            signed(p, project, *subject, &seat, &mut row);
            if !row.met {
                break;
            }
        }
        rows.push(row);
    }
}

/// The documents or registers that answer a duty.
struct Found<'a> {
    subjects: Vec<Subject<'a>>,
    /// How many documents, or items of the registers.
    count: usize,
    /// An item register that may be empty is there.
    there: bool,
    broken: Option<&'a Document>,
}

impl<'a> Found<'a> {
    fn of(p: &'a Portfolio, project: &'a Project, duty: &Duty<'_>) -> Self {
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
                broken: None,
            }
        };
        match duty.wanted {
            Wanted::Registers(keys) => by_keys(&keys.iter().map(|k| &**k).collect::<Vec<_>>()),
            Wanted::Kind(name) => {
                let Some(kind) = p.kinds.find(name) else {
                    return Self { subjects: Vec::new(), count: 0, there: false, broken: None };
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
                Self { count: all.len(), there: !all.is_empty(), subjects: all, broken }
            }
        }
    }

    fn seats(p: &Portfolio, project: &Project, duty: &Duty<'_>) -> Vec<Seat> {
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

    /// How the thing itself stands.
    fn row(&self, c: &Context<'_>, project: &Project, duty: &Duty<'_>) -> Requirement {
        let p = c.portfolio;
        let required = duty.need.level == Level::Required;
        let bad = if required { Mark::Bad } else { Mark::Partial };
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
            if let Some(finding) = denied(c, *subject, duty) {
                (row.met, row.mark) = (false, bad);
                row.state = "has an error".into();
                row.why = format!("{} [{}]", finding.message, finding.rule);
                (row.path, row.at) = (finding.path.clone(), finding.at);
                row.target = crate::rollups::findings::target(p, finding);
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

/// Rules whose findings rows of their own stand for.
const OWN_ROWS: &[&str] = &[
    "missing-section",
    "placeholder-section",
    "missing-approval",
    "outdated-approval",
    "misdated-approval",
    "unauthorised-approver",
    "sole-approver",
    "self-approval",
    "missing-evidence",
];

/// The first finding at deny in a document, or in the lists of a register that
/// are asked for.
fn denied<'c>(c: &'c Context<'_>, subject: Subject<'_>, duty: &Duty<'_>) -> Option<&'c Finding> {
    let from = c.findings.partition_point(|f| f.path < *subject.path());
    let mine = c.findings.get(from..)?.iter().take_while(|f| f.path == *subject.path());
    let inside = |finding: &Finding| match (subject, duty.wanted) {
        (Subject::Register(register), Wanted::Registers(keys)) => {
            let lists = register.lists.iter().filter(|(key, ..)| keys.contains(key));
            lists
                .flat_map(|(_, _, items)| items)
                .any(|i| i.span.start <= finding.span.start && finding.span.start <= i.span.end)
        }
        _ => true,
    };
    mine.filter(|f| f.severity == Severity::Deny && !OWN_ROWS.contains(&f.rule)).find(|f| inside(f))
}

/// Open issues that stop delivery, unless the gate's record takes them on.
pub(super) fn issues(
    p: &Portfolio,
    project: &Project,
    decided: Option<&Decided<'_>>,
    rows: &mut Vec<Requirement>,
) {
    let conditions: Vec<String> = decided
        .map(|d| d.document.fields.list("conditions"))
        .unwrap_or_default()
        .iter()
        .map(|c| c.datum.show())
        .collect();
    let named = |id: &str| {
        let word = |c: char| !(c.is_alphanumeric() || c == '-');
        !id.is_empty() && conditions.iter().any(|text| text.split(word).any(|w| w == id))
    };
    for issue in project.items("issues").iter().filter(|i| is_open(i)) {
        let first = issue.fields.number("severity") == Some(Ratio::whole(1));
        if !first || issue.fields.date("raised").is_some_and(|d| d > p.as_of) {
            continue;
        }
        let taken_on = named(&issue.id);
        let span = issue.fields.span("severity").unwrap_or(issue.span);
        rows.push(Requirement {
            area: Area::Issue,
            what: format!("No open issue of severity 1: {} {}", issue.id, issue.title()),
            level: Level::Required,
            needed: "R",
            met: taken_on,
            mark: if taken_on { Mark::Partial } else { Mark::Bad },
            state: if taken_on { "taken on as a condition" } else { "open" }.into(),
            who: issue.fields.text("owner").map(|o| who(p, o)).unwrap_or_default(),
            why: if taken_on {
                String::new()
            } else {
                format!("resolve `{}`, or take it on as a condition of the gate", issue.id)
            },
            path: issue.path.clone(),
            at: issue.lines.position(span.start),
            target: Target::Item(project.id.clone(), (*issue.id).into()),
        });
    }
}

/// An overdue condition of an earlier gate.
pub(super) fn condition(
    p: &Portfolio,
    project: &Project,
    promise: &Promise<'_>,
    late: i64,
) -> Requirement {
    let gate = promise.record.fields.text("gate").unwrap_or_default();
    let text = promise.said.text("text").unwrap_or("a condition");
    let span = promise.said.span("due").unwrap_or(promise.span);
    let owner = promise.said.text("owner");
    Requirement {
        area: Area::Condition,
        what: format!("Condition of {gate}: {text}"),
        level: Level::Required,
        needed: "R",
        met: false,
        mark: Mark::Bad,
        state: format!("overdue {}", figure(late, "day", "days")),
        who: owner.map_or_else(|| manager(p, project), |o| who(p, o)),
        why: "meet it and write `closed: YYYY-MM-DD`".into(),
        path: promise.record.path.clone(),
        at: promise.record.at(span),
        target: Target::Document(promise.record.path.clone()),
    }
}

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

fn manager(p: &Portfolio, project: &Project) -> String {
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
