//! A sound small portfolio for rule tests, and a fluent way to spoil it.

mod mutants;

use crate::config::Config;
use crate::date;
use crate::finding::Finding;
use crate::portfolio::Portfolio;
use crate::tree::MemoryTree;
use std::collections::BTreeMap;
use std::sync::Arc;

/// A portfolio in memory.
pub struct Fixture {
    files: BTreeMap<String, String>,
    config: String,
    as_of: &'static str,
}

/// One sound tier-3 project `crm` in execution on 27 March 2026, with card,
/// charter, milestones, RAID, decisions, two reports; no rule finds anything.
#[must_use]
pub fn portfolio() -> Fixture {
    let mut fixture =
        Fixture { files: BTreeMap::new(), config: String::new(), as_of: "2026-03-27" };
    fixture.lay(include_str!("testing/sound.txt"));
    fixture
}

impl Fixture {
    /// Lay files over the portfolio: `=== path` begins a file; `book.toml` is
    /// its configuration.
    fn lay(&mut self, text: &str) {
        let mut path = String::new();
        for line in text.split_inclusive('\n') {
            if let Some(name) = line.strip_prefix("=== ") {
                path = name.trim_end().to_owned();
                self.files.insert(path.clone(), String::new());
            } else if let Some(file) = self.files.get_mut(&path) {
                file.push_str(line);
            }
        }
        if let Some(config) = self.files.remove("book.toml") {
            self.config = config;
        }
    }

    /// Lay files over it, as examples are written.
    #[must_use]
    pub fn files(mut self, text: &str) -> Self {
        self.lay(text);
        self
    }

    /// Add or replace a file.
    #[must_use]
    pub fn file(mut self, path: &str, text: &str) -> Self {
        self.files.insert(path.into(), text.into());
        self
    }

    /// Take a file away.
    #[must_use]
    pub fn without(mut self, path: &str) -> Self {
        self.files.remove(path);
        self
    }

    /// Replace text that must stand in a file.
    #[must_use]
    pub fn replace(mut self, path: &str, from: &str, to: &str) -> Self {
        let text = self.files.get_mut(path).unwrap_or_else(|| panic!("no file {path}"));
        assert!(text.contains(from), "{path} does not hold {from:?}");
        *text = text.replacen(from, to, 1);
        self
    }

    /// Let a report say more in its front matter, from line 7 on.
    #[must_use]
    pub fn says(self, report: &str, lines: &str) -> Self {
        self.replace(report, "milestones:", &format!("{lines}\nmilestones:"))
    }

    /// Let the project track its budget, approved at that much.
    #[must_use]
    pub fn tracked(self, approved: u32) -> Self {
        let tracked = format!("{{tracked: true, baseline: {approved}}}");
        self.replace("projects/crm/project.md", "{tracked: false}", &tracked)
    }

    /// Set `book.toml`.
    #[must_use]
    pub fn config(mut self, text: &str) -> Self {
        self.config = text.into();
        self
    }

    /// Set the as-of date.
    #[must_use]
    pub fn as_of(mut self, day: &'static str) -> Self {
        self.as_of = day;
        self
    }

    /// All findings, in report order.
    #[must_use]
    pub fn findings(&self) -> Vec<Finding> {
        self.checked().findings
    }

    /// What was read.
    #[must_use]
    pub fn portfolio(&self) -> Portfolio {
        self.checked().portfolio
    }

    /// What was read, measured and found.
    #[must_use]
    pub fn checked(&self) -> crate::Checked {
        let tree =
            self.files.iter().fold(MemoryTree::new(), |tree, (path, text)| tree.with(path, text));
        let config = Arc::new(Config::parse(&self.config).expect("the test's book.toml is sound"));
        let as_of = date::parse(self.as_of).expect("a date");
        crate::check(&tree, config, as_of, &[]).expect("the tree can be read")
    }

    /// Assert that a rule finds something on a line of a file, and hand it out.
    #[allow(clippy::must_use_candidate, reason = "the assertion is the use")]
    pub fn finds(&self, rule: &str, path: &str, line: u32) -> Finding {
        let all = self.findings();
        let found = all.iter().find(|f| f.rule == rule && &*f.path == path && f.at.line == line);
        found.cloned().unwrap_or_else(|| panic!("no {rule} at {path}:{line} in {}", list(&all)))
    }

    /// Assert that a rule finds nothing.
    pub fn silent(&self, rule: &str) {
        let all = self.findings();
        assert!(!all.iter().any(|f| f.rule == rule), "{}", list(&all));
    }
}

fn list(findings: &[Finding]) -> String {
    let line = |f: &Finding| {
        format!("{}:{} {}[{}] {}", f.path, f.at, f.severity.name(), f.rule, f.message)
    };
    findings.iter().map(line).collect::<Vec<_>>().join("\n  ")
}

#[test]
fn the_sound_portfolio_has_no_finding() {
    let all = portfolio().findings();
    assert!(all.is_empty(), "{}", list(&all));
}

#[test]
fn every_example_fires_its_rule_and_every_remedy_mends_it() {
    for rule in super::all().filter(|r| !r.example.is_empty()) {
        let fired = portfolio().files(rule.example).findings();
        assert!(
            fired.iter().any(|f| f.rule == rule.name),
            "the example of {} does not fire it: {}",
            rule.name,
            list(&fired)
        );
        let mended = portfolio().files(rule.remedy).findings();
        assert!(
            !mended.iter().any(|f| f.rule == rule.name),
            "the remedy of {} does not mend it: {}",
            rule.name,
            list(&mended)
        );
    }
}

/// What a tree in memory cannot show: names, links and bytes of a disk, and
/// `book.toml`, whose mistakes are told beside the findings, and what only two
/// trees show.
const WITHOUT_EXAMPLE: &[&str] = &[
    "changing-file",
    "dangling-link",
    "edited-baseline",
    "edited-report",
    "grown-scope-list",
    "invalid-config",
    "link-loop",
    "name-collision",
    "not-a-file",
    "not-utf8",
    "outside-link",
    "unportable-name",
    "unusable-name",
    "unused-config",
];

#[test]
fn only_rules_of_the_disk_and_the_configuration_lack_an_example() {
    let mut bare: Vec<_> = super::all().filter(|r| r.example.is_empty()).map(|r| r.name).collect();
    bare.sort_unstable();
    assert_eq!(bare, WITHOUT_EXAMPLE);
    assert!(super::all().all(|r| r.example.is_empty() == r.remedy.is_empty()));
}

#[test]
fn every_rule_that_reading_names_is_explained() {
    let tree = crate::tree::RULES.iter().map(|(name, _)| *name);
    for name in tree.chain(crate::data::RULES.iter().copied()) {
        assert!(super::find(name).is_some(), "{name} is not explained");
    }
}

#[test]
fn the_registry_is_sorted_complete_and_explained() {
    let names: Vec<_> = super::RULES.iter().map(|r| r.name).collect();
    assert!(names.is_sorted(), "{names:?}");
    let mut all: Vec<_> = super::all().map(|r| r.name).collect();
    all.sort_unstable();
    let count = all.len();
    all.dedup();
    assert_eq!(all.len(), count, "a rule is listed twice");
    for rule in super::all() {
        assert!(
            rule.name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-'),
            "{}",
            rule.name
        );
        assert!(rule.summary.ends_with('.') && rule.why.ends_with('.'), "{}", rule.name);
    }
}
