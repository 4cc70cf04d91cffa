//! What is written is what the templates print.

use super::*;
use crate::site::rows::Tables as _;
use crate::site::theme::Theme;
use crate::site::view::chart::{Mark, Marks};
use crate::site::view::project::ProjectPage;
use crate::site::view::{BarItem, Chip, Day, Frame, Html, Rag, Shared, Trend};

const SHARP: &str = "<b> & \"quoted\" 'so' `code` é 目 — / ` ";

fn sharp() -> String {
    SHARP.to_owned()
}

fn links() -> Vec<Link> {
    vec![Link::to(SHARP, SHARP), Link::text(SHARP), Link::to("x", "")]
}

fn frame() -> Frame {
    let item =
        |current, spoken, count| BarItem { label: sharp(), spoken, href: sharp(), current, count };
    Frame {
        lang: sharp(),
        dir: sharp(),
        title: sharp(),
        book_title: format!("{SHARP}2"),
        description: sharp(),
        root: "../".into(),
        home: sharp(),
        search: sharp(),
        bar: Shared::new(vec![
            item("page", SHARP, Some(12)),
            item("true", "", Some(0)),
            item("", "", None),
        ]),
        breadcrumbs: links(),
        section_nav: Html::new("<ul>&amp;</ul>"),
        css: Shared::new(vec![sharp(), "b.css".into()]),
        js: Shared::new(vec![sharp(), "b.js".into()]),
        head_js: sharp(),
        icon: sharp(),
        default_theme: sharp(),
        live_reload: Some(sharp()),
        repository: sharp(),
        source: Some(Link::to(SHARP, SHARP)),
        as_of: Some(Day { iso: sharp(), text: sharp(), long: sharp() }),
        json: Some(sharp()),
        data: sharp(),
        feed: sharp(),
        rewound: sharp(),
    }
}

fn chips() -> Vec<Chip> {
    let told = |rag| Chip { rag, computed: Some(rag), note: sharp(), why: sharp() };
    let silent = |rag| Chip { computed: Some(rag), ..Chip::of(Rag::Green) };
    let noted = |rag| Chip { note: sharp(), ..Chip::of(rag) };
    Rag::ALL
        .into_iter()
        .flat_map(|rag| [Chip::of(rag), told(rag), silent(rag), noted(rag)])
        .collect()
}

fn grid() -> HealthGrid {
    let day = || Day { iso: sharp(), text: sharp(), long: sharp() };
    let row = |(i, chip): (usize, Chip)| HealthRow {
        label: sharp(),
        marks: if i % 2 == 0 {
            let mark = Mark { title: sharp(), ..Mark::default() };
            Marks { label: sharp(), marks: vec![mark.clone(), mark], ..Marks::default() }
        } else {
            Marks::default()
        },
        chip,
        trend: Trend::ALL[i % Trend::ALL.len()],
        why: Html::new(if i % 3 == 0 { "" } else { "<a>why</a>" }),
        path: Html::new(if i % 4 == 0 { "" } else { "<a>path</a>" }),
        data: Html::new(if i % 5 == 0 { "" } else { "<a>data</a>" }),
    };
    HealthGrid {
        title: sharp(),
        latest: Some(Link::to(SHARP, SHARP)),
        from: Some(day()),
        to: Some(day()),
        rows: chips().into_iter().enumerate().map(row).collect(),
        caption: sharp(),
        whole: None,
    }
}

/// A page with everything on it.
fn full() -> DocumentPage {
    let fact = |chip| Fact { label: sharp(), value: Html::new("<a>&amp;</a>"), chip };
    let note = |severity, help: &str| Note {
        severity,
        rule: Link::to(SHARP, SHARP),
        message: sharp(),
        help: help.into(),
        place: Link::text(SHARP),
    };
    let segment =
        |rag, href: Option<&str>| Segment { text: sharp(), rag, href: href.map(str::to_owned) };
    let heading = |level| Heading { level, id: sharp(), text: sharp() };
    DocumentPage {
        frame: frame(),
        title: sharp(),
        health: chips().into_iter().nth(1),
        facts: chips().into_iter().map(|c| fact(Some(c))).chain([fact(None)]).collect(),
        banner: sharp(),
        findings: vec![
            note(NoteSeverity::Deny, ""),
            note(NoteSeverity::Warn, SHARP),
            note(NoteSeverity::Note, SHARP),
        ],
        history: Some(grid()),
        body: Html::new("<p>The text</p>\n"),
        contents: vec![heading(2), heading(3)],
        changed: vec![
            segment(None, None),
            segment(Some(Rag::Red), None),
            segment(None, Some(SHARP)),
            segment(Some(Rag::Amber), Some(SHARP)),
            segment(None, Some("")),
        ],
        backlinks: links(),
        previous: Some(Link::to(SHARP, SHARP)),
        next: Some(Link::to(SHARP, "x")),
    }
}

/// Pages that lack one thing each, and those that have nothing or everything.
fn pages() -> Vec<DocumentPage> {
    let lacks: Vec<fn(&mut DocumentPage)> = vec![
        |page| page.frame = Frame::default(),
        |page| page.frame.book_title.clone_from(&page.frame.title),
        |page| page.frame.json = None,
        |page| page.frame.data.clear(),
        |page| page.frame.source = Some(Link::text(SHARP)),
        |page| page.frame.as_of = None,
        |page| page.frame.breadcrumbs.clear(),
        |page| page.health = None,
        |page| page.facts.clear(),
        |page| page.findings.clear(),
        |page| page.history = None,
        |page| page.history = Some(HealthGrid::default()),
        |page| page.history = Some(HealthGrid { from: None, latest: None, ..grid() }),
        |page| page.contents.truncate(1),
        |page| page.changed.clear(),
        |page| page.backlinks.clear(),
        |page| page.previous = None,
        |page| page.next = None,
        |page| (page.previous, page.next) = (None, None),
        |page| page.body = Html::default(),
    ];
    let lacking = lacks.into_iter().map(|lack| {
        let mut page = full();
        lack(&mut page);
        page
    });
    lacking.chain([full(), DocumentPage::default()]).collect()
}

#[test]
fn documents_are_what_the_templates_print() {
    let theme = Theme::embedded().unwrap();
    for page in pages() {
        let mut by_template = Vec::new();
        theme.render("document.html", &page, &mut by_template).unwrap();
        let written = document(&page, page.body.as_str());
        let by_template = String::from_utf8(by_template).unwrap();
        for (written, line) in written.lines().zip(by_template.lines()) {
            assert_eq!(written, line);
        }
        assert_eq!(written, by_template);
    }
}

/// The page of a document with one file laid over the default theme.
fn with(path: &str, text: &str) -> String {
    let theme = Theme::new("theme", &[(path.to_owned(), text.as_bytes().to_vec())]).unwrap();
    let body = full().body;
    String::from_utf8(theme.document(full(), body.as_str()).unwrap()).unwrap()
}

#[test]
fn a_theme_with_a_template_of_its_own_sets_documents_by_it() {
    let ours = Theme::embedded().unwrap();
    let plain = with("css/own.css", "td {}");
    for path in TEMPLATES {
        let text = ours.template(path).unwrap();
        assert_eq!(with(path, text), plain, "{path}");
        // Each of them is on the page, whatever it is included by.
        let mark = ["class=\"", "href=\"", "datetime=\""].into_iter().find(|a| text.contains(a));
        let mark = mark.unwrap();
        let marked = text.replacen(mark, &format!("data-own {mark}"), 1);
        assert!(with(path, &marked).contains(" data-own"), "{path}");
    }
}

#[test]
fn every_template_a_document_builds_on_is_named() {
    let ours = Theme::embedded().unwrap();
    let mut open = vec!["document.html".to_owned()];
    let mut seen = Vec::new();
    while let Some(path) = open.pop() {
        let text = ours.template(&path).unwrap().to_owned();
        if path == "document.html" {
            open.push("base.html".into());
        }
        for call in text.split("{{ <").skip(1) {
            let name = call.split([' ', '/']).next().unwrap();
            let path = format!("components/{name}.html");
            if !seen.contains(&path) && !open.contains(&path) {
                open.push(path);
            }
        }
        seen.push(path);
    }
    seen.sort();
    assert_eq!(seen, TEMPLATES);
}

#[test]
fn no_other_file_can_stand_in_for_a_component() {
    let text = "{%- component chip(chip) -%}own{%- endcomponent chip -%}";
    let file = [("components/mine.html".to_owned(), text.as_bytes().to_vec())];
    if let Ok(theme) = Theme::new("theme", &file) {
        let body = full().body;
        let page = String::from_utf8(theme.document(full(), body.as_str()).unwrap()).unwrap();
        let mut by_template = Vec::new();
        theme.render("document.html", &full(), &mut by_template).unwrap();
        assert_eq!(page, String::from_utf8(by_template).unwrap());
    }
}

#[test]
fn the_health_of_a_project_is_what_the_template_prints() {
    let theme = Theme::embedded().unwrap();
    let print = |page: &ProjectPage| {
        let mut out = Vec::new();
        theme.render("project.html", page, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    };
    for grid in [grid(), HealthGrid::default()] {
        let mut page = ProjectPage { history: Some(grid), ..ProjectPage::default() };
        let by_template = print(&page);
        page.set_tables();
        assert_eq!(page.history.as_ref().map(|grid| grid.rows.len()), Some(0));
        assert_eq!(print(&page), by_template);
    }
}
