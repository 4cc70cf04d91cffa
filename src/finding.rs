//! What a check found: one type for every rule and every way of showing it.

mod key;

pub use key::{Key, subject};

use crate::date::Date;
use crate::text::{Position, Span};
use std::sync::Arc;

/// How bad a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Not reported.
    Allow,
    /// Worth knowing.
    Note,
    /// Should be mended.
    Warn,
    /// Must be mended: the exit status says so.
    Deny,
}

impl Severity {
    /// The next worse one; `allow` and `deny` stay.
    #[must_use]
    pub fn raised(self) -> Self {
        match self {
            Self::Allow => Self::Allow,
            Self::Note => Self::Warn,
            Self::Warn | Self::Deny => Self::Deny,
        }
    }

    /// The name as written in `book.toml` and on the command line.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Allow => "allow",
            Self::Note => "note",
            Self::Warn => "warn",
            Self::Deny => "deny",
        }
    }

    /// Read a name of [`Severity::name`].
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        [Self::Allow, Self::Note, Self::Warn, Self::Deny].into_iter().find(|s| s.name() == name)
    }
}

/// For rules that know a big and a small case (health reported two steps
/// better than the data says, or one): which of the two was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Grade {
    /// The rule's ordinary case.
    #[default]
    Big,
    /// The lesser case.
    Small,
}

/// A second place a finding speaks of.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Related {
    /// File, relative to the book's `src`.
    pub path: Arc<str>,
    /// Bytes in that file.
    #[serde(skip)]
    pub span: Span,
    /// Where the span begins.
    pub at: Position,
    /// What stands there (`first defined here`).
    pub label: String,
}

/// One thing a check found.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Finding {
    /// The rule's name, its one identity.
    pub rule: &'static str,
    /// How bad it is, after the rule's levels were applied.
    pub severity: Severity,
    /// Big or small case of the rule.
    #[serde(skip)]
    pub grade: Grade,
    /// File, relative to the book's `src` (`book.toml` for configuration).
    pub path: Arc<str>,
    /// The bytes that are wrong.
    #[serde(skip)]
    pub span: Span,
    /// Where the span begins.
    pub at: Position,
    /// The fact, in lower case without a full stop.
    pub message: String,
    /// How to mend it.
    pub help: Option<String>,
    /// Text to put in place of the span, where the mend is that simple.
    pub replacement: Option<String>,
    /// Other places that belong to it.
    pub related: Vec<Related>,
    /// Of the findings with the same rule, path and subject, which one it is,
    /// from 1 in report order; 0 until [`sort`] has counted.
    #[serde(skip)]
    pub nth: u32,
}

/// Who accepted a finding, why and until when, and where that is written.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Suppression {
    /// File of the `allow` entry, relative to the book's `src`.
    pub path: Arc<str>,
    /// Bytes of the entry.
    #[serde(skip)]
    pub span: Span,
    /// Where the entry begins.
    pub at: Position,
    /// Why the finding is accepted.
    pub reason: String,
    /// Who accepted it.
    pub by: String,
    /// The last day it is accepted.
    pub until: Date,
}

/// A finding that a document accepts: not reported, but kept and published.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Suppressed {
    /// The finding, at the severity it would have been reported.
    pub finding: Finding,
    /// Who accepted it.
    pub suppression: Suppression,
}

impl Finding {
    /// A finding of `rule` at a place; severity stands at `deny` until the
    /// rule's levels are applied.
    #[must_use]
    pub fn new(
        rule: &'static str,
        path: Arc<str>,
        span: Span,
        at: Position,
        message: impl Into<String>,
    ) -> Self {
        Self {
            rule,
            severity: Severity::Deny,
            grade: Grade::Big,
            path,
            span,
            at,
            message: message.into(),
            help: None,
            replacement: None,
            related: Vec::new(),
            nth: 0,
        }
    }

    /// The same finding with a line that says how to mend it.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// The same finding with the text that would mend it.
    #[must_use]
    pub fn replace_with(mut self, text: impl Into<String>) -> Self {
        self.replacement = Some(text.into());
        self
    }

    /// The same finding with the word that was probably meant.
    #[must_use]
    pub fn meant(self, word: &str) -> Self {
        let help = format!("did you mean `{word}`?");
        self.help(help).replace_with(word)
    }

    /// The same finding, as the lesser case of its rule.
    #[must_use]
    pub fn small(mut self) -> Self {
        self.grade = Grade::Small;
        self
    }

    /// The same finding with another severity.
    #[must_use]
    pub fn severity(mut self, severity: Severity) -> Self {
        self.severity = severity;
        self
    }

    /// The same finding with one more related place.
    #[must_use]
    pub fn related(
        mut self,
        path: Arc<str>,
        span: Span,
        at: Position,
        label: impl Into<String>,
    ) -> Self {
        self.related.push(Related { path, span, at, label: label.into() });
        self
    }
}

/// Put findings in the one order every report shows: by path, place, rule,
/// then message. Exact repeats are dropped, and those that are alike but for
/// their place are counted.
pub fn sort(findings: &mut Vec<Finding>) {
    for finding in findings.iter_mut() {
        finding.nth = 0;
    }
    order(findings);
    findings.dedup();
    key::count(findings);
}

/// Put findings in the order of [`sort`]; nothing is dropped or counted anew.
pub fn order(findings: &mut [Finding]) {
    findings.sort_by(|a, b| {
        (&a.path, a.span, a.rule, &a.message).cmp(&(&b.path, b.span, b.rule, &b.message))
    });
}
