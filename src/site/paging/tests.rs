//! Long tables in pages: nothing is lost, what is said is true.

use super::*;

fn table(id: &str, rows: usize) -> Table {
    let row = |n| Row { cells: vec![Cell::text(format!("row {n}"))], ..Row::default() };
    Table {
        id: id.into(),
        title: format!("Open {id}"),
        count: Some(u32::try_from(rows).unwrap()),
        columns: vec![Column::text("What")],
        rows: (1..=rows).map(row).collect(),
        ..Table::default()
    }
}

fn page(groups: Vec<Table>) -> (RollupPage, Vec<(Route, RollupPage)>) {
    let mut view = RollupPage { title: "RAID".into(), groups, ..RollupPage::default() };
    view.frame.breadcrumbs = vec![Link::to("Portfolio", "../index.html"), Link::text("RAID")];
    let further = split(&Route::new("portfolio/raid.html"), &mut view);
    (view, further)
}

fn said(table: &Table) -> String {
    table.rest.iter().map(|s| s.text.as_str()).collect()
}

fn texts(table: &Table) -> Vec<String> {
    table.rows.iter().map(|row| format!("{:?}", row.cells)).collect()
}

#[test]
fn a_short_page_stays_as_it_is() {
    let (view, further) = page(vec![table("risks", 100), table("issues", 100)]);
    assert!(further.is_empty());
    assert!(view.groups.iter().all(|g| g.rows.len() == 100 && g.rest.is_empty()));
}

#[test]
fn no_row_of_a_long_table_is_lost_and_the_short_one_is_whole() {
    let whole = texts(&table("risks", 10_000));
    let (view, further) = page(vec![table("risks", 10_000), table("issues", 20)]);
    assert_eq!(view.groups[1].rows.len(), 20);
    let mut all = texts(&view.groups[0]);
    let first = all.len();
    assert!(first > 500 && first.is_multiple_of(50), "{first}");
    all.extend(further.iter().flat_map(|(_, part)| texts(&part.groups[0])));
    assert_eq!(all, whole);
    assert_eq!(further[0].0.as_str(), "portfolio/raid.risks.2.html");
    assert_eq!(further[0].1.title, "RAID: Open risks, page 2");
    assert_eq!(further[0].1.frame.breadcrumbs[1], Link::to("RAID", "raid.html"));
    assert!(further.iter().all(|(_, part)| part.groups[0].count == Some(10_000)));
}

#[test]
fn a_page_says_what_it_shows_and_where_the_rest_is() {
    let (view, further) = page(vec![table("risks", 3_000)]);
    let n = view.groups[0].rows.len();
    let (here, next) = (&view.groups[0], &further[0].1.groups[0]);
    let words = said(here);
    assert!(words.starts_with(&format!("Rows 1–{} of 3,000 are shown; the rest: ", figure(n))));
    let hrefs: Vec<_> = here.rest.iter().filter_map(|s| s.href.clone()).collect();
    assert_eq!(hrefs.len(), further.len());
    assert_eq!(hrefs[0], "raid.risks.2.html");
    let back: Vec<_> = next.rest.iter().filter_map(|s| s.href.clone()).collect();
    assert_eq!(back[0], "raid.html#risks");
    assert!(said(next).starts_with(&format!("Rows {}–", figure(n + 1))));
}

#[test]
fn heavy_tables_share_what_light_ones_leave() {
    assert_eq!(level(&[10, 20], 100), usize::MAX);
    assert_eq!(level(&[10, 500, 500], 110), 50);
    assert_eq!(level(&[500], 110), 110);
    assert_eq!(level(&[], 0), usize::MAX);
    assert_eq!(fitting(&[10; 1_000], 1_230), 100);
    assert_eq!(fitting(&[10; 1_000], 470), 40);
    assert_eq!(fitting(&[10; 1_000], 0), LEAST);
    assert_eq!(fitting(&[10; 4], 0), 4);
}

#[test]
fn what_others_point_to_stays_on_the_first_page() {
    let mut risks = table("risks", 10_000);
    risks.rows[9_000].id = "p5-i5".into();
    let (view, further) = page(vec![risks]);
    assert_eq!(view.groups[0].rows.iter().filter(|r| r.id == "p5-i5").count(), 1);
    let rows: usize = further.iter().map(|(_, part)| part.groups[0].rows.len()).sum();
    assert_eq!(rows + view.groups[0].rows.len(), 10_001, "it stands on its own page too");
    let mut items = table("items", 10_000);
    items.rows.iter_mut().enumerate().for_each(|(i, r)| r.id = format!("R-{i}"));
    assert!(page(vec![items]).1.is_empty());
}
