//! The digest as an e-mail: HTML with styles on its elements, since mail
//! programs drop style sheets, and plain text.

use super::{Digest, Line, cut, digest, more};
use crate::exports::{Export, File, Input, Published, hand_on};
use crate::table::Rag;

/// Lines of each list and characters of each line, the most first.
const STEPS: &[(usize, usize)] = &[(25, 320), (20, 240), (15, 160), (10, 120), (6, 100), (4, 80)];
/// Largest HTML in bytes: mail programs cut what is longer than 100 KB.
pub(super) const LIMIT: usize = 90 * 1024;
/// Columns of the text.
const COLUMNS: usize = 76;

pub(in crate::exports) static EXPORT: Export = Export {
    name: "digest",
    about: "the digest as an e-mail: HTML with inline styles, and text",
    // It carries styles that the site's policy does not allow.
    published: Published::Never,
    write: |input: &Input<'_>, take| {
        let digest = digest(input);
        let language = &input.p().config.language;
        let direction = &input.p().config.text_direction;
        let files = [
            File::new(
                "digest.html",
                "the digest as HTML for e-mail",
                html(&digest, language, direction).into_bytes(),
            ),
            File::new("digest.txt", "the digest as text for e-mail", text(&digest).into_bytes()),
        ];
        files.iter().try_for_each(|file| hand_on(take, file))
    },
};

/// The HTML: as much as mail programs show.
pub(super) fn html(digest: &Digest, language: &str, direction: &str) -> String {
    let mut out = String::new();
    for step in STEPS {
        out = html_of(digest, (language, direction), *step);
        if out.len() <= LIMIT {
            break;
        }
    }
    out
}

fn html_of(
    digest: &Digest,
    (language, direction): (&str, &str),
    (lines, characters): (usize, usize),
) -> String {
    const FONT: &str = "font-family:Segoe UI,Helvetica,Arial,sans-serif";
    let mut out = format!(
        "<!doctype html>\n<html lang=\"{}\" dir=\"{}\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width\">\n<title>{}</title>\n</head>\n<body style=\"margin:0;padding:24px 12px;background:#ffffff;color:#1d232b;{FONT};font-size:15px;line-height:1.45\">\n<div style=\"max-width:640px;margin:0 auto\">\n",
        escape(language),
        escape(direction),
        escape(&cut(&digest.title, 200)),
    );
    out.push_str(&format!(
        "<h1 style=\"margin:0 0 8px;font-size:20px;line-height:1.25\">{}</h1>\n<p style=\"margin:0 0 16px\">{}</p>\n",
        escape(&cut(&digest.title, 200)),
        escape(&digest.sentence)
    ));
    for section in &digest.sections {
        out.push_str(&format!(
            "<h2 style=\"margin:20px 0 6px;font-size:16px;border-bottom:1px solid #d4d9df;padding-bottom:3px\">{}</h2>\n<ul style=\"margin:0;padding:0;list-style:none\">\n",
            escape(section.title)
        ));
        let shown = section.lines.len().min(lines);
        for line in section.lines.iter().take(shown) {
            row(line, characters, &mut out);
        }
        if let Some(more) = more(shown, section.lines.len()) {
            out.push_str(&format!("<li style=\"margin:4px 0;color:#5a6570\">{more}</li>\n"));
        }
        out.push_str("</ul>\n");
    }
    if let Some(site) = &digest.site {
        out.push_str(&format!(
            "<p style=\"margin:24px 0 0\"><a href=\"{}\" style=\"color:#1f5fa8\">Open the portfolio</a></p>\n",
            escape(site)
        ));
    }
    out.push_str("</div>\n</body>\n</html>\n");
    out
}

fn row(line: &Line, characters: usize, out: &mut String) {
    let (colour, word) = match line.rag.and_then(Rag::colour) {
        Some(Rag::Red) => ("#b3261e", "red"),
        Some(Rag::Amber) => ("#8a5300", "amber"),
        Some(Rag::Green) => ("#1c6e37", "green"),
        _ => ("#5a6570", ""),
    };
    let head = escape(&cut(&line.head, characters / 2));
    let head = match &line.href {
        Some(href) => {
            format!(
                "<a href=\"{}\" style=\"color:#1f5fa8;font-weight:600\">{head}</a>",
                escape(href)
            )
        }
        None => format!("<strong>{head}</strong>"),
    };
    let said = if word.is_empty() { String::new() } else { format!(" ({word})") };
    out.push_str(&format!(
        "<li style=\"margin:4px 0;overflow-wrap:anywhere\"><span style=\"color:{colour}\">{}</span> {head}{said}: {}</li>\n",
        line.mark(),
        escape(&cut(&line.text, characters))
    ));
}

fn escape(words: &str) -> String {
    let mut out = String::with_capacity(words.len());
    for c in words.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
    }
    out
}

pub(super) fn text(digest: &Digest) -> String {
    let (lines, characters) = STEPS.first().copied().unwrap_or((10, 200));
    let mut out = String::new();
    wrap(&cut(&digest.title, 200), "", &mut out);
    out.push('\n');
    wrap(&digest.sentence, "", &mut out);
    for section in &digest.sections {
        out.push_str(&format!("\n{}\n", section.title.to_uppercase()));
        let shown = section.lines.len().min(lines);
        for line in section.lines.iter().take(shown) {
            let word = line.rag.map(|r| format!(" ({})", r.label().to_lowercase()));
            let words = format!(
                "{} {}{}: {}",
                line.mark(),
                cut(&line.head, characters),
                word.unwrap_or_default(),
                cut(&line.text, characters)
            );
            wrap(&words, "  ", &mut out);
        }
        if let Some(more) = more(shown, section.lines.len()) {
            out.push_str(&format!("  {more}\n"));
        }
    }
    if let Some(site) = &digest.site {
        out.push_str(&format!("\n{site}\n"));
    }
    out
}

/// Words on lines of at most 76 characters; a longer word stands alone, and one
/// longer than mail allows is broken.
fn wrap(words: &str, indent: &str, out: &mut String) {
    let mut column = 0;
    for word in words.split_whitespace() {
        let pieces: Vec<char> = word.chars().collect();
        for piece in pieces.chunks(200) {
            if column > 0 && column + 1 + piece.len() > COLUMNS {
                out.push('\n');
                out.push_str(indent);
                column = indent.len();
            } else if column > 0 {
                out.push(' ');
                column += 1;
            }
            out.extend(piece);
            column += piece.len();
        }
    }
    out.push('\n');
}
