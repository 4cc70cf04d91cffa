//! `[output.html.search]`: mdBook's table of that name, as far as it applies.

use crate::data::record::Record;

/// How the site is searched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Search {
    /// Whether there is a search.
    pub enable: bool,
    /// Results shown at a time, from 1 to 100.
    pub limit: u8,
}

impl Default for Search {
    fn default() -> Self {
        Self { enable: true, limit: 20 }
    }
}

impl Search {
    /// Read the table inside `[output.html]`.
    pub(super) fn read(html: &Record) -> Self {
        let other = Self::default();
        let Some(record) = html.record("search") else { return other };
        let limit = record.number("limit_results").and_then(|n| u8::try_from(n.numerator()).ok());
        Self {
            enable: record.flag("enable").unwrap_or(other.enable),
            limit: limit.map_or(other.limit, |n| n.clamp(1, 100)),
        }
    }
}
