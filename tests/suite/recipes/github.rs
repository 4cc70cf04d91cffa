//! GitHub Actions: the jobs of a pull request, of main, and the comment.

use super::workshop::{Workshop, of, recipe, text};
use crate::book::Ran;
use serde_json::{Value, json};
use serde_yaml::Value as Yaml;
use std::fs;

/// A runner, with what the expressions of the recipe come to.
struct Runner {
    workshop: Workshop,
    file: Yaml,
    expressions: Vec<(&'static str, String)>,
}

impl Runner {
    fn new(file: &str) -> Option<Self> {
        let mut workshop = Workshop::new()?;
        let at = |path: &str| workshop.at(path).display().to_string();
        let (temp, path, summary) = (at("temp"), at("path"), at("summary"));
        for (name, value) in
            [("RUNNER_TEMP", temp), ("GITHUB_PATH", path), ("GITHUB_STEP_SUMMARY", summary)]
        {
            workshop.set(name, value);
        }
        Some(Self { workshop, file: recipe(file), expressions: Vec::new() })
    }

    fn is(mut self, expression: &'static str, value: &str) -> Self {
        self.expressions.push((expression, value.to_owned()));
        self
    }

    /// Run one step of a job as the runner does.
    fn step(&mut self, job: &str, name: &str) -> Ran {
        let steps = self.file["jobs"][job]["steps"].as_sequence().unwrap();
        let step = steps.iter().find(|step| step["name"].as_str() == Some(name));
        let step = step.unwrap_or_else(|| panic!("no step {name}")).clone();
        let env = step["env"].as_mapping().cloned().unwrap_or_default();
        for (name, value) in &env {
            let value = self.value(text(value));
            self.workshop.set(text(name), value);
        }
        let shell = ["bash", "--noprofile", "--norc", "-e", "-o", "pipefail"];
        let ran = self.workshop.run(&shell, text(&step["run"]));
        for (name, _) in &env {
            self.workshop.set(text(name), "");
        }
        if let Ok(folders) = fs::read_to_string(self.workshop.at("path")) {
            folders.lines().for_each(|folder| self.workshop.prepend_path(folder));
            fs::remove_file(self.workshop.at("path")).unwrap();
        }
        ran
    }

    /// A value with its expressions worked out.
    fn value(&self, value: &str) -> String {
        let mut out = value.to_owned();
        while let Some((before, rest)) = out.split_once("${{") {
            let (expression, after) = rest.split_once("}}").unwrap();
            let known = self.expressions.iter().find(|(name, _)| *name == expression.trim());
            let (_, known) = known.unwrap_or_else(|| panic!("nothing known of {expression}"));
            out = format!("{before}{known}{after}");
        }
        out
    }
}

#[test]
fn a_pull_request_answers_for_what_it_brings_in() {
    let Some(runner) = Runner::new("github-actions.yml") else { return };
    let base = runner.workshop.base.clone();
    let either = "github.event.pull_request.base.sha || github.event.merge_group.base_sha";
    let mut runner = runner.is(either, &base).is("github.event.pull_request.base.sha", &base);
    runner.step("check", "Install Milepost").exits(0);
    let check = runner.step("check", "Check what the pull request brings in");
    check.exits(1).says("::error file=src/new.md,line=3,");
    assert!(!check.all().contains("file=src/old.md"), "{}", check.all());
    runner.step("check", "Review what changed in the project").exits(0);
    let review = runner.workshop.read("review.md");
    assert!(review.contains("CRM"), "{review}");
    assert_eq!(fs::read_to_string(runner.workshop.at("summary")).unwrap(), review);
    runner.step("check", "Build a preview").exits(0);
    assert!(runner.workshop.read("preview/new.html").contains("<h1"));
}

#[test]
fn a_request_that_loosens_its_own_rules_fails() {
    let Some(runner) = Runner::new("github-actions.yml") else { return };
    let base = runner.workshop.base.clone();
    let either = "github.event.pull_request.base.sha || github.event.merge_group.base_sha";
    let mut runner = runner.is(either, &base).is("github.event.pull_request.base.sha", &base);
    runner.step("check", "Install Milepost").exits(0);
    runner.workshop.loosen();
    // The check is by the new rules: it does not fail for the link.
    let check = runner.step("check", "Check what the pull request brings in");
    check.says("::warning file=src/new.md");
    runner.step("check", "Review what changed in the project").exits(1);
    assert!(runner.workshop.read("review.md").contains("broken-link"));
}

#[test]
fn an_archive_that_is_not_the_one_is_not_run() {
    let Some(mut runner) = Runner::new("github-actions.yml") else { return };
    runner.workshop.set("MILEPOST_SHA256", "0".repeat(64));
    runner.step("check", "Install Milepost").exits(1).says("FAILED");
    assert!(!runner.workshop.at("temp/milepost").exists());
}

#[test]
fn main_is_scanned_and_published() {
    let Some(runner) = Runner::new("github-actions.yml") else { return };
    let mut runner = runner
        .is("vars.S3_BUCKET", "pmo-site")
        .is("vars.AWS_REGION", "eu-north-1")
        .is("vars.AWS_ROLE_ARN", "arn:aws:iam::1:role/pmo")
        .is("vars.DEPLOY_TARGET", "pmo@www.example.org:/srv/pmo/")
        .is("vars.DEPLOY_HOST_KEY", "www.example.org ssh-ed25519 AAAA")
        .is("secrets.DEPLOY_KEY", "-----BEGIN KEY-----\nAAAA\n-----END KEY-----");
    runner.step("scan", "Install Milepost").exits(0);
    let check = runner.step("check", "Check everything");
    check.exits(1).says("::error file=src/old.md,line=3,").says("file=src/new.md");
    runner.step("scan", "Findings as SARIF").exits(0);
    let log: Value = serde_json::from_str(&runner.workshop.read("milepost.sarif")).unwrap();
    assert_eq!(log["version"], "2.1.0");
    assert!(log["runs"][0]["results"].as_array().unwrap().len() > 1);

    runner.step("site", "Install Milepost").exits(0);
    runner.step("site", "Build the site").exits(0);
    let site = runner.workshop.files("site");
    // What upload-pages-artifact and download-artifact do between the jobs.
    let pack = "tar --create --file artifact.tar --directory site .\nrm -r site\n";
    runner.workshop.run(&["bash", "-e"], pack).exits(0);
    runner.workshop.set("ACTIONS_ID_TOKEN_REQUEST_TOKEN", "request");
    runner.workshop.set("ACTIONS_ID_TOKEN_REQUEST_URL", "https://token.example.org/?v=1");
    let token = "https://token.example.org/?v=1&audience=sts.amazonaws.com";
    runner.workshop.answers(json!([["GET", token, {"value": "id-token"}]]));
    runner.step("s3", "Copy to S3").exits(0);
    let calls = runner.workshop.calls();
    assert_eq!(
        of("aws", &calls),
        [
            "s3 sync site s3://pmo-site --exclude *.html",
            "s3 sync site s3://pmo-site",
            "s3 sync site s3://pmo-site --delete",
        ]
    );
    assert_eq!(fs::read_to_string(runner.workshop.at("temp/token")).unwrap().trim(), "id-token");
    assert!(runner.workshop.files("../bucket") == site);

    runner.workshop.run(&["bash", "-e"], "rm -r site\n").exits(0);
    runner.step("nginx", "Copy to the server").exits(0);
    let calls = of("rsync", &runner.workshop.calls());
    assert!(calls[0].ends_with("site/ pmo@www.example.org:/srv/pmo/"), "{calls:?}");
    assert!(calls[0].contains("--delete-after") && calls[0].contains("StrictHostKeyChecking=yes"));
    assert!(runner.workshop.files("../server") == site);
    let key = runner.workshop.at("temp/key");
    let mode = std::os::unix::fs::PermissionsExt::mode(&fs::metadata(&key).unwrap().permissions());
    assert_eq!(mode & 0o777, 0o600);
    assert!(fs::read_to_string(key).unwrap().contains("BEGIN KEY"));
}

#[test]
fn one_comment_is_made_and_then_kept_up_to_date() {
    let Some(runner) = Runner::new("github-comment.yml") else { return };
    let (base, head) = (runner.workshop.base.clone(), runner.workshop.head.clone());
    // The name of a branch is written by whoever opens the pull request.
    let branch = "update$(touch${IFS}pwned)`touch${IFS}pwned`";
    let mut runner = runner
        .is("github.token", "secret")
        .is("github.api_url", "https://api.github.com")
        .is("github.repository", "pmo/portfolio")
        .is("github.event.workflow_run.head_sha", &head)
        .is("github.event.workflow_run.head_repository.owner.login", "someone")
        .is("github.event.workflow_run.head_branch", branch);
    let fetched = "git -C ../origin.git update-ref refs/pull/7/head update\n\
                   git checkout --quiet main\ngit branch --quiet --delete --force update\n";
    runner.workshop.run(&["bash", "-e"], fetched).exits(0);
    runner.step("comment", "Install Milepost").exits(0);

    let api = "https://api.github.com/repos/pmo/portfolio";
    let pulls = format!("{api}/pulls?head=someone:{branch}&state=open");
    let open = json!([
        {"number": 6, "head": {"sha": base}, "base": {"sha": base}},
        {"number": 7, "head": {"sha": head}, "base": {"sha": base}},
    ]);
    let list = format!("{api}/issues/7/comments?per_page=100&page=1");
    let made = format!("{api}/issues/7/comments");
    let answers = |there: Value| {
        json!([
            ["GET", pulls, open], ["GET", list, there],
            ["POST", made, {"html_url": "made"}],
            ["PATCH", format!("{api}/issues/comments/42"), {"html_url": "changed"}],
        ])
    };
    let planted = json!({"id": 1, "user": {"login": "mallory"}, "body": "milepost-review"});
    runner.workshop.answers(answers(json!([planted])));
    runner.step("comment", "Comment").exits(0).says("made");
    let calls = runner.workshop.calls();
    assert_eq!(
        of("curl", &calls),
        [format!("GET {pulls}"), format!("GET {list}"), format!("POST {made}")]
    );
    assert!(calls.iter().all(|call| call["headers"].as_str().unwrap().contains("Bearer secret")));
    let body = calls[2]["data"]["body"].as_str().unwrap().to_owned();
    assert_eq!(body, runner.workshop.read("review.md"));
    assert!(body.contains("CRM"), "{body}");

    let ours = json!({"id": 42, "user": {"login": "github-actions[bot]"}, "body": body});
    runner.workshop.answers(answers(json!([planted, ours])));
    runner.step("comment", "Comment").exits(0).says("changed");
    let calls = runner.workshop.calls();
    assert_eq!(of("curl", &calls)[2], format!("PATCH {api}/issues/comments/42"));
    assert_eq!(calls[2]["data"]["body"], body.as_str());
    assert!(!runner.workshop.at("clone/pwned").exists());

    // Closed meanwhile: nothing is said.
    runner.workshop.answers(json!([["GET", pulls, []]]));
    runner.step("comment", "Comment").exits(0).says("no open pull request");
}

#[test]
fn a_comment_is_found_on_a_later_page() {
    let Some(runner) = Runner::new("github-comment.yml") else { return };
    let (base, head) = (runner.workshop.base.clone(), runner.workshop.head.clone());
    let mut runner = runner
        .is("github.token", "secret")
        .is("github.api_url", "https://api.github.com")
        .is("github.repository", "pmo/portfolio")
        .is("github.event.workflow_run.head_sha", &head)
        .is("github.event.workflow_run.head_repository.owner.login", "pmo")
        .is("github.event.workflow_run.head_branch", "update");
    let update = "git -C ../origin.git update-ref refs/pull/7/head update\n";
    runner.workshop.run(&["bash", "-e"], update).exits(0);
    runner.step("comment", "Install Milepost").exits(0);
    let api = "https://api.github.com/repos/pmo/portfolio";
    let other = json!({"id": 1, "user": {"login": "ana"}, "body": "Well"});
    let ours =
        json!({"id": 42, "user": {"login": "github-actions[bot]"}, "body": "# milepost-review"});
    let page = |n: u32| format!("{api}/issues/7/comments?per_page=100&page={n}");
    runner.workshop.answers(json!([
        ["GET", format!("{api}/pulls?head=pmo:update&state=open"),
            [{"number": 7, "head": {"sha": head}, "base": {"sha": base}}]],
        ["GET", page(1), vec![other; 100]],
        ["GET", page(2), [ours]],
        ["PATCH", format!("{api}/issues/comments/42"), {"html_url": "changed"}],
    ]));
    runner.step("comment", "Comment").exits(0).says("changed");
}
