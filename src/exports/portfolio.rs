//! `portfolio.json`: everything the pages say of each project, with file and
//! line of what was written.

use super::json::{Json, with_list};
use super::sheet::{Value, state};
use super::standing::{self, Standing};
use super::{Export, Input, Published};
use crate::document::Item;
use crate::finding::Severity;
use crate::measures::cost_variance::money;
use crate::measures::health::DIMENSIONS;
use crate::portfolio::{Milestone, declared};
use crate::rollups::asks::{self, Ask};
use crate::rollups::milestones::state as milestone_state;
use crate::table::Missing;
use crate::target::Target;
use crate::text::{LineIndex, Span};

pub(super) static EXPORT: Export = Export {
    name: "portfolio",
    about: "one JSON file with everything the pages say of each project",
    published: Published::Always,
    write: |input, take| {
        let mut file = take.begin("portfolio.json", EXPORT.about)?;
        write(input, |bytes| file.add(bytes))?;
        file.done()
    },
};

/// The portfolio as JSON, project by project.
///
/// # Errors
/// A piece could not be taken.
pub fn write<E>(input: &Input<'_>, take: impl FnMut(&[u8]) -> Result<(), E>) -> Result<(), E> {
    let projects = standing::all(input.checked).map(|s| project(input, &s));
    with_list(&head(input), ("projects", projects), 4, take)
}

/// What is said of all projects together.
fn head(input: &Input<'_>) -> Json {
    let p = input.p();
    let counts = standing::counts(input);
    let programmes = p.programmes().into_iter().map(|(slug, projects)| {
        Json::map([
            ("id", slug.as_str().into()),
            ("title", p.programme_title(&slug).into()),
            ("projects", Json::list(projects.iter().map(|pr| Json::from(&*pr.id)))),
            ("page", input.route(&Target::Programme(slug.as_str().into())).into()),
        ])
    });
    Json::map([
        ("schema", "milepost-portfolio-1".into()),
        ("generator", concat!("milepost ", env!("CARGO_PKG_VERSION")).into()),
        ("title", p.config.title.as_str().into()),
        ("as_of", p.as_of.into()),
        ("site", Json::or_null(input.site_url())),
        ("health", Json::map(counts.into_iter().map(|(rag, n)| (rag.name(), n.into())))),
        ("asks", Json::list(asks::loose(p).iter().map(|a| ask(input, a)))),
        ("findings", findings(p_findings(input))),
        ("programmes", Json::list(programmes)),
    ])
}

fn p_findings<'a>(input: &Input<'a>) -> impl Iterator<Item = Severity> + use<'a> {
    input.checked.findings.iter().map(|f| f.severity)
}

fn findings(severities: impl Iterator<Item = Severity>) -> Json {
    let all: Vec<Severity> = severities.collect();
    let count = |s: Severity| (s.name(), all.iter().filter(|f| **f == s).count().into());
    Json::map([count(Severity::Deny), count(Severity::Warn), count(Severity::Note)])
}

/// A value with the place it is written at.
fn sourced(value: Json, path: &str, lines: &LineIndex, span: Option<Span>) -> Json {
    let line = span.map(|s| i64::from(lines.position(s.start).line));
    Json::map([("value", value), ("file", path.into()), ("line", Json::or_null(line))])
}

/// A measured value, or the word for why there is none.
fn measured<T>(value: Result<T, &Missing>, show: impl FnOnce(T) -> Json) -> Json {
    match value {
        Ok(value) => Json::map([("value", show(value)), ("state", "value".into())]),
        Err(missing) => {
            let mut map = vec![("value", Json::Null), ("state", state(missing).into())];
            if let Missing::NotApplicable(why) | Missing::Withheld(why) = missing {
                map.push(("reason", why.as_str().into()));
            }
            Json::map(map)
        }
    }
}

/// One project of it.
#[must_use]
pub fn project(input: &Input<'_>, s: &Standing<'_>) -> Json {
    let p = input.p();
    let pr = s.project;
    let card = |name: &str| match s.card().and_then(|c| Some((c, c.fields.slot(name)?))) {
        Some((c, slot)) => {
            let value = match &slot.datum {
                crate::data::record::Datum::Number(n) => Json::from(**n),
                crate::data::record::Datum::Flag(flag) => Json::from(*flag),
                other => other.show().into(),
            };
            sourced(value, &c.path, &c.lines, Some(slot.span))
        }
        None => Json::Null,
    };
    let person = |name: &str| Json::or_null(s.person_name(name));
    let dates = |d: &crate::portfolio::Dates| {
        Json::map([
            ("baseline", Json::or_null(d.baseline)),
            ("forecast", Json::or_null(d.forecast)),
            ("actual", Json::or_null(d.actual)),
        ])
    };
    let slip = measured(s.measures.schedule.as_ref(), |k| k.days.into());
    let report = s.report().zip(pr.latest()).map(|(d, report)| {
        Json::map([
            ("as_of", report.date.into()),
            ("age", Json::or_null(s.report_age())),
            ("stale", s.stale().into()),
            ("page", input.route(&Target::Document(d.path.clone())).into()),
            ("file", (&*d.path).into()),
        ])
    });
    Json::map([
        ("id", (&*pr.id).into()),
        ("title", (&*pr.title).into()),
        ("page", input.route(&Target::Project(pr.id.clone())).into()),
        ("file", Json::or_null(s.card().map(|c| &*c.path))),
        ("summary", card("summary")),
        ("programme", Json::or_null(pr.programme.as_deref())),
        ("unit", card("unit")),
        ("tier", p.tier_label(pr.tier).into()),
        ("lifecycle", Json::or_null(pr.lifecycle.as_ref().map(|l| &*l.name))),
        ("phase", Json::or_null(pr.phase_title())),
        ("state", pr.state.name().into()),
        ("project_manager", person("project_manager")),
        ("sponsor", person("sponsor")),
        ("rating", s.rating().into()),
        ("trend", s.trend().label().into()),
        ("why", Json::or_null(s.why().filter(|_| s.counts()))),
        ("report", Json::or_null(report)),
        ("next_report", Json::or_null(s.next_report())),
        ("health", Json::list(DIMENSIONS.iter().map(|d| health(s, d)))),
        ("start", dates(&pr.start)),
        ("finish", dates(&pr.finish)),
        ("finish_slip_days", slip),
        ("money", amounts(input, s)),
        ("milestones", Json::list(pr.milestones.iter().map(|m| milestone(input, s, m)))),
        ("asks", Json::list(s.asks().iter().map(|a| ask(input, a)))),
        ("open", open(s)),
        ("findings", findings(s.findings().map(|f| f.severity))),
    ])
}

fn health(s: &Standing<'_>, dimension: &str) -> Json {
    let document = s.report();
    let said = document.and_then(|d| Some((d, declared(&d.fields, dimension)?)));
    let declared = said.map_or(Json::Null, |(d, said)| {
        sourced(said.rag.name().into(), &d.path, &d.lines, Some(said.span))
    });
    let text = |name: &str| Json::or_null(said.and_then(|(_, d)| d.said.text(name)));
    let found = s.measures.health.of(dimension).map(|d| &d.computed);
    let (computed, fact) = match found {
        Some(computed) => (
            measured(computed.as_ref(), |c| c.rag.name().into()),
            computed.as_ref().map_or(Json::Null, |c| c.fact.as_str().into()),
        ),
        None => (Json::Null, Json::Null),
    };
    Json::map([
        ("dimension", dimension.into()),
        ("declared", declared),
        ("counts", (said.is_some() && s.counts()).into()),
        ("why", text("why")),
        ("path", text("path")),
        ("back_to_green", Json::or_null(said.and_then(|(_, d)| d.said.date("back_to_green")))),
        ("computed", computed),
        ("computed_fact", fact),
    ])
}

fn amounts(input: &Input<'_>, s: &Standing<'_>) -> Json {
    let pr = s.project;
    let now = money(input.p(), pr);
    let tracked = |n: Option<crate::ratio::Ratio>| Json::or_null(n.filter(|_| !pr.untracked));
    Json::map([
        ("currency", Json::or_null(pr.currency.as_deref())),
        ("tracked", (!pr.untracked).into()),
        ("budget", tracked(pr.budget)),
        ("as_of", Json::or_null(now.as_of)),
        ("actual", tracked(now.actual)),
        ("committed", tracked(now.committed)),
        ("eac", tracked(now.eac)),
        ("variance_percent", measured(s.measures.cost.as_ref(), |k| k.percent.into())),
    ])
}

fn milestone(input: &Input<'_>, s: &Standing<'_>, m: &Milestone) -> Json {
    let item = s.project.items("milestones").get(m.item);
    let date = |name: &str, date: Option<crate::date::Date>| match (item, date) {
        (Some(item), Some(date)) => {
            let span = item.fields.span(name).or(item.fields.span("id")).or(Some(item.span));
            // What a report said newer stands in no line of the register.
            let written = item.fields.date(name) == Some(date);
            let span = span.filter(|_| written);
            if written {
                sourced(date.into(), &item.path, &item.lines, span)
            } else {
                Json::map([("value", date.into()), ("file", Json::Null), ("line", Json::Null)])
            }
        }
        (None, Some(date)) => Json::map([("value", Json::from(date))]),
        (_, None) => Json::Null,
    };
    let (_, said) = milestone_state(input.p(), s.project, m);
    let history = m.history.iter().map(|(on, expected)| {
        Json::map([("report", Json::from(*on)), ("expected", (*expected).into())])
    });
    Json::map([
        ("id", (&*m.id).into()),
        ("name", (&*m.name).into()),
        ("original", date("original", m.original)),
        ("baseline", date("baseline", m.baseline)),
        ("forecast", date("forecast", m.forecast)),
        ("actual", date("actual", m.actual)),
        ("slip_days", Json::or_null(m.slip())),
        ("state", said.into()),
        ("owner", Json::or_null(m.owner.as_deref().map(|o| input.p().person(o)))),
        ("key", m.key.into()),
        ("finish", m.finish.into()),
        ("go_live", m.go_live.into()),
        ("cancelled", m.cancelled.into()),
        ("file", Json::or_null(item.map(|i| &*i.path))),
        ("line", Json::or_null(item.map(|i| i64::from(i.lines.position(i.span.start).line)))),
        ("history", Json::list(history)),
    ])
}

fn ask(input: &Input<'_>, ask: &Ask<'_>) -> Json {
    let decider = ask.decider().map(|d| crate::rollups::words::who(input.p(), d));
    let page = ask.target.as_ref().map(|t| input.route(t));
    Json::map([
        ("id", Json::from(&Value::text(ask.id))),
        ("title", ask.title.into()),
        ("decider", Json::or_null(decider)),
        ("needed_by", Json::or_null(ask.needed)),
        ("late", ask.late.into()),
        ("waits_business_days", Json::or_null(ask.age)),
        ("page", Json::or_null(page)),
        ("file", ask.path.into()),
    ])
}

/// How many items of each RAID register are open.
fn open(s: &Standing<'_>) -> Json {
    let count = |name: &'static str| {
        let has = s.project.has_register(name);
        let open =
            |items: &[Item]| items.iter().filter(|i| crate::rollups::raid::is_open(i)).count();
        (name, if has { open(s.project.items(name)).into() } else { Json::Null })
    };
    Json::map([count("risks"), count("issues"), count("assumptions"), count("dependencies")])
}
