//! K21, benefits readiness: projects at or past a launch whose every benefit has
//! an owner and a metric.

use crate::data::field::Level;
use crate::lifecycles::Wanted;
use crate::measures::kpi::{Counted, Kpi, Of, Pool, Reading, Scope, Unit};
use crate::measures::releases::{in_window, releases};
use crate::table::Missing;

/// K21.
pub static KPI: Kpi = Kpi {
    id: "K21",
    name: "benefits-readiness",
    title: "Benefits readiness",
    question: "Will somebody measure what the project was for?",
    formula: "projects with at least one benefit of which every one has an owner and a metric ÷ \
              projects past a launch or inside a release window × 100, those that ended within a \
              year included. Benefits that were dropped do not count; a tier that owes no benefits \
              is left out.",
    missing: "Not yet before the release window.",
    benchmark: "100 %",
    of: Of::Things("projects"),
    unit: Unit::Percent,
    window: 365,
    closed: true,
    undated: Some("A benefit names its owner and its metric without the day they were named."),
    pool: Pool::Ratio,
    read,
};

fn read(s: &Scope<'_>) -> Reading {
    let launched = releases(s.portfolio, s.project, s.on()).iter().any(|r| r.actual.is_some());
    if !launched && !in_window(s.portfolio, s.project, s.on()) {
        return Reading::missing(Missing::NotYet);
    }
    let benefits = s.project.items("benefits").iter().filter(|b| b.status() != "dropped");
    let lacks = |b: &crate::document::Item| match (b.fields.has("owner"), b.fields.has("metric")) {
        (true, true) => None,
        (false, true) => Some("no owner"),
        (true, false) => Some("no metric"),
        (false, false) => Some("no owner and no metric"),
    };
    let all: Vec<_> = benefits.map(|b| (b, lacks(b))).collect();
    if all.is_empty() && !required(s) {
        return Reading::not_applicable("this tier owes no benefits");
    }
    let ready = !all.is_empty() && all.iter().all(|(_, lacks)| lacks.is_none());
    let mut reading = Reading::share(usize::from(ready), 1, Missing::NotYet);
    if s.detail {
        reading.counted.extend(all.iter().map(|(item, lacks)| {
            let note = lacks.unwrap_or("owner and metric").to_owned();
            Counted::item(s, item, "id", note).good(lacks.is_none())
        }));
        let card = s.portfolio.documents.get(s.project.card).filter(|_| all.is_empty());
        reading.counted.extend(card.map(|card| {
            let title = s.project.title.to_string();
            Counted::document(card, title, None, "no benefits".into()).good(false)
        }));
    }
    reading
}

/// Whether the matrix requires benefits at a release.
fn required(s: &Scope<'_>) -> bool {
    let rows = s.portfolio.requirements(s.project).iter();
    let mut mine = rows.filter(|row| match &row.wanted {
        Wanted::Registers(keys) => keys.iter().any(|key| **key == *"benefits"),
        Wanted::Kind(_) => false,
    });
    mine.any(|row| row.window(s.project.tier).level == Level::Required)
}

#[cfg(test)]
mod tests {
    use crate::measures::kpi::testing::{card, line, measure};
    use crate::table::Rag;

    fn launch(id: &str, actual: &str) -> String {
        format!(
            "=== {id}/m.yaml\nmilestones:\n  - {{id: M1, name: Live, baseline: 2026-03-01, {actual}go_live: true}}\n"
        )
    }

    fn project(id: &str, tier: u8, benefits: &str) -> String {
        format!("{}{}{benefits}", card(id, tier, ""), launch(id, "actual: 2026-03-01, "))
    }

    fn benefits(id: &str, rest: &str) -> String {
        format!(
            "=== {id}/b.yaml\nbenefits:\n  - {{id: B-1, title: Calls, status: planned{rest}}}\n"
        )
    }

    const FULL: &str = ", owner: \"@eva\", metric: Minutes";

    #[test]
    fn the_oracle_is_6_of_8_projects() {
        for (tier, band) in [(1, Rag::Red), (2, Rag::Red), (3, Rag::Amber)] {
            let mut files = String::new();
            for n in 1..=6 {
                let id = format!("p{n}");
                files += &project(&id, tier, &benefits(&id, FULL));
            }
            files += &project("p7", tier, &benefits("p7", ", metric: Minutes"));
            files += &project(
                "p8",
                tier,
                if tier == 3 {
                    "=== p8/b.yaml\nbenefits:\n  - {id: B-1, title: Calls, status: planned}\n"
                } else {
                    ""
                },
            );
            let m = measure("K21", &files, "2026-03-27");
            let standing = &m.portfolio.standing;
            assert_eq!(standing.show(m.kpi).unwrap(), "75.0 %");
            assert_eq!(standing.basis(m.kpi).unwrap(), "6 of 8 projects");
            assert_eq!(standing.band, Some(band), "tier {tier}");
        }
    }

    #[test]
    fn what_is_lacking_is_named() {
        let of = |tier, rest: &str| measure("K21", &project("crm", tier, rest), "2026-03-27");
        let m = of(2, &benefits("crm", ", owner: \"@eva\""));
        let reading = &m.projects[0].as_ref().unwrap().reading;
        assert_eq!(line(&m), "0.0 % red, 0 of 1 projects");
        assert_eq!((&*reading.counted[0].note, reading.counted[0].line), ("no metric", 2));
        let m = of(2, "");
        assert_eq!(m.projects[0].as_ref().unwrap().reading.counted[0].note, "no benefits");
        let dropped = benefits("crm", "").replace("planned", "dropped");
        assert_eq!(line(&of(2, &dropped)), "0.0 % red, 0 of 1 projects");
        assert!(line(&of(3, "")).contains("this tier owes no benefits"));
        assert_eq!(line(&of(3, &benefits("crm", FULL))), "100.0 % green, 1 of 1 projects");
    }

    #[test]
    fn before_the_release_window_it_is_not_yet() {
        let files = format!("{}{}", card("crm", 2, ""), launch("crm", ""));
        assert_eq!(line(&measure("K21", &files, "2026-01-14")), "Err(NotYet)");
        // 45 days before.
        assert_eq!(line(&measure("K21", &files, "2026-01-15")), "0.0 % red, 0 of 1 projects");
        assert_eq!(line(&measure("K21", &card("crm", 2, ""), "2026-01-15")), "Err(NotYet)");
    }
}
