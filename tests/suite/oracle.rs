//! The published example of a portfolio: six projects whose counts, coverage,
//! pooled share and sums are known.

use crate::book::Book;

/// A project of tier 2 in execution with its budget.
fn project(book: Book, id: &str, state: &str, budget: &str) -> Book {
    let card = format!(
        "---\nkind: project\nid: {id}\ntitle: Project {id}\ntier: 2\nphase: execution\nstate: {state}\nsponsor: \"@a\"\nproject_manager: \"@b\"\nstart: {{baseline: 2025-06-02}}\n{budget}---\n# Card\n"
    );
    book.file(&format!("src/projects/{id}/project.md"), card)
}

fn report(book: Book, id: &str, day: &str, rag: &str, more: &str) -> Book {
    let text = format!(
        "---\nkind: status\nas_of: {day}\nauthor: \"@b\"\nhealth: {{overall: {{rag: {rag}, why: \"as agreed\"}}}}\n{more}---\n# Report\n"
    );
    book.file(&format!("src/projects/{id}/status/{day}.md"), text)
}

/// Milestones due in February and March, so many of them met.
fn milestones(book: Book, id: &str, met: usize, all: usize) -> Book {
    let mut text = String::from("updated: 2026-03-20\nmilestones:\n");
    for n in 1..=all {
        let day = format!("2026-02-{:02}", n + 9);
        let actual = if n <= met { day.clone() } else { "2026-03-20".to_owned() };
        text += &format!(
            "  - {{id: M{n}, title: Step {n}, owner: \"@b\", original: {day}, baseline: {day}, actual: {actual}}}\n"
        );
    }
    book.file(&format!("src/projects/{id}/milestones.yaml"), text)
}

fn book() -> Book {
    let money = |currency: &str, amount: u32| {
        format!("budget: {{tracked: true, currency: {currency}, baseline: {amount}}}\n")
    };
    let none = "budget: {tracked: false}\n";
    let book = project(Book::new(), "a", "active", &money("CAD", 500_000));
    let book = project(book, "b", "active", &money("CAD", 300_000));
    let book = project(book, "c", "active", &money("EUR", 200_000));
    let book = project(book, "d", "active", none);
    let book = project(book, "e", "active", none);
    let book = project(book, "f", "on-hold", none);
    let book = report(book, "a", "2026-03-27", "green", "budget: {eac: 533000, actual: 240000}\n");
    let book = report(book, "b", "2026-03-27", "amber", "");
    let book = report(book, "c", "2026-03-27", "red", "budget: {eac: 210000, actual: 100000}\n");
    let book = report(book, "e", "2026-02-20", "green", "");
    let book = milestones(book, "a", 4, 5);
    let book = milestones(book, "b", 1, 2);
    milestones(book, "c", 0, 1)
}

/// What a reader sees, in one line.
fn text(page: &str) -> String {
    let mut out = String::new();
    for part in page.split('<').skip(1) {
        out.push_str(part.split_once('>').map_or("", |(_, text)| text));
        out.push(' ');
    }
    out.replace('\u{a0}', " ").split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn the_example_portfolio_has_its_published_numbers() {
    let book = book();
    let ran = book.run("build");
    assert!(matches!(ran.status, Some(0 | 1)), "{}", ran.all());
    let page = text(&book.page("index.html"));
    for said in [
        "Of 5 active projects",
        "Green 1 Amber 1 Red 1 Not reported 2",
        "Reporting 3 of 5 60 %",
        "5 of 8 62.5 %",
        "CAD 533,000 of 500,000",
        "+6.6 %",
        "EUR 210,000 of 200,000",
        "+5.0 %",
        "On hold",
    ] {
        assert!(page.contains(said), "no {said:?} in\n{page}");
    }
    let money = text(&book.page("portfolio/finance.html"));
    for said in ["CAD 800,000", "EUR 200,000", "1 of 2"] {
        assert!(money.contains(said), "no {said:?} in\n{money}");
    }
    // Currencies are never added up.
    assert!(!page.contains("1,000,000") && !money.contains("1,000,000"), "{money}");
}
