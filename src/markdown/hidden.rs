//! Characters nobody can see, and merge conflicts left behind: one walk over
//! the bytes of a body.

use super::Problem;
use crate::data::conflict;
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
        // Nearly every block is plain, which takes less to see.
        if block.iter().fold(false, |any, &byte| any | !is_plain(byte))
            && block.iter().fold(false, |any, &byte| any | may_hide(byte))
        {
            look(text, start, start + block.len(), &mut problems);
        }
        start += block.len();
    }
    conflicts(text, from, to, &mut problems);
    problems
}

/// Bytes that are looked at together: a block without suspects costs little.
const BLOCK: usize = 64;

/// Whether a byte is one of English text.
fn is_plain(byte: u8) -> bool {
    matches!(byte, b' '..=b'~' | b'\t' | b'\n' | b'\r')
}

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

/// Words of a text that speaks of conflicts and may show one.
const SPEAKS: [&str; 2] = ["conflict", "merge"];

/// The merge conflicts, each a problem. One that is shown within a code block,
/// in a text that speaks of conflicts or merging, is an example and none.
fn conflicts(text: &str, from: usize, to: usize, problems: &mut Vec<Problem>) {
    for found in conflict::conflicts(text, from, to, MOST) {
        let end = found.end.unwrap_or(found.start);
        let shown =
            || fenced(text, from, found.start, end) && speaks(text, from, to, found.start, end);
        if !shown() {
            problems.push(found.problem(text));
        }
    }
}

/// Whether two lines stand in one code block between fences.
fn fenced(text: &str, from: usize, start: Span, end: Span) -> bool {
    let mut open: Option<&str> = None;
    let mut inside = false;
    let mut at = from;
    for line in text.get(from..).unwrap_or("").split_inclusive('\n') {
        if at == start.start as usize {
            inside = open.is_some();
        }
        if at == end.start as usize {
            return inside;
        }
        let bare = line.trim_start_matches(' ');
        let ticks = |c: char| bare.len() - bare.trim_start_matches(c).len();
        let length = ticks('`').max(ticks('~'));
        if line.len() - bare.len() < 4 && length >= 3 {
            let fence = bare.get(..length).unwrap_or("");
            match open {
                None => open = Some(fence),
                Some(opened) if fence.starts_with(opened) && bare.trim_end() == fence => {
                    open = None;
                    inside = false;
                }
                Some(_) => {}
            }
        }
        at += line.len();
    }
    false
}

/// Whether a text speaks of conflicts outside of one.
fn speaks(text: &str, from: usize, to: usize, start: Span, end: Span) -> bool {
    let around = [text.get(from..start.start as usize), text.get(end.end as usize..to)];
    around.into_iter().flatten().any(|part| {
        let part = part.to_lowercase();
        SPEAKS.iter().any(|word| part.contains(word))
    })
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
