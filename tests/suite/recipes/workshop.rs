//! A clone to work in, the programs a runner has, and stand-ins for what the
//! recipes talk to; they write down how they were called.

use crate::book::{Ran, tree};
use crate::repository::Repo;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use tempfile::TempDir;

/// What the placeholders of the recipes are set to.
pub const URL: &str = "https://downloads.example.org/milepost.tar.gz";

const CARD: &str = "---\nkind: project\nid: crm\ntitle: CRM\nsummary: Replace the CRM.\ntier: 3\ndelivery_model: waterfall\nphase: initiation\nstate: active\nsponsor: Dana Okafor\nproject_manager: Maria Lopez\nbudget: {tracked: false}\n---\n";

/// Answers with what the test gave; the archive where it is asked for.
const CURL: &str = r#"#!/usr/bin/env bash
method= url= data= output= proxy= get= query=() headers=()
while [ $# -gt 0 ]; do
  case "$1" in
    --fail | --fail-with-body | --silent | --show-error | --location) shift ;;
    --get) get=yes; shift ;;
    --proto) shift 2 ;;
    --proxy) proxy=$2; shift 2 ;;
    --request) method=$2; shift 2 ;;
    --header) headers+=("$2"); shift 2 ;;
    --output) output=$2; shift 2 ;;
    --data-urlencode) query+=("$2"); shift 2 ;;
    --data)
      if [ -n "$get" ]; then query+=("$2"); else data=$(cat "${2#@}"); fi
      shift 2 ;;
    -*) echo "curl: unknown option $1" >&2; exit 2 ;;
    *) url=$1; shift ;;
  esac
done
if [ "$url" = "$FAKE_URL" ]; then cp "$FAKE/milepost.tar.gz" "$output"; exit; fi
for part in "${query[@]}"; do
  case "$url" in *\?*) url="$url&$part" ;; *) url="$url?$part" ;; esac
done
method=${method:-GET}
jq --null-input --compact-output --arg method "$method" --arg url "$url" --arg data "$data" \
  --arg proxy "$proxy" --arg headers "$(printf '%s\n' "${headers[@]}")" \
  '{tool: "curl", $method, $url, $proxy, $headers, data: ($data | fromjson? // $data)}' >> "$FAKE/calls"
answer=$(jq --compact-output --arg method "$method" --arg url "$url" \
  'map(select(.[0] == $method and .[1] == $url)) | first | .[2]' "$FAKE/answers")
if [ "$answer" = null ]; then echo "curl: nothing at $method $url" >&2; exit 22; fi
printf '%s\n' "$answer"
"#;

/// Writes its arguments down, and copies as it is told.
const COPIER: &str = r#"#!/usr/bin/env bash
tool=$(basename "$0")
printf '%s\n' "$@" | jq --raw-input . | jq --slurp --compact-output \
  --arg tool "$tool" '{tool: $tool, arguments: .}' >> "$FAKE/calls"
case "$tool" in
  aws) if [ $# = 4 ]; then mkdir -p "$FAKE/bucket"; cp -R "$3/." "$FAKE/bucket"; fi ;;
  rsync) mkdir -p "$FAKE/server"; cp -R "${@: -2:1}." "$FAKE/server" ;;
esac
"#;

/// A machine that runs the jobs of one recipe.
pub struct Workshop {
    folder: TempDir,
    /// The commit of main that the branch began at.
    pub base: String,
    /// The commit at the tip of the branch.
    pub head: String,
    env: BTreeMap<String, String>,
}

impl Workshop {
    /// A clone on the branch `update`, which brings one finding in; main has
    /// findings too. `None` where the machine lacks what the recipes use.
    pub fn new() -> Option<Self> {
        if !["jq", "git", "sha256sum", "tar"].iter().all(|tool| available(tool)) {
            skipped("the recipes need jq, git, sha256sum and tar");
            return None;
        }
        let repo = Repo::new();
        repo.file("book.toml", "[book]\ntitle = \"T\"\n\n[portfolio]\nas-of = \"2026-03-27\"\n")
            .file("src/index.md", "# Home\n\nA page.\n")
            .file("src/old.md", "# Old\n\nSee [it](gone.md).\n")
            .file("src/projects/crm/project.md", CARD);
        let base = repo.commit("Begin");
        repo.git(&["checkout", "-q", "-b", "update"]);
        repo.file("src/index.md", "# Home\n\nAnother page.\n")
            .file("src/new.md", "# New\n\nSee [it](gone.md).\n")
            .file("src/projects/crm/project.md", CARD.replace("state: active", "state: on-hold"));
        let head = repo.commit("Change");
        let folder = tempfile::tempdir().unwrap();
        let workshop = Self { folder, base, head, env: BTreeMap::new() };
        let at = |path: &str| workshop.at(path).display().to_string();
        repo.git(&["clone", "-q", "--bare", ".", &at("origin.git")]);
        repo.git(&["clone", "-q", "--branch", "update", &at("origin.git"), &at("clone")]);
        for folder in ["bin", "home", "temp", "archive"] {
            fs::create_dir(workshop.at(folder)).unwrap();
        }
        workshop.program("bin/curl", CURL);
        for tool in ["aws", "rsync", "apt-get", "reviewdog"] {
            workshop.program(&format!("bin/{tool}"), COPIER);
        }
        let real = env!("CARGO_BIN_EXE_milepost");
        let wrapper = format!("#!/bin/sh\nexec '{real}' \"$@\"\n");
        workshop.program("archive/milepost", &wrapper);
        said(&["tar", "-czf", &at("milepost.tar.gz"), "-C", &at("archive"), "milepost"]);
        let sum = said(&["sha256sum", &at("milepost.tar.gz")]);
        let sum = sum.split(' ').next().unwrap().to_owned();
        let path = format!("{}:{}", at("bin"), std::env::var("PATH").unwrap());
        workshop.answers(json!([]));
        let pairs = [
            ("PATH", path),
            ("HOME", at("home")),
            ("FAKE", at("")),
            ("FAKE_URL", URL.into()),
            ("LC_ALL", "C.UTF-8".into()),
            ("GIT_CONFIG_NOSYSTEM", "1".into()),
            ("GIT_CONFIG_GLOBAL", "/dev/null".into()),
            ("MILEPOST_URL", URL.into()),
            ("MILEPOST_SHA256", sum),
        ];
        let env = pairs.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
        Some(Self { env, ..workshop })
    }

    pub fn at(&self, path: &str) -> PathBuf {
        self.folder.path().join(path)
    }

    /// A file of the clone.
    pub fn read(&self, path: &str) -> String {
        let path = self.at("clone").join(path);
        fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
    }

    /// Files of a folder of the clone, or of one beside it (`../bucket`).
    pub fn files(&self, folder: &str) -> Vec<(PathBuf, Vec<u8>)> {
        tree(&self.at("clone").join(folder))
    }

    /// Commit to the branch that a rule no longer fails.
    pub fn loosen(&self) {
        let path = self.at("clone/book.toml");
        let text = fs::read_to_string(&path).unwrap();
        fs::write(&path, format!("{text}\n[rules]\nbroken-link = \"warn\"\n")).unwrap();
        let name = ["-c", "user.name=Ana", "-c", "user.email=a@example.org"];
        let mut git = Command::new("git");
        git.args(name).args(["commit", "-qam", "Loosen"]).current_dir(self.at("clone"));
        assert!(git.env_clear().envs(&self.env).status().unwrap().success());
    }

    fn program(&self, path: &str, text: &str) {
        fs::write(self.at(path), text).unwrap();
        fs::set_permissions(self.at(path), fs::Permissions::from_mode(0o755)).unwrap();
    }

    /// Set a variable for the scripts to come.
    pub fn set(&mut self, name: &str, value: impl Into<String>) {
        self.env.insert(name.to_owned(), value.into());
    }

    /// Put a folder before all others that programs are looked for in.
    pub fn prepend_path(&mut self, folder: &str) {
        let path = format!("{folder}:{}", self.env["PATH"]);
        self.set("PATH", path);
    }

    /// What the services answer: method, address and answer of each request;
    /// whatever else is asked for is not there.
    pub fn answers(&self, answers: Value) {
        fs::write(self.at("answers"), answers.to_string()).unwrap();
    }

    /// How the stand-ins were called since this was asked last.
    pub fn calls(&self) -> Vec<Value> {
        let text = fs::read_to_string(self.at("calls")).unwrap_or_default();
        let _ = fs::remove_file(self.at("calls"));
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    /// Run a script in the clone, in a shell of its own.
    pub fn run(&self, shell: &[&str], script: &str) -> Ran {
        let file = self.at("script.sh");
        fs::write(&file, script).unwrap();
        let mut command = Command::new(shell[0]);
        command.args(&shell[1..]).arg(&file).current_dir(self.at("clone"));
        let output = command.env_clear().envs(&self.env).output().unwrap();
        Ran::of(script, output)
    }
}

/// What a program says that must not fail.
#[track_caller]
fn said(words: &[&str]) -> String {
    let output = Command::new(words[0]).args(&words[1..]).output().unwrap();
    assert!(output.status.success(), "{words:?}: {output:?}");
    String::from_utf8(output.stdout).unwrap()
}

/// The recipe of this name.
pub fn recipe(name: &str) -> serde_yaml::Value {
    let text = fs::read_to_string(folder().join(name)).unwrap();
    serde_yaml::from_str(&text).unwrap_or_else(|e| panic!("{name}: {e}"))
}

/// Where the recipes are.
pub fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/ci")
}

/// Text of a YAML value.
#[track_caller]
pub fn text(value: &serde_yaml::Value) -> &str {
    value.as_str().unwrap_or_else(|| panic!("no text: {value:?}"))
}

/// Say that a test, or a part of it, was not run, and why.
#[allow(clippy::print_stderr, reason = "whoever runs the tests should know")]
pub fn skipped(why: &str) {
    eprintln!("skipped: {why}");
}

/// Whether a program is at hand.
pub fn available(tool: &str) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path).any(|folder| folder.join(tool).is_file())
}

/// The calls of one stand-in, each as its words or as `METHOD address`.
pub fn of(tool: &str, calls: &[Value]) -> Vec<String> {
    let said = |call: &Value| match call["arguments"].as_array() {
        Some(words) => words.iter().map(|w| w.as_str().unwrap()).collect::<Vec<_>>().join(" "),
        None => format!("{} {}", call["method"].as_str().unwrap(), call["url"].as_str().unwrap()),
    };
    calls.iter().filter(|call| call["tool"] == tool).map(said).collect()
}
