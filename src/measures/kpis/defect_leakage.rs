//! K15, defect leakage: defects found after the launch, of all that were found.

use crate::measures::kpi::{Colour, Counted, Figure, Kpi, Of, Pool, Pooling, Reading, Scope, Unit};
use crate::measures::releases::{Release, days_left, none_yet, releases};
use crate::ratio::Ratio;
use crate::table::{Missing, Rag};

/// K15.
pub static KPI: Kpi = Kpi {
    id: "K15",
    name: "defect-leakage",
    title: "Defect leakage",
    question: "How many defects reached the users?",
    formula: "found after ÷ (found before + found after) × 100, of the valid defects of the newest \
              release, counted for 30 days after its launch or as long as its plan says. The \
              colour is that of the release's own limits, else of the comparison with the release \
              before: green up to its value, amber up to a quarter more. Some divide by the \
              defects found before alone; this form never exceeds 100 %.",
    missing: "Not yet while the days after the launch run, not reported without counts after \
              them, not applicable where no defect was found at all.",
    benchmark: "falling from release to release, by system",
    of: Of::Things("defects"),
    unit: Unit::Percent,
    window: 365,
    closed: true,
    undated: None,
    pool: Pool::Own(pool),
    read,
};

/// Days counted after a launch whose plan does not say how many.
const DAYS: i128 = 30;

/// Where one release stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Leakage {
    /// Defects found before and after.
    Found(Ratio, Ratio),
    /// So many days are left to count.
    Running(i64),
    /// The days are over, and nobody says what was found.
    Silent,
    /// Not launched.
    Waiting,
}

fn leakage(release: &Release<'_>, s: &Scope<'_>) -> Leakage {
    let said = release.result("defects");
    let days = said.and_then(|d| d.number("window_days")).unwrap_or(Ratio::whole(DAYS));
    let days = i64::try_from(days.rounded(0)).unwrap_or(i64::MAX).min(3_650);
    match release.left(s.on(), days) {
        None => Leakage::Waiting,
        Some(left) if left > 0 => Leakage::Running(left),
        Some(_) => {
            let found = said.and_then(|d| d.number("found_pre").zip(d.number("found_post")));
            found.map_or(Leakage::Silent, |(before, after)| Leakage::Found(before, after))
        }
    }
}

/// `after ÷ (before + after) × 100`; `None` where nothing was found.
fn rate(before: Ratio, after: Ratio) -> Option<Ratio> {
    after.percent_of(before.add(after)?)
}

/// The newest release in the window with counts, and the one before it.
struct Compared<'a> {
    release: Release<'a>,
    found: (Ratio, Ratio),
    earlier: Option<(Ratio, Ratio)>,
}

fn compared<'a>(all: &[Release<'a>], s: &Scope<'a>) -> Option<Compared<'a>> {
    let mut found = all.iter().rev().filter_map(|r| match leakage(r, s) {
        Leakage::Found(before, after) => Some((*r, (before, after))),
        _ => None,
    });
    let (release, now) = found.next()?;
    release.actual.filter(|d| s.window.holds(*d))?;
    Some(Compared { release, found: now, earlier: found.next().map(|(_, counts)| counts) })
}

fn read(s: &Scope<'_>) -> Reading {
    let all = releases(s.portfolio, s.project, s.on());
    let mut excluded = Vec::new();
    let mut notes = Vec::new();
    let mut silent = false;
    let chosen = compared(&all, s);
    let used = chosen.as_ref().and_then(|c| c.release.actual);
    for release in &all {
        let why = match leakage(release, s) {
            Leakage::Running(left) => {
                let name = release.id().unwrap_or("the release");
                notes.push(format!("Not yet for {name}: {}.", days_left(left)));
                format!("not yet: {}", days_left(left))
            }
            Leakage::Silent if release.actual.is_some_and(|d| s.window.holds(d)) => {
                silent |= used.is_none_or(|day| release.actual > Some(day));
                "no counts of defects after the launch".into()
            }
            Leakage::Silent => format!("launched before {}", s.window.from),
            Leakage::Waiting => "not launched".into(),
            Leakage::Found(..) => continue,
        };
        if s.detail {
            excluded.extend(release.counted(s, "defects", why));
        }
    }
    let mut reading = match &chosen {
        _ if silent => Reading::missing(Missing::NotReported),
        Some(chosen) => judged(s, chosen),
        None if !notes.is_empty() => Reading::missing(Missing::NotYet),
        None => Reading::missing(none_yet(&all)),
    };
    reading.excluded = excluded;
    reading.notes = notes;
    reading
}

fn judged(s: &Scope<'_>, chosen: &Compared<'_>) -> Reading {
    let (before, after) = chosen.found;
    let none = Missing::NotApplicable("no defect was found before or after the launch".into());
    let all = before.add(after).unwrap_or(Ratio::ZERO);
    let mut reading = Reading::ratio(after, all, none);
    let earlier = chosen.earlier.and_then(|(before, after)| rate(before, after));
    let value = reading.value.clone().unwrap_or(Ratio::ZERO);
    reading.colour = own_limits(&chosen.release, value)
        .or_else(|| Some(against(s, value, earlier?)))
        .map_or(Colour::None, Colour::Is);
    if let Some((before, after)) = chosen.earlier
        && let Some(sum) = before.add(after)
    {
        let figure = Figure::Ratio(after, sum);
        reading = reading.with("the release before", Unit::Percent, figure);
    }
    if s.detail {
        let note = format!("{after} found after the launch, {before} before");
        let thing: Option<Counted> = chosen.release.counted(s, "defects", note);
        reading.counted.extend(thing);
    }
    reading
}

/// The colour by the limits the release's own plan sets.
fn own_limits(release: &Release<'_>, value: Ratio) -> Option<Rag> {
    let limits = release.plan?.fields.record("leakage_threshold")?;
    let (green, amber) = limits.number("green").zip(limits.number("amber"))?;
    Some(match value {
        v if v <= green => Rag::Green,
        v if v <= amber => Rag::Amber,
        _ => Rag::Red,
    })
}

/// The colour by the value of the release before.
fn against(s: &Scope<'_>, value: Ratio, earlier: Ratio) -> Rag {
    let limits = s.limits(KPI.name);
    match value.percent_of(earlier) {
        Some(percent) => limits.band(percent, s.project.tier),
        // Nothing leaked before.
        None if value.is_zero() => Rag::Green,
        None => Rag::Red,
    }
}

/// All newest releases together; coloured when each has one to be compared with.
fn pool(pooling: &Pooling<'_>) -> Reading {
    let mut sums = [Ratio::ZERO; 4];
    let mut each = true;
    let mut any = false;
    for (project, reading) in pooling.readings {
        if reading.value.is_err() {
            continue;
        }
        let s = Scope {
            portfolio: pooling.portfolio,
            project,
            thresholds: pooling.thresholds,
            window: pooling.window,
            detail: false,
        };
        let all = releases(pooling.portfolio, project, pooling.window.to);
        let Some(chosen) = compared(&all, &s) else { continue };
        let earlier = chosen.earlier.filter(|(b, a)| rate(*b, *a).is_some());
        each &= earlier.is_some();
        any = true;
        let (before, after) = earlier.unwrap_or((Ratio::ZERO, Ratio::ZERO));
        let parts = [chosen.found.0, chosen.found.1, before, after];
        for (sum, part) in sums.iter_mut().zip(parts) {
            *sum = sum.add(part).unwrap_or(*sum);
        }
    }
    if !any {
        return Reading::missing(crate::measures::kpi::nothing(pooling.readings));
    }
    let [before, after, before_then, after_then] = sums;
    let all = before.add(after).unwrap_or(Ratio::ZERO);
    let mut reading = Reading::ratio(after, all, Missing::NotYet);
    reading.colour = Colour::None;
    if each
        && let Ok(value) = reading.value
        && let Some(then) = rate(before_then, after_then)
    {
        let limits = pooling.thresholds.of(KPI.name);
        let percent = value.percent_of(then);
        let clean = if value.is_zero() { Rag::Green } else { Rag::Red };
        reading.colour =
            Colour::Is(percent.map_or(clean, |percent| limits.band(percent, pooling.tier)));
        let sum = before_then.add(after_then).unwrap_or(Ratio::ZERO);
        let figure = Figure::Ratio(after_then, sum);
        reading = reading.with("the releases before", Unit::Percent, figure);
    }
    reading
}

#[cfg(test)]
mod tests {
    use crate::measures::kpi::testing::{card, line, measure, side};
    use crate::table::Rag;

    fn release(id: &str, live: &str, rest: &str) -> String {
        format!(
            "=== crm/{id}.md\n---\nkind: release\nrelease: {id}\ngo_live: {{baseline: {live}, actual: {live}}}\n{rest}---\n# {id}\n"
        )
    }

    fn defects(before: u32, after: u32) -> String {
        format!("results: {{defects: {{found_pre: {before}, found_post: {after}}}}}\n")
    }

    /// A release of 7.5 % before, and one of 15 June.
    fn two(rest: &str) -> String {
        let first = release("r1", "2026-02-02", &defects(37, 3));
        format!("{}{first}{}", card("crm", 2, ""), release("r2", "2026-06-15", rest))
    }

    #[test]
    fn the_oracle_is_8_of_160_and_green_against_7_5() {
        let m = measure("K15", &two(&defects(152, 8)), "2026-07-15");
        assert_eq!(line(&m), "5.0 % green, 8 of 160 defects");
        assert_eq!(side(&m, "the release before"), "7.5 % (3 of 40)");
        let reading = &m.projects[0].as_ref().unwrap().reading;
        assert_eq!(reading.counted[0].note, "8 found after the launch, 152 before");
        assert_eq!((&*reading.counted[0].path, reading.counted[0].line), ("crm/r2.md", 5));
        assert_eq!(m.portfolio.standing.band, Some(Rag::Green));
    }

    #[test]
    fn up_to_a_quarter_more_than_before_is_amber() {
        let of_1000 =
            |after: u32| line(&measure("K15", &two(&defects(1000 - after, after)), "2026-07-15"));
        assert_eq!(of_1000(75), "7.5 % green, 75 of 1000 defects");
        assert_eq!(of_1000(90), "9.0 % amber, 90 of 1000 defects");
        assert_eq!(of_1000(94), "9.4 % red, 94 of 1000 defects");
        // 9.375 is inside.
        let exact = two(&defects(1450, 150));
        assert_eq!(line(&measure("K15", &exact, "2026-07-15")), "9.4 % amber, 150 of 1600 defects");
    }

    #[test]
    fn limits_of_the_release_itself_come_first() {
        let own = |after| {
            let rest = format!(
                "leakage_threshold: {{green: 3, amber: 5}}\n{}",
                defects(100 - after, after)
            );
            line(&measure("K15", &two(&rest), "2026-07-15"))
        };
        assert_eq!(own(3), "3.0 % green, 3 of 100 defects");
        assert_eq!(own(5), "5.0 % amber, 5 of 100 defects");
        assert_eq!(own(6), "6.0 % red, 6 of 100 defects");
    }

    #[test]
    fn while_the_days_run_it_is_not_yet_with_the_days_left() {
        let only =
            |rest: &str| format!("{}{}", card("crm", 2, ""), release("r2", "2026-06-15", rest));
        let m = measure("K15", &only(&defects(152, 8)), "2026-07-03");
        assert_eq!(line(&m), "Err(NotYet)");
        let reading = &m.projects[0].as_ref().unwrap().reading;
        assert_eq!(reading.notes, ["Not yet for r2: 12 days left."]);
        assert_eq!(reading.excluded[0].note, "not yet: 12 days left");
        let m = measure("K15", &only(&defects(152, 8)), "2026-07-14");
        assert_eq!(m.projects[0].as_ref().unwrap().reading.notes, ["Not yet for r2: 1 day left."]);
        // Without one before there is a value and no colour.
        let m = measure("K15", &only(&defects(152, 8)), "2026-07-15");
        assert_eq!(line(&m), "5.0 % no colour, 8 of 160 defects");
        let longer = defects(152, 8).replace("found_post: 8", "found_post: 8, window_days: 45");
        assert_eq!(line(&measure("K15", &only(&longer), "2026-07-29")), "Err(NotYet)");
        assert!(line(&measure("K15", &only(&longer), "2026-07-30")).starts_with("5.0 %"));
        assert_eq!(line(&measure("K15", &only(""), "2026-07-15")), "Err(NotReported)");
        let none = line(&measure("K15", &only(&defects(0, 0)), "2026-07-15"));
        assert!(none.contains("no defect was found"), "{none}");
        let m = measure("K15", &card("crm", 2, ""), "2026-07-15");
        assert!(line(&m).contains("no release is planned"));
        let ahead = only("").replace(", actual: 2026-06-15", "");
        assert_eq!(line(&measure("K15", &ahead, "2026-06-01")), "Err(NotYet)");
    }

    #[test]
    fn nothing_leaked_before_lets_only_nothing_be_green() {
        let first = release("r1", "2026-02-02", &defects(40, 0));
        let with = |after| {
            let files = format!(
                "{}{first}{}",
                card("crm", 2, ""),
                release("r2", "2026-06-15", &defects(9, after))
            );
            line(&measure("K15", &files, "2026-07-15"))
        };
        assert_eq!(with(0), "0.0 % green, 0 of 9 defects");
        assert_eq!(with(1), "10.0 % red, 1 of 10 defects");
    }
}
