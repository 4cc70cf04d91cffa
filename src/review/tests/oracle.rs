//! The published example: every number of its tables.

use super::{Files, fails, part, review, rules, shown};
use crate::review::Direction;
use crate::table::Rag;

#[test]
fn health_was_now_and_what_the_data_says() {
    let review = review(&Files::base(), &Files::head());
    let of = |name: &str| {
        let r = review.projects[0].health.iter().find(|r| r.dimension == name).unwrap();
        (r.was, r.now, r.direction, r.data, r.differs)
    };
    let (green, amber) = (Some(Rag::Green), Some(Rag::Amber));
    assert_eq!(of("overall"), (green, amber, Direction::Worse, amber, false));
    assert_eq!(of("schedule"), (green, amber, Direction::Worse, amber, false));
    assert_eq!(of("budget"), (green, green, Direction::Same, amber, true));
    assert_eq!(of("resources"), (green, amber, Direction::Worse, Some(Rag::Red), true));
    let table = part(&review, "Health");
    for words in [
        "schedule | ● green | ▲ amber ↓ | ▲ amber | UAT environment 2 weeks late (I-007)",
        "6.6 % over the budget of 500,000; the green limit of tier 1 – high is 5 % (watermelon-health)",
        "network engineer cut 0.5 → 0.3 FTE; data: 1.5 of 2 FTE are committed (75.0 %)",
    ] {
        assert!(table.contains(words), "{words} in {table}");
    }
    assert!(!table.contains("quality") && !table.contains("scope"), "{table}");
    assert!(part(&review, "Unchanged").contains("quality health, critical path"));
}

#[test]
fn milestones_moved_in_days_and_against_their_baselines() {
    let table = part(&review(&Files::base(), &Files::head()), "Dates");
    let rows: Vec<&str> = table.lines().collect();
    assert_eq!(rows.len(), 2, "M4 stays where it was: {table}");
    assert!(
        rows[0].ends_with("2026-03-20 | 2026-03-27 | 2026-04-10 | +14 d | +21 d"),
        "{}",
        rows[0]
    );
    assert_eq!(
        rows[1],
        "M7 Finish | 2026-09-30 | 2026-10-05 | 2026-10-28 | +23 d | +28 d (10.4 %)"
    );
}

#[test]
fn money_scope_and_the_change_that_explains_it() {
    let review = review(&Files::base(), &Files::head());
    let money = part(&review, "Money (CAD)");
    for words in [
        "EAC 515,000 → 533,000 (+18,000)",
        "actual 195,000 → 240,000 (+45,000; forecast for the period was 40,000)",
        "BAC unchanged 500,000",
    ] {
        assert!(money.contains(words), "{words} in {money}");
    }
    assert_eq!(part(&review, "Scope"), "120 → 129 requirements (CR-007 +9, approved 2026-03-13)");
}

#[test]
fn items_asks_and_similarity() {
    let review = review(&Files::base(), &Files::head());
    let risks = part(&review, "Risks");
    for words in [
        "R-004 Data migration quality: 16 → 12 (high → medium), assessed 2026-03-24",
        "new R-011 Certificates expire during rollout: score 15",
        "R-006 Vendor contract not signed: closed",
        "2 stale (> 7 d)",
    ] {
        assert!(risks.contains(words), "{words} in {risks}");
    }
    assert!(
        part(&review, "Issues")
            .contains("new I-007 UAT environment late: severity 2, raised 2026-03-09")
    );
    assert!(
        part(&review, "Change requests").contains(
            "approved 2026-03-13 by Dana Okafor, Li Chen (+21 d, +12,000, +9 requirements)"
        )
    );
    assert_eq!(
        part(&review, "Needs a decision"),
        "new D-014 Descope call recordings — Sponsor (Dana Okafor) — needed 2026-03-25, waiting 9 business days"
    );
    assert_eq!(part(&review, "Text"), "31 % similar to the report before");
    assert!(part(&review, "Unchanged").contains("baselines"));
    assert!(rules(&review).contains(&"watermelon-health"));
    assert!(fails(&review, "warn") && fails(&review, "red") && !fails(&review, "deny"));
    assert!(!fails(&review, "removed-item") && !fails(&review, "baseline"));
}

#[test]
fn the_comment_reads_as_reviewed() {
    let md = shown(&review(&Files::base(), &Files::head()), "md");
    assert_eq!(md, include_str!("oracle.md"));
    assert!(md.lines().filter(|l| !l.is_empty()).count() <= 60);
}
