//! Items of registers, followed by their ids wherever they are written: added,
//! closed, changed field by field, and those that are simply gone.

mod deciding;

use super::fields::{Difference, differences, shorten};
use super::pairs::{Here, Pair};
use super::{Phrase, risks};
use crate::data::record::Record;
use crate::date::Date;
use crate::document::Item;
use crate::measures::health::score;
use crate::portfolio::Portfolio;
use crate::ratio::Ratio;
use crate::rollups::words::who;
use crate::target::Target;
pub(super) use deciding::signed;
use deciding::{change_words, decision_words};
use serde::Serialize;
use std::collections::{BTreeSet, HashMap, HashSet};

/// What became of an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Sort {
    /// It is gone from the register.
    Removed,
    /// It stands in another project now.
    Moved,
    /// It is new.
    Added,
    /// It is open again.
    Reopened,
    /// Its score changed.
    Rescored,
    /// It was decided, approved or carried out.
    Decided,
    /// It ended.
    Closed,
    /// It has another id.
    Renamed,
    /// Something else of it changed.
    Changed,
}

/// One item that is not what it was.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ItemChange {
    /// Key of its register: `risks`.
    pub register: String,
    /// Its id.
    pub id: String,
    /// Its title.
    pub title: String,
    /// What became of it.
    pub sort: Sort,
    /// Its score on both sides, for risks.
    pub score: Option<(Option<i128>, Option<i128>)>,
    /// The day of the newest assessment, closing or decision that says so.
    pub on: Option<Date>,
    /// What changed, in words, without id and title.
    pub words: Phrase,
    /// What is wrong with the change: history that was written anew.
    pub rewritten: Vec<String>,
    /// Other fields that changed.
    pub fields: Vec<Difference>,
    /// Where it is shown.
    #[serde(skip)]
    pub target: Option<Target>,
}

/// What is not told of an item: told elsewhere, or no fact of it.
const QUIET: &[&str] = &["id", "title", "name", "text", "kind", "project", "reviewed", "updated"];

/// Registers whose items end with the project's own words.
const SPECIAL: &[&str] = &["milestones"];

/// Lists that only grow: what stands there is history.
const GROWING: &[&str] = &["assessments", "due_history", "measurements"];

/// Whether an item has come to its end.
pub(super) fn is_over(item: &Item) -> bool {
    matches!(
        item.status(),
        "closed"
            | "occurred"
            | "rejected"
            | "resolved"
            | "validated"
            | "invalidated"
            | "done"
            | "cancelled"
            | "delivered"
            | "declined"
            | "withdrawn"
            | "superseded"
            | "merged"
            | "released"
            | "realised"
            | "missed"
            | "dropped"
    )
}

/// Whether somebody decided on an item.
fn is_decided(item: &Item) -> bool {
    matches!(item.status(), "decided" | "approved" | "implemented" | "committed" | "confirmed")
}

/// Every item that changed between two sides of a project, and the registers
/// in which nothing did.
pub(super) fn changes(pair: &Pair<'_>, all: &[Pair<'_>]) -> (Vec<ItemChange>, Vec<String>) {
    let (Some(was), Some(now)) = (pair.was, pair.now) else { return (Vec::new(), Vec::new()) };
    let keys: BTreeSet<&str> =
        was.project.items.keys().chain(now.project.items.keys()).map(|k| &**k).collect();
    let mut keys: Vec<&str> = keys.into_iter().collect();
    keys.sort_by_key(|k| (rank(k), *k));
    let (mut out, mut still) = (Vec::new(), Vec::new());
    for key in keys {
        let before = out.len();
        register(
            key,
            was.project.items(key),
            now.project.items(key),
            was.p,
            now.p,
            &mut |mut c, item| {
                c.target = if c.sort == Sort::Removed { None } else { now.item(item) };
                if c.sort == Sort::Removed
                    && let Some(home) = elsewhere(key, item, now, all)
                {
                    c.sort = Sort::Moved;
                    c.words = Phrase::new(format!("moved to {home}"));
                }
                out.push(c);
            },
        );
        if out.len() == before && !now.project.items(key).is_empty() && !SPECIAL.contains(&key) {
            still.push(title(now.p, key).to_lowercase());
        }
    }
    (out, still)
}

/// Items that stand in no project.
pub(super) fn loose(was: &Portfolio, now: &Portfolio) -> Vec<ItemChange> {
    let key = |i: &Item| i.kind.register.clone().unwrap_or_default();
    let keys: BTreeSet<Box<str>> = was.loose.iter().chain(&now.loose).map(key).collect();
    let mut out = Vec::new();
    for register_key in keys {
        let of = |p: &Portfolio| -> Vec<Item> {
            p.loose.iter().filter(|i| key(i) == register_key).cloned().collect()
        };
        register(&register_key, &of(was), &of(now), was, now, &mut |c, _| out.push(c));
    }
    out
}

/// The project in which an item that is gone from another came up.
fn elsewhere(key: &str, item: &Item, from: Here<'_>, all: &[Pair<'_>]) -> Option<String> {
    let same = |i: &&Item| i.id == item.id && i.title() == item.title();
    all.iter().find_map(|pair| {
        let now = pair.now.filter(|h| h.project.id != from.project.id)?;
        let there = |h: Here<'_>| h.project.items(key).iter().any(|i| same(&i));
        (there(now) && !pair.was.is_some_and(there)).then(|| now.project.title.to_string())
    })
}

/// Where a register comes in reading order.
fn rank(key: &str) -> usize {
    const ORDER: &[&str] = &[
        "risks",
        "issues",
        "assumptions",
        "dependencies",
        "actions",
        "changes",
        "decisions",
        "milestones",
        "resources",
        "benefits",
    ];
    ORDER.iter().position(|k| *k == key).unwrap_or(ORDER.len())
}

/// A register's name for readers.
pub(super) fn title(p: &Portfolio, key: &str) -> String {
    let kind = p.kinds.of_register(key);
    kind.map_or_else(|| crate::text::capital(key), |k| k.plural.to_string())
}

fn register<'i>(
    key: &str,
    was: &'i [Item],
    now: &'i [Item],
    p_was: &Portfolio,
    p: &Portfolio,
    out: &mut dyn FnMut(ItemChange, &'i Item),
) {
    // The first of an id counts, as everywhere.
    let index = |items: &'i [Item]| {
        let mut all: HashMap<&'i str, &'i Item> = HashMap::new();
        for item in items.iter().filter(|i| !i.id.is_empty()) {
            all.entry(&item.id).or_insert(item);
        }
        all
    };
    let (by_id, ids) = (index(was), index(now));
    let gone = |i: &&Item| i.id.is_empty() || !ids.contains_key(&*i.id);
    let mut left: Vec<Option<&Item>> = was.iter().filter(gone).map(Some).collect();
    let mut titles: HashMap<&str, Vec<usize>> = HashMap::new();
    for (at, item) in left.iter().enumerate().rev() {
        let titled = item.filter(|i| *i.title() != *i.id);
        titles.entry(titled.map_or("", Item::title)).or_default().push(at);
    }
    titles.remove("");
    for item in now {
        let (before, new_id) = match by_id.get(&*item.id) {
            Some(before) => (Some(*before), false),
            None => {
                let at = titles.get_mut(item.title()).and_then(Vec::pop);
                let taken = at.and_then(|at| left.get_mut(at)).and_then(Option::take);
                (taken, taken.is_some())
            }
        };
        match before {
            Some(before) => {
                if let Some(mut change) = changed(key, before, item, p) {
                    if new_id && before.id != item.id {
                        change.words = Phrase::joined(
                            [Phrase::new(format!("was {}", before.id)), change.words],
                            "; ",
                        );
                    }
                    out(change, item);
                } else if new_id && before.id != item.id {
                    let mut change = plain(key, item, Sort::Renamed);
                    change.words = Phrase::new(format!("was {}", before.id));
                    out(change, item);
                }
            }
            None => {
                let mut change = plain(key, item, Sort::Added);
                change.words = describe(key, item, p);
                if key == "risks" {
                    change.score = Some((None, whole(score(item))));
                }
                out(change, item);
            }
        }
    }
    for item in left.into_iter().flatten() {
        let mut change = plain(key, item, Sort::Removed);
        let mut facts = vec![item.status().replace('-', " ")];
        if let Some(points) = score(item).filter(|_| key == "risks") {
            facts.push(format!("score {points}"));
            change.score = Some((whole(Some(points)), None));
        }
        if let Some(owner) = item.fields.text("owner") {
            facts.push(format!("owner {}", who(p_was, owner)));
        }
        change.words = Phrase::new(format!("was {}", facts.join(", ")));
        out(change, item);
    }
}

fn whole(n: Option<Ratio>) -> Option<i128> {
    n.map(|n| n.rounded(0))
}

fn plain(key: &str, item: &Item, sort: Sort) -> ItemChange {
    let title = item.title();
    ItemChange {
        register: key.to_owned(),
        id: item.id.to_string(),
        title: if *title == *item.id { String::new() } else { shorten(title, 80) },
        sort,
        score: None,
        on: None,
        words: Phrase::default(),
        rewritten: Vec::new(),
        fields: Vec::new(),
        target: None,
    }
}

/// What a new item says of itself.
fn describe(key: &str, item: &Item, p: &Portfolio) -> Phrase {
    let f = &item.fields;
    let mut facts = Vec::new();
    match key {
        "risks" => facts.push(match score(item) {
            Some(n) => format!("score {n} ({})", risks::band(n)),
            None => "not scored".into(),
        }),
        "issues" => {
            if let Some(n) = f.number("severity") {
                facts.push(format!("severity {n}"));
            }
            facts.extend(f.date("raised").map(|d| format!("raised {d}")));
        }
        "changes" => return change_words(item, p),
        "decisions" if is_decided(item) => return decision_words(item, p),
        "decisions" => facts.extend(f.date("needed_by").map(|d| format!("needed {d}"))),
        _ => {}
    }
    if is_over(item) {
        facts.push(item.status().replace('-', " "));
    }
    for (name, word) in
        [("due", "due"), ("validate_by", "to be validated by"), ("need_by", "needed by")]
    {
        facts.extend(f.date(name).map(|d| format!("{word} {d}")));
    }
    let owner = f.text("owner").or(f.text("decider"));
    facts.extend(owner.map(|o| who(p, o)));
    Phrase::new(facts.join(", "))
}

/// What changed of an item that is on both sides; `None` where nothing did.
fn changed(key: &str, was: &Item, now: &Item, p: &Portfolio) -> Option<ItemChange> {
    let told: &[&str] = match key {
        "milestones" => &["forecast", "actual", "baseline", "original", "rebaselines", "cancelled"],
        "risks" => &["assessments", "p", "i", "status", "closed", "closed_reason"],
        "changes" => &["status", "decision", "implemented"],
        "decisions" => &["status", "decided", "decided_by", "outcome", "rationale"],
        "issues" => &["status", "resolved", "resolution", "closed"],
        _ => &["status", "closed", "closed_reason", "done", "delivered"],
    };
    let without: Vec<&str> = QUIET.iter().chain(told).copied().collect();
    let mut change = plain(key, now, Sort::Changed);
    change.fields = differences(p, &was.fields, &now.fields, &without);
    change.fields.retain(|d| !(d.field == "due_history" && d.was.is_none()));
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
    let mut words: Vec<Phrase> = Vec::new();
    if was.status() != now.status() {
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
    words.extend(change.fields.iter().take(MOST).map(|d| Phrase::new(d.words())));
    if change.fields.len() > MOST {
        words.push(Phrase::new(format!("{} more fields", change.fields.len() - MOST)));
    }
    if words.is_empty() && change.rewritten.is_empty() {
        return None;
    }
    change.words = Phrase::joined(words, "; ");
    Some(change)
}

/// Most fields of one item that are told.
const MOST: usize = 4;

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

/// Entries of a list that only grows which are gone or say something else.
fn rewritten(was: &Record, now: &Record, list: &str) -> Vec<String> {
    let shown = |r: &Record| -> Vec<(Option<Date>, String)> {
        let entries = r.list(list).iter();
        entries
            .map(|e| match e.datum.record() {
                Some(r) => (r.date("date"), plain_entry(r)),
                None => (None, e.datum.show()),
            })
            .collect()
    };
    let (before, after) = (shown(was), shown(now));
    let name = list.replace('_', " ");
    let one = name.strip_suffix('s').unwrap_or(&name).to_owned();
    let mut out = Vec::new();
    let known: HashSet<&String> = before.iter().map(|(_, e)| e).collect();
    let kept: HashSet<&String> = after.iter().map(|(_, e)| e).collect();
    let lost = before.iter().filter(|(_, e)| !kept.contains(e));
    for (date, entry) in lost.take(MOST) {
        let same_day = after.iter().find(|(d, e)| d == date && d.is_some() && !known.contains(e));
        let day = date.map_or(String::new(), |d| format!(" of {d}"));
        out.push(match same_day {
            Some((_, now)) => format!("{one}{day} was {entry}, now {now}"),
            None => format!("{one}{day} removed (was {entry})"),
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
