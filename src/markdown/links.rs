//! Link destinations and candidate mentions: which addresses are safe, which
//! words may name an item.

use super::Problem;
use crate::text::Span;

/// Where a link destination leads, as far as its text tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Href {
    /// Within the book: a path, an anchor, an id.
    Relative,
    /// `http`, `https`.
    External,
    /// `mailto`, `tel`.
    Contact,
    /// Another host without a scheme (`//host`, `/\host`): the host.
    ProtocolRelative(String),
    /// A scheme that is not allowed (`javascript`, `data`, `file` …): its name.
    Unsafe(String),
}

/// Classify a destination the way a browser would read it: white space and
/// control characters that browsers ignore do not hide a scheme.
#[must_use]
pub fn classify(dest: &str) -> Href {
    if dest.bytes().any(|b| b <= b' ' || b == b'\\' || b == 0x7f) {
        let cleaned: String = dest
            .trim_matches(|c: char| c <= ' ')
            .chars()
            .filter(|c| !matches!(c, '\t' | '\n' | '\r'))
            .map(|c| if c == '\\' { '/' } else { c })
            .collect();
        read(&cleaned)
    } else {
        read(dest)
    }
}

fn read(dest: &str) -> Href {
    if let Some(rest) = dest.strip_prefix("//") {
        return Href::ProtocolRelative(host(rest).into());
    }
    let Some(end) = dest.find([':', '/', '?', '#']) else { return Href::Relative };
    let scheme = dest.get(..end).unwrap_or("");
    if dest.as_bytes().get(end) != Some(&b':') || scheme.is_empty() {
        return Href::Relative;
    }
    let is = |name: &str| scheme.eq_ignore_ascii_case(name);
    if is("http") || is("https") {
        Href::External
    } else if is("mailto") || is("tel") {
        Href::Contact
    } else {
        Href::Unsafe(scheme.to_ascii_lowercase())
    }
}

/// The host at the start of what follows `//`.
fn host(rest: &str) -> &str {
    let rest = rest.trim_start_matches('/');
    rest.split(['/', '?', '#']).next().unwrap_or("")
}

/// The host of an absolute address.
pub(super) fn host_of(dest: &str) -> &str {
    dest.split_once("//").map_or("", |(_, rest)| host(rest))
}

/// What is wrong with a destination, if anything.
pub(super) fn problem(dest: &str, image: bool, span: Span) -> Option<Problem> {
    let noun = if image { "image" } else { "link" };
    Some(match classify(dest) {
        Href::External if image => Problem::new(
            "remote-image",
            span,
            format!("the image is loaded from `{}`", host_of(dest)),
        )
        .help("put the image beside the document: pages load nothing from other sites"),
        Href::Contact if image => {
            Problem::new("unsafe-link", span, "an image cannot be a `mailto` or `tel` address")
                .help("name an image file")
        }
        Href::Relative | Href::External | Href::Contact => return None,
        Href::ProtocolRelative(host) => Problem::new(
            "unsafe-link",
            span,
            format!("the {noun} leads to the host `{host}` without naming a scheme"),
        )
        .help("write `https://` before the host, or a path relative to this file"),
        Href::Unsafe(scheme) => {
            Problem::new("unsafe-link", span, format!("{noun}s with `{scheme}:` are not allowed"))
                .help("use `https`, `http`, `mailto`, `tel` or a path relative to this file")
        }
    })
}

/// One walk over a run of prose: counts its words and finds what may be an
/// item's id.
pub(super) struct Words {
    /// Words so far.
    pub count: u32,
    /// Whether the last run ended within a word.
    pub inside: bool,
}

impl Words {
    /// Read one run; `mention` is told each candidate's byte range.
    pub(super) fn read(&mut self, text: &str, mut mention: Option<impl FnMut(usize, usize)>) {
        let bytes = text.as_bytes();
        let Some(&last) = bytes.last() else { return };
        let (eights, rest) = bytes.as_chunks::<8>();
        let end = rest.iter().rev().fold(0, |end, byte| (end << 8) | u64::from(*byte));
        let end = Some(end).filter(|_| !rest.is_empty());
        // The last word and digit of the eight before, as ones.
        let (mut word, mut digit) = (u64::from(self.inside), 0);
        let (mut count, mut at, mut done) = (0, 0, 0);
        for eight in eights.iter().map(|eight| u64::from_le_bytes(*eight)).chain(end) {
            let (words, digits) = marks(eight);
            let starts = words & !((words << 8) | (word << 7));
            // No letters stand before the second digit of a number.
            let mut numbers = digits & !((digits << 8) | (digit << 7));
            // Ones of eight bytes, added up in the highest.
            count += ((starts >> 7).wrapping_mul(ONES) >> 56) as u32;
            (word, digit) = (words >> 63, digits >> 63);
            while numbers != 0
                && let Some(found) = &mut mention
            {
                let first = at + numbers.trailing_zeros() as usize / 8;
                numbers &= numbers - 1;
                if first >= done
                    && let Some((start, end)) = candidate(bytes, first)
                {
                    if start >= done {
                        found(start, end);
                    }
                    done = end;
                }
            }
            at += 8;
        }
        self.count = self.count.saturating_add(count);
        self.inside = last > b' ';
    }
}

/// A one in each of eight bytes.
const ONES: u64 = u64::MAX / 255;

/// Of eight bytes, which are no blanks and which are digits: the highest bit of
/// each, the first byte lowest. No sum of a byte carries into the next.
fn marks(bytes: u64) -> (u64, u64) {
    const HIGH: u64 = ONES << 7;
    let low = bytes & !HIGH;
    let from = |byte: u8| low + ONES * u64::from(0x80 - byte);
    let words = (from(b' ' + 1) | bytes) & HIGH;
    let digits = from(b'0') & !from(b'9' + 1) & !bytes & HIGH;
    (words, digits)
}

/// The id (`R-004`, `CR9`, `crm/R-004a`) whose first digit stands at `digit`.
fn candidate(bytes: &[u8], digit: usize) -> Option<(usize, usize)> {
    let at = |i: usize| bytes.get(i).copied().unwrap_or(b' ');
    let letters_end = if digit > 0 && at(digit - 1) == b'-' { digit - 1 } else { digit };
    let mut start = letters_end;
    while start > 0 && letters_end - start < 5 && at(start - 1).is_ascii_uppercase() {
        start -= 1;
    }
    if !(1..=4).contains(&(letters_end - start)) {
        return None;
    }
    let mut end = digit;
    while at(end).is_ascii_digit() && end - digit < 6 {
        end += 1;
    }
    if end - digit > 5 {
        return None;
    }
    if at(end).is_ascii_lowercase() {
        end += 1;
    }
    let wordy = |b: u8| b.is_ascii_alphanumeric() || b == b'_';
    let after = at(end + 1);
    let joined = match at(end) {
        b'-' => wordy(after),
        b'/' => wordy(after) && !after.is_ascii_uppercase(),
        byte => wordy(byte),
    };
    if joined {
        return None;
    }
    let before = if start == 0 { b' ' } else { at(start - 1) };
    if before == b'/' {
        return with_project(bytes, start, end);
    }
    let joined = wordy(before) || matches!(before, b'-' | b'.' | b'#' | b'@' | b'\\');
    (!joined).then_some((start, end))
}

/// The candidate with the project before its slash; none when what stands
/// there is a path or an address.
fn with_project(bytes: &[u8], start: usize, end: usize) -> Option<(usize, usize)> {
    let mut slug = start - 1;
    let part = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
    while slug > 0 && bytes.get(slug - 1).is_some_and(|&b| part(b)) {
        slug -= 1;
    }
    let before = if slug == 0 { b' ' } else { bytes.get(slug - 1).copied().unwrap_or(b' ') };
    if slug == start - 1 || before.is_ascii_uppercase() {
        // `R-001/R-004`: two ids with a slash between them.
        let id = before.is_ascii_uppercase() || before.is_ascii_digit();
        return id.then_some((start, end));
    }
    let joined = before.is_ascii_alphanumeric()
        || matches!(before, b'/' | b'.' | b'_' | b'@' | b':' | b'#' | b'\\');
    (!joined).then_some((slug, end))
}
