//! What stands around a page, `base.html`: head, bar and foot.

use super::put;
use crate::site::prose::escape_into;
use crate::site::view::{BarItem, Frame};
use std::fmt::Write as _;

const POLICY: &str = concat!(
    "<head>\n<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; ",
    "script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; ",
    "connect-src 'self'; form-action 'self'; base-uri 'none'\">\n",
    "<meta charset=\"utf-8\">\n",
    "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n",
    "<meta name=\"color-scheme\" content=\"light dark\">\n",
);

const BRAND: &str = concat!(
    "\"><svg viewBox=\"0 0 12 12\" aria-hidden=\"true\">",
    "<path d=\"M6 .3 11.7 6 6 11.7.3 6Z\"/></svg>",
);

const SEARCH: &str = concat!(
    "\"><svg viewBox=\"0 0 16 16\" aria-hidden=\"true\"><circle cx=\"7\" cy=\"7\" r=\"5\"/>",
    "<path d=\"m11 11 4 4\"/></svg><span>Search</span><kbd aria-hidden=\"true\">/</kbd></a>\n",
);

const REPOSITORY: &str = concat!(
    "\" title=\"Repository\"><svg viewBox=\"0 0 16 16\" aria-hidden=\"true\">",
    "<circle cx=\"4\" cy=\"3.5\" r=\"1.7\"/><circle cx=\"4\" cy=\"12.5\" r=\"1.7\"/>",
    "<circle cx=\"12\" cy=\"5.5\" r=\"1.7\"/>",
    "<path d=\"M4 5.2v5.6M12 7.2c0 3-4 2.3-7 3.9\"/></svg>",
    "<span class=\"vh\">Repository</span></a>\n",
);

/// All that stands before the content of a page of the class `class`.
pub(super) fn open(frame: &Frame, class: &str, out: &mut String) {
    head(frame, out);
    out.extend(["<body class=\"", class, "\">\n"]);
    out.push_str("<a class=\"skip\" href=\"#main\">Skip to content</a>\n");
    bar(frame, out);
    out.push_str("<div class=\"sheet\">\n<div class=\"print-head\" aria-hidden=\"true\"><span>");
    put("", &frame.book_title, " · ", out);
    put("", &frame.title, "</span>", out);
    if let Some(day) = &frame.as_of {
        put("<span>As of ", &day.long, "</span>", out);
    }
    out.push_str("</div>\n");
    some("<p class=\"rewound\" role=\"note\">", &frame.rewound, "</p>\n", out);
    out.push_str("<div class=\"body\">\n");
}

/// All that stands after it.
pub(super) fn close(frame: &Frame, out: &mut String) {
    out.push_str("\n</div>\n</div>\n<footer class=\"foot\">\n");
    put("<span>", &frame.book_title, "</span>", out);
    if let Some(source) = &frame.source {
        out.push(' ');
        source.write(out);
    }
    if !frame.data.is_empty() {
        out.push_str(" <span class=\"take\">");
        let json = frame.json.as_deref().unwrap_or_default();
        some("<a href=\"", json, "\">This page as JSON</a> ", out);
        put("<a href=\"", &frame.data, "\">Data</a></span>", out);
    }
    out.push_str("\n</footer>\n</body>\n</html>\n");
}

fn head(frame: &Frame, out: &mut String) {
    put("<!doctype html>\n<html lang=\"", &frame.lang, "\" dir=\"", out);
    put("", &frame.dir, "\"", out);
    some(" data-theme=\"", &frame.default_theme, "\"", out);
    out.extend([">\n", POLICY]);
    put("<title>", &frame.title, "", out);
    if frame.title != frame.book_title {
        put(" · ", &frame.book_title, "", out);
    }
    out.push_str("</title>\n");
    some("<meta name=\"description\" content=\"", &frame.description, "\">\n", out);
    some("<link rel=\"icon\" href=\"", &frame.icon, "\">\n", out);
    for href in frame.css.iter() {
        put("<link rel=\"stylesheet\" href=\"", href, "\">\n", out);
    }
    some("<script src=\"", &frame.head_js, "\"></script>\n", out);
    for href in frame.js.iter() {
        put("<script defer src=\"", href, "\"></script>\n", out);
    }
    let reload = frame.live_reload.as_deref().unwrap_or_default();
    some("<script defer src=\"", reload, "\"></script>\n", out);
    let json = frame.json.as_deref().unwrap_or_default();
    some("<link rel=\"alternate\" type=\"application/json\" href=\"", json, "\">\n", out);
    let feed = "<link rel=\"alternate\" type=\"application/atom+xml\" href=\"";
    some(feed, &frame.feed, "\" title=\"Status reports\">\n", out);
    out.push_str("</head>\n");
}

fn bar(frame: &Frame, out: &mut String) {
    out.push_str("<header class=\"bar\">\n");
    put("<a class=\"brand\" href=\"", &frame.home, BRAND, out);
    put("", &frame.book_title, "</a>\n", out);
    out.push_str("<details class=\"menu\"><summary>Menu</summary>\n<nav aria-label=\"Site\"><ul>");
    for item in frame.bar.iter() {
        bar_item(item, out);
    }
    out.push_str("\n</ul></nav>\n</details>\n");
    some("<a class=\"search-open\" href=\"", &frame.search, SEARCH, out);
    some("<a class=\"repository\" href=\"", &frame.repository, REPOSITORY, out);
    out.push_str("<div class=\"tools\" data-tools></div>\n</header>\n");
}

fn bar_item(item: &BarItem, out: &mut String) {
    put("\n<li><a href=\"", &item.href, "\"", out);
    some(" aria-current=\"", item.current, "\"", out);
    put(">", &item.label, "", out);
    some("<span class=\"vh\"> ", item.spoken, "</span>", out);
    if let Some(count) = item.count.filter(|count| *count > 0) {
        // Writing to a text cannot fail.
        let _ = write!(out, " <span class=\"count\">{count}</span>");
    }
    out.push_str("</a></li>");
}

/// Escaped text between two pieces of markup; nothing where there is no text.
fn some(before: &str, text: &str, after: &str, out: &mut String) {
    if !text.is_empty() {
        out.push_str(before);
        escape_into(text, out);
        out.push_str(after);
    }
}
