//! Ratings and states: their words, shapes and classes.

use serde::ser::{Serialize, SerializeStruct, Serializer};
use std::sync::LazyLock;

/// A rating or state that is drawn as a shape and said as a word.
///
/// Serialises as a map: `class` (CSS class), `word`, `letter`, `rank` (for
/// sorting, worst first), and `d`, the outline of its shape in a 10 × 10 box.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Rag {
    /// On or better than the approved baseline.
    Green,
    /// Between green and amber on the five-point scale.
    AmberGreen,
    /// Off the baseline but recoverable inside tolerance.
    Amber,
    /// Between amber and red on the five-point scale.
    AmberRed,
    /// Outside tolerance, or waiting for someone above.
    Red,
    /// Nobody has said, or the last report is too old.
    #[default]
    NotReported,
    /// It cannot be rated yet (quality before a release window).
    NotYet,
    /// The project is on hold.
    OnHold,
    /// The project is proposed and not started.
    Proposed,
    /// The project is finished.
    Complete,
    /// The project was stopped.
    Cancelled,
}

impl Rag {
    /// Every rating, best first, then the states.
    pub const ALL: [Self; 11] = [
        Self::Green,
        Self::AmberGreen,
        Self::Amber,
        Self::AmberRed,
        Self::Red,
        Self::NotReported,
        Self::NotYet,
        Self::OnHold,
        Self::Proposed,
        Self::Complete,
        Self::Cancelled,
    ];

    /// The CSS class, which is also the value in data attributes and queries.
    #[must_use]
    pub const fn class(self) -> &'static str {
        match self {
            Self::Green => "green",
            Self::AmberGreen => "amber-green",
            Self::Amber => "amber",
            Self::AmberRed => "amber-red",
            Self::Red => "red",
            Self::NotReported => "not-reported",
            Self::NotYet => "not-yet",
            Self::OnHold => "on-hold",
            Self::Proposed => "proposed",
            Self::Complete => "complete",
            Self::Cancelled => "cancelled",
        }
    }

    /// The word as it stands at the start of a label.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Green => "Green",
            Self::AmberGreen => "Amber-green",
            Self::Amber => "Amber",
            Self::AmberRed => "Amber-red",
            Self::Red => "Red",
            Self::NotReported => "Not reported",
            Self::NotYet => "Not yet",
            Self::OnHold => "On hold",
            Self::Proposed => "Proposed",
            Self::Complete => "Complete",
            Self::Cancelled => "Cancelled",
        }
    }

    /// One or two letters for places too narrow for the word.
    #[must_use]
    pub const fn letter(self) -> &'static str {
        match self {
            Self::Green => "G",
            Self::AmberGreen => "AG",
            Self::Amber => "A",
            Self::AmberRed => "AR",
            Self::Red => "R",
            Self::NotReported => "–",
            Self::NotYet => "…",
            Self::OnHold => "H",
            Self::Proposed => "P",
            Self::Complete => "C",
            Self::Cancelled => "X",
        }
    }

    /// The place in a list sorted by urgency, worst first.
    #[must_use]
    pub const fn rank(self) -> u32 {
        match self {
            Self::Red => 0,
            Self::AmberRed => 1,
            Self::Amber => 2,
            Self::NotReported => 3,
            Self::AmberGreen => 4,
            Self::Green => 5,
            Self::NotYet => 6,
            Self::OnHold => 7,
            Self::Proposed => 8,
            Self::Complete => 9,
            Self::Cancelled => 10,
        }
    }

    /// The outline of the shape as SVG path data in a 10 × 10 box.
    #[must_use]
    pub const fn shape(self) -> &'static str {
        match self {
            Self::Green => "M5 .8a4.2 4.2 0 1 0 0 8.4a4.2 4.2 0 1 0 0-8.4Z",
            Self::AmberGreen => "M5 .2 9.8 5 5 9.8.2 5Z",
            Self::Amber => "M5 .6 9.8 9.2H.2Z",
            Self::AmberRed => "M.2 1H9.8L5 9.6Z",
            Self::Red => "M1 1H9V9H1Z",
            Self::NotReported => "M5 1.3a3.7 3.7 0 1 0 0 7.4a3.7 3.7 0 1 0 0-7.4Z",
            Self::NotYet => "M1 5h1.4M4.3 5h1.4M7.6 5H9",
            Self::OnHold => "M1.6 1H4V9H1.6ZM6 1H8.4V9H6Z",
            Self::Proposed => "M5 .9 9.1 5 5 9.1.9 5Z",
            Self::Complete => "M1 5.4 3.8 8.4 9 1.8",
            Self::Cancelled => "M1.5 1.5 8.5 8.5M8.5 1.5 1.5 8.5",
        }
    }
}

impl From<crate::table::Rag> for Rag {
    fn from(rag: crate::table::Rag) -> Self {
        use crate::table::Rag as Known;
        match rag {
            Known::Red => Self::Red,
            Known::AmberRed => Self::AmberRed,
            Known::Amber => Self::Amber,
            Known::AmberGreen => Self::AmberGreen,
            Known::Green => Self::Green,
            Known::NotReported => Self::NotReported,
            Known::Complete => Self::Complete,
            Known::OnHold => Self::OnHold,
        }
    }
}

/// Every rating as templates see it, made once: pages hold many of the same.
static RATINGS: LazyLock<[tera::Value; 11]> =
    LazyLock::new(|| Rag::ALL.map(|rag| tera::Value::from_serializable(&Spelled(rag))));

impl Serialize for Rag {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match RATINGS.get(*self as usize) {
            Some(value) => value.serialize(serializer),
            None => Spelled(*self).serialize(serializer),
        }
    }
}

/// A rating, field by field.
struct Spelled(Rag);

impl Serialize for Spelled {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self(rag) = self;
        let mut map = serializer.serialize_struct("Rag", 5)?;
        map.serialize_field("class", rag.class())?;
        map.serialize_field("word", rag.word())?;
        map.serialize_field("letter", rag.letter())?;
        map.serialize_field("rank", &rag.rank())?;
        map.serialize_field("d", rag.shape())?;
        map.end()
    }
}
