//! K12, critical path stability: how often the chain that decides the finish
//! stays the same from report to report.

use crate::data::record::Record;
use crate::document::Document;
use crate::lifecycles::Class;
use crate::measures::kpi::{Counted, Kpi, Of, Pool, Reading, Scope, Unit};
use crate::portfolio::Report;
use crate::table::Missing;

/// K12.
pub static KPI: Kpi = Kpi {
    id: "K12",
    name: "critical-path-stability",
    title: "Critical path stability",
    question: "Do we know what decides our finish?",
    formula: "stable pairs ÷ comparable pairs × 100, over consecutive reports in the window that \
              both name a critical path. A pair is stable when both lists are equal, order \
              included, without the milestones reached by then; a change that names an approved \
              change request counts as stable.",
    missing: "Does not apply to agile delivery, and to tier 3 without a list; not yet before \
              execution; not reported with fewer than two lists.",
    benchmark: "stable from week to week",
    of: Of::Things("pairs of reports"),
    unit: Unit::Percent,
    window: 90,
    closed: false,
    undated: None,
    pool: Pool::Ratio,
    read,
};

fn read(s: &Scope<'_>) -> Reading {
    let (p, project) = (s.portfolio, s.project);
    let reports: Vec<(&Report, &Document)> = s
        .reports()
        .iter()
        .filter_map(|r| Some((r, p.documents.get(r.document)?)))
        .filter(|(r, _)| r.date > s.window.from)
        .collect();
    let listed = |d: &Document| d.fields.has("critical_path");
    let any = reports.iter().any(|(_, d)| listed(d));
    let model = p.documents.get(project.card).and_then(|c| c.fields.text("delivery_model"));
    if !any && model == Some("agile") {
        return Reading::not_applicable("agile delivery has no critical path");
    }
    if !any && project.tier >= 2 {
        return Reading::not_applicable("this tier need not name a critical path");
    }
    let (mut stable, mut all, mut counted, mut excluded) = (0, 0, Vec::new(), Vec::new());
    for pair in reports.windows(2) {
        let [(_, before), (on, now)] = pair else { continue };
        let label = || format!("Report {}", on.date);
        let span = now.fields.span("critical_path");
        if !listed(before) || !listed(now) {
            if s.detail {
                let which = if listed(now) { "the report before" } else { "this report" };
                let why = format!("{which} names no critical path");
                excluded.push(Counted::document(now, label(), span, why));
            }
            continue;
        }
        all += 1;
        let (old, new) = (path(s, &before.fields, on), path(s, &now.fields, on));
        let same = old == new;
        let change = (!same).then(|| explained(s, &now.fields, on)).flatten();
        let good = same || change.is_some();
        stable += usize::from(good);
        if s.detail {
            let moved = format!("{} → {}", old.join(", "), new.join(", "));
            let note = match change {
                _ if same => "unchanged".into(),
                Some(change) => format!("{moved}, by {change}"),
                None => moved,
            };
            counted.push(Counted::document(now, label(), span, note).good(good));
        }
    }
    let early = project.phase().is_some_and(|p| p.class < Class::Execute);
    let none = if early { Missing::NotYet } else { Missing::NotReported };
    Reading { counted, excluded, ..Reading::share(stable, all, none) }
}

/// The path a report names, without what was reached by a later report.
fn path<'a>(s: &Scope<'_>, report: &'a Record, later: &Report) -> Vec<&'a str> {
    let reached = |id: &str| {
        let mut milestones = s.project.milestones.iter();
        milestones.any(|m| *m.id == *id && m.actual.is_some_and(|a| a <= later.date))
    };
    report.texts("critical_path").map(|(id, _)| id).filter(|id| !reached(id)).collect()
}

/// The approved change request that explains a new path.
fn explained<'a>(s: &Scope<'_>, report: &'a Record, on: &Report) -> Option<&'a str> {
    let id = report.text("critical_path_change")?;
    let change = s.project.items("changes").iter().find(|c| *c.id == *id)?;
    let decided = change.fields.record("decision").and_then(|d| d.date("date"));
    let approved = matches!(change.status(), "approved" | "implemented");
    (approved && decided.is_none_or(|d| d <= on.date)).then_some(id)
}

#[cfg(test)]
mod tests {
    use crate::measures::kpi::testing::{card, line, measure};

    fn report(day: &str, rest: &str) -> String {
        format!(
            "=== crm/status/2026-{day}.md\n---\nkind: status\nproject: crm\nas_of: 2026-{day}\n\
             author: Ana\n{rest}---\n# Status\n"
        )
    }

    fn example(tier: u8) -> String {
        [
            card("crm", tier, ""),
            report("02-06", "critical_path: [M2, M4, M6]\n"),
            report("02-20", "critical_path: [M2, M4, M6]\n"),
            report("03-06", "critical_path: [M2, M5, M6]\n"),
            report("03-13", "critical_path: [M2, M5, M6]\n"),
            report("03-20", "critical_path: [M2, M5, M6, M7]\ncritical_path_change: CR-007\n"),
            report("03-27", ""),
            "=== crm/changes.yaml\nchanges:\n  - {id: CR-007, title: x, submitted: 2026-03-10, \
             status: approved, decision: {date: 2026-03-18, by: Lee}}\n"
                .to_owned(),
        ]
        .concat()
    }

    #[test]
    fn three_of_four_pairs_are_stable_and_few() {
        for tier in [1, 2] {
            let k = measure("K12", &example(tier), "2026-03-31");
            assert_eq!(line(&k), "75.0 % amber, 3 of 4 pairs of reports");
            let standing = k.projects[0].as_ref().unwrap();
            assert!(standing.few);
            assert_eq!(standing.show(k.kpi).unwrap(), "3 of 4 (75.0 %)");
        }
        let k = measure("K12", &example(1), "2026-03-31");
        let reading = &k.projects[0].as_ref().unwrap().reading;
        let notes: Vec<&str> = reading.counted.iter().map(|c| &*c.note).collect();
        assert_eq!(
            notes,
            [
                "unchanged",
                "M2, M4, M6 → M2, M5, M6",
                "unchanged",
                "M2, M5, M6 → M2, M5, M6, M7, by CR-007"
            ]
        );
        assert_eq!(reading.excluded[0].note, "this report names no critical path");
    }

    #[test]
    fn what_was_reached_between_two_reports_is_no_change() {
        let done = "=== crm/milestones.yaml\nmilestones:\n  - {id: M2, name: b, baseline: \
                    2026-02-10, actual: 2026-02-12}\n";
        let text = example(1).replacen(
            "02-20\nauthor: Ana\ncritical_path: [M2, M4, M6]",
            "02-20\nauthor: Ana\ncritical_path: [M4, M6]",
            1,
        ) + done;
        assert_eq!(
            line(&measure("K12", &text, "2026-03-31")),
            "75.0 % amber, 3 of 4 pairs of reports"
        );
        // A change request that was refused explains nothing.
        let refused = example(1).replace("status: approved", "status: rejected");
        assert_eq!(
            line(&measure("K12", &refused, "2026-03-31")),
            "50.0 % red, 2 of 4 pairs of reports"
        );
    }

    #[test]
    fn agile_and_light_projects_need_none() {
        let bare = |tier, more: &str| {
            let files = card("crm", tier, more) + &report("03-20", "") + &report("03-27", "");
            line(&measure("K12", &files, "2026-03-31"))
        };
        assert!(bare(1, "delivery_model: agile\n").contains("agile"));
        assert!(bare(3, "").contains("this tier"));
        assert_eq!(bare(1, ""), "Err(NotReported)");
        let one = card("crm", 3, "") + &report("03-27", "critical_path: [M1]\n");
        assert_eq!(line(&measure("K12", &one, "2026-03-31")), "Err(NotReported)");
    }
}
