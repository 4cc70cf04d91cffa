//! The glossary: what the words and abbreviations on the pages mean.

use crate::table::{Cell, Column, Group, Rag, Row, Set, Table};
use std::collections::BTreeSet;

/// Words of project management as these pages use them, sorted.
const WORDS: &[(&str, &str)] = &[
    ("as-of date", "The \"today\" of a page: everything on it is as it was known on that day."),
    ("ask", "A decision that a project needs from somebody else, with who decides and by when."),
    ("band", "Green, amber or red: where a number lies against its limits."),
    ("baseline", "The approved scope, dates and money against which a project is measured."),
    ("benefit", "What the organisation gains from a project, measured after it has ended."),
    ("change request", "A proposal to change the baseline, with what it costs in time and money."),
    ("coverage", "The share of projects that gave a value: below the limit a total has no colour."),
    ("cutover", "The hours in which the old is switched off and the new on."),
    (
        "declared and computed",
        "Declared is what the report says, computed what the project's own data says. Both are shown, and neither changes the other.",
    ),
    ("document", "One page of text with its facts on top; its kind says what it is."),
    ("escalation", "A problem handed to somebody who can decide what the project cannot."),
    ("exposure", "Probability times impact of all open threats, added up."),
    ("forecast", "Today's best estimate of a date or a cost."),
    ("freeze", "Days on which nothing is to go live."),
    ("gate", "The formal decision to go on from one phase to the next."),
    ("go-live", "The day users begin to work with the result."),
    ("handover", "The result passes to those who run it, with runbooks, support and known issues."),
    ("hypercare", "The weeks after a go-live in which the project still helps."),
    ("milestone", "A dated point in a plan at which something is done or not done."),
    (
        "must-have",
        "A criterion without which there is no go-live, unless somebody waives it with a reason.",
    ),
    ("original baseline", "The first baseline that was approved; it is never changed."),
    ("portfolio", "All projects of this site."),
    ("programme", "Projects that serve one aim together."),
    ("project", "One folder with a card that says what it is, who leads it and where it stands."),
    (
        "register",
        "A list of small items of a project: risks, issues, decisions, milestones and others.",
    ),
    (
        "release window",
        "The last weeks before a go-live, in which its documents are due: longer where more control is asked for.",
    ),
    ("slip", "Days between baseline and forecast: with a plus sign it is late."),
    ("snapshot", "A status report: what was said on one day, and not changed afterwards."),
    (
        "tier",
        "How much control a project needs. The tiers are listed from most to least control, and pages give their names because elsewhere they are numbered the other way round.",
    ),
    ("tolerance", "How far a project may be off its baseline without asking anybody."),
    (
        "watermelon",
        "A project that reports green while its own data says red: green outside, red inside.",
    ),
];

/// Abbreviations, sorted.
const ABBREVIATIONS: &[(&str, &str)] = &[
    ("AC", "Actual cost: what has been spent."),
    ("BAC", "Budget at completion: the approved budget, contingency included."),
    ("bd", "Business days: weekends and holidays are not counted."),
    ("CAB", "Change advisory board."),
    (
        "CPI",
        "Cost performance index: earned value divided by actual cost; below 1 costs more than planned.",
    ),
    ("CR", "Change request."),
    ("CSAT", "Customer satisfaction, from a survey."),
    ("DCA", "Delivery confidence assessment."),
    ("EAC", "Estimate at completion: what it will have cost in the end."),
    ("ETC", "Estimate to complete: what is still to be spent."),
    ("EV", "Earned value: the budgeted worth of the work that is done."),
    ("FTE", "Full-time equivalent: one person's full working time."),
    ("P × I", "Probability times impact, each from 1 to 5: the score of a risk."),
    ("PID", "Project initiation documentation."),
    ("PMO", "Project management office."),
    ("PV", "Planned value: the budgeted worth of the work that should be done by now."),
    ("RACI", "Who is responsible, accountable, consulted and informed."),
    ("RAG", "Red, amber, green."),
    ("RAID", "Risks, assumptions, issues and dependencies."),
    ("SLA, SLO", "Service level agreement and service level objective: what a service promises."),
    ("SME", "Subject-matter expert."),
    ("SoD", "Segregation of duties: who writes a document is not who approves it."),
    ("SOW", "Statement of work: what a vendor is to deliver."),
    (
        "SPI",
        "Schedule performance index: earned value divided by planned value; below 1 is behind the plan.",
    ),
    ("UAT", "User acceptance test."),
    ("VAC", "Variance at completion: budget less estimate at completion."),
    ("WBS", "Work breakdown structure."),
];

/// Words that need no telling.
const EVERYDAY: &[&str] = &[
    "as-of date",
    "ask",
    "band",
    "benefit",
    "change request",
    "declared and computed",
    "document",
    "gate",
    "milestone",
    "original baseline",
    "portfolio",
    "programme",
    "project",
    "register",
    "release window",
];

/// Which words of the glossary stand in headings and captions, in its order.
#[must_use]
pub fn meant(texts: &[&str]) -> Vec<&'static str> {
    let mut said: BTreeSet<&str> = BTreeSet::new();
    for text in texts {
        said.extend(text.split(|c: char| !c.is_alphanumeric() && c != '-'));
    }
    let lower: BTreeSet<String> = said.iter().map(|word| word.to_lowercase()).collect();
    let words = WORDS.iter().map(|(word, _)| *word);
    let words = words.filter(|word| !EVERYDAY.contains(word) && lower.contains(*word));
    let short = ABBREVIATIONS.iter().map(|(word, _)| *word);
    short.filter(|word| said.contains(word)).chain(words).collect()
}

/// The glossary as tables.
pub(super) fn table() -> Table {
    let health = [
        (
            Rag::Green,
            "On the approved baseline or better, and expected to stay inside tolerance. Nobody above the project manager is needed.",
            "nothing more",
        ),
        (
            Rag::Amber,
            "Off the baseline, but inside tolerance, or the project can recover by itself if its managers attend to it.",
            "why, the path back to green, and by when",
        ),
        (
            Rag::Red,
            "Outside tolerance, or somebody above the project manager must approve or decide.",
            "the same as amber, and what is asked of whom",
        ),
        (
            Rag::NotReported,
            "Nobody has told us, or the last report is too old.",
            "nothing: there is no report",
        ),
    ];
    let row = |(rag, meaning, writes): &(Rag, &str, &str)| Row {
        anchor: Some(rag.name().to_owned()),
        cells: vec![
            Cell::Rag(*rag),
            Cell::Text((*meaning).to_owned()),
            Cell::Text((*writes).to_owned()),
        ],
        muted: false,
    };
    let health = Group {
        key: "health".into(),
        title: "Health".into(),
        note: "The shape says the same as the colour.".into(),
        caption: "What each rating means and what its author must write".into(),
        empty: String::new(),
        columns: vec![
            Column::new("rating", "Rating", Set::Short),
            Column::new("meaning", "What it means", Set::Wide),
            Column::new("author", "The author also writes", Set::Wide),
        ],
        rows: health.iter().map(row).collect(),
    };
    Table {
        sentence: crate::rollups::words::sentence(
            "What the words, ratings and abbreviations on these pages mean.",
        ),
        groups: vec![
            health,
            words("words", "Words", "Word", WORDS),
            words("abbreviations", "Abbreviations", "Abbreviation", ABBREVIATIONS),
        ],
        ..Table::default()
    }
}

fn words(key: &str, title: &str, head: &'static str, list: &[(&str, &str)]) -> Group {
    let row = |(word, meaning): &(&str, &str)| Row {
        anchor: Some(crate::text::slug(word)),
        cells: vec![Cell::Text((*word).to_owned()), Cell::Text((*meaning).to_owned())],
        muted: false,
    };
    Group {
        key: key.into(),
        title: title.into(),
        note: String::new(),
        caption: format!("{title} with their meaning"),
        empty: String::new(),
        columns: vec![
            Column::new("term", head, Set::Short),
            Column::new("meaning", "Meaning", Set::Wide),
        ],
        rows: list.iter().map(row).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_known_in_any_case_and_an_abbreviation_in_its_own() {
        assert_eq!(
            meant(&["Forecast and baseline", "EAC vs BAC"]),
            ["BAC", "EAC", "baseline", "forecast"]
        );
        // `ac` and `ev` are no abbreviations, and a word inside a word is none.
        assert_eq!(meant(&["ac, ev", "tiered slippers"]), Vec::<&str>::new());
        assert_eq!(meant(&["Go-live (must-have)"]), ["go-live", "must-have"]);
        assert_eq!(meant(&["tier", "Tier", "TIER"]), ["tier"]);
        assert_eq!(meant(&[]), Vec::<&str>::new());
    }

    #[test]
    fn everyday_words_are_explained_but_not_listed() {
        assert_eq!(meant(&["Project", "Milestone", "Gate", "Decision"]), Vec::<&str>::new());
        let known: Vec<&str> = WORDS.iter().map(|(word, _)| *word).collect();
        for word in EVERYDAY {
            assert!(known.contains(word), "{word} is not in the glossary");
        }
    }

    #[test]
    fn every_word_has_a_row_of_its_own() {
        let table = table();
        let anchors: Vec<&str> =
            table.groups.iter().flat_map(|g| &g.rows).filter_map(|r| r.anchor.as_deref()).collect();
        let unlike: BTreeSet<&&str> = anchors.iter().collect();
        assert_eq!(anchors.len(), unlike.len());
        for word in meant(&["EV, CPI", "watermelon exposure FTE"]) {
            assert!(anchors.contains(&&*crate::text::slug(word)), "no row for {word}");
        }
    }
}
