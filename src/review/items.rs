//! Items of registers, followed by their ids wherever they are written: added,
//! closed, changed field by field, and those that are simply gone.

mod changed;
mod deciding;
mod matched;

use super::fields::{Difference, shorten};
use super::pairs::{Here, Pair};
use super::{Context, Moved, Phrase, edited, risks};
use crate::date::Date;
use crate::document::Item;
use crate::measures::health::score;
use crate::portfolio::Portfolio;
use crate::ratio::Ratio;
use crate::rollups::words::who;
use crate::target::Target;
use changed::changed;
pub(super) use deciding::signed;
use deciding::{change_words, decision_words};
use serde::Serialize;
use std::collections::BTreeSet;

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

/// Registers whose items end with the project's own words.
const SPECIAL: &[&str] = &["milestones"];

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
pub(super) fn changes(
    context: &Context<'_>,
    pair: &Pair<'_>,
    moved: &[Moved],
) -> (Vec<ItemChange>, Vec<String>) {
    let all = context.all;
    let (Some(was), Some(now)) = (pair.was, pair.now) else { return (Vec::new(), Vec::new()) };
    let keys: BTreeSet<&str> =
        was.project.items.keys().chain(now.project.items.keys()).map(|k| &**k).collect();
    let mut keys: Vec<&str> = keys.into_iter().collect();
    keys.sort_by_key(|k| (rank(k), *k));
    let (mut out, mut still) = (Vec::new(), Vec::new());
    let sides = Sides {
        was: was.p,
        now: now.p,
        text: &|a, b| edited::text(context, a, b),
        dated: &|id| moved.iter().any(|m| m.id == id),
        from: &|key, item| {
            let same = |i: &&Item| i.id == item.id && i.title() == item.title();
            all.iter().find_map(|other| {
                let then = other.was.filter(|h| !std::ptr::eq(h.project, was.project))?;
                let found = then.project.items(key).iter().find(same)?;
                let kept = other.now.is_some_and(|h| h.project.items(key).iter().any(|i| same(&i)));
                (!kept).then_some((found, &*then.project.title))
            })
        },
        path: &|path| context.files.now(path).cloned(),
    };
    for key in keys {
        let before = out.len();
        register(key, was.project.items(key), now.project.items(key), sides, &mut |mut c, item| {
            c.target = if c.sort == Sort::Removed { None } else { now.item(item) };
            if c.sort == Sort::Removed
                && let Some(home) = elsewhere(key, item, now, all)
            {
                c.sort = Sort::Moved;
                c.words = Phrase::new(format!("moved to {home}"));
            }
            out.push(c);
        });
        if out.len() == before && !now.project.items(key).is_empty() && !SPECIAL.contains(&key) {
            still.push(title(now.p, key).to_lowercase());
        }
    }
    (out, still)
}

/// Items that stand in no project.
pub(super) fn loose(context: &Context<'_>) -> Vec<ItemChange> {
    let (was, now) = (&context.base.checked.portfolio, &context.head.checked.portfolio);
    let sides = Sides {
        was,
        now,
        text: &|a, b| edited::text(context, a, b),
        dated: &|_| false,
        from: &|_, _| None,
        path: &|path| context.files.now(path).cloned(),
    };
    let key = |i: &Item| i.kind.register.clone().unwrap_or_default();
    let keys: BTreeSet<Box<str>> = was.loose.iter().chain(&now.loose).map(key).collect();
    let mut out = Vec::new();
    for register_key in keys {
        let of = |p: &Portfolio| -> Vec<Item> {
            p.loose.iter().filter(|i| key(i) == register_key).cloned().collect()
        };
        register(&register_key, &of(was), &of(now), sides, &mut |c, _| out.push(c));
    }
    out
}

/// The project in which an item that is gone from another came up.
fn elsewhere(key: &str, item: &Item, from: Here<'_>, all: &[Pair<'_>]) -> Option<String> {
    let same = |i: &&Item| i.id == item.id && i.title() == item.title();
    all.iter().find_map(|pair| {
        let now = pair.now.filter(|h| !std::ptr::eq(h.project, from.project))?;
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

/// An item of the base and the title of the project it stood in.
type Home<'s> = Option<(&'s Item, &'s str)>;

/// What items are compared by.
#[derive(Clone, Copy)]
struct Sides<'s> {
    was: &'s Portfolio,
    now: &'s Portfolio,
    /// What became of the text of an item that has its own file.
    text: &'s dyn Fn(&Item, &Item) -> Option<String>,
    /// Whether the dates of a milestone are told by their own part.
    dated: &'s dyn Fn(&str) -> bool,
    /// Where an item of the head stood in another project of the base.
    from: &'s dyn Fn(&str, &Item) -> Home<'s>,
    /// Where a file of the base is now.
    path: &'s dyn Fn(&str) -> Option<std::sync::Arc<str>>,
}

fn register<'i>(
    key: &str,
    was: &'i [Item],
    now: &'i [Item],
    sides: Sides<'_>,
    out: &mut dyn FnMut(ItemChange, &'i Item),
) {
    let p = sides.now;
    let matched = matched::items(key, was, now, sides);
    for (item, before) in now.iter().zip(matched.now) {
        let Some(before) = before else {
            let mut change = match (sides.from)(key, item) {
                Some((before, home)) => {
                    let mut change = changed(key, before, item, sides)
                        .unwrap_or_else(|| plain(key, item, Sort::Moved));
                    let from = Phrase::new(format!("moved here from {home}"));
                    change.sort = Sort::Moved;
                    change.words = Phrase::joined([from, change.words], "; ");
                    change
                }
                None => {
                    let mut change = plain(key, item, Sort::Added);
                    change.words = describe(key, item, p);
                    change
                }
            };
            if key == "risks" && change.sort == Sort::Added {
                change.score = Some((None, whole(score(item))));
            }
            out(change, item);
            continue;
        };
        let new_id = before.id != item.id;
        let renamed = || new_id.then(|| plain(key, item, Sort::Renamed));
        if let Some(mut change) = changed(key, before, item, sides).or_else(renamed) {
            if new_id {
                let was = Phrase::new(format!("was {}", before.id));
                change.words = Phrase::joined([was, change.words], "; ");
            }
            out(change, item);
        }
    }
    let p_was = sides.was;
    for item in matched.gone {
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
