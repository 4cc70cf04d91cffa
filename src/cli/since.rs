//! What was found at a revision, so that a change answers for what it brings in
//! and for nothing else.

use super::baseline;
use super::book::{Before, Book, Sources};
use super::stop::Stop;
use super::terminal::Terminal;
use crate::Checked;
use crate::finding::{Finding, Key, Severity};
use crate::reports::baseline::{Against, Baseline, Compared, Was};
use crate::text::visible;
use crate::tree::Tree;
use crate::tree::git::Repository;
use std::collections::{BTreeMap, BTreeSet};
use toml::{Table, Value};

/// Most pairs of a file that is gone and one that has come which are compared
/// line by line.
const PAIRS: usize = 1_000;

/// What was found where the history of a revision and of the work tree parted.
pub(super) struct Since {
    against: Against,
    known: Baseline,
    /// What each of them said, and where.
    was: BTreeMap<Key, Was>,
    /// The files of then, and where they are read.
    files: Vec<File>,
    tree: Option<Sources>,
}

impl Since {
    /// Check the book as it was where the histories of `revision` and of HEAD
    /// parted, or at `revision` where they never met. The day, the kinds and the
    /// severities are those of `book`, but for a day that was later then, so
    /// that only documents make a difference.
    /// Of what is read only what it is known by is kept.
    ///
    /// # Errors
    /// There is no repository or no such revision (usage), or it could not be
    /// read.
    pub(super) fn read(
        book: &mut Book,
        named_day: bool,
        revision: &str,
        levels: &[(String, Severity)],
        terminal: Terminal,
    ) -> Result<Self, Stop> {
        let repository = Repository::needed(&book.root)?;
        let named = repository.resolve(revision)?;
        let head = repository.resolve("HEAD")?;
        let base = repository.merge_base(named, head)?.unwrap_or(named);
        let commit = base.to_string();
        let shown = visible(revision);
        terminal.detail(&format!("compared with `{shown}` at {commit}"));
        let against = Against::Revision { name: revision.to_owned(), commit };
        let Some(Before { book: mut before, as_of, text }) = book.before(&repository, base)? else {
            terminal.warning(&format!("`{shown}` holds no book here; every finding is new"));
            let (known, was, files) = (Baseline::default(), BTreeMap::new(), Vec::new());
            return Ok(Self { against, known, was, files, tree: None });
        };
        let tables = differing(&text, book.text());
        if !tables.is_empty() {
            let tables = tables.join(", ");
            terminal.warning(&format!(
                "`book.toml` differs from that of `{shown}` in {tables}; both sides are judged by the new one"
            ));
        }
        let own = book.config.as_of;
        if as_of != own && !named_day {
            let set = book.as_of;
            book.not_before(as_of)?;
            before.same_day_as(book);
            if book.as_of != set {
                terminal.warning(&format!(
                    "`[portfolio] as-of` is set back from that of `{shown}`; both sides are judged \
                     as of {}",
                    book.as_of
                ));
            }
        }
        let then = before.check(levels)?;
        let known = Baseline::of(&then.findings);
        let files = File::all(&then, &known.keys().map(|key| key.path.as_str()).collect());
        let was = then.findings.into_iter().map(|finding| {
            let was = Was {
                path: finding.path.to_string(),
                at: finding.at,
                message: finding.message.clone(),
            };
            (finding.key(), was)
        });
        Ok(Self { against, known, was: was.collect(), files, tree: Some(before.tree) })
    }

    /// Take what was found then out of `findings`, which are those of `checked`;
    /// `now` is where its files are read.
    pub(super) fn compare(
        &self,
        findings: &mut Vec<Finding>,
        checked: &Checked,
        now: &dyn Tree,
    ) -> Compared {
        let files = File::all(checked, &findings.iter().map(|f| &*f.path).collect());
        let then = |path: &str| self.tree.as_ref().and_then(|tree| tree.read(path).ok());
        let moved = moved(&self.files, &files, &then, &|path| now.read(path).ok());
        let unseen = |key: &Key| baseline::unseen(checked, key);
        let compared = self.known.clone().moved(&moved).compare(findings, unseen);
        let was = self.was.iter().map(|(key, was)| {
            let mut key = key.clone();
            if let Some(to) = moved.get(&key.path) {
                key.path.clone_from(to);
            }
            (key, was.clone())
        });
        compared.against(self.against.clone()).said(was)
    }
}

/// The tables in which two configurations differ so that findings could: all but
/// those that say how the site looks, where it goes and what day it is.
fn differing(before: &str, now: &str) -> Vec<String> {
    let tables = |text: &str| {
        let mut tables: Table = text.parse().unwrap_or_default();
        tables.retain(|name, _| name != "output" && name != "build");
        if let Some(book) = tables.get_mut("book").and_then(Value::as_table_mut) {
            book.retain(|name, _| name == "src");
        }
        if let Some(portfolio) = tables.get_mut("portfolio").and_then(Value::as_table_mut) {
            portfolio.remove("as-of");
        }
        tables.retain(|_, value| value.as_table().is_none_or(|table| !table.is_empty()));
        tables
    };
    let (before, now) = (tables(before), tables(now));
    let names: BTreeSet<&String> = before.keys().chain(now.keys()).collect();
    let differ = names.into_iter().filter(|name| before.get(*name) != now.get(*name));
    differ.map(|name| format!("`[{}]`", visible(name))).collect()
}

/// A file of one side.
struct File {
    path: String,
    digest: u128,
    /// Whether something was found in it.
    found: bool,
}

impl File {
    fn all(checked: &Checked, found: &BTreeSet<&str>) -> Vec<Self> {
        let portfolio = &checked.portfolio;
        let documents = portfolio.documents.iter().map(|d| (&*d.path, d.digest));
        let registers = portfolio.registers.iter().map(|r| (&*r.path, r.digest));
        let file = |(path, digest): (&str, u128)| Self {
            path: path.to_owned(),
            digest,
            found: found.contains(path),
        };
        documents.chain(registers).map(file).collect()
    }
}

/// What each file that is gone has become: a file that has come with the same
/// bytes, or else the one most like it, where half of the lines are the same.
fn moved(
    then: &[File],
    now: &[File],
    read_then: &dyn Fn(&str) -> Option<Vec<u8>>,
    read_now: &dyn Fn(&str) -> Option<Vec<u8>>,
) -> BTreeMap<String, String> {
    let only = |these: &[File], others: &[File]| -> Vec<usize> {
        let others: BTreeSet<&str> = others.iter().map(|file| &*file.path).collect();
        let alone =
            |n: &usize| these.get(*n).is_some_and(|f| f.found && !others.contains(&*f.path));
        (0..these.len()).filter(alone).collect()
    };
    let pick = |files: &[File], picked: Vec<usize>| -> Vec<(String, u128)> {
        let file = |n: usize| files.get(n).map(|f| (f.path.clone(), f.digest));
        picked.into_iter().filter_map(file).collect()
    };
    let mut gone = pick(then, only(then, now));
    let mut come = pick(now, only(now, then));
    gone.sort();
    come.sort();
    let mut moved = BTreeMap::new();
    gone.retain(|(from, digest)| {
        let same = come.iter().position(|(_, other)| other == digest);
        let Some(same) = same else { return true };
        let (to, _) = come.remove(same);
        moved.insert(from.clone(), to);
        false
    });
    if gone.len().saturating_mul(come.len()) > PAIRS {
        return moved;
    }
    let texts: Vec<Option<Vec<u8>>> = come.iter().map(|(path, _)| read_now(path)).collect();
    let mut pairs: Vec<(usize, &str, &str)> = Vec::new();
    for (from, _) in &gone {
        let Some(before) = read_then(from) else { continue };
        for ((to, _), text) in come.iter().zip(&texts) {
            let alike = text.as_ref().map_or(0, |text| alike(&before, text));
            if alike >= 50 {
                pairs.push((100 - alike, from, to));
            }
        }
    }
    pairs.sort_unstable();
    let mut taken: BTreeSet<&str> = BTreeSet::new();
    for (_, from, to) in pairs {
        if !moved.contains_key(from) && taken.insert(to) {
            moved.insert(from.to_owned(), to.to_owned());
        }
    }
    moved
}

/// How many of a hundred lines two texts share; empty lines do not count.
fn alike(a: &[u8], b: &[u8]) -> usize {
    let lines = |text: &'_ [u8]| -> BTreeMap<Vec<u8>, usize> {
        let mut lines = BTreeMap::new();
        for line in text.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii) {
            if !line.is_empty() {
                *lines.entry(line.to_vec()).or_default() += 1;
            }
        }
        lines
    };
    let (a, b) = (lines(a), lines(b));
    let all = a.values().sum::<usize>() + b.values().sum::<usize>();
    let shared = |(line, n): (&Vec<u8>, &usize)| b.get(line).map_or(0, |m| *m.min(n));
    let shared: usize = a.iter().map(shared).sum();
    (200 * shared).checked_div(all).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_tables_that_judge_are_told() {
        let before =
            "[book]\ntitle = \"A\"\n[portfolio]\nas-of = \"2026-01-01\"\n[rules]\na = \"deny\"\n";
        let now = "[book]\ntitle = \"B\"\n[output.html]\ntheme = \"x\"\n[rules]\na = \"deny\"\n";
        assert_eq!(differing(before, now), Vec::<String>::new());
        let now = "[book]\nsrc = \"docs\"\n[rules]\na = \"note\"\n[kinds.x]\nrole = \"page\"\n";
        assert_eq!(differing(before, now), ["`[book]`", "`[kinds]`", "`[rules]`"]);
        assert_eq!(differing("no toml", ""), Vec::<String>::new());
    }

    fn become_of(then: &[(&str, &str)], now: &[(&str, &str)]) -> Vec<(String, String)> {
        fn files(all: &[(&str, &str)]) -> Vec<File> {
            let digest = |text: &str| xxhash_rust::xxh3::xxh3_128(text.as_bytes());
            let file = |(path, text): &(&str, &str)| File {
                path: (*path).to_owned(),
                digest: digest(text),
                found: true,
            };
            all.iter().map(file).collect()
        }
        let text = |all: &[(&str, &str)], path: &str| {
            all.iter().find(|(p, _)| *p == path).map(|(_, text)| text.as_bytes().to_vec())
        };
        let (before, after) = (files(then), files(now));
        let moved = moved(&before, &after, &|path| text(then, path), &|path| text(now, path));
        moved.into_iter().collect()
    }

    #[test]
    fn files_are_followed_by_their_bytes_then_by_their_lines() {
        let text = "one\ntwo\nthree\nfour\n";
        let pair = |a: &str, b: &str| vec![(a.to_owned(), b.to_owned())];
        assert_eq!(become_of(&[("a", text)], &[("b", text)]), pair("a", "b"));
        assert_eq!(become_of(&[("a", text)], &[("b", "one\ntwo\nthree\n5\n")]), pair("a", "b"));
        assert_eq!(become_of(&[("a", text)], &[("b", "one\n2\n3\n4\n")]), []);
        assert_eq!(
            become_of(&[("a", text), ("b", "x\n")], &[("b", "x\n"), ("c", text)]),
            pair("a", "c")
        );
        // The copy with the same bytes wins over the one that is much alike.
        let both = [("b", "one\ntwo\nthree\n5\n"), ("c", text)];
        assert_eq!(become_of(&[("a", text)], &both), pair("a", "c"));
        assert_eq!(become_of(&[("a", "")], &[("b", "\n")]), []);
    }
}
