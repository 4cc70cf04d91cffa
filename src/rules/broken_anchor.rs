//! `broken-anchor`: a link names a heading its document does not have.

use super::{Context, Defaults, Rule};
use crate::finding::{Finding, Severity};
use crate::portfolio::Resolved;
use crate::target::Target;
use crate::text::nearest;

pub(super) static RULE: Rule = Rule {
    name: "broken-anchor",
    summary: "A link names a heading that the document does not have.",
    why: "The link opens the right page at the wrong place: usually a heading was renamed and its links were not.",
    defaults: Defaults::Flat(Severity::Warn),
    example: "=== projects/crm/notes.md\n# Notes\n\nSee the [scope](charter.md#scoop).\n",
    remedy: "=== projects/crm/notes.md\n# Notes\n\nSee the [scope](charter.md#scope).\n",
    check: Some(check),
};

fn check(context: &Context<'_>, out: &mut Vec<Finding>) {
    let p = context.portfolio;
    for (document, resolved) in p.documents.iter().zip(&p.links) {
        for (link, to) in document.outline.links.iter().zip(resolved) {
            let Resolved::NoAnchor(Target::Document(path), anchor) = to else { continue };
            let ids = p
                .document(path)
                .map(|d| d.outline.headings.iter().map(|h| &*h.id).collect::<Vec<_>>())
                .unwrap_or_default();
            let help = match nearest(anchor, ids.iter().copied()) {
                Some(near) => format!("did you mean `#{near}`?"),
                None if ids.is_empty() => {
                    "the document has no headings: link to it without the part after `#`".into()
                }
                None => format!(
                    "headings there are {}",
                    ids.iter().take(8).map(|i| format!("#{i}")).collect::<Vec<_>>().join(", ")
                ),
            };
            let message = format!("`{path}` has no heading `#{anchor}`");
            out.push(document.finding(RULE.name, link.span, message).help(help));
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::portfolio;

    #[test]
    fn an_id_of_raw_html_is_an_anchor() {
        let text = "# N\n\n[x](#spot) [y](#old)\n\n<a id=\"spot\" href=\"charter.md\">z</a> <a name=\"old\"></a>\n";
        portfolio().file("projects/crm/notes.md", text).silent("broken-anchor");
    }

    #[test]
    fn a_missing_heading_of_the_same_file_is_found() {
        portfolio().file("projects/crm/notes.md", "# N\n\n[x](#nope)\n").finds(
            "broken-anchor",
            "projects/crm/notes.md",
            3,
        );
    }
}
