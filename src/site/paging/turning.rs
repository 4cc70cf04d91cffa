//! A list told in parts, such as a log by months: whole tables go on further
//! pages, in their order, and each page leads to the others.

use super::{ROWS, figure, row_weights, split};
use crate::output::Route;
use crate::site::prose::escape_into;
use crate::site::view::rollup::{RollupPage, Table};
use crate::site::view::{Html, Link};

/// What a heading and the heads of a table weigh.
const HEAD: usize = 900;

/// Leave on a page the first of its tables; further pages hold those that
/// follow, `log.2.html`. A table that is too long for a page goes on further
/// pages of its own.
#[must_use]
pub fn turn(page: &Route, view: &mut RollupPage) -> Vec<(Route, RollupPage)> {
    let mut sets: Vec<Vec<Table>> = Vec::new();
    let mut sum = 0;
    for table in std::mem::take(&mut view.groups) {
        let weight = HEAD + row_weights(&table).iter().sum::<usize>();
        sum += weight;
        match sets.last_mut().filter(|_| sum <= ROWS) {
            Some(set) => set.push(table),
            None => {
                sum = weight;
                sets.push(vec![table]);
            }
        }
    }
    let stem = page.as_str().strip_suffix(".html").unwrap_or(page.as_str());
    let route = |n: usize| match n {
        0 => page.clone(),
        n => Route::new(format!("{stem}.{}.html", n + 1)),
    };
    let names: Vec<Link> =
        sets.iter().enumerate().map(|(n, set)| Link::to(span(set), page.link(&route(n)))).collect();
    let many = sets.len() > 1;
    let mut further = Vec::new();
    for (n, set) in sets.into_iter().enumerate() {
        if n == 0 {
            view.groups = set;
            if many {
                view.notes.extend(ways(&names, 0));
                view.body = Html::new(&foot(&names, 0));
            }
            continue;
        }
        let title = format!("{}, page {}", view.title, n + 1);
        let mut frame = view.frame.clone();
        frame.title.clone_from(&title);
        frame.json = None;
        if let Some(last) = frame.breadcrumbs.last_mut() {
            last.href = Some(page.link(page));
        }
        frame.breadcrumbs.push(Link::text(format!("page {}", n + 1)));
        let part = RollupPage {
            frame,
            title,
            terms: view.terms.clone(),
            groups: set,
            notes: ways(&names, n),
            body: Html::new(&foot(&names, n)),
            ..RollupPage::default()
        };
        further.push((route(n), part));
    }
    let mut out = split(page, view);
    for (route, mut part) in further {
        out.extend(split(&route, &mut part));
        out.push((route, part));
    }
    out
}

/// What the tables of a page are about: `March 2026 – July 2024`.
fn span(set: &[Table]) -> String {
    let title = |t: &Table| if t.title.is_empty() { t.caption.clone() } else { t.title.clone() };
    match (set.first().map(title), set.last().map(title)) {
        (Some(first), Some(last)) if first != last => format!("{first} – {last}"),
        (Some(only), _) => only,
        _ => String::new(),
    }
}

/// Which page this is, and the pages beside it.
fn ways(names: &[Link], now: usize) -> Vec<Link> {
    let mut out = vec![Link::text(format!("page {} of {}", figure(now + 1), figure(names.len())))];
    let beside = [("newer", now.checked_sub(1)), ("older", Some(now + 1))];
    for (word, at) in beside {
        if let Some(link) = at.and_then(|at| names.get(at)) {
            out.push(Link { label: format!("{word}: {}", link.label), href: link.href.clone() });
        }
    }
    out
}

/// All pages, under the last table.
fn foot(names: &[Link], now: usize) -> String {
    let mut out = String::from("<p>Pages: ");
    for (n, link) in names.iter().enumerate() {
        if n > 0 {
            out.push_str(" · ");
        }
        match link.href.as_ref().filter(|_| n != now) {
            Some(href) => {
                out.push_str("<a href=\"");
                escape_into(href, &mut out);
                out.push_str("\">");
                escape_into(&link.label, &mut out);
                out.push_str("</a>");
            }
            None => {
                out.push_str("<b>");
                escape_into(&link.label, &mut out);
                out.push_str("</b>");
            }
        }
    }
    out.push_str("</p>\n");
    out
}
