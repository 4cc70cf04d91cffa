//! The index as a whole, read back the way the script reads it.

use super::*;
use crate::rollups::testing::{FILES, check, check_with};
use crate::site::theme::Theme;
use crate::tree::MemoryTree;
use std::collections::BTreeMap;
use std::sync::Mutex;

/// A sink that keeps what it is given.
#[derive(Default)]
struct Kept(Mutex<BTreeMap<String, String>>);

impl Sink for Kept {
    fn keep(&self, _: &Route, _: crate::output::Fingerprint) -> Result<bool> {
        Ok(false)
    }

    fn put(
        &self,
        route: &Route,
        _: Option<crate::output::Fingerprint>,
        bytes: &[u8],
    ) -> Result<()> {
        let text = String::from_utf8(bytes.to_vec()).unwrap();
        let old = self.0.lock().unwrap().insert(route.as_str().to_owned(), text);
        assert!(old.is_none(), "{route} twice");
        Ok(())
    }
}

fn tree(text: &str) -> MemoryTree {
    text.split("=== ").skip(1).fold(MemoryTree::new(), |tree, file| {
        let (path, body) = file.split_once('\n').unwrap();
        tree.with(path.trim(), body)
    })
}

fn files(text: &str, config: &str) -> BTreeMap<String, String> {
    let checked = check_with(text, config);
    let (tree, theme) = (tree(text), Theme::embedded().unwrap());
    let site = Site::new(&checked, &tree, &theme);
    let kept = Kept::default();
    write(&site, &kept).unwrap();
    kept.0.into_inner().unwrap()
}

/// The value of a script, as a browser would read it.
fn value(text: &str) -> Value {
    let inner = text.strip_prefix("milepostSearch(").unwrap().strip_suffix(");\n").unwrap();
    let all: Value = serde_json::from_str(&format!("[{inner}]")).unwrap();
    all[2].clone()
}

/// Title, fragment and beginning of every entry, in order.
fn records(files: &BTreeMap<String, String>) -> Vec<[String; 3]> {
    let mut all = Vec::new();
    for n in 0.. {
        let Some(text) = files.get(&format!("search/r{n}.js")) else { return all };
        for record in value(text)[2].as_array().unwrap() {
            let text = |at: usize| record[at].as_str().unwrap_or("").to_owned();
            all.push([text(0), text(4), text(6)]);
        }
    }
    all
}

fn read(digits: &str) -> Vec<u32> {
    let (mut all, mut now, mut shift) = (Vec::new(), 0, 0);
    for b in digits.bytes() {
        let six = u32::try_from(shards::DIGITS.iter().position(|d| *d == b).unwrap()).unwrap();
        now |= (six & 31) << shift;
        shift += 5;
        if six & 32 == 0 {
            all.push(now);
            (now, shift) = (0, 0);
        }
    }
    all
}

/// Titles of the entries that hold a word in one of the two lists of a family.
fn holding(files: &BTreeMap<String, String>, letter: char, word: &str) -> [Vec<String>; 2] {
    let records = records(files);
    let mut found = [Vec::new(), Vec::new()];
    for n in 0.. {
        let Some(text) = files.get(&format!("search/{letter}{n}.js")) else { return found };
        let mut before = String::new();
        for line in value(text).as_str().unwrap().split_terminator('!') {
            let mut parts = line.split(' ');
            let head = parts.next().unwrap();
            let shared = read(&head[..1])[0] as usize;
            before = before.chars().take(shared).chain(head[1..].chars()).collect();
            for (list, out) in parts.zip(&mut found).filter(|_| before == word) {
                let entries: Vec<usize> = match list.split_at_checked(1) {
                    Some(("+", gaps)) => {
                        let step = if letter == 'b' { 2 } else { 1 };
                        let gaps = read(gaps).into_iter().step_by(step);
                        gaps.scan(0, |sum, gap| {
                            *sum += gap as usize;
                            Some(*sum)
                        })
                        .collect()
                    }
                    Some(("*", bits)) => (0..bits.len() * 6)
                        .filter(|n| {
                            let b = bits.as_bytes()[n / 6];
                            let six = shards::DIGITS.iter().position(|d| *d == b).unwrap();
                            six & (1 << (n % 6)) != 0
                        })
                        .collect(),
                    _ => Vec::new(),
                };
                out.extend(entries.into_iter().map(|e| records[e][0].clone()));
            }
        }
    }
    found
}

#[test]
fn ids_titles_headings_and_texts_are_told_apart() {
    let text = format!(
        "{FILES}=== projects/crm/notes.md\n# Cutover weekend\n\n## Rehearsal dates\n\nThe quokka sleeps.\n"
    );
    let files = files(&text, "");
    let title = |list: &[String], title: &str| list.iter().any(|t| t == title);
    assert!(title(&holding(&files, 'n', "cutover")[1], "Cutover weekend"));
    assert!(title(&holding(&files, 'b', "rehearsal")[0], "Cutover weekend"));
    assert_eq!(holding(&files, 'b', "quokka"), [vec![], vec!["Cutover weekend".to_owned()]]);
    let checked = check(FILES);
    let crm = checked.portfolio.project("crm").unwrap();
    let risk = &crm.items("risks")[0];
    let word = risk.id.to_lowercase().replace('-', "");
    assert!(title(&holding(&files, 'n', &word)[0], risk.title()), "{word}");
    let found = records(&files);
    assert!(found.iter().any(|[t, fragment, _]| t == risk.title() && *fragment == *risk.id));
    assert!(title(&holding(&files, 'b', "cutover")[0], "Cutover weekend"));
}

#[test]
fn entries_come_by_project_kind_and_newest_date() {
    let index = value(&files(FILES, "")["search/index.js"]);
    let runs = read(index["runs"].as_str().unwrap());
    let runs: Vec<&[u32]> = runs.chunks(4).collect();
    assert_eq!(
        u64::from(runs.iter().map(|r| r[2]).sum::<u32>()),
        index["entries"].as_u64().unwrap()
    );
    assert!(
        runs.iter()
            .all(|r| r[3] <= r[2] && r[0] as usize <= index["projects"].as_array().unwrap().len())
    );
    let kinds: Vec<&str> =
        index["kinds"].as_array().unwrap().iter().map(|k| k.as_str().unwrap()).collect();
    assert!(
        kinds.is_sorted() && kinds.contains(&"Project") && kinds.contains(&"Risk"),
        "{kinds:?}"
    );
    let dated: u32 = runs.iter().map(|r| r[3]).sum();
    assert_eq!(read(index["dates"].as_str().unwrap()).len(), dated as usize);
}

#[test]
fn hostile_titles_stay_text() {
    let long = "x".repeat(300);
    let text = format!(
        "=== a.md\n---\ntitle: \"</script><img src=x onerror=alert(1)>\"\n---\nbody\n=== b.md\n# {long}\n\n{long}\n=== c.md\n# مشروع النقل \u{2028} 🚀\n\nשלום\n=== d.md\n# 移行計画\n\n本文\n=== e.md\n\n"
    );
    let files = files(&text, "");
    for (name, text) in &files {
        assert!(!text.contains('<') && !text.contains('\u{2028}'), "{name}");
        assert!(text.ends_with(");\n") && text.lines().count() == 1, "{name}");
        value(text);
    }
    let titles: Vec<String> = records(&files).into_iter().map(|[t, ..]| t).collect();
    assert!(titles.iter().any(|t| t.starts_with("</script>")));
    assert!(titles.iter().all(|t| t.chars().count() <= SHOWN));
    assert_eq!(holding(&files, 'n', "行計")[1], ["移行計画"]);
    assert_eq!(holding(&files, 'n', "مشروع")[1].len(), 1);
}

#[test]
fn the_same_portfolio_gives_the_same_files_on_any_number_of_threads() {
    let with = |n: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(n).build().unwrap();
        pool.install(|| files(FILES, ""))
    };
    assert_eq!(with(1), with(3));
}

#[test]
fn it_can_be_switched_off_and_settings_are_checked() {
    assert!(files(FILES, "[output.html.search]\nenable = false\n").is_empty());
    let some = files(FILES, "[output.html.search]\nlimit-results = 7\nboost-title = 2\n");
    assert_eq!(value(&some["search/index.js"])["limit"], 7);
    for bad in
        ["limit-result = 7", "limit-results = 0", "limit-results = 101", "enable = \"no way\""]
    {
        let text = format!("[output.html.search]\n{bad}\n");
        assert!(crate::config::Config::parse(&text).is_err(), "{bad}");
    }
}

#[test]
fn a_book_without_projects_or_pages_has_an_index_too() {
    let files = files("=== index.md\n# Home\n\nHello.\n", "");
    assert_eq!(records(&files), [["Home".to_owned(), String::new(), "Hello.".to_owned()]]);
    assert!(value(&super::tests::files("", "")["search/index.js"])["entries"] == 0);
}

#[test]
fn persons_are_found_where_they_have_pages_and_nowhere_else() {
    let text = format!("{FILES}=== people.yaml\n\"@zora\": {{name: Zora Quist, unit: it}}\n");
    let titles = |config: &str| {
        let all = records(&files(&text, config)).into_iter();
        all.map(|[title, ..]| title).collect::<Vec<_>>()
    };
    assert!(!titles("").iter().any(|t| t == "Zora Quist"));
    let with = titles("[privacy]\nperson-pages = true\n");
    assert!(with.iter().any(|t| t == "Zora Quist"), "{with:?}");
    assert!(with.iter().any(|t| t == "K08 RAID freshness"), "{with:?}");
}
