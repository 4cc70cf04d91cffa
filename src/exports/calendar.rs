//! iCalendar by RFC 5545: milestones and report due dates as all-day events,
//! of the portfolio, of each project, of each unit, and go-lives alone.

use super::names::Names;
use super::standing::{self, Standing};
use super::{Export, File, Input, Published, hand_on};
use crate::date::{Date, days, plus};
use crate::measures::milestones_on_time::{Class, class};
use crate::portfolio::{Milestone, Portfolio, State};
use crate::rollups::milestones::state;
use crate::rollups::words::{capital, figure};
use crate::target::Target;
use std::collections::BTreeMap;

/// Reports to come that are entered for each project.
const REPORTS: i64 = 3;
/// Longest line in octets, without its end.
const LINE: usize = 75;

pub(super) static EXPORT: Export = Export {
    name: "calendar",
    about: "iCalendar files of milestones and report due dates: portfolio, go-lives, each project, each unit",
    published: Published::Always,
    write: |input, take| files(input).iter().try_for_each(|file| hand_on(take, file)),
};

/// One event.
struct Event {
    uid: String,
    day: Date,
    summary: String,
    description: String,
    url: Option<String>,
    category: &'static str,
    cancelled: bool,
    sequence: i64,
    go_live: bool,
    /// Its lines, which stand in several calendars.
    lines: String,
}

fn files(input: &Input<'_>) -> Vec<File> {
    let all: Vec<(Standing<'_>, Vec<Event>)> =
        standing::all(input.checked).map(|s| (s, events(input, &s))).collect();
    let every = || all.iter().flat_map(|(_, events)| events);
    let title = match input.p().config.title.as_str() {
        "" => "Portfolio",
        title => title,
    };
    let mut files = vec![
        File::new(
            "calendar/portfolio.ics",
            "milestones and report due dates of all projects",
            calendar(title, every()),
        ),
        File::new(
            "calendar/go-lives.ics",
            "the go-lives of all projects",
            calendar(&format!("{title}: go-lives"), every().filter(|e| e.go_live)),
        ),
    ];
    for ((s, events), name) in all.iter().zip(calendars(input.p())) {
        files.push(File::new(
            name,
            format!("milestones and report due dates of {}", s.project.title),
            calendar(&s.project.title, events.iter()),
        ));
    }
    let mut units: BTreeMap<&str, Vec<&Event>> = BTreeMap::new();
    for (s, events) in &all {
        for unit in units_of(s) {
            units.entry(unit).or_default().extend(events);
        }
    }
    let mut names = Names::default();
    for (unit, events) in units {
        let known = input.p().units().and_then(|n| n.entries.record(unit)?.text("name"));
        let title = known.unwrap_or(unit);
        files.push(File::new(
            format!("calendar/units/{}.ics", names.name(unit)),
            format!("milestones and report due dates of the projects {title} works on"),
            calendar(title, events.into_iter()),
        ));
    }
    files
}

/// For each project the name of its calendar.
#[must_use]
pub fn calendars(p: &Portfolio) -> Vec<String> {
    let mut names = Names::default();
    let name = |id: &str| format!("calendar/projects/{}.ics", names.name(id));
    p.projects.iter().map(|pr| &*pr.id).map(name).collect()
}

/// The units that lead a project, receive it or give people to it.
fn units_of<'a>(s: &Standing<'a>) -> Vec<&'a str> {
    let mut units = Vec::new();
    if let Some(card) = s.fields() {
        units.extend(card.text("unit"));
        units.extend(card.text("receiving_unit"));
        let managers = card.list("functional_managers").iter();
        units.extend(managers.filter_map(|m| m.datum.record()?.text("unit")));
    }
    units.extend(s.project.items("resources").iter().filter_map(|r| r.fields.text("unit")));
    units.sort_unstable();
    units.dedup();
    units
}

fn events(input: &Input<'_>, s: &Standing<'_>) -> Vec<Event> {
    let mut events: Vec<Event> =
        s.project.milestones.iter().filter_map(|m| milestone(input, s, m)).collect();
    events.extend(reports(input, s));
    let stamp = format!("{}T000000Z", input.p().as_of.format("%Y%m%d"));
    for event in &mut events {
        event.lines = lines(event, &stamp);
    }
    events
}

fn milestone(input: &Input<'_>, s: &Standing<'_>, m: &Milestone) -> Option<Event> {
    let p = input.p();
    let day = m.actual.or(m.forecast).or(m.baseline)?;
    let (_, said) = state(p, s.project, m);
    let mut lines = vec![capital(&said)];
    lines.extend(m.baseline.map(|d| format!("Baseline {d}")));
    lines.extend(m.forecast.filter(|_| m.actual.is_none()).map(|d| format!("Forecast {d}")));
    lines.extend(m.actual.map(|d| format!("Achieved {d}")));
    lines.extend(m.slip().filter(|n| *n != 0).map(|n| {
        let word = if n > 0 { "late" } else { "early" };
        format!("{} {word}", figure(n.abs(), "day", "days"))
    }));
    lines.extend(m.owner.as_deref().map(|o| format!("Owner {}", p.person(o))));
    // How often published reports moved it, the calling off included.
    let moved = m.history.windows(2).filter(|w| w[0].1 != w[1].1).count();
    let cancelled = m.cancelled || s.project.state == State::Cancelled;
    let missed = class(p, s.project, m) == Class::Missed && m.actual.is_none();
    let mark = match (m.actual.is_some(), missed) {
        (true, _) => "✔ ",
        (_, true) => "▲ ",
        _ => "",
    };
    Some(Event {
        uid: uid(input, &["milestone", &s.project.id, &m.id]),
        day,
        summary: format!("{mark}{}: {} {}", s.project.title, m.id, m.name).trim_end().to_owned(),
        description: lines.join("\n"),
        url: url(input, &Target::Item(s.project.id.clone(), (*m.id).into())),
        category: if m.go_live { "Go-live" } else { "Milestone" },
        cancelled,
        sequence: i64::try_from(moved).unwrap_or(0) + i64::from(cancelled),
        go_live: m.go_live,
        lines: String::new(),
    })
}

/// The reports that are due next, known by their number in the row.
fn reports(input: &Input<'_>, s: &Standing<'_>) -> Vec<Event> {
    let Some(next) = s.next_report() else { return Vec::new() };
    let told = i64::try_from(s.project.reports.len()).unwrap_or(0);
    // Rises whenever a report came, on which all later days rest.
    let sequence = s.project.latest().map_or(0, |r| days(Date::default(), r.date).max(0));
    let event = |n: i64| {
        let day = plus(next, n * s.measures.freshness.cadence);
        let number = (told + n + 1).to_string();
        Event {
            uid: uid(input, &["report", &s.project.id, &number]),
            day,
            summary: format!("{}: status report due", s.project.title),
            description: s
                .person_name("project_manager")
                .map(|name| format!("Project manager {name}"))
                .unwrap_or_default(),
            url: url(input, &Target::Project(s.project.id.clone())),
            category: "Report due",
            cancelled: false,
            sequence,
            go_live: false,
            lines: String::new(),
        }
    };
    (0..REPORTS).map(event).collect()
}

/// A name for an event that stays as long as its ids do.
fn uid(input: &Input<'_>, parts: &[&str]) -> String {
    let host = input.site_url().and_then(|u| u.split_once("://")?.1.split(['/', ':']).next());
    let part = |part: &&str| {
        let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
        let mut out = String::new();
        for c in part.chars() {
            if plain(c) { out.push(c) } else { out.push_str(&format!(".{:x}.", c as u32)) }
        }
        out
    };
    let parts: Vec<String> = parts.iter().map(part).collect();
    format!("{}@{}", parts.join("/"), host.filter(|h| !h.is_empty()).unwrap_or("milepost.invalid"))
}

fn url(input: &Input<'_>, target: &Target) -> Option<String> {
    let base = input.site_url()?;
    let route = input.route(target);
    (!route.is_empty()).then(|| format!("{base}/{route}"))
}

fn calendar<'e>(title: &str, events: impl Iterator<Item = &'e Event>) -> Vec<u8> {
    let mut out = String::new();
    for fixed in ["BEGIN:VCALENDAR", "VERSION:2.0"] {
        line(fixed, &mut out);
    }
    line(concat!("PRODID:-//Milepost//Milepost ", env!("CARGO_PKG_VERSION"), "//EN"), &mut out);
    for fixed in ["CALSCALE:GREGORIAN", "METHOD:PUBLISH"] {
        line(fixed, &mut out);
    }
    let title = text(title);
    line(&format!("NAME:{title}"), &mut out);
    line(&format!("X-WR-CALNAME:{title}"), &mut out);
    line("REFRESH-INTERVAL;VALUE=DURATION:P1D", &mut out);
    line("X-PUBLISHED-TTL:P1D", &mut out);
    let mut events: Vec<&Event> = events.collect();
    events.sort_by(|a, b| (a.day, &a.uid).cmp(&(b.day, &b.uid)));
    events.dedup_by(|a, b| a.uid == b.uid);
    out.extend(events.iter().map(|e| e.lines.as_str()));
    line("END:VCALENDAR", &mut out);
    out.into_bytes()
}

/// The lines of an event.
fn lines(e: &Event, stamp: &str) -> String {
    let mut out = String::with_capacity(512);
    line("BEGIN:VEVENT", &mut out);
    line(&format!("UID:{}", text(&e.uid)), &mut out);
    line(&format!("DTSTAMP:{stamp}"), &mut out);
    line(&format!("DTSTART;VALUE=DATE:{}", e.day.format("%Y%m%d")), &mut out);
    line(&format!("DTEND;VALUE=DATE:{}", plus(e.day, 1).format("%Y%m%d")), &mut out);
    line(&format!("SEQUENCE:{}", e.sequence), &mut out);
    let status = if e.cancelled { "CANCELLED" } else { "CONFIRMED" };
    line(&format!("STATUS:{status}"), &mut out);
    line(&format!("SUMMARY:{}", text(&e.summary)), &mut out);
    if !e.description.is_empty() {
        line(&format!("DESCRIPTION:{}", text(&e.description)), &mut out);
    }
    line(&format!("CATEGORIES:{}", text(e.category)), &mut out);
    if let Some(url) = &e.url {
        line(&format!("URL:{}", url.replace(char::is_control, "")), &mut out);
    }
    line("TRANSP:TRANSPARENT", &mut out);
    line("END:VEVENT", &mut out);
    out
}

/// Words as a value of type TEXT.
fn text(words: &str) -> String {
    let mut out = String::with_capacity(words.len());
    for c in words.chars() {
        match c {
            '\\' | ';' | ',' => {
                out.push('\\');
                out.push(c);
            }
            '\n' => out.push_str("\\n"),
            c if c.is_control() => {}
            c => out.push(c),
        }
    }
    out
}

/// A line, folded so that none is longer than 75 octets and no character is
/// cut in two.
fn line(content: &str, out: &mut String) {
    if content.len() <= LINE {
        return out.extend([content, "\r\n"]);
    }
    let mut length = 0;
    for c in content.chars() {
        if length + c.len_utf8() > LINE {
            out.push_str("\r\n ");
            length = 1;
        }
        out.push(c);
        length += c.len_utf8();
    }
    out.push_str("\r\n");
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rollups::testing::{FILES, check, check_with};

    fn ics(text: &str, config: &str, name: &str) -> String {
        let checked = check_with(text, config);
        let address = |t: &Target| match t {
            Target::Item(p, i) => Some(format!("projects/{p}/-/registers.html#{i}")),
            Target::Project(p) => Some(format!("projects/{p}/index.html")),
            _ => None,
        };
        let files = files(&Input::new(&checked, &address));
        let file = files.into_iter().find(|f| f.name == name).unwrap();
        String::from_utf8(file.bytes).unwrap()
    }

    fn unfolded(text: &str) -> String {
        text.replace("\r\n ", "").replace("\r\n", "\n")
    }

    #[test]
    fn milestones_are_all_day_events_with_an_end_that_is_not_part_of_them() {
        let text = unfolded(&ics(FILES, "", "calendar/portfolio.ics"));
        let m7 = text.split("BEGIN:VEVENT").find(|e| e.contains("UID:milestone/crm/M7@")).unwrap();
        for wanted in [
            "DTSTAMP:20260327T000000Z",
            "DTSTART;VALUE=DATE:20261028",
            "DTEND;VALUE=DATE:20261029",
            "SEQUENCE:1\n",
            "STATUS:CONFIRMED",
            "SUMMARY:CRM replacement: M7 Finish",
            "DESCRIPTION:Late\\nBaseline 2026-09-30\\nForecast 2026-10-28\\n28 days late\\nOwner Dana Okafor",
        ] {
            assert!(m7.contains(wanted), "{wanted} in {m7}");
        }
        assert!(text.contains("SUMMARY:CRM replacement: status report due"));
        assert!(text.contains("UID:report/crm/3@milepost.invalid"));
        assert!(text.contains("DTSTART;VALUE=DATE:20260403"), "a week after the last report");
    }

    #[test]
    fn the_address_of_the_site_is_in_links_and_names() {
        let config = "[output.html]\nsite-url = \"https://pmo.example.org/site/\"\n";
        let text = unfolded(&ics(FILES, config, "calendar/projects/crm.ics"));
        assert!(text.contains("UID:milestone/crm/M7@pmo.example.org"), "{text}");
        assert!(text.contains("URL:https://pmo.example.org/site/projects/crm/-/registers.html#M7"));
    }

    #[test]
    fn lines_are_folded_by_octets_and_never_within_a_character() {
        let name = "変更管理、リスク; a, b\\c 🚢 ".repeat(12);
        let text = FILES.replace("UAT environment,", &format!("{name:?},"));
        let ics = ics(&text, "", "calendar/projects/crm.ics");
        assert!(ics.ends_with("\r\n"));
        for line in ics.split("\r\n") {
            assert!(line.len() <= LINE, "{}: {line}", line.len());
            assert!(!line.contains('\n') && !line.contains('\r'));
        }
        let whole = unfolded(&ics);
        assert!(whole.contains("変更管理、リスク\\; a\\, b\\\\c 🚢 変更"), "{whole}");
    }

    #[test]
    fn a_milestone_called_off_is_cancelled_with_a_higher_sequence() {
        let text =
            FILES.replace("owner: \"@dokafor\", finish: true", "cancelled: CR-007, finish: true");
        let ics = unfolded(&ics(&text, "", "calendar/portfolio.ics"));
        let m7 = ics.split("BEGIN:VEVENT").find(|e| e.contains("UID:milestone/crm/M7@")).unwrap();
        assert!(m7.contains("STATUS:CANCELLED") && m7.contains("SEQUENCE:2"), "{m7}");
    }

    #[test]
    fn a_parser_of_calendars_reads_every_file() {
        let checked = check(FILES);
        let files = files(&Input::new(&checked, &|_: &Target| None));
        for file in &files {
            let text = String::from_utf8(file.bytes.clone()).unwrap();
            let calendar: icalendar::Calendar = text.parse().unwrap();
            let events = calendar.components.iter().filter_map(|c| c.as_event()).count();
            assert_eq!(events, text.matches("BEGIN:VEVENT").count(), "{}", file.name);
        }
        assert!(files.iter().any(|f| f.name == "calendar/go-lives.ics"));
    }
}
