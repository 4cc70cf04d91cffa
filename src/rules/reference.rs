//! The rules explained: the words of `explain`, and the page of the guide that
//! is made from them.

use super::{Defaults, Rule, all, numbers, suppress};
use crate::finding::Severity;
use crate::text::visible;
use std::fmt::Write as _;

/// How bad a rule's findings are unless it is configured, in words.
#[must_use]
pub fn defaults(defaults: Defaults) -> String {
    let tiers = |by: [Severity; 3]| {
        if by[0] == by[1] && by[1] == by[2] {
            by[0].name().to_owned()
        } else {
            let [first, second, third] = by.map(Severity::name);
            format!("{first} in the tier with most control, then {second}, then {third}")
        }
    };
    match defaults {
        Defaults::Flat(severity) => severity.name().into(),
        Defaults::Graded(big, small) if big == small => tiers(big),
        Defaults::Graded(big, small) => {
            format!("{}; in the lesser case {}", tiers(big), tiers(small))
        }
        Defaults::Due => "deny when due in a phase that has passed, warn in the current phase \
                          (note in the first); note where the project does not run"
            .into(),
        Defaults::Told(words) => words.into(),
    }
}

/// What to write in `book.toml` to change a rule's severity; `None` for those
/// that judge `book.toml` itself.
#[must_use]
pub fn configured(rule: &Rule) -> Option<String> {
    if matches!(rule.name, "invalid-config" | "invalid-toml") {
        return None;
    }
    let name = rule.name;
    let more = match rule.defaults {
        Defaults::Flat(_) => String::new(),
        Defaults::Graded(big, small) => {
            let lesser = if big == small { "" } else { "small = \"note\", " };
            format!("# or: {name} = {{ default = \"deny\", {lesser}tiers = {{ 3 = \"warn\" }} }}\n")
        }
        Defaults::Due | Defaults::Told(_) => {
            format!("# or: {name} = {{ default = \"warn\", phases = {{ closing = \"deny\" }} }}\n")
        }
    };
    let level = if rule.defaults == Defaults::Flat(Severity::Warn) { "deny" } else { "warn" };
    Some(format!("[rules]\n{name} = \"{level}\"\n{more}"))
}

/// What to write in a document to accept a finding of a rule; `None` where
/// that is not possible.
#[must_use]
pub fn accepted(rule: &Rule) -> Option<String> {
    suppress::may_be_accepted(rule.name).then(|| {
        format!(
            "allow:\n  - rule: {}\n    reason: Why it is accepted, in a sentence\n    by: \"@handle\"\n    until: YYYY-MM-DD\n",
            rule.name
        )
    })
}

/// An example or a remedy as a reader sees it: the files' names, and their
/// lines without the mark of the line that is found.
pub fn files(text: &str) -> impl Iterator<Item = Line<'_>> {
    text.trim_end().lines().map(|line| match line.strip_prefix("=== ") {
        Some(path) => Line::File(path),
        None => Line::Text(line.trim_end_matches("# ^").trim_end()),
    })
}

/// A line of [`files`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Line<'a> {
    /// A file of this name begins.
    File(&'a str),
    /// A line of it.
    Text(&'a str),
}

/// The page of the guide: every rule under a heading that is its name.
#[must_use]
pub fn page() -> String {
    let mut rules: Vec<&Rule> = all().collect();
    rules.sort_by_key(|rule| rule.name);
    let mut out = String::from(
        "# Rules\n\n\
         Every rule with what it finds, why it matters, an example and its mend. \
         `milepost explain RULE` says the same in the terminal. \
         How severities are set and findings accepted is told in \
         [Health and checks](health-and-checks.md#findings).\n\n\
         <!-- Made from src/rules by `cargo run -- explain --reference > docs/src/rules.md`. -->\n\n\
         `milepost explain H01` takes the number by which handbooks call a rule.\n\n\
         | rule | number | finds |\n|---|---|---|\n",
    );
    for rule in &rules {
        let number = numbers::of(rule.name).unwrap_or("–");
        let _ = writeln!(out, "| [`{0}`](#{0}) | {number} | {1} |", rule.name, rule.summary);
    }
    for rule in rules {
        let _ = write!(
            out,
            "\n## {}\n\n{}\n\n{}\n\nSeverity: {}.\n",
            rule.name,
            rule.summary,
            rule.why,
            defaults(rule.defaults)
        );
        if !suppress::may_be_accepted(rule.name) {
            out.push_str("A document cannot accept its findings.\n");
        }
        for (title, text) in [("Found in", rule.example), ("Mended", rule.remedy)] {
            if !text.is_empty() {
                let _ = write!(out, "\n{title}:\n\n");
                block(&mut out, text);
            }
        }
    }
    out
}

/// Files as a code block, indented so that nothing in them ends it.
fn block(out: &mut String, text: &str) {
    for line in files(text) {
        match line {
            Line::File(path) => {
                let _ = writeln!(out, "    {path}");
            }
            Line::Text("") => out.push('\n'),
            Line::Text(line) => {
                let _ = writeln!(out, "        {}", visible(line));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_has_a_heading_and_a_row_and_hides_nothing() {
        let page = page();
        for rule in all() {
            assert!(page.contains(&format!("\n## {}\n", rule.name)), "{}", rule.name);
            assert!(page.contains(&format!("(#{})", rule.name)), "{}", rule.name);
        }
        assert!(!page.contains(|c: char| c.is_control() && c != '\n'));
        assert!(!page.contains("\u{202e}"));
    }

    #[test]
    fn a_rule_says_how_it_is_set_and_accepted() {
        let rule = super::super::find("watermelon-health").unwrap();
        let set = configured(rule).unwrap();
        assert!(set.contains("watermelon-health = \"warn\"") && set.contains("small ="), "{set}");
        assert!(accepted(rule).unwrap().contains("rule: watermelon-health"));
        let settings = |text: &str| {
            let config = crate::config::Config::parse(text).unwrap();
            super::super::levels::Settings::load(&config).problems
        };
        for rule in all() {
            let Some(text) = configured(rule) else { continue };
            assert!(settings(&text).is_empty(), "{text}");
            let other =
                text.lines().filter(|line| !line.contains(" = \"") || line.starts_with("# "));
            let other: Vec<&str> = other.map(|line| line.trim_start_matches("# or: ")).collect();
            let other = other.join("\n");
            assert!(settings(&other).is_empty(), "{other}");
        }
        assert!(accepted(super::super::find("invalid-config").unwrap()).is_none());
    }
}
