//! What needs someone: for each project the one or two facts that matter most,
//! the worst first.

use super::Scope;
use crate::date::{days, short};
use crate::finding::{Finding, Severity};
use crate::measures::health::score;
use crate::measures::milestones_on_time::{Class, class};
use crate::portfolio::reason;
use crate::rollups::asks;
use crate::rollups::milestones::silently_moved;
use crate::rollups::raid::{is_high, is_open};
use crate::rollups::words::{figure, list, several, who};
use crate::site::standing::Standing;
use crate::site::tables::percent;
use crate::site::view::portfolio::Attention;
use crate::site::view::{Rag, Trend, dates_in_words};
use crate::table::Rag as Known;
use crate::target::Target;

/// Lines shown.
const MOST: usize = 8;
/// Lines of one project.
const EACH: usize = 2;
/// Days by which a finish must move between two reports to be told.
const MOVED: i64 = 7;

/// One line with its place in the order: kind of trouble, weight within it.
struct Line {
    kind: u8,
    weight: i64,
    item: Attention,
}

/// The lines, the worst first. Every project's first line is chosen before any
/// second one.
pub(super) fn lines_of(scope: &Scope<'_>) -> Vec<Attention> {
    let mut all = Vec::new();
    for standing in scope.active() {
        let mut lines = lines(scope, &standing);
        lines.sort_by_key(|l| (l.kind, l.weight));
        let (tier, title) = (standing.project.tier, standing.project.title.clone());
        for (nth, line) in lines.into_iter().take(EACH).enumerate() {
            all.push((nth, (line.kind, line.weight, tier, title.clone()), line.item));
        }
    }
    all.sort_by(|a, b| (a.0, &a.1).cmp(&(b.0, &b.1)));
    all.truncate(MOST);
    all.sort_by(|a, b| a.1.cmp(&b.1));
    all.into_iter().map(|(.., item)| item).collect()
}

fn lines(scope: &Scope<'_>, s: &Standing<'_>) -> Vec<Line> {
    let mut out = Vec::new();
    out.extend(red(scope, s));
    out.extend(watermelon(scope, s));
    out.extend(silent(scope, s));
    out.extend(moved_baseline(scope, s));
    out.extend(worsening(scope, s));
    out.extend(late_ask(scope, s));
    out.extend(overdue(scope, s));
    out.extend(lacking(scope, s));
    out.extend(no_path(scope, s));
    out.extend(moved_finish(scope, s));
    out.extend(bare_risk(scope, s));
    out
}

fn item(scope: &Scope<'_>, s: &Standing<'_>, rag: Rag, text: String, detail: String) -> Attention {
    let target = Target::Project(s.project.id.clone());
    Attention {
        rag,
        differs: false,
        project: scope.place.link(s.project.title.as_ref(), &target),
        text,
        detail,
        href: None,
    }
}

/// Where the newest report stands.
fn report_href(scope: &Scope<'_>, s: &Standing<'_>) -> Option<String> {
    let report = s.project.latest()?;
    let document = s.portfolio().documents.get(report.document)?;
    scope.place.href(&Target::Document(document.path.clone()))
}

/// The earliest day the report promises green again.
fn back_to_green(s: &Standing<'_>) -> Option<String> {
    let health = s.report()?.record("health")?;
    let dates = health.slots.iter().filter_map(|slot| slot.datum.record()?.date("back_to_green"));
    dates.max().map(|d| format!("back to green {}", short(d)))
}

fn red(scope: &Scope<'_>, s: &Standing<'_>) -> Option<Line> {
    if s.overall()?.colour()? != Known::Red {
        return None;
    }
    let text = match s.report().and_then(reason) {
        Some(why) => format!("is red: {}", part(why)),
        None => "is red and does not say why".to_owned(),
    };
    let mut detail: Vec<String> = back_to_green(s).into_iter().collect();
    let asks = asks::of(s.portfolio(), s.project);
    if !asks.is_empty() {
        let verb = if asks.len() == 1 { "waits" } else { "wait" };
        detail.push(format!("{} {verb}", several(asks.len(), "decision", "decisions")));
    }
    let mut item = item(scope, s, Rag::Red, text, detail.join(" · "));
    item.href = report_href(scope, s);
    Some(Line { kind: 1, weight: 0, item })
}

fn watermelon(scope: &Scope<'_>, s: &Standing<'_>) -> Option<Line> {
    if s.flattery() == 0 {
        return None;
    }
    let declared = s.overall()?;
    let computed = s.measures.health.of("overall")?.computed.as_ref().ok()?;
    let fact = plain_fact(s, &computed.fact);
    let word = declared.label().to_lowercase();
    let run = s.history("overall", usize::MAX);
    let same = run.iter().rev().take_while(|(_, rag)| *rag == Rag::from(declared)).count();
    let mut detail: Vec<String> =
        Some(computed.limit.clone()).filter(|l| !l.is_empty()).into_iter().collect();
    if same > 1 {
        detail.push(format!("reported {word} {same} times in a row"));
    }
    let text = format!("reports {word}; {fact}");
    let mut item = item(scope, s, computed.rag.into(), text, detail.join(" · "));
    item.differs = true;
    item.href = report_href(scope, s);
    Some(Line { kind: 2, weight: -i64::from(s.flattery()), item })
}

/// The fact behind a computed colour; of a late finish only how late it is.
fn plain_fact(s: &Standing<'_>, fact: &str) -> String {
    let late = s.measures.schedule.as_ref().ok().filter(|k| k.days > 0);
    if let Some((k, share)) = late.and_then(|k| Some((k, k.percent?)))
        && fact.starts_with("schedule: finish")
    {
        return format!("finish is {} late ({})", figure(k.days, "day", "days"), percent(share));
    }
    let fact = dates_in_words(fact);
    fact.split_once(": ").map_or(&*fact, |(_, fact)| fact).to_owned()
}

fn silent(scope: &Scope<'_>, s: &Standing<'_>) -> Option<Line> {
    if s.counts() {
        return None;
    }
    let age = s.measures.freshness.age;
    let cadence = s.measures.freshness.cadence;
    let due = format!("a report is due every {}", figure(cadence, "day", "days"));
    let (text, detail) = match (s.project.latest(), age) {
        (Some(report), Some(age)) => {
            let was = s.measures.health.of("overall").and_then(|d| d.declared);
            let was = was.map_or_else(
                || "last report".to_owned(),
                |w| format!("was {}", w.label().to_lowercase()),
            );
            let on = crate::date::long(report.date);
            (
                format!("has been silent for {}", figure(age, "day", "days")),
                format!("{was} on {on} · {due}"),
            )
        }
        (_, Some(age)) => (
            "has never reported".to_owned(),
            format!("began {} ago · {due}", figure(age, "day", "days")),
        ),
        _ => ("has never reported".to_owned(), due),
    };
    let mut item = item(scope, s, Rag::NotReported, text, detail);
    item.href = report_href(scope, s);
    Some(Line { kind: 3, weight: -age.unwrap_or(0), item })
}

fn moved_baseline(scope: &Scope<'_>, s: &Standing<'_>) -> Option<Line> {
    let m = s.project.milestones.iter().find(|m| silently_moved(s.project, m))?;
    let (from, to) = m.original.zip(m.baseline)?;
    let text = format!(
        "moved the baseline of {} {} by {}",
        m.id,
        m.name,
        figure(days(from, to), "day", "days")
    );
    let detail = format!("from {} to {} · no approved change request", short(from), short(to));
    let mut item = item(scope, s, Rag::Red, text, detail);
    item.href = scope.place.href(&Target::Item(s.project.id.clone(), (*m.id).into()));
    Some(Line { kind: 4, weight: -days(from, to), item })
}

fn worsening(scope: &Scope<'_>, s: &Standing<'_>) -> Option<Line> {
    if s.overall()?.colour()? != Known::Amber || s.trend() != Trend::Worse {
        return None;
    }
    let why =
        s.report().and_then(reason).map_or_else(String::new, |why| format!(": {}", part(why)));
    let detail = back_to_green(s).unwrap_or_default();
    let mut item = item(scope, s, Rag::Amber, format!("turned amber{why}"), detail);
    item.href = report_href(scope, s);
    Some(Line { kind: 5, weight: 0, item })
}

fn late_ask(scope: &Scope<'_>, s: &Standing<'_>) -> Option<Line> {
    let asks = asks::of(s.portfolio(), s.project);
    let ask = asks.iter().find(|a| a.late)?;
    let mut detail = Vec::new();
    if let Some(decider) = ask.decider() {
        detail.push(who(s.portfolio(), decider));
    }
    detail.extend(ask.age.map(asks::business_days));
    detail.extend(ask.needed.map(|d| format!("needed {}", short(d))));
    detail.extend(ask.text("if_late").map(|t| part(t).to_owned()));
    let text = format!("waits for a decision: {}", part(ask.title));
    let mut item = item(scope, s, Rag::Amber, text, detail.join(" · "));
    item.href = ask.target.as_ref().and_then(|target| scope.place.href(target));
    Some(Line { kind: 6, weight: -ask.age.unwrap_or(0), item })
}

fn overdue(scope: &Scope<'_>, s: &Standing<'_>) -> Option<Line> {
    let p = s.portfolio();
    let missed = |m: &&crate::portfolio::Milestone| {
        m.key && m.actual.is_none() && class(p, s.project, m) == Class::Missed
    };
    let m = s.project.milestones.iter().filter(missed).min_by_key(|m| m.baseline)?;
    let late = days(m.baseline?, p.as_of);
    let text = format!("is {} past {} {}", figure(late, "day", "days"), m.id, m.name);
    let detail = match m.forecast {
        Some(forecast) => format!("now expected {}", short(forecast)),
        None => "no new date is forecast".to_owned(),
    };
    let mut item = item(scope, s, Rag::Amber, text, detail);
    item.href = scope.place.href(&Target::Item(s.project.id.clone(), (*m.id).into()));
    Some(Line { kind: 7, weight: -late, item })
}

/// Findings in a project's files.
fn findings<'a>(s: &Standing<'a>, rules: &[&str]) -> Vec<&'a Finding> {
    let mine = |f: &&Finding| f.severity >= Severity::Warn && rules.contains(&f.rule);
    s.checked.findings_in(&s.project.folder).iter().filter(mine).collect()
}

fn lacking(scope: &Scope<'_>, s: &Standing<'_>) -> Option<Line> {
    let found = findings(s, &["missing-document", "missing-section", "placeholder-section"]);
    let worst = found.iter().map(|f| f.severity).max()?;
    let documents = found.iter().filter(|f| f.rule == "missing-document").count();
    let sections = found.len() - documents;
    let mut parts = Vec::new();
    if documents > 0 {
        parts.push(several(documents, "document", "documents"));
    }
    if sections > 0 {
        parts.push(several(sections, "section", "sections"));
    }
    let text = format!("lacks {} that its phase asks for", list(&parts));
    let detail = found.iter().find(|f| f.severity == worst).map(|f| f.message.replace('`', ""));
    let rag = if worst == Severity::Deny { Rag::Red } else { Rag::Amber };
    let item = item(scope, s, rag, text, detail.unwrap_or_default());
    let weight = -i64::try_from(found.len()).unwrap_or(0);
    Some(Line { kind: 8, weight, item })
}

fn no_path(scope: &Scope<'_>, s: &Standing<'_>) -> Option<Line> {
    let found = findings(s, &["no-path-to-green"]);
    let first = found.first()?;
    let text = "does not say how and when it gets back to green".to_owned();
    let mut item = item(scope, s, Rag::Amber, text, first.message.replace('`', ""));
    item.href = scope.place.href(&Target::Document(first.path.clone()));
    Some(Line { kind: 9, weight: 0, item })
}

fn moved_finish(scope: &Scope<'_>, s: &Standing<'_>) -> Option<Line> {
    let finish = s.project.finish_milestone().filter(|_| s.counts())?;
    let mut history = finish.history.iter().rev();
    let ((on, now), (_, before)) = (history.next()?, history.next()?);
    let moved = days(*before, *now);
    if moved < MOVED || s.project.latest().map(|r| r.date) != Some(*on) {
        return None;
    }
    let text =
        format!("moved its finish by {} since the report before", figure(moved, "day", "days"));
    let detail = format!("from {} to {}", short(*before), short(*now));
    let mut item = item(scope, s, Rag::Amber, text, detail);
    item.href = report_href(scope, s);
    Some(Line { kind: 10, weight: -moved, item })
}

fn bare_risk(scope: &Scope<'_>, s: &Standing<'_>) -> Option<Line> {
    let bare = |r: &&crate::document::Item| is_open(r) && is_high(r) && !r.fields.has("response");
    let risk = s.project.items("risks").iter().filter(bare).max_by_key(|r| score(r))?;
    let text = format!("has a high risk without a response: {}", part(risk.title()));
    let scored = score(risk).map(|n| format!("{} scores {n}", risk.id)).unwrap_or_default();
    let mut item = item(scope, s, Rag::Amber, text, scored);
    item.href = scope.place.href(&Target::Item(s.project.id.clone(), (*risk.id).into()));
    Some(Line { kind: 11, weight: 0, item })
}

/// The text as part of a sentence: without a full stop.
fn part(text: &str) -> &str {
    text.trim().trim_end_matches('.')
}
