//! Worked examples of the release calendar.

use super::super::testing::{check_with, group, line, said, table};

const CARD: &str = "---\nkind: project\nid: crm\ntitle: CRM\ntier: 1\nphase: execution\nstate: active\nsponsor: Dana Okafor\n---\n";
const LIVE: &str = "updated: 2026-03-27\nmilestones:\n  - {id: M6, name: Live, original: 2026-05-01, baseline: 2026-05-01, forecast: 2026-05-08, owner: Maria, go_live: true}\n";

fn files(more: &str) -> String {
    format!("=== projects/crm/project.md\n{CARD}=== projects/crm/milestones.yaml\n{LIVE}{more}")
}

/// 24 criteria: 2 do not apply, 20 are met, 2 are not, one of them a must.
fn go_no_go() -> String {
    let mut text = "=== projects/crm/releases/r1/go-no-go.md\n---\nkind: go-no-go\nrelease: r1\nversion: \"1.0\"\nstate: in-review\nmeeting: 2026-05-05\nrecommendation: go\ndecision: pending\napprovals:\n  - {role: sponsor, name: Dana Okafor, decision: pending}\ncriteria:\n".to_owned();
    for n in 0..20 {
        text.push_str(&format!(
            "  - {{id: T{n}, area: test, text: Met, must: true, status: met}}\n"
        ));
    }
    text.push_str("  - {id: N1, area: ops, text: Not here, status: na, reason: no vendor}\n  - {id: N2, area: ops, text: Not here, status: na, reason: no data}\n  - {id: O1, area: ops, text: Alerts, must: true, status: not-met}\n  - {id: O2, area: ops, text: Training, must: false, status: not-met}\n---\n# Go\n");
    text
}

const PLANS: &str = "=== projects/crm/releases/r1/release.md\n---\nkind: release\nrelease: r1\nversion: \"1.0\"\nstate: draft\ngo_live: {baseline: 2026-05-01, forecast: 2026-05-01}\ntype: phased\nenvironments:\n  - {name: Test, owner: Maria, needed_by: 2026-02-01, ready: 2026-01-30}\n  - {name: Production, owner: Maria, needed_by: 2026-03-20, ready: false}\n  - {name: Archive, owner: Maria, needed_by: 2026-04-20}\n---\n# R\n=== projects/crm/releases/r1/cutover.md\n---\nkind: cutover\nrelease: r1\nversion: \"1.0\"\nstate: draft\nlead: Maria\nwindow: {start: 2026-05-07T22:00:00-04:00, end: 2026-05-08T04:00:00-04:00}\nrehearsals:\n  - {date: 2026-03-10, outcome: fail}\n  - {date: 2026-03-20, outcome: pass}\n  - {date: 2026-04-20, outcome: pass}\n---\n# C\n=== projects/crm/releases/r1/rollback.md\n---\nkind: rollback\nrelease: r1\nversion: \"1.0\"\nstate: draft\ndecision_owner: Maria\nmax_minutes: 60\ntested: false\n---\n# B\n=== projects/crm/handover.md\n---\nkind: handover\nversion: \"1.0\"\nstate: in-review\nreceiving_unit: service-desk\nservice_owner: Omar\nsupport_from: 2026-05-11\nmonitoring_confirmed: false\n---\n# H\n";

#[test]
fn readiness_is_met_of_what_applies_and_a_must_have_blocks() {
    let checked = check_with(&files(&format!("{}{PLANS}", go_no_go())), "");
    let table = table(&checked, "releases");
    assert_eq!(
        said(&table),
        "One go-live is ahead, on 8 May 2026 (CRM); the one in its release window is not ready."
    );
    assert_eq!(
        line(&group(&table, "ahead").rows[0]),
        "2026-05-08 | +7 d | late | CRM | M6 Live (r1, phased) | 90.9 % (20 of 22) | 1 open | Dana Okafor \
         | 2026-05-05"
    );
    assert_eq!(
        line(&group(&table, "preparation").rows[0]),
        "CRM | M6 Live (r1, phased) | 1 of 3 ready | 7 May 22:00 to 8 May 04:00 | 1 of 2 passed | \
         not tried | in review, handover | Service desk | 2026-05-11"
    );
    let environments: Vec<String> = group(&table, "environments").rows.iter().map(line).collect();
    assert_eq!(
        environments,
        [
            "2026-03-20 7 days overdue | Production | CRM | M6 Live (r1, phased) | Maria | not ready",
            "2026-04-20 | Archive | CRM | M6 Live (r1, phased) | Maria | NotReported",
        ]
    );
}

#[test]
fn what_is_missing_is_not_yet_before_the_release_window_and_not_reported_in_it() {
    let far = files("").replace("2026-05-08", "2026-09-08");
    let row = |text: &str| line(&group(&table(&check_with(text, ""), "releases"), "ahead").rows[0]);
    assert!(row(&far).contains("| NotYet | NotYet | Sponsor, "), "{}", row(&far));
    assert!(row(&files("")).contains("| NotReported | NotReported | Sponsor, "));
    let said = said(&table(&check_with(&far, ""), "releases"));
    assert!(said.ends_with("; none is in its release window."), "{said}");
}

/// A second project that goes live on a day.
fn second(day: &str) -> String {
    let card = CARD.replace("id: crm", "id: erp").replace("title: CRM", "title: ERP");
    let live = LIVE.replace("forecast: 2026-05-08", &format!("forecast: {day}"));
    format!("=== projects/erp/project.md\n{card}=== projects/erp/milestones.yaml\n{live}")
}

#[test]
fn go_lives_two_days_apart_are_in_each_others_way_and_three_days_are_not() {
    let clashes = |day: &str| -> Vec<String> {
        let checked = check_with(&files(&second(day)), "");
        group(&table(&checked, "releases"), "conflicts").rows.iter().map(line).collect()
    };
    assert_eq!(
        clashes("2026-05-10"),
        [
            "2026-05-10 | CRM | M6 Live | 2 days apart | M6 Live (ERP) | Agree on who is on call, or \
          move one"
        ]
    );
    assert!(clashes("2026-05-08")[0].contains("| same days |"));
    assert!(clashes("2026-05-06")[0].starts_with("2026-05-08 | ERP | M6 Live | 2 days apart"));
    assert!(clashes("2026-05-11").is_empty());
    // The night of the cutover counts, not the day of the go-live alone.
    let checked = check_with(&files(&format!("{PLANS}{}", second("2026-05-05"))), "");
    let table = table(&checked, "releases");
    assert_eq!(group(&table, "conflicts").rows.len(), 1, "told once");
}

#[test]
fn a_go_live_on_the_edge_of_a_freeze_is_in_it() {
    let clashes = |from: &str, to: &str| -> Vec<String> {
        let config = format!(
            "[calendar]\nfreezes = [{{ from = \"{from}\", to = \"{to}\", label = \"Election\" }}]\n"
        );
        let checked = check_with(&files(""), &config);
        let table = table(&checked, "releases");
        group(&table, "conflicts").rows.iter().map(line).collect()
    };
    assert_eq!(
        clashes("2026-05-08", "2026-05-15"),
        [
            "2026-05-08 | CRM | M6 Live | falls into a freeze | Election (8 May to 15 May) | Move it, \
          or have the freeze lifted for it"
        ]
    );
    assert_eq!(clashes("2026-05-01", "2026-05-08").len(), 1);
    assert!(clashes("2026-05-09", "2026-05-15").is_empty());
    assert!(clashes("2026-05-01", "2026-05-07").is_empty());
}

#[test]
fn a_portfolio_without_releases_says_so() {
    let bare = "=== a/project.md\n---\nkind: project\nid: a\ntitle: a\nstate: active\n---\n";
    let table = table(&check_with(bare, ""), "releases");
    assert_eq!(said(&table), "No project tells of anything that goes live.");
}

#[test]
fn what_went_live_says_how_it_went() {
    let live = files(PLANS).replace("forecast: 2026-05-08", "actual: 2026-03-20").replace(
        "type: phased",
        "type: phased\nresults: {cutover: {outcome: success-with-issues}, incidents: []}",
    );
    let table = table(&check_with(&live, ""), "releases");
    assert_eq!(said(&table), "Nothing is to go live.");
    assert_eq!(
        line(&group(&table, "live").rows[0]),
        "2026-03-20 | -42 d | CRM | M6 Live (r1, phased) | no go/no-go | success with issues | 0"
    );
}

#[test]
fn of_many_go_lives_on_a_day_each_tells_five_and_how_many_more() {
    let project = |n: usize| {
        let card = CARD
            .replace("id: crm", &format!("id: p{n}"))
            .replace("title: CRM", &format!("title: P{n}"));
        format!("=== projects/p{n}/project.md\n{card}=== projects/p{n}/milestones.yaml\n{LIVE}")
    };
    let rows = |others: usize| -> Vec<String> {
        let more: String = (0..others).map(project).collect();
        let checked = check_with(&files(&more), "");
        group(&table(&checked, "releases"), "conflicts").rows.iter().map(line).collect()
    };
    // Six on a day are fifteen pairs, of which each is told.
    let six = rows(5);
    assert_eq!(six.len(), 15, "{six:#?}");
    let many = rows(30);
    assert!(many.iter().any(|row| row.contains("within two days | 25 more go-lives")), "{many:#?}");
    assert!(many.len() <= 31 * 6, "{}", many.len());
}
