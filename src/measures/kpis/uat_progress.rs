//! K14, progress of the acceptance test: cases run, of those planned by now.

use crate::data::record::Record;
use crate::date::{Date, short};
use crate::document::Document;
use crate::measures::kpi::{Colour, Counted, Figure, Kpi, Of, Pool, Reading, Scope, Unit};
use crate::measures::releases;
use crate::ratio::Ratio;
use crate::table::{Missing, Rag};

/// K14.
pub static KPI: Kpi = Kpi {
    id: "K14",
    name: "uat-progress",
    title: "Acceptance test",
    question: "Is the acceptance test on plan, and does what is tested work?",
    formula: "cases run ÷ cases planned to be run by now × 100. Beside it: passed ÷ all planned \
              cases, and passed ÷ run. From the day of the go/no-go it is red as long as not every \
              case has passed and none of its test criteria is waived by somebody with a reason.",
    missing: "Not yet before the release window or before anything is planned, not reported inside \
              the window without numbers of the last 90 days.",
    benchmark: "on track each week, all passed before going live",
    of: Of::Things("test cases"),
    unit: Unit::Percent,
    window: 90,
    closed: false,
    undated: None,
    pool: Pool::Ratio,
    read,
};

/// The numbers of a test on a day.
#[derive(Debug, Clone, Copy)]
struct Told<'a> {
    document: &'a Document,
    uat: &'a Record,
    date: Date,
}

fn read(s: &Scope<'_>) -> Reading {
    let inside = || releases::in_window(s.portfolio, s.project, s.on());
    let Some(told) = newest(s) else {
        return Reading::missing(if inside() { Missing::NotReported } else { Missing::NotYet });
    };
    let number = |field| told.uat.number(field);
    let (Some(run), Some(planned)) = (number("executed"), number("planned_to_date")) else {
        return Reading::missing(Missing::NotReported);
    };
    let mut reading = Reading::ratio(run, planned, Missing::NotYet);
    if s.detail {
        let label = told.document.fields.text("release").unwrap_or(&told.document.title);
        let span = told.document.fields.span("uat");
        let note = format!("{run} of {planned} run, on {}", short(told.date));
        let thing = Counted::document(told.document, label.to_owned(), span, note);
        reading.counted.push(thing.good(run >= planned));
    }
    let (passed, total) = (number("passed"), number("planned_total"));
    if let (Some(passed), Some(total)) = (passed, total) {
        let all = Figure::Ratio(passed, total);
        reading = reading.with("passed, of all planned", Unit::Percent, all);
    }
    if let Some(passed) = passed {
        let rate = Figure::Ratio(passed, run);
        reading = reading.with("passed, of those run", Unit::Percent, rate);
    }
    if let Some(blocked) = number("blocked") {
        reading = reading.with("blocked", Unit::Count, Figure::Total(blocked));
    }
    if contradictions(told.uat).next().is_some() {
        reading.colour = Colour::None;
        reading.notes.push("The numbers of the test contradict each other.".into());
    }
    let short = passed.zip(total).is_none_or(|(passed, total)| passed < total);
    if let Some(meeting) = met_without_waiver(s, &told).filter(|_| short) {
        reading.at_best = Some(Rag::Red);
        let day = crate::date::long(meeting);
        reading.notes.push(format!(
            "Not every case had passed by the go/no-go on {day}, and none is waived."
        ));
    }
    reading
}

/// What the test documents of releases said last, else the reports.
fn newest<'a>(s: &Scope<'a>) -> Option<Told<'a>> {
    let told = |document: &'a Document| {
        let uat = document.fields.record("uat")?;
        let date = uat.date("as_of").or_else(|| document.date());
        let date = date.or_else(|| document.fields.date("updated"))?;
        s.window.holds(date).then_some(Told { document, uat, date })
    };
    let reports = s.reports().iter().filter_map(|r| s.portfolio.documents.get(r.document));
    let own = releases::documents(s).filter(|d| !d.fields.has("health")).filter_map(told);
    own.max_by_key(|t| t.date).or_else(|| reports.filter_map(told).max_by_key(|t| t.date))
}

/// The day of the release's go/no-go, when it has been and none of its test
/// criteria was waived by somebody with a reason.
fn met_without_waiver(s: &Scope<'_>, told: &Told<'_>) -> Option<Date> {
    let release = told.document.fields.text("release");
    let mut meetings = releases::documents(s).filter(|d| d.fields.has("criteria"));
    let decision = meetings.find(|d| d.fields.text("release") == release)?;
    let meeting = s.past(decision.fields.date("meeting"))?;
    let criteria = decision.fields.list("criteria").iter().filter_map(|c| c.datum.record());
    let waived = |c: &Record| {
        c.text("area") == Some("test")
            && c.text("status") == Some("waived")
            && c.has("waived_by")
            && c.has("reason")
    };
    (!criteria.into_iter().any(waived)).then_some(meeting)
}

/// Which numbers of a test cannot be true together: the field to look at, and
/// the message. All numbers that are given are compared.
pub fn contradictions(uat: &Record) -> impl Iterator<Item = (&'static str, String)> {
    let number = |field| uat.number(field);
    let sum = |a: &str, b: &str| uat.number(a)?.add(uat.number(b)?);
    let run = number("executed");
    let judged = sum("passed", "failed");
    let tried = sum("executed", "blocked");
    let (total, planned) = (number("planned_total"), number("planned_to_date"));
    let mut wrong = Vec::new();
    if let Some((judged, run)) = judged.zip(run).filter(|(judged, run)| judged != run) {
        let passed = uat.number("passed").unwrap_or(Ratio::ZERO);
        let failed = uat.number("failed").unwrap_or(Ratio::ZERO);
        wrong.push((
            "executed",
            format!("{passed} passed and {failed} failed are {judged} cases, but {run} were run"),
        ));
    }
    if let Some((tried, total)) = tried.zip(total).filter(|(tried, total)| tried > total) {
        let blocked = uat.number("blocked").unwrap_or(Ratio::ZERO);
        let run = run.unwrap_or(Ratio::ZERO);
        wrong.push((
            "planned_total",
            format!("{run} run and {blocked} blocked are {tried} cases, but only {total} are planned in all"),
        ));
    }
    if let Some((planned, total)) = planned.zip(total).filter(|(planned, total)| planned > total) {
        wrong.push((
            "planned_to_date",
            format!("{planned} cases are planned by now, but only {total} in all"),
        ));
    }
    wrong.into_iter()
}

#[cfg(test)]
mod tests {
    use crate::measures::kpi::testing::{card, line, measure, side};

    const UAT: &str = "planned_total: 120, planned_to_date: 90, executed: 84, passed: 78, failed: 6, blocked: 2, as_of: 2026-05-29";

    fn project(tier: u8, uat: &str) -> String {
        format!(
            "{}=== crm/test.md\n---\nkind: test\nrelease: r1\nuat: {{{uat}}}\n---\n# Test\n",
            card("crm", tier, "")
        )
    }

    #[test]
    fn the_oracle_is_84_of_90_with_completion_and_pass_rate() {
        for (tier, band) in [(1, "amber"), (2, "amber"), (3, "green")] {
            let m = measure("K14", &project(tier, UAT), "2026-06-01");
            assert_eq!(line(&m), format!("93.3 % {band}, 84 of 90 test cases"));
            assert_eq!(side(&m, "passed, of all planned"), "65.0 % (78 of 120)");
            assert_eq!(side(&m, "passed, of those run"), "92.9 % (78 of 84)");
            let reading = &m.projects[0].as_ref().unwrap().reading;
            assert_eq!((&*reading.counted[0].path, reading.counted[0].line), ("crm/test.md", 4));
        }
    }

    #[test]
    fn bounds_are_inclusive() {
        let of_100 = |run: u8, tier| {
            let uat = format!(
                "planned_total: 200, planned_to_date: 100, executed: {run}, as_of: 2026-05-29"
            );
            line(&measure("K14", &project(tier, &uat), "2026-06-01"))
        };
        assert_eq!(of_100(95, 1), "95.0 % green, 95 of 100 test cases");
        assert_eq!(of_100(94, 1), "94.0 % amber, 94 of 100 test cases");
        assert_eq!(of_100(85, 1), "85.0 % amber, 85 of 100 test cases");
        assert_eq!(of_100(84, 1), "84.0 % red, 84 of 100 test cases");
        assert_eq!(of_100(80, 2), "80.0 % amber, 80 of 100 test cases");
        assert_eq!(of_100(74, 3), "74.0 % red, 74 of 100 test cases");
    }

    #[test]
    fn at_the_go_no_go_every_case_has_passed_or_it_is_red() {
        let go = |criterion: &str| {
            format!(
                "{}=== crm/go.md\n---\nkind: go-no-go\nrelease: r1\nmeeting: 2026-06-11\ndecision: pending\ncriteria:\n  - {{id: T1, area: test, text: All pass, {criterion}}}\n---\n# Go\n",
                project(3, UAT)
            )
        };
        let open = go("status: not-met");
        assert!(line(&measure("K14", &open, "2026-06-10")).starts_with("93.3 % green"));
        let m = measure("K14", &open, "2026-06-11");
        assert!(line(&m).starts_with("93.3 % red"), "{}", line(&m));
        assert_eq!(
            m.projects[0].as_ref().unwrap().reading.notes,
            ["Not every case had passed by the go/no-go on 11 June 2026, and none is waived."]
        );
        let waived = go("status: waived, waived_by: \"@dokafor\", reason: The rest is reports");
        assert!(line(&measure("K14", &waived, "2026-06-11")).starts_with("93.3 % green"));
        let all =
            UAT.replace("passed: 78, failed: 6", "passed: 84, failed: 0").replace("120", "84");
        let all = open.replace(
            UAT,
            &all.replace("planned_to_date: 90", "planned_to_date: 84")
                .replace("blocked: 2", "blocked: 0"),
        );
        assert!(line(&measure("K14", &all, "2026-06-11")).starts_with("100.0 % green"));
    }

    #[test]
    fn missing_states_are_told_apart() {
        let nothing =
            UAT.replace("planned_to_date: 90, executed: 84", "planned_to_date: 0, executed: 0");
        assert_eq!(line(&measure("K14", &project(1, &nothing), "2026-06-01")), "Err(NotYet)");
        let silent = UAT.replace("executed: 84, ", "");
        assert_eq!(line(&measure("K14", &project(1, &silent), "2026-06-01")), "Err(NotReported)");
        assert_eq!(line(&measure("K14", &card("crm", 1, ""), "2026-06-01")), "Err(NotYet)");
        let launch = "=== crm/m.yaml\nmilestones:\n  - {id: M1, name: Live, baseline: 2026-06-13, go_live: true}\n";
        let none = format!("{}{launch}", card("crm", 1, ""));
        assert_eq!(line(&measure("K14", &none, "2026-06-01")), "Err(NotReported)");
        // Numbers of more than 90 days ago say nothing of today.
        let old = UAT.replace("2026-05-29", "2026-03-03");
        assert_eq!(line(&measure("K14", &project(1, &old), "2026-06-01")), "Err(NotYet)");
        let later = UAT.replace("2026-05-29", "2026-06-02");
        assert_eq!(line(&measure("K14", &project(1, &later), "2026-06-01")), "Err(NotYet)");
    }

    #[test]
    fn numbers_that_contradict_each_other_have_no_colour() {
        let m = measure("K14", &project(1, &UAT.replace("failed: 6", "failed: 7")), "2026-06-01");
        assert_eq!(line(&m), "93.3 % no colour, 84 of 90 test cases");
        assert_eq!(
            m.projects[0].as_ref().unwrap().reading.notes,
            ["The numbers of the test contradict each other."]
        );
    }
}
