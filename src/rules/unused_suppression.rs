//! `unused-suppression`: an entry of `allow` that nothing needs.

use super::suppress::{Entry, State};
use super::{Defaults, Rule};
use crate::finding::Finding;
use crate::finding::Severity::Note;

pub(super) static RULE: Rule = Rule {
    name: "unused-suppression",
    summary: "An `allow` entry suppresses nothing: its rule finds nothing in the file.",
    why: "What was accepted has been mended, or stands in another file. Left where it is, the entry would hide the next finding of its rule, which nobody has accepted.",
    defaults: Defaults::Flat(Note),
    example: "=== projects/crm/notes.md\n---\ntitle: N\nallow:\n  - rule: remote-image  # ^\n    reason: The vendor's badge changes daily\n    by: \"@mlopez\"\n    until: 2026-04-30\n---\n# N\n",
    remedy: "=== projects/crm/notes.md\n---\ntitle: N\n---\n# N\n",
    // Known only when all rules have run.
    check: None,
};

/// The finding of an entry that covers no finding; one that is not valid has
/// its own already.
pub(super) fn finding(entry: &Entry) -> Option<Finding> {
    let rule = &entry.rule;
    let message = match entry.state {
        State::Invalid => return None,
        State::InForce(_) => format!("nothing here needs the suppression of `{rule}`"),
        State::Ended(_) => format!(
            "the suppression of `{rule}` ended {}, and nothing here needs it",
            entry.suppression.until
        ),
    };
    let finding = entry.finding(RULE.name, entry.suppression.span, &message);
    Some(finding.help("delete the entry, or move it to the file that has the finding"))
}

#[cfg(test)]
mod tests {
    use super::super::testing::{Fixture, portfolio};

    const NOTES: &str = "projects/crm/notes.md";

    fn with(rule: &str, until: &str, body: &str) -> Fixture {
        let text = format!(
            "---\ntitle: N\nallow:\n  - {{rule: {rule}, reason: Agreed with the board, by: \"@mlopez\", until: {until}}}\n---\n# N\n\n{body}\n"
        );
        portfolio().file(NOTES, &text)
    }

    #[test]
    fn an_entry_without_a_finding_is_told_and_one_with_a_finding_is_not() {
        let told = with("remote-image", "2026-04-30", "").finds("unused-suppression", NOTES, 4);
        assert_eq!(told.message, "nothing here needs the suppression of `remote-image`");
        let image = "![x](https://example.org/x.png)";
        with("remote-image", "2026-04-30", image).silent("unused-suppression");
        with("broken-link", "2026-04-30", image).finds("unused-suppression", NOTES, 4);
    }

    #[test]
    fn an_ended_entry_without_a_finding_is_told_too() {
        let told = with("remote-image", "2026-03-26", "").finds("unused-suppression", NOTES, 4);
        assert!(told.message.contains("ended 2026-03-26"), "{}", told.message);
    }

    #[test]
    fn an_ended_entry_beside_a_renewed_one_is_told() {
        let allow = |until: &str| {
            format!(
                "  - {{rule: remote-image, reason: Agreed with the board, by: \"@mlopez\", until: {until}}}\n"
            )
        };
        let text = |first: &str, second: &str| {
            let list = format!("{}{}", allow(first), allow(second));
            format!("---\nallow:\n{list}---\n# N\n\n![x](https://example.org/x.png)\n")
        };
        for (text, line) in [
            (text("2026-03-20", "2026-04-20"), 3),
            (text("2026-04-20", "2026-03-20"), 4),
            (text("2026-04-20", "2026-04-19"), 4),
        ] {
            let notes = portfolio().file(NOTES, &text);
            notes.finds("unused-suppression", NOTES, line);
            notes.silent("remote-image");
        }
    }

    #[test]
    fn very_many_equal_entries_are_read_as_one() {
        let entry = "  - {rule: remote-image, reason: Agreed with the board, by: \"@mlopez\", until: 2026-04-20}\n";
        let image = "![x](https://example.org/x.png)\n\n";
        let text = format!("---\nallow:\n{}---\n{}", entry.repeat(300), image.repeat(3_000));
        portfolio().file(NOTES, &text).silent("remote-image");
    }

    #[test]
    fn an_entry_is_used_though_its_rule_is_off() {
        let image = "![x](https://example.org/x.png)";
        let off =
            with("remote-image", "2026-04-30", image).config("[rules]\nremote-image = \"allow\"\n");
        off.silent("unused-suppression");
    }

    #[test]
    fn a_file_that_could_not_be_read_whole_is_left_alone() {
        let text = "---\nowner: @x\nallow:\n  - {rule: missing-field, reason: Agreed with the board, by: \"@mlopez\", until: 2026-04-30}\n---\n# N\n";
        portfolio().file(NOTES, text).silent("unused-suppression");
    }
}
