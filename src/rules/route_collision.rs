//! `route-collision`: two sources would be the same page.

use super::{Context, Defaults, Rule};
use crate::assets::published;
use crate::finding::{Finding, Severity};
use crate::kinds::Role;
use crate::output::Route;
use crate::portfolio::Portfolio;
use crate::portfolio::routes::{document_route, is_folder_page, made_by_site};
use crate::text::{Position, Span};
use std::collections::HashMap;
use std::sync::Arc;

pub(super) static RULE: Rule = Rule {
    name: "route-collision",
    summary: "Two sources would be the same page of the site, or one would take the place of a page the site makes.",
    why: "Only one of the two can be published; the other would be lost without a word.",
    defaults: Defaults::Flat(Severity::Deny),
    example: "=== handbook/a.md\n# A\n=== handbook/a/index.md\n# A\n=== handbook/a.html.md\n# B\n=== handbook/index.md\n# H\n=== handbook/README.md\n# H\n",
    remedy: "=== handbook/a.md\n# A\n=== handbook/b/index.md\n# A\n=== handbook/index.md\n# H\n",
    check: Some(check),
};

fn check(context: &Context<'_>, out: &mut Vec<Finding>) {
    let p = context.portfolio;
    let mut first: HashMap<Route, Arc<str>> = HashMap::new();
    let sources = p
        .documents
        .iter()
        .enumerate()
        .filter(|(i, _)| !shown_elsewhere(p, *i))
        .map(|(i, d)| (document_route(p, i), d.path.clone()));
    let assets = p
        .assets
        .iter()
        .filter(|a| published(&a.path, &p.config))
        .map(|a| (Route::new(a.path.clone()), a.path.clone()));
    for (route, path) in sources.chain(assets) {
        if let Some(what) = made_by_site(p, &route) {
            let message = format!("`{path}` would be `{route}`, which is {what}");
            out.push(
                Finding::new(RULE.name, path, Span::at(0), Position::default(), message)
                    .help("rename the file: it is not published"),
            );
            continue;
        }
        let Some(earlier) = first.get(&route).cloned() else {
            first.insert(route, path);
            continue;
        };
        out.push(
            Finding::new(
                RULE.name,
                path.clone(),
                Span::at(0),
                Position::default(),
                format!("`{path}` and `{earlier}` would both be the page `{route}`"),
            )
            .help("rename one of the two, or merge them")
            .related(
                earlier,
                Span::at(0),
                Position::default(),
                "this one is published",
            ),
        );
    }
}

/// The page of a project's folder, or of the book, is shown on the project's
/// page or the portfolio's, and so collides with nothing.
fn shown_elsewhere(p: &Portfolio, index: usize) -> bool {
    let Some(document) = p.documents.get(index).filter(|d| is_folder_page(&d.path)) else {
        return false;
    };
    let card = |project: &crate::portfolio::Project| {
        p.documents.get(project.card).is_some_and(|c| c.kind.role == Role::Card)
            && project.card != index
    };
    p.projects.iter().any(|project| *project.folder == *document.folder() && card(project))
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::portfolio;

    #[test]
    fn a_readme_beside_a_card_is_shown_on_the_projects_page() {
        portfolio().file("projects/crm/README.md", "# About\n").silent("route-collision");
    }

    #[test]
    fn an_attachment_may_not_take_a_pages_place() {
        let fixture = portfolio()
            .config("[assets]\nallow = [\"html\"]\n")
            .file("handbook/a.md", "# A\n")
            .file("handbook/a.html", "<p>");
        fixture.finds("route-collision", "handbook/a.html", 1);
    }

    #[test]
    fn a_source_may_not_take_the_place_of_a_page_the_site_makes() {
        let made = ["404.md", "portfolio/raid.md", "projects/crm/-/raid.md"];
        for path in made {
            let found = portfolio().file(path, "# A\n").finds("route-collision", path, 1);
            assert!(found.message.contains("which is"), "{}", found.message);
        }
        for path in ["portfolio/about.md", "projects/crm/-/about.md", "handbook/404.md"] {
            portfolio().file(path, "# A\n").silent("route-collision");
        }
    }
}
