//! Published reports that were edited afterwards, and lists of what is
//! delivered that grew after they were approved.

use super::Context;
use super::fields::{Difference, differences};
use super::pairs::Pair;
use super::phrase::Phrase;
use super::project::{Alert, AlertKind};
use crate::date::{Date, days};
use crate::document::Document;
use crate::finding::Finding;
use crate::portfolio::approvals::{Subject, Validity, of};
use crate::rules::reviewing::{EDITED_REPORT, GRACE, GROWN_SCOPE_LIST};
use crate::target::Target;
use crate::text::{Span, counted};
use serde::Serialize;
use std::collections::HashSet;

/// A published report that does not say what it said.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Edited {
    /// Its date.
    pub date: Date,
    /// Its file in the head; that of the base where it is gone.
    pub path: String,
    /// It is gone.
    pub removed: bool,
    /// It has a section that says what was corrected.
    pub corrected: bool,
    /// Fields that say something else.
    pub fields: Vec<Difference>,
    /// Headings below which the text changed.
    pub sections: Vec<String>,
}

/// What was found, for alerts, data and findings.
#[derive(Debug, Default)]
pub(super) struct Found {
    pub(super) alerts: Vec<Alert>,
    pub(super) reports: Vec<Edited>,
    pub(super) findings: Vec<Finding>,
}

/// Compare every report that was published in the base.
pub(super) fn reports(context: &Context<'_>, pair: &Pair<'_>) -> Found {
    let mut out = Found::default();
    let (Some(was), Some(now)) = (pair.was, pair.now) else { return out };
    for report in &was.project.reports {
        let Some(before) = was.p.documents.get(report.document) else { continue };
        let path = context.files.now(&before.path);
        let after = path.and_then(|path| now.p.document(path));
        let Some(after) = after else {
            out.alerts.push(Alert {
                kind: AlertKind::EditedReport,
                bad: true,
                words: Phrase::new(format!("the published report of {} was ", report.date))
                    .strong("removed"),
                target: None,
            });
            out.reports.push(Edited {
                date: report.date,
                path: before.path.to_string(),
                removed: true,
                corrected: false,
                fields: Vec::new(),
                sections: Vec::new(),
            });
            continue;
        };
        if before.digest == after.digest {
            continue;
        }
        let mut edited = compare(context, before, after, report.date);
        // A project that is known by another id now says so once.
        edited.fields.retain(|d| {
            let renamed = d.was.as_deref() == Some(&*was.project.id)
                && d.now.as_deref() == Some(&*now.project.id);
            d.field != "project" || !renamed
        });
        if edited.fields.is_empty() && edited.sections.is_empty() {
            continue;
        }
        tell(context, &edited, after, &mut out);
        out.reports.push(edited);
    }
    out
}

fn compare(context: &Context<'_>, was: &Document, now: &Document, date: Date) -> Edited {
    let p = &context.head.checked.portfolio;
    let text = |side: &super::Side<'_>, d: &Document| (side.read)(&d.path).unwrap_or_default();
    let (before, after) = (text(context.base, was), text(context.head, now));
    Edited {
        date,
        path: now.path.to_string(),
        removed: false,
        corrected: now.outline.headings.iter().any(|h| {
            let heading = h.text.to_lowercase();
            heading.starts_with("correction")
        }),
        fields: differences(p, &was.fields, &now.fields, &["kind"]),
        sections: sections(was, &before, now, &after),
    }
}

/// What became of the text of an item with a file of its own; `None` where it
/// says the same.
pub(super) fn text(
    context: &Context<'_>,
    was: &crate::document::Item,
    now: &crate::document::Item,
) -> Option<String> {
    let document = |side: &super::Side<'_>, item: &crate::document::Item| {
        let d = side.checked.portfolio.documents.get(item.document?)?;
        let text = (side.read)(&d.path)?;
        let body: Vec<String> = text.get(d.body..)?.split_whitespace().map(str::to_owned).collect();
        Some((d.path.clone(), body))
    };
    let before = document(context.base, was);
    let (path, after) = match (&before, document(context.head, now)) {
        (_, Some(found)) => found,
        (Some((path, body)), None) => {
            return (!body.is_empty()).then(|| format!("text removed (was in {path})"));
        }
        (None, None) => return None,
    };
    let before = before.map(|(_, body)| body).unwrap_or_default();
    if before == after {
        return None;
    }
    if before.is_empty() {
        return Some(format!("text added ({path})"));
    }
    if after.is_empty() {
        return Some(format!("text removed ({path})"));
    }
    if after.starts_with(&before) {
        return Some(format!("text added to ({path})"));
    }
    let sets = |words: &[String]| -> HashSet<String> {
        words.windows(words.len().clamp(1, 3)).map(|w| w.join(" ")).collect()
    };
    let (a, b) = (sets(&before), sets(&after));
    let (common, all) = (a.intersection(&b).count(), a.union(&b).count().max(1));
    Some(format!("text rewritten ({} % alike, {path})", common * 100 / all))
}

/// Headings below which two bodies differ; what stands above the first is the
/// `text`.
pub(super) fn sections(was: &Document, before: &str, now: &Document, after: &str) -> Vec<String> {
    let (a, b) = (pieces(was, before), pieces(now, after));
    let said: HashSet<&(String, String)> = a.iter().collect();
    let kept: HashSet<&String> = b.iter().map(|(h, _)| h).collect();
    let new = b.iter().filter(|piece| !said.contains(piece)).map(|(h, _)| h.clone());
    let gone = a.iter().filter(|(h, _)| !kept.contains(h)).map(|(h, _)| format!("{h} (removed)"));
    let mut out: Vec<String> = new.chain(gone).collect();
    out.dedup();
    out
}

/// The text below each heading, white space aside.
fn pieces(document: &Document, text: &str) -> Vec<(String, String)> {
    let plain = |span: Span| span.of(text).split_whitespace().collect::<Vec<_>>().join(" ");
    let headings = &document.outline.headings;
    let end =
        |i: usize| headings.get(i).map_or_else(|| Span::at(text.len()).start, |h| h.span.start);
    let first = Span { start: Span::at(document.body).start, end: end(0) };
    let mut out = Vec::new();
    let lead = plain(first);
    if !lead.is_empty() {
        out.push(("the text".to_owned(), lead));
    }
    for (i, heading) in headings.iter().enumerate() {
        let own = Span { start: heading.span.end, end: end(i + 1) };
        out.push((heading.text.trim().to_owned(), plain(own)));
    }
    out
}

fn tell(context: &Context<'_>, edited: &Edited, now: &Document, out: &mut Found) {
    let p = &context.head.checked.portfolio;
    let age = days(edited.date, p.as_of);
    let draft = now.fields.text("state").is_some_and(|s| s != "published");
    let mut what: Vec<String> = edited.fields.iter().take(4).map(Difference::words).collect();
    let more = edited.fields.len().saturating_sub(4);
    if more > 0 {
        what.push(counted(more, "more field"));
    }
    if !edited.sections.is_empty() {
        let named: Vec<String> =
            edited.sections.iter().take(3).map(|s| super::fields::clip(s)).collect();
        let more = edited.sections.len().saturating_sub(3);
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        what.push(format!("text of {}{more}", named.join(", ")));
    }
    let verb = if draft { "is a draft again" } else { "was edited" };
    let mut words = Phrase::new("the published report ")
        .link(format!("of {}", edited.date), Some(Target::Document(now.path.clone())))
        .plain(" ")
        .strong(verb)
        .plain(format!(": {}", what.join("; ")));
    if edited.corrected {
        words = words.plain(" (it has a section on the correction)");
    }
    out.alerts.push(Alert {
        kind: AlertKind::EditedReport,
        bad: !edited.corrected,
        words,
        target: Some(Target::Document(now.path.clone())),
    });
    if edited.corrected || age <= GRACE {
        return;
    }
    let message = format!(
        "the report of {} was published and says something else now: {}",
        edited.date,
        what.join("; ")
    );
    let first = edited.fields.first().map(|d| d.field.as_str()).unwrap_or_default();
    let path: Vec<Box<str>> = first.split('.').map(Into::into).collect();
    let exact = now.fields.slot_at(&path).map(|s| s.span);
    let span = exact.or_else(|| now.fields.span(path.first()?)).unwrap_or(now.head());
    out.findings.push(now.finding(EDITED_REPORT, span, message).help(
        "put the report back as it was published, and write what was wrong in a section `Correction` or in the next report",
    ));
}

/// Lists of what is delivered that grew while the approved version stayed.
pub(super) fn grown(context: &Context<'_>, pair: &Pair<'_>) -> Vec<Finding> {
    let mut out = Vec::new();
    let (Some(was), Some(now)) = (pair.was, pair.now) else { return out };
    for after in now.documents().filter(|d| d.kind.approvable && d.typed) {
        let before = context.files.was(&after.path).and_then(|path| was.p.document(path));
        let Some(before) = before.filter(|b| b.digest != after.digest) else { continue };
        let subject = Subject::Document(before);
        let valid = |e: &crate::portfolio::approvals::Approval<'_>| {
            e.validity(subject, was.p.as_of) == Validity::Valid
        };
        let version = |d: &Document| d.fields.text("version").map(str::to_owned);
        let approved = of(was.p, was.project, subject).iter().any(valid);
        if !approved || version(before) != version(after) {
            continue;
        }
        for (i, section) in after.kind.sections.iter().enumerate() {
            if !is_scope(&section.name) {
                continue;
            }
            let (n, m) = (entries(before, i), entries(after, i));
            if m > n && n > 0 {
                let span = after.sections.get(i).and_then(|s| s.span).unwrap_or(after.head());
                let version = version(after).unwrap_or_default();
                let message = format!(
                    "`{}` lists {m} entries, and {n} when version {version} was approved",
                    section.name
                );
                out.push(after.finding(GROWN_SCOPE_LIST, span, message).help(
                    "raise the version and have it approved, or take the change through a change request",
                ));
            }
        }
    }
    out
}

/// Whether a section says what is delivered.
fn is_scope(name: &str) -> bool {
    matches!(name, "Deliverables" | "Scope" | "Scope baseline")
}

/// Entries of the lists and rows of the tables in a section.
fn entries(document: &Document, section: usize) -> u32 {
    let Some(found) = document.sections.get(section) else { return 0 };
    let headings = &document.outline.headings;
    let below = |index: &usize| {
        let level = headings.get(*index).map_or(1, |h| h.level);
        let inner = headings.iter().skip(index + 1).take_while(move |h| h.level > level);
        headings.get(*index).into_iter().chain(inner).map(|h| u32::from(h.points)).sum::<u32>()
    };
    found.headings.iter().map(below).sum()
}
