//! One book with everything that is missing, contradictory or absurd at once:
//! it builds, its pages stay readable, and nothing is divided by zero.

use crate::book::Book;
use std::fmt::Write as _;

/// No page of this book is larger, in bytes.
const BOUND: usize = 8 << 20;

fn card(id: &str, more: &str) -> String {
    format!(
        "---\nkind: project\nid: {id}\ntier: 2\nphase: execution\nstate: active\nsponsor: \"@a\"\nproject_manager: \"@b\"\n{more}---\n# Card\n"
    )
}

fn report(day: &str, more: &str) -> String {
    format!(
        "---\nkind: status\nas_of: {day}\nauthor: \"@b\"\nhealth: {{overall: {{rag: green}}, budget: {{rag: red}}}}\n{more}---\n# Report\n"
    )
}

/// Ten thousand risks, every fourth without anything but an id.
fn risks() -> String {
    let mut text = String::from("updated: 2026-03-20\nrisks:\n");
    for n in 0..10_000 {
        let scored =
            format!(", title: Risk {n}, probability: {}, impact: 3, owner: \"@b\"", n % 5 + 1);
        let said = if n % 4 == 0 { String::new() } else { scored };
        let _ = writeln!(text, "  - {{id: R-{n}{said}}}");
    }
    text
}

fn book() -> Book {
    let long = "An endless name ".repeat(19);
    let unbroken = "x".repeat(300);
    Book::new()
        .file("src/projects/silent/project.md", card("silent", "title: Silent\n"))
        .file("src/projects/tomorrow/project.md", card("tomorrow", "title: Only tomorrow\n"))
        .file("src/projects/tomorrow/status/2027-01-01.md", report("2027-01-01", ""))
        .file(
            "src/projects/twice/project.md",
            card("twice", "title: Two on a day\nbudget: {tracked: true, currency: JPY, baseline: 1000000}\n"),
        )
        .file("src/projects/twice/status/2026-03-20.md", report("2026-03-20", "budget: {eac: 5, actual: 900000}\n"))
        .file("src/projects/twice/status/again.md", report("2026-03-20", ""))
        .file(
            "src/projects/zero/project.md",
            card("zero", "title: Nothing to spend\nbudget: {tracked: true, currency: CAD, baseline: 0}\nstart: {baseline: 2026-01-05}\nfinish: {baseline: 2026-01-05, forecast: 2026-02-05}\n"),
        )
        .file("src/projects/zero/status/2026-03-27.md", report("2026-03-27", "budget: {eac: 0, actual: 0}\n"))
        .file(
            "src/projects/owed/project.md",
            card("owed", "title: Owed money\nbudget: {tracked: true, currency: EUR, baseline: -500}\n"),
        )
        .file("src/projects/owed/status/2026-03-27.md", report("2026-03-27", "budget: {eac: -700, actual: -900}\n"))
        .file(
            "src/projects/before/project.md",
            card("before", "title: Done before it began\nstart: {baseline: 2026-06-01}\nfinish: {baseline: 2026-09-01, forecast: 2026-02-01}\n"),
        )
        .file(
            "src/projects/before/milestones.yaml",
            "updated: 2026-03-20\nmilestones:\n  - {id: M1, title: Long ago, original: 1999-01-01, baseline: 1999-01-01, forecast: 1999-02-01, key: true}\n  - {id: M2, title: Far off, original: 9999-12-31, baseline: 9999-12-31, forecast: 9999-12-31, key: true}\n",
        )
        .file("src/projects/risky/project.md", card("risky", "title: Ten thousand risks\n"))
        .file("src/projects/risky/risks.yaml", risks())
        .file("src/projects/long/project.md", card("long", &format!("title: {long}\n")))
        .file("src/projects/unbroken/project.md", card("unbroken", &format!("title: {unbroken}\n")))
        .file("src/projects/rtl/project.md", card("rtl", "title: مشروع تجديد الميناء القديم\n"))
        .file("src/projects/cjk/project.md", card("cjk", "title: 旧港改造与客户服务系统全面升级项目\n"))
        .file("src/projects/emoji/project.md", card("emoji", "title: \"🚢🏗️ Harbour 👩‍🔧\"\n"))
        .file(
            "src/projects/html/project.md",
            card("html", "title: \"<script>alert(1)</script><b>bold</b>\"\n"),
        )
        .file("src/projects/empty/project.md", "---\nkind: project\n---\n")
}

/// What a reader sees of a page: no tags, no scripts.
fn text(page: &str) -> String {
    let mut out = String::new();
    let mut inside = false;
    for c in page.chars() {
        match c {
            '<' => inside = true,
            '>' if inside => {
                inside = false;
                out.push(' ');
            }
            c if !inside => out.push(c),
            _ => {}
        }
    }
    out
}

#[test]
fn an_absurd_book_is_built_and_stays_readable() {
    let book = book();
    let ran = book.run("build");
    assert!(matches!(ran.status, Some(0 | 1)), "status {:?}", ran.status);
    let mut pages = 0;
    for (path, bytes) in book.tree("book") {
        if path.extension().is_none_or(|end| end != "html") {
            continue;
        }
        pages += 1;
        let name = path.display();
        assert!(bytes.len() < BOUND, "{name} has {} bytes", bytes.len());
        let page = String::from_utf8(bytes).unwrap();
        assert!(!page.contains("<script>alert"), "{name} runs a title");
        for broken in ["=\"NaN", "=\"inf", "=\"-inf", "NaN\"", "\"-0\""] {
            assert!(!page.contains(broken), "{name} holds {broken}");
        }
        for empty in ["<td class=\"number\"></td>", "<td class=\"c-cost\"></td>"] {
            assert!(!page.contains(empty), "{name} has an empty number");
        }
        for word in text(&page).split(|c: char| c.is_whitespace() || "(),;:".contains(c)) {
            let bad = matches!(word, "NaN" | "inf" | "-inf" | "∞" | "-0" | "−0" | "-0.0" | "−0.0");
            assert!(!bad, "{name} says {word}");
        }
    }
    assert!(pages > 40, "{pages} pages");
    for id in ["silent", "tomorrow", "empty"] {
        let page = text(&book.page(&format!("projects/{id}/index.html")));
        assert!(page.to_lowercase().contains("not reported"), "{id} does not say so");
    }
    let portfolio = text(&book.page("index.html"));
    assert!(portfolio.to_lowercase().contains("not reported"));
    assert!(portfolio.contains("旧港改造") && portfolio.contains("مشروع"));
}

#[test]
fn a_book_without_projects_says_so() {
    let book = Book::new().file("src/a.md", "# A\n\n[b](b.md) and @ana.\n");
    book.run("build").exits(1);
    assert!(!book.page("index.html").contains("NaN"));
    // What is wrong with a page stands on it, and leads to no roll-up: none is made.
    let page = book.page("a.html");
    assert!(page.contains("broken-link") && !page.contains("portfolio/"), "{page}");
}
