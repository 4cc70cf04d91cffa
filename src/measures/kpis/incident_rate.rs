//! K16, incidents after the launch: those a release caused in its first 30 days.

use crate::data::record::Datum;
use crate::date::{Date, plus};
use crate::measures::kpi::{Colour, Counted, Figure, Kpi, Of, Pool, Pooling, Reading, Scope, Unit};
use crate::measures::kpi::{mean, nothing};
use crate::measures::releases::{Release, days_left, none_yet, releases};
use crate::portfolio::{Portfolio, Project};
use crate::ratio::Ratio;
use crate::table::{Missing, Rag};
use chrono::Datelike;

/// K16.
pub static KPI: Kpi = Kpi {
    id: "K16",
    name: "incident-rate",
    title: "Incidents after going live",
    question: "Do launches get quieter?",
    formula: "incidents a release caused from its launch up to 30 days after it, both days \
              included. For several projects the mean per release of the newest quarter with a \
              launch whose days are over, against the quarter before: green when it did not rise, \
              amber up to 10 % more.",
    missing: "Not yet while the days after the launch run, not reported without a list of \
              incidents after them; an empty list is none.",
    benchmark: "fewer from quarter to quarter",
    of: Of::Things("releases"),
    unit: Unit::Count,
    window: 365,
    closed: true,
    undated: None,
    pool: Pool::Own(pool),
    read,
};

/// Where one release stands.
enum Calm<'a> {
    /// Its incidents, each with whether it counts and why not.
    Told(Vec<(&'a crate::data::record::Item, Option<String>)>),
    /// So many days are left to count.
    Running(i64),
    /// The days are over, and there is no list.
    Silent,
    /// Not launched, or launched before the window.
    Outside,
}

fn calm<'a>(release: &Release<'a>, on: Date, from: Date, length: i64) -> Calm<'a> {
    let Some(live) = release.actual.filter(|live| *live > from) else { return Calm::Outside };
    if let Some(left) = release.left(on, length).filter(|left| *left > 0) {
        return Calm::Running(left);
    }
    let Some(Datum::List(list)) = release.results().and_then(|r| r.get("incidents")) else {
        return Calm::Silent;
    };
    let last = plus(live, length);
    let judge = |item: &'a crate::data::record::Item| {
        let incident = item.datum.record();
        let why = match incident.and_then(|i| i.date("date")) {
            _ if incident.and_then(|i| i.flag("attributable")) == Some(false) => {
                Some("not caused by the release".to_owned())
            }
            None => Some("no date".to_owned()),
            Some(day) if day < live => Some("before the launch".to_owned()),
            Some(day) if day > last => Some(format!("after {last}")),
            Some(_) => None,
        };
        (item, why)
    };
    Calm::Told(list.iter().map(judge).collect())
}

fn length(s: &Scope<'_>) -> i64 {
    let days = s.limits(KPI.name).days(s.project.tier);
    i64::try_from(days.rounded(0)).unwrap_or(30)
}

fn read(s: &Scope<'_>) -> Reading {
    let all = releases(s.portfolio, s.project, s.on());
    let (mut counts, mut counted, mut excluded) = (Vec::new(), Vec::new(), Vec::new());
    let (mut silent, mut running) = (false, Vec::new());
    for release in &all {
        let why = match calm(release, s.on(), s.window.from, length(s)) {
            Calm::Told(list) => {
                let n = list.iter().filter(|(_, why)| why.is_none()).count();
                counts.push(Ratio::whole(i128::try_from(n).unwrap_or(i128::MAX)));
                if s.detail {
                    things(release, &list, &mut counted, &mut excluded);
                }
                continue;
            }
            Calm::Running(left) => {
                let name = release.id().unwrap_or("the release");
                running.push(format!("Not yet for {name}: {}.", days_left(left)));
                format!("not yet: {}", days_left(left))
            }
            Calm::Silent => {
                silent = true;
                "no list of incidents".into()
            }
            Calm::Outside => continue,
        };
        if s.detail {
            excluded.extend(release.counted(s, "incidents", why));
        }
    }
    let none = match (silent, running.is_empty()) {
        (true, _) => Missing::NotReported,
        (_, false) => Missing::NotYet,
        _ => none_yet(&all),
    };
    let reading = Reading::mean(counts, none);
    Reading {
        counted,
        excluded,
        colour: Colour::None,
        partial: silent && reading.value.is_ok(),
        notes: running,
        ..reading
    }
}

fn things(
    release: &Release<'_>,
    list: &[(&crate::data::record::Item, Option<String>)],
    counted: &mut Vec<Counted>,
    excluded: &mut Vec<Counted>,
) {
    let Some(plan) = release.plan else { return };
    for (item, why) in list {
        let said = item.datum.record();
        let text = |field| said.and_then(|r| r.text(field)).unwrap_or_default();
        let label = [text("id"), text("note")].join(" ").trim().to_owned();
        let day = said.and_then(|r| r.date("date"));
        let on = day.map_or_else(String::new, |d| d.to_string());
        match why {
            Some(why) => {
                let note = format!("{on} {why}").trim().to_owned();
                excluded.push(Counted::document(plan, label, Some(item.span), note));
            }
            None => {
                let unsaid = said.is_none_or(|r| r.flag("attributable").is_none());
                let note = if unsaid { format!("{on}, cause not said") } else { on };
                counted.push(Counted::document(plan, label, Some(item.span), note).good(false));
            }
        }
    }
}

/// A calendar quarter: the year, and 0 to 3.
type Quarter = (i32, u32);

fn quarter(day: Date) -> Quarter {
    (day.year(), day.month0() / 3)
}

fn before((year, quarter): Quarter) -> Quarter {
    if quarter == 0 { (year - 1, 3) } else { (year, quarter - 1) }
}

fn words((year, quarter): Quarter) -> String {
    format!("Q{} {year}", quarter + 1)
}

/// The mean per release of the newest quarter against that of the quarter
/// before.
fn pool(pooling: &Pooling<'_>) -> Reading {
    let mut all: Vec<(Quarter, Ratio)> = Vec::new();
    for (project, _) in pooling.readings {
        all.extend(of_project(pooling, project));
    }
    let Some(now) = all.iter().map(|(quarter, _)| *quarter).max() else {
        return Reading::missing(nothing(pooling.readings));
    };
    let of = |wanted: Quarter| -> Vec<Ratio> {
        all.iter().filter(|(quarter, _)| *quarter == wanted).map(|(_, n)| *n).collect()
    };
    let (current, earlier) = (of(now), of(before(now)));
    let compared = compare(&current, &earlier);
    let mut reading = Reading::mean(current.clone(), Missing::NotYet);
    let what = format!("{} against {}", words(now), words(before(now)));
    match compared {
        Compared::Change(change) => {
            reading.value = Ok(change);
            reading.unit = Some(Unit::Change);
            reading.notes.push(format!("{what}."));
        }
        Compared::StillNone => {
            reading.colour = Colour::Is(Rag::Green);
            reading.notes.push(format!("{what}: none in either."));
        }
        Compared::FromNone => {
            reading.colour = Colour::None;
            reading.notes.push(format!("{what}: no change from none can be given in percent."));
        }
        Compared::Nothing => {
            reading.colour = Colour::None;
            let then = words(before(now));
            reading.notes.push(format!("{}: no launch in {then} to compare with.", words(now)));
        }
    }
    let list = |list: Vec<Ratio>| Figure::Mean(list);
    reading = reading.with("incidents per release", Unit::Count, list(current));
    if !earlier.is_empty() {
        reading = reading.with("in the quarter before", Unit::Count, list(earlier.clone()));
    }
    Reading { earlier, ..reading }
}

/// How two quarters compare.
#[derive(Debug, PartialEq)]
enum Compared {
    /// By so many percent.
    Change(Ratio),
    /// No incident then and now.
    StillNone,
    /// No incident then, some now.
    FromNone,
    /// No release then.
    Nothing,
}

fn compare(current: &[Ratio], earlier: &[Ratio]) -> Compared {
    let (Some(now), Some(then)) = (mean(current), mean(earlier)) else { return Compared::Nothing };
    match now.sub(then).and_then(|change| change.percent_of(then)) {
        Some(change) => Compared::Change(change),
        None if now.is_zero() => Compared::StillNone,
        None => Compared::FromNone,
    }
}

/// The releases of a project with their quarter and number of incidents.
fn of_project(pooling: &Pooling<'_>, project: &Project) -> Vec<(Quarter, Ratio)> {
    let p: &Portfolio = pooling.portfolio;
    let days = pooling.thresholds.of(KPI.name).days(project.tier);
    let days = i64::try_from(days.rounded(0)).unwrap_or(30);
    let (on, from) = (pooling.window.to, pooling.window.from);
    let told = |release: &Release<'_>| match calm(release, on, from, days) {
        Calm::Told(list) => {
            let n = list.iter().filter(|(_, why)| why.is_none()).count();
            Some((quarter(release.actual?), Ratio::whole(i128::try_from(n).ok()?)))
        }
        _ => None,
    };
    releases(p, project, on).iter().filter_map(told).collect()
}

#[cfg(test)]
mod tests {
    use super::{Compared, compare};
    use crate::measures::kpi::testing::{card, line, measure};
    use crate::ratio::Ratio;
    use crate::table::Rag;

    fn release(project: &str, live: &str, incidents: &str) -> String {
        format!(
            "=== {project}/r-{live}.md\n---\nkind: release\nrelease: r-{live}\ngo_live: {{baseline: {live}, actual: {live}}}\n{incidents}---\n# R\n"
        )
    }

    fn incidents(days: &[&str]) -> String {
        let mut text = "results:\n  incidents:\n".to_owned();
        for (n, day) in days.iter().enumerate() {
            let caused = !day.ends_with('!');
            let day = day.trim_end_matches('!');
            text += &format!(
                "    - {{id: INC{n}, date: {day}, severity: 2, attributable: {caused}}}\n"
            );
        }
        text
    }

    fn oracle() -> String {
        let days = ["2026-06-16", "2026-06-20", "2026-07-15", "2026-07-16", "2026-06-22!"];
        release("crm", "2026-06-15", &incidents(&days))
    }

    #[test]
    fn the_oracle_is_three_incidents() {
        let m = measure("K16", &format!("{}{}", card("crm", 2, ""), oracle()), "2026-07-20");
        let standing = m.projects[0].as_ref().unwrap();
        assert_eq!(standing.show(m.kpi).unwrap(), "3");
        assert_eq!(line(&m), "3 no colour, 1 release");
        let notes: Vec<&str> = standing.reading.excluded.iter().map(|c| &*c.note).collect();
        assert_eq!(notes, ["2026-07-16 after 2026-07-15", "2026-06-22 not caused by the release"]);
        assert_eq!(standing.reading.counted[2].line, 9);
    }

    #[test]
    fn the_quarters_of_the_oracle_fell_by_an_eighth() {
        let days = |n: usize, month: &str| -> Vec<String> {
            (1..=n).map(|d| format!("2026-{month}-{:02}", d + 10)).collect()
        };
        let with = |project: &str, live: &str, n, month| {
            let days = days(n, month);
            release(project, live, &incidents(&days.iter().map(String::as_str).collect::<Vec<_>>()))
        };
        let files = format!(
            "{}{}{}{}{}",
            card("crm", 2, ""),
            oracle(),
            card("erp", 2, ""),
            with("erp", "2026-05-04", 4, "05"),
            with("erp", "2026-02-02", 4, "02")
        );
        let m = measure("K16", &files, "2026-07-20");
        let standing = &m.portfolio.standing;
        assert_eq!(standing.show(m.kpi).unwrap(), "-12.5 %");
        assert_eq!(standing.band, Some(Rag::Green));
        assert_eq!(standing.reading.notes, ["Q2 2026 against Q1 2026."]);
        let shown: Vec<String> = standing.reading.sides.iter().map(|s| s.show()).collect();
        assert_eq!(shown, ["3.5", "4"]);
        assert_eq!(standing.reading.earlier, [Ratio::whole(4)]);
        // The mean of a quarter without one before is no percentage.
        let of = |day: &str| {
            let day = crate::date::parse(day).unwrap();
            standing.history.iter().find(|p| p.on == day).unwrap().value.clone()
        };
        assert!(of("2026-03-31").is_err(), "{:?}", of("2026-03-31"));
        assert!(of("2026-06-30").is_ok());
    }

    #[test]
    fn up_to_a_tenth_more_is_amber_and_a_quarter_of_none_is_never_divided() {
        let n = |list: &[i128]| list.iter().map(|n| Ratio::whole(*n)).collect::<Vec<_>>();
        assert_eq!(compare(&n(&[11]), &n(&[10])), Compared::Change(Ratio::whole(10)));
        assert_eq!(compare(&n(&[0]), &n(&[0, 0])), Compared::StillNone);
        assert_eq!(compare(&n(&[1]), &n(&[0])), Compared::FromNone);
        assert_eq!(compare(&n(&[1]), &[]), Compared::Nothing);
        let limits = crate::measures::bands::Thresholds::load(&crate::config::Config::default()).0;
        let limits = limits.of("incident-rate");
        assert_eq!(limits.band(Ratio::ZERO, 0), Rag::Green);
        assert_eq!(limits.band(Ratio::whole(10), 0), Rag::Amber);
        assert_eq!(limits.band(Ratio::parse("10.1").unwrap(), 0), Rag::Red);
    }

    #[test]
    fn a_quarter_before_of_none_is_green_only_when_there_is_still_none() {
        let none = "results: {incidents: []}\n";
        let files = |now: &str| {
            let first = release("crm", "2026-02-02", none);
            format!("{}{first}{}", card("crm", 2, ""), release("crm", "2026-06-15", now))
        };
        let m = measure("K16", &files(none), "2026-07-20");
        assert_eq!(m.portfolio.standing.show(m.kpi).unwrap(), "0");
        assert_eq!(m.portfolio.standing.band, Some(Rag::Green));
        let m = measure("K16", &files(&incidents(&["2026-06-20"])), "2026-07-20");
        assert_eq!(m.portfolio.standing.band, None);
        assert_eq!(m.portfolio.standing.show(m.kpi).unwrap(), "1");
    }

    #[test]
    fn missing_states_are_told_apart() {
        let one = |rest: &str, on: &str| {
            let files = format!("{}{}", card("crm", 2, ""), release("crm", "2026-06-15", rest));
            line(&measure("K16", &files, on))
        };
        assert_eq!(one(&incidents(&["2026-06-20"]), "2026-07-14"), "Err(NotYet)");
        assert_eq!(one("", "2026-07-15"), "Err(NotReported)");
        assert_eq!(one("results: {incidents: []}\n", "2026-07-15"), "0 no colour, 1 release");
        assert_eq!(one("results: {incidents: []}\n", "2026-06-01"), "Err(NotYet)");
        let m = measure("K16", &card("crm", 2, ""), "2026-07-15");
        assert!(line(&m).contains("no release is planned"));
        assert!(m.portfolio.standing.reading.value.is_err());
    }
}
