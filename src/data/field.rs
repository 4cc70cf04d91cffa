//! What a field may hold: the schema of kinds, registers and configuration,
//! itself read from a spanned tree.

use super::record::{Datum, Record};
pub use super::schema::SchemaReader;
use crate::date::{self, Date};
use crate::ratio::Ratio;
use ahash::HashMap;
use std::sync::Arc;

/// How much a field, a section or a document is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum Level {
    /// Not used.
    Unused,
    /// Optional: silent.
    #[default]
    Optional,
    /// Expected: its absence is a lesser finding.
    Expected,
    /// Required.
    Required,
}

/// A level for each tier, from most to least control; the last one holds for
/// all tiers beyond. In some phase classes or delivery models it may be
/// another.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Levels {
    tiers: Box<[Level]>,
    by: Vec<(Box<str>, Box<[Level]>)>,
}

impl Level {
    /// The letter it is written with.
    #[must_use]
    pub fn letter(self) -> char {
        match self {
            Self::Required => 'R',
            Self::Expected => 'E',
            Self::Optional => 'O',
            Self::Unused => '-',
        }
    }
}

impl Levels {
    /// As it is written: `R/E/O`, or by phase or model `plan: E, execute: R/R/E`.
    #[must_use]
    pub fn show(&self) -> String {
        let tiers = |levels: &[Level]| {
            levels.iter().map(|l| l.letter().to_string()).collect::<Vec<_>>().join("/")
        };
        if self.by.is_empty() {
            return if self.tiers.is_empty() { "O".into() } else { tiers(&self.tiers) };
        }
        let by = self.by.iter().map(|(word, levels)| format!("{word}: {}", tiers(levels)));
        by.collect::<Vec<_>>().join(", ")
    }

    /// Read `R`, `R/E/O` or `R/E/-`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let level = |part: &str| match part.trim() {
            "R" => Some(Level::Required),
            "E" => Some(Level::Expected),
            "O" => Some(Level::Optional),
            "-" | "–" => Some(Level::Unused),
            _ => None,
        };
        let tiers = text.split('/').map(level).collect::<Option<Vec<_>>>()?;
        Some(Self { tiers: tiers.into(), by: Vec::new() })
    }

    /// Words a level may hang on besides the tier: phase classes and delivery
    /// models. A phase class is found before a model.
    pub const WORDS: [&str; 7] =
        ["initiate", "plan", "execute", "close", "waterfall", "hybrid", "agile"];

    /// The same levels, but `other` in a phase class or delivery model.
    #[must_use]
    pub fn but(mut self, word: &str, other: Self) -> Self {
        self.by.push((word.into(), other.tiers));
        self
    }

    /// The same level for every tier.
    #[must_use]
    pub fn all(level: Level) -> Self {
        Self { tiers: [level].into(), by: Vec::new() }
    }

    /// The level for the tier with that index (0 = most control).
    #[must_use]
    pub fn at(&self, tier: usize) -> Level {
        at(&self.tiers, tier)
    }

    /// The level for a tier in a phase class and a delivery model.
    #[must_use]
    pub fn within(&self, tier: usize, class: Option<&str>, model: Option<&str>) -> Level {
        let found = [class, model].into_iter().flatten().find_map(|word| {
            self.by.iter().find(|(name, _)| **name == *word).map(|(_, levels)| levels)
        });
        at(found.unwrap_or(&self.tiers), tier)
    }
}

fn at(levels: &[Level], tier: usize) -> Level {
    levels.get(tier).or(levels.last()).copied().unwrap_or_default()
}

/// When a field or section is asked for, beyond tier and phase. A closed list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Condition {
    /// The project's budget is tracked.
    TrackedBudget,
    /// The project is regulated.
    Regulated,
    /// Users are affected.
    UsersAffected,
    /// Delivery model agile or hybrid.
    Agile,
    /// Delivery model waterfall or hybrid.
    Waterfall,
    /// A dimension of the report's health is amber or red.
    AmberOrRed,
    /// The decision has been taken.
    Decided,
    /// The project is on hold.
    OnHold,
    /// The project is inside a release window.
    ReleaseWindow,
    /// A change request of the project is open.
    OpenChanges,
    /// The record has conditions.
    HasConditions,
    /// The project has a vendor.
    AnyVendor,
    /// The project has a launch among its milestones.
    AnyRelease,
    /// The project's baseline has been approved.
    AfterBaseline,
    /// A tolerance is breached.
    Breach,
    /// The item is open.
    Open,
    /// The cost at completion is outside green (K03).
    CostVariance,
    /// The newest report declares the budget red.
    RedBudget,
    /// A launch of the project has taken place.
    AfterRelease,
    /// A release has downtime, moves data, or takes more than one team.
    HeavyCutover,
}

/// Names of the conditions, as written.
pub const CONDITIONS: &[(&str, Condition)] = &[
    ("tracked-budget", Condition::TrackedBudget),
    ("regulated", Condition::Regulated),
    ("users-affected", Condition::UsersAffected),
    ("agile", Condition::Agile),
    ("waterfall", Condition::Waterfall),
    ("amber-or-red", Condition::AmberOrRed),
    ("decided", Condition::Decided),
    ("on-hold", Condition::OnHold),
    ("release-window", Condition::ReleaseWindow),
    ("open-changes", Condition::OpenChanges),
    ("has-conditions", Condition::HasConditions),
    ("any-vendor", Condition::AnyVendor),
    ("any-release", Condition::AnyRelease),
    ("after-baseline", Condition::AfterBaseline),
    ("breach", Condition::Breach),
    ("open", Condition::Open),
    ("cost-variance", Condition::CostVariance),
    ("red-budget", Condition::RedBudget),
    ("after-release", Condition::AfterRelease),
    ("heavy-cutover", Condition::HeavyCutover),
];

/// A condition on another field: it holds one of these values, or, with none
/// listed, says anything at all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Given {
    /// Path of the field as the kind knows it.
    pub field: Vec<Box<str>>,
    /// Values, compared without regard to case, spaces, hyphens.
    pub values: Vec<Box<str>>,
}

impl Given {
    /// Whether a record meets the condition.
    #[must_use]
    pub fn holds(&self, record: &Record) -> bool {
        let Some(datum) = record.at(&self.field).filter(|d| d.says_something()) else {
            return false;
        };
        let found: Vec<String> = match datum {
            Datum::List(items) => items.iter().map(|i| folded(&i.datum)).collect(),
            datum => vec![folded(datum)],
        };
        self.values.is_empty() || self.values.iter().any(|v| found.contains(&fold(v)))
    }
}

fn folded(datum: &Datum) -> String {
    match datum {
        Datum::Flag(flag) => flag.to_string(),
        Datum::Number(number) => number.to_string(),
        datum => fold(&datum.show()),
    }
}

/// A word as values are compared: lower case, spaces and underscores as hyphens.
#[must_use]
pub fn fold(text: &str) -> String {
    text.trim().to_lowercase().replace([' ', '_'], "-")
}

/// What a value may be.
#[derive(Debug, Clone, PartialEq)]
pub enum Type {
    /// Words, several lines allowed.
    Text,
    /// Words in one line.
    Line,
    /// A calendar day.
    Date,
    /// A day with time of day and offset, kept as written.
    DateTime,
    /// A month, `2026-05`, kept as written.
    Month,
    /// A day, or a record `p50`, `p85`.
    DateOrRange,
    /// `14d`, `5bd`, `6w`, `48h`, `30m`.
    Duration,
    /// A plain decimal in the project's currency.
    Money,
    /// 0 to 100.
    Percent,
    /// A decimal number.
    Number,
    /// A whole number.
    Integer,
    /// Yes or no.
    Flag,
    /// An id without spaces.
    Id,
    /// Lower-case letters, digits and hyphens.
    Slug,
    /// A version; quoted when it looks like a number.
    Version,
    /// Three capital letters.
    Currency,
    /// `@handle` or a name.
    Person,
    /// A role of the portfolio's list, or one's own.
    Role,
    /// A unit, by its id or name in `units.yaml`, or one of another house.
    Unit,
    /// An id, `project/id`, a path or a URL.
    Link,
    /// A health.
    Rag,
    /// Improving, stable, worsening.
    Trend,
    /// One of a list of words.
    Choice,
    /// Several values of one type.
    List(Box<Field>),
    /// Ids (or the keys given) to values of one type.
    Map(Box<Field>),
    /// Named values.
    Record(Arc<Fields>),
    /// Anything; kept as words where it is words.
    Any,
}

/// One field: its name, type, and how much it is wanted.
#[derive(Debug, Clone, PartialEq)]
pub struct Field {
    /// Canonical name, snake_case.
    pub name: Arc<str>,
    /// As `book.toml` writes it, where that differs.
    pub written: Option<Box<str>>,
    /// What it may hold.
    pub kind: Type,
    /// One sentence for references and scaffolds.
    pub about: Box<str>,
    /// How much it is wanted, by tier.
    pub levels: Levels,
    /// Phase classes in which the level holds; empty means all.
    pub phases: Box<[Box<str>]>,
    /// A condition under which the level holds.
    pub when: Option<Condition>,
    /// Required where all of these hold, whatever the level says.
    pub required_if: Vec<Given>,
    /// Other names it is read under.
    pub aliases: Vec<Box<str>>,
    /// What the scaffold writes.
    pub example: Option<Box<str>>,
    /// Canonical values of a choice.
    pub values: Vec<Box<str>>,
    /// Other spellings of values, lower case → canonical.
    pub synonyms: Vec<(Box<str>, Box<str>)>,
    /// Beginnings of values that say "does not apply" and why.
    pub not_applicable: Vec<Box<str>>,
    /// What a number is multiplied with when read (`1000000` for millions).
    pub unit: Option<Ratio>,
    /// Smallest number.
    pub min: Option<Ratio>,
    /// Largest number.
    pub max: Option<Ratio>,
    /// Free words may follow the value (`superseded by 0012`).
    pub tail: bool,
    /// What stands between the elements of a list written in one line.
    pub separator: Option<Box<str>>,
    /// Where front matter does not give it: the first line of this section.
    pub section: Option<Box<str>>,
    /// Names documents that must be at least as far along as this one.
    pub ordered: bool,
    /// Allowed keys of a map; empty means any.
    pub keys: Vec<Box<str>>,
    /// How much some of those keys are wanted, each as a field of its name.
    pub wanted_keys: Vec<Field>,
    /// A date may be written with a time of day, of which only the day is kept.
    pub time_of_day: bool,
    /// A list may be written as its only element.
    pub one_or_many: bool,
    /// A record may be written as this one of its fields.
    pub shorthand: Option<Box<str>>,
}

/// The fields of a record, findable by any of their names.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Fields {
    /// In the order a scaffold writes them.
    pub list: Vec<Field>,
    /// Unknown keys are kept without a finding.
    pub any_keys: bool,
    index: HashMap<Box<str>, usize>,
}

impl Fields {
    /// Fields from a list; a later field replaces an earlier one of its name.
    #[must_use]
    pub fn new(list: Vec<Field>) -> Self {
        let mut fields = Self::default();
        for field in list {
            fields.put(field);
        }
        fields
    }

    /// Add a field, or replace the one of that name.
    pub fn put(&mut self, field: Field) {
        match self.list.iter().position(|f| f.name == field.name) {
            Some(i) => self.list[i] = field,
            None => self.list.push(field),
        }
        self.reindex();
    }

    /// Rebuild the index after `list` was changed in place. A field's own name
    /// is found before an alias.
    pub fn reindex(&mut self) {
        self.index.clear();
        for (i, field) in self.list.iter().enumerate() {
            for alias in &field.aliases {
                self.index.entry(snake(alias).into()).or_insert(i);
            }
        }
        for (i, field) in self.list.iter().enumerate() {
            self.index.insert(field.name.as_ref().into(), i);
        }
    }

    /// The field a key as written stands for (kebab-case is read alike).
    #[must_use]
    pub fn find(&self, key: &str) -> Option<&Field> {
        let i = match self.index.get(key) {
            Some(i) => *i,
            None if is_snake(key) => return None,
            None => *self.index.get(snake(key).as_str())?,
        };
        self.list.get(i)
    }

    /// The field of that canonical name, to change it.
    pub fn get_mut(&mut self, name: &str) -> Option<&mut Field> {
        self.list.iter_mut().find(|f| &*f.name == name)
    }

    /// All names a key may have, for "did you mean".
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.list
            .iter()
            .flat_map(|f| std::iter::once(&*f.name).chain(f.aliases.iter().map(|a| &**a)))
    }
}

/// A key in snake_case: hyphens and spaces become underscores, lower case.
#[must_use]
pub fn snake(key: &str) -> String {
    key.chars().map(|c| if matches!(c, '-' | ' ') { '_' } else { c.to_ascii_lowercase() }).collect()
}

fn is_snake(key: &str) -> bool {
    !key.bytes().any(|b| matches!(b, b'-' | b' ') || b.is_ascii_uppercase())
}

impl Field {
    /// An optional field of that name and type.
    #[must_use]
    pub fn new(name: &str, kind: Type) -> Self {
        Self {
            name: name.into(),
            written: None,
            kind,
            about: "".into(),
            levels: Levels::default(),
            phases: Box::default(),
            when: None,
            required_if: Vec::new(),
            aliases: Vec::new(),
            example: None,
            values: Vec::new(),
            synonyms: Vec::new(),
            not_applicable: Vec::new(),
            unit: None,
            min: None,
            max: None,
            tail: false,
            separator: None,
            section: None,
            ordered: false,
            keys: Vec::new(),
            wanted_keys: Vec::new(),
            time_of_day: false,
            one_or_many: false,
            shorthand: None,
        }
    }

    /// The day a text stands for, the time of day left aside where the field
    /// may have one.
    #[must_use]
    pub fn day(&self, text: &str) -> Option<Date> {
        let timed = || self.time_of_day && date::minute(text).is_some();
        date::parse(text).or_else(|| date::parse(text.get(..10).filter(|_| timed())?))
    }

    /// What the field holds, in words for messages.
    #[must_use]
    pub fn what(&self) -> &'static str {
        match &self.kind {
            Type::Text | Type::Line | Type::Any => "text",
            Type::Date => "a date",
            Type::DateTime => "a date and time",
            Type::Month => "a month",
            Type::DateOrRange => "a date, or a range `{p50: …, p85: …}`",
            Type::Duration => "a duration",
            Type::Money => "an amount of money",
            Type::Percent => "a percentage",
            Type::Number => "a number",
            Type::Integer => "a whole number",
            Type::Flag => "true or false",
            Type::Id => "an id",
            Type::Slug => "a slug",
            Type::Version => "a version",
            Type::Currency => "a currency code",
            Type::Person => "a person",
            Type::Role => "a role",
            Type::Unit => "a unit",
            Type::Link => "a link",
            Type::Rag => "a health",
            Type::Trend => "a trend",
            Type::Choice => "one of a list",
            Type::List(_) => "a list",
            Type::Map(_) | Type::Record(_) => "a mapping",
        }
    }
}
