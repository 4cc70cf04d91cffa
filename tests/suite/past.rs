//! A past day of the example portfolio shows nothing that is dated later.

use crate::book::milepost;
use std::fs;
use std::path::{Path, PathBuf};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn pages(folder: &Path) -> Vec<PathBuf> {
    let files = walkdir::WalkDir::new(folder).sort_by_file_name().into_iter();
    let files = files.map(|e| e.unwrap().into_path());
    files.filter(|p| p.extension().is_some_and(|e| e == "html")).collect()
}

/// Status reports, minutes and the like carry their day in their file's name.
fn later(page: &str, day: &str) -> Option<String> {
    page.split("href=\"").skip(1).find_map(|rest| {
        let href = rest.split('"').next()?;
        let name = href.rsplit('/').next()?.split('#').next()?;
        let dated = name.get(..10).filter(|d| d.starts_with("20") && d.as_bytes()[4] == b'-')?;
        (dated > day).then(|| href.to_owned())
    })
}

#[test]
fn roll_ups_and_projects_of_a_past_day_know_nothing_later() {
    for day in ["2025-11-30", "2026-01-31", "2026-02-15"] {
        let out = tempfile::tempdir().unwrap();
        let run = milepost()
            .args(["build", "--as-of", day, "-d"])
            .arg(out.path().join("site"))
            .arg(root())
            .output()
            .expect("milepost runs");
        let said = String::from_utf8_lossy(&run.stderr).into_owned();
        assert!(matches!(run.status.code(), Some(0 | 1)), "{day}: {said}");
        let site = out.path().join("site");
        let mut seen = 0;
        for path in pages(&site) {
            let name = path.strip_prefix(&site).unwrap().display().to_string();
            let derived = name == "index.html"
                || name.starts_with("portfolio/")
                || name.contains("/-/")
                || (name.starts_with("projects/") && name.matches('/').count() == 2)
                    && name.ends_with("/index.html");
            if !derived {
                continue;
            }
            seen += 1;
            let text = fs::read_to_string(&path).unwrap();
            assert!(text.contains("class=\"rewound\""), "{name} does not say that it is the past");
            let body = text.split("<main").nth(1).unwrap_or_default();
            assert_eq!(later(body, day), None, "{day}: {name} leads to what came later");
        }
        assert!(seen > 30, "{seen}");
        // What came later keeps its page, which says so.
        let report = site.join("projects/permits-online/status/2026-03-27.html");
        let text = fs::read_to_string(report).unwrap();
        assert!(text.contains("it counts nowhere on it"), "{day}");
    }
}

#[test]
fn the_usual_day_is_not_the_past() {
    let out = tempfile::tempdir().unwrap();
    let status = milepost()
        .args(["build", "--as-of", "2026-03-27", "-d"])
        .arg(out.path().join("site"))
        .arg(root())
        .status()
        .expect("milepost runs");
    assert!(matches!(status.code(), Some(0 | 1)));
    let text = fs::read_to_string(out.path().join("site/index.html")).unwrap();
    assert!(!text.contains("class=\"rewound\""));
}
