//! Findings that a document accepts: the entries of `allow` in front matter,
//! registers and items, and what they do to the findings of their file.

use super::{find, levels::Settings, unknown_person::unknown, unused_suppression};
use crate::data::record::Record;
use crate::date::{Date, days, plus};
use crate::finding::{Finding, Severity, Suppressed, Suppression, order, sort};
use crate::portfolio::Portfolio;
use crate::text::{LineIndex, Span, counted, nearest};
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

/// A reason has at least this many characters.
pub const REASON: usize = 15;

/// The last day may be at most this many days ahead.
pub const AHEAD: i64 = 90;

/// One entry of `allow`, as it stands on the as-of date.
#[derive(Debug, Clone)]
pub struct Entry {
    /// The rule it names, as written.
    pub rule: String,
    /// What it says; what is missing is empty.
    pub suppression: Suppression,
    /// How it stands.
    pub state: State,
    /// The item it belongs to; `None` where it holds for the whole file.
    scope: Option<Span>,
    /// Where its last day stands.
    until: Span,
    /// What is wrong with it.
    faults: Vec<Fault>,
    lines: Arc<LineIndex>,
    /// The file has a syntax error, so that not all rules look at it.
    broken: bool,
}

/// How an entry stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// It holds, for that many more days.
    InForce(i64),
    /// It ended that many days ago: the finding is back, one level higher.
    Ended(i64),
    /// It is not valid and does nothing.
    Invalid,
}

/// What is wrong with an entry.
#[derive(Debug, Clone)]
struct Fault {
    span: Span,
    message: String,
    help: String,
}

/// Every entry of every document, register and item, in path order.
#[must_use]
pub fn entries(p: &Portfolio) -> Vec<Entry> {
    let mut all = Vec::new();
    let known = p.handles();
    let handles = known.as_deref();
    for document in &p.documents {
        let file =
            File { path: &document.path, lines: &document.lines, broken: document.broken, handles };
        read(p, &file, &document.fields, None, &mut all);
    }
    for register in &p.registers {
        let file =
            File { path: &register.path, lines: &register.lines, broken: register.broken, handles };
        read(p, &file, &register.head, None, &mut all);
        for item in register.lists.iter().flat_map(|(_, _, items)| items) {
            read(p, &file, &item.fields, Some(item.span), &mut all);
        }
    }
    all.sort_by(|a, b| {
        let place = |e: &Entry| (e.suppression.path.clone(), e.suppression.span);
        place(a).cmp(&place(b))
    });
    all
}

/// The file an entry stands in.
struct File<'a> {
    path: &'a Arc<str>,
    lines: &'a Arc<LineIndex>,
    broken: bool,
    /// Who is known, where `people.yaml` says.
    handles: Option<&'a [String]>,
}

fn read(
    p: &Portfolio,
    file: &File<'_>,
    fields: &Record,
    scope: Option<Span>,
    out: &mut Vec<Entry>,
) {
    for item in fields.list("allow") {
        let Some(record) = item.datum.record() else { continue };
        let text = |name: &str| record.text(name).unwrap_or_default().trim().to_owned();
        let until = record.date("until");
        let mut entry = Entry {
            rule: text("rule"),
            suppression: Suppression {
                path: file.path.clone(),
                span: item.span,
                at: file.lines.position(item.span.start),
                reason: text("reason"),
                by: text("by"),
                until: until.unwrap_or(p.as_of),
            },
            state: State::Invalid,
            scope,
            until: record.span("until").unwrap_or(item.span),
            faults: Vec::new(),
            lines: file.lines.clone(),
            broken: file.broken,
        };
        entry.judge(p.as_of, record);
        if let Some(help) = file.handles.and_then(|handles| unknown(handles, &entry.suppression.by))
        {
            let message = format!("`{}` is not in `people.yaml`", entry.suppression.by);
            entry.fault(record.span("by").unwrap_or(item.span), message, help);
        }
        let readable = record.invalid.is_empty() && until.is_some();
        if entry.faults.is_empty() && readable {
            let left = days(p.as_of, entry.suppression.until);
            entry.state = if left < 0 { State::Ended(-left) } else { State::InForce(left) };
        }
        out.push(entry);
    }
}

impl Entry {
    /// Note everything that keeps the entry from holding.
    fn judge(&mut self, as_of: Date, record: &Record) {
        let whole = self.suppression.span;
        let missing: Vec<&str> = ["rule", "reason", "by", "until"]
            .into_iter()
            .filter(|name| !record.has(name) && !record.invalid.iter().any(|i| **i == **name))
            .collect();
        if !missing.is_empty() {
            let names: Vec<String> = missing.iter().map(|name| format!("`{name}`")).collect();
            let about = match self.rule.as_str() {
                "" => String::new(),
                rule => format!(" of `{rule}`"),
            };
            self.fault(
                whole,
                format!("the suppression{about} has no {}", names.join(" and no ")),
                "write all four: `{rule: …, reason: …, by: \"@handle\", until: YYYY-MM-DD}`".into(),
            );
        }
        let at = |name: &str| record.span(name).unwrap_or(whole);
        if !self.rule.is_empty() {
            if find(&self.rule).is_none() {
                let help = match nearest(&self.rule, super::all().map(|rule| rule.name)) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => "`milepost explain` lists the rules".into(),
                };
                self.fault(at("rule"), format!("unknown rule `{}`", self.rule), help);
            } else if !may_be_accepted(&self.rule) {
                let message = format!("findings of `{}` cannot be suppressed", self.rule);
                let help = "mend what it names, or set its severity under `[rules]` in `book.toml`";
                self.fault(at("rule"), message, help.into());
            }
        }
        let length = self.suppression.reason.chars().count();
        if (1..REASON).contains(&length) {
            let message = format!(
                "the reason has {}; at least {REASON} are needed",
                counted(length, "character")
            );
            let help =
                "say in a sentence why the finding is accepted, for those who read the audit page";
            self.fault(at("reason"), message, help.into());
        }
        let ahead = record.date("until").map_or(0, |until| days(as_of, until));
        if ahead > AHEAD {
            let message =
                format!("the suppression ends in {ahead} days; at most {AHEAD} are allowed");
            let help = format!("write a day up to {}, and renew it then", plus(as_of, AHEAD));
            self.fault(at("until"), message, help);
        }
    }

    fn fault(&mut self, span: Span, message: String, help: String) {
        self.faults.push(Fault { span, message, help });
    }

    /// What is wrong with it, as findings of a rule.
    pub(super) fn findings(&self, rule: &'static str) -> impl Iterator<Item = Finding> {
        self.faults.iter().map(move |fault| {
            self.finding(rule, fault.span, &fault.message).help(fault.help.clone())
        })
    }

    /// A finding in the entry.
    pub(super) fn finding(&self, rule: &'static str, span: Span, message: &str) -> Finding {
        let path = self.suppression.path.clone();
        Finding::new(rule, path, span, self.lines.position(span.start), message)
    }

    /// Which of two entries for the same findings counts: one in force before
    /// one that ended, then the later end.
    fn rank(&self) -> (bool, Date) {
        (matches!(self.state, State::InForce(_)), self.suppression.until)
    }
}

/// The entries that count for one rule in one file, by their place in the list
/// of all.
#[derive(Debug, Default)]
struct Cover {
    file: Option<usize>,
    /// Of items, by their first byte, with their last.
    items: BTreeMap<u32, (u32, usize)>,
}

impl Cover {
    fn add(&mut self, entries: &[Entry], n: usize) {
        let rank = |n: usize| entries.get(n).map(Entry::rank);
        let better = |old: usize| if rank(n) > rank(old) { n } else { old };
        match entries.get(n).and_then(|entry| entry.scope) {
            None => self.file = Some(self.file.map_or(n, better)),
            Some(scope) => {
                let old = self.items.get(&scope.start).map(|(_, old)| *old);
                self.items.insert(scope.start, (scope.end, old.map_or(n, better)));
            }
        }
    }

    /// The entry for a finding that begins at this byte: its item's before the
    /// file's, unless only the file's is in force.
    fn find<'e>(&self, entries: &'e [Entry], at: u32) -> Option<(usize, &'e Entry)> {
        let item = self.items.range(..=at).next_back().map(|(_, item)| *item);
        let item = item.filter(|(end, _)| at <= *end).map(|(_, n)| n);
        let both = [self.file, item].into_iter().flatten();
        let found = both.filter_map(|n| entries.get(n).map(|entry| (n, entry)));
        // Of equals the last counts: the item's.
        found.max_by_key(|(_, entry)| entry.rank().0)
    }
}

/// Whether documents may accept findings of a rule: not of those that judge
/// acceptance itself, and not of those about files without front matter.
#[must_use]
pub fn may_be_accepted(rule: &str) -> bool {
    let own = matches!(rule, "invalid-suppression" | "unused-suppression");
    find(rule).is_some_and(|rule| !rule.example.is_empty() && !own)
}

/// Take what documents accept out of the findings, bring back what they no
/// longer accept, and drop what is at `allow`. The findings come sorted, with
/// their severities set, and stay so.
pub(super) fn apply(
    p: &Portfolio,
    findings: Vec<Finding>,
    settings: &Settings,
) -> (Vec<Finding>, Vec<Suppressed>) {
    let entries = entries(p);
    let mut covers: HashMap<(Arc<str>, &str), Cover> = HashMap::new();
    for (n, entry) in entries.iter().enumerate().filter(|(_, e)| e.state != State::Invalid) {
        let key = (entry.suppression.path.clone(), entry.rule.as_str());
        covers.entry(key).or_default().add(&entries, n);
    }
    let mut used = vec![false; entries.len()];
    let (mut left, mut suppressed) = (Vec::with_capacity(findings.len()), Vec::new());
    for mut finding in findings {
        let found = covers
            .get(&(finding.path.clone(), finding.rule))
            .and_then(|cover| cover.find(&entries, finding.span.start));
        if let Some(used) = found.and_then(|(n, _)| used.get_mut(n)) {
            *used = true;
        }
        if finding.severity == Severity::Allow {
            continue;
        }
        match found.map(|(_, entry)| entry) {
            Some(entry) if matches!(entry.state, State::InForce(_)) => {
                suppressed.push(Suppressed { finding, suppression: entry.suppression.clone() });
            }
            Some(entry) => {
                finding.severity = finding.severity.raised();
                let label = format!("accepted until {}, and no longer", entry.suppression.until);
                let at = entry.lines.position(entry.until.start);
                left.push(finding.related(entry.suppression.path.clone(), entry.until, at, label));
            }
            None => left.push(finding),
        }
    }
    let idle = entries.iter().zip(used).filter(|(entry, used)| !used && !entry.broken);
    let mut idle: Vec<Finding> =
        idle.filter_map(|(entry, _)| unused_suppression::finding(entry)).collect();
    for finding in &mut idle {
        finding.severity = settings.severity(p, finding);
    }
    idle.retain(|finding| finding.severity != Severity::Allow);
    sort(&mut idle);
    left.append(&mut idle);
    order(&mut left);
    (left, suppressed)
}
