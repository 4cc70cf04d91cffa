//! Items of registers: risks by assessment, issues, change requests, decisions.

use super::Star;
use crate::data::record::Record;
use crate::date::{Date, days};
use crate::document::Item;
use crate::exports::Input;
use crate::exports::people::{joined, person};
use crate::exports::sheet::{Column, Value};
use crate::portfolio::{Portfolio, Project};
use crate::rollups::asks::waits;
use crate::rollups::raid::{is_open, is_threat};

const PROJECT: Column = Column::text("project", "Id of the project.")
    .or("an item of the whole portfolio")
    .of("dim_project", "project");
const OWNER: Column =
    Column::text("owner", "Who owns it.").or("nobody is named").of("dim_person", "person");
const STATUS: Column = Column::text("status", "State as written; open where none is.");
const OPEN: Column = Column::flag("open", "Whether it is open on the as-of date.");
const SOURCE: Column = Column::text("source", "File it stands in.");
const LINE: Column = Column::integer("line", "", "Line in that file.");

/// Items of a register, those of no project last.
fn of<'a>(
    p: &'a Portfolio,
    register: &'static str,
) -> impl Iterator<Item = (Option<&'a Project>, &'a Item)> {
    let loose = p.loose.iter().filter(move |i| i.kind.register.as_deref() == Some(register));
    let own = p
        .projects
        .iter()
        .flat_map(move |pr| pr.items(register).iter().map(move |item| (Some(pr), item)));
    own.chain(loose.map(|item| (None, item)))
}

fn id(project: Option<&Project>) -> Value {
    project.map_or(Value::Null, |pr| Value::text(&*pr.id))
}

fn text(record: &Record, name: &str) -> Value {
    Value::words(record.text(name))
}

fn day(record: &Record, name: &str) -> Value {
    Value::date(record.date(name))
}

fn source(item: &Item) -> [Value; 2] {
    let line = item.lines.position(item.span.start).line;
    [Value::text(&*item.path), Value::Integer(line.into())]
}

/// Days an item has been open, or was until it was closed.
fn age(p: &Portfolio, from: Option<Date>, end: Option<Date>) -> Value {
    Value::integer(from.map(|from| days(from, end.unwrap_or(p.as_of))).filter(|n| *n >= 0))
}

pub(super) static RISK: Star = Star {
    name: "fact_risk",
    about: "one row for each dated assessment of each risk; one for a risk without any",
    key: &["project", "risk", "assessment"],
    columns: &[
        PROJECT,
        Column::text("risk", "Id of the risk.").or("it has none"),
        Column::integer("assessment", "", "Number of the assessment, 1 being the first."),
        Column::date("assessed", "Day of the assessment.").or("not given"),
        Column::flag("latest", "Whether it is the last assessment."),
        Column::text("title", "What it is."),
        Column::text("type", "threat or opportunity."),
        Column::text("category", "Category.").or("not given"),
        Column::integer("probability", "", "1 (very low) to 5 (very high).").or("not assessed"),
        Column::integer("impact", "", "1 (very low) to 5 (very high).").or("not assessed"),
        Column::integer("score", "", "Probability times impact, 1 to 25.").or("not assessed"),
        OWNER,
        Column::text(
            "response",
            "avoid, reduce, transfer, share, accept, contingency, exploit or enhance.",
        )
        .or("no response"),
        Column::date("raised", "Day it was raised.").or("not given"),
        Column::date("reviewed", "Day it was last looked at.").or("not given"),
        Column::date("due", "Day of the next step.").or("not given"),
        STATUS,
        OPEN,
        SOURCE,
        LINE,
    ],
    rows: |input, _, put| {
        for (project, item) in of(input.p(), "risks") {
            let list = item.fields.list("assessments");
            let mut assessed: Vec<&Record> = list.iter().filter_map(|a| a.datum.record()).collect();
            assessed.sort_by_key(|a| a.date("date"));
            let last = assessed.len();
            for (i, one) in assessed.iter().enumerate() {
                put(risk(input, project, item, Some(one), (i + 1, i + 1 == last)));
            }
            if assessed.is_empty() {
                put(risk(input, project, item, None, (1, true)));
            }
        }
    },
};

fn risk(
    input: &Input<'_>,
    project: Option<&Project>,
    item: &Item,
    assessed: Option<&Record>,
    (number, latest): (usize, bool),
) -> Vec<Value> {
    let f = &item.fields;
    let from = assessed.unwrap_or(f);
    let (p, i) = (from.number("p"), from.number("i"));
    let mut row = vec![
        id(project),
        Value::text(&*item.id),
        Value::integer(i64::try_from(number).ok()),
        Value::date(assessed.and_then(|a| a.date("date"))),
        Value::Flag(latest),
        Value::text(item.title()),
        Value::text(if is_threat(item) { "threat" } else { "opportunity" }),
        text(f, "category"),
        Value::whole(p),
        Value::whole(i),
        Value::whole(p.zip(i).and_then(|(p, i)| p.mul(i))),
        person(input.p(), f.text("owner")),
        text(f, "response"),
        day(f, "raised"),
        day(f, "reviewed"),
        day(f, "due"),
        Value::text(item.status()),
        Value::Flag(is_open(item)),
    ];
    row.extend(source(item));
    row
}

pub(super) static ISSUE: Star = Star {
    name: "fact_issue",
    about: "one row for each issue",
    key: &["project", "issue"],
    columns: &[
        PROJECT,
        Column::text("issue", "Id of the issue.").or("it has none"),
        Column::text("title", "What it is."),
        Column::integer("severity", "", "1 (stops delivery) to 4 (minor).").or("not given"),
        Column::text("category", "Category.").or("not given"),
        OWNER,
        Column::date("raised", "Day it was raised.").or("not given"),
        Column::date("planned", "Day a plan for it stood.").or("not given"),
        Column::date("due", "Day it is to be resolved.").or("not given"),
        Column::date("resolved", "Day it was resolved.").or("not resolved"),
        Column::date("closed", "Day it was closed.").or("not closed"),
        Column::date("reviewed", "Day it was last looked at.").or("not given"),
        Column::integer(
            "age",
            "days",
            "Days from raised to resolved or closed, else to the as-of date.",
        )
        .or("the day it was raised is not given"),
        Column::flag("overdue", "Whether it is open and its day has passed."),
        STATUS,
        OPEN,
        SOURCE,
        LINE,
    ],
    rows: |input, _, put| {
        let p = input.p();
        let row = |(project, item): (Option<&Project>, &Item)| {
            let f = &item.fields;
            let open = is_open(item);
            let end = f.date("resolved").or(f.date("closed")).filter(|_| !open);
            let mut row = vec![
                id(project),
                Value::text(&*item.id),
                Value::text(item.title()),
                Value::whole(f.number("severity")),
                text(f, "category"),
                person(p, f.text("owner")),
                day(f, "raised"),
                day(f, "planned"),
                day(f, "due"),
                day(f, "resolved"),
                day(f, "closed"),
                day(f, "reviewed"),
                age(p, f.date("raised"), end),
                Value::Flag(open && f.date("due").is_some_and(|d| d < p.as_of)),
                Value::text(item.status()),
                Value::Flag(open),
            ];
            row.extend(source(item));
            row
        };
        of(p, "issues").map(row).for_each(put);
    },
};

pub(super) static CHANGE: Star = Star {
    name: "fact_change",
    about: "one row for each change request",
    key: &["project", "change"],
    columns: &[
        PROJECT,
        Column::text("change", "Id of the change request.").or("it has none"),
        Column::text("title", "What it is."),
        Column::text("types", "What it touches, separated by a semicolon.").or("not given"),
        Column::text("requested_by", "Who asked.").or("nobody is named").of("dim_person", "person"),
        Column::date("submitted", "Day it was submitted.").or("not given"),
        Column::date("decided", "Day it was decided.").or("not decided"),
        Column::integer("cycle", "business days", "From submitted to decided.")
            .or("not submitted or not decided"),
        Column::text("decided_by", "Who decided, separated by a semicolon.").or("nobody is named"),
        Column::date("implemented", "Day it was implemented.").or("not implemented"),
        Column::integer("priority", "", "1 is the highest.").or("not given"),
        Column::integer("schedule_days", "days", "Days the finish moves; negative when earlier.")
            .or("not given"),
        Column::decimal("cost", "currency", "What it costs; negative when it saves.")
            .or("not given"),
        Column::text("currency", "Currency of the cost.").or("not given"),
        Column::text("scope_unit", "What the scope is counted in.").or("not sized"),
        Column::decimal("scope_added", "scope_unit", "How many are added.").or("not sized"),
        Column::decimal("scope_changed", "scope_unit", "How many are changed.").or("not sized"),
        Column::decimal("scope_removed", "scope_unit", "How many are removed.").or("not sized"),
        STATUS,
        SOURCE,
        LINE,
    ],
    rows: |input, _, put| {
        let p = input.p();
        let row = |(project, item): (Option<&Project>, &Item)| {
            let f = &item.fields;
            let impact = f.record("impact");
            let scope = impact.and_then(|i| i.record("scope"));
            let size = |name: &str| Value::decimal(scope.and_then(|s| s.number(name)));
            let decision = f.record("decision");
            let decided = decision.and_then(|d| d.date("date"));
            let by = decision.map(|d| joined(d.texts("by").map(|(t, _)| p.person(t))));
            let cycle = f.date("submitted").zip(decided);
            let cycle = cycle.map(|(a, b)| p.config.calendar.business_days(a, b));
            let mut row = vec![
                id(project),
                Value::text(&*item.id),
                Value::text(item.title()),
                joined(f.texts("types").map(|(t, _)| t)),
                person(p, f.text("requested_by")),
                day(f, "submitted"),
                Value::date(decided),
                Value::integer(cycle),
                by.unwrap_or(Value::Null),
                day(f, "implemented"),
                Value::whole(f.number("priority")),
                Value::whole(impact.and_then(|i| i.number("schedule_days"))),
                Value::decimal(impact.and_then(|i| i.number("cost"))),
                Value::words(project.and_then(|pr| pr.currency.as_deref())),
                Value::words(scope.and_then(|s| s.text("unit"))),
                size("added"),
                size("changed"),
                size("removed"),
                Value::text(item.status()),
            ];
            row.extend(source(item));
            row
        };
        of(p, "changes").map(row).for_each(put);
    },
};

pub(super) static DECISION: Star = Star {
    name: "fact_decision",
    about: "one row for each decision of a register, asked for or made",
    key: &["project", "decision"],
    columns: &[
        PROJECT,
        Column::text("decision", "Id of the decision.").or("it has none"),
        Column::text("title", "What is to be decided."),
        Column::date("requested", "Day it was asked for.").or("not given"),
        Column::date("needed_by", "Day it is needed.").or("not given"),
        Column::text("decider", "Who decides: a person or a role.")
            .or("nobody is named")
            .of("dim_person", "person"),
        Column::date("decided", "Day it was decided.").or("not decided"),
        Column::integer(
            "latency",
            "business days",
            "From asked to decided, else to the as-of date while it waits.",
        )
        .or("the day it was asked for is not given, or it no longer waits"),
        Column::flag("waits", "Whether it waits on the as-of date."),
        Column::flag("late", "Whether it waits and the day it is needed has passed."),
        Column::text("recommendation", "What is recommended.").or("not given"),
        Column::text("outcome", "What was decided.").or("not decided, or not given"),
        STATUS,
        SOURCE,
        LINE,
    ],
    rows: |input, _, put| {
        let p = input.p();
        let row = |(project, item): (Option<&Project>, &Item)| {
            let f = &item.fields;
            let waiting = waits(item, p.as_of);
            let decided = f.date("decided").filter(|d| *d <= p.as_of);
            let until = decided.or(waiting.then_some(p.as_of));
            let latency = f.date("requested").zip(until);
            let latency = latency.map(|(a, b)| p.config.calendar.business_days(a, b));
            let late = waiting && f.date("needed_by").is_some_and(|d| d < p.as_of);
            let mut row = vec![
                id(project),
                Value::text(&*item.id),
                Value::text(item.title()),
                day(f, "requested"),
                day(f, "needed_by"),
                person(p, f.text("decider")),
                Value::date(decided),
                Value::integer(latency),
                Value::Flag(waiting),
                Value::Flag(late),
                text(f, "recommendation"),
                text(f, "outcome"),
                Value::text(item.status()),
            ];
            row.extend(source(item));
            row
        };
        of(p, "decisions").map(row).for_each(put);
    },
};
