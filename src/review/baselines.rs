//! Baselines: what was agreed and is now written otherwise, and which approved
//! change request says so.

use super::fields::clip;
use super::items::signed;
use super::money::is_approved;
use super::pairs::{Here, Pair};
use super::phrase::Phrase;
use super::project::{Alert, AlertKind};
use crate::data::record::Record;
use crate::date::{Date, days};
use crate::document::{Document, Item};
use crate::finding::Finding;
use crate::kinds::Role;
use crate::lifecycles::Class;
use crate::ratio::Ratio;
use crate::rules::reviewing::EDITED_BASELINE;
use crate::target::Target;
use std::collections::HashSet;

/// What was found about the baselines of a project.
#[derive(Debug, Default)]
pub(super) struct Baselines {
    /// What to look at first.
    pub(super) alerts: Vec<Alert>,
    /// Findings that only two trees can show.
    pub(super) findings: Vec<Finding>,
}

/// Nothing says why.
const UNBACKED: &str = "no approved change request";

const HELP: &str = "put the earlier value back and let the forecast show the difference, or add a step to `rebaselines` that names the change request which was approved for it";

/// Compare everything that was agreed.
pub(super) fn compare(pair: &Pair<'_>) -> Baselines {
    let mut out = Baselines::default();
    let (Some(was), Some(now)) = (pair.was, pair.now) else { return out };
    let class = was.project.phase().map(|p| p.class);
    let early = matches!(class, Some(Class::Initiate | Class::Plan));
    let mut judge = Judge { now, early, out: &mut out };
    for item in now.project.items("milestones") {
        let before = was.project.items("milestones").iter().find(|i| i.id == item.id);
        if let Some(before) = before.filter(|_| !item.id.is_empty()) {
            judge.milestone(before, item);
        }
    }
    for before in was.project.items("milestones").iter().filter(|i| !i.id.is_empty()) {
        if !now.project.items("milestones").iter().any(|i| i.id == before.id) {
            judge.deleted(before);
        }
    }
    judge.finish(was);
    judge.budget(was);
    judge.dates(was);
    judge.scope(was);
    out
}

struct Judge<'a, 'o> {
    now: Here<'a>,
    /// Before the plan gate there is no baseline to keep.
    early: bool,
    out: &'o mut Baselines,
}

/// How a change of a baseline is backed.
enum Backing {
    Approved(String),
    Correction,
    None(String),
}

impl Judge<'_, '_> {
    fn milestone(&mut self, was: &Item, now: &Item) {
        let (a, b) = (&was.fields, &now.fields);
        let name = format!("{} {}", now.id, if *now.title() == *now.id { "" } else { now.title() });
        let name = clip(&name);
        let target = self.now.item(now);
        let said = |r: &Record, field: &str| r.date(field);
        if let (Some(from), Some(to)) = (said(a, "original"), said(b, "original"))
            && from != to
        {
            let corrected = steps(b).any(correction);
            let backing = if corrected {
                Backing::Correction
            } else {
                Backing::None("an original baseline is never edited".into())
            };
            let words = moved(&format!("{name}: original baseline "), from, to);
            let message = format!("original baseline of `{}` was {from} and is {to} now", now.id);
            self.tell(words, &backing, target.clone(), || {
                now.finding(EDITED_BASELINE, "original", message)
            });
        }
        let mut kept = true;
        for field in ["baseline", "original"] {
            if let (Some(from), None) = (said(a, field), said(b, field)) {
                kept = false;
                let what = if field == "original" { "original baseline" } else { field };
                let words = Phrase::new(format!("{name}: {what} "))
                    .strong("removed")
                    .plain(format!(" (was {from})"));
                let message = format!("{what} of `{}` was {from} and is not given now", now.id);
                let backing = Backing::None(UNBACKED.into());
                self.tell(words, &backing, target.clone(), || {
                    now.finding(EDITED_BASELINE, field, message)
                });
            }
        }
        let agreed = |r: &Record| said(r, "baseline").or(said(r, "original")).filter(|_| kept);
        if let (Some(from), Some(to)) = (agreed(a), agreed(b))
            && from != to
        {
            let by = days(from, to);
            let backing = self.backing(a, b, &now.id, |step| step.date("to") == Some(to));
            let backing = self.enough(a, b, backing, Ratio::whole(by.into()), &|c| {
                c.fields.record("impact")?.number("schedule_days")
            });
            let words = moved(&format!("{name}: baseline "), from, to);
            let message = format!("baseline of `{}` was {from} and is {to} now", now.id);
            self.tell(words, &backing, target.clone(), || {
                now.finding(EDITED_BASELINE, "baseline", message)
            });
        }
        let gone = lost(a, b);
        if !gone.is_empty() && !self.early {
            let list = gone.join(", ");
            let words = Phrase::new(format!("{name}: re-baseline "))
                .plain(list.clone())
                .plain(" taken out of its history");
            let message =
                format!("the re-baseline of `{}` {list} is no longer in its history", now.id);
            self.tell(words, &Backing::None("history is never edited".into()), target, || {
                now.finding(EDITED_BASELINE, "rebaselines", message)
            });
        }
    }

    /// A milestone that is gone, and with it what was agreed of it.
    fn deleted(&mut self, was: &Item) {
        let agreed = was.fields.date("baseline").or(was.fields.date("original"));
        let (Some(from), Some(card)) = (agreed, self.now.card()) else { return };
        let title = if *was.title() == *was.id { "" } else { was.title() };
        let name = clip(format!("{} {title}", was.id).trim());
        let words = Phrase::new(format!("{name}: the milestone and its baseline "))
            .strong("removed")
            .plain(format!(" (was {from})"));
        let message = format!("baseline of `{}` was {from} and the milestone is gone", was.id);
        let target = Some(Target::Document(card.path.clone()));
        self.tell(words, &Backing::None(UNBACKED.into()), target, || {
            card.finding(EDITED_BASELINE, card.head(), message)
        });
    }

    /// The milestone that stands for the finish is another one.
    fn finish(&mut self, was: Here<'_>) {
        let both = was.project.finish_milestone().zip(self.now.project.finish_milestone());
        let (Some((a, b)), Some(card)) = (both, self.now.card()) else { return };
        if a.id == b.id {
            return;
        }
        let ends = was.project.finish.baseline.zip(self.now.project.finish.baseline);
        let dates = ends.map_or(String::new(), |(from, to)| format!(" ({from} → {to})"));
        let words = Phrase::new(format!("finish baseline{dates}: "))
            .strong(format!("{} is the finish instead of {}", b.id, a.id));
        let message = format!("the finish was `{}` and is `{}` now", a.id, b.id);
        let target = Some(Target::Document(card.path.clone()));
        self.tell(words, &Backing::None(UNBACKED.into()), target, || {
            card.finding(EDITED_BASELINE, card.head(), message)
        });
    }

    /// Whether the change requests of the new steps allow as much as was moved;
    /// one that gives no size allows nothing.
    fn enough(
        &self,
        was: &Record,
        now: &Record,
        backing: Backing,
        by: Ratio,
        size: &dyn Fn(&Item) -> Option<Ratio>,
    ) -> Backing {
        if !matches!(backing, Backing::Approved(_)) || by <= Ratio::ZERO {
            return backing;
        }
        let known: HashSet<String> = steps(was).map(step_words).collect();
        let fresh = steps(now).filter(|s| !known.contains(&step_words(s)));
        let named: HashSet<&str> = fresh.filter_map(|s| s.text("change")).collect();
        let all = self.now.project.items("changes").iter();
        let all: Vec<&Item> = all.filter(|c| named.contains(&*c.id) && is_approved(c)).collect();
        let unsized_ones = all.iter().filter(|c| size(c).is_none());
        let unsized_ones: Vec<&str> = unsized_ones.map(|c| &*c.id).collect();
        if !unsized_ones.is_empty() {
            let verb = if unsized_ones.len() == 1 { "does" } else { "do" };
            let why = format!("{} {verb} not say by how much", unsized_ones.join(" and "));
            return Backing::None(why);
        }
        let Some(allowed) = Ratio::sum(all.iter().filter_map(|c| size(c))) else { return backing };
        if by <= allowed {
            return backing;
        }
        let ids: Vec<&str> = all.iter().map(|c| &*c.id).collect();
        let verb = if ids.len() == 1 { "allows" } else { "allow" };
        Backing::None(format!("{} {verb} {} only", ids.join(" and "), signed(allowed)))
    }

    /// What backs a step: the change request a new entry of `rebaselines` names.
    fn backing(
        &self,
        was: &Record,
        now: &Record,
        id: &str,
        is_it: impl Fn(&Record) -> bool,
    ) -> Backing {
        let known: HashSet<String> = steps(was).map(step_words).collect();
        let fresh = |s: &&Record| !known.contains(&step_words(s));
        let Some(step) = steps(now).filter(fresh).filter(|s| is_it(s)).last() else {
            return Backing::None("no approved change request".into());
        };
        if correction(step) {
            return Backing::Correction;
        }
        let Some(change) = step.text("change") else {
            return Backing::None("no approved change request".into());
        };
        let found = self.now.project.items("changes").iter().find(|c| *c.id == *change);
        match found {
            Some(c) if is_approved(c) => {
                let named = |list: &str| c.fields.texts(list).any(|(word, _)| word == id);
                if !id.is_empty() && !named("rebaselines") && !named("links") {
                    return Backing::None(format!("{change} was approved without naming {id}"));
                }
                let on = c.fields.record("decision").and_then(|d| d.date("date"));
                if let Some(day) = on.filter(|day| *day > self.now.p.as_of) {
                    return Backing::None(format!("{change} is approved on a later day, {day}"));
                }
                Backing::Approved(
                    on.map_or(change.to_owned(), |d| format!("{change}, approved {d}")),
                )
            }
            Some(c) => Backing::None(format!("{change} is {}", c.status().replace('-', " "))),
            None => Backing::None(format!("there is no {change}")),
        }
    }

    fn budget(&mut self, was: Here<'_>) {
        let bac = |h: Here<'_>| h.project.budget.filter(|_| !h.project.untracked);
        let (before, after) = (holder(was), holder(self.now));
        let place = after.or(self.now.card());
        let Some(place) = place else { return };
        let target = Some(Target::Document(place.path.clone()));
        let fields = |d: Option<&Document>| d.map(|d| d.fields.clone()).unwrap_or_default();
        let (a, b) = (fields(before), fields(after));
        if let (Some(from), Some(to)) = (bac(was), bac(self.now))
            && from != to
        {
            let mut backing = self.backing(&a, &b, "", |step| step.number("to") == Some(to));
            if let Some(by) = to.sub(from) {
                backing = self
                    .enough(&a, &b, backing, by, &|c| c.fields.record("impact")?.number("cost"));
            }
            let by = to.sub(from).map_or(String::new(), |n| format!(" ({})", signed(n)));
            let words =
                Phrase::new(format!("approved budget {} → {}", from.money(), to.money())).plain(by);
            let message =
                format!("the approved budget was {} and is {} now", from.money(), to.money());
            self.tell(words, &backing, target.clone(), || {
                let span = place.fields.span("bac").or(place.fields.span("budget"));
                place.finding(EDITED_BASELINE, span.unwrap_or(place.head()), message)
            });
        }
        if let (Some(from), None) = (bac(was), bac(self.now)) {
            let words = Phrase::new("approved budget ")
                .strong("removed")
                .plain(format!(" (was {})", from.money()));
            let message = format!("the approved budget was {} and is not given now", from.money());
            self.tell(words, &Backing::None(UNBACKED.into()), target.clone(), || {
                place.finding(EDITED_BASELINE, place.head(), message)
            });
        }
        let money = (was.project.currency.as_deref(), self.now.project.currency.as_deref());
        if let (Some(from), Some(to)) = money
            && from != to
        {
            let words = Phrase::new(format!("currency of the approved budget {from} → {to}"));
            let message = format!("the approved budget was in {from} and is in {to} now");
            self.tell(words, &Backing::None(UNBACKED.into()), target.clone(), || {
                place.finding(EDITED_BASELINE, place.head(), message)
            });
        }
        // The first approved budget on the card, where another document holds today's.
        let first = |h: Here<'_>| {
            let budget = h.card()?.fields.record("budget")?;
            budget.number("original").or(budget.number("baseline"))
        };
        if let (Some(from), Some(to)) = (first(was), first(self.now))
            && from != to
            && after.is_some()
            && let Some(card) = self.now.card()
        {
            let words =
                Phrase::new(format!("first approved budget {} → {}", from.money(), to.money()));
            let message =
                format!("the first approved budget was {} and is {} now", from.money(), to.money());
            self.tell(
                words,
                &Backing::None("a first baseline is never edited".into()),
                Some(Target::Document(card.path.clone())),
                || {
                    card.finding(
                        EDITED_BASELINE,
                        card.fields.span("budget").unwrap_or(card.head()),
                        message,
                    )
                },
            );
        }
        let gone = lost(&a, &b);
        if !gone.is_empty() && !self.early {
            let list = gone.join(", ");
            let words = Phrase::new(format!("budget: step {list} taken out of its history"));
            let message = format!("the step {list} is no longer in the history of the budget");
            self.tell(words, &Backing::None("history is never edited".into()), target, || {
                place.finding(
                    EDITED_BASELINE,
                    place.fields.span("rebaselines").unwrap_or(place.head()),
                    message,
                )
            });
        }
    }

    /// Start and finish as the card agrees them.
    fn dates(&mut self, was: Here<'_>) {
        // Where a milestone is the finish on both sides, its own words tell it;
        // where it is gone, that is told of it.
        let ends = |h: Here<'_>| h.project.finish_milestone().map(|m| m.id.clone());
        let there = |id: &str| self.now.project.items("milestones").iter().any(|m| *m.id == *id);
        let milestone = ends(was).is_some_and(|id| ends(self.now).is_some() || !there(&id));
        let both = [
            ("start", was.project.start.baseline, self.now.project.start.baseline),
            (
                "finish",
                was.project.finish.baseline.filter(|_| !milestone),
                self.now.project.finish.baseline,
            ),
        ];
        for (field, from, to) in both {
            let (Some(from), Some(card)) = (from, self.now.card()) else { continue };
            if to == Some(from) {
                continue;
            }
            let (words, message) = match to {
                Some(to) => (
                    moved(&format!("{field} baseline "), from, to),
                    format!("the {field} baseline was {from} and is {to} now"),
                ),
                None => (
                    Phrase::new(format!("{field} baseline "))
                        .strong("removed")
                        .plain(format!(" (was {from})")),
                    format!("the {field} baseline was {from} and is not given now"),
                ),
            };
            let target = Some(Target::Document(card.path.clone()));
            self.tell(words, &Backing::None(UNBACKED.into()), target, || {
                card.finding(
                    EDITED_BASELINE,
                    card.fields.span(field).unwrap_or(card.head()),
                    message,
                )
            });
        }
    }

    fn scope(&mut self, was: Here<'_>) {
        let size = |d: &Document| d.fields.record("scope_baseline").and_then(|s| s.number("size"));
        let of = |h: Here<'_>| h.documents().find_map(size);
        let Some(from) = of(was) else { return };
        let Some(to) = of(self.now) else {
            let Some(card) = self.now.card() else { return };
            let words =
                Phrase::new("scope baseline ").strong("removed").plain(format!(" (was {from})"));
            let message = format!("the scope baseline was {from} and is not given now");
            let target = Some(Target::Document(card.path.clone()));
            self.tell(words, &Backing::None(UNBACKED.into()), target, || {
                card.finding(EDITED_BASELINE, card.head(), message)
            });
            return;
        };
        let Some(place) = self.now.documents().find(|d| size(d).is_some()) else { return };
        if from == to {
            return;
        }
        let by = to.sub(from);
        let net = |c: &Item| {
            let scope = c.fields.record("impact")?.record("scope")?;
            let part = |name: &str| scope.number(name).unwrap_or(Ratio::ZERO).abs();
            part("added").sub(part("removed"))
        };
        let backing =
            self.now.project.items("changes").iter().find(|c| is_approved(c) && net(c) == by);
        let backing = match backing {
            Some(c) => Backing::Approved(c.id.to_string()),
            None => Backing::None("no approved change request of that size".into()),
        };
        let words = Phrase::new(format!("scope baseline {from} → {to}"))
            .plain(by.map_or(String::new(), |n| format!(" ({})", signed(n))));
        let message = format!("the scope baseline was {from} and is {to} now");
        self.tell(words, &backing, Some(Target::Document(place.path.clone())), || {
            place.finding(
                EDITED_BASELINE,
                place.fields.span("scope_baseline").unwrap_or(place.head()),
                message,
            )
        });
    }

    fn tell(
        &mut self,
        words: Phrase,
        backing: &Backing,
        target: Option<Target>,
        finding: impl FnOnce() -> Finding,
    ) {
        let (ending, bad) = match backing {
            Backing::Approved(by) => (Phrase::new(format!(", {by}")), false),
            Backing::Correction => (Phrase::new(", a correction of a typing mistake"), false),
            Backing::None(_) if self.early => (Phrase::new(", before the plan gate"), false),
            Backing::None(why) => (Phrase::new(", ").strong(why.clone()), true),
        };
        if bad {
            self.out.findings.push(finding().help(HELP));
        }
        self.out.alerts.push(Alert {
            kind: AlertKind::Baseline,
            bad,
            words: words.and(ending),
            target,
        });
    }
}

fn moved(what: &str, from: Date, to: Date) -> Phrase {
    let by = days(from, to);
    let by = if by < 0 { format!("−{} d", -by) } else { format!("+{by} d") };
    Phrase::new(format!("{what}{from} → {to} (")).strong(by).plain(")")
}

/// The document that holds today's budget.
fn holder(here: Here<'_>) -> Option<&Document> {
    here.documents().find(|d| d.kind.role == Role::Document && d.fields.number("bac").is_some())
}

fn steps(of: &Record) -> impl Iterator<Item = &Record> {
    of.list("rebaselines").iter().filter_map(|e| e.datum.record())
}

/// A slip of the pen put right.
fn correction(step: &Record) -> bool {
    step.text("note").is_some_and(|n| n.to_lowercase().contains("typo"))
}

/// `2026-03-20 → 2026-04-10` of a step.
fn step_words(step: &Record) -> String {
    let value =
        |name: &str| step.get(name).map_or_else(String::new, crate::data::record::Datum::show);
    format!("{} → {}", value("from"), value("to"))
}

/// Steps that were in the history and are not any more.
fn lost(was: &Record, now: &Record) -> Vec<String> {
    let kept: HashSet<String> = steps(now).map(step_words).collect();
    steps(was).map(step_words).filter(|s| !kept.contains(s)).collect()
}
