//! Approvals: who approved which version since, which were taken away, and
//! approved texts that changed without a new version.

use super::Context;
use super::edited::sections;
use super::fields::{clip, differences};
use super::pairs::{Here, Pair};
use super::phrase::Phrase;
use super::project::{Alert, AlertKind};
use crate::document::Document;
use crate::portfolio::approvals::{Approval, Decision, Subject, Validity, of, subjects};
use crate::rollups::words::who;
use crate::target::Target;

/// What changed in approvals: lines for readers, and what needs a look first.
#[derive(Debug, Default)]
pub(super) struct Signatures {
    pub(super) lines: Vec<Phrase>,
    pub(super) alerts: Vec<Alert>,
}

fn key(
    a: &Approval<'_>,
) -> (Option<String>, Option<String>, bool, Option<crate::date::Date>, Option<String>) {
    let text = |t: Option<&str>| t.map(str::to_owned);
    (
        a.role.as_deref().map(str::to_owned),
        text(a.name),
        a.decision == Decision::Approved,
        a.date,
        text(a.of),
    )
}

/// `sponsor Dana Okafor approved version 1.0 on 2026-03-12`.
fn told(here: Here<'_>, a: &Approval<'_>) -> String {
    let mut words = a.role.as_deref().map_or("nobody said as what".into(), |r| r.replace('-', " "));
    if let Some(name) = a.name {
        words.push_str(&format!(" {}", who(here.p, name)));
    }
    words.push_str(match a.decision {
        Decision::Approved => " approved",
        Decision::Rejected => " rejected",
        Decision::Pending => " is asked to approve",
        Decision::NotRequired => " is not required for",
    });
    words.push_str(&a.of.map_or(String::new(), |v| format!(" version {v}")));
    words.push_str(&a.date.map_or(String::new(), |d| format!(" on {d}")));
    words
}

pub(super) fn compare(context: &Context<'_>, pair: &Pair<'_>) -> Signatures {
    let mut out = Signatures::default();
    let Some(now) = pair.now else { return out };
    for subject in subjects(now.p, now.project) {
        let after = of(now.p, now.project, subject);
        let earlier = pair.was.and_then(|was| {
            let path = context.files.was(subject.path())?;
            let found = match subject {
                Subject::Document(_) => Subject::Document(was.p.document(path)?),
                Subject::Register(_) => {
                    Subject::Register(was.registers().find(|r| r.path == *path)?)
                }
            };
            Some((was, found))
        });
        let before = earlier.map(|(was, s)| of(was.p, was.project, s)).unwrap_or_default();
        let (had, has): (Vec<_>, Vec<_>) =
            (before.iter().map(key).collect(), after.iter().map(key).collect());
        let target = match subject {
            Subject::Document(d) => Target::Document(d.path.clone()),
            Subject::Register(r) => Target::Register(r.path.clone()),
        };
        let title = clip(&subject.title());
        for entry in after.iter().filter(|e| !had.contains(&key(e))) {
            let mut words = Phrase::default().link(title.clone(), Some(target.clone()));
            words = words.plain(format!(": {}", told(now, entry)));
            words = match entry.validity(subject, now.p.as_of) {
                Validity::OtherVersion => words.plain(format!(
                    " (the version is {} now)",
                    subject.version().unwrap_or("not given")
                )),
                Validity::Future => words.plain(" (later than the as-of date)"),
                _ => words,
            };
            out.lines.push(words);
        }
        let approvals = before.iter().filter(|e| e.decision == Decision::Approved);
        if let Some((was, _)) = earlier {
            // A later approval of a new version by the same person replaces it.
            let replaced = |e: &Approval<'_>| {
                after.iter().any(|n| {
                    n.decision == Decision::Approved
                        && n.role == e.role
                        && n.name == e.name
                        && n.of != e.of
                        && n.of == subject.version()
                        && n.date > e.date
                })
            };
            let lost = |e: &&Approval<'_>| !has.contains(&key(e)) && !replaced(e);
            for entry in approvals.clone().filter(|e| lost(e)) {
                out.alerts.push(Alert {
                    kind: AlertKind::RemovedApproval,
                    bad: true,
                    words: Phrase::default()
                        .link(title.clone(), Some(target.clone()))
                        .plain(": an approval was ")
                        .strong("taken away")
                        .plain(format!(" ({})", told(was, entry))),
                    target: Some(target.clone()),
                });
            }
        }
        if let (Subject::Document(d), Some((was, Subject::Document(b)))) = (subject, earlier) {
            let valid = approvals
                .clone()
                .any(|e| e.validity(Subject::Document(b), was.p.as_of) == Validity::Valid);
            if valid && let Some(what) = rewritten(context, b, d) {
                out.alerts.push(Alert {
                    kind: AlertKind::ApprovedText,
                    bad: true,
                    words: Phrase::new("the approved ")
                        .link(title, Some(target.clone()))
                        .plain(" ")
                        .strong("changed without a new version")
                        .plain(format!(" (still {}): {what}", subject.version().unwrap_or("none"))),
                    target: Some(target),
                });
            }
        }
    }
    out
}

/// What of an approved document says something else in the same version.
fn rewritten(context: &Context<'_>, was: &Document, now: &Document) -> Option<String> {
    if was.digest == now.digest || was.fields.text("version") != now.fields.text("version") {
        return None;
    }
    // Figures and dates of a plan or budget may move between versions.
    let living = [
        "approvals",
        "updated",
        "reviewed",
        "review_by",
        "state",
        "as_of",
        "lines",
        "bac",
        "rebaselines",
        "allow",
        "phase",
        "finish",
        "forecast",
        "go_live",
    ];
    let p = &context.head.checked.portfolio;
    let fields = differences(p, &was.fields, &now.fields, &living);
    let text = |side: &super::Side<'_>, d: &Document| (side.read)(&d.path).unwrap_or_default();
    let texts = sections(was, &text(context.base, was), now, &text(context.head, now));
    let mut what: Vec<String> =
        fields.iter().take(3).map(super::fields::Difference::words).collect();
    if !texts.is_empty() {
        let named: Vec<String> = texts.iter().take(3).map(|t| clip(t)).collect();
        let more = texts.len().saturating_sub(3);
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        what.push(format!("text of {}{more}", named.join(", ")));
    }
    (!what.is_empty()).then(|| what.join("; "))
}
