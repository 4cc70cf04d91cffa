//! A past day rebuilt: what is dated later is taken away before projects are
//! made, so that no page, measure or rule sees it. What carries no date stays
//! as it is today, and pages say so.

use super::items::id_of;
use crate::data::record::{Datum, Item as Entry, Record, Slot};
use crate::date::Date;
use crate::document::{Document, Item, Parsed, Register, folder};
use crate::finding::Finding;
use crate::kinds::Role;
use crate::text::Span;
use std::collections::HashSet;
use std::sync::Arc;

/// What was taken away to show a past day.
#[derive(Debug, Clone, Default)]
pub struct Rewound {
    /// Documents dated later, by path: they keep their pages and count nowhere.
    pub later: HashSet<Arc<str>>,
    /// Items of registers that came later.
    pub items: usize,
    /// Single facts dated later.
    pub facts: usize,
    /// Cards of projects that began later, by path.
    pub unbegun: HashSet<Arc<str>>,
    /// Fields that were taken away: the file and the name of each.
    taken: HashSet<(Arc<str>, Arc<str>)>,
    /// The file that is looked at.
    here: Arc<str>,
}

/// Fields that say on which day something happened. Days that are planned are
/// not among them.
const HAPPENED: &[&str] = &[
    "acceptance_date",
    "actual",
    "closed",
    "committed_on",
    "decided",
    "delivered",
    "done",
    "finish_actual",
    "implemented",
    "monitoring_confirmed",
    "ready",
    "resolved",
    "reviewed",
    "tested",
];

/// Lists whose entries happened on their `date`.
const LISTS: &[&str] = &["assessments", "measurements", "rebaselines", "incidents", "due_history"];

/// Deepest record looked into.
const DEEP: u8 = 6;

/// Take away everything dated after a day.
pub(super) fn rewind(parsed: &mut [Parsed], day: Date) -> Rewound {
    let mut rewound = Rewound::default();
    let unborn = unborn(parsed, day);
    for file in parsed {
        match file {
            Parsed::Document(document) => {
                rewound.here = document.path.clone();
                if unborn.contains(&document.path) {
                    rewound.later.insert(document.path.clone());
                } else {
                    rewound.document(document, day);
                }
            }
            Parsed::Register(register) => {
                rewound.here = register.path.clone();
                rewound.register(register, day);
            }
            _ => {}
        }
    }
    rewound
}

/// Documents that add their text to an item of a register, where the register
/// says that the item came later.
fn unborn(parsed: &[Parsed], day: Date) -> HashSet<Arc<str>> {
    let documents = || {
        parsed.iter().filter_map(|file| match file {
            Parsed::Document(document) => Some(document),
            _ => None,
        })
    };
    let cards = documents().filter(|d| matches!(d.kind.role, Role::Card | Role::Charter));
    let cards: HashSet<&str> = cards.map(|d| folder(&d.path)).collect();
    // The folder of the project that a file lies in.
    let home = |path: &str| {
        let mut places = std::iter::successors(Some(folder(path)), |place| {
            (!place.is_empty()).then_some(folder(place))
        });
        places.find(|place| cards.contains(place)).map(str::to_owned)
    };
    let mut later: HashSet<(Option<String>, &str, &str)> = HashSet::new();
    for file in parsed {
        let Parsed::Register(register) = file else { continue };
        for (key, _, items) in &register.lists {
            let gone = items.iter().filter(|i| born(key, &i.fields).is_some_and(|d| d > day));
            later.extend(gone.map(|item| (home(&register.path), &**key, &*item.id)));
        }
    }
    let added = documents().filter(|d| {
        d.kind.role == Role::Item
            && d.kind.register.as_deref().is_some_and(|key| {
                let id = id_of(d);
                born(key, &d.fields).is_none() && later.contains(&(home(&d.path), key, &*id))
            })
    });
    added.map(|d| d.path.clone()).collect()
}

/// Whether a document as a whole is of a later day.
fn is_later(document: &Document, day: Date) -> bool {
    let fields = &document.fields;
    let own = match document.kind.role {
        Role::Card | Role::Charter => None,
        Role::Report | Role::Gate | Role::Lesson => document.date(),
        Role::Item => born(document.kind.register.as_deref().unwrap_or_default(), fields),
        // The `as_of` of a budget is the day of its figures, not of the text.
        Role::Document | Role::Page if fields.date("as_of").is_some() => fields.date("date"),
        Role::Document | Role::Page => {
            let said = ["raised", "finish_actual"].iter().find_map(|n| fields.date(n));
            document.date().or(said)
        }
    };
    own.is_some_and(|d| d > day)
}

/// The day an item of a register came to be.
fn born(register: &str, fields: &Record) -> Option<Date> {
    let name = match register {
        "decisions" => "requested",
        "changes" => "submitted",
        "resources" => "requested_on",
        "milestones" => "added",
        "lessons" => "date",
        _ => "raised",
    };
    fields.date(name)
}

impl Rewound {
    /// Whether a finding speaks of the past day: not of a later document, and
    /// not of an id that only came to be later or of an undated fact that has
    /// become another since.
    #[must_use]
    pub fn judges(&self, finding: &Finding) -> bool {
        !self.later.contains(&finding.path)
            && !matches!(finding.rule, "dangling-id" | "conflicting-facts")
    }

    /// Whether a field of a file was taken away, so that nobody left it out.
    #[must_use]
    pub fn took(&self, path: &Arc<str>, field: &Arc<str>) -> bool {
        self.taken.contains(&(path.clone(), field.clone()))
    }

    fn document(&mut self, document: &mut Document, day: Date) {
        if is_later(document, day) {
            self.later.insert(document.path.clone());
            return;
        }
        match document.kind.role {
            Role::Report => return,
            Role::Item | Role::Lesson => {
                let key = document.kind.register.clone().unwrap_or_default();
                self.item(&key, &mut document.fields, day);
            }
            Role::Card => {
                let start = document.fields.record("start").and_then(|s| s.date("actual"));
                if start.is_some_and(|d| d > day) {
                    self.unbegun.insert(document.path.clone());
                }
                self.card(&mut document.fields, day);
            }
            _ => self.figures(&mut document.fields, day),
        }
        self.approvals(&mut document.fields, day);
        self.rebaselines(&mut document.fields, "bac", day);
        self.record(&mut document.fields, day, 0);
    }

    fn register(&mut self, register: &mut Register, day: Date) {
        let updated = register.head.date("updated");
        self.approvals(&mut register.head, day);
        for (key, _, items) in &mut register.lists {
            let before = items.len();
            items.retain(|item| born(key, &item.fields).is_none_or(|d| d <= day));
            self.items += before - items.len();
            for item in items.iter_mut() {
                self.listed(key, item, updated, day);
            }
        }
    }

    fn listed(&mut self, key: &str, item: &mut Item, updated: Option<Date>, day: Date) {
        let own = item.fields.date("updated").or(updated);
        // A forecast in the register is as old as the register.
        if key == "milestones" && own.is_some_and(|d| d > day) {
            self.remove(&mut item.fields, "forecast");
        }
        self.item(key, &mut item.fields, day);
        self.record(&mut item.fields, day, 0);
    }

    /// An item as it stood: open where it ended later.
    fn item(&mut self, key: &str, fields: &mut Record, day: Date) {
        let later = |fields: &Record, name: &str| fields.date(name).is_some_and(|d| d > day);
        match key {
            "risks" | "assumptions" if later(fields, "closed") => {
                self.reopen(fields, "open", &["closed", "closed_reason", "became", "evidence"]);
            }
            "issues" if later(fields, "resolved") => {
                self.reopen(fields, "open", &["resolved", "resolution", "closed"]);
            }
            "issues" if later(fields, "closed") => {
                let status = if fields.date("resolved").is_some() { "resolved" } else { "open" };
                self.reopen(fields, status, &["closed"]);
            }
            "actions" if later(fields, "done") => self.reopen(fields, "open", &["done"]),
            "dependencies" if later(fields, "delivered") => {
                let promised = fields.date("committed").is_some_and(|d| d <= day);
                let status = if promised { "confirmed" } else { "requested" };
                self.reopen(fields, status, &["delivered"]);
            }
            "decisions" if later(fields, "decided") => {
                let gone = ["decided", "decided_by", "outcome", "rationale", "evidence", "date"];
                self.reopen(fields, "requested", &gone);
            }
            "changes" => {
                let decided = fields.record("decision").and_then(|d| d.date("date"));
                if decided.is_some_and(|d| d > day) {
                    self.reopen(fields, "submitted", &["decision", "implemented"]);
                } else if later(fields, "implemented") {
                    self.reopen(fields, "approved", &["implemented"]);
                }
            }
            "resources" if later(fields, "committed_on") => {
                let gone = ["committed_on", "committed_fte", "original_fte", "actual_fte"];
                self.reopen(fields, "requested", &gone);
            }
            "milestones" => self.rebaselines(fields, "baseline", day),
            _ => {}
        }
        if later(fields, "reviewed") {
            // The last look that carries a date is the newest assessment.
            let looks = fields.list("assessments").iter().filter_map(|a| a.datum.record());
            let look = looks.filter_map(|a| a.date("date")).filter(|d| *d <= day).max();
            match look {
                Some(look) => self.put(fields, "reviewed", Datum::Date(look)),
                None => self.remove(fields, "reviewed"),
            }
        }
    }

    /// Put a status back, and take away what says how it ended.
    fn reopen(&mut self, fields: &mut Record, status: &str, gone: &[&str]) {
        self.put(fields, "status", Datum::Text(status.into()));
        for name in gone {
            self.remove(fields, name);
        }
    }

    /// A project that ended later was running.
    fn card(&mut self, fields: &mut Record, day: Date) {
        let ended = fields.record("finish").and_then(|f| f.date("actual"));
        let paused = fields.record("hold").and_then(|h| h.date("since"));
        let over = matches!(fields.text("state"), Some("complete" | "cancelled"))
            && ended.is_some_and(|d| d > day);
        let resting = fields.text("state") == Some("on-hold") && paused.is_some_and(|d| d > day);
        if over || resting {
            self.put(fields, "state", Datum::Text("active".into()));
        }
        if resting {
            self.remove(fields, "hold");
        }
    }

    /// Figures of a document that were drawn up later: what is spent, ordered
    /// and expected. What is approved stays.
    fn figures(&mut self, fields: &mut Record, day: Date) {
        let drawn = fields.date("as_of").or(fields.date("updated"));
        if fields.date("meeting").is_some_and(|d| d > day) {
            self.remove(fields, "decision");
        }
        if fields.date("decided").is_some_and(|d| d > day) {
            self.remove(fields, "decision");
        }
        if !drawn.is_some_and(|d| d > day) {
            return;
        }
        // Lines of a budget that was changed since add up to the later one.
        let moved = fields
            .list("rebaselines")
            .iter()
            .any(|e| e.datum.record().and_then(|r| r.date("date")).is_some_and(|d| d > day));
        let gone: &[&str] = &["actual", "committed", "eac", "baseline"];
        let gone = if moved { gone } else { gone.get(..3).unwrap_or(gone) };
        self.remove(fields, "final_cost");
        self.remove(fields, "as_of");
        let Some(slot) = fields.slots.iter_mut().find(|s| &*s.name == "lines") else { return };
        let Datum::List(lines) = &mut slot.datum else { return };
        for line in lines.iter_mut() {
            let Datum::Record(line) = &mut line.datum else { continue };
            for name in gone {
                self.remove(line, name);
            }
        }
    }

    /// Approvals given later had only been asked for.
    fn approvals(&mut self, fields: &mut Record, day: Date) {
        let mut given = false;
        if let Some(slot) = fields.slots.iter_mut().find(|s| &*s.name == "approvals")
            && let Datum::List(list) = &mut slot.datum
        {
            for entry in list.iter_mut() {
                let Datum::Record(entry) = &mut entry.datum else { continue };
                if !entry.date("date").is_some_and(|d| d > day) {
                    continue;
                }
                given = true;
                self.put(entry, "decision", Datum::Text("pending".into()));
                for name in ["date", "evidence", "of", "conditions"] {
                    self.remove(entry, name);
                }
            }
        }
        if given && fields.text("state") == Some("approved") {
            self.put(fields, "state", Datum::Text("in-review".into()));
        }
    }

    /// The value before the first change that came later.
    fn rebaselines(&mut self, fields: &mut Record, name: &str, day: Date) {
        let entries = fields.list("rebaselines").iter().filter_map(|e| e.datum.record());
        let mut later: Vec<(Date, Datum)> = entries
            .filter_map(|e| Some((e.date("date")?, e.get("from")?.clone())))
            .filter(|(d, _)| *d > day)
            .collect();
        later.sort_by_key(|(d, _)| *d);
        if let Some((_, from)) = later.into_iter().next() {
            self.put(fields, name, from);
        }
    }

    /// Every other fact dated later, however deep: entries of lists that carry
    /// a day, figures with an `as_of`, days on which something happened.
    fn record(&mut self, record: &mut Record, day: Date, depth: u8) {
        if depth >= DEEP {
            return;
        }
        let after = |r: &Record, name: &str| r.date(name).is_some_and(|d| d > day);
        let (mut gone, mut taken) = (0, Vec::new());
        record.slots.retain(|slot| {
            let keep = match &slot.datum {
                Datum::Date(d) => *d <= day || !HAPPENED.contains(&&*slot.name),
                Datum::Record(inner) => !after(inner, "as_of"),
                _ => true,
            };
            if !keep {
                gone += 1;
                taken.push((self.here.clone(), slot.name.clone()));
            }
            keep
        });
        self.taken.extend(taken);
        for slot in &mut record.slots {
            let dated = LISTS.contains(&&*slot.name);
            match &mut slot.datum {
                Datum::Record(inner) => self.record(inner, day, depth + 1),
                Datum::List(list) => {
                    let before = list.len();
                    let later = |r: &Record| after(r, "as_of") || (dated && after(r, "date"));
                    let mut kept: Vec<Entry> = std::mem::take(list).into_vec();
                    kept.retain(|e| !e.datum.record().is_some_and(later));
                    gone += before - kept.len();
                    for entry in &mut kept {
                        if let Datum::Record(inner) = &mut entry.datum {
                            self.record(inner, day, depth + 1);
                        }
                    }
                    *list = kept.into();
                }
                _ => {}
            }
        }
        self.facts += gone;
    }

    fn remove(&mut self, fields: &mut Record, name: &str) {
        let before = fields.slots.len();
        fields.slots.retain(|s| &*s.name != name);
        let gone = before - fields.slots.len();
        self.facts += gone;
        if gone > 0 {
            self.taken.insert((self.here.clone(), name.into()));
        }
    }

    /// Set a value at the place of the one that was there.
    fn put(&mut self, fields: &mut Record, name: &str, datum: Datum) {
        self.facts += 1;
        match fields.slots.iter_mut().find(|s| &*s.name == name) {
            Some(slot) => slot.datum = datum,
            None => {
                let place = fields.slots.first().map_or(Span::at(0), |s| s.span);
                fields.slots.push(Slot { name: name.into(), key_span: place, span: place, datum });
            }
        }
    }
}

#[cfg(test)]
mod tests;
