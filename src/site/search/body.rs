//! What a document's text says, taken from its source in one pass: the words
//! of each section once, and the first words for the list of results.

use super::dictionary::{Dictionary, Seen, hash};
use super::words;
use crate::markdown::Heading;
use memchr::memchr3;

/// Most different words of one text; further ones are left out.
const MOST_WORDS: usize = 20_000;

/// Longest beginning that is kept, in bytes.
const LEAD: usize = 110;

/// Set in a number that begins a section instead of naming a word.
const MARK: u32 = 1 << 31;

/// Most sections that are told apart; what follows counts to the last.
pub const MOST_SECTIONS: usize = 1023;

/// The words of one text.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Body {
    /// Numbers of words, each once; a number with its highest bit set begins a
    /// section.
    numbers: Box<[u32]>,
    /// How the text begins.
    pub lead: Box<str>,
}

impl Body {
    /// Each word with its section (0 is what stands above the first heading)
    /// and whether it stands in that section's heading.
    pub fn words(&self) -> impl Iterator<Item = (u32, u32, bool)> + '_ {
        let mut section = (0, false);
        self.numbers.iter().filter_map(move |n| {
            if n & MARK != 0 {
                section = ((n & !MARK) >> 1, n & 1 == 1);
                return None;
            }
            Some((*n, section.0, section.1))
        })
    }
}

/// Read the body of a markdown text that begins at `from`; `fields` are what its
/// front matter says in words.
#[must_use]
pub fn read<'t>(
    text: &str,
    from: usize,
    headings: &[Heading],
    fields: impl IntoIterator<Item = &'t str>,
    dictionary: &Dictionary,
) -> Body {
    let mut reader = Reader::new(dictionary, 512);
    for (n, heading) in headings.iter().enumerate() {
        reader.begin(n + 1, true);
        words::each(&heading.text, &mut |w| reader.word(w));
    }
    let mut at = from.min(text.len());
    let mut lead = String::new();
    for n in 0..=headings.len() {
        let heading = headings.get(n);
        let end = heading.map_or(text.len(), |h| h.span.start as usize).max(at);
        let part = text.get(at..end).unwrap_or_default();
        at = heading.map_or(end, |h| h.span.end as usize).max(end);
        if part.trim().is_empty() {
            continue;
        }
        reader.begin(n, false);
        prose(part, &mut |line| {
            words::each(line, &mut |w| reader.word(w));
            if lead.len() < LEAD {
                beginning(line, &mut lead);
            }
        });
    }
    reader.begin(0, false);
    for field in fields {
        words::each(field, &mut |w| reader.word(w));
    }
    Body { numbers: reader.numbers.into(), lead: shortened(&lead).into() }
}

struct Reader<'a> {
    dictionary: &'a Dictionary,
    seen: Seen,
    numbers: Vec<u32>,
}

impl<'a> Reader<'a> {
    /// A reader of about so many different words.
    fn new(dictionary: &'a Dictionary, words: usize) -> Self {
        Self { dictionary, seen: Seen::of(words), numbers: Vec::with_capacity(words / 2) }
    }

    fn begin(&mut self, section: usize, heading: bool) {
        let section = u32::try_from(section.min(MOST_SECTIONS)).unwrap_or(0);
        self.numbers.push(MARK | section << 1 | u32::from(heading));
    }

    fn word(&mut self, word: &[u8]) {
        let hash = hash(word);
        if self.seen.len() < MOST_WORDS && self.seen.insert(hash) {
            self.numbers.push(self.dictionary.number(word, hash) & !MARK);
        }
    }
}

/// Give the text without addresses of links, tags and character references,
/// in pieces that end where words end.
fn prose(text: &str, piece: &mut impl FnMut(&str)) {
    for line in text.lines() {
        // The address of a link, said apart from it.
        if line.trim_start().starts_with('[') && line.contains("]:") {
            continue;
        }
        let mut rest = line;
        while let Some(at) = memchr3(b'<', b']', b'&', rest.as_bytes()) {
            let (before, special) = rest.split_at(at);
            let skipped = match special.as_bytes() {
                [b'<', b'/' | b'!' | b'?' | b'a'..=b'z' | b'A'..=b'Z', ..] => {
                    special.find('>').map(|end| end + 1)
                }
                [b']', b'(', ..] => special.find(')').map(|end| end + 1),
                [b'&', ..] => {
                    let name = special.get(1..).unwrap_or_default();
                    let end = name.find(|c: char| !(c.is_ascii_alphanumeric() || c == '#'));
                    end.filter(|end| name.get(*end..).is_some_and(|r| r.starts_with(';')))
                        .map(|end| end + 2)
                }
                _ => None,
            };
            piece(before);
            rest = special.get(skipped.unwrap_or(1)..).unwrap_or_default();
        }
        piece(rest);
    }
}

/// Add what a line says to the beginning, its markup left out.
fn beginning(line: &str, lead: &mut String) {
    let line = line.trim_start_matches(|c: char| c.is_whitespace() || "#>*-+|:=".contains(c));
    let words = line.split_whitespace().map(|w| w.trim_matches(|c| "*_`|[]!#".contains(c)));
    for word in words.filter(|w| w.contains(char::is_alphanumeric)) {
        if lead.len() >= LEAD {
            return;
        }
        if !lead.is_empty() {
            lead.push(' ');
        }
        lead.push_str(word);
    }
}

/// At most [`LEAD`] bytes and a sign that there is more.
#[must_use]
pub fn shortened(text: &str) -> String {
    if text.len() <= LEAD {
        return text.to_owned();
    }
    let mut end = LEAD;
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let cut = text.get(..end).unwrap_or_default();
    let cut =
        cut.rfind(' ').filter(|at| *at > LEAD / 2).and_then(|at| cut.get(..at)).unwrap_or(cut);
    format!("{cut} …")
}

/// The words of short texts without sections, such as an item's fields.
#[must_use]
pub fn of_texts<'t>(texts: impl IntoIterator<Item = &'t str>, dictionary: &Dictionary) -> Body {
    let mut reader = Reader::new(dictionary, 32);
    for text in texts {
        words::each(text, &mut |w| reader.word(w));
    }
    Body { numbers: reader.numbers.into(), lead: "".into() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::markdown::outline;

    fn read_all(text: &str) -> (Vec<(String, u32, bool)>, String) {
        let dictionary = Dictionary::default();
        let body = read(text, 0, &outline(text, 0).headings, ["field"; 0], &dictionary);
        let (words, places) = dictionary.sorted();
        let said = body.words().map(|(n, section, heading)| {
            (words[places[n as usize] as usize].to_string(), section, heading)
        });
        (said.collect(), body.lead.to_string())
    }

    fn plain(text: &str) -> String {
        read_all(text).0.iter().map(|(w, ..)| w.as_str()).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn each_word_is_told_once_with_its_section() {
        let (said, lead) =
            read_all("Top words.\n\n# Scope\n\nIn *scope* now.\n\n## Risks\n\nScope and top\n");
        let expected = [
            ("scope", 1, true),
            ("risks", 2, true),
            ("top", 0, false),
            ("words", 0, false),
            ("in", 1, false),
            ("now", 1, false),
            ("and", 2, false),
        ];
        let expected: Vec<_> = expected.iter().map(|(w, s, h)| ((*w).to_owned(), *s, *h)).collect();
        assert_eq!(said, expected);
        assert_eq!(lead, "Top words. In scope now. Scope and top");
    }

    #[test]
    fn addresses_tags_and_references_are_no_words() {
        assert_eq!(plain("see [the plan](../plan.md#dates \"x\") now"), "see the plan now");
        assert_eq!(plain("<b class=\"loud\">bold</b> a &amp; b&#233;c"), "bold");
        assert_eq!(plain("R&D; a<3 x]y 5<6"), "3 5 6");
        assert_eq!(plain("[1]: https://example.org/secret\nend"), "end");
    }

    #[test]
    fn hostile_texts_are_read_without_harm() {
        for text in ["](", "]:", "<", "<<<<", "&", "&#", "[]()", "\u{2028}<\u{2028}", "]((((("] {
            read_all(&text.repeat(1000));
        }
        let many = (0..30_000).map(|n| format!("w{n}")).collect::<Vec<_>>().join(" ");
        assert_eq!(read_all(&many).0.len(), MOST_WORDS);
        let headings = "# a b\n\ntext\n\n".repeat(1200);
        assert!(read_all(&headings).0.iter().all(|(_, s, _)| *s as usize <= MOST_SECTIONS));
    }

    #[test]
    fn a_beginning_is_short_and_whole() {
        let (_, lead) = read_all(&"wörter und mehr ".repeat(40));
        assert!(lead.len() <= LEAD + 4 && lead.ends_with(" …"), "{lead}");
        assert_eq!(shortened(&"界".repeat(100)).chars().last(), Some('…'));
        assert_eq!(read_all("| Id | Name |\n|---|---|\n| M1 | Go |\n").1, "Id Name M1 Go");
    }
}
