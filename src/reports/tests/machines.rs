//! Tests of the formats that other programs read: their form, and that no name
//! or message can break it.

use super::*;
use crate::date;
use crate::finding::{Key, Suppression, sort};
use crate::reports::baseline::{Against, Baseline, Compared};
use serde_json::Value;

/// Findings with everything a name and a message may hold.
fn hostile() -> Vec<Finding> {
    let nasty = "a\"'<>&]]>%0A::error,title=x::y\r\n\u{1b}[31m\u{202e}\u{0}\u{fffe}\u{85}\u{2028}日本 {0} [x](javascript:alert(1)) \\";
    let mut one = finding("broken-link", "a.md", REPORT, "status", nasty).help(nasty);
    one.path = format!("p:q,r%s/{nasty}.md").into();
    one.replacement = Some(nasty.into());
    let related = one.clone();
    one = one.related(related.path.clone(), related.span, related.at, nasty);
    let mut all = findings();
    all.push(one);
    sort(&mut all);
    all
}

fn accepted() -> Vec<Suppressed> {
    let finding = finding("stale-status", "a.md", REPORT, "kind", "last report is 40 days old");
    let suppression = Suppression {
        path: "a.md".into(),
        span: Span::at(4),
        at: crate::text::Position { line: 2, column: 1 },
        reason: "winter <break>, agreed \"so\"".into(),
        by: "@ybauer".into(),
        until: date::parse("2026-04-30").unwrap(),
    };
    vec![Suppressed { finding, suppression }]
}

fn compared() -> Compared {
    let gone = Key {
        path: "b.md".into(),
        rule: "missing-field".into(),
        subject: "`owner` is <missing> % ::error".into(),
        nth: 2,
    };
    let mut known = vec![finding("date-order", "a.md", REPORT, "title", "2 days & more")];
    sort(&mut known);
    Compared { known, mended: vec![gone], ..Compared::default() }
}

/// A report that uses everything.
fn full(name: &str) -> String {
    let (findings, accepted, compared) = (hostile(), accepted(), compared());
    let here = Way { src: "../my book/src/".into(), book: "../my book/".into() };
    let repository = Way { src: "docs/my book/src/".into(), book: "docs/my book/".into() };
    let report = Report {
        findings: &findings,
        suppressed: &accepted,
        compared: std::slice::from_ref(&compared),
        here: &here,
        repository: &repository,
        ..report(&read)
    };
    written(name, &report)
}

#[test]
fn no_format_lets_a_hidden_character_out() {
    for format in FORMATS {
        let out = full(format.name);
        let bad = |c: char| (c.is_control() && c != '\n') || "\u{202e}\u{2028}\u{85}".contains(c);
        assert!(!out.contains(bad), "{}: {out:?}", format.name);
    }
}

#[test]
fn github_commands_escape_what_would_end_them() {
    let out = full("github");
    let commands: Vec<&str> = out.lines().filter(|line| line.starts_with("::")).collect();
    assert_eq!(commands.len(), 6, "{out}");
    let nasty = commands.iter().find(|line| line.contains("broken-link")).unwrap();
    let (properties, message) = nasty.strip_prefix("::error ").unwrap().split_once("::").unwrap();
    assert!(properties.contains("file=docs/my book/src/p%3Aq%2Cr%25s/a"), "{properties}");
    assert_eq!(properties.matches(',').count(), 3, "{properties}");
    assert!(message.contains("%250A::error"), "{message}");
    assert!(message.contains("%0Ahelp: a"), "{message}");
    assert_eq!(
        shown("github", &findings()[..1], "src/", &read).lines().next(),
        Some(
            "::error file=src/a.md,line=3,endLine=3,col=8,endColumn=15,title=invalid-yaml::`@` cannot begin an unquoted value%0Ahelp: put the value in quotes: `owner: \"@mlopez\"`"
        )
    );
    let several = shown("github", &findings()[1..2], "", &read);
    assert!(several.starts_with("::warning file=a.md,line=5,endLine=6,title="), "{several}");
    let gone = shown("github", &findings()[3..4], "", &read);
    assert!(gone.starts_with("::notice file=gone.md,line=1,col=4,title="), "{gone}");
}

#[test]
fn gitlab_issues_have_what_gitlab_asks_for() {
    let value: Value = serde_json::from_str(&full("gitlab")).unwrap();
    let issues = value.as_array().unwrap();
    assert_eq!(issues.len(), 6);
    let mut fingerprints: Vec<&str> = Vec::new();
    for issue in issues {
        assert!(!issue["description"].as_str().unwrap().is_empty());
        assert!(!issue["check_name"].as_str().unwrap().is_empty());
        assert!(["info", "minor", "major"].contains(&issue["severity"].as_str().unwrap()));
        let path = issue["location"]["path"].as_str().unwrap();
        assert!(path.starts_with("docs/my book/"), "{path}");
        let lines = &issue["location"]["lines"];
        assert!(lines["begin"].as_u64().unwrap() >= 1);
        assert!(lines["end"].as_u64() >= lines["begin"].as_u64());
        fingerprints.push(issue["fingerprint"].as_str().unwrap());
    }
    fingerprints.sort_unstable();
    fingerprints.dedup();
    assert_eq!(fingerprints.len(), 6);
    assert_eq!(shown("gitlab", &[], "", &read), "[\n]\n");
}

#[test]
fn gitlab_fingerprints_outlive_edits_and_days() {
    let print = |text: &str, message: &str| {
        let mut all = vec![finding("stale-status", "a.md", text, "x", message)];
        sort(&mut all);
        let out = shown("gitlab", &all, "", &|_| Some(text.into()));
        let value: Value = serde_json::from_str(&out).unwrap();
        value[0]["fingerprint"].as_str().unwrap().to_owned()
    };
    let first = print("x", "last report is 40 days old (2026-02-15)");
    assert_eq!(first, print("new line\n\nx", "last report is 41 days old (2026-02-15)"));
    assert_ne!(first, print("x", "last report is missing"));
}

#[test]
fn rdjsonl_counts_columns_in_bytes() {
    let out = shown("rdjsonl", &findings()[1..3], "src/", &read);
    let lines: Vec<Value> = out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines.len(), 2);
    // `title: 日本 x`: the `x` is the 11th character and the 15th byte.
    let range = &lines[0]["location"]["range"];
    assert_eq!(range["start"], serde_json::json!({"line": 5, "column": 15}));
    assert_eq!(range["end"], serde_json::json!({"line": 6, "column": 1}));
    assert_eq!(lines[0]["location"]["path"], "src/a.md");
    assert_eq!(lines[0]["severity"], "WARNING");
    assert_eq!(lines[0]["suggestions"][0]["text"], "y");
    assert_eq!(lines[1]["related_locations"][0]["location"]["range"]["start"]["line"], 4);
    // A file that is gone gives its line only.
    let gone = &lines[1]["related_locations"][1]["location"]["range"];
    assert_eq!(*gone, serde_json::json!({"start": {"line": 2}}));
    for line in full("rdjsonl").lines() {
        let value: Value = serde_json::from_str(line).unwrap();
        assert!(value["location"]["path"].as_str().unwrap().starts_with("../my book/"));
        assert!(value["source"]["name"] == "milepost" && value["code"]["value"].is_string());
    }
}

/// Whether a text is well-formed XML of elements, attributes and the five
/// named entities.
fn well_formed(xml: &str) -> Result<(), String> {
    let mut open: Vec<&str> = Vec::new();
    let body = xml.strip_prefix("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n").ok_or("prolog")?;
    let text = |part: &str| {
        let known = ["amp;", "lt;", "gt;", "quot;", "apos;"];
        !part.contains('<')
            && part.split('&').skip(1).all(|after| known.iter().any(|k| after.starts_with(k)))
    };
    for part in body.split_inclusive('>') {
        let (before, tag) = part.split_once('<').unwrap_or((part, ""));
        if !text(before) || (tag.is_empty() && before.contains('>')) {
            return Err(format!("text {before:?}"));
        }
        let Some(tag) = tag.strip_suffix('>') else { continue };
        if let Some(name) = tag.strip_prefix('/') {
            if open.pop() != Some(name) {
                return Err(format!("closes {name}"));
            }
            continue;
        }
        let inner = tag.strip_suffix('/').unwrap_or(tag);
        let name = inner.split(' ').next().unwrap_or_default();
        let mut rest = inner[name.len()..].trim_start();
        while !rest.is_empty() {
            let (key, after) = rest.split_once("=\"").ok_or(format!("attribute {rest:?}"))?;
            let (value, after) = after.split_once('"').ok_or(format!("open {rest:?}"))?;
            if !key.chars().all(char::is_alphabetic) || !text(value) {
                return Err(format!("attribute {key}={value:?}"));
            }
            rest = after.trim_start();
        }
        if !tag.ends_with('/') {
            open.push(name);
        }
    }
    if open.is_empty() { Ok(()) } else { Err(format!("open {open:?}")) }
}

#[test]
fn junit_is_well_formed_and_counts_right() {
    let out = full("junit");
    assert_eq!(well_formed(&out), Ok(()), "{out}");
    assert!(well_formed("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<a><b></a>").is_err());
    let count = |part: &str| out.matches(part).count();
    assert_eq!((count("<testcase "), count("<failure "), count("<skipped ")), (8, 4, 2), "{out}");
    assert!(out.contains("<testsuites name=\"milepost\" tests=\"8\" failures=\"4\" errors=\"0\">"));
    assert!(out.contains("accepted by @ybauer until 2026-04-30: winter &lt;break&gt;"), "{out}");
    assert!(!out.contains('\u{fffe}'));
    let none = shown("junit", &[], "", &read);
    assert_eq!(well_formed(&none), Ok(()), "{none}");
    assert_eq!(none.matches("<testcase ").count(), 1);
}

#[test]
fn sarif_has_what_its_schema_asks_for() {
    let value: Value = serde_json::from_str(&full("sarif")).unwrap();
    assert_eq!(value["version"], "2.1.0");
    let run = &value["runs"][0];
    assert_eq!(run["columnKind"], "unicodeCodePoints");
    assert_eq!(run["invocations"][0]["executionSuccessful"], true);
    let rules = run["tool"]["driver"]["rules"].as_array().unwrap();
    for rule in rules.iter().filter(|rule| rule["id"] == "stale-status") {
        assert_eq!(rule["name"], "StaleStatus");
        assert!(rule["help"]["text"].as_str().unwrap().contains("milepost explain"));
        assert!(rule["shortDescription"]["text"].is_string());
    }
    let results = run["results"].as_array().unwrap();
    assert_eq!(results.len(), 6 + 1 + 1 + 1);
    for result in results {
        let index = usize::try_from(result["ruleIndex"].as_i64().unwrap()).unwrap();
        assert_eq!(rules[index]["id"], result["ruleId"]);
        assert!(!result["message"]["text"].as_str().unwrap().is_empty());
        assert_eq!(result["partialFingerprints"]["milepost/v1"].as_str().unwrap().len(), 32);
        let place = &result["locations"][0]["physicalLocation"];
        let uri = place["artifactLocation"]["uri"].as_str().unwrap();
        assert!(uri.starts_with("docs/my%20book/"), "{uri}");
        assert!(uri.is_ascii() && !uri.contains([' ', ':', '"', '\\', '<']), "{uri}");
        assert_eq!(place["artifactLocation"]["uriBaseId"], "%SRCROOT%");
        for line in [&place["region"]["startLine"], &place["region"]["endLine"]] {
            assert!(line.is_null() || line.as_u64().unwrap() >= 1);
        }
    }
    let states: Vec<&str> =
        results.iter().map(|result| result["baselineState"].as_str().unwrap()).collect();
    assert_eq!(states[6..], ["new", "unchanged", "absent"]);
    let suppression = &results[6]["suppressions"][0];
    assert_eq!(suppression["kind"], "inSource");
    assert_eq!(suppression["justification"], "winter <break>, agreed \"so\"");
    assert_eq!(results[7]["suppressions"][0]["kind"], "external");
    let nasty = results.iter().find(|r| r["ruleId"] == "broken-link").unwrap();
    assert!(nasty["message"]["text"].as_str().unwrap().contains("\\[x\\](javascript"));
    let plain: Value =
        serde_json::from_str(&shown("sarif", &findings(), "/abs/src/", &read)).unwrap();
    let result = &plain["runs"][0]["results"][0];
    assert!(result["baselineState"].is_null());
    let location = &result["locations"][0]["physicalLocation"];
    assert_eq!(location["artifactLocation"], serde_json::json!({"uri": "file:///abs/src/a.md"}));
    assert_eq!(
        location["region"],
        serde_json::json!({"startLine": 3, "startColumn": 8, "endLine": 3, "endColumn": 15})
    );
    assert_eq!(
        plain["runs"][0]["results"][1]["fixes"][0]["artifactChanges"][0]["replacements"][0]["insertedContent"]
            ["text"],
        "y"
    );
}

/// GitLab's Code Quality report, as its guide describes the fields.
fn gitlab_schema() -> Value {
    let line = serde_json::json!({"type": "integer", "minimum": 1});
    serde_json::json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "type": "array",
        "items": {
            "type": "object",
            "required": ["description", "check_name", "fingerprint", "location", "severity"],
            "properties": {
                "description": {"type": "string", "minLength": 1},
                "check_name": {"type": "string", "pattern": "^[a-z][a-z0-9-]*$"},
                "fingerprint": {"type": "string", "pattern": "^[0-9a-f]{32,}$"},
                "severity": {"enum": ["info", "minor", "major", "critical", "blocker"]},
                "location": {
                    "type": "object",
                    "required": ["path"],
                    "properties": {
                        "path": {"type": "string", "pattern": "^[^/.]"},
                        "lines": {
                            "type": "object",
                            "required": ["begin"],
                            "properties": {"begin": line, "end": line},
                        },
                        "positions": {
                            "type": "object",
                            "required": ["begin"],
                            "properties": {"begin": {
                                "type": "object",
                                "required": ["line"],
                                "properties": {"line": line, "column": line},
                            }},
                        },
                    },
                    "oneOf": [{"required": ["lines"]}, {"required": ["positions"]}],
                },
            },
        },
    })
}

#[test]
fn gitlab_gets_every_field_it_documents() {
    let schema = gitlab_schema();
    assert!(jsonschema::meta::is_valid(&schema));
    let validator = jsonschema::options().build(&schema).unwrap();
    for out in [full("gitlab"), shown("gitlab", &[], "", &read)] {
        let value: Value = serde_json::from_str(&out).unwrap();
        let faults: Vec<String> =
            validator.iter_errors(&value).map(|e| format!("{}: {e}", e.instance_path())).collect();
        assert!(faults.is_empty(), "{faults:#?}\n{out}");
        let prints = value.as_array().unwrap().iter().map(|f| f["fingerprint"].as_str().unwrap());
        let mut all: Vec<&str> = prints.collect();
        let count = all.len();
        all.sort_unstable();
        all.dedup();
        assert_eq!(all.len(), count, "two findings share a fingerprint");
    }
}

#[test]
fn json_lists_what_is_not_reported_too() {
    let value: Value = serde_json::from_str(&full("json")).unwrap();
    assert_eq!(value["findings"].as_array().unwrap().len(), 6);
    let suppressed = &value["suppressed"][0];
    assert_eq!(suppressed["rule"], "stale-status");
    assert_eq!(suppressed["suppression"]["until"], "2026-04-30");
    assert_eq!(value["known"][0]["rule"], "date-order");
    assert_eq!(value["mended"][0]["nth"], 2);
}

#[test]
fn the_summary_counts_what_is_silent() {
    let (accepted, compared) = (accepted(), compared());
    let report = Report {
        suppressed: &accepted,
        compared: std::slice::from_ref(&compared),
        ..report(&read)
    };
    assert_eq!(
        report.summary(),
        "no new findings in 48 documents of 8 projects; 1 suppressed, 1 known from the baseline, 1 of the baseline mended"
    );
    let out = written("short", &report);
    assert!(out.starts_with("b.md: mended[missing-field]: `owner` is <missing>"), "{out}");
    assert!(out.contains("take it out of the baseline with `check --baseline --write-baseline`"));
    let name = "a\u{202e}".to_owned();
    let since = compared.against(Against::Revision { name, commit: "1a".into() });
    let report = Report { compared: std::slice::from_ref(&since), ..super::report(&read) };
    assert!(report.summary().ends_with("1 from before `a\\u{202e}`, 1 mended since `a\\u{202e}`"));
    assert!(!written("short", &report).contains("out of the baseline"));
    let json: Value = serde_json::from_str(&written("json", &report)).unwrap();
    assert_eq!(json["since"], serde_json::json!({"revision": "a\u{202e}", "commit": "1a"}));
    let sarif: Value = serde_json::from_str(&written("sarif", &report)).unwrap();
    let known = &sarif["runs"][0]["results"][0];
    assert_eq!(known["baselineState"], "unchanged");
    assert!(known["suppressions"].is_null());
    assert!(written("junit", &report).contains("known from before `a\\u{202e}`"));
    let new = [since.new_only()];
    let report = Report { compared: &new, ..super::report(&read) };
    assert_eq!(report.summary(), "no new findings in 48 documents of 8 projects");
    assert!(!written("sarif", &report).contains("date-order"));
    let unread = Report { checked: None, ..super::report(&read) };
    assert_eq!(unread.summary(), "no findings in `book.toml`; no document was checked");
}

#[test]
fn a_baseline_of_hostile_findings_reads_back() {
    let baseline = Baseline::of(&hostile());
    assert_eq!(Baseline::parse(&baseline.text()), Ok(baseline));
}
