//! The fields a query may name: those of the kinds it lists, and those that
//! Milepost works out.

use super::{From, Test};
use crate::data::field::{Field, Type, fold};
use crate::kinds::{Kind, Kinds};
use crate::text::nearest;
use std::sync::Arc;

/// How the values of a field compare.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Class {
    /// Words.
    Text,
    /// A number.
    Number,
    /// A day.
    Date,
    /// Yes or no.
    Flag,
    /// A health.
    Health,
    /// Several values, or values of values.
    Other,
}

impl Class {
    /// What such a field is, in words.
    #[must_use]
    pub fn what(self) -> &'static str {
        match self {
            Self::Text => "words",
            Self::Number => "a number",
            Self::Date => "a date",
            Self::Flag => "yes or no",
            Self::Health => "a health",
            Self::Other => "several values",
        }
    }
}

/// A field that no document states as such.
#[derive(Debug, Clone, Copy)]
pub struct Derived {
    /// Its name.
    pub name: &'static str,
    /// How it compares.
    pub class: Class,
    /// Of what: projects, documents, items, milestones or risks; all where empty.
    pub of: &'static [&'static str],
    /// What it is, for the guide.
    pub about: &'static str,
}

const fn derived(
    name: &'static str,
    class: Class,
    of: &'static [&'static str],
    about: &'static str,
) -> Derived {
    Derived { name, class, of, about }
}

/// Every derived field.
pub const DERIVED: &[Derived] = &[
    derived("id", Class::Text, &[], "the id of the project or item, the path of the document"),
    derived("title", Class::Text, &[], "what it is called"),
    derived("project", Class::Text, &[], "the project's id; `this` is the project of the page"),
    derived("programme", Class::Text, &[], "the programme of its project"),
    derived("phase", Class::Text, &[], "the phase its project is in"),
    derived("tier", Class::Text, &[], "the tier of its project"),
    derived("health", Class::Health, &[], "what its project's newest report declares"),
    derived("path", Class::Text, &[], "the file it stands in"),
    derived("kind", Class::Text, &["documents"], "the kind of document"),
    derived("date", Class::Date, &["documents"], "the day it speaks of"),
    derived("open", Class::Flag, &["items"], "whether it is still open"),
    derived("score", Class::Number, &["risks"], "probability × impact of the last assessment"),
    derived("forecast", Class::Date, &["milestones"], "the forecast of the newest report"),
    derived("slip", Class::Number, &["milestones", "projects"], "days later than the baseline"),
    derived("state", Class::Text, &["projects"], "active, on-hold, proposed, complete, cancelled"),
    derived("computed", Class::Health, &["projects"], "the overall health the data gives"),
    derived("finish_baseline", Class::Date, &["projects"], "the finish agreed"),
    derived("finish_forecast", Class::Date, &["projects"], "the finish expected"),
    derived("budget", Class::Number, &["projects"], "the approved budget"),
    derived("eac", Class::Number, &["projects"], "the estimate at completion"),
    derived("report_age", Class::Number, &["projects"], "days since the newest report"),
];

/// The fields of what a query lists.
pub struct Vocabulary<'a> {
    /// What is listed, in the plural.
    pub of: String,
    kinds: Vec<&'a Arc<Kind>>,
    groups: Vec<&'static str>,
}

impl<'a> Vocabulary<'a> {
    /// The fields of what `from` lists.
    #[must_use]
    pub fn new(from: &'a From, kinds: &'a Kinds) -> Self {
        use crate::kinds::Role;
        match from {
            From::Projects => Self {
                of: "projects".into(),
                kinds: kinds.of_role(Role::Card).into_iter().collect(),
                groups: vec!["projects"],
            },
            From::Documents => Self {
                of: "documents".into(),
                kinds: kinds.iter().filter(|k| k.role != Role::Page).collect(),
                groups: vec!["documents"],
            },
            From::Kind(kind) => {
                let mut groups = Vec::new();
                match kind.register.as_deref() {
                    Some("milestones") => groups.extend(["items", "milestones"]),
                    Some("risks") => groups.extend(["items", "risks"]),
                    Some(_) => groups.push("items"),
                    None => {}
                }
                if kind.role != Role::Item {
                    groups.push("documents");
                }
                Self { of: kind.plural.to_lowercase(), kinds: vec![kind], groups }
            }
        }
    }

    fn derived(&self, name: &str) -> Option<&'static Derived> {
        let mine = |d: &&Derived| {
            d.name == name && (d.of.is_empty() || d.of.iter().any(|g| self.groups.contains(g)))
        };
        DERIVED.iter().find(mine)
    }

    fn own(&self, name: &str) -> Option<&'a Field> {
        self.kinds.iter().find_map(|k| k.fields.find(name))
    }

    /// How the field compares; `None` where there is none of that name.
    #[must_use]
    pub fn class(&self, name: &str) -> Option<Class> {
        let plain = plain(name);
        if let Some(derived) = self.derived(&plain) {
            return Some(derived.class);
        }
        self.own(name).map(|field| class(&field.kind))
    }

    /// The field's own name for a name it is read under.
    #[must_use]
    pub fn canonical(&self, name: &str) -> Box<str> {
        let plain = plain(name);
        match self.derived(&plain) {
            Some(derived) => derived.name.into(),
            None => self.own(name).map_or(plain.into(), |field| (*field.name).into()),
        }
    }

    /// Every name there is.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        let derived = DERIVED
            .iter()
            .filter(|d| d.of.is_empty() || d.of.iter().any(|g| self.groups.contains(g)))
            .map(|d| d.name);
        derived.chain(self.kinds.iter().flat_map(|k| k.fields.names()))
    }

    /// The first few names, for a hint.
    #[must_use]
    pub fn some(&self) -> String {
        let mut names: Vec<&str> = self.names().collect();
        names.sort_unstable();
        names.dedup();
        let all = names.len();
        names.truncate(12);
        let more = if all > names.len() { ", …" } else { "" };
        format!("{}{more}", names.join(", "))
    }

    /// How to mend a word that the field's list does not have.
    #[must_use]
    pub fn misspelt(&self, name: &str, test: &Test) -> Option<String> {
        let (Test::Is(word) | Test::Not(word)) = test else { return None };
        let plain_name = plain(name);
        let (values, synonyms): (Vec<&str>, Vec<&str>) = match self.derived(&plain_name) {
            Some(d) if d.class == Class::Health => (
                vec!["green", "amber", "red", "not-reported", "amber-green", "amber-red"],
                Vec::new(),
            ),
            Some(d) if d.name == "state" => {
                (vec!["active", "on-hold", "proposed", "complete", "cancelled"], Vec::new())
            }
            Some(_) => return None,
            None => {
                let field = self.own(name).filter(|f| matches!(f.kind, Type::Choice) && !f.tail)?;
                let synonyms = field.synonyms.iter().map(|(from, _)| &**from).collect();
                (field.values.iter().map(|v| &**v).collect(), synonyms)
            }
        };
        let folded = fold(word);
        if values.iter().chain(&synonyms).any(|v| fold(v) == folded) {
            return None;
        }
        Some(match nearest(word, values.iter().copied()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("it is one of {}", values.join(", ")),
        })
    }
}

fn plain(name: &str) -> String {
    name.trim().to_lowercase().replace(['-', ' '], "_")
}

fn class(kind: &Type) -> Class {
    match kind {
        Type::Date | Type::DateOrRange => Class::Date,
        Type::Money | Type::Percent | Type::Number | Type::Integer => Class::Number,
        Type::Flag => Class::Flag,
        Type::Rag => Class::Health,
        Type::List(_) | Type::Map(_) | Type::Record(_) | Type::Any => Class::Other,
        Type::Text
        | Type::Line
        | Type::Unit
        | Type::DateTime
        | Type::Month
        | Type::Duration
        | Type::Id
        | Type::Slug
        | Type::Version
        | Type::Currency
        | Type::Person
        | Type::Role
        | Type::Link
        | Type::Trend
        | Type::Choice => Class::Text,
    }
}
