//! SARIF 2.1.0, the format of code scanning. Accepted findings are results
//! with a suppression; beside a baseline every result has its state.

use super::baseline::{Against, Compared};
use super::place::Places;
use super::{Report, harmless, help};
use crate::finding::{Finding, Severity, Suppressed};
use crate::rules::{self, Defaults};
use crate::text::{Position, Span};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::io::{self, Write};
use std::sync::Arc;

/// What relative addresses begin at.
const ROOT: &str = "%SRCROOT%";

/// Write the log, a rule and a result on each line.
pub(super) fn write(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    let mended = || report.compared.iter().flat_map(|c| c.mended.iter().map(move |key| (c, key)));
    let suppressed = report.suppressed.iter().map(|s| s.finding.rule);
    let used: BTreeSet<&str> = report
        .shown()
        .map(|f| f.rule)
        .chain(suppressed)
        .chain(report.known().map(|(_, f)| f.rule))
        .chain(mended().map(|(_, key)| key.rule.as_str()))
        .collect();
    let used: Vec<&str> = used.into_iter().collect();
    let mut run = Run { report, places: Places::new(report), rules: &used };
    write!(
        out,
        "{{\"$schema\":\"https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json\",\n\
         \"version\":\"2.1.0\",\"runs\":[{{\n\
         \"tool\":{{\"driver\":{{\"name\":\"milepost\",\"semanticVersion\":\"{}\",\"rules\":[",
        env!("CARGO_PKG_VERSION")
    )?;
    list(out, used.iter().map(|name| rule(name)))?;
    writeln!(out, "\n]}}}},")?;
    let checked = report.checked.is_some();
    writeln!(out, "\"invocations\":[{{\"executionSuccessful\":{checked}}}],")?;
    writeln!(out, "\"automationDetails\":{{\"id\":\"milepost/\"}},")?;
    let root = "the root of the repository, or the folder the check was run in";
    writeln!(
        out,
        "\"originalUriBaseIds\":{{\"{ROOT}\":{{\"description\":{{\"text\":\"{root}\"}}}}}},"
    )?;
    writeln!(out, "\"columnKind\":\"unicodeCodePoints\",")?;
    writeln!(out, "\"properties\":{{\"asOf\":\"{}\"}},", report.as_of)?;
    write!(out, "\"results\":[")?;
    let mut results: Vec<Value> = Vec::new();
    let state = report.compared.first().map(|_| "new");
    results.extend(report.shown().map(|finding| run.result(finding, state)));
    results.extend(report.suppressed.iter().map(|suppressed| run.suppressed(suppressed, state)));
    results.extend(report.known().map(|(compared, finding)| run.known(compared, finding)));
    results.extend(mended().map(|(compared, key)| {
        let mut result = json!({
            "ruleId": key.rule,
            "message": {"text": plain(compared.message(key))},
            "baselineState": "absent",
            "locations": [{"physicalLocation": {"artifactLocation": run.artifact(&key.path)}}],
            "partialFingerprints": {"milepost/v1": key.digest()},
        });
        insert(&mut result, "ruleIndex", run.index(&key.rule));
        result
    }));
    list(out, results.into_iter())?;
    writeln!(out, "\n]\n}}]}}")
}

fn list(out: &mut dyn Write, items: impl Iterator<Item = Value>) -> io::Result<()> {
    for (n, item) in items.enumerate() {
        let comma = if n == 0 { "" } else { "," };
        write!(out, "{comma}\n{}", harmless(&item.to_string()))?;
    }
    Ok(())
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Deny => "error",
        Severity::Warn => "warning",
        Severity::Note => "note",
        Severity::Allow => "none",
    }
}

/// A rule with its explanation.
fn rule(name: &str) -> Value {
    let Some(rule) = rules::find(name) else { return json!({"id": name}) };
    let severity = match rule.defaults {
        Defaults::Flat(severity) => severity,
        Defaults::Graded([first, ..], _) => first,
        Defaults::Due | Defaults::Told(_) => Severity::Deny,
    };
    let help = format!("{}\n\n`milepost explain {name}` gives an example and its mend.", rule.why);
    json!({
        "id": name,
        "name": pascal(name),
        "shortDescription": {"text": plain(rule.summary)},
        "fullDescription": {"text": plain(rule.why)},
        "help": {"text": plain(&help), "markdown": help},
        "defaultConfiguration": {"level": level(severity)},
    })
}

/// `stale-status` as `StaleStatus`: the name readers are shown.
fn pascal(name: &str) -> String {
    let mut out = String::new();
    for word in name.split('-') {
        let mut chars = word.chars();
        out.extend(chars.next().map(|c| c.to_ascii_uppercase()));
        out.push_str(chars.as_str());
    }
    out
}

struct Run<'a> {
    report: &'a Report<'a>,
    places: Places<'a>,
    rules: &'a [&'a str],
}

impl Run<'_> {
    fn index(&self, rule: &str) -> Value {
        self.rules.binary_search(&rule).map_or(Value::from(-1), Value::from)
    }

    fn result(&mut self, finding: &Finding, state: Option<&str>) -> Value {
        let text = match help(finding) {
            Some(help) => format!("{}\nhelp: {help}", finding.message),
            None => finding.message.clone(),
        };
        let mut result = json!({
            "ruleId": finding.rule,
            "ruleIndex": self.index(finding.rule),
            "level": level(finding.severity),
            "message": {"text": plain(&text)},
            "locations": [{
                "physicalLocation": self.physical(&finding.path, finding.span, finding.at),
            }],
            "partialFingerprints": {"milepost/v1": finding.key().digest()},
        });
        if let Some(state) = state {
            insert(&mut result, "baselineState", state.into());
        }
        let related: Vec<Value> = finding
            .related
            .iter()
            .enumerate()
            .map(|(id, related)| {
                json!({
                    "id": id,
                    "message": {"text": plain(&related.label)},
                    "physicalLocation": self.physical(&related.path, related.span, related.at),
                })
            })
            .collect();
        if !related.is_empty() {
            insert(&mut result, "relatedLocations", related.into());
        }
        let region = self.places.region(&finding.path, finding.span, finding.at);
        if let (Some(replacement), Some(_)) = (&finding.replacement, region) {
            let fix = json!([{
                "artifactChanges": [{
                    "artifactLocation": self.artifact(&finding.path),
                    "replacements": [{
                        "deletedRegion": self.region(&finding.path, finding.span, finding.at),
                        "insertedContent": {"text": replacement},
                    }],
                }],
            }]);
            insert(&mut result, "fixes", fix);
        }
        result
    }

    /// A finding that a document accepts.
    fn suppressed(&mut self, suppressed: &Suppressed, state: Option<&str>) -> Value {
        let (finding, why) = (&suppressed.finding, &suppressed.suppression);
        let mut result = self.result(finding, state);
        let suppression = json!([{
            "kind": "inSource",
            "status": "accepted",
            "justification": why.reason,
            "location": {"physicalLocation": self.physical(&why.path, why.span, why.at)},
            "properties": {"by": why.by, "until": why.until.to_string()},
        }]);
        insert(&mut result, "suppressions", suppression);
        result
    }

    /// A finding that was known. Nobody has accepted what was merely there before.
    fn known(&mut self, compared: &Compared, finding: &Finding) -> Value {
        let mut result = self.result(finding, Some("unchanged"));
        if compared.against != Against::Baseline {
            return result;
        }
        let why = compared.why();
        let suppression = json!([{"kind": "external", "status": "accepted", "justification": why}]);
        insert(&mut result, "suppressions", suppression);
        result
    }

    fn physical(&mut self, path: &Arc<str>, span: Span, at: Position) -> Value {
        json!({
            "artifactLocation": self.artifact(path),
            "region": self.region(path, span, at),
        })
    }

    fn region(&mut self, path: &Arc<str>, span: Span, at: Position) -> Value {
        let mut region = json!({"startLine": at.line, "startColumn": at.column});
        if let Some(known) = self.places.region(path, span, at) {
            insert(&mut region, "endLine", known.end.line.into());
            insert(&mut region, "endColumn", known.end.column.into());
        }
        region
    }

    /// A file's address: relative to the root, or absolute where it lies
    /// elsewhere.
    fn artifact(&self, path: &str) -> Value {
        let file = self.report.file(path);
        let encoded = address(&file);
        if file.starts_with('/') {
            return json!({"uri": format!("file://{encoded}")});
        }
        json!({"uri": encoded, "uriBaseId": ROOT})
    }
}

/// A path as a reference of RFC 3986, which is ASCII.
fn address(path: &str) -> String {
    let mut out = String::with_capacity(path.len());
    for byte in path.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

fn insert(object: &mut Value, name: &str, value: Value) {
    if let Some(map) = object.as_object_mut() {
        map.insert(name.into(), value);
    }
}

/// Text of a message: brackets that would begin a link stay brackets.
fn plain(text: &str) -> String {
    if text.contains("](") {
        text.replace('\\', "\\\\").replace('[', "\\[").replace(']', "\\]")
    } else {
        text.to_owned()
    }
}
