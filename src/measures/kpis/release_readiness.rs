//! K13, release readiness: criteria of the go/no-go that are met, of those that
//! apply.

use crate::data::record::Record;
use crate::date::{Date, long};
use crate::document::Document;
use crate::measures::kpi::{Colour, Counted, Figure, Kpi, Of, Pool, Reading, Scope, Unit};
use crate::measures::releases;
use crate::ratio::Ratio;
use crate::table::Missing;
use crate::text::figure;

/// K13.
pub static KPI: Kpi = Kpi {
    id: "K13",
    name: "release-readiness",
    title: "Release readiness",
    question: "Is the next release ready to go live?",
    formula: "met ÷ (met + not met + waived) × 100, of the criteria of the next go/no-go. What \
              does not apply, with a reason, is left out. A criterion that cannot be done without \
              and is neither met nor waived by somebody with a reason makes the release not ready, \
              whatever the share. The colour counts from ten business days before the meeting.",
    missing: "Not yet outside the release window, not reported inside it without a go/no-go.",
    benchmark: "95 to 100 % at the go/no-go",
    of: Of::Things("criteria"),
    unit: Unit::Percent,
    window: 90,
    closed: false,
    undated: Some("A criterion says whether it is met, not since when."),
    pool: Pool::Ratio,
    read,
};

/// Business days before the meeting from which the share has a colour.
const JUDGED: i128 = 10;

/// How a criterion stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stand {
    /// It is true.
    Met,
    /// It is not, or nobody says.
    NotMet,
    /// Somebody waived it and says why.
    Waived,
    /// It does not apply, with a reason.
    LeftOut,
}

fn stand(criterion: &Record) -> Stand {
    let says = |field| criterion.has(field);
    match criterion.text("status") {
        Some("met") => Stand::Met,
        Some("waived") if says("waived_by") && says("reason") => Stand::Waived,
        Some("na") if says("reason") => Stand::LeftOut,
        _ => Stand::NotMet,
    }
}

fn read(s: &Scope<'_>) -> Reading {
    let Some((document, meeting)) = next(s) else {
        let inside = releases::in_window(s.portfolio, s.project, s.on());
        return Reading::missing(if inside { Missing::NotReported } else { Missing::NotYet });
    };
    let (mut met, mut asked, mut open) = (0, 0, 0);
    let mut areas: Vec<(&'static str, i128, i128)> = Vec::new();
    let (mut counted, mut excluded) = (Vec::new(), Vec::new());
    for item in document.fields.list("criteria") {
        let Some(criterion) = item.datum.record() else { continue };
        let stand = stand(criterion);
        let must = criterion.flag("must") == Some(true);
        let blocks = must && stand == Stand::NotMet;
        if stand != Stand::LeftOut {
            asked += 1;
            met += usize::from(stand == Stand::Met);
            open += usize::from(blocks);
            let area = area(criterion.text("area"));
            let more = i128::from(stand == Stand::Met);
            match areas.iter_mut().find(|(name, ..)| *name == area) {
                Some((_, n, d)) => (*n, *d) = (*n + more, *d + 1),
                None => areas.push((area, more, 1)),
            }
        }
        if !s.detail {
            continue;
        }
        let words = ["id", "text"].iter().filter_map(|f| criterion.text(f));
        let label = words.collect::<Vec<_>>().join(" ");
        let reason = criterion.text("reason").unwrap_or_default();
        let note = match (stand, criterion.text("status")) {
            (Stand::Met, _) => "met".to_owned(),
            (Stand::Waived, _) => format!("waived: {reason}"),
            (Stand::LeftOut, _) => format!("does not apply: {reason}"),
            (_, Some("waived")) => "waived without a name and a reason".to_owned(),
            (_, Some("na")) => "said not to apply, without a reason".to_owned(),
            _ if blocks => "not met, and the release cannot do without".to_owned(),
            _ => "not met".to_owned(),
        };
        let span = criterion.span("status").unwrap_or(item.span);
        let thing = Counted::document(document, label, Some(span), note);
        match stand {
            Stand::LeftOut => excluded.push(thing),
            _ => counted.push(thing.good(stand == Stand::Met)),
        }
    }
    let mut reading = Reading::share(met, asked, Missing::NotReported);
    (reading.counted, reading.excluded) = (counted, excluded);
    if open > 0 {
        let open = figure(i64::try_from(open).unwrap_or(i64::MAX), "must-have", "must-haves");
        reading.notes.push(format!("NOT READY: {open} open."));
    }
    match meeting {
        Some(day) if s.business_days(s.on(), day) <= Ratio::whole(JUDGED) => {}
        Some(day) => {
            reading.colour = Colour::None;
            let day = long(day);
            reading.notes.push(format!(
                "Shown as progress until {JUDGED} business days before the meeting on {day}."
            ));
        }
        None => {
            reading.colour = Colour::None;
            reading.notes.push("Shown as progress: the meeting has no date.".into());
        }
    }
    for (area, n, d) in areas {
        reading =
            reading.with(area, Unit::Percent, Figure::Ratio(Ratio::whole(n), Ratio::whole(d)));
    }
    reading
}

/// The go/no-go that is next, else the last one inside the window; with the day
/// of its meeting.
fn next<'a>(s: &Scope<'a>) -> Option<(&'a Document, Option<Date>)> {
    let mut all: Vec<(&Document, Option<Date>)> = releases::documents(s)
        .filter(|d| d.fields.has("criteria"))
        .map(|d| (d, d.fields.date("meeting")))
        .filter(|(_, day)| day.is_none_or(|day| day > s.window.from))
        .collect();
    all.sort_by_key(|(d, day)| (day.is_none(), *day, d.path.clone()));
    let waits = |(d, day): &&(&Document, Option<Date>)| {
        let open = matches!(d.fields.text("decision"), None | Some("pending"));
        day.is_none_or(|day| day >= s.on()) || open
    };
    all.iter().find(waits).or(all.last()).copied()
}

/// An area in words.
fn area(written: Option<&str>) -> &'static str {
    match written {
        Some("test") => "test",
        Some("ops") => "operations",
        Some("security") => "security",
        Some("data") => "data",
        Some("business") => "business",
        Some("communication") => "communication",
        Some("vendor") => "vendor",
        Some("rollback") => "rollback",
        Some("compliance") => "compliance",
        _ => "no area",
    }
}

#[cfg(test)]
mod tests {
    use crate::measures::kpi::testing::{card, line, measure, side};

    const META: &str = "kind: go-no-go\nrelease: r1\nrecommendation: go\ndecision: pending\n";

    fn project(tier: u8, meeting: &str, criteria: &[String]) -> String {
        format!(
            "{}=== crm/go.md\n---\n{META}{meeting}criteria:\n{}---\n# Go\n",
            card("crm", tier, ""),
            criteria.concat()
        )
    }

    fn criterion(n: usize, area: &str, rest: &str) -> String {
        format!("  - {{id: C{n}, area: {area}, text: Thing {n}, {rest}}}\n")
    }

    /// 24 criteria: 8 of test and 6 of security met, 6 of 8 of operations, 2 not
    /// applicable.
    fn oracle() -> Vec<String> {
        let met = |n, area: &str| criterion(n, area, "must: true, status: met");
        let mut all: Vec<String> = (1..9).map(|n| met(n, "test")).collect();
        all.extend((9..15).map(|n| met(n, "security")));
        all.extend((15..21).map(|n| met(n, "ops")));
        all.push(criterion(21, "ops", "must: true, status: not-met"));
        all.push(criterion(22, "ops", "must: false, status: not-met"));
        let na = "status: na, reason: Nothing is moved";
        all.extend((23..25).map(|n| criterion(n, "data", na)));
        all
    }

    const MEETING: &str = "meeting: 2026-06-11\n";

    #[test]
    fn the_oracle_is_20_of_22_and_not_ready() {
        for (tier, band) in [(1, "red"), (2, "amber"), (3, "amber")] {
            let m = measure("K13", &project(tier, MEETING, &oracle()), "2026-06-01");
            assert_eq!(line(&m), format!("90.9 % {band}, 20 of 22 criteria"));
            assert_eq!(side(&m, "test"), "100.0 % (8 of 8)");
            assert_eq!(side(&m, "operations"), "75.0 % (6 of 8)");
            assert_eq!(side(&m, "security"), "100.0 % (6 of 6)");
            let reading = &m.projects[0].as_ref().unwrap().reading;
            assert_eq!(reading.notes, ["NOT READY: 1 must-have open."]);
            assert_eq!((reading.counted.len(), reading.excluded.len()), (22, 2));
            assert_eq!(reading.excluded[0].note, "does not apply: Nothing is moved");
            assert_eq!(&*reading.counted[20].path, "crm/go.md");
            assert_eq!(reading.counted[20].line, 28);
            assert_eq!(reading.counted[20].note, "not met, and the release cannot do without");
        }
    }

    #[test]
    fn before_ten_business_days_it_is_progress_without_a_colour() {
        // 28 May to 11 June are ten business days.
        let m = measure("K13", &project(1, MEETING, &oracle()), "2026-05-28");
        assert_eq!(line(&m), "90.9 % red, 20 of 22 criteria");
        let m = measure("K13", &project(1, MEETING, &oracle()), "2026-05-27");
        assert_eq!(line(&m), "90.9 % no colour, 20 of 22 criteria");
        let reading = &m.projects[0].as_ref().unwrap().reading;
        assert_eq!(
            reading.notes[1],
            "Shown as progress until 10 business days before the meeting on 11 June 2026."
        );
        let m = measure("K13", &project(1, "", &oracle()), "2026-06-01");
        assert_eq!(line(&m), "90.9 % no colour, 20 of 22 criteria");
    }

    #[test]
    fn a_waiver_counts_against_the_share_and_opens_the_way_only_with_name_and_reason() {
        let met = criterion(1, "test", "must: true, status: met");
        let waived = |more: &str| {
            let waived = criterion(2, "ops", &format!("must: true, status: waived{more}"));
            measure("K13", &project(2, MEETING, &[met.clone(), waived]), "2026-06-01")
        };
        let m = waived(", waived_by: \"@dokafor\", reason: Second wave");
        assert_eq!(line(&m), "50.0 % red, 1 of 2 criteria");
        assert!(m.projects[0].as_ref().unwrap().reading.notes.is_empty());
        let m = waived(", waived_by: \"@dokafor\"");
        assert_eq!(m.projects[0].as_ref().unwrap().reading.notes, ["NOT READY: 1 must-have open."]);
        // What does not apply needs a reason too.
        let na = criterion(2, "ops", "status: na");
        let m = measure("K13", &project(2, MEETING, &[met.clone(), na]), "2026-06-01");
        assert_eq!(line(&m), "50.0 % red, 1 of 2 criteria");
    }

    #[test]
    fn without_a_go_no_go_it_is_not_yet_and_inside_the_window_not_reported() {
        let launch = |day: &str| {
            format!(
                "{}=== crm/m.yaml\nmilestones:\n  - {{id: M1, name: Live, baseline: {day}, go_live: true}}\n",
                card("crm", 2, "")
            )
        };
        // Tier 2: 45 days.
        let m = measure("K13", &launch("2026-07-17"), "2026-06-01");
        assert_eq!(line(&m), "Err(NotYet)");
        let m = measure("K13", &launch("2026-07-16"), "2026-06-01");
        assert_eq!(line(&m), "Err(NotReported)");
        let m = measure("K13", &card("crm", 2, ""), "2026-06-01");
        assert_eq!(line(&m), "Err(NotYet)");
        // A draft is not told to anybody, and a meeting of long ago is over.
        let draft = project(2, &format!("state: draft\n{MEETING}"), &oracle());
        assert_eq!(line(&measure("K13", &draft, "2026-06-01")), "Err(NotYet)");
        let old = project(2, MEETING, &oracle()).replace("pending", "go");
        assert_eq!(line(&measure("K13", &old, "2026-09-08")), "90.9 % amber, 20 of 22 criteria");
        assert_eq!(line(&measure("K13", &old, "2026-09-09")), "Err(NotYet)");
        let none = project(2, MEETING, &[]).replace("criteria:\n", "");
        assert_eq!(line(&measure("K13", &none, "2026-06-01")), "Err(NotYet)");
    }

    #[test]
    fn the_portfolio_adds_up_criteria_and_takes_the_strictest_tier() {
        let one = project(1, MEETING, &oracle());
        let two = project(3, MEETING, &[criterion(1, "test", "status: met")]).replace("crm", "erp");
        let m = measure("K13", &format!("{one}{two}"), "2026-06-01");
        let standing = &m.portfolio.standing;
        assert_eq!(standing.show(m.kpi).unwrap(), "91.3 %");
        assert_eq!(standing.basis(m.kpi).unwrap(), "21 of 23 criteria");
        assert_eq!((m.portfolio.tier, standing.band), (0, Some(crate::table::Rag::Red)));
    }
}
