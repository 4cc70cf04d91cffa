//! K17, cutover success: cutovers that held, of those that were tried.

use crate::date::Date;
use crate::measures::kpi::{Kpi, Of, Pool, Reading, Scope, Unit};
use crate::measures::releases::{Release, none_yet, releases};

/// K17.
pub static KPI: Kpi = Kpi {
    id: "K17",
    name: "cutover-success",
    title: "Cutover success",
    question: "Do our cutovers hold?",
    formula: "(success + success with issues) ÷ (those + unplanned rollbacks) × 100, of the \
              cutovers in the window. Rollbacks that were planned, as in a test, and cutovers \
              called off before they began are listed and left out.",
    missing: "Not yet where none was tried.",
    benchmark: "more than 95 %",
    of: Of::Things("cutovers"),
    unit: Unit::Percent,
    window: 365,
    closed: true,
    undated: None,
    pool: Pool::Ratio,
    read,
};

/// The day of a cutover: its end, its start, else that of the launch.
fn day(release: &Release<'_>) -> Option<Date> {
    let cutover = release.result("cutover")?;
    let of = |field| crate::date::parse(cutover.text(field)?.get(..10)?);
    of("end").or_else(|| of("start")).or(release.actual).or(release.expected)
}

fn read(s: &Scope<'_>) -> Reading {
    let all = releases(s.portfolio, s.project, s.on());
    let (mut held, mut tried) = (0, 0);
    let (mut counted, mut excluded) = (Vec::new(), Vec::new());
    for release in &all {
        let Some(outcome) = release.result("cutover").and_then(|c| c.text("outcome")) else {
            continue;
        };
        let (good, words) = match outcome {
            "success" => (Some(true), "held"),
            "success-with-issues" => (Some(true), "held, with issues"),
            "rolled-back-unplanned" => (Some(false), "rolled back unplanned"),
            "rolled-back-planned" => (None, "rolled back as planned"),
            _ => (None, "called off before it began"),
        };
        let Some(day) = s.past(day(release)) else { continue };
        let inside = s.window.holds(day);
        let counts = good.filter(|_| inside);
        tried += usize::from(counts.is_some());
        held += usize::from(counts == Some(true));
        if !s.detail {
            continue;
        }
        let thing = |note| release.counted(s, "cutover", note);
        match counts {
            Some(good) => {
                counted.extend(thing(format!("{words}, on {day}")).map(|c| c.good(good)));
            }
            None if inside => excluded.extend(thing(format!("{words}, on {day}"))),
            None => excluded.extend(thing(format!("on {day}, before {}", s.window.from))),
        }
    }
    let reading = Reading::share(held, tried, none_yet(&all));
    Reading { counted, excluded, ..reading }
}

#[cfg(test)]
mod tests {
    use crate::measures::kpi::testing::{card, line, measure};

    fn cutover(n: usize, outcome: &str, day: &str) -> String {
        format!(
            "=== crm/r{n}.md\n---\nkind: release\nrelease: r{n}\ngo_live: {{baseline: {day}}}\nresults:\n  cutover: {{outcome: {outcome}, start: \"{day}T22:00:00-04:00\"}}\n---\n# R\n"
        )
    }

    fn oracle(tier: u8) -> String {
        let mut text = card("crm", tier, "");
        for n in 1..=10 {
            text += &cutover(n, "success", &format!("2026-02-{:02}", n + 1));
        }
        text += &cutover(11, "success-with-issues", "2026-03-01");
        text += &cutover(12, "rolled-back-unplanned", "2026-03-02");
        text += &cutover(13, "aborted-before-start", "2026-03-03");
        text
    }

    #[test]
    fn the_oracle_is_11_of_12() {
        for (tier, band) in [(1, "amber"), (2, "amber"), (3, "green")] {
            let m = measure("K17", &oracle(tier), "2026-03-27");
            assert_eq!(line(&m), format!("91.7 % {band}, 11 of 12 cutovers"));
            let reading = &m.projects[0].as_ref().unwrap().reading;
            assert_eq!(reading.excluded[0].note, "called off before it began, on 2026-03-03");
            assert_eq!((&*reading.excluded[0].path, reading.excluded[0].line), ("crm/r13.md", 6));
            let bad: Vec<_> = reading.counted.iter().filter(|c| c.good == Some(false)).collect();
            assert_eq!(bad[0].note, "rolled back unplanned, on 2026-03-02");
        }
    }

    #[test]
    fn a_planned_rollback_is_left_out_and_a_year_ago_is_over() {
        let files = |outcome, day| format!("{}{}", card("crm", 1, ""), cutover(1, outcome, day));
        let of = |outcome, day| line(&measure("K17", &files(outcome, day), "2026-03-27"));
        assert_eq!(of("success", "2026-03-27"), "100.0 % green, 1 of 1 cutovers");
        assert_eq!(of("success", "2025-03-28"), "100.0 % green, 1 of 1 cutovers");
        assert_eq!(of("success", "2025-03-27"), "Err(NotYet)");
        assert_eq!(of("rolled-back-planned", "2026-03-01"), "Err(NotYet)");
        assert_eq!(of("rolled-back-unplanned", "2026-03-01"), "0.0 % red, 0 of 1 cutovers");
        // What is dated later has not happened.
        assert_eq!(of("success", "2026-03-28"), "Err(NotYet)");
        let m = measure("K17", &card("crm", 1, ""), "2026-03-27");
        assert!(line(&m).contains("no release is planned"));
    }

    #[test]
    fn few_cutovers_say_so() {
        let files = format!("{}{}", card("crm", 1, ""), cutover(1, "success", "2026-03-01"));
        let m = measure("K17", &files, "2026-03-27");
        assert!(m.portfolio.standing.few);
        assert_eq!(m.portfolio.standing.show(m.kpi).unwrap(), "1 of 1 (100.0 %)");
        assert!(!measure("K17", &oracle(1), "2026-03-27").portfolio.standing.few);
    }
}
