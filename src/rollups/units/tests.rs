//! The pages of units and people on a small portfolio.

use crate::rollups::testing::{check_with, context, group, line, said, table};
use crate::rollups::{FAMILIES, members};
use crate::table::{Shape, Table};

const FILES: &str = "=== units.yaml
infrastructure: {name: Infrastructure, manager: \"@tnguyen\", capacity_fte: 1.5, capacity: {2026-05: 1}}
=== people.yaml
tnguyen: {name: Tam Nguyen, unit: infrastructure}
tomas: {name: Tomas Berg, unit: infrastructure}
=== crm/project.md
---
kind: project
id: crm
title: CRM
tier: 2
phase: execution
state: active
sponsor: \"@tnguyen\"
functional_managers: [{unit: infrastructure, manager: \"@tnguyen\"}]
receiving_unit: infrastructure
---
=== crm/resources.yaml
resources:
  - {id: RS-1, unit: infrastructure, role: Network, person: \"@tomas\", required_fte: 0.5, committed_fte: 0.5, original_fte: 0.5, from: 2026-02-01, status: committed}
  - {id: RS-2, unit: Infrastructure, role: Database, person: \"@tomas\", required_fte: 1.0, committed_fte: 0.6, original_fte: 1.1, from: 2026-03-01, to: 2026-05-31, status: reduced}
  - {id: RS-3, unit: infrastructure, role: Late, required_fte: 0.5, committed_fte: 0.4, original_fte: 0.5, from: 2026-03-01, status: committed}
  - {id: RS-7, unit: infrastructure, manager: \"@tnguyen\", role: DBA, required_fte: 0.5, from: 2026-06-01, requested_on: 2026-03-11, status: requested}
=== crm/raid.yaml
issues:
  - {id: I-1, title: Old, severity: 3, owner: \"@tomas\", raised: 2026-03-01, due: 2026-03-20, status: open}
  - {id: I-2, title: Next, severity: 3, owner: \"@tomas\", raised: 2026-03-01, due: 2026-04-20, status: open}
dependencies:
  - {id: DEP-3, title: Firewall rules, direction: inbound, on: net/M2, owner: \"@tomas\", raised: 2026-02-01, need_by: 2026-04-20, status: confirmed}
=== crm/changes.yaml
changes:
  - {id: CR-7, title: Sign-on, status: approved, submitted: 2026-03-02, impact: {operations: New certificates}}
  - {id: CR-8, title: Colour, status: approved, submitted: 2026-03-02, impact: {operations: None}}
=== crm/milestones.yaml
milestones:
  - {id: M1, name: Live, original: 2026-06-13, baseline: 2026-06-13, owner: \"@tomas\", go_live: true}
=== crm/handover.md
---
kind: handover
version: \"0.2\"
state: draft
receiving_unit: infrastructure
support_from: 2026-06-14
runbooks: [one.md, two.md]
approvals: [{role: functional-manager, name: \"@tnguyen\", decision: pending}]
---
# Handover

## Support model

The service desk first, the vendor second, and the network team after hours.
=== crm/status/2026-03-13.md
---
kind: status
as_of: 2026-03-13
health: {overall: green, schedule: green}
---
=== crm/status/2026-03-27.md
---
kind: status
as_of: 2026-03-27
health: {overall: amber, schedule: {rag: amber, why: Late, path: Help, back_to_green: 2026-04-24}}
---
=== net/project.md
---
kind: project
id: net
title: Network
tier: 3
phase: execution
state: active
---
=== net/milestones.yaml
milestones:
  - {id: M2, name: Firewall, original: 2026-04-17, baseline: 2026-04-17, forecast: 2026-05-06}
";

fn page(family: &str, slug: &str, config: &str) -> Table {
    let checked = check_with(FILES, config);
    let context = context(&checked);
    let family = FAMILIES.iter().find(|f| f.name == family).unwrap();
    assert!((family.pages)(&context).iter().any(|m| m.slug == slug), "{slug}");
    (family.table)(&context, slug)
}

fn lines(table: &Table, key: &str) -> Vec<String> {
    group(table, key).rows.iter().map(line).collect()
}

#[test]
fn a_manager_sees_promises_requests_and_what_is_kept() {
    let table = page("units", "infrastructure", "");
    assert_eq!(
        said(&table),
        "Managed by Tam Nguyen. 1.5 of 1.5 FTE are promised this month: 60.0 % of what projects \
         asked for, 71.4 % of what was promised first. One request waits for an answer, for 12 \
         business days. One item of its people is overdue. Of the projects that touch it, one is amber."
            .replace("60.0", "75.0")
    );
    assert_eq!(
        lines(&table, "requests"),
        ["12 | 2026-03-11 | RS-7 DBA | CRM | 0.5 FTE | 2026-06-01 | NotReported | Tam Nguyen"]
    );
    let promises = lines(&table, "promises");
    assert_eq!(promises.len(), 3);
    assert!(promises[0].contains("Tomas Berg | 0.5 FTE | 0.5 FTE | kept"), "{promises:?}");
    assert!(promises[1].contains("0.6 of 1.1 FTE, not told"), "{promises:?}");
    assert!(promises[2].contains("nobody named"), "{promises:?}");
}

#[test]
fn capacity_by_month_is_columns_with_a_line() {
    let table = page("units", "infrastructure", "");
    let Shape::Columns { names, stacks, line } = &table.plots[0].shape else {
        panic!("no columns")
    };
    assert_eq!(names[0], "Mar 2026");
    assert_eq!(stacks[0].values[0].unwrap().show(1), "1.5");
    assert_eq!(stacks[0].values[3].unwrap().show(1), "0.9", "RS-2 ends in May");
    let line: Vec<String> =
        line.as_ref().unwrap().values.iter().map(|v| v.unwrap().show(1)).collect();
    assert_eq!(line[..4], ["1.5", "1.5", "1.0", "1.5"]);
}

#[test]
fn over_allocation_items_and_conflicts_are_listed() {
    let table = page("units", "infrastructure", "");
    let over = lines(&table, "over");
    assert_eq!(over.len(), 3, "March, April and May: {over:?}");
    assert!(over[0].starts_with("Mar 2026 | Tomas Berg | 1.1 FTE | 1 FTE | CRM (0.5 FTE)"));
    let items = lines(&table, "items");
    assert!(items[0].starts_with("2026-03-20 7 days overdue | I-1 Old | Issue | CRM"), "{items:?}");
    assert_eq!(items.len(), 3);
    assert_eq!(
        lines(&table, "conflicts"),
        ["CRM | DEP-3 Firewall rules | 2026-04-20 | Network | M2 Firewall | 2026-05-06 | +16 d"]
    );
}

#[test]
fn what_comes_into_operations_and_what_turned() {
    let table = page("units", "infrastructure", "");
    let projects = lines(&table, "projects");
    assert!(projects[0].starts_with("CRM | supplies, receives | amber | M1 Live"), "{projects:?}");
    let operations = lines(&table, "operations");
    assert!(operations[0].contains("draft | written | 2 runbooks | 2026-06-14"), "{operations:?}");
    assert_eq!(lines(&table, "changes").len(), 1, "None is no impact");
    let turning = lines(&table, "turning");
    assert!(
        turning.iter().any(|r| r == "CRM | Schedule | amber | green | Late | Help | 2026-04-24"),
        "{turning:?}"
    );
}

#[test]
fn the_overview_lists_units_with_their_numbers() {
    let table = table(&check_with(FILES, ""), "units");
    assert_eq!(
        said(&table),
        "One unit promises people to projects; one request waits for an answer, for 12 business \
         days; one person is promised more than there is."
    );
    let units = lines(&table, "units");
    assert_eq!(
        units,
        ["Infrastructure | Tam Nguyen | 1.5 FTE | 1.5 FTE | 75.0 % | 71.4 % | 1 | 1 | 1"]
    );
    let empty = check_with("=== a/project.md\n---\nkind: project\nid: a\n---\n", "");
    assert!(said(&super::super::testing::table(&empty, "units")).starts_with("No unit is named"));
}

#[test]
fn people_have_no_page_and_no_link_unless_asked_for() {
    let checked = check_with(FILES, "");
    assert!(!members(&context(&checked)).iter().any(|(f, _)| f.name == "people"));
    let unit = page("units", "infrastructure", "");
    assert!(!unit.groups.iter().any(|g| g.key == "people"));
    assert!(!format!("{unit:?}").contains("\"people\""));
    let on = "[privacy]\nperson-pages = true\n";
    let unit = page("units", "infrastructure", on);
    assert_eq!(group(&unit, "people").rows.len(), 2);
    let tomas = page("people", "tomas", on);
    assert_eq!(said(&tomas), "Three items are open, one overdue.");
    assert_eq!(lines(&tomas, "time").len(), 2);
    assert_eq!(lines(&tomas, "milestones"), ["2026-06-13 | M1 Live | CRM | 2026-06-13"]);
    let tam = page("people", "tnguyen", on);
    assert_eq!(said(&tam), "No item is open; one signature waits.");
    assert_eq!(lines(&tam, "roles"), ["CRM | Sponsor", "CRM | Functional manager infrastructure"]);
}

#[test]
fn a_manager_sees_where_a_report_is_better_than_its_data() {
    let late = "=== crm/project.md\n---\nkind: project\nid: crm\ntitle: CRM\ntier: 2\nphase: \
                execution\nstate: active\nunit: infrastructure\nstart: {baseline: 2026-01-05}\n\
                ---\n=== crm/milestones.yaml\nmilestones:\n  - {id: M1, name: Live, baseline: \
                2026-09-30, finish: true, key: true}\n=== crm/status/2026-03-27.md\n---\nkind: \
                status\nas_of: 2026-03-27\nhealth: {overall: green, schedule: green}\nmilestones: \
                {M1: {forecast: 2026-12-31}}\n---\n# S\n=== units.yaml\ninfrastructure: {name: \
                Infrastructure, manager: \"Tam\"}\n";
    let checked = check_with(late, "");
    let family = FAMILIES.iter().find(|f| f.name == "units").unwrap();
    let page = (family.table)(&context(&checked), "infrastructure");
    assert!(
        said(&page).ends_with("Of the projects that touch it, one says better than the data."),
        "{}",
        said(&page)
    );
    assert!(lines(&page, "projects")[0].contains("green (data says red)"));
}
