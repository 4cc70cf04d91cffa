//! One item on both sides, field by field: what has words of its own is told
//! by them, everything else as `field old → new`, so that nothing is left out.

use super::deciding::{change_words, decision_words};
use super::{ItemChange, Sides, Sort, is_decided, is_over, plain};
use crate::data::record::Record;
use crate::date::Date;
use crate::document::Item;
use crate::portfolio::Portfolio;
use crate::review::fields::{Difference, differences, shorten};
use crate::review::{Phrase, risks};

/// What is no fact of an item, or is told elsewhere.
const QUIET: &[&str] = &["id", "kind", "project", "reviewed", "updated", "status"];

/// What the part on baselines tells of a milestone.
const AGREED: &[&str] = &["baseline", "original", "rebaselines"];

/// What the part on dates tells of a milestone that moved.
const DATED: &[&str] = &["forecast", "actual", "cancelled"];

/// What the words of an end or a decision tell when it comes.
const ENDING: &[&str] = &[
    "closed",
    "closed_reason",
    "resolved",
    "resolution",
    "done",
    "delivered",
    "became",
    "decision",
    "implemented",
    "decided",
    "decided_by",
    "outcome",
    "rationale",
];

/// What was decided, and stands once it is.
const DECIDED: &[&str] = &["decision", "impact", "decided", "decided_by", "outcome", "rationale"];

/// Lists that only grow: what stands there is history.
const GROWING: &[&str] = &["assessments", "due_history", "measurements"];

/// Whether a difference is one of a field or of what stands in it.
fn within(d: &Difference, names: &[&str]) -> bool {
    let first = d.field.split('.').next().unwrap_or(&d.field);
    names.contains(&first)
}

/// What changed of an item that is on both sides; `None` where nothing did.
pub(super) fn changed(key: &str, was: &Item, now: &Item, sides: Sides<'_>) -> Option<ItemChange> {
    let p = sides.now;
    let mut change = plain(key, now, Sort::Changed);
    // The field that gives the title is told as the title.
    let named =
        |i: &Item| ["title", "name", "text"].into_iter().find(|k| i.fields.text(k).is_some());
    let mut without: Vec<&str> = QUIET.to_vec();
    without.extend(named(was).into_iter().chain(named(now)));
    if key == "milestones" {
        without.extend(AGREED);
        if (sides.dated)(&now.id) {
            without.extend(DATED);
        }
    }
    if key == "risks" {
        without.push("assessments");
        if crate::measures::health::score(was) != crate::measures::health::score(now) {
            without.extend(["p", "i"]);
        }
    }
    change.fields = differences(p, &was.fields, &now.fields, &without);
    change.fields.retain(|d| !(d.field == "due_history" && d.was.is_none()));
    let turned = was.status() != now.status();
    if turned {
        change.fields.retain(|d| d.was.is_some() || !within(d, ENDING));
    }
    if was.title() != now.title() {
        change.fields.insert(
            0,
            Difference {
                field: "title".into(),
                was: Some(shorten(was.title(), 60)),
                now: Some(shorten(now.title(), 60)),
            },
        );
    }
    for list in GROWING {
        change.rewritten.extend(rewritten(&was.fields, &now.fields, list));
    }
    let stood = matches!(key, "decisions" | "changes") && is_decided(was);
    // What an approved change request allows, and for which baselines.
    let allows = |d: &&Difference| key == "changes" && within(d, &["impact", "rebaselines"]);
    let anew = |d: &&Difference| stood && (d.was.is_some() && within(d, DECIDED) || allows(d));
    let redone: Vec<String> = change.fields.iter().filter(anew).map(Difference::words).collect();
    if !redone.is_empty() {
        let then = was.status().replace('-', " ");
        change.rewritten.push(format!("rewritten after it was {then}: {}", redone.join("; ")));
    }
    let mut words: Vec<Phrase> = Vec::new();
    if turned {
        let ended = is_over(now) && !is_over(was);
        change.sort = match () {
            () if ended => Sort::Closed,
            () if is_over(was) && !is_over(now) => Sort::Reopened,
            () if is_decided(now) && !is_decided(was) => Sort::Decided,
            () if is_decided(was) && !is_decided(now) => Sort::Reopened,
            () => Sort::Changed,
        };
        let (line, on) = ending(key, was, now, p);
        words.push(line);
        change.on = on;
    }
    if key == "risks" {
        risks::rescored(was, now, &mut change, &mut words);
    }
    let told: Vec<&Difference> = change.fields.iter().filter(|d| !anew(d)).collect();
    words.extend(told.iter().take(MOST).map(|d| Phrase::new(d.words())));
    if told.len() > MOST {
        words.push(Phrase::new(format!("{} more fields", told.len() - MOST)));
    }
    match (sides.text)(was, now) {
        Some(text) if stood && !text.starts_with("text added") => {
            let then = was.status().replace('-', " ");
            change.rewritten.push(format!("after it was {then}: {text}"));
        }
        text => words.extend(text.map(Phrase::new)),
    }
    if words.is_empty() && change.rewritten.is_empty() {
        return None;
    }
    change.words = Phrase::joined(words, "; ");
    Some(change)
}

/// Most fields of one item that are told.
const MOST: usize = 8;

/// How a status changed, and when.
fn ending(key: &str, was: &Item, now: &Item, p: &Portfolio) -> (Phrase, Option<Date>) {
    let f = &now.fields;
    let (from, to) = (was.status().replace('-', " "), now.status().replace('-', " "));
    if is_over(was) && !is_over(now) {
        return (Phrase::new(format!("open again: {to} (was {from})")), None);
    }
    match key {
        "changes" if is_decided(now) || is_over(now) => {
            let on = f.record("decision").and_then(|d| d.date("date"));
            return (change_words(now, p), on);
        }
        "decisions" if is_decided(now) => return (decision_words(now, p), f.date("decided")),
        _ => {}
    }
    if !is_over(now) {
        return (Phrase::new(format!("{from} → {to}")), None);
    }
    let on = ["closed", "resolved", "done", "delivered"].iter().find_map(|n| f.date(n));
    let reason = ["closed_reason", "resolution", "evidence", "note"].iter().find_map(|n| f.text(n));
    let mut words = to;
    words.extend(on.map(|d| format!(" {d}")));
    if let Some(reason) = reason {
        words.push_str(&format!(": {}", shorten(reason, 80)));
    }
    words.extend(f.text("became").map(|id| format!(", became {id}")));
    (Phrase::new(words), on)
}

/// An entry of a list: its day, what it says, and its note.
type Entry = (Option<Date>, String, String);

/// Entries of a list that only grows which are gone or say something else.
fn rewritten(was: &Record, now: &Record, list: &str) -> Vec<String> {
    let shown = |r: &Record| -> Vec<Entry> {
        let entries = r.list(list).iter();
        entries
            .map(|e| match e.datum.record() {
                Some(r) => {
                    let note = r.text("note").unwrap_or_default().to_owned();
                    (r.date("date"), plain_entry(r), note)
                }
                None => (None, e.datum.show(), String::new()),
            })
            .collect()
    };
    let (before, after) = (shown(was), shown(now));
    let name = list.replace('_', " ");
    let one = name.strip_suffix('s').unwrap_or(&name).to_owned();
    let mut out = Vec::new();
    let fresh: Vec<&Entry> = after.iter().filter(|e| !before.contains(e)).collect();
    for lost in before.iter().filter(|e| !after.contains(e)).take(MOST) {
        let (date, entry, note) = lost;
        let day = date.map_or(String::new(), |d| format!(" of {d}"));
        let same_day = fresh.iter().find(|(d, ..)| d == date && d.is_some());
        let quoted = |note: &str| {
            if note.is_empty() { "nothing".into() } else { shorten(note, 60) }
        };
        let other_day = fresh.iter().find(|(d, e, n)| {
            e == entry && d.is_some() && (n == note || before.len() == after.len())
        });
        out.push(match (same_day, other_day) {
            (Some((_, now, _)), _) if now != entry => {
                format!("{one}{day} was {entry}, now {now}")
            }
            (Some((_, _, now)), _) => {
                format!("the note of the {one}{day} was {}, now {}", quoted(note), quoted(now))
            }
            (None, Some((Some(to), _, now))) if now == note => {
                format!("{one}{day} ({entry}) is dated {to} now")
            }
            (None, Some((Some(to), _, now))) => format!(
                "{one}{day} ({entry}) is dated {to} now, and its note was {}, now {}",
                quoted(note),
                quoted(now)
            ),
            _ => format!("{one}{day} removed (was {entry})"),
        });
    }
    out
}

/// An entry without its date and note: `4 × 4` of an assessment.
fn plain_entry(r: &Record) -> String {
    if let (Some(p), Some(i)) = (r.number("p"), r.number("i")) {
        return format!("{p} × {i}");
    }
    let slots = r.slots.iter().filter(|s| !matches!(&*s.name, "date" | "note"));
    slots.map(|s| s.datum.show()).collect::<Vec<_>>().join(", ")
}
