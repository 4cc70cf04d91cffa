//! The rows of approvals: who is asked, how the answer stands, and why it does
//! not count.

use super::{Requirement, put};
use crate::portfolio::approvals::{
    Approval, Decision, Seat, Subject, Validity, Wanting, of, taken,
};
use crate::portfolio::people::{role, who};
use crate::portfolio::{Portfolio, Project};
use crate::table::Mark;

/// How an approval stands.
pub(super) fn signed(
    p: &Portfolio,
    project: &Project,
    subject: Subject<'_>,
    seat: &Seat,
    row: &mut Requirement,
) {
    let entries = of(p, project, subject);
    let title = subject.title();
    let name = |entry: &Approval<'_>| entry.name.map(|n| who(p, n));
    let at = |entry: Option<&Approval<'_>>, field: &str| {
        entry.map_or(subject.head(), |e| e.place(field))
    };
    match taken(p, project, subject, &entries, seat) {
        Ok(entry) => {
            row.met = true;
            (row.mark, row.state) = match (entry.decision, entry.date) {
                (Decision::Approved, Some(date)) => {
                    (Mark::Done, format!("approved {}", crate::date::short(date)))
                }
                // It counts, and those who decide shall see it.
                _ => (Mark::Partial, "said not to be required".into()),
            };
            row.why = String::new();
            row.who = name(entry).unwrap_or_default();
            put(subject, entry.span, row);
        }
        Err((why, entry)) => {
            let (state, words, field) = refused(p, subject, why, entry);
            row.state = state;
            row.why = words.replace("{title}", &title);
            (row.met, row.mark) = (false, Mark::Bad);
            if let Some(name) = entry.and_then(name) {
                row.who = name;
            }
            put(subject, at(entry, field), row);
        }
    }
}

/// Why an approval that is wanted does not count, in a few words.
#[must_use]
pub fn refusal(
    p: &Portfolio,
    subject: Subject<'_>,
    why: Wanting,
    entry: Option<&Approval<'_>>,
) -> String {
    refused(p, subject, why, entry).0
}

/// Why an approval does not count: in a few words, what to do, and the field it
/// is about.
fn refused(
    p: &Portfolio,
    subject: Subject<'_>,
    why: Wanting,
    entry: Option<&Approval<'_>>,
) -> (String, String, &'static str) {
    let version = subject.version().unwrap_or_default();
    let of = entry.and_then(|e| e.of).unwrap_or_default();
    let (state, words, field) = match why {
        Wanting::Nobody => ("not asked for", "add the approval of the {title}".to_owned(), "role"),
        Wanting::Unauthorised => {
            ("not by the role", "who approved does not hold the role".into(), "name")
        }
        Wanting::Author => ("by the author", "the author may not approve it".into(), "name"),
        Wanting::NotValid(Validity::OtherVersion) => {
            let state = format!("approved {of}, now {version}");
            return (state, format!("have {version} of the {{title}} approved"), "of");
        }
        Wanting::NotValid(Validity::NoVersion) => {
            ("of no version", format!("add `of: \"{version}\"` if that was approved"), "decision")
        }
        Wanting::NotValid(Validity::NoDate) => ("undated", "add `date`".into(), "decision"),
        Wanting::NotValid(Validity::Future) => {
            ("dated later", format!("the approval is dated after {}", p.as_of), "date")
        }
        Wanting::NotValid(Validity::Rejected) => {
            ("rejected", "mend what was refused and ask again".into(), "decision")
        }
        Wanting::NotValid(_) => ("pending", "the decision is waited for".into(), "decision"),
    };
    (state.to_owned(), words, field)
}

/// The roles of a seat, for a heading.
#[must_use]
pub fn roles(p: &Portfolio, seat: &Seat) -> String {
    let title =
        |r: &str| p.kinds.roles.find(r).map_or_else(|| role(r), |post| post.title.to_string());
    let mut words = seat.roles.iter().map(|r| title(r));
    let first = words.next().unwrap_or_default();
    words.fold(first, |all, next| format!("{all} or {}", next.to_lowercase()))
}
