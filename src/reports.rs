//! Ways of showing findings, one file each; all that comes from content is
//! shown by [`visible`], and no line begins with it.

pub mod baseline;
mod github;
mod gitlab;
mod json;
mod junit;
mod place;
mod rdjsonl;
mod sarif;
mod short;
mod text;

use crate::date::Date;
use crate::finding::{Finding, Severity, Suppressed};
use crate::text::visible;
use baseline::{Against, Compared};
use std::fmt::Write as _;
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
    Format {
        name: "github",
        about: "workflow commands, shown beside the lines of a pull request",
        write: github::write,
    },
    Format { name: "gitlab", about: "a Code Quality report", write: gitlab::write },
    Format { name: "json", about: "one versioned JSON object, for programs", write: json::write },
    Format { name: "junit", about: "XML as test runners write it", write: junit::write },
    Format {
        name: "rdjsonl",
        about: "Reviewdog Diagnostic Format, one finding on each line",
        write: rdjsonl::write,
    },
    Format { name: "sarif", about: "SARIF 2.1.0, for code scanning", write: sarif::write },
    Format { name: "short", about: "one line for each finding", write: short::write },
    Format { name: "text", about: "the lines with the exact value underlined", write: text::write },
];

/// The format of this name.
#[must_use]
pub fn find(name: &str) -> Option<&'static Format> {
    FORMATS.iter().find(|format| format.name == name)
}

/// The way to a book's files from some folder: each empty or ending in `/`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Way {
    /// To the book's `src`, before the paths of findings.
    pub src: String,
    /// To the book's folder, before `book.toml`.
    pub book: String,
}

impl Way {
    /// The whole way to a file.
    fn to(&self, path: &str) -> String {
        format!("{}{path}", if path == "book.toml" { &self.book } else { &self.src })
    }
}

/// What a report says, and what it needs to say it.
pub struct Report<'a> {
    /// The findings in order; those at `allow` are not shown.
    pub findings: &'a [Finding],
    /// Findings that documents accept, in order.
    pub suppressed: &'a [Suppressed],
    /// What became of what was known, in a baseline or at a revision; known
    /// findings are not among `findings`.
    pub compared: &'a [Compared],
    /// The way from the working folder.
    pub here: &'a Way,
    /// The way from the root of the repository, as CI systems want it; the
    /// working folder's where there is no repository.
    pub repository: &'a Way,
    /// The text of a file by the path its findings give, or `None` if it is
    /// gone or no longer what it was when it was checked.
    pub read: &'a dyn Fn(&str) -> Option<String>,
    /// Whether the output may hold colour sequences.
    pub colour: bool,
    /// The as-of date of the run.
    pub as_of: Date,
    /// How many documents were checked, and how many projects they belong to;
    /// `None` where mistakes in `book.toml` kept everything from being read.
    pub checked: Option<(usize, usize)>,
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
    /// Findings that were known, each with what it was known from.
    fn known(&self) -> impl Iterator<Item = (&Compared, &Finding)> {
        self.compared.iter().flat_map(|compared| compared.known.iter().map(move |f| (compared, f)))
    }

    fn shown(&self) -> impl Iterator<Item = &Finding> {
        self.findings.iter().filter(|finding| finding.severity != Severity::Allow)
    }

    /// A finding's path as seen from the working folder, safe to begin a line.
    fn path(&self, path: &str) -> String {
        let whole = visible(&self.here.to(path));
        // `::` and `##` would be commands to the log readers of CI systems.
        let tame = whole.starts_with(|c: char| c.is_alphanumeric() || matches!(c, '.' | '/' | '_'));
        if tame { whole } else { format!("./{whole}") }
    }

    /// A finding's path as it is, from the root of the repository.
    fn file(&self, path: &str) -> String {
        self.repository.to(path)
    }

    /// `3 errors, 2 warnings and 1 note in 48 documents of 8 projects`.
    #[must_use]
    pub fn summary(&self) -> String {
        let counts = Counts::of(self.findings);
        let named = [(counts.deny, "error"), (counts.warn, "warning"), (counts.note, "note")];
        let named: Vec<String> =
            named.iter().filter(|(n, _)| *n > 0).map(|(n, word)| number(*n, word)).collect();
        let none = if self.compared.is_empty() { "no findings" } else { "no new findings" };
        let found = match named.split_last() {
            None => none.to_owned(),
            Some((last, [])) => last.clone(),
            Some((last, rest)) => format!("{} and {last}", rest.join(", ")),
        };
        let Some((documents, projects)) = self.checked else {
            return format!("{found} in `book.toml`; no document was checked");
        };
        let documents = number(documents, "document");
        let whole = format!("{found} in {documents} of {}", number(projects, "project"));
        let suppressed = self.suppressed.len();
        let suppressed = (suppressed > 0).then(|| format!("{suppressed} suppressed"));
        let more: Vec<String> = suppressed
            .into_iter()
            .chain(self.compared.iter().flat_map(Compared::summary))
            .collect();
        if more.is_empty() { whole } else { format!("{whole}; {}", more.join(", ")) }
    }

    /// How a report for people ends: what is mended, and the summary.
    fn end(&self, out: &mut dyn Write) -> io::Result<()> {
        for compared in self.compared {
            let mended = &compared.mended;
            for key in mended.iter().take(MENDED) {
                let (path, message) = (self.path(&key.path), visible(compared.message(key)));
                write!(out, "{path}: mended[{}]: {message}", visible(&key.rule))?;
                match compared.stood(key, |path| self.path(path)) {
                    Some(place) => writeln!(out, " ({place})")?,
                    None => writeln!(out)?,
                }
            }
            if mended.len() > MENDED {
                writeln!(out, "and {} more mended", mended.len() - MENDED)?;
            }
            if !mended.is_empty() && compared.against == Against::Baseline {
                let these = if mended.len() == 1 { "it" } else { "them" };
                writeln!(
                    out,
                    "take {these} out of the baseline with `check --baseline --write-baseline`"
                )?;
            }
        }
        writeln!(out, "{}", self.summary())
    }
}

/// The most mended findings that are listed.
const MENDED: usize = 100;

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

/// JSON with every hidden character as `\uXXXX`: the same value, but nothing
/// that acts on a terminal.
fn harmless(json: &str) -> String {
    if json.is_ascii() && !json.contains('\u{7f}') {
        return json.to_owned();
    }
    let mut out = String::with_capacity(json.len() + 16);
    let (mut bytes, mut units) = ([0; 4], [0; 2]);
    for c in json.chars() {
        let kept = matches!(c, '"' | '\\' | '\n');
        if kept || visible(c.encode_utf8(&mut bytes)).len() == c.len_utf8() {
            out.push(c);
        } else {
            for unit in c.encode_utf16(&mut units) {
                let _ = write!(out, "\\u{unit:04x}");
            }
        }
    }
    out
}

#[cfg(test)]
mod tests;
