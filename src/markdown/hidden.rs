//! Characters nobody can see, and merge conflicts left behind: one walk over
//! the bytes of a body.

use super::Problem;
use crate::text::Span;

/// At most this many findings of one kind for one file: a file that is full of
/// them needs no list of a million places.
const MOST: usize = 50;

/// The characters between `from` and `to` that hide or reorder text, each with
/// its code point, and lines that are merge conflict markers.
#[must_use]
pub fn hidden_characters(text: &str, from: usize, to: usize) -> Vec<Problem> {
    let bytes = text.as_bytes();
    let to = to.min(bytes.len());
    let mut problems = Vec::new();
    let mut start = from;
    for block in bytes.get(from..to).unwrap_or(&[]).chunks(BLOCK) {
        if block.iter().fold(false, |any, &byte| any | may_hide(byte)) {
            look(text, start, start + block.len(), &mut problems);
        }
        start += block.len();
    }
    let body = bytes.get(from..to).unwrap_or(&[]);
    let holds = |marker: &str| memchr::memmem::find(body, marker.as_bytes()).is_some();
    if holds("<<<<<<<") && holds(">>>>>>>") {
        conflicts(text, from, to, &mut problems);
    }
    problems
}

/// Bytes that are looked at together: a block without suspects costs little.
const BLOCK: usize = 64;

/// Whether a byte may begin a hidden character.
fn may_hide(byte: u8) -> bool {
    (byte < b' ' && !matches!(byte, b'\t' | b'\n' | b'\r'))
        | matches!(byte, 0x7f | 0xc2 | 0xe1 | 0xe2 | 0xef | 0xf3)
}

/// Find the hidden characters that begin between `from` and `to`.
fn look(text: &str, from: usize, to: usize, problems: &mut Vec<Problem>) {
    let bytes = text.as_bytes();
    for i in from..to {
        if !bytes.get(i).is_some_and(|&byte| may_hide(byte)) {
            continue;
        }
        let Some(c) = text.get(i..).and_then(|rest| rest.chars().next()) else { continue };
        if is_hidden(c) && problems.len() < MOST && !belongs(text, i, c) {
            problems.push(problem(c, Span::new(i, i + c.len_utf8())));
        }
    }
}

/// Find the merge conflicts: one problem for each, at its first line, with the
/// lines where the other side begins and where it ends.
fn conflicts(text: &str, from: usize, to: usize, problems: &mut Vec<Problem>) {
    let bytes = text.as_bytes();
    let starts = (from..to)
        .filter(|&i| i == 0 || bytes.get(i - 1).is_some_and(|byte| matches!(byte, b'\n' | b'\r')));
    let line = |at: usize| {
        let rest = bytes.get(at..to).unwrap_or(&[]);
        let length = rest.iter().position(|b| matches!(b, b'\n' | b'\r')).unwrap_or(rest.len());
        Span::new(at, at + length)
    };
    let name = |span: Span| span.of(text).get(7..).unwrap_or("").trim();
    let mut open: Option<(Span, Option<Span>)> = None;
    let known = problems.len();
    for at in starts {
        let here = line(at);
        match (marker(bytes, at), &mut open) {
            (Some(b'<'), _) => open = Some((here, None)),
            (Some(b'='), Some((_, middle @ None))) => *middle = Some(here),
            (Some(b'>'), Some((start, middle))) => {
                let (ours, theirs) = (name(*start), name(here));
                let sides = if ours.is_empty() || theirs.is_empty() {
                    String::new()
                } else {
                    format!(" between `{ours}` and `{theirs}`")
                };
                let message = format!("an unresolved merge conflict{sides} begins here");
                let mut problem = Problem::new("conflict-marker", *start, message).help(
                    "keep what is right and remove the lines `<<<<<<<`, `=======` and `>>>>>>>`",
                );
                if let Some(middle) = middle {
                    problem = problem.related(*middle, "the other side begins here");
                }
                problems.push(problem.related(here, "the conflict ends here"));
                open = None;
                if problems.len() - known == MOST {
                    return;
                }
            }
            _ => {}
        }
    }
}

/// The kind of conflict marker that begins at a line's start.
fn marker(bytes: &[u8], at: usize) -> Option<u8> {
    let line = bytes.get(at..at + 7)?;
    let &kind = line.first()?;
    let after = bytes.get(at + 7);
    let ends = matches!(after, None | Some(b'\n' | b'\r'));
    let fits = match kind {
        b'<' | b'>' | b'|' => ends || after == Some(&b' '),
        b'=' => ends,
        _ => false,
    };
    (fits && line.iter().all(|&b| b == kind)).then_some(kind)
}

/// Whether a character is invisible or moves the text around it.
pub(super) fn is_hidden(c: char) -> bool {
    matches!(c,
        '\0'..='\u{8}' | '\u{b}' | '\u{e}'..='\u{1f}' | '\u{7f}'..='\u{84}' | '\u{86}'..='\u{9f}'
        | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}'
        | '\u{e0000}'..='\u{e0fff}')
}

/// Whether a hidden character has honest work where it stands: joiners inside
/// emoji and inside scripts that need them, marks beside right-to-left text.
pub(super) fn belongs(text: &str, at: usize, c: char) -> bool {
    let before = text.get(..at).and_then(|t| t.chars().next_back()).unwrap_or(' ');
    let after = text.get(at + c.len_utf8()..).and_then(|t| t.chars().next()).unwrap_or(' ');
    match c {
        '\u{200c}' | '\u{200d}' => joins(before) && joins(after),
        '\u{200e}' | '\u{200f}' => right_to_left(before) || right_to_left(after),
        '\u{feff}' => at == 0,
        '\u{e0020}'..='\u{e007f}' => {
            before == '\u{1f3f4}'
                || matches!(before, '\u{e0020}'..='\u{e007e}') && {
                    // Only a black flag may be followed by tag letters, at most six of them.
                    let mut back = text.get(..at).unwrap_or("").chars().rev().take(7);
                    back.any(|c| c == '\u{1f3f4}')
                }
        }
        _ => false,
    }
}

fn joins(c: char) -> bool {
    matches!(c, '\u{600}'..='\u{1fff}' | '\u{fb50}'..='\u{fefc}' | '\u{2600}'..='\u{27bf}'
        | '\u{2b00}'..='\u{2bff}' | '\u{2190}'..='\u{21ff}' | '\u{1f000}'..='\u{1faff}')
}

fn right_to_left(c: char) -> bool {
    matches!(c, '\u{590}'..='\u{8ff}' | '\u{fb1d}'..='\u{fdff}' | '\u{fe70}'..='\u{fefc}')
}

fn problem(c: char, span: Span) -> Problem {
    let what = match c {
        '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200e}' | '\u{200f}' => {
            "a mark that changes the direction of text"
        }
        '\0'..='\u{1f}' | '\u{7f}'..='\u{9f}' => "a control character",
        _ => "an invisible character",
    };
    Problem::new("hidden-character", span, format!("{what}, U+{:04X}, stands here", c as u32))
        .help("delete the character: what readers see and what is compared should be the same")
}
