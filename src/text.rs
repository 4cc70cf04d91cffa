//! One text file as read: its path, its bytes, and where its lines begin.
//!
//! Positions speak of the *original* bytes: a byte-order mark, CRLF or CR line
//! ends are never rewritten, so a span found by any parser can be underlined
//! in the file the author has open.

pub mod bytes;

use std::fmt;
use std::sync::Arc;
use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;

/// A half-open range of byte offsets into a file's original bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct Span {
    /// First byte of the range.
    pub start: u32,
    /// First byte after the range.
    pub end: u32,
}

impl Span {
    /// The span from `start` to `end`; offsets beyond 4 GiB are clamped.
    #[must_use]
    pub fn new(start: usize, end: usize) -> Self {
        let clamp = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        Self { start: clamp(start), end: clamp(end.max(start)) }
    }

    /// An empty span at one offset.
    #[must_use]
    pub fn at(offset: usize) -> Self {
        Self::new(offset, offset)
    }

    /// The same span moved `by` bytes towards the end of the file.
    #[must_use]
    pub fn shift(self, by: usize) -> Self {
        Self::new(self.start as usize + by, self.end as usize + by)
    }

    /// The smallest span that covers both.
    #[must_use]
    pub fn to(self, other: Self) -> Self {
        Self { start: self.start.min(other.start), end: self.end.max(other.end) }
    }

    /// The text the span covers, clamped to the text and to character borders.
    #[must_use]
    pub fn of(self, text: &str) -> &str {
        let floor = |n: usize| {
            (0..=n.min(text.len())).rev().find(|n| text.is_char_boundary(*n)).unwrap_or(0)
        };
        let start = floor(self.start as usize);
        text.get(start..floor(self.end as usize).max(start)).unwrap_or("")
    }
}

/// A line and a column, both counted from 1; columns count characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize)]
pub struct Position {
    /// Line, from 1.
    pub line: u32,
    /// Column in characters, from 1.
    pub column: u32,
}

impl Default for Position {
    fn default() -> Self {
        Self { line: 1, column: 1 }
    }
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.line, self.column)
    }
}

/// Where the lines of a text begin, and which of its characters take more than
/// one byte: enough to turn a byte offset into a [`Position`] without the text.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct LineIndex {
    starts: Box<[u32]>,
    /// Offsets of the characters of 2 to 4 bytes (low 30 bits), with their
    /// length beyond the first byte (high 2 bits).
    wide: Box<[u32]>,
}

const OFFSET: u32 = (1 << 30) - 1;

impl LineIndex {
    /// Index `text`; LF, CRLF and a lone CR each end a line, and a byte-order
    /// mark takes no column.
    #[must_use]
    pub fn new(text: &str) -> Self {
        let bytes = text.as_bytes();
        let first = if text.starts_with('\u{feff}') { 3 } else { 0 };
        let mut starts = Vec::with_capacity(bytes.len() / 32 + 1);
        starts.push(Span::at(first).start);
        let rest = bytes.get(first..).unwrap_or_default();
        let ends = memchr::memchr2_iter(b'\n', b'\r', rest).map(|i| first + i);
        let ends = ends.filter(|i| bytes.get(*i..*i + 2) != Some(b"\r\n"));
        starts.extend(ends.map(|i| Span::at(i + 1).start));
        let mut wide = Vec::new();
        if !rest.is_ascii() {
            for (i, &byte) in bytes.iter().enumerate().skip(first).filter(|(_, b)| **b >= 0xc0) {
                let extra = if byte >= 0xf0 { 3 } else { 1 + u32::from(byte >= 0xe0) };
                wide.push((Span::at(i).start & OFFSET) | (extra << 30));
            }
        }
        Self { starts: starts.into(), wide: wide.into() }
    }

    /// Line and column of a byte offset; an offset inside a character counts
    /// as the character's own.
    #[must_use]
    pub fn position(&self, offset: u32) -> Position {
        let line = self.starts.partition_point(|&start| start <= offset).saturating_sub(1);
        let start = self.starts.get(line).copied().unwrap_or(0);
        let from = self.wide.partition_point(|&w| w & OFFSET < start);
        let to = self.wide.partition_point(|&w| w & OFFSET < offset);
        let extra: u32 = self.wide.get(from..to).unwrap_or(&[]).iter().map(|w| w >> 30).sum();
        let column = offset.saturating_sub(start).saturating_sub(extra) + 1;
        Position { line: u32::try_from(line).unwrap_or(u32::MAX - 1) + 1, column }
    }

    /// Column of a byte offset in bytes, from 1; a byte-order mark counts.
    #[must_use]
    pub fn byte_column(&self, offset: u32) -> u32 {
        let line = self.starts.partition_point(|&start| start <= offset).saturating_sub(1);
        let start = if line == 0 { 0 } else { self.starts.get(line).copied().unwrap_or(0) };
        offset.saturating_sub(start) + 1
    }

    /// Number of lines; a text that ends in a line end has an empty last line.
    #[must_use]
    pub fn lines(&self) -> usize {
        self.starts.len()
    }
}

/// Why bytes are not a text Milepost reads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DecodeError {
    /// Where the text stops being text.
    pub at: Position,
    /// Byte offset of the fault.
    pub span: Span,
    /// The fact, in one phrase.
    pub message: String,
    /// How to mend it.
    pub help: String,
}

/// A file's text with its path (relative to the book's `src`, `/` separated).
#[derive(Debug, Clone)]
pub struct Source {
    /// Path relative to the book's `src`, with `/` between folders.
    pub path: Arc<str>,
    /// The text as it stands in the file, byte-order mark and line ends included.
    pub text: String,
    /// Digest of the bytes, by which `serve` and the page cache know a file.
    pub digest: u128,
}

impl Source {
    /// Decode a file's bytes.
    ///
    /// # Errors
    /// The bytes are not UTF-8 (UTF-16 is named as such) or hold a NUL byte.
    pub fn decode(path: Arc<str>, bytes: Vec<u8>) -> Result<Self, DecodeError> {
        let digest = xxhash_rust::xxh3::xxh3_128(&bytes);
        let fail = |text: &str, offset: usize, message: String, help: &str| DecodeError {
            at: LineIndex::new(text).position(Span::at(offset).start),
            span: Span::new(offset, offset + 1),
            message,
            help: help.into(),
        };
        const RESAVE: &str = "save the file as UTF-8";
        if bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]) {
            return Err(fail("", 0, "the file is UTF-16, not UTF-8".into(), RESAVE));
        }
        let text = match String::from_utf8(bytes) {
            Ok(text) => text,
            Err(error) => {
                let at = error.utf8_error().valid_up_to();
                let bytes = error.into_bytes();
                let good = bytes.get(..at).and_then(|b| std::str::from_utf8(b).ok());
                let byte = bytes.get(at).copied().unwrap_or_default();
                let message = format!("byte 0x{byte:02X} is not UTF-8");
                return Err(fail(good.unwrap_or(""), at, message, RESAVE));
            }
        };
        if let Some(at) = memchr::memchr(0, text.as_bytes()) {
            let utf16 = text.bytes().filter(|&b| b == 0).count() * 3 > text.len();
            let (message, help) = if utf16 {
                ("the file looks like UTF-16, not UTF-8", RESAVE)
            } else {
                ("the text holds a NUL byte", "remove the NUL byte")
            };
            return Err(fail(text.get(..at).unwrap_or(""), at, message.into(), help));
        }
        Ok(Self { path, text, digest })
    }
}

/// The text with control characters and marks that reorder or hide text shown
/// as `\u{…}`, so that nothing a user wrote can move a terminal's cursor or
/// reverse a message.
#[must_use]
pub fn visible(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        let hidden = c.is_control()
            || matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}'
                | '\u{feff}' | '\u{2028}' | '\u{2029}' | '\u{e0000}'..='\u{e007f}');
        if hidden {
            out.extend(c.escape_unicode());
        } else {
            out.push(c);
        }
    }
    out
}

/// A number with its noun: `1 business day`, `3 business days`.
#[must_use]
pub fn counted(n: impl std::fmt::Display, noun: &str) -> String {
    let n = n.to_string();
    if n == "1" { format!("1 {noun}") } else { format!("{n} {noun}s") }
}

/// The `most` candidates most like a word, the likest first; any word has some.
#[must_use]
pub fn likest<'a>(
    word: &str,
    candidates: impl IntoIterator<Item = &'a str>,
    most: usize,
) -> Vec<&'a str> {
    let word = word.to_lowercase();
    let far = |c: &str| {
        let low = c.to_lowercase();
        // A word that begins or holds the other is near, however long it is.
        let within = !word.is_empty() && (low.contains(&*word) || word.contains(&*low));
        (!within, edit_distance(&word, &low, 64))
    };
    let mut all: Vec<_> = candidates.into_iter().map(|c| (far(c), c)).collect();
    all.sort_unstable();
    all.dedup();
    all.into_iter().take(most).map(|(_, c)| c).collect()
}

/// Of `candidates`, the one most like `word`, if any is near enough to be a
/// slip of the pen (at most a third of the word wrong, and never above three).
#[must_use]
pub fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let word = word.to_lowercase();
    let length = word.chars().count();
    let limit = (length / 3).clamp(1, 3);
    let letters = letters(&word);
    candidates
        .into_iter()
        // An edit adds and removes at most one letter each.
        .filter(|c| (self::letters(c) ^ letters).count_ones() as usize <= 2 * limit)
        .filter(|c| c.chars().count().abs_diff(length) <= limit)
        .map(|c| (edit_distance(&word, &c.to_lowercase(), limit), c))
        .filter(|(distance, _)| *distance <= limit)
        .min()
        .map(|(_, c)| c)
}

/// Which letters a word holds, case aside: a bit each for the letters and
/// digits of English, one for all the rest.
fn letters(word: &str) -> u64 {
    word.bytes().fold(0, |set, byte| {
        set | match byte.to_ascii_lowercase() {
            letter @ b'a'..=b'z' => 1 << (letter - b'a'),
            digit @ b'0'..=b'9' => 1 << (26 + digit - b'0'),
            _ => 1 << 63,
        }
    })
}

/// Edits (insert, delete, replace, swap of neighbours) from `a` to `b`; more
/// than `limit` is reported as `limit + 1`.
fn edit_distance(a: &str, b: &str, limit: usize) -> usize {
    const MOST: usize = 64;
    let mut word = ['\0'; MOST];
    let mut length = 0;
    for c in a.chars() {
        let Some(place) = word.get_mut(length) else { return limit + 1 };
        *place = c;
        length += 1;
    }
    let a = word.get(..length).unwrap_or_default();
    if b.chars().count().abs_diff(length) > limit {
        return limit + 1;
    }
    // Rows of the table of distances: two before, one before, this one. Each
    // stands for a letter of `b` and has a column more than `a` has letters;
    // only the band that can hold a distance within the limit is worked out.
    let far = limit + 2;
    let mut before = [0; MOST + 1];
    let mut last: [usize; MOST + 1] = std::array::from_fn(|i| i);
    let mut row = [0; MOST + 1];
    let mut previous = None;
    for (j, cb) in b.chars().enumerate() {
        let (from, to) = (j.saturating_sub(limit), (j + limit + 1).min(length));
        row[from] = if from == 0 { j + 1 } else { far };
        let mut least = row[from];
        for (i, ca) in a.iter().enumerate().take(to).skip(from) {
            let mut best = (last[i] + usize::from(*ca != cb)).min(last[i + 1] + 1).min(row[i] + 1);
            if i > 0 && previous == Some(*ca) && a[i - 1] == cb {
                best = best.min(before[i - 1] + 1);
            }
            row[i + 1] = best;
            least = least.min(best);
        }
        if to < length {
            row[to + 1] = far;
        }
        // A swap of neighbours may still save one.
        if least > limit + 1 {
            return limit + 1;
        }
        previous = Some(cb);
        std::mem::swap(&mut before, &mut last);
        std::mem::swap(&mut last, &mut row);
    }
    last.get(length).copied().unwrap_or(limit + 1).min(limit + 1)
}

/// `title` as a lower-case slug: letters and digits kept, the rest one hyphen.
#[must_use]
pub fn slug(title: &str) -> String {
    let mut out = String::with_capacity(title.len());
    for c in title.chars() {
        if c.is_ascii_alphanumeric() {
            out.push(c.to_ascii_lowercase());
        } else if c.is_alphanumeric() {
            out.extend(c.to_lowercase());
        } else if (c.is_whitespace() || matches!(c, '-' | '_' | '/' | '.'))
            && !out.ends_with('-')
            && !out.is_empty()
        {
            out.push('-');
        }
    }
    out.truncate(out.trim_end_matches('-').len());
    out
}

/// `title` as an id: as [`slug`], of plain letters, digits and hyphens alone,
/// at most 64 of them. Accents fall away, and so do letters of other scripts;
/// empty where nothing is left.
#[must_use]
pub fn plain_slug(title: &str) -> String {
    let mut plain = String::with_capacity(title.len());
    for c in title.nfkd() {
        match c {
            'ß' | 'ẞ' => plain.push_str("ss"),
            'æ' | 'Æ' => plain.push_str("ae"),
            'œ' | 'Œ' => plain.push_str("oe"),
            'ø' | 'Ø' => plain.push('o'),
            'ł' | 'Ł' => plain.push('l'),
            'đ' | 'Đ' | 'ð' | 'Ð' => plain.push('d'),
            'þ' | 'Þ' => plain.push_str("th"),
            'ı' => plain.push('i'),
            c if c.is_ascii() || c.is_whitespace() => plain.push(c),
            c if c.is_alphanumeric() || is_combining_mark(c) => {}
            _ => plain.push(' '),
        }
    }
    let mut out = slug(&plain);
    out.truncate(64);
    out.truncate(out.trim_end_matches('-').len());
    out
}

/// A figure with its noun: `1 day`, `28 days`.
#[must_use]
pub fn figure(n: i64, one: &str, many: &str) -> String {
    format!("{n} {}", if n.abs() == 1 { one } else { many })
}

/// The text with a capital first letter.
#[must_use]
pub fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |c| c.to_uppercase().chain(chars).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_count_characters_and_every_kind_of_line_end() {
        let text = "\u{feff}é1\r\nab\rc\n日本x";
        let index = LineIndex::new(text);
        let at = |needle: &str| {
            let p = index.position(Span::at(text.find(needle).unwrap()).start);
            (p.line, p.column)
        };
        assert_eq!(at("é"), (1, 1));
        assert_eq!(at("1"), (1, 2));
        assert_eq!(at("b"), (2, 2));
        assert_eq!(at("c"), (3, 1));
        assert_eq!(at("x"), (4, 3));
        assert_eq!(index.lines(), 4);
        let bytes = |needle: &str| index.byte_column(Span::at(text.find(needle).unwrap()).start);
        assert_eq!((bytes("é"), bytes("1"), bytes("b"), bytes("x")), (4, 6, 2, 7));
    }

    #[test]
    fn decoding_names_what_is_wrong_and_where() {
        let bad = |bytes: &[u8]| Source::decode("a.md".into(), bytes.to_vec()).unwrap_err();
        assert_eq!(bad(b"ok\nabc\xffdef").at, Position { line: 2, column: 4 });
        assert!(bad(b"\xff\xfea\0").message.contains("UTF-16"));
        assert!(bad(b"a\0b\0c\0d\0").message.contains("UTF-16"));
        let nul = bad(b"title\nab\0cdefgh");
        assert_eq!((nul.at.line, nul.at.column), (2, 3));
        assert!(nul.message.contains("NUL"));
    }

    #[test]
    fn nearest_finds_slips_and_refuses_strangers() {
        assert_eq!(nearest("stauts", ["status", "title"]), Some("status"));
        assert_eq!(nearest("titel", ["status", "title"]), Some("title"));
        assert_eq!(nearest("banana", ["status", "title"]), None);
    }

    #[test]
    fn any_word_has_some_that_are_likest() {
        let kinds = ["status", "charter", "risk", "risk-review", "decision"];
        assert_eq!(likest("risks", kinds, 2), ["risk", "status"]);
        assert_eq!(likest("review", kinds, 1), ["risk-review"]);
        assert_eq!(likest("", kinds, 9).len(), 5);
        assert_eq!(likest("x", [], 3), Vec::<&str>::new());
    }

    #[test]
    fn nouns_follow_their_numbers() {
        let said = [0, 1, 2].map(|n| counted(n, "business day"));
        assert_eq!(said, ["0 business days", "1 business day", "2 business days"]);
    }

    /// The distance by the book, every cell of the table.
    fn distance(a: &str, b: &str) -> usize {
        let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
        let mut table = vec![vec![0; a.len() + 1]; b.len() + 1];
        for j in 0..=b.len() {
            for i in 0..=a.len() {
                table[j][i] = if i == 0 || j == 0 {
                    i + j
                } else {
                    let replaced = table[j - 1][i - 1] + usize::from(a[i - 1] != b[j - 1]);
                    let mut best = replaced.min(table[j - 1][i] + 1).min(table[j][i - 1] + 1);
                    if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                        best = best.min(table[j - 2][i - 2] + 1);
                    }
                    best
                };
            }
        }
        table[b.len()][a.len()]
    }

    proptest::proptest! {
        #[test]
        fn distances_within_the_limit_are_exact(a in "[abc]{0,9}", b in "[abc]{0,9}", limit in 1..4usize) {
            let exact = distance(&a, &b).min(limit + 1);
            proptest::prop_assert_eq!(edit_distance(&a, &b, limit), exact);
        }
    }

    #[test]
    fn hidden_characters_are_shown() {
        assert_eq!(visible("a\u{1b}[31m\u{202e}b"), "a\\u{1b}[31m\\u{202e}b");
        assert_eq!(slug("Risks & Issues (Q1)"), "risks-issues-q1");
        for (title, id) in [
            ("Zwei Übel: \"x\"", "zwei-ubel-x"),
            ("Straße nach Łódź", "strasse-nach-lodz"),
            ("Cœur – été", "coeur-ete"),
            ("ＣＲＭ ２", "crm-2"),
            ("- a -", "a"),
            ("日本語", ""),
            ("日本 CRM", "crm"),
            ("…", ""),
        ] {
            assert_eq!(plain_slug(title), id, "{title}");
        }
        assert_eq!(plain_slug(&"a ".repeat(60)).len(), 63);
    }
}
