//! `broken-link`: a link leads to no file of the book, or out of it.

use super::{Context, Defaults, Rule};
use crate::finding::{Finding, Severity};
use crate::portfolio::Resolved;
use crate::text::nearest;

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
            match to {
                Resolved::Broken(path) => {
                    let what = if link.image { "image" } else { "link" };
                    let message = format!("{what} to `{}`, which is not in the book", link.dest);
                    let files = p
                        .documents
                        .iter()
                        .map(|d| &*d.path)
                        .chain(p.assets.iter().map(|a| &*a.path));
                    let guess = nearest(path, files).filter(|_| p.documents.len() < 20_000);
                    if p.assets.iter().any(|a| *a.path == **path) {
                        let message = format!("{what} to `{}`, which is not published", link.dest);
                        let ending = path.rsplit('.').next().unwrap_or_default();
                        let help = format!(
                            "files ending in `.{ending}` are left out unless `[assets] allow` in `book.toml` names them"
                        );
                        out.push(document.finding(RULE.name, link.span, message).help(help));
                        continue;
                    }
                    let help = match guess {
                        Some(near) => format!("did you mean `{}`?", relative(&document.path, near)),
                        None => format!("create `{path}`, or correct the link"),
                    };
                    out.push(document.finding(RULE.name, link.span, message).help(help));
                }
                Resolved::Outside => {
                    let message = format!("link to `{}` leads outside the book", link.dest);
                    out.push(
                        document
                            .finding(RULE.name, link.span, message)
                            .help("move the file into the book, or link to its address"),
                    );
                }
                _ => {}
            }
        }
    }
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
}
