//! `broken-redirect`: a redirect of `book.toml` leads to no page, or stands
//! where a page is.

use super::{Context, Defaults, Rule};
use crate::assets::published;
use crate::config::FILE;
use crate::finding::{Finding, Severity};
use crate::output::Route;
use crate::portfolio::routes::{document_route, folder_route, made_by_site, redirected, redirects};
use crate::text::{Span, nearest};
use std::collections::BTreeSet;

pub(super) static RULE: Rule = Rule {
    name: "broken-redirect",
    summary: "A redirect of `book.toml` leads to no page of the site, or stands where a page is.",
    why: "Who follows an old address finds nothing. Where there is a page, the page is published and the redirect never acts.",
    defaults: Defaults::Flat(Severity::Warn),
    example: "=== book.toml\n[output.html.redirect]\n\"/old.html\" = \"/projects/crm/chatrer.html\"\n",
    remedy: "=== book.toml\n[output.html.redirect]\n\"/old.html\" = \"/projects/crm/charter.html\"\n",
    check: Some(check),
};

fn check(context: &Context<'_>, out: &mut Vec<Finding>) {
    let p = context.portfolio;
    if p.config.html.redirect.is_empty() {
        return;
    }
    let folders = p.documents.iter().flat_map(|d| {
        let parts = d.path.match_indices('/').filter_map(|(i, _)| d.path.get(..i));
        std::iter::once("").chain(parts).map(folder_route)
    });
    let files = p.assets.iter().filter(|a| published(&a.path, &p.config));
    let mut routes: BTreeSet<Route> = folders.collect();
    routes.extend((0..p.documents.len()).map(|i| document_route(p, i)));
    routes.extend(files.map(|a| Route::new(a.path.clone())));
    let at = |span: Span, message: String| {
        Finding::new(RULE.name, FILE.into(), span, p.config.lines.position(span.start), message)
    };
    let moved: BTreeSet<Route> = p.config.html.redirect.iter().filter_map(redirected).collect();
    for redirect in &p.config.html.redirect {
        let Some(from) = redirected(redirect) else {
            let message =
                format!("`{}` is a place on a page, and is not redirected", redirect.from);
            let help = "redirect the page, without what follows `#`";
            out.push(at(redirect.at.0, message).help(help));
            continue;
        };
        if routes.contains(&from) || made_by_site(p, &from).is_some() {
            let message = format!("`{from}` is a page of the site, so its redirect never acts");
            out.push(at(redirect.at.0, message).help("remove the redirect, or rename the page"));
        }
        let Some(to) = redirects(redirect, &from) else { continue };
        if to == from {
            let message = format!("`{from}` is redirected to itself");
            out.push(at(redirect.at.1, message).help("name the page's new address"));
            continue;
        }
        // Further pages of registers and what pages load are not known here.
        let inner = to.as_str().starts_with("assets/") || to.as_str().contains("-/");
        if inner || routes.contains(&to) || moved.contains(&to) || made_by_site(p, &to).is_some() {
            continue;
        }
        let message = format!("`{from}` is redirected to `{to}`, which is no page of the site");
        let help = match nearest(to.as_str(), routes.iter().map(Route::as_str)) {
            Some(near) => format!("did you mean `/{near}`?"),
            None => "name a page by its path from the site's root: `/projects/a/index.html`".into(),
        };
        out.push(at(redirect.at.1, message).help(help));
    }
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::rules::testing::portfolio;

    fn said(table: &str) -> Vec<(u32, u32, String, String)> {
        let fixture = portfolio()
            .config(&format!("[output.html.redirect]\n{table}"))
            .file("handbook/a/b.md", "# B\n");
        let found = fixture.findings().into_iter().filter(|f| f.rule == RULE.name);
        found.map(|f| (f.at.line, f.at.column, f.message, f.help.unwrap_or_default())).collect()
    }

    #[test]
    fn pages_folders_roll_ups_files_and_other_sites_are_led_to() {
        let table = "\"/a.html\" = \"/projects/crm/index.html#risks\"\n\"/b.html\" = \"handbook/a/\"\n\
                     \"/c/d.html\" = \"../handbook/a/b.html\"\n\"/e.html\" = \"/portfolio/raid.html\"\n\
                     \"/f.html\" = \"https://example.org/x\"\n\"/g.html\" = \"a.html\"\n\"/h/\" = \"/\"\n";
        assert_eq!(said(table), []);
    }

    #[test]
    fn what_leads_nowhere_or_never_acts_is_told_at_its_place() {
        let table = "\"/a.html\" = \"handbok/a/b.html\"\n\"/handbook/a/b.html\" = \"/\"\n\
                     \"/portfolio/raid.html\" = \"/\"\n\"/d.html\" = \"d.html\"\n\"/e.html\" = \"../x.html\"\n";
        let all = said(table);
        let at: Vec<_> = all.iter().map(|(line, column, ..)| (*line, *column)).collect();
        assert_eq!(at, [(2, 13), (3, 1), (4, 1), (5, 13), (6, 13)], "{all:?}");
        assert_eq!(all[0].3, "did you mean `/handbook/a/b.html`?");
        assert!(all[1].2.ends_with("so its redirect never acts"), "{all:?}");
        assert_eq!(all[3].2, "`d.html` is redirected to itself");
        let place = said("\"/c.html#x\" = \"/\"\n");
        assert_eq!(place[0].2, "`c.html#x` is a place on a page, and is not redirected");
    }
}
