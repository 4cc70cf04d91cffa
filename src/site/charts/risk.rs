//! The risk matrix: open threats by probability and impact.

use crate::site::view::chart::{About, DataTable, RiskCell, RiskMatrix, RiskRow};

/// `counts[p][i]` open threats of probability `p + 1` and impact `i + 1`;
/// `href` says where a field's list stands.
pub fn risk_matrix(
    id: &str,
    counts: [[u32; 5]; 5],
    unscored: u32,
    href: impl Fn(u32, u32) -> Option<String>,
) -> RiskMatrix {
    let mut rows = Vec::new();
    let mut table = Vec::new();
    for (p, row) in (1u32..).zip(counts).collect::<Vec<_>>().into_iter().rev() {
        let cells: Vec<RiskCell> = (1u32..)
            .zip(row)
            .map(|(i, count)| RiskCell {
                impact: i,
                score: p * i,
                level: level(p * i),
                count,
                href: if count > 0 { href(p, i) } else { None },
            })
            .collect();
        let mut line = vec![format!("Probability {p}")];
        line.extend(cells.iter().map(|cell| cell.count.to_string()));
        table.push(line);
        rows.push(RiskRow { probability: p, cells });
    }
    let total: u32 = counts.iter().flatten().sum();
    let extreme: u32 = rows
        .iter()
        .flat_map(|row| &row.cells)
        .filter(|cell| cell.score >= 15)
        .map(|cell| cell.count)
        .sum();
    let mut head = vec![String::new()];
    head.extend((1..=5).map(|i| format!("Impact {i}")));
    let about = About {
        id: id.to_owned(),
        title: "Open threats".to_owned(),
        description: format!("{total} open threats; {extreme} score 15 or more"),
        caption: "Probability × impact of open threats; 15 and more needs a response now."
            .to_owned(),
        table: DataTable { head, rows: table },
    };
    RiskMatrix { about, rows, unscored }
}

/// The level of a score.
fn level(score: u32) -> &'static str {
    match score {
        0..5 => "low",
        5..10 => "middle",
        10..15 => "high",
        _ => "extreme",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_worst_field_is_first_and_links_where_it_counts() {
        let mut counts = [[0; 5]; 5];
        counts[3][4] = 2;
        let matrix = risk_matrix("risks", counts, 1, |p, i| Some(format!("#{p}-{i}")));
        let cell = &matrix.rows[1].cells[4];
        assert_eq!((cell.score, cell.level, cell.href.as_deref()), (20, "extreme", Some("#4-5")));
        assert_eq!(matrix.rows[0].cells[0].href, None);
        assert_eq!(matrix.about.description, "2 open threats; 2 score 15 or more");
    }
}
