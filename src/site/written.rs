//! The page of a document as HTML, written without templates: documents are
//! most pages of a book, and a template takes many times as long for them.
//!
//! What is written is what `document.html` of the default theme prints with
//! what it builds on, byte for byte: the templates stay the description, and a
//! test compares the two. A theme with a file of its own for one of
//! [`TEMPLATES`] sets its documents by templates. To change a template, change
//! its function here as well; the test says where they differ.

mod frame;

use super::prose::{escape_into, literals_into};
use super::rows::{chip, marks, time};
use super::view::document::{DocumentPage, Fact, Heading, Note, NoteSeverity};
use super::view::project::{HealthGrid, HealthRow};
use super::view::{Link, Segment};

/// The templates that say how the page of a document looks.
pub const TEMPLATES: [&str; 11] = [
    "base.html",
    "components/chip.html",
    "components/crumbs.html",
    "components/day.html",
    "components/health_grid.html",
    "components/link.html",
    "components/mark.html",
    "components/marks.html",
    "components/note.html",
    "components/sentence.html",
    "document.html",
];

/// What a page holds beside its text, in bytes: enough for most.
pub(super) const FURNITURE: usize = 16 << 10;

/// The page of a document around its text, `body`, which the view need not
/// hold.
#[must_use]
pub fn document(page: &DocumentPage, body: &str) -> String {
    let mut out = String::with_capacity(body.len() + FURNITURE);
    frame::open(&page.frame, "page document", &mut out);
    content(page, body, &mut out);
    frame::close(&page.frame, &mut out);
    out
}

/// `document.html`: its block `content`.
fn content(page: &DocumentPage, body: &str, out: &mut String) {
    out.push('\n');
    if !page.frame.section_nav.is_empty() {
        out.push_str("<details class=\"side\"><summary>In this section</summary>");
        out.extend(["<nav aria-label=\"Section\">", page.frame.section_nav.as_str()]);
        out.push_str("</nav></details>\n");
    }
    out.push_str("<main id=\"main\">\n");
    crumbs(&page.frame.breadcrumbs, out);
    put("\n<h1>", &page.title, "", out);
    if let Some(health) = &page.health {
        out.push_str(" <span class=\"h1-chip\">");
        chip(health, out);
        out.push_str("</span>");
    }
    out.push_str("</h1>\n");
    facts(&page.facts, out);
    if !page.banner.is_empty() {
        let start = "<p class=\"banner\"><b>This document has a fault.</b> ";
        put(start, &page.banner, "</p>\n", out);
    }
    if !page.findings.is_empty() {
        out.push_str("<ul class=\"notes\" aria-label=\"Findings\">");
        for finding in &page.findings {
            note(finding, out);
        }
        out.push_str("</ul>\n");
    }
    if let Some(grid) = &page.history {
        health_grid(grid, out);
        out.push('\n');
    }
    out.extend(["<article class=\"prose\">\n", body, "\n</article>\n"]);
    if !page.changed.is_empty() {
        out.push_str("<p class=\"footnote changed\">");
        sentence(&page.changed, out);
        out.push_str("</p>\n");
    }
    if !page.backlinks.is_empty() {
        out.push_str("<section class=\"backlinks\"><h2>Mentioned in</h2><ul>");
        for link in &page.backlinks {
            out.push_str("<li>");
            link.write(out);
            out.push_str("</li>");
        }
        out.push_str("</ul></section>\n");
    }
    pager(page.previous.as_ref(), page.next.as_ref(), out);
    out.push_str("</main>\n");
    contents(&page.contents, out);
}

/// `components/crumbs.html`.
fn crumbs(crumbs: &[Link], out: &mut String) {
    if crumbs.is_empty() {
        return;
    }
    out.push_str("<nav class=\"crumbs\" aria-label=\"Breadcrumbs\"><ol>");
    for crumb in crumbs {
        out.push_str("<li>");
        match crumb.href.as_deref().filter(|href| !href.is_empty()) {
            Some(_) => crumb.write(out),
            None => put("<span aria-current=\"page\">", &crumb.label, "</span>", out),
        }
        out.push_str("</li>");
    }
    out.push_str("</ol></nav>\n");
}

fn facts(facts: &[Fact], out: &mut String) {
    if facts.is_empty() {
        return;
    }
    out.push_str("<dl class=\"facts\">");
    for Fact { label, value, chip: rating } in facts {
        put("\n<div><dt>", label, "</dt><dd>", out);
        if let Some(rating) = rating {
            chip(rating, out);
            out.push(' ');
        }
        out.extend([value.as_str(), "</dd></div>"]);
    }
    out.push_str("\n</dl>\n");
}

/// `components/note.html`.
fn note(note: &Note, out: &mut String) {
    let (class, word) = match note.severity {
        NoteSeverity::Deny => ("deny", "Error"),
        NoteSeverity::Warn => ("warn", "Warning"),
        NoteSeverity::Note => ("note", "Note"),
    };
    out.extend(["<li class=\"note ", class, "\">\n<p class=\"what\"><b>", word, "</b> "]);
    literals_into(&note.message, out);
    out.push_str("</p>\n");
    if !note.help.is_empty() {
        out.push_str("<p class=\"help\">");
        literals_into(&note.help, out);
        out.push_str("</p>\n");
    }
    out.push_str("<p class=\"where\">");
    note.place.write(out);
    out.push_str(" · ");
    note.rule.write(out);
    out.push_str("</p>\n</li>");
}

/// `components/health_grid.html`.
pub(super) fn health_grid(grid: &HealthGrid, out: &mut String) {
    out.push_str("<section class=\"group health-grid\" id=\"health\">\n");
    put("<div class=\"head\"><h2>", &grid.title, "</h2>", out);
    if let Some(latest) = &grid.latest {
        out.push_str("<p class=\"downloads\">");
        latest.write(out);
        out.push_str("</p>");
    }
    out.push_str(concat!(
        "</div>\n<div class=\"scroll box\"><table>\n",
        "<caption class=\"vh\">Health per dimension: earlier reports, what the latest report ",
        "says, and why</caption>\n",
        "<thead class=\"vh\"><tr><th scope=\"col\">Dimension</th><th scope=\"col\">Reports</th>",
        "<th scope=\"col\">Latest</th><th scope=\"col\">Trend</th>",
        "<th scope=\"col\">Reason</th></tr></thead>\n<tbody>",
    ));
    for row in &grid.rows {
        health_row(row, out);
    }
    out.push_str("\n</tbody>\n");
    if let (Some(from), Some(to)) = (&grid.from, &grid.to) {
        out.push_str("<tfoot><tr><td></td><td class=\"c-history ends\"><span>");
        time(from, out);
        out.push_str("</span><span>");
        time(to, out);
        out.push_str("</span></td><td class=\"now\"></td><td colspan=\"2\"></td></tr></tfoot>\n");
    }
    out.push_str("</table></div>\n");
    if !grid.caption.is_empty() {
        put("<p class=\"footnote\">", &grid.caption, "</p>", out);
    }
    out.push_str("\n</section>");
}

fn health_row(row: &HealthRow, out: &mut String) {
    put("\n<tr><th scope=\"row\">", &row.label, "</th>\n<td class=\"c-history\">", out);
    if !row.marks.marks.is_empty() {
        marks(&row.marks, out);
    }
    out.push_str("</td>\n<td class=\"now\">");
    chip(&row.chip, out);
    let (class, word) = (row.trend.class(), row.trend.word());
    out.push_str("</td>\n<td class=\"c-trend\"><span class=\"trend ");
    out.extend([class, "\" title=\"", word, "\"><span aria-hidden=\"true\">", row.trend.arrow()]);
    out.extend(["</span><span class=\"vh\">", word, "</span></span></td>\n<td class=\"why\">"]);
    if !row.why.is_empty() {
        out.extend(["<span>", row.why.as_str(), "</span>"]);
    }
    if !row.path.is_empty() {
        out.extend([" <span class=\"path\">", row.path.as_str(), "</span>"]);
    }
    if !row.data.is_empty() {
        out.extend([" <span class=\"says\">", row.data.as_str(), "</span>"]);
    }
    out.push_str("</td></tr>");
}

/// `components/sentence.html`.
pub(super) fn sentence(segments: &[Segment], out: &mut String) {
    for Segment { text, rag, href } in segments {
        match (href.as_deref().filter(|href| !href.is_empty()), rag) {
            (Some(href), rag) => {
                put("<a href=\"", href, "\"", out);
                if let Some(rag) = rag {
                    out.extend([" class=\"t-", rag.class(), "\""]);
                }
                out.push('>');
                literals_into(text, out);
                out.push_str("</a>");
            }
            (None, Some(rag)) => {
                out.extend(["<strong class=\"t-", rag.class(), "\">"]);
                literals_into(text, out);
                out.push_str("</strong>");
            }
            (None, None) => literals_into(text, out),
        }
    }
}

fn pager(previous: Option<&Link>, next: Option<&Link>, out: &mut String) {
    if previous.is_none() && next.is_none() {
        return;
    }
    let turn = |link: Option<&Link>, rel: &str, word: &str, out: &mut String| {
        if let Some(Link { label, href }) = link {
            out.extend(["<a rel=\"", rel]);
            put("\" href=\"", href.as_deref().unwrap_or_default(), "\"><span>", out);
            out.extend([word, "</span>"]);
            put("", label, "</a>", out);
        }
        out.push('\n');
    };
    out.push_str("<nav class=\"pager\" aria-label=\"Previous and next\">\n");
    turn(previous, "prev", "Previous", out);
    turn(next, "next", "Next", out);
    out.push_str("</nav>\n");
}

fn contents(headings: &[Heading], out: &mut String) {
    if headings.len() < 2 {
        return;
    }
    out.push_str("<details class=\"toc\"><summary>On this page</summary>");
    out.push_str("<nav aria-label=\"On this page\"><ul>");
    for Heading { level, id, text } in headings {
        out.push_str(if *level == 2 { "<li class=\"h2\">" } else { "<li class=\"h3\">" });
        put("<a href=\"#", id, "\">", out);
        put("", text, "</a></li>", out);
    }
    out.push_str("</ul></nav></details>\n");
}

/// Escaped text between two pieces of markup.
fn put(before: &str, text: &str, after: &str, out: &mut String) {
    out.push_str(before);
    escape_into(text, out);
    out.push_str(after);
}

#[cfg(test)]
mod tests;
