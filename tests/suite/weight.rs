//! Pages stay light: what one more project adds to the page of the portfolio,
//! and roll-ups of thousands of rows, which go on further pages.

use crate::book::Book;

/// Bytes of the portfolio page of 200 projects.
const PAGE: usize = 300_000;

/// Room that is left on it.
const ROOM: usize = 40_000;

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
    assert!(page + ROOM < PAGE, "a row takes {row} bytes, a page of 200 projects {page}");
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
                if link.contains("/-/raid") && link.contains("#R-") {
                    seen.insert(link.to_owned());
                }
            }
        }
    }
    assert_eq!(seen.len(), 6_000);
    let csv = book.read("book/data/tables/raid/risks.csv");
    assert_eq!(csv.lines().count(), 6_001);
}

/// One project with all it can have: 10,000 risks, 600 key milestones, 300
/// decisions that wait and 500 reports.
fn large(book: Book) -> Book {
    use std::fmt::Write as _;
    let folder = "src/projects/harbour-renewal-0";
    let mut raid = String::from("updated: 2026-03-20\nrisks:\n");
    for i in 0..10_000 {
        let _ = writeln!(
            raid,
            "  - {{id: R-{i}, title: The ferry berth number {i} floods, p: {}, i: 2, raised: 2026-03-24, status: open, owner: Maria Lopez}}",
            i % 5 + 1
        );
    }
    let mut milestones = String::from("milestones:\n");
    for i in 0..600 {
        let _ = writeln!(
            milestones,
            "  - {{id: M{i}, title: Berth {i} open, baseline: 2026-05-01, forecast: 2026-05-11, key: true}}"
        );
    }
    let mut decisions = String::from("decisions:\n");
    for i in 0..300 {
        let _ = writeln!(
            decisions,
            "  - {{id: D-{i}, title: Whether berth {i} is closed, status: requested, requested: 2026-03-02, needed_by: 2026-04-20}}"
        );
    }
    let mut book = project(book, 0)
        .file(&format!("{folder}/raid.yaml"), raid)
        .file(&format!("{folder}/milestones.yaml"), milestones)
        .file(&format!("{folder}/decisions.yaml"), decisions);
    for n in 0..500 {
        let (year, month, day) = (2000 + n / 25, n / 3 % 12 + 1, n % 25 + 1);
        let rag = ["green", "amber", "red"][n % 3];
        let report = format!(
            "---\nkind: status\nas_of: {year}-{month:02}-{day:02}\nauthor: Maria Lopez\nhealth:\n  overall: {{rag: {rag}, why: \"The berth\"}}\nfinish: {{forecast: 2026-{month:02}-{day:02}}}\n---\n\n# Report\n"
        );
        book = book.file(&format!("{folder}/status/early-{n}.md"), report);
    }
    book
}

#[test]
fn the_pages_of_one_large_project_stay_below_300_kb_and_links_lead_to_its_rows() {
    let book = large(Book::new());
    let ran = book.run("build");
    assert!(ran.status.is_some_and(|status| status < 2), "{}", ran.all());
    let tree = book.tree("book");
    let pages: std::collections::BTreeMap<&str, &str> = tree
        .iter()
        .filter_map(|(path, bytes)| Some((path.to_str()?, std::str::from_utf8(bytes).ok()?)))
        .filter(|(path, _)| path.ends_with(".html"))
        .collect();
    let heavy: Vec<_> =
        pages.iter().filter(|(_, page)| page.len() >= PAGE).map(|(p, t)| (p, t.len())).collect();
    assert!(heavy.is_empty(), "{heavy:?}");
    // Each risk stands once, and what leads to a risk leads to where it stands.
    let below = "projects/harbour-renewal-0/-/";
    let mut stands = std::collections::BTreeMap::new();
    for (path, page) in pages.iter().filter(|(path, _)| path.starts_with(below)) {
        for id in page.split("<tr id=\"R-").skip(1) {
            let id = id[..id.find('"').unwrap()].to_owned();
            assert!(stands.insert(id, &path[below.len()..]).is_none());
        }
    }
    assert_eq!(stands.len(), 10_000);
    let mut led = 0;
    for page in pages.values() {
        for link in page.split("/-/raid").skip(1) {
            let link = &link[..link.find('"').unwrap()];
            let Some((rest, id)) = link.split_once("#R-") else { continue };
            assert_eq!(stands[id], format!("raid{rest}"), "R-{id}");
            led += 1;
        }
    }
    assert!(led >= 10_000, "{led} links");
    // Each report stands in the log, which tells its newest months first.
    let log = |path: &str| pages.contains_key(&*format!("{below}{path}"));
    assert!(log("log.html") && log("log.2.html"));
    let told: usize = pages
        .iter()
        .filter(|(path, _)| path.starts_with(&format!("{below}log.")))
        .map(|(_, page)| page.matches("../status/early-").count())
        .sum();
    assert!(told >= 500, "{told} reports");
    let csv = book.read(&format!("book/{below}log.csv"));
    assert!(csv.lines().count() > 10_300, "{} lines", csv.lines().count());
    assert!(book.read(&format!("book/{below}raid.risks.csv")).lines().count() == 10_001);
    assert!(book.page("projects/harbour-renewal-0/index.html").contains(">All 600<"));
}
