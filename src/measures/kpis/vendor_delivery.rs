//! K23, vendor delivery: what vendors delivered on the day and was accepted, of
//! what was due.

use crate::date::{Date, days};
use crate::document::Item;
use crate::measures::kpi::{Counted, Kpi, Of, Pool, Reading, Scope, Unit};
use crate::table::Missing;
use crate::text::figure;

/// K23.
pub static KPI: Kpi = Kpi {
    id: "K23",
    name: "vendor-delivery",
    title: "Vendor delivery",
    question: "Do vendors deliver what was agreed, when it was agreed?",
    formula: "delivered by the date of the contract and accepted, at first or after rework ÷ \
              vendor milestones due in the window × 100. What was rejected, late or is overdue \
              counts against. What was delivered at most ten business days ago and is not accepted \
              yet is left out.",
    missing: "Not applicable without a vendor, not yet where nothing was due.",
    benchmark: "at least 90 %",
    of: Of::Things("vendor milestones"),
    unit: Unit::Percent,
    window: 90,
    closed: true,
    undated: None,
    pool: Pool::Ratio,
    read,
};

/// Business days a delivery may wait for its acceptance.
const ACCEPTING: i64 = 10;

/// How a delivery stands on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Delivery {
    /// On time and accepted.
    Ok,
    /// So many days late.
    Late(i64),
    /// Not delivered, so many days after it was due.
    Overdue(i64),
    /// Refused.
    Rejected,
    /// Delivered so many business days ago and not accepted, for too long.
    Unaccepted(i64),
    /// Delivered lately, to be accepted.
    Pending,
    /// Due later, or today.
    Ahead,
}

impl Delivery {
    /// Whether it counts for or against; `None` where it does not count.
    #[must_use]
    pub fn good(self) -> Option<bool> {
        match self {
            Self::Ok => Some(true),
            Self::Pending | Self::Ahead => None,
            _ => Some(false),
        }
    }

    /// In words.
    #[must_use]
    pub fn words(self) -> String {
        let days = |n| figure(n, "day", "days");
        match self {
            Self::Ok => "on time and accepted".into(),
            Self::Late(n) => format!("{} late", days(n)),
            Self::Overdue(n) => format!("{} overdue", days(n)),
            Self::Rejected => "rejected".into(),
            Self::Unaccepted(n) => {
                format!("not accepted after {}", figure(n, "business day", "business days"))
            }
            Self::Pending => "waits to be accepted".into(),
            Self::Ahead => "not due yet".into(),
        }
    }
}

/// The day a milestone of a vendor is due: that of the contract, else its
/// baseline. `None` where it is no vendor's, or is cancelled.
#[must_use]
pub fn due(item: &Item) -> Option<Date> {
    let fields = &item.fields;
    let vendors = fields.has("vendor") && !fields.has("cancelled");
    fields.date("due").or_else(|| fields.date("baseline")).filter(|_| vendors)
}

/// How the delivery of a milestone that was due on a day stands on another, by
/// a calendar of business days.
#[must_use]
pub fn delivery(item: &Item, due: Date, on: Date, calendar: &crate::date::Calendar) -> Delivery {
    let fields = &item.fields;
    let day = fields.date("delivered").or_else(|| fields.date("actual")).filter(|d| *d <= on);
    let Some(day) = day else {
        let late = days(due, on);
        return if late > 0 { Delivery::Overdue(late) } else { Delivery::Ahead };
    };
    let waited = calendar.business_days(day, on);
    match fields.text("acceptance") {
        Some("rejected") => Delivery::Rejected,
        _ if day > due => Delivery::Late(days(due, day)),
        Some(_) => Delivery::Ok,
        None if waited <= ACCEPTING => Delivery::Pending,
        None => Delivery::Unaccepted(waited),
    }
}

fn read(s: &Scope<'_>) -> Reading {
    let items = || s.project.items("milestones").iter();
    let any = !s.project.items("vendors").is_empty() || items().any(|i| i.fields.has("vendor"));
    if !any {
        return Reading::not_applicable("no vendor");
    }
    let (mut ok, mut all) = (0, 0);
    let (mut counted, mut excluded) = (Vec::new(), Vec::new());
    for item in items() {
        let Some(day) = due(item) else { continue };
        let stand = delivery(item, day, s.on(), &s.portfolio.config.calendar);
        let good = stand.good().filter(|_| s.window.holds(day));
        all += usize::from(good.is_some());
        ok += usize::from(good == Some(true));
        if !s.detail {
            continue;
        }
        let vendor = item.fields.text("vendor").unwrap_or_default();
        let thing = |note| Counted::item(s, item, "due", note);
        let note = format!("{vendor}, due {day}: {}", stand.words());
        match good {
            Some(good) => counted.push(thing(note).good(good)),
            None if stand.good().is_some() => {
                excluded.push(thing(format!("{vendor}, due {day}, before {}", s.window.from)));
            }
            None => excluded.push(thing(note)),
        }
    }
    Reading { counted, excluded, ..Reading::share(ok, all, Missing::NotYet) }
}

#[cfg(test)]
mod tests {
    use crate::measures::kpi::testing::{card, line, measure};

    fn files(tier: u8, list: &[&str]) -> String {
        let mut text = card("crm", tier, "");
        text +=
            "=== crm/v.yaml\nvendors:\n  - {id: V-1, name: Acme}\n=== crm/m.yaml\nmilestones:\n";
        for (n, rest) in list.iter().enumerate() {
            text += &format!("  - {{id: M{n}, name: Part {n}, vendor: V-1, {rest}}}\n");
        }
        text
    }

    const OK: &str = "due: 2026-03-02, delivered: 2026-03-02, acceptance: first-time";

    #[test]
    fn the_oracle_is_7_of_10() {
        for tier in 1..=3 {
            let mut list = vec![OK; 6];
            list.push("due: 2026-03-02, delivered: 2026-03-01, acceptance: after-rework");
            list.push("due: 2026-03-02, delivered: 2026-03-02, acceptance: rejected");
            list.push("due: 2026-03-02, delivered: 2026-03-03, acceptance: first-time");
            list.push("due: 2026-03-26");
            // Pending, ahead, called off and of another quarter: none of them counts.
            list.push("due: 2026-03-16, delivered: 2026-03-13");
            list.push("due: 2026-03-27");
            list.push("due: 2026-03-02, cancelled: CR-1");
            list.push("due: 2025-12-27, delivered: 2026-02-01, acceptance: first-time");
            let m = measure("K23", &files(tier, &list), "2026-03-27");
            assert_eq!(line(&m), "70.0 % red, 7 of 10 vendor milestones");
            let reading = &m.projects[0].as_ref().unwrap().reading;
            let bad: Vec<&str> = reading
                .counted
                .iter()
                .filter(|c| c.good == Some(false))
                .map(|c| &*c.note)
                .collect();
            assert_eq!(
                bad,
                [
                    "V-1, due 2026-03-02: rejected",
                    "V-1, due 2026-03-02: 1 day late",
                    "V-1, due 2026-03-26: 1 day overdue"
                ]
            );
            let out: Vec<&str> = reading.excluded.iter().map(|c| &*c.note).collect();
            assert_eq!(
                out,
                [
                    "V-1, due 2026-03-16: waits to be accepted",
                    "V-1, due 2026-03-27: not due yet",
                    "V-1, due 2025-12-27, before 2025-12-27"
                ]
            );
            assert_eq!((&*reading.counted[0].path, reading.counted[0].line), ("crm/m.yaml", 2));
        }
    }

    #[test]
    fn ten_business_days_are_the_time_to_accept() {
        let of = |delivered: &str| {
            let one = format!("due: 2026-03-16, delivered: {delivered}");
            line(&measure("K23", &files(2, &[&one]), "2026-03-27"))
        };
        assert_eq!(of("2026-03-13"), "Err(NotYet)");
        assert_eq!(of("2026-03-12"), "0.0 % red, 0 of 1 vendor milestones");
    }

    #[test]
    fn bounds_are_inclusive() {
        let of = |ok: usize| {
            let mut list = vec![OK; ok];
            list.resize(10, "due: 2026-03-02");
            line(&measure("K23", &files(2, &list), "2026-03-27"))
        };
        assert_eq!(of(9), "90.0 % green, 9 of 10 vendor milestones");
        assert_eq!(of(8), "80.0 % amber, 8 of 10 vendor milestones");
    }

    #[test]
    fn missing_states_are_told_apart() {
        let m = measure("K23", &card("crm", 2, ""), "2026-03-27");
        assert_eq!(line(&m), "Err(NotApplicable(\"no vendor\"))");
        assert_eq!(line(&measure("K23", &files(2, &[]), "2026-03-27")), "Err(NotYet)");
        // The baseline stands in for the date of a contract.
        let m = measure("K23", &files(2, &["baseline: 2026-03-02"]), "2026-03-27");
        assert_eq!(line(&m), "0.0 % red, 0 of 1 vendor milestones");
    }
}
