//! K18, stakeholder satisfaction: the mean mark of the newest survey.

use crate::measures::kpi::{Figure, Kpi, Of, Pool, Pooling, Reading, Scope, Unit, nothing};
use crate::measures::surveys::{newest, surveys};
use crate::ratio::Ratio;
use crate::table::Missing;

/// K18.
pub static KPI: Kpi = Kpi {
    id: "K18",
    name: "stakeholder-satisfaction",
    title: "Stakeholder satisfaction",
    question: "Are those the project is for content with it?",
    formula: "sum of mark × answers ÷ answers, of the newest survey of stakeholders. Marks of \
              another scale become marks of one to five first: 1 + (mark − 1) × 4 ÷ (best − 1). \
              Together, all answers count alike.",
    missing: "Withheld when fewer than three answered, not reported when the newest survey is \
              older than its limit of days, not yet where the phase asks for none.",
    benchmark: "at least 4.2 of 5",
    of: Of::Things("answers"),
    unit: Unit::Score,
    window: 90,
    closed: false,
    undated: None,
    pool: Pool::Own(pool),
    read,
};

fn read(s: &Scope<'_>) -> Reading {
    let (survey, _) = match newest(s, "stakeholders", KPI.name) {
        Ok(found) => found,
        Err(why) => return Reading::missing(why),
    };
    let mut reading = of(survey.mean(), survey.sum, survey.answers);
    if let Some(invited) = survey.invited.filter(|n| !n.is_zero()) {
        let figure = Figure::Ratio(survey.answers, invited);
        reading = reading.with("answered, of those asked", Unit::Percent, figure);
    }
    if s.detail {
        let shown = survey.mean().map_or("withheld".into(), |mean| mean.show(2));
        reading.counted.push(survey.counted(format!("{shown}, {}", survey.turnout())));
        for older in surveys(s, "stakeholders").iter().rev().skip(1) {
            reading.excluded.push(older.counted("a newer survey counts".into()));
        }
    }
    reading
}

/// A mean with what it is made of.
fn of(mean: Result<Ratio, Missing>, sum: Ratio, answers: Ratio) -> Reading {
    match mean {
        Ok(mean) => {
            let reading = Reading::mean(vec![mean], Missing::NotReported);
            Reading { n: sum, d: answers, ..reading }
        }
        Err(why) => Reading::missing(why),
    }
}

/// All answers together.
fn pool(pooling: &Pooling<'_>) -> Reading {
    let valued = || pooling.readings.iter().map(|(_, r)| *r).filter(|r| r.value.is_ok());
    let sum = Ratio::sum(valued().map(|r| r.n)).unwrap_or(Ratio::ZERO);
    let answers = Ratio::sum(valued().map(|r| r.d)).unwrap_or(Ratio::ZERO);
    let mut reading = of(sum.div(answers).ok_or_else(|| nothing(pooling.readings)), sum, answers);
    if reading.value.is_ok() {
        reading.sides = crate::measures::kpi::sides(valued());
    }
    reading
}

#[cfg(test)]
mod tests {
    use crate::measures::kpi::testing::{card, line, measure, side};
    use crate::ratio::Ratio;
    use crate::table::Rag;

    fn survey(project: &str, date: &str, rest: &str) -> String {
        format!(
            "=== {project}/surveys/{date}.md\n---\nkind: survey\naudience: stakeholders\ndate: {date}\n{rest}---\n# Survey of {date}\n"
        )
    }

    const ORACLE: &str = "invited: 20\nresponses: {5: 5, 4: 5, 3: 1, 2: 1, 1: 0}\n";

    #[test]
    fn the_oracle_is_4_17_and_amber_although_one_decimal_would_say_4_2() {
        for tier in 1..=3 {
            let files = format!("{}{}", card("crm", tier, ""), survey("crm", "2026-03-31", ORACLE));
            let m = measure("K18", &files, "2026-04-10");
            assert_eq!(line(&m), "4.17 amber, 12 answers");
            assert_eq!(side(&m, "answered, of those asked"), "60.0 % (12 of 20)");
            let reading = &m.projects[0].as_ref().unwrap().reading;
            assert_eq!(reading.n, Ratio::whole(50));
            assert_eq!(reading.counted[0].note, "4.17, 12 of 20 answered");
            assert_eq!(reading.counted[0].line, 6);
        }
    }

    #[test]
    fn a_scale_of_ten_becomes_one_of_five_and_4_20_is_green() {
        // 41 ÷ 5 = 8.2.
        let ten = "scale_max: 10\nresponses: {10: 1, 9: 2, 8: 1, 5: 1}\n";
        let files = format!("{}{}", card("crm", 1, ""), survey("crm", "2026-03-31", ten));
        let m = measure("K18", &files, "2026-04-10");
        assert_eq!(line(&m), "4.20 green, 5 answers");
        assert!(m.projects[0].as_ref().unwrap().few);
    }

    #[test]
    fn bounds_are_inclusive() {
        let of = |responses: &str| {
            let files = format!("{}{}", card("crm", 1, ""), survey("crm", "2026-03-31", responses));
            line(&measure("K18", &files, "2026-04-10"))
        };
        assert_eq!(of("responses: {5: 1, 4: 4}\n"), "4.20 green, 5 answers");
        assert_eq!(of("responses: {4: 4, 3: 1}\n"), "3.80 amber, 5 answers");
        assert_eq!(of("responses: {4: 3, 3: 2}\n"), "3.60 red, 5 answers");
    }

    #[test]
    fn fewer_than_three_answers_are_withheld() {
        let of = |responses: &str| {
            let files = format!("{}{}", card("crm", 1, ""), survey("crm", "2026-03-31", responses));
            measure("K18", &files, "2026-04-10")
        };
        let m = of("responses: {5: 2}\n");
        assert_eq!(line(&m), "Err(Withheld(\"fewer than 3 answered\"))");
        assert_eq!(m.projects[0].as_ref().unwrap().reading.counted[0].note, "withheld, 2 answered");
        assert_eq!(m.portfolio.standing.band, None);
        assert_eq!(line(&of("responses: {5: 3}\n")), "5.00 green, 3 answers");
    }

    #[test]
    fn an_old_survey_is_not_reported_and_where_none_is_asked_for_it_is_not_yet() {
        let of = |tier, on: &str| {
            let files = format!("{}{}", card("crm", tier, ""), survey("crm", "2026-03-31", ORACLE));
            line(&measure("K18", &files, on))
        };
        // 120 days in the tier with most control, 200 elsewhere.
        assert!(of(1, "2026-07-29").starts_with("4.17"));
        assert_eq!(of(1, "2026-07-30"), "Err(NotReported)");
        assert!(of(2, "2026-10-17").starts_with("4.17"));
        assert_eq!(of(2, "2026-10-18"), "Err(NotReported)");
        assert_eq!(of(2, "2026-03-30"), "Err(NotYet)");
        let none = |tier| line(&measure("K18", &card("crm", tier, ""), "2026-04-10"));
        assert_eq!(none(1), "Err(NotReported)");
        assert_eq!(none(2), "Err(NotYet)");
    }

    #[test]
    fn together_every_answer_counts_alike() {
        let files = format!(
            "{}{}{}{}",
            card("crm", 1, ""),
            survey("crm", "2026-03-31", ORACLE),
            card("erp", 2, ""),
            survey("erp", "2026-03-01", "responses: {5: 8}\n"),
        );
        let m = measure("K18", &files, "2026-04-10");
        // 90 ÷ 20.
        assert_eq!(m.portfolio.standing.show(m.kpi).unwrap(), "4.50");
        assert_eq!(m.portfolio.standing.band, Some(Rag::Green));
        assert_eq!(m.portfolio.standing.basis(m.kpi).unwrap(), "20 answers");
    }
}
