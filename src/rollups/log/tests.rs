//! Logs as tables.

use super::{sentence, table};
use crate::Checked;
use crate::measures::kpi::testing::{card, check};
use crate::measures::story;
use crate::table::{Cell, Table};

fn report(day: &str, rest: &str) -> String {
    format!(
        "=== crm/status/{day}.md\n---\nkind: status\nas_of: {day}\ntitle: R {day}\n{rest}---\n# S\n"
    )
}

fn log(checked: &Checked) -> Table {
    let project = &checked.portfolio.projects[0];
    table(&checked.portfolio, project, &story::of(&checked.portfolio, project))
}

fn said(table: &Table) -> String {
    table.sentence.iter().map(|w| &*w.text).collect()
}

#[test]
fn a_project_without_dates_has_an_empty_log_that_says_so() {
    let checked = check(&card("crm", 2, ""), "2026-03-27", "");
    let table = log(&checked);
    assert_eq!(said(&table), "Nothing that carries a date has happened yet.");
    assert_eq!(table.groups.len(), 1);
    assert_eq!(table.groups[0].empty, "Nothing that carries a date has happened yet.");
    assert!(!sentence(&[]).is_empty());
}

#[test]
fn months_stand_newest_first_and_what_moved_alike_on_one_line() {
    let m = |days: [&str; 4]| {
        let [a, b, c, z] = days;
        format!(
            "health: {{overall: green}}\nmilestones: {{M1: {{forecast: {a}}}, M2: {{forecast: {b}}}, \
             M3: {{forecast: {c}}}, M9: {{forecast: {z}}}}}\n"
        )
    };
    let files = [
        card("crm", 2, "start: {actual: 2026-01-05}\nreport_every: 30d\n"),
        report("2026-02-20", &m(["2026-05-01", "2026-06-01", "2026-07-01", "2026-08-03"])),
        report("2026-03-20", &m(["2026-05-08", "2026-06-08", "2026-07-08", "2026-08-10"])),
        "=== crm/milestones.yaml\nmilestones:\n  - {id: M1, name: A, baseline: 2026-05-01}\n  \
         - {id: M2, name: B, baseline: 2026-06-01}\n  - {id: M3, name: C, baseline: 2026-07-01}\n  \
         - {id: M9, name: End, baseline: 2026-08-03, finish: true}\n"
            .into(),
    ]
    .concat();
    let checked = check(&files, "2026-03-27", "");
    let table = log(&checked);
    let titles: Vec<&str> = table.groups.iter().map(|g| &*g.title).collect();
    assert_eq!(titles, ["March 2026", "February 2026"]);
    assert_eq!(
        said(&table),
        "Since 20 February 2026: four moves of milestones to a later day and two reports published."
    );
    let march = &table.groups[0].rows;
    assert_eq!(march.len(), 3, "{march:#?}");
    let Cell::Many(names) = &march[0].cells[2] else { panic!("{:?}", march[0]) };
    assert_eq!(names.len(), 3);
    assert_eq!(march[0].cells[5], Cell::Days(7));
    assert!(matches!(&march[1].cells[2], Cell::Link(label, _) if label == "M9 End"));
    assert_eq!(march[1].cells[5], Cell::Days(7));
}
