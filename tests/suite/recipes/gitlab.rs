//! GitLab CI: the jobs of a merge request and of the default branch.

use super::workshop::{Workshop, of, recipe, text};
use crate::book::Ran;
use serde_json::{Value, json};
use serde_yaml::Value as Yaml;
use std::fs;

/// The commands of a job, after those of the job it extends.
fn script(job: &str) -> String {
    let file = recipe("gitlab-ci.yml");
    let lines = |value: &Yaml| -> Vec<String> {
        let lines = value.as_sequence().map_or(&[][..], Vec::as_slice);
        lines.iter().map(|line| text(line).to_owned()).collect()
    };
    let job = &file[job];
    let mut all = job["extends"].as_str().map(|from| lines(&file[from]["before_script"]));
    let mut all = all.take().unwrap_or_default();
    all.extend(lines(&job["script"]));
    all.join("\n")
}

fn run(workshop: &Workshop, job: &str) -> Ran {
    workshop.run(&["bash", "-e", "-o", "pipefail"], &script(job))
}

fn merge_request() -> Option<Workshop> {
    let mut workshop = Workshop::new()?;
    let base = workshop.base.clone();
    for (name, value) in [
        ("CI_MERGE_REQUEST_DIFF_BASE_SHA", base.as_str()),
        ("CI_API_V4_URL", "https://gitlab.example.org/api/v4"),
        ("CI_PROJECT_ID", "12"),
        ("CI_MERGE_REQUEST_IID", "7"),
        ("MARKER", text(&recipe("gitlab-ci.yml")["review"]["variables"]["MARKER"])),
    ] {
        workshop.set(name, value);
    }
    Some(workshop)
}

#[test]
fn a_merge_request_answers_for_what_it_brings_in() {
    let Some(workshop) = merge_request() else { return };
    run(&workshop, "check").exits(1).says("src/new.md:3");
    assert!(of("apt-get", &workshop.calls())[1].contains("jq"));
    let report = workshop.read("gl-code-quality-report.json");
    let report: Value = serde_json::from_str(&report).unwrap();
    let paths: Vec<&str> = report.as_array().unwrap().iter().map(path).collect();
    assert!(paths.contains(&"src/new.md") && !paths.contains(&"src/old.md"), "{paths:?}");
    assert!(workshop.read("milepost.xml").contains("<failure type=\"broken-link\""));
    run(&workshop, "preview").exits(0);
    assert!(workshop.read("preview/new.html").contains("<h1"));
}

fn path(issue: &Value) -> &str {
    issue["location"]["path"].as_str().unwrap()
}

#[test]
fn one_note_is_made_and_then_kept_up_to_date() {
    let Some(mut workshop) = merge_request() else { return };
    run(&workshop, "review").exits(0).says("among the artefacts");
    assert!(
        workshop
            .calls()
            .iter()
            .all(|call| call["url"] == Value::Null
                || !call["url"].as_str().unwrap().contains("notes"))
    );
    workshop.set("REVIEW_TOKEN", "secret");
    let api = "https://gitlab.example.org/api/v4";
    let notes = format!("{api}/projects/12/merge_requests/7/notes");
    let list = format!("{notes}?per_page=100&sort=asc&page=1");
    let answers = |there: Value| {
        json!([
            ["GET", format!("{api}/user"), {"id": 5}],
            ["GET", list, there],
            ["POST", notes, {"id": 42}],
            ["PUT", format!("{notes}/42"), {"id": 42}],
        ])
    };
    let planted = json!({"id": 1, "author": {"id": 9}, "body": "milepost-review"});
    workshop.answers(answers(json!([planted])));
    run(&workshop, "review").exits(0).says("note 42");
    let calls = workshop.calls();
    let asked = of("curl", &calls);
    assert_eq!(asked.last().unwrap(), &format!("POST {notes}"));
    let body = calls.last().unwrap()["data"]["body"].as_str().unwrap().to_owned();
    assert_eq!(body, workshop.read("review.md"));
    assert!(body.contains("CRM"), "{body}");
    assert!(calls.last().unwrap()["headers"].as_str().unwrap().contains("PRIVATE-TOKEN: secret"));

    let ours = json!({"id": 42, "author": {"id": 5}, "body": body});
    workshop.answers(answers(json!([planted, ours])));
    run(&workshop, "review").exits(0);
    assert_eq!(of("curl", &workshop.calls()).last().unwrap(), &format!("PUT {notes}/42"));
    // What fails is told all the same.
    workshop.loosen();
    run(&workshop, "review").exits(1).says("note 42");
}

#[test]
fn the_default_branch_is_checked_and_published() {
    let Some(mut workshop) = Workshop::new() else { return };
    run(&workshop, "check-all").exits(1).says("src/old.md:3").says("src/new.md:3");
    let log: Value = serde_json::from_str(&workshop.read("milepost.sarif")).unwrap();
    assert_eq!(log["version"], "2.1.0");
    run(&workshop, "pages").exits(0);
    let site = workshop.files("public");
    assert!(workshop.read("public/index.html").contains("<h1"));
    workshop.calls();

    workshop.set("AWS_TOKEN", "id-token");
    workshop.set("S3_BUCKET", "pmo-site");
    run(&workshop, "s3").exits(0);
    assert_eq!(of("aws", &workshop.calls())[2], "s3 sync public s3://pmo-site --delete");
    assert_eq!(fs::read_to_string(workshop.at("home/aws-token")).unwrap(), "id-token");
    assert!(workshop.files("../bucket") == site);

    let key = workshop.at("temp/key");
    fs::write(&key, "KEY").unwrap();
    workshop.set("DEPLOY_KEY", key.display().to_string());
    workshop.set("DEPLOY_HOST_KEY", "/hosts");
    workshop.set("DEPLOY_TARGET", "pmo@www.example.org:/srv/pmo/");
    run(&workshop, "nginx").exits(0);
    let calls = of("rsync", &workshop.calls());
    assert!(calls[0].ends_with("public/ pmo@www.example.org:/srv/pmo/"), "{calls:?}");
    assert!(workshop.files("../server") == site);
}
