//! The page of a review: one file that stands by itself, in the site's theme.
//! Its stylesheet is within it, it runs no script and loads nothing.

use super::theme::Theme;
use super::view::Rag;
use super::view::review::{PartView, Piece, ReviewPage, ReviewedProject};
use crate::config::Config;
use crate::error::Result;
use crate::review::{Bit, Body, Look, Part, Phrase, ProjectReview, Review, Style, parts};
use crate::text::visible;

/// The page as HTML.
///
/// # Errors
/// The theme's template `review.html` asks for what its view does not have.
pub fn page(review: &Review, look: &Look<'_>, config: &Config, theme: &Theme) -> Result<Vec<u8>> {
    let mut out = Vec::new();
    theme.render("review.html", &view(review, look, config, theme), &mut out)?;
    Ok(out)
}

fn view(review: &Review, look: &Look<'_>, config: &Config, theme: &Theme) -> ReviewPage {
    let since = review.since.map_or(String::new(), |d| format!(", as it stood on {d}"));
    let about = format!("{}{since} → {}, as of {}", review.base, review.head, review.as_of);
    let many = review.projects.len() > 1;
    let rows = review.projects.iter().enumerate().filter(|_| many);
    ReviewPage {
        lang: config.language.clone(),
        dir: config.text_direction.clone(),
        theme: config.html.default_theme.clone().filter(|t| t != "auto").unwrap_or_default(),
        stylesheet: format!("data:text/css;base64,{}", base64(theme.stylesheet())),
        book_title: visible(&review.title),
        about: visible(&about),
        sentence: phrase(&parts::sentence(review), look),
        settings: parts::settings(review).iter().map(|p| part(p, look)).collect(),
        heads: parts::HEADS.iter().map(|h| (*h).to_owned()).filter(|_| many).collect(),
        rows: rows
            .map(|(i, p)| {
                let cells = parts::row(p).iter().map(|c| phrase(c, look)).collect();
                (format!("project-{i}"), cells)
            })
            .collect(),
        projects: review.all().enumerate().map(|(i, p)| project(i, p, look)).collect(),
        unchanged: match review.unchanged {
            0 => String::new(),
            n => format!("{} unchanged.", crate::text::counted(n, "project")),
        },
    }
}

fn project(i: usize, p: &ProjectReview, look: &Look<'_>) -> ReviewedProject {
    ReviewedProject {
        anchor: format!("project-{i}"),
        title: visible(&p.title),
        href: p.target.as_ref().and_then(look.address).unwrap_or_default(),
        about: visible(&parts::heading(p)),
        counts: parts::counts(p),
        parts: parts::parts(p).iter().map(|x| part(x, look)).collect(),
    }
}

fn part(part: &Part, look: &Look<'_>) -> PartView {
    let mut view = PartView {
        key: part.key.to_owned(),
        title: visible(&part.title),
        alert: part.alert,
        ..PartView::default()
    };
    match &part.body {
        Body::Lines(lines) | Body::Inline(lines) => {
            view.lines = lines.iter().map(|l| phrase(l, look)).collect();
        }
        Body::Table(table) => {
            view.heads = table.heads.iter().map(|h| (*h).to_owned()).collect();
            let row = |r: &Vec<Phrase>| r.iter().map(|c| phrase(c, look)).collect();
            view.rows = table.rows.iter().map(row).collect();
        }
    }
    view
}

fn phrase(phrase: &Phrase, look: &Look<'_>) -> Vec<Piece> {
    phrase.0.iter().map(|bit| piece(bit, look)).collect()
}

fn piece(bit: &Bit, look: &Look<'_>) -> Piece {
    let rag = match bit.style {
        Style::Rag(rag) => Some(Rag::from(rag)),
        _ => None,
    };
    // The theme draws the shape: only the word stays.
    let text = match rag {
        Some(_) => bit.text.split_once(' ').map_or(bit.text.as_str(), |(_, word)| word),
        None => &bit.text,
    };
    Piece {
        text: visible(text),
        strong: bit.style == Style::Strong,
        code: bit.style == Style::Code,
        prose: bit.style == Style::Prose,
        rag,
        href: bit.target.as_ref().and_then(look.address).unwrap_or_default(),
    }
}

/// Bytes as base64, as an address within the page wants them.
fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let letter = |n: u32| LETTERS.get((n & 63) as usize).copied().map_or('A', char::from);
    let mut out = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for three in bytes.chunks(3) {
        let byte = |i: usize| u32::from(three.get(i).copied().unwrap_or(0));
        let n = byte(0) << 16 | byte(1) << 8 | byte(2);
        for (i, shift) in [18, 12, 6, 0].into_iter().enumerate() {
            out.push(if i <= three.len() { letter(n >> shift) } else { '=' });
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_are_written_as_base64() {
        for (text, wanted) in
            [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foobar", "Zm9vYmFy")]
        {
            assert_eq!(base64(text.as_bytes()), wanted);
        }
    }
}
