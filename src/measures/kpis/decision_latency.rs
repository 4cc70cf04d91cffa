//! K20, decision latency: business days between request and decision, and how
//! that changed within a year.

use crate::date::{Date, plus};
use crate::document::Item;
use crate::measures::kpi::{
    Colour, Counted, Figure, Kpi, Of, Pool, Pooling, Reading, Scope, Unit, median, nothing,
};
use crate::ratio::Ratio;
use crate::table::Missing;
use crate::text::figure;

/// K20.
pub static KPI: Kpi = Kpi {
    id: "K20",
    name: "decision-latency",
    title: "Decision latency",
    question: "Do decisions come faster than a year ago?",
    formula: "median of the business days from request to decision, of the decisions of the last \
              365 days, against the median of the 365 days before. With fewer than five decisions \
              in either year the median of the last 90 days counts instead. A request that waits \
              longer than the amber limit in days makes the colour one step worse.",
    missing: "Not reported without a decision register, not yet where nothing was decided; open \
              requests are listed all the same.",
    benchmark: "20 % faster within a year",
    of: Of::Things("decisions"),
    unit: Unit::Change,
    window: 365,
    closed: false,
    undated: None,
    pool: Pool::Own(pool),
    read,
};

/// The limits in days.
const DAYS: &str = "decision-latency-days";

/// Decisions each year must have to be compared.
const ENOUGH: usize = 5;

/// Days looked at where years cannot be compared.
const LATELY: i64 = 90;

/// One decision that was taken.
#[derive(Debug, Clone, Copy)]
struct Taken {
    day: Date,
    latency: Ratio,
    /// Whether it came later than needed; `None` where nobody said when.
    late: Option<bool>,
}

/// What is known of decisions, of one project or many.
#[derive(Debug, Default)]
struct Known {
    taken: Vec<Taken>,
    /// The longest wait of an open request.
    oldest: Option<Ratio>,
}

fn known(s: &Scope<'_>) -> Known {
    let mut known = Known::default();
    for item in s.project.items("decisions") {
        match stand(s, item) {
            Stand::Taken(taken) => known.taken.push(taken),
            Stand::Open(age) => known.oldest = known.oldest.max(Some(age)),
            Stand::Out(_) => {}
        }
    }
    known
}

/// How a decision stands on the day asked about.
enum Stand {
    Taken(Taken),
    /// It waits for so many business days.
    Open(Ratio),
    /// It says nothing here, and why.
    Out(&'static str),
}

fn stand(s: &Scope<'_>, item: &Item) -> Stand {
    let fields = &item.fields;
    let decided = s.past(fields.date("decided"));
    let Some(requested) = fields.date("requested") else {
        return Stand::Out("no date of request");
    };
    if requested > s.on() {
        return Stand::Out("requested later");
    }
    match decided {
        Some(day) if day < requested => Stand::Out("decided before it was requested"),
        Some(day) => Stand::Taken(Taken {
            day,
            latency: s.business_days(requested, day),
            late: fields.date("needed_by").map(|needed| day > needed),
        }),
        None if fields.date("decided").is_some() || item.status() == "requested" => {
            Stand::Open(s.business_days(requested, s.on()))
        }
        None if item.status() == "decided" => Stand::Out("no date of decision"),
        None => Stand::Out("withdrawn or superseded"),
    }
}

fn read(s: &Scope<'_>) -> Reading {
    if !s.project.has_register("decisions") {
        return Reading::missing(Missing::NotReported);
    }
    let mut reading = judge(&known(s), s.on(), Missing::NotYet);
    if !s.detail {
        return reading;
    }
    let from = plus(s.on(), if reading.unit.is_none() { -KPI.window } else { -LATELY });
    for item in s.project.items("decisions") {
        let days = |n: Ratio| {
            let n = i64::try_from(n.rounded(0)).unwrap_or(i64::MAX);
            figure(n, "business day", "business days")
        };
        let thing = |note| Counted::item(s, item, "requested", note);
        match stand(s, item) {
            Stand::Taken(taken) if taken.day > from => {
                let late = if taken.late == Some(true) { ", later than needed" } else { "" };
                let note = format!("{}{late}", days(taken.latency));
                let thing = thing(note);
                let thing = taken.late.map_or(thing.clone(), |late| thing.good(!late));
                reading.counted.push(thing);
            }
            Stand::Taken(taken) => {
                reading.excluded.push(thing(format!("decided on {}", taken.day)));
            }
            Stand::Open(age) => {
                reading.excluded.push(thing(format!("open for {}", days(age))));
            }
            Stand::Out(why) => reading.excluded.push(thing(why.into())),
        }
    }
    reading
}

/// The reading of what is known.
fn judge(known: &Known, on: Date, none: Missing) -> Reading {
    let between = |from: Date, to: Date| -> Vec<&Taken> {
        known.taken.iter().filter(|t| t.day > from && t.day <= to).collect()
    };
    let latencies = |list: &[&Taken]| -> Vec<Ratio> { list.iter().map(|t| t.latency).collect() };
    let (year, two) = (plus(on, -KPI.window), plus(on, -2 * KPI.window));
    let (now, then) = (between(year, on), between(two, year));
    let lately = between(plus(on, -LATELY), on);
    let change = || {
        let (now, then) = (median(&latencies(&now))?, median(&latencies(&then))?);
        now.sub(then)?.percent_of(then)
    };
    let enough = now.len() >= ENOUGH && then.len() >= ENOUGH;
    let (mut reading, shown) = match Some(()).filter(|()| enough).and_then(|()| change()) {
        Some(change) => {
            let mut reading = Reading::median(latencies(&now), none);
            let medians = (median(&latencies(&now)), median(&latencies(&then)));
            reading.value = Ok(change);
            reading.earlier = latencies(&then);
            let (a, b) = medians;
            for (label, value) in [("median of the year", a), ("of the year before", b)] {
                let figure = Figure::Mean(value.into_iter().collect());
                reading = reading.with(label, Unit::BusinessDays, figure);
            }
            (reading, now)
        }
        None => {
            let few = lately.is_empty() && !now.is_empty();
            let shown = if few { now } else { lately };
            let mut reading = Reading::median(latencies(&shown), none);
            reading.unit = Some(Unit::BusinessDays);
            reading.limits = Some(DAYS);
            if few {
                reading.colour = Colour::None;
                reading.notes.push(format!("Nothing was decided in the last {LATELY} days."));
            }
            (reading, shown)
        }
    };
    let dated: Vec<bool> = shown.iter().filter_map(|t| t.late).collect();
    if !dated.is_empty() {
        let whole = |n: usize| Ratio::whole(i128::try_from(n).unwrap_or(i128::MAX));
        let late = dated.iter().filter(|late| **late).count();
        let figure = Figure::Ratio(whole(late), whole(dated.len()));
        reading = reading.with("later than needed", Unit::Percent, figure);
    }
    reading.waiting = known.oldest.map(|age| (age, DAYS));
    if let Some(age) = known.oldest {
        let days = i64::try_from(age.rounded(0)).unwrap_or(i64::MAX);
        let days = figure(days, "business day", "business days");
        reading.notes.push(format!("The oldest open request waits for {days}."));
    }
    reading
}

/// All decisions together.
fn pool(pooling: &Pooling<'_>) -> Reading {
    let mut all = Known::default();
    for (project, _) in pooling.readings {
        let s = Scope {
            portfolio: pooling.portfolio,
            project,
            thresholds: pooling.thresholds,
            window: pooling.window,
            detail: false,
        };
        let one = known(&s);
        all.taken.extend(one.taken);
        all.oldest = all.oldest.max(one.oldest);
    }
    judge(&all, pooling.window.to, nothing(pooling.readings))
}

#[cfg(test)]
mod tests {
    use crate::measures::kpi::testing::{card, line, measure, side};

    fn decisions(list: &[(&str, &str)]) -> String {
        let mut text = "=== crm/decisions.yaml\ndecisions:\n".to_owned();
        for (n, (asked, decided)) in list.iter().enumerate() {
            let end = match *decided {
                "" => "status: requested".to_owned(),
                day => format!("status: decided, decided: {day}"),
            };
            text += &format!(
                "  - {{id: D-{n}, title: Choose {n}, requested: {asked}, needed_by: 2026-03-19, {end}}}\n"
            );
        }
        text
    }

    const TAKEN: [(&str, &str); 3] =
        [("2026-03-02", "2026-03-06"), ("2026-03-09", "2026-03-20"), ("2026-03-16", "2026-03-24")];

    #[test]
    fn the_oracle_is_six_business_days_and_the_open_one_makes_it_red() {
        let files = |tier| {
            let all = [TAKEN.as_slice(), &[("2026-03-10", "")]].concat();
            format!("{}{}", card("crm", tier, ""), decisions(&all))
        };
        let m = measure("K20", &files(1), "2026-03-31");
        assert_eq!(line(&m), "6.0 bd red, 3 decisions");
        assert_eq!(side(&m, "later than needed"), "66.7 % (2 of 3)");
        let standing = m.projects[0].as_ref().unwrap();
        assert!(standing.few);
        let notes: Vec<&str> = standing.reading.counted.iter().map(|c| &*c.note).collect();
        assert_eq!(notes[1], "9 business days, later than needed");
        assert_eq!(standing.reading.excluded[0].note, "open for 15 business days");
        assert_eq!(standing.reading.excluded[0].line, 5);
        // Without it the median is amber; 15 is more than the 10 of tier 1.
        let calm = format!("{}{}", card("crm", 1, ""), decisions(&TAKEN));
        assert_eq!(line(&measure("K20", &calm, "2026-03-31")), "6.0 bd amber, 3 decisions");
        // 7 green and 12 amber: green one step worse. 10 green and 15 amber: 15 is inside.
        assert_eq!(line(&measure("K20", &files(2), "2026-03-31")), "6.0 bd amber, 3 decisions");
        assert_eq!(line(&measure("K20", &files(3), "2026-03-31")), "6.0 bd green, 3 decisions");
        assert_eq!(m.portfolio.standing.show(m.kpi).unwrap(), "6.0 bd");
    }

    /// Five decisions of so many business days in each year.
    fn years(now: &str, then: &str) -> String {
        let mut all = Vec::new();
        for _ in 0..5 {
            all.push(("2026-03-02", now));
            all.push(("2025-03-03", then));
        }
        format!("{}{}", card("crm", 1, ""), decisions(&all))
    }

    #[test]
    fn a_fifth_faster_than_the_year_before_is_green() {
        // 8 against 10 business days.
        let m = measure("K20", &years("2026-03-12", "2025-03-17"), "2026-03-31");
        assert_eq!(line(&m), "-20.0 % green, 5 decisions");
        assert_eq!(side(&m, "median of the year"), "8.0 bd");
        assert_eq!(side(&m, "of the year before"), "10.0 bd");
        let m = measure("K20", &years("2026-03-13", "2025-03-17"), "2026-03-31");
        assert_eq!(line(&m), "-10.0 % amber, 5 decisions");
        let m = measure("K20", &years("2026-03-16", "2025-03-17"), "2026-03-31");
        assert_eq!(line(&m), "0.0 % amber, 5 decisions");
        let m = measure("K20", &years("2026-03-17", "2025-03-17"), "2026-03-31");
        assert_eq!(line(&m), "+10.0 % red, 5 decisions");
        assert_eq!(m.portfolio.standing.show(m.kpi).unwrap(), "+10.0 %");
    }

    #[test]
    fn four_in_a_year_are_too_few_to_compare() {
        let files = years("2026-03-12", "2025-03-17").replacen(
            "decided: 2026-03-12",
            "decided: 2026-04-12",
            1,
        );
        assert_eq!(line(&measure("K20", &files, "2026-03-31")), "8.0 bd red, 4 decisions");
    }

    #[test]
    fn missing_states_are_told_apart() {
        assert_eq!(line(&measure("K20", &card("crm", 1, ""), "2026-03-31")), "Err(NotReported)");
        let open = format!("{}{}", card("crm", 1, ""), decisions(&[("2026-03-10", "")]));
        let m = measure("K20", &open, "2026-03-31");
        assert_eq!(line(&m), "Err(NotYet)");
        let reading = &m.projects[0].as_ref().unwrap().reading;
        assert_eq!(reading.notes, ["The oldest open request waits for 15 business days."]);
        assert_eq!(reading.excluded[0].note, "open for 15 business days");
        // Decided within the year and not within 90 days: a value without a colour.
        let old = format!("{}{}", card("crm", 1, ""), decisions(&[("2025-11-03", "2025-11-07")]));
        assert_eq!(line(&measure("K20", &old, "2026-03-31")), "4.0 bd no colour, 1 decision");
        let wrong = decisions(&[("2026-03-10", "2026-03-09")]);
        let m = measure("K20", &format!("{}{wrong}", card("crm", 1, "")), "2026-03-31");
        assert_eq!(line(&m), "Err(NotYet)");
    }

    #[test]
    fn a_decision_taken_later_was_open_before() {
        let files = format!("{}{}", card("crm", 1, ""), decisions(&TAKEN));
        let m = measure("K20", &files, "2026-03-12");
        assert_eq!(line(&m), "4.0 bd green, 1 decision");
        let reading = &m.projects[0].as_ref().unwrap().reading;
        assert_eq!(reading.notes, ["The oldest open request waits for 3 business days."]);
    }
}
