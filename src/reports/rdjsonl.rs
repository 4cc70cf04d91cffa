//! Reviewdog Diagnostic Format: one object on each line, columns in bytes.

use super::place::{Places, Region};
use super::{Report, harmless, help};
use crate::finding::{Finding, Severity};
use crate::text::Position;
use serde_json::{Value, json};
use std::io::{self, Write};

/// Write one line for each finding.
pub(super) fn write(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    let mut places = Places::new(report);
    for finding in report.shown() {
        let object = diagnostic(report, &mut places, finding);
        writeln!(out, "{}", harmless(&object.to_string()))?;
    }
    Ok(())
}

fn diagnostic(report: &Report<'_>, places: &mut Places<'_>, finding: &Finding) -> Value {
    let region = places.region(&finding.path, finding.span, finding.at);
    let message = match help(finding) {
        Some(help) => format!("{}\nhelp: {help}", finding.message),
        None => finding.message.clone(),
    };
    let mut object = json!({
        "message": message,
        "location": location(report, &finding.path, finding.at, region),
        "severity": match finding.severity {
            Severity::Deny => "ERROR",
            Severity::Warn => "WARNING",
            Severity::Note | Severity::Allow => "INFO",
        },
        "source": {"name": "milepost"},
        "code": {"value": finding.rule},
    });
    let related: Vec<Value> = finding
        .related
        .iter()
        .map(|related| {
            let region = places.region(&related.path, related.span, related.at);
            let location = location(report, &related.path, related.at, region);
            json!({"message": related.label, "location": location})
        })
        .collect();
    let Some(map) = object.as_object_mut() else { return object };
    if !related.is_empty() {
        map.insert("related_locations".into(), related.into());
    }
    if let (Some(text), Some(region)) = (&finding.replacement, region) {
        let suggestion = json!([{"range": range(region), "text": text}]);
        map.insert("suggestions".into(), suggestion);
    }
    object
}

/// Paths are relative to the working folder: reviewdog looks them up from
/// where it runs.
fn location(report: &Report<'_>, path: &str, at: Position, region: Option<Region>) -> Value {
    let range = match region {
        Some(region) => range(region),
        // Without the text a column in bytes is not known.
        None => json!({"start": {"line": at.line}}),
    };
    json!({"path": report.here.to(path), "range": range})
}

fn range(region: Region) -> Value {
    let (start, end) = region.bytes;
    json!({
        "start": {"line": region.start.line, "column": start},
        "end": {"line": region.end.line, "column": end},
    })
}
