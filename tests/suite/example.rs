//! The example portfolio tells the stories it says it tells, and no others.

use std::fs;
use std::path::Path;
use std::process::Command;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Findings as `rule path:line`, sorted by path and line as the file lists them.
fn found(book: &str) -> (Vec<String>, Option<i32>) {
    let output = Command::new(env!("CARGO_BIN_EXE_milepost"))
        .args(["check", "--format", "json"])
        .arg(root().join(book))
        .output()
        .expect("milepost runs");
    let report: serde_json::Value =
        serde_json::from_slice(&output.stdout).expect("the report is JSON");
    let findings = report["findings"].as_array().expect("the report has findings");
    let line = |f: &serde_json::Value| {
        let path = f["path"].as_str().unwrap_or_default();
        let path = path.split_once("content-example/").map_or(path, |(_, rest)| rest);
        format!("{} {path}:{}", f["rule"].as_str().unwrap_or_default(), f["line"])
    };
    (findings.iter().map(line).collect(), output.status.code())
}

#[test]
fn the_example_has_the_findings_it_lists_and_no_others() {
    let listed = fs::read_to_string(root().join("content-example/findings.expected")).unwrap();
    let mut expected: Vec<&str> =
        listed.lines().filter(|l| !l.is_empty() && !l.starts_with('#')).collect();
    expected.sort_unstable();
    let (mut found, status) = found(".");
    found.sort_unstable();
    assert_eq!(found, expected);
    assert_eq!(status, Some(1));
    assert!(expected.len() >= 8, "the example tells too few stories");
}

#[test]
fn the_guide_is_a_book_without_findings() {
    assert_eq!(found("docs"), (Vec::new(), Some(0)));
}
