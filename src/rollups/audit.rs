//! Audit: the evidence of regulated projects, who accepted which finding, why
//! and until when, and which rules were set to another severity than their own.

mod evidence;
mod later;

use super::words::{capital, figure, several, who};
use super::{Bar, Context, Rollup, findings};
use crate::finding::{Finding, Severity};
use crate::rules::reference::defaults;
use crate::rules::suppress::{self, Entry, State};
use crate::rules::{self, levels::Change};
use crate::table::{Cell, Column, Group, Mark, Rag, Row, Set, Table, Words};
use crate::target::Target;
use crate::text::Span;
use std::collections::HashMap;

/// The roll-up.
pub(super) static ROLLUP: Rollup = Rollup {
    bar: Bar::More,
    name: "audit",
    title: "Audit",
    about: "Evidence of regulated projects, approvals, controls, accepted findings and changed severities",
    count: |c| {
        let ended = judged(c).into_iter().filter(|(_, stand)| stand.mark() == Mark::Bad).count();
        u32::try_from(ended + evidence::gaps(c.portfolio)).unwrap_or(u32::MAX)
    },
    table,
};

/// How an entry stands, with what it covers.
enum Stand {
    /// It covers that many findings for that many more days.
    Holds(usize, i64),
    /// It covers nothing.
    Idle,
    /// It ended that many days ago.
    Ended(i64),
    /// It does nothing.
    Invalid,
}

impl Stand {
    fn mark(&self) -> Mark {
        match self {
            Self::Holds(..) => Mark::Partial,
            Self::Idle => Mark::None,
            Self::Ended(_) | Self::Invalid => Mark::Bad,
        }
    }

    fn words(&self) -> String {
        match self {
            Self::Holds(_, 0) => "ends today".into(),
            Self::Holds(_, days) => format!("in force for {}", figure(*days, "day", "days")),
            Self::Idle => "not needed".into(),
            Self::Ended(days) => format!("ended {} ago", figure(*days, "day", "days")),
            Self::Invalid => "not valid".into(),
        }
    }
}

/// Every entry with how it stands, what needs a look first.
fn judged(c: &Context<'_>) -> Vec<(Entry, Stand)> {
    let mut covered: HashMap<(&str, Span), usize> = HashMap::new();
    for suppressed in c.suppressed {
        let by = &suppressed.suppression;
        *covered.entry((&by.path, by.span)).or_default() += 1;
    }
    let stand = |entry: Entry| {
        let by = &entry.suppression;
        let covered = covered.get(&(&*by.path, by.span)).copied().unwrap_or(0);
        let stand = match entry.state {
            State::Invalid => Stand::Invalid,
            State::Ended(days) => Stand::Ended(days),
            State::InForce(_) if covered == 0 => Stand::Idle,
            State::InForce(days) => Stand::Holds(covered, days),
        };
        (entry, stand)
    };
    let mut all: Vec<(Entry, Stand)> =
        suppress::entries(c.portfolio).into_iter().map(stand).collect();
    all.sort_by_key(|(entry, stand)| (stand.mark() != Mark::Bad, entry.suppression.until));
    all
}

fn table(c: &Context<'_>) -> Table {
    let entries = judged(c);
    let audited = evidence::audited(c);
    let mut said = evidence::sentence(c, &audited);
    said.extend(sentence(c, &entries));
    let mut groups = evidence::groups(c, &audited);
    groups.extend(later::group(c));
    groups.extend([accepted(c, &entries), levels(c)]);
    Table { sentence: said, groups, ..Table::default() }
}

fn sentence(c: &Context<'_>, entries: &[(Entry, Stand)]) -> Vec<Words> {
    let mut words = match c.suppressed.len() {
        0 => vec![Words::plain("No finding is accepted")],
        1 => vec![Words::plain("One finding is accepted")],
        n => vec![Words::plain(format!("{} are accepted", capital(&several(n, "", "findings"))))],
    };
    let ended = entries.iter().filter(|(_, stand)| matches!(stand, Stand::Ended(_))).count();
    if ended > 0 {
        let have = if ended == 1 { "has" } else { "have" };
        words.push(Words::plain("; "));
        let text = format!("{} {have} ended", several(ended, "acceptance", "acceptances"));
        words.push(Words::rag(text, Rag::Red));
    }
    let changed = match c.changes.len() {
        0 => "; every rule has its own severity.".to_owned(),
        1 => "; one severity was changed.".to_owned(),
        n => format!("; {} were changed.", several(n, "", "severities")),
    };
    words.push(Words::plain(changed));
    words
}

fn accepted(c: &Context<'_>, entries: &[(Entry, Stand)]) -> Group {
    Group {
        key: "accepted".into(),
        title: "Accepted findings".into(),
        note: "Entries of `allow`: the finding is not reported until the day given. An ended one \
               brings it back one level higher."
            .into(),
        caption: "Accepted findings with rule, place, reason, who accepted them and until when"
            .into(),
        empty: "Nothing is accepted.".into(),
        columns: vec![
            Column::new("state", "State", Set::Filter),
            Column::new("rule", "Rule", Set::Text),
            Column::new("reason", "Reason", Set::Wide),
            Column::new("by", "Accepted by", Set::Text),
            Column::new("until", "Until", Set::Short),
            Column::new("place", "Place", Set::Text),
        ],
        rows: entries.iter().map(|(entry, stand)| row(c, entry, stand)).collect(),
    }
}

fn row(c: &Context<'_>, entry: &Entry, stand: &Stand) -> Row {
    let p = c.portfolio;
    let by = &entry.suppression;
    let said = |text: &str| match text {
        "" => Cell::State(Mark::Bad, "not said".into()),
        text => Cell::Text(text.to_owned()),
    };
    let reason = match stand {
        Stand::Holds(n @ 2.., _) => {
            let covers = format!("covers {}", several(*n, "finding", "findings"));
            Cell::Detail(Box::new(said(&by.reason)), covers)
        }
        _ => said(&by.reason),
    };
    let place = Finding::new("", by.path.clone(), by.span, by.at, "");
    let late = matches!(stand, Stand::Ended(_));
    Row {
        anchor: None,
        cells: vec![
            Cell::State(stand.mark(), stand.words()),
            said(&entry.rule),
            reason,
            match by.by.as_str() {
                "" => said(""),
                name => Cell::Text(who(p, name)),
            },
            if late {
                Cell::Due { date: by.until, late, note: String::new() }
            } else if matches!(stand, Stand::Invalid) {
                Cell::Empty
            } else {
                Cell::Date(by.until)
            },
            Cell::Link(format!("{}:{}", by.path, by.at.line), findings::target(p, &place)),
        ],
        muted: matches!(stand, Stand::Idle),
    }
}

fn levels(c: &Context<'_>) -> Group {
    Group {
        key: "severities".into(),
        title: "Changed severities".into(),
        note: "Set under `[rules]` in `book.toml` or on the command line of this build.".into(),
        caption: "Rules whose severity was changed, where, and their own".into(),
        empty: "None.".into(),
        columns: vec![
            Column::new("rule", "Rule", Set::Text),
            Column::new("scope", "Where", Set::Filter),
            Column::new("severity", "Severity", Set::Filter),
            Column::new("default", "Its own", Set::Wide),
        ],
        rows: c.changes.iter().map(change).collect(),
    }
}

fn change(change: &Change) -> Row {
    let rule = rules::find(&change.rule);
    let mark = match change.to {
        Severity::Allow => Mark::None,
        Severity::Note => Mark::Open,
        Severity::Warn => Mark::Partial,
        Severity::Deny => Mark::Bad,
    };
    Row {
        anchor: None,
        cells: vec![
            match rule {
                Some(rule) => Cell::Link(rule.name.into(), Target::Rule(rule.name)),
                None => Cell::Text(format!("every rule at {}", change.rule)),
            },
            Cell::Text(change.scope.clone()),
            Cell::State(mark, change.to.name().into()),
            rule.map_or(Cell::Empty, |rule| Cell::Text(defaults(rule.defaults))),
        ],
        muted: false,
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{check_with, context, group, line, said, table};

    const FILES: &str = "=== people.yaml\nmlopez: {name: Maria Lopez}\n\
        === projects/crm/project.md\n---\nkind: project\nid: crm\ntitle: CRM\n---\n\
        === notes.md\n---\nallow:\n\
        \x20 - {rule: remote-image, reason: Agreed with the board, by: \"@mlopez\", until: 2026-04-30}\n\
        \x20 - {rule: broken-link, reason: Moved <next> month, by: \"@mlopez\", until: 2026-03-20}\n\
        \x20 - {rule: broken-link, reason: soon, by: \"@mlopez\", until: 2026-04-20}\n\
        \x20 - {rule: empty-document, reason: Agreed with the board, by: \"@mlopez\", until: 2026-03-27}\n\
        ---\n# N\n\n![x](https://example.org/x.png) ![y](https://example.org/y.png)\n[z](z.md)\n";

    #[test]
    fn every_entry_stands_with_its_state_and_every_change_with_the_default() {
        let checked = check_with(
            FILES,
            "[rules]\nstale-status = {default = \"note\", tiers = {1 = \"allow\"}}\n",
        );
        let table = table(&checked, "audit");
        assert_eq!(
            said(&table),
            "One project is audited, and nothing is due yet. Two findings are accepted; one \
             acceptance has ended; two severities were changed."
        );
        let rows: Vec<String> = group(&table, "accepted").rows.iter().map(line).collect();
        assert_eq!(
            rows,
            [
                "ended 7 days ago | broken-link | Moved <next> month | Maria Lopez | 2026-03-20  | notes.md:4",
                "not valid | broken-link | soon | Maria Lopez |  | notes.md:5",
                "not needed | empty-document | Agreed with the board | Maria Lopez | 2026-03-27 | notes.md:6",
                "in force for 34 days | remote-image | Agreed with the board (covers two findings) | Maria Lopez | 2026-04-30 | notes.md:3",
            ]
        );
        let rows: Vec<String> = group(&table, "severities").rows.iter().map(line).collect();
        assert_eq!(rows.len(), 2);
        assert!(rows[0].starts_with("stale-status | everywhere | note | "), "{rows:?}");
        assert!(rows[1].starts_with("stale-status | tier 1 | allow | "), "{rows:?}");
        let count = super::super::ROLLUPS.iter().find(|r| r.name == "audit").unwrap().count;
        assert_eq!(count(&context(&checked)), 2);
    }

    #[test]
    fn a_book_that_accepts_nothing_says_so() {
        let checked =
            check_with("=== projects/crm/project.md\n---\nkind: project\ntier: 3\n---\n", "");
        let table = table(&checked, "audit");
        assert_eq!(
            said(&table),
            "No project is regulated or in the tier with most control. No finding is accepted; \
             every rule has its own severity."
        );
        assert!(table.groups.iter().all(|g| g.rows.is_empty()));
    }
}
