//! The digest as an adaptive card for Microsoft Teams, at most 28 KB. Words
//! stand in text runs, which take no markup.

use super::{Digest, Line, cut, digest, more};
use crate::exports::json::Json;
use crate::exports::{Export, File, Input, Published, hand_on};
use crate::table::Rag;

/// Largest message a channel takes, with room for what a sender adds.
pub(super) const LIMIT: usize = 27 * 1024;

/// Lines of each list and characters of each line, the most first.
const STEPS: &[(usize, usize)] =
    &[(12, 240), (10, 200), (8, 160), (6, 120), (4, 100), (3, 80), (2, 60), (1, 40), (0, 40)];

pub(in crate::exports) static EXPORT: Export = Export {
    name: "teams",
    about: "the digest as an adaptive card for Microsoft Teams, at most 28 KB",
    published: Published::Always,
    write: |input: &Input<'_>, take| {
        hand_on(take, &File::new("feeds/teams.json", EXPORT.about, message(&digest(input))))
    },
};

/// The message an incoming webhook takes: as much as fits.
pub(super) fn message(digest: &Digest) -> Vec<u8> {
    let mut bytes = Vec::new();
    for (lines, characters) in STEPS {
        bytes = card(digest, *lines, *characters).bytes(0);
        if bytes.len() <= LIMIT {
            break;
        }
    }
    bytes
}

fn card(digest: &Digest, lines: usize, characters: usize) -> Json {
    let block = |text: &str, size: &str, weight: &str| {
        Json::map([
            ("type", Json::from("RichTextBlock")),
            ("spacing", if size == "Default" { "Small" } else { "Medium" }.into()),
            ("inlines", Json::list([run(text, size, weight, None, None)])),
        ])
    };
    let mut body = vec![
        block(&cut(&digest.title, 200), "Large", "Bolder"),
        block(&cut(&digest.sentence, 600), "Default", "Default"),
    ];
    for section in &digest.sections {
        body.push(block(section.title, "Medium", "Bolder"));
        let shown = section.lines.len().min(lines);
        body.extend(section.lines.iter().take(shown).map(|l| row(l, characters)));
        if let Some(more) = more(shown, section.lines.len()) {
            body.push(block(&more, "Default", "Lighter"));
        }
    }
    let mut card = vec![
        ("$schema", Json::from("http://adaptivecards.io/schemas/adaptive-card.json")),
        ("type", "AdaptiveCard".into()),
        ("version", "1.4".into()),
        ("msteams", Json::map([("width", Json::from("Full"))])),
        ("body", Json::List(body)),
    ];
    if let Some(site) = &digest.site {
        let open = Json::map([
            ("type", Json::from("Action.OpenUrl")),
            ("title", "Open the portfolio".into()),
            ("url", site.as_str().into()),
        ]);
        card.push(("actions", Json::list([open])));
    }
    Json::map([
        ("type", Json::from("message")),
        (
            "attachments",
            Json::list([Json::map([
                ("contentType", Json::from("application/vnd.microsoft.card.adaptive")),
                ("contentUrl", Json::Null),
                ("content", Json::map(card)),
            ])]),
        ),
    ])
}

fn row(line: &Line, characters: usize) -> Json {
    let colour = match line.rag.and_then(Rag::colour) {
        Some(Rag::Red) => Some("Attention"),
        Some(Rag::Amber) => Some("Warning"),
        Some(Rag::Green) => Some("Good"),
        _ => None,
    };
    // An address that would eat the card is left out.
    let href = line.href.as_deref().filter(|h| h.len() <= 300);
    Json::map([
        ("type", Json::from("RichTextBlock")),
        ("spacing", "Small".into()),
        (
            "inlines",
            Json::list([
                run(&format!("{} ", line.mark()), "Default", "Default", colour, None),
                run(&cut(&line.head, characters / 2), "Default", "Bolder", None, href),
                run(
                    &format!(": {}", cut(&line.text, characters)),
                    "Default",
                    "Default",
                    None,
                    None,
                ),
            ]),
        ),
    ])
}

fn run(text: &str, size: &str, weight: &str, colour: Option<&str>, href: Option<&str>) -> Json {
    let mut map = vec![("type", Json::from("TextRun")), ("text", text.into())];
    if size != "Default" {
        map.push(("size", size.into()));
    }
    if weight != "Default" {
        map.push(("weight", weight.into()));
    }
    if let Some(colour) = colour {
        map.push(("color", colour.into()));
    }
    if let Some(href) = href {
        let open = [("type", Json::from("Action.OpenUrl")), ("url", href.into())];
        map.push(("selectAction", Json::map(open)));
    }
    Json::map(map)
}
