//! Risks: scores that moved, by which assessment, and those nobody looked at.

use super::items::{ItemChange, Sort};
use super::pairs::Here;
use super::phrase::Phrase;
use crate::data::record::Record;
use crate::date::{Date, days};
use crate::document::Item;
use crate::measures::health::score;
use crate::ratio::Ratio;

/// The band of a score: high from 15, medium from 5.
pub(super) fn band(points: Ratio) -> &'static str {
    match points.rounded(0) {
        n if n >= 15 => "high",
        n if n >= 5 => "medium",
        _ => "low",
    }
}

fn assessed(risk: &Item) -> impl Iterator<Item = &Record> {
    risk.fields.list("assessments").iter().filter_map(|a| a.datum.record())
}

/// Tell a score that changed, and whether an assessment says so.
pub(super) fn rescored(was: &Item, now: &Item, change: &mut ItemChange, words: &mut Vec<Phrase>) {
    let (before, after) = (score(was), score(now));
    let newest = |r: &Item| assessed(r).filter_map(|a| a.date("date")).max();
    let fresh = assessed(now).count() > assessed(was).count() || newest(now) > newest(was);
    if before == after {
        // Somebody looked and found the same.
        let added = assessed(now).count() > assessed(was).count();
        if let (true, Some(day), Some(score)) = (added, newest(now), after) {
            words.push(Phrase::new(format!("assessed again {day}, still {score}")));
            change.on = change.on.or(Some(day));
        }
        return;
    }
    change.score = Some((before.map(|n| n.rounded(0)), after.map(|n| n.rounded(0))));
    if change.sort == Sort::Changed {
        change.sort = Sort::Rescored;
    }
    let Some(after) = after else {
        words.push(Phrase::new("the score is gone"));
        change.rewritten.push("the score is gone without a word".into());
        return;
    };
    let on = newest(now).filter(|_| fresh);
    let bands = match before.map(band) {
        Some(b) if b != band(after) => format!(" ({b} → {})", band(after)),
        _ => format!(" ({})", band(after)),
    };
    let from = before.map_or_else(|| "not scored".to_owned(), |n| n.to_string());
    let day = on.map_or(String::new(), |d| format!(", assessed {d}"));
    words.insert(
        0,
        Phrase::default().strong(format!("{from} → {after}")).plain(format!("{bands}{day}")),
    );
    change.on = on.or(change.on);
    if !fresh && before.is_some() && change.rewritten.is_empty() {
        change.rewritten.push(format!("score {from} → {after} without a new assessment"));
    }
}

/// Open items of a register nobody has looked at for longer than the limit,
/// and that limit in days.
pub(super) fn stale(here: Here<'_>, register: &str, limit: Ratio) -> usize {
    let open = |i: &&Item| matches!(i.status(), "open" | "in-progress");
    let old = |i: &&Item| {
        let dates = assessed(i).filter_map(|a| a.date("date"));
        let look: Option<Date> = dates
            .chain(i.fields.date("reviewed"))
            .chain(i.fields.date("raised"))
            .filter(|d| *d <= here.p.as_of)
            .max();
        look.is_none_or(|d| Ratio::whole(days(d, here.p.as_of).into()) > limit)
    };
    here.project.items(register).iter().filter(open).filter(old).count()
}
