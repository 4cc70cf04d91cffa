//! Pages stay light: what one more project adds to the page of the portfolio,
//! and roll-ups of thousands of rows, which go on further pages.

use crate::book::Book;

/// Bytes of the portfolio page of 200 projects.
const PAGE: usize = 300_000;

fn project(book: Book, n: usize) -> Book {
    let folder = format!("src/projects/harbour-renewal-{n}");
    let card = format!(
        "---\nkind: project\nid: harbour-renewal-{n}\ntitle: Harbour renewal number {n}\n\
         programme: inside\ntier: 1\nphase: execution\nproject_manager: Maria Lopez\n\
         currency: CAD\nbudget: 500000\nstart: {{baseline: 2025-11-03}}\n\
         finish: {{baseline: 2026-09-30, forecast: 2026-10-28}}\n---\n\n# Card\n"
    );
    let book = book.file(&format!("{folder}/project.md"), card);
    (1..=12).fold(book, |book, week| {
        let day = friday(week);
        let rag = ["green", "amber", "red"][week / 4 % 3];
        let report = format!(
            "---\nkind: status\nas_of: {day}\nauthor: Maria Lopez\nhealth:\n  overall: {{rag: {rag}, why: \"w\"}}\n  \
             scope: {{rag: green}}\n  schedule: {{rag: {rag}, why: \"w\"}}\n  budget: {{rag: green}}\n  resources: {{rag: green}}\n  \
             quality: {{rag: green}}\nfinish: {{forecast: 2026-10-28}}\nbudget: {{eac: 533000, actual: 240000}}\n---\n\n# Report\n"
        );
        book.file(&format!("{folder}/status/{day}.md"), report)
    })
}

/// Twelve Fridays that end on the book's day.
fn friday(week: usize) -> &'static str {
    const FRIDAYS: [&str; 12] = [
        "2026-01-09",
        "2026-01-16",
        "2026-01-23",
        "2026-01-30",
        "2026-02-06",
        "2026-02-13",
        "2026-02-20",
        "2026-02-27",
        "2026-03-06",
        "2026-03-13",
        "2026-03-20",
        "2026-03-27",
    ];
    FRIDAYS[week - 1]
}

fn portfolio(projects: usize) -> String {
    let book = (0..projects).fold(Book::new(), project);
    let ran = book.run("build");
    assert!(ran.status.is_some_and(|status| status < 2), "{}", ran.all());
    book.page("index.html")
}

/// Two sizes say what a row costs and what the rest does, without 200 projects.
#[test]
fn the_portfolio_of_two_hundred_projects_stays_below_300_kb() {
    let (small, large) = (portfolio(5), portfolio(25));
    let row = (large.len() - small.len()).div_ceil(20);
    let page = large.len() + 175 * row;
    assert!(large.contains("class=\"run green n"), "no history in the rows");
    assert!(page < PAGE, "a row takes {row} bytes, a page of 200 projects {page}");
}

/// Ten thousand risks, issues and milestones each in a handful of projects.
fn registers(book: Book, n: usize) -> Book {
    use std::fmt::Write as _;
    let folder = format!("src/projects/harbour-renewal-{n}");
    let mut raid = String::from("updated: 2026-03-20\nrisks:\n");
    for i in 0..1_000 {
        let _ = writeln!(
            raid,
            "  - {{id: R-{i}, title: The ferry berth number {i} floods, p: {}, i: {}, raised: 2026-03-24, status: open, owner: Maria Lopez, due: 2026-05-01}}",
            i % 5 + 1,
            i % 4 + 1
        );
    }
    raid.push_str("issues:\n");
    for i in 0..500 {
        let _ = writeln!(
            raid,
            "  - {{id: I-{i}, title: The crane number {i} stands still, severity: 3, raised: 2026-03-23, status: open, owner: Maria Lopez}}"
        );
    }
    let mut milestones = String::from("updated: 2026-03-20\nmilestones:\n");
    for i in 0..300 {
        let _ = writeln!(
            milestones,
            "  - {{id: M{i}, title: Berth number {i} open, original: 2026-05-0{d}, baseline: 2026-05-0{d}, forecast: 2026-05-1{d}, kind: go-live}}",
            d = i % 9 + 1
        );
    }
    let book = project(book, n).file(&format!("{folder}/raid.yaml"), raid);
    book.file(&format!("{folder}/milestones.yaml"), milestones)
}

#[test]
fn roll_ups_of_thousands_of_rows_stay_below_300_kb_and_lose_none() {
    let book = (0..6).fold(Book::new(), registers);
    let ran = book.run("build");
    assert!(ran.status.is_some_and(|status| status < 2), "{}", ran.all());
    let tree = book.tree("book");
    let mut heavy = Vec::new();
    for (path, bytes) in &tree {
        let path = path.to_str().unwrap();
        if path.starts_with("portfolio/") && path.ends_with(".html") && bytes.len() >= PAGE {
            heavy.push((path.to_owned(), bytes.len()));
        }
    }
    assert!(heavy.is_empty(), "{heavy:?}");
    let page = book.page("portfolio/raid.html");
    let said = page.find(" of 6,000").expect("how many of 6,000");
    assert!(page[said..].contains("href=\"raid.risks.2.html\""));
    // Each risk stands on exactly one of the pages but those the matrix leads to.
    let mut seen = std::collections::BTreeSet::new();
    for (path, bytes) in &tree {
        let path = path.to_str().unwrap();
        if path == "portfolio/raid.html" || path.starts_with("portfolio/raid.risks.") {
            let text = String::from_utf8_lossy(bytes);
            for link in text.split("href=\"").skip(1) {
                let link = &link[..link.find('"').unwrap_or(0)];
                if link.contains("/raid.html#R-") {
                    seen.insert(link.to_owned());
                }
            }
        }
    }
    assert_eq!(seen.len(), 6_000);
    let csv = book.read("book/data/tables/raid/risks.csv");
    assert_eq!(csv.lines().count(), 6_001);
}
