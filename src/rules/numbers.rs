//! The numbers by which handbooks call the rules: `H01`, `D07`.

/// Each number with its rules, by number.
pub static NUMBERS: &[(&str, &[&str])] = &[
    ("D01", &["conflicting-facts"]),
    ("D02", &["dangling-id"]),
    ("D03", &["duplicate-id"]),
    ("D04", &["date-order"]),
    ("D05", &["invalid-value"]),
    ("D06", &["future-actual"]),
    ("D07", &["falling-actual-cost"]),
    ("D08", &["unknown-field"]),
    ("D09", &["unknown-phase", "backward-phase"]),
    ("D10", &["broken-link", "broken-anchor"]),
    ("D11", &["edited-report"]),
    ("D12", &["placeholder-section"]),
    ("H01", &["watermelon-health", "inconsistent-overall"]),
    ("H02", &["unsupported-green"]),
    ("H03", &["sudden-red"]),
    ("H04", &["stale-status"]),
    ("H05", &["past-forecast", "frozen-forecasts", "stale-milestones"]),
    ("H06", &["last-minute-slip"]),
    ("H07", &["copied-report"]),
    ("H08", &["unowned-item"]),
    ("H09", &["undated-item", "overdue-item", "serial-slip"]),
    ("H10", &["scope-creep", "late-milestone-added", "grown-scope-list"]),
    ("H11", &["silent-rebaseline", "edited-baseline", "serial-rebaseline"]),
    (
        "H12",
        &[
            "eac-below-actual",
            "eac-below-committed",
            "optimistic-eac",
            "unrealistic-eac",
            "improving-forecast",
        ],
    ),
    ("H13", &["unready-operations"]),
    ("H14", &["late-decision"]),
    ("H15", &["unescalated-breach"]),
    ("H16", &["red-without-ask"]),
    ("H17", &["no-path-to-green"]),
    ("H18", &["missed-back-to-green"]),
    (
        "H19",
        &[
            "stuck-percent-complete",
            "falling-percent-complete",
            "complete-with-open-work",
            "inflated-percent-complete",
        ],
    ),
    (
        "H20",
        &[
            "idle-risk-register",
            "empty-risk-register",
            "unmitigated-high-risk",
            "uniform-risk-scores",
            "copied-mitigation",
        ],
    ),
    ("H21", &["fixed-everything", "missing-increment-review"]),
    ("H22", &["overloaded-owner", "single-owner-critical-path"]),
    ("H23", &["unreasoned-decision"]),
    (
        "H24",
        &[
            "outdated-approval",
            "misdated-approval",
            "unauthorised-approver",
            "sole-approver",
            "self-approval",
            "missing-evidence",
        ],
    ),
    ("H25", &["missing-lessons", "toothless-lesson", "only-good-lessons", "overdue-lesson-action"]),
    ("H26", &["skipped-gate", "overdue-gate-condition"]),
    ("H27", &["contradicted-trend"]),
    ("H28", &["silent-key-milestone"]),
    ("H29", &["closed-without-outcome"]),
    ("H30", &["orphan-benefit", "unmeasured-benefit"]),
    ("H31", &["broken-commitment", "over-allocation", "unanswered-request"]),
    ("H32", &["unapproved-change", "unimplemented-change", "unreflected-change"]),
    ("H33", &["overdue-review"]),
    ("H34", &["expired-assumption"]),
    ("H35", &["cross-project-conflict"]),
    ("H36", &["understated-tier"]),
];

/// The rules of a number, written in either case and with or without `MP-`
/// before it; `None` for what is no number.
#[must_use]
pub fn rules(word: &str) -> Option<&'static [&'static str]> {
    let word = word.to_ascii_uppercase();
    let word = word.strip_prefix("MP-").unwrap_or(&word);
    NUMBERS.iter().find(|(number, _)| *number == word).map(|(_, rules)| *rules)
}

/// The number of a rule; `None` for those that handbooks do not number.
#[must_use]
pub fn of(rule: &str) -> Option<&'static str> {
    NUMBERS.iter().find(|(_, rules)| rules.contains(&rule)).map(|(number, _)| *number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_number_has_rules_that_exist_and_no_rule_has_two() {
        let mut seen = Vec::new();
        for (number, names) in NUMBERS {
            assert!(!names.is_empty(), "{number}");
            for name in *names {
                assert!(super::super::find(name).is_some(), "{number}: {name}");
                assert!(!seen.contains(name), "{name}");
                seen.push(name);
            }
        }
        let count = |letter: char| NUMBERS.iter().filter(|(n, _)| n.starts_with(letter)).count();
        assert_eq!((count('D'), count('H')), (12, 36));
        assert!(NUMBERS.is_sorted_by_key(|(number, _)| *number));
    }

    #[test]
    fn a_number_is_read_as_people_write_it() {
        assert_eq!(rules("h16"), Some(&["red-without-ask"][..]));
        assert_eq!(rules("MP-H01").map(<[&str]>::len), Some(2));
        assert_eq!(rules("H37"), None);
        assert_eq!(of("watermelon-health"), Some("H01"));
        assert_eq!(of("broken-raci"), None);
    }
}
