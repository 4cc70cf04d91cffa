//! Ways of showing findings, one file each; all that comes from content is
//! shown by [`visible`], and no line begins with it.

mod json;
mod short;
mod text;

use crate::date::Date;
use crate::finding::{Finding, Severity};
use crate::text::visible;
use std::io::{self, Write};

/// One way of showing findings.
pub struct Format {
    /// The value of `--format`.
    pub name: &'static str,
    /// What it is, in one phrase.
    pub about: &'static str,
    /// Write the whole report.
    pub write: fn(&Report<'_>, &mut dyn Write) -> io::Result<()>,
}

/// Every format, sorted by name.
pub static FORMATS: &[Format] = &[
    Format { name: "json", about: "one versioned JSON object, for programs", write: json::write },
    Format { name: "short", about: "one line for each finding", write: short::write },
    Format { name: "text", about: "the lines with the exact value underlined", write: text::write },
];

/// The format of this name.
#[must_use]
pub fn find(name: &str) -> Option<&'static Format> {
    FORMATS.iter().find(|format| format.name == name)
}

/// What a report says, and what it needs to say it.
pub struct Report<'a> {
    /// The findings in order; those at `allow` are not shown.
    pub findings: &'a [Finding],
    /// The way from the working folder to the book's `src`, to be printed
    /// before paths: empty or ending in `/`.
    pub prefix: &'a str,
    /// The way from the working folder to the book's, printed before `book.toml`.
    pub book: &'a str,
    /// The text of a file by the path its findings give, or `None` if it is
    /// gone or no longer what it was when it was checked.
    pub read: &'a dyn Fn(&str) -> Option<String>,
    /// Whether the output may hold colour sequences.
    pub colour: bool,
    /// The as-of date of the run.
    pub as_of: Date,
    /// How many documents were checked.
    pub documents: usize,
    /// How many projects they belong to.
    pub projects: usize,
}

/// How many findings there are of each severity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize)]
pub struct Counts {
    /// Findings at `deny`.
    pub deny: usize,
    /// Findings at `warn`.
    pub warn: usize,
    /// Findings at `note`.
    pub note: usize,
}

impl Counts {
    /// Count findings; those at `allow` do not count.
    #[must_use]
    pub fn of(findings: &[Finding]) -> Self {
        let mut counts = Self::default();
        for finding in findings {
            match finding.severity {
                Severity::Allow => {}
                Severity::Note => counts.note += 1,
                Severity::Warn => counts.warn += 1,
                Severity::Deny => counts.deny += 1,
            }
        }
        counts
    }
}

impl Report<'_> {
    fn shown(&self) -> impl Iterator<Item = &Finding> {
        self.findings.iter().filter(|finding| finding.severity != Severity::Allow)
    }

    /// A finding's path as seen from the working folder, safe to begin a line.
    fn path(&self, path: &str) -> String {
        let prefix = if path == "book.toml" { self.book } else { self.prefix };
        let whole = visible(&format!("{prefix}{path}"));
        // `::` and `##` would be commands to the log readers of CI systems.
        let tame = whole.starts_with(|c: char| c.is_alphanumeric() || matches!(c, '.' | '/' | '_'));
        if tame { whole } else { format!("./{whole}") }
    }

    /// `3 errors, 2 warnings and 1 note in 48 documents of 8 projects`.
    #[must_use]
    pub fn summary(&self) -> String {
        let counts = Counts::of(self.findings);
        let named = [(counts.deny, "error"), (counts.warn, "warning"), (counts.note, "note")];
        let named: Vec<String> =
            named.iter().filter(|(n, _)| *n > 0).map(|(n, word)| number(*n, word)).collect();
        let found = match named.split_last() {
            None => "no findings".to_owned(),
            Some((last, [])) => last.clone(),
            Some((last, rest)) => format!("{} and {last}", rest.join(", ")),
        };
        let documents = number(self.documents, "document");
        format!("{found} in {documents} of {}", number(self.projects, "project"))
    }
}

fn number(n: usize, word: &str) -> String {
    if n == 1 { format!("1 {word}") } else { format!("{n} {word}s") }
}

/// What a severity is called in front of a message.
fn called(severity: Severity) -> &'static str {
    match severity {
        Severity::Deny => "error",
        Severity::Warn => "warning",
        Severity::Note | Severity::Allow => "note",
    }
}

/// How to mend it, where the finding knows.
fn help(finding: &Finding) -> Option<String> {
    let replacement = || finding.replacement.as_ref().map(|text| format!("write `{text}`"));
    finding.help.clone().or_else(replacement).map(|help| visible(&help))
}

#[cfg(test)]
mod tests;
