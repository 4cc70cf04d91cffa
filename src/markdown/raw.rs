//! Raw HTML in markdown: a small linear tokenizer and the list of what is
//! allowed, with what GitHub allows as the model. Both passes read raw HTML
//! through it, so that they agree on what is a tag, a link and a mistake.

use super::Problem;
use crate::text::Span;

/// Attributes read of one tag; more are dropped.
const MAX_ATTRIBUTES: usize = 64;

/// A piece of raw HTML.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Token<'a> {
    /// Text between tags, as written.
    Text(&'a str),
    /// A comment, declaration or processing instruction of so many bytes.
    Comment(usize),
    /// A tag.
    Tag(Tag<'a>),
}

/// A start or end tag.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Tag<'a> {
    /// The whole tag as written.
    pub text: &'a str,
    /// The element's name as written.
    pub name: &'a str,
    /// What stands between the name and `>`.
    pub attributes: &'a str,
    /// Whether it is an end tag.
    pub close: bool,
}

/// What may be done with an element.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Element {
    /// It may stand on a page.
    Allowed(Name),
    /// Its tags are taken away, its content stays.
    Removed,
    /// It is taken away with its content.
    Dropped,
    /// Not an element of HTML: a prompt (`<your name>`) or a type (`Vec<T>`).
    Unknown,
}

/// A lower-case name from the lists below.
pub(super) type Name = &'static str;

/// Elements that may stand on a page, sorted.
#[rustfmt::skip]
pub(super) const ALLOWED: &[&str] = &[
    "a", "abbr", "b", "bdi", "bdo", "blockquote", "br", "caption", "cite", "code", "col",
    "colgroup", "dd", "del", "details", "dfn", "div", "dl", "dt", "em", "figcaption", "figure",
    "h1", "h2", "h3", "h4", "h5", "h6", "hr", "i", "img", "ins", "kbd", "li", "mark", "ol", "p",
    "pre", "q", "rp", "rt", "ruby", "s", "samp", "small", "span", "strike", "strong", "sub",
    "summary", "sup", "table", "tbody", "td", "tfoot", "th", "thead", "time", "tr", "tt", "u", "ul",
    "var", "wbr",
];

/// Every other element of HTML, old and new, sorted: its tags are taken away.
#[rustfmt::skip]
pub(super) const REMOVED: &[&str] = &[
    "acronym", "address", "applet", "area", "article", "aside", "audio", "base", "basefont",
    "bgsound", "big", "blink", "body", "button", "canvas", "center", "command", "data", "datalist",
    "dialog", "dir", "embed", "fencedframe", "fieldset", "font", "footer", "form", "frame",
    "frameset", "head", "header", "hgroup", "html", "iframe", "image", "input", "isindex", "keygen",
    "label", "legend", "link", "listing", "main", "map", "marquee", "math", "menu", "menuitem",
    "meta", "meter", "multicol", "nav", "nextid", "nobr", "noembed", "noframes", "noscript",
    "object", "optgroup", "option", "output", "param", "picture", "plaintext", "portal", "progress",
    "rb", "rtc", "search", "section", "select", "selectedcontent", "slot", "source", "spacer",
    "svg", "template", "textarea", "title", "track", "video", "xmp",
];

/// Elements without content, sorted.
pub(super) const VOID: &[&str] = &["br", "col", "hr", "img", "wbr"];

/// Elements that hold blocks: they may stay open from one block to the next.
#[rustfmt::skip]
pub(super) const BLOCKS: &[&str] = &[
    "blockquote", "caption", "colgroup", "dd", "details", "div", "dl", "dt", "figcaption", "figure",
    "li", "ol", "summary", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "ul",
];

/// Elements within a line that nest in any order: when the writer has closed
/// what was opened, a parser reads them as they were written. Sorted.
#[rustfmt::skip]
pub(super) const PLAIN: &[&str] = &[
    "abbr", "b", "bdi", "bdo", "br", "cite", "code", "del", "dfn", "em", "i", "img", "ins", "kbd",
    "mark", "q", "s", "samp", "small", "span", "strike", "strong", "sub", "sup", "time", "tt", "u",
    "var", "wbr",
];

fn find(list: &'static [&'static str], name: &str) -> Option<Name> {
    let at = list.binary_search(&name).ok()?;
    list.get(at).copied()
}

impl Tag<'_> {
    /// What may be done with this tag's element.
    pub(super) fn element(&self) -> Element {
        let mut buffer = [0; 16];
        let Some(lower) = buffer.get_mut(..self.name.len()) else { return Element::Unknown };
        lower.copy_from_slice(self.name.as_bytes());
        lower.make_ascii_lowercase();
        let Ok(name) = std::str::from_utf8(lower) else { return Element::Unknown };
        if let Some(name) = find(ALLOWED, name) {
            Element::Allowed(name)
        } else if matches!(name, "script" | "style") {
            Element::Dropped
        } else if find(REMOVED, name).is_some() {
            Element::Removed
        } else {
            Element::Unknown
        }
    }
}

/// Whether an element has no content and no end tag.
pub(super) fn is_void(name: Name) -> bool {
    find(VOID, name).is_some()
}

/// Whether an element never changes how what is around it is read.
pub(super) fn is_plain(name: Name) -> bool {
    find(PLAIN, name).is_some()
}

/// Whether an element may stay open from one markdown block to the next.
pub(super) fn is_block(name: Name) -> bool {
    find(BLOCKS, name).is_some()
}

/// How an attribute's value is treated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Attribute {
    /// Kept as it is.
    Plain,
    /// An address of a link.
    Href,
    /// An address of an image.
    Source,
    /// An id, which gets a prefix.
    Id,
    /// Not allowed.
    Removed,
}

/// What may be done with an attribute of an element.
pub(super) fn attribute(element: Name, name: &str) -> Attribute {
    let plain = match name {
        "id" | "name" if name == "id" || element == "a" => return Attribute::Id,
        "href" if element == "a" => return Attribute::Href,
        "src" if element == "img" => return Attribute::Source,
        "title" | "lang" | "dir" => true,
        "align" => !matches!(element, "a" | "details" | "summary"),
        "valign" => matches!(element, "td" | "th" | "tr" | "thead" | "tbody" | "tfoot"),
        "alt" => element == "img",
        "width" | "height" => matches!(element, "img" | "td" | "th" | "table" | "col"),
        "colspan" | "rowspan" | "headers" | "scope" | "abbr" => matches!(element, "td" | "th"),
        "span" => matches!(element, "col" | "colgroup"),
        "start" | "reversed" => element == "ol",
        "type" => matches!(element, "ol" | "ul" | "li"),
        "value" => element == "li",
        "open" => element == "details",
        "datetime" => matches!(element, "time" | "del" | "ins"),
        _ => false,
    };
    if plain { Attribute::Plain } else { Attribute::Removed }
}

/// The tokens of a fragment of raw HTML.
pub(super) fn tokens(html: &str) -> impl Iterator<Item = Token<'_>> {
    let mut rest = html;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let (token, length) = token(rest);
        rest = rest.get(length.max(1)..).unwrap_or("");
        Some(token)
    })
}

/// The first token and its length in bytes.
fn token(html: &str) -> (Token<'_>, usize) {
    let all = (Token::Text(html), html.len());
    let bytes = html.as_bytes();
    if bytes.first() != Some(&b'<') || !opens(bytes, 0) {
        // Text up to the next `<` that begins something.
        let mut from = 1;
        while let Some(found) = bytes.get(from..).and_then(|b| b.iter().position(|&b| b == b'<')) {
            if opens(bytes, from + found) {
                let end = from + found;
                return (Token::Text(html.get(..end).unwrap_or("")), end);
            }
            from += found + 1;
        }
        return all;
    }
    if html.starts_with("<!") || html.starts_with("<?") {
        let end = if let Some(comment) = html.strip_prefix("<!--") {
            comment.find("-->").map_or(html.len(), |n| n + 7)
        } else {
            html.find('>').map_or(html.len(), |n| n + 1)
        };
        return (Token::Comment(end), end);
    }
    let close = bytes.get(1) == Some(&b'/');
    let start = 1 + usize::from(close);
    let name_end = bytes
        .iter()
        .skip(start)
        .position(|b| b.is_ascii_whitespace() || matches!(b, b'/' | b'>'))
        .map_or(html.len(), |n| start + n);
    let Some(end) = tag_end(bytes, name_end) else { return all };
    let part = |from: usize, to: usize| html.get(from..to).unwrap_or("");
    let tag = Tag {
        text: part(0, end + 1),
        name: part(start, name_end),
        attributes: part(name_end, end),
        close,
    };
    (Token::Tag(tag), end + 1)
}

/// Whether a `<` begins a tag, comment or declaration.
fn opens(bytes: &[u8], at: usize) -> bool {
    match bytes.get(at + 1) {
        Some(b'/') => bytes.get(at + 2).is_some_and(u8::is_ascii_alphabetic),
        Some(b) => b.is_ascii_alphabetic() || matches!(b, b'!' | b'?'),
        None => false,
    }
}

/// The `>` that ends a tag, outside quoted values.
fn tag_end(bytes: &[u8], from: usize) -> Option<usize> {
    let mut quote = None;
    let mut value = false;
    for (i, &b) in bytes.iter().enumerate().skip(from) {
        match (quote, b) {
            (Some(q), b) if b == q => quote = None,
            (None, b'>') => return Some(i),
            (None, b'"' | b'\'') if value => quote = Some(b),
            _ => {}
        }
        value = b == b'=' || (value && b.is_ascii_whitespace());
    }
    None
}

/// The attributes of a tag, names as written and values undecoded.
pub(super) fn attributes(text: &str) -> impl Iterator<Item = (&str, &str)> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let skip = |c: char| c.is_ascii_whitespace() || c == '/';
        rest = rest.trim_start_matches(skip);
        if rest.is_empty() {
            return None;
        }
        let bytes = rest.as_bytes();
        let name_end = bytes
            .iter()
            .enumerate()
            .position(|(i, b)| b.is_ascii_whitespace() || *b == b'/' || (*b == b'=' && i > 0))
            .unwrap_or(bytes.len());
        let name = rest.get(..name_end).unwrap_or("");
        rest = rest.get(name_end..).unwrap_or("");
        let Some(value) = rest.trim_ascii_start().strip_prefix('=') else {
            return Some((name, ""));
        };
        let value = value.trim_ascii_start();
        let (value, after) = if let Some(&quote @ (b'"' | b'\'')) = value.as_bytes().first() {
            let inner = value.get(1..).unwrap_or("");
            inner.split_once(quote as char).unwrap_or((inner, ""))
        } else {
            let end = value.find(|c: char| c.is_ascii_whitespace()).unwrap_or(value.len());
            value.split_at(end)
        };
        rest = after;
        Some((name, value))
    })
    .take(MAX_ATTRIBUTES)
}

/// An attribute's value with its character references decoded: the common
/// named ones and all numbers.
pub(super) fn decode(value: &str) -> String {
    let mut out = String::with_capacity(value.len());
    let mut rest = value;
    while let Some(at) = rest.find('&') {
        let (before, from) = rest.split_at(at);
        out.push_str(before);
        let end = from.bytes().take(12).position(|b| b == b';');
        let name = end.and_then(|end| from.get(1..end)).unwrap_or("");
        if let (Some(c), Some(end)) = (reference(name), end) {
            out.push(c);
            rest = from.get(end + 1..).unwrap_or("");
        } else {
            out.push('&');
            rest = from.get(1..).unwrap_or("");
        }
    }
    out.push_str(rest);
    out
}

fn reference(name: &str) -> Option<char> {
    let number =
        |digits: &str, radix| u32::from_str_radix(digits, radix).ok().and_then(char::from_u32);
    if let Some(digits) = name.strip_prefix("#x").or_else(|| name.strip_prefix("#X")) {
        return number(digits, 16);
    }
    if let Some(digits) = name.strip_prefix('#') {
        return number(digits, 10);
    }
    Some(match name {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        "nbsp" => '\u{a0}',
        "colon" => ':',
        "sol" => '/',
        "bsol" => '\\',
        "Tab" => '\t',
        "NewLine" => '\n',
        "lpar" => '(',
        "rpar" => ')',
        "period" => '.',
        "comma" => ',',
        "num" => '#',
        "quest" => '?',
        "mdash" => '—',
        "ndash" => '–',
        "hellip" => '…',
        _ => return None,
    })
}

/// The destination of a link or image that a tag makes, and whether it is an
/// image.
pub(super) fn link(tag: &Tag<'_>) -> Option<(String, bool)> {
    let Element::Allowed(name @ ("a" | "img")) = tag.element() else { return None };
    if tag.close {
        return None;
    }
    let wanted = if name == "a" { "href" } else { "src" };
    let (_, value) =
        attributes(tag.attributes).find(|(key, _)| key.eq_ignore_ascii_case(wanted))?;
    Some((decode(value), name == "img"))
}

/// The id of a start tag that stays on the page, character references
/// resolved: its `id`, or the `name` of an old anchor.
pub(super) fn id(tag: &Tag<'_>) -> Option<String> {
    let Element::Allowed(element) = tag.element() else { return None };
    let is_id = |key: &str| attribute(element, &key.to_ascii_lowercase()) == Attribute::Id;
    let (_, value) = attributes(tag.attributes).find(|(key, _)| !tag.close && is_id(key))?;
    Some(decode(value)).filter(|id| !id.is_empty())
}

/// What is taken away from a tag, as a finding at its place.
pub(super) fn unsafe_parts(tag: &Tag<'_>, span: Span) -> Option<Problem> {
    let help = "write it in markdown, or with the HTML that documents may hold";
    let name = match tag.element() {
        Element::Unknown => return None,
        Element::Removed | Element::Dropped => {
            let message = format!("`<{}>` is removed from the page", tag.name.to_ascii_lowercase());
            return (!tag.close).then(|| Problem::new("unsafe-html", span, message).help(help));
        }
        Element::Allowed(_) if tag.close => return None,
        Element::Allowed(name) => name,
    };
    let mut removed: Vec<String> = Vec::new();
    for (key, _) in attributes(tag.attributes) {
        let key: String = key.chars().take(40).collect::<String>().to_ascii_lowercase();
        if attribute(name, &key) == Attribute::Removed && removed.len() < 8 {
            removed.push(format!("`{key}`"));
        }
    }
    if removed.is_empty() {
        return None;
    }
    let noun = if removed.len() == 1 { "attribute" } else { "attributes" };
    let message = format!("the {noun} {} of `<{name}>` removed from the page", removed.join(", "));
    Some(Problem::new("unsafe-html", span, message).help(help))
}
