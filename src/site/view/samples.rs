//! Sample views: a small portfolio with every state a template must show.
//!
//! A theme is checked against them, full and empty, before a site is built.

mod pages;
mod portfolio;
mod project;
mod review;

use super::{BarItem, Day, Frame, Link, Shared};
use chrono::NaiveDate;
use serde::Serialize;
use tera::Value;

/// Calls `visit` with the name of each page template and a view for it: one
/// with everything, one with nothing.
pub fn each(mut visit: impl FnMut(&'static str, Value)) {
    let mut give = |template, view: Result<Value, tera::Error>| {
        if let Ok(view) = view {
            visit(template, view);
        }
    };
    give("portfolio.html", value(&portfolio::page()));
    give("portfolio.html", value(&super::portfolio::PortfolioPage::default()));
    give("project.html", value(&project::page()));
    give("project.html", value(&super::project::ProjectPage::default()));
    give("rollup.html", value(&pages::raid()));
    give("rollup.html", value(&super::rollup::RollupPage::default()));
    give("query.html", value(&pages::answer()));
    give("query.html", value(&super::rollup::AnswerView::default()));
    give("document.html", value(&pages::status_report()));
    give("document.html", value(&pages::wiki()));
    give("document.html", value(&super::document::DocumentPage::default()));
    give("folder.html", value(&pages::folder()));
    give("folder.html", value(&super::document::FolderPage::default()));
    give("search.html", value(&pages::search()));
    give("search.html", value(&super::document::SearchPage::default()));
    give("review.html", value(&review::page()));
    give("review.html", value(&super::review::ReviewPage::default()));
    give("404.html", value(&pages::not_found()));
    give("404.html", value(&super::document::NotFoundPage::default()));
}

fn value(view: &impl Serialize) -> Result<Value, tera::Error> {
    Value::try_from_serializable(view)
}

/// A day of 2026.
fn day(month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, month, day).unwrap_or_default()
}

fn near(month: u32, number: u32) -> Day {
    Day::near(day(month, number), day(3, 27))
}

fn frame(title: &str, root: &str, current: &str, rollup: bool) -> Frame {
    let item = |label: &str, href: &str, count| BarItem {
        label: label.to_owned(),
        spoken: "",
        href: format!("{root}{href}"),
        current: if label == current { "page" } else { "" },
        count: if rollup { count } else { None },
    };
    Frame {
        lang: "en".to_owned(),
        dir: "ltr".to_owned(),
        title: title.to_owned(),
        book_title: "Riverside PMO".to_owned(),
        root: root.to_owned(),
        home: format!("{root}index.html"),
        search: format!("{root}search.html"),
        bar: Shared::new(vec![
            item("Portfolio", "index.html", None),
            item("Decisions", "portfolio/decisions.html", Some(7)),
            item("Milestones", "portfolio/milestones.html", None),
            item("RAID", "portfolio/raid.html", None),
            item("Lessons", "portfolio/lessons.html", None),
            item("Findings", "portfolio/findings.html", Some(12)),
            item("Handbook", "handbook/index.html", None),
        ]),
        as_of: rollup.then(|| Day::full(day(3, 27))),
        source: Some(Link::to("Edit this page", "#source")),
        repository: "https://git.example/riverside/pmo".to_owned(),
        ..Frame::default()
    }
}
