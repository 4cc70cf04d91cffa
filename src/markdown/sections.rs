//! Required sections: which headings satisfy them, and how they are filled.

use super::{Fill, Outline};
use crate::text::{Span, nearest};
use ahash::HashMap;
use std::borrow::Cow;
use unicode_normalization::{UnicodeNormalization as _, char::is_combining_mark};

/// A section a kind of document asks for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SectionSpec {
    /// Its heading as the kind writes it.
    pub name: String,
    /// Other headings that mean the same, in any language; one that ends in
    /// `*` stands for every heading that begins so.
    pub synonyms: Vec<String>,
}

/// What counts as the heading of a section.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Headings {
    /// The highest level that counts, `1` for `#`.
    pub from: u8,
    /// The lowest level that counts.
    pub to: u8,
    /// Bold words with a colon count too.
    pub lead_ins: bool,
    /// A heading of several parts (`Risks and issues`) counts for each.
    pub compounds: bool,
    /// A heading must be written as the section's name is, capitals included.
    pub exact: bool,
}

impl Headings {
    /// A heading's words as they are compared.
    #[must_use]
    pub fn key(self, heading: &str) -> String {
        if self.exact { heading.trim().to_owned() } else { normalise_heading(heading) }
    }
}

impl Default for Headings {
    fn default() -> Self {
        Self { from: 2, to: 4, lead_ins: true, compounds: true, exact: false }
    }
}

/// Sections in their order, with their names normalised once for all documents.
#[derive(Debug, Clone, Default)]
pub struct Sections {
    /// Normalised name or synonym and the section it stands for, sorted.
    names: Vec<(Box<str>, usize)>,
    /// The sections of each name just as it is written, which most headings
    /// repeat.
    written: HashMap<Box<str>, Vec<usize>>,
    /// Normalised beginnings of names and the section each stands for.
    prefixes: Vec<(Box<str>, usize)>,
    /// What counts as a heading.
    pub headings: Headings,
    count: usize,
}

impl Sections {
    /// Prepare sections for [`match_sections`].
    #[must_use]
    pub fn new(wanted: &[SectionSpec], headings: Headings) -> Self {
        let (mut names, mut prefixes) = (Vec::new(), Vec::new());
        for (index, section) in wanted.iter().enumerate() {
            for name in std::iter::once(&section.name).chain(&section.synonyms) {
                let list = if name.ends_with('*') { &mut prefixes } else { &mut names };
                let name = name.strip_suffix('*').unwrap_or(name);
                list.push((headings.key(name).into_boxed_str(), index));
            }
        }
        prefixes.retain(|(name, _)| !name.is_empty());
        names.sort();
        names.dedup();
        let written = HashMap::default();
        let mut sections = Self { names, written, prefixes, headings, count: wanted.len() };
        for name in wanted.iter().flat_map(|s| std::iter::once(&s.name).chain(&s.synonyms)) {
            let found = sections_of(&sections, &headings.key(name));
            sections.written.insert(name.as_str().into(), found);
        }
        sections
    }

    /// The sections a heading stands for.
    fn named(&self, heading: &str) -> Cow<'_, [usize]> {
        match self.written.get(heading) {
            Some(sections) => sections.into(),
            None => sections_of(self, &self.headings.key(heading)).into(),
        }
    }

    /// The sections a normalised name stands for.
    fn find(&self, name: &str) -> impl Iterator<Item = usize> + '_ {
        let from = self.names.partition_point(|(n, _)| &**n < name);
        let same = self.names.get(from..).unwrap_or(&[]);
        let count = same.iter().take_while(|(n, _)| &**n == name).count();
        same.iter().take(count).map(|(_, index)| *index)
    }
}

/// How one wanted section stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SectionMatch {
    /// How it is filled, sub-headings included.
    pub fill: SectionFill,
    /// The headings that satisfy it (indexes into [`Outline::headings`]).
    pub headings: Vec<usize>,
    /// The lead-ins that satisfy it (indexes into [`Outline::lead_ins`]).
    pub lead_ins: Vec<usize>,
    /// The first of them in the text.
    pub span: Option<Span>,
    /// Where its heading belongs when it is missing: before the next wanted
    /// section that is there, else at the end of the body.
    pub insert_at: u32,
}

/// How a section is filled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SectionFill {
    /// It has content.
    Filled,
    /// It holds only placeholders, prompts or too few words: what, and where.
    Placeholder(Box<str>, Span),
    /// Its heading stands there with nothing below it.
    Empty,
    /// No heading for it.
    Missing,
    /// `Not applicable — reason`.
    NotApplicable(Box<str>),
}

/// Find the wanted sections in a document, in the order they are wanted.
#[must_use]
pub fn match_sections(outline: &Outline, wanted: &Sections) -> Vec<SectionMatch> {
    let mut found: Vec<(Vec<usize>, Vec<usize>)> = vec![(Vec::new(), Vec::new()); wanted.count];
    let counted = wanted.headings;
    for (i, heading) in outline.headings.iter().enumerate() {
        if (counted.from..=counted.to).contains(&heading.level) {
            for &section in &*wanted.named(&heading.text) {
                if let Some((headings, _)) = found.get_mut(section) {
                    headings.push(i);
                }
            }
        }
    }
    let lead_ins = if counted.lead_ins { &outline.lead_ins[..] } else { &[] };
    for (i, lead_in) in lead_ins.iter().enumerate() {
        for &section in &*wanted.named(&lead_in.text) {
            if let Some((_, lead_ins)) = found.get_mut(section) {
                lead_ins.push(i);
            }
        }
    }
    let mut insert_at = outline.end;
    let mut out: Vec<SectionMatch> = Vec::with_capacity(found.len());
    for (headings, lead_ins) in found.into_iter().rev() {
        let heads = headings.iter().filter_map(|&i| outline.headings.get(i)).map(|h| h.span);
        let leads = lead_ins.iter().filter_map(|&i| outline.lead_ins.get(i)).map(|l| l.span);
        let first_heading = heads.clone().min();
        let span = heads.chain(leads).min();
        if let Some(span) = first_heading {
            insert_at = span.start;
        }
        let fill = fill(outline, &headings, &lead_ins);
        out.push(SectionMatch { fill, headings, lead_ins, span, insert_at });
    }
    out.reverse();
    out
}

/// The sections a heading satisfies: by its whole name, else by its beginning,
/// else by its parts.
fn sections_of(wanted: &Sections, name: &str) -> Vec<usize> {
    let mut sections: Vec<usize> = wanted.find(name).collect();
    if sections.is_empty() {
        let begins = wanted.prefixes.iter().filter(|(prefix, _)| name.starts_with(&**prefix));
        sections.extend(begins.max_by_key(|(prefix, _)| prefix.len()).map(|(_, index)| *index));
    }
    if sections.is_empty() && wanted.headings.compounds {
        sections.extend(runs(name).into_iter().flat_map(|part| wanted.find(part)));
        sections.sort_unstable();
        sections.dedup();
    }
    sections
}

/// The heading most like the name or synonyms of a section that is missing,
/// among those that are no section: probably a slip of the pen (an index into
/// [`Outline::headings`]).
#[must_use]
pub fn slip(outline: &Outline, wanted: &Sections, section: usize) -> Option<usize> {
    let counted = wanted.headings;
    let headings = outline.headings.iter().enumerate();
    let named = headings
        .filter(|(_, heading)| (counted.from..=counted.to).contains(&heading.level))
        .map(|(i, heading)| (counted.key(&heading.text), i));
    let strangers: Vec<(String, usize)> =
        named.filter(|(name, _)| sections_of(wanted, name).is_empty()).collect();
    wanted.names.iter().filter(|(_, index)| *index == section).find_map(|(name, _)| {
        let mut close = strangers
            .iter()
            .filter(|(stranger, _)| stranger.len().abs_diff(name.len()) <= 4)
            .peekable();
        close.peek()?;
        let near = nearest(name, close.map(|(stranger, _)| stranger.as_str()))?;
        strangers.iter().find(|(stranger, _)| stranger == near).map(|(_, i)| *i)
    })
}

fn fill(outline: &Outline, headings: &[usize], lead_ins: &[usize]) -> SectionFill {
    let mut chars: u16 = 0;
    let mut result: Option<Fill> = None;
    let mut join = |fill: &Fill, more: u16| {
        chars = chars.saturating_add(more);
        result = Some(result.take().unwrap_or_default().join(fill, chars));
    };
    let mut done = 0;
    for &i in headings {
        let Some(heading) = outline.headings.get(i) else { continue };
        let below = outline.headings.iter().skip(i + 1).take_while(|h| h.level > heading.level);
        let end = i + 1 + below.count();
        for part in outline.headings.get(i.max(done)..end).unwrap_or(&[]) {
            join(&part.fill, part.chars);
        }
        done = done.max(end);
    }
    for part in lead_ins.iter().filter_map(|&i| outline.lead_ins.get(i)) {
        join(&part.fill, part.chars);
    }
    match result {
        None => SectionFill::Missing,
        Some(Fill::Filled) => SectionFill::Filled,
        Some(Fill::Placeholder(text, span)) => SectionFill::Placeholder(text, span),
        Some(Fill::Empty) => SectionFill::Empty,
        Some(Fill::NotApplicable(reason)) => SectionFill::NotApplicable(reason),
    }
}

/// A heading as it is compared: without numbering, emoji, emphasis and a final
/// colon or period; `&` as `and`, in lower case, one space between words,
/// hyphens as spaces, accents off. Invisible characters stay, so that they
/// never match.
#[must_use]
pub fn normalise_heading(heading: &str) -> String {
    let plain: Cow<'_, str> = if heading.is_ascii() {
        heading.into()
    } else {
        heading.nfd().filter(|c| !is_combining_mark(*c)).collect::<String>().into()
    };
    let mut out = String::with_capacity(plain.len());
    let mut emoji = false;
    for c in plain.chars() {
        let after_emoji = std::mem::replace(&mut emoji, !c.is_ascii() && is_emoji(c));
        if emoji || (after_emoji && matches!(c, '\u{200d}' | '\u{fe0f}')) {
            emoji = true;
            continue;
        }
        match c {
            '*' | '`' | '~' => {}
            '&' => out.push_str(" and "),
            '-' | '_' | '\u{2010}'..='\u{2015}' | '\u{2212}' => space(&mut out),
            '\u{2018}' | '\u{2019}' => out.push('\''),
            c if c.is_whitespace() => space(&mut out),
            c if c.is_ascii() => out.push(c.to_ascii_lowercase()),
            c => out.extend(c.to_lowercase()),
        }
    }
    let name = without_number(out.trim()).trim_end_matches([':', '.', ' ', '：']);
    // Only an `&` brings blanks of its own.
    if plain.contains('&') && name.contains("  ") {
        let mut single = String::with_capacity(name.len());
        for word in name.split(' ').filter(|word| !word.is_empty()) {
            if !single.is_empty() {
                single.push(' ');
            }
            single.push_str(word);
        }
        return single;
    }
    if name.len() == out.len() { out } else { name.into() }
}

fn space(out: &mut String) {
    if !out.ends_with(' ') {
        out.push(' ');
    }
}

fn is_emoji(c: char) -> bool {
    matches!(c, '\u{1f000}'..='\u{1faff}' | '\u{2600}'..='\u{27bf}' | '\u{2b00}'..='\u{2bff}'
        | '\u{2190}'..='\u{21ff}' | '\u{2300}'..='\u{23ff}' | '\u{25a0}'..='\u{25ff}' | '\u{20e3}')
}

/// The name after numbering such as `1.`, `2.1`, `A)`.
fn without_number(name: &str) -> &str {
    let Some((first, rest)) = name.split_once(' ') else { return name };
    let core = first.trim_end_matches(['.', ')', ':']);
    let marked = core.len() < first.len();
    let number = !core.is_empty()
        && core
            .split('.')
            .all(|part| (1..=2).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit()));
    let letter = marked && core.len() == 1 && core.bytes().all(|b| b.is_ascii_alphabetic());
    if number || letter { rest.trim_start() } else { name }
}

/// Every part of a compound heading that may name a section: the normalised
/// text between `,`, `/`, `;` and `and`, and joined neighbours ("assumptions
/// and constraints" of "Risks, assumptions and constraints").
#[must_use]
pub fn heading_parts(heading: &str) -> Vec<String> {
    let name = normalise_heading(heading);
    runs(&name).into_iter().map(str::to_owned).collect()
}

/// The parts of a normalised name, as slices of it; none when it has only one.
fn runs(name: &str) -> Vec<&str> {
    let mut atoms: Vec<(usize, usize)> = Vec::new();
    let mut start = 0;
    let bytes = name.as_bytes();
    for (i, &byte) in bytes.iter().enumerate() {
        let width = match byte {
            b',' | b'/' | b';' => 1,
            b' ' if bytes.get(i..i + 5) == Some(b" and ") => 5,
            _ => continue,
        };
        if i >= start {
            atoms.push((start, i));
        }
        start = start.max(i + width);
    }
    if atoms.is_empty() {
        return Vec::new();
    }
    atoms.push((start.min(name.len()), name.len()));
    let few = atoms.len() <= 8;
    let mut parts = Vec::new();
    for (i, &(from, _)) in atoms.iter().enumerate() {
        for (j, &(_, to)) in atoms.iter().enumerate().skip(i) {
            let whole = i == 0 && j + 1 == atoms.len();
            let part = name.get(from..to).unwrap_or("").trim();
            if !whole && !part.is_empty() {
                parts.push(part);
            }
            if !few {
                break;
            }
        }
    }
    parts
}
