//! A sample of the page of a review.

use super::super::Rag;
use super::super::review::{PartView, Piece, ReviewPage, ReviewedProject};

fn words(text: &str) -> Piece {
    Piece { text: text.to_owned(), ..Piece::default() }
}

/// Two projects, with every part a template must show.
pub(super) fn page() -> ReviewPage {
    let strong = Piece { strong: true, ..words("+14 d") };
    let rule = Piece { code: true, ..words("edited-report") };
    let message = Piece { prose: true, ..words("`M3` moved") };
    let red = Piece { rag: Some(Rag::Red), ..words("red") };
    let link = Piece { href: "https://example.org/a.html".into(), ..words("M3") };
    let line = vec![words("moved "), strong, rule, message, red, link];
    let lines = PartView {
        key: "look".into(),
        title: "Look first".into(),
        alert: true,
        lines: vec![line.clone()],
        ..PartView::default()
    };
    let table = PartView {
        key: "dates".into(),
        title: "Dates".into(),
        heads: vec!["Milestone".into(), "moved".into()],
        rows: vec![vec![line.clone(), line.clone()]],
        ..PartView::default()
    };
    ReviewPage {
        lang: "en".into(),
        dir: "ltr".into(),
        theme: "dark".into(),
        stylesheet: "data:text/css;base64,".into(),
        book_title: "Riverside PMO".into(),
        about: "main → HEAD, as of 2026-03-27".into(),
        sentence: line.clone(),
        settings: vec![lines.clone()],
        heads: vec!["Project".into(), "health".into()],
        rows: vec![("project-0".into(), vec![line.clone(), line])],
        projects: vec![ReviewedProject {
            anchor: "project-0".into(),
            title: "CRM replacement".into(),
            href: "https://example.org/crm/index.html".into(),
            about: "status 2026-03-27".into(),
            counts: "1 error".into(),
            parts: vec![lines, table],
        }],
        unchanged: "2 projects unchanged.".into(),
    }
}
