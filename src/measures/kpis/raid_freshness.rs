//! K08, RAID freshness: open risks and issues somebody looked at lately.

use crate::date::{Date, days};
use crate::document::Item;
use crate::measures::kpi::{Counted, Kpi, Of, Pool, Reading, Scope, Unit};
use crate::ratio::Ratio;
use crate::table::Missing;

/// K08.
pub static KPI: Kpi = Kpi {
    id: "K08",
    name: "raid-freshness",
    title: "RAID freshness",
    question: "Are risks and issues looked at, or only listed?",
    formula: "open risks and issues looked at within 7 days (tier 3: 14 days) ÷ all open ones × \
              100. The last look is the newest of review, assessment and the day it was raised; \
              the last day of the limit counts as fresh. What has no date is stale.",
    missing: "Not reported without a register of risks or issues; does not apply without open \
              items.",
    benchmark: "95 % every week",
    of: Of::Things("open items"),
    unit: Unit::Percent,
    window: 90,
    closed: false,
    undated: Some(
        "Risks and issues keep the day of their last review only: how many were fresh on an earlier day cannot be told.",
    ),
    pool: Pool::Ratio,
    read,
};

/// Registers that count, and the states that are open in each.
const REGISTERS: [(&str, &[&str]); 2] =
    [("risks", &["open"]), ("issues", &["open", "in-progress"])];

fn read(s: &Scope<'_>) -> Reading {
    if !REGISTERS.iter().any(|(register, _)| s.project.has_register(register)) {
        return Reading::missing(Missing::NotReported);
    }
    let limit = s.limits(KPI.name).days(s.project.tier);
    let (mut fresh, mut all, mut counted) = (0, 0, Vec::new());
    for (register, states) in REGISTERS {
        for item in s.project.items(register) {
            if !s.open(item, states, &["closed", "resolved"]) {
                continue;
            }
            all += 1;
            let touched = last_look(s, item);
            let age = touched.map(|d| days(d, s.on()));
            let good = age.is_some_and(|a| Ratio::whole(a.into()) <= limit);
            fresh += usize::from(good);
            if s.detail {
                let note = match (touched, age) {
                    (Some(on), Some(1)) => format!("last look {on}, 1 day ago"),
                    (Some(on), Some(age)) => format!("last look {on}, {age} days ago"),
                    _ => "no date at all".into(),
                };
                counted.push(Counted::item(s, item, "reviewed", note).good(good));
            }
        }
    }
    let none = Missing::NotApplicable("no open items".into());
    Reading { counted, ..Reading::share(fresh, all, none) }
}

/// The newest of review, assessment and raising, up to the day asked about.
fn last_look(s: &Scope<'_>, item: &Item) -> Option<Date> {
    let fields = &item.fields;
    let assessed = fields.list("assessments").iter().filter_map(|a| a.datum.record()?.date("date"));
    let dates = assessed.chain(fields.date("reviewed")).chain(fields.date("raised"));
    dates.filter(|d| *d <= s.on()).max()
}

#[cfg(test)]
mod tests {
    use crate::measures::kpi::testing::{card, line, measure};

    fn example(tier: u8) -> String {
        let risk =
            |id: u8, rest: &str| format!("  - {{id: R-{id}, title: x, status: open, {rest}}}\n");
        let old = "raised: 2026-02-01";
        let looked = |day: &str| format!("{old}, reviewed: 2026-03-{day}");
        [
            card("crm", tier, ""),
            "=== crm/raid.yaml\nrisks:\n".to_owned(),
            risk(1, &looked("31")),
            risk(2, &looked("30")),
            risk(3, &format!("{old}, assessments: [{{date: 2026-03-27, p: 2, i: 2}}]")),
            risk(4, &looked("24")),
            risk(5, &looked("23")),
            "issues:\n".to_owned(),
            risk(6, &looked("02")).replace("R-", "I-"),
            risk(7, "raised: 2026-02-10").replace("R-", "I-"),
            risk(8, "raised: 2026-03-29").replace("R-", "I-"),
            "  - {id: I-9, title: x, status: closed, raised: 2026-02-01}\n".to_owned(),
        ]
        .concat()
    }

    #[test]
    fn five_of_eight_were_looked_at_within_seven_days() {
        assert_eq!(
            line(&measure("K08", &example(1), "2026-03-31")),
            "62.5 % red, 5 of 8 open items"
        );
        assert_eq!(
            line(&measure("K08", &example(3), "2026-03-31")),
            "75.0 % amber, 6 of 8 open items"
        );
    }

    #[test]
    fn no_register_and_no_open_item_are_told_apart_and_no_date_is_stale() {
        assert_eq!(line(&measure("K08", &card("crm", 1, ""), "2026-03-31")), "Err(NotReported)");
        let with = |list: &str| {
            let text = format!("{}=== crm/raid.yaml\nrisks:{list}\n", card("crm", 1, ""));
            measure("K08", &text, "2026-03-31")
        };
        assert!(line(&with(" []")).contains("no open items"));
        let undated = with("\n  - {id: R-1, title: x, status: open}");
        assert_eq!(line(&undated), "0.0 % red, 0 of 1 open items");
        assert!(undated.projects[0].as_ref().unwrap().history.len() == 1);
        assert!(undated.portfolio.standing.change.is_none());
    }
}
