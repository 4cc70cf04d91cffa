//! The page of one project: where it stands, what waits, what comes, what it
//! costs, what is written and what is missing.

mod documents;
mod health;
mod money;
mod phases;
mod plan;
mod sentence;
#[cfg(test)]
mod tests;

use super::links::{Links, derived};
use super::pages::changed::changed_below;
use super::standing::Standing;
use super::tables::{Place, milestone_trend, money as amount, one};
use super::view::document::{Note, NoteSeverity};
use super::view::project::{KeyFact, ProjectPage, ReportLine};
use super::view::{Link, Rag, Segment};
use crate::Checked;
use crate::date::long;
use crate::finding::{Finding, Severity};
use crate::measures::cost_variance::money;
use crate::output::Route;
use crate::portfolio::gates::shown;
use crate::portfolio::{declared, within};
use crate::rollups::kpis::of_project;
use crate::rollups::scorecard;
use crate::rollups::{Library, advice};
use crate::table::{Group, Missing};
use crate::target::Target;

/// Findings shown.
const FINDINGS: usize = 12;
/// Reports listed.
const REPORTS: usize = 26;

/// The page of the project at a position with its [`tables()`]; frame and body
/// are the caller's.
#[must_use]
pub fn view(
    checked: &Checked,
    links: &Links<'_>,
    project: usize,
    page: &Route,
    tables: &[Group],
) -> ProjectPage {
    let Some(s) = Standing::of(checked, project) else { return ProjectPage::default() };
    let place = Place::new(links, page);
    let (findings, more) = findings(&place, &s);
    ProjectPage {
        title: s.project.title.to_string(),
        health: s.chip(),
        sentence: sentence::sentence(&place, &s),
        notes: notes(&place, &s),
        phases: phases::stepper(&place, &s),
        facts: facts(&place, &s),
        history: health::grid(&place, &s),
        asks: plan::asks(&place, &s),
        asks_more: plan::asks_more(&place, &s),
        milestones: plan::milestones(&place, &s),
        milestones_more: plan::milestones_more(&place, &s),
        trend: milestone_trend(&place, s.project),
        money: money::lines(&s),
        budget: money::chart(&s),
        risks: plan::risks(&place, &s),
        risks_more: plan::risks_more(&place, &s),
        documents: documents::groups(&place, &s),
        duties: phases::duties(&s),
        reports: reports(&place, &s),
        findings,
        findings_more: more,
        tables: tables.iter().map(|g| one(&place, g)).collect(),
        changed: changed_below(&checked.portfolio, &s.project.folder),
        backlinks: backlinks(&place, &s),
        ..ProjectPage::default()
    }
}

/// Its indicators, and what others learned.
#[must_use]
pub fn tables(checked: &Checked, library: &Library<'_>, project: usize) -> Vec<Group> {
    let p = &checked.portfolio;
    let kpis = of_project(p, &checked.measures, project);
    let advice = p.projects.get(project).into_iter().filter_map(|pr| advice(p, library, pr));
    let why = p.projects.get(project).and_then(|pr| scorecard(p, pr));
    kpis.into_iter().chain(advice).chain(why).collect()
}

/// Tier, delivery model, latest report, the registers' pages.
fn notes(place: &Place<'_>, s: &Standing<'_>) -> Vec<Link> {
    let p = s.portfolio();
    let mut notes = Vec::new();
    let tier = p.tier_label(s.project.tier);
    if !tier.is_empty() {
        let assumed = if s.project.tier_known { "" } else { " (assumed)" };
        notes.push(Link::text(format!("tier {tier}{assumed}")));
    }
    if let Some(model) = s.card().and_then(|c| c.text("delivery_model")) {
        notes.push(Link::text(model));
    }
    if let Some(slug) = s.project.programme.as_deref() {
        notes.push(place.link(p.programme_title(slug), &Target::Programme(slug.into())));
    }
    match s.project.latest() {
        Some(report) => {
            let label = format!("latest report {}", long(report.date));
            let document = p.documents.get(report.document);
            notes.push(document.map_or_else(
                || Link::text(label.clone()),
                |d| place.link(label.clone(), &Target::Document(d.path.clone())),
            ));
        }
        None => notes.push(Link::text("no report yet")),
    }
    if shown(s.project).is_some() {
        notes.push(place.link("gate", &Target::Gate(s.project.id.clone())));
    }
    notes.push(place.link("log", &Target::Log(s.project.id.clone())));
    let registers = |name: &str| {
        let raid = name == "raid";
        s.project.items.keys().any(|k| (super::links::page_of(k) == "raid") == raid)
    };
    for (name, label) in [("raid", "RAID"), ("registers", "registers")] {
        if registers(name) {
            let route = derived(&s.project.folder, name);
            notes.push(Link::to(label, place.page.link(&route)));
        }
    }
    notes
}

/// Manager, sponsor, finish, cost.
fn facts(place: &Place<'_>, s: &Standing<'_>) -> Vec<KeyFact> {
    let fact = |label: &str, value: String, delta: Segment| KeyFact {
        label: label.to_owned(),
        value: vec![Segment::text(value)],
        delta,
    };
    let person = |field: &str| s.person(field).unwrap_or("not reported").to_owned();
    let mut facts = vec![
        fact("Project manager", person("project_manager"), Segment::default()),
        fact("Sponsor", person("sponsor"), Segment::default()),
    ];
    let finish = s.finish(place, 0);
    let text = |day: &super::view::Day| day.text.clone();
    let (label, value) = match (&finish.baseline, &finish.forecast) {
        (Some(a), Some(b)) if a == b => ("Finish".to_owned(), text(a)),
        (Some(a), Some(b)) => {
            let to = if finish.actual { "actual" } else { "forecast" };
            (format!("Finish, baseline → {to}"), format!("{} → {}", text(a), text(b)))
        }
        (Some(a), None) => {
            ("Finish, baseline".to_owned(), format!("{}, forecast not reported", text(a)))
        }
        (None, Some(b)) => ("Finish, forecast".to_owned(), format!("{}, no baseline", text(b))),
        (None, None) => ("Finish".to_owned(), "not reported".to_owned()),
    };
    let delta = finish.slip.map_or_else(Segment::default, |slip| match slip.days {
        1.. => Segment::rag(slip.text, slip.rag),
        _ => Segment::text(slip.text),
    });
    facts.push(fact(&label, value, delta));
    facts.push(cost_fact(s));
    facts
}

fn cost_fact(s: &Standing<'_>) -> KeyFact {
    let currency = s.project.currency.as_deref().unwrap_or_default();
    let label = if currency.is_empty() {
        "EAC against budget".to_owned()
    } else {
        format!("EAC against budget ({currency})")
    };
    let cost = s.cost();
    let (value, delta) = match (&s.measures.cost, s.project.budget) {
        (Ok(k), _) => {
            let share = Segment { text: cost.text, rag: cost.rag, href: None };
            (format!("{} of {}", amount(k.eac), amount(k.bac)), share)
        }
        // Of nothing there is no share, but the amounts are known.
        (Err(Missing::NotApplicable(why)), Some(bac)) if s.project.tracked => {
            let said = match money(s.portfolio(), s.project).eac {
                Some(eac) => format!("{} of {}; no share, {why}", amount(eac), amount(bac)),
                None => format!("{}; estimate not reported", amount(bac)),
            };
            (said, Segment::default())
        }
        (Err(_), Some(bac)) if s.project.tracked => {
            (format!("{}; estimate not reported", amount(bac)), Segment::default())
        }
        (Err(Missing::NotApplicable(_)), _) => ("not tracked".to_owned(), Segment::default()),
        (Err(_), _) => (cost.text, Segment::default()),
    };
    KeyFact { label, value: vec![Segment::text(value)], delta }
}

/// Reports, newest first.
fn reports(place: &Place<'_>, s: &Standing<'_>) -> Vec<ReportLine> {
    let p = s.portfolio();
    s.project
        .reports
        .iter()
        .rev()
        .take(REPORTS)
        .filter_map(|report| {
            let document = p.documents.get(report.document)?;
            let overall = declared(&document.fields, "overall");
            let changed = document.fields.text("what_changed");
            let why = overall.and_then(|d| d.said.text("why"));
            Some(ReportLine {
                report: place
                    .link(label(&document.title), &Target::Document(document.path.clone())),
                day: place.day(report.date),
                health: super::view::Chip::of(overall.map_or(Rag::NotReported, |d| d.rag.into())),
                text: changed.or(why).unwrap_or_default().to_owned(),
            })
        })
        .collect()
}

/// A report's title without the project's name before a colon.
fn label(title: &str) -> String {
    let short = title.rsplit_once(": ").map_or(title, |(_, short)| short);
    crate::rollups::words::capital(short)
}

/// The worst findings in the project's files, and of other projects those that
/// also concern a place in this one; and the way to all.
fn findings(place: &Place<'_>, s: &Standing<'_>) -> (Vec<Note>, Option<Link>) {
    let folder = &s.project.folder;
    let theirs =
        s.checked.findings.iter().filter(|f| {
            f.related.iter().any(|r| within(&r.path, folder)) && !within(&f.path, folder)
        });
    let mut mine: Vec<&Finding> = s
        .checked
        .findings_in(folder)
        .iter()
        .chain(theirs)
        .filter(|f| f.severity > Severity::Allow)
        .collect();
    mine.sort_by_key(|f| std::cmp::Reverse(f.severity));
    let more = (mine.len() > FINDINGS).then(|| {
        place.link(format!("{} findings in all", mine.len()), &Target::Rollup("findings"))
    });
    (mine.into_iter().take(FINDINGS).map(|f| note(place, f)).collect(), more)
}

fn note(place: &Place<'_>, finding: &Finding) -> Note {
    Note {
        severity: match finding.severity {
            Severity::Deny => NoteSeverity::Deny,
            Severity::Warn => NoteSeverity::Warn,
            _ => NoteSeverity::Note,
        },
        rule: place.link(finding.rule, &Target::Rule(finding.rule)),
        message: finding.message.clone(),
        help: finding.help.clone().unwrap_or_default(),
        place: place.link(
            format!("{}:{}", finding.path, finding.at),
            &crate::rollups::findings::target(place.portfolio(), finding),
        ),
    }
}

/// Documents outside the project that name it or something of it.
fn backlinks(place: &Place<'_>, s: &Standing<'_>) -> Vec<Link> {
    const MOST: usize = 20;
    let p = s.portfolio();
    let named = p.backlinks.get(s.project.card).map(Vec::as_slice).unwrap_or_default();
    named
        .iter()
        .filter(|i| p.project_of(**i).is_none_or(|other| other.id != s.project.id))
        .filter_map(|i| {
            let document = p.documents.get(*i)?;
            let label = match p.project_of(*i) {
                Some(other) => format!("{}: {}", other.title, document.title),
                None => document.title.to_string(),
            };
            Some(place.link(label, &Target::Document(document.path.clone())))
        })
        .take(MOST)
        .collect()
}
