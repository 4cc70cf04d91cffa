//! Words as they are searched: small letters without accents, ids and numbers
//! whole, scripts without spaces in pairs of characters.
//!
//! `themes/default/js/search.js` splits a query by the same rules; a test in
//! `tests/browser` compares the two.

use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;

/// Longest word that is kept, in bytes, a multiple of eight; what is longer is cut.
pub const LONGEST: usize = 40;

/// Longest id that is kept whole, in bytes.
const LONGEST_ID: usize = 32;

/// Take the words of `text`, each as it is searched, in order. An id is told
/// whole and in its parts (`R-004`: `004` and `r004`). A word is told as the
/// bytes of its text.
pub fn each(text: &str, word: &mut impl FnMut(&[u8])) {
    if text.is_ascii() {
        ascii(text.as_bytes(), word);
    } else {
        folded(&fold(text), word);
    }
}

/// All words of a text.
#[must_use]
pub fn all(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    each(text, &mut |word| words.push(String::from_utf8_lossy(word).into_owned()));
    words
}

/// Small letters without accents and without characters that cannot be seen.
#[must_use]
pub fn fold(text: &str) -> String {
    let plain = text.nfkd().filter(|c| !left_out(*c)).flat_map(char::to_lowercase);
    let mut out = String::with_capacity(text.len());
    for c in plain.filter(|c| !left_out(*c)) {
        match c {
            'ß' => out.push_str("ss"),
            'æ' => out.push_str("ae"),
            'œ' => out.push_str("oe"),
            'þ' => out.push_str("th"),
            'ø' => out.push('o'),
            'đ' | 'ð' => out.push('d'),
            'ł' => out.push('l'),
            'ı' => out.push('i'),
            'ς' => out.push('σ'),
            c => out.push(c),
        }
    }
    out.nfc().collect()
}

/// Accents and points, which a reader may leave out, and what cannot be seen.
fn left_out(c: char) -> bool {
    matches!(c,
        '\u{300}'..='\u{36f}' | '\u{483}'..='\u{487}' | '\u{591}'..='\u{5bd}' | '\u{5bf}'
        | '\u{5c1}'..='\u{5c2}' | '\u{5c4}'..='\u{5c5}' | '\u{5c7}' | '\u{610}'..='\u{61a}'
        | '\u{640}' | '\u{64b}'..='\u{65f}' | '\u{670}' | '\u{ad}' | '\u{200b}'..='\u{200f}'
        | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2064}' | '\u{2066}'..='\u{2069}'
        | '\u{feff}')
}

/// Scripts that write no spaces between words: pairs of characters stand for
/// words there.
fn unspaced(c: char) -> bool {
    matches!(c,
        '\u{e00}'..='\u{eff}' | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17ff}'
        | '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}'
        | '\u{ac00}'..='\u{d7a3}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
}

fn joins(c: char) -> bool {
    matches!(c, '-' | '.' | '_')
}

/// The eight bytes from a place in ASCII text as small letters, the first one
/// lowest, and how many of them, from the first, are letters or digits.
fn eight(text: &[u8], at: usize) -> (u64, usize) {
    const EACH: u64 = 0x0101_0101_0101_0101;
    let rest = text.get(at..).unwrap_or_default();
    let bytes = rest.first_chunk().map_or_else(
        || rest.iter().rev().fold(0, |all, b| all << 8 | u64::from(*b)),
        |eight| u64::from_le_bytes(*eight),
    );
    let small = bytes | (EACH * 0x20);
    // The highest bit of each byte that is not below `least`. ASCII has it free,
    // so that nothing is carried from one byte to the next.
    let from = |bytes: u64, least: u8| bytes + EACH * u64::from(0x80 - least);
    let letter = from(small, b'a') & !from(small, b'z' + 1);
    let digit = from(bytes, b'0') & !from(bytes, b'9' + 1);
    let ends = !(letter | digit) & (EACH * 0x80);
    (small, (ends.trailing_zeros() / 8) as usize)
}

/// How many letters and digits follow each other from a place in ASCII text;
/// the first of them are put into `kept`, as small letters.
fn run(text: &[u8], start: usize, kept: &mut [u8; LONGEST]) -> usize {
    let mut length = 0;
    loop {
        let (small, count) = eight(text, start + length);
        if let Some(slot) = kept.get_mut(length..length + 8) {
            slot.copy_from_slice(&small.to_le_bytes());
        }
        length += count;
        if count < 8 {
            return length;
        }
    }
}

/// The words of a text that has no character beyond ASCII.
fn ascii(text: &[u8], word: &mut impl FnMut(&[u8])) {
    let inside = |at: usize| text.get(at).is_some_and(u8::is_ascii_alphanumeric);
    let joined = |at: usize| text.get(at).is_some_and(|b| joins(char::from(*b))) && inside(at + 1);
    let mut kept = [0_u8; LONGEST];
    let mut at = 0;
    loop {
        let rest = text.get(at..).unwrap_or_default();
        let Some(gap) = rest.iter().position(u8::is_ascii_alphanumeric) else { return };
        let start = at + gap;
        let length = run(text, start, &mut kept);
        at = start + length;
        ascii_part(&kept, length, word);
        if joined(at) {
            at = ascii_piece(text, start, (at, &mut kept), word);
        }
    }
}

/// A run of letters and digits, of which `kept` holds the first; a letter alone
/// is no word.
fn ascii_part(kept: &[u8; LONGEST], length: usize, word: &mut impl FnMut(&[u8])) {
    match kept.get(..length.min(LONGEST)).unwrap_or_default() {
        [b] if b.is_ascii_alphabetic() => {}
        part => word(part),
    }
}

/// What follows the first part of a piece, which `kept` holds and which ends at
/// `at`, as [`this_piece`] does it. Where the piece ends.
fn ascii_piece(
    text: &[u8],
    start: usize,
    (mut at, kept): (usize, &mut [u8; LONGEST]),
    word: &mut impl FnMut(&[u8]),
) -> usize {
    let mut bare = [0_u8; LONGEST_ID];
    let mut length = 0;
    let mut add = |part: &[u8]| {
        if let Some(slot) = bare.get_mut(length..length + part.len()) {
            slot.copy_from_slice(part);
        }
        length += part.len();
    };
    add(kept.get(..(at - start).min(LONGEST)).unwrap_or_default());
    while text.get(at).is_some_and(|b| joins(char::from(*b))) {
        let part = run(text, at + 1, kept);
        if part == 0 {
            break;
        }
        at += 1 + part;
        ascii_part(kept, part, word);
        add(kept.get(..part.min(LONGEST)).unwrap_or_default());
    }
    let piece = text.get(start..at).unwrap_or_default();
    if piece.len() > LONGEST_ID || !piece.iter().any(u8::is_ascii_digit) {
        return at;
    }
    match bare.get(..length).unwrap_or_default() {
        bare if bare.iter().any(u8::is_ascii_alphabetic) => word(bare),
        _ => word(piece),
    }
    at
}

/// The words of a folded text.
fn folded(text: &str, word: &mut impl FnMut(&[u8])) {
    let inside = |c: char| c.is_alphanumeric() || is_combining_mark(c);
    let mut chars = text.char_indices().peekable();
    let mut start = None;
    while let Some((at, c)) = chars.next() {
        let next = chars.peek().map(|(_, c)| *c);
        let goes_on = inside(c) || (start.is_some() && joins(c) && next.is_some_and(inside));
        match (goes_on, start) {
            (true, None) => start = Some(at),
            (false, Some(from)) => {
                this_piece(text.get(from..at).unwrap_or_default(), word);
                start = None;
            }
            _ => {}
        }
    }
    if let Some(from) = start {
        this_piece(text.get(from..).unwrap_or_default(), word);
    }
}

/// Letters and digits with single joiners between them: the parts, and the
/// whole where it is an id or a number.
fn this_piece(piece: &str, word: &mut impl FnMut(&[u8])) {
    let mut parts = 0;
    for part in piece.split(joins) {
        parts += 1;
        this_part(part, word);
    }
    let id = parts > 1
        && piece.len() <= LONGEST_ID
        && piece.bytes().any(|b| b.is_ascii_digit())
        && !piece.contains(unspaced);
    if !id {
        return;
    }
    if piece.contains(char::is_alphabetic) {
        word(piece.replace(joins, "").as_bytes());
    } else {
        word(piece.as_bytes());
    }
}

fn this_part(part: &str, word: &mut impl FnMut(&[u8])) {
    let single = |b: &[u8]| matches!(b, [b] if b.is_ascii_alphabetic());
    if !part.contains(unspaced) {
        if !single(part.as_bytes()) && !part.is_empty() {
            word(cut(part).as_bytes());
        }
        return;
    }
    let mut rest = part;
    while let Some(first) = rest.chars().next() {
        let kind = unspaced(first);
        let end = rest.find(|c| unspaced(c) != kind).unwrap_or(rest.len());
        let (run, after) = rest.split_at(end);
        rest = after;
        if !kind {
            if !single(run.as_bytes()) {
                word(cut(run).as_bytes());
            }
            continue;
        }
        let starts: Vec<usize> = run.char_indices().map(|(i, _)| i).collect();
        if starts.len() == 1 {
            word(run.as_bytes());
        }
        for (n, from) in starts.iter().enumerate().take(starts.len().saturating_sub(1)) {
            let to = starts.get(n + 2).copied().unwrap_or(run.len());
            word(run.get(*from..to).unwrap_or_default().as_bytes());
        }
    }
}

/// At most [`LONGEST`] bytes of it, whole characters.
fn cut(word: &str) -> &str {
    let mut end = word.len().min(LONGEST);
    while !word.is_char_boundary(end) {
        end -= 1;
    }
    word.get(..end).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> String {
        all(text).join(" ")
    }

    #[test]
    fn words_are_small_and_bare() {
        assert_eq!(words("The Sponsor's plan"), "the sponsor plan");
        assert_eq!(words("Übergabe, façade ÅNGSTRÖM Straße"), "ubergabe facade angstrom strasse");
        assert_eq!(words("İstanbul ΟΔΟΣ Œuvre"), "istanbul οδοσ oeuvre");
        assert_eq!(words("ﬁnance ½ Ⅳ"), "finance 1 2 iv");
        assert_eq!(words("soft\u{ad}hy\u{200b}phen"), "softhyphen");
        assert_eq!(words("🚀 go-live 🎉"), "go live");
        assert_eq!(words("—…!"), "");
    }

    #[test]
    fn ids_and_numbers_are_kept_whole() {
        assert_eq!(words("R-004"), "004 r004");
        assert_eq!(words("see CR-007."), "see cr 007 cr007");
        assert_eq!(words("M3 and r004"), "m3 and r004");
        assert_eq!(words("2026-03-27"), "2026 03 27 2026-03-27");
        assert_eq!(words("v1.2"), "v1 2 v12");
        assert_eq!(words("6.6 %"), "6 6 6.6");
        assert_eq!(words("cut-over"), "cut over");
        assert_eq!(words("Ü-12"), "12 u12");
        assert_eq!(words("-R--4- _a_"), "4");
    }

    #[test]
    fn scripts_without_spaces_are_taken_in_pairs() {
        assert_eq!(words("移行計画"), "移行 行計 計画");
        assert_eq!(words("東"), "東");
        assert_eq!(words("CRM移行v2計画"), "crm 移行 v2 計画");
        assert_eq!(words("데이터 이전"), "데이 이터 이전");
        assert_eq!(words("שָׁלוֹם مُحَمَّد"), "שלום محمد");
    }

    #[test]
    fn ascii_and_the_rest_are_split_alike() {
        let long = format!(
            "{0} A{0}-1 {1}.{1} {2}-3_{2}",
            "Xy7".repeat(15),
            "9".repeat(8),
            "Q".repeat(14)
        );
        let all_signs: String = (0..128_u8).flat_map(|b| ['a', char::from(b), 'Z', '0']).collect();
        for text in [
            "R-004: the cut-over",
            "a.b.c v1.2-rc3 x",
            "1,000.50 (Q1)",
            "a-",
            "-a1-b2-",
            "Abcdefgh ijklmnop-Q R_S",
            &long,
            &all_signs,
        ] {
            let mut slow = Vec::new();
            folded(&fold(text), &mut |w| slow.push(String::from_utf8_lossy(w).into_owned()));
            assert_eq!(all(text), slow, "{text}");
        }
    }

    #[test]
    fn endless_words_are_cut() {
        assert_eq!(words(&"x".repeat(300)).len(), LONGEST);
        assert_eq!(all(&"é1-".repeat(300)).last().map(String::len), Some(2));
        assert!(all(&"界".repeat(1000)).iter().all(|w| w.chars().count() == 2));
        assert!(all(&"ж".repeat(99)).concat().len() <= LONGEST);
    }
}
