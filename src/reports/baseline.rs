//! Findings that were there when checking began: a file of what is known, so
//! that only new findings fail. Kept by key, not by line, so that edits
//! elsewhere in a document leave it valid.

use super::harmless;
use crate::finding::{Finding, Key, Severity};
use crate::text::{Position, visible};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// The file's name where none is given.
pub const FILE: &str = ".milepost-baseline.json";

/// Name and version of the format.
const SCHEMA: &str = "milepost-baseline-1";

/// What was known.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Baseline {
    keys: BTreeSet<Key>,
}

/// What findings are compared with.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Against {
    /// The file of known findings.
    #[default]
    Baseline,
    /// What was found at a revision.
    Revision {
        /// As the user named it.
        name: String,
        /// The commit, whole.
        commit: String,
    },
}

/// Findings beside what was known.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Compared {
    /// Where what was known comes from.
    pub against: Against,
    /// Findings that were known, in report order.
    pub known: Vec<Finding>,
    /// What was known and is no longer found, sorted.
    pub mended: Vec<Key>,
    /// What the findings of a revision said, and where, for those mended; a file
    /// of known findings keeps neither.
    pub was: BTreeMap<Key, Was>,
    /// What was known and could not be found, since it was not looked for,
    /// sorted.
    pub unseen: Vec<Key>,
}

/// A finding as it stood at a revision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Was {
    /// The file, as it was called then.
    pub path: String,
    /// Where it stood in it.
    pub at: Position,
    /// What it said.
    pub message: String,
}

/// Why a file is no baseline.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// Line of the file, from 1.
    pub line: usize,
    /// The fact, in lower case without a full stop.
    pub message: String,
}

impl Baseline {
    /// The baseline that knows these findings.
    #[must_use]
    pub fn of(findings: &[Finding]) -> Self {
        let shown = findings.iter().filter(|finding| finding.severity > Severity::Allow);
        Self { keys: shown.map(Finding::key).collect() }
    }

    /// The baseline that knows these findings as well.
    #[must_use]
    pub fn and(mut self, keys: impl IntoIterator<Item = Key>) -> Self {
        self.keys.extend(keys);
        self
    }

    /// Whether a text is meant to be a baseline, if a damaged one.
    #[must_use]
    pub fn claims(text: &str) -> bool {
        let name = SCHEMA.trim_end_matches(|c: char| c.is_ascii_digit());
        text.starts_with(&format!("[{{\"schema\":\"{name}")) || Self::parse(text).is_ok()
    }

    /// How many findings it knows.
    #[must_use]
    pub fn len(&self) -> usize {
        self.keys.len()
    }

    /// Whether it knows none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.keys.is_empty()
    }

    /// The file: a JSON array, one finding on each line, sorted. Each line
    /// begins with its comma, so that two versions merge line by line.
    #[must_use]
    pub fn text(&self) -> String {
        let mut out = format!("[{{\"schema\":\"{SCHEMA}\"}}\n");
        for key in &self.keys {
            // Written by hand for the order of its fields.
            let text = |text: &str| Value::from(text).to_string();
            let line = format!(
                ",{{\"path\":{},\"rule\":{},\"subject\":{},\"nth\":{}}}\n",
                text(&key.path),
                text(&key.rule),
                text(&key.subject),
                key.nth
            );
            out.push_str(&harmless(&line));
        }
        out + "]\n"
    }

    /// Read a file of [`Baseline::text`]. Lines may stand in any order and
    /// twice, as a merge leaves them.
    ///
    /// # Errors
    /// The first line that is wrong, and how.
    pub fn parse(text: &str) -> Result<Self, Fault> {
        if let Some(n) = text.lines().position(|line| line.starts_with("<<<<<<<")) {
            let message = "an unresolved merge conflict begins here";
            return Err(Fault { line: n + 1, message: message.into() });
        }
        let entries: Vec<Value> = serde_json::from_str(text).map_err(|error| Fault {
            line: error.line().max(1),
            message: "this is not the JSON of a baseline".into(),
        })?;
        let Some((head, entries)) = entries.split_first() else {
            return Err(Fault { line: 1, message: "the baseline names no `schema`".into() });
        };
        match head.get("schema").and_then(Value::as_str) {
            Some(SCHEMA) => {}
            Some(other) => {
                let message = format!("the schema is `{other}`; this version reads `{SCHEMA}`");
                return Err(Fault { line: 1, message });
            }
            None => {
                return Err(Fault { line: 1, message: "the baseline names no `schema`".into() });
            }
        }
        let mut keys = BTreeSet::new();
        for (n, entry) in entries.iter().enumerate() {
            let part = |name: &str| entry.get(name).and_then(Value::as_str).map(str::to_owned);
            let nth = entry.get("nth").map_or(Some(1), Value::as_u64);
            let nth = nth.and_then(|nth| u32::try_from(nth).ok());
            let key = (part("path"), part("rule"), part("subject"), nth);
            let (Some(path), Some(rule), Some(subject), Some(nth)) = key else {
                // Exact where the file is as it was written.
                let message = "an entry needs `path`, `rule`, `subject` and `nth`";
                return Err(Fault { line: n + 2, message: message.into() });
            };
            keys.insert(Key { path, rule, subject, nth });
        }
        Ok(Self { keys })
    }

    /// The same with every finding of a file known in the file it has become.
    #[must_use]
    pub fn moved(self, files: &BTreeMap<String, String>) -> Self {
        let follow = |mut key: Key| {
            if let Some(to) = files.get(&key.path) {
                key.path.clone_from(to);
            }
            key
        };
        Self { keys: self.keys.into_iter().map(follow).collect() }
    }

    /// What is known, sorted.
    pub fn keys(&self) -> impl Iterator<Item = &Key> {
        self.keys.iter()
    }

    /// Take the findings that are known out of `findings`. `unseen` says of
    /// what is not among them whether it was not even looked for.
    #[must_use]
    pub fn compare(&self, findings: &mut Vec<Finding>, unseen: impl Fn(&Key) -> bool) -> Compared {
        let mut compared = Compared::default();
        let mut left = self.keys.clone();
        let (known, new) =
            std::mem::take(findings).into_iter().partition(|finding| left.remove(&finding.key()));
        *findings = new;
        compared.known = known;
        (compared.unseen, compared.mended) = left.into_iter().partition(unseen);
        compared
    }
}

impl Compared {
    /// The same, compared with something else than the file.
    #[must_use]
    pub fn against(mut self, against: Against) -> Self {
        self.against = against;
        self
    }

    /// The same, with what the findings that are mended said.
    #[must_use]
    pub fn said(mut self, was: impl IntoIterator<Item = (Key, Was)>) -> Self {
        let mended = &self.mended;
        self.was = was.into_iter().filter(|(key, _)| mended.binary_search(key).is_ok()).collect();
        self
    }

    /// What a mended finding said, with its numbers where they are known.
    pub(super) fn message<'a>(&'a self, key: &'a Key) -> &'a str {
        self.was.get(key).map_or(&*key.subject, |was| &was.message)
    }

    /// Where a mended finding stood, where that is known: `line 3 at 1a2b3c4`;
    /// `path` shows a file of then.
    pub(super) fn stood(&self, key: &Key, path: impl Fn(&str) -> String) -> Option<String> {
        let was = self.was.get(key)?;
        let line = was.at.line;
        let place = if was.path == key.path {
            format!("line {line}")
        } else {
            format!("{}:{line}", path(&was.path))
        };
        Some(match &self.against {
            Against::Baseline => place,
            Against::Revision { commit, .. } => {
                format!("{place} at {}", commit.get(..7).unwrap_or(commit))
            }
        })
    }

    /// The same with nothing to say of what was known.
    #[must_use]
    pub fn new_only(self) -> Self {
        Self { known: Vec::new(), mended: Vec::new(), was: BTreeMap::new(), ..self }
    }

    /// What the report says of it, in the summary's words.
    pub(super) fn summary(&self) -> impl Iterator<Item = String> {
        let (known, mended) = (self.known.len(), self.mended.len());
        let words = match &self.against {
            Against::Baseline => [
                format!("{known} known from the baseline"),
                format!("{mended} of the baseline mended"),
            ],
            Against::Revision { name, .. } => {
                let name = visible(name);
                [format!("{known} from before `{name}`"), format!("{mended} mended since `{name}`")]
            }
        };
        words.into_iter().zip([known, mended]).filter(|(_, n)| *n > 0).map(|(words, _)| words)
    }

    /// Why a known finding does not count.
    pub(super) fn why(&self) -> String {
        match &self.against {
            Against::Baseline => "known from the baseline".into(),
            Against::Revision { name, .. } => format!("known from before `{}`", visible(name)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::sort;
    use crate::text::Span;

    fn found(messages: &[&str]) -> Vec<Finding> {
        let one = |(n, message): (usize, &&str)| {
            let span = Span::at(n * 10);
            Finding::new("a-rule", "a\u{202e}\n.md".into(), span, Position::default(), *message)
        };
        let mut all: Vec<Finding> = messages.iter().enumerate().map(one).collect();
        sort(&mut all);
        all
    }

    #[test]
    fn a_file_holds_one_line_for_each_finding_and_reads_back() {
        let all = found(&["2 days late", "3 days late", "\"x\"\nno `owner`"]);
        let baseline = Baseline::of(&all);
        let text = baseline.text();
        assert_eq!(text.lines().count(), 5);
        assert!(!text.contains('\u{202e}'));
        assert_eq!(Baseline::parse(&text), Ok(baseline.clone()));
        let mut lines: Vec<&str> = text.lines().collect();
        lines[1..4].reverse();
        lines.insert(2, lines[1]);
        assert_eq!(Baseline::parse(&lines.join("\n")), Ok(baseline));
    }

    #[test]
    fn old_findings_are_known_new_ones_stay_and_mended_ones_are_told() {
        let baseline = Baseline::of(&found(&["2 days late", "3 days late", "gone"]));
        let mut now = found(&["new", "4 days late", "5 days late", "6 days late"]);
        let compared = baseline.compare(&mut now, |_| false);
        let said = |all: &[Finding]| all.iter().map(|f| f.message.clone()).collect::<Vec<_>>();
        assert_eq!(said(&compared.known), ["4 days late", "5 days late"]);
        assert_eq!(said(&now), ["new", "6 days late"]);
        assert_eq!(compared.mended.len(), 1);
        assert_eq!(compared.mended[0].subject, "gone");
    }

    #[test]
    fn what_was_not_looked_for_is_not_mended() {
        let baseline = Baseline::of(&found(&["gone", "unseen"]));
        let compared = baseline.compare(&mut Vec::new(), |key| key.subject == "unseen");
        let subjects = |keys: &[Key]| keys.iter().map(|k| k.subject.clone()).collect::<Vec<_>>();
        assert_eq!(subjects(&compared.mended), ["gone"]);
        assert_eq!(subjects(&compared.unseen), ["unseen"]);
        assert_eq!(Baseline::default().and(compared.unseen).len(), 1);
    }

    #[test]
    fn what_is_no_baseline_is_refused_at_its_line() {
        let at = |text: &str| Baseline::parse(text).map_err(|fault| fault.line).err();
        assert_eq!(at(""), Some(1));
        assert_eq!(at("[]"), Some(1));
        assert_eq!(at("{}"), Some(1));
        assert_eq!(at("[{\"schema\":\"milepost-baseline-9\"}\n]"), Some(1));
        assert_eq!(at("[{\"schema\":\"milepost-baseline-1\"}\n,{\"path\":\"a\"}\n]"), Some(2));
        assert_eq!(at("[{\"schema\":\"milepost-baseline-1\"}\n,oops\n]"), Some(2));
        assert_eq!(at("[{\"schema\":\"milepost-baseline-1\"}\n<<<<<<< HEAD\n]"), Some(2));
        assert_eq!(at("[{\"schema\":\"milepost-baseline-1\"}\n]\n"), None);
        let deep = "[".repeat(100_000);
        assert_eq!(at(&deep), Some(1));
    }
}
