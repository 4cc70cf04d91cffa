//! Short prose of fields as HTML: escaped, with ids and addresses linked.

use super::tables::Place;
use super::view::Html;
use crate::portfolio::Project;
use crate::target::Target;
use crate::text::bytes::ByteSet;

/// Escape text for an element or a quoted attribute.
#[must_use]
pub fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    escape_into(text, &mut out);
    out
}

/// What markup is made of.
static MARKUP: ByteSet = ByteSet::of(b"&<>\"'");

/// Escape text for an element or a quoted attribute, at the end of `out`.
pub fn escape_into(text: &str, out: &mut String) {
    let mut rest = text;
    while let Some(at) = MARKUP.find(rest.as_bytes()) {
        let (plain, special) = rest.split_at(at);
        out.push_str(plain);
        let (special, after) = special.split_at(1);
        out.push_str(match special {
            "&" => "&amp;",
            "<" => "&lt;",
            ">" => "&gt;",
            "\"" => "&quot;",
            _ => "&#39;",
        });
        rest = after;
    }
    out.push_str(rest);
}

/// Escaped text in which parts in backticks are code.
#[must_use]
pub fn literals(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 32);
    literals_into(text, &mut out);
    out
}

/// Escaped text in which parts in backticks are code, at the end of `out`.
pub fn literals_into(text: &str, out: &mut String) {
    let mut parts = text.split('`').peekable();
    let mut code = false;
    while let Some(part) = parts.next() {
        let (before, after) = match (code, parts.peek().is_some()) {
            (true, true) => ("<code>", "</code>"),
            // An odd backtick is one.
            (true, false) => ("`", ""),
            _ => ("", ""),
        };
        out.push_str(before);
        escape_into(part, out);
        out.push_str(after);
        code = !code;
    }
}

/// Text in which ids of the project (`R-004`), of others (`crm/R-004`) and
/// addresses are links; they are words where they lead nowhere.
#[must_use]
pub fn linked(place: &Place<'_>, project: &Project, path: &str, text: &str) -> Html {
    if text.trim().is_empty() {
        return Html::default();
    }
    let mut out = String::with_capacity(text.len() + 32);
    let mut rest = text;
    while !rest.is_empty() {
        let end = rest.find(|c: char| !in_word(c)).unwrap_or(rest.len());
        let (run, after) = rest.split_at(end);
        word(&mut out, place, project, path, run);
        let next = after.find(in_word).unwrap_or(after.len());
        let (between, tail) = after.split_at(next);
        out.push_str(&escape(between));
        rest = tail;
    }
    Html::new(&out)
}

/// Characters of ids and addresses.
fn in_word(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '-' | '/' | ':' | '.' | '_' | '?' | '=' | '%' | '#' | '~')
}

fn word(out: &mut String, place: &Place<'_>, project: &Project, path: &str, run: &str) {
    let bare = run.trim_end_matches(['.', ':', '?', '/', '-']);
    let (bare, tail) = run.split_at(bare.len());
    let href = if bare.starts_with("https://") || bare.starts_with("http://") {
        Some(bare.to_owned())
    } else if looks_like_id(bare) {
        let target = place.portfolio().resolve(bare, path, Some(project));
        let named = target.filter(|t| matches!(t, Target::Item(..) | Target::Document(_)));
        named.and_then(|t| place.href(&t))
    } else {
        None
    };
    match href {
        Some(href) => {
            out.push_str("<a href=\"");
            out.push_str(&escape(&href));
            out.push_str("\">");
            out.push_str(&escape(bare));
            out.push_str("</a>");
        }
        None => out.push_str(&escape(bare)),
    }
    out.push_str(&escape(tail));
}

/// `R-004`, `M3`, `crm/D-014`: a capital letter first and a digit somewhere.
fn looks_like_id(word: &str) -> bool {
    let id = word.rsplit('/').next().unwrap_or(word);
    id.starts_with(|c: char| c.is_ascii_uppercase())
        && id.contains(|c: char| c.is_ascii_digit())
        && id.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_is_escaped() {
        assert_eq!(escape("<b a=\"1\">&'"), "&lt;b a=&quot;1&quot;&gt;&amp;&#39;");
    }

    #[test]
    fn literals_are_code() {
        assert_eq!(literals("`a<b` is `x"), "<code>a&lt;b</code> is `x");
        assert_eq!(literals("plain"), "plain");
    }

    #[test]
    fn only_ids_look_like_ids() {
        for id in ["R-004", "M3", "crm/D-014", "DEP-3"] {
            assert!(looks_like_id(id), "{id}");
        }
        for word in ["charter", "Finish", "2026-03-27", "crm/", "G.711"] {
            assert!(!looks_like_id(word), "{word}");
        }
    }
}
