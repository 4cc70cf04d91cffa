//! K10, issue resolution: issues planned or resolved inside the limit of their
//! severity.

use crate::date::{Date, days, plus};
use crate::document::Item;
use crate::measures::kpi::{Counted, Kpi, Of, Pool, Reading, Scope, Unit};
use crate::ratio::Ratio;
use crate::table::Missing;

/// K10.
pub static KPI: Kpi = Kpi {
    id: "K10",
    name: "issue-resolution",
    title: "Issue resolution",
    question: "Are issues solved as fast as their severity asks?",
    formula: "met ÷ (met + breached) × 100. Severity 1 needs an agreed plan within 2 days \
              (registers hold days, not hours); severity 2 is to be resolved within 7, 14 or 14 days by tier, severity 3 within 21, \
              30 or 45; severity 4 has no limit. An issue is breached as soon as its limit has \
              passed. Those still inside it do not count, nor those that ended before the window.",
    missing: "Not reported without a register of issues; does not apply where none was due.",
    benchmark: "a plan within 48 hours for severity 1, solved in one to two weeks for severity 2",
    of: Of::Things("issues"),
    unit: Unit::Percent,
    window: 90,
    closed: false,
    undated: None,
    pool: Pool::Ratio,
    read,
};

/// How an issue stands against its limit.
enum Outcome {
    /// In time, or not, and why.
    Counts(bool, String),
    /// It does not count, and why.
    Left(String),
}

fn read(s: &Scope<'_>) -> Reading {
    if !s.project.has_register("issues") {
        return Reading::missing(Missing::NotReported);
    }
    let (mut met, mut all, mut counted, mut excluded) = (0, 0, Vec::new(), Vec::new());
    for issue in s.project.items("issues") {
        if issue.fields.date("raised").is_some_and(|d| d > s.on()) {
            continue;
        }
        match outcome(s, issue) {
            Outcome::Counts(good, why) => {
                all += 1;
                met += usize::from(good);
                if s.detail {
                    counted.push(Counted::item(s, issue, "raised", why).good(good));
                }
            }
            Outcome::Left(why) if s.detail => {
                excluded.push(Counted::item(s, issue, "raised", why));
            }
            Outcome::Left(_) => {}
        }
    }
    let none = Missing::NotApplicable("no issue was due".into());
    Reading { counted, excluded, ..Reading::share(met, all, none) }
}

fn outcome(s: &Scope<'_>, issue: &Item) -> Outcome {
    let fields = &issue.fields;
    let left = |why: &str| Outcome::Left(why.into());
    let Some(severity) = fields.number("severity").map(|n| n.rounded(0)) else {
        return left("no severity");
    };
    let (name, verb) = match severity {
        1 => ("issue-plan", "planned"),
        2 => ("issue-severity-2", "resolved"),
        3 => ("issue-severity-3", "resolved"),
        _ => return left("severity 4 has no limit"),
    };
    let Some(raised) = fields.date("raised") else { return left("no day it was raised") };
    let limit = s.limits(name).days(s.project.tier);
    let over = fields.date("resolved").or(fields.date("closed"));
    let end: Option<Date> = if severity == 1 { fields.date("planned").or(over) } else { over };
    if end.is_none() && matches!(issue.status(), "resolved" | "closed") {
        return left(&format!("{} without a date", issue.status()));
    }
    match s.past(end) {
        Some(end) if end <= s.window.from => left(&format!("{verb} {end}, before the window")),
        Some(end) => {
            let took = days(raised, end);
            let good = Ratio::whole(took.into()) <= limit;
            let note = format!("severity {severity}, {verb} after {took} days, limit {limit}");
            Outcome::Counts(good, note)
        }
        None => {
            let age = days(raised, s.on());
            if Ratio::whole(age.into()) <= limit {
                let until = plus(raised, i64::try_from(limit.rounded(0)).unwrap_or(0));
                return left(&format!("inside its limit until {until}"));
            }
            let note = format!("severity {severity}, not {verb} after {age} days, limit {limit}");
            Outcome::Counts(false, note)
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::measures::kpi::testing::{card, line, measure};

    fn example(tier: u8) -> String {
        let issue = |id: u8, severity: u8, raised: &str, rest: &str| {
            format!(
                "  - {{id: I-{id}, title: x, severity: {severity}, raised: 2026-{raised}, {rest}}}\n"
            )
        };
        [
            card("crm", tier, ""),
            "=== crm/raid.yaml\nissues:\n".to_owned(),
            issue(1, 1, "03-02", "planned: 2026-03-03, status: in-progress"),
            issue(2, 1, "03-10", "planned: 2026-03-13, status: open"),
            issue(3, 2, "03-05", "resolved: 2026-03-18, status: resolved"),
            issue(4, 2, "03-12", "status: open"),
            issue(5, 2, "03-25", "status: open"),
            issue(6, 3, "02-20", "resolved: 2026-03-20, status: closed"),
        ]
        .concat()
    }

    #[test]
    fn three_of_five_met_their_limit() {
        let k = measure("K10", &example(2), "2026-03-31");
        assert_eq!(line(&k), "60.0 % red, 3 of 5 issues");
        let reading = &k.projects[0].as_ref().unwrap().reading;
        let notes: Vec<&str> = reading.counted.iter().map(|c| &*c.note).collect();
        assert_eq!(notes[1], "severity 1, planned after 3 days, limit 2");
        assert_eq!(notes[3], "severity 2, not resolved after 19 days, limit 14");
        assert_eq!(reading.excluded[0].note, "inside its limit until 2026-04-08");
        assert_eq!(line(&measure("K10", &example(1), "2026-03-31")), "20.0 % red, 1 of 5 issues");
    }

    #[test]
    fn a_limit_is_passed_the_day_after_its_last() {
        let one = |as_of: &str| {
            let text = format!(
                "{}=== crm/raid.yaml\nissues:\n  - {{id: I-1, title: x, severity: 2, raised: \
                 2026-03-01, status: open}}\n",
                card("crm", 2, "")
            );
            line(&measure("K10", &text, as_of))
        };
        assert!(one("2026-03-15").contains("no issue was due"));
        assert_eq!(one("2026-03-16"), "0.0 % red, 0 of 1 issues");
    }

    #[test]
    fn without_register_severity_or_date_it_does_not_count() {
        assert_eq!(line(&measure("K10", &card("crm", 1, ""), "2026-03-31")), "Err(NotReported)");
        let text = format!(
            "{}=== crm/raid.yaml\nissues:\n  - {{id: I-1, title: x, status: open}}\n  - {{id: \
             I-2, title: x, severity: 4, raised: 2026-01-01, status: open}}\n  - {{id: I-3, title: \
             x, severity: 2, raised: 2026-01-01, status: resolved}}\n  - {{id: I-4, title: x, \
             severity: 2, raised: 2025-01-01, resolved: 2025-09-09, status: closed}}\n",
            card("crm", 1, "")
        );
        let k = measure("K10", &text, "2026-03-31");
        assert!(line(&k).contains("no issue was due"));
        let reading = &k.projects[0].as_ref().unwrap().reading;
        let notes: Vec<&str> = reading.excluded.iter().map(|c| &*c.note).collect();
        assert_eq!(
            notes,
            [
                "no severity",
                "severity 4 has no limit",
                "resolved without a date",
                "resolved 2025-09-09, before the window"
            ]
        );
    }
}
