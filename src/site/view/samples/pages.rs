//! Sample roll-up, document, wiki, folder and missing pages.

use super::project::{findings, grid};
use super::{day, frame, near};
use crate::site::charts::{marks, plot, risk_matrix, slip};
use crate::site::view::chart::Chart;
use crate::site::view::document::{
    DocumentPage, Fact, FolderEntry, FolderPage, Heading, NotFoundPage, SearchPage,
};
use crate::site::view::portfolio::Figure;
use crate::site::view::rollup::{AnswerView, Cell, Column, RollupPage, Row, StateMark, Table};
use crate::site::view::{Chip, Frame, Html, Link, Rag, Segment};
use crate::table::{Bar, Limit, Line, Missing, Plot, Shape, Stack, Unit};

pub(super) fn raid() -> RollupPage {
    let mut counts = [[0; 5]; 5];
    for (p, i, n) in
        [(4, 4, 1), (3, 4, 2), (4, 3, 1), (3, 3, 4), (2, 3, 3), (2, 2, 5), (1, 2, 2), (5, 4, 1)]
    {
        if let Some(cell) = counts.get_mut(p - 1).and_then(|row: &mut [u32; 5]| row.get_mut(i - 1))
        {
            *cell = n;
        }
    }
    let mut frame = frame("RAID", "", "RAID", true);
    frame.breadcrumbs = vec![Link::to("Portfolio", "portfolio.html"), Link::text("RAID")];
    RollupPage {
        frame,
        title: "Risks, assumptions, issues, dependencies".to_owned(),
        sentence: vec![
            Segment::text("Of 19 open risks, "),
            Segment::rag("2 score 15 or more", Rag::Red),
            Segment::text(" and one of them has no response. Four issues are overdue."),
        ],
        figures: vec![Figure {
            label: Link::text("Fresh in the last 30 days"),
            value: "31 of 40".to_owned(),
            share: "77.5 %".to_owned(),
            rag: Some(Rag::Amber),
        }],
        charts: charts(counts),
        groups: vec![risks(), everything()],
        ..RollupPage::default()
    }
}

/// The answer to a query: a list, a table, a chart.
pub(super) fn answer() -> AnswerView {
    let list = Table { title: String::new(), count: None, ..risks() };
    AnswerView {
        sentence: vec![Segment::text("What may hurt")],
        list: true,
        groups: vec![list, everything()],
        downloads: vec![Link::to("CSV", "data/q.csv"), Link::to("JSON", "data/q.json")],
        charts: plots(),
        empty: false,
    }
}

/// The matrix and one plot of each shape.
fn charts(counts: [[u32; 5]; 5]) -> Vec<Chart> {
    let matrix = risk_matrix("matrix", counts, 2, |p, i| Some(format!("#r-{p}-{i}")));
    std::iter::once(Chart::RiskMatrix(matrix)).chain(plots().into_iter().map(Chart::Plot)).collect()
}

/// One plot of each shape.
fn plots() -> Vec<crate::site::view::chart::Plot> {
    let whole = crate::ratio::Ratio::whole;
    let data = |key: &str, shape| Plot {
        key: key.to_owned(),
        title: "Exposure".to_owned(),
        caption: "The scores of all open threats together.".to_owned(),
        unit: Unit::Count,
        limits: vec![Limit { label: "green".to_owned(), at: whole(40) }],
        shape,
    };
    let line = Line {
        label: "All projects".to_owned(),
        points: vec![(day(2, 27), whole(64)), (day(3, 27), whole(52))],
    };
    let bar = |label: &str, value| Bar {
        label: label.to_owned(),
        value,
        rag: Some(crate::table::Rag::Amber),
        note: "4 risks".to_owned(),
    };
    let bars = vec![bar("CRM", Ok(whole(36))), bar("ERP", Err(Missing::NotReported))];
    let stack =
        |label: &str| Stack { label: label.to_owned(), values: vec![Some(whole(12)), None] };
    let columns = Shape::Columns {
        names: vec!["Apr".to_owned(), "May".to_owned()],
        stacks: vec![stack("High"), stack("Low")],
        line: Some(stack("Limit")),
    };
    let plots = [
        data("exposure", Shape::Lines(vec![line])),
        data("by-project", Shape::Bars(bars)),
        data("by-month", columns),
    ];
    plots.iter().filter_map(plot).collect()
}

fn risks() -> Table {
    let row = |id: &str, project: &str, text: &str, score: i64, rag, owner: &str, state| Row {
        id: id.to_owned(),
        cells: vec![
            Cell::link(id, "#"),
            Cell::link(project, "project.html"),
            Cell::Text {
                text: text.to_owned(),
                href: None,
                detail: "mitigation: weekly load test".to_owned(),
                strong: false,
            },
            Cell::Number { text: score.to_string(), sort: score, rag: Some(rag) },
            Cell::text(owner),
            Cell::Date {
                day: near(4, 15),
                late: score > 15,
                note: if score > 15 { "overdue".to_owned() } else { String::new() },
            },
            Cell::State { mark: state, text: "open".to_owned() },
        ],
        muted: false,
    };
    Table {
        id: "risks".to_owned(),
        title: "Risks".to_owned(),
        count: Some(4),
        intro: vec![Segment::text("Highest score first.")],
        caption: "Open risks of all projects".to_owned(),
        columns: vec![
            Column::short("Id"),
            Column::filter("Project"),
            Column::wide("Risk"),
            Column::number("Score"),
            Column::filter("Owner"),
            Column::short("Due"),
            Column::filter("State"),
        ],
        set: None,
        whole: None,
        rows: vec![
            row(
                "R-009",
                "CRM replacement",
                "Vendor withdraws the second engineer",
                20,
                Rag::Red,
                "T. Nguyen",
                StateMark::Bad,
            ),
            row(
                "R-004",
                "CRM replacement",
                "Data migration quality below 98 %",
                12,
                Rag::Amber,
                "R. Singh",
                StateMark::Partial,
            ),
            row(
                "R-002",
                "Data hub",
                "Source system frozen in June",
                9,
                Rag::Amber,
                "",
                StateMark::Open,
            ),
            row(
                "R-007",
                "ERP finance",
                "Year-end close overlaps with training",
                6,
                Rag::Green,
                "L. Chen",
                StateMark::Done,
            ),
        ],
        empty: String::new(),
        rest: Vec::new(),
        downloads: vec![Link::to("CSV", "#"), Link::to("JSON", "#")],
    }
}

/// One row with every kind of cell, one that is empty, and a table without.
fn everything() -> Table {
    Table {
        id: "kinds".to_owned(),
        title: "Every kind of cell".to_owned(),
        caption: "Cells".to_owned(),
        columns: (1..=8).map(|n| Column::text(format!("Column {n}"))).collect(),
        rows: vec![
            Row {
                cells: vec![
                    Cell::Chip(Chip {
                        rag: Rag::Green,
                        computed: Some(Rag::Red),
                        ..Chip::default()
                    }),
                    Cell::Slip(slip(21, 45, Rag::Amber)),
                    Cell::Links { links: vec![Link::to("D-014", "#"), Link::text("R-004")] },
                    Cell::Missing {
                        text: "not reported".to_owned(),
                        why: "no report yet".to_owned(),
                    },
                    Cell::Many { cells: vec![Cell::text("one"), Cell::date(near(5, 1))] },
                    Cell::Marks(marks(&[(day(3, 27), Rag::Amber)])),
                    Cell::Html { html: Html::new("see <a href=\"#\">I-007</a>") },
                    Cell::Empty,
                ],
                ..Row::default()
            },
            Row { cells: vec![Cell::text("done"); 8], muted: true, ..Row::default() },
        ],
        ..Table::default()
    }
}

const SECTION: &str = "<ul><li><a href=\"#\">Charter</a></li><li><a href=\"#\">Plan</a></li><li><a href=\"#\">Status reports</a><ul><li><a aria-current=\"page\" href=\"#\">27 March 2026</a></li><li><a href=\"#\">13 March 2026</a></li></ul></li></ul>";

pub(super) fn status_report() -> DocumentPage {
    let mut frame = frame("Status report, 27 March 2026", "", "Portfolio", false);
    frame.breadcrumbs = vec![
        Link::to("Portfolio", "portfolio.html"),
        Link::to("Customer", "#"),
        Link::to("CRM replacement", "project.html"),
        Link::text("Status report, 27 March 2026"),
    ];
    frame.section_nav = Html::new(SECTION);
    let fact = |label: &str, value: &str| Fact {
        label: label.to_owned(),
        value: Html::new(value),
        ..Fact::default()
    };
    DocumentPage {
        frame,
        title: "Status report, 27 March 2026".to_owned(),
        health: Some(Chip::of(Rag::Amber)),
        facts: vec![
            fact("Kind", "Status report"),
            fact("Project", "<a href=\"project.html\">CRM replacement</a>"),
            fact("Phase", "Execution"),
            fact("As of", "<time datetime=\"2026-03-27\">27 March 2026</time>"),
            fact("Author", "M. Lopez"),
            fact("State", "1.0 <span class=\"under\">published</span>"),
            Fact { chip: Some(Chip::of(Rag::Amber)), ..fact("Overall", "") },
        ],
        banner: "The front matter ends in the middle of line 12; what follows was not read."
            .to_owned(),
        findings: findings(),
        history: Some(grid()),
        body: Html::new(PROSE),
        contents: vec![
            Heading { level: 2, id: "summary".to_owned(), text: "Summary".to_owned() },
            Heading { level: 3, id: "next".to_owned(), text: "What happens next".to_owned() },
            Heading { level: 2, id: "changes".to_owned(), text: "Changes".to_owned() },
        ],
        changed: vec![
            Segment::text("Last changed 27 Mar 2026 by Maria Lopez in "),
            Segment { text: "1a2b3c4".to_owned(), rag: None, href: Some("#commit".to_owned()) },
            Segment::text("."),
        ],
        backlinks: vec![
            Link::to("CRM replacement", "project.html"),
            Link::to("Minutes 30 March", "#"),
        ],
        previous: Some(Link::to("13 March 2026", "#")),
        next: Some(Link::to("10 April 2026", "#")),
    }
}

pub(super) fn wiki() -> DocumentPage {
    let mut frame = frame("How we report health", "", "Handbook", false);
    frame.breadcrumbs =
        vec![Link::to("Handbook", "folder.html"), Link::text("How we report health")];
    frame = Frame {
        description: "What green, amber and red mean here.".to_owned(),
        live_reload: Some("reload.js".to_owned()),
        default_theme: "light".to_owned(),
        ..frame
    };
    DocumentPage {
        frame,
        title: "How we report health".to_owned(),
        body: Html::new(PROSE),
        contents: vec![
            Heading { level: 2, id: "summary".to_owned(), text: "Summary".to_owned() },
            Heading { level: 2, id: "changes".to_owned(), text: "Changes".to_owned() },
        ],
        next: Some(Link::to("How we write a charter", "#")),
        ..DocumentPage::default()
    }
}

const PROSE: &str = r##"<p>The project is <strong>amber</strong>: the UAT environment is two weeks late, and the data load runs in parallel to win the time back. See <a href="#r4">R-004</a> and the <a href="https://example.org/">vendor's plan</a>.</p>
<h2 id="summary">Summary <a class="anchor" href="#summary" aria-label="Link to this section">#</a></h2>
<p>Ten of twelve interfaces are tested. The remaining two depend on the network change of 3 April<sup><a href="#fn1">1</a></sup>.</p>
<ul><li>Test data: 120,000 of 180,000 records loaded</li><li>Training: first two groups done<ul><li>Sales</li><li>Support, early shift</li></ul></li><li><input type="checkbox" aria-label="done" checked disabled> Runbook drafted</li><li><input type="checkbox" aria-label="open" disabled> Runbook tested</li></ul>
<div class="callout note-box"><p class="callout-title">Note</p><p>Amber means off the baseline but inside tolerance.</p></div>
<aside class="note warn" role="note"><p class="what"><b>Warning</b> required section <code>Risks</code> is empty</p><p class="help">say what may go wrong and who watches it</p><p class="where"><a href="#">missing-section</a></p></aside>
<h3 id="next">What happens next</h3>
<div class="table" tabindex="0" role="region" aria-label="Table 1"><table><thead><tr><th>Step</th><th>Owner</th><th align="right">Days</th></tr></thead><tbody><tr><td>Load the remaining records</td><td>R. Singh</td><td align="right">6</td></tr><tr><td>Accept the environment</td><td>T. Nguyen</td><td align="right">10</td></tr></tbody></table></div>
<h2 id="changes">Changes</h2>
<p>Run <code>milepost check</code> before you send a pull request.</p>
<pre><code>health:
  overall: amber
  schedule: {rag: amber, why: UAT environment 2 weeks late (I-007), path: Parallel load of test data}</code></pre>
<blockquote><p>A plain quotation stands like this.</p></blockquote>"##;

pub(super) fn folder() -> FolderPage {
    let mut frame = frame("Handbook", "", "Handbook", false);
    frame.breadcrumbs = vec![Link::to("Portfolio", "portfolio.html"), Link::text("Handbook")];
    frame.section_nav = Html::new(SECTION);
    let entry = |label: &str, folder, text: &str, note: &str| FolderEntry {
        page: Link::to(label, "wiki.html"),
        folder,
        text: text.to_owned(),
        note: note.to_owned(),
    };
    FolderPage {
        frame,
        title: "Handbook".to_owned(),
        body: Html::new("<p>How this PMO works.</p>"),
        entries: vec![
            entry("Templates", true, "", "7 pages"),
            entry("How we report health", false, "What green, amber and red mean here.", ""),
            entry("How we write a charter", false, "", "guide"),
        ],
    }
}

pub(super) fn not_found() -> NotFoundPage {
    NotFoundPage {
        frame: frame("Not found", "/", "", false),
        links: vec![
            Link::to("Portfolio", "/index.html"),
            Link::to("Handbook", "/handbook/index.html"),
        ],
    }
}

pub(super) fn search() -> SearchPage {
    SearchPage {
        frame: frame("Search", "", "", false),
        title: "Search".to_owned(),
        lists: vec![Link::to("Portfolio", "index.html"), Link::to("RAID", "portfolio/raid.html")],
    }
}
