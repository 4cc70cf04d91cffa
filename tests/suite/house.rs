//! The house rules: floors, file sizes, module docs, nothing of a machine's.

use std::fs;
use std::path::{Path, PathBuf};

/// Modules by floor, lowest first: a module imports lower floors only. `data`
/// holds the schema of fields and their typed reader, so `config` reads
/// `book.toml` through it.
const FLOORS: &[&[&str]] = &[
    &["text", "date", "ratio"],
    &["finding", "target", "error"],
    &["table", "output"],
    &["data"],
    &["markdown", "config", "tree"],
    &["assets"],
    &["kinds", "lifecycles"],
    &["document"],
    &["portfolio"],
    &["measures"],
    &["rules"],
    &["rollups", "scaffold"],
    &["exports", "review"],
    &["site", "reports", "publish", "server", "fix", "json_schema"],
    &["cli"],
];

/// Items of `lib.rs` itself: the pipeline and what it returns.
const PIPELINE: &[&str] = &["check", "check_by", "Checked", "Nouns"];

/// Most lines of a source file.
const LINES: usize = 500;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn sources() -> Vec<(String, String)> {
    let mut files: Vec<PathBuf> = walkdir::WalkDir::new(root().join("src"))
        .sort_by_file_name()
        .into_iter()
        .map(|entry| entry.unwrap().into_path())
        .filter(|path| path.extension().is_some_and(|e| e == "rs"))
        .collect();
    files.sort();
    let name = |path: &Path| path.strip_prefix(root().join("src")).unwrap().display().to_string();
    files.iter().map(|path| (name(path), fs::read_to_string(path).unwrap())).collect()
}

fn floor(module: &str) -> Option<usize> {
    FLOORS.iter().position(|floor| floor.contains(&module))
}

/// First names of every path after `crate::` that a line of code holds.
fn imports(line: &str) -> Vec<String> {
    let code = line.split("//").next().unwrap_or("");
    let mut found = Vec::new();
    for after in code.split("crate::").skip(1) {
        let names: Vec<&str> = match after.strip_prefix('{') {
            Some(list) => {
                let mut depth = 0;
                list.split(|c: char| {
                    depth += i32::from(c == '{') - i32::from(c == '}');
                    c == ',' && depth == 0
                })
                .collect()
            }
            None => vec![after],
        };
        for name in names {
            let name: String =
                name.trim().chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
            if !name.is_empty() {
                found.push(name);
            }
        }
    }
    found
}

#[test]
fn modules_import_lower_floors_only() {
    let mut wrong = Vec::new();
    for (file, text) in sources() {
        let own = file.split(['/', '.']).next().unwrap_or_default();
        if matches!(own, "lib" | "main") {
            continue;
        }
        let Some(mine) = floor(own) else {
            wrong.push(format!("{file}: `{own}` stands on no floor"));
            continue;
        };
        // Tests may look anywhere: they read documents through the pipeline.
        let tests = file.contains("tests") || file.contains("testing");
        let code = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
        for (n, line) in code.lines().enumerate().filter(|_| !tests) {
            for name in imports(line) {
                let allowed = name == own
                    || floor(&name).map_or(PIPELINE.contains(&&*name), |theirs| theirs < mine);
                if !allowed {
                    wrong.push(format!("{file}:{}: `{own}` imports `{name}`", n + 1));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The table of `ARCHITECTURE.md` names every floor and its modules.
#[test]
fn the_floors_are_written_down() {
    let text = fs::read_to_string(root().join("ARCHITECTURE.md")).unwrap();
    let (_, table) = text.split_once("| floor | modules |").unwrap();
    let mut rows: Vec<Vec<&str>> = table
        .lines()
        .skip(2)
        .take_while(|line| line.starts_with('|'))
        .map(|line| line.split('|').nth(2).unwrap().split('`').skip(1).step_by(2).collect())
        .collect();
    rows.reverse();
    assert_eq!(rows, FLOORS.iter().map(|floor| floor.to_vec()).collect::<Vec<_>>());
}

#[test]
fn every_file_begins_by_saying_what_it_is_for() {
    let missing: Vec<String> = sources()
        .into_iter()
        .filter(|(_, text)| !text.starts_with("//! "))
        .map(|(file, _)| file)
        .collect();
    assert_eq!(missing, Vec::<String>::new());
    assert!(!sources().iter().any(|(file, _)| file.ends_with("mod.rs")));
}

#[test]
fn no_file_is_too_long() {
    let long: Vec<String> = sources()
        .into_iter()
        .map(|(file, text)| (file, text.lines().count()))
        .filter(|(_, lines)| *lines > LINES)
        .map(|(file, lines)| format!("{file}: {lines} lines"))
        .collect();
    assert_eq!(long, Vec::<String>::new());
    let main = fs::read_to_string(root().join("src/main.rs")).unwrap();
    assert!(main.lines().count() <= 30);
}

#[test]
fn nothing_speaks_of_a_machine() {
    // Written in two parts, so that this file does not hold them.
    let words = [("/ro", "ot/"), ("/wo", "rk/"), ("/ho", "me/"), ("/tm", "p/"), ("/Us", "ers/")];
    let endings = ["rs", "md", "toml", "yaml", "yml", "html", "css", "js", "txt", "json", "sh"];
    let skipped = ["target", "node_modules", ".git", "book"];
    let mut wrong = Vec::new();
    let walk = walkdir::WalkDir::new(root())
        .sort_by_file_name()
        .into_iter()
        .filter_entry(|e| e.depth() == 0 || !skipped.iter().any(|name| e.file_name() == *name));
    for entry in walk {
        let path = entry.unwrap().into_path();
        let known = path.extension().and_then(|e| e.to_str()).is_some_and(|e| endings.contains(&e));
        let Some(text) = known.then(|| fs::read_to_string(&path).ok()).flatten() else { continue };
        for (n, line) in text.lines().enumerate() {
            let holds = |word: &str| {
                let mut places = line.match_indices(word);
                places
                    .any(|(at, _)| !line[..at].ends_with(|c: char| c.is_alphanumeric() || c == '.'))
            };
            if let Some((a, b)) = words.iter().find(|(a, b)| holds(&format!("{a}{b}"))) {
                let path = path.strip_prefix(root()).unwrap().display();
                wrong.push(format!("{path}:{}: {a}{b}", n + 1));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
