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

/// Every file of a folder, copied.
fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}

/// Rows and documents are written without templates unless a theme has its own:
/// with a copy of ours as such a theme, every page must come out the same.
#[test]
fn a_theme_that_says_what_ours_says_makes_the_same_site() {
    let folder = tempfile::tempdir().unwrap();
    let book = folder.path().join("book");
    copy(&root().join("content-example"), &book.join("content-example"));
    fs::copy(root().join("book.toml"), book.join("book.toml")).unwrap();
    let build = |to: &str| {
        let output = Command::new(env!("CARGO_BIN_EXE_milepost"))
            .args(["build", "--quiet"])
            .arg(&book)
            .arg("-d")
            .arg(folder.path().join(to))
            .output()
            .expect("milepost runs");
        assert_eq!(output.status.code(), Some(1));
        crate::book::tree(&folder.path().join(to))
    };
    let ours = build("ours");
    copy(&root().join("themes/default/components"), &book.join("theme/components"));
    let theirs = build("theirs");
    assert_eq!(ours.len(), theirs.len());
    assert!(ours.len() > 200, "{}", ours.len());
    for ((path, ours), (other, theirs)) in ours.iter().zip(&theirs) {
        assert_eq!(path, other);
        assert!(ours == theirs, "{} differs", path.display());
    }
}
