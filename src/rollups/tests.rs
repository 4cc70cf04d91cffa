//! Worked examples of the roll-ups on a small portfolio in memory.

use super::registers::{project_raid, project_registers};
use super::testing::{FILES, check, context, group, line, said, table};
use crate::portfolio::Project;
use crate::table::Table;
use std::collections::BTreeSet;

#[test]
fn decisions_say_what_waits_for_whom_and_how_long() {
    let checked = check(FILES);
    let table = table(&checked, "decisions");
    assert_eq!(
        said(&table),
        "One decision waits, for 9 business days; one is overdue. One was taken in the last 90 \
         days, in 6 business days. Project keeps no register of decisions."
    );
    let rows = &group(&table, "waiting").rows;
    assert_eq!(rows.len(), 1, "what is asked for after today does not wait yet");
    assert_eq!(
        line(&rows[0]),
        "9 | 2026-03-25 2 days overdue | Sponsor (Dana Okafor) | CRM replacement | Dana Okafor | D-014 Descope \
         call recordings (Descope · Slip) | Each week moves go-live | Descope"
    );
    let decided = &group(&table, "decided").rows;
    assert_eq!(
        line(&decided[0]),
        "2026-01-20 | Dana Okafor | CRM replacement | D-003 Choose the vendor | A (Cheaper) | 6 | \
         2026-01-31"
    );
}

#[test]
fn milestones_are_overdue_ahead_achieved_or_moved() {
    let checked = check(FILES);
    let table = table(&checked, "milestones");
    assert_eq!(
        said(&table),
        "One milestone is due in the next ninety days, later than its baseline; one is \
         overdue, by 7 days (CRM replacement). One baseline was moved without an approved change \
         request. Project keeps no register of milestones."
    );
    let first = |key: &str| line(&group(&table, key).rows[0]);
    // 21 days are beyond a tenth of the lead of 74 days, at most 5 in tier 1.
    assert_eq!(
        first("overdue"),
        "CRM replacement | M3 UAT environment (key milestone) | 2026-03-20 | 2026-04-10 | +21 d | \
         7 days overdue | Maria Lopez"
    );
    assert_eq!(
        first("next"),
        "CRM replacement | M4 UAT done (key milestone) | 2026-05-04 | 2026-05-11 | +7 d | late | \
         Maria Lopez"
    );
    assert_eq!(
        first("achieved"),
        "CRM replacement | M1 Charter approved (key milestone) | 2026-01-30 | 2026-01-30 | +0 d | \
         done"
    );
    assert_eq!(
        first("moved"),
        "CRM replacement | M4 UAT done (key milestone) | 2026-04-20 | 2026-05-04 | +14 d | no \
         approved change request | Maria Lopez"
    );
}

#[test]
fn an_approved_change_request_makes_a_move_open() {
    let text =
        FILES.replace("status: submitted, impact", "status: approved, rebaselines: [M4], impact");
    let table = table(&check(&text), "milestones");
    assert!(line(&group(&table, "moved").rows[0]).contains("| CR-007 |"));
    assert!(!said(&table).contains("without an approved"));
}

#[test]
fn a_milestone_that_comes_too_late_for_another_project_is_a_conflict() {
    let more = "=== projects/network-refresh/project.md\n---\nkind: project\nid: network-refresh\n\
        title: Network refresh\nstate: active\n---\n=== projects/network-refresh/milestones.yaml\n\
        updated: 2026-03-27\nmilestones:\n  - {id: M2, name: Firewall live, baseline: 2026-04-17, \
        forecast: 2026-05-06, owner: \"@dokafor\"}\n";
    let text = FILES.replace("party: Network team", "on: network-refresh/M2");
    let table = table(&check(&format!("{text}{more}")), "milestones");
    assert!(
        said(&table).ends_with(
            " One milestone comes later than another project needs it: network-refresh/M2 for CRM \
             replacement, by 16 days. Project keeps no register of milestones."
        ),
        "{}",
        said(&table)
    );
    assert_eq!(
        line(&group(&table, "conflicts").rows[0]),
        "CRM replacement | DEP-3 Firewall rules | 2026-04-20 | Network refresh | M2 Firewall live | \
         2026-05-06 (is now forecast) | +16 d | Maria Lopez | Dana Okafor"
    );
}

#[test]
fn raid_begins_with_the_worst() {
    let checked = check(FILES);
    let table = table(&checked, "raid");
    assert_eq!(
        said(&table),
        "Of 2 open risks, one scores 15 or more and has no response. One issue is open and \
         stops delivery; one date has passed. The oldest has been open for 66 days. Project \
         keeps no register of risks and issues."
    );
    let risks: Vec<String> = group(&table, "risks").rows.iter().map(line).collect();
    assert_eq!(
        risks,
        [
            "R-009 | CRM replacement | Vendor withdraws (no response) | 20 | 4 × 5 | no owner | 2026-03-20 \
             7 days overdue | NotReported | open",
            "R-004 | CRM replacement | Data migration quality (reduce: Three rehearsals) | 12 (was \
             16) | 3 × 4 | Maria Lopez | 2026-04-15 | 3 d ago | open",
        ]
    );
    assert_eq!(group(&table, "issues").rows.len(), 1);
    assert!(line(&group(&table, "dependencies").rows[0]).contains("from Network team"));
    assert!(line(&group(&table, "assumptions").rows[0]).contains("if wrong: Queueing"));
}

#[test]
fn lessons_are_a_library_with_open_actions() {
    let table = table(&check(FILES), "lessons");
    assert_eq!(said(&table), "One lesson on one subject. One action is open and overdue.");
    assert_eq!(
        line(&group(&table, "testing").rows[0]),
        "improve | Order the environments early (Planning, 1 February 2026) | Order test \
         environments at the plan gate. | 10 d lost · CAD 8,000 lost | CRM replacement | Change \
         the template (Maria Lopez), 2026-03-01 26 days overdue | Testing | Planning | 1 – high | \
         hybrid |  | Captured"
    );
    assert_eq!(
        line(&group(&table, "actions").rows[0]),
        "2026-03-01 26 days overdue | Change the template | Maria Lopez | Order the environments \
         early | CRM replacement"
    );
}

#[test]
fn every_rule_with_findings_has_an_anchored_group() {
    let checked = check(FILES);
    let table = table(&checked, "findings");
    let keys: BTreeSet<&str> = table.groups.iter().map(|g| g.key.as_str()).collect();
    let rules: BTreeSet<&str> = checked.findings.iter().map(|f| f.rule).collect();
    assert!(!rules.is_empty());
    assert_eq!(keys, rules);
    let rows: usize = table.groups.iter().map(|g| g.rows.len()).sum();
    assert_eq!(rows, checked.findings.len());
}

fn anchors(table: &Table) -> BTreeSet<String> {
    table.groups.iter().flat_map(|g| &g.rows).filter_map(|r| r.anchor.clone()).collect()
}

#[test]
fn every_item_of_a_project_has_one_anchored_row() {
    let checked = check(FILES);
    let context = context(&checked);
    let project: &Project = checked.portfolio.project("crm").unwrap();
    let (raid, registers) =
        (project_raid(context.portfolio, project), project_registers(context.portfolio, project));
    let mut found = anchors(&raid);
    assert!(found.is_disjoint(&anchors(&registers)));
    found.extend(anchors(&registers));
    let items: BTreeSet<String> =
        project.items.values().flatten().map(|i| i.id.to_string()).collect();
    assert_eq!(found, items);
    for table in [&raid, &registers] {
        for group in &table.groups {
            assert!(group.rows.iter().all(|r| r.cells.len() == group.columns.len()), "{group:?}");
        }
    }
    let r4 = group(&raid, "risks").rows.iter().find(|r| r.anchor.as_deref() == Some("R-004"));
    assert!(line(r4.unwrap()).ends_with("| open | Status 27 March 2026"), "{r4:?}");
    let last = group(&raid, "risks").rows.last().unwrap();
    assert!(last.muted, "closed items come last");
    assert!(line(&group(&registers, "benefits").rows[0]).contains("| 62.5 % |"));
    let changes = line(&group(&registers, "changes").rows[0]);
    assert!(changes.contains("21 days · CAD 12,000"), "{changes}");
}

#[test]
fn an_empty_book_has_tables_that_say_so() {
    let checked = check("=== index.md\n# Nothing\n");
    for rollup in super::ROLLUPS {
        let table = (rollup.table)(&context(&checked));
        assert!(!said(&table).is_empty(), "{}", rollup.name);
        assert_eq!((rollup.count)(&context(&checked)), 0, "{}", rollup.name);
        // Templates are there before any project is.
        let empty = table.groups.iter().all(|g| g.rows.is_empty());
        assert!(empty || rollup.name == "library", "{}", rollup.name);
    }
}

#[test]
fn all_rows_have_a_cell_for_each_column() {
    let checked = check(FILES);
    for rollup in super::ROLLUPS {
        for group in (rollup.table)(&context(&checked)).groups {
            for row in &group.rows {
                assert_eq!(row.cells.len(), group.columns.len(), "{} {}", rollup.name, group.key);
            }
        }
    }
}

#[test]
fn roll_ups_are_named_once() {
    let names: BTreeSet<&str> = super::ROLLUPS.iter().map(|r| r.name).collect();
    assert_eq!(names.len(), super::ROLLUPS.len());
    let kept: BTreeSet<&str> = crate::portfolio::routes::ROLLUPS.iter().copied().collect();
    assert_eq!(names, kept, "their routes are kept free of sources");
    let families: Vec<&str> = super::FAMILIES.iter().map(|f| f.name).collect();
    assert_eq!(families, crate::portfolio::routes::FAMILIES, "and those of families");
    for family in super::FAMILIES {
        assert!(names.contains(family.of), "{} stands under no page", family.name);
    }
}

#[test]
fn pages_of_families_have_sound_names_and_tables() {
    let checked = check(FILES);
    let context = context(&checked);
    let mut seen = BTreeSet::new();
    for (family, member) in super::members(&context) {
        let slug = &member.slug;
        let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        assert!(!slug.is_empty() && slug.chars().all(plain), "{} {slug}", family.name);
        assert!(seen.insert((family.name, slug.clone())), "{} {slug} twice", family.name);
        let table = (family.table)(&context, slug);
        assert!(!said(&table).is_empty(), "{} {slug}", family.name);
        for group in &table.groups {
            for row in &group.rows {
                assert_eq!(row.cells.len(), group.columns.len(), "{} {slug}", family.name);
            }
        }
    }
}

#[test]
fn what_belongs_to_no_project_is_on_the_rollups_too() {
    let more = "=== programmes/customer/index.md\n# Customer first\n\nThe programme.\n\
        === programmes/customer/registers.yaml\nrisks:\n  - {id: R-001, title: Two projects \
        want one team, owner: \"@dokafor\", raised: 2026-03-02, assessments: [{date: 2026-03-02, \
        p: 2, i: 4}], status: open}\ndecisions:\n  - {id: D-001, title: Which project first, \
        status: requested, requested: 2026-03-25, needed_by: 2026-04-30, decider: sponsor}\n\
        lessons:\n  - {id: L-001, title: Ask once, category: testing}\n\
        === decisions/D-009.md\n---\nkind: decision\nid: D-009\ntitle: Use plain words\n\
        status: decided\nrequested: 2026-03-02\ndecided: 2026-03-09\noutcome: Yes\n\
        rationale: Everybody reads them\n---\n# Use plain words\n";
    let checked = check(&format!("{FILES}{more}"));
    let raid = table(&checked, "raid");
    let risks: Vec<String> = group(&raid, "risks").rows.iter().map(line).collect();
    assert!(risks[2].starts_with("R-001 | Customer first | Two projects"), "{risks:?}");
    let decisions = table(&checked, "decisions");
    let waiting: Vec<String> = group(&decisions, "waiting").rows.iter().map(line).collect();
    assert!(
        waiting[1].starts_with("2 | 2026-04-30 | Sponsor | Customer first |  | D-001 Which"),
        "{waiting:?}"
    );
    let decided: Vec<String> = group(&decisions, "decided").rows.iter().map(line).collect();
    assert!(decided[0].contains("| Portfolio | D-009 Use plain words | Yes"), "{decided:?}");
    assert!(said(&table(&checked, "lessons")).starts_with("Two lessons"));
}

#[test]
fn a_decision_written_in_a_report_waits_too() {
    let report = |asks: &str| {
        let new = "=== projects/crm/status/2026-03-27.md\n---\nkind: status\nauthor: \
            \"@mlopez\"\nas_of: 2026-03-27\nphase: execution\nhealth: {overall: green}\nasks:\n";
        check(&format!("{FILES}{new}{asks}---\n# Report\n"))
    };
    let waiting = |asks: &str| -> Vec<String> {
        let checked = report(asks);
        group(&table(&checked, "decisions"), "waiting").rows.iter().map(line).collect()
    };
    let rows = waiting(
        "  - D-014\n  - {title: Share the test room, needed_by: 2026-04-10, decider: \"@dokafor\", \
         if_late: Testers wait}\n  - Who signs for the archive?\n",
    );
    assert_eq!(rows.len(), 3, "{rows:?}");
    assert_eq!(
        rows[1],
        "0 | 2026-04-10 | Dana Okafor | CRM replacement | Dana Okafor | Share the test room | Testers wait | \
         NotReported"
    );
    assert!(
        rows[2].contains(
            "| nobody named | CRM replacement | Dana Okafor | Who signs for the archive?"
        )
    );
    // What the register has, or what is decided, is not told twice.
    assert_eq!(waiting("  - {id: D-014, title: Descope}\n").len(), 1);
    assert_eq!(waiting("  - {title: Done, status: decided}\n").len(), 1);
}

#[test]
fn programmes_add_up_money_by_currency_and_name_what_comes_next() {
    let checked = check(FILES);
    let table = table(&checked, "programmes");
    assert_eq!(
        said(&table),
        "One programme holds one project that runs; one project stands in none."
    );
    let row = line(&table.groups[0].rows[0]);
    assert!(row.starts_with("Customer | 1 | "), "{row}");
    assert!(row.contains("M3 UAT environment (CRM replacement)"), "{row}");
    assert!(row.contains("CAD 500,000"), "{row}");
}

#[test]
fn pages_made_of_registers_say_when_nobody_keeps_one() {
    let card = |id: &str| {
        format!(
            "=== {id}/project.md\n---\nkind: project\nid: {id}\ntitle: {id}\ntier: 2\nphase: \
             execution\nstate: active\n---\n"
        )
    };
    let none = check(&[card("a"), card("b")].concat());
    let of = |checked: &crate::Checked, name: &str| said(&table(checked, name));
    assert_eq!(
        of(&none, "raid"),
        "None of 2 active projects keeps a register of risks and issues."
    );
    assert_eq!(
        of(&none, "milestones"),
        "None of 2 active projects keeps a register of milestones."
    );
    assert_eq!(of(&none, "decisions"), "None of 2 active projects keeps a register of decisions.");
    let raid = table(&none, "raid");
    assert!(raid.groups.iter().all(|g| g.empty == "Not reported."));
    // An empty register says that nothing is open.
    let one = card("a") + "=== a/raid.yaml\nrisks: []\nissues: []\n" + &card("b") + &card("c");
    assert_eq!(
        of(&check(&one), "raid"),
        "No risk is open. No issue is open. Two of 3 active projects keep no such register."
    );
    let alone = check(&card("a"));
    assert_eq!(of(&alone, "raid"), "The one active project keeps no register of risks and issues.");
}
