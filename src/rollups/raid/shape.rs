//! The shape of RAID: how old what is open is, how exposure moved, who owns it
//! and in which projects it stands.

use super::{Of, date_of, is_high, is_open, is_threat};
use crate::date::{Date, days, plus};
use crate::document::Item;
use crate::measures::health::score;
use crate::measures::hindsight;
use crate::portfolio::{Portfolio, Project, State};
use crate::ratio::Ratio;
use crate::rollups::words::{project, who};
use crate::table::{Cell, Column, Group, Line, Mark, Missing, Plot, Row, Set, Shape, Stack, Unit};
use crate::target::Target;
use chrono::Datelike;
use std::collections::BTreeMap;
use std::sync::Arc;

/// The four lists of what is open.
type Lists<'a, 'b> = [&'b [Of<'a>]; 4];

/// Names of the lists, in their order.
const NAMES: [&str; 4] = ["Risks", "Issues", "Assumptions", "Dependencies"];
/// The last day of each band of ages but the last.
const BANDS: [i64; 3] = [30, 90, 180];
/// Months of exposure looked back.
const MONTHS: u32 = 12;

/// Days since an item was raised.
fn age(p: &Portfolio, item: &Item) -> Option<i64> {
    item.fields.date("raised").map(|d| days(d, p.as_of)).filter(|n| *n >= 0)
}

/// Days since the oldest of all was raised.
pub(super) fn oldest(p: &Portfolio, lists: Lists<'_, '_>) -> Option<i64> {
    lists.iter().flat_map(|l| l.iter()).filter_map(|(_, i)| age(p, i)).max()
}

/// Ageing and exposure.
pub(super) fn plots(p: &Portfolio, lists: Lists<'_, '_>) -> Vec<Plot> {
    let mut plots = Vec::new();
    if lists.iter().any(|l| !l.is_empty()) {
        plots.push(ageing(p, lists));
    }
    plots.extend(exposure(p));
    plots
}

/// How many are open, by how long they have been.
fn ageing(p: &Portfolio, lists: Lists<'_, '_>) -> Plot {
    let band = |item: &Item| match age(p, item) {
        Some(n) => BANDS.iter().position(|to| n <= *to).unwrap_or(BANDS.len()),
        None => BANDS.len() + 1,
    };
    let mut names: Vec<String> =
        ["to 30 days", "31 to 90", "91 to 180", "over 180"].map(str::to_owned).to_vec();
    let undated = lists.iter().flat_map(|l| l.iter()).any(|(_, i)| age(p, i).is_none());
    if undated {
        names.push("not dated".into());
    }
    let stacks = NAMES.iter().zip(lists).map(|(label, list)| {
        let mut counts = vec![0i128; names.len()];
        for (_, item) in list {
            if let Some(count) = counts.get_mut(band(item)) {
                *count += 1;
            }
        }
        let values = counts.into_iter().map(|n| Some(Ratio::whole(n))).collect();
        Stack { label: (*label).into(), values }
    });
    Plot {
        key: "ageing".into(),
        title: "How long it has been open".into(),
        caption: "Open risks, issues, assumptions and dependencies by the days since they were \
                  raised."
            .into(),
        unit: Unit::Count,
        limits: Vec::new(),
        shape: Shape::Columns { stacks: stacks.collect(), names, line: None },
    }
}

/// Exposure of the last months: the scores of open threats added up at each
/// month's end. `None` where there is not enough to draw.
fn exposure(p: &Portfolio) -> Option<Plot> {
    let loose = p.loose.iter().filter(|i| i.kind.register.as_deref() == Some("risks"));
    let all: Vec<(Option<&Project>, &Item)> = p
        .projects
        .iter()
        .filter(|pr| pr.state != State::Cancelled)
        .flat_map(|pr| pr.items("risks").iter().map(move |i| (Some(pr), i)))
        .chain(loose.map(|i| (None, i)))
        .filter(|(_, i)| is_threat(i))
        .collect();
    let (dated, undated): (Vec<_>, Vec<_>) = all.into_iter().partition(|(_, i)| is_dated(i));
    let high = Ratio::whole(super::HIGH);
    let on = |day: Date| {
        let held = |pr: Option<&Project>| {
            pr.is_none_or(|pr| {
                pr.state != State::Complete || pr.finish.actual.is_some_and(|end| end > day)
            })
        };
        let scores = || {
            dated.iter().filter(|(pr, _)| held(*pr)).filter_map(|(_, i)| hindsight::score(i, day))
        };
        Some((Ratio::sum(scores())?, Ratio::sum(scores().filter(|s| *s >= high))?))
    };
    let mut days = month_ends(p.as_of);
    days.push(p.as_of);
    let points: Vec<(Date, (Ratio, Ratio))> =
        days.into_iter().filter_map(|day| Some((day, on(day)?))).collect();
    let points: Vec<_> = points.into_iter().skip_while(|(_, (sum, _))| sum.is_zero()).collect();
    if points.len() < 2 {
        return None;
    }
    let line = |label: &str, pick: fn(&(Ratio, Ratio)) -> Ratio| Line {
        label: label.into(),
        points: points.iter().map(|(day, both)| (*day, pick(both))).collect(),
    };
    let left_out = match undated.len() {
        0 => String::new(),
        1 => " One threat without dates is not in it.".into(),
        n => format!(" {n} threats without dates are not in it."),
    };
    Some(Plot {
        key: "exposure".into(),
        title: "Exposure over time".into(),
        caption: format!(
            "Probability × impact of all open threats added up at each month's end, from their \
             dated assessments.{left_out}"
        ),
        unit: Unit::Count,
        limits: Vec::new(),
        shape: Shape::Lines(vec![
            line("All threats", |both| both.0),
            line("15 and more", |both| both.1),
        ]),
    })
}

/// Whether it is known when a risk was open: since when, and until when.
fn is_dated(risk: &Item) -> bool {
    let assessed = risk.fields.list("assessments").iter().filter_map(|a| a.datum.record());
    let began = risk.fields.has("raised") || assessed.into_iter().any(|a| a.has("date"));
    began && (is_open(risk) || risk.fields.has("closed"))
}

/// The last days of the months before a day, oldest first.
fn month_ends(day: Date) -> Vec<Date> {
    let mut ends = Vec::new();
    let mut first = day.with_day(1);
    for _ in 0..MONTHS {
        let Some(end) = first.map(|d| plus(d, -1)) else { break };
        ends.push(end);
        first = end.with_day(1);
    }
    ends.reverse();
    ends
}

/// What one owner or one project has open.
#[derive(Default)]
struct Open<'a> {
    counts: [i64; 4],
    high: i64,
    late: i64,
    exposure: Option<Ratio>,
    oldest: Option<i64>,
    worst: [Option<&'a Item>; 4],
}

impl<'a> Open<'a> {
    fn add(&mut self, p: &Portfolio, list: usize, item: &'a Item) {
        if let (Some(count), Some(worst)) = (self.counts.get_mut(list), self.worst.get_mut(list)) {
            *count += 1;
            worst.get_or_insert(item);
        }
        if list == 0 && is_threat(item) {
            self.high += i64::from(is_high(item));
            if let Some(score) = score(item) {
                self.exposure = self.exposure.unwrap_or(Ratio::whole(0)).add(score);
            }
        }
        self.late += i64::from(date_of(item).is_some_and(|d| d < p.as_of));
        self.oldest = self.oldest.max(age(p, item));
    }

    fn all(&self) -> i64 {
        self.counts.iter().sum()
    }

    fn late(&self) -> Cell {
        match self.late {
            0 => Cell::Count(0),
            n => Cell::State(Mark::Bad, n.to_string()),
        }
    }

    fn oldest(&self) -> Cell {
        self.oldest.map_or(Cell::Missing(Missing::NotReported), Cell::Count)
    }
}

/// What is open, by owner: those with most that is overdue first.
pub(super) fn owners(p: &Portfolio, lists: Lists<'_, '_>) -> Group {
    let mut by: BTreeMap<Option<String>, Open<'_>> = BTreeMap::new();
    for (list, items) in lists.iter().enumerate() {
        for (_, item) in *items {
            let owner = item.fields.text("owner").map(|o| who(p, o));
            by.entry(owner).or_default().add(p, list, item);
        }
    }
    let mut rows: Vec<(Option<String>, Open<'_>)> = by.into_iter().collect();
    rows.sort_by_key(|(owner, open)| {
        (std::cmp::Reverse((open.late, open.all())), owner.is_none(), owner.clone())
    });
    let all = rows.len();
    let shown = p.config.person_findings;
    let row = |(owner, open): &(Option<String>, Open<'_>)| Row {
        anchor: None,
        cells: vec![
            match owner {
                Some(owner) => Cell::Text(owner.clone()),
                None => Cell::State(Mark::Bad, "nobody".into()),
            },
            open.late(),
            Cell::Count(open.all()),
            count(open, 0),
            Cell::Count(open.high),
            count(open, 1),
            count(open, 2),
            count(open, 3),
            open.oldest(),
        ],
        muted: false,
    };
    Group {
        key: "owners".into(),
        title: "By owner".into(),
        note: match all {
            0 => String::new(),
            _ => "Most overdue first.".into(),
        },
        caption: "What is open, by owner".into(),
        empty: if shown { "Nothing is open." } else { "Not shown: `person-findings` is off." }
            .into(),
        columns: vec![
            Column::new("owner", "Owner", Set::Filter),
            Column::new("overdue", "Overdue", Set::Number),
            Column::new("open", "Open", Set::Number),
            Column::new("risks", "Risks", Set::Number),
            Column::new("high", "15 and more", Set::Number),
            Column::new("issues", "Issues", Set::Number),
            Column::new("assumptions", "Assumptions", Set::Number),
            Column::new("dependencies", "Dependencies", Set::Number),
            Column::new("oldest_days", "Oldest, days", Set::Number),
        ],
        rows: rows.iter().filter(|_| shown).map(row).collect(),
    }
}

fn count(open: &Open<'_>, list: usize) -> Cell {
    Cell::Count(open.counts.get(list).copied().unwrap_or(0))
}

/// What is open, by project, with the way to its own lists.
pub(super) fn projects(p: &Portfolio, lists: Lists<'_, '_>) -> Group {
    let mut by: BTreeMap<Arc<str>, Open<'_>> = BTreeMap::new();
    for (list, items) in lists.iter().enumerate() {
        for (of, item) in *items {
            let Some(of) = of else { continue };
            by.entry(of.id.clone()).or_default().add(p, list, item);
        }
    }
    let mut rows: Vec<(&Project, Open<'_>)> =
        by.into_iter().filter_map(|(id, open)| Some((p.project(&id)?, open))).collect();
    rows.sort_by_key(|(pr, open)| (std::cmp::Reverse(open.exposure), pr.id.clone()));
    let row = |(pr, open): &(&Project, Open<'_>)| {
        // A count leads to the worst of them on the project's own page.
        let led = |list: usize| {
            let n = open.counts.get(list).copied().unwrap_or(0);
            match open.worst.get(list).copied().flatten().filter(|i| !i.id.is_empty()) {
                Some(item) => {
                    let target = Target::Item(pr.id.clone(), (*item.id).into());
                    Cell::Link(n.to_string(), target)
                }
                None => Cell::Count(n),
            }
        };
        let exposure = open.exposure.map(|sum| i64::try_from(sum.rounded(0)).unwrap_or(i64::MAX));
        Row {
            anchor: None,
            cells: vec![
                project(pr),
                exposure.map_or(Cell::Missing(Missing::NotReported), Cell::Count),
                Cell::Count(open.high),
                led(0),
                led(1),
                led(2),
                led(3),
                open.late(),
                open.oldest(),
            ],
            muted: pr.state != State::Active,
        }
    };
    Group {
        key: "projects".into(),
        title: "By project".into(),
        note: if rows.is_empty() {
            String::new()
        } else {
            "Highest exposure first: probability × impact of open threats added up. A count leads \
             to the project's own list."
                .into()
        },
        caption: "What is open, by project".into(),
        empty: "Nothing is open in a project.".into(),
        columns: vec![
            Column::new("project", "Project", Set::Filter),
            Column::new("exposure", "Exposure", Set::Number),
            Column::new("high", "15 and more", Set::Number),
            Column::new("risks", "Risks", Set::Number),
            Column::new("issues", "Issues", Set::Number),
            Column::new("assumptions", "Assumptions", Set::Number),
            Column::new("dependencies", "Dependencies", Set::Number),
            Column::new("overdue", "Overdue", Set::Number),
            Column::new("oldest_days", "Oldest, days", Set::Number),
        ],
        rows: rows.iter().map(row).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::testing::{check, group, line, said, table};
    use crate::table::Shape;

    const CARD: &str = "=== projects/crm/project.md\n---\nkind: project\nid: crm\ntitle: CRM\nstate: active\n---\n=== projects/crm/raid.yaml\nupdated: 2026-03-27\n";

    #[test]
    fn ages_end_on_their_last_day_and_what_has_no_date_says_so() {
        let checked = check(&format!(
            "{CARD}risks:\n  - {{id: R-1, title: A, p: 1, i: 1, raised: 2026-02-25, status: open}}\n  - {{id: R-2, title: B, p: 1, i: 1, raised: 2026-02-24, status: open}}\nissues:\n  - {{id: I-1, title: C, severity: 3, raised: 2025-09-28, status: open}}\n  - {{id: I-2, title: D, severity: 3, raised: 2025-09-27, status: open}}\n  - {{id: I-3, title: E, severity: 3, status: open}}\n"
        ));
        let table = table(&checked, "raid");
        let Shape::Columns { names, stacks, .. } = &table.plots[0].shape else { panic!() };
        assert_eq!(names.len(), 5);
        let counts = |i: usize| -> Vec<String> {
            stacks[i].values.iter().flatten().map(ToString::to_string).collect()
        };
        assert_eq!(counts(0), ["1", "1", "0", "0", "0"]);
        assert_eq!(counts(1), ["0", "0", "1", "1", "1"]);
        assert!(said(&table).ends_with("The oldest has been open for 181 days."));
    }

    #[test]
    fn exposure_follows_the_dated_assessments() {
        let checked = check(&format!(
            "{CARD}risks:\n  - {{id: R-1, title: A, raised: 2026-01-10, status: open, assessments: [{{date: 2026-01-10, p: 4, i: 4}}, {{date: 2026-03-02, p: 2, i: 4}}]}}\n  - {{id: R-2, title: B, p: 1, i: 5, raised: 2026-02-01, closed: 2026-03-15, status: closed}}\n  - {{id: R-3, title: C, p: 5, i: 5, type: opportunity, raised: 2026-01-01, status: open}}\n  - {{id: R-4, title: D, p: 5, i: 5, status: closed}}\n"
        ));
        let table = table(&checked, "raid");
        let plot = table.plots.iter().find(|p| p.key == "exposure").unwrap();
        assert!(plot.caption.ends_with("One threat without dates is not in it."));
        let Shape::Lines(lines) = &plot.shape else { panic!() };
        let points: Vec<String> = lines[0].points.iter().map(|(d, n)| format!("{d} {n}")).collect();
        assert_eq!(points, ["2026-01-31 16", "2026-02-28 21", "2026-03-27 8"]);
        let high: Vec<String> = lines[1].points.iter().map(|(_, n)| n.to_string()).collect();
        assert_eq!(high, ["16", "16", "0"]);
    }

    #[test]
    fn owners_and_projects_say_what_they_have() {
        let checked = check(super::super::super::testing::FILES);
        let table = table(&checked, "raid");
        let owners: Vec<String> = group(&table, "owners").rows.iter().map(line).collect();
        assert_eq!(
            owners,
            [
                "nobody | 1 | 1 | 1 | 1 | 0 | 0 | 0 | 54",
                "Maria Lopez | 0 | 4 | 1 | 0 | 1 | 1 | 1 | 66",
            ]
        );
        assert_eq!(
            line(&group(&table, "projects").rows[0]),
            "CRM replacement | 32 | 1 | 2 | 1 | 1 | 1 | 1 | 66"
        );
    }

    #[test]
    fn ten_thousand_risks_are_all_there_and_the_worst_is_led_to() {
        use std::fmt::Write as _;
        let mut text = format!("{CARD}risks:\n");
        for n in 0..10_000 {
            let _ = writeln!(
                text,
                "  - {{id: R-{n}, title: Risk, p: {}, i: {}, raised: 2026-01-10, status: open}}",
                n % 5 + 1,
                n % 4 + 1
            );
        }
        let table = table(&check(&text), "raid");
        let risks = group(&table, "risks");
        assert_eq!(risks.rows.len(), 10_000);
        assert_eq!(line(&group(&table, "projects").rows[0]).split(" | ").nth(3), Some("10000"));
        assert_eq!(risks.rows[0].anchor.as_deref(), Some("p5i4"));
        assert_eq!(risks.rows.iter().filter(|r| r.anchor.is_some()).count(), 20);
    }
}
