//! `deny.toml` holds without a network: every package comes from a registry it
//! names and has a licence it allows. Advisories need `cargo deny check`.

use serde_json::Value;
use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

fn text(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(name);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn policy() -> toml::Table {
    text("deny.toml").parse().unwrap()
}

fn strings(value: &toml::Value) -> Vec<String> {
    value.as_array().unwrap().iter().map(|v| v.as_str().unwrap().to_owned()).collect()
}

/// The packages of all systems where they are at hand, else of this one.
fn packages() -> Vec<Value> {
    let cargo = option_env!("CARGO").unwrap_or("cargo");
    let run = |more: &[&str]| {
        let out = Command::new(cargo)
            .args(["metadata", "--format-version", "1", "--locked", "--offline", "--all-features"])
            .args(more)
            .current_dir(env!("CARGO_MANIFEST_DIR"))
            .output()
            .unwrap();
        out.status.success().then_some(out.stdout)
    };
    let host = || {
        let out = Command::new("rustc").arg("-vV").output().unwrap();
        let out = String::from_utf8(out.stdout).unwrap();
        out.lines().find_map(|line| line.strip_prefix("host: ").map(str::to_owned)).unwrap()
    };
    let metadata = run(&[]).or_else(|| run(&["--filter-platform", &host()]));
    let metadata: Value = serde_json::from_slice(&metadata.expect("cargo metadata")).unwrap();
    metadata["packages"].as_array().unwrap().clone()
}

/// Whether an SPDX expression can be met with the allowed licences.
fn met(expression: &str, allowed: &dyn Fn(&str) -> bool) -> bool {
    let spaced = expression.replace('(', " ( ").replace(')', " ) ").replace('/', " OR ");
    let words: Vec<&str> = spaced.split_whitespace().collect();
    let mut at = 0;
    let met = either(&words, &mut at, allowed);
    met && at == words.len()
}

fn either(words: &[&str], at: &mut usize, allowed: &dyn Fn(&str) -> bool) -> bool {
    let mut met = both(words, at, allowed);
    while words.get(*at) == Some(&"OR") {
        *at += 1;
        met |= both(words, at, allowed);
    }
    met
}

fn both(words: &[&str], at: &mut usize, allowed: &dyn Fn(&str) -> bool) -> bool {
    let mut met = one(words, at, allowed);
    while words.get(*at) == Some(&"AND") {
        *at += 1;
        met &= one(words, at, allowed);
    }
    met
}

fn one(words: &[&str], at: &mut usize, allowed: &dyn Fn(&str) -> bool) -> bool {
    let Some(word) = words.get(*at) else { return false };
    *at += 1;
    if *word == "(" {
        let met = either(words, at, allowed);
        let closed = words.get(*at) == Some(&")");
        *at += 1;
        return met && closed;
    }
    let mut name = (*word).to_owned();
    if words.get(*at) == Some(&"WITH") {
        name = format!("{name} WITH {}", words.get(*at + 1).copied().unwrap_or_default());
        *at += 2;
    }
    allowed(&name)
}

#[test]
fn every_package_has_a_licence_that_is_allowed() {
    let policy = policy();
    let licences = &policy["licenses"];
    let allowed = strings(&licences["allow"]);
    let exceptions: BTreeMap<String, Vec<String>> = licences["exceptions"]
        .as_array()
        .unwrap()
        .iter()
        .map(|e| (e["crate"].as_str().unwrap().to_owned(), strings(&e["allow"])))
        .collect();
    let packages = packages();
    assert!(packages.len() > 100, "only {} packages", packages.len());
    let refused: Vec<String> = packages
        .iter()
        .filter(|package| {
            let more = exceptions.get(package["name"].as_str().unwrap());
            let allows = |name: &str| {
                let has = |list: &Vec<String>| list.iter().any(|allowed| allowed == name);
                has(&allowed) || more.is_some_and(has)
            };
            !package["license"].as_str().is_some_and(|licence| met(licence, &allows))
        })
        .map(|package| {
            format!("{} {}: {}", package["name"], package["version"], package["license"])
        })
        .collect();
    assert_eq!(refused, [""; 0], "a licence that deny.toml does not allow");
}

#[test]
fn every_package_comes_from_a_registry_that_is_allowed() {
    let allowed = strings(&policy()["sources"]["allow-registry"]);
    let lock: toml::Table = text("Cargo.lock").parse().unwrap();
    for package in lock["package"].as_array().unwrap() {
        let name = package["name"].as_str().unwrap();
        match package.get("source").and_then(toml::Value::as_str) {
            None => assert_eq!(name, "milepost", "{name} comes from a folder"),
            Some(source) => {
                let registry = source.strip_prefix("registry+").unwrap_or(source);
                assert!(allowed.iter().any(|a| a == registry), "{name} comes from {source}");
                assert!(package.get("checksum").is_some(), "{name} has no checksum");
            }
        }
    }
}

#[test]
fn no_dependency_takes_any_version() {
    let manifest: toml::Table = text("Cargo.toml").parse().unwrap();
    for table in ["dependencies", "dev-dependencies", "build-dependencies"] {
        let Some(table) = manifest.get(table).and_then(toml::Value::as_table) else { continue };
        for (name, wanted) in table {
            let version = wanted.as_str().or_else(|| wanted.get("version")?.as_str());
            assert!(version.is_some_and(|v| !v.contains('*')), "{name}: {wanted:?}");
            assert!(wanted.get("git").is_none(), "{name} comes from git");
        }
    }
}

#[test]
fn licence_expressions_are_read_as_they_are_meant() {
    let allows = |name: &str| matches!(name, "MIT" | "Apache-2.0 WITH LLVM-exception");
    assert!(met("MIT", &allows));
    assert!(met("GPL-3.0 OR MIT", &allows));
    assert!(met("MIT/Apache-2.0", &allows));
    assert!(met("(GPL-3.0 OR MIT) AND MIT", &allows));
    assert!(met("Apache-2.0 WITH LLVM-exception", &allows));
    assert!(!met("MIT AND Unicode-3.0", &allows));
    assert!(!met("Apache-2.0", &allows));
    assert!(!met("", &allows));
    assert!(!met("(MIT", &allows));
}
