//! K05, change request cycle time: business days from hand-in to decision.

use crate::document::Item;
use crate::lifecycles::Class;
use crate::measures::kpi::{Counted, Figure, Kpi, Of, Pool, Reading, Scope, Unit};
use crate::table::Missing;

/// K05.
pub static KPI: Kpi = Kpi {
    id: "K05",
    name: "change-cycle-time",
    title: "Change request cycle time",
    question: "How long does a change request wait for its decision?",
    formula: "The median of the business days from hand-in to decision, over the change requests \
              decided in the window. While one that is still open is older than the limit of amber \
              the colour is one step worse, so that nobody looks fast by not deciding. Drafts, \
              withdrawn and merged ones do not count.",
    missing: "Does not apply where none was decided and none is open; not yet while some are open \
              and none is decided.",
    benchmark: "below 5 to 10 business days",
    of: Of::Things("change requests"),
    unit: Unit::BusinessDays,
    window: 90,
    closed: false,
    undated: None,
    pool: Pool::Median,
    read,
};

fn read(s: &Scope<'_>) -> Reading {
    if !s.project.has_register("changes") {
        let early = s.project.phase().is_some_and(|p| p.class < Class::Execute);
        return Reading::missing(if early { Missing::NotYet } else { Missing::NotReported });
    }
    let mut observations = Vec::new();
    let (mut counted, mut excluded, mut oldest) = (Vec::new(), Vec::new(), None);
    let mut unusable = false;
    for change in s.project.items("changes") {
        let submitted = change.fields.date("submitted");
        if submitted.is_some_and(|d| d > s.on()) {
            continue;
        }
        let mut leave = |change: &Item, why: &str| {
            if s.detail {
                excluded.push(Counted::item(s, change, "status", why.into()));
            }
        };
        let decided = change.fields.record("decision").and_then(|d| d.date("date"));
        let over = matches!(change.status(), "approved" | "rejected" | "deferred" | "implemented");
        let open = matches!(change.status(), "submitted" | "assessing")
            || (over && decided.is_some_and(|d| d > s.on()));
        let Some(submitted) = submitted.filter(|_| over || open) else {
            let why = if over || open { "no day of hand-in" } else { change.status() };
            leave(change, why);
            continue;
        };
        if open {
            let age = s.business_days(submitted, s.on());
            oldest = oldest.max(Some(age));
            leave(change, &format!("open for {}", Unit::BusinessDays.show(age)));
            continue;
        }
        match decided {
            Some(decided) if decided < submitted => {
                unusable = true;
                leave(change, "decided before it was handed in");
            }
            Some(decided) if s.window.holds(decided) => {
                let took = s.business_days(submitted, decided);
                observations.push(took);
                if s.detail {
                    let note =
                        format!("{submitted} to {decided}: {}", Unit::BusinessDays.show(took));
                    counted.push(Counted::item(s, change, "decision", note));
                }
            }
            Some(decided) => leave(change, &format!("decided {decided}, before the window")),
            None => {
                unusable = true;
                leave(change, "decided without a date");
            }
        }
    }
    let none = match oldest {
        Some(_) => Missing::NotYet,
        None if unusable => Missing::NotReported,
        None => Missing::NotApplicable("no change requests".into()),
    };
    let reading = Reading::median(observations.clone(), none);
    let mut reading = Reading { counted, excluded, ..reading };
    if let Some(age) = oldest {
        reading.waiting = Some((age, KPI.name));
        reading.notes.push(format!("The oldest open one waits {}.", Unit::BusinessDays.show(age)));
    }
    if observations.is_empty() {
        return reading;
    }
    reading.with("mean", Unit::Index, Figure::Mean(observations.clone())).with(
        "nine in ten within",
        Unit::BusinessDays,
        Figure::Percentile90(observations),
    )
}

#[cfg(test)]
mod tests {
    use crate::measures::kpi::testing::{card, line, measure, measure_with, side};

    fn example(tier: u8) -> String {
        let decided = |id: &str, submitted: &str, decided: &str, status: &str| {
            format!(
                "  - {{id: {id}, title: x, submitted: 2026-{submitted}, status: {status}, \
                 decision: {{date: 2026-{decided}, by: Lee}}}}\n"
            )
        };
        [
            card("crm", tier, ""),
            "=== crm/changes.yaml\nchanges:\n".to_owned(),
            decided("CR-1", "03-02", "03-09", "approved"),
            decided("CR-2", "03-05", "03-19", "rejected"),
            decided("CR-3", "03-10", "03-13", "implemented"),
            "  - {id: CR-4, title: x, submitted: 2026-03-12, status: assessing}\n".to_owned(),
            decided("CR-5", "03-20", "03-31", "deferred"),
            "  - {id: CR-6, title: x, status: draft}\n".to_owned(),
        ]
        .concat()
    }

    #[test]
    fn the_median_is_six_and_the_open_one_worsens_the_colour() {
        let tier = |t| line(&measure("K05", &example(t), "2026-03-31"));
        assert_eq!(tier(1), "6.0 bd red, 4 change requests");
        assert_eq!(tier(2), "6.0 bd amber, 4 change requests");
        assert_eq!(tier(3), "6.0 bd green, 4 change requests");
        let k = measure("K05", &example(1), "2026-03-31");
        assert_eq!(side(&k, "mean"), "6.25");
        assert_eq!(side(&k, "nine in ten within"), "10.0 bd");
        let reading = &k.projects[0].as_ref().unwrap().reading;
        assert_eq!(reading.notes, ["The oldest open one waits 13.0 bd."]);
        let left: Vec<&str> = reading.excluded.iter().map(|e| &*e.note).collect();
        assert_eq!(left, ["open for 13.0 bd", "draft"]);
        assert_eq!(k.portfolio.standing.band, k.projects[0].as_ref().unwrap().band);
    }

    #[test]
    fn holidays_are_not_worked() {
        let one = format!(
            "{}=== crm/changes.yaml\nchanges:\n  - {{id: CR-1, title: x, submitted: 2026-03-31, \
             status: approved, decision: {{date: 2026-04-07, by: Lee}}}}\n",
            card("crm", 1, "")
        );
        let with = |holidays: &str| {
            let config = format!("[calendar]\nholidays = [{holidays}]\n");
            line(&measure_with("K05", &one, "2026-04-08", &config))
        };
        assert_eq!(with(""), "5.0 bd green, 1 change request");
        assert_eq!(with("\"2026-04-03\""), "4.0 bd green, 1 change request");
        assert_eq!(with("\"2026-04-03\", \"2026-04-06\""), "3.0 bd green, 1 change request");
    }

    #[test]
    fn none_asked_for_none_decided_and_no_register_are_told_apart() {
        let with = |list: &str| {
            let text = format!("{}=== crm/changes.yaml\nchanges:{list}\n", card("crm", 1, ""));
            line(&measure("K05", &text, "2026-03-31"))
        };
        assert!(with(" []").contains("no change requests"));
        let open = "\n  - {id: CR-1, title: x, submitted: 2026-03-12, status: submitted}";
        assert_eq!(with(open), "Err(NotYet)");
        assert_eq!(line(&measure("K05", &card("crm", 1, ""), "2026-03-31")), "Err(NotReported)");
        let undated = "\n  - {id: CR-1, title: x, submitted: 2026-03-12, status: approved}";
        assert_eq!(with(undated), "Err(NotReported)");
        let backwards = "\n  - {id: CR-1, title: x, submitted: 2026-03-12, status: approved, decision: {date: 2026-03-02}}";
        assert_eq!(with(backwards), "Err(NotReported)");
    }
}
