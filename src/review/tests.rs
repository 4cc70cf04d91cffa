//! Reviews of small portfolios in memory.

mod items;
mod oracle;
mod recorded;
mod reports;
mod rewritten;

use super::{Look, Options, Review, Side, compare, find};
use crate::Checked;
use crate::config::Config;
use crate::date;
use crate::tree::MemoryTree;
use std::collections::BTreeMap;
use std::sync::Arc;

/// One side in memory: files by path, `book.toml` among them.
#[derive(Clone)]
struct Files(BTreeMap<String, String>);

impl Files {
    /// The project as it stood in the middle of March.
    fn base() -> Self {
        Self(BTreeMap::new()).lay(include_str!("tests/base.txt"))
    }

    /// The same two weeks later.
    fn head() -> Self {
        Self::base().lay(include_str!("tests/head.txt"))
    }

    /// Lay files over it: `=== path` begins a file.
    fn lay(mut self, text: &str) -> Self {
        let mut path = String::new();
        for line in text.split_inclusive('\n') {
            if let Some(name) = line.strip_prefix("=== ") {
                path = name.trim_end().to_owned();
                self.0.insert(path.clone(), String::new());
            } else if let Some(file) = self.0.get_mut(&path) {
                file.push_str(line);
            }
        }
        self
    }

    /// Replace text that must stand in a file of the project.
    fn edit(mut self, file: &str, from: &str, to: &str) -> Self {
        let path = Self::path(file);
        let text = self.0.get_mut(&path).unwrap_or_else(|| panic!("no file {path}"));
        assert!(text.contains(from), "{path} does not hold {from:?}");
        *text = text.replacen(from, to, 1);
        self
    }

    /// Take lines that hold these words out of a file.
    fn cut(mut self, file: &str, words: &str) -> Self {
        let path = Self::path(file);
        let text = &self.0[&path];
        assert!(text.contains(words), "{path} does not hold {words:?}");
        let kept: String = text.split_inclusive('\n').filter(|l| !l.contains(words)).collect();
        self.0.insert(path, kept);
        self
    }

    /// Move everything below a folder or a file.
    fn rename(mut self, from: &str, to: &str) -> Self {
        let moved: Vec<String> = self.0.keys().filter(|p| p.starts_with(from)).cloned().collect();
        assert!(!moved.is_empty(), "nothing is called {from}");
        for path in moved {
            let text = self.0.remove(&path).unwrap();
            self.0.insert(path.replacen(from, to, 1), text);
        }
        self
    }

    fn without(mut self, file: &str) -> Self {
        self.0.remove(&Self::path(file)).unwrap();
        self
    }

    fn path(file: &str) -> String {
        if file == "book.toml" { file.into() } else { format!("projects/crm-replacement/{file}") }
    }

    fn book(&self) -> &str {
        &self.0["book.toml"]
    }

    fn checked(&self, day: Option<&str>, by: Option<&str>) -> Checked {
        let sources = self.0.iter().filter(|(path, _)| *path != "book.toml");
        let tree = sources.fold(MemoryTree::new(), |tree, (path, text)| tree.with(path, text));
        let mut config = Config::parse(self.book()).expect("book.toml is sound");
        if let Some(text) = by {
            let other = Config::parse(text).expect("book.toml is sound");
            config = super::judged_by(&other, &config);
        }
        let as_of = day.and_then(date::parse).or(config.as_of).expect("a day");
        config.rewind = day.is_some();
        crate::check(&tree, Arc::new(config), as_of, &[]).expect("the tree can be read")
    }
}

/// Compare two sides as the command does.
fn review(base: &Files, head: &Files) -> Review {
    let (was, now) = (base.checked(None, None), head.checked(None, None));
    let by_base = super::judge_otherwise(base.book(), head.book())
        .then(|| head.checked(None, Some(base.book())).findings);
    let (a, b) = (base.0.clone(), head.0.clone());
    let (read_a, read_b) = (move |p: &str| a.get(p).cloned(), move |p: &str| b.get(p).cloned());
    let options = Options { by_base: by_base.as_deref(), ..Options::default() };
    compare(
        &Side { checked: &was, name: "main", book: base.book(), read: &read_a },
        &Side { checked: &now, name: "report", book: head.book(), read: &read_b },
        &options,
    )
}

/// A review in one of the formats.
fn shown(review: &Review, format: &str) -> String {
    let look = Look {
        address: &|_| None,
        colour: false,
        quiet: false,
        more: "milepost review main..report",
    };
    let mut out = Vec::new();
    (find(format).unwrap().write)(review, &look, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

/// The words of a part of the only project that changed.
fn part(review: &Review, title: &str) -> String {
    let [project] = review.projects.as_slice() else {
        panic!("{} projects changed", review.projects.len())
    };
    let parts = super::parts::parts(project);
    let found = parts.iter().find(|p| p.title == title);
    let titles: Vec<&str> = parts.iter().map(|p| p.title.as_str()).collect();
    let found = found.unwrap_or_else(|| panic!("no part {title} in {titles:?}"));
    match &found.body {
        super::Body::Lines(lines) | super::Body::Inline(lines) => {
            lines.iter().map(super::Phrase::text).collect::<Vec<_>>().join("\n")
        }
        super::Body::Table(table) => {
            let row = |r: &Vec<super::Phrase>| {
                r.iter().map(super::Phrase::text).collect::<Vec<_>>().join(" | ")
            };
            table.rows.iter().map(row).collect::<Vec<_>>().join("\n")
        }
    }
}

fn has_part(review: &Review, title: &str) -> bool {
    review.projects.iter().any(|p| super::parts::parts(p).iter().any(|x| x.title == title))
}

/// Rules of the new findings.
fn rules(review: &Review) -> Vec<&'static str> {
    review.all().flat_map(|p| &p.findings).map(|f| f.rule).collect()
}

fn fails(review: &Review, on: &str) -> bool {
    (super::FAIL_ON.iter().find(|f| f.name == on).unwrap().holds)(review)
}

#[test]
fn formats_and_failures_are_sorted() {
    assert!(super::FORMATS.is_sorted_by_key(|f| f.name));
    assert!(super::FAIL_ON.is_sorted_by_key(|f| f.name));
}

#[test]
fn nothing_changed_is_said_and_fails_on_nothing() {
    let review = review(&Files::head(), &Files::head());
    assert!(review.is_empty());
    assert_eq!(review.unchanged, 1);
    assert!(shown(&review, "md").contains("Nothing changed."));
    assert!(super::FAIL_ON.iter().all(|f| !(f.holds)(&review)));
}

#[test]
fn a_branch_cannot_loosen_the_rules_it_is_judged_by_unseen() {
    let base = Files::base();
    let head = Files::head().edit(
        "book.toml",
        "[portfolio]",
        "[rules]\nwatermelon-health = \"allow\"\n\n[portfolio]",
    );
    let review = review(&base, &head);
    assert!(review.settings.iter().any(|s| s.setting == "rules.watermelon-health" && s.looser));
    let silenced: Vec<&str> = review.silenced.iter().map(|f| f.rule).collect();
    assert_eq!(silenced, ["watermelon-health", "watermelon-health"]);
    assert!(fails(&review, "loosened"));
    let text = shown(&review, "md");
    assert!(text.contains("⚠ **Changed in book.toml**"), "{text}");
    assert!(text.contains("No longer reported by the new settings: 2 warnings"), "{text}");
    // Stricter is a change and no loosening.
    let strict = Files::head().edit(
        "book.toml",
        "[portfolio]",
        "[rules]\nwatermelon-health = \"deny\"\n\n[portfolio]",
    );
    let review = self::review(&base, &strict);
    assert!(!fails(&review, "loosened") && !review.settings.is_empty());
}

#[test]
fn a_tier_with_less_control_is_looked_at_first() {
    let head = Files::base().edit("project.md", "tier: 1", "tier: 3");
    let review = review(&Files::base(), &head);
    assert!(part(&review, "Look first").contains("less control: 1 – high → 3 – "));
}

#[test]
fn a_project_whose_folder_was_renamed_is_the_same_project() {
    let head = Files::head().rename("projects/crm-replacement", "delivery/crm");
    let review = review(&Files::base(), &head);
    let [project] = review.projects.as_slice() else { panic!() };
    assert_eq!(project.presence, super::Presence::Changed);
    assert!(part(&review, "Risks").contains("16 → 12"));
    assert!(part(&review, "Project").contains("folder projects/crm-replacement → delivery/crm"));
    assert!(project.alerts.is_empty(), "{:?}", project.alerts);
    assert!(!has_part(&review, "Documents"));
    assert!(!rules(&review).contains(&"missing-document"));
}

#[test]
fn a_project_that_is_gone_or_new_is_said() {
    let mut none = Files::base();
    none.0.retain(|path, _| !path.starts_with("projects/"));
    let gone = review(&Files::base(), &none);
    assert!(part(&gone, "Look first").contains("the project was removed"));
    assert_eq!(super::parts::heading(&gone.projects[0]), "removed");
    let new = review(&none, &Files::head());
    assert_eq!(super::parts::heading(&new.projects[0]), "new project, status 2026-03-27");
    assert!(!has_part(&new, "Look first"));
    assert!(part(&gone, "Look first").contains("1 published report among them, and "));
    assert!(fails(&gone, "removed-item") && fails(&gone, "edited-report"));
}

#[test]
fn a_day_set_back_is_told_and_is_looser() {
    let head = Files::head().edit("book.toml", "2026-03-27", "2026-01-09");
    let back = review(&Files::base(), &head);
    let said = back.settings.iter().find(|s| s.setting == "portfolio.as-of").unwrap();
    assert!(said.looser && fails(&back, "loosened"));
    let on = review(&head, &Files::head());
    assert!(on.settings.iter().any(|s| s.setting == "portfolio.as-of" && !s.looser));
}

#[test]
fn a_baseline_that_is_removed_is_a_baseline_changed() {
    let told = |head: &Files, words: &str| {
        let review = review(&Files::base(), head);
        let look = part(&review, "Look first");
        assert!(look.contains(words), "{look}");
        assert!(fails(&review, "baseline"), "{words}");
        assert!(!shown(&review, "text").contains(", baselines"));
    };
    let milestones = "milestones.yaml";
    let head = Files::base().edit(
        milestones,
        "original: 2026-04-30, baseline: 2026-04-30, ",
        "original: 2026-04-30, ",
    );
    told(&head, "M4 Training plan: baseline removed (was 2026-04-30), no approved change request");
    let head = Files::base().edit(milestones, "original: 2026-04-30, ", "");
    told(&head, "M4 Training plan: original baseline removed (was 2026-04-30)");
    told(
        &Files::base().cut(milestones, "id: M4"),
        "M4 Training plan: the milestone and its baseline removed",
    );
    let head = Files::base().edit("project.md", "currency: CAD", "currency: USD");
    told(&head, "currency of the approved budget CAD → USD");
    let head = Files::base().edit("project.md", ", baseline: 500000", "");
    told(&head, "approved budget removed (was 500,000)");
    let head = Files::base().edit("project.md", "start: {baseline: 2026-01-05}\n", "");
    told(&head, "start baseline removed (was 2026-01-05), no approved change request");
    let head = Files::base().edit("project.md", "finish: {milestone: M7}\n", "").edit(
        milestones,
        "finish: true, ",
        "",
    );
    told(&head, "finish baseline removed (was 2026-09-30), no approved change request");
    let head = Files::base().edit(
        "plan.md",
        "scope_baseline: {unit: requirements, size: 120, date: 2026-01-22}\n",
        "",
    );
    told(&head, "scope baseline removed (was 120), no approved change request");
    // A finish by date that a milestone takes over moves all the same.
    let base = Files::base()
        .edit("project.md", "finish: {milestone: M7}", "finish: {baseline: 2026-09-16}")
        .edit(milestones, "finish: true, ", "");
    let look = part(&review(&base, &Files::base()), "Look first");
    assert!(look.contains("finish baseline 2026-09-16 → 2026-09-30 (+14 d)"), "{look}");
    // A milestone that is the finish and is gone is told once.
    let head =
        Files::base().cut(milestones, "id: M7").edit("project.md", "finish: {milestone: M7}\n", "");
    let look = part(&review(&Files::base(), &head), "Look first");
    assert!(!look.contains("finish baseline"), "{look}");
}

#[test]
fn a_change_request_backs_no_more_than_it_allows() {
    let moved = |change: &str| {
        let step = "baseline: 2026-05-21, rebaselines: [{date: 2026-03-26, from: 2026-04-30, to: 2026-05-21, change: CR-9}], owner";
        let mut head = Files::base().edit("milestones.yaml", "baseline: 2026-04-30, owner", step);
        head.0.insert(Files::path("changes.yaml"), format!("updated: 2026-03-26\nchanges:\n  - {{id: CR-9, title: Later training, types: [schedule], requested_by: \"@mlopez\", submitted: 2026-03-10, status: approved, links: [M4], {change}}}\n"));
        let review = review(&Files::base(), &head);
        (fails(&review, "baseline"), shown(&review, "text"))
    };
    let (bad, text) =
        moved("impact: {schedule_days: 2}, decision: {date: 2026-03-20, by: [\"@dokafor\"]}");
    assert!(bad && text.contains("CR-9 allows +2 only"), "{text}");
    let (bad, text) =
        moved("impact: {schedule_days: 21}, decision: {date: 2026-04-20, by: [\"@dokafor\"]}");
    assert!(bad && text.contains("CR-9 is approved on a later day, 2026-04-20"), "{text}");
    let (bad, text) =
        moved("impact: {schedule_days: 21}, decision: {date: 2026-03-20, by: [\"@dokafor\"]}");
    assert!(!bad, "{text}");
    // One that gives no size backs none.
    let (bad, text) = moved("impact: {cost: 0}, decision: {date: 2026-03-20, by: [\"@dokafor\"]}");
    assert!(bad && text.contains("CR-9 does not say by how much"), "{text}");
}

#[test]
fn text_of_a_branch_acts_in_no_format() {
    let evil = "@ceo [x](http://e.x) ![i](y) <script>alert(1)</script> | ##vso[task.x] ::error::z /merge #12";
    let head = Files::head()
        .edit("raid.yaml", "Certificates expire during rollout", &format!("'{evil}'"))
        .edit("project.md", "title: CRM replacement", &format!("title: '{evil}'"))
        .edit(
            "status/2026-03-27.md",
            "why: UAT environment 2 weeks late (I-007)",
            &format!("why: '{evil}'"),
        );
    let review = review(&Files::base(), &head);
    let md = shown(&review, "md");
    // What is escaped stands for itself.
    let mut left = md.replace("\\\\", "");
    for c in "`*_[]<>|~&${}#+-./".chars() {
        left = left.replace(&format!("\\{c}"), "");
    }
    for bad in ["@ceo", "](", "![", "<script", "##vso", "::error", "://", "#12", "\n/"] {
        assert!(!left.contains(bad), "{bad} in {md}");
    }
    let rows = md.lines().filter(|l| l.starts_with("| schedule"));
    assert!(
        rows.clone().count() == 1
            && rows.clone().all(|l| l.replace("\\|", "").matches('|').count() == 6)
    );
    for format in ["text", "json"] {
        let text = shown(&review, format);
        assert!(!text.contains("##vso[") && !text.contains("::error"), "{format}: {text}");
    }
    let json: serde_json::Value = serde_json::from_str(&shown(&review, "json")).unwrap();
    assert_eq!(json["schema"], "milepost-review-1");
    assert_eq!(json["projects"][0]["title"], evil);
}

#[test]
fn a_comment_is_never_too_long_and_says_what_it_leaves_out() {
    let mut head = Files::head();
    let mut risks = String::from("updated: 2026-03-27\nrisks:\n");
    for n in 100..400 {
        risks.push_str(&format!(
            "  - {{id: R-{n}, title: '{}', raised: 2026-03-20, status: open}}\n",
            "many words ".repeat(12)
        ));
    }
    head.0.insert(Files::path("raid.yaml"), risks);
    let review = review(&Files::base(), &head);
    let md = shown(&review, "md");
    assert!(md.lines().count() <= 60, "{}", md.lines().count());
    assert!(md.len() <= 32_768, "{}", md.len());
    let last = md.lines().last().unwrap();
    assert!(
        last.starts_with("… ") && last.contains("more lines: milepost review main..report"),
        "{last}"
    );
    let before = md.lines().rev().skip(1).find(|line| !line.is_empty()).unwrap();
    assert!(!before.ends_with("**"), "{before}");
    assert!(shown(&review, "text").contains("R-399"));
}
