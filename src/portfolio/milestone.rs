//! Milestones: what the register agreed, with what the newest dated statement
//! says of each.

use super::Portfolio;
use super::project::Project;
use crate::data::record::{Datum, Record};
use crate::date::Date;
use crate::document::Item;

/// A milestone with what the newest dated statement says of it.
#[derive(Debug, Clone)]
pub struct Milestone {
    /// Id.
    pub id: Box<str>,
    /// Name.
    pub name: Box<str>,
    /// First approved baseline.
    pub original: Option<Date>,
    /// Current approved baseline.
    pub baseline: Option<Date>,
    /// Expected date, from the newest dated statement.
    pub forecast: Option<Date>,
    /// Achieved date.
    pub actual: Option<Date>,
    /// Who owns it.
    pub owner: Option<Box<str>>,
    /// Must appear in every report.
    pub key: bool,
    /// The project's finish.
    pub finish: bool,
    /// A launch.
    pub go_live: bool,
    /// Called off by a change request.
    pub cancelled: bool,
    /// What is expected, by report date: the milestone's trend.
    pub history: Vec<(Date, Date)>,
    /// Index among the project's milestone items.
    pub item: usize,
}

impl Milestone {
    /// Slip in days: achieved or expected date less baseline; late is positive.
    #[must_use]
    pub fn slip(&self) -> Option<i64> {
        Some(crate::date::days(self.baseline?, self.actual.or(self.forecast)?))
    }
}

pub(super) fn milestones(p: &Portfolio, project: &Project) -> Vec<Milestone> {
    let reports: Vec<(Date, &Record)> = project
        .reports
        .iter()
        .filter_map(|r| Some((r.date, p.documents.get(r.document)?.fields.record("milestones")?)))
        .collect();
    project
        .items("milestones")
        .iter()
        .enumerate()
        .map(|(index, item)| milestone(p, project, item, index, &reports))
        .collect()
}

fn milestone(
    p: &Portfolio,
    project: &Project,
    item: &Item,
    index: usize,
    reports: &[(Date, &Record)],
) -> Milestone {
    let fields = &item.fields;
    let register_date = project
        .registers
        .iter()
        .filter_map(|i| p.registers.get(*i))
        .find(|r| r.path == item.path)
        .and_then(|r| r.head.date("updated"))
        .filter(|d| *d <= p.as_of);
    let mut forecast = fields.date("forecast");
    let mut actual = fields.date("actual").filter(|a| *a <= p.as_of);
    // A register that states no forecast is older than any report that does.
    let mut stated = register_date.filter(|_| forecast.is_some());
    let mut history = Vec::new();
    for (date, snapshots) in reports {
        let Some(datum) = snapshots.get(&item.id) else { continue };
        let (said_forecast, said_actual) = match datum {
            Datum::Record(r) => (r.date("forecast").or(r.date("p85")), r.date("actual")),
            other => (other.date(), None),
        };
        if let Some(said) = said_actual.or(said_forecast) {
            history.push((*date, said));
        }
        if said_actual.is_some() {
            actual = said_actual;
        }
        if said_forecast.is_some() && stated.is_none_or(|s| *date >= s) {
            (forecast, stated) = (said_forecast, Some(*date));
        }
    }
    let flag = |name: &str| fields.flag(name).unwrap_or(false);
    let (finish, go_live) = (flag("finish"), flag("go_live"));
    Milestone {
        id: item.id.clone(),
        name: item.title().into(),
        original: fields.date("original").or(fields.date("baseline")),
        baseline: fields.date("baseline").or(fields.date("original")),
        forecast,
        actual,
        owner: fields.text("owner").map(Into::into),
        key: flag("key") || finish || go_live || fields.has("gate"),
        finish,
        go_live,
        cancelled: fields.has("cancelled"),
        history,
        item: index,
    }
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::{Fixture, portfolio};

    const REGISTER: &str = "projects/crm/milestones.yaml";

    fn forecast(fixture: &Fixture) -> String {
        let p = fixture.portfolio();
        p.project("crm").unwrap().milestones[0].forecast.unwrap().to_string()
    }

    #[test]
    fn the_newest_statement_that_holds_a_forecast_counts() {
        let reported = portfolio().as_of("2026-03-28");
        assert_eq!(forecast(&reported), "2026-10-05");
        // A register edited later that says nothing of it takes nothing back.
        let edited = reported.replace(REGISTER, "updated: 2026-03-27", "updated: 2026-03-28");
        assert_eq!(forecast(&edited), "2026-10-05");
        let stated = edited.replace(
            REGISTER,
            "    finish: true",
            "    finish: true\n    forecast: 2026-11-02",
        );
        assert_eq!(forecast(&stated), "2026-11-02");
        let older = stated.replace(REGISTER, "updated: 2026-03-28", "updated: 2026-03-26");
        assert_eq!(forecast(&older), "2026-10-05");
    }
}
