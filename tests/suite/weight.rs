//! Pages stay light: what one more project adds to the page of the portfolio.

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
