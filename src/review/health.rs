//! Ratings: what the last report said, what this one says, what the data says.

use super::pairs::Here;
use crate::measures::health::DIMENSIONS;
use crate::portfolio::declared;
use crate::table::{Missing, Rag};
use serde::Serialize;

/// Which way something went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Direction {
    /// It got better.
    Better,
    /// It is as it was.
    Same,
    /// It got worse.
    Worse,
    /// One side says nothing.
    Unknown,
}

impl Direction {
    /// An arrow.
    #[must_use]
    pub fn mark(self) -> &'static str {
        match self {
            Self::Better => "↑",
            Self::Same => "→",
            Self::Worse => "↓",
            Self::Unknown => "",
        }
    }
}

/// One dimension of health on both sides.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Rating {
    /// Its name.
    pub dimension: &'static str,
    /// What the newest report of the base says.
    pub was: Option<Rag>,
    /// What the newest report of the head says.
    pub now: Option<Rag>,
    /// Which way it went.
    pub direction: Direction,
    /// What the data of the head says.
    pub data: Option<Rag>,
    /// Why the data says nothing: `not reported`, `not yet`, `n/a`.
    pub data_state: Option<&'static str>,
    /// What the data of the base said.
    pub data_was: Option<Rag>,
    /// The report says something else than the data.
    pub differs: bool,
    /// The reason the report gives.
    pub why: String,
    /// The fact behind the data's colour, where it differs from the report.
    pub fact: String,
    /// The rule that says so, where it reports it.
    pub rule: Option<&'static str>,
}

impl Rating {
    /// Whether the report's or the data's word is not what it was.
    #[must_use]
    pub fn changed(&self) -> bool {
        self.was != self.now || self.data_was != self.data
    }

    /// Whether it is red and was not.
    #[must_use]
    pub fn turned_red(&self) -> bool {
        let red = |rag: Option<Rag>| rag == Some(Rag::Red);
        red(self.now) && !red(self.was) || red(self.data) && !red(self.data_was)
    }
}

/// Why a value is missing, in the words of every page.
pub(super) fn absent(missing: &Missing) -> &'static str {
    match missing {
        Missing::NotReported => "not reported",
        Missing::NotYet => "not yet",
        Missing::NotApplicable(_) => "n/a",
        Missing::Withheld(_) => "withheld",
    }
}

/// All dimensions that either side rates; `watermelons` are the dimensions
/// whose rating the rule of that name finds too good.
pub(super) fn ratings(
    was: Option<Here<'_>>,
    now: Here<'_>,
    rule: impl Fn(&str) -> Option<&'static str>,
) -> Vec<Rating> {
    let told = |here: Option<Here<'_>>, dimension: &str| {
        let fields = &here?.report()?.fields;
        declared(fields, dimension).map(|d| d.rag)
    };
    let mut out = Vec::new();
    for dimension in DIMENSIONS {
        let (before, after) = (told(was, dimension), told(Some(now), dimension));
        if before.is_none() && after.is_none() {
            continue;
        }
        let computed =
            |here: Here<'_>| here.measures.health.of(dimension).map(|d| d.computed.clone());
        let (data, data_state, fact) = match computed(now) {
            Some(Ok(c)) => {
                let limit =
                    if c.limit.is_empty() { String::new() } else { format!("; {}", c.limit) };
                (Some(c.rag), None, format!("{}{limit}", c.fact))
            }
            Some(Err(missing)) => (None, Some(absent(&missing)), String::new()),
            None => (None, Some("not reported"), String::new()),
        };
        let data_was = was.and_then(computed).and_then(Result::ok).map(|c| c.rag);
        let ranks = (before.and_then(Rag::rank), after.and_then(Rag::rank));
        let direction = match ranks {
            (Some(_), Some(_)) if before == after => Direction::Same,
            (Some(_), Some(_)) if after > before => Direction::Better,
            (Some(_), Some(_)) => Direction::Worse,
            _ => Direction::Unknown,
        };
        let differs = match (after.and_then(Rag::rank), data.and_then(Rag::rank)) {
            (Some(said), Some(computed)) => said != computed,
            _ => false,
        };
        let said = now.report().and_then(|r| declared(&r.fields, dimension));
        let why = said.and_then(|d| d.said.text("why")).unwrap_or_default();
        out.push(Rating {
            dimension,
            was: before,
            now: after,
            direction,
            data,
            data_state,
            data_was,
            differs,
            why: why.to_owned(),
            fact: if differs { fact } else { String::new() },
            rule: if differs { rule(dimension) } else { None },
        });
    }
    out
}
