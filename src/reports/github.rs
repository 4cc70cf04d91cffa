//! Workflow commands of GitHub Actions: each finding is shown beside its line.

use super::place::Places;
use super::{Report, help};
use crate::finding::{Finding, Severity};
use crate::text::visible;
use std::io::{self, Write};

/// Write one command for each finding and the summary.
pub(super) fn write(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    let mut places = Places::new(report);
    for finding in report.shown() {
        writeln!(out, "{}", command(report, &mut places, finding))?;
    }
    report.end(out)
}

/// `::error file=…,line=…,endLine=…,col=…,endColumn=…,title=…::message`.
fn command(report: &Report<'_>, places: &mut Places<'_>, finding: &Finding) -> String {
    let name = match finding.severity {
        Severity::Deny => "error",
        Severity::Warn => "warning",
        Severity::Note | Severity::Allow => "notice",
    };
    let file = property(&visible(&report.file(&finding.path)));
    let (line, column) = (finding.at.line, finding.at.column);
    let region = places.region(&finding.path, finding.span, finding.at);
    // Columns count only where the range stays on one line.
    let range = match region.map(|region| region.end) {
        Some(end) if end.line == line && end.column > column => {
            format!("line={line},endLine={line},col={column},endColumn={}", end.column)
        }
        Some(end) if end.line > line => format!("line={line},endLine={}", end.line),
        _ => format!("line={line},col={column}"),
    };
    let mut message = data(&visible(&finding.message));
    if let Some(help) = help(finding) {
        message += &format!("%0Ahelp: {}", data(&help));
    }
    for related in &finding.related {
        let label = data(&visible(&related.label));
        let path = data(&visible(&report.file(&related.path)));
        message += &format!("%0A{label}: {path}:{}", related.at);
    }
    format!("::{name} file={file},{range},title={}::{message}", property(finding.rule))
}

/// Text as the message of a command.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// Text as the value of a command's property.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
