//! The sample project page.

use super::portfolio::{history as reports, rag};
use super::{day, frame, near};
use crate::site::charts::{Amount, BudgetInput, CostLine, Series, budget, marks, slip, trend};
use crate::site::view::chart::BudgetChart;
use crate::site::view::document::{Note, NoteSeverity};
use crate::site::view::project::{
    Ask, DocumentGroup, DocumentLine, Duties, DutyGroup, HealthGrid, HealthRow, KeyFact, Milestone,
    Money, MoneyLine, PhaseStep, ProjectPage, ReportLine, StepState, TopRisk,
};
use crate::site::view::rollup::StateMark;
use crate::site::view::{Chip, Html, Link, Rag, Segment, Trend};
use chrono::{Days, NaiveDate};

pub(super) fn page() -> ProjectPage {
    let mut frame = frame("CRM replacement", "", "Portfolio", true);
    frame.breadcrumbs = vec![
        Link::to("Portfolio", "portfolio.html"),
        Link::to("Customer", "#"),
        Link::text("CRM replacement"),
    ];
    ProjectPage {
        frame,
        title: "CRM replacement".to_owned(),
        health: Chip::of(Rag::Amber),
        sentence: vec![
            Segment::text(
                "Replace the 2009 CRM with a hosted service for 420 staff in Sales and Support. Finish is ",
            ),
            Segment::rag("28 days late (10.4 %)", Rag::Amber),
            Segment::text(
                ", inside tolerance; one decision waits on the sponsor; budget and resources are worse in the data than in the report.",
            ),
        ],
        notes: vec![
            Link::text("tier 1 – high"),
            Link::text("hybrid"),
            Link::to("latest report 27 March 2026", "#"),
        ],
        phases: phases(),
        facts: facts(),
        history: Some(grid()),
        asks: asks(),
        asks_more: None,
        milestones: milestones(),
        milestones_more: Some(Link::to("All 12", "#")),
        milestones_downloads: Vec::new(),
        trend: trend("trend", &series()),
        money: money(),
        budget: cost(),
        risks: risks(),
        risks_more: Some(Link::to("All of RAID", "rollup.html")),
        documents: documents(),
        duties: Some(duties()),
        reports: report_lines(),
        findings: findings(),
        findings_more: Some(Link::to("All findings", "#")),
        tables: Vec::new(),
        body_title: "About this project".to_owned(),
        body: Html::new(
            "<p>The service replaces three systems. The <a href=\"document.html\">charter</a> says why.</p>",
        ),
        changed: vec![
            Segment::text("Last changed 27 Mar 2026 by Maria Lopez in "),
            Segment::text("1a2b3c4"),
            Segment::text("."),
        ],
        backlinks: vec![Link::to("Minutes 12 March", "#"), Link::to("Data hub charter", "#")],
    }
}

fn phases() -> Vec<PhaseStep> {
    let step = |name: &str, state, gate: Segment| PhaseStep { name: name.to_owned(), state, gate };
    vec![
        step("Initiation", StepState::Done, Segment::text("G1 charter approved 30 Jan")),
        step(
            "Planning",
            StepState::Done,
            Segment::link("G2 baseline approved 27 Feb, 1 condition open", "#"),
        ),
        step(
            "Execution",
            StepState::Current,
            Segment::rag("G3 acceptance: 9 rows missing", Rag::Amber),
        ),
        step("Close out", StepState::Ahead, Segment::text("30 Sep → 28 Oct")),
    ]
}

fn facts() -> Vec<KeyFact> {
    let fact = |label: &str, value: &str, delta| KeyFact {
        label: label.to_owned(),
        value: vec![Segment::text(value)],
        delta,
    };
    vec![
        fact("Project manager", "M. Lopez", Segment::default()),
        fact("Sponsor", "D. Okafor", Segment::default()),
        fact("Finish, baseline → forecast", "30 Sep → 28 Oct", Segment::rag("+28 d", Rag::Amber)),
        fact("EAC against budget (CAD)", "533,000 of 500,000", Segment::rag("+6.6 %", Rag::Amber)),
    ]
}

pub(super) fn grid() -> HealthGrid {
    let row = |label: &str, line: &'static str, why: &str, path: &str, data: &str| HealthRow {
        label: label.to_owned(),
        marks: marks(&reports(line)),
        chip: Chip::of(line.chars().last().map(rag).unwrap_or_default()),
        trend: Trend::Same,
        why: Html::new(why),
        path: Html::new(path),
        data: Html::new(data),
    };
    let mut rows = vec![
        row("Overall", "GGGGGAAAGAAA", "", "", ""),
        row("Scope", "GGGGGGGGGGGG", "", "", ""),
        row(
            "Schedule",
            "GGGGGAAAAAAA",
            "UAT environment two weeks late (<a href=\"#\">I-007</a>)",
            "Parallel load of test data; vendor adds a weekend shift; back to green 24 Apr",
            "",
        ),
        row("Budget", "GGGGGGGGGGGG", "", "", "EAC 533,000 is 6.6 % over; tier 1 allows 5 %"),
        row(
            "Resources",
            "GGGGGGGGGGAA",
            "Network engineer cut from 0.5 to 0.3 FTE",
            "Borrow from service desk until 30 Apr; back to green 10 Apr",
            "75.0 % of what was promised is filled; below 80 % is red",
        ),
        row("Quality", "------------", "", "", ""),
    ];
    for (label, computed) in [("Budget", Rag::Amber), ("Resources", Rag::Red)] {
        for row in rows.iter_mut().filter(|row| row.label == label) {
            row.chip.computed = Some(computed);
            row.trend = Trend::Worse;
        }
    }
    HealthGrid {
        title: "Health, 12 reports".to_owned(),
        latest: Some(Link::to("Report of 27 March 2026", "status.html")),
        from: Some(crate::site::view::Day::full(day(3, 27) - Days::new(154))),
        to: Some(near(3, 27)),
        rows,
        caption: "Each mark is one report; the latest is spelled out.".to_owned(),
        whole: None,
    }
}

fn asks() -> Vec<Ask> {
    vec![Ask {
        id: Link::to("D-014", "#"),
        text: "Descope call recordings from release 1".to_owned(),
        who: "Sponsor".to_owned(),
        needed: Some(near(3, 25)),
        age: "waits 9 business days".to_owned(),
        late: true,
        otherwise: "each week moves go-live one week".to_owned(),
    }]
}

fn milestones() -> Vec<Milestone> {
    let milestone =
        |name: &str, key, baseline: NaiveDate, now: Option<NaiveDate>, mark, state: &str| {
            let days = now.map(|now| (now - baseline).num_days());
            let tone = |days| {
                if days > 20 {
                    Rag::Red
                } else if days > 0 {
                    Rag::Amber
                } else {
                    Rag::Green
                }
            };
            let shown = |date| crate::site::view::Day::near(date, day(3, 27));
            Milestone {
                name: Link::to(name, "#"),
                key,
                original: Some(shown(baseline)),
                baseline: Some(shown(baseline)),
                forecast: now.map(shown),
                actual: state == "done",
                slip: days.map(|days| slip(days, 28, tone(days))),
                mark,
                state: state.to_owned(),
                muted: state == "cancelled",
            }
        };
    vec![
        milestone(
            "M1 Charter approved",
            false,
            day(1, 30),
            Some(day(1, 30)),
            StateMark::Done,
            "done",
        ),
        milestone(
            "M3 UAT environment accepted",
            true,
            day(3, 20),
            Some(day(4, 10)),
            StateMark::Bad,
            "late",
        ),
        milestone(
            "M4 UAT done",
            true,
            day(4, 20),
            Some(day(4, 30)),
            StateMark::Partial,
            "slipping",
        ),
        milestone("M5 Cutover ready", true, day(6, 12), None, StateMark::Open, "not reported"),
        milestone("M6 Call recordings live", false, day(7, 1), None, StateMark::None, "cancelled"),
        milestone("M7 Finish", true, day(9, 30), Some(day(10, 28)), StateMark::Partial, "slipping"),
    ]
}

fn series() -> Vec<Series> {
    let dates = [day(1, 9), day(1, 30), day(2, 13), day(2, 27), day(3, 13), day(3, 27)];
    let line = |label: &str, start: NaiveDate, slips: [u64; 6], total| Series {
        label: label.to_owned(),
        href: Some("#".to_owned()),
        points: dates.into_iter().zip(slips.map(|days| start + Days::new(days))).collect(),
        slip: Some(total),
    };
    vec![
        line("M7 Finish", day(9, 30), [0, 0, 0, 7, 7, 28], 28),
        line("M5 Cutover ready", day(6, 12), [0, 0, 0, 2, 4, 8], 8),
        line("M4 UAT done", day(4, 20), [0, 0, 2, 4, 6, 10], 10),
        line("M3 UAT environment", day(3, 20), [0, 1, 4, 8, 14, 21], 21),
    ]
}

fn money() -> Vec<Money> {
    let line = |label: &str, amount: &str, share: Segment| MoneyLine {
        label: label.to_owned(),
        amount: Segment::text(amount),
        share,
    };
    vec![Money {
        currency: "CAD".to_owned(),
        lines: vec![
            line("Budget at completion", "500,000", Segment::default()),
            line("Actual to date", "240,000", Segment::text("48.0 % of budget")),
            line("Committed", "60,000", Segment::default()),
            line("Estimate at completion", "533,000", Segment::text("EV says 533,333")),
            line("Variance at completion", "−33,000", Segment::rag("+6.6 %", Rag::Amber)),
        ],
        note: "Finance cut-off 20 March 2026.".to_owned(),
    }]
}

fn cost() -> Option<BudgetChart> {
    let line = |class, label: &str, points: &[(u32, i32)]| CostLine {
        class,
        label: label.to_owned(),
        points: points
            .iter()
            .map(|(month, k)| {
                let amount = Amount { value: f64::from(*k) * 1000.0, text: format!("{k},000") };
                (day(*month, 20), amount)
            })
            .collect(),
    };
    budget(&BudgetInput {
        id: "cost",
        currency: "CAD",
        budget: Some(Amount { value: 500_000.0, text: "500,000".to_owned() }),
        today: day(3, 27),
        lines: &[
            line("planned", "Planned", &[(1, 60), (3, 250), (5, 340), (7, 430), (9, 490)]),
            line("actual", "Actual", &[(1, 40), (2, 130), (3, 240)]),
            line("forecast", "Forecast", &[(3, 240), (6, 400), (10, 533)]),
        ],
    })
}

fn risks() -> Vec<TopRisk> {
    vec![
        TopRisk {
            id: Link::to("R-009", "#"),
            text: "Vendor withdraws the second engineer".to_owned(),
            score: Some(16),
            level: "extreme",
            owner: "T. Nguyen".to_owned(),
            due: Some(near(3, 20)),
            late: true,
            before: String::new(),
        },
        TopRisk {
            id: Link::to("R-004", "#"),
            text: "Data migration quality below 98 %".to_owned(),
            score: Some(12),
            level: "high",
            before: "was 16".to_owned(),
            owner: "R. Singh".to_owned(),
            due: Some(near(4, 15)),
            late: false,
        },
        TopRisk {
            id: Link::to("R-011", "#"),
            text: "Support desk not trained in time".to_owned(),
            score: Some(6),
            level: "middle",
            ..TopRisk::default()
        },
        TopRisk {
            id: Link::to("R-012", "#"),
            text: "Licence audit".to_owned(),
            owner: "M. Lopez".to_owned(),
            ..TopRisk::default()
        },
    ]
}

fn documents() -> Vec<DocumentGroup> {
    let group = |title: &str, current, lines: &[(StateMark, &str, &str)]| DocumentGroup {
        title: title.to_owned(),
        current,
        documents: lines
            .iter()
            .map(|(mark, label, state)| DocumentLine {
                mark: *mark,
                document: if *state == "missing" {
                    Link::text(*label)
                } else {
                    Link::to(*label, "document.html")
                },
                state: (*state).to_owned(),
            })
            .collect(),
    };
    vec![
        group(
            "Initiation",
            false,
            &[
                (StateMark::Done, "Charter", "1.2 approved by sponsor, 30 Jan"),
                (StateMark::Done, "Gate G1", "go, 30 Jan"),
            ],
        ),
        group(
            "Planning",
            false,
            &[
                (StateMark::Done, "Plan", "baselined 27 Feb"),
                (StateMark::Partial, "Budget", "approved for 1.0, now 1.1"),
                (StateMark::None, "Business case", "not applicable: mandated"),
            ],
        ),
        group(
            "Execution",
            true,
            &[
                (StateMark::Done, "Status reports", "12, latest today"),
                (StateMark::Partial, "RAID", "5 of 8 fresh"),
                (StateMark::Bad, "Handover", "missing"),
            ],
        ),
        group("Close out", false, &[(StateMark::Open, "Closure report", "due in Close out")]),
    ]
}

fn duties() -> Duties {
    let group = |role: &str, duties: &[&str]| DutyGroup {
        role: role.to_owned(),
        duties: duties.iter().map(|duty| (*duty).to_owned()).collect(),
    };
    Duties {
        phase: "Execution".to_owned(),
        groups: vec![
            group(
                "Project manager",
                &[
                    "report status and talk before it turns amber or red",
                    "keep plan and schedule current",
                    "assign owners to issues and risks and follow up",
                ],
            ),
            group(
                "Functional manager",
                &["actively help to return to green", "keep FTE as committed and announce changes"],
            ),
        ],
    }
}

fn report_lines() -> Vec<ReportLine> {
    reports("AGAA")
        .into_iter()
        .rev()
        .map(|(date, rag)| ReportLine {
            report: Link::to("Status report", "status.html"),
            day: crate::site::view::Day::near(date, day(3, 27)),
            health: Chip::of(rag),
            text: "UAT environment promised for 3 April; test data load runs in parallel."
                .to_owned(),
        })
        .collect()
}

pub(super) fn findings() -> Vec<Note> {
    let note = |severity, rule: &str, message: &str, help: &str, place: &str| Note {
        severity,
        rule: Link::to(rule, "#"),
        message: message.to_owned(),
        help: help.to_owned(),
        place: Link::to(place, "document.html"),
    };
    vec![
        note(
            NoteSeverity::Deny,
            "watermelon-health",
            "`resources` is reported amber, the data says red: 75.0 % of what was promised is filled",
            "report red, or write an `override` with its reason",
            "projects/crm/status/2026-03-27.md:14:14",
        ),
        note(
            NoteSeverity::Warn,
            "missing-document",
            "`handover` is required in Execution and missing",
            "run `milepost new handover`",
            "projects/crm/project.md:1:1",
        ),
        note(
            NoteSeverity::Note,
            "unowned-item",
            "risk `R-011` has no owner",
            "",
            "projects/crm/risks.yaml:40:5",
        ),
    ]
}
