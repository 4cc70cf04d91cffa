//! `copied-report`: a report says what the one before it said.

use super::history::{reports, young};
use super::{Context, Defaults, Rule};
use crate::finding::Finding;
use crate::finding::Severity::{Note, Warn};
use crate::portfolio::State;
use crate::ratio::Ratio;

pub(super) static RULE: Rule = Rule {
    name: "copied-report",
    summary: "Summary and accomplishments of a report are nine tenths the same as in the report before.",
    why: "A report that repeats the last one says that nothing happened, or that nobody looked. Readers notice, and stop reading the others too. When a period really brought nothing new, one sentence with the reason tells more. Short texts are alike by nature: below sixty words nothing is compared.",
    defaults: Defaults::Graded([Warn, Warn, Note], [Warn, Warn, Note]),
    example: "=== projects/crm/status/2026-02-27.md\n---\nkind: status\nauthor: \"@mlopez\"\nas_of: 2026-02-27\nphase: execution\nhealth: {overall: green, schedule: green}\nmilestones: {M1: 2026-09-30}\n---\n# Status\n\n## Summary\n\nWork goes to plan. The team has set up the test system, loaded the first two thousand accounts and walked through the calls of one week with the people of the support desk, who found the new screens quicker than the old ones. The contract with the vendor is signed and the first rehearsal is booked. No risk has moved and nothing is needed from the sponsor at this time.\n=== projects/crm/status/2026-03-27.md\n---\nkind: status\nauthor: \"@mlopez\"\nas_of: 2026-03-27\nphase: execution\nhealth: {overall: green, schedule: green}\nmilestones: {M1: 2026-10-05}\n---\n# Status\n\n## Summary\n\nWork goes to plan. The team has set up the test system, loaded the first two thousand accounts and walked through the calls of one week with the people of the support desk, who found the new screens quicker than the old ones. The contract with the vendor is signed and the first rehearsal is booked. No risk has moved and nothing is needed from the sponsor at this time.\n",
    remedy: "=== projects/crm/status/2026-02-27.md\n---\nkind: status\nauthor: \"@mlopez\"\nas_of: 2026-02-27\nphase: execution\nhealth: {overall: green, schedule: green}\nmilestones: {M1: 2026-09-30}\n---\n# Status\n\n## Summary\n\nWork goes to plan. The team has set up the test system, loaded the first two thousand accounts and walked through the calls of one week with the people of the support desk, who found the new screens quicker than the old ones. The contract with the vendor is signed and the first rehearsal is booked. No risk has moved and nothing is needed from the sponsor at this time.\n=== projects/crm/status/2026-03-27.md\n---\nkind: status\nauthor: \"@mlopez\"\nas_of: 2026-03-27\nphase: execution\nhealth: {overall: green, schedule: green}\nmilestones: {M1: 2026-10-05}\n---\n# Status\n\n## Summary\n\nNothing new this month: the first rehearsal waits for the network team, and everybody else was on the year-end close.\n",
    check: Some(check),
};

/// Words below which texts are not compared.
const WORDS: u32 = 60;
/// Percent from which on a text is a copy.
const ALIKE: i128 = 90;

fn check(context: &Context<'_>, out: &mut Vec<Finding>) {
    let p = context.portfolio;
    for project in p.projects.iter().filter(|pr| pr.state == State::Active) {
        let mut last = reports(p, project).rev();
        let (Some((date, report)), Some((earlier, before))) = (last.next(), last.next()) else {
            continue;
        };
        let (Some(now), Some(then)) = (&report.sketch, &before.sketch) else { continue };
        if young(project, date) || now.words < WORDS || then.words < WORDS {
            continue;
        }
        let (common, all) = now.shared(then);
        let (Ok(common), Ok(all)) = (i128::try_from(common), i128::try_from(all)) else { continue };
        let Some(share) = Ratio::new(common * 100, all) else { continue };
        if share < Ratio::whole(ALIKE) {
            continue;
        }
        let message = format!(
            "{} of {} words on what happened are those of the report of {earlier}",
            percent(share),
            now.words
        );
        out.push(
            report
                .finding(RULE.name, now.span, message)
                .help("write what is new since then; when nothing is, one sentence that says why is enough")
                .related(before.path.clone(), then.span, before.at(then.span), "the report before"),
        );
    }
}

/// A share that is not the whole is never shown as 100 %.
fn percent(share: Ratio) -> String {
    let shown = share.show(0);
    if shown == "100" && share < Ratio::whole(100) { "99 %".into() } else { format!("{shown} %") }
}

#[cfg(test)]
mod tests {
    use crate::finding::Severity;
    use crate::rules::testing::{Fixture, portfolio};

    const RULE: &str = "copied-report";
    const CARD: &str = "projects/crm/project.md";
    const FIRST: &str = "projects/crm/status/2026-02-27.md";
    const LAST: &str = "projects/crm/status/2026-03-27.md";

    /// That many different words.
    fn words(n: usize) -> Vec<String> {
        (0..n).map(|i| format!("word{i}")).collect()
    }

    fn told(before: &[String], now: &[String]) -> Fixture {
        let report = |day: &str, text: &[String]| {
            format!(
                "---\nkind: status\nas_of: {day}\nphase: execution\nhealth: {{overall: green}}\n---\n# S\n\n## Summary\n\n{}\n",
                text.join(" ")
            )
        };
        portfolio()
            .file(FIRST, &report("2026-02-27", before))
            .file(LAST, &report("2026-03-27", now))
    }

    #[test]
    fn sixty_words_are_the_least() {
        let found = told(&words(60), &words(60)).finds(RULE, LAST, 9);
        assert_eq!(
            found.message,
            "100 % of 60 words on what happened are those of the report of 2026-02-27"
        );
        assert_eq!(found.severity, Severity::Note);
        assert_eq!(&*found.related[0].path, FIRST);
        told(&words(59), &words(59)).silent(RULE);
        let strict = told(&words(60), &words(60)).replace(CARD, "tier: 3", "tier: 1");
        assert_eq!(strict.finds(RULE, LAST, 9).severity, Severity::Warn);
    }

    #[test]
    fn nine_tenths_are_the_border() {
        // 92 words have 90 triples; ten more words make 100 in all: 90 %.
        told(&words(92), &words(102)).finds(RULE, LAST, 9);
        told(&words(92), &words(103)).silent(RULE);
    }

    #[test]
    fn one_word_changed_in_the_middle_changes_three_triples() {
        let mut other = words(62);
        other[30] = "else".into();
        // 57 of 63 triples are the same: 90.5 %.
        told(&words(62), &other).finds(RULE, LAST, 9);
        other[10] = "more".into();
        told(&words(62), &other).silent(RULE);
    }

    #[test]
    fn case_marks_and_other_sections_do_not_count() {
        let shout: Vec<String> =
            words(60).iter().map(|w| format!("*{}*,", w.to_uppercase())).collect();
        told(&words(60), &shout).finds(RULE, LAST, 9);
        told(&words(60), &words(60)).replace(LAST, "## Summary", "## Next steps").silent(RULE);
    }

    #[test]
    fn accomplishments_count_with_the_summary() {
        let split =
            |path: &str, f: Fixture| f.replace(path, " word30", "\n\n## Accomplishments\n\nword30");
        let f = split(LAST, split(FIRST, told(&words(60), &words(60))));
        f.finds(RULE, LAST, 9);
    }

    #[test]
    fn drafts_young_and_resting_projects_are_left_alone() {
        let same = || told(&words(60), &words(60));
        same().replace(LAST, "phase:", "state: draft\nphase:").silent(RULE);
        same().replace(FIRST, "phase:", "state: draft\nphase:").silent(RULE);
        same().replace(CARD, "state: active", "state: on-hold").silent(RULE);
        same()
            .replace(CARD, "start: {baseline: 2026-01-05}", "start: {baseline: 2026-02-01}")
            .silent(RULE);
    }
}
