//! `unanswerable-query`: a query asks for a project, a programme, a tier, a
//! phase or a person that is not there.

use super::{Context, Defaults, Rule, unknown_person};
use crate::data::field::fold;
use crate::document::query::{Filter, Test};
use crate::finding::Finding;
use crate::finding::Severity::Warn;
use crate::portfolio::Portfolio;
use crate::text::nearest;

pub(super) static RULE: Rule = Rule {
    name: "unanswerable-query",
    summary: "A query in a page asks for a project, programme, tier, phase or person that is not in the book.",
    why: "Its list is empty for the wrong reason, and with `not` before the word it holds more than was meant. `this` is the project in whose folder the page lies; on other pages it is none.",
    defaults: Defaults::Flat(Warn),
    example: "=== projects/crm/notes.md\n# N\n\n```query\nfrom: risks\nwhere:\n  project: crn\n```\n",
    remedy: "=== projects/crm/notes.md\n# N\n\n```query\nfrom: risks\nwhere:\n  project: crm\n```\n",
    check: Some(check),
};

fn check(context: &Context<'_>, out: &mut Vec<Finding>) {
    let p = context.portfolio;
    let handles = p.handles();
    for (index, document) in p.documents.iter().enumerate() {
        for filter in document.queries.iter().flat_map(|query| &query.filters) {
            for (test, span) in filter.any.iter().zip(&filter.at) {
                let (Test::Is(word) | Test::Not(word)) = test else { continue };
                let found = if &*filter.field == "project" && **word == *"this" {
                    p.project_of(index).is_none().then(outside)
                } else {
                    wrong(p, filter, word, handles.as_deref())
                };
                let Some(Wrong { message, help, near }) = found else { continue };
                let finding = document.finding(RULE.name, *span, message).help(help);
                out.push(match near {
                    // With `not` or quotes around it, it holds more than the word.
                    Some(near) if (span.end - span.start) as usize == word.len() => {
                        finding.meant(&near)
                    }
                    _ => finding,
                });
            }
        }
    }
}

struct Wrong {
    message: String,
    help: String,
    near: Option<String>,
}

impl Wrong {
    fn of(what: &str, word: &str, known: &[String], none: &str) -> Self {
        // Of ids of one letter each is near to each.
        let words = known.iter().map(String::as_str).filter(|_| word.len() > 2);
        let near = nearest(word, words).map(str::to_owned);
        let help = match &near {
            Some(near) => format!("did you mean `{near}`?"),
            None if known.is_empty() => none.to_owned(),
            None => format!("{what}s are {}", list(known)),
        };
        Self { message: format!("there is no {what} `{word}`"), help, near }
    }
}

fn outside() -> Wrong {
    Wrong {
        message: "`this` is the project of the page, and the page lies in none".into(),
        help: "name the project, or leave the line out".into(),
        near: None,
    }
}

/// What is wrong with the word a filter looks for.
fn wrong(p: &Portfolio, filter: &Filter, word: &str, handles: Option<&[String]>) -> Option<Wrong> {
    let known = |words: &[String]| words.iter().any(|w| fold(w) == fold(word));
    match &*filter.field {
        "project" => {
            let ids: Vec<String> = p.projects.iter().map(|pr| pr.id.to_string()).collect();
            let titled = p.projects.iter().any(|pr| fold(&pr.title) == fold(word));
            (!known(&ids) && !titled).then(|| Wrong::of("project", word, &ids, "there are none"))
        }
        "programme" => {
            let mut slugs: Vec<String> =
                p.config.programmes.iter().map(|(s, _)| s.clone()).collect();
            slugs.extend(
                p.projects.iter().filter_map(|pr| Some(pr.programme.as_deref()?.to_owned())),
            );
            slugs.sort_unstable();
            slugs.dedup();
            let none = "no card names a `programme`";
            (!known(&slugs)).then(|| Wrong::of("programme", word, &slugs, none))
        }
        "tier" => {
            let tiers = &p.config.tiers;
            let ids: Vec<String> = tiers.iter().map(|t| t.id.clone()).collect();
            if known(&ids) {
                return None;
            }
            let mut wrong = Wrong::of("tier", word, &ids, "");
            if let Some(tier) = tiers.iter().find(|t| fold(&t.label) == fold(word)) {
                wrong.help = format!("did you mean `{}`?", tier.id);
                wrong.near = Some(tier.id.clone());
            }
            Some(wrong)
        }
        "phase" => {
            let used = || p.projects.iter().filter_map(|pr| pr.lifecycle.as_ref());
            let mut ids: Vec<String> = Vec::new();
            for id in used().flat_map(|l| &l.phases).map(|phase| &*phase.id) {
                if !ids.iter().any(|known| known == id) {
                    ids.push(id.to_owned());
                }
            }
            if known(&ids) || ids.is_empty() {
                return None;
            }
            let mut wrong = Wrong::of("phase", word, &ids, "");
            let meant = used().find_map(|l| l.phases.get(l.phase(word)?));
            if let Some(phase) = meant {
                wrong.help = format!("did you mean `{}`?", phase.id);
                wrong.near = Some(phase.id.to_string());
            }
            Some(wrong)
        }
        _ => {
            let help = unknown_person::unknown(handles?, word)?;
            let near = nearest(word.trim(), handles?.iter().map(String::as_str));
            let message = format!("`{}` is not in `people.yaml`", word.trim());
            Some(Wrong { message, help, near: near.map(str::to_owned) })
        }
    }
}

/// Words for readers, not more than a line of them.
fn list(words: &[String]) -> String {
    const SHOWN: usize = 8;
    let shown: Vec<String> = words.iter().take(SHOWN).map(|w| format!("`{w}`")).collect();
    let rest = words.len().saturating_sub(SHOWN);
    let more = if rest == 0 { String::new() } else { format!(" and {rest} more") };
    format!("{}{more}", shown.join(", "))
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::rules::testing::portfolio;

    fn page(path: &str, line: &str) -> Vec<(u32, String, Option<String>)> {
        let text = format!("# N\n\n```query\nfrom: risks\nwhere:\n  {line}\n```\n");
        let fixture = portfolio().file(path, &text);
        let found = fixture.findings().into_iter().filter(|f| f.rule == RULE.name);
        found.map(|f| (f.at.line, f.help.unwrap_or_default(), f.replacement)).collect()
    }

    #[test]
    fn what_is_not_there_is_told_with_what_is_near() {
        for (line, help, replacement) in [
            ("project: crn", "did you mean `crm`?", Some("crm")),
            ("project: not harbour", "projects are `crm`", None),
            ("programme: x", "no card names a `programme`", None),
            ("tier: light", "did you mean `3`?", Some("3")),
            ("tier: [1, 9]", "tiers are `1`, `2`, `3`", None),
            ("phase: excution", "did you mean `execution`?", Some("execution")),
            ("owner: \"@mlopes\"", "did you mean `@mlopez`?", None),
            ("project: this", "name the project, or leave the line out", None),
        ] {
            let expected = (6, help.to_owned(), replacement.map(str::to_owned));
            assert_eq!(page("handbook/n.md", line), [expected], "{line}");
        }
    }

    #[test]
    fn what_is_there_is_silent() {
        for line in [
            "project: CRM",
            "project: crm replacement",
            "tier: 3",
            "phase: not closing",
            "owner: Maria Lopez",
            "owner: \"@mlopez\"",
            "status: open",
        ] {
            let found = page("projects/crm/n.md", &line.replace("closing", "planning"));
            assert_eq!(found, [], "{line}");
        }
        assert_eq!(page("projects/crm/n.md", "project: this"), []);
    }
}
