//! The recipes as files: what their forge's schema asks for, and what keeps a
//! stranger's text out of a shell.

use super::workshop::{available, folder, recipe, skipped};
use serde_yaml::Value as Yaml;
use std::fs;
use std::process::Command;

/// Each recipe and the schema its forge publishes.
const RECIPES: [(&str, &str); 6] = [
    ("azure-pipelines.yml", "vendor.azure-pipelines"),
    ("bitbucket-pipelines.yml", "vendor.bitbucket-pipelines"),
    ("github-actions.yml", "vendor.github-workflows"),
    ("github-comment.yml", "vendor.github-workflows"),
    ("github-reviewdog.yml", "vendor.github-workflows"),
    ("gitlab-ci.yml", "vendor.gitlab-ci"),
];

/// Every text of a value, with the key it stands under.
fn texts<'a>(value: &'a Yaml, key: &'a str, found: &mut Vec<(&'a str, &'a str)>) {
    match value {
        Yaml::String(text) => found.push((key, text)),
        Yaml::Sequence(all) => all.iter().for_each(|inner| texts(inner, key, found)),
        Yaml::Mapping(all) => {
            all.iter().for_each(|(key, inner)| texts(inner, key.as_str().unwrap_or(""), found));
        }
        _ => {}
    }
}

/// The commands of a recipe.
fn scripts(file: &Yaml) -> Vec<String> {
    let mut found = Vec::new();
    texts(file, "", &mut found);
    let commands = ["run", "bash", "script", "before_script"];
    let scripts = found.into_iter().filter(|(key, _)| commands.contains(key));
    scripts.map(|(_, script)| script.to_owned()).collect()
}

#[test]
fn every_recipe_is_listed() {
    let mut there: Vec<String> = fs::read_dir(folder())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    there.sort();
    assert_eq!(there, RECIPES.map(|(name, _)| name));
    let guide = fs::read_to_string(folder().join("../src/ci.md")).unwrap();
    for (name, _) in RECIPES {
        assert!(guide.contains(&format!("docs/ci/{name}")), "the guide does not name {name}");
    }
}

#[test]
fn every_recipe_is_what_its_forge_reads() {
    if !available("check-jsonschema") {
        let required = std::env::var_os("MILEPOST_REQUIRE_TOOLS").is_some();
        assert!(!required, "check-jsonschema is not installed");
        skipped("check-jsonschema is not installed (tests/run installs it)");
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    for (name, schema) in RECIPES {
        let mut file = recipe(name);
        if name.starts_with("azure") {
            // Its schema is of a reader that takes every scalar as text.
            as_text(&mut file);
        }
        let path = folder.path().join(name);
        fs::write(&path, serde_yaml::to_string(&file).unwrap()).unwrap();
        let words = ["--regex-variant", "nonunicode", "--builtin-schema", schema];
        let mut command = Command::new("check-jsonschema");
        let output = command.args(words).arg(&path).output().unwrap();
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        let talk = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{name}: {said}{talk}");
    }
}

fn as_text(value: &mut Yaml) {
    match value {
        Yaml::Bool(flag) => *value = flag.to_string().into(),
        Yaml::Number(number) => *value = number.to_string().into(),
        Yaml::Sequence(all) => all.iter_mut().for_each(as_text),
        Yaml::Mapping(all) => all.iter_mut().for_each(|(_, inner)| as_text(inner)),
        _ => {}
    }
}

#[test]
fn every_command_is_one_a_shell_reads() {
    for (name, _) in RECIPES {
        let scripts = scripts(&recipe(name));
        assert!(!scripts.is_empty(), "{name}");
        for script in scripts {
            let output = Command::new("bash").args(["-n", "-c", &script]).output().unwrap();
            let said = String::from_utf8_lossy(&output.stderr);
            assert!(output.status.success(), "{name}: {said}\n{script}");
        }
    }
}

#[test]
fn nothing_is_pasted_into_a_command() {
    for (name, _) in RECIPES {
        for script in scripts(&recipe(name)) {
            assert!(!script.contains("${{"), "{name}: {script}");
            // A macro of Azure Pipelines has a dot in its name, or no space in it.
            let pasted = script.split("$(").skip(1).find(|rest| {
                let inner = rest.split(')').next().unwrap_or_default();
                !inner.contains(' ')
            });
            assert_eq!(pasted, None, "{name}: {script}");
        }
    }
}

#[test]
fn workflows_of_github_have_no_more_rights_than_they_need() {
    for (name, _) in RECIPES.iter().filter(|(name, _)| name.starts_with("github")) {
        let file = recipe(name);
        assert!(file["permissions"].as_mapping().is_some_and(serde_yaml::Mapping::is_empty));
        let on = &file["on"];
        assert!(on["pull_request_target"].is_null() && on.as_str().is_none(), "{name}");
        for (job, body) in file["jobs"].as_mapping().unwrap() {
            assert!(body["permissions"].is_mapping(), "{name}: {job:?} says no permissions");
            assert!(body["timeout-minutes"].is_number(), "{name}: {job:?} has no limit of time");
        }
        let mut found = Vec::new();
        texts(&file, "", &mut found);
        for (_, action) in found.iter().filter(|(key, _)| *key == "uses") {
            let (_, revision) = action.split_once('@').unwrap();
            let pinned = revision.len() == 40 && revision.chars().all(|c| c.is_ascii_hexdigit());
            assert!(pinned, "{name}: {action} is not pinned to a commit");
        }
        // Only the comment has rights that a fork's run lacks, and it takes
        // nothing of that run.
        let writes = found.iter().any(|(key, value)| *key == "pull-requests" && *value == "write");
        let trusted = on["workflow_run"].is_mapping();
        assert!(!writes || trusted, "{name}");
        assert!(!trusted || !found.iter().any(|(_, v)| v.contains("download-artifact")), "{name}");
    }
}

#[test]
fn recipes_hold_placeholders_only() {
    for (name, _) in RECIPES {
        let whole = fs::read_to_string(folder().join(name)).unwrap();
        let mut found = Vec::new();
        let file = recipe(name);
        texts(&file, "", &mut found);
        for (_, url) in found.iter().filter(|(key, _)| *key == "MILEPOST_URL") {
            assert!(url.starts_with("https://downloads.example.org/"), "{name}: {url}");
        }
        assert!(whole.contains("sha256sum --check --strict"), "{name}");
    }
}
