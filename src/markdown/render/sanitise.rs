//! The second fence for pages that hold raw HTML beyond plain inline tags: the whole page goes through
//! ammonia, which knows the elements, attributes and classes our writer makes
//! and closes what an author left open. What an author wrote has passed the
//! first fence (the writer's list) before, so nesting is bounded here.

use super::super::raw;
use ammonia::Builder;
use std::collections::{HashMap, HashSet};

/// Largest page with raw HTML, in bytes; beyond, raw HTML is shown as text.
const MAX_FRAGMENT: usize = 1024 * 1024;

/// Attributes that any element may have after the writer has seen it.
const ANYWHERE: &[&str] =
    &["align", "aria-label", "class", "dir", "id", "lang", "role", "tabindex", "title"];

/// Attributes of single elements.
const SPECIAL: &[(&str, &[&str])] = &[
    ("a", &["href", "rel"]),
    ("col", &["span", "width"]),
    ("colgroup", &["span"]),
    ("del", &["datetime"]),
    ("details", &["open"]),
    ("img", &["src", "alt", "width", "height", "loading"]),
    ("input", &["type", "checked", "disabled"]),
    ("ins", &["datetime"]),
    ("li", &["value", "type"]),
    ("ol", &["start", "reversed", "type"]),
    ("table", &["width"]),
    ("tbody", &["valign"]),
    ("td", &["colspan", "rowspan", "headers", "scope", "abbr", "width", "height", "valign"]),
    ("tfoot", &["valign"]),
    ("th", &["colspan", "rowspan", "headers", "scope", "abbr", "width", "height", "valign"]),
    ("thead", &["valign"]),
    ("time", &["datetime"]),
    ("tr", &["valign"]),
    ("ul", &["type"]),
];

/// Times a page is cleaned at most: what HTML's rules for misplaced elements
/// move about may need more than one reading before it stays as it is.
const MAX_PASSES: usize = 4;

/// The fragment with nothing but what our writer makes, in a form that reads
/// the same however often it is parsed.
///
/// # Errors
/// The fragment is too large or its nesting cannot be settled: why, in a phrase.
pub(super) fn clean(html: String) -> Result<String, &'static str> {
    if html.len() > MAX_FRAGMENT {
        return Err("the page is too large for raw HTML, which is shown as text");
    }
    let builder = builder();
    let mut before = html;
    for _ in 0..MAX_PASSES {
        let after = builder.clean(&before).to_string();
        if after == before {
            return Ok(after);
        }
        before = after;
    }
    Err("raw HTML is nested in a way that browsers disagree on and shown as text")
}

/// What the second fence lets through.
pub(super) fn builder() -> Builder<'static> {
    let tags: HashSet<&str> =
        raw::ALLOWED.iter().chain(&["aside", "section", "input"]).copied().collect();
    let special: HashMap<&str, HashSet<&str>> =
        SPECIAL.iter().map(|(tag, names)| (*tag, names.iter().copied().collect())).collect();
    let mut builder = Builder::new();
    builder
        .tags(tags)
        .tag_attributes(special)
        .generic_attributes(ANYWHERE.iter().copied().collect())
        .url_schemes(["http", "https", "mailto", "tel"].into())
        .link_rel(None);
    builder
}
