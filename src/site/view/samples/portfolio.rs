//! The sample portfolio page.

use super::{day, frame, near};
use crate::site::charts::{TimelineInput, TimelineItem, health_bar, marks, months, slip, timeline};
use crate::site::view::chart::Chart;
use crate::site::view::portfolio::{
    Attention, Cost, DimensionHead, DimensionMark, Figure, Finish, PortfolioPage, ProjectRow,
    ProjectTable,
};
use crate::site::view::rollup::{Cell, Column, Row, Table};
use crate::site::view::{Chip, Day, Html, Link, Rag, Segment, Trend};
use chrono::{Days, NaiveDate};

pub(super) fn page() -> PortfolioPage {
    PortfolioPage {
        frame: frame("Portfolio", "", "Portfolio", true),
        title: "Portfolio".to_owned(),
        notes: vec![Link::text("11 projects"), Link::to("compare with last week", "#")],
        sentence: vec![
            Segment::text("Of 8 active projects, "),
            Segment::rag("1 is red", Rag::Red),
            Segment::text(", "),
            Segment::rag("2 are amber", Rag::Amber),
            Segment::text(" and "),
            Segment::rag("1 has not reported", Rag::NotReported),
            Segment::text(". One says green where its data says red. "),
            Segment::link("Seven decisions wait", "portfolio/decisions.html"),
            Segment::text(", the oldest for 12 business days."),
        ],
        health: health_bar(
            "health",
            &[
                (Rag::Green, 4, Some("?health=green#projects".to_owned())),
                (Rag::Amber, 2, Some("?health=amber#projects".to_owned())),
                (Rag::Red, 1, Some("?health=red#projects".to_owned())),
                (Rag::NotReported, 1, Some("?health=not-reported#projects".to_owned())),
            ],
        ),
        figures: figures(),
        attention: attention(),
        attention_more: Some(Link::to("All 12 findings", "portfolio/findings.html")),
        projects: projects(),
        others: others(),
        timeline: next_weeks(),
        charts: health_by_month().into_iter().collect(),
        intro: Html::new(
            "<h2>About this portfolio</h2><p>The PMO keeps every charter, report and register in git.</p>",
        ),
    }
}

fn figures() -> Vec<Figure> {
    let figure = |label: &str, value: &str, share: &str, rag| Figure {
        label: Link::text(label),
        value: value.to_owned(),
        share: share.to_owned(),
        rag,
    };
    vec![
        figure("Reporting", "7 of 8", "88 %", Some(Rag::Amber)),
        figure("Declared = computed", "14 of 17", "82 %", None),
        figure("Milestones on time", "5 of 8", "62.5 %", Some(Rag::Red)),
        figure("Cost at completion", "CAD 1.64 M of 1.55 M", "+5.8 %", Some(Rag::Amber)),
    ]
}

fn attention() -> Vec<Attention> {
    let item = |rag, project: &str, text: &str, detail: &str| Attention {
        rag,
        project: Link::to(project, "#projects"),
        text: text.to_owned(),
        detail: detail.to_owned(),
        ..Attention::default()
    };
    vec![
        item(
            Rag::Red,
            "Wi-Fi refresh",
            "goes live in 9 days without a rollback plan",
            "release window · rollback required for tier 2",
        ),
        Attention {
            differs: true,
            href: Some("#why".to_owned()),
            ..item(
                Rag::Red,
                "ERP finance",
                "reports green; finish is 45 days late (18.2 %)",
                "tier 1 red line 15 % · reported green for 12 weeks",
            )
        },
        item(
            Rag::NotReported,
            "HR portal",
            "has been silent for 41 days",
            "was green on 14 February · report due every 14 days",
        ),
        item(
            Rag::Amber,
            "CRM replacement",
            "waits for a decision: descope call recordings",
            "sponsor · 9 business days · each week moves go-live one week",
        ),
        item(
            Rag::Amber,
            "Data hub",
            "moved its finish by 29 days since the last report",
            "no approved change request",
        ),
    ]
}

/// Twelve fortnightly reports from a line such as `GGGAAR---`.
pub(super) fn history(line: &str) -> Vec<(NaiveDate, Rag)> {
    let last = day(3, 27);
    let count = line.chars().count() as u64;
    (0..count)
        .zip(line.chars())
        .map(|(i, c)| (last - Days::new((count - 1 - i) * 14), rag(c)))
        .collect()
}

pub(super) fn rag(c: char) -> Rag {
    match c {
        'G' => Rag::Green,
        'A' => Rag::Amber,
        'R' => Rag::Red,
        'g' => Rag::AmberGreen,
        'r' => Rag::AmberRed,
        _ => Rag::NotReported,
    }
}

struct Sketch {
    project: &'static str,
    programme: &'static str,
    manager: &'static str,
    tier: (u32, &'static str),
    phase: (u32, &'static str, &'static str),
    chip: Chip,
    history: &'static str,
    /// One letter a dimension; a second one after `/` for the data's.
    dimensions: [&'static str; 5],
    trend: Trend,
    finish: Option<(NaiveDate, NaiveDate)>,
    cost: Option<(i64, Rag)>,
    asks: Option<u32>,
    report: i64,
}

const HIGH: (u32, &str) = (1, "1 – high");
const STANDARD: (u32, &str) = (2, "2 – standard");
const LIGHT: (u32, &str) = (3, "3 – light");
const PLANNING: (u32, &str, &str) = (2, "Planning", "Planning");
const EXECUTION: (u32, &str, &str) = (3, "Execution", "Execution");

fn sketches() -> Vec<Sketch> {
    let new = |project, programme, manager, chip, history, dimensions| Sketch {
        project,
        programme,
        manager,
        tier: STANDARD,
        phase: EXECUTION,
        chip,
        history,
        dimensions,
        trend: Trend::Same,
        finish: None,
        cost: None,
        asks: Some(0),
        report: 0,
    };
    let watermelon = Chip {
        rag: Rag::Green,
        computed: Some(Rag::Red),
        why: "finish is 45 days late (18.2 %); tier 1 red line 15 %".to_owned(),
        note: String::new(),
    };
    let silent = Chip { note: "was green, 41 days ago".to_owned(), ..Chip::default() };
    vec![
        Sketch {
            trend: Trend::Worse,
            finish: Some((day(3, 15), day(4, 5))),
            cost: Some((98, Rag::Amber)),
            asks: Some(2),
            phase: (3, "Execution · release", "Execution"),
            ..new(
                "Wi-Fi refresh",
                "Core systems",
                "T. Nguyen",
                Chip::of(Rag::Red),
                "GGAAAARRRRRR",
                ["G", "R", "A", "G", "A"],
            )
        },
        Sketch {
            tier: HIGH,
            finish: Some((day(6, 30), day(8, 14))),
            cost: Some((10, Rag::Green)),
            report: 3,
            ..new(
                "ERP finance",
                "Core systems",
                "R. Singh",
                watermelon,
                "GGGGGGGGGGGG",
                ["G", "G/R", "G", "G", "G"],
            )
        },
        Sketch {
            trend: Trend::Unknown,
            phase: PLANNING,
            asks: None,
            report: 41,
            ..new("HR portal", "Core systems", "H. Park", silent, "GGGGGG------", ["-"; 5])
        },
        Sketch {
            tier: HIGH,
            trend: Trend::Worse,
            finish: Some((day(9, 30), day(10, 28))),
            cost: Some((66, Rag::Amber)),
            asks: Some(1),
            ..new(
                "CRM replacement",
                "Customer",
                "M. Lopez",
                Chip::of(Rag::Amber),
                "GGGGGAAAGAAA",
                ["G", "A", "G/A", "A/R", "G"],
            )
        },
        Sketch {
            trend: Trend::Worse,
            finish: Some((day(5, 12), day(6, 10))),
            cost: Some((21, Rag::Green)),
            asks: Some(1),
            ..new(
                "Data hub",
                "Customer",
                "A. Ferreira",
                Chip::of(Rag::AmberRed),
                "RRRAAAAgggAr",
                ["G", "A", "G", "G", "G"],
            )
        },
        Sketch {
            trend: Trend::Better,
            phase: PLANNING,
            finish: Some((day(11, 30), day(11, 30))),
            cost: Some((0, Rag::Green)),
            ..new(
                "Contact centre",
                "Customer",
                "L. Chen",
                Chip::of(Rag::Green),
                "----GGGGGGGA",
                ["G"; 5],
            )
        },
        Sketch {
            tier: HIGH,
            finish: Some((day(8, 18), day(8, 18))),
            cost: Some((-12, Rag::Green)),
            ..new(
                "Identity rollout",
                "Core systems",
                "K. Osei",
                Chip::of(Rag::Green),
                "AAAAAGGGGGGG",
                ["G"; 5],
            )
        },
        Sketch {
            tier: LIGHT,
            phase: (4, "Close out", "Close out"),
            trend: Trend::New,
            finish: Some((day(3, 27), day(3, 25))),
            cost: Some((-30, Rag::Green)),
            report: 6,
            ..new("Records archive", "", "J. Adeyemi", Chip::of(Rag::Green), "G", ["G"; 5])
        },
    ]
}

fn row(rank: u32, sketch: &Sketch) -> ProjectRow {
    let cost = sketch.cost.map_or(
        Cost { text: "not reported".to_owned(), ..Cost::default() },
        |(tenths, rag)| {
            let sign = match tenths {
                0 => "",
                1.. => "+",
                _ => "−",
            };
            let size = tenths.unsigned_abs();
            Cost {
                text: format!("{sign}{}.{} %", size / 10, size % 10),
                currency: "CAD".to_owned(),
                title: "EAC 533,000 of 500,000 CAD".to_owned(),
                rag: (rag != Rag::Green).then_some(rag),
                sort: Some(tenths),
            }
        },
    );
    let finish = sketch.finish.map_or(Finish::default(), |(baseline, forecast)| {
        let days = (forecast - baseline).num_days();
        let tone = if days > 21 {
            Rag::Red
        } else if days > 0 {
            Rag::Amber
        } else {
            Rag::Green
        };
        Finish {
            baseline: Some(Day::near(baseline, day(3, 27))),
            forecast: Some(Day::near(forecast, day(3, 27))),
            actual: false,
            slip: Some(slip(days, 45, tone)),
        }
    });
    let mark = |said: &&str| DimensionMark {
        rag: rag(said.chars().next().unwrap_or('-')),
        computed: said.chars().nth(2).map(rag),
        why: if said.len() > 1 { "the data says otherwise".to_owned() } else { String::new() },
    };
    let programme = match sketch.programme {
        "" => Link::default(),
        name => Link::to(name, "#programme"),
    };
    ProjectRow {
        project: Link::to(sketch.project, "project.html"),
        programme,
        manager: sketch.manager.to_owned(),
        tier: sketch.tier.1.to_owned(),
        tier_rank: sketch.tier.0,
        phase: sketch.phase.1.to_owned(),
        phase_rank: sketch.phase.0,
        phase_name: sketch.phase.2.to_owned(),
        health: sketch.chip.clone(),
        rank,
        history: marks(&history(sketch.history)),
        dimensions: sketch.dimensions.iter().map(mark).collect(),
        trend: sketch.trend,
        finish,
        cost,
        asks: sketch.asks,
        asks_age: if sketch.asks > Some(0) { "9 business days".to_owned() } else { String::new() },
        report: Link::to(format!("{} d", sketch.report), "#report"),
        report_days: Some(sketch.report),
        stale: sketch.report > 28,
    }
}

fn projects() -> ProjectTable {
    let head =
        |label: &str| DimensionHead { label: label.to_owned(), short: label[..3].to_owned() };
    ProjectTable {
        title: "Projects".to_owned(),
        caption: "Active projects with their health, dates, cost and open asks".to_owned(),
        dimensions: ["Scope", "Schedule", "Budget", "Resources", "Quality"].map(head).to_vec(),
        history_label: "12 reports".to_owned(),
        rows: (0..).zip(sketches()).map(|(rank, sketch)| row(rank, &sketch)).collect(),
        footnote: vec![
            Segment::text(
                "Sorted by attention. A mark is what the report says; ≠ means the data says otherwise. ",
            ),
            Segment::link("How the colours are computed", "handbook/health.html"),
        ],
        downloads: vec![
            Link::to("CSV", "data/projects.csv"),
            Link::to("JSON", "data/projects.json"),
        ],
        empty: String::new(),
    }
}

fn others() -> Vec<Table> {
    let chip = |rag| Cell::Chip(Chip::of(rag));
    let row = |name: &str, rag, cells: [Cell; 2]| Row {
        cells: [Cell::link(name, "#"), chip(rag)].into_iter().chain(cells).collect(),
        ..Row::default()
    };
    let columns = |last: &str| {
        vec![
            Column::text("Project"),
            Column::short("State"),
            Column::short(last),
            Column::wide("Note"),
        ]
    };
    vec![
        Table {
            id: "on-hold".to_owned(),
            title: "On hold and proposed".to_owned(),
            count: Some(2),
            caption: "Projects on hold and proposed".to_owned(),
            columns: columns("Since"),
            rows: vec![
                row(
                    "Fleet telematics",
                    Rag::OnHold,
                    [
                        Cell::date(near(2, 2)),
                        Cell::text("waits for the vendor's new contract; review 30 April"),
                    ],
                ),
                row(
                    "Branch signage",
                    Rag::Proposed,
                    [Cell::date(near(3, 9)), Cell::text("business case at the April committee")],
                ),
            ],
            ..Table::default()
        },
        Table {
            id: "ended".to_owned(),
            title: "Ended in the last twelve months".to_owned(),
            count: Some(2),
            caption: "Projects ended in the last twelve months".to_owned(),
            columns: columns("Ended"),
            rows: vec![
                row(
                    "Payroll migration",
                    Rag::Complete,
                    [Cell::date(near(1, 30)), Cell::text("on budget; four lessons")],
                ),
                Row {
                    muted: true,
                    ..row("Kiosk pilot", Rag::Cancelled, [Cell::date(near(2, 20)), Cell::Empty])
                },
            ],
            ..Table::default()
        },
    ]
}

fn next_weeks() -> Option<crate::site::view::chart::Timeline> {
    let item = |project: &str, label: &str, baseline, forecast, rag| TimelineItem {
        project: project.to_owned(),
        label: label.to_owned(),
        href: Some("#m".to_owned()),
        baseline: Some(baseline),
        forecast,
        rag,
    };
    let items = [
        item("Wi-Fi refresh", "M5 Go-live", day(3, 15), Some(day(4, 5)), Rag::Red),
        item("CRM replacement", "M3 UAT environment", day(3, 20), Some(day(4, 10)), Rag::Amber),
        item("Identity rollout", "M4 Pilot done", day(4, 17), Some(day(4, 17)), Rag::Green),
        item("CRM replacement", "M4 UAT done", day(4, 20), Some(day(4, 30)), Rag::Amber),
        item("HR portal", "M2 Design approved", day(5, 4), None, Rag::NotReported),
        item("Data hub", "M6 Finish", day(5, 12), Some(day(6, 10)), Rag::Red),
    ];
    timeline(&TimelineInput {
        id: "next",
        title: "Next eight weeks",
        from: day(3, 23),
        to: day(5, 24),
        today: day(3, 27),
        items: &items,
        shades: &[],
    })
}

fn health_by_month() -> Option<Chart> {
    let data: Vec<(NaiveDate, Vec<(Rag, u32)>)> =
        [(5, 0, 0, 0), (5, 1, 0, 0), (4, 1, 1, 0), (5, 1, 1, 0), (4, 2, 1, 1), (4, 2, 1, 1)]
            .into_iter()
            .zip([(2025, 10), (2025, 11), (2025, 12), (2026, 1), (2026, 2), (2026, 3)])
            .map(|((g, a, r, n), (year, month))| {
                let first = NaiveDate::from_ymd_opt(year, month, 1).unwrap_or_default();
                let counts =
                    [(Rag::Green, g), (Rag::Amber, a), (Rag::Red, r), (Rag::NotReported, n)];
                (first, counts.to_vec())
            })
            .collect();
    months("months", &data).map(Chart::Months)
}
