//! The rows of a gate: documents and registers, approvals, issues, conditions,
//! each with its place.

use super::readiness::{Area, Requirement};
use crate::data::field::Level;
use crate::finding::{Finding, Severity};
use crate::lifecycles::Wanted;
use crate::measures::evidence::{Duty, Found, manager};
use crate::portfolio::approvals::Subject;
use crate::portfolio::gates::{Decided, Promise};
use crate::portfolio::{Portfolio, Project};
use crate::ratio::Ratio;
use crate::rollups::Context;
use crate::rollups::raid::is_open;
use crate::rollups::words::{figure, who};
use crate::table::Mark;
use crate::target::Target;

/// The row of a document or register, and the rows of its approvals.
pub(super) fn document(
    c: &Context<'_>,
    project: &Project,
    duty: &Duty<'_>,
    rows: &mut Vec<Requirement>,
) {
    let p = c.portfolio;
    let found = Found::of(p, project, duty);
    let mut row = found.row(p, project, duty);
    if row.met
        && let Some(finding) = found.subjects.iter().find_map(|s| denied(c, *s, duty))
    {
        (row.met, row.mark) = (false, if row.counts() { Mark::Bad } else { Mark::Partial });
        let gap = finding.severity < Severity::Deny;
        row.state = if gap { "not complete" } else { "has an error" }.into();
        row.why = format!("{} [{}]", finding.message, finding.rule);
        (row.path, row.at) = (finding.path.clone(), finding.at);
        row.target = crate::rollups::findings::target(p, finding);
    }
    let approvals = found.approvals(p, project, duty, &row);
    rows.push(row);
    rows.extend(approvals);
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

/// The rule that tells which fields are due and not there: a warning while the
/// phase runs, a bar at its gate.
const DUE: &str = "missing-field";

/// The first finding at deny in a document, or in the lists of a register that
/// are asked for, else the first field there that is due and missing.
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
    let mut due = None;
    for finding in mine.filter(|f| !OWN_ROWS.contains(&f.rule) && inside(f)) {
        if finding.severity == Severity::Deny {
            return Some(finding);
        }
        if finding.rule == DUE && finding.severity > Severity::Allow {
            due = due.or(Some(finding));
        }
    }
    due
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
