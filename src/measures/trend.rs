//! Whether health got better or worse since the previous report.

use crate::date::days;
use crate::portfolio::{Portfolio, Project, declared};

/// Change of a declared colour between two reports.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trend {
    /// First report.
    New,
    /// Better than before.
    Improving,
    /// As before.
    Stable,
    /// Worse than before.
    Worsening,
    /// More than two cadences lie between the reports, or a colour is missing.
    Unknown,
}

impl Trend {
    /// The word for readers.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::New => "first report",
            Self::Improving => "improving",
            Self::Stable => "stable",
            Self::Worsening => "worsening",
            Self::Unknown => "unknown",
        }
    }

    /// The arrow beside the word.
    #[must_use]
    pub fn mark(self) -> &'static str {
        match self {
            Self::New => "＊",
            Self::Improving => "↑",
            Self::Stable => "→",
            Self::Worsening => "↓",
            Self::Unknown => "?",
        }
    }
}

/// Trend of the overall colour.
#[must_use]
pub fn measure(p: &Portfolio, project: &Project) -> Trend {
    of(p, project, "overall")
}

/// Trend of one dimension.
#[must_use]
pub fn of(p: &Portfolio, project: &Project, dimension: &str) -> Trend {
    let mut reports = project.reports.iter().rev();
    let (Some(now), before) = (reports.next(), reports.next()) else { return Trend::Unknown };
    let Some(before) = before else { return Trend::New };
    if days(before.date, now.date) > project.cadence * 2 {
        return Trend::Unknown;
    }
    let rag = |document: usize| {
        p.documents.get(document).and_then(|d| declared(&d.fields, dimension)).map(|d| d.rag)
    };
    match (rag(now.document), rag(before.document)) {
        (Some(now), Some(before)) if now.colour().is_some() && before.colour().is_some() => {
            match now.cmp(&before) {
                std::cmp::Ordering::Less => Trend::Worsening,
                std::cmp::Ordering::Equal => Trend::Stable,
                std::cmp::Ordering::Greater => Trend::Improving,
            }
        }
        _ => Trend::Unknown,
    }
}
