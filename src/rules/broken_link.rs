//! `broken-link`: a link leads to no file of the book, or out of it.

use super::{Context, Defaults, Rule};
use crate::finding::{Finding, Severity};
use crate::markdown::Link;
use crate::portfolio::{Portfolio, Resolved};
use crate::text::{LineIndex, nearest};

pub(super) static RULE: Rule = Rule {
    name: "broken-link",
    summary: "A link leads to a file that is not in the book.",
    why: "A reader who follows the link finds nothing, and evidence that cannot be opened proves nothing.",
    defaults: Defaults::Flat(Severity::Deny),
    example: "=== projects/crm/notes.md\n# Notes\n\nSee the [charter](chatrer.md).\n",
    remedy: "=== projects/crm/notes.md\n# Notes\n\nSee the [charter](charter.md).\n",
    check: Some(check),
};

fn check(context: &Context<'_>, out: &mut Vec<Finding>) {
    let p = context.portfolio;
    for (document, resolved) in p.documents.iter().zip(&p.links) {
        for (link, to) in document.outline.links.iter().zip(resolved) {
            let found = judge(p, &document.path, link, to);
            out.extend(
                found.map(|(message, help)| {
                    document.finding(RULE.name, link.span, message).help(help)
                }),
            );
        }
    }
    let Some((path, text)) = &p.summary else { return };
    let lines = LineIndex::new(text);
    for (link, to) in &p.summary_links {
        let found = judge(p, path, link, to);
        out.extend(found.map(|(message, help)| {
            let at = lines.position(link.span.start);
            Finding::new(RULE.name, path.clone(), link.span, at, message).help(help)
        }));
    }
}

/// What is wrong with a link of the file `from`, and how to mend it.
fn judge(p: &Portfolio, from: &str, link: &Link, to: &Resolved) -> Option<(String, String)> {
    let path = match to {
        Resolved::Broken(path) => path,
        Resolved::Outside => {
            let message = format!("link to `{}` leads outside the book", link.dest);
            return Some((message, "move the file into the book, or link to its address".into()));
        }
        _ => return None,
    };
    let what = if link.image { "image" } else { "link" };
    if p.assets.iter().any(|a| *a.path == **path) {
        let message = format!("{what} to `{}`, which is not published", link.dest);
        let ending = path.rsplit('.').next().unwrap_or_default();
        let help = format!(
            "files ending in `.{ending}` are left out unless `[assets] allow` in `book.toml` names them"
        );
        return Some((message, help));
    }
    let message = format!("{what} to `{}`, which is not in the book", link.dest);
    let files = p.documents.iter().map(|d| &*d.path).chain(p.assets.iter().map(|a| &*a.path));
    let help = match nearest(path, files).filter(|_| p.documents.len() < 20_000) {
        Some(near) => format!("did you mean `{}`?", relative(from, near)),
        None => format!("create `{}`, or correct the link", p.in_book(path)),
    };
    Some((message, help))
}

/// A path as a link in the file `from`.
fn relative(from: &str, to: &str) -> String {
    crate::output::Route::new(from).link(&crate::output::Route::new(to))
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::portfolio;

    #[test]
    fn links_to_folders_html_twins_and_assets_are_sound() {
        portfolio()
            .file("projects/crm/a.svg", "<svg/>")
            .file("projects/crm/notes.md", "# N\n\n[a](../crm/) [b](charter.html) ![c](a.svg) [d](#n) [e](/projects/crm/charter.md) [f](raid.yaml)\n")
            .silent("broken-link");
    }

    #[test]
    fn a_link_out_of_the_book_is_found_where_it_stands() {
        portfolio()
            .file("projects/crm/notes.md", "# N\n\ntext [x](../../../../etc/passwd)\n")
            .finds("broken-link", "projects/crm/notes.md", 3);
    }

    #[test]
    fn an_entry_of_the_summary_that_leads_nowhere_is_found() {
        let summary = "# Summary\n\n- [Home](index.md)\n- [Draft]()\n- [Notes](projects/crm/nots.md)\n- [Web](https://example.org/)\n";
        let found = portfolio()
            .file("index.md", "# Home\n")
            .file("projects/crm/notes.md", "# Notes\n")
            .file("SUMMARY.md", summary);
        let found = found.finds("broken-link", "SUMMARY.md", 5);
        assert_eq!(found.at.column, 11);
        assert_eq!(found.help.as_deref(), Some("did you mean `projects/crm/notes.md`?"));
        portfolio()
            .file("projects/crm/notes.md", "# Notes\n")
            .file("SUMMARY.md", &summary.replace("nots", "notes").replace("[Home](index.md)", ""))
            .silent("broken-link");
    }
}
