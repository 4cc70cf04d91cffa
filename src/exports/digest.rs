//! The digest: how the portfolio stands in a few lines, for chat and e-mail.
//! What it says is gathered here; each channel sets it in its own form and
//! within its own limits. Milepost writes the files, others send them.

mod email;
mod slack;
mod teams;
#[cfg(test)]
mod tests;

pub(super) use email::EXPORT as EMAIL;
pub(super) use slack::EXPORT as SLACK;
pub(super) use teams::EXPORT as TEAMS;

use super::Input;
use super::standing::{self, Standing};
use crate::date::{Date, days, long, plus};
use crate::measures::trend::Trend;
use crate::portfolio::State;
use crate::rollups::asks;
use crate::rollups::milestones::state;
use crate::rollups::raid::{is_high, is_open};
use crate::rollups::words::{capital, figure, list, number, several, who};
use crate::table::Rag;
use crate::target::Target;

/// Days ahead in which milestones are told.
const AHEAD: i64 = 14;
/// Days back in which changes are told.
const BACK: i64 = 7;

/// What is said, in reading order.
struct Digest {
    /// The title of the book, with the day.
    title: String,
    /// The answer in a sentence or two.
    sentence: String,
    /// The lists; those that are empty are left out.
    sections: Vec<Section>,
    /// Address of the portfolio page, where it is known.
    site: Option<String>,
}

/// A heading and its lines.
struct Section {
    title: &'static str,
    lines: Vec<Line>,
}

/// One line: of which project, and what.
#[derive(Clone)]
struct Line {
    rag: Option<Rag>,
    head: String,
    text: String,
    href: Option<String>,
}

impl Line {
    fn mark(&self) -> &'static str {
        self.rag.map_or("•", Rag::mark)
    }
}

/// Words cut to a number of characters, with a sign that they are.
fn cut(words: &str, most: usize) -> String {
    // A line each: no breaks, and nothing that turns the direction of others.
    let plain: String = words
        .chars()
        .map(|c| if c.is_whitespace() || c.is_control() { ' ' } else { c })
        .filter(|c| !matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}'))
        .collect();
    let plain = plain.split_whitespace().collect::<Vec<_>>().join(" ");
    if plain.chars().count() <= most {
        return plain;
    }
    let mut short: String = plain.chars().take(most.saturating_sub(1)).collect();
    short.truncate(short.trim_end().len());
    short.push('…');
    short
}

/// `n more`, where a list was cut.
fn more(shown: usize, all: usize) -> Option<String> {
    (all > shown).then(|| format!("{} more", all - shown))
}

fn digest(input: &Input<'_>) -> Digest {
    let p = input.p();
    let title = match p.config.title.as_str() {
        "" => "Portfolio",
        title => title,
    };
    let sections = [
        Section { title: "Red", lines: red(input) },
        Section { title: "Better than the data says", lines: flattered(input) },
        Section { title: "Not reported", lines: silent(input) },
        Section { title: "Worse than a report ago", lines: worse(input) },
        Section { title: "Decisions needed", lines: decisions(input) },
        Section { title: "Milestones in the next 14 days", lines: milestones(input) },
        Section { title: "Since last week", lines: changed(input) },
    ];
    Digest {
        title: format!("{title}, {}", long(p.as_of)),
        sentence: sentence(input),
        sections: sections.into_iter().filter(|s| !s.lines.is_empty()).collect(),
        site: input.site_url().map(|base| format!("{base}/index.html")),
    }
}

/// How many stand where, and what waits, in one or two sentences.
#[must_use]
pub fn sentence(input: &Input<'_>) -> String {
    let active = standing::all(input.checked).filter(|s| s.project.state == State::Active).count();
    let noun = if active == 1 { "project runs" } else { "projects run" };
    let mut out = format!("{} {noun}", capital(&number(active)));
    let word = |(rag, n): (Rag, usize)| {
        (n > 0).then(|| format!("{} {}", number(n), rag.label().to_lowercase()))
    };
    let parts: Vec<String> = standing::counts(input).into_iter().filter_map(word).collect();
    if !parts.is_empty() {
        out.push_str(&format!(": {}", list(&parts)));
    }
    out.push_str(". ");
    let asks = asks::all(input.p());
    let verb = if asks.len() < 2 { "waits" } else { "wait" };
    out.push_str(&capital(&several(asks.len(), "decision", "decisions")));
    out.push_str(&format!(" {verb}"));
    let late = asks.iter().filter(|a| a.late).count();
    match (late, asks.len()) {
        (0, _) => {}
        (1, 1) => out.push_str(", past its day"),
        (n, _) => out.push_str(&format!(", {} past the day needed", number(n))),
    }
    out.push('.');
    out
}

fn url(input: &Input<'_>, target: &Target) -> Option<String> {
    input.site_url()?;
    let route = input.route(target);
    (!route.is_empty()).then(|| input.absolute(&route))
}

fn line(input: &Input<'_>, s: &Standing<'_>, rag: Option<Rag>, text: String) -> Line {
    let href = url(input, &Target::Project(s.project.id.clone()));
    Line { rag, head: s.project.title.to_string(), text, href }
}

fn active<'a>(input: &Input<'a>) -> impl Iterator<Item = Standing<'a>> {
    standing::by_attention(input.checked).into_iter().filter(|s| s.project.state == State::Active)
}

fn red(input: &Input<'_>) -> Vec<Line> {
    active(input)
        .filter(|s| s.overall().and_then(Rag::colour) == Some(Rag::Red))
        .map(|s| {
            let why = s.why().unwrap_or("does not say why").trim_end_matches('.').to_owned();
            line(input, &s, s.overall(), why)
        })
        .collect()
}

/// Reported better than the data says; red ones are told already.
fn flattered(input: &Input<'_>) -> Vec<Line> {
    active(input)
        .filter_map(|s| {
            let declared = s.overall().filter(|r| r.colour() != Some(Rag::Red))?;
            let overall = s.measures.health.of("overall")?;
            let computed = overall.computed.as_ref().ok()?;
            overall.flattery().filter(|n| *n > 0)?;
            let (now, data) = (declared.label(), computed.rag.label().to_lowercase());
            Some(line(
                input,
                &s,
                Some(declared),
                format!("{now}, data says {data}: {}", computed.fact),
            ))
        })
        .collect()
}

/// Projects whose health nobody tells, and since when.
fn silent(input: &Input<'_>) -> Vec<Line> {
    let p = input.p();
    active(input)
        .filter(|s| s.overall().is_none())
        .map(|s| {
            let text = match s.project.latest() {
                Some(report) if !s.measures.freshness.counts() => {
                    let age = figure(days(report.date, p.as_of), "day", "days");
                    format!("last report {}, {age} ago", report.date)
                }
                Some(report) => format!("the report of {} gives no rating", report.date),
                None => "no report yet".to_owned(),
            };
            line(input, &s, Some(Rag::NotReported), text)
        })
        .collect()
}

/// The overall colour before the newest report.
fn before(s: &Standing<'_>) -> Option<Rag> {
    s.said_on(*s.project.reports.iter().rev().nth(1)?)
}

/// Worse than a report ago; red ones are told already.
fn worse(input: &Input<'_>) -> Vec<Line> {
    active(input)
        .filter(|s| s.trend() == Trend::Worsening)
        .filter(|s| s.overall().and_then(Rag::colour) != Some(Rag::Red))
        .filter_map(|s| {
            let (now, was) = s.overall().zip(before(&s))?;
            let why = s.why().map(|w| format!(": {}", w.trim_end_matches('.'))).unwrap_or_default();
            let text = format!("{} after {}{why}", now.label(), was.label().to_lowercase());
            Some(line(input, &s, Some(now), text))
        })
        .collect()
}

fn decisions(input: &Input<'_>) -> Vec<Line> {
    let p = input.p();
    asks::all(p)
        .iter()
        .map(|ask| {
            let mut text = vec![ask.label().trim_end_matches('.').to_owned()];
            text.extend(ask.decider().map(|d| who(p, d)));
            text.extend(ask.needed.map(|d| {
                let late = figure(days(d, p.as_of), "day", "days");
                if ask.late { format!("needed {d}, {late} late") } else { format!("needed {d}") }
            }));
            Line {
                rag: None,
                head: ask.project.map_or("Portfolio", |pr| &pr.title).to_owned(),
                text: text.join(", "),
                href: ask.target.as_ref().and_then(|t| url(input, t)),
            }
        })
        .collect()
}

fn milestones(input: &Input<'_>) -> Vec<Line> {
    let p = input.p();
    let to = plus(p.as_of, AHEAD);
    let mut all: Vec<(Date, Line)> = Vec::new();
    for s in active(input) {
        for m in s.project.milestones.iter().filter(|m| !m.cancelled && m.actual.is_none()) {
            let Some(day) = m.forecast.or(m.baseline).filter(|d| *d >= p.as_of && *d <= to) else {
                continue;
            };
            let (_, said) = state(p, s.project, m);
            let text = format!("{day} {} {}, {said}", m.id, m.name);
            let href = url(input, &Target::Item(s.project.id.clone(), (*m.id).into()));
            all.push((day, Line { href, ..line(input, &s, None, text) }));
        }
    }
    all.sort_by_key(|(day, _)| *day);
    all.into_iter().map(|(_, line)| line).collect()
}

/// What the last seven days brought, from what is dated.
fn changed(input: &Input<'_>) -> Vec<Line> {
    let p = input.p();
    let recent = |d: &Date| *d > plus(p.as_of, -BACK) && *d <= p.as_of;
    let mut out = Vec::new();
    for s in active(input) {
        let mut said: Vec<String> = Vec::new();
        let newest = s.project.latest().filter(|r| recent(&r.date));
        if let (Some(_), Some(was), Some(now)) = (newest, before(&s), s.overall())
            && s.trend() == Trend::Improving
        {
            said.push(format!("{} after {}", now.label(), was.label().to_lowercase()));
        }
        for m in s.project.milestones.iter().filter(|m| m.actual.as_ref().is_some_and(recent)) {
            said.push(format!("achieved {} {}", m.id, m.name));
        }
        let finish = s.project.finish_milestone().map(|m| m.history.as_slice()).unwrap_or_default();
        if let [.., (_, before), (on, now)] = finish
            && recent(on)
            && before != now
        {
            let by = days(*before, *now);
            let word = if by > 0 { "later" } else { "earlier" };
            said.push(format!("finish now {now}, {} {word}", figure(by.abs(), "day", "days")));
        }
        for d in s.project.items("decisions") {
            if d.fields.date("decided").as_ref().is_some_and(recent) {
                said.push(format!("decided {} {}", d.id, d.title()));
            }
        }
        for c in s.project.items("changes") {
            let decided = c.fields.record("decision").and_then(|d| d.date("date"));
            if decided.as_ref().is_some_and(recent) {
                said.push(format!("change {} {} {}", c.id, c.title(), c.status()));
            }
        }
        for r in s.project.items("risks").iter().filter(|r| is_open(r) && is_high(r)) {
            if r.fields.date("raised").as_ref().is_some_and(recent) {
                said.push(format!("new high risk {} {}", r.id, r.title()));
            }
        }
        if !said.is_empty() {
            out.push(line(input, &s, None, said.join("; ")));
        }
    }
    out
}
