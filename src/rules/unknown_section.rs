//! `unknown-section`: a heading that is none of its kind's sections.

use super::due::retired;
use super::{Context, Defaults, Rule, wanted};
use crate::document::Document;
use crate::finding::{Finding, Severity};
use crate::markdown::{self, SectionFill};
use crate::text::nearest;

pub(super) static RULE: Rule = Rule {
    name: "unknown-section",
    summary: "A document of a kind with a fixed list of sections has another one.",
    why: "Some kinds are forms: what does not fit a section belongs into one of them or into another document, and a heading of one's own is often a misspelt one. Only kinds that say `only-listed-sections = true` in `book.toml` are checked.",
    defaults: Defaults::Flat(Severity::Warn),
    example: "=== book.toml\n[kinds.form]\nrole = \"document\"\nmatch = \"forms/*.md\"\nonly-listed-sections = true\nsections.Facts = { level = \"R\" }\n=== forms/a.md\n# Form\n\n## Facts\n\nIt rained.\n\n## Thoughts\n\nWe got wet.\n",
    remedy: "=== book.toml\n[kinds.form]\nrole = \"document\"\nmatch = \"forms/*.md\"\nonly-listed-sections = true\nsections.Facts = { level = \"R\" }\n=== forms/a.md\n# Form\n\n## Facts\n\nIt rained.\n\n### Thoughts\n\nWe got wet.\n",
    check: Some(check),
};

fn check(context: &Context<'_>, out: &mut Vec<Finding>) {
    let p = context.portfolio;
    for (index, document) in p.documents.iter().enumerate() {
        if document.kind.only_sections && document.typed && !document.broken && !retired(document) {
            let owed = wanted::sections(p, index).into_iter().map(|(section, ..)| section);
            out.extend(strangers(document, &owed.collect::<Vec<_>>()));
        }
    }
}

/// The headings of the sections' own level that are no section. One that is
/// taken for a slip of the pen of a section that is owed is told there.
fn strangers(document: &Document, owed: &[usize]) -> Vec<Finding> {
    let level = document.kind.headings.headings.from;
    let missing =
        |n: &usize| document.sections.get(*n).is_some_and(|s| s.fill == SectionFill::Missing);
    let slips = owed.iter().filter(|n| missing(n));
    let slips: Vec<usize> = slips
        .filter_map(|n| markdown::slip(&document.outline, &document.kind.headings, *n))
        .collect();
    let known =
        |i: usize| document.sections.iter().any(|s| s.headings.contains(&i)) || slips.contains(&i);
    let names = || document.kind.sections.iter().map(|s| &*s.name);
    let headings = document.outline.headings.iter().enumerate();
    headings
        .filter(|(i, heading)| heading.level == level && !known(*i))
        .map(|(_, heading)| {
            let kind = document.kind.title.to_lowercase();
            let message = format!("`{}` is not a section of a {kind}", heading.text);
            let finding = document.finding(RULE.name, heading.span, message);
            match nearest(&heading.text, names()) {
                Some(near) => finding.meant(near),
                None => finding.help("move its text into one of the kind's sections, or make it a heading of a lower level"),
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::portfolio;

    const BOOK: &str = "[kinds.form]\nrole = \"document\"\nonly-listed-sections = true\nmatch = \"forms/*.md\"\nsections.Facts = { level = \"R\" }\nsections.Rest = {}\n";

    #[test]
    fn a_heading_of_ones_own_is_found_in_a_form_only() {
        let text = "# Form\n\n## Facts\n\n### Detail\n\nText.\n\n## Thoughts\n\nText.\n";
        let book = || portfolio().file("forms/a.md", text);
        let found = book().config(BOOK).finds("unknown-section", "forms/a.md", 9);
        assert_eq!(found.message, "`Thoughts` is not a section of a form");
        book().config(&BOOK.replace("true", "false")).silent("unknown-section");
    }

    #[test]
    fn a_slip_is_told_once() {
        let text = "# Form\n\n## Fcats\n\nText.\n";
        let book = portfolio().config(BOOK).file("forms/a.md", text);
        book.silent("unknown-section");
        assert!(book.findings().iter().any(|f| f.rule == "missing-section"));
    }
}
