//! K11, dependency confirmation: what others must deliver soon, and have
//! promised.

use crate::date::plus;
use crate::measures::kpi::{Counted, Kpi, Of, Pool, Reading, Scope, Unit};
use crate::table::Missing;

/// K11.
pub static KPI: Kpi = Kpi {
    id: "K11",
    name: "dependency-confirmation",
    title: "Dependency confirmation",
    question: "Is what we need soon promised by someone, for a day?",
    formula: "confirmed ÷ in scope × 100. In scope are the dependencies needed within 42 days \
              (tier 3: 28 days), the overdue ones, and those without a day they are needed by; \
              delivered and cancelled ones are not. Confirmed means: an owner, a \
              committed date and the status confirmed.",
    missing: "Not reported without a register of dependencies; does not apply where none is in \
              scope.",
    benchmark: "90 to 100 % for the next four to six weeks",
    of: Of::Things("dependencies"),
    unit: Unit::Percent,
    window: 90,
    closed: false,
    undated: Some("A dependency says whether it is confirmed, not since when."),
    pool: Pool::Ratio,
    read,
};

fn read(s: &Scope<'_>) -> Reading {
    if !s.project.has_register("dependencies") {
        return Reading::missing(Missing::NotReported);
    }
    let ahead = s.limits(KPI.name).days(s.project.tier).rounded(0);
    let horizon = plus(s.on(), i64::try_from(ahead).unwrap_or(0));
    let (mut confirmed, mut all, mut counted, mut excluded) = (0, 0, Vec::new(), Vec::new());
    for item in s.project.items("dependencies") {
        if item.fields.date("raised").is_some_and(|d| d > s.on()) {
            continue;
        }
        let need_by = item.fields.date("need_by");
        let over = matches!(item.status(), "delivered" | "cancelled");
        let why_not = match need_by {
            _ if over => Some(item.status().to_owned()),
            Some(day) if day > horizon => Some(format!("needed {day}, after {horizon}")),
            _ => None,
        };
        if let Some(why) = why_not {
            if s.detail {
                excluded.push(Counted::item(s, item, "need_by", why));
            }
            continue;
        }
        all += 1;
        let lacks = [
            (!item.fields.has("owner")).then_some("no owner"),
            need_by.is_none().then_some("no day it is needed by"),
            item.fields.date("committed").is_none().then_some("no committed date"),
            (item.status() != "confirmed").then_some("not confirmed"),
        ];
        let lacks: Vec<&str> = lacks.into_iter().flatten().collect();
        confirmed += usize::from(lacks.is_empty());
        if s.detail {
            let day = need_by.map(|d| format!("needed {d}: ")).unwrap_or_default();
            let words = if lacks.is_empty() { "confirmed".into() } else { lacks.join(", ") };
            let entry = Counted::item(s, item, "need_by", format!("{day}{words}"));
            counted.push(entry.good(lacks.is_empty()));
        }
    }
    let none = Missing::NotApplicable("nothing is needed soon".into());
    Reading { counted, excluded, ..Reading::share(confirmed, all, none) }
}

#[cfg(test)]
mod tests {
    use crate::measures::kpi::testing::{card, line, measure};

    fn example(tier: u8) -> String {
        let all = [
            "need_by: 2026-04-10, owner: Ana, committed: 2026-04-09, status: confirmed",
            "need_by: 2026-04-20, owner: Ana, status: requested",
            "need_by: 2026-05-12, owner: Ana, committed: 2026-05-12, status: confirmed",
            "need_by: 2026-05-13, owner: Ana, committed: 2026-05-12, status: confirmed",
            "need_by: 2026-03-20, owner: Ana, committed: 2026-04-05, status: confirmed",
            "need_by: 2026-05-01, committed: 2026-05-01, status: confirmed",
            "need_by: 2026-03-01, owner: Ana, committed: 2026-03-01, status: delivered",
            "owner: Ana, committed: 2026-05-01, status: confirmed",
        ];
        let mut text = format!("{}=== crm/raid.yaml\ndependencies:\n", card("crm", tier, ""));
        for (n, rest) in all.iter().enumerate() {
            text.push_str(&format!("  - {{id: D-{}, title: x, {rest}}}\n", n + 1));
        }
        text
    }

    #[test]
    fn half_of_what_is_needed_soon_is_confirmed() {
        let k = measure("K11", &example(1), "2026-03-31");
        assert_eq!(line(&k), "50.0 % red, 3 of 6 dependencies");
        let reading = &k.projects[0].as_ref().unwrap().reading;
        let left: Vec<&str> = reading.excluded.iter().map(|e| &*e.note).collect();
        assert_eq!(left, ["needed 2026-05-13, after 2026-05-12", "delivered"]);
        let lacks: Vec<&str> = reading
            .counted
            .iter()
            .filter(|c| c.good == Some(false))
            .map(|c| c.note.as_str())
            .collect();
        assert_eq!(
            lacks,
            [
                "needed 2026-04-20: no committed date, not confirmed",
                "needed 2026-05-01: no owner",
                "no day it is needed by"
            ]
        );
        assert_eq!(
            line(&measure("K11", &example(3), "2026-03-31")),
            "50.0 % red, 2 of 4 dependencies"
        );
    }

    #[test]
    fn no_register_and_nothing_soon_are_told_apart() {
        assert_eq!(line(&measure("K11", &card("crm", 1, ""), "2026-03-31")), "Err(NotReported)");
        let empty = format!("{}=== crm/raid.yaml\ndependencies: []\n", card("crm", 1, ""));
        assert!(line(&measure("K11", &empty, "2026-03-31")).contains("nothing is needed soon"));
    }
}
