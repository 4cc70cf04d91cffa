//! The page of what changed.

use crate::rollups::testing::{FILES, check, check_with, group, line, said, table};

#[test]
fn the_week_is_told_in_one_sentence_and_what_must_be_looked_at_comes_first() {
    let checked = check(FILES);
    let table = table(&checked, "changes");
    let text = said(&table);
    assert!(text.starts_with("Since 20 March 2026: "), "{text}");
    assert!(text.contains("overdue") && text.contains("published"), "{text}");
    assert_eq!(table.groups[0].key, "act");
    let act: Vec<String> = group(&table, "act").rows.iter().map(line).collect();
    let holds = |what: &str| act.iter().any(|r| r.contains(what) && r.contains("overdue"));
    assert!(holds("M3 UAT environment"), "{act:?}");
    assert!(holds("R-009 Vendor withdraws"), "{act:?}");
    assert!(holds("D-014 Descope call recordings"), "{act:?}");
    let raid: Vec<String> = group(&table, "raid").rows.iter().map(line).collect();
    assert!(
        raid.iter().any(|r| r.contains("R-004 Data migration quality | 16 | 12 | score | better")),
        "{raid:?}"
    );
    assert!(group(&table, "not-compared").note.contains("do not say"));
}

#[test]
fn the_days_between_are_a_setting_and_nothing_is_said_of_nothing() {
    let checked = check_with(FILES, "[portfolio]\ncompare-with = \"14d\"\n");
    assert!(said(&table(&checked, "changes")).starts_with("Since 13 March 2026: "));
    let bare = check("=== a/project.md\n---\nkind: project\nid: a\ntitle: A\nstate: active\n---\n");
    let table = table(&bare, "changes");
    assert_eq!(said(&table), "Since 20 March 2026: nothing that carries a date changed.");
    assert!(table.plots.is_empty());
}
