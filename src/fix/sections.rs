//! Stubs of missing sections, each where it belongs: a heading, and under it
//! the kind's question as a comment, so that the section still counts as not
//! written.

use crate::document::{self, Document};
use crate::finding::Finding;
use crate::kinds::{Kinds, Section};
use crate::markdown::{self, SectionFill};
use crate::text::Source;
use std::collections::BTreeMap;
use std::mem::discriminant;

/// The text with a stub for each section that is reported missing, and how
/// many there are; `None` if there are none, or if they cannot be added
/// without changing how the rest is read.
pub(super) fn with_stubs(
    source: &Source,
    document: &Document,
    kinds: &Kinds,
    missing: &[&Finding],
) -> Option<(String, usize)> {
    let text = &source.text;
    let line_end = line_end(text);
    let mut places: BTreeMap<usize, Vec<&Section>> = BTreeMap::new();
    let mut added = Vec::new();
    for (i, section, at) in wanted(document, missing) {
        places.entry(at).or_default().push(section);
        added.push(i);
    }
    let mut out = text.clone();
    for (at, sections) in places.iter().rev() {
        out = insert(&out, document, *at, sections, line_end)?;
    }
    (!added.is_empty() && reads_alike(source, document, &out, kinds, &added))
        .then_some((out, added.len()))
}

/// The sections that stubs can stand for: index, section and place.
pub(super) fn wanted<'d>(
    document: &'d Document,
    missing: &[&Finding],
) -> Vec<(usize, &'d Section, usize)> {
    let all = document.kind.sections.iter().zip(&*document.sections).enumerate();
    let wanted = all.filter(|&(i, (section, found))| {
        let named = format!("`{}`", section.name);
        let reported = missing.iter().any(|finding| finding.message.contains(&named));
        // A heading much like it is to be mended by hand.
        let slip = || markdown::slip(&document.outline, &document.kind.headings, i);
        found.fill == SectionFill::Missing && reported && slip().is_none()
    });
    wanted.map(|(i, (section, found))| (i, section, found.insert_at as usize)).collect()
}

/// The line end of a text: that of its first line.
fn line_end(text: &str) -> &'static str {
    match text.find(['\n', '\r']).and_then(|at| text.get(at..)) {
        Some(rest) if rest.starts_with("\r\n") => "\r\n",
        Some(rest) if rest.starts_with('\r') => "\r",
        _ => "\n",
    }
}

fn insert(
    text: &str,
    document: &Document,
    at: usize,
    sections: &[&Section],
    line_end: &str,
) -> Option<String> {
    let headings = &document.outline.headings;
    let next = headings.iter().find(|h| h.span.start as usize == at);
    // As deep as its neighbours.
    let level = match next {
        Some(heading) => heading.level,
        None => {
            let known = document.sections.iter().flat_map(|s| &s.headings).max();
            known
                .and_then(|i| headings.get(*i))
                .map_or(document.kind.headings.headings.from, |heading| heading.level)
        }
    };
    let stub = |section: &&Section| {
        let prompt = section.prompt.replace("--", "–").replace(['\n', '\r'], " ");
        let prompt = if prompt.trim().is_empty() { "Write here." } else { prompt.trim() };
        let marks = "#".repeat(usize::from(level));
        format!("{marks} {}{line_end}{line_end}<!-- {prompt} -->", section.name)
    };
    let stubs: Vec<String> = sections.iter().map(stub).collect();
    let gap = line_end.repeat(2);
    let stubs = stubs.join(&gap);
    let at = match next {
        Some(_) => above(text, at)?,
        // Behind all there is: what ends the text stays where it stands.
        None => text.len(),
    };
    let (before, after) = (text.get(..at)?, text.get(at..)?);
    let body = text.get(document.body..at)?;
    let fresh = before.is_empty() || before.ends_with(['\n', '\r']);
    let first = body.trim().is_empty();
    let lead = if !fresh && !first {
        &gap
    } else if fresh && (first || ends_blank(before)) {
        ""
    } else {
        line_end
    };
    let tail = match next {
        Some(_) => &gap,
        None if fresh => line_end,
        None => "",
    };
    Some(format!("{before}{lead}{stubs}{tail}{after}"))
}

/// The line of a heading, or of the bare anchors that stand right above it.
fn above(text: &str, heading: usize) -> Option<usize> {
    let mut at = line_start(text, heading);
    if !text.get(at..heading)?.trim().is_empty() {
        return None;
    }
    let mut candidate = at;
    while candidate > 0 {
        let before = text.get(..candidate)?;
        let bare = before.strip_suffix("\r\n").or_else(|| before.strip_suffix(['\n', '\r']))?;
        let from = line_start(bare, bare.len());
        let line = bare.get(from..)?.trim();
        let anchor = line.starts_with("<a ") && line.ends_with("</a>") && line.len() < 200;
        if anchor {
            at = from;
        } else if !line.is_empty() {
            break;
        }
        candidate = from;
    }
    Some(at)
}

fn line_start(text: &str, at: usize) -> usize {
    text.get(..at).and_then(|before| before.rfind(['\n', '\r'])).map_or(0, |n| n + 1)
}

/// Whether a text ends in an empty line.
fn ends_blank(text: &str) -> bool {
    let bare = text.strip_suffix("\r\n").or_else(|| text.strip_suffix(['\n', '\r']));
    bare.is_some_and(|bare| {
        bare.get(line_start(bare, bare.len())..).is_some_and(|line| line.trim().is_empty())
    })
}

/// Whether the document reads as before but for the sections added, which
/// stand there unfilled.
fn reads_alike(
    source: &Source,
    old: &Document,
    text: &str,
    kinds: &Kinds,
    added: &[usize],
) -> bool {
    let new = document::document(&Source { text: text.to_owned(), ..source.clone() }, kinds);
    // The line that closes the front matter may have got the end it lacked.
    let front = |document: &Document, text: &str| {
        let front = text.get(..document.body)?;
        let ended = old.body < source.text.len();
        Some(if ended { front } else { front.trim_end_matches(['\n', '\r']) }.to_owned())
    };
    let mut rest = new.outline.headings.iter();
    let headings = old.outline.headings.iter().all(|old| {
        rest.any(|new| new.level == old.level && new.text == old.text && new.id == old.id)
    });
    let sections = old.sections.iter().zip(&*new.sections).enumerate().all(|(i, (old, new))| {
        if added.contains(&i) {
            matches!(new.fill, SectionFill::Empty | SectionFill::Placeholder(..))
        } else {
            discriminant(&old.fill) == discriminant(&new.fill)
        }
    });
    front(old, &source.text) == front(&new, text)
        && new.outline.headings.len() == old.outline.headings.len() + added.len()
        && new.outline.links.len() == old.outline.links.len()
        && new.outline.words >= old.outline.words
        && headings
        && sections
        && new.findings.len() <= old.findings.len()
}
