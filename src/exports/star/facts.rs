//! What reports said and what holds now: health, milestones, money.

use super::Star;
use crate::data::record::{Datum, Record};
use crate::date::Date;
use crate::document::Document;
use crate::exports::Input;
use crate::exports::people::person;
use crate::exports::sheet::{Column, Value, stated};
use crate::exports::standing::{self, Standing};
use crate::measures::cost_variance::money;
use crate::measures::health::DIMENSIONS;
use crate::measures::milestones_on_time::{Class, class};
use crate::portfolio::{Milestone, declared};
use crate::ratio::Ratio;
use crate::table::Missing;
use crate::text::Span;

const PROJECT: Column = Column::text("project", "Id of the project.").of("dim_project", "project");

pub(super) static HEALTH: Star = Star {
    name: "fact_health",
    about: "one row for each dimension of each published report; of the newest also what the data says",
    key: &["project", "as_of", "dimension"],
    columns: &[
        PROJECT,
        Column::date(
            "as_of",
            "Status date of the report; the as-of date where there is no report.",
        ),
        Column::text(
            "dimension",
            "overall, scope, schedule, budget, resources, quality, risk, benefits or readiness.",
        ),
        Column::text("declared", "Colour the report declares.").or("see declared_state"),
        Column::state("declared_state"),
        Column::text("computed", "Colour the data gives, for the newest report.")
            .or("see computed_state"),
        Column::state("computed_state"),
        Column::text("computed_fact", "Fact behind the computed colour.").or("no computed colour"),
        Column::text("why", "Reason the report gives.").or("not given"),
        Column::text("path", "Path to green the report gives.").or("not given"),
        Column::date("back_to_green", "Day the report promises green again.").or("not given"),
        Column::flag("latest", "Whether it is the project's newest report."),
        Column::flag("counts", "Whether it is the newest report and not too old to count."),
        Column::text("source", "File of the report.").or("there is no report"),
        Column::integer("line", "", "Line of the colour in that file.").or("not declared"),
    ],
    rows: |input, _, put| {
        for s in standing::all(input.checked) {
            let Some(latest) = s.project.latest() else {
                DIMENSIONS.iter().for_each(|d| put(unreported(input, &s, d)));
                continue;
            };
            for report in &s.project.reports {
                let Some(document) = s.document(*report) else { continue };
                let newest = report.date == latest.date;
                for dimension in DIMENSIONS {
                    let said = declared(&document.fields, dimension);
                    if said.is_some() || newest {
                        put(health(&s, document, report.date, dimension, newest));
                    }
                }
            }
        }
    },
};

fn health(
    s: &Standing<'_>,
    document: &Document,
    date: Date,
    dimension: &str,
    newest: bool,
) -> Vec<Value> {
    let said = declared(&document.fields, dimension);
    let exempt = || {
        let slot = document.fields.record("health")?.get(dimension)?;
        let slot = slot.record().and_then(|r| r.get("rag")).unwrap_or(slot);
        matches!(slot, Datum::NotApplicable(_)).then(|| Missing::NotApplicable(String::new()))
    };
    let missing = exempt().unwrap_or(Missing::NotReported);
    let [colour, colour_state] = stated(said.as_ref().ok_or(&missing), |d| Value::rag(d.rag));
    let [computed, computed_state, fact] = if newest { computed(s, dimension) } else { past() };
    let text = |name: &str| Value::words(said.and_then(|d| d.said.text(name)));
    vec![
        Value::text(&*s.project.id),
        Value::Date(date),
        Value::text(dimension),
        colour,
        colour_state,
        computed,
        computed_state,
        fact,
        text("why"),
        text("path"),
        Value::date(said.and_then(|d| d.said.date("back_to_green"))),
        Value::Flag(newest),
        Value::Flag(newest && s.counts()),
        Value::text(&*document.path),
        said.map_or(Value::Null, |d| line(document, d.span)),
    ]
}

fn unreported(input: &Input<'_>, s: &Standing<'_>, dimension: &str) -> Vec<Value> {
    let [computed, computed_state, fact] = computed(s, dimension);
    vec![
        Value::text(&*s.project.id),
        Value::Date(input.p().as_of),
        Value::text(dimension),
        Value::Null,
        Value::text("not-reported"),
        computed,
        computed_state,
        fact,
        Value::Null,
        Value::Null,
        Value::Null,
        Value::Flag(true),
        Value::Flag(false),
        Value::Null,
        Value::Null,
    ]
}

fn computed(s: &Standing<'_>, dimension: &str) -> [Value; 3] {
    let Some(found) = s.measures.health.of(dimension) else { return past() };
    let fact = found.computed.as_ref().map_or(Value::Null, |c| Value::text(&*c.fact));
    let [value, state] = stated(found.computed.as_ref(), |c| Value::rag(c.rag));
    [value, state, fact]
}

/// The data gives a colour for today only.
fn past() -> [Value; 3] {
    [Value::Null, Value::text("not-applicable"), Value::Null]
}

fn line(document: &Document, span: Span) -> Value {
    Value::Integer(document.at(span).line.into())
}

pub(super) static MILESTONE: Star = Star {
    name: "fact_milestone",
    about: "one row for each milestone a published report speaks of, and one for each milestone as it is known on the as-of date",
    key: &["project", "milestone", "report_as_of", "current"],
    columns: &[
        PROJECT,
        Column::text("milestone", "Id of the milestone."),
        Column::text("name", "What it is."),
        Column::date(
            "report_as_of",
            "Status date of the report; the as-of date for what is known now.",
        ),
        Column::flag(
            "current",
            "Whether this is what is known on the as-of date and not what one report said.",
        ),
        Column::date("original", "First approved baseline.").or("not given"),
        Column::date("baseline", "Approved baseline of today.").or("not given"),
        Column::date("forecast", "Day expected; of a range the safe one.").or("see forecast_state"),
        Column::state("forecast_state"),
        Column::date("actual", "Day it was achieved.").or("not achieved by then"),
        Column::integer(
            "slip",
            "days",
            "Achieved or expected day less baseline; late is positive.",
        )
        .or("no baseline or no forecast"),
        Column::text(
            "status",
            "on-time, missed, pending, not-due or excluded, as K01 counts it today.",
        ),
        Column::text("owner", "Who owns it.").or("not given").of("dim_person", "person"),
        Column::flag("key_milestone", "Whether every report must speak of it."),
        Column::flag("finish", "Whether it is the finish of the project."),
        Column::flag("go_live", "Whether it is a launch."),
        Column::flag("cancelled", "Whether it was called off."),
        Column::text("source", "File of the register."),
        Column::integer("line", "", "Line in that file."),
    ],
    rows: |input, _, put| {
        for s in standing::all(input.checked) {
            let reports: Vec<(Date, &Record)> = s
                .project
                .reports
                .iter()
                .filter_map(|r| Some((r.date, s.document(*r)?.fields.record("milestones")?)))
                .collect();
            for m in &s.project.milestones {
                for (date, said) in &reports {
                    let Some(datum) = said.get(&m.id) else { continue };
                    let (forecast, actual) = match datum {
                        Datum::Record(r) => {
                            (r.date("forecast").or(r.date("p85")), r.date("actual"))
                        }
                        other => (other.date(), None),
                    };
                    put(milestone(input, &s, m, Some(*date), (forecast, actual)));
                }
                put(milestone(input, &s, m, None, (m.forecast, m.actual)));
            }
        }
    },
};

fn milestone(
    input: &Input<'_>,
    s: &Standing<'_>,
    m: &Milestone,
    report: Option<Date>,
    (forecast, actual): (Option<Date>, Option<Date>),
) -> Vec<Value> {
    let p = input.p();
    let missing = if m.cancelled || actual.is_some() {
        Missing::NotApplicable(String::new())
    } else {
        Missing::NotReported
    };
    let [forecast, forecast_state] = stated(forecast.ok_or(&missing), Value::Date);
    let expected = actual.or(match forecast {
        Value::Date(date) => Some(date),
        _ => None,
    });
    let slip = m.baseline.zip(expected).map(|(b, e)| crate::date::days(b, e));
    let status = match class(p, s.project, m) {
        Class::OnTime => "on-time",
        Class::Missed => "missed",
        Class::Pending => "pending",
        Class::NotDue => "not-due",
        Class::Excluded => "excluded",
    };
    let item = s.project.items("milestones").get(m.item);
    let place = item.map(|i| (i.path.to_string(), i.lines.position(i.span.start).line));
    let (path, line) = place.unwrap_or_default();
    vec![
        Value::text(&*s.project.id),
        Value::text(&*m.id),
        Value::text(&*m.name),
        Value::Date(report.unwrap_or(p.as_of)),
        Value::Flag(report.is_none()),
        Value::date(m.original),
        Value::date(m.baseline),
        forecast,
        forecast_state,
        Value::date(actual),
        Value::integer(slip),
        Value::text(status),
        person(p, m.owner.as_deref()),
        Value::Flag(m.key),
        Value::Flag(m.finish),
        Value::Flag(m.go_live),
        Value::Flag(m.cancelled),
        Value::text(path),
        Value::Integer(line.into()),
    ]
}

pub(super) static BUDGET: Star = Star {
    name: "fact_budget",
    about: "one row for each published report that speaks of money or progress, and one for each project as it is known on the as-of date; never add different currencies",
    key: &["project", "report_as_of", "current"],
    columns: &[
        PROJECT,
        Column::date(
            "report_as_of",
            "Status date of the report; the as-of date for what is known now.",
        ),
        Column::flag(
            "current",
            "Whether this is what is known on the as-of date and not what one report said.",
        ),
        Column::date("money_as_of", "Day the money is counted to.").or("not given"),
        Column::text("currency", "Currency of all amounts of the row.").or("not given"),
        Column::decimal("bac", "currency", "Approved budget of today, contingency included.")
            .or("see bac_state"),
        Column::state("bac_state"),
        Column::decimal("actual", "currency", "Spent so far.").or("not reported, or not tracked"),
        Column::decimal("committed", "currency", "Ordered, not yet spent.")
            .or("not reported, or not tracked"),
        Column::decimal("eac", "currency", "Estimate at completion.").or("see eac_state"),
        Column::state("eac_state"),
        Column::decimal(
            "cost_variance",
            "percent",
            "K03: estimate at completion less budget, in percent of the budget; over is positive.",
        )
        .or("no budget or no estimate"),
        Column::decimal("percent_complete", "percent", "Progress the report states.")
            .or("not reported"),
        Column::decimal("planned_percent", "percent", "Progress planned by then.")
            .or("not reported"),
        Column::decimal("pv", "currency", "Planned value.").or("not reported"),
        Column::decimal("ev", "currency", "Earned value.").or("not reported"),
    ],
    rows: |input, _, put| {
        for s in standing::all(input.checked) {
            for report in &s.project.reports {
                let Some(document) = s.document(*report) else { continue };
                let (money, progress) =
                    (document.fields.record("budget"), document.fields.record("progress"));
                if money.is_none() && progress.is_none() {
                    continue;
                }
                let number = |name: &str| money.and_then(|m| m.number(name));
                let day = money.and_then(|m| m.date("as_of")).unwrap_or(report.date);
                let amounts = [number("actual"), number("committed"), number("eac")];
                put(budget(input, &s, Some(report.date), (Some(day), amounts), progress));
            }
            let now = money(input.p(), s.project);
            let progress = s.report().and_then(|d| d.fields.record("progress"));
            let amounts = [now.actual, now.committed, now.eac];
            put(budget(input, &s, None, (now.as_of, amounts), progress));
        }
    },
};

fn budget(
    input: &Input<'_>,
    s: &Standing<'_>,
    report: Option<Date>,
    (day, [actual, committed, eac]): (Option<Date>, [Option<Ratio>; 3]),
    progress: Option<&Record>,
) -> Vec<Value> {
    let missing = if s.project.untracked {
        Missing::NotApplicable(String::new())
    } else {
        Missing::NotReported
    };
    let tracked = |n: Option<Ratio>| n.filter(|_| !s.project.untracked);
    let (bac, eac) = (tracked(s.project.budget), tracked(eac));
    let variance = bac.zip(eac).and_then(|(bac, eac)| eac.sub(bac)?.percent_of(bac));
    let [bac, bac_state] = stated(bac.ok_or(&missing), Value::number);
    let [eac, eac_state] = stated(eac.ok_or(&missing), Value::number);
    let progress = |name: &str| Value::decimal(progress.and_then(|r| r.number(name)));
    vec![
        Value::text(&*s.project.id),
        Value::Date(report.unwrap_or(input.p().as_of)),
        Value::Flag(report.is_none()),
        Value::date(day),
        Value::words(s.project.currency.as_deref()),
        bac,
        bac_state,
        Value::decimal(tracked(actual)),
        Value::decimal(tracked(committed)),
        eac,
        eac_state,
        Value::decimal(variance),
        progress("percent_complete"),
        progress("planned_percent"),
        progress("pv"),
        progress("ev"),
    ]
}
