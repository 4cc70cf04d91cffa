//! Random histories, read by Milepost and by the git program: what changed
//! between two commits, where lines part, who changed a file last.

use crate::repository::Repo;
use milepost::tree::git::Repository;
use std::collections::BTreeMap;
use std::fmt::Write;

/// Histories that are made; more by `MILEPOST_HISTORIES`.
const HISTORIES: usize = 500;

/// Numbers that look random and are the same in every run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, n: usize) -> usize {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % n
    }
}

/// A stream for `git fast-import` and the branches it makes.
struct Stream {
    dice: Dice,
    text: String,
    mark: usize,
    moves: bool,
    texts: usize,
}

type Files = BTreeMap<String, (&'static str, String)>;

impl Stream {
    fn path(&mut self) -> String {
        let folders = ["", "a/", "a/b/", "c d/", "e/f/g/", "a.b/", "é/"];
        let names = ["x.md", "y.md", "z", "a", "x", "risks.yaml", "ü.md", "q\"uote.md"];
        let folder = folders[self.dice.below(folders.len())];
        format!("{folder}{}", names[self.dice.below(names.len())])
    }

    /// Whether a path may be added: nothing stands on its way or below it.
    fn fits(files: &Files, path: &str) -> bool {
        !files.keys().any(|other| {
            other.strip_prefix(path).is_some_and(|rest| rest.starts_with('/'))
                || path.strip_prefix(other.as_str()).is_some_and(|rest| rest.starts_with('/'))
        })
    }

    fn change(&mut self, files: &mut Files) {
        for _ in 0..=self.dice.below(5) {
            let any = (!files.is_empty())
                .then(|| files.keys().nth(self.dice.below(files.len())).unwrap().clone());
            match (self.dice.below(10), any) {
                (0..=4, _) | (_, None) => {
                    let path = self.path();
                    if Self::fits(files, &path) {
                        let mode = ["100644", "100644", "100644", "100755", "120000"];
                        let mode = mode[self.dice.below(mode.len())];
                        // Without moves no two texts are alike, or what is
                        // removed and added elsewhere would be one.
                        self.texts += 1;
                        let alike = if self.moves { self.dice.below(6) } else { self.texts };
                        let text = format!("text {alike}");
                        files.insert(path, (mode, text));
                    }
                }
                (5..=6, Some(path)) => {
                    let text = format!("text {} of {path}", self.dice.below(40));
                    files.get_mut(&path).unwrap().1 = text;
                }
                (7, Some(path)) => drop(files.remove(&path)),
                (_, Some(path)) if self.moves => {
                    let to = self.path();
                    let what = files.remove(&path).unwrap();
                    let to =
                        if Self::fits(files, &to) && !files.contains_key(&to) { to } else { path };
                    files.insert(to, what);
                }
                _ => {}
            }
        }
    }

    fn commit(&mut self, branch: &str, parents: &[usize], files: &Files) -> usize {
        self.mark += 1;
        let mark = self.mark;
        // Clocks run on, mostly.
        let time = 1_767_225_600 + 60 * mark - 600 * usize::from(self.dice.below(20) == 0);
        writeln!(self.text, "commit refs/heads/{branch}\nmark :{mark}").unwrap();
        writeln!(self.text, "committer A <a@example.org> {time} +0000\ndata 1\nx").unwrap();
        for (n, parent) in parents.iter().enumerate() {
            writeln!(self.text, "{} :{parent}", if n == 0 { "from" } else { "merge" }).unwrap();
        }
        self.text += "deleteall\n";
        for (path, (mode, text)) in files {
            let quoted = path.replace('"', "\\\"");
            writeln!(self.text, "M {mode} inline \"{quoted}\"\ndata {}\n{text}", text.len())
                .unwrap();
        }
        mark
    }

    /// One history; the marks of its commits.
    fn history(&mut self, branch: &str) -> Vec<usize> {
        let mut files = Files::new();
        self.change(&mut files);
        self.change(&mut files);
        let mut lines = vec![(self.commit(branch, &[], &files), files)];
        let mut all = vec![lines[0].0];
        for _ in 0..3 + self.dice.below(12) {
            let at = self.dice.below(lines.len());
            let (mut parents, mut files) = (vec![lines[at].0], lines[at].1.clone());
            match self.dice.below(5) {
                0 if lines.len() < 4 => lines.push(lines[at].clone()),
                1 if lines.len() > 1 => {
                    // A merge, sometimes of more than two, that takes files from all.
                    let most = 1 + self.dice.below(lines.len() - 1);
                    for (mark, theirs) in lines.clone().iter().take(most) {
                        if parents.contains(mark) {
                            continue;
                        }
                        parents.push(*mark);
                        for (path, what) in theirs {
                            if self.dice.below(2) == 0 && Self::fits(&files, path) {
                                files.insert(path.clone(), what.clone());
                            }
                        }
                    }
                }
                _ => {}
            }
            if self.dice.below(3) > 0 {
                self.change(&mut files);
            }
            let mark = self.commit(branch, &parents, &files);
            lines[at] = (mark, files);
            all.push(mark);
        }
        // All lines end on the branch.
        let parents: Vec<usize> = lines.iter().map(|(mark, _)| *mark).collect();
        let files = lines[0].1.clone();
        let mut parents: Vec<usize> = parents;
        parents.sort_unstable();
        parents.dedup();
        all.push(self.commit(branch, &parents, &files));
        all
    }
}

/// A repository of many histories, each a branch; the ids of their commits.
fn histories(moves: bool, count: usize) -> (Repo, Vec<Vec<String>>) {
    let repo = Repo::new();
    let mut stream = Stream { dice: Dice(7), text: String::new(), mark: 0, moves, texts: 0 };
    let marks: Vec<Vec<usize>> = (0..count).map(|n| stream.history(&format!("h{n}"))).collect();
    stream.text += "done\n";
    let how = ["fast-import", "--quiet", "--done", "--export-marks=marks"];
    repo.git_in("", &how, stream.text.as_bytes());
    let exported = std::fs::read_to_string(repo.at("marks")).unwrap();
    let ids: BTreeMap<usize, &str> = exported
        .lines()
        .map(|line| line.split_once(' ').unwrap())
        .map(|(mark, id)| (mark[1..].parse().unwrap(), id))
        .collect();
    let marks = marks.iter().map(|all| all.iter().map(|m| ids[m].to_owned()).collect()).collect();
    (repo, marks)
}

fn count() -> usize {
    std::env::var("MILEPOST_HISTORIES").ok().and_then(|n| n.parse().ok()).unwrap_or(HISTORIES)
}

fn open(repo: &Repo) -> Repository {
    Repository::around(repo.root()).unwrap().unwrap()
}

/// What `git diff-tree --name-status -z` says, a change a line.
fn told(output: &str) -> Vec<String> {
    let mut parts = output.split('\0').filter(|part| !part.is_empty());
    let mut told = Vec::new();
    while let Some(how) = parts.next() {
        let letter = &how[..1];
        let path = parts.next().unwrap();
        told.push(match letter {
            "R" => format!("R {path} -> {}", parts.next().unwrap()),
            _ => format!("{letter} {path}"),
        });
    }
    told.sort();
    told
}

#[test]
fn changed_files_are_those_that_git_names() {
    let (repo, histories) = histories(true, count());
    let mut dice = Dice(11);
    let mut letters = BTreeMap::new();
    for packed in [false, true] {
        // Half of the pairs from what fast-import packed, half from deltas.
        if packed {
            repo.git(&["repack", "-q", "-a", "-d", "-f", "--depth=50", "--window=20"]);
        }
        let opened = open(&repo);
        for all in &histories {
            let (a, b) = if packed {
                (all[dice.below(all.len())].clone(), all[dice.below(all.len())].clone())
            } else {
                (all[0].clone(), all[all.len() - 1].clone())
            };
            let how = ["diff-tree", "-r", "-z", "--name-status", "-M100%", &a, &b];
            let expected = told(&repo.git(&how));
            let changed = opened.changed(a.parse().unwrap(), b.parse().unwrap(), "").unwrap();
            let mut ours: Vec<String> = changed
                .iter()
                .map(|c| {
                    *letters.entry(c.how.letter()).or_insert(0) += 1;
                    match &c.was {
                        Some(was) => format!("R {was} -> {}", c.path),
                        None => format!("{} {}", c.how.letter(), c.path),
                    }
                })
                .collect();
            ours.sort();
            assert_eq!(ours, expected, "{a} {b}");
        }
    }
    for letter in ['A', 'M', 'D', 'R', 'T'] {
        assert!(letters.get(&letter).is_some_and(|n| *n > 20), "{letters:?}");
    }
}

#[test]
fn lines_part_where_git_says() {
    let (repo, histories) = histories(false, 60);
    let opened = open(&repo);
    let mut dice = Dice(13);
    let (mut found, mut none) = (0, 0);
    for all in &histories {
        let other = &histories[dice.below(histories.len())];
        for (a, b) in [
            (&all[dice.below(all.len())], &all[dice.below(all.len())]),
            (&all[dice.below(all.len())], &other[dice.below(other.len())]),
        ] {
            let bases = repo.git_says(&["merge-base", "--all", a, b]);
            let ours = opened.merge_base(a.parse().unwrap(), b.parse().unwrap()).unwrap();
            match ours {
                Some(id) => {
                    assert!(bases.lines().any(|line| line == id.to_string()), "{a} {b}: {id}");
                    found += 1;
                }
                None => {
                    assert_eq!(bases, "", "{a} {b}");
                    none += 1;
                }
            }
        }
    }
    assert!(found > 20 && none > 20, "{found} {none}");
}

#[test]
fn the_last_change_of_a_file_is_the_one_git_finds() {
    let (repo, histories) = histories(false, 40);
    let opened = open(&repo);
    let mut files = 0;
    for all in &histories {
        let head = &all[all.len() - 1];
        let history = opened.last_changes(head.parse().unwrap(), "", 10_000, None).unwrap();
        let listed = repo.git(&["ls-tree", "-r", "-z", "--name-only", head]);
        // From what was known half way.
        let half = opened.last_changes(all[all.len() / 2].parse().unwrap(), "", 10_000, None);
        let half = serde_json::to_string(&half.unwrap()).unwrap();
        let half = serde_json::from_str(&half).unwrap();
        let again = opened.last_changes(head.parse().unwrap(), "", 10_000, Some(&half)).unwrap();
        let paths: Vec<&str> = listed.split('\0').filter(|path| !path.is_empty()).collect();
        let all = opened.touching(head.parse().unwrap(), "", paths.iter().copied(), 1, 10_000);
        let all = all.unwrap();
        for path in paths {
            let expected = repo.git(&["log", "-1", "--format=%H", head, "--", path]);
            let ours = history.last(path).map(|commit| commit.id.to_string());
            assert_eq!(ours.as_deref(), Some(&*expected), "{path} at {head}");
            assert_eq!(again.last(path), history.last(path), "{path} at {head}");
            let newest = all[path].first().map(|touch| touch.commit);
            assert_eq!(newest, history.last(path).map(|commit| commit.id));
            files += 1;
        }
    }
    assert!(files > 200, "{files}");
}

#[test]
fn a_move_is_no_change_and_a_shallow_end_is_no_author() {
    let repo = Repo::new();
    repo.file("src/a.md", "one\n").file("src/b.md", "two\n");
    let first = repo.commit("First");
    repo.file("src/b.md", "three\n");
    let second = repo.commit("Second");
    repo.git(&["mv", "src/a.md", "src/moved.md"]);
    let third = repo.commit("Third");
    repo.file("src/c.md", "new\n");
    let fourth = repo.commit("Fourth");
    let opened = open(&repo);
    let head = opened.resolve("HEAD").unwrap();
    let history = opened.last_changes(head, "src/", 100, None).unwrap();
    let last = |path: &str| history.last(path).map(|commit| commit.id.to_string());
    assert_eq!(last("moved.md"), Some(first.clone()));
    assert_eq!(last("b.md"), Some(second.clone()));
    assert_eq!(last("c.md"), Some(fourth.clone()));
    assert_eq!(last("a.md"), None);
    assert_eq!(history.head(), head);
    let all = opened.touching(head, "src/", ["b.md", "moved.md", "gone.md"], 10, 100).unwrap();
    let ids = |path: &str| -> Vec<String> {
        all[path].iter().map(|touch| touch.commit.to_string()).collect()
    };
    let texts = all["b.md"].iter().map(|touch| touch.blob);
    let blob = milepost::tree::git::blob_id;
    assert!(texts.eq([blob(b"three\n"), blob(b"two\n")]));
    assert_eq!(ids("b.md"), [second.clone(), first.clone()]);
    assert_eq!(ids("moved.md"), std::slice::from_ref(&first));
    assert_eq!(ids("gone.md"), Vec::<String>::new());
    // Three commits only: the end of what was fetched is nobody's change.
    let url = format!("file://{}", repo.root().display());
    let clone = Repo::bare_folder();
    clone.git(&["clone", "-q", "--depth", "2", &url, "."]);
    let shallow = open(&clone);
    let history = shallow.last_changes(head, "src/", 100, None).unwrap();
    assert_eq!(history.last("b.md"), None);
    assert_eq!(history.last("c.md").unwrap().id.to_string(), fourth);
    assert_eq!(history.blob("b.md"), milepost::tree::git::blob_id(b"three\n"));
    assert!(shallow.resolve(&third).is_ok());
    // Fewer commits than there are.
    let short = opened.last_changes(head, "src/", 1, None).unwrap();
    assert_eq!(short.last("b.md"), None);
}
