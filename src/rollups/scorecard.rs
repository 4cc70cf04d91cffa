//! Why a project is of its tier: the marks of the scorecard on its card, what
//! they add up to, and what the card says.

use crate::measures::tiering::{MARKS, SCALE, marks, measure};
use crate::portfolio::{Portfolio, Project};
use crate::table::{Cell, Column, Group, Missing, Row, Set};

/// The scorecard of a project; `None` where its card has none.
#[must_use]
pub fn scorecard(p: &Portfolio, project: &Project) -> Option<Group> {
    let given = marks(p, project)?;
    let rows = MARKS.iter().zip(SCALE).zip(given).map(|(((_, label), scale), mark)| {
        let meaning = mark.and_then(|m| scale.get(usize::try_from(m - 1).ok()?).copied());
        let (points, meaning) = match (mark, meaning) {
            (Some(mark), Some(meaning)) => {
                (Cell::Count(i64::try_from(mark).unwrap_or_default()), Cell::Text(meaning.into()))
            }
            _ => (Cell::Missing(Missing::NotReported), Cell::Empty),
        };
        Row {
            anchor: None,
            cells: vec![Cell::Text((*label).into()), points, meaning],
            muted: false,
        }
    });
    Some(Group {
        key: "tiering".into(),
        title: "Why this tier".into(),
        note: said(p, project),
        caption: "Marks of the scorecard on the card, each from 1 to 3".into(),
        empty: String::new(),
        columns: vec![
            Column::new("mark", "Mark", Set::Text),
            Column::new("points", "Points", Set::Number),
            Column::new("meaning", "Meaning", Set::Text),
        ],
        rows: rows.collect(),
    })
}

/// What the marks suggest beside what the card says.
fn said(p: &Portfolio, project: &Project) -> String {
    let Some(scored) = measure(p, project) else {
        return "The scorecard lacks a mark, so it suggests no tier.".into();
    };
    let sum = format!("The marks add up to {} of 18", scored.sum);
    let suggested = p.tier_label(scored.suggested);
    let because = if scored.decided_alone {
        format!("{sum}; outside customers in the scope of an audit make it tier {suggested} alone")
    } else {
        format!("{sum}, which is tier {suggested}")
    };
    let own = p.tier_label(project.tier);
    if !project.tier_known {
        return format!("{because}. The card names no tier; {own} is assumed.");
    }
    match project.tier.cmp(&scored.suggested) {
        std::cmp::Ordering::Equal => format!("{because}. The card says the same."),
        std::cmp::Ordering::Greater => {
            format!("{because}. The card says {own}, which has less control.")
        }
        std::cmp::Ordering::Less => {
            format!("{because}. The card says {own}, which has more control.")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rollups::testing::{FILES, check, line};

    fn of(card: &str) -> Option<Group> {
        let checked = check(&FILES.replacen("tier: 1\n", card, 1));
        scorecard(&checked.portfolio, checked.portfolio.project("crm")?)
    }

    #[test]
    fn the_scorecards_of_the_book_say_why() {
        let marks = |m: [u8; 6]| {
            format!(
                "tiering: {{cost: {}, duration: {}, units: {}, users: {}, technology: {}, compliance: {}}}\n",
                m[0], m[1], m[2], m[3], m[4], m[5]
            )
        };
        let high = of(&format!("tier: 1\n{}", marks([3, 2, 3, 3, 1, 2]))).unwrap();
        assert_eq!(
            high.note,
            "The marks add up to 14 of 18, which is tier 1 – high. The card says the same."
        );
        assert_eq!(high.rows.len(), 6);
        assert_eq!(line(&high.rows[0]), "Cost | 3 | over 250k");
        let middle = of(&format!("tier: 3\n{}", marks([1, 2, 2, 2, 2, 1]))).unwrap();
        assert_eq!(
            middle.note,
            "The marks add up to 10 of 18, which is tier 2 – standard. The card says 3 – light, which has less control."
        );
        let light = of(&format!("tier: 1\n{}", marks([1, 1, 2, 2, 1, 1]))).unwrap();
        assert_eq!(
            light.note,
            "The marks add up to 8 of 18, which is tier 3 – light. The card says 1 – high, which has more control."
        );
        let alone = of(&format!("tier: 1\n{}", marks([1, 1, 1, 3, 1, 3]))).unwrap();
        assert!(
            alone
                .note
                .contains("outside customers in the scope of an audit make it tier 1 – high alone")
        );
    }

    #[test]
    fn a_missing_mark_is_not_reported_and_no_scorecard_shows_nothing() {
        let half = of("tier: 1\ntiering: {cost: 3, duration: 2}\n").unwrap();
        assert_eq!(half.note, "The scorecard lacks a mark, so it suggests no tier.");
        assert!(matches!(half.rows[2].cells[1], Cell::Missing(Missing::NotReported)));
        assert!(of("tier: 1\n").is_none());
    }
}
