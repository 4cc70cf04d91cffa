//! Key performance indicators: of each project, of each tier and of the
//! portfolio, on the as-of date and at the ends of the months before.

use super::Star;
use crate::date::Date;
use crate::exports::sheet::{Column, Value, state};
use crate::measures::kpi::{Coverage, Measured, Standing};
use crate::ratio::Ratio;
use crate::table::{Missing, Rag};

pub(super) static KPI: Star = Star {
    name: "fact_kpi",
    about: "one row for each indicator of each project, tier and the portfolio, on the as-of date and at the ends of the twelve months before where the past can be told",
    key: &["kpi", "scope", "scope_id", "window_end"],
    columns: &[
        Column::text("kpi", "Name of the indicator."),
        Column::text("number", "Its number, such as K02."),
        Column::text("title", "What it is called."),
        Column::text("scope", "portfolio, tier or project."),
        Column::text("scope_id", "Id of the project or tier; portfolio."),
        Column::text("project", "Id of the project.")
            .or("the scope is no project")
            .of("dim_project", "project"),
        Column::date("window_end", "Last day of the window it is counted over."),
        Column::integer("window", "days", "Length of the window."),
        Column::flag("current", "Whether the window ends on the as-of date."),
        Column::decimal("value", "unit", "The value, exact up to six places.").or("see state"),
        Column::text("unit", "percent, business-days, days, score, points, count or index."),
        Column::state("state"),
        Column::decimal("n", "", "Numerator.").or("no value, or the value is no division"),
        Column::decimal("d", "", "Denominator; the number of observations of medians and means.")
            .or("no value"),
        Column::text(
            "band",
            "green, amber or red by the thresholds; of several projects by the strictest tier's.",
        )
        .or("no value, or no colour"),
        Column::flag("few", "Whether the value rests on five things or fewer; false for the past."),
        Column::integer("reporting", "projects", "Projects with a value.")
            .or("one project, or the past"),
        Column::integer("expected", "projects", "Projects that should have one.")
            .or("one project, or the past"),
        Column::decimal("before", "unit", "The value of the window before.")
            .or("no value then or now"),
    ],
    rows: |input, _, put| {
        let p = input.p();
        if p.projects.is_empty() {
            return;
        }
        for m in &input.checked.measures.kpis(p).list {
            let pooled = &m.portfolio;
            of(m, &Of::Portfolio, &pooled.standing, Some(pooled.coverage), put);
            for (tier, pooled) in &m.tiers {
                let id = p.config.tiers.get(*tier).map_or_else(String::new, |t| t.id.clone());
                of(m, &Of::Tier(id), &pooled.standing, Some(pooled.coverage), put);
            }
            for (project, standing) in p.projects.iter().zip(&m.projects) {
                if let Ok(standing) = standing {
                    of(m, &Of::Project(&project.id), standing, None, put);
                }
            }
        }
    },
};

/// What an indicator is of.
enum Of<'a> {
    Portfolio,
    Tier(String),
    Project(&'a str),
}

/// One value on one day.
struct Point<'a> {
    on: Date,
    value: &'a Result<Ratio, Missing>,
    n: Ratio,
    d: Ratio,
    band: Option<Rag>,
}

fn of(
    m: &Measured,
    of: &Of<'_>,
    standing: &Standing,
    coverage: Option<Coverage>,
    put: &mut dyn FnMut(Vec<Value>),
) {
    for past in standing.history.iter().filter(|point| point.on != m.window.to) {
        let point =
            Point { on: past.on, value: &past.value, n: past.n, d: past.d, band: past.band };
        put(row(m, of, standing, &point, (false, None)));
    }
    let r = &standing.reading;
    let now = Point { on: m.window.to, value: &r.value, n: r.n, d: r.d, band: standing.band };
    put(row(m, of, standing, &now, (true, coverage)));
}

fn row(
    m: &Measured,
    of: &Of<'_>,
    standing: &Standing,
    point: &Point<'_>,
    (current, coverage): (bool, Option<Coverage>),
) -> Vec<Value> {
    let (scope, id, project) = match of {
        Of::Portfolio => ("portfolio", "portfolio", None),
        Of::Tier(id) => ("tier", id.as_str(), None),
        Of::Project(id) => ("project", *id, Some(*id)),
    };
    let word = point.value.as_ref().map_or_else(state, |_| "value");
    let valued = point.value.is_ok();
    let number = |n: Ratio| Value::decimal(Some(n).filter(|_| valued));
    let change = standing.change.filter(|_| current);
    // The numerator of a median is none.
    let median = !standing.reading.observations.is_empty() && point.n.is_zero();
    vec![
        Value::text(m.kpi.name),
        Value::text(m.kpi.id),
        Value::text(m.kpi.title),
        Value::text(scope),
        Value::text(id),
        Value::words(project),
        Value::Date(point.on),
        Value::Integer(m.kpi.window),
        Value::Flag(current),
        Value::decimal(point.value.as_ref().ok().copied()),
        Value::text(standing.unit(m.kpi).name()),
        Value::text(word),
        if median { Value::Null } else { number(point.n) },
        number(point.d),
        point.band.map_or(Value::Null, Value::rag),
        Value::Flag(standing.few && current),
        Value::integer(coverage.map(|c| c.reporting.into())),
        Value::integer(coverage.map(|c| c.expected.into())),
        Value::decimal(change.map(|c| c.before)),
    ]
}
