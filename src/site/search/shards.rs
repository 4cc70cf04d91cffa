//! The inverted index as short strings: which entries hold a word, in pieces
//! small enough to be fetched one by one.
//!
//! Numbers are written in digits of [`DIGITS`], five bits a digit, the sixth
//! bit saying that more follow. A list of entries is either the gaps between
//! them (`+`, each followed by its section where sections are told), or one bit
//! for each entry (`*`), whichever is shorter: no word costs more than a sixth
//! of a byte for each entry of the site.

/// The digits of numbers and bit sets.
pub const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// Bits of a posting that tell the section.
const SECTION: u32 = 10;

/// Bytes after which a piece of the index ends.
pub const SHARD: usize = 4 * 1024;

/// Entries by word: for each word, in order, the entries that hold it.
#[derive(Debug, Default)]
pub struct Postings {
    starts: Vec<usize>,
    /// Entry and section, in the order of entries.
    all: Vec<u32>,
}

impl Postings {
    /// Gather from `visit`, which tells word, entry and section of everything
    /// and is asked twice; entries must come in order.
    pub fn gather(words: usize, visit: impl Fn(&mut dyn FnMut(u32, u32, u32))) -> Self {
        let mut starts = vec![0_usize; words + 1];
        visit(&mut |word, _, _| {
            if let Some(count) = starts.get_mut(word as usize + 1) {
                *count += 1;
            }
        });
        let mut sum = 0;
        for start in &mut starts {
            sum += *start;
            *start = sum;
        }
        let mut all = vec![0; sum];
        let mut next = starts.clone();
        visit(&mut |word, entry, section| {
            if let Some(at) = next.get_mut(word as usize) {
                if let Some(slot) = all.get_mut(*at) {
                    *slot = entry << SECTION | section.min((1 << SECTION) - 1);
                }
                *at += 1;
            }
        });
        Self { starts, all }
    }

    /// Entries and sections of a word.
    fn of(&self, word: usize) -> &[u32] {
        let range = self.starts.get(word).zip(self.starts.get(word + 1));
        range.and_then(|(from, to)| self.all.get(*from..*to)).unwrap_or_default()
    }

    /// The list of a word as it is written; empty for none.
    #[must_use]
    pub fn encoded(&self, word: usize, entries: usize, sections: bool) -> String {
        let list = self.of(word);
        let mut out = String::new();
        if list.is_empty() {
            return out;
        }
        let bits = 1 + entries.div_ceil(6);
        out.push('+');
        let mut before = 0;
        for posting in list {
            let entry = posting >> SECTION;
            number(entry - before, &mut out);
            if sections {
                number(posting & ((1 << SECTION) - 1), &mut out);
            }
            before = entry;
            if out.len() > bits {
                return bit_set(list, entries);
            }
        }
        out
    }
}

fn bit_set(list: &[u32], entries: usize) -> String {
    let mut bits = vec![0_u8; entries.div_ceil(6)];
    for posting in list {
        let entry = (posting >> SECTION) as usize;
        if let Some(six) = bits.get_mut(entry / 6) {
            *six |= 1 << (entry % 6);
        }
    }
    // What is not there is 0.
    while bits.last() == Some(&0) {
        bits.pop();
    }
    std::iter::once('*').chain(bits.into_iter().map(digit)).collect()
}

fn digit(six: u8) -> char {
    DIGITS.get(usize::from(six)).map_or('A', |b| char::from(*b))
}

/// Write a number.
pub fn number(mut n: u32, out: &mut String) {
    loop {
        let five = u8::try_from(n & 31).unwrap_or(0);
        n >>= 5;
        out.push(digit(if n == 0 { five } else { five | 32 }));
        if n == 0 {
            return;
        }
    }
}

/// The words of one piece, each line being what it shares with the one before,
/// the rest of it, and its lists.
#[derive(Debug, Default)]
pub struct Shards {
    /// The first word of each piece.
    pub first: Vec<String>,
    /// The pieces.
    pub pieces: Vec<String>,
}

impl Shards {
    /// Put words with their lists into pieces; words without any are left out.
    #[must_use]
    pub fn pack<'w>(words: impl Iterator<Item = (&'w str, [String; 2])>) -> Self {
        let mut shards = Self::default();
        let mut before = "";
        for (word, [first, second]) in
            words.filter(|(_, lists)| lists.iter().any(|l| !l.is_empty()))
        {
            let full = |piece: &String| piece.len() + first.len() + second.len() > SHARD;
            if shards.pieces.last().is_none_or(|piece| full(piece) && !piece.is_empty()) {
                shards.first.push(word.to_owned());
                shards.pieces.push(String::new());
                before = "";
            }
            let Some(piece) = shards.pieces.last_mut() else { continue };
            let (mut shared, mut units) = (0, 0);
            for (a, b) in before.chars().zip(word.chars()) {
                if a != b || units + a.len_utf16() > 63 {
                    break;
                }
                shared += a.len_utf8();
                units += a.len_utf16();
            }
            piece.push(digit(u8::try_from(units).unwrap_or(0)));
            piece.push_str(word.get(shared..).unwrap_or_default());
            piece.push(' ');
            piece.push_str(&first);
            if !second.is_empty() {
                piece.push(' ');
                piece.push_str(&second);
            }
            piece.push('!');
            before = word;
        }
        shards
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn postings(list: &[(u32, u32)]) -> Postings {
        Postings::gather(2, |put| list.iter().for_each(|(entry, section)| put(1, *entry, *section)))
    }

    #[test]
    fn numbers_are_short() {
        let written = |n| {
            let mut out = String::new();
            number(n, &mut out);
            out
        };
        assert_eq!((written(0), written(31), written(32)), ("A".into(), "f".into(), "gB".into()));
        assert_eq!(written(u32::MAX).len(), 7);
    }

    #[test]
    fn a_list_takes_the_shorter_form() {
        let few = postings(&[(3, 0), (40, 2), (41, 5000)]);
        assert_eq!(few.encoded(1, 1000, false), "+DlBB");
        assert_eq!(few.encoded(1, 1000, true), "+DAlBCB_f");
        assert_eq!(few.encoded(0, 1000, true), "");
        let many: Vec<(u32, u32)> = (0..1000).map(|n| (n, 1)).collect();
        let written = postings(&many).encoded(1, 1000, true);
        assert_eq!((written.len(), written.get(..3)), (168, Some("*__")));
    }

    #[test]
    fn pieces_are_small_and_words_share_their_beginnings() {
        let words = ["plan", "plane", "planung", "東京", "東北"];
        let shards = Shards::pack(words.iter().map(|w| (*w, ["+A".into(), String::new()])));
        assert_eq!(shards.pieces, ["Aplan +A!Ee +A!Eung +A!A東京 +A!B北 +A!"]);
        let long: Vec<String> = (0..500).map(|n| format!("w{n:04}")).collect();
        let shards = Shards::pack(
            long.iter().map(|w| (w.as_str(), ["+ABCDEFGHIJ".repeat(10), String::new()])),
        );
        assert!(shards.pieces.iter().all(|p| p.len() < SHARD + 200));
        assert_eq!(shards.first.first().map(String::as_str), Some("w0000"));
        assert_eq!(shards.first.len(), shards.pieces.len());
        let none = Shards::pack([("x", [String::new(), String::new()])].into_iter());
        assert!(none.pieces.is_empty());
    }
}
