//! K04, scope churn: how much of the agreed scope approved changes have moved.

use crate::date::Date;
use crate::document::Item;
use crate::measures::absent_baseline;
use crate::measures::kpi::{Counted, Figure, Kpi, Of, Pool, Reading, Scope, Unit};
use crate::ratio::Ratio;
use crate::table::Missing;

/// K04.
pub static KPI: Kpi = Kpi {
    id: "K04",
    name: "scope-churn",
    title: "Scope churn",
    question: "How much of the agreed scope has moved?",
    formula: "(added + changed + removed) ÷ size of the scope baseline × 100, over the change \
              requests approved since the baseline, in its unit. The stability index is 100 less \
              the churn. A change that touches the scope and gives no size makes the value \
              partial.",
    missing: "Not reported without a baseline size or a register of changes; an empty register is \
              a churn of 0.",
    benchmark: "below 10 to 20 %",
    of: Of::Amount("units of scope"),
    unit: Unit::Percent,
    window: 90,
    closed: false,
    undated: None,
    pool: Pool::Ratio,
    read,
};

fn read(s: &Scope<'_>) -> Reading {
    let (p, project) = (s.portfolio, s.project);
    let mut documents = project.documents.iter().filter_map(|i| p.documents.get(*i));
    let agreed = documents.find_map(|d| Some((d, d.fields.record("scope_baseline")?)));
    let Some((plan, baseline)) = agreed else { return Reading::missing(absent_baseline(project)) };
    let (Some(size), true) = (baseline.number("size"), project.has_register("changes")) else {
        return Reading::missing(Missing::NotReported);
    };
    let unit = baseline.text("unit");
    let since = baseline.date("date").or(plan.fields.date("baseline_date"));
    if since.is_some_and(|d| d > s.on()) {
        return Reading::missing(Missing::NotYet);
    }
    let mut moved = Ratio::ZERO;
    let (mut counted, mut excluded, mut partial) = (Vec::new(), Vec::new(), false);
    for change in project.items("changes") {
        if change.fields.date("submitted").is_some_and(|d| d > s.on()) {
            continue;
        }
        let (why, adds) = match judge(s, change, unit, since) {
            Ok(sum) => (String::new(), Some(sum)),
            Err((why, hole)) => {
                partial |= hole;
                (why, None)
            }
        };
        match adds.and_then(|sum| moved.add(sum)) {
            Some(sum) => moved = sum,
            None if !s.detail => continue,
            None => {
                excluded.push(Counted::item(s, change, "impact", why));
                continue;
            }
        }
        if let Some(sum) = adds.filter(|_| s.detail) {
            let note = format!("{sum} {}", unit.unwrap_or("units"));
            counted.push(Counted::item(s, change, "impact", note));
        }
    }
    let reading = Reading::ratio(moved, size, Missing::NotReported);
    let mut reading = Reading { counted, excluded, partial, ..reading };
    if partial {
        reading.notes.push("At least: a change of the scope gives no size.".into());
    }
    match size.sub(moved).map(|left| if left.is_negative() { Ratio::ZERO } else { left }) {
        Some(left) => reading.with("stability index", Unit::Percent, Figure::Ratio(left, size)),
        None => reading,
    }
}

/// What a change moves, or why it does not count and whether it should have.
fn judge(
    s: &Scope<'_>,
    change: &Item,
    unit: Option<&str>,
    since: Option<Date>,
) -> Result<Ratio, (String, bool)> {
    let decided = change.fields.record("decision").and_then(|d| d.date("date"));
    if !matches!(change.status(), "approved" | "implemented") {
        return Err((format!("{}, not approved", change.status()), false));
    }
    if decided.is_some_and(|d| d > s.on()) {
        return Err((format!("not decided before {}", s.on()), false));
    }
    if let Some(since) = since.filter(|since| decided.is_some_and(|d| d < *since)) {
        return Err((format!("decided before the baseline of {since}"), false));
    }
    let impact = change.fields.record("impact");
    let Some(scope) = impact.and_then(|i| i.record("scope")) else {
        let touches = change.fields.texts("types").any(|(word, _)| word == "scope");
        let why = if touches { "unsized" } else { "does not touch the scope" };
        return Err((why.into(), touches));
    };
    if scope.text("unit").is_some_and(|u| unit.is_some_and(|unit| u != unit)) {
        let theirs = scope.text("unit").unwrap_or_default();
        return Err((format!("counted in {theirs}, not {}", unit.unwrap_or_default()), true));
    }
    let parts = ["added", "changed", "removed"].map(|name| scope.number(name));
    if parts.iter().all(Option::is_none) {
        return Err(("unsized".into(), true));
    }
    let sum = Ratio::sum(parts.into_iter().flatten().map(Ratio::abs));
    sum.ok_or_else(|| ("too large".into(), true))
}

#[cfg(test)]
mod tests {
    use crate::measures::kpi::testing::{card, line, measure, side};

    fn example(tier: u8, more: &str) -> String {
        let scope = |id: &str, status: &str, decided: &str, scope: &str| {
            format!(
                "  - {{id: {id}, title: x, types: [scope], submitted: 2026-02-01, status: \
                 {status}{decided}, impact: {{scope: {{unit: requirements, {scope}}}}}}}\n"
            )
        };
        let on = ", decision: {date: 2026-03-01, by: Lee}";
        [
            card("crm", tier, ""),
            "=== crm/plan.md\n---\nkind: plan\nproject: crm\nscope_baseline: {unit: requirements, \
             size: 120, date: 2026-01-31}\n---\n# Plan\n=== crm/changes.yaml\nchanges:\n"
                .to_owned(),
            scope("CR-001", "approved", on, "added: 9"),
            scope("CR-002", "approved", on, "changed: 5"),
            scope("CR-003", "implemented", on, "removed: 4"),
            scope("CR-004", "submitted", "", "added: 6"),
            more.to_owned(),
        ]
        .concat()
    }

    #[test]
    fn eighteen_of_120_requirements_moved() {
        let tier = |t| line(&measure("K04", &example(t, ""), "2026-03-31"));
        assert_eq!(tier(1), "15.0 % amber, 18 of 120 units of scope");
        assert_eq!(tier(2), "15.0 % green, 18 of 120 units of scope");
        assert_eq!(tier(3), "15.0 % green, 18 of 120 units of scope");
        let k = measure("K04", &example(1, ""), "2026-03-31");
        assert_eq!(side(&k, "stability index"), "85.0 % (102 of 120)");
        let reading = &k.projects[0].as_ref().unwrap().reading;
        assert_eq!(reading.counted.len(), 3);
        assert_eq!(reading.excluded[0].note, "submitted, not approved");
        assert!(!reading.partial);
    }

    #[test]
    fn what_gives_no_size_makes_it_partial() {
        let more = "  - {id: CR-005, title: x, types: [scope], submitted: 2026-02-01, status: \
                    approved, decision: {date: 2026-03-02, by: Lee}}\n  - {id: CR-006, title: x, \
                    types: [budget], submitted: 2026-02-01, status: approved, decision: {date: \
                    2026-03-02, by: Lee}}\n";
        let k = measure("K04", &example(1, more), "2026-03-31");
        let reading = &k.projects[0].as_ref().unwrap().reading;
        assert!(reading.partial);
        let notes: Vec<&str> = reading.excluded.iter().map(|e| &*e.note).collect();
        assert_eq!(notes, ["submitted, not approved", "unsized", "does not touch the scope"]);
    }

    #[test]
    fn an_empty_register_is_a_churn_of_zero_and_none_is_not_reported() {
        let text = example(1, "");
        let (before, _) = text.split_once("changes:\n").unwrap();
        let empty = format!("{before}changes: []\n");
        assert_eq!(
            line(&measure("K04", &empty, "2026-03-31")),
            "0.0 % green, 0 of 120 units of scope"
        );
        let (none, _) = text.split_once("=== crm/changes.yaml").unwrap();
        assert_eq!(line(&measure("K04", none, "2026-03-31")), "Err(NotReported)");
        let bare = card("crm", 1, "");
        assert_eq!(line(&measure("K04", &bare, "2026-03-31")), "Err(NotReported)");
        // What was decided later was not known.
        assert_eq!(
            line(&measure("K04", &text, "2026-02-20")),
            "0.0 % green, 0 of 120 units of scope"
        );
    }
}
