//! One line for each finding, as editors and `grep` like it.

use super::{Report, called, help};
use crate::finding::{Finding, Severity};
use crate::text::visible;
use std::io::{self, Write};

/// Write one line for each finding and the summary.
pub(super) fn write(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    for finding in report.shown() {
        writeln!(out, "{}", line(report, finding))?;
    }
    report.end(out)
}

/// `path:line:column: severity[rule]: message (help: …)`.
pub(super) fn line(report: &Report<'_>, finding: &Finding) -> String {
    let (on, off) = match (report.colour, finding.severity) {
        (false, _) => ("", ""),
        (true, Severity::Deny) => ("\u{1b}[1;91m", "\u{1b}[0m"),
        (true, Severity::Warn) => ("\u{1b}[1;33m", "\u{1b}[0m"),
        (true, _) => ("\u{1b}[1;92m", "\u{1b}[0m"),
    };
    let mut line = format!(
        "{}:{}: {on}{}[{}]{off}: {}",
        report.path(&finding.path),
        finding.at,
        called(finding.severity),
        finding.rule,
        visible(&finding.message),
    );
    if let Some(help) = help(finding) {
        line += &format!(" (help: {help})");
    }
    for related in &finding.related {
        let place = format!("{}:{}", report.path(&related.path), related.at);
        line += &format!(" ({}: {place})", visible(&related.label));
    }
    line
}
