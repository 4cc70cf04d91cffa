//! Promised people: how many full-time equivalents (FTE) units and persons
//! have promised, by month and by day, what was promised first, and which
//! requests wait for an answer.

use crate::data::record::{Datum, Record};
use crate::date::{Date, plus};
use crate::document::Item;
use crate::kinds::Role;
use crate::portfolio::{Portfolio, Project, State};
use crate::ratio::Ratio;
use crate::target::Target;
use chrono::{Datelike, Months};
use std::collections::BTreeMap;

/// One promise of people to a project that runs.
#[derive(Debug, Clone, Copy)]
pub struct Promise<'a> {
    /// The project.
    pub project: &'a Project,
    /// The row of its resources.
    pub item: &'a Item,
    /// What is promised now.
    pub fte: Ratio,
}

impl Promise<'_> {
    /// Whether it holds on a day, both ends included.
    #[must_use]
    pub fn holds_on(&self, day: Date) -> bool {
        self.item.fields.date("from").is_none_or(|from| from <= day)
            && self.item.fields.date("to").is_none_or(|to| to >= day)
    }

    /// Whether it holds on any day of the month that begins on a day.
    #[must_use]
    pub fn holds_in(&self, month: Date) -> bool {
        let last = last_day(month);
        self.item.fields.date("from").is_none_or(|from| from <= last)
            && self.item.fields.date("to").is_none_or(|to| to >= month)
    }
}

/// The first days of `n` months from the one that holds a day.
#[must_use]
pub fn months(from: Date, n: u32) -> Vec<Date> {
    let first = from.with_day(1).unwrap_or(from);
    (0..n).filter_map(|i| first.checked_add_months(Months::new(i))).collect()
}

/// The last day of the month that begins on a day.
#[must_use]
pub fn last_day(month: Date) -> Date {
    month.checked_add_months(Months::new(1)).map_or(month, |next| plus(next, -1))
}

/// Every promise of projects that run and that has not ended. Dates in the
/// wrong order are another rule's.
#[must_use]
pub fn promises(p: &Portfolio) -> Vec<Promise<'_>> {
    let running = p.projects.iter().filter(|pr| pr.state == State::Active);
    let rows = running.flat_map(|project| {
        project.items("resources").iter().filter_map(move |item| {
            let fte = item.fields.number("committed_fte")?;
            Some(Promise { project, item, fte })
        })
    });
    rows.filter(|promise| {
        let fields = &promise.item.fields;
        matches!(promise.item.status(), "committed" | "reduced" | "open")
            && fields.date("to").is_none_or(|to| to >= p.as_of)
            && fields.date("from") <= fields.date("to").or(Some(Date::MAX))
    })
    .collect()
}

/// One spelling for a person: the name behind a handle, in lower case.
#[must_use]
pub fn person_key(p: &Portfolio, written: &str) -> String {
    p.person(written.trim()).trim_start_matches('@').to_lowercase()
}

/// The promises of each person, in order of their names.
#[must_use]
pub fn by_person(p: &Portfolio) -> Vec<Vec<Promise<'_>>> {
    let mut people: BTreeMap<String, Vec<Promise<'_>>> = BTreeMap::new();
    for promise in promises(p) {
        if let Some(person) = promise.item.fields.text("person") {
            people.entry(person_key(p, person)).or_default().push(promise);
        }
    }
    people.into_values().collect()
}

/// How much of a person there is: `capacity_fte` of `people.yaml`, else 1.
#[must_use]
pub fn capacity(p: &Portfolio, person: &str) -> Ratio {
    let said = p.person_record(person).and_then(|r| number(r, "capacity_fte"));
    said.unwrap_or(Ratio::whole(1))
}

/// A number, as number or as written.
fn number(record: &Record, name: &str) -> Option<Ratio> {
    match record.get(name)? {
        Datum::Number(n) => Some(**n),
        Datum::Text(text) => Ratio::parse(text.trim()),
        _ => None,
    }
}

/// How many people a unit has for projects in a month: that month's
/// `capacity` of `units.yaml`, else its `capacity_fte`.
#[must_use]
pub fn unit_capacity(unit: &Record, month: Date) -> Option<Ratio> {
    let key = month.format("%Y-%m").to_string();
    unit.record("capacity").and_then(|c| number(c, &key)).or_else(|| number(unit, "capacity_fte"))
}

/// Sums of promises from a day on, one for each day on which they change.
fn steps(now: Date, promises: &[Promise<'_>]) -> Vec<(Date, Ratio)> {
    let mut changes: Vec<(Date, Ratio)> = Vec::with_capacity(promises.len() * 2);
    for promise in promises {
        let fields = &promise.item.fields;
        changes.push((fields.date("from").map_or(now, |from| from.max(now)), promise.fte));
        if let Some(to) = fields.date("to") {
            changes.push((plus(to, 1), promise.fte.neg()));
        }
    }
    changes.sort_unstable();
    let mut sum = Ratio::ZERO;
    changes
        .chunk_by(|a, b| a.0 == b.0)
        .map_while(|day| {
            sum = day.iter().try_fold(sum, |sum, (_, fte)| sum.add(*fte))?;
            Some((day.first()?.0, sum))
        })
        .collect()
}

/// The first day from `now` on at which promises add up to more than there is.
#[must_use]
pub fn first_over(now: Date, promises: &[Promise<'_>], capacity: Ratio) -> Option<Date> {
    steps(now, promises).into_iter().find(|(_, sum)| *sum > capacity).map(|(day, _)| day)
}

/// The most that promises add up to on one day of a month, from `now` on.
#[must_use]
pub fn most_in(now: Date, promises: &[Promise<'_>], month: Date) -> Ratio {
    let last = last_day(month);
    let steps = steps(now, promises);
    let before = steps.iter().rev().find(|(day, _)| *day <= month).map(|(_, sum)| *sum);
    let within = steps.iter().filter(|(day, _)| *day > month && *day <= last);
    within.map(|(_, sum)| *sum).chain(before).max().unwrap_or(Ratio::ZERO)
}

/// What a row promises now and promised first, when that was more and the row
/// still counts.
#[must_use]
pub fn cut(p: &Portfolio, item: &Item) -> Option<(Ratio, Ratio)> {
    if matches!(item.status(), "released" | "withdrawn" | "requested")
        || item.fields.date("to").is_some_and(|to| to < p.as_of)
    {
        return None;
    }
    let now = item.fields.number("committed_fte")?;
    let first = item.fields.number("original_fte")?;
    (now < first).then_some((now, first))
}

/// Whether a report, a change request or a decision speaks of a row.
#[must_use]
pub fn told(p: &Portfolio, project: &Project, item: &Item) -> bool {
    let registers = || ["changes", "decisions"].iter().flat_map(|r| project.items(r));
    let linked = item.fields.texts("links").any(|(word, _)| registers().any(|i| &*i.id == word));
    let named_by = registers().any(|i| i.fields.texts("links").any(|(word, _)| *word == *item.id));
    linked || named_by || reported(p, project, item)
}

/// Whether a report names the row, or has explained its resources since the
/// promise was last dated.
fn reported(p: &Portfolio, project: &Project, item: &Item) -> bool {
    let target = Target::Item(project.id.clone(), (*item.id).into());
    let by = p.item_backlinks.get(&target).map(Vec::as_slice).unwrap_or_default();
    let named = by.iter().filter_map(|i| p.documents.get(*i)).any(|d| d.kind.role == Role::Report);
    let since = item.fields.date("committed_on").or(item.fields.date("from"));
    named
        || project.reports.iter().filter(|r| since.is_none_or(|s| r.date >= s)).any(|r| {
            p.documents
                .get(r.document)
                .and_then(|d| d.fields.record("health")?.record("resources"))
                .is_some_and(|said| said.has("why"))
        })
}

/// Whether a row asks for people and nobody has answered.
#[must_use]
pub fn unanswered(item: &Item) -> bool {
    item.status() == "requested" && !item.fields.has("committed_on")
}

/// Business days that a request has waited for its answer; `None` when it was
/// answered or nobody says when it was made.
#[must_use]
pub fn waited(p: &Portfolio, item: &Item) -> Option<i64> {
    let asked = item.fields.date("requested_on").filter(|_| unanswered(item))?;
    Some(p.config.calendar.business_days(asked, p.as_of))
}

/// What was asked for, promised now and promised first, over rows that hold
/// on the as-of date.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fill {
    /// FTE asked for.
    pub required: Ratio,
    /// FTE promised now.
    pub committed: Ratio,
    /// FTE promised first, of rows that say; a row that does not say has
    /// promised what it promises now.
    pub original: Ratio,
}

impl Fill {
    /// `committed ÷ required × 100`; `None` where nothing is asked for.
    #[must_use]
    pub fn percent(&self) -> Option<Ratio> {
        self.committed.percent_of(self.required)
    }

    /// `committed ÷ original × 100`; `None` where nothing was promised.
    #[must_use]
    pub fn kept(&self) -> Option<Ratio> {
        self.committed.percent_of(self.original)
    }
}

/// The fill of rows on a day; `None` where none holds, or sums are too large.
#[must_use]
pub fn fill<'a>(rows: impl Iterator<Item = &'a Item>, day: Date) -> Option<Fill> {
    let mut some = false;
    let mut fill = Fill { required: Ratio::ZERO, committed: Ratio::ZERO, original: Ratio::ZERO };
    for item in rows {
        let fields = &item.fields;
        if matches!(item.status(), "released" | "withdrawn")
            || fields.date("from").is_some_and(|from| from > day)
            || fields.date("to").is_some_and(|to| to < day)
        {
            continue;
        }
        some = true;
        let committed = fields.number("committed_fte").unwrap_or(Ratio::ZERO);
        let original = fields.number("original_fte").unwrap_or(committed);
        fill.required = fill.required.add(fields.number("required_fte").unwrap_or(Ratio::ZERO))?;
        fill.committed = fill.committed.add(committed)?;
        fill.original = fill.original.add(original)?;
    }
    some.then_some(fill)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::date::parse;
    use crate::measures::kpi::testing::{card, check};

    const ROWS: &str = "=== crm/resources.yaml\nresources:\n  - {id: RS-1, unit: infrastructure, role: a, person: Tom, required_fte: 0.5, committed_fte: 0.5, original_fte: 0.5, from: 2026-02-01, to: 2026-05-10, status: committed}\n  - {id: RS-2, unit: infrastructure, role: b, person: Tom, required_fte: 1.0, committed_fte: 0.5, original_fte: 1.0, from: 2026-03-01, status: reduced}\n  - {id: RS-3, unit: infrastructure, role: c, required_fte: 0.5, committed_fte: 0.5, original_fte: 0.5, from: 2026-03-01, status: committed}\n  - {id: RS-4, unit: infrastructure, role: d, required_fte: 9, committed_fte: 9, status: withdrawn}\n";

    #[test]
    fn fill_and_kept_are_75_percent_as_published() {
        let files = card("crm", 2, "") + ROWS;
        let checked = check(&files, "2026-03-27", "");
        let p = &checked.portfolio;
        let rows = p.projects[0].items("resources");
        let fill = fill(rows.iter(), p.as_of).unwrap();
        assert_eq!(fill.percent().unwrap().show(1), "75.0");
        assert_eq!(fill.kept().unwrap().show(1), "75.0");
        assert_eq!(
            cut(p, &rows[1]).map(|(now, first)| (now.show(1), first.show(1))),
            Some(("0.5".into(), "1.0".into()))
        );
        assert!(super::fill(rows.iter().take(0), p.as_of).is_none());
    }

    #[test]
    fn a_month_takes_the_most_of_its_days() {
        let files = card("crm", 2, "")
            + &ROWS.replace(
                "status: withdrawn",
                "person: Tom, from: 2026-05-11, to: 2026-05-31, status: committed",
            );
        let checked = check(&files, "2026-03-27", "");
        let p = &checked.portfolio;
        let people = by_person(p);
        assert_eq!(people.len(), 1);
        let tom = &people[0];
        let most = |month: &str| most_in(p.as_of, tom, parse(month).unwrap()).show(1);
        assert_eq!(most("2026-04-01"), "1.0");
        // The half that ends on the 10th and the nine from the 11th never meet.
        assert_eq!(most("2026-05-01"), "9.5");
        assert_eq!(most("2026-06-01"), "0.5");
        assert_eq!(first_over(p.as_of, tom, Ratio::whole(1)), parse("2026-05-11"));
        assert_eq!(months(p.as_of, 3).len(), 3);
    }
}
