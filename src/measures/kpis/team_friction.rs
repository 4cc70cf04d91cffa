//! K19, team friction: how the newest team survey differs from the one before.

use crate::measures::kpi::{Colour, Figure, Kpi, Of, Pool, Pooling, Reading, Scope, Unit, nothing};
use crate::measures::surveys::{Survey, newest};
use crate::ratio::Ratio;
use crate::table::Missing;

/// K19.
pub static KPI: Kpi = Kpi {
    id: "K19",
    name: "team-friction",
    title: "Team friction",
    question: "Does our way of working help the teams, and more than before?",
    formula: "mean of the newest team survey less the mean of the one before; 5 says that the \
              process helps, 1 that it is in the way. Never shown by person.",
    missing: "Withheld when fewer than three answered, not reported when the newest survey is \
              older than its limit of days, not yet where the phase asks for none. Without a \
              survey before, the mean is shown without a colour.",
    benchmark: "stable or improving",
    of: Of::Things("answers"),
    unit: Unit::Points,
    window: 90,
    closed: false,
    undated: None,
    pool: Pool::Own(pool),
    read,
};

fn read(s: &Scope<'_>) -> Reading {
    let (survey, before) = match newest(s, "team", KPI.name) {
        Ok(found) => found,
        Err(why) => return Reading::missing(why),
    };
    let now = match survey.mean() {
        Ok(now) => now,
        Err(why) => return Reading::missing(why),
    };
    // One of too few answers is as if it had not been.
    let before = before.filter(|b| b.mean().is_ok());
    let mut reading = of(parts(&survey), before.as_ref().map(parts));
    if s.detail {
        let note = format!("{}, {}", now.show(2), survey.turnout());
        reading.counted.push(survey.counted(note));
        if let Some(before) = &before
            && let Ok(mean) = before.mean()
        {
            let note = format!("{}, {}, compared with", mean.show(2), before.turnout());
            reading.counted.push(before.counted(note));
        }
    }
    reading
}

/// Sum of marks and number of answers.
type Parts = (Ratio, Ratio);

fn parts(survey: &Survey<'_>) -> Parts {
    (survey.sum, survey.answers)
}

/// The change of the mean; without one before, the mean itself without a colour.
fn of((sum, answers): Parts, before: Option<Parts>) -> Reading {
    let Some(now) = sum.div(answers) else { return Reading::missing(Missing::NotReported) };
    let then = before.and_then(|(sum, answers)| sum.div(answers));
    let mut reading = Reading::mean(vec![now], Missing::NotReported);
    (reading.n, reading.d) = (sum, answers);
    match then.and_then(|then| Some((then, now.sub(then)?))) {
        Some((then, change)) => {
            reading.value = Ok(change);
            reading.earlier = vec![then];
            reading = reading.with("mean now", Unit::Score, Figure::Mean(vec![now]));
            reading.with("mean before", Unit::Score, Figure::Mean(vec![then]))
        }
        None => {
            reading.unit = Some(Unit::Score);
            reading.colour = Colour::None;
            reading.notes.push("No survey before to compare with.".into());
            reading
        }
    }
}

/// All answers of the teams that have two surveys, now and before; where none
/// has, the mean of all.
fn pool(pooling: &Pooling<'_>) -> Reading {
    let mut both = [Ratio::ZERO; 4];
    let mut one = [Ratio::ZERO; 2];
    let mut compared = false;
    for (project, reading) in pooling.readings.iter().filter(|(_, r)| r.value.is_ok()) {
        let s = Scope {
            portfolio: pooling.portfolio,
            project,
            thresholds: pooling.thresholds,
            window: pooling.window,
            detail: false,
        };
        let add = |sums: &mut [Ratio], parts: &[Ratio]| {
            for (sum, part) in sums.iter_mut().zip(parts) {
                *sum = sum.add(*part).unwrap_or(*sum);
            }
        };
        add(&mut one, &[reading.n, reading.d]);
        if reading.unit.is_none()
            && let Ok((_, Some(before))) = newest(&s, "team", KPI.name)
        {
            compared = true;
            add(&mut both, &[reading.n, reading.d, before.sum, before.answers]);
        }
    }
    let ([a, b, c, d], [sum, answers]) = (both, one);
    match (compared, answers.is_zero()) {
        (true, _) => of((a, b), Some((c, d))),
        (false, false) => of((sum, answers), None),
        (false, true) => Reading::missing(nothing(pooling.readings)),
    }
}

#[cfg(test)]
mod tests {
    use crate::measures::kpi::testing::{card, line, measure, side};
    use crate::table::Rag;

    fn survey(project: &str, date: &str, responses: &str) -> String {
        format!(
            "=== {project}/surveys/{date}.md\n---\nkind: survey\naudience: team\ndate: {date}\nresponses: {{{responses}}}\n---\n# Team {date}\n"
        )
    }

    /// 3.8 of five answers, then the marks given.
    fn two(now: &str) -> String {
        let first = survey("crm", "2025-12-15", "4: 4, 3: 1");
        format!("{}{first}{}", card("crm", 2, ""), survey("crm", "2026-03-15", now))
    }

    #[test]
    fn the_oracle_fell_by_a_fifth_of_a_point() {
        let m = measure("K19", &two("4: 3, 3: 2"), "2026-03-27");
        assert_eq!(line(&m), "-0.2 amber, 5 answers");
        assert_eq!((side(&m, "mean now"), side(&m, "mean before")), ("3.60".into(), "3.80".into()));
        let reading = &m.projects[0].as_ref().unwrap().reading;
        assert_eq!(reading.counted[1].note, "3.80, 5 answered, compared with");
        assert_eq!(m.portfolio.standing.show(m.kpi).unwrap(), "-0.2");
        assert_eq!(m.portfolio.standing.band, Some(Rag::Amber));
    }

    #[test]
    fn bounds_are_inclusive() {
        // 37, 35 and 34 tenths of ten answers against 38.
        assert_eq!(
            line(&measure("K19", &two("4: 7, 3: 3"), "2026-03-27")),
            "-0.1 green, 10 answers"
        );
        assert_eq!(
            line(&measure("K19", &two("4: 5, 3: 5"), "2026-03-27")),
            "-0.3 amber, 10 answers"
        );
        assert_eq!(line(&measure("K19", &two("4: 4, 3: 6"), "2026-03-27")), "-0.4 red, 10 answers");
        assert_eq!(line(&measure("K19", &two("4: 4, 3: 1"), "2026-03-27")), "0.0 green, 5 answers");
        assert_eq!(line(&measure("K19", &two("4: 10"), "2026-03-27")), "+0.2 green, 10 answers");
    }

    #[test]
    fn without_one_before_the_mean_has_no_colour() {
        let only = format!("{}{}", card("crm", 2, ""), survey("crm", "2026-03-15", "4: 3, 3: 2"));
        let m = measure("K19", &only, "2026-03-27");
        assert_eq!(line(&m), "3.60 no colour, 5 answers");
        // One of two answers before is nothing to compare with.
        let first = survey("crm", "2025-12-15", "5: 2");
        let m = measure("K19", &format!("{only}{first}"), "2026-03-27");
        assert_eq!(line(&m), "3.60 no colour, 5 answers");
    }

    #[test]
    fn missing_states_are_told_apart() {
        let few = format!("{}{}", card("crm", 2, ""), survey("crm", "2026-03-15", "4: 2"));
        let m = measure("K19", &few, "2026-03-27");
        assert_eq!(line(&m), "Err(Withheld(\"fewer than 3 answered\"))");
        assert!(m.projects[0].as_ref().unwrap().reading.counted.is_empty());
        assert_eq!(line(&measure("K19", &two("4: 3"), "2026-10-02")), "Err(NotReported)");
        assert_eq!(line(&measure("K19", &card("crm", 2, ""), "2026-03-27")), "Err(NotYet)");
        assert_eq!(line(&measure("K19", &card("crm", 1, ""), "2026-03-27")), "Err(NotReported)");
    }
}
