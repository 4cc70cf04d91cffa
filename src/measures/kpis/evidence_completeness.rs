//! K22, completeness of evidence: documents, approvals and controls that are
//! there, of those due by now.

use crate::document::Item;
use crate::measures::evidence::{Found, Requirement, due_by_now};
use crate::measures::kpi::{Counted, Figure, Kpi, Of, Pool, Reading, Scope, Unit};
use crate::portfolio::approvals::regulated;
use crate::ratio::Ratio;
use crate::table::Missing;

/// K22.
pub static KPI: Kpi = Kpi {
    id: "K22",
    name: "evidence-completeness",
    title: "Completeness of evidence",
    question: "Could we prove today that what is required was done and approved?",
    formula: "rows satisfied ÷ rows that apply × 100, in regulated projects and those of the tier \
              with most control. A row is a document or register that a phase the project has left \
              or is in requires, an approval that a phase it has left required, or a control that \
              is due. A control waived by somebody counts and is shown apart. Projects that ended \
              within a year count too.",
    missing: "Not applicable elsewhere; not yet in the first phase.",
    benchmark: "100 % of what is in scope",
    of: Of::Things("rows"),
    unit: Unit::Percent,
    window: 365,
    closed: true,
    undated: Some(
        "Rows follow from the phase of today, and a control says how it stands, not since when.",
    ),
    pool: Pool::Ratio,
    read,
};

/// How a control stands on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Control {
    /// Proved.
    Satisfied,
    /// Waived, and somebody approved that.
    Waived,
    /// Not proved, or waived by nobody.
    Gap,
    /// Due later.
    NotDue,
    /// Does not apply.
    NotApplicable,
}

/// How a control of a register stands on a day.
#[must_use]
pub fn control(item: &Item, on: crate::date::Date) -> Control {
    match item.fields.text("status") {
        Some("na") => Control::NotApplicable,
        _ if item.fields.date("due").is_some_and(|due| due > on) => Control::NotDue,
        Some("satisfied") => Control::Satisfied,
        Some("waived") if item.fields.has("approved_by") => Control::Waived,
        _ => Control::Gap,
    }
}

fn read(s: &Scope<'_>) -> Reading {
    let (p, project) = (s.portfolio, s.project);
    if project.tier != 0 && !regulated(p, project) {
        return Reading::not_applicable("neither regulated nor in the tier with most control");
    }
    let (mut met, mut all, mut waived) = (0, 0, 0);
    let (mut counted, mut excluded) = (Vec::new(), Vec::new());
    for duty in due_by_now(p, project) {
        let found = Found::of(p, project, &duty);
        let row = found.row(p, project, &duty);
        let approvals = found.approvals(p, project, &duty, &row);
        for row in std::iter::once(row).chain(approvals).filter(Requirement::counts) {
            all += 1;
            met += usize::from(row.met);
            if s.detail {
                counted.push(thing(&row));
            }
        }
    }
    for item in project.items("controls") {
        let (good, note) = match control(item, s.on()) {
            Control::Satisfied => (Some(true), "satisfied"),
            Control::Waived => {
                waived += 1;
                (Some(true), "waived")
            }
            Control::Gap if item.fields.text("status") == Some("waived") => {
                (Some(false), "waived by nobody")
            }
            Control::Gap => (Some(false), "a gap"),
            Control::NotDue => (None, "not due yet"),
            Control::NotApplicable => (None, "does not apply"),
        };
        all += usize::from(good.is_some());
        met += usize::from(good == Some(true));
        if !s.detail {
            continue;
        }
        let thing = Counted::item(s, item, "status", note.into());
        match good {
            Some(good) => counted.push(thing.good(good)),
            None => excluded.push(thing),
        }
    }
    let reading = Reading::share(met, all, Missing::NotYet);
    let reading = Reading { counted, excluded, ..reading };
    match waived {
        0 => reading,
        n => reading.with("satisfied by a waiver", Unit::Count, Figure::Total(Ratio::whole(n))),
    }
}

fn thing(row: &Requirement) -> Counted {
    let why = if row.why.is_empty() { String::new() } else { format!(": {}", row.why) };
    Counted {
        label: row.what.clone(),
        target: Some(row.target.clone()),
        note: format!("{}{why}", row.state),
        good: Some(row.met),
        path: row.path.clone(),
        line: row.at.line,
    }
}

#[cfg(test)]
mod tests {
    use crate::measures::kpi::testing::{card, line, measure, side};

    /// A first phase asks for nothing by now, so that only controls are rows.
    fn controls(tier: u8, list: &[&str]) -> String {
        let mut text = card("crm", tier, "regulated: true\n").replace("execution", "initiation");
        text += "=== crm/c.yaml\ncontrols:\n";
        for (n, rest) in list.iter().enumerate() {
            text += &format!("  - {{id: C-{n}, requirement: Keep {n}, {rest}}}\n");
        }
        text
    }

    #[test]
    fn the_oracle_is_31_of_34() {
        for (tier, band) in [(1, "red"), (2, "amber"), (3, "amber")] {
            let mut list = vec!["status: satisfied"; 30];
            list.push("status: waived, approved_by: \"@kim\", reason: Replaced by the audit");
            list.extend(["status: gap", "status: gap, due: 2026-03-27", "status: waived"]);
            list.extend(["status: gap, due: 2026-03-28", "status: na, reason: No cards"]);
            let m = measure("K22", &controls(tier, &list), "2026-03-27");
            assert_eq!(line(&m), format!("91.2 % {band}, 31 of 34 rows"));
            assert_eq!(side(&m, "satisfied by a waiver"), "1");
            let reading = &m.projects[0].as_ref().unwrap().reading;
            let notes: Vec<&str> = reading.excluded.iter().map(|c| &*c.note).collect();
            assert_eq!(notes, ["not due yet", "does not apply"]);
            assert_eq!(reading.counted[33].note, "waived by nobody");
        }
    }

    #[test]
    fn only_regulated_projects_and_the_strictest_tier_are_in_scope() {
        let of = |tier, more| line(&measure("K22", &card("crm", tier, more), "2026-03-27"));
        assert!(of(2, "").contains("neither regulated"));
        assert!(of(2, "regulated: true\n").contains("red"));
        assert!(of(1, "").contains("red"));
    }

    #[test]
    fn in_the_first_phase_nothing_is_due_but_controls() {
        let first = card("crm", 1, "").replace("execution", "initiation");
        assert_eq!(line(&measure("K22", &first, "2026-03-27")), "Err(NotYet)");
        let m = measure("K22", &controls(1, &["status: satisfied"]), "2026-03-27");
        assert_eq!(line(&m), "100.0 % green, 1 of 1 rows");
    }

    #[test]
    fn a_phase_left_owes_its_approvals_and_the_present_one_its_documents() {
        let planning = card("crm", 1, "").replace("execution", "planning");
        let m = measure("K22", &planning, "2026-03-27");
        let reading = &m.projects[0].as_ref().unwrap().reading;
        let rows: Vec<&str> = reading.counted.iter().map(|c| &*c.label).collect();
        assert!(rows.contains(&"Charter: Sponsor"), "{rows:?}");
        assert!(rows.contains(&"Project plan"), "{rows:?}");
        assert!(!rows.contains(&"Project plan: Sponsor"), "{rows:?}");
        assert_eq!(&*reading.counted[0].path, "crm/project.md");
        let m = measure("K22", &card("crm", 1, ""), "2026-03-27");
        let reading = &m.projects[0].as_ref().unwrap().reading;
        assert!(reading.counted.iter().any(|c| c.label == "Project plan: Sponsor"));
        let charter = reading.counted.iter().find(|c| c.label == "Charter").unwrap();
        assert_eq!(charter.good, Some(false));
        assert!(charter.note.starts_with("missing: "), "{}", charter.note);
    }
}
