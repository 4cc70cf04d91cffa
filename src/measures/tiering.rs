//! The tiering scorecard: how much control a project needs by its size and
//! risk, as six marks from 1 to 3 on its card.

use crate::portfolio::{Portfolio, Project};

/// The marks of a scorecard, with the words for readers.
pub const MARKS: [(&str, &str); 6] = [
    ("cost", "Cost"),
    ("duration", "Duration"),
    ("units", "Units involved"),
    ("users", "Users or customers affected"),
    ("technology", "Technology"),
    ("compliance", "Compliance"),
];

/// What a mark of 1, 2 and 3 means, in the order of [`MARKS`].
pub const SCALE: [[&str; 3]; 6] = [
    ["below 50k", "50k to 250k", "over 250k"],
    ["below 3 months", "3 to 6 months", "over 6 months"],
    ["one", "two or three", "four or more"],
    ["none", "inside the organisation", "outside the organisation"],
    ["known", "some new", "new"],
    ["none", "some", "in the scope of an audit"],
];

/// Sums from which a tier has more control than the next: below the first the
/// lightest, then the middle, then the one with most control.
const MIDDLE: i128 = 10;
const MOST: i128 = 14;

/// What the scorecard of a project says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tiering {
    /// The marks, each from 1 to 3, in the order of [`MARKS`].
    pub marks: [i128; 6],
    /// Their sum, from 6 to 18.
    pub sum: i128,
    /// Index of the tier suggested (0 = most control).
    pub suggested: usize,
    /// Outside customers and an audit decide alone, whatever the sum.
    pub decided_alone: bool,
}

/// The marks a project's card gives, from 1 to 3, in the order of [`MARKS`];
/// `None` for a card without a scorecard.
#[must_use]
pub fn marks(p: &Portfolio, project: &Project) -> Option<[Option<i128>; 6]> {
    let card = p.documents.get(project.card)?.fields.record("tiering")?;
    let mark = |(name, _): (&str, &str)| card.number(name).map(|n| n.rounded(0));
    Some(MARKS.map(|m| mark(m).filter(|n| (1..=3).contains(n))))
}

/// Read the scorecard on a project's card; `None` unless all six marks are
/// given.
#[must_use]
pub fn measure(p: &Portfolio, project: &Project) -> Option<Tiering> {
    let given = marks(p, project)?;
    let mut marks = [0; 6];
    for (mark, given) in marks.iter_mut().zip(given) {
        *mark = given?;
    }
    Some(judge(marks, p.config.tiers.len()))
}

/// Six marks as a suggestion among that many tiers.
fn judge(marks: [i128; 6], tiers: usize) -> Tiering {
    let sum = marks.iter().sum();
    let [.., users, _, compliance] = marks;
    let decided_alone = users == 3 && compliance == 3;
    let suggested = if decided_alone || sum >= MOST {
        0
    } else if sum >= MIDDLE {
        1
    } else {
        2
    };
    let suggested = suggested.min(tiers.saturating_sub(1));
    Tiering { marks, sum, suggested, decided_alone }
}

#[cfg(test)]
mod tests {
    use super::judge;

    fn suggested(marks: [i128; 6]) -> (i128, usize) {
        let tiering = judge(marks, 3);
        (tiering.sum, tiering.suggested)
    }

    #[test]
    fn the_scorecards_of_the_book() {
        assert_eq!(suggested([3, 2, 3, 3, 1, 2]), (14, 0));
        assert_eq!(suggested([1, 2, 2, 2, 2, 1]), (10, 1));
        assert_eq!(suggested([1, 1, 2, 2, 1, 1]), (8, 2));
    }

    #[test]
    fn the_borders_are_nine_ten_thirteen_and_fourteen() {
        assert_eq!(suggested([2, 2, 2, 1, 1, 1]), (9, 2));
        assert_eq!(suggested([2, 2, 2, 2, 1, 1]), (10, 1));
        assert_eq!(suggested([3, 2, 2, 2, 2, 2]), (13, 1));
        assert_eq!(suggested([3, 3, 2, 2, 2, 2]), (14, 0));
    }

    #[test]
    fn outside_customers_and_an_audit_decide_alone() {
        assert_eq!(suggested([1, 1, 1, 3, 1, 3]), (10, 0));
        assert_eq!(suggested([1, 1, 1, 3, 1, 2]), (9, 2));
        assert!(judge([1, 1, 1, 3, 1, 3], 3).decided_alone);
        // A portfolio of two tiers has no third to suggest.
        assert_eq!(judge([1; 6], 2).suggested, 1);
        assert_eq!(judge([1; 6], 1).suggested, 0);
    }
}
