//! Findings of both sides: what is new, worse, mended, or accepted since.

use super::Side;
use super::pairs::Files;
use crate::finding::{Finding, Key, Severity, Suppressed};
use crate::portfolio::Portfolio;
use crate::target::Target;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// How bad a finding is, for data: the word of `book.toml`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// Worth knowing.
    Note,
    /// Should be mended.
    Warn,
    /// Must be mended.
    Deny,
}

impl Level {
    /// The severity it stands for.
    #[must_use]
    pub fn severity(self) -> Severity {
        match self {
            Self::Note => Severity::Note,
            Self::Warn => Severity::Warn,
            Self::Deny => Severity::Deny,
        }
    }

    /// What it is called in front of a message.
    #[must_use]
    pub fn called(self) -> &'static str {
        match self {
            Self::Note => "note",
            Self::Warn => "warning",
            Self::Deny => "error",
        }
    }
}

/// A finding that one side has and the other has not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Found {
    /// The rule.
    pub rule: &'static str,
    /// How bad it is.
    pub severity: Level,
    /// How bad it was, where it was there and less bad.
    pub was: Option<Level>,
    /// File, relative to the book's `src`.
    pub path: Arc<str>,
    /// Line, from 1.
    pub line: u32,
    /// Column, from 1.
    pub column: u32,
    /// The fact.
    pub message: String,
    /// How to mend it.
    pub help: Option<String>,
    /// The page it is shown on, in the head.
    #[serde(skip)]
    pub target: Option<Target>,
    /// The folder of the project its file lies in, on the side it was found.
    #[serde(skip)]
    pub home: Option<Arc<str>>,
}

/// A finding that a document accepts and did not accept before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Accepted {
    /// The finding.
    pub finding: Found,
    /// Why.
    pub reason: String,
    /// Who accepted it.
    pub by: String,
    /// The last day it is accepted.
    pub until: crate::date::Date,
}

/// The findings of both sides compared.
#[derive(Debug, Default)]
pub(super) struct Compared {
    /// New or worse in the head, in report order.
    pub(super) new: Vec<Found>,
    /// In the base and no longer in the head; their paths are those of the base.
    pub(super) mended: Vec<Found>,
    /// Accepted in the head and not in the base.
    pub(super) accepted: Vec<Accepted>,
}

fn level(severity: Severity) -> Option<Level> {
    match severity {
        Severity::Allow => None,
        Severity::Note => Some(Level::Note),
        Severity::Warn => Some(Level::Warn),
        Severity::Deny => Some(Level::Deny),
    }
}

/// A finding as a review tells it; nothing at `allow`.
pub(super) fn told(p: &Portfolio, f: &Finding) -> Option<Found> {
    Some(Found {
        rule: f.rule,
        severity: level(f.severity)?,
        was: None,
        path: f.path.clone(),
        line: f.at.line,
        column: f.at.column,
        message: f.message.clone(),
        help: f.help.clone(),
        target: target(p, &f.path),
        home: p.project_at(&f.path).map(|pr| pr.folder.clone()),
    })
}

/// The page a file is shown on.
pub(super) fn target(p: &Portfolio, path: &Arc<str>) -> Option<Target> {
    if p.document(path).is_some() {
        return Some(Target::Document(path.clone()));
    }
    let register = p.registers.binary_search_by(|r| r.path.cmp(path)).is_ok();
    register.then(|| Target::Register(path.clone()))
}

impl Compared {
    pub(super) fn new(base: &Side<'_>, head: &Side<'_>, files: &Files) -> Self {
        let (was, now) = (base.checked, head.checked);
        let moved = |finding: &Finding| {
            let mut key = finding.key();
            if let Some(path) = files.now(&finding.path) {
                key.path = path.to_string();
            }
            key
        };
        let known: BTreeMap<Key, Severity> =
            was.findings.iter().map(|f| (moved(f), f.severity)).collect();
        let before: BTreeSet<Key> = was.suppressed.iter().map(|s| moved(&s.finding)).collect();
        let mut out = Self::default();
        let mut still: BTreeSet<Key> = BTreeSet::new();
        for finding in &now.findings {
            let key = finding.key();
            let earlier = known.get(&key).copied();
            if earlier.is_none_or(|was| was < finding.severity)
                && let Some(mut found) = told(&now.portfolio, finding)
            {
                found.was = earlier.and_then(level);
                out.new.push(found);
            }
            still.insert(key);
        }
        for Suppressed { finding, suppression } in &now.suppressed {
            let key = finding.key();
            if !before.contains(&key)
                && let Some(finding) = told(&now.portfolio, finding)
            {
                out.accepted.push(Accepted {
                    finding,
                    reason: suppression.reason.clone(),
                    by: now.portfolio.person(&suppression.by).to_owned(),
                    until: suppression.until,
                });
            }
            still.insert(key);
        }
        let mended = was.findings.iter().filter(|f| !still.contains(&moved(f)));
        let mended = mended.filter(|f| !gone(head, files, f) && !outdated(base, head, files, f));
        out.mended.extend(mended.filter_map(|f| told(&was.portfolio, f)));
        for found in &mut out.mended {
            let place = files.now(&found.path).and_then(|path| target(&now.portfolio, path));
            found.target = place;
        }
        out
    }
}

/// Whether the file of a finding is gone, or its rule is no longer reported:
/// then nothing was mended.
fn gone(head: &Side<'_>, files: &Files, finding: &Finding) -> bool {
    let Some(path) = files.now(&finding.path) else {
        return *finding.path != *crate::config::FILE && finding.rule != "missing-document";
    };
    head.checked.settings.off(&head.checked.portfolio, finding.rule, path)
}

/// Whether a finding speaks of a report that was the newest and is not any
/// more: a newer report speaks for itself.
fn outdated(base: &Side<'_>, head: &Side<'_>, files: &Files, finding: &Finding) -> bool {
    let newest = |side: &Side<'_>, path: &str| {
        let p = &side.checked.portfolio;
        let report = p.project_at(path).and_then(|pr| pr.latest());
        report.and_then(|r| p.documents.get(r.document)).map(|d| d.path.clone())
    };
    let was = newest(base, &finding.path);
    let now = files.now(&finding.path);
    was.as_ref() == Some(&finding.path)
        && now.is_some_and(|path| newest(head, path).as_ref() != Some(path))
}
