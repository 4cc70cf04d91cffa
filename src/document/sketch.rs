//! A small picture of what a report says in the sections that must be new each
//! time, so that two reports can be compared without keeping their text: the
//! hashes of every three words in a row.

use crate::kinds::Kind;
use crate::markdown::{Outline, SectionMatch};
use crate::text::Span;
use std::ops::Range;

/// Most hashes kept of one text: the smallest. Up to here likeness is exact,
/// beyond it is estimated.
const KEPT: usize = 1024;

/// What the sections marked `fresh` say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sketch {
    /// Words in them.
    pub words: u32,
    /// The first of their headings.
    pub span: Span,
    /// Hashes of three words in a row, sorted, each once.
    triples: Box<[u32]>,
}

impl Sketch {
    /// How many triples two texts have in common, and how many in all.
    #[must_use]
    pub fn shared(&self, other: &Self) -> (usize, usize) {
        let (mut a, mut b) = (self.triples.iter().peekable(), other.triples.iter().peekable());
        let (mut common, mut all) = (0, 0);
        while all < KEPT {
            let order = match (a.peek(), b.peek()) {
                (Some(x), Some(y)) => x.cmp(y),
                (Some(_), None) => std::cmp::Ordering::Less,
                (None, Some(_)) => std::cmp::Ordering::Greater,
                (None, None) => break,
            };
            if order.is_le() {
                a.next();
            }
            if order.is_ge() {
                b.next();
            }
            common += usize::from(order.is_eq());
            all += 1;
        }
        (common, all)
    }
}

/// Read the fresh sections of a body; `None` when there are none.
pub(super) fn sketch(
    text: &str,
    kind: &Kind,
    outline: &Outline,
    sections: &[SectionMatch],
) -> Option<Sketch> {
    let fresh = kind.sections.iter().zip(sections).filter(|(wanted, _)| wanted.fresh);
    let found: Vec<&SectionMatch> = fresh.map(|(_, found)| found).collect();
    let span = found.iter().filter_map(|f| f.span).min()?;
    let mut ranges: Vec<Range<u32>> = found.iter().flat_map(|f| ranges(outline, f)).collect();
    ranges.sort_by_key(|r| (r.start, r.end));
    let (mut words, mut read) = (Vec::with_capacity(256), 0);
    for range in ranges {
        let from = range.start.max(read);
        read = read.max(range.end);
        let part = text.get(from as usize..range.end.max(from) as usize).unwrap_or("");
        tokens(part, &mut words);
    }
    let mut triples: Vec<u32> = Vec::with_capacity(words.len());
    for three in words.windows(3) {
        let all = three.iter().fold(START, |hash, word| mixed(hash ^ word));
        // The upper half is as good a hash.
        triples.push((all >> 32) as u32);
    }
    triples.sort_unstable();
    triples.dedup();
    triples.truncate(KEPT);
    let words = u32::try_from(words.len()).unwrap_or(u32::MAX);
    Some(Sketch { words, span, triples: triples.into() })
}

/// The text below each heading and lead-in of a section, sub-headings included.
fn ranges(outline: &Outline, found: &SectionMatch) -> Vec<Range<u32>> {
    let headings = found.headings.iter().filter_map(|i| {
        let heading = outline.headings.get(*i)?;
        let next = outline.headings.iter().skip(i + 1).find(|h| h.level <= heading.level);
        Some(heading.span.end..next.map_or(outline.end, |h| h.span.start))
    });
    let leads = found.lead_ins.iter().filter_map(|i| {
        let lead = outline.lead_ins.get(*i)?;
        let after = |start: u32| start > lead.span.start;
        let next = outline.lead_ins.iter().map(|l| l.span.start).find(|s| after(*s));
        let heading = outline.headings.iter().map(|h| h.span.start).find(|s| after(*s));
        let end = next.into_iter().chain(heading).fold(outline.end, u32::min);
        Some(lead.span.end..end)
    });
    headings.chain(leads).collect()
}

/// Hashes of the words of a text in lower case, comments left out.
fn tokens(text: &str, out: &mut Vec<u64>) {
    let mut rest = text;
    while !rest.is_empty() {
        let (shown, after) = match memchr::memmem::find(rest.as_bytes(), b"<!--") {
            Some(at) => {
                let (shown, hidden) = rest.split_at(at);
                (shown, hidden.split_once("-->").map_or("", |(_, after)| after))
            }
            None => (rest, ""),
        };
        if shown.is_ascii() {
            ascii(shown.as_bytes(), out);
        } else {
            let words = shown.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty());
            out.extend(words.map(|word| word.to_lowercase().bytes().fold(START, with)));
        }
        rest = after;
    }
}

/// The same for a text without letters beyond ASCII.
fn ascii(text: &[u8], out: &mut Vec<u64>) {
    let mut word = START;
    for &byte in text {
        let letter = LETTERS[usize::from(byte)];
        if letter != 0 {
            word = with(word, letter);
        } else if word != START {
            out.push(word);
            word = START;
        }
    }
    if word != START {
        out.push(word);
    }
}

/// Letters and digits of ASCII in lower case; zero for every other byte.
const LETTERS: [u8; 256] = {
    let mut letters = [0; 256];
    let mut byte = 0_u8;
    while byte < 0x80 {
        if byte.is_ascii_alphanumeric() {
            letters[byte as usize] = byte.to_ascii_lowercase();
        }
        byte += 1;
    }
    letters
};

/// The hash of no letters.
const START: u64 = 0xcbf2_9ce4_8422_2325;

/// The hash of a word and one more byte: FNV-1a, which is quick for words that
/// are short.
fn with(word: u64, byte: u8) -> u64 {
    (word ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
}

/// A hash with every bit spread over all the others.
fn mixed(hash: u64) -> u64 {
    let hash = (hash ^ (hash >> 32)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    (hash ^ (hash >> 29)).wrapping_mul(0xbf58_476d_1ce4_e5b9)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(words: &[&str]) -> Sketch {
        let mut triples: Vec<u32> = words.iter().map(|w| w.bytes().map(u32::from).sum()).collect();
        triples.sort_unstable();
        Sketch { words: 0, span: Span::at(0), triples: triples.into() }
    }

    #[test]
    fn likeness_counts_what_is_in_both_and_in_all() {
        let (a, b) = (of(&["a", "b", "c"]), of(&["b", "c", "d"]));
        assert_eq!(a.shared(&b), (2, 4));
        assert_eq!(b.shared(&a), (2, 4));
        assert_eq!(a.shared(&a), (3, 3));
        assert_eq!(of(&[]).shared(&of(&[])), (0, 0));
    }

    #[test]
    fn comments_and_marks_are_no_words() {
        let mut words = Vec::new();
        tokens("- **First** rehearsal <!-- say more --> went\nwell <!-- open", &mut words);
        let plain = ["first", "rehearsal", "went", "well"].map(|w| w.bytes().fold(START, with));
        assert_eq!(words, plain);
        let mut others = Vec::new();
        tokens("First, rehearsal – WENT well", &mut others);
        assert_eq!(others, plain);
    }
}
