//! The open items of a project's registers, with the date each is due.

use crate::date::Date;
use crate::document::Item;
use crate::portfolio::Project;

/// A register whose items are to be done by a day.
#[derive(Debug)]
pub struct Dated {
    /// Its key.
    pub register: &'static str,
    /// The field with the day.
    pub due: &'static str,
    /// The states in which nothing is left to do.
    over: &'static [&'static str],
}

/// The registers, by key.
pub const DATED: &[Dated] = &[
    Dated { register: "actions", due: "due", over: &["done", "cancelled"] },
    Dated { register: "assumptions", due: "validate_by", over: &["validated", "invalidated"] },
    Dated {
        register: "decisions",
        due: "needed_by",
        over: &["decided", "withdrawn", "superseded"],
    },
    Dated {
        register: "dependencies",
        due: "need_by",
        over: &["delivered", "declined", "cancelled"],
    },
    Dated { register: "issues", due: "due", over: &["resolved", "closed"] },
    Dated { register: "risks", due: "due", over: &["closed", "occurred", "rejected"] },
];

impl Dated {
    /// The items of the project that are still open.
    pub fn items<'a>(&'a self, project: &'a Project) -> impl Iterator<Item = &'a Item> {
        project.items(self.register).iter().filter(|i| self.is_open(i))
    }

    /// Whether an item of the register is still open.
    #[must_use]
    pub fn is_open(&self, item: &Item) -> bool {
        !self.over.contains(&item.status())
    }

    /// The day an item is due, with the field that says so; for a risk without
    /// a next step the day its target is to be reached.
    #[must_use]
    pub fn of(&self, item: &Item) -> Option<(Date, &'static str)> {
        let own = item.fields.date(self.due).map(|d| (d, self.due));
        own.or_else(|| {
            let target = item.fields.record("target").filter(|_| self.register == "risks")?;
            Some((target.date("date")?, "target"))
        })
    }
}

/// What an item is called in a message: ``issue `I-007` ``.
#[must_use]
pub fn name(item: &Item) -> String {
    let kind = item.kind.title.to_lowercase();
    if item.id.is_empty() { kind } else { format!("{kind} `{}`", item.id) }
}
