//! Answers to the queries of a page, as the HTML that stands in their place.

use super::super::Site;
use super::super::tables::{Place, groups, sentence};
use crate::document::query::Show;
use crate::error::Result;
use crate::exports::{queries as data, tables};
use crate::markdown::Answer;
use crate::output::Route;
use crate::rollups::query::answer;
use crate::site::charts::plot;
use crate::site::rows::Tables;
use crate::site::view::Link;
use crate::site::view::rollup::{AnswerView, Table};

/// What each query of a document is answered on the page `page`.
#[must_use]
pub fn views(site: &Site<'_>, index: usize, page: &Route) -> Vec<(u32, AnswerView)> {
    let Some(document) = site.p().documents.get(index) else { return Vec::new() };
    let place = Place::new(&site.links, page);
    let queries = document.queries.iter().enumerate();
    queries
        .map(|(at, query)| {
            let table = answer(&site.context(), index, at, query);
            let list = query.show == Show::List;
            let charts: Vec<_> = table.plots.iter().filter_map(plot).collect();
            let listed = matches!(query.show, Show::Table | Show::List);
            let name = data::page(&document.path);
            let files = tables::places(&name, &table);
            let groups = groups(&place, &table).into_iter().zip(files).map(|(group, file)| {
                let link = |label: &str, ending: &str| {
                    let route = Route::new(format!("data/{file}.{ending}"));
                    Link::to(label, page.link(&route))
                };
                Table { downloads: vec![link("CSV", "csv"), link("JSON", "json")], ..group }
            });
            let groups: Vec<Table> = groups.collect();
            let view = AnswerView {
                sentence: sentence(&place, &table.sentence),
                list,
                downloads: groups.first().map(|g| g.downloads.clone()).unwrap_or_default(),
                groups: if listed { groups } else { Vec::new() },
                empty: table.groups.is_empty() && charts.is_empty() && query.show != Show::Count,
                charts,
            };
            (query.block.start, view)
        })
        .collect()
}

/// The same as HTML.
///
/// # Errors
/// The theme's template fails.
pub fn answers(site: &Site<'_>, index: usize, page: &Route) -> Result<Vec<Answer>> {
    let one = |(offset, mut view): (u32, AnswerView)| {
        if site.theme.leaves_rows() {
            view.set_rows();
        }
        let mut out = Vec::new();
        site.theme.render("query.html", &view, &mut out)?;
        Ok(Answer { offset, html: String::from_utf8_lossy(&out).into_owned() })
    };
    views(site, index, page).into_iter().map(one).collect()
}
