//! K09, risk burn-down: how much the highest risks of the window's start have
//! come down.

use crate::document::Item;
use crate::measures::hindsight::score;
use crate::measures::kpi::{Counted, Figure, Kpi, Of, Pool, Reading, Scope, Unit};
use crate::ratio::Ratio;
use crate::table::Missing;
use std::cmp::Reverse;

/// K09.
pub static KPI: Kpi = Kpi {
    id: "K09",
    name: "risk-burn-down",
    title: "Risk burn-down",
    question: "Do the biggest risks get smaller?",
    formula: "(scores at the start − scores now) ÷ scores at the start × 100, of the ten threats \
              that scored highest when the window began. One that was closed or rejected counts 0 \
              now; one that happened keeps its score, for an issue is no reduction.",
    missing: "Not reported without a register of risks; not yet without an open threat when the \
              window began.",
    benchmark: "the ten highest reduced or retired as planned",
    of: Of::Amount("points of risk"),
    unit: Unit::Percent,
    window: 90,
    closed: false,
    undated: None,
    pool: Pool::Ratio,
    read,
};

/// How many of the highest threats count.
const COHORT: usize = 10;

fn read(s: &Scope<'_>) -> Reading {
    if !s.project.has_register("risks") {
        return Reading::missing(Missing::NotReported);
    }
    let threat = |r: &&Item| r.fields.text("type") != Some("opportunity");
    let threats: Vec<&Item> = s.project.items("risks").iter().filter(threat).collect();
    let mut then: Vec<(Ratio, &Item)> = threats
        .iter()
        .filter(|r| r.status() == "open" || r.fields.date("closed").is_some() || occurred(r))
        .filter_map(|r| Some((score(r, s.window.from)?, *r)))
        .collect();
    then.sort_by_key(|(score, r)| (Reverse(*score), r.fields.date("raised"), r.id.clone()));
    let mut excluded = Vec::new();
    let below = then.split_off(then.len().min(COHORT));
    if s.detail {
        let place = |(score, r): &(Ratio, &Item)| {
            Counted::item(s, r, "assessments", format!("scored {score}, below the ten highest"))
        };
        excluded.extend(below.iter().map(place));
    }
    let (mut before, mut now, mut planned, mut met) = (Ratio::ZERO, Ratio::ZERO, 0, 0);
    let mut counted = Vec::new();
    for (start, risk) in &then {
        let happened = occurred(risk) && !risk.fields.date("closed").is_some_and(|d| d > s.on());
        let current = score(risk, s.on());
        let end = if happened { *start } else { current.unwrap_or(Ratio::ZERO) };
        let (Some(b), Some(n)) = (before.add(*start), now.add(end)) else { continue };
        (before, now) = (b, n);
        let target = risk.fields.record("target");
        if let Some(goal) =
            target.filter(|t| s.known(t.date("date"))).and_then(|t| t.number("score"))
        {
            planned += 1;
            met += i128::from(end <= goal);
        }
        if s.detail {
            let note = match current {
                _ if happened => format!("{start}, then it happened: still {end}"),
                Some(_) => format!("{start} → {end}"),
                None => format!("{start} → 0, closed"),
            };
            counted.push(Counted::item(s, risk, "assessments", note).good(end < *start));
        }
    }
    let open = threats.iter().filter(|r| !occurred(r) && s.open(r, &["open"], &["closed"]));
    let exposure = Ratio::sum(open.filter_map(|r| score(r, s.on())));
    let fresh =
        threats.iter().filter(|r| r.fields.date("raised").is_some_and(|d| s.window.holds(d)));
    let fresh = i128::try_from(fresh.count()).unwrap_or_default();
    let reduced = before.sub(now).unwrap_or(Ratio::ZERO);
    let reading = Reading::ratio(reduced, before, Missing::NotYet);
    let mut reading = Reading { counted, excluded, ..reading };
    if let Some(exposure) = exposure {
        reading = reading.with("all open threats now", Unit::Count, Figure::Total(exposure));
    }
    reading =
        reading.with("new threats in the window", Unit::Count, Figure::Total(Ratio::whole(fresh)));
    if planned == 0 {
        return reading;
    }
    let plan = Figure::Ratio(Ratio::whole(met), Ratio::whole(planned));
    reading.with("reduced as planned", Unit::Percent, plan)
}

/// Whether a risk has become an issue.
fn occurred(risk: &Item) -> bool {
    risk.status() == "occurred"
}

#[cfg(test)]
mod tests {
    use crate::measures::kpi::testing::{card, line, measure, side};

    /// A risk: its score when the window began, and what followed.
    fn risk(id: &str, (p, i): (u8, u8), now: Option<(u8, u8)>, status: &str) -> String {
        let later = now.map(|(p, i)| format!(", {{date: 2026-03-20, p: {p}, i: {i}}}"));
        format!(
            "  - {{id: {id}, title: x, raised: 2025-12-01, assessments: [{{date: 2025-12-01, p: \
             {p}, i: {i}}}{}], status: {status}}}\n",
            later.unwrap_or_default()
        )
    }

    fn example(tier: u8) -> String {
        let gone = "closed, closed: 2026-03-01";
        let fresh = |id: &str, p: u8, i: u8| {
            format!(
                "  - {{id: {id}, title: x, raised: 2026-02-15, assessments: [{{date: 2026-02-15, \
                 p: {p}, i: {i}}}], status: open}}\n"
            )
        };
        [
            card("crm", tier, ""),
            "=== crm/raid.yaml\nrisks:\n".to_owned(),
            risk("R-1", (4, 5), Some((3, 4)), "open, target: {score: 12, date: 2026-03-31}"),
            risk("R-2", (4, 4), None, "open, target: {score: 6, date: 2026-03-30}"),
            risk("R-3", (3, 5), None, "occurred, closed: 2026-03-10"),
            risk("R-4", (3, 4), None, gone),
            risk("R-5", (3, 4), Some((2, 4)), "open"),
            risk("R-6", (2, 5), None, "open"),
            risk("R-7", (3, 3), None, gone),
            risk("R-8", (3, 3), Some((2, 3)), "open"),
            risk("R-9", (2, 4), None, "open"),
            risk("R-10", (2, 3), Some((2, 2)), "open"),
            fresh("R-11", 3, 5),
            fresh("R-12", 2, 3),
        ]
        .concat()
    }

    #[test]
    fn thirty_eight_of_117_points_are_gone() {
        let k = measure("K09", &example(1), "2026-03-31");
        assert_eq!(line(&k), "32.5 % green, 38 of 117 points of risk");
        assert_eq!(side(&k, "all open threats now"), "85");
        assert_eq!(side(&k, "new threats in the window"), "2");
        assert_eq!(side(&k, "reduced as planned"), "50.0 % (1 of 2)");
        let old = example(1).replace("  - {id: R-11", "#").replace("  - {id: R-12", "#");
        assert_eq!(side(&measure("K09", &old, "2026-03-31"), "all open threats now"), "64");
        let notes: Vec<String> = k.projects[0]
            .as_ref()
            .unwrap()
            .reading
            .counted
            .iter()
            .map(|c| c.note.clone())
            .collect();
        assert_eq!(
            &notes[..4],
            ["20 → 12", "16 → 16", "15, then it happened: still 15", "12 → 0, closed"]
        );
    }

    #[test]
    fn only_the_ten_highest_count_older_first() {
        let more = example(1) + &risk("R-0", (2, 3), Some((1, 1)), "open");
        let k = measure("K09", &more, "2026-03-31");
        let reading = &k.projects[0].as_ref().unwrap().reading;
        assert_eq!(reading.counted.len(), 10);
        // The same score and age: the id decides.
        assert_eq!(reading.excluded[0].label, "R-10 x");
    }

    #[test]
    fn no_register_no_threat_then_and_what_is_raised_later() {
        assert_eq!(line(&measure("K09", &card("crm", 1, ""), "2026-03-31")), "Err(NotReported)");
        let with = |list: &str| {
            let text = format!("{}=== crm/raid.yaml\nrisks:{list}\n", card("crm", 1, ""));
            line(&measure("K09", &text, "2026-03-31"))
        };
        assert_eq!(with(" []"), "Err(NotYet)");
        let chance = risk("R-1", (5, 5), None, "open, type: opportunity");
        assert_eq!(with(&format!("\n{chance}")), "Err(NotYet)");
        let grown = risk("R-1", (2, 2), Some((2, 4)), "open");
        assert_eq!(with(&format!("\n{grown}")), "-100.0 % red, -4 of 4 points of risk");
    }
}
