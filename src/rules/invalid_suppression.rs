//! `invalid-suppression`: an entry of `allow` that does not hold.

use super::{Context, Defaults, Rule, suppress};
use crate::finding::Finding;
use crate::finding::Severity::Deny;

pub(super) static RULE: Rule = Rule {
    name: "invalid-suppression",
    summary: "An `allow` entry is not valid: something is missing, the rule or the person does not exist, the reason is too short or the end too far.",
    why: "Whoever accepts a finding takes it on: who, why and until when stand on the audit page. A reason has at least 15 characters, and nothing is accepted for more than 90 days without another look. An entry that lacks any of it suppresses nothing.",
    defaults: Defaults::Flat(Deny),
    example: "=== projects/crm/notes.md\n---\ntitle: N\nallow:\n  - rule: remote-image\n    reason: later  # ^\n    by: \"@mlopez\"\n    until: 2026-04-30\n---\n# N\n\n![badge](https://example.org/badge.png)\n",
    remedy: "=== projects/crm/notes.md\n---\ntitle: N\nallow:\n  - rule: remote-image\n    reason: The vendor's badge changes daily\n    by: \"@mlopez\"\n    until: 2026-04-30\n---\n# N\n\n![badge](https://example.org/badge.png)\n",
    check: Some(check),
};

fn check(context: &Context<'_>, out: &mut Vec<Finding>) {
    for entry in suppress::entries(context.portfolio) {
        out.extend(entry.findings(RULE.name));
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{Fixture, portfolio};
    use crate::finding::Severity;

    const NOTES: &str = "projects/crm/notes.md";

    /// A document with a remote image, which is a warning, and this entry.
    fn with(entry: &str) -> Fixture {
        let body = "# N\n\n![x](https://example.org/x.png)\n";
        portfolio().file(NOTES, &format!("---\nallow:\n  - {entry}\n---\n{body}"))
    }

    fn entry(rule: &str, reason: &str, until: &str) -> String {
        format!("{{rule: {rule}, reason: {reason}, by: \"@mlopez\", until: {until}}}")
    }

    #[test]
    fn a_whole_entry_suppresses_and_keeps_the_finding() {
        let sound = with(&entry("remote-image", "Agreed with the board", "2026-04-30"));
        sound.silent("remote-image");
        sound.silent("invalid-suppression");
        let kept = sound.checked().suppressed;
        assert_eq!(kept.len(), 1);
        assert_eq!((kept[0].finding.rule, kept[0].finding.at.line), ("remote-image", 7));
        assert_eq!(kept[0].finding.severity, Severity::Warn);
        assert_eq!(kept[0].suppression.by, "@mlopez");
        assert_eq!(kept[0].suppression.at.line, 3);
    }

    #[test]
    fn all_four_are_needed() {
        let none = with("{rule: remote-image, reason: Agreed with the board}");
        none.finds("remote-image", NOTES, 7);
        let told = none.finds("invalid-suppression", NOTES, 3);
        assert_eq!(told.message, "the suppression of `remote-image` has no `by` and no `until`");
        with("{reason: Agreed with the board, by: \"@mlopez\", until: 2026-04-30}").finds(
            "invalid-suppression",
            NOTES,
            3,
        );
        with("{rule: remote-image, reason: \"\", by: \"@mlopez\", until: 2026-04-30}").finds(
            "invalid-suppression",
            NOTES,
            3,
        );
    }

    #[test]
    fn the_person_is_in_people_yaml() {
        let ghost = with(
            "{rule: remote-image, reason: Agreed with the board, by: \"@mlopes\", until: 2026-04-30}",
        );
        let told = ghost.finds("invalid-suppression", NOTES, 3);
        assert_eq!(told.message, "`@mlopes` is not in `people.yaml`");
        assert_eq!(told.help.as_deref(), Some("did you mean `@mlopez`?"));
        ghost.finds("remote-image", NOTES, 7);
        ghost.without("people.yaml").silent("invalid-suppression");
    }

    #[test]
    fn a_reason_has_fifteen_characters() {
        let fifteen = with(&entry("remote-image", "fünfzehn Buchst", "2026-04-30"));
        fifteen.silent("invalid-suppression");
        fifteen.silent("remote-image");
        let fourteen = with(&entry("remote-image", "fünfzehn Buchs", "2026-04-30"));
        let told = fourteen.finds("invalid-suppression", NOTES, 3);
        assert_eq!(told.message, "the reason has 14 characters; at least 15 are needed");
        fourteen.finds("remote-image", NOTES, 7);
    }

    #[test]
    fn an_end_lies_at_most_ninety_days_ahead() {
        // 27 March and 90 days.
        with(&entry("remote-image", "Agreed with the board", "2026-06-25"))
            .silent("invalid-suppression");
        let far = with(&entry("remote-image", "Agreed with the board", "2026-06-26"));
        let told = far.finds("invalid-suppression", NOTES, 3);
        assert_eq!(told.message, "the suppression ends in 91 days; at most 90 are allowed");
        assert!(told.help.unwrap().contains("2026-06-25"));
        far.finds("remote-image", NOTES, 7);
    }

    #[test]
    fn an_ended_one_brings_the_finding_back_one_level_higher() {
        let today = with(&entry("remote-image", "Agreed with the board", "2026-03-27"));
        today.silent("remote-image");
        let ended = with(&entry("remote-image", "Agreed with the board", "2026-03-26"));
        let back = ended.finds("remote-image", NOTES, 7);
        assert_eq!(back.severity, Severity::Deny);
        assert_eq!(back.related.last().unwrap().label, "accepted until 2026-03-26, and no longer");
        ended.silent("invalid-suppression");
        let off = with(&entry("remote-image", "Agreed with the board", "2026-03-26"))
            .config("[rules]\nremote-image = \"allow\"\n");
        off.silent("remote-image");
    }

    #[test]
    fn an_unknown_rule_is_told_with_the_nearest() {
        let told = with(&entry("remote-imgae", "Agreed with the board", "2026-04-30")).finds(
            "invalid-suppression",
            NOTES,
            3,
        );
        assert_eq!(told.message, "unknown rule `remote-imgae`");
        assert_eq!(told.help.as_deref(), Some("did you mean `remote-image`?"));
        with(&entry("unused-suppression", "Agreed with the board", "2026-04-30")).finds(
            "invalid-suppression",
            NOTES,
            3,
        );
    }

    #[test]
    fn a_value_of_the_wrong_type_is_told_once_and_suppresses_nothing() {
        let wrong = with(&entry("remote-image", "Agreed with the board", "soon"));
        wrong.finds("invalid-value", NOTES, 3);
        wrong.finds("remote-image", NOTES, 7);
        wrong.silent("invalid-suppression");
    }

    #[test]
    fn an_item_accepts_for_itself_and_a_register_for_all_its_items() {
        let raid = "projects/crm/more.yaml";
        let allow = entry("unowned-item", "The post is filled in May", "2026-05-01");
        let risk = |id: &str, more: &str| {
            format!(
                "- {{id: {id}, title: T, probability: 3, impact: 3, status: open, owner: team, due: 2026-05-01, response: R{more}}}\n"
            )
        };
        let two = |more: &str| format!("risks:\n{}{}", risk("R-901", more), risk("R-902", ""));
        let bare = portfolio().file(raid, &two(""));
        bare.finds("unowned-item", raid, 2);
        bare.finds("unowned-item", raid, 3);
        let one = portfolio().file(raid, &two(&format!(", allow: [{allow}]")));
        let left: Vec<u32> = one
            .findings()
            .iter()
            .filter(|f| f.rule == "unowned-item" && &*f.path == raid)
            .map(|f| f.at.line)
            .collect();
        assert_eq!(left, [3]);
        let all = portfolio().file(raid, &format!("allow: [{allow}]\n{}", two("")));
        all.silent("unowned-item");
        assert_eq!(all.checked().suppressed.len(), 2);
    }
}
