//! What facts speak of: projects, persons, units, days.

use super::Star;
use crate::date::{Date, days, plus};
use crate::exports::Input;
use crate::exports::people::{joined, person};
use crate::exports::sheet::{Column, Value, stated};
use crate::exports::standing;
use crate::target::Target;
use chrono::Datelike;

/// Years before and after the as-of date that the table of days holds.
const YEARS: i32 = 20;

pub(super) static PROJECT: Star = Star {
    name: "dim_project",
    about: "one row for each project",
    key: &["project"],
    columns: &[
        Column::text("project", "Id of the project."),
        Column::text("title", "Title."),
        Column::text("summary", "What it is for.").or("the card has no summary"),
        Column::text("programme", "Slug of its programme.").or("belongs to no programme"),
        Column::text("programme_title", "Title of its programme.").or("belongs to no programme"),
        Column::text("category", "Category in the portfolio.").or("not given"),
        Column::text("unit", "Unit that leads it.").or("not given").of("dim_unit", "unit"),
        Column::text("tier", "Id of its tier."),
        Column::integer("tier_rank", "", "Place of the tier, 1 being the one with most control."),
        Column::text("tier_label", "Tier as pages print it."),
        Column::flag("tier_known", "Whether the card names a known tier; else it is assumed."),
        Column::text("lifecycle", "Lifecycle.").or("no lifecycle"),
        Column::text("phase", "Id of its phase.").or("not reported or unknown"),
        Column::text("phase_title", "Title of its phase.").or("not reported or unknown"),
        Column::text("phase_class", "initiate, plan, execute or close.")
            .or("not reported or unknown"),
        Column::text("state", "proposed, active, on-hold, complete or cancelled."),
        Column::text("project_manager", "Who manages it.")
            .or("not given")
            .of("dim_person", "person"),
        Column::text("sponsor", "Who sponsors it.").or("not given").of("dim_person", "person"),
        Column::text(
            "health",
            "Declared overall health while the newest report counts, or not-reported, on-hold, proposed, complete, cancelled.",
        ),
        Column::text("health_computed", "Overall health as the data says.")
            .or("see health_computed_state"),
        Column::state("health_computed_state"),
        Column::text(
            "trend",
            "Overall health against the report before: first report, improving, stable, worsening or unknown.",
        ),
        Column::date("start_baseline", "Agreed start.").or("not given"),
        Column::date("start_actual", "Day it began.").or("not given"),
        Column::date("finish_baseline", "Agreed finish.").or("not given"),
        Column::date("finish_forecast", "Expected finish.").or("not reported"),
        Column::date("finish_actual", "Day it was finished.").or("not finished"),
        Column::integer(
            "finish_slip",
            "days",
            "Finish expected or achieved less baseline; late is positive.",
        )
        .or("see finish_slip_state"),
        Column::state("finish_slip_state"),
        Column::text("currency", "Currency of its money.").or("not given"),
        Column::decimal("bac", "currency", "Approved budget, contingency included.")
            .or("no budget, or not tracked"),
        Column::decimal("eac", "currency", "Estimate at completion.").or("see eac_state"),
        Column::state("eac_state"),
        Column::integer("asks", "", "Decisions it waits for."),
        Column::date("last_report", "Status date of the newest published report.").or("no report"),
        Column::integer("report_every", "days", "Days between reports."),
        Column::date("next_report", "When the next report is due.").or("none is expected"),
        Column::integer("findings_deny", "", "Findings in its files that are errors."),
        Column::integer("findings_warn", "", "Findings in its files that are warnings."),
        Column::text("page", "Its page, relative to the root of the site."),
        Column::text("source", "File of its card."),
    ],
    rows: |input, _, put| {
        let p = input.p();
        let row = |s: standing::Standing<'_>| {
            let pr = s.project;
            let fields = s.fields();
            let text = |name: &str| Value::words(fields.and_then(|f| f.text(name)));
            let tier = p.config.tiers.get(pr.tier);
            let phase = pr.phase();
            let [computed, computed_state] = stated(s.computed().as_ref().map(|r| *r), Value::rag);
            let [slip, slip_state] =
                stated(s.measures.schedule.as_ref(), |k| Value::Integer(k.days));
            let eac = s.measures.cost.as_ref().map(|k| k.eac);
            let [eac, eac_state] = stated(eac, Value::number);
            let found = |severity| {
                let n = s.findings().filter(|f| f.severity == severity).count();
                Value::integer(i64::try_from(n).ok())
            };
            let count = |n: usize| Value::integer(i64::try_from(n).ok());
            vec![
                Value::text(&*pr.id),
                Value::text(&*pr.title),
                text("summary"),
                Value::words(pr.programme.as_deref()),
                pr.programme.as_deref().map_or(Value::Null, |s| Value::text(p.programme_title(s))),
                text("portfolio_category"),
                text("unit"),
                tier.map_or(Value::Null, |t| Value::text(t.id.as_str())),
                count(pr.tier + 1),
                Value::text(p.tier_label(pr.tier)),
                Value::Flag(pr.tier_known),
                Value::words(pr.lifecycle.as_ref().map(|l| &*l.name)),
                Value::words(phase.map(|ph| &*ph.id)),
                Value::words(pr.phase_title().as_deref()),
                Value::words(phase.map(|ph| ph.class.name())),
                Value::text(pr.state.name()),
                person(p, s.person("project_manager")),
                person(p, s.person("sponsor")),
                Value::text(s.rating()),
                computed,
                computed_state,
                Value::text(s.trend().label()),
                Value::date(pr.start.baseline),
                Value::date(pr.start.actual),
                Value::date(pr.finish.baseline),
                Value::date(pr.finish.forecast),
                Value::date(pr.finish.actual),
                slip,
                slip_state,
                Value::words(pr.currency.as_deref()),
                Value::decimal(pr.budget.filter(|_| !pr.untracked)),
                eac,
                eac_state,
                count(s.asks().len()),
                Value::date(pr.latest().map(|r| r.date)),
                Value::Integer(pr.cadence),
                Value::date(s.next_report()),
                found(crate::finding::Severity::Deny),
                found(crate::finding::Severity::Warn),
                Value::text(input.route(&Target::Project(pr.id.clone()))),
                Value::words(s.card().map(|c| &*c.path)),
            ]
        };
        standing::all(input.checked).map(row).for_each(put);
    },
};

pub(super) static PERSON: Star = Star {
    name: "dim_person",
    about: "one row for each person that people.yaml or a fact names",
    key: &["person"],
    columns: &[
        Column::text("person", "Handle without its @; else the name or role as written."),
        Column::text("name", "Name; the words as written where people.yaml does not know them."),
        Column::text("unit", "Unit.").or("not given").of("dim_unit", "unit"),
        Column::text("roles", "Roles, separated by a semicolon.").or("not given"),
        Column::flag("known", "Whether people.yaml knows the person."),
    ],
    rows: |input, named, put| {
        let p = input.p();
        let mut keys = named.persons.clone();
        // The managers of units are persons too.
        for slot in p.units().map(|n| n.entries.slots.as_slice()).unwrap_or_default() {
            let manager = slot.datum.record().and_then(|r| r.text("manager"));
            if let Value::Text(key) = person(p, manager) {
                keys.insert(key);
            }
        }
        for handle in p.handles().unwrap_or_default() {
            keys.insert(handle.trim_start_matches('@').to_owned());
        }
        let row = |key: String| {
            let record = p.person_record(&key);
            let name = p.person(&key).to_owned();
            let roles = record.map(|r| joined(r.texts("roles").map(|(t, _)| t)));
            vec![
                Value::Text(key),
                Value::Text(name),
                Value::words(record.and_then(|r| r.text("unit"))),
                roles.unwrap_or(Value::Null),
                Value::Flag(record.is_some()),
            ]
        };
        keys.into_iter().map(row).for_each(put);
    },
};

pub(super) static UNIT: Star = Star {
    name: "dim_unit",
    about: "one row for each unit that units.yaml, a person or a project names",
    key: &["unit"],
    columns: &[
        Column::text("unit", "Slug of the unit, or its name as written."),
        Column::text("name", "Name."),
        Column::text("manager", "Who leads it.").or("not given").of("dim_person", "person"),
        Column::decimal("capacity_fte", "FTE", "People it can give.").or("not given"),
        Column::flag("known", "Whether units.yaml knows the unit."),
    ],
    rows: |input, named, put| {
        let p = input.p();
        let mut keys = named.units.clone();
        let people = p.people().map(|n| n.entries.slots.as_slice()).unwrap_or_default();
        let units = people.iter().filter_map(|s| s.datum.record()?.text("unit"));
        keys.extend(units.map(str::to_owned));
        let known = p.units().map(|n| n.entries.slots.as_slice()).unwrap_or_default();
        keys.extend(known.iter().map(|s| s.name.to_string()));
        let row = |key: String| {
            let record = known.iter().find(|s| *s.name == *key).and_then(|s| s.datum.record());
            let name = record.and_then(|r| r.text("name")).unwrap_or(&key).to_owned();
            vec![
                Value::Text(key),
                Value::Text(name),
                person(p, record.and_then(|r| r.text("manager"))),
                Value::decimal(record.and_then(|r| r.number("capacity_fte"))),
                Value::Flag(record.is_some()),
            ]
        };
        keys.into_iter().map(row).for_each(put);
    },
};

pub(super) static DATE: Star = Star {
    name: "dim_date",
    about: "one row for each day of the years that dates of the tables lie in, at most twenty years before and after the as-of date",
    key: &["date"],
    columns: &[
        Column { references: None, ..Column::date("date", "The day.") },
        Column::integer("year", "", "Year."),
        Column::integer("quarter", "", "Quarter, 1 to 4."),
        Column::integer("month", "", "Month, 1 to 12."),
        Column::integer("day", "", "Day of the month."),
        Column::integer("weekday", "", "Day of the week, 1 for Monday to 7 for Sunday."),
        Column::integer("iso_year", "", "Year of the ISO 8601 week."),
        Column::integer("iso_week", "", "ISO 8601 week, 1 to 53."),
        Column::flag("business_day", "Whether the calendar of book.toml works that day."),
        Column::integer("from_as_of", "days", "The day less the as-of date: negative before it."),
    ],
    rows: |input, named, put| {
        let p = input.p();
        let edge = |years: i32| p.as_of.year() + years;
        let year = p.as_of.year();
        let (from, to) = named.years.unwrap_or((year, year));
        let (from, to) = (from.min(year), to.max(year));
        let first = Date::from_ymd_opt(from.max(edge(-YEARS)), 1, 1).unwrap_or(p.as_of);
        let last = Date::from_ymd_opt(to.min(edge(YEARS)), 12, 31).unwrap_or(p.as_of);
        (0..=days(first, last)).for_each(|n| put(day(input, plus(first, n))));
    },
};

fn day(input: &Input<'_>, date: Date) -> Vec<Value> {
    let p = input.p();
    let number = |n: u32| Value::Integer(n.into());
    let week = date.iso_week();
    vec![
        Value::Date(date),
        Value::Integer(date.year().into()),
        number(date.month0() / 3 + 1),
        number(date.month()),
        number(date.day()),
        number(date.weekday().number_from_monday()),
        Value::Integer(week.year().into()),
        number(week.week()),
        Value::Flag(p.config.calendar.works(date)),
        Value::Integer(days(p.as_of, date)),
    ]
}
