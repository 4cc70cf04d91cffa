//! The page of one indicator: its history, a bar for each project, what was
//! counted and what was left out, the limits and the definition.

use super::words::{self, colour, missing, parts, plotted, shown};
use crate::measures::kpi::{Colour, Counted, Measured, Of, Pool, Standing, Unit};
use crate::portfolio::Project;
use crate::rollups::Context;
use crate::rollups::words::{figure, project as project_cell};
use crate::table::{
    Bar, Cell, Column, Group, Limit, Line, Mark, Missing, Plot, Row, Set, Shape, Table, Words,
};
use crate::target::Target;

/// The page of an indicator.
pub(super) fn table(c: &Context<'_>, m: &Measured) -> Table {
    Table {
        sentence: sentence(c, m),
        plots: [history(c, m), bars(c, m)].into_iter().flatten().collect(),
        groups: vec![
            projects(c, m),
            items(c, m, true),
            items(c, m, false),
            limits(c, m),
            definition(m),
        ],
    }
}

/// Projects in scope, with their standing.
fn members<'a>(
    c: &Context<'a>,
    m: &'a Measured,
) -> impl Iterator<Item = (&'a Project, &'a Standing)> {
    let projects = c.portfolio.projects.iter();
    projects.zip(&m.projects).filter_map(|(p, s)| Some((p, s.as_ref().ok()?)))
}

fn sentence(c: &Context<'_>, m: &Measured) -> Vec<Words> {
    let (kpi, pooled) = (m.kpi, &m.portfolio);
    let standing = &pooled.standing;
    let mut out = vec![Words::plain(format!("{}: ", kpi.title))];
    let parts = parts(kpi, standing);
    match &standing.reading.value {
        Ok(value) => {
            let value = shown(standing.unit(kpi), *value);
            out.push(Words::plain(value));
            if let Some(basis) = standing.basis(kpi) {
                let from = if standing.reading.observations.is_empty() { "" } else { "from " };
                out.push(Words::plain(format!(" ({from}{basis})")));
            }
            out.push(Words::plain(", "));
            out.push(match standing.band {
                Some(rag) => Words::rag(colour(Some(rag)), rag),
                None => Words::plain(colour(None)),
            });
        }
        Err(_) if !parts.is_empty() => out.push(Words::plain(parts.join(", "))),
        Err(Missing::NotReported) => out.push(Words::plain("not reported")),
        Err(Missing::NotYet) => out.push(Words::plain("not yet due anywhere")),
        Err(Missing::NotApplicable(why)) => out.push(Words::plain(format!("n/a, {why}"))),
        Err(Missing::Withheld(why)) => out.push(Words::plain(format!("withheld, {why}"))),
    }
    if let Some(change) = standing.change {
        out.push(Words::plain(match change.better {
            None => "; the same as in the window before".to_owned(),
            Some(better) => format!(
                "; {} than in the window before ({})",
                if better { "better" } else { "worse" },
                shown(standing.unit(kpi), change.before)
            ),
        }));
    }
    out.push(Words::plain("."));
    let (with, of) = (pooled.coverage.reporting, pooled.coverage.expected);
    if of > 0 {
        let few = if pooled.partial { ", too few for a colour" } else { "" };
        out.push(Words::plain(format!(
            " {with} of {} {}{few}.",
            figure(i64::from(of), "project", "projects"),
            if with == 1 { "reports it" } else { "report it" }
        )));
    }
    let without = missing(&pooled.missing);
    if !without.is_empty() && of == 0 && c.portfolio.projects.len() > 1 {
        out.push(Words::plain(format!(" Without a value: {without}.")));
    }
    out
}

fn drawn_limits(c: &Context<'_>, m: &Measured, standing: &Standing, tier: usize) -> Vec<Limit> {
    // Limits that judge a comparison are no limits of the value.
    let own = standing.reading.colour == Colour::ByLimits;
    if !own {
        return Vec::new();
    }
    let limits = c.measures.thresholds.of(standing.reading.limits.unwrap_or(m.kpi.name));
    let word = if limits.higher { "from" } else { "up to" };
    vec![
        Limit { label: format!("green {word}"), at: limits.green(tier) },
        Limit { label: format!("amber {word}"), at: limits.amber(tier) },
    ]
}

fn history(c: &Context<'_>, m: &Measured) -> Option<Plot> {
    let standing = &m.portfolio.standing;
    let mut lines: Vec<Line> = Vec::new();
    let mut add = |label: &str, on, value| match lines.iter_mut().find(|l| l.label == label) {
        Some(line) => line.points.push((on, value)),
        None => lines.push(Line { label: label.to_owned(), points: vec![(on, value)] }),
    };
    let parts = standing.reading.value.is_err() && !standing.reading.parts.is_empty();
    for point in &standing.history {
        match &point.value {
            _ if parts => {
                for (name, value) in &point.parts {
                    add(name, point.on, *value);
                }
            }
            Ok(value) => add("All projects", point.on, *value),
            Err(_) => {}
        }
    }
    if !lines.iter().any(|l| l.points.len() > 1) {
        return None;
    }
    let day = |d| crate::date::long(d);
    Some(Plot {
        key: "history".into(),
        title: "Month by month".into(),
        caption: format!(
            "The value at the end of each of the last twelve months and on {}, each over the {} \
             days before it, from what was dated by then.",
            day(m.window.to),
            m.kpi.window
        ),
        unit: plotted(standing.unit(m.kpi)),
        limits: drawn_limits(c, m, standing, m.portfolio.tier),
        shape: Shape::Lines(lines),
    })
}

fn bars(c: &Context<'_>, m: &Measured) -> Option<Plot> {
    let mut bars: Vec<Bar> = members(c, m)
        .filter(|(_, s)| !matches!(s.reading.value, Err(Missing::NotApplicable(_))))
        .map(|(project, s)| Bar {
            label: project.title.to_string(),
            value: s.reading.value.clone(),
            rag: s.band,
            note: counts(m, s),
        })
        .collect();
    let higher = c.measures.thresholds.of(m.kpi.name).higher;
    // The worst stands first, those without a value last.
    bars.sort_by_key(|b| {
        let value = b.value.as_ref().ok().map(|v| if higher { *v } else { v.neg() });
        (value.is_none(), value)
    });
    if !bars.iter().any(|b| b.value.is_ok()) {
        return None;
    }
    let mut units = members(c, m).filter(|(_, s)| s.reading.value.is_ok());
    let unit = units.next().map_or(m.kpi.unit, |(_, s)| s.unit(m.kpi));
    // Values in two units cannot share an axis.
    if units.any(|(_, s)| s.unit(m.kpi) != unit) {
        return None;
    }
    Some(Plot {
        key: "by-project".into(),
        title: "Project by project".into(),
        caption: "One bar for each project, the worst first, in the colour of its own tier; what \
                  it is made of beside it."
            .into(),
        unit: plotted(unit),
        limits: Vec::new(),
        shape: Shape::Bars(bars),
    })
}

/// What a bar is made of, short: `3 of 5`.
fn counts(m: &Measured, s: &Standing) -> String {
    let share = m.kpi.unit == Unit::Percent && s.reading.observations.is_empty();
    match (&s.reading.value, m.kpi.of) {
        (Ok(_), Of::Things(_)) if share => format!("{} of {}", s.reading.n, s.reading.d),
        (Ok(_), Of::Things(_)) => s.reading.d.to_string(),
        _ => String::new(),
    }
}

fn projects(c: &Context<'_>, m: &Measured) -> Group {
    let row = |(project, standing): (&Project, &Result<Standing, &'static str>)| {
        let tier = Cell::Text(c.portfolio.tier_label(project.tier));
        let name = project_cell(project);
        let cells = match standing {
            Ok(s) => {
                let small = s.reading.notes.iter().map(|n| n.trim_end_matches('.').to_lowercase());
                let basis = words::basis(m.kpi, s, small.collect());
                let sides: Vec<Cell> = s
                    .reading
                    .sides
                    .iter()
                    .map(|side| {
                        Cell::Text(format!("{}: {}", side.label, side.show().replace('-', "−")))
                    })
                    .collect();
                let sides = if sides.is_empty() { Cell::Empty } else { Cell::Many(sides) };
                let value = words::value(m.kpi, s);
                vec![name, tier, value, words::band(s), words::trend(m.kpi, s), basis, sides]
            }
            Err(why) => {
                let out = Cell::State(Mark::None, format!("not counted: {why}"));
                vec![name, tier, out, Cell::Empty, Cell::Empty, Cell::Empty, Cell::Empty]
            }
        };
        Row { anchor: None, cells, muted: standing.is_err() }
    };
    let beside: Vec<String> = m
        .portfolio
        .standing
        .reading
        .sides
        .iter()
        .map(|side| format!("{} {}", side.label, side.show().replace('-', "−")))
        .collect();
    let note = if beside.is_empty() {
        String::new()
    } else {
        format!("All projects together: {}.", beside.join("; "))
    };
    Group {
        key: "projects".into(),
        title: "Projects".into(),
        note,
        caption: format!("{} by project", m.kpi.title),
        empty: "There is no project to measure.".into(),
        columns: vec![
            Column::new("project", "Project", Set::Text),
            Column::new("tier", "Tier", Set::Filter),
            Column::new("value", "Value", Set::Number),
            Column::new("band", "Rating", Set::Short),
            Column::new("trend", "Before", Set::Short),
            Column::new("basis", "Made of", Set::Text),
            Column::new("beside", "Beside it", Set::Text),
        ],
        rows: c.portfolio.projects.iter().zip(&m.projects).map(row).collect(),
    }
}

/// What was counted, the bad first; or what was left out, and why.
fn items(c: &Context<'_>, m: &Measured, counted: bool) -> Group {
    let of = |s: &'_ Standing| -> Vec<Counted> {
        if counted { s.reading.counted.clone() } else { s.reading.excluded.clone() }
    };
    let mut all: Vec<(&Project, Counted)> =
        members(c, m).flat_map(|(p, s)| of(s).into_iter().map(move |e| (p, e))).collect();
    all.sort_by_key(|(_, e)| e.good != Some(false));
    let judged = all.iter().any(|(_, e)| e.good.is_some());
    let row = |(project, e): (&Project, Counted)| {
        let what = match e.target {
            Some(target) => Cell::Link(e.label, target),
            None => Cell::Text(e.label),
        };
        let note = match e.good {
            Some(true) => Cell::State(Mark::Done, e.note),
            Some(false) => Cell::State(Mark::Bad, e.note),
            None => Cell::Text(e.note),
        };
        let source = format!("{}:{}", e.path, e.line);
        let source = match c.portfolio.document(&e.path) {
            Some(_) => Cell::Link(source, Target::Document(e.path)),
            None => Cell::Link(source, Target::Register(e.path)),
        };
        Row { anchor: None, cells: vec![project_cell(project), what, note, source], muted: false }
    };
    let (key, title, caption, empty, heading) = if counted {
        ("counted", "Counted", "What was counted", "Nothing was counted.", "What it adds")
    } else {
        ("left-out", "Left out", "What was left out", "Nothing was left out.", "Why")
    };
    let note =
        if judged { "What is not as it should be stands first.".into() } else { String::new() };
    Group {
        key: key.into(),
        title: title.into(),
        note,
        caption: caption.into(),
        empty: empty.into(),
        columns: vec![
            Column::new("project", "Project", Set::Filter),
            Column::new("item", "What", Set::Text),
            Column::new("note", heading, Set::Wide),
            Column::new("source", "Source", Set::Text),
        ],
        rows: all.into_iter().map(row).collect(),
    }
}

/// The value and the limits of each tier.
fn limits(c: &Context<'_>, m: &Measured) -> Group {
    let name = m.portfolio.standing.reading.limits.unwrap_or(m.kpi.name);
    let limits = c.measures.thresholds.of(name);
    let unit = m.portfolio.standing.unit(m.kpi);
    let judged = |value| match m.portfolio.standing.reading.colour {
        Colour::Is(_) => shown(Unit::Percent, value),
        _ => shown(unit, value),
    };
    let word = if limits.higher { "from" } else { "up to" };
    let row = |tier: usize| {
        let pooled = m.tiers.iter().find(|(t, _)| *t == tier).map(|(_, p)| p);
        let days = limits.days(tier);
        Row {
            anchor: None,
            cells: vec![
                Cell::Text(c.portfolio.tier_label(tier)),
                pooled.map_or(Cell::Empty, |p| words::value(m.kpi, &p.standing)),
                pooled.map_or(Cell::Empty, |p| words::band(&p.standing)),
                pooled.map_or(Cell::Empty, |p| words::basis(m.kpi, &p.standing, Vec::new())),
                Cell::Text(format!("{word} {}", judged(limits.green(tier)))),
                Cell::Text(format!("{word} {}", judged(limits.amber(tier)))),
                if days.is_zero() { Cell::Empty } else { Cell::Text(format!("{days} d")) },
            ],
            muted: pooled.is_none(),
        }
    };
    let strictest = c.portfolio.tier_label(m.portfolio.tier);
    let note = match m.portfolio.standing.band {
        Some(_) => format!(
            "Limits are inclusive; beyond amber is red. All projects together are judged by {}.",
            Some(strictest)
                .filter(|s| !s.is_empty())
                .map_or("the strictest tier".into(), |s| format!(
                    "tier {s}, the strictest among them"
                ))
        ),
        None => "Limits are inclusive; beyond amber is red.".into(),
    };
    let none = c.portfolio.projects.is_empty();
    Group {
        key: "limits".into(),
        title: "Limits by tier".into(),
        note,
        caption: format!("Values and limits of {} by tier", m.kpi.title),
        empty: "There is no project to measure.".into(),
        columns: vec![
            Column::new("tier", "Tier", Set::Text),
            Column::new("value", "Value", Set::Number),
            Column::new("band", "Rating", Set::Short),
            Column::new("basis", "Made of", Set::Text),
            Column::new("green", "Green", Set::Short),
            Column::new("amber", "Amber", Set::Short),
            Column::new("days", "Days", Set::Short),
        ],
        rows: (0..c.portfolio.config.tiers.len()).filter(|_| !none).map(row).collect(),
    }
}

fn definition(m: &Measured) -> Group {
    let kpi = m.kpi;
    let pool = match kpi.pool {
        Pool::Ratio => {
            "The sum of what counts ÷ the sum of what it is counted from, over all \
                        projects; never the mean of their percentages."
        }
        Pool::Median => "The median over what was observed in all projects.",
        Pool::Mean => "The mean over what was observed in all projects.",
        Pool::Own(_) if kpi.of == Of::Money => {
            "The sums of each currency apart; currencies are never added up."
        }
        Pool::Own(_) => "From what was observed in all projects, by the same formula.",
    };
    let past = match kpi.undated {
        None => "From what was dated by the day. Facts without a date show today's.".to_owned(),
        Some(why) => format!(
            "{why} So it has no trend and no history, and on an earlier as-of date it shows \
             today's facts."
        ),
    };
    let who = if kpi.closed {
        "Active projects, and those completed inside the window."
    } else {
        "Active projects."
    };
    let lines = [
        ("Question", kpi.question.to_owned()),
        ("Formula", kpi.formula.to_owned()),
        ("Window", format!("{} days up to {}", kpi.window, crate::date::long(m.window.to))),
        ("Which projects", who.to_owned()),
        ("Several projects", pool.to_owned()),
        ("Without a value", kpi.missing.to_owned()),
        ("Earlier days", past),
        ("Usual target", kpi.benchmark.to_owned()),
        ("Limits in book.toml", format!("[kpis.{}]", kpi.name)),
    ];
    let row = |(what, text): (&str, String)| Row {
        anchor: None,
        cells: vec![Cell::Text(what.into()), Cell::Text(text)],
        muted: false,
    };
    Group {
        key: "definition".into(),
        title: "Definition".into(),
        caption: format!("How {} is computed", kpi.title),
        columns: vec![
            Column::new("what", "Part", Set::Text),
            Column::new("text", "What it says", Set::Wide),
        ],
        rows: lines.into_iter().map(row).collect(),
        ..Group::default()
    }
}
