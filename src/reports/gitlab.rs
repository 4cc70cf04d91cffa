//! A Code Quality report of GitLab: an array of issues, each with a
//! fingerprint that edits elsewhere leave alone.

use super::place::Places;
use super::{Report, harmless, help};
use crate::finding::Severity;
use serde_json::json;
use std::io::{self, Write};

/// Write the array, an issue on each line.
pub(super) fn write(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    let mut places = Places::new(report);
    write!(out, "[")?;
    for (n, finding) in report.shown().enumerate() {
        let region = places.region(&finding.path, finding.span, finding.at);
        let begin = finding.at.line;
        let end = region.map_or(begin, |region| region.end.line.max(begin));
        let description = match help(finding) {
            Some(help) => format!("{} (help: {help})", finding.message),
            None => finding.message.clone(),
        };
        let issue = json!({
            "type": "issue",
            "check_name": finding.rule,
            "description": description,
            "fingerprint": finding.key().digest(),
            "severity": match finding.severity {
                Severity::Deny => "major",
                Severity::Warn => "minor",
                Severity::Note | Severity::Allow => "info",
            },
            "location": {
                "path": report.file(&finding.path),
                "lines": {"begin": begin, "end": end},
            },
        });
        let comma = if n == 0 { "" } else { "," };
        write!(out, "{comma}\n{}", harmless(&issue.to_string()))?;
    }
    writeln!(out, "\n]")
}
