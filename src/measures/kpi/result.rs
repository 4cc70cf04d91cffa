//! The indicators of a portfolio: each for every project, for each tier and
//! for all together, with its trend and its history.

use super::reading::Reading;
use super::{Colour, Figure, Kpi, Of, Pool, Pooling, Scope, Side, Unit, Window};
use crate::date::{Date, plus};
use crate::measures::bands::Thresholds;
use crate::portfolio::{Portfolio, Project, State};
use crate::ratio::Ratio;
use crate::table::{Missing, Rag};
use chrono::Datelike;
use rayon::prelude::*;

/// Months of history before the as-of date.
const MONTHS: u32 = 12;

/// Every indicator of a portfolio.
#[derive(Debug, Clone, PartialEq)]
pub struct Kpis {
    /// In the order of the list of indicators.
    pub list: Vec<Measured>,
}

/// One indicator, measured.
#[derive(Debug, Clone)]
pub struct Measured {
    /// The indicator.
    pub kpi: &'static Kpi,
    /// The days that count.
    pub window: Window,
    /// All projects in scope together.
    pub portfolio: Pooled,
    /// The projects of one tier, by the tier's index; only tiers with projects.
    pub tiers: Vec<(usize, Pooled)>,
    /// By the project's position; `Err` says why it is not in scope.
    pub projects: Vec<Result<Standing, &'static str>>,
}

impl PartialEq for Measured {
    fn eq(&self, other: &Self) -> bool {
        self.kpi.id == other.kpi.id
            && self.portfolio == other.portfolio
            && self.projects == other.projects
    }
}

/// Where one project, or many together, stand.
#[derive(Debug, Clone, PartialEq)]
pub struct Standing {
    /// The value with everything behind it.
    pub reading: Reading,
    /// Its colour.
    pub band: Option<Rag>,
    /// Against the window before; `None` without a value then or now.
    pub change: Option<Change>,
    /// The value rests on five things or fewer.
    pub few: bool,
    /// The parts a value falls into that must not be added up.
    pub parts: Vec<Part>,
    /// The values at the ends of the last twelve months and on the as-of date,
    /// oldest first; empty for tiers.
    pub history: Vec<Point>,
}

/// A part of a value, such as one currency.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// Its name.
    pub name: String,
    /// Its value.
    pub value: Ratio,
    /// Its colour.
    pub band: Option<Rag>,
}

/// A difference to the window before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Change {
    /// The value then.
    pub before: Ratio,
    /// The value now less the value then.
    pub by: Ratio,
    /// Whether that is better; `None` where nothing changed.
    pub better: Option<bool>,
}

/// A value on an earlier day, from what was dated by then.
#[derive(Debug, Clone, PartialEq)]
pub struct Point {
    /// The day.
    pub on: Date,
    /// The value, or why there was none.
    pub value: Result<Ratio, Missing>,
    /// Numerator.
    pub n: Ratio,
    /// Denominator.
    pub d: Ratio,
    /// The colour.
    pub band: Option<Rag>,
    /// Where the value falls into parts: the value of each.
    pub parts: Vec<(String, Ratio)>,
}

/// Several projects together.
#[derive(Debug, Clone, PartialEq)]
pub struct Pooled {
    /// The value.
    pub standing: Standing,
    /// The strictest tier among them: its limits hold.
    pub tier: usize,
    /// How many of them report.
    pub coverage: Coverage,
    /// Too few report: the value has no colour.
    pub partial: bool,
    /// How many have no value, by why.
    pub missing: Vec<(Missing, u32)>,
}

/// Projects with a value, of those that should have one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Coverage {
    /// With a value.
    pub reporting: u32,
    /// With a value or without a report of it; not those where it is not yet
    /// due or does not apply.
    pub expected: u32,
}

impl Coverage {
    /// `reporting ÷ expected × 100`; `None` where none is expected.
    #[must_use]
    pub fn percent(self) -> Option<Ratio> {
        Ratio::whole(self.reporting.into()).percent_of(Ratio::whole(self.expected.into()))
    }
}

impl Pooled {
    /// Whether there is a value, in one piece or in parts.
    #[must_use]
    pub fn has_value(&self) -> bool {
        self.standing.reading.value.is_ok() || !self.standing.reading.parts.is_empty()
    }
}

impl Kpis {
    /// Measure a list of indicators.
    #[must_use]
    pub fn measure(p: &Portfolio, thresholds: &Thresholds, list: &[&'static Kpi]) -> Self {
        // They differ much in what they cost: each is handed out on its own.
        let list = list.par_iter().with_max_len(1).map(|kpi| measure(p, thresholds, kpi)).collect();
        Self { list }
    }

    /// The indicator of that number or name.
    #[must_use]
    pub fn of(&self, id: &str) -> Option<&Measured> {
        self.list.iter().find(|m| m.kpi.id == id || m.kpi.name == id)
    }
}

impl Standing {
    /// The unit the value is shown in.
    #[must_use]
    pub fn unit(&self, kpi: &Kpi) -> Unit {
        self.reading.unit.unwrap_or(kpi.unit)
    }

    /// The value in words: `62.5 %`, and where it rests on few things
    /// `3 of 4 (75.0 %)`; `None` where it is missing.
    #[must_use]
    pub fn show(&self, kpi: &Kpi) -> Option<String> {
        let unit = self.unit(kpi);
        let value = unit.show(*self.reading.value.as_ref().ok()?);
        let share = unit == Unit::Percent && self.reading.observations.is_empty();
        Some(if self.few && share {
            format!("{} of {} ({value})", self.reading.n, self.reading.d)
        } else {
            value
        })
    }

    /// What the value is made of: `5 of 8 milestones`, `4 change requests`;
    /// `None` where it is missing.
    #[must_use]
    pub fn basis(&self, kpi: &Kpi) -> Option<String> {
        let r = &self.reading;
        r.value.as_ref().ok()?;
        let list = !r.observations.is_empty();
        Some(match kpi.of {
            Of::Things(what) | Of::Amount(what) if list => {
                let one = r.d == Ratio::whole(1);
                format!("{} {}", r.d, if one { what.trim_end_matches('s') } else { what })
            }
            Of::Things(what) | Of::Amount(what) => format!("{} of {} {what}", r.n, r.d),
            Of::Money => {
                let currency = r.parts.first().map_or("", |(currency, ..)| currency);
                format!("{currency} {} of {}", r.n.money(), r.d.money()).trim_start().to_owned()
            }
        })
    }
}

/// Whether a project is in scope: active, or completed later than the day, or
/// inside the window where the indicator counts completed ones.
fn belongs(project: &Project, kpi: &Kpi, window: Window, now: bool) -> Result<(), &'static str> {
    match project.state {
        State::Active => match project.began() {
            Some(began) if began > window.to && !now => Err("not begun"),
            _ => Ok(()),
        },
        State::Complete => match project.finish.actual {
            Some(ended) if ended > window.to || (kpi.closed && ended > window.from) => Ok(()),
            _ => Err("complete"),
        },
        State::OnHold => Err("on hold"),
        State::Proposed => Err("proposed"),
        State::Cancelled => Err("cancelled"),
    }
}

/// One project's readings of one indicator: now, the window before, and the
/// ends of months; `Err` says why it was not in scope then.
type Row = Vec<Result<Reading, &'static str>>;

fn measure(p: &Portfolio, thresholds: &Thresholds, kpi: &'static Kpi) -> Measured {
    let now = Window::ending(p.as_of, kpi.window);
    let months = if kpi.undated.is_none() { ends_of_months(p.as_of) } else { Vec::new() };
    let mut windows = vec![now];
    windows.extend(kpi.undated.is_none().then(|| now.before()));
    windows.extend(months.iter().map(|on| Window::ending(*on, kpi.window)));
    let rows: Vec<Row> = p
        .projects
        .par_iter()
        .map(|project| {
            let read = |(i, window): (usize, &Window)| {
                belongs(project, kpi, *window, i == 0)?;
                let (window, detail) = (*window, i == 0);
                let scope = Scope { portfolio: p, project, thresholds, window, detail };
                Ok((kpi.read)(&scope))
            };
            windows.iter().enumerate().map(read).collect()
        })
        .collect();
    let judge = Judge { p, thresholds, kpi, windows: &windows, rows: &rows };
    let all: Vec<usize> = (0..rows.len()).collect();
    let tiers: std::collections::BTreeSet<usize> =
        judge.members(&all, 0).map(|(_, project, _)| project.tier).collect();
    let of_tier = |tier: usize| {
        let members = |i: &usize| p.projects.get(*i).is_some_and(|project| project.tier == tier);
        let members: Vec<usize> = all.iter().copied().filter(members).collect();
        (tier, judge.pooled(&members, false))
    };
    Measured {
        kpi,
        window: now,
        portfolio: judge.pooled(&all, true),
        tiers: tiers.into_iter().map(of_tier).collect(),
        projects: rows
            .iter()
            .zip(&p.projects)
            .map(|(row, project)| judge.project(row, project))
            .collect(),
    }
}

/// The last days of the twelve months before a day, oldest first.
fn ends_of_months(day: Date) -> Vec<Date> {
    let mut ends = Vec::new();
    let mut first = day.with_day(1).unwrap_or(day);
    for _ in 0..MONTHS {
        let end = plus(first, -1);
        ends.push(end);
        first = end.with_day(1).unwrap_or(end);
    }
    ends.reverse();
    ends
}

/// What it takes to judge readings.
struct Judge<'a> {
    p: &'a Portfolio,
    thresholds: &'a Thresholds,
    kpi: &'static Kpi,
    windows: &'a [Window],
    rows: &'a [Row],
}

impl<'a> Judge<'a> {
    /// The projects in scope in a window, with their readings.
    fn members(
        &self,
        which: &'a [usize],
        window: usize,
    ) -> impl Iterator<Item = (usize, &'a Project, &'a Reading)> {
        let (p, rows) = (self.p, self.rows);
        which.iter().filter_map(move |i| {
            let reading = rows.get(*i)?.get(window)?.as_ref().ok()?;
            Some((*i, p.projects.get(*i)?, reading))
        })
    }

    fn band(&self, reading: &Reading, tier: usize) -> Option<Rag> {
        let value = *reading.value.as_ref().ok()?;
        let limits = self.thresholds.of(reading.limits.unwrap_or(self.kpi.name));
        let mut rag = match reading.colour {
            Colour::ByLimits => limits.band(value, tier),
            Colour::Is(rag) => rag,
            Colour::None => return None,
        };
        if let Some((age, name)) = reading.waiting
            && self.thresholds.of(name).band(age, tier) == Rag::Red
        {
            rag = if rag == Rag::Green { Rag::Amber } else { Rag::Red };
        }
        Some(reading.at_best.map_or(rag, |best| rag.min(best)))
    }

    fn change(&self, before: Option<&Reading>, now: &Reading) -> Option<Change> {
        let same = |r: &&Reading| r.unit == now.unit && r.limits == now.limits;
        let before = *before.filter(same)?.value.as_ref().ok()?;
        let by = now.value.as_ref().ok()?.sub(before)?;
        let higher = self.thresholds.of(now.limits.unwrap_or(self.kpi.name)).higher;
        let better = (!by.is_zero()).then_some(by.is_negative() != higher);
        Some(Change { before, by, better })
    }

    fn few(&self, reading: &Reading) -> bool {
        let things = matches!(self.kpi.of, Of::Things(_));
        things && reading.value.is_ok() && reading.d <= Ratio::whole(5)
    }

    /// A value of the past beside that of today: one that was shown in another
    /// unit then cannot stand beside it.
    fn point(&self, on: Date, reading: &Reading, tier: usize, now: &Reading) -> Point {
        let same = reading.unit == now.unit || reading.value.is_err() || now.value.is_err();
        if !same {
            let why = "not comparable with today's value".into();
            let missing = Reading::missing(Missing::NotApplicable(why));
            return self.point(on, &missing, tier, &missing);
        }
        let band = self.band(reading, tier);
        let part = |(name, n, d): &(String, Ratio, Ratio)| Some((name.clone(), n.percent_of(*d)?));
        let parts = reading.parts.iter().filter_map(part).collect();
        Point { on, value: reading.value.clone(), n: reading.n, d: reading.d, band, parts }
    }

    /// Positions of the windows of the history, oldest first, the present last.
    fn times(&self) -> impl Iterator<Item = (usize, Date)> + use<'a> {
        let windows = self.windows;
        (2..windows.len()).chain([0]).filter_map(|i| Some((i, windows.get(i)?.to)))
    }

    fn project(&self, row: &Row, project: &Project) -> Result<Standing, &'static str> {
        let now = row.first().ok_or("not read")?.as_ref().map_err(|why| *why)?;
        let earlier = |i: usize| row.get(i).and_then(|r| r.as_ref().ok());
        let point = |(i, on)| Some(self.point(on, earlier(i)?, project.tier, now));
        let history = self.times().filter_map(point);
        Ok(Standing {
            parts: Vec::new(),
            band: self.band(now, project.tier),
            change: self.change(earlier(1), now),
            few: self.few(now),
            history: history.collect(),
            reading: now.clone(),
        })
    }

    fn pooled(&self, which: &[usize], history: bool) -> Pooled {
        let (now, tier, coverage, partial) = self.pool(which, 0);
        let mut missing: Vec<(Missing, u32)> = Vec::new();
        for (_, _, reading) in self.members(which, 0) {
            let Err(why) = &reading.value else { continue };
            match missing.iter_mut().find(|(m, _)| m == why) {
                Some((_, n)) => *n += 1,
                None => missing.push((why.clone(), 1)),
            }
        }
        missing.sort_by_key(|(why, _)| match why {
            Missing::NotReported => (0, String::new()),
            Missing::NotYet => (1, String::new()),
            Missing::NotApplicable(why) => (2, why.clone()),
            Missing::Withheld(why) => (3, why.clone()),
        });
        let mut points = Vec::new();
        for (i, on) in self.times().filter(|_| history) {
            let (reading, tier, _, partial) = self.pool(which, i);
            let mut point = self.point(on, &reading, tier, &now);
            point.band = point.band.filter(|_| !partial);
            points.push(point);
        }
        let before = self.pool(which, 1).0;
        let part = |(name, n, d): &(String, Ratio, Ratio)| {
            let value = n.percent_of(*d)?;
            let band = self.thresholds.of(self.kpi.name).band(value, tier);
            Some(Part { name: name.clone(), value, band: (!partial).then_some(band) })
        };
        let standing = Standing {
            parts: now.parts.iter().filter_map(part).collect(),
            band: self.band(&now, tier).filter(|_| !partial),
            change: self.change(Some(&before), &now),
            few: self.few(&now),
            history: points,
            reading: now,
        };
        Pooled { standing, tier, coverage, partial, missing }
    }

    /// The readings of a window as one, with the strictest tier and whether too
    /// few of the projects report.
    fn pool(&self, which: &[usize], window: usize) -> (Reading, usize, Coverage, bool) {
        let members: Vec<(&Project, &Reading)> =
            self.members(which, window).map(|(_, project, reading)| (project, reading)).collect();
        let tier = members.iter().map(|(project, _)| project.tier).min().unwrap_or(0);
        let mut coverage = Coverage::default();
        for (_, reading) in &members {
            coverage.reporting += u32::from(reading.value.is_ok());
            coverage.expected +=
                u32::from(matches!(reading.value, Ok(_) | Err(Missing::NotReported)));
        }
        let partial = coverage.percent().is_some_and(|c| c < self.p.config.min_coverage);
        let none = || nothing(&members);
        let valued = || members.iter().filter(|(_, r)| r.value.is_ok()).map(|(_, r)| *r);
        let observed = || valued().flat_map(|r| r.observations.iter().copied()).collect();
        let sum = |part: fn(&Reading) -> Ratio| Ratio::sum(valued().map(part));
        let window = self.windows.get(window).copied().unwrap_or(Window::ending(self.p.as_of, 0));
        let mut reading = match self.kpi.pool {
            Pool::Own(pool) => pool(&Pooling {
                portfolio: self.p,
                thresholds: self.thresholds,
                tier,
                window,
                readings: &members,
            }),
            Pool::Median => Reading::median(observed(), none()),
            Pool::Mean => Reading::mean(observed(), none()),
            Pool::Ratio => match sum(|r| r.n).zip(sum(|r| r.d)) {
                Some((n, d)) => Reading::ratio(n, d, none()),
                None => Reading::missing(Missing::NotApplicable("the sum is too large".into())),
            },
        };
        if !matches!(self.kpi.pool, Pool::Own(_)) {
            reading.sides = sides(members.iter().map(|(_, r)| *r));
            reading.waiting =
                members.iter().filter_map(|(_, r)| r.waiting).max_by_key(|(age, _)| *age);
            reading.partial = members.iter().any(|(_, r)| r.partial);
        }
        (reading, tier, coverage, partial)
    }
}

/// Why many have no value: the most hopeful of their reasons.
#[must_use]
pub fn nothing(members: &[(&Project, &Reading)]) -> Missing {
    let mut why = members.iter().filter_map(|(_, r)| r.value.as_ref().err());
    let first = why.next();
    let has = |m: &Missing| members.iter().any(|(_, r)| r.value.as_ref().err() == Some(m));
    match first {
        _ if has(&Missing::NotReported) => Missing::NotReported,
        _ if has(&Missing::NotYet) => Missing::NotYet,
        Some(reason) if why.all(|other| other == reason) => reason.clone(),
        Some(_) => Missing::NotApplicable("for several reasons, by project".into()),
        None => Missing::NotApplicable("no project in scope".into()),
    }
}

/// Figures of many, brought together by their words; texts are left out.
#[must_use]
pub fn sides<'r>(readings: impl Iterator<Item = &'r Reading>) -> Vec<Side> {
    let mut all: Vec<Side> = Vec::new();
    for side in readings.flat_map(|r| &r.sides) {
        let found = all.iter_mut().find(|s| s.label == side.label);
        match (found.map(|s| &mut s.figure), &side.figure) {
            (_, Figure::Text(_)) => {}
            (None, _) => all.push(side.clone()),
            (Some(Figure::Ratio(n, d)), Figure::Ratio(more, of)) => {
                if let (Some(a), Some(b)) = (n.add(*more), d.add(*of)) {
                    (*n, *d) = (a, b);
                }
            }
            (Some(Figure::Total(n)), Figure::Total(more)) => *n = n.add(*more).unwrap_or(*n),
            (Some(Figure::Mean(list)), Figure::Mean(more))
            | (Some(Figure::Percentile90(list)), Figure::Percentile90(more)) => {
                list.extend(more.iter().copied());
            }
            _ => {}
        }
    }
    all
}
