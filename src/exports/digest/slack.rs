//! The digest as Slack blocks: at most 50 of them, a header of 150 characters,
//! 3,000 characters in each section, 13,000 in all.

use super::{Digest, Line, cut, digest, more};
use crate::exports::json::Json;
use crate::exports::{Export, File, Input, Published, hand_on};

/// Most characters of a header.
pub(super) const HEADER: usize = 150;
/// Most characters of a section.
pub(super) const SECTION: usize = 3000;
/// Most characters of a message, with room for what a sender adds.
pub(super) const ALL: usize = 12_500;

/// Lines of each list and characters of each line, the most first.
const STEPS: &[(usize, usize)] =
    &[(12, 200), (10, 160), (8, 140), (6, 120), (4, 100), (3, 80), (2, 60), (1, 40), (0, 40)];

pub(in crate::exports) static EXPORT: Export = Export {
    name: "slack",
    about: "the digest as blocks for Slack, within its limits",
    published: Published::Always,
    write: |input: &Input<'_>, take| {
        hand_on(take, &File::new("feeds/slack.json", EXPORT.about, message(&digest(input))))
    },
};

/// The message: as much as fits.
pub(super) fn message(digest: &Digest) -> Vec<u8> {
    let mut bytes = Vec::new();
    for (lines, characters) in STEPS {
        if let Some(blocks) = blocks(digest, *lines, *characters) {
            let fallback = cut(&format!("{}. {}", digest.title, digest.sentence), 600);
            let message =
                Json::map([("text", escape(&fallback).into()), ("blocks", Json::List(blocks))]);
            bytes = message.bytes(0);
            if String::from_utf8_lossy(&bytes).chars().count() <= ALL {
                break;
            }
        }
    }
    bytes
}

/// The blocks; `None` where a section would be too long.
fn blocks(digest: &Digest, lines: usize, characters: usize) -> Option<Vec<Json>> {
    let plain = |text: String| {
        Json::map([
            ("type", Json::from("plain_text")),
            ("text", text.into()),
            ("emoji", false.into()),
        ])
    };
    let mut all = vec![
        Json::map([("type", Json::from("header")), ("text", plain(cut(&digest.title, HEADER)))]),
        Json::map([("type", Json::from("section")), ("text", plain(cut(&digest.sentence, 600)))]),
    ];
    for section in &digest.sections {
        let shown = section.lines.len().min(lines);
        let mut text = format!("*{}*", escape(section.title));
        for line in section.lines.iter().take(shown) {
            text.push('\n');
            text.push_str(&row(line, characters));
        }
        if let Some(more) = more(shown, section.lines.len()) {
            text.push_str(&format!("\n_{more}_"));
        }
        if text.chars().count() > SECTION {
            return None;
        }
        all.push(Json::map([
            ("type", Json::from("section")),
            ("text", Json::map([("type", Json::from("mrkdwn")), ("text", text.into())])),
        ]));
    }
    if let Some(site) = digest.site.as_deref().filter(|s| s.len() < 2000) {
        let text = format!("<{}|Open the portfolio>", address(site));
        all.push(Json::map([
            ("type", Json::from("context")),
            (
                "elements",
                Json::list([Json::map([("type", Json::from("mrkdwn")), ("text", text.into())])]),
            ),
        ]));
    }
    Some(all)
}

fn row(line: &Line, characters: usize) -> String {
    let head = escape(&cut(&line.head, characters / 2));
    let head = match line.href.as_deref().filter(|h| h.len() <= 300) {
        Some(href) => format!("<{}|{}>", address(href), head.replace('|', "/")),
        None => head,
    };
    format!("{} {head}: {}", line.mark(), escape(&cut(&line.text, characters)))
}

/// Words in which nothing is a mention, a link or markup.
fn escape(words: &str) -> String {
    let mut out = String::with_capacity(words.len());
    for c in words.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            // The signs of bold, italic, strike and code, taken for what they are.
            '*' | '_' | '~' | '`' => {
                out.push('\u{200b}');
                out.push(c);
            }
            c => out.push(c),
        }
    }
    out
}

fn address(href: &str) -> String {
    href.replace('&', "&amp;").replace('<', "%3C").replace('>', "%3E").replace('|', "%7C")
}
