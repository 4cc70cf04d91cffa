//! The spellings in which ratings and trends are accepted.

use crate::table::Rag;

/// Each rating with the other words it is read from, in lower case.
pub const RAGS: &[(Rag, &[&str])] = &[
    (Rag::Green, &["g", "on-track", "on track", "🟢"]),
    (
        Rag::Amber,
        &[
            "a",
            "yellow",
            "y",
            "at-risk",
            "at risk",
            "needs-attention",
            "needs attention",
            "🟡",
            "🟠",
        ],
    ),
    (Rag::Red, &["r", "off-track", "off track", "critical", "🔴"]),
    (Rag::AmberRed, &["amber/red"]),
    (Rag::AmberGreen, &["amber/green"]),
    (Rag::NotReported, &["not reported", "grey", "gray", "unknown", "none", "n/r"]),
    (Rag::Complete, &["blue", "done", "completed"]),
    (Rag::OnHold, &["on hold"]),
];

/// Each trend with the other words it is read from, in lower case.
pub const TRENDS: &[(&str, &[&str])] = &[
    ("improving", &["up", "↑", "better"]),
    ("stable", &["flat", "→", "same"]),
    ("worsening", &["down", "↓", "worse"]),
];

/// RAG health from any of its accepted spellings.
#[must_use]
pub fn rag(text: &str) -> Option<Rag> {
    // Nearly all are written as we write them.
    if let Some((rag, _)) = RAGS.iter().find(|(rag, _)| rag.name() == text) {
        return Some(*rag);
    }
    let text = text.trim().to_lowercase();
    let means = |(rag, others): &&(Rag, &[&str])| rag.name() == text || others.contains(&&*text);
    RAGS.iter().find(means).map(|(rag, _)| *rag)
}

/// A trend from any of its accepted spellings.
#[must_use]
pub fn trend(text: &str) -> Option<&'static str> {
    if let Some((trend, _)) = TRENDS.iter().find(|(trend, _)| *trend == text) {
        return Some(trend);
    }
    let text = text.trim().to_lowercase();
    let means = |(trend, others): &&(&str, &[&str])| *trend == text || others.contains(&&*text);
    TRENDS.iter().find(means).map(|(trend, _)| *trend)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_spelling_means_two_things() {
        let words = |own: &'static str, others: &[&'static str]| {
            std::iter::once(own).chain(others.iter().copied()).collect::<Vec<_>>()
        };
        let rags = RAGS.iter().flat_map(|(rag, others)| words(rag.name(), others));
        let trends = TRENDS.iter().flat_map(|(trend, others)| words(trend, others));
        for mut all in [rags.collect::<Vec<_>>(), trends.collect()] {
            let count = all.len();
            all.sort_unstable();
            all.dedup();
            assert_eq!(all.len(), count);
        }
        assert_eq!(rag(" Off Track "), Some(Rag::Red));
        assert_eq!(trend("↓"), Some("worsening"));
        assert_eq!(rag("purple"), None);
    }
}
