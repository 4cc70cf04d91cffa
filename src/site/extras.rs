//! Files beside the pages: the theme's assets, the book's images and
//! attachments, sitemap, redirects, the 404 page, and what this build was.

use super::Site;
use super::frame::{Place, frame};
use super::prose::escape_into as escape;
use super::view::document::NotFoundPage;
use super::view::{Link, Shared};
use crate::assets::published;
use crate::error::Result;
use crate::output::{Route, Sink};
use crate::portfolio::routes::{made_by_site, redirected};
use crate::tree::ReadError;
use rayon::prelude::*;

/// Write them all; the number of files copied from the book.
pub(super) fn write(
    site: &Site<'_>,
    sink: &dyn Sink,
    routes: &[&Route],
    extra: &[(String, Vec<u8>)],
) -> Result<usize> {
    for (route, bytes) in site.theme.assets() {
        sink.put(&Route::new(route), None, bytes)?;
    }
    for (route, bytes) in extra {
        sink.put(&Route::new(route.as_str()), None, bytes)?;
    }
    not_found(site, sink)?;
    sitemap(site, sink, routes)?;
    redirects(site, sink, routes)?;
    build_json(site, sink, routes.len())?;
    let p = site.p();
    // A file whose place a page has is a finding, and is not copied.
    let free = |path: &str| {
        let route = Route::new(path);
        routes.binary_search(&&route).is_err() && made_by_site(p, &route).is_none()
    };
    let assets: Vec<_> =
        p.assets.iter().filter(|a| published(&a.path, &p.config) && free(&a.path)).collect();
    assets.par_iter().try_for_each(|asset| match site.tree.read(&asset.path) {
        Ok(bytes) => sink.put(&Route::new(asset.path.clone()), None, &bytes),
        Err(ReadError::Io(error)) => Err(error),
        Err(ReadError::Finding(_)) => Ok(()),
    })?;
    Ok(assets.len())
}

/// The page for what is not there; with `site-url` its links hold for any path.
fn not_found(site: &Site<'_>, sink: &dyn Sink) -> Result<()> {
    let route = Route::new("404.html");
    let mut frame = frame(site, &route, "Page not found", Place::Folder(""));
    frame.breadcrumbs.clear();
    let base = site
        .p()
        .config
        .html
        .site_url
        .as_deref()
        .map(|url| format!("{}/", url.trim_end_matches('/')));
    let mut links = vec![Link::to(
        if site.p().projects.is_empty() { "Home" } else { "Portfolio" },
        "index.html",
    )];
    if let Some(base) = &base {
        let absolute = |href: &mut String| *href = format!("{base}{href}");
        let all = |hrefs: &[String]| {
            let mut hrefs = hrefs.to_vec();
            hrefs.iter_mut().for_each(absolute);
            Shared::new(hrefs)
        };
        (frame.css, frame.js) = (all(&frame.css), all(&frame.js));
        [
            &mut frame.head_js,
            &mut frame.icon,
            &mut frame.home,
            &mut frame.search,
            &mut frame.feed,
            &mut frame.data,
        ]
        .into_iter()
        .filter(|h| !h.is_empty())
        .for_each(absolute);
        let mut bar = frame.bar.to_vec();
        bar.iter_mut().map(|b| &mut b.href).for_each(absolute);
        frame.bar = Shared::new(bar);
        links.iter_mut().filter_map(|l| l.href.as_mut()).for_each(absolute);
    }
    let mut out = Vec::new();
    site.theme.render("404.html", &NotFoundPage { frame, links }, &mut out)?;
    sink.put(&route, None, &out)
}

/// `sitemap.xml`, where the site's address is known.
fn sitemap(site: &Site<'_>, sink: &dyn Sink, routes: &[&Route]) -> Result<()> {
    let Some(base) = site.p().config.html.site_url.as_deref().filter(|u| u.starts_with("http"))
    else {
        return Ok(());
    };
    let base = base.trim_end_matches('/');
    let mut out = String::from(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">\n",
    );
    for route in routes {
        out.push_str("<url><loc>");
        let path: Vec<String> = route.as_str().split('/').map(crate::output::encode).collect();
        escape(&format!("{base}/{}", path.join("/")), &mut out);
        out.push_str("</loc></url>\n");
    }
    out.push_str("</urlset>\n");
    sink.put(&Route::new("sitemap.xml"), None, out.as_bytes())
}

/// Small pages at old routes that lead to the new ones. An address of the
/// book's own is made relative; others must be `http` or `https`.
fn redirects(site: &Site<'_>, sink: &dyn Sink, routes: &[&Route]) -> Result<()> {
    for redirect in &site.p().config.html.redirect {
        let Some(route) = redirected(redirect) else { continue };
        if routes.binary_search(&&route).is_ok() || made_by_site(site.p(), &route).is_some() {
            continue;
        }
        let to = &redirect.to;
        let href = match to.strip_prefix('/') {
            Some(path) => {
                let path = path.trim_start_matches('/');
                let (file, rest) = path.split_at(path.find(['#', '?']).unwrap_or(path.len()));
                format!("{}{rest}", route.link(&Route::new(file)))
            }
            None => to.clone(),
        };
        let (mut target, mut language) = (String::new(), String::new());
        escape(&href, &mut target);
        escape(&site.p().config.language, &mut language);
        let page = format!(
            "<!doctype html>\n<html lang=\"{language}\">\n<meta charset=\"utf-8\">\n<title>Moved</title>\n<meta http-equiv=\"refresh\" content=\"0; url={target}\">\n<link rel=\"canonical\" href=\"{target}\">\n<p>This page has moved to <a href=\"{target}\">{target}</a>.</p>\n</html>\n"
        );
        sink.put(&route, None, page.as_bytes())?;
    }
    Ok(())
}

/// What this build was: changes from day to day, so it stands apart from pages.
fn build_json(site: &Site<'_>, sink: &dyn Sink, pages: usize) -> Result<()> {
    let value = serde_json::json!({
        "generator": concat!("milepost ", env!("CARGO_PKG_VERSION")),
        "as_of": site.p().as_of.to_string(),
        "pages": pages,
        "projects": site.p().projects.len(),
        "findings": site.checked.findings.len(),
    });
    let mut text = serde_json::to_string_pretty(&value).unwrap_or_default();
    text.push('\n');
    sink.put(&Route::new("build.json"), None, text.as_bytes())
}
