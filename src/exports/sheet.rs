//! A table for programs: columns with a fixed name, type, unit and meaning,
//! and rows of typed values. CSV, JSON, XLSX and the schema come from it.

use crate::date::Date;
use crate::ratio::Ratio;
use crate::table::{Missing, Rag};

/// What the values of a column are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Type {
    /// Words.
    Text,
    /// A calendar day, `2026-03-27`.
    Date,
    /// A whole number.
    Integer,
    /// A decimal number with a dot, exact up to six places.
    Decimal,
    /// `true` or `false`.
    Flag,
}

impl Type {
    /// The word of the schema.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Date => "date",
            Self::Integer => "integer",
            Self::Decimal => "decimal",
            Self::Flag => "boolean",
        }
    }
}

/// One column. Names are never changed and columns never removed: programs
/// count on them. New ones come last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Column {
    /// Its name.
    pub name: &'static str,
    /// What its values are.
    pub kind: Type,
    /// Their unit; empty for none.
    pub unit: &'static str,
    /// What they mean.
    pub about: &'static str,
    /// What an empty value means; empty where there is always a value.
    pub null: &'static str,
    /// The table and column a value is a key of.
    pub references: Option<(&'static str, &'static str)>,
}

impl Column {
    const fn new(name: &'static str, kind: Type, about: &'static str) -> Self {
        Self { name, kind, unit: "", about, null: "", references: None }
    }

    /// A column of words.
    #[must_use]
    pub const fn text(name: &'static str, about: &'static str) -> Self {
        Self::new(name, Type::Text, about)
    }

    /// A column of days.
    #[must_use]
    pub const fn date(name: &'static str, about: &'static str) -> Self {
        let column = Self::new(name, Type::Date, about);
        Self { references: Some(("dim_date", "date")), ..column }
    }

    /// A column of whole numbers.
    #[must_use]
    pub const fn integer(name: &'static str, unit: &'static str, about: &'static str) -> Self {
        let column = Self::new(name, Type::Integer, about);
        Self { unit, ..column }
    }

    /// A column of decimal numbers.
    #[must_use]
    pub const fn decimal(name: &'static str, unit: &'static str, about: &'static str) -> Self {
        let column = Self::new(name, Type::Decimal, about);
        Self { unit, ..column }
    }

    /// A column of yes and no.
    #[must_use]
    pub const fn flag(name: &'static str, about: &'static str) -> Self {
        Self::new(name, Type::Flag, about)
    }

    /// The same, where a value may be empty and what that means.
    #[must_use]
    pub const fn or(self, null: &'static str) -> Self {
        Self { null, ..self }
    }

    /// The same, as a key of another table's column.
    #[must_use]
    pub const fn of(self, table: &'static str, column: &'static str) -> Self {
        Self { references: Some((table, column)), ..self }
    }

    /// The column that says why a value of another is empty: `value`,
    /// `not-reported`, `not-yet`, `not-applicable` or `withheld`.
    #[must_use]
    pub const fn state(name: &'static str) -> Self {
        Self::text(
            name,
            "Whether there is a value: value, not-reported, not-yet, not-applicable or withheld.",
        )
    }
}

/// One value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// Words.
    Text(String),
    /// A day.
    Date(Date),
    /// A whole number.
    Integer(i64),
    /// A decimal number; boxed, since there are many values and few of these.
    Decimal(Box<Ratio>),
    /// Yes or no.
    Flag(bool),
    /// No value.
    Null,
}

impl Value {
    /// Words; empty words are no value.
    #[must_use]
    pub fn text(text: impl Into<String>) -> Self {
        let text = text.into();
        if text.is_empty() { Self::Null } else { Self::Text(text) }
    }

    /// Words that may be missing.
    #[must_use]
    pub fn words(text: Option<&str>) -> Self {
        text.map_or(Self::Null, Self::text)
    }

    /// A day that may be missing.
    #[must_use]
    pub fn date(date: Option<Date>) -> Self {
        date.map_or(Self::Null, Self::Date)
    }

    /// A decimal number that may be missing.
    #[must_use]
    pub fn decimal(number: Option<Ratio>) -> Self {
        number.map_or(Self::Null, Self::number)
    }

    /// A decimal number.
    #[must_use]
    pub fn number(number: Ratio) -> Self {
        Self::Decimal(Box::new(number))
    }

    /// A whole number that may be missing.
    #[must_use]
    pub fn integer(number: Option<i64>) -> Self {
        number.map_or(Self::Null, Self::Integer)
    }

    /// A number, whole where its column is.
    #[must_use]
    pub fn whole(number: Option<Ratio>) -> Self {
        Self::integer(number.and_then(|n| i64::try_from(n.rounded(0)).ok()))
    }

    /// A rating by its word in front matter.
    #[must_use]
    pub fn rag(rag: Rag) -> Self {
        Self::text(rag.name())
    }

    /// Whether the value may stand in a column of that type.
    #[must_use]
    pub fn fits(&self, kind: Type) -> bool {
        matches!(
            (self, kind),
            (Self::Null, _)
                | (Self::Text(_), Type::Text)
                | (Self::Date(_), Type::Date)
                | (Self::Integer(_), Type::Integer)
                | (Self::Decimal(_), Type::Decimal)
                | (Self::Flag(_), Type::Flag)
        )
    }
}

/// A value and the word of its state column.
#[must_use]
pub fn stated<T>(value: Result<T, &Missing>, show: impl FnOnce(T) -> Value) -> [Value; 2] {
    match value {
        Ok(value) => [show(value), Value::text("value")],
        Err(missing) => [Value::Null, Value::text(state(missing))],
    }
}

/// The word for a missing value.
#[must_use]
pub fn state(missing: &Missing) -> &'static str {
    match missing {
        Missing::NotReported => "not-reported",
        Missing::NotYet => "not-yet",
        Missing::NotApplicable(_) => "not-applicable",
        Missing::Withheld(_) => "withheld",
    }
}

/// A table with its rows.
#[derive(Debug, Clone, PartialEq)]
pub struct Sheet {
    /// Its name: the file's without ending.
    pub name: String,
    /// What one row is.
    pub about: String,
    /// Its columns.
    pub columns: &'static [Column],
    /// Its rows, one value for each column.
    pub rows: Vec<Vec<Value>>,
}
