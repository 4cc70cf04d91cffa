//! Findings for programs: one object, a finding on each line.

use super::{Counts, Report};
use crate::finding::{Finding, Related};
use crate::text::{LineIndex, Position, Span, visible};
use serde::Serialize;
use std::fmt::Write as _;
use std::io::{self, Write};

/// Name and version of what is written; a new version when a field changes its
/// meaning or goes.
const SCHEMA: &str = "milepost-findings-1";

#[derive(Serialize)]
struct Item<'a> {
    path: String,
    line: u32,
    column: u32,
    /// Where the span ends; `null` when the file is not at hand.
    end: Option<Position>,
    rule: &'a str,
    severity: &'a str,
    message: &'a str,
    help: Option<&'a str>,
    replacement: Option<&'a str>,
    related: Vec<Place<'a>>,
}

#[derive(Serialize)]
struct Place<'a> {
    path: String,
    line: u32,
    column: u32,
    label: &'a str,
}

/// Write the object.
pub(super) fn write(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    let counts = serde_json::to_string(&Counts::of(report.findings))?;
    writeln!(out, "{{\"schema\":\"{SCHEMA}\",\"as_of\":\"{}\",", report.as_of)?;
    writeln!(out, "\"documents\":{},\"projects\":{},", report.documents, report.projects)?;
    writeln!(out, "\"counts\":{counts},")?;
    write!(out, "\"findings\":[")?;
    let mut last: Option<(&str, Option<LineIndex>)> = None;
    for (n, finding) in report.shown().enumerate() {
        if last.as_ref().is_none_or(|(path, _)| **path != *finding.path) {
            let index = (report.read)(&finding.path).map(|text| LineIndex::new(&text));
            last = Some((&finding.path, index));
        }
        let index = last.as_ref().and_then(|(_, index)| index.as_ref());
        let end = index.and_then(|index| end(index, finding.span, finding.at));
        let text = serde_json::to_string(&item(report, finding, end))?;
        write!(out, "{}\n{}", if n == 0 { "" } else { "," }, harmless(&text))?;
    }
    writeln!(out, "\n]}}")
}

fn end(index: &LineIndex, span: Span, at: Position) -> Option<Position> {
    (index.position(span.start) == at).then(|| index.position(span.end))
}

fn item<'a>(report: &Report<'_>, finding: &'a Finding, end: Option<Position>) -> Item<'a> {
    let place = |related: &'a Related| Place {
        path: report.path(&related.path),
        line: related.at.line,
        column: related.at.column,
        label: &related.label,
    };
    Item {
        path: report.path(&finding.path),
        line: finding.at.line,
        column: finding.at.column,
        end,
        rule: finding.rule,
        severity: finding.severity.name(),
        message: &finding.message,
        help: finding.help.as_deref(),
        replacement: finding.replacement.as_deref(),
        related: finding.related.iter().map(place).collect(),
    }
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
        if c == '"' || c == '\\' || visible(c.encode_utf8(&mut bytes)).len() == c.len_utf8() {
            out.push(c);
        } else {
            for unit in c.encode_utf16(&mut units) {
                let _ = write!(out, "\\u{unit:04x}");
            }
        }
    }
    out
}
