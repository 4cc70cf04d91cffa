//! The words of a review, made once: every format shows these parts in this
//! order, each in its own way.

mod alike;
mod lists;

use super::findings::{Found, Level};
use super::items::signed;
use super::phrase::Phrase;
use super::project::{Presence, ProjectReview, Waiting};
use super::{Amount, Moved, Rating, Review};
use crate::date::Date;
use crate::ratio::Ratio;
use crate::text::counted;
use alike::findings;
use lists::{documents, register, registers, sections};

/// A part of a project's review.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// Its name for programs and stylesheets.
    pub key: &'static str,
    /// What it is called.
    pub title: String,
    /// It is to be looked at first.
    pub alert: bool,
    /// What it says.
    pub body: Body,
}

/// How a part says it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Body {
    /// Each on a line of its own.
    Lines(Vec<Phrase>),
    /// Short enough to stand in one line.
    Inline(Vec<Phrase>),
    /// Rows.
    Table(Table),
}

/// A table of words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    /// Heads of the columns.
    pub heads: &'static [&'static str],
    /// Cells; an empty phrase is an empty cell.
    pub rows: Vec<Vec<Phrase>>,
}

/// The one sentence on top: how many projects changed, and what was found.
#[must_use]
pub fn sentence(review: &Review) -> Phrase {
    if review.is_empty() {
        return Phrase::new("Nothing changed.");
    }
    let changed = review.projects.len();
    let names: Vec<&str> = review.projects.iter().take(3).map(|p| p.title.as_str()).collect();
    let mut out = Phrase::default();
    if changed == 0 {
        out = out.plain("No project changed.");
    } else {
        let all = changed + review.unchanged;
        let of = if all == changed { String::new() } else { format!(" of {all}") };
        let noun = if all == 1 { "project" } else { "projects" };
        let more = changed.saturating_sub(names.len());
        let mut list = names.join(", ");
        if more > 0 {
            list.push_str(&format!(" and {more} more"));
        }
        out = out.strong(format!("{changed}{of} {noun}")).plain(format!(" changed: {list}."));
    }
    let alerts: usize = review.all().map(|p| p.alerts.iter().filter(|a| a.bad).count()).sum();
    if alerts > 0 {
        let these = if alerts == 1 { "thing needs" } else { "things need" };
        out = out.plain(" ").strong(format!("{alerts} {these} a look first."));
    }
    let found = tally(review.all().flat_map(|p| &p.findings), "new ");
    let mended: usize = review.all().map(|p| p.mended.len()).sum();
    let mut parts = found;
    if mended > 0 {
        parts.push(format!("{mended} mended"));
    }
    if parts.is_empty() { out } else { out.plain(format!(" {}.", parts.join(", "))) }
}

/// `1 new error`, `2 new warnings`, `3 new notes`.
fn tally<'f>(found: impl Iterator<Item = &'f Found>, word: &str) -> Vec<String> {
    let mut counts = [0usize; 3];
    for finding in found {
        match finding.severity {
            Level::Deny => counts[0] += 1,
            Level::Warn => counts[1] += 1,
            Level::Note => counts[2] += 1,
        }
    }
    let named = counts.iter().zip(["error", "warning", "note"]).filter(|(n, _)| **n > 0);
    named.map(|(n, noun)| counted(*n, noun).replacen(' ', &format!(" {word}"), 1)).collect()
}

/// What a project's heading says after its title.
#[must_use]
pub fn heading(project: &ProjectReview) -> String {
    let day = |d: Option<Date>| d.map_or_else(String::new, |d| d.to_string());
    match project.presence {
        Presence::Removed => "removed".into(),
        Presence::Added if project.report.is_some() => {
            format!("new project, status {}", day(project.report))
        }
        Presence::Added => "new project".into(),
        Presence::Changed if project.id.is_empty() => String::new(),
        Presence::Changed if project.has_new_report() && project.previous.is_some() => {
            format!("status {} (previous {})", day(project.report), day(project.previous))
        }
        Presence::Changed if project.has_new_report() => {
            format!("status {} (the first)", day(project.report))
        }
        Presence::Changed if project.report.is_some() => {
            format!("no new report (last {})", day(project.report))
        }
        Presence::Changed => "no report".into(),
    }
}

/// `1 error · 2 warnings · 3 mended`, of new findings.
#[must_use]
pub fn counts(project: &ProjectReview) -> String {
    let mut parts = tally(project.findings.iter(), "");
    if !project.mended.is_empty() {
        parts.push(format!("{} mended", project.mended.len()));
    }
    parts.join(" · ")
}

/// What changed in `book.toml`.
#[must_use]
pub fn settings(review: &Review) -> Vec<Part> {
    let mut out = Vec::new();
    let lines: Vec<Phrase> = review
        .settings
        .iter()
        .map(|s| {
            let word = |v: &Option<String>| v.clone().unwrap_or_else(|| "not set".into());
            let line = Phrase::new(format!("{}: {} → {}", s.setting, word(&s.was), word(&s.now)));
            if s.looser { line.plain(", ").strong("reports less") } else { line }
        })
        .collect();
    if !lines.is_empty() {
        let title = "Changed in book.toml".to_owned();
        let alert = review.settings.iter().any(|s| s.looser) || !review.silenced.is_empty();
        out.push(Part { key: "settings", title, alert, body: Body::Lines(lines) });
    }
    if !review.silenced.is_empty() {
        let title = format!(
            "No longer reported by the new settings: {}",
            tally(review.silenced.iter(), "").join(", ")
        );
        let lines = findings(&review.silenced);
        out.push(Part { key: "silenced", title, alert: true, body: Body::Lines(lines) });
    }
    out
}

/// All parts of a project's review in reading order.
#[must_use]
pub fn parts(project: &ProjectReview) -> Vec<Part> {
    let mut out = Vec::new();
    let mut add = |key, title: &str, alert, body: Body| {
        let empty = match &body {
            Body::Lines(lines) | Body::Inline(lines) => lines.is_empty(),
            Body::Table(table) => table.rows.is_empty(),
        };
        if !empty {
            out.push(Part { key, title: title.to_owned(), alert, body });
        }
    };
    let (bad, seen): (Vec<_>, Vec<_>) = project.alerts.iter().partition(|a| a.bad);
    let words = |list: Vec<&super::Alert>| list.iter().map(|a| a.words.clone()).collect();
    add("look", "Look first", true, Body::Lines(words(bad)));
    add("backed", "Changed by approval", false, Body::Lines(words(seen)));
    add("findings", "New findings", false, Body::Lines(findings(&project.findings)));
    add("asks", "Needs a decision", false, Body::Lines(project.asks.iter().map(ask).collect()));
    add("project", "Project", false, Body::Inline(turns(project)));
    add("gates", "Gates", false, Body::Inline(gates(project)));
    add("health", "Health", false, health(&project.health));
    add("dates", "Dates", false, dates(&project.milestones));
    let currency = project.money.iter().map(|a| a.unit.as_str()).find(|u| !u.is_empty());
    let money_title = currency.map_or("Money".to_owned(), |c| format!("Money ({c})"));
    if project.money.iter().any(Amount::changed) {
        add("money", &money_title, false, Body::Inline(project.money.iter().map(amount).collect()));
    }
    if project.progress.iter().any(Amount::changed) {
        add(
            "progress",
            "Progress",
            false,
            Body::Inline(project.progress.iter().map(amount).collect()),
        );
    }
    add("scope", "Scope", false, Body::Inline(scope(project)));
    for (key, title) in registers(project) {
        add("register", &title, false, Body::Inline(register(project, &key)));
    }
    add("approvals", "Approvals", false, Body::Inline(project.approvals.clone()));
    add("documents", "Documents", false, Body::Inline(documents(project)));
    add("sections", "Sections", false, Body::Inline(sections(project)));
    if let Some(percent) = &project.alike {
        let line = Phrase::new(format!("{percent} % similar to the report before"));
        add("text", "Text", false, Body::Inline(vec![line]));
    }
    add("mended", "Mended", false, Body::Inline(project.mended.iter().map(mended).collect()));
    if !project.unchanged.is_empty() {
        let line = Phrase::new(project.unchanged.join(", "));
        add("unchanged", "Unchanged", false, Body::Inline(vec![line]));
    }
    out
}

fn mended(f: &Found) -> Phrase {
    Phrase::default().code(f.rule).plain(" in ").link(f.path.to_string(), f.target.clone())
}

fn ask(w: &Waiting) -> Phrase {
    let mut out = Phrase::default();
    if w.new {
        out = out.strong("new ");
    }
    let label = format!("{} {}", w.id, w.title);
    out = out.link(label.trim().to_owned(), w.target.clone());
    let decider = match (&w.decider, &w.holder) {
        (Some(role), Some(name)) if role != name => Some(format!("{role} ({name})")),
        (Some(who), _) => Some(who.clone()),
        (None, _) => None,
    };
    out = out.plain(format!(" — {}", decider.unwrap_or_else(|| "nobody named".into())));
    out = out.plain(match w.needed {
        Some(day) => format!(" — needed {day}"),
        None => " — no date".into(),
    });
    match w.business_days {
        Some(n) => {
            let wait = format!("waiting {}", counted(n, "business day"));
            if w.late { out.plain(", ").strong(wait) } else { out.plain(format!(", {wait}")) }
        }
        None => out,
    }
}

fn turns(project: &ProjectReview) -> Vec<Phrase> {
    let word = |v: &Option<String>| v.clone().unwrap_or_else(|| "not reported".into());
    project
        .turns
        .iter()
        .map(|t| Phrase::new(format!("{} {} → ", t.what, word(&t.was))).strong(word(&t.now)))
        .collect()
}

fn gates(project: &ProjectReview) -> Vec<Phrase> {
    let line = |g: &super::GateChange| {
        Phrase::default().link(g.gate.clone(), g.target.clone()).plain(": ").and(g.words.clone())
    };
    project.gates.iter().map(line).collect()
}

fn health(ratings: &[Rating]) -> Body {
    let rag = |r: Option<crate::table::Rag>| match r {
        Some(rag) => Phrase::default().rag(rag),
        None => Phrase::new("○ not reported"),
    };
    let rows = ratings
        .iter()
        .filter(|r| r.changed() || r.differs)
        .map(|r| {
            let arrow = r.direction.mark();
            let arrow = if arrow.is_empty() { String::new() } else { format!(" {arrow}") };
            let data = match (r.data, r.data_state) {
                (Some(rag), _) if r.differs => Phrase::default().rag(rag).plain(" ").strong("≠"),
                (Some(rag), _) => Phrase::default().rag(rag),
                (None, state) => Phrase::new(state.unwrap_or("not reported")),
            };
            let data = match r.data_was.filter(|was| Some(*was) != r.data && r.data.is_some()) {
                Some(was) => data.plain(format!(" (was {})", was.label().to_lowercase())),
                None => data,
            };
            let mut why = Phrase::new(r.why.clone());
            if !r.fact.is_empty() {
                if !why.is_empty() {
                    why = why.plain("; ");
                }
                why = why.plain(format!("data: {}", r.fact));
            }
            if let Some(rule) = r.rule {
                why = why.plain(" (").code(rule).plain(")");
            }
            vec![Phrase::new(r.dimension), rag(r.was), rag(r.now).plain(arrow), data, why]
        })
        .collect();
    Body::Table(Table { heads: &["Health", "was", "now", "data says", "why"], rows })
}

/// `+14 d`.
fn days(n: i64) -> String {
    if n < 0 { format!("−{} d", n.unsigned_abs()) } else { format!("+{n} d") }
}

fn dates(moved: &[Moved]) -> Body {
    let day = |d: Option<Date>| Phrase::new(d.map_or("not reported".to_owned(), |d| d.to_string()));
    let rows = moved
        .iter()
        .map(|m| {
            let label = format!("{} {}", m.id, m.name).trim().to_owned();
            let mut name = Phrase::default().link(label, m.target.clone());
            if !m.note.is_empty() {
                name = name.plain(format!(" ({})", m.note));
            }
            let moved = match m.days {
                Some(0) => Phrase::new("0 d"),
                Some(n) => Phrase::default().strong(days(n)),
                None => Phrase::new("–"),
            };
            let against = match (m.against_baseline, &m.percent) {
                (Some(0), _) => Phrase::new("on it"),
                (Some(n), Some(percent)) => Phrase::new(format!("{} ({percent} %)", days(n))),
                (Some(n), None) => Phrase::new(days(n)),
                (None, _) => Phrase::new("–"),
            };
            let now = if m.achieved { day(m.now).plain(" ✔ achieved") } else { day(m.now) };
            vec![name, day(m.baseline), day(m.was), now, moved, against]
        })
        .collect();
    Body::Table(Table {
        heads: &["Milestone", "baseline", "was", "now", "moved", "vs baseline"],
        rows,
    })
}

fn amount(a: &Amount) -> Phrase {
    let percent = a.unit == "%";
    let show = |n: Ratio| if percent { format!("{n} %") } else { n.money() };
    let word = |n: Option<Ratio>| n.map_or("not reported".to_owned(), show);
    if !a.changed() {
        return Phrase::new(format!("{} unchanged {}", a.name, word(a.now)));
    }
    let mut out = Phrase::new(format!("{} {} → {}", a.name, word(a.was), word(a.now)));
    if let Some(by) = a.by() {
        out = out.plain(" (").strong(if percent {
            format!("{} points", signed(by))
        } else {
            signed(by)
        });
        if let Some(expected) = a.forecast {
            out = out.plain(format!("; forecast for the period was {}", show(expected)));
        }
        out = out.plain(")");
    }
    out
}

fn scope(project: &ProjectReview) -> Vec<Phrase> {
    let Some(s) = project.scope.as_ref().filter(|s| s.was != s.now) else { return Vec::new() };
    let word = |n: Option<Ratio>| n.map_or("not reported".to_owned(), |n| n.to_string());
    let by: Vec<String> =
        s.by.iter()
            .map(|a| {
                let net = a.net.map_or("not sized".to_owned(), signed);
                let on = a.on.map_or(String::new(), |d| format!(", approved {d}"));
                format!("{} {net}{on}", a.id)
            })
            .collect();
    let mut out = Phrase::new(format!("{} → {} {}", word(s.was), word(s.now), s.unit));
    let grown = s.now.zip(s.was).and_then(|(n, w)| n.sub(w));
    if !by.is_empty() {
        out = out.plain(format!(" ({})", by.join("; ")));
    } else if let Some(by) = grown {
        out = out.plain(format!(" ({})", signed(by)));
    }
    let unsized_one = s.by.iter().any(|a| a.net.is_none());
    if let Some(n) = s.unexplained.filter(|_| !unsized_one) {
        out = out.plain(", ").strong(format!("{} by no approved change request", signed(n)));
    }
    vec![out]
}

/// Heads of the columns of [`row`].
pub const HEADS: [&str; 6] = ["Project", "health", "finish", "EAC", "look first", "new findings"];

/// One row for a project among many: title, health, finish, estimate, what to
/// look at first, new findings.
#[must_use]
pub fn row(project: &ProjectReview) -> Vec<Phrase> {
    let overall = project.health.iter().find(|r| r.dimension == "overall");
    let health = match overall.and_then(|r| r.now.map(|now| (r, now))) {
        Some((r, now)) if r.was != r.now && r.was.is_some() => Phrase::default()
            .plain(r.was.map_or(String::new(), |w| format!("{} → ", w.label().to_lowercase())))
            .rag(now),
        Some((_, now)) => Phrase::default().rag(now),
        None => Phrase::new("not reported"),
    };
    let finish = match project.milestones.iter().find(|m| m.finish).and_then(|m| m.days) {
        Some(n) if n != 0 => Phrase::default().strong(days(n)),
        _ => Phrase::new("as before"),
    };
    let eac = project.money.iter().find(|a| a.name == "EAC");
    let eac = match eac.map(|a| (a.changed(), a.by())) {
        Some((true, Some(by))) => Phrase::default().strong(signed(by)),
        Some((true, None)) => Phrase::new("reported"),
        Some(_) => Phrase::new("as before"),
        None => Phrase::new("not reported"),
    };
    let alerts = project.alerts.iter().filter(|a| a.bad).count();
    let look =
        if alerts > 0 { Phrase::default().strong(alerts.to_string()) } else { Phrase::new("–") };
    let found = tally(project.findings.iter(), "");
    let found = if found.is_empty() { "none".to_owned() } else { found.join(", ") };
    let title = Phrase::default().link(project.title.clone(), project.target.clone());
    vec![title, health, finish, eac, look, Phrase::new(found)]
}
