//! `uniform-risk-scores`: all risks are scored alike.

use super::{Context, Defaults, Rule};
use crate::finding::Finding;
use crate::finding::Severity::Note;
use crate::measures::health::score;
use crate::ratio::Ratio;
use crate::rules::empty_risk_register::is_open;
use crate::rules::reported::{at_register, executing, running};

pub(super) static RULE: Rule = Rule {
    name: "uniform-risk-scores",
    summary: "Five or more risks are open and all have the same score.",
    why: "Scores are there to tell what to look at first. When every risk has the same one they were filled in, not estimated, and say nothing about any of them.",
    defaults: Defaults::Flat(Note),
    example: "=== projects/crm/raid.yaml\nupdated: 2026-03-27\nrisks:\n  - {id: R-001, title: Data quality, owner: \"@mlopez\", raised: 2026-03-20, due: 2026-05-01, p: 3, i: 3, status: open}\n  - {id: R-002, title: Late vendor, owner: \"@mlopez\", raised: 2026-03-20, due: 2026-05-01, p: 3, i: 3, status: open}\n  - {id: R-003, title: Key person leaves, owner: \"@mlopez\", raised: 2026-03-20, due: 2026-05-01, p: 3, i: 3, status: open}\n  - {id: R-004, title: New rules, owner: \"@mlopez\", raised: 2026-03-20, due: 2026-05-01, p: 3, i: 3, status: open}\n  - {id: R-005, title: Slow network, owner: \"@mlopez\", raised: 2026-03-20, due: 2026-05-01, p: 3, i: 3, status: open}\n",
    remedy: "=== projects/crm/raid.yaml\nupdated: 2026-03-27\nrisks:\n  - {id: R-001, title: Data quality, owner: \"@mlopez\", raised: 2026-03-20, due: 2026-05-01, p: 4, i: 3, status: open}\n  - {id: R-002, title: Late vendor, owner: \"@mlopez\", raised: 2026-03-20, due: 2026-05-01, p: 3, i: 3, status: open}\n  - {id: R-003, title: Key person leaves, owner: \"@mlopez\", raised: 2026-03-20, due: 2026-05-01, p: 2, i: 5, status: open}\n  - {id: R-004, title: New rules, owner: \"@mlopez\", raised: 2026-03-20, due: 2026-05-01, p: 1, i: 4, status: open}\n  - {id: R-005, title: Slow network, owner: \"@mlopez\", raised: 2026-03-20, due: 2026-05-01, p: 2, i: 2, status: open}\n",
    check: Some(check),
};

/// Open risks from which equal scores are no accident.
const MANY: usize = 5;

fn check(context: &Context<'_>, out: &mut Vec<Finding>) {
    let p = context.portfolio;
    for (_, project) in running(p).filter(|(_, pr)| executing(pr)) {
        let scores: Vec<Option<Ratio>> =
            project.items("risks").iter().filter(|r| is_open(r)).map(score).collect();
        let Some(Some(first)) = scores.first().copied() else { continue };
        if scores.len() < MANY || scores.iter().any(|s| *s != Some(first)) {
            continue;
        }
        let message = format!("all {} open risks have the score {first}", scores.len());
        let help = "estimate probability and impact of each risk by itself, with those who know it";
        out.extend(at_register(p, project, "risks", RULE.name, message).map(|f| f.help(help)));
    }
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::{Fixture, portfolio};

    const RULE: &str = "uniform-risk-scores";
    const RAID: &str = "projects/crm/raid.yaml";

    fn risks(scores: &[&str]) -> Fixture {
        let line = |(i, score): (usize, &&str)| {
            format!(
                "  - {{id: R-{i}, title: T, owner: \"@mlopez\", raised: 2026-03-20, due: 2026-05-01, {score}status: open}}\n"
            )
        };
        let text: String = scores.iter().enumerate().map(line).collect();
        portfolio().file(RAID, &format!("risks:\n{text}"))
    }

    #[test]
    fn five_alike_are_found_and_four_are_not() {
        let found = risks(&[
            "p: 2, i: 3, ",
            "p: 3, i: 2, ",
            "p: 2, i: 3, ",
            "p: 2, i: 3, ",
            "p: 2, i: 3, ",
        ])
        .finds(RULE, RAID, 1);
        assert_eq!(found.message, "all 5 open risks have the score 6");
        risks(&["p: 2, i: 3, "; 4]).silent(RULE);
    }

    #[test]
    fn one_other_score_or_none_is_enough() {
        let mut scores = ["p: 2, i: 3, "; 6];
        scores[5] = "p: 2, i: 4, ";
        risks(&scores).silent(RULE);
        scores[5] = "";
        risks(&scores).silent(RULE);
        scores[5] = "p: 2, i: 3, ";
        risks(&scores).finds(RULE, RAID, 1);
        risks(&scores)
            .replace("projects/crm/project.md", "phase: execution", "phase: planning")
            .silent(RULE);
    }
}
