//! `unpublished-file`: a page, script or server file lies among the content.

use super::{Context, Defaults, Rule};
use crate::assets::{published, risky};
use crate::finding::{Finding, Severity};
use crate::text::{Position, Span};

pub(super) static RULE: Rule = Rule {
    name: "unpublished-file",
    summary: "A web page, a script, or a file that steers a web server lies among the content and is left out.",
    why: "Such a file would run in readers' browsers or change how the site is served, past every check that documents go through.",
    defaults: Defaults::Flat(Severity::Deny),
    example: "=== handbook/_redirects\n/ /elsewhere\n",
    remedy: "=== handbook/redirects.md\n# Redirects\n",
    check: Some(check),
};

fn check(context: &Context<'_>, out: &mut Vec<Finding>) {
    let p = context.portfolio;
    for asset in p.assets.iter().filter(|a| risky(&a.path) && !published(&a.path, &p.config)) {
        let name = asset.path.rsplit('/').next().unwrap_or(&asset.path);
        let finding = Finding::new(
            RULE.name,
            asset.path.clone(),
            Span::at(0),
            Position::default(),
            format!("`{}` is not published", asset.path),
        );
        out.push(finding.help(format!(
            "move it out of the book, or name it in `book.toml`: `[assets] allow = [\"{name}\"]`"
        )));
    }
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::portfolio;

    #[test]
    fn what_book_toml_allows_is_published() {
        portfolio()
            .config("[assets]\nallow = [\"html\"]\n")
            .file("handbook/a.html", "<p>")
            .silent("unpublished-file");
    }

    #[test]
    fn secrets_are_left_out_without_a_word() {
        portfolio().file("id_rsa", "KEY").file("key.pem", "KEY").silent("unpublished-file");
    }
}
