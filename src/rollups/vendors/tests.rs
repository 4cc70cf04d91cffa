//! Tests of the vendors page: what is owed, shares by vendor, sums by currency.

use crate::rollups::testing::{check, context, group, line, said, table};

const FILES: &str = "=== people.yaml\nvera: {name: Vera Lund}\n\
    === crm/project.md\n---\nkind: project\nid: crm\ntitle: CRM\ntier: 2\nphase: execution\nstate: active\nbudget: {tracked: true, currency: CAD, baseline: 1}\n---\n\
    === crm/v.yaml\nvendors:\n\
    \x20 - {id: V-1, name: Acme, contract: C-1, sow: SOW-1, owner: \"@vera\", start: 2026-01-05, end: 2026-06-25, value: 120000}\n\
    \x20 - {id: V-2, name: Brück, start: 2025-01-05, end: 2027-06-25, value: 80000, currency: EUR}\n\
    \x20 - {id: V-3, name: Old, contract: C-0, start: 2025-01-05, end: 2026-03-26, value: 5000}\n\
    \x20 - {id: V-4, name: Silent, contract: C-9}\n\
    === crm/m.yaml\nmilestones:\n\
    \x20 - {id: M1, name: Design, baseline: 2026-02-02, vendor: V-1, due: 2026-02-02, delivered: 2026-02-02, acceptance: first-time}\n\
    \x20 - {id: M2, name: Build, baseline: 2026-03-02, vendor: V-1, due: 2026-03-02, delivered: 2026-03-05, acceptance: after-rework}\n\
    \x20 - {id: M3, name: Test, baseline: 2026-03-20, forecast: 2026-04-02, vendor: V-1, due: 2026-03-20}\n\
    \x20 - {id: M4, name: Racks, baseline: 2026-03-25, vendor: V-2, due: 2026-03-25, delivered: 2026-03-24}\n\
    \x20 - {id: M5, name: Fans, baseline: 2026-06-25, vendor: crm/V-2, due: 2026-06-25}\n\
    \x20 - {id: M6, name: Far, baseline: 2026-06-26, vendor: V-2, due: 2026-06-26}\n";

#[test]
fn what_is_owed_comes_first_and_each_vendor_has_its_share() {
    let checked = check(FILES);
    let t = table(&checked, "vendors");
    assert_eq!(
        said(&t),
        "Three contracts run, worth CAD 120,000 and EUR 80,000. Of three vendor milestones due in the last 90 days one was delivered on time and accepted (33.3 %); one is overdue."
    );
    let open: Vec<String> = group(&t, "open").rows.iter().map(line).collect();
    assert_eq!(
        open,
        [
            "7 days overdue | Acme | M3 Test | CRM | 2026-03-20 | 2026-04-02 |  | ",
            "waits to be accepted | Brück | M4 Racks | CRM | 2026-03-25 |  | 2026-03-24 | NotReported",
            "in 90 days | Brück | M5 Fans | CRM | 2026-06-25 | NotReported |  | ",
        ]
    );
    let contracts: Vec<String> = group(&t, "contracts").rows.iter().map(line).collect();
    assert_eq!(
        contracts,
        [
            "Acme | CRM | C-1, SOW-1 | Vera Lund | 2026-01-05 | 2026-06-25 | ends in 90 days | CAD 120,000 | 1 | red, 33.3 % (1 of 3)",
            "Brück | CRM | NotReported | no owner | 2025-01-05 | 2027-06-25 | runs | EUR 80,000 | 0 | NotYet",
            "Silent | CRM | C-9 | no owner | NotReported | NotReported | no end | NotReported | 0 | NotApplicable(\"no milestone names this vendor\")",
            "Old | CRM | C-0 | no owner | 2025-01-05 | 2026-03-26 | ended | CAD 5,000 | 0 | NotApplicable(\"no milestone names this vendor\")",
        ]
    );
    let value: Vec<String> = group(&t, "value").rows.iter().map(line).collect();
    assert_eq!(
        value,
        [
            "CAD | CAD 120,000 (1 contract) | CAD 5,000 (1 contract)",
            "EUR | EUR 80,000 (1 contract) | "
        ]
    );
    assert!(group(&t, "value").note.ends_with("one contract has no value."));
    let done: Vec<String> = group(&t, "delivered").rows.iter().map(line).collect();
    assert!(done[0].starts_with("3 days late | Acme | M2 Build"), "{done:?}");
    assert_eq!(done.len(), 2);
    let count = crate::rollups::ROLLUPS.iter().find(|r| r.name == "vendors").unwrap().count;
    assert_eq!(count(&context(&checked)), 1);
}

#[test]
fn a_portfolio_without_vendors_says_so() {
    let checked = check("=== crm/project.md\n---\nkind: project\n---\n");
    let t = table(&checked, "vendors");
    assert_eq!(said(&t), "No project has a vendor.");
    assert!(t.plots.is_empty() && t.groups.iter().all(|g| g.rows.is_empty()));
}
