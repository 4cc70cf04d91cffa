//! `unknown-programme`: a programme that `book.toml` does not list.

use super::{Context, Defaults, Rule};
use crate::finding::Finding;
use crate::finding::Severity::{Note, Warn};
use crate::portfolio::State;
use crate::text::nearest;

pub(super) static RULE: Rule = Rule {
    name: "unknown-programme",
    summary: "A card names a programme that `[portfolio.programmes]` in `book.toml` does not list.",
    why: "A programme is what its projects call it. With one letter wrong the project stands in a programme of its own, and its money, milestones and risks are missing from the one it belongs to. One much like a listed one is most likely a slip; any other may only lack its title there. Projects that are over are left alone, and where `book.toml` lists no programmes nothing is found.",
    defaults: Defaults::Graded([Warn, Warn, Warn], [Note, Note, Note]),
    example: "=== book.toml\n[portfolio.programmes]\ncustomer-first = \"Customer first\"\n=== projects/crm/project.md\n---\nkind: project\nid: crm\ntitle: CRM replacement\nprogramme: custmer-first\n---\n",
    remedy: "=== book.toml\n[portfolio.programmes]\ncustomer-first = \"Customer first\"\n=== projects/crm/project.md\n---\nkind: project\nid: crm\ntitle: CRM replacement\nprogramme: customer-first\n---\n",
    check: Some(check),
};

fn check(context: &Context<'_>, out: &mut Vec<Finding>) {
    let p = context.portfolio;
    let known = &p.config.programmes;
    if known.is_empty() {
        return;
    }
    let over = |state| matches!(state, State::Complete | State::Cancelled);
    for project in p.projects.iter().filter(|pr| !over(pr.state)) {
        let Some(slug) = project.programme.as_deref() else { continue };
        let Some(card) = p.documents.get(project.card) else { continue };
        if known.iter().any(|(name, _)| name == slug) {
            continue;
        }
        let span = card.fields.span("programme").unwrap_or_else(|| card.head());
        let message = format!("programme `{slug}` is not in `[portfolio.programmes]`");
        let finding = card.finding(RULE.name, span, message);
        out.push(match nearest(slug, known.iter().map(|(name, _)| &**name)) {
            Some(near) => finding.help(format!("did you mean `{near}`?")).meant(near),
            None => finding.help(format!(
                "add `{slug} = \"{}\"` to `[portfolio.programmes]` in `book.toml`, or name one that is there",
                p.programme_title(slug)
            )).small(),
        });
    }
}

#[cfg(test)]
mod tests {
    use crate::finding::Severity;
    use crate::rules::testing::{Fixture, portfolio};

    const RULE: &str = "unknown-programme";
    const CARD: &str = "projects/crm/project.md";

    fn of(slug: &str) -> Fixture {
        let table = "[portfolio.programmes]\ncustomer-first = \"Customer first\"\n";
        let id = "id: crm\n";
        portfolio().config(table).replace(CARD, id, &format!("{id}programme: {slug}\n"))
    }

    #[test]
    fn one_that_is_listed_nowhere_is_told_with_the_nearest() {
        let found = of("customer-frist").finds(RULE, CARD, 4);
        assert_eq!(found.help.as_deref(), Some("did you mean `customer-first`?"));
        assert_eq!(found.replacement.as_deref(), Some("customer-first"));
        assert_eq!(found.severity, Severity::Warn);
        let other = of("harbour").finds(RULE, CARD, 4);
        assert_eq!(other.severity, Severity::Note);
        let help = other.help.unwrap();
        assert!(help.starts_with("add `harbour = \"Harbour\"` to"), "{help}");
    }

    #[test]
    fn listed_ones_and_books_without_a_list_are_left_alone() {
        of("customer-first").silent(RULE);
        of("harbour").config("").silent(RULE);
        let over = of("customer-frist").replace(CARD, "state: active", "state: complete");
        over.silent(RULE);
    }
}
