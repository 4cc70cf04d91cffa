//! Findings for programs: one object, a finding on each line.

use super::baseline::Against;
use super::place::Places;
use super::{Counts, Report, harmless};
use crate::finding::{Finding, Related, Suppression};
use crate::text::Position;
use serde::Serialize;
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

/// A finding that is not reported, and why.
#[derive(Serialize)]
struct Silent<'a> {
    #[serde(flatten)]
    item: Item<'a>,
    suppression: Why<'a>,
}

/// Who accepted it.
#[derive(Serialize)]
struct Why<'a> {
    path: String,
    line: u32,
    column: u32,
    reason: &'a str,
    by: &'a str,
    until: String,
}

/// The revision that findings were compared with.
#[derive(Serialize)]
struct Since<'a> {
    revision: &'a str,
    commit: &'a str,
}

/// A finding that was known and is gone.
#[derive(Serialize)]
struct Mended<'a> {
    path: String,
    rule: &'a str,
    subject: &'a str,
    nth: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    was: Option<Was<'a>>,
}

/// A finding as it stood at the revision.
#[derive(Serialize)]
struct Was<'a> {
    path: String,
    line: u32,
    column: u32,
    message: &'a str,
}

/// Write the object.
pub(super) fn write(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    let counts = serde_json::to_string(&Counts::of(report.findings))?;
    let (documents, projects) = report.checked.unwrap_or_default();
    writeln!(out, "{{\"schema\":\"{SCHEMA}\",\"as_of\":\"{}\",", report.as_of)?;
    writeln!(out, "\"documents\":{documents},\"projects\":{projects},")?;
    writeln!(out, "\"counts\":{counts},")?;
    let mut places = Places::new(report);
    let mut end = |f: &Finding| places.region(&f.path, f.span, f.at).map(|r| r.end);
    let findings = report.shown().map(|f| item(report, f, end(f)));
    list(out, "findings", findings)?;
    if !report.suppressed.is_empty() {
        writeln!(out, ",")?;
        let silent = report.suppressed.iter().map(|s| Silent {
            item: item(report, &s.finding, end(&s.finding)),
            suppression: why(report, &s.suppression),
        });
        list(out, "suppressed", silent)?;
    }
    for compared in report.compared {
        if let Against::Revision { name, commit } = &compared.against {
            let since = serde_json::to_string(&Since { revision: name, commit })?;
            write!(out, ",\n\"since\":{}", harmless(&since))?;
        }
    }
    if !report.compared.is_empty() {
        writeln!(out, ",")?;
        list(out, "known", report.known().map(|(_, f)| item(report, f, end(f))))?;
        writeln!(out, ",")?;
        let mended = report.compared.iter().flat_map(|c| c.mended.iter().map(move |key| (c, key)));
        let mended = mended.map(|(compared, key)| Mended {
            path: report.path(&key.path),
            rule: &key.rule,
            subject: &key.subject,
            nth: key.nth,
            was: compared.was.get(key).map(|was| Was {
                path: report.path(&was.path),
                line: was.at.line,
                column: was.at.column,
                message: &was.message,
            }),
        });
        list(out, "mended", mended)?;
    }
    writeln!(out, "}}")
}

/// A list under its name, an element on each line.
fn list<T: Serialize>(
    out: &mut dyn Write,
    name: &str,
    items: impl Iterator<Item = T>,
) -> io::Result<()> {
    write!(out, "\"{name}\":[")?;
    for (n, item) in items.enumerate() {
        let text = serde_json::to_string(&item)?;
        write!(out, "{}\n{}", if n == 0 { "" } else { "," }, harmless(&text))?;
    }
    write!(out, "\n]")
}

fn why<'a>(report: &Report<'_>, suppression: &'a Suppression) -> Why<'a> {
    Why {
        path: report.path(&suppression.path),
        line: suppression.at.line,
        column: suppression.at.column,
        reason: &suppression.reason,
        by: &suppression.by,
        until: suppression.until.to_string(),
    }
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
