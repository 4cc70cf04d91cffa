//! Bitbucket Pipelines: the steps of a pull request and of main.

use super::workshop::{Workshop, of, recipe, text};
use crate::book::Ran;
use serde_json::{Value, json};
use serde_yaml::Value as Yaml;

/// The step of this name, wherever it stands.
fn find(value: &Yaml, name: &str) -> Option<Yaml> {
    if value["step"]["name"].as_str() == Some(name) {
        return Some(value["step"].clone());
    }
    match value {
        Yaml::Sequence(all) => all.iter().find_map(|inner| find(inner, name)),
        Yaml::Mapping(all) => all.iter().find_map(|(_, inner)| find(inner, name)),
        _ => None,
    }
}

fn run(workshop: &Workshop, name: &str) -> Ran {
    let file = recipe("bitbucket-pipelines.yml");
    let step = find(&file["pipelines"], name).unwrap_or_else(|| panic!("no step {name}"));
    let lines: Vec<&str> = step["script"].as_sequence().unwrap().iter().map(text).collect();
    workshop.run(&["bash", "-e"], &lines.join("\n"))
}

const REPORT: &str =
    "http://api.bitbucket.org/2.0/repositories/pmo/portfolio/commit/abc/reports/milepost";

fn workshop() -> Option<Workshop> {
    let mut workshop = Workshop::new()?;
    workshop.set("BITBUCKET_REPO_FULL_NAME", "pmo/portfolio");
    workshop.set("BITBUCKET_COMMIT", "abc");
    workshop.answers(json!([["PUT", REPORT, {}], ["POST", format!("{REPORT}/annotations"), {}],]));
    Some(workshop)
}

#[test]
fn a_pull_request_answers_for_what_it_brings_in() {
    let Some(mut workshop) = workshop() else { return };
    workshop.set("BITBUCKET_PR_DESTINATION_BRANCH", "main");
    run(&workshop, "Check what the pull request brings in").exits(1).says("src/new.md:3");
    assert!(workshop.read("test-results/milepost.xml").contains("<failure type=\"broken-link\""));
    assert!(workshop.read("milepost.sarif").contains("\"2.1.0\""));
    let calls = workshop.calls();
    let (report, annotations) = (&calls[0], &calls[1]);
    assert!(calls.iter().all(|call| call["proxy"] == "http://localhost:29418"));
    assert_eq!(report["data"]["result"], "FAILED");
    assert_eq!(report["data"]["report_type"], "TEST");
    let annotations = annotations["data"].as_array().unwrap();
    let new = annotations.iter().find(|a| a["path"] == "src/new.md").unwrap();
    assert_eq!((&new["line"], &new["severity"]), (&3.into(), &"HIGH".into()));
    assert!(new["summary"].as_str().unwrap().ends_with("[broken-link]"));
    assert!(!annotations.iter().any(|a| a["path"] == "src/old.md"));
}

#[test]
fn many_findings_are_sent_a_hundred_at_once() {
    let Some(workshop) = workshop() else { return };
    let links: Vec<String> = (0..250).map(|n| format!("See [it](gone{n}.md).\n\n")).collect();
    let page = format!("# Many\n\n{}", links.concat());
    std::fs::write(workshop.at("clone/src/many.md"), page).unwrap();
    run(&workshop, "Check everything").exits(1);
    let calls = workshop.calls();
    let sent: Vec<usize> = calls[1..].iter().map(|c| c["data"].as_array().unwrap().len()).collect();
    assert_eq!(sent[..2], [100, 100]);
    assert!(sent.iter().sum::<usize>() > 250 && sent.iter().all(|n| *n <= 100), "{sent:?}");
}

#[test]
fn one_comment_is_made_and_then_kept_up_to_date() {
    let Some(mut workshop) = workshop() else { return };
    workshop.set("BITBUCKET_PR_DESTINATION_BRANCH", "main");
    workshop.set("BITBUCKET_PR_ID", "7");
    let step = "Review what changed in the project";
    run(&workshop, step).exits(0).says("among the artefacts");
    assert!(workshop.read("preview/new.html").contains("<h1"));
    workshop.set("REVIEW_TOKEN", "secret");
    let api = "https://api.bitbucket.org/2.0/repositories/pmo/portfolio/pullrequests/7/comments";
    let (list, second) = (format!("{api}?pagelen=100"), format!("{api}?pagelen=100&page=2"));
    let answers = |there: Value| {
        json!([
            ["GET", list, {"values": [
                {"id": 1, "deleted": false, "content": {"raw": "Well"}},
                {"id": 2, "deleted": true, "content": {"raw": "milepost-review"}},
            ], "next": second}],
            ["GET", second, {"values": there}],
            ["POST", api, {"id": 42}],
            ["PUT", format!("{api}/42"), {"id": 42}],
        ])
    };
    workshop.answers(answers(json!([])));
    workshop.calls();
    run(&workshop, step).exits(0).says("comment 42");
    let calls = workshop.calls();
    assert_eq!(of("curl", &calls).last().unwrap(), &format!("POST {api}"));
    let body = calls.last().unwrap()["data"]["content"]["raw"].as_str().unwrap().to_owned();
    assert_eq!(body, workshop.read("review.md"));
    assert!(body.contains("CRM"), "{body}");

    // One that looks like it and belongs to somebody else cannot be changed.
    let planted = json!({"id": 9, "deleted": false, "content": {"raw": "milepost-review"}});
    let ours = json!({"id": 42, "deleted": false, "content": {"raw": body}});
    workshop.answers(answers(json!([planted, ours])));
    run(&workshop, step).exits(0).says("comment 42");
    let asked = of("curl", &workshop.calls());
    assert_eq!(asked.last().unwrap(), &format!("PUT {api}/42"));
    assert!(!asked.iter().any(|call| call.starts_with("POST")), "{asked:?}");
}

#[test]
fn main_is_checked_and_published() {
    let Some(mut workshop) = workshop() else { return };
    run(&workshop, "Check everything").exits(1).says("src/old.md:3");
    run(&workshop, "Build the site").exits(0);
    let site = workshop.files("site");
    workshop.calls();
    run(&workshop, "Copy to S3").exits(0).says("S3_BUCKET is not set");
    workshop.set("S3_BUCKET", "pmo-site");
    workshop.set("BITBUCKET_STEP_OIDC_TOKEN", "id-token");
    run(&workshop, "Copy to S3").exits(0);
    assert_eq!(of("aws", &workshop.calls())[2], "s3 sync site s3://pmo-site --delete");
    assert!(workshop.files("../bucket") == site);
    run(&workshop, "Copy to a server with nginx").exits(0).says("DEPLOY_TARGET is not set");
    workshop.set("DEPLOY_TARGET", "pmo@www.example.org:/srv/pmo/");
    run(&workshop, "Copy to a server with nginx").exits(0);
    let calls = of("rsync", &workshop.calls());
    assert!(calls[0].ends_with("site/ pmo@www.example.org:/srv/pmo/"), "{calls:?}");
    assert!(workshop.files("../server") == site);
}
