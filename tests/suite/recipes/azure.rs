//! Azure Pipelines: the jobs of a pull request and of main.

use super::workshop::{Workshop, of, recipe, text};
use crate::book::Ran;
use serde_json::{Value, json};
use serde_yaml::Value as Yaml;
use std::fs;

/// An agent, with what the macros of the recipe come to.
struct Agent {
    workshop: Workshop,
    file: Yaml,
    macros: Vec<(&'static str, String)>,
}

impl Agent {
    fn new() -> Option<Self> {
        let mut workshop = Workshop::new()?;
        let temp = workshop.at("temp").display().to_string();
        workshop.set("AGENT_TEMPDIRECTORY", temp);
        Some(Self { workshop, file: recipe("azure-pipelines.yml"), macros: Vec::new() })
    }

    fn is(mut self, name: &'static str, value: &str) -> Self {
        self.macros.push((name, value.to_owned()));
        self
    }

    fn step(&mut self, job: &str, name: &str) -> Ran {
        let jobs = self.file["jobs"].as_sequence().unwrap();
        let job = jobs.iter().find(|found| found["job"].as_str() == Some(job)).unwrap();
        let steps = job["steps"].as_sequence().unwrap();
        let step = steps.iter().find(|step| step["displayName"].as_str() == Some(name));
        let step = step.unwrap_or_else(|| panic!("no step {name}")).clone();
        for (name, value) in &step["env"].as_mapping().cloned().unwrap_or_default() {
            let wanted = text(value).trim_start_matches("$(").trim_end_matches(')');
            let known = self.macros.iter().find(|(name, _)| *name == wanted);
            let (_, known) = known.unwrap_or_else(|| panic!("nothing known of {wanted}"));
            self.workshop.set(text(name), known.clone());
        }
        let ran = self.workshop.run(&["bash", "--noprofile", "--norc"], text(&step["bash"]));
        for line in ran.out.lines() {
            if let Some(folder) = line.strip_prefix("##vso[task.prependpath]") {
                self.workshop.prepend_path(folder);
            }
        }
        ran
    }
}

#[test]
fn a_pull_request_answers_for_what_it_brings_in() {
    let Some(agent) = Agent::new() else { return };
    let mut agent = agent.is("System.PullRequest.TargetBranch", "refs/heads/main");
    agent.step("check", "Install Milepost").exits(0);
    let check = agent.step("check", "Check what the pull request brings in");
    check.exits(1).says("src/new.md:3");
    assert!(!check.all().contains("src/old.md"), "{}", check.all());
    let cases = agent.workshop.read("milepost.xml");
    assert!(cases.contains("<failure type=\"broken-link\""), "{cases}");
    assert!(cases.contains("known from before `origin/main`"), "{cases}");
    agent.step("check", "Review what changed in the project").exits(0);
    assert!(agent.workshop.read("review/review.md").contains("CRM"));
    assert!(agent.workshop.read("review/preview/new.html").contains("<h1"));
}

#[test]
fn one_thread_is_made_and_then_kept_up_to_date() {
    let Some(agent) = Agent::new() else { return };
    let mut agent = agent
        .is("System.PullRequest.TargetBranch", "refs/heads/main")
        .is("System.AccessToken", "secret")
        .is("System.PullRequest.IsFork", "False");
    for (name, value) in [
        ("SYSTEM_COLLECTIONURI", "https://dev.azure.com/pmo/"),
        ("SYSTEM_TEAMPROJECTID", "p-1"),
        ("BUILD_REPOSITORY_ID", "r-1"),
        ("SYSTEM_PULLREQUEST_PULLREQUESTID", "7"),
    ] {
        agent.workshop.set(name, value);
    }
    agent.step("check", "Install Milepost").exits(0);
    agent.step("check", "Review what changed in the project").exits(0);
    let threads = "https://dev.azure.com/pmo/p-1/_apis/git/repositories/r-1/pullRequests/7/threads";
    let list = format!("{threads}?api-version=7.1");
    let one = format!("{threads}/42/comments/1?api-version=7.1");
    let answers = |there: Value| {
        json!([
            ["GET", list, {"value": there}],
            ["POST", list, {"id": 42}],
            ["PATCH", one, {"id": 1}],
        ])
    };
    let planted = json!({"id": 1, "isDeleted": false, "properties": null,
        "comments": [{"content": "milepost-review"}]});
    agent.workshop.answers(answers(json!([planted])));
    agent.workshop.calls();
    agent.step("check", "Comment").exits(0).says("comment 42");
    let calls = agent.workshop.calls();
    assert_eq!(of("curl", &calls), [format!("GET {list}"), format!("POST {list}")]);
    let made = &calls[1]["data"];
    let body = agent.workshop.read("review/review.md");
    assert_eq!(made["comments"][0]["content"], body.as_str());
    assert_eq!(made["status"], "closed");

    let ours = json!({"id": 42, "isDeleted": false, "properties": made["properties"]});
    agent.workshop.answers(answers(json!([planted, ours])));
    agent.step("check", "Comment").exits(0);
    let calls = agent.workshop.calls();
    assert_eq!(of("curl", &calls), [format!("GET {list}"), format!("PATCH {one}")]);
    assert_eq!(calls[1]["data"]["content"], body.as_str());

    agent.macros.retain(|(name, _)| *name != "System.PullRequest.IsFork");
    let mut agent = agent.is("System.PullRequest.IsFork", "True");
    agent.step("check", "Comment").exits(0).says("may not comment");
    assert!(agent.workshop.calls().is_empty());
}

#[test]
fn main_is_checked_and_published() {
    let Some(agent) = Agent::new() else { return };
    let mut agent = agent
        .is("AWS_ACCESS_KEY_ID", "id")
        .is("AWS_SECRET_ACCESS_KEY", "key")
        .is("key.secureFilePath", "")
        .is("hosts.secureFilePath", "/hosts");
    agent.step("check", "Install Milepost").exits(0);
    agent.step("check", "Check everything").exits(1).says("src/old.md:3");
    let log: Value = serde_json::from_str(&agent.workshop.read("milepost.sarif")).unwrap();
    assert_eq!(log["version"], "2.1.0");
    agent.step("site", "Install Milepost").exits(0);
    agent.step("site", "Build the site").exits(0);
    let site = agent.workshop.files("site");
    agent.workshop.calls();
    agent.workshop.set("S3_BUCKET", "pmo-site");
    agent.step("site", "Copy to S3").exits(0);
    assert_eq!(of("aws", &agent.workshop.calls())[2], "s3 sync site s3://pmo-site --delete");
    assert!(agent.workshop.files("../bucket") == site);
    let key = agent.workshop.at("temp/key");
    fs::write(&key, "KEY").unwrap();
    agent.macros.retain(|(name, _)| *name != "key.secureFilePath");
    let mut agent = agent.is("key.secureFilePath", &key.display().to_string());
    agent.workshop.set("DEPLOY_TARGET", "pmo@www.example.org:/srv/pmo/");
    agent.step("site", "Copy to a server with nginx").exits(0);
    let calls = of("rsync", &agent.workshop.calls());
    assert!(calls[0].ends_with("site/ pmo@www.example.org:/srv/pmo/"), "{calls:?}");
    assert!(agent.workshop.files("../server") == site);
}
